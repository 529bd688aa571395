"""The honest no: worlds made so that exactly one thing holds the targets back."""

import pytest
from desks import asked, desks, trials

from opmodel.hiring.asking.scope import Scope
from opmodel.hiring.asking.steps import Plan, Step
from opmodel.hiring.telling.reasons import reasons
from opmodel.hiring.weighing.binding import binding

ANALYST, ENGINEER = Step("hire", "analyst", "desk"), Step("hire", "engineer", "desk")
ENOUGH = Plan.of([ANALYST, ANALYST, ANALYST, ENGINEER, ENGINEER, ENGINEER])
FEW = 15


def found_in(question, plan, scope=None):
    return binding(question, plan, trials(), futures=FEW, scope=scope)


def binds(found):
    return {one.name for one in found.binding if not one.name.startswith("demand")}


def sentences(found):
    return " ".join(reasons(found))


def test_demand_that_the_allowed_people_cannot_serve():
    found = found_in(asked(desks()), Plan(), Scope(roles=()))
    assert found.about_people
    assert found.unlimited.chance[0] == 1.0
    assert [one.name for one in found.binding if one.name.startswith("demand")] == ["demand 0.5"]
    text = sentences(found)
    assert "demand would have to fall by about 50 %" in text
    assert "cannot be met by hiring" not in text
    assert found.plan == Plan()
    assert found.targets[0][0].name == "backlog_weeks"


def test_a_target_below_the_time_that_work_takes_is_no_question_of_people():
    found = found_in(asked(desks(), backlog_weeks=0.1), ENOUGH)
    assert not found.about_people
    assert not found.binding
    assert found.unlimited.chance[0] == 0.0
    assert reasons(found)[0].startswith("The targets cannot be met by hiring: even with 3 times as many people")
    assert "met in only 0 % of futures, under these assumptions." in reasons(found)[0]
    assert "the targets would have to be lower, or the work would have to take less time" in sentences(found)


def test_a_governance_board_that_meets_twice_a_year():
    gated = {"request_types": {"query": {"gate_chance": 1.0}, "build": {"gate_chance": 1.0}},
             "governance": {"cadence_weeks": 25, "seats": 500}}
    found = found_in(asked(desks(gated, on=("gates",)), backlog_weeks=None, lead_time="15d"), ENOUGH)
    assert binds(found) == {"gates"}
    assert not found.about_people
    assert "What holds them back is waiting for the governance board" in sentences(found)
    assert "the board would have to meet more often or delegate more" in sentences(found)


def test_recruiting_that_takes_longer_than_there_is_time():
    slow = {"people": {"approval": "200d"}}
    found = found_in(asked(desks(slow)), ENOUGH)
    assert found.about_people
    assert binds(found) == {"recruiting"}
    assert "the time that recruiting takes" in sentences(found)


def test_adverts_that_do_not_fill():
    shunned = {"people": {"fill_chance": 0.02, "time_to_hire": "10d"}}
    found = found_in(asked(desks(shunned)), ENOUGH)
    assert binds(found) == {"market", "recruiting"}
    assert "adverts that do not fill (analyst, engineer)" in sentences(found)


def test_pay_far_below_the_markets():
    poor = {"people": {"fill_chance": 0.3, "time_to_hire": "10d", "pay_gap_effect": 1.0},
            "roles": {name: {"market_pay": 400000.0} for name in ("analyst", "engineer")}}
    found = found_in(asked(desks(poor)), ENOUGH)
    assert "market" in binds(found)
    assert "pay would have to come nearer to the market's" in sentences(found)


def test_adverts_that_always_fill_are_no_constraint():
    found = found_in(asked(desks()), Plan.of([ANALYST, Step("hire", "engineer", "desk", "contractor")]))
    assert "market" not in {one.name for one in found.lifted}
    assert "recruiting" in {one.name for one in found.lifted}


def test_too_little_time_to_ramp_up():
    green = {"people": {"ramp_up": "1000d", "ramp_start": 0.05, "mentor_tax": 0.0}}
    found = found_in(asked(desks(green, on=("ramp_up",))), ENOUGH)
    assert found.about_people
    assert binds(found) == {"time"}
    assert "experienced people would have to bridge" in sentences(found)


def test_a_skill_that_nobody_may_be_hired_for():
    light = {"request_types": {"query": {"per_year": 300.0}, "build": {"per_year": 150.0}},
             "posts": {"generalist": None}, "today": {"teams": {"desk": {"seats": {"generalist": None}}}}}
    scope = Scope(roles=("analyst",))
    found = found_in(asked(desks(light), backlog_weeks=3.5), Plan.of([ANALYST]), scope)
    assert binds(found) == {"skill engineering"}
    assert "a lack of engineering that no hire allowed here can fill" in sentences(found)
    # Where engineers may be hired it is no lack of a skill.
    assert not any(one.name.startswith("skill") for one in found_in(asked(desks(light)), Plan.of([ANALYST])).lifted)


def test_too_few_steps_allowed():
    scope = Scope(at_most=2)
    found = found_in(asked(desks()), Plan.of([ANALYST, ENGINEER]), scope)
    assert binds(found) == {"number"}
    assert "the number of hires that are allowed (2 here)" in sentences(found)


def test_people_who_leave():
    restless = {"people": {"turnover": {"base": 0.95, "low": 0.9, "high": 0.96}, "approval": "300d"},
                "posts": {"analyst": {"count": 6}, "engineer": {"count": 6}},
                "today": {"teams": {"desk": {"seats": {"analyst": 6, "engineer": 6}}}}}
    found = found_in(asked(desks(restless, on=("turnover",)), backlog_weeks=2.0), Plan())
    assert binds(found) == {"turnover"}
    assert "What holds them back is people leaving" in sentences(found)


def test_more_time_would_do():
    longer = {"study": {"horizon_weeks": 52, "milestones_weeks": [26, 52]}, "people": {"approval": "110d"}}
    question = asked(desks(longer), week=26)
    found = found_in(question, Plan.of([ANALYST] * 4 + [ENGINEER] * 4))
    assert [week for week, _ in found.later] == [52]
    assert found.later[0][1][0] >= 0.8
    assert "More time would do: by week 52 the same plan meets the targets." in sentences(found)


def test_several_things_together():
    both = desks(
        {"request_types": {"query": {"gate_chance": 1.0}, "build": {"gate_chance": 1.0}},
         "governance": {"cadence_weeks": 25, "seats": 500}, "people": {"approval": "200d"}}, on=("gates",),
    )
    found = found_in(asked(both, backlog_weeks=1.8), ENOUGH)
    assert binds(found) == set()
    assert not found.about_people
    everything = next(one for one in found.lifted if one.name == "everything")
    assert everything.binds
    assert "They could be met only by several changes together: many more people; the board" in sentences(found)


@pytest.mark.parametrize("plan", [Plan(), ENOUGH])
def test_chances_are_shares_with_intervals_around_them(plan):
    found = found_in(asked(desks()), plan)
    for one in (*found.lifted, found.unlimited):
        mean, low, high = one.chance
        assert 0.0 <= low <= mean <= high <= 1.0
        assert one.futures == FEW
    assert len({one.name for one in found.lifted}) == len(found.lifted)
    assert sum(one.name.startswith("demand") for one in found.lifted) == 1
