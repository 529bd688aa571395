"""How many replications are enough, without spoiling the intervals by looking at them too often.

Stopping as soon as an interval excludes nought makes it cover the truth in 80 to 90 % of studies instead of
95 %: the study stops when the mean happens to be far out. So the means are looked at three times at most, and
between the looks only widths count, which say nothing about where the mean is:

1. After 20 replications: enough if every verdict would stand at a fiftieth of the usual error.
2. Otherwise each comparison gets a target width, at which a verdict is to be expected from the first 20;
   batches of ten follow until all are as narrow. Enough if every verdict stands at 0.3 of the usual error.
3. Otherwise batches follow until the intervals of the open ones are narrower than the difference that
   matters: then every verdict can be told, whatever the mean. Or until the cap.

What remains is made up for by widening the intervals by 5 %. ``tests/test_intervals.py`` measures the coverage:
93 to 97 % over effects, differences that matter and mildly skewed figures.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from opmodel.comparison.intervals import LEVEL, WIDENED, Estimate, t_quantile
from opmodel.records import Floats, Ints

FIRST = 20
#: Share of the usual error at which verdicts must stand at the first and the second look.
STRICT, PLANNED = 0.02, 0.3
#: Share of the expected target width that is aimed at, as a reserve.
RESERVE = 0.8


def told(mean: Floats, half: Floats, matters: Floats) -> npt.NDArray[np.bool_]:
    """Whether a difference is told apart from nought, or known to be too small to matter."""
    with np.errstate(invalid="ignore"):
        verdict: npt.NDArray[np.bool_] = (np.abs(mean) > half) | (np.abs(mean) + half <= matters)
    return verdict


@dataclass
class Stopping:
    """The rule for one study; ask it after every whole batch."""

    matters: Floats
    """Smallest difference that matters of each comparison."""
    _target: Floats | None = field(default=None, init=False)
    _last: bool = field(default=False, init=False)

    def enough(self, found: Estimate) -> bool:
        """Whether the study may stop now.

        Args:
            found: mean differences of all comparisons so far; those without a mean are passed over.
        """
        judged = ~np.isnan(found.mean) & (found.n > 1)
        if not judged.any():
            return True
        family = int(judged.sum())
        n, mean, error, matters = found.n[judged], found.mean[judged], found.error[judged], self.matters[judged]
        half = WIDENED * t_quantile(n, family=family) * error
        if self._target is None:
            if told(mean, _strict(n, error, family, STRICT), matters).all():
                return True
            self._target = np.full(judged.size, np.inf)
            self._target[judged] = RESERVE * np.maximum(np.abs(mean), matters - np.abs(mean))
            return False
        if (half > self._target[judged]).any():
            return False
        if self._last:
            return True
        open_ones = ~told(mean, _strict(n, error, family, PLANNED), matters)
        if not open_ones.any():
            return True
        self._last = True
        self._target = np.full(judged.size, np.inf)
        self._target[np.flatnonzero(judged)[open_ones]] = matters[open_ones] / 2.0
        return False


def _strict(n: Ints, error: Floats, family: int, share: float) -> Floats:
    half: Floats = t_quantile(n, level=1.0 - (1.0 - LEVEL) * share, family=family) * error
    return half


def precise_enough(found: Estimate, matters: Floats) -> bool:
    """For a single scenario: whether every headline mean is known to within the difference that matters."""
    judged = ~np.isnan(found.mean) & (found.n > 1)
    half = WIDENED * t_quantile(found.n[judged]) * found.error[judged]
    return bool((half <= matters[judged]).all())
