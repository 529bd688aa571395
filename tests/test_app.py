"""The site and its first page: it runs, answers, and has plain words for what goes wrong."""

import re
import runpy
import tomllib
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from opmodel.glossary import WORDS
from opmodel.scenario import Problem, ScenarioError
from opmodel.views import site, tour, work

ROOT = Path(__file__).parent.parent
APP = ROOT / "app.py"
pytestmark = pytest.mark.filterwarnings("default")


@pytest.fixture
def page(monkeypatch):
    """The first page, which waits for its study instead of polling."""
    monkeypatch.setattr(work, "PATIENCE", 120)
    at = AppTest.from_file(str(APP), default_timeout=180)
    at.query_params["scenario"] = "minimal"
    at.query_params["replications"] = "3"
    return at


def words(at):
    found = "\n".join(e.value for e in (*at.markdown, *at.title, *at.header, *at.subheader, *at.warning))
    return found.replace("\\", "").replace("\N{NO-BREAK SPACE}", " ")


def headers(at):
    return [element.value for element in at.header]


def test_the_page_answers_first_and_then_shows_the_evidence(page):
    at = page.run()
    assert not at.exception
    assert not at.error
    said = words(at)
    assert "A transition from today's people" in said
    assert "against today, centralised is" in said.lower()
    assert "speaks of chance only" in said
    verdicts = [line for line in said.splitlines() if line.startswith("- ")]
    assert len(verdicts) >= 6
    assert all(line.endswith("under these assumptions.") for line in verdicts)
    assert headers(at)[:2] == ["Each structure at a glance", "Backlog over time"]
    assert {"Throughput", "Lead time", "Who gains and who loses", "Who waits for whom", "Skills gap",
            "What this rests on", "One more practitioner"} <= set(headers(at))
    assert len(at.get("vega_lite_chart")) >= 6
    assert all(chart.proto.alt for chart in at.get("vega_lite_chart")), "every chart is told to those who cannot see it"
    assert len(at.table) >= 6
    assert "scenario hashes today" in said
    assert "no basis for selecting" in said


def test_targets_are_shown_with_the_chance_of_meeting_them(page):
    page.query_params["scenario"] = "foi-service"
    at = page.run()
    assert not at.exception
    assert headers(at)[:3] == ["Each structure at a glance", "Targets", "Backlog over time"]
    said = words(at)
    assert "How likely they are met, and by when" in said
    assert "rates and lead times are those of the 13 weeks before it" in said
    assert "Chance of meeting all targets: today by month 18 " in said
    assert re.search(r"met in \d of 3 futures", said)
    tables = [set(table.value.columns) for table in at.table]
    assert {"structure", "target", "by month 6", "by month 12", "by month 18"} in tables


def test_cards_show_every_structure_with_its_difference(page):
    at = page.run()
    assert [e.value for e in at.subheader][:4] == ["Today", "Centralised", "Hub\\-and\\-spoke", "Federated"]
    cards = [m.value for m in at.markdown if m.value.startswith("Throughput  \n")]
    assert len(cards) == 4
    assert "requests a week" in cards[0]
    kinds = ("better", "worse", "practically the same", "cannot tell yet")
    assert all(any(kind in card for kind in kinds) for card in cards[1:])


def test_the_address_restores_scenario_settings_and_choices(page):
    page.query_params["seed"] = "7"
    page.query_params["reference"] = "federated"
    page.query_params["waits_under"] = "hub_and_spoke"
    at = page.run()
    assert not at.exception
    assert at.selectbox(key="scenario").value == "minimal"
    assert at.number_input(key="seed").value == 7
    assert at.selectbox(key="reference").value == "federated"
    assert at.selectbox(key="waits_under").value == "hub_and_spoke"
    assert "seed 7" in words(at)
    assert "against federated, today is" in words(at).lower()


def test_what_the_address_cannot_mean_is_ignored(page):
    page.query_params["scenario"] = "../../etc/passwd"
    page.query_params["with"] = ["nobody", "<script>"]
    page.query_params["job"] = "000000000000000000000000"
    page.query_params["replications"] = "1e9"
    page.query_params["replications"] = "2"
    at = page.run()
    assert not at.exception
    assert at.selectbox(key="scenario").value == "council"
    assert "is not kept here, or not any more" in words(at), "another organisation's figures must not be taken for these"
    at.selectbox(key="scenario").set_value("minimal").run()
    assert "is not kept here" not in words(at)


def test_a_scenario_too_large_for_others_is_refused_before_it_runs(page, monkeypatch):
    monkeypatch.setenv("OPMODEL_LARGEST", "1000")
    at = page.run()
    assert not at.exception
    assert "too large for a server that others use" in at.error[0].value
    assert not at.get("vega_lite_chart")


