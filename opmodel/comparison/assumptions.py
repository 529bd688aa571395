"""What the ranges of the assumptions do to the verdicts: ``--assumptions 200``.

Every set of assumptions is simulated on futures of its own, the same for all structures, so that sets differ in
assumptions and in chance alike. Counted is in how many sets a structure is clearly best: ahead of the next one by the
difference that matters at least. On the same few futures for all sets, the luck of these would be in every set, and
no number of sets would show it in the interval of the share.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from opmodel.comparison.intervals import share_interval
from opmodel.comparison.sampling import latin_hypercube, triangular, uncertain_parameters, with_draws
from opmodel.comparison.study import matters
from opmodel.comparison.switching import CHANCE, Switch, switches
from opmodel.comparison.verdicts import UNDER_ASSUMPTIONS, display_name
from opmodel.metrics.catalogue import HEADLINE, METRICS
from opmodel.records import Floats
from opmodel.scenario.scenario import Scenario

if TYPE_CHECKING:
    from concurrent.futures import Executor

    import pandas as pd

    from opmodel.comparison.study import Comparison, Replicate

T = TypeVar("T")
#: Sets handed to workers at a time: enough that none of them waits.
SETS_AT_ONCE = 3
#: Sets after which there is something new to show.
SETS_SHOWN = 10
#: Parameters of each metric that are named although their influence may be chance.
HINTS = 3


@dataclass(frozen=True)
class Assumptions:
    """Results over sets of assumptions."""

    scenarios: tuple[str, ...]
    """Names of the structures."""
    paths: tuple[str, ...]
    """Uncertain parameters."""
    shares: Floats
    """Drawn shares of their ranges, (sets, paths): the same for every structure."""
    values: dict[str, Floats]
    """Mean of each headline metric over a set's replications, (sets, structures); NaN no case, inf not reached."""
    replications: int
    """Replications of each set: set k has its own, from k times this number on."""
    clipped: int
    """Sets some of whose draws had to be moved towards the base values to make valid scenarios."""
    changes: tuple[Switch, ...]
    """Parameters that change the winner of a headline metric, with switching values."""
    hints: tuple[Switch, ...] = ()
    """The few next ones of each metric, whose influence may be chance: what more sets should look at."""
    matters: Mapping[str, float] = field(default_factory=dict)
    """By how much a structure must lead in each headline metric to be clearly best."""

    @property
    def sets(self) -> int:
        """Number of sets simulated."""
        return len(self.shares)

    @property
    def own_futures(self) -> str:
        """How many futures each set has, in words."""
        return "its own future" if self.replications == 1 else f"its own {self.replications} futures"

    def best_in(self, metric: str) -> tuple[dict[str, int], int]:
        """In how many sets each structure is clearly best, and in how many some comparison was possible."""
        winner, judged = winners(self.values[metric], metric, self.matters.get(metric, 0.0))
        return {name: int((winner == i).sum()) for i, name in enumerate(self.scenarios)}, int(judged.sum())

    def open_in(self, metric: str) -> int:
        """In how many sets that could be compared no structure is clearly best."""
        counts, sets = self.best_in(metric)
        return sets - sum(counts.values())

    def table(self) -> pd.DataFrame:
        """One row per headline metric and structure: clearly best in how many of the sets, with the share's interval.

        Columns: metric, scenario, best_in, sets, share, low, high.
        """
        import pandas as pd

        rows = []
        for metric in self.values:
            counts, sets = self.best_in(metric)
            rows += [(metric, name, count, sets, *share_interval(count, sets))
                     for name, count in counts.items()]
        return pd.DataFrame(rows, columns=["metric", "scenario", "best_in", "sets", "share", "low", "high"])

    def sentences(self) -> dict[tuple[str, str], str]:
        """The second sentence of each verdict, by (scenario, metric)."""
        said = {}
        for metric in self.values:
            (counts, sets), none = self.best_in(metric), self.open_in(metric)
            for name, count in counts.items():
                if sets:
                    share, low, high = share_interval(count, sets)
                    no_winner = (
                        f"; in {100 * none / sets:.0f} % of the sets no structure is clearly best" if none else ""
                    )
                    said[name, metric] = (
                        f"Over the ranges of the assumptions {display_name(name)} is best in {100 * share:.0f} % of "
                        f"{sets} assumption sets, each with {self.own_futures} (95 % interval {100 * low:.0f} to "
                        f"{100 * high:.0f} %){no_winner}, {UNDER_ASSUMPTIONS}"
                    )
        return said

    def change_sentences(self) -> list[str]:
        """What changes the winner, in words."""
        return [
            f"{METRICS[s.metric].label}: {display_name(s.winner)} tends to be best where {s.parameter} is "
            f"{'above' if s.above else 'below'} about {s.value:.3g} (base {s.base:.3g}); an estimate that classifies "
            f"{100 * s.correct:.0f} % of the sets correctly (guessing: 50 %)."
            for s in self.changes
        ]

    def document(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "sets": self.sets, "replications": self.replications, "clipped": self.clipped,
            "parameters": list(self.paths), "best": self.table().to_dict("records"),
            "no_clear_winner": {metric: self.open_in(metric) for metric in self.values},
            "differences_that_matter": dict(self.matters),
            "changes": [dataclasses.asdict(s) for s in self.changes],
            "sentences": [*self.sentences().values(), *self.change_sentences()],
        }


