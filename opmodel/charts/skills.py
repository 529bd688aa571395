"""Charts of the skills gap."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt

from opmodel.charts.reading import figures, names_of
from opmodel.charts.theme import height_of, tips

if TYPE_CHECKING:
    import pandas as pd

#: FTE below which nothing is short.
NOTHING = 0.005
#: Share of the darkest shade above which white is easier to read than black (both at least 4.5:1 there).
SWITCH = 0.68


def skills_gap_heat_map(summary: pd.DataFrame, by: str = "skill") -> alt.LayerChart:
    """FTE short under each structure, darker for more; rows without any gap are left out.

    Args:
        summary: scenario, group, metric, unit, mean, low, high, joint_low, joint_high, n, not_reached.
        by: family of groups in the rows: what is short.
    """
    table = figures(summary, ["skills_gap"], by)
    names = names_of(table)
    most = table.groupby("row")["mean"].max().sort_values(ascending=False)
    rows = [str(row) for row in most.index if most[row] > NOTHING] or [str(row) for row in most.index]
    table = table[table["row"].isin(rows)]
    top = max(0.1, float(table["mean"].max()))
    base = alt.Chart(table).encode(
        x=alt.X(
            "structure:N", title=None, sort=names, axis=alt.Axis(labelAngle=0, orient="top", ticks=False, domain=False)
        ),
        y=alt.Y("row:N", title=None, sort=rows, axis=alt.Axis(ticks=False, domain=False)),
    )
    shade = alt.Scale(domain=[0, top], range=["#EAF0F5", "#12436D"])
    cell = base.mark_rect(stroke="#FFFFFF", strokeWidth=3).encode(
        color=alt.Color("mean:Q", title="FTE short", scale=shade), tooltip=tips("structure", "row"),
    )
    ink = alt.condition(alt.datum.mean > SWITCH * top, alt.value("#FFFFFF"), alt.value("#000000"))
    words = base.mark_text().encode(text="words:N", color=ink)
    return alt.layer(cell, words).properties(height=height_of(rows), width="container")


def skills_gap_takeaway(summary: pd.DataFrame, by: str = "skill") -> str:
    """What is shortest under each structure."""
    table = figures(summary, ["skills_gap"], by)
    said = []
    for name in names_of(table):
        worst = max(table[table["structure"] == name].to_dict("records"), key=lambda row: float(row["mean"] or 0.0))
        short = f"{worst['row']}, {worst['words']} FTE" if worst["mean"] > NOTHING else "none"
        said.append(f"{name}: {short}")
    return f"Shortest {by} under each structure: {'; '.join(said)}."
