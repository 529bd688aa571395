"""What people can do in a week: ramp-up, familiarity, levels, conformance, and the pace that follows.

Continuous state moves as one array expression a week; only new weeks in which somebody came, went or
is still ramping up recompute the paces.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from opmodel.flow.network import Network
from opmodel.flow.staff import able, masks, preferences, slip_by_level, speed_by_level
from opmodel.flow.state import State

Array = npt.NDArray[Any]


class Capability:
    """Levers of all seats (S), teams (M) and directorates (D), and the continuous state behind them."""

    def __init__(self, network: Network, state: State) -> None:
        self.network, self.state = network, state
        scenario, staff = network.scenario, network.staff
        on = scenario.mechanisms.on
        people, standards = scenario.people, scenario.standards
        seats = staff.team.size
        self.level = staff.level.copy()
        self.start_level = staff.level.copy()
        self.held = staff.level >= 0
        self.floor = np.floor(self.level + 1e-9)
        self.progress = np.ones(seats)  # of the ramp-up, 1 when over
        self.mentor = np.full(seats, -1)
        self.lead = staff.lead.copy()
        self.chief = staff.chief.copy()
        self.unused = np.zeros(self.level.shape)  # weeks without use of a skill
        self.ramping = False
        self.on_familiarity, self.on_learning = on("familiarity"), on("learning")
        self.on_ramp, self.on_conformance = on("ramp_up"), on("conformance")
        self.ramp_start = float(people.ramp_start) if self.on_ramp else 1.0
        self.ramp_step = 5.0 / max(float(people.ramp_up), 1e-9)
        self.penalty = float(people.unfamiliar_penalty)
        self.kept = 2.0 ** (-5.0 / float(people.familiarity_half_life))
        self.tau = float(people.familiarity_time)  # days
        training = float(scenario.time_off.training) / 52.0 if on("time_off") else 0.0
        self.trained = training * float(people.training_worth) / float(people.learning_time)
        self.learnt_per_day = 1.0 / float(people.learning_time)
        self.forgotten = 5.0 / float(people.forgetting_time)
        self.forget_after = float(people.forgetting_after) / 5.0
        self.productive = float(people.productive_share) if on("productive_share") else 1.0
        self.comm_k = float(people.communication) if on("communication") else 0.0
        self.managed = float(people.line_management) / 5.0 if on("line_management") else 0.0
        self.tax = float(people.mentor_tax) if self.on_ramp else 0.0
        enforced = float(standards.enforcement)
        if on("gates"):
            enforced *= 1.0 - float(standards.delegation_cost) * float(scenario.governance.delegated_share)
        self.drift = float(standards.drift) / 52.0 * (1.0 - enforced)
        self.stewardship = network.stewardship / 52.0
        self.of_skill = np.zeros((network.needs.skill.size, len(scenario.skills)))
        self.of_skill[np.arange(network.needs.skill.size), network.needs.skill] = 1.0
        self.communication = np.zeros(len(network.seating.teams))
        state.familiarity[:] = network.familiarity
        state.conformance[:] = network.conformance
        person = state.person
        person["team"] = staff.team
        person["group"] = staff.group
        self._set_levels()
        self._set_fit()

    # -- what decisions change -----------------------------------------------------------------

    def welcome(self, seat: int) -> None:
        """A newcomer: familiar with nothing, at the role's levels, at the start of the ramp."""
        self.level[seat] = self.start_level[seat]
        self.unused[seat] = 0.0
        if self.on_familiarity:
            self.state.familiarity[seat] = 0.0
        if self.on_ramp:
            self.progress[seat] = 0.0
            self.ramping = True

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

    def set_pace(self) -> None:
        """Pace of everybody: FTE x productive share x what communication, mentoring and lines leave."""
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
        if self.tax > 0.0 and self.ramping:
            newcomers = np.flatnonzero((self.progress < 1.0) & here & (self.mentor >= 0))
            mentoring = np.zeros(pace.size)
            np.add.at(mentoring, self.mentor[newcomers], self.tax * (1.0 - self.progress[newcomers]))
            pace = pace * (1.0 - np.minimum(0.9, mentoring))
        liaison = float(network.scenario.flow.liaison_hours)
        if liaison > 0.0 and teams > 1 and here.any():
            hours = liaison * teams * (teams - 1) / 2.0
            pace = pace * (1.0 - min(0.9, hours / (37.0 * staff.fte[here].sum())))
        person["pace"] = np.maximum(pace, 0.02)

    # -- what a week changes ---------------------------------------------------------------------

    def pass_week(self) -> bool:
        """Move ramp, familiarity, levels and conformance by the week just worked.

        Returns:
            Whether anybody may now do more or less than before.
        """
        state = self.state
        if self.on_conformance:
            c = state.conformance
            c += self.stewardship * (1.0 - c) - self.drift * c
        if self.on_familiarity:
            f = state.familiarity
            learnt = 1.0 - np.exp(state.served * (-1.0 / self.tau))
            f += (1.0 - f) * learnt
            f *= self.kept
        changed = self._learn() if self.on_learning else False
        if self.ramping:
            slow = float(self.network.scenario.people.unmentored_ramp)
            here = state.person["employed"] == 1
            step = np.where(self.mentor >= 0, self.ramp_step, self.ramp_step / slow)
            self.progress[here] = np.minimum(1.0, self.progress[here] + step[here])
            self.ramping = bool((self.progress < 1.0).any())
        if self.on_familiarity or self.on_ramp:
            self._set_fit()
        return changed

    def ramp(self) -> Array:
        """Pace factor of newcomers at the middle of the coming week."""
        step = self.ramp_step / 2.0
        return np.asarray(self.ramp_start + (1.0 - self.ramp_start) * np.minimum(1.0, self.progress + step))

    def _set_fit(self) -> None:
        """The slower of ramp and familiarity, never both."""
        fit = self.state.fit
        if self.on_familiarity:
            np.divide(1.0, 1.0 + self.penalty * (1.0 - self.state.familiarity), out=fit)
        if self.ramping:
            np.minimum(fit if self.on_familiarity else 1.0, self.ramp()[:, None], out=fit)
        elif not self.on_familiarity:
            fit[:] = 1.0

    def _learn(self) -> bool:
        """Levels rise with practice and training, and fade without use."""
        staff = self.network.staff
        worked = self.state.practice @ self.of_skill
        gain = worked * self.learnt_per_day
        gain[np.arange(staff.primary.size), staff.primary] += self.trained
        if self.ramping:
            faster = float(self.network.scenario.people.mentor_learning)
            gain[(self.progress < 1.0) & (self.mentor >= 0)] *= faster
        self.unused = np.where(worked > 0.0, 0.0, self.unused + 1.0)
        gain -= self.forgotten * (self.unused > self.forget_after)
        top = np.minimum(self.start_level + 1.0, 3.0)
        self.level = np.where(self.held, np.clip(self.level + gain, 0.0, top), self.level)
        floor = np.floor(self.level + 1e-9)
        changed = bool((floor != self.floor).any())
        self._set_speed()
        if changed:
            self._set_levels()
        return changed

    def _set_speed(self) -> None:
        needs, scenario = self.network.needs, self.network.scenario
        self.state.speed[:] = speed_by_level(scenario, self.level)[:, needs.skill]
        self.state.slip[:] = slip_by_level(scenario, np.maximum(self.level, 0.0))[:, needs.skill]

    def _set_levels(self) -> None:
        """Eligibility, preference and speed follow the levels."""
        network, state = self.network, self.state
        needs, staff = network.needs, network.staff
        self.floor = np.floor(self.level + 1e-9)
        self.can = able(self.level, needs)
        state.person["can"] = masks(self.can)
        state.person["speciality"] = masks(self.can & (needs.skill[None, :] == staff.primary[:, None]))
        self._set_speed()
        by_skill = speed_by_level(network.scenario, self.level)
        state.preference[:] = preferences(network.scenario, self.level, staff.primary, by_skill, needs)
