"""People by hand: ramp-up, familiarity, pace, leaving, recruitment, learning, time off."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from networks import COMPILED, fixed, lognormal, model_of, plain, town

from opmodel.flow.calendar import date_of
from opmodel.flow.demand import sample_demand
from opmodel.flow.network import compile_network
from opmodel.model import OperatingModel
from opmodel.replication import run
from opmodel.scenario import Scenario

BUSY = {"request_types": {"query": {"per_year": 600.0, "effort": fixed(1.0)}}}


def stepped(scenario: Scenario, weeks: int) -> OperatingModel:
    model = model_of(scenario)
    for _ in range(weeks):
        model.step()
    return model


# -- starting ----------------------------------------------------------------------------------------


def log_of_arrivals(file: Path, start: dt.date, parts: int, weeks: int) -> None:
    """20 requests at the start and 12 a week, each cut into equal parts so that the backlog is nearly a fluid."""
    times = [0.0] * (20 * parts)
    times += [5.0 * w + (k + 0.5) / (12 * parts) * 5.0 for w in range(weeks) for k in range(12 * parts)]
    lines = ["when,who"]
    for t in times:
        day = date_of(start, int(t)).astype(object)
        stamp = dt.datetime.combine(day, dt.time(9)) + dt.timedelta(hours=8.0 * (t - int(t)))
        lines.append(f"{stamp:%Y-%m-%dT%H:%M:%S},housing")
    file.write_text("\n".join(lines), encoding="utf-8")


def test_a_hire_ramp_by_hand(tmp_path: Path) -> None:
    """Five people do two requests a week each, twelve come; two hires start in week 10 and ramp up over 8 weeks.

    Backlog 20 + 2 a week = 40 in week 10; the hires add 4 x (1/16, 3/16, ...) a week, so it peaks at 44
    in week 14, is back at 40 in week 18, and then falls by 2 a week: cleared in week 38.
    """
    from opmodel.flow.trace import read_trace

    parts, weeks = 40, 44
    scenario = plain(
        {
            "study": {"horizon_weeks": weeks},
            "posts": {"analyst": {"count": 5}},
            "request_types": {"query": {"effort": fixed(2.5 / parts)}},
            "hires": {"new": {"role": "analyst", "count": 2, "starts": "50.0d"}},
            "people": {"ramp_up": "40.0d", "ramp_start": 0.0, "mentor_tax": 0.0},
            "trace": {"file": str(tmp_path / "log.csv"), "arrival": "when", "directorate": "who", "default": "query"},
        },
        on=["ramp_up"],
    )
    log_of_arrivals(tmp_path / "log.csv", scenario.start, parts, weeks)
    network = compile_network(scenario, read_trace(scenario))
    model = OperatingModel(network, sample_demand(network.asks, 1, 0))
    backlog = [20.0]
    for _ in range(weeks):
        model.step()
        backlog.append(int(model.state.account[0]["open"]) / parts)
    near = 7.0 / parts + 0.05
    assert backlog[10] == pytest.approx(40.0, abs=near)
    assert backlog[14] == pytest.approx(44.0, abs=near)
    assert int(np.argmax(backlog)) == 14
    assert backlog[18] == pytest.approx(40.0, abs=near)
    assert backlog[37] > 1.0
    assert backlog[38] < 0.5
    ramp = model.records()["person", "ramp"][:, 5]
    np.testing.assert_allclose(ramp[10:19], [*(np.arange(8) + 0.5) / 8.0, 1.0])


def test_a_newcomer_goes_at_the_slower_of_ramp_and_familiarity() -> None:
    """In the first week already: 1 / (1 + 0.6) is below the ramp's 0.9; never the product of both."""
    scenario = plain(
        BUSY,
        {
            "hires": {"new": {"role": "analyst", "starts": "10.0d"}},
            "people": {"ramp_start": 0.9, "unfamiliar_penalty": 0.6, "mentor_tax": 0.0},
        },
        on=["ramp_up", "familiarity"],
    )
    model = model_of(scenario)
    for week in range(30):
        if week >= 2:
            model._come_and_go()
            known = 1.0 / (1.0 + 0.6 * (1.0 - model.state.familiarity[1, 0]))
            ramp = min(1.0, 0.9 + 0.1 * min(1.0, (week - 2 + 0.5) / 28.0))
            assert model.state.fit[1, 0] == pytest.approx(min(known, ramp)), week
        model.step()
    assert model.state.fit[1, 0] < 0.97


