"""How many futures are enough: to say that a chance is high enough, and to pick the best of several candidates.

*Is the chance at least so much?* Wald's sequential test of a share (Wald, 1945, Annals of Mathematical Statistics
16:117-186), with a zone around the confidence in which either answer will do: clear cases are told after few futures.

*Which candidate is best?* The fully sequential procedure KN of Kim and Nelson (2001, ACM TOMACS 11:251-273): candidates
that fall clearly behind are dropped as soon as that is known, the others go on. It allows for common random numbers,
as it works with the variances of differences, and picks the best, or one less than the indifference behind, with
the stated probability if figures are about normal.

Nothing here simulates; figures are asked for as they are needed.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal

import numpy as np

from opmodel.comparison.intervals import estimate, half_width
from opmodel.records import Floats

Answer = Literal["yes", "no", "open"]
#: Half the width of the zone around the confidence in which both answers will do, and the error allowed outside it.
ZONE, ERROR = 0.04, 0.05
#: Futures after which the first and every next look is taken; and those after which, at a confidence of 90 %, the
#: search leaves it at what the share says.
FIRST, BATCH, CAP = 20, 20, 200


@dataclass(frozen=True, slots=True)
class ChanceTest:
    """Whether the chance of something is at least ``confidence``: Wald's sequential probability ratio test."""

    confidence: float
    error: float = ERROR

    @property
    def zone(self) -> tuple[float, float]:
        """Chances at and below the first are too low, at and above the second high enough."""
        half = min(ZONE, (1.0 - self.confidence) / 2.0)
        return self.confidence - half, self.confidence + half

    @property
    def cap(self) -> int:
        """Futures that tell the ends of the zone apart even where the sequential test has not ended.

        A third more than a test of fixed length needs (normal approximation), in whole batches: 200 at a confidence of
        90 %, more where the zone is narrower.
        """
        low, high = self.zone
        quantile = NormalDist().inv_cdf(1.0 - self.error)
        needed = self.confidence * (1.0 - self.confidence) * (2.0 * quantile / (high - low)) ** 2
        return BATCH * math.ceil(1.3 * needed / BATCH)

    def verdict(self, met: int, futures: int) -> Answer:
        """What so many futures say, ``met`` of which reached it."""
        low, high = self.zone
        ratio = met * math.log(high / low) + (futures - met) * math.log((1.0 - high) / (1.0 - low))
        bound = math.log((1.0 - self.error) / self.error)
        return "yes" if ratio >= bound else "no" if ratio <= -bound else "open"

    def run(self, draw: Callable[[int], Floats], cap: int | None = None) -> tuple[bool, int]:
        """Ask for futures until the answer is known; at the cap the share itself decides.

        Args:
            draw: 1 or 0 for each of the first n futures.
            cap: most futures; default :attr:`cap`.

        Returns:
            The answer, and the futures it rests on.
        """
        cap = self.cap if cap is None else cap
        futures = min(FIRST, cap)
        while True:
            met = int(draw(futures)[:futures].sum())
            said = self.verdict(met, futures)
            if said != "open":
                return said == "yes", futures
            if futures >= cap:
                return met >= self.confidence * futures - 1e-9, futures
            futures = min(futures + BATCH, cap)


@dataclass(frozen=True)
class Selection:
    """Which of several candidates was picked."""

    best: int
    """Its number."""
    means: Floats
    """Mean of each candidate over the futures it was tried in."""
    futures: tuple[int, ...]
    """Futures each candidate was tried in: few of clear losers."""
    sure: bool
    """Whether it is told apart from the second best: the 95 % interval of their paired difference lies above 0."""


def select(
    draw: Callable[[Sequence[int], int], Floats],
    candidates: int,
    *,
    indifference: float,
    first: int = 10,
    batch: int = 10,
    cap: int = 60,
    error: float = ERROR,
) -> Selection:
    """Pick the candidate with the greatest mean (procedure KN, with c = 1).

    Args:
        draw: figures of some candidates in futures 0 .. n - 1, (n, number asked for); greater is better.
        candidates: how many there are.
        indifference: differences in mean that do not matter; more than 0.
        first: futures of every candidate.
        batch: futures between two looks; looking less often than after every one only makes errors rarer.
        cap: most futures; then the best mean among those left is taken.
        error: chance allowed of picking one that is more than the indifference behind.

    Raises:
        ValueError: no candidate, an indifference of 0, or fewer than two first futures.
    """
    if candidates < 1 or not indifference > 0.0 or first < 2:
        raise ValueError("needs a candidate, an indifference above 0 and two first futures or more")
    left = list(range(candidates))
    figures = np.asarray(draw(left, first), float)
    means, futures = figures.mean(axis=0), [first] * candidates
    seen = list(figures.T)
    if candidates == 1:
        return Selection(0, means, tuple(futures), True)
    reach = 2.0 * eta(candidates, first, error) * (first - 1)
    spread = _spreads(figures)  # of the first futures alone: that they are known beforehand is what the proof rests on
    n = first
    while True:
        slack = np.maximum(0.0, 0.5 * indifference * (reach * spread / indifference**2 - n))
        total = n * means
        dropped = {i for i in left if any(total[i] < total[k] - slack[i, k] for k in left if k != i)}
        left = [i for i in left if i not in dropped] or [max(left, key=lambda i: means[i])]
        if len(left) == 1 or n >= cap:
            best = max(left, key=lambda i: (means[i], -i))
            return Selection(best, means, tuple(futures), _told_apart(seen, means, best))
        n = min(n + batch, cap)
        figures = np.asarray(draw(left, n), float)
        for column, i in enumerate(left):
            means[i], futures[i], seen[i] = figures[:, column].mean(), n, figures[:, column]


def _told_apart(seen: Sequence[Floats], means: Floats, best: int) -> bool:
    """Whether the best is better than the second best beyond chance, in the futures that both were tried in.

    Being the last one left does not say so: of two that are nearly alike either may be dropped, as it does not matter.
    """
    second = max((i for i in range(len(seen)) if i != best), key=lambda i: float(means[i]))
    both = min(len(seen[best]), len(seen[second]))
    apart = estimate((seen[best][:both] - seen[second][:both])[:, None])
    return bool(apart.mean[0] > half_width(apart)[0])


def eta(candidates: int, first: int, error: float) -> float:
    """The procedure's constant, for c = 1: (1 + 2 eta) ** (-(first - 1) / 2) / 2 = error / (candidates - 1)."""
    return 0.5 * float((2.0 * error / (candidates - 1)) ** (-2.0 / (first - 1)) - 1.0)


def _spreads(figures: Floats) -> Floats:
    """Variance of the difference of each two candidates."""
    covariance = np.atleast_2d(np.cov(figures, rowvar=False))
    own = np.diag(covariance)
    return np.asarray(np.maximum(own[:, None] + own[None, :] - 2.0 * covariance, 0.0))
