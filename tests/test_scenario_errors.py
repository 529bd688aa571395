"""What a wrong scenario file is told: the line, the field, and how to mend it."""

from __future__ import annotations

import contextlib
import pickle
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from opmodel.scenario import (
    Problem,
    Scenario,
    ScenarioError,
    change_scenario,
    check_scenario,
    check_text,
    load_scenario,
    load_text,
)

TOWN = """\
name: Town
directorates:
  housing: {share: 2}
  finance: {share: 1}
request_types:
  foi:
    per_year: 200
    effort: {kind: lognormal, mean: 6h}
    steps:
      - {skill: analysis, share: 0.75}
      - {skill: governance, share: 0.25}
roles:
  analyst: {skills: {analysis: practitioner, governance: working}, salary: 39152}
posts:
  analyst_a: {role: analyst, count: 2}
  analyst_b: {role: analyst}
today:
  teams:
    hub: {kind: hub, seats: {analyst_a: 2}}
    spoke: {serves: [housing], seats: {analyst_b: 1}}
people:
  turnover: 0.12
"""


def town(*edits: tuple[str, str]) -> str:
    """The town with some texts replaced, each of which it holds once."""
    text = TOWN
    for old, new in edits:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def said(text: str) -> list[str]:
    """Everything said about a text called x."""
    return [str(problem) for problem in check_text(text, "x")[1]]


TURNOVER = "  turnover: 0.12"
SEATS = "{analyst_a: 2, analyst_b: 1}"
FOI = "per_year: 200"

