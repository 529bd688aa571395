"""How charts look: colours, dashes, type and the parts most of them have.

Colours are the Government Analysis Function's (each at least 3:1 on white), always with a dash, a position or a
label beside them; every text is dark enough to be read (at least 7:1).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import altair as alt

PALETTE = ("#12436D", "#28A197", "#801650", "#F46A25", "#3D3D3D", "#A285D1")
DASHES = ([1, 0], [8, 4], [2, 3], [8, 3, 2, 3], [1, 0], [8, 4])
#: Texts and axes; the lines of intervals; grid lines.
INK, LINE, PALE = "#1F1F1F", "#5A5A5A", "#DADADA"
#: Height of a structure's row, and of axis, title and legend, in pixels.
ROW, AROUND = 44, 95


@alt.theme.register("opmodel", enable=True)  # type: ignore[untyped-decorator]
def theme() -> alt.theme.ThemeConfig:
    """How every chart of opmodel looks, on a page and in a report."""
    text = {"labelColor": INK, "titleColor": INK, "labelFontSize": 13, "titleFontSize": 13, "titleFontWeight": "normal"}
    return {
        "config": {
            "background": "#FFFFFF",
            "font": "Source Sans, Source Sans Pro, Arial, sans-serif",
            "view": {"stroke": None},
            "axis": {**text, "gridColor": PALE, "domainColor": INK, "tickColor": INK, "labelLimit": 260},
            "legend": {**text, "orient": "top", "symbolFillColor": INK, "symbolStrokeColor": INK},
            "header": text,
            "title": {"color": INK, "fontSize": 15, "anchor": "start", "fontWeight": "bold"},
            "text": {"color": INK, "fontSize": 13},
            "range": {"category": list(PALETTE)},
        }
    }


def colour_of(names: Sequence[str]) -> alt.Color:
    """A colour for each structure, without a legend: labels stand beside the marks."""
    colours = [PALETTE[k % len(PALETTE)] for k in range(len(names))]
    return alt.Color("structure:N", scale=alt.Scale(domain=list(names), range=colours), legend=None)


def dash_of(names: Sequence[str]) -> alt.StrokeDash:
    """A dash for each structure, for those who do not tell the colours apart."""
    dashes = [DASHES[k % len(DASHES)] for k in range(len(names))]
    return alt.StrokeDash("structure:N", scale=alt.Scale(domain=list(names), range=dashes), legend=None)


def rows_of(names: Sequence[str]) -> alt.Y:
    """A row for each structure, in their order."""
    return alt.Y("structure:N", title=None, sort=list(names), axis=alt.Axis(ticks=False, domain=False))


def interval(base: alt.Chart, colour: str = LINE) -> alt.Chart:
    """The 95 % interval from ``low`` to ``high``; nothing where there is none."""
    known = base.transform_filter("isValid(datum.low) && isValid(datum.high)")
    return known.mark_rule(strokeWidth=2, color=colour).encode(x="low:Q", x2="high:Q")


def tips(*fields: str) -> list[alt.Tooltip]:
    """What the pointer shows: the words of the table, nothing more precise than they are."""
    return [alt.Tooltip(f"{field}:N") for field in (*fields, "words")]


def height_of(rows: Sequence[object]) -> int:
    """Height of a chart with a row for each of some things, axis, title and legend included."""
    return ROW * max(1, len(rows)) + AROUND


def ticks(top: float, count: int = 6) -> list[float]:
    """Round numbers from nought up to the largest shown, so that the room for labels has none."""
    if top <= 0:
        return [0.0]
    rough = top / count
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * nice for nice in (1, 2, 5, 10) if power * nice >= rough)
    return [step * k for k in range(int(top / step) + 1)]
