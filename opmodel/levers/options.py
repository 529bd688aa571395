"""What else could be done: today's structure with one lever each, and each other structure; with yearly costs.

Every option is a whole scenario, so it acts through the same mechanisms as everything else. Costs that the model does
not have by itself (licences, programmes, meetings) go into ``costs.platform``, those that arise once spread over the
study's weeks; pay and recruitment follow from the people.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from opmodel.comparison.structures import structures_of, told
from opmodel.levers.catalogue import commonest_role, maturity_of
from opmodel.levers.figures import HELPED, Choices, in_words
from opmodel.scenario.changes import change_scenario
from opmodel.scenario.demand import RequestType
from opmodel.scenario.problems import ScenarioError
from opmodel.scenario.quantity import WEEKS_PER_YEAR
from opmodel.scenario.scenario import Scenario


class Unfit(Exception):
    """An option makes no sense in the scenario; the text says why."""


@dataclass(frozen=True)
class Option:
    """One thing that could be done."""

    name: str
    label: str
    """What it is called."""
    meaning: str
    """What it does in the model, and what of its cost is counted."""
    scenario: Scenario
    structure: bool
    """Whether it is another structure, not a lever under today's."""
    asks_less: bool = False
    """Whether fewer requests are asked, so that the number delivered says nothing about it."""


@dataclass(frozen=True)
class Alternatives:
    """What could be done, beside today."""

    today: Scenario
    options: tuple[Option, ...]
    left_out: tuple[str, ...]
    """Options that make no sense in the scenario, with the reason."""
    choices: Choices


def alternatives(scenario: Scenario, choices: Choices | None = None) -> Alternatives:
    """Today's structure with one lever each, and each other structure.

    Raises:
        ScenarioError: a structure does not fit the scenario.
        ValueError: an assumed figure is out of its range.
    """
    choices = choices or Choices()
    structures = structures_of(scenario)
    today = structures["today"]
    options = [
        Option(name, told(name).capitalize(), "The same people and budget; the cost of the reorganisation itself is "
               "not counted.", one, structure=True)
        for name, one in structures.items() if name != "today"
    ]
    left_out = []
    for name, (label, build) in _LEVERS.items():
        try:
            said, changes, less = build(today, choices)
            options.append(Option(name, label(today, choices), said, change_scenario(today, changes), False, less))
        except (Unfit, ScenarioError) as error:
            reason = error.problems[0].text if isinstance(error, ScenarioError) else str(error)
            left_out.append(f"{label(today, choices)} is left out: {reason}.")
    return Alternatives(today, tuple(options), tuple(left_out), choices)


#: What an option says of itself, its changes by dotted path, whether it asks for less.
Built = tuple[str, dict[str, Any], bool]


def reports_of(scenario: Scenario) -> tuple[str, ...]:
    """Regular reports: discretionary request types that come by the calendar."""
    return tuple(n for n, k in scenario.request_types.items() if not k.statutory and k.weeks is not None)


def small_of(scenario: Scenario) -> tuple[str, ...]:
    """Small requests: discretionary types of one step that come as needed, without the type of shadow work."""
    return tuple(
        n for n, k in scenario.request_types.items()
        if not k.statutory and k.weeks is None and len(k.steps) == 1 and n != scenario.demand.shadow_type
    )


def helped_of(scenario: Scenario) -> tuple[str, ...]:
    """Skills that an AI assistant helps with, as far as requests need them; all needed ones where they are others."""
    needed = list(dict.fromkeys(step.skill for k in scenario.request_types.values() for step in k.steps))
    return tuple(skill for skill in needed if skill in HELPED) or tuple(needed)


