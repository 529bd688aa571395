"""Which opmodel this is: only equal ones give figures that may stand in one study."""

from __future__ import annotations

import hashlib
import platform
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

import opmodel

#: Rooms that show results or take orders, and bear on no figure.
APART = (
    "cli", "views", "charts", "shipped_app", "shipped_scenarios", "drafting", "jobs.py", "saved.py", "hiring/telling",
)
#: Packages whose version may change the last digit of a figure.
PACKAGES = ("numpy", "numba", "mesa")


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
    python = ".".join(platform.python_version_tuple()[:2])
    return {
        "opmodel": opmodel.__version__, "code": fingerprint(), "python": python,
        **{package: version(package) for package in PACKAGES},
    }
