"""The honest no: worlds made so that exactly one thing holds the targets back."""

import re
from dataclasses import replace

import numpy as np
import pytest
from desks import asked, desks, trials
from networks import fixed

from opmodel.hiring.asking.scope import Scope
from opmodel.hiring.asking.steps import Plan, Step
from opmodel.hiring.searching.distance import spoilt_by_people
from opmodel.hiring.telling.reasons import reasons
from opmodel.hiring.trying.trials import Outcome
from opmodel.hiring.weighing.binding import binding
from opmodel.hiring.weighing.constraints import constraints
from opmodel.metrics.targets import Wanted
from opmodel.replication import compiled
from opmodel.scenario.changes import change_scenario

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
    assert found.unlimited.chance[1] >= 0.7
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
    assert reasons(found)[0].startswith("The target cannot be met by hiring alone: even with 3 times as many people")
    assert "met in only 0 % (0 to 20 %) of 15 futures, under these assumptions." in reasons(found)[0]
    assert "Not even with so many people, and with nothing that holds requests up, is it met as surely" in sentences(found)
    assert "less would have to be asked for, or the work would have to take less time" in sentences(found)


def test_a_governance_board_that_meets_twice_a_year():
    gated = {"request_types": {"query": {"gate_chance": 1.0}, "build": {"gate_chance": 1.0}},
             "governance": {"cadence_weeks": 25, "seats": 500}}
    found = found_in(asked(desks(gated, on=("gates",)), backlog_weeks=None, lead_time="15d"), ENOUGH)
    assert binds(found) == {"gates"}
    assert not found.about_people
    assert "What holds it back is waiting for the governance board" in sentences(found)
    assert "the board would have to meet more often or delegate more" in sentences(found)


def test_recruiting_that_takes_longer_than_there_is_time():
    slow = {"people": {"approval": "200d"}}
    found = found_in(asked(desks(slow)), ENOUGH)
    assert found.about_people
    assert binds(found) == {"recruiting"}
    assert "the time that recruiting takes" in sentences(found)
    assert "For that, vacancies would have to fill sooner." in sentences(found)  # they open at the start already


def test_recruiting_that_is_enough_alone_does_not_blame_ramp_up():
    slow = {"people": {"approval": "200d", "ramp_up": "5d", "mentor_tax": 0.0}}
    found = found_in(asked(desks(slow, on=("ramp_up",))), ENOUGH)
    assert binds(found) == {"recruiting"}
    assert {"recruiting", "ramp_up"} <= {one.name for one in found.lifted}
    assert "at full pace. For" not in sentences(found)
    assert "time until newcomers" not in sentences(found)


def test_recruiting_and_ramp_up_that_are_enough_only_together():
    both = {"people": {"approval": "100d", "ramp_up": "1000d", "ramp_start": 0.05, "mentor_tax": 0.0}}
    found = found_in(asked(desks(both, on=("ramp_up",))), ENOUGH)
    assert binds(found) == {"time"}
    assert "the time until newcomers are recruited and at full pace" in sentences(found)
    assert "vacancies would have to fill sooner, and experienced people would have to bridge" in sentences(found)


def test_vacancies_that_open_later_would_have_to_open_earlier():
    planned = ENOUGH.scenario(desks())
    later = change_scenario(planned, {f"hires.{name}.opens": "20d" for name in planned.hires})
    (remedy,) = (one.remedy for one in constraints(later, ENOUGH, Scope()) if one.name == "recruiting")
    assert remedy == "vacancies would have to open earlier, or fill sooner"


def test_adverts_that_do_not_fill():
    shunned = {"people": {"fill_chance": 0.02, "time_to_hire": "10d"}}
    found = found_in(asked(desks(shunned)), ENOUGH)
    assert binds(found) == {"market", "recruiting"}
    assert "adverts that do not fill (analyst, engineer)" in sentences(found)
    assert "adverts would have to reach more people" in sentences(found)
    assert "pay would have" not in sentences(found)  # nothing is known of a gap in pay,
    assert "contracts would have" not in sentences(found)  # and no other contract was tried


