"""Percentiles of durations some of which are not over yet (Kaplan and Meier, 1958, JASA 53:457-481)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from opmodel.records import Floats, Ints

_TOLERANCE = 1e-9


class Sample(NamedTuple):
    """Durations and the ways in which to group them."""

    duration: Floats
    """Days until the end, or the age of what is still open, (rows,); not negative."""
    over: npt.NDArray[np.bool_]
    """Whether it has ended, (rows,)."""
    groupings: list[tuple[npt.NDArray[np.intp], int]]
    """For each grouping the group of each row, (rows,), and the number of groups, which as a group means left out."""


def percentiles(samples: Sequence[Sample], shares: tuple[float, ...]) -> Floats:
    """Days within which a share of the requests of each group is done, open ones counting as "longer than so far".

    An open request is right-censored: it says only that its duration exceeds its age. The estimate of the
    share still open after t is the product of (1 - 1/n) over all ends up to t, with n the number still
    observed just before; the percentile is the first t at which it falls to 1 - share. Without open
    requests that is the ordinary percentile (the smallest value that at least the share does not exceed).

    Args:
        samples: durations; an end at the same time as an age comes first.
        shares: such as (0.5, 0.85).

    Returns:
        (len(shares), groups of all groupings in turn) days, to about 1e-10; inf where the percentile is
        not reached, NaN for a group without rows.
    """
    sizes = [size for sample in samples for _, size in sample.groupings]
    groups = sum(sizes)
    rows = sum(sample.duration.size * len(sample.groupings) for sample in samples)
    if rows == 0:
        return np.full((len(shares), groups), np.nan)
    # Whole numbers that sort by group, then duration, ends before ages: one fast sort for each grouping.
    longest = max((float(sample.duration.max()) for sample in samples if sample.duration.size), default=0.0)
    shift = 62 - int(max(sizes)).bit_length()
    scale = float(1 << (shift - 2 - int(longest).bit_length()))
    key, bounds, at = np.empty(rows, np.int64), [], 0
    for sample in samples:
        plain = (sample.duration * scale).astype(np.int64)
        plain <<= 1
        plain |= ~sample.over
        for group, size in sample.groupings:
            part = key[at : at + plain.size]
            np.left_shift(group, shift, out=part, dtype=np.int64)
            part += plain
            part.sort()
            bounds.append(at + np.searchsorted(part, np.arange(size + 1, dtype=np.int64) << shift))
            at += plain.size
    edges = np.concatenate((*bounds, [rows]))
    kept = np.ones(edges.size - 1, bool)
    kept[np.cumsum(np.array(sizes) + 1) - 1] = False
    position = _positions(edges, kept, np.flatnonzero(key & 1), np.array(shares))
    found = key[np.minimum(position, rows - 1)]
    days = ((found & ((1 << shift) - 1)) >> 1) / scale
    days[(found & 1) == 1] = np.inf
    days[:, edges[1:] == edges[:-1]] = np.nan
    return days[:, kept]


def _positions(edges: Ints, kept: npt.NDArray[np.bool_], ages: Ints, shares: Floats) -> Ints:
    """Row at which each group's share still open falls to 1 - share; the group's last row if it never does.

    With N rows in the group and n left at row i, the share still open after it is (n - 1)/N times n'/(n' - 1)
    for every age n' so far (an age hands its weight on to those after it). Starting as if there were
    no ages, the row moves on until it is far enough; it only ever moves on, so it stops at the first.
    """
    ends = edges[1:]
    left = (ends[np.searchsorted(ends, ages, side="right")] - ages).astype(np.float64)
    passed_on = np.zeros(ages.size + 1)
    np.cumsum(-np.log1p(-1.0 / np.maximum(left, 1.0 + _TOLERANCE)), out=passed_on[1:])
    ages_before = np.searchsorted(ages, edges[:-1])
    target = (1.0 - shares[:, None]) * (kept * (ends - edges[:-1])) * (1.0 + _TOLERANCE)
    row = np.maximum(ends - 1 - target.astype(np.intp), edges[:-1])
    while True:
        ages_so_far = np.searchsorted(ages, row.ravel(), side="right").reshape(row.shape)
        weight = np.exp(passed_on[ages_before] - passed_on[np.maximum(ages_so_far, ages_before)])
        further = ends - 1 - (target * weight).astype(np.intp)
        if (further <= row).all():
            return row
        row = np.maximum(row, further)
