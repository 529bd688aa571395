"""The page 'Why': it answers, shows every part, and names nobody."""

import concurrent.futures as cf

import pytest
from streamlit.testing.v1 import AppTest

from opmodel.scenario import Problem, ScenarioError

pytestmark = pytest.mark.filterwarnings("default")
SECTIONS = [
    "Where the time goes", "Who is busy", "The bottleneck of each quarter", "How old the backlog is",
    "How requests flow", "How long requests take once begun", "What hangs on one person", "What this rests on",
]


def script():
    import streamlit as st

    from opmodel.views import why

    if "scenario" not in st.session_state:
        st.session_state["scenario"] = "minimal"
        st.session_state["replications"] = 3
    why.page()


@pytest.fixture
def page(monkeypatch):
    from opmodel.views import work

    monkeypatch.setattr(work, "executor", lambda: cf.ThreadPoolExecutor(1))
    monkeypatch.setattr(work, "PATIENCE", 60.0)
    return AppTest.from_function(script, default_timeout=120)


def words(at):
    return "\n".join(element.value for element in (*at.title, *at.header, *at.subheader, *at.markdown)).replace("\\", "")


def test_the_page_answers_first_and_then_shows_every_part(page):
    at = page.run()
    assert not at.exception
    assert not at.error
    assert at.title[0].value == "Why: where does a request's time go?"
    assert [element.value for element in at.header] == SECTIONS
    said = words(at)
    assert "Of an average delivered discretionary request's " in said
    assert "Means of 3 simulated futures, under these assumptions." in said
    assert "A transition from today's people" in said
    assert "3 replications" in said
    assert len(at.get("vega_lite_chart")) >= 9
    assert len(at.table) >= 7
    assert at.selectbox(key="structure").value == "today"


def test_every_chart_says_what_it_shows(page):
    at = page.run()
    charts = [element.proto for element in at.get("vega_lite_chart")]
    assert all(chart.alt for chart in charts)


def test_another_structure_is_another_study(page):
    first = words(page.run())
    page.selectbox(key="structure").set_value("centralised").run()
    assert not page.exception
    assert words(page) != first
    assert "centralised" in page.query_params["structure"]


def test_a_link_opens_the_structure_it_names(page):
    page.query_params["structure"] = "hub_and_spoke"
    at = page.run()
    assert at.selectbox(key="structure").value == "hub_and_spoke"
    assert "hub_and_spoke" not in words(at)


def test_no_post_is_named(page):
    import opmodel
    from opmodel.shipped import shipped

    names = set(opmodel.run(opmodel.load_scenario(shipped("minimal"))).names.seats)
    at = page.run()
    shown = words(at) + "".join(table.value.to_csv() for table in at.table)
    shown += "".join(str(chart.proto) for chart in at.get("vega_lite_chart"))
    assert names
    assert not [name for name in names if name in shown]


def test_a_structure_that_does_not_fit_is_said_in_plain_words(page, monkeypatch):
    def refuse(*_):
        raise ScenarioError([Problem("minimal.yaml", 3, 1, "posts", "there is no team 'Hub' for this hire")])

    monkeypatch.setattr("opmodel.views.asked._structures", refuse)
    at = page.run()
    assert not at.exception
    assert at.code[0].value == "minimal.yaml:3:1: posts: there is no team 'Hub' for this hire"


def test_a_fault_shows_no_traceback(page, monkeypatch):
    def broken(*_arguments, **_options):
        raise RuntimeError("secret detail")

    monkeypatch.setattr("opmodel.views.why.explain", broken)
    page.session_state["scenario"] = "minimal"
    page.session_state["replications"] = 2
    page.session_state["seed"] = 77
    at = page.run()
    assert not at.exception
    assert "RuntimeError" in at.error[0].value
    assert "secret" not in at.error[0].value
