"""The planner's answer in words: yes, no, and cannot tell yet, each with its figures; tables and document beside."""

import json
import re
from dataclasses import replace

import numpy as np
import pytest
from networks import exponential, plain

from opmodel.cli.hiring_text import blocks
from opmodel.cli.tables import plain as plain_text
from opmodel.hiring.asking.question import question
from opmodel.hiring.asking.scope import Scope
from opmodel.hiring.asking.steps import Plan, Step
from opmodel.hiring.plan import HiringPlan
from opmodel.hiring.searching.path import Bought, Path
from opmodel.hiring.searching.sweep import Sweep
from opmodel.hiring.telling import caveats, phrases, tables, words
from opmodel.hiring.telling.document import document
from opmodel.hiring.telling.reasons import reasons
from opmodel.hiring.trying.confirming import Confirmed
from opmodel.hiring.trying.trials import BY_WEEK, Outcome
from opmodel.hiring.weighing.allocation import Allocation, Needed
from opmodel.hiring.weighing.binding import Binding, Lifted
from opmodel.hiring.weighing.timing import Freeze, Opening, Timing
from opmodel.hiring.weighing.worth import Worth
from opmodel.metrics.targets import weeks_of
from opmodel.provenance import provenance
from opmodel.scenario.changes import change_scenario

SCENARIO = plain({
    "name": "Desk",
    "study": {"horizon_weeks": 104, "milestones_weeks": [26, 52, 104]},
    "request_types": {"query": {"effort": exponential(1.0)}},
    "roles": {"data_analyst": {"skills": {"analysis": "practitioner"}, "salary": 40_000.0}, "analyst": None},
    "posts": {"analyst": {"role": "data_analyst", "count": 2}},
    "today": {"teams": {"hub": {"serves": ["housing"], "seats": {"analyst": 2}}}},
})
ASKED = question(SCENARIO, week=52, confidence=0.9, targets={"backlog_days": "20d"})
ONE = Step("hire", "data_analyst", "hub")
END = "under these assumptions."


def outcome(met, of=200, cost=100_000.0):
    """An outcome that meets its target in so many futures, alike by each week."""
    weeks = weeks_of(ASKED.scenario)
    values = np.where(np.arange(of) < met, 10.0, 30.0)[:, None, None] * np.ones((1, 1, len(weeks)))
    beside = np.ones((of, len(BY_WEEK), len(weeks)))
    spread = np.random.default_rng(1).normal(0.0, 500.0, of)
    return Outcome(ASKED.wanted, weeks, values, beside, cost + spread)


def team(hires, met, of=200, step=ONE):
    plan = Plan.of([step] * hires)
    return Confirmed(
        ASKED, plan, plan.scenario(ASKED.scenario), ASKED.fresh(0), outcome(2, of), outcome(met, of, 160_000.0)
    )


def bought(step=ONE, cost=58_000.0, chance=0.66, next_best=None):
    return Bought(step, cost, (30.0, 20.0, 40.0), (0.05, 0.02, 0.08), 0.4, (chance, chance - 0.1, chance + 0.1), 3,
                  next_best, True, 40)


def path(found, budget=None, ended="enough"):
    plan = Plan() if found is None else found.plan
    return Path(ASKED, Scope(), tuple(bought(step) for step in plan.steps), (), (), plan, 60_000.0 * len(plan), found, (),
                ended, budget)


def planned(**parts):
    return HiringPlan(ASKED, Scope(), provenance=provenance({"": ASKED.scenario}, 1, 200), **parts)


def sweep(found, name="", refused=()):
    return Sweep(ASKED, name, ONE, tuple(outcome(n, 50) for n in (0, 20, 48)), 7, found, tuple(refused), most=2)


# -- the answer -----------------------------------------------------------------------------------


def test_the_first_sentence_says_who_where_when_at_what_cost_and_how_surely():
    said = words.answer(planned(path=path(team(2, 194))))[0]
    assert said.startswith("Hire two more data analysts in hub, the vacancies to open at the start: two people more, about £")
    assert "in a full year (spent in the simulation: £60,000 a year, 95 % interval £60,000 to £60,000). " in said
    assert "The target is met by month 12 in 194 of 200 fresh futures (97 %, 95 % interval 94 to 99 %)" in said
    assert "without, in 1 %" in said
    assert said.endswith(END)


def test_one_person_is_one_person():
    said = words.answer(planned(path=path(team(1, 194))))[0]
    assert "one more data analyst in hub, the vacancy to open at the start: one person more" in said


