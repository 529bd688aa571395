"""When no team meets the targets: which constraint binds, and what would have to change.

The best plan found is tried again with one constraint lifted at a time. It binds if lifting it is shown to make the
chance high enough, and higher than it is in the same futures with nothing lifted. Beside it stands everybody
imaginable, hired at once and at full pace: if even that is shown not to do, the targets are not a question of people.
Where the futures leave it open they are doubled; where they still do, that is what is said.

Everybody imaginable is asked about those targets alone that people can bring nearer: a target such as a cost at most
is spoilt by many people, which shows nothing about a few.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np

from opmodel.comparison.intervals import paired_shares, share_interval
from opmodel.hiring.asking.question import Question
from opmodel.hiring.asking.scope import Scope
from opmodel.hiring.asking.steps import Plan
from opmodel.hiring.searching.distance import MANY, imaginable, spoilt_by_people
from opmodel.hiring.trying.confirming import chance_of
from opmodel.hiring.trying.trials import Outcome, Trials
from opmodel.hiring.weighing.constraints import FLOW, acts, constraints, without
from opmodel.metrics.targets import Wanted
from opmodel.records import Floats
from opmodel.scenario.changes import change_scenario
from opmodel.scenario.problems import ScenarioError
from opmodel.scenario.scenario import Scenario
from opmodel.wording import listed

#: Fresh futures of each constraint lifted; so many times as many where they leave open whether it binds.
FUTURES, TWICE = 100, 2
#: Cases of many people.
PEOPLE = "people "


@dataclass(frozen=True)
class Lifted:
    """The best plan found with one constraint lifted."""

    name: str
    constraint: str
    """What holds the targets back, if it binds."""
    remedy: str
    """What would have to change."""
    chance: tuple[float, float, float]
    """Chance of meeting all targets by the week asked for, with its 95 % interval; with everybody imaginable, of those
    that people do not spoil."""
    futures: int
    binds: bool
    """Whether it is shown that the targets are met once it is lifted, and oftener than without."""
    times: int = 1
    """How many times as many people there are; 1 for those of the plan."""
    open: bool = False
    """Whether it cannot be told: neither shown to be enough nor shown not to be."""
    gained: tuple[float, float, float] | None = None
    """By how much the chance is higher than with nothing lifted, with the 95 % interval; paired."""


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
    unlifted: Lifted | None = None
    """With nothing lifted, in the same futures."""
    spoilt: tuple[Wanted, ...] = ()
    """Targets that more people spoil: everybody imaginable is not asked about them."""
    only_spoilt: bool = False
    """Whether the plan misses targets of that kind alone, so that everybody imaginable shows nothing."""

    @property
    def about_people(self) -> bool:
        """Whether enough people, soon enough, are shown to do."""
        return self.unlimited.binds

    @property
    def not_people(self) -> bool:
        """Whether even everybody imaginable is shown not to do."""
        one = self.unlimited
        return one.times > 1 and not (one.binds or one.open or self.only_spoilt)

    @property
    def reached(self) -> bool:
        """Whether the plan itself reaches the confidence here, though it did not where it was found."""
        return self.unlifted is not None and self.unlifted.chance[0] >= self.question.confidence - 1e-9

    @property
    def doubtful(self) -> bool:
        """Whether these futures leave open that the plan itself is enough."""
        return self.unlifted is not None and self.unlifted.chance[2] >= self.question.confidence

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
        futures: how many; twice as many where they leave open whether a constraint binds.
        scope: what may be done; decides which skills nobody can be hired for. None for hires of present roles.
    """
    planned = plan.scenario(question.scenario)
    cases: dict[str, tuple[str, str, Scenario]] = {"": ("", "", planned)}

    def add(name: str, constraint: str, remedy: str, scenario: Scenario, changes: Mapping[str, Any]) -> None:
        with suppress(ScenarioError):  # such as more seats than a scenario may have
            cases[name] = (constraint, remedy, change_scenario(scenario, changes))

    many = _many(question.scenario)
    for times, scenario in many.items():
        cases[f"{PEOPLE}{times}"] = (
            "the number of people", "many more people would have to be hired at once", scenario
        )
    held = [name for name in FLOW if planned.mechanisms.on(name)]
    for one in constraints(planned, plan, scope or Scope()):
        add(one.name, one.constraint, one.remedy, planned, one.changes)
    if held and many:
        there = [name for name in held if acts(planned, name)]  # what holds nothing up is not named
        remedy, most = "; ".join(["many more people", *(FLOW[name][1] for name in there)]), list(many.values())[-1]
        lifted = listed(["the number of people", *(FLOW[name][0] for name in there)])
        add("everything", f"together: {lifted}", remedy, most, {
            path: value for name in held for path, value in without(most, name).items()
        })
    spoilt = tuple(wanted for wanted in question.wanted if spoilt_by_people(wanted))
    helped = [t for t, wanted in enumerate(question.wanted) if wanted not in spoilt]
    lifts = _Lifts(question, cases, trials, attempt, helped)
    lifts.draw(list(cases), futures)
    unclear = [name for name in cases if lifts.told(name).open]
    if unclear:  # and the plan as it is, as the others are compared with it future by future
        lifts.draw(list(dict.fromkeys(["", *unclear])), TWICE * futures)
    people = [lifts.told(name, last=True) for name in cases if name.startswith(PEOPLE)]
    unlifted = lifts.told("", last=True)
    outcome = lifts.outcomes[""]
    return Binding(
        question, plan, _each(outcome, question),
        tuple((week, chance_of(outcome, k)) for k, week in enumerate(question.weeks) if week > question.week),
        _worth_telling([lifts.told(name, last=True) for name in cases if name and not name.startswith(PEOPLE)]),
        max(people or [unlifted], key=lambda one: (one.binds, one.open, one.chance[0])),
        unlifted, spoilt,
        bool(spoilt) and float(_met(outcome, question, helped).mean()) >= question.confidence - 1e-9,
    )


