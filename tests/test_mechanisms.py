"""Each mechanism alone: what its switch does, that today stays as observed, and what it must not touch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from networks import COMPILED, exponential, fixed, merged, plain, town

from opmodel.flow.network import compile_network
from opmodel.records import Run
from opmodel.replication import run
from opmodel.scenario import Scenario
from opmodel.scenario.study import Mechanisms

SWITCHES = [name for name in Mechanisms.model_fields if name != "unless_stated"]
IDEAL = {"standards": {"effort_basis": "ideal"}}
#: A desk and a hub: analysis at the desk, governance in the hub, an idle colleague for overflow.
HUB: dict[str, Any] = {
    "roles": {"steward": {"skills": {"governance": "practitioner", "analysis": "working"}, "salary": 45000.0}},
    "posts": {"steward": {"role": "steward"}},
    "teams": {
        "desk": {"serves": ["housing"], "seats": {"analyst": 1}},
        "hub": {"kind": "hub", "seats": {"steward": 1}},
    },
}
TWO_STEPS = {
    "request_types": {
        "query": {
            "effort": fixed(1.0),
            "steps": [{"skill": "analysis", "share": 0.5}, {"skill": "governance", "share": 0.5}],
        }
    }
}
TWO_PLACES = {"directorates": {"housing": {"share": 1.0}, "parks": {"share": 1.0}}}
TWO_DESKS = TWO_PLACES | {
    "posts": {"analyst": {"count": 4}},
    "teams": {
        "homes": {"serves": ["housing"], "seats": {"analyst": 2}},
        "green": {"serves": ["parks"], "seats": {"analyst": 2}},
    },
}
OVERLOAD = {"request_types": {"query": {"per_year": 500.0, "effort": fixed(1.0)}}}
URGENT = {
    "request_types": {
        "query": {"per_year": 20.0, "effort": fixed(8.0)},
        "alarm": {
            "per_year": 50.0,
            "effort": fixed(0.1),
            "class_of_service": "expedite",
            "steps": [{"skill": "analysis"}],
        },
    }
}


def share(part: np.ndarray) -> float:
    return float(part.mean())


def touch(result: Run) -> float:
    """Mean days in somebody's hands of what was delivered."""
    return float(result.requests["touch"][result.requests["fate"] == 1].mean())


def waited(result: Run, kind: int = 0) -> float:
    table = result.requests
    mine = (table["type"] == kind) & ~np.isnan(table["first_start"])
    return float((table["first_start"] - table["raised"])[mine].mean())


def level(post: str) -> dict[str, Any]:
    """The analyst at another level."""
    return {"roles": {"analyst": {"skills": {"analysis": post}}}}


