"""Mechanisms of the flow by hand: upkeep, conformance, shadow work, statutory requests."""

from __future__ import annotations

import numpy as np
import pytest
from networks import fixed, plain

from opmodel.replication import run

OVERLOAD = {"request_types": {"query": {"per_year": 500.0, "effort": fixed(1.0)}}}


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


@pytest.mark.parametrize(("chance", "passed"), [(0.0, 1.0), (0.5, 0.5), (1.0, 0.0)])
def test_a_board_may_defer_none_half_or_all(chance: float, passed: float) -> None:
    """Share of papers that pass at their first meeting."""
    governance = {
        "deferral_chance": chance,
        "delegated_share": 0.0,
        "seats": 1000,
        "papers_deadline": "0.0d",
        "cadence_weeks": 2,
    }
    scenario = plain(
        {
            "request_types": {"query": {"per_year": 2000.0, "gate_chance": 1.0, "effort": fixed(0.01)}},
            "governance": governance,
        },
        on=["gates"],
    )
    tasks = run(scenario).tasks
    papers = (tasks["kind"] == 1) & (tasks["queued"] < 200.0)
    first = (tasks["finished"] - tasks["queued"])[papers] <= 10.0
    assert first.mean() == pytest.approx(passed, abs=0.06)
