"""What the planner says beside its answer: one role alone, structures, skills, openings, freezes."""

from dataclasses import replace

import planned as made
import pytest
from planned import DESK, END, ONE
from planned import desk_path as path
from planned import desk_planned as planned
from planned import desk_sweep as sweep
from planned import desk_team as team

from opmodel.cli.hiring_text import blocks
from opmodel.cli.tables import plain as plain_text
from opmodel.hiring.telling import caveats, differences, further, searches, tables, words
from opmodel.hiring.weighing.allocation import Allocation, Needed
from opmodel.hiring.weighing.worth import Worth
from opmodel.scenario.changes import change_scenario

# -- one role alone -------------------------------------------------------------------------------


def test_a_number_beyond_the_sweep_is_told_as_one():
    far = replace(sweep(None), beyond=team(7, 190), most=8)
    said = words.answer(planned(sweeps=(far,), path=path(team(2, 194))))
    assert any("seven more are the smallest number found to be enough (looked for beyond the two swept)" in one for one in said)
    none = words.answer(planned(sweeps=(replace(far, beyond=None),)))
    assert any(
        "no number up to 2 is enough (in the 50 futures of the search each clearly falls short), and of more, up to 8, none was "
        "found among those tried, under" in one for one in none
    ), "numbers beyond the sweep were tried in other futures"
    assert searches.beyond_words(far) == (
        "Numbers beyond 2 were looked at in growing strides and then by halving, not one by one: 7 is the smallest found to "
        "be enough."
    )
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
    assert searches.beyond_words(lost) == (
        "Numbers from 3 to 8 were looked at in growing strides and then by halving, not one by one: none of those tried, 8 "
        "among them, is enough."
    )
    near = sweep(None, refused=[team(4, 178)], most=8)
    assert searches.beyond_words(near).endswith("none of those tried, 8 among them, was shown to be enough.")


def test_one_role_alone_says_where_its_hires_go_where_the_step_names_no_team():
    """The best mix chooses a team, so that it may need fewer of the same role."""
    free = replace(ONE, team=None)
    alone = replace(sweep(team(2, 190, step=free), refused=(team(1, 178, step=free),)), step=free)
    plan = planned(sweeps=(alone,), path=path(team(1, 194)))
    said = words.answer(plan)
    put = "put into the role's next seats,"
    assert any(one.startswith(f"Of data analysts alone, {put} two more are the smallest number") for one in said)
    assert any(one.startswith(f"Whether one more data analyst, {put} would do cannot be told yet") for one in said)
    notes = caveats.notes(plan)
    assert any(one.startswith(f"Of data analysts alone, {put} queueing formulas guess") for one in notes)
    assert any("best mix chooses the team; so it may need fewer" in one for one in notes)
    named = planned(sweeps=(sweep(team(2, 190)),), path=path(team(1, 194)))
    assert "next seat" not in " ".join((*words.answer(named), *caveats.notes(named)))


# -- structures -----------------------------------------------------------------------------------


def needed(hires, met, verdict=None, name="today", ahead=(0.1, 0.02, 0.18)):
    """What a structure needs; its worth beside a first one that needs three hires."""
    under = DESK if name == "today" else DESK.under(change_scenario(DESK.scenario, {"structure": {"kind": name}}))
    allocation = Allocation(name, under, {"flow.rule": "wsjf"} if verdict else {}, DESK, 12, 300, team(0, 20))
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
        "Under federated teams the same targets take one step fewer and £60,000 a year less than under today's teams, each "
        "at the best arrangement found for it; with up to £120,000 a year each, the chance of meeting all targets is higher "
        f"by 10 (2 to 18) points in 200 fresh futures, {END}"
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


def test_an_own_structure_that_meets_the_targets_as_it_is_is_no_other_one():
    said = words.answer(planned(structures=(needed(3, 194),)))
    assert said[0] == f"Yes: the target by month 12 in at least 90 % of fresh futures can be met under today's teams, {END}"
    arranged = needed(2, 194, "cheaper", "federated")
    plain = replace(arranged, plain=path(team(2, 20), ended="refused"))
    assert "can be met under federated teams (which task comes first: " in words.answer(planned(structures=(plain,)))[0]


def own(hires, met, *, arranged=True):
    """What the own structure needs at its best arrangement."""
    found = needed(hires, met)
    return replace(found, allocation=replace(found.allocation, settings={"flow.rule": "wsjf"} if arranged else {}))


