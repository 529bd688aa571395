"""The planner's answer in words: yes, no, and cannot tell yet, each with its figures; tables and document beside."""

import json
import re
from dataclasses import replace
from functools import partial

import numpy as np
import planned as made
import pytest
from networks import exponential, plain

from opmodel.cli.hiring_text import blocks
from opmodel.cli.tables import plain as plain_text
from opmodel.hiring.asking.question import question
from opmodel.hiring.asking.scope import Scope
from opmodel.hiring.asking.steps import Plan, Step
from opmodel.hiring.plan import HiringPlan
from opmodel.hiring.telling import caveats, differences, further, phrases, searches, tables, teams, words
from opmodel.hiring.telling.document import document
from opmodel.hiring.telling.found import strayed
from opmodel.hiring.telling.reasons import reasons
from opmodel.hiring.weighing.allocation import Allocation, Needed
from opmodel.hiring.weighing.worth import Worth
from opmodel.provenance import provenance
from opmodel.scenario.changes import change_scenario

DESK = question(plain({
    "name": "Desk",
    "study": {"horizon_weeks": 104, "milestones_weeks": [26, 52, 104]},
    "request_types": {"query": {"effort": exponential(1.0)}},
    "roles": {"data_analyst": {"skills": {"analysis": "practitioner"}, "salary": 40_000.0}, "analyst": None},
    "posts": {"analyst": {"role": "data_analyst", "count": 2}},
    "today": {"teams": {"hub": {"serves": ["housing"], "seats": {"analyst": 2}}}},
}), week=52, confidence=0.9, targets={"backlog_days": "20d"})
ONE = Step("hire", "data_analyst", "hub")
END = "under these assumptions."
planned = partial(made.planned, DESK)


def team(hires, met, of=200, step=ONE):
    """So many analysts on fresh futures; each future spends 60,000 more."""
    return made.team(step, hires, met, of, DESK, spent=60_000.0)


def bought(step=ONE, chance=0.66, **changes):
    return replace(made.bought(step, 58_000.0, 30.0, chance), **changes)


def path(best, **changes):
    """A search that took the steps of its plan and no others."""
    steps = tuple(bought(step) for step in best.plan.steps)
    return made.path(best, DESK, **{"bought": steps, "taken_away": (), "way": (), **changes})


def sweep(enough, name="", refused=(), most=2):
    """0, 1, 2 hires, of which those refused and the one that is enough were tried on fresh futures."""
    swept = made.sweep(ONE, (0, 20, 48), None, name, DESK)
    return replace(swept, confirmed=enough, refused=tuple(refused), guess=7, most=most)


# -- the answer -----------------------------------------------------------------------------------


def test_the_first_sentence_says_who_where_when_at_what_cost_and_how_surely():
    said = words.answer(planned(path=path(team(2, 194))))[0]
    assert said.startswith("Hire two more data analysts in hub, the vacancies to open at the start: two people more, about £")
    assert "in a full year (spent in the simulation: £60,000 a year, 95 % interval £60,000 to £60,000). " in said
    assert "The target is met by month 12 in 194 of 200 fresh futures (97 %, 95 % interval 94 to 99 %)" in said
    assert "without, in 10 %" in said
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
    why = made.binding()
    said = words.answer(planned(path=path(team(2, 30), ended="nothing helps"), binding=why))
    assert said[0] == f"No: no set of hires was found that meets the target by month 12 in at least 90 % of fresh futures, {END}"
    assert "30 of 200 fresh futures (15 %, 95 % interval 11 to 21 %)" in said[1]
    assert "no further step that is allowed brings the targets nearer" in said[1]
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
    assert "Of data analysts alone in hub, the smallest number comes to the same team." in said
    assert not any("came out of" in sentence for sentence in said)
    assert searches.way_title(plan) == "The cheapest mix found, step by step"


