"""What steps cost, worked by hand from the file's own figures; and which steps there are."""

from dataclasses import replace

import numpy as np
import pytest
from desks import asked, desks, trials, two_teams
from networks import town

from opmodel.careers import Careers
from opmodel.comparison.structures import structures_of
from opmodel.flow.demand import sample_demand
from opmodel.flow.seating import seating
from opmodel.hiring.asking.costs import plan_cost, stay, yearly_cost
from opmodel.hiring.asking.recruiting import recruiting_weeks
from opmodel.hiring.asking.scope import Scope, hires_of, limits, steps_of
from opmodel.hiring.asking.steps import Plan, Step
from opmodel.hiring.trying.confirming import confirmed
from opmodel.model import OperatingModel
from opmodel.replication import compiled
from opmodel.scenario.changes import change_scenario
from opmodel.scenario.problems import ScenarioError

COSTS = {
    "on_cost_rate": 0.30, "overhead_rate": 0.10, "vacancy_factor": 0.05, "hiring_cost": 5200.0,
    "agency_day_rate": 500.0,
}
ALL = ("permanent", "career_grade", "apprentice", "secondment", "agency", "contractor")


def costed(**over):
    """A year of 52 weeks in which somebody is 261 - 8 - 25 - 5 - 3 = 220 days on duty."""
    return desks(
        {"study": {"horizon_weeks": 52, "milestones_weeks": [52]}, "costs": COSTS,
         "time_off": {"annual_leave": 25.0, "sickness": 5.0, "training": 3.0}, **over},
        on=("time_off",),
    )


@pytest.mark.parametrize(
    ("step", "pounds"),
    [
        # Pay with on-costs and overheads, less the vacancy factor, and a recruitment.
        (Step("hire", "analyst", "desk"), 40000 * 1.4 * 0.95 + 5200),
        (Step("hire", "analyst", "desk", supplement=3000), 43000 * 1.4 * 0.95 + 5200),
        (Step("hire", "analyst", "desk", "career_grade"), 40000 * 0.88 * 1.4 * 0.95 + 5200),
        (Step("hire", "analyst", "desk", "apprentice"), 40000 * 0.65 * 1.4 * 0.95 + 5200),
        # A year's stay, nobody's post stands empty meanwhile.
        (Step("hire", "analyst", "desk", "secondment"), 40000 * 1.4 + 5200),
        # Half a year at a day rate.
        (Step("hire", "analyst", "desk", "agency"), 500 * 220 / 2 + 5200),
        (Step("hire", "analyst", "desk", "contractor"), 1000 * 220 / 2 + 5200),
        (Step("move", "analyst", "desk", origin="other"), 0.0),
        (Step("train", "analyst", "desk", skill="engineering"), 3000.0),
        (Step("train", "analyst", "desk", skill="engineering", levels=2), 6000.0),
    ],
)
def test_a_year_of_a_step_costs_what_it_costs_by_hand(step, pounds):
    assert yearly_cost(costed(), step) == pytest.approx(pounds)
    assert plan_cost(costed(), Plan.of([step] * 3)) == pytest.approx(3 * pounds)


@pytest.mark.parametrize("study", [
    {"horizon_weeks": 26, "milestones_weeks": [26]}, {"horizon_weeks": 104, "milestones_weeks": [104]},
    {"horizon_weeks": 208, "milestones_weeks": [208]},
    {"kind": "steady_state", "horizon_weeks": 130, "warm_up_weeks": 26},
])
def test_a_full_year_costs_the_same_whatever_the_horizon(study):
    scenario = costed(study=study)
    # What is paid once is paid whole in the first year; half a year's stay is half a year's pay in it.
    assert yearly_cost(scenario, Step("hire", "analyst")) == pytest.approx(40000 * 1.4 * 0.95 + 5200)
    agency = Step("hire", "analyst", contract="agency")
    assert yearly_cost(scenario, agency) == pytest.approx(500 * 220 / 2 + 5200)
    assert yearly_cost(scenario, Step("train", "analyst", skill="engineering")) == pytest.approx(3000)


