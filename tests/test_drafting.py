"""Editing scenario files in place: one value changes, everything else stays; forms know what the models know."""

from pathlib import Path

import pytest

from opmodel.drafting.coding import coded_text
from opmodel.drafting.drafts import draft, in_one_file
from opmodel.drafting.editing import EditError, difference, edited, lines_changed, whole_of
from opmodel.drafting.filling import filled, new_entry, number_changes, without_entry
from opmodel.drafting.forms import ABOUT_CONFIDENCE, CONFIDENCE, GROUPS, NONE, fields, parts
from opmodel.drafting.writing import flow_text, plain_text
from opmodel.scenario import load_scenario, parameters
from opmodel.scenario.quantity import TAG_MEANING
from opmodel.scenario.reading import bare, read_text, scalar
from opmodel.scenario.scenario import Scenario

FOLDER = Path(__file__).parent.parent / "scenarios"
SHIPPED = sorted(FOLDER.glob("*.yaml"))

LITTLE = """\
# A heading.
name: "Little"   # in quotes

directorates:   # who asks
    Adults: {share: 3, conformance: 0.5}   # in one line
    Children:
        share: 2   # deeper

request_types:
    analysis:
        per_year: {base: 300, low: 200, high: 400, tag: A, source: 'nobody said'}
        effort: {kind: lognormal, mean: 2d}
        steps:
        - skill: analysis
          share: 1
roles: {analyst: {skills: {analysis: practitioner}, salary: 38220}}
posts:
    analyst: {role: analyst, count: 2}
today:
    teams:
        Hub: {kind: hub, serves: [Adults, Children], seats: {analyst: 2}}
description: >-
    Two lines
    of prose.

# The end.
"""


def changed_lines(before, after):
    return [
        line for line in difference(before, after, "x").splitlines()
        if line[0] in "+-" and not line.startswith(("+++", "---"))
    ]