def test_a_number_beyond_the_sweep_is_told_as_one():
    far = replace(sweep(None), beyond=team(7, 190), most=8)
    said = words.answer(planned(sweeps=(far,), path=path(team(2, 194))))
    assert any("seven more are the smallest number that is enough (looked for beyond the two swept)" in one for one in said)
    none = words.answer(planned(sweeps=(replace(far, beyond=None),)))
    assert any("no number up to 2 is enough, and of more, up to 8, none was found among those tried" in one for one in none)
    assert searches.beyond_words(far) == "Numbers from 3 to 8 were looked for by halving: 7 is the smallest found to be enough."
    assert searches.beyond_words(sweep(None)) == ""


def test_a_number_that_may_be_enough_for_all_that_is_known_is_not_said_to_be_too_few():
    """No sentence says that a number is not enough of which the next one says that it cannot be told."""
    said = words.answer(planned(sweeps=(sweep(None, refused=(team(1, 175), team(2, 178))),)))
    (alone,) = [one for one in said if one.startswith("Of data analysts alone")]
    assert "no number up to 2 was shown to be enough; with two more the target is met by month 12 in 178 of 200" in alone
    assert "(89 %, 95 % interval 84 to 93 %)" in alone
    assert "is enough" not in " ".join(said)
    assert "Whether one or two more data analysts in hub would do cannot be told yet." in said
    assert not any("of 50 futures" in one for one in said)


def test_the_likeliest_of_the_numbers_refused_is_quoted_from_its_fresh_futures():
    (alone, *_) = further.of_sweep(sweep(None, refused=(team(1, 170), team(2, 120))), None)
    assert "no number up to 2 is enough; with one more the target is met by month 12 in 170 of 200 fresh futures" in alone


def test_a_sweep_says_which_contract_and_supplement_it_is_about():
    dear = replace(ONE, contract="secondment", supplement=2000.0)
    plan = planned(sweeps=(replace(sweep(None), step=dear),))
    what = "data analysts (secondment)"
    assert words.answer(plan)[1].startswith(f"Of {what} alone in hub with a market supplement of £2,000 a year, no number")
    assert any(one.startswith(f"Of {what} with a market supplement") for one in caveats.notes(plan))
    assert f"Hiring {what} with a market supplement of £2,000 a year: chance" in plain_text(blocks(plan))


def test_nobody_and_somebody_are_both_numbers_of_people():
    (_, open_) = further.of_sweep(sweep(None, refused=(team(0, 175), team(1, 178))), None)
    assert open_ == "Whether nobody or one more data analyst in hub would do cannot be told yet."


def test_a_search_beyond_the_sweep_does_not_say_that_no_number_is_enough():
    lost = sweep(None, refused=[team(3, 120), team(8, 150)], most=8)
    (alone,) = further.of_sweep(lost, None)
    assert "no number up to 2 is enough, and of more, up to 8, none was found among those tried" in alone
    assert "up to 8 is enough" not in alone
    assert searches.beyond_words(lost) == "Numbers from 3 to 8 were looked for by halving: none was found among those tried."
    near = sweep(None, refused=[team(4, 178)], most=8)
    assert searches.beyond_words(near).endswith("none of those tried was shown to be enough.")


@pytest.mark.parametrize(("met", "of", "told"), [(186, 200, True), (181, 200, False)])
def test_where_no_practicable_number_of_futures_would_tell_a_margin_is_advised(met, of, told):
    found = team(2, met, of)
    assert (found.more_futures is not None and found.more_futures <= words.PRACTICABLE) is told
    said = words.answer(planned(path=path(found)))[1]
    assert ("more would tell" in said) is told
    assert ("no practicable number of futures" in said and "a little more margin" in said) is not told


