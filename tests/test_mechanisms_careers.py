"""Leaving, recruitment and time off by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from networks import COMPILED, fixed, lognormal, model_of, plain

from opmodel.model import OperatingModel
from opmodel.replication import run
from opmodel.scenario import Scenario

BUSY = {"request_types": {"query": {"per_year": 600.0, "effort": fixed(1.0)}}}


def stepped(scenario: Scenario, weeks: int) -> OperatingModel:
    model = model_of(scenario)
    for _ in range(weeks):
        model.step()
    return model


@pytest.mark.skipif(not COMPILED, reason="thousands of people")
def test_turnover_recovers_the_stated_rate() -> None:
    """13.4 % of the first holders resign within 52 weeks when nobody is overloaded."""
    quiet = {
        "request_types": {"query": {"per_year": 0.0}},
        "posts": {"analyst": {"count": 1000, "refilled": False}},
        "study": {"horizon_weeks": 53},
    }
    left = [
        run(plain(quiet, on=["turnover"]), replication=k).weeks["person", "resigned"].sum() / 1000 for k in range(4)
    ]
    assert abs(np.mean(left) - 0.134) < 4.0 * np.sqrt(0.134 * 0.866 / 4000)


def test_overload_raises_the_hazard() -> None:
    """U13 = 1 after 13 busy weeks: half as much again for each 0.1 above 0.9; nobody at the desk: the base rate."""
    base = -np.log(1.0 - 0.134) / 52.0
    model = stepped(plain(BUSY, {"request_types": {"query": {"per_year": 3000.0}}}, on=["turnover"]), 20)
    before = model.careers.hazard[0]
    model.careers.threshold[:] = np.inf
    model.step()
    assert model.careers.hazard[0] - before == pytest.approx(base * 1.5, rel=0.01)
    idle = stepped(plain({"request_types": {"query": {"per_year": 0.0}}}, on=["turnover"]), 10)
    assert idle.careers.hazard[0] == pytest.approx(10 * base)


def recruitments(scenario: Scenario, n: int) -> np.ndarray:
    """Days from vacancy to start of the first n successors of the first seat."""
    careers = model_of(scenario).careers
    out = []
    for k in range(n):
        careers.holder[0] = k
        out.append(careers.recruitment(0))
    return np.array(out)


def test_recruitment_takes_approval_adverts_and_notice() -> None:
    """Mean 20 + 39.3 / 0.7 + 42.9 days; with adverts that never fail 20 + 39.3 + 42.9."""
    days = recruitments(plain(on=["turnover"]), 4000)
    assert abs(days.mean() - (20.0 + 55 * 5 / 7 / 0.7 + 60 * 5 / 7)) < 4.0 * days.std() / np.sqrt(4000)
    sure = recruitments(plain({"people": {"fill_chance": 1.0}}, on=["turnover"]), 2000)
    assert abs(sure.mean() - (20.0 + 55 * 5 / 7 + 60 * 5 / 7)) < 4.0 * sure.std() / np.sqrt(2000)
    assert sure.min() > 20.0


def test_roles_and_agencies_recruit_in_their_own_time() -> None:
    """A role's own advert; agency staff after half the approval and a short search."""
    role = {"roles": {"analyst": {"time_to_hire": "10.0d", "fill_chance": 1.0}}, "people": {"notice": "0.0d"}}
    days = recruitments(plain(role, on=["turnover"]), 1000)
    assert abs(days.mean() - 30.0) < 4.0 * days.std() / np.sqrt(1000)
    assert set(recruitments(plain({"posts": {"analyst": {"contract": "agency"}}}), 5)) == {20.0}


def employed(*changes: dict[str, Any], on: tuple[str, ...] = ()) -> list[float]:
    return run(plain({"study": {"horizon_weeks": 12}}, *changes, on=on)).weeks["person", "employed"][:, -1].tolist()


def test_known_comings_and_goings() -> None:
    """Everything takes effect at the start of the first week that begins at or after the day."""
    assert employed({"posts": {"analyst": {"leaves": "11.0d", "refilled": False}}}) == [1.0] * 3 + [0.0] * 9
    assert (
        employed({"posts": {"analyst": {"leaves": "10.0d", "successor_starts": "22.0d"}}}) == [1, 1, 0, 0, 0] + [1] * 7
    )
    assert (
        employed({"hires": {"help": {"role": "analyst", "starts": "15.0d", "stays": "20.0d"}}})
        == [0] * 3 + [1] * 4 + [0] * 5
    )
    agency = {"posts": {"analyst": {"contract": "agency", "leaves": "5.0d"}}}
    assert employed(agency) == [1] + [0] * 4 + [1] * 7


def test_a_leaver_without_the_turnover_switch_is_refilled_by_recruitment() -> None:
    """Known leaving is no resignation; the seat is refilled, its cost counted once."""
    result = run(plain({"posts": {"analyst": {"leaves": "5.0d"}}, "study": {"horizon_weeks": 80}}))
    assert result.weeks["person", "left"].sum() == 1
    assert result.weeks["person", "resigned"].sum() == 0
    assert result.weeks["organisation", "recruitments"].sum() == result.weeks["person", "joined"].sum() == 1


# -- time off ----------------------------------------------------------------------------------------


@pytest.mark.skipif(not COMPILED, reason="many holders")
def test_days_off_a_year() -> None:
    """8 + 27 + 9 + 4 of the 261 week days, none taken twice; leave in whole blocks, sickness in spells of three days."""

    def off(**time_off: Any) -> np.ndarray:
        base = {"bank_holidays": "none", "annual_leave": 0.0, "sickness": 0.0, "training": 0.0}
        scenario = plain(
            {
                "posts": {"analyst": {"count": 300}},
                "time_off": base | time_off,
                "study": {"horizon_weeks": 520},
                "request_types": {"query": {"per_year": 0.0}},
            },
            on=["time_off"],
        )
        model = model_of(scenario)
        end = np.minimum(model.state.spell_end, 2600.0)
        return (end - np.minimum(model.state.spell_start, 2600.0)).sum(1) / 10.0

    assert off(annual_leave=27.0) == pytest.approx(27.0)
    assert off(training=4.0) == pytest.approx(4.0)
    assert off(annual_leave=27.5).mean() == pytest.approx(27.5, abs=0.05)
    sick = off(sickness=9.0)
    assert abs(sick.mean() - 9.0) < 4.0 * sick.std() / np.sqrt(300)
    assert off(bank_holidays="england_wales") == pytest.approx(8.0 * 260 / 261, abs=0.15)
    everything = off(bank_holidays="england_wales", annual_leave=27.0, sickness=9.0, training=4.0)
    assert abs(everything.mean() - (8.0 * 260 / 261 + 40.0)) < 4.0 * everything.std() / np.sqrt(300) + 0.15


def test_sickness_spells_are_geometric() -> None:
    """Mean length of three days, with a spread."""
    scenario = plain(
        {
            "posts": {"analyst": {"count": 20}},
            "request_types": {"query": {"per_year": 0.0, "effort": lognormal(1.0)}},
            "time_off": {"bank_holidays": "none", "annual_leave": 0.0, "training": 0.0, "sickness": 6.0},
            "study": {"horizon_weeks": 520},
        },
        on=["time_off"],
    )
    state = model_of(scenario).state
    length = state.spell_end[np.isfinite(state.spell_end)] - state.spell_start[np.isfinite(state.spell_start)]
    assert length.size == pytest.approx(20 * 20, abs=80)
    assert length.mean() == pytest.approx(3.0, abs=0.5)
    assert (length == 1.0).mean() == pytest.approx(1 / 3, abs=0.1)
