"""Charts of lead times, of what is delivered in time, and of the targets set for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import altair as alt

from opmodel.charts.reading import DUTIES, figures, left_out, listed, names_of, structures
from opmodel.charts.service import SWITCH
from opmodel.charts.theme import (
    FAINT,
    FULL,
    INK,
    NARROW,
    ON_FAINT,
    ON_FULL,
    PAPER,
    amounts,
    colour_of,
    height_of,
    interval,
    rows_of,
    tips,
)
from opmodel.comparison.targets import telling
from opmodel.comparison.verdicts import UNDER_ASSUMPTIONS
from opmodel.metrics.catalogue import METRICS
from opmodel.wording import by_when, plain_figure, unit_words, with_interval

if TYPE_CHECKING:
    import pandas as pd

PERCENTILES = {"p50": "median", "p85": "85th percentile"}


def lead_time_intervals(summary: pd.DataFrame, duty: str, targets: pd.DataFrame | None = None) -> alt.LayerChart:
    """Median and 85th percentile of lead times with 95 % intervals; what they leave out is written beside them.

    Args:
        summary: scenario, group, metric, unit, mean, low, high, joint_low, joint_high, n, not_reached.
        duty: ``statutory`` or ``discretionary``.
        targets: metric, group and wanted; without it no line is drawn.
    """
    table = figures(summary, [f"lead_time_{part}_{duty}" for part in PERCENTILES])
    names = names_of(table)
    table["percentile"] = [PERCENTILES[metric.split("_")[2]] for metric in table["metric"]]
    table["label"] = table["words"].str.partition(" (")[0].where(table["mean"].notna(), "")
    beside = left_out(summary, duty)
    for row in table[table["not_reached"] > 0].to_dict("records"):
        beside.loc[beside["structure"] == row["structure"], "label"] += f"; {row['percentile']} {row['words']}"
    top = max(1.0, float(table["end"].fillna(0.0).max()))
    base = alt.Chart(table).encode(y=rows_of(names))
    known = base.transform_filter("isValid(datum.mean)")
    days = amounts(top, "working days", wide=1.5, narrow=2.2)
    shapes = alt.Scale(domain=list(PERCENTILES.values()), range=["circle", "diamond"])
    wished = _wanted(targets, f"lead_time_p50_{duty}")
    legend = alt.Legend(offset=28) if wished else alt.Legend()  # the line's name stands between it and the rows
    point = known.mark_point(size=130, filled=True, opacity=1).encode(
        x=days, shape=alt.Shape("percentile:N", title=None, scale=shapes, legend=legend), color=colour_of(names),
        tooltip=tips("structure", "percentile"),
    )
    value = known.mark_text(dy=-15).encode(x="mean:Q", text="label:N")
    words = alt.Chart(beside).mark_text(align="left", lineBreak="\n", dy=-7).encode(
        y=rows_of(names), x=alt.datum(1.08 * top), text="label:N"
    )
    lines = [
        line for wanted in wished
        for line in _target_line(wanted, f"median wanted: {plain_figure(wanted, 'days')} days", left=wanted > top / 2)
    ]
    return alt.layer(interval(base), point, value, words, *lines).properties(
        title=DUTIES[duty], height=height_of(names), width="container"
    )


def lead_time_takeaway(summary: pd.DataFrame, duty: str) -> str:
    """Lead times under each structure, and the requests they leave out."""
    said = []
    for part, name in PERCENTILES.items():
        found = listed(figures(summary, [f"lead_time_{part}_{duty}"]))
        said.append(f"{DUTIES[duty]}, {name} of lead time in working days: {found}.")
    rows = left_out(summary, duty).to_dict("records")
    beside = [f"{row['structure']}: {', '.join(row['label'].splitlines())}" for row in rows]
    said.append(f"Beside them {'; '.join(beside)}.")
    return " ".join(said)


def in_time_rate(summary: pd.DataFrame, duty: str, targets: pd.DataFrame | None = None) -> alt.LayerChart:
    """Share of requests due that were delivered in time, with the target as a line.

    Args:
        summary: as for :func:`lead_time_intervals`.
        duty: ``statutory`` or ``discretionary``.
        targets: metric, group and wanted; without it no line is drawn.
    """
    table = figures(summary, [f"in_time_{duty}"])
    names = names_of(table)
    base = alt.Chart(table).encode(y=rows_of(names))
    share = alt.X(
        "mean:Q", title="delivered in time",
        scale=alt.Scale(domainMin=0, domainMax=alt.ExprRef(f"width < {NARROW} ? 1.9 : 1.3"), nice=False),
        axis=alt.Axis(format=".0%", values=[0, 0.25, 0.5, 0.75, 1]),
    )
    point = base.mark_point(size=130, filled=True, opacity=1, shape="circle").encode(
        x=share, color=colour_of(names), tooltip=tips("structure")
    )
    words = base.mark_text(align="left", dx=10).encode(x="end:Q", text="words:N")
    layers: list[Any] = [interval(base), point, words]
    for target in _wanted(targets, f"in_time_{duty}"):
        layers += _target_line(target, f"target {plain_figure(target, 'share')}")
    return alt.layer(*layers).properties(title=DUTIES[duty], height=height_of(names), width="container")


def in_time_takeaway(summary: pd.DataFrame, duty: str) -> str:
    """In-time rates under each structure."""
    return f"{DUTIES[duty]}, delivered in time: {listed(figures(summary, [f'in_time_{duty}']))}."


def _target_line(wanted: float, label: str, *, left: bool = True) -> list[alt.Chart]:
    """A dashed line at what is wanted, named above the plot on the side that has more room."""
    rule = alt.Chart(alt.Data(values=[{"wanted": wanted, "label": label}]))
    return [
        rule.mark_rule(strokeDash=[5, 4], color=INK).encode(x="wanted:Q"),
        rule.mark_text(align="right" if left else "left", dx=-5 if left else 5, baseline="bottom").encode(
            x="wanted:Q", y=alt.value(-6), text="label:N"
        ),
    ]


def _wanted(targets: pd.DataFrame | None, metric: str) -> list[float]:
    if targets is None or targets.empty:
        return []
    of_all = targets["group"] == "all"  # what is wanted of one request type is no line through all of them
    return sorted(set(targets.loc[of_all & (targets["metric"] == metric), "wanted"].astype(float)))


def targets_table(targets: pd.DataFrame) -> pd.DataFrame:
    """Each structure's targets: what is wanted, what is reached, and whether that is met.

    Args:
        targets: of a comparison.
    """
    import pandas as pd

    rows = []
    for row in structures(targets).to_dict("records"):
        unit = METRICS[row["metric"]].unit
        reached = with_interval(row["mean"], row["low"], row["high"], unit)
        rows.append({
            "structure": row["structure"], "target": row["label"], "wanted": row["amount"],
            "reached": f"{reached} {unit_words(unit)}".strip(), "on average": row["state"],
            "met in": f"{row['met_in']} of {row['n']} futures",
        })
    return pd.DataFrame(rows)


def chance_by_month(chances: pd.DataFrame) -> alt.LayerChart:
    """Chance of meeting all targets at once, by structure and milestone: shades with share and interval written on.

    Args:
        chances: of a comparison; only the rows of all targets together are drawn.
    """
    table = _chances(chances[chances["target"] == "all"])
    names, when = names_of(table), list(dict.fromkeys(table.sort_values("week")["when"]))
    table["short"] = table["words"].str.replace(" (", "\n(", regex=False)
    base = alt.Chart(table).encode(
        x=alt.X("when:N", title=None, sort=when, axis=alt.Axis(labelAngle=0, orient="top", ticks=False, domain=False)),
        y=rows_of(names),
    )
    shade = alt.Scale(domain=[0, 1], range=[FAINT, FULL])
    cell = base.mark_rect(stroke=PAPER, strokeWidth=2).encode(
        color=alt.Color("chance:Q", scale=shade, legend=None), tooltip=tips("structure", "when", "futures")
    )
    ink = alt.condition(alt.datum.chance > SWITCH, alt.value(ON_FULL), alt.value(ON_FAINT))
    words = base.mark_text(lineBreak="\n", dy=-7).encode(text="short:N", color=ink)
    return alt.layer(cell, words).properties(height=height_of(names), width="container")


def chance_takeaway(chances: pd.DataFrame) -> str:
    """How likely all targets are met at the last milestone, under each structure."""
    table = _chances(chances[chances["target"] == "all"])
    last = table[table["week"] == table.groupby("structure")["week"].transform("max")].to_dict("records")
    said = [f"{row['structure']} {row['when']} {row['words']}, {row['futures']}" for row in last]
    return f"Chance of meeting all targets: {'; '.join(said)}, {UNDER_ASSUMPTIONS}"


def chances_table(chances: pd.DataFrame) -> pd.DataFrame:
    """Chance of meeting each target and all at once, with intervals: a row per structure and target.

    Args:
        chances: of a comparison.
    """
    table = _chances(telling(chances))
    table["target"] = table["wanted_words"]
    wide = table.pivot(index=["structure", "target"], columns="when", values="words")
    rows = list(dict.fromkeys(zip(table["structure"], table["target"], strict=True)))
    when = list(dict.fromkeys(table.sort_values("week", kind="stable")["when"]))
    return wide.loc[rows, when].rename_axis(columns=None).reset_index().fillna("")


def _chances(chances: pd.DataFrame) -> pd.DataFrame:
    table = structures(chances)
    records = table.to_dict("records")
    return table.assign(
        wanted_words=table["words"],
        when=[by_when(row["month"]) for row in records],
        words=[with_interval(row["chance"], row["chance_low"], row["chance_high"], "share") for row in records],
        futures=[f"met in {row['met_in']} of {row['n']} futures" for row in records],
    )
