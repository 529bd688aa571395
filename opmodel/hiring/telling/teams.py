"""Every team that the planner shows, as tidy tables: its chances, its targets, its cost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from opmodel.comparison.intervals import estimate, half_width, share_interval
from opmodel.hiring.asking.costs import plan_cost
from opmodel.hiring.asking.steps import Plan
from opmodel.hiring.telling.phrases import month_words, steps_words
from opmodel.hiring.trying.confirming import verdict_of
from opmodel.metrics.catalogue import METRICS

if TYPE_CHECKING:
    from opmodel.hiring.plan import HiringPlan
    from opmodel.hiring.trying.confirming import Confirmed
    from opmodel.hiring.trying.trials import Outcome

#: Columns of a mean and its 95 % interval are called so.
_ENDS = ("", "_low", "_high")


def met(plan: HiringPlan) -> pd.DataFrame:
    """Every team that was shown: its chance of meeting all targets by each week, in one table.

    Columns: part (``sweep``, ``smallest``, ``refused``, ``mix``, ``budget``, ``structure``, ``timing`` or ``freeze``),
    structure, what (the plan in words), people (hires), cost (pounds in a full year), week, month (in words), chance,
    chance_low, chance_high, met_in, n, fresh (whether in futures that no search has seen), reached (whether the
    share seen is at least the confidence asked for), told (``yes`` or ``no`` where the interval says whether the chance
    is, else ``cannot tell yet``).
    """
    rows: list[dict[str, Any]] = []

    def add(part: str, structure: str, planned: Plan, outcome: Outcome, *, fresh: bool) -> None:
        hires = sum(count for step, count in planned.counts if step.kind == "hire")
        cost = plan_cost(plan.question.scenario, planned)
        found = outcome.met().sum(axis=0)
        for k, week in enumerate(outcome.weeks):
            chance, low, high = share_interval(int(found[k]), outcome.n)
            least = plan.question.confidence
            rows.append({
                "part": part, "structure": structure, "what": "; ".join(steps_words(planned)), "people": hires,
                "cost": cost, "week": week, "month": month_words(week),
                **ends("chance", (chance, low, high)), "met_in": int(found[k]), "n": outcome.n, "fresh": fresh,
                "reached": chance >= least,
                "told": verdict_of((low, high), least),
            })

    for part, structure, planned, outcome, fresh in _teams(plan):
        add(part, structure, planned, outcome, fresh=fresh)
    columns = [
        "part", "structure", "what", "people", "cost", "week", "month", *named("chance"), "met_in", "n", "fresh",
        "reached", "told",
    ]
    return pd.DataFrame(rows, columns=columns)


def _teams(plan: HiringPlan) -> Iterator[tuple[str, str, Plan, Outcome, bool]]:
    """Part, structure, plan, outcome and whether on fresh futures of every team that was shown."""
    for sweep in plan.sweeps:
        for count, outcome in zip(sweep.counts, sweep.outcomes, strict=True):
            yield "sweep", sweep.name, Plan.of([sweep.step] * count), outcome, False
        if sweep.enough is not None:
            yield "smallest", sweep.name, sweep.enough.plan, sweep.enough.outcome, True
        for one in sweep.refused:
            yield "refused", sweep.name, one.plan, one.outcome, True
    for part, path in (("mix", plan.path), ("budget", plan.within)):
        if path is not None and path.confirmed is not None:
            yield part, "", path.confirmed.plan, path.confirmed.outcome, True
        for one in path.refused if path is not None else ():
            yield "refused", "", one.plan, one.outcome, True
    for needed in plan.structures:
        for path in (needed.plain,) if needed.plain is needed.best else (needed.plain, needed.best):
            if path.confirmed is not None:
                yield "structure", needed.allocation.name, path.plan, path.confirmed.outcome, True
    if plan.timing is not None:
        yield "timing", "", plan.timing.plan, plan.timing.confirmed.outcome, True
    frozen = plan.recommended.plan if plan.recommended is not None else plan.path.plan if plan.path else Plan()
    for freeze in plan.freezes:
        yield "freeze", "", frozen, freeze.outcome, True


def targets(found: Confirmed) -> pd.DataFrame:
    """Each target of a confirmed team by each week, with the team and without, on fresh futures.

    Columns: target (in words), name, metric, unit, week, month (in words), wanted, mean, low, high (95 % interval, NaN
    where some future did not reach it), met_in, met_without, n, not_reached.
    """
    rows = []
    for t, wanted in enumerate(found.outcome.wanted):
        metric, values = METRICS[wanted.metric], found.outcome.values[:, t]
        means = estimate(values)
        half = half_width(means)
        with_, without = wanted.met(values).sum(axis=0), wanted.met(found.base.values[:, t]).sum(axis=0)
        for k, week in enumerate(found.outcome.weeks):
            mean = float(means.mean[k])
            ends = metric.bounded(mean - half[k], mean + half[k])
            rows.append((
                wanted.words, wanted.name, wanted.metric, metric.unit, week, month_words(week), wanted.value, mean,
                *(float(end) if np.isfinite(end) else np.nan for end in ends), int(with_[k]), int(without[k]),
                found.outcome.n, int(means.unreached[k]),
            ))
    columns = [
        "target", "name", "metric", "unit", "week", "month", "wanted", "mean", "low", "high", "met_in", "met_without",
        "n", "not_reached",
    ]
    return pd.DataFrame(rows, columns=columns)


def team(found: Confirmed) -> pd.DataFrame:
    """One row for a team on fresh futures.

    Columns: what (the plan in words), steps, hires, cost (pounds in a full year's budget), spent, spent_low, spent_high
    (pounds a year more than without it in the simulation, over the whole study, with its 95 % interval; NaN of a single
    future), chance, chance_low, chance_high, met_in, n, chance_without, verdict (whether the chance is as high as asked
    for, as far as the interval tells), fresh_seed.
    """
    more = found.spent if found.outcome.n > 1 else (float("nan"),) * 3
    return pd.DataFrame([{
        "what": "; ".join(steps_words(found.plan)), "steps": len(found.plan),
        "hires": sum(count for step, count in found.plan.counts if step.kind == "hire"),
        "cost": plan_cost(found.question.scenario, found.plan), **ends("spent", more),
        **ends("chance", (found.chance, *found.interval)), "met_in": found.met_in, "n": found.outcome.n,
        "chance_without": float(found.base.met()[:, found.question.at].mean()), "verdict": found.verdict,
        "fresh_seed": found.seed,
    }])


def ends(name: str, found: tuple[float, float, float]) -> dict[str, float]:
    """A mean and its interval as columns."""
    return {f"{name}{end}": float(value) for end, value in zip(_ENDS, found, strict=True)}


def named(name: str) -> list[str]:
    """The names of these columns."""
    return [f"{name}{end}" for end in _ENDS]
