"""Trying a team once more on futures that no search has seen: what is shown in the end is what comes out here.

The team that looks best after a search looks better than it is, because luck had a part in its being found. So a
recommended team is simulated again with fresh seeds, and if it does not hold there it is not recommended.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from opmodel.comparison.intervals import wilson
from opmodel.hiring.question import Question
from opmodel.hiring.steps import Plan
from opmodel.hiring.trials import Outcome, Trials
from opmodel.scenario.scenario import Scenario

#: Fresh futures on which a team is confirmed, and teams that are tried on them before the search gives up.
FUTURES, ATTEMPTS = 200, 5


@dataclass(frozen=True)
class Confirmed:
    """A team on fresh futures, beside the organisation as it is."""

    question: Question
    plan: Plan
    scenario: Scenario
    """The organisation with the plan."""
    seed: int
    """Root of the fresh draws."""
    base: Outcome
    """The organisation as it is, in the same futures."""
    outcome: Outcome
    """With the plan."""

    @property
    def chance(self) -> float:
        """Share of futures in which all targets are met by the week asked for."""
        return float(self.outcome.met()[:, self.question.at].mean())

    @property
    def interval(self) -> tuple[float, float]:
        """Its 95 % interval (Wilson)."""
        met = self.outcome.met()[:, self.question.at]
        return wilson(int(met.sum()), met.size)

    @property
    def holds(self) -> bool:
        """Whether the chance is at least the confidence asked for."""
        return self.chance >= self.question.confidence

    @property
    def beyond_doubt(self) -> bool:
        """Whether the whole interval is: chance alone would hardly make it look so."""
        return self.interval[0] >= self.question.confidence


def confirmed(
    question: Question, plan: Plan, trials: Trials, *, attempt: int = 0, futures: int = FUTURES
) -> Confirmed:
    """Simulate a plan, and the organisation as it is, in fresh futures.

    Args:
        question: what is asked.
        plan: the team to try.
        trials: where it is tried.
        attempt: which fresh futures; each team of a search gets its own, so that trying often does not find luck.
        futures: how many.
    """
    scenario, seed = plan.scenario(question.scenario), question.fresh(attempt)
    base, found = trials.of([question.scenario, scenario], futures, seed=seed)
    return Confirmed(question, plan, scenario, seed, base, found)


def chance_of(outcome: Outcome, at: int) -> tuple[float, float, float]:
    """Share of futures in which all targets are met by a week, with its 95 % interval."""
    met = outcome.met()[:, at]
    low, high = wilson(int(met.sum()), met.size)
    return float(np.mean(met)), low, high
