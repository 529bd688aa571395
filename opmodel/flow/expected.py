"""Expected effort in closed form: what each mechanism multiplies under today, and the load that follows.

With ``effort_basis: as_is`` the efforts of a file are those observed today. Each mechanism therefore
acts as a ratio to its mean multiplier over today's routes and people at week 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from opmodel.flow.asks import directorate_weights, step_durations, upkeep_skills
from opmodel.flow.routes import Routes
from opmodel.flow.staff import Needs, Staff, able, slip_by_level, speed_by_level
from opmodel.scenario.demand import LEVELS, UPKEEP_LEVEL
from opmodel.scenario.scenario import Scenario

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Line:
    """One step of one request type in expectation."""

    kind: int
    step: int
    need: int
    effort: float
    """Mean effort in days as the file states it."""


def lines(scenario: Scenario, needs: Needs) -> list[Line]:
    """Every step of every request type."""
    skills = {name: k for k, name in enumerate(scenario.skills)}
    out = []
    for t, kind in enumerate(scenario.request_types.values()):
        for s, (step, (_, mean, _)) in enumerate(zip(kind.steps, step_durations(kind), strict=True)):
            need = needs.index[(skills[step.skill], LEVELS.index(step.level))]
            out.append(Line(t, s, need, mean))
    return out


def yearly_requests(scenario: Scenario) -> Array:
    """f8 (T, D), requests a year at the stated rates."""
    scale = float(scenario.demand.demand_scale)
    return np.array(
        [directorate_weights(scenario, k) * float(k.per_year) * scale for k in scenario.request_types.values()]
    )


def upkeep_due(scenario: Scenario) -> dict[str, Array]:
    """f8 (D,) days a year of upkeep of the opening estate, by skill: today's deliveries kept in balance."""
    out: dict[str, Array] = {}
    if not scenario.mechanisms.on("upkeep"):
        return out
    yearly = yearly_requests(scenario)
    for t, kind in enumerate(scenario.request_types.values()):
        if kind.upkeep is None:
            continue
        estate = yearly[t] * float(kind.upkeep.life) / 260.0
        days = estate * float(kind.upkeep.per_month) * 12.0
        out[kind.upkeep.skill] = out.get(kind.upkeep.skill, 0.0) + days
    return out


def load_by_team(scenario: Scenario, needs: Needs, routes: Routes) -> Array:
    """f8 (M, N, D), days a year of effort as stated that reach each team from each directorate."""
    out = np.zeros((routes.employs.shape[0], needs.skill.size, len(scenario.directorates)))
    yearly = yearly_requests(scenario)
    skills = {name: k for k, name in enumerate(scenario.skills)}
    for line in lines(scenario, needs):
        for d in range(out.shape[2]):
            team = routes.first(d, line.need)
            if team >= 0:
                out[team, line.need, d] += yearly[line.kind, d] * line.effort
    for skill, days in upkeep_due(scenario).items():
        need = needs.index[(skills[skill], LEVELS.index(UPKEEP_LEVEL))]
        for d in range(out.shape[2]):
            team = routes.first(d, need)
            if team >= 0:
                out[team, need, d] += days[d]
    return out


def stationary_familiarity(scenario: Scenario, needs: Needs, staff: Staff, routes: Routes) -> Array:
    """f8 (S, D), familiarity in balance under today: f = (f + (1 - f) a) b.

    a = 1 - exp(-e / tau) is learnt in a week with e weeks worked for the directorate, b = 2^(-1 / H)
    is kept. A person's weeks are shared in proportion to the load that reaches the team and that the
    person can do, at the utilisation that load makes. With the mechanism off everybody knows each directorate
    as well as people do on average, for good: that decides nothing but whom a request is asked back by.
    """
    directorates = len(scenario.directorates)
    load = load_by_team(scenario, needs, routes)
    can = able(staff.level, needs)
    out = np.zeros((staff.team.size, directorates))
    tau = float(scenario.people.familiarity_time) / 5.0
    kept = 2.0 ** (-5.0 / float(scenario.people.familiarity_half_life))
    for s in np.flatnonzero(staff.employed):
        mine = can[s] @ load[staff.team[s]]
        if mine.sum() <= 0:
            continue
        weeks = 0.85 * mine / mine.sum()
        learnt = 1.0 - np.exp(-weeks / tau)
        out[s] = learnt * kept / (1.0 - kept * (1.0 - learnt))
    if not scenario.mechanisms.on("familiarity"):
        out[:] = out[staff.employed].mean(0) if staff.employed.any() else 1.0
    return out


def fit_of(scenario: Scenario, familiarity: Array) -> Array:
    """Speed that familiarity leaves: 1 / (1 + penalty (1 - f))."""
    if not scenario.mechanisms.on("familiarity"):
        return np.ones_like(familiarity)
    return np.asarray(1.0 / (1.0 + float(scenario.people.unfamiliar_penalty) * (1.0 - familiarity)))


def table_value(values: list[float], maturity: float) -> float:
    """A table by maturity level 1 to 5, interpolated."""
    return float(np.interp(maturity, [1, 2, 3, 4, 5], values))


def preparation_ratio(scenario: Scenario) -> float:
    """Effort at this scenario's maturity over effort at the maturity the efforts were observed at."""
    standards = scenario.standards
    seen = float(standards.maturity) if standards.effort_basis == "as_is" else 3.0
    now = float(standards.maturity if standards.maturity_now is None else standards.maturity_now)
    return (1 - table_value(standards.preparation, seen)) / (1 - table_value(standards.preparation, now))