def test_targets_that_are_met_already_need_nobody():
    said = words.answer(planned(path=path(team(0, 199))))
    assert said[0].startswith("The targets are met already without any hire: by month 12 in 199 of 200 fresh futures")
    assert said[0].endswith(END)


@pytest.mark.parametrize(("met", "open_"), [(194, False), (183, True)])
def test_an_interval_that_straddles_the_confidence_is_said_to_tell_nothing_yet(met, open_):
    said = " ".join(words.answer(planned(path=path(team(2, met)))))
    assert ("cannot be told yet" in said) is open_


def test_nothing_that_meets_the_targets_is_an_honest_no_with_what_binds():
    worst = team(2, 30)
    nobody = Lifted("unlimited", "", "", (0.2, 0.1, 0.3), 100, False)
    gates = Lifted("gates", "waiting for the board", "the board would have to meet more often", (0.95, 0.9, 0.98), 100, True)
    found = Binding(ASKED, worst.plan, ((ASKED.wanted[0], (0.15, 0.1, 0.2)),), (), (gates,), nobody)
    said = words.answer(planned(path=path(worst, ended="nothing helps"), binding=found))
    assert said[0] == f"No: no set of hires was found that meets the target by month 12 in at least 90 % of fresh futures, {END}"
    assert "30 of 200 fresh futures (15 %, 95 % interval 11 to 21 %)" in said[1]
    assert "no further step that is allowed brings the targets nearer" in said[1]
    assert reasons(found)
    assert [sentence for sentence in said if sentence in reasons(found)] == reasons(found)
    assert len(tables.lifted(found)) == 2


def test_what_a_budget_allows_is_told_apart_from_what_is_needed():
    said = words.answer(planned(path=path(team(4, 194)), within=path(team(1, 40), budget=70_000.0, ended="budget")))
    assert "four more" in said[0]
    within = next(sentence for sentence in said if sentence.startswith("Within £70,000 a year"))
    assert "one more data analyst" in within
    assert "40 of 200" in within
    assert within.endswith(END)
    no = words.answer(planned(within=path(team(1, 40), budget=70_000.0, ended="budget")))
    assert no[0].startswith("No:")


def test_a_sweep_alone_recommends_its_smallest_number_and_each_further_role_is_told():
    said = words.answer(planned(sweeps=(sweep(team(2, 194)), sweep(None, "federated"))))
    assert said[0].startswith("Hire two more data analysts")
    assert said[1].startswith("Of data analysts alone in hub (federated teams), no number up to 2 is enough; with 2, ")
    assert "96 % of 50 futures" in said[1]


def test_a_cheaper_team_of_a_sweep_is_the_one_that_is_recommended():
    plan = planned(sweeps=(sweep(team(1, 190)),), path=path(team(3, 194)))
    said = words.answer(plan)
    assert said[0].startswith("Hire one more data analyst in hub")
    assert said[1].startswith("This team came out of the sweep. The search for the best mix ended at a dearer one")
    assert "hire three more data analysts in hub" in said[1]
    assert sum(sentence.lower().startswith("hire ") for sentence in said) == 1
    assert phrases.way_title(plan).endswith("(a cheaper team is recommended)")
    none = planned(sweeps=(sweep(team(1, 190)),), path=path(team(3, 100), ended="refused"))
    assert "the search for the best mix found none that holds" in words.answer(none)[1]
    assert phrases.way_title(none) == "The best mix that the search found, step by step"


def test_the_same_team_of_sweep_and_mix_is_told_once():
    plan = planned(sweeps=(sweep(team(2, 190)),), path=path(team(2, 194)))
    said = words.answer(plan)
    assert "Of data analysts alone in hub, the smallest number comes to the same team." in said
    assert not any("came out of" in sentence for sentence in said)
    assert phrases.way_title(plan) == "The cheapest mix found, step by step"


def test_a_number_beyond_the_sweep_is_told_as_one():
    far = replace(sweep(None), beyond=team(7, 190), most=8)
    said = words.answer(planned(sweeps=(far,), path=path(team(2, 194))))
    assert any("seven more are the smallest number that is enough (looked for beyond the two swept)" in one for one in said)
    none = words.answer(planned(sweeps=(replace(far, beyond=None),)))
    assert any("no number up to 8 is enough (above 2 looked for by halving what is left)" in one for one in none)
    assert phrases.beyond_words(far) == "Numbers from 3 to 8 were looked for by halving: 7 is the smallest enough."
    assert phrases.beyond_words(sweep(None)) == ""


