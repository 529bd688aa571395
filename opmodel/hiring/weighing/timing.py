"""When each vacancy must open so that targets hold at the milestone, and what a hiring freeze costs."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from opmodel.comparison.intervals import mean_interval, paired_shares
from opmodel.hiring.asking.costs import stay, yearly_cost
from opmodel.hiring.asking.question import Question
from opmodel.hiring.asking.recruiting import ramp_weeks, recruiting_weeks
from opmodel.hiring.asking.steps import Plan, Step
from opmodel.hiring.searching.procedures import ChanceTest
from opmodel.hiring.trying.confirming import FUTURES, Confirmed, chance_of, confirmed
from opmodel.hiring.trying.trials import Outcome, Trials, under
from opmodel.scenario.changes import change_scenario
from opmodel.scenario.quantity import DAYS_PER_WEEK, months_in, week_of
from opmodel.scenario.scenario import Scenario

#: Months of a freeze that are tried.
FREEZES = (0, 3, 6, 12)
#: Latest month that is tried for people who leave again, and how often an opening is pushed on for which a month later
#: is beyond doubt enough in the futures in which the plan was confirmed.
MONTHS, PUSHES = 12, 4


def month_of(week: int) -> int:
    """The month of the study, from 0, that a week lies in."""
    return next(month for month in range(1, week + 2) if week_of(month) > week) - 1


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
    """Chance of meeting all targets if these alone open a month later still, with its 95 % interval, in futures that no
    choice of openings saw; None where that lies beyond the week asked for."""
    latest: bool = True
    """Whether a month later is shown to be too late: tried, and the whole interval of its chance below the confidence.
    False where that is left open, and where even the last month before the week would do."""

    @property
    def week(self) -> int:
        """Week of the opening: that in which its month begins, or for which the plan calls people who leave again."""
        return max(week_of(self.month), self.step.opens_week)


@dataclass(frozen=True)
class Timing:
    """The latest openings found that still meet the targets, and whether they do in futures they were not chosen in."""

    openings: tuple[Opening, ...]
    plan: Plan
    """The plan with every vacancy opened at its latest."""
    confirmed: Confirmed
    """It on fresh futures that no choice of openings saw; where none is put off, the plan as it was confirmed."""

    @property
    def moved(self) -> bool:
        """Whether some vacancy opens later than the plan itself has it."""
        return any(one.week > one.step.opens_week for one in self.openings)

    @property
    def waits(self) -> bool:
        """Whether the plan holds with some vacancy opened later than at the start."""
        return self.confirmed.holds and any(one.month for one in self.openings)

    @property
    def all_latest(self) -> bool:
        """Whether the plan holds, and of every vacancy it is shown that opening a month later is too late."""
        return self.confirmed.holds and bool(self.openings) and all(one.latest for one in self.openings)

    @property
    def at_once(self) -> bool:
        """Whether it is shown that every vacancy has to open at once: it holds then, and a month later it does not."""
        return self.all_latest and not self.waits


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
    """By how much the chance is lower than without a freeze, with the 95 % interval for paired shares."""

    @property
    def unseen(self) -> tuple[str, ...]:
        """Figures in which every future differs by the same: their ends are no interval."""
        known = {"backlog_days": self.backlog_days, "in_time": self.in_time, "saved": self.saved}
        return tuple(name for name, (_, low, high) in known.items() if low == high)


def timing(
    question: Question, plan: Plan, trials: Trials, *, attempt: int = 0, futures: int = FUTURES,
    known: Confirmed | None = None,
) -> Timing:
    """Open each vacancy as late as the targets allow, the dearest first.

    Bisection over months: of the same lasting hires in the same team, and of nothing else, opening later is taken not
    to raise the chance. That does not hold of people who leave again, who may be gone by the week asked for if they
    come early; for them every month is tried, and the latest that does is taken. Somebody's recruiting takes as long
    whenever it begins, so that months are compared like with like.

    What comes out is tried in the futures in which the plan was confirmed; if it does not hold there, everything opens
    a month earlier, then two, four. Where a month later is beyond doubt enough there, that vacancy is pushed on, a few
    times at most. As luck has a part in what is chosen so, what is shown comes from futures in which nothing is chosen.

    Args:
        question: what is asked.
        plan: a plan that meets the targets with the vacancies of lasting hires opened at the start.
        trials: where it is tried.
        attempt: which fresh futures; this one and the next are taken.
        futures: how many, if the plan was not confirmed before; else as many as there.
        known: the plan as it was confirmed; it keeps these figures where no vacancy can wait.
    """
    if known is None:
        known = confirmed(question, plan, trials, attempt=attempt, futures=futures)
    search = _Openings(question, plan, trials, known)
    weeks = search.pushed(search.holding(search.latest()))
    found, later = search.shown(weeks, question.fresh(attempt + 1))
    return Timing(
        tuple(
            Opening(
                step, count, month_of(weeks[step]), recruiting_weeks(question.scenario, step, seed=question.seed),
                ramp_weeks(question.scenario, step), later.get(step),
                step in later and later[step][2] < question.confidence,
            )
            for step, count in plan.counts if step in weeks
        ),
        search.opened(weeks), found,
    )


class _Openings:
    """A search for the weeks in which vacancies open."""

    def __init__(self, question: Question, plan: Plan, trials: Trials, known: Confirmed) -> None:
        self._question, self._plan, self._trials, self._known = question, plan, trials, known
        self._test = ChanceTest(question.confidence)
        self._last = max(0, math.ceil(months_in(question.week)) - 1)
        hires = [step for step, _ in plan.counts if step.kind == "hire"]
        self._hires = sorted(hires, key=lambda s: -yearly_cost(question.scenario, s))
        self._soonest = {step: step.opens_week for step in self._hires}

    def opened(self, weeks: Mapping[Step, int]) -> Plan:
        """The plan with its vacancies opened then."""
        return self._plan.opened(weeks)

    def _enough(self, weeks: Mapping[Step, int]) -> bool:
        question, scenario = self._question, self.opened(weeks).scenario(self._question.scenario)
        return self._test.run(lambda n: under(question, self._trials, [scenario], n)[0].met()[:, question.at])[0]

    def latest(self) -> dict[Step, int]:
        """Weeks that do in the futures of the search."""
        base = self._question.scenario
        leaving = {step for step in self._hires if stay(base, step) is not None}
        chosen = {step: step.opens_week if step in leaving else 0 for step in self._hires}
        for step in self._hires:
            if step in leaving:
                months = range(min(self._last, MONTHS), -1, -1)
                later = (week_of(month) for month in months if week_of(month) > chosen[step])
                chosen[step] = next((week for week in later if self._enough({**chosen, step: week})), chosen[step])
                continue
            low, high = 0, self._last + 1
            while high - low > 1:
                middle = (low + high) // 2
                if self._enough({**chosen, step: week_of(middle)}):
                    low = middle
                else:
                    high = middle
            chosen[step] = week_of(low)
        return chosen

    def _again(self, weeks: Mapping[Step, int]) -> Confirmed:
        """The plan, opened then, in the futures in which it was confirmed."""
        plan, known = self.opened(weeks), self._known
        scenario = plan.scenario(self._question.scenario)
        (found,) = self._trials.of([scenario], known.outcome.n, seed=known.seed)
        return Confirmed(self._question, plan, scenario, known.seed, known.base, found)

    def holding(self, weeks: dict[Step, int]) -> dict[Step, int]:
        """The same weeks, or so much sooner that the plan holds where it was confirmed, at the soonest its own."""
        sooner = 1
        while weeks != self._soonest and not self._again(weeks).holds:
            back = {step: week_of(max(0, month_of(week) - sooner)) for step, week in weeks.items()}
            weeks = {step: max(self._soonest[step], week) for step, week in back.items()}
            sooner *= 2
        return weeks

    def pushed(self, weeks: dict[Step, int]) -> dict[Step, int]:
        """The same weeks, or later where that is enough there, the dearest first.

        Enough beyond doubt: openings that just do there would as often as not fall short in the futures that are shown.
        """
        if not self._known.holds:
            return weeks
        for _ in range(PUSHES):
            tried = (self._put_off(weeks, step) for step in self._open(weeks))
            further = next((later for later in tried if self._again(later).beyond_doubt), None)
            if further is None:
                break
            weeks = further
        return weeks

    def _open(self, weeks: Mapping[Step, int]) -> list[Step]:
        """Those that could open a month later, the dearest first."""
        return [step for step in self._hires if month_of(weeks[step]) < self._last]

    def _put_off(self, weeks: Mapping[Step, int], step: Step) -> dict[Step, int]:
        """One alone a month later: in the week in which the next month begins."""
        return {**weeks, step: week_of(month_of(weeks[step]) + 1)}

    def shown(self, weeks: Mapping[Step, int], seed: int) -> tuple[Confirmed, dict[Step, tuple[float, float, float]]]:
        """The plan, opened then, in futures of its own, and its chance if one vacancy alone opens a month later.

        Where nothing is put off it has been confirmed before and keeps those figures.
        """
        question, known, plan = self._question, self._known, self.opened(weeks)
        base, planned = question.scenario, plan.scenario(question.scenario)
        own = [] if weeks == self._soonest else [base, planned]
        steps = self._open(weeks)
        late = [self.opened(self._put_off(weeks, step)).scenario(base) for step in steps]
        outcomes = self._trials.of([*own, *late], known.outcome.n, seed=seed)
        found = Confirmed(question, plan, planned, seed, outcomes[0], outcomes[1]) if own else known
        chances = [chance_of(one, question.at) for one in outcomes[len(own) :]]
        return found, dict(zip(steps, chances, strict=True))


def freezes(
    question: Question, plan: Plan, trials: Trials, *, months: Sequence[int] = FREEZES, futures: int = FUTURES,
    attempt: int = 0, known: Confirmed | None = None,
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
        known: the plan as it was confirmed; then its fresh futures are taken, so that no freeze is the figure shown.
    """
    within = {m for m in months if m > 0 and week_of(m) < question.scenario.study.horizon_weeks}
    lengths = (0, *sorted(within))
    scenarios = [_frozen(question, plan, week_of(m)) for m in lengths]
    if known is not None:
        futures, seed = known.outcome.n, known.seed
    else:
        seed = question.fresh(attempt)
    found = trials.of(scenarios, futures, seed=seed)
    first, at = found[0], question.at
    return tuple(
        Freeze(
            length, outcome, chance_of(outcome, at),
            mean_interval(outcome.figure("backlog_days")[:, at] - first.figure("backlog_days")[:, at]),
            mean_interval(first.figure("in_time_statutory")[:, at] - outcome.figure("in_time_statutory")[:, at]),
            mean_interval(first.cost - outcome.cost),
            paired_shares(first.met()[:, at], outcome.met()[:, at]) if length else (0.0, 0.0, 0.0),
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
