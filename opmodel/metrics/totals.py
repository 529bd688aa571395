"""Sums over requests, by stop of the window, kind of duty and group: what most metrics are ratios of.

Each quantity belongs to a moment (raising, closing, falling due) and is added up once, by bin of time and
cell (directorate, type, class of service); sums over bins give every milestone, sums over cells every group.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from opmodel.metrics.layout import Layout, columns
from opmodel.metrics.window import Window
from opmodel.records import ABANDONED, DELIVERED, DEMAND, NOT_RAISED, Column, Floats, Run
from opmodel.scenario.demand import CLASSES
from opmodel.scenario.quantity import DAYS_PER_WEEK

#: Kinds of duty; results for the first two are never pooled where time is judged.
STATUTORY, DISCRETIONARY, UPKEEP_WORK = 0, 1, 2
Codes = npt.NDArray[np.intp]


class Totals(NamedTuple):
    """Sums over the requests of a run; the last axis holds the request columns of the layout."""

    rows: dict[str, int]
    """Position of each quantity."""
    during: Floats
    """(quantities, 3 duties, columns): within the window, up to the stop of the column."""
    before: Floats
    """The same, before the window opens."""

    def flow(self, name: str, duty: int | None = None) -> Floats:
        """What happened in the window to requests of one duty, or to all that customers asked for."""
        sums = self.during[self.rows[name]]
        return sums[STATUTORY] + sums[DISCRETIONARY] if duty is None else sums[duty]

    def so_far(self, name: str, *, upkeep: bool = False) -> Floats:
        """What happened up to the stop of the column, since ever; with upkeep if asked."""
        row = self.rows[name]
        sums = self.during[row] + self.before[row]
        asked: Floats = sums[STATUTORY] + sums[DISCRETIONARY]
        return asked + sums[UPKEEP_WORK] if upkeep else asked

    def opening(self, name: str) -> Floats:
        """What had happened before the window opened, to what customers asked for."""
        sums = self.before[self.rows[name]]
        return sums[STATUTORY] + sums[DISCRETIONARY]


class Moments(NamedTuple):
    """In which bin of the window each request was raised, closed and due.

    Bin 0 is before the window, bin j between stops j - 1 and j, the last one after the window or never.
    """

    stops: Floats
    """Stops of the window in working days, (k,)."""
    raised: Codes
    closed: Codes
    due: Codes
    duty: Codes
    """STATUTORY, DISCRETIONARY or UPKEEP_WORK."""


def bins(time: Column, window: Window) -> Codes:
    """Bin of each time: see :class:`Moments`. NaN and inf fall into the last."""
    late = len(window.stops) + 1
    count = np.zeros(time.size, np.int8)
    count += time < window.start
    for stop in window.stops:
        count += time <= DAYS_PER_WEEK * stop
    return np.subtract(late, count, dtype=np.intp)


def moments_of(run: Run, window: Window) -> Moments:
    """Bins of raising, closing and falling due; what was never raised is due never and closed never."""
    table = run.requests
    unraised = table["fate"] == NOT_RAISED
    late = len(window.stops) + 1
    closed = bins(table["closed"], window)
    closed[(table["fate"] != DELIVERED) & (table["fate"] != ABANDONED)] = late
    due = bins(table["due"], window)
    due[unraised] = late
    duty = np.where(table["type"] < 0, UPKEEP_WORK, np.where(table["statutory"], STATUTORY, DISCRETIONARY))
    stops = DAYS_PER_WEEK * np.array(window.stops, float)
    return Moments(stops, bins(table["raised"], window), closed, due, duty.astype(np.intp))


@lru_cache(maxsize=64)
def _spread(statutory: tuple[bool, ...]) -> tuple[Floats, Floats, Floats]:
    """Matrices that add cells (type, class) up: to duties, to duty and type, to duty and class."""
    types, classes = len(statutory) + 1, len(CLASSES)
    duty = np.zeros((types, classes, 3))
    for t, legal in enumerate((*statutory, None)):
        duty[t, :, UPKEEP_WORK if legal is None else STATUTORY if legal else DISCRETIONARY] = 1.0
    by_type = np.einsum("tcd,tu->tcdu", duty, np.eye(types)[:, :-1])
    by_class = np.einsum("tcd,ce->tcde", duty, np.eye(classes))
    cells = types * classes
    return duty.reshape(cells, 3), by_type.reshape(cells, -1), by_class.reshape(cells, -1)


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
    raised, closed, fate = at.raised * cells + cell, at.closed * cells + cell, table["fate"]
    potential = np.where(table["origin"] == DEMAND, raised, never)
    delivered = np.where(fate == DELIVERED, closed, never)
    cohort = np.where(at.raised > 0, closed, never)  # closing of what was raised in the window
    gone = np.where(fate == ABANDONED, cohort, never)
    due = at.due * cells + cell
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
        *((name, delivered, table[name]) for name in ("touch", "hand_offs", "passes", "duplicated", "flagged", "value")),
    ]
    rate = table["cost_of_delay"]
    if rate.any():
        plan += [("delay_raised", raised, rate), ("delay_closed", closed, rate)]
        plan += [("delay_since", raised, rate * since), ("delay_until", closed, rate * table["closed"])]
    sums = np.empty((len(plan), never))
    for row, (_, code, weight) in enumerate(plan):
        sums[row] = np.bincount(code, weight, never + 1)[:never]
    cube = sums.reshape(len(plan), stops + 1, directorates, (types + 1) * classes)
    legal = tuple(run.scenario.request_types[name].statutory for name in layout.types)
    rows = {name: row for row, (name, _, _) in enumerate(plan)}
    opened = _columns(cube[:, :1], layout, legal, (0,) * (1 + len(layout.milestones)))
    reached = tuple(window.stops.index(m) for m in layout.milestones)
    during = _columns(cube[:, 1:], layout, legal, (stops - 1, *reached))
    return Totals(rows, during, opened)


def _columns(cube: Floats, layout: Layout, legal: tuple[bool, ...], stop: tuple[int, ...]) -> Floats:
    """Sums (quantities, duties, request columns) of a cube (quantities, bins, directorates, types and classes)."""
    to_duty, to_type, to_class = _spread(legal)
    quantities, where = cube.shape[0], columns(layout)
    out = np.empty((quantities, 3, where["class"].stop))
    everywhere = cube.sum(axis=2)
    by_stop = np.cumsum(everywhere @ to_duty, axis=1)
    out[:, :, : where["milestone"].stop] = by_stop[:, stop].transpose(0, 2, 1)
    out[:, :, where["directorate"]] = (cube.sum(axis=1) @ to_duty).transpose(0, 2, 1)
    whole = everywhere.sum(axis=1)
    out[:, :, where["type"]] = (whole @ to_type).reshape(quantities, 3, -1)
    out[:, :, where["class"]] = (whole @ to_class).reshape(quantities, 3, -1)
    return out