# One wrong thing each: the text, and the only line said about it.
FIELDS = {
    "unknown key": (
        town((TURNOVER, "  turnovr: 0.1")),
        "x:22:3: people.turnovr: unknown field, did you mean 'turnover'?",
    ),
    "unknown key at the top": (town(("name:", "nmae: a\nname:")), "x:1:1: nmae: unknown field, did you mean 'name'?"),
    "unknown key without a neighbour": (
        town(("{share: 2}", "{share: 2, zzz: 1}")),
        "x:3:23: directorates.housing.zzz: unknown field (known: share, conformance)",
    ),
    "duplicate key": (
        town((TURNOVER, f"{TURNOVER}\n  turnover: 0.2")),
        "x:23:3: people.turnover: duplicate key, first given on line 22",
    ),
    "not a number": (
        town((TURNOVER, "  turnover: often")),
        "x:22:13: people.turnover: should be a number (got 'often')",
    ),
    "a truth value for a number": (
        town((TURNOVER, "  turnover: true")),
        "x:22:13: people.turnover: should be a number, not true or false",
    ),
    "a list for a number": (
        town((TURNOVER, "  turnover: [0.1]")),
        "x:22:3: people.turnover: should be a number or a mapping with base, low, high, tag, source",
    ),
    "wrong unit": (
        town((TURNOVER, "  ramp_up: 3 weeks")),
        "x:22:12: people.ramp_up: should be a duration such as 4h, 3d, 2w, 20cd, 6mo or 1y (got '3 weeks')",
    ),
    "a share as a duration": (
        town((TURNOVER, "  ramp_up: 40%")),
        "x:22:12: people.ramp_up: should be a duration such as 4h, 3d, 2w, 20cd, 6mo or 1y (got '40%')",
    ),
    "number without unit": (
        town((TURNOVER, "  ramp_up: 20")),
        "x:22:12: people.ramp_up: needs a unit, for example 20d (h, d, w, cd, mo or y)",
    ),
    "nan": (town((TURNOVER, "  turnover: .nan")), "x:22:13: people.turnover: should be a finite number (got nan)"),
    "infinity": (
        town((TURNOVER, "  turnover: -.inf")),
        "x:22:13: people.turnover: should be a finite number (got -inf)",
    ),
    "an endless duration": (
        town((TURNOVER, "  ramp_up: 1e999d")),
        "x:22:12: people.ramp_up: should be a finite number (got inf)",
    ),
    "a whole number without end": (
        town((FOI, "per_year: " + "9" * 350)),
        "x:7:15: request_types.foi.per_year: should be a finite number (got inf)",
    ),
    "negative rate": (town((FOI, "per_year: -3")), "x:7:15: request_types.foi.per_year: should be at least 0 (got -3)"),
    "share above one": (
        town((TURNOVER, "  turnover: 120%")),
        "x:22:13: people.turnover: should be at most 1 (got 1.2)",
    ),
    "effort of nothing": (town(("6h", "0h")), "x:8:37: request_types.foi.effort.mean: should be above 0 (got 0)"),
    "maturity beyond five": (
        town((TURNOVER, f"{TURNOVER}\nstandards: {{maturity: 6}}")),
        "x:23:23: standards.maturity: should be at most 5 (got 6)",
    ),
    "range out of order": (
        town((TURNOVER, "  turnover: {base: 0.2, low: 0.3}")),
        "x:22:3: people.turnover: low, base and high should be in that order",
    ),
    "unknown part of a number": (
        town((TURNOVER, "  turnover: {base: 0.2, hihg: 0.3}")),
        "x:22:25: people.turnover: unknown field 'hihg' (use base, low, high, tag, source)",
    ),
    "unknown tag of a number": (
        town((TURNOVER, "  turnover: {base: 0.2, tag: [S]}")),
        "x:22:3: people.turnover: tag should be one of S, D, G, A, file (got '['S']')",
    ),
    "number without base or default": (
        town((FOI, "per_year: {low: 1}")),
        "x:7:5: request_types.foi.per_year: needs a base value",
    ),
    "half a person": (
        town(("count: 2", "count: 2.5")),
        "x:15:37: posts.analyst_a.count: should be a whole number (got 2.5)",
    ),
    "a truth value for a count": (
        town(("count: 2", "count: true")),
        "x:15:37: posts.analyst_a.count: should be a whole number (got true)",
    ),
    "nobody": (town(("count: 2", "count: 0")), "x:15:37: posts.analyst_a.count: should be at least 1 (got 0)"),
    "yes for true": (
        town((TURNOVER, f"{TURNOVER}\nflow: {{lend_below: 0.5, speciality_first: yes}}")),
        "x:23:43: flow.speciality_first: should be true or false (got 'yes')",
    ),
    "a number for a name": (town(("name: Town", "name: 3")), "x:1:7: name: should be text (got 3)"),
    "a list for a mapping": (
        town((f"people:\n{TURNOVER}", "people: [1]")),
        "x:21:1: people: should be a mapping (got a list)",
    ),
    "a mapping for a list": (
        town((TURNOVER, f"{TURNOVER}\nskills: {{a: 1}}")),
        "x:23:1: skills: should be a list (got a mapping)",
    ),
    "an empty list": (town((TURNOVER, f"{TURNOVER}\nskills: []")), "x:23:1: skills: should have at least 1 entry"),
    "a name that is none": (
        town((TURNOVER, f"{TURNOVER}\nskills: [analysis, governance, 2nd]")),
        "x:23:32: skills.2: should be a name: a letter, then letters, digits, spaces or _ & ' . , ( ) / - "
        "(at most 60 characters)",
    ),
    "a number as a key": (
        town(("  foi:", "  2: 3\n  foi:")),
        "x:6:3: request_types: a key should be text (put quotes around 2)",
    ),
    "required field": (town(("mean: 6h", "cv: 1")), "x:8:5: request_types.foi.effort.mean: required field is missing"),
    "required section left empty": (
        re.sub(r"(?m)^  analyst: .*\n", "", TOWN),
        "x:12:1: roles: required field is missing",
    ),
    "one of a list of words": (
        town(("kind: hub", "kind: hubb")),
        "x:19:17: today.teams.hub.kind: 'hubb' is not one of hub, spoke, policy_centre, did you mean 'hub'?",
    ),
    "unknown kind": (
        town(("kind: lognormal", "kind: lognorm")),
        "x:8:14: request_types.foi.effort: 'lognorm' is not one of fixed, exponential, lognormal, gamma, "
        "did you mean 'lognormal'?",
    ),
    "kind left out": (
        town(("kind: lognormal, ", "")),
        "x:8:5: request_types.foi.effort: needs a kind, one of fixed, exponential, lognormal, gamma",
    ),
    "a number where a distribution is needed": (
        town(("{kind: lognormal, mean: 6h}", "6h")),
        "x:8:13: request_types.foi.effort: should be a mapping with a kind, one of fixed, exponential, lognormal, "
        "gamma (got '6h')",
    ),
    "a wrong field of a kind": (
        town(("mean: 6h", "mean: 6h, cw: 1")),
        "x:8:41: request_types.foi.effort.cw: unknown field (known: kind, mean, cv)",
    ),
    "not a date": (town(("name:", "start: 6/4/2026\nname:")), "x:1:8: start: should be a date such as 2026-04-06"),
    "not a month and day": (
        town((FOI, f"{FOI}\n    deadline: {{kind: date, dates: [31-5]}}")),
        "x:8:36: request_types.foi.deadline.dates.0: should be a month and day such as 05-31 (got '31-5')",
    ),
}

