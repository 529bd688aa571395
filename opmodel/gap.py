"""The skills gap in its static and marginal readings, and headroom.

The *static* gap asks whether the people could do the expected work at all, if every day could be
spent where it is needed most: a linear programme, on expected demand, so it has no interval. The
*marginal* gap asks what one more practitioner would change, re-simulated on the same draws.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from opmodel.flow.asks import weekly_profile
from opmodel.flow.expected import lines, preparation_ratio, upkeep_due, yearly_requests
from opmodel.flow.network import Network
from opmodel.flow.staff import able, speed_by_level
from opmodel.replication import compiled, replicate_all
from opmodel.scenario.demand import LEVELS, UPKEEP_LEVEL
from opmodel.scenario.scenario import Scenario

Array = npt.NDArray[Any]
WEEKS = 26
DAYS = 5.0 * WEEKS


@dataclass(frozen=True)
class StaticGap:
    """Days a 26-week period short, by skill and by team and skill; FTE of a practitioner on duty."""

    short: dict[str, float]
    """FTE short by skill"""
    demand: dict[str, float]
    """FTE demanded by skill (expected effort of the period and opening backlog)"""
    by_team: dict[tuple[str, str], float]
    """FTE short by (team that serves the directorate first, skill)"""
    by_level: dict[tuple[str, str], float]
    """FTE short by (least level, skill)"""

    @property
    def total(self) -> float:
        """FTE short over all skills."""
        return sum(self.short.values())


def static_gap(scenario: Scenario) -> dict[str, float]:
    """FTE short of each skill in the static assignment of the next 26 weeks (see :func:`assign`)."""
    return assign(scenario).short


def assign(scenario: Scenario, factor: float = 1.0) -> StaticGap:
    """Static skills gap: least effort that cannot be done, then its most even spread.

    Days x >= 0 of person i on (directorate, skill, least level) where route and level allow;
    sum of x at most the person's on-duty days times pace; sum of speed x plus the uncovered effort
    u equals the expected effort of 26 weeks plus the opening backlog. First the least sum of u;
    then, holding that, the greatest u / demand is made as small as it can be.

    Args:
        scenario: its structure and its expected demand count; nothing is drawn.
        factor: multiplies demand (for headroom).
    """
    network = compiled(scenario)
    need, directorate, demand = _cells(network)
    demand = demand * factor
    capacity, speed, can, teams = _people(network)
    reach = _reach(network, directorate, need)
    pairs = [(p, c) for c in range(demand.size) for p in np.flatnonzero(can[:, need[c]] & reach[c][teams])]
    person = np.array([p for p, _ in pairs], int)
    cell = np.array([c for _, c in pairs], int)
    worth = speed[person, need[cell], directorate[cell]] if person.size else np.zeros(0)
    return _named(network, need, directorate, demand, least_gap(capacity, demand, person, cell, worth))


def least_gap(capacity: Array, demand: Array, person: Array, cell: Array, worth: Array) -> Array:
    """Uncovered effort u of each demand cell: least in sum, then lexicographically the most even.

    Args:
        capacity: work days of each person.
        demand: days of effort of each cell.
        person: person of each possible assignment.
        cell: its cell.
        worth: effort that a day of it covers.
    """
    from scipy import sparse
    from scipy.optimize import linprog

    n, cells = person.size, demand.size
    width = n + cells + 1  # assignments, uncovered effort, greatest uncovered share
    every = np.arange(n)
    covered = sparse.csr_matrix((worth, (cell, every)), (cells, width)) + sparse.csr_matrix(
        (np.ones(cells), (np.arange(cells), n + np.arange(cells))), (cells, width)
    )
    spent = sparse.csr_matrix((np.ones(n), (person, every)), (capacity.size, width))
    sum_of_u = np.r_[np.zeros(n), np.ones(cells), 0.0]
    first = linprog(sum_of_u, A_ub=spent, b_ub=capacity, A_eq=covered, b_eq=demand, method="highs")
    least, short = float(first.fun), first.x[n : n + cells]
    if least < 1e-6:
        return np.zeros(cells)
    # Level after level: the greatest share still free is made as small as possible, then fixed
    # where it cannot be smaller.
    ceiling = np.full(cells, np.inf)
    greatest = np.r_[np.zeros(n + cells), 1.0]
    for _ in range(cells):
        free = np.flatnonzero(np.isinf(ceiling))
        if free.size == 0:
            break
        level = sparse.hstack([
            sparse.csr_matrix((free.size, n)),
            sparse.csr_matrix((np.ones(free.size), (np.arange(free.size), free)), (free.size, cells)),
            sparse.csr_matrix(-demand[free].reshape(-1, 1)),
        ])
        bounds = [(0, None)] * n + [(0, None if np.isinf(c) else c) for c in ceiling] + [(0, None)]
        now = linprog(
            greatest,
            A_ub=sparse.vstack([spent, level, sparse.csr_matrix(sum_of_u.reshape(1, -1))]),
            b_ub=np.r_[capacity, np.zeros(free.size), least * (1 + 1e-9) + 1e-9],
            A_eq=covered, b_eq=demand, bounds=bounds, method="highs",
        )
        if now.status != 0:
            break
        short = now.x[n : n + cells]
        share = float(now.x[-1])
        binding = free[np.abs(now.ineqlin.marginals[capacity.size : capacity.size + free.size]) > 1e-9]
        if share < 1e-9 or binding.size == 0:
            break
        ceiling[binding] = share * demand[binding] * (1 + 1e-9) + 1e-12
    return np.where(short > 1e-7, short, 0.0)  # what is left below is the solver's tolerance


def _cells(network: Network) -> tuple[Array, Array, Array]:
    """Need, directorate and expected effort in days (26 weeks and opening backlog) of each demand cell."""
    scenario = network.scenario
    on = scenario.mechanisms.on
    yearly = yearly_requests(scenario)
    effort = np.zeros((network.needs.skill.size, yearly.shape[1]))
    opening = float(scenario.demand.opening_backlog) if on("opening_backlog") else 0.0
    period = DAYS / 260.0
    departs = network.now.without_people * preparation_ratio(scenario)
    if scenario.standards.effort_basis == "as_is":
        departs = departs / network.today.without_people
    for k, line in enumerate(lines(scenario, network.needs)):
        kind = list(scenario.request_types.values())[line.kind]
        backlog = 0.0 if kind.weeks is not None else opening / 260.0
        usual = float(kind.per_year) * float(scenario.demand.demand_scale)
        years = weekly_profile(scenario, kind, WEEKS).sum() / usual if usual > 0.0 else 0.0
        effort[line.need] += yearly[line.kind] * line.effort * departs[k] * (years + backlog)
    skills = list(scenario.skills)
    for skill, days in upkeep_due(scenario).items():
        effort[network.needs.index[(skills.index(skill), LEVELS.index(UPKEEP_LEVEL))]] += days * period
    need, directorate = np.nonzero(effort > 0)
    return need, directorate, effort[need, directorate]


def _people(network: Network) -> tuple[Array, Array, Array, Array]:
    """Work days of each person in the period, speed (person, need, directorate), what each can do, teams.

    Efforts are those observed under today, so speeds count relative to the people of today: the mean
    multiplier of each need under today is divided out.
    """
    from opmodel.flow.demand import sample_demand
    from opmodel.flow.memory import give_back
    from opmodel.model import OperatingModel

    scenario, staff, needs = network.scenario, network.staff, network.needs
    off = days_off(network)
    demand = sample_demand(network.asks, 0, 0)
    model = OperatingModel(network, demand)
    pace, fit = model.state.person["pace"].copy(), model.state.fit.copy()
    model.dismiss()
    give_back(demand.ask)
    capacity = np.where(staff.employed, DAYS * (1.0 - off / 260.0) * pace, 0.0)
    level_speed = speed_by_level(scenario, staff.level)[:, needs.skill]
    usual = np.ones(needs.skill.size)
    weight = np.zeros(needs.skill.size)
    for line, people in zip(lines(scenario, needs), network.today.people, strict=True):
        usual[line.need] = (usual[line.need] * weight[line.need] + people * line.effort) / (
            weight[line.need] + line.effort
        )
        weight[line.need] += line.effort
    if scenario.standards.effort_basis != "as_is":
        usual[:] = 1.0
    speed = level_speed[:, :, None] * fit[:, None, :] * usual[None, :, None]
    return capacity, speed, able(staff.level, needs), staff.team


def days_off(network: Network) -> float:
    """Expected days off duty in a year of 260."""
    if not network.scenario.mechanisms.on("time_off"):
        return 0.0
    off = network.scenario.time_off
    return float(off.annual_leave) + float(off.sickness) + float(off.training) + float(network.holidays[:260].sum())


def _reach(network: Network, directorate: Array, need: Array) -> Array:
    """Bool (cells, teams), whether a team is on the cell's route."""
    out = np.zeros((need.size, len(network.seating.teams)), bool)
    for c in range(need.size):
        for team in network.routes.route[directorate[c], need[c]]:
            if team >= 0:
                out[c, team] = True
    return out


