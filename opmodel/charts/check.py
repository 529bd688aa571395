"""Charts of the model check: formulas beside simulated figures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt
import pandas as pd

from opmodel.charts.theme import AROUND, INK, LINE, PALETTE
from opmodel.wording import unit_words

#: Height of a figure's row: its words stand above its mark.
ROW = 46
SHAPES = {"agrees": "circle", "doubtful": "diamond", "disagrees": "cross", "not judged": "square"}
COLOURS = {
    "agrees": PALETTE[0], "doubtful": PALETTE[3], "disagrees": PALETTE[2], "not judged": PALETTE[4],
}


def formula_and_simulation(table: pd.DataFrame) -> alt.LayerChart:
    """Each simulated figure with its interval, as a share of what the formula says (the tick at 100 %).

    Args:
        table: queue, figure, unit, formula, mean, low, high, outcome, simulated, expected.
    """
    rows = check_words(table[table["formula"] > 0.0])
    for column in ("mean", "low", "high"):
        rows[f"share_{column}"] = rows[column] / rows["formula"]
    rows["one"] = 1.0
    furthest = max(0.1, *(rows["share_high"] - 1.0).abs(), *(rows["share_low"] - 1.0).abs()) if len(rows) else 0.1
    reach = min(1.0, 1.05 * furthest)
    rows["share_low"] = rows["share_low"].clip(lower=1.0 - reach)
    rows["share_high"] = rows["share_high"].clip(upper=1.0 + reach)
    y = alt.Y("row:N", title=None, sort=list(rows["row"]), axis=None)
    scale = alt.Scale(domain=[1.0 - reach, 1.0 + reach], nice=False, zero=False, clamp=True)
    axis = alt.Axis(format=".0%", tickCount=5, grid=False)

    def x(column: str) -> alt.X:
        return alt.X(f"{column}:Q", title="simulated, in % of the formula (upright tick)", axis=axis, scale=scale)

    known = [name for name in SHAPES if (rows["outcome"] == name).any()]
    base = alt.Chart(rows).encode(y=y)
    line = base.mark_tick(color=INK, thickness=2, size=20).encode(x=x("one"))  # what the formula says
    span = base.mark_rule(strokeWidth=2, color=LINE).encode(x=x("share_low"), x2="share_high:Q")
    point = base.mark_point(size=120, filled=True, opacity=1).encode(
        x=x("share_mean"), tooltip=[alt.Tooltip("words:N")],
        shape=alt.Shape("outcome:N", title=None, scale=alt.Scale(domain=known, range=[SHAPES[k] for k in known])),
        color=alt.Color("outcome:N", title=None, scale=alt.Scale(domain=known, range=[COLOURS[k] for k in known])),
    )
    label = base.mark_text(align="left", baseline="bottom", dy=-8, limit=900).encode(x=alt.value(0), text="row:N")
    return alt.layer(line, span, point, label).properties(height=ROW * max(1, len(rows)) + AROUND, width="container")


def check_takeaway(table: pd.DataFrame) -> str:
    """How many figures agree with their formulas, and which do not."""
    exact = table[table["outcome"] != "not judged"]
    agree = int((exact["outcome"] == "agrees").sum())
    said = f"{agree} of {len(exact)} simulated figures agree with their formulas"
    for row in check_words(exact[exact["outcome"] != "agrees"]).to_dict("records"):
        said += f"; {row['words']}"
    worst = (exact["mean"] / exact["formula"].where(exact["formula"] > 0.0) - 1.0).abs().max()
    far = f"; the furthest mean is {100 * worst:.1f} % from its formula" if pd.notna(worst) else ""
    return f"{said}{far}."


def check_words(table: pd.DataFrame) -> pd.DataFrame:
    """The table with a title for each row, and the row in words."""
    rows = table.reset_index(drop=True).copy()
    units = [unit_words(unit) for unit in rows["unit"]]
    rows["row"] = [f"{queue}: {figure}" for queue, figure in zip(rows["queue"], rows["figure"], strict=True)]
    rows["words"] = [
        f"{row['row']}: simulated {row['simulated']}{' ' * bool(unit)}{unit}, formula {row['expected']}, "
        f"{row['outcome']}"
        for row, unit in zip(rows.to_dict("records"), units, strict=True)
    ]
    return rows


def formulas_table(table: pd.DataFrame) -> pd.DataFrame:
    """The table to put beside the chart, in words.

    Args:
        table: queue, law, figure, unit, expected, simulated, n, outcome.
    """
    units = [unit_words(unit) for unit in table["unit"]]
    return pd.DataFrame({
        "plain queue and figure": [
            f"{queue}: {name}, {unit}" if unit else f"{queue}: {name}"
            for queue, name, unit in zip(table["queue"], table["figure"], units, strict=True)
        ],
        "formula": table["expected"],
        "simulated": table["simulated"],
        "result": table["outcome"],
    })


def laws_table(laws: pd.DataFrame, *, by_structure: bool = False) -> pd.DataFrame:
    """What was checked, how many times, how many failed, and the worst error.

    Args:
        laws: law, about, scenario, checks, failed, worst, unit, holds.
        by_structure: a row for each structure, too.
    """
    keys = ["about", "scenario", "unit"] if by_structure else ["about", "unit"]
    sums = laws.groupby(keys, sort=False).agg({"checks": "sum", "failed": "sum", "worst": "max"}).reset_index()
    names = {"structure": sums["scenario"].str.replace("_", "-")} if by_structure else {}
    columns = {
        "what is checked": sums["about"],
        **names,
        "failed": [
            f"{'FAILS: ' * bool(bad and by_structure)}{bad:,} of {number:,}"
            for bad, number in zip(sums["failed"], sums["checks"], strict=True)
        ],
        "worst error": [
            "none beyond rounding" if worst < 1e-6 else f"{worst:,.3g} {unit}"
            for worst, unit in zip(sums["worst"], sums["unit"], strict=True)
        ],
    }
    return pd.DataFrame(columns if by_structure else {
        **columns, "result": ["FAILS" if failed else "holds" for failed in sums["failed"]],
    })


def provenance_table(provenance: Mapping[str, Any]) -> pd.DataFrame:
    """What the check rests on, a row for each fact."""
    facts = dict(provenance)
    scenarios, versions = facts.pop("scenarios", {}), facts.pop("versions", {})
    rows = [(f"scenario hash, {name.replace('_', '-')}", about["hash"]) for name, about in scenarios.items()]
    rows += [(key.replace("_", " "), str(value)) for key, value in facts.items()]
    rows += [(f"version of {name}", str(version)) for name, version in versions.items()]
    return pd.DataFrame(rows, columns=["fact", "value"])
