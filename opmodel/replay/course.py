"""The course of one replication: what is kept of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from opmodel.records import Floats
from opmodel.replay.places import Places, TeamBox
from opmodel.replay.trips import Trips


@dataclass(frozen=True, repr=False)
class Course:
    """Where the requests of one possible future were, day by day."""

    scenario_hash: str
    """What was simulated."""
    seed: int
    """Root of all draws."""
    replication: int
    """Which of the possible futures of that seed."""
    start: dt.date
    """Date of day 0."""
    horizon_weeks: int
    """Length in weeks."""
    warm_up_weeks: int
    """Weeks that a steady-state study cuts off; 0 in a transition."""
    milestones: tuple[int, ...]
    """Weeks at which it is read, the last week included."""
    directorates: tuple[str, ...]
    """Who asks."""
    teams: tuple[TeamBox, ...]
    """Who answers."""
    days: Floats
    """Moments of ``places``: the start and the end of each working day, (5 x weeks + 1,)."""
    places: Places
    """How many stand where at each of those moments."""
    trips: Trips
    """How the requests that are shown move."""
    requests_shown: int
    """Requests (and upkeep tasks) whose trips are kept."""
    requests: int
    """All requests and upkeep tasks that came."""
