"""The verb ``explain``: many runs of one structure, each reduced where it ran, and tables of what they say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from opmodel.explanation.traces import Gathered, Traces, traces_of
from opmodel.scenario.scenario import Scenario

if TYPE_CHECKING:
    from concurrent.futures import Executor

    import pandas as pd

#: Replications between two partial results.
BATCH = 5


@dataclass(frozen=True, repr=False)
class Explanation(Gathered):
    """What many runs of one structure say of where time goes. Tables are made when asked for; see ``tables.py``."""

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
        """Skills that hang on one post, a row for each skill and level; see ``hanging.py``."""
        from opmodel.explanation.hanging import single_points

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
