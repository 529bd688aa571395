"""Checks of recruiting, contracts and training: who is to be hired on what terms, who is to learn what."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import get_args

from opmodel.scenario.contracts import ContractKind
from opmodel.scenario.demand import LEVELS
from opmodel.scenario.people import Hire, Post, Training
from opmodel.scenario.problems import Finding, not_among
from opmodel.scenario.quantity import DAYS_PER_WEEK
from opmodel.scenario.scenario import Scenario
from opmodel.scenario.structure import Team, Today

Findings = Iterator[Finding]


def drawn_teams(scenario: Scenario) -> dict[str, Team] | None:
    """The teams of the structure simulated where the file draws them; None under a preset, whose teams follow later."""
    if scenario.teams is not None:
        return scenario.teams
    if isinstance(scenario.structure, Today) and scenario.today is not None:
        return scenario.today.teams
    return None


def leaving_and_hiring(scenario: Scenario) -> Findings:
    """Somebody stays, and an advert can succeed, over the whole of their ranges."""
    if scenario.people.turnover.high >= 1:
        yield Finding(("people", "turnover"), "should stay below 1, its high value too")
    if scenario.people.fill_chance.low <= 0:
        yield Finding(("people", "fill_chance"), "should stay above 0, its low value too")
    for name, hire in scenario.hires.items():
        if hire.starts is not None and hire.starts < hire.opens:
            yield Finding(("hires", name, "starts"), "lies before the vacancy opens", warning=True)
    for name, role in scenario.roles.items():
        if role.fill_chance is not None and role.fill_chance.low <= 0:
            yield Finding(("roles", name, "fill_chance"), "should stay above 0, its low value too")
    for kind in get_args(ContractKind):
        terms = scenario.contracts.of(kind)
        if terms is not None and terms.fill_chance is not None and terms.fill_chance.low <= 0:
            yield Finding(("contracts", kind, "fill_chance"), "should stay above 0, its low value too")


def pay(scenario: Scenario) -> Findings:
    """Supplements and market pay that can change something."""
    for name, role in scenario.roles.items():
        if role.market_pay is not None and role.market_pay < role.salary:
            text = (
                f"lies below the salary of {role.salary:,.0f}, so that adverts fill as without it; state what others "
                "pay for such a post, or leave it out"
            )
            yield Finding(("roles", name, "market_pay"), text, warning=True)
    for name, hire in scenario.hires.items():
        if hire.supplement <= 0 or hire.role not in scenario.roles:
            continue
        at, terms = ("hires", name, "supplement"), scenario.contracts.of(hire.contract)
        if hire.contract == "agency" or (terms is not None and terms.day_rate is not None):
            rate = "costs.agency_day_rate" if hire.contract == "agency" else f"contracts.{hire.contract}.day_rate"
            yield Finding(at, f"has no effect on a day rate; leave it out, or raise {rate}", warning=True)
        elif terms is not None and terms.search is not None:
            text = f"only costs: a {hire.contract} is filled without an advert that may fail; leave it out"
            yield Finding(at, text, warning=True)
        elif scenario.roles[hire.role].market_pay is None:
            text = (
                f"only costs: adverts fill no more often, as roles.{hire.role}.market_pay is not stated; state what "
                "others pay, or leave it out"
            )
            yield Finding(at, text, warning=True)


def names_in_training(scenario: Scenario) -> Findings:
    """Training is of people of a post that exists, in a skill and a team that do."""
    every = scenario.training.items()
    yield from not_among("post", {("training", name, "post"): t.post for name, t in every}, scenario.posts)
    yield from not_among("skill", {("training", name, "skill"): t.skill for name, t in every}, scenario.skills)
    if (drawn := drawn_teams(scenario)) is not None:
        used = {("training", name, "team"): t.team for name, t in every if t.team is not None}
        yield from not_among("team", used, drawn)


def training(scenario: Scenario) -> Findings:
    """There are so many people to train, something is left to learn, and the time suffices."""
    horizon = scenario.study.horizon_weeks * DAYS_PER_WEEK
    meant: dict[tuple[str, str | None, str], int] = {}
    for name, course in scenario.training.items():
        at = ("training", name)
        if course.post not in scenario.posts or course.skill not in scenario.skills:
            continue
        seats, where = _seats(scenario, course)
        same = (course.post, course.team, course.skill)
        meant[same] = meant.get(same, 0) + course.count
        if meant[same] > seats:
            text = (
                f"trains {meant[same]} in {course.skill} in all, but there are {seats} of '{course.post}'{where}; "
                "train fewer, or name another post or team"
            )
            yield Finding((*at, "count"), text)
        yield from _worth_learning(scenario, course, at)
        if course.off_the_job > course.over:
            text = (
                f"{course.off_the_job:g} days do not fit into the {course.over:g} that they are spread over; lengthen "
                "over, or shorten off_the_job"
            )
            yield Finding((*at, "off_the_job"), text)
        if course.opens >= horizon:
            yield Finding((*at, "opens"), "lies after the end of the study: nobody is trained", warning=True)
        elif course.opens + course.over > horizon:
            text = "ends after the study: it costs time and money, and its worth is not seen; begin earlier"
            yield Finding((*at, "over"), text, warning=True)


def _seats(scenario: Scenario, course: Training) -> tuple[int, str]:
    """Seats of those who may be trained, and in which team."""
    drawn = drawn_teams(scenario)
    if course.team is None or drawn is None or course.team not in drawn:
        return scenario.posts[course.post].count, ""
    return drawn[course.team].seats.get(course.post, 0), f" in '{course.team}'"


def _worth_learning(scenario: Scenario, course: Training, at: tuple[str, ...]) -> Findings:
    role = scenario.roles.get(scenario.posts[course.post].role)
    if role is None:
        return
    held = role.skills.get(course.skill)
    if held == LEVELS[-1]:
        text = f"the holders of '{course.post}' are {held} in {course.skill} already; name another skill or post"
        yield Finding((*at, "skill"), text)
    elif held is None and course.levels.low < 1:
        lacks = f"'{course.post}' lacks {course.skill}, so awareness comes first"
        text = f"should be at least 1, its low value too: {lacks}"
        yield Finding((*at, "levels"), text)
    elif course.levels.high <= 0:
        yield Finding((*at, "levels"), "should be above 0: nothing would be learnt")


def best_levels(scenario: Scenario) -> dict[str, int]:
    """Highest level of each skill that somebody among posts and hires has, or is to reach by learning or training.

    Who starts below the role's level gets there only where ``mechanisms.learning`` is on.
    """
    best: dict[str, int] = {}

    def has(skill: str, level: float) -> None:
        best[skill] = max(best.get(skill, 0), math.floor(level))

    everybody: list[Post | Hire] = [*scenario.posts.values(), *scenario.hires.values()]
    for seats in everybody:
        terms = scenario.contracts.of(seats.contract)
        below = 0.0 if terms is None or scenario.mechanisms.on("learning") else float(terms.levels_below)
        if (role := scenario.roles.get(seats.role)) is not None:
            for skill, held in role.skills.items():
                has(skill, max(LEVELS.index(held) - below, 0.0))
    for course in scenario.training.values():
        post = scenario.posts.get(course.post)
        if post is not None and (role := scenario.roles.get(post.role)) is not None:
            before = LEVELS.index(role.skills[course.skill]) if course.skill in role.skills else -1
            if before + course.levels >= 0:
                has(course.skill, min(before + course.levels, len(LEVELS) - 1))
    return best


STAFFING_CHECKS = (names_in_training, leaving_and_hiring, pay, training)
