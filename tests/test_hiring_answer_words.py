"""The planner's answer in words: yes, no, and cannot tell yet, each with its figures."""

import re
from dataclasses import replace

import numpy as np
import planned as made
import pytest
from planned import DESK, END
from planned import desk_path as path
from planned import desk_planned as planned
from planned import desk_sweep as sweep
from planned import desk_team as team

from opmodel.cli.hiring_text import blocks
from opmodel.cli.tables import plain as plain_text
from opmodel.hiring.telling import caveats, searches, tables, words
from opmodel.hiring.telling.document import document
from opmodel.hiring.telling.reasons import reasons, why_not
from opmodel.scenario.changes import change_scenario


def test_the_first_sentence_says_who_where_when_at_what_cost_and_how_surely():
    said = words.answer(planned(path=path(team(2, 194))))[0]
    assert said.startswith("Hire two more data analysts in hub, the vacancies to open at the start: two people more, about £")
    assert "in a full year (spent in the simulation, over the whole study: £60,000 a year, 95 % interval £60,000 to £60,000). " in said
    assert "The target is met by month 12 in 194 of 200 fresh futures (97 %, 95 % interval 94 to 99 %)" in said
    assert "without these steps, in 20 of 200 (10 %, 95 % interval 7 to 15 %), under" in said
    assert said.endswith(END)


def test_one_person_is_one_person():
    said = words.answer(planned(path=path(team(1, 194))))[0]
    assert "one more data analyst in hub, the vacancy to open at the start: one person more" in said
    assert "without this step, in 20 of 200 (10 %, 95 % interval 7 to 15 %), under" in said


def test_targets_that_are_met_already_need_nobody():
    said = words.answer(planned(path=path(team(0, 199))))
    assert said[0].startswith("Nothing more has to be done: the target is met by month 12 in 199 of 200 fresh futures")
    assert said[0].endswith(END)


@pytest.mark.parametrize(("met", "open_"), [(194, False), (183, True)])
def test_an_interval_that_straddles_the_confidence_is_said_to_tell_nothing_yet(met, open_):
    said = " ".join(words.answer(planned(path=path(team(2, met)))))
    assert ("cannot be told yet" in said) is open_


def test_nothing_that_meets_the_targets_is_an_honest_no_with_what_binds():
    why = made.binding()
    said = words.answer(planned(path=path(team(2, 30), ended="nothing helps"), binding=why))
    assert said[0] == f"No: no set of hires was found that meets the target by month 12 in at least 90 % of fresh futures, {END}"
    assert "30 of 200 fresh futures (15 %, 95 % interval 11 to 21 %)" in said[1]
    assert "no further step that is allowed was seen to help" in said[1]
    assert reasons(why)
    assert [sentence for sentence in said if sentence in reasons(why)] == reasons(why)
    assert len(tables.lifted(why)) == 2
    (gates,) = why.lifted
    unclear = replace(why, lifted=(replace(gates, binds=False, open=True),))
    assert tables.lifted(unclear)["open"].tolist() == [False, True]
    assert re.search(r"governance board +95 % \(.*\) +cannot tell", plain_text(blocks(planned(binding=unclear))))


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
    assert said[1] == (
        "Of data analysts alone in hub (federated teams), no number up to 2 is enough: in the 50 futures of the search "
        f"each clearly falls short, {END}"
    )


def test_a_cheaper_team_of_a_sweep_is_the_one_that_is_recommended():
    plan = planned(sweeps=(sweep(team(1, 190)),), path=path(team(3, 194)))
    said = words.answer(plan)
    assert said[0].startswith("Hire one more data analyst in hub")
    assert said[1].startswith("This team came out of the sweep. The search for the best mix ended at a dearer one")
    assert "hire three more data analysts in hub" in said[1]
    assert sum(sentence.lower().startswith("hire ") for sentence in said) == 1
    assert searches.way_title(plan).endswith("(a cheaper team is recommended)")
    none = planned(sweeps=(sweep(team(1, 190)),), path=path(team(3, 100), ended="refused"))
    assert "the search for the best mix found none that holds" in words.answer(none)[1]
    assert searches.way_title(none) == "The best mix that the search found, step by step"


def test_the_same_team_of_sweep_and_mix_is_told_once():
    plan = planned(sweeps=(sweep(team(2, 190)),), path=path(team(2, 194)))
    said = words.answer(plan)
    assert "Of data analysts alone in hub, the smallest number found to be enough comes to the same team." in said
    assert not any("came out of" in sentence for sentence in said)
    assert searches.way_title(plan) == "The cheapest mix found, step by step"


@pytest.mark.parametrize(("met", "of", "told"), [(186, 200, True), (181, 200, False)])
def test_where_no_practicable_number_of_futures_would_tell_a_margin_is_advised(met, of, told):
    found = team(2, met, of)
    assert (found.more_futures is not None and found.more_futures <= words.PRACTICABLE) is told
    said = words.answer(planned(path=path(found)))[1]
    assert ("more futures would tell, if the share stays as it is" in said) is told
    assert ("no practicable number of futures would tell, if the share stays as it is. Ask" in said and "a little more margin" in said) is not told


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
    assert any("its interval reaches up to 93 %" in sentence for sentence in said)
    assert words.answer(planned(path=path(far, ended="refused")))[0].startswith("No: ")
    said = words.answer(planned(sweeps=(sweep(None, refused=(near,)),)))
    assert said[0].startswith("Cannot tell yet")
    assert any(sentence.startswith("Whether two more data analysts in hub would do cannot be told yet") for sentence in said)


