"""What a structure is worth in people: how many fewer it needs than another to meet the same targets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from opmodel.comparison.intervals import paired_shares
from opmodel.hiring.asking.costs import plan_cost, yearly_cost
from opmodel.hiring.asking.steps import Plan
from opmodel.hiring.searching.path import Path, cheapest
from opmodel.hiring.searching.search import BRIEF, Effort
from opmodel.hiring.trying.trials import Trials

Verdict = Literal["cheaper", "dearer", "as much", "cannot tell", "neither meets"]
#: Where the fresh futures of a search for the same money begin among those of a comparison.
SEARCHED = 50


@dataclass(frozen=True)
class Worth:
    """One structure beside another, each with the cheapest plan that was found for it.

    Searches end where they end, so a difference of a post may be luck. So the dearer one is searched again for its best
    plan with the *same money*, and both are compared in the same fresh futures: only where the cheaper one then meets
    the targets more often, beyond chance, is the difference told as one.
    """

    name: str
    reference: str
    fewer: int | None
    """Steps fewer than the reference needs (negative: more); None unless both meet the targets."""
    saved: float | None
    """Pounds a year less (negative: more); None unless both meet the targets."""
    money: float | None
    """Pounds a year that both may spend in the comparison: the smaller of the two costs. None unless both meet the
    targets; then each keeps its own plan (see :attr:`costs`)."""
    ahead: tuple[float, float, float]
    """By how much its chance of meeting all targets is higher then, with the 95 % interval for paired shares."""
    futures: int
    verdict: Verdict
    """As far as fresh futures tell; ``as much`` where both need the same steps for the same money."""
    costs: tuple[float, float] | None = None
    """Pounds a year of the plan compared under this structure, and under the reference."""


def worth_of(
    name: str, path: Path, reference: str, first: Path, trials: Trials, *, attempt: int = 0, futures: int,
    effort: Effort = BRIEF,
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
        effort: how much the search for the best plan of the dearer one with the same money may simulate.
    """
    both = path.meets and first.meets
    # Where only one meets the targets, each keeps its own plan: no sum would do for the other.
    money = min(path.cost, first.cost) if both else None
    own, other = path.plan, first.plan
    if money is not None:
        own, other = (_for(one, money, trials, attempt, futures, effort) for one in (path, first))
    here, there = trials.of(
        [own.scenario(path.question.scenario), other.scenario(first.question.scenario)], futures,
        seed=path.question.fresh(attempt),
    )
    at = path.question.at
    _, low, high = ahead = paired_shares(here.met()[:, at], there.met()[:, at])
    costs = plan_cost(path.question.scenario, own), plan_cost(first.question.scenario, other)
    # A plan that leaves more of the sum than lies between the two was cut short, not given the same.
    spent = money is None or money - min(costs) <= abs(path.cost - first.cost) + 0.5
    verdict: Verdict = "cannot tell"
    if not path.meets and not first.meets:
        verdict = "neither meets"
    elif both and len(path.plan) == len(first.plan) and abs(path.cost - first.cost) < 0.5:
        verdict = "as much"
    elif spent and low > 0.0 and (not both or path.cost < first.cost):
        verdict = "cheaper"
    elif spent and high < 0.0 and (not both or path.cost > first.cost):
        verdict = "dearer"
    return Worth(
        name, reference, len(first.plan) - len(path.plan) if both else None,
        first.cost - path.cost if both else None, money, ahead, here.n, verdict, costs,
    )


def _for(path: Path, money: float, trials: Trials, attempt: int, futures: int, effort: Effort) -> Plan:
    """The best plan of a structure for a sum: its own if that is no dearer, else searched for."""
    if path.cost <= money + 0.5:
        return path.plan
    return cheapest(
        path.question, path.scope, trials, budget=money, futures=futures, attempt=attempt + SEARCHED, effort=effort,
        start=affordable(path, money),
    ).plan


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
