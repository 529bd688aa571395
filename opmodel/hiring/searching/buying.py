"""What a step of a plan buys, told in the futures of the search."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from opmodel.comparison.intervals import estimate, half_width
from opmodel.hiring.asking.costs import yearly_cost
from opmodel.hiring.asking.steps import Plan, Step
from opmodel.hiring.searching.search import Choice, Search
from opmodel.hiring.trying.confirming import chance_of
from opmodel.records import Floats


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
    """Candidates tried beside each other, of which it was picked; 0 for one taken over from another search."""
    next_best: Step | None
    """The second best."""
    sure: bool
    """Whether it was told apart from the others, not only best so far."""
    futures: int
    """Futures these figures rest on."""
    together: bool = False
    """Whether it was taken together with the step before or after it, as neither helps alone."""

    @property
    def per_thousand(self) -> tuple[float, float]:
        """Backlog days, and points of the in-time rate, for each £1,000 a year; NaN where it costs nothing."""
        thousands = self.cost / 1000.0
        if thousands <= 0.0:
            return float("nan"), float("nan")
        return self.backlog_days[0] / thousands, 100.0 * self.in_time[0] / thousands


    @property
    def why(self) -> str:
        """Why it is next, in words."""
        if not self.others:
            return "taken over from another search, or in the place of other steps"
        if self.together:
            return f"no single one of {self.others} steps helps here; these two together do"
        if self.next_best is None:
            return "the only step there is"
        told = "beyond chance" if self.sure else "though chance alone might tell them apart"
        return (
            f"of {self.others} possible steps it brings the targets nearest for its money; the next best, {told}: "
            f"{self.next_best.words}"
        )


def told(search: Search, plan: Plan, choice: Choice) -> Iterator[Bought]:
    """What each step of a choice buys, on top of a plan and of those before it."""
    base, at, futures, gap = search.question.scenario, search.question.at, search.effort.told_on, search.gap
    for step in choice.steps:
        before, after = search.outcomes([plan, plan.with_(step)], futures)
        plan = plan.with_(step)
        closed = estimate((gap.of(before) - gap.of(after))[:, None])
        yield Bought(
            step, yearly_cost(base, step),
            _difference(before.figure("backlog_days")[:, at], after.figure("backlog_days")[:, at]),
            _difference(after.figure("in_time_statutory")[:, at], before.figure("in_time_statutory")[:, at]),
            float(closed.mean[0]), chance_of(after, at), choice.candidates, choice.next_best, choice.sure, futures,
            len(choice.steps) > 1,
        )


def _difference(more: Floats, less: Floats) -> tuple[float, float, float]:
    """Mean of paired differences with its 95 % interval."""
    found = estimate((more - less)[:, None])
    mean, half = float(found.mean[0]), float(half_width(found)[0])
    return mean, mean - half, mean + half