def rework_chance(scenario: Scenario, maturity: float | None = None) -> float:
    """Rework chance of a practitioner who knows the directorate."""
    if not scenario.mechanisms.on("rework"):
        return 0.0
    standards = scenario.standards
    if maturity is None:
        maturity = float(standards.maturity if standards.maturity_now is None else standards.maturity_now)
    return table_value(standards.rework, maturity) * float(standards.rework_scale)


@dataclass(frozen=True)
class Multipliers:
    """Mean effort multipliers of the mechanisms on each line: people, hand-offs, reuse, standards, rework."""

    people: Array
    hand_offs: Array
    reuse: Array
    standards: Array
    rework: Array

    @property
    def all(self) -> Array:
        """Their product, one value per line."""
        return np.asarray(self.people * self.hand_offs * self.reuse * self.standards * self.rework)

    @property
    def without_people(self) -> Array:
        """What multiplies effort whoever does it: hand-offs, reuse, standards, rework."""
        return np.asarray(self.hand_offs * self.reuse * self.standards * self.rework)


def multipliers(scenario: Scenario, needs: Needs, staff: Staff, routes: Routes, familiarity: Array,
                conformance: Array, maturity: float) -> Multipliers:
    """Mean multipliers over a structure's routes and people at week 0, without simulating."""
    on = scenario.mechanisms.on
    standards = scenario.standards
    can = able(staff.level, needs) & staff.employed[:, None]
    speed = speed_by_level(scenario, staff.level)
    slip = slip_by_level(scenario, np.maximum(staff.level, 0.0))
    errs_more = float(standards.unfamiliar_rework) if on("familiarity") else 0.0
    fit = fit_of(scenario, familiarity)
    own = routes.own
    directorates = own.size
    shares = np.array([float(d.share) for d in scenario.directorates.values()])
    shares = shares / shares.sum()
    kinds = list(scenario.request_types.values())
    all_lines = lines(scenario, needs)
    people, hand_offs, reuse, penalty, rework, slips = (np.ones(len(all_lines)) for _ in range(6))
    cross = float(scenario.demand.cross_directorate_share) if on("cross_directorate") and directorates > 1 else 0.0
    lower = np.minimum(conformance[own][:, None], conformance[own][None, :])
    others = shares[None, :] * (1 - np.eye(directorates))
    others = others / np.maximum(others.sum(1, keepdims=True), 1e-12)
    weak = float(standards.nonconformance_penalty) * (1 - (others * lower).sum(1)) if on("conformance") else 0 * shares
    found = routes.discover[own][:, own] * (conformance[own] if on("conformance") else 1.0)
    saved = float(standards.reuse_chance) * float(standards.reuse_saving) * (found * shares).sum(1) if on("reuse") \
        else 0 * shares
    for k, line in enumerate(all_lines):
        weights = directorate_weights(scenario, kinds[line.kind])
        skill = needs.skill[line.need]
        before = [a for a in all_lines if a.kind == line.kind and a.step == line.step - 1]
        mean_time, mean_slip, mean_extra, known = 0.0, 0.0, 0.0, 0.0
        for d in np.flatnonzero(weights):
            team = routes.first(int(d), line.need)
            if team < 0:
                continue
            those = np.flatnonzero(can[:, line.need] & (staff.team == team))
            special = those[staff.primary[those] == skill]
            those = special if special.size and scenario.flow.dispatch == "speciality_first" else those
            share = staff.fte[those] / staff.fte[those].sum()
            known += weights[d]
            mean_time += weights[d] * (share / (speed[those, skill] * fit[those, d])).sum()
            unknown = 1.0 - familiarity[those, d]
            mean_slip += weights[d] * (share * slip[those, skill] * (1 + errs_more * unknown)).sum()
            came = routes.first(int(d), before[0].need) if before else int(own[d])
            mean_extra += weights[d] * routes.extra[came, team] if came >= 0 else 0.0
        if known > 0:
            people[k] = mean_time / known
            slips[k] = mean_slip / known
            hand_offs[k] = 1.0 + mean_extra / known
        reuse[k] = 1.0 - (weights * saved).sum()
        penalty[k] = 1.0 + cross * (weights * weak).sum()
    chance = rework_chance(scenario, maturity)
    if chance > 0:
        for t in range(len(kinds)):
            mine = [k for k, line in enumerate(all_lines) if line.kind == t]
            weight = np.array([all_lines[k].effort for k in mine]) + 1e-12
            p = chance * float((slips[mine] * weight).sum() / weight.sum()) * penalty[mine[0]]
            p = min(p, float(standards.rework_cap))
            passes = sum(p**i for i in range(1, standards.rework_max + 1))
            for k in mine:  # a pass starts from a step drawn evenly and redoes all from there
                redone = (all_lines[k].step + 1) / len(mine)
                rework[k] = 1.0 + float(standards.rework_effort) * redone * passes
    return Multipliers(people, hand_offs, reuse, penalty, rework)


def effort_factors(scenario: Scenario, needs: Needs, today: Multipliers) -> list[list[float]]:
    """Per type and step: from effort as the file states it to the standard effort the kernel takes."""
    prepared = preparation_ratio(scenario)
    as_is = scenario.standards.effort_basis == "as_is"
    out: list[list[float]] = [[] for _ in scenario.request_types]
    for line, factor in zip(lines(scenario, needs), today.all, strict=True):
        out[line.kind].append(prepared / factor if as_is else prepared)
    # Upkeep is stated as it is observed, too; its people's mean speed is taken as today's.
    return out + [[prepared] for _ in upkeep_skills(scenario)]