def needed(hires, met, verdict=None, name="today", ahead=(0.1, 0.02, 0.18)):
    """What a structure needs; its worth beside a first one that needs three hires."""
    allocation = Allocation(name, DESK, {"flow.rule": "wsjf"} if verdict else {}, DESK, 12, 300, team(0, 20))
    found = path(team(hires, met), ended="enough" if met > 179 else "refused")
    both = found.meets
    costs = (60_000.0 * hires, 180_000.0)
    worth = None if verdict is None else Worth(
        name, "today", 3 - hires if both else None, costs[1] - costs[0] if both else None, min(costs) if both else None, ahead,
        200, verdict, costs)
    return Needed(allocation, found, found, worth)


def test_a_structure_is_worth_what_fresh_futures_tell():
    def said(*those):
        return words.answer(planned(path=path(team(3, 194)), structures=(needed(3, 194), *those)))

    (cheaper,) = [one for one in said(needed(2, 194, "cheaper", "federated")) if "federated" in one]
    assert cheaper == (
        "Under federated teams (which task comes first: the one with most value for least work) the same targets take one "
        "step fewer and £60,000 a year less than under today's teams; with up to £120,000 a year each, the chance of meeting "
        f"all targets is higher by 10 (2 to 18) points in 200 fresh futures, {END}"
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
    assert "with £120,000 a year there and £180,000 under today's teams" in missed, "each keeps its own plan"
    assert "a year each" not in missed
    table = tables.worth(planned(structures=(needed(3, 194), needed(2, 194, "cheaper", "federated"))))
    assert table.loc[0, ["structure", "verdict", "fewer_steps", "saved", "ahead_low", "n"]].tolist() == [
        "federated", "cheaper", 1, 60_000.0, 0.02, 200]


def test_where_no_structure_meets_the_targets_none_is_said_to_be_worth_more():
    plan = planned(path=path(team(3, 90), ended="refused"),
                   structures=(needed(3, 90), needed(2, 90, "neither meets", "federated", (-0.5, -0.6, -0.4))))
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
    assert any("its interval reaches up to 93 %" in sentence for sentence in said)
    assert words.answer(planned(path=path(far, ended="refused")))[0].startswith("No: ")
    said = words.answer(planned(sweeps=(sweep(None, refused=(near,)),)))
    assert said[0].startswith("Cannot tell yet")
    assert any(sentence.startswith("Whether two more data analysts in hub would do cannot be told yet") for sentence in said)


def test_the_shadow_price_alone_is_an_answer():
    said = words.answer(planned(shadow_futures=20, shadow={"analysis": (3.0, 1.0, 5.0), "engineering": (12.0, 10.0, 14.0)}))
    assert said == [f"One more practitioner of engineering removes most backlog by month 12: 12 (10 to 14) "
                    f"days of effort in 20 futures, {END}"]


def test_a_skill_is_said_to_remove_backlog_only_where_that_is_told_from_nothing():
    (said,) = words.answer(planned(shadow_futures=20, shadow={"analysis": (0.4, -6.0, 7.0), "law": (0.1, -5.0, 5.0)}))
    assert said == (
        "Of no skill can it be told from 20 futures whether one more practitioner removes backlog by month 12, "
        f"{END}"
    )


def test_a_skill_is_said_to_remove_most_only_where_it_is_told_from_all_others():
    near = {"analysis": (12.0, 8.0, 16.0), "law": (10.0, 5.0, 15.0), "maps": (1.0, -20.0, 22.0)}
    (said,) = words.answer(planned(shadow_futures=20, shadow=near))
    assert "most" not in said
    assert "12 (8 to 16) days of effort in 20 futures; whether any other skill removes more cannot be told" in said


def opened(month=3, met=185, **changes):
    """When two engineers must come, with the chance that has then."""
    latest = made.timing()
    (one,) = latest.openings
    return replace(latest, openings=(replace(one, month=month, **changes),), confirmed=made.team(made.ENGINEER, 2, met))


def said_of(**parts):
    return words.answer(made.planned(path=made.path(), **parts))


def test_timing_and_freezes_are_part_of_the_answer():
    said = said_of(timing=opened(), freezes=made.freezes())
    assert any("Vacancies may open at the latest: engineer in hub in month 3, a month later still 70 % (60 to 80 %)." in one
               and "185 of 200" in one for one in said)
    assert any("after 3 months 80 % (65 to 83 %), lower by 15 (12 to 18) points" in one for one in said)
    assert any("has to open at once: engineer in hub, a month later still 70 % (60 to 80 %)" in one
               for one in said_of(timing=opened(month=0)))
    assert tables.openings(opened()).loc[0, ["week", "full_pace_week"]].tolist() == [13, 13 + 20 + 12]


def test_nothing_is_the_latest_opening_that_was_not_shown_to_be():
    said = " ".join(said_of(timing=opened(latest=False, too_late=(0.88, 0.83, 0.92))))
    assert "as late as this: engineer in hub in month 3, a month later still 88 % (83 to 92 %), which was not shown" in said
    assert "at the latest" not in said
    last = " ".join(said_of(timing=opened(latest=False, too_late=None)))
    assert "in month 3, the last month before the date asked for" in last
    assert "at the latest" not in last
    straddles = " ".join(said_of(timing=opened(too_late=(0.88, 0.83, 0.92))))
    assert "at the latest" not in straddles, "an interval around the confidence shows nothing"
    first = " ".join(said_of(timing=opened(month=0, latest=False, too_late=(0.88, 0.83, 0.92))))
    assert "No later opening was found" in first
    assert "has to" not in first


def test_openings_that_do_not_hold_are_none():
    said = " ".join(said_of(timing=opened(month=0, met=170)))
    assert "the vacancies open as early as can be, all targets are met by month 12 in only 170 of 200" in said
    assert "has to open at once" not in said


def test_targets_that_are_met_before_those_hired_are_at_full_pace_are_said_to_be():
    slow = said_of(timing=opened(month=9))
    assert "The targets are met before full pace: engineer in hub (about week 71) would reach it after week 52." in slow
    assert not any("before full pace" in one for one in said_of(timing=opened()))


def test_a_freeze_that_changes_nothing_is_said_to_in_words():
    (none, three, _) = made.freezes()
    said = said_of(freezes=(none, replace(three, lost=(0.0, 0.0, 0.0))))
    assert any("after 3 months 80 % (65 to 83 %), no difference seen in 200 futures" in one for one in said)
    assert not any("0.0" in one for one in said)
    assert differences.difference((3.0, 3.0, 3.0), "days", 20) == "3.00 in each of 20 futures"


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
    assert "replications 200" in said
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


def test_assumptions_about_recruiting_carry_their_tags():
    said = " ".join(caveats.notes(planned(path=path(team(2, 194)))))
    assert re.search(r"chance of filling the post \d+ % \(tag [SDGA]\)", said)
    assert re.search(r"time to hire \d+ working days \(tag [SDGA]\)", said)


def test_the_best_mix_is_said_to_be_a_search():
    assert any("A search, not a proof: no step of the result can be left out" in one
               for one in caveats.notes(planned(path=path(team(2, 194)))))
    for unproved in (path(team(2, 100), ended="refused"), path(team(0, 194))):
        said = " ".join(caveats.notes(planned(path=unproved)))
        assert "A search, not a proof: another set" in said
        assert "left out" not in said
    assert not any("A search, not a proof" in note for note in caveats.notes(planned(sweeps=(sweep(team(2, 194)),))))


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
    assert (near["met_in"], bool(near["enough"]), near["told"]) == (178, False, "cannot tell yet")
    assert set(table.loc[table["part"] != "sweep", "fresh"]) == {True}
    year = table[(table["part"] == "smallest") & (table["week"] == 52)].iloc[0]
    assert (year["chance"], year["met_in"], year["n"], bool(year["enough"])) == (0.97, 194, 200, True)


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
