"""The JSON Schema that lets an editor complete and check scenario files.

``python -m opmodel.scenario.schema`` says whether the schema and the reference in ``scenarios/`` are
up to date, and with ``--write`` brings them up to date.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from opmodel.scenario.quantity import TAG_MEANING, UNIT_WORDS, Parameter
from opmodel.scenario.reference import flat, places, reference_text
from opmodel.scenario.scenario import Scenario
from opmodel.scenario.section import Section

FOLDER = Path(__file__).resolve().parents[2] / "scenarios"
_NULL = {"type": "null"}
_ABOUT = ("description", "default", "x-range")


class _Generator(GenerateJsonSchema):
    """Pydantic's schema, with defaults as a scenario file would write them."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False

    def encode_default(self, dft: Any) -> Any:
        if isinstance(dft, Parameter):
            return dft.written()
        if isinstance(dft, Section):
            return dft.model_dump(mode="json", exclude_unset=True)
        return super().encode_default(dft)


def schema() -> dict[str, Any]:
    """The JSON Schema of a scenario file.

    A file that extends another may leave anything out and may set anything to null, so nothing inside
    is required and everything may be null; what is really missing, ``opmodel validate`` says.
    """
    document = Scenario.model_json_schema(schema_generator=_Generator)
    required = document.pop("required")
    for section in places():
        part = document if section is Scenario else document["$defs"][section.__name__]
        part.pop("required", None)
        part["description"] = flat(section.__doc__)
        for name, field in section.model_fields.items():
            about = part["properties"][name]
            about["description"] = flat(field.description)
            if isinstance(field.default, Parameter):
                _add_range(about, field.default)
            part["properties"][name] = _or_null(about)
    extends = {"type": "string", "description": "Path of one parent file, relative to this one, that it is laid over."}
    document["properties"] = {"extends": extends, **document["properties"]}
    document["if"] = {"required": ["extends"]}
    document["else"] = {"required": required}
    document["title"] = "opmodel scenario"
    numbers: dict[str, Any] = {}
    document = _numbers_once(document, numbers)
    document["$defs"] = dict(sorted((document["$defs"] | numbers).items()))
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **document}


def _numbers_once(part: Any, numbers: dict[str, Any]) -> Any:
    """The schema with every way of writing a number replaced by a reference, and put into ``numbers``."""
    if isinstance(part, list):
        return [_numbers_once(item, numbers) for item in part]
    if not isinstance(part, dict):
        return part
    if str(part.get("title", "")).startswith(tuple(UNIT_WORDS.values())):
        name = part["title"].replace(" ", "_")
        numbers[name] = part
        return {"$ref": f"#/$defs/{name}"}
    return {key: _numbers_once(value, numbers) for key, value in part.items()}


def _add_range(about: dict[str, Any], default: Parameter) -> None:
    """Tell the default's range, tag and source, also where an editor shows them."""
    parts = default.mapping()
    del parts["base"]
    about["x-range"] = parts
    bounds = f", range {parts['low']} to {parts['high']}" if default.uncertain else ""
    about["description"] += f" Default {default.written()}{bounds}; {TAG_MEANING[default.tag]}: {default.source}."


def _or_null(about: dict[str, Any]) -> dict[str, Any]:
    """The schema of a field that may also be null, and so may its named entries."""
    said = {key: about[key] for key in _ABOUT if key in about}
    allowed = {key: value for key, value in about.items() if key not in _ABOUT and key != "discriminator"}
    choices = [allowed] if "title" in allowed else allowed.get("anyOf") or allowed.get("oneOf") or [allowed]
    plain = []
    for choice in choices:
        if "oneOf" in choice:
            plain += choice["oneOf"]
        elif choice != _NULL:
            plain.append(choice)
    for choice in plain:
        for key in ("patternProperties", "propertyNames", "additionalProperties"):
            if key == "patternProperties" and key in choice:
                choice[key] = {name: {"anyOf": [entry, _NULL]} for name, entry in choice[key].items()}
            elif key == "additionalProperties" and isinstance(choice.get(key), dict):
                choice[key] = {"anyOf": [choice[key], _NULL]}
    return {"anyOf": [*plain, _NULL], **said}


def schema_text() -> str:
    """The JSON Schema as it is kept in ``scenarios/scenario.schema.json``."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def generated() -> dict[Path, str]:
    """What the generated files should hold."""
    return {FOLDER / "scenario.schema.json": schema_text(), FOLDER / "README.md": reference_text()}


def drifted() -> list[Path]:
    """The generated files that are not up to date."""
    return [path for path, text in generated().items() if not path.exists() or path.read_text("utf-8") != text]


def main(arguments: list[str]) -> int:
    """Write the generated files, or say which have drifted from the models (exit code 1)."""
    if arguments == ["--write"]:
        FOLDER.mkdir(exist_ok=True)
        for path, text in generated().items():
            path.write_text(text, "utf-8", newline="\n")
        return 0
    if arguments:
        print("usage: python -m opmodel.scenario.schema [--write]", file=sys.stderr)
        return 2
    for path in (old := drifted()):
        print(f"{path} is out of date; run python -m opmodel.scenario.schema --write")
    return 1 if old else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
