"""A comparison's results as tidy tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from opmodel.comparison.intervals import LEVEL, estimate, half_width, paired, wilson
from opmodel.metrics.breakdowns import NOBODY
from opmodel.metrics.catalogue import METRICS
from opmodel.metrics.weekly import SERIES
from opmodel.records import Floats
from opmodel.scenario.demand import LEVELS

if TYPE_CHECKING:
    from opmodel.comparison.study import Comparison

#: Resamples of the replications for "most likely best on average".
RESAMPLES = 2000


def frame(found: Comparison) -> pd.DataFrame:
    """One row per scenario, replication, group and metric; note says where a value is missing why."""
    parts = []
    for name in found.scenarios:
        figures, keys = found.gathered.figures(name), found.gathered.keys(name)
        n, k = figures.shape
        values = figures.ravel()
        parts.append(pd.DataFrame({
            "scenario": name,
            "replication": np.repeat(np.arange(n), k),
            "group": [group for group, _ in keys] * n,
            "metric": [metric for _, metric in keys] * n,
            "value": np.where(np.isfinite(values), values, np.nan),
            "note": np.select([np.isinf(values), np.isnan(values)], ["not reached", "no cases"], ""),
        }))
    return pd.concat(parts, ignore_index=True)


def summary(found: Comparison) -> pd.DataFrame:
    """One row per scenario, group and metric.

    ``low`` and ``high`` bound the 95 % interval of the mean on its own; ``joint_low`` and ``joint_high`` (of
    headline metrics, whole window) hold together over all scenarios and headline metrics. ``not_reached``
    counts the replications without a finite value; then there is no mean. No end lies beyond what a figure can be.
    """
    family = max(1, len(found.scenarios) * len(found.headline))
    parts = [
        _rows(found, found.gathered.figures(name), found.gathered.keys(name), family, scenario=name)
        for name in found.scenarios
    ]
    table = pd.concat(parts, ignore_index=True)
    bounds = [METRICS[metric].bounds if metric in METRICS else (-np.inf, np.inf) for metric in table["metric"]]
    least, most = np.array(bounds).T
    for end in ("low", "high", "joint_low", "joint_high"):
        table[end] = np.clip(table[end].to_numpy(float), least, most)
    return table


def differences(found: Comparison) -> pd.DataFrame:
    """One row per scenario other than the reference, group and metric that both have: scenario minus reference.

    Columns as in :func:`summary`; the joint intervals are those of the verdicts.
    """
    keys = found.gathered.keys(found.reference)
    place = {key: i for i, key in enumerate(keys)}
    against = found.gathered.figures(found.reference)
    parts = []
    for name in found.others:
        shared = [(i, place[key]) for i, key in enumerate(found.gathered.keys(name)) if key in place]
        mine, its = (np.array(side, np.intp) for side in zip(*shared, strict=True))
        values = paired(found.gathered.figures(name)[:, mine], against[:, its])
        kept = [keys[i] for i in its]
        parts.append(_rows(found, values, kept, found.family, scenario=name, reference=found.reference))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def _rows(found: Comparison, values: Floats, keys: tuple[tuple[str, str], ...] | list[tuple[str, str]],
          family: int, **names: str) -> pd.DataFrame:
    means = estimate(values)
    own = half_width(means, widened=found.widened)
    headline = set(found.headline)
    judged = np.array([group == "all" and metric in headline for group, metric in keys])
    joint = np.where(judged, half_width(means, family=family, widened=found.widened), np.nan)
    own, joint = (np.where(np.isfinite(half), half, np.nan) for half in (own, joint))
    return pd.DataFrame({
        **names,
        "group": [group for group, _ in keys],
        "metric": [metric for _, metric in keys],
        "unit": [METRICS[metric].unit if metric in METRICS else "" for _, metric in keys],
        "mean": means.mean,
        "low": means.mean - own,
        "high": means.mean + own,
        "joint_low": means.mean - joint,
        "joint_high": means.mean + joint,
        "n": means.n,
        "not_reached": means.unreached,
    })


def best(found: Comparison) -> pd.DataFrame:
    """Two separate figures per headline metric and scenario.

    ``likely_best`` is how often the scenario has the best mean when the replications are drawn again with
    replacement (the same draws for all): how likely it is best *on average*. ``best_in`` of ``n`` simulated
    futures it is strictly the best, ``tied_in`` it shares that; ``low`` and ``high`` bound the share of futures
    (Wilson). A structure can be best on average without being best in most futures, and the other way round.
    """
    names = list(found.scenarios)
    rng = np.random.Generator(np.random.Philox(key=0))
    rows = []
    for metric in found.headline:
        values = np.stack([found.gathered.column(name, metric) for name in names], axis=1)
        values = values[~np.isnan(values).any(axis=1)]
        n = len(values)
        if n == 0:
            continue
        cost = -values if METRICS[metric].better == "higher" else values
        least = cost == cost.min(axis=1, keepdims=True)
        reached = np.isfinite(cost)
        least &= reached
        alone = least.sum(axis=1) == 1
        weights = rng.multinomial(n, np.full(n, 1.0 / n), RESAMPLES).astype(float)
        means = weights @ np.where(reached, cost, 0.0) / n
        means[weights @ ~reached > 0.0] = np.inf
        lowest = (means == means.min(axis=1, keepdims=True)) & np.isfinite(means)
        with np.errstate(divide="ignore", invalid="ignore"):
            likely = np.nan_to_num(lowest / lowest.sum(axis=1, keepdims=True)).mean(axis=0)
        for i, name in enumerate(names):
            wins = int((least[:, i] & alone).sum())
            low, high = wilson(wins, n, level=LEVEL)
            rows.append((metric, name, likely[i], wins, int((least[:, i] & ~alone).sum()), n, low, high))
    return pd.DataFrame(
        rows, columns=["metric", "scenario", "likely_best", "best_in", "tied_in", "n", "low", "high"]
    )


def best_sentences(found: Comparison) -> list[str]:
    """The two figures in words, one pair per headline metric."""
    from opmodel.comparison.verdicts import UNDER_ASSUMPTIONS, display_name

    said = []
    table = best(found)
    for metric, rows in table.groupby("metric", sort=False):
        label = METRICS[str(metric)].label
        top = rows.iloc[int(rows["likely_best"].to_numpy().argmax())]
        most = rows.iloc[int(rows["best_in"].to_numpy().argmax())]
        if top["likely_best"] > 0.0:
            said.append(
                f"{label}: most likely best on average is {display_name(top['scenario'])} "
                f"({100 * top['likely_best']:.0f} %); {display_name(most['scenario'])} is best in {most['best_in']} "
                f"of {most['n']} simulated futures, {UNDER_ASSUMPTIONS}"
            )
    return said


def series(found: Comparison) -> pd.DataFrame:
    """One row per scenario, series and week (1 is the first): mean with its 95 % interval, week by week.

    No end lies beyond what a figure can be.
    """
    parts = []
    for name in found.scenarios:
        courses = found.gathered.courses[name]
        for key, course in ((key, courses[key]) for key in SERIES if key in courses):
            mean, low, high = course.band()
            most = 1.0 if SERIES[key][1] == "share" else np.inf
            parts.append(pd.DataFrame({
                "scenario": name, "series": key, "week": np.arange(1, len(mean) + 1), "mean": mean,
                "low": np.clip(low, 0.0, most), "high": np.clip(high, 0.0, most), "n": course.n.astype(int),
            }))
    return pd.concat(parts, ignore_index=True)


def within(found: Comparison) -> pd.DataFrame:
    """One row per scenario, duty and day: share of requests delivered within so many working days, with interval."""
    parts = []
    for name in found.scenarios:
        for duty in ("statutory", "discretionary"):
            course = found.gathered.courses[name][f"within_{duty}"]
            mean, low, high = course.band()
            parts.append(pd.DataFrame({
                "scenario": name, "duty": duty, "day": np.arange(len(mean)), "mean": mean,
                "low": np.clip(low, 0.0, 1.0), "high": np.clip(high, 0.0, 1.0), "n": course.n.astype(int),
            }))
    return pd.concat(parts, ignore_index=True)


def waits(found: Comparison, by: str) -> pd.DataFrame:
    """One row per scenario, team and member of ``by``: tasks that on average stand waiting there, with interval.

    Args:
        found: the comparison.
        by: ``directorate`` (who asks) or ``skill`` (what is asked for).

    Returns:
        scenario, row, team (:data:`opmodel.metrics.NOBODY` where nobody on the route has the skill), mean, low,
        high, n.
    """
    parts = []
    for name in found.scenarios:
        layout, course = found.gathered.layouts[name], found.gathered.courses[name][f"waits_{by}"]
        rows = {"directorate": layout.directorates, "skill": layout.skills}[by]
        teams = (NOBODY, *layout.teams)
        mean, low, high = course.band()
        parts.append(pd.DataFrame({
            "scenario": name, "row": np.repeat(rows, len(teams)), "team": list(teams) * len(rows), "mean": mean,
            "low": np.maximum(low, 0.0), "high": high, "n": course.n.astype(int),
        }))
    return pd.concat(parts, ignore_index=True)


def shortages(found: Comparison, across: str) -> pd.DataFrame:
    """The skills gap of each scenario by skill and team or least level, in two of its readings.

    ``static``: FTE short, on expected demand, so without an interval; of the team that serves the directorate first.
    ``dynamic``: tasks that on average stand waiting.

    Args:
        found: the comparison.
        across: ``team`` or ``level``.

    Returns:
        scenario, reading, row (skill), team (or level: the column's name is what charts of waiting use), mean, low,
        high, n.
    """
    columns = ["scenario", "row", "team", "mean", "low", "high", "n"]
    parts = [waits(found, "skill") if across == "team" else _by_level(found)]
    parts[0]["reading"] = "dynamic"
    rows = [
        (name, skill, member, fte, np.nan, np.nan, 1)
        for name, gaps in found.static_parts.items() for (member, skill), fte in gaps.get(across, {}).items()
    ]
    parts.append(pd.DataFrame(rows, columns=columns).assign(reading="static"))
    return pd.concat([part for part in parts if len(part)], ignore_index=True)


def _by_level(found: Comparison) -> pd.DataFrame:
    """Tasks waiting by skill and least level."""
    parts = []
    for name in found.scenarios:
        skills, course = found.gathered.layouts[name].skills, found.gathered.courses[name]["waits_level"]
        mean, low, high = course.band()
        parts.append(pd.DataFrame({
            "scenario": name, "row": np.repeat(skills, len(LEVELS)), "team": list(LEVELS) * len(skills), "mean": mean,
            "low": np.maximum(low, 0.0), "high": high, "n": course.n.astype(int),
        }))
    return pd.concat(parts, ignore_index=True)
