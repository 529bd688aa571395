"""What may be done, and the steps that follow from it: who can be hired into which team, moved or trained."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from opmodel.flow.asks import upkeep_skills
from opmodel.flow.seating import demanded_effort, seating
from opmodel.hiring.steps import Plan, Step
from opmodel.scenario.contracts import ContractKind
from opmodel.scenario.scenario import Scenario


@dataclass(frozen=True)
class Scope:
    """What the organisation is ready to do."""

    roles: tuple[str, ...] | None = None
    """Roles that may be hired; None for those of present posts."""
    teams: tuple[str, ...] | None = None
    """Teams that may get people; None for all."""
    contracts: tuple[ContractKind, ...] = ("permanent",)
    """Kinds of contract that may be offered."""
    supplements: tuple[float, ...] = (0.0,)
    """Market supplements that may be offered, pounds a year."""
    moves: bool = False
    """Whether people may be moved between teams."""
    training: bool = False
    """Whether present people may be trained."""
    at_most: int = 20
    """Most steps of a plan."""
    each_at_most: int = 10
    """Most steps of one kind."""


def steps_of(scenario: Scenario, scope: Scope, plan: Plan = Plan()) -> list[Step]:  # noqa: B008 - frozen
    """Every single step that may be taken next.

    A role may be hired into the teams that have it, or have its speciality; where a structure is a preset, into its own
    teams. Roles whose skills no request needs are left out.

    Args:
        scenario: the organisation, under its structure.
        scope: what may be done.
        plan: what is to be done already; no step more than ``each_at_most`` times.
    """
    taken = dict(plan.counts)
    found = [*_hires(scenario, scope), *(_moves(scenario, scope) if scope.moves else ()),
             *(_trainings(scenario, scope) if scope.training else ())]
    return [step for step in found if taken.get(step, 0) < scope.each_at_most]


def _hires(scenario: Scenario, scope: Scope) -> Iterator[Step]:
    needed = {skill for skill, days in demanded_effort(scenario).items() if days.sum() > 0.0}
    needed |= set(upkeep_skills(scenario))
    roles = scope.roles or tuple(dict.fromkeys(post.role for post in scenario.posts.values()))
    seated = seating(scenario)
    for role in roles:
        skills = list(scenario.roles[role].skills)
        if not needed & set(skills):
            continue
        for team in seated.teams:
            held = {seated.seats[s].role for s in team.seats}
            specialities = {next(iter(scenario.roles[other].skills)) for other in held}
            if (role in held or skills[0] in specialities) and (scope.teams is None or team.name in scope.teams):
                for contract in scope.contracts:
                    for supplement in scope.supplements if contract == "permanent" else (0.0,):
                        yield Step("hire", role, team.name, contract, supplement=supplement)


def _moves(scenario: Scenario, scope: Scope) -> Iterator[Step]:
    teams = scenario.teams or (scenario.today.teams if scenario.today is not None else None)
    if teams is None or scenario.structure.kind != "today":
        return
    for origin, team in teams.items():
        for post in team.seats:
            for to in teams:
                if to != origin and (scope.teams is None or to in scope.teams):
                    yield Step("move", post, to, origin=origin)


def _trainings(scenario: Scenario, scope: Scope) -> Iterator[Step]:
    raise NotImplementedError
