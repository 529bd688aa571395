"""What may hold targets back whatever is done, and what lifting it would take: one constraint after the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from opmodel.flow.expected import rework_chance
from opmodel.flow.seating import seating
from opmodel.hiring.asking.scope import Scope, levels_asked
from opmodel.hiring.asking.steps import Plan
from opmodel.levers.catalogue import rework_changed
from opmodel.scenario.demand import LEVELS
from opmodel.scenario.scenario import Scenario
from opmodel.scenario.terms import below_market, terms_of

#: Shares of demand tried.
DEMANDS = (0.9, 0.8, 0.7, 0.5)
#: So many times as many of the same hires, where their number may be what is short.
MORE = 3
#: Mechanisms that hold requests up whoever is there, and what it would take to lift each.
FLOW = {
    "gates": ("waiting for the governance board", "the board would have to meet more often or delegate more"),
    "clarification": ("waiting for requesters", "requests would have to be clear when they are raised"),
    "hand_offs": ("hand-offs between teams", "work would have to stay with one team"),
    "rework": ("rework", "requests would have to be right at the first attempt"),
}


@dataclass(frozen=True)
class Constraint:
    """One thing that may hold the targets back."""

    name: str
    constraint: str
    remedy: str
    """What lifting it would take."""
    changes: Mapping[str, Any]
    """What lifts it, by dotted path of the scenario with the plan."""


def constraints(planned: Scenario, plan: Plan, scope: Scope) -> Iterator[Constraint]:
    """Everything that can be lifted from a scenario with a plan.

    Args:
        planned: the organisation with the plan.
        plan: the plan.
        scope: what may be done.
    """
    yield from _of_hires(planned, plan, scope)
    if planned.mechanisms.on("turnover") and float(planned.people.turnover) > 0.0:
        yield Constraint(
            "turnover", "people leaving", "fewer would have to leave, or be replaced sooner",
            {"mechanisms.turnover": False},
        )
    for mechanism in FLOW:
        if planned.mechanisms.on(mechanism) and acts(planned, mechanism):
            constraint, remedy = FLOW[mechanism]
            if mechanism == "hand_offs" and _as_is(planned):
                constraint = "waiting at hand-offs between teams (their extra effort is not taken away here)"
            yield Constraint(mechanism, constraint, remedy, without(planned, mechanism))
    yield from _of_skills(planned, scope)
    if planned.trace is None:
        scale = float(planned.demand.demand_scale)
        for share in DEMANDS:
            yield Constraint(
                f"demand {share:g}", f"{100 * (1 - share):.0f} % of the demand",
                f"demand would have to fall by about {100 * (1 - share):.0f} %",
                {"demand.demand_scale": scale * share},
            )


def without(scenario: Scenario, mechanism: str) -> dict[str, Any]:
    """Changes that take away what holds requests up, by dotted path.

    Where a file's efforts are those observed today, every mechanism acts as a ratio to today. Rework switched off would
    be off today as well, and the observed efforts would hold as they are; so its chance falls against today's instead.
    Of hand-offs no such lever is known: switched off they hold nothing up, but efforts stay as they are.
    """
    if mechanism == "rework" and _as_is(scenario):
        return rework_changed(scenario, 0.0)
    return {f"mechanisms.{mechanism}": False}


def _as_is(scenario: Scenario) -> bool:
    return scenario.standards.effort_basis == "as_is"


def acts(planned: Scenario, mechanism: str) -> bool:
    """Whether a mechanism that is on has anything to act on here."""
    kinds = planned.request_types.values()
    if mechanism == "gates":
        return any(float(kind.gate_chance) > 0.0 for kind in kinds)
    if mechanism == "clarification":
        return any(float(kind.clarification_chance) > 0.0 for kind in kinds)
    if mechanism == "rework":
        return rework_chance(planned) > 0.0
    return len(seating(planned).seats) > 1


def _of_hires(planned: Scenario, plan: Plan, scope: Scope) -> Iterator[Constraint]:
    """Time, market and number of the hires that are planned."""
    hires = {name: planned.hires[name] for step, name in plan.names.items() if step.kind == "hire"}
    if not hires:
        return
    terms = {name: terms_of(planned, hire) for name, hire in hires.items()}
    adverts = {
        name: hire for name, hire in hires.items() if terms[name].search is None and terms[name].fill_chance < 1.0
    }
    if adverts:
        changes: dict[str, Any] = {f"roles.{hire.role}.fill_chance": 1.0 for hire in adverts.values()}
        changes |= {f"roles.{hire.role}.market_pay": None for hire in adverts.values()}
        for kind in {hire.contract for hire in adverts.values()} - {"permanent"}:
            changes[f"contracts.{kind}.fill_chance"] = 1.0
        roles = ", ".join(dict.fromkeys(hire.role.replace("_", " ") for hire in adverts.values()))
        remedy = "adverts would have to reach more people, or the vacancies would have to be easier to fill"
        if any(below_market(planned, hire) for hire in adverts.values()):
            remedy = f"pay would have to come nearer to the market's, {remedy}"
        yield Constraint("market", f"adverts that do not fill ({roles})", remedy, changes)
    at_once = {f"hires.{name}.starts": f"{float(hire.opens):g}d" for name, hire in hires.items()}
    later = any(float(hire.opens) > 0.0 for hire in hires.values())  # none opens before the start
    sooner = "vacancies would have to open earlier, or fill sooner" if later else "vacancies would have to fill sooner"
    yield Constraint("recruiting", "the time that recruiting takes", sooner, at_once)
    if planned.mechanisms.on("ramp_up"):
        paced = {"mechanisms.ramp_up": False, "mechanisms.familiarity": False}
        bridge = "experienced people would have to bridge"
        yield Constraint("ramp_up", "the time until newcomers are at full pace", bridge, paced)
        yield Constraint(
            "time", "the time until newcomers are recruited and at full pace", f"{sooner}, and {bridge}",
            {**at_once, **paced},
        )
    if len(plan) >= scope.at_most:
        few = sum(hire.count for hire in hires.values())
        what = "hires" if few == len(plan) else "steps"
        yield Constraint(
            "number", f"the number of {what} that are allowed ({len(plan)} here)",
            f"up to {MORE} times as many hires would have to be allowed",
            {f"hires.{name}.count": min(500, MORE * hire.count) for name, hire in hires.items()},
        )


def _of_skills(planned: Scenario, scope: Scope) -> Iterator[Constraint]:
    """Skills in demand that no role brings which may be hired, at the highest level that some task asks."""
    roles = scope.roles if scope.roles is not None else {post.role for post in planned.posts.values()}
    for number, (skill, (least, most)) in enumerate(levels_asked(planned).items()):
        held = [planned.roles[role].skills.get(skill) for role in roles]
        best = max((LEVELS.index(level) for level in held if level is not None), default=-1)
        if best >= most:
            continue
        level, word = LEVELS[max(most, LEVELS.index("practitioner"))], skill.replace("_", " ")
        if best >= least:  # what asks for less can be done
            word += f" at {LEVELS[most]} level"
        name = f"lacking {number}"
        yield Constraint(
            f"skill {skill}", f"a lack of {word} that no hire allowed here can fill",
            f"somebody with {word} would have to be hired or trained",
            {f"roles.{name}": {"skills": {skill: level}, "salary": 0.0},
             f"hires.{name}": {"role": name, "starts": "0d", "count": 3}},
        )
