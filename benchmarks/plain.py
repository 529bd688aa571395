"""A workload as plain Python lists, for engines written in Python (arrays are slow item by item)."""

from itertools import pairwise
from typing import NamedTuple

from benchmarks.workload import Workload


class RequestPlan(NamedTuple):
    """All that will happen to one request, but for when."""

    number: int
    priority: int
    teams: list[int]  # by skill
    skills: list[int]  # by task
    efforts: list[float]  # by task
    returns: list[int]  # task to go back to at each end, or -1


class PlainWorkload(NamedTuple):
    """Same content as `Workload`, request by request and person by person."""

    hours: float
    gaps: list[float]
    requests: list[RequestPlan]
    rework_factor: float
    handoff_delay: list[list[float]]
    people: list[tuple[int, list[float]]]  # team, speed by skill


def to_plain(workload: Workload) -> PlainWorkload:
    """Convert a workload; takes longer than some engines run, so keep it out of timed code."""
    starts = workload.task_start.tolist()
    tasks = [slice(start, end) for start, end in pairwise(starts)]
    skills, efforts = workload.task_skill.tolist(), workload.task_effort.tolist()
    route = workload.route.tolist()
    asked = zip(
        workload.priority.tolist(),
        workload.department.tolist(),
        tasks,
        workload.return_to.tolist(),
        strict=True,
    )
    return PlainWorkload(
        hours=workload.hours,
        gaps=workload.gaps.tolist(),
        requests=[
            RequestPlan(number, priority, route[department], skills[own], efforts[own], returns)
            for number, (priority, department, own, returns) in enumerate(asked)
        ],
        rework_factor=workload.rework_factor,
        handoff_delay=workload.handoff_delay.tolist(),
        people=list(zip(workload.person_team.tolist(), workload.person_speed.tolist(), strict=True)),
    )
