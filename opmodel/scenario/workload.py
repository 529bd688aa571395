"""How much work a scenario asks for, against the time of those who can do it: a bound, not a forecast."""

from __future__ import annotations

from collections.abc import Iterator

from opmodel.scenario.people import Hire, Post
from opmodel.scenario.scenario import Scenario

#: Week days of a year, and bank holidays among them.
WEEK_DAYS, BANK_HOLIDAYS = 261.0, 8.0
#: What :func:`load_of_skills` calls all skills together.
EVERYTHING = "all work"


def days_on_duty(scenario: Scenario) -> float:
    """Working days a year of one full-time person, without time off and corporate time."""
    days = WEEK_DAYS
    off = scenario.time_off
    if scenario.mechanisms.on("time_off"):
        days -= BANK_HOLIDAYS * (off.bank_holidays != "none") + off.annual_leave + off.sickness + off.training
    if scenario.mechanisms.on("productive_share"):
        days *= scenario.people.productive_share
    return max(days, 0.0)


def load_of_skills(scenario: Scenario) -> Iterator[tuple[str, float, float]]:
    """Expected effort of requests that are never abandoned, beside the time of all who hold the skill.

    Holders of several skills count fully for each, so a load of 1 or more cannot be served by any
    arrangement of the seats; one below 1 may still be.

    Yields:
        Skill (or :data:`EVERYTHING`), working days asked for a year, working days available a year.
    """
    if scenario.trace is not None:
        return
    asked = _effort_by_skill(scenario)
    available = _time_by_skill(scenario)
    for skill, days in asked.items():
        yield skill, days, available.get(skill, 0.0)
    yield EVERYTHING, sum(asked.values()), available.get(EVERYTHING, 0.0)


def _effort_by_skill(scenario: Scenario) -> dict[str, float]:
    dropped = scenario.mechanisms.on("abandonment")
    asked: dict[str, float] = {}
    for kind in scenario.request_types.values():
        if dropped and not kind.statutory:
            continue
        for step in kind.steps:
            effort = kind.effort.mean * step.share if step.effort is None else step.effort.mean
            asked[step.skill] = asked.get(step.skill, 0.0) + kind.per_year * scenario.demand.demand_scale * effort
    return asked


def _time_by_skill(scenario: Scenario) -> dict[str, float]:
    """Time of the holders of each skill; faster levels count for more where efforts are those of a practitioner."""
    by_speed = scenario.standards.effort_basis == "ideal" and scenario.mechanisms.on("level_speed")
    year = days_on_duty(scenario)
    available: dict[str, float] = {}
    everybody: list[Post | Hire] = [*scenario.posts.values(), *scenario.hires.values()]
    for seats in everybody:
        if seats.role not in scenario.roles:
            continue
        time = seats.count * seats.fte * year
        speeds = {
            skill: float(getattr(scenario.level_speed, level)) if by_speed else 1.0
            for skill, level in scenario.roles[seats.role].skills.items()
        }
        for skill, speed in (*speeds.items(), (EVERYTHING, max(speeds.values()))):
            available[skill] = available.get(skill, 0.0) + time * speed
    for course in scenario.training.values():
        post = scenario.posts.get(course.post)
        if post is not None and post.role in scenario.roles and course.skill not in scenario.roles[post.role].skills:
            available[course.skill] = available.get(course.skill, 0.0) + course.count * post.fte * year
    return available
