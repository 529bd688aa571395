"""The recommended establishment, and its scenario file: it says what was planned and gives the same figures again."""

import re
import shlex

import pytest
from networks import exponential, plain
from ruamel.yaml import YAML

from opmodel import compare
from opmodel.cli import starting
from opmodel.comparison.structures import structures_of
from opmodel.flow.seating import seating
from opmodel.hiring.asking.question import question
from opmodel.hiring.asking.steps import Plan, Step
from opmodel.hiring.telling.establishment import establishment
from opmodel.hiring.telling.scenario_file import checked_file, reproducing, said_of, same, scenario_file, written
from opmodel.hiring.trying.confirming import confirmed
from opmodel.hiring.trying.trials import Trials
from opmodel.scenario import load_scenario
from opmodel.scenario.changes import change_scenario
from opmodel.scenario.loading import load_text
from opmodel.scenario.problems import ScenarioError
from opmodel.shipped import shipped

OFFICE = """
name: "Desk: #1, 'the' \\"office\\""
study: {horizon_weeks: 52, milestones_weeks: [26, 52]}
mechanisms: {unless_stated: false, turnover: true}
directorates: {Housing: {share: 2}, Parks & play: {share: 1}}
request_types:
  query:
    per_year: 900
    effort: {kind: exponential, mean: 1d}
    steps: [{skill: analysis}]
  map:
    per_year: 250
    effort: {kind: exponential, mean: 1d}
    steps: [{skill: engineering}]
demand: {dispersion: 1.0}
roles:
  data_analyst: {skills: {analysis: practitioner}, salary: 40000}
  engineer: {skills: {engineering: practitioner, analysis: working}, salary: 50000}
posts:
  analyst: {role: data_analyst, count: 3}
  engineer: {role: engineer, count: 1}
today:
  teams:
    "Hub, data": {kind: hub, serves: [Parks & play], seats: {analyst: 1, engineer: 1}}
    Housing's: {serves: [Housing], seats: {analyst: 2}}
"""
FUTURES = 12


@pytest.fixture
def office(tmp_path):
    file = tmp_path / "office.yaml"
    file.write_text(OFFICE, "utf-8")
    return file


PLANS = {
    "hires": Plan.of([Step("hire", "data_analyst", "Housing's"), Step("hire", "data_analyst", "Housing's"),
                      Step("hire", "engineer", "Hub, data", contract="agency")]),
    "any seat, later": Plan.of([Step("hire", "data_analyst", opens_week=9, supplement=2000.0)]),
    "a move": Plan.of([Step("move", "analyst", "Housing's", origin="Hub, data")]),
    "training": Plan.of([Step("train", "analyst", "Housing's", skill="engineering")]),
    "nothing": Plan(),
}


def tried(scenario, plan, targets=None, week=39):
    asked = question(scenario, week=week, confidence=0.6, targets=targets or {"backlog_days": "12d"}, seed=5)
    return confirmed(asked, plan, Trials(), futures=FUTURES)


# -- the file -------------------------------------------------------------------------------------


@pytest.mark.parametrize("plan", PLANS.values(), ids=PLANS)
def test_the_file_says_exactly_what_was_planned(plan, office):
    base = load_scenario(office)
    found = tried(base, plan, {"backlog_days": "12d", "others": [{"metric": "not_served", "at_most": 0.05}]})
    file = office.with_name("with hires.yaml")
    file.write_text(scenario_file(found, office.name, base=base, file=file.name), "utf-8")
    again = load_scenario(file)
    assert again.name == f"{base.name}, with hires"
    assert same(again, found.scenario)
    assert again.model_copy(update={"name": base.name}).hash == found.scenario.hash


def test_a_file_that_extends_a_shipped_scenario_says_how_to_get_it(tmp_path, monkeypatch):
    base = load_scenario(shipped("minimal"))
    found = tried(base, Plan.of([Step("hire", "analyst")]))
    text = scenario_file(found, "minimal.yaml", base=base, file="new.yaml")
    assert "# It needs minimal.yaml in the same folder: opmodel new minimal.yaml --from minimal\n" in text
    monkeypatch.chdir(tmp_path)
    (tmp_path / "new.yaml").write_text(text, "utf-8")
    with pytest.raises(ScenarioError, match=r"extends: minimal\.yaml does not exist; it comes with opmodel: opmodel new minimal"):
        load_scenario("new.yaml")
    starting.answer("minimal.yaml", "minimal")
    assert same(load_scenario("new.yaml"), found.scenario)
    assert "opmodel new" in scenario_file(found, "minimal.yaml", base=load_scenario("minimal.yaml")), "a copy is none of the user's own"
    own = change_scenario(base, {"demand.demand_scale": 1.1})
    assert "opmodel new" not in scenario_file(found, "minimal.yaml", base=own), "one of the user's own by that name"
    assert "opmodel new" not in scenario_file(found, "office.yaml", base=base)


