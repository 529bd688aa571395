"""The parts of a hiring study, one after the other, each with about how much work it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Literal, get_args

from opmodel.comparison.structures import structures_of
from opmodel.flow.seating import seating
from opmodel.hiring.asking.costs import plan_cost
from opmodel.hiring.asking.question import Question
from opmodel.hiring.asking.scope import Scope, steps_of
from opmodel.hiring.asking.steps import Plan, Step
from opmodel.hiring.plan import HiringPlan
from opmodel.hiring.searching.bisection import beyond
from opmodel.hiring.searching.foresight import runs_of
from opmodel.hiring.searching.known import Known
from opmodel.hiring.searching.path import Path, cheapest
from opmodel.hiring.searching.procedures import CAP
from opmodel.hiring.searching.sweep import sweeps
from opmodel.hiring.trying.confirming import Confirmed
from opmodel.hiring.trying.trials import StoppedError, Trials
from opmodel.hiring.weighing.allocation import SETTINGS, per_structure
from opmodel.hiring.weighing.binding import binding
from opmodel.hiring.weighing.shadow import shadow
from opmodel.hiring.weighing.timing import freezes, timing
from opmodel.provenance import provenance
from opmodel.scenario.scenario import Scenario

Part = Literal["sweep", "path", "structures", "shadow", "timing", "freeze"]
#: Parts that are about when vacancies open, which a steady state does not know.
TIMED: tuple[Part, ...] = ("timing", "freeze")
#: Fresh futures of each part are numbered from here, so that none shares its own with another.
SWEEPS, PATH, BUDGET, TIMING, FREEZE, BINDING, STRUCTURES = 100_000, 1000, 2000, 3000, 4000, 5000, 10_000
#: Sets of fresh futures for each kind of hire swept, and where among them those of numbers beyond the sweep begin.
A_ROLE, BEYOND = 200, 100
#: Most hires of a sweep or steps of the best mix, and fewest futures that say anything.
WIDEST, FEWEST = 50, 10
#: About how many runs it takes to see which constraint binds.
LIFTED = 2400


def check(
    scenario: Scenario, *, roles: Sequence[str], teams: Sequence[str], parts: Sequence[str], up_to: int, futures: int,
    budget: float | None, freeze_months: Sequence[int], at_most: int,
) -> None:
    """Refuse arguments that make no sense, in words that say what would.

    Raises:
        ValueError: the first thing that is wrong.
    """
    there = [team.name for team in seating(scenario).teams] if teams else []
    named = [("role", roles, list(scenario.roles)), ("team", teams, there), ("part", parts, list(get_args(Part)))]
    for what, given, known in named:
        for name in given:
            if name not in known:
                raise ValueError(f"there is no {what} '{name}' (there are: {', '.join(known)})")
    if not parts:
        raise ValueError(f"there is nothing to work out: name at least one part ({', '.join(get_args(Part))})")
    if not 1 <= up_to <= WIDEST:
        raise ValueError(f"a sweep goes up to between 1 and {WIDEST} hires (got {up_to})")
    if not 1 <= at_most <= WIDEST:
        raise ValueError(f"the best mix has between 1 and {WIDEST} steps at most (got {at_most})")
    if futures < FEWEST:
        raise ValueError(f"fewer than {FEWEST} futures say next to nothing (got {futures})")
    if budget is not None and not budget > 0.0:
        raise ValueError(f"a budget is pounds a year above 0 (got {budget:g})")
    if any(months < 0 for months in freeze_months):
        raise ValueError(f"a hiring freeze lasts 0 months or more (got {min(freeze_months)})")
    if scenario.study.kind == "steady_state" and set(TIMED) & set(parts):
        raise ValueError("when vacancies open is a question for a transition, not for a steady state (see study.kind)")


def structures_with_own(scenario: Scenario) -> dict[str, Scenario]:
    """Every structure, with the organisation's own as its file states it, so that it can be recommended."""
    known = structures_of(scenario)
    if scenario.hash not in {one.hash for one in known.values()}:
        known[scenario.structure.kind] = scenario
    return known


