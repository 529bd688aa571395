"""The page 'How many hires?': it asks in plain words, waits to be told, answers first and shows each part."""

import concurrent.futures as cf
import threading
import time
from dataclasses import replace

import numpy as np
import pytest
import yaml
from planned import ASKED, binding, path, planned, sweep, team, whole
from planned import ENGINEER as STEP
from streamlit.testing.v1 import AppTest

from opmodel.hiring.asking.question import question
from opmodel.hiring.asking.steps import Plan, Step
from opmodel.hiring.telling import words as words_of_answer
from opmodel.hiring.telling.reasons import reasons
from opmodel.hiring.telling.searches import beyond_words
from opmodel.hiring.trying.confirming import Confirmed
from opmodel.hiring.trying.trials import BY_WEEK, Outcome
from opmodel.scenario.changes import change_scenario

pytestmark = pytest.mark.filterwarnings("default")
SMALL = {"hire_up_to": "1", "hire_futures": "10", "hire_fresh": "20", "hire_sure": "50", "hire_path": "false"}


def script():
    import streamlit as st

    from opmodel.views import hiring

    if "scenario" not in st.session_state:
        st.session_state["scenario"] = "minimal"
    hiring.page()


def results():
    import streamlit as st

    from opmodel.views import hiring_results

    hiring_results.show(
        st.session_state["plan"], "town.yaml", coming=st.session_state.get("coming", False),
        base=st.session_state.get("base"), asked=st.session_state.get("asked", ()),
    )


@pytest.fixture
def page(monkeypatch):
    from opmodel.views import work

    monkeypatch.setattr(work, "executor", lambda: cf.ThreadPoolExecutor(1))
    monkeypatch.setattr(work, "PATIENCE", 90.0)
    work.jobs.clear()
    return AppTest.from_function(script, default_timeout=120)


def shown(plan, **state):
    at = AppTest.from_function(results, default_timeout=60)
    at.session_state["plan"] = plan
    for name, value in state.items():
        at.session_state[name] = value
    return at.run()


def words(at):
    elements = (*at.title, *at.header, *at.subheader, *at.markdown, *at.info, *at.warning)
    return "\n".join(element.value for element in elements).replace("\\", "").replace("\N{NO-BREAK SPACE}", " ")


def headers(at):
    return [element.value for element in at.header]


# -- the question ------------------------------------------------------------------------------------


def test_nothing_is_simulated_until_it_is_asked_for(page, monkeypatch):
    def refuse(*_arguments, **_options):
        raise AssertionError("simulated without being asked")

    monkeypatch.setattr("opmodel.views.hiring.plan_hiring", refuse)
    at = page.run()
    assert not at.exception
    assert at.title[0].value == "How many hires?"
    assert at.button(key="hire_start").label == "Work out how many hires"
    assert not at.get("vega_lite_chart")


def test_fields_begin_with_the_scenario_s_targets_and_the_question_is_read_back(page):
    page.session_state["scenario"] = "council"
    at = page.run()
    assert at.number_input(key="goal_in_time_rate").value == 90.0
    assert at.number_input(key="goal_lead_time").value == 15.0
    assert at.number_input(key="goal_backlog_weeks").value is None
    said = words(at)
    assert "by month 12 (week 52) and in at least 90 % of possible futures" in said
    assert "at most 15 working days" in said
    at.number_input(key="goal_lead_time").set_value(20.0).run()
    assert "at most 20 working days" in words(at)
    assert at.query_params["goal_lead_time"] == "20"


def test_a_scenario_without_targets_gets_a_suggestion_that_says_so(page):
    at = page.run()
    assert "states no target; a backlog of 2 weeks of work is a suggestion" in words(at)


def test_an_emptied_field_is_no_target_and_the_address_says_so(page):
    at = page.run()
    at.number_input(key="goal_backlog_weeks").set_value(None).run()
    assert "State at least one target" in words(at)
    assert at.query_params["goal_backlog_weeks"] == "none"
    assert not [button for button in at.button if button.key == "hire_start"]
    at.number_input(key="goal_lead_time").set_value(12.0).run()
    assert "at most 12 working days" in words(at)


def test_another_scenario_begins_with_its_own_targets(page):
    at = page.run()
    at.number_input(key="goal_backlog_weeks").set_value(7.0).run()
    at.session_state["scenario"] = "council"
    at.run()
    assert at.number_input(key="goal_backlog_weeks").value is None
    assert at.number_input(key="goal_in_time_rate").value == 90.0
    assert "goal_backlog_weeks" not in at.query_params