def test_a_cheaper_way_of_sharing_work_stands_right_after_the_team_that_is_recommended():
    """Else the answer says to hire while the table of structures says that nobody is needed."""
    near = path(team(2, 183))
    said = words.answer(planned(path=near, structures=(own(0, 195),)))
    assert said[0].startswith("Hire two more")
    assert said[1].startswith("With another way of sharing work (which task comes first: ")
    assert said[1].endswith(
        f") no hire was needed; the target is met by month 12 in 195 of 200 fresh futures (98 %, 95 % interval 94 to 99 %), {END}")
    assert said[2].startswith("Whether the chance is really at least 90 % cannot be told yet")
    (fewer,) = [one for one in words.answer(planned(path=near, structures=(own(1, 183),))) if "sharing work" in one]
    assert ") less was enough: hire one more data analyst in hub, the vacancy to open at the start, about £" in fewer
    assert "(whether that is as surely as asked for cannot be told yet), under" in fewer
    many = own(0, 195)
    many = replace(many, allocation=replace(many.allocation, settings={
        "flow.rule": "wsjf", "flow.escalate_after": "2d", "structure.hub_share": 0.5}))
    (short,) = [one for one in words.answer(planned(path=near, structures=(many,))) if "sharing work" in one]
    assert "sharing work (told with what each structure needs) no hire was needed" in short
    plain = words.answer(planned(path=near, structures=(own(0, 195, arranged=False),)))[1]
    assert plain.startswith("In the search under each structure no hire was needed; the target is met")


@pytest.mark.parametrize("structures", [(own(2, 194),), (own(1, 100),), (needed(1, 194, name="federated"),)])
def test_no_other_way_of_sharing_work_is_told_that_saves_nothing_or_is_another_structures(structures):
    said = words.answer(planned(path=path(team(2, 194)), structures=structures))
    assert not any("sharing work" in one or "search under each" in one for one in said)


def test_a_no_names_the_way_of_sharing_work_that_meets_the_targets():
    said = words.answer(planned(path=path(team(2, 30), ended="refused"), structures=(own(3, 194),)))
    assert said[0].startswith("No: under the structure that the file states")
    assert said[1].startswith("With another way of sharing work (")
    assert ") this was enough: hire three more data analysts in hub" in said[1]
    alone = words.answer(planned(structures=(own(3, 194),)))
    assert not any("sharing work" in one for one in alone), "the first sentence names it"


def test_structures_that_spend_nothing_are_not_said_to_spend_nought_pounds():
    free = needed(0, 194, "cannot tell", "federated", (-0.05, -0.13, 0.03))
    (said,) = [one for one in words.answer(planned(path=path(team(3, 194)), structures=(needed(1, 194), free))) if "federated" in one]
    assert "but with nothing spent under either, the chance of meeting all targets is lower by 5 (-3 to 13) points" in said
    assert "up to £0" not in said


@pytest.mark.parametrize(("met", "begins"), [(178, "Cannot tell yet: under none"), (90, "No: under none")])
def test_a_structure_that_may_be_enough_for_all_that_is_known_makes_no_no(met, begins):
    said = words.answer(planned(structures=(needed(3, 90), needed(2, met, "neither meets", "federated"))))
    assert said[0].startswith(f"{begins} of the structures a set of hires was found that meets the target")


# -- one more of each skill -----------------------------------------------------------------------


def test_the_shadow_price_alone_is_an_answer():
    said = words.answer(planned(shadow_futures=20, shadow={"analysis": (3.0, 1.0, 5.0), "engineering": (12.0, 10.0, 14.0)}))
    assert said == [
        "One more practitioner of engineering, there from the first day, removes most backlog by month 12: 12 (10 to 14) "
        f"days of effort in 20 futures, {END}"
    ]
    (same,) = words.answer(planned(shadow_futures=20, shadow={"analysis": (3.0, 3.0, 3.0)}))
    assert "removes backlog by month 12: 3.00 days of effort in each of 20 futures, under" in same


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


# -- openings and freezes -------------------------------------------------------------------------


def opened(month=3, met=185, **changes):
    """When two engineers must come, with the chance that has then."""
    latest = made.timing()
    (one,) = latest.openings
    return replace(latest, openings=(replace(one, month=month, **changes),), confirmed=made.team(made.ENGINEER, 2, met))


def said_of(**parts):
    return words.answer(made.planned(path=made.path(), **parts))


def test_timing_and_freezes_are_part_of_the_answer():
    said = said_of(timing=opened(), freezes=made.freezes())
    assert any("The latest that vacancies may open: two engineers in hub 3 months after the start, where a month later the "
               "chance is 70 % (60 to 80 %)." in one and "185 of 200" in one for one in said)
    assert any("With the recommended team and no hiring freeze the chance of meeting all targets by month 12 is 95 % (80 to 98 %) "
               "in 200 fresh futures; with a freeze of 3 months it is 80 % (65 to 83 %), lower by 15 (12 to 18) points; of 6" in one
               for one in said)
    assert any("Every vacancy has to open in the first month: two engineers in hub, where a month later the chance is 70 %" in one
               for one in said_of(timing=opened(month=0)))
    assert any(one.startswith("The vacancy has to open in the first month: one engineer in hub")
               for one in said_of(timing=opened(month=0, count=1)))
    assert tables.openings(opened()).loc[0, ["week", "full_pace_week"]].tolist() == [13, 13 + 20 + 12]


