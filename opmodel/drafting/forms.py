"""What a form needs to know of each value of a scenario: its words, unit, bounds, choices, and what it rests on.

All of it is read off the models, so that forms cannot drift from the file's reference.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from opmodel.drafting.drafts import Draft
from opmodel.scenario.quantity import TAG_MEANING, Parameter, Quantity, parse_number
from opmodel.scenario.reference import flat
from opmodel.scenario.scenario import Scenario
from opmodel.scenario.section import Section, quantities
from opmodel.scenario.study import Mechanisms
from opmodel.scenario.validation import entry_type, kind_name, options, sections_of

Kind = Literal["number", "duration", "whole", "switch", "choice", "several", "text", "list", "date"]
#: How far a number can be relied on, by its tag, whose words are ``TAG_MEANING``.
CONFIDENCE = {"S": "high", "D": "fair", "G": "to be verified", "A": "low", "file": "as stated"}
#: The same in a sentence.
ABOUT_CONFIDENCE = (
    "Confidence: " + ", ".join(f"{CONFIDENCE[tag]} ({words.split(',')[0]})" for tag, words in TAG_MEANING.items())
    + ". What only the scenario file states is as good as whoever stated it."
)
#: Title of each form, and the parts of a scenario it holds.
GROUPS: dict[str, tuple[str, ...]] = {
    "Demand": ("demand", "directorates", "request_types"),
    "People": ("people", "time_off", "level_speed"),
    "Posts and hires": ("posts", "hires", "training", "roles", "contracts"),
    "Teams and structure": ("structure", "today.teams", "teams"),
    "Flow": ("flow",),
    "Standards": ("standards",),
    "Governance": ("governance",),
    "Costs": ("costs",),
    "Study": ("", "study"),
    "Targets": ("targets", "differences"),
    "Mechanisms": ("mechanisms",),
}
#: Fields whose value is the name of something in the scenario, and where the names are.
_NAMES = {
    "skill": "skills", "hub_skills": "skills", "role": "roles", "head": "roles", "hub_manager": "roles",
    "shadow_type": "request_types", "lead": "posts", "post": "posts", "serves": "directorates", "team": "today.teams",
}
_ENTRIES = {
    "seats": "posts", "by_directorate": "directorates", "skills": "skills", "in_time_of": "request_types",
}
_UNITS = {"days": "duration", "share": "share, 0 to 1", "GBP": "pounds", "number": ""}
#: The choice that leaves an optional value out.
NONE = "not stated"


@dataclass(frozen=True, slots=True)
class Field:
    """One value in a form."""

    path: str
    """Dotted path in the file."""
    label: str
    """Its name in words."""
    meaning: str
    """What it means."""
    kind: Kind
    """How it is asked for."""
    value: Any
    """As a form shows it: a number, a text (durations with their unit), true or false, names; None for nothing."""
    unit: str = ""
    """Of a number, in words."""
    least: float | None = None
    """Smallest value."""
    most: float | None = None
    """Largest value."""
    choices: tuple[str, ...] = ()
    """What may be chosen."""
    optional: bool = False
    """Whether it may be left out."""
    rests_on: Parameter | None = None
    """The number with its range, tag and source."""
    stated: bool = False
    """Whether a file states it; otherwise it is the default."""
    part: type[Section] | None = None
    """The section that a choice of kind makes."""
    null: bool = False
    """Whether leaving it out means its default, so that nothing at all must be written as ``null``."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a scenario: one section, or a mapping of them by name."""

    path: str
    """Dotted path; empty for the top level."""
    title: str
    """In words."""
    names: tuple[str, ...] | None
    """The names of its entries; None for a single section."""


def parts(scenario: Scenario, group: str) -> list[Part]:
    """The parts that a form holds; a mapping that the scenario does not have is left out."""
    found = []
    for path in GROUPS[group]:
        value, _ = _at(scenario, path)
        title = "Scenario" if not path else path.split(".")[-1].replace("_", " ").capitalize()
        if isinstance(value, dict):
            found.append(Part(path, "Teams today" if path == "today.teams" else title, tuple(value)))
        elif isinstance(value, Section):
            found.append(Part(path, title, None))
    return found


