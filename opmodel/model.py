"""The operating model: one step is one working week."""

from __future__ import annotations

from typing import Any

import mesa
import numpy as np
import numpy.typing as npt

from opmodel.agents import Directorate, GovernanceBoard, Person, Team
from opmodel.capability import Capability
from opmodel.careers import Careers
from opmodel.flow.courses import Courses
from opmodel.flow.direct import Direct
from opmodel.flow.expected import yearly_requests
from opmodel.flow.kernel import DONE, advance, begin_week
from opmodel.flow.network import Network
from opmodel.flow.state import State, new_state, release
from opmodel.flow.tables import Demand
from opmodel.flow.weeks import MOVES, OFFERS, close_week, count_tasks, move_estate
from opmodel.records import WEEK_FIELDS
from opmodel.scenario.demand import LEVELS, UPKEEP_LEVEL

Array = npt.NDArray[Any]
MEMORY_WEEKS = 13
PERSON_FIELDS = list(WEEK_FIELDS["person"])


class OperatingModel(mesa.Model):
    """Data people, teams, directorates and boards of one organisation.

    A step is one working week:

    1. boards decide how many papers they take this week;
    2. people resign or leave, those whose recruitment is over start, and courses end and begin;
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
        self.courses = Courses(scenario, network.seating)
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
        self.lender = np.full(teams, -1)
        self.tasks = np.zeros((teams, teams), np.int64)
        self.waiting = np.zeros((teams, network.needs.skill.size), np.int64)
        weights = yearly_requests(scenario).sum(0)
        self.asking = weights / max(weights.sum(), 1e-12)
        self.people = [Person(self, s) for s in range(seats)]
        self.teams = [Team(self, t) for t in range(teams)]
        self.directorates = [Directorate(self, d) for d in range(directorates)] if reacting else []
        self.boards = [GovernanceBoard(self, b) for b in range(len(network.boards))] if network.asks.gated else []
        self.lent = False
        self.moves = True  # whether anybody may leave, start or go on a course this week
        self.offers = False  # whether tasks wait and a team may lend somebody
        self._begin, self._advance, self._close = Direct(begin_week), Direct(advance), Direct(close_week)
        for team in self.teams:
            team.organise()
        self.capability.settle()
        self.changed = True

    def step(self) -> None:
        """One working week, in the order of the class's list."""
        for board in self.boards:
            board.decide_seats()
        if self.moves:
            self._come_and_go()
        self._lend()
        self._raise()
        if self.capability.ramping:
            self.capability.set_pace()
        self._flow()
        self._note()
        self.changed = self.capability.pass_week() or self.lent
        self._move_estate()
        self.week += 1
        if self.week >= self.weeks:
            self.running = False

    def note_person(self, field: str, seat: int) -> None:
        """Mark an event of the week in a person's record."""
        self.log["person"][self.week, PERSON_FIELDS.index(field), seat] = 1.0

    # -- 2, 3: people and teams ------------------------------------------------------------------

    def _come_and_go(self) -> None:
        careers = self.careers
        going = (careers.hazard >= careers.threshold) | (careers.leaves <= self.week)
        coming = careers.starts <= self.week
        if not (going.any() or coming.any() or self.week in self.courses.weeks):
            return
        moved: set[int] = set()
        for s in np.flatnonzero(going):
            if self.people[s].employed:
                self.people[s].consider_leaving()
                moved.add(self.people[s].team)
        for s in np.flatnonzero(coming | (careers.starts <= self.week)):
            self.people[s].start_work()
            moved.add(self.people[s].team)
        self._train()
        for t in sorted(moved):
            self.teams[t].organise()
        self.capability.settle()
        self.changed = True

    def _train(self) -> None:
        """Courses that are over raise levels; those that begin take a part of their people's week."""
        courses = self.courses
        for course in courses.over(self.week):
            self.people[course.seat].finish_course(course)
        for course in courses.beginning(self.week, self.state.person["employed"]):
            self.people[course.seat].go_on_course(course)
        if courses.programmes:
            self.capability.keep_free(courses.away(self.week))

    def _lend(self) -> None:
        if self.lent:
            self.state.person["lent"] = -1
            self.lent = False
        if self.offers:
            count_tasks(self.state.person, self.waiting, self.lender, self.tasks)
            offers = zip(self.teams, self.lender.tolist(), self.tasks.tolist(), strict=True)
            self.lent = any([team.lend(s, tasks) for team, s, tasks in offers if s >= 0])
            self.changed = self.changed or self.lent

    # -- 4: directorates -------------------------------------------------------------------------

    def _raise(self) -> None:
        """Directorates react to the 13-week mean of lead times of deliveries and ages of open requests."""
        if not self.directorates:
            return
        self.share_raised[:] = [
            d.decide_share_raised(days) for d, days in zip(self.directorates, self.lead_time.tolist(), strict=True)
        ]
        self.state.raised[:] = self.share_raised / self.raise_max

    # -- 5: upkeep ---------------------------------------------------------------------------------

    def _start_estate(self) -> None:
        """Products in service at the start: what today's rate of delivery keeps in balance.

        ``estate`` holds, for each request type with upkeep: products in service by directorate, type,
        need, days of upkeep a week for each, and weeks in service.
        """
        scenario, network = self.network.scenario, self.network
        yearly = yearly_requests(scenario)
        skills, level = list(scenario.skills), LEVELS.index(UPKEEP_LEVEL)
        kept = [
            (t, kind.upkeep) for t, kind in enumerate(scenario.request_types.values())
            if kind.upkeep is not None and scenario.mechanisms.on("upkeep")
        ]
        life = np.array([float(u.life) / 5.0 for _, u in kept])
        self.estate = (
            np.array([yearly[t] / 52.0 * weeks for (t, _), weeks in zip(kept, life, strict=True)]).reshape(
                len(kept), len(scenario.directorates)
            ),
            np.array([t for t, _ in kept], np.int64),
            np.array([network.needs.index[skills.index(u.skill), level] for _, u in kept], np.int64),
            np.array([float(u.per_month) * 12.0 / 52.0 for _, u in kept]),
            life,
        )
        stock, _, need, weekly, _ = self.estate
        for e in range(len(kept)):
            self.state.upkeep[:, need[e]] += stock[e] * weekly[e]

    def _move_estate(self) -> None:
        """Deliveries add to the products in service, age takes from them; upkeep follows."""
        if self.estate[0].size:
            move_estate(*self.estate, self.state.delivered, self.state.upkeep)

    # -- 6, 7: the week --------------------------------------------------------------------------

    def _flow(self) -> None:
        """Let the kernel move requests to the week's end, growing its tables where they are full."""
        now, until = 5.0 * self.week, 5.0 * (self.week + 1)
        while self._begin(self.network.tables, self.demand, self.state, now, self.changed) != DONE:
            self._grow()
        last = self.week == self.weeks - 1
        while self._advance(self.network.tables, self.demand, self.state, until, last) != DONE:
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
        log, careers, capability = self.log, self.careers, self.capability
        found = self._close(
            capability.habits, self.week, self.state, self.network.staff.primary, capability.level, capability.ramp,
            self.asking, self.network.staff.team, capability.communication, self.waiting, self.lender, self.worked,
            self.on_duty, self.lead_sums, self.lead_counts, careers.hazard, careers.threshold, careers.leaves,
            careers.starts, self.share_raised, self.lead_time, log["person"], log["team"], log["directorate"],
            log["organisation"],
        )
        self.moves, self.offers = bool(found & MOVES), bool(found & OFFERS)
        self.moves = self.moves or self.week + 1 in self.courses.weeks
        log["organisation"][self.week, 0, 0] = careers.recruited
        log["organisation"][self.week, 2, 0] = self.courses.fees
        careers.recruited, self.courses.fees = 0, 0.0

    def records(self) -> dict[tuple[str, str], Array]:
        """Array (weeks, entities) of each kind and field of the weekly record."""
        return {
            (kind, name): self.log[kind][:, k] for kind, fields in WEEK_FIELDS.items() for k, name in enumerate(fields)
        }

    def dismiss(self) -> None:
        """Let go of a model that is needed no more: the next one uses its tables."""
        release(self.state)
        # Mesa before 3.4.2 keeps every model for ever in the agent class's table of ids.
        getattr(mesa.Agent, "_ids", {}).pop(self, None)
