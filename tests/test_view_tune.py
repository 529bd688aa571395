"""The page 'Tune the scenario': forms and text in step, problems told, kept and found again."""

import gc
import re

import pytest
from streamlit.testing.v1 import AppTest

from opmodel.comparison import compare
from opmodel.drafting.drafts import Draft, draft
from opmodel.shipped import shipped, shipped_folder
from opmodel.views import tune, tune_assumptions, tune_desk, tune_results
from opmodel.views.tune_assumptions import assumptions_table
from opmodel.wording import USE

pytestmark = pytest.mark.filterwarnings("default")
MINIMAL = shipped("minimal").read_text("utf-8")


def script():
    from opmodel.views import tune

    tune.page()


@pytest.fixture
def page(tmp_path, monkeypatch):
    monkeypatch.setenv("OPMODEL_SAVED", str(tmp_path))
    at = AppTest.from_function(script, default_timeout=120)
    at.session_state["scenario"] = "minimal"
    at.session_state["replications"] = 2
    return at.run()


def text_of(at):
    return at.text_area(key="tune_yaml").value


def said(at):
    return "\n".join(e.value for e in (*at.markdown, *at.error, *at.warning, *at.info)).replace("\\", "")


def word_of(at):
    word = at.query_params["draft"]
    return word[0] if isinstance(word, list) else word


def codes(at):
    return [code.value for code in at.code]


def test_the_page_opens_with_forms_text_and_table(page):
    assert not page.exception
    assert text_of(page) == MINIMAL
    assert "nothing changed yet; it can be used" in said(page)
    assert "Only this page shows it" not in said(page)
    assert [h.value for h in page.header] == [
        "Edit", "What changed in the file", "What changed in the results", "Keep it", "What it rests on",
    ]
    assert page.number_input(key="tune_field_demand.demand_scale").value == 1.0
    assert "Range 0.9 to 1.1; assumption: set so that" in said(page)


def test_a_form_writes_into_the_text_and_the_text_into_the_form(page):
    page.number_input(key="tune_field_demand.demand_scale").set_value(1.2).run()
    assert "demand:\n  demand_scale: 1.2\n" in text_of(page)
    assert "2 lines changed; it can be used" in said(page)
    assert "the others go on with 'Minimal' until it is saved" in said(page)
    assert any("+  demand_scale: 1.2" in code for code in codes(page))
    page.text_area(key="tune_yaml").set_value(text_of(page).replace("1.2", "1.3")).run()
    assert not page.exception
    assert page.number_input(key="tune_field_demand.demand_scale").value == 1.3


def test_a_wrong_text_is_told_with_line_and_column_and_forms_go_on(page):
    page.text_area(key="tune_yaml").set_value(MINIMAL.replace("per_year: 310", "per_yaer: 310")).run()
    assert not page.exception
    lines = "\n".join(codes(page))
    assert "minimal.yaml:16:5: request_types.analysis.per_yaer: unknown field, did you mean 'per_year'?" in lines
    assert page.button(key="tune_save").disabled
    page.text_area(key="tune_yaml").set_value("name: [").run()
    assert not page.exception
    assert "minimal.yaml:1:8: is not valid YAML" in "\n".join(codes(page))
    page.text_area(key="tune_yaml").set_value(MINIMAL).run()
    assert "nothing changed yet; it can be used" in said(page)


def test_a_value_that_is_none_is_told_at_its_line(page):
    page.selectbox(key="tune_group").set_value("People").run()
    page.text_input(key="tune_field_people.notice").set_value("6").run()
    assert not page.exception
    assert "people.notice: needs a unit" in "\n".join(codes(page))
    page.text_input(key="tune_field_people.notice").set_value("6w").run()
    assert "it can be used" in said(page)


def test_an_uploaded_file_is_checked_compared_and_kept_with_comments(page):
    bad = MINIMAL.replace("mean: 2d", "mean: 2").encode()
    page.file_uploader(key="tune_upload").upload("mine.yaml", bad).run()
    assert not page.exception
    assert any(code.startswith("mine.yaml:17:") and "needs a unit" in code for code in codes(page))
    page.text_area(key="tune_yaml").set_value(text_of(page).replace("mean: 2}", "mean: 2d}")).run()
    assert "started from mine.yaml: 1 line changed; it can be used" in said(page)
    assert any("--- mine.yaml" in code for code in codes(page))


