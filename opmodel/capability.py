"""What people can do in a week: ramp-up, familiarity, levels, conformance, and the pace that follows.

Continuous state moves as one array expression a week; only new weeks in which somebody came, went or
is still ramping up recompute the paces.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from opmodel.flow.direct import Direct
from opmodel.flow.network import Network
from opmodel.flow.staff import Staff, after_training
from opmodel.flow.state import State, blank
from opmodel.flow.weeks import HABITS, PASSED, RAMPING, move_week, set_fit, set_levels, set_pace, set_speeds, settle
from opmodel.scenario.demand import LEVELS

Array = npt.NDArray[Any]


class Capability:
    """Levers of all seats (S), teams (M) and directorates (D), and the continuous state behind them."""

    def __init__(self, network: Network, state: State) -> None:
        self.network, self.state = network, state
        scenario, staff = network.scenario, network.staff
        on = scenario.mechanisms.on
        seats = staff.team.size
        self.habits = _habits(network)
        self.level = staff.level.copy()
        self.start_level = staff.level.copy()
        self.held = (staff.level >= 0).astype(np.int8)
        self.most_level = _most_level(staff)  # where learning ends
        self.schooling, self.free = _schooling(network)
        self.time = staff.fte * self.free  # FTE less training off the job
        self.ramp_step = np.array([5.0 / max(s.terms.ramp_up, 1e-9) for s in network.seating.seats])
        self.unused = np.zeros(self.level.shape)  # weeks without use of a skill
        self.progress = np.ones(seats)  # of the ramp-up, 1 when over
        self.ramp = np.ones(seats)  # pace factor of newcomers this week
        self.mentor = np.full(seats, -1)
        self.lead, self.chief = staff.lead.copy(), staff.chief.copy()
        self.ramping = False
        self._move_week = Direct(move_week)
        self.moving = any(on(m) for m in ("familiarity", "learning", "ramp_up", "conformance"))
        self.stewardship = network.stewardship / 52.0
        self.level_speed = np.array([float(getattr(scenario.level_speed, name)) for name in LEVELS])
        self.level_slip = np.array([float(getattr(scenario.standards.rework_by_level, name)) for name in LEVELS])
        self.liaison = float(scenario.flow.liaison_hours)
        posts = network.seating.seats
        by_pay = sorted(range(seats), key=lambda s: (not staff.chief[s], not staff.lead[s], -posts[s].salary, s))
        self.rank = np.empty(seats, np.int64)  # who leads first
        self.rank[by_pay] = np.arange(seats)
        self.may_lead = np.array([not s.agency for s in posts], bool)
        teams = len(network.seating.teams)
        self.filled = np.zeros(teams, np.int64)
        self.in_group = np.zeros((teams, int(staff.groups.max())), np.int64)
        self.communication = np.zeros(teams)
        self.settled = np.ones(seats)  # pace before mentoring
        state.familiarity[:] = network.familiarity
        state.conformance[:] = network.conformance
        state.person["team"] = staff.team
        state.person["group"] = staff.group
        self._set_levels()
        self._set_fit()

    # -- what decisions change -----------------------------------------------------------------

    def welcome(self, seat: int) -> None:
        """A newcomer: familiar with nothing, at the levels of role and contract, at the start of the ramp."""
        level = self.network.staff.level[seat]
        trained = bool((self.start_level[seat] != level).any())  # the leaver was
        self.start_level[seat] = self.level[seat] = level
        self.held[seat] = level >= 0
        self.most_level[seat] = _most_level(self.network.staff)[seat]
        self.unused[seat] = 0.0
        if self.habits[0].familiarity == 1:
            self.state.familiarity[seat] = 0.0
        if self.habits[0].ramp == 1:
            self.progress[seat] = 0.0
            self.ramping = True
        if self.habits[0].learning == 1 or trained:
            self._set_levels()
        self._set_fit()

    def teach(self, seat: int, skill: int, levels: float) -> None:
        """Somebody has been on a course: a higher level from now on, as if held from the start."""
        before = float(self.level[seat, skill])
        reached = after_training(before, levels)
        self.level[seat, skill] = reached
        self.held[seat, skill] = reached >= 0.0
        self.start_level[seat, skill] = max(self.start_level[seat, skill], reached)
        self.most_level[seat, skill] = min(self.most_level[seat, skill] + reached - before, 3.0)
        self.unused[seat, skill] = 0.0
        self._set_levels()

    def keep_free(self, away: Array) -> None:
        """Time left for work this week, given the share that courses take."""
        self.time = self.network.staff.fte * self.free * (1.0 - away)

    def appoint(self, team: int, here: Array) -> None:
        """Leads of a team's sub-teams: the appointed one if present, else the best-paid present."""
        staff = self.network.staff
        members = staff.team == team
        self.lead[members] = self.chief[members] = False
        if here.size < self.network.scenario.people.lead_from:
            return
        candidates = here[self.may_lead[here]]
        candidates = candidates[self.rank[candidates].argsort()].tolist()
        self.chief[candidates[:1]] = True
        led: set[int] = set()
        for s in candidates:
            group = int(staff.group[s])
            self.lead[s] = group not in led
            led.add(group)

    def settle(self) -> None:
        """After people came or went: pace of everybody, before mentoring.

        FTE less training off the job x productive share x what communication, line management and liaison leave.
        """
        staff, teams, factor = self.network.staff, self.communication.size, 1.0
        if self.liaison > 0.0 and teams > 1:
            hours = self.liaison * teams * (teams - 1) / 2.0
            theirs = 37.0 * staff.fte[self.state.person["employed"] == 1].sum()
            factor = 1.0 - min(0.9, hours / max(theirs, 1e-9))
        settle(self.habits, self.state.person, self.time, self.lead, self.chief, factor, self.filled, self.in_group,
               self.communication, self.settled)
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
        found = self._move_week(
            self.habits, state.person, state.practice, state.served, network.staff.primary, network.needs.skill,
            self.held, self.start_level, self.most_level, self.schooling, self.level, self.unused, self.progress,
            self.ramp_step, self.mentor, state.familiarity, state.conformance, self.stewardship, self.ramp, state.fit,
            self.level_speed, self.level_slip, state.speed, state.slip,
        )
        if self.ramping and not found & RAMPING:
            self.ramping = False
            self.set_pace()
        if found & PASSED:
            self._set_levels()
        return bool(found & PASSED)

    def _set_fit(self) -> None:
        set_fit(self.habits, self.progress, self.ramp_step, self.state.familiarity, self.ramp, self.state.fit)

    def _set_levels(self) -> None:
        """Eligibility, preference and speed follow the levels."""
        network, state = self.network, self.state
        needs, dispatch = network.needs, network.scenario.flow.dispatch
        set_levels(state.person, self.level, self.start_level, needs.skill, needs.level, network.staff.primary,
                   dispatch == "speciality_first", state.preference)
        set_speeds(self.habits, self.level, needs.skill, self.level_speed, self.level_slip, state.speed, state.slip)
        if dispatch == "fastest":
            state.preference[:] = -state.speed


