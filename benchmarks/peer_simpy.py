"""W2 in SimPy, in the form that runs fast: a team hands out its people itself.

SimPy's own way to pick a person by skill is a `FilterStore`, which searches its whole queue at every
change. Here each request is a process that asks its team for a person and gets an ordinary event;
the team keeps queues by class and skill and triggers the event of whoever is next.
"""

from collections import deque
from collections.abc import Generator
from itertools import count

import numpy as np
import simpy

from benchmarks.plain import PlainWorkload, RequestPlan, to_plain
from benchmarks.workload import N_PRIORITIES, FloatArray, Workload

_Process = Generator[simpy.Event, "_Person", None]
_Queue = deque[tuple[int, simpy.Event]]


class _Team:
    """Lends out people: those idle longest first, to the tasks ranked best."""

    def __init__(self, env: simpy.Environment, n_skills: int) -> None:
        self.env = env
        self.idle: list[_Person] = []
        self.queues: list[list[_Queue]] = [[deque() for _ in range(n_skills)] for _ in range(N_PRIORITIES)]
        self.turn = count()

    def ask(self, skill: int, priority: int) -> simpy.Event:
        """An event that will bring a person with the skill."""
        event = self.env.event()
        for place, person in enumerate(self.idle):
            if person.speed[skill]:
                del self.idle[place]
                return event.succeed(person)
        self.queues[priority][skill].append((next(self.turn), event))
        return event

    def release(self, person: "_Person") -> None:
        """Take a person back and pass them on if one of their skills is waited for."""
        for same_class in person.queues:
            best = None
            for queue in same_class:
                if queue and (best is None or queue[0] < best[0]):
                    best = queue
            if best is not None:
                best.popleft()[1].succeed(person)
                return
        self.idle.append(person)


class _Person:
    def __init__(self, team: _Team, speed: list[float]) -> None:
        self.speed = speed
        self.queues = [[q for q, v in zip(same_class, speed, strict=True) if v] for same_class in team.queues]
        team.idle.append(self)


class _Run:
    def __init__(self, plain: PlainWorkload) -> None:
        self.plain = plain
        self.env = simpy.Environment()
        self.teams = [_Team(self.env, len(plain.people[0][1])) for _ in plain.handoff_delay]
        for team, speed in plain.people:
            _Person(self.teams[team], speed)
        self.completed = [float("nan")] * len(plain.requests)
        self.n_events = 0

    def arrivals(self) -> _Process:
        env = self.env
        for gap, plan in zip(self.plain.gaps, self.plain.requests, strict=True):
            yield env.timeout(gap)
            self.n_events += 1
            env.process(self.life_of(plan))

    def life_of(self, plan: RequestPlan) -> _Process:
        """The process of one request."""
        number, priority, teams, skills, efforts, returns = plan
        env, ends = self.env, iter(returns)
        task, factor = 0, 1.0
        skill = skills[0]
        at = teams[skill]
        asked = self.teams[at].ask(skill, priority)
        while True:
            person = yield asked
            yield env.timeout(efforts[task] * factor / person.speed[skill])
            self.n_events += 1
            task += 1
            if task == len(skills):
                task, factor = next(ends, -1), self.plain.rework_factor
                if task < 0:
                    break
            skill = skills[task]
            old, at = at, teams[skill]
            if at == old:
                asked = self.teams[at].ask(skill, priority)  # the request moves on before ...
                self.teams[at].release(person)  # ... the person chooses
            else:
                self.teams[old].release(person)
                yield env.timeout(self.plain.handoff_delay[old][at])
                self.n_events += 1
                asked = self.teams[at].ask(skill, priority)
        self.completed[number] = env.now
        self.teams[at].release(person)


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
    run.env.process(run.arrivals())
    run.env.run(until=prepared.hours)
    return np.array(run.completed), run.n_events
