"""Differences between two teams in words: with their interval, or that none was seen or can be told."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from opmodel.wording import figure, with_interval


def difference(
    found: tuple[float, float, float], unit: str, futures: int, *, signed: bool = False, after: str = ""
) -> str:
    """A difference between two teams and its interval; in words where no future showed any, or all the same.

    Args:
        found: mean and ends of the 95 % interval.
        unit: of the figure.
        futures: how many it rests on.
        signed: whether with its sign, shares in points.
        after: what the figure counts, such as `` points``.
    """
    if not any(found):
        return f"no difference seen in {futures} futures"
    if found[1] == found[2]:  # as if nothing were left to chance: its ends are no interval
        return f"{figure(found[0], unit, signed=signed)}{after} in each of {futures} futures"
    return f"{with_interval(*found, unit, signed=signed)}{after}"


def for_each_thousand(row: Mapping[str, Any]) -> str:
    """What a step buys for each £1,000 a year, with two digits that count; nothing where it costs nothing.

    Args:
        row: of :func:`opmodel.hiring.telling.tables.way`. What cannot be told from nothing is said to be so.
    """
    each, open_ = [], []
    figures = (("backlog_days", "backlog_days_per_1000", "days"), ("in_time", "points_per_1000", "points"))
    for name, per, what in figures:
        low, high, value = row[f"{name}_low"], row[f"{name}_high"], row[per]
        if value != value or low != low:  # costs nothing, or nothing to measure
            continue
        if low <= 0.0 <= high:
            open_.append(what)
        else:
            each.append(f"{Decimal(f'{value:.2g}'):f} {what}")
    said = [f"{' and '.join(each)} for each £1,000 a year"] if each else []
    return "; ".join([*said, *([f"{' and '.join(open_)} cannot be told from nothing"] if open_ else [])])


def positive(found: tuple[float, float, float]) -> tuple[float, float, float]:
    """A difference so that its mean is not below nought."""
    mean, low, high = found
    return found if mean >= 0 else (-mean, -high, -low)


def points(found: tuple[float, float, float], futures: int) -> str:
    """A difference of chances in points."""
    return difference(found, "share", futures, signed=True, after=" points").replace("+", "")
