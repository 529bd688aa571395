"""The parts of a hiring study, one after the other, each with about how much work it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal, get_args

from opmodel.comparison.structures import structures_of
from opmodel.flow.seating import seating
from opmodel.gap import marginal_gap
from opmodel.hiring.asking.scope import Scope, steps_of
from opmodel.hiring.asking.steps import Plan, Step
from opmodel.hiring.searching.bisection import beyond
from opmodel.hiring.searching.path import cheapest
from opmodel.hiring.searching.procedures import CAP
from opmodel.hiring.searching.sweep import sweeps
from opmodel.hiring.trying.trials import StoppedError, Trials
from opmodel.hiring.weighing.allocation import SETTINGS, per_structure
from opmodel.hiring.weighing.binding import binding
from opmodel.hiring.weighing.timing import freezes, timing
from opmodel.provenance import provenance
from opmodel.scenario.scenario import Scenario

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from opmodel.hiring.plan import HiringPlan

Part = Literal["sweep", "path", "structures", "shadow", "timing", "freeze"]
#: Fresh futures of each part are numbered from here, so that none shares its own with another.
SWEEPS, PATH, BUDGET, TIMING, FREEZE, BINDING, STRUCTURES = 100_000, 1000, 2000, 3000, 4000, 5000, 10_000
#: Sets of fresh futures for each role swept, and where among them those of numbers beyond the sweep begin.
A_ROLE, BEYOND = 200, 100
#: Most hires of a sweep, and fewest futures that say anything.
WIDEST, FEWEST = 50, 10
#: Futures of each skill's practitioner for the shadow price.
SHADOW = 20
#: About how many runs it takes to see which constraint binds.
LIFTED = 1200


def check(
    scenario: Scenario, *, roles: Sequence[str], teams: Sequence[str], parts: Sequence[str], up_to: int, futures: int,
    budget: float | None, freeze_months: Sequence[int],
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
    if futures < FEWEST:
        raise ValueError(f"fewer than {FEWEST} futures say next to nothing (got {futures})")
    if budget is not None and not budget > 0.0:
        raise ValueError(f"a budget is pounds a year above 0 (got {budget:g})")
    if any(months < 0 for months in freeze_months):
        raise ValueError(f"a hiring freeze lasts 0 months or more (got {min(freeze_months)})")
    if scenario.study.kind == "steady_state" and {"timing", "freeze"} & set(parts):
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

    def carry_out(self, parts: Sequence[tuple[int, Callable[[], None]]]) -> None:
        """Work out each part, until all are there or the visitor wants no more.

        Args:
            parts: about how many runs each takes, and what does it.
        """
        ahead = sum(runs for runs, _ in parts)
        self._trials.expect(ahead)
        try:
            for runs, do in parts:
                do()
                ahead -= runs
                # What the part took more or less than was expected of it is put right.
                self._trials.expect(ahead - (self._trials.expected - self._trials.done))
            self._binding()
            self._add(finished=True)
        except StoppedError:
            pass

    def ended(self) -> HiringPlan:
        """The plan so far with what it rests on."""
        asked, found = self._plan.question, self._plan.recommended
        facts = provenance({"": asked.scenario}, asked.seed, 0 if found is None else found.outcome.n)
        return replace(self._plan, provenance={**facts, "runs": self._trials.done})

    def _add(self, **found: Any) -> None:
        self._plan = replace(self._plan, **found)
        if self._on_partial is not None:
            self._on_partial(self.ended())

    def sweeps(
        self, role: str, number: int, team: str | None, up_to: int, each_structure: bool, futures: int
    ) -> tuple[int, Callable[[], None]]:
        """Sweep a role under the scenario's own structure, or under each."""
        asked, attempt = self._plan.question, SWEEPS + A_ROLE * number
        known = structures_with_own(asked.scenario) if each_structure else {"": asked.scenario}

        def do() -> None:
            under = {name: asked.under(scenario) for name, scenario in known.items()}
            found = sweeps(
                under, Step("hire", role, team), up_to, self._trials, futures=futures, fresh=self._fresh,
                attempt=attempt,
            )
            found = [beyond(one, self._trials, fresh=self._fresh, attempt=attempt + BEYOND) for one in found]
            self._add(sweeps=(*self._plan.sweeps, *found))

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
            found = cheapest(asked, scope, self._trials, budget=budget, futures=self._fresh, attempt=attempt)
            self._add(**{"path" if budget is None else "within": found})

        return self._path_runs(), do

    def _path_runs(self) -> int:
        """A path of a few steps, each picked from all candidates, most of which are dropped early; then a look back."""
        candidates = len(steps_of(self._plan.question.scenario, self._plan.scope))
        return 3 * (15 * candidates + CAP) + 2 * self._fresh

    def structures(self) -> tuple[int, Callable[[], None]]:
        """What each structure needs."""
        asked, scope = self._plan.question, self._plan.scope

        def do() -> None:
            for found in per_structure(asked, scope, self._trials, futures=self._fresh, attempt=STRUCTURES):
                self._add(structures=(*self._plan.structures, found))

        each = 2 * self._path_runs() + 20 * SETTINGS + 2 * self._fresh
        return len(structures_of(asked.scenario)) * each, do

    def shadow(
        self, executor: Executor | None, on_progress: Callable[[int, int], None] | None,
        should_stop: Callable[[], bool] | None,
    ) -> tuple[int, Callable[[], None]]:
        """Backlog days removed by one more practitioner of each skill."""
        asked, trials = self._plan.question, self._trials
        futures = 0

        def tell(done: int, of: int) -> None:
            nonlocal futures
            futures = done
            if on_progress is not None:
                on_progress(trials.done, max(trials.done, trials.expected))

        def do() -> None:
            found = marginal_gap(
                asked.scenario, replications=SHADOW, seed=asked.seed, executor=executor, on_progress=tell,
                should_stop=should_stop,
            )
            if futures < SHADOW:
                raise StoppedError
            self._add(shadow=found, shadow_futures=futures)

        return 0, do  # not simulated by trials, and soon done beside the rest

    def timing(self) -> tuple[int, Callable[[], None]]:
        """When each vacancy of the recommended team must open."""

        def do() -> None:
            team = self._plan.recommended
            if team is not None and len(team.plan):
                self._add(timing=timing(team.question, team.plan, self._trials, attempt=TIMING, futures=self._fresh))

        return 2 * CAP + 2 * self._fresh, do

    def freezes(self, months: Sequence[int]) -> tuple[int, Callable[[], None]]:
        """What the recommended team, or else the best plan found, comes to if nobody may be recruited for a while."""

        def do() -> None:
            team, path = self._plan.recommended, self._plan.path
            plan = team.plan if team is not None else path.plan if path is not None else Plan()
            if len(plan):
                found = freezes(
                    self._plan.question, plan, self._trials, months=months, attempt=FREEZE, futures=self._fresh
                )
                self._add(freezes=found)

        return len(months) * self._fresh, do

    def _binding(self) -> None:
        """Why no plan meets the targets, if none does."""
        plan = self._plan
        if plan.recommended is not None:
            return
        self._trials.expect(LIFTED)
        if plan.path is not None:
            self._add(binding=binding(
                plan.question, plan.path.plan, self._trials, attempt=BINDING, scope=plan.scope
            ))
        elif plan.sweeps:
            own = plan.question.scenario.hash
            tried = [one for one in plan.sweeps if one.question.scenario.hash == own] or plan.sweeps
            best = max(tried, key=lambda one: float(one.outcomes[-1].met()[:, one.question.at].mean()))
            hires = len(best.outcomes) - 1
            scope = Scope((best.step.who,), plan.scope.teams, at_most=hires, each_at_most=hires)
            most = Plan.of([best.step] * hires)
            self._add(binding=binding(best.question, most, self._trials, attempt=BINDING, scope=scope))