def test_a_mended_upload_is_compared_with_what_can_be_run(page, monkeypatch):
    monkeypatch.setattr("opmodel.views.work.executor", lambda: None)
    monkeypatch.setattr("opmodel.views.work.PATIENCE", 60)
    bad = MINIMAL.replace("mean: 2d", "mean: 2").replace("per_year: 310", "per_year: 330").encode()
    page.file_uploader(key="tune_upload").upload("mine.yaml", bad).run()
    assert "until it is saved under a name" in said(page)
    page.text_area(key="tune_yaml").set_value(text_of(page).replace("mean: 2}", "mean: 2d}")).run()
    lost = "The file this came from cannot be run; the starting scenario is here"
    assert f"{lost} 'Minimal', which is chosen at the side." in said(page)
    page.text_area(key="tune_yaml").set_value(text_of(page).replace("330", "340")).run()
    assert f"{lost} the first text after it that could be." in said(page)
    page.button(key="tune_compare").click().run()
    assert not page.exception
    assert "changed scenario is" in said(page)
    assert page.table


def test_the_answer_tells_of_requests_left_unserved(monkeypatch):
    answers = []
    monkeypatch.setattr(tune_results.frame, "answer", answers.append)
    monkeypatch.setattr(tune_results.frame, "figure", lambda *_: None)
    before = draft(MINIMAL, "a.yaml", shipped_folder()).scenario
    after = draft(MINIMAL.replace("per_year: 310", "per_year: 340"), "b.yaml", shipped_folder()).scenario
    found = compare({tune_results.START: before, tune_results.CHANGED: after}, replications=4)
    tune_results._show(found)
    assert answers == [found.answer()]


def test_names_of_posts_become_codes_and_are_shown_nowhere(page):
    named = MINIMAL.replace("  analyst: {role: analyst, count: 4}", "  Jane Smith: {role: analyst, count: 4} # Jane Smith")
    named = named.replace("analyst: 2}", "Jane Smith: 2}").encode()
    page.file_uploader(key="tune_upload").upload("mine.yaml", named).run()
    assert not page.exception
    assert "names became codes" in said(page)
    assert "Smith" not in text_of(page) + said(page) + "\n".join(codes(page))
    assert "analyst_1: {role: analyst, count: 4} # analyst_1" in text_of(page)


def test_uploads_are_limited_and_read_as_text_only():
    text, wrong = tune_desk.uploaded("../a\x1b.yaml", b"a: \xff")
    assert (text, str(wrong[0])) == ("", "a.yaml:1:4: is not UTF-8 text; save it with the encoding UTF-8")
    text, wrong = tune_desk.uploaded("big.yaml", b"#" * 1_000_001)
    assert not text
    assert "larger than 1 MB" in str(wrong[0])


def test_a_saved_scenario_is_found_again_with_its_difference(page):
    page.number_input(key="tune_field_demand.demand_scale").set_value(1.2).run()
    page.text_input(key="tune_save_name").set_value("Busier").run()
    page.button(key="tune_save").click().run()
    assert not page.exception
    token = page.session_state["scenario"]
    assert any(f"?scenario={token}" in code for code in codes(page))
    other = AppTest.from_function(script, default_timeout=120)
    other.session_state["scenario"] = token
    other.run()
    assert "demand_scale: 1.2" in text_of(other)
    assert "2 lines changed" in said(other)


def test_an_odd_name_leads_nowhere(page):
    page.text_area(key="tune_yaml").set_value(MINIMAL + "people: {turnover: 0.2}\n").run()
    page.session_state["tune_desks"]["minimal"].came_from = "mine.yaml"
    page.text_input(key="tune_save_name").set_value("../../a/b").run()
    page.button(key="tune_save").click().run()
    other = AppTest.from_function(script, default_timeout=120)
    other.session_state["scenario"] = page.session_state["scenario"]
    other.run()
    assert not other.exception
    assert re.search(r"started from [^/\\]*b\.yaml: nothing changed yet; it can be used", said(other))


