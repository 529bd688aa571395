"""Changing a scenario: ``--set people.turnover=0.1`` beside a file, or values put into a loaded Scenario."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from numbers import Real
from typing import Any

from pydantic import ValidationError

from opmodel.scenario.checks import found_in
from opmodel.scenario.inheritance import overlaid
from opmodel.scenario.problems import Problem, ScenarioError
from opmodel.scenario.quantity import Parameter
from opmodel.scenario.reading import Node, Spot, bare, node_of, read_value
from opmodel.scenario.scenario import Scenario
from opmodel.scenario.section import Section
from opmodel.scenario.validation import options, place

#: Where the problems of a change are reported to stand.
BESIDE = Spot("--set")
Keys = tuple[str | int, ...]


def with_changes(
    root: Node, changes: Mapping[str, Any], codes: Mapping[str, str] | None = None
) -> tuple[Node, list[Problem]]:
    """Lay changes over a file's tree, each as one more child file would.

    Args:
        root: the tree.
        changes: a YAML text or a Python value by dotted path; None (or ``null``) takes a key away.
        codes: codes of the posts whose names were replaced, so that the names still find them.
    """
    problems: list[Problem] = []
    for path, raw in changes.items():
        value, found = read_value(raw, BESIDE) if isinstance(raw, str) else (node_of(raw, BESIDE), [])
        problems += [BESIDE.problem(path, problem.text) for problem in found]
        try:
            keys = path_keys(path, root, lambda node: node.value, codes)
            if value is not None:
                root = overlaid(root, _nested(root, keys, value))
        except LookupError as error:
            problems.append(BESIDE.problem(path, str(error.args[0])))
    return root, problems


def _nested(node: Node | None, keys: Keys, value: Node) -> Node:
    """The tree of a child file that says only one thing."""
    if not keys:
        return value
    inside = node.value if node is not None else None
    if isinstance(inside, list):
        items, index = list(inside), int(keys[0])
        items[index] = overlaid(items[index], _nested(items[index], keys[1:], value))
        return Node(items, BESIDE, BESIDE)
    child = inside.get(keys[0]) if isinstance(inside, dict) else None
    return Node({str(keys[0]): _nested(child, keys[1:], value)}, BESIDE, BESIDE)


def path_keys(path: str, root: Any, inside: Callable[[Any], Any], codes: Mapping[str, str] | None = None) -> Keys:
    """Split a dotted path, taking the longest key that exists where keys hold dots themselves.

    Args:
        path: such as ``request_types.foi.steps.0.share``.
        root: what the path leads into.
        inside: gives the mapping or list that a part of it holds (anything else for a leaf).
        codes: other words for keys.

    Raises:
        LookupError: the path leads nowhere.
    """
    if not path:
        raise LookupError("needs the dotted path of a field")
    keys: list[str | int] = []
    here: Any = root
    rest = path.split(".")
    while rest:
        children: Any = inside(here) if here is not None else None
        key, taken = _first_key(rest, children, codes or {})
        known = isinstance(children, list) or (isinstance(children, Mapping) and key in children)
        here = children[key] if known else None
        keys.append(key)
        rest = rest[taken:]
    return tuple(keys)


def _first_key(words: list[str], children: Any, codes: Mapping[str, str]) -> tuple[str | int, int]:
    """The first key of a path, and how many of its dot-separated words it takes up."""
    if isinstance(children, list):
        if words[0] not in map(str, range(len(children))):
            raise LookupError(f"there is no entry '{words[0]}'; the list has {len(children)}, counted from 0")
        return int(words[0]), 1
    if isinstance(children, Mapping):
        for count in range(len(words), 0, -1):
            word = ".".join(words[:count])
            for key in (word, codes.get(word)):
                if key is not None and key in children:
                    return key, count
    return words[0], 1


def change_scenario(scenario: Scenario, changes: Mapping[str, Any]) -> Scenario:
    """A copy of a scenario with some values changed, checked like one that was loaded.

    Args:
        scenario: left as it is.
        changes: new values by dotted path. A plain number for a :class:`Parameter` is in the field's
            own unit (durations in working days) and keeps the range, tag and source; the range is
            stretched where the number lies outside it. Texts are read as a file would be, mappings
            are merged, None takes a key away.

    Raises:
        ScenarioError: a change does not fit.
    """
    changed: dict[Any, Any] = {}
    for path, raw in changes.items():
        value, found = read_value(raw, BESIDE) if isinstance(raw, str) else (None, [])
        if found:
            raise ScenarioError(BESIDE.problem(path, problem.text) for problem in found)
        try:
            keys = path_keys(path, scenario, _children)
        except LookupError as error:
            raise ScenarioError([BESIDE.problem(path, str(error.args[0]))]) from None
        _plant(changed, keys, raw if value is None else bare(value), as_text=value is not None)
    try:
        new = Scenario.model_validate(_changed(scenario, changed))
    except ValidationError as error:
        nowhere = Node({}, BESIDE, BESIDE)
        raise ScenarioError(place(details, nowhere) for details in error.errors(include_url=False)) from None
    if errors := [BESIDE.problem(f.path, f.text) for f in found_in(new) if not f.warning]:
        raise ScenarioError(errors)
    return new


@dataclass(frozen=True, slots=True)
class _New:
    """A new value at the end of a path; one given as text needs its unit."""

    value: Any
    as_text: bool


def _children(part: Any) -> Any:
    return part.__dict__ if isinstance(part, Section) else part


def _plant(tree: dict[Any, Any], keys: Keys, raw: Any, *, as_text: bool) -> None:
    """Add a change to the tree of changes; the later one holds where two meet."""
    for key in keys[:-1]:
        if not isinstance(tree.get(key), dict):
            tree[key] = {}
        tree = tree[key]
    if isinstance(raw, Mapping):
        if not isinstance(tree.get(keys[-1]), dict):
            tree[keys[-1]] = {}
        for key, value in raw.items():
            _plant(tree[keys[-1]], (key,), value, as_text=as_text)
    else:
        tree[keys[-1]] = _New(raw, as_text)


def _changed(part: Any, tree: Any) -> Any:
    """The input from which a part of a scenario is made anew; parts that do not change stay as they are."""
    if isinstance(tree, _New):
        return tree.value if tree.as_text else _number(part, tree.value)
    if isinstance(part, list) and tree.keys() <= set(range(len(part))):
        return [_changed(item, tree[i]) if i in tree else item for i, item in enumerate(part)]
    said: dict[Any, Any] = {}
    if isinstance(part, Section):
        kind = tree.get("kind")
        another = isinstance(kind, _New) and kind.value != getattr(part, "kind", None)
        said = {} if another else {name: getattr(part, name) for name in part.model_fields_set}
    elif isinstance(part, Parameter):
        said = dict(part.mapping())
    elif isinstance(part, dict):
        said = dict(part)
    for key, branch in tree.items():
        old = _children(part).get(key) if isinstance(part, (Section, dict)) else None
        if isinstance(branch, _New) and branch.value is None and not _may_be_null(part, key):
            said.pop(key, None)
        else:
            said[key] = _changed(old, branch)
    return said


def _may_be_null(part: Any, key: Any) -> bool:
    field = type(part).model_fields.get(key) if isinstance(part, Section) else None
    return field is not None and type(None) in options(field.annotation)


def _number(old: Any, new: Any) -> Any:
    """A plain number (NumPy's too) in the place of a parameter takes over its range, tag and source."""
    if not isinstance(old, Parameter) or not isinstance(new, Real) or isinstance(new, (bool, Parameter)):
        return new
    try:
        base = float(new)
    except OverflowError:
        return new
    return Parameter(base, min(old.low, base), max(old.high, base), tag=old.tag, source=old.source, unit=old.unit)


def parameters(scenario: Scenario) -> dict[str, Parameter]:
    """Every number of a scenario that has a range, tag and source, by its dotted path."""
    return dict(_parameters(scenario, ""))


def _parameters(part: Any, path: str) -> Iterator[tuple[str, Parameter]]:
    if isinstance(part, Parameter):
        yield path[:-1], part
    elif isinstance(part, Section):
        for name in type(part).model_fields:
            yield from _parameters(getattr(part, name), f"{path}{name}.")
    elif isinstance(part, dict):
        for name, child in part.items():
            yield from _parameters(child, f"{path}{name}.")
    elif isinstance(part, list):
        for index, child in enumerate(part):
            yield from _parameters(child, f"{path}{index}.")
