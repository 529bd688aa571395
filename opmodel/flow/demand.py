"""Requests drawn before a run: who raises what when, what it takes, what would become of it.

Drawn for every *candidate* request, needed or not; a run only chooses among what is drawn. So
requests and efforts are the same under every structure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from opmodel.flow.draws import (
    ACCEPT,
    AGE,
    ARRIVAL,
    CLARIFY,
    DEFERRALS,
    DELEGATED,
    EFFORT,
    EXPEDITE,
    FOUND,
    GATE,
    OPENING,
    PATIENCE,
    REDO,
    REDO_STEP,
    SECOND,
    SECOND_WHICH,
    SHADOW,
    SHADOW_DELAY,
    SIMILAR,
    SIMILAR_WHICH,
    WAIT,
    name_key,
    poisson,
    uniforms,
    weekly_counts,
    world_key,
)
from opmodel.flow.state import ASK, blank
from opmodel.flow.tables import Demand

if TYPE_CHECKING:
    from opmodel.flow.asks import Asks

Floats = npt.NDArray[np.float64]
Keys = npt.NDArray[np.uint64]


def quantiles(kind: str, mean: float, cv: float, u: Floats) -> Floats:
    """Values of a duration distribution at uniforms ``u``."""
    if kind == "fixed" or mean == 0.0:
        return np.full(u.size, mean)
    if kind == "exponential":
        return -mean * np.log(u)
    from scipy import special

    if kind == "lognormal":
        s2 = np.log1p(cv * cv)
        return np.asarray(mean * np.exp(np.sqrt(s2) * special.ndtri(u) - s2 / 2))
    shape = 1.0 / (cv * cv)
    return np.asarray(special.gammaincinv(shape, u) * (mean / shape))


def sample_demand(asks: Asks, seed: int, replication: int) -> Demand:
    """Draw one replication's requests, the same for every structure.

    Args:
        asks: who asks for what at which rate, and what is drawn for it.
        seed: root of all draws.
        replication: number of the replication.
    """
    with np.errstate(over="ignore"):
        return _sample(asks, world_key(seed, replication))


def _sample(asks: Asks, world: np.uint64) -> Demand:
    stream, time, raised, ordinal = _candidates(asks, world)
    n = stream.size
    keys, ordinals = asks.keys[stream], ordinal.astype(np.uint64)

    def draw(which: int) -> Floats:
        return uniforms(world, which, keys, ordinals)

    ask = blank(ASK, n)
    kind = asks.kind[stream]
    ask["type"] = kind
    ask["directorate"] = asks.directorate[stream]
    ask["arrival"] = time
    ask["raised"] = raised
    ask["origin"] = asks.origin[stream]
    ask["service"] = asks.service[kind]
    ask["value"] = asks.value[kind]
    ask["accept"] = np.where(asks.reacts[stream] & (raised >= 0.0), draw(ACCEPT), -1.0)  # open ones were raised
    if asks.expedite.any():
        ask["service"][draw(EXPEDITE) < asks.expedite[kind]] = 0
    ask["second"] = -1
    if asks.cross_share > 0.0:
        crossed = (draw(SECOND) < asks.cross_share) & (ask["origin"] == 0)
        ask["second"] = np.where(crossed, _other_directorate(asks, ask["directorate"], draw(SECOND_WHICH)), -1)
    ask["gate"] = draw(GATE) if asks.gated else 1.0
    ask["delegated"] = draw(DELEGATED) if asks.gated else 1.0
    if asks.gated and asks.deferral > 0.0:
        ask["deferrals"] = np.floor(np.log(draw(DEFERRALS)) / np.log(asks.deferral)).astype(np.int32)
    ask["found"] = 2.0
    if asks.similar > 0.0:
        exists = (draw(SIMILAR) < asks.similar) & (ask["origin"] != 1)
        ask["found"] = np.where(exists, draw(FOUND), 2.0)
        ask["similar"] = np.searchsorted(asks.directorate_cdf, draw(SIMILAR_WHICH))
    ask["clarify"] = draw(CLARIFY) if asks.clarified else 1.0
    ask["wait"] = quantiles(*asks.wait, draw(WAIT)) if asks.clarified else 0.0
    ask["patience"] = np.inf
    for t, patience in asks.patience.items():
        of_type = np.flatnonzero((kind == t) & (ask["origin"] != 1))
        u = uniforms(world, PATIENCE, keys[of_type], ordinals[of_type])
        ask["patience"][of_type] = quantiles(*patience, u)
    ask["due"] = asks.due_times(kind, raised)
    ask["shadow"] = -1
    shadowed = np.flatnonzero(ask["origin"] == 2)
    if shadowed.size:  # each shadow row follows the candidate whose unserved work it would be
        ask["due"][shadowed] = asks.due_offset[kind[shadowed]]
    steps = asks.steps[kind]
    ask["effort"] = np.concatenate(([0], np.cumsum(steps)[:-1])) if n else 0
    effort = _efforts(asks, world, kind, stream, keys, ordinals, steps)
    redo = np.ones((n, asks.passes))
    redo_step = np.zeros((n, asks.passes), np.int8)
    for k in range(asks.passes):
        redo[:, k] = draw(REDO + k)
        redo_step[:, k] = (draw(REDO_STEP + k) * steps).astype(np.int8)
    demand = Demand(ask=ask, effort=effort, redo=redo, redo_step=redo_step)
    return _with_shadows(asks, world, demand, keys, ordinals) if asks.shadow_type >= 0 else demand


def _candidates(asks: Asks, world: np.uint64) -> tuple[Any, Floats, Floats, Any]:
    """Stream, arrival, raising time and ordinal of every candidate, by arrival."""
    if asks.trace is not None:
        stream, time = asks.trace
        order = np.lexsort((stream, time))
        stream, time = stream[order], time[order]
        return stream, time, time.copy(), _ordinals(stream)
    weeks = asks.mean.shape[1]
    drawn = np.zeros(asks.mean.shape)
    weekly_counts(world, asks.keys, asks.common_keys, asks.mean, asks.ceiling, asks.dispersion, asks.level,
                  asks.common, drawn)
    count = drawn.astype(np.int64)
    stream = np.repeat(np.arange(asks.keys.size), count.sum(1))
    week = np.repeat(np.tile(np.arange(weeks), asks.keys.size), count.ravel())
    ordinal = _ordinals(stream)
    u = uniforms(world, ARRIVAL, asks.keys[stream], ordinal.astype(np.uint64))
    even = asks.dispersion[stream] == 0.0
    if even.any():  # fixed counts come at even distances
        place = _ordinals(stream * weeks + week)
        u = np.where(even, (place + 0.5) / count[stream, week], u)
    at_once = asks.origin[stream] == 1
    time = 5.0 * (week + np.where(at_once, 0.0, u))
    raised = time.copy()
    if asks.opening.any():
        extra = np.zeros(asks.keys.size, np.int64)
        for k in range(asks.keys.size):
            extra[k] = poisson(world, np.uint64(OPENING), asks.keys[k], np.uint64(0), asks.opening[k])
        early = np.repeat(np.arange(asks.keys.size), extra)
        nth = _ordinals(early) + (1 << 40)  # apart from the ordinals of later candidates
        age = uniforms(world, AGE, asks.keys[early], nth.astype(np.uint64)) * asks.opening_age[early]
        stream = np.concatenate((early, stream))
        ordinal = np.concatenate((nth, ordinal))
        time = np.concatenate((np.zeros(early.size), time))
        raised = np.concatenate((-age, raised))
    order = np.lexsort((raised, time))
    return stream[order], np.asarray(time[order]), np.asarray(raised[order]), ordinal[order]


def _ordinals(groups: Any) -> Any:
    """Position of each entry among the entries of its group, in the order given."""
    order = np.argsort(groups, kind="stable")
    sorted_groups = groups[order]
    starts = np.flatnonzero(np.r_[True, sorted_groups[1:] != sorted_groups[:-1]]) if groups.size else np.zeros(0, int)
    sizes = np.diff(np.r_[starts, groups.size])
    out = np.empty(groups.size, np.int64)
    out[order] = np.arange(groups.size) - np.repeat(starts, sizes)
    return out


def _other_directorate(asks: Asks, own: Any, u: Floats) -> Any:
    """Second directorate by share among the others; -1 where there is no other."""
    weights = np.diff(np.r_[0.0, asks.directorate_cdf])
    rest = 1.0 - weights[own]
    start = asks.directorate_cdf[own] - weights[own]
    x = u * rest
    x = np.where(x >= start, x + weights[own], x)
    other = np.minimum(np.searchsorted(asks.directorate_cdf, x, side="right"), weights.size - 1)
    return np.where((rest > 1e-12) & (other != own), other, -1)


def _efforts(asks: Asks, world: np.uint64, kind: Any, stream: Any, keys: Keys, ordinals: Keys, steps: Any) -> Floats:
    """Standard effort of every step of every candidate, in rows' order."""
    begin = np.concatenate(([0], np.cumsum(steps)[:-1])) if kind.size else np.zeros(0, np.int64)
    effort = np.zeros(int(steps.sum()))
    order = np.argsort(kind, kind="stable")
    bounds = np.searchsorted(kind[order], np.arange(asks.steps.size + 1))
    for t, dists in enumerate(asks.effort):
        rows = order[bounds[t] : bounds[t + 1]]
        for s, (name, mean, cv, factor) in enumerate(dists):
            u = uniforms(world, EFFORT + s, keys[rows], ordinals[rows])
            effort[begin[rows] + s] = quantiles(name, mean, cv, u) * factor
    if asks.traced_effort is not None:
        of_row = asks.traced_effort[np.lexsort(asks.trace)]  # type: ignore[arg-type]
        for t, shares in enumerate(asks.shares):
            rows = order[bounds[t] : bounds[t + 1]]
            for s, part in enumerate(shares):
                effort[begin[rows] + s] = of_row[rows] * part * asks.effort[t][s][3]
    return effort


