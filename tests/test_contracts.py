"""Contracts and market pay by hand: who is found when, on what terms, at which level and pace, at what cost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from networks import fixed, model_of, plain, town
from test_mechanisms_people import log_of_arrivals
from test_scenario_errors import TURNOVER, said
from test_scenario_errors import town as written

from opmodel.flow.demand import sample_demand
from opmodel.flow.network import compile_network
from opmodel.flow.trace import read_trace
from opmodel.metrics import measure
from opmodel.model import OperatingModel
from opmodel.replication import run
from opmodel.scenario import Scenario
from opmodel.scenario.terms import LEAST_SHARE, easier, fill_chance, terms_of

QUIET = {"request_types": {"query": {"per_year": 0.0, "effort": fixed(1.0)}}}
BUSY = {"request_types": {"query": {"per_year": 1040.0, "effort": fixed(1.0)}}}


def hired(contract: str = "permanent", **said: Any) -> dict[str, Any]:
    """One hire of an analyst, who starts at once unless stated."""
    return {"hires": {"new": {"role": "analyst", "contract": contract, "starts": "0.0d"} | said}}


def terms(scenario: Scenario) -> Any:
    return terms_of(scenario, scenario.hires["new"])


def recruitments(scenario: Scenario, n: int) -> np.ndarray:
    """Days from vacancy to first day of the first n holders of the hire's seat."""
    careers = model_of(scenario).careers
    days = []
    for k in range(n):
        careers.holder[1] = k - 1
        days.append(careers.recruitment(1))
    return np.array(days)


def employed(*changes: dict[str, Any], weeks: int = 60) -> list[float]:
    """Whether the hire's seat is filled, week by week."""
    scenario = plain(QUIET, {"study": {"horizon_weeks": weeks}}, *changes)
    filled: list[float] = run(scenario).weeks["person", "employed"][:, 1].tolist()
    return filled


# -- finding somebody ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("offered", "market", "chance"),
    [
        (40000.0, None, 0.7),
        (48000.0, 48000.0, 0.7),
        (60000.0, 48000.0, 0.7),  # more than others pay adds nothing
        (36000.0, 48000.0, 0.7 * (1 - 0.45 * 0.25)),
        (0.0, 48000.0, 0.7 * 0.55),
    ],
)
def test_adverts_fill_less_often_below_the_markets_pay(offered: float, market: float | None, chance: float) -> None:
    assert fill_chance(0.7, offered, market, 0.45) == pytest.approx(chance)


def test_some_chance_is_left_however_large_the_gap() -> None:
    assert fill_chance(0.7, 1000.0, 90000.0, 3.0) == pytest.approx(0.7 * LEAST_SHARE)


def test_a_supplement_closes_the_gap_in_pay() -> None:
    """40,000 where the market pays 50,000: a gap of a fifth; 6,000 more leave two fifths of it, 10,000 none."""
    role = {"roles": {"analyst": {"market_pay": 50000.0}}}
    for supplement, gap in ((0.0, 0.2), (6000.0, 0.08), (10000.0, 0.0), (20000.0, 0.0)):
        found = terms(plain(role, hired(supplement=supplement)))
        assert found.fill_chance == pytest.approx(0.7 * (1 - 0.45 * gap))
        assert found.pay == 40000.0 + supplement


def test_a_lower_grade_is_compared_with_the_market_of_its_grade() -> None:
    """The salary lies a fifth below the market's, for a career grade as for the full post."""
    role = {"roles": {"analyst": {"market_pay": 50000.0}}}
    found = terms(plain(role, hired("career_grade")))
    assert found.fill_chance == pytest.approx(0.85 * (1 - 0.45 * 0.2), abs=1e-3)
    assert found.pay == pytest.approx(0.88 * 40000.0)


@pytest.mark.parametrize(("contract", "usual"), [("career_grade", 0.85), ("apprentice", 0.9)])
def test_adverts_for_lower_grades_fill_more_often_than_the_roles_own_and_follow_it(contract: str, usual: float) -> None:
    """Odds in proportion to the role's; a chance that the file states for the contract holds whatever the role's."""
    found = terms(plain(hired(contract))).fill_chance
    assert found == pytest.approx(usual, abs=1e-3)
    for own in (0.02, 0.2, 0.95):
        role, people = {"roles": {"analyst": {"fill_chance": own}}}, {"people": {"fill_chance": own}}
        for changes in (role, people):
            chance = terms(plain(changes, hired(contract))).fill_chance
            assert own < chance < 1.0
            assert chance / (1 - chance) == pytest.approx(own / (1 - own) * (found / (1 - found)) / (0.7 / 0.3))
        stated = {"contracts": {contract: {"fill_chance": 0.5}}}
        assert terms(plain(role, stated, hired(contract))).fill_chance == 0.5
    assert terms(plain({"people": {"fill_chance": 1.0}}, hired(contract))).fill_chance == 1.0
    assert easier(0.0, 3.0) == 0.0
    assert easier(0.5, 3.0) == pytest.approx(0.75)


