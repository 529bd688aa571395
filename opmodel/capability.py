"""What people can do in a week: ramp-up, familiarity, levels, conformance, and the pace that follows.

Continuous state moves as one array expression a week; only new weeks in which somebody came, went or
is still ramping up recompute the paces.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from opmodel.flow.network import Network
from opmodel.flow.staff import able, masks, preferences, speed_by_level
from opmodel.flow.state import State, blank
from opmodel.flow.weeks import FADE, HABITS, PASSED, RAMPING, move_week, set_fit, set_pace, set_speeds
from opmodel.scenario.demand import LEVELS

Array = npt.NDArray[Any]


class Capability:
    """Levers of all seats (S), teams (M) and directorates (D), and the continuous state behind them."""

    def __init__(self, network: Network, state: State) -> None:
        self.network, self.state = network, state
        scenario, staff = network.scenario, network.staff
        on = scenario.mechanisms.on
        people = scenario.people
        seats = staff.team.size
        self.habits = _habits(network)
        self.level = staff.level.copy()
        self.start_level = staff.level.copy()
        self.held = (staff.level >= 0).astype(np.int8)
        self.unused = np.zeros(self.level.shape)  # weeks without use of a skill
        self.progress = np.ones(seats)  # of the ramp-up, 1 when over
        self.ramp = np.ones(seats)  # pace factor of newcomers this week
        self.mentor = np.full(seats, -1)
        self.lead, self.chief = staff.lead.copy(), staff.chief.copy()
        self.ramping = False
        self.learning = on("learning")
        self.moving = any(on(m) for m in ("familiarity", "learning", "ramp_up", "conformance"))
        self.productive = float(people.productive_share) if on("productive_share") else 1.0
        self.comm_k = float(people.communication) if on("communication") else 0.0
        self.managed = float(people.line_management) / 5.0 if on("line_management") else 0.0
        self.stewardship = network.stewardship / 52.0
        self.level_speed = np.array([float(getattr(scenario.level_speed, name)) for name in LEVELS])
        self.level_slip = np.array([float(getattr(scenario.standards.rework_by_level, name)) for name in LEVELS])
        self.communication = np.zeros(len(network.seating.teams))
        self.settled = np.ones(seats)  # pace before mentoring
        state.familiarity[:] = network.familiarity
        state.conformance[:] = network.conformance
        state.person["team"] = staff.team
        state.person["group"] = staff.group
        self._set_levels()
        self._set_fit()

    # -- what decisions change -----------------------------------------------------------------

    def welcome(self, seat: int) -> None:
        """A newcomer: familiar with nothing, at the role's levels, at the start of the ramp."""
        self.level[seat] = self.start_level[seat]
        self.unused[seat] = 0.0
        if self.habits[0].familiarity == 1:
            self.state.familiarity[seat] = 0.0
        if self.habits[0].ramp == 1:
            self.progress[seat] = 0.0
            self.ramping = True
        if self.habits[0].learning == 1:
            self._set_levels()
        self._set_fit()

    def appoint(self, team: int, here: Array) -> None:
        """Leads of a team's sub-teams: the appointed one if present, else the best-paid present."""
        staff, seats = self.network.staff, self.network.seating.seats
        members = np.flatnonzero(staff.team == team)
        self.lead[members] = self.chief[members] = False
        if here.size < self.network.scenario.people.lead_from:
            return
        rank = sorted(
            (int(s) for s in here if not seats[s].agency),
            key=lambda s: (not staff.chief[s], not staff.lead[s], -seats[s].salary, s),
        )
        if not rank:
            return
        self.chief[rank[0]] = True
        for group in set(staff.group[here].tolist()):
            first = next((s for s in rank if staff.group[s] == group), None)
            if first is not None:
                self.lead[first] = True

    def settle(self) -> None:
        """After people came or went: pace of everybody, before mentoring.

        FTE x productive share x what communication, line management and liaison leave.
        """
        network, person = self.network, self.state.person
        staff, people = network.staff, network.scenario.people
        here = person["employed"] == 1
        teams = len(network.seating.teams)
        filled = np.bincount(staff.team[here], minlength=teams)
        split = np.maximum(np.ceil(filled / max(1.0, float(people.sub_team_size_max))), 1.0)
        self.communication = np.minimum(float(people.communication_cap), self.comm_k * (filled / split) ** 2)
        pace = staff.fte * self.productive * (1.0 - self.communication[staff.team])
        if self.managed > 0.0:
            width = int(staff.groups.max())
            cell = staff.team * width + staff.group
            in_group = np.bincount(cell[here], minlength=teams * width)
            groups = (in_group.reshape(teams, width) > 0).sum(1)
            reports = self.lead * (in_group[cell] - 1) + self.chief * (groups[staff.team] - 1)
            pace = pace * (1.0 - np.minimum(0.9, self.managed * np.maximum(reports, 0)))
        liaison = float(network.scenario.flow.liaison_hours)
        if liaison > 0.0 and teams > 1 and here.any():
            hours = liaison * teams * (teams - 1) / 2.0
            pace = pace * (1.0 - min(0.9, hours / (37.0 * staff.fte[here].sum())))
        self.settled = np.maximum(pace, 0.02)
        self.set_pace()

    def set_pace(self) -> None:
        """Pace of everybody this week, after the mentors' time."""
        set_pace(self.habits, self.state.person, self.settled, self.progress, self.mentor)

    # -- what a week changes ---------------------------------------------------------------------

    def pass_week(self) -> bool:
        """Move ramp, familiarity, levels and conformance by the week just worked.

        Returns:
            Whether anybody may now do more or less than before.
        """
        if not self.moving:
            return False
        state, network = self.state, self.network
        found = move_week(
            self.habits, state.person, state.practice, state.served, network.staff.primary, network.needs.skill,
            self.held, self.start_level, self.level, self.unused, self.progress, self.mentor, state.familiarity,
            state.conformance, self.stewardship,
        )
        if self.ramping and not found & RAMPING:
            self.ramping = False
            self.set_pace()
        self._set_fit()
        if found & PASSED:
            self._set_levels()
        elif self.learning:
            self._set_speed()
        return bool(found & PASSED)

    def _set_fit(self) -> None:
        set_fit(self.habits, self.progress, self.state.familiarity, self.ramp, self.state.fit)

    def _set_speed(self) -> None:
        set_speeds(self.habits, self.level, self.network.needs.skill, self.level_speed, self.level_slip,
                   self.state.speed, self.state.slip)

    def _set_levels(self) -> None:
        """Eligibility, preference and speed follow the levels."""
        network, state = self.network, self.state
        needs, staff = network.needs, network.staff
        kept = self.level >= self.start_level - FADE
        self.can = able(np.where(kept, np.maximum(self.level, self.start_level), self.level), needs)
        state.person["can"] = masks(self.can)
        state.person["speciality"] = masks(self.can & (needs.skill[None, :] == staff.primary[:, None]))
        self._set_speed()
        by_skill = speed_by_level(network.scenario, self.level)
        state.preference[:] = preferences(network.scenario, self.level, staff.primary, by_skill, needs)


