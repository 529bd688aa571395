"""Jobs: shared, watched, left, stopped, kept; workers taken in turns."""

import concurrent.futures as cf
import threading
import time

import pytest

from opmodel import jobs as module
from opmodel.jobs import Jobs, Turns


@pytest.fixture
def jobs():
    made = Jobs(kept=3, side_by_side=2)
    yield made
    made.close()


def counting(job, steps=200):
    """Work that reports and listens, as the verbs do."""
    for done in range(steps):
        if job.should_stop():
            return done
        job.report(done + 1, steps)
        job.offer(done + 1)
        time.sleep(0.01)
    return steps


def test_a_job_reports_offers_and_ends(jobs):
    job = jobs.ask("a", lambda job: counting(job, 5))
    assert job.wait(5)
    assert (job.state, job.result, job.partial, job.share, job.live) == ("done", 5, 5, 1.0, False)
    assert job.best == 5


def test_who_asks_for_the_same_gets_the_same_job(jobs):
    first = jobs.ask("a", counting)
    assert jobs.ask("a", lambda job: pytest.fail("worked out twice")) is first
    assert jobs.get(first.id) is first
    first.stop()


def test_ids_cannot_be_guessed_from_the_key(jobs):
    other = Jobs()
    assert jobs.id_of("a") != other.id_of("a")
    assert jobs.id_of("a") != jobs.id_of("b")
    assert len(jobs.id_of("a")) == 24
    assert jobs.get("0" * 24) is None
    assert jobs.get(None) is None


def test_a_stopped_job_keeps_what_it_had_and_starts_again_only_when_asked(jobs):
    job = jobs.ask("a", counting)
    while not job.partial:
        time.sleep(0.005)
    job.stop()
    assert job.wait(5)
    assert job.state == "stopped"
    assert 0 < job.result < 200
    assert jobs.ask("a", counting) is job
    again = jobs.ask("a", lambda job: 7, again=True)
    assert again is not job
    assert again.wait(5)
    assert again.result == 7


def test_a_job_goes_on_while_another_visitor_looks(jobs, monkeypatch):
    monkeypatch.setattr(module, "STALE", 0.1)
    job = jobs.ask("a", counting)
    job.watch("one")
    job.watch("two")
    job.leave("one")
    assert job.left_by("one")
    assert not job.left_by("two")
    for _ in range(10):
        job.watch("two")
        time.sleep(0.02)
    assert job.live
    assert not job.should_stop()
    assert job.wait(3), "nobody looks any more"
    assert job.state == "stopped"


def test_a_page_loaded_again_can_cancel_what_it_started_before(jobs, monkeypatch):
    monkeypatch.setattr(module, "STALE", 0.1)
    job = jobs.ask("a", counting)
    job.watch("before the reload")
    time.sleep(0.15)
    job.watch("after it")
    assert job.live
    job.leave("after it")
    assert job.wait(2)


def test_a_failure_is_kept_and_hurts_nobody(jobs):
    def broken(_job):
        raise RuntimeError("inside")

    job = jobs.ask("a", broken)
    assert job.wait(5)
    assert job.state == "failed"
    assert isinstance(job.error, RuntimeError)
    assert job.best is None


def test_an_error_of_work_that_was_told_to_stop_is_no_failure(jobs):
    def stopped_early(job):
        job.stop()
        raise ValueError("the study was stopped before its first replication was complete")

    job = jobs.ask("a", stopped_early)
    assert job.wait(5)
    assert (job.state, job.error, job.best) == ("stopped", None, None)


def test_only_so_many_results_are_kept_the_least_recently_asked_for_go_first(jobs):
    for key in "abc":
        assert jobs.ask(key, lambda job: "a result").wait(5)
    jobs.ask("a", counting)
    assert jobs.ask("d", lambda job: "d").wait(5)
    assert jobs.get(jobs.id_of("a")) is not None
    assert jobs.get(jobs.id_of("b")) is None
    assert len(jobs._jobs) == 3