class _Lifts:
    """Cases in as many futures as it takes to tell."""

    def __init__(
        self, question: Question, cases: Mapping[str, tuple[str, str, Scenario]], trials: Trials, attempt: int,
        helped: Sequence[int],
    ) -> None:
        self._question, self._cases, self._trials = question, cases, trials
        self._seed, self._helped = question.fresh(attempt), helped
        self.outcomes: dict[str, Outcome] = {}

    def draw(self, names: Sequence[str], futures: int) -> None:
        """Simulate some cases in the first futures."""
        found = self._trials.of([self._cases[name][2] for name in names], futures, seed=self._seed)
        self.outcomes.update(zip(names, found, strict=True))

    def told(self, name: str, *, last: bool = False) -> Lifted:
        """What a case comes to.

        Args:
            name: the case; an empty one for the plan with nothing lifted.
            last: whether no more futures follow; then, as twice as many were drawn for what was unclear, a share that
                reaches the confidence is taken for enough if lifting makes a difference beyond chance.
        """
        constraint, remedy, _ = self._cases[name]
        confidence, everybody = self._question.confidence, name.startswith(PEOPLE)
        asked = self._helped if everybody or name == "everything" else range(len(self._question.wanted))
        mine, plain = (_met(self.outcomes[one], self._question, asked) for one in (name, ""))
        met, n = int(mine.sum()), mine.size
        chance = share_interval(met, n)
        gained = paired_shares(mine, plain[:n])
        itself = _met(self.outcomes[""], self._question, range(len(self._question.wanted)))
        reached = float(itself.mean()) >= confidence - 1e-9
        enough = chance[1] >= confidence or (last and chance[0] >= confidence - 1e-9)
        # Of everybody imaginable it is asked whether they do; of one constraint, whether it makes the difference.
        binds = enough and (everybody or (not reached and gained[1] > 0.0))
        times = int(name.removeprefix(PEOPLE)) if everybody else 1
        return Lifted(
            name, constraint, remedy, chance, n, bool(name) and binds, times,
            not binds and chance[2] >= confidence, gained if name else None,
        )


def _met(outcome: Outcome, question: Question, targets: Sequence[int]) -> Floats:
    """1 where some of the targets are all met by the week asked for, else 0, (futures,)."""
    met = np.ones(outcome.n, bool)
    for t in targets:
        met &= np.asarray(outcome.wanted[t].met(outcome.values[:, t, question.at]), bool)
    return np.asarray(met, float)


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
        found.append((wanted, share_interval(met, outcome.n)))
    return tuple(sorted(found, key=lambda entry: entry[1][0]))


def _worth_telling(found: list[Lifted]) -> tuple[Lifted, ...]:
    """Of several reductions of demand only the least that is enough, or else the greatest.

    Recruiting and ramp-up together are left out where one of them alone makes the difference.
    """
    less = [one for one in found if one.name.startswith("demand")]
    kept = next((one for one in less if one.binds), less[-1] if less else None)
    alone = any(one.binds for one in found if one.name in ("recruiting", "ramp_up"))
    left_out = [one for one in found if (one in less and one is not kept) or (alone and one.name == "time")]
    return tuple(one for one in found if one not in left_out)