def test_the_file_gives_the_printed_figures_again(office):
    base = load_scenario(office)
    found = tried(base, PLANS["hires"])
    text = scenario_file(found, office.name, base=base, file="new.yaml")
    said = re.search(r"#   (opmodel compare .*)", text)[1]
    assert said == f"opmodel compare new.yaml -n {FUTURES} --seed {found.seed}"
    office.with_name("new.yaml").write_text(text, "utf-8")
    compared = compare(structures_of(load_scenario(office.with_name("new.yaml"))), replications=FUTURES, seed=found.seed)
    table = compared.chances()
    assert "in the row today:" in text
    row = table[(table["scenario"] == "today") & (table["target"] == "all") & (table["week"] == 39)].iloc[0]
    assert (row["met_in"], row["n"]) == (found.met_in, FUTURES)
    assert 0 < found.met_in < FUTURES  # else any scenario would do
    assert f"{found.met_in} of {FUTURES} fresh futures" in text


def test_the_file_extends_the_original_and_says_no_more_than_is_new(office):
    base = load_scenario(office)
    text = scenario_file(tried(base, PLANS["hires"]), office.name, base=base)
    said = YAML(typ="safe").load(text)
    assert said["extends"] == "office.yaml"
    assert set(said) == {"extends", "name", "study", "targets", "hires"}
    assert said["study"] == {"milestones_weeks": [26, 39, 52]}
    assert sum(entry["count"] for entry in said["hires"].values()) == 3


def test_values_laid_over_the_file_are_in_the_new_one(office):
    base = load_scenario(office)
    changed = change_scenario(base, {"demand.demand_scale": 1.1, "people.turnover": 0.2, "hires": {
        "own": {"role": "engineer", "opens": "20d"}}})
    found = tried(changed, PLANS["hires"])
    file = office.with_name("new.yaml")
    file.write_text(scenario_file(found, office.name, base=base), "utf-8")
    assert same(load_scenario(file), found.scenario)


def test_another_structure_is_stated_and_compared_as_it_is(office):
    base = load_scenario(office)
    spokes = change_scenario(base, {"structure": {"kind": "hub_and_spoke"}, "flow.escalate_after": "2d"})
    place = next(team.name for team in seating(spokes).teams if team.name not in base.today.teams)
    found = tried(spokes, Plan.of([Step("hire", "data_analyst", place)]))
    file = office.with_name("new.yaml")
    text = scenario_file(found, office.name, base=base, file=str(file))
    file.write_text(text, "utf-8")
    assert same(load_scenario(file), found.scenario)
    said, row = reproducing(found, "office.yaml", "new.yaml")
    command = shlex.split(said)
    assert row == "of new.yaml"
    assert command[:4] == ["opmodel", "compare", "office.yaml", "new.yaml"]  # no other structure has that team
    compared = compare({"as it is": base, "new": load_scenario(file)}, replications=FUTURES, seed=found.seed)
    table = compared.chances()
    row = table[(table["scenario"] == "new") & (table["target"] == "all") & (table["week"] == 39)].iloc[0]
    assert row["met_in"] == found.met_in


def test_without_a_path_the_file_holds_everything(office):
    found = tried(load_scenario(office), PLANS["hires"])
    text = scenario_file(found)
    assert "extends" not in text
    assert same(load_text(text), found.scenario)


def test_no_file_extends_one_of_which_it_is_not_known_what_it_says(office):
    with pytest.raises(ValueError, match="without what it says"):
        scenario_file(tried(load_scenario(office), Plan()), office.name)


def test_a_target_of_one_type_that_is_not_asked_for_is_taken_away_in_the_new_file(office):
    office.write_text(f"{OFFICE}targets: {{in_time_of: {{query: 0.9}}, backlog_days: 30d}}\n", "utf-8")
    office.write_text(office.read_text("utf-8").replace(
        "    steps: [{skill: analysis}]",
        "    steps: [{skill: analysis}]\n    deadline: {kind: working_days, days: 20, calendar: england_wales}"), "utf-8")
    base = load_scenario(office)
    found = tried(base, Plan(), {"in_time_of.query": None, "backlog_days": "12d"})
    assert [one.name for one in found.question.wanted] == ["backlog_days"]
    text = checked_file(found, "new.yaml", original=office.name, base=base, folder=office.parent)
    assert "extends: office.yaml" in text
    file = office.with_name("new.yaml")
    file.write_text(text, "utf-8")
    assert same(load_scenario(file), found.scenario)


