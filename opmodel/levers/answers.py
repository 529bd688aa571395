"""What if: each structure as it is and with the levers set, on the same futures, sharper and sharper.

The first answer rests on few futures and comes at once; more follow. Figures are kept by scenario hash and seed, so
that a changed lever costs only its own simulation: that of the scenario as it is has been done before.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from opmodel.comparison.intervals import estimate, half_width
from opmodel.comparison.structures import structures_of
from opmodel.comparison.study import matters
from opmodel.comparison.verdicts import UNDER_ASSUMPTIONS, Verdict, verdict
from opmodel.levers.catalogue import Recruits
from opmodel.levers.pulling import Pulled, pulled
from opmodel.metrics.catalogue import HEADLINE, METRICS
from opmodel.records import Floats, Run
from opmodel.replication import replicate_all
from opmodel.scenario.scenario import Scenario
from opmodel.wording import unit_words, with_interval

if TYPE_CHECKING:
    from concurrent.futures import Executor

    import pandas as pd

#: Figures kept of each run.
FIGURES: tuple[str, ...] = (*HEADLINE, "cost")
#: Replications after which an answer is shown; the last of them is the number asked for.
STAGES = (4, 10, 20, 50, 100)
#: Structures that sentences call otherwise than tables do.
IN_WORDS = {"today": "today's structure", "drawn": "the structure drawn by hand"}
#: Instead of a verdict while replications come in: who reads verdicts meanwhile stops at the one they like.
NOT_JUDGED = "not judged yet"
#: Scenarios whose figures are kept.
KEPT = 96


class Futures:
    """Figures of simulated futures by scenario and seed. Safe to use from any thread; bounded."""

    def __init__(self, kept: int = KEPT) -> None:
        """Nothing yet."""
        self._kept = kept
        self._rows: OrderedDict[tuple[str, int], Floats] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, scenario: Scenario, seed: int) -> Floats:
        """Figures of replications 0, 1, ... as far as they are known, (replications, figures)."""
        key = (scenario.hash, seed)
        with self._lock:
            found = self._rows.get(key)
            if found is None:
                return np.empty((0, len(FIGURES)))
            self._rows.move_to_end(key)
            return found

    def add(self, scenario: Scenario, seed: int, replication: int, row: Floats) -> None:
        """Keep one replication's figures; one that is known, or does not follow the last, changes nothing."""
        key = (scenario.hash, seed)
        with self._lock:
            known = self._rows.get(key)
            if replication != (0 if known is None else len(known)):
                return
            self._rows[key] = row[None, :] if known is None else np.vstack([known, row])
            self._rows.move_to_end(key)
            while len(self._rows) > self._kept:
                self._rows.popitem(last=False)

    def __len__(self) -> int:
        """Scenarios of which something is known."""
        return len(self._rows)


@dataclass(frozen=True)
class Answer:
    """Every structure as it is and with the levers set."""

    names: tuple[str, ...]
    """The structures."""
    pulled: Pulled
    """What was set, under today's structure."""
    base: tuple[Floats, ...]
    """Figures of each structure as it is, (replications, figures)."""
    changed: tuple[Floats, ...]
    """The same with the levers set, replication by replication in the same futures."""
    matters: Mapping[str, float]
    """Smallest difference that matters in each headline metric."""
    planned: int
    """Replications asked for."""
    scenarios: Mapping[str, Scenario]
    """What was simulated."""
    seed: int

    @property
    def replications(self) -> int:
        """Replications it rests on."""
        return len(self.base[0])

    @property
    def final(self) -> bool:
        """Whether all replications asked for are in."""
        return self.replications >= self.planned

    @property
    def moved(self) -> bool:
        """Whether any lever acts."""
        return bool(self.pulled.said)

    @cached_property
    def metrics(self) -> tuple[str, ...]:
        """Headline metrics that have anything to measure."""
        return tuple(m for k, m in enumerate(HEADLINE) if not np.isnan(self.base[0][:, k]).all())

    def verdicts(self, metric: str) -> list[Verdict]:
        """Each structure with the levers set against itself without; they hold together over the structures."""
        k = FIGURES.index(metric)
        return [
            verdict(
                f"{IN_WORDS.get(name, name)} with the change", "without it", metric, after[:, k], before[:, k],
                self.matters[metric], family=len(self.names),
            )
            for name, before, after in zip(self.names, self.base, self.changed, strict=True)
        ]

    def effects(self, metric: str) -> pd.DataFrame:
        """One row per structure and state (``as it is``, ``with the change``).

        Columns: structure, state, metric, unit, mean, low, high (95 %, holding together over all rows),
        n, not_reached; of the changed state also difference, diff_low, diff_high and verdict.
        """
        import pandas as pd

        k, rows = FIGURES.index(metric), []
        said = self.verdicts(metric) if self.moved else [None] * len(self.names)
        for name, before, after, found in zip(self.names, self.base, self.changed, said, strict=True):
            states = {"as it is": before, "with the change": after} if self.moved else {"as it is": before}
            for state, figures in states.items():
                means = estimate(figures[:, [k]])
                half = float(half_width(means, family=len(self.names) * len(states))[0])
                mean, half = float(means.mean[0]), half if np.isfinite(half) else np.nan
                low, high = METRICS[metric].bounded(mean - half, mean + half)
                row = {
                    "structure": name.replace("_", "-"), "state": state, "metric": metric,
                    "unit": METRICS[metric].unit, "mean": mean, "low": low, "high": high,
                    "n": int(means.n[0]), "not_reached": int(means.unreached[0]),
                    "difference": np.nan, "diff_low": np.nan, "diff_high": np.nan, "verdict": "",
                }
                if found is not None and state == "with the change":
                    row |= {
                        "difference": found.difference, "diff_low": found.low, "diff_high": found.high,
                        "verdict": found.kind if self.final else NOT_JUDGED,
                    }
                rows.append(row)
        return pd.DataFrame(rows)

    def sentence(self, metric: str) -> str:
        """The answer: what the change does under today's structure, the first of them."""
        if not self.moved:
            return f"No lever is moved: this is each structure as it is, in {METRICS[metric].label}."
        if not self.final:
            row = self.effects(metric).iloc[1]
            by = with_interval(row["difference"], row["diff_low"], row["diff_high"], row["unit"], signed=True)
            known = bool(np.isfinite(row["difference"]))
            moves = f"{by} {unit_words(row['unit'], signed=True)}".strip() if known else "what cannot be told"
            return (
                f"So far the change moves {METRICS[metric].label} under today's structure by {moves} on average; a "
                f"verdict needs all {self.planned} replications, {UNDER_ASSUMPTIONS}"
            )
        sentence = self.verdicts(metric)[0].sentence.replace("against without it", "against the same without it", 1)
        return sentence[:1].upper() + sentence[1:]

    @property
    def rests_on(self) -> str:
        """On how many futures it rests, when no more are to come."""
        return f"{self.replications}{'' if self.final else f' of {self.planned}'} replications."

    @property
    def progress(self) -> str:
        """On how many futures it rests while more may come."""
        if self.final:
            return self.rests_on
        if self.replications <= STAGES[0]:
            return f"First answer from {self.replications} replications, sharpening to {self.planned} ..."
        return f"{self.replications} replications so far, sharpening to {self.planned} ..."

    def provenance(self) -> dict[str, object]:
        """What it rests on."""
        from opmodel.provenance import provenance

        return provenance(self.scenarios, self.seed, self.replications)


