"""Candidates are simulated in pieces: the same rows whoever simulates them, in any order, and nothing left out."""

import concurrent.futures as cf
import gc
import os
import threading
import time
import tracemalloc

import numpy as np
import pytest
from networks import TOWN, merged, plain, town

from opmodel.hiring.asking.study import StudyError
from opmodel.hiring.trying import pieces
from opmodel.hiring.trying.pieces import Pace, Piece, cut
from opmodel.hiring.trying.trials import BY_WEEK, Outcome, StoppedError, Trials, row_of
from opmodel.metrics import measure
from opmodel.metrics.targets import Wanted, attained, by_reading, wanted_of, weeks_of, windows_of
from opmodel.replication import WorkersEndedError, replicate_all, run, warm_pool
from opmodel.scenario import Scenario

ASKED = {
    "study": {"horizon_weeks": 20, "milestones_weeks": [10, 20]},
    "targets": {"in_time_rate": 0.9, "backlog_weeks": 2.0},
}
SCENARIO = town(ASKED)


def candidates(count: int) -> list[Scenario]:
    """The town with one engineer more each."""
    engineers = [{"posts": {"engineer": {"role": "engineer", "count": 2 + k}}} for k in range(count)]
    return [town(ASKED, more) for more in engineers]


def bits(outcomes: list[Outcome]) -> list[bytes]:
    return [b"".join(np.ascontiguousarray(a).tobytes() for a in (o.values, o.beside, o.cost)) for o in outcomes]


def plainly(scenarios: list[Scenario], futures: int, seed: int) -> list[bytes]:
    """Rows of the same runs, one after the other in this process."""
    rows = [rows for _, rows in replicate_all(scenarios, range(futures), seed=seed, executor=_Here(), reduce=row_of)]
    columns = [np.array([row[c] for row in rows]) for c in range(len(scenarios))]
    size = len(wanted_of(SCENARIO)) * len(weeks_of(SCENARIO))
    return [
        b"".join(np.ascontiguousarray(a).tobytes() for a in (c[:, :size], c[:, size:-1], c[:, -1])) for c in columns
    ]


class _Here(cf.Executor):
    """Does everything at once, in this process."""

    workers = 1

    def __init__(self) -> None:
        self.calls: list[tuple[int, ...]] = []

    def submit(self, fn, /, *args, **kwargs):
        self.calls.append(tuple(args[1]))
        future: cf.Future = cf.Future()
        future.set_result(fn(*args, **kwargs))
        return future


class _Backwards(_Here):
    """Does what it was given last first, when nothing more comes."""

    workers = 3

    def __init__(self) -> None:
        super().__init__()
        self.waiting: list = []
        self.timer: threading.Timer | None = None

    def submit(self, fn, /, *args, **kwargs):
        future: cf.Future = cf.Future()
        self.waiting.append((future, fn, args))
        if self.timer is not None:
            self.timer.cancel()
        self.timer = threading.Timer(0.02, self._work)
        self.timer.start()
        return future

    def _work(self) -> None:
        while self.waiting:
            future, fn, args = self.waiting.pop()
            if future.set_running_or_notify_cancel():
                future.set_result(fn(*args))


# ---- cutting -------------------------------------------------------------------------------------


@pytest.mark.parametrize("seconds", [0.0001, 0.02, 0.3, 5.0, None])
@pytest.mark.parametrize("workers", [1, 2, 7, 100])
def test_pieces_cover_what_is_missing_once_and_nothing_else(seconds, workers) -> None:
    pace = Pace()
    if seconds is not None:
        pace.note(seconds, 1)
    missing = {f"c{k}": tuple(range(50)) for k in range(11)}
    missing |= {"gap": (0, 3, 4, 11), "late": (49,), "gap too": (0, 3, 4, 11)}
    found = [(c, f) for piece in cut(missing, pace, workers) for c in piece.candidates for f in piece.futures]
    assert len(found) == len(set(found))
    assert set(found) == {(c, f) for c, futures in missing.items() for f in futures}


def test_candidates_of_a_block_are_followed_through_all_futures_before_the_next() -> None:
    pace = Pace()
    pace.note(0.02, 1)
    cuts = list(cut({f"c{k}": tuple(range(60)) for k in range(11)}, pace, 2))
    blocks = [piece.candidates for piece in cuts]
    assert sorted(set(blocks), key=blocks.index) == [tuple(f"c{k}" for k in range(5)), tuple(f"c{k}" for k in range(5, 11))]
    assert blocks == sorted(blocks, key=blocks.index)
    assert all(20 < piece.runs <= 50 for piece in cuts), "about a second each"


def test_a_single_candidate_is_shared_out_too() -> None:
    cuts = list(cut({"c": tuple(range(20))}, Pace(), 2))
    assert len(cuts) == 4
    assert all(piece.runs == 5 for piece in cuts)


