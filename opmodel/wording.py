"""Figures in words: as many digits as they bear, with their unit."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from opmodel.scenario.scenario import Scenario

#: What every export says.
USE = (
    "For a decision about how work is organised. Results are consequences of stated assumptions and no basis for "
    "selecting or assessing individuals."
)


def figure(value: float | None, unit: str, half: float | None = None, *, signed: bool = False) -> str:
    """One figure: shares as percentages, money with its sign, a word where there is none.

    Args:
        value: None or NaN where there was nothing to measure, inf where it was not reached.
        unit: the metric's unit.
        half: half the width of its interval, which says how many decimals it bears.
        signed: whether it is a difference: with its sign, shares in points.
    """
    if value is None or math.isnan(value):
        return "no cases"
    if math.isinf(value):
        return "not reached"
    percent, money = unit.startswith("share"), unit.startswith("GBP")
    value, half = (100 * value, 100 * half if half else half) if percent else (value, half)
    scale = half / 2.0 if half and math.isfinite(half) else abs(value) / 100.0
    decimals = 1 if scale <= 0 else min(1 if percent else 2, max(0, -math.floor(math.log10(scale))))
    text = f"{abs(value):,.{0 if money else decimals}f}"
    nothing = float(text.replace(",", "")) == 0.0
    sign = "" if nothing else "-" if value < 0 else "+" if signed else ""
    return f"{sign}{'£' * money}{text}{' %' * (percent and not signed)}"


def plain_figure(value: float, unit: str) -> str:
    """A figure that somebody stated, with no more digits than were stated."""
    if unit.startswith("share"):
        return f"{100 * value:g} %"
    return f"£{value:,g}" if unit.startswith("GBP") else f"{value:,g}"


def unit_words(unit: str, *, signed: bool = False) -> str:
    """What is left to say of a unit beside :func:`figure`."""
    if signed and unit.startswith("share"):
        return "points"
    return unit.removeprefix("GBP").removeprefix("share").strip()


def with_interval(
    value: float | None, low: float | None, high: float | None, unit: str, *, signed: bool = False
) -> str:
    """A mean and its interval, such as ``11.2 (10.9 to 11.5)``."""
    if value is None or low is None or high is None or not all(map(math.isfinite, (value, low, high))):
        return figure(value, unit, signed=signed)
    half = (high - low) / 2.0
    if signed and low * high > 0.0:  # an end near nought must not be rounded to it
        half = min(half, 2.0 * min(abs(low), abs(high)))
    mean, *ends = (figure(number, unit, half, signed=signed) for number in (value, low, high))
    return f"{mean} ({ends[0].removesuffix(' %')} to {ends[1]})"


def listed(parts: Iterable[str], between: str = ", ") -> str:
    """Several things in a sentence: ``a, b and c``; nothing where there are none."""
    *before, last = tuple(parts) or ("",)
    return f"{between.join(before)} and {last}" if before else last


def provenance_line(provenance: Mapping[str, Any]) -> str:
    """What a result rests on, in one line."""
    facts = dict(provenance)
    versions, scenarios = facts.pop("versions", {}), facts.pop("scenarios", {})
    said = [f"{key.replace('_', ' ')} {value}" for key, value in facts.items()]
    if scenarios:
        hashes = ", ".join(f"{name.replace('_', '-')} {about['hash']}" for name, about in scenarios.items())
        said.insert(0, f"scenario hashes {hashes}")
    return "; ".join([*said, *(f"{name} {version}" for name, version in versions.items())])


def by_when(month: float) -> str:
    """By when a target is read, such as ``by month 6``; a steady state has no month."""
    return "in the long run" if math.isnan(month) else f"by month {month:g}"


def study_sentence(scenario: Scenario) -> str:
    """Which study is shown: transition from today, or steady state."""
    study = scenario.study
    if study.kind == "transition":
        return f"A transition from today's people, familiarity and backlog over {study.horizon_weeks} weeks."
    return f"A steady state over {study.horizon_weeks} weeks, the first {study.warm_up_weeks} cut off."


def about_seconds(seconds: float) -> str:
    """A time to wait, no more precise than it is known."""
    if seconds < 1.5:
        return "a second"
    if seconds < 90:
        return f"{seconds:.0f} seconds"
    return f"{seconds / 60:.0f} minutes"
