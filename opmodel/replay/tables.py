"""A replay as tables, in words, and as the columns a player draws."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from opmodel.flow.calendar import date_of
from opmodel.metrics.measures import FEWEST
from opmodel.records import Ints
from opmodel.replay.course import Course

if TYPE_CHECKING:
    import pandas as pd

#: Headings of the places where an open request may stand besides a team's queues.
ELSEWHERE = {
    "in_hand": "in somebody's hands",
    "handing_over": "being handed over",
    "board": "at the board",
    "requester": "with the requester",
    "blocked": "blocked: nobody has the skill",
}


def weekly(replay: Course) -> pd.DataFrame:
    """A row for the start (week 0) and each week's end.

    ``raised``, ``delivered`` and ``given up`` are requests within the week (at the start: those open then);
    all else is what stands at its end. Open requests and open upkeep tasks together are waiting, or stand in
    one of the other places.
    """
    import pandas as pd

    places, weeks = replay.places, slice(None, None, 5)
    columns: dict[str, Any] = {
        "week": np.arange(replay.horizon_weeks + 1),
        "date": [str(day) for day in date_of(replay.start, 5 * np.arange(replay.horizon_weeks + 1))],
        "raised": np.diff(places.raised[weeks], prepend=0),
        "delivered": np.diff(places.delivered[weeks], prepend=0),
        "given up": np.diff(places.abandoned[weeks], prepend=0),
        "open": open_requests(replay)[weeks],
        "upkeep tasks open": places.upkeep[weeks],
        "waiting": places.waiting[weeks].sum(axis=1),
    }
    for team, count in zip(replay.teams, places.waiting[weeks].T, strict=True):
        columns[f"waiting: {team.name}"] = count
    for name, heading in ELSEWHERE.items():
        columns[heading] = getattr(places, name)[weeks]
    return pd.DataFrame(columns)


def milestone_figures(replay: Course) -> pd.DataFrame:
    """A column for each milestone: requests raised, delivered and given up so far, and what stands then."""
    import pandas as pd

    places, at = replay.places, 5 * np.array(replay.milestones)
    rows = {
        "raised so far": places.raised,
        "delivered so far": places.delivered,
        "given up so far": places.abandoned,
        "requests open": open_requests(replay),
        "upkeep tasks open": places.upkeep,
        ELSEWHERE["board"]: places.board,
        ELSEWHERE["requester"]: places.requester,
        ELSEWHERE["blocked"]: places.blocked,
    }
    return pd.DataFrame(
        [[f"{value:,}" for value in count[at]] for count in rows.values()],
        index=pd.Index(rows, name="in this one future"),
        columns=_weeks(replay),
    )


def milestone_queues(replay: Course) -> pd.DataFrame:
    """A row for each team, a column for each milestone: tasks waiting."""
    import pandas as pd

    waiting = replay.places.waiting[5 * np.array(replay.milestones)]
    return pd.DataFrame(
        [[f"{value:,}" for value in column] for column in (*waiting.T, waiting.sum(axis=1))],
        index=pd.Index([*(team.name for team in replay.teams), "all teams"], name="tasks waiting at"),
        columns=_weeks(replay),
    )


def _weeks(replay: Course) -> list[str]:
    return [f"week {week}" for week in replay.milestones]


def sentence(replay: Course) -> str:
    """How this future ends."""
    places = replay.places
    return (
        f"after {replay.horizon_weeks} weeks {open_requests(replay)[-1]:,} requests are open, "
        f"{places.delivered[-1]:,} were delivered and {places.abandoned[-1]:,} given up because nobody began them "
        "in time, under these assumptions."
    )


def open_requests(replay: Course) -> Ints:
    """Requests open at each moment (upkeep is no request)."""
    places = replay.places
    return places.raised - places.delivered - places.abandoned


def columns(replay: Course) -> dict[str, Any]:
    """What a player draws: names, a list per team for each count, a list per column of the trips.

    Of teams of fewer than three seats nothing is told of their people (None): neither their number nor who is at
    work. The latter is left out of larger teams, too, while fewer than three of their seats are filled.
    ``follows`` is 1 where a trip is of the same request as the one before.
    """
    places, trips = replay.places, replay.trips
    same = np.diff(trips.request, prepend=-1) == 0
    monday = date_of(replay.start, 5 * np.arange(replay.horizon_weeks + 1))
    return {
        "id": f"{replay.scenario_hash}/{replay.seed}/{replay.replication}",
        "weeks": replay.horizon_weeks,
        "dates": [f"{day.day} {day:%B %Y}" for day in monday.astype(object)],
        "directorates": list(replay.directorates),
        "teams": [
            {"name": team.name, "kind": team.kind, "waiting": waiting.tolist(),
             "seats": team.seats if team.shows_people else None,
             "busy": _people(busy, filled) if team.shows_people else None,
             "filled": _people(filled, filled)[::5] if team.shows_people else None}
            for team, waiting, busy, filled in zip(
                replay.teams, places.waiting.T, places.busy.T, places.filled.T, strict=True
            )
        ],
        "open": open_requests(replay).tolist(),
        **{name: getattr(places, name).tolist() for name in
           ("board", "requester", "blocked", "delivered", "abandoned")},
        "trips": {
            "start": trips.start.tolist(), "end": trips.end.tolist(), "from": trips.origin.tolist(),
            "to": trips.target.tolist(), "duty": trips.duty.tolist(), "follows": same.astype(int).tolist(),
        },
    }


def _people(count: Ints, filled: Ints) -> list[int | None]:
    """People counted at each moment, None while a figure would speak of single posts."""
    return [int(n) if there >= FEWEST else None for n, there in zip(count, filled, strict=True)]
