"""The cheapest way to meet all targets: one step after the other, each the one that buys most for its money.

A greedy search with a look back. At every step all candidates are simulated in the same futures and the one that closes
most of the gap to the targets for each pound is picked by a ranking-and-selection procedure; when the chance of meeting
all targets is high enough, steps that are not needed any more are taken away again, and steps are exchanged for cheaper
ones. It is a search, not a proof: no step of the result can be left out or exchanged for a cheaper one tried, but
another set might still be cheaper.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from opmodel.comparison.intervals import estimate, half_width
from opmodel.hiring.confirming import ATTEMPTS, FUTURES, Confirmed, chance_of, confirmed
from opmodel.hiring.costs import plan_cost, yearly_cost
from opmodel.hiring.procedures import CAP, ChanceTest, Selection, select
from opmodel.hiring.question import Question
from opmodel.hiring.scope import Scope, steps_of
from opmodel.hiring.steps import Plan, Step
from opmodel.hiring.trials import Outcome, Trials, under
from opmodel.records import Floats
from opmodel.scenario.problems import ScenarioError

#: Futures in which what a step buys is told, and from which the gap to the targets is scaled.
TOLD_ON = 40
#: A candidate this share of the way to one target behind another, for the money of an average step, is as good.
INDIFFERENCE = 0.02
#: Cheaper steps tried in the place of each one.
EXCHANGES = 4


@dataclass(frozen=True)
class Bought:
    """One step of the way and what it buys, in the futures of the search."""

    step: Step
    cost: float
    """Pounds in a full year."""
    backlog_days: tuple[float, float, float]
    """Days of effort that the backlog is smaller by the week asked for, with its 95 % interval."""
    in_time: tuple[float, float, float]
    """By how much the in-time rate of statutory requests is higher by then, with its 95 % interval."""
    closed: float
    """Share of the gap to the targets that it closes, on average (1: as much as one whole target)."""
    chance: tuple[float, float, float]
    """Chance of meeting all targets after it, with its 95 % interval."""
    others: int
    """Candidates it was picked from."""
    next_best: Step | None
    """The second best."""
    sure: bool
    """Whether it was told apart from the others, not only best so far."""
    futures: int
    """Futures these figures rest on."""

    @property
    def per_thousand(self) -> tuple[float, float]:
        """Backlog days, and points of the in-time rate, for each £1,000 a year; NaN where it costs nothing."""
        thousands = self.cost / 1000.0
        if thousands <= 0.0:
            return float("nan"), float("nan")
        return self.backlog_days[0] / thousands, 100.0 * self.in_time[0] / thousands


@dataclass(frozen=True)
class Path:
    """A search for the cheapest set of steps, and what it found."""

    question: Question
    scope: Scope
    bought: tuple[Bought, ...]
    """Every step in the order in which it was taken."""
    taken_away: tuple[Step, ...]
    """Steps that were not needed any more."""
    exchanged: tuple[tuple[Step, Step], ...]
    """Steps that gave way to cheaper ones."""
    plan: Plan
    """What is left."""
    cost: float
    """Pounds in a full year."""
    confirmed: Confirmed | None
    """The plan on fresh futures; None if no plan was worth trying there."""
    refused: tuple[Confirmed, ...]
    """Plans that did not hold on fresh futures."""
    ended: str
    """Why the search ended: ``enough``, ``nothing helps``, ``at most`` or ``budget``."""
    budget: float | None = None
    trail: tuple[str, ...] = field(default=())
    """What the search did, for readers who want to follow it."""

    @property
    def meets(self) -> bool:
        """Whether there is a plan that meets all targets on fresh futures with the confidence asked for."""
        return self.confirmed is not None and self.confirmed.holds


class Gap:
    """How far a team is from its targets, as one number for each future: what steps are measured by.

    For each target the distance still to go by the week asked for, as a share of the mean distance of the organisation
    as it is; summed over targets. 0 where all are met.
    """

    def __init__(self, question: Question, base: Outcome) -> None:
        """Scale distances by those of the organisation as it is."""
        self._at = question.at
        self._most = 5.0 * question.scenario.study.horizon_weeks
        mean = self._distance(base).mean(axis=0)
        small = np.array([max(0.01 * abs(w.value), 1e-6) for w in question.wanted])
        self._scale = np.maximum(mean, small)

    def _distance(self, outcome: Outcome) -> Floats:
        """A percentile that was not reached counts as if it took the whole study."""
        return np.minimum(outcome.short()[:, :, self._at], self._most)

    def of(self, outcome: Outcome) -> Floats:
        """The gap in each future, (futures,)."""
        return np.asarray((self._distance(outcome) / self._scale).sum(axis=1))


def cheapest(
    question: Question, scope: Scope, trials: Trials, *, budget: float | None = None, futures: int = FUTURES,
    attempt: int = 0,
) -> Path:
    """Search for the cheapest plan that meets all targets, or the best plan within a budget.

    Args:
        question: what is asked.
        scope: what may be done.
        trials: where candidates are tried.
        budget: pounds in a full year that may be spent; None to spend what is needed. With a budget the search ends
            when nothing that helps can be paid for any more, and the plan is shown whether it meets the targets or not.
        futures: fresh futures for the confirmation.
        attempt: number of the first set of fresh futures.
    """
    search = _Search(question, scope, trials)
    plan, ended = Plan(), "enough"
    bought: list[Bought] = []
    refused: list[Confirmed] = []
    taken: tuple[Step, ...] = ()
    exchanged: tuple[tuple[Step, Step], ...] = ()
    found: Confirmed | None = None
    while True:
        if search.enough(plan):
            slim, taken, exchanged = search.slimmed(plan)
            tried = confirmed(question, slim, trials, attempt=attempt + len(refused), futures=futures)
            if tried.holds or budget is not None:
                plan, found = slim, tried
                break
            refused.append(tried)
            if len(refused) >= ATTEMPTS:
                ended = "refused"
                break
        if len(plan) >= scope.at_most:
            ended = "at most"
            break
        step = search.next(plan, None if budget is None else budget - plan_cost(question.scenario, plan))
        if step is None:
            ended = "nothing helps" if budget is None else "budget"
            break
        bought.append(step)
        plan = plan.with_(step.step)
    if found is None and (budget is not None or len(plan)):
        found = confirmed(question, plan, trials, attempt=attempt + len(refused), futures=futures)
    return Path(
        question, scope, tuple(bought), taken, exchanged, plan, plan_cost(question.scenario, plan), found,
        tuple(refused), ended, budget,
    )


class _Search:
    """Candidates of one question in the futures of its search."""

    def __init__(self, question: Question, scope: Scope, trials: Trials) -> None:
        self.question, self.scope, self.trials = question, scope, trials
        self.gap = Gap(question, self._outcomes([Plan()], TOLD_ON)[0])
        self.test = ChanceTest(question.confidence)

    def _outcomes(self, plans: Sequence[Plan], futures: int) -> list[Outcome]:
        base = self.question.scenario
        return under(self.question, self.trials, [plan.scenario(base) for plan in plans], futures)

    def enough(self, plan: Plan) -> bool:
        """Whether the chance of meeting all targets is at least the confidence asked for."""
        return self.test.run(lambda n: self._outcomes([plan], n)[0].met()[:, self.question.at], CAP)[0]

    def next(self, plan: Plan, money: float | None) -> Bought | None:
        """The step that closes most of the gap for each pound; None if none helps or can be paid for."""
        base = self.question.scenario
        steps = [step for step in steps_of(base, self.scope, plan) if self._fits(plan.with_(step))]
        costs = np.array([yearly_cost(base, step) for step in steps])
        if money is not None:
            payable = costs <= money
            steps, costs = [s for s, fits in zip(steps, payable, strict=True) if fits], costs[payable]
        if not steps:
            return None
        # What costs nothing is measured as if it cost a twentieth of the average step, so that no gain is infinite.
        average = float(costs.mean()) or 1.0
        priced = np.maximum(costs, average / 20.0)

        def draw(those: Sequence[int], futures: int) -> Floats:
            before = self.gap.of(self._outcomes([plan], futures)[0])
            after = self._outcomes([plan.with_(steps[i]) for i in those], futures)
            gains = np.column_stack([before - self.gap.of(outcome) for outcome in after])
            return np.asarray(gains * average / priced[list(those)])

        picked = select(draw, len(steps), indifference=INDIFFERENCE)
        return self._bought(plan, steps, costs, picked)

    def _bought(self, plan: Plan, steps: list[Step], costs: Floats, picked: Selection) -> Bought | None:
        step, at = steps[picked.best], self.question.at
        before, after = self._outcomes([plan, plan.with_(step)], TOLD_ON)
        closed = estimate((self.gap.of(before) - self.gap.of(after))[:, None])
        if not closed.mean[0] > 0.0:
            return None
        order = np.argsort(-picked.means, kind="stable")
        second = next((steps[i] for i in order if i != picked.best), None)
        return Bought(
            step, float(costs[picked.best]),
            _difference(before.figure("backlog_days")[:, at], after.figure("backlog_days")[:, at]),
            _difference(after.figure("in_time_statutory")[:, at], before.figure("in_time_statutory")[:, at]),
            float(closed.mean[0]), chance_of(after, at), len(steps), second, picked.sure, TOLD_ON,
        )

    def slimmed(self, plan: Plan) -> tuple[Plan, tuple[Step, ...], tuple[tuple[Step, Step], ...]]:
        """The plan without the steps it does not need, and with cheaper ones where they do."""
        base, taken, exchanged = self.question.scenario, [], []

        def dear(step: Step) -> float:
            return -yearly_cost(base, step)

        again = True
        while again:
            again = False
            for step in sorted(dict.fromkeys(plan.steps), key=dear):
                if self.enough(plan.without(step)):
                    plan, again = plan.without(step), True
                    taken.append(step)
                    break
        for step in sorted(dict.fromkeys(plan.steps), key=dear):
            cheaper = [s for s in steps_of(base, self.scope, plan) if yearly_cost(base, s) < yearly_cost(base, step)]
            for other in sorted(cheaper, key=dear, reverse=True)[:EXCHANGES]:
                instead = plan.without(step).with_(other)
                if self._fits(instead) and self.enough(instead):
                    plan = instead
                    exchanged.append((step, other))
                    break
        return plan, tuple(taken), tuple(exchanged)

    def _fits(self, plan: Plan) -> bool:
        try:
            plan.scenario(self.question.scenario)
        except ScenarioError:
            return False
        return True


def _difference(more: Floats, less: Floats) -> tuple[float, float, float]:
    """Mean of paired differences with its 95 % interval."""
    found = estimate((more - less)[:, None])
    mean, half = float(found.mean[0]), float(half_width(found)[0])
    return mean, mean - half, mean + half