def test_teams_drawn_by_hand_have_their_figures_in_the_row_drawn(office):
    base = load_scenario(office)
    found = tried(base, PLANS["a move"])
    text = scenario_file(found, office.name, base=base, file="new.yaml")
    assert "# The same chance again, under 'Chance of meeting the targets', in the row drawn:" in text
    office.with_name("new.yaml").write_text(text, "utf-8")
    compared = compare(structures_of(load_scenario(office.with_name("new.yaml"))), replications=FUTURES, seed=found.seed)
    table = compared.chances()
    row = table[(table["scenario"] == "drawn") & (table["target"] == "all") & (table["week"] == 39)].iloc[0]
    assert row["met_in"] == found.met_in


def test_a_file_that_would_not_say_the_same_holds_everything_instead(office):
    base = load_scenario(office)
    found = tried(base, PLANS["hires"])
    office.write_text(f"{OFFICE}people: {{turnover: 0.3}}\n", "utf-8")  # changed since
    text = checked_file(found, "new.yaml", original=office.name, base=base, folder=office.parent)
    assert "extends" not in text
    assert same(load_text(text), found.scenario)


@pytest.mark.parametrize("title", ["a: b # c", "two\nlines", "'quoted' \"twice\"", "x" * 200, "- {list}", "\u202eturned"])
def test_titles_of_users_are_quoted(title, office):
    base = load_scenario(office)
    text = scenario_file(tried(base, Plan()), office.name, base=base, title=title)
    file = office.with_name("new.yaml")
    file.write_text(text, "utf-8")
    name = load_scenario(file).name
    assert len(name) <= 80
    assert name.split()[0][:10] in title.replace("\u202e", "?")
    assert all(line.startswith("#") for line in text.partition("\nextends")[0].splitlines())


def test_changes_become_nested_mappings():
    assert said_of({"hires.a": {"count": 2}, "hires.b": {"count": 1}, "flow.rule": "value", "teams": {}}) == {
        "hires": {"a": {"count": 2}, "b": {"count": 1}}, "flow": {"rule": "value"}, "teams": {},
    }


def test_what_is_written_is_read_again():
    said = {"a": {"b": {"base": 1.5, "low": 1.0, "high": 2.0, "tag": "A", "source": "x: y"}, "c": [1, "2d", None]},
            "yes": {"no": "on", "1e3": True}, "list": [{"k": "v, w"}, {"k": 2}], "empty": {}, "none": None}
    assert YAML(typ="safe").load(written(said)) == said


# -- the establishment ----------------------------------------------------------------------------


def table_of(plan, scenario):
    asked = question(scenario, week=26, targets={"backlog_days": "12d"})
    return establishment(asked, plan).set_index(["team", "role"])


def test_the_establishment_counts_posts_today_and_planned(office):
    table = table_of(PLANS["hires"], load_scenario(office))
    row = table.loc["Housing's", "data_analyst"]
    assert (row["today"], row["planned"], row["change"], row["fte_planned"]) == (2, 4, 2, 4.0)
    assert row["cost"] > 80_000
    assert (table["today"].sum(), table["planned"].sum()) == (4, 6)


def test_people_who_leave_again_stand_beside_the_establishment(office):
    row = table_of(PLANS["hires"], load_scenario(office)).loc["Hub, data", "engineer"]
    assert (row["today"], row["planned"], row["change"], row["temporary"], row["contract"]) == (1, 1, 0, 1, "agency")
    assert row["cost"] > 0


def test_moves_change_teams_and_cost_nothing(office):
    table = table_of(PLANS["a move"], load_scenario(office))
    assert table["change"].to_dict() == {
        ("Hub, data", "data_analyst"): -1, ("Hub, data", "engineer"): 0, ("Housing's", "data_analyst"): 1,
    }
    assert table["cost"].sum() == 0


def test_hires_without_a_team_are_shown_where_they_sit():
    scenario = plain({
        "request_types": {"query": {"effort": exponential(1.0)}},
        "posts": {"analyst": {"role": "analyst", "count": 2}},
        "today": {"teams": {"one": {"serves": ["housing"], "seats": {"analyst": 1}}, "two": {"seats": {"analyst": 1}}}},
    })
    table = table_of(Plan.of([Step("hire", "analyst")] * 3), scenario)
    assert table["change"].sum() == 3
    per_head = table[table["change"] > 0]["cost"] / table[table["change"] > 0]["change"]
    assert per_head.nunique() == 1
