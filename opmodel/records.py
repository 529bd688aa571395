"""What a run leaves behind: three tables and their provenance, the only source of truth for metrics.

``requests`` has one row per request, ``tasks`` one per visit to a team, the board or the requester,
``weeks`` one value per week, entity and field. Times are working days from the start; NaN means
"not yet". Codes are positions in :class:`Names`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import pandas as pd

    from opmodel.scenario.scenario import Scenario

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Column = npt.NDArray[Any]

#: What became of a request (column ``fate``).
OPEN, DELIVERED, ABANDONED, NOT_RAISED = 0, 1, 2, 3
#: Where a request came from (column ``origin``): a directorate's demand, upkeep of delivered products,
#: shadow work that came back. Upkeep counts in load and backlog days, never in throughput.
DEMAND, UPKEEP, SHADOW = 0, 1, 2
#: What a row of ``tasks`` is (column ``kind``).
TASK, GATE, CLARIFICATION = 0, 1, 2

REQUEST_COLUMNS: dict[str, str] = {
    "number": "candidate number, the same under every structure",
    "origin": "0 demand, 1 upkeep, 2 shadow work come back",
    "type": "code of the request type (upkeep: -1)",
    "directorate": "code of the directorate that asks",
    "second": "code of the second directorate, -1 none",
    "class": "class of service: 0 expedite, 1 fixed_date, 2 standard, 3 intangible",
    "statutory": "whether the type is a legal duty",
    "raised": "working days from the start; negative for the opening backlog",
    "first_start": "start of its first task; NaN not yet",
    "closed": "delivery or abandonment; NaN while open; not raised: when it would have been",
    "fate": "0 open, 1 delivered, 2 abandoned, 3 not raised",
    "due": "end of the day it is due; NaN no deadline",
    "value": "relative value",
    "cost_of_delay": "pounds a week while open",
    "effort": "reference effort in working days (what a familiar practitioner needs under today)",
    "hand_offs": "hand-offs between teams or sub-teams",
    "passes": "rework passes",
    "touch": "on-duty days in somebody's hands",
    "duplicated": "days of effort spent again although a similar product existed",
    "flagged": "delivered after rework_max passes although another was due",
}
TASK_COLUMNS: dict[str, str] = {
    "kind": "0 task, 1 gate, 2 clarification",
    "request": "row in the requests table",
    "step": "step of the request, 0 first (gate and clarification: the step they precede)",
    "skill": "code of the skill needed, -1 for gate and clarification",
    "level": "least level needed, 0 awareness to 3 expert, -1 for gate and clarification",
    "team": "code of the team whose queue it stood in, -1 blocked, gate or clarification",
    "from_team": "team it came from, -1 the directorate itself",
    "person": "seat that worked on it, -1 nobody (yet)",
    "ready": "when the request was ready for it",
    "queued": "when it joined the queue (ready to queued = hand-off)",
    "started": "first start of the visit; NaN not yet",
    "finished": "end of the visit (finished, handed back or moved on); NaN not yet",
    "worked": "on-duty days in hand (finished - started - worked = absent)",
    "effort": "work in days at pace 1 of a familiar practitioner, after all mechanisms",
    "blocked": "days in which nobody on its route was employed with the skill",
    "pass": "0 first pass, then rework passes",
}


class Names(NamedTuple):
    """Names behind the codes of all tables, in file order."""

    directorates: tuple[str, ...]
    types: tuple[str, ...]
    skills: tuple[str, ...]
    teams: tuple[str, ...]
    roles: tuple[str, ...]
    seats: tuple[str, ...]


class Seats(NamedTuple):
    """The establishment under the simulated structure, one entry per seat (hires included)."""

    team: Ints
    """Team of the seat."""
    role: Ints
    """Role of the seat."""
    fte: Floats
    """Full-time equivalent, after the budget of the structure is met."""
    salary: Floats
    """Pounds a year, full time, as the contract has it, with a market supplement."""
    agency: npt.NDArray[np.bool_]
    """Whether the seat is held on a day rate, by agency staff or a contractor."""
    day_rate: Floats
    """Pounds for a day on duty, full time; 0 where there is a salary."""


#: Weekly fields by kind of entity, in the order in which the model notes them (``flow/weeks.py``).
WEEK_FIELDS: dict[str, dict[str, str]] = {
    "person": {
        "employed": "1 if the seat was filled during the week",
        "on_duty": "days on duty",
        "worked": "on-duty days with a task in hand",
        "pace": "work days a day on duty yields, before level and familiarity",
        "ramp": "ramp-up at the week's middle, 1 when over",
        "level": "level of the primary skill",
        "familiarity": "mean familiarity over directorates, weighted by their demand",
        "joined": "1 if somebody started in the seat this week",
        "left": "1 if the holder left at the week's start",
        "resigned": "1 if the leaver resigned",
        "lent_to": "team lent to this week, -1 none",
    },
    "team": {
        "filled": "filled seats",
        "conformance": "conformance of the data it keeps",
        "communication": "share of time lost to communication",
        "queued": "tasks in its queues at the week's end",
    },
    "directorate": {
        "share_raised": "requests raised relative to the stated rates",
        "lead_time": "13-week mean of lead times and ages that directorates react to",
        "upkeep": "days of upkeep that fell due",
    },
    "organisation": {
        "recruitments": "hires completed (for cost)",
        "papers": "papers waiting for a board",
        "fees": "pounds paid for training that began",
    },
}


@dataclass(frozen=True)
class Run:
    """One replication of one scenario."""

    scenario: Scenario
    seed: int
    replication: int
    names: Names
    seats: Seats
    requests: dict[str, Column]
    """Columns of :data:`REQUEST_COLUMNS`, one row per raised or potential request."""
    tasks: dict[str, Column]
    """Columns of :data:`TASK_COLUMNS`."""
    weeks: dict[tuple[str, str], Floats]
    """Array (weeks, entities) for each (kind, field) of :data:`WEEK_FIELDS`."""
    events: int = 0
    """Events the flow kernel handled."""

    @property
    def provenance(self) -> dict[str, Any]:
        """What the run rests on: scenario hash, seed, replication, versions, date."""
        from opmodel.provenance import provenance

        return provenance({self.scenario.name: self.scenario}, self.seed, 1) | {"replication": self.replication}

    @property
    def horizon(self) -> float:
        """End of the run in working days."""
        return 5.0 * self.scenario.study.horizon_weeks

    def frame(self, table: str) -> pd.DataFrame:
        """One of the tables ``requests``, ``tasks``, ``weeks`` with names instead of codes."""
        from opmodel.frames import frame

        return frame(self, table)
