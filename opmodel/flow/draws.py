"""Random numbers by name: every draw is a pure function of (seed, replication, stream, entity, ordinal).

Names are hashed, a counter gives the ordinal (splitmix64). One more person, type or directorate
changes nobody else's draws, and any part of a world can be drawn alone, in any order.
All compiled code that draws is in this file.
"""

from __future__ import annotations

import hashlib

import numpy as np
import numpy.typing as npt
from numba import njit

Floats = npt.NDArray[np.float64]
Keys = npt.NDArray[np.uint64]

# Streams. Append only: a stream's number is part of every draw.
(COUNT, COMMON, OPENING, ARRIVAL, AGE, ACCEPT, SECOND, SECOND_WHICH, GATE, DELEGATED, DEFERRALS, SIMILAR, SIMILAR_WHICH,
 FOUND, CLARIFY, WAIT, PATIENCE, EXPEDITE, SHADOW, SHADOW_DELAY, PHASE, LEAVE, SICKNESS, TRAINING, RESIGN, HIRING,
 NOTICE, ADVERTS) = range(28)
EFFORT = 100  # + step
REDO = 200  # + pass
REDO_STEP = 300  # + pass

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX2 = np.uint64(0x94D049BB133111EB)
_STREAM = np.uint64(0xD1B54A32D192ED03)
_S30, _S27, _S31, _S11 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11)
_UNIT = 1.0 / (1 << 53)


