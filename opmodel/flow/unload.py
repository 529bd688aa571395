"""From the kernel's records to columns, as compiled passes: one walk over the rows instead of one for each field."""

from __future__ import annotations

import numpy as np
from numba import njit

_entry = njit(_nrt=False, cache=True, nogil=True)

#: Order of the columns that :func:`unload_visits` and :func:`unload_requests` fill.
VISIT_NUMBERS = ("kind", "request", "step", "skill", "level", "team", "from_team", "person", "pass")
VISIT_TIMES = ("ready", "queued", "started", "finished", "worked", "effort", "blocked")
REQUEST_NUMBERS = ("origin", "directorate", "second", "class", "fate", "hand_offs", "passes", "kind")
REQUEST_TIMES = ("raised", "first_start", "closed", "due", "value", "touch", "duplicated", "effort", "scale")


@_entry
def unload_visits(visit, row, skill, level, number, time):
    """Fill the columns of the tasks table: ``number`` i8 (VISIT_NUMBERS, rows), ``time`` f8 (VISIT_TIMES, rows).

    ``row`` is each request's row in the requests table; ``skill`` and ``level`` are those of each need.
    """
    for k in range(number.shape[1]):
        v = visit[k]
        n = v.need
        number[0, k] = v.kind
        number[1, k] = row[v.request]
        number[2, k] = v.step
        number[3, k] = skill[n] if n >= 0 else -1
        number[4, k] = level[n] if n >= 0 else -1
        number[5, k] = v.team
        number[6, k] = v.from_team
        number[7, k] = v.person
        number[8, k] = v.passes
        time[0, k] = v.ready
        time[1, k] = v.queued
        time[2, k] = v.started
        time[3, k] = v.finished
        time[4, k] = v.worked
        time[5, k] = v.effort
        time[6, k] = v.blocked


@_entry
def unload_requests(ask, request, keep, steps, total, number, time):
    """Fill columns of the requests table for the rows to keep: REQUEST_NUMBERS (i8) and REQUEST_TIMES (f8).

    ``steps`` is the number of steps of each type, ``total`` the effort of all steps before each step.
    """
    for k in range(keep.size):
        a = ask[keep[k]]
        r = request[keep[k]]
        number[0, k] = a.origin
        number[1, k] = a.directorate
        number[2, k] = a.second
        number[3, k] = a.service
        number[4, k] = r.fate
        number[5, k] = r.hand_offs
        number[6, k] = r.passes
        number[7, k] = a.type
        time[0, k] = a.raised if np.isnan(r.raised) else r.raised
        time[1, k] = r.first_start
        time[2, k] = r.closed
        time[3, k] = np.nan if np.isinf(r.due) else r.due
        time[4, k] = a.value
        time[5, k] = r.touch
        time[6, k] = r.duplicated
        time[7, k] = total[a.effort + steps[a.type]] - total[a.effort]
        time[8, k] = r.scale
