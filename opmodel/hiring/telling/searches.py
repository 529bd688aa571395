"""What is said of a search as a whole: what it is called, how much it proves and how far it looked."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from opmodel.comparison.intervals import wilson
from opmodel.hiring.trying.confirming import verdict_of

if TYPE_CHECKING:
    from opmodel.hiring.plan import HiringPlan
    from opmodel.hiring.searching.path import Path
    from opmodel.hiring.searching.sweep import Sweep


def way_title(plan: HiringPlan) -> str:
    """What the search for the best mix is called: it is the cheapest way only if its team is the recommended one."""
    path, found = plan.path, plan.recommended
    if path is None or not path.meets:
        return "The best mix that the search found, step by step"
    if found is not None and path.confirmed is not None and found.scenario.hash != path.confirmed.scenario.hash:
        return "The mix that the search found, step by step (a cheaper team is recommended)"
    return "The cheapest mix found, step by step"


def search_words(path: Path) -> str:
    """How much a search for the best mix proves; only a plan that meets the targets was looked at for spare ones."""
    if path.meets and len(path.plan):
        said = (
            "A search, not a proof: as far as its futures tell, no step of the result can be left out or exchanged for "
            "a cheaper one that was tried, but another set might still be cheaper."
        )
        return f"{said}{_without(path)}"
    return "A search, not a proof: another set of steps might still do."


def _without(path: Path) -> str:
    """What fresh futures do not bear out: that any step is needed, or every one."""
    found = path.confirmed
    if found is None:
        return ""
    base = found.base.met()[:, found.question.at]
    verdict = verdict_of(wilson(int(base.sum()), base.size), found.question.confidence)
    steps = Counter(path.plan.steps)
    fewer = [one for one in path.refused if Counter(one.plan.steps) < steps and one.verdict == "cannot tell yet"]
    if verdict == "yes":
        return " In the fresh futures shown, though, no step was needed."
    if verdict == "no" and not fewer:
        return ""
    needed = "every step is" if verdict == "no" else "any step is"
    return f" From fresh futures, though, it cannot be told whether {needed} needed."


def beyond_words(sweep: Sweep) -> str:
    """What was looked for beyond the numbers swept; nothing where that was not done."""
    swept = len(sweep.outcomes) - 1
    if sweep.most <= swept:
        return ""
    if sweep.beyond is not None:
        return (
            f"Numbers beyond {swept} were looked at in growing strides and then by halving, not one by one: "
            f"{len(sweep.beyond.plan)} is the smallest found to be enough."
        )
    shown = "was shown to be" if any(len(one.plan) > swept for one in sweep.cannot_tell) else "is"
    return (
        f"Numbers from {swept + 1} to {sweep.most} were looked at in growing strides and then by halving, not one by "
        f"one: none of those tried, {sweep.most} among them, {shown} enough."
    )
