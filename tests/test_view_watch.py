"""The page 'Watch it work': it answers, hands the player what the figures say, and says what it leaves out."""

import concurrent.futures as cf
import json
import re

import pytest
from streamlit.testing.v1 import AppTest

from opmodel import load_scenario
from opmodel.comparison.structures import structures_of
from opmodel.replay import replay
from opmodel.scenario import Problem, ScenarioError, load_text
from opmodel.shipped import shipped
from opmodel.views import watch

pytestmark = pytest.mark.filterwarnings("default")
PARTS = watch._PARTS


def script():
    import streamlit as st

    from opmodel.views import watch

    if "scenario" not in st.session_state:
        st.session_state["scenario"] = "minimal"
        st.session_state["seed"] = 4
    watch.page()


@pytest.fixture
def page(monkeypatch):
    from opmodel.views import work

    monkeypatch.setattr(work, "executor", lambda: cf.ThreadPoolExecutor(1))
    monkeypatch.setattr(work, "PATIENCE", 60.0)
    return AppTest.from_function(script, default_timeout=120)


@pytest.fixture(scope="module")
def structures():
    return structures_of(load_scenario(shipped("minimal")))


def words(at):
    return "\n".join(element.value for element in (*at.title, *at.header, *at.markdown)).replace("\\", "")


def handed_over(at):
    """What the player was given."""
    (player,) = at.get("bidi_component")
    return json.loads(player.proto.json)


def test_the_page_answers_first_and_shows_the_same_in_figures(page, structures):
    at = page.run()
    assert not at.exception
    assert not at.error
    wanted = replay(structures["today"], seed=4)
    assert at.title[0].value == "Watch it work: what does one possible future look like?"
    assert [element.value for element in at.header] == ["The replay", "The same in figures", "What this rests on"]
    said = words(at)
    assert f"In one possible future with today's teams, {wanted.sentence()}" in said
    assert "no forecast" in said
    assert "A transition from today's people" in said
    assert handed_over(at) == json.loads(json.dumps(wanted.columns()))
    figures, queues = (table.value for table in at.table)
    plain = [re.sub(r"\\", "", str(name)) for name in figures.index]
    assert plain == list(wanted.milestone_figures().index)
    assert queues.iloc[-1].tolist() == wanted.milestone_queues().iloc[-1].tolist()
    assert at.dataframe[0].value["open"].tolist() == wanted.weekly()["open"].tolist()
    assert "selecting or assessing individuals" in said
    weeks = next(e for e in at.expander if e.label == "Every week")
    assert "no basis for selecting" in weeks.markdown[0].value, "the table's own download does not say it"
    assert "counts, so without intervals. Queues are of work, not of people." in said


def test_another_structure_and_another_future_are_chosen_by_widget_or_address(page, structures):
    at = page.run()
    at.selectbox(key="structure").set_value("centralised").run()
    at.number_input(key="replication").set_value(2).run()
    assert not at.exception
    wanted = replay(structures["centralised"], seed=4, replication=2)
    assert handed_over(at)["id"] == wanted.columns()["id"]
    assert f"In one possible future with one central team, {wanted.sentence()}" in words(at)


def test_an_address_restores_the_choice(page, structures):
    page.query_params["structure"] = "hub_and_spoke"
    page.query_params["replication"] = "1"
    at = page.run()
    assert at.selectbox(key="structure").value == "hub_and_spoke"
    assert handed_over(at)["id"] == replay(structures["hub_and_spoke"], seed=4, replication=1).columns()["id"]


def test_a_structure_that_does_not_fit_is_said_with_its_line(page, monkeypatch):
    def refuse(*_):
        raise ScenarioError([Problem("mine.yaml", 9, 3, "hires.one.team", "there is no such team")])

    monkeypatch.setattr("opmodel.views.asked._structures", refuse)
    at = page.run()
    assert not at.exception
    assert "mine.yaml:9:3: hires.one.team: there is no such team" in at.code[0].value


def test_a_name_is_never_markup(page, monkeypatch):
    text = shipped("minimal").read_text(encoding="utf-8")
    text = text.replace("Children team", "'Team _b_ (c) & co'")
    mine = load_text(text, "mine.yaml", folder=shipped("minimal").parent)
    monkeypatch.setattr(watch.asked, "loaded", lambda _name: mine)
    at = page.run()
    assert not at.exception
    assert r"Team \_b\_ \(c\) \& co" in [str(name) for name in at.table[1].value.index]
    assert "Team _b_ (c) & co" in [team["name"] for team in handed_over(at)["teams"]]


def test_the_player_treats_data_as_text_and_asks_no_other_host():
    source = {part: (PARTS / f"player.{part}").read_text(encoding="utf-8") for part in ("html", "css", "js")}
    for forbidden in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function"):
        assert forbidden not in source["js"]
    for part in source.values():
        assert not re.search(r"https?://|//[a-z]+\.[a-z]|@import|url\(", part)
    assert "prefers-reduced-motion" in source["js"]
    assert 'type="range"' in source["html"]
    assert 'aria-live="polite"' in source["html"]


def luminance(colour):
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize(("where", "grounds"), [(".player {", ("#FFFFFF", "#F0F2F6")), (".player.dark {", ("#0E1117", "#262730"))])
def test_shapes_and_bars_can_be_seen_on_both_grounds(where, grounds):
    style = (PARTS / "player.css").read_text(encoding="utf-8")
    rules = style.split(where)[1].split("}")[0]
    colours = dict(re.findall(r"--([a-z]+): (#[0-9a-f]{6});", rules))
    assert set(colours) == {"statutory", "discretionary", "upkeep", "bar", "edge"}
    for name, colour in colours.items():
        for ground in grounds:
            light, dark = sorted((luminance(colour), luminance(ground)), reverse=True)
            assert (light + 0.05) / (dark + 0.05) >= 3, (name, ground)
    assert all(int(size) >= 12 for size in re.findall(r"font-size: (\d+)px", style))


def test_the_player_gives_no_number_of_posts_for_small_teams():
    source = (PARTS / "player.js").read_text(encoding="utf-8")
    assert 'team.seats === null ? "fewer than three posts"' in source
