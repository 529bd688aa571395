"""The Scenario: one organisation, one structure, one set of assumptions."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import Any

from pydantic import Field, field_validator
from pydantic_core import PydanticCustomError

from opmodel.scenario.contracts import Contracts
from opmodel.scenario.demand import Demand, Directorate, RequestType, Trace
from opmodel.scenario.people import DEFAULT_SKILLS, Costs, Hire, People, Post, Role, SpeedByLevel, TimeOff, Training
from opmodel.scenario.section import Name, Section
from opmodel.scenario.standards import Governance, Standards
from opmodel.scenario.structure import Flow, Structure, Team, Today, TodayTeams
from opmodel.scenario.study import Differences, Mechanisms, Study, Targets


class Scenario(Section):
    """Everything a run depends on but its seed. Made by ``load_scenario``, never changed in place."""

    name: str = Field(min_length=1, max_length=80)
    """What the scenario is called in results."""
    description: str = Field(default="", max_length=4000)
    """What it is about, for readers."""
    start: dt.date = dt.date(2026, 4, 6)
    """Date of the first working day (a Monday)."""
    study: Study = Study()
    """Which question the runs answer."""
    mechanisms: Mechanisms = Mechanisms()
    """One switch for each mechanism."""
    directorates: dict[Name, Directorate] = Field(min_length=1)
    """Who asks."""
    request_types: dict[Name, RequestType] = Field(min_length=1)
    """What is asked."""
    demand: Demand = Demand()
    """Levels, spread and reactions of demand."""
    trace: Trace | None = None
    """Arrivals taken from a log."""
    skills: list[Name] = Field(default=list(DEFAULT_SKILLS), min_length=1, max_length=30)
    """Skills that tasks need and people have."""
    level_speed: SpeedByLevel = SpeedByLevel()
    """Speed by skill level."""
    roles: dict[Name, Role] = Field(min_length=1)
    """Kinds of post."""
    posts: dict[Name, Post] = Field(min_length=1)
    """The establishment."""
    hires: dict[Name, Hire] = Field(default_factory=dict)
    """Posts to be opened."""
    training: dict[Name, Training] = Field(default_factory=dict)
    """Present people to be trained."""
    today: TodayTeams | None = None
    """Where everybody sits now; without it today is the scenario's own structure."""
    structure: Structure = Today()
    """The structure simulated."""
    teams: dict[Name, Team] | None = None
    """A structure drawn by hand, instead of a preset."""
    time_off: TimeOff = TimeOff()
    """Days off duty."""
    people: People = People()
    """Pace, starting, learning, familiarity, leaving."""
    contracts: Contracts = Contracts()
    """Terms of contracts other than permanent ones."""
    flow: Flow = Flow()
    """How tasks find people."""
    standards: Standards = Standards()
    """Effort, quality and standards of the data."""
    governance: Governance = Governance()
    """The governance board."""
    costs: Costs = Costs()
    """What people and platform cost."""
    targets: Targets = Targets()
    """What the organisation wants to reach."""
    differences: Differences = Differences()
    """The smallest differences that matter."""

    @field_validator("start", mode="before")
    @classmethod
    def _read_start(cls, value: Any) -> Any:
        """Read a date as a file writes it."""
        if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
            return value
        try:
            return dt.datetime.strptime(value, "%Y-%m-%d").date()
        except (TypeError, ValueError):
            raise PydanticCustomError("date", "should be a date such as 2026-04-06") from None

    def document(self) -> dict[str, Any]:
        """The resolved scenario as plain data, each number with its range, tag and source.

        It can be loaded again: a structure that hand-drawn teams replace is left out, and a post
        that a preset would need is null where the scenario has no such role.
        """
        document = self.model_dump(mode="json")
        if self.teams is not None:
            del document["structure"]
        elif not isinstance(self.structure, Today):
            for post in {"head", "hub_manager"} & document["structure"].keys():
                if document["structure"][post] not in self.roles:
                    document["structure"][post] = None
        return document

    @property
    def hash(self) -> str:
        """Short fingerprint of everything that can change a result."""
        text = json.dumps(self.document(), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    @property
    def demand_hash(self) -> str:
        """Fingerprint of what requests depend on: structures of one organisation share it, and so do plans to hire.

        Today's teams belong to it (efforts are ratios to them); without them the structure does. Hires, their
        contracts and training do not: they come after today.
        """
        document = self.document()
        asked = ("name", "description", "study", "costs", "targets", "differences")
        for key in (*asked, "hires", "training", "contracts"):
            document.pop(key, None)
        if self.today is not None:
            for key in ("structure", "teams"):
                document.pop(key, None)
        document["horizon"] = self.study.horizon_weeks
        return hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()[:12]
