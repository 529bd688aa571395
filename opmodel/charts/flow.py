"""Charts of what is delivered and what is left."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import altair as alt

from opmodel.charts.reading import figures, listed, names_of, structures, words_of
from opmodel.charts.theme import INK, colour_of, dash_of, height_of, interval, rows_of, ticks, tips

if TYPE_CHECKING:
    import pandas as pd


def backlog_over_time(series: pd.DataFrame) -> alt.LayerChart:
    """Backlog by week with 95 % bands, each line labelled at its end.

    Args:
        series: scenario, series, week, mean, low, high.
    """
    table = _backlog(series)
    names = names_of(table)
    table["words"] = [words_of(row, "requests") for row in table.to_dict("records")]
    last, top = int(table["week"].max()), float(table[["mean", "high"]].max().max())
    ends = table[table["week"] == last].copy()
    ends["place"] = _spread(ends["mean"].tolist(), 0.07 * top)
    ends["label"] = [f"{row['structure']} {row['mean']:,.0f}" for row in ends.to_dict("records")]
    ends["from"], ends["to"] = 1.01 * last, 1.05 * last
    week = alt.X(
        "week:Q", title="week", scale=alt.Scale(domain=[0, 1.3 * last], nice=False),
        axis=alt.Axis(values=_half_years(last), grid=False),
    )
    colour, dash = colour_of(names), dash_of(names)
    base = alt.Chart(table).encode(x=week, color=colour)
    band = base.mark_area(opacity=0.16).encode(y=alt.Y("low:Q", title="open requests"), y2="high:Q")
    line = base.mark_line(strokeWidth=2.5).encode(y="mean:Q", strokeDash=dash, tooltip=tips("structure", "week"))
    label = alt.Chart(ends).encode(y="place:Q")
    swatch = label.mark_rule(strokeWidth=2.5).encode(x="from:Q", x2="to:Q", color=colour, strokeDash=dash)
    words = label.mark_text(align="left", dx=5).encode(x="to:Q", text="label:N")
    return alt.layer(band, line, swatch, words).properties(height=320, width="container")


def backlog_takeaway(series: pd.DataFrame) -> str:
    """Where the backlog ends under each structure."""
    table = _backlog(series)
    last = int(table["week"].max())
    return f"Open requests at the end of week {last}: {listed(table[table['week'] == last], 'requests')}."


def throughput_bars(summary: pd.DataFrame) -> alt.LayerChart:
    """Requests delivered a week under each structure, with 95 % intervals.

    Args:
        summary: scenario, group, metric, unit, mean, low, high, joint_low, joint_high, n, not_reached.
    """
    table = figures(summary, ["throughput"])
    names = names_of(table)
    top = float(table["end"].max())
    base = alt.Chart(table).encode(y=rows_of(names))
    amount = alt.X(
        "mean:Q", title="requests delivered a week", scale=alt.Scale(domain=[0, 1.4 * top], nice=False),
        axis=alt.Axis(values=ticks(top)),
    )
    bar = base.mark_bar(height=20).encode(x=amount, color=colour_of(names), tooltip=tips("structure"))
    words = base.mark_text(align="left", dx=8).encode(x="end:Q", text="words:N")
    return alt.layer(bar, interval(base, INK), words).properties(height=height_of(names), width="container")


def throughput_takeaway(summary: pd.DataFrame) -> str:
    """Throughput under each structure."""
    return f"Requests delivered a week: {listed(figures(summary, ['throughput']))}."


def _backlog(series: pd.DataFrame) -> pd.DataFrame:
    return structures(series[series["series"] == "backlog"])


def _half_years(last: int) -> list[int]:
    """Weeks to mark: half years, or quarters of a shorter study."""
    return list(range(0, last + 1, 26 if last >= 52 else max(1, last // 4)))


def _spread(values: Sequence[float], gap: float) -> list[float]:
    """Places of labels: near their values, but not on each other."""
    order = sorted(range(len(values)), key=lambda k: values[k])
    places = list(values)
    for below, above in pairwise(order):
        places[above] = max(places[above], places[below] + gap)
    return places