@pytest.mark.parametrize(("met", "of", "told"), [(186, 200, True), (181, 200, False)])
def test_where_no_practicable_number_of_futures_would_tell_a_margin_is_advised(met, of, told):
    found = team(2, met, of)
    assert (found.more_futures is not None and found.more_futures <= words.PRACTICABLE) is told
    said = words.answer(planned(path=path(found)))[1]
    assert ("more would tell" in said) is told
    assert ("no practicable number of futures" in said and "a little more margin" in said) is not told


def needed(hires, met, verdict=None, name="today", ahead=(0.1, 0.02, 0.18)):
    """What a structure needs; its worth beside a first one that needs three hires."""
    allocation = Allocation(name, ASKED, {"flow.rule": "wsjf"} if verdict else {}, ASKED, 12, 300, team(0, 20))
    found = path(team(hires, met), ended="enough" if met > 179 else "refused")
    both = found.meets
    worth = None if verdict is None else Worth(
        name, "today", 3 - hires if both else None, 60_000.0 * (3 - hires) if both else None, 120_000.0, ahead, 200, verdict)
    return Needed(allocation, found, found, worth)


def test_a_structure_is_worth_what_fresh_futures_tell():
    def said(*those):
        return words.answer(planned(path=path(team(3, 194)), structures=(needed(3, 194), *those)))

    (cheaper,) = [one for one in said(needed(2, 194, "cheaper", "federated")) if "federated" in one]
    assert cheaper == (
        "Under federated teams (which task comes first: the one with most value for least work) the same targets take one "
        "step fewer and £60,000 a year less than under today's teams; with £120,000 a year each, the chance of meeting all "
        f"targets is higher by 10 (2 to 18) points in 200 fresh futures, {END}"
    )
    (open_,) = [one for one in said(needed(2, 194, "cannot tell", "federated", (0.01, -0.05, 0.07))) if "federated" in one]
    assert open_.startswith("Whether the targets take more or less under federated teams")
    assert "cannot be told: the searches ended at two steps (£120,000 a year) and at three steps (£180,000 a year)" in open_
    assert "fewer" not in open_
    (alike,) = [one for one in said(needed(3, 194, "as much", "federated", (0.0, 0.0, 0.0))) if "federated" in one]
    assert "take as many steps and as much money as under today's teams" in alike
    (missed,) = [one for one in said(needed(2, 90, "dearer", "federated", (-0.5, -0.6, -0.4))) if "federated" in one]
    assert missed.startswith("Under today's teams a set of steps was found that meets the targets, under federated teams")
    assert "lower by 50 (40 to 60) points" in missed
    table = tables.worth(planned(structures=(needed(3, 194), needed(2, 194, "cheaper", "federated"))))
    assert table.loc[0, ["structure", "verdict", "fewer_steps", "saved", "ahead_low", "n"]].tolist() == [
        "federated", "cheaper", 1, 60_000.0, 0.02, 200]


def test_where_no_structure_meets_the_targets_none_is_said_to_be_worth_more():
    plan = planned(path=path(team(3, 90), ended="refused"),
                   structures=(needed(3, 90), needed(2, 90, "dearer", "federated", (-0.5, -0.6, -0.4))))
    assert not any("federated" in sentence for sentence in words.answer(plan))
    assert tables.worth(plan).loc[0, ["verdict", "meets", "reference_meets"]].tolist() == ["neither meets", False, False]


def test_structures_alone_answer_with_those_that_can_meet_the_targets():
    said = words.answer(planned(structures=(needed(3, 90), needed(2, 194, "cheaper", "federated"))))
    assert said[0].startswith("Yes, by another structure or arrangement:")
    assert said[0].endswith(f"can be met under federated teams, {END}")


def test_what_is_not_finished_says_so():
    assert words.answer(planned(finished=False)) == ["Nothing can be said yet."]
    said = words.answer(planned(finished=False, sweeps=(sweep(team(2, 194)),)))
    assert said[0].startswith("Hire two")
    assert said[-1].startswith("This is what was found so far")
    assert words.answer(planned(finished=False, sweeps=(sweep(None),)))[0].startswith("Not yet: no number of hires")