ACROSS = {
    "unknown skill of a step": (
        town(("skill: analysis", "skill: analisys")),
        "x:10:17: request_types.foi.steps.0.skill: unknown skill 'analisys', did you mean 'analysis'?",
    ),
    "unknown skill of a role": (
        town((", governance: working", ", governance: working, vizualisation: expert")),
        "x:13:67: roles.analyst.skills.vizualisation: unknown skill 'vizualisation', did you mean 'visualisation'?",
    ),
    "unknown skill of upkeep": (
        town((FOI, f"{FOI}\n    upkeep: {{skill: enginering, per_month: 1h}}")),
        "x:8:21: request_types.foi.upkeep.skill: unknown skill 'enginering', did you mean 'engineering'?",
    ),
    "a skill listed twice": (
        town((TURNOVER, f"{TURNOVER}\nskills: [analysis, governance, analysis]")),
        "x:23:32: skills.2: 'analysis' is listed twice",
    ),
    "unknown role of a post": (
        town(("analyst_b: {role: analyst}", "analyst_b: {role: analist}")),
        "x:16:21: posts.analyst_b.role: unknown role 'analist', did you mean 'analyst'?",
    ),
    "unknown role of a hire": (
        town((TURNOVER, f"{TURNOVER}\nhires: {{one: {{role: enginer}}}}")),
        "x:23:21: hires.one.role: unknown role 'enginer' (known: analyst)",
    ),
    "unknown role of a structure": (
        town((TURNOVER, f"{TURNOVER}\nstructure: {{kind: centralised, head: boss}}")),
        "x:23:38: structure.head: unknown role 'boss' (known: analyst)",
    ),
    "unknown directorate of a team": (
        town(("[housing]", "[housng]")),
        "x:20:22: today.teams.spoke.serves.0: unknown directorate 'housng', did you mean 'housing'?",
    ),
    "unknown directorate of a type": (
        town((FOI, f"{FOI}\n    by_directorate: {{finances: 1}}")),
        "x:8:22: request_types.foi.by_directorate.finances: unknown directorate 'finances', did you mean 'finance'?",
    ),
    "unknown directorate of a board": (
        town((TURNOVER, f"{TURNOVER}\ngovernance: {{boards: {{house: {{}}}}}}")),
        "x:23:23: governance.boards.house: unknown directorate 'house', did you mean 'housing'?",
    ),
    "unknown type of shadow work": (
        town((TURNOVER, f"{TURNOVER}\ndemand: {{shadow_type: fio}}")),
        "x:23:23: demand.shadow_type: unknown request type 'fio', did you mean 'foi'?",
    ),
    "unknown team of a hire": (
        town((TURNOVER, f"{TURNOVER}\nhires: {{one: {{role: analyst, team: hib}}}}")),
        "x:23:36: hires.one.team: unknown team 'hib', did you mean 'hub'?",
    ),
    "a lead who sits elsewhere": (
        town(("{analyst_a: 2}", "{analyst_a: 2}, lead: analyst_b")),
        "x:19:51: today.teams.hub.lead: 'analyst_b' has no seat in this team, did you mean 'analyst_a'?",
    ),
    "seats that do not add up": (
        town(("{analyst_a: 2}", "{analyst_a: 3}")),
        "x:15:3: posts.analyst_a: has 2 seats, but the teams under today.teams seat 3",
    ),
    "a skill nobody has": (
        town(("skill: governance,", "skill: engineering,")),
        "x:11:9: request_types.foi.steps.1: needs engineering at level working, which no post or hire has",
    ),
    "a level nobody has": (
        town(("share: 0.25", "share: 0.25, level: expert")),
        "x:11:9: request_types.foi.steps.1: needs governance at level expert, which no post or hire has; "
        "the highest level is working",
    ),
    "shares that do not add up": (
        town(("share: 0.25", "share: 0.35")),
        "x:9:5: request_types.foi.steps: shares of the steps add up to 1.1; they should add up to 1",
    ),
    "a share with a range": (
        town(("share: 0.25", "share: {base: 0.25, high: 0.3}")),
        "x:11:29: request_types.foi.steps.1.share: a share cannot have a range, as the shares must go on adding up "
        "to 1; give the steps own efforts",
    ),
    "a gate beyond the last step": (
        town((FOI, f"{FOI}\n    gate_before: 3")),
        "x:8:18: request_types.foi.gate_before: is beyond the last step (the type has 2)",
    ),
    "a season of three parts": (
        town((FOI, f"{FOI}\n    season: [1, 2, 3]")),
        "x:8:5: request_types.foi.season: should be four quarters or twelve months, not all 0 (got 3 numbers)",
    ),
    "a date that is not in every year": (
        town((FOI, f"{FOI}\n    deadline: {{kind: date, dates: [05-31, 02-29]}}")),
        "x:8:43: request_types.foi.deadline.dates.1: 02-29 is not a date of every year",
    ),
    "a spread between fixed and Poisson": (
        town((TURNOVER, f"{TURNOVER}\ndemand: {{dispersion: 0.5}}")),
        "x:23:22: demand.dispersion: should be 0 (fixed counts) or at least 1 (1 is Poisson)",
    ),
    "two spokes for one directorate": (
        town(("kind: hub, seats", "serves: [finance, housing], seats")),
        "x:20:22: today.teams.spoke.serves.0: 'housing' is served by the spoke 'hub' already; one spoke each",
    ),
    "nobody for a directorate": (
        town(("kind: hub, ", "")),
        "x:18:3: today.teams: nobody serves 'finance': name it under serves, or make one team a hub or policy centre",
    ),
    "no structure at all": (
        TOWN[: TOWN.index("today:")],
        "x:1:1: needs one of today (the present teams), teams (drawn by hand) or structure (a preset)",
    ),
    "a structure and teams": (
        town(
            (
                TURNOVER,
                f"{TURNOVER}\nstructure: {{kind: federated}}\nteams: {{hub: {{kind: hub, seats: {SEATS}}}}}",
            )
        ),
        "x:23:1: structure: would not act, as teams are drawn by hand at x:24; add 'teams: null' to drop them",
    ),
    "a start on a Tuesday": (
        town(("name:", "start: 2026-04-07\nname:")),
        "x:1:8: start: 2026-04-07 is a Tuesday; should be a Monday such as 2026-04-06",
    ),
    "a warm-up as long as the study": (
        town((TURNOVER, f"{TURNOVER}\nstudy: {{kind: steady_state, warm_up_weeks: 104}}")),
        "x:23:44: study.warm_up_weeks: should be less than the horizon of 104 weeks (got 104)",
    ),
    "everybody leaves": (
        town((TURNOVER, "  turnover: 1")),
        "x:22:13: people.turnover: should stay below 1, its high value too",
    ),
    "too many requests": (
        town((FOI, "per_year: 1e12")),
        "x:5:1: request_types: more than 5,000,000 requests within the horizon (about 2.2e+12)",
    ),
    "a trace without a folder": (
        town((TURNOVER, f"{TURNOVER}\ntrace: {{file: log.csv, arrival: a, directorate: d, default: foi}}")),
        "x:23:15: trace.file: needs a scenario file; pasted text has no folder",
    ),
}

