"""From files to a Scenario: units, ranges, parents, changes, and posts without names."""

from __future__ import annotations

import datetime as dt
import pickle
from pathlib import Path
from typing import Any

import pytest

from opmodel.drafting.coding import coded_text
from opmodel.scenario import (
    Parameter,
    Scenario,
    change_scenario,
    check_scenario,
    check_text,
    load_scenario,
    load_text,
    parameters,
)
from opmodel.scenario.workload import EVERYTHING, load_of_skills

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


def town(more: str = "", **changes: Any) -> Scenario:
    """The town, with more lines at its end."""
    return load_text(TOWN + more, set=changes)


def family(folder: Path, **files: str) -> Scenario:
    """Write files and load ``child.yaml``."""
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, "utf-8")
    return load_scenario(folder / "child.yaml")


# ---- numbers -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "days"),
    [("7.4h", 1.0), ("3d", 3.0), ("2w", 10.0), ("7cd", 5.0), ("12mo", 260.0), ("1y", 260.0), ("1.5e1 d", 15.0)],
)
def test_durations_are_working_days(written: str, days: float) -> None:
    assert town(f"  ramp_up: {written}\n").people.ramp_up == pytest.approx(days, rel=1e-15)


def test_a_share_may_be_a_percentage() -> None:
    assert town("  mentor_tax: 12.5 %\n").people.mentor_tax == 0.125


def test_a_plain_number_takes_the_scaled_range_and_the_tag_of_its_default() -> None:
    turnover = town().people.turnover
    default = Scenario.model_fields["people"].default.turnover
    assert (turnover, turnover.tag) == (0.12, default.tag)
    assert turnover.low / 0.12 == pytest.approx(default.low / default)
    assert turnover.high / 0.12 == pytest.approx(default.high / default)
    assert "scaled from the default" in turnover.source


def test_a_scaled_range_stays_within_the_bounds_of_its_field() -> None:
    maturity = town("standards: {maturity: 1.2}\n").standards.maturity
    assert (maturity.low, maturity.high) == (1.0, 1.2)
    assert town("  productive_share: 0.99\n").people.productive_share.high == 1.0


def test_a_cost_of_nothing_has_no_range() -> None:
    assert not town("costs: {hiring_cost: 0}\n").costs.hiring_cost.uncertain


def test_a_number_may_say_what_it_rests_on() -> None:
    ramp = town("  ramp_up: {base: 20w, low: 10w, tag: S, source: our own starters}\n").people.ramp_up
    assert (ramp, ramp.low, ramp.tag, ramp.source) == (100.0, 50.0, "S", "our own starters")
    assert ramp.high == pytest.approx(100.0 * 160 / 140)


def test_a_range_alone_keeps_the_default_base() -> None:
    ramp = town("  ramp_up: {high: 200d}\n").people.ramp_up
    assert (ramp, ramp.low, ramp.high) == (140.0, 60.0, 200.0)


def test_weights_by_directorate_are_exact_parameters() -> None:
    weight = load_text(TOWN, set={"request_types.foi.by_directorate": {"housing": 3}}).request_types["foi"]
    assert weight.by_directorate is not None
    assert weight.by_directorate["housing"].mapping()["high"] == 3.0


# ---- YAML ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["no", "on", "yes", "12:30", "2026-04-01", "1_000", "0x1F", "0o7", "<<"])
def test_words_that_other_readers_turn_into_something_else_stay_text(word: str) -> None:
    assert load_text(TOWN.replace("Town", word)).name == word


def test_quotes_make_text() -> None:
    assert load_text(TOWN.replace("Town", '"3"')).name == "3"


def test_an_empty_section_is_the_same_as_none() -> None:
    assert load_text(TOWN + "costs:\nflow:\n") == town()


def test_a_byte_order_mark_is_no_part_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "town.yaml").write_bytes(b"\xef\xbb\xbf" + TOWN.encode())
    assert load_scenario(tmp_path / "town.yaml") == town()


def test_the_start_is_a_date() -> None:
    assert town("start: 2026-10-05\n").start == dt.date(2026, 10, 5)


# ---- parents -------------------------------------------------------------------------------------


