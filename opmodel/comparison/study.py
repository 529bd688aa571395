"""Comparing scenarios on the same people and the same requests."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

import numpy as np

from opmodel.comparison.gathering import Gathered, Reduced
from opmodel.comparison.intervals import BATCH, WIDENED, estimate, paired
from opmodel.comparison.stopping import FIRST, Stopping, precise_enough
from opmodel.comparison.structures import structures_of
from opmodel.comparison.verdicts import Verdict, verdict
from opmodel.metrics.catalogue import HEADLINE, METRICS
from opmodel.scenario.scenario import Scenario

if TYPE_CHECKING:
    from concurrent.futures import Executor

    import pandas as pd

    from opmodel.comparison.assumptions import Assumptions

#: Runs each replication under every scenario and hands over its figures: (scenarios, replications, seed, executor).
Replicate = Callable[[Sequence[Scenario], range, int, "Executor | None"], Iterator[tuple[int, Sequence[Reduced]]]]
#: FTE short by (member, skill) of each way to break the static gap down: ``team``, ``level``.
Parts = Mapping[str, Mapping[tuple[str, str], float]]
StaticGap = Callable[[Scenario], Mapping[str, float]]


@dataclass(frozen=True, repr=False)
class Comparison:
    """What a study of several scenarios found. Tables are made when asked for."""

    scenarios: dict[str, Scenario]
    """The scenarios by name, in the order of the tables."""
    reference: str
    """The one the others are compared with."""
    gathered: Gathered
    """Figures of every replication."""
    automatic: bool
    """Whether the data decided on the number of replications (then intervals are widened by 5 %)."""
    finished: bool
    """Whether the study ended as planned; False if it was stopped from outside."""
    static_gap: dict[str, dict[str, float]]
    """Static skills gap in FTE by scenario and skill: on expected demand, without an interval."""
    provenance: dict[str, Any]
    """Seed, scenario hashes, versions, replications, date."""
    assumptions: Assumptions | None = None
    """What the ranges of the assumptions do to the verdicts, if that was asked."""
    static_parts: dict[str, Parts] = field(default_factory=dict)
    """The static gap of each scenario by team and by level."""
    extra: dict[str, Any] = field(default_factory=dict)
    """Results that other parts of opmodel add to the document, such as marginal skills gaps."""

    @property
    def replications(self) -> int:
        """Replications of each scenario."""
        return self.gathered.n

    @property
    def widened(self) -> float:
        """Factor on intervals."""
        return WIDENED if self.automatic else 1.0

    @property
    def others(self) -> tuple[str, ...]:
        """The scenarios that are compared with the reference."""
        return tuple(name for name in self.scenarios if name != self.reference)

    @cached_property
    def headline(self) -> tuple[str, ...]:
        """Headline metrics that have anything to measure in the reference."""
        return tuple(m for m in HEADLINE if not np.isnan(self.gathered.column(self.reference, m)).all())

    @property
    def family(self) -> int:
        """Number of verdicts that hold together."""
        return max(1, len(self.others) * len(self.headline))

    @cached_property
    def verdicts(self) -> tuple[Verdict, ...]:
        """One verdict per headline metric and scenario other than the reference."""
        column = self.gathered.column
        return tuple(
            verdict(
                name, self.reference, metric, column(name, metric), column(self.reference, metric),
                matters(self.scenarios[self.reference], metric), family=self.family, widened=self.widened,
            )
            for metric in self.headline for name in self.others
        )

    def sentences(self) -> list[str]:
        """Every verdict in words, with what the assumptions' ranges say where that is known."""
        second = self.assumptions.sentences() if self.assumptions is not None else {}
        return [" ".join(filter(None, (v.sentence, second.get((v.scenario, v.metric), "")))) for v in self.verdicts]

    def answer(self) -> list[str]:
        """The answer in a sentence for each structure; see ``answers.py``."""
        from opmodel.comparison.answers import answer

        return answer(self)

    def frame(self) -> pd.DataFrame:
        """Every figure of every replication: scenario, replication, group, metric, value, note."""
        from opmodel.comparison.tables import frame

        return frame(self)

    def summary(self) -> pd.DataFrame:
        """Mean, 95 % interval, replications and unreached replications of every figure; see ``tables.py``."""
        from opmodel.comparison.tables import summary

        return summary(self)

    def differences(self) -> pd.DataFrame:
        """Paired differences to the reference with their intervals; see ``tables.py``."""
        from opmodel.comparison.tables import differences

        return differences(self)

    def best(self) -> pd.DataFrame:
        """How likely each scenario is best on average, and in how many simulated futures it is."""
        from opmodel.comparison.tables import best

        return best(self)

    def series(self) -> pd.DataFrame:
        """Weekly means with 95 % bands."""
        from opmodel.comparison.tables import series

        return series(self)

    def within(self) -> pd.DataFrame:
        """Share of requests delivered within so many working days; see ``tables.py``."""
        from opmodel.comparison.tables import within

        return within(self)

    def waits(self, by: str = "directorate") -> pd.DataFrame:
        """How many tasks stand waiting, by team and ``directorate`` or ``skill``; see ``tables.py``."""
        from opmodel.comparison.tables import waits

        return waits(self, by)

    def shortages(self, across: str) -> pd.DataFrame:
        """The static and the dynamic skills gap by skill and ``team`` or ``level``; see ``tables.py``."""
        from opmodel.comparison.tables import shortages

        return shortages(self, across)

    def gains(self, metric: str) -> pd.DataFrame:
        """Which directorates gain and which lose against the reference; see ``gains.py``."""
        from opmodel.comparison.gains import gains

        return gains(self, metric)

    def targets(self) -> pd.DataFrame:
        """Whether each scenario meets its targets: met, not met or uncertain."""
        from opmodel.comparison.targets import targets

        return targets(self)

    def chances(self) -> pd.DataFrame:
        """How likely each scenario meets its targets by each milestone, all at once and each; see ``targets.py``."""
        from opmodel.comparison.targets import chances

        return chances(self)

    def notes(self) -> list[str]:
        """What a reader must know beside the verdicts; empty if there is nothing to warn of."""
        from opmodel.comparison.notes import notes

        return notes(self)

    def document(self) -> dict[str, Any]:
        """Everything but single replications as one JSON-able document."""
        from opmodel.comparison.document import document

        return document(self)


