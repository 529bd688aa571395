"""The scenario's targets as figures of a run: what each comes to by each milestone.

Rates and lead times by a milestone are those of the weeks just before it (``targets.over_weeks``), so that a late start
of hires does not count against what they have reached by then; backlogs are those of the day.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from opmodel.metrics.catalogue import METRICS
from opmodel.metrics.layout import Layout, columns, layout_of, members
from opmodel.metrics.reading import Reading
from opmodel.metrics.window import Window, window_of
from opmodel.records import Floats, Run

if TYPE_CHECKING:
    from opmodel.scenario.scenario import Scenario

#: Metric that each target of one field is about, and the groups it is read in.
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
    """Its field, such as ``in_time_rate``, ``in_time_of foi`` or ``waiting``."""
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
    def words(self) -> str:
        """The target in words, such as ``in-time rate, statutory (foi), at least 90 %``."""
        from opmodel.wording import plain_figure, unit_words

        metric = METRICS[self.metric]
        of = f" ({self.group.partition('=')[2].replace('_', ' ')})" if self.group != "all" else ""
        amount = f"{plain_figure(self.value, metric.unit)} {unit_words(metric.unit)}".strip()
        return f"{metric.label}{of} {'at least' if self.higher else 'at most'} {amount}"


def wanted_of(scenario: Scenario) -> tuple[Wanted, ...]:
    """The targets that a scenario states, in the order of its fields."""
    targets, found = scenario.targets, []
    for field, metric in FIELDS.items():
        value = getattr(targets, field)
        if value is not None:
            found.append(Wanted(field, metric, "all", float(value), METRICS[metric].better == "higher"))
        if field == "in_time_rate":
            for kind, share in targets.in_time_of.items():
                duty = "statutory" if scenario.request_types[kind].statutory else "discretionary"
                found.append(Wanted(f"in_time_of {kind}", f"in_time_{duty}", f"type={kind}", float(share), True))
    for other in targets.others:
        if other.at_least is not None:
            found.append(Wanted(other.metric, other.metric, "all", float(other.at_least), True))
        if other.at_most is not None:
            found.append(Wanted(other.metric, other.metric, "all", float(other.at_most), False))
    return tuple(found)


def weeks_of(scenario: Scenario) -> tuple[int, ...]:
    """Weeks by which targets are read: the milestones, or else the end."""
    window = window_of(scenario)
    return window.milestones or (window.end_week,)


def attained(run: Run) -> Floats:
    """What each target comes to by each of :func:`weeks_of`, (targets, weeks)."""
    scenario = run.scenario
    wanted, weeks = wanted_of(scenario), weeks_of(scenario)
    out = np.full((len(wanted), len(weeks)), np.nan)
    whole = window_of(scenario)
    for k, week in enumerate(weeks):
        start = max(whole.start_week, week - scenario.targets.over_weeks) if whole.milestones else whole.start_week
        window = Window(start, week)
        layout = layout_of(run.names, window, groups=any(w.group != "all" for w in wanted))
        reading = Reading(run, window, layout)
        with np.errstate(divide="ignore", invalid="ignore"):
            for t, one in enumerate(wanted):
                out[t, k] = METRICS[one.metric].function(reading)[_column(one, layout)]
    return out


def _column(wanted: Wanted, layout: Layout) -> int:
    if wanted.group == "all":
        return 0
    family = wanted.group.partition("=")[0]
    return int(columns(layout)[family].start) + members(layout, family).index(wanted.group)
