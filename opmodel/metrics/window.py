"""The part of a run that is read: from when to when, and at which milestones."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from opmodel.scenario.quantity import DAYS_PER_WEEK

if TYPE_CHECKING:
    from opmodel.scenario.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Window:
    """The stretch of time a result speaks about, closed at both ends.

    A *transition* is read from the start to the horizon and once more up to each milestone: flows over
    [0, m], stocks at m. A *steady state* is read after its warm-up, the same weeks in every scenario.
    """

    start_week: int
    """Week at which reading starts."""
    end_week: int
    """Week at which it ends: the horizon."""
    milestones: tuple[int, ...] = ()
    """Weeks up to which results are also read, in order, none beyond the end."""
    stops: tuple[int, ...] = field(init=False)
    """Weeks at which reading pauses: the milestones before the end, then the end itself."""
    reached: tuple[int, ...] = field(init=False)
    """Position among the stops of the end, then of each milestone."""

    def __post_init__(self) -> None:
        """Work out the stops."""
        stops = (*(m for m in self.milestones if m < self.end_week), self.end_week)
        object.__setattr__(self, "stops", stops)
        object.__setattr__(self, "reached", (len(stops) - 1, *(stops.index(m) for m in self.milestones)))

    @property
    def start(self) -> float:
        """Start in working days."""
        return DAYS_PER_WEEK * self.start_week

    @property
    def end(self) -> float:
        """End in working days."""
        return DAYS_PER_WEEK * self.end_week

    @property
    def weeks(self) -> int:
        """Length in weeks."""
        return self.end_week - self.start_week


def window_of(scenario: Scenario) -> Window:
    """The window in which a scenario's runs are read, as its study says."""
    study = scenario.study
    if study.kind == "steady_state":
        return Window(min(study.warm_up_weeks, study.horizon_weeks - 1), study.horizon_weeks)
    milestones = tuple(sorted({m for m in study.milestones_weeks if m <= study.horizon_weeks}))
    return Window(0, study.horizon_weeks, milestones)
