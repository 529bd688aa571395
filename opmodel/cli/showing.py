"""``opmodel show``: every value of a scenario and what it rests on."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from opmodel.cli.files import loaded
from opmodel.cli.results import Result
from opmodel.cli.tables import Table

if TYPE_CHECKING:
    from opmodel.scenario.values import Value

#: Longest text shown in a table; --json and --csv have the whole.
LONGEST = 60
_COLUMNS = ("path", "value", "unit", "low", "high", "tag", "source", "given", "meaning")


def answer(file: Path, changes: Mapping[str, str], result: Result, *, assumptions_only: bool) -> None:
    """Show the resolved scenario."""
    from opmodel.scenario.quantity import TAG_MEANING
    from opmodel.scenario.values import values

    (scenario,) = loaded([file], changes)
    found = [value for value in values(scenario, changes) if value.assumed or not assumptions_only]
    if result.form == "json":
        result.write_json({
            "file": str(file), "name": scenario.name, "hash": scenario.hash, "tags": TAG_MEANING,
            "values": [{**asdict(value), "value": _plain(value.value)} for value in found],
            **({} if assumptions_only else {"scenario": scenario.document()}),
        })
    elif result.form == "csv":
        result.write(_csv(found))
    else:
        words = ", ".join(f"{tag} {meaning}" for tag, meaning in TAG_MEANING.items() if tag != "file")
        result.write_blocks([
            f"{scenario.name} ({file}, hash {scenario.hash})",
            Table(
                "Assumptions" if assumptions_only else "Values",
                ("path", "value", "unit", "range", "tag", "given by", "source"),
                [_row(value) for value in found], left=7, note=f"Tags: {words}.",
            ),
        ])


def _row(value: Value) -> tuple[str, ...]:
    bounds = "" if value.low is None or value.high is None else f"{_text(value.low)} to {_text(value.high)}"
    tag, source = ("", "") if value.tag == "file" else (value.tag, value.source)
    unit = "" if value.unit == "number" else value.unit
    shown = _text(value.value)
    shown = shown if len(shown) <= LONGEST else f"{shown[: LONGEST - 1]}…"
    return value.path, shown, unit, bounds, tag, value.given, source


def _plain(value: Any) -> Any:
    """A value as JSON can hold it."""
    return value if isinstance(value, (str, int, float, bool, list, type(None))) else str(value)


def _text(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.6g}"
    if value is None or value in ("", {}, []):
        return "none"
    if isinstance(value, list):
        return ", ".join(map(_text, value))
    return json.dumps(value) if isinstance(value, bool) else str(value)


def _csv(found: Sequence[Value]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for value in found:
        writer.writerow([getattr(value, column) if column != "value" else _text(value.value) for column in _COLUMNS])
    return out.getvalue()