def test_a_link_brings_the_question_back(page):
    for name, value in {
        "goal_backlog_weeks": "3.5", "hire_by": "18", "hire_sure": "80", "hire_up_to": "4", "hire_role": "engineer",
        "hire_contracts": "apprentice", "hire_timing": "true", "hire_path": "false",
    }.items():
        page.query_params[name] = value
    at = page.run()
    assert not at.exception
    said = words(at)
    assert "by month 18 (week 78) and in at least 80 %" in said
    assert "at most 3.5 weeks" in said
    assert "Tried: 0 to 4 more engineers, each number in 50 futures; then 200 fresh futures." in said
    assert at.multiselect(key="hire_contracts").value == ["apprentice"]
    assert at.checkbox(key="hire_timing").value is True
    assert at.checkbox(key="hire_path").value is False


def test_a_link_with_nonsense_is_not_obeyed(page):
    for name, value in {"goal_backlog_weeks": "<script>", "hire_by": "999", "hire_role": "nobody", "hire_sure": "1e9"}.items():
        page.query_params[name] = value
    at = page.run()
    assert not at.exception
    assert not at.error
    assert at.number_input(key="goal_backlog_weeks").value == 2.0
    assert at.selectbox(key="hire_by").value == "12"
    assert "script" not in words(at)
    assert "'999' cannot be had" in words(at)


def test_what_a_link_asks_in_vain_is_named_with_what_is_used_instead(page):
    page.session_state["scenario"] = "council"
    for name, value in {
        "hire_by": "25", "hire_sure": "200", "hire_team": "Nobody", "goal_backlog_weeks": "-1", "hire_up_to": "4",
        "goal_in_time_of_nothing": "80",
    }.items():
        page.query_params[name] = value
    at = page.run()
    (said,) = [one.value.replace("\\", "") for one in at.warning]
    assert "By month: '25' cannot be had; used instead: 12." in said
    assert f"How sure, %: '200' cannot be had; used instead: {at.number_input(key='hire_sure').value}." in said
    assert "Team: 'Nobody' cannot be had; used instead: the role's next seat." in said
    assert "target backlog weeks: '-1' cannot be had; used instead: none." in said
    assert "target in time of nothing: '80' plays no part here." in said
    assert "so many hires" not in said, "what could be taken is not named"
    at.number_input(key="hire_up_to").set_value(5).run()
    assert not at.warning, "the question is the visitor's own now"


def test_a_link_s_refusals_stand_above_the_form_and_say_what_an_empty_field_means(page):
    for name, value in {"hire_role": "nobody", "hire_contracts": "slave", "hire_budget": "0", "goal_lead_time": "1e18"}.items():
        page.query_params[name] = value
    at = page.run()
    assert not at.exception
    said = at.warning[0].value.replace("\\", "")
    assert "Roles to try: 'nobody' cannot be had; used instead: analyst, the commonest." in said
    assert "Kinds of contract: 'slave' cannot be had; used instead: permanent only." in said
    assert "Budget: '0' cannot be had; used instead: none." in said
    assert "target lead time: '1e18' cannot be had" in said
    drawn = [type(element).__name__ for element in at.main]
    assert drawn.index("Warning") < drawn.index("NumberInput"), "above the form"


def test_what_a_field_may_refuse_is_read_back(page):
    assert "No budget is set and no market supplement is offered." in words(page.run())
    page.number_input(key="hire_budget").set_value(57_500)
    page.number_input(key="hire_supplement").set_value(2_500)
    page.number_input(key="hire_futures").set_value(30)
    page.number_input(key="hire_fresh").set_value(60)
    page.multiselect(key="hire_role").set_value(["analyst", "engineer"])
    said = words(page.run())
    assert "more analysts and engineers, each role alone, each number in 30 futures; then 60 fresh futures" in said
    assert "The budget is £57,500 in a full year and a market supplement of £2,500 a year may be offered." in said


