"""Sums over requests, by stop of the window, kind of duty and group: what most metrics are ratios of.

Each quantity belongs to a moment (raising, closing, falling due) and is added up once, by bin of time and
cell (directorate, type, class of service); sums over bins give every milestone, sums over cells every group.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from opmodel.metrics.facts import facts_of
from opmodel.metrics.layout import Layout, columns
from opmodel.metrics.window import Window
from opmodel.records import ABANDONED, DELIVERED, DEMAND, NOT_RAISED, Column, Floats, Run
from opmodel.scenario.demand import CLASSES
from opmodel.scenario.quantity import DAYS_PER_WEEK, DAYS_PER_YEAR

#: Kinds of duty; the first two are never pooled where time is judged. ASKED is their sum.
STATUTORY, DISCRETIONARY, UPKEEP_WORK, ASKED = 0, 1, 2, 3
Codes = npt.NDArray[np.intp]
Bins = npt.NDArray[np.int8]


#: Columns of the requests table that are summed over delivered requests.
PER_REQUEST = ("touch", "hand_offs", "passes", "duplicated", "flagged", "value")


class Totals(NamedTuple):
    """Sums over the requests of a run; the last axis holds the request columns of the layout."""

    rows: dict[str, int]
    """Position of each quantity."""
    during: Floats
    """(quantities, 4 duties, columns): within the window, up to the stop of the column."""
    before: Floats
    """The same, before the window opens."""

    def flow(self, name: str, duty: int = ASKED) -> Floats:
        """What happened in the window to requests of one duty; unless told, to all that customers asked for."""
        sums: Floats = self.during[self.rows[name], duty]
        return sums

    def so_far(self, name: str, duty: int = ASKED) -> Floats:
        """What happened up to the stop of the column, since ever."""
        row = self.rows[name]
        sums: Floats = self.during[row, duty] + self.before[row, duty]
        return sums

    def opening(self, name: str) -> Floats:
        """What had happened before the window opened, to what customers asked for."""
        sums: Floats = self.before[self.rows[name], ASKED]
        return sums


class Moments(NamedTuple):
    """In which bin of the window each request was raised, closed and due.

    Bin 0 is before the window, bin j between stops j - 1 and j, the last one after the window or never.
    """

    stops: Floats
    """Stops of the window in working days, (k,)."""
    raised: Bins
    closed: Bins
    due: Bins
    duty: Bins
    """STATUTORY, DISCRETIONARY or UPKEEP_WORK."""


def bins(time: Column, window: Window) -> Bins:
    """Bin of each time: see :class:`Moments`. NaN and inf fall into the last."""
    found = np.full(time.size, len(window.stops) + 1, np.int8)
    found -= time < window.start
    for stop in window.stops:
        found -= time <= DAYS_PER_WEEK * stop
    return found


def raised_lately(table: dict[str, Column], day: float) -> tuple[npt.NDArray[np.bool_], float]:
    """What was raised, upkeep too, in the year before a day or since the study began; and how many weeks that is."""
    first = max(0.0, day - DAYS_PER_YEAR)
    raised = table["raised"]
    return (raised >= first) & (raised <= day) & (table["fate"] != NOT_RAISED), (day - first) / DAYS_PER_WEEK


def moments_of(run: Run, window: Window) -> Moments:
    """Bins of raising, closing and falling due; what was never raised is due never and closed never."""
    table = run.requests
    unraised = table["fate"] == NOT_RAISED
    late = len(window.stops) + 1
    closed = bins(table["closed"], window)
    closed[(table["fate"] != DELIVERED) & (table["fate"] != ABANDONED)] = late
    due = bins(table["due"], window)
    due[unraised] = late
    duty = np.full(unraised.size, DISCRETIONARY, np.int8)
    duty -= table["statutory"].astype(bool)
    duty[table["type"] < 0] = UPKEEP_WORK
    stops = DAYS_PER_WEEK * np.array(window.stops, float)
    return Moments(stops, bins(table["raised"], window), closed, due, duty)


@lru_cache(maxsize=64)
def _spread(statutory: tuple[bool, ...]) -> Floats:
    """Adds cells (type, class) up to each duty of the whole, of each type and of each class of service."""
    types, classes = len(statutory) + 1, len(CLASSES)
    duty = np.zeros((types, classes, 4))
    for t, legal in enumerate(statutory):
        duty[t, :, STATUTORY if legal else DISCRETIONARY] = duty[t, :, ASKED] = 1.0
    duty[-1, :, UPKEEP_WORK] = 1.0
    table = np.zeros((types, classes, 4, types + classes))
    table[..., 0] = duty
    for t in range(types - 1):
        table[t, ..., 1 + t] = duty[t]
    for c in range(classes):
        table[:, c, :, types + c] = duty[:, c]
    return table.reshape(types * classes, -1)


def totals_of(run: Run, window: Window, layout: Layout, at: Moments) -> Totals:
    """Add up every quantity of the requests table."""
    table = run.requests
    directorates, types, classes = len(layout.directorates), len(layout.types), len(CLASSES)
    cells = directorates * (types + 1) * classes
    stops = len(window.stops)
    never = (stops + 1) * cells
    kind = table["type"].astype(np.intp)
    cell = table["directorate"].astype(np.intp)
    cell *= types + 1
    cell += np.where(kind < 0, types, kind)
    cell *= classes
    cell += table["class"]
    fate = table["fate"]
    raised, closed, due = (np.multiply(moment, cells, dtype=np.intp) for moment in (at.raised, at.closed, at.due))
    for code in (raised, closed, due):
        code += cell
    potential = np.where(table["origin"] == DEMAND, raised, never)
    delivered = np.where(fate == DELIVERED, closed, never)
    cohort = np.where(at.raised > 0, closed, never)  # closing of what was raised in the window
    gone = np.where(fate == ABANDONED, cohort, never)
    unraised = fate == NOT_RAISED
    raised[unraised] = never
    in_time = np.where((fate == DELIVERED) & (table["closed"] <= table["due"]), due, never)
    since = table["raised"]
    plan: list[tuple[str, Codes, Column | None]] = [
        ("potential", potential, None),
        ("not_raised", np.where(unraised, potential, never), None),
        ("raised", raised, None),
        ("raised_effort", raised, table["effort"]),
        ("raised_since", raised, since),
        ("closed", closed, None),
        ("closed_effort", closed, table["effort"]),
        ("closed_since", closed, since),
        ("cohort_closed", cohort, None),
        ("abandoned", gone, None),
        ("abandoned_demand", np.where(table["origin"] == DEMAND, gone, never), None),
        ("due", due, None),
        ("in_time", in_time, None),
        ("delivered", delivered, None),
        ("delivered_effort", delivered, table["effort"]),
        ("lead", delivered, table["closed"] - since),
        *((name, delivered, table[name]) for name in PER_REQUEST),
    ]
    rate = table["cost_of_delay"]
    if rate.any():
        plan += [("delay_raised", raised, rate), ("delay_closed", closed, rate)]
        plan += [("delay_since", raised, rate * since), ("delay_until", closed, rate * table["closed"])]
    sums = np.empty((len(plan), never))
    for row, (_, code, weight) in enumerate(plan):
        sums[row] = np.bincount(code, weight, never + 1)[:never]
    cube = sums.reshape(len(plan), stops + 1, directorates, (types + 1) * classes)
    rows = {name: row for row, (name, _, _) in enumerate(plan)}
    return Totals(rows, *_columns(cube, window, layout, facts_of(run).statutory))


def _columns(cube: Floats, window: Window, layout: Layout, statutory: tuple[bool, ...]) -> tuple[Floats, Floats]:
    """Sums (quantities, duties, request columns) within and before the window.

    The cube holds (quantities, bins, directorates, types and classes), bin 0 being before the window.
    """
    quantities, stops, _, cells = cube.shape
    where, spread = columns(layout), _spread(statutory)
    # One small product per quantity: the linear-algebra library puts large ones on threads, which wait for a
    # free core far longer than the sums take.
    whole = (cube.sum(axis=2) @ spread).reshape(quantities, stops, 4, -1)
    duties = np.ascontiguousarray(spread.reshape(cells, 4, -1)[:, :, 0])
    each = np.stack((cube[:, 1:].sum(axis=1), cube[:, 0])) @ duties
    each = each.transpose(0, 1, 3, 2)
    during, before = np.empty((2, quantities, 4, where["class"].stop))
    up_to = whole[:, 1:, :, 0].cumsum(axis=1)
    for column, stop in enumerate(window.reached):
        during[:, :, column] = up_to[:, stop]
        before[:, :, column] = whole[:, 0, :, 0]
    during[:, :, where["directorate"]], before[:, :, where["directorate"]] = each
    rest = slice(where["type"].start, where["class"].stop)
    during[:, :, rest] = whole[:, 1:, :, 1:].sum(axis=1)
    before[:, :, rest] = whole[:, 0, :, 1:]
    return during, before