def test_a_team_that_may_be_enough_for_all_that_is_known_makes_no_no():
    near, far = team(2, 178), team(2, 100)
    assert near.verdict == "cannot tell yet"
    said = words.answer(planned(path=path(near, ended="refused")))
    assert said[0].startswith("Cannot tell yet: no set of hires was found that meets")
    assert any("its interval reaches up to 93 %" in sentence and "lower confidence would settle" in sentence for sentence in said)
    assert words.answer(planned(path=path(far, ended="refused")))[0].startswith("No: ")
    said = words.answer(planned(sweeps=(sweep(None, refused=(near,)),)))
    assert said[0].startswith("Cannot tell yet")
    assert any(sentence.startswith("Whether two more data analysts in hub would do cannot be told yet") for sentence in said)


def test_the_shadow_price_alone_is_an_answer():
    said = words.answer(planned(shadow={"analysis": (3.0, 1.0, 5.0), "engineering": (12.0, 10.0, 14.0)}))
    assert said == [f"One more practitioner of engineering removes most backlog by the end of the study: 12 (10 to 14) "
                    f"days of effort, {END}"]


def test_timing_and_freezes_are_part_of_the_answer():
    opened = team(2, 190)
    latest = Timing((Opening(ONE, 2, 3, (20.0, 15.0, 30.0), 28.0),), opened.plan, opened)
    frozen = tuple(Freeze(m, outcome(194 - 30 * m), (0.97 - 0.15 * m, 0.8 - 0.15 * m, 0.98 - 0.1 * m), (1.0 * m, 0.5, 2.0),
                          (0.01, 0.0, 0.02), (500.0, 400.0, 600.0), (0.15 * m, 0.1 * m, 0.2 * m)) for m in (0, 3))
    plan = planned(path=path(team(2, 194)), timing=latest, freezes=frozen)
    said = words.answer(plan)
    assert any("at the latest: data analyst in hub in month 3" in sentence and "190 of 200" in sentence for sentence in said)
    assert any("after 3 months 52 % (35 to 68 %), lower by 45 (30 to 60) points" in sentence for sentence in said)
    late = replace(latest, openings=(replace(latest.openings[0], too_late=(0.7, 0.6, 0.8)),))
    assert any("in month 3, a month later still 70 % (60 to 80 %)" in one for one in words.answer(replace(plan, timing=late)))
    last = replace(latest, openings=(replace(latest.openings[0], latest=False),))
    assert any("month 3, the last month before" in one for one in words.answer(replace(plan, timing=last)))
    first = replace(late, openings=(replace(late.openings[0], month=0),))
    assert any("has to open at once: the chance is 70 % (60 to 80 %) if data analyst in hub alone opens a month later" in one
               for one in words.answer(replace(plan, timing=first)))
    assert tables.openings(latest).loc[0, "week"] == 13
    assert tables.openings(latest).loc[0, "full_pace_week"] == 13 + 20 + 28
    assert list(tables.freezes(plan)["months"]) == [0, 3]


def test_every_sentence_that_recommends_ends_under_these_assumptions():
    plan = planned(sweeps=(sweep(team(1, 190)),), path=path(team(3, 194)))
    for sentence in words.answer(plan):
        if re.search(r"fresh futures|enough", sentence) and "cannot be told" not in sentence:
            assert sentence.endswith(END), sentence


# -- notes ----------------------------------------------------------------------------------------


def test_notes_say_what_the_guess_was_and_that_it_is_not_the_answer():
    said = caveats.notes(planned(sweeps=(sweep(team(2, 194)),)))
    assert any("formulas guess seven more" in note and "it is two" in note and "never the answer" in note for note in said)


def test_numbers_that_did_not_hold_on_fresh_futures_are_named():
    said = caveats.notes(planned(sweeps=(sweep(team(2, 194), refused=(team(1, 150),)),)))
    assert any(note.startswith("Refused") and "150 of 200" in note and "one more data analyst" in note for note in said)


def test_refused_teams_are_said_to_rest_on_fewer_futures_perhaps():
    said = caveats.notes(planned(sweeps=(sweep(team(2, 194), refused=(team(1, 50, of=100),)),)))
    assert any("refused ones may rest on fewer futures" in note and "twice as many" in note for note in said)
    assert not any("refused ones" in note for note in caveats.notes(planned()))


def test_what_of_the_scope_cannot_be_done_is_said_first():
    hubs = ASKED.under(change_scenario(ASKED.scenario, {"structure": {"kind": "centralised"}}))
    plan = HiringPlan(hubs, Scope(moves=True), provenance=provenance({"": hubs.scenario}, 1, 0))
    assert caveats.notes(plan)[0].startswith("Nobody can be moved here")
    assert not any("be moved" in note for note in caveats.notes(planned()))