def test_a_target_has_bounds_and_shows_what_is_used(page):
    at = page.run()
    weeks = at.number_input(key="goal_backlog_weeks")
    assert (weeks.max, weeks.step) == (100_000.0, 0.5)
    weeks.set_value(0.123456).run()
    assert at.number_input(key="goal_backlog_weeks").value == 0.12
    assert "at most 0.12 weeks" in words(at)
    assert at.query_params["goal_backlog_weeks"] == "0.12"
    at.number_input(key="goal_backlog_weeks").set_value(100_000.0).run()
    assert "at most 100,000 weeks" in words(at)


def test_what_a_scenario_asks_for_is_not_rounded():
    def fields():
        import streamlit as st

        from opmodel.views.hiring_targets import targets_of

        st.session_state["read"] = targets_of(st.session_state["one"])

    at = AppTest.from_function(fields, default_timeout=60)
    at.session_state["one"] = change_scenario(ASKED.scenario, {"targets.backlog_weeks": 1 / 3})
    at.run()
    assert not at.exception
    assert at.session_state["read"] == ()


def test_a_link_that_is_taken_whole_is_not_commented_on(page):
    page.session_state["scenario"] = "council"
    for name, value in {
        "goal_backlog_weeks": "3.5", "goal_lead_time": "none", "hire_by": "6", "hire_sure": "80", "hire_role": "analyst",
        "hire_timing": "true", "hire_path": "false", "hire_budget": "100000", "hire_supplement": "3000",
    }.items():
        page.query_params[name] = value
    assert not page.run().warning


def elsewhere():
    import streamlit as st

    from opmodel.views import hiring

    if "scenario" not in st.session_state:
        st.session_state["scenario"] = "minimal"
    st.session_state["visits"] = st.session_state.get("visits", 0) + 1
    if st.session_state.get("away"):
        st.title("Why")
    else:
        hiring.page()


def test_the_question_and_its_answer_are_there_again_after_another_page(page, monkeypatch):
    monkeypatch.setattr("opmodel.views.hiring.plan_hiring", lambda _scenario, **_options: planned(sweeps=(sweep(STEP),)))
    at = AppTest.from_function(elsewhere, default_timeout=120).run()
    at.number_input(key="goal_backlog_weeks").set_value(7.0)
    at.number_input(key="hire_up_to").set_value(6)
    at.multiselect(key="hire_contracts").set_value(["agency"])
    at.checkbox(key="hire_path").uncheck()
    at.run()
    at.button(key="hire_start").click().run()
    assert "Hire two more engineers" in words(at)
    at.session_state["away"] = True
    for name in [name for name in at.query_params if name.startswith(("hire_", "goal_"))]:
        del at.query_params[name]
    at.run()
    assert "goal_backlog_weeks" not in at.session_state
    at.session_state["away"] = False
    at.run()
    assert not at.exception
    assert at.number_input(key="goal_backlog_weeks").value == 7.0
    assert at.number_input(key="hire_up_to").value == 6
    assert at.multiselect(key="hire_contracts").value == ["agency"]
    assert at.checkbox(key="hire_path").value is False
    assert "Hire two more engineers" in words(at)


class Slow:
    """A planner that takes as long as the test wants."""

    def __init__(self):
        self.asked, self.let = 0, threading.Event()

    def __call__(self, _scenario, should_stop, **_options):
        self.asked += 1
        until = time.monotonic() + 60
        while not should_stop() and not self.let.is_set() and time.monotonic() < until:
            time.sleep(0.02)
        return planned(sweeps=(sweep(STEP),))


@pytest.fixture
def slow(page, monkeypatch):
    from opmodel.views import work

    planner = Slow()
    monkeypatch.setattr("opmodel.views.hiring.plan_hiring", planner)
    monkeypatch.setattr(work, "PATIENCE", 0.2)
    yield planner
    planner.let.set()


def cancel(at):
    (button,) = [button for button in at.button if button.label == "Cancel"]
    return button


def test_after_cancelling_the_first_button_works_it_out_all_the_same(page, slow):
    at = page.run()
    at.button(key="hire_start").click().run()
    cancel(at).click().run()
    assert "Cancelled" in words(at)
    at.run()
    assert "_focus_again" not in at.session_state, "the focus is moved once"
    slow.let.set()
    at.button(key="hire_start").click().run()
    at.run()
    assert not at.exception
    assert "Cancelled" not in words(at)
    assert "Hire two more engineers" in words(at)


