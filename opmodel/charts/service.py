"""Charts of how requests are served: how soon, who gains and loses, who waits for whom."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import altair as alt

from opmodel.charts.lines import axis_with_room, labelled_lines
from opmodel.charts.reading import DUTIES, names_of, spoken, structures
from opmodel.charts.theme import (
    FAINT,
    FULL,
    INK,
    LINE,
    NARROW,
    ON_FAINT,
    ON_FULL,
    PALETTE,
    PAPER,
    tips,
)
from opmodel.comparison.verdicts import UNDER_ASSUMPTIONS
from opmodel.metrics.breakdowns import NOBODY
from opmodel.metrics.catalogue import METRICS
from opmodel.wording import figure, unit_words, with_interval

if TYPE_CHECKING:
    import pandas as pd

#: Height of one row of a chart with many, in pixels.
ROW = 30
#: Share of the darkest shade above which text on it is light.
SWITCH = 0.6
#: Mean number of waiting tasks below which a cell says nothing.
FEW = 0.05
STATES = ("gains", "loses", "practically the same", "cannot tell yet")
SHAPES = ("triangle-right", "triangle-left", "square", "circle")


def delivered_within(within: pd.DataFrame, duty: str) -> alt.LayerChart:
    """Share of requests delivered within so many working days of raising, with 95 % bands.

    Args:
        within: scenario, duty, day, mean, low, high, n.
        duty: ``statutory`` or ``discretionary``.
    """
    table = structures(within[(within["duty"] == duty) & within["mean"].notna()])
    table["words"] = [with_interval(r["mean"], r["low"], r["high"], "share") for r in table.to_dict("records")]
    last = int(table["day"].max())
    ends = [f"{r['structure']} {figure(r['mean'], 'share')}" for r in table[table["day"] == last].to_dict("records")]
    day = axis_with_room("day", "working days since raising", last, range(0, last + 1, 10))
    share = alt.Y("low:Q", title="delivered", scale=alt.Scale(domain=[0, 1.1]), axis=alt.Axis(format=".0%", values=[
        0, 0.25, 0.5, 0.75, 1
    ]))
    return labelled_lines(table, "day", day, share, ends, 0.09, 280).properties(title=DUTIES[duty])


def delivered_within_takeaway(within: pd.DataFrame, duty: str, day: int = 20) -> str:
    """Share delivered within some days under each structure."""
    table = structures(within[(within["duty"] == duty) & (within["day"] == day)])
    said = [
        f"{r['structure']} {with_interval(r['mean'], r['low'], r['high'], 'share')}" for r in table.to_dict("records")
    ]
    return f"{DUTIES[duty]} delivered within {day} working days: {'; '.join(said)}."


def within_table(within: pd.DataFrame, duty: str) -> pd.DataFrame:
    """Share delivered within 5, 10, 20, 40 and 60 working days: a row for each structure."""
    table = structures(within[(within["duty"] == duty) & within["day"].isin((5, 10, 20, 40, 60))])
    table["words"] = [with_interval(r["mean"], r["low"], r["high"], "share") for r in table.to_dict("records")]
    table["within"] = "within " + table["day"].astype(str) + " days"
    wide = table.pivot(index="structure", columns="within", values="words")
    return wide.loc[names_of(table), list(dict.fromkeys(table["within"]))].rename_axis(index="structure", columns=None)


def gains_by_directorate(gains: pd.DataFrame, scenario: str) -> alt.LayerChart:
    """Each directorate's paired difference to the reference, with the interval that holds over all of them.

    Args:
        gains: of a comparison.
        scenario: the structure shown.
    """
    table = _gains(gains, scenario)
    unit = str(table["unit"].iloc[0])
    scale, title = (100.0, "points") if unit == "share" else (1.0, unit_words(unit, signed=True))
    for column in ("mean", "low", "high"):
        table[column] *= scale
    rows = list(table["directorate"])
    lows, highs = table["low"].min(), table["high"].max()
    low, high = min(0.0, float(lows)), max(0.0, float(highs))
    span = high - low
    end = alt.ExprRef(f"width < {NARROW} ? {high + 1.1 * span} : {high + 0.4 * span}")
    base = alt.Chart(table).encode(y=alt.Y("directorate:N", title=None, sort=rows, axis=alt.Axis(
        ticks=False, domain=False, labelLimit=150
    )))
    x = alt.X("mean:Q", title=f"difference, {title}", scale=alt.Scale(domainMin=low, domainMax=end, nice=False),
              axis=alt.Axis(tickCount=5))
    reach = base.mark_rule(strokeWidth=2, color=LINE).encode(x="low:Q", x2="high:Q")
    point = base.mark_point(size=110, filled=True, opacity=1).encode(
        x=x,
        color=alt.Color("state:N", legend=None, scale=alt.Scale(
            domain=list(STATES), range=[PALETTE[0], PALETTE[3], PALETTE[4], PALETTE[1]]
        )),
        shape=alt.Shape("state:N", legend=None, scale=alt.Scale(domain=list(STATES), range=list(SHAPES))),
        tooltip=tips("directorate", "state"),
    )
    nought = alt.Chart(alt.Data(values=[{"at": 0}])).mark_rule(color=INK, strokeDash=[3, 3]).encode(x="at:Q")
    words = base.mark_text(align="left").encode(x=alt.datum(high + 0.04 * span), text="state:N")
    return alt.layer(nought, reach, point, words).properties(height=ROW * len(rows) + 90, width="container")


def gains_table(gains: pd.DataFrame) -> pd.DataFrame:
    """Each directorate's difference and what it means: a column for each structure."""
    table = structures(gains)
    table["words"] = [f"{r['state']}: {_difference(r)}" for r in table.to_dict("records")]
    wide = table.pivot(index="directorate", columns="structure", values="words")
    rows = list(dict.fromkeys(table["directorate"]))
    return wide.loc[rows, names_of(table)].rename_axis(index="directorate", columns=None)


