"""The verb ``explain``: many runs of one structure, each reduced where it ran, and tables of what they say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from opmodel.explanation import busyness, causes, holders, progress, queues
from opmodel.metrics.layout import layout_of
from opmodel.metrics.reading import Reading
from opmodel.metrics.totals import DISCRETIONARY, STATUTORY
from opmodel.metrics.window import window_of
from opmodel.records import Floats, Run
from opmodel.scenario.scenario import Scenario

if TYPE_CHECKING:
    from concurrent.futures import Executor

    import pandas as pd

#: Replications between two partial results.
BATCH = 5
#: Duties in the order of all arrays.
DUTIES = ("statutory", "discretionary")


class About(NamedTuple):
    """What is the same in every replication of a scenario."""

    places: list[queues.Place]
    groups: list[busyness.Group]
    holders: holders.Holders
    teams: tuple[str, ...]
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
    """Share of days worked with one holder at most, (teams + 1, needs)."""
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
            queues.places_of(run), groups, holders.holders_of(network), run.names.teams, run.names.skills
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
class Explanation:
    """What many runs of one structure say of where time goes. Tables are made when asked for; see ``tables.py``."""

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

    def times(self) -> pd.DataFrame:
        """Working days of a delivered request by cause: duty, cause, label, kind, meaning, mean, low, high, n."""
        from opmodel.explanation.tables import times

        return times(self)

    def left_out(self) -> pd.DataFrame:
        """What those days say nothing of: duty, metric (unfinished, not_served), mean, low, high, n."""
        from opmodel.explanation.tables import left_out

        return left_out(self)

    def utilisation(self) -> pd.DataFrame:
        """Utilisation of groups of three posts or more: family, name, posts, mean, low, high, n."""
        from opmodel.explanation.tables import utilisation

        return utilisation(self)

    def spread(self) -> pd.DataFrame:
        """Posts by band of utilisation, in teams of three or more: name, band, posts, mean, low, high, n."""
        from opmodel.explanation.tables import spread

        return spread(self)

    def bottlenecks(self) -> pd.DataFrame:
        """Waiting days by quarter and place: period, place, team, skill, mean, low, high, n, top (futures)."""
        from opmodel.explanation.tables import bottlenecks

        return bottlenecks(self)

    def ages(self) -> pd.DataFrame:
        """Open requests by age: week, duty, band, mean, low, high, n."""
        from opmodel.explanation.tables import ages

        return ages(self)

    def flow(self) -> pd.DataFrame:
        """Cumulative flow: series (raised, started, delivered, abandoned), week, mean, low, high, n."""
        from opmodel.explanation.tables import flow

        return flow(self)

    def cycle_times(self) -> pd.DataFrame:
        """Delivered requests of one replication: week, days, duty; thinned with a fixed seed."""
        from opmodel.explanation.tables import cycle_times

        return cycle_times(self)

    def cycle_percentiles(self) -> pd.DataFrame:
        """Percentiles of cycle times over all replications: duty, percentile, mean, low, high, n."""
        from opmodel.explanation.tables import cycle_percentiles

        return cycle_percentiles(self)

    def single_points(self) -> pd.DataFrame:
        """Skills that hang on one person: skill, level, where, holders, reach, organisation, mean, low, high, n."""
        from opmodel.explanation.tables import single_points

        return single_points(self)

    def answer(self) -> list[str]:
        """Where a request's time goes, in a few sentences."""
        from opmodel.explanation.words import answer

        return answer(self)


def explain(
    scenario: Scenario,
    *,
    replications: int = 20,
    seed: int = 1,
    executor: Executor | None = None,
    on_progress: Callable[[int, int], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    on_partial: Callable[[Explanation], None] | None = None,
) -> Explanation:
    """Explain one scenario under its structure: where requests' time goes, who is busy, where work piles up.

    Args:
        scenario: from :func:`opmodel.load_scenario`, or one of :func:`opmodel.comparison.structures_of`.
        replications: number of possible futures.
        seed: root of all draws.
        executor: any ``concurrent.futures.Executor``; by default as in :func:`opmodel.replicate`.
        on_progress: called with replications done and planned.
        should_stop: asked after every replication; True ends the study with what it has.
        on_partial: called every few replications with what is known so far.

    Returns:
        Tables with means, 95 % intervals and the number of replications.

    Raises:
        ValueError: fewer than one replication.
    """
    from opmodel.provenance import provenance
    from opmodel.replication import replicate_all

    if replications < 1:
        raise ValueError("a study needs at least one replication")
    kept: list[Traces] = []

    def so_far() -> Explanation:
        done = len(kept)
        return Explanation(
            scenario, tuple(kept), done == replications, provenance({scenario.name: scenario}, seed, done)
        )

    for _, (traces,) in replicate_all(
        [scenario], range(replications), seed=seed, executor=executor, reduce=traces_of
    ):
        kept.append(traces)
        if on_progress is not None:
            on_progress(len(kept), replications)
        if should_stop is not None and should_stop():
            break
        if on_partial is not None and len(kept) % BATCH == 0 and len(kept) < replications:
            on_partial(so_far())
    return so_far()
