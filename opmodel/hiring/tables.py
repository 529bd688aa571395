"""The planner's results as tidy tables: raw numbers, shared by the page, the command and the CSV files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pandas as pd

from opmodel.comparison.intervals import wilson
from opmodel.hiring.establishment import establishment
from opmodel.hiring.timing import week_of
from opmodel.hiring.words import month_words, shown, steps_words
from opmodel.scenario.quantity import WEEKS_PER_YEAR

if TYPE_CHECKING:
    from opmodel.hiring.binding import Binding, Lifted
    from opmodel.hiring.confirming import Confirmed
    from opmodel.hiring.path import Path
    from opmodel.hiring.plan import HiringPlan
    from opmodel.hiring.steps import Plan
    from opmodel.hiring.timing import Timing

#: Columns of a mean and its 95 % interval are called so.
_ENDS = ("", "_low", "_high")


def figures(plan: HiringPlan) -> pd.DataFrame:
    """Every sweep: what each target comes to with 0, 1, 2, ... hires (columns: :meth:`Sweep.figures`)."""
    tables = [sweep.figures() for sweep in plan.sweeps]
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()


def chances(plan: HiringPlan) -> pd.DataFrame:
    """Every sweep: chance of meeting all targets by each week (columns: :meth:`Sweep.chances`)."""
    tables = [sweep.chances() for sweep in plan.sweeps]
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()


def bought(path: Path) -> pd.DataFrame:
    """One row for each step of the way, in the order in which they were taken.

    Columns: number (from 1), step (in words), kind, who, team, contract, skill, cost (pounds in a full year);
    backlog_days, backlog_days_low, backlog_days_high (days of effort by which the backlog is smaller, with its 95 %
    interval); in_time, in_time_low, in_time_high (by how much the in-time rate is higher); backlog_days_per_1000,
    points_per_1000 (days, and points of the in-time rate, for each £1,000 a year; NaN where it costs nothing);
    chance_before (NaN for the first), chance, chance_low, chance_high (of meeting all targets after it); others
    (candidates it was picked from), next_best (in words), sure (whether it was told apart from the others), together
    (whether it was taken with the step before or after it, as neither helps alone), kept (whether it is
    part of the plan in the end), n (futures of the search these figures rest on).
    """
    left = {step: count for step, count in path.plan.counts}
    rows, before = [], float("nan")
    for place, one in enumerate(path.bought, start=1):
        kept = left.get(one.step, 0) > 0
        left[one.step] = left.get(one.step, 0) - 1
        step = one.step
        rows.append({
            "number": place, "step": step.words, "kind": step.kind, "who": step.who, "team": step.team or "",
            "contract": step.contract if step.kind == "hire" else "", "skill": step.skill or "", "cost": one.cost,
            **_ends("backlog_days", one.backlog_days), **_ends("in_time", one.in_time),
            "backlog_days_per_1000": one.per_thousand[0], "points_per_1000": one.per_thousand[1],
            "chance_before": before, **_ends("chance", one.chance), "others": one.others,
            "next_best": "" if one.next_best is None else one.next_best.words, "sure": one.sure,
            "together": one.together, "kept": kept,
            "n": one.futures,
        })
        before = one.chance[0]
    columns = [
        "number", "step", "kind", "who", "team", "contract", "skill", "cost", *_named("backlog_days"),
        *_named("in_time"), "backlog_days_per_1000", "points_per_1000", "chance_before", *_named("chance"), "others",
        "next_best", "sure", "together", "kept", "n",
    ]
    return pd.DataFrame(rows, columns=columns)


def needed(plan: HiringPlan) -> pd.DataFrame:
    """What each structure needs, at its plain preset and at its own best arrangement: two rows for each.

    Columns: structure, arrangement (``plain`` or ``best``), settings (what the best one changes, in words), meets
    (whether a plan meets all targets on fresh futures), steps (number of hires, moves and trainings), hires, cost
    (pounds in a full year), what (the plan in words), chance, chance_low, chance_high (on fresh futures; NaN where no
    plan was tried), n, fewer_steps and saved (than the first structure's plain preset needs; NaN unless both meet the
    targets),
    chance_without (of the arrangement without any hire), ended (why the search ended), tried (settings tried).
    """
    rows: list[dict[str, Any]] = []
    for one in plan.structures:
        allocation = one.allocation
        for arrangement, path in (("plain", one.plain), ("best", one.best)):
            found, first = path.confirmed, plan.structures[0].plain
            both = path.meets and first.meets
            gained = allocation.gained.outcome if arrangement == "best" else allocation.gained.base
            settings = allocation.settings if arrangement == "best" else {}
            rows.append({
                "structure": allocation.name, "arrangement": arrangement,
                "settings": ", ".join(f"{key} {value}" for key, value in settings.items()), "meets": path.meets,
                "steps": len(path.plan), "hires": sum(c for s, c in path.plan.counts if s.kind == "hire"),
                "cost": path.cost, "what": "; ".join(steps_words(path.plan)), **_ends("chance", _chance(found)),
                "n": 0 if found is None else found.outcome.n,
                "fewer_steps": len(first.plan) - len(path.plan) if both else float("nan"),
                "saved": first.cost - path.cost if both else float("nan"),
                "chance_without": float(gained.met()[:, allocation.question.at].mean()), "ended": path.ended,
                "tried": allocation.tried,
            })
    columns = [
        "structure", "arrangement", "settings", "meets", "steps", "hires", "cost", "what", *_named("chance"), "n",
        "fewer_steps", "saved", "chance_without", "ended", "tried",
    ]
    return pd.DataFrame(rows, columns=columns)


def shadow(plan: HiringPlan) -> pd.DataFrame:
    """Backlog days removed by one more practitioner of each skill, the most first.

    Columns: skill, days, days_low, days_high (joint 95 % interval).
    """
    rows = [{"skill": skill, **_ends("days", found)} for skill, found in plan.shadow.items()]
    table = pd.DataFrame(rows, columns=["skill", *_named("days")])
    return table.sort_values("days", ascending=False, ignore_index=True)


def openings(timing: Timing) -> pd.DataFrame:
    """The latest opening of each vacancy that still meets the targets.

    Columns: step (in words), who, team, contract, count, month, week (of the opening), recruited, recruited_low,
    recruited_high (weeks from opening to the first day: the middle one of possible futures and the ends of four in
    five), ramped (further weeks to full pace), full_pace_week (opening, recruiting and ramp-up together), too_late,
    too_late_low, too_late_high (chance of meeting all targets if these alone open a month later still; NaN where that
    was not tried), latest (whether opening later is too late; False where even the last month would do).
    """
    rows = []
    for one in timing.openings:
        week = week_of(one.month)
        rows.append({
            "step": one.step.words, "who": one.step.who, "team": one.step.team or "", "contract": one.step.contract,
            "count": one.count, "month": one.month, "week": week, **_ends("recruited", one.recruited),
            "ramped": one.ramped, "full_pace_week": week + one.recruited[0] + one.ramped,
            **_ends("too_late", one.too_late or (float("nan"),) * 3), "latest": one.latest,
        })
    columns = [
        "step", "who", "team", "contract", "count", "month", "week", *_named("recruited"), "ramped", "full_pace_week",
        *_named("too_late"), "latest",
    ]
    return pd.DataFrame(rows, columns=columns)


def freezes(plan: HiringPlan) -> pd.DataFrame:
    """What a hiring freeze of so many months costs; the first row is no freeze.

    Columns: months, chance, chance_low, chance_high (of meeting all targets by the week asked for), n, backlog_days
    (days of effort by which the backlog is larger by then, with _low and _high), in_time (by how much the in-time rate
    is lower), saved (pounds a year not spent); 95 % intervals.
    """
    rows = [
        {"months": one.months, **_ends("chance", one.chance), "n": one.outcome.n,
         **_ends("backlog_days", one.backlog_days), **_ends("in_time", one.in_time), **_ends("saved", one.saved)}
        for one in plan.freezes
    ]
    columns = ["months", *_named("chance"), "n", *_named("backlog_days"), *_named("in_time"), *_named("saved")]
    return pd.DataFrame(rows, columns=columns)


def lifted(binding: Binding) -> pd.DataFrame:
    """The best plan found with one constraint lifted at a time; the first row lifts nothing but the number of people.

    Columns: name, constraint, remedy, chance, chance_low, chance_high (of meeting all targets), n, binds (whether the
    targets are met once it is lifted).
    """
    def row(one: Lifted, constraint: str, remedy: str) -> dict[str, Any]:
        return {"name": one.name, "constraint": constraint, "remedy": remedy, **_ends("chance", one.chance),
                "n": one.futures, "binds": one.binds}

    many = row(binding.unlimited, "the number of people, and their time to full pace",
               "many more people of every role, at work from the first day")
    rows = [many, *(row(one, one.constraint, one.remedy) for one in binding.lifted)]
    return pd.DataFrame(rows, columns=["name", "constraint", "remedy", *_named("chance"), "n", "binds"])


def met(plan: HiringPlan) -> pd.DataFrame:
    """Every team that was shown: its chance of meeting all targets by each week, in one table.

    Columns: part (``sweep``, ``smallest``, ``mix``, ``budget``, ``structure``, ``timing`` or ``freeze``), structure,
    what (the plan in words), people (hires), cost (pounds in a full year), week, month, chance, chance_low,
    chance_high, met_in, n, fresh (whether in futures that no search has seen), enough (whether the chance is at least
    the confidence asked for).
    """
    from opmodel.hiring.costs import plan_cost

    rows: list[dict[str, Any]] = []

    def add(part: str, structure: str, planned: Plan, outcome: Any, *, fresh: bool, cost: float | None = None) -> None:
        hires = sum(count for step, count in planned.counts if step.kind == "hire")
        cost = plan_cost(plan.question.scenario, planned) if cost is None else cost
        found = outcome.met().sum(axis=0)
        for k, week in enumerate(outcome.weeks):
            chance = float(found[k]) / outcome.n
            rows.append({
                "part": part, "structure": structure, "what": "; ".join(steps_words(planned)), "people": hires,
                "cost": cost, "week": week, "month": round(week * 12 / WEEKS_PER_YEAR),
                **_ends("chance", (chance, *wilson(int(found[k]), outcome.n))), "met_in": int(found[k]),
                "n": outcome.n, "fresh": fresh, "enough": chance >= plan.question.confidence,
            })

    for part, structure, planned, outcome, fresh in _teams(plan):
        add(part, structure, planned, outcome, fresh=fresh)
    columns = [
        "part", "structure", "what", "people", "cost", "week", "month", *_named("chance"), "met_in", "n", "fresh",
        "enough",
    ]
    return pd.DataFrame(rows, columns=columns)


def _teams(plan: HiringPlan) -> Iterator[tuple[str, str, Plan, Any, bool]]:
    """Part, structure, plan, outcome and whether on fresh futures of every team that was shown."""
    from opmodel.hiring.steps import Plan

    for sweep in plan.sweeps:
        for count, outcome in zip(sweep.counts, sweep.outcomes, strict=True):
            yield "sweep", sweep.name, Plan.of([sweep.step] * count), outcome, False
        if sweep.enough is not None:
            yield "smallest", sweep.name, sweep.enough.plan, sweep.enough.outcome, True
    for part, path in (("mix", plan.path), ("budget", plan.within)):
        if path is not None and path.confirmed is not None:
            yield part, "", path.confirmed.plan, path.confirmed.outcome, True
    for one in plan.structures:
        for path in dict.fromkeys((one.plain, one.best)) if one.plain is not one.best else (one.plain,):
            if path.confirmed is not None:
                yield "structure", one.allocation.name, path.plan, path.confirmed.outcome, True
    if plan.timing is not None:
        yield "timing", "", plan.timing.plan, plan.timing.confirmed.outcome, True
    if plan.path is not None:
        for freeze in plan.freezes:
            yield "freeze", "", plan.path.plan, freeze.outcome, True


def targets(found: Confirmed) -> pd.DataFrame:
    """Each target of a confirmed team by each week, with the team and without, on fresh futures.

    Columns: target (in words), name, metric, unit, week, month (in words), wanted, mean, low, high (95 % interval, NaN
    where some future did not reach it), met_in, met_without, n, not_reached.
    """
    import numpy as np

    from opmodel.comparison.intervals import estimate, half_width
    from opmodel.metrics.catalogue import METRICS

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


def every(plan: HiringPlan) -> dict[str, pd.DataFrame]:
    """All tables there are, by the name of their file."""
    found = {"sweep": figures(plan), "chances": met(plan), "structures": needed(plan), "shadow_price": shadow(plan)}
    if plan.path is not None:
        found["path"] = bought(plan.path)
    if plan.within is not None:
        found["path_within_budget"] = bought(plan.within)
    if plan.timing is not None:
        found["openings"] = openings(plan.timing)
    found["freezes"] = freezes(plan)
    if plan.binding is not None:
        found["constraints"] = lifted(plan.binding)
    team = shown(plan)
    if team is not None:
        found["targets"] = targets(team)
        found["establishment"] = establishment(team.question, team.plan)
    return {name: table for name, table in found.items() if len(table)}


def _chance(found: Confirmed | None) -> tuple[float, float, float]:
    return (float("nan"),) * 3 if found is None else (found.chance, *found.interval)


def _ends(name: str, found: tuple[float, float, float]) -> dict[str, float]:
    return {f"{name}{end}": float(value) for end, value in zip(_ENDS, found, strict=True)}


def _named(name: str) -> list[str]:
    return [f"{name}{end}" for end in _ENDS]