def test_a_child_says_only_what_differs(tmp_path: Path) -> None:
    child = family(tmp_path, base=TOWN, child="extends: base.yaml\nname: Village\npeople: {ramp_up: 90d}\n")
    assert (child.name, child.people.ramp_up, child.people.turnover) == ("Village", 90.0, 0.12)
    assert child.posts == town().posts


def test_grandparents_and_folders_below(tmp_path: Path) -> None:
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "parent.yaml").write_text("extends: base.yaml\nname: Parent\ncosts: {base_year: 2024}\n")
    (tmp_path / "below" / "base.yaml").write_text(TOWN)
    child = family(tmp_path, child="extends: below/parent.yaml\nname: Child\n")
    assert (child.name, child.costs.base_year, child.people.turnover) == ("Child", 2024, 0.12)


def test_lists_replace(tmp_path: Path) -> None:
    steps = "request_types: {foi: {steps: [{skill: analysis}]}}"
    child = family(tmp_path, base=TOWN, child=f"extends: base.yaml\n{steps}\n")
    assert [step.skill for step in child.request_types["foi"].steps] == ["analysis"]
    assert child.request_types["foi"].per_year == 200.0


def test_null_takes_an_inherited_key_away(tmp_path: Path) -> None:
    base = TOWN + "hires: {one: {role: analyst}, two: {role: analyst}}\ndescription: old\n"
    child = family(
        tmp_path, base=base, child="extends: base.yaml\nhires: {one: null}\npeople: {turnover: null}\ndescription: ~\n"
    )
    assert list(child.hires) == ["two"]
    assert child.people.turnover == 0.134
    assert child.description == ""


def test_null_is_none_where_a_field_may_be_none(tmp_path: Path) -> None:
    base = TOWN + "structure: {kind: centralised, head: analyst}\n"
    child = family(tmp_path, base=base, child="extends: base.yaml\nstructure: {head: null}\n")
    assert child.structure.head is None  # type: ignore[union-attr]


def test_another_kind_replaces_a_mapping_wholly(tmp_path: Path) -> None:
    child = "extends: base.yaml\nrequest_types: {foi: {effort: {kind: exponential, mean: 2d}}}\n"
    assert family(tmp_path, base=TOWN.replace("6h", "6h, cv: 2"), child=child).request_types["foi"].effort.mean == 2.0


def test_the_same_kind_merges(tmp_path: Path) -> None:
    child = "extends: base.yaml\nrequest_types: {foi: {effort: {kind: lognormal, mean: 2d}}}\n"
    effort = family(tmp_path, base=TOWN.replace("6h", "6h, cv: 2"), child=child).request_types["foi"].effort
    assert (effort.mean, effort.cv) == (2.0, 2.0)  # type: ignore[union-attr]


def test_a_range_is_laid_over_an_inherited_number(tmp_path: Path) -> None:
    turnover = family(
        tmp_path, base=TOWN, child="extends: base.yaml\npeople: {turnover: {high: 0.3}}\n"
    ).people.turnover
    assert (turnover, turnover.high) == (0.12, 0.3)


def test_text_may_extend_files_of_a_folder_it_is_given(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text(TOWN)
    assert load_text("extends: base.yaml\nname: Pasted\n", folder=tmp_path).name == "Pasted"


def test_a_trace_is_found_beside_the_file_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "log.csv").write_text("a,d\n")
    trace = "trace: {file: log.csv, arrival: a, directorate: d, default: foi}\n"
    (tmp_path / "below" / "base.yaml").write_text(TOWN + trace)
    child = family(tmp_path, child="extends: below/base.yaml\n")
    assert child.trace is not None
    assert Path(child.trace.file).read_text() == "a,d\n"


# ---- changes beside a file -----------------------------------------------------------------------


def test_changes_by_keyword_and_by_path(tmp_path: Path) -> None:
    (tmp_path / "town.yaml").write_text(TOWN)
    changes = {"request_types.foi.steps.1.level": "awareness", "posts.analyst_b.count": 1, "people.ramp_up": "3mo"}
    scenario = load_scenario(tmp_path / "town.yaml", set=changes, people__turnover=0.1, name="Other: town")
    assert (scenario.people.turnover, scenario.people.ramp_up, scenario.name) == (0.1, 65.0, "Other: town")
    assert scenario.request_types["foi"].steps[1].level == "awareness"


