"""Shapes that the charts of one structure share: bars with their words above them, and tables of shades."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import altair as alt

from opmodel.charts.theme import FAINT, FULL, INK, ON_FAINT, ON_FULL, PALETTE, PAPER, interval, ticks, tips

if TYPE_CHECKING:
    import pandas as pd

#: Height of a bar, of a line of text and of the room between bars, in pixels.
BAR, TEXT, ROOM = 12, 17, 12
#: Height of a cell of a table of shades, and of axis and heading, which a chart's height includes.
CELL, AXIS, HEADING = 34, 52, 30
#: Share of the darkest shade above which its own ink is easier to read.
SWITCH = 0.62


def spoken(name: str) -> str:
    """A skill or role as people write it: codes of files join words by underscores."""
    return name.replace("_", " ")


def labelled_bars(
    table: pd.DataFrame, title: str, top: float, *, lines: Sequence[str] = ("label",), kinds: Sequence[str] = (),
    heading: str = "", percent: bool = False,
) -> alt.LayerChart:
    """A bar for each row, its words above it, so that long names fit a narrow screen.

    Args:
        table: label, words, mean, low, high and, where bars differ in kind, kind.
        title: of the axis.
        top: end of the axis, which starts at nought.
        lines: columns to write above each bar, one below the other.
        kinds: kinds of bars in the order of their colours, which the labels must tell, too; none for one colour.
        heading: of the chart.
        percent: whether the figures are shares.
    """
    rows = table.assign(place=[str(k) for k in range(len(table))])
    step = BAR + TEXT * len(lines) + ROOM
    y = alt.Y("place:O", sort=rows["place"].tolist(), axis=None, scale=alt.Scale(paddingInner=0, paddingOuter=0))
    axis = alt.Axis(values=ticks(top, 5), format=".0%") if percent else numbers(top, 5)
    x = alt.X("mean:Q", title=title, scale=alt.Scale(domain=[0, top], nice=False), axis=axis)
    base = alt.Chart(rows).encode(y=y)
    low = (step - ROOM / 2 - BAR / 2) - step / 2  # of the bar's middle below the row's middle
    bar = base.mark_bar(height=BAR, yOffset=low).encode(x=x, tooltip=tips("label"))
    if kinds:
        colours = alt.Scale(domain=list(kinds), range=list(PALETTE[: len(kinds)]))
        bar = bar.encode(color=alt.Color("kind:N", scale=colours, legend=None))
    else:
        bar = bar.encode(color=alt.value(PALETTE[0]))
    whisker = interval(base, INK)
    whisker.mark.yOffset = low
    layers = [bar, whisker]
    for line, field in enumerate(lines):
        offset = ROOM / 2 + TEXT * (line + 0.5) - step / 2
        weight: Any = "bold" if line == 0 and len(lines) > 1 else "normal"
        layers.append(base.mark_text(align="left", baseline="middle", dy=offset, fontWeight=weight, limit=620).encode(
            x=alt.datum(0.0), text=f"{field}:N",
        ))
    return _finished(alt.layer(*layers), step * max(1, len(rows)), heading)


def shades(
    table: pd.DataFrame, rows: Sequence[str], columns: Sequence[str], title: str, heading: str = ""
) -> alt.LayerChart:
    """A table whose cells are darker for more, with the figure in each.

    Args:
        table: row, column, mean, label (in the cell), words (for the pointer).
        rows: their order.
        columns: their order.
        title: what the columns are.
        heading: of the chart.
    """
    top = max(1e-9, float(table["mean"].max()))
    base = alt.Chart(table).encode(
        x=alt.X("column:N", title=title, sort=list(columns), axis=alt.Axis(
            labelAngle=0, orient="top", ticks=False, domain=False, labelOverlap=False,
        )),
        y=alt.Y("row:N", title=None, sort=list(rows), axis=alt.Axis(ticks=False, domain=False, labelLimit=150)),
    )
    scale = alt.Scale(domain=[0, top], range=[FAINT, FULL])
    cell = base.mark_rect(stroke=PAPER, strokeWidth=3).encode(
        color=alt.Color("mean:Q", scale=scale, legend=None), tooltip=tips("row", "column")
    )
    ink = alt.condition(alt.datum.mean > SWITCH * top, alt.value(ON_FULL), alt.value(ON_FAINT))
    label = base.mark_text().encode(text="label:N", color=ink)
    return _finished(alt.layer(cell, label), CELL * len(rows), heading)


def numbers(top: float, count: int = 6) -> alt.Axis:
    """An axis of round numbers with no more decimals than they need."""
    values = [round(value, 9) for value in ticks(top, count)]
    return alt.Axis(values=values, labelExpr="datum.value < 1000 ? '' + datum.value : format(datum.value, ',.0f')")


def _finished(chart: alt.LayerChart, height: int, heading: str) -> alt.LayerChart:
    """A chart with its size and heading."""
    about = {"title": heading} if heading else {}
    whole = height + AXIS + (HEADING if heading else 0)
    return chart.properties(height=whole, width="container", **about)
