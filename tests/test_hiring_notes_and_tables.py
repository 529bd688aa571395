"""What stands beside the planner's answer: notes, single words, tables and the document."""

import json
import re
from dataclasses import replace

import numpy as np
import planned as made
import pytest
from planned import DESK, ONE
from planned import desk_bought as bought
from planned import desk_path as path
from planned import desk_planned as planned
from planned import desk_sweep as sweep
from planned import desk_team as team

from opmodel.cli.hiring_text import blocks
from opmodel.cli.tables import plain as plain_text
from opmodel.hiring.asking.question import question
from opmodel.hiring.asking.scope import Scope
from opmodel.hiring.asking.steps import Plan, Step
from opmodel.hiring.plan import HiringPlan
from opmodel.hiring.telling import caveats, differences, phrases, tables, teams, words
from opmodel.hiring.telling.document import document
from opmodel.hiring.telling.found import strayed
from opmodel.provenance import provenance
from opmodel.scenario.changes import change_scenario
from opmodel.scenario.quantity import TAG_MEANING

# -- notes ----------------------------------------------------------------------------------------


def test_notes_say_what_the_guess_was_and_that_it_is_not_the_answer():
    said = caveats.notes(planned(sweeps=(sweep(team(2, 194)),)))
    assert any("formulas guess seven more" in note and "it is two" in note and "never the answer" in note for note in said)


def test_numbers_that_did_not_hold_on_fresh_futures_are_named():
    said = caveats.notes(planned(sweeps=(sweep(team(2, 194), refused=(team(1, 150),)),)))
    assert any(note.startswith("Refused") and "150 of 200" in note and "one more data analyst" in note for note in said)


def test_the_same_team_is_not_refused_and_cannot_be_told_at_once():
    plan = planned(sweeps=(sweep(team(2, 194), refused=(team(1, 178),)),))
    assert any(one.startswith("Whether one more") and "cannot be told yet" in one for one in words.answer(plan))
    said = caveats.notes(plan)
    assert not any(note.startswith("Refused") for note in said)
    (open_,) = [note for note in said if note.startswith("Left open")]
    assert open_ == (
        "Left open, as it met the target in 178 of 200 fresh futures (89 %, 95 % interval 84 to 93 %), less often than asked for "
        "but perhaps by chance alone: hire one more data analyst in hub."
    )


def test_that_each_part_has_futures_of_its_own_is_said_where_there_are_several():
    def said(**parts):
        return [one for one in caveats.notes(planned(**parts)) if "rests on futures of its own" in one]

    assert len(said(sweeps=(sweep(team(2, 194)),), path=path(team(1, 194)))) == 1
    assert said(path=path(team(1, 194))) == []


def test_refused_teams_are_said_to_rest_on_fewer_futures_perhaps():
    said = caveats.notes(planned(sweeps=(sweep(team(2, 194), refused=(team(1, 50, of=100),)),)))
    assert any("refused ones may rest on fewer futures" in note and "twice as many" in note for note in said)
    assert not any("refused ones" in note for note in caveats.notes(planned()))


def test_what_of_the_scope_cannot_be_done_is_said_first():
    hubs = DESK.under(change_scenario(DESK.scenario, {"structure": {"kind": "centralised"}}))
    plan = HiringPlan(hubs, Scope(moves=True), provenance=provenance({"": hubs.scenario}, 1, 0))
    assert caveats.notes(plan)[0].startswith("Nobody can be moved here")
    assert not any("be moved" in note for note in caveats.notes(planned()))


def test_no_sentence_holds_marks_that_a_page_would_show():
    agency = replace(ONE, contract="agency")
    plan = planned(sweeps=(sweep(team(2, 194)),), path=path(team(3, 194, step=agency)))
    assert not [said for said in (*words.answer(plan), *caveats.notes(plan)) if "`" in said]


def test_no_number_of_fresh_futures_stands_where_nothing_is_recommended():
    facts = {**provenance({"": DESK.scenario}, 1, 0), "runs": 90}
    said = phrases.rests_on(planned(sweeps=(sweep(None),)))
    assert "; fresh futures of the team 200; " in said
    assert "replications" not in said
    said = phrases.rests_on(HiringPlan(DESK, Scope(), provenance=facts))
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


def test_assumptions_about_recruiting_say_what_they_rest_on():
    said = " ".join(caveats.notes(planned(path=path(team(2, 194)))))
    assert re.search(r"chance of filling the post \d+ % \(assumed, no published source\)", said)
    assert re.search(r"time to hire \d+ working days \((from a published source|assumed, no published source)\)", said)
    assert set(caveats.RESTS) == set(TAG_MEANING)
    assert "tag " not in said


