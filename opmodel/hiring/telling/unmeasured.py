"""Targets that count as met because there was nothing to measure: no answer may rest on them unsaid."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from opmodel.hiring.telling.found import shown
from opmodel.hiring.telling.phrases import month_words
from opmodel.wording import listed

if TYPE_CHECKING:
    from opmodel.hiring.plan import HiringPlan
    from opmodel.hiring.trying.confirming import Confirmed
    from opmodel.hiring.trying.trials import Outcome

#: Shares of futures with nothing to measure from which the first sentence, and a note, say so.
MANY, MOST = 0.2, 0.5


def aside(found: Confirmed) -> str:
    """Part of a sentence about a team: where more than a fifth of its futures had nothing to measure by the week."""
    outcome, at = found.outcome, found.question.at
    nothing = np.isnan(outcome.values[:, :, at]).sum(axis=0)
    said = [
        f"in {count} of {outcome.n} there was nothing to measure for '{wanted.words}'"
        for wanted, count in zip(outcome.wanted, nothing, strict=True) if count > MANY * outcome.n
    ]
    return f"; but {listed(said)}, which counts as met" if said else ""


def unmeasured(plan: HiringPlan) -> Iterator[str]:
    """Notes on targets that had nothing to measure by some week in many futures."""
    team = shown(plan)
    if team is not None:
        yield from _of(team.outcome, team.question.week, "fresh futures")
    elif plan.sweeps:
        sweep = plan.sweeps[0]
        yield from _of(sweep.outcomes[0], sweep.question.week, "futures")


def _of(outcome: Outcome, asked: int, futures: str) -> Iterator[str]:
    for t, wanted in enumerate(outcome.wanted):
        nothing = np.isnan(outcome.values[:, t]).sum(axis=0)
        least = [MANY if week == asked else MOST for week in outcome.weeks]
        weeks = [
            f"by {month_words(week)} in {count} of {outcome.n} {futures}"
            for week, count, share in zip(outcome.weeks, nothing, least, strict=True) if count > share * outcome.n
        ]
        if weeks:
            yield (
                f"'{wanted.words}' had nothing to measure {listed(weeks)}; where there is nothing to measure nothing "
                "is missed, so it counts as met there. A later week would say more."
            )