def test_causes_stand_under_a_condition_wherever_the_answer_is_open():
    """Words, document and page say the same: none is firmer than the fresh futures of the team."""
    why = made.binding()
    near = planned(path=path(team(2, 178), ended="refused"), binding=why)
    far = planned(path=path(team(2, 30), ended="refused"), binding=why)
    for plan, begins in ((near, "If the plan is not enough, what holds them back is"), (far, "What holds them back is")):
        said = why_not(plan)
        assert any(one.startswith(begins) for one in said)
        assert [one for one in words.answer(plan) if one in said] == said
        assert document(plan)["binding"]["sentences"] == said
    assert why_not(planned(path=path(team(2, 30)))) == []


def test_a_plan_that_reaches_the_confidence_in_further_futures_makes_no_no():
    why = made.binding()
    again = replace(why, unlifted=replace(why.unlimited, chance=(0.93, 0.86, 0.97)))
    assert again.reached
    said = words.answer(planned(path=path(team(2, 100), ended="refused"), binding=again))
    assert said[0].startswith("Cannot tell yet: no set of hires was found")
    assert any(one.startswith("What holds the targets back cannot be told") for one in said)


def test_a_no_under_one_structure_is_none_under_others():
    federated = DESK.under(change_scenario(DESK.scenario, {"structure": {"kind": "federated"}}))
    other = replace(sweep(team(2, 194), "federated"), question=federated)
    said = words.answer(planned(sweeps=(sweep(None, "today"), other)))
    assert said[0].startswith("No: under the structure that the file states, no number of hires that was tried meets the target")
    assert any("federated teams), two more are the smallest number found to be enough" in one for one in said)
    assert words.answer(planned(sweeps=(sweep(None),)))[0].startswith("No: no number of hires that was tried meets")


def test_a_search_that_left_no_step_says_why_it_ended():
    none = path(team(0, 30), ended="nothing helps", confirmed=None)
    assert words.answer(planned(path=none))[1] == (
        "No step is left: the search ended because no step that is allowed was seen to help.")
    assert words.ENDED.keys() == {
        "nothing helps", "too slow", "hopeless", "at most", "at most one", "budget", "refused"}


def test_a_budget_within_which_nothing_helps_is_told_with_what_there_is():
    said = words.answer(planned(within=path(team(0, 40), budget=70_000.0, ended="budget")))
    assert said[1].startswith("Within £70,000 a year no step was found that helps: the target is met by month 12 without any in 40")
    kept = words.answer(planned(path=path(team(2, 190)), within=path(team(2, 190), budget=170_000.0)))
    assert kept[1] == "That is within the budget of £170,000 a year."


# -- nothing to measure ---------------------------------------------------------------------------


def unmeasured(count, best):
    """A team of which the first target had nothing to measure in so many futures by the first of its weeks asked for."""
    values = best.outcome.values.copy()
    values[:count, 0, best.question.at] = np.nan
    return replace(best, outcome=replace(best.outcome, values=values))


@pytest.mark.parametrize("hires", [0, 2])
def test_targets_that_count_as_met_for_want_of_cases_are_said_to_in_the_first_sentence(hires):
    best = unmeasured(200, made.team(made.ENGINEER, hires, 195))
    assert best.met_in == 195
    plan = made.planned(path=made.path(best))
    first = words.answer(plan)[0]
    wanted = made.ASKED.wanted[0].words
    assert f"; but in 200 of 200 there was nothing to measure for '{wanted}', which counts as met, {END}" in first
    (note,) = [one for one in caveats.notes(plan) if "nothing to measure" in one]
    assert note.startswith(f"'{wanted}' had nothing to measure by month 12 in 200 of 200 fresh futures; ")


def test_a_few_futures_without_cases_are_no_matter():
    plan = made.planned(path=made.path(unmeasured(40, made.team(made.ENGINEER, 2, 195))))
    assert not any("nothing to measure" in one for one in (*words.answer(plan), *caveats.notes(plan)))


def test_every_sentence_that_recommends_ends_under_these_assumptions():
    plan = planned(sweeps=(sweep(team(1, 190)),), path=path(team(3, 194)))
    for sentence in words.answer(plan):
        if re.search(r"fresh futures|enough", sentence) and "cannot be told" not in sentence:
            assert sentence.endswith(END), sentence


def test_a_team_that_leaves_again_is_said_to_be_none_for_good_and_what_comes_after_stands_beside_it():
    said = words.answer(made.planned(path=made.path(made.team(replace(made.ENGINEER, contract="agency"), 2, 190))))
    (after,) = [one for one in said if one.startswith("This is no team for good")]
    assert "people on agency contracts leave again" in after
    assert "in 190 of 200 (95 %, 95 % interval 91 to 97 %)" in after
    assert not any("for good" in one for one in words.answer(made.planned(path=made.path(made.team(made.ENGINEER, 2, 190)))))
