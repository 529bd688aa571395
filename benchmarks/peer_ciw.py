"""W2 in Ciw 3, as near as Ciw comes: the same load in a simpler organisation.

A Ciw server belongs to one node and is like any other there, whereas the people of W2 have several
skills and choose among queues. So this is a network with one node per skill, its servers shared out
by the work to be done. What stays: arrivals, tasks and their order, efforts, rework, three
priority classes without interruption. What differs:

- nobody can help out in another skill, so there is more waiting;
- everybody has speed 1;
- there is one pool and no hand-off, whatever the structure ("central" is the fair comparison).

Completion times are therefore Ciw's own, and only the rate of events can be compared.
"""

from itertools import pairwise
from typing import Any, NamedTuple

import ciw  # type: ignore[import-untyped]
import numpy as np

from benchmarks.plain import RequestPlan, to_plain
from benchmarks.workload import N_PRIORITIES, FloatArray, IntArray, Workload


class _Visit(NamedTuple):
    node: int
    hours: float


class CiwWorkload(NamedTuple):
    """Visits by request, gaps between arrivals by class and first node, servers by node."""

    hours: float
    visits: list[list[_Visit]]
    gaps: dict[tuple[int, int], list[float]]
    servers: list[int]


class _Gaps(ciw.dists.Distribution):  # type: ignore[misc]
    """Given times between arrivals, then no more arrivals."""

    def __init__(self, gaps: list[float]) -> None:
        self.rest = iter(gaps)

    def sample(self, t: float | None = None, ind: Any = None) -> float:
        return next(self.rest, float("inf"))


class _Hours(ciw.dists.Distribution):  # type: ignore[misc]
    """Each visit of a request takes as long as planned.

    The plan hangs on the individual because Ciw makes a deep copy of every distribution.
    """

    def sample(self, t: float | None = None, ind: Any = None) -> float:
        return ind.visits[len(ind.data_records)].hours  # type: ignore[no-any-return]


def prepare(workload: Workload) -> CiwWorkload:
    """Lay out each request's visits to nodes, rework included, and staff the nodes (untimed)."""
    plain = to_plain(workload)
    visits = [_visits(plan, plain.rework_factor) for plan in plain.requests]
    streams: dict[tuple[int, int], list[float]] = {}
    for plan, own, time in zip(plain.requests, visits, np.cumsum(workload.gaps).tolist(), strict=True):
        streams.setdefault((plan.priority, own[0].node), [0.0]).append(time)
    n_people, n_skills = workload.person_speed.shape
    work = np.zeros(n_skills)
    for visit in (visit for own in visits for visit in own):
        work[visit.node - 1] += visit.hours
    return CiwWorkload(
        hours=plain.hours,
        visits=visits,
        gaps={
            stream: [after - before for before, after in pairwise(times)] for stream, times in streams.items()
        },
        servers=_share_out(n_people, work).tolist(),
    )


def simulate(prepared: CiwWorkload) -> tuple[FloatArray, int]:
    """Replay the workload in Ciw.

    Args:
        prepared: What `prepare` returned; it is not changed.

    Returns:
        Completion time of each request in hours (NaN: not completed), and the number of events.
    """

    def route(individual: Any, simulation: Any) -> list[int]:
        individual.visits = prepared.visits[_number(individual)]
        return [visit.node for visit in individual.visits[1:]]

    nodes = range(1, len(prepared.servers) + 1)
    classes = {f"class {priority}": priority for priority in range(N_PRIORITIES)}
    network = ciw.create_network(
        number_of_servers=prepared.servers,
        priority_classes=classes,
        arrival_distributions={
            name: [_arrivals(prepared, own, node) for node in nodes] for name, own in classes.items()
        },
        service_distributions={name: [_Hours() for _ in nodes] for name in classes},
        routing={name: ciw.routing.ProcessBased(route) for name in classes},
    )
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_time(prepared.hours)

    completed = np.full(len(prepared.visits), np.nan)
    for individual in simulation.nodes[-1].all_individuals:
        completed[_number(individual)] = individual.data_records[-1].exit_date
    n_tasks = sum(len(one.data_records) for node in simulation.nodes[1:] for one in node.all_individuals)
    return completed, len(completed) + n_tasks


def _number(individual: Any) -> int:
    """Ciw numbers individuals from 1 in the order of their arrival."""
    return int(individual.id_number) - 1


def _visits(plan: RequestPlan, rework_factor: float) -> list[_Visit]:
    tasks = [_Visit(skill + 1, effort) for skill, effort in zip(plan.skills, plan.efforts, strict=True)]
    visits = list(tasks)
    for task in plan.returns:
        if task < 0:
            break
        visits += [_Visit(node, effort * rework_factor) for node, effort in tasks[task:]]
    return visits


def _share_out(people: int, work: FloatArray) -> IntArray:
    """Whole people in proportion to the work, by largest remainder."""
    share = people * work / work.sum()
    whole: IntArray = np.floor(share).astype(np.int64)
    whole[np.argsort(whole - share)[: people - whole.sum()]] += 1
    return whole


def _arrivals(prepared: CiwWorkload, priority: int, node: int) -> _Gaps | None:
    gaps = prepared.gaps.get((priority, node))
    return None if gaps is None else _Gaps(gaps)
