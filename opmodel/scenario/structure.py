"""Who sits where, who decides and which routes exist. No structure holds a productivity number."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from opmodel.scenario.quantity import Days, Number, Share, days, param, share
from opmodel.scenario.section import Name, Section

TeamRule = Literal["first_come", "earliest_deadline", "wsjf", "local_value"]
Dispatch = Literal["speciality_first", "fastest", "longest_idle"]


class Team(Section):
    """People who take tasks from the same queues."""

    kind: Literal["hub", "spoke", "policy_centre"] = "spoke"
    """A spoke serves its directorates first; the hub or policy centre comes next on every route."""
    serves: list[Name] = Field(default_factory=list)
    """Directorates whose requests come to this team first."""
    seats: dict[Name, Annotated[int, Field(ge=0, le=2000)]] = Field(default_factory=dict)
    """Seats of each post that sit in this team."""
    reporting_line: Name | None = None
    """Line of management; teams with the same one hand over more easily. Default: a line of its own."""
    lead: Name | None = None
    """Post whose first seat here leads the team; default the seat of the best-paid role."""
    rule: TeamRule | None = None
    """Which task comes first within a class of service; default flow.rule."""
    steward_hours: Number | None = None
    """Hours a week of data stewards; default standards.steward_hours per directorate served."""
    ownership_gain: Share | None = None
    """Own value of flow.ownership_gain, for a team fed by one directorate."""


class Today(Section):
    """The seats as they are now."""

    kind: Literal["today"] = "today"
    """The present teams."""


class Centralised(Section):
    """One team, one intake."""

    kind: Literal["centralised"]
    """One central team."""
    head: Name | None = "head_of_data"
    """Role that this structure needs one of, paid out of the same budget; null for none."""


class HubAndSpoke(Section):
    """Scarce skills in a hub, the others near the directorates."""

    kind: Literal["hub_and_spoke"]
    """A hub and spokes."""
    hub_share: Share = share(0.40, 0.30, 0.60, tag="D", source="preset definition")
    """Share of all data FTE in the hub at most, beyond the scarce skills."""
    hub_skills: list[Name] | None = None
    """Skills whose people sit in the hub; default those with fewer practitioners than directorates."""
    hub_manager: Name | None = "hub_manager"
    """Role that this structure needs one of, paid out of the same budget; null for none."""


class Federated(Section):
    """A team in each directorate and a small policy centre."""

    kind: Literal["federated"]
    """A team per directorate."""
    team_size_min: int = Field(default=2, ge=1, le=50)
    """Smaller teams are merged, the smallest first."""
    policy_share: Share = share(0.10, 0.0, 0.20, tag="D", source="preset definition")
    """Share of all data FTE in the policy centre at most (governance and architecture people)."""


Structure = Annotated[Today | Centralised | HubAndSpoke | Federated, Field(discriminator="kind")]


class TodayTeams(Section):
    """Where everybody sits now: the state that every mechanism is a ratio to."""

    teams: dict[Name, Team] = Field(min_length=1)
    """The present teams by name."""


class Boundary(Section):
    """What handing a request over costs at one kind of boundary."""

    latency: Days
    """Time until the receiving side has it in its queue."""
    effort: Number
    """Extra effort of the receiving person, as a share of the task's effort."""


class SameTeam(Boundary):
    """Between two people of one sub-team."""

    latency: Days = days(0.0, tag="A", source="they sit together")
    """Time until the colleague has it."""
    effort: Number = param(0.0, tag="A", source="they sit together")
    """Extra effort, as a share of the task's effort."""


class SameLine(Boundary):
    """Between sub-teams of a large team, or teams under one reporting line."""

    latency: Days = days(0.75, 0.25, 1.5, source="half of the latency between lines")
    """Time until the receiving side has it in its queue."""
    effort: Number = param(0.04, 0.01, 0.08, source="half of the effort between lines")
    """Extra effort, as a share of the task's effort."""


class OtherLine(Boundary):
    """Between teams of different reporting lines."""

    latency: Days = days(1.5, 0.5, 3.0, source="flow-efficiency literature [S19]")
    """Time until the receiving side has it in its queue."""
    effort: Number = param(0.08, 0.02, 0.15)
    """Extra effort, as a share of the task's effort."""


class HandOffs(Section):
    """Hand-offs by boundary. The same person hands nothing over."""

    same_team: SameTeam = SameTeam()
    """Another person of the same sub-team."""
    same_line: SameLine = SameLine()
    """Another sub-team, or another team of the same reporting line."""
    other_line: OtherLine = OtherLine()
    """A team of another reporting line."""


class Flow(Section):
    """How tasks find people."""

    hand_offs: HandOffs = HandOffs()
    """Latency and extra effort by boundary."""
    rule: TeamRule = "first_come"
    """Which task comes first within a class of service."""
    speciality_first: bool = True
    """Whether a person takes waiting tasks of the primary skill before others of the same class."""
    dispatch: Dispatch = "speciality_first"
    """Which idle person takes a task: speciality first then the least over-qualified, fastest, or longest idle."""
    escalate_after: Days = days(5.0, 2.0, 10.0)
    """Waiting time after which an unstarted task moves to the next team on its route that can do it."""
    lend_below: Share = share(0.7, 0.5, 0.8)
    """A team below this utilisation last week lends its least busy person for the week."""
    slice: Days = days(1.0, 0.5, 5.0)
    """Longest stretch of work after which a more urgent class goes first."""
    context_switch_loss: Number = param(0.17, 0.10, 0.40, tag="S", source="people on two or three projects [S18]")
    """Extra effort of an interrupted task, as a share of a slice."""
    reassign_after: Days = days(5.0, 3.0, 10.0)
    """Absence after which the task in hand goes back to its queue."""
    ownership_gain: Share = share(
        0.0, 0.0, 0.08, tag="A", source="[S12] is net of pooling and may contain familiarity: off by default"
    )
    """Effort saved by a team fed by one directorate."""
    liaison_hours: Number = param(0.0, 0.0, 2.0, source="off by default: hand-offs model coordination [S16]")
    """Hours a week that each pair of teams spends on liaison, shared by their people."""
    same_headcount: bool = False
    """Compare structures with the same headcount instead of the same budget."""
