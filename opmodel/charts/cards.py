"""The headline figures of each structure in words: what cards on a page show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from opmodel.comparison.verdicts import display_name
from opmodel.metrics.catalogue import METRICS
from opmodel.wording import unit_words, with_interval

if TYPE_CHECKING:
    from opmodel.comparison import Comparison

#: Metric and label of each line of a card.
LINES = {
    "throughput": "Throughput",
    "backlog": "Backlog at the end",
    "not_served": "Not served",
    "lead_time_p50_statutory": "Lead time, statutory, half within",
    "lead_time_p85_statutory": "Lead time, statutory, 85 % within",
    "lead_time_p50_discretionary": "Lead time, discretionary, half within",
    "lead_time_p85_discretionary": "Lead time, discretionary, 85 % within",
    "in_time_statutory": "In time, statutory",
    "in_time_discretionary": "In time, discretionary",
    "skills_gap": "Skills gap",
    "cost_per_request": "Cost per delivered request",
}
#: Mark before each kind of verdict: its meaning does not hang on colour.
MARKS = {"better": "▲", "worse": "▼", "practically the same": "=", "cannot tell yet": "?"}


@dataclass(frozen=True, slots=True)
class Line:
    """One figure of a structure."""

    label: str
    value: str
    """Mean with its interval and unit."""
    against: str
    """Difference to the reference with its interval and verdict; empty for the reference itself."""
    meaning: str
    """What the figure is."""


@dataclass(frozen=True, slots=True)
class Card:
    """The headline figures of one structure."""

    structure: str
    reference: bool
    lines: tuple[Line, ...]

    @property
    def title(self) -> str:
        """The structure's name as a heading: a user's own capitals stay."""
        return self.structure[:1].upper() + self.structure[1:]


def cards(found: Comparison) -> tuple[Card, ...]:
    """One card for each structure, the reference first."""
    summary, verdicts = found.summary(), {(v.scenario, v.metric): v for v in found.verdicts}
    rows = {(row["scenario"], row["metric"]): row for row in summary[summary["group"] == "all"].to_dict("records")}
    beside = display_name(found.reference)
    made = []
    for name in (found.reference, *found.others):
        lines = []
        for metric, label in LINES.items():
            row, judged = rows.get((name, metric)), verdicts.get((name, metric))
            if row is None or row["n"] == 0:
                continue
            against = "" if judged is None else _against(judged, metric, beside)
            lines.append(Line(label, _value(row), against, METRICS[metric].meaning.split("\n\n")[0]))
        made.append(Card(display_name(name), name == found.reference, tuple(lines)))
    return tuple(made)


def _value(row: dict[Any, Any]) -> str:
    if row["not_reached"]:
        return f"not reached in {row['not_reached']} of {row['n']} futures"
    low, high = (row[f"joint_{end}"] if pd.notna(row[f"joint_{end}"]) else row[end] for end in ("low", "high"))
    unit = unit_words(row["unit"])
    return f"{with_interval(row['mean'], low, high, row['unit'])}{f' {unit}' if unit else ''}"


def _against(judged: Any, metric: str, reference: str) -> str:
    unit = METRICS[metric].unit
    kind = f"{MARKS[judged.kind]} {judged.kind}"
    if pd.isna(judged.difference):
        return f"{kind} (against {reference})"
    words = with_interval(judged.difference, judged.low, judged.high, unit, signed=True)
    words = words.replace("-", "\u2212").replace("+", "+\u2060")  # signs at which no line breaks
    spoken = unit_words(unit, signed=True)
    return f"{kind}: {words}{f' {spoken}' if spoken else ''}"
