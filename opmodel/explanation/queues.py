"""Where work piles up: days that tasks wait, by quarter and by team and skill."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from opmodel.metrics.window import Window
from opmodel.records import GATE, TASK, Floats, Run
from opmodel.scenario.quantity import DAYS_PER_WEEK

#: Weeks of a period.
PERIOD = 13
NO_TEAM, BOARD = "no team", "governance board"


class Place(NamedTuple):
    """Where tasks wait."""

    team: str
    """A team, no team (nobody on the route has the skill) or the governance board."""
    skill: str
    """The skill they wait for, empty for the board."""

    @property
    def label(self) -> str:
        """What it is called in tables."""
        return f"{self.skill}, {self.team}" if self.skill else self.team


def places_of(run: Run) -> list[Place]:
    """All places in the order of :func:`waiting_days`."""
    teams = (*run.names.teams, NO_TEAM)
    return [*(Place(team, skill) for team in teams for skill in run.names.skills), Place(BOARD, "")]


def periods_of(window: Window) -> list[tuple[int, int]]:
    """First and last week of each quarter of the window, counted from 1; the last may be shorter."""
    starts = range(window.start_week, window.end_week, PERIOD)
    return [(start + 1, min(start + PERIOD, window.end_week)) for start in starts]


def waiting_days(run: Run, window: Window) -> Floats:
    """Days that tasks waited in each period and place, (periods, places).

    All tasks count, upkeep and those of requests never delivered included: a team's queue in a period is its
    waiting days divided by the working days of the period.
    """
    tasks, skills = run.tasks, len(run.names.skills)
    places = (len(run.names.teams) + 1) * skills + 1
    kind, team = tasks["kind"], tasks["team"]
    at_queue = ~np.isnan(tasks["queued"])
    nowhere = (kind == TASK) & ~at_queue & (team < 0)
    waits = nowhere | (kind == GATE) | ((kind == TASK) & at_queue)
    since = np.where(at_queue, tasks["queued"], tasks["ready"])[waits]
    until = np.fmin(tasks["started"], tasks["finished"])[waits]
    until = np.where(np.isnan(until), run.horizon, until)
    place = np.where(nowhere, len(run.names.teams), team) * skills + tasks["skill"]
    place = np.where(kind == GATE, places - 1, place)[waits]
    periods = periods_of(window)
    found = np.empty((len(periods), places))
    for row, (first, last) in enumerate(periods):
        start, end = DAYS_PER_WEEK * (first - 1), DAYS_PER_WEEK * last
        inside = np.maximum(np.minimum(until, end) - np.maximum(since, start), 0.0)
        found[row] = np.bincount(place, inside, places)
    return found
