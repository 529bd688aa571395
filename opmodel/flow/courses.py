"""Training of present people: who goes on a course when, how much of a week it takes, when it is over."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from opmodel.flow.seating import Seating
from opmodel.flow.staff import trainees
from opmodel.scenario.people import Training
from opmodel.scenario.quantity import DAYS_PER_WEEK
from opmodel.scenario.scenario import Scenario

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Programme:
    """A training of the file, in weeks."""

    candidates: tuple[int, ...]
    """Seats whose holders may go, the first first."""
    count: int
    skill: int
    levels: float
    fee: float
    begins: int
    """Week at whose start it begins."""
    weeks: float
    """How long it lasts."""
    share: float
    """Share of time off the job while it lasts."""

    @property
    def ends(self) -> int:
        """First week after it."""
        return self.begins + math.ceil(self.weeks - 1e-9)

    def away(self, week: int) -> float:
        """Share of a week's time off the job; less in the last one, if the course ends within it."""
        return self.share * min(1.0, max(0.0, self.weeks - (week - self.begins)))


@dataclass(frozen=True)
class Course:
    """One person on a course."""

    programme: Programme
    seat: int


class Courses:
    """Courses under way.

    A course begins and ends at the start of a week. It is for people present when it begins: of the seats that it
    is meant for, those come first whose holders have been on the fewest courses, then the first in the file. Who
    leaves before the end has learnt nothing; the fee is spent.
    """

    def __init__(self, scenario: Scenario, seats: Seating) -> None:
        """Nobody is on a course yet."""
        skills = list(scenario.skills)
        self.programmes = [
            _programme(t, tuple(trainees(t, seats)), skills.index(t.skill)) for t in scenario.training.values()
        ]
        self.under_way: list[Course] = []
        self.taken = np.zeros(len(seats.seats), np.int64)
        self.fees = 0.0
        """Pounds spent since they were last noted."""
        self.weeks = {week for p in self.programmes for week in (p.begins, p.begins + math.floor(p.weeks), p.ends)}
        """Weeks at whose start somebody's course begins, ends or takes another share of the week."""

    def beginning(self, week: int, employed: Array) -> Iterator[Course]:
        """People who go on a course this week."""
        for programme in self.programmes:
            if programme.begins != week:
                continue
            present = [s for s in programme.candidates if employed[s]]
            for s in sorted(present, key=lambda s: (self.taken[s], programme.candidates.index(s)))[: programme.count]:
                yield Course(programme, s)

    def begin(self, course: Course) -> None:
        """Somebody goes on a course."""
        self.under_way.append(course)
        self.taken[course.seat] += 1
        self.fees += course.programme.fee

    def leave(self, seat: int) -> None:
        """The holder of a seat has gone, and with that person what was being learnt."""
        self.under_way = [course for course in self.under_way if course.seat != seat]
        self.taken[seat] = 0

    def over(self, week: int) -> list[Course]:
        """Take out the courses that are over at a week's start."""
        ended = [course for course in self.under_way if course.programme.ends <= week]
        self.under_way = [course for course in self.under_way if course.programme.ends > week]
        return ended

    def away(self, week: int) -> Array:
        """Share of the week that everybody is off the job, f8 (S,)."""
        share = np.zeros(self.taken.size)
        for course in self.under_way:
            share[course.seat] += course.programme.away(week)
        return np.minimum(share, 1.0)


def _programme(training: Training, candidates: tuple[int, ...], skill: int) -> Programme:
    weeks = float(training.over) / DAYS_PER_WEEK
    return Programme(
        candidates=candidates, count=training.count, skill=skill, levels=float(training.levels),
        fee=float(training.fee), begins=math.ceil(float(training.opens) / DAYS_PER_WEEK - 1e-9), weeks=weeks,
        share=min(1.0, float(training.off_the_job) / float(training.over)),
    )
