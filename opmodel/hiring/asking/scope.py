"""What may be done, and the steps that follow from it: who can be hired into which team, moved or trained."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pydantic import TypeAdapter, ValidationError

from opmodel.flow.asks import upkeep_skills
from opmodel.flow.seating import demanded_effort, seating
from opmodel.hiring.asking.recruiting import well_timed
from opmodel.hiring.asking.steps import Plan, Step
from opmodel.scenario.contracts import ContractKind
from opmodel.scenario.demand import LEVELS, UPKEEP_LEVEL
from opmodel.scenario.scenario import Scenario
from opmodel.scenario.section import Name
from opmodel.scenario.staffing import drawn_teams
from opmodel.wording import listed

#: What names a scenario file can state; those of teams that a preset merges hold a plus.
_NAMES: TypeAdapter[str] = TypeAdapter(Name)
#: More levels than this nobody is trained by at once.
MOST_LEVELS = 2


@dataclass(frozen=True)
class Scope:
    """What the organisation is ready to do."""

    roles: tuple[str, ...] | None = None
    """Roles that may be hired; None for those of present posts, empty for nobody."""
    teams: tuple[str, ...] | None = None
    """Teams that may get people; None for all."""
    contracts: tuple[ContractKind, ...] = ("permanent",)
    """Kinds of contract that may be offered."""
    supplements: tuple[float, ...] = (0.0,)
    """Market supplements that may be offered, pounds a year."""
    moves: bool = False
    """Whether people may be moved between teams (today's or drawn by hand; a preset seats people by its own rule)."""
    training: bool = False
    """Whether present people may be trained."""
    at_most: int = 20
    """Most steps of a plan."""


def steps_of(
    scenario: Scenario, scope: Scope, plan: Plan = Plan(), *, week: int | None = None,  # noqa: B008 - frozen
) -> list[Step]:
    """Every single step that may be taken next.

    A role may be hired into the teams that have it, or have its speciality; where a structure is a preset, into its own
    teams (into a team that the preset merged only as the role's next seat, since a file cannot name it, and not at all
    where the scope names its teams). Roles whose skills no request needs are left out, and so are contracts that end
    where the long run is asked about. Temporary staff are called so that they are there by the week asked for (see
    :func:`opmodel.hiring.asking.recruiting.well_timed`).

    People may be moved only between today's teams or those drawn by hand: a preset seats everybody by its own rule. No
    move empties a team, which would be another structure, and none takes back another one of the plan.

    Present holders may be trained in a skill in demand that they lack or hold below practitioner or below what some
    task asks: by one level, or by as many as it takes until some task may be given to them.

    Args:
        scenario: the organisation, under its structure.
        scope: what may be done.
        plan: what is to be done already.
        week: the week asked for; None for the end of the study.
    """
    return [*_hires(scenario, scope, _asked_for(scenario, week)),
            *(_moves(scenario, scope, plan) if scope.moves else ()),
            *(_trainings(scenario, scope, plan) if scope.training else ())]


def hires_of(
    scenario: Scenario, scope: Scope, role: str, team: str | None = None, *, week: int | None = None
) -> list[Step]:
    """One hire of a role on each contract of the scope (and each supplement), into one team.

    Args:
        scenario: the organisation, under its structure.
        scope: contracts and supplements; contracts that end are left out where the long run is asked about.
        role: the role.
        team: the team; None for the role's next seat.
        week: the week asked for; None for the end of the study.
    """
    return list(_offers(scenario, scope, role, team, _asked_for(scenario, week)))


def _asked_for(scenario: Scenario, week: int | None) -> int:
    return scenario.study.horizon_weeks if week is None else week


def limits(scenario: Scenario, scope: Scope, swept: Iterable[str] = ()) -> list[str]:
    """What of the scope cannot be done under a scenario's structure, in words.

    Args:
        scenario: the organisation, under its structure.
        scope: what may be done.
        swept: further roles that are hired.
    """
    said = []
    if scope.moves and drawn_teams(scenario) is None:
        said.append(
            "Nobody can be moved here: this structure seats people by its own rule. Teams drawn by hand can be changed."
        )
    merged = [name for name in scope.teams or () if not can_be_named(name)]
    if merged:
        said.append(
            f"Nobody can be sent to {' or '.join(merged)}: this structure merged the team, and a file cannot name it. "
            "Leave the team open, or draw the teams by hand."
        )
    temporary = [kind for kind in scope.contracts if _temporary(scenario, kind)]
    if scenario.study.kind == "steady_state" and temporary:
        kinds = ", ".join(kind.replace("_", " ") for kind in temporary)
        said.append(f"Contracts that end ({kinds}) are left out: they change nothing in the long run.")
    useless = [role for role in scope.roles or () if not set(scenario.roles[role].skills) & _needed(scenario)]
    if useless:
        names = ", ".join(role.replace("_", " ") for role in useless)
        said.append(f"No request needs what these roles can do: {names}.")
    return [*said, *_untried_supplements(scenario, scope, swept)]


def _untried_supplements(scenario: Scenario, scope: Scope, swept: Iterable[str]) -> Iterator[str]:
    """Supplements that are offered but change nothing, and are therefore not tried."""
    if not any(scope.supplements):
        return
    if "permanent" not in scope.contracts:
        yield "Market supplements are left out: they are paid on permanent contracts alone."
        return
    present = [post.role for post in scenario.posts.values()]
    roles = dict.fromkeys([*swept, *(present if scope.roles is None else scope.roles)])
    needed, offered = _needed(scenario), set(scope.supplements)
    without = [
        role for role in roles
        if needed & set(scenario.roles[role].skills) and offered - set(_supplements(scenario, scope, role))
    ]
    unknown = [role.replace("_", " ") for role in without if scenario.roles[role].market_pay is None]
    if unknown:
        yield (
            f"No market supplement is tried for {listed(unknown)}: the scenario does not state what others pay "
            "(market_pay of the role), and without that pay changes nothing but the cost."
        )
    paid = [role.replace("_", " ") for role in without if scenario.roles[role].market_pay is not None]
    if paid:
        yield (
            f"No market supplement is tried for {listed(paid)}: pay does not lie below the market's, so that it would "
            "change nothing but the cost."
        )


def _needed(scenario: Scenario) -> set[str]:
    """Skills that requests or upkeep ask for."""
    asked = {skill for skill, days in demanded_effort(scenario).items() if days.sum() > 0.0}
    return asked | set(upkeep_skills(scenario))


def lasting(scenario: Scenario, scope: Scope) -> bool:
    """Whether the scope has a contract that does not end."""
    return not all(_temporary(scenario, kind) for kind in scope.contracts)


def _temporary(scenario: Scenario, kind: ContractKind) -> bool:
    terms = scenario.contracts.of(kind)
    return kind == "agency" or (terms is not None and terms.stays is not None)


def _hires(scenario: Scenario, scope: Scope, week: int) -> Iterator[Step]:
    needed = _needed(scenario)
    seated = seating(scenario)
    present = tuple(dict.fromkeys(post.role for post in scenario.posts.values()))
    for role in present if scope.roles is None else scope.roles:
        skills = list(scenario.roles[role].skills)
        if not needed & set(skills):
            continue
        places: list[str | None] = []
        fitting = False
        for team in seated.teams:
            held = {seated.seats[s].role for s in team.seats}
            specialities = {next(iter(scenario.roles[other].skills)) for other in held}
            if (role in held or skills[0] in specialities) and _open_to(scope, team.name):
                fitting = True
                places += _places(scope, team.name)
        if not fitting and scope.teams is None:  # a speciality that nobody has yet
            places.append(None)
        elif not fitting:
            places += [
                place for team in seated.teams if _open_to(scope, team.name) for place in _places(scope, team.name)
            ]
        for place in dict.fromkeys(places):
            yield from _offers(scenario, scope, role, place, week)


def _offers(scenario: Scenario, scope: Scope, role: str, place: str | None, week: int) -> Iterator[Step]:
    """One hire on each contract and supplement of the scope."""
    steady = scenario.study.kind == "steady_state"
    for contract in dict.fromkeys(scope.contracts):
        if steady and _temporary(scenario, contract):
            continue
        for supplement in _supplements(scenario, scope, role) if contract == "permanent" else (0.0,):
            yield well_timed(scenario, Step("hire", role, place, contract, supplement=supplement), week)


def _supplements(scenario: Scenario, scope: Scope, role: str) -> tuple[float, ...]:
    """Supplements worth trying: where pay does not lie below the market's they change nothing but the cost."""
    pay = scenario.roles[role]
    helps = pay.market_pay is not None and float(pay.salary) < float(pay.market_pay)
    offered = tuple(dict.fromkeys(scope.supplements))
    return offered if helps or 0.0 not in offered else (0.0,)


def can_be_named(team: str) -> bool:
    """Whether a file can state a team's name: not that of teams that a preset merged."""
    try:
        _NAMES.validate_python(team)
    except ValidationError:
        return False
    return True


def _open_to(scope: Scope, team: str) -> bool:
    """Whether a team may get people."""
    return scope.teams is None or team in scope.teams


def _places(scope: Scope, team: str) -> list[str | None]:
    """A team as a step states it; one that cannot be named stands for the role's next seat, if any team will do."""
    if can_be_named(team):
        return [team]
    return [None] if scope.teams is None else []


def _moves(scenario: Scenario, scope: Scope, plan: Plan) -> Iterator[Step]:
    teams = drawn_teams(scenario)
    if teams is None:
        return
    seats = {name: Counter(team.seats) for name, team in teams.items()}
    came, went = set(), set()
    for step, count in plan.counts:
        if step.kind == "move":
            seats[str(step.origin)][step.who] -= count
            seats[str(step.team)][step.who] += count
            went.add((step.who, step.origin))
            came.add((step.who, step.team))
    for origin, held in seats.items():
        for post, count in held.items():
            if count < 1 or sum(held.values()) < 2 or (post, origin) in came:
                continue
            for to in teams:
                if to != origin and (post, to) not in went and _open_to(scope, to):
                    yield Step("move", post, to, origin=origin)


def _trainings(scenario: Scenario, scope: Scope, plan: Plan) -> Iterator[Step]:
    asked = levels_asked(scenario)
    trained = Counter(step for step in plan.steps if step.kind == "train")
    seated = seating(scenario)
    for team in seated.teams:
        places = _places(scope, team.name) if _open_to(scope, team.name) else []
        posts = Counter(seated.seats[s].post for s in team.seats if seated.seats[s].source is not None)
        for post, seats in posts.items():
            if scenario.posts[post].contract == "agency":
                continue
            skills = scenario.roles[scenario.posts[post].role].skills
            for skill, (least, most) in asked.items():
                held = LEVELS.index(skills[skill]) if skill in skills else -1
                if held >= max(most, LEVELS.index("practitioner")):
                    continue
                levels = max(held + 1, least) - held
                for place in places:
                    step = Step("train", post, place, skill=skill, levels=levels)
                    if levels <= MOST_LEVELS and trained[step] < seats:
                        yield step


def levels_asked(scenario: Scenario) -> dict[str, tuple[int, int]]:
    """Lowest and highest level that tasks ask for, by skill in demand."""
    found: dict[str, list[int]] = {}
    needed = _needed(scenario)
    for kind in scenario.request_types.values():
        for step in kind.steps:
            found.setdefault(step.skill, []).append(LEVELS.index(step.level))
    for skill in upkeep_skills(scenario):
        found.setdefault(skill, []).append(LEVELS.index(UPKEEP_LEVEL))
    return {skill: (min(levels), max(levels)) for skill, levels in found.items() if skill in needed}