def _habits(network: Network) -> Array:
    """Constants of the weekly passes."""
    scenario = network.scenario
    on, people, standards = scenario.mechanisms.on, scenario.people, scenario.standards
    habits = blank(HABITS, 1)
    h = habits[0]
    h.familiarity, h.learning, h.ramp = on("familiarity"), on("learning"), on("ramp_up")
    h.conformance, h.levels = on("conformance"), on("level_speed")
    h.penalty = float(people.unfamiliar_penalty)
    h.tau = float(people.familiarity_time)
    h.kept = 2.0 ** (-5.0 / float(people.familiarity_half_life))
    h.learnt = 1.0 / float(people.learning_time)
    if on("time_off"):
        h.trained = float(scenario.time_off.training) / 52.0 * float(people.training_worth) * h.learnt
    h.mentored = float(people.mentor_learning)
    h.forget_after = float(people.forgetting_after) / 5.0
    h.forgotten = 5.0 / float(people.forgetting_time)
    h.ramp_start = float(people.ramp_start)
    h.ramp_step = 5.0 / max(float(people.ramp_up), 1e-9)
    h.unmentored = float(people.unmentored_ramp)
    enforced = float(standards.enforcement)
    if on("gates"):
        enforced *= 1.0 - float(standards.delegation_cost) * float(scenario.governance.delegated_share)
    h.drift = float(standards.drift) / 52.0 * (1.0 - enforced)
    h.hazard = -np.log(1.0 - min(float(people.turnover), 0.999)) / 52.0
    h.overload = float(people.overload_effect)
    h.reference = float(scenario.demand.reference_lead_time)
    h.lend_below = float(scenario.flow.lend_below) if on("lending") and len(network.seating.teams) > 1 else 0.0
    h.mentor_tax = float(people.mentor_tax) if on("ramp_up") else 0.0
    h.reacts = on("reacting_demand") and float(scenario.demand.elasticity) != 0.0
    return habits