@pytest.mark.parametrize("switch", ["familiarity", "ramp_up"])
def test_a_successor_starts_afresh_whichever_mechanism_is_on(switch: str) -> None:
    """Unknown directorate or start of the ramp, from the first day, not only from the second week."""
    scenario = plain(
        BUSY,
        {
            "posts": {"analyst": {"leaves": "50.0d", "successor_starts": "60.0d"}},
            "study": {"horizon_weeks": 20},
            "people": {"ramp_start": 0.5, "unfamiliar_penalty": 0.5, "ramp_up": "100.0d", "unmentored_ramp": 1.0},
        },
        on=[switch],
    )
    result = run(scenario)
    assert result.weeks["person", "employed"][:, 0].tolist() == [1.0] * 10 + [0.0] * 2 + [1.0] * 8
    tasks = result.tasks
    first = np.flatnonzero(tasks["started"] >= 60.0)[0]
    slow = 1.0 / 1.5 if switch == "familiarity" else 0.5 + 0.5 * 0.5 / 20.0
    assert tasks["effort"][first] / tasks["worked"][first] == pytest.approx(slow)


def test_a_successor_has_the_roles_level() -> None:
    """The leaver had learned to practitioner; the successor is at working level again and may do no more."""
    scenario = plain(
        BUSY,
        {
            "roles": {"analyst": {"skills": {"analysis": "working"}}},
            "request_types": {
                "hard": {
                    "per_year": 50.0,
                    "effort": fixed(0.1),
                    "steps": [{"skill": "analysis", "level": "practitioner"}],
                }
            },
            "posts": {"analyst": {"leaves": "250.0d", "successor_starts": "250.0d"}},
            "people": {"learning_time": "200.0d"},
            "study": {"horizon_weeks": 60},
        },
        on=["learning"],
    )
    model = stepped(scenario, 49)
    assert model.state.person[0].can == 3
    model.step()
    assert model.state.person[0].can == 3
    model.step()
    assert model.capability.level[0].max() == pytest.approx(1.025)
    assert model.state.person[0].can == 1
    assert model.state.employs.sum() == 1


def test_mentors_give_time_and_nobody_to_mentor_slows_the_ramp() -> None:
    """A quarter of the mentor's time at first; a lone newcomer ramps up 1.5 times as long."""
    hire = {"hires": {"new": {"role": "analyst", "starts": "0.0d"}}, "people": {"ramp_up": "50.0d", "mentor_tax": 0.25}}
    weeks = run(plain(BUSY, hire, on=["ramp_up"])).weeks
    pace = weeks["person", "pace"][:, 0]
    assert pace[0] == pytest.approx(0.75)
    np.testing.assert_allclose(pace[:10], 1.0 - 0.25 * (1.0 - np.arange(10) / 10.0))
    assert pace[10] == 1.0
    np.testing.assert_allclose(weeks["person", "ramp"][:11, 1], [*(0.67 + 0.33 * (np.arange(10) + 0.5) / 10.0), 1.0])
    lone = {"posts": {"analyst": {"leaves": "0.0d", "refilled": False}}}
    ramp = run(plain(BUSY, hire, lone, on=["ramp_up"])).weeks["person", "ramp"][:, 1]
    assert (ramp < 1.0).sum() == 15


