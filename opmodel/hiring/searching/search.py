"""The questions of a search for the cheapest plan: is a plan enough, and what comes next.

What is best is asked of a documented procedure (:mod:`opmodel.hiring.searching.procedures`). Around it
stand bounds on effort: many candidates are first screened in a few futures, as ranking procedures advise where there
are many (Nelson, Swann,
Goldsman and Song, 2001, Operations Research 49:950-963); later steps first look at what was good before, as what a hire
buys mostly falls with each further one (lazy greedy search: Minoux, 1978), and at all only where that does not help;
where no single step helps, steps are tried in pairs, since two skills may be needed at once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement

import numpy as np

from opmodel.comparison.intervals import estimate
from opmodel.hiring.asking.costs import plan_cost, yearly_cost
from opmodel.hiring.asking.question import Question
from opmodel.hiring.asking.scope import Scope, steps_of
from opmodel.hiring.asking.steps import Plan, Step
from opmodel.hiring.searching.distance import Gap
from opmodel.hiring.searching.effort import BRIEF, FULL, Effort
from opmodel.hiring.searching.procedures import ChanceTest, select
from opmodel.hiring.searching.refused import Refused
from opmodel.hiring.trying.trials import Outcome, Trials, under
from opmodel.records import Floats
from opmodel.scenario.problems import ScenarioError
from opmodel.scenario.scenario import Scenario

__all__ = ["BRIEF", "FULL", "INDIFFERENCE", "Choice", "Effort", "Search"]

#: A candidate this share of the way to one target behind another, for the money of an average step, is as good.
INDIFFERENCE = 0.02
#: What costs nothing is measured as if it cost this share of an average step, so that no gain is infinite.
FREE = 0.05
#: A step helps if the gap it closes is this many standard errors above nought, and no less than this of a target.
SURELY, AT_LEAST = 1.64, 5e-3
#: Futures of a screening.
SCREENED_IN = 5
#: Most options of which more futures are asked whether they help, where few leave it open.
DOUBTFUL = 4


@dataclass(frozen=True)
class Choice:
    """What the search takes next: one step, or two that only help together."""

    steps: tuple[Step, ...]
    candidates: int
    """How many were tried."""
    next_best: Step | None
    """The second best (of pairs, the first step of the second best)."""
    sure: bool
    """Whether it was told apart from the others, not only best so far."""


class Search:
    """Candidates of one question in the futures of its search."""

    def __init__(self, question: Question, scope: Scope, trials: Trials, effort: Effort = FULL) -> None:
        self.question, self.scope, self.trials, self.effort = question, scope, trials, effort
        self.refused = Refused(question)
        """Plans that did not hold on fresh futures."""
        self._built: dict[frozenset[tuple[Step, int]], Scenario | None] = {}
        self._looked: list[tuple[Step, ...]] = []  # options of the last choice that were not screened out
        self._gains: dict[Step, float] = {}  # what each step closed of the gap when it was last tried
        self.promise: dict[Step, float] = {}
        """The most that each step was seen to close of the gap."""
        self._test = ChanceTest(question.confidence)
        self._most = round(effort.tested * self._test.cap)
        self.gap = Gap(question, self.outcomes([Plan()], effort.told_on)[0])

    # -- what a plan comes to --------------------------------------------------------------------

    def fits(self, plan: Plan) -> bool:
        """Whether the plan can be carried out."""
        return self._scenario(plan) is not None

    def steps(self, plan: Plan) -> list[Step]:
        """Every step that the scope allows on top of a plan."""
        return steps_of(self.question.scenario, self.scope, plan, week=self.question.week)

    def allowed(self, step: Step, plan: Plan) -> bool:
        """Whether the scope allows a step on top of a plan."""
        return step in self.steps(plan)

    def _scenario(self, plan: Plan) -> Scenario | None:
        key = frozenset(Plan.of(plan.steps).counts)
        if key not in self._built:
            try:
                self._built[key] = plan.scenario(self.question.scenario)
            except ScenarioError:
                self._built[key] = None
        return self._built[key]

    def outcomes(self, plans: Sequence[Plan], futures: int) -> list[Outcome]:
        """Plans in the futures of the search.

        Raises:
            ScenarioError: a plan cannot be carried out.
        """
        base = self.question.scenario
        scenarios = [self._scenario(plan) or plan.scenario(base) for plan in plans]  # which says what does not fit
        return under(self.question, self.trials, scenarios, futures)

    def gaps(self, plans: Sequence[Plan], futures: int) -> Floats:
        """The gap that steps are picked by, (futures, plans)."""
        return np.column_stack([self.gap.felt(outcome) for outcome in self.outcomes(plans, futures)])

    def enough(self, plan: Plan) -> bool:
        """Whether the chance of meeting all targets is at least the confidence asked for.

        A plan that failed on fresh futures is not, nor is one with fewer of one kind of its hires. Once one failed
        more is asked for (:attr:`refused`).
        """
        if self.refused.has(plan) or not self.fits(plan):
            return False
        return self._is(self.refused.asked, lambda n: self.outcomes([plan], n)[0], Outcome.met)

    def chance_is(self, outcome: Callable[[int], Outcome], met: Callable[[Outcome], Floats]) -> bool:
        """Whether what is simulated, in the first n futures, meets its targets with the confidence asked for.

        Args:
            outcome: what comes out of the first n futures.
            met: 1 where the targets are met, else 0, (futures, weeks).
        """
        return self._is(self._test, outcome, met)

    def _is(
        self, test: ChanceTest, outcome: Callable[[int], Outcome], met: Callable[[Outcome], Floats]
    ) -> bool:
        most = round(self.effort.tested * test.cap)
        return test.run(lambda n: met(outcome(n))[:, self.question.at], most)[0]

    # -- what comes next -------------------------------------------------------------------------

    def next(self, plan: Plan, money: float | None = None, *, anyhow: bool = False) -> Choice | None:
        """The step, or the two, that close most of the gap for each pound; None if none helps or can be paid for.

        Args:
            plan: what is to be done already.
            money: pounds in a full year that may be spent on it.
            anyhow: the plan failed on fresh futures though it does well in those of the search, where little is left to
                be gained: a step is taken, too, if it is only likely to help.
        """
        self._looked = []
        steps = self._payable(plan, money)
        if not steps:
            return None
        known = sorted((s for s in steps if s in self._gains), key=lambda s: -self._worth(s))
        fresh = [s for s in steps if s not in self._gains]
        if len(known) > self.effort.shortlist:
            found = self._best(plan, [(s,) for s in (*known[: self.effort.shortlist], *fresh)])
            if found is not None:
                return found
        found = self._best(plan, [(s,) for s in steps]) or (self._likely(plan, steps) if anyhow else None)
        return found or self._pair(plan, steps, money)

    def _likely(self, plan: Plan, steps: Sequence[Step]) -> Choice | None:
        """The step that closes most of the gap for each pound in more futures, be it little or by chance.

        Steps that close less than their standard error come only after those that close more.
        """
        left = [step for step in steps if not self.refused.has(plan.with_(step))]
        left = sorted(left, key=lambda step: -self._gains.get(step, 0.0))[: self.effort.shortlist]
        if not left:
            return None
        found = self.gaps([plan, *(plan.with_(step) for step in left)], max(self.effort.told_on, self._most))
        gain = estimate(found[:, :1] - found[:, 1:])
        likely = gain.mean > gain.error
        priced = gain.mean / np.maximum([yearly_cost(self.question.scenario, step) for step in left], 1.0)
        order = np.lexsort((-np.where(likely, priced, gain.mean), ~likely))
        best = int(order[0])
        if gain.mean[best] <= 0.0:
            return None
        return Choice((left[best],), len(steps), left[int(order[1])] if len(left) > 1 else None, False)

    def fastest(self, plan: Plan) -> tuple[float, float]:
        """The most that a step of the last choice closes of the gap, and takes off the work waiting (days of effort).

        Of options of two steps half of it. Told in the few futures that all of them were tried in.
        """
        if not self._looked:
            return 0.0, 0.0
        plans = [plan, *(plan.with_(*option) for option in self._looked)]
        before, *after = self.outcomes(plans, self.effort.first)
        sizes = [len(option) for option in self._looked]
        gaps = [(self.gap.of(before) - self.gap.of(one)).mean() / n for one, n in zip(after, sizes, strict=True)]
        waits = [(self.waiting(before) - self.waiting(one)) / n for one, n in zip(after, sizes, strict=True)]
        return float(max(gaps)), max(waits)

    def waiting(self, outcome: Outcome) -> float:
        """Work waiting by the week asked for, in days of effort."""
        return float(np.nan_to_num(outcome.figure("backlog_days")[:, self.question.at]).mean())

    def _worth(self, step: Step) -> float:
        return self._gains[step] / max(yearly_cost(self.question.scenario, step), 1.0)

    def _payable(self, plan: Plan, money: float | None) -> list[Step]:
        base = self.question.scenario
        allowed = self.steps(plan)
        if allowed and not any(self.fits(plan.with_(step)) for step in allowed):
            plan.with_(allowed[0]).scenario(base)  # says why: a search among steps that cannot be taken finds nothing
        return [
            step for step in allowed
            if (money is None or yearly_cost(base, step) <= money) and self.fits(plan.with_(step))
        ]

    def _pair(self, plan: Plan, steps: Sequence[Step], money: float | None) -> Choice | None:
        """Two steps that help together though neither does alone: the best of each kind with each other, and twice."""
        if len(plan) + 2 > self.scope.at_most:
            return None
        kinds: dict[tuple[object, ...], Step] = {}
        for step in sorted(steps, key=lambda s: -self._gains.get(s, 0.0)):
            kinds.setdefault((step.kind, step.who, step.skill), step)
        # Hires first: what a second pair of hands brings is the commonest case.
        those = sorted(kinds.values(), key=lambda s: (s.kind != "hire", yearly_cost(self.question.scenario, s)))
        pairs = [
            pair for pair in combinations_with_replacement(those, 2)
            if self.fits(plan.with_(*pair))
            and (money is None or plan_cost(self.question.scenario, Plan.of(pair)) <= money)
        ]
        return self._best(plan, pairs[: self.effort.pairs]) if pairs else None

    def _best(self, plan: Plan, options: Sequence[tuple[Step, ...]]) -> Choice | None:
        """The option that closes most for each pound, of those that close more than chance would.

        Whether an option helps is asked of one after the other: a cheap one may look best by luck alone, as little
        money makes much of a little luck, and must not stand in the way of one that does help.
        """
        base, plans = self.question.scenario, [plan.with_(*option) for option in options]
        costs = np.array([plan_cost(base, Plan.of(option)) for option in options])
        average = float(costs.mean()) or 1.0
        priced = average / np.maximum(costs, FREE * average)

        def draw(those: Sequence[int], futures: int) -> Floats:
            found = self.gaps([plan, *(plans[i] for i in those)], futures)
            return np.asarray((found[:, :1] - found[:, 1:]) * priced[list(those)])

        left = list(range(len(options)))
        if len(left) > 2 * self.effort.shortlist:
            means = draw(left, SCREENED_IN).mean(axis=0)
            for i in left:
                self._note(options[i], means[i] / priced[i])
            kept = self.effort.shortlist
            # By what they close for each pound, and the best whatever they cost.
            cheap, good = np.argsort(-means, kind="stable")[:kept], np.argsort(-means / priced, kind="stable")
            left = sorted({*cheap.tolist(), *good[: kept // 2].tolist()})
        picked = select(
            lambda those, n: draw([left[i] for i in those], n), len(left), indifference=INDIFFERENCE,
            first=self.effort.first, cap=self.effort.cap,
        )
        for k, i in enumerate(left):
            self._note(options[i], picked.means[k] / priced[i])
        self._looked = [options[i] for i in left]
        first = left[picked.best]
        order = [first, *(left[k] for k in np.argsort(-picked.means, kind="stable") if k != picked.best)]
        best = self._helpful(plan, [plans[i] for i in order])
        if best is None:
            return None
        second = next((options[i][0] for k, i in enumerate(order) if k != best), None)
        return Choice(options[order[best]], len(options), second, picked.sure and best == 0)

    def _helpful(self, plan: Plan, plans: Sequence[Plan]) -> int | None:
        """The first of several plans that helps.

        More futures are asked for the first one, and for the likeliest of the others where none helps surely in few.
        """
        if self.helps(plan, plans[0]):
            return 0
        doubtful: list[tuple[float, int]] = []
        for k, one in enumerate(plans[1:], 1):
            mean, error = self._gained(plan, one, self.effort.told_on)
            if mean >= AT_LEAST and mean >= SURELY * error:
                return k
            if mean >= AT_LEAST / 5.0:
                doubtful.append((-mean / max(error, 1e-12), k))
        likeliest = sorted(k for _, k in sorted(doubtful)[:DOUBTFUL])
        return next((k for k in likeliest if self.helps(plan, plans[k])), None)

    def _note(self, option: tuple[Step, ...], gain: float) -> None:
        if len(option) == 1:
            self._gains[option[0]] = float(gain)
            self.promise[option[0]] = max(float(gain), self.promise.get(option[0], 0.0))

    def helps(self, before: Plan, after: Plan) -> bool:
        """Whether the gap falls by more than chance would make it; where few futures leave it open, more are asked."""
        for futures in dict.fromkeys((self.effort.told_on, max(self.effort.told_on, self._most))):
            mean, error = self._gained(before, after, futures)
            if mean < AT_LEAST / 5.0:
                return False
            if mean >= AT_LEAST and mean >= SURELY * error:
                return True
        return False

    def _gained(self, before: Plan, after: Plan, futures: int) -> tuple[float, float]:
        """By how much the gap falls, and the standard error."""
        found = self.gaps([before, after], futures)
        gain = estimate((found[:, 0] - found[:, 1])[:, None])
        return float(gain.mean[0]), float(gain.error[0])