def test_no_sentence_holds_marks_that_a_page_would_show():
    agency = replace(ONE, contract="agency")
    plan = planned(sweeps=(sweep(team(2, 194)),), path=path(team(3, 194, step=agency)))
    assert not [said for said in (*words.answer(plan), *caveats.notes(plan)) if "`" in said]


def test_no_number_of_fresh_futures_stands_where_nothing_is_recommended():
    facts = {**provenance({"": SCENARIO}, 1, 0), "runs": 90}
    said = phrases.rests_on(planned(sweeps=(sweep(None),)))
    assert "replications 200" in said
    said = phrases.rests_on(HiringPlan(ASKED, Scope(), provenance=facts))
    assert "replications" not in said
    assert "runs 90" in said
    assert "scenario hashes Desk" in said


def test_few_futures_are_named_and_many_are_not():
    few = caveats.notes(planned(path=path(team(2, 20, of=20))))
    assert any("only 20 fresh futures" in note for note in few)
    assert not any("only 200" in note for note in caveats.notes(planned(path=path(team(2, 194)))))


def test_costs_are_said_to_be_a_budget_and_the_simulated_spend_stands_beside():
    said = " ".join(caveats.notes(planned(path=path(team(2, 194)))))
    assert "vacancy factor" in said
    assert re.search(r"spends £60,000 a year more .*interval £60,000 to £60,000", said)


def test_people_who_leave_again_are_named_with_when():
    agency = replace(ONE, contract="agency")
    said = " ".join(caveats.notes(planned(path=path(team(2, 194, step=agency)))))
    assert "agency contracts leave again after about 26 weeks" in said
    assert "leave again" not in " ".join(caveats.notes(planned(path=path(team(2, 194)))))


def test_assumptions_about_recruiting_carry_their_tags():
    said = " ".join(caveats.notes(planned(path=path(team(2, 194)))))
    assert re.search(r"chance of filling the post \d+ % \(tag [SDGA]\)", said)
    assert re.search(r"time to hire \d+ working days \(tag [SDGA]\)", said)


def test_the_best_mix_is_said_to_be_a_search():
    assert any("a search, not a proof" in note for note in caveats.notes(planned(path=path(team(2, 194)))))
    assert not any("a search, not a proof" in note for note in caveats.notes(planned(sweeps=(sweep(team(2, 194)),))))


# -- single words ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("role", "count", "said"), [
    ("data_engineer", 1, "one data engineer"), ("data_engineer", 3, "three data engineers"),
    ("head_of_data", 2, "two heads of data"), ("deputy", 2, "two deputies"), ("analyst", 12, "12 analysts"),
])
def test_people_are_counted_in_words(role, count, said):
    assert phrases.people(role, count) == said


@pytest.mark.parametrize(("value", "said"), [
    (57_417.0, "£57,000"), (1_240_000.0, "£1.24 million"), (449.0, "£400"), (0.0, "£0"), (9_960.0, "£10,000"),
    (-57_417.0, "-£57,000"),
])
def test_pounds_have_no_more_digits_than_are_known(value, said):
    assert phrases.pounds(value) == said


@pytest.mark.parametrize(("value", "said"), [(0.895, "89.5 %"), (0.9, "90 %"), (0.66, "66 %"), (0.998, "99.8 %"), (1.0, "100 %")])
def test_rounding_never_lifts_a_chance_over_what_was_asked(value, said):
    assert phrases.percent(value, 0.9) == said


@pytest.mark.parametrize(("week", "said"), [(52, "month 12"), (26, "month 6"), (13, "month 3"), (20, "week 20"), (78, "month 18")])
def test_weeks_are_told_as_months_where_they_are(week, said):
    assert phrases.month_words(week) == said


def test_a_plan_is_told_as_an_instruction():
    plan = Plan.of([ONE, replace(ONE, team="green"), Step("move", "analyst", "green", origin="hub"),
                    Step("train", "analyst", "hub", skill="data_science"), Step("train", "analyst", "hub", skill="data_science")])
    assert phrases.deed(plan) == (
        "hire one more data analyst in hub, one more data analyst in green, move one analyst from hub to green and "
        "train two analysts in hub in data science, the vacancies to open at the start"
    )


# -- tables and the document ----------------------------------------------------------------------


