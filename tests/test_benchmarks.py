"""The other engines of `benchmarks` agree with each other and with the published results."""

from itertools import pairwise

import numpy as np
import pytest

from benchmarks import peer_heapq
from benchmarks.published import PUBLISHED, mean_lead_hours
from benchmarks.timing import Job, Timing, markdown_table, run_alternately
from benchmarks.workload import STRUCTURES, Structure, Workload, checksum, make_workload


@pytest.mark.parametrize("structure", STRUCTURES)
def test_workload_is_well_formed(structure: Structure) -> None:
    """Starts and ends, ranges and skills fit each other, so that every task can be done."""
    work = make_workload(structure, weeks=4)
    assert work.gaps.sum() < work.hours
    assert work.task_start[0] == 0
    assert work.task_start[-1] == len(work.task_skill) == len(work.task_effort)
    for (start, end), returns in zip(pairwise(work.task_start), work.return_to, strict=True):
        assert ((returns >= -1) & (returns < end - start)).all()
    for team, skill in {(team, skill) for row in work.route for skill, team in enumerate(row)}:
        assert work.person_speed[work.person_team == team, skill].any()


def test_structures_meet_the_same_requests() -> None:
    """Only people, teams and routes depend on the structure."""
    central, *others = [make_workload(structure, weeks=4) for structure in STRUCTURES]
    for other in others:
        for name in ("gaps", "department", "priority", "task_skill", "task_effort", "return_to"):
            np.testing.assert_array_equal(getattr(other, name), getattr(central, name))


def test_an_unknown_structure_is_refused() -> None:
    """The message lists the structures there are."""
    with pytest.raises(ValueError, match="central, federated, hub"):
        make_workload("matrix")  # type: ignore[arg-type]


@pytest.mark.parametrize("structure", STRUCTURES)
def test_heapq_gets_the_published_results(structure: Structure) -> None:
    """Counts always; bits where the efforts are rounded as on a computer that has been tried."""
    check_published(structure, *simulate_heapq(make_workload(structure)))


@pytest.mark.parametrize("structure", STRUCTURES)
def test_simpy_gets_the_published_results(structure: Structure) -> None:
    """The same requirement for SimPy, and the same bits as heapq whatever the computer."""
    pytest.importorskip("simpy")
    from benchmarks import peer_simpy

    work = make_workload(structure)
    completed, n_events = peer_simpy.simulate(peer_simpy.prepare(work))
    assert checksum(completed) == checksum(simulate_heapq(work)[1])
    check_published(structure, work, completed, n_events)


@pytest.mark.parametrize("structure", STRUCTURES)
@pytest.mark.parametrize("rho", [0.8, 1.2])
def test_simpy_and_heapq_agree_on_four_weeks(structure: Structure, rho: float) -> None:
    """Request by request, with spare time and in overload."""
    pytest.importorskip("simpy")
    from benchmarks import peer_simpy

    work, completed, n_events = simulate_heapq(make_workload(structure, weeks=4, rho=rho, seed=1))
    other, n_other = peer_simpy.simulate(peer_simpy.prepare(work))
    np.testing.assert_array_equal(other, completed)
    assert n_other == n_events
    assert 0 < np.isfinite(completed).sum() < len(completed)


def test_ciw_does_comparable_work() -> None:
    """Its times are its own, but it completes most requests, none before it arrived."""
    pytest.importorskip("ciw")
    from benchmarks import peer_ciw

    work, completed, n_events = simulate_heapq(make_workload(weeks=26))
    other, n_other = peer_ciw.simulate(peer_ciw.prepare(work))
    done = np.isfinite(other)
    assert done.sum() == pytest.approx(np.isfinite(completed).sum(), rel=0.05)
    assert n_other == pytest.approx(n_events, rel=0.05)
    assert (other[done] > np.cumsum(work.gaps)[done]).all()


def test_simulating_leaves_the_prepared_workload_alone() -> None:
    """So that it can be timed again and again."""
    prepared = peer_heapq.prepare(make_workload("hub", weeks=4))
    first, second = peer_heapq.simulate(prepared), peer_heapq.simulate(prepared)
    np.testing.assert_array_equal(first[0], second[0])
    assert first[1] == second[1]


