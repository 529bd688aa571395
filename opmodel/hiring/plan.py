"""The hiring planner: asks every question there is about hires, and puts the answers together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from typing import TYPE_CHECKING, Any, Literal, get_args

from opmodel.comparison.structures import structures_of
from opmodel.gap import marginal_gap
from opmodel.hiring.allocation import Needed, per_structure
from opmodel.hiring.binding import Binding, binding
from opmodel.hiring.confirming import FUTURES, Confirmed
from opmodel.hiring.path import Path, cheapest
from opmodel.hiring.question import Question, question
from opmodel.hiring.scope import Scope
from opmodel.hiring.steps import Plan, Step
from opmodel.hiring.sweep import SWEPT, Sweep, sweep
from opmodel.hiring.timing import FREEZES, Freeze, Timing, freezes, timing
from opmodel.hiring.trials import StoppedError, Store, Trials
from opmodel.levers.catalogue import commonest_role
from opmodel.provenance import provenance
from opmodel.scenario.scenario import Scenario

if TYPE_CHECKING:
    from concurrent.futures import Executor

Part = Literal["sweep", "path", "structures", "shadow", "timing", "freeze"]
#: Fresh futures of each part are numbered from here, so that none shares its own with another.
SWEEPS, PATH, BUDGET, TIMING, FREEZE, BINDING, STRUCTURES = 0, 1000, 2000, 3000, 4000, 5000, 10_000


@dataclass(frozen=True, repr=False)
class HiringPlan:
    """What the planner found. Every figure that is recommended rests on fresh futures."""

    question: Question
    scope: Scope
    sweeps: tuple[Sweep, ...] = ()
    """0, 1, 2, ... hires of each role asked for."""
    path: Path | None = None
    """The cheapest way to meet all targets."""
    within: Path | None = None
    """The best that can be done within the budget."""
    structures: tuple[Needed, ...] = ()
    """What each structure needs."""
    shadow: Mapping[str, tuple[float, float, float]] = field(default_factory=dict)
    """Backlog days removed by one more practitioner of each skill, with joint 95 % intervals."""
    timing: Timing | None = None
    """When each vacancy must open."""
    freezes: tuple[Freeze, ...] = ()
    """What a hiring freeze costs."""
    binding: Binding | None = None
    """Why no plan meets the targets, if none does."""
    finished: bool = True
    """Whether all that was asked for is there; False if it was stopped."""
    provenance: Mapping[str, Any] = field(default_factory=dict)
    """Scenario hash, seed, versions, runs, date."""

    @property
    def recommended(self) -> Confirmed | None:
        """The team that is recommended: the cheapest that holds on fresh futures; None if there is none."""
        for path in (self.path, self.within):
            if path is not None and path.meets:
                return path.confirmed
        held = [s.confirmed for s in self.sweeps if s.confirmed is not None]
        return held[0] if held and self.path is None and self.within is None else None


def plan_hiring(
    scenario: Scenario,
    *,
    roles: Sequence[str] = (),
    up_to: int = 10,
    week: int = 52,
    confidence: float = 0.9,
    targets: Mapping[str, Any] | None = None,
    scope: Scope | None = None,
    budget: float | None = None,
    parts: Sequence[Part] = ("sweep", "path"),
    each_structure: bool = False,
    freeze_months: Sequence[int] = FREEZES,
    replications: int = SWEPT,
    fresh: int = FUTURES,
    seed: int = 1,
    executor: Executor | None = None,
    store: Store | None = None,
    on_progress: Callable[[int, int], None] | None = None,
    on_partial: Callable[[HiringPlan], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> HiringPlan:
    """How many people, of which role, where and by when, so that targets are met; at what cost, and how sure.

    Args:
        scenario: the organisation as it is.
        roles: roles to sweep, each its own curve; default the one with most full-time posts.
        up_to: most hires of a sweep.
        week: by when the targets are to be met.
        confidence: least chance of meeting all targets by then.
        targets: fields of ``targets`` to lay over the scenario's own.
        scope: what may be done; default hires of present roles with ordinary contracts.
        budget: pounds in a full year; adds the best plan within it.
        parts: what to work out.
        each_structure: whether roles are swept under each structure, not only the scenario's own.
        freeze_months: lengths of a hiring freeze.
        replications: futures of each number of hires in a sweep.
        fresh: futures on which whatever is recommended is simulated again.
        seed: root of all draws.
        executor: any ``concurrent.futures.Executor``.
        store: keeps finished pieces, so that the study can be taken up again.
        on_progress: called with runs done and expected so far.
        on_partial: called with the plan after each part.
        should_stop: asked after every piece; True ends with the parts there are.

    Raises:
        ValueError: no target, or a week, role, part or confidence that makes no sense.
        ScenarioError: a structure or a target does not fit the scenario.
    """
    asked = question(scenario, week=week, confidence=confidence, seed=seed, targets=targets)
    unknown = [role for role in roles if role not in scenario.roles] + [p for p in parts if p not in get_args(Part)]
    if unknown:
        raise ValueError(f"there is no role or part '{unknown[0]}' (roles: {', '.join(scenario.roles)})")
    work = _Work(
        HiringPlan(asked, scope or Scope(), finished=False),
        Trials(executor=executor, store=store, on_progress=on_progress, should_stop=should_stop),
        fresh, on_partial,
    )
    try:
        if "sweep" in parts:
            work.sweeps(tuple(roles) or (commonest_role(scenario),), up_to, each_structure, replications)
        if "path" in parts or {"timing", "freeze"} & set(parts):
            work.path(budget)
        if "structures" in parts:
            work.structures()
        if "shadow" in parts:
            work.shadow(executor, on_progress, should_stop)
        if "timing" in parts:
            work.timing()
        if "freeze" in parts:
            work.freezes(freeze_months)
        work.binding()
        work.add(finished=True)
    except StoppedError:
        pass
    return work.ended()


class _Work:
    """The parts of a study one after the other; what is there so far is always a plan."""

    def __init__(
        self, plan: HiringPlan, trials: Trials, fresh: int, on_partial: Callable[[HiringPlan], None] | None
    ) -> None:
        self._plan, self._trials, self._fresh, self._on_partial = plan, trials, fresh, on_partial

    def add(self, **found: Any) -> None:
        """Take in the result of a part."""
        self._plan = replace(self._plan, **found)
        if self._on_partial is not None:
            self._on_partial(self.ended())

    def ended(self) -> HiringPlan:
        """The plan so far with what it rests on."""
        asked = self._plan.question
        facts = provenance({"": asked.scenario}, asked.seed, self._plan_futures())
        return replace(self._plan, provenance={**facts, "runs": self._trials.done})

    def _plan_futures(self) -> int:
        found = self._plan.recommended
        return 0 if found is None else found.outcome.n

    def sweeps(self, roles: Sequence[str], up_to: int, each_structure: bool, futures: int) -> None:
        """Sweep each role under the scenario's own structure, or under each."""
        asked = self._plan.question
        known = structures_of(asked.scenario) if each_structure else {"": asked.scenario}
        self._trials.expect(len(roles) * len(known) * (up_to + 1) * futures)
        for number, (role, (name, scenario)) in enumerate(product(roles, known.items())):
            found = sweep(
                asked.under(scenario), Step("hire", role), up_to, self._trials, name=name, futures=futures,
                fresh=self._fresh, attempt=SWEEPS + 10 * number,
            )
            self.add(sweeps=(*self._plan.sweeps, found))

    def path(self, budget: float | None) -> None:
        """The cheapest plan, and the best within a budget."""
        asked, scope = self._plan.question, self._plan.scope
        self.add(path=cheapest(asked, scope, self._trials, futures=self._fresh, attempt=PATH))
        if budget is not None:
            found = cheapest(asked, scope, self._trials, budget=budget, futures=self._fresh, attempt=BUDGET)
            self.add(within=found)

    def structures(self) -> None:
        """What each structure needs."""
        for found in per_structure(
            self._plan.question, self._plan.scope, self._trials, futures=self._fresh, attempt=STRUCTURES
        ):
            self.add(structures=(*self._plan.structures, found))

    def shadow(
        self, executor: Executor | None, on_progress: Callable[[int, int], None] | None,
        should_stop: Callable[[], bool] | None,
    ) -> None:
        """Backlog days removed by one more practitioner of each skill."""
        asked = self._plan.question
        self.add(shadow=marginal_gap(
            asked.scenario, seed=asked.seed, executor=executor, on_progress=on_progress, should_stop=should_stop
        ))

    def timing(self) -> None:
        """When each vacancy of the cheapest plan must open."""
        path = self._plan.path
        if path is not None and path.meets and len(path.plan):
            found = timing(path.question, path.plan, self._trials, attempt=TIMING, futures=self._fresh)
            self.add(timing=found)

    def freezes(self, months: Sequence[int]) -> None:
        """What the cheapest plan comes to if nobody may be recruited for a while."""
        path = self._plan.path
        if path is not None and len(path.plan):
            self.add(freezes=freezes(
                path.question, path.plan, self._trials, months=months, attempt=FREEZE, futures=self._fresh
            ))

    def binding(self) -> None:
        """Why no plan meets the targets, if none does."""
        plan = self._plan
        if plan.recommended is not None:
            return
        if plan.path is not None:
            self.add(binding=binding(plan.question, plan.path.plan, self._trials, attempt=BINDING))
        elif plan.sweeps:
            last = plan.sweeps[-1]
            most = Plan.of([last.step] * (len(last.outcomes) - 1))
            self.add(binding=binding(last.question, most, self._trials, attempt=BINDING))
