"""Which assumptions change the winner, and at which value: read off the sets that were simulated anyway."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module

import numpy as np
import numpy.typing as npt

from opmodel.records import Floats

#: Chance at which a parameter's influence still counts as chance, over all parameters together.
CHANCE = 0.05
#: Sets needed on either side for a parameter to be judged.
FEWEST = 5


@dataclass(frozen=True, slots=True)
class Switch:
    """One parameter that goes with a change of winner."""

    metric: str
    parameter: str
    """Dotted path."""
    base: float
    """Its value in the scenario, in working days, pounds, a share or a number."""
    distance: float
    """Kolmogorov-Smirnov distance (0 to 1) between its values in sets with the usual and with another winner."""
    chance: float
    """Chance of such a distance without influence, for the most distant of all parameters (Bonferroni)."""
    value: float
    """Estimated switching value: the threshold that best tells the two kinds of set apart."""
    above: bool
    """Whether another winner goes with values above it."""
    winner: str
    """The most frequent other winner on that side."""
    correct: float
    """Share of both kinds of set that the threshold alone classifies correctly (0.5 is no better than guessing)."""


def switches(
    metric: str, paths: Sequence[str], base: Floats, values: Floats, winner: npt.NDArray[np.intp], usual: int,
    names: Sequence[str], most_chance: float = CHANCE,
) -> list[Switch]:
    """Parameters that most often change the winner of a metric, the most influential first.

    A threshold on one parameter is an estimate: the others vary too. Its quality is the share of sets it
    classifies correctly, the mean of both kinds.

    Args:
        metric: name of the metric.
        paths: parameters.
        base: their base values, (parameters,).
        values: their values, (sets, parameters); NaN where a set does not have one.
        winner: number of the best structure in each set, -1 where none is.
        usual: number of the one that is best most often.
        names: names of the structures.
        most_chance: chance up to which an influence is still reported.

    Returns:
        Those whose influence is beyond chance.
    """
    decided = winner >= 0
    other = (winner != usual)[decided]
    if min(other.sum(), (~other).sum()) < FEWEST:
        return []
    values = values[decided]
    found = []
    for column, path in enumerate(paths):
        x = values[:, column]
        if np.isnan(x).any() or x.min() == x.max():
            continue
        order = np.argsort(x, kind="stable")
        x, flag = x[order], other[order]
        gap = np.cumsum(flag) / flag.sum() - np.cumsum(~flag) / (~flag).sum()
        gap = np.where(np.append(x[1:] > x[:-1], False), gap, 0.0)
        at = int(np.argmax(np.abs(gap)))
        distance = float(abs(gap[at]))
        chance = min(1.0, len(paths) * _chance(distance, int(flag.sum()), int((~flag).sum())))
        if chance > most_chance:
            continue
        above = bool(gap[at] < 0.0)
        side = values[:, column] > x[at] if above else values[:, column] <= x[at]
        others = winner[decided][side & other]
        found.append(Switch(
            metric, path, float(base[column]), distance, chance, float((x[at] + x[at + 1]) / 2.0), above,
            names[int(np.bincount(others).argmax())], (1.0 + distance) / 2.0,
        ))
    return sorted(found, key=lambda s: -s.distance)


def _chance(distance: float, one: int, two: int) -> float:
    """Chance of a two-sample Kolmogorov-Smirnov distance at least so large (asymptotic, Stephens, 1970)."""
    size = (one * two / (one + two)) ** 0.5
    return float(import_module("scipy.special").kolmogorov((size + 0.12 + 0.11 / size) * distance))
