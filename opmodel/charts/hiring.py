"""Charts of so many hires of one role: what each target comes to, how likely all are met, and by when."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap
from typing import TYPE_CHECKING, Any

import altair as alt
import numpy as np
import pandas as pd

from opmodel.charts.lines import axis_with_room, labelled_lines
from opmodel.charts.reading import names_of, spoken
from opmodel.charts.skills import SWITCH
from opmodel.charts.theme import FAINT, FULL, INK, LINE, ON_FAINT, ON_FULL, PAPER, colour_of, tips
from opmodel.comparison.verdicts import display_name
from opmodel.hiring.telling.phrases import month_words, pounds
from opmodel.metrics.catalogue import METRICS
from opmodel.wording import plain_figure, unit_words, with_interval

if TYPE_CHECKING:
    from opmodel.hiring.asking.steps import Step
    from opmodel.hiring.searching.sweep import Sweep

HEIGHT = 300
#: What stands behind a chance that is, may be and is not as high as asked for.
TOLD = {"yes": " ✓", "cannot tell yet": " ?", "no": ""}
PERCENT = alt.Axis(format=".0%", values=[0, 0.25, 0.5, 0.75, 1])
#: Most letters of one line of a curve's name: as many as stand beside the curve on a narrow screen.
LETTERS = 16


def named(sweeps: Sequence[Sweep]) -> list[str]:
    """What tells each sweep from the others: its role, its structure, its team.

    And what is out of the ordinary: a contract that is not permanent, a market supplement.
    """
    parts = [(spoken(s.step.who), display_name(s.name) if s.name else "", s.step.team or "") for s in sweeps]
    differ = [len({part[k] for part in parts}) > 1 for k in range(3)]
    if not any(differ):
        differ[0] = True
    terms = [terms_words(s.step) for s in sweeps]
    return [
        ", ".join(word for word, shown in zip((*part, more), (*differ, True), strict=True) if shown and word)
        for part, more in zip(parts, terms, strict=True)
    ]


def terms_words(step: Step) -> str:
    """On what terms somebody is hired; nothing where they are the ordinary ones."""
    kind = "" if step.contract == "permanent" else spoken(step.contract)
    more = f"supplement of {pounds(step.supplement)}" if step.supplement else ""
    return ", ".join(word for word in (kind, more) if word)


def hires_words(count: int) -> str:
    """So many hires."""
    return f"{count} hire{'s' * (count != 1)}"


def chances(sweeps: Sequence[Sweep]) -> pd.DataFrame:
    """Chance of meeting all targets by the week asked for: structure (what tells sweeps apart), hires, mean, low, high.

    Each is the share of the same futures, with its 95 % interval (Wilson); ``words`` says both.
    """
    parts = []
    for name, found in zip(named(sweeps), sweeps, strict=True):
        rows = found.chances()
        parts.append(rows[rows["week"] == found.question.week].assign(structure=name))
    table = pd.concat(parts, ignore_index=True).rename(columns={"chance": "mean"})
    words = [with_interval(r["mean"], r["low"], r["high"], "share") for r in table.to_dict("records")]
    return table.assign(words=words)


def chance_chart(sweeps: Sequence[Sweep]) -> alt.LayerChart:
    """How likely 0, 1, 2, ... hires meet all targets, with the confidence asked for; the smallest number is marked."""
    table, wanted = chances(sweeps), sweeps[0].question.confidence
    y = alt.Y("low:Q", title="chance of meeting all targets", axis=PERCENT,
              scale=alt.Scale(domain=[-0.05, 1.03], nice=False))  # the axis strikes no name that stands at nought
    marks = _smallest(sweeps)
    layers: list[Any] = [
        _lines(table, y, gap=0.08), _line_at(wanted, asked_words(wanted), table)
    ]
    if len(marks):
        # Where there are several, each says by its colour whose it is.
        colour = colour_of(names_of(table)) if len(sweeps) > 1 else alt.value(INK)
        layers.append(alt.Chart(marks).mark_point(
            shape="diamond", size=230, filled=False, strokeWidth=3, opacity=1
        ).encode(x="hires:Q", y="mean:Q", color=colour, tooltip=tips("structure", "hires")))
        # Once for each number, below its lowest diamond, on the side where no line's name and no axis stands.
        lowest = marks.sort_values("mean").drop_duplicates("hires")
        for align, aside, there in (("left", 13, lowest["hires"] == 0), ("right", 4, lowest["hires"] > 0)):
            if there.any():
                layers += on_paper(alt.Chart(lowest[there]).encode(x="hires:Q", y="mean:Q"), "label",
                                   align=align, dx=aside, dy=21)
    return alt.layer(*layers).properties(height=HEIGHT, width="container").configure(lineBreak="\n")


def asked_words(wanted: float) -> str:
    """What the dashed line of a chart of chances is."""
    return f"dashed: asked for, {plain_figure(wanted, 'share')}"


def chance_takeaway(sweeps: Sequence[Sweep]) -> str:
    """From no hire to the most tried, and the smallest number that is enough."""
    table, said = chances(sweeps), []
    for name, found in zip(named(sweeps), sweeps, strict=True):
        rows = table[table["structure"] == name]
        ends = [f"{hires_words(r['hires'])} {r['words']}" for r in rows.iloc[[0, -1]].to_dict("records")]
        enough = (
            "no number tried is enough" if found.enough is None else f"{len(found.enough.plan)} is the smallest enough"
        )
        said.append(f"{name}: {' and '.join(ends)}; {enough}")
    return f"Chance of meeting all targets, with 95 % interval: {'. '.join(said)}."


def targets_of(sweeps: Sequence[Sweep]) -> dict[str, str]:
    """The targets of sweeps, in words by name."""
    return {wanted.name: wanted.words for wanted in sweeps[0].question.wanted}


def figures(sweeps: Sequence[Sweep], target: str) -> pd.DataFrame:
    """What one target comes to by the week asked for, by number of hires; without those at which it has no mean."""
    parts = []
    for name, found in zip(named(sweeps), sweeps, strict=True):
        rows = found.figures()
        at = (rows["week"] == found.question.week) & (rows["target"] == target)
        parts.append(rows[at].rename(columns={"words": "target_words"}).assign(structure=name))
    table = pd.concat(parts, ignore_index=True)
    table = table[np.isfinite(table["mean"])].reset_index(drop=True)
    words = [with_interval(r["mean"], r["low"], r["high"], r["unit"]) for r in table.to_dict("records")]
    ends = {end: table[end].fillna(table["mean"]) for end in ("low", "high")}
    shown: pd.DataFrame = table.assign(words=words, **ends)
    return shown


def target_chart(sweeps: Sequence[Sweep], target: str) -> alt.LayerChart | None:
    """What one target comes to with 0, 1, 2, ... hires, with what is wanted as a line; None if it has no figure."""
    table = figures(sweeps, target)
    if table.empty:
        return None
    wanted, unit = float(table["wanted"].iloc[0]), str(table["unit"].iloc[0])
    metric = METRICS[str(table["metric"].iloc[0])]
    least, most = min(table["low"].min(), wanted), max(table["high"].max(), wanted)
    room = 0.08 * ((most - least) or abs(most) or 1.0)
    percent = unit.startswith("share")
    # Where a curve ends near nought, the axis lies below, so that it strikes no name.
    low = least - room if least < room / 2.0 else max(0.0, least - room)
    domain = [low, min(1.03, most + room) if percent else most + room]
    y = alt.Y(
        "low:Q", title=unit_words(unit) or metric.label,  # the heading says the rest
        axis=alt.Axis(format=".0%", tickCount=5) if percent else alt.Axis(tickCount=5),
        scale=alt.Scale(domain=domain, nice=False, zero=False),
    )
    sign = "at least" if metric.better == "higher" else "at most"
    label = f"dashed: wanted, {sign} {plain_figure(wanted, unit)} {unit_words(unit)}".rstrip()
    line = _line_at(wanted, label, table)
    return alt.layer(_lines(table, y, gap=0.08 * (domain[1] - domain[0])), line).properties(
        height=HEIGHT - 40, width="container"
    ).configure(lineBreak="\n")


def on_paper(base: alt.Chart, field: str, **where: Any) -> list[alt.Chart]:
    """Words on paper of their own, so that no line strikes them.

    Args:
        base: rows with their places.
        field: column of the words.
        where: how they stand, as :meth:`altair.Chart.mark_text` says it.
    """
    paper = base.mark_text(**where, stroke=PAPER, strokeWidth=5, color=PAPER, aria=False).encode(text=f"{field}:N")
    return [paper, base.mark_text(**where).encode(text=f"{field}:N")]


def unseen(sweeps: Sequence[Sweep], target: str) -> str:
    """Why there is no picture of a target: nothing happened that could be measured, or it was never reached."""
    rows = pd.concat([found.figures() for found in sweeps], ignore_index=True)
    mine = rows[(rows["week"] == sweeps[0].question.week) & (rows["target"] == target)]
    if not mine["not_reached"].any():
        return "No cases: in no future was there anything to measure by then, so nothing was missed."
    return "Not reached in some future with any number of hires that was tried, so there is no mean to draw."


def target_takeaway(sweeps: Sequence[Sweep], target: str) -> str:
    """One target from no hire to the most tried."""
    table, said = figures(sweeps, target), []
    for name in names_of(table):
        rows = table[table["structure"] == name]
        said.append(f"{name} " + " and ".join(
            f"{r['words']} with {hires_words(r['hires'])}" for r in rows.iloc[[0, -1]].to_dict("records")
        ))
    return f"Wanted: {targets_of(sweeps)[target]}. Means with 95 % interval: {'; '.join(said)}."


def sweep_table(found: Sweep) -> pd.DataFrame:
    """The table beside a sweep: a row for each number of hires, the chance and every target in words."""
    rows = found.figures()
    rows = rows[rows["week"] == found.question.week]
    chance = chances([found])
    shown: dict[str, list[str]] = {"chance of all targets": chance["words"].tolist()}
    for target, words in targets_of([found]).items():
        mine = rows[rows["target"] == target].to_dict("records")
        shown[words] = [
            f"not reached in {r['not_reached']} of {r['n']} futures" if r["not_reached"]
            else with_interval(r["mean"], r["low"], r["high"], r["unit"]) for r in mine
        ]
    shown["costs a year"] = [pounds(cost) for cost in rows.drop_duplicates("hires")["cost"]]
    return pd.DataFrame(shown, index=pd.Index(list(found.counts), name="hires"))


def months_heat_map(found: Sweep) -> alt.LayerChart:
    """How likely so many hires meet all targets by each month: a row for each number, cells with their percentage."""
    table = by_month(found)
    columns = list(dict.fromkeys(table["by"]))
    base = alt.Chart(table).encode(
        x=alt.X("by:N", title=None, sort=columns, axis=alt.Axis(orient="top", labelAngle=0, ticks=False, domain=False)),
        y=alt.Y("hires:O", title="hires", axis=alt.Axis(ticks=False, domain=False)),
    )
    cell = base.mark_rect(stroke=PAPER, strokeWidth=3).encode(
        color=alt.Color("chance:Q", title="chance of meeting all targets", legend=alt.Legend(format=".0%"),
                        scale=alt.Scale(domain=[0, 1], range=[FAINT, FULL])),
        tooltip=tips("hires", "by"),
    )
    ink = alt.condition(alt.datum.chance > SWITCH, alt.value(ON_FULL), alt.value(ON_FAINT))
    words = base.mark_text(fontSize=13).encode(text=alt.Text("label:N"), color=ink)
    return alt.layer(cell, words).properties(height=34 * len(found.counts) + 80, width="container")


def by_month(found: Sweep) -> pd.DataFrame:
    """Chance by number of hires and week, in words; ``label`` marks what is surely enough, and what may be.

    ``by`` says each week as planners count: the month that it ends, or else the week.
    """
    table = found.chances()
    steady = found.question.scenario.study.kind == "steady_state"
    records = table.to_dict("records")
    return table.assign(
        by=["whole window" if steady else month_words(row["week"]) for row in records],
        words=[with_interval(row["chance"], row["low"], row["high"], "share") for row in records],
        label=[f"{100 * row['chance']:.0f} %{TOLD[row['told']]}" for row in records],
    )


def months_takeaway(found: Sweep) -> str:
    """The smallest number by each week: by the one asked for that on fresh futures, else what its interval says."""
    table, said = by_month(found), []
    for week, rows in table.groupby("week", sort=False):
        by = str(rows["by"].iloc[0])
        when = "over its whole window" if by == "whole window" else f"by {by}"
        said.append(f"{when} {_least(rows) if week != found.question.week else _confirmed(found)}")
    wanted = plain_figure(found.question.confidence, "share")
    return (
        f"Smallest number of hires tried that meets all targets in at least {wanted} of possible futures, as the "
        f"interval over {table['n'].iloc[0]} futures says: {'; '.join(said)}."
    )


def _confirmed(found: Sweep) -> str:
    """The smallest number by the week asked for: one that held on fresh futures."""
    sure = found.confirmed
    if sure is None:
        return "none"
    return f"{len(sure.plan)} (in {with_interval(sure.chance, *sure.interval, 'share')} of fresh futures)"


def _least(rows: pd.DataFrame) -> str:
    """The smallest number that is surely enough by a week, and a smaller one that may be."""
    sure, open_ = (rows[rows["told"] == told]["hires"] for told in ("yes", "cannot tell yet"))
    least = f"{sure.min()}" if len(sure) else "none surely" if len(open_) else "none"
    maybe = len(open_) and (not len(sure) or open_.min() < sure.min())
    return f"{least}, though {open_.min()} may be enough" if maybe else least


def months_table(found: Sweep) -> pd.DataFrame:
    """The table beside the heat map: chances with 95 % intervals."""
    table = by_month(found)
    wide = table.pivot(index="hires", columns="week", values="words")
    return wide.rename(columns=dict(zip(table["week"], table["by"], strict=True))).rename_axis(columns=None)


# -- parts of the charts -----------------------------------------------------------------------------


def _lines(table: pd.DataFrame, y: alt.Y, gap: float) -> alt.LayerChart:
    """A line with its band for each sweep, with a point at each number of hires."""
    last = int(table["hires"].max())
    every = max(1, -(-last // 10))
    x = axis_with_room("hires", "hires", float(max(last, 1)), [])
    x = x.axis(alt.Axis(values=list(range(0, last + 1, every)), grid=False, format="d"))
    ends = ["\n".join(wrap(name, LETTERS)) for name in table[table["hires"] == last]["structure"]]
    tallest = 1 + max(name.count("\n") for name in ends)
    lines = labelled_lines(table, "hires", x, y, ends, gap * tallest, HEIGHT)
    points = alt.Chart(table).mark_point(size=45, filled=True, opacity=1, color=LINE).encode(
        x="hires:Q", y="mean:Q", tooltip=tips("structure", "hires")
    )
    return alt.layer(lines, points)


def _line_at(value: float, label: str, table: pd.DataFrame) -> alt.LayerChart:
    """A dashed line at what is wanted, as far as the curves go; what it is stands above the picture, clear of them."""
    ends = {"value": value, "label": label, "from": 0, "to": max(1, int(table["hires"].max()))}
    rule = alt.Chart(alt.Data(values=[ends]))
    return alt.layer(
        rule.mark_rule(strokeDash=[5, 4], color=INK).encode(x="from:Q", x2="to:Q", y="value:Q"), overhead(rule)
    )


def overhead(rule: alt.Chart) -> alt.Chart:
    """What a line is (``label``), above the picture."""
    return rule.mark_text(align="left", baseline="bottom").encode(x=alt.value(0), y=alt.value(-6), text="label:N")


def _smallest(sweeps: Sequence[Sweep]) -> pd.DataFrame:
    """The smallest number of each sweep that is enough, at its chance on fresh futures."""
    rows = []
    for name, found in zip(named(sweeps), sweeps, strict=True):
        if found.confirmed is not None:
            sure = found.confirmed
            words = with_interval(sure.chance, *sure.interval, "share")
            rows.append((name, len(sure.plan), sure.chance, f"smallest: {len(sure.plan)}",
                         f"{words} of {sure.outcome.n} fresh futures"))
    return pd.DataFrame(rows, columns=["structure", "hires", "mean", "label", "words"])

