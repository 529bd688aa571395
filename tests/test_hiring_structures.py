"""What each structure needs: searched for its own best arrangement with equal effort, and compared with like money."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from desks import asked, desks, trials, two_teams
from networks import plain, town

from opmodel.comparison.structures import structures_of
from opmodel.flow.seating import seating
from opmodel.hiring.asking.costs import plan_cost
from opmodel.hiring.asking.scope import Scope
from opmodel.hiring.asking.steps import Plan
from opmodel.hiring.searching.path import cheapest
from opmodel.hiring.searching.search import Effort
from opmodel.hiring.trying.confirming import Confirmed
from opmodel.hiring.trying.trials import Outcome
from opmodel.hiring.weighing import allocation
from opmodel.hiring.weighing.allocation import SETTINGS, Allocation, allocate, per_structure
from opmodel.hiring.weighing.arranging import SHARED, arranged, settings_of, told_setting
from opmodel.hiring.weighing.worth import affordable, worth_of
from opmodel.scenario.changes import change_scenario
from opmodel.scenario.problems import Problem, ScenarioError

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
    assert same.ahead[0] == 0.0
    assert same.ahead[1] < 0.0 < same.ahead[2]  # that none of 20 futures differs does not show that none would
    # The same team with a plan that is said to be dearer: with the same money both do the same.
    dearer = replace(path, cost=path.cost + 1000.0)
    told = worth_of("other", dearer, "first", path, tried, futures=20, effort=TINY)
    assert told.verdict == "cannot tell"
    assert told.saved == -1000.0
    assert told.ahead[0] == 0.0
    assert told.money == path.cost
    unmet = replace(path, confirmed=None, plan=Plan(), cost=0.0)
    one = worth_of("other", path, "first", unmet, tried, futures=20)
    assert one.fewer is None
    assert one.saved is None
    assert one.verdict == "cheaper"
    assert one.ahead[1] > 0.0
    assert one.money is None  # no sum was given to both: each keeps its own plan
    assert one.costs == (path.cost, 0.0)
    neither = worth_of("other", unmet, "first", unmet, tried, futures=20)
    assert (neither.verdict, neither.money, neither.fewer) == ("neither meets", None, None)


def test_the_same_organisation_with_a_supplement_in_its_plan_is_worth_as_much():
    # Cut down to the sum of the other's plan it would have no hire at all, and look worse by everything that one does.
    question, tried = asked(two_teams({"roles": {"analyst": {"market_pay": 41000.0}}})), trials()
    path = cheapest(question, Scope(), tried, futures=20, effort=TINY)
    assert path.meets
    with_more = Plan.of(replace(step, supplement=500.0) for step in path.plan.steps)
    cost = plan_cost(question.scenario, with_more)
    dearer = replace(path, plan=with_more, cost=cost, scope=Scope(supplements=(0.0, 500.0)), bought=())
    found = worth_of("plain", path, "supplement", dearer, tried, futures=20, effort=TINY)
    assert found.saved == pytest.approx(cost - path.cost)
    assert found.verdict == "cannot tell"
    assert found.costs == pytest.approx((path.cost, path.cost))  # searched again, it has as good a plan for the sum
    assert found.ahead[0] == pytest.approx(0.0)
    # Where nothing else may be offered there is no plan for the sum, and the money left over is what makes the odds.
    only = replace(dearer, scope=Scope(supplements=(500.0,)))
    cut = worth_of("plain", path, "supplement", only, tried, futures=20, effort=TINY)
    assert cut.ahead[1] > 0.0
    assert cut.verdict == "cannot tell"


def test_as_much_of_a_plan_as_a_sum_pays_for():
    question = asked(two_teams(), backlog_weeks=1.5)
    path = cheapest(question, Scope(at_most=3), trials(), futures=20, effort=TINY)
    each = path.cost / len(path.plan)
    assert len(path.plan) > 1
    assert affordable(path, path.cost) == path.plan
    assert len(affordable(path, each * 1.5)) == 1
    assert len(affordable(path, 0.0)) == 0
    assert affordable(path, each * 1.5).steps[0] == path.bought[0].step


def test_a_setting_that_does_not_fit_is_left_out_not_the_structure(monkeypatch):
    # Of eleven settings beside the plain one those fail that let more small teams share.
    question = asked(town(SMALL_TEAMS, {"targets": {"backlog": 50.0}}), week=52)

    def refused(scenario, setting):
        if SHARED in setting:
            raise ScenarioError([Problem(scenario.name, 0, 0, "teams", "no team may be drawn")])
        return arranged(scenario, setting)

    fits = [one for one in settings_of(question.scenario) if SHARED not in one]
    assert 1 < len(fits) < SETTINGS
    monkeypatch.setattr(allocation, "arranged", refused)
    found = allocate(question, "today", trials(), futures=4, effort=TINY)
    assert found.tried == len(fits)
    assert SHARED not in found.settings
    assert found.gained.base.n == 4


def test_a_hire_for_a_team_that_shares_goes_where_the_team_goes():
    scenario = two_teams({"hires": {"planned": {"role": "analyst", "team": "homes"}}})
    settings = [one for one in settings_of(scenario) if SHARED in one]
    question = asked(scenario)
    assert allocate(question, "today", trials(), futures=4, effort=TINY).tried == SETTINGS
    assert {arranged(scenario, one).hires["planned"].team for one in settings} <= {"homes", "shared team"}


@pytest.mark.parametrize("seed", range(4))
def test_a_small_team_that_no_arrangement_changes_is_left_as_it_is(seed):
    # One team of one skill: who takes what first changes next to nothing, and what luck makes of it is no arrangement.
    scenario = plain({
        "study": {"horizon_weeks": 26, "milestones_weeks": [26]}, "posts": {"analyst": {"count": 2}},
        "request_types": {"query": {"per_year": 500.0}}, "targets": {"backlog": 5.0},
    })
    asked_for = replace(asked(scenario), seed=seed + 1)
    found = allocate(asked_for, "today", trials(), futures=20, effort=TINY)
    assert found.settings == {}


def test_an_arrangement_that_luck_favours_by_a_mean_is_not_taken(monkeypatch):
    question, offsets = asked(desks()), {}

    class Lucky:
        """The first arrangement tried is a little better on average, and worse as often as not."""

        def of(self, scenarios, futures, *, seed):
            found = []
            for one in scenarios:
                place = offsets.setdefault(one.hash, len(offsets))
                values = 5.0 + np.where(np.arange(futures) % 2, 1.0, -1.0) * (place == 1) - 0.3 * (place == 1)
                found.append(Outcome(
                    question.wanted, question.weeks, values[:, None, None], np.full((futures, 3, 1), 50.0),
                    np.zeros(futures),
                ))
            return found

    found = allocate(question, "today", Lucky(), futures=20, effort=TINY)
    assert found.settings == {}
    assert found.best.scenario == question.scenario
    monkeypatch.setattr(allocation, "half_width", lambda gained: 0.0 * gained.error)
    assert allocate(question, "today", Lucky(), futures=20, effort=TINY).settings != {}  # by its mean it would be


@pytest.mark.parametrize("spoilt", ["dearer", "fails"])
def test_an_arrangement_that_takes_more_than_the_plain_preset_is_not_the_best(monkeypatch, spoilt):
    question, tried = asked(two_teams()), trials()

    def arrangement(asked_for, name, *_, **__):
        base = tried.of([asked_for.scenario], 4, seed=7)[0]
        gained = Confirmed(asked_for, Plan(), asked_for.scenario, 7, base, base)
        return Allocation(name, asked_for, {"flow.rule": "wsjf"}, asked_for, 12, 100, gained)

    def search(*args, start=None, **kwargs):
        found = cheapest(*args, **kwargs)
        if start is None:
            return found
        return replace(found, cost=found.cost + 1.0) if spoilt == "dearer" else replace(found, confirmed=None)

    monkeypatch.setattr(allocation, "allocate", arrangement)
    monkeypatch.setattr(allocation, "cheapest", search)
    found = next(per_structure(question, Scope(), tried, futures=10, effort=TINY))
    assert found.plain.meets
    assert found.best is found.plain
    assert found.allocation.settings == {}
    assert found.allocation.words == ()
    assert found.allocation.best == question
