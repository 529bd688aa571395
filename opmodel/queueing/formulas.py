"""Queueing formulas: what a plain pool of people does in the long run, without simulating.

Requests arrive at random (Poisson), first come, first served; nobody is ever away. ``people`` is the number of
people in the pool, ``rate`` requests a day, ``service`` the mean working time of one in days. Sources: Gross, Shortle,
Thompson and Harris, *Fundamentals of Queueing Theory*, ch. 2 and 6; Garnett, Mandelbaum and Reiman (2002) for patience.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, log, sqrt

#: Terms of a series this much smaller than its sum are left out.
NEGLIGIBLE = 1e-14


def erlang_b(people: int, load: float) -> float:
    """Chance that all are busy if nobody waited (Erlang B), by a recursion that stays exact for any size.

    Args:
        people: 0 or more.
        load: offered load, requests a day times days each takes.
    """
    blocked = 1.0
    for k in range(1, people + 1):
        blocked = load * blocked / (k + load * blocked)
    return blocked


def erlang_c(people: int, load: float) -> float:
    """Chance that a request has to wait at all (Erlang C); 1 where the load is as much as all can do."""
    if load >= people:
        return 1.0
    blocked = erlang_b(people, load)
    return people * blocked / (people - load * (1.0 - blocked))


def mean_wait(people: int, rate: float, service: float) -> float:
    """Mean days until work on a request starts, exponential efforts (M/M/c); inf where the queue never settles."""
    load = rate * service
    return inf if load >= people else erlang_c(people, load) * service / (people - load)


def wait_percentile(people: int, rate: float, service: float, share: float) -> float:
    """Days within which work on that share of requests has started (M/M/c): who waits does so exponentially."""
    load = rate * service
    if load >= people:
        return inf
    chance = erlang_c(people, load)
    return 0.0 if chance <= 1.0 - share else log(chance / (1.0 - share)) * service / (people - load)


def mean_wait_one(rate: float, service: float, cv: float) -> float:
    """Mean wait for one person, efforts of any shape (Pollaczek and Khinchine, M/G/1).

    Args:
        rate: requests a day.
        service: mean days of work.
        cv: standard deviation of the working time divided by its mean.
    """
    load = rate * service
    return inf if load >= 1.0 else load * service * (1.0 + cv**2) / (2.0 * (1.0 - load))


def approximate_mean_wait(people: int, rate: float, service: float, cv: float) -> float:
    """Mean wait for a pool, efforts of any shape: the approximation of Allen and Cunneen (M/G/c); no exact one exists.

    Exact for one person, and for exponential efforts; otherwise good to some per cent under heavy load.
    """
    return mean_wait(people, rate, service) * (1.0 + cv**2) / 2.0


@dataclass(frozen=True, slots=True)
class Impatient:
    """A pool whose requesters give up (M/M/c+M, Erlang A)."""

    abandoned: float
    """Share of requests given up before work on them starts."""
    waits: float
    """Share that has to wait at all."""
    in_queue: float
    """Mean days in the queue of all requests, whether served or given up."""
    utilisation: float
    """Share of their time that people are busy."""


def erlang_a(people: int, rate: float, service: float, patience: float) -> Impatient:
    """Long-run figures of a pool with exponential patience; they exist at any load, overload too.

    The balance of births and deaths, summed upwards from the state in which all are busy and nobody waits.

    Args:
        people: in the pool.
        rate: requests a day.
        service: mean days of work.
        patience: mean days that a requester waits for work to start.
    """
    weight, above, queue, waiting = 1.0, 0.0, 0.0, 0
    while weight * (1 + waiting) > NEGLIGIBLE * (1.0 + above + queue):
        waiting += 1
        weight *= rate / (people / service + waiting / patience)
        above += weight
        queue += waiting * weight
    whole = 1.0 / erlang_b(people, rate * service) + above
    length = queue / whole
    gone = length / patience / rate
    return Impatient(gone, (1.0 + above) / whole, length / rate, rate * (1.0 - gone) * service / people)


def settling_days(people: int, rate: float, service: float, cv: float = 1.0) -> float:
    """About how many days a pool takes to forget how it started (Gross and Harris: relaxation time).

    It grows without bound as the load nears what all can do, and so do the runs that a comparison needs.
    """
    share = rate * service / people
    return inf if share >= 1.0 else service / people / (1.0 - sqrt(share)) ** 2 * max(1.0, (1.0 + cv**2) / 2.0)