def test_the_best_mix_is_said_to_be_a_search():
    assert any("A search, not a proof: as far as its futures tell, no step of the result can be left out" in one
               for one in caveats.notes(planned(path=path(team(2, 194)))))
    near = team(2, 194)
    near = replace(near, base=made.outcome(174, 200, DESK))  # 87 % without any step: its interval reaches 91 %
    (open_,) = [one for one in caveats.notes(planned(path=path(near))) if "A search, not a proof" in one]
    assert open_.endswith("be cheaper. From fresh futures, though, it cannot be told whether any step is needed.")
    near = replace(near, base=made.outcome(199, 200, DESK))
    assert "though, no step was needed." in " ".join(caveats.notes(planned(path=path(near))))
    one_less = path(team(2, 194), refused=(team(1, 178),))
    assert "though, it cannot be told whether every step is needed." in " ".join(caveats.notes(planned(path=one_less)))
    for told in (path(team(2, 194)), path(team(2, 194), refused=(team(1, 100), team(3, 178)))):
        assert "though" not in " ".join(caveats.notes(planned(path=told)))
    for unproved in (path(team(2, 100), ended="refused"), path(team(0, 194))):
        said = " ".join(caveats.notes(planned(path=unproved)))
        assert "A search, not a proof: another set" in said
        assert "left out" not in said
    assert not any("A search, not a proof" in note for note in caveats.notes(planned(sweeps=(sweep(team(2, 194)),))))


def test_only_steps_that_had_a_next_best_can_be_told_apart_from_it_or_not():
    def note(*steps):
        found = path(team(len(steps), 194), bought=steps)
        return [one for one in caveats.notes(planned(path=found)) if "next best" in one]

    unsure, over = bought(sure=False), bought(sure=False, others=0, next_best=None)
    assert note(bought(), over) == []
    assert note(unsure, over) == ["One of two steps of the way could not be told apart from the next best, which might do as well."]
    assert note(unsure)[0].startswith("The only step of the way could not be told apart")
    assert note(unsure, unsure)[0].startswith("No step of the way could be told apart")


def test_a_guess_is_asked_about_no_more_than_were_swept():
    def note(guess):
        (said,) = [one for one in caveats.notes(planned(sweeps=(replace(sweep(None), guess=guess),))) if "formulas" in one]
        return said

    assert "formulas guess that no number up to 2 would do; by the simulation none of those tried is enough" in note(None)
    assert "formulas guess two more, or even more; by" in note(2)
    assert "formulas guess one more; by" in note(1)


def test_what_a_freeze_does_not_stop_is_said():
    assert any("whoever leaves is replaced all the same" in one for one in caveats.notes(made.whole()))
    assert not any("freeze" in one for one in caveats.notes(made.planned(path=made.path(), freezes=made.freezes()[:1])))


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


def test_a_plan_says_which_vacancies_wait():
    later = replace(ONE, contract="agency", opens_week=10)
    plan = Plan.of([ONE, later, later])
    assert phrases.deed(plan) == (
        "hire one more data analyst in hub and two more data analysts (agency) in hub (vacancies to open in week 10), the "
        "other vacancy to open at the start"
    )
    assert phrases.deed(Plan.of([later])) == "hire one more data analyst (agency) in hub (vacancy to open in week 10)"


# -- tables and the document ----------------------------------------------------------------------


def test_the_table_of_steps_says_what_each_buys_for_its_money_and_which_were_kept():
    other = replace(ONE, team=None)
    found = replace(path(team(1, 194)), bought=(bought(next_best=None), bought(other, 0.8, cost=0.0, next_best=ONE)))
    table = tables.bought(found)
    assert list(table["number"]) == [1, 2]
    assert list(table["why"]) == [one.why for one in found.bought]
    assert table.loc[0, "backlog_days_per_1000"] == pytest.approx(30.0 / 58.0)
    assert table.loc[0, "points_per_1000"] == pytest.approx(2.0 / 58.0)
    assert np.isnan(table.loc[1, "points_per_1000"])
    assert np.isnan(table.loc[0, "chance_before"])
    assert table.loc[1, "chance_before"] == 0.66
    assert list(table["kept"]) == [True, False]
    assert table.loc[1, "next_best"] == ONE.words


def test_the_table_of_chances_tells_fresh_futures_from_those_of_the_search():
    table = teams.met(planned(sweeps=(sweep(team(2, 194)),), path=path(team(2, 194))))
    assert set(table["part"]) == {"sweep", "smallest", "mix"}
    assert set(table.loc[table["part"] == "sweep", "fresh"]) == {False}
    near = teams.met(planned(sweeps=(sweep(None, refused=(team(2, 178),)),)))
    near = near[(near["part"] == "refused") & (near["week"] == 52)].iloc[0]
    assert (near["met_in"], bool(near["reached"]), near["told"]) == (178, False, "cannot tell yet")
    assert set(table.loc[table["part"] != "sweep", "fresh"]) == {True}
    year = table[(table["part"] == "smallest") & (table["week"] == 52)].iloc[0]
    assert (year["chance"], year["met_in"], year["n"], bool(year["reached"])) == (0.97, 194, 200, True)