WARNINGS = {
    "more work than time": (
        town((FOI, "per_year: 700\n    statutory: true")),
        "x:5:1: warning: request_types: all work is asked for about 568 working days a year, its holders have about "
        "550 (load 1.03), and such requests are never abandoned: their queue grows without end",
    ),
    "a milestone beyond the horizon": (
        town((TURNOVER, f"{TURNOVER}\nstudy: {{milestones_weeks: [26, 120]}}")),
        "x:23:9: warning: study.milestones_weeks: 120 beyond the horizon of 104 weeks",
    ),
    "a warm-up that does nothing": (
        town((TURNOVER, f"{TURNOVER}\nstudy: {{warm_up_weeks: 5}}")),
        "x:23:24: warning: study.warm_up_weeks: has no effect in a transition study",
    ),
    "patience that does nothing": (
        town((FOI, f"{FOI}\n    statutory: true\n    patience: {{kind: fixed, mean: 4d}}")),
        "x:9:5: warning: request_types.foi.patience: has no effect: a statutory request is never abandoned",
    ),
}

UNREADABLE = {
    "empty": ("", "x:1:1: is empty; 'opmodel new NAME' makes a scenario to start from"),
    "only a comment": ("# nothing\n", "x:1:1: is empty; 'opmodel new NAME' makes a scenario to start from"),
    "a list at the top": ("- a\n", "x:1:1: should be a mapping of fields (name: ...), not a list"),
    "a word at the top": ("hello", "x:1:1: should be a mapping of fields (name: ...), not a single value"),
    "alias": ("a: 1\nb: *x\n", "x:2:4: aliases (*name) are not allowed"),
    "anchor": ("a: &x 1\n", "x:1:4: anchors (&name) are not allowed"),
    "tag": ("a: !!python/object:os.system {}\n", "x:1:4: tags (!name) are not allowed"),
    "directive": ("%YAML 1.1\n---\na: 1\n", "x:1:1: directives (%YAML, %TAG) are not allowed"),
    "two documents": ("name: a\n---\nname: b\n", "x:2:1: a second document (---) is not allowed"),
    "bomb of entries": ("a:\n" + "- 1\n" * 20_000, "x:19999:3: holds more than 20,000 keys and values"),
    "bomb of depth": ("a: " + "[" * 5000, "x:1:33: is nested deeper than 30 levels"),
    "endless line": ("a: 1\n" + "!" * 100_001, "x:2:1: has a line of more than 100,000 characters"),
    "too large": (
        "# " + "x" * 1_000_000,
        "x:1:1: is larger than 1 MB; a scenario is a few pages (a log goes in a trace file)",
    ),
    "control character": ("a: \x07", "x:1:4: holds a control character, which scenario files may not"),
    "half a character": ('a: "\\ud800"', "x:1:4: holds half of a character (a lone surrogate)"),
    "an escape for nothing": ('a: "\\UFFFFFFFF"', "x:1:1: holds an escape that stands for no character"),
    "a colon too many": (
        "a: b: c",
        "x:1:5: is not valid YAML: a ':' where none is expected (indent alike, or quote the text)",
    ),
    "a bracket too few": (
        "a: [1",
        "x:1:6: is not valid YAML: while parsing a [ ] list, expected ',' or ']', but got 'the end of the file'",
    ),
    "tab": (
        "a:\n\t- b",
        "x:2:1: is not valid YAML: found character tab (indent with spaces) that cannot start any token",
    ),
}