class Work:
    """The parts of a study one after the other; what is there so far is always a plan.

    Each part is announced with about how many runs it takes, so that the remaining time is that of all of them.
    """

    def __init__(
        self, plan: HiringPlan, trials: Trials, fresh: int, on_partial: Callable[[HiringPlan], None] | None
    ) -> None:
        self._plan, self._trials, self._fresh, self._on_partial = plan, trials, fresh, on_partial
        self._known = Known()  # one verdict on each team, whichever parts come to it

    def carry_out(self, parts: Sequence[tuple[int, Callable[[], None]]]) -> None:
        """Work out each part, until all are there or the visitor wants no more.

        Args:
            parts: about how many runs each takes, and what does it.
        """
        try:
            for number, (runs, do) in enumerate(parts):
                self._trials.foresee(runs, sum(later for later, _ in parts[number + 1 :]))
                do()
            self._trials.foresee(0, 0)
            self._binding()
            self._add(finished=True)
        except StoppedError:
            pass

    def ended(self) -> HiringPlan:
        """The plan so far with what it rests on."""
        asked, found = self._plan.question, self._plan.recommended
        facts = provenance({"": asked.scenario}, asked.seed, 0 if found is None else found.outcome.n)
        if found is None:  # nothing is recommended, so nothing rests on a number of futures
            del facts["replications"]
        return replace(self._plan, provenance={**facts, "runs": self._trials.done})

    def _add(self, **found: Any) -> None:
        self._plan = replace(self._plan, **found)
        if self._on_partial is not None:
            self._on_partial(self.ended())

    def sweeps(
        self, step: Step, number: int, up_to: int, each_structure: bool, futures: int
    ) -> tuple[int, Callable[[], None]]:
        """Sweep one kind of hire under the scenario's own structure, or under each."""
        asked, attempt = self._plan.question, SWEEPS + A_ROLE * number
        known = structures_with_own(asked.scenario) if each_structure else {"": asked.scenario}

        def do() -> None:
            before = self._plan.sweeps
            under = {name: asked.under(scenario) for name, scenario in known.items()}
            found = sweeps(
                under, step, up_to, self._trials, futures=futures, fresh=self._fresh,
                attempt=attempt, known=self._known, on_swept=lambda swept: self._add(sweeps=(*before, *swept)),
            )
            found = [
                beyond(one, self._trials, fresh=self._fresh, attempt=attempt + BEYOND, known=self._known)
                for one in found
            ]
            self._add(sweeps=(*before, *found))

        return len(known) * ((up_to + 1) * futures + 3 * self._fresh), do

    def path(self, budget: float | None) -> tuple[int, Callable[[], None]]:
        """The cheapest plan, or the best within a budget."""
        asked, scope = self._plan.question, self._plan.scope

        def do() -> None:
            known = self._plan.path
            if budget is not None and known is not None and known.meets and known.cost <= budget:
                self._add(within=replace(known, budget=budget))
                return
            attempt = PATH if budget is None else BUDGET
            found = cheapest(
                asked, scope, self._trials, budget=budget, futures=self._fresh, attempt=attempt, known=self._known,
                bound=self._bound(budget),
            )
            self._add(**{"path" if budget is None else "within": found})

        return runs_of(asked, scope, self._fresh), do

    def _bound(self, budget: float | None) -> Confirmed | None:
        """The cheapest team that a sweep found to be enough and that lies within the scope and the budget."""
        asked, scope = self._plan.question, self._plan.scope
        steps = set(steps_of(asked.scenario, scope, week=asked.week))
        if scope.teams is None:
            steps |= {replace(step, team=None) for step in steps if step.kind == "hire"}
        found: list[tuple[float, Confirmed]] = []
        for swept in self._plan.sweeps:
            team = swept.enough
            if team is None or swept.question.scenario.hash != asked.scenario.hash:
                continue
            cost = plan_cost(asked.scenario, team.plan)
            allowed = len(team.plan) <= scope.at_most and steps.issuperset(team.plan.steps)
            if allowed and (budget is None or cost <= budget):
                found.append((cost, team))
        return min(found, key=lambda entry: entry[0])[1] if found else None

    def structures(self) -> tuple[int, Callable[[], None]]:
        """What each structure needs."""
        asked, scope = self._plan.question, self._plan.scope

        def do() -> None:
            for found in per_structure(
                asked, scope, self._trials, futures=self._fresh, attempt=STRUCTURES, known=self._known
            ):
                self._add(structures=(*self._plan.structures, found))

        each = 2 * runs_of(asked, scope, self._fresh) + 20 * SETTINGS + 2 * self._fresh
        return len(structures_of(asked.scenario)) * each, do

    def shadow(self, futures: int) -> tuple[int, Callable[[], None]]:
        """Backlog days removed by one more practitioner of each skill."""
        asked = self._plan.question

        def do() -> None:
            self._add(shadow=shadow(asked, self._trials, futures=futures), shadow_futures=futures)

        return (1 + len(asked.scenario.skills)) * futures, do

    def timing(self) -> tuple[int, Callable[[], None]]:
        """When each vacancy of the recommended team must open."""

        def do() -> None:
            team = self._plan.recommended
            if team is not None and len(team.plan):
                self._add(timing=timing(
                    team.question, team.plan, self._trials, attempt=TIMING, futures=self._fresh, known=team
                ))

        return 2 * CAP + 7 * self._fresh, do  # a few openings where they are chosen, the last where they are shown

    def freezes(self, months: Sequence[int]) -> tuple[int, Callable[[], None]]:
        """What the recommended team, or else the best plan found, comes to if nobody may be recruited for a while."""

        def do() -> None:
            team, path = self._plan.recommended, self._plan.path
            known = team if team is not None or path is None else path.confirmed
            plan = known.plan if known is not None else path.plan if path is not None else Plan()
            if len(plan):
                found = freezes(
                    self._plan.question, plan, self._trials, months=months, attempt=FREEZE, futures=self._fresh,
                    known=known,
                )
                self._add(freezes=found)

        return len(months) * self._fresh, do

    def _binding(self) -> None:
        """Why no plan meets the targets, if none does: asked of the best plan that any part came to."""
        plan = self._plan
        if plan.recommended is not None:
            return
        path = plan.path or plan.within or self._of_structures()
        if path is not None:
            if not path.meets:
                self._bind(path.question, path.plan, path.scope)
        elif plan.sweeps:
            own = plan.question.scenario.hash
            tried = [one for one in plan.sweeps if one.question.scenario.hash == own] or plan.sweeps
            found = [
                (float(outcome.met()[:, one.question.at].mean()), -hires, one)
                for one in tried for hires, outcome in zip(one.counts, one.outcomes, strict=True)
            ]
            for one in tried:  # beyond the sweep fresh futures tell more than those of the search
                further = {count: float(outcome.met()[:, one.question.at].mean()) for count, outcome in one.probed}
                further |= {len(team.plan): team.chance for team in one.refused if len(team.plan) not in one.counts}
                found += [(chance, -count, one) for count, chance in further.items()]
            _, fewer, best = max(found, key=lambda entry: entry[:2])
            hires = max(-fewer, len(best.outcomes) - 1, best.most)
            scope = replace(
                plan.scope, roles=(best.step.who,), contracts=(best.step.contract,),
                supplements=(best.step.supplement,), moves=False, training=False, at_most=hires,
            )
            self._bind(best.question, Plan.of([best.step] * -fewer), scope)

    def _of_structures(self) -> Path | None:
        """What was found at the best arrangement of the own structure, or else of the first."""
        own = self._plan.question.scenario.hash
        found = self._plan.structures
        mine = [one for one in found if one.allocation.question.scenario.hash == own] or found
        return mine[0].best if mine else None

    def _bind(self, asked: Question, plan: Plan, scope: Scope) -> None:
        self._trials.foresee(LIFTED)
        self._add(binding=binding(asked, plan, self._trials, attempt=BINDING, scope=scope))