def test_recruitment_takes_more_adverts_below_the_markets_pay() -> None:
    """Mean approval + time to hire / chance + notice; and no vacancy fills sooner for worse pay."""
    low = {"roles": {"analyst": {"market_pay": 80000.0}}, "people": {"pay_gap_effect": 0.8}}
    usual, worse = (recruitments(plain(*change, hired()), 3000) for change in ([], [low]))
    mean = 20.0 + 55 * 5 / 7 / (0.7 * 0.6) + 60 * 5 / 7
    assert abs(worse.mean() - mean) < 4.0 * worse.std() / np.sqrt(3000)
    assert (worse >= usual).all()
    assert (worse > usual).mean() > 0.2


@pytest.mark.parametrize(("contract", "search", "notice"), [("contractor", 15.0, 0.0), ("secondment", 20.0, 20.0)])
def test_a_search_needs_no_advert_that_may_fail(contract: str, search: float, notice: float) -> None:
    """Approval, search, own notice, even where adverts hardly ever fill."""
    days = recruitments(plain({"people": {"fill_chance": 0.02}}, hired(contract)), 2000)
    assert abs(days.mean() - (20.0 + search + notice)) < 4.0 * days.std() / np.sqrt(2000)
    assert days.std() > 1.0
    assert days.min() > 20.0


# -- how long they stay -----------------------------------------------------------------------------------


def test_temporary_holders_leave_and_are_not_replaced() -> None:
    """A contractor after half a year, a secondee after a year, as stated where it is; others stay."""
    assert employed(hired("contractor")) == [1.0] * 26 + [0.0] * 34
    assert employed(hired("secondment")) == [1.0] * 52 + [0.0] * 8
    assert employed(hired("secondment", stays="50.0d")) == [1.0] * 10 + [0.0] * 50
    for contract in ("permanent", "career_grade", "apprentice", "agency"):
        assert employed(hired(contract)) == [1.0] * 60


def test_nobody_on_a_day_rate_resigns() -> None:
    """At a rate at which everybody else does, a contractor and agency staff stay; a secondee may resign."""
    gone = {"people": {"turnover": 0.99}}
    for contract, resigns in (("contractor", 0.0), ("agency", 0.0), ("secondment", 1.0), ("apprentice", 1.0)):
        scenario = plain(QUIET, gone, hired(contract, stays="500.0d"), on=["turnover"])
        assert run(scenario).weeks["person", "resigned"][:, 1].sum() == resigns, contract


