"""The page: it runs, answers, and has plain words for what goes wrong."""

import runpy
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from opmodel.scenario import Problem, ScenarioError

APP = Path(__file__).parent.parent / "app.py"
pytestmark = pytest.mark.filterwarnings("default")


@pytest.fixture
def page():
    at = AppTest.from_file(str(APP), default_timeout=180)
    at.query_params["scenario"] = "minimal"
    at.query_params["replications"] = "3"
    return at


def words(at):
    return "\n".join(element.value for element in (*at.markdown, *at.title, *at.subheader))


def test_the_page_answers_with_verdict_charts_tables_and_provenance(page):
    at = page.run()
    assert not at.exception
    said = words(at)
    verdicts = [line for line in said.replace("\\", "").splitlines() if line.startswith("- ")]
    assert len(verdicts) >= 6
    assert all(line.endswith("under these assumptions.") for line in verdicts)
    assert "A transition from today's people" in said
    for title in ("Throughput", "Backlog over time", "Lead time", "Skills gap"):
        assert title in [element.value for element in at.subheader]
    assert len(at.get("vega_lite_chart")) >= 4
    assert len(at.table) >= 4
    assert "scenario hashes today" in said.replace("\\", "")
    assert at.selectbox[0].value == "minimal"


def test_another_seed_is_another_study(page):
    first = words(page.run())
    page.number_input(key="seed").set_value(9).run()
    assert not page.exception
    assert words(page) != first


def test_an_unusable_scenario_is_said_in_plain_words(page, monkeypatch):
    def refuse(*_arguments, **_options):
        raise ScenarioError([Problem("minimal.yaml", 3, 1, "posst", "unknown field, did you mean 'posts'?")])

    monkeypatch.setattr("opmodel.views.compare.load_scenario", refuse)
    at = page.run()
    assert not at.exception
    assert at.code[0].value == "minimal.yaml:3:1: posst: unknown field, did you mean 'posts'?"


def test_a_fault_shows_no_traceback(page, monkeypatch):
    def broken(*_arguments, **_options):
        raise RuntimeError("secret detail")

    monkeypatch.setattr("opmodel.views.compare.load_scenario", broken)
    at = page.run()
    assert not at.exception
    assert "RuntimeError" in at.error[0].value
    assert "secret" not in at.error[0].value


def test_a_worker_process_that_imports_the_page_does_nothing():
    assert set(runpy.run_path(str(APP), run_name="__mp_main__")) >= {"main"}


def test_a_transition_is_read_at_its_milestones(page):
    at = page.run()
    assert "Requests open at the milestones, by week" in [element.value for element in at.caption]
    tables = [list(table.value.index.astype(str)) for table in at.table]
    assert ["26", "52", "78", "104"] in tables
