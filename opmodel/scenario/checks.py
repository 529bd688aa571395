"""Checks across fields: what no single field can know about itself.

Each check is a small function of a Scenario that yields what it finds: a path, a text, and whether it
is only a warning.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from typing import Any

from opmodel.scenario.demand import LEVELS, UPKEEP_LEVEL, DateDeadline, RequestType
from opmodel.scenario.problems import Finding, not_among, suggestion
from opmodel.scenario.quantity import WEEKS_PER_YEAR
from opmodel.scenario.scenario import Scenario
from opmodel.scenario.staffing import STAFFING_CHECKS, best_levels, drawn_teams
from opmodel.scenario.structure import HubAndSpoke, Team, Today
from opmodel.scenario.targets import targets
from opmodel.scenario.workload import BANK_HOLIDAYS, WEEK_DAYS, load_of_skills

MAX_SEATS = 10_000
MAX_REQUESTS = 5_000_000


Findings = Iterator[Finding]


def found_in(scenario: Scenario) -> list[Finding]:
    """Everything the checks find."""
    return [finding for check in CHECKS for finding in check(scenario)]


def _teams(scenario: Scenario) -> Iterator[tuple[tuple[str, ...], dict[str, Team]]]:
    """The teams drawn in the file, with the path of their mapping."""
    if scenario.today is not None:
        yield ("today", "teams"), scenario.today.teams
    if scenario.teams is not None:
        yield ("teams",), scenario.teams


def names_of_skills(scenario: Scenario) -> Findings:
    """Steps, roles, upkeep and hub need skills from the list."""
    used: dict[Any, str] = {}
    for name, role in scenario.roles.items():
        used |= {("roles", name, "skills", skill): skill for skill in role.skills}
    for name, kind in scenario.request_types.items():
        used |= {("request_types", name, "steps", i, "skill"): step.skill for i, step in enumerate(kind.steps)}
        if kind.upkeep is not None:
            used["request_types", name, "upkeep", "skill"] = kind.upkeep.skill
    if isinstance(scenario.structure, HubAndSpoke):
        used |= {("structure", "hub_skills", i): skill for i, skill in enumerate(scenario.structure.hub_skills or ())}
    yield from not_among("skill", used, scenario.skills)
    for i, skill in enumerate(scenario.skills):
        if skill in scenario.skills[:i]:
            yield Finding(("skills", i), f"'{skill}' is listed twice")


def names_of_roles(scenario: Scenario) -> Findings:
    """Posts, hires and the posts a structure is told to have need roles that exist."""
    used: dict[Any, str] = {("posts", name, "role"): post.role for name, post in scenario.posts.items()}
    used |= {("hires", name, "role"): hire.role for name, hire in scenario.hires.items()}
    for field in {"head", "hub_manager"} & scenario.structure.model_fields_set:  # a preset's own default may lack one
        if (role := getattr(scenario.structure, field)) is not None:
            used["structure", field] = role
    yield from not_among("role", used, scenario.roles)


def names_of_directorates(scenario: Scenario) -> Findings:
    """Teams serve, types weigh and boards belong to directorates that exist."""
    used: dict[Any, str] = {}
    for at, teams in _teams(scenario):
        for name, team in teams.items():
            used |= {(*at, name, "serves", i): served for i, served in enumerate(team.serves)}
    for name, kind in scenario.request_types.items():
        used |= {("request_types", name, "by_directorate", asks): asks for asks in kind.by_directorate or ()}
    used |= {("governance", "boards", name): name for name in scenario.governance.boards or ()}
    yield from not_among("directorate", used, scenario.directorates)


def names_of_types(scenario: Scenario) -> Findings:
    """A trace and shadow work lead to request types that exist."""
    used: dict[Any, str] = {}
    if scenario.demand.shadow_type is not None:
        used["demand", "shadow_type"] = scenario.demand.shadow_type
    if scenario.trace is not None:
        used |= {("trace", "types", value): name for value, name in scenario.trace.types.items()}
        used["trace", "default"] = scenario.trace.default
    yield from not_among("request type", used, scenario.request_types)


def names_of_teams(scenario: Scenario) -> Findings:
    """A hire goes to a team that exists (the teams of a preset are not known here)."""
    if (drawn := drawn_teams(scenario)) is not None:
        used = {("hires", name, "team"): hire.team for name, hire in scenario.hires.items() if hire.team is not None}
        yield from not_among("team", used, drawn)


def seats(scenario: Scenario) -> Findings:
    """Every seat of every post sits in exactly one team, and a lead sits in the team led."""
    for at, teams in _teams(scenario):
        seated: dict[str, int] = {}
        for name, team in teams.items():
            yield from not_among("post", {(*at, name, "seats", post): post for post in team.seats}, scenario.posts)
            for post, number in team.seats.items():
                seated[post] = seated.get(post, 0) + number
            if team.lead is not None and not team.seats.get(team.lead):
                yield Finding(
                    (*at, name, "lead"), f"'{team.lead}' has no seat in this team{suggestion(team.lead, team.seats)}"
                )
        for post, details in scenario.posts.items():
            if seated.get(post, 0) != details.count:
                text = f"has {details.count} seats, but the teams under {'.'.join(at)} seat {seated.get(post, 0)}"
                yield Finding(("posts", post), text)


def who_serves(scenario: Scenario) -> Findings:
    """A directorate has at most one spoke, and somebody to turn to."""
    for at, teams in _teams(scenario):
        spoke_of: dict[str, str] = {}
        for name, team in teams.items():
            for i, served in enumerate(team.serves):
                if team.kind == "spoke" and spoke_of.setdefault(served, name) != name:
                    text = f"'{served}' is served by the spoke '{spoke_of[served]}' already; one spoke each"
                    yield Finding((*at, name, "serves", i), text)
        if all(team.kind == "spoke" for team in teams.values()):
            for name in scenario.directorates:
                if name not in spoke_of:
                    text = f"nobody serves '{name}': name it under serves, or make one team a hub or policy centre"
                    yield Finding(at, text)


def a_structure_to_run(scenario: Scenario) -> Findings:
    """There are teams, or a preset that makes them."""
    if scenario.today is None and scenario.teams is None and isinstance(scenario.structure, Today):
        text = "needs one of today (the present teams), teams (drawn by hand) or structure (a preset)"
        yield Finding((), text)


def somebody_with_the_skill(scenario: Scenario) -> Findings:
    """Somebody among posts and hires can do each step and each upkeep, or learns to."""
    best = best_levels(scenario)
    for name, kind in scenario.request_types.items():
        needs: dict[Any, tuple[str, str]] = {("steps", i): (s.skill, s.level) for i, s in enumerate(kind.steps)}
        if kind.upkeep is not None and scenario.mechanisms.on("upkeep"):
            needs["upkeep",] = (kind.upkeep.skill, UPKEEP_LEVEL)
        for keys, (skill, level) in needs.items():
            if skill in scenario.skills and best.get(skill, -1) < LEVELS.index(level):
                has = f"; the highest level is {LEVELS[best[skill]]}" if skill in best else ""
                text = f"needs {skill} at level {level}, which no post or hire has{has}"
                yield Finding(("request_types", name, *keys), text)


def steps(scenario: Scenario) -> Findings:
    """Shares of the steps add up, and the gate stands before a step."""
    for name, kind in scenario.request_types.items():
        at = ("request_types", name)
        if kind.gate_before > len(kind.steps):
            text = f"is beyond the last step (the type has {len(kind.steps)})"
            yield Finding((*at, "gate_before"), text)
        if all(step.effort is not None for step in kind.steps):
            continue
        total = sum(step.share for step in kind.steps)
        if abs(total - 1.0) > 1e-6:
            yield Finding((*at, "steps"), f"shares of the steps add up to {total:g}; they should add up to 1")
        for i, step in enumerate(kind.steps):
            if step.share.uncertain:
                text = (
                    "a share cannot have a range, as the shares must go on adding up to 1; give the steps own efforts"
                )
                yield Finding((*at, "steps", i, "share"), text)


def arrivals(scenario: Scenario) -> Findings:
    """Rates, seasons, spreads and weights that can be drawn from."""
    if not any(directorate.share > 0 for directorate in scenario.directorates.values()):
        yield Finding(("directorates",), "at least one directorate needs a share above 0")
    if 0 < scenario.demand.dispersion < 1:
        yield Finding(("demand", "dispersion"), "should be 0 (fixed counts) or at least 1 (1 is Poisson)")
    for name, kind in scenario.request_types.items():
        at = ("request_types", name)
        if kind.dispersion is not None and 0 < kind.dispersion < 1:
            yield Finding((*at, "dispersion"), "should be 0 (fixed counts) or at least 1 (1 is Poisson)")
        if kind.season is not None and (len(kind.season) not in (4, 12) or not any(kind.season)):
            text = f"should be four quarters or twelve months, not all 0 (got {len(kind.season)} numbers)"
            yield Finding((*at, "season"), text)
        if kind.by_directorate is not None and not any(kind.by_directorate.values()):
            yield Finding((*at, "by_directorate"), "at least one weight should be above 0")
        if kind.statutory and kind.patience is not None:
            text = "has no effect: a statutory request is never abandoned"
            yield Finding((*at, "patience"), text, warning=True)


def deadlines(scenario: Scenario) -> Findings:
    """Dates of returns exist in every year."""
    for name, kind in scenario.request_types.items():
        if isinstance(kind.deadline, DateDeadline):
            for i, date in enumerate(kind.deadline.dates):
                try:
                    dt.date(2025, int(date[:2]), int(date[3:]))
                except ValueError:
                    yield Finding(
                        ("request_types", name, "deadline", "dates", i), f"{date} is not a date of every year"
                    )


def weeks(scenario: Scenario) -> Findings:
    """The study's weeks lie inside its horizon and start on a Monday."""
    if scenario.start.weekday() != 0:
        monday = scenario.start - dt.timedelta(days=scenario.start.weekday())
        yield Finding(("start",), f"{scenario.start} is a {scenario.start:%A}; should be a Monday such as {monday}")
    if not 1990 <= scenario.start.year <= 2200:
        yield Finding(("start",), f"the year should lie between 1990 and 2200 (got {scenario.start.year})")
    study = scenario.study
    if study.kind == "steady_state" and study.warm_up_weeks >= study.horizon_weeks:
        text = f"should be less than the horizon of {study.horizon_weeks} weeks (got {study.warm_up_weeks})"
        yield Finding(("study", "warm_up_weeks"), text)
    if study.kind == "transition" and study.warm_up_weeks:
        yield Finding(("study", "warm_up_weeks"), "has no effect in a transition study", warning=True)
    beyond = [week for week in study.milestones_weeks if week > study.horizon_weeks]
    if beyond and "milestones_weeks" in study.model_fields_set:
        text = f"{', '.join(map(str, beyond))} beyond the horizon of {study.horizon_weeks} weeks"
        yield Finding(("study", "milestones_weeks"), text, warning=True)


