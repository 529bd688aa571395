"""A run read through its window: the sums and percentiles that metrics are made of, each computed once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from opmodel.metrics.layout import Layout, columns
from opmodel.metrics.percentiles import Sample, percentiles
from opmodel.metrics.staffing import Staffing, Waiting, staffing_of, waiting_of
from opmodel.metrics.totals import UPKEEP_WORK, Moments, Totals, moments_of, raised_lately, totals_of
from opmodel.metrics.window import Window
from opmodel.records import ABANDONED, NOT_RAISED, Floats, Run
from opmodel.scenario.demand import CLASSES

#: Percentiles taken of lead and cycle times.
SHARES = (0.5, 0.85, 0.95)


@dataclass(frozen=True)
class Reading:
    """One run as metrics see it. Arrays have the request or people columns of the layout (see there)."""

    run: Run
    window: Window
    layout: Layout

    @cached_property
    def weeks(self) -> Floats:
        """Weeks read, per request column."""
        return self.stop / 5.0 - self.window.start_week

    @cached_property
    def stop(self) -> Floats:
        """Day up to which each request column is read."""
        where = columns(self.layout)
        stop = np.full(where["class"].stop, self.window.end)
        stop[where["milestone"]] = 5.0 * np.array(self.layout.milestones)
        return stop

    @cached_property
    def heads(self) -> int:
        """Number of columns that request and people columns share: the whole window and its milestones."""
        return int(columns(self.layout)["milestone"].stop)

    @cached_property
    def moments(self) -> Moments:
        """When requests were raised, closed and due, in bins of the window."""
        return moments_of(self.run, self.window)

    @cached_property
    def totals(self) -> Totals:
        """Sums over requests."""
        return totals_of(self.run, self.window, self.layout, self.moments)

    @cached_property
    def raised_a_week(self) -> Floats:
        """Days of effort raised a week in the year before the stop, per request column (NaN for classes of service)."""
        where, table = columns(self.layout), self.run.requests
        out = np.full(where["class"].stop, np.nan)
        for column, stop in enumerate(self.stop[: self.heads].tolist()):
            which, weeks = raised_lately(table, stop)
            out[column] = table["effort"][which].sum() / weeks
        if self.layout.groups:
            which, weeks = raised_lately(table, self.window.end)
            effort = table["effort"][which] / weeks
            out[where["directorate"]] = np.bincount(
                table["directorate"][which], effort, len(self.layout.directorates)
            )
            # Upkeep has no type; the first number takes it in.
            out[where["type"]] = np.bincount(table["type"][which] + 1, effort, len(self.layout.types) + 1)[1:]
        return out

    @cached_property
    def staffing(self) -> Staffing:
        """Sums over people's weeks."""
        return staffing_of(self.run, self.window, self.layout)

    @cached_property
    def waiting(self) -> Waiting:
        """Sums over tasks by skill."""
        return waiting_of(self.run, self.window)

    @cached_property
    def leads(self) -> Floats:
        """Lead-time percentiles (shares of SHARES, 2 duties, request columns): raising to delivery.

        Of the requests raised in the window; open ones count as longer than so far. Abandoned ones are
        left out and shown beside (`not_served`): they were never delivered, so they have no lead time.
        """
        where, stops = columns(self.layout), len(self.window.stops)
        by_duty = self._percentiles[:, 2:].reshape(len(SHARES), -1, 2).transpose(0, 2, 1)
        out = np.full((len(SHARES), 2, where["class"].stop), np.nan)
        out[:, :, : self.heads] = by_duty[:, :, self.window.reached]
        if self.layout.groups:
            out[:, :, self.heads :] = by_duty[:, :, stops:]
        return out

    @cached_property
    def cycles(self) -> Floats:
        """Cycle-time percentiles (shares of SHARES, 2 duties): first start to delivery, otherwise as `leads`."""
        return self._percentiles[:, :2]

    @cached_property
    def _percentiles(self) -> Floats:
        """Percentiles of cycle times by duty, then of lead times by (stop, duty), (directorate, duty) and so on."""
        table, at = self.run.requests, self.moments
        stops = at.stops.size
        raised = (at.raised > 0) & (at.raised <= stops) & (at.duty < UPKEEP_WORK) & (table["fate"] != NOT_RAISED)
        rows = np.flatnonzero(raised)
        since = table["raised"][rows]
        if (since[1:] < since[:-1]).any():
            order = np.argsort(since, kind="stable")
            rows, since = rows[order], since[order]
        closed, duty, last = table["closed"][rows], at.duty[rows].astype(np.intp), at.closed[rows]
        left = np.where(table["fate"][rows] == ABANDONED, last, stops + 1)
        samples = []
        for stop, day in enumerate(at.stops.tolist(), start=1):  # what had been raised, and was over, by then
            seen = slice(0, int(np.searchsorted(since, day, side="right")))
            over, counted = last[seen] <= stop, left[seen] > stop
            samples.append(
                Sample(np.where(over, closed[seen], day) - since[seen], over, [(np.where(counted, duty[seen], 2), 2)])
            )
        whole, until = samples[-1], samples[-1].duration + since
        if self.layout.groups:
            for family, names in (("directorate", self.layout.directorates), ("type", self.layout.types),
                                  ("class", CLASSES)):
                size = 2 * len(names)
                code = np.multiply(table[family][rows], 2, dtype=np.intp) + duty
                whole.groupings.append((np.where(counted, code, size), size))
        started = table["first_start"][rows]
        begun = counted & (started <= self.window.end)
        cycle = Sample(np.where(begun, until - started, 0.0), whole.over, [(np.where(begun, duty, 2), 2)])
        return percentiles([cycle, *samples], SHARES)
