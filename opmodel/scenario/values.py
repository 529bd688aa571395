"""Every value of a resolved scenario in a row: what it is, what it rests on, and who stated it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from opmodel.scenario.quantity import Parameter
from opmodel.scenario.scenario import Scenario
from opmodel.scenario.section import Section
from opmodel.scenario.study import Mechanisms

Given = Literal["file", "default", "--set"]
UNITS = {"days": "working days", "share": "share", "GBP": "GBP", "number": "number"}


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a scenario."""

    path: str
    """Dotted path, as ``--set`` takes it."""
    value: Any
    """The number, text, date, switch or list."""
    unit: str
    """Unit of a number, empty for anything else."""
    low: float | None
    """Least plausible value; None where there is no range."""
    high: float | None
    """Greatest plausible value."""
    tag: str
    """S sourced, D derived, G general knowledge, A assumption, file stated by the file; empty if not a number."""
    source: str
    """What it rests on."""
    given: Given
    """Whether the file (or one it extends) stated it, a default did, or ``--set``."""
    meaning: str
    """What the field means."""

    @property
    def assumed(self) -> bool:
        """Whether it is an assumption, without a published source."""
        return self.tag == "A"


def values(scenario: Scenario, changed: Collection[str] = ()) -> list[Value]:
    """Every value of a scenario, in the order of the reference.

    Args:
        scenario: as loaded; what is left to a default is there too.
        changed: dotted paths that were set beside the file.
    """
    return list(_within(scenario, "", stated=True, meaning="", changed=changed))


def _within(part: Any, path: str, *, stated: bool, meaning: str, changed: Collection[str]) -> Iterator[Value]:
    if isinstance(part, Section):
        for name, field in type(part).model_fields.items():
            value = getattr(part, name)
            if isinstance(part, Mechanisms):
                value = part.on(name)
            yield from _within(
                value, f"{path}.{name}".lstrip("."), stated=stated and name in part.model_fields_set,
                meaning=" ".join((field.description or "").split()), changed=changed,
            )
    elif isinstance(part, dict) and part:
        for name, child in part.items():
            yield from _within(child, f"{path}.{name}", stated=stated, meaning=meaning, changed=changed)
    elif isinstance(part, list) and any(isinstance(item, (Section, Parameter)) for item in part):
        for index, child in enumerate(part):
            yield from _within(child, f"{path}.{index}", stated=stated, meaning=meaning, changed=changed)
    else:
        given: Given = "file" if stated else "default"
        if any(path == change or path.startswith(f"{change}.") for change in changed):
            given = "--set"
        yield _value(part, path, given, meaning)


def _value(part: Any, path: str, given: Given, meaning: str) -> Value:
    if not isinstance(part, Parameter):
        return Value(path, part, "", None, None, "", "", given, meaning)
    low, high = (part.low, part.high) if part.uncertain else (None, None)
    return Value(path, float(part), UNITS[part.unit], low, high, part.tag, part.source, given, meaning)
