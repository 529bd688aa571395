"""A comparison as paragraphs and tables for people."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from opmodel.cli.tables import Block, Table
from opmodel.wording import plain_figure, provenance_line, unit_words, with_interval

if TYPE_CHECKING:
    from opmodel.comparison import Comparison

#: Headline tables: a row for each structure, these figures in its columns. Whatever delivers lead times
#: has what they leave out beside them.
HEADLINES: dict[str, dict[str, str]] = {
    "What is delivered and what is left": {
        "throughput": "throughput", "backlog": "backlog", "backlog_days": "backlog of effort",
        "unfinished": "unfinished", "not_served": "not served",
    },
    "Statutory requests": {
        "lead_time_p50_statutory": "lead time, median", "lead_time_p85_statutory": "lead time, 85 %",
        "in_time_statutory": "in time", "unfinished_statutory": "unfinished", "not_served_statutory": "not served",
    },
    "Discretionary requests": {
        "lead_time_p50_discretionary": "lead time, median", "lead_time_p85_discretionary": "lead time, 85 %",
        "in_time_discretionary": "in time", "unfinished_discretionary": "unfinished",
        "not_served_discretionary": "not served",
    },
    "People, skills and money": {
        "utilisation": "utilisation", "skills_gap": "skills gap", "hand_offs": "hand-offs", "rework": "rework",
        "cost_per_request": "cost per request",
    },
}
#: Figures shown at the milestones of a transition.
AT_MILESTONES = ("throughput", "backlog", "in_time_statutory", "cost_per_request")
_WHOLE = "all"
Row = Mapping[str, Any]


def blocks(found: Comparison) -> list[Block]:
    """Everything a reader at a terminal needs, the verdicts last before the details."""
    from opmodel.comparison.tables import best_sentences

    summary = _by_key(found.summary())
    shown: list[Block] = [_introduction(found)]
    if notes := found.notes():
        shown.append("\n".join(["Mind", *(f"- {note}" for note in notes)]))
    shown += _headlines(found, summary)
    shown += _milestones(found, summary)
    if found.others:
        shown.append(_differences(found))
        shown.append("\n".join(["Verdicts", *(f"- {sentence}" for sentence in found.sentences())]))
        shown.append("\n".join(["Best", *(f"- {sentence}" for sentence in best_sentences(found))]))
    shown.append(_skills(found, summary))
    shown += _marginal(found)
    shown += _headroom(found)
    shown += _targets(found)
    shown += _chances(found)
    shown += _assumptions(found)
    shown.append(f"Provenance: {provenance_line(found.provenance)}")
    return shown


def _by_key(table: Any) -> dict[tuple[str, str, str], Row]:
    """Rows of a summary by (scenario, group, metric)."""
    return {(row["scenario"], row["group"], row["metric"]): row for row in table.to_dict("records")}


def _introduction(found: Comparison) -> str:
    study = next(iter(found.scenarios.values())).study
    kind = (
        "a transition from today's people, familiarity and backlog" if study.kind == "transition"
        else f"a steady state after a warm-up of {study.warm_up_weeks} weeks"
    )
    number = f"{found.replications} replications" + (" (their number chosen by the data)" if found.automatic else "")
    compared = f"; compared with {_name(found.reference)}" if found.others else ""
    stopped = "" if found.finished else " The study was stopped before its end."
    return (
        f"{', '.join(map(_name, found.scenarios))}: {kind}, {study.horizon_weeks} weeks, {number}{compared}.{stopped}\n"
        "Means with 95 % intervals; those of headline figures hold together over all structures and figures."
    )


def _name(scenario: str) -> str:
    from opmodel.comparison.verdicts import display_name

    return display_name(scenario)


def _headlines(found: Comparison, summary: Mapping[tuple[str, str, str], Row]) -> Iterator[Table]:
    from opmodel.metrics import METRICS

    for title, columns in HEADLINES.items():
        rows = {name: [summary[name, _WHOLE, metric] for metric in columns] for name in found.scenarios}
        if not any(row["n"] for cells in rows.values() for row in cells[:3]):
            continue
        headings = [f"{label}\n{unit_words(METRICS[metric].unit)}" for metric, label in columns.items()]
        yield Table(
            title, ("structure" if len(found.scenarios) > 1 else "scenario", *headings),
            [(_name(name), *map(_cell, cells)) for name, cells in rows.items()],
        )


def _milestones(found: Comparison, summary: Mapping[tuple[str, str, str], Row]) -> Iterator[Table]:
    from opmodel.metrics import METRICS

    study = found.scenarios[found.reference].study
    weeks = [week for week in study.milestones_weeks if week <= study.horizon_weeks]
    if study.kind != "transition" or not weeks:
        return
    rows = []
    for metric in AT_MILESTONES:
        for name in found.scenarios:
            cells = [summary.get((name, f"milestone={week}", metric)) for week in weeks]
            if any(cell is not None and cell["n"] for cell in cells):
                label = f"{METRICS[metric].label}, {unit_words(METRICS[metric].unit)}".rstrip(", ")
                rows.append((label, _name(name), *("" if cell is None else _cell(cell) for cell in cells)))
    yield Table(
        "At the milestones", ("figure", "structure", *(f"week {week}" for week in weeks)), rows, left=2,
        note="From the start up to that week; backlog at its end. Intervals of each figure alone.",
    )


def _cell(row: Row, *, signed: bool = False) -> str:
    """A mean and its interval; the joint one where there is one."""
    if row["not_reached"]:
        return f"not reached in {row['not_reached']} of {row['n']}"
    joint = "joint_low" in row and math.isfinite(row["joint_low"])
    low, high = (row["joint_low"], row["joint_high"]) if joint else (row["low"], row["high"])
    return with_interval(row["mean"], low, high, row["unit"], signed=signed)


def _differences(found: Comparison) -> Table:
    from opmodel.comparison.study import matters
    from opmodel.metrics import METRICS

    table = _by_key(found.differences())
    rows = []
    for metric in found.headline:
        what = METRICS[metric]
        smallest = plain_figure(matters(found.scenarios[found.reference], metric), what.unit)
        cells = [_cell(table[name, _WHOLE, metric], signed=True) for name in found.others]
        rows.append((what.label, unit_words(what.unit, signed=True), *cells, smallest))
    return Table(
        f"Differences from {_name(found.reference)}, future by future",
        ("figure", "unit", *map(_name, found.others), "matters from"), rows, left=2,
        note="The intervals hold together over all structures and figures.",
    )


def _skills(found: Comparison, summary: Mapping[tuple[str, str, str], Row]) -> Table:
    skills = list(dict.fromkeys(skill for gap in found.static_gap.values() for skill in gap))
    rows, without = [], []
    for skill in skills:
        seen = [summary.get((name, f"skill={skill}", "skills_gap")) for name in found.scenarios]
        short = [found.static_gap[name].get(skill, 0.0) for name in found.scenarios]
        if not any(short) and not any(row is not None and row["mean"] for row in seen):
            without.append(skill)
            continue
        cells = (_cell(row) if row is not None else "" for row in seen)
        rows.append((skill, *(f"{fte:.2f}" for fte in short), *cells))
    names = list(map(_name, found.scenarios))
    return Table(
        "Skills gap by skill, FTE",
        ("skill", *(f"{name}\nstatic" for name in names), *(f"{name}\nsimulated" for name in names)), rows,
        note="static: short of the expected demand of 26 weeks if every day went where it is needed most; no chance in "
             "it, so no interval. simulated: mean and 95 % interval."
             + (f" No gap in {', '.join(without)}." if without else ""),
    )


def _marginal(found: Comparison) -> Iterator[Table]:
    gaps: Mapping[str, Mapping[str, tuple[float, float, float]]] | None = found.extra.get("marginal_gap")
    if gaps is None:
        return
    skills = list(dict.fromkeys(skill for gap in gaps.values() for skill in gap))
    rows = [
        (skill, *(with_interval(*gap[skill], "working days") if skill in gap else "" for gap in gaps.values()))
        for skill in skills
    ]
    yield Table(
        "Marginal skills gap: days of backlog removed by one more practitioner", ("skill", *map(_name, gaps)), rows,
        note="Mean and 95 % interval, simulated on the same draws.",
    )


def _headroom(found: Comparison) -> Iterator[Table]:
    factors: Mapping[str, float] | None = found.extra.get("headroom")
    if factors is not None:
        yield Table(
            "Headroom", ("structure", "largest factor on demand"),
            [(_name(name), f"{factor:.2f}") for name, factor in factors.items()],
            note="Largest factor on demand that leaves no static skills gap; 1 is demand as stated. No chance in it.",
        )


def _targets(found: Comparison) -> Iterator[Table]:
    from opmodel.metrics import METRICS

    rows = []
    for row in found.targets().to_dict("records"):
        mean = with_interval(row["mean"], row["low"], row["high"], METRICS[row["metric"]].unit)
        rows.append((
            _name(row["scenario"]), row["label"], row["state"], row["amount"], mean, f"{row['met_in']} of {row['n']}",
        ))
    if rows:
        headings = ("structure", "target", "on average", "wanted", "found", "futures that meet it")
        yield Table("Targets, over the whole study", headings, rows, left=3,
                    note="Rates and lead times of the whole study, backlogs at its end.")


def _chances(found: Comparison) -> Iterator[Table]:
    from opmodel.comparison.targets import how_read, telling
    from opmodel.wording import by_when

    table = telling(found.chances())
    if table.empty:
        return
    when = {by_when(row["month"]): None for row in table.to_dict("records")}
    cells: dict[tuple[str, str], dict[str, str]] = {}
    for row in table.to_dict("records"):
        at = cells.setdefault((_name(row["scenario"]), row["words"]), {})
        at[by_when(row["month"])] = with_interval(row["chance"], row["chance_low"], row["chance_high"], "share")
    yield Table(
        "Chance of meeting the targets", ("structure", "target", *when),
        [(*who, *(at.get(month, "") for month in when)) for who, at in cells.items()], left=2,
        note=f"{how_read(found)} {found.replications} futures.",
    )


def _assumptions(found: Comparison) -> Iterator[Block]:
    study = found.assumptions
    if study is None:
        return
    best: Callable[[str], tuple[dict[str, int], int]] = study.best_in
    from opmodel.metrics import METRICS

    rows = []
    for metric in study.values:
        counts, sets = best(metric)
        clear = (f"{counts[name]} of {sets}" for name in study.scenarios)
        rows.append((METRICS[metric].label, *clear, f"{study.open_in(metric)} of {sets}"))
    yield Table(
        f"Best in how many of {study.sets} sets of assumptions",
        ("figure", *map(_name, study.scenarios), "none clearly"), rows,
        note="Every assumption and every number with a range drawn from it, the same draws for every structure; "
        "each set has futures of its own. A structure is best where it leads by the difference that matters.",
    )
    changes = study.change_sentences()
    said = [f"- {sentence}" for sentence in changes] or ["- No single parameter goes with a change of winner."]
    yield "\n".join(["What most often changes the winner", *said])
