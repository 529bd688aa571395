"""Requests drawn before a run: who raises what when, what it takes, what would become of it.

Drawn for every *candidate* request, needed or not; a run only chooses among what is drawn. So
requests and efforts are the same under every structure.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from opmodel.flow.draws import (
    ACCEPT,
    AGE,
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
    arrivals,
    in_order,
    name_key,
    poisson,
    step_uniforms,
    uniform_rows,
    uniforms,
    weekly_counts,
    world_key,
)
from opmodel.flow.memory import give_back, lend
from opmodel.flow.state import ASK, Array, filled
from opmodel.flow.tables import Demand

if TYPE_CHECKING:
    from opmodel.flow.asks import Asks, Duration

Floats = npt.NDArray[np.float64]
Keys = npt.NDArray[np.uint64]


def quantiles(kind: str, mean: Floats | float, cv: Floats | float, u: Floats, at: Array | None = None) -> Floats:
    """Values of a kind of duration distribution at uniforms ``u``.

    ``at`` says which of several means and cvs is each value's own; without it there is one of each.
    """

    def own(parameter: Any) -> Any:
        return parameter if at is None else parameter[at]

    if kind == "fixed":
        return np.asarray(own(mean) + np.zeros(u.size))
    if kind == "exponential":
        return np.asarray(-own(mean) * np.log(u))
    from scipy import special

    if kind == "lognormal":
        s2 = np.log1p(np.multiply(cv, cv))
        values = special.ndtri(u)
        values *= own(np.sqrt(s2))
        values -= own(s2 / 2)
        np.exp(values, out=values)
        values *= own(mean)
        return np.asarray(values)
    shape = 1.0 / np.multiply(cv, cv)
    return np.asarray(special.gammaincinv(own(shape), u) * own(mean / shape))


def durations(table: Sequence[Duration], at: Array, u: Floats) -> Floats:
    """Values of the distributions ``table[at]`` at uniforms ``u``."""
    kinds = [kind if mean > 0.0 else "fixed" for kind, mean, _ in table]
    mean, cv = np.array([mean for _, mean, _ in table]), np.array([cv for _, _, cv in table])
    if len(set(kinds)) == 1:
        return quantiles(kinds[0], mean, cv, u, at)
    out = np.empty(u.size)
    for kind in dict.fromkeys(kinds):
        rows = np.flatnonzero(np.array([own == kind for own in kinds])[at])
        with np.errstate(divide="ignore"):  # of other kinds
            out[rows] = quantiles(kind, mean, cv, u[rows], at[rows])
    return out


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
    n, kind, origin = stream.size, asks.kind[stream], asks.origin[stream]
    drawn = _rows(world, _attributes(asks), asks.keys, stream, ordinal)
    parents = np.zeros(0, np.int64)
    if asks.shadow_type >= 0:  # those whose unserved work would come back as a request
        parents = np.flatnonzero((drawn[SHADOW] < asks.shadow_share) & (origin == 0) & ~asks.statutory[kind])
    every = filled(
        ASK, n + parents.size, accept=-1.0, second=-1, gate=1.0, delegated=1.0, found=2.0, clarify=1.0,
        patience=np.inf, shadow=-1,
    )
    ask, back = every[:n], every[n:]
    ask["type"], ask["directorate"], ask["origin"] = kind, asks.directorate[stream], origin
    ask["arrival"], ask["raised"], ask["due"] = time, raised, asks.due_times(kind, raised)
    ask["service"], ask["value"] = asks.service[kind], asks.value[kind]
    _draw_attributes(asks, ask, drawn, stream)
    own = asks.keys ^ np.uint64(name_key("shadow"))
    if parents.size:
        t = asks.shadow_type
        back["arrival"] = back["raised"] = np.inf
        back["type"], back["directorate"], back["origin"] = t, ask["directorate"][parents], 2
        back["due"], back["service"], back["value"] = asks.due_offset[t], asks.service[t], asks.value[t]
        ask["shadow"][parents] = n + np.arange(parents.size)
        ask["shadow_delay"][parents] = quantiles("exponential", asks.shadow_delay, 1.0, drawn[SHADOW_DELAY][parents])
    steps = asks.steps[every["type"]]
    every["effort"] = np.cumsum(steps) - steps
    effort = _efforts(asks, world, asks.keys, stream, ordinal, kind)
    if asks.traced_effort is not None:
        effort = _logged_efforts(asks, kind, steps[:n])
    redo, redo_step = _returns(asks, world, asks.keys, stream, ordinal, steps[:n])
    if parents.size:
        stream, ordinal, kind = stream[parents], ordinal[parents], back["type"]
        again = _returns(asks, world, own, stream, ordinal, steps[n:])
        effort = np.concatenate((effort, _efforts(asks, world, own, stream, ordinal, kind)))
        redo, redo_step = np.concatenate((redo, again[0])), np.concatenate((redo_step, again[1]))
    give_back(*drawn.values())
    return Demand(ask=every, effort=effort, redo=redo, redo_step=redo_step)


def _attributes(asks: Asks) -> list[int]:
    """The streams of draws that some mechanism reads of every candidate."""
    wanted = {
        ACCEPT: bool(asks.reacts.any()),
        EXPEDITE: bool(asks.expedite.any()),
        SECOND: asks.cross_share > 0.0,
        SECOND_WHICH: asks.cross_share > 0.0,
        GATE: asks.gated,
        DELEGATED: asks.gated,
        DEFERRALS: asks.gated and asks.deferral > 0.0,
        SIMILAR: asks.similar > 0.0,
        SIMILAR_WHICH: asks.similar > 0.0,
        FOUND: asks.similar > 0.0,
        CLARIFY: asks.clarified,
        WAIT: asks.clarified,
        PATIENCE: bool(asks.patience),
        SHADOW: asks.shadow_type >= 0,
        SHADOW_DELAY: asks.shadow_type >= 0,
    }
    return [which for which, needed in wanted.items() if needed]


def _draw_attributes(asks: Asks, ask: Array, drawn: dict[int, Floats], stream: Array) -> None:
    """Enter what is drawn of each candidate, apart from its work."""
    kind, origin = asks.kind[stream], asks.origin[stream]
    if asks.reacts.any():
        free = asks.reacts[stream] & (ask["raised"] >= 0.0)  # those open at the start were raised
        ask["accept"] = np.where(free, drawn[ACCEPT], -1.0)
    if asks.expedite.any():
        ask["service"][drawn[EXPEDITE] < asks.expedite[kind]] = 0
    if asks.cross_share > 0.0:
        crossed = (drawn[SECOND] < asks.cross_share) & (origin == 0)
        other = _other_directorate(asks, asks.directorate[stream], drawn[SECOND_WHICH])
        ask["second"] = np.where(crossed, other, -1)
    if asks.gated:
        ask["gate"], ask["delegated"] = drawn[GATE], drawn[DELEGATED]
        if asks.deferral > 0.0:
            ask["deferrals"] = np.floor(np.log(drawn[DEFERRALS]) / np.log(asks.deferral)).astype(np.int32)
    if asks.similar > 0.0:
        ask["found"] = np.where((drawn[SIMILAR] < asks.similar) & (origin != 1), drawn[FOUND], 2.0)
        ask["similar"] = np.searchsorted(asks.directorate_cdf, drawn[SIMILAR_WHICH])
    if asks.clarified:
        ask["clarify"], ask["wait"] = drawn[CLARIFY], durations([asks.wait], np.zeros(stream.size, int), drawn[WAIT])
    if asks.patience:
        line = np.full(asks.steps.size, -1)
        line[list(asks.patience)] = np.arange(len(asks.patience))
        rows = np.flatnonzero((line[kind] >= 0) & (origin != 1))
        ask["patience"][rows] = durations(list(asks.patience.values()), line[kind[rows]], drawn[PATIENCE][rows])


def _rows(world: np.uint64, streams: Sequence[int], keys: Keys, owner: Array, ordinal: Array) -> dict[int, Floats]:
    """One uniform of each stream of draws for each row."""
    out = lend(float, len(streams), owner.size)
    uniform_rows(world, np.array(streams, np.uint64), keys, owner, ordinal.astype(np.uint64), out)
    return dict(zip(streams, out, strict=True))


def _candidates(asks: Asks, world: np.uint64) -> tuple[Array, Floats, Floats, Array]:
    """Stream, arrival, raising time and ordinal of every candidate, by arrival."""
    if asks.trace is not None:
        stream, time = asks.trace
        order = np.lexsort((stream, time))
        stream, time = stream[order], time[order]
        return stream, time, time.copy(), _ordinals(stream)
    drawn = np.zeros(asks.mean.shape)
    weekly_counts(world, asks.keys, asks.common_keys, asks.mean, asks.ceiling, asks.dispersion, asks.level,
                  asks.common, drawn)
    count = drawn.astype(np.int64)
    stream, ordinal, order = np.empty((3, int(count.sum())), np.int64)
    time = np.empty(order.size)
    arrivals(world, asks.keys, count, asks.dispersion == 0.0, asks.origin == 1, stream, ordinal, time)
    in_order(time, 5.0 * asks.mean.shape[1], order)
    stream, ordinal, time = stream[order], ordinal[order], time[order]
    raised = time
    if asks.opening.any():  # they are there at time 0, oldest first
        extra = np.zeros(asks.keys.size, np.int64)
        for k in range(asks.keys.size):
            extra[k] = poisson(world, np.uint64(OPENING), asks.keys[k], np.uint64(0), asks.opening[k])
        early = np.repeat(np.arange(asks.keys.size), extra)
        nth = _ordinals(early) + (1 << 40)  # apart from the ordinals of later candidates
        since = -uniforms(world, AGE, asks.keys[early], nth.astype(np.uint64)) * asks.opening_age[early]
        first = np.argsort(since, kind="stable")
        stream = np.concatenate((early[first], stream))
        ordinal = np.concatenate((nth[first], ordinal))
        time = np.concatenate((np.zeros(early.size), time))
        raised = np.concatenate((since[first], raised))
    return stream, time, raised, ordinal


def _ordinals(groups: Array) -> Array:
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


def _efforts(asks: Asks, world: np.uint64, keys: Keys, owner: Array, ordinal: Array, kind: Array) -> Floats:
    """Standard effort of every step of every candidate, in rows' order."""
    steps = asks.steps[kind]
    u = np.empty(int(steps.sum()))
    step_uniforms(world, np.uint64(EFFORT), keys, owner, ordinal.astype(np.uint64), steps, u)
    lines = [line for dists in asks.effort for line in dists]
    at = _step_lines(asks, kind, steps)
    factor = np.array([factor for *_, factor in lines])
    return np.asarray(durations([line[:3] for line in lines], at, u) * factor[at])


