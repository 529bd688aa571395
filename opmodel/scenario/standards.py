"""Effort, quality and standards of the data, and the governance board."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from opmodel.scenario.people import ReworkByLevel
from opmodel.scenario.quantity import (
    AtLeastOne,
    Chance,
    Days,
    MaturityLevel,
    Number,
    PositiveNumber,
    Share,
    Weeks,
    days,
    param,
    share,
)
from opmodel.scenario.section import Name, Section


class Standards(Section):
    """Effort, quality and standards of the data."""

    effort_basis: Literal["as_is", "ideal"] = "as_is"
    """as_is: efforts are those observed under today, and every mechanism is a ratio to today; ideal: efforts are those
    of a familiar practitioner with clean data."""
    maturity: MaturityLevel = param(
        3.0, 2.0, 3.0, tag="S", source="English councils: 49 % at level 3, 34 % at level 2 [S59]"
    )
    """Data maturity today, 1 to 5."""
    maturity_now: MaturityLevel | None = None
    """Maturity in this scenario, where it differs from today's (a funded programme)."""
    preparation: list[Annotated[float, Field(ge=0, lt=1)]] = Field(
        default=[0.65, 0.55, 0.45, 0.35, 0.25], min_length=5, max_length=5
    )
    """Share of effort that goes into preparing data at maturity 1 to 5 (45 % [S60], at most 80 % [S23])."""
    rework: list[Annotated[float, Field(ge=0, le=1)]] = Field(
        default=[0.25, 0.20, 0.15, 0.10, 0.06], min_length=5, max_length=5
    )
    """Chance that a finished request must be reworked at maturity 1 to 5 (practitioner, familiar)."""
    rework_scale: PositiveNumber = param(1.0, 0.5, 2.0, source="spreadsheet errors [S61] bracket it")
    """Factor on the rework chances."""
    rework_cap: Share = share(0.6, tag="A", source="no request is hopeless")
    """Largest rework chance."""
    rework_effort: Number = param(0.30, 0.15, 0.60)
    """Effort of a rework pass, as a share of the first effort of the steps redone."""
    rework_max: int = Field(default=4, ge=0, le=60)
    """Rework passes after which a request is delivered and flagged."""
    rework_by_level: ReworkByLevel = ReworkByLevel()
    """Factor on the rework chance by level of the people who did it."""
    unfamiliar_rework: Number = param(0.5, 0.0, 1.0)
    """Rise of the rework chance where the people do not know the directorate at all."""
    reuse_chance: Share = share(0.15, 0.05, 0.30)
    """Chance that a similar product exists somewhere in the organisation."""
    reuse_saving: Share = share(0.6, 0.3, 0.8)
    """Effort saved where it is found."""
    discoverability_same_team: Share = share(0.85, 0.70, 0.95)
    """Chance to find a similar product of the same team."""
    discoverability_same_line: Share = share(0.70, 0.50, 0.85)
    """Chance to find a similar product of another team under the same reporting line."""
    discoverability_other_line: Share = share(0.40, 0.20, 0.60)
    """Chance to find a similar product of a team of another line."""
    nonconformance_penalty: Number = param(0.25, 0.0, 0.5)
    """Extra effort and rework of cross-directorate requests where conformance is nil."""
    drift: Share = share(0.10, 0.05, 0.20, source="sign from [S23] [S25]")
    """Share of conformance lost a year without enforcement."""
    steward_hours: Number = param(2.0, 0.0, 7.4)
    """Hours a week of data stewards for each directorate."""
    stewardship_rate: Number = param(
        0.10, 0.05, 0.20, source="conformance gained a year by one steward hour a week for one directorate"
    )
    """Share of the missing conformance gained a year for each steward hour a week and directorate."""
    enforcement: Share = share(0.2, 0.0, 0.8)
    """Share of drift prevented by automated checks and the board."""
    delegation_cost: Number = param(0.05, 0.0, 0.15)
    """Share of enforcement lost where all gate decisions are delegated."""


class Board(Section):
    """A directorate's own board."""

    cadence_weeks: Weeks = param(6.0, 4.0, 13.0, tag="S", source="quarterly is seen [S62]; six-weekly assumed")
    """Weeks between meetings, rounded."""
    seats: AtLeastOne = param(8.0, 4.0, 16.0)
    """Papers a meeting can decide, rounded."""
    first_week: int = Field(default=0, ge=0, le=51)
    """Week of the first meeting."""


class Governance(Section):
    """The governance board that some requests must pass."""

    cadence_weeks: Weeks = param(6.0, 4.0, 13.0, tag="S", source="quarterly is seen [S62]; six-weekly assumed")
    """Weeks between meetings, rounded."""
    seats: AtLeastOne = param(8.0, 4.0, 16.0)
    """Papers a meeting can decide, rounded."""
    papers_deadline: Days = days(5.0, 2.0, 10.0)
    """Papers must be in this long before the meeting."""
    deferral_chance: Chance = share(0.15, 0.05, 0.30)
    """Chance that the board defers a paper to its next meeting."""
    delegated_share: Share = share(0.5, 0.0, 0.9)
    """Share of gated requests that stewards decide without the board."""
    gate_cross_factor: PositiveNumber = param(
        1.5, 1.0, 2.0, source="more gates where data cross a reporting line; level assumed"
    )
    """Factor on the gate chance of a request whose two directorates are served under different reporting lines."""
    boards: dict[Name, Board] | None = None
    """Boards by directorate, where directorates have their own; without it one board for all."""
