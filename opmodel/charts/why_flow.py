"""Charts of one structure: where work piles up, how old it is, how it flows."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import altair as alt

from opmodel.charts.lines import axis_with_room, spread
from opmodel.charts.reading import DUTIES
from opmodel.charts.theme import INK, PALETTE, PAPER
from opmodel.charts.why_shapes import labelled_bars, numbers, shades, spoken
from opmodel.explanation.progress import AGE_NAMES
from opmodel.explanation.words import worded
from opmodel.wording import figure, with_interval

if TYPE_CHECKING:
    import pandas as pd

#: What the areas of a flow diagram are called, from the bottom up.
AREAS = {"delivered": "delivered", "abandoned": "abandoned", "begun": "begun", "waiting": "not begun"}
#: Share of a scatter's axis that the 95th percentile takes.
ROOM = 1.6
SHAPES = {"discretionary": "circle", "statutory": "triangle"}


def bottleneck_bars(bottlenecks: pd.DataFrame) -> alt.LayerChart:
    """The place where most work waited in each quarter, with how much, and in how many futures it came first.

    Args:
        bottlenecks: period, place, team, skill, queue, queue_low, queue_high, top, n.
    """
    table = _worst(bottlenecks)
    top = float(table["high"].fillna(table["mean"]).max()) if len(table) else 1.0
    return labelled_bars(table, "tasks waiting on average", 1.05 * max(top, 0.1), lines=("label", "words"))


def bottleneck_takeaway(bottlenecks: pd.DataFrame) -> str:
    """The bottleneck of each quarter."""
    table = _worst(bottlenecks)
    if table.empty:
        return "Nothing waited."
    names = list(dict.fromkeys(table["name"]))
    if len(names) == 1:
        return f"In every quarter most work waited for {names[0]}: " + "; ".join(
            f"weeks {row['period']} {row['words']}" for row in table.to_dict("records")
        ) + "."
    return "Where most work waited: " + "; ".join(
        f"weeks {row['period']} {row['name']}, {row['words']}" for row in table.to_dict("records")
    ) + "."


def age_shades(ages: pd.DataFrame, duty: str) -> alt.LayerChart:
    """Open requests by age, at the milestones and at the end.

    Args:
        ages: week, duty, band, mean, low, high.
        duty: ``statutory`` or ``discretionary``.
    """
    table = _aged(ages, duty)
    columns = list(dict.fromkeys(table["column"]))
    return shades(table, list(reversed(AGE_NAMES)), columns, "open at the end of week")


def age_takeaway(ages: pd.DataFrame, duty: str) -> str:
    """How many requests are open at the end, by age."""
    table = _aged(ages, duty)
    last = table[table["week"] == table["week"].max()].to_dict("records")
    said = "; ".join(f"{row['band']} {row['words']}" for row in last)
    return f"{DUTIES[duty]} open at the end of week {last[0]['week']}, by age in working days: {said}."


def flow_areas(flow: pd.DataFrame, *, only_open: bool = False) -> alt.LayerChart:
    """Requests by what has become of them, week by week: means of all futures, one area upon the other.

    Args:
        flow: series, week, mean, low, high.
        only_open: leave out what is over, which the open ones are small beside.
    """
    names = [name for name in AREAS if not only_open or name in ("begun", "waiting")]
    table = flow[flow["series"].isin(names)][["series", "week", "mean", "low", "high"]].copy()
    table["area"] = table["series"].map(AREAS)
    table["order"] = table["series"].map({name: k for k, name in enumerate(names)})
    table["mean"] = table["mean"].round(2)
    last = int(table["week"].max())
    ends = table[table["week"] == last].sort_values("order").copy()
    over = ends["mean"].cumsum()
    total = max(1.0, float(table.groupby("week")["mean"].sum().max()))
    ends["place"] = spread((over - ends["mean"] / 2).tolist(), 0.075 * total)
    top = max(1.06 * total, 1.03 * float(ends["place"].max()))
    ends["label"] = [f"{row['area']} {row['mean']:,.0f}" for row in ends.to_dict("records")]
    ends["from"], ends["to"] = 1.015 * last, 1.05 * last
    colours = [PALETTE[k] for k, name in enumerate(AREAS) if name in names]
    colour = alt.Color("area:N", scale=alt.Scale(domain=[AREAS[n] for n in names], range=colours), legend=None)
    x = axis_with_room("week", "week", last, _weeks(last))
    y = alt.Y("mean:Q", title="requests", stack="zero", axis=numbers(total),
              scale=alt.Scale(domain=[0, top], nice=False))
    words = [alt.Tooltip("area:N"), alt.Tooltip("week:Q"), alt.Tooltip("mean:Q", format=",.0f")]
    area = alt.Chart(table).mark_area(opacity=1, line={"color": PAPER, "strokeWidth": 1}).encode(
        x=x, y=y, color=colour, order="order:O", tooltip=words
    )
    label = alt.Chart(ends).encode(y=alt.Y("place:Q"))
    swatch = label.mark_rule(strokeWidth=9).encode(x="from:Q", x2="to:Q", color=colour)
    text = label.mark_text(align="left", dx=6).encode(x="to:Q", text="label:N")
    return alt.layer(area, swatch, text).properties(height=300, width="container")


def flow_takeaway(flow: pd.DataFrame) -> str:
    """What had become of all requests at the end."""
    last = int(flow["week"].max())
    rows = {row["series"]: worded(row, "requests") for row in flow[flow["week"] == last].to_dict("records")}
    parts = ", ".join(f"{rows[name]} {words}" for name, words in AREAS.items())
    return f"Of {rows['raised']} requests raised by the end of week {last}: {parts}."


def cycle_scatter(points: pd.DataFrame, percentiles: pd.DataFrame, duty: str) -> alt.LayerChart:
    """Delivered requests of one future by week and cycle time, with percentiles over all futures as lines.

    Args:
        points: week, days, duty; those above the axis are left out and counted by :func:`cycle_takeaway`.
        percentiles: duty, percentile, mean, low, high.
        duty: ``statutory`` or ``discretionary``.
    """
    mine, lines = points[points["duty"] == duty], percentiles[percentiles["duty"] == duty]
    top, last = _cap(lines), float(points["week"].max() if len(points) else 1.0)
    shown = mine[mine["days"] <= top].round(2)
    lines = lines.assign(label=[
        f"{row['percentile'][1:]} % within {figure(row['mean'], '', 0.2)} days" for row in lines.to_dict("records")
    ])
    x = alt.X("week:Q", title="week of delivery", scale=alt.Scale(domain=[0, max(1.0, last)], nice=False),
              axis=alt.Axis(values=_weeks(math.ceil(last)), grid=False))
    y = alt.Y("days:Q", title="cycle time, working days", scale=alt.Scale(domain=[0, top], nice=False),
              axis=numbers(top))
    point = alt.Chart(shown).mark_point(
        filled=True, size=22, opacity=0.45, shape=SHAPES[duty], color=PALETTE[list(SHAPES).index(duty) * 2]
    ).encode(x=x, y=y)
    base = alt.Chart(lines).encode(y="mean:Q")
    rule = base.mark_rule(color=INK, strokeWidth=1.5, strokeDash=[6, 3])
    words = {"align": "right", "baseline": "bottom", "dy": -3, "fontWeight": "bold"}
    halo, text = (
        base.mark_text(**words, **edge).encode(x=alt.datum(max(1.0, last)), text="label:N")
        for edge in ({"stroke": PAPER, "strokeWidth": 5, "opacity": 0.85}, {})
    )
    return alt.layer(point, rule, halo, text).properties(title=DUTIES[duty], height=280, width="container")


def cycle_takeaway(points: pd.DataFrame, percentiles: pd.DataFrame, duty: str) -> str:
    """Percentiles of cycle times, how many requests are drawn and how many lie above the axis."""
    mine, lines = points[points["duty"] == duty], percentiles[percentiles["duty"] == duty]
    above = int((mine["days"] > _cap(lines)).sum())
    rows = lines.to_dict("records")
    said = "; ".join(f"{row['percentile'][1:]} % within {worded(row, 'days')} working days" for row in rows)
    beyond = f", {above} of them above the axis and not drawn" if above else ""
    return (
        f"{DUTIES[duty]}, from first start to delivery: {said}. The points are {len(mine):,} requests delivered in one "
        f"future{beyond}; the lines are means over all futures."
    )


def _cap(lines: pd.DataFrame) -> float:
    return max(1.0, ROOM * float(lines["mean"].max())) if len(lines) else 1.0


def _weeks(last: int) -> list[int]:
    """Weeks to mark: half years, or quarters of a shorter study."""
    return list(range(0, last + 1, 26 if last >= 52 else max(1, last // 4)))


def place_words(row: Any, between: str = ", ") -> str:
    """Where tasks wait, as people say it: a skill and, after what stands between, its team."""
    return f"{spoken(row['skill'])}{between}{row['team']}" if row["skill"] else str(row["place"])


def _worst(bottlenecks: pd.DataFrame) -> pd.DataFrame:
    """Of each quarter the place with the most waiting days on average."""
    waited = bottlenecks[bottlenecks["mean"] > 0.0]
    table = waited.loc[waited.groupby("period", sort=False)["mean"].idxmax()]
    rows = table.to_dict("records")
    return table.assign(
        name=[place_words(row) for row in rows], mean=table["queue"], low=table["queue_low"], high=table["queue_high"],
        label=[f"Weeks {row['period']}: {place_words(row)}" for row in rows],
        words=[
            f"{with_interval(row['queue'], row['queue_low'], row['queue_high'], 'tasks')} waiting, "
            f"first in {row['top']} of {row['n']} futures" for row in rows
        ],
    )


def _aged(ages: pd.DataFrame, duty: str) -> pd.DataFrame:
    table = ages[ages["duty"] == duty]
    rows = table.to_dict("records")
    return table.assign(
        row=table["band"], column=[f"{row['week']}" for row in rows],
        label=[figure(row["mean"], "", 0.2 if row["mean"] < 10 else 2.0) for row in rows],
        words=[worded(row, "requests") for row in rows],
    )