def test_a_field_changed_during_a_run_leaves_it_its_bar_and_its_way_to_cancel(page, slow):
    at = page.run()
    at.button(key="hire_start").click().run()
    cancel(at)
    at.number_input(key="hire_up_to").set_value(3).run()
    said = words(at)
    assert "Still working on the question before" in said
    assert "since it was last worked out" not in said
    assert "Tried: 0 to 10 more analysts" in said
    cancel(at).click().run()
    assert "The question has changed since it was last worked out." in words(at)
    at.number_input(key="hire_up_to").set_value(4).run()
    at.button(key="hire_start").click().run()
    assert "Still working on" not in words(at)
    cancel(at)
    assert slow.asked == 2


def test_a_study_that_ends_early_offers_no_month_beyond_it(page):
    page.session_state["scenario"] = "data-access"
    at = page.run()
    assert at.selectbox(key="hire_by").options == ["6", "12"]


def test_everything_that_is_asked_for_reaches_the_planner(page, monkeypatch):
    told = {}

    def spy(scenario, **options):
        told.update(options, name=scenario.name)
        return planned(sweeps=(sweep(STEP),))

    monkeypatch.setattr("opmodel.views.hiring.plan_hiring", spy)
    for name, value in {
        "goal_backlog_weeks": "4", "hire_by": "18", "hire_sure": "80", "hire_up_to": "5", "hire_supplement": "3000",
        "hire_budget": "250000", "hire_moves": "true", "hire_training": "true", "hire_structures": "true",
        "hire_freeze": "true", "hire_futures": "30", "hire_fresh": "100", "hire_teams": "Children team",
    }.items():
        page.query_params[name] = value
    at = page.run()
    at.button(key="hire_start").click().run()
    assert not at.exception
    assert not at.error
    assert told["targets"] == {"backlog_weeks": 4.0}
    assert (told["week"], told["confidence"], told["up_to"], told["budget"]) == (78, 0.8, 5, 250_000.0)
    assert (told["replications"], told["fresh"], told["seed"]) == (30, 100, 1)
    assert told["parts"] == ("sweep", "path", "structures", "freeze")
    assert told["each_structure"] is True
    scope = told["scope"]
    assert (scope.teams, scope.supplements, scope.moves, scope.training) == (("Children team",), (0.0, 3000.0), True, True)


def test_asked_for_it_answers(page):
    for name, value in {**SMALL, "goal_backlog_weeks": "500"}.items():
        page.query_params[name] = value
    at = page.run()
    at.button(key="hire_start").click().run()
    assert not at.exception
    assert not at.error
    said = words(at)
    assert "Nothing more has to be done" in said
    assert headers(at)[:2] == ["What is to be reached", "Chance by number of hires"]
    assert "scenario hashes" in said
    at.number_input(key="hire_up_to").set_value(2).run()
    assert "The question has changed" in words(at)
    assert not at.get("vega_lite_chart")


# -- what was found ----------------------------------------------------------------------------------


def test_every_part_is_shown_in_its_order_with_words_beside_every_chart():
    at = shown(whole())
    assert not at.exception
    assert headers(at) == [
        "Chance by number of hires", "The cheapest mix found, step by step", "The best within the budget", "The establishment",
        "Under each structure", "One more of each skill", "When vacancies must open at the latest",
        "What a hiring freeze costs", "What to know beside", "What this rests on",
    ]
    assert "Hire two more engineers in hub" in words(at)
    assert "no basis for selecting" in words(at)
    assert len(at.get("vega_lite_chart")) == 13
    assert all(len(chart.proto.alt.split()) > 4 for chart in at.get("vega_lite_chart"))
    labels = [button.label for button in at.get("download_button")]
    assert "Download as a scenario file" in labels
    assert len(labels) == 10


def test_the_honest_no_says_what_binds_and_recommends_nobody():
    none = path(team(STEP, 3, 20), ended="nothing helps")
    at = shown(planned(sweeps=(sweep(STEP, (0, 1, 2), None),), path=none, binding=binding()))
    assert not at.exception
    said = words(at)
    assert "Why not, and what would have to change" in headers(at)
    assert all(sentence in said for sentence in reasons(binding()))
    assert "What holds them back is" in said
    assert "The best team that was tried" in said
    lifted = at.table[-2].value
    assert lifted["binds"].tolist() == ["no", "yes"]
    open_ = words(shown(planned(path=path(team(STEP, 3, 178), ended="refused"), binding=binding())))
    assert "If the plan is not enough, what holds them back is" in open_
    assert "What holds them back is" not in open_


