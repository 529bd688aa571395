"""What a step of a plan buys: as the search sees it, and of the plan found on fresh futures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from opmodel.comparison.intervals import mean_interval
from opmodel.hiring.asking.costs import yearly_cost
from opmodel.hiring.asking.steps import Plan, Step
from opmodel.hiring.searching.search import Choice, Search
from opmodel.hiring.trying.confirming import Confirmed, chance_of
from opmodel.hiring.trying.trials import Outcome


@dataclass(frozen=True)
class Bought:
    """One step of the way and what it buys."""

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
    """What each step of a choice buys in the futures of the search, on top of a plan and of those before it."""
    plans = [plan.with_(*choice.steps[:n]) for n in range(len(choice.steps) + 1)]
    outcomes = search.outcomes(plans, search.effort.told_on)
    for step, before, after in zip(choice.steps, outcomes, outcomes[1:], strict=False):
        yield _bought(search, step, before, after, choice)


def told_afresh(search: Search, choices: Sequence[Choice], found: Confirmed) -> Iterator[Bought]:
    """What each step of a plan buys in the fresh futures that the plan was tried in, on top of those before it.

    Of a long plan only the first of those futures are used, but the chance after its last step is always that of all.

    Args:
        search: the search that found the plan.
        choices: its steps one by one, in order, and how each was picked.
        found: the plan on fresh futures.
    """
    base, steps = search.question.scenario, [choice.steps[0] for choice in choices]
    futures = min(found.outcome.n, max(search.effort.told_on, search.effort.way // max(1, len(steps))))
    plans = [Plan.of(steps[:n]) for n in range(len(steps) + 1)]
    outcomes = search.trials.of([plan.scenario(base) for plan in plans], futures, seed=found.seed)
    for n, choice in enumerate(choices):
        one = _bought(search, choice.steps[0], outcomes[n], outcomes[n + 1], choice)
        last = n == len(choices) - 1
        yield replace(one, chance=chance_of(found.outcome, search.question.at)) if last else one


def _bought(search: Search, step: Step, before: Outcome, after: Outcome, choice: Choice) -> Bought:
    at, gap = search.question.at, search.gap
    return Bought(
        step, yearly_cost(search.question.scenario, step),
        mean_interval(before.figure("backlog_days")[:, at] - after.figure("backlog_days")[:, at]),
        mean_interval(after.figure("in_time_statutory")[:, at] - before.figure("in_time_statutory")[:, at]),
        mean_interval(gap.of(before) - gap.of(after))[0], chance_of(after, at), choice.candidates, choice.next_best,
        choice.sure, after.n, len(choice.steps) > 1,
    )

def way(search: Search, bought: Sequence[Bought], plan: Plan, shown: Confirmed | None) -> tuple[Bought, ...]:
    """What each step of a plan buys, those that the search took in its order, then those exchanged for others.

    Args:
        search: the search that found the plan.
        bought: the steps that it took.
        plan: what is left of them.
        shown: the plan on fresh futures; None if it was not tried there.
    """
    as_taken = Plan.of(one.step for one in bought)
    whole = Counter(as_taken.steps) == Counter(plan.steps)
    if shown is None and whole:
        return tuple(bought)
    left = Counter(plan.steps)
    known: list[tuple[Step, Bought | None]] = []
    for one in bought:
        if left[one.step] > 0:
            left[one.step] -= 1
            known.append((one.step, one))
    ordered = _in_order(search, [*known, *((step, None) for step in left.elements())])
    choices = [
        Choice((step,), 0, None, False) if one is None else Choice((step,), one.others, one.next_best, one.sure)
        for step, one in ordered
    ]
    if shown is not None:
        said = list(told_afresh(search, choices, shown))
    else:
        steps = [step for step, _ in ordered]
        said = [one for n, choice in enumerate(choices) for one in told(search, Plan.of(steps[:n]), choice)]
    pairs = [one is not None and one.together and whole for _, one in ordered]
    return tuple(replace(one, together=pair) for one, pair in zip(said, pairs, strict=True))


def _in_order(search: Search, known: list[tuple[Step, Bought | None]]) -> list[tuple[Step, Bought | None]]:
    """Steps so that each can be carried out after those before it, where that matters (as with moves)."""
    ordered: list[tuple[Step, Bought | None]] = []
    plan = Plan()
    while known:
        entry = next((one for one in known if search.fits(plan.with_(one[0]))), known[0])
        known.remove(entry)
        ordered.append(entry)
        plan = plan.with_(entry[0])
    return ordered