def test_pay_far_below_the_markets():
    poor = {"people": {"fill_chance": 0.3, "time_to_hire": "10d", "pay_gap_effect": 1.0},
            "roles": {name: {"market_pay": 400000.0} for name in ("analyst", "engineer")}}
    found = found_in(asked(desks(poor)), ENOUGH)
    assert "market" in binds(found)
    assert "pay would have to come nearer to the market's, adverts would have to reach more people" in sentences(found)


def test_adverts_that_always_fill_are_no_constraint():
    found = found_in(asked(desks()), Plan.of([ANALYST, Step("hire", "engineer", "desk", "contractor")]))
    assert "market" not in {one.name for one in found.lifted}
    assert "recruiting" in {one.name for one in found.lifted}


def test_too_little_time_to_ramp_up():
    green = {"people": {"ramp_up": "1000d", "ramp_start": 0.05, "mentor_tax": 0.0}}
    found = found_in(asked(desks(green, on=("ramp_up",))), ENOUGH)
    assert found.about_people
    assert binds(found) == {"ramp_up"}
    assert "What holds it back is the time until newcomers are at full pace" in sentences(found)
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


def test_a_level_that_nobody_may_be_hired_for():
    """Some tasks need an expert; the role that may be hired is enough for others, but not for these."""
    hard = {"request_types": {
        "query": {"per_year": 50.0}, "easy": {"per_year": 60.0, "effort": fixed(1.0), "steps": [
            {"skill": "engineering", "level": "working"}]},
        "build": {"per_year": 200.0, "effort": fixed(2.0), "steps": [{"skill": "engineering", "level": "expert"}]}},
        "roles": {"lead": {"skills": {"engineering": "expert"}, "salary": 68000.0}},
        "posts": {"lead": {"role": "lead"}}, "today": {"teams": {"desk": {"seats": {"lead": 1}}}}}
    question = asked(desks(hard), backlog_weeks=2.0)
    found = found_in(question, Plan.of([ENGINEER]), Scope(roles=("engineer", "analyst")))
    assert binds(found) == {"skill engineering"}
    assert "a lack of engineering at expert level that no hire allowed here can fill" in sentences(found)
    assert "somebody with engineering at expert level would have to be hired or trained" in sentences(found)
    allowed = Scope(roles=("engineer", "lead"))
    assert not any(one.name.startswith("skill") for one in constraints(question.scenario, Plan(), allowed)
                   if "engineering" in one.name)


def test_too_few_steps_allowed():
    scope = Scope(at_most=2)
    found = found_in(asked(desks()), Plan.of([ANALYST, ENGINEER]), scope)
    assert binds(found) == {"number"}
    assert "the number of hires that are allowed (2 here)" in sentences(found)
    many = Plan.of([ANALYST] * 10)  # no number of one kind is a cap of its own
    assert not any(one.name == "number" for one in constraints(many.scenario(desks()), many, Scope()))


def test_people_who_leave():
    restless = {"people": {"turnover": {"base": 0.95, "low": 0.9, "high": 0.96}, "approval": "300d"},
                "posts": {"analyst": {"count": 6}, "engineer": {"count": 6}},
                "today": {"teams": {"desk": {"seats": {"analyst": 6, "engineer": 6}}}}}
    found = found_in(asked(desks(restless, on=("turnover",)), backlog_weeks=2.0), Plan())
    assert binds(found) == {"turnover"}
    assert "What holds it back is people leaving" in sentences(found)


def test_more_time_would_do():
    longer = {"study": {"horizon_weeks": 52, "milestones_weeks": [26, 52]}, "people": {"approval": "110d"}}
    question = asked(desks(longer), week=26)
    found = found_in(question, Plan.of([ANALYST] * 4 + [ENGINEER] * 4))
    assert [week for week, _ in found.later] == [52]
    assert found.later[0][1][0] >= 0.8
    assert "More time may do: by month 12 the same plan meets the target in " in sentences(found)
    shown = replace(found, later=((52, (0.95, 0.85, 0.98)),))
    assert "More time would do: by month 12 the same plan meets the target in 95 % (85 to 98 %) of 30 futures." in (
        sentences(shown))


