"""Verdicts in plain words: better, worse, practically the same, cannot tell yet.

The rule, with d the difference to the reference, its interval (simultaneous over structures and headline
metrics) and the smallest difference that matters:

- the whole interval within plus or minus the difference that matters: *practically the same*, even if it
  excludes nought;
- otherwise the interval excludes nought: *better* or *worse*; where it still holds differences too small to
  matter the sentence says so;
- otherwise: *cannot tell yet*, with the number of further replications that would tell if the mean stayed.

Where a lead-time percentile is not reached in some future there is no mean. Then the futures are counted in
which one side does better (a percentile not reached is worse than any that is), with an exact sign test.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Literal

import numpy as np

from opmodel.comparison.intervals import LEVEL, estimate, more_replications, sign_test, t_quantile
from opmodel.metrics.catalogue import METRICS, Metric
from opmodel.records import Floats

Kind = Literal["better", "worse", "practically the same", "cannot tell yet"]
UNDER_ASSUMPTIONS = "under these assumptions."


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a study says about one scenario and one headline metric, against the reference."""

    scenario: str
    reference: str
    metric: str
    kind: Kind
    difference: float
    """Mean of scenario minus reference, in the metric's unit; NaN where there is no mean."""
    low: float
    """Lower end of its interval, simultaneous over structures and headline metrics."""
    high: float
    """Upper end."""
    n: int
    """Pairs of runs it rests on."""
    matters: float
    """Smallest difference that matters."""
    more: int | None
    """About how many more replications would tell; None if it is told, or no number would."""
    sentence: str
    """The verdict in plain words."""


def verdict(
    scenario: str, reference: str, metric: str, values: Floats, against: Floats, matters: float,
    *, family: int = 1, widened: float = 1.0,
) -> Verdict:
    """Judge one scenario on one headline metric.

    Args:
        scenario: name of the scenario.
        reference: name of what it is compared with.
        metric: name of the metric.
        values: its values under the scenario, one per replication.
        against: its values under the reference, same replications.
        matters: smallest difference that matters, in the metric's unit.
        family: number of verdicts that are to hold together.
        widened: factor on the interval where the data decided when to stop.
    """
    cases = ~(np.isnan(values) | np.isnan(against))
    values, against = values[cases], against[cases]
    shown, base, what = display_name(scenario), display_name(reference), METRICS[metric]
    if np.isinf(values).any() or np.isinf(against).any():
        return _by_counting(scenario, reference, metric, values, against, matters, family)
    found = estimate((values - against)[:, None])
    mean, n, error = float(found.mean[0]), int(found.n[0]), float(found.error[0])
    half = widened * float(t_quantile(n, family=family)) * error if n > 1 else math.inf
    low, high, more = mean - half, mean + half, None
    kind: Kind
    if n > 1 and abs(mean) + half <= matters:
        kind = "practically the same"
        text = (
            f"{shown} is practically the same as {base} in {what.label}: the difference, "
            f"{_range(low, high, what)}, is within the {threshold(matters, what)} that matters"
        )
    elif n > 1 and abs(mean) > half:
        kind = "better" if (mean > 0) == (what.better == "higher") else "worse"
        near, far = sorted((abs(low), abs(high)))
        text = (
            f"{shown} {_phrase(what, mean > 0).format(number(abs(mean), min(half, near), what.unit))} {base}, "
            f"95 % interval {_range(near, far, what, finest=near)}"
        )
        if near < matters:
            text += f" (perhaps by less than the {threshold(matters, what)} that matters)"
    else:
        kind = "cannot tell yet"
        text = f"{shown} against {base} in {what.label}: cannot tell yet"
        if n > 1:
            target = max(abs(mean), matters - abs(mean))
            more = more_replications(n, error, target, family=family, widened=widened)
            text += f" (difference {_range(low, high, what)})"
            text += f"; about {more} more replications would tell" if more else "; more replications would not tell"
        else:
            text += "; it takes at least two replications in which there is something to measure"
    return Verdict(scenario, reference, metric, kind, mean, low, high, n, matters, more, f"{text}, {UNDER_ASSUMPTIONS}")


def _by_counting(
    scenario: str, reference: str, metric: str, values: Floats, against: Floats, matters: float, family: int
) -> Verdict:
    what, n = METRICS[metric], len(values)
    shown, base = display_name(scenario), display_name(reference)
    low, high = int((values < against).sum()), int((values > against).sum())
    wins, losses = (low, high) if what.better == "lower" else (high, low)
    chance = sign_test(wins, losses)
    missed, base_missed = int(np.isinf(values).sum()), int(np.isinf(against).sum())
    beside = f"not reached in {missed} of {n} simulated futures ({base}: {base_missed})"
    kind: Kind
    if chance * family < 1.0 - LEVEL:
        kind = "better" if wins > losses else "worse"
        count = max(wins, losses)
        text = f"{shown} is {kind} than {base} in {what.label} in {count} of {n} simulated futures; it is {beside}"
    else:
        kind = "cannot tell yet"
        text = f"{shown} against {base} in {what.label}: cannot tell; it is {beside}, so a longer horizon is needed"
    nan = math.nan
    return Verdict(scenario, reference, metric, kind, nan, nan, nan, n, matters, None, f"{text}, {UNDER_ASSUMPTIONS}")


def display_name(scenario: str) -> str:
    """A scenario's name as sentences use it: hub_and_spoke is hub-and-spoke."""
    return scenario.replace("_", "-")


def _phrase(what: Metric, more: bool) -> str:
    if what.says is not None:
        return what.says[0 if more else 1]
    return f"has {{}} {what.unit} {'more' if more else 'less'} {what.label} than"


def number(value: float, half: float, unit: str) -> str:
    """A value with as many decimals as its half width can bear; shares in points."""
    if unit == "share":
        value, half = 100.0 * value, 100.0 * half
    scale = half if half > 0.0 and math.isfinite(half) else abs(value) / 10.0
    decimals = 0 if scale <= 0.0 else min(4, max(0, -math.floor(math.log10(scale))))
    text = f"{value:,.{decimals}f}"
    return text.removeprefix("-") if float(text.replace(",", "")) == 0.0 else text


def threshold(matters: float, what: Metric) -> str:
    """The smallest difference that matters, as stated."""
    if what.unit == "GBP":
        return f"£{matters:g}"
    stated, unit = (100 * matters, "points") if what.unit == "share" else (matters, what.unit)
    return f"{stated:g} " + (re.sub(r"(request|day|point)s\b", r"\1", unit) if stated == 1 else unit)


def _range(low: float, high: float, what: Metric, finest: float = math.inf) -> str:
    """Both ends of an interval, with decimals enough to show ``finest`` as more than nought."""
    half = min((high - low) / 2.0, finest)
    ends = [number(end, half, what.unit) for end in (low, high)]
    if what.unit == "GBP":
        ends = [f"-£{end[1:]}" if end.startswith("-") else f"£{end}" for end in ends]
    return " to ".join(ends) + (" points" if what.unit == "share" else "")