def test_the_plan_step_by_step_stands_beside_the_course_of_the_search():
    other = replace(ONE, team=None)
    found = replace(path(team(1, 194)), bought=(bought(other, 0.5), bought()), way=(bought(chance=0.8),),
                    taken_away=(other,))
    assert strayed(found)
    assert not strayed(path(team(1, 194)))
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
    assert "Why it is next: of 4 possible steps" in " ".join(said.split())


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


def test_what_a_step_buys_for_its_money_has_two_digits_and_is_told_from_nothing():
    small = bought(cost=61_000.0, backlog_days=(30.0, 20.0, 40.0), in_time=(0.0004, -0.001, 0.0018))
    (row,) = tables.way(path(team(1, 194), bought=(small,))).to_dict("records")
    assert differences.for_each_thousand(row) == "0.49 days for each £1,000 a year; points cannot be told from nothing"
    tiny = replace(small, in_time=(0.0004, 0.0002, 0.0006))
    (row,) = tables.way(path(team(1, 194), bought=(tiny,))).to_dict("records")
    assert differences.for_each_thousand(row) == "0.49 days and 0.00066 points for each £1,000 a year"
    (row,) = tables.way(path(team(1, 194), bought=(replace(small, cost=0.0),))).to_dict("records")
    assert differences.for_each_thousand(row) == ""


def test_steps_and_freezes_without_any_difference_are_told_in_words():
    none = bought(in_time=(0.0, 0.0, 0.0))
    (first, three, _) = made.freezes()
    same = replace(three, lost=(0.0, 0.0, 0.0), in_time=(float("nan"),) * 3)
    plan = planned(path=path(team(1, 194), bought=(none,)), freezes=(replace(first, in_time=same.in_time), same))
    said = " ".join(plain_text(blocks(plan)).split())
    assert "no difference in points in time seen in 40 futures" in said
    assert "0.0 (0.0 to 0.0)" not in said
    assert "points late" not in said, "nothing statutory falls due"
    assert "points late" in plain_text(blocks(planned(freezes=made.freezes())))


def test_only_what_binds_has_a_remedy():
    why = made.binding()
    (gates,) = why.lifted
    free = replace(why, lifted=(gates, replace(gates, name="rework", binds=False), replace(gates, binds=False, open=True)))
    assert tables.lifted(free)["remedy"].tolist() == ["", gates.remedy, "", ""]


def test_all_constraints_together_are_named_by_what_they_are():
    """They do not hold demand or recruiting, so that one of those alone may do better."""
    why = made.binding()
    (gates,) = why.lifted
    everything = replace(gates, name="everything", constraint="together: the number of people and rework")
    said = plain_text(blocks(planned(binding=replace(why, lifted=(gates, everything)))))
    assert re.search(r"\n *all of this together +95 %", said)
    assert "\n100 fresh futures. All of this together: the number of people and rework." in said


def test_constraints_say_how_many_futures_they_rest_on():
    why = made.binding()
    (gates,) = why.lifted
    assert "\n100 fresh futures." in plain_text(blocks(planned(binding=why)))
    assert "\n100 to 200 fresh futures." in plain_text(blocks(planned(binding=replace(why, lifted=(replace(gates, futures=200),)))))


def test_every_table_of_every_part_is_a_file_of_its_own():
    tables_of = tables.every(made.whole(binding=made.binding()))
    assert set(tables_of) == {
        "sweep", "teams", "structures", "structures_worth", "shadow_price", "path", "path_search", "path_within_budget",
        "path_within_budget_search", "openings", "freezes", "constraints", "team", "targets", "establishment",
    }
    both = len(made.structures())
    assert len(tables_of["structures"]) == 2 * both
    assert not {"fewer_steps", "saved"} & set(tables_of["structures"]), "they would compare best with plain"
    assert len(tables_of["structures_worth"]) == both - 1
    assert {"chance_low", "chance_high"} <= set(tables_of["teams"]) & set(tables.chances(made.whole()))


def test_two_weeks_of_one_month_have_names_of_their_own():
    asked = question(DESK.scenario, week=24, confidence=0.9, targets={"backlog_days": "20d"})
    near = replace(sweep(None), question=asked, outcomes=tuple(made.outcome(n, asked=asked) for n in (0, 20, 48)))
    table = tables.chances_of(near)
    assert table["month"].nunique() == table["week"].nunique() == 4
    assert {"week 24", "month 6"} <= set(table["month"])


def test_a_guess_of_nobody_is_told_as_one():
    said = " ".join(caveats.notes(planned(sweeps=(replace(sweep(team(0, 194)), guess=0),))))
    assert "formulas guess nobody more; by the simulation it is nobody more." in said


def test_a_study_of_nothing_yet_has_a_document_too():
    found = document(planned(finished=False))
    assert found["team"] is None
    assert found["meets"] is False
    json.dumps(found, allow_nan=False)
