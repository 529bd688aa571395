"""Model days and dates: bank holidays and deadlines.

Model time counts weekdays from the start date; bank holidays are weekdays on which nobody is on duty.
"""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from opmodel.scenario.demand import CalendarMonthDeadline, DateDeadline, WorkingDaysDeadline

Days = npt.NDArray[np.datetime64]


@lru_cache(maxsize=64)
def bank_holidays(calendar: str, first_year: int, last_year: int) -> tuple[dt.date, ...]:
    """Weekday bank holidays by rule (special ones for royal occasions are not foreseen).

    Args:
        calendar: ``england_wales``, ``uk_any`` (any part of the UK, as FOI law counts) or ``none``.
        first_year: first calendar year.
        last_year: last calendar year.
    """
    if calendar == "none":
        return ()
    from dateutil.easter import easter

    days: set[dt.date] = set()
    for year in range(first_year, last_year + 1):
        fixed = [[(1, 1)], [(12, 25), (12, 26)]]
        if calendar == "uk_any":
            fixed = [[(1, 1), (1, 2)], [(12, 25), (12, 26)], [(3, 17)], [(7, 12)], [(11, 30)]]
        for group in fixed:  # a weekend day is made up for on the next free weekday
            taken: set[dt.date] = set()
            for month, day in group:
                date = dt.date(year, month, day)
                while date.weekday() >= 5 or date in taken:
                    date += dt.timedelta(1)
                taken.add(date)
            days |= taken
        sunday = easter(year)
        days |= {sunday - dt.timedelta(2), sunday + dt.timedelta(1)}
        days |= {_monday(year, 5, 1), _monday(year, 5, -1), _monday(year, 8, -1)}
        if calendar == "uk_any":
            days.add(_monday(year, 8, 1))
    return tuple(sorted(days))


def _monday(year: int, month: int, nth: int) -> dt.date:
    """First (1) or last (-1) Monday of a month."""
    if nth > 0:
        first = dt.date(year, month, 1)
        return first + dt.timedelta((7 - first.weekday()) % 7)
    last = dt.date(year, month + 1, 1) - dt.timedelta(1)
    return last - dt.timedelta(last.weekday())


def date_of(start: dt.date, day: Any) -> Days:
    """Date of a model day (whole weekdays after the start)."""
    return np.busday_offset(np.datetime64(start, "D"), np.asarray(day, np.int64))


def day_of(start: dt.date, date: Any) -> npt.NDArray[np.int64]:
    """Model day of a date; a weekend counts as the following Monday."""
    return np.busday_count(np.datetime64(start, "D"), np.asarray(date, "datetime64[D]"))


def holiday_mask(calendar: str, start: dt.date, days: int) -> npt.NDArray[np.bool_]:
    """Whether each of the next model days is a bank holiday."""
    last: Any = date_of(start, max(days - 1, 0)).astype(object)
    mask = np.zeros(days, np.bool_)
    for date in bank_holidays(calendar, start.year, last.year):
        k = int(day_of(start, date))
        if start <= date and 0 <= k < days:
            mask[k] = True
    return mask


def deadline_days(rule: Any, start: dt.date, first: int, last: int) -> npt.NDArray[np.float64]:
    """End of the due day, in model time, for requests raised on each model day first .. last.

    Args:
        rule: a deadline of a request type, or None (never due: +inf).
        start: date of model day 0.
        first: first model day (may be negative: the opening backlog).
        last: last model day.
    """
    days = np.arange(first, last + 1)
    if rule is None:
        return np.full(days.size, np.inf)
    raised = date_of(start, days)
    if isinstance(rule, WorkingDaysDeadline):
        y0, y1 = raised[0].astype(object).year, raised[-1].astype(object).year + 3
        holidays = np.array(bank_holidays(rule.calendar, y0, y1), "datetime64[D]")
        due = np.busday_offset(np.busday_offset(raised, 0, roll="backward", holidays=holidays), rule.days,
                               holidays=holidays)
    elif isinstance(rule, CalendarMonthDeadline):
        months = raised.astype("datetime64[M]") + np.timedelta64(rule.months, "M")
        first_of, last_of = months.astype("datetime64[D]"), (months + np.timedelta64(1, "M")).astype("datetime64[D]")
        last_of -= np.timedelta64(1, "D")
        due = np.minimum(first_of + (raised - raised.astype("datetime64[M]").astype("datetime64[D]")), last_of)
    else:
        assert isinstance(rule, DateDeadline)
        due = np.array([_next_date(rule.dates, d) for d in raised.astype(object)], "datetime64[D]")
    return np.asarray(day_of(start, due + np.timedelta64(1, "D")), np.float64)


def _next_date(dates: list[str], raised: dt.date) -> dt.date:
    """First of the month-day dates on or after the day of raising."""
    found = []
    for text in dates:
        month, day = (int(x) for x in text.split("-"))
        for year in (raised.year, raised.year + 1):
            date = dt.date(year, month, min(day, 28) if month == 2 else day)
            if date >= raised:
                found.append(date)
                break
    return min(found)