# Switch: the scenario it acts in, other switches it needs, a figure, and what becomes of the figure (off, on).
EFFECTS: dict[str, tuple[Sequence[dict[str, Any]], Sequence[str], Callable[[Run], float], Any, Any]] = {
    "time_off": ([], [], lambda r: r.weeks["person", "on_duty"].sum(), 260.0, lambda x: 180 < x < 235),
    "productive_share": ([], [], lambda r: r.weeks["person", "pace"].mean(), 1.0, 0.86),
    "communication": (
        [{"posts": {"analyst": {"count": 5}}}],
        [],
        lambda r: r.weeks["person", "pace"].mean(),
        1.0,
        0.985,
    ),
    "line_management": (
        [{"posts": {"analyst": {"count": 4}}}],
        [],
        lambda r: r.weeks["person", "pace"][0].min(),
        1.0,
        1.0 - 3 * (2.0 / 7.4) / 5.0,
    ),
    "familiarity": ([], [], lambda r: float(r.tasks["effort"][0] / r.tasks["worked"][0]), 1.0, lambda x: 0.7 < x < 1.0),
    "ramp_up": (
        [{"hires": {"new": {"role": "analyst", "starts": "10.0d"}}}],
        [],
        lambda r: r.weeks["person", "ramp"][2, 1],
        1.0,
        0.67 + 0.33 * 0.5 / 28.0,
    ),
    "turnover": (
        [{"posts": {"analyst": {"count": 40}}}],
        [],
        lambda r: r.weeks["person", "resigned"].sum(),
        0.0,
        lambda x: 0 < x < 15,
    ),
    "learning": (
        [OVERLOAD, level("working")],
        [],
        lambda r: r.weeks["person", "level"][-1, 0],
        1.0,
        lambda x: 1.45 < x < 1.5,
    ),
    "level_speed": (
        [IDEAL, level("expert"), {"request_types": {"query": {"effort": fixed(1.0)}}}],
        [],
        touch,
        1.0,
        0.8,
    ),
    "hand_offs": ([HUB, TWO_STEPS], [], lambda r: float(np.nanmax(r.tasks["queued"] - r.tasks["ready"])), 0.0, 1.5),
    "escalation": ([HUB, OVERLOAD], [], lambda r: share(r.tasks["team"] == 1), 0.0, lambda x: x > 0.1),
    "lending": (
        [TWO_DESKS, {"request_types": {"query": {"per_year": 700.0, "by_directorate": {"housing": 1.0}}}}],
        [],
        lambda r: (r.weeks["person", "lent_to"] >= 0).sum(),
        0.0,
        lambda x: x > 10,
    ),
    "slices": ([URGENT], [], lambda r: waited(r, 1), lambda x: x > 1.0, lambda x: x < 0.9),
    "abandonment": ([OVERLOAD], [], lambda r: share(r.requests["fate"] == 2), 0.0, lambda x: x > 0.01),
    "rework": ([], [], lambda r: share(r.requests["passes"] > 0), 0.0, lambda x: 0.05 < x < 0.25),
    "reuse": ([TWO_PLACES], [], lambda r: r.requests["duplicated"].sum(), 0.0, lambda x: x > 0.0),
    "conformance": ([TWO_PLACES], ["cross_directorate"], lambda r: r.weeks["team", "conformance"][0, 0], 1.0, 0.7),
    "gates": (
        [{"request_types": {"query": {"gate_chance": 1.0}}}],
        [],
        lambda r: share(r.tasks["kind"] == 1),
        0.0,
        lambda x: x > 0.2,
    ),
    "clarification": (
        [{"request_types": {"query": {"clarification_chance": 0.9}}}],
        [],
        lambda r: share(r.tasks["kind"] == 2),
        0.0,
        lambda x: x > 0.02,
    ),
    "upkeep": (
        [{"request_types": {"query": {"upkeep": {"skill": "analysis", "per_month": "0.1h"}}}}],
        [],
        lambda r: share(r.requests["origin"] == 1),
        0.0,
        lambda x: x > 0.1,
    ),
    "reacting_demand": (
        [{"request_types": {"query": {"per_year": 240.0}}}],
        [],
        lambda r: r.weeks["directorate", "share_raised"].std(),
        0.0,
        lambda x: x > 0.01,
    ),
    "opening_backlog": ([], [], lambda r: (r.requests["raised"] < 0).sum(), 0.0, lambda x: x > 5),
    "expedite": ([], [], lambda r: share(r.requests["class"] == 0), 0.0, lambda x: 0.02 < x < 0.2),
    "cross_directorate": ([TWO_PLACES], [], lambda r: share(r.requests["second"] >= 0), 0.0, lambda x: 0.1 < x < 0.3),
}


def test_every_switch_is_tested() -> None:
    assert sorted(EFFECTS) == sorted(SWITCHES)


@pytest.mark.parametrize("switch", SWITCHES)
def test_a_switch_alone(switch: str) -> None:
    """With everything else off: the figure without the mechanism, and with it."""
    changes, needs, figure, off, on = EFFECTS[switch]
    for wanted, switches in ((off, needs), (on, [*needs, switch])):
        value = figure(run(plain(*changes, on=switches)))
        assert wanted(value) if callable(wanted) else value == pytest.approx(wanted), value


