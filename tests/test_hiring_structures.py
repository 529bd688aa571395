"""What each structure needs: searched for its own best arrangement with equal effort, and compared with like money."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from desks import asked, desks, trials, two_teams
from networks import town

from opmodel.comparison.structures import structures_of
from opmodel.flow.seating import seating
from opmodel.hiring.asking.scope import Scope
from opmodel.hiring.asking.steps import Plan
from opmodel.hiring.searching.path import cheapest
from opmodel.hiring.searching.search import Effort
from opmodel.hiring.weighing.allocation import SETTINGS, allocate, per_structure
from opmodel.hiring.weighing.arranging import SHARED, arranged, settings_of, told_setting
from opmodel.hiring.weighing.worth import affordable, worth_of
from opmodel.scenario.changes import change_scenario

TINY = Effort(told_on=10, first=6, cap=12, tested=0.2, shortlist=4, pairs=3, neighbours=6, exchanges=2)
STRUCTURES = ("today", "centralised", "hub_and_spoke", "federated")
#: One-person teams beside a hub, as councils have them.
SMALL_TEAMS = {
    "directorates": {"roads": {"share": 1.0}},
    "posts": {"analyst": {"count": 4}},
    "today": {"teams": {"ways": {"serves": ["roads"], "seats": {"analyst": 1}, "steward_hours": 2.0}}},
}


@pytest.mark.parametrize("name", STRUCTURES)
def test_every_structure_gets_as_many_settings_and_every_value_its_turn(name):
    scenario = structures_of(town(SMALL_TEAMS))[name]
    settings = settings_of(scenario)
    assert len(settings) == SETTINGS
    assert settings[0] == {}
    assert len({tuple(sorted(one.items())) for one in settings}) == SETTINGS
    values = Counter(item for one in settings for item in one.items())
    assert all(1 <= count <= SETTINGS - 2 for count in values.values())
    levers = {path for path, _ in values}
    assert {"flow.dispatch", "flow.rule", "flow.speciality_first"} <= levers
    assert ("flow.escalate_after" in levers) == (name != "centralised")  # nowhere to move on to in one team
    own = levers & {SHARED, "structure.hub_share", "structure.team_size_min", "structure.policy_share"}
    assert own == {
        "today": {SHARED}, "centralised": set(), "hub_and_spoke": {"structure.hub_share"},
        "federated": {"structure.team_size_min", "structure.policy_share"},
    }[name]
    for one in settings:
        found = arranged(scenario, one)
        assert len(seating(found).seats) == len(seating(scenario).seats)  # the same people
        assert all(told_setting(path, value) for path, value in one.items())


def test_small_teams_that_share_are_one_team_for_the_same_directorates():
    scenario = change_scenario(
        town(SMALL_TEAMS), {"hires.more": {"role": "analyst", "team": "ways"}}
    )
    found = arranged(scenario, {SHARED: 2})
    assert list(found.teams) == ["hub", "homes", "shared team"]
    shared = found.teams["shared team"]
    assert shared.serves == ["parks", "roads"]
    assert dict(shared.seats) == {"analyst": 2}
    assert shared.steward_hours == 2.0
    assert found.hires["more"].team == "shared team"
    assert found.today == scenario.today
    assert told_setting(SHARED, 2) == "spokes of fewer than 2 people share one team"
    drawn = change_scenario(scenario, {"teams": dict(scenario.today.teams), "structure": {"kind": "centralised"}})
    assert list(arranged(drawn, {SHARED: 2}).teams) == ["hub", "homes", "shared team"]
    assert SHARED in {path for one in settings_of(drawn) for path in one}


def test_a_plain_preset_that_is_as_good_as_any_is_left_alone():
    question = asked(desks(), backlog_weeks=20.0)
    found = allocate(question, "today", trials(), futures=10, effort=TINY)
    assert found.settings == {}
    assert found.words == ()
    assert found.best.scenario == question.scenario
    assert found.tried == SETTINGS
    assert found.gained.chance == 1.0


def test_an_arrangement_that_helps_is_found_and_shown_on_fresh_futures():
    # One spoke drowns, two have time: sharing one team is the only thing that helps.
    apart = two_teams({"directorates": {"roads": {"share": 1.0}}, "today": {"teams": {
        "centre": {"kind": "hub", "serves": [], "seats": {"analyst": 1}},
        "green": {"seats": {"analyst": 2}}, "homes": {"seats": {"analyst": 1}},
        "ways": {"serves": ["roads"], "seats": {"analyst": 2}},
    }}, "request_types": {"query": {"per_year": 700.0}}})
    question = asked(apart)
    found = allocate(question, "today", trials(), futures=20, effort=TINY)
    assert found.settings[SHARED] in (3, 4)
    assert any("share one team" in words for words in found.words)
    assert found.best.scenario.teams.keys() == {"centre", "shared team"}
    base, gained = (one.figure("backlog_days")[:, question.at] for one in (found.gained.base, found.gained.outcome))
    assert gained.mean() < base.mean() - 20.0
    assert found.gained.seed != question.seed


@pytest.fixture(scope="module")
def structures():
    """Every structure of two teams that never help each other as they are."""
    question = asked(two_teams())
    return question, list(per_structure(question, Scope(moves=True), trials(), futures=30, effort=TINY))


def test_each_structure_is_searched_with_equal_effort_and_needs_what_it_needs(structures):
    question, found = structures
    assert [one.allocation.name for one in found] == list(STRUCTURES)
    assert {one.allocation.tried for one in found} == {SETTINGS}
    by = {one.allocation.name: one for one in found}
    assert by["today"].plain.meets
    assert by["today"].plain.cost > 50_000.0
    assert by["centralised"].plain.meets
    assert by["centralised"].plain.cost == 0.0
    assert all(step.kind == "hire" for one in found for step in one.plain.plan.steps)
    assert all(one.best.cost <= one.plain.cost for one in found if one.best.meets and one.plain.meets)
    assert len({one.plain.confirmed.seed for one in found if not one.plain.refused and one.plain.confirmed}) == 1


def test_what_a_structure_is_worth_in_people(structures):
    _, found = structures
    by = {one.allocation.name: one for one in found}
    assert by["today"].worth is None
    worth = by["centralised"].worth
    assert worth.verdict == "cheaper"
    assert worth.reference == "today"
    assert worth.name == "centralised"
    assert worth.fewer == len(by["today"].best.plan) > 0
    assert worth.saved == pytest.approx(by["today"].best.cost)
    assert worth.money == 0.0
    assert worth.ahead[1] > 0.5


def test_like_is_as_much_and_what_luck_could_be_cannot_be_told():
    question, tried = asked(two_teams()), trials()
    path = cheapest(question, Scope(), tried, futures=20, effort=TINY)
    same = worth_of("other", path, "first", path, tried, futures=20)
    assert same.verdict == "as much"
    assert same.fewer == 0
    assert same.saved == 0.0
    assert same.ahead == (0.0, 0.0, 0.0)
    # The same team with a plan that is said to be dearer: with the same money both do the same.
    dearer = replace(path, cost=path.cost + 1000.0)
    told = worth_of("other", dearer, "first", path, tried, futures=20)
    assert told.verdict == "cannot tell"
    assert told.saved == -1000.0
    assert told.ahead[0] == 0.0
    unmet = replace(path, confirmed=None, plan=Plan(), cost=0.0)
    one = worth_of("other", path, "first", unmet, tried, futures=20)
    assert one.fewer is None
    assert one.saved is None
    assert one.verdict == "cheaper"
    assert one.ahead[1] > 0.0


def test_as_much_of_a_plan_as_a_sum_pays_for():
    question = asked(two_teams(), backlog_weeks=1.5)
    path = cheapest(question, Scope(each_at_most=3, at_most=3), trials(), futures=20, effort=TINY)
    each = path.cost / len(path.plan)
    assert len(path.plan) > 1
    assert affordable(path, path.cost) == path.plan
    assert len(affordable(path, each * 1.5)) == 1
    assert len(affordable(path, 0.0)) == 0
    assert affordable(path, each * 1.5).steps[0] == path.bought[0].step


def test_a_hire_named_for_a_team_of_today_leaves_a_setting_out_not_the_structure():
    question = asked(two_teams({"hires": {"planned": {"role": "analyst", "team": "homes"}}}))
    found = allocate(question, "today", trials(), futures=4, effort=TINY)
    assert 1 < found.tried <= SETTINGS
    assert np.isfinite(found.gained.chance)
