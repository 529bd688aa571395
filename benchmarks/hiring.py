"""The hiring planner on the council: a sweep under four structures and best mixes, beside SimPy for as many events.

SimPy has no model of the council; what it would take is extrapolated from its flow of the benchmark workload: seconds
for an event there, times the events of the council's runs, shared out among as many processes. That is the flow alone,
without people who are off duty, learn, leave and are hired, so it flatters SimPy.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from benchmarks import peer_simpy
from benchmarks.timing import Job, run_alternately
from benchmarks.workload import make_workload
from opmodel import load_scenario, plan_hiring, replicate, run
from opmodel.replication import WORKERS
from opmodel.scenario.scenario import Scenario

COUNCIL = Path(__file__).parents[1] / "scenarios" / "council.yaml"
ROLE = "analyst"
#: Targets that take the council many hires of several roles.
HARD = {"in_time_rate": 0.97, "lead_time": "6d"}
_FEW = 10  # fresh futures, where confirming is not what is timed


@dataclass(frozen=True)
class Study:
    """One study of the planner, timed."""

    what: str
    seconds: float
    """Wall time, workers warm."""
    runs: int
    """Runs simulated."""


def sweep(
    scenario: Scenario, seed: int, confirm: bool, *, role: str = ROLE, up_to: int = 10, futures: int = 50
) -> Study:
    """0 to so many hires of one role under each structure; the smallest number tried on many fresh futures, or few."""
    fresh = 200 if confirm else _FEW
    return _timed(
        f"sweep of 0 to {up_to} hires of one role, 4 structures, {futures} futures; {fresh} fresh of what is enough",
        scenario, roles=(role,), up_to=up_to, parts=("sweep",), each_structure=True, replications=futures, fresh=fresh,
        seed=seed,
    )


def best_mix(
    scenario: Scenario, seed: int, targets: dict[str, Any] | None = None, *, fresh: int = 200
) -> Study:
    """The cheapest mix of hires of all roles in all teams, tried on fresh futures."""
    what = "best mix over all roles and teams" + (", hard targets" if targets else "")
    return _timed(what, scenario, parts=("path",), targets=targets, seed=seed, fresh=fresh)


def _timed(what: str, scenario: Scenario, **asked: Any) -> Study:
    begin = perf_counter()
    found = plan_hiring(scenario, **asked)
    return Study(what, perf_counter() - begin, found.provenance["runs"])


def growth(scenario: Scenario) -> tuple[float, float]:
    """Seconds for twice the candidates, and for twice the futures, as multiples of the simple case."""

    def seconds(up_to: int, futures: int, seed: int) -> float:
        return _timed(
            "", scenario, roles=(ROLE,), up_to=up_to, parts=("sweep",), replications=futures, fresh=_FEW, seed=seed
        ).seconds

    rounds = [(seconds(4, 40, 50 + k), seconds(9, 40, 60 + k), seconds(4, 80, 70 + k)) for k in range(3)]
    return median(r[1] / r[0] for r in rounds), median(r[2] / r[0] for r in rounds)


def hiring_table(rounds: int) -> None:
    """Print the studies, SimPy's time for as many events, and how the time grows."""
    scenario = load_scenario(COUNCIL)
    events = run(scenario).events
    list(replicate(scenario, 40))  # workers warm
    given = peer_simpy.prepare(make_workload("hub"))
    (simpy,) = run_alternately([Job("SimPy", partial(peer_simpy.simulate, given))], rounds)
    an_event = simpy.median / int(simpy.result[1])  # type: ignore[index]
    print("\n### The hiring planner, council.yaml\n")
    print(f"SimPy's flow takes {1e6 * an_event:.1f} µs for an event of W2, hub; a run of the council has about "
          f"{events:,} events. SimPy's column is extrapolated: runs x events x that, in {WORKERS} processes.\n")
    print("| what | runs | seconds | goal | | SimPy, extrapolated |\n|---|---:|---:|---:|---|---:|")
    studies = [
        (sweep(scenario, 11, False), 60.0), (sweep(scenario, 12, True), None),
        (best_mix(scenario, 13), 300.0), (best_mix(scenario, 14, HARD), 300.0),
    ]
    for study, goal in studies:
        met = " |" if goal is None else f"{goal:g} | {'met' if study.seconds <= goal else 'missed'}"
        peer = study.runs * events * an_event / WORKERS
        print(f"| {study.what} | {study.runs:,} | {study.seconds:.0f} | {met} | {peer:,.0f} s |")
    candidates, futures = growth(scenario)
    print(f"\nTwice the candidates take {candidates:.2f} times as long, twice the futures {futures:.2f} times.")