@pytest.mark.parametrize("switch", SWITCHES)
def test_a_switch_off_in_a_full_town_leaves_the_rest(switch: str) -> None:
    """No mechanism needs another one to run: each can be left out on its own, and it makes a difference."""
    busy = {"study": {"horizon_weeks": 40}, "demand": {"demand_scale": 1.3}}
    full, without = run(town(busy)), run(town(busy, {"mechanisms": {switch: False}}))
    assert without.requests["raised"].size > 100
    same = full.requests["closed"].size == without.requests["closed"].size and np.array_equal(
        full.requests["closed"], without.requests["closed"], equal_nan=True
    )
    assert not same


# -- today is as observed ----------------------------------------------------------------------------

OF_EFFORT = ("level_speed", "familiarity", "hand_offs", "rework", "reuse", "conformance", "cross_directorate")


@pytest.mark.parametrize("on", [(), *((name,) for name in OF_EFFORT), OF_EFFORT])
def test_expected_effort_under_today_is_what_the_file_states(on: tuple[str, ...]) -> None:
    """In closed form: standard effort x mean multiplier over today's routes and people = the stated effort."""
    scenario = town({"mechanisms": {"unless_stated": False, **dict.fromkeys(on, True)}})
    network = compile_network(scenario)
    factors = [step[3] for kind in network.asks.effort for step in kind][: network.today.all.size]
    np.testing.assert_allclose(np.array(factors) * network.today.all, 1.0)
    if on:
        assert np.abs(network.today.all - 1.0).max() > 0.001 or on in (("conformance",), ("cross_directorate",))


def observed(scenario: Scenario, weeks: int, n: int) -> tuple[float, float]:
    """Mean touch days per request of the first weeks (when today is still today), and its standard error."""
    means = []
    for k in range(n):
        table = run(scenario, seed=11, replication=k).requests
        mine = (table["raised"] < 5.0 * weeks) & (table["origin"] == 0)
        assert (table["fate"][mine] == 1).all()
        means.append(table["touch"][mine].mean())
    return float(np.mean(means)), float(np.std(means, ddof=1) / np.sqrt(n))


@pytest.mark.parametrize(
    "change",
    [
        pytest.param((level("expert"), ["level_speed"]), id="level_speed"),
        pytest.param(
            (
                level("awareness")
                | {"request_types": {"query": {"steps": [{"skill": "analysis", "level": "awareness"}]}}},
                ["level_speed"],
            ),
            id="level_speed of a beginner",
        ),
        pytest.param((merged(HUB, TWO_STEPS), ["hand_offs"]), id="hand_offs"),
        pytest.param((TWO_PLACES, ["familiarity"]), id="familiarity"),
        pytest.param(({}, ["rework"]), id="rework"),
        pytest.param(
            (TWO_STEPS | {"roles": {"analyst": {"skills": {"governance": "working"}}}}, ["rework"]),
            id="rework of two steps",
        ),
        pytest.param((TWO_PLACES, ["reuse"]), id="reuse"),
        pytest.param((TWO_PLACES, ["reuse", "conformance"]), id="reuse and conformance"),
        pytest.param((TWO_PLACES, ["cross_directorate", "conformance"]), id="cross-directorate"),
        pytest.param(
            (TWO_PLACES, ["cross_directorate", "conformance", "rework", "familiarity", "level_speed"]), id="many"
        ),
    ],
)
def test_simulated_effort_under_today_is_what_the_file_states(change: tuple[dict[str, Any], list[str]]) -> None:
    """One person, efforts of exactly a day as stated: simulated touch time is a day on average, whatever is on."""
    document, on = change
    query = {"request_types": {"query": {"per_year": 150.0, "effort": fixed(1.0)}}, "study": {"horizon_weeks": 20}}
    mean, error = observed(plain(query, document, on=on), 4, 150 if COMPILED else 10)
    assert abs(mean - 1.0) < 4.0 * error + 0.006  # familiarity moves a little within the weeks


