"""What the ranges of the assumptions do to the verdicts: ``--assumptions 200``.

Chance (replications) and assumptions (ranges) are two uncertainties and are never mixed: here every set of
assumptions is simulated on the same few futures, and what is counted is in how many sets a structure is best.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from opmodel.comparison.intervals import wilson
from opmodel.comparison.sampling import latin_hypercube, triangular, uncertain_parameters, with_draws
from opmodel.comparison.switching import CHANCE, Switch, switches
from opmodel.comparison.verdicts import display_name
from opmodel.metrics.catalogue import HEADLINE, METRICS
from opmodel.records import Floats
from opmodel.scenario.scenario import Scenario

if TYPE_CHECKING:
    from concurrent.futures import Executor

    import pandas as pd

    from opmodel.comparison.study import Comparison, Replicate

#: Sets simulated together (more let workers share better, fewer let a study stop sooner).
SETS_AT_ONCE = 10
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
    """Mean of each headline metric over the replications, (sets, structures); NaN no case, inf not reached."""
    replications: int
    """Replications of each set."""
    clipped: int
    """Sets some of whose draws had to be moved towards the base values to make valid scenarios."""
    changes: tuple[Switch, ...]
    """Parameters that change the winner of a headline metric, with switching values."""
    hints: tuple[Switch, ...] = ()
    """The few next ones of each metric, whose influence may be chance: what more sets should look at."""

    @property
    def sets(self) -> int:
        """Number of sets simulated."""
        return len(self.shares)

    def best_in(self, metric: str) -> tuple[dict[str, int], int]:
        """In how many sets each structure is strictly best, and in how many some comparison was possible."""
        winner, judged = winners(self.values[metric], metric)
        return {name: int((winner == i).sum()) for i, name in enumerate(self.scenarios)}, int(judged.sum())

    def table(self) -> pd.DataFrame:
        """One row per headline metric and structure: best in how many of the sets, with the share's interval."""
        import pandas as pd

        rows = []
        for metric in self.values:
            counts, sets = self.best_in(metric)
            rows += [(metric, name, count, sets, count / sets if sets else np.nan, *wilson(count, sets))
                     for name, count in counts.items()]
        return pd.DataFrame(rows, columns=["metric", "scenario", "best_in", "sets", "share", "low", "high"])

    def sentences(self) -> dict[tuple[str, str], str]:
        """The second sentence of each verdict, by (scenario, metric)."""
        said = {}
        for metric in self.values:
            counts, sets = self.best_in(metric)
            for name, count in counts.items():
                if sets:
                    share, (low, high) = count / sets, wilson(count, sets)
                    said[name, metric] = (
                        f"Over the ranges of the assumptions {display_name(name)} is best in {100 * share:.0f} % of "
                        f"{sets} assumption sets (95 % interval {100 * low:.0f} to {100 * high:.0f} %), "
                        "under these assumptions."
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
            "changes": [dataclasses.asdict(s) for s in self.changes],
            "sentences": [*self.sentences().values(), *self.change_sentences()],
        }


def winners(values: Floats, metric: str) -> tuple[Any, Any]:
    """Number of the strictly best structure of each set (-1 none), and whether all had something to measure."""
    cost = -values if METRICS[metric].better == "higher" else values
    judged = ~np.isnan(cost).any(axis=1)
    ranked = np.where(np.isnan(cost), np.inf, cost)
    least = (ranked == ranked.min(axis=1, keepdims=True)) & np.isfinite(ranked)
    return np.where(judged & (least.sum(axis=1) == 1), least.argmax(axis=1), -1), judged


def assumption_study(
    scenarios: Mapping[str, Scenario],
    sets: int = 200,
    *,
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
        replications: futures per set, the same ones in every set and structure.
        seed: root of all draws.
        executor: any ``concurrent.futures.Executor``.
        replicate: as for :func:`opmodel.comparison.compare`.
        on_progress: called with sets done and planned.
        should_stop: asked after every few sets; True ends the study with the sets it has.
        on_partial: called with what the sets so far say, after every few of them.
    """
    if replicate is None:
        from opmodel.replication import replicate_measures

        replicate = replicate_measures
    names = tuple(scenarios)
    paths = uncertain_parameters(list(scenarios.values()))
    shares = latin_hypercube(paths, sets, seed)
    results: dict[str, list[list[float]]] = {metric: [] for metric in HEADLINE}
    clipped = done = 0

    def so_far() -> Assumptions:
        values = {m: np.array(rows) for m, rows in results.items() if not np.isnan(np.array(rows)).all()}
        changes, hints = _changes(scenarios, paths, shares[:done], values)
        return Assumptions(names, tuple(paths), shares[:done], values, replications, clipped, changes, hints)

    while done < sets:
        block = range(done, min(done + SETS_AT_ONCE, sets))
        drawn: list[Scenario] = []
        for number in block:
            draws = dict(zip(paths, shares[number].tolist(), strict=True))
            made = [with_draws(scenario, draws) for scenario in scenarios.values()]
            drawn += [scenario for scenario, _ in made]
            clipped += any(moved for _, moved in made)
        runs = [measured for _, measured in sorted(
            replicate(drawn, range(replications), seed, executor), key=lambda item: item[0]
        )]
        for i in range(len(block)):
            of_set = [[run[i * len(names) + k][0].values for run in runs] for k in range(len(names))]
            for metric, rows in results.items():
                rows.append([_mean([v.get(("all", metric), np.nan) for v in replicated]) for replicated in of_set])
        done = block.stop
        if on_progress is not None:
            on_progress(done, sets)
        if should_stop is not None and should_stop():
            break
        if on_partial is not None and done < sets:
            on_partial(so_far())
    return so_far()


def _mean(values: Sequence[float]) -> float:
    """Mean over the replications that have a case; inf if one does not reach the figure."""
    cases = [v for v in values if not np.isnan(v)]
    return float(np.mean(cases)) if cases else float("nan")


def _changes(
    scenarios: Mapping[str, Scenario], paths: Sequence[str], shares: Floats, values: Mapping[str, Floats]
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
        winner, _ = winners(figures, metric)
        if (winner >= 0).any():
            usual = int(np.bincount(winner[winner >= 0], minlength=len(scenarios)).argmax())
            every = switches(metric, paths, base, drawn, winner, usual, list(scenarios), most_chance=1.0)
            found += [change for change in every if change.chance <= CHANCE]
            maybe += [change for change in every if change.chance > CHANCE][:HINTS]
    return tuple(found), tuple(maybe)


def with_assumptions(found: Comparison, sets: int, **options: Any) -> Comparison:
    """A comparison with the second sentence of its verdicts; options as for :func:`assumption_study`."""
    return dataclasses.replace(found, assumptions=assumption_study(found.scenarios, sets, **options))
