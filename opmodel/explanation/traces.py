"""What is kept of each run of a study of one structure, and of all of them together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from opmodel.explanation import busyness, causes, holders, progress, queues
from opmodel.metrics.layout import layout_of
from opmodel.metrics.reading import Reading
from opmodel.metrics.totals import DISCRETIONARY, STATUTORY
from opmodel.metrics.window import window_of
from opmodel.records import Floats, Run
from opmodel.scenario.scenario import Scenario

#: Duties in the order of all arrays.
DUTIES = ("statutory", "discretionary")


class About(NamedTuple):
    """What is the same in every replication of a scenario."""

    places: list[queues.Place]
    groups: list[busyness.Group]
    holders: holders.Holders
    teams: tuple[str, ...]
    posts: tuple[int, ...]
    """Posts of each team, hires included."""
    skills: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Traces:
    """What is kept of one run; a few thousand numbers, whatever the number of requests."""

    days: Floats
    """Mean days by cause, (2 duties, causes)."""
    delivered: Floats
    """Requests delivered in the window, (2 duties,)."""
    left_out: Floats
    """Shares unfinished and not served, (2 kinds, 2 duties)."""
    utilisation: Floats
    """(groups,)"""
    spread: Floats
    """Posts by band of utilisation, (groups, bands)."""
    waits: Floats
    """Waiting days, (periods, places)."""
    ages: Floats
    """Open requests, (moments, 2 duties, bands)."""
    flow: Floats
    """Cumulative requests, (flows, weeks)."""
    cycles: Floats
    """Percentiles of cycle times, (2 duties, shares)."""
    alone: Floats
    """Share of days worked with one holder at most, (teams, needs)."""
    scatter: Floats | None = None
    """Single requests of replication 0."""
    about: About | None = None
    """Of replication 0."""


def traces_of(run: Run) -> Traces:
    """Reduce one run, after which its tables must not be used."""
    from opmodel.recording import forget
    from opmodel.replication import compiled

    window, network = window_of(run.scenario), compiled(run.scenario)
    groups = busyness.groups_of(run)
    first = run.replication == 0
    posts = tuple(np.bincount(run.seats.team, minlength=len(run.names.teams)).tolist())
    found = Traces(
        days=causes.mean_days(run, window),
        delivered=np.array([which.sum() for which in causes.delivered_in(run, window)], float),
        left_out=_left_out(run),
        utilisation=busyness.utilisation(run, window, groups),
        spread=busyness.spread(run, window, groups),
        waits=queues.waiting_days(run, window),
        ages=progress.ages(run, window),
        flow=progress.cumulative_flow(run),
        cycles=progress.cycle_percentiles(run, window),
        alone=holders.share_alone(run, window, network),
        scatter=progress.scatter(run, window) if first else None,
        about=About(
            queues.places_of(run), groups, holders.holders_of(network), run.names.teams, posts, run.names.skills
        ) if first else None,
    )
    forget(run)
    return found


def _left_out(run: Run) -> Floats:
    """What lead times say nothing of: shares unfinished and not served, as the metrics define them."""
    from opmodel.metrics import flow

    window = window_of(run.scenario)
    reading = Reading(run, window, layout_of(run.names, window, False))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.array([
            [metric(reading, duty)[0] for duty in (STATUTORY, DISCRETIONARY)]
            for metric in (flow.unfinished, flow.not_served)
        ])


@dataclass(frozen=True, repr=False)
class Gathered:
    """The traces of many runs of one structure, and what they rest on."""

    scenario: Scenario
    traces: tuple[Traces, ...]
    """One entry per replication, in order."""
    finished: bool
    """Whether all planned replications are in; False while the study runs or if it was stopped."""
    provenance: dict[str, Any]
    """Seed, scenario hash, versions, replications, date."""

    @property
    def replications(self) -> int:
        """Replications so far."""
        return len(self.traces)

    @property
    def about(self) -> About:
        """What is the same in every replication."""
        about = self.traces[0].about
        assert about is not None
        return about

    def stacked(self, field: str) -> Floats:
        """One field of all traces, (replications, ...)."""
        return np.array([getattr(trace, field) for trace in self.traces])
