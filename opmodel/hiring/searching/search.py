"""The questions of a search for the cheapest plan: is a plan enough, and what comes next.

What is best is asked of a documented procedure (:mod:`opmodel.hiring.searching.procedures`). Around it
stand bounds on effort: many candidates are first screened in a few futures, as ranking procedures advise where there
are many (Nelson, Swann,
Goldsman and Song, 2001, Operations Research 49:950-963); later steps first look at what was good before, as what a hire
buys mostly falls with each further one (lazy greedy search: Minoux, 1978), and at all only where that does not help;
where no single step helps, steps are tried in pairs, since two skills may be needed at once.
"""

from __future__ import annotations

from collections import Counter
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
from opmodel.hiring.searching.procedures import ChanceTest, select
from opmodel.hiring.trying.trials import Outcome, Trials, under
from opmodel.records import Floats
from opmodel.scenario.problems import ScenarioError
from opmodel.scenario.scenario import Scenario

#: A candidate this share of the way to one target behind another, for the money of an average step, is as good.
INDIFFERENCE = 0.02
#: What costs nothing is measured as if it cost this share of an average step, so that no gain is infinite.
FREE = 0.05
#: A step helps if the gap it closes is this many standard errors above nought, and no less than this of a target.
SURELY, AT_LEAST = 1.64, 5e-3
#: Futures of a screening.
SCREENED_IN = 5


@dataclass(frozen=True)
class Effort:
    """How much a search may simulate: bounds, not targets."""

    told_on: int = 40
    """Futures in which what a step buys is told, and from which the gap to the targets is scaled."""
    first: int = 10
    """Futures of every candidate that was not screened out."""
    cap: int = 40
    """Most futures of a candidate."""
    tested: float = 1.0
    """Most futures of the question whether a plan is enough, as a share of those that tell it at this confidence."""
    shortlist: int = 16
    """Most candidates after screening."""
    pairs: int = 36
    """Most pairs tried where no single step helps."""
    neighbours: int = 24
    """Most plans looked at that differ by one exchange from the one found."""
    exchanges: int = 4
    """Most of them of which it is asked whether they are enough."""


#: For a search of its own, and for one of several beside each other.
FULL, BRIEF = Effort(), Effort(told_on=20, first=8, cap=32, tested=0.5, shortlist=12, pairs=15,
                              neighbours=16, exchanges=3)


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
        self._built: dict[frozenset[tuple[Step, int]], Scenario | None] = {}
        self._refuted: list[Counter[Step]] = []
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

    def allowed(self, step: Step, plan: Plan) -> bool:
        """Whether the scope allows a step on top of a plan."""
        return step in steps_of(self.question.scenario, self.scope, plan)

    def _scenario(self, plan: Plan) -> Scenario | None:
        key = frozenset(Plan.of(plan.steps).counts)
        if key not in self._built:
            try:
                self._built[key] = plan.scenario(self.question.scenario)
            except ScenarioError:
                self._built[key] = None
        return self._built[key]

    def outcomes(self, plans: Sequence[Plan], futures: int) -> list[Outcome]:
        """Plans in the futures of the search; all of them fit."""
        scenarios = [scenario for scenario in map(self._scenario, plans) if scenario is not None]
        return under(self.question, self.trials, scenarios, futures)

    def gaps(self, plans: Sequence[Plan], futures: int) -> Floats:
        """The gap that steps are picked by, (futures, plans)."""
        return np.column_stack([self.gap.felt(outcome) for outcome in self.outcomes(plans, futures)])

    def enough(self, plan: Plan) -> bool:
        """Whether the chance of meeting all targets is at least the confidence asked for.

        A plan that failed on fresh futures is not, nor is one with fewer of one kind of its steps.
        """
        if self.refuted(plan) or not self.fits(plan):
            return False
        return self.chance_is(lambda n: self.outcomes([plan], n)[0])

    def chance_is(self, outcome: Callable[[int], Outcome]) -> bool:
        """Whether what is simulated, in the first n futures, meets all targets with the confidence asked for."""
        at = self.question.at
        return self._test.run(lambda n: outcome(n).met()[:, at], self._most)[0]

    def refuted(self, plan: Plan) -> bool:
        """Whether it, or one with more of one kind of its steps, failed on fresh futures.

        Of one role in one team more is taken to do no worse; nothing is taken for granted across kinds of step.
        """
        counts = Counter(plan.steps)
        return any(counts <= refuted and len(refuted - counts) <= 1 for refuted in self._refuted)

    def refute(self, plan: Plan) -> None:
        """Take note that a plan did not hold on fresh futures."""
        self._refuted.append(Counter(plan.steps))

    # -- what comes next -------------------------------------------------------------------------

    def next(self, plan: Plan, money: float | None = None) -> Choice | None:
        """The step, or the two, that close most of the gap for each pound; None if none helps or can be paid for."""
        steps = self._payable(plan, money)
        if not steps:
            return None
        known = sorted((s for s in steps if s in self._gains), key=lambda s: -self._worth(s))
        fresh = [s for s in steps if s not in self._gains]
        if len(known) > self.effort.shortlist:
            found = self._best(plan, [(s,) for s in (*known[: self.effort.shortlist], *fresh)])
            if found is not None:
                return found
        found = self._best(plan, [(s,) for s in steps])
        return found or self._pair(plan, steps, money)

    def _worth(self, step: Step) -> float:
        return self._gains[step] / max(yearly_cost(self.question.scenario, step), 1.0)

    def _payable(self, plan: Plan, money: float | None) -> list[Step]:
        base = self.question.scenario
        allowed = steps_of(base, self.scope, plan)
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
        """The option that closes most for each pound, if that is more than chance."""
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
            left = sorted(np.argsort(-means, kind="stable")[: self.effort.shortlist].tolist())
        picked = select(
            lambda those, n: draw([left[i] for i in those], n), len(left), indifference=INDIFFERENCE,
            first=self.effort.first, cap=self.effort.cap,
        )
        for k, i in enumerate(left):
            self._note(options[i], picked.means[k] / priced[i])
        best = left[picked.best]
        if not self.helps(plan, plans[best]):
            return None
        order = [left[k] for k in np.argsort(-picked.means, kind="stable") if k != picked.best]
        second = options[order[0]][0] if order else None
        return Choice(options[best], len(options), second, picked.sure)

    def _note(self, option: tuple[Step, ...], gain: float) -> None:
        if len(option) == 1:
            self._gains[option[0]] = float(gain)
            self.promise[option[0]] = max(float(gain), self.promise.get(option[0], 0.0))

    def helps(self, before: Plan, after: Plan) -> bool:
        """Whether the gap falls by more than chance would make it; where few futures leave it open, more are asked."""
        for futures in dict.fromkeys((self.effort.told_on, max(self.effort.told_on, self._most))):
            found = self.gaps([before, after], futures)
            gain = estimate((found[:, 0] - found[:, 1])[:, None])
            mean, error = float(gain.mean[0]), float(gain.error[0])
            if mean < AT_LEAST / 5.0:
                return False
            if mean >= AT_LEAST and mean >= SURELY * error:
                return True
        return False