def test_a_name_is_needed_to_save(page):
    page.button(key="tune_save").click().run()
    assert "Give the scenario a name first" in said(page)
    assert page.session_state["scenario"] == "minimal"


def test_a_reload_finds_the_text_and_writes_into_a_copy(page):
    page.number_input(key="tune_field_demand.demand_scale").set_value(1.2).run()
    first = word_of(page)
    other = AppTest.from_function(script, default_timeout=120)
    other.session_state["scenario"] = "minimal"
    other.query_params["draft"] = first
    other.run()
    assert "demand_scale: 1.2" in text_of(other)
    assert word_of(other) != first
    other.number_input(key="tune_field_demand.demand_scale").set_value(1.1).run()
    assert "demand_scale: 1.2" in text_of(page.run())


def test_an_address_of_a_text_that_is_gone_says_so(tmp_path, monkeypatch):
    monkeypatch.setenv("OPMODEL_SAVED", str(tmp_path))
    at = AppTest.from_function(script, default_timeout=120)
    at.session_state["scenario"] = "minimal"
    at.query_params["draft"] = "lost"
    at.run()
    assert "is not kept here any more" in said(at)
    assert text_of(at) == MINIMAL


def test_a_file_that_is_no_text_is_not_taken(page):
    page.file_uploader[0].upload("binary.yaml", b"\x00\xff\xfe", "application/yaml").run()
    assert "It was not taken: below is still minimal.yaml." in said(page)
    assert text_of(page) == MINIMAL


def test_a_session_without_the_word_sees_nothing_of_it(page):
    page.number_input(key="tune_field_demand.demand_scale").set_value(1.2).run()
    other = AppTest.from_function(script, default_timeout=120)
    other.session_state["scenario"] = "minimal"
    other.run()
    assert text_of(other) == MINIMAL


def test_the_store_of_texts_is_bounded(monkeypatch):
    monkeypatch.setattr(tune_desk, "CHARACTERS", 1000)
    store = tune_desk._Store()
    desks = [tune_desk.Desk("x", "a" * 200, "b" * 200, "x.yaml", "x") for _ in range(5)]
    for desk in desks:
        store.keep(desk)
    assert [store.find(desk.token) is not None for desk in desks] == [False, False, False, True, True]


def test_the_table_is_edited_in_place_twice(monkeypatch):
    desk = tune_desk.Desk("minimal", MINIMAL, MINIMAL, "minimal.yaml", "minimal")
    table = assumptions_table(draft(MINIMAL, "minimal.yaml", shipped_folder()).scenario)
    row = int(table.index[table["path"] == "people.turnover"][0])
    other = int(table.index[table["path"] == "people.notice"][0])
    cells = {row: {"value": 0.2}}
    monkeypatch.setattr(tune_assumptions.st, "session_state", {"k": {"edited_rows": cells}})
    tune_assumptions._from_table(desk, table, "k")
    cells[row] |= {"rests on": "sourced", "source": "staff records"}  # an editor tells all its changes each time
    cells[other] = {"value": 30.0}
    tune_assumptions._from_table(desk, table, "k")
    people = draft(desk.text, "x.yaml", None).scenario.people
    assert (float(people.turnover), people.turnover.tag, people.turnover.source) == (0.2, "S", "staff records")
    assert float(people.notice) == 30.0
    assert desk.edition == 0, "the table would lose its place"
    desk.edit({"name": "Other"})
    assert desk.edition == 1


def test_which_numbers_are_counted_is_said(page):
    assert "targets and the differences that matter are counted here, but not there" in said(page)


def test_one_number_can_be_changed_in_a_form(page):
    page.text_input(key="tune_search").set_value("turnover").run()
    assert page.selectbox(key="tune_one").value == "people.turnover"
    next(n for n in page.number_input if n.key.startswith("tune_one_base")).set_value(0.15)
    next(t for t in page.text_input if t.label == "Source").set_value("staff records: 2025")
    next(b for b in page.button if b.label == "Change it").click().run()
    assert not page.exception
    assert 'source: "staff records: 2025"' in text_of(page)
    assert draft(text_of(page), "x.yaml", None).scenario.people.turnover == 0.15


