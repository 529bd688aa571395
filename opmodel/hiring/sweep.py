"""0, 1, 2, ... hires of one role: what each target comes to, how likely all are met, and the smallest number enough."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from opmodel.comparison.intervals import estimate, half_width, wilson
from opmodel.hiring.confirming import ATTEMPTS, FUTURES, Confirmed, chance_of, confirmed
from opmodel.hiring.costs import yearly_cost
from opmodel.hiring.guess import guess
from opmodel.hiring.question import Question
from opmodel.hiring.steps import Plan, Step
from opmodel.hiring.trials import Outcome, Trials, under
from opmodel.metrics.catalogue import METRICS

if TYPE_CHECKING:
    import pandas as pd

#: Futures of each number of hires.
SWEPT = 50


@dataclass(frozen=True)
class Sweep:
    """So many hires of one kind, each in the same futures."""

    question: Question
    name: str
    """The structure or scenario."""
    step: Step
    """One hire."""
    outcomes: tuple[Outcome, ...]
    """What 0, 1, 2, ... hires come to."""
    guess: int | None
    """What formulas suggest; never the answer."""
    confirmed: Confirmed | None
    """The smallest number that is enough, on fresh futures; None if none is."""
    refused: tuple[Confirmed, ...]
    """Numbers that looked enough, but did not hold on fresh futures."""

    @property
    def smallest(self) -> int | None:
        """The smallest number of hires that meets all targets with the confidence asked for; None if none does."""
        return None if self.confirmed is None else len(self.confirmed.plan)

    @property
    def counts(self) -> range:
        """Numbers of hires tried."""
        return range(len(self.outcomes))

    def figures(self) -> pd.DataFrame:
        """One row per number of hires, target and week.

        Columns: structure, role, team, contract, hires, target, words, metric, unit, week, wanted, mean, low, high
        (95 % interval of the mean), met_in, n, not_reached, cost (pounds in a full year).
        """
        import pandas as pd

        rows = []
        cost = yearly_cost(self.question.scenario, self.step)
        for hires, outcome in zip(self.counts, self.outcomes, strict=True):
            for t, wanted in enumerate(outcome.wanted):
                metric = METRICS[wanted.metric]
                means = estimate(outcome.values[:, t])
                half = half_width(means)
                met = wanted.met(outcome.values[:, t]).sum(axis=0)
                for k, week in enumerate(outcome.weeks):
                    ends = metric.bounded(means.mean[k] - half[k], means.mean[k] + half[k])
                    rows.append((
                        self.name, self.step.who, self.step.team or "", self.step.contract, hires, wanted.name,
                        wanted.words, wanted.metric, metric.unit, week, wanted.value, float(means.mean[k]),
                        *(float(end) if np.isfinite(end) else np.nan for end in ends), int(met[k]), outcome.n,
                        int(means.unreached[k]), hires * cost,
                    ))
        columns = [
            "structure", "role", "team", "contract", "hires", "target", "words", "metric", "unit", "week", "wanted",
            "mean", "low", "high", "met_in", "n", "not_reached", "cost",
        ]
        return pd.DataFrame(rows, columns=columns)

    def chances(self) -> pd.DataFrame:
        """One row per number of hires and week: chance of meeting all targets by then, with its 95 % interval.

        Columns: structure, role, team, contract, hires, week, month, met_in, n, chance, low, high, enough (whether
        the chance is at least the confidence asked for).
        """
        import pandas as pd

        rows = []
        for hires, outcome in zip(self.counts, self.outcomes, strict=True):
            met = outcome.met().sum(axis=0)
            for k, week in enumerate(outcome.weeks):
                low, high = wilson(int(met[k]), outcome.n)
                chance = float(met[k]) / outcome.n
                rows.append((
                    self.name, self.step.who, self.step.team or "", self.step.contract, hires, week,
                    round(week * 12 / 52), int(met[k]), outcome.n, chance, low, high,
                    chance >= self.question.confidence,
                ))
        columns = [
            "structure", "role", "team", "contract", "hires", "week", "month", "met_in", "n", "chance", "low", "high",
            "enough",
        ]
        return pd.DataFrame(rows, columns=columns)


def sweep(
    question: Question, step: Step, up_to: int, trials: Trials, *, name: str = "", futures: int = SWEPT,
    fresh: int = FUTURES, attempt: int = 0,
) -> Sweep:
    """Try 0 .. ``up_to`` hires of one kind.

    Nothing is assumed about the numbers between: all are simulated, each in the same futures. The smallest one whose
    share of futures is at least the confidence is tried again on fresh futures; if it does not hold there, the next.

    Args:
        question: what is asked.
        step: the hire.
        up_to: most hires.
        trials: where they are tried.
        name: the structure, for tables.
        futures: futures of each number.
        fresh: fresh futures for the confirmation.
        attempt: number of the first set of fresh futures.
    """
    base = question.scenario
    plans = [Plan.of([step] * hires) for hires in range(up_to + 1)]
    outcomes = under(question, trials, [plan.scenario(base) for plan in plans], futures)
    found, refused = _smallest(question, plans, outcomes, trials, fresh, attempt)
    return Sweep(question, name, step, tuple(outcomes), guess(question, step, up_to), found, refused)


def _smallest(
    question: Question, plans: Sequence[Plan], outcomes: Sequence[Outcome], trials: Trials, fresh: int, attempt: int
) -> tuple[Confirmed | None, tuple[Confirmed, ...]]:
    refused: list[Confirmed] = []
    for plan, outcome in zip(plans, outcomes, strict=True):
        if chance_of(outcome, question.at)[0] < question.confidence:
            continue
        tried = confirmed(question, plan, trials, attempt=attempt + len(refused), futures=fresh)
        if tried.holds:
            return tried, tuple(refused)
        refused.append(tried)
        if len(refused) == ATTEMPTS:
            break
    return None, tuple(refused)


def smallest(
    question: Question, step: Step, up_to: int, trials: Trials, *, fresh: int = FUTURES, attempt: int = 0
) -> tuple[Confirmed | None, tuple[Confirmed, ...]]:
    """The smallest number of hires of one kind that is enough, without trying every number.

    Bisection between too few and enough, from what formulas suggest: within one role and team, and there alone, more
    hires are taken to raise the chance. What it finds is tried on fresh futures, beside one hire fewer in the search's.
    """
    from opmodel.hiring.procedures import ChanceTest

    test = ChanceTest(question.confidence)

    def enough(hires: int) -> bool:
        scenario = Plan.of([step] * hires).scenario(question.scenario)
        return test.run(lambda n: under(question, trials, [scenario], n)[0].met()[:, question.at])[0]

    first = guess(question, step, up_to)
    low, high, probe = -1, up_to + 1, min(up_to, first if first is not None else up_to // 2)
    while high - low > 1:
        if enough(probe):
            high = probe
        else:
            low = probe
        probe = (low + high) // 2
    refused: list[Confirmed] = []
    while high <= up_to and len(refused) < ATTEMPTS:
        tried = confirmed(question, Plan.of([step] * high), trials, attempt=attempt + len(refused), futures=fresh)
        if tried.holds:
            return tried, tuple(refused)
        refused.append(tried)
        high += 1
    return None, tuple(refused)
