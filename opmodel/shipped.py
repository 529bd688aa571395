"""Where the scenarios that come with opmodel are: inside an installed package, or beside it in the repository."""

from __future__ import annotations

from pathlib import Path

_PLACES = (
    Path(__file__).resolve().parent / "shipped_scenarios",
    Path(__file__).resolve().parents[1] / "scenarios",
)
#: The JSON Schema that the first line of a scenario file points editors to.
SCHEMA_FILE = "scenario.schema.json"


def shipped_folder() -> Path:
    """The folder with the shipped scenarios.

    Raises:
        FileNotFoundError: the installation is incomplete.
    """
    for place in _PLACES:
        if place.is_dir():
            return place
    raise FileNotFoundError("the shipped scenarios are missing; install opmodel again")


def shipped_names() -> list[str]:
    """Names of the shipped scenarios, such as ``council``: what ``opmodel new --from`` takes."""
    return sorted(path.stem for path in shipped_folder().glob("*.yaml"))


def shipped(name: str) -> Path:
    """The file of a shipped scenario.

    Raises:
        KeyError: there is none of that name.
    """
    if name not in shipped_names():
        raise KeyError(name)
    return shipped_folder() / f"{name}.yaml"