def winners(values: Floats, metric: str, lead: float = 0.0) -> tuple[Any, Any]:
    """Number of the best structure of each set (-1 none), and whether all had something to measure.

    Args:
        values: of the metric, (sets, structures).
        metric: its name.
        lead: by how much the best must be ahead of the next one; a tie never has a winner.
    """
    cost = -values if METRICS[metric].better == "higher" else values
    judged = ~np.isnan(cost).any(axis=1)
    ranked = np.where(np.isnan(cost), np.inf, cost)
    best = ranked.argmin(axis=1)
    if ranked.shape[1] == 1:
        return np.where(judged & np.isfinite(ranked[:, 0]), best, -1), judged
    first, second = np.partition(ranked, 1, axis=1)[:, :2].T
    with np.errstate(invalid="ignore"):  # neither is reached
        clear = np.isfinite(first) & (second > first) & (second - first >= lead)
    return np.where(judged & clear, best, -1), judged


def assumption_study(
    scenarios: Mapping[str, Scenario],
    sets: int = 200,
    *,
    reference: str | None = None,
    replications: int = 2,
    seed: int = 1,
    executor: Executor | None = None,
    replicate: Replicate | None = None,
    on_progress: Callable[[int, int], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    on_partial: Callable[[Assumptions], None] | None = None,
) -> Assumptions:
    """Simulate every structure under sets of assumptions drawn from their ranges.

    Args:
        scenarios: structures by name.
        sets: number of sets; each parameter's range is cut into as many strata.
        reference: the structure whose differences that matter are used; default ``today``, else the first.
        replications: futures per set, the same for every structure: those of set k are k times this number and on.
        seed: root of all draws.
        executor: any ``concurrent.futures.Executor``.
        replicate: as for :func:`opmodel.comparison.compare`.
        on_progress: called with sets done and planned.
        should_stop: asked after every set; True ends the study with the sets it has.
        on_partial: called with what the sets so far say, after every few of them.
    """
    from opmodel.replication import replicate_figures, workers_for

    names = tuple(scenarios)
    chosen = reference or ("today" if "today" in scenarios else names[0])
    leads = {metric: matters(scenarios[chosen], metric) for metric in HEADLINE}
    run_them = replicate or replicate_figures
    if executor is None and run_them is replicate_figures:
        executor = workers_for(sets * replications * len(names))
    paths = uncertain_parameters(list(scenarios.values()))
    shares = latin_hypercube(paths, sets, seed)
    results: dict[str, list[list[float]]] = {metric: [] for metric in HEADLINE}
    clipped = done = 0

    def simulated(number: int) -> tuple[bool, list[list[Mapping[Any, float]]]]:
        """Whether a set's draws had to be moved, and its figures by structure and replication."""
        draws = dict(zip(paths, shares[number].tolist(), strict=True))
        made = [with_draws(scenario, draws) for scenario in scenarios.values()]
        own = range(number * replications, (number + 1) * replications)
        runs = sorted(run_them([one for one, _ in made], own, seed, executor), key=lambda item: item[0])
        return any(moved for _, moved in made), [[run[k][0].values for _, run in runs] for k in range(len(names))]

    def so_far() -> Assumptions:
        values = {m: np.array(rows) for m, rows in results.items() if not np.isnan(np.array(rows)).all()}
        changes, hints = _changes(scenarios, paths, shares[:done], values, leads)
        return Assumptions(names, tuple(paths), shares[:done], values, replications, clipped, changes, hints, leads)

    for moved, of_set in _several_at_once(simulated, sets, executor):
        clipped += moved
        for metric, rows in results.items():
            rows.append([_mean([v.get(("all", metric), np.nan) for v in replicated]) for replicated in of_set])
        done += 1
        if on_progress is not None:
            on_progress(done, sets)
        if should_stop is not None and should_stop():
            break
        if on_partial is not None and done < sets and done % SETS_SHOWN == 0:
            on_partial(so_far())
    return so_far()


def _several_at_once(simulated: Callable[[int], T], sets: int, executor: Executor | None) -> Iterator[T]:
    """What each set gives, in order; a few are on their way at once where there are workers to share them."""
    if executor is None:
        yield from map(simulated, range(sets))
        return
    threads = ThreadPoolExecutor(SETS_AT_ONCE, thread_name_prefix="assumption-sets")
    try:
        yield from threads.map(simulated, range(sets))
    finally:
        threads.shutdown(wait=False, cancel_futures=True)


def _mean(values: Sequence[float]) -> float:
    """Mean over the replications that have a case; inf if one does not reach the figure."""
    cases = [v for v in values if not np.isnan(v)]
    return float(np.mean(cases)) if cases else float("nan")


def _changes(
    scenarios: Mapping[str, Scenario], paths: Sequence[str], shares: Floats, values: Mapping[str, Floats],
    leads: Mapping[str, float],
) -> tuple[tuple[Switch, ...], tuple[Switch, ...]]:
    """Parameters that change the winner, over all headline metrics, and those that may."""
    from opmodel.scenario.changes import parameters

    known: dict[str, Any] = {}
    for scenario in scenarios.values():
        for path, parameter in parameters(scenario).items():
            if parameter.uncertain:
                known.setdefault(path, parameter)
    base = np.array([float(known[path]) for path in paths])
    drawn = np.empty_like(shares)
    for column, path in enumerate(paths):
        drawn[:, column] = triangular(shares[:, column], known[path])
    found: list[Switch] = []
    maybe: list[Switch] = []
    for metric, figures in values.items():
        winner, _ = winners(figures, metric, leads[metric])
        if (winner >= 0).any():
            usual = int(np.bincount(winner[winner >= 0], minlength=len(scenarios)).argmax())
            every = switches(metric, paths, base, drawn, winner, usual, list(scenarios), most_chance=1.0)
            found += [change for change in every if change.chance <= CHANCE]
            maybe += [change for change in every if change.chance > CHANCE][:HINTS]
    return tuple(found), tuple(maybe)


def with_assumptions(found: Comparison, sets: int, **options: Any) -> Comparison:
    """A comparison with the second sentence of its verdicts; options as for :func:`assumption_study`."""
    study = assumption_study(found.scenarios, sets, reference=found.reference, **options)
    return dataclasses.replace(found, assumptions=study)
