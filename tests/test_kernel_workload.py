"""The flow kernel on larger jobs: the benchmarks' workload to the last bit, and with the compiler off."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from networks import COMPILED, fingerprint, town

from benchmarks import peer_heapq, peer_opmodel
from benchmarks.published import PUBLISHED
from benchmarks.workload import STRUCTURES, Structure, Workload, checksum, make_workload
from opmodel.flow.kernel import DONE, advance, begin_week
from opmodel.replication import run

WEEKS = 104 if COMPILED else 2


@pytest.fixture(scope="module", params=STRUCTURES)
def work(request: pytest.FixtureRequest) -> Workload:
    return make_workload(request.param, weeks=WEEKS)


def test_completion_times_are_those_of_plain_python(work: Workload) -> None:
    """Request by request, to the last bit, with the same number of events; nothing prepared is changed."""
    completed, events = peer_heapq.simulate(peer_heapq.prepare(work))
    prepared = peer_opmodel.prepare(work)
    for _ in range(2):
        mine, my_events = peer_opmodel.simulate(prepared)
        assert checksum(mine) == checksum(completed)
        assert my_events == events


@pytest.mark.skipif(not COMPILED, reason="two years of work take minutes without the compiler")
@pytest.mark.parametrize("structure", STRUCTURES)
def test_published_results(structure: Structure) -> None:
    """Counts always; the checksum where efforts are rounded as on a computer that has been tried."""
    work, known = make_workload(structure), PUBLISHED[structure]
    completed, events = peer_opmodel.simulate(peer_opmodel.prepare(work))
    assert (events, np.isfinite(completed).sum()) == (known.n_events, known.n_completed)
    assert checksum(completed) == known.checksum_for(work) or known.checksum_for(work) is None


@pytest.mark.parametrize("days", [5, 1])
def test_weekly_and_daily_calls_give_the_same_bits(work: Workload, days: int) -> None:
    """Each call begins a week of the kernel; nobody decides anything."""
    prepared = peer_opmodel.prepare(work)
    whole, events = peer_opmodel.simulate(prepared)
    state = peer_opmodel.state_of(prepared)
    steps = WEEKS * 5 // days
    for k in range(steps):
        begin, end = k * prepared.hours / steps, (k + 1) * prepared.hours / steps
        assert begin_week(prepared.tables, prepared.demand, state, begin, k == 0) == DONE
        assert advance(prepared.tables, prepared.demand, state, end if k + 1 < steps else prepared.hours, False) == DONE
    assert checksum(state.request["closed"]) == checksum(whole)
    assert state.clock[0].events == events


@pytest.mark.parametrize("rho", [0.8, 1.2])
def test_other_workloads(rho: float) -> None:
    """Another seed, with spare time and in overload."""
    for structure in STRUCTURES:
        work = make_workload(structure, weeks=26 if COMPILED else 1, rho=rho, seed=3)
        mine, events = peer_opmodel.simulate(peer_opmodel.prepare(work))
        other, n_other = peer_heapq.simulate(peer_heapq.prepare(work))
        assert checksum(mine) == checksum(other)
        assert events == n_other


def test_the_compiler_changes_no_bit() -> None:
    """A town with every mechanism on: tables and weekly fields of the compiled code equal those of plain Python."""
    scenario = {"study": {"horizon_weeks": 8}}
    here = fingerprint(run(town(scenario), seed=3))
    code = (
        "from networks import fingerprint, town; from opmodel.replication import run; "
        f"print(fingerprint(run(town({scenario!r}), seed=3)))"
    )
    folder = Path(__file__).parent
    env = os.environ | {
        "NUMBA_DISABLE_JIT": "1" if COMPILED else "0",
        "PYTHONPATH": os.pathsep.join((str(folder), str(folder.parent))),
    }
    answer = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], env=env, capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.strip() == here
