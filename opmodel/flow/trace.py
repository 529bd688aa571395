"""Arrivals taken from a log: the same in every replication and under every structure."""

from __future__ import annotations

import csv
import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from opmodel.flow.calendar import day_of
from opmodel.scenario.problems import Problem, ScenarioError
from opmodel.scenario.scenario import Scenario

Array = npt.NDArray[Any]
#: Office hours that the working day is mapped to.
OPENS, CLOSES = 9.0, 17.0


@dataclass(frozen=True)
class Logged:
    """Requests of a log: arrival in working days, directorate and type codes, effort if logged."""

    time: Array
    directorate: Array
    kind: Array
    effort: Array | None

    def place(self, scenario: Scenario) -> tuple[Array, Array, Array | None]:
        """Stream and arrival of each request, within the horizon."""
        inside = (self.time >= 0) & (self.time < 5.0 * scenario.study.horizon_weeks)
        stream = self.kind * len(scenario.directorates) + self.directorate
        return stream[inside], self.time[inside], None if self.effort is None else self.effort[inside]


def working_time(start: dt.date, stamps: Array) -> Array:
    """Times of a log as working days; off-hours arrivals move to the next working instant."""
    date = stamps.astype("datetime64[D]")
    hour = (stamps - date).astype("timedelta64[s]").astype(float) / 3600.0
    weekday = np.is_busday(date)
    day = day_of(start, date).astype(float)
    inside = np.clip((hour - OPENS) / (CLOSES - OPENS), 0.0, 1.0)
    return np.where(weekday, day + inside, day)


def read_trace(scenario: Scenario) -> Logged | None:
    """Read the log a scenario names, None if it names none.

    Rows without an arrival time are left out; directorates must be the scenario's.

    Raises:
        ScenarioError: the file cannot be read, or a column, directorate or number is not as named.
    """
    spec = scenario.trace
    if spec is None:
        return None
    rows: list[tuple[str, str, str, str]] = []
    try:
        with Path(spec.file).open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            missing = [c for c in (spec.arrival, spec.directorate, spec.type, spec.effort)
                       if c is not None and c not in (reader.fieldnames or [])]
            if missing:
                raise ScenarioError([Problem(spec.file, 1, 1, f"trace.{c}", f"the log has no column '{c}'")
                                     for c in missing])
            for row in reader:
                if row[spec.arrival]:
                    rows.append((row[spec.arrival], row[spec.directorate], row[spec.type] if spec.type else "",
                                 row[spec.effort] if spec.effort else ""))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ScenarioError([Problem(spec.file, 1, 1, "trace.file", f"cannot be read: {error}")]) from error
    directorates = {name: k for k, name in enumerate(scenario.directorates)}
    types = {name: k for k, name in enumerate(scenario.request_types)}
    unknown = sorted({r[1] for r in rows} - set(directorates))
    if unknown:
        raise ScenarioError([Problem(spec.file, 1, 1, f"trace.{spec.directorate}",
                                     f"unknown directorate '{name[:60]}' in the log") for name in unknown[:20]])
    try:
        stamps = np.array([r[0] for r in rows], "datetime64[s]")
        effort = np.array([float(r[3]) for r in rows]) if spec.effort else None
    except ValueError as error:
        raise ScenarioError([Problem(spec.file, 1, 1, "trace", f"not a time or number: {error}")]) from error
    kind = np.array([types[spec.types.get(r[2], spec.default)] for r in rows], np.int64)
    return Logged(working_time(scenario.start, stamps), np.array([directorates[r[1]] for r in rows], np.int64),
                  kind, effort)
