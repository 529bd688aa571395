"""Editing a scenario file in place: one value changes, everything else stays as its author wrote it.

Comments, order, quotes and line ends survive, because only the characters of the value are touched. Every edit is
read again before it is handed over: what comes out says exactly what was asked, or it is refused.
"""

from __future__ import annotations

import copy
import difflib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml.error import YAMLError

from opmodel.drafting.layout import Piece, layout
from opmodel.drafting.writing import fitting, flow_text, plain_text
from opmodel.scenario.changes import path_keys
from opmodel.scenario.inheritance import with_parents
from opmodel.scenario.reading import Node, Spot, bare, read_text, read_value

#: Parts of a number that is written as a mapping.
PARTS = ("base", "low", "high", "tag", "source")
Keys = tuple[str | int, ...]


class EditError(ValueError):
    """A text cannot be edited as asked; the message says why in plain words."""


def edited(text: str, changes: Mapping[str, str | None], whole: Node | None = None) -> str:
    """A scenario file with some values changed.

    Args:
        text: the file.
        changes: by dotted path the new value as YAML text (``0.2``, ``3d``, ``{base: 3d, low: 2d}``), or None to
            take the key out of the file.
        whole: the tree of the file laid over the files it extends (:func:`whole_of`). With it an inherited list
            can be changed: it is copied into the file, as a list replaces its parent's.

    Returns:
        The text; the very same if nothing changes.

    Raises:
        EditError: the text cannot be read, a path leads nowhere, or a value is not one.
    """
    _, problems = read_text(text, "scenario")
    if problems:
        raise EditError(f"The text must be mended first: {problems[0]}")
    return edited_readable(text, changes, whole)


def edited_readable(text: str, changes: Mapping[str, str | None], whole: Node | None = None) -> str:
    """The same as :func:`edited` for a text that is known to be readable, in half the time."""
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    text = text.removeprefix("\ufeff")
    root = layout(text)
    for path, value in changes.items():
        text, root = _changed(text, root, path, value, whole)
    return mark + text


def _changed(text: str, root: Piece, path: str, value: str | None, whole: Node | None) -> tuple[str, Piece]:
    try:
        keys = path_keys(path, whole, _inside) if whole is not None else path_keys(path, root, _inside)
    except LookupError as error:
        raise EditError(f"{path}: {error.args[0]}") from None
    before = root.bare
    new = None if value is None else _value(path, value)
    found, rest = _deepest(root, keys)
    if any(isinstance(key, str) and key.isdigit() for key in rest):
        raise EditError(f"{path}: the list is not in this file; write it there first.")
    if value is None:
        if rest:
            return text, root
        done, wanted = _without(text, root, keys), _taken(before, keys)
    elif _same(found.bare if not rest else _plain_at(whole, keys), new):
        return text, root
    else:
        done, wanted = _with(text, root, keys, value.strip(), whole), _planted(before, keys, new, whole)
    try:
        after = layout(done)
    except YAMLError:
        after = None
    if after is None or after.bare != wanted:
        raise EditError(f"{path} cannot be changed in place here; change it in the text.")
    return done, after


def _same(old: Any, new: Any) -> bool:
    return bool(old == new) and type(old) is type(new) and old is not None


def _plain_at(whole: Node | None, keys: Keys) -> Any:
    """What the file has from its parents at a path; None if nothing."""
    here = whole
    for key in keys:
        here = _child(here, key)
    return bare(here) if here is not None else None


def _inside(part: Any) -> Any:
    return part.value


def _value(path: str, text: str) -> Any:
    node, problems = read_value(text, Spot("scenario"))
    if node is None or problems:
        raise EditError(f"{path}: {problems[0].text if problems else 'is not a value'}")
    return bare(node)