@pytest.mark.skipif(not COMPILED, reason="many runs")
def test_a_town_with_many_people_stays_near_what_it_states() -> None:
    """Who takes which task is only estimated in closed form, so a few per cent may be left."""
    scenario = town(
        {
            "mechanisms": {"unless_stated": False, **dict.fromkeys(OF_EFFORT, True)},
            "study": {"horizon_weeks": 30},
            "demand": {"demand_scale": 0.6},
        }
    )
    ratios = []
    for k in range(40):
        table = run(scenario, seed=3, replication=k).requests
        mine = (table["raised"] < 50.0) & (table["origin"] == 0) & (table["fate"] == 1)
        stated = [0.8, 2.0, 4.0, 0.7]
        ratios.append(table["touch"][mine].sum() / sum(stated[t] for t in table["type"][mine]))
    assert np.mean(ratios) == pytest.approx(1.0, abs=0.05 + 4.0 * np.std(ratios) / np.sqrt(40))


def test_leaving_today_changes_effort_by_the_ratio() -> None:
    """More mature than when efforts were observed: less preparation, by (1 - prep then) / (1 - prep now)."""
    query = {"request_types": {"query": {"effort": fixed(1.0)}}}
    now = run(plain(query, {"standards": {"maturity": 3.0, "maturity_now": 4.0}}))
    assert touch(now) == pytest.approx((1 - 0.45) / (1 - 0.35))


# -- upstream and bystanders -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "downstream",
    [
        {"posts": {"steward": {"count": 3}}, "teams": {"hub": {"seats": {"steward": 3}}}},
        {"posts": {"steward": {"fte": 0.4}}},
        {
            "request_types": {
                "query": {
                    "steps": [
                        {"skill": "analysis", "effort": exponential(0.5)},
                        {"skill": "governance", "effort": exponential(3.0)},
                    ]
                }
            }
        },
        {"flow": {"hand_offs": {"other_line": {"latency": "9.0d"}}}},
    ],
)
def test_what_lies_downstream_changes_nothing_upstream(downstream: dict[str, Any]) -> None:
    """First steps at the desk: the same to the bit, whatever becomes of the second ones in the hub."""
    steps = [{"skill": "analysis", "effort": exponential(0.5)}, {"skill": "governance", "effort": exponential(0.5)}]
    base = {
        "request_types": {"query": {"per_year": 400.0, "steps": steps}},
        "roles": {"steward": {"skills": {"analysis": None}}},
    }
    first, second = (run(plain(HUB, base, *more, on=["hand_offs"])) for more in ([], [downstream]))
    for name in ("queued", "started", "finished", "worked", "person"):
        a, b = (r.tasks[name][(r.tasks["step"] == 0) & (r.tasks["kind"] == 0)] for r in (first, second))
        assert a.tobytes() == b.tobytes(), name
    assert not np.array_equal(first.requests["closed"], second.requests["closed"], equal_nan=True)


@pytest.mark.parametrize("same_team", [True, False])
def test_a_person_whose_skills_nobody_needs_changes_no_request(same_team: bool) -> None:
    """In a team of three with a lead, or alone: requests and tasks are the same bits; only pay is more."""
    quiet = {"mechanisms": {"communication": False, "ramp_up": False, "lending": False, "line_management": False}}
    artist = {
        "roles": {"artist": {"skills": {"stakeholder": "expert"}, "salary": 30000.0}},
        "posts": {"artist": {"role": "artist"}},
        "today": {"teams": {"homes": {"seats": {"artist": 1}}} if same_team else {"studio": {"seats": {"artist": 1}}}},
    }
    first, second = run(town(quiet)), run(town(quiet, artist))
    for name, column in first.requests.items():
        np.testing.assert_array_equal(second.requests[name], column, err_msg=name)
    for name in ("team", "queued", "started", "finished", "worked", "effort"):
        np.testing.assert_array_equal(second.tasks[name], first.tasks[name], err_msg=name)
    assert second.seats.salary.sum() > first.seats.salary.sum()


# -- details of the flow -----------------------------------------------------------------------------