def test_a_change_acts_like_one_more_child() -> None:
    assert load_text(TOWN, set={"structure": "{kind: federated, team_size_min: 1}"}).structure.kind == "federated"
    assert load_text(TOWN, set={"people.turnover": "null"}).people.turnover == 0.134
    assert load_text(TOWN, set={"people": {"ramp_up": "9d"}}).people.turnover == 0.12
    assert load_text(TOWN, set={"people.turnover.high": "0.3"}).people.turnover.high == 0.3


def test_a_change_finds_keys_with_dots_and_spaces() -> None:
    text = TOWN.replace("  foi:", "  St. John's lists, etc.:")
    changed = load_text(text, set={"request_types.St. John's lists, etc..per_year": 7})
    assert changed.request_types["St. John's lists, etc."].per_year == 7.0


# ---- posts, not people ---------------------------------------------------------------------------

NAMED = TOWN.replace("analyst_a", "Jane Doe").replace("analyst_b", "jMiller").replace("2}}", "2}, lead: Jane Doe}")


def test_names_of_people_become_codes_and_are_not_kept() -> None:
    scenario, problems = check_text(NAMED, "x")
    assert scenario is not None
    assert list(scenario.posts) == ["analyst_1", "analyst_2"]
    assert scenario.today is not None
    assert scenario.today.teams["hub"].seats == {"analyst_1": 2}
    assert scenario.today.teams["hub"].lead == "analyst_1"
    everything = repr(scenario) + str(scenario.document()) + "".join(map(str, problems))
    assert not any(name in everything for name in ("Jane", "Doe", "Miller"))
    assert [(p.line, p.path, p.warning) for p in problems] == [(15, "posts", True), (16, "posts", True)]


TRAINED = NAMED + "training:\n  Jane's course: {post: Jane Doe, skill: governance}\n"


def test_a_person_named_in_training_becomes_a_code_too() -> None:
    scenario = load_text(TRAINED)
    assert {name: entry.post for name, entry in scenario.training.items()} == {"training_1": "analyst_1"}
    coded = coded_text(TRAINED)
    assert coded is not None
    assert "Jane" not in coded.text
    assert load_text(coded.text).hash == scenario.hash


def test_a_code_in_use_is_not_given_twice() -> None:
    scenario = load_text(TOWN.replace("analyst_a", "analyst_1").replace("analyst_b", "Bob"))
    assert list(scenario.posts) == ["analyst_1", "analyst_2"]


def test_changes_find_a_post_by_its_code_and_by_the_name_in_the_file() -> None:
    by_code = load_text(NAMED, set={"posts.analyst_1.fte": 0.5})
    by_name = load_text(NAMED, set={"posts.Jane Doe.fte": 0.5})
    assert by_code == by_name
    assert by_code.posts["analyst_1"].fte == 0.5


def test_a_person_named_in_a_change_becomes_a_code_too() -> None:
    changes = {"posts.Ann Lee": {"role": "analyst"}, "today.teams.hub.seats.Ann Lee": 1}
    assert list(load_text(TOWN, set=changes).posts) == ["analyst_a", "analyst_b", "analyst_1"]


# ---- a loaded scenario ---------------------------------------------------------------------------


def test_the_resolved_document_makes_the_same_scenario() -> None:
    for scenario in (town(), town("structure: {kind: centralised}\n"), town(DRAWN)):
        again = Scenario.model_validate(scenario.document())
        assert again.document() == scenario.document()
        assert again.hash == scenario.hash
        loaded = load_text(_yaml(scenario.document()))
        assert loaded.hash == scenario.hash


DRAWN = "teams:\n  all: {kind: hub, seats: {analyst_a: 2, analyst_b: 1}}\n"


def _yaml(document: dict[str, Any]) -> str:
    from io import StringIO

    from ruamel.yaml import YAML

    stream = StringIO()
    YAML(typ="safe", pure=True).dump(document, stream)
    return stream.getvalue()


