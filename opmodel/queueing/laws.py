"""Laws that hold in every run whatever is assumed: checked on a run's own tables, one against another.

Each law sets what the requests table says beside what the tasks table or the weekly record says; the two are
filled at different places of the simulation. A law is a pure function of a run.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from opmodel.metrics.window import window_of
from opmodel.records import ABANDONED, DELIVERED, NOT_RAISED, OPEN, TASK, Column, Floats, Run
from opmodel.scenario.quantity import DAYS_PER_WEEK

#: Days (or shares) below which two figures are the same: rounding of sums, nothing else.
ROUNDING = 1e-6
LAWS: dict[str, str] = {
    "conservation": "Raised = delivered + abandoned + still open, at every week's end, for each directorate and type",
    "little": "Mean number open x length of the study = time that requests spent open, for each directorate and type "
              "(Little's law)",
    "one_task": "Nobody has two tasks in hand at once, and nobody works longer in a week than on duty",
    "order": "Nothing happens before its turn: raised, ready, queued, started, finished; no negative times",
    "queues": "Tasks counted in each team's queue at every week's end = tasks whose record says that they waited",
}
UNITS = {"conservation": "requests", "little": "share", "one_task": "days", "order": "days", "queues": "tasks"}


@dataclass(frozen=True, slots=True)
class Kept:
    """How well a run (or several) kept one law."""

    law: str
    """Name in :data:`LAWS`."""
    checks: int
    """Comparisons made."""
    failed: int
    """Comparisons that do not hold."""
    worst: float
    """Largest error of any, in the unit of the law."""

    def __add__(self, other: Kept) -> Kept:
        """Both together."""
        worst = max(self.worst, other.worst)
        return Kept(self.law, self.checks + other.checks, self.failed + other.failed, worst)


def laws_kept(run: Run) -> tuple[Kept, ...]:
    """Check every law on one run."""
    return conservation(run), little(run), one_task(run), order(run), queues(run)


def laws_of(run: Run) -> tuple[Kept, ...]:
    """The same where a run ends, in whichever process; its tables may not be read afterwards."""
    from opmodel.recording import forget

    found = laws_kept(run)
    forget(run)
    return found


def conservation(run: Run) -> Kept:
    """Requests raised, delivered and abandoned so far, against the visits under way, week by week and cell by cell."""
    table, tasks = run.requests, run.tasks
    cell, cells = _cells(run)
    ends: Floats = DAYS_PER_WEEK * np.arange(1.0, run.scenario.study.horizon_weeks + 1.0)
    flowing = table["fate"] != NOT_RAISED
    arrived = _so_far(_entered(table["raised"]), flowing, cell, cells, ends)
    delivered, abandoned = (
        _so_far(table["closed"], table["fate"] == fate, cell, cells, ends) for fate in (DELIVERED, ABANDONED)
    )
    its = cell[tasks["request"]]
    every = np.ones(its.size, bool)
    under_way = _so_far(tasks["ready"], every, its, cells, ends) - _so_far(tasks["finished"], every, its, cells, ends)
    # What the table calls open must be what has no end, and nothing else.
    unknown = np.isnan(table["closed"][flowing]) != (table["fate"][flowing] == OPEN)
    return _judged("conservation", np.append((arrived - delivered - abandoned - under_way).ravel(), unknown.sum()))


def little(run: Run) -> Kept:
    """Area under the number open, from the requests table, against time in the system, from the tasks table."""
    table, tasks = run.requests, run.tasks
    cell, cells = _cells(run)
    window = window_of(run.scenario)
    begin, end = window.start, window.end
    flowing = table["fate"] != NOT_RAISED
    closed = np.where(np.isnan(table["closed"]), end, table["closed"])[flowing]
    entered, mine = _entered(table["raised"])[flowing], cell[flowing]
    # The number open is a step function: up where a request enters, down where it is closed.
    time = np.clip(np.concatenate((entered, closed)), begin, end)
    step = np.repeat([1.0, -1.0], entered.size)
    owner = np.concatenate((mine, mine))
    order_ = np.lexsort((time, owner))
    time, step, owner = time[order_], step[order_], owner[order_]
    number = np.cumsum(step)  # back at nought after each cell: all that went up came down
    until = np.append(time[1:], end)
    last = np.append(owner[1:] != owner[:-1], True) if owner.size else np.zeros(0, bool)
    area = np.bincount(owner, number * np.where(last, 0.0, until - time), cells)
    stop = np.where(np.isnan(tasks["finished"]), end, tasks["finished"])
    spent = np.clip(stop, begin, end) - np.clip(tasks["ready"], begin, end)
    spent_in = np.bincount(cell[tasks["request"]], spent, cells)
    return _judged("little", (area - spent_in) / np.maximum(np.maximum(area, spent_in), 1.0))


def one_task(run: Run) -> Kept:
    """Overlaps of the times that one person had tasks in hand; weeks with more work than time on duty."""
    tasks = run.tasks
    held = (tasks["person"] >= 0) & ~np.isnan(tasks["started"])
    person, began = tasks["person"][held], tasks["started"][held]
    ended = np.where(np.isnan(tasks["finished"][held]), run.horizon, tasks["finished"][held])
    order_ = np.lexsort((ended, began, person))
    person, began, ended = person[order_], began[order_], ended[order_]
    same = person[1:] == person[:-1]
    overlap = np.maximum(ended[:-1] - began[1:], 0.0)[same]
    worked, on_duty = run.weeks["person", "worked"], run.weeks["person", "on_duty"]
    return _judged("one_task", np.concatenate((overlap, np.maximum(worked - on_duty, 0.0).ravel())))


def order(run: Run) -> Kept:
    """Steps backwards in time in either table, and time in hand that does not add up."""
    table, tasks = run.requests, run.tasks
    raised = _entered(table["raised"])
    flowing = table["fate"] != NOT_RAISED
    pairs = [
        *((tasks[a], tasks[b]) for a, b in (("ready", "queued"), ("queued", "started"), ("started", "finished"))),
        (raised[flowing], table["first_start"][flowing]),
        (table["first_start"][flowing], table["closed"][flowing]),
        (raised[flowing], table["closed"][flowing]),
        (0.0 * tasks["worked"], tasks["worked"]),
    ]
    back = [np.maximum(earlier - later, 0.0) for earlier, later in pairs]
    known = [step[~np.isnan(step)] for step in back]
    touch = np.bincount(tasks["request"], tasks["worked"], raised.size)
    return _judged("order", np.concatenate((*known, np.abs(touch - table["touch"]))))


def queues(run: Run) -> Kept:
    """Tasks in each team's queues at each week's end but the last, from the visits and from the weekly record."""
    tasks, teams = run.tasks, len(run.names.teams)
    counted = run.weeks["team", "queued"]
    weeks = counted.shape[0] - 1  # the horizon itself belongs to the last week, the other ends do not
    ends: Floats = DAYS_PER_WEEK * np.arange(1.0, weeks + 1.0)
    waits = (tasks["kind"] == TASK) & (tasks["team"] >= 0) & ~np.isnan(tasks["queued"])
    until = np.where(np.isnan(tasks["started"]), tasks["finished"], tasks["started"])
    team = np.maximum(tasks["team"], 0)
    there = _so_far(tasks["queued"], waits, team, teams, ends, "right")
    gone = _so_far(until, waits, team, teams, ends, "right")
    return _judged("queues", (there - gone).T - counted[:weeks])


def _judged(law: str, errors: Floats) -> Kept:
    size = np.abs(np.asarray(errors, float)).ravel()
    wrong = ~(size <= ROUNDING)  # not a number is wrong, too
    worst = float(np.nanmax(size)) if size.size and not np.isnan(size).all() else 0.0
    return Kept(law, int(size.size), int(wrong.sum()), worst)


def _entered(raised: Column) -> Floats:
    """When each request is there to be worked on: the opening backlog from the start."""
    return np.asarray(np.maximum(raised, 0.0))


def _cells(run: Run) -> tuple[Column, int]:
    """Directorate and type of each request as one number (upkeep is a type of its own), and how many there are."""
    types = len(run.names.types) + 1
    kind = np.where(run.requests["type"] < 0, types - 1, run.requests["type"])
    return run.requests["directorate"] * types + kind, len(run.names.directorates) * types


def _so_far(
    time: Column, which: Column, cell: Column, cells: int, ends: Floats, side: str = "left"
) -> Floats:
    """How many had happened by each week's end, (cells, weeks).

    Args:
        time: when; NaN not yet.
        which: rows that count.
        cell: of each row.
        cells: number of cells.
        ends: ends of weeks.
        side: "left" counts what happens at a week's end as that week's, "right" as the next one's.
    """
    rows = which & ~np.isnan(time)
    week = np.searchsorted(ends, time[rows], side="left" if side == "left" else "right")
    inside = week < ends.size
    code = cell[rows][inside] * ends.size + week[inside]
    return np.asarray(np.bincount(code, minlength=cells * ends.size).reshape(cells, ends.size).cumsum(axis=1), float)
