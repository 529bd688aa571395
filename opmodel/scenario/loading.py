"""Loading a scenario: read, extend, change, validate, check; all problems at once."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from opmodel.scenario.changes import with_changes
from opmodel.scenario.checks import found_in
from opmodel.scenario.inheritance import drawn_twice, with_parents
from opmodel.scenario.names import without_names
from opmodel.scenario.problems import Finding, Problem, ScenarioError
from opmodel.scenario.reading import Node, read_file, read_text
from opmodel.scenario.scenario import Scenario
from opmodel.scenario.validation import spot_of, validated

Changes = Mapping[str, Any]
Checked = tuple[Scenario | None, list[Problem]]


def load_scenario(path: str | Path, *, set: Changes | None = None, **changes: Any) -> Scenario:
    """Load a scenario file, with the files it extends.

    Args:
        path: the YAML file.
        set: changes by dotted path, such as ``{"people.turnover": "0.1"}``; a value is YAML text or a
            Python value. A change acts like one more child file: mappings merge, None takes away.
        **changes: the same with double underscores for dots: ``people__turnover=0.1``.

    Raises:
        ScenarioError: with every problem found, each with its file and line.
    """
    return _or_raise(check_scenario(path, set=set, **changes))


def check_scenario(path: str | Path, *, set: Changes | None = None, **changes: Any) -> Checked:
    """Load a scenario file as :func:`load_scenario` does, without raising.

    Returns:
        The scenario (None if there are errors), and all errors and warnings in the order of their lines.
    """
    file = str(path)
    root, problems = read_file(Path(path), file)
    changes = {key.replace("__", "."): value for key, value in changes.items()} | dict(set or {})
    return _checked(root, problems, file, Path(path).parent, changes)


def load_text(
    text: str,
    name: str = "scenario",
    *,
    folder: str | Path | None = None,
    set: Changes | None = None,
) -> Scenario:
    """Load a scenario from text, pasted or uploaded.

    Args:
        text: the YAML.
        name: what to call it in problems.
        folder: where ``extends`` and a trace may be found; without one neither may be used.
        set: changes, as for :func:`load_scenario`.

    Raises:
        ScenarioError: with every problem found.
    """
    return _or_raise(check_text(text, name, folder=folder, set=set))


def check_text(
    text: str,
    name: str = "scenario",
    *,
    folder: str | Path | None = None,
    set: Changes | None = None,
) -> Checked:
    """Load a scenario from text as :func:`load_text` does, without raising; see :func:`check_scenario`."""
    file = name if folder is None else str(Path(folder) / name)
    root, problems = read_text(text, file)
    return _checked(root, problems, file, None if folder is None else Path(folder), dict(set or {}))


def _or_raise(checked: Checked) -> Scenario:
    scenario, problems = checked
    if scenario is None:
        raise ScenarioError(problems)
    return scenario


def _checked(
    root: Node | None, problems: list[Problem], file: str, folder: Path | None, changes: dict[str, Any]
) -> Checked:
    problems = list(problems)
    if root is not None:
        root, found = with_parents(root, file, folder)
        problems += found
    if root is None:
        return None, sorted(problems)
    root, codes, named = without_names(root)
    root, misplaced = with_changes(root, changes, codes)
    root, _, named_beside = without_names(root, codes)
    root, untraced = _with_trace(root, folder)
    problems += [*named, *misplaced, *named_beside, *untraced, *drawn_twice(root)]
    scenario, invalid, wrong = validated(root)
    problems += invalid
    if scenario is not None:
        for finding in found_in(scenario):
            if any(_follows_from(finding, path) for path in wrong):
                continue
            spot, node = spot_of(root, finding.keys)
            spot = node.key_at if node is not None and finding.of_key else spot
            problems.append(spot.problem(finding.path, finding.text, warning=finding.warning))
    if any(not problem.warning for problem in problems):
        scenario = None
    return scenario, sorted(problems)


def _follows_from(finding: Finding, wrong: Sequence[int | str]) -> bool:
    """Whether a finding may be due to the default that stands in for the wrong value at a path."""
    if not wrong or all(a == b for a, b in zip(finding.keys, wrong, strict=False)):
        return True
    said = finding.text.split("did you mean")[0]
    return wrong[-1] in finding.keys or re.search(rf"\b{re.escape(str(wrong[-1]))}\b", said) is not None


def _with_trace(root: Node, folder: Path | None) -> tuple[Node, list[Problem]]:
    """Make a trace's file, given relative to the file that names it, one that can be opened from here.

    A file may only name a log inside its own folder; a change beside it (a command line) any log.
    """
    spot, named = spot_of(root, ("trace", "file"))
    if named is None or not isinstance(named.value, str):
        return root, []
    beside = not spot.line
    if folder is None and not beside:
        return root, [spot.problem("trace.file", "needs a scenario file; pasted text has no folder")]
    place = Path() if beside else Path(spot.file).parent
    path = Path(os.path.normpath(place / named.value))
    try:
        if folder is not None and not beside and not path.resolve().is_relative_to(folder.resolve()):
            return root, [spot.problem("trace.file", "leads outside the folder of the file that was loaded")]
        if not path.is_file():
            return root, [spot.problem("trace.file", f"no such file: {path}")]
    except (OSError, ValueError, RuntimeError):  # such as a circle of links
        return root, [spot.problem("trace.file", "is not a path")]
    trace = root.value["trace"]
    entries = {**trace.value, "file": Node(str(path), named.at, named.key_at)}
    return Node({**root.value, "trace": Node(entries, trace.at, trace.key_at)}, root.at, root.key_at), []
