"""Looking back at a plan: what can go, and what does as well for less, or better for the same money."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement

import numpy as np

from opmodel.hiring.asking.costs import plan_cost, yearly_cost
from opmodel.hiring.asking.steps import Plan, Step
from opmodel.hiring.searching.procedures import select
from opmodel.hiring.searching.search import INDIFFERENCE, Search
from opmodel.records import Floats

#: Steps of each kind of exchange that two may be taken from.
BEST = 5
#: A plan that meets the targets this much less often than asked for, in few futures, is not looked at further.
FAR = 0.25


@dataclass(frozen=True)
class Slimmed:
    """A plan after a look back, in the futures of the search."""

    plan: Plan
    """What is left."""
    taken: tuple[Step, ...] = ()
    """What was taken away."""
    exchanged: tuple[tuple[Plan, Plan], ...] = ()
    """What gave way to what."""
    before: Slimmed | None = None
    """What it was before any exchange, without the steps it did not need; None if nothing was exchanged."""


def slimmed(search: Search, plan: Plan) -> Slimmed:
    """The plan without the steps it does not need, and with cheaper ones where they do."""
    taken: list[Step] = []
    exchanged: list[tuple[Plan, Plan]] = []
    before: Slimmed | None = None
    while True:
        plan = _pruned(search, plan, taken)
        found = _cheaper(search, plan)
        if found is None:
            return Slimmed(plan, tuple(taken), tuple(exchanged), before)
        before = before or Slimmed(plan, tuple(taken))
        exchanged.append(found)
        plan = _swapped(plan, *found)


def dearest_first(search: Search, plan: Plan) -> list[Step]:
    """Different steps of a plan, the dearest first."""
    return sorted(dict.fromkeys(plan.steps), key=lambda step: -yearly_cost(search.question.scenario, step))


def _pruned(search: Search, plan: Plan, taken: list[Step]) -> Plan:
    for step in dearest_first(search, plan):
        while step in plan.steps and search.enough(plan.without(step)):
            plan = plan.without(step)
            taken.append(step)
    return plan


def _swapped(plan: Plan, out: Plan, into: Plan) -> Plan:
    for step in out.steps:
        plan = plan.without(step)
    return plan.with_(*into.steps)


def _cheaper(search: Search, plan: Plan) -> tuple[Plan, Plan] | None:
    """The cheapest exchange that leaves the plan enough: one step for one or two, or two for one."""
    base = search.question.scenario
    swaps = [
        swap for swap in _swaps(search, plan)
        if plan_cost(base, swap[1]) < plan_cost(base, swap[0]) - 0.5 and not search.refused.has(_swapped(plan, *swap))
    ][: search.effort.neighbours]
    if not swaps:
        return None
    first, at = search.effort.first, search.question.at
    outcomes = search.outcomes([_swapped(plan, *swap) for swap in swaps], first)
    near = [
        swap for swap, outcome in zip(swaps, outcomes, strict=True)
        if outcome.met()[:, at].mean() >= search.question.confidence - FAR
    ]
    near.sort(key=lambda swap: plan_cost(base, swap[1]) - plan_cost(base, swap[0]))
    for swap in near[: search.effort.exchanges]:
        if search.enough(_swapped(plan, *swap)):
            return swap
    return None


def _swaps(search: Search, plan: Plan) -> list[tuple[Plan, Plan]]:
    """Exchanges, those first whose new steps closed most of the gap beside the old ones when they were tried."""
    promise = search.promise

    def promised(one: Plan) -> float:
        return sum(promise.get(step, 0.0) for step in one.steps)

    mine = dearest_first(search, plan)
    outs = [Plan.of([step]) for step in mine]
    outs += [
        Plan.of(pair) for pair in combinations_with_replacement(mine, 2)
        if pair[0] != pair[1] or plan.steps.count(pair[0]) > 1
    ]
    found = []
    for out in outs:
        left = _swapped(plan, out, Plan())
        allowed = sorted(search.steps(left), key=lambda step: -promise.get(step, 0.0))
        intos = [Plan.of([step]) for step in allowed]
        if len(out) == 1:
            intos += [Plan.of(pair) for pair in combinations_with_replacement(allowed[:BEST], 2)]
        found += [
            (out, into) for into in intos
            if not set(into.steps) & set(out.steps) and len(left) + len(into) <= search.scope.at_most
        ]
    found.sort(key=lambda swap: promised(swap[0]) - promised(swap[1]))
    return [swap for swap in found if search.fits(_swapped(plan, *swap))]


def better_within(search: Search, plan: Plan, budget: float) -> tuple[Plan, tuple[tuple[Plan, Plan], ...]]:
    """Exchanges within the budget that bring the targets nearer: a greedy search may leave money over."""
    base = search.question.scenario
    exchanged: list[tuple[Plan, Plan]] = []
    while len(exchanged) < len(plan):
        swaps = [
            swap for swap in _swaps(search, plan) if plan_cost(base, _swapped(plan, *swap)) <= budget + 0.5
        ][: search.effort.neighbours]
        if not swaps:
            break
        plans = [_swapped(plan, *swap) for swap in swaps]

        def draw(
            those: Sequence[int], futures: int, now: Plan = plan, then: Sequence[Plan] = tuple(plans)
        ) -> Floats:
            found = search.gaps([now, *(then[i] for i in those)], futures)
            return np.asarray(found[:, :1] - found[:, 1:])

        picked = select(
            draw, len(plans), indifference=INDIFFERENCE, first=search.effort.first, cap=search.effort.cap
        )
        if not search.helps(plan, plans[picked.best]):
            break
        plan = plans[picked.best]
        exchanged.append(swaps[picked.best])
    return plan, tuple(exchanged)
