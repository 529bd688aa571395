"""How busy people are, by team, role and skill, never for fewer than three posts."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from opmodel.metrics.facts import facts_of
from opmodel.metrics.measures import FEWEST
from opmodel.metrics.window import Window
from opmodel.records import Floats, Run

#: Lower ends of the bands of utilisation.
BANDS = (0.0, 0.6, 0.7, 0.8, 0.9)
BAND_NAMES = ("below 60 %", "60 to 70 %", "70 to 80 %", "80 to 90 %", "90 % and over")


class Group(NamedTuple):
    """Posts that are shown together."""

    family: str
    """all, team, role or skill."""
    name: str
    seats: tuple[int, ...]
    """Positions of the posts; at least :data:`FEWEST`."""


def groups_of(run: Run) -> list[Group]:
    """Groups of three posts or more: all, teams, roles, skills; smaller ones are put together.

    Where those together are still fewer than three, the smallest group that could stand alone joins them. A
    skill's posts are those whose role has it at working level or above; people with several count in several.
    """
    seats, names = run.seats, run.names
    posts = len(names.seats)
    found = [Group("all", "all posts", tuple(range(posts)))] if posts >= FEWEST else []
    for family, codes, members in (("team", seats.team, names.teams), ("role", seats.role, names.roles)):
        held = [(name, tuple(np.flatnonzero(codes == k).tolist())) for k, name in enumerate(members)]
        found += _folded(family, held)
    holds = facts_of(run).holds[seats.role] > 0.0
    held = [(name, tuple(np.flatnonzero(holds[:, k]).tolist())) for k, name in enumerate(names.skills)]
    return found + _folded("skill", held)


def _folded(family: str, held: list[tuple[str, tuple[int, ...]]]) -> list[Group]:
    alone = [(name, seats) for name, seats in held if len(seats) >= FEWEST]
    small = [seats for _, seats in held if 0 < len(seats) < FEWEST]
    rest = {seat for seats in small for seat in seats}
    label = f"smaller {family}s together"
    if 0 < len(rest) < FEWEST and alone:
        joining = min(alone, key=lambda pair: len(pair[1]))
        alone.remove(joining)
        rest |= set(joining[1])
        label = label if alone else f"all {family}s together"
    out = [Group(family, name, seats) for name, seats in alone]
    return out + ([Group(family, label, tuple(sorted(rest)))] if len(rest) >= FEWEST else [])


def utilisation(run: Run, window: Window, groups: list[Group]) -> Floats:
    """Share of time on duty with a task in hand, (groups,): days worked / days on duty, weighted by FTE."""
    worked, on_duty = (_days(run, window, field) * run.seats.fte for field in ("worked", "on_duty"))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.array([worked[list(g.seats)].sum() / on_duty[list(g.seats)].sum() for g in groups])


def spread(run: Run, window: Window, groups: list[Group]) -> Floats:
    """Number of posts in each band of utilisation, (groups, bands); posts never on duty are left out."""
    with np.errstate(divide="ignore", invalid="ignore"):
        share = _days(run, window, "worked") / _days(run, window, "on_duty")
    band = np.searchsorted(BANDS, share + 1e-12, side="right") - 1
    known = ~np.isnan(share)
    found = np.zeros((len(groups), len(BANDS)))
    for row, group in enumerate(groups):
        seats = np.array(group.seats)
        found[row] = np.bincount(band[seats[known[seats]]], minlength=len(BANDS))
    return found


def _days(run: Run, window: Window, field: str) -> Floats:
    days: Floats = run.weeks["person", field][window.start_week : window.end_week].sum(axis=0)
    return days
