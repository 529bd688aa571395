"""0, 1, 2, ... hires of one role: what each target comes to, how likely all are met, and the smallest number enough."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from opmodel.comparison.intervals import estimate, half_width, share_interval, wilson
from opmodel.hiring.asking.costs import yearly_cost
from opmodel.hiring.asking.question import Question
from opmodel.hiring.asking.steps import Plan, Step
from opmodel.hiring.searching.guess import guess
from opmodel.hiring.searching.known import Known
from opmodel.hiring.trying.confirming import FUTURES, Confirmed, verdict_of
from opmodel.hiring.trying.trials import Outcome, Trials
from opmodel.metrics.catalogue import METRICS

if TYPE_CHECKING:
    import pandas as pd

#: Futures of each number of hires.
SWEPT = 50


@dataclass(frozen=True)
class Sweep:
    """So many hires of one kind, each in the same futures.

    The smallest number that is *enough* is the smallest one whose chance, on fresh futures, is at least the confidence
    asked for. Smaller numbers are either clearly too few in the futures of the search, or were tried on fresh futures
    and refused there.
    """

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
    """The smallest number that is enough, on fresh futures; None if none of those swept is."""
    refused: tuple[Confirmed, ...]
    """Numbers that might have been enough, but did not hold on fresh futures."""
    beyond: Confirmed | None = None
    """If none of those swept is enough: the smallest larger number, on fresh futures, found by bisection within one
    team; None if it was not looked for or does not exist."""
    most: int = 0
    """Largest number of hires tried, by sweep or bisection."""
    probed: tuple[tuple[int, Outcome], ...] = ()
    """What larger numbers came to that bisection looked at, in as many futures of the search as it took to tell."""

    @property
    def enough(self) -> Confirmed | None:
        """The smallest number that is enough, swept or beyond."""
        return self.confirmed if self.confirmed is not None else self.beyond

    @property
    def cannot_tell(self) -> tuple[Confirmed, ...]:
        """Smaller numbers that did not hold, but whose interval leaves room for the confidence asked for."""
        return tuple(one for one in self.refused if one.verdict == "cannot tell yet")

    @property
    def counts(self) -> range:
        """Numbers of hires tried."""
        return range(len(self.outcomes))

    def figures(self) -> pd.DataFrame:
        """One row per number of hires, target and week.

        Columns: structure, role, team, contract, supplement (pounds a year), hires, target, words, metric, unit, week,
        wanted, mean, low, high (95 % interval of the mean), met_in, n, not_reached, cost (pounds in a full year).
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
                        self.name, self.step.who, self.step.team or "", self.step.contract, self.step.supplement,
                        hires, wanted.name, wanted.words, wanted.metric, metric.unit, week, wanted.value,
                        float(means.mean[k]),
                        *(float(end) if np.isfinite(end) else np.nan for end in ends), int(met[k]), outcome.n,
                        int(means.unreached[k]), hires * cost,
                    ))
        columns = [
            "structure", "role", "team", "contract", "supplement", "hires", "target", "words", "metric", "unit",
            "week", "wanted", "mean", "low", "high", "met_in", "n", "not_reached", "cost",
        ]
        return pd.DataFrame(rows, columns=columns)

    def chances(self) -> pd.DataFrame:
        """One row per number of hires and week: chance of meeting all targets by then, with its 95 % interval.

        Columns: structure, role, team, contract, supplement (pounds a year), hires, week, met_in, n, chance, low,
        high, reached (whether the share seen is at least the confidence asked for), told (``yes`` or ``no`` where the
        interval says whether the chance is, else ``cannot tell yet``).
        """
        import pandas as pd

        rows = []
        least = self.question.confidence
        for hires, outcome in zip(self.counts, self.outcomes, strict=True):
            met = outcome.met().sum(axis=0)
            for k, week in enumerate(outcome.weeks):
                chance, low, high = share_interval(int(met[k]), outcome.n)
                rows.append((
                    self.name, self.step.who, self.step.team or "", self.step.contract, self.step.supplement,
                    hires, week, int(met[k]), outcome.n, chance, low, high, chance >= least,
                    verdict_of((low, high), least),
                ))
        columns = [
            "structure", "role", "team", "contract", "supplement", "hires", "week", "met_in", "n", "chance",
            "low", "high", "reached", "told",
        ]
        return pd.DataFrame(rows, columns=columns)


def sweeps(
    asked: dict[str, Question], step: Step, up_to: int, trials: Trials, *, futures: int = SWEPT,
    fresh: int = FUTURES, attempt: int = 0, known: Known | None = None,
    on_swept: Callable[[list[Sweep]], None] | None = None,
) -> list[Sweep]:
    """Try 0 .. ``up_to`` hires of one kind under each of several structures.

    Nothing is assumed about the numbers between: all are simulated, under all structures in the same futures and side
    by side, so that no worker waits for another. Of each structure every number that is not clearly too few, from
    the smallest up, is then tried on fresh futures, each number on its own, until one holds. A number that
    was tried there before in the same study (none at all, by a sweep of another role) keeps its verdict.

    Args:
        asked: the same question under each structure, by name.
        step: the hire.
        up_to: most hires.
        trials: where they are tried.
        futures: futures of each number.
        fresh: fresh futures for the confirmation.
        attempt: number of the first set of fresh futures.
        known: teams that were tried on fresh futures in the same study; these are added.
        on_swept: called with the sweeps before any number is tried on fresh futures.
    """
    plans = [Plan.of([step] * hires) for hires in range(up_to + 1)]
    questions = list(asked.values())
    scenarios = [plan.scenario(question.scenario) for question in questions for plan in plans]
    outcomes = trials.of(scenarios, futures, seed=questions[0].seed)
    found = []
    for number, (name, question) in enumerate(asked.items()):
        mine = tuple(outcomes[number * len(plans) : (number + 1) * len(plans)])
        found.append(Sweep(question, name, step, mine, guess(question, step, up_to), None, (), most=up_to))
    if on_swept is not None:
        on_swept(found)
    return _confirmed(found, plans, trials, fresh, attempt, Known() if known is None else known)


def worth_trying(sweep: Sweep) -> list[int]:
    """Numbers of hires that are not clearly too few (or too many) in the futures of the search, smallest first."""
    at, least = sweep.question.at, sweep.question.confidence
    return [
        hires for hires, outcome in zip(sweep.counts, sweep.outcomes, strict=True)
        if wilson(int(outcome.met()[:, at].sum()), outcome.n)[1] >= least
    ]


def _confirmed(
    found: list[Sweep], plans: Sequence[Plan], trials: Trials, fresh: int, attempt: int, known: Known
) -> list[Sweep]:
    """Round after round, the next number of each sweep that has none yet on fresh futures."""
    left = {number: worth_trying(one) for number, one in enumerate(found)}
    for round_number in range(len(plans)):
        trying = {number: counts.pop(0) for number, counts in left.items() if counts}
        if not trying:
            break
        cases = [(found[number].question, plans[hires]) for number, hires in trying.items()]
        came = known.tried(cases, trials, attempt=attempt + round_number, futures=fresh)
        for number, one in zip(trying, came, strict=True):
            if one.holds:
                found[number] = replace(found[number], confirmed=one)
                left[number] = []
            else:
                found[number] = replace(found[number], refused=(*found[number].refused, one))
    return found
