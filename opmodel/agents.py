"""Those who decide: people, teams, directorates, the governance board.

An agent is a number plus properties that read the model's arrays; assigning to a property does
nothing. Agents set *levers* that hold for the coming week; the flow kernel moves the requests.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import mesa
import numpy as np

if TYPE_CHECKING:
    from opmodel.flow.courses import Course
    from opmodel.model import OperatingModel


class Person(mesa.Agent):
    """A seat and its holder.

    Resigns when the accumulated hazard passes the holder's threshold, leaves when a known time has
    come, starts when recruitment is over.
    """

    model: OperatingModel

    def __init__(self, model: OperatingModel, seat: int) -> None:
        super().__init__(model)
        self.seat = seat

    @property
    def employed(self) -> bool:
        """Whether somebody holds the seat."""
        return bool(self.model.state.person["employed"][self.seat])

    @property
    def team(self) -> int:
        """Team of the seat."""
        return int(self.model.state.person["team"][self.seat])

    def consider_leaving(self) -> None:
        """Leave at the week's start: the known time has come, or the person resigns."""
        careers = self.model.careers
        resigns = careers.hazard[self.seat] >= careers.threshold[self.seat]
        if resigns or careers.leaves[self.seat] <= self.model.week:
            careers.leave(self.seat, self.model.week)
            self.model.courses.leave(self.seat)
            self.model.note_person("left", self.seat)
            if resigns:
                self.model.note_person("resigned", self.seat)
            self.model.teams[self.team].replace(self)

    def start_work(self) -> None:
        """Take up the seat: without familiarity, at the start of the ramp, at the levels of role and contract."""
        self.model.careers.join(self.seat, self.model.week)
        self.model.capability.welcome(self.seat)
        self.model.note_person("joined", self.seat)

    def go_on_course(self, course: Course) -> None:
        """Begin training in a skill; from now on a part of the week goes into it."""
        self.model.courses.begin(course)

    def finish_course(self, course: Course) -> None:
        """Back from training, at a higher level."""
        self.model.capability.teach(self.seat, course.programme.skill, course.programme.levels)


class Team(mesa.Agent):
    """People who share queues: refills its seats, appoints leads and mentors, lends people."""

    model: OperatingModel

    def __init__(self, model: OperatingModel, number: int) -> None:
        super().__init__(model)
        self.number = number
        self.seats = np.flatnonzero(model.network.staff.team == number)

    def replace(self, leaver: Person) -> None:
        """Open the vacancy that a leaver makes, if the seat is refilled."""
        self.model.careers.open_vacancy(leaver.seat, 5.0 * self.model.week)

    def organise(self) -> None:
        """After people came or went: appoint acting leads, give each newcomer a mentor."""
        capability, person = self.model.capability, self.model.state.person
        here = self.seats[person["employed"][self.seats] == 1]
        capability.appoint(self.number, here)
        settled = capability.progress[here] >= 1.0
        capability.mentor[here] = -1
        load = dict.fromkeys(here[settled].tolist(), 0)
        primary = self.model.network.staff.primary
        for s in here[~settled].tolist():
            best = min(load, key=lambda m: (load[m], primary[m] != primary[s], m), default=-1)
            if best >= 0:
                capability.mentor[s] = best
                load[best] += 1

    def lend(self, s: int, tasks: list[int]) -> bool:
        """Lend the least busy person for the week to the team with most tasks that person could do.

        Args:
            s: that person, present and of a team below the lending threshold last week.
            tasks: waiting tasks that the person could do, by team.

        Returns:
            Whether the person is lent.
        """
        most = max(tasks)
        if most == 0 or tasks[self.number] > 0 or not self.model.people[s].employed:
            return False
        self.model.state.person["lent"][s] = tasks.index(most)
        return True


class Directorate(mesa.Agent):
    """Those who ask: they raise more when lead times are short, less when they are long."""

    model: OperatingModel

    def __init__(self, model: OperatingModel, number: int) -> None:
        super().__init__(model)
        self.number = number
        demand = model.network.scenario.demand
        self.reference, self.elasticity = float(demand.reference_lead_time), float(demand.elasticity)
        self.ceiling = float(demand.raise_max)

    def decide_share_raised(self, lead_time: float) -> float:
        """Share of candidate requests raised: min(raise_max, (L / L_ref) ^ elasticity)."""
        return float(min(self.ceiling, (max(lead_time, 0.1) / self.reference) ** self.elasticity))


class GovernanceBoard(mesa.Agent):
    """A board that meets every few weeks and decides so many papers."""

    model: OperatingModel

    def __init__(self, model: OperatingModel, number: int) -> None:
        super().__init__(model)
        self.number = number
        self.cadence, self.seats, self.first_week = model.network.boards[number]

    def decide_seats(self) -> None:
        """Offer seats for papers in meeting weeks, none in others."""
        since = self.model.week - self.first_week
        meets = since >= 0 and since % self.cadence == 0
        self.model.state.board_seats[self.number] = self.seats if meets else 0
