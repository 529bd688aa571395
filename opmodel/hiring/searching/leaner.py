"""Whether a plan that holds would hold with a step fewer: asked of fresh futures, of every step.

The futures of a search cannot say so. A plan of which they think too little is never looked at again, and after a
refusal more is asked of them than of fresh ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from opmodel.hiring.asking.question import Question
from opmodel.hiring.asking.steps import Plan, Step
from opmodel.hiring.searching.known import Known
from opmodel.hiring.searching.neighbours import dearest_first
from opmodel.hiring.searching.search import Search
from opmodel.hiring.trying.confirming import Confirmed
from opmodel.hiring.trying.trials import Trials


@dataclass(frozen=True)
class Lean:
    """A plan of which no step can be left out, as far as fresh futures tell."""

    found: Confirmed
    taken: tuple[Step, ...]
    """What was left out after all."""
    open: tuple[Confirmed, ...]
    """Plans with a step fewer that did not hold, but might for all that fresh futures tell."""


def leanest(
    search: Search, found: Confirmed, known: Known, trials: Trials, attempt: int, futures: int
) -> Lean:
    """Leave out the dearest step without which the plan holds on fresh futures, as long as there is one.

    Args:
        search: that found the plan; what it knows to be refused is not tried again.
        found: the plan on fresh futures.
        known: teams that were tried there in the same study; these are added.
        trials: where they are tried.
        attempt: number of the first set of fresh futures; each round gets its own.
        futures: fresh futures of each plan; clear failures are given up early.
    """
    taken: list[Step] = []
    while True:
        fewer = _fewer(search, found.plan)
        came = known.tried(fewer, trials, attempt=attempt + len(taken), futures=futures)
        holds = next((one for one in came if one.holds), None)
        if holds is None:
            return Lean(found, tuple(taken), tuple(one for one in came if one.verdict == "cannot tell yet"))
        taken += [step for step, count in found.plan.counts if holds.plan.steps.count(step) < count]
        found = holds


def _fewer(search: Search, plan: Plan) -> Sequence[tuple[Question, Plan]]:
    without = [plan.without(step) for step in dearest_first(search, plan)]
    return [(search.question, one) for one in without if search.fits(one) and not search.refused.has(one)]