def _vacancies(scenario: Scenario, _: Choices) -> Built:
    leaving = any(post.leaves is not None for post in scenario.posts.values())
    if not (scenario.mechanisms.on("turnover") or leaving or scenario.hires):
        raise Unfit("nobody leaves in this scenario and no post is to be opened, so none is ever vacant")
    changes: dict[str, Any] = {"people.approval": 0.0, "people.time_to_hire": 0.0, "people.notice": 0.0}
    changes |= {f"roles.{n}.time_to_hire": 0.0 for n, r in scenario.roles.items() if r.time_to_hire is not None}
    changes |= {f"posts.{n}.refilled": True for n, p in scenario.posts.items() if not p.refilled}
    changes |= {f"posts.{n}.successor_starts": None for n, p in scenario.posts.items()
                if p.successor_starts is not None}
    changes |= {f"hires.{n}.starts": f"{float(h.opens)!r}d" for n, h in scenario.hires.items()}
    said = (
        "A scenario states no post vacant on its first day; posts fall vacant as people leave. Here every leaver is "
        "followed at once, and stated hires start when their post opens: the most that recruiting could do. Its cost "
        "is the pay of the posts that would have stood empty; cover by agency staff would cost more."
    )
    return said, changes, False


def _hires(scenario: Scenario, choices: Choices) -> Built:
    role = choices.role or commonest_role(scenario)
    count = round(choices.of("hired"))
    said = "Recruited from the first day on: approval, advert, notice, starting slowly. Cost: pay and recruitment."
    return said, {"hires.more": {"role": role, "count": count, "opens": "0d"}}, False


def _fewer(scenario: Scenario, types: tuple[str, ...], share: float) -> dict[str, Any]:
    return {f"request_types.{name}.per_year": float(scenario.request_types[name].per_year) * (1.0 - share)
            for name in types}


def _not_logged(scenario: Scenario) -> None:
    if scenario.trace is not None:
        raise Unfit("the requests are taken from a log")


def _reports(scenario: Scenario, choices: Choices) -> Built:
    types = reports_of(scenario) if choices.reports is None else choices.reports
    if not types:
        raise Unfit("no discretionary request type comes by the calendar")
    _not_logged(scenario)
    said = f"Fewer requests of {_listed(types)}. No cost; what the reports were worth is not counted."
    return said, _fewer(scenario, types, choices.of("reports_stopped")), True


def _self_service(scenario: Scenario, choices: Choices) -> Built:
    types = small_of(scenario) if choices.small is None else choices.small
    if not types:
        raise Unfit("no discretionary request type is of one step and comes as needed")
    _not_logged(scenario)
    yearly = choices.of("self_service_users") * choices.of("self_service_licence")
    once = choices.of("self_service_set_up")
    said = (
        f"Fewer requests of {_listed(types)}. Cost: licences of {in_words(yearly, 'GBP')} a year, "
        f"{in_words(once, 'GBP')} once, spread over the study. The time of those who serve themselves is not counted."
    )
    changes = _fewer(scenario, types, choices.of("self_service"))
    return said, changes | _dearer(scenario, yearly, once), True


def _assistant(scenario: Scenario, choices: Choices) -> Built:
    skills = helped_of(scenario) if choices.skills is None else choices.skills
    factor = 1.0 - choices.of("ai_saved") + choices.of("ai_checking")
    changes: dict[str, Any] = {}
    for name, kind in scenario.request_types.items():
        for number, step in enumerate(kind.steps):
            if step.skill in skills:
                changes[f"request_types.{name}.steps.{number}.effort"] = _effort(kind, number, factor)
    if not changes:
        raise Unfit("no request needs any of the skills chosen")
    users = sum(
        post.count for post in scenario.posts.values() if set(skills) & scenario.roles[post.role].skills.keys()
    )
    yearly = users * choices.of("ai_licence")
    said = (
        f"Effort of tasks in {_listed(skills)} x {factor:.2f}: saved {in_words(choices.of('ai_saved'), 'share')}, "
        f"checking added {in_words(choices.of('ai_checking'), 'share')}; upkeep of what is in service stays. Cost: "
        f"{users} licences, {in_words(yearly, 'GBP')} a year."
    )
    return said, changes | _dearer(scenario, yearly), False