def test_a_role_that_a_preset_would_like_may_be_missing() -> None:
    scenario = town("structure: {kind: centralised}\n")
    assert scenario.document()["structure"]["head"] is None
    assert change_scenario(scenario, {"people.turnover": 0.1}).structure == scenario.structure


def test_a_scenario_survives_a_worker_process() -> None:
    again = pickle.loads(pickle.dumps(town()))
    assert again == town()
    assert again.people.turnover.mapping() == town().people.turnover.mapping()


def test_the_hash_sees_every_number_and_its_range() -> None:
    assert len({town().hash, town("  ramp_up: 99d\n").hash, town("  ramp_up: {base: 140d, high: 161d}\n").hash}) == 3
    assert town("  ramp_up: 2w\n").hash == town("  ramp_up: 10d\n").hash


def test_parameters_are_found_by_their_paths() -> None:
    found = parameters(town())
    assert found["people.turnover"] == 0.12
    assert found["request_types.foi.per_year"] == 200.0
    assert found["request_types.foi.steps.0.share"] == 0.75
    assert found["demand.clarification_wait.mean"] == 3.0
    assert all(isinstance(value, Parameter) for value in found.values())


def test_every_parameter_can_be_changed_by_its_path_to_itself() -> None:
    scenario = town()
    same = change_scenario(scenario, {path: float(value) for path, value in parameters(scenario).items()})
    assert same.document() == scenario.document()


def test_a_changed_number_keeps_its_range_tag_and_source() -> None:
    before = town("  ramp_up: {base: 140d, low: 100d, high: 160d, tag: S, source: ours}\n")
    after = change_scenario(before, {"people.ramp_up": 120.0}).people.ramp_up
    assert after.mapping() == {"base": "120.0d", "low": "100.0d", "high": "160.0d", "tag": "S", "source": "ours"}
    assert before.people.ramp_up == 140.0


def test_a_number_outside_its_range_stretches_it() -> None:
    after = change_scenario(town(), {"people.turnover": 0.5}).people.turnover
    assert after.low < 0.12 < after.high == 0.5


def test_a_changed_scenario_may_gain_and_lose_parts() -> None:
    hires = {"one": {"role": "analyst", "opens": "4w"}}
    grown = change_scenario(town(), {"hires": hires, "structure": {"kind": "federated"}, "people.ramp_up.high": "40w"})
    assert (grown.hires["one"].opens, grown.structure.kind, grown.people.ramp_up.high) == (20.0, "federated", 200.0)
    assert change_scenario(grown, {"hires.one": None, "structure": {"kind": "today"}}).hires == {}


def test_draws_of_an_assumption_study_may_come_from_numpy() -> None:
    numpy = pytest.importorskip("numpy")
    assert change_scenario(town(), {"people.ramp_up": numpy.float64(99.5)}).people.ramp_up == 99.5


# ---- load ----------------------------------------------------------------------------------------


def test_the_load_of_skills_by_hand() -> None:
    statutory = load_text(TOWN, set={"request_types.foi.statutory": True, "people.productive_share": 0.8})
    load: dict[str, Any] = {skill: (asked, available) for skill, asked, available in load_of_skills(statutory)}
    days = 200 * 6 / 7.4
    assert load["analysis"] == (pytest.approx(0.75 * days), pytest.approx(3 * 213 * 0.8))
    assert load["governance"][0] == pytest.approx(0.25 * days)
    assert load[EVERYTHING] == (pytest.approx(days), pytest.approx(3 * 213 * 0.8))


def test_requests_that_are_abandoned_do_not_count_as_load() -> None:
    assert [asked for _, asked, _ in load_of_skills(town())] == [0]
    kept = load_text(TOWN, set={"mechanisms.abandonment": False})
    assert {skill: asked for skill, asked, _ in load_of_skills(kept)}[EVERYTHING] > 0


def test_the_order_of_problems_does_not_depend_on_the_order_of_checks(tmp_path: Path) -> None:
    (tmp_path / "town.yaml").write_text(TOWN.replace("[housing]", "[a, b]").replace("role: analyst}", "role: x}"))
    problems = check_scenario(tmp_path / "town.yaml")[1]
    assert problems == sorted(problems)
    assert len(problems) == 3
