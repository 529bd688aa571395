"""Charts of what is delivered and what is left."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt

from opmodel.charts.lines import axis_with_room, labelled_lines
from opmodel.charts.reading import figures, listed, names_of, structures, words_of
from opmodel.charts.theme import INK, amounts, colour_of, height_of, interval, rows_of, tips

if TYPE_CHECKING:
    import pandas as pd


def backlog_over_time(series: pd.DataFrame, targets: pd.DataFrame | None = None) -> alt.LayerChart:
    """Backlog by week with 95 % bands, each line labelled at its end.

    Args:
        series: scenario, series, week, mean, low, high.
        targets: metric and wanted; a target backlog is drawn as a line.
    """
    table = _backlog(series)
    table["words"] = [words_of(row, "requests") for row in table.to_dict("records")]
    last, top = int(table["week"].max()), float(table[["mean", "high"]].max().max())
    ends = [f"{row['structure']} {row['mean']:,.0f}" for row in table[table["week"] == last].to_dict("records")]
    week = axis_with_room("week", "week", last, _half_years(last))
    chart = labelled_lines(table, "week", week, alt.Y("low:Q", title="open requests"), ends, 0.07 * top, 320)
    if targets is None or targets.empty:
        return chart
    wanted = sorted(set(targets.loc[targets["metric"] == "backlog", "wanted"].astype(float)))
    for most in wanted:
        rule = alt.Chart(alt.Data(values=[{"wanted": most, "label": f"at most {most:,.0f} wanted"}]))
        line = rule.mark_rule(strokeDash=[5, 4], color=INK).encode(y="wanted:Q")
        words = rule.mark_text(align="left", dx=4, dy=-7).encode(y="wanted:Q", x=alt.value(0), text="label:N")
        chart = alt.layer(*chart.layer, line, words).properties(height=320, width="container")
    return chart


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
    amount = amounts(top, "requests delivered a week", wide=1.4, narrow=2.2)
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