def test_upkeep_is_in_balance_under_today() -> None:
    """Two products a week that live two years: 208 in service, each with a tenth of a day a month; it stays so."""
    query = {
        "per_year": 104.0,
        "effort": fixed(0.1),
        "upkeep": {"skill": "analysis", "per_month": "0.1d", "life": "520.0d"},
    }
    scenario = plain(
        {"request_types": {"query": query}, "demand": {"dispersion": 0.0}, "study": {"horizon_weeks": 260}},
        on=["upkeep"],
    )
    result = run(scenario)
    due = result.weeks["directorate", "upkeep"][:, 0]
    assert due[0] == pytest.approx(208 * 0.1 * 12 / 52)
    np.testing.assert_allclose(due, due[0], rtol=0.005)
    mine = (result.requests["origin"] == 1) & (result.requests["raised"] >= 5.0)
    assert result.requests["touch"][mine].mean() == pytest.approx(due[0], rel=0.005)


def test_fewer_deliveries_leave_less_to_keep_up() -> None:
    """Nobody delivers: the estate shrinks by 1/life a week."""
    query = {
        "per_year": 104.0,
        "effort": fixed(0.1),
        "upkeep": {"skill": "analysis", "per_month": "0.1d", "life": "520.0d"},
    }
    change = {"request_types": {"query": query}, "posts": {"analyst": {"leaves": "0.0d", "refilled": False}}}
    due = run(plain(change, on=["upkeep"])).weeks["directorate", "upkeep"][:, 0]
    np.testing.assert_allclose(due[1:] / due[:-1], 1.0 - 1.0 / 104.0)


def test_conformance_moves_by_drift_and_stewardship() -> None:
    """c <- c - drift / 52 (1 - enforcement) c + stewardship / 52 (1 - c), week by week."""
    standards = {"drift": 0.2, "enforcement": 0.25, "steward_hours": 3.0, "stewardship_rate": 0.1}
    c = run(
        plain({"standards": standards, "directorates": {"housing": {"conformance": 0.9}}}, on=["conformance"])
    ).weeks["team", "conformance"][:, 0]
    expected = [0.9]
    for _ in range(51):
        expected.append(expected[-1] - 0.2 / 52 * 0.75 * expected[-1] + 0.3 / 52 * (1 - expected[-1]))
    np.testing.assert_allclose(c, expected)


def test_delegated_gates_cost_enforcement() -> None:
    """Half the decisions delegated, 20 % of enforcement lost where all are: drift acts at 1 - 0.5 x 0.9."""
    standards = {"drift": 0.2, "enforcement": 0.5, "delegation_cost": 0.2, "steward_hours": 0.0}
    c = run(plain({"standards": standards, "governance": {"delegated_share": 0.5}}, on=["conformance", "gates"])).weeks[
        "team", "conformance"
    ][:, 0]
    np.testing.assert_allclose(c[1:] / c[:-1], 1.0 - 0.2 / 52 * (1.0 - 0.5 * 0.9))


def test_unserved_work_comes_back_as_shadow_work() -> None:
    """All of what is abandoned returns, a fixed-type request after an exponential delay of mean 10 days."""
    types = {"fix": {"per_year": 0.0, "effort": fixed(0.1), "steps": [{"skill": "analysis"}]}}
    scenario = plain(
        OVERLOAD,
        {"request_types": types},
        {
            "request_types": {"query": {"per_year": 500.0, "patience": fixed(10.0)}},
            "study": {"horizon_weeks": 400},
            "demand": {"shadow_type": "fix", "shadow_return": 1.0, "shadow_delay": "10.0d"},
        },
        on=["abandonment"],
    )
    table = run(scenario).requests
    gone, shadow = table["fate"] == 2, table["origin"] == 2
    assert not (gone & shadow).any()
    back = shadow.sum() / (gone & (table["closed"] < 1990.0)).sum()
    assert back == pytest.approx(1.0, abs=0.03)
    assert (table["type"][shadow] == 1).all()
    assert not (table["type"][~shadow] == 1).any()


def test_statutory_requests_are_never_abandoned() -> None:
    """However long they wait."""
    table = run(plain(OVERLOAD, {"request_types": {"query": {"statutory": True}}}, on=["abandonment"])).requests
    assert (table["fate"] != 2).all()
    assert np.nanmax(table["first_start"] - table["raised"]) > 30.0