def test_nothing_is_the_latest_opening_that_was_not_shown_to_be():
    said = " ".join(said_of(timing=opened(latest=False, too_late=(0.88, 0.83, 0.92))))
    assert (
        "Opening as late as this was still enough, as far as seen: two engineers in hub 3 months after the start, where a month "
        "later the chance is 88 % (83 to 92 %), so that a later opening cannot be excluded. All targets"
    ) in said
    assert "The latest" not in said
    last = " ".join(said_of(timing=opened(latest=False, too_late=None)))
    assert "3 months after the start, the last month before the date asked for" in last
    assert "The latest" not in last
    first = " ".join(said_of(timing=opened(month=0, latest=False, too_late=(0.88, 0.83, 0.92))))
    assert "Of no later opening was it shown that" in first
    assert "has to" not in first


def test_openings_that_do_not_hold_are_none():
    said = " ".join(said_of(timing=opened(month=0, met=170)))
    assert "the vacancies open as early as can be, all targets are met by month 12 in only 170 of 200" in said
    assert "has to open at once" not in said


def test_targets_that_are_met_before_those_hired_are_at_full_pace_are_said_to_be():
    slow = said_of(timing=opened(month=9))
    assert (
        "In the futures that meet all targets by month 12, that is before everybody hired is at full pace: two engineers in hub "
        "(about week 71) would reach it after week 52."
    ) in slow
    assert not any("at full pace" in one for one in said_of(timing=opened()))


def test_the_part_about_openings_is_called_what_was_shown():
    assert further.openings_title(opened()) == "When vacancies must open at the latest"
    assert further.openings_title(opened(latest=False)) == "When vacancies may open"
    assert further.openings_title(opened(month=0, met=170)) == "With vacancies open as early as can be"
    assert further.openings_title(opened(met=170)) == "Openings that may be too late"


def test_openings_that_fall_short_where_they_were_not_chosen_are_said_to():
    said = " ".join(said_of(timing=opened(met=170)))
    assert "Openings this late cannot be relied on: two engineers in hub 3 months after the start. All targets" in said
    assert "then in only 170 of 200 fresh futures" in said
    assert "fewer than asked for, though in the futures in which they were chosen they were enough, under" in said
    assert "as early as can be" not in said
    assert "a month later" not in said


def test_each_vacancy_waits_by_itself_and_those_called_for_a_week_open_then():
    agency = replace(made.ENGINEER, contract="agency", opens_week=10)
    (one,) = opened().openings
    both = replace(opened(), openings=(one, replace(one, step=agency, count=1, month=2)))
    said = said_of(timing=both)
    assert any("; one engineer (agency) in hub in week 10, where a month later" in sentence for sentence in said)
    assert "Of each vacancy a month later was tried by itself, the others opening as told." in said
    assert not any("tried by itself" in sentence for sentence in said_of(timing=opened()))


def test_a_freeze_of_what_is_not_recommended_says_so():
    said = words.answer(made.planned(path=made.path(made.team(made.ENGINEER, 2, 20)), freezes=made.freezes()))
    assert any(one.startswith("With the best plan found and no hiring freeze") for one in said)


def test_a_freeze_that_changes_nothing_is_said_to_in_words():
    (none, three, _) = made.freezes()
    said = said_of(freezes=(none, replace(three, lost=(0.0, 0.0, 0.0))))
    assert any("of 3 months it is 80 % (65 to 83 %), no difference seen in 200 futures" in one for one in said)
    better = said_of(freezes=(none, replace(three, months=1, lost=(-0.02, -0.05, 0.01))))
    assert any("of 1 month it is 80 % (65 to 83 %), higher by 2 (-1 to 5) points" in one for one in better)
    assert not any("0.0" in one for one in said)
    never = (0.0, 0.0, 0.02)
    flat = [replace(one, chance=never, lost=(0.0, -0.02, 0.02)) for one in made.freezes()]
    (same,) = [one for one in said_of(freezes=tuple(flat)) if "hiring freeze" in one]
    assert same.endswith(f"is 0 % (0 to 2 %) in 200 fresh futures; with one of up to 6 months it is the same, {END}")
    (same,) = [one for one in said_of(freezes=tuple(flat[:2])) if "hiring freeze" in one]
    assert "with one of 3 months it is the same" in same
    assert differences.difference((3.0, 3.0, 3.0), "days", 20) == "3.00 in each of 20 futures"
