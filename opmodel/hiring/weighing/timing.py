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
#: still does in fresh futures.
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
    """Chance of meeting all targets if these alone open a month later still, with its 95 % interval; None where that
    lies beyond the week asked for."""
    latest: bool = True
    """Whether a month later is shown to be too late: tried, and the whole interval of its chance below the confidence.
    False where that is left open, and where even the last month before the week would do."""

    @property
    def week(self) -> int:
        """Week of the opening: that in which its month begins, or for which the plan calls people who leave again."""
        return max(week_of(self.month), self.step.opens_week)


@dataclass(frozen=True)
class Timing:
    """The latest openings found that still meet the targets."""

    openings: tuple[Opening, ...]
    plan: Plan
    """The plan with every vacancy opened at its latest."""
    confirmed: Confirmed
    """It on fresh futures. Where it does not hold there, the plan does not even with every vacancy opened at once."""

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

    What comes out is tried on fresh futures; if it does not hold there, everything opens a month earlier, then two,
    four. Where it holds and would a month later, too, that vacancy is pushed on, a few times at most.

    Args:
        question: what is asked.
        plan: a plan that meets the targets with the vacancies of lasting hires opened at the start.
        trials: where it is tried.
        attempt: which fresh futures.
        futures: how many.
        known: the plan as it was confirmed; then its fresh futures are taken, so that figures agree with those shown
            for it.
    """
    search = _Openings(question, plan, trials, attempt, futures, known)
    weeks = search.latest()
    found, weeks = search.holding(weeks)
    later = search.later(found, weeks)
    for _ in range(PUSHES):
        further = next((step for step in later if later[step][0] >= question.confidence - 1e-9), None)
        if further is None or not found.holds:
            break
        pushed = {**weeks, further: search.next_month(weeks[further])}
        shown = search.shown(pushed)
        if not shown.holds:
            break
        found, weeks = shown, pushed
        later = search.later(found, weeks)
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

    def __init__(
        self, question: Question, plan: Plan, trials: Trials, attempt: int, futures: int, known: Confirmed | None
    ) -> None:
        self._question, self._plan, self._trials = question, plan, trials
        self._attempt, self._futures, self._known = attempt, futures, known
        self._test, self._tried = ChanceTest(question.confidence), 0
        self._last = max(0, math.ceil(months_in(question.week)) - 1)
        hires = [step for step, _ in plan.counts if step.kind == "hire"]
        self._hires = sorted(hires, key=lambda s: -yearly_cost(question.scenario, s))

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

    def shown(self, weeks: Mapping[Step, int]) -> Confirmed:
        """The plan, opened then, on fresh futures: those of the known one, or further ones each time."""
        plan, known = self.opened(weeks), self._known
        if known is None:
            self._tried += 1
            return confirmed(
                self._question, plan, self._trials, attempt=self._attempt + self._tried - 1, futures=self._futures
            )
        scenario = plan.scenario(self._question.scenario)
        (found,) = self._trials.of([scenario], known.outcome.n, seed=known.seed)
        return Confirmed(self._question, plan, scenario, known.seed, known.base, found)

    def holding(self, weeks: dict[Step, int]) -> tuple[Confirmed, dict[Step, int]]:
        """The same weeks, or so much sooner that the plan holds on fresh futures, at the soonest those of the plan."""
        soonest = {step: step.opens_week for step in weeks}
        sooner = 1
        while True:
            found = self.shown(weeks)
            if found.holds or weeks == soonest:
                return found, weeks
            weeks = {
                step: max(soonest[step], week_of(max(0, month_of(week) - sooner))) for step, week in weeks.items()
            }
            sooner *= 2

    def next_month(self, week: int) -> int:
        """The week in which the month after that of a week begins."""
        return week_of(month_of(week) + 1)

    def later(self, found: Confirmed, weeks: Mapping[Step, int]) -> dict[Step, tuple[float, float, float]]:
        """Chance if one vacancy alone opens a month later, in the futures of a confirmation; the dearest first."""
        question = self._question
        those = {
            step: self.opened({**weeks, step: self.next_month(weeks[step])}).scenario(question.scenario)
            for step in self._hires if month_of(weeks[step]) < self._last
        }
        outcomes = self._trials.of(list(those.values()), found.outcome.n, seed=found.seed)
        return {step: chance_of(one, question.at) for step, one in zip(those, outcomes, strict=True)}


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