def _deepest(root: Piece, keys: Keys) -> tuple[Piece, Keys]:
    """The piece as far along a path as the text goes, and the keys it lacks."""
    here = root
    for number, key in enumerate(keys):
        inside = here.value
        known = key in inside if isinstance(inside, dict) else isinstance(inside, list) and key in range(len(inside))
        if not known:
            return here, keys[number:]
        here = inside[key]
    return here, ()


def _with(text: str, root: Piece, keys: Keys, value: str, whole: Node | None) -> str:
    """The text with a value at a path."""
    found, rest = _deepest(root, keys)
    if not rest:
        return _replaced(text, found, fitting(value))
    above = keys[: len(keys) - len(rest)]
    nested = _nested(rest, value, whole, above)
    if isinstance(found.value, dict):
        return _added(text, found, nested) if not found.flow or found is root else _joined(text, found, nested)
    if found.value is None:
        return _replaced(text, found, _in_one(nested))
    if rest[0] in PARTS and not isinstance(found.value, list):
        number = text[found.start : found.end]
        return _replaced(text, found, f"{{base: {number}, {rest[0]}: {fitting(value)}}}")
    raise EditError(f"{'.'.join(map(str, above))} is no mapping; change it in the text.")


#: A key with what stands below it: a value as text, or one more key.
Nested = tuple[str, Any]


def _nested(rest: Keys, value: str, whole: Node | None, above: Keys) -> Nested:
    """A path that the text lacks, as keys within keys; an inherited list is copied."""
    key = str(rest[0])
    below = rest[1:]
    if not below:
        return key, fitting(value)
    if isinstance(below[0], int):
        return key, flow_text(_planted(_inherited(whole, (*above, key)), below, _value(key, value), None))
    return key, _nested(below, value, whole, (*above, key))


def _inherited(whole: Node | None, keys: Keys) -> Any:
    """The plain list that the file has from its parents."""
    here = whole
    for key in keys:
        here = _child(here, key)
    if here is None or not isinstance(here.value, list):
        raise EditError(f"{'.'.join(map(str, keys))} is no list; change it in the text.")
    return bare(here)


def _in_one(nested: Any) -> str:
    """Keys within keys on one line."""
    if isinstance(nested, str):
        return nested
    return f"{{{plain_text(nested[0])}: {_in_one(nested[1])}}}"


def _replaced(text: str, piece: Piece, value: str) -> str:
    """The text with one value written anew."""
    if isinstance(piece.value, (dict, list)) and not piece.flow:
        colon = text.index(":", piece.key_end) if piece.key_end >= 0 else -1
        if colon < 0:
            raise EditError("An entry of a list can only be replaced in the text.")
        line_end = _line_end(text, colon)
        if line_end < piece.start:  # what stands behind the key on its line stays
            said = text[colon + 1 : line_end].rstrip("\r")
            return f"{text[: colon + 1]} {value}{said}{text[piece.end :]}"
        return f"{text[: colon + 1]} {value}{text[piece.end :]}"
    gap = " " if piece.start and text[piece.start - 1] == ":" else ""
    return f"{text[: piece.start]}{gap}{value}{text[piece.end :]}"


def _added(text: str, mapping: Piece, nested: Nested) -> str:
    """The text with a new key on a line of its own, after the mapping's last."""
    ending = "\r\n" if "\r\n" in text else "\n"
    lines: list[str] = []
    key, below = nested
    indent = mapping.column
    while not isinstance(below, str):
        lines.append(f"{' ' * indent}{plain_text(key)}:")
        indent += 2
        key, below = below
    lines.append(f"{' ' * indent}{plain_text(key)}: {below}")
    at = _line_end(text, mapping.end)
    gap = text[at - 1 : at] if text[at - 1 : at] == "\r" else ""
    at -= len(gap)
    return f"{text[:at]}{ending}{ending.join(lines)}{text[at:]}"


