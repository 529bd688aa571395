"""What a structure is worth in people: how many fewer it needs than another to meet the same targets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from opmodel.comparison.intervals import estimate, half_width
from opmodel.hiring.asking.costs import plan_cost, yearly_cost
from opmodel.hiring.asking.steps import Plan
from opmodel.hiring.searching.path import Path
from opmodel.hiring.trying.trials import Trials


@dataclass(frozen=True)
class Worth:
    """One structure beside another, each with the cheapest plan that was found for it.

    Searches end where they end, so a difference of a post may be luck. So both are also given the *same money*, and
    compared in the same fresh futures: only where one then meets the targets more often, beyond chance, is the
    difference told as one.
    """

    name: str
    reference: str
    fewer: int | None
    """Steps fewer than the reference needs (negative: more); None unless both meet the targets."""
    saved: float | None
    """Pounds a year less (negative: more); None unless both meet the targets."""
    money: float
    """Pounds a year that both may spend in the comparison: the smaller of the two costs, or the larger if only one of
    them meets the targets."""
    ahead: tuple[float, float, float]
    """By how much its chance of meeting all targets is higher then, with the 95 % interval; paired."""
    futures: int
    verdict: Literal["cheaper", "dearer", "as much", "cannot tell"]
    """As far as fresh futures tell; ``as much`` where both need the same steps for the same money."""


def worth_of(
    name: str, path: Path, reference: str, first: Path, trials: Trials, *, attempt: int = 0, futures: int
) -> Worth:
    """Compare what two structures need.

    Args:
        name: the structure.
        path: its cheapest plan.
        reference: the structure it is compared with.
        first: the cheapest plan of that one.
        trials: where both are tried with the same money.
        attempt: which fresh futures.
        futures: how many.
    """
    both = path.meets and first.meets
    # Where only one meets the targets, each keeps its own plan: no sum would do for the other.
    money = min(path.cost, first.cost) if both else max(path.cost, first.cost)
    own, other = affordable(path, money), affordable(first, money)
    here, there = trials.of(
        [own.scenario(path.question.scenario), other.scenario(first.question.scenario)], futures,
        seed=path.question.fresh(attempt),
    )
    at = path.question.at
    gap = estimate((here.met()[:, at] - there.met()[:, at])[:, None])
    mean, half = float(gap.mean[0]), float(half_width(gap)[0])
    low, high = mean - half, mean + half
    alike = both and len(path.plan) == len(first.plan) and abs(path.cost - first.cost) < 0.5
    verdict: Literal["cheaper", "dearer", "as much", "cannot tell"] = "cannot tell"
    if alike:
        verdict = "as much"
    elif low > 0.0 and (not both or path.cost < first.cost):
        verdict = "cheaper"
    elif high < 0.0 and (not both or path.cost > first.cost):
        verdict = "dearer"
    return Worth(
        name, reference, len(first.plan) - len(path.plan) if both else None,
        first.cost - path.cost if both else None, money, (mean, max(-1.0, low), min(1.0, high)), here.n, verdict,
    )


def affordable(path: Path, money: float) -> Plan:
    """As much of a path's plan as a sum pays for, in the order in which its steps were taken."""
    base = path.question.scenario
    if plan_cost(base, path.plan) <= money + 0.5:
        return path.plan
    order = {one.step: number for number, one in reversed(list(enumerate(path.bought)))}
    plan, spent = Plan(), 0.0
    for step in sorted(path.plan.steps, key=lambda s: order.get(s, len(order))):
        cost = yearly_cost(base, step)
        if spent + cost <= money + 0.5:
            plan, spent = plan.with_(step), spent + cost
    return plan
