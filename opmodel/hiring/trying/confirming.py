"""Trying a team once more on futures that no search has seen: what is shown in the end is what comes out here.

The team that looks best after a search looks better than it is, because luck had a part in its being found. So a
recommended team is simulated again with fresh seeds, and if it does not hold there it is not recommended.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from opmodel.comparison.intervals import mean_interval, share_interval, wilson
from opmodel.hiring.asking.question import Question
from opmodel.hiring.asking.steps import Plan
from opmodel.hiring.trying.trials import Outcome, Trials
from opmodel.scenario.scenario import Scenario

Verdict = Literal["yes", "no", "cannot tell yet"]
#: Fresh futures on which a team is confirmed, and teams that are tried on them before the search gives up.
FUTURES, ATTEMPTS = 200, 5
#: Shares of the fresh futures after which a team that clearly does not hold is given up, and how clearly.
LOOKS, CLEARLY = (0.25, 0.5), 0.99
#: A team of which its fresh futures cannot tell whether it holds gets so many times as many.
TWICE = 2
#: No study is advised to take more futures than this. Standard errors to either side of a 95 % interval.
MOST, QUANTILE = 100_000, 1.959964


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
    def met_in(self) -> int:
        """Futures in which all targets are met by the week asked for."""
        return int(self.outcome.met()[:, self.question.at].sum())

    @property
    def chance(self) -> float:
        """Share of futures in which all targets are met by the week asked for."""
        return self.met_in / self.outcome.n

    @property
    def interval(self) -> tuple[float, float]:
        """Its 95 % interval (Wilson)."""
        return wilson(self.met_in, self.outcome.n)

    @property
    def holds(self) -> bool:
        """Whether the chance is at least the confidence asked for."""
        return self.met_in >= self.question.confidence * self.outcome.n - 1e-9

    @property
    def beyond_doubt(self) -> bool:
        """Whether the whole interval is: chance alone would hardly make it look so."""
        return self.verdict == "yes"

    @property
    def verdict(self) -> Verdict:
        """Whether the true chance is at least the confidence, as far as the interval tells."""
        return verdict_of(self.interval, self.question.confidence)

    @property
    def spent(self) -> tuple[float, float, float]:
        """Pounds a year by which the plan costs more than the organisation as it is, with the 95 % interval.

        Over the whole study and future by future: less than a full year's budget while vacancies are being filled.
        """
        return mean_interval(self.outcome.cost - self.base.cost)

    @property
    def more_futures(self) -> int | None:
        """About how many more futures would tell, if the share stayed as it is; 0 where it is told already.

        None where the share is so near to the confidence that no reasonable number would.
        """
        return futures_to_tell(self.met_in, self.outcome.n, self.question.confidence)


def futures_to_tell(met: int, futures: int, confidence: float) -> int | None:
    """About how many more futures put the interval of a share wholly on one side of the confidence.

    Args:
        met: futures in which the targets were met.
        futures: all of them.
        confidence: the share to be told from.

    Returns:
        Whole tens, or hundreds beyond a thousand, as it is a rough figure; 0 if it is told already; None for more
        than :data:`MOST`.
    """
    if verdict_of(wilson(met, futures), confidence) != "cannot tell yet":
        return 0
    # The interval leaves out whatever lies more than z standard errors, as of a chance that size, from the share.
    gap = abs(met / futures - confidence)
    needed = QUANTILE**2 * confidence * (1.0 - confidence) / max(gap, 1e-9) ** 2
    if needed > MOST:
        return None
    more = max(needed - futures, 1.0)
    unit = 10 if more < 1000 else 100
    return unit * math.ceil(more / unit)


def confirmed(
    question: Question, plan: Plan, trials: Trials, *, attempt: int = 0, futures: int = FUTURES
) -> Confirmed:
    """Simulate a plan, and the organisation as it is, in fresh futures.

    Where their interval leaves open whether the plan holds, as many futures again are added: to be accepted on a share
    that chance alone may have lifted is what makes shown chances too good.

    Args:
        question: what is asked.
        plan: the team to try.
        trials: where it is tried.
        attempt: which fresh futures; each team of a search gets its own, so that trying often does not find luck.
        futures: how many.
    """
    return _looked([(question, plan)], trials, attempt, (futures, TWICE * futures))[0]


def tried(
    cases: Sequence[tuple[Question, Plan]], trials: Trials, *, attempt: int = 0, futures: int = FUTURES
) -> list[Confirmed]:
    """The same for several plans side by side; one that clearly does not hold is given up early.

    Nothing is ever accepted early: what holds rests on all the futures.

    Args:
        cases: plans, each of its own question; targets, weeks and seed are the same for all.
        trials: where they are tried.
        attempt: which fresh futures.
        futures: how many.

    Returns:
        What came out for each, refused ones perhaps on fewer futures.
    """
    looks = tuple(max(1, round(share * futures)) for share in LOOKS)
    return _looked(cases, trials, attempt, (*looks, futures, TWICE * futures))


def _looked(
    cases: Sequence[tuple[Question, Plan]], trials: Trials, attempt: int, looks: Sequence[int]
) -> list[Confirmed]:
    """After each number of futures those cases go on that are not settled; the last look but one settles most."""
    found: dict[int, Confirmed] = {}
    going = list(range(len(cases)))
    for number, futures in enumerate(looks):
        found.update(zip(going, _tried([cases[i] for i in going], trials, attempt, futures), strict=True))
        if number < len(looks) - 2:
            going = [i for i in going if not _hopeless(found[i])]
        else:
            going = [i for i in going if found[i].verdict == "cannot tell yet"]
        if not going:
            break
    return [found[i] for i in range(len(cases))]


def _hopeless(one: Confirmed) -> bool:
    """Whether a team falls so far short that more futures would be wasted on it."""
    return wilson(one.met_in, one.outcome.n, level=CLEARLY)[1] < one.question.confidence


def _tried(
    cases: Sequence[tuple[Question, Plan]], trials: Trials, attempt: int, futures: int
) -> list[Confirmed]:
    seed = cases[0][0].fresh(attempt)
    planned = [plan.scenario(question.scenario) for question, plan in cases]
    outcomes = trials.of([*(question.scenario for question, _ in cases), *planned], futures, seed=seed)
    base, found = outcomes[: len(cases)], outcomes[len(cases) :]
    return [
        Confirmed(question, plan, planned[i], seed, base[i], found[i]) for i, (question, plan) in enumerate(cases)
    ]


def verdict_of(interval: tuple[float, float], confidence: float) -> Verdict:
    """Whether a chance is at least the confidence, as far as its interval tells."""
    low, high = interval
    return "yes" if low >= confidence else "no" if high < confidence else "cannot tell yet"


def chance_of(outcome: Outcome, at: int) -> tuple[float, float, float]:
    """Share of futures in which all targets are met by a week, with its 95 % interval."""
    met = outcome.met()[:, at]
    return share_interval(int(met.sum()), met.size)
