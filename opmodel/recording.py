"""Taking the records out of a finished model."""

from __future__ import annotations

import numpy as np

from opmodel.flow.memory import give_back, lend
from opmodel.flow.unload import (
    REQUEST_NUMBERS,
    REQUEST_TIMES,
    VISIT_NUMBERS,
    VISIT_TIMES,
    unload_requests,
    unload_visits,
)
from opmodel.model import OperatingModel
from opmodel.records import SHADOW, TASK_COLUMNS, Column, Names, Run, Seats


def records_of(model: OperatingModel, seed: int, replication: int) -> Run:
    """Take the tables out of a finished model; rows that were never potential requests are left out."""
    network, state, ask = model.network, model.state, model.demand.ask
    scenario = network.scenario
    horizon = 5.0 * model.weeks
    request = state.request
    arrived = np.arange(ask.size) < state.clock[0].arrivals
    arrived |= (ask["origin"] == SHADOW) & ~np.isnan(request["raised"])
    keep = np.flatnonzero(arrived & (request["fate"] >= 0))
    row = np.full(ask.size, -1, np.int64)
    row[keep] = np.arange(keep.size)
    person = state.person
    busy = np.flatnonzero((person["on_duty"] == 1) & (person["request"] >= 0))
    if busy.size:  # work in hand at the horizon
        at = person["request"][busy]
        since = horizon - person["since"][busy]
        request["touch"][at] += since
        state.visit["worked"][request["visit"][at]] += since
    blocked = np.flatnonzero(request["place"] == 6)
    state.visit["blocked"][request["visit"][blocked]] += horizon - request["key"][blocked]
    types = list(scenario.request_types.values())
    numbers, times = lend(np.int64, len(REQUEST_NUMBERS), keep.size), lend(float, len(REQUEST_TIMES), keep.size)
    total = np.concatenate(([0.0], np.cumsum(model.demand.effort)))
    unload_requests(ask, request, keep, network.asks.steps, total, numbers, times)
    read: dict[str, Column] = dict(zip(REQUEST_NUMBERS, numbers, strict=True))
    read.update(zip(REQUEST_TIMES, times, strict=True))
    kind = read["kind"]
    real = np.where(kind < len(types), kind, -1)
    statutory = np.array([t.statutory for t in types] + [False])
    delay_cost = np.array([float(t.cost_of_delay) for t in types] + [0.0])
    effort = np.where(kind < len(types), read["effort"], read["scale"] * read["effort"])
    requests: dict[str, Column] = {
        "number": keep,
        "origin": read["origin"],
        "type": real,
        "directorate": read["directorate"],
        "second": read["second"],
        "class": read["class"],
        "statutory": statutory[real],
        "raised": read["raised"],
        "first_start": read["first_start"],
        "closed": read["closed"],
        "fate": read["fate"],
        "due": read["due"],
        "value": read["value"],
        "cost_of_delay": delay_cost[real],
        "effort": effort,
        "hand_offs": read["hand_offs"],
        "passes": read["passes"],
        "touch": read["touch"],
        "duplicated": read["duplicated"] * effort,
        "flagged": request["flagged"][keep] == 1,
    }
    visit = state.visit[: state.clock[0].visits]
    numbers, times = lend(np.int64, len(VISIT_NUMBERS), visit.size), lend(float, len(VISIT_TIMES), visit.size)
    unload_visits(visit, row, network.needs.skill, network.needs.level, numbers, times)
    found: dict[str, Column] = dict(zip(VISIT_NUMBERS, numbers, strict=True))
    found.update(zip(VISIT_TIMES, times, strict=True))
    tasks = {name: found[name] for name in TASK_COLUMNS}
    seats = network.seating.seats
    roles = list(scenario.roles)
    return Run(
        scenario=scenario,
        seed=seed,
        replication=replication,
        names=Names(
            tuple(scenario.directorates), tuple(scenario.request_types), tuple(scenario.skills),
            tuple(t.name for t in network.seating.teams), tuple(roles), tuple(s.name for s in seats),
        ),
        seats=Seats(
            team=network.staff.team.astype(np.int64),
            role=np.array([roles.index(s.role) for s in seats]),
            fte=network.staff.fte,
            salary=np.array([s.salary for s in seats]),
            agency=np.array([s.agency for s in seats]),
            day_rate=np.array([s.terms.day_rate or 0.0 for s in seats]),
        ),
        requests=requests,
        tasks=tasks,
        weeks=model.records(),
        events=int(state.clock[0].events),
    )


def forget(run: Run) -> None:
    """Let later runs use the memory of this one's tables, which nobody may read any more."""
    give_back(run.requests["fate"], run.requests["closed"], run.tasks["team"], run.tasks["ready"])