def test_what_is_compared_may_have_nothing_in_common(page):
    page.query_params["with"] = ["minimal", "data-access"]
    at = page.run()
    assert not at.exception
    assert not at.error
    assert "no directorate in common" in words(at)


def test_the_page_is_headed_with_what_is_compared(page):
    page.query_params["scenario"] = "council"
    page.query_params["with"] = ["minimal.today", "minimal.federated", "data-access"]
    at = page.run()
    assert not at.exception
    said = words(at)
    head = said.splitlines()[0]
    assert head.startswith("**Minimal, today; Minimal, federated; Data access, as its file says** · ")
    assert "over 104 weeks" in head
    assert "over 56 weeks" in head
    assert "differs in length of time, people, requests" in head
    assert "the same requests" not in said
    assert [e.value for e in at.warning if "not the effect of the structure" in e.value]
    # Structures of one scenario share them, whatever is chosen at the side.
    at.multiselect(key="with").set_value(["minimal.today", "minimal.federated"]).run()
    head = words(at).splitlines()[0]
    assert head.startswith("**Minimal, today; Minimal, federated** · A transition")
    assert head.endswith("The same people and the same requests under each structure.")


def test_the_box_holds_the_first_sentence_and_what_is_assumed(page):
    at = page.run()
    values = [element.value.replace("\\", "") for element in at.markdown]
    assert "speaks of chance only" in values[2]
    of_each = values[3].splitlines()
    assert [line.partition(", ")[0] for line in of_each] == ["- Against today"] * 3
    assert all(line.endswith("under these assumptions.") for line in of_each)


def test_what_was_compared_comes_back_with_the_page(page):
    page.session_state["_with"] = ["minimal", "minimal.federated"]
    page.session_state["_reference"] = "Minimal, federated"
    at = page.run()
    assert at.multiselect(key="with").value == ["minimal", "minimal.federated"]
    assert at.selectbox(key="reference").value == "Minimal, federated"
    assert at.query_params["with"] == ["minimal", "minimal.federated"]
    at.multiselect(key="with").set_value([]).run()
    assert not at.session_state["_with"]
    assert "with" not in at.query_params


def test_an_address_goes_before_what_was_compared_before(page):
    page.session_state["_with"] = ["minimal", "minimal.federated"]
    page.query_params["with"] = ["minimal.today", "minimal.centralised"]
    assert page.run().multiselect(key="with").value == ["minimal.today", "minimal.centralised"]


def test_a_part_that_fails_alone_says_so_in_plain_words(page, monkeypatch):
    def broken(*_arguments, **_options):
        raise RuntimeError("secret detail")

    monkeypatch.setattr("opmodel.views.compare.charts.waiting_takeaway", broken)
    at = page.run()
    assert not at.exception
    assert [e.value for e in at.error if "RuntimeError" in e.value and "secret" not in e.value]
    assert {"Who gains and who loses", "Skills gap", "What this rests on"} <= set(headers(at))


def test_another_seed_is_another_study(page):
    first = words(page.run())
    page.number_input(key="seed").set_value(9).run()
    assert not page.exception
    assert words(page) != first


def test_any_scenarios_and_structures_can_be_compared(page):
    page.query_params["with"] = ["minimal", "minimal.federated", "minimal.hub_and_spoke"]
    at = page.run()
    assert not at.exception
    assert [e.value.replace("\\", "") for e in at.subheader][:3] == [
        "Minimal, as its file says", "Minimal, federated", "Minimal, hub-and-spoke"
    ]
    assert at.selectbox(key="reference").value == "Minimal, as its file says"


def test_run_more_goes_on_until_it_can_be_told(page, monkeypatch):
    monkeypatch.setattr("opmodel.views.compare.CAP", 30)
    at = page.run()
    assert at.button(key="run_more").label.endswith("cannot be told yet: run more")
    at.button(key="run_more").click().run()
    assert not at.exception
    assert at.query_params["until"]
    said = words(at)
    assert "replications 20" in said or "replications 30" in said


def test_one_more_practitioner_is_worked_out_on_request(page, monkeypatch):
    monkeypatch.setattr("opmodel.views.compare.MARGINAL", 2)
    at = page.run()
    before = len(at.table)
    at.button(key="marginal_start").click().run()
    assert not at.exception
    assert len(at.table) == before + 1
    assert "one more practitioner of" in words(at)


