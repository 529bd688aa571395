"""From a tree to a Scenario: Pydantic checks every field, and its errors are put in plain words.

The models say what is right; this module only finds the line an error belongs to and the words for it.
"""

from __future__ import annotations

import types
from collections.abc import Sequence
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from opmodel.scenario.inheritance import TAKEN
from opmodel.scenario.problems import Problem, suggestion
from opmodel.scenario.quantity import Quantity
from opmodel.scenario.reading import Node, Spot
from opmodel.scenario.scenario import Scenario
from opmodel.scenario.section import Section

Keys = list[int | str]


def validated(root: Node) -> tuple[Scenario | None, list[Problem], list[Keys]]:
    """Make a Scenario of a tree.

    Returns:
        The scenario; everything that is wrong with its fields; and the paths of these. Where the defaults
        of the fields that are wrong can stand in for them, the scenario is made all the same, so that
        the others can be checked.
    """
    plain = settled(root, Scenario)
    try:
        return Scenario.model_validate(plain), [], []
    except ValidationError as error:
        found = error.errors(include_url=False)
    problems = [place(details, root) for details in found]
    paths = []
    for details in found:
        path, owner, _ = _follow(details["loc"])
        paths.append(path)
        _stand_in(plain, path, owner)
    try:
        return Scenario.model_validate(plain), problems, paths
    except ValidationError:
        return None, problems, paths


def _stand_in(plain: Any, path: Keys, owner: type[Section] | None) -> None:
    """Take the value of a path out of a document; a quantity that has no default becomes one day, or one."""
    for key in path[:-1]:
        plain = plain.get(key) if isinstance(plain, dict) else None
    if not isinstance(plain, dict) or not path:
        return
    plain.pop(path[-1], None)
    field = owner.model_fields.get(str(path[-1])) if owner is not None else None
    if field is not None and field.is_required():
        for quantity in field.metadata:
            if isinstance(quantity, Quantity):
                plain[path[-1]] = "1d" if quantity.unit == "days" else 1


def settled(node: Node, kind: Any) -> Any:
    """The plain value of a tree, with nulls settled by what the models expect there.

    A null is the same as leaving the key out, except where a field may be null; and it takes an
    inherited entry away.

    Args:
        node: the tree.
        kind: the type expected there.
    """
    if isinstance(node.value, list):
        entry = entry_type(kind, list)
        return [settled(item, entry) for item in node.value]
    if not isinstance(node.value, dict):
        return None if node.value is TAKEN else node.value
    stated = node.value["kind"].value if "kind" in node.value else None
    section = section_of(kind, stated)
    entry = entry_type(kind, dict)
    plain = {}
    for key, child in node.value.items():
        field = section.model_fields.get(key) if section else None
        empty = child.value is None or child.value is TAKEN
        if empty and field is not None and type(None) not in options(field.annotation):
            continue
        if child.value is TAKEN and field is None:
            continue
        plain[key] = settled(child, field.annotation if field else entry)
    return plain


def options(kind: Any) -> tuple[Any, ...]:
    """The alternatives of a type: the members of a union, without annotations."""
    origin = get_origin(kind)
    if origin is Annotated:
        return options(get_args(kind)[0])
    if origin in (Union, types.UnionType):
        return tuple(option for member in get_args(kind) for option in options(member))
    return (kind,)


def sections_of(kind: Any) -> list[type[Section]]:
    """The sections among the alternatives of a type."""
    return [option for option in options(kind) if isinstance(option, type) and issubclass(option, Section)]


def section_of(kind: Any, stated: object = None) -> type[Section] | None:
    """The section a mapping is read as: the only one, or the one of the stated kind."""
    found = sections_of(kind)
    if len(found) == 1:
        return found[0]
    return next((section for section in found if kind_name(section) == stated), None)


def kind_name(section: type[Section]) -> str:
    """The ``kind`` by which a file chooses this section."""
    return str(get_args(section.model_fields["kind"].annotation)[0])


def entry_type(kind: Any, container: type) -> Any:
    """The type of the entries of a mapping or list type (None if it is neither)."""
    return next((get_args(option)[-1] for option in options(kind) if get_origin(option) is container), None)


