"""Workload W2: two years of requests to a data team, with everything random drawn beforehand.

An engine gets a `Workload`, replays it and returns one completion time per request. Nothing is left
to chance or to taste, so two correct engines agree to the last bit: compare their `checksum`.
(Computers do not always agree on the workload itself: see `benchmarks.published`.)

Rules of the game:

1. Request `i` arrives `gaps[i]` hours after request `i - 1` (the first one after time 0) and
   joins the team that serves its department in the skill of its first task.
2. Joining: of that team's idle people who have the skill, the one who has been idle longest starts
   the task at once. At time 0 all are idle, lowest number first. If nobody can start, the task waits.
3. Waiting tasks rank by priority class (0 before 1 before 2), then by the moment they began to wait.
4. A task takes `effort * factor / speed` hours, evaluated from left to right; `factor` is 1.0 until
   the request has completed its last task once, `rework_factor` from then on. Work is never interrupted.
5. On completion the request goes first. It joins the team of its next task: at once if that is the
   same team, otherwise after `handoff_delay[from, to]`. After its last task it looks up
   `return_to[i, n]`, where `n` counts the earlier times it got there: a task to go back to in the
   same manner, or -1 (also past the end of the row) for done.
6. Only then does the person choose: the best-ranked waiting task of the team over all skills
   they have; if there is none, they are idle from now on.
7. The run covers what happens before `hours`. A request that is not done by then completes at NaN.

Arrivals, task completions and ends of hand-off delays count as events. Rules for coinciding events
are not needed: all gaps and efforts are continuous draws.
"""

import zlib
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from benchmarks.organisation import (
    N_SKILLS,
    STRUCTURES,
    FloatArray,
    IntArray,
    Structure,
    lay_out,
    staff_team,
)

__all__ = [
    "N_PRIORITIES",
    "STRUCTURES",
    "FloatArray",
    "IntArray",
    "Structure",
    "Workload",
    "checksum",
    "make_workload",
]

N_PRIORITIES = 3

_HOURS_PER_WEEK = 37.0
_BASE_PEOPLE = 45
_BASE_DEPARTMENTS = 8
_BASE_REQUESTS_PER_WEEK = 120.0
_PRIORITY_SHARES = [0.1, 0.3, 0.6]
_EFFORT_SIGMA = 0.8
_MAX_RETURNS = 4
_RETURN_PROBABILITY = 0.08
_REWORK_FACTOR = 0.5
_REPEATED_SHARE = 0.55  # part of a request's effort that one return repeats, on average
_HANDOFF_HOURS = 4.0


class _RequestType(NamedTuple):
    """Share of all requests, skills in the order they are needed, mean efforts in relative units."""

    share: float
    skills: list[int]
    efforts: list[float]


_REQUEST_TYPES = (
    _RequestType(0.25, [0, 1], [1.0, 0.8]),
    _RequestType(0.20, [1, 0, 2], [0.7, 1.2, 1.0]),
    _RequestType(0.20, [2, 3, 0], [1.3, 1.0, 0.6]),
    _RequestType(0.15, [3, 2], [1.5, 0.9]),
    _RequestType(0.12, [2, 4, 1, 0], [1.0, 2.0, 0.8, 0.6]),
    _RequestType(0.08, [5, 3, 4, 1], [2.2, 1.0, 1.2, 0.5]),
)


@dataclass(frozen=True)
class Workload:
    """One run's complete input, as arrays; letters give the shapes.

    R requests, T tasks (of all requests in turn), P people, K skills, M teams, D departments.

    Attributes:
        hours: Length of the run in working hours.
        gaps: (R,) hours between an arrival and the one before.
        department: (R,) who asks.
        priority: (R,) class, 0 is served first.
        task_start: (R + 1,) request i owns tasks `task_start[i]` to `task_start[i + 1] - 1`, in order.
        task_skill: (T,) skill the task needs.
        task_effort: (T,) hours it takes at speed 1.
        return_to: (R, 4) which of its own tasks (0 = first) the request goes back to at each
            end, or -1.
        rework_factor: Multiplies efforts after the first return.
        route: (D, K) team that serves a department in a skill.
        handoff_delay: (M, M) hours from one team to another; 0 on the diagonal.
        person_team: (P,) team of each person, ascending.
        person_speed: (P, K) speed at each skill; 0 where the person does not have it.
    """

    hours: float
    gaps: FloatArray
    department: IntArray
    priority: IntArray
    task_start: IntArray
    task_skill: IntArray
    task_effort: FloatArray
    return_to: IntArray
    rework_factor: float
    route: IntArray
    handoff_delay: FloatArray
    person_team: IntArray
    person_speed: FloatArray


