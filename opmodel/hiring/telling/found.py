"""Which of all that was tried stands for the answer: the team shown, and the way of a search to its plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opmodel.hiring.plan import HiringPlan
    from opmodel.hiring.searching.buying import Bought
    from opmodel.hiring.searching.path import Path
    from opmodel.hiring.trying.confirming import Confirmed


def shown(plan: HiringPlan) -> Confirmed | None:
    """The team that stands for the answer: the recommended one, else the best that was tried on fresh futures."""
    if plan.recommended is not None:
        return plan.recommended
    tried = [path.confirmed for path in (plan.within, plan.path) if path is not None and path.confirmed is not None]
    return max(tried, key=lambda one: one.chance) if tried else None


def undecided(plan: HiringPlan) -> bool:
    """Whether some team did not hold on fresh futures, but might be enough for all that is known.

    Then nothing is said to be impossible. Structures count where nothing else was asked for, as the answer is then
    about them.
    """
    own = plan.question.scenario.hash
    tried = [one for sweep in plan.sweeps if sweep.question.scenario.hash == own for one in sweep.cannot_tell]
    paths = [path for path in (plan.path, plan.within) if path is not None]
    if not paths and not plan.sweeps:
        paths = [path for one in plan.structures for path in (one.plain, one.best)]
    for path in paths:
        tried += [*path.refused, *([path.confirmed] if path.confirmed is not None else [])]
    # A plan that failed may reach the confidence in the futures in which its constraints were lifted.
    again = plan.binding is not None and plan.binding.reached
    return again or any(not one.holds and one.verdict == "cannot tell yet" for one in tried)


def way_of(path: Path) -> tuple[Bought, ...]:
    """The plan that a search ended with, step by step."""
    return path.way or (path.bought if len(path.plan) else ())


def strayed(path: Path) -> bool:
    """Whether the search took other steps, too, than those of the plan it ended with."""
    return tuple(one.step for one in way_of(path)) != tuple(one.step for one in path.bought)