def test_a_contracts_own_ramp_up(tmp_path: Path) -> None:
    """The hire ramp worked by hand, with contractors who are found at once and have a ramp-up of their own.

    Backlog 20, twelve requests a week, five people do two each; two contractors, opened in week 10, ramp up over
    8 weeks: 40 open in week 10, 44 at the peak in week 14, none in week 38.
    """
    parts, weeks = 40, 44
    scenario = plain(
        {
            "study": {"horizon_weeks": weeks},
            "posts": {"analyst": {"count": 5}},
            "request_types": {"query": {"effort": fixed(2.5 / parts)}},
            "hires": {"new": {"role": "analyst", "count": 2, "opens": "50.0d", "contract": "contractor"}},
            "people": {"ramp_up": "900.0d", "ramp_start": 0.0, "mentor_tax": 0.0, "approval": "0.0d"},
            "contracts": {"contractor": {"search": "0.0d", "ramp_up": "40.0d", "stays": "900.0d"}},
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
    assert backlog[37] > 1.0
    assert backlog[38] < 0.5


# -- levels and time off the job ------------------------------------------------------------------------------

TRADE = {
    "study": {"horizon_weeks": 160},
    "roles": {"analyst": {"skills": {"analysis": "expert", "engineering": "working", "governance": "awareness"}}},
    "people": {"learning_time": "200.0d", "forgetting_after": "9000.0d"},
}


def levels(scenario: Scenario, weeks: int, seat: int = 1) -> np.ndarray:
    """Levels in the first three skills of the trade, by week."""
    model = model_of(scenario)
    at = [list(scenario.skills).index(s) for s in ("analysis", "engineering", "governance")]
    found = []
    for _ in range(weeks):
        model.step()
        found.append(model.capability.level[seat, at].copy())
    return np.array(found)


def test_an_apprentice_starts_below_the_role_and_grows_into_it() -> None:
    """Two levels below, never below awareness; a day of six hours off the job counts three days of practice.

    Nothing is asked for, so all learning is off the job: 5 x 0.16 days a week, shared by the two skills below the
    role's level, 3 x 0.8 / 2 / 200 = 0.006 levels a week each, until the role's level is reached.
    """
    found = levels(plain(QUIET, TRADE, hired("apprentice"), on=["learning"]), 160)
    week = np.arange(1, 161)
    np.testing.assert_allclose(found[:, 0], 1.0 + 0.006 * week)
    np.testing.assert_allclose(found[:, 1], 0.006 * week)
    assert (found[:, 2] == 0.0).all()


def test_who_starts_below_learns_up_to_the_role_and_not_beyond() -> None:
    """Two levels at most, where others may rise by one."""
    fast = {"people": {"learning_time": "20.0d"}}
    found = levels(plain(QUIET, TRADE, fast, hired("apprentice"), on=["learning"]), 160)
    np.testing.assert_allclose(found[-1], [3.0, 1.0, 0.0])
    without = levels(plain(QUIET, TRADE, fast, hired("apprentice")), 160)
    np.testing.assert_allclose(without[-1], [1.0, 0.0, 0.0])


def test_a_lower_grade_may_do_what_needs_the_level_once_it_has_it() -> None:
    """The only practitioner to be is a career grade: such requests are blocked until the level is reached."""
    scenario = plain(
        {
            "study": {"horizon_weeks": 60},
            "roles": {"analyst": {"skills": {"analysis": "practitioner"}}, "clerk": {"skills": {"analysis": "awareness"},
                                                                                    "salary": 25000.0}},
            "posts": {"analyst": {"role": "clerk"}},
            "request_types": {"query": {"per_year": 52.0, "effort": fixed(0.5),
                                        "steps": [{"skill": "analysis", "level": "practitioner"}]}},
            "contracts": {"career_grade": {"off_the_job": 0.2}},
            "people": {"learning_time": "75.0d"},
        },
        hired("career_grade"), on=["learning"],
    )
    result = run(scenario)
    level = result.weeks["person", "level"][:, 1]
    assert level[1] == pytest.approx(1.0 + 3.0 / 75.0)
    reached = int(np.argmax(level >= 2.0 - 1e-9))
    assert reached == 25  # after 25 weeks with a day off the job each
    assert np.nanmin(result.requests["first_start"]) >= 5.0 * reached
    assert (result.requests["first_start"][result.requests["raised"] < 100.0] < 5.0 * (reached + 4)).all()
    assert (result.tasks["blocked"] > 0.0).any()


def test_time_off_the_job_slows_work() -> None:
    """Pace 1 - 0.16 for an apprentice; a part-timer's in proportion."""
    pace = run(plain(QUIET, hired("apprentice", fte=0.5))).weeks["person", "pace"]
    np.testing.assert_allclose(pace[:, 0], 1.0)
    np.testing.assert_allclose(pace[:, 1], 0.5 * 0.84)


def test_successors_come_on_the_same_terms() -> None:
    """An apprentice who has learnt leaves; the next one is an apprentice again, at the lower level."""
    scenario = plain(
        QUIET, TRADE, {"people": {"turnover": 0.5, "time_to_hire": "20.0d"}}, hired("apprentice"),
        on=["learning", "turnover"],
    )
    result = run(scenario)
    joined = np.flatnonzero(result.weeks["person", "joined"][:, 1])
    assert joined.size > 1
    level = result.weeks["person", "level"][:, 1]
    np.testing.assert_allclose(level[joined], 1.0)
    assert level[joined[1] - 1] > 1.04


# -- money ---------------------------------------------------------------------------------------------------


def test_pay_and_cost_by_hand() -> None:
    """Ten weeks: an analyst, a career grade with a supplement, a contractor at four fifths, agency staff, a course."""
    scenario = plain(
        QUIET,
        {
            "study": {"horizon_weeks": 10},
            "hires": {
                "grade": {"role": "analyst", "contract": "career_grade", "supplement": 2000.0, "starts": "10.0d"},
                "bought": {"role": "analyst", "contract": "contractor", "fte": 0.8, "starts": "0.0d", "stays": "20.0d"},
                "cover": {"role": "analyst", "contract": "agency", "starts": "40.0d"},
            },
            "training": {"more": {"post": "analyst", "skill": "engineering", "fee": 1234.0, "over": "25.0d"}},
        },
    )
    on_costs = 1.0 + 0.34 + 0.10
    pay = 40000.0 * on_costs * 10 / 52  # the analyst
    pay += (0.88 * 40000.0 + 2000.0) * on_costs * 8 / 52
    pay += 4 * 5 * 0.8 * 1000.0
    pay += 2 * 5 * 500.0
    found = measure(run(scenario))
    assert found.get("pay") == pytest.approx(pay * 5.2)
    assert found.get("cost") == pytest.approx((pay + 3 * 5433.0 + 1234.0) * 5.2)


def test_what_a_budget_leaves_out_is_not_taken_from_what_is_spent() -> None:
    """The vacancy factor is for budgets; a simulated post costs what its filled weeks cost."""
    spent = {measure(run(plain(QUIET, {"costs": {"vacancy_factor": share}}))).get("cost") for share in (0.0, 0.2)}
    assert len(spent) == 1


# -- what stays as it was --------------------------------------------------------------------------------------

PLANS: dict[str, dict[str, Any]] = {
    "hire": {"hires": {"new": {"role": "analyst", "count": 3, "team": "green"}}},
    "contracts": {
        "hires": {"new": {"role": "steward", "contract": "apprentice"}, "more": {"role": "engineer",
                                                                                "contract": "contractor"}},
        "contracts": {"apprentice": {"pay": 0.7}},
    },
    "training": {"training": {"rules": {"post": "analyst", "skill": "governance", "count": 2}}},
    "targets": {"targets": {"backlog": 12.0}, "costs": {"hiring_cost": 1.0}},
}


@pytest.mark.parametrize("plan", PLANS)
@pytest.mark.parametrize("structure", [{"kind": "today"}, {"kind": "federated"}])
def test_plans_to_hire_leave_every_other_draw_as_it_was(plan: str, structure: dict[str, Any]) -> None:
    """Requests to the bit, so that candidates share one sample of demand; and everybody else's absences and careers."""
    before, after = (town({"structure": structure}, change) for change in ({}, PLANS[plan]))
    assert before.hash != after.hash
    assert before.demand_hash == after.demand_hash
    models = [model_of(scenario, seed=3, replication=2) for scenario in (before, after)]
    for name in ("ask", "effort", "redo", "redo_step"):
        one, other = (np.array(getattr(model.demand, name)) for model in models)
        assert one.tobytes() == other.tobytes(), name
    seats = [{seat.key: s for s, seat in enumerate(model.network.seating.seats)} for model in models]
    for key, s in seats[0].items():
        t = seats[1][key]
        assert models[0].careers.threshold[s] == models[1].careers.threshold[t]
        assert models[0].careers.recruitment(s) == models[1].careers.recruitment(t)
        np.testing.assert_array_equal(models[0].state.spell_start[s], models[1].state.spell_start[t])
        np.testing.assert_array_equal(models[0].state.familiarity[s], models[1].state.familiarity[t])


def test_another_plan_of_the_same_hires_draws_the_same_recruitment() -> None:
    """Pay, contract and number decide what is made of the draws; the draws hang on the hire's name and number."""
    one, two = (plain(QUIET, hired("permanent", count=count)) for count in (1, 2))
    assert recruitments(one, 20).tolist() == recruitments(two, 20).tolist()


def test_people_of_another_organisation_have_other_efforts() -> None:
    """What today's people are is part of demand, as efforts are ratios to it."""
    assert town().demand_hash != town({"people": {"unfamiliar_penalty": 0.5}}).demand_hash
    assert town().demand_hash != town({"posts": {"analyst": {"fte": 0.5}}}).demand_hash


# -- what a file is told ---------------------------------------------------------------------------------------


def lines(text: str) -> list[str]:
    """What is said about a file with one more line, its 23rd."""
    return said(written((TURNOVER, f"{TURNOVER}\n{text}")))


HIRES = {
    "day rate": ("contract: contractor", "warning: hires.one.supplement: has no effect on a day rate; leave it out, or "
                                         "raise contracts.contractor.day_rate"),
    "agency": ("contract: agency", "warning: hires.one.supplement: has no effect on a day rate; leave it out, or raise "
                                   "costs.agency_day_rate"),
    "search": ("contract: secondment", "warning: hires.one.supplement: only costs: a secondment is filled without an "
                                       "advert that may fail; leave it out"),
    "no market": ("contract: permanent", "warning: hires.one.supplement: only costs: adverts fill no more often, as "
                                         "roles.analyst.market_pay is not stated; state what others pay, or leave it out"),
}


@pytest.mark.parametrize("case", HIRES)
def test_supplements_that_change_nothing(case: str) -> None:
    contract, text = HIRES[case]
    found = lines(f"hires: {{one: {{role: analyst, {contract}, supplement: 2000}}}}")
    assert len(found) == 1
    assert found[0].startswith("x:23:")
    assert found[0].endswith(text)


def test_market_pay_below_the_salary() -> None:
    (found,) = said(written(("salary: 39152", "salary: 39152, market_pay: 30000")))
    assert found.startswith("x:13:")
    assert "roles.analyst.market_pay: lies below the salary of 39,152" in found


def test_a_contracts_chance_must_not_vanish() -> None:
    (found,) = lines("contracts: {apprentice: {fill_chance: {base: 0.5, low: 0, high: 1}}}")
    assert found.endswith("contracts.apprentice.fill_chance: should stay above 0, its low value too")