@pytest.mark.parametrize(("text", "message"), [*FIELDS.values(), *ACROSS.values()], ids=[*FIELDS, *ACROSS])
def test_a_wrong_file_is_told_its_one_mistake(text: str, message: str) -> None:
    assert said(text) == [message]
    with pytest.raises(ScenarioError, match=re.escape(message)):
        load_text(text, "x")


@pytest.mark.parametrize(("text", "message"), UNREADABLE.values(), ids=UNREADABLE)
def test_an_unreadable_file_is_told_why(text: str, message: str) -> None:
    assert said(text) == [message]


@pytest.mark.parametrize(("text", "message"), WARNINGS.values(), ids=WARNINGS)
def test_a_warning_does_not_stop_a_scenario(text: str, message: str) -> None:
    assert said(text)[0] == message
    assert isinstance(load_text(text), Scenario)


def test_all_mistakes_are_told_at_once_in_the_order_of_lines() -> None:
    text = town(("name: Town", "name: 3"), ("6h", "6"), (TURNOVER, f"{TURNOVER}\n  ramp_up: fast\n  turnover: 0.2"))
    assert said(text) == [
        "x:1:7: name: should be text (got 3)",
        "x:8:37: request_types.foi.effort.mean: needs a unit, for example 6d (h, d, w, cd, mo or y)",
        "x:23:12: people.ramp_up: should be a duration such as 4h, 3d, 2w, 20cd, 6mo or 1y (got 'fast')",
        "x:24:3: people.turnover: duplicate key, first given on line 22",
    ]


def test_a_wrong_name_and_its_missing_fields_are_told_together() -> None:
    problems = check_text(town(("  foi:", '  "9 lives": {per_year: 3}\n  foi:')), "x")[1]
    assert [(p.line, p.path) for p in problems] == [
        (6, "request_types.9 lives"),
        (6, "request_types.9 lives.effort"),
        (6, "request_types.9 lives.steps"),
    ]


