"""W2 written as a scenario: the same people, skills, request types and rates, drawn anew in every replication.

Without human mechanisms it is W2 but for these: people are equally fast, requests come in whole weeks' Poisson
numbers, and a request's first task is handed off like any other where the directorate's own team cannot do it.
With all mechanisms on, what they need is added (gates, upkeep, deadlines, clarification, shadow work), and
efforts are scaled down by what people then have less of their time, so that they are about as busy.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from benchmarks import workload as w2
from benchmarks.organisation import _FIRST_SKILL_SPEEDS, N_SKILLS
from benchmarks.workload import Structure, Workload, make_workload
from opmodel.scenario.scenario import Scenario

_SKILLS = [f"skill {number}" for number in range(N_SKILLS)]
_CV = 0.9466  # of a lognormal with sigma 0.8
_WEEKS_PER_YEAR = 52.0
_EXPEDITED = w2._PRIORITY_SHARES[0]
#: By team and role: how many people, and the level of each of their skills.
_Seats = dict[tuple[str, str], tuple[int, dict[str, str]]]
#: Of the requests that are not expedited, those with a fixed date; the others are standard.
_FIXED_DATE = w2._PRIORITY_SHARES[1] / (1.0 - _EXPEDITED)
#: Share of their time that people have for requests when all mechanisms act, about.
_TIME_LEFT = 0.5


def w2_scenario(structure: Structure = "hub", everything: bool = False, weeks: int = 104, people: int = 1,
                rho: float = 0.8) -> Scenario:
    """The workload as a scenario.

    Args:
        structure: as of `benchmarks.workload.make_workload`.
        everything: whether all human mechanisms act, or none.
        weeks: horizon.
        people: multiplies people, directorates and requests alike.
        rho: intended share of their time that people are busy.

    Returns:
        The scenario.
    """
    workload = make_workload(structure, weeks=1, staff_mult=people)
    directorates = [f"department {number}" for number in range(len(workload.route))]
    seats = _seats(workload)
    document: dict[str, Any] = {
        "name": f"W2 {structure}",
        "study": {"horizon_weeks": weeks, "milestones_weeks": []},
        "directorates": {name: {"share": 1.0} for name in directorates},
        "skills": _SKILLS,
        "request_types": _request_types(people, rho * (_TIME_LEFT if everything else 1.0), everything),
        "roles": {role: {"skills": skills, "salary": 40000} for (_, role), (_, skills) in seats.items()},
        "posts": {f"{role} in {team}": {"role": role, "count": n} for (team, role), (n, _) in seats.items()},
        "today": {"teams": _teams(workload, directorates, seats)},
        "demand": {"dispersion": 1.0, "expedite_share": _EXPEDITED},
        "flow": {
            "dispatch": "longest_idle",
            "speciality_first": False,
            "hand_offs": {
                "same_line": {"latency": "0d", "effort": 0.0},
                "other_line": {"latency": f"{w2._HANDOFF_HOURS}h", "effort": 0.0},
            },
        },
        "standards": {
            "effort_basis": "ideal",
            "rework": [w2._RETURN_PROBABILITY] * 5,
            "rework_effort": w2._REWORK_FACTOR,
            "rework_max": w2._MAX_RETURNS,
            "rework_by_level": dict.fromkeys(("awareness", "working", "practitioner", "expert"), 1.0),
        },
        "mechanisms": {"unless_stated": everything, "rework": True, "hand_offs": True, "expedite": True},
    }
    if everything:
        document["demand"]["shadow_type"] = "type 3 standard"
        document["governance"] = {"cadence_weeks": 2, "seats": 60 * people}
    return Scenario.model_validate(document)


def _request_types(people: int, rho: float, everything: bool) -> dict[str, Any]:
    """Each type twice, with a fixed date and without: W2's classes of service do not depend on the type."""
    per_week = w2._BASE_REQUESTS_PER_WEEK * people
    work = w2._work_by_skill().sum() * (1 + w2._RETURN_PROBABILITY * w2._REWORK_FACTOR * w2._REPEATED_SHARE)
    hours = rho * w2._BASE_PEOPLE * people * w2._HOURS_PER_WEEK / (per_week * work)
    types: dict[str, Any] = {}
    for number, kind in enumerate(w2._REQUEST_TYPES):
        for name, part in (("fixed_date", _FIXED_DATE), ("standard", 1.0 - _FIXED_DATE)):
            mean = [f"{effort * hours}h" for effort in kind.efforts]
            own = types[f"type {number} {name}"] = {
                "per_year": kind.share * part * per_week * _WEEKS_PER_YEAR,
                "effort": {"kind": "lognormal", "mean": f"{sum(kind.efforts) * hours}h", "cv": _CV},
                "steps": [
                    {"skill": _SKILLS[skill], "effort": {"kind": "lognormal", "mean": own_mean, "cv": _CV}}
                    for skill, own_mean in zip(kind.skills, mean, strict=True)
                ],
                "class_of_service": name,
            }
            if everything:
                own["clarification_chance"] = 0.3
                own["deadline"] = {"kind": "working_days", "days": 10}
    if everything:
        types["type 5 standard"]["gate_chance"] = 0.5
        types["type 4 standard"]["upkeep"] = {"skill": _SKILLS[4], "per_month": "0.25h"}
    return types


def _seats(workload: Workload) -> _Seats:
    """How many people of each role each team has, and the role's skills: the first one, then the others."""
    counts: Counter[tuple[str, str]] = Counter()
    skills_of: dict[str, dict[str, str]] = {}
    for team, speeds in zip(workload.person_team.tolist(), workload.person_speed.tolist(), strict=True):
        held = [skill for skill, speed in enumerate(speeds) if speed]
        first = next(skill for skill in held if speeds[skill] in _FIRST_SKILL_SPEEDS)
        order = [first, *(skill for skill in held if skill != first)]
        role = "role " + " ".join(map(str, order))
        counts[f"team {team}", role] += 1
        skills_of[role] = {_SKILLS[skill]: "working" if place else "practitioner" for place, skill in enumerate(order)}
    return {key: (number, skills_of[key[1]]) for key, number in counts.items()}


def _teams(workload: Workload, directorates: list[str], seats: _Seats) -> dict[str, Any]:
    """Teams as W2 has them; those that are nobody's own are hubs."""
    teams: dict[str, Any] = {}
    for number in range(int(workload.person_team.max()) + 1):
        name = f"team {number}"
        serves = [own for own, row in zip(directorates, workload.route[:, 0].tolist(), strict=True) if row == number]
        teams[name] = {
            "kind": "spoke" if serves else "hub",
            "serves": serves,
            "seats": {f"{role} in {team}": count for (team, role), (count, _) in seats.items() if team == name},
        }
    return teams