def test_what_a_user_called_a_team_is_shown_as_it_is():
    at = shown(whole())
    cells = [cell for table in at.table for cell in table.value.to_numpy().ravel().tolist()]
    assert "Homes \\_and\\_ co \\(x\\)" in cells, "in the whole establishment, without acting as markup"
    assert "Homes \\_and\\_ co \\(x\\)" in "".join(element.value for element in at.markdown)
    labels = [one.label for one in at.expander]
    assert "With intervals\\: analyst, Homes \\_and\\_ co \\(x\\)" in labels
    assert not [label for label in labels if "_and_" in label]


def test_a_percentage_is_not_broken_and_every_other_gap_may_be():
    from opmodel.views.frame import plain

    assert plain("in 93 % (88 to 97 %) of futures, or 5% of %") == (
        "in 93\N{NO-BREAK SPACE}% \\(88 to 97\N{NO-BREAK SPACE}%\\) of futures, or 5% of %"
    )


def test_captions_say_what_a_band_a_cell_and_a_seat_is():
    at = shown(whole())
    said = words(at)
    assert "the line is the average over futures" in said
    assert "single futures lie further out" in said
    weeks = ASKED.scenario.targets.over_weeks
    assert f"rates and lead times are those of the {weeks} weeks before it, backlogs those of the day" in said
    assert "a chance can fall" in said
    assert "while the best mix chooses the team" in said
    assert "A diamond marks" in said
    none = words(shown(planned(sweeps=(sweep(replace(STEP, team=None), (0, 1, 2), None),))))
    assert "Hires of one role alone are put into the role's next seats." in none
    assert "A diamond" not in none


def test_people_for_a_time_are_seen_in_the_establishment():
    at = shown(planned(sweeps=(sweep(replace(STEP, contract="agency")),)))
    assert not at.exception
    (table,) = [one.value for one in at.table if "for a time, FTE" in one.value][:1]
    assert table["for a time, FTE"].tolist() == ["2\\.0"]
    assert len(table) == 1


def test_where_people_are_only_trained_no_post_changes():
    only = path(team(Step("train", "engineer", "hub", skill="engineering"), 1, 190))
    at = shown(planned(path=only))
    assert not at.exception
    assert "No post changes; people are trained." in words(at)


def test_a_part_that_came_to_nothing_is_named_with_the_reason():
    none = planned(sweeps=(sweep(STEP, (0, 1, 2), None),), path=path(team(STEP, 3, 20), ended="nothing helps"))
    at = shown(none, asked=("sweep", "path", "timing", "freeze"))
    assert "- When vacancies must open, as no team that takes a step meets the targets" in words(at)
    assert words(at).count("Not worked out") == 1, "the heading says it for all"
    assert "Not worked out" in headers(at)
    stopped = shown(replace(planned(sweeps=(sweep(STEP),)), finished=False), asked=("sweep", "shadow", "timing"))
    assert "- When vacancies must open, as the study ended before" in words(stopped)
    assert "- One more of each skill, as the study ended before" in words(stopped)
    assert "Not worked out" not in headers(shown(whole(), asked=("sweep", "path", "timing", "freeze", "shadow")))


def test_a_request_type_with_a_deadline_of_its_own_may_be_a_target():
    def fields():
        import streamlit as st

        from opmodel.views.hiring_targets import targets_of

        st.session_state["read"] = targets_of(st.session_state["one"])

    kinds = ASKED.scenario.request_types
    name = next(name for name, kind in kinds.items() if kind.deadline is None)
    at = AppTest.from_function(fields, default_timeout=60)
    at.session_state["one"] = change_scenario(ASKED.scenario, {f"request_types.{name}.internal_deadline": "10d"})
    at.run()
    at.number_input(key=f"goal_in_time_of_{name}").set_value(80.0).run()
    assert not at.exception
    assert (f"in_time_of.{name}", 0.8) in at.session_state["read"]


def test_while_more_is_to_come_nothing_is_said_to_be_impossible():
    from dataclasses import replace

    some = replace(planned(sweeps=(sweep(STEP, (0, 1, 2), None),)), finished=False)
    at = shown(some, coming=True)
    said = words(at)
    assert "So far" in said
    assert "No:" not in said
    assert "What this rests on" not in headers(at)
    found = shown(replace(planned(sweeps=(sweep(STEP),)), finished=False), coming=True)
    assert words_of_answer.answer(replace(planned(sweeps=(sweep(STEP),)), finished=False))[-1] not in words(found)
    assert "Hire two more engineers" in words(found)


