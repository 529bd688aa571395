"""The field reference: every key a scenario file may hold, written from the models themselves."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Sequence
from typing import Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from opmodel.scenario.quantity import TAG_MEANING, UNIT_WORDS, Parameter
from opmodel.scenario.scenario import Scenario
from opmodel.scenario.section import Section, quantities
from opmodel.scenario.validation import entry_type, kind_name, options, sections_of

_INTRODUCTION = """\
# Scenario files

A scenario is one YAML file: an organisation, one structure for its data people, one set of assumptions.
This page is written from the models (`python -m opmodel.scenario.schema --write`); do not edit it by hand.

**Editors.** With the first line `# yaml-language-server: $schema=scenario.schema.json` an editor completes
keys, shows this reference and marks mistakes. `opmodel validate FILE` finds all of them, with their lines.

**Extending.** `extends: base.yaml` (a path relative to the file, inside the folder of the file that is run)
takes everything from a parent. Mappings merge key by key, lists replace, `null` takes an inherited key away,
and a mapping with another `kind` replaces the parent's wholly. So a structure is one short file:

```yaml
extends: council.yaml
name: Hub and spoke
structure: {kind: hub_and_spoke, hub_share: 35%}
```

**Units.** Durations always have a unit: `h` (of 7.4 a day), `d` working days, `w` (5 d), `cd` calendar days
(5/7 d), `mo` (a twelfth of a year), `y` (260 d). Shares are `0.4` or `40%`. Money is real pounds of
`costs.base_year`.

**Ranges.** A number may be plain, `turnover: 0.12`, or say what it rests on:
`turnover: {base: 0.12, low: 0.08, high: 0.2, tag: S, source: staff records}`. A plain number takes the range
of its default, scaled; `low` and `high` bound the draws of an assumption study.
Tags: @TAGS@.

**Names** start with a letter and may hold letters, digits, spaces and `_ & ' . , ( ) / -`. Posts are codes
such as `analyst_1`: a name of a post or hire with a capital letter or a space may be a person's; it is replaced by a
code on load and not kept. A person's name written in small letters cannot be told from a code: do not use one.

**YAML.** UTF-8, at most 1 MB; no aliases, anchors, tags or second documents; a key stands once. Words such as
`no` and `on` are text; `true` and `false` are not.
"""

_HEAD = "| key | meaning | unit | default | range | tag | source |\n|---|---|---|---|---|---|---|"


def reference_text() -> str:
    """The reference as Markdown: how scenario files work, then a table for each section."""
    tags = ", ".join(f"`{tag}` {meaning}" for tag, meaning in TAG_MEANING.items())
    parts = [_INTRODUCTION.replace("@TAGS@", tags)]
    for section, paths in places().items():
        title, *others = (f"`{path}`" if path else "Top level" for path in paths)
        parts.append(
            f"## {title}\n\n{flat(section.__doc__)}" + (f" Also {', '.join(others)}." if others else "") + "\n"
        )
        rows = [_row(name, field) for name, field in section.model_fields.items()]
        if section is Scenario:
            rows.insert(0, "| `extends` | Path of one parent file that this one is laid over. | text | none | | | |")
        parts.append("\n".join([_HEAD, *rows]) + "\n")
    return "\n".join(parts)


def places() -> dict[type[Section], list[str]]:
    """Every section with the dotted paths where it may stand, in the order of the file."""
    found: dict[type[Section], list[str]] = {}
    for section, path in _walk(Scenario, ""):
        found.setdefault(section, [])
        if path not in found[section]:
            found[section].append(path)
    return found


def _walk(kind: Any, path: str) -> Iterator[tuple[type[Section], str]]:
    for container, step in ((dict, "<name>"), (list, "<n>")):
        if (entry := entry_type(kind, container)) is not None:
            yield from _walk(entry, f"{path}.{step}")
    choices = sections_of(kind)
    for section in choices:
        yield section, f"{path} (kind: {kind_name(section)})" if len(choices) > 1 else path
        for name, field in section.model_fields.items():
            yield from _walk(field.annotation, f"{path}.{name}".lstrip("."))


def flat(text: str | None) -> str:
    """A docstring on one line."""
    return " ".join((text or "").split()).replace("``", "`")


def _row(name: str, field: FieldInfo) -> str:
    default = field.get_default(call_default_factory=True)
    if isinstance(default, Parameter):
        cells = [unit_of(field), _number(default), _range(default), default.tag, default.source]
    else:
        cells = [unit_of(field), _default(default), "", "", ""]
    cells = [f"`{name}`", flat(field.description), *cells]
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def unit_of(field: FieldInfo) -> str:
    """What is written for a field, in a few words."""
    return _unit(field.annotation, field.metadata)


def _unit(annotation: Any, metadata: Sequence[Any] = ()) -> str:
    kind = next(option for option in options(annotation) if option is not type(None))
    if kind is Parameter:
        return UNIT_WORDS[quantities(annotation, *metadata)[0].unit]
    if get_origin(kind) is Literal:
        return " / ".join(f"`{value}`" for value in get_args(kind))
    if get_origin(kind) is dict:
        return f"mapping of {_plural(get_args(kind)[1])}"
    if get_origin(kind) is list:
        return f"list of {_plural(get_args(kind)[0])}"
    words = {str: "text", int: "whole number", float: "number", bool: "true / false", dt.date: "date"}
    return words.get(kind, "mapping")


def _plural(kind: Any) -> str:
    text = _unit(kind)
    return text if text.startswith("`") or text.endswith("s") or text == "text" else f"{text}s"


def _default(default: Any) -> str:
    if default is PydanticUndefined:
        return "required"
    if default is None or default in ({}, [], ""):
        return "none"
    if isinstance(default, Section):
        said = default.model_fields_set
        return ", ".join(f"{name} {_default(getattr(default, name))}" for name in sorted(said)) or "its own"
    if isinstance(default, Parameter):
        return _number(default)
    return str(default) if isinstance(default, (str, dt.date)) else json.dumps(default)


def _number(value: Parameter, part: float | None = None) -> str:
    text = f"{float(value) if part is None else part:.4g}"
    return f"{text}d" if value.unit == "days" else text


def _range(value: Parameter) -> str:
    return f"{_number(value, value.low)} to {_number(value, value.high)}" if value.uncertain else ""