def test_an_unknown_post_that_may_be_a_person_is_not_named() -> None:
    text = "\n".join(said(town(("{analyst_b: 1}", "{analyst_b: 1, Jane Doe: 1}, lead: Sam"))))
    assert "Jane" not in text
    assert "Sam" not in text
    assert "x:20:54: today.teams.spoke.seats.post_1: unknown post 'post_1'" in text


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda path: None, "no such file"),
        (lambda path: path.mkdir(), "is a folder, not a scenario file"),
        (lambda path: path.write_bytes(b"name: caf\xe9\n"), "is not UTF-8 text; save it with the encoding UTF-8"),
        (lambda path: path.write_bytes("name: a\n".encode("utf-16")), "is not UTF-8 text"),
        (lambda path: path.write_bytes(b"#" * 1_000_001), "is larger than 1 MB"),
        (lambda path: path.write_bytes(b""), "is empty"),
        (lambda path: path.symlink_to("/dev/zero"), "is not an ordinary file"),
    ],
    ids=["absent", "folder", "Latin-1", "UTF-16", "large", "empty", "device"],
)
def test_a_path_that_is_no_scenario_file(tmp_path: Path, make: object, message: str) -> None:
    path = tmp_path / "town.yaml"
    make(path)  # type: ignore[operator]
    with pytest.raises(ScenarioError) as error:
        load_scenario(path)
    (problem,) = error.value.problems
    assert problem.file == str(path)
    assert problem.text.startswith(message)


def test_the_place_of_a_byte_that_is_not_utf_8(tmp_path: Path) -> None:
    (tmp_path / "town.yaml").write_bytes(b"name: a\n# caf\xe9\n")
    problem = check_scenario(tmp_path / "town.yaml")[1][0]
    assert (problem.line, problem.col) == (2, 6)


def family(folder: Path, **files: str) -> list[str]:
    """What is said about ``child.yaml`` among files, with their folder left out."""
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text)
    return [str(p).replace(f"{folder}/", "") for p in check_scenario(folder / "child.yaml")[1]]


def test_a_mistake_of_a_parent_names_the_parents_line(tmp_path: Path) -> None:
    base = town(("per_year: 200", "per_year: many"))
    assert family(tmp_path, base=base, child="extends: base.yaml\npeople: {ramp_up: 3}\n") == [
        "base.yaml:7:15: request_types.foi.per_year: should be a number (got 'many')",
        "child.yaml:2:19: people.ramp_up: needs a unit, for example 3d (h, d, w, cd, mo or y)",
    ]


def test_a_parent_that_cannot_be_read_is_told_with_its_own_line(tmp_path: Path) -> None:
    assert family(tmp_path, base="a: [", child="extends: base.yaml\n")[0].startswith("base.yaml:1:5: is not valid YAML")


@pytest.mark.parametrize(
    ("reference", "message"),
    [
        ("gone.yaml", "extends: gone.yaml does not exist"),
        ("council.yaml",
         "extends: council.yaml does not exist; it comes with opmodel: opmodel new council.yaml --from council"),
        ("..", "extends: leads outside the folder of the file that was loaded"),
        ("../other.yaml", "extends: leads outside the folder of the file that was loaded"),
        ("/etc/hostname", "extends: leads outside the folder of the file that was loaded"),
        ("[a.yaml, b.yaml]", "extends: should be the path of one parent file, such as base.yaml"),
        ("3", "extends: should be the path of one parent file, such as base.yaml"),
        ('"a\\0b"', "holds a control character, which scenario files may not"),
        ("child.yaml", "extends: goes round in a circle: child.yaml -> child.yaml"),
    ],
)
def test_a_wrong_extends(tmp_path: Path, reference: str, message: str) -> None:
    (said_of_child,) = family(tmp_path, child=f"name: a\nextends: {reference}\n")
    assert re.fullmatch(rf"child\.yaml:2:\d+: {re.escape(message)}", said_of_child)


