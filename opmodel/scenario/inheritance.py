"""A scenario file may extend one parent: what it says is laid over what the parent says.

Mappings merge key by key, lists replace, and ``null`` takes an inherited key away. A mapping whose
``kind`` differs from its parent's replaces it wholly. Every value keeps the file and line it came from.
"""

from __future__ import annotations

import os
import shlex
from contextlib import suppress
from pathlib import Path
from typing import Final

from opmodel.scenario.problems import Problem
from opmodel.scenario.reading import Node, read_file
from opmodel.shipped import shipped_names

_EXTENDS = "extends"
_PARTS = {"low", "high", "tag", "source"}


class Taken:
    """The value of a key that a ``null`` has taken away."""

    def __repr__(self) -> str:
        return "null"


TAKEN: Final = Taken()


def with_parents(root: Node, file: str, folder: Path | None) -> tuple[Node | None, list[Problem]]:
    """Lay a file over its parent, that over its own, and so on.

    Args:
        root: the tree of the file.
        file: its path, also what it is called in problems.
        folder: the folder it lies in, which no parent may leave; None for text without one.

    Returns:
        The merged tree without ``extends`` (None if a parent cannot be read), and the problems found.
    """
    if _EXTENDS not in root.value:
        return root, []
    if folder is None:
        return None, [root.value[_EXTENDS].spot.problem(_EXTENDS, "needs a scenario file; pasted text has no folder")]
    outermost, here = folder.resolve(), Path(file).resolve()
    layers, chain = [root], {here: file}
    problems: list[Problem] = []
    while (reference := layers[-1].value.get(_EXTENDS)) is not None and reference.value is not None:
        parent, text = _parent_path(reference, here, outermost)
        if text:
            return None, [*problems, reference.spot.problem(_EXTENDS, text)]
        name = os.path.normpath(Path(chain[here]).parent / reference.value)
        if parent in chain:
            loop = " -> ".join([*list(chain.values())[list(chain).index(parent) :], chain[parent]])
            return None, [*problems, reference.spot.problem(_EXTENDS, f"goes round in a circle: {loop}")]
        layer, found = read_file(parent, name)
        problems += found
        if layer is None:
            missing = [p for p in found if not p.line]  # the file itself cannot be opened: say where it is named
            problems = [p for p in problems if p not in missing]
            said = (f"{name} {_is(p.text, name)}" for p in missing)
            return None, [*problems, *(reference.spot.problem(_EXTENDS, text) for text in said)]
        chain[parent] = name
        layers.append(layer)
        here = parent
    merged = layers.pop()
    while layers:
        merged = overlaid(merged, layers.pop())
    entries = {key: child for key, child in merged.value.items() if key != _EXTENDS}
    return Node(entries, root.at, root.key_at), problems


def _parent_path(reference: Node, here: Path, outermost: Path) -> tuple[Path, str]:
    """The parent a file names, and what is wrong with the name."""
    if not isinstance(reference.value, str) or not reference.value.strip():
        return here, "should be the path of one parent file, such as base.yaml"
    try:
        parent = (here.parent / reference.value).resolve()
    except (OSError, ValueError, RuntimeError):  # such as a circle of links
        return here, "is not a path"
    if not parent.is_relative_to(outermost):
        return here, "leads outside the folder of the file that was loaded"
    return parent, ""


def _is(text: str, name: str) -> str:
    """What is wrong with a parent; of a missing one that comes with opmodel, how to get it."""
    if text != "no such file":
        return text
    parent, known = Path(name), []
    with suppress(FileNotFoundError):  # of an incomplete installation
        known = shipped_names()
    hint = f"; it comes with opmodel: opmodel new {shlex.quote(name)} --from {parent.stem}"
    return f"does not exist{hint if parent.suffix == '.yaml' and parent.stem in known else ''}"


def overlaid(parent: Node, child: Node) -> Node:
    """What a child says laid over what its parent says."""
    above, below = parent.value, child.value
    if below is None or below is TAKEN:
        return Node(TAKEN, child.at, child.key_at)
    if not isinstance(below, dict):
        return child
    if isinstance(above, dict) and not _another_kind(above, below):
        merged = dict(above)
        for key, value in below.items():
            merged[key] = overlaid(above[key], value) if key in above else value
        return Node(merged, parent.at, parent.key_at)
    if isinstance(above, (int, float, str)) and below and below.keys() <= _PARTS:  # a range for an inherited number
        return Node({"base": parent, **below}, child.at, child.key_at)
    return child


def _another_kind(above: dict[str, Node], below: dict[str, Node]) -> bool:
    return "kind" in above and "kind" in below and above["kind"].value != below["kind"].value


def drawn_twice(root: Node) -> list[Problem]:
    """The problem of a scenario that both names a structure and draws one by hand."""
    said = {key: node for key, node in root.value.items() if node.value is not None and node.value is not TAKEN}
    if not {"structure", "teams"} <= said.keys():
        return []
    structure, teams = said["structure"], said["teams"]

    def newness(node: Node) -> tuple[bool, bool]:
        return node.key_at.line == 0, node.key_at.file == root.at.file

    if newness(teams) > newness(structure):
        text = f"are drawn by hand, but a structure is set at {_place(structure)}; add 'structure: null' to drop it"
        return [teams.key_at.problem("teams", text)]
    text = f"would not act, as teams are drawn by hand at {_place(teams)}; add 'teams: null' to drop them"
    return [structure.key_at.problem("structure", text)]


def _place(node: Node) -> str:
    return f"{node.key_at.file}:{node.key_at.line}" if node.key_at.line else node.key_at.file