def gains_takeaway(gains: pd.DataFrame, scenario: str) -> str:
    """Who gains and who loses under one structure."""
    table = _gains(gains, scenario)
    name = str(table["structure"].iloc[0])
    label = METRICS[str(table["metric"].iloc[0])].label
    said = []
    for state, word in (("gains", "gain"), ("loses", "lose")):
        who = list(table.loc[table["state"] == state, "directorate"])
        said.append(f"{', '.join(who) if who else 'no directorate'} {word}{'s' * (len(who) < 2)}")
    rest = int((~table["state"].isin(["gains", "loses"])).sum())
    return (
        f"In {label}, under {name}: {said[0]}; {said[1]}; for {rest} of {len(table)} it is practically the same or "
        f"cannot be told yet, {UNDER_ASSUMPTIONS}"
    )


def _gains(gains: pd.DataFrame, scenario: str) -> pd.DataFrame:
    table = structures(gains[gains["scenario"] == scenario])
    return table.assign(words=[_difference(r) for r in table.to_dict("records")])


def _difference(row: Mapping[Any, Any]) -> str:
    return with_interval(row["mean"], row["low"], row["high"], row["unit"], signed=True)


def waiting_heat_map(
    waits: pd.DataFrame, scenario: str, above: str = "waits for", unit: str = "tasks waiting"
) -> alt.LayerChart:
    """How many tasks on average stand waiting in each team's queues; teams and rows without any are left out.

    Args:
        waits: scenario, row, team, mean, low, high, n.
        scenario: the structure shown.
        above: what the columns are.
        unit: of the figures.
    """
    table, rows, teams = _waits(waits, scenario)
    top = max(FEW, float(table["mean"].max()))
    slanting = alt.ExprRef(f"width < {NARROW} ? -65 : -35")
    base = alt.Chart(table).encode(
        x=alt.X("team:N", title=above, sort=teams, axis=alt.Axis(
            labelAngle=slanting if len(teams) > 3 else 0, orient="top", ticks=False, domain=False, labelLimit=180
        )),
        y=alt.Y("row:N", title=None, sort=rows, axis=alt.Axis(ticks=False, domain=False, labelLimit=130)),
    )
    shade = alt.Scale(domain=[0, top], range=[FAINT, FULL])
    cell = base.mark_rect(stroke=PAPER, strokeWidth=2).encode(
        color=alt.Color("mean:Q", title=unit, scale=shade, legend=None), tooltip=tips("row", "team")
    )
    ink = alt.condition(alt.datum.mean > SWITCH * top, alt.value(ON_FULL), alt.value(ON_FAINT))
    words = base.mark_text().encode(text="short:N", color=ink)
    return alt.layer(cell, words).properties(height=ROW * len(rows) + 110, width="container")


