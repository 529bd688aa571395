"""From what somebody fills into a form to the edits of the scenario file."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal, get_args, get_origin

from opmodel.drafting.drafts import Draft
from opmodel.drafting.forms import NONE, Field
from opmodel.drafting.writing import flow_text, plain_text
from opmodel.scenario.changes import path_keys
from opmodel.scenario.quantity import Parameter, Quantity, parse_number
from opmodel.scenario.reading import Node, bare, scalar
from opmodel.scenario.scenario import Scenario
from opmodel.scenario.section import Name, Section, quantities
from opmodel.scenario.validation import kind_name, options, sections_of

Changes = dict[str, str | None]
#: How a name must look.
_NAME = str(get_args(Name)[1].pattern)
#: Where the names are that a new entry must mention.
_MENTIONED = {"skill": "skills", "role": "roles"}


def filled(draft: Draft, field: Field, shown: Any) -> Changes:
    """The edits that put a form's value into the file.

    A number keeps the range, tag and source that the file states; a stated range is stretched where the number
    lies outside it.

    Args:
        draft: the scenario.
        field: of the form.
        shown: what its widget holds; None or ``NONE`` leaves an optional value out.
    """
    if field.part is not None:
        return _another_part(draft, field, NONE if shown is None else str(shown))
    if field.optional and (shown is None or shown in ("", NONE) or (isinstance(shown, tuple | list) and not shown)):
        return {field.path: "null"} if field.null else _left_out(draft, field.path)
    return {**_kinds_first(draft, field.path), **_value(draft, field, shown)}


def number_changes(draft: Draft, path: str, parts: Mapping[str, Any], unit: str) -> Changes:
    """The edits that state a number's base, low, high, tag and source.

    Args:
        draft: the scenario.
        path: of the number.
        parts: new values by part; numbers in the field's own unit (durations in working days).
        unit: the number's unit, as :class:`opmodel.scenario.quantity.Parameter` has it.
    """
    said = {part: _number_text(value, unit) if part in ("base", "low", "high") else plain_text(str(value))
            for part, value in parts.items()}
    node = _node(draft, path)
    if node is None or isinstance(node.value, dict):
        if set(said) == {"base"} and node is None:
            return {**_kinds_first(draft, path), path: said["base"]}
        return {**_kinds_first(draft, path), **{f"{path}.{part}": text for part, text in said.items()}}
    if set(said) == {"base"}:
        return {path: said["base"]}
    base = said.pop("base", flow_text(bare(node)))
    return {path: "{" + ", ".join(f"{part}: {text}" for part, text in {"base": base, **said}.items()) + "}"}


def new_entry(draft: Draft, path: str, name: str, like: str | None) -> Changes:
    """The edits that add an entry to a mapping: a copy of another, or the least that one must say.

    Raises:
        ValueError: the name cannot be used.
    """
    name = name.strip()
    there = draft.said(*path.split("."))
    if not name:
        raise ValueError("Give the new entry a name first.")
    if there is not None and isinstance(there.value, dict) and name in there.value:
        raise ValueError(f"There is a '{name}' already.")
    if "." in name:
        raise ValueError("A name with a full stop can only be given in the text.")
    if re.fullmatch(_NAME, name) is None:
        raise ValueError("A name begins with a letter and holds letters, digits, spaces or _ & ' , ( ) / - only.")
    copied = draft.said(*path.split("."), like) if like is not None else None
    if copied is not None:
        return {f"{path}.{name}": flow_text(bare(copied))}
    kind: Any = Scenario
    for key in path.split("."):
        kind = sections_of(kind)[0].model_fields[key].annotation if sections_of(kind) else None
    entry = next(get_args(option)[1] for option in options(kind) if get_origin(option) is dict)
    return {f"{path}.{name}": template(draft, sections_of(entry)[0])}


def without_entry(draft: Draft, path: str, name: str) -> Changes:
    """The edits that take an entry out of a mapping."""
    return _left_out(draft, f"{path}.{name}")


def template(draft: Draft, section: type[Section], kept: Node | None = None) -> str:
    """The least that a section must say, as YAML on one line.

    Args:
        draft: the scenario, for names to mention.
        section: what is to be said.
        kept: what the file says there now; values of the same name stay.
    """
    old = kept.value if kept is not None and isinstance(kept.value, dict) else {}
    said: dict[str, Any] = {}
    for name, field in section.model_fields.items():
        if name == "kind" and len(get_args(field.annotation)) == 1:
            said[name] = kind_name(section)
        elif name in old and name != "kind":
            said[name] = bare(old[name])
        elif field.is_required():
            said[name] = _placeholder(draft, name, field.annotation, field.metadata)
    return flow_text(said)


def _placeholder(draft: Draft, name: str, annotation: Any, metadata: Sequence[Any]) -> Any:
    first = options(annotation)[0]
    if first is Parameter:
        return "1d" if quantities(annotation, *metadata)[0].unit == "days" else 1
    if sections_of(annotation):
        return {"kind": "fixed", "mean": "1d"}
    if name in _MENTIONED and draft.readable is not None:
        return next(iter(getattr(draft.readable, _MENTIONED[name])))
    if get_origin(first) is Literal:
        return get_args(first)[0]
    skill = draft.readable.skills[0] if draft.readable is not None else "analysis"
    return {
        "skills": {skill: "practitioner"}, "steps": [{"skill": skill}], "dates": ["05-31"], "days": 10,
        "cadence_weeks": 6,
    }.get(name, 1)


def _another_part(draft: Draft, field: Field, chosen: str) -> Changes:
    """A section of another kind, a new one, or none."""
    if chosen == NONE:
        return _left_out(draft, field.path)
    assert field.part is not None
    kind: Any = field.part
    if chosen != "yes":
        kind = next(option for option in _kinds_of(draft, field.path) if kind_name(option) == chosen)
    changes: Changes = {field.path: template(draft, kind, _node(draft, field.path))}
    if field.path == "structure" and draft.said("teams") is not None and chosen != "today":
        changes["teams"] = "null" if draft.extends else None
    return changes


def _kinds_of(draft: Draft, path: str) -> list[type[Section]]:
    """The sections that may stand at a path."""
    kind: Any = Scenario
    for key in _keys(draft, path):
        inside = [option for option in options(kind) if get_origin(option) in (dict, list)]
        if inside:
            kind = get_args(inside[0])[-1]
            continue
        owners = [section for section in sections_of(kind) if str(key) in section.model_fields]
        kind = owners[0].model_fields[str(key)].annotation
    return sections_of(kind)


def _keys(draft: Draft, path: str) -> tuple[str | int, ...]:
    def inside(part: Any) -> Any:
        return {name: getattr(part, name) for name in type(part).model_fields} if isinstance(part, Section) else part

    return path_keys(path, draft.readable, inside)


def _kinds_first(draft: Draft, path: str) -> Changes:
    """The kinds of the sections on the way that only a default has chosen, which a file must then name."""
    found: Changes = {}
    keys = _keys(draft, path)
    here: Any = draft.readable
    for number, key in enumerate(keys[:-1], start=1):
        here = getattr(here, str(key), None) if isinstance(here, Section) else _entry(here, key)
        field = type(here).model_fields.get("kind") if isinstance(here, Section) else None
        if field is not None and len(get_args(field.annotation)) == 1 and draft.said(*keys[:number], "kind") is None:
            at = ".".join(map(str, keys[:number]))
            found[f"{at}.kind"] = here.kind
    return found


def _entry(here: Any, key: str | int) -> Any:
    if isinstance(here, Mapping):
        return here.get(key)
    return here[int(key)] if isinstance(here, list) else None


def _value(draft: Draft, field: Field, shown: Any) -> Changes:
    if field.kind in ("number", "duration"):
        return _number(draft, field, shown)
    if field.kind == "several":
        return {field.path: flow_text(list(shown))}
    if field.kind == "list":
        return {field.path: flow_text([scalar(item.strip()) for item in str(shown).split(",") if item.strip()])}
    if field.kind == "switch":
        return {field.path: "true" if shown else "false"}
    if field.kind == "whole":
        return {field.path: str(int(shown))}
    if isinstance(shown, dt.date):
        return {field.path: shown.isoformat()}
    text = str(shown).strip()
    if field.rests_on is not None or field.unit:  # a number that was mended as text
        return {field.path: text}
    return {field.path: flow_text(text) if text else '""'}


def _number(draft: Draft, field: Field, shown: Any) -> Changes:
    text = str(shown).strip() if field.kind == "duration" else _number_text(float(shown), "number")
    node = _node(draft, field.path)
    if node is None or not isinstance(node.value, dict):
        return {field.path: text or "null"}
    changes: Changes = {f"{field.path}.base": text}
    quantity = Quantity("days" if field.kind == "duration" else "share")
    new = _reading(text, quantity)
    for part in ("low", "high"):
        end = _reading(node.value[part].value, quantity) if part in node.value else None
        if new is not None and end is not None and (new < end if part == "low" else new > end):
            changes[f"{field.path}.{part}"] = text
    return changes


def _reading(raw: Any, quantity: Quantity) -> Any:
    """A number as a file writes it; None if it is none."""
    try:
        return parse_number(scalar(raw) if isinstance(raw, str) else raw, quantity.unit)
    except ValueError:
        return None


def _number_text(value: Any, unit: str) -> str:
    number = float(value)
    text = str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)
    return f"{text}d" if unit == "days" else text


def _left_out(draft: Draft, path: str) -> Changes:
    """Take a value out: what a file this one extends says is taken away by ``null``."""
    if draft.extends:
        return {path: "null"}
    return {path: None}


def _node(draft: Draft, path: str) -> Node | None:
    return draft.said(*_keys(draft, path))
