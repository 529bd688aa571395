"""An explanation's results as tidy tables: a mean, its 95 % interval and the number of replications in each row."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from opmodel.comparison.intervals import estimate, half_width
from opmodel.explanation.busyness import BAND_NAMES
from opmodel.explanation.causes import CAUSES
from opmodel.explanation.progress import AGE_NAMES, FLOWS, SHARES, moments_of
from opmodel.explanation.queues import periods_of
from opmodel.explanation.traces import DUTIES, Gathered
from opmodel.metrics.window import window_of
from opmodel.records import Floats

#: Days waited in a period below which nothing is a bottleneck.
NOTHING = 0.5
#: Columns of waiting days, and how the same as tasks waiting on average is called.
QUEUE = {"mean": "", "low": "_low", "high": "_high"}


def estimated(values: Floats, *, most: float = np.inf, **columns: Sequence[Any]) -> pd.DataFrame:
    """A row per figure of (replications, figures): the columns given, then mean, low, high, n.

    All figures are counts, days or shares, so no interval reaches below nought. There is none from one
    replication alone.

    Args:
        values: of each replication.
        most: beyond which no figure can be, 1 for shares.
        columns: what else stands in the rows.
    """
    found = estimate(values.reshape(len(values), -1))
    half = half_width(found)
    half = np.where(np.isfinite(half), half, np.nan)
    return pd.DataFrame({
        **columns,
        "mean": found.mean,
        "low": np.maximum(found.mean - half, 0.0),
        "high": np.minimum(found.mean + half, most),
        "n": found.n,
    })


def _crossed(*lists: Sequence[Any]) -> list[list[Any]]:
    return [list(column) for column in zip(*product(*lists), strict=True)]


def times(found: Gathered) -> pd.DataFrame:
    """Working days by cause and the lead time they add up to (cause ``lead``), for each duty."""
    days = found.stacked("days")
    days = np.concatenate((days, days.sum(axis=2, keepdims=True)), axis=2)
    duty, cause = _crossed(DUTIES, (*CAUSES, "lead"))
    table = estimated(days, duty=duty, cause=cause)
    table.insert(2, "label", [CAUSES[c].label if c in CAUSES else "lead time" for c in cause])
    table.insert(3, "kind", [CAUSES[c].kind if c in CAUSES else "all" for c in cause])
    table.insert(4, "meaning", [CAUSES[c].meaning if c in CAUSES else "from raising to delivery" for c in cause])
    return table[table["n"] > 0].reset_index(drop=True)


def left_out(found: Gathered) -> pd.DataFrame:
    """Shares of requests that lead times say nothing of."""
    metric, duty = _crossed(("unfinished", "not_served"), DUTIES)
    table = estimated(found.stacked("left_out"), most=1.0, duty=duty, metric=metric)
    return table[table["n"] > 0].reset_index(drop=True)


def utilisation(found: Gathered) -> pd.DataFrame:
    """Utilisation by group; groups in which nobody was ever on duty are left out."""
    groups = found.about.groups
    table = estimated(
        found.stacked("utilisation"), most=1.0, family=[g.family for g in groups], name=[g.name for g in groups],
        posts=[len(g.seats) for g in groups],
    )
    return table[table["n"] > 0].reset_index(drop=True)


def spread(found: Gathered) -> pd.DataFrame:
    """Posts by band of utilisation, of all posts and of each team of three or more; a team that is all only once."""
    groups = found.about.groups
    at = list({g.seats: k for k, g in enumerate(groups) if g.family in ("all", "team")}.values())
    name, band = _crossed([groups[k].name for k in at], BAND_NAMES)
    posts = [len(groups[k].seats) for k in at for _ in BAND_NAMES]
    return estimated(found.stacked("spread")[:, at], name=name, band=band, posts=posts)


def bottlenecks(found: Gathered) -> pd.DataFrame:
    """Waiting days by period and place, and in how many futures most days piled up there.

    ``queue``, ``queue_low`` and ``queue_high`` say the same as tasks that wait on average.
    """
    waits, places = found.stacked("waits"), found.about.places
    periods = periods_of(window_of(found.scenario))
    period, place = _crossed([f"{first} to {last}" for first, last in periods], places)
    first = waits == waits.max(axis=2, keepdims=True)
    top = (first & (waits > NOTHING)).sum(axis=0).ravel()
    table = estimated(
        waits, period=period, place=[p.label for p in place], team=[p.team for p in place],
        skill=[p.skill for p in place],
    ).assign(top=top)
    days = np.repeat([5.0 * (last - start + 1) for start, last in periods], len(places))
    table = table.assign(**{f"queue{end}": table[name] / days for name, end in QUEUE.items()})
    ever = table.groupby("place")["mean"].transform("max") > 0.0
    return table[ever].reset_index(drop=True)


def ages(found: Gathered) -> pd.DataFrame:
    """Open requests by age at the milestones and the horizon."""
    week, duty, band = _crossed(moments_of(window_of(found.scenario)), DUTIES, AGE_NAMES)
    return estimated(found.stacked("ages"), week=week, duty=duty, band=band)


def flow(found: Gathered) -> pd.DataFrame:
    """Cumulative requests by week, and (``waiting``, ``begun``) those open at the week's end."""
    raised, started, delivered, abandoned = np.moveaxis(found.stacked("flow"), 1, 0)
    lines = np.stack((raised, started, delivered, abandoned, raised - started - abandoned, started - delivered), axis=1)
    series, week = _crossed((*FLOWS, "waiting", "begun"), range(1, raised.shape[1] + 1))
    return estimated(lines, series=series, week=week)


def cycle_times(found: Gathered) -> pd.DataFrame:
    """Single delivered requests of replication 0."""
    scatter = found.traces[0].scatter
    assert scatter is not None
    week, days, duty = scatter
    return pd.DataFrame({"week": week, "days": days, "duty": [DUTIES[int(d)] for d in duty]})


def cycle_percentiles(found: Gathered) -> pd.DataFrame:
    """Percentiles of the cycle times of delivered requests."""
    duty, percentile = _crossed(DUTIES, [f"p{round(100 * share)}" for share in SHARES])
    table = estimated(found.stacked("cycles"), duty=duty, percentile=percentile)
    return table[table["n"] > 0].reset_index(drop=True)