def _with_shadows(asks: Asks, world: np.uint64, demand: Demand, keys: Keys, ordinals: Keys) -> Demand:
    """Add a row for each candidate whose unserved work would come back as a request."""
    ask = demand.ask
    returns = uniforms(world, SHADOW, keys, ordinals) < asks.shadow_share
    parents = np.flatnonzero(returns & (ask["origin"] == 0) & ~asks.statutory[ask["type"]])
    n, extra = ask.size, parents.size
    t = asks.shadow_type
    steps = int(asks.steps[t])
    more = blank(ASK, extra)
    more["arrival"] = more["raised"] = np.inf
    more["due"] = asks.due_offset[t]
    more["patience"] = np.inf
    more["value"] = asks.value[t]
    more["accept"] = -1.0
    more["gate"] = more["delegated"] = more["clarify"] = 1.0
    more["found"] = 2.0
    more["shadow"] = -1
    more["second"] = -1
    more["type"] = t
    more["directorate"] = ask["directorate"][parents]
    more["service"] = asks.service[t]
    more["origin"] = 2
    more["effort"] = demand.effort.size + steps * np.arange(extra)
    ask = np.concatenate((ask, more))
    ask["shadow"][parents] = n + np.arange(extra)
    ask["shadow_delay"][parents] = quantiles(
        "exponential", asks.shadow_delay, 1.0, uniforms(world, SHADOW_DELAY, keys[parents], ordinals[parents])
    )
    shadow_keys = keys[parents] ^ np.uint64(name_key("shadow"))
    effort = np.empty((extra, steps))
    for s, (name, mean, cv, factor) in enumerate(asks.effort[t]):
        effort[:, s] = quantiles(name, mean, cv, uniforms(world, EFFORT + s, shadow_keys, ordinals[parents])) * factor
    redo = np.ones((extra, asks.passes))
    redo_step = np.zeros((extra, asks.passes), np.int8)
    for k in range(asks.passes):
        redo[:, k] = uniforms(world, REDO + k, shadow_keys, ordinals[parents])
        redo_step[:, k] = (uniforms(world, REDO_STEP + k, shadow_keys, ordinals[parents]) * steps).astype(np.int8)
    return Demand(
        ask=ask,
        effort=np.concatenate((demand.effort, effort.ravel())),
        redo=np.concatenate((demand.redo, redo)),
        redo_step=np.concatenate((demand.redo_step, redo_step)),
    )
