"""Intervals from replications: of means, of paired differences, one by one or holding all together.

Student's t throughout (Law, *Simulation Modeling and Analysis*, ch. 9-10). Intervals that are to hold together
share the error among themselves (Bonferroni): with k of them each gets the level 1 - 0.05/k. That holds however
the figures hang together, and they do: they come from the same runs.
"""

from __future__ import annotations

import math
from importlib import import_module
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from opmodel.records import Floats

#: Share of repeated studies in which an interval is to cover the truth.
LEVEL = 0.95
#: Factor on intervals when the data themselves decided when to stop (see ``stopping.py``).
WIDENED = 1.05
BATCH = 10


def _special() -> Any:
    return import_module("scipy.special")  # inside: importing it costs more than many studies


class Estimate(NamedTuple):
    """Means over replications, one entry per figure."""

    mean: Floats
    """NaN where nothing was measured or a replication did not reach the figure."""
    error: Floats
    """Standard error of the mean; inf with fewer than two replications."""
    n: npt.NDArray[np.intp]
    """Replications in which there was something to measure."""
    unreached: npt.NDArray[np.intp]
    """Those of them in which the figure was not reached (a percentile beyond what was delivered)."""


def estimate(values: Floats) -> Estimate:
    """Mean and standard error of each column of (replications, figures); NaN is no case, inf not reached."""
    cases = ~np.isnan(values)
    n = cases.sum(axis=0)
    unreached = np.isinf(values).sum(axis=0)
    finite = np.isfinite(values)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.where(finite, values, 0.0).sum(axis=0) / n
        square = (np.where(finite, values - mean, 0.0) ** 2).sum(axis=0)
        error = np.sqrt(square / np.maximum(n - 1, 1) / n)
    mean = np.where(unreached > 0, np.nan, mean)
    error = np.where(unreached > 0, np.nan, np.where(n > 1, error, np.inf))
    return Estimate(mean, np.where(n > 0, error, np.nan), n, unreached)


def paired(values: Floats, against: Floats) -> Floats:
    """Differences future by future: NaN where either side has no case, inf where either is not reached."""
    with np.errstate(invalid="ignore"):
        gap = values - against
    missed = np.isinf(values) | np.isinf(against)
    none = np.isnan(values) | np.isnan(against)
    return np.where(none, np.nan, np.where(missed, np.inf, gap))


def t_quantile(n: Any, *, level: float = LEVEL, family: int = 1) -> Any:
    """How many standard errors wide an interval is to either side.

    Args:
        n: replications, a number or an array; below two the answer is that of two.
        level: coverage.
        family: number of intervals that are to hold together.
    """
    return _special().stdtrit(np.maximum(np.asarray(n) - 1, 1), 1.0 - (1.0 - level) / (2 * max(family, 1)))


def half_width(found: Estimate, *, level: float = LEVEL, family: int = 1, widened: float = 1.0) -> Floats:
    """Half the width of the interval of each mean; inf with fewer than two replications."""
    with np.errstate(invalid="ignore"):
        half: Floats = widened * t_quantile(found.n, level=level, family=family) * found.error
    return half


def mean_interval(values: Floats) -> tuple[float, float, float]:
    """Mean of one figure over replications, (replications,), with the ends of its interval."""
    found = estimate(values[:, None])
    mean, half = float(found.mean[0]), float(half_width(found)[0])
    return mean, mean - half, mean + half


def relative_half_width(found: Estimate, *, level: float = LEVEL) -> Floats:
    """Half the width of each interval as a share of its mean: how precise the study is."""
    with np.errstate(divide="ignore", invalid="ignore"):
        share: Floats = half_width(found, level=level) / np.abs(found.mean)
    return share


def more_replications(n: int, error: float, target: float, *, family: int = 1, widened: float = 1.0) -> int | None:
    """About how many more replications narrow an interval to a half width, in whole batches of ten.

    The half width falls with the square root of the number. None where no number is enough.
    """
    if not (target > 0.0 and math.isfinite(error) and n > 1):
        return None
    spread = error * math.sqrt(n)
    needed = float(n)
    for _ in range(8):  # t depends on the number sought, but hardly
        half_units = widened * float(t_quantile(max(needed, 2.0), family=family)) * spread
        needed = (half_units / target) ** 2
    return BATCH * max(1, math.ceil((needed - n) / BATCH - 1e-9))


def wilson(successes: int, n: int, *, level: float = LEVEL) -> tuple[float, float]:
    """Interval of a share, good for few cases and for shares near 0 and 1 (Wilson, 1927, JASA 22:209-212)."""
    if n == 0:
        return 0.0, 1.0
    z = float(_special().ndtri(0.5 + level / 2.0))
    share, denominator = successes / n, 1.0 + z * z / n
    centre = (share + z * z / (2 * n)) / denominator
    half = z * math.sqrt(share * (1.0 - share) / n + z * z / (4 * n * n)) / denominator
    return max(0.0, centre - half), min(1.0, centre + half)


def share_interval(successes: int, n: int) -> tuple[float, float, float]:
    """A share with the ends of its interval (Wilson); NaN, 0 and 1 without a case."""
    return (successes / n if n else math.nan, *wilson(successes, n))


def sign_test(wins: int, losses: int) -> float:
    """Chance of so uneven a count or a more uneven one if neither side were better (exact, two-sided)."""
    n = wins + losses
    return 1.0 if n == 0 else min(1.0, 2.0 * float(_special().bdtr(min(wins, losses), n, 0.5)))


def paired_shares(here: Floats, there: Floats, *, level: float = LEVEL) -> tuple[float, float, float]:
    """Difference of two shares seen in the same futures, with its interval (Newcombe's method 10).

    Unlike an interval from the differences themselves it has a width even where no future differs: that none of so
    many did does not show that none would (Newcombe, 1998, Statistics in Medicine 17:2635-2650).

    Args:
        here: 1 or 0 for each future, (futures,).
        there: the same of what it is compared with, in the same futures.
        level: coverage.

    Returns:
        Share here less share there, and the ends of the interval; (NaN, -1, 1) without a future.
    """
    n = int(here.size)
    if n == 0:
        return math.nan, -1.0, 1.0
    mine, others = here > 0.5, there > 0.5
    both, neither = int((mine & others).sum()), int((~mine & ~others).sum())
    first, second = int((mine & ~others).sum()), int((~mine & others).sum())
    shares = (both + first) / n, (both + second) / n
    (low, high), (low_there, high_there) = (wilson(both + k, n, level=level) for k in (first, second))
    product = (both + first) * (second + neither) * (both + second) * (first + neither)
    excess = both * neither - first * second
    alike = 0.0
    if product > 0:  # with a correction for continuity where the two go together
        alike = (max(excess - n / 2, 0.0) if excess > 0 else excess) / math.sqrt(product)
    down, up = shares[0] - low, high - shares[0]
    down_there, up_there = shares[1] - low_there, high_there - shares[1]
    less = math.sqrt(max(0.0, down**2 - 2.0 * alike * down * up_there + up_there**2))
    more = math.sqrt(max(0.0, up**2 - 2.0 * alike * up * down_there + down_there**2))
    gap = (first - second) / n
    return gap, max(-1.0, gap - less), min(1.0, gap + more)
