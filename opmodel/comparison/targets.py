"""Whether what the organisation wants is reached: over the whole study, and by each milestone.

Two questions, answered apart. *On average*: on which side of what is wanted the mean lies, judged by its interval. *How
likely*: in what share of the simulated futures it is met. A target can be met on average and missed in many futures.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from opmodel.comparison.intervals import estimate, half_width, share_interval
from opmodel.metrics.catalogue import METRICS
from opmodel.metrics.targets import Wanted, month_of, wanted_of, weeks_of
from opmodel.records import Floats
from opmodel.wording import listed

if TYPE_CHECKING:
    from opmodel.comparison.study import Comparison

#: What stands for all targets of a scenario together.
ALL = "all"
#: Share of futures without anything to measure from which a study warns.
MOSTLY = 0.5
#: How targets read by a milestone are taken, for whoever shows them.
BY_MILESTONE = (
    "Share of simulated futures, each with its own 95 % interval; 'all targets' counts the futures that meet every one "
    "at once. {}"
)


def targets(found: Comparison) -> pd.DataFrame:
    """One row per scenario and target it states: met, not met or uncertain.

    Rates and lead times are those of the whole study, backlogs those of its end. Judged by the mean's 95 % interval,
    all rows holding together: met if the whole of it is on the wanted side, not met if none of it, uncertain
    otherwise; ``met_in`` of ``n`` simulated futures (in which there was anything to measure) reach the target. A figure
    that no future reaches misses its target; one that only some reach is uncertain.

    Returns:
        scenario, target, metric, group, label, wanted, amount (what is wanted in words), mean, low, high, met_in, n,
        state.
    """
    stated = [(name, one) for name, scenario in found.scenarios.items() for one in wanted_of(scenario)]
    rows = []
    for name, one in stated:
        values = found.gathered.column(name, one.metric, one.group)
        judged = _judged(values, one, len(stated), found.widened)
        met = int((one.met(values) & ~np.isnan(values)).sum())
        rows.append((
            name, one.name, one.metric, one.group, one.label, one.value, one.amount, judged.mean, judged.low,
            judged.high, met, judged.n, judged.state,
        ))
    columns = ["scenario", "target", "metric", "group", "label", "wanted", "amount", "mean", "low", "high", "met_in",
               "n", "state"]
    return pd.DataFrame(rows, columns=columns)


def chances(found: Comparison) -> pd.DataFrame:
    """The chance of meeting the targets by each milestone: a row per scenario, week and target, and one for all.

    By a milestone rates and lead times are those of the weeks just before it (``targets.over_weeks``), backlogs those
    of the day; a steady state is read once, over its whole window. Each future counts, also those in which there was
    nothing to measure: they missed nothing. ``state`` is about the mean, judged as in :func:`targets` with all rows
    holding together; for all targets together it is that of the worst.

    Returns:
        scenario, week, month, target (``all`` for all together), words, wanted, mean, low, high, met_in, n, chance,
        chance_low, chance_high (Wilson 95 %), state. For all together nothing is wanted and there is no mean; a steady
        state has no month.
    """
    rows = []
    attained = {name: found.gathered.attained(name) for name in found.scenarios}
    known = {name: values for name, values in attained.items() if values.size}
    family = sum(values.shape[1] * values.shape[2] for values in known.values())
    for name, values in known.items():
        scenario = found.scenarios[name]
        wanted = wanted_of(scenario)
        met = np.stack([one.met(values[:, t]) for t, one in enumerate(wanted)], axis=1)
        for k, week in enumerate(weeks_of(scenario)):
            at = (name, week, month_of(week) if scenario.study.kind == "transition" else np.nan)
            each = [_judged(values[:, t, k], one, family, found.widened) for t, one in enumerate(wanted)]
            rows.append((
                *at, ALL, "all targets", np.nan, np.nan, np.nan, np.nan, *_share(np.all(met[:, :, k], axis=1)),
                _worst([one.state for one in each]),
            ))
            rows += [
                (*at, one.name, one.words, one.value, judged.mean, judged.low, judged.high, *_share(met[:, t, k]),
                 judged.state)
                for t, (one, judged) in enumerate(zip(wanted, each, strict=True))
            ]
    columns = ["scenario", "week", "month", "target", "words", "wanted", "mean", "low", "high", "met_in", "n", "chance",
               "chance_low", "chance_high", "state"]
    return pd.DataFrame(rows, columns=columns)


def telling(chances: pd.DataFrame) -> pd.DataFrame:
    """The rows of :func:`chances` that a reader needs: where there is one target, all together is the same."""
    single = chances.groupby(["scenario", "week"])["target"].transform("size") == 2  # the one, and all together
    return chances[~(single & (chances["target"] == ALL))]


def how_read(found: Comparison) -> str:
    """Over which weeks targets by a milestone are read, in a sentence or two."""
    over = {s.targets.over_weeks for s in found.scenarios.values() if s.study.kind == "transition" and wanted_of(s)}
    weeks = " or ".join(map(str, sorted(over)))
    return BY_MILESTONE.format(
        f"By a milestone, rates and lead times are those of the {weeks} weeks before it, backlogs those of the day."
        if over else "Read over the whole study after its warm-up, backlogs at its end."
    )


def unmeasured(found: Comparison) -> list[str]:
    """Targets that count as met in most futures because there was nothing to measure."""
    from opmodel.comparison.verdicts import display_name

    said = []
    for name, scenario in found.scenarios.items():
        values = found.gathered.attained(name)
        for t, one in enumerate(wanted_of(scenario) if values.size else ()):
            nothing = np.isnan(values[:, t]).mean(axis=0) > MOSTLY
            if nothing.any():
                weeks = [str(week) for week, none in zip(weeks_of(scenario), nothing, strict=True) if none]
                said.append(
                    f"{display_name(name)}: '{one.words}' had nothing to measure by week {listed(weeks)} in most "
                    "futures; where nothing falls due nothing is missed, so it counts as met."
                )
    return said


class _Judged(NamedTuple):
    """A mean with its interval, and on which side of what is wanted it lies."""

    mean: float
    low: float
    high: float
    n: int
    state: str


def _judged(values: Floats, wanted: Wanted, family: int, widened: float) -> _Judged:
    means = estimate(values[:, None])
    half = float(half_width(means, family=family, widened=widened)[0])
    mean, n = float(means.mean[0]), int(means.n[0])
    margin = (mean - wanted.value) if wanted.higher else (wanted.value - mean)
    if means.unreached[0]:
        state = "not met" if means.unreached[0] == n else "uncertain"
    elif n > 1 and margin - half >= 0.0:
        state = "met"
    elif n > 1 and margin + half < 0.0:
        state = "not met"
    else:
        state = "uncertain"
    low, high = METRICS[wanted.metric].bounded(mean - half, mean + half) if np.isfinite(half) else (np.nan, np.nan)
    return _Judged(mean, low, high, n, state)


def _worst(states: list[str]) -> str:
    return next(state for state in ("not met", "uncertain", "met") if state in states)


def _share(met: npt.NDArray[np.bool_] | np.bool_) -> tuple[int, int, float, float, float]:
    """How many of how many futures, their share and its interval."""
    count, n = int(met.sum()), int(met.size)
    return count, n, *share_interval(count, n)