def test_checksum_tells_bits_apart_but_not_kinds_of_nan() -> None:
    """One bit more is another checksum; NaN is NaN."""
    assert checksum([1.0, np.nan]) == checksum([1.0, -np.nan])
    assert checksum([1.0]) != checksum([np.nextafter(1.0, 2.0)])


def test_jobs_take_turns() -> None:
    """Warm-up first, then A B B A B B with two repeats of B; the last result is kept."""
    calls: list[str] = []
    jobs = [
        Job("a", lambda: calls.append("a")),
        Job("b", lambda: calls.append("b") or len(calls), repeats=2),  # type: ignore[func-returns-value]
    ]
    first, second = run_alternately(jobs, rounds=2, warm_ups=1)
    assert "".join(calls) == "ab" + "abb" * 2
    assert len(first.seconds) == len(second.seconds) == 2
    assert (first.result, second.result) == (None, 8)


def test_timing_refuses_what_it_cannot_compare() -> None:
    """No rounds, equal names, an unknown baseline."""
    job = Job("a", int)
    with pytest.raises(ValueError, match="at least 1"):
        run_alternately([job], rounds=0)
    with pytest.raises(ValueError, match="names must differ"):
        run_alternately([job, job])
    with pytest.raises(ValueError, match="'b'"):
        markdown_table([Timing("a", (1.0,))], baseline="b")


def test_ratio_is_taken_round_by_round() -> None:
    """A slow second round hits both jobs and does not change how they compare."""
    fast, slow = Timing("fast", (0.001, 0.003, 0.001)), Timing("slow", (0.002, 0.006, 0.0025))
    assert slow.ratio_to(fast) == pytest.approx(2.0)
    table = markdown_table([slow, fast], baseline="slow", counts={"fast": 1000})
    assert table.splitlines() == [
        "| job | median, ms | min to max, ms | times slow | ns per event |",
        "| --- | ---: | ---: | ---: | ---: |",
        "| fast | 1.00 | 1.00 to 3.00 | 0.50 | 1,000 |",
        "| slow | 2.50 | 2.00 to 6.00 | 1.00 |  |",
    ]


def simulate_heapq(work: Workload) -> tuple[Workload, np.ndarray, int]:
    """Workload, completion times and number of events."""
    return work, *peer_heapq.simulate(peer_heapq.prepare(work))


def check_published(structure: Structure, work: Workload, completed: np.ndarray, n_events: int) -> None:
    """Compare with the published results, skipping only the checksum where none is known."""
    known = PUBLISHED[structure]
    assert len(completed) == known.n_requests
    assert n_events == known.n_events
    assert np.isfinite(completed).sum() == known.n_completed
    assert round(mean_lead_hours(work, completed), 2) == known.mean_lead_hours
    expected = known.checksum_for(work)
    if expected is None:
        pytest.skip("no checksum is published for efforts rounded as on this computer")
    assert checksum(completed) == expected


@pytest.mark.parametrize("structure", STRUCTURES)
def test_c_gets_the_kernels_results(structure: Structure) -> None:
    """The same algorithm in C: the same completion times to the bit, where there is a compiler."""
    from benchmarks import peer_c, peer_opmodel

    if not peer_c.available():
        pytest.skip("no C compiler here")
    prepared = peer_opmodel.prepare(make_workload(structure, weeks=8))
    own, events = peer_opmodel.simulate(prepared)
    other, other_events = peer_c.simulate(prepared)
    np.testing.assert_array_equal(other, own)
    assert other_events == events


@pytest.mark.slow
def test_the_planner_is_timed_on_what_it_can_be_asked() -> None:
    """The council has the role that is swept, and the studies run as they are timed, on a scenario that is soon done."""
    pytest.importorskip("simpy")
    from desks import desks

    from benchmarks import hiring
    from opmodel import load_scenario

    assert hiring.ROLE in load_scenario(hiring.COUNCIL).roles
    small = desks({"study": {"horizon_weeks": 52, "milestones_weeks": [52]}})
    for study in (hiring.sweep(small, 1, True, role="analyst", up_to=1, futures=10), hiring.best_mix(small, 2, fresh=10)):
        assert study.runs > 0
        assert study.seconds > 0.0