def waiting_takeaway(waits: pd.DataFrame, scenario: str) -> str:
    """Where most stands waiting."""
    table, _, _ = _waits(waits, scenario)
    if table.empty:
        return "Nothing stands waiting."
    most = table.sort_values("mean", ascending=False).iloc[0]
    # Of all that waits, small rows and teams too, which the chart leaves out.
    total = float(waits.loc[waits["scenario"] == scenario, "mean"].sum())
    part = "most of them" if most["mean"] > total / 2.0 else "the largest part"
    return (
        f"On average {figure(total, 'tasks')} tasks stand waiting; {part}, {most['words']}, are of {most['row']} "
        f"waiting for {most['team']}, {UNDER_ASSUMPTIONS}"
    )


def waiting_table(waits: pd.DataFrame, scenario: str, unit: str = "tasks waiting") -> pd.DataFrame:
    """The heat map as a table, with intervals: a row for each cell that says anything, the largest first."""
    table, _, _ = _waits(waits, scenario)
    shown = table[table["mean"] >= FEW].sort_values("mean", ascending=False, kind="stable")
    return shown[["row", "team", "words"]].rename(columns={"row": "what", "team": "where", "words": unit})


def _waits(waits: pd.DataFrame, scenario: str) -> tuple[pd.DataFrame, list[str], list[str]]:
    """One structure's waits, and its rows and teams that have any (those with most first, nobody last)."""
    table = waits[(waits["scenario"] == scenario) & waits["mean"].notna()]
    table = table.assign(row=table["row"].map(spoken))
    if table.empty:
        return table.assign(words="", short=""), [], []
    by_team = table.groupby("team", sort=False)["mean"].sum().sort_values(ascending=False)
    by_row = table.groupby("row", sort=False)["mean"].sum().sort_values(ascending=False)
    teams = [str(t) for t in by_team.index if by_team[t] > FEW and t != NOBODY] or [str(by_team.index[0])]
    teams += [NOBODY] * bool(by_team.get(NOBODY, 0.0) > FEW)
    rows = [str(r) for r in by_row.index if by_row[r] > FEW] or [str(by_row.index[0])]
    table = table[table["team"].isin(teams) & table["row"].isin(rows)]
    records = table.to_dict("records")
    return table.assign(
        words=[with_interval(r["mean"], r["low"], r["high"], "tasks") for r in records],
        short=[f"{r['mean']:.1f}" if r["mean"] >= FEW else "" for r in records],
    ), rows, teams


#: The readings of the skills gap that a study gives without being asked, with the unit of each.
READINGS = {"dynamic": "tasks waiting", "static": "FTE short"}


def shortage_heat_map(shortages: pd.DataFrame, scenario: str, reading: str) -> alt.LayerChart:
    """The skills gap under one structure: skills in rows, teams or least levels in columns.

    Args:
        shortages: scenario, reading, row, team, mean, low, high, n.
        scenario: the structure shown.
        reading: one of :data:`READINGS`.
    """
    table = shortages[shortages["reading"] == reading]
    title = f"{reading.capitalize()}: {READINGS[reading]}"
    return waiting_heat_map(table, scenario, above="", unit=READINGS[reading]).properties(title=title)


def any_shortage(shortages: pd.DataFrame, scenario: str, reading: str) -> bool:
    """Whether there is anything to draw."""
    return bool((shortages.query("scenario == @scenario and reading == @reading")["mean"] >= FEW).any())


def shortage_takeaway(shortages: pd.DataFrame, scenario: str, reading: str) -> str:
    """Where the gap is widest."""
    table, _, _ = _waits(shortages[shortages["reading"] == reading], scenario)
    most = table.sort_values("mean", ascending=False).iloc[0] if len(table) else {"mean": 0.0}
    if not most["mean"] >= FEW:
        return f"{reading.capitalize()} skills gap: none to speak of."
    amount = f"{most['words']} {READINGS[reading]}"
    return f"{reading.capitalize()} skills gap, widest: {most['row']}, {most['team']}, {amount}."


def shortage_table(shortages: pd.DataFrame, scenario: str, reading: str) -> pd.DataFrame:
    """The heat map as a table, with intervals where there are any."""
    return waiting_table(shortages[shortages["reading"] == reading], scenario, READINGS[reading])
