"""The people at week 0 as arrays: levels, what they can do, sub-teams and leads, familiarity."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from opmodel.flow.asks import upkeep_skills
from opmodel.flow.seating import Seating
from opmodel.scenario.demand import LEVELS, UPKEEP_LEVEL
from opmodel.scenario.people import Training
from opmodel.scenario.scenario import Scenario

Array = npt.NDArray[Any]
NO_SKILL = -1.0


@dataclass(frozen=True)
class Needs:
    """What tasks may need: pairs of a skill and a least level, in order of first mention."""

    skill: Array
    """i8 (N,)"""
    level: Array
    """i8 (N,)"""
    index: dict[tuple[int, int], int]

    @classmethod
    def of(cls, scenario: Scenario) -> Needs:
        """All needs of a scenario's steps and upkeep."""
        skills = {name: k for k, name in enumerate(scenario.skills)}
        pairs = [
            (skills[step.skill], LEVELS.index(step.level))
            for kind in scenario.request_types.values() for step in kind.steps
        ]
        pairs += [(skills[s], LEVELS.index(UPKEEP_LEVEL)) for s in upkeep_skills(scenario)]
        unique = list(dict.fromkeys(pairs))
        return cls(
            np.array([p[0] for p in unique]), np.array([p[1] for p in unique]), {p: n for n, p in enumerate(unique)}
        )


@dataclass(frozen=True)
class Staff:
    """People (S seats) at week 0 under one seating."""

    level: Array
    """f8 (S, skills), skill level at the start of a holder, 0 awareness to 3 expert; -1 lacks the skill"""
    aim: Array
    """f8 (S, skills), the role's level, which a contract may start below"""
    prospect: Array
    """f8 (S, skills), the same, or what training is to add"""
    primary: Array
    """i8 (S,), primary skill"""
    team: Array
    """i4 (S,)"""
    group: Array
    """i4 (S,), sub-team"""
    groups: Array
    """i8 (M,), number of sub-teams of each team"""
    fte: Array
    employed: Array
    """bool (S,), filled at week 0 (hires are not)"""
    lead: Array
    """bool (S,), leads its sub-team"""
    chief: Array
    """bool (S,), leads its team"""


def staff_of(scenario: Scenario, seats: Seating) -> Staff:
    """Seats as arrays, sub-teams and leads appointed."""
    skills = {name: k for k, name in enumerate(scenario.skills)}
    n = len(seats.seats)
    level = np.full((n, len(skills)), NO_SKILL)
    aim = np.full((n, len(skills)), NO_SKILL)
    primary = np.zeros(n, np.int64)
    for s, seat in enumerate(seats.seats):
        held = scenario.roles[seat.role].skills
        primary[s] = skills[next(iter(held))]
        for name, at in held.items():
            aim[s, skills[name]] = LEVELS.index(at)
            level[s, skills[name]] = max(LEVELS.index(at) - seat.terms.levels_below, 0.0)
    prospect = aim.copy()
    for training in scenario.training.values():
        for s in trainees(training, seats)[: training.count]:
            k = skills[training.skill]
            prospect[s, k] = after_training(prospect[s, k], float(training.levels))
    group = np.zeros(n, np.int32)
    lead = np.zeros(n, np.bool_)
    chief = np.zeros(n, np.bool_)
    groups = np.ones(len(seats.teams), np.int64)
    size_max = max(1.0, float(scenario.people.sub_team_size_max))
    for t, team in enumerate(seats.teams):
        members = sorted(team.seats, key=lambda s: (int(primary[s]), s))
        if not members:
            continue
        groups[t] = max(1, int(np.ceil(len(members) / size_max)))
        for k, s in enumerate(members):  # dealt out, so that every sub-team gets its share of each skill
            group[s] = k % groups[t]
        named = team.spec.lead if team.spec is not None else None
        rank = {s: (seats.seats[s].post != named, -seats.seats[s].salary, s) for s in members
                if seats.seats[s].hire is None and not seats.seats[s].agency}
        if len(members) < scenario.people.lead_from or not rank:
            continue
        chief[min(rank, key=lambda s: rank[s])] = True
        for g in range(int(groups[t])):
            in_group = [s for s in rank if group[s] == g]
            if in_group:
                lead[min(in_group, key=lambda s: rank[s])] = True
    return Staff(
        level=level, aim=aim, prospect=prospect, primary=primary, team=np.array(seats.team_of, np.int32), group=group,
        groups=groups,
        fte=np.array([s.fte for s in seats.seats]), employed=np.array([s.hire is None for s in seats.seats]),
        lead=lead, chief=chief,
    )


def trainees(training: Training, seats: Seating) -> list[int]:
    """Seats whose holders may be trained, in seat order; those of the team named come first."""
    of_post = [s for s, seat in enumerate(seats.seats) if seat.source is not None and seat.post == training.post]
    named = [team.seats for team in seats.teams if team.name == training.team]
    return sorted(of_post, key=lambda s: (not any(s in team for team in named), s))


def after_training(level: float, levels: float) -> float:
    """Level once a course is over, at most expert; from no knowledge the first level is awareness."""
    reached = min(level + levels, float(len(LEVELS) - 1))
    return reached if reached >= 0.0 else level


def speed_by_level(scenario: Scenario, level: Array) -> Array:
    """Speed at real levels, interpolated; 0 where the skill is lacking."""
    values = scenario.level_speed
    if not scenario.mechanisms.on("level_speed"):
        return np.where(level >= 0, 1.0, 0.0)
    points = [float(getattr(values, name)) for name in LEVELS]
    return np.where(level >= 0, np.interp(level, range(4), points), 0.0)


def slip_by_level(scenario: Scenario, level: Array) -> Array:
    """Rework factor at real levels, interpolated."""
    points = [float(getattr(scenario.standards.rework_by_level, name)) for name in LEVELS]
    return np.asarray(np.interp(level, range(4), points))


def able(level: Array, needs: Needs) -> Array:
    """Bool (S, N), whether each person's level (its floor) is high enough for each need."""
    return np.asarray(np.floor(level[:, needs.skill] + 1e-9) >= needs.level)

