"""The verb ``replay``: one possible future, day by day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from opmodel.records import Run
from opmodel.replay.course import Course
from opmodel.replay.places import TeamBox, places_of
from opmodel.replay.trips import requests_moving, thinned, trips_of
from opmodel.scenario.scenario import Scenario

if TYPE_CHECKING:
    from concurrent.futures import Executor

    import pandas as pd


@dataclass(frozen=True, repr=False)
class Replay(Course):
    """One possible future, day by day. It says nothing of how likely it is: for that, compare many."""

    def weekly(self) -> pd.DataFrame:
        """A row for each week's end; see ``tables.py``."""
        from opmodel.replay.tables import weekly

        return weekly(self)

    def milestone_figures(self) -> pd.DataFrame:
        """What happened up to each milestone and where everything stands then; see ``tables.py``."""
        from opmodel.replay.tables import milestone_figures

        return milestone_figures(self)

    def milestone_queues(self) -> pd.DataFrame:
        """Tasks waiting at each team at the milestones; see ``tables.py``."""
        from opmodel.replay.tables import milestone_queues

        return milestone_queues(self)

    def sentence(self) -> str:
        """How this future ends, in words."""
        from opmodel.replay.tables import sentence

        return sentence(self)

    def columns(self) -> dict[str, Any]:
        """What a player needs to draw it, as plain lists; see ``tables.py``."""
        from opmodel.replay.tables import columns

        return columns(self)


def replay(
    scenario: Scenario,
    *,
    seed: int = 1,
    replication: int = 0,
    executor: Executor | None = None,
    on_progress: Callable[[int, int], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Replay:
    """Simulate one replication of a scenario and keep where its requests were.

    Args:
        scenario: under the structure to be watched.
        seed: root of all draws; the same seed and replication give the same future, under every structure.
        replication: which of the possible futures.
        executor: any ``concurrent.futures.Executor``; by default this process.
        on_progress: called with replications done and planned, 0 and 1 here.
        should_stop: asked before the simulation begins.

    Returns:
        The replay; its figures are exact, its trips those of at most so many requests (``trips.py``).

    Raises:
        ValueError: it was stopped before it began, or the replication is negative.
    """
    from opmodel.replication import replicate_all

    if replication < 0:
        raise ValueError("replications are numbered from 0")
    if should_stop is not None and should_stop():
        raise ValueError("the replay was stopped before it began")
    numbers = range(replication, replication + 1)
    ((_, (found,)),) = replicate_all([scenario], numbers, seed=seed, executor=executor, reduce=course_of)
    if on_progress is not None:
        on_progress(1, 1)
    return found


def course_of(run: Run) -> Replay:
    """The course of a run, after which its tables must not be used."""
    from opmodel.recording import forget
    from opmodel.replication import compiled

    scenario, study = run.scenario, run.scenario.study
    seats = np.bincount(run.seats.team, minlength=len(run.names.teams))
    plans = compiled(scenario).seating.teams
    days = np.arange(5 * study.horizon_weeks + 1, dtype=float)
    trips = thinned(trips_of(run), run.horizon)
    found = Replay(
        scenario_hash=scenario.hash,
        seed=run.seed,
        replication=run.replication,
        start=scenario.start,
        horizon_weeks=study.horizon_weeks,
        warm_up_weeks=study.warm_up_weeks if study.kind == "steady_state" else 0,
        milestones=_milestones(scenario),
        directorates=run.names.directorates,
        teams=tuple(
            TeamBox(plan.name, plan.kind, int(n)) for plan, n in zip(plans, seats, strict=True)
        ),
        days=days,
        places=places_of(run, days),
        trips=trips,
        requests_shown=int(np.unique(trips.request).size),
        requests=requests_moving(run),
    )
    forget(run)
    return found


def _milestones(scenario: Scenario) -> tuple[int, ...]:
    """The study's milestones (a transition's), else half years, and the last week."""
    study, last = scenario.study, scenario.study.horizon_weeks
    stated = study.milestones_weeks if study.kind == "transition" else range(26, last, 26)
    return (*sorted({week for week in stated if week < last}), last)
