"""The generated schema and reference, the documentation of every field, and the speed of changes."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from opmodel.scenario import Scenario, change_scenario, load_text, parameters
from opmodel.scenario import schema as schema_module
from opmodel.scenario.checks import CHECKS, found_in
from opmodel.scenario.quantity import TAG_MEANING, Parameter
from opmodel.scenario.reading import bare, read_text
from opmodel.scenario.reference import places, reference_text
from opmodel.scenario.schema import drifted, main, schema, schema_text
from opmodel.scenario.section import Section, quantities

FIELDS = [(section, name) for section in places() for name in section.model_fields]
NUMBERS = [(s, name) for s, name in FIELDS if isinstance(s.model_fields[name].default, Parameter)]


def named(case: object) -> str | None:
    """How a case is called in test results."""
    return case.__name__ if isinstance(case, type) else None


def test_the_generated_files_are_up_to_date() -> None:
    assert drifted() == [], "run python -m opmodel.scenario.schema --write"


def test_the_command_tells_of_drift_and_mends_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(schema_module, "FOLDER", tmp_path / "scenarios")
    assert main([]) == 1
    assert capsys.readouterr().out.count("is out of date") == 2
    assert main(["--write"]) == 0
    assert main([]) == 0
    assert main(["--wirte"]) == 2


def test_the_generated_texts_are_the_same_every_time() -> None:
    assert schema_text() == schema_text()
    assert reference_text() == reference_text()


@pytest.mark.parametrize("section", places(), ids=named)
def test_every_section_and_field_says_what_it_means(section: type[Section]) -> None:
    assert section.__doc__
    for name, field in section.model_fields.items():
        assert field.description, name
        assert field.description.rstrip().endswith((".", ")")), name


@pytest.mark.parametrize(("section", "name"), NUMBERS, ids=named)
def test_every_default_number_has_a_tag_a_source_and_a_fitting_range(section: type[Section], name: str) -> None:
    field = section.model_fields[name]
    default = field.default
    quantity = quantities(field.annotation, *field.metadata)[0]
    assert default.tag in TAG_MEANING
    assert default.source.strip()
    assert default.unit == quantity.unit
    assert default.low <= default <= default.high
    assert all(quantity.check(value) == value for value in (default.low, float(default), default.high))


def test_every_field_is_in_the_reference() -> None:
    text = reference_text()
    for section, paths in places().items():
        assert all(f"`{path}`" in text for path in paths if path)
        assert all(f"| `{name}` |" in text for name in section.model_fields)


def test_the_reference_shows_range_tag_and_source() -> None:
    row = next(line for line in reference_text().splitlines() if line.startswith("| `ramp_up` |") and "140d" in line)
    assert row.endswith("| duration | 140d | 60d to 160d | S | 28 weeks to full productivity [S34] |")


def test_the_schema_shows_an_editor_range_tag_and_source() -> None:
    turnover = schema()["$defs"]["People"]["properties"]["turnover"]
    assert turnover["default"] == 0.134
    assert turnover["x-range"] == {"low": 0.08, "high": 0.2, "tag": "S", "source": "LGA workforce survey [S30]"}
    assert turnover["description"].endswith("range 0.08 to 0.2; sourced: LGA workforce survey [S30].")


def council() -> str:
    """A council: eight directorates, twelve request types, twenty kinds of post, five teams."""
    asking = ["adults", "children", "places", "housing", "finance", "resources", "health", "growth"]
    roles = {
        "analyst": "analysis: practitioner, visualisation: working, stakeholder: working",
        "engineer": "engineering: practitioner, analysis: working",
        "developer": "visualisation: practitioner, analysis: working, stakeholder: awareness",
        "officer": "governance: practitioner, stakeholder: practitioner",
    }
    posts = {role: [f"{role}_{letter}" for letter in "abcde"] for role in roles}
    lines = ["name: Council", "directorates:", *(f"  {name}: {{share: {i + 1}}}" for i, name in enumerate(asking))]
    lines += ["request_types:"]
    for number in range(12):
        lines += [
            f"  type_{number}:",
            "    per_year: 300",
            "    effort: {kind: lognormal, mean: 5.75h, cv: {base: 1.2, low: 0.8, high: 1.6, tag: A, source: spread}}",
            "    steps:",
            "      - {skill: stakeholder, share: 0.2, level: awareness}",
            "      - {skill: analysis, share: 0.6}",
            "      - {skill: visualisation, share: 0.2}",
            "    deadline: {kind: working_days, days: 20, calendar: uk_any}",
            "    season: [0.98, 0.92, 0.93, 1.17]",
            "    clarification_chance: {base: 0.3, low: 0.1, high: 0.5}",
        ]
    lines += ["roles:", *(f"  {role}: {{skills: {{{skills}}}, salary: 42000}}" for role, skills in roles.items())]
    lines += ["posts:", *(f"  {post}: {{role: {role}, count: 2}}" for role in roles for post in posts[role])]
    lines += ["today:", "  teams:", "    hub:", "      kind: hub", "      seats:"]
    lines += [f"        {post}: 1" for role in roles for post in posts[role]]
    for i, role in enumerate(roles):
        lines += [f"    spoke_{i}:", f"      serves: [{asking[2 * i]}, {asking[2 * i + 1]}]", "      seats:"]
        lines += [f"        {post}: 1" for post in posts[role]]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize(
    ("text", "fine"),
    [
        (council(), True),
        ("extends: a.yaml\nrequest_types: {type_0: {effort: {mean: 6h}, steps: null}, type_1: null}\nteams: ~\n", True),
        ("extends: a.yaml\npeople: {turnover: {high: 20%}, ramp_up: 3mo}\n", True),
        ("name: nobody\n", False),
        ("extends: a.yaml\nrequest_types: {type_0: {efort: {mean: 6h}}}\n", False),
        ("extends: a.yaml\npeople: {ramp_up: 3}\n", False),
    ],
)
def test_an_editor_accepts_what_the_loader_does(text: str, fine: bool) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    document = bare(read_text(text, "x")[0])  # type: ignore[arg-type]
    assert jsonschema.Draft202012Validator(schema()).is_valid(document) is fine


def test_the_schema_is_one_and_accepts_a_resolved_document() -> None:
    jsonschema = pytest.importorskip("jsonschema")
    jsonschema.Draft202012Validator.check_schema(schema())
    jsonschema.Draft202012Validator(schema()).validate(load_text(council()).document())


def fastest(action: Any, times: int = 20) -> float:
    """Least seconds an action takes."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        action()
        taken.append(time.perf_counter() - start)
    return min(taken)


def test_changing_a_council_is_fast() -> None:
    """3 ms is the aim (measured: 0.4 ms for one number, 2 ms for all); the test leaves room for slow machines."""
    scenario = load_text(council())
    uncertain = {path: float(value) for path, value in parameters(scenario).items() if value.uncertain}
    assert len(uncertain) > 100
    assert fastest(lambda: change_scenario(scenario, {"people.turnover": 0.1})) < 0.003
    assert fastest(lambda: change_scenario(scenario, uncertain)) < 0.010
    assert change_scenario(scenario, uncertain) == scenario


def test_checks_have_names_and_say_what_must_hold() -> None:
    assert all(check.__doc__ for check in CHECKS)
    assert found_in(load_text(council())) == []


def test_every_top_level_key_of_the_model_is_in_the_schema() -> None:
    assert set(schema()["properties"]) == {"extends", *Scenario.model_fields}
