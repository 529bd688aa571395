"""Collecting replications as they come in: figures of each, running means of the weekly series."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from opmodel.comparison.intervals import t_quantile
from opmodel.metrics.layout import Layout
from opmodel.metrics.measures import Key, Measures, keys_of
from opmodel.records import Floats

#: What one run leaves in a study: its figures and its weekly series.
Reduced = tuple[Measures, Mapping[str, Floats]]


class Course:
    """Running mean and spread of one weekly series (Welford, 1962), NaN weeks left out."""

    def __init__(self, weeks: int) -> None:
        """Nothing seen yet."""
        self.n = np.zeros(weeks)
        self.mean = np.zeros(weeks)
        self.square = np.zeros(weeks)

    def copy(self) -> Course:
        """The same so far."""
        new = Course(0)
        new.n, new.mean, new.square = self.n.copy(), self.mean.copy(), self.square.copy()
        return new

    def add(self, values: Floats) -> None:
        """Take in one replication."""
        known = ~np.isnan(values)
        self.n += known
        step = np.where(known, values - self.mean, 0.0)
        self.mean += step / np.maximum(self.n, 1.0)
        self.square += step * np.where(known, values - self.mean, 0.0)

    def band(self) -> tuple[Floats, Floats, Floats]:
        """Mean and the ends of its 95 % interval, week by week; NaN where there is none."""
        mean = np.where(self.n > 0, self.mean, np.nan)
        with np.errstate(divide="ignore", invalid="ignore"):
            error = np.sqrt(self.square / (self.n - 1.0) / self.n)
        half = np.where(self.n > 1, t_quantile(self.n) * error, np.nan)
        return mean, mean - half, mean + half


class Gathered:
    """All replications of a study so far; its size does not depend on the number of requests.

    Replications are taken in in their own order, whichever comes first, so that results do not depend on
    how the work was shared out.
    """

    def __init__(self, names: Sequence[str]) -> None:
        """Nothing yet."""
        self.names = tuple(names)
        self.layouts: dict[str, Layout] = {}
        self.courses: dict[str, dict[str, Course]] = {name: {} for name in names}
        self._figures: dict[str, list[Floats]] = {name: [] for name in names}
        self._attained: dict[str, list[Floats]] = {name: [] for name in names}
        self._early: dict[int, Sequence[Reduced]] = {}
        self.n = 0
        """Replications taken in."""

    def copy(self) -> Gathered:
        """What there is so far, to go on with or to look at while more comes in."""
        new = Gathered(self.names)
        new.layouts, new.n = dict(self.layouts), self.n
        new.courses = {name: {k: course.copy() for k, course in kept.items()} for name, kept in self.courses.items()}
        new._figures = {name: list(rows) for name, rows in self._figures.items()}
        new._attained = {name: list(rows) for name, rows in self._attained.items()}
        return new

    def add(self, replication: int, runs: Sequence[Reduced]) -> None:
        """Take in one replication under every scenario."""
        self._early[replication] = runs
        while self.n in self._early:
            self._take(self._early.pop(self.n))
            self.n += 1

    def _take(self, runs: Sequence[Reduced]) -> None:
        for name, (measures, weekly) in zip(self.names, runs, strict=True):
            if self.layouts.setdefault(name, measures.layout) != measures.layout:
                raise ValueError(f"the replications of '{name}' are not of one scenario")
            self._figures[name].append(measures.numbers)
            self._attained[name].append(measures.attained)
            courses = self.courses[name]
            for key, values in weekly.items():
                courses.setdefault(key, Course(len(values))).add(values)

    def figures(self, name: str) -> Floats:
        """Figures of one scenario, (replications, keys)."""
        return np.array(self._figures[name])

    def attained(self, name: str) -> Floats:
        """What each target of one scenario comes to by each milestone, (replications, targets, weeks)."""
        return np.array(self._attained[name])

    def keys(self, name: str) -> tuple[Key, ...]:
        """Group and metric of each of its figures."""
        return keys_of(self.layouts[name])

    def column(self, name: str, metric: str, group: str = "all") -> Floats:
        """One figure of one scenario, (replications,); NaN where it is not measured."""
        keys = self.keys(name)
        if (group, metric) not in keys:
            return np.full(self.n, np.nan)
        at = keys.index((group, metric))
        return np.array([row[at] for row in self._figures[name]])
