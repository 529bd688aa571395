"""What is asked: the study, its targets, the smallest differences that matter, the mechanisms switched on."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from opmodel.scenario.quantity import Days, Number, Share, param, share
from opmodel.scenario.section import Name, Section


class Study(Section):
    """Which question the runs answer."""

    kind: Literal["transition", "steady_state"] = "transition"
    """transition: from today's people, familiarity and backlog, read at the milestones; steady_state: long-run
    behaviour after a warm-up."""
    horizon_weeks: int = Field(default=104, ge=1, le=5200)
    """Weeks simulated."""
    warm_up_weeks: int = Field(default=0, ge=0, le=5000)
    """Weeks cut off at the start, the same in every scenario; steady_state only."""
    milestones_weeks: list[Annotated[int, Field(ge=1, le=5200)]] = Field(default=[26, 52, 78, 104])
    """Weeks at which results are read: months 6, 12, 18 and 24."""


class Mechanisms(Section):
    """One switch for each mechanism; everything is on unless stated."""

    unless_stated: bool = True
    """Value of every switch that is not stated: false leaves a plain queueing network."""
    time_off: bool | None = None
    """Bank holidays, leave, sickness and training."""
    productive_share: bool | None = None
    """Corporate time."""
    communication: bool | None = None
    """Time lost to communication in large sub-teams."""
    line_management: bool | None = None
    """Leads' time for the people they manage."""
    familiarity: bool | None = None
    """Knowing a directorate: effort, learning by work, forgetting."""
    ramp_up: bool | None = None
    """Newcomers' slower start and their mentors' time."""
    turnover: bool | None = None
    """Resignations and their refilling."""
    learning: bool | None = None
    """Levels rise with practice and fade without."""
    level_speed: bool | None = None
    """Speed differs by skill level."""
    hand_offs: bool | None = None
    """Latency and extra effort of hand-offs."""
    escalation: bool | None = None
    """Waiting tasks move to the next team on their route."""
    lending: bool | None = None
    """Teams lend people for a week, and the team with most holders is the last resort on every route."""
    slices: bool | None = None
    """Long tasks let more urgent ones pass at a slice's end."""
    abandonment: bool | None = None
    """Requests nobody starts are abandoned after their patience."""
    rework: bool | None = None
    """Finished requests may have to be redone."""
    reuse: bool | None = None
    """Similar products are found and reused, or work is duplicated."""
    conformance: bool | None = None
    """Standards drift and are kept; cross-directorate work suffers where they are not."""
    gates: bool | None = None
    """Some requests must pass a governance board."""
    clarification: bool | None = None
    """Some requests go back to the requester."""
    upkeep: bool | None = None
    """Delivered products need upkeep."""
    reacting_demand: bool | None = None
    """Directorates raise more when lead times are short and less when they are long; shadow work returns."""
    opening_backlog: bool | None = None
    """Requests are already open at the start."""
    expedite: bool | None = None
    """A share of discretionary requests is expedited."""
    cross_directorate: bool | None = None
    """A share of requests involves a second directorate."""

    def on(self, name: str) -> bool:
        """Whether the named mechanism acts in this scenario."""
        value = getattr(self, name)
        return self.unless_stated if value is None else bool(value)


class Differences(Section):
    """The smallest difference that matters, for each headline metric; smaller ones are practically the same."""

    throughput: Number = param(1.0, tag="A", source="one request a week")
    """Requests a week."""
    backlog: Number = param(10.0, tag="A", source="about two days of a team's arrivals")
    """Open requests."""
    lead_time: Number = param(1.0, tag="A", source="one working day")
    """Working days, median and 85th percentile."""
    in_time_rate: Share = share(0.02, tag="A", source="two points")
    """Share of requests due that are delivered in time."""
    skills_gap: Number = param(0.25, tag="A", source="a quarter of a post")
    """FTE."""
    cost: Number = param(10.0, tag="A", source="ten pounds a request")
    """Pounds per delivered request."""


#: Figures of :class:`OtherTarget` that are shares.
SHARES = ("not_served", "unfinished", "utilisation", "waited")


class OtherTarget(Section):
    """Any other figure that the organisation wants to reach: at least or at most so much, one of the two."""

    metric: Literal[
        "throughput", "backlog_age", "lead_time_p50_statutory", "lead_time_p85_statutory",
        "lead_time_p85_discretionary", "not_served", "unfinished", "utilisation", "waiting", "waited", "cost",
    ]
    """Which figure."""
    at_least: Number | None = None
    """Least value; a share as a number between 0 and 1."""
    at_most: Number | None = None
    """Greatest value; a share as a number between 0 and 1."""


class Targets(Section):
    """What the organisation wants to reach; met, not met or uncertain.

    By a milestone, rates and lead times are read over the weeks before it (``over_weeks``), backlogs on the day. A
    steady state is read once, at its end, over all weeks after its warm-up.
    """

    in_time_rate: Share | None = None
    """Least in-time rate of statutory requests (the regulator expects 0.90)."""
    in_time_of: dict[Name, Share] = Field(default_factory=dict)
    """Least in-time rate of single request types, such as FOI."""
    backlog: Number | None = None
    """Most open requests on the day."""
    backlog_days: Days | None = None
    """Most effort waiting on the day."""
    backlog_weeks: Number | None = None
    """Most effort waiting on the day, in weeks of the effort that falls due (mean of the year before)."""
    lead_time: Days | None = None
    """Longest median lead time of discretionary requests."""
    others: list[OtherTarget] = Field(default_factory=list, max_length=10)
    """Any other figures."""
    over_weeks: int = Field(default=13, ge=1, le=104)
    """Weeks before a milestone over which rates and lead times are read."""