def test_the_table_of_steps_says_what_each_buys_for_its_money_and_which_were_kept():
    other = replace(ONE, team=None)
    found = replace(path(team(1, 194)), bought=(bought(), bought(other, 0.0, 0.8, ONE)))
    table = tables.bought(found)
    assert list(table["number"]) == [1, 2]
    assert list(table["why"]) == [one.why for one in found.bought]
    assert table.loc[0, "backlog_days_per_1000"] == pytest.approx(30.0 / 58.0)
    assert table.loc[0, "points_per_1000"] == pytest.approx(5.0 / 58.0)
    assert np.isnan(table.loc[1, "points_per_1000"])
    assert np.isnan(table.loc[0, "chance_before"])
    assert table.loc[1, "chance_before"] == 0.66
    assert list(table["kept"]) == [True, False]
    assert table.loc[1, "next_best"] == ONE.words


def test_the_table_of_chances_tells_fresh_futures_from_those_of_the_search():
    table = tables.met(planned(sweeps=(sweep(team(2, 194)),), path=path(team(2, 194))))
    assert set(table["part"]) == {"sweep", "smallest", "mix"}
    assert set(table.loc[table["part"] == "sweep", "fresh"]) == {False}
    near = tables.met(planned(sweeps=(sweep(None, refused=(team(2, 178),)),)))
    near = near[(near["part"] == "refused") & (near["week"] == 52)].iloc[0]
    assert (near["met_in"], bool(near["enough"]), near["told"]) == (178, False, "cannot tell yet")
    assert set(table.loc[table["part"] != "sweep", "fresh"]) == {True}
    year = table[(table["part"] == "smallest") & (table["week"] == 52)].iloc[0]
    assert (year["chance"], year["met_in"], year["n"], bool(year["enough"])) == (0.97, 194, 200, True)


def test_the_plan_step_by_step_stands_beside_the_course_of_the_search():
    other = replace(ONE, team=None)
    found = replace(path(team(1, 194)), bought=(bought(other, 50_000.0, 0.5), bought()), way=(bought(chance=0.8),),
                    taken_away=(other,))
    assert phrases.strayed(found)
    assert not phrases.strayed(path(team(1, 194)))
    assert tables.way(found)["step"].tolist() == [ONE.words]
    assert tables.way(found)["chance"].tolist() == [0.8]
    assert list(tables.bought(found)["kept"]) == [False, True]
    plan = planned(path=found)
    assert {"path", "path_search", "team"} <= set(tables.every(plan))
    assert "path_search" not in tables.every(planned(path=path(team(1, 194))))
    made = document(plan)["path"]
    assert (len(made["way"]), len(made["bought"])) == (1, 2)
    (one,) = tables.every(plan)["team"].to_dict("records")
    assert one["spent_low"] == pytest.approx(60_000.0)
    assert (one["met_in"], one["n"], one["verdict"]) == (194, 200, "yes")
    said = plain_text(blocks(plan))
    assert "How the search came there" in said
    assert f"{other.words}: not needed any more" in said
    assert "Why it is next: of 3 possible steps" in " ".join(said.split()) or "Why it is next: the only step" in said


def test_the_document_is_plain_json_with_the_answer_and_what_it_rests_on():
    plan = planned(sweeps=(sweep(team(2, 194)),), path=path(team(3, 194)), shadow={"analysis": (3.0, 1.0, 5.0)})
    found = json.loads(json.dumps(document(plan), allow_nan=False))
    assert found["schema_version"] == 1
    assert found["kind"] == "hiring_plan"
    assert found["answer"] == words.answer(plan)
    assert found["question"]["targets"][0]["value"] == 20.0
    assert found["team"]["steps"][0]["count"] == 2, "the cheaper one of sweep and mix"
    assert found["team"]["scenario_hash"] == team(2, 194).scenario.hash
    assert found["provenance"]["seed"] == 1
    assert found["team"]["spent"] == {"mean": pytest.approx(60_000.0), "low": pytest.approx(60_000.0),
                                      "high": pytest.approx(60_000.0)}
    assert (found["sweeps"][0]["most_tried"], found["sweeps"][0]["beyond_sweep"], found["sweeps"][0]["cannot_tell"]) == (
        2, False, [])
    assert found["shadow_price"] == [{"skill": "analysis", "days": 3.0, "days_low": 1.0, "days_high": 5.0}]


def test_a_study_of_nothing_yet_has_a_document_too():
    found = document(planned(finished=False))
    assert found["team"] is None
    assert found["meets"] is False
    json.dumps(found, allow_nan=False)