# ---- the same whoever simulates ------------------------------------------------------------------


def test_rows_are_the_same_for_any_executor_any_number_of_workers_and_any_order() -> None:
    four, futures = candidates(4), 7
    expected = plainly(four, futures, 5)
    assert len(set(expected)) == 4, "the candidates differ"
    with cf.ThreadPoolExecutor(3) as threads:
        for executor in (None, _Here(), _Backwards(), threads):
            assert bits(Trials(executor=executor).of(four, futures, seed=5)) == expected
    assert bits(Trials().of(four[::-1], futures, seed=5)) == expected[::-1]


def test_rows_of_other_processes_are_the_same() -> None:
    two, trials = candidates(2), Trials()
    assert bits(trials.of(two, 12, seed=5)) == plainly(two, 12, 5)
    assert trials.done == 24


def test_more_futures_begin_with_those_there_are() -> None:
    there = Trials(executor=(executor := _Here()))
    first = there.of([SCENARIO], 3, seed=2)
    executor.calls.clear()
    assert bits(there.of([SCENARIO, SCENARIO], 6, seed=2)) == 2 * plainly([SCENARIO], 6, 2)
    assert sorted(f for call in executor.calls for f in call) == [3, 4, 5]
    assert np.array_equal(first[0].cost, there.of([SCENARIO], 3, seed=2)[0].cost)
    assert there.done == there.expected == 6


class _Kept:
    """A store that holds some futures of one candidate."""

    def __init__(self, rows) -> None:
        self.all, self.taken_in = rows, []

    def rows(self, scenario_hash, seed):
        return dict(self.all.get((scenario_hash, seed), {}))

    def keep(self, seed, rows):
        self.taken_in.append((seed, rows))


def test_what_a_store_lacks_in_between_is_simulated() -> None:
    whole = {k: row_of(run(SCENARIO, seed=4, replication=k)) for k in range(6)}
    store = _Kept({(SCENARIO.hash, 4): {k: whole[k] for k in (0, 2, 5)}})
    trials = Trials(store=store, executor=(executor := _Here()))
    assert bits(trials.of([SCENARIO], 6, seed=4)) == plainly([SCENARIO], 6, 4)
    assert sorted(f for call in executor.calls for f in call) == [1, 3, 4]
    assert trials.done == 6, "as in a study that was never stopped"
    kept = {f: row for seed, rows in store.taken_in for f, row in rows[SCENARIO.hash].items()}
    assert sorted(kept) == [1, 3, 4]
    assert all(kept[k].tobytes() == whole[k].tobytes() for k in kept)


@pytest.mark.parametrize(
    "change", [{}, {"study": {"kind": "steady_state", "warm_up_weeks": 5, "horizon_weeks": 20}}], ids=["by week", "steady"]
)
def test_a_row_says_what_the_metrics_say(change) -> None:
    scenario = Scenario.model_validate(merged({**TOWN, "targets": ASKED["targets"]}, change or {"study": ASKED["study"]}))
    found = measure(result := run(scenario, seed=3)).values
    values = attained(result)
    told = Trials().of([scenario], 1, seed=3)[0]
    assert np.array_equal(told.values[0], values, equal_nan=True)
    for k, week in enumerate(told.weeks):
        group = "all" if change else f"milestone={week}"
        assert told.figure("cost")[0, k] == found[group, "cost"]
        for name in BY_WEEK[:-1]:  # over the weeks that targets are read over
            read = by_reading(result, [Wanted(name, name, "all", 0.0, True)], windows_of(scenario)[k : k + 1])
            assert told.figure(name)[0, k] == pytest.approx(read[0, 0], rel=1e-12, nan_ok=True)
    assert told.cost[0] == found["all", "cost"]


def test_each_candidate_is_compiled_once_by_one_worker(monkeypatch) -> None:
    import opmodel.flow.network as network

    compiled, plainly_compiled = [], network.compile_network

    def counting(scenario, *rest):
        compiled.append(scenario.hash)
        return plainly_compiled(scenario, *rest)

    monkeypatch.setattr(network, "compile_network", counting)
    ten = [plain({"name": f"Desk {k}"}) for k in range(10)]
    Trials(executor=(executor := _Here())).of(ten, 12, seed=1)
    assert len(executor.calls) > 2
    assert sorted(compiled) == sorted(one.hash for one in ten)


# ---- progress, stopping, memory ------------------------------------------------------------------


def test_progress_counts_what_is_done_and_what_is_expected() -> None:
    said: list[tuple[int, int]] = []
    trials = Trials(on_progress=lambda done, expected: said.append((done, expected)))
    trials.foresee(10)
    trials.of([SCENARIO], 4, seed=1)
    assert said[-1] == (4, 10)
    trials.of([SCENARIO], 16, seed=1)
    assert said[-1] == (16, 16), "more was asked for than expected"
    assert [done for done, _ in said] == sorted(done for done, _ in said)