def _logged_efforts(asks: Asks, kind: Array, steps: Array) -> Floats:
    """Effort of every step where a trace tells that of the whole request."""
    assert asks.trace is not None
    assert asks.traced_effort is not None
    whole = asks.traced_effort[np.lexsort(asks.trace)]
    share = np.array([part for own in asks.shares for part in own])
    factor = np.array([line[3] for own in asks.effort for line in own])
    at = _step_lines(asks, kind, steps)
    return np.asarray(np.repeat(whole, steps) * share[at] * factor[at])


def _step_lines(asks: Asks, kind: Array, steps: Array) -> Array:
    """Of each step of each row, its place among the steps of all types in turn."""
    first, begin = np.cumsum(asks.steps) - asks.steps, np.cumsum(steps) - steps
    return np.asarray(np.arange(int(steps.sum())) + np.repeat(first[kind] - begin, steps))


def _returns(
    asks: Asks, world: np.uint64, keys: Keys, owner: Array, ordinal: Array, steps: Array
) -> tuple[Array, Array]:
    """Uniform against the rework chance and step to go back to, of each candidate and pass."""
    passes = range(asks.passes)
    drawn = _rows(world, [*(REDO + k for k in passes), *(REDO_STEP + k for k in passes)], keys, owner, ordinal)
    redo, redo_step = np.empty((owner.size, asks.passes)), np.empty((owner.size, asks.passes), np.int8)
    for k in passes:
        redo[:, k] = drawn[REDO + k]
        redo_step[:, k] = drawn[REDO_STEP + k] * steps
    give_back(*drawn.values())
    return redo, redo_step
