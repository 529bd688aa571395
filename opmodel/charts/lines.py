"""Lines with bands, each named where it ends."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import altair as alt

from opmodel.charts.reading import names_of
from opmodel.charts.theme import NARROW, colour_of, dash_of, tips

if TYPE_CHECKING:
    import pandas as pd


def labelled_lines(
    table: pd.DataFrame, field: str, x: alt.X, y: alt.Y, ends: Sequence[str], gap: float, height: int
) -> alt.LayerChart:
    """A line with its 95 % band for each structure, named at its end so that no legend has to be matched.

    Args:
        table: structure, ``field``, mean, low, high, words.
        field: column along the x axis.
        x: its axis, with room for the names (see :func:`axis_with_room`).
        y: the axis of ``low``.
        ends: name of each structure with what is to stand beside it.
        gap: least distance between two names, in the unit of y.
        height: in pixels.
    """
    names, last = names_of(table), float(table[field].max())
    at_end = table[table[field] == table[field].max()].copy()
    at_end["place"], at_end["label"] = spread(at_end["mean"].tolist(), gap), list(ends)
    at_end["from"], at_end["to"] = 1.01 * last, 1.05 * last
    colour, dash = colour_of(names), dash_of(names)
    base = alt.Chart(table).encode(x=x, color=colour)
    band = base.mark_area(opacity=0.16).encode(y=y, y2="high:Q")
    line = base.mark_line(strokeWidth=2.5).encode(y="mean:Q", strokeDash=dash, tooltip=tips("structure", field))
    label = alt.Chart(at_end).encode(y="place:Q")
    swatch = label.mark_rule(strokeWidth=2.5).encode(x="from:Q", x2="to:Q", color=colour, strokeDash=dash)
    words = label.mark_text(align="left", dx=5).encode(x="to:Q", text="label:N")
    return alt.layer(band, line, swatch, words).properties(height=height, width="container")


def axis_with_room(field: str, title: str, last: float, values: Sequence[float]) -> alt.X:
    """An axis from nought to beyond its last value: the names of lines stand there, wider on a narrow screen."""
    room = alt.ExprRef(f"width < {NARROW} ? {1.9 * last} : {1.3 * last}")
    return alt.X(
        f"{field}:Q", title=title, scale=alt.Scale(domainMin=0, domainMax=room, nice=False),
        axis=alt.Axis(values=list(values), grid=False),
    )


def spread(values: Sequence[float], gap: float) -> list[float]:
    """Places of names: near their values, but not on each other; those that would be share the room evenly."""
    order = sorted(range(len(values)), key=lambda k: values[k])
    groups: list[list[int]] = []
    for k in order:
        groups.append([k])
        while len(groups) > 1 and _low(groups[-1], values, gap) < _high(groups[-2], values, gap) + gap:
            last = groups.pop()
            groups[-1] += last
    places = list(values)
    for group in groups:
        for step, k in enumerate(group):
            places[k] = _low(group, values, gap) + step * gap
    return places


def _low(group: Sequence[int], values: Sequence[float], gap: float) -> float:
    """Lowest place of a group of names around the mean of their values."""
    return sum(values[k] for k in group) / len(group) - gap * (len(group) - 1) / 2.0


def _high(group: Sequence[int], values: Sequence[float], gap: float) -> float:
    return _low(group, values, gap) + gap * (len(group) - 1)