def _most_level(staff: Staff) -> Array:
    """Where learning ends: a level above the start, or at the role's, whichever is higher; at most expert."""
    return np.minimum(np.maximum(staff.level + 1.0, staff.aim), 3.0)


def _schooling(network: Network) -> tuple[Array, Array]:
    """Levels that a day on duty brings by the contract's training off the job, and the share of time it leaves.

    The training is shared evenly by the skills that start below the role's level; without any it goes to the primary
    skill, as training days do.
    """
    people, staff = network.scenario.people, network.staff
    off = np.array([s.terms.off_the_job for s in network.seating.seats])
    worth = float(people.training_worth) / float(people.learning_time)
    below = (staff.level >= 0.0) & (staff.level < staff.aim)
    none = ~below.any(axis=1)
    below[none, staff.primary[none]] = True
    return off[:, None] * worth * below / below.sum(axis=1, keepdims=True), 1.0 - off


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
    h.unmentored = float(people.unmentored_ramp)
    enforced = float(standards.enforcement)
    if on("gates"):
        enforced *= 1.0 - float(standards.delegation_cost) * float(scenario.governance.delegated_share)
    h.drift = float(standards.drift) / 52.0 * (1.0 - enforced)
    h.hazard = -np.log(1.0 - min(float(people.turnover), 0.999)) / 52.0
    h.overload = float(people.overload_effect)
    h.reference = float(scenario.demand.reference_lead_time)
    h.lend_below = float(scenario.flow.lend_below) if on("lending") and len(network.seating.teams) > 1 else 0.0
    h.productive = float(people.productive_share) if on("productive_share") else 1.0
    h.communication = float(people.communication) if on("communication") else 0.0
    h.communication_cap = float(people.communication_cap)
    h.split_above = max(1.0, float(people.sub_team_size_max))
    h.managed = float(people.line_management) / 5.0 if on("line_management") else 0.0
    h.mentor_tax = float(people.mentor_tax) if on("ramp_up") else 0.0
    h.reacts = on("reacting_demand") and float(scenario.demand.elasticity) != 0.0
    return habits
