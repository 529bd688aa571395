"""Where the requests of a run are: how many stand at each place, day by day.

At any moment an open request stands in exactly one place: waiting at a team, in hand, being handed over,
at the board, with the requester, or blocked because nobody on its route has the skill. Counts are exact,
taken from the visits; what happens at a moment counts as having happened.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from opmodel.metrics.measures import FEWEST
from opmodel.records import ABANDONED, CLARIFICATION, DELIVERED, GATE, NOT_RAISED, TASK, Floats, Ints, Run


@dataclass(frozen=True)
class TeamBox:
    """A team as it stands in its structure."""

    name: str
    kind: str
    """``hub``, ``spoke`` or ``policy_centre``."""
    seats: int
    """Seats of the establishment, hires included."""

    @property
    def shows_people(self) -> bool:
        """Whether it is large enough to say how many people it has and how many are at work, not only its queue."""
        return self.seats >= FEWEST


class Places(NamedTuple):
    """Counts at each of some moments (n,), or for each team (n, teams). Tasks of upkeep count, too."""

    waiting: Ints
    """Tasks in each team's queues."""
    busy: Ints
    """People of each team with a task in hand (they may be absent meanwhile, or lent to another team)."""
    filled: Ints
    """Seats of each team that are filled."""
    in_hand: Ints
    """Tasks begun and not finished."""
    handing_over: Ints
    """Requests on their way from one team to another."""
    board: Ints
    """Papers waiting for a governance board."""
    requester: Ints
    """Requests waiting for an answer of whoever raised them."""
    blocked: Ints
    """Requests for which nobody on their route is employed with skill and level."""
    raised: Ints
    """Requests raised so far, those open at the start included (upkeep is no request)."""
    delivered: Ints
    """Requests delivered so far."""
    abandoned: Ints
    """Requests given up so far because nobody began them in time."""
    upkeep: Ints
    """Upkeep tasks open."""


def places_of(run: Run, times: Floats) -> Places:
    """Count the requests of a run at each place.

    Args:
        run: with its tables still in use.
        times: moments in working days from the start, in order, none beyond the horizon.
    """
    requests, tasks = run.requests, run.tasks
    kind, team = tasks["kind"], tasks["team"]
    ready, queued, started, finished = (tasks[name] for name in ("ready", "queued", "started", "finished"))
    task, in_queue = kind == TASK, (kind == TASK) & ~np.isnan(queued)
    begun = task & ~np.isnan(started)
    leaves = np.fmin(started, finished)
    teams = len(run.names.teams)
    home = run.seats.team[tasks["person"]]

    def count(enter: Floats, leave: Floats, which: npt.NDArray[np.bool_]) -> Ints:
        return _so_far(times, enter[which]) - _so_far(times, leave[which])

    came = first_ready(run)
    asked = (requests["fate"] != NOT_RAISED) & (requests["type"] >= 0)
    upkeep = (requests["fate"] != NOT_RAISED) & (requests["type"] < 0)
    closed = requests["closed"]
    week = np.minimum((times // 5.0).astype(np.int64), run.scenario.study.horizon_weeks - 1)
    return Places(
        waiting=np.stack([count(queued, leaves, in_queue & (team == t)) for t in range(teams)], 1),
        busy=np.stack([count(started, finished, begun & (home == t)) for t in range(teams)], 1),
        filled=run.weeks["team", "filled"][week].astype(np.int64),
        in_hand=count(started, finished, begun),
        handing_over=count(ready, np.fmin(queued, finished), task & (team >= 0)),
        board=count(ready, finished, kind == GATE),
        requester=count(ready, finished, kind == CLARIFICATION),
        blocked=count(ready, finished, task & (team < 0)),
        raised=_so_far(times, came[asked]),
        delivered=_so_far(times, closed[asked & (requests["fate"] == DELIVERED)]),
        abandoned=_so_far(times, closed[asked & (requests["fate"] == ABANDONED)]),
        upkeep=count(came, closed, upkeep),
    )


def first_ready(run: Run) -> Floats:
    """When each request first came to the data people; NaN if it never did."""
    came = np.full(run.requests["fate"].size, np.nan)
    rows, first = np.unique(run.tasks["request"], return_index=True)  # visits stand in order of time
    came[rows] = run.tasks["ready"][first]
    return came


def _so_far(times: Floats, events: Floats) -> Ints:
    """How many events had happened at each moment; NaN never happened."""
    return np.searchsorted(np.sort(events[~np.isnan(events)]), times, side="right").astype(np.int64)
