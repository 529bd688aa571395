"""Tiny worlds for tests: an office worked by the flow kernel alone, and scenarios of a few lines."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numba
import numpy as np

from opmodel.flow.kernel import DONE, advance, begin_week
from opmodel.flow.network import compile_network
from opmodel.flow.state import ASK, ROUTE_LENGTH, State, blank, new_state
from opmodel.flow.tables import KIND, Demand, Tables, first_rules
from opmodel.model import OperatingModel
from opmodel.records import Run
from opmodel.scenario import Scenario

INF, NAN = float("inf"), float("nan")
#: Whether numba compiles in this process (NUMBA_DISABLE_JIT=1 runs the same code as plain Python).
COMPILED = not numba.config.DISABLE_JIT
EXPEDITE, FIXED_DATE, STANDARD, INTANGIBLE = range(4)


# -- an office of the kernel -----------------------------------------------------------------------


@dataclass
class Worker:
    """A person: what they can do and how fast, where they sit, when they are away."""

    skills: dict[int, float] = field(default_factory=lambda: {0: 1.0})
    team: int = 0
    off: Sequence[tuple[float, float]] = ()
    speciality: int = -1
    preference: dict[int, float] = field(default_factory=dict)
    lent: int = -1
    group: int = 0
    knows: float = 1.0
    pace: float = 1.0
    employed: bool = True


@dataclass
class Job:
    """A request: when it arrives, its tasks as (need, effort), and all that was drawn for it."""

    at: float = 0.0
    steps: Sequence[tuple[int, float]] = ((0, 1.0),)
    service: int = STANDARD
    directorate: int = 0
    raised: float | None = None
    due: float = INF
    patience: float = INF
    value: float = 1.0
    mean_left: Sequence[float] | None = None
    second: int = -1
    redo: Sequence[float] = ()
    redo_step: Sequence[int] = ()
    rework: float = 0.0
    gate: float = 0.0
    gate_before: int = 0
    gate_draw: float = 0.0
    delegated: float = 1.0
    deferrals: int = 0
    clarify: float = 0.0
    clarify_draw: float = 0.0
    wait: float = 0.0
    stops_clock: bool = False
    found: float = 2.0
    similar: int = 0
    slip: float = 1.0


class Office:
    """Workers and jobs in the flow kernel, without agents; each job has a request type of its own.

    Args:
        workers: the people, by number.
        jobs: the requests, by arrival.
        routes: teams by (directorate, need); other pairs go to the directorate's own team.
        own: team that serves each directorate first.
        latency, extra: cost of a hand-off between two different teams.
        teams: least number of teams.
        rules: values of the rules that differ from a plain queueing network's.
        team_rules: which task each team serves first.
        tight: leave room for hardly anything, so that the tables must grow again and again.
    """

    def __init__(
        self,
        workers: Sequence[Worker],
        jobs: Sequence[Job],
        *,
        routes: dict[tuple[int, int], Sequence[int]] | None = None,
        own: Sequence[int] = (0,),
        latency: float = 0.0,
        extra: float = 0.0,
        other_line: bool = True,
        discover: float = 1.0,
        gain: Sequence[float] | None = None,
        boards: int = 1,
        teams: int = 1,
        team_rules: Sequence[int] | None = None,
        tight: bool = False,
        **rules: float,
    ) -> None:
        self.workers, self.jobs, self.tight = list(workers), list(jobs), tight
        assert [j.at for j in jobs] == sorted(j.at for j in jobs)
        needs = 1 + max([n for j in jobs for n, _ in j.steps] + [n for w in workers for n in w.skills])
        teams = max(
            teams, 1 + max([*own, *(w.team for w in workers), *(t for r in (routes or {}).values() for t in r)])
        )
        directorates = len(own)
        width = max(3, 1 + max(len(j.steps) for j in jobs))
        kind, need = blank(KIND, len(jobs)), np.full((len(jobs), width), -1, np.int32)
        left = np.zeros((len(jobs), width))
        for t, job in enumerate(jobs):
            need[t, : len(job.steps)] = [n for n, _ in job.steps]
            efforts = [e for _, e in job.steps]
            left[t, : len(job.steps)] = job.mean_left or np.cumsum(efforts[::-1])[::-1]
            kind[t].steps, kind[t].gate_before, kind[t].gate = len(job.steps), job.gate_before, job.gate
            kind[t].clarify, kind[t].rework, kind[t].stops_clock = job.clarify, job.rework, job.stops_clock
        route = np.full((directorates, needs, ROUTE_LENGTH), -1, np.int32)
        for d in range(directorates):
            for n in range(needs):
                stops = (routes or {}).get((d, n), (own[d],))
                route[d, n, : len(stops)] = stops
        apart = 1.0 - np.eye(teams)
        local = np.zeros((teams, directorates), np.int32)
        local[list(own), range(directorates)] = 1
        table = first_rules()
        for name, value in rules.items():
            table[name] = value
        self.tables = Tables(
            kind=kind,
            need=need,
            left=left,
            route=route,
            own=np.array(own, np.int32),
            latency=latency * apart,
            extra=extra * apart,
            discover=np.full((teams, teams), float(discover)),
            other_line=(apart * other_line).astype(np.int32),
            local=local,
            rule=np.array(team_rules or [0] * teams, np.int32),
            gain=np.array(gain or [1.0] * teams),
            board=np.minimum(np.arange(directorates), boards - 1).astype(np.int32),
            rules=table,
        )
        self.demand = self._demand()
        self.state = self._state(teams, needs, directorates, boards)

    def _demand(self) -> Demand:
        jobs = self.jobs
        passes = max((len(j.redo) for j in jobs), default=0)
        ask, redo = blank(ASK, len(jobs)), np.ones((len(jobs), passes))
        redo_step = np.zeros((len(jobs), passes), np.int8)
        effort: list[float] = []
        for r, job in enumerate(jobs):
            row = ask[r]
            row.effort, row.type, row.accept, row.shadow = len(effort), r, -1.0, -1
            effort += [e for _, e in job.steps]
            row.arrival, row.raised = job.at, job.at if job.raised is None else job.raised
            row.due, row.patience, row.value, row.service = job.due, job.patience, job.value, job.service
            row.directorate, row.second, row.similar, row.found = job.directorate, job.second, job.similar, job.found
            row.gate, row.delegated, row.deferrals = job.gate_draw, job.delegated, job.deferrals
            row.clarify, row.wait = job.clarify_draw, job.wait
            redo[r, : len(job.redo)] = job.redo
            redo_step[r, : len(job.redo_step)] = job.redo_step
        return Demand(ask=ask, effort=np.array(effort), redo=redo, redo_step=redo_step)

    def _state(self, teams: int, needs: int, directorates: int, boards: int) -> State:
        state = new_state(
            requests=len(self.jobs),
            seats=len(self.workers),
            teams=teams,
            needs=needs,
            directorates=directorates,
            types=len(self.jobs),
            boards=boards,
            spells=max(len(w.off) for w in self.workers),
            groups=1 + max(w.group for w in self.workers),
            due=self.demand.ask["due"],
        )
        for p, w in enumerate(self.workers):
            row = state.person[p]
            row.employed, row.team, row.group, row.lent, row.pace = w.employed, w.team, w.group, w.lent, w.pace
            row.can = sum(1 << n for n in w.skills)
            row.speciality = 0 if w.speciality < 0 else 1 << w.speciality
            for n, speed in w.skills.items():
                state.speed[p, n] = speed
                state.preference[p, n] = w.preference.get(n, 0.0)
            state.familiarity[p] = w.knows
            for k, (start, end) in enumerate(w.off):
                state.spell_start[p, k], state.spell_end[p, k] = start, end
        if self.tight:
            state = state._replace(
                visit=state.visit[:5].copy(), timer=state.timer[:5].copy(), work=state.work[:5].copy()
            )
        return state

    def _until_done(self, call: Any, *args: Any) -> None:
        while call(self.tables, self.demand, self.state, *args) != DONE:
            bigger = {}
            for name in ("visit", "timer", "work"):
                old = getattr(self.state, name)
                new = np.zeros(old.size + (1 if self.tight else 1000), old.dtype)
                new[: old.size] = old
                bigger[name] = new
            self.state = self.state._replace(**bigger)
            self._check_room()
        self._check_room()

    def _check_room(self) -> None:
        clock, state = self.state.clock[0], self.state
        assert clock.visits <= state.visit.size
        assert clock.timer_size <= state.timer.size
        assert clock.work_size <= state.work.size

    def begin(self, now: float = 0.0, *, changed: bool = True) -> Office:
        """Make the levers as they now stand take effect."""
        self._until_done(begin_week, now, changed)
        return self

    def advance(self, until: float, *, last: bool = False) -> Office:
        """Handle all events before a time; at it, too, if it is the last call."""
        self._until_done(advance, until, last)
        return self

    def run(self, until: float = 1000.0) -> Office:
        """One call from time 0 to the end."""
        return self.begin().advance(until, last=True)

    @property
    def closed(self) -> list[float]:
        """When each request was delivered or abandoned."""
        return [float(x) for x in self.state.request["closed"]]

    @property
    def fates(self) -> list[int]:
        """What became of each request: 0 open, 1 delivered, 2 abandoned."""
        return [int(x) for x in self.state.request["fate"]]

    def visits(self, job: int, kind: int | None = 0) -> np.ndarray:
        """The rows of the visits table of one request: its tasks, or another kind, or all (None)."""
        rows = self.state.visit[: self.state.clock[0].visits]
        mine = rows["request"] == job
        return rows[mine if kind is None else mine & (rows["kind"] == kind)]

    def starts(self, job: int) -> list[float]:
        """Start of each visit of a request."""
        return [float(x) for x in self.visits(job)["started"]]

    def people(self, job: int) -> list[int]:
        """Who worked at each visit of a request."""
        return [int(x) for x in self.visits(job)["person"]]


def work(*efforts: float) -> list[tuple[int, float]]:
    """Tasks that all need skill 0."""
    return [(0, e) for e in efforts]


# -- scenarios of a few lines ------------------------------------------------------------------------


def merged(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    """Mappings merged key by key, everything else replaced; None takes a key away."""
    out = dict(base)
    for key, value in over.items():
        if value is None:
            out.pop(key, None)
        elif (
            isinstance(value, dict)
            and isinstance(old := out.get(key), dict)
            and "kind" not in value.keys() - old.keys()
        ):
            out[key] = merged(old, value) if value.get("kind", old.get("kind")) == old.get("kind") else value
        else:
            out[key] = value
    return out


def fixed(days: float) -> dict[str, Any]:
    """An effort that is always the same."""
    return {"kind": "fixed", "mean": f"{days!r}d"}


def exponential(days: float) -> dict[str, Any]:
    """A memoryless duration."""
    return {"kind": "exponential", "mean": f"{days!r}d"}


def lognormal(days: float, cv: float = 1.0) -> dict[str, Any]:
    """A skewed duration."""
    return {"kind": "lognormal", "mean": f"{days!r}d", "cv": cv}


ONE_DESK: dict[str, Any] = {
    "name": "One desk",
    "study": {"horizon_weeks": 52},
    "directorates": {"housing": {"share": 1.0}},
    "request_types": {
        "query": {
            "per_year": 208.0,
            "effort": {"kind": "exponential", "mean": "1.0d"},
            "steps": [{"skill": "analysis"}],
        }
    },
    "demand": {"dispersion": 1.0},
    "roles": {"analyst": {"skills": {"analysis": "practitioner"}, "salary": 40000.0}},
    "posts": {"analyst": {"role": "analyst"}},
}


def plain(*changes: dict[str, Any], on: Sequence[str] = ()) -> Scenario:
    """One desk, changed, as a plain queueing network but for the mechanisms named."""
    document = merged(ONE_DESK, {"mechanisms": {"unless_stated": False, **dict.fromkeys(on, True)}})
    for change in changes:
        document = merged(document, change)
    return Scenario.model_validate(document)


TOWN: dict[str, Any] = {
    "name": "Town",
    "study": {"horizon_weeks": 52},
    "directorates": {"housing": {"share": 2.0}, "finance": {"share": 1.0}, "parks": {"share": 1.0}},
    "request_types": {
        "foi": {
            "per_year": 150.0,
            "effort": lognormal(0.8, 1.2),
            "class_of_service": "fixed_date",
            "statutory": True,
            "deadline": {"kind": "working_days", "days": 20, "calendar": "uk_any"},
            "steps": [{"skill": "analysis", "share": 0.8}, {"skill": "governance", "share": 0.2}],
        },
        "report": {
            "per_year": 250.0,
            "effort": lognormal(2.0),
            "clarification_chance": 0.3,
            "steps": [{"skill": "engineering", "share": 0.4}, {"skill": "analysis", "share": 0.6}],
            "upkeep": {"skill": "engineering", "per_month": "1.0h"},
        },
        "agreement": {
            "per_year": 30.0,
            "effort": lognormal(4.0),
            "gate_chance": 0.9,
            "gate_before": 2,
            "steps": [
                {"skill": "governance", "share": 0.7},
                {"skill": "analysis", "share": 0.3, "level": "practitioner"},
            ],
        },
        "fix": {"per_year": 200.0, "effort": lognormal(0.7), "steps": [{"skill": "engineering"}]},
    },
    "roles": {
        "analyst": {"skills": {"analysis": "practitioner", "engineering": "awareness"}, "salary": 38000.0},
        "senior": {"skills": {"analysis": "expert", "governance": "working"}, "salary": 44000.0},
        "engineer": {"skills": {"engineering": "practitioner", "analysis": "working"}, "salary": 47000.0},
        "steward": {"skills": {"governance": "practitioner"}, "salary": 49000.0},
    },
    "posts": {
        "analyst": {"role": "analyst", "count": 3},
        "senior": {"role": "senior", "count": 2},
        "engineer": {"role": "engineer", "count": 2},
        "steward": {"role": "steward", "fte": 0.6},
    },
    "demand": {"shadow_type": "fix"},
    "today": {
        "teams": {
            "hub": {"kind": "hub", "serves": ["finance"], "seats": {"engineer": 2, "senior": 1, "steward": 1}},
            "homes": {"serves": ["housing"], "seats": {"analyst": 2, "senior": 1}},
            "green": {"serves": ["parks"], "seats": {"analyst": 1}},
        }
    },
}


def town(*changes: dict[str, Any]) -> Scenario:
    """A small town with every mechanism on, changed."""
    document = TOWN
    for change in changes:
        document = merged(document, change)
    return Scenario.model_validate(document)


def fingerprint(result: Run) -> str:
    """Checksum of every column of requests and tasks and of every weekly field, bit by bit (NaN = NaN)."""
    crc = 0
    for table in (result.requests, result.tasks, result.weeks):
        for column in table.values():
            values = np.ascontiguousarray(column)
            if values.dtype.kind == "f":
                values = np.where(np.isnan(values), np.nan, values)
            crc = zlib.crc32(values.tobytes(), crc)
    return f"{crc:08x}"


def model_of(scenario: Scenario, seed: int = 1, replication: int = 0) -> OperatingModel:
    """A model ready to be stepped by hand."""
    from opmodel.flow.demand import sample_demand

    network = compile_network(scenario)
    return OperatingModel(network, sample_demand(network.asks, seed, replication), seed, replication)
