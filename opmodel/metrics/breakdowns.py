"""What a study averages beside single figures: how soon requests are delivered, who waits for whom."""

from __future__ import annotations

import numpy as np

from opmodel.metrics.window import window_of
from opmodel.records import DELIVERED, NOT_RAISED, TASK, Column, Floats, Run
from opmodel.scenario.demand import LEVELS

#: Longest time since raising that is read, in working days.
DAYS = 60
#: Where a task waits that nobody on its route has the skill for.
NOBODY = "nobody has the skill"


def breakdowns(run: Run) -> dict[str, Floats]:
    """Vectors to be averaged over replications, by name.

    ``within_statutory`` and ``within_discretionary``, (61,): share of the requests raised in the window that were
    delivered within 0, 1, ..., 60 working days, of those raised at least so long before its end. Abandoned ones
    count as not delivered.

    ``waits_directorate`` and ``waits_skill``, (entities x (teams + 1),) row by row: how many tasks on average stand
    waiting in each team's queues, by who asks and by skill; the first column is :data:`NOBODY`. ``waits_level``,
    (skills x levels,): the same by skill and least level.
    """
    return {**_within(run), **_waits(run)}


def _within(run: Run) -> dict[str, Floats]:
    table, window = run.requests, window_of(run.scenario)
    asked = (table["type"] >= 0) & (table["fate"] != NOT_RAISED)
    asked &= (table["raised"] >= window.start) & (table["raised"] <= window.end)
    statutory = table["statutory"].astype(bool)
    found = {}
    for duty, which in (("statutory", asked & statutory), ("discretionary", asked & ~statutory)):
        raised, closed, fate = (table[name][which] for name in ("raised", "closed", "fate"))
        seen = window.end - raised
        took = np.where((fate == DELIVERED) & (closed <= window.end), closed - raised, np.inf)
        with np.errstate(divide="ignore", invalid="ignore"):
            found[f"within_{duty}"] = _delivered(took, seen) / _at_least(seen)
    return found


def _at_least(seen: Column) -> Floats:
    """How many are seen for at least d days, d = 0 .. DAYS."""
    whole = np.minimum(np.floor(seen), DAYS).astype(np.intp)
    count: Floats = np.bincount(whole, minlength=DAYS + 1)[::-1].cumsum()[::-1].astype(float)
    return count


def _delivered(took: Column, seen: Column) -> Floats:
    """How many of those seen for at least d days took at most d, d = 0 .. DAYS."""
    first = np.ceil(np.minimum(took, DAYS + 1.0)).astype(np.intp)
    last = np.minimum(np.floor(seen), DAYS).astype(np.intp)
    counts = first <= last
    change = np.bincount(first[counts], minlength=DAYS + 2) - np.bincount(last[counts] + 1, minlength=DAYS + 2)
    count: Floats = np.cumsum(change)[: DAYS + 1].astype(float)
    return count


def _waits(run: Run) -> dict[str, Floats]:
    tasks, window, names = run.tasks, window_of(run.scenario), run.names
    queued = tasks["queued"]
    join = np.maximum(np.where(np.isnan(queued), tasks["ready"], queued), window.start)
    leave = np.where(np.isnan(tasks["started"]), tasks["finished"], tasks["started"])
    days = np.fmin(leave, window.end) - join
    on_its_way = np.isnan(queued) & (tasks["team"] >= 0)  # handed over until after the end
    waited = np.flatnonzero((days > 0.0) & (tasks["kind"] == TASK) & ~on_its_way)
    mean = days[waited] / (window.end - window.start)
    team = tasks["team"][waited].astype(np.intp) + 1
    width = len(names.teams) + 1
    of = {
        "directorate": (run.requests["directorate"][tasks["request"][waited]], len(names.directorates)),
        "skill": (tasks["skill"][waited], len(names.skills)),
    }
    found = {
        f"waits_{name}": np.bincount(code.astype(np.intp) * width + team, mean, size * width).astype(float)
        for name, (code, size) in of.items()
    }
    need = tasks["skill"][waited].astype(np.intp) * len(LEVELS) + tasks["level"][waited].astype(np.intp)
    found["waits_level"] = np.bincount(need, mean, len(names.skills) * len(LEVELS)).astype(float)
    return found
