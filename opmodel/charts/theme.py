"""How charts look: colours, dashes, type and the parts most of them have.

Colours are the Government Analysis Function's (each at least 3:1 on white), always with a dash, a position or a
label beside them; every text is dark enough to be read (at least 7:1).
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from typing import Any

import altair as alt

PALETTE = ("#12436D", "#28A197", "#801650", "#F46A25", "#3D3D3D", "#A285D1")
#: Texts and axes; the lines of intervals; grid lines; the paper; the two ends of a scale of shades, and what is
#: written on them.
INK, LINE, PALE, PAPER = "#1F1F1F", "#5A5A5A", "#DADADA", "#FFFFFF"
FAINT, FULL, ON_FAINT, ON_FULL = "#EAF0F5", "#12436C", "#010101", "#FEFEFE"
#: What each colour becomes where the page is dark: as far from its paper there (at least 3:1 for marks, 7:1 for text).
DARK = {
    "#12436D": "#6BACE6", "#28A197": "#2FB5AA", "#801650": "#E58BBB", "#F46A25": "#F46A25", "#3D3D3D": "#C9C9C9",
    "#A285D1": "#B79FE0", INK: "#F2F2F2", LINE: "#B8B8B8", PALE: "#3A3F4A", PAPER: "#0E1117",
    FAINT: "#1B2733", FULL: "#7DB8EC", ON_FAINT: "#FAFAFA", ON_FULL: "#030303",
}
DASHES = ([1, 0], [8, 4], [2, 3], [8, 3, 2, 3], [1, 0], [8, 4])
_COLOUR = re.compile(r'"(#[0-9A-Fa-f]{6})"')
#: Height of a structure's row, and of axis, title and legend, in pixels.
ROW, AROUND = 44, 95
#: Width of a plot in pixels below which words have to be shorter or need more room.
NARROW = 480


@alt.theme.register("opmodel", enable=True)  # type: ignore[untyped-decorator]
def theme() -> alt.theme.ThemeConfig:
    """How every chart of opmodel looks, on a page and in a report."""
    text = {"labelColor": INK, "titleColor": INK, "labelFontSize": 13, "titleFontSize": 13, "titleFontWeight": "normal"}
    return {
        "config": {
            "background": PAPER,
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


def spec_of(chart: alt.TopLevelMixin, *, dark: bool = False) -> dict[str, Any]:
    """A chart as Vega-Lite, on light paper or on dark.

    Charts are drawn in the colours for light paper; for dark paper each is exchanged for its partner in :data:`DARK`,
    so that no chart need know of it.
    """
    text = chart.to_json(indent=None, validate=False)  # checked by the tests: it takes a third of the time
    if dark:
        text = _COLOUR.sub(lambda found: f'"{DARK.get(found[1].upper(), found[1])}"', text)
    spec: dict[str, Any] = json.loads(text)
    return spec


def colour_of(names: Sequence[str]) -> alt.Color:
    """A colour for each structure, without a legend: labels stand beside the marks."""
    colours = [PALETTE[k % len(PALETTE)] for k in range(len(names))]
    return alt.Color("structure:N", scale=alt.Scale(domain=list(names), range=colours), legend=None)


def dash_of(names: Sequence[str], *, legend: bool = False) -> alt.StrokeDash:
    """A dash for each structure, for those who do not tell the colours apart."""
    dashes = [DASHES[k % len(DASHES)] for k in range(len(names))]
    scale = alt.Scale(domain=list(names), range=dashes)
    shown = {} if legend else {"legend": None}
    return alt.StrokeDash("structure:N", title=None, scale=scale, **shown)


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


def amounts(top: float, title: str, *, wide: float, narrow: float) -> alt.X:
    """An axis of amounts from nought, with room for words behind the longest, more of it on a narrow screen.

    Args:
        top: the largest amount.
        title: of the axis.
        wide: the axis ends at so many times ``top``.
        narrow: the same below :data:`NARROW`.
    """
    end = alt.ExprRef(f"width < {NARROW} ? {narrow * top} : {wide * top}")
    return alt.X(
        "mean:Q", title=title, scale=alt.Scale(domainMin=0, domainMax=end, nice=False), axis=alt.Axis(values=ticks(top))
    )


def ticks(top: float, count: int = 6) -> list[float]:
    """Round numbers from nought up to the largest shown, so that the room for labels has none."""
    if top <= 0:
        return [0.0]
    rough = top / count
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * nice for nice in (1, 2, 5, 10) if power * nice >= rough)
    return [step * k for k in range(int(top / step) + 1)]