def field_of(made, group, path, name=None):
    for part in parts(made.readable, group):
        for entry in part.names if part.names is not None else [None]:
            for field in fields(made, part.path, entry):
                if field.path == path:
                    return field
    raise AssertionError(f"no field {path}")


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_saying_what_a_shipped_file_says_already_leaves_it_byte_for_byte(path):
    text = path.read_text("utf-8")
    root, _ = read_text(text, path.name)
    said = {}
    for key, node in list(root.value.items())[:8]:
        if not isinstance(node.value, (dict, list)):
            said[key] = flow_text(node.value)
        elif isinstance(node.value, dict):
            first = next(iter(node.value))
            said[f"{key}.{first}"] = flow_text(bare(node.value[first]))
    assert said
    assert edited(text, said) == text


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_an_edit_of_a_shipped_file_touches_only_its_own_lines(path):
    text = path.read_text("utf-8")
    whole = whole_of(read_text(text, path.name)[0], path.name, FOLDER)
    known = parameters(load_scenario(path))
    for name in list(known)[:: max(1, len(known) // 3)]:
        value = f"{float(known[name]) + 0.001!r}{'d' * (known[name].unit == 'days')}"
        after = edited(text, {f"{name}": value}, whole)
        new = [line for line in changed_lines(text, after) if line.startswith("+")]
        gone = [line for line in changed_lines(text, after) if line.startswith("-")]
        assert 1 <= len(new) <= 6, name
        assert len(gone) <= 7, name
        assert [line for line in text.splitlines() if line.lstrip().startswith("#")] == [
            line for line in after.splitlines() if line.lstrip().startswith("#")
        ]
        assert edited(after, {name: value}, whole) == after


@pytest.mark.parametrize(("changes", "lines"), [
    ({"name": "Other"}, ["-name: \"Little\"   # in quotes", "+name: Other   # in quotes"]),
    ({"directorates.Adults.share": "4"}, [
        "-    Adults: {share: 3, conformance: 0.5}   # in one line",
        "+    Adults: {share: 4, conformance: 0.5}   # in one line",
    ]),
    ({"directorates.Children.share": "4"}, ["-        share: 2   # deeper", "+        share: 4   # deeper"]),
    ({"directorates.Children.conformance": "0.6"}, ["+        conformance: 0.6"]),
    ({"directorates.Adults.conformance": None}, [
        "-    Adults: {share: 3, conformance: 0.5}   # in one line", "+    Adults: {share: 3}   # in one line",
    ]),
    ({"people.turnover": "0.1"}, ["+people:", "+  turnover: 0.1"]),
    ({"flow.hand_offs.same_line.latency": "2d"}, ["+flow:", "+  hand_offs:", "+    same_line:", "+      latency: 2d"]),
    ({"directorates.Children.share.low": "1"}, [
        "-        share: 2   # deeper", "+        share: {base: 2, low: 1}   # deeper",
    ]),
    ({"request_types.analysis.steps.0.share": "0.5"}, ["-          share: 1", "+          share: 0.5"]),
    ({"directorates.Children": "{share: 1}"}, [
        "-    Children:", "-        share: 2   # deeper", "+    Children: {share: 1}   # deeper",
    ]),
    ({"description": '"One line."'}, ["-description: >-", "-    Two lines", "-    of prose.",
                                      '+description: "One line."']),
    ({"directorates.Children": None}, ["-    Children:", "-        share: 2   # deeper"]),
])
def test_each_way_of_writing_is_edited_where_it_stands(changes, lines):
    assert changed_lines(LITTLE, edited(LITTLE, changes)) == lines


def test_line_ends_and_the_byte_order_mark_of_windows_stay():
    text = "\ufeff" + LITTLE.replace("\n", "\r\n")
    after = edited(text, {"directorates.Children.conformance": "0.6", "people.turnover": "0.1"})
    assert after.startswith("\ufeff#")
    assert after.count("\n") == after.count("\r\n") == text.count("\n") + 3


def test_what_is_put_in_can_be_taken_out_again():
    assert edited(edited(LITTLE, {"people.turnover": "0.1"}), {"people.turnover": None}) == LITTLE
    assert edited(LITTLE, {"people.turnover": None}) == LITTLE


@pytest.mark.parametrize("value", ["1\nname: x", "&a 1", "[1, 2", "{a: 1", "x: y", "# nothing", "*a", "!tag x"])
def test_a_value_cannot_write_more_than_itself(value):
    try:
        after = edited(LITTLE, {"directorates.Children.share": value})
    except EditError:
        return
    root, problems = read_text(after, "x")
    assert not problems
    before, _ = read_text(LITTLE, "x")
    assert root.value.keys() == before.value.keys()
    assert root.value["directorates"].value["Children"].value["share"].value == scalar(value)


def test_a_text_that_cannot_be_read_is_not_edited():
    with pytest.raises(EditError, match="mended first: scenario:2:"):
        edited("name: x\n  bad: [", {"name": "y"})


def test_an_inherited_value_is_added_to_the_child_alone():
    path = FOLDER / "council-federated.yaml"
    text = path.read_text("utf-8")
    whole = whole_of(read_text(text, path.name)[0], path.name, FOLDER)
    after = edited(text, {"people.turnover": "0.2", "request_types.foi.steps.0.share": "0.7",
                          "request_types.foi.steps.1.share": "0.3", "structure.team_size_min": "3"}, whole)
    assert after.startswith(text.split("  team_size_min")[0])
    made = draft(after, path.name, FOLDER)
    assert not made.errors
    assert made.scenario.people.turnover == 0.2
    assert [float(step.share) for step in made.scenario.request_types["foi"].steps] == [0.7, 0.3]
    assert made.scenario.structure.team_size_min == 3
    with pytest.raises(EditError):
        edited(text, {"request_types.foi.steps.0.share": "0.7"})


def test_a_child_becomes_one_file_that_means_the_same():
    for stem in ("council-federated", "foi-service-shock"):
        path = FOLDER / f"{stem}.yaml"
        whole = in_one_file(draft(path.read_text("utf-8"), path.name, FOLDER))
        assert "extends:" not in whole
        assert draft(whole, "x.yaml", None).scenario.hash == load_scenario(path).hash


def test_texts_are_quoted_only_where_they_could_be_misread():
    for text in ("plain words", "no: colon", "3", "true", "- dash", "a # b", "{x}", "it's", 'say "x"', "", "ümlaut", "2026-04-06"):
        root, problems = read_text(f"a: {{b: {plain_text(text)}}}\nc: {plain_text(text)}\n", "x")
        assert not problems
        assert root.value["a"].value["b"].value == root.value["c"].value == text
    assert plain_text("plain words") == "plain words"


def test_lines_changed_are_counted():
    assert lines_changed(difference(LITTLE, LITTLE, "x")) == 0
    after = edited(LITTLE, {"people.turnover": "0.1", "name": "x"})
    assert lines_changed(difference(LITTLE, after, "x")) == 3


# ---- posts, not people ---------------------------------------------------------------------------------------------

NAMED = LITTLE.replace("posts:", "posts: # Jane Smith came in May").replace(
    "    analyst: {role: analyst, count: 2}", '    "Jane Smith": {role: analyst} # Jane\n    # Smith\n    analyst: {role: analyst}'
).replace("{analyst: 2}}", "{Jane Smith: 1, analyst: 1}, lead: Jane Smith}").replace("Two lines", "Of Jane Smith")


def test_a_name_of_a_post_becomes_a_code_everywhere_in_the_text():
    coded = coded_text(NAMED)
    assert coded.codes == {"Jane Smith": "analyst_1"}
    assert "Smith" not in coded.text
    assert "seats: {analyst_1: 1, analyst: 1}, lead: analyst_1" in coded.text
    assert "# analyst_1 came in May" in coded.text
    assert len(coded.warnings) == 1
    assert coded.warnings[0].warning
    made = draft(NAMED, "x.yaml", None)
    assert not made.errors
    assert made.scenario.hash == draft(coded.text, "x.yaml", None).scenario.hash
    assert coded_text(coded.text).text == coded.text


def test_a_word_that_also_names_a_role_stays_there():
    text = LITTLE.replace("analyst", "Analyst")
    coded = coded_text(text)
    assert "roles: {Analyst:" in coded.text
    assert "role: Analyst" in coded.text
    assert "seats: {analyst_1: 2}" in coded.text
    assert not draft(coded.text, "x.yaml", None).errors


def test_a_text_without_names_stays_byte_for_byte():
    for path in SHIPPED:
        text = path.read_text("utf-8")
        assert coded_text(text).text == text


# ---- drafts and forms ----------------------------------------------------------------------------------------------

def test_problems_do_not_tell_where_the_server_keeps_its_files():
    made = draft("extends: nothing.yaml\n", "x.yaml", FOLDER)
    assert made.problems
    assert str(FOLDER) not in "\n".join(map(str, made.problems))
    assert made.problems[0].file == "x.yaml"


def test_forms_can_be_read_while_something_is_wrong():
    made = draft(LITTLE.replace("count: 2", "count: 3").replace("mean: 2d", "mean: 2"), "x.yaml", None)
    assert made.scenario is None
    assert len(made.errors) == 2
    assert field_of(made, "Posts and hires", "posts.analyst.count").value == 3
    assert field_of(made, "Demand", "request_types.analysis.effort.mean").value == "1d"


def test_every_section_of_a_scenario_is_in_a_form():
    covered = {path.split(".")[0] for paths in GROUPS.values() for path in paths}
    named = {"name", "description", "start"}
    missing = set(Scenario.model_fields) - covered - named
    assert missing == {"trace", "skills"}, "put the new part into GROUPS of forms.py (or here if text alone is enough)"


def test_every_tag_has_words_for_its_confidence():
    assert CONFIDENCE.keys() == TAG_MEANING.keys()
    for tag, words in TAG_MEANING.items():
        assert f"{CONFIDENCE[tag]} ({words.split(',')[0]})" in ABOUT_CONFIDENCE


def test_bounds_units_help_and_what_it_rests_on_come_from_the_models():
    made = draft(LITTLE, "x.yaml", None)
    share = field_of(made, "People", "people.productive_share")
    assert (share.kind, share.least, share.most, share.stated) == ("number", 0.0, 1.0, False)
    assert share.meaning.startswith("Share of on-duty time")
    assert (share.rests_on.low, share.rests_on.tag) == (0.75, "A")
    assert field_of(made, "People", "people.ramp_up").value == "140d"
    assert field_of(made, "Costs", "costs.base_year").least == 2000
    assert field_of(made, "Demand", "request_types.analysis.class_of_service").choices[0] == "expedite"
    assert field_of(made, "Posts and hires", "posts.analyst.role").choices == ("analyst",)
    assert field_of(made, "Mechanisms", "mechanisms.rework").value is True


def test_every_field_of_a_form_takes_its_own_value_back():
    path = FOLDER / "minimal.yaml"
    made = draft(path.read_text("utf-8"), path.name, None)
    for group in GROUPS:
        for part in parts(made.readable, group):
            for name in part.names if part.names is not None else [None]:
                for field in fields(made, part.path, name)[::6]:
                    after = draft(made.changed(filled(made, field, field.value)), path.name, None)
                    assert not after.errors, (field.path, after.errors)
                    if field.stated and field.part is None:
                        assert after.text == made.text, field.path


@pytest.mark.parametrize(("group", "path", "value", "said"), [
    ("People", "people.turnover", 0.2, "turnover: 0.2"),
    ("People", "people.notice", "6w", "notice: 6w"),
    ("Demand", "demand.clarification_wait.mean", "4d", "mean: 4d"),
    ("Demand", "request_types.analysis.deadline", "working_days", "deadline: {kind: working_days, days: 10}"),
    ("Demand", "request_types.analysis.upkeep", "yes", "upkeep: {skill: analysis, per_month: 1d}"),
    ("Demand", "request_types.analysis.per_year", 150.0, "{base: 150, low: 150, high: 400"),
    ("Teams and structure", "structure", "federated", "structure: {kind: federated}"),
    ("Teams and structure", "today.teams.Hub.serves", ["Adults", "Children"], "serves: [Adults, Children]"),
    ("Study", "study.milestones_weeks", "13, 26", "milestones_weeks: [13, 26]"),
    ("Study", "description", "a: b # c", 'description: "a: b # c"'),
    ("Mechanisms", "mechanisms.rework", False, "rework: false"),
    ("Teams and structure", "structure", "centralised", "structure: {kind: centralised}"),
    ("Posts and hires", "roles.analyst.skills.governance", "expert", "governance: expert"),
])
def test_what_a_form_holds_goes_into_the_text(group, path, value, said):
    made = draft(LITTLE, "x.yaml", None)
    after = draft(made.changed(filled(made, field_of(made, group, path), value)), "x.yaml", None)
    assert said in after.text
    assert not after.errors


def test_entries_are_added_as_copies_and_taken_out():
    made = draft(LITTLE, "x.yaml", None)
    hired = draft(made.changed(new_entry(made, "hires", "second_analyst", None)), "x.yaml", None)
    assert hired.scenario.hires["second_analyst"].role == "analyst"
    more = draft(made.changed(new_entry(made, "directorates", "Housing", "Adults")), "x.yaml", None)
    assert "    Housing: {share: 3, conformance: 0.5}" in more.text
    assert more.changed(without_entry(more, "directorates", "Housing")) == LITTLE
    for name in ("", "Adults", "a.b", "x: y", "1st"):
        with pytest.raises(ValueError):
            new_entry(made, "directorates", name, "Adults")


def test_an_inherited_entry_is_taken_away_with_null():
    path = FOLDER / "council-federated.yaml"
    made = draft(path.read_text("utf-8"), path.name, FOLDER)
    after = draft(made.changed(without_entry(made, "request_types", "predictive")), path.name, FOLDER)
    assert "predictive: null" in after.text
    assert "predictive" not in after.scenario.request_types


def test_range_tag_and_source_of_a_number_can_be_stated():
    made = draft(LITTLE, "x.yaml", None)
    said = {"base": 0.2, "low": 0.1, "high": 0.3, "tag": "S", "source": "staff records: 2025"}
    after = draft(made.changed(number_changes(made, "people.turnover", said, "share")), "x.yaml", None)
    number = after.scenario.people.turnover
    assert (float(number), number.low, number.high, number.tag, number.source) == tuple(said.values())
    plain = draft(made.changed(number_changes(made, "directorates.Children.share", {"tag": "A"}, "number")), "x.yaml", None)
    assert "share: {base: 2, tag: A}   # deeper" in plain.text
    longer = draft(made.changed(number_changes(made, "people.ramp_up", {"base": 100.0}, "days")), "x.yaml", None)
    assert "ramp_up: 100d" in longer.text


def test_nothing_where_there_is_a_default_is_written_as_null():
    made = draft(LITTLE + "structure: {kind: centralised}\n", "x.yaml", None)
    head = field_of(made, "Teams and structure", "structure.head")
    assert "structure: {kind: centralised, head: null}" in made.changed(filled(made, head, NONE))
