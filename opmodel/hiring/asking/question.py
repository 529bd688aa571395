"""What a planner wants to know: which targets, by when, how sure, in which futures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from opmodel.metrics.targets import Wanted, wanted_of, weeks_of
from opmodel.scenario.changes import change_scenario
from opmodel.scenario.scenario import Scenario

#: Seeds of the futures on which a team is tried again are this far from the seed of the search, and from each other.
FRESH = 1_000_003


@dataclass(frozen=True)
class Question:
    """Targets to be met by a week, with a confidence.

    The chance that a team meets its targets is the share of possible futures in which all of them are met by the
    week. A team is *enough* if that chance is at least the confidence.
    """

    scenario: Scenario
    """The organisation as it is, under one structure; its targets are those asked for, the week is a milestone."""
    week: int
    """By when; of a steady state its end."""
    confidence: float
    """Least chance of meeting all targets by then, such as 0.9."""
    seed: int
    """Root of all draws of the search; what is shown in the end rests on :meth:`fresh` ones."""

    @cached_property
    def wanted(self) -> tuple[Wanted, ...]:
        """The targets."""
        return wanted_of(self.scenario)

    @cached_property
    def weeks(self) -> tuple[int, ...]:
        """Weeks by which targets are read, the one asked for among them."""
        return weeks_of(self.scenario)

    @property
    def at(self) -> int:
        """Position of the week asked for among :attr:`weeks`."""
        return self.weeks.index(self.week)

    def fresh(self, attempt: int) -> int:
        """Seed of futures that no search has seen, for the n-th team that is tried on them (0 first)."""
        return self.seed + FRESH * (attempt + 1)

    def under(self, scenario: Scenario) -> Question:
        """The same question of another structure, or of changed assumptions."""
        return Question(scenario, self.week, self.confidence, self.seed)


def question(
    scenario: Scenario,
    *,
    week: int = 52,
    confidence: float = 0.9,
    seed: int = 1,
    targets: Mapping[str, Any] | None = None,
) -> Question:
    """Ask for a scenario's targets by a week.

    Args:
        scenario: the organisation as it is.
        week: by when; must lie inside the horizon. A steady state is read over its whole window instead.
        confidence: least chance of meeting all targets by then, between 0.5 and 0.99.
        seed: root of all draws.
        targets: fields of ``targets`` to lay over the scenario's own; None takes one away.

    Raises:
        ValueError: no target, a week beyond the horizon, or a confidence out of bounds.
        ScenarioError: a target that does not fit.
    """
    changes: dict[str, Any] = {f"targets.{key}": value for key, value in (targets or {}).items()}
    study = scenario.study
    if study.kind == "steady_state":
        week = study.horizon_weeks
    elif not 1 <= week <= study.horizon_weeks:
        raise ValueError(f"week {week} lies outside the horizon of {study.horizon_weeks} weeks")
    elif week not in study.milestones_weeks:
        changes["study.milestones_weeks"] = sorted({*study.milestones_weeks, week})
    if not 0.5 <= confidence <= 0.99:
        raise ValueError(f"the confidence should lie between 0.5 and 0.99 (got {confidence:g})")
    if changes:
        scenario = change_scenario(scenario, changes)
    if not wanted_of(scenario):
        raise ValueError("there is no target: state one under targets (in_time_rate, backlog_weeks, ...)")
    return Question(scenario, week, confidence, seed)