def about(scenario: Scenario, path: str) -> str:
    """What a part of a scenario is, in a sentence."""
    value, kind = _at(scenario, path)
    section = type(value) if isinstance(value, Section) else next(iter(sections_of(entry_type(kind, dict))), None)
    return flat(section.__doc__) if section is not None else ""


def fields(draft: Draft, path: str, name: str | None = None) -> list[Field]:
    """The values of one part of a scenario, in the order of the reference.

    Args:
        draft: the scenario.
        path: of the part.
        name: of the entry, where the part is a mapping.
    """
    scenario = draft.readable
    if scenario is None:
        return []
    keys: tuple[str | int, ...] = tuple(path.split(".")) if path else ()
    value, _ = _at(scenario, path)
    if name is not None:
        keys, value = (*keys, name), value[name]
    if path == "structure":
        return list(_choice_of_kind(draft, Scenario.model_fields["structure"], value, keys, ""))
    found = _of_section(draft, value, keys, "")
    return [field for field in found if path or len(field.path.split(".")) == 1]


def _at(scenario: Scenario, path: str) -> tuple[Any, Any]:
    """The value at a path of sections, and its type."""
    value: Any = scenario
    kind: Any = Scenario
    for key in path.split(".") if path else ():
        if not isinstance(value, Section):
            return None, None
        kind = type(value).model_fields[key].annotation
        value = getattr(value, key)
    return value, kind


Keys = tuple[str | int, ...]


def _of_section(draft: Draft, section: Section, keys: Keys, prefix: str) -> Iterator[Field]:
    for name, field in type(section).model_fields.items():
        if name == "kind" and len(get_args(field.annotation)) == 1:
            continue
        if isinstance(section, Scenario) and name not in ("name", "description", "start"):
            continue
        label = f"{prefix}{name.replace('_', ' ')}"
        yield from _of_field(draft, field, section, name, (*keys, name), label)


def _of_field(draft: Draft, field: FieldInfo, owner: Section, name: str, keys: Keys, label: str) -> Iterator[Field]:
    value: Any = owner.on(name) if isinstance(owner, Mechanisms) else getattr(owner, name)
    kinds = [option for option in options(field.annotation) if option is not type(None)]
    first = kinds[0]
    said: dict[str, Any] = {
        "path": ".".join(map(str, keys)), "label": _titled(label), "meaning": flat(field.description),
        "optional": type(None) in options(field.annotation) and not isinstance(owner, Mechanisms),
        "stated": draft.said(*keys) is not None,
        "null": type(None) in options(field.annotation) and bool(field.default),
    }
    if first is Parameter:
        yield _number(draft, quantities(field.annotation, *field.metadata)[0], value, keys, said)
    elif get_origin(first) is Literal:
        yield Field(**said, kind="choice", value=value, choices=_with_none(map(str, get_args(first)), said))
    elif first is bool:
        yield Field(**said, kind="switch", value=bool(value))
    elif first is int:
        least, most = _bounds(field)
        yield Field(**said, kind="whole", value=value, least=least, most=most)
    elif first is dt.date:
        yield Field(**said, kind="date", value=value)
    elif sections_of(field.annotation):
        yield from _choice_of_kind(draft, field, value, keys, label)
    elif get_origin(first) is list:
        yield from _of_list(draft, first, value, name, keys, said, label)
    elif get_origin(first) is dict:
        yield from _of_mapping(draft, first, value, name, keys, said)
    elif name in _NAMES:
        yield Field(**said, kind="choice", value=value, choices=_with_none(_names(draft, _NAMES[name]), said))
    else:
        yield Field(**said, kind="text", value=value or "")


def _titled(label: str) -> str:
    return "FTE" if label == "fte" else label[:1].upper() + label[1:]


