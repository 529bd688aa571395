"""Teams and people of workload W2, in three structures."""

from typing import Literal, NamedTuple, get_args

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Structure = Literal["central", "federated", "hub"]

STRUCTURES: tuple[Structure, ...] = get_args(Structure)
N_SKILLS = 6

_GENERAL_SKILLS = [0, 1, 2, 3]
_SPECIALIST_SKILLS = [4, 5]
_FIRST_SKILL_SPEEDS = [1.0, 1.15, 1.3]
_FURTHER_SKILL_SPEEDS = [0.75, 0.9, 1.05]
_FURTHER_SKILL_WEIGHT = 0.6  # of a further skill, when counting who covers what


class Layout(NamedTuple):
    """How the people are divided into teams.

    Attributes:
        sizes: People by team.
        skills: What each team covers.
        route: (departments, skills) team that serves a department in a skill.
    """

    sizes: list[int]
    skills: list[list[int]]
    route: IntArray


def lay_out(structure: Structure, people: int, departments: int, work: FloatArray) -> Layout:
    """Divide people into teams.

    Args:
        structure: "central", "federated" or "hub", see `benchmarks.workload.make_workload`.
        people: How many to divide.
        departments: How many they serve.
        work: Effort that the requests ask of each skill, in any unit; sets the size of a hub.

    Returns:
        The teams: those of the departments first, in their order.

    Raises:
        ValueError: If the structure is unknown.
    """
    every = [*_GENERAL_SKILLS, *_SPECIALIST_SKILLS]
    own_team = np.repeat(np.arange(departments)[:, None], N_SKILLS, axis=1)
    if structure == "central":
        return Layout([people], [every], np.zeros_like(own_team))
    if structure == "federated":
        return Layout(_evenly(people, departments), [every] * departments, own_team)
    if structure == "hub":
        hub = int(np.ceil(people * work[_SPECIALIST_SKILLS].sum() / work.sum())) + 1
        route = own_team
        route[:, _SPECIALIST_SKILLS] = departments
        skills = [_GENERAL_SKILLS] * departments + [_SPECIALIST_SKILLS]
        return Layout([*_evenly(people - hub, departments), hub], skills, route)
    raise ValueError(f"unknown structure {structure!r}, expected one of {', '.join(STRUCTURES)}")


def staff_team(size: int, skills: list[int], work: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Hire a team's people: first skills in proportion to the work, then one or two more for each.

    Every second person gets two further skills; a further skill is the one least covered so far.

    Args:
        size: How many people.
        skills: What they cover together.
        work: Effort that the requests ask of each skill, in any unit.
        rng: Source of the speeds.

    Returns:
        (size, N_SKILLS) speeds; 0 where a person does not have the skill.

    Raises:
        ValueError: If the team is too small to cover its skills.
    """
    share = work[skills] / work[skills].sum()
    cover = np.zeros(len(skills))
    first = np.empty(size, np.int64)
    for person in range(size):
        first[person] = np.argmax(share * size - cover)
        cover[first[person]] += 1
    speed = np.zeros((size, len(skills)))
    for person in range(size):
        speed[person, first[person]] = rng.choice(_FIRST_SKILL_SPEEDS)
        for _ in range(min(1 + person % 2, len(skills) - 1)):
            skill = np.argmin(np.where(speed[person] > 0, np.inf, cover / share))
            cover[skill] += _FURTHER_SKILL_WEIGHT
            speed[person, skill] = rng.choice(_FURTHER_SKILL_SPEEDS)
    if not speed.any(axis=0).all():
        raise ValueError(f"a team of {size} cannot cover the skills {skills}")
    result = np.zeros((size, N_SKILLS))
    result[:, skills] = speed
    return result


def _evenly(people: int, teams: int) -> list[int]:
    return [people // teams + (team < people % teams) for team in range(teams)]
