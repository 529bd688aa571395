"""The rules of an office once more, as plainly as can be: no queues but lists, no calendar but a search.

Written from the specification, not from the kernel, to be compared with it. Left out: the board,
reuse, second directorates and sub-teams, which have tests of their own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import inf

from networks import Job, Office, Worker

from opmodel.flow.tables import EARLIEST_DEADLINE, FIRST_COME, LONGEST_IDLE, WSJF

RETURN, FINISH, JOURNEY, _, ESCALATE, PATIENCE, ARRIVE, OFF_DUTY = range(8)
HAND_BACK = 4.5  # reassignments stand after escalations


@dataclass
class Request:
    number: int
    job: Job
    due: float
    patience: float
    team: int = -1
    step: int = 0
    passes: int = 0
    place: str = "nowhere"
    work: float | None = None
    extra: float = 0.0
    first_queued: float | None = None
    key: float = 0.0
    route: int = 0
    clarified: bool = False
    holder: int = -1
    started: bool = False
    closed: float | None = None
    fate: int = 0
    touch: float = 0.0
    hand_offs: int = 0
    timers: dict[float, float] = field(default_factory=dict)

    @property
    def need(self) -> int:
        return self.job.steps[self.step][0]


@dataclass
class Person:
    number: int
    worker: Worker
    pace: float
    present: bool = False
    on_duty: bool = False
    request: Request | None = None
    rate: float = 1.0
    left: float = 0.0  # work days still needed at the present rate, from ``since``
    since: float = 0.0
    slice_end: float = inf
    idle_since: float = 0.0
    spell: int = 0
    lent: int = -1
    hand_back: float = inf

    @property
    def idle(self) -> bool:
        return self.on_duty and self.request is None


class PlainOffice:
    """The office simulated by searching lists."""

    def __init__(self, office: Office) -> None:
        self.t, self.rules = office.tables, office.tables.rules[0]
        self.requests = [Request(k, job, job.due, job.patience) for k, job in enumerate(office.jobs)]
        self.people = [Person(k, w, w.pace, lent=w.lent) for k, w in enumerate(office.workers)]
        self.now = 0.0

    # -- who and what ------------------------------------------------------------------------------

    def employs(self, team: int, need: int) -> bool:
        return any(p.present and p.worker.team == team and need in p.worker.skills for p in self.people)

    def key_of(self, r: Request) -> float:
        if r.work is not None:
            return -inf
        how = self.t.rule[r.team]
        if how == FIRST_COME:
            assert r.first_queued is not None
            return r.first_queued
        if how == EARLIEST_DEADLINE:
            return r.due
        left = self.t.left[r.number, r.step] * (self.rules.rework_effort if r.passes else 1.0)
        if how == WSJF:
            return -r.job.value / max(left, 1e-9)
        return -r.job.value - (1e12 if self.t.local[r.team, r.job.directorate] else 0.0)

    def helper(self, r: Request) -> Person | None:
        """The idle person who takes the task."""
        able = [p for p in self.people if p.idle and r.need in p.worker.skills and r.team in (p.worker.team, p.lent)]
        if self.rules.dispatch == LONGEST_IDLE:
            return min(able, key=lambda p: (p.idle_since, p.number), default=None)
        return min(
            able, key=lambda p: (p.worker.team != r.team, p.worker.preference.get(r.need, 0.0), p.number), default=None
        )

    def next_for(self, p: Person) -> Request | None:
        """The waiting task that the person takes: own team's first."""
        for team in (p.worker.team, p.lent):
            here = [r for r in self.requests if r.place == "queued" and r.team == team and r.need in p.worker.skills]
            if here:
                most = min(r.job.service for r in here)
                here = [r for r in here if r.job.service == most]
                if self.rules.speciality_first:
                    here = [r for r in here if r.need == p.worker.speciality] or here
                return min(here, key=lambda r: (r.key, r.first_queued, r.number))
        return None

    # -- what happens ------------------------------------------------------------------------------

    def unclear(self, r: Request, p: Person) -> bool:
        if r.clarified or r.job.clarify <= 0.0:
            return False
        r.clarified = True
        if r.step > 0 or r.job.clarify_draw >= r.job.clarify * (1.0 - p.worker.knows):
            return False
        r.place, r.timers = "asked", {JOURNEY: self.now + r.job.wait}
        if r.job.stops_clock:
            r.due += r.job.wait
        return True

    def start(self, p: Person, r: Request) -> None:
        if r.work is None:
            work = r.job.steps[r.step][1] * (self.rules.rework_effort if r.passes else 1.0)
            before = self.people[r.holder] if r.holder >= 0 else None
            peer = before is not None and before is not p and before.worker.team == p.worker.team
            r.work = work * (1.0 + r.extra + (self.rules.peer_effort if peer else 0.0))
        r.place, r.holder, r.started, r.timers = "in hand", p.number, True, {}
        p.request, p.rate = r, p.worker.skills[r.need] * p.pace
        p.left, p.since = r.work / p.rate, self.now
        self.begin_slice(p)

    def begin_slice(self, p: Person) -> None:
        assert p.request is not None
        p.slice_end = self.now + self.rules.slice if p.request.job.service > 0 else inf

    def join(self, r: Request) -> None:
        r.first_queued = self.now if r.first_queued is None else r.first_queued
        p = self.helper(r)
        if p is not None:
            if not self.unclear(r, p):
                self.start(p, r)
            return
        r.key, r.place = self.key_of(r), "queued"
        r.timers = {ESCALATE: self.now + self.rules.escalate_after} if r.work is None and r.route < 2 else {}

    def send(self, r: Request, position: int = 0) -> None:
        route = self.t.route[r.job.directorate, r.need]
        stops = [k for k in range(position, 3) if route[k] >= 0 and self.employs(int(route[k]), r.need)]
        if not stops:
            r.place, r.key, r.timers = "blocked", self.now, {}
            r.first_queued = self.now if r.first_queued is None else r.first_queued
            return
        here, r.route, r.team = r.team, stops[0], int(route[stops[0]])
        if here != r.team:
            r.hand_offs += 1
            r.extra += float(self.t.extra[here, r.team])
        if self.t.latency[here, r.team] > 0.0:
            r.place, r.timers = "travelling", {JOURNEY: self.now + float(self.t.latency[here, r.team])}
        else:
            self.join(r)

    def at_team(self, r: Request) -> None:
        if self.employs(r.team, r.need):
            self.join(r)
        else:
            self.send(r)

    def take_next(self, p: Person) -> None:
        p.idle_since = self.now
        while (r := self.next_for(p)) is not None:
            if not self.unclear(r, p):
                self.start(p, r)
                return

    def stop(self, p: Person) -> Request:
        """Put the task in hand down, noting what is done of it; the remaining work is in ``p.left``."""
        r = p.request
        assert r is not None
        if p.on_duty:
            r.touch += self.now - p.since
            p.left -= self.now - p.since
        return r

    def give_back(self, p: Person, loss: float) -> Request:
        r = self.stop(p)
        r.work = p.left * p.rate + loss
        p.request, p.hand_back = None, inf
        return r

    def finish(self, p: Person) -> None:
        if self.now < p.since + p.left:  # the end of a slice
            r = p.request
            assert r is not None
            urgent = [
                q
                for q in self.requests
                if q.place == "queued"
                and q.team == p.worker.team
                and q.need in p.worker.skills
                and q.job.service < r.job.service
            ]
            if not urgent:
                self.begin_slice(p)
                return
            left = (p.left - (self.now - p.since)) * p.rate
            back = self.give_back(p, self.rules.switch_loss * min(self.rules.slice * p.rate, left))
            p.on_duty = False  # not idle before the next task is chosen: the request moves on first
            self.at_team(back)
        else:
            r = self.stop(p)
            p.request, r.work, r.extra, r.first_queued = None, None, 0.0, None
            p.on_duty = False
            self.move_on(r)
        p.on_duty = True
        self.take_next(p)

    def move_on(self, r: Request) -> None:
        r.step += 1
        if r.step == len(r.job.steps):
            k = r.passes
            if k >= len(r.job.redo) or r.job.redo[k] >= r.job.rework or k >= self.rules.rework_max:
                r.place, r.fate, r.closed = "closed", 1, self.now
                return
            r.step, r.passes = r.job.redo_step[k], k + 1
        self.send(r)

    # -- time ----------------------------------------------------------------------------------------

    def due_events(self) -> list[tuple[float, float, int]]:
        """Everything foreseen: time, kind, number."""
        out: list[tuple[float, float, int]] = []
        for p in self.people:
            if not p.present:
                continue
            if p.on_duty:
                if p.spell < len(p.worker.off):
                    out.append((max(p.worker.off[p.spell][0], 0.0), OFF_DUTY, p.number))
                if p.request is not None:
                    out.append((min(p.since + p.left, p.slice_end), FINISH, p.number))
            else:
                out.append((p.worker.off[p.spell][1], RETURN, p.number))
                if p.request is not None and p.hand_back < inf:
                    out.append((p.hand_back, HAND_BACK, p.number))
        for r in self.requests:
            if r.place == "nowhere":
                out.append((r.job.at, ARRIVE, r.number))
            elif r.place != "closed":
                out += [(t, kind, r.number) for kind, t in r.timers.items()]
                if not r.started and r.patience < inf:
                    out.append((r.job.at + r.patience, PATIENCE, r.number))
        return out

    def advance(self, until: float) -> None:
        while True:
            event = min((e for e in self.due_events() if e[0] < until), default=None)
            if event is None:
                return
            self.now, kind, number = event
            if kind in (RETURN, FINISH, OFF_DUTY, HAND_BACK):
                self.person_event(self.people[number], kind)
            else:
                self.request_event(self.requests[number], kind)

    def person_event(self, p: Person, kind: float) -> None:
        if kind == FINISH:
            self.finish(p)
        elif kind == RETURN:
            p.on_duty, p.spell, p.hand_back = True, p.spell + 1, inf
            if p.request is None:
                self.take_next(p)
            else:
                p.since = self.now
                self.begin_slice(p)
        elif kind == OFF_DUTY:
            if p.request is not None:
                self.stop(p)
                if p.worker.off[p.spell][1] - self.now > self.rules.reassign_after:
                    p.hand_back = self.now + self.rules.reassign_after
            p.on_duty = False
        else:
            self.at_team(self.give_back(p, p.left * p.rate * self.rules.reassign_effort))

    def request_event(self, r: Request, kind: float) -> None:
        if kind == ARRIVE:
            r.team = int(self.t.own[r.job.directorate])
            self.send(r)
        elif kind == JOURNEY:
            self.at_team(r)
        elif kind == ESCALATE:
            route = self.t.route[r.job.directorate, r.need]
            further = [k for k in range(r.route + 1, 3) if route[k] >= 0 and self.employs(int(route[k]), r.need)]
            r.timers = {}
            if further:
                r.place = "moving"
                self.send(r, further[0])
        elif r.place == "asked":  # who is being asked does not give up, then or later
            r.patience = inf
        else:
            r.place, r.fate, r.closed, r.timers = "closed", 2, self.now, {}

    def begin(self, now: float, employed: list[bool], lent: list[int], pace: list[float]) -> None:
        """A week's start: leavers and joiners, loans, paces; then who must be looked at, in order."""
        self.now = now
        back = []
        for p, yes in zip(self.people, employed, strict=True):
            if p.present and not yes:
                if p.request is not None:
                    r = self.stop(p)
                    r.work, p.request = p.left * p.rate * (1.0 + self.rules.reassign_effort), None
                    back.append(r)
                p.present, p.on_duty, p.hand_back = False, False, inf
            elif yes and not p.present:
                p.present, p.idle_since = True, now
                p.spell = sum(end <= now for _, end in p.worker.off)
                p.on_duty = not (p.spell < len(p.worker.off) and p.worker.off[p.spell][0] <= now)
            p.lent = lent[p.number]
        for p in self.people:
            p.pace = pace[p.number]
            if p.request is not None:
                rate = p.worker.skills[p.request.need] * p.pace
                if rate != p.rate:
                    gone = now - p.since if p.on_duty else 0.0
                    p.request.touch += gone
                    p.left, p.since, p.rate = (p.left - gone) * p.rate / rate, now, rate
        stranded = [r for r in self.requests if r.place == "queued" and not self.employs(r.team, r.need)]
        stranded.sort(key=lambda r: (r.team, r.need, r.job.service, r.key, r.first_queued, r.number))
        blocked = [
            r
            for r in self.requests
            if r.place == "blocked"
            and any(t >= 0 and self.employs(int(t), r.need) for t in self.t.route[r.job.directorate, r.need])
        ]
        blocked.sort(key=lambda r: (r.need, r.key, r.first_queued, r.number))
        for r in [*back, *stranded, *blocked]:
            r.place = "moving"
        for r in back:
            self.at_team(r)
        for r in [*stranded, *blocked]:
            self.send(r)
        for p in self.people:
            if p.idle:
                since = p.idle_since
                self.take_next(p)
                p.idle_since = since
