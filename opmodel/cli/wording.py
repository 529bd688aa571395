"""Figures in words: as many digits as they bear, with their unit."""

from __future__ import annotations

import math


def figure(value: float | None, unit: str, half: float | None = None) -> str:
    """One figure: shares as percentages, money with its sign, a word where there is none.

    Args:
        value: None or NaN where there was nothing to measure, inf where it was not reached.
        unit: the metric's unit.
        half: half the width of its interval, which says how many decimals it bears.
    """
    if value is None or math.isnan(value):
        return "no cases"
    if math.isinf(value):
        return "not reached"
    percent = unit.startswith("share")
    value, half = (100 * value, 100 * half if half else half) if percent else (value, half)
    scale = half if half and math.isfinite(half) else abs(value) / 100.0
    most = 1 if percent else 3
    decimals = 1 if scale <= 0 else min(most, max(0, -math.floor(math.log10(scale))))
    if unit.startswith("GBP"):
        return f"£{value:,.0f}"
    text = f"{value:,.{decimals}f}"
    text = text.removeprefix("-") if float(text.replace(",", "")) == 0.0 else text
    return f"{text} %" if percent else text


def unit_words(unit: str) -> str:
    """What is left to say of a unit beside :func:`figure`."""
    return unit.removeprefix("GBP").removeprefix("share").strip()


def with_interval(value: float | None, low: float | None, high: float | None, unit: str) -> str:
    """A mean and its interval, such as ``11.2 (10.9 to 11.5)``."""
    if value is None or low is None or high is None or not all(map(math.isfinite, (value, low, high))):
        return figure(value, unit)
    half = (high - low) / 2.0
    mean, ends = figure(value, unit, half), [figure(end, unit, half) for end in (low, high)]
    return f"{mean} ({ends[0].removesuffix(' %')} to {ends[1]})"


def provenance_line(provenance: dict[str, object]) -> str:
    """What a result rests on, in one line."""
    versions = provenance.get("versions")
    said = [f"{name} {version}" for name, version in versions.items()] if isinstance(versions, dict) else []
    facts = [f"{key.replace('_', ' ')} {value}" for key, value in provenance.items() if key != "versions"]
    return "; ".join([*facts, *said])