def _named(network: Network, need: Array, directorate: Array, demand: Array, short: Array) -> StaticGap:
    """Days by cell as FTE by skill and by team and skill: one FTE is a person's work days in the period."""
    scenario = network.scenario
    per_fte = DAYS * (1.0 - days_off(network) / 260.0)
    if scenario.mechanisms.on("productive_share"):
        per_fte *= float(scenario.people.productive_share)
    skill = network.needs.skill[need]
    by_skill = {name: float(short[skill == k].sum()) / per_fte for k, name in enumerate(scenario.skills)}
    wanted = {name: float(demand[skill == k].sum()) / per_fte for k, name in enumerate(scenario.skills)}
    by_team: dict[tuple[str, str], float] = {}
    by_level: dict[tuple[str, str], float] = {}
    for c in range(need.size):
        team = network.seating.teams[network.routes.own[directorate[c]]].name
        level = LEVELS[network.needs.level[need[c]]]
        for parts, name in ((by_team, team), (by_level, level)):
            key = (name, scenario.skills[skill[c]])
            parts[key] = parts.get(key, 0.0) + float(short[c]) / per_fte
    return StaticGap(by_skill, wanted, by_team, by_level)


def headroom(scenario: Scenario, *, highest: float = 3.0) -> float:
    """Largest factor on demand that still leaves no gap in the static assignment; below 1 if there is one now.

    Args:
        scenario: as for :func:`assign`.
        highest: where the search ends.
    """
    low, high = 0.0, highest
    if assign(scenario, highest).total < 1e-3:
        return highest
    for _ in range(12):
        middle = (low + high) / 2
        if assign(scenario, middle).total < 1e-3:
            low = middle
        else:
            high = middle
    return low


