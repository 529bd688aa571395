"""What one more practitioner of each skill is worth by the week asked for: the shadow price of a skill."""

from __future__ import annotations

from opmodel.gap import one_more, removed
from opmodel.hiring.asking.question import Question
from opmodel.hiring.trying.trials import Trials, under


def shadow(question: Question, trials: Trials, *, futures: int) -> dict[str, tuple[float, float, float]]:
    """Backlog days removed by the week asked for by one more practitioner of each skill in demand.

    Each is there from the first day, full time, holds this skill alone and sits where it has most demand; all live
    through the same futures as the organisation as it is.

    Args:
        question: what is asked; the backlog is read by its week.
        trials: where they are tried.
        futures: how many.

    Returns:
        Mean, low and high by skill, in days of effort; the 95 % intervals hold together over the skills.
    """
    more = one_more(question.scenario)
    base, *found = under(question, trials, [question.scenario, *more.values()], futures)
    at = question.at
    after = (one.figure("backlog_days")[:, at] for one in found)
    return removed(base.figure("backlog_days")[:, at], dict(zip(more, after, strict=True)))
