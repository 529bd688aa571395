"""Charts of the skills gap."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import altair as alt

from opmodel.charts.reading import figures, names_of, spoken
from opmodel.charts.theme import FAINT, FULL, NARROW, ON_FAINT, ON_FULL, PAPER, height_of, tips
from opmodel.comparison.verdicts import display_name
from opmodel.wording import with_interval

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
            "structure:N", title=None, sort=names, axis=alt.Axis(
                labelAngle=alt.ExprRef(f"width < {NARROW} ? -35 : 0"), orient="top", ticks=False, domain=False,
                labelAlign=alt.ExprRef(f"width < {NARROW} ? 'left' : 'center'"),
            )
        ),
        y=alt.Y("row:N", title=None, sort=rows, axis=alt.Axis(ticks=False, domain=False)),
    )
    shade = alt.Scale(domain=[0, top], range=[FAINT, FULL])
    cell = base.mark_rect(stroke=PAPER, strokeWidth=3).encode(
        color=alt.Color("mean:Q", title="FTE short", scale=shade), tooltip=tips("structure", "row"),
    )
    ink = alt.condition(alt.datum.mean > SWITCH * top, alt.value(ON_FULL), alt.value(ON_FAINT))
    fitting = base.transform_calculate(fits=f"width < {NARROW} ? split(datum.words, ' (')[0] : datum.words")
    words = fitting.mark_text().encode(text="fits:N", color=ink)
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


def static_gap_table(gaps: Mapping[str, Mapping[str, float]]) -> pd.DataFrame:
    """FTE short of each skill in the static reading: a column for each structure.

    Args:
        gaps: FTE by scenario and skill.
    """
    import pandas as pd

    words = {
        display_name(name): {spoken(skill): f"{fte:.2f}" if fte > NOTHING else "none" for skill, fte in gap.items()}
        for name, gap in gaps.items()
    }
    return pd.DataFrame(words).rename_axis(index="skill, FTE short")


def static_gap_takeaway(gaps: Mapping[str, Mapping[str, float]]) -> str:
    """Whether the people could do the expected work of half a year at all."""
    short = {display_name(name): sum(gap.values()) for name, gap in gaps.items()}
    said = "; ".join(f"{name} {fte:.2f}" if fte > NOTHING else f"{name} none" for name, fte in short.items())
    return (
        f"FTE short if everybody's days could be spent where they are needed most, over 26 weeks of expected demand: "
        f"{said}. It is worked out, not simulated, so it has no interval."
    )


def marginal_gap_table(gaps: Mapping[str, tuple[float, float, float]]) -> pd.DataFrame:
    """Backlog days removed by one more practitioner of each skill, the most first.

    Args:
        gaps: mean, low and high by skill.
    """
    import pandas as pd

    ranked = sorted(gaps.items(), key=lambda item: -item[1][0])
    words = [with_interval(*found, "working days") for _, found in ranked]
    skills = pd.Index([spoken(skill) for skill, _ in ranked], name="skill")
    return pd.DataFrame({"backlog removed, working days": words}, index=skills)


def marginal_gap_takeaway(gaps: Mapping[str, tuple[float, float, float]], replications: int) -> str:
    """Which skill one more person would help most, where that can be told."""
    skill, (mean, low, high) = max(gaps.items(), key=lambda item: item[1][0])
    said = f"one more practitioner of {spoken(skill)} removes {with_interval(mean, low, high, 'days')} days of backlog"
    sure = "the highest mean of all skills" if low > 0 else "no more than chance might"
    return (
        f"Over {replications} replications {said}, {sure}, under these assumptions. The intervals hold together; how "
        "far they overlap tells whether another skill would help as much."
    )
