"""The page 'What if': levers answer, go back, come back by link; structure is weighed against them on request."""

import concurrent.futures as cf
import re

import pytest
from streamlit.testing.v1 import AppTest

pytestmark = pytest.mark.filterwarnings("default")


def script():
    import streamlit as st

    from opmodel.views import what_if

    if "scenario" not in st.session_state:
        st.session_state["scenario"] = "minimal"
        st.session_state["replications"] = 3
    what_if.page()


@pytest.fixture
def page(monkeypatch):
    from opmodel.levers import weighing
    from opmodel.views import work

    monkeypatch.setattr(work, "executor", lambda: cf.ThreadPoolExecutor(1))
    monkeypatch.setattr(work, "PATIENCE", 90.0)
    monkeypatch.setattr(weighing, "CHOSEN_ON", 2)
    return AppTest.from_function(script, default_timeout=120)


def words(at):
    shown = (*at.title, *at.header, *at.subheader, *at.markdown)
    return "\n".join(element.value for element in shown).replace("\\", "").replace("\N{NO-BREAK SPACE}", " ")


def test_the_page_shows_each_structure_as_it_is_and_every_lever(page):
    from opmodel.levers import LEVERS

    at = page.run()
    assert not at.exception
    assert not at.error
    said = words(at)
    assert at.title[0].value == "What if?"
    assert "A transition from today's people" in said
    figure = r"-?\d+ \(-?\d+ to -?\d+\) requests"
    assert re.search(rf"No lever is moved\. In backlog today's structure as it is comes to {figure}", said)
    assert "95 % interval in brackets), under these assumptions." in said
    assert "3 replications." in said
    assert {slider.key for slider in at.slider} == {f"lever_{name}" for name in LEVERS}
    assert len(at.table) == 1
    assert [element.value for element in at.header] == ["Levers", "Structure against other levers"]
    answer, levers = at.columns[:2]  # on a narrow screen they stand below each other in this order
    assert "No lever is moved" in "".join(element.value for element in answer.markdown)
    assert len(levers.slider) == len(LEVERS)
    assert not answer.slider


def test_a_lever_moved_answers_and_goes_back(page):
    at = page.run()
    at.slider(key="lever_demand").set_value(130).run()
    assert not at.exception
    said = words(at)
    assert "Today's structure with the change" in said
    assert "Demand: 130 % of today's requests" in said
    assert "under these assumptions." in said
    assert list(at.table[0].value.columns) == ["as it is", "with the change", "difference", "verdict"]
    chart = at.get("vega_lite_chart")[0].proto
    assert chart.alt.startswith("Backlog, with the change against without it: today ")
    next(b for b in at.button if b.label == "Put all levers back").click().run()
    assert "No lever is moved" in words(at)
    assert at.slider(key="lever_demand").value == 100


def test_a_link_brings_levers_and_figure_back(page):
    page.query_params["lever_maturity"] = "1.0"
    page.query_params["figure"] = "lead_time_p85_discretionary"
    at = page.run()
    assert at.slider(key="lever_maturity").value == 1.0
    said = words(at)
    assert "Maturity of the data: level 4 (today 3)" in said
    assert at.selectbox(key="figure").value == "lead_time_p85_discretionary"
    assert at.get("vega_lite_chart")[0].proto.alt.startswith("Lead time, discretionary, 85th percentile, with the change")


def test_a_link_with_nonsense_is_not_obeyed(page):
    page.query_params["lever_demand"] = "9999"
    page.query_params["figure"] = "<script>"
    at = page.run()
    assert not at.exception
    assert at.slider(key="lever_demand").value in (100, 150)
    assert at.selectbox(key="figure").value == "backlog"


def test_a_lever_that_does_not_fit_is_greyed_out_with_the_reason(page):
    page.session_state["scenario"] = "foi-service"
    page.session_state["replications"] = 2
    at = page.run()
    assert not at.exception
    slider = at.slider(key="lever_turnover")
    assert slider.disabled
    assert "switched off" in slider.help


def test_hires_say_who_and_when(page):
    at = page.run()
    at.slider(key="lever_hires").set_value(2)
    at.selectbox(key="lever_role").set_value("engineer")
    at.selectbox(key="lever_team").set_value("Children team")
    at.number_input(key="lever_week").set_value(4).run()
    assert not at.exception
    assert "Hires: 2 more (engineer), at work from week 4" in words(at)


def test_a_figure_without_cases_says_so(page):
    at = page.run()
    at.selectbox(key="figure").set_value("in_time_statutory").run()
    assert not at.exception
    assert "nothing to measure" in at.info[0].value


