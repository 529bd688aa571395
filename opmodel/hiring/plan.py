"""A hiring plan: what the planner found, part by part."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from opmodel.hiring.asking.costs import plan_cost
from opmodel.hiring.asking.question import Question
from opmodel.hiring.asking.scope import Scope
from opmodel.hiring.searching.path import Path
from opmodel.hiring.searching.sweep import Sweep
from opmodel.hiring.trying.confirming import Confirmed
from opmodel.hiring.weighing.allocation import Needed
from opmodel.hiring.weighing.binding import Binding
from opmodel.hiring.weighing.timing import Freeze, Timing


@dataclass(frozen=True, repr=False)
class HiringPlan:
    """What the planner found. Every figure that is recommended rests on fresh futures."""

    question: Question
    scope: Scope
    sweeps: tuple[Sweep, ...] = ()
    """0, 1, 2, ... hires of each role asked for."""
    path: Path | None = None
    """The cheapest way to meet all targets."""
    within: Path | None = None
    """The best that can be done within the budget."""
    structures: tuple[Needed, ...] = ()
    """What each structure needs."""
    shadow: Mapping[str, tuple[float, float, float]] = field(default_factory=dict)
    """Backlog days removed by the week asked for by one more practitioner of each skill; joint 95 % intervals."""
    timing: Timing | None = None
    """When each vacancy must open."""
    freezes: tuple[Freeze, ...] = ()
    """What a hiring freeze costs."""
    binding: Binding | None = None
    """Why no plan meets the targets, if none does."""
    finished: bool = True
    """Whether all that was asked for is there; False if it was stopped."""
    provenance: Mapping[str, Any] = field(default_factory=dict)
    """Scenario hash, seed, versions, runs, date."""
    shadow_futures: int = 0
    """Futures that the figures of :attr:`shadow` rest on."""

    @property
    def recommended(self) -> Confirmed | None:
        """The team that is recommended: the cheapest that holds on fresh futures; None if there is none.

        It is one under the organisation's own structure: what other structures need is shown, not recommended.
        """
        own = self.question.scenario.hash
        held = [path.confirmed for path in (self.path, self.within) if path is not None and path.meets]
        held += [one.enough for one in self.sweeps if one.question.scenario.hash == own]
        teams = [team for team in held if team is not None]
        return min(teams, key=lambda team: plan_cost(team.question.scenario, team.plan), default=None)
