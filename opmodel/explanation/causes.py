"""Where a request's time goes: every working day between raising and delivery has exactly one cause."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from opmodel.metrics.window import Window
from opmodel.records import CLARIFICATION, DELIVERED, GATE, TASK, Column, Floats, Run

#: What a cause is, in the chart: somebody works, the request waits, or it is done again.
WORK, WAIT, AGAIN = "work", "waiting", "done again"


class Cause(NamedTuple):
    """One way in which a request spends time."""

    label: str
    """What it is called in tables."""
    kind: str
    """WORK, WAIT or AGAIN."""
    meaning: str
    """Its definition in words."""


CAUSES: dict[str, Cause] = {
    "touch": Cause("work, first pass", WORK, "somebody on duty works on it, first pass"),
    "queue": Cause("waiting: no one free", WAIT, "it stands in a team's queue; whoever could do it is busy or away"),
    "skill": Cause("waiting: nobody has the skill", WAIT, "nobody on its route is employed with the skill and level"),
    "hand_off": Cause("waiting: on its way to another team", WAIT, "it travels from one team or sub-team to another"),
    "gate": Cause("waiting: governance board", WAIT, "it waits for the board's decision"),
    "requester": Cause("waiting: the requester", WAIT, "it waits for the requester to clarify it"),
    "away": Cause("waiting: its person is away", WAIT, "somebody began it and is on leave, sick or in training"),
    "rework": Cause("rework, its work and its waiting", AGAIN, "all work and waiting of repeated passes"),
    "before": Cause("waiting: before the study began", WAIT, "it was open already when the study began: its age then"),
}


def days_by_cause(run: Run) -> Floats:
    """Working days of every request by cause, (requests, causes).

    The causes of a delivered request add up to its lead time. Visits of a request follow on each other without
    a gap, so each day lies in one visit; what lies before the first visit is the age of the opening backlog.
    Of requests not delivered only finished visits count.

    Args:
        run: one replication.
    """
    tasks, n = run.tasks, run.requests["fate"].size
    ready, finished, kind = tasks["ready"], tasks["finished"], tasks["kind"]
    over = ~np.isnan(finished)
    first, task = over & (tasks["pass"] == 0), kind == TASK
    at_queue, begun = ~np.isnan(tasks["queued"]), ~np.isnan(tasks["started"])
    began = np.where(begun, tasks["started"], finished)
    joined = np.where(at_queue, tasks["queued"], finished)
    nowhere = task & ~at_queue & (tasks["team"] < 0)
    days = {
        "touch": np.where(task & begun, tasks["worked"], 0.0),
        "queue": np.where(task & at_queue, began - tasks["queued"], 0.0),
        "skill": np.where(nowhere, finished - ready, 0.0),
        "hand_off": np.where(task & ~nowhere, joined - ready, 0.0),
        "gate": np.where(kind == GATE, finished - ready, 0.0),
        "requester": np.where(kind == CLARIFICATION, finished - ready, 0.0),
        "away": np.where(task & begun, finished - began - tasks["worked"], 0.0),
    }
    found = np.zeros((n, len(CAUSES)))
    for k, name in enumerate(CAUSES):
        if name in days:
            found[:, k] = _sum(tasks, n, first, days[name])
        elif name == "rework":
            found[:, k] = _sum(tasks, n, over & ~first, finished - ready)
        else:
            start = np.full(n, np.inf)
            np.minimum.at(start, tasks["request"], ready)
            age = start - run.requests["raised"]
            found[:, k] = np.where(np.isfinite(age), age, 0.0)
    return found


def _sum(tasks: dict[str, Column], requests: int, which: Column, days: Floats) -> Floats:
    return np.bincount(tasks["request"][which], days[which], requests).astype(float)


def delivered_in(run: Run, window: Window) -> tuple[Column, Column]:
    """Which requests that customers asked for were delivered in the window: (statutory, discretionary) masks."""
    table = run.requests
    inside = (table["fate"] == DELIVERED) & (table["type"] >= 0)
    inside = inside & (table["closed"] >= window.start) & (table["closed"] <= window.end)
    legal = table["statutory"].astype(bool)
    return inside & legal, inside & ~legal


def mean_days(run: Run, window: Window) -> Floats:
    """Mean working days by cause of the requests delivered in the window, (2 duties, causes); NaN without any."""
    days = days_by_cause(run)
    found = np.full((2, len(CAUSES)), np.nan)
    for duty, which in enumerate(delivered_in(run, window)):
        if which.any():
            found[duty] = days[which].mean(axis=0)
    return found
