"""A run read through its window: the sums and percentiles that metrics are made of, each computed once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from opmodel.metrics.layout import Layout, columns
from opmodel.metrics.percentiles import percentiles
from opmodel.metrics.staffing import Staffing, Waiting, staffing_of, waiting_of
from opmodel.metrics.totals import UPKEEP_WORK, Moments, Totals, moments_of, totals_of
from opmodel.metrics.window import Window
from opmodel.records import ABANDONED, DELIVERED, NOT_RAISED, Floats, Run

LEAD_SHARES = (0.5, 0.85, 0.95)
CYCLE_SHARES = (0.5, 0.85)


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
        return columns(self.layout)["milestone"].stop

    @cached_property
    def moments(self) -> Moments:
        """When requests were raised, closed and due, in bins of the window."""
        return moments_of(self.run, self.window)

    @cached_property
    def totals(self) -> Totals:
        """Sums over requests."""
        return totals_of(self.run, self.window, self.layout, self.moments)

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
        """Lead-time percentiles (shares of LEAD_SHARES, 2 duties, request columns): raising to delivery.

        Of the requests raised in the window; open ones count as longer than so far. Abandoned ones are
        left out and shown beside (`not_served`): they were never delivered, so they have no lead time.
        """
        table, at, where = self.run.requests, self.moments, columns(self.layout)
        stops = at.stops.size
        raised = (at.raised > 0) & (at.raised <= stops) & (table["fate"] != NOT_RAISED) & (at.duty < UPKEEP_WORK)
        rows = np.flatnonzero(raised)
        since, duty, first, last = table["raised"][rows], at.duty[rows], at.raised[rows], at.closed[rows]
        delivered, abandoned = table["fate"][rows] == DELIVERED, table["fate"][rows] == ABANDONED
        closed = table["closed"][rows]
        duration, over, group = [], [], []
        for stop in range(stops):  # each stop is a group of its own: what had been raised, and was over, by then
            seen = (first <= stop + 1) & ~(abandoned & (last <= stop + 1))
            done = delivered & (last <= stop + 1)
            duration.append((np.where(done, closed, at.stops[stop]) - since)[seen])
            over.append(done[seen])
            group.append(2 * stop + duty[seen])
        size = 2 * stops
        if self.layout.groups:
            kept, legal = rows[seen], duty[seen]
            duration += [duration[-1]] * 3
            over += [over[-1]] * 3
            for family in ("directorate", "type", "class"):
                group.append(size + 2 * table[family][kept].astype(np.intp) + legal)
                size += 2 * (where[family].stop - where[family].start)
        found = percentiles(np.concatenate(duration), np.concatenate(over), np.concatenate(group), size, LEAD_SHARES)
        by_duty = found.reshape(len(LEAD_SHARES), -1, 2).transpose(0, 2, 1)
        out = np.full((len(LEAD_SHARES), 2, where["class"].stop), np.nan)
        heads = [stops - 1, *(self.window.stops.index(m) for m in self.layout.milestones)]
        out[:, :, : self.heads] = by_duty[:, :, heads]
        if self.layout.groups:
            out[:, :, self.heads :] = by_duty[:, :, stops:]
        return out

    @cached_property
    def cycles(self) -> Floats:
        """Cycle-time percentiles (shares of CYCLE_SHARES, 2 duties): first start to delivery, whole window."""
        table, at = self.run.requests, self.moments
        stops = at.stops.size
        begun = (at.raised > 0) & (at.raised <= stops) & (table["first_start"] <= self.window.end)
        begun &= (at.duty < UPKEEP_WORK) & ((table["fate"] != ABANDONED) | (at.closed > stops))
        rows = np.flatnonzero(begun & (table["fate"] != NOT_RAISED))
        done = (table["fate"][rows] == DELIVERED) & (at.closed[rows] <= stops)
        until = np.where(done, table["closed"][rows], self.window.end)
        return percentiles(until - table["first_start"][rows], done, at.duty[rows], 2, CYCLE_SHARES)
