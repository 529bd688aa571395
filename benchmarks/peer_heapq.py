"""W2 in plain Python with a heap: the readable statement of the rules, without any package.

The calendar holds (time, serial number, who): a `_Person` is due to complete a task, a `_Request` is due
to join its next team after a hand-off. Arrivals are sorted already and stay outside the heap.
"""

from collections import deque
from heapq import heappop, heappush
from itertools import accumulate
from typing import final

import numpy as np

from benchmarks.plain import PlainWorkload, RequestPlan, to_plain
from benchmarks.workload import N_PRIORITIES, FloatArray, Workload


class _Request:
    __slots__ = ("efforts", "factor", "number", "priority", "returns", "skills", "task", "team", "teams")

    def __init__(self, plan: RequestPlan) -> None:
        self.number, self.priority, self.teams, self.skills, self.efforts, returns = plan
        self.returns = iter(returns)
        self.team = self.teams[self.skills[0]]
        self.task = 0
        self.factor = 1.0


# One queue per skill, of (serial number, request); a team has such a list for each class.
_Queue = deque[tuple[int, _Request]]


class _Team:
    __slots__ = ("idle", "queues")

    def __init__(self, n_skills: int) -> None:
        self.idle: list[_Person] = []  # longest idle first
        self.queues: list[list[_Queue]] = [[deque() for _ in range(n_skills)] for _ in range(N_PRIORITIES)]


@final
class _Person:
    __slots__ = ("queues", "request", "speed", "team")

    def __init__(self, team: _Team, speed: list[float]) -> None:
        self.team, self.speed = team, speed
        self.queues = [[q for q, v in zip(same_class, speed, strict=True) if v] for same_class in team.queues]
        self.request: _Request
        team.idle.append(self)


class _Run:
    def __init__(self, plain: PlainWorkload) -> None:
        self.plain = plain
        self.calendar: list[tuple[float, int, _Person | _Request]] = []
        self.serial = 0
        self.teams = [_Team(len(plain.people[0][1])) for _ in plain.handoff_delay]
        for team, speed in plain.people:
            _Person(self.teams[team], speed)
        self.completed = [float("nan")] * len(plain.requests)

    def play(self) -> int:
        """Play the whole run; return the number of events."""
        n_arrivals = n_others = 0
        for time, plan in zip(accumulate(self.plain.gaps), self.plain.requests, strict=True):
            n_others += self.advance(time)
            n_arrivals += 1
            self.join(_Request(plan), time)
        return n_arrivals + n_others + self.advance(self.plain.hours)

    def advance(self, until: float) -> int:
        """Handle all that is due before `until`; return how much that was."""
        calendar = self.calendar
        n_events = 0
        while calendar and calendar[0][0] < until:
            now, _, who = heappop(calendar)
            n_events += 1
            if type(who) is _Person:
                self.move_on(who.request, now)
                self.choose(who, now)
            else:
                self.join(who, now)
        return n_events

    def join(self, request: _Request, now: float) -> None:
        """The request meets the team of its next task."""
        team, skill = self.teams[request.team], request.skills[request.task]
        idle = team.idle
        for place, person in enumerate(idle):
            if person.speed[skill]:
                del idle[place]
                self.start(person, request, now)
                return
        self.serial += 1
        team.queues[request.priority][skill].append((self.serial, request))

    def start(self, person: _Person, request: _Request, now: float) -> None:
        person.request = request
        task = request.task
        duration = request.efforts[task] * request.factor / person.speed[request.skills[task]]
        self.serial += 1
        heappush(self.calendar, (now + duration, self.serial, person))

    def move_on(self, request: _Request, now: float) -> None:
        """The request has completed a task: go to the next one, back to an earlier one, or be done."""
        request.task += 1
        if request.task == len(request.skills):
            request.task = next(request.returns, -1)
            request.factor = self.plain.rework_factor
            if request.task < 0:
                self.completed[request.number] = now
                return
        old, new = request.team, request.teams[request.skills[request.task]]
        if new == old:
            self.join(request, now)
        else:
            request.team = new
            self.serial += 1
            heappush(self.calendar, (now + self.plain.handoff_delay[old][new], self.serial, request))

    def choose(self, person: _Person, now: float) -> None:
        """The person takes the best-ranked task they can do, or becomes idle."""
        for same_class in person.queues:
            best = None
            for queue in same_class:
                if queue and (best is None or queue[0] < best[0]):
                    best = queue
            if best is not None:
                self.start(person, best.popleft()[1], now)
                return
        person.team.idle.append(person)


def prepare(workload: Workload) -> PlainWorkload:
    """Convert the workload to lists (untimed)."""
    return to_plain(workload)


def simulate(prepared: PlainWorkload) -> tuple[FloatArray, int]:
    """Replay the workload.

    Args:
        prepared: What `prepare` returned; it is not changed.

    Returns:
        Completion time of each request in hours (NaN: not completed), and the number of events.
    """
    run = _Run(prepared)
    n_events = run.play()
    return np.array(run.completed), n_events
