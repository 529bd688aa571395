"""The scenario's targets as figures of a run: what each comes to by each milestone.

Rates and lead times by a milestone are those of the weeks just before it (``targets.over_weeks``), so that a late start
of hires does not count against what they have reached by then; backlogs are those of the day. A steady state is read
once, at its end, over the whole of its window.

Most targets are read straight off the table of requests, as a planner asks for them many thousand times; other figures
come from a :class:`~opmodel.metrics.reading.Reading` of the same weeks, and both ways give the same.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from opmodel.metrics.catalogue import METRICS
from opmodel.metrics.layout import columns, layout_of, members
from opmodel.metrics.percentiles import Sample, percentiles
from opmodel.metrics.reading import SHARES, Reading
from opmodel.metrics.totals import raised_lately
from opmodel.metrics.window import Window, window_of
from opmodel.records import ABANDONED, DELIVERED, NOT_RAISED, Column, Floats, Run
from opmodel.scenario.quantity import months_in

if TYPE_CHECKING:
    from opmodel.scenario.scenario import Scenario

#: Metric that each target of one field is about: the only place that says so.
FIELDS: dict[str, str] = {
    "in_time_rate": "in_time_statutory",
    "backlog": "backlog",
    "backlog_days": "backlog_days",
    "backlog_weeks": "backlog_weeks",
    "lead_time": "lead_time_p50_discretionary",
}


class Wanted(NamedTuple):
    """One target of a scenario."""

    name: str
    """Its field, such as ``in_time_rate``, ``in_time_of foi`` or ``waiting``; no two of a scenario are called alike."""
    metric: str
    group: str
    """The group it is read in: ``all`` or ``type=...``."""
    value: float
    """What is wanted at least or at most."""
    higher: bool
    """Whether it is wanted at least."""

    def met(self, values: Floats) -> npt.NDArray[np.bool_]:
        """Whether each value is as wanted; where there was nothing to measure, nothing was missed."""
        with np.errstate(invalid="ignore"):
            reached = values >= self.value if self.higher else values <= self.value
        return np.asarray(reached | np.isnan(values))

    def short(self, values: Floats) -> Floats:
        """How far each value is from what is wanted, 0 where it is met; inf where it was not reached at all."""
        gap = self.value - values if self.higher else values - self.value
        return np.maximum(np.nan_to_num(gap, nan=0.0, posinf=np.inf, neginf=0.0), 0.0)

    @property
    def label(self) -> str:
        """What it is about, such as ``in-time rate, statutory (foi)``."""
        of = f" ({self.group.partition('=')[2].replace('_', ' ')})" if self.group != "all" else ""
        return f"{METRICS[self.metric].label}{of}"

    @property
    def amount(self) -> str:
        """What is wanted of it, such as ``at least 90 %``."""
        from opmodel.wording import plain_figure, unit_words

        unit = METRICS[self.metric].unit
        of = unit_words(unit)
        if self.value == 1.0:
            of = of.replace("days", "day").replace("weeks", "week")
        said = f"{plain_figure(self.value, unit)} {of}".strip()
        return f"{'at least' if self.higher else 'at most'} {said}"

    @property
    def words(self) -> str:
        """The target in words, such as ``in-time rate, statutory (foi), at least 90 %``."""
        if self.metric == "backlog_weeks":
            return f"backlog {self.amount} of work"
        return f"{self.label}{',' * (',' in self.label)} {self.amount}"


def wanted_of(scenario: Scenario) -> tuple[Wanted, ...]:
    """The targets that a scenario states, in the order of its fields."""
    targets = scenario.targets
    found: list[Wanted] = []
    for field, metric in FIELDS.items():
        value = getattr(targets, field)
        if value is not None:
            found.append(Wanted(field, metric, "all", float(value), METRICS[metric].better == "higher"))
        if field == "in_time_rate":
            for kind, share in targets.in_time_of.items():
                duty = "statutory" if scenario.request_types[kind].statutory else "discretionary"
                found.append(Wanted(f"in_time_of {kind}", f"in_time_{duty}", f"type={kind}", float(share), True))
    for other in targets.others:
        for value, higher in ((other.at_least, True), (other.at_most, False)):
            if value is not None:
                taken = any(one.name == other.metric for one in found)
                name = f"{other.metric} {'at least' if higher else 'at most'}" if taken else other.metric
                found.append(Wanted(name, other.metric, "all", float(value), higher))
    return tuple(found)


def weeks_of(scenario: Scenario) -> tuple[int, ...]:
    """Weeks by which targets are read: the milestones, or else the end."""
    window = window_of(scenario)
    return window.milestones or (window.end_week,)


def month_of(week: int) -> float:
    """Months from the start to a week: 6 in week 26."""
    return round(months_in(week), 1)


def windows_of(scenario: Scenario) -> tuple[Window, ...]:
    """The weeks over which rates and lead times are read, for each of :func:`weeks_of`."""
    whole, over = window_of(scenario), scenario.targets.over_weeks
    if scenario.study.kind == "steady_state":
        return (whole,)
    return tuple(Window(max(whole.start_week, week - over), week) for week in weeks_of(scenario))


def attained(run: Run) -> Floats:
    """What each target comes to by each of :func:`weeks_of`, (targets, weeks).

    NaN where there was nothing to measure (no request of the kind was due), inf where a figure was not reached (a
    percentile of lead time beyond what was delivered).
    """
    wanted, windows = wanted_of(run.scenario), windows_of(run.scenario)
    quick = [t for t, one in enumerate(wanted) if _quick(one.metric) is not None]
    others = [t for t in range(len(wanted)) if t not in quick]
    out = np.full((len(wanted), len(windows)), np.nan)
    if quick:
        out[quick] = read_off(run, [wanted[t] for t in quick], windows)
    if others:
        out[others] = by_reading(run, [wanted[t] for t in others], windows)
    return out


def by_reading(run: Run, wanted: Sequence[Wanted], windows: Sequence[Window]) -> Floats:
    """The same from a reading of each window, (targets, windows): slower, and good for every metric."""
    out = np.full((len(wanted), len(windows)), np.nan)
    for k, window in enumerate(windows):
        layout = layout_of(run.names, window, groups=any(w.group != "all" for w in wanted))
        reading = Reading(run, window, layout)
        with np.errstate(divide="ignore", invalid="ignore"):
            for t, one in enumerate(wanted):
                family = one.group.partition("=")[0]
                at = columns(layout)[family].start + members(layout, family).index(one.group)
                out[t, k] = METRICS[one.metric].function(reading)[at]
    return out


# -- straight off the table of requests ---------------------------------------------------------------


def _quick(metric: str) -> Callable[[_Seen, Wanted], Floats] | None:
    """What reads a metric off the table of requests; None where nothing does."""
    return QUICK.get(metric.partition("_p")[0] if metric.startswith("lead_time_p") else metric)


def read_off(run: Run, wanted: Sequence[Wanted], windows: Sequence[Window]) -> Floats:
    """The same straight off the table of requests, (targets, windows), of the metrics in :data:`QUICK` alone."""
    seen = _Seen(run, windows)
    rows = []
    with np.errstate(divide="ignore", invalid="ignore"):
        for one in wanted:
            read = _quick(one.metric)
            assert read is not None
            rows.append(read(seen, one))
    return np.array(rows)


class _Seen:
    """The requests that each window and each day is about, looked up once for all targets."""

    def __init__(self, run: Run, windows: Sequence[Window]) -> None:
        self.names, self.windows, self.table = run.names, windows, run.requests
        self.raised, self.closed, self.fate = (self.table[name] for name in ("raised", "closed", "fate"))
        self.asked = self.fate != NOT_RAISED
        self._due: list[Column] | None = None
        self._open: list[Column] | None = None

    @property
    def due(self) -> list[Column]:
        """Rows of requests due in each window; upkeep is none."""
        if self._due is None:
            due, real = self.table["due"], self.asked & (self.table["type"] >= 0)
            self._due = [np.flatnonzero((due >= w.start) & (due <= w.end) & real) for w in self.windows]
        return self._due

    @property
    def open(self) -> list[Column]:
        """Rows of requests and upkeep open at the end of each window."""
        if self._open is None:
            self._open = [
                np.flatnonzero((self.raised <= w.end) & ~(self.closed <= w.end) & self.asked) for w in self.windows
            ]
        return self._open


def _in_time(seen: _Seen, wanted: Wanted) -> Floats:
    statutory, kinds = wanted.metric == "in_time_statutory", seen.names.types
    code = kinds.index(wanted.group.partition("=")[2]) if wanted.group != "all" else None
    found = np.empty(len(seen.due))
    for k, rows in enumerate(seen.due):
        if code is None:
            rows = rows[(seen.table["statutory"][rows] != 0) == statutory]
        else:
            rows = rows[seen.table["type"][rows] == code]
        met = (seen.fate[rows] == DELIVERED) & (seen.closed[rows] <= seen.table["due"][rows])
        found[k] = np.float64(np.count_nonzero(met)) / rows.size
    return found


def _backlog(seen: _Seen, wanted: Wanted) -> Floats:
    return np.array([np.count_nonzero(seen.table["type"][rows] >= 0) for rows in seen.open], float)


def _backlog_days(seen: _Seen, wanted: Wanted) -> Floats:
    return np.array([seen.table["effort"][rows].sum() for rows in seen.open])


def _backlog_weeks(seen: _Seen, wanted: Wanted) -> Floats:
    a_week = np.empty(len(seen.windows))
    for k, window in enumerate(seen.windows):
        which, weeks = raised_lately(seen.table, window.end)
        a_week[k] = seen.table["effort"][which].sum() / weeks
    return _backlog_days(seen, wanted) / a_week


def _lead_time(seen: _Seen, wanted: Wanted) -> Floats:
    _, _, percent, duty = wanted.metric.split("_")
    of_duty = seen.asked & (seen.table["type"] >= 0) & ((seen.table["statutory"] != 0) == (duty == "statutory"))
    samples = []
    for window in seen.windows:
        rows = np.flatnonzero(of_duty & (seen.raised >= window.start) & (seen.raised <= window.end))
        since, closed = seen.raised[rows], seen.closed[rows]
        over = closed <= window.end
        left = (over & (seen.fate[rows] == ABANDONED)).astype(np.intp)  # group 1 of 1: left out
        samples.append(Sample(np.where(over, closed, window.end) - since, over, [(left, 1)]))
    share = next(share for share in SHARES if f"p{round(100 * share)}" == percent)
    found: Floats = percentiles(samples, (share,))[0]
    return found


#: What is read straight off the table of requests, by metric; ``lead_time`` stands for its percentiles and duties.
QUICK: dict[str, Callable[[_Seen, Wanted], Floats]] = {
    "in_time_statutory": _in_time,
    "in_time_discretionary": _in_time,
    "backlog": _backlog,
    "backlog_days": _backlog_days,
    "backlog_weeks": _backlog_weeks,
    "lead_time": _lead_time,
}
