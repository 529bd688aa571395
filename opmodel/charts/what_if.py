"""Charts of levers: each structure with and without a change, and structure beside other levers.

Names stand above the marks, not beside them, so that they can be read on a narrow screen, too.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import altair as alt

from opmodel.charts.reading import words_of
from opmodel.charts.theme import INK, LINE, PALETTE, PAPER
from opmodel.metrics.catalogue import METRICS
from opmodel.wording import unit_words, with_interval

if TYPE_CHECKING:
    import pandas as pd

#: Height of a row with its words, and of axis, title and legend, in pixels.
ROW, AROUND = 84, 70
STATES = ("as it is", "with the change")
KINDS = ("another structure", "another lever")
#: Where in its row a mark and a text stand, from the top.
_NAME, _WORDS, _MARK = 0.16, 0.40, 0.70


def what_if_dumbbell(effects: pd.DataFrame) -> alt.LayerChart:
    """Each structure as it is and with the levers set, with intervals; the difference in words.

    Args:
        effects: of :meth:`opmodel.levers.Answer.effects`.
    """
    table, names = _placed(effects, "structure")
    both = bool((table["state"] == STATES[1]).any())
    table["mark"] = table["row"] + [
        _MARK if not both else _MARK - 0.06 if state == STATES[0] else _MARK + 0.1 for state in table["state"]
    ]
    table["words"] = [words_of(row) for row in table.to_dict("records")]
    told = table[table["state"] == STATES[1]] if both else table
    told = told.assign(said=[_difference(row) if both else row["words"] for row in told.to_dict("records")])
    percent = METRICS[str(table["metric"].iloc[0])].unit == "share"
    amount = alt.X(
        "mean:Q", title=_axis(table), scale=_scale(table, "mean", "low", "high"),
        axis=alt.Axis(format=".0%" if percent else ",.3~r", tickCount=5, labelOverlap=True),
    )
    shape = alt.Shape(
        "state:N", title=None, scale=alt.Scale(domain=list(STATES), range=["circle", "diamond"]),
        legend=alt.Legend(orient="top", symbolSize=130) if both else None,
    )
    colour = alt.Color(
        "state:N", scale=alt.Scale(domain=list(STATES), range=[LINE, PALETTE[0]]),
        legend=alt.Legend(orient="top", title=None) if both else None,
    )
    base = alt.Chart(table).encode(y=_row("mark", len(names)))
    tips = [alt.Tooltip(f"{field}:N") for field in ("structure", "state", "words")]
    span = base.transform_filter("isValid(datum.low)").mark_rule(strokeWidth=2).encode(
        x="low:Q", x2="high:Q", color=colour
    )
    point = base.transform_filter("isValid(datum.mean)").mark_point(size=130, filled=True, opacity=1).encode(
        x=amount, shape=shape, color=colour, tooltip=tips
    )
    return alt.layer(span, point, *_texts(told, "structure", len(names))).properties(
        height=ROW * len(names) + AROUND, width="container"
    )


def at_rest(effects: pd.DataFrame) -> str:
    """The answer while no lever is moved: the figure under the first structure as it is, with its interval."""
    row = effects.iloc[0].to_dict()
    label, unit = METRICS[str(row["metric"])].label, unit_words(str(row["unit"]))
    structure = "today's structure" if row["structure"] == "today" else str(row["structure"])
    if row["not_reached"]:
        said = f"does not reach it in {row['not_reached']} of {row['n']} simulated futures"
    else:
        brackets = ", 95 % interval in brackets" if math.isfinite(row["low"]) else ""
        said = f"comes to {f'{words_of(row)} {unit}'.strip()} (mean of {row['n']} simulated futures{brackets})"
    return f"No lever is moved. In {label} {structure} as it is {said}, under these assumptions."


def what_if_takeaway(effects: pd.DataFrame) -> str:
    """What the change does under each structure."""
    label = METRICS[str(effects["metric"].iloc[0])].label
    changed = effects[effects["state"] == STATES[1]]
    if changed.empty:
        said = "; ".join(f"{row['structure']} {words_of(row)}" for row in effects.to_dict("records"))
        return f"{label[:1].upper()}{label[1:]} of each structure as it is: {said}."
    said = "; ".join(f"{row['structure']} {_difference(row)}" for row in changed.to_dict("records"))
    return f"{label[:1].upper()}{label[1:]}, with the change against without it: {said}."


def what_if_table(effects: pd.DataFrame) -> pd.DataFrame:
    """The table beside the chart: a row for each structure, everything in words."""
    import pandas as pd

    records = effects.to_dict("records")
    rows: dict[str, dict[str, str]] = {str(row["structure"]): {} for row in records}
    for row in records:
        line = rows[str(row["structure"])]
        line[str(row["state"])] = words_of(row)
        if row["state"] == STATES[1]:
            line["difference"] = _amount(row, "difference", "diff_low", "diff_high")
            line["verdict"] = row["verdict"]
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("structure")


def levers_forest(table: pd.DataFrame) -> alt.LayerChart:
    """Each option's effect against today with its interval, best first; verdict and yearly cost in words.

    Args:
        table: of :meth:`opmodel.levers.Weighed.table`.
    """
    found, names = _placed(ordered(table), "option")
    found["kind"] = [KINDS[0] if structure else KINDS[1] for structure in found["structure"]]
    found["mark"] = found["row"] + _MARK + 0.06
    found["words"] = [_amount(row, "difference", "low", "high") for row in found.to_dict("records")]
    found["title"] = [
        f"{row['option']}{' (best structure)' if row['best'] else ''}" for row in found.to_dict("records")
    ]
    found["said"] = [f"{row['verdict']}; {_short(str(row['cost_words']))}" for row in found.to_dict("records")]
    metric = METRICS[str(found["metric"].iloc[0])]
    percent = metric.unit == "share"
    shown = found[found["verdict"] != "not comparable"].dropna(subset=["difference", "low", "high"])
    amount = alt.X(
        "difference:Q", title=_towards(metric.unit, str(metric.better)),
        scale=_scale(shown, "difference", "low", "high", nought=True),
        axis=alt.Axis(
            format="+.0%" if percent else "+,.3~r", tickCount=5, labelOverlap=True,
            labelExpr="datum.value == 0 ? 'today' : datum.label",
        ),
    )
    shape = alt.Shape(
        "kind:N", title=None, scale=alt.Scale(domain=list(KINDS), range=["diamond", "circle"]),
        legend=alt.Legend(orient="top", symbolSize=130),
    )
    colour = alt.Color(
        "kind:N", title=None, scale=alt.Scale(domain=list(KINDS), range=[PALETTE[2], PALETTE[0]]),
        legend=alt.Legend(orient="top"),
    )
    base = alt.Chart(shown).encode(y=_row("mark", len(names)))
    span = base.mark_rule(strokeWidth=2).encode(x="low:Q", x2="high:Q", color=colour)
    point = base.mark_point(size=130, filled=True, opacity=1).encode(
        x=amount, shape=shape, color=colour,
        tooltip=[alt.Tooltip(f"{field}:N") for field in ("option", "words", "verdict", "cost_words")],
    )
    today = alt.Chart(alt.Data(values=[{"at": 0}])).mark_rule(strokeDash=[5, 4], color=INK).encode(x="at:Q")
    return alt.layer(today, span, point, *_texts(found, "title", len(names))).properties(
        height=ROW * len(names) + AROUND, width="container"
    )


def levers_takeaway(table: pd.DataFrame) -> str:
    """Every option's effect, verdict and cost."""
    label = METRICS[str(table["metric"].iloc[0])].label
    said = []
    for row in ordered(table).to_dict("records"):
        amount = "" if row["verdict"] == "not comparable" else f" {_amount(row, 'difference', 'low', 'high')}"
        said.append(f"{row['option']}{amount}, {row['verdict']}, {_short(str(row['cost_words']))}")
    return f"{label[:1].upper()}{label[1:]} against today: {'; '.join(said)}."


