"""Single points of failure: skills that hang on one person, by skill and team, never whose post."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from opmodel.metrics.window import Window
from opmodel.records import TASK, Floats, Ints, Run

if TYPE_CHECKING:
    from opmodel.flow.network import Network


class Holders(NamedTuple):
    """Who can do what at week 0; a *need* is a skill at a least level that some step or upkeep asks for."""

    skill: Ints
    """Skill of each need, (needs,)."""
    level: Ints
    """Least level of each need, 0 awareness to 3 expert."""
    here: Ints
    """People employed in each team who can do the need, (teams, needs)."""
    reach: Ints
    """The fewest whom the route of any directorate that may come to the team reaches; -1 on no route."""


def holders_of(network: Network) -> Holders:
    """Count those who can do each need at week 0, in each team and along the routes that lead there."""
    routes, needs = network.routes, network.needs
    employs = routes.employs
    teams, count = employs.shape
    reach = np.full((teams, count), -1, np.int64)
    for directorate in range(routes.own.size):
        for n in range(count):
            stops = [int(t) for t in routes.route[directorate, n] if t >= 0]
            there = int(sum(employs[t, n] for t in stops))
            for t in stops:
                reach[t, n] = there if reach[t, n] < 0 else min(int(reach[t, n]), there)
    return Holders(needs.skill, needs.level, employs, reach)


def share_alone(run: Run, window: Window, network: Network) -> Floats:
    """Share of all days worked on each need that a team did with at most one holder in post, (teams, needs).

    Days worked there in the window x share of its weeks in which at most one person who can do the need was
    employed / days worked on the need anywhere. NaN where nobody worked on it. Levels are those of week 0.
    """
    from opmodel.flow.staff import able

    tasks, needs, teams = run.tasks, network.needs, len(run.names.teams)
    done = (tasks["kind"] == TASK) & (tasks["team"] >= 0) & (tasks["worked"] > 0.0)
    done = done & ~(tasks["finished"] < window.start)
    index = np.full((int(needs.skill.max()) + 1, 4), -1)
    index[needs.skill, needs.level] = np.arange(needs.skill.size)
    need = index[tasks["skill"][done], tasks["level"][done]]
    size = needs.skill.size
    days = np.bincount(tasks["team"][done] * size + need, tasks["worked"][done], teams * size).reshape(teams, size)
    can = able(network.staff.level, needs)
    employed = run.weeks["person", "employed"][window.start_week : window.end_week] > 0.0
    found = np.empty((teams, size))
    total = days.sum(axis=0)
    for team in range(teams):
        mine = run.seats.team == team
        few = (employed[:, mine].astype(float) @ can[mine].astype(float) <= 1.0).mean(axis=0)
        found[team] = few * days[team]
    with np.errstate(divide="ignore", invalid="ignore"):
        share: Floats = found / total
    return share