def test_structure_is_weighed_on_request_with_costs_and_sources(page):
    at = page.run()
    assert "Assumed figures" not in words(at)
    weigh = next(b for b in at.button if b.label.startswith("Weigh structure"))
    weigh.click().run()
    assert not at.exception
    assert not at.error
    said = words(at)
    assert "the best other structure" in said
    assert "chosen on 2 other replications" in said
    assert "50 % of reports stopped is left out" in said
    assert "no basis for selecting" in said
    titles = [element.value for element in at.subheader]
    assert titles == ["What each option means", "Assumed figures"]
    assert len(at.table) == 3
    options, figures = at.table[1].value, at.table[2].value
    assert len(options) == 8
    assert "cost a year against today" in list(options.columns)
    assert "at the base values of what is assumed about each lever" in said
    assert "over its assumed range" in options.loc["AI assistant", "cost a year against today"]
    assert "over its assumed range" in options.loc[r"2 hires \(analyst\)"].iloc[0]
    assert list(figures.columns) == ["figure", "value", "range", "rests on"]
    assert all(chart.proto.alt for chart in at.get("vega_lite_chart"))


def test_what_is_weighed_leads_to_the_assumptions(page, monkeypatch):
    from opmodel.views import frame

    answers = []
    honest = frame.answer
    monkeypatch.setattr(frame, "answer", lambda *said, **named: (answers.append(named), honest(*said, **named)))
    at = page.run()
    next(b for b in at.button if b.label.startswith("Weigh structure")).click().run()
    assert not at.exception
    assert answers[-1] == {"key": "answer_weighed"}
    assert not at.warning


def stopped_after(monkeypatch, verb, stage):
    """The page's verb, stopped after so many replications as if somebody had cancelled it."""
    from opmodel import levers
    from opmodel.views import what_if

    def early(*arguments, **options):
        done = []
        return getattr(levers, verb)(*arguments, **options | {
            "on_progress": lambda n, _: done.append(n), "should_stop": lambda: bool(done) and done[-1] >= stage,
        })

    monkeypatch.setattr(what_if, verb, early)


def test_an_answer_that_was_stopped_early_is_called_a_first_look(page, monkeypatch):
    from opmodel.views import work

    work.jobs.clear()
    stopped_after(monkeypatch, "what_if", 2)
    at = page.run()
    at.slider(key="lever_demand").set_value(120).run()
    assert not at.exception
    assert "2 of 3 replications. Intervals are 95 % and hold together over the structures." in words(at).replace("**", "")
    assert "only if the number reached had been fixed beforehand" in at.warning[0].value
    assert "a verdict needs all 3 replications" in words(at)


def test_a_weighing_that_was_stopped_early_is_called_a_first_look(page, monkeypatch):
    from opmodel.views import work

    work.jobs.clear()
    stopped_after(monkeypatch, "weigh", 2)
    at = page.run()
    next(b for b in at.button if b.label.startswith("Weigh structure")).click().run()
    assert not at.exception
    assert "only if that number had been fixed beforehand" in at.warning[0].value


def test_while_replications_come_in_intervals_are_a_first_look(page, monkeypatch):
    from opmodel import load_scenario
    from opmodel.levers import what_if
    from opmodel.shipped import shipped
    from opmodel.views import what_if as view

    partials = []
    what_if(load_scenario(shipped("minimal")), {"demand": 120}, replications=5, on_partial=partials.append)
    told, warned = [], []
    for name in ("figure", "table", "download", "answer"):
        monkeypatch.setattr(view.frame, name, lambda *_, **__: None)
    monkeypatch.setattr(view.st, "markdown", told.append)
    monkeypatch.setattr(view.st, "warning", warned.append)
    monkeypatch.setattr(view, "_coming", lambda _: True)
    view._show(partials[0], "backlog", "key")
    assert told[0].endswith("hold together over the structures; until all replications are in, they are a first look.")
    assert not warned
    monkeypatch.setattr(view, "_coming", lambda _: False)
    told.clear()
    view._show(partials[0], "backlog", "key")
    assert "sharpening" not in told[0]
    assert warned == [view.STOPPED]


def test_another_assumption_asks_again(page):
    at = page.run()
    next(b for b in at.button if b.label.startswith("Weigh structure")).click().run()
    at.number_input(key="assumed_self_service").set_value(30.0).run()
    assert "Assumed figures" not in words(at)
    next(b for b in at.button if b.label.startswith("Weigh structure")).click().run()
    assert "Self-service for 30 %" in words(at)
