"""A hiring plan as paragraphs and tables for people, no wider than 100 columns."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from opmodel.cli.hiring_details import Row, as_list, chance, details, gain, records, short, wrapped
from opmodel.cli.tables import Block, Table
from opmodel.scenario.problems import seen
from opmodel.wording import plain_figure, with_interval

if TYPE_CHECKING:
    from opmodel.hiring.plan import HiringPlan
    from opmodel.hiring.searching.path import Path
    from opmodel.hiring.searching.sweep import Sweep
    from opmodel.hiring.trying.confirming import Confirmed


def blocks(plan: HiringPlan) -> list[Block]:
    """Everything a reader at a terminal needs: the answer first, what it rests on last."""
    from opmodel.hiring.telling.caveats import notes
    from opmodel.hiring.telling.found import shown
    from opmodel.hiring.telling.phrases import asked_for, rests_on
    from opmodel.hiring.telling.searches import way_title
    from opmodel.hiring.telling.words import answer

    question = plan.question
    asked = f"{seen(question.scenario.name)}: {asked_for(question)}."
    found: list[Block] = [wrapped(asked), as_list("Answer", answer(plan))]
    team = shown(plan)
    if team is not None:
        if len(team.plan):
            found.append(_establishment(team))
        found.append(_targets(team))
    for sweep in plan.sweeps:
        found += _sweep(sweep)
    if plan.path is not None:
        found += _path(plan.path, way_title(plan))
    if plan.within is not None and (plan.path is None or plan.within.bought != plan.path.bought):
        found += _path(plan.within, "The way within the budget")
    found += details(plan)
    found.append(as_list("Mind", notes(plan)))
    found.append(f"Provenance: {rests_on(plan)}")
    return found


# -- the team -------------------------------------------------------------------------------------


def _establishment(team: Confirmed) -> Table:
    from opmodel.hiring.telling.establishment import establishment
    from opmodel.hiring.telling.phrases import pounds

    rows = []
    temporary = False
    for row in records(establishment(team.question, team.plan)):
        temporary = temporary or bool(row["temporary"])
        rows.append((
            short(row["team"], 30), short(row["role"].replace("_", " "), 24), str(row["today"]), str(row["planned"]),
            f"{row['change']:+d}" if row["change"] else "", str(row["temporary"] or ""),
            pounds(row["cost"]) if row["cost"] else "", row["contract"],
        ))
    columns = ("team", "role", "today", "planned", "change", "temporary", "added a year", "contract")
    kept = [k for k, name in enumerate(columns) if (name != "temporary" or temporary)
            and (name != "contract" or any(row[k] for row in rows))]
    return Table(
        "Establishment, in posts", [columns[k] for k in kept], [[row[k] for k in kept] for row in rows], left=2,
        note="temporary: people who leave again, beside the establishment." if temporary else "",
    )


def _targets(team: Confirmed) -> Table:
    from opmodel.hiring.telling.phrases import by_when
    from opmodel.hiring.telling.teams import targets

    question = team.question
    rows = []
    for row in records(targets(team)):
        if row["week"] == question.week:
            rows.append((short(row["target"], 52), _figure(row), f"{row['met_in']}", f"{row['met_without']}"))
    return Table(
        f"Each target {by_when(question)}, in {team.outcome.n} fresh futures",
        ("target", "with the team", "futures\nthat meet it", "without\nthe team"), rows,
        note="Mean with 95 % interval, in the unit of the target.",
    )


def _figure(row: Row) -> str:
    if row["not_reached"]:
        return f"not reached in {row['not_reached']} of {row['n']}"
    return with_interval(row["mean"], row["low"], row["high"], row["unit"])


# -- a sweep --------------------------------------------------------------------------------------


def _sweep(sweep: Sweep) -> Iterator[Table]:
    from opmodel.hiring.telling.phrases import by_when, holders, month_words, offered, pounds
    from opmodel.hiring.telling.searches import beyond_words
    from opmodel.hiring.telling.tables import chances_of

    question = sweep.question
    who = f"{holders(sweep.step)}{offered(sweep.step)}"
    where = f", {sweep.name.replace('_', '-')}" if sweep.name else ""
    confidence, n = question.confidence, sweep.outcomes[0].n
    found = records(chances_of(sweep))
    by_count: dict[int, list[Row]] = {}
    for row in found:
        by_count.setdefault(row["hires"], []).append(row)
    figures: dict[int, list[Row]] = {}
    for row in records(sweep.figures()):
        if row["week"] == question.week:
            figures.setdefault(row["hires"], []).append(row)
    cost = {count: rows[0]["cost"] for count, rows in figures.items()}
    rows = [
        (str(count), pounds(cost[count]) if cost[count] else "£0", *(
            chance(row, confidence=confidence) + ("*" if row["reached"] else " ")
            for row in those
        ))
        for count, those in by_count.items()
    ]
    steady = question.scenario.study.kind == "steady_state"
    headings = ["in the long run"] if steady else [month_words(week) for week in question.weeks]
    yield Table(
        f"Hiring {who}{where}: chance of meeting all targets", ("hires", "a year", *headings), rows,
        note=wrapped(
            f"95 % intervals, {n} futures of each number. * at least the {plain_figure(confidence, 'share')} asked "
            f"for; only fresh futures confirm it. {beyond_words(sweep)}"
        ),
    )
    for start in range(0, len(question.wanted), 3):
        wanted = question.wanted[start : start + 3]
        yield Table(
            f"Hiring {who}{where}: each target {by_when(question)}",
            ("hires", *("\n".join(textwrap.wrap(one.words, 26)) for one in wanted)),
            [(str(count), *(_target(row) for row in those[start : start + 3])) for count, those in figures.items()],
            note="Mean with 95 % interval; in brackets the futures that meet the target.",
        )


def _target(row: Row) -> str:
    if row["not_reached"]:
        return f"not reached in {row['not_reached']} [{row['met_in']}]"
    return f"{with_interval(row['mean'], row['low'], row['high'], row['unit'])} [{row['met_in']}]"


# -- a path ---------------------------------------------------------------------------------------


def _path(path: Path, title: str) -> Iterator[Block]:
    from opmodel.hiring.telling.found import strayed, way_of
    from opmodel.hiring.telling.phrases import by_when, pounds
    from opmodel.hiring.telling.tables import bought, way

    when, steps = by_when(path.question), records(way(path))
    lines = [title] if steps else [f"{title}: no step was {'left' if path.bought else 'taken'}"]
    lines += [wrapped(_bought(row, when), f"{row['number']:>2}. ", "    ") for row in steps]
    if steps:
        lines.append(wrapped(
            f"Days and points: {when}, over the step before, with 95 % intervals, in {way_of(path)[0].futures} "
            "futures" + (" of the search." if not path.way else " that no search has seen."), "    ", "    "
        ))
        many = "1 step" if len(path.plan) == 1 else f"{len(path.plan)} steps"
        lines.append(wrapped(f"In all: {many}, {pounds(path.cost)} in a full year.", "    ", "    "))
    yield "\n".join(lines)
    if strayed(path):
        yield "\n".join(["How the search came there", *_course(path, records(bought(path)))])


def _course(path: Path, rows: list[dict[str, Any]]) -> Iterator[str]:
    """The steps that the search took, and what it took back."""
    for row in rows:
        back = "" if row["kept"] else "; not in the plan in the end"
        yield wrapped(f"{row['step']}: {row['why']}; then {chance(row)}{back}.", f"{row['number']:>2}. ", "    ")
    for step in path.taken_away:
        yield wrapped(f"{step.words}: not needed any more, taken away again", " -  ", "    ")
    instead = "which is cheaper" if path.budget is None else "which does more within the budget"
    for one, other in path.exchanged:
        yield wrapped(f"{one.words}: exchanged for {other.words}, {instead}", " -  ", "    ")


def _bought(row: Row, when: str) -> str:
    from opmodel.hiring.telling.differences import for_each_thousand
    from opmodel.hiring.telling.phrases import percent, pounds

    cost = f"{pounds(row['cost'])} a year" if row["cost"] >= 50.0 else "no cost"
    buys = [_gain(row, "backlog_days", "working days", "days less backlog", "days of backlog")]
    if math.isfinite(row["in_time"]):  # there are statutory requests
        buys.append(_gain(row, "in_time", "share", "points in time", "points in time"))
    each = for_each_thousand(row)
    for_money = f" ({each})" if each else ""
    before = f"{percent(row['chance_before'])} to " if math.isfinite(row["chance_before"]) else ""
    return (
        f"{row['step']}: {cost}; brings {' and '.join(buys)}{for_money}; chance of meeting all targets {when}: "
        f"{before}{chance(row)}. Why it is next: {row['why']}."
    )


def _gain(row: Row, name: str, unit: str, what: str, of: str) -> str:
    """What a step buys; in words where no future showed any."""
    found = gain(row, name, unit, signed=unit == "share")
    return f"{found} {what}" if found else f"no difference in {of} seen in {row['n']} futures"
