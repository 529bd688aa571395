"""Tables of a run as data frames with names instead of codes, and as a standard event log."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from opmodel.flow.calendar import date_of
from opmodel.records import TASK, WEEK_FIELDS, Run
from opmodel.scenario.demand import CLASSES, LEVELS
from opmodel.scenario.quantity import HOURS_PER_DAY

if TYPE_CHECKING:
    import pandas as pd

FATES = ("open", "delivered", "abandoned", "not_raised")
ORIGINS = ("demand", "upkeep", "shadow")
KINDS = ("task", "gate", "clarification")


def _named(codes: np.ndarray, names: tuple[str, ...], missing: str = "") -> np.ndarray:
    """Names of codes; -1 is missing."""
    return np.asarray(np.array([*names, missing], object)[codes])


def frame(run: Run, table: str) -> pd.DataFrame:
    """One of the tables ``requests``, ``tasks``, ``weeks`` of a run, with names instead of codes.

    Raises:
        KeyError: no such table.
    """
    import pandas as pd

    names = run.names
    if table == "requests":
        out = pd.DataFrame({k: v for k, v in run.requests.items()})
        out["type"] = _named(run.requests["type"], names.types, "upkeep")
        out["directorate"] = _named(run.requests["directorate"], names.directorates)
        out["second"] = _named(run.requests["second"], names.directorates)
        out["class"] = _named(run.requests["class"], CLASSES)
        out["fate"] = _named(run.requests["fate"], FATES)
        out["origin"] = _named(run.requests["origin"], ORIGINS)
        return out
    if table == "tasks":
        out = pd.DataFrame({k: v for k, v in run.tasks.items()})
        out["kind"] = _named(run.tasks["kind"], KINDS)
        out["skill"] = _named(run.tasks["skill"], names.skills)
        out["level"] = _named(run.tasks["level"], LEVELS)
        out["team"] = _named(run.tasks["team"], names.teams)
        out["from_team"] = _named(run.tasks["from_team"], names.teams)
        out["person"] = _named(run.tasks["person"], names.seats)
        return out
    if table != "weeks":
        raise KeyError(table)
    entities = {"person": names.seats, "team": names.teams, "directorate": names.directorates,
                "organisation": ("organisation",)}
    parts = []
    for (kind, field), values in run.weeks.items():
        weeks, n = values.shape
        assert field in WEEK_FIELDS[kind]
        parts.append(pd.DataFrame({
            "week": np.repeat(np.arange(weeks), n), "kind": kind,
            "name": np.tile(np.array(entities[kind], object), weeks), "field": field, "value": values.ravel(),
        }))
    return pd.concat(parts, ignore_index=True)


def event_log(run: Run) -> pd.DataFrame:
    """Worked visits as a standard event log: a start and a complete event per visit.

    Columns ``case:concept:name``, ``concept:name``, ``org:resource`` (a post code, no person),
    ``org:group``, ``lifecycle:transition`` and ``time:timestamp`` (working days as dates and hours).
    """
    import pandas as pd

    tasks = frame(run, "tasks")
    worked = tasks[(run.tasks["kind"] == TASK) & ~np.isnan(run.tasks["started"])]
    number = run.requests["number"][worked["request"].to_numpy()]
    parts = []
    for transition, column in (("start", "started"), ("complete", "finished")):
        time = worked[column].to_numpy()
        known = ~np.isnan(time)
        day = np.floor(time[known])
        stamp = date_of(run.scenario.start, day.astype(np.int64)).astype("datetime64[s]")
        stamp = stamp + (9 * 3600 + (time[known] - day) * HOURS_PER_DAY * 3600).astype("timedelta64[s]")
        parts.append(pd.DataFrame({
            "case:concept:name": number[known],
            "concept:name": worked["skill"].to_numpy()[known],
            "org:resource": worked["person"].to_numpy()[known],
            "org:group": worked["team"].to_numpy()[known],
            "lifecycle:transition": transition,
            "time:timestamp": stamp,
        }))
    log = pd.concat(parts, ignore_index=True)
    return log.sort_values(["time:timestamp", "case:concept:name", "lifecycle:transition"], kind="stable",
                           ignore_index=True)
