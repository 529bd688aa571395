"""When each vacancy must open so that targets hold at the milestone, and what a hiring freeze costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from opmodel.comparison.intervals import estimate, half_width
from opmodel.hiring.confirming import FUTURES, Confirmed, chance_of, confirmed
from opmodel.hiring.costs import yearly_cost
from opmodel.hiring.procedures import ChanceTest
from opmodel.hiring.question import Question
from opmodel.hiring.steps import Plan, Step
from opmodel.hiring.trials import Outcome, Trials, under
from opmodel.records import Floats
from opmodel.scenario.quantity import WEEKS_PER_YEAR

#: Months of a freeze that are tried.
FREEZES = (0, 3, 6, 12)


def week_of(month: int) -> int:
    """The week in which a month of the study begins."""
    return round(month * WEEKS_PER_YEAR / 12)


@dataclass(frozen=True)
class Opening:
    """The latest month in which the vacancies of one kind may open."""

    step: Step
    count: int
    month: int
    """Months after the start."""
    recruited: tuple[float, float, float]
    """Weeks from opening to the first day: the middle one of possible futures, and the ends of four in five."""
    ramped: float
    """Further weeks until at full pace."""


@dataclass(frozen=True)
class Timing:
    """The latest openings that still meet the targets."""

    openings: tuple[Opening, ...]
    plan: Plan
    """The plan with every vacancy opened at its latest."""
    confirmed: Confirmed
    """It on fresh futures."""


@dataclass(frozen=True)
class Freeze:
    """The plan with every vacancy opened so many months later."""

    months: int
    outcome: Outcome
    chance: tuple[float, float, float]
    """Chance of meeting all targets by the week asked for, with its 95 % interval."""
    backlog_days: tuple[float, float, float]
    """Days of effort by which the backlog is larger by then than without a freeze, with its 95 % interval."""
    in_time: tuple[float, float, float]
    """By how much the in-time rate is lower."""
    saved: tuple[float, float, float]
    """Pounds a year not spent over the whole study."""


def timing(question: Question, plan: Plan, trials: Trials, *, attempt: int = 0, futures: int = FUTURES) -> Timing:
    """Open each vacancy as late as the targets allow, the dearest first.

    Bisection over months: of the same hires in the same team, and of nothing else, opening later is taken not to raise
    the chance. What comes out is tried on fresh futures.

    Args:
        question: what is asked.
        plan: a plan that meets the targets with every vacancy opened at the start.
        trials: where it is tried.
        attempt: which fresh futures.
        futures: how many.
    """
    test, base = ChanceTest(question.confidence), question.scenario
    months = range(int(question.week * 12 / WEEKS_PER_YEAR) + 1)

    def enough(opened: Plan) -> bool:
        scenario = opened.scenario(base)
        return test.run(lambda n: under(question, trials, [scenario], n)[0].met()[:, question.at])[0]

    hires = [step for step, _ in plan.counts if step.kind == "hire"]
    chosen: dict[Step, int] = dict.fromkeys(hires, 0)
    for step in sorted(hires, key=lambda s: -yearly_cost(base, s)):
        low, high = 0, len(months)
        while high - low > 1:
            middle = (low + high) // 2
            if enough(plan.opened({s: week_of(m) for s, m in {**chosen, step: middle}.items()})):
                low = middle
            else:
                high = middle
        chosen[step] = low
    tried = 0
    while True:
        opened = plan.opened({step: week_of(month) for step, month in chosen.items()})
        found = confirmed(question, opened, trials, attempt=attempt + tried, futures=futures)
        if found.holds or not any(chosen.values()):
            break
        tried += 1
        chosen = {step: max(0, month - 1) for step, month in chosen.items()}
    openings = tuple(
        Opening(step, count, chosen[step], recruiting_weeks(question, step), ramp_weeks(question, step))
        for step, count in plan.counts if step.kind == "hire"
    )
    return Timing(openings, opened, found)


def freezes(
    question: Question, plan: Plan, trials: Trials, *, months: Sequence[int] = FREEZES, futures: int = FUTURES,
    attempt: int = 0,
) -> tuple[Freeze, ...]:
    """What the plan comes to if nobody may be recruited for so many months, in fresh futures.

    Args:
        question: what is asked.
        plan: the plan; its vacancies open later by the length of the freeze.
        trials: where it is tried.
        months: lengths; 0 comes first, as that is what the others are compared with.
        futures: how many.
        attempt: which fresh futures.
    """
    lengths = (0, *(m for m in months if m > 0 and week_of(m) < question.scenario.study.horizon_weeks))
    scenarios = [_later(plan, week_of(m)).scenario(question.scenario) for m in lengths]
    found = trials.of(scenarios, futures, seed=question.fresh(attempt))
    first, at = found[0], question.at
    return tuple(
        Freeze(
            length, outcome, chance_of(outcome, at),
            _mean(outcome.figure("backlog_days")[:, at] - first.figure("backlog_days")[:, at]),
            _mean(first.figure("in_time_statutory")[:, at] - outcome.figure("in_time_statutory")[:, at]),
            _mean(first.cost - outcome.cost),
        )
        for length, outcome in zip(lengths, found, strict=True)
    )


def _later(plan: Plan, weeks: int) -> Plan:
    return Plan(tuple(
        (replace(step, opens_week=step.opens_week + weeks) if step.kind == "hire" else step, count)
        for step, count in plan.counts
    ))


def _mean(values: Floats) -> tuple[float, float, float]:
    found = estimate(values[:, None])
    mean, half = float(found.mean[0]), float(half_width(found)[0])
    return mean, mean - half, mean + half


def recruiting_weeks(question: Question, step: Step) -> tuple[float, float, float]:
    """Weeks from opening a vacancy to the first day: median, and the ends of the middle four fifths of futures."""
    raise NotImplementedError


def ramp_weeks(question: Question, step: Step) -> float:
    """Weeks that a newcomer with a mentor needs to full pace."""
    raise NotImplementedError
