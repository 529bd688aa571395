"""The hiring planner: asks every question there is about hires, and puts the answers together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from opmodel.hiring.asking.question import question
from opmodel.hiring.asking.scope import Scope, can_be_named, hires_of, lasting
from opmodel.hiring.parts import Part, Work, check
from opmodel.hiring.plan import HiringPlan
from opmodel.hiring.searching.sweep import SWEPT
from opmodel.hiring.trying.confirming import FUTURES
from opmodel.hiring.trying.trials import Store, Trials
from opmodel.hiring.weighing.timing import FREEZES
from opmodel.levers.catalogue import commonest_role
from opmodel.scenario.scenario import Scenario

if TYPE_CHECKING:
    from concurrent.futures import Executor


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
    team: str | None = None,
) -> HiringPlan:
    """How many people, of which role, where and by when, so that targets are met; at what cost, and how sure.

    The answer depends on the arguments up to ``seed`` (and on ``team``) alone: not on who simulates, nor on how often
    the study was interrupted.

    Args:
        scenario: the organisation as it is.
        roles: roles to sweep, each its own curve with each contract and supplement of the scope; default the one with
            most full-time posts.
        up_to: most hires of a sweep, 1 to 50. If none of these numbers is enough and all hires join one team, the
            smallest larger number up to four times as many is looked for by bisection.
        week: by when the targets are to be met.
        confidence: least chance of meeting all targets by then.
        targets: fields of ``targets`` to lay over the scenario's own.
        scope: what may be done; default hires of present roles with ordinary contracts.
        budget: pounds in a full year; adds the best plan within it.
        parts: what to work out. ``timing`` and ``freeze`` need the cheapest plan and look for it.
        each_structure: whether roles are swept under each structure, not only the scenario's own.
        freeze_months: lengths of a hiring freeze.
        replications: futures of each number of hires in a sweep, and of each skill's further practitioner.
        fresh: futures on which whatever is recommended is simulated again.
        seed: root of all draws.
        executor: any ``concurrent.futures.Executor``.
        store: keeps finished pieces, so that the study can be taken up again.
        on_progress: called with runs done and expected so far.
        on_partial: called with the plan after each part.
        should_stop: asked after every piece; True ends with the parts there are.
        team: the team that gets the hires of the sweep; default the role's next seat.

    Raises:
        ValueError: no target, or an argument that makes no sense; the text says which and what would.
        ScenarioError: a structure or a target does not fit the scenario.
    """
    asked = question(scenario, week=week, confidence=confidence, seed=seed, targets=targets)
    swept = tuple(dict.fromkeys(roles)) or (commonest_role(scenario),)
    scope = scope or Scope()
    check(
        scenario, roles=(*swept, *(scope.roles or ())), teams=(*(scope.teams or ()), *([team] if team else ())),
        parts=parts, up_to=up_to, futures=min(replications, fresh), budget=budget, freeze_months=freeze_months,
        at_most=scope.at_most,
    )
    if each_structure and team is not None:
        raise ValueError("each structure has teams of its own: name no team where every structure is swept")
    if team is not None and not can_be_named(team):
        raise ValueError(f"the structure merged the team '{team}', and no hire can be sent to it by name: name no team")
    if scenario.study.kind == "steady_state" and not lasting(scenario, scope):
        raise ValueError("contracts that end change nothing in the long run: allow one that does not")
    work = Work(
        HiringPlan(asked, scope, finished=False),
        Trials(executor=executor, store=store, on_progress=on_progress, should_stop=should_stop),
        fresh, on_partial,
    )
    pathed = bool({"path", "timing", "freeze"} & set(parts))
    wanted: list[tuple[int, Callable[[], None]]] = []
    if "sweep" in parts:
        hires = [step for role in swept for step in hires_of(asked.scenario, scope, role, team, week=asked.week)]
        wanted += [work.sweeps(step, n, up_to, each_structure, replications) for n, step in enumerate(hires)]
    if pathed:
        wanted.append(work.path(None))
    if budget is not None:
        wanted.append(work.path(budget))
    if "structures" in parts:
        wanted.append(work.structures())
    if "shadow" in parts:
        wanted.append(work.shadow(replications))
    if "timing" in parts:
        wanted.append(work.timing())
    if "freeze" in parts:
        wanted.append(work.freezes(freeze_months))
    work.carry_out(wanted)
    return work.ended()