def test_two_newcomers_have_two_mentors() -> None:
    """The least loaded first, then the same speciality, then by number."""
    scenario = town(
        {
            "hires": {"a": {"role": "engineer", "count": 2, "team": "hub", "starts": "0.0d"}},
            "study": {"horizon_weeks": 2},
        }
    )
    model = stepped(scenario, 1)
    names = [s.name for s in model.network.seating.seats]
    mentors = {names[s]: names[m] for s, m in enumerate(model.capability.mentor) if m >= 0}
    assert mentors == {"hire a-1": "engineer-1", "hire a-2": "engineer-2"}


# -- familiarity, learning ---------------------------------------------------------------------------


def test_familiarity_by_hand() -> None:
    """f <- (f + (1 - f)(1 - exp(-e / tau))) 2^(-1 / H), with e the days worked for the directorate each week."""
    two = {"directorates": {"housing": {"share": 3.0}, "parks": {"share": 1.0}}, "study": {"horizon_weeks": 40}}
    model = model_of(
        plain(
            BUSY, two, {"people": {"familiarity_time": "60.0d", "familiarity_half_life": "200.0d"}}, on=["familiarity"]
        )
    )
    f = model.state.familiarity.copy()
    for _ in range(40):
        np.testing.assert_allclose(model.state.fit, 1.0 / (1.0 + 0.3 * (1.0 - f)))
        model.step()
        f = (f + (1.0 - f) * (1.0 - np.exp(-model.state.served / 60.0))) * 2.0 ** (-5.0 / 200.0)
        np.testing.assert_allclose(model.state.familiarity, f)


def test_familiarity_starts_in_balance_under_today() -> None:
    """At the utilisation assumed (0.85) and shares of 3 to 1 a week's work changes nothing."""
    two = {"directorates": {"housing": {"share": 3.0}, "parks": {"share": 1.0}}}
    network = compile_network(plain(BUSY, two, on=["familiarity"]))
    f = network.familiarity[0]
    worked = 0.85 * 5.0 * np.array([0.75, 0.25])
    np.testing.assert_allclose((f + (1.0 - f) * (1.0 - np.exp(-worked / 80.0))) * 2.0 ** (-5.0 / 260.0), f)
    assert f[0] > f[1] > 0.3


def test_familiarity_belongs_to_the_person_in_every_structure() -> None:
    """At week 0 it is the one under today; a post that only a structure has starts without."""
    names = {}
    for structure in ({"kind": "today"}, {"kind": "federated"}, {"kind": "hub_and_spoke", "hub_manager": "senior"}):
        network = compile_network(town({"structure": structure}))
        names[structure["kind"]] = {
            s.key: f.tolist() for s, f in zip(network.seating.seats, network.familiarity, strict=True)
        }
    assert names["today"] == names["federated"] == names["hub_and_spoke"]


def test_levels_rise_with_practice_and_fade_without() -> None:
    """One level in 104 weeks of full practice; an unused skill loses 1/208 a week after 26 weeks."""
    scenario = plain(
        BUSY,
        {
            "study": {"horizon_weeks": 120},
            "roles": {"analyst": {"skills": {"analysis": "working", "governance": "practitioner"}}},
            "request_types": {"rare": {"per_year": 0.0, "effort": fixed(1.0), "steps": [{"skill": "governance"}]}},
        },
        on=["learning"],
    )
    model = model_of(scenario)
    skills = list(scenario.skills)
    worked, level, other = 0.0, [], []
    for _ in range(120):
        model.step()
        worked += model.state.practice[0].sum()
        level.append(model.capability.level[0, skills.index("analysis")])
        other.append(model.capability.level[0, skills.index("governance")])
        assert level[-1] == pytest.approx(min(2.0, 1.0 + worked / 520.0))
    assert level[103] == pytest.approx(2.0, abs=0.02)
    np.testing.assert_allclose(other, 2.0 - np.maximum(0, np.arange(1, 121) - 26) / 208.0)


