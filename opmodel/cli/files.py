"""From file names and options to scenarios; all problems of all files at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from opmodel.cli.exits import WrongUsageError, tell

if TYPE_CHECKING:
    from opmodel.scenario import Scenario
    from opmodel.scenario.problems import Problem


def settings(said: Iterable[str]) -> dict[str, str]:
    """The values of repeated ``--set a.b=1``.

    Raises:
        WrongUsageError: one has no equals sign.
    """
    found: dict[str, str] = {}
    for text in said:
        path, equals, value = text.partition("=")
        if not equals or not path.strip():
            raise WrongUsageError(f"--set {text}: should be a dotted path and a value, such as people.turnover=0.1")
        found[path.strip()] = value
    return found


def loaded(files: Sequence[Path], changes: Mapping[str, str], trace: Mapping[str, Any] | None = None) -> list[Scenario]:
    """Load scenario files, telling their warnings.

    Args:
        files: the files.
        changes: from :func:`settings`, laid over each of them.
        trace: from :func:`trace_settings`, laid over each of them.

    Raises:
        ScenarioError: with the problems of all files.
    """
    from opmodel.scenario.problems import ScenarioError

    scenarios: list[Scenario] = []
    problems: list[Problem] = []
    for file in files:
        scenario, found = _checked(file, changes, trace)
        scenarios += [scenario] if scenario is not None else []
        problems += found
    if any(not problem.warning for problem in problems):
        raise ScenarioError(dict.fromkeys(problems))
    for warning in dict.fromkeys(problems):
        tell(str(warning))
    return scenarios


def _checked(
    file: Path, changes: Mapping[str, str], trace: Mapping[str, Any] | None
) -> tuple[Scenario | None, list[Problem]]:
    """Load one file; the settings of a log fill up or replace what its own trace section says."""
    from opmodel.scenario.loading import check_scenario

    scenario, problems = check_scenario(file, set=changes)
    if trace is None or (scenario is None and not any(problem.path == "trace.file" for problem in problems)):
        return scenario, problems
    usual: dict[str, Any] = {}
    if scenario is not None and scenario.trace is None:
        usual = {"arrival": "queued", "directorate": "department", "default": next(iter(scenario.request_types))}
    return check_scenario(file, set={**changes, "trace": {**usual, **trace}})


def trace_settings(
    file: Path | None, *, arrival: str | None, directorate: str | None, kind: str | None
) -> dict[str, Any] | None:
    """What ``--trace`` and the options beside it say.

    Raises:
        WrongUsageError: no such log, or columns without one.
    """
    columns = {"arrival": arrival, "directorate": directorate, "default": kind}
    said = {key: value for key, value in columns.items() if value is not None}
    if file is None:
        if said:
            raise WrongUsageError("--trace-arrival, --trace-directorate and --trace-type need --trace FILE")
        return None
    if not file.is_file():
        raise WrongUsageError(f"{file}: no such file")
    return {"file": str(file), **said}
