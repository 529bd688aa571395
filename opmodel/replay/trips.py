"""How the requests of a run move: from directorate to team, between teams, to the board, to delivery.

Nodes are numbered: the directorates, then the teams, then the board, delivered, abandoned.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from opmodel.records import ABANDONED, CLARIFICATION, DELIVERED, GATE, NOT_RAISED, UPKEEP, Floats, Ints, Run

#: Most trips that are shown; whole requests are left out beyond that.
MOST_TRIPS = 5000
#: Seed of the choice of the requests shown: it decides on nothing but which dots one sees.
DISPLAY_SEED = 20
#: Whose request moves (column ``duty``).
STATUTORY, DISCRETIONARY, UPKEEP_WORK = range(3)


class Trips(NamedTuple):
    """Trips of some requests, request by request, each in order of time."""

    start: Floats
    """When it sets off, in working days from the start."""
    end: Floats
    """When it is there; as ``start`` if it takes no time, the horizon if it is still on its way."""
    origin: Ints
    """Node it leaves."""
    target: Ints
    """Node it goes to."""
    duty: Ints
    """0 statutory, 1 discretionary, 2 upkeep."""
    request: Ints
    """Row in the requests table."""


def trips_of(run: Run) -> Trips:
    """All trips of a run, in working days, NaN where a trip had not ended at the horizon."""
    tasks, requests = run.tasks, run.requests
    directorates, teams = len(run.names.directorates), len(run.names.teams)
    board, delivered, abandoned = (directorates + teams + k for k in range(3))
    order = np.argsort(tasks["request"], kind="stable")  # visits stand in order of time
    request, kind = tasks["request"][order], tasks["kind"][order]
    team, here = tasks["team"][order], tasks["from_team"][order]
    ready, there = tasks["ready"][order], np.fmin(tasks["queued"], tasks["finished"])[order]
    asker = requests["directorate"][request]
    first = np.ones(request.size, bool)
    first[1:] = request[1:] != request[:-1]
    last = np.roll(first, -1)
    node = np.where(kind == GATE, board, np.where(kind == CLARIFICATION, asker, directorates + team))
    stays = (kind != GATE) & (kind != CLARIFICATION) & (team < 0)  # blocked: where it is
    node = np.where(stays, directorates + here, node)
    before = np.where(first, asker, np.roll(node, 1))
    # A first visit that begins with a hand-off, a paper or a question went through the own team.
    through = first & (here >= 0) & (node != directorates + here)
    before = np.where(through, directorates + here, before)
    moves = np.flatnonzero(node != before)
    intake = np.flatnonzero(through)
    gone = np.flatnonzero(last & np.isin(requests["fate"][request], (DELIVERED, ABANDONED)))
    fate, closed = requests["fate"][request[gone]], requests["closed"][request[gone]]
    rows = np.concatenate((intake, moves, gone))
    duty = np.where(requests["statutory"], STATUTORY, DISCRETIONARY)
    duty = np.where(requests["origin"] == UPKEEP, UPKEEP_WORK, duty)
    found = Trips(
        start=np.concatenate((ready[intake], ready[moves], closed)),
        end=np.concatenate((ready[intake], there[moves], closed)),
        origin=np.concatenate((asker[intake], before[moves], node[gone])),
        target=np.concatenate((directorates + here[intake], node[moves],
                               np.where(fate == DELIVERED, delivered, abandoned))),
        duty=duty[request[rows]],
        request=request[rows],
    )
    # Row by row of the visits; the intake before the visit itself, the end of a request after it.
    stage = np.repeat((0, 1, 2), (intake.size, moves.size, gone.size))
    sort = np.lexsort((stage, rows))
    return _rows(found, sort)


def thinned(trips: Trips, horizon: float, most: int = MOST_TRIPS) -> Trips:
    """Whole requests chosen at random with a fixed seed, as many as have at most ``most`` trips together.

    Times are rounded to hundredths of a day; what had not ended ends at the horizon.
    """
    rows, where = np.unique(trips.request, return_inverse=True)
    chosen = np.random.default_rng(DISPLAY_SEED).permutation(rows.size)
    size = np.bincount(where, minlength=rows.size)
    keep = np.zeros(rows.size, bool)
    keep[chosen[np.cumsum(size[chosen]) <= most]] = True
    kept = _rows(trips, keep[where])
    end: Floats = np.where(np.isnan(kept.end), horizon, kept.end)
    return kept._replace(start=kept.start.round(2), end=end.round(2))


def _rows(trips: Trips, which: Any) -> Trips:
    """Some trips, by position or by mask."""
    columns: list[Any] = [column[which] for column in trips]
    return Trips(*columns)


def requests_moving(run: Run) -> int:
    """Requests and upkeep tasks that came to the data people within the run."""
    return int((run.requests["fate"] != NOT_RAISED).sum())
