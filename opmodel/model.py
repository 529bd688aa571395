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
from opmodel.flow.state import State, new_state
from opmodel.flow.tables import Demand
from opmodel.flow.weeks import close_week
from opmodel.records import WEEK_FIELDS
from opmodel.scenario.demand import LEVELS, UPKEEP_LEVEL

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
        sizes = {"person": seats, "team": teams, "directorate": directorates, "organisation": 1}
        self.log = {kind: np.zeros((self.weeks, len(WEEK_FIELDS[kind]), size)) for kind, size in sizes.items()}
        self.worked = np.zeros((MEMORY_WEEKS, seats))
        self.on_duty = np.zeros((MEMORY_WEEKS, seats))
        self.lead_sums = np.zeros((MEMORY_WEEKS, directorates))
        self.lead_counts = np.zeros((MEMORY_WEEKS, directorates))
        self.lead_time = np.full(directorates, float(scenario.demand.reference_lead_time))
        self.waiting = np.zeros((teams, network.needs.skill.size), np.int64)
        weights = yearly_requests(scenario).sum(0)
        self.asking = weights / max(weights.sum(), 1e-12)
        self.people = [Person(self, s) for s in range(seats)]
        self.teams = [Team(self, t) for t in range(teams)]
        self.directorates = [Directorate(self, d) for d in range(directorates)] if reacting else []
        self.boards = [GovernanceBoard(self, b) for b in range(len(network.boards))] if network.asks.gated else []
        self.lent = False
        self.lending = scenario.mechanisms.on("lending") and teams > 1
        self.lend_below = float(scenario.flow.lend_below)
        for team in self.teams:
            team.organise()
        self.capability.settle()
        self.changed = True

    def step(self) -> None:
        """One working week, in the order of the class's list."""
        for board in self.boards:
            board.decide_seats()
        self._come_and_go()
        self._lend()
        self._raise()
        if self.capability.ramping:
            self.capability.set_pace()
        self._flow()
        self._note()
        self.changed = self.capability.pass_week() or self.lent
        if self.estate:
            self._move_estate()
        self.week += 1
        if self.week >= self.weeks:
            self.running = False

    def note_person(self, field: str, seat: int) -> None:
        """Mark an event of the week in a person's record."""
        self.log["person"][self.week, list(WEEK_FIELDS["person"]).index(field), seat] = 1.0

    # -- 2, 3: people and teams ------------------------------------------------------------------

    def _come_and_go(self) -> None:
        careers = self.careers
        going = (careers.hazard >= careers.threshold) | (careers.leaves <= self.week)
        coming = careers.starts <= self.week
        if not (going.any() or coming.any()):
            return
        moved: set[int] = set()
        for s in np.flatnonzero(going):
            if self.people[s].employed:
                self.people[s].consider_leaving()
                moved.add(self.people[s].team)
        for s in np.flatnonzero(coming | (careers.starts <= self.week)):
            self.people[s].start_work()
            moved.add(self.people[s].team)
        for t in sorted(moved):
            self.teams[t].organise()
        self.capability.settle()
        self.changed = True

    def _lend(self) -> None:
        if not self.lending:
            return
        person = self.state.person
        if self.lent:
            person["lent"] = -1
            self.lent = False
        if self.week == 0 or not self.waiting.any():
            return
        last = (self.week - 1) % MEMORY_WEEKS
        worked, duty = self.worked[last], self.on_duty[last]
        team = self.network.staff.team
        present = (person["employed"] == 1) & (person["on_duty"] == 1)
        of_team = np.bincount(team, worked) / np.maximum(np.bincount(team, duty), 1e-9)
        below = (of_team < self.lend_below) & (np.bincount(team, present) > 0)
        if below.any():
            busy = np.where(present, worked / np.maximum(duty, 1e-9), np.inf)
            tasks = self.waiting @ self.capability.can.T
            for t in below.nonzero()[0].tolist():
                self.teams[t].lend(tasks, busy)
            self.lent = bool((person["lent"] >= 0).any())
            self.changed = self.changed or self.lent

    # -- 4: directorates -------------------------------------------------------------------------

    def _raise(self) -> None:
        """Directorates react to the 13-week mean of lead times of deliveries and ages of open requests."""
        if not self.directorates:
            return
        for directorate, days in zip(self.directorates, self.lead_time.tolist(), strict=True):
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
            need = network.needs.index[(skills.index(kind.upkeep.skill), LEVELS.index(UPKEEP_LEVEL))]
            life = float(kind.upkeep.life) / 5.0
            weekly = float(kind.upkeep.per_month) * 12.0 / 52.0
            self.estate.append((t, need, weekly, life, yearly[t] / 52.0 * life))
        self._set_upkeep()

    def _move_estate(self) -> None:
        """Deliveries add to the products in service, age takes from them; upkeep follows."""
        for t, _, _, life, stock in self.estate:
            stock += self.state.delivered[:, t] - stock / life
        self._set_upkeep()

    def _set_upkeep(self) -> None:
        upkeep = self.state.upkeep
        upkeep[:] = 0.0
        for _, need, weekly, _, stock in self.estate:
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
        """Write the week's record and the memories behind hazards and reactions."""
        state, log, w = self.state, self.log, self.week
        if self.directorates:
            log["directorate"][w, 1] = self.lead_time
        close_week(
            self.capability.habits, w, state.person, state.practice, state.account, state.queue, state.conformance,
            self.network.staff.primary, self.capability.level, self.capability.ramp, state.familiarity, self.asking,
            self.network.staff.team, self.waiting, self.worked, self.on_duty, self.lead_sums, self.lead_counts,
            self.careers.hazard, self.lead_time, log["person"], log["team"],
        )
        log["team"][w, 2] = self.capability.communication
        log["directorate"][w, 0] = self.share_raised
        if self.estate:
            log["directorate"][w, 2] = state.upkeep.sum(1)
        log["organisation"][w, 0] = self.careers.recruited
        self.careers.recruited = 0
        if self.boards:
            first = state.queue.size - state.employs.shape[1] - state.board_seats.size
            log["organisation"][w, 1] = state.queue["length"][first : first + state.board_seats.size].sum()

    def records(self) -> dict[tuple[str, str], Array]:
        """Array (weeks, entities) of each kind and field of the weekly record."""
        return {
            (kind, name): self.log[kind][:, k] for kind, fields in WEEK_FIELDS.items() for k, name in enumerate(fields)
        }
