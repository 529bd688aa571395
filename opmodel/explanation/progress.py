"""How requests get on: open ones by age, cumulative flow, cycle times of single requests."""

from __future__ import annotations

import numpy as np

from opmodel.explanation.causes import delivered_in
from opmodel.metrics.window import Window
from opmodel.records import ABANDONED, DELIVERED, NOT_RAISED, Column, Floats, Run
from opmodel.scenario.quantity import DAYS_PER_WEEK

#: Lower ends of the bands of age, in working days.
AGES = (0.0, 10.0, 20.0, 40.0, 80.0)
AGE_NAMES = ("up to 10 days", "10 to 20 days", "20 to 40 days", "40 to 80 days", "over 80 days")
#: Percentiles of cycle times.
SHARES = (0.5, 0.85, 0.95)
#: Lines of the cumulative flow, all counted from the start of the study, the opening backlog included.
FLOWS = ("raised", "started", "delivered", "abandoned")
#: Requests drawn in a scatter of cycle times at most.
DRAWN = 1500


def moments_of(window: Window) -> tuple[int, ...]:
    """Weeks at whose end open requests are counted: the milestones and the horizon."""
    return window.stops


def ages(run: Run, window: Window) -> Floats:
    """Open requests by age at each moment, (moments, 2 duties, bands). Upkeep is no request."""
    table = run.requests
    asked = (table["type"] >= 0) & (table["fate"] != NOT_RAISED)
    duty = 1 - table["statutory"].astype(np.intp)
    closed = _closed(run)
    found = np.zeros((len(moments_of(window)), 2, len(AGES)))
    for row, week in enumerate(moments_of(window)):
        day = DAYS_PER_WEEK * week
        still = asked & (table["raised"] <= day) & (closed > day)
        band = np.searchsorted(AGES, day - table["raised"][still], side="left") - 1
        code = duty[still] * len(AGES) + np.maximum(band, 0)
        found[row] = np.bincount(code, minlength=2 * len(AGES)).reshape(2, -1)
    return found


def cumulative_flow(run: Run) -> Floats:
    """Requests raised, started, delivered and abandoned by the end of each week, (flows, weeks)."""
    table, weeks = run.requests, run.scenario.study.horizon_weeks
    asked = (table["type"] >= 0) & (table["fate"] != NOT_RAISED)
    begun = asked & ~np.isnan(table["first_start"])
    lines = (
        table["raised"][asked], table["first_start"][begun], table["closed"][asked & (table["fate"] == DELIVERED)],
        table["closed"][asked & (table["fate"] == ABANDONED)],
    )
    ends = DAYS_PER_WEEK * np.arange(1, weeks + 1)
    return np.array([np.searchsorted(np.sort(times), ends, side="right") for times in lines], float)


def cycle_percentiles(run: Run, window: Window) -> Floats:
    """Percentiles of cycle times of the requests delivered in the window, (2 duties, SHARES); NaN without any."""
    found = np.full((2, len(SHARES)), np.nan)
    for duty, which in enumerate(delivered_in(run, window)):
        if which.any():
            found[duty] = np.quantile(_cycle(run)[which], SHARES, method="inverted_cdf")
    return found


def scatter(run: Run, window: Window) -> Floats:
    """Delivered requests of one run, (3, requests): week of delivery, cycle time, duty (0 statutory, 1 not).

    More than :data:`DRAWN` are thinned with a fixed seed.
    """
    statutory, other = delivered_in(run, window)
    rows = np.flatnonzero(statutory | other)
    if rows.size > DRAWN:
        rows = np.sort(np.random.Generator(np.random.Philox(key=0)).choice(rows, DRAWN, replace=False))
    return np.array([run.requests["closed"][rows] / DAYS_PER_WEEK, _cycle(run)[rows], other[rows].astype(float)])


def _cycle(run: Run) -> Floats:
    cycle: Floats = run.requests["closed"] - run.requests["first_start"]
    return cycle


def _closed(run: Run) -> Column:
    gone = (run.requests["fate"] == DELIVERED) | (run.requests["fate"] == ABANDONED)
    return np.where(gone, run.requests["closed"], np.inf)