def name_key(*names: str) -> int:
    """Stable 64-bit key of an entity's name."""
    digest = hashlib.blake2b("\x1f".join(names).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little")


def world_key(seed: int, replication: int) -> np.uint64:
    """Key of one replication's world."""
    return np.uint64(name_key("world", str(int(seed)), str(int(replication))))


@njit(cache=True, nogil=True)
def _sequence(world, stream, key):  # type: ignore[no-untyped-def]
    """Start of the sequence of (world, stream, key)."""
    z = world ^ key
    for k in range(2):
        z = (z ^ (z >> _S30)) * _MIX1
        z = (z ^ (z >> _S27)) * _MIX2
        z = z ^ (z >> _S31)
        if k == 0:
            z = z + stream * _STREAM
    return z


@njit(cache=True, nogil=True)
def _at(sequence, ordinal):  # type: ignore[no-untyped-def]
    """Uniform in (0, 1) at position ``ordinal`` of a sequence."""
    z = sequence + (ordinal + np.uint64(1)) * _GOLDEN
    z = (z ^ (z >> _S30)) * _MIX1
    z = (z ^ (z >> _S27)) * _MIX2
    z = z ^ (z >> _S31)
    return (np.float64(z >> _S11) + 0.5) * _UNIT


@njit(cache=True, nogil=True)
def _uniform(world, stream, key, ordinal):  # type: ignore[no-untyped-def]
    """Uniform in (0, 1): splitmix64 at position ``ordinal`` of the sequence of (world, stream, key)."""
    return _at(_sequence(world, stream, key), ordinal)


@njit(cache=True, nogil=True)
def _uniforms(world, stream, keys, ordinals, out):  # type: ignore[no-untyped-def]
    for k in range(out.size):
        out[k] = _uniform(world, stream, keys[k], ordinals[k])


def uniforms(world: np.uint64, stream: int, keys: Keys, ordinals: Keys) -> Floats:
    """One uniform for each (key, ordinal) of a stream."""
    out = np.empty(keys.size)
    with np.errstate(over="ignore"):  # without the compiler, wrapping around is announced
        _uniforms(world, np.uint64(stream), keys, ordinals, out)
    return out


def uniform(world: np.uint64, stream: int, key: np.uint64, ordinal: int) -> float:
    """The same for one key and ordinal."""
    with np.errstate(over="ignore"):
        return float(_uniform(world, np.uint64(stream), key, np.uint64(ordinal)))


@njit(cache=True, nogil=True)
def uniform_rows(world, streams, keys, owner, ordinal, out):  # type: ignore[no-untyped-def]
    """One row of uniforms for each of ``streams``: :func:`uniforms` at (``keys[owner]``, ``ordinal``)."""
    sequence = np.empty(keys.size, np.uint64)
    for j in range(streams.size):
        for s in range(keys.size):
            sequence[s] = _sequence(world, streams[j], keys[s])
        for k in range(owner.size):
            out[j, k] = _at(sequence[owner[k]], ordinal[k])


@njit(cache=True, nogil=True)
def step_uniforms(world, stream, keys, owner, ordinal, steps, out):  # type: ignore[no-untyped-def]
    """The same for streams ``stream``, ``stream`` + 1 ..., ``steps[k]`` of them for row k, one row after the other."""
    most = 0
    for k in range(steps.size):
        most = max(most, steps[k])
    sequence = np.empty((most, keys.size), np.uint64)
    for j in range(most):
        for s in range(keys.size):
            sequence[j, s] = _sequence(world, stream + np.uint64(j), keys[s])
    x = 0
    for k in range(owner.size):
        for j in range(steps[k]):
            out[x] = _at(sequence[j, owner[k]], ordinal[k])
            x += 1


@njit(cache=True, nogil=True)
def arrivals(world, keys, count, even, at_once, owner, ordinal, time):  # type: ignore[no-untyped-def]
    """Owner, ordinal and arrival of each candidate, given how many each stream of demand has in each week.

    They come at random moments of the week, at even distances or all at its start.
    """
    x = 0
    for s in range(keys.size):
        sequence = _sequence(world, np.uint64(ARRIVAL), keys[s])
        first = x
        for w in range(count.shape[1]):
            n = count[s, w]
            for j in range(n):
                if at_once[s]:
                    u = 0.0
                elif even[s]:
                    u = (j + 0.5) / n
                else:
                    u = _at(sequence, np.uint64(x - first))
                owner[x] = s
                ordinal[x] = x - first
                time[x] = 5.0 * (w + u)
                x += 1


@njit(cache=True, nogil=True)
def in_order(time, until, order):  # type: ignore[no-untyped-def]
    """Positions of times from 0 to ``until`` in their order, equal ones in the order given.

    A bucket for each time, then neighbours change places: much the fastest where times are spread out.
    """
    n = time.size
    end = np.zeros(n + 1, np.int64)
    for k in range(n):
        end[min(int(time[k] / until * n), n - 1) + 1] += 1
    for b in range(n):
        end[b + 1] += end[b]
    for k in range(n):
        b = min(int(time[k] / until * n), n - 1)
        order[end[b]] = k
        end[b] += 1
    for x in range(1, n):
        k = order[x]
        y = x
        while y > 0 and time[order[y - 1]] > time[k]:
            order[y] = order[y - 1]
            y -= 1
        order[y] = k


@njit(cache=True, nogil=True)
def _normal(world, stream, key, ordinal):  # type: ignore[no-untyped-def]
    """Standard normal from two uniforms (Box and Muller)."""
    two = np.uint64(2)
    u = _uniform(world, stream, key, ordinal * two)
    v = _uniform(world, stream, key, ordinal * two + np.uint64(1))
    return np.sqrt(-2.0 * np.log(u)) * np.cos(2.0 * np.pi * v)


@njit(cache=True, nogil=True)
def _gamma(world, stream, key, ordinal, shape):  # type: ignore[no-untyped-def]
    """Gamma of the shape, scale 1 (Marsaglia and Tsang 2000).

    Entities that share a key share all random inputs, so their values rise and fall together
    whatever their shapes.
    """
    base = ordinal * np.uint64(64)
    boost = 1.0
    if shape < 1.0:
        boost = _uniform(world, stream, key ^ _STREAM, base) ** (1.0 / shape)
        shape += 1.0
    d = shape - 1.0 / 3.0
    c = 1.0 / np.sqrt(9.0 * d)
    for k in range(60):
        x = _normal(world, stream, key, base + np.uint64(k))
        v = (1.0 + c * x) ** 3
        if v <= 0.0:
            continue
        u = _uniform(world, stream, key ^ _MIX2, base + np.uint64(k))
        if np.log(u) < 0.5 * x * x + d - d * v + d * np.log(v):
            return d * v * boost
    return d * boost


@njit(cache=True, nogil=True)
def _lgamma(x):  # type: ignore[no-untyped-def]
    """Logarithm of the gamma function for x >= 1 (Stirling with correction after shifting up)."""
    shift = 0.0
    while x < 12.0:
        shift += np.log(x)
        x += 1.0
    inverse = 1.0 / (x * x)
    series = (1.0 / 12.0 - inverse * (1.0 / 360.0 - inverse * (1.0 / 1260.0 - inverse / 1680.0))) / x
    return (x - 0.5) * np.log(x) - x + 0.9189385332046727 + series - shift


@njit(cache=True, nogil=True)
def poisson(world, stream, key, ordinal, mean):  # type: ignore[no-untyped-def]
    """Poisson count: by inversion below mean 10, else transformed rejection (Hoermann 1993, PTRS)."""
    base = ordinal * np.uint64(128)
    if mean <= 0.0:
        return 0
    if mean < 10.0:
        u = _uniform(world, stream, key, base)
        p = np.exp(-mean)
        total = p
        count = 0
        while u > total and count < 1000:
            count += 1
            p *= mean / count
            total += p
        return count
    log_mean = np.log(mean)
    b = 0.931 + 2.53 * np.sqrt(mean)
    a = -0.059 + 0.02483 * b
    inverse_alpha = 1.1239 + 1.1328 / (b - 3.4)
    v_r = 0.9277 - 3.6224 / (b - 2.0)
    for k in range(60):
        u = _uniform(world, stream, key, base + np.uint64(2 * k)) - 0.5
        v = _uniform(world, stream, key, base + np.uint64(2 * k + 1))
        us = 0.5 - abs(u)
        n = np.floor((2.0 * a / us + b) * u + mean + 0.43)
        if us >= 0.07 and v <= v_r:
            return int(n)
        if n < 0 or (us < 0.013 and v > us):
            continue
        if np.log(v) + np.log(inverse_alpha) - np.log(a / (us * us) + b) <= -mean + n * log_mean - _lgamma(n + 1.0):
            return int(n)
    return int(mean)


@njit(cache=True, nogil=True)
def weekly_counts(world, keys, common_keys, mean, ceiling, dispersion, level, common, count):  # type: ignore[no-untyped-def]
    """Candidates per stream of demand and week.

    Negative binomial as a gamma-mixed Poisson with variance / mean = ``dispersion`` at the stated
    rate; a share ``common`` of the mixing variance comes from inputs shared by all directorates.
    ``ceiling`` raises the mean of candidates (to be thinned) but not the mixing.
    """
    for k in range(keys.size):
        fixed = 0.0
        phase = _uniform(world, np.uint64(PHASE), keys[k], np.uint64(0)) if dispersion[k] < 0.0 else 1e-9
        shape = level[k] / (dispersion[k] - 1.0) if dispersion[k] > 1.0 and level[k] > 0.0 else 0.0
        for w in range(mean.shape[1]):
            m = mean[k, w]
            if dispersion[k] <= 0.0:  # fixed counts: the running total, rounded down
                before = np.floor(fixed + phase)
                fixed += m * ceiling[k]
                count[k, w] = np.floor(fixed + phase) - before
                continue
            if shape > 0.0 and m > 0.0:
                ordinal = np.uint64(w)
                shared = common * shape
                g = 0.0
                if shared > 0.0:
                    g += _gamma(world, np.uint64(COMMON), common_keys[k], ordinal, shared)
                if shape - shared > 1e-12:
                    g += _gamma(world, np.uint64(COMMON), keys[k], ordinal, shape - shared)
                m *= g / shape
            count[k, w] = poisson(world, np.uint64(COUNT), keys[k], np.uint64(w), m * ceiling[k])


@njit(cache=True, nogil=True)
def absences(world, keys, first_day, days, holidays, leave, sickness, spell_mean, training, start, end):  # type: ignore[no-untyped-def]
    """Off-duty spells of holders, as whole days from ``first_day`` (a multiple of 260) on.

    In each model year of 260 days, leave is laid in blocks (ten days, two of five, the rest in
    threes, twos and ones), training in single days and sickness in geometric spells, each on days
    still free: nothing takes the same day twice. Adjacent days form one spell.

    ``holidays`` is bool (days,); ``leave``, ``sickness`` and ``training`` are mean days a year,
    ``spell_mean`` the mean length of a sickness spell; ``start`` and ``end``, f8 (holders, spells),
    are filled in order and ended by +inf.
    """
    off = np.zeros(days, np.bool_)
    blocks = np.array([10.0, 5.0, 5.0, 3.0, 2.0, 1.0, 1.0])
    for h in range(keys.size):
        key = keys[h]
        for day in range(days):  # by hand: assigning an array takes the compiler two seconds
            off[day] = holidays[day]
        for year in range((days + 259) // 260):
            begin = year * 260
            stop = min(begin + 260, days)
            n = np.uint64(year) * np.uint64(1024)
            entitled = int(leave + _uniform(world, np.uint64(LEAVE), key, n))
            block = 0
            while entitled > 0:
                size = int(min(blocks[block] if block < 7 else 1.0, entitled))
                entitled -= size
                block += 1
                n += np.uint64(1)
                _lay(off, begin, stop, size, _uniform(world, np.uint64(LEAVE), key, n))
            n = np.uint64(year) * np.uint64(1024)
            courses = int(training + _uniform(world, np.uint64(TRAINING), key, n))
            for _ in range(courses):
                n += np.uint64(1)
                _lay(off, begin, stop, 1, _uniform(world, np.uint64(TRAINING), key, n))
            n = np.uint64(year) * np.uint64(256)
            spells = poisson(world, np.uint64(SICKNESS), key, n, sickness / spell_mean)
            for _ in range(spells):
                n += np.uint64(1)
                size = 1
                if spell_mean > 1.0:
                    u = _uniform(world, np.uint64(SICKNESS), key ^ _MIX1, n)
                    size = 1 + int(np.log(u) / np.log(1.0 - 1.0 / spell_mean))
                _lay(off, begin, stop, size, _uniform(world, np.uint64(SICKNESS), key ^ _MIX2, n))
        x = 0
        day = 0
        while day < days and x < start.shape[1] - 1:
            if not off[day]:
                day += 1
                continue
            start[h, x] = first_day + day
            while day < days and off[day]:
                day += 1
            end[h, x] = first_day + day
            x += 1
        start[h, x:] = np.inf
        end[h, x:] = np.inf


@njit(cache=True, nogil=True)
def _lay(off, begin, stop, size, u):  # type: ignore[no-untyped-def]
    """Take ``size`` free days of a year, one after the other from a uniform start, wrapping around."""
    day = begin + int(u * (stop - begin))
    for _ in range(stop - begin):
        if size == 0:
            break
        if not off[day]:
            off[day] = True
            size -= 1
        day += 1
        if day == stop:
            day = begin