def _effort(kind: RequestType, number: int, factor: float) -> dict[str, Any]:
    """The effort distribution of a step, its mean times a factor."""
    step = kind.steps[number]
    drawn = step.effort or kind.effort
    share = 1.0 if step.effort is not None else float(step.share)
    changed: dict[str, Any] = {"kind": drawn.kind, "mean": f"{float(drawn.mean) * share * factor!r}d"}
    return changed | ({"cv": float(drawn.cv)} if drawn.kind in ("lognormal", "gamma") else {})


def _maturity(scenario: Scenario, choices: Choices) -> Built:
    level = maturity_of(scenario) + 1.0
    if level > 5.0:
        raise Unfit("the scenario's data are within a level of the highest")
    cost = choices.of("maturity_cost")
    said = (
        f"Data of level {level:g} from the first day on: less preparation, less rework. It takes years to get there, "
        f"so this is the most to hope for. Cost: {in_words(cost, 'GBP')} a year."
    )
    return said, {"standards.maturity_now": level} | _dearer(scenario, cost), False


def _board(scenario: Scenario, choices: Choices) -> Built:
    gated = scenario.mechanisms.on("gates") and any(float(k.gate_chance) > 0 for k in scenario.request_types.values())
    if not gated:
        raise Unfit("no request must pass a board")
    governance = scenario.governance
    cadences = {"governance": float(governance.cadence_weeks)}
    cadences |= {f"governance.boards.{n}": float(b.cadence_weeks) for n, b in (governance.boards or {}).items()}
    halves = {f"{path}.cadence_weeks": max(1.0, round(old) / 2.0) for path, old in cadences.items()}
    # A common board is kept beside directorates' own, but meets for nobody where all have one.
    real = [p for p in cadences if p != "governance"] if governance.boards is not None else list(cadences)
    more = sum(WEEKS_PER_YEAR / max(1, round(halves[f"{p}.cadence_weeks"])) - WEEKS_PER_YEAR / round(cadences[p])
               for p in real)
    if more <= 0:
        raise Unfit("the board meets every week already")
    cost = more * choices.of("meeting_cost")
    said = f"Meetings twice as often, about {more:.0f} more a year. Cost: {in_words(cost, 'GBP')} a year."
    return said, halves | _dearer(scenario, cost), False


def _dearer(scenario: Scenario, yearly: float, once: float = 0.0) -> dict[str, Any]:
    study = scenario.study
    weeks = study.horizon_weeks - (study.warm_up_weeks if study.kind == "steady_state" else 0)
    return {"costs.platform": float(scenario.costs.platform) + yearly + once * WEEKS_PER_YEAR / weeks}


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(name.replace("_", " ") for name in names)


def _called(text: str) -> Callable[[Scenario, Choices], str]:
    return lambda *_: text


def _hires_label(scenario: Scenario, choices: Choices) -> str:
    role = (choices.role or commonest_role(scenario)).replace("_", " ")
    return f"{round(choices.of('hired'))} hires ({role})"


_LEVERS: dict[str, tuple[Callable[[Scenario, Choices], str], Callable[[Scenario, Choices], Built]]] = {
    "vacancies": (_called("Vacancies filled at once"), _vacancies),
    "hires": (_hires_label, _hires),
    "reports": (lambda _, c: f"{in_words(c.of('reports_stopped'), 'share')} of reports stopped", _reports),
    "self_service": (lambda _, c: f"Self-service for {in_words(c.of('self_service'), 'share')}", _self_service),
    "assistant": (_called("AI assistant"), _assistant),
    "maturity": (_called("One maturity level more"), _maturity),
    "board": (_called("Board twice as often"), _board),
}


def names_of(found: Alternatives) -> Iterator[tuple[str, Scenario]]:
    """Today and every option by name, as a comparison takes them."""
    yield "today", found.today
    yield from ((option.name, option.scenario) for option in found.options)