def test_more_jobs_than_may_run_wait_for_their_turn(jobs):
    gate = threading.Event()
    started = [jobs.ask(str(k), lambda job: gate.wait(5)) for k in range(4)]
    time.sleep(0.1)
    assert [job.state for job in started] == ["running", "running", "waiting", "waiting"]
    gate.set()
    assert all(job.wait(5) for job in started)


class Slow(cf.Executor):
    """One worker that keeps a log."""

    def __init__(self):
        self.log, self._one = [], cf.ThreadPoolExecutor(1)

    def submit(self, fn, /, *args, **kwargs):
        def work():
            time.sleep(0.005)
            self.log.append(args[0])
            return fn(*args, **kwargs)

        return self._one.submit(work)


def test_workers_are_taken_in_turns():
    pool = Slow()
    turns = Turns(lambda: pool, at_once=1)
    long, quick = turns.seat(), turns.seat()
    pieces = [long.submit(str, f"long {k}") for k in range(20)]
    pieces += [quick.submit(str, f"quick {k}") for k in range(3)]
    assert [piece.result(5) for piece in pieces][-1] == "quick 2"
    assert max(pool.log.index(f"quick {k}") for k in range(3)) < 8, "the quick job waited for the long one"
    assert [name for name in pool.log if name.startswith("long")] == [f"long {k}" for k in range(20)]


def test_errors_and_cancelled_pieces_come_back_to_their_seat():
    pool = Slow()
    turns = Turns(lambda: pool, at_once=1)
    seat = turns.seat()
    wrong, first, second = seat.submit(int, "x"), seat.submit(str, 1), seat.submit(str, 2)
    assert second.cancel()
    with pytest.raises(ValueError, match="invalid literal"):
        wrong.result(5)
    assert first.result(5) == "1"
    assert seat.submit(str, 3).result(5) == "3", "turns go on after an error and a cancelled piece"


def test_a_pool_that_cannot_take_work_says_so():
    def no_pool():
        raise OSError("no processes left")

    with pytest.raises(OSError, match="no processes left"):
        Turns(no_pool).seat().submit(str, 1).result(5)


def test_only_who_left_a_job_sees_it_as_left(jobs):
    job = jobs.ask("a", counting)
    job.watch("one")
    job.leave("one")
    assert job.left_by("one")
    assert not job.left_by("a newcomer")
    job.watch("one")
    assert not job.left_by("one")
    job.stop()


def test_what_nobody_looks_at_any_more_ends(jobs, monkeypatch):
    monkeypatch.setattr(module, "ABANDONED", 0.1)
    watched, never = jobs.ask("a", counting), jobs.ask("b", counting)
    watched.watch("one")
    assert watched.wait(2)
    assert watched.state == "stopped"
    assert never.live, "work that no page asked for, such as starting the workers, goes on"
    never.stop()


def test_a_job_that_is_just_being_stopped_can_begin_again(jobs):
    job = jobs.ask("a", counting)
    job.stop()
    again = jobs.ask("a", lambda job: 7, again=True)
    assert again is not job
    assert again.wait(5)
    assert again.result == 7


def test_pieces_lost_with_a_worker_are_done_again_once():
    from concurrent.futures.process import BrokenProcessPool

    class Dying(Slow):
        def __init__(self, deaths):
            super().__init__()
            self.deaths = deaths

        def submit(self, fn, /, *args, **kwargs):
            if self.deaths:
                self.deaths -= 1
                lost = cf.Future()
                lost.set_exception(BrokenProcessPool("a worker died"))
                return lost
            return super().submit(fn, *args, **kwargs)

    pool = Dying(deaths=1)
    assert Turns(lambda: pool, at_once=1).seat().submit(str, 1).result(5) == "1"
    pool = Dying(deaths=2)
    with pytest.raises(BrokenProcessPool):
        Turns(lambda: pool, at_once=1).seat().submit(str, 1).result(5)