def levers_table(table: pd.DataFrame) -> pd.DataFrame:
    """The table beside the chart: effect, verdict, cost a year, effect for each £1,000 a year.

    Effect and cost say beside their intervals, which are of chance, what they come to over what is assumed.
    """
    import pandas as pd

    metric = METRICS[str(table["metric"].iloc[0])]
    unit = unit_words(metric.unit, signed=True)
    rows = [
        {
            "option": row["option"] + (" (best structure)" if row["best"] else ""),
            f"effect on {metric.label}{f', {unit}' if unit else ''}":
                "" if row["verdict"] == "not comparable"
                else _joined(_amount(row, "difference", "low", "high"), row["effect_range"]),
            "verdict": row["verdict"], "cost a year against today": _joined(row["cost_words"], row["cost_range"]),
            "effect for each £1,000 a year": row["per_thousand"],
        }
        for row in ordered(table).to_dict("records")
    ]
    return pd.DataFrame(rows).set_index("option")


def ordered(table: pd.DataFrame) -> pd.DataFrame:
    """Options by their effect, the best first; those that cannot be compared last."""
    sign = -1.0 if METRICS[str(table["metric"].iloc[0])].better == "higher" else 1.0
    value = (sign * table["difference"]).where(table["verdict"] != "not comparable", math.inf).fillna(math.inf)
    return table.iloc[value.argsort(kind="stable")].reset_index(drop=True)