def test_several_things_together():
    both = desks(
        {"request_types": {"query": {"gate_chance": 1.0}, "build": {"gate_chance": 1.0}},
         "governance": {"cadence_weeks": 25, "seats": 500}, "people": {"approval": "200d"}}, on=("gates",),
    )
    found = found_in(asked(both, backlog_weeks=1.8), ENOUGH)
    assert binds(found) == set()
    assert not found.about_people
    everything = next(one for one in found.lifted if one.name == "everything")
    assert everything.constraint == "together: the number of people and waiting for the governance board"
    assert everything.binds
    assert re.search(
        r"Only several changes together were shown to be enough: the target is met in \d+ % \(\d+ to \d+ %\) of 30 futures "
        "with all of this: many more people; the board", sentences(found),
    )


@pytest.mark.parametrize("plan", [Plan(), ENOUGH])
def test_chances_are_shares_with_intervals_around_them(plan):
    found = found_in(asked(desks()), plan)
    for one in (*found.lifted, found.unlimited):
        mean, low, high = one.chance
        assert 0.0 <= low <= mean <= high <= 1.0
        assert one.futures in (FEW, 2 * FEW)  # twice as many where so few leave it open
        assert one.binds <= (low >= 0.8 or one.futures == 2 * FEW)
        assert not (one.binds and one.open)
    assert len({one.name for one in found.lifted}) == len(found.lifted)
    assert sum(one.name.startswith("demand") for one in found.lifted) == 1


def test_what_lifts_nothing_is_no_constraint_and_a_plan_that_does_has_none():
    # Recruiting takes no time here, and the plan itself is enough: nothing may be said to hold it back.
    question = asked(desks(), backlog_weeks=4.0)
    found = binding(question, ENOUGH, trials(), futures=30)
    assert found.reached
    assert found.doubtful
    assert found.binding == ()
    (said,) = reasons(found)
    assert said.startswith("What holds the target back cannot be told: in further fresh futures the same plan meets it in")
    assert said.endswith("futures, under these assumptions.")
    recruiting = next(one for one in found.lifted if one.name == "recruiting")
    assert recruiting.gained[0] == 0.0
    assert recruiting.gained[1] < 0.0 < recruiting.gained[2]  # none of 30 differs: that does not show that none would
    assert not recruiting.binds


def test_a_share_near_the_confidence_is_no_cause_and_no_proof_that_hiring_does_not_do():
    question = asked(desks(), confidence=0.9)

    class Near:
        def of(self, scenarios, futures, *, seed):
            share = [0.5, 0.88, 0.88, *[0.86] * 40]  # the plan, 3 and 9 times as many people, each constraint
            return [met_in(question, share[k], futures) for k in range(len(scenarios))]

    found = binding(question, ENOUGH, Near(), futures=100)
    assert not found.about_people  # 88 % of 100 is not shown to be enough,
    assert not found.not_people  # and not shown not to be
    assert found.binding == ()
    assert all(one.open for one in found.lifted)
    text = sentences(found)
    assert "Whether the target can be met by hiring alone cannot be told" in text
    assert "cannot be met" not in text
    assert "holds it back" not in text
    assert "No single change that was tried is shown to be enough" in text


def met_in(question, share, futures):
    """Futures of which a share meets the one target."""
    values = np.full((futures, 1, len(question.weeks)), 99.0)
    values[: round(share * futures)] = 0.0
    return Outcome(question.wanted, question.weeks, values, np.zeros((futures, 3, 1)), np.zeros(futures))


@pytest.mark.parametrize(("plan_share", "lifted_share", "binds"), [
    (0.5, 0.99, True),  # shown at once
    (0.5, 0.92, True),  # open in 100 futures, taken in 200
    (0.5, 0.86, False),  # never shown
    (0.5, 0.7, False),  # shown not to do
    (0.88, 0.89, False),  # a difference that may be luck
    (0.91, 0.99, False),  # the plan itself is enough here
])
def test_a_constraint_binds_only_if_lifting_it_is_shown_to_make_the_difference(plan_share, lifted_share, binds):
    question = asked(desks(), confidence=0.9)

    class Shares:
        def of(self, scenarios, futures, *, seed):
            return [
                met_in(question, plan_share if one.hash == planned else lifted_share, futures) for one in scenarios
            ]

    planned = ENOUGH.scenario(question.scenario).hash
    found = binding(question, ENOUGH, Shares(), futures=100)
    # Three times as many of hires that are there at once, less demand: all are drawn alike.
    assert {one.binds for one in found.lifted if one.name != "recruiting"} == {binds}
    assert found.about_people == (lifted_share > 0.9)


