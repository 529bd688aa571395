"""``python -m benchmarks``: opmodel's kernel and whole replications against other engines, in one run.

Jobs run alternately and medians are compared as ratios, because seconds of a shared machine mean
little. Goals stand beside the figures, met or missed.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable
from functools import partial
from typing import Any

from benchmarks import hiring, peer_c, peer_heapq, peer_opmodel, peer_simpy, product
from benchmarks.organisation import STRUCTURES
from benchmarks.timing import Job, print_table, run_alternately
from benchmarks.w2_scenario import w2_scenario
from benchmarks.workload import make_workload
from opmodel.scenario.scenario import Scenario


def kernel_table(rounds: int, structure: str) -> None:
    """The flow kernel alone on the pre-drawn workload W2, against C, plain Python, SimPy and Ciw."""
    workload = make_workload(structure)  # type: ignore[arg-type]
    peers: dict[str, Any] = {"opmodel": peer_opmodel}
    if peer_c.available():
        peers["the same in C"] = peer_c
    peers |= {"heapq": peer_heapq, "SimPy": peer_simpy}
    if structure == "central":
        from benchmarks import peer_ciw

        peers["Ciw (another model)"] = peer_ciw
    ready = {name: (peer, peer.prepare(workload) if name != "the same in C" else peer_opmodel.prepare(workload))
             for name, peer in peers.items()}
    jobs = [Job(name, partial(peer.simulate, given), repeats=5 if name in ("opmodel", "the same in C") else 1)
            for name, (peer, given) in ready.items()]
    timings = run_alternately(jobs, rounds)
    events = {t.name: int(t.result[1]) for t in timings}  # type: ignore[index]
    print(f"\n### Kernel on W2, {structure}\n")
    print_table(timings, baseline="SimPy", counts=events)
    by_name = {t.name: t.median for t in timings}
    _goal("times faster than SimPy", by_name["SimPy"] / by_name["opmodel"], 30, at_least=True)
    if "the same in C" in by_name:
        _goal("times the time of C", by_name["opmodel"] / by_name["the same in C"], 1.2, at_least=False)


def replication_table(rounds: int) -> None:
    """A whole replication of W2 as a scenario (sampling, agents, kernel, records, metrics) against SimPy's flow."""
    from opmodel import replicate, run

    plain = w2_scenario("hub")
    everything = w2_scenario("hub", everything=True).model_copy(update={"name": "W2 hub, all mechanisms on"})

    events = {scenario.name: run(scenario).events for scenario in (plain, everything)}

    def whole(scenario: Scenario) -> Any:
        return *replicate(scenario, 1), events[scenario.name]

    given = peer_simpy.prepare(make_workload("hub"))
    timings = run_alternately(
        [
            Job("opmodel, human mechanisms off", partial(whole, plain)),
            Job("opmodel, all mechanisms on", partial(whole, everything)),
            Job("SimPy, flow alone", partial(peer_simpy.simulate, given)),
        ],
        rounds,
    )
    print("\n### Whole replication of W2 as a scenario\n")
    print_table(timings, baseline="SimPy, flow alone", counts={t.name: int(t.result[1]) for t in timings})  # type: ignore[index]
    off, on, simpy = (t.median for t in timings)
    _goal("times faster than SimPy, off", simpy / off, 10, at_least=True)
    _goal("times faster than SimPy, all on", simpy / on, 5, at_least=True)


def scaling_table(rounds: int) -> None:
    """Time per event when the horizon, the people or the load grow."""
    cases: dict[str, tuple[dict[str, Any], float]] = {
        "base": ({}, 1.0),
        "horizon x16": ({"weeks": 104 * 16}, 1.1),
        "people x16": ({"staff_mult": 16}, 1.5),
        "load 1.2": ({"rho": 1.2}, 1.3),
    }
    jobs = []
    for name, (changes, _) in cases.items():
        given = peer_opmodel.prepare(make_workload("central", **changes))
        jobs.append(Job(name, partial(peer_opmodel.simulate, given)))
    timings = run_alternately(jobs, rounds)
    per_event = {t.name: t.median / int(t.result[1]) for t in timings}  # type: ignore[index]
    print("\n### Scaling of the kernel, W2 central\n")
    print("| case | ns per event | against base | goal |\n|---|---|---|---|")
    for name, (_, most) in cases.items():
        ratio = per_event[name] / per_event["base"]
        print(f"| {name} | {1e9 * per_event[name]:.0f} | {ratio:.2f} | at most {most} |")


def product_table(rounds: int) -> None:
    """What users wait for, and how fast the computer is that measured it."""
    given = peer_simpy.prepare(make_workload("hub"))
    (simpy,) = run_alternately([Job("SimPy", partial(peer_simpy.simulate, given))], rounds)
    print("\n### What users wait for\n")
    print(f"This computer takes {1e3 * simpy.median:.0f} ms for SimPy's flow of W2, hub.\n")
    print("| what | seconds | goal | |\n|---|---:|---:|---|")
    for what, seconds, goal in (
        ("opmodel --help", product.help_seconds(rounds), 0.3),
        ("compare council.yaml --replications 100, whole process", product.compare_seconds(rounds), 6.0),
        ("4 x 20 replications of it, warm pool", product.study_seconds(rounds), 0.7),
        ("a lever moved: first answer, four structures", (lever := product.lever_seconds(rounds))[0], 1.0),
        ("a lever moved: all 40 replications of each", lever[1], math.inf),
        ("first command, beyond the second (compilation)", product.first_seconds(rounds), 20.0),
        ("weekly layer of W2, all on, 104 weeks", product.weekly_seconds(rounds), 0.010),
    ):
        against = f"{goal:g} | {'met' if seconds <= goal else 'missed'}" if math.isfinite(goal) else "none |"
        print(f"| {what} | {seconds:.3f} | {against} |")
    delivered, memory = product.million()
    print(f"\n{delivered:,.0f} requests delivered in one scenario:")
    _goal("GB of memory", memory, 2.0, at_least=False)


def _goal(what: str, value: float, limit: float, *, at_least: bool) -> None:
    met = value >= limit if at_least else value <= limit
    print(f"\n{value:.2f} {what}: goal {'at least' if at_least else 'at most'} {limit}, {'met' if met else 'missed'}")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="rounds of alternating runs")
    parser.add_argument("--quick", action="store_true", help="the first table only")
    asked = parser.parse_args()
    tables: list[Callable[[], None]] = [partial(kernel_table, asked.rounds, s) for s in STRUCTURES]
    if not asked.quick:
        tables += [partial(replication_table, asked.rounds), partial(scaling_table, asked.rounds),
                   partial(product_table, asked.rounds), partial(hiring.hiring_table, asked.rounds)]
    for table in tables:
        table()


if __name__ == "__main__":
    main()
