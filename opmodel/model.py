"""The operating model: one step is one working week."""

from __future__ import annotations

from typing import Any

import mesa
import numpy as np
import numpy.typing as npt

from opmodel.agents import Directorate, GovernanceBoard, Person, Team
from opmodel.capability import Capability
from opmodel.careers import Careers
from opmodel.flow.expected import upkeep_due, yearly_requests
from opmodel.flow.kernel import DONE, advance, begin_week
from opmodel.flow.network import Network
from opmodel.flow.state import CLASS_COUNT, State, new_state
from opmodel.flow.tables import Demand
from opmodel.records import WEEK_FIELDS
from opmodel.scenario.demand import LEVELS

Array = npt.NDArray[Any]
MEMORY_WEEKS = 13


class OperatingModel(mesa.Model):
    """Data people, teams, directorates and boards of one organisation.

    A step is one working week:

    1. boards decide how many papers they take this week;
    2. people resign or leave, and those whose recruitment is over start;
    3. teams open vacancies, appoint leads and mentors, and lend people;
    4. directorates decide what share of their candidate requests they raise;
    5. paces, upkeep and boundaries of the week follow;
    6. the flow kernel moves requests to the week's end;
    7. the week is noted, then ramp, familiarity, levels, conformance and estate move by it.

    Nothing is drawn from Mesa's generators: all draws are keyed by name (``opmodel.flow.draws``).
    """

    def __init__(self, network: Network, demand: Demand, seed: int = 1, replication: int = 0) -> None:
        super().__init__(rng=0)
        scenario = network.scenario
        self.network, self.demand = network, demand
        self.weeks = scenario.study.horizon_weeks
        self.week = 0
        seats, teams = len(network.seating.seats), len(network.seating.teams)
        directorates = len(scenario.directorates)
        years = network.holidays.size // 260
        self.state: State = new_state(
            requests=demand.ask.size, seats=seats, teams=teams, needs=network.needs.skill.size,
            directorates=directorates, types=network.types, boards=len(network.boards),
            spells=60 * years if scenario.mechanisms.on("time_off") else 0,
            visits=int(demand.effort.size * 1.5) + 256, groups=int(network.staff.groups.max()), due=demand.ask["due"],
        )
        self.careers = Careers(network, self.state, seed, replication)
        self.capability = Capability(network, self.state)
        self.share_raised = np.ones(directorates)
        self.raise_max = 1.0
        reacting = scenario.mechanisms.on("reacting_demand") and float(scenario.demand.elasticity) != 0.0
        if reacting:
            self.raise_max = float(scenario.demand.raise_max)
        self._start_estate()
        self.log = {
            (kind, name): np.zeros((self.weeks, size))
            for kind, size in (("person", seats), ("team", teams), ("directorate", directorates), ("organisation", 1))
            for name in WEEK_FIELDS[kind]
        }
        self.log["person", "lent_to"][:] = -1.0
        self.worked = np.zeros((MEMORY_WEEKS, seats))
        self.on_duty = np.zeros((MEMORY_WEEKS, seats))
        self.lead_sums = np.zeros((MEMORY_WEEKS, directorates))
        self.lead_counts = np.zeros((MEMORY_WEEKS, directorates))
        weights = yearly_requests(scenario).sum(0)
        self.asking = weights / max(weights.sum(), 1e-12)
        self.people = [Person(self, s) for s in range(seats)]
        self.teams = [Team(self, t) for t in range(teams)]
        self.directorates = [Directorate(self, d) for d in range(directorates)] if reacting else []
        self.boards = [GovernanceBoard(self, b) for b in range(len(network.boards))] if network.asks.gated else []
        self.lending = scenario.mechanisms.on("lending") and teams > 1
        self.lend_below = float(scenario.flow.lend_below)
        self.overload = float(scenario.people.overload_effect)
        for team in self.teams:
            team.organise()
        self.capability.set_pace()
        self.changed = True

    def step(self) -> None:
        """One working week, in the order of the class's list."""
        for board in self.boards:
            board.decide_seats()
        self._come_and_go()
        self._lend()
        self._raise()
        if self.changed or self.capability.ramping:
            self.capability.set_pace()
        self._flow()
        self._note()
        self.changed = self.capability.pass_week() or bool((self.state.person["lent"] >= 0).any())
        self._move_estate()
        self.week += 1
        if self.week >= self.weeks:
            self.running = False

    def note_person(self, field: str, seat: int) -> None:
        """Mark an event of the week in a person's record."""
        self.log["person", field][self.week, seat] = 1.0

    # -- 2, 3: people and teams ------------------------------------------------------------------

    def _come_and_go(self) -> None:
        careers = self.careers
        moved: set[int] = set()
        for s in np.flatnonzero((careers.hazard >= careers.threshold) | (careers.leaves <= self.week)):
            if self.people[s].employed:
                self.people[s].consider_leaving()
                moved.add(self.people[s].team)
        for s in np.flatnonzero(careers.starts <= self.week):
            self.people[s].start_work()
            moved.add(self.people[s].team)
        for t in sorted(moved):
            self.teams[t].organise()
        if moved:
            self.changed = True

    def _lend(self) -> None:
        person = self.state.person
        person["lent"] = -1
        if not self.lending or self.week == 0:
            return
        waiting = self._waiting()
        if not waiting.any():
            return
        last = (self.week - 1) % MEMORY_WEEKS
        worked, duty = self.worked[last], self.on_duty[last]
        team = self.network.staff.team
        of_team = np.bincount(team, worked) / np.maximum(np.bincount(team, duty), 1e-9)
        busy = worked / np.maximum(duty, 1e-9)
        for t in np.flatnonzero(of_team < self.lend_below):
            self.teams[t].lend(waiting, busy)
        self.changed = self.changed or bool((person["lent"] >= 0).any())

    def _waiting(self) -> Array:
        """Tasks waiting (teams, needs)."""
        teams, needs = self.state.employs.shape
        sizes = self.state.queue["size"][: teams * needs * CLASS_COUNT]
        return np.asarray(sizes.reshape(teams, needs, CLASS_COUNT).sum(2))

    # -- 4: directorates -------------------------------------------------------------------------

    def recent_lead_time(self) -> Array:
        """13-week mean of lead times of deliveries and of the ages of open requests, by directorate."""
        account = self.state.account
        ages = account["open"] * (5.0 * self.week) - account["raised_sum"]
        total = self.lead_sums.sum(0) + ages
        count = self.lead_counts.sum(0) + account["open"]
        reference = float(self.network.scenario.demand.reference_lead_time)
        return np.where(count > 0, total / np.maximum(count, 1), reference)

    def _raise(self) -> None:
        if not self.directorates:
            return
        lead = self.recent_lead_time() if self.week else np.full(
            self.share_raised.size, float(self.network.scenario.demand.reference_lead_time)
        )
        self.log["directorate", "lead_time"][self.week] = lead
        for directorate, days in zip(self.directorates, lead.tolist(), strict=True):
            directorate.decide_share_raised(days)
        self.state.raised[:] = self.share_raised / self.raise_max

    # -- 5: upkeep ---------------------------------------------------------------------------------

    def _start_estate(self) -> None:
        """Products in service at the start: what today's rate of delivery keeps in balance."""
        scenario, network = self.network.scenario, self.network
        self.estate: list[tuple[int, int, float, float, Array]] = []
        if not upkeep_due(scenario):
            return
        yearly = yearly_requests(scenario)
        skills = list(scenario.skills)
        for t, kind in enumerate(scenario.request_types.values()):
            if kind.upkeep is None:
                continue
            need = network.needs.index[(skills.index(kind.upkeep.skill), LEVELS.index("working"))]
            life = float(kind.upkeep.life) / 5.0
            weekly = float(kind.upkeep.per_month) * 12.0 / 52.0
            self.estate.append((t, need, weekly, life, yearly[t] / 52.0 * life))
        self._move_estate()

    def _move_estate(self) -> None:
        """Deliveries add to the products in service, age takes from them; upkeep follows."""
        if not self.estate:
            return
        upkeep = self.state.upkeep
        upkeep[:] = 0.0
        for t, need, weekly, life, stock in self.estate:
            if self.week or self.state.clock[0].events:
                stock += self.state.delivered[:, t] - stock / life
            upkeep[:, need] += stock * weekly

    # -- 6, 7: the week --------------------------------------------------------------------------

    def _flow(self) -> None:
        """Let the kernel move requests to the week's end, growing its tables where they are full."""
        now, until = 5.0 * self.week, 5.0 * (self.week + 1)
        while begin_week(self.network.tables, self.demand, self.state, now, self.changed) != DONE:
            self._grow()
        last = self.week == self.weeks - 1
        while advance(self.network.tables, self.demand, self.state, until, last) != DONE:
            self._grow()

    def _grow(self) -> None:
        bigger = {}
        for name in ("visit", "timer", "work"):
            old = getattr(self.state, name)
            new = np.zeros(int(old.size * 1.5) + 1024, old.dtype)
            new[: old.size] = old
            bigger[name] = new
        self.state = self.state._replace(**bigger)
        self.careers.state = self.capability.state = self.state

    def _note(self) -> None:
        """Write the week's record and the rolling sums behind hazards and reactions."""
        state, log, w = self.state, self.log, self.week
        person = state.person
        employed = person["employed"]
        worked, duty = state.practice.sum(1), person["duty_days"]
        slot = w % MEMORY_WEEKS
        self.worked[slot], self.on_duty[slot] = worked, duty
        self.lead_sums[slot], self.lead_counts[slot] = state.account["lead_sum"], state.account["delivered"]
        busy = self.worked.sum(0) / np.maximum(self.on_duty.sum(0), 1e-9)
        hazard = self.careers.rate * (1.0 + self.overload * np.maximum(0.0, busy - 0.9) / 0.1)
        self.careers.hazard += hazard * employed
        log["person", "employed"][w] = employed
        log["person", "on_duty"][w] = duty
        log["person", "worked"][w] = worked
        log["person", "pace"][w] = person["pace"]
        log["person", "ramp"][w] = self.capability.ramp() if self.capability.ramping else 1.0
        primary = self.network.staff.primary
        log["person", "level"][w] = self.capability.level[np.arange(primary.size), primary]
        log["person", "familiarity"][w] = state.familiarity @ self.asking
        log["person", "lent_to"][w] = person["lent"]
        log["team", "filled"][w] = np.bincount(self.network.staff.team, employed, len(self.teams))
        log["team", "conformance"][w] = state.conformance
        log["team", "communication"][w] = self.capability.communication
        log["team", "queued"][w] = self._waiting().sum(1)
        log["directorate", "share_raised"][w] = self.share_raised
        log["directorate", "upkeep"][w] = state.upkeep.sum(1)
        log["organisation", "recruitments"][w] = self.careers.recruited
        self.careers.recruited = 0
        boards = state.queue.size - state.employs.shape[1] - state.board_seats.size
        log["organisation", "papers"][w] = state.queue["size"][boards : boards + state.board_seats.size].sum()