def what_if(
    scenario: Scenario,
    settings: Mapping[str, float],
    recruits: Recruits | None = None,
    *,
    replications: int = 40,
    seed: int = 1,
    executor: Executor | None = None,
    futures: Futures | None = None,
    on_progress: Callable[[int, int], None] | None = None,
    on_partial: Callable[[Answer], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Answer:
    """Simulate every structure with and without the levers set.

    Args:
        scenario: the scenario as it is.
        settings: settings by lever, see :data:`opmodel.levers.LEVERS`.
        recruits: who is hired by ``hires``.
        replications: possible futures wanted in the end.
        seed: root of all draws; the same futures with and without the change.
        executor: any ``concurrent.futures.Executor``.
        futures: figures known already, which are added to.
        on_progress: called with replications done and wanted.
        on_partial: called with each answer before the last.
        should_stop: asked after every replication; True ends with what there is.

    Raises:
        ValueError: no replication, an unknown lever, or stopped before the first replication was complete.
        ScenarioError: a structure does not fit the scenario.
    """
    if replications < 1:
        raise ValueError("an answer needs at least one replication")
    known = Futures() if futures is None else futures
    as_is = structures_of(scenario)
    found = {name: pulled(one, settings, recruits) for name, one in as_is.items()}
    first = next(iter(found.values()))
    changed = {name: one.scenario for name, one in found.items()}
    distinct = {one.hash: one for one in (*as_is.values(), *changed.values())}
    leads = {metric: matters(scenario, metric) for metric in HEADLINE}

    # Held here, too: other answers may push them out of what is kept.
    mine = {key: list(known.of(one, seed)) for key, one in distinct.items()}

    def rows(scenarios: Mapping[str, Scenario], count: int) -> tuple[Floats, ...]:
        return tuple(np.array(mine[one.hash][:count]) for one in scenarios.values())

    simulated = as_is | {f"{name}, changed": one for name, one in changed.items()} if first.said else as_is

    def answer(count: int) -> Answer:
        return Answer(
            tuple(as_is), first, rows(as_is, count), rows(changed, count), leads, replications, simulated, seed
        )

    done = 0
    for stage in (*(s for s in STAGES if s < replications), replications):
        done = _up_to(stage, distinct, mine, known, seed, executor, replications, on_progress, should_stop)
        if done < stage or stage == replications:
            break
        if on_partial is not None:
            on_partial(answer(stage))
    if done == 0:
        raise ValueError("the answer was stopped before its first replication was complete")
    return answer(done)


def _up_to(
    stage: int, scenarios: Mapping[str, Scenario], mine: Mapping[str, list[Floats]], known: Futures, seed: int,
    executor: Executor | None, planned: int, on_progress: Callable[[int, int], None] | None,
    should_stop: Callable[[], bool] | None,
) -> int:
    """Simulate what is not known yet; how many replications are then known of all."""
    lengths = {key: len(rows) for key, rows in mine.items()}
    for start in sorted({n for n in lengths.values() if n < stage}):
        those = {key: one for key, one in scenarios.items() if lengths[key] == start}
        for number, rows in replicate_all(
            list(those.values()), range(start, stage), seed=seed, executor=executor, reduce=headline
        ):
            for (key, one), row in zip(those.items(), rows, strict=True):
                mine[key].append(row)
                known.add(one, seed, number, row)
            if on_progress is not None:
                on_progress(min(stage, number + 1), planned)
            if should_stop is not None and should_stop():
                return min(map(len, mine.values()))
    if on_progress is not None:
        on_progress(stage, planned)
    return min(map(len, mine.values()))


def headline(run: Run) -> Floats:
    """The figures kept of a run; its tables are gone afterwards."""
    from opmodel.metrics import measure
    from opmodel.recording import forget

    found = measure(run, groups=False).values
    forget(run)
    return np.array([found["all", metric] for metric in FIGURES])