def days_at_work(scenario: Scenario) -> Findings:
    """People are at work for some of the year's days."""
    off = scenario.time_off
    taken = off.annual_leave.high + off.sickness.high + off.training.high
    if taken + BANK_HOLIDAYS >= WEEK_DAYS:
        text = f"leave, sickness and training take up to {taken:g} of the year's {WEEK_DAYS:g} working days"
        yield Finding(("time_off",), text)


def size(scenario: Scenario) -> Findings:
    """The scenario fits into a computer's memory."""
    total = seats_of(scenario)
    if total > MAX_SEATS:
        yield Finding(("posts",), f"more than {MAX_SEATS:,} seats and hires (got {total:,})")
    expected = requests_expected(scenario)
    if scenario.trace is None and expected > MAX_REQUESTS:
        yield Finding(
            ("request_types",), f"more than {MAX_REQUESTS:,} requests within the horizon (about {expected:.3g})"
        )


def seats_of(scenario: Scenario) -> int:
    """Seats of all posts and hires."""
    return sum(post.count for post in scenario.posts.values()) + sum(hire.count for hire in scenario.hires.values())


def size_of_future(scenario: Scenario) -> float:
    """What one future takes to simulate, roughly: requests, and weeks of seats."""
    return requests_expected(scenario) + seats_of(scenario) * scenario.study.horizon_weeks