def test_a_cancelled_study_shows_what_there_is():
    from dataclasses import replace

    stopped = replace(planned(sweeps=(sweep(STEP),)), finished=False)
    at = shown(stopped)
    assert words_of_answer.answer(stopped)[-1] in words(at)
    assert headers(at)[0] == "Chance by number of hires"
    nothing = replace(planned(), finished=False)
    at = shown(nothing)
    assert not at.exception
    assert words_of_answer.answer(nothing)[0] in words(at)


@pytest.mark.parametrize("own", [False, True])
def test_the_scenario_file_loads_to_the_very_team_that_was_confirmed(own, tmp_path):
    from opmodel import load_scenario
    from opmodel.shipped import shipped
    from opmodel.views.hiring_results import _scenario

    base = load_scenario(shipped("council"))
    asked = question(base, week=39, targets={"backlog_weeks": 3.0})
    role = next(iter(base.posts.values())).role
    plan = Plan.of([Step("hire", role, next(iter(base.today.teams)))] * 2)
    shape = (20, len(asked.wanted), len(asked.weeks))
    none = Outcome(asked.wanted, asked.weeks, np.ones(shape), np.ones((20, len(BY_WEEK), shape[2])), np.ones(20))
    found = Confirmed(asked, plan, plan.scenario(asked.scenario), 7, none, none)
    text = _scenario(found, "council.yaml", None if own else base).decode()
    assert ("extends: council.yaml" in text) is not own
    for shipped_file in shipped("council").parent.glob("*.yaml"):
        (tmp_path / shipped_file.name).write_text(shipped_file.read_text("utf-8"), "utf-8")
    (tmp_path / "council-with-hires.yaml").write_text(text, "utf-8")
    again = load_scenario(tmp_path / "council-with-hires.yaml")
    assert again.model_copy(update={"name": base.name}).hash == found.scenario.hash


def test_what_a_file_cannot_say_beside_its_parent_is_said_in_whole(monkeypatch):
    from opmodel.views import hiring_results

    text = hiring_results._scenario(team(STEP, 2, 190), "council.yaml", ASKED.scenario).decode()
    assert "extends" not in text, "the council is not the town that was asked about"
    assert [hire["count"] for hire in yaml.safe_load(text)["hires"].values()] == [2]


def test_only_a_scenario_that_comes_with_opmodel_is_extended():
    def help_of(**state):
        at = shown(planned(sweeps=(sweep(STEP),)), **state)
        (button,) = [one for one in at.get("download_button") if one.label == "Download as a scenario file"]
        return button.proto.help.replace("\\", "")

    assert help_of().startswith("Holds everything")
    assert help_of(base=ASKED.scenario).startswith("Extends town.yaml")


def test_a_cheaper_team_of_the_sweep_is_the_one_answer_and_the_heading_says_so():
    dear = path(team(STEP, 3, 190))
    at = shown(planned(sweeps=(sweep(STEP),), path=dear))
    assert not at.exception
    assert "Hire two more engineers in hub" in words(at)
    assert "The mix that the search found, step by step (a cheaper team is recommended)" in headers(at)
    assert "The cheapest mix found, step by step" not in headers(at)


def test_a_number_found_beyond_the_sweep_stands_under_the_chart():
    from dataclasses import replace

    far = replace(sweep(STEP, (0, 1, 2), None), beyond=team(STEP, 7, 190), most=8)
    at = shown(planned(sweeps=(far,)))
    assert not at.exception
    assert beyond_words(far) in words(at)
    assert "7 is the smallest found to be enough" in beyond_words(far)
    assert "Hire seven more engineers" in words(at)


def test_roles_under_several_structures_are_shown_one_role_at_a_time():
    from planned import ANALYST

    both = tuple(sweep(step, name=name) for step in (STEP, ANALYST) for name in ("today", "federated"))
    at = shown(planned(sweeps=both))
    assert not at.exception
    first = at.get("vega_lite_chart")[0].proto.alt
    assert "today" in first
    at.selectbox(key="hire_shown").set_value("analyst").run()
    assert not at.exception
    assert ASKED.confidence == 0.9
