"""Charts of how sure a choice is: over which assumptions it holds, where it turns, what the figures rest on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt
import pandas as pd

from opmodel.charts.reading import names_of, structures
from opmodel.charts.theme import AROUND, FAINT, INK, LINE, PALETTE, ROW, colour_of, height_of, interval, rows_of, tips
from opmodel.comparison.intervals import wilson
from opmodel.metrics.catalogue import METRICS
from opmodel.wording import with_interval

if TYPE_CHECKING:
    from collections.abc import Sequence

#: Switching values drawn; the table has them all.
SHOWN = 6
#: To which side of a mark the words above it go, by its share, so that they are not cut off on a narrow screen.
WORDS = (("left", 0.0, 0.35), ("center", 0.35, 0.65), ("right", 0.65, 1.1))


def best_in_sets(table: pd.DataFrame, metric: str) -> alt.LayerChart:
    """Share of the assumption sets in which each structure is best, with its 95 % interval.

    Args:
        table: metric, scenario, best_in, sets, share, low, high.
        metric: the headline metric judged by.
    """
    rows = best_table(table, metric)
    names = names_of(rows)
    base = alt.Chart(rows).encode(y=rows_of(names))
    share = alt.X(
        "share:Q", title="best in this share of the assumption sets", scale=alt.Scale(domain=[-0.04, 1.04], nice=False),
        axis=alt.Axis(format=".0%", values=[0, 0.25, 0.5, 0.75, 1]),
    )
    point = base.mark_point(size=130, filled=True, opacity=1, shape="circle").encode(
        x=share, color=colour_of(names), tooltip=tips("structure")
    )
    words = [
        base.transform_filter(f"datum.share >= {start} && datum.share < {end}")
        .mark_text(align=align, dy=-15).encode(x="share:Q", text="words:N")
        for align, start, end in WORDS
    ]
    return alt.layer(interval(base), point, *words).properties(height=height_of(names), width="container")


def best_takeaway(table: pd.DataFrame, metric: str) -> str:
    """How often each structure is best."""
    rows = best_table(table, metric)
    said = "; ".join(f"{row['structure']} {row['words']}" for row in rows.to_dict("records"))
    sets = int(rows["sets"].iloc[0]) if len(rows) else 0
    none = _no_winner(rows)
    also = f"; no structure clearly best in {none} sets" if none else ""
    return f"Best by {METRICS[metric].label}, share of {sets} assumption sets with 95 % interval: {said}{also}."


def best_table(table: pd.DataFrame, metric: str) -> pd.DataFrame:
    """The rows of one metric, with structure and words."""
    rows = structures(table[table["metric"] == metric]).reset_index(drop=True)
    words = [with_interval(row["share"], row["low"], row["high"], "share") for row in rows.to_dict("records")]
    return rows.assign(words=words)


def switching_values(table: pd.DataFrame) -> alt.LayerChart:
    """Where in its range each assumption changes the winner, beside the value taken now.

    Args:
        table: sure, name, base, switches, winner, base_value, value, low, high.
    """
    rows = table.head(SHOWN).copy()
    width = rows["high"] - rows["low"]
    where = {
        "taken now": (rows["base_value"] - rows["low"]) / width,
        "winner changes": (rows["value"] - rows["low"]) / width,
    }
    names = list(rows["name"])
    rows["title"] = [f"{row['name']}: {row['base']} now; {row['winner']} wins {row['switches']}"
                     for row in rows.to_dict("records")]
    marks = pd.concat(
        [pd.DataFrame({"name": rows["name"], "mark": mark, "at": at.clip(0, 1), "words": rows["title"]})
         for mark, at in where.items()],
        ignore_index=True,
    )
    y = alt.Y("name:N", title=None, sort=names, axis=None)
    x = alt.X(
        "at:Q", title="from the low to the high end of its range", scale=alt.Scale(domain=[-0.02, 1.02], nice=False),
        axis=alt.Axis(values=[0, 1], labelExpr="datum.value < 0.5 ? 'low end' : 'high end'", grid=False),
    )
    shape = alt.Shape(
        "mark:N", title=None, scale=alt.Scale(domain=list(where), range=["circle", "diamond"]),
        legend=alt.Legend(orient="top"),
    )
    colour = alt.Color("mark:N", title=None, scale=alt.Scale(domain=list(where), range=[PALETTE[0], PALETTE[2]]))
    line = alt.Chart(rows).mark_rule(color=LINE, strokeWidth=2).encode(y=y, x=alt.datum(0), x2=alt.datum(1))
    point = alt.Chart(marks).mark_point(size=140, filled=True, opacity=1).encode(
        y=y, x=x, shape=shape, color=colour, tooltip=[alt.Tooltip("words:N")]
    )
    label = alt.Chart(rows).mark_text(align="left", baseline="bottom", dy=-9, limit=900).encode(
        y=y, x=alt.value(0), text="name:N"
    )
    return alt.layer(line, point, label).properties(height=48 * max(1, len(rows)) + AROUND, width="container")


def switching_takeaway(table: pd.DataFrame) -> str:
    """Where each assumption changes the winner."""
    said = "; ".join(
        f"{row['name']}: now {row['base']}, {row['winner']} tends to win {row['switches']}"
        for row in table.head(SHOWN).to_dict("records")
    )
    return f"Values at which an assumption changes the winner: {said}."


def rests_on_bars(counts: pd.DataFrame) -> alt.LayerChart:
    """How many figures rest on what; the part that has a range is filled.

    Args:
        counts: tag, rests_on, figures, with_range.
    """
    rows = counts.assign(
        structure=counts["rests_on"], words=_rest_words(counts), exact=counts["figures"] - counts["with_range"]
    )
    names = list(rows["rests_on"])
    top = float(rows["figures"].max())
    long = pd.concat([
        pd.DataFrame({"structure": rows["structure"], "part": part, "figures": rows[column], "order": k,
                      "words": rows["words"]})
        for k, (part, column) in enumerate({"with a range": "with_range", "exact": "exact"}.items())
    ], ignore_index=True)
    amount = alt.X(
        "figures:Q", title="figures of this scenario; filled: with a range",
        scale=alt.Scale(domain=[0, 1.02 * top], nice=False), axis=alt.Axis(tickCount=5, grid=False),
    )
    y = alt.Y("structure:N", title=None, sort=names, axis=None)
    bar = alt.Chart(long).mark_bar(height=16, stroke=INK, strokeWidth=0.6).encode(
        y=y, x=amount, order="order:Q", tooltip=tips("structure"),
        color=alt.Color(
            "part:N", legend=None, scale=alt.Scale(domain=["with a range", "exact"], range=[PALETTE[0], FAINT])
        ),
    )
    label = alt.Chart(rows).mark_text(align="left", baseline="bottom", dy=-11, limit=900).encode(
        y=y, x=alt.value(0), text="words:N"
    )
    return alt.layer(bar, label).properties(height=(ROW + 4) * max(1, len(rows)) + AROUND - 30, width="container")


def rests_on_takeaway(counts: pd.DataFrame) -> str:
    """How many figures rest on what."""
    return f"Figures of this scenario: {'; '.join(_rest_words(counts))}."


def _rest_words(counts: pd.DataFrame) -> Sequence[str]:
    return [
        f"{row['figures']} {row['rests_on']}, {row['with_range'] or 'none'} with a range"
        for row in counts.to_dict("records")
    ]


def switching_table(table: pd.DataFrame) -> pd.DataFrame:
    """The table to put beside the switching values, in words."""
    return pd.DataFrame({
        "assumption": table["name"],
        "taken now": table["base"],
        "winner changes": table["switches"],
        "then tends to win": table["winner"],
        "sets it tells apart (guessing: 50 %)": [f"{100 * share:.0f} %" for share in table["correct"]],
        "beyond chance": ["yes" if sure else "not yet" for sure in table["sure"]],
    })


def figures_resting(rested: pd.DataFrame) -> pd.DataFrame:
    """The table of a scenario's figures, in words.

    Args:
        rested: name, figure, range, rests_on, source, how.
    """
    return pd.DataFrame({
        "figure": rested["name"],
        "taken now (range)": [
            figure if extent == "exact" else f"{figure} ({extent})"
            for figure, extent in zip(rested["figure"], rested["range"], strict=True)
        ],
        "rests on": [": ".join(filter(None, pair)) for pair in zip(rested["rests_on"], rested["source"], strict=True)],
        "how to measure it": rested["how"],
    })


def best_words(table: pd.DataFrame, metric: str) -> pd.DataFrame:
    """The table to put beside the shares; its last row counts the sets without a clear winner."""
    rows = best_table(table, metric)
    shown = [
        (str(row["structure"]), f"{row['best_in']} of {row['sets']}", str(row["words"]))
        for row in rows.to_dict("records")
    ]
    if len(rows) and (sets := int(rows["sets"].iloc[0])):
        none = _no_winner(rows)
        low, high = wilson(none, sets)
        shown.append(("none is clearly best", f"{none} of {sets}", with_interval(none / sets, low, high, "share")))
    found = pd.DataFrame(shown, columns=["structure", "best in sets", "share, with 95 % interval"])
    return found.set_index("structure")


def _no_winner(rows: pd.DataFrame) -> int:
    """Sets in which no structure is clearly best."""
    return int(rows["sets"].iloc[0] - rows["best_in"].sum()) if len(rows) else 0


def best_everywhere(table: pd.DataFrame) -> pd.DataFrame:
    """Share of the sets in which each structure is best, a row for each headline metric."""
    parts = []
    for metric in dict.fromkeys(table["metric"]):
        rows = best_table(table, str(metric))
        parts.append(pd.Series(list(rows["words"]), index=list(rows["structure"]), name=METRICS[str(metric)].label))
    return pd.DataFrame(parts)


def rests_words(counts: pd.DataFrame) -> pd.DataFrame:
    """The table to put beside the counts."""
    return pd.DataFrame(
        {"figures": list(counts["figures"]), "with a range": list(counts["with_range"])},
        index=pd.Index(counts["rests_on"], name="rests on"),
    )


def ways_to_measure(table: pd.DataFrame) -> list[str]:
    """What each assumption means and how one would measure it, a sentence each."""
    return [
        f"{row['name']} ({row['meaning'].rstrip('.')}): {row['how']}." if row["meaning"]
        else f"{row['name']}: {row['how']}." for row in table.to_dict("records")
    ]
