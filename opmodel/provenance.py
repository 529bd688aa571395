"""What a study rests on: scenarios, seed, versions, replications, date."""

from __future__ import annotations

import datetime as dt
import platform
from collections.abc import Mapping
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from opmodel import __version__
from opmodel.scenario.scenario import Scenario

#: Packages whose version may change the last digit of a simulated figure.
ENGINE = ("mesa", "numpy", "numba")
#: Packages that a study names.
PACKAGES = ("opmodel", *ENGINE, "scipy", "pandas")


def provenance(scenarios: Mapping[str, Scenario], seed: int, replications: int) -> dict[str, Any]:
    """Enough to repeat a study: the same hashes, seed, versions and replications give the same result."""
    return {
        "scenarios": {name: {"name": s.name, "hash": s.hash} for name, s in scenarios.items()},
        "seed": seed,
        "replications": replications,
        "versions": {package: _version(package) for package in PACKAGES} | {"python": platform.python_version()},
        "date": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
    }


@lru_cache
def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:  # run from a checkout
        return __version__ if package == "opmodel" else "not installed"