def _number(draft: Draft, quantity: Quantity, value: Parameter | None, keys: Keys, said: dict[str, Any]) -> Field:
    node = draft.said(*keys)
    base = draft.said(*keys, "base") if node is not None and isinstance(node.value, dict) else node
    written = base.value if base is not None and not isinstance(base.value, (dict, list)) else None
    shown: Any = None if value is None else float(value)
    if quantity.unit == "days":
        shown = written if isinstance(written, str) else "" if value is None else f"{float(value):.6g}d"
    elif written is not None and not _reads(written, quantity):
        return Field(**said, kind="text", value=str(written), unit=_UNITS[quantity.unit])
    least = quantity.ge if quantity.gt is None else quantity.gt
    return Field(
        **said, kind="duration" if quantity.unit == "days" else "number", value=shown, unit=_UNITS[quantity.unit],
        least=None if least is None else float(least), most=None if quantity.le is None else float(quantity.le),
        rests_on=value,
    )


def _reads(written: Any, quantity: Quantity) -> bool:
    """Whether a value of a file is a number within its bounds."""
    try:
        quantity.check(parse_number(written, quantity.unit))
    except ValueError:
        return False
    return True


def _bounds(field: FieldInfo) -> tuple[float | None, float | None]:
    found: dict[str, float] = {}
    for mark in [*field.metadata, *(m for a in get_args(field.annotation) for m in getattr(a, "__metadata__", ()))]:
        for bound in ("ge", "le"):
            value = getattr(mark, bound, None)
            if value is not None:
                found[bound] = float(value)
    return found.get("ge"), found.get("le")


def _choice_of_kind(draft: Draft, field: FieldInfo, value: Any, keys: Keys, label: str) -> Iterator[Field]:
    """A section within a section; one of several kinds is chosen first, an optional one may be left out."""
    kinds = sections_of(field.annotation)
    optional = type(None) in options(field.annotation)
    if len(kinds) > 1 or optional:
        names = [kind_name(kind) for kind in kinds] if len(kinds) > 1 else ["yes"]
        chosen = None if value is None else kind_name(type(value)) if len(kinds) > 1 else "yes"
        yield Field(
            path=".".join(map(str, keys)), label=(label or str(keys[-1])).capitalize(),
            meaning=flat(field.description), kind="choice", value=chosen, part=kinds[0],
            choices=(NONE, *names) if optional else tuple(names), optional=optional,
            stated=draft.said(*keys) is not None,
        )
    if isinstance(value, Section):
        yield from _of_section(draft, value, keys, f"{label}: " if label else "")


def _of_list(
    draft: Draft, kind: Any, value: Any, name: str, keys: Keys, said: dict[str, Any], label: str
) -> Iterator[Field]:
    if sections_of(get_args(kind)[0]):
        for number, item in enumerate(value or ()):
            singular = f"{label.removesuffix('s')} {number + 1}: "
            yield from _of_section(draft, item, (*keys, number), singular)
    elif name in _NAMES:
        yield Field(**said, kind="several", value=tuple(value or ()), choices=tuple(_names(draft, _NAMES[name])))
    else:
        shown = ", ".join(f"{item:g}" if isinstance(item, (int, float)) else str(item) for item in value or ())
        yield Field(**said, kind="list", value=shown)


def _of_mapping(
    draft: Draft, kind: Any, value: Any, name: str, keys: Keys, said: dict[str, Any]
) -> Iterator[Field]:
    """A value for each name: seats by post, weights by directorate, levels by skill."""
    entry = get_args(kind)[1]
    if name not in _ENTRIES or value is None or sections_of(entry):
        return
    for known in dict.fromkeys([*value, *_names(draft, _ENTRIES[name])]):
        own = {
            **said, "path": ".".join(map(str, (*keys, known))), "label": f"{said['label']}: {known}",
            "stated": known in value, "optional": True,
        }
        if options(entry)[0] is Parameter:
            yield _number(draft, quantities(entry)[0], value.get(known), (*keys, known), own)
        elif get_origin(options(entry)[0]) is Literal:
            yield Field(**own, kind="choice", value=value.get(known), choices=(NONE, *get_args(options(entry)[0])))
        else:
            yield Field(**own, kind="whole", value=value.get(known, 0), least=0, most=2000)


def _names(draft: Draft, path: str) -> list[str]:
    """The names that stand at a path of the scenario."""
    assert draft.readable is not None
    return list(_at(draft.readable, path)[0] or ())


def _with_none(choices: Any, said: dict[str, Any]) -> tuple[str, ...]:
    return (NONE, *choices) if said["optional"] else tuple(choices)
