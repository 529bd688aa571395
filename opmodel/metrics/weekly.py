"""The course of a run, week by week, for charts; small enough to average over replications."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from opmodel.records import ABANDONED, DELIVERED, NOT_RAISED, Column, Floats, Run
from opmodel.scenario.quantity import DAYS_PER_WEEK

#: Label and unit of each series.
SERIES: dict[str, tuple[str, str]] = {
    "backlog": ("backlog at the week's end", "requests"),
    "backlog_days": ("backlog of effort at the week's end", "working days"),
    "raised": ("raised", "requests a week"),
    "delivered": ("delivered", "requests a week"),
    "in_time_statutory": ("in-time rate of four weeks, statutory", "share"),
    "in_time_discretionary": ("in-time rate of four weeks, discretionary", "share"),
    "utilisation": ("utilisation", "share"),
}
#: Weeks over which the in-time rate of a week is taken (it and those before).
IN_TIME_WEEKS = 4


def series(run: Run) -> dict[str, Floats]:
    """Weekly values of :data:`SERIES`, (weeks,) each, from the first week whatever the study's window.

    Backlog days include upkeep, nothing else does. In-time rates are of the requests due in the week
    and the three before it; NaN where none was due. Utilisation is NaN where nobody was on duty.
    """
    table, weeks = run.requests, run.scenario.study.horizon_weeks
    raised_ever = table["fate"] != NOT_RAISED
    asked = raised_ever & (table["type"] >= 0)
    delivered = table["fate"] == DELIVERED
    gone = delivered | (table["fate"] == ABANDONED)
    in_week, out_week = _week(table["raised"], weeks), _week(table["closed"], weeks)
    due_week = _week(table["due"], weeks)
    late = weeks + 1

    def count(week: npt.NDArray[np.intp], which: Column, weight: Column | None = None) -> Floats:
        return np.bincount(np.where(which, week, late), weight, late + 1)[:late].astype(float)

    raised, closed = count(in_week, asked), count(out_week, gone & asked)
    effort = count(in_week, raised_ever, table["effort"]) - count(out_week, gone, table["effort"])
    found = {
        "backlog": np.cumsum(raised - closed)[1:],
        "backlog_days": np.maximum(np.cumsum(effort)[1:], 0.0),
        "raised": raised[1:],
        "delivered": count(out_week, delivered & asked)[1:],
    }
    met = delivered & (table["closed"] <= table["due"])
    legal = asked & table["statutory"].astype(bool)
    seat = run.seats.fte
    with np.errstate(divide="ignore", invalid="ignore"):
        for duty, which in (("statutory", legal), ("discretionary", asked & ~legal)):
            due, good = count(due_week, which)[1:], count(due_week, which & met)[1:]
            found[f"in_time_{duty}"] = _rolling(good) / _rolling(due)
        found["utilisation"] = (run.weeks["person", "worked"] @ seat) / (run.weeks["person", "on_duty"] @ seat)
    return found


def _week(time: Column, weeks: int) -> npt.NDArray[np.intp]:
    """1 for the first week (closed at its end), 0 before the start, weeks + 1 after the last or never."""
    known = np.nan_to_num(time, nan=np.inf, posinf=np.inf)
    week = np.clip(np.ceil(known / DAYS_PER_WEEK), 0, weeks + 1)
    return np.where(known == 0.0, 1, week).astype(np.intp)


def _rolling(weekly: Floats) -> Floats:
    total = np.concatenate((np.zeros(IN_TIME_WEEKS), np.cumsum(weekly)))
    return total[IN_TIME_WEEKS:] - total[:-IN_TIME_WEEKS]