def marginal_gap(
    scenario: Scenario, *, replications: int = 20, seed: int = 1, executor: Any = None,
    on_progress: Callable[[int, int], None] | None = None, should_stop: Callable[[], bool] | None = None,
) -> dict[str, tuple[float, float, float]]:
    """Backlog days removed at the horizon by one more practitioner of each skill, with joint 95 % intervals.

    Each skill in demand gets one more full-time person who holds only it, from the first day on,
    seated where that skill has most demand; the same draws are simulated again.

    Returns:
        mean, low and high by skill, in days of effort.
    """
    more = one_more(scenario)
    variants = [scenario, *more.values()]
    rows = []
    for number, backlogs in replicate_all(variants, range(replications), seed=seed, executor=executor,
                                          reduce=backlog_days):
        rows.append(backlogs)
        if on_progress is not None:
            on_progress(number + 1, replications)
        if should_stop is not None and should_stop():
            break
    table = np.array(rows)
    return removed(table[:, 0], dict(zip(more, table[:, 1:].T, strict=True)))


def one_more(scenario: Scenario) -> dict[str, Scenario]:
    """The scenario with one more practitioner of each skill in demand: full time, with only it, from the first day."""
    from opmodel.scenario.changes import change_scenario

    found = {}
    for skill in (s for s, fte in assign(scenario).demand.items() if fte > 0):
        name = f"one more {skill}"
        found[skill] = change_scenario(scenario, {
            f"roles.{name}": {"skills": {skill: "practitioner"}, "salary": 0},
            f"hires.{name}": {"role": name, "starts": "0d"},
        })
    return found


def removed(before: Array, after: Mapping[str, Array]) -> dict[str, tuple[float, float, float]]:
    """What each variant removes on average, with 95 % intervals that hold together over all of them.

    Args:
        before: a figure in each future as things are.
        after: the same with each variant, in the same futures.

    Returns:
        mean, low and high by variant; NaN ends where there is but one future.
    """
    from scipy import stats

    found = {}
    for name, values in after.items():
        less = before - values
        mean, half = float(less.mean()), float("nan")
        if less.size > 1:
            t = stats.t.ppf(1.0 - 0.025 / len(after), less.size - 1)
            half = float(t * less.std(ddof=1) / np.sqrt(less.size))
        found[name] = mean, mean - half, mean + half
    return found


def backlog_days(run: Any) -> float:
    """Reference effort of requests open at the horizon, in days."""
    return float(run.requests["effort"][run.requests["fate"] == 0].sum())
