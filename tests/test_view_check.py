"""The page 'Model check': it answers first, shows both kinds of check, and shows what fails as failing."""

from __future__ import annotations

import concurrent.futures as cf
import dataclasses

import pytest
from networks import COMPILED
from streamlit.testing.v1 import AppTest

pytestmark = [
    pytest.mark.filterwarnings("default"),
    pytest.mark.skipif(not COMPILED, reason="long runs need the compiler"),
]


def script():
    import streamlit as st

    from opmodel.views import check

    if "scenario" not in st.session_state:
        st.session_state["scenario"] = "minimal"
        st.session_state["replications"] = 2
    check.page()


@pytest.fixture
def page(monkeypatch):
    from opmodel.views import check, work

    def quick(*arguments, **options):
        from opmodel.queueing import check_model

        return check_model(*arguments, **options, queue_replications=3)

    work.jobs.clear()
    monkeypatch.setattr(work, "executor", lambda: cf.ThreadPoolExecutor(1))
    monkeypatch.setattr(work, "PATIENCE", 60.0)
    monkeypatch.setattr(check, "check_model", quick)
    return AppTest.from_function(script, default_timeout=120)


def words(at):
    shown = (*at.title, *at.header, *at.subheader, *at.markdown)
    return "\n".join(element.value for element in shown).replace("\\", "")


def test_the_page_answers_first_and_then_shows_both_kinds_of_check(page):
    at = page.run()
    assert not at.exception
    assert not at.error
    said = words(at)
    assert "All 5 laws hold in " in said
    assert "the simulated mean wait of a plain queue at this load is " in said
    assert "checks the program, not the assumptions" in said
    assert [element.value for element in at.header] == [
        "Formulas beside the simulation", "Laws that every run must keep", "What this rests on",
    ]
    assert at.get("vega_lite_chart")[0].proto.alt
    formulas, laws, by_structure, provenance = (table.value for table in at.table)
    assert len(formulas) == 12
    assert (laws["result"] == "holds").all()
    assert len(by_structure) == 4 * len(laws)
    assert "scenario hash, today" in "\n".join(provenance["fact"]).replace("\\", "")


def test_what_fails_is_shown_as_failing(page, monkeypatch):
    from opmodel.queueing.laws import Kept
    from opmodel.views import check

    honest = check.check_model

    def spoilt(*arguments, **options):
        found = honest(*arguments, **options)
        return dataclasses.replace(found, kept=found.kept | {"today": (Kept("conservation", 10, 2, 3.0),)})

    monkeypatch.setattr(check, "check_model", spoilt)
    at = page.run()
    assert "1 of 5 laws FAIL" in words(at)
    assert "At least one check fails" in at.error[0].value
    assert "FAILS" in list(at.table[1].value["result"])


def test_a_scenario_without_a_queue_is_said_in_plain_words(page, monkeypatch):
    def refuse(*_arguments, **_options):
        raise ValueError("inner detail")

    monkeypatch.setattr("opmodel.views.check.check_model", refuse)
    at = page.run()
    assert not at.exception
    assert "could not be worked out" in at.error[0].value
    assert "inner" not in at.error[0].value


def test_the_runs_are_not_said_to_be_those_of_another_page():
    from opmodel.views.check import ABOUT_LAWS

    assert "Compare structures" not in ABOUT_LAWS
    assert "the seed and the number of replications set at the side" in ABOUT_LAWS


def test_a_table_to_download_is_made_when_it_is_asked_for(monkeypatch):
    import pandas as pd

    from opmodel.views import frame
    from opmodel.wording import USE

    taken = []
    monkeypatch.setattr(frame.st, "download_button", lambda *given, **_: taken.append(given[1]))
    monkeypatch.setattr(pd.DataFrame, "map", lambda *_: pytest.fail("made before it was asked for"))
    frame.download("Download", pd.DataFrame({"a": ["=1", "b"], "n": [1, 2]}), "a.csv", "key")
    monkeypatch.undo()
    assert taken[0]() == f"a,n,use\n'=1,1,{USE}\nb,2,{USE}\n".encode()


def test_an_approximation_is_not_said_to_be_at_fault():
    from opmodel.views.check import ABOUT_RESULTS

    assert "Not judged: theory has no exact formula here" in ABOUT_RESULTS
    assert "may be the approximation's or the engine's" in ABOUT_RESULTS
