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

    Rows without an arrival time are left out; directorates must be the scenario's. Times are taken as written,
    whatever their time zone.

    Raises:
        ScenarioError: the file cannot be read, a column, directorate, time or number is not as it should be,
            or no request lies within the study.
    """
    spec = scenario.trace
    if spec is None:
        return None
    columns = {"arrival": spec.arrival, "directorate": spec.directorate, "type": spec.type, "effort": spec.effort}
    try:
        with Path(spec.file).open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = {field: c for field, c in columns.items() if c is not None and c not in (reader.fieldnames or [])}
            if missing:
                raise ScenarioError([Problem(spec.file, 1, 1, f"trace.{field}", f"the log has no column '{c}'")
                                     for field, c in missing.items()])
            rows = [(reader.line_num, row) for row in reader if row[spec.arrival]]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ScenarioError([Problem(spec.file, 1, 1, "trace.file", f"cannot be read: {error}")]) from error
    directorates = {name: k for k, name in enumerate(scenario.directorates)}
    types = {name: k for k, name in enumerate(scenario.request_types)}
    problems: dict[tuple[str, str], Problem] = {}  # each kind of problem once, where it comes first
    stamps, asks, kinds, efforts = [], [], [], []
    for line, row in rows:
        who, what, effort = row[spec.directorate], row[spec.type] if spec.type else "", 0.0
        try:
            stamps.append(dt.datetime.fromisoformat(row[spec.arrival].strip()).replace(tzinfo=None))
        except ValueError:
            _note(problems, spec.file, line, "arrival", "should be a time such as 2026-04-07 14:30", row[spec.arrival])
        if who not in directorates:
            _note(problems, spec.file, line, "directorate", "unknown directorate", who)
        if spec.effort is not None:
            try:
                effort = float(row[spec.effort])
            except (TypeError, ValueError):
                effort = -1.0
            if not 0.0 <= effort < 1e6:
                _note(problems, spec.file, line, "effort", "should be working days, not negative", row[spec.effort])
        asks.append(directorates.get(who, 0))
        kinds.append(types[spec.types.get(what, spec.default)])
        efforts.append(effort)
    if problems:
        raise ScenarioError(list(problems.values())[:20])
    logged = Logged(
        working_time(scenario.start, np.array(stamps, "datetime64[s]")), np.array(asks, np.int64),
        np.array(kinds, np.int64), np.array(efforts) if spec.effort is not None else None,
    )
    if logged.place(scenario)[0].size == 0:
        text = f"no request of the log lies in the {scenario.study.horizon_weeks} weeks from {scenario.start}"
        raise ScenarioError([Problem(spec.file, 1, 1, "trace.file", text)])
    return logged


def _note(problems: dict[tuple[str, str], Problem], file: str, line: int, field: str, text: str, given: object) -> None:
    shown = "nothing" if given is None else f"'{str(given)[:60]}'"
    problems.setdefault((field, shown), Problem(file, line, 1, f"trace.{field}", f"{text} (got {shown})"))
