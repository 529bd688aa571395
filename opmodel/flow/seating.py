"""Who sits where: today's teams, teams drawn by hand, and the presets that reallocate the same seats.

A structure says only who sits where, who decides and which routes exist. Seats are apportioned once,
role by role, by highest averages, so one more hire never moves anyone else.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace

import numpy as np

from opmodel.flow.asks import directorate_weights, step_durations
from opmodel.scenario.people import Hire, Post
from opmodel.scenario.scenario import Scenario
from opmodel.scenario.structure import Centralised, Federated, HubAndSpoke, Structure, Team
from opmodel.scenario.terms import Terms, terms_of


@dataclass(frozen=True)
class Seat:
    """One seat of the establishment and what is known of its holder."""

    name: str
    post: str
    role: str
    fte: float
    salary: float
    """Pounds a year as it is paid: by contract, with a market supplement."""
    terms: Terms
    hire: Hire | None = None
    source: Post | None = None
    number: int = 1

    @property
    def agency(self) -> bool:
        """Whether the holder is paid by the day: no on-costs, no resignation, no lead of a team."""
        return self.terms.day_rate is not None

    @property
    def key(self) -> str:
        """Name that its draws hang on: the same however many seats the post has."""
        kind = "hire" if self.hire is not None else "needed" if self.source is None else "post"
        return f"{kind} {self.post}-{self.number}"


@dataclass
class TeamPlan:
    """A team of the structure: its seats by number, the directorates it serves first."""

    name: str
    kind: str
    line: str
    serves: list[int] = field(default_factory=list)
    seats: list[int] = field(default_factory=list)
    spec: Team | None = None


@dataclass(frozen=True)
class Seating:
    """Teams and seats under one structure."""

    teams: list[TeamPlan]
    seats: list[Seat]

    @property
    def team_of(self) -> list[int]:
        """Team of each seat."""
        out = [-1] * len(self.seats)
        for t, team in enumerate(self.teams):
            for s in team.seats:
                out[s] = t
        return out

    @property
    def hub(self) -> int:
        """The hub or policy centre, -1 if there is none."""
        return next((t for t, team in enumerate(self.teams) if team.kind != "spoke"), -1)

    def own_team(self, directorates: int) -> list[int]:
        """The team that serves each directorate first."""
        out = []
        for d in range(directorates):
            serving = [t for t, team in enumerate(self.teams) if d in team.serves]
            spokes = [t for t in serving if self.teams[t].kind == "spoke"]
            out.append((spokes or serving or [max(self.hub, 0)])[0])
        return out


def establishment(scenario: Scenario) -> list[Seat]:
    """Seats of all posts and hires, in file order."""
    seats = []
    for name, post in scenario.posts.items():
        terms = terms_of(scenario, post)
        for k in range(post.count):
            label = name if post.count == 1 else f"{name}-{k + 1}"
            seats.append(Seat(label, name, post.role, float(post.fte), terms.pay, terms, source=post, number=k + 1))
    for name, hire in scenario.hires.items():
        terms = terms_of(scenario, hire)
        for k in range(hire.count):
            label = f"hire {name}" if hire.count == 1 else f"hire {name}-{k + 1}"
            seats.append(Seat(label, name, hire.role, float(hire.fte), terms.pay, terms, hire=hire, number=k + 1))
    return seats


def demanded_effort(scenario: Scenario) -> dict[str, np.ndarray]:
    """Reference effort a year that each directorate demands of each skill, in days."""
    out = {s: np.zeros(len(scenario.directorates)) for s in scenario.skills}
    for kind in scenario.request_types.values():
        weights = directorate_weights(scenario, kind) * float(kind.per_year)
        for step, (_, mean, _) in zip(kind.steps, step_durations(kind), strict=True):
            out[step.skill] += weights * mean
    return out


def highest_averages(weights: np.ndarray, seats: int) -> list[int]:
    """Receiver of each seat in turn (Sainte-Lague: divisors 1, 3, 5, ...; ties in file order)."""
    got = np.zeros(weights.size)
    out = []
    for _ in range(seats):
        k = int(np.argmax(weights / (2.0 * got + 1.0)))
        got[k] += 1
        out.append(k)
    return out


def seating(scenario: Scenario, structure: Structure | None = None) -> Seating:
    """Seat everybody under a structure (default: the scenario's own)."""
    return _seated(scenario, structure, establishment(scenario))


def _seated(scenario: Scenario, structure: Structure | None, seats: list[Seat]) -> Seating:
    chosen = structure or scenario.structure
    if structure is None and scenario.teams is not None:
        return _explicit(scenario, scenario.teams, seats)
    if isinstance(chosen, Centralised):
        return _centralised(scenario, chosen, seats)
    if isinstance(chosen, HubAndSpoke):
        return _hub_and_spoke(scenario, chosen, seats)
    if isinstance(chosen, Federated):
        return _federated(scenario, chosen, seats)
    if scenario.today is not None:
        return _explicit(scenario, scenario.today.teams, seats)
    return _centralised(scenario, Centralised(kind="centralised", head=None), seats)


def reference_seating(scenario: Scenario) -> Seating:
    """Seating of the posts under today; without one, under the scenario's own structure.

    Hires are left out: what today's people make of the requests does not depend on who comes later.
    """
    seats = [seat for seat in establishment(scenario) if seat.hire is None]
    if scenario.today is not None:
        return _explicit(scenario, scenario.today.teams, seats)
    return _seated(scenario, None, seats)


def drawn_by_hand(scenario: Scenario) -> dict[str, Team]:
    """The teams of the scenario's own structure as a file would draw them, without posts that it adds."""
    found = seating(scenario)
    names, lines = list(scenario.directorates), [plan.line for plan in found.teams]

    def written(name: str, number: int) -> str:
        """The name as a file may state it (merged teams have longer ones, with a plus)."""
        return name.replace("+", "&") if len(name) <= 60 else f"team {number + 1}"

    return {
        written(plan.name, t): Team(
            kind=plan.kind,  # type: ignore[arg-type]
            reporting_line=written(plan.line, lines.index(plan.line)),
            serves=[names[d] for d in plan.serves],
            seats=dict(Counter(found.seats[s].post for s in plan.seats if found.seats[s].source is not None)),
        )
        for t, plan in enumerate(found.teams)
    }


def _explicit(scenario: Scenario, teams: dict[str, Team], seats: list[Seat]) -> Seating:
    names = list(scenario.directorates)
    plans = [
        TeamPlan(name, team.kind, team.reporting_line or name, [names.index(d) for d in team.serves], spec=team)
        for name, team in teams.items()
    ]
    waiting: dict[str, list[int]] = {}
    for s, seat in enumerate(seats):
        if seat.hire is None:
            waiting.setdefault(seat.post, []).append(s)
    for plan, team in zip(plans, teams.values(), strict=True):
        for post, count in team.seats.items():
            plan.seats += [waiting[post].pop(0) for _ in range(min(count, len(waiting.get(post, []))))]
    for left in waiting.values():
        plans[0].seats += left
    _seat_hires(scenario, plans, seats)
    return Seating(plans, seats)


def _seat_hires(scenario: Scenario, plans: list[TeamPlan], seats: list[Seat]) -> None:
    """A hire goes to the team named, else to the role's next seat.

    That is a seat in a team that has the role (in any team, if none has), the one with the most demand
    for each holder by highest averages. The demand of a directorate for a skill falls on its own team if
    that has the skill, else on the hub, else on the team with most holders.
    """
    load: dict[str, list[float]] | None = None
    for s, seat in enumerate(seats):
        if seat.hire is None or any(s in plan.seats for plan in plans):
            continue
        named = [plan for plan in plans if plan.name == seat.hire.team]
        if named:
            named[0].seats.append(s)
            continue
        if load is None:
            load = _load(scenario, plans, seats)
        held = [sum(seats[k].role == seat.role for k in plan.seats) for plan in plans]
        own = [sum(load[k][t] for k in scenario.roles[seat.role].skills) for t in range(len(plans))]
        those = [t for t in range(len(plans)) if held[t] > 0] or list(range(len(plans)))
        plans[max(those, key=lambda t: (own[t] / (2.0 * held[t] + 1.0), -t))].seats.append(s)


def _load(scenario: Scenario, plans: list[TeamPlan], seats: list[Seat]) -> dict[str, list[float]]:
    """Days of effort a year that each skill asks of each team."""
    demand, hub = demanded_effort(scenario), Seating(plans, seats).hub
    own = Seating(plans, seats).own_team(len(scenario.directorates))
    out = {}
    for skill, days in demand.items():
        able = {name for name, role in scenario.roles.items() if role.skills.get(skill, "awareness") != "awareness"}
        holders = [sum(seats[s].role in able for s in plan.seats) for plan in plans]
        fallback = hub if hub >= 0 and holders[hub] else int(np.argmax(holders))
        out[skill] = [0.0] * len(plans)
        for d, team in enumerate(own):
            out[skill][team if holders[team] else fallback] += float(days[d])
    return out


def _with_needed(scenario: Scenario, seats: list[Seat], role: str | None) -> tuple[list[Seat], int | None]:
    """Add the post a structure needs (head, hub manager), paid out of the same budget.

    The other seats' FTE shrink in proportion: until the pay is the same, or, where the same headcount
    is compared, until the FTE are.
    """
    if role is None or role not in scenario.roles or any(s.role == role for s in seats):
        return seats, None
    salary = float(scenario.roles[role].salary)
    permanent = [s for s in seats if s.hire is None and not s.agency]
    budget = sum(s.salary * s.fte for s in permanent)
    factor = max(0.0, 1.0 - salary / budget) if budget > 0 else 1.0
    if scenario.flow.same_headcount:
        factor = max(0.0, 1.0 - 1.0 / sum(s.fte for s in permanent)) if permanent else 1.0
    scaled = [replace(s, fte=s.fte * factor) if s.hire is None and not s.agency else s for s in seats]
    return [*scaled, Seat(role, role, role, 1.0, salary, terms_of(scenario, Post(role=role)))], len(seats)


def _centralised(scenario: Scenario, structure: Centralised, seats: list[Seat]) -> Seating:
    seats, _ = _with_needed(scenario, seats, structure.head)
    team = TeamPlan("central team", "hub", "central", list(range(len(scenario.directorates))), list(range(len(seats))))
    return Seating([team], seats)


def scarce_skills(scenario: Scenario) -> set[str]:
    """Skills in demand with fewer practitioners than directorates."""
    demand = demanded_effort(scenario)
    out = set()
    for skill in scenario.skills:
        holders = sum(
            post.count for post in scenario.posts.values()
            if scenario.roles[post.role].skills.get(skill) in ("practitioner", "expert")
        )
        if demand[skill].sum() > 0 and holders < len(scenario.directorates):
            out.add(skill)
    return out


def _primary(scenario: Scenario, role: str) -> str:
    return next(iter(scenario.roles[role].skills))


def _hub_and_spoke(scenario: Scenario, structure: HubAndSpoke, seats: list[Seat]) -> Seating:
    seats, manager = _with_needed(scenario, seats, structure.hub_manager)
    hub_skills = set(structure.hub_skills) if structure.hub_skills is not None else scarce_skills(scenario)
    total = sum(s.fte for s in seats if s.hire is None)
    hub = [s for s, seat in enumerate(seats)
           if seat.hire is None and (s == manager or _primary(scenario, seat.role) in hub_skills)]
    used = sum(seats[s].fte for s in hub)
    others = [s for s, seat in enumerate(seats) if seat.hire is None and s not in hub]
    for s in sorted(others, key=lambda k: -seats[k].salary):
        if used + seats[s].fte <= float(structure.hub_share) * total + 1e-9:
            hub.append(s)
            used += seats[s].fte
    spokes = _apportion(scenario, seats, [s for s in others if s not in hub])
    names = list(scenario.directorates)
    plans = [TeamPlan("hub", "hub", "data", [], sorted(hub))]
    plans += [TeamPlan(f"{names[d]} spoke", "spoke", "data", [d], sorted(s)) for d, s in spokes.items() if s]
    plans[0].serves = [d for d in range(len(names)) if not spokes[d]]
    _seat_hires(scenario, plans, seats)
    return Seating(plans, seats)


def _apportion(scenario: Scenario, seats: list[Seat], chosen: list[int]) -> dict[int, list[int]]:
    """Seats of each directorate: role by role, by highest averages of the effort it demands."""
    demand = demanded_effort(scenario)
    out: dict[int, list[int]] = {d: [] for d in range(len(scenario.directorates))}
    for role in dict.fromkeys(seats[s].role for s in chosen):
        of_role = [s for s in chosen if seats[s].role == role]
        weights = np.sum([demand[k] for k in scenario.roles[role].skills], axis=0)
        for s, d in zip(of_role, highest_averages(weights, len(of_role)), strict=True):
            out[d].append(s)
    return out


def _federated(scenario: Scenario, structure: Federated, seats: list[Seat]) -> Seating:
    total = sum(s.fte for s in seats if s.hire is None)
    policy: list[int] = []
    used = 0.0
    for s, seat in enumerate(seats):
        if seat.hire is not None or _primary(scenario, seat.role) not in ("governance", "architecture"):
            continue
        if used + seat.fte <= float(structure.policy_share) * total + 1e-9:
            policy.append(s)
            used += seat.fte
    rest = [s for s, seat in enumerate(seats) if seat.hire is None and s not in policy]
    names = list(scenario.directorates)
    plans = [TeamPlan(names[d], "spoke", names[d], [d], sorted(s))
             for d, s in _apportion(scenario, seats, rest).items()]
    while len(plans) > 1:
        smallest = min(plans, key=lambda p: len(p.seats))
        if len(smallest.seats) >= structure.team_size_min:
            break
        others = [p for p in plans if p is not smallest]
        into = min(others, key=lambda p: len(p.seats))
        first, second = sorted((smallest, into), key=plans.index)
        merged = TeamPlan(f"{first.name} + {second.name}", "spoke", f"{first.name} + {second.name}",
                          first.serves + second.serves, sorted(first.seats + second.seats))
        plans[plans.index(first)] = merged
        plans.remove(second)
    if policy:
        plans.append(TeamPlan("policy centre", "policy_centre", "policy", [], policy))
    _seat_hires(scenario, plans, seats)
    return Seating(plans, seats)
