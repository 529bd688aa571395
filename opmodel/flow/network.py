"""From names to arrays: one scenario under one structure, ready to run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from opmodel.flow import expected
from opmodel.flow.asks import Asks, compile_asks, upkeep_skills
from opmodel.flow.calendar import holiday_mask
from opmodel.flow.draws import name_key
from opmodel.flow.routes import Routes, routes_of
from opmodel.flow.seating import Seating, reference_seating, seating
from opmodel.flow.staff import Needs, Staff, staff_of
from opmodel.flow.tables import BY_PREFERENCE, KIND, LONGEST_IDLE, Tables, first_rules
from opmodel.scenario.demand import LEVELS, UPKEEP_LEVEL
from opmodel.scenario.scenario import Scenario

Array = npt.NDArray[Any]
RULE_CODES = {"first_come": 0, "earliest_deadline": 1, "wsjf": 2, "local_value": 3}


@dataclass(frozen=True)
class Network:
    """A scenario compiled: who sits where, which routes exist, what is asked, what acts."""

    scenario: Scenario
    seating: Seating
    staff: Staff
    needs: Needs
    routes: Routes
    tables: Tables
    asks: Asks
    familiarity: Array
    """f8 (S, D), at week 0: each person's stationary value under today, in every structure"""
    conformance: Array
    """f8 (M,), at week 0"""
    stewardship: Array
    """f8 (M,), share of missing conformance gained a year"""
    boards: list[tuple[int, int, int]]
    """Cadence, seats and first week of each board"""
    holidays: Array
    """bool (days,), bank holidays from the start on"""
    seat_keys: Array
    """u8 (S,), key of each seat's draws"""
    today: expected.Multipliers
    """Mean effort multipliers of the mechanisms under today, at week 0"""
    now: expected.Multipliers
    """The same under this structure"""
    demand_key: str
    """Networks with the same key share one sample of demand"""

    @property
    def types(self) -> int:
        """Request types, upkeep's pseudo types included."""
        return int(self.tables.kind.size)


def compile_network(scenario: Scenario, trace: Any = None) -> Network:
    """Compile a scenario under its structure; efforts are scaled by what today's structure makes of them."""
    needs = Needs.of(scenario)
    before = reference_seating(scenario)
    before_staff = staff_of(scenario, before)
    before_routes = routes_of(scenario, before, before_staff, needs)
    familiarity = expected.stationary_familiarity(scenario, needs, before_staff, before_routes)
    today = expected.multipliers(
        scenario, needs, before_staff, before_routes, familiarity,
        team_conformance(scenario, before, before_routes), float(scenario.standards.maturity),
    )
    factors = expected.effort_factors(scenario, needs, today)
    seats = seating(scenario)
    staff = staff_of(scenario, seats)
    routes = routes_of(scenario, seats, staff, needs)
    known = {seat.key: row for seat, row in zip(before.seats, familiarity, strict=True)}
    fresh = np.zeros(familiarity.shape[1]) if scenario.mechanisms.on("familiarity") else familiarity[0]
    # hires, and posts that only this structure has, start without familiarity
    familiarity = np.array([known.get(seat.key, fresh) for seat in seats.seats])
    boards, board_of = _boards(scenario)
    return Network(
        scenario=scenario,
        seating=seats,
        staff=staff,
        needs=needs,
        routes=routes,
        tables=_tables(scenario, seats, routes, needs, board_of),
        asks=compile_asks(scenario, factors, trace),
        familiarity=familiarity,
        conformance=team_conformance(scenario, seats, routes),
        stewardship=_stewardship(scenario, seats, routes),
        boards=boards,
        holidays=_holidays(scenario),
        seat_keys=np.array([name_key("seat", s.key) for s in seats.seats], np.uint64),
        today=today,
        now=expected.multipliers(
            scenario, needs, staff, routes, familiarity, team_conformance(scenario, seats, routes),
            float(scenario.standards.maturity if scenario.standards.maturity_now is None
                  else scenario.standards.maturity_now),
        ),
        demand_key=scenario.demand_hash,
    )


