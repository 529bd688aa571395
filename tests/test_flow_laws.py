"""Laws that hold on every path: small random scenarios, any mechanisms, watched week by week."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from networks import COMPILED, exponential, fixed, lognormal, model_of

from opmodel.flow.state import AT_BOARD, BLOCKED, IN_HAND, QUEUED, TRAVELLING, WITH_REQUESTER, State
from opmodel.model import OperatingModel
from opmodel.recording import records_of
from opmodel.records import Run
from opmodel.scenario import Scenario
from opmodel.scenario.study import Mechanisms

SWITCHES = [name for name in Mechanisms.model_fields if name != "unless_stated"]
SKILLS = ["analysis", "engineering", "governance"]
LEVELS = ["awareness", "working", "practitioner", "expert"]
Interval = tuple[float, float]

effort = st.one_of(
    st.floats(0.05, 3.0).map(exponential),
    st.floats(0.05, 3.0).map(lognormal),
    st.sampled_from([0.5, 1.0, 5.0]).map(fixed),
)


@st.composite
def request_type(draw: st.DrawFn, skills: list[str]) -> dict[str, Any]:
    steps = draw(
        st.lists(
            st.fixed_dictionaries(
                {"skill": st.sampled_from(skills), "effort": effort, "level": st.sampled_from(LEVELS[:3])}
            ),
            min_size=1,
            max_size=3,
        )
    )
    kind: dict[str, Any] = {
        "per_year": draw(st.sampled_from([40.0, 150.0, 500.0])),
        "effort": fixed(1.0),
        "steps": steps,
        "class_of_service": draw(st.sampled_from(["expedite", "fixed_date", "standard", "intangible"])),
        "statutory": draw(st.booleans()),
        "gate_chance": draw(st.sampled_from([0.0, 0.8])),
        "gate_before": draw(st.integers(1, len(steps))),
        "clarification_chance": draw(st.sampled_from([0.0, 0.9])),
        "clarification_stops_clock": draw(st.booleans()),
        "patience": draw(st.sampled_from([fixed(5.0), exponential(8.0)])),
        "internal_deadline": "10.0d",
    }
    if draw(st.booleans()):
        kind["upkeep"] = {"skill": draw(st.sampled_from(skills)), "per_month": "1.0h"}
    return kind


@st.composite
def scenarios(draw: st.DrawFn) -> Scenario:
    """One to three of everything, teams of any kind, and any mechanisms."""
    skills = SKILLS[: draw(st.integers(1, 3))]
    places = [f"d{k}" for k in range(draw(st.integers(1, 3)))]
    roles, posts, seats = {}, {}, []
    for k in range(draw(st.integers(1, 3))):
        held = draw(st.lists(st.sampled_from(skills), min_size=1, max_size=len(skills), unique=True))
        roles[f"r{k}"] = {"skills": {s: draw(st.sampled_from(LEVELS)) for s in held}, "salary": 30000.0 + 1000.0 * k}
        count = draw(st.integers(1, 4))
        posts[f"p{k}"] = {"role": f"r{k}", "count": count, "fte": draw(st.sampled_from([1.0, 0.6]))}
        if draw(st.integers(0, 3)) == 0:
            posts[f"p{k}"]["leaves"] = "12.0d"
        seats += [f"p{k}"] * count
    teams: dict[str, Any] = {
        f"t{k}": {
            "kind": "hub" if k == 0 and draw(st.booleans()) else "spoke",
            "seats": {},
            "serves": [],
            "reporting_line": draw(st.sampled_from(["x", "y"])),
        }
        for k in range(draw(st.integers(1, 3)))
    }
    for seat in seats:
        own = teams[draw(st.sampled_from(sorted(teams)))]["seats"]
        own[seat] = own.get(seat, 0) + 1
    for place in places:
        teams[draw(st.sampled_from(sorted(teams)))]["serves"].append(place)
    document: dict[str, Any] = {
        "name": "any",
        "study": {"horizon_weeks": draw(st.integers(3, 20) if COMPILED else st.just(3))},
        "mechanisms": {name: draw(st.booleans()) for name in SWITCHES},
        "directorates": {p: {"share": draw(st.sampled_from([1.0, 2.5])), "conformance": 0.6} for p in places},
        "request_types": {f"q{k}": draw(request_type(skills)) for k in range(draw(st.integers(1, 3)))},
        "roles": roles,
        "posts": posts,
        "today": {"teams": teams},
        "structure": draw(
            st.sampled_from(
                [
                    {"kind": "today"},
                    {"kind": "federated"},
                    {"kind": "centralised", "head": None},
                    {"kind": "hub_and_spoke", "hub_manager": None},
                ]
            )
        ),
        "demand": {
            "dispersion": draw(st.sampled_from([0.0, 1.0, 4.0])),
            "shadow_type": "q0",
            "shadow_return": 0.7,
            "shadow_delay": "5.0d",
            "reference_lead_time": "5.0d",
            "elasticity": -0.5,
        },
        "people": {
            "turnover": 0.9,
            "time_to_hire": "5.0d",
            "approval": "0.0d",
            "notice": "2.0d",
            "learning_time": "30.0d",
            "sub_team_size_max": draw(st.sampled_from([2.0, 7.0])),
            "ramp_up": "20.0d",
        },
        "time_off": {"sickness": 30.0},
        "governance": {"cadence_weeks": 2, "seats": 3, "deferral_chance": 0.4},
        "standards": {"rework_scale": 3.0, "rework_max": 2},
        "flow": {
            "rule": draw(st.sampled_from(["first_come", "first_come", "earliest_deadline", "wsjf", "local_value"])),
            "dispatch": draw(st.sampled_from(["speciality_first", "fastest", "longest_idle"])),
            "speciality_first": draw(st.booleans()),
            "slice": draw(st.sampled_from(["0.5d", "1.0d"])),
            "escalate_after": draw(st.sampled_from(["1.0d", "4.0d"])),
            "reassign_after": draw(st.sampled_from(["1.0d", "5.0d"])),
            "lend_below": 0.8,
        },
    }
    if draw(st.booleans()):
        document["hires"] = {"new": {"role": "r0", "starts": "7.0d", "stays": "20.0d"}}
    return Scenario.model_validate(document)


# -- watching a run ----------------------------------------------------------------------------------

PERSON_LEVERS = ("can", "speciality", "pace", "team", "lent", "group", "employed")
LEVERS = (
    "speed",
    "fit",
    "slip",
    "familiarity",
    "preference",
    "spell_start",
    "spell_end",
    "conformance",
    "raised",
    "upkeep",
    "board_seats",
)


def levers(state: State) -> list[bytes]:
    return [state.person[f].tobytes() for f in PERSON_LEVERS] + [getattr(state, f).tobytes() for f in LEVERS]


def flow(state: State) -> list[bytes]:
    fields = [f for f in state.person.dtype.names or () if f not in PERSON_LEVERS]
    arrays = [f for f in state._fields if f not in LEVERS and f != "person"]
    return [state.person[f].tobytes() for f in fields] + [getattr(state, f).tobytes() for f in arrays]


class Watched:
    """A run, what was true in each of its weeks, and its tables."""

    def __init__(self, scenario: Scenario, seed: int) -> None:
        self.model = model = model_of(scenario, seed)
        self.can, self.team, self.lent, self.on_duty = [], [], [], []
        given_ = [a.tobytes() for part in (model.network.tables, model.demand) for a in part]
        self.after = flow(model.state)
        kernel = model._flow

        def watched_flow() -> None:
            assert flow(model.state) == self.after, "agents changed what only the kernel may"
            before = levers(model.state)
            self.can.append(model.state.person["can"].copy())
            self.lent.append(model.state.person["lent"].copy())
            kernel()
            assert levers(model.state) == before, "the kernel changed what only agents may"
            self.after = flow(model.state)

        model._flow = watched_flow  # type: ignore[method-assign]
        while model.running:
            model.step()
            self.on_duty.append(self._duty())
            conserved(model)
        assert [a.tobytes() for part in (model.network.tables, model.demand) for a in part] == given_
        self.run: Run = records_of(model, seed, 0)
        self.tasks = self.run.tasks
        self.end = np.where(np.isnan(self.tasks["finished"]), self.run.horizon, self.tasks["finished"])
        needs = model.network.needs.index
        self.need = [needs.get((s, v), -1) for s, v in zip(self.tasks["skill"], self.tasks["level"], strict=True)]

    def _duty(self) -> list[list[Interval]]:
        """When each person was on duty in the week just run."""
        state, begin = self.model.state, 5.0 * (self.model.week - 1)
        out = []
        for p in range(state.person.size):
            free = [(begin, begin + 5.0)] if state.person[p].employed else []
            for a, b in zip(state.spell_start[p], state.spell_end[p], strict=True):
                free = without(free, (a, b))
            out.append(free)
        return out


def without(free: list[Interval], taken: Interval) -> list[Interval]:
    """What is left of disjoint intervals."""
    out = []
    for a, b in free:
        out += [(x, y) for x, y in ((a, min(b, taken[0])), (max(a, taken[1]), b)) if x < y]
    return out


def overlap(free: list[Interval], other: Interval) -> float:
    return sum(max(0.0, min(b, other[1]) - max(a, other[0])) for a, b in free)


# -- the laws ----------------------------------------------------------------------------------------


def conserved(model: OperatingModel) -> None:
    """Arrived = delivered + abandoned + open, by directorate and type; every open request is in one place."""
    state, ask = model.state, model.demand.ask
    request, own = state.request, ask["origin"] != 1
    arrived = ~np.isnan(request["raised"])
    now, begin = 5.0 * model.week, 5.0 * (model.week - 1)
    assert set(request["fate"][arrived]) <= {0, 1, 2}
    for d in range(state.account.size):
        here = arrived & own & (ask["directorate"] == d)
        for t in range(model.network.types):
            mine = here & (ask["type"] == t)
            closed = request["closed"][mine]
            assert np.array_equal(np.isnan(closed), request["fate"][mine] == 0)
            last = now + 1.0 if model.week == model.weeks else now
            this_week = (request["fate"] == 1) & mine & (request["closed"] >= begin) & (request["closed"] < last)
            assert state.delivered[d, t] == this_week.sum()
        assert state.account[d].open == (here & (request["fate"] == 0)).sum()
        assert state.account[d].raised_sum == pytest.approx(
            request["raised"][here & (request["fate"] == 0)].sum(), abs=1e-6
        )
    came = (np.arange(ask.size) < state.clock[0].arrivals) & (request["fate"] != 3) & (request["fate"] != -1)
    assert np.array_equal(came | ((ask["origin"] == 2) & arrived), arrived)
    places = request["place"][arrived & (request["fate"] == 0)]
    assert np.isin(places, (QUEUED, IN_HAND, TRAVELLING, AT_BOARD, WITH_REQUESTER, BLOCKED)).all()
    held = state.person["request"][state.person["request"] >= 0]
    assert sorted(held) == np.flatnonzero(request["place"] == IN_HAND).tolist()
    teams, needs = state.employs.shape
    lengths = state.queue["length"]
    boards = state.board_seats.size
    assert lengths[: lengths.size - boards - needs].sum() == (request["place"] == QUEUED).sum()
    assert lengths[lengths.size - boards - needs : lengths.size - needs].sum() == (request["place"] == AT_BOARD).sum()
    assert lengths[lengths.size - needs :].sum() == (request["place"] == BLOCKED).sum()


def rows_are_consistent(w: Watched) -> None:
    """ready <= queued <= started <= finished; visits of a request follow each other without a gap; touch adds up."""
    tasks, table = w.tasks, w.run.requests
    for a, b in pairwise(("ready", "queued", "started", "finished")):
        known = ~np.isnan(tasks[a]) & ~np.isnan(tasks[b])
        assert (tasks[a][known] <= tasks[b][known]).all(), (a, b)
    worked = np.bincount(tasks["request"], tasks["worked"], table["raised"].size)
    np.testing.assert_allclose(worked, table["touch"], rtol=1e-9, atol=1e-9)
    order = np.argsort(tasks["request"], kind="stable")
    for i, j in pairwise(order):
        if tasks["request"][i] == tasks["request"][j]:
            assert tasks["finished"][i] == tasks["ready"][j]
    first = np.full(table["raised"].size, -1)
    last = first.copy()
    first[tasks["request"][order[::-1]]] = order[::-1]
    last[tasks["request"][order]] = order
    flowing = table["fate"] != 3
    assert (first[flowing] >= 0).all()
    assert (first[~flowing] == -1).all()
    entered = np.maximum(table["raised"], 0.0)
    np.testing.assert_array_equal(tasks["ready"][first[flowing]], entered[flowing])
    np.testing.assert_array_equal(tasks["finished"][last[flowing]], table["closed"][flowing])
    # Little's law on the path: time in the system is the sum of the visits, so is the number present.
    spent = np.bincount(tasks["request"], w.end - tasks["ready"], table["raised"].size)
    left = np.where(np.isnan(table["closed"]), w.run.horizon, table["closed"])
    np.testing.assert_allclose(spent[flowing], (left - entered)[flowing], atol=1e-6)


def present_numbers_agree(w: Watched) -> None:
    """Tasks in each team's queues at each week's end, from the visits and from the weekly record."""
    tasks = w.tasks
    waits = (tasks["kind"] == 0) & (tasks["team"] >= 0) & ~np.isnan(tasks["queued"])
    until = np.where(np.isnan(tasks["started"]), w.end, tasks["started"])
    until = np.where(np.isnan(tasks["started"]) & np.isnan(tasks["finished"]), np.inf, until)
    for week in range(w.model.weeks - 1):  # the last week includes its end
        now = 5.0 * (week + 1)
        there = waits & (tasks["queued"] < now) & (until >= now)
        counted = np.bincount(tasks["team"][there], minlength=len(w.run.names.teams))
        np.testing.assert_array_equal(counted, w.run.weeks["team", "queued"][week])


def one_task_at_a_time(w: Watched) -> dict[int, list[Interval]]:
    """Nobody has two tasks in hand, and work is done on duty only, all of the time on duty."""
    busy: dict[int, list[Interval]] = {}
    tasks = w.tasks
    for k in np.flatnonzero(tasks["person"] >= 0):
        p, held = int(tasks["person"][k]), (float(tasks["started"][k]), float(w.end[k]))
        busy.setdefault(p, []).append(held)
        weeks = range(int(held[0] // 5), min(w.model.weeks, int(held[1] // 5) + 1))
        assert tasks["worked"][k] == pytest.approx(sum(overlap(w.on_duty[x][p], held) for x in weeks), abs=1e-9)
    for held in busy.values():
        for (_, end), (start, _) in pairwise(sorted(held)):
            assert end <= start
    return busy


def nobody_idles_while_a_task_waits(w: Watched, busy: dict[int, list[Interval]]) -> None:
    """No task stands in a queue while somebody eligible, of the team or lent to it, is on duty with nothing in hand."""
    idle = [[list(free) for free in week] for week in w.on_duty]
    for p, held in busy.items():
        for week in idle:
            for taken in held:
                week[p] = without(week[p], taken)
    team, tasks = w.model.state.person["team"], w.tasks
    for k in np.flatnonzero((tasks["kind"] == 0) & (tasks["team"] >= 0) & ~np.isnan(tasks["queued"])):
        waits = (float(tasks["queued"][k]), float(w.end[k] if np.isnan(tasks["started"][k]) else tasks["started"][k]))
        for week in range(int(waits[0] // 5), min(w.model.weeks, int(waits[1] // 5) + 1)):
            here = (team == tasks["team"][k]) | (w.lent[week] == tasks["team"][k])
            for p in np.flatnonzero(here & ((w.can[week] >> w.need[k]) & 1 == 1)):
                assert overlap(idle[week][p], waits) < 1e-9, (k, p, waits)


def first_come_first_served(w: Watched) -> None:
    """Within team, need and class: what was handed back first, then by first queueing, then by number."""
    tasks, table = w.tasks, w.run.requests
    first: dict[tuple[int, int, int], float] = {}
    begun: set[tuple[int, int, int]] = set()
    lines: dict[tuple[int, int, int], list[tuple[float, float, bool, tuple[Any, ...]]]] = {}
    for k in np.flatnonzero(tasks["kind"] == 0):
        r, queued, started = int(tasks["request"][k]), float(tasks["queued"][k]), float(tasks["started"][k])
        task = (r, int(tasks["step"][k]), int(tasks["pass"][k]))
        if tasks["team"][k] < 0:
            first.setdefault(task, float(tasks["ready"][k]))
        elif not np.isnan(queued):
            key = (task not in begun, first.setdefault(task, queued), int(table["number"][r]))
            served = not np.isnan(started)
            line = (int(tasks["team"][k]), w.need[k], int(table["class"][r]))
            lines.setdefault(line, []).append((queued, started if served else float(w.end[k]), served, key))
            if served:
                begun.add(task)
    for visits in lines.values():
        for queued, started, served, key in visits:
            if served and started > queued:
                assert all(other >= key for q, until, _, other in visits if q < started < until)


@settings(
    max_examples=60 if COMPILED else 5,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(scenario=scenarios(), seed=st.integers(0, 1000))
def test_laws_of_the_flow(scenario: Scenario, seed: int) -> None:
    """Everything that must hold on every path."""
    check_laws(scenario, seed)


@pytest.mark.slow
@settings(
    max_examples=1500,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(scenario=scenarios(), seed=st.integers(0, 10**6))
def test_laws_of_the_flow_on_many_scenarios(scenario: Scenario, seed: int) -> None:
    """The same, for longer."""
    check_laws(scenario, seed)


def check_laws(scenario: Scenario, seed: int) -> None:
    watched = Watched(scenario, seed)
    rows_are_consistent(watched)
    present_numbers_agree(watched)
    busy = one_task_at_a_time(watched)
    nobody_idles_while_a_task_waits(watched, busy)
    if scenario.flow.rule == "first_come":
        first_come_first_served(watched)
