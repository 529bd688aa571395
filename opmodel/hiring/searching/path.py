"""The cheapest way to meet all targets: one step after the other, each the one that buys most for its money.

A greedy search with a look back. At every step candidates are simulated in the same futures and the one that closes
most of the gap to the targets for each pound is picked by a ranking-and-selection procedure (where none helps alone,
two that help together); when the chance of meeting all targets is high enough, steps that are not needed any more are
taken away again, and steps are exchanged for cheaper ones. It is a search, not a proof: no step of the result can be
left out or exchanged for a cheaper one tried, but another set might still be cheaper.

A plan that does not hold on fresh futures is not tried there again, in this search or another of the same study: the
search goes on from it with a further step, though its own futures may show little that is left to be gained. A team
that another part of the study found and confirmed bounds the search: it does not end at a dearer one.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from opmodel.hiring.asking.costs import plan_cost
from opmodel.hiring.asking.question import Question
from opmodel.hiring.asking.scope import Scope
from opmodel.hiring.asking.steps import Plan, Step
from opmodel.hiring.searching.buying import Bought, told, way
from opmodel.hiring.searching.distance import MANY, imaginable, met_by_people
from opmodel.hiring.searching.foresight import Foresight
from opmodel.hiring.searching.known import Known
from opmodel.hiring.searching.leaner import leanest
from opmodel.hiring.searching.neighbours import better_within, slimmed
from opmodel.hiring.searching.search import FULL, Choice, Effort, Search
from opmodel.hiring.trying.confirming import ATTEMPTS, FUTURES, Confirmed, confirmed
from opmodel.hiring.trying.trials import Outcome, Trials, under
from opmodel.scenario.problems import ScenarioError
from opmodel.scenario.scenario import Scenario

#: Steps that a search takes where even everybody imaginable would not do, to show how near people bring the targets.
HOPELESS_AFTER = 3
#: Where the fresh futures begin in which plans with a step fewer than the one found are tried.
LEANER = 30
#: A search gives up after so many steps in a row that, even if all further ones closed as much as the best of those
#: tried beside them, would close less than this share of the gap, and of the work waiting.
SLOW_STEPS, SLOW_SHARE = 3, 0.5


@dataclass(frozen=True)
class Path:
    """A search for the cheapest set of steps, and what it found."""

    question: Question
    scope: Scope
    bought: tuple[Bought, ...]
    """Every step in the order in which it was taken."""
    taken_away: tuple[Step, ...]
    """Steps that were not needed any more."""
    exchanged: tuple[tuple[Plan, Plan], ...]
    """One step or two that gave way to cheaper ones (within a budget: to better ones)."""
    plan: Plan
    """What is left."""
    cost: float
    """Pounds in a full year."""
    confirmed: Confirmed | None
    """The plan on fresh futures; None if no plan was worth trying there."""
    refused: tuple[Confirmed, ...]
    """Plans that did not hold on fresh futures."""
    ended: str
    """Why the search ended: ``enough``, ``nothing helps``, ``too slow`` (what steps close would not add up to the gap),
    ``hopeless`` (not even everybody imaginable would do), ``at most`` (as many steps as are allowed), ``at most one``
    (no step helps by itself, and two are not allowed any more), ``budget`` or ``refused``."""
    budget: float | None = None
    trail: tuple[str, ...] = field(default=())
    """What the search did, for readers who want to follow it."""
    way: tuple[Bought, ...] = ()
    """The plan that is left, step by step: what each buys on top of those before it, in the fresh futures that the plan
    was tried in (in those of the search where it was not), so that the last chance is the one shown."""

    @property
    def meets(self) -> bool:
        """Whether there is a plan that meets all targets on fresh futures with the confidence asked for."""
        return self.confirmed is not None and self.confirmed.holds


def cheapest(
    question: Question, scope: Scope, trials: Trials, *, budget: float | None = None, futures: int = FUTURES,
    attempt: int = 0, effort: Effort = FULL, start: Plan = Plan(),  # noqa: B008 - frozen
    known: Known | None = None, bound: Confirmed | None = None,
) -> Path:
    """Search for the cheapest plan that meets all targets, or the best plan within a budget.

    Args:
        question: what is asked.
        scope: what may be done.
        trials: where candidates are tried.
        budget: pounds in a full year that may be spent; None to spend what is needed. With a budget the search ends
            when nothing that helps can be paid for any more, and the plan is shown whether it meets the targets or not.
        futures: fresh futures for the confirmation.
        attempt: number of the first set of fresh futures.
        effort: how much may be simulated.
        start: a plan to begin with, as far as its steps may be taken here; the search goes on from it.
        known: teams that were tried on fresh futures in the same study; these are added.
        bound: a plan of the scope that holds on fresh futures and can be paid for: nothing dearer is looked for.
    """
    course = _Course(question, scope, trials, budget, futures, attempt, effort, Known() if known is None else known)
    course.bound = bound
    course.begin(start)
    return course.run()


class _Course:
    """One search from its first step to its confirmation."""

    def __init__(
        self, question: Question, scope: Scope, trials: Trials, budget: float | None, futures: int, attempt: int,
        effort: Effort, known: Known,
    ) -> None:
        self.question, self.scope, self.trials, self.budget = question, scope, trials, budget
        self.futures, self.attempt = futures, attempt
        self.search, self.known = Search(question, scope, trials, effort), known
        for plan in known.refused(question):
            self.search.refused.add(plan)
        self.bound: Confirmed | None = None
        self.plan = Plan()
        self.bought: list[Bought] = []
        self.refused: list[Confirmed] = []
        self.taken: tuple[Step, ...] = ()
        self.exchanged: tuple[tuple[Plan, Plan], ...] = ()
        self.trail: list[str] = []
        self.slow = 0
        self.foresight = Foresight(question, scope, trials, futures)

    def begin(self, start: Plan) -> None:
        """Take over the steps of a plan that may be taken here and can be paid for."""
        for step in start.steps:
            further = self.plan.with_(step)
            payable = self.budget is None or plan_cost(self.question.scenario, further) <= self.budget
            allowed = len(further) <= self.scope.at_most and self.search.allowed(step, self.plan)
            if allowed and payable and self.search.fits(further):
                self._take(Choice((step,), 0, None, False))
        self.slow = 0

    def run(self) -> Path:
        """Step after step until the plan holds on fresh futures, or there is no way on."""
        found, ended = None, ""
        while not ended:
            if self._dearer(than=0.5):
                break
            if self.search.enough(self.plan):
                found = self._tried()
                ended = "enough" if found.holds else "refused" if len(self.refused) >= ATTEMPTS else ""
            elif self._dearer(than=-0.5):
                break
            else:
                ended = self._step()
        self.foresight.over()
        if ended != "enough" and self.bound is not None:
            found, ended = self._bounded(self.bound), "enough"
        elif ended != "enough":
            found = self._left(ended)
        if ended == "enough" and found is not None:
            found = self._leanest(found)
        return Path(
            self.question, self.scope, tuple(self.bought), self.taken, self.exchanged, self.plan,
            plan_cost(self.question.scenario, self.plan), found, tuple(self.refused), ended, self.budget,
            tuple(self.trail), way(self.search, self.bought, self.plan, found),
        )

    def _dearer(self, *, than: float) -> bool:
        """Whether the plan costs at least so much more than a team that is known to hold."""
        if self.bound is None:
            return False
        base = self.question.scenario
        return plan_cost(base, self.plan) > plan_cost(base, self.bound.plan) + than

    def _bounded(self, bound: Confirmed) -> Confirmed:
        """A team found elsewhere in the study, without what it does not need, as the search came to none cheaper."""
        self.trail.append("Another part of the study had found a team that is enough and costs no more; it was taken.")
        self.plan = bound.plan
        found = self._tried()
        if not found.holds:
            self.plan, found = bound.plan, bound
        return found

    def _tried(self) -> Confirmed:
        """The plan, slimmed, on fresh futures; where that fails, what it was before it was exchanged for less.

        Whatever fails there is remembered.
        """
        slim = slimmed(self.search, self.plan)
        self.plan = slim.plan
        found = self._on_fresh()
        if not found.holds and slim.before is not None and not self.search.refused.has(slim.before.plan):
            slim = slim.before
            self.plan = slim.plan
            found = self._on_fresh()
        self.taken, self.exchanged = (*self.taken, *slim.taken), (*self.exchanged, *slim.exchanged)
        return found

    def _on_fresh(self) -> Confirmed:
        found = self._confirmed()
        if not found.holds:
            self.refused.append(found)
            self.search.refused.add(self.plan, self.question.confidence - found.chance)
            self.trail.append(
                f"{len(self.plan)} steps looked enough, but met the targets in only {100 * found.chance:.0f} % of "
                "fresh futures."
            )
        return found

    def _leanest(self, found: Confirmed) -> Confirmed:
        """The plan without steps that fresh futures do not show to be needed; those left open are kept as refused."""
        lean = leanest(self.search, found, self.known, self.trials, self.attempt + LEANER, self.futures)
        self.plan, self.taken = lean.found.plan, (*self.taken, *lean.taken)
        self.refused += [one for one in lean.open if one.plan not in [known.plan for known in self.refused]]
        return lean.found

    def _confirmed(self) -> Confirmed:
        """What fresh futures say of the plan; of one that was tried there before, what they said then."""
        found = self.known.of(self.question, self.plan)
        if found is None:
            found = confirmed(
                self.question, self.plan, self.trials, attempt=self.attempt + len(self.refused), futures=self.futures
            )
            self.known.keep(self.question, self.plan, found)
        return found

    def _step(self) -> str:
        """Take the next step; why there is none, if there is none."""
        if len(self.plan) >= self.scope.at_most:
            return "at most"
        if len(self.plan) >= HOPELESS_AFTER and self._hopeless():
            return "hopeless"
        if self.slow >= SLOW_STEPS:
            return "too slow"
        spent = plan_cost(self.question.scenario, self.plan)
        money = None if self.budget is None else self.budget - spent
        # Of what failed on fresh futures those of the search do not show what is missing.
        failed = bool(self.refused) or self.search.refused.has(self.plan)
        choice = self.search.next(self.plan, money, anyhow=failed)
        if choice is None and self.budget is not None:
            return "budget"
        if choice is None:
            one_left = len(self.plan) + 1 == self.scope.at_most and self.search.steps(self.plan)
            return "refused" if failed else "at most one" if one_left else "nothing helps"
        self._take(choice)
        return ""

    def _take(self, choice: Choice) -> None:
        if len(choice.steps) > 1:
            self.trail.append("No single step helped; two were taken together.")
        gap, waiting = self.search.fastest(self.plan)
        for bought in told(self.search, self.plan, choice):
            self.bought.append(bought)
            self.plan = self.plan.with_(bought.step)
        mine = self.bought[-len(choice.steps):]
        gap = max(gap, sum(one.closed for one in mine) / len(mine))
        waiting = max(waiting, sum(one.backlog_days[0] for one in mine) / len(mine))
        now = self.search.outcomes([self.plan], self.search.effort.told_on)[0]
        further = self.scope.at_most - len(self.plan)
        left = float(self.search.gap.of(now).mean())
        self.foresight.step([one.closed for one in self.bought], left, further)
        # A target may not move before most of the work that waits is done: an in-time rate stays at 0 until then.
        slow = max(gap, 0.0) * further < SLOW_SHARE * left
        idle = waiting <= 0.0 or waiting * further < SLOW_SHARE * self.search.waiting(now)
        self.slow = self.slow + 1 if slow and idle else 0

    def _hopeless(self) -> bool:
        """Whether even everybody imaginable within the scope would not do.

        Asked only where hires are all that may be done, as moves and training have no such limit, and only of targets
        that more people cannot spoil: nine times as many cost more than any budget.
        """
        if self.scope.moves or self.scope.training:
            return False
        roles = self.scope.roles
        for times in MANY:
            try:
                many = imaginable(self.question.scenario, times, roles=roles, teams=self.scope.teams)
            except ScenarioError:
                return False

            def came_to(futures: int, many: Scenario = many) -> Outcome:
                return under(self.question, self.trials, [many], futures)[0]

            if self.search.chance_is(came_to, met_by_people):
                return False
        self.trail.append(f"Even {MANY[-1]} times as many people at once, at full pace, would not meet the targets.")
        return True

    def _left(self, ended: str) -> Confirmed | None:
        """The best there is where nothing is enough: the likeliest of what was tried on fresh futures."""
        tried = list(self.refused)
        if self.budget is not None and ended != "refused":
            self.plan, exchanged = better_within(self.search, self.plan, self.budget)
            self.exchanged = (*self.exchanged, *exchanged)
        if all(self.plan != one.plan for one in tried) and (len(self.plan) or self.budget is not None):
            tried.append(self._confirmed())
        best = max(tried, key=lambda one: one.chance, default=None)
        if best is not None:
            self.plan = best.plan
        return best
