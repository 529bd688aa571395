"""What is assumed about the levers beside structure: how much they do and what they cost, with ranges and sources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from opmodel.comparison.resting import without_codes
from opmodel.scenario.quantity import TAG_MEANING, Parameter

if TYPE_CHECKING:
    import pandas as pd

_NONE = "no published figure found"


def _share(base: float, low: float, high: float, source: str = _NONE) -> Parameter:
    return Parameter(base, low, high, tag="A", source=source, unit="share")


def _pounds(base: float, low: float, high: float, source: str = _NONE, *, sourced: bool = False) -> Parameter:
    return Parameter(base, low, high, tag="S" if sourced else "A", source=source, unit="GBP")


#: Every assumed figure by name: what it is called, and its value with range, tag and source.
FIGURES: dict[str, tuple[str, Parameter]] = {
    "hired": (
        "People hired", Parameter(2.0, 1.0, 5.0, tag="A", source="a decision of the organisation"),
    ),
    "reports_stopped": (
        "Share of regular reports stopped", _share(0.5, 0.25, 0.75, "a decision of the organisation"),
    ),
    "self_service": (
        "Share of small requests answered by self-service",
        _share(0.2, 0.05, 0.4, "vendors claim up to 80 %; no figure measured in a council found"),
    ),
    "self_service_users": (
        "People who serve themselves", Parameter(300.0, 100.0, 600.0, tag="A", source=_NONE),
    ),
    "self_service_licence": (
        "Licence of each of them, pounds a year",
        _pounds(96.0, 84.0, 132.0, "Power BI Pro, 7 to 11 pounds a month (claritybusinessintelligence.co.uk)",
                sourced=True),
    ),
    "self_service_set_up": (
        "Setting self-service up, pounds once", _pounds(40_000.0, 20_000.0, 80_000.0),
    ),
    "ai_saved": (
        "Effort saved by an AI assistant, before checking",
        _share(0.10, 0.0, 0.25, "with checking taken off, the 26 minutes a day that 20,000 civil servants reported "
               "(Government Digital Service 2025); a controlled pilot found no robust gain (Department for Business "
               "and Trade 2025)"),
    ),
    "ai_checking": (
        "Effort added by checking what it wrote", _share(0.04, 0.02, 0.10),
    ),
    "ai_licence": (
        "Licence of an AI assistant, pounds a person and year",
        _pounds(285.0, 150.0, 300.0, "list price of 30 dollars a month, before discounts of up to half "
                "(redresscompliance.com)", sourced=True),
    ),
    "maturity_cost": (
        "Keeping data one maturity level better, pounds a year",
        _pounds(120_000.0, 60_000.0, 250_000.0, "about two posts; no published figure found"),
    ),
    "meeting_cost": (
        "One more board meeting, pounds",
        _pounds(1_000.0, 500.0, 2_000.0, "eight members for two and a half hours; no published figure found"),
    ),
}


@dataclass(frozen=True)
class Choices:
    """What the visitor decides about the levers beside structure; everything has a default by a stated rule."""

    figures: Mapping[str, float] = field(default_factory=dict)
    """Own values of :data:`FIGURES`."""
    role: str | None = None
    """Who is hired; default the role with most full-time posts."""
    reports: tuple[str, ...] | None = None
    """Request types of which a share is stopped; default the discretionary ones that come by the calendar."""
    small: tuple[str, ...] | None = None
    """Request types that people serve themselves with; default the discretionary ones of one step that come as needed,
    without the type of shadow work."""
    skills: tuple[str, ...] | None = None
    """Skills that an AI assistant helps with; default those of :data:`HELPED`, or all where a scenario has none."""

    def of(self, name: str) -> float:
        """A figure: the visitor's, else the base.

        Raises:
            ValueError: the visitor's lies outside its range.
        """
        base = FIGURES[name][1]
        value = float(self.figures.get(name, base))
        if not base.low <= value <= base.high:
            raise ValueError(f"{FIGURES[name][0].lower()} goes from {base.low:g} to {base.high:g} (got {value:g})")
        return value


#: Skills that writing and programming assistants are sold for.
HELPED = ("analysis", "visualisation", "engineering", "data_science")


def in_words(value: float, unit: str) -> str:
    """A figure as people write it."""
    if unit == "share":
        return f"{100 * value:g} %"
    return f"£{value:,.0f}" if unit == "GBP" else f"{value:,g}"


def figures_table(choices: Choices) -> pd.DataFrame:
    """One row per assumed figure: figure, value, range, what it rests on."""
    import pandas as pd

    rows = []
    for name, (label, base) in FIGURES.items():
        low, high = in_words(base.low, base.unit), in_words(base.high, base.unit)
        rests_on = TAG_MEANING[base.tag] + (f": {without_codes(base.source)}" if base.source else "")
        rows.append((label, in_words(choices.of(name), base.unit), f"{low} to {high}", rests_on))
    return pd.DataFrame(rows, columns=["figure", "value", "range", "rests on"])
