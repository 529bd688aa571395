"""Holders of seats: who leaves when, how long a vacancy lasts, when the successor starts."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from opmodel.flow.draws import ADVERTS, HIRING, NOTICE, RESIGN, absences, name_key, uniform, uniforms, world_key
from opmodel.flow.network import Network
from opmodel.flow.state import State
from opmodel.scenario.terms import Terms

Array = npt.NDArray[Any]
NEVER = 1 << 40
#: Spread of drawn times to hire and notices (lognormal), an assumption.
RECRUITMENT_CV = 0.4


class Careers:
    """Arrays over seats. Times are weeks; NEVER means not foreseen.

    Everything drawn is keyed by seat and ordinal of its holder, so the n-th holder of a seat has
    the same absences, threshold and notice under every structure.
    """

    def __init__(self, network: Network, state: State, seed: int, replication: int) -> None:
        self.network, self.state = network, state
        self.world = world_key(seed, replication)
        seats = network.seating.seats
        n = len(seats)
        on = network.scenario.mechanisms.on
        self.holder = np.zeros(n, np.int64)
        self.hazard = np.zeros(n)
        self.threshold = np.full(n, np.inf)
        self.leaves = np.full(n, NEVER)
        self.starts = np.full(n, NEVER)
        self.recruited = 0
        self.resigning = np.array([on("turnover") and s.terms.resigns for s in seats])
        self.spells = state.spell_start.shape[1]
        state.person["employed"] = network.staff.employed
        for s, seat in enumerate(seats):
            if seat.source is not None and seat.source.leaves is not None:
                self.leaves[s] = _week(float(seat.source.leaves))
            if seat.hire is not None:
                self._open_hire(s)
        first = np.flatnonzero(network.staff.employed)
        self._draw_holder(first, 0)

    def _draw_holder(self, seats: Array, first_week: int) -> None:
        """Draw what is particular to the new holders of seats: absences and threshold."""
        if seats.size == 0:
            return
        network, scenario = self.network, self.network.scenario
        ordinals = self.holder[seats].astype(np.uint64)
        u = uniforms(self.world, RESIGN, network.seat_keys[seats], ordinals)
        self.threshold[seats] = np.where(self.resigning[seats], -np.log(u), np.inf)
        self.hazard[seats] = 0.0
        if not scenario.mechanisms.on("time_off"):
            return
        keys = np.array(
            [name_key("holder", network.seating.seats[s].key, str(int(self.holder[s]))) for s in seats],
            np.uint64,
        )
        off = scenario.time_off
        start = np.empty((seats.size, self.spells))
        end = np.empty((seats.size, self.spells))
        with np.errstate(over="ignore"):
            absences(
                self.world, keys, 0, network.holidays.size, network.holidays, float(off.annual_leave),
                float(off.sickness), float(off.sickness_spell), float(off.training), start, end,
            )
        self.state.spell_start[seats] = start
        self.state.spell_end[seats] = end

    def leave(self, seat: int, week: int) -> None:
        """The holder has gone."""
        self.state.person["employed"][seat] = 0
        self.leaves[seat] = NEVER
        self.hazard[seat] = 0.0
        self.threshold[seat] = np.inf

    def open_vacancy(self, seat: int, now: float) -> None:
        """Advertise a leaver's seat, unless it is not refilled or the successor is known."""
        spec = self.network.seating.seats[seat]
        post = spec.source
        if post is not None and self.holder[seat] == 0 and post.successor_starts is not None:
            self.starts[seat] = max(_week(float(post.successor_starts)), _week(now))
            return
        if spec.terms.stays is None and (post is None or post.refilled):
            self.starts[seat] = _week(now + self.recruitment(seat))

    def _open_hire(self, seat: int) -> None:
        hire = self.network.seating.seats[seat].hire
        assert hire is not None
        opens = float(hire.opens)
        self.holder[seat] = -1
        self.starts[seat] = _week(float(hire.starts) if hire.starts is not None else opens + self.recruitment(seat))

    def recruitment(self, seat: int) -> float:
        """Working days from opening a vacancy to the next holder's first day.

        Their draws hang on the seat and on which holder this will be, whatever the terms.
        """
        key, nth = self.network.seat_keys[seat], int(self.holder[seat]) + 1
        return recruitment_days(
            self.network.seating.seats[seat].terms, uniform(self.world, ADVERTS, key, nth),
            uniform(self.world, HIRING, key, nth), uniform(self.world, NOTICE, key, nth),
        )

    def join(self, seat: int, week: int) -> None:
        """A new holder starts."""
        self.holder[seat] += 1
        self.recruited += 1
        self.starts[seat] = NEVER
        self.state.person["employed"][seat] = 1
        stays = self.network.seating.seats[seat].terms.stays
        if stays is not None:
            self.leaves[seat] = week + max(1, _week(stays))
        self._draw_holder(np.array([seat]), week)


def recruitment_days(terms: Terms, advert: float, search: float, notice: float) -> float:
    """Working days from opening a vacancy to the holder's first day, for three uniforms between 0 and 1.

    Approval; then adverts until one fills, each taking a time to hire, or a search that finds somebody; then notice.

    Args:
        terms: on what terms the seat is filled.
        advert: decides how many adverts it takes.
        search: places the time to hire, or that of the search, in its spread.
        notice: places the notice in its spread.
    """
    if not terms.drawn:
        return terms.approval + float(terms.search or 0.0)
    if terms.search is not None:
        return terms.approval + _spread(terms.search, search) + _spread(terms.notice, notice)
    adverts, fill = 1.0, terms.fill_chance
    if 0.0 < fill < 1.0:
        adverts += math.floor(math.log(advert) / math.log(1.0 - fill))
    return terms.approval + adverts * _spread(terms.time_to_hire, search) + _spread(terms.notice, notice)


def _week(day: float) -> int:
    """First week that starts at or after a day."""
    return math.ceil(day / 5.0 - 1e-9)


def _spread(mean: float, u: float) -> float:
    """Lognormal value with the mean and RECRUITMENT_CV."""
    if mean <= 0.0:
        return 0.0
    from scipy.special import ndtri

    s2 = math.log1p(RECRUITMENT_CV**2)
    return mean * math.exp(math.sqrt(s2) * float(ndtri(u)) - s2 / 2)