class _Never(cf.Executor):
    """Never gets anything done."""

    def __init__(self) -> None:
        self.futures: list[cf.Future] = []

    def submit(self, fn, /, *args, **kwargs):
        self.futures.append(cf.Future())
        return self.futures[-1]


def test_a_stop_is_heard_at_once_and_takes_back_what_waits() -> None:
    executor, began = _Never(), time.monotonic()
    with pytest.raises(StoppedError):
        Trials(executor=executor, should_stop=lambda: time.monotonic() - began > 0.4).of([SCENARIO], 30, seed=1)
    assert time.monotonic() - began < 2.0
    assert executor.futures
    assert all(future.cancelled() for future in executor.futures)


def test_what_was_done_before_a_stop_is_kept() -> None:
    store = _Kept({})
    trials = Trials(executor=_Here(), store=store, should_stop=lambda: len(store.taken_in) > 1)
    with pytest.raises(StoppedError):
        trials.of(candidates(1), 30, seed=1)
    assert 0 < trials.done < 30
    assert trials.done == sum(len(rows) for _, piece in store.taken_in for rows in piece.values())


def test_memory_does_not_grow_with_futures(monkeypatch) -> None:
    monkeypatch.setattr(pieces, "SECONDS", 0.02)
    desk = plain({"targets": {"backlog": 3}})

    def peak(futures: int) -> int:
        tracemalloc.start()
        try:  # what waits for the garbage collector is not counted
            Trials(executor=_Here(), should_stop=lambda: bool(gc.collect() and None)).of([desk], futures, seed=1)
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(5)
    tables = sum(column.nbytes for t in (run(desk).requests, run(desk).tasks) for column in t.values())
    assert peak(60) - peak(20) < 0.2 * 40 * tables, "rows are kept, tables are not"


# ---- workers that end ----------------------------------------------------------------------------


def test_a_worker_that_ends_is_replaced_once() -> None:
    pool = warm_pool()
    doomed = pool.submit(os._exit, 1)
    two = candidates(2)
    assert bits(Trials(executor=pool).of(two, 12, seed=5)) == plainly(two, 12, 5)
    assert isinstance(doomed.exception(), cf.process.BrokenProcessPool)
    assert warm_pool() is not pool


class _Breaks(cf.Executor):
    """Workers that end at every piece."""

    def submit(self, fn, /, *args, **kwargs):
        future: cf.Future = cf.Future()
        future.set_exception(cf.process.BrokenProcessPool("gone"))
        return future


def test_workers_that_end_again_are_an_error(monkeypatch) -> None:
    began = []
    monkeypatch.setattr(pieces, "new_pool_for", lambda executor: began.append(executor) or _Breaks())
    with pytest.raises(WorkersEndedError, match="ended early"):
        Trials(executor=_Breaks()).of([SCENARIO], 5, seed=1)
    assert len(began) == 1


def test_workers_of_somebody_else_are_not_replaced() -> None:
    with pytest.raises(WorkersEndedError):
        Trials(executor=_Breaks()).of([SCENARIO], 5, seed=1)


def test_an_error_of_a_run_is_told_as_it_is() -> None:
    class Fails(_Here):
        def submit(self, fn, /, *args, **kwargs):
            future: cf.Future = cf.Future()
            future.set_exception(ZeroDivisionError("in a run"))
            return future

    with pytest.raises(ZeroDivisionError):
        Trials(executor=Fails()).of([SCENARIO], 5, seed=1)


def test_a_worker_with_another_log_refuses(tmp_path, monkeypatch) -> None:
    log = tmp_path / "log.csv"
    log.write_text("when,who\n2026-04-07T10:00:00,housing\n2026-04-08T11:00:00,parks\n")
    trace = {"file": str(log), "arrival": "when", "directorate": "who", "default": "fix"}
    logged = town(ASKED, {"trace": trace, "demand": {"opening_backlog": {}}})
    expected = bits(Trials().of([logged], 3, seed=1))
    assert bits(Trials(executor=_Here()).of([logged], 3, seed=1)) == expected

    class Elsewhere(_Here):
        def submit(self, fn, /, *args, **kwargs):
            log.write_text("when,who\n2026-04-07T10:00:00,housing\n")
            return super().submit(fn, *args, **kwargs)

    with pytest.raises(StudyError, match=r"a worker does not have the log .*log.csv as it is here"):
        Trials(executor=Elsewhere()).of([logged], 3, seed=1)


def test_a_piece_knows_its_size() -> None:
    assert Piece(("a", "b"), (3, 4, 9)).runs == 6
