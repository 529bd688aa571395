"""W2 in opmodel's own flow kernel, without agents: the workload as the kernel's arrays.

A W2 request comes straight to the team of its first task, so the rule ``direct`` is on. Times are hours
here; the kernel takes any unit. Classes 0 to 2 are the kernel's first three classes of service.
"""

from typing import NamedTuple

import numpy as np

from benchmarks.workload import FloatArray, IntArray, Workload
from opmodel.flow.kernel import DONE, advance, begin_week
from opmodel.flow.state import ASK, ROUTE_LENGTH, State, blank, new_state, release
from opmodel.flow.tables import KIND, LONGEST_IDLE, Demand, Tables, first_rules


class KernelWorkload(NamedTuple):
    """Same content as `Workload`, as what the kernel reads; `state_of` makes what it writes."""

    hours: float
    tables: Tables
    demand: Demand
    person_team: IntArray
    person_speed: FloatArray


def prepare(workload: Workload) -> KernelWorkload:
    """Lay out the kernel's tables (untimed)."""
    skills, kind_of = _kinds(workload)
    departments, n_skills = workload.route.shape
    teams, kinds = len(workload.handoff_delay), len(skills)
    width = max(len(own) for own in skills) + 1
    kind, need = blank(KIND, kinds), np.full((kinds, width), -1, np.int32)
    for number, own in enumerate(skills):
        need[number, : len(own)] = own
        kind[number].steps, kind[number].gate_before = len(own), -1
        kind[number].rework = 0.5  # the uniforms below are 0 (sent back) or 1 (done)
    route = np.full((departments, n_skills, ROUTE_LENGTH), -1, np.int32)
    route[:, :, 0] = workload.route
    rules = first_rules()
    rules[0].dispatch, rules[0].direct = LONGEST_IDLE, 1
    rules[0].rework_max, rules[0].rework_effort = workload.return_to.shape[1], workload.rework_factor
    tables = Tables(
        kind=kind,
        need=need,
        left=np.zeros((kinds, width)),
        route=route,
        own=np.zeros(departments, np.int32),
        latency=np.ascontiguousarray(workload.handoff_delay),
        extra=np.zeros((teams, teams)),
        discover=np.ones((teams, teams)),
        other_line=np.zeros((teams, teams), np.int32),
        local=np.zeros((teams, departments), np.int32),
        rule=np.zeros(teams, np.int32),
        gain=np.ones(teams),
        board=np.zeros(departments, np.int32),
        rules=rules,
    )
    ask = blank(ASK, len(workload.gaps))
    ask["arrival"] = ask["raised"] = np.cumsum(workload.gaps)
    ask["due"] = ask["patience"] = np.inf
    ask["accept"], ask["found"] = -1.0, 2.0
    ask["shadow"] = ask["second"] = -1
    ask["effort"] = workload.task_start[:-1]
    ask["type"], ask["directorate"], ask["service"] = kind_of, workload.department, workload.priority
    demand = Demand(
        ask=ask,
        effort=workload.task_effort,
        redo=np.where(workload.return_to >= 0, 0.0, 1.0),
        redo_step=np.maximum(workload.return_to, 0).astype(np.int8),
    )
    return KernelWorkload(workload.hours, tables, demand, workload.person_team, workload.person_speed)


def state_of(prepared: KernelWorkload) -> State:
    """A state before the first event: everybody employed, nothing arrived."""
    tables, demand = prepared.tables, prepared.demand
    seats, needs = prepared.person_speed.shape
    state = new_state(
        requests=demand.ask.size,
        seats=seats,
        teams=tables.rule.size,
        needs=needs,
        directorates=tables.own.size,
        types=tables.kind.size,
        visits=int(demand.effort.size * 1.3),
    )
    state.person["employed"] = 1
    state.person["team"] = prepared.person_team
    state.person["can"] = (prepared.person_speed > 0) @ (1 << np.arange(needs))
    state.speed[:] = prepared.person_speed
    return state


def simulate(prepared: KernelWorkload) -> tuple[FloatArray, int]:
    """Replay the workload.

    Args:
        prepared: What `prepare` returned; it is not changed.

    Returns:
        Completion time of each request in hours (NaN: not completed), and the number of events.

    Raises:
        RuntimeError: If the tables were too small.
    """
    state = state_of(prepared)
    answer = begin_week(prepared.tables, prepared.demand, state, 0.0, True)
    if answer == DONE:
        answer = advance(prepared.tables, prepared.demand, state, prepared.hours, False)
    if answer != DONE:
        raise RuntimeError("the tables are too small for this workload")
    closed, events = state.request["closed"].copy(), int(state.clock[0].events)
    release(state)
    return closed, events


def _kinds(workload: Workload) -> tuple[list[tuple[int, ...]], IntArray]:
    """Distinct sequences of skills, and which of them each request has."""
    starts = workload.task_start.tolist()
    skills = workload.task_skill.tolist()
    own = [tuple(skills[a:b]) for a, b in zip(starts, starts[1:], strict=False)]
    kinds = sorted(set(own))
    number = {skills: k for k, skills in enumerate(kinds)}
    return kinds, np.array([number[skills] for skills in own])