def test_the_table_tells_confidence_and_can_be_narrowed():
    scenario = draft(MINIMAL, "minimal.yaml", shipped_folder()).scenario
    whole, only = assumptions_table(scenario), assumptions_table(scenario, only=True)
    assert 0 < len(only) < len(whole)
    assert set(only["confidence"]) == {"low"}
    assert set(only["rests on"]) == {"assumption"}
    found = assumptions_table(scenario, search="mentor tax")
    assert list(found["path"]) == ["people.mentor_tax"]
    assert list(found["confidence"]) == ["high"]
    assert len(assumptions_table(scenario, search="(")) < len(whole)


def test_hires_can_be_added(page):
    page.selectbox(key="tune_group").set_value("Posts and hires").run()
    page.text_input(key="tune_new_hires").set_value("analyst_more").run()
    page.button(key="tune_add_hires").click().run()
    assert not page.exception
    assert "hires:\n  analyst_more: {role: analyst}" in text_of(page)
    page.selectbox(key="tune_field_hires.analyst_more.role").set_value("engineer").run()
    assert "hires:\n  analyst_more: {role: engineer}" in text_of(page)
    assert "it can be used" in said(page)


@pytest.mark.parametrize("group", ["Teams and structure", "Study", "Targets", "Mechanisms", "Flow", "Standards"])
def test_every_form_opens(page, group):
    page.selectbox(key="tune_group").set_value(group).run()
    assert not page.exception
    assert [element for element in (*page.number_input, *page.text_input, *page.toggle) if "tune_field" in element.key]


def test_user_text_is_never_markup(page):
    evil = MINIMAL.replace("name: Minimal", 'name: "<b>[x](http://y) :red[z]</b> $a$"')
    page.text_area(key="tune_yaml").set_value(evil).run()
    assert not page.exception
    for element in page.markdown:
        assert "<b>" not in element.value
        assert "](http" not in element.value
    assert "\\<b\\>" in "".join(element.value for element in page.markdown)


def test_what_changed_in_the_results_is_told_with_intervals(page, monkeypatch):
    assert "Nothing has changed that could change a result" in said(page)
    assert "The starting scenario is the file this came from." in said(page)
    monkeypatch.setattr("opmodel.views.work.executor", lambda: None)
    monkeypatch.setattr("opmodel.views.work.PATIENCE", 60)
    page.number_input(key="tune_field_demand.demand_scale").set_value(1.4).run()
    page.button(key="tune_compare").click().run()
    assert not page.exception
    words = said(page)
    assert "changed scenario" in words
    assert "Against starting scenario, changed scenario is " in words
    assert "Who gains and who loses" in [element.value for element in page.subheader]
    assert "under changed scenario: " in words
    assert "hold together, those of other figures and of each week in the chart hold one by one" in words
    assert "under these assumptions." in words
    assert page.table
    page.number_input(key="tune_field_demand.demand_scale").set_value(1.5).run()
    assert not page.table


def test_the_download_says_what_it_is_for_and_keeps_comments():
    data = tune.exported(MINIMAL).decode()
    assert data.startswith(MINIMAL)
    assert data.rstrip().endswith(USE)
    assert tune.exported(data).decode() == data
    assert draft(data, "x.yaml", None).scenario.hash == draft(MINIMAL, "x.yaml", None).scenario.hash


def test_changed_texts_by_the_dozen_are_not_all_kept():
    for number in range(tune_desk.READ + 8):
        tune_desk.checked(f"{MINIMAL}# {number}\n", "many.yaml")
    gc.collect()
    kept = [thing for thing in gc.get_objects() if isinstance(thing, Draft) and thing.file == "many.yaml"]
    assert 0 < len(kept) <= tune_desk.READ


def test_a_scenario_that_extends_another_can_be_downloaded_whole():
    path = shipped("council-federated")
    whole = tune.whole_file(path.read_text("utf-8"), path.name).decode()
    assert "extends" not in whole
    assert "# ---- Who asks" in whole, "the comments of the file it extends"
    assert draft(whole, "x.yaml", None).scenario.structure.kind == "federated"
