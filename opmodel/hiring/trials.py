"""Trying teams out: what each candidate comes to in futures 0, 1, 2, ..., each future simulated once and kept.

All candidates live through the same futures (common random numbers), so they are compared future by future. A search
asks for candidates and futures in an order that depends on results alone, and results do not depend on who simulates
them; so a study gives the same answer with any number of workers, and when it is taken up again after an interruption.
"""

from __future__ import annotations

import concurrent.futures as cf
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from opmodel.hiring.question import Question
from opmodel.metrics.targets import Wanted, attained, weeks_of
from opmodel.records import Floats, Run
from opmodel.replication import replicate_all
from opmodel.scenario.scenario import Scenario

#: Figures kept by each week, beside the targets.
BY_WEEK = ("backlog_days", "in_time_statutory", "cost")


class StoppedError(Exception):
    """The visitor wants no more; whoever searches ends with what there is."""


@dataclass(frozen=True)
class Outcome:
    """What a candidate comes to in so many futures."""

    wanted: tuple[Wanted, ...]
    weeks: tuple[int, ...]
    values: Floats
    """What each target comes to, (futures, targets, weeks)."""
    beside: Floats
    """The figures of :data:`BY_WEEK`, from the start up to each week, (futures, figures, weeks)."""
    cost: Floats
    """Pounds a year over the whole study, (futures,)."""

    @property
    def n(self) -> int:
        """Number of futures."""
        return len(self.values)

    def met(self) -> Floats:
        """1 where all targets are met, else 0, (futures, weeks)."""
        each = np.stack([w.met(self.values[:, t]) for t, w in enumerate(self.wanted)])
        return np.asarray(each.all(axis=0), float)

    def short(self) -> Floats:
        """How far each target is from being met, in its own unit, (futures, targets, weeks)."""
        return np.stack([w.short(self.values[:, t]) for t, w in enumerate(self.wanted)], axis=1)

    def figure(self, name: str) -> Floats:
        """One of :data:`BY_WEEK`, (futures, weeks)."""
        found: Floats = self.beside[:, BY_WEEK.index(name)]
        return found


class Store(Protocol):
    """Where pieces of a study are kept, so that it can be taken up again."""

    def rows(self, scenario_hash: str, seed: int) -> dict[int, Floats]:
        """Rows by future of one candidate, as far as they are kept."""

    def keep(self, seed: int, rows: dict[str, dict[int, Floats]]) -> None:
        """Keep a finished piece: rows by future, by scenario hash."""


class Trials:
    """Candidates in futures, simulated when first asked for."""

    def __init__(
        self,
        *,
        executor: cf.Executor | None = None,
        store: Store | None = None,
        on_progress: Callable[[int, int], None] | None = None,
        should_stop: Callable[[], bool] | None = None,
    ) -> None:
        """Nothing tried yet.

        Args:
            executor: any ``concurrent.futures.Executor``; default the warm worker processes.
            store: keeps finished pieces; None for memory alone.
            on_progress: called with runs done and expected so far.
            should_stop: asked after every piece.
        """
        self._executor, self._store = executor, store
        self._on_progress, self._should_stop = on_progress, should_stop
        self._rows: dict[tuple[str, int], dict[int, Floats]] = {}
        self.done = 0
        """Runs simulated or taken from the store."""
        self.expected = 0
        """Runs that the searches begun so far are expected to need."""

    def expect(self, runs: int) -> None:
        """Say that about so many further runs will be asked for."""
        self.expected += runs

    def of(self, scenarios: Sequence[Scenario], futures: int, *, seed: int) -> list[Outcome]:
        """What each candidate comes to in futures 0 .. futures - 1.

        Args:
            scenarios: candidates of one question: the same targets and weeks.
            futures: how many.
            seed: root of their draws.

        Raises:
            StoppedError: the visitor wants no more.
        """
        hashes = [scenario.hash for scenario in scenarios]
        missing = {
            key: scenario for key, scenario in zip(hashes, scenarios, strict=True)
            if len(self._known(key, seed)) < futures
        }
        for start in sorted({len(self._known(key, seed)) for key in missing}):
            those = {key: one for key, one in missing.items() if len(self._known(key, seed)) == start}
            for number, rows in replicate_all(
                list(those.values()), range(start, futures), seed=seed, executor=self._executor, reduce=row_of
            ):
                for key, row in zip(those, rows, strict=True):
                    self._known(key, seed)[number] = row
                self.done += len(those)
                self._tell()
        return [
            outcome(one, np.array([self._known(key, seed)[k] for k in range(futures)]))
            for key, one in zip(hashes, scenarios, strict=True)
        ]

    def _known(self, scenario_hash: str, seed: int) -> dict[int, Floats]:
        return self._rows.setdefault((scenario_hash, seed), {})

    def _tell(self) -> None:
        if self._on_progress is not None:
            self._on_progress(self.done, max(self.done, self.expected))
        if self._should_stop is not None and self._should_stop():
            raise StoppedError


def row_of(run: Run) -> Floats:
    """What is kept of a run; its tables are gone afterwards."""
    from opmodel.metrics import measure
    from opmodel.recording import forget

    values = attained(run)
    found = measure(run, groups=False).values
    whole = not any(group.startswith("milestone") for group, _ in found)
    groups = ["all"] if whole else [f"milestone={week}" for week in weeks_of(run.scenario)]
    beside = [found[group, metric] for metric in BY_WEEK for group in groups]
    forget(run)
    return np.concatenate((values.ravel(), beside, [found["all", "cost"]]))


def outcome(scenario: Scenario, rows: Floats) -> Outcome:
    """Rows of :func:`row_of`, (futures, figures), as an outcome."""
    from opmodel.metrics.targets import wanted_of

    wanted, weeks = wanted_of(scenario), weeks_of(scenario)
    size = len(wanted) * len(weeks)
    return Outcome(
        wanted, weeks, rows[:, :size].reshape(-1, len(wanted), len(weeks)),
        rows[:, size:-1].reshape(-1, len(BY_WEEK), len(weeks)), rows[:, -1],
    )


def under(question: Question, trials: Trials, scenarios: Sequence[Scenario], futures: int) -> list[Outcome]:
    """Candidates of a question in the futures of its search."""
    return trials.of(scenarios, futures, seed=question.seed)