def test_targets_that_people_spoil_are_not_asked_of_everybody_imaginable():
    question = asked(desks(), confidence=0.8)
    dear = Wanted("cost", "cost", "all", 1.0, False)  # pounds: nobody can keep to that
    assert spoilt_by_people(dear)
    wanted = (*question.wanted, dear)
    question.__dict__["wanted"] = wanted

    class Both:
        def of(self, scenarios, futures, *, seed):
            found = []
            for number, _ in enumerate(scenarios):
                values = np.full((futures, 2, 1), 99.0)
                values[:, 0] = 0.0 if number or reached else 99.0
                found.append(Outcome(wanted, question.weeks, values, np.zeros((futures, 3, 1)), np.zeros(futures)))
            return found

    reached = False
    found = binding(question, Plan.of([ANALYST]), Both(), futures=30)
    assert found.spoilt == (dear,)
    assert found.unlimited.chance[0] == 1.0  # of the backlog; the cost is left aside
    assert "cannot be met by hiring" not in sentences(found)
    assert "leaving aside" in sentences(found)
    reached = True
    only = binding(question, Plan.of([ANALYST]), Both(), futures=30)
    assert only.only_spoilt
    assert reasons(only)[0].startswith("More people may make it harder, not easier, to meet ")
    assert reasons(only)[0].endswith("; the others are met as surely as asked for.")
    assert reasons(replace(only, spoilt=wanted))[0].endswith("a year'.")


def test_rework_is_lifted_against_the_efforts_observed_today():
    reworked = {"standards": {"rework": [0.5] * 5, "rework_effort": 1.0, "rework_max": 4}}
    scenario = desks(reworked, on=("rework",))
    change = next(one for one in constraints(scenario, Plan(), Scope()) if one.name == "rework")
    lifted = compiled(change_scenario(scenario, change.changes))
    now = compiled(scenario)
    assert lifted.today.rework == pytest.approx(now.today.rework)  # what was observed stays,
    assert (now.today.rework > 1.2).all()
    assert lifted.now.rework == pytest.approx(1.0)  # and what comes falls
    found = found_in(asked(scenario, backlog_weeks=2.5), Plan())
    rework = next(one for one in found.lifted if one.name == "rework")
    assert rework.gained[0] > 0.5  # switched off, today's efforts would have stayed as they are, and so the backlog
    none = change_scenario(scenario, {"mechanisms.rework": False})
    assert not any(one.name == "rework" for one in constraints(none, Plan(), Scope()))


def test_demand_says_how_much_of_it_was_lifted():
    found = [one.constraint for one in constraints(desks(), Plan(), Scope()) if one.name.startswith("demand")]
    assert found == ["10 % of the demand", "20 % of the demand", "30 % of the demand", "50 % of the demand"]


def test_causes_of_what_may_be_enough_stand_under_that_condition():
    found = found_in(asked(desks({"people": {"approval": "200d"}})), ENOUGH)
    assert "What holds it back is the time" in sentences(found)
    assert "What holds it back, too, is " in sentences(found)
    assert "No plan that was found meets the target" in sentences(found)
    open_ = " ".join(reasons(found, doubtful=True))
    assert "If the plan is not enough, what holds it back is the time" in open_
    assert "No plan that was found was shown to meet the target" in open_
    none = " ".join(reasons(replace(found, lifted=(), later=()), doubtful=True))
    assert "If the plan is not enough: no single change that was tried is enough" in none


def test_that_several_changes_would_do_is_said_only_where_it_is_shown():
    found = found_in(asked(desks({"people": {"approval": "200d"}})), ENOUGH)
    none = replace(found, lifted=())
    assert "several constraints hold the target back together" in sentences(none), "many more people, and sooner, would do"
    unknown = replace(none, unlimited=replace(found.unlimited, binds=False, open=True))
    assert "whether several together would be was not shown" in sentences(unknown)
