"""What a study asks, as plain data that can be written down and read again."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from opmodel.scenario.scenario import Scenario

#: What a study may be asked beside its scenario: the arguments of ``plan_hiring`` that bear on its results.
ARGUMENTS = (
    "roles", "team", "up_to", "week", "confidence", "targets", "scope", "budget", "parts", "each_structure",
    "freeze_months", "replications", "fresh", "seed",
)


class StudyError(ValueError):
    """A study's folder cannot be used; says why, and what to do."""


def as_study(scenario: Scenario, *, file: Path | None = None, **arguments: Any) -> dict[str, Any]:
    """What a study asks, as plain data to be written down.

    Args:
        scenario: the organisation as it is.
        file: where it was read from, if it was.
        **arguments: of :func:`opmodel.hiring.planning.plan_hiring`, those of :data:`ARGUMENTS`; what is left out takes
            its default.

    Raises:
        TypeError: an argument that is none of these, or that cannot be written down.
    """
    if unknown := [name for name in arguments if name not in ARGUMENTS]:
        raise TypeError(f"a study does not keep '{unknown[0]}' (kept: {', '.join(ARGUMENTS)})")
    plain = {
        name: dataclasses.asdict(value) if dataclasses.is_dataclass(value) and not isinstance(value, type) else value
        for name, value in arguments.items()
    }
    study = {"scenario": scenario.document(), "scenario_hash": scenario.hash, "arguments": plain, "log": _log(scenario)}
    if file is not None:
        study["file"] = {"path": str(file), "hash": _hash_of(file)}
    written: dict[str, Any] = json.loads(json.dumps(study, allow_nan=False))
    return written


def asked_in(study: Mapping[str, Any]) -> tuple[Scenario, dict[str, Any]]:
    """The scenario and the arguments of ``plan_hiring`` that :func:`as_study` wrote down.

    Raises:
        StudyError: they no longer make the scenario that was asked about.
        ScenarioError: the scenario cannot be read.
    """
    from opmodel.hiring.asking.scope import Scope
    from opmodel.scenario.scenario import Scenario

    try:
        scenario = Scenario.model_validate(study["scenario"])
        if scenario.hash != study["scenario_hash"]:
            raise StudyError(
                f"the study is about scenario {study['scenario_hash']}, but what it wrote down makes {scenario.hash}: "
                "it was changed by hand; begin a new study"
            )
        arguments = {name: _tuples(value) for name, value in study["arguments"].items()}
        if isinstance(arguments.get("scope"), dict):
            arguments["scope"] = Scope(**{name: _tuples(value) for name, value in arguments["scope"].items()})
        log = study["log"]
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        if isinstance(error, StudyError):
            raise
        raise StudyError("what the study asks cannot be read; begin a new one") from None
    if log != _log(scenario):
        raise StudyError(
            f"the log that the scenario takes its arrivals from ({scenario.trace.file if scenario.trace else ''}) is "
            "not there or is another one than when the study was begun: put it back (a relative path starts from "
            "the folder in which the command is run), or begin a new study"
        )
    return scenario, arguments


def file_of(study: Mapping[str, Any]) -> Path | None:
    """The file that a study's scenario was read from; None where it is not there any more or says something else."""
    kept = study.get("file")
    if not isinstance(kept, Mapping) or not isinstance(kept.get("path"), str):
        return None
    file = Path(kept["path"])
    return file if kept.get("hash") and _hash_of(file) == kept["hash"] else None


def _hash_of(file: Path) -> str:
    """Hash of the scenario that a file makes; empty where it makes none."""
    from opmodel.scenario.loading import check_scenario

    scenario, _ = check_scenario(file) if file.is_file() else (None, ())
    return "" if scenario is None else scenario.hash


def _tuples(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _log(scenario: Scenario) -> str:
    """Digest of the log that arrivals are taken from; empty without one."""
    return "" if scenario.trace is None else log_digest(scenario.trace.file)


def log_digest(file: str) -> str:
    """Digest of a log as it is on this machine, ``not there`` if it cannot be read."""
    try:
        return hashlib.sha256(Path(file).read_bytes()).hexdigest()
    except OSError:
        return "not there"


def digest(study: Mapping[str, Any]) -> str:
    """Short digest of all that a study asks."""
    text = json.dumps(study, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:12]


def called(study: Mapping[str, Any]) -> str:
    """What a study asks, in a few words."""
    document = study.get("scenario")
    name = document.get("name", "") if isinstance(document, Mapping) else ""
    return f"scenario '{name}' ({study.get('scenario_hash', 'unknown')}) with question {digest(study)}"
