"""The page 'How sure are we': what is known at once, and what a started study adds."""

from __future__ import annotations

import concurrent.futures as cf

import pytest
from streamlit.testing.v1 import AppTest

pytestmark = pytest.mark.filterwarnings("default")


def script():
    import streamlit as st

    from opmodel.views import sure

    if "scenario" not in st.session_state:
        st.session_state["scenario"] = "minimal"
    sure.page()


@pytest.fixture
def page(monkeypatch):
    from opmodel.views import sure, work

    monkeypatch.setattr(work, "executor", lambda: cf.ThreadPoolExecutor(1))
    monkeypatch.setattr(work, "PATIENCE", 60.0)
    monkeypatch.setattr(sure, "SETS", (10, 20))
    work.jobs.clear()
    return AppTest.from_function(script, default_timeout=120)


def words(at):
    shown = (*at.title, *at.header, *at.subheader, *at.markdown)
    return "\n".join(element.value for element in shown).replace("\\", "").replace("\N{NO-BREAK SPACE}", " ")


def headers(at):
    return [element.value for element in at.header]


def test_what_figures_rest_on_is_there_before_anything_is_simulated(page):
    at = page.run()
    assert not at.exception
    assert at.title[0].value == "How sure are we"
    assert "A transition from today's people" in words(at)
    assert "has not been simulated yet" in words(at)
    assert headers(at) == ["What rests on sources, and what on assumption", "What this rests on"]
    assert at.button(key="start").label == "Simulate 10 sets of assumptions"
    assert len(at.get("vega_lite_chart")) == 1
    assert len(at.table) == 3  # counts, the widest, all


def test_what_is_counted_is_said(page):
    said = words(page.run())
    assert "Targets and the differences that matter are asked of a study and not counted here." in said


def test_which_structures_are_studied_is_said(page):
    at = page.run()
    said = "Studied here are the structures of this one scenario: today, centralised, hub-and-spoke and federated."
    assert said in words(at)
    assert "Compare structures" not in words(at)
    at.query_params["with"] = ["council", "minimal"]
    assert "scenarios chosen on 'Compare structures' are not" in words(at.run())


def test_only_assumptions_unless_asked_otherwise(page):
    at = page.run()
    only = at.table[2].value
    assert only["rests on"].str.startswith("assumption").all()
    every = at.toggle(key="assumptions_only").set_value(False).run().table[2].value
    assert len(every) > len(only)


def test_a_started_study_answers_first(page):
    at = page.run()
    at.button(key="start").click().run()
    assert not at.exception
    assert not at.error
    said = words(at)
    assert "Over 10 sets of assumptions, each with its own 2 futures, " in said
    assert ", judged by throughput" in said
    assert "has futures of its own" in said
    assert "95 % intervals of each share by itself" in said
    assert at.table[0].value.index[-1] == "none is clearly best"
    assert headers(at)[:2] == ["How often each structure is best", "What changes the winner"]
    assert headers(at)[-1] == "What this rests on"
    assert "assumption sets asked for 10" in said
    assert all(chart.proto.alt for chart in at.get("vega_lite_chart"))


def test_judged_by_another_figure_without_simulating_again(page, monkeypatch):
    at = page.run()
    at.button(key="start").click().run()

    def refuse(*_arguments, **_options):
        raise AssertionError("simulated again")

    monkeypatch.setattr("opmodel.views.sure.assumption_study", refuse)
    at.selectbox(key="judged_by").set_value("cost_per_request").run()
    assert not at.error
    assert ", judged by cost per request" in words(at)


def test_another_number_of_sets_is_another_study(page):
    at = page.run()
    at.selectbox(key="sets").set_value(20).run()
    assert at.button(key="start").label == "Simulate 20 sets of assumptions"
    assert "Over 20 sets" not in words(at)
