"""Which opmodel this is: only equal ones give figures that may stand in one study."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Mapping
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

import opmodel
from opmodel.provenance import ENGINE

#: Rooms that show results or take orders, and bear on no figure.
APART = (
    "cli", "views", "charts", "shipped_app", "shipped_scenarios", "drafting", "jobs.py", "saved.py", "hiring/telling",
)


@lru_cache(maxsize=1)
def fingerprint() -> str:
    """Short digest of the code that figures come from, whatever its version number says."""
    root = Path(opmodel.__file__).parent
    digest = hashlib.sha256()
    for file in sorted(root.rglob("*.py")):
        inside = file.relative_to(root)
        if not inside.as_posix().startswith(APART):
            digest.update(inside.as_posix().encode() + b"\0")
            digest.update(file.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return digest.hexdigest()[:12]


def versions() -> dict[str, str]:
    """Versions of everything that figures depend on beside scenario and seed."""
    return {
        "opmodel": opmodel.__version__, "code": fingerprint(), "python": series(platform.python_version()),
        **{package: version(package) for package in ENGINE},
    }


def series(python: str) -> str:
    """Which Python, as far as figures depend on it: ``3.11`` of ``3.11.7``."""
    return ".".join(python.split(".")[:2])


def unlike(there: Mapping[str, str], here: Mapping[str, str], *, missing: str) -> tuple[str, str] | None:
    """What differs between two sets of versions, in words.

    Args:
        there: versions by name, of another process or another time.
        here: those that they are held against.
        missing: what is said for a version that is not there.

    Returns:
        Those there and those here that differ; None if none do.
    """
    names = [name for name in here if there.get(name) != here[name]]
    if not names:
        return None
    return (
        ", ".join(f"{name} {there.get(name, missing)}" for name in names),
        ", ".join(f"{name} {here[name]}" for name in names),
    )
