"""Trying teams out: what each candidate comes to in futures 0, 1, 2, ..., each future simulated once and kept.

All candidates live through the same futures (common random numbers), so they are compared future by future. A search
asks for candidates and futures in an order that depends on results alone, and results do not depend on who simulates
them (see :mod:`opmodel.hiring.trying.pieces`); so a study gives the same answer with any number of workers, and when
it is taken up again after an interruption.
"""

from __future__ import annotations

import concurrent.futures as cf
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from opmodel.hiring.asking.question import Question
from opmodel.hiring.trying.pieces import Missing, Pace, simulate
from opmodel.metrics.targets import Wanted, attained, read_off, weeks_of, windows_of
from opmodel.records import Floats, Run
from opmodel.replication import workers_for
from opmodel.scenario.scenario import Scenario

#: Figures kept by each week, beside the targets and read over the same weeks as they; cost from the start.
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
    """The figures of :data:`BY_WEEK` by each week, (futures, figures, weeks)."""
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
            store: keeps finished pieces, so that a study can be taken up again; None for memory alone.
            on_progress: called with runs done and expected so far, after every piece.
            should_stop: asked before every piece and several times a second.
        """
        self._executor, self._store = executor, store
        self._on_progress, self._should_stop = on_progress, should_stop
        self._pace = Pace()
        self._rows: dict[tuple[str, int], dict[int, Floats]] = {}
        self._kept: dict[tuple[str, int], dict[int, Floats]] = {}
        self._asked, self._later = 0, 0
        self.ahead = 0
        """Runs that the part being worked on is expected to ask for yet."""
        self.done = 0
        """Runs simulated or taken from the store."""

    @property
    def expected(self) -> int:
        """Runs asked for so far, and those that are expected to be asked for yet."""
        return self._asked + self.ahead + self._later

    def foresee(self, runs: int, later: int | None = None) -> None:
        """Say about how many runs are still to come; a search says so again as soon as it knows better.

        Args:
            runs: of the part that is being worked on.
            later: of all parts after it; None as said before.
        """
        self.ahead, self._later = max(0, runs), self._later if later is None else later

    def of(self, scenarios: Sequence[Scenario], futures: int, *, seed: int) -> list[Outcome]:
        """What each candidate comes to in futures 0 .. futures - 1.

        Args:
            scenarios: candidates of one question: the same targets and weeks.
            futures: how many.
            seed: root of their draws.

        Raises:
            StoppedError: the visitor wants no more.
            WorkersEndedError: worker processes ended early, and new ones too.
        """
        hashes = [scenario.hash for scenario in scenarios]
        by_hash = dict(zip(hashes, scenarios, strict=True))
        missing = {key: found for key in by_hash if (found := self._missing(key, seed, futures))}
        runs = sum(len(those) for those in missing.values())
        if runs:
            self._asked += runs
            self.ahead = max(0, self.ahead - runs)
            self._simulate(missing, by_hash, seed, runs)
        return [
            outcome(one, np.array([self._rows[key, seed][k] for k in range(futures)]))
            for key, one in zip(hashes, scenarios, strict=True)
        ]

    def _missing(self, key: str, seed: int, futures: int) -> tuple[int, ...]:
        """Futures of a candidate that are neither known nor kept; those kept are known from now on."""
        if (key, seed) not in self._rows:
            self._rows[key, seed] = {}
            self._kept[key, seed] = {} if self._store is None else self._store.rows(key, seed)
        known, kept = self._rows[key, seed], self._kept[key, seed]
        taken = [k for k in range(futures) if k not in known and k in kept]
        known.update((k, kept.pop(k)) for k in taken)
        if taken:
            self._asked, self.done = self._asked + len(taken), self.done + len(taken)
            self.ahead = max(0, self.ahead - len(taken))
            self._tell()
        return tuple(k for k in range(futures) if k not in known)

    def _simulate(self, missing: Missing, scenarios: Mapping[str, Scenario], seed: int, runs: int) -> None:
        executor = self._executor if self._executor is not None else workers_for(runs)
        for piece, found in simulate(
            missing, scenarios, seed=seed, executor=executor, reduce=row_of, pace=self._pace, look=self._look
        ):
            rows = {
                key: {future: found[f][c] for f, future in enumerate(piece.futures)}
                for c, key in enumerate(piece.candidates)
            }
            if self._store is not None:
                self._store.keep(seed, rows)
            for key, new in rows.items():
                self._rows[key, seed].update(new)
            self.done += piece.runs
            self._tell()

    def _tell(self) -> None:
        if self._on_progress is not None:
            self._on_progress(self.done, max(self.done, self.expected))

    def _look(self) -> None:
        if self._should_stop is not None and self._should_stop():
            raise StoppedError


def row_of(run: Run) -> Floats:
    """What is kept of a run; its tables are gone afterwards."""
    from opmodel.metrics.catalogue import METRICS
    from opmodel.metrics.layout import layout_of
    from opmodel.metrics.reading import Reading
    from opmodel.metrics.window import window_of
    from opmodel.recording import forget

    window = window_of(run.scenario)
    reading = Reading(run, window, layout_of(run.names, window, groups=False))
    beside = [Wanted(name, name, "all", 0.0, METRICS[name].better == "higher") for name in BY_WEEK[:-1]]
    figures = (attained(run), read_off(run, beside, windows_of(run.scenario)))
    with np.errstate(divide="ignore", invalid="ignore"):
        cost = METRICS["cost"].function(reading)[: reading.heads]
    forget(run)
    by_week = cost[1:] if window.milestones else cost  # the whole window comes first, then each milestone
    return np.concatenate((*(figure.ravel() for figure in figures), by_week, cost[:1]))


def outcome(scenario: Scenario, rows: Floats) -> Outcome:
    """Rows of :func:`row_of`, (futures, figures), as an outcome."""
    from opmodel.metrics.targets import wanted_of

    wanted, weeks = wanted_of(scenario), weeks_of(scenario)
    size = len(wanted) * len(weeks)
    return Outcome(
        wanted, weeks, rows[:, :size].reshape(len(rows), len(wanted), len(weeks)),
        rows[:, size:-1].reshape(len(rows), len(BY_WEEK), len(weeks)), rows[:, -1],
    )


def under(question: Question, trials: Trials, scenarios: Sequence[Scenario], futures: int) -> list[Outcome]:
    """Candidates of a question in the futures of its search."""
    return trials.of(scenarios, futures, seed=question.seed)
