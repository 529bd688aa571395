"""When each vacancy must open so that targets hold at the milestone, and what a hiring freeze costs."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from opmodel.comparison.intervals import estimate, half_width
from opmodel.hiring.asking.costs import terms_for, yearly_cost
from opmodel.hiring.asking.question import Question
from opmodel.hiring.asking.steps import Plan, Step
from opmodel.hiring.searching.procedures import ChanceTest
from opmodel.hiring.trying.confirming import FUTURES, Confirmed, chance_of, confirmed
from opmodel.hiring.trying.trials import Outcome, Trials, under
from opmodel.records import Floats
from opmodel.scenario.changes import change_scenario
from opmodel.scenario.quantity import DAYS_PER_WEEK, WEEKS_PER_YEAR
from opmodel.scenario.scenario import Scenario

#: Months of a freeze that are tried.
FREEZES = (0, 3, 6, 12)
#: Futures in which recruiting is drawn.
DRAWN = 400


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
    too_late: tuple[float, float, float] | None = None
    """Chance of meeting all targets if these alone open a month later still, with its 95 % interval; None where that
    lies beyond the week asked for."""
    latest: bool = True
    """Whether opening later was tried and is too late; False where even the last month before the week would do."""


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
    """The plan with no vacancy of its own or of the file opened for so many months."""

    months: int
    outcome: Outcome
    chance: tuple[float, float, float]
    """Chance of meeting all targets by the week asked for, with its 95 % interval."""
    backlog_days: tuple[float, float, float]
    """Days of effort by which the backlog is larger by then than without a freeze, with its 95 % interval."""
    in_time: tuple[float, float, float]
    """By how much the in-time rate is lower; NaN where nothing fell due."""
    saved: tuple[float, float, float]
    """Pounds a year not spent over the whole study."""
    lost: tuple[float, float, float] = (0.0, 0.0, 0.0)
    """By how much the chance is lower than without a freeze, with the 95 % interval of the paired difference."""


def timing(question: Question, plan: Plan, trials: Trials, *, attempt: int = 0, futures: int = FUTURES) -> Timing:
    """Open each vacancy as late as the targets allow, the dearest first.

    Bisection over months: of the same hires in the same team, and of nothing else, opening later is taken not to raise
    the chance. Somebody's recruiting takes as long whenever it begins, so that months are compared like with like. What
    comes out is tried on fresh futures; if it does not hold there, everything opens a month earlier, then two, four.

    Args:
        question: what is asked.
        plan: a plan that meets the targets with every vacancy opened at the start.
        trials: where it is tried.
        attempt: which fresh futures.
        futures: how many.
    """
    test, base = ChanceTest(question.confidence), question.scenario
    last = max(0, math.ceil(question.week * 12 / WEEKS_PER_YEAR) - 1)

    def opened(months: Mapping[Step, int]) -> Plan:
        return plan.opened({step: week_of(month) for step, month in months.items()})

    def enough(months: Mapping[Step, int]) -> bool:
        scenario = opened(months).scenario(base)
        return test.run(lambda n: under(question, trials, [scenario], n)[0].met()[:, question.at])[0]

    hires = [step for step, _ in plan.counts if step.kind == "hire"]
    chosen: dict[Step, int] = dict.fromkeys(hires, 0)
    for step in sorted(hires, key=lambda s: -yearly_cost(base, s)):
        low, high = 0, last + 1
        while high - low > 1:
            middle = (low + high) // 2
            if enough({**chosen, step: middle}):
                low = middle
            else:
                high = middle
        chosen[step] = low
    tried, sooner = 0, 1
    while True:
        found = confirmed(question, opened(chosen), trials, attempt=attempt + tried, futures=futures)
        if found.holds or not any(chosen.values()):
            break
        chosen = {step: max(0, month - sooner) for step, month in chosen.items()}
        tried, sooner = tried + 1, 2 * sooner
    later = {step: opened({**chosen, step: month + 1}) for step, month in chosen.items() if month < last}
    outcomes = trials.of([one.scenario(base) for one in later.values()], found.outcome.n, seed=found.seed)
    too_late = {step: chance_of(one, question.at) for step, one in zip(later, outcomes, strict=True)}
    return Timing(
        tuple(
            Opening(
                step, count, chosen[step], recruiting_weeks(question, step), ramp_weeks(question, step),
                too_late.get(step), step in too_late,
            )
            for step, count in plan.counts if step.kind == "hire"
        ),
        opened(chosen), found,
    )


def freezes(
    question: Question, plan: Plan, trials: Trials, *, months: Sequence[int] = FREEZES, futures: int = FUTURES,
    attempt: int = 0,
) -> tuple[Freeze, ...]:
    """What the plan comes to if no vacancy may be opened for so many months, in fresh futures.

    The plan's vacancies and those of the file open when the freeze ends, if they were to open before. Whoever leaves in
    the meantime is replaced all the same, so a freeze of replacements, too, costs more than is told here.

    Args:
        question: what is asked.
        plan: the plan.
        trials: where it is tried.
        months: lengths; 0 comes first, as that is what the others are compared with. Those that last beyond the study
            are left out.
        futures: how many.
        attempt: which fresh futures.
    """
    within = {m for m in months if m > 0 and week_of(m) < question.scenario.study.horizon_weeks}
    lengths = (0, *sorted(within))
    scenarios = [_frozen(question, plan, week_of(m)) for m in lengths]
    found = trials.of(scenarios, futures, seed=question.fresh(attempt))
    first, at = found[0], question.at
    return tuple(
        Freeze(
            length, outcome, chance_of(outcome, at),
            _mean(outcome.figure("backlog_days")[:, at] - first.figure("backlog_days")[:, at]),
            _mean(first.figure("in_time_statutory")[:, at] - outcome.figure("in_time_statutory")[:, at]),
            _mean(first.cost - outcome.cost), _mean(first.met()[:, at] - outcome.met()[:, at]),
        )
        for length, outcome in zip(lengths, found, strict=True)
    )


def _frozen(question: Question, plan: Plan, weeks: int) -> Scenario:
    """The organisation with the plan, no vacancy opened before a week."""
    later = Plan.of(
        replace(step, opens_week=max(step.opens_week, weeks)) if step.kind == "hire" else step for step in plan.steps
    )
    end = DAYS_PER_WEEK * weeks
    own = {
        f"hires.{name}.opens": f"{end:g}d" for name, hire in question.scenario.hires.items()
        if hire.starts is None and float(hire.opens) < end
    }
    return later.scenario(change_scenario(question.scenario, own) if own else question.scenario)


def _mean(values: Floats) -> tuple[float, float, float]:
    """Mean of paired differences with its 95 % interval."""
    found = estimate(values[:, None])
    mean, half = float(found.mean[0]), float(half_width(found)[0])
    return mean, mean - half, mean + half


def recruiting_weeks(question: Question, step: Step) -> tuple[float, float, float]:
    """Weeks from opening a vacancy to the first day: median, and the ends of the middle four fifths of futures.

    Drawn as the simulation draws them, adverts that do not fill and all, in futures of the search.
    """
    from opmodel.careers import recruitment_days
    from opmodel.flow.draws import ADVERTS, HIRING, NOTICE, name_key, uniform, world_key

    terms, key = terms_for(question.scenario, step), np.uint64(name_key("seat", f"hire {step.slug}-1"))
    weeks = []
    for future in range(DRAWN):
        world = world_key(question.seed, future)
        drawn = (uniform(world, stream, key, 0) for stream in (ADVERTS, HIRING, NOTICE))
        weeks.append(math.ceil(recruitment_days(terms, *drawn) / DAYS_PER_WEEK - 1e-9))
    middle, low, high = np.quantile(weeks, (0.5, 0.1, 0.9))
    return float(middle), float(low), float(high)


def ramp_weeks(question: Question, step: Step) -> float:
    """Weeks that a newcomer with a mentor needs to full pace, on the terms of the contract."""
    if not question.scenario.mechanisms.on("ramp_up"):
        return 0.0
    return terms_for(question.scenario, step).ramp_up / DAYS_PER_WEEK