def test_training_and_mentors_speed_up_learning() -> None:
    """A training day counts three days of practice; a mentored newcomer learns 1.5 times as fast."""
    idle = {"request_types": {"query": {"per_year": 0.0}}, "roles": {"analyst": {"skills": {"analysis": "working"}}}}
    people = {
        "people": {"forgetting_after": "9999.0d"},
        "time_off": {"training": 10.4, "annual_leave": 0.0, "sickness": 0.0},
    }
    model = stepped(plain(idle, people, on=["learning", "time_off"]), 26)
    assert model.capability.level[0].max() == pytest.approx(1.0 + 26 * 0.2 * 3.0 / 520.0)
    hire = {"hires": {"new": {"role": "analyst", "starts": "0.0d"}}}
    model = stepped(plain(idle, people, hire, on=["learning", "time_off", "ramp_up"]), 26)
    assert model.capability.level[1].max() == pytest.approx(1.0 + 1.5 * 26 * 0.2 * 3.0 / 520.0)


# -- pace --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("people", "size"), [(3, 3.0), (7, 7.0), (8, 4.0), (15, 5.0)])
def test_communication_by_hand(people: int, size: float) -> None:
    """0.06 % x n squared, n the mean size of sub-teams of at most 7: 8 people are two fours."""
    weeks = run(
        plain({"posts": {"analyst": {"count": people}}, "study": {"horizon_weeks": 1}}, on=["communication"])
    ).weeks
    assert weeks["team", "communication"][0, 0] == pytest.approx(0.0006 * size**2)
    np.testing.assert_allclose(weeks["person", "pace"], 1.0 - 0.0006 * size**2)


def test_communication_follows_filled_seats_and_is_capped() -> None:
    """Two of six leave after 10 weeks; a huge coefficient stops at the cap."""
    posts = {
        "posts": {
            "analyst": {"count": 4},
            "leaver": {"role": "analyst", "count": 2, "leaves": "50.0d", "refilled": False},
        }
    }
    loss = run(plain(posts, on=["communication"])).weeks["team", "communication"][:, 0]
    np.testing.assert_allclose(loss[[9, 10]], [0.0006 * 36, 0.0006 * 16])
    cap = run(plain(posts, {"people": {"communication": 0.9}}, on=["communication"])).weeks["team", "communication"][
        :, 0
    ]
    np.testing.assert_allclose(cap, 0.4)


@pytest.mark.parametrize(
    ("people", "lost"), [(2, [0, 0]), (3, [2, 0, 0]), (5, [4, 0, 0, 0, 0]), (8, [3 + 1, 3, 0, 0, 0, 0, 0, 0])]
)
def test_line_management_by_hand(people: int, lost: list[int]) -> None:
    """A lead manages the sub-team, the head of a team its other leads; two hours a week each. Pairs have none."""
    weeks = run(
        plain({"posts": {"analyst": {"count": people}}, "study": {"horizon_weeks": 1}}, on=["line_management"])
    ).weeks
    np.testing.assert_allclose(weeks["person", "pace"][0], 1.0 - np.array(lost) * 2.0 / 37.0)


def test_an_acting_lead_takes_over() -> None:
    """The best-paid leads; when that person leaves, the next one does."""
    scenario = plain(
        {
            "roles": {"chief": {"skills": {"analysis": "expert"}, "salary": 60000.0}},
            "posts": {"analyst": {"count": 4}, "chief": {"role": "chief", "leaves": "25.0d", "refilled": False}},
        },
        on=["line_management"],
    )
    pace = run(scenario).weeks["person", "pace"]
    assert np.flatnonzero(pace[4] < 1.0).tolist() == [4]
    assert np.flatnonzero(pace[5, :4] < 1.0).tolist() == [0]


def test_paces_multiply() -> None:
    """FTE 0.8, corporate time, communication and line management together."""
    change = {"posts": {"analyst": {"count": 3, "fte": 0.8}}, "study": {"horizon_weeks": 1}}
    pace = run(plain(change, on=["productive_share", "communication", "line_management"])).weeks["person", "pace"][0]
    np.testing.assert_allclose(pace, 0.8 * 0.86 * (1 - 0.0006 * 9) * (1.0 - np.array([2, 0, 0]) * 2.0 / 37.0))


# -- leaving and recruitment -------------------------------------------------------------------------


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
