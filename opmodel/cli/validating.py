"""``opmodel validate``: is a file usable, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from opmodel.cli.exits import FINE, WRONG, tell
from opmodel.cli.results import Result

if TYPE_CHECKING:
    from opmodel.scenario import Scenario
    from opmodel.scenario.problems import Problem


def answer(files: Sequence[Path], changes: Mapping[str, str], *, as_json: bool) -> int:
    """Check files; problems go to standard error, one line for each file to standard output.

    Returns:
        The exit code: 2 if any file cannot be used.
    """
    from opmodel.scenario.loading import check_scenario

    found: list[dict[str, Any]] = []
    for file in files:
        scenario, problems = check_scenario(file, set=changes)
        problems += _in_trace(scenario)
        usable = not any(not problem.warning for problem in problems)
        found.append({
            "file": str(file),
            "usable": usable,
            "name": scenario.name if scenario is not None else None,
            "hash": scenario.hash if scenario is not None else None,
            "problems": [asdict(problem) for problem in problems],
        })
        if as_json:
            continue
        for problem in problems:
            tell(str(problem))
        print(f"{file}: {_verdict(problems)}", flush=True)
    if as_json:
        Result("json", None).write_json({"files": found})
    return FINE if all(entry["usable"] for entry in found) else WRONG


def _in_trace(scenario: Scenario | None) -> list[Problem]:
    """Problems of the log that a scenario names."""
    if scenario is None or scenario.trace is None:
        return []
    from opmodel.flow.trace import read_trace
    from opmodel.scenario.problems import ScenarioError

    try:
        read_trace(scenario)
    except ScenarioError as error:
        return error.problems
    return []


def _verdict(problems: Sequence[Problem]) -> str:
    errors = sum(not problem.warning for problem in problems)
    counts = (_count(errors, "error"), _count(len(problems) - errors, "warning"))
    return ", ".join(count for count in counts if count) or "fine"


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'s' * (number > 1)}" if number else ""