def test_who_stays_longer_than_a_year_costs_a_year():
    long = costed(contracts={"secondment": {"stays": "520d"}, "contractor": {"stays": "65d"}})
    assert yearly_cost(long, Step("hire", "analyst", contract="secondment")) == pytest.approx(40000 * 1.4 + 5200)
    contractor = Step("hire", "analyst", contract="contractor")
    assert yearly_cost(long, contractor) == pytest.approx(1000 * 220 / 4 + 5200)


def test_how_long_agency_staff_stay_is_the_files():
    scenario = costed(people={"agency_stays": "65d"})
    agency = Step("hire", "analyst", contract="agency")
    assert stay(scenario, agency) == 65.0
    assert yearly_cost(scenario, agency) == pytest.approx(500 * 220 / 4 + 5200)
    assert [float(hire.stays) for hire in Plan.of([agency]).scenario(scenario).hires.values()] == [65.0]


def test_who_stays_how_long():
    scenario = costed()
    assert {kind: stay(scenario, Step("hire", "analyst", contract=kind)) for kind in ALL} == {
        "permanent": None, "career_grade": None, "apprentice": None, "secondment": 260.0, "agency": 130.0,
        "contractor": 130.0,
    }


def test_what_is_simulated_stands_beside_what_is_budgeted():
    scenario = desks({"costs": {**COSTS, "vacancy_factor": 0.0}})
    found = confirmed(asked(scenario), Plan.of([Step("hire", "analyst", "desk")]), trials(), futures=8)
    mean, low, high = found.spent
    # There from the first day, nobody leaves, so every future costs the same: half a year's pay and one recruitment in
    # half a year, which is twice that a year.
    assert mean == pytest.approx(40000 * 1.4 + 2 * 5200)
    assert low == pytest.approx(mean)
    assert high == pytest.approx(mean)
    # A full year's budget has the recruitment once.
    assert plan_cost(scenario, found.plan) == pytest.approx(40000 * 1.4 + 5200)


# -- which steps there are -------------------------------------------------------------------------


def test_roles_go_where_they_are_or_where_their_speciality_is():
    found = {(step.who, step.team) for step in steps_of(town(), Scope())}
    assert found == {
        ("analyst", "hub"), ("analyst", "homes"), ("analyst", "green"), ("senior", "hub"), ("senior", "homes"),
        ("senior", "green"), ("engineer", "hub"), ("steward", "hub"),
    }
    only = {(step.who, step.team) for step in steps_of(town(), Scope(roles=("analyst",), teams=("homes",)))}
    assert only == {("analyst", "homes")}


def test_a_role_that_nobody_holds_yet_can_be_hired():
    scenario = desks({"roles": {"scientist": {"skills": {"data_science": "expert", "analysis": "working"},
                                              "salary": 50000.0}}})
    assert [(s.who, s.team) for s in steps_of(scenario, Scope(roles=("scientist",)))] == [("scientist", None)]
    only = steps_of(scenario, Scope(roles=("scientist",), teams=("desk",)))
    assert [(s.who, s.team) for s in only] == [("scientist", "desk")]


