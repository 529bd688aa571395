"""A scenario file in the making: what is wrong with it, and as much of it as can be read all the same."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from opmodel.drafting.coding import coded_text
from opmodel.drafting.editing import edited, edited_readable, whole_of
from opmodel.drafting.writing import flow_text
from opmodel.scenario.inheritance import TAKEN
from opmodel.scenario.loading import check_text
from opmodel.scenario.problems import Problem
from opmodel.scenario.reading import Node, bare, read_text
from opmodel.scenario.scenario import Scenario
from opmodel.scenario.validation import validated


@dataclass(frozen=True)
class Draft:
    """A text and what became of it."""

    text: str
    """The file, with codes for posts whose names may be people's."""
    file: str
    """What problems call it."""
    folder: Path | None
    """Where what it extends may be found."""
    problems: list[Problem]
    """Errors and warnings, with the lines they stand on."""
    scenario: Scenario | None
    """The scenario; None as long as there are errors."""
    readable: Scenario | None
    """The scenario for forms: where single values are wrong, with defaults in their place."""
    whole: Node | None
    """Its tree, laid over the files it extends; None if it cannot be read."""
    extends: bool
    """Whether it rests on another file."""
    replaced: list[Problem]
    """A warning for each name of a post that got a code; its line is that of the text as it was given."""

    @property
    def errors(self) -> list[Problem]:
        """What must be mended before it can be run."""
        return [problem for problem in self.problems if not problem.warning]

    def said(self, *keys: str | int) -> Node | None:
        """What the file, or one it extends, says at a path; None if nothing."""
        here = self.whole
        for key in keys:
            inside = here.value if here is not None else None
            if isinstance(inside, dict):
                here = inside.get(str(key))
            else:
                here = inside[int(key)] if isinstance(inside, list) and int(key) < len(inside) else None
        return None if here is None or here.value is TAKEN else here

    def changed(self, changes: Mapping[str, str | None]) -> str:
        """The text with some values changed; see :func:`opmodel.drafting.editing.edited`.

        A value that stands in a file this one extends is taken away with ``null``.
        """
        if self.whole is None:
            return edited(self.text, changes)  # which says what is wrong
        return edited_readable(self.text, changes, self.whole)


def draft(text: str, file: str, folder: Path | None) -> Draft:
    """Read a scenario file in the making.

    Args:
        text: the file.
        file: what to call it.
        folder: where what it extends may be found; None for nowhere.
    """
    coded = coded_text(text, file)
    warnings: list[Problem] = []
    if coded is not None:
        text, warnings = coded.text, coded.warnings
    scenario, problems = check_text(text, file, folder=folder)
    own = coded.root if coded is not None and coded.root is not None else read_text(text, file)[0]
    whole = whole_of(own, file, folder) if coded is not None else None
    readable = scenario
    if readable is None and whole is not None:
        readable = validated(whole)[0]
    extends = own is not None and isinstance(own.value, dict) and "extends" in own.value
    return Draft(
        text, file, folder, [_here(problem, folder) for problem in problems], scenario, readable, whole, extends,
        warnings,
    )


def _here(problem: Problem, folder: Path | None) -> Problem:
    """A problem that does not tell where the server keeps its files."""
    if folder is None:
        return problem
    return dataclasses.replace(
        problem, file=problem.file.replace(f"{folder}/", ""), text=problem.text.replace(f"{folder}/", "")
    )


def in_one_file(made: Draft) -> str:
    """The scenario without ``extends``: the text of the file it extends, with its own values written in.

    Comments of the parent survive; those of the child do not. A text that extends nothing is returned as it is.
    """
    root, _ = read_text(made.text, made.file)
    if not made.extends or root is None or made.folder is None:
        return made.text
    name = root.value["extends"].value
    if not isinstance(name, str):
        return made.text
    above = (made.folder / name).read_text("utf-8")
    parent = draft(above, name, made.folder)
    text = in_one_file(parent)
    below, _ = read_text(text, name)
    changes = {path: value for path, value in _leaves(root, below, ()) if path != "extends"}
    return edited_readable(text, changes, parent.whole)


def _leaves(child: Node, parent: Node | None, keys: tuple[str, ...]) -> list[tuple[str, str | None]]:
    """What a child says, by dotted path: as deep as it is laid over its parent."""
    inside = parent.value if parent is not None else None
    if keys and child.value is None:
        return [(".".join(keys), None)]
    deeper = isinstance(child.value, dict) and isinstance(inside, dict)
    if not keys or (deeper and not _another_kind(child.value, inside)):
        found: list[tuple[str, str | None]] = []
        for key, value in child.value.items():
            found += _leaves(value, inside.get(key) if isinstance(inside, dict) else None, (*keys, key))
        return found
    return [(".".join(keys), flow_text(bare(child)))]


def _another_kind(child: Any, parent: Any) -> bool:
    return "kind" in child and "kind" in parent and child["kind"].value != parent["kind"].value