def _joined(text: str, mapping: Piece, nested: Nested) -> str:
    """The text with a new key inside braces."""
    said = f"{plain_text(nested[0])}: {_in_one(nested[1])}"
    children = list(mapping.value.values())
    at = children[-1].end if children else mapping.start + 1
    comma = ", " if children else ""
    return f"{text[:at]}{comma}{said}{text[at:]}"


def _without(text: str, root: Piece, keys: Keys) -> str:
    """The text without a key; a mapping that would be left empty goes, too."""
    while len(keys) > 1 and isinstance(keys[-2], str) and len(_at(root, keys[:-1]).value) == 1:
        keys = keys[:-1]
    parent, piece = _at(root, keys[:-1]), _at(root, keys)
    if not isinstance(parent.value, dict):
        raise EditError("An entry of a list can only be taken away in the text.")
    if not parent.flow:
        start = text.rfind("\n", 0, piece.key_start) + 1
        if text[start : piece.key_start].strip():
            raise EditError("The first key of a list's entry can only be taken away in the text.")
        return text[:start] + text[_line_end(text, piece.end) + 1 :]
    entries = list(parent.value.values())
    number = entries.index(piece)
    if number + 1 < len(entries):
        return text[: piece.key_start] + text[entries[number + 1].key_start :]
    return text[: entries[number - 1].end if number else piece.key_start] + text[piece.end :]


def _at(root: Piece, keys: Keys) -> Piece:
    here = root
    for key in keys:
        here = here.value[key]
    return here


def _line_end(text: str, start: int) -> int:
    """Where the line goes on to the next: its line feed, or the end of the text."""
    at = text.find("\n", start)
    return len(text) if at < 0 else at


def _planted(before: Any, keys: Keys, new: Any, whole: Node | None) -> Any:
    """Plain data with a value put in."""
    if not keys:
        return new
    done = copy.copy(before)
    if isinstance(done, list):
        done[int(keys[0])] = _planted(done[int(keys[0])], keys[1:], new, _child(whole, keys[0]))
        return done
    if not isinstance(done, dict):
        scalar_kept = done is not None and keys[0] in PARTS
        done = {"base": done} if scalar_kept else {}
    old = done.get(keys[0])
    if keys[0] not in done and len(keys) > 1 and isinstance(keys[1], int):
        old = _inherited(_child(whole, keys[0]), ())
    done[keys[0]] = _planted(old, keys[1:], new, _child(whole, keys[0]))
    return done


def _child(whole: Node | None, key: str | int) -> Node | None:
    inside = whole.value if whole is not None else None
    if isinstance(inside, list):
        entry: Node | None = inside[int(key)] if str(key).isdigit() and int(key) < len(inside) else None
        return entry
    return inside.get(str(key)) if isinstance(inside, dict) else None


def _taken(before: Any, keys: Keys) -> Any:
    """Plain data without a key."""
    done = copy.deepcopy(before)
    while len(keys) > 1 and isinstance(keys[-2], str):
        parent = done
        for key in keys[:-1]:
            parent = parent[key]
        if len(parent) > 1:
            break
        keys = keys[:-1]
    parent = done
    for key in keys[:-1]:
        parent = parent[key]
    del parent[keys[-1]]
    return done


def whole_of(root: Node | None, name: str, folder: Path | None) -> Node | None:
    """The tree of a file laid over the files it extends; None if there is none."""
    return None if root is None else with_parents(root, name if folder is None else str(folder / name), folder)[0]


def difference(before: str, after: str, name: str) -> str:
    """What changed between two texts, line by line, as ``diff -u`` shows it; empty if nothing did."""
    lines = difflib.unified_diff(
        before.splitlines(), after.splitlines(), fromfile=name, tofile=f"{name} (changed)", lineterm=""
    )
    return "\n".join(lines)


def lines_changed(said: str) -> int:
    """Number of lines that a :func:`difference` adds or takes away, whichever are more."""
    lines = said.splitlines()[2:]
    return max(sum(line.startswith(sign) for line in lines) for sign in "+-")