def test_the_second_sentence_comes_from_assumption_sets_that_were_worked_out(page, monkeypatch):
    from opmodel.comparison import assumption_study, structures_of
    from opmodel.scenario import load_scenario

    structures = structures_of(load_scenario(ROOT / "scenarios" / "minimal.yaml"))
    key = work.key_of("assumptions", structures, 1, 50, 2)
    assert work.jobs().ask(key, lambda job: assumption_study(structures, 4, replications=1)).wait(60)
    try:
        said = words(page.run())
        assert "Over the ranges of the assumptions" in said
        assert "of 4 assumption sets" in said
        assert "speaks of chance only" not in said
    finally:
        work.jobs.clear()


def test_an_unusable_scenario_is_said_in_plain_words(page, monkeypatch):
    def refuse(*_arguments, **_options):
        raise ScenarioError([Problem("minimal.yaml", 3, 1, "posst", "unknown field, did you mean 'posts'?")])

    monkeypatch.setattr("opmodel.views.asked._read", refuse)
    at = page.run()
    assert not at.exception
    assert at.code[0].value == "minimal.yaml:3:1: posst: unknown field, did you mean 'posts'?"


def test_a_fault_shows_no_traceback(page, monkeypatch):
    def broken(*_arguments, **_options):
        raise RuntimeError("secret detail")

    monkeypatch.setattr("opmodel.views.compare.chosen_of", broken)
    at = page.run()
    assert not at.exception
    assert "RuntimeError" in at.error[0].value
    assert "secret" not in at.error[0].value


def test_a_failed_study_shows_no_traceback_and_can_be_tried_again(page, monkeypatch):
    def broken(*_arguments, **_options):
        raise RuntimeError("secret detail")

    monkeypatch.setattr("opmodel.views.compare.compare", broken)
    page.query_params["seed"] = "4321"
    at = page.run()
    assert not at.exception
    assert "RuntimeError" in at.error[0].value
    assert "secret" not in at.error[0].value
    monkeypatch.undo()
    monkeypatch.setattr(work, "PATIENCE", 120)
    next(button for button in at.button if button.label == "Run it again").click().run()
    assert not at.error
    assert "Each structure at a glance" in headers(at)


def test_what_has_just_failed_does_not_begin_again_by_itself(page, monkeypatch):
    tried = []

    def broken(*_arguments, **_options):
        tried.append(1)
        raise RuntimeError("secret detail")

    monkeypatch.setattr("opmodel.views.compare.compare", broken)
    page.query_params["seed"] = "4322"
    page.run()
    page.run()
    page.run()
    assert len(tried) == 1
    assert "RuntimeError" in page.error[0].value


def test_names_do_not_act_as_markup(page, monkeypatch):
    from opmodel.scenario import load_text

    text = (ROOT / "scenarios" / "minimal.yaml").read_text(encoding="utf-8")
    text = text.replace("name: Minimal", "name: '<img src=x onerror=alert(1)> **bold** [x](http://example.org)'")
    monkeypatch.setattr("opmodel.views.asked._read", lambda *_: load_text(text))
    at = page.run()
    assert not at.exception
    shown = [m.value for m in at.markdown if "img src" in m.value]
    assert shown
    assert all("\\<img" in value and "\\*\\*bold" in value and "\\[x\\]\\(http" in value for value in shown)


def test_a_worker_process_that_imports_the_page_does_nothing():
    assert set(runpy.run_path(str(APP), run_name="__mp_main__")) >= {"main"}


def test_a_transition_is_read_at_its_milestones(page):
    at = page.run()
    assert "Requests open at the milestones, by week" in [element.label for element in at.expander]
    tables = [list(table.value.index.astype(str)) for table in at.table]
    assert ["26", "52", "78", "104"] in tables


def test_the_tour_goes_forward_back_and_closes(page):
    at = page.run()
    at.button(key="take_tour").click().run()
    assert f"Tour, 1 of {len(tour.STEPS)}" in words(at)
    at.button(key="tour_next").click().run()
    assert f"Tour, 2 of {len(tour.STEPS)}" in words(at)
    at.button(key="tour_back").click().run()
    at.button(key="tour_close").click().run()
    assert "Tour, " not in words(at)


def test_every_word_has_its_definition_on_every_page(page):
    said = words(page.run())
    assert all(f"**{word}**: " in said for word in WORDS)


def test_every_page_of_the_site_can_be_imported_and_has_its_own_address():
    from importlib import import_module

    paths = [path for _, _, path in site.PAGES]
    assert len(set(paths)) == len(paths)
    for module, _, _ in site.PAGES:
        assert callable(import_module(f"opmodel.views.{module}").page)
    assert {path for _, path, _ in tour.STEPS} <= set(paths)


def test_uploads_are_limited_on_the_server():
    settings = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert settings["server"]["maxUploadSize"] == 1
    assert settings["client"]["showErrorDetails"] == "type"
    assert settings["browser"]["gatherUsageStats"] is False