def test_a_link_may_not_lead_outside(tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    (tmp_path / "outside.yaml").write_text(TOWN)
    (inside / "link.yaml").symlink_to(tmp_path / "outside.yaml")
    assert family(inside, child="extends: link.yaml\n") == [
        "child.yaml:1:10: extends: leads outside the folder of the file that was loaded"
    ]


def test_a_circle_of_parents_is_told_as_a_chain(tmp_path: Path) -> None:
    said_of_child = family(tmp_path, child="extends: b.yaml\n", b="extends: c.yaml\n", c="extends: b.yaml\n")
    assert said_of_child == ["c.yaml:1:10: extends: goes round in a circle: b.yaml -> c.yaml -> b.yaml"]


DRAWN = town(("people:", "teams:\n  all: {kind: hub, seats: {analyst_a: 2, analyst_b: 1}}\npeople:"))


def test_a_structure_over_inherited_teams_names_both_lines_and_the_remedy(tmp_path: Path) -> None:
    child = "extends: base.yaml\nstructure: {kind: federated}\n"
    assert family(tmp_path, base=DRAWN, child=child) == [
        f"child.yaml:2:1: structure: would not act, as teams are drawn by hand at {tmp_path}/base.yaml:21; "
        "add 'teams: null' to drop them".replace(f"{tmp_path}/", "")
    ]
    assert family(tmp_path, base=DRAWN, child=child + "teams: null\n") == []


def test_teams_over_an_inherited_structure(tmp_path: Path) -> None:
    base = town(("people:", "structure: {kind: federated}\npeople:"))
    child = "extends: base.yaml\nteams: {all: {kind: hub, seats: {analyst_a: 2, analyst_b: 1}}}\n"
    assert family(tmp_path, base=base, child=child) == [
        "child.yaml:2:1: teams: are drawn by hand, but a structure is set at base.yaml:21; "
        "add 'structure: null' to drop it"
    ]
    assert family(tmp_path, base=base, child=child + "structure: null\n") == []


@pytest.mark.parametrize(
    ("file", "message"),
    [
        ("gone.csv", "trace.file: no such file: gone.csv"),
        ("../log.csv", "trace.file: leads outside the folder of the file that was loaded"),
        ("/etc/hostname", "trace.file: leads outside the folder of the file that was loaded"),
    ],
)
def test_a_wrong_trace(tmp_path: Path, file: str, message: str) -> None:
    text = TOWN + f"trace: {{file: {file}, arrival: a, directorate: d, default: foi}}\n"
    assert family(tmp_path, child=text) == [f"child.yaml:23:15: {message}"]


CHANGES = {
    "people.turnovr": ("0.1", "unknown field, did you mean 'turnover'?"),
    "people.ramp_up": ("20", "needs a unit, for example 20d (h, d, w, cd, mo or y)"),
    "request_types.foi.steps.7.share": ("0.1", "there is no entry '7'; the list has 2, counted from 0"),
    "request_types.foi.steps.last.share": ("0.1", "there is no entry 'last'; the list has 2, counted from 0"),
    "": ("1", "needs the dotted path of a field"),
    "skills": (
        "[a, b",
        "is not valid YAML: while parsing a [ ] list, expected ',' or ']', but got 'the end of the file'",
    ),
    "posts.analyst_a.role": ("analist", "unknown role 'analist', did you mean 'analyst'?"),
    "name": ("null", "required field is missing"),
}


@pytest.mark.parametrize(("path", "value", "message"), [(path, *rest) for path, rest in CHANGES.items()], ids=CHANGES)
def test_a_wrong_change_is_told_beside_the_file(path: str, value: str, message: str) -> None:
    place = f"--set: {path}: {message}" if path else f"--set: {message}"
    assert [str(problem) for problem in check_text(TOWN, "x", set={path: value})[1]] == [place]
    with pytest.raises(ScenarioError) as error:
        change_scenario(load_text(TOWN), {path: value})
    assert [str(problem) for problem in error.value.problems] == [place]


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -1, 1.5, 10**400])
def test_a_changed_number_keeps_to_the_bounds_of_its_field(number: float) -> None:
    with pytest.raises(ScenarioError, match=r"--set: people\.turnover: should be"):
        change_scenario(load_text(TOWN), {"people.turnover": number})


def test_problems_survive_a_worker_process() -> None:
    error = ScenarioError([Problem("a", 2, 1, "x", "t"), Problem("a", 1, 1, "y", "u", warning=True)])
    again = pickle.loads(pickle.dumps(error))
    assert again.problems == error.problems
    assert str(again) == "a:1:1: warning: y: u\na:2:1: x: t"


SIGNS = [
    *"-[]{},'|>#?\t\n\"\u2028\ud800é",
    ": ",
    ":\n  ",
    "- ",
    "\\x",
    "\\U",
    "%YAML 1.1\n",
    "---\n",
    "9" * 5000,
    "Jane Doe",
]
WORDS = """&a *a !!int << name extends posts teams today structure kind foi seats lead request_types steps 1e999d .nan
    null 0x1F"""
YAML_WORDS = st.sampled_from([*SIGNS, *WORDS.split()])
FUZZ = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def refused_or_checked(text: str, changes: dict[str, object] | None = None) -> None:
    """A text gives a scenario or errors, never both, never anything else."""
    scenario, problems = check_text(text, set=changes)
    assert (scenario is None) == any(not problem.warning for problem in problems)
    with contextlib.suppress(ScenarioError):
        load_text(text, set=changes)