@pytest.mark.parametrize("structure", ["today", "centralised", "hub_and_spoke", "federated"])
def test_every_step_makes_a_valid_scenario_under_every_structure(structure):
    scenario = structures_of(town())[structure]
    scope = Scope(contracts=ALL, supplements=(0.0, 4000.0), moves=True, training=True)
    steps = steps_of(scenario, scope)
    kinds = {step.kind for step in steps}
    assert kinds == ({"hire", "move", "train"} if structure == "today" else {"hire", "train"})
    assert {step.contract for step in steps} == set(ALL)
    assert len({step.slug for step in steps}) == len(steps)
    before = len(seating(scenario).seats)
    for step in steps[:: max(1, len(steps) // 25)]:
        after = Plan.of([step]).scenario(scenario)
        assert len(seating(after).seats) == before + (step.kind == "hire")
    said = limits(scenario, replace(scope, supplements=(0.0,)))
    assert (said == []) == (structure == "today")
    assert all("moved" in sentence for sentence in said)


def test_a_hire_sits_in_the_team_of_its_step_also_under_a_preset():
    scenario = structures_of(town())["hub_and_spoke"]
    for step in steps_of(scenario, Scope()):
        seated = seating(Plan.of([step]).scenario(scenario))
        where = [team.name for team in seated.teams if any(seated.seats[s].hire is not None for s in team.seats)]
        assert step.team is None or where == [step.team]


def test_moves_take_a_seat_from_one_team_to_the_other_and_never_back():
    scenario, scope = two_teams(), Scope(roles=(), moves=True)
    first = steps_of(scenario, scope)
    assert {(s.origin, s.team) for s in first} == {("homes", "green"), ("green", "homes")}
    plan = Plan.of([Step("move", "analyst", "homes", origin="green")] * 2)
    moved = plan.scenario(scenario)
    assert {name: dict(team.seats) for name, team in moved.teams.items()} == {
        "homes": {"analyst": 4}, "green": {"analyst": 2},
    }
    assert moved.today == scenario.today
    assert [(s.origin, s.team) for s in steps_of(scenario, scope, plan)] == [("green", "homes")]
    # One is left in the team: no move empties it.
    assert steps_of(scenario, scope, plan.with_(Step("move", "analyst", "homes", origin="green"))) == []


def test_moves_change_teams_drawn_by_hand_too_and_a_lead_who_leaves_leads_no_more():
    drawn = change_scenario(two_teams({"posts": {"head": {"role": "analyst"}}, "today": {"teams": {
        "green": {"seats": {"analyst": 4, "head": 1}, "lead": "head"},
    }}}), {"teams": {
        "homes": {"serves": ["housing"], "seats": {"analyst": 3}},
        "green": {"serves": ["parks"], "seats": {"analyst": 3, "head": 1}, "lead": "head"},
    }})
    step = Step("move", "head", "homes", origin="green")
    assert step in steps_of(drawn, Scope(moves=True))
    moved = Plan.of([step]).scenario(drawn)
    assert dict(moved.teams["homes"].seats) == {"analyst": 3, "head": 1}
    assert dict(moved.teams["green"].seats) == {"analyst": 3}
    assert moved.teams["green"].lead is None


def test_training_is_offered_where_it_opens_tasks_or_quickens_them():
    scenario = desks({
        "roles": {
            "analyst": {"skills": {"analysis": "working"}},
            "engineer": {"skills": {"engineering": "expert", "analysis": "awareness"}},
        },
        "request_types": {"build": {"steps": [{"skill": "engineering", "level": "practitioner"}]}},
    })
    found = {(s.who, s.skill): s.levels for s in steps_of(scenario, Scope(roles=(), training=True))}
    assert found == {
        ("analyst", "analysis"): 1,  # below practitioner
        ("engineer", "analysis"): 1,  # to working, which queries ask for
        # From nothing to practitioner are three levels: more than anybody is trained by at once.
    }
    easier = desks({"roles": {"analyst": {"skills": {"analysis": "practitioner"}}}})
    found = {(s.who, s.skill): s.levels for s in steps_of(easier, Scope(roles=(), training=True))}
    assert found == {("analyst", "engineering"): 2, ("engineer", "analysis"): 2}
    entry = Plan.of([Step("train", "analyst", "desk", skill="engineering", levels=2)]).scenario(easier).training
    assert [(t.post, t.levels, t.off_the_job, t.fee, t.count) for t in entry.values()] == [
        ("analyst", 2.0, 40.0, 6000.0, 1)
    ]


def test_supplements_are_tried_where_pay_lies_below_the_markets():
    scenario = desks({"roles": {"engineer": {"market_pay": 60000.0}, "analyst": {"market_pay": 39000.0}}})
    scope = Scope(supplements=(0.0, 5000.0, 10000.0))
    found = {}
    for step in steps_of(scenario, scope):
        found.setdefault(step.who, []).append(step.supplement)
    assert found == {"analyst": [0.0], "engineer": [0.0, 5000.0, 10000.0], "generalist": [0.0]}
    only = Scope(roles=("analyst",), supplements=(3000.0,))
    assert [step.supplement for step in steps_of(scenario, only)] == [3000.0]


def test_nobody_is_trained_twice_in_the_same():
    step = Step("train", "engineer", "desk", skill="analysis", levels=2)
    assert step in steps_of(desks(), Scope(training=True))
    assert step not in steps_of(desks(), Scope(training=True), Plan.of([step]))


def test_contracts_that_end_are_left_out_of_the_long_run_and_that_is_said():
    steady = desks({"study": {"kind": "steady_state", "horizon_weeks": 26}})
    scope = Scope(contracts=ALL)
    assert {s.contract for s in steps_of(steady, scope)} == {"permanent", "career_grade", "apprentice"}
    assert limits(steady, scope) == [
        "Contracts that end (secondment, agency, contractor) are left out: they change nothing in the long run."
    ]


def test_a_role_that_no_request_needs_is_named():
    scenario = desks({"roles": {"lawyer": {"skills": {"governance": "expert"}, "salary": 50000.0}}})
    scope = Scope(roles=("lawyer", "analyst"))
    assert {s.who for s in steps_of(scenario, scope)} == {"analyst"}
    assert limits(scenario, scope) == ["No request needs what these roles can do: lawyer."]


def test_supplements_that_change_nothing_are_said_to_be_left_out():
    paid = {"roles": {"analyst": {"market_pay": 50000.0}, "engineer": {"market_pay": 50000.0}}}
    scope = Scope(roles=("analyst", "engineer", "generalist"), supplements=(0.0, 6000.0))
    unknown, enough = limits(desks(paid), scope)
    assert unknown == (
        "No market supplement is tried for generalist: the scenario does not state what others pay (market_pay of the "
        "role), and without that pay changes nothing but the cost."
    )
    assert enough.startswith("No market supplement is tried for engineer: pay does not lie below the market's")
    assert {s.who for s in steps_of(desks(paid), scope) if s.supplement} == {"analyst"}
    assert limits(desks(paid), replace(scope, roles=("analyst",))) == []
    (swept,) = limits(desks(paid), replace(scope, roles=("analyst",)), ["generalist"])
    assert swept == unknown
    assert limits(desks(paid), replace(scope, supplements=(0.0,))) == []
    assert limits(desks(paid), replace(scope, contracts=("apprentice",))) == [
        "Market supplements are left out: they are paid on permanent contracts alone."
    ]


def test_one_kind_of_hire_may_make_up_a_whole_plan():
    step = Step("hire", "analyst", "desk")
    assert step in steps_of(desks(), Scope(), Plan.of([step] * 19))


# -- names -----------------------------------------------------------------------------------------


def test_two_steps_never_share_a_name_however_long_or_alike_their_teams():
    long = "Children, young people and their families (north and south)"
    teams = [long[:59] + "A", long[:59] + "B", "A-B", "A B", "a b", "A_B", "hub", "Hub", "<b>bold</b>"]
    steps = [Step("hire", role, team) for role in ("a", "a_b") for team in [None, "b", *teams]]
    steps += [Step("hire", "a", "b", supplement=n) for n in (0.4, 1000.0, 1000.4)]
    steps += [Step("train", "a", "b", skill="c"), Step("train", "a", "b", skill="c", levels=2)]
    steps += [Step("move", "a", "b", origin="c"), Step("move", "a", "c", origin="b"), Step("move", "a_b", "c", origin="b")]
    names = [step.slug for step in steps]
    assert len(set(names)) == len(steps)
    assert all(len(name) <= 60 and name.replace("_", "").isalnum() and name == name.lower() for name in names)


def test_a_step_keeps_its_name_and_so_its_draws_whenever_it_is_taken():
    early, late = Step("hire", "analyst", "desk"), Step("hire", "analyst", "desk", opens_week=8)
    assert early.slug == late.slug
    both = Plan.of([early, late])
    assert sorted(both.names.values()) == [early.slug, f"{early.slug}_w8"]
    hires = both.scenario(desks()).hires
    assert {name: float(hire.opens) for name, hire in hires.items()} == {early.slug: 0.0, f"{early.slug}_w8": 40.0}


def test_the_order_of_steps_does_not_matter():
    a, b = Step("hire", "analyst", "desk"), Step("hire", "engineer", "desk")
    one, other = Plan.of([a, b, a]).scenario(desks()), Plan.of([b, a, a]).scenario(desks())
    assert list(one.hires) == list(other.hires)
    assert one == other


def test_teams_with_awkward_names_can_get_people():
    name = "Adults' (health & care), north/south - team no. 1 and so on"
    scenario = town({"today": {"teams": {"homes": None, name: {
        "serves": ["housing"], "seats": {"analyst": 2, "senior": 1},
    }}}})
    steps = [step for step in steps_of(scenario, Scope(moves=True, training=True)) if step.team == name]
    assert {step.kind for step in steps} == {"hire", "move", "train"}
    for step in steps:
        Plan.of([step]).scenario(scenario)


def test_a_step_that_does_not_fit_is_refused():
    with pytest.raises(ScenarioError, match="unknown team"):
        Plan.of([Step("hire", "analyst", "nowhere")]).scenario(desks())


# -- temporary staff -------------------------------------------------------------------------------


def test_temporary_staff_are_called_for_the_week_asked_for():
    scenario = town({"study": {"horizon_weeks": 104, "milestones_weeks": [52, 104]}})
    scope = Scope(roles=("engineer",), contracts=ALL)

    def opened(week):
        return {s.contract: s.opens_week for s in steps_of(scenario, scope, week=week)}

    assert recruiting_weeks(scenario, Step("hire", "engineer", "hub", "agency")) == (4.0, 4.0, 4.0)
    at = opened(52)
    assert {kind for kind, week in at.items() if week == 0} == {"permanent", "career_grade", "apprentice"}
    # Agency staff: there after 4 weeks for 26, of which 28 would go into ramping up; a week before they leave.
    assert at["agency"] == 52 - 4 - 25
    # Contractors: half of 26 weeks and 8 to ramp up.
    middle, low, _ = recruiting_weeks(scenario, Step("hire", "engineer", "hub", "contractor"))
    assert middle - low <= 4.0
    assert at["contractor"] == 52 - middle - 13 - 8
    assert at["secondment"] >= 0
    assert {kind: week - at[kind] for kind, week in opened(104).items() if kind in ("agency", "contractor")} == {
        "agency": 52, "contractor": 52,
    }
    assert set(opened(8).values()) == {0}
    early, late = (next(s for s in steps_of(scenario, scope, week=w) if s.contract == "agency") for w in (52, 104))
    assert early.slug == late.slug


def test_who_is_called_in_time_is_there_when_it_counts():
    late = town({"study": {"horizon_weeks": 52, "milestones_weeks": [52]}, "targets": {"backlog": 50.0}})
    step = next(
        s for s in hires_of(late, Scope(contracts=("contractor",)), "engineer", "hub", week=52)
    )
    network = compiled(Plan.of([step]).scenario(late))
    seat = next(s for s, one in enumerate(network.seating.seats) if one.hire is not None)
    there = []
    for future in range(40):
        model = OperatingModel(network, sample_demand(network.asks, 1, future))
        first = int(Careers(network, model.state, 1, future).starts[seat])
        there.append(first <= 52 - 13 and first + 26 > 52)
    assert np.mean(there) >= 0.8


def test_a_team_that_a_preset_merged_gets_nobody_where_teams_are_named_and_that_is_said():
    scenario = two_teams({"structure": {"kind": "federated", "team_size_min": 5}})
    merged = [team.name for team in seating(scenario).teams if "+" in team.name]
    assert len(merged) == 1
    assert {step.team for step in steps_of(scenario, Scope())} == {None}
    scope = Scope(teams=tuple(merged), training=True)
    assert steps_of(scenario, scope) == []
    assert limits(scenario, scope) == [
        f"Nobody can be sent to {merged[0]}: this structure merged the team, and a file cannot name it. Leave the team "
        "open, or draw the teams by hand."
    ]


def test_one_hire_on_each_contract_and_supplement():
    scenario = desks({"roles": {"engineer": {"market_pay": 60000.0}}})
    scope = Scope(contracts=("permanent", "agency"), supplements=(0.0, 5000.0))
    found = [(s.contract, s.supplement, s.team) for s in hires_of(scenario, scope, "engineer", "desk", week=26)]
    assert found == [("permanent", 0.0, "desk"), ("permanent", 5000.0, "desk"), ("agency", 0.0, "desk")]
    steady = desks({"study": {"kind": "steady_state", "horizon_weeks": 26}})
    assert [s.contract for s in hires_of(steady, scope, "engineer")] == ["permanent"]


@pytest.mark.parametrize(("step", "words"), [
    (Step("hire", "analyst"), ""),
    (Step("hire", "analyst", contract="career_grade"), "career grade"),
    (Step("hire", "analyst", supplement=5000.0), "a market supplement of £5,000 a year"),
])
def test_what_tells_a_hire_from_an_ordinary_one_in_words(step, words):
    assert step.terms_words == words
    assert words in step.words
