"""Metrics of money, in real pounds of the base year."""

from __future__ import annotations

import numpy as np

from opmodel.metrics.reading import Reading
from opmodel.records import Floats
from opmodel.scenario.quantity import DAYS_PER_WEEK, WEEKS_PER_YEAR


def _spent(r: Reading) -> Floats:
    """Pounds spent up to the stop of (all, milestones): pay, recruitments, training, platform."""
    costs = r.run.scenario.costs
    platform = costs.platform * r.weeks[: r.heads] / WEEKS_PER_YEAR
    spent: Floats = r.staffing.pay[: r.heads] + costs.hiring_cost * r.staffing.hires + r.staffing.fees + platform
    return spent


def cost(r: Reading) -> Floats:
    """Pounds a year: salaries with on-costs and overheads, day rates, recruitments, training fees, platform."""
    return _spent(r) / r.weeks[: r.heads] * WEEKS_PER_YEAR


def pay(r: Reading) -> Floats:
    """Pounds a year of pay: salary x (1 + on-costs + overheads) x FTE in post; on a day rate: rate x days on duty.

    Salaries are those of the contract, with market supplements. Agency staff and contractors are paid by the day, in
    proportion to FTE, without on-costs.
    """
    weeks = np.full(r.staffing.pay.size, float(r.window.weeks))
    weeks[: r.heads] = r.weeks[: r.heads]
    yearly: Floats = r.staffing.pay / weeks * WEEKS_PER_YEAR
    return yearly


def cost_per_request(r: Reading) -> Floats:
    """Pounds spent per request delivered; inf when none was."""
    return _spent(r) / r.totals.flow("delivered")[: r.heads]


def cost_per_day(r: Reading) -> Floats:
    """Pounds spent per day of reference effort delivered; inf when none was."""
    return _spent(r) / r.totals.flow("delivered_effort")[: r.heads]


def cost_of_delay(r: Reading) -> Floats:
    """Pounds a year that open requests cost the organisation: weekly cost x weeks open inside the window."""
    totals, start = r.totals, r.window.start
    if "delay_raised" not in totals.rows:
        return np.zeros(r.stop.size)
    opening = totals.opening("delay_raised") - totals.opening("delay_closed")
    raised = totals.flow("delay_raised") * r.stop - totals.flow("delay_since")
    closed = totals.flow("delay_closed") * r.stop - totals.flow("delay_until")
    days = opening * (r.stop - start) + raised - closed
    return days / DAYS_PER_WEEK / r.weeks * WEEKS_PER_YEAR