def _holidays(scenario: Scenario) -> Array:
    days = 260 * (scenario.study.horizon_weeks * 5 // 260 + 1)
    return holiday_mask(scenario.time_off.bank_holidays, scenario.start, days)


def team_conformance(scenario: Scenario, seats: Seating, routes: Routes) -> Array:
    """Conformance of the data each team keeps: the mean of the directorates it serves first."""
    values = np.array([float(d.conformance) for d in scenario.directorates.values()])
    if not scenario.mechanisms.on("conformance"):
        return np.ones(len(seats.teams))
    out = np.full(len(seats.teams), values.mean())
    for t in range(len(seats.teams)):
        served = np.flatnonzero(routes.own == t)
        if served.size:
            out[t] = values[served].mean()
    return out


def _stewardship(scenario: Scenario, seats: Seating, routes: Routes) -> Array:
    """Gain of conformance a year: steward hours for each directorate served times their worth."""
    standards = scenario.standards
    out = np.zeros(len(seats.teams))
    for t, team in enumerate(seats.teams):
        served = max(1, int((routes.own == t).sum()))
        own = team.spec.steward_hours if team.spec is not None else None
        hours = float(own) / served if own is not None else float(standards.steward_hours)
        out[t] = hours * float(standards.stewardship_rate)
    return out


def _boards(scenario: Scenario) -> tuple[list[tuple[int, int, int]], Array]:
    names = list(scenario.directorates)
    governance = scenario.governance
    cadence = round(governance.cadence_weeks)
    common = (cadence, round(governance.seats), cadence // 2)
    if governance.boards is None:
        return [common], np.zeros(len(names), np.int32)
    boards = [common]
    board_of = np.zeros(len(names), np.int32)
    for name, board in governance.boards.items():
        board_of[names.index(name)] = len(boards)
        boards.append((round(board.cadence_weeks), round(board.seats), board.first_week))
    return boards, board_of


def _tables(scenario: Scenario, seats: Seating, routes: Routes, needs: Needs, board_of: Array) -> Tables:
    on = scenario.mechanisms.on
    flow, standards = scenario.flow, scenario.standards
    kinds = list(scenario.request_types.values())
    upkeep = upkeep_skills(scenario)
    skills = {name: k for k, name in enumerate(scenario.skills)}
    total = len(kinds) + len(upkeep)
    width = max([len(k.steps) for k in kinds] + [2]) + 1
    kind = np.zeros(total, KIND)
    need = np.full((total, width), -1, np.int32)
    left = np.zeros((total, width))
    chance = expected.rework_chance(scenario)
    for line in expected.lines(scenario, needs):
        need[line.kind, line.step] = line.need
        left[line.kind, : line.step + 1] += line.effort
    for t, k in enumerate(kinds):
        kind[t].steps = len(k.steps)
        kind[t].gate_before = k.gate_before - 1
        kind[t].gate = float(k.gate_chance) if on("gates") else 0.0
        kind[t].clarify = float(k.clarification_chance) if on("clarification") else 0.0
        kind[t].rework = chance
        kind[t].stops_clock = int(k.clarification_stops_clock)
    for u, skill in enumerate(upkeep):
        kind[len(kinds) + u].steps = 1
        kind[len(kinds) + u].gate_before = -1
        need[len(kinds) + u, 0] = needs.index[(skills[skill], LEVELS.index(UPKEEP_LEVEL))]
        left[len(kinds) + u, 0] = 0.1
    rules = first_rules()
    near = flow.hand_offs.same_line
    rules[0].dispatch = LONGEST_IDLE if flow.dispatch == "longest_idle" else BY_PREFERENCE
    rules[0].speciality_first = int(flow.speciality_first)
    rules[0].rework_max = standards.rework_max
    rules[0].rework_effort = float(standards.rework_effort)
    rules[0].rework_cap = float(standards.rework_cap)
    rules[0].unfamiliar_rework = float(standards.unfamiliar_rework) if on("familiarity") else 0.0
    rules[0].reuse_saving = float(standards.reuse_saving)
    rules[0].nonconformance = float(standards.nonconformance_penalty) if on("conformance") else 0.0
    rules[0].delegated = float(scenario.governance.delegated_share)
    rules[0].cross_gate = float(scenario.governance.gate_cross_factor)
    rules[0].papers_deadline = float(scenario.governance.papers_deadline)
    rules[0].reassign_after = float(flow.reassign_after)
    if on("slices") and float(flow.slice) > 0:
        rules[0].slice = float(flow.slice)
        rules[0].switch_loss = float(flow.context_switch_loss)
    if on("escalation"):
        rules[0].escalate_after = float(flow.escalate_after)
    if on("hand_offs"):
        rules[0].reassign_effort = float(near.effort)
        rules[0].group_latency = float(near.latency)
        rules[0].group_effort = float(near.effort)
        rules[0].peer_effort = float(flow.hand_offs.same_team.effort)
    if on("reacting_demand") and float(scenario.demand.elasticity) != 0.0:
        rules[0].potential = 1.0 / float(scenario.demand.raise_max)
    teams = len(seats.teams)
    local = np.zeros((teams, routes.own.size), np.int32)
    local[routes.own, np.arange(routes.own.size)] = 1
    rule = np.zeros(teams, np.int32)
    gain = np.ones(teams)
    for t, team in enumerate(seats.teams):
        spec = team.spec
        rule[t] = RULE_CODES[spec.rule if spec is not None and spec.rule is not None else flow.rule]
        own_gain = spec.ownership_gain if spec is not None and spec.ownership_gain is not None else flow.ownership_gain
        if local[t].sum() == 1:
            gain[t] = 1.0 - float(own_gain)
    return Tables(
        kind=kind, need=need, left=left, route=routes.route, own=routes.own, latency=routes.latency,
        extra=routes.extra, discover=routes.discover, other_line=routes.other_line, local=local, rule=rule, gain=gain,
        board=board_of, rules=rules,
    )