def matters(scenario: Scenario, metric: str) -> float:
    """The smallest difference in a headline metric that matters, as the scenario states it."""
    return float(getattr(scenario.differences, str(METRICS[metric].matters)))


def compare(
    scenarios: Mapping[str, Scenario] | Scenario,
    *,
    reference: str | None = None,
    replications: int | None = None,
    seed: int = 1,
    executor: Executor | None = None,
    cap: int = 200,
    assumptions: int = 0,
    on_progress: Callable[[int, int], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    on_partial: Callable[[Comparison], None] | None = None,
    so_far: Comparison | None = None,
    replicate: Replicate | None = None,
    static_gap: StaticGap | None = None,
) -> Comparison:
    """Compare scenarios, or one scenario under today's structure and the three presets.

    Every replication is one possible future, the same for all scenarios: the same candidates for requests,
    the same efforts, the same absences. Differences are therefore taken future by future.

    Args:
        scenarios: scenarios by name, or one to be put under each structure.
        reference: name of the one the others are compared with; default ``today``, else the first.
        replications: number of them; None lets the data decide, in whole batches of ten (see ``stopping.py``).
        seed: root of all draws.
        executor: any ``concurrent.futures.Executor``.
        cap: most replications when the data decide.
        assumptions: number of assumption sets to draw besides; 0 none.
        on_progress: called with replications done and planned; where the data decide, with the most there may be.
        should_stop: asked after every replication; True ends the study with what it has.
        on_partial: called after every replication with the comparison so far (its static gaps are not known yet).
        so_far: an earlier comparison of the same scenarios with the same seed, whose replications need not be run
            again. With as many in all, and with up to twenty to go on from when the data decide, the result is the
            same to the bit as without it; with more, the data are first looked at where it ended.
        replicate: runs replications and yields their figures; default ``opmodel.replication.replicate_measures``.
        static_gap: the static skills gap of a scenario; default ``opmodel.gap.static_gap``.

    Returns:
        The comparison; its verdicts hold together for all structures and headline metrics.

    Raises:
        ValueError: no scenarios, an unknown reference, fewer than one replication, or an earlier comparison of
            something else.
    """
    known = structures_of(scenarios) if isinstance(scenarios, Scenario) else dict(scenarios)
    if not known:
        raise ValueError("there is nothing to compare")
    chosen = reference if reference is not None else "today" if "today" in known else next(iter(known))
    if chosen not in known:
        raise ValueError(f"there is no scenario '{chosen}' to compare with (there are {', '.join(known)})")
    if min(cap, cap if replications is None else replications) < 1:
        raise ValueError("a study needs at least one replication")
    if replicate is None:
        from opmodel.replication import replicate_measures, workers_for

        replicate = replicate_measures
        executor = executor or workers_for(len(known) * (min(FIRST, cap) if replications is None else replications))
    gaps = _static_gaps(known, static_gap, executor)
    gathered = Gathered(list(known)) if so_far is None else _earlier(so_far, known, seed, replications)
    stopped = finished = False
    for first, last in _batches(known, chosen, gathered, replications, cap):
        if stopped:  # at the end of a batch, which was not enough
            break
        for number, runs in replicate(list(known.values()), range(max(first, gathered.n), last), seed, executor):
            gathered.add(number, runs)
            if on_progress is not None:
                on_progress(gathered.n, last if replications is not None else cap)
            if on_partial is not None:
                on_partial(Comparison(
                    known, chosen, gathered.copy(), replications is None, False, {},
                    _provenance(known, seed, gathered.n),
                ))
            if should_stop is not None and should_stop():
                stopped = True
                break
        if gathered.n < last:
            break
    else:
        finished = True
    if gathered.n == 0:
        raise ValueError("the study was stopped before its first replication was complete")
    static = {name: gap() for name, gap in gaps.items()}
    found = Comparison(
        known, chosen, gathered, replications is None, finished, {name: gap for name, (gap, _) in static.items()},
        _provenance(known, seed, gathered.n), static_parts={name: parts for name, (_, parts) in static.items()},
    )
    if assumptions and finished:
        from opmodel.comparison.assumptions import with_assumptions

        found = with_assumptions(
            found, assumptions, seed=seed, executor=executor, replicate=replicate,
            on_progress=on_progress, should_stop=should_stop,
        )
    return found


def _earlier(found: Comparison, scenarios: Mapping[str, Scenario], seed: int, replications: int | None) -> Gathered:
    """The replications of an earlier comparison, to go on from."""
    same = {name: s.hash for name, s in found.scenarios.items()} == {name: s.hash for name, s in scenarios.items()}
    if not same or list(found.scenarios) != list(scenarios) or found.provenance["seed"] != seed:
        raise ValueError("the earlier comparison is of other scenarios, or has another seed")
    if replications is not None and found.replications > replications:
        raise ValueError("the earlier comparison has more replications already")
    return found.gathered.copy()


def _batches(
    scenarios: Mapping[str, Scenario], reference: str, gathered: Gathered, replications: int | None, cap: int
) -> Iterator[tuple[int, int]]:
    """Which replications to run next, until there are enough."""
    if replications is not None:
        yield 0, replications
        return
    others = [name for name in scenarios if name != reference]
    pairs = [(name, metric) for name in others or [reference] for metric in HEADLINE]
    smallest = np.array([matters(scenarios[reference], metric) for _, metric in pairs])
    rule = Stopping(smallest)
    done, until = 0, max(gathered.n, min(FIRST, cap))
    while True:
        yield done, until
        done = until
        if done >= cap:
            return
        values = np.array([gathered.column(name, metric)[:done] for name, metric in pairs]).T
        if others:
            against = np.array([gathered.column(reference, metric)[:done] for _, metric in pairs]).T
            if rule.enough(estimate(paired(values, against))):
                return
        elif precise_enough(estimate(values), smallest):
            return
        until = min(done + BATCH, cap)


def _static_gaps(
    scenarios: Mapping[str, Scenario], static_gap: StaticGap | None, executor: Executor | None
) -> dict[str, Callable[[], tuple[dict[str, float], Parts]]]:
    """What gives each scenario's gap: asked of the executor at once, so that it is there when the study ends."""
    if static_gap is None and executor is not None:
        return {name: executor.submit(_static_gap, s).result for name, s in scenarios.items()}
    return {name: partial(_static_gap, s, static_gap) for name, s in scenarios.items()}


def _static_gap(scenario: Scenario, static_gap: StaticGap | None = None) -> tuple[dict[str, float], Parts]:
    """FTE short by skill, and by team and level."""
    if static_gap is not None:
        return {skill: float(fte) for skill, fte in static_gap(scenario).items()}, {}
    from opmodel.gap import assign

    found = assign(scenario)
    return found.short, {"team": found.by_team, "level": found.by_level}


def _provenance(scenarios: Mapping[str, Scenario], seed: int, replications: int) -> dict[str, Any]:
    from opmodel.provenance import provenance

    return provenance(scenarios, seed, replications)