def make_workload(
    structure: Structure = "central",
    weeks: int = 104,
    staff_mult: int = 1,
    rho: float = 0.8,
    seed: int = 0,
) -> Workload:
    """Draw a workload.

    The requests depend on everything but the structure, so that structures meet the same demand.

    Args:
        structure: "central" (one team), "federated" (one team per department) or "hub" (generalists
            in the departments, specialists together).
        weeks: Length of the run in weeks of 37 hours.
        staff_mult: Multiplies people, departments and requests alike.
        rho: Intended share of their time that people are busy, at speed 1 throughout.
        seed: Of the requests; people depend on `staff_mult` and structure only.

    Returns:
        The workload.

    Raises:
        ValueError: If the structure is unknown or a team lacks one of its skills.
    """
    people, departments = _BASE_PEOPLE * staff_mult, _BASE_DEPARTMENTS * staff_mult
    per_week = _BASE_REQUESTS_PER_WEEK * staff_mult
    hours, rate = weeks * _HOURS_PER_WEEK, per_week / _HOURS_PER_WEEK
    work = _work_by_skill()
    work_with_rework = work.sum() * (1 + _RETURN_PROBABILITY * _REWORK_FACTOR * _REPEATED_SHARE)
    hours_per_unit = rho * people / (rate * work_with_rework)

    # The order of the draws is part of the workload: another order is another workload.
    rng = np.random.default_rng([202, seed])
    gaps = rng.exponential(1 / rate, int(per_week * weeks * 1.2) + 100)
    gaps = gaps[np.cumsum(gaps) < hours]
    n = len(gaps)
    department = rng.integers(0, departments, n)
    priority = rng.choice(N_PRIORITIES, n, p=_PRIORITY_SHARES)
    kind = rng.choice(len(_REQUEST_TYPES), n, p=[t.share for t in _REQUEST_TYPES])

    type_length = np.array([len(t.skills) for t in _REQUEST_TYPES])
    type_start = np.cumsum(type_length) - type_length
    length = type_length[kind]
    task_start = np.concatenate(([0], np.cumsum(length)))
    row = np.arange(task_start[-1]) + np.repeat(type_start[kind] - task_start[:-1], length)
    task_skill = np.concatenate([t.skills for t in _REQUEST_TYPES])[row]
    mean_effort = np.concatenate([t.efforts for t in _REQUEST_TYPES])[row] * hours_per_unit
    spread = np.exp(rng.normal(-(_EFFORT_SIGMA**2) / 2, _EFFORT_SIGMA, len(row)))
    returns = rng.random((n, _MAX_RETURNS)) < _RETURN_PROBABILITY
    target = (rng.random((n, _MAX_RETURNS)) * length[:, None]).astype(np.int64)

    sizes, skills, route = lay_out(structure, people, departments, work)
    rng = np.random.default_rng([203, staff_mult])
    speeds = [staff_team(size, own, work, rng) for size, own in zip(sizes, skills, strict=True)]
    return Workload(
        hours=hours,
        gaps=gaps,
        department=department,
        priority=priority,
        task_start=task_start,
        task_skill=task_skill,
        task_effort=mean_effort * spread,
        return_to=np.where(returns, target, -1),
        rework_factor=_REWORK_FACTOR,
        route=route,
        handoff_delay=_HANDOFF_HOURS * (1.0 - np.eye(len(sizes))),
        person_team=np.repeat(np.arange(len(sizes)), sizes),
        person_speed=np.vstack(speeds),
    )


def checksum(times: ArrayLike) -> int:
    """CRC-32 of the times as little-endian float64: equal for equal times, bit by bit (NaN = NaN)."""
    array = np.asarray(times, dtype="<f8")
    return zlib.crc32(np.where(np.isnan(array), np.nan, array).tobytes())


def _work_by_skill() -> FloatArray:
    """Mean relative effort that one request asks of each skill, without rework."""
    work = np.zeros(N_SKILLS)
    for kind in _REQUEST_TYPES:
        work[kind.skills] += kind.share * np.array(kind.efforts)
    return work
