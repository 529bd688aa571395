"""Routes and boundaries: which teams a task may go to, and what handing it over costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from opmodel.flow.seating import Seating
from opmodel.flow.staff import Needs, Staff, able
from opmodel.flow.state import ROUTE_LENGTH
from opmodel.scenario.scenario import Scenario

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Routes:
    """Teams (M) that serve directorates (D) for each need (N), and the boundaries between them."""

    own: Array
    """i4 (D,), team that serves the directorate first"""
    route: Array
    """i4 (D, N, 3), own team, hub or policy centre, team with most holders; -1 none"""
    employs: Array
    """i8 (M, N), seats filled at week 0 that can do the need"""
    latency: Array
    """f8 (M, M), days a hand-off takes"""
    extra: Array
    """f8 (M, M), extra effort of a hand-off, as a share"""
    discover: Array
    """f8 (M, M), chance to find a similar product"""
    other_line: Array
    """i4 (M, M), 1 where reporting lines differ"""

    def first(self, directorate: int, need: int) -> int:
        """The first team on the route that employs somebody for the need at week 0, -1 none."""
        for team in self.route[directorate, need]:
            if team >= 0 and self.employs[team, need] > 0:
                return int(team)
        return -1


def routes_of(scenario: Scenario, seats: Seating, staff: Staff, needs: Needs) -> Routes:
    """Lay out routes and boundaries under a seating."""
    on = scenario.mechanisms.on
    teams = len(seats.teams)
    can, will = able(staff.level, needs), able(staff.prospect, needs)
    employs = np.zeros((teams, needs.skill.size), np.int64)
    seated = np.zeros((teams, needs.skill.size), np.int64)
    for s in range(staff.team.size):
        seated[staff.team[s]] += will[s]
        if staff.employed[s]:
            employs[staff.team[s]] += can[s]
    own = np.array(seats.own_team(len(scenario.directorates)), np.int32)
    route = np.full((own.size, needs.skill.size, ROUTE_LENGTH), -1, np.int32)
    for d in range(own.size):
        for n in range(needs.skill.size):
            stops = [int(own[d])]
            if seats.hub >= 0:
                stops.append(seats.hub)
            if on("lending"):
                stops.append(int(np.argmax(seated[:, n])))
            for k, team in enumerate(dict.fromkeys(stops)):
                route[d, n, k] = team
    lines = [team.line for team in seats.teams]
    other = np.array([[int(a != b) for b in lines] for a in lines], np.int32)
    apart = 1 - np.eye(teams)
    hand_offs = scenario.flow.hand_offs
    near, far = hand_offs.same_line, hand_offs.other_line
    active = 1.0 if on("hand_offs") else 0.0
    latency = active * apart * np.where(other == 1, float(far.latency), float(near.latency))
    extra = active * apart * np.where(other == 1, float(far.effort), float(near.effort))
    standards = scenario.standards
    discover = np.where(other == 1, float(standards.discoverability_other_line),
                        float(standards.discoverability_same_line))
    np.fill_diagonal(discover, float(standards.discoverability_same_team))
    return Routes(own, route, employs, latency, extra, discover, other)
