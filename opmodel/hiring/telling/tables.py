"""The planner's results as tidy tables: raw numbers, shared by the page, the command and the CSV files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from opmodel.hiring.telling.establishment import establishment
from opmodel.hiring.telling.found import shown, strayed, way_of
from opmodel.hiring.telling.phrases import month_words, steps_words
from opmodel.hiring.telling.teams import ends, met, named, targets, team

if TYPE_CHECKING:
    from opmodel.hiring.plan import HiringPlan
    from opmodel.hiring.searching.buying import Bought
    from opmodel.hiring.searching.path import Path
    from opmodel.hiring.searching.sweep import Sweep
    from opmodel.hiring.weighing.binding import Binding, Lifted
    from opmodel.hiring.weighing.timing import Timing


def figures(plan: HiringPlan) -> pd.DataFrame:
    """Every sweep: what each target comes to with 0, 1, 2, ... hires (columns: :meth:`Sweep.figures`)."""
    tables = [sweep.figures() for sweep in plan.sweeps]
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()


def chances(plan: HiringPlan) -> pd.DataFrame:
    """Every sweep: chance of meeting all targets by each week (columns: :func:`chances_of`)."""
    tables = [chances_of(sweep) for sweep in plan.sweeps]
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()


def chances_of(sweep: Sweep) -> pd.DataFrame:
    """One sweep: chance of meeting all targets by each week.

    Columns: those of :meth:`Sweep.chances`, with the month in words and the interval as chance_low and chance_high, as
    in every other table.
    """
    table = sweep.chances().rename(columns={"low": "chance_low", "high": "chance_high"})
    table.insert(list(table.columns).index("week") + 1, "month", [month_words(week) for week in table["week"]])
    return table


def bought(path: Path) -> pd.DataFrame:
    """One row for each step that the search took, in its order, those taken away again among them.

    Columns: number (from 1), step (in words), kind, who, team, contract, skill, cost (pounds in a full year);
    backlog_days, backlog_days_low, backlog_days_high (days of effort by which the backlog is smaller, with its 95 %
    interval); in_time, in_time_low, in_time_high (by how much the in-time rate is higher); backlog_days_per_1000,
    points_per_1000 (days, and points of the in-time rate, for each £1,000 a year; NaN where it costs nothing);
    chance_before (NaN for the first), chance, chance_low, chance_high (of meeting all targets after it); others
    (candidates it was picked from), next_best (in words), sure (whether it was told apart from the others), together
    (whether it was taken with the step before or after it, as neither helps alone), why (it was taken, in words), kept
    (whether it is part of the plan in the end), n (futures these figures rest on).
    """
    return _taken(path, path.bought)


def way(path: Path) -> pd.DataFrame:
    """The plan that is left in the end, step by step: what each buys on top of those before it.

    Columns: those of :func:`bought`.
    """
    return _taken(path, way_of(path))


def _taken(path: Path, steps: Sequence[Bought]) -> pd.DataFrame:
    left = {step: count for step, count in path.plan.counts}
    rows, before = [], float("nan")
    for place, one in enumerate(steps, start=1):
        kept = left.get(one.step, 0) > 0
        left[one.step] = left.get(one.step, 0) - 1
        step = one.step
        rows.append({
            "number": place, "step": step.words, "kind": step.kind, "who": step.who, "team": step.team or "",
            "contract": step.contract if step.kind == "hire" else "", "skill": step.skill or "", "cost": one.cost,
            **ends("backlog_days", one.backlog_days), **ends("in_time", one.in_time),
            "backlog_days_per_1000": one.per_thousand[0], "points_per_1000": one.per_thousand[1],
            "chance_before": before, **ends("chance", one.chance), "others": one.others,
            "next_best": "" if one.next_best is None else one.next_best.words, "sure": one.sure,
            "together": one.together, "why": one.why, "kept": kept, "n": one.futures,
        })
        before = one.chance[0]
    columns = [
        "number", "step", "kind", "who", "team", "contract", "skill", "cost", *named("backlog_days"),
        *named("in_time"), "backlog_days_per_1000", "points_per_1000", "chance_before", *named("chance"), "others",
        "next_best", "sure", "together", "why", "kept", "n",
    ]
    return pd.DataFrame(rows, columns=columns)


def needed(plan: HiringPlan) -> pd.DataFrame:
    """What each structure needs, at its plain preset and at its own best arrangement: two rows for each.

    Columns: structure, arrangement (``plain`` or ``best``), settings (what the best one changes, in words), meets
    (whether a plan meets all targets on fresh futures), steps (number of hires, moves and trainings), hires, cost
    (pounds in a full year), what (the plan in words), chance, chance_low, chance_high (on fresh futures; NaN where no
    plan was tried), n, chance_without (of the arrangement without any hire), ended (why the search ended), tried
    (settings tried). What a structure is worth beside another: :func:`worth`.
    """
    rows: list[dict[str, Any]] = []
    for one in plan.structures:
        allocation = one.allocation
        for arrangement, path in (("plain", one.plain), ("best", one.best)):
            found = path.confirmed
            gained = allocation.gained.outcome if arrangement == "best" else allocation.gained.base
            settings = allocation.words if arrangement == "best" else ()
            rows.append({
                "structure": allocation.name, "arrangement": arrangement,
                "settings": "; ".join(settings), "meets": path.meets,
                "steps": len(path.plan), "hires": sum(c for s, c in path.plan.counts if s.kind == "hire"),
                "cost": path.cost, "what": "; ".join(steps_words(path.plan)),
                **ends("chance", (float("nan"),) * 3 if found is None else (found.chance, *found.interval)),
                "n": 0 if found is None else found.outcome.n,
                "chance_without": float(gained.met()[:, allocation.question.at].mean()), "ended": path.ended,
                "tried": allocation.tried,
            })
    columns = [
        "structure", "arrangement", "settings", "meets", "steps", "hires", "cost", "what", *named("chance"), "n",
        "chance_without", "ended", "tried",
    ]
    return pd.DataFrame(rows, columns=columns)


def worth(plan: HiringPlan) -> pd.DataFrame:
    """What each structure is worth beside the first, each at its own best arrangement.

    Columns: structure, reference, meets, reference_meets (whether a plan meets all targets under it), verdict
    (``cheaper``, ``dearer``, ``as much`` or ``cannot tell``; ``neither meets`` where there is nothing to compare),
    fewer_steps, saved (pounds a year; NaN unless both meet the targets), money (pounds a year that both may spend in
    the comparison; NaN unless both meet the targets), cost, reference_cost (pounds a year of the plans compared),
    ahead, ahead_low, ahead_high (by how much its chance of meeting all targets is higher then, with the 95 % interval
    of the paired difference), n (fresh futures).
    """
    nothing = float("nan")
    first = bool(plan.structures) and plan.structures[0].best.meets
    rows = [
        {"structure": found.name, "reference": found.reference, "meets": one.best.meets, "reference_meets": first,
         "verdict": found.verdict,
         "fewer_steps": nothing if found.fewer is None else found.fewer,
         "saved": nothing if found.saved is None else found.saved,
         "money": nothing if found.money is None else found.money,
         **dict(zip(("cost", "reference_cost"), found.costs or (nothing, nothing), strict=True)),
         **ends("ahead", found.ahead), "n": found.futures}
        for one, found in ((one, one.worth) for one in plan.structures) if found is not None
    ]
    columns = [
        "structure", "reference", "meets", "reference_meets", "verdict", "fewer_steps", "saved", "money", "cost",
        "reference_cost", *named("ahead"), "n",
    ]
    return pd.DataFrame(rows, columns=columns)


def shadow(plan: HiringPlan) -> pd.DataFrame:
    """Backlog days removed by one more practitioner of each skill, the most first.

    Columns: skill, days, days_low, days_high (joint 95 % interval).
    """
    rows = [{"skill": skill, **ends("days", found)} for skill, found in plan.shadow.items()]
    table = pd.DataFrame(rows, columns=["skill", *named("days")])
    return table.sort_values("days", ascending=False, ignore_index=True)


def openings(timing: Timing) -> pd.DataFrame:
    """The latest opening found of each vacancy that still meets the targets.

    Columns: step (in words), who, team, contract, count, month, week (of the opening), recruited, recruited_low,
    recruited_high (weeks from opening to the first day: the middle one of possible futures and the ends of four in
    five), ramped (further weeks to full pace), full_pace_week (opening, recruiting and ramp-up together), too_late,
    too_late_low, too_late_high (chance of meeting all targets if these alone open a month later still, in futures that
    no choice of openings saw; NaN where that was not tried), latest (whether opening a month later was shown to be too
    late).
    """
    rows = []
    for one in timing.openings:
        rows.append({
            "step": one.step.words, "who": one.step.who, "team": one.step.team or "", "contract": one.step.contract,
            "count": one.count, "month": one.month, "week": one.week, **ends("recruited", one.recruited),
            "ramped": one.ramped, "full_pace_week": one.week + one.recruited[0] + one.ramped,
            **ends("too_late", one.too_late or (float("nan"),) * 3), "latest": one.latest,
        })
    columns = [
        "step", "who", "team", "contract", "count", "month", "week", *named("recruited"), "ramped", "full_pace_week",
        *named("too_late"), "latest",
    ]
    return pd.DataFrame(rows, columns=columns)


def freezes(plan: HiringPlan) -> pd.DataFrame:
    """What a hiring freeze of so many months costs; the first row is no freeze.

    Columns: months, chance, chance_low, chance_high (of meeting all targets by the week asked for), lost (by how much
    that is lower than without a freeze, future by future, with _low and _high), n, backlog_days (days of effort by
    which the backlog is larger by then, likewise), in_time (by how much the in-time rate is lower), saved (pounds a
    year not spent); 95 % intervals.
    """
    rows = [
        {"months": one.months, **ends("chance", one.chance), **ends("lost", one.lost), "n": one.outcome.n,
         **ends("backlog_days", one.backlog_days), **ends("in_time", one.in_time), **ends("saved", one.saved)}
        for one in plan.freezes
    ]
    columns = [
        "months", *named("chance"), *named("lost"), "n", *named("backlog_days"), *named("in_time"), *named("saved"),
    ]
    return pd.DataFrame(rows, columns=columns)


def lifted(binding: Binding) -> pd.DataFrame:
    """The best plan found with one constraint lifted at a time; the first row lifts nothing but the number of people.

    Columns: name, constraint, remedy (what would have to change, if it binds; else empty), chance, chance_low,
    chance_high (of meeting all targets), n, binds (whether it is shown that the targets are met once it is lifted),
    open (whether that cannot be told).
    """
    def row(one: Lifted, constraint: str, remedy: str) -> dict[str, Any]:
        return {"name": one.name, "constraint": constraint, "remedy": remedy if one.binds else "",
                **ends("chance", one.chance), "n": one.futures, "binds": one.binds, "open": one.open}

    many = row(binding.unlimited, "the number of people, and their time to full pace",
               "many more people of every role, at work from the first day")
    rows = [many, *(row(one, one.constraint, one.remedy) for one in binding.lifted)]
    return pd.DataFrame(rows, columns=["name", "constraint", "remedy", *named("chance"), "n", "binds", "open"])


def every(plan: HiringPlan) -> dict[str, pd.DataFrame]:
    """All tables there are, by the name of their file."""
    found = {"sweep": figures(plan), "teams": met(plan), "structures": needed(plan),
             "structures_worth": worth(plan), "shadow_price": shadow(plan)}
    for name, path in (("path", plan.path), ("path_within_budget", plan.within)):
        if path is not None:
            found[name] = way(path)
            if strayed(path):
                found[f"{name}_search"] = bought(path)
    if plan.timing is not None:
        found["openings"] = openings(plan.timing)
    found["freezes"] = freezes(plan)
    if plan.binding is not None:
        found["constraints"] = lifted(plan.binding)
    best = shown(plan)
    if best is not None:
        found |= {"team": team(best), "targets": targets(best),
                  "establishment": establishment(best.question, best.plan)}
    return {name: table for name, table in found.items() if len(table)}