def _placed(table: pd.DataFrame, by: str) -> tuple[pd.DataFrame, list[str]]:
    """A table with the number of each row of the chart."""
    names = list(dict.fromkeys(table[by]))
    return table.assign(row=[float(names.index(name)) for name in table[by]]), names


def _row(field: str, rows: int) -> alt.Y:
    return alt.Y(f"{field}:Q", scale=alt.Scale(domain=[rows, 0], nice=False, zero=False), axis=None)


def _texts(table: pd.DataFrame, title: str, rows: int) -> list[alt.Chart]:
    """Name and words of each row, above its marks."""
    lines = table.assign(name_at=table["row"] + _NAME, words_at=table["row"] + _WORDS)
    base = alt.Chart(lines).encode(x=alt.value(0))
    texts = []
    for field, text, weight in (("name_at", title, "bold"), ("words_at", "said", "normal")):
        placed = base.encode(y=_row(field, rows), text=f"{text}:N")
        # A ring of paper around the letters, so that lines do not run through them.
        texts.append(placed.mark_text(align="left", fontWeight=weight, stroke=PAPER, strokeWidth=5, aria=False))
        texts.append(placed.mark_text(align="left", fontWeight=weight))
    edge = alt.Chart(lines).transform_filter("datum.row > 0").mark_rule(color=LINE, opacity=0.35).encode(
        y=_row("row", rows)
    )
    return [edge, *texts]


def _scale(table: pd.DataFrame, mean: str, low: str, high: str, *, nought: bool = False) -> alt.Scale:
    ends = [float(x) for field in (mean, low, high) for x in table[field] if math.isfinite(x)] or [0.0, 1.0]
    least, most = min(ends), max(ends)
    if nought:
        least, most = min(least, 0.0), max(most, 0.0)
    room = 0.06 * ((most - least) or abs(most) or 1.0)
    return alt.Scale(domain=[least - room, most + room], nice=False, zero=False)


def _axis(table: pd.DataFrame) -> str:
    metric = METRICS[str(table["metric"].iloc[0])]
    unit = "£" if metric.unit.startswith("GBP") else unit_words(metric.unit)
    return f"{metric.label}, {unit}" if unit else metric.label


def _towards(unit: str, better: str) -> str:
    shown = "£" if unit.startswith("GBP") else unit_words(unit, signed=True)
    return f"difference to today, {shown} ({'right' if better == 'higher' else 'left'} of the line is better)"


def _difference(row: Mapping[Any, Any]) -> str:
    return f"{_amount(row, 'difference', 'diff_low', 'diff_high')}: {row['verdict']}"


def _amount(row: Mapping[Any, Any], *fields: str) -> str:
    value, low, high = (float(row[field]) for field in fields)
    if not math.isfinite(value):
        return "no mean, as some futures do not reach it"
    return with_interval(value, low if math.isfinite(low) else None, high, str(row["unit"]), signed=True)


def _joined(*parts: Any) -> str:
    return "; ".join(str(part) for part in parts if part)


def _short(cost: str) -> str:
    """A cost without its interval."""
    words = cost.partition(" (")[0]
    return f"costs {words} a year" if words.startswith("£") else "cost: cannot tell" if "cannot" in words else words