def spot_of(root: Node, path: Sequence[object]) -> tuple[Spot, Node | None]:
    """Where to point an author for a path: its value, or the deepest mapping the file has of it.

    Returns:
        The place, and the node of the whole path if the file has it.
    """
    node = root
    for key in path:
        children = node.value
        inside = (
            key in children
            if isinstance(children, dict)
            else isinstance(children, list) and key in range(len(children))
        )
        if not inside:
            return node.key_at, None
        node = children[key]
    return node.spot, node


def place(details: ErrorDetails, root: Node) -> Problem:
    """The problem of one Pydantic error, at the line of the value it is about."""
    of_key = details["loc"][-1:] == ("[key]",)
    path, owner, kind = _follow(details["loc"][:-1] if of_key else details["loc"])
    spot, node = spot_of(root, path)
    if node is not None:
        culprit = (details.get("ctx") or {}).get("key", "kind")
        if of_key or details["type"] == "extra_forbidden":
            spot = node.key_at
        elif isinstance(node.value, dict) and culprit in node.value:
            spot = node.value[culprit].key_at
    return spot.problem(".".join(map(str, path)), _wording(details, path, owner, kind))


def _follow(loc: Sequence[int | str]) -> tuple[list[int | str], type[Section] | None, Any]:
    """Walk a Pydantic location through the types, leaving out the tags of unions.

    Returns:
        The path in the file, the section that holds its last key, and the type expected there.
    """
    kind: Any = Scenario
    owner: type[Section] | None = None
    path: list[int | str] = []
    for key in loc:
        if len(sections_of(kind)) > 1:
            kind = section_of(kind, key)
            continue
        owner = section_of(kind)
        if owner is None:
            kind = entry_type(kind, list if isinstance(key, int) else dict)
        else:
            kind = owner.model_fields[key].annotation if key in owner.model_fields else None
        path.append(key)
    return path, owner, kind


_EXPECTED = {
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
    "dict_type": "a mapping",
    "list_type": "a list",
    "string_type": "text",
    "string_unicode": "text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "finite_number": "a finite number",
    "bool_type": "true or false",
    "greater_than_equal": "at least {ge:g}",
    "greater_than": "above {gt:g}",
    "less_than_equal": "at most {le:g}",
    "less_than": "below {lt:g}",
}
_NAME = "should be a name: a letter, then letters, digits, spaces or _ & ' . , ( ) / - (at most 60 characters)"


def _wording(details: ErrorDetails, path: Sequence[object], owner: type[Section] | None, kind: Any) -> str:
    """A Pydantic error in plain words."""
    error, ctx, given = details["type"], details.get("ctx") or {}, details["input"]
    kinds = [kind_name(section) for section in sections_of(kind)] if len(sections_of(kind)) > 1 else []
    if error == "missing":
        return "required field is missing"
    if error == "extra_forbidden":
        return f"unknown field{suggestion(path[-1], owner.model_fields if owner else ())}"
    if error == "literal_error":
        return _not_one_of(given, [str(v) for option in options(kind) for v in get_args(option)])
    if error == "union_tag_invalid":
        return _not_one_of(ctx["tag"], kinds)
    if error == "union_tag_not_found":
        return f"needs a kind, one of {', '.join(kinds)}"
    if error == "model_attributes_type" and kinds:
        return f"should be a mapping with a kind, one of {', '.join(kinds)} (got {shown(given)})"
    if error == "string_pattern_mismatch":
        return f"should be a month and day such as 05-31 (got {shown(given)})" if "[0-2]" in ctx["pattern"] else _NAME
    if error in ("too_short", "string_too_short", "too_long", "string_too_long"):
        bound, number = ("at least", ctx["min_length"]) if "short" in error else ("at most", ctx["max_length"])
        one, many = ("character", "characters") if "string" in error else ("entry", "entries")
        return f"should have {bound} {number} {one if number == 1 else many}"
    if error in _EXPECTED:
        return f"should be {_EXPECTED[error].format(**ctx)} (got {shown(given)})"
    return str(details["msg"])


def _not_one_of(given: object, known: list[str]) -> str:
    hint = suggestion(given, known)
    return f"{shown(given)} is not one of {', '.join(known)}{hint if 'mean' in hint else ''}"


def shown(value: object) -> str:
    """A value as an author would recognise it, cut short."""
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    if value is None:
        return "nothing"
    text = str(value).lower() if isinstance(value, bool) else str(value)
    text = text if len(text) <= 40 else text[:37] + "..."
    return f"'{text}'" if isinstance(value, str) else text