def requests_expected(scenario: Scenario) -> float:
    """Requests within the horizon, if demand grows as fast as it may."""
    years = scenario.study.horizon_weeks / WEEKS_PER_YEAR
    growth = (1 + max(scenario.demand.growth.high, 0.0)) ** min(years, 100.0)
    kinds: Collection[RequestType] = scenario.request_types.values()
    return float(sum(kind.per_year for kind in kinds) * scenario.demand.demand_scale * years * growth)


def overload(scenario: Scenario) -> Findings:
    """Work that nobody may drop fits into the time of those who can do it."""
    for skill, demand, capacity in load_of_skills(scenario):
        if demand >= capacity > 0:
            text = (
                f"{skill} is asked for about {demand:,.0f} working days a year, its holders have about "
                f"{capacity:,.0f} (load {demand / capacity:.2f}), and such requests are never abandoned: "
                "their queue grows without end"
            )
            yield Finding(("request_types",), text, warning=True)


CHECKS = (
    names_of_skills,
    names_of_roles,
    names_of_directorates,
    names_of_types,
    names_of_teams,
    seats,
    who_serves,
    a_structure_to_run,
    somebody_with_the_skill,
    steps,
    arrivals,
    deadlines,
    weeks,
    *STAFFING_CHECKS,
    targets,
    days_at_work,
    size,
    overload,
)
