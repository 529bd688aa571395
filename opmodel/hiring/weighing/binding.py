"""When no team meets the targets: which constraint binds, and what would have to change.

The best plan found is tried again with one constraint lifted at a time. Where lifting it makes the chance high enough,
it binds. Beside it stands everybody imaginable, hired at once and at full pace: if even that does not do, the targets
are not a question of people.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from opmodel.comparison.intervals import wilson
from opmodel.hiring.asking.question import Question
from opmodel.hiring.asking.scope import Scope
from opmodel.hiring.asking.steps import Plan
from opmodel.hiring.searching.distance import MANY, imaginable
from opmodel.hiring.trying.confirming import chance_of
from opmodel.hiring.trying.trials import Outcome, Trials
from opmodel.hiring.weighing.constraints import FLOW, constraints
from opmodel.metrics.targets import Wanted
from opmodel.scenario.changes import change_scenario
from opmodel.scenario.problems import ScenarioError
from opmodel.scenario.scenario import Scenario

#: Fresh futures of each constraint lifted.
FUTURES = 100


@dataclass(frozen=True)
class Lifted:
    """The best plan found with one constraint lifted."""

    name: str
    constraint: str
    """What holds the targets back, if it binds."""
    remedy: str
    """What would have to change."""
    chance: tuple[float, float, float]
    """Chance of meeting all targets by the week asked for, with its 95 % interval."""
    futures: int
    binds: bool
    """Whether the targets are met once it is lifted."""
    times: int = 1
    """How many times as many people there are; 1 for those of the plan."""


@dataclass(frozen=True)
class Binding:
    """Why no plan meets the targets."""

    question: Question
    plan: Plan
    """The best plan found."""
    targets: tuple[tuple[Wanted, tuple[float, float, float]], ...]
    """Chance of meeting each target alone, the least likely first."""
    later: tuple[tuple[int, tuple[float, float, float]], ...]
    """Chance of meeting all targets by each later week."""
    lifted: tuple[Lifted, ...]
    """One constraint after the other; last, where there are any, all that hold requests up together with everybody
    imaginable (``everything``)."""
    unlimited: Lifted
    """With many more people of every role in every team, at once and at full pace."""

    @property
    def about_people(self) -> bool:
        """Whether enough people, soon enough, would do."""
        return self.unlimited.binds

    @property
    def binding(self) -> tuple[Lifted, ...]:
        """The constraints that bind, each by itself, the one whose lifting helps most first."""
        found = [one for one in self.lifted if one.binds and one.name != "everything"]
        return tuple(sorted(found, key=lambda one: -one.chance[0]))


def binding(
    question: Question, plan: Plan, trials: Trials, *, attempt: int = 0, futures: int = FUTURES,
    scope: Scope | None = None,
) -> Binding:
    """Lift one constraint after the other from the best plan there is, in fresh futures.

    Args:
        question: what is asked.
        plan: the best plan found, though it does not meet the targets; it may be one of no steps.
        trials: where everything is tried.
        attempt: which fresh futures.
        futures: how many.
        scope: what may be done; decides which skills nobody can be hired for. None for hires of present roles.
    """
    seed, planned = question.fresh(attempt), plan.scenario(question.scenario)
    cases: dict[str, tuple[str, str, Scenario]] = {"": ("", "", planned)}

    def add(name: str, constraint: str, remedy: str, scenario: Scenario, changes: Mapping[str, Any]) -> None:
        with suppress(ScenarioError):  # such as more seats than a scenario may have
            cases[name] = (constraint, remedy, change_scenario(scenario, changes))

    many = _many(question.scenario)
    for times, scenario in many.items():
        cases[f"people {times}"] = ("the number of people", "many more people would have to be hired at once", scenario)
    held = {f"mechanisms.{name}": False for name in FLOW if planned.mechanisms.on(name)}
    for one in constraints(planned, plan, scope or Scope()):
        add(one.name, one.constraint, one.remedy, planned, one.changes)
    if held and many:
        remedy = "; ".join(["many more people", *(FLOW[path.partition(".")[2]][1] for path in held)])
        add("everything", "all of this together", remedy, list(many.values())[-1], held)
    found = trials.of([scenario for _, _, scenario in cases.values()], futures, seed=seed)
    outcomes = dict(zip(cases, found, strict=True))

    def lifted(name: str) -> Lifted:
        constraint, remedy, _ = cases[name]
        chance = chance_of(outcomes[name], question.at)
        binds = int(outcomes[name].met()[:, question.at].sum()) >= question.confidence * futures - 1e-9
        times = int(name.rpartition(" ")[2]) if name.startswith("people ") else 1
        return Lifted(name, constraint, remedy, chance, futures, binds, times)

    people = [lifted(name) for name in cases if name.startswith("people ")] or [lifted("")]
    planned_outcome = outcomes[""]
    return Binding(
        question, plan, _each(planned_outcome, question),
        tuple((week, chance_of(planned_outcome, k)) for k, week in enumerate(question.weeks) if week > question.week),
        _least_demand([lifted(name) for name in cases if name and not name.startswith("people ")]),
        max(people, key=lambda one: one.chance[0]),
    )


def _many(scenario: Scenario) -> dict[int, Scenario]:
    """Everybody imaginable, as far as a scenario holds so many."""
    found = {}
    for times in MANY:
        try:
            found[times] = imaginable(scenario, times)
        except ScenarioError:
            continue
    return found


def _each(outcome: Outcome, question: Question) -> tuple[tuple[Wanted, tuple[float, float, float]], ...]:
    found = []
    for t, wanted in enumerate(outcome.wanted):
        met = int(wanted.met(outcome.values[:, t, question.at]).sum())
        found.append((wanted, (met / outcome.n, *wilson(met, outcome.n))))
    return tuple(sorted(found, key=lambda entry: entry[1][0]))


def _least_demand(found: list[Lifted]) -> tuple[Lifted, ...]:
    """Of several reductions of demand only the least that is enough, or else the greatest, is worth telling."""
    less = [one for one in found if one.name.startswith("demand")]
    kept = next((one for one in less if one.binds), less[-1] if less else None)
    return tuple(one for one in found if one not in less or one is kept)