@FUZZ
@given(st.one_of(st.text(), st.lists(YAML_WORDS, max_size=40).map("".join)))
def test_no_text_whatsoever_breaks_the_loader(text: str) -> None:
    refused_or_checked(text)


@FUZZ
@given(st.integers(0, len(TOWN)), st.integers(0, 30), st.one_of(st.text(max_size=8), YAML_WORDS))
def test_no_damage_to_a_good_file_breaks_the_loader(start: int, length: int, inserted: str) -> None:
    refused_or_checked(TOWN[:start] + inserted + TOWN[start + length :])


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
PATHS = """name start skills skills.0 posts posts.analyst_a today.teams.hub.seats people people.turnover structure teams
    people.turnover.low request_types.foi.effort request_types.foi.steps request_types.foi.steps.0 directorates
    request_types.foi.steps.0.share trace trace.file a.b.c nothing"""


@FUZZ
@given(st.dictionaries(st.sampled_from(PATHS.split()), JSON, max_size=3))
def test_no_change_whatsoever_breaks_a_scenario(changes: dict[str, object]) -> None:
    refused_or_checked(TOWN, changes)
    with contextlib.suppress(ScenarioError):
        change_scenario(load_text(TOWN), changes)


def test_what_no_field_can_know_is_checked_beside_wrong_fields() -> None:
    """A wrong value, an unknown field and a missing one do not hide unknown names and a wrong day."""
    text = TOWN.replace("share: 2", "share: -2").replace("turnover: 0.12", "turnovr: 0.12").replace("mean: 6h", "cv: 1")
    text = text.replace("{skill: governance", "{skill: govrnance").replace("serves: [housing]", "serves: [hosing]")
    scenario, problems = check_text("start: 2026-04-07\n" + text)
    assert scenario is None
    said = [problem.path for problem in problems if not problem.warning]
    for path in ("directorates.housing.share", "people.turnovr", "request_types.foi.effort.mean",
                 "request_types.foi.steps.1.skill", "today.teams.spoke.serves.0", "start"):
        assert path in said, said


def test_what_follows_from_a_wrong_field_is_not_said() -> None:
    """Neither a post without its count, nor a skill that a misspelt level leaves unheld."""
    for old, new, path in (
        ("role: analyst, count: 2", "role: analyst, count: many", "posts.analyst_a.count"),
        ("{analysis: practitioner, governance: working}", "{analysis: praktitioner, governance: working}",
         "roles.analyst.skills.analysis"),
        ("seats: {analyst_a: 2}", "seats: {analyst_a: two}", "today.teams.hub.seats.analyst_a"),
    ):
        _, problems = check_text(TOWN.replace(old, new))
        assert [problem.path for problem in problems if not problem.warning] == [path]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("demand: {elasticity: 0.5}", "at most 0"),
        ("demand: {raise_max: 0.5}", "at least 1"),
        ("demand: {growth: -1}", "above -1"),
        ("time_off: {annual_leave: 400}", "working days"),
    ],
)
def test_values_that_would_lose_requests_or_people(line: str, said: str) -> None:
    _, problems = check_text(TOWN + "\n" + line + "\n")
    assert any(said in problem.text for problem in problems), problems


@pytest.mark.parametrize("escape", [r"\e[31m", r"\a", r"\0", r"\u202e", r"\x9b"])
@pytest.mark.parametrize("where", ['name: "X{}"', 'people: {{turnover: {{base: 0.1, source: "{}"}}}}', '"{}key": 1'])
def test_nothing_that_a_terminal_would_obey(escape: str, where: str) -> None:
    """Neither in text, nor in a key, nor in what is said of it."""
    line = where.format(escape)
    text = TOWN.replace("name: Town", line) if line.startswith("name") else TOWN + "\n" + line + "\n"
    scenario, problems = check_text(text)
    assert scenario is None
    assert any("control character" in problem.text for problem in problems)
    assert all(str(problem).isprintable() for problem in problems)


def test_a_key_stands_on_one_line() -> None:
    _, problems = check_text(TOWN + '\n"evil\\nscenario: fine": 1\n')
    (said,) = [str(problem) for problem in problems if not problem.warning]
    assert "\n" not in said
    assert said.endswith("a key should stand on one line")


def test_an_unclosed_quote_is_shown_where_it_begins() -> None:
    _, (problem,) = check_text('name: a\ndescription: "Minimal\nstart: 2026-04-06\n')
    assert problem.line == 2
