"""Metrics of requests: how many, how soon, how well. Each is one value per request column of a reading."""

from __future__ import annotations

import numpy as np

from opmodel.metrics.layout import columns
from opmodel.metrics.reading import SHARES, Reading
from opmodel.metrics.totals import ASKED, UPKEEP_WORK
from opmodel.records import Floats

#: Requests that must fall due in a directorate before its in-time rate counts for fairness.
FAIRNESS_MIN_DUE = 5


def throughput(r: Reading) -> Floats:
    """Requests delivered a week (upkeep is no request). Delivered in the window / weeks."""
    return r.totals.flow("delivered") / r.weeks


def throughput_days(r: Reading) -> Floats:
    """Reference effort of the requests delivered, in working days a week."""
    return r.totals.flow("delivered_effort") / r.weeks


def raised(r: Reading) -> Floats:
    """Requests raised a week: demand after directorates have reacted."""
    return r.totals.flow("raised") / r.weeks


def backlog(r: Reading) -> Floats:
    """Requests open at the end of the window (upkeep is no request). Raised so far - closed so far."""
    return r.totals.so_far("raised") - r.totals.so_far("closed")


def backlog_days(r: Reading) -> Floats:
    """Reference effort of open requests and upkeep at the end of the window, in working days.

    The whole effort of each open request counts, also of those begun.
    """
    asked = r.totals.so_far("raised_effort") - r.totals.so_far("closed_effort")
    upkeep = r.totals.so_far("raised_effort", UPKEEP_WORK) - r.totals.so_far("closed_effort", UPKEEP_WORK)
    return np.maximum(asked + upkeep, 0.0)


def backlog_weeks(r: Reading) -> Floats:
    """Backlog of effort in weeks of the effort that falls due: backlog days / days of effort raised a week.

    Requests and upkeep count on both sides. What is raised a week is the mean of the year before the end of the
    window, or since the study began where that is shorter; the opening backlog was raised before. So people who
    leave or join change the backlog, never the week it is measured in. inf where work is left and none was raised.
    """
    return backlog_days(r) / r.raised_a_week


def backlog_age(r: Reading) -> Floats:
    """Mean time since raising of the requests open at the end of the window, in working days."""
    still = backlog(r)
    since = r.totals.so_far("raised_since") - r.totals.so_far("closed_since")
    return np.where(still > 0.0, r.stop - since / still, np.nan)


def lead_time(r: Reading, share: float, duty: int) -> Floats:
    """Working days from raising within which the share of requests is delivered (see Reading.leads)."""
    found: Floats = r.leads[SHARES.index(share), duty]
    return found


def cycle_time(r: Reading, share: float, duty: int) -> Floats:
    """Working days from the first start within which the share is delivered; open ones as in lead time."""
    return r.cycles[SHARES.index(share), duty, None]


def flow_efficiency(r: Reading) -> Floats:
    """Share of lead time in which somebody worked on the request: sum of touch / sum of lead, of delivered ones."""
    return r.totals.flow("touch") / r.totals.flow("lead")


def in_time(r: Reading, duty: int) -> Floats:
    """Share of the requests due in the window that were delivered by then; open and abandoned ones are late."""
    return r.totals.flow("in_time", duty) / r.totals.flow("due", duty)


def fairness(r: Reading, duty: int) -> Floats:
    """Worst minus best directorate's in-time rate, 0 when all are served alike; directorates with 5 or more due."""
    where = columns(r.layout)["directorate"]
    rate = in_time(r, duty)[where][r.totals.flow("due", duty)[where] >= FAIRNESS_MIN_DUE]
    return np.array([rate.min() - rate.max() if rate.size > 1 else np.nan])


def unfinished(r: Reading, duty: int = ASKED) -> Floats:
    """Share of the requests raised in the window that are open at its end: lead times know them only in part."""
    asked = r.totals.flow("raised", duty)
    return (asked - r.totals.flow("cohort_closed", duty)) / asked


def not_served(r: Reading, duty: int = ASKED) -> Floats:
    """Share of the potential requests of the window that were abandoned or never raised.

    Potential is what directorates would raise at the stated rates; shadow work that comes back is the same
    need once more and counts neither above nor below the line.
    """
    missed = r.totals.flow("abandoned_demand", duty) + r.totals.flow("not_raised", duty)
    return missed / r.totals.flow("potential", duty)


def abandoned(r: Reading) -> Floats:
    """Share of the requests raised in the window that were abandoned in it."""
    return r.totals.flow("abandoned") / r.totals.flow("raised")


def not_raised(r: Reading) -> Floats:
    """Share of the potential requests of the window that directorates did not raise."""
    return r.totals.flow("not_raised") / r.totals.flow("potential")


def hand_offs(r: Reading) -> Floats:
    """Hand-offs between teams or sub-teams per delivered request."""
    return r.totals.flow("hand_offs") / r.totals.flow("delivered")


def rework(r: Reading) -> Floats:
    """Rework passes per delivered request."""
    return r.totals.flow("passes") / r.totals.flow("delivered")


def flagged(r: Reading) -> Floats:
    """Share of delivered requests that still needed rework when the passes allowed were used up."""
    return r.totals.flow("flagged") / r.totals.flow("delivered")


def duplicated(r: Reading) -> Floats:
    """Working days a week spent on what existed elsewhere, in requests delivered."""
    return r.totals.flow("duplicated") / r.weeks


def value(r: Reading) -> Floats:
    """Relative value delivered a week."""
    return r.totals.flow("value") / r.weeks
