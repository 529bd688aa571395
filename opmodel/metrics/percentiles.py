"""Percentiles of durations some of which are not over yet (Kaplan and Meier, 1958, JASA 53:457-481)."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from opmodel.records import Floats

_TOLERANCE = 1e-9


def percentiles(
    duration: Floats, over: npt.NDArray[np.bool_], group: npt.NDArray[np.intp], size: int, shares: tuple[float, ...]
) -> Floats:
    """Days within which a share of the requests of each group is done, counting open ones as "longer than so far".

    An open request is right-censored: it says only that its duration exceeds its age. The estimate of the
    share still open after t is the product of (1 - 1/n) over all ends up to t, with n the number still
    observed just before; the percentile is the first t at which it falls to 1 - share. Without open
    requests that is the ordinary percentile (the smallest value that at least the share does not exceed).

    Args:
        duration: days until the end, or the age of an open one, (rows,); not negative.
        over: whether it has ended, (rows,).
        group: group of each row, 0 to size - 1, (rows,).
        size: number of groups.
        shares: such as (0.5, 0.85).

    Returns:
        (len(shares), size) days; inf where the percentile is not reached, NaN for a group without rows.
    """
    out = np.full((len(shares), size), np.nan)
    rows = duration.size
    if rows == 0:
        return out
    # One sort of whole numbers orders rows by group, then duration (to about 1e-11 days), ends before ages.
    top = float(duration.max())
    bits = int(top).bit_length() + 1
    fraction = max(0, 61 - bits - int(size).bit_length())
    shift = bits + fraction + 1
    scale = float(1 << fraction)
    key = (duration * scale).astype(np.int64)
    key <<= 1
    key |= ~over
    key += group.astype(np.int64) << shift
    key.sort()
    bounds = np.searchsorted(key, np.arange(size + 1, dtype=np.int64) << shift)
    counts = np.diff(bounds)
    at_risk = np.repeat(bounds[1:].astype(np.float64), counts)
    at_risk -= np.arange(rows)
    ended = 1 - (key & 1)
    # log of the share still open after each row; the last one of a group takes it to (practically) nothing
    survival = np.log(np.maximum(1.0 - ended / at_risk, 1e-300))
    np.cumsum(survival, out=survival)
    before = np.concatenate(([0.0], survival))[bounds[:-1]]
    survival -= np.repeat(before, counts)
    filled = counts > 0
    starts, ends = bounds[:-1][filled], bounds[1:][filled]
    for i, share in enumerate(shares):
        still = survival > np.log(1.0 - share) + _TOLERANCE
        first = starts + np.add.reduceat(still, starts, dtype=np.intp)
        reached = first < ends
        value = np.full(starts.size, np.inf)
        within: npt.NDArray[Any] = key[first[reached]] & ((1 << shift) - 1)
        value[reached] = (within >> 1) / scale
        out[i, filled] = value
    return out
