"""The compiled kernel's cache on disk: where it may be written, and whether it is filled already.

numba keeps what it compiled beside the source, or else in the user's cache folder. Where neither can be
written (a read-only installation without a home) it refuses to import; then a temporary folder is used.
Nothing here imports numba, so that a program can say what it is going to wait for.
"""

from __future__ import annotations

import hashlib
import os
import struct
import sys
import tempfile
from pathlib import Path

KERNEL = Path(__file__).resolve().parent / "flow" / "kernel.py"
#: Seconds a compilation takes on an ordinary machine, for messages.
SECONDS = 20


def prepare_cache() -> None:
    """Make sure that the kernel can be cached somewhere; to be called before numba is first imported."""
    if "NUMBA_CACHE_DIR" in os.environ or any(_writable(place) for place in _places()):
        return
    os.environ["NUMBA_CACHE_DIR"] = str(_private_folder())


def is_compiled() -> bool:
    """Whether the kernel's cache holds this very kernel, as far as can be told without numba."""
    if os.environ.get("NUMBA_DISABLE_JIT", "0") not in ("", "0"):
        return True
    source = KERNEL.read_bytes()
    stamps = (hashlib.sha256(source).digest(), struct.pack(">d", KERNEL.stat().st_mtime))
    pattern = f"kernel.advance-*.py{sys.version_info[0]}{sys.version_info[1]}*.nbi"
    for place in _places():
        for index in place.glob(pattern) if place.is_dir() else ():
            try:
                held = index.read_bytes()
            except OSError:
                continue
            if any(stamp in held for stamp in stamps):
                return True
    return False


def announcement() -> str:
    """What to tell a user who is going to wait for the compilation; empty if nobody will."""
    return "" if is_compiled() else f"Compiling the simulation once, about {SECONDS} s ..."


def start_engine() -> None:
    """Import the simulation, as a worker process does first of all."""
    import opmodel.metrics
    import opmodel.model  # noqa: F401


def _places() -> list[Path]:
    """The folders in which numba may keep the kernel, in its order."""
    own = f"{KERNEL.parent.name}_{hashlib.sha1(str(KERNEL.parent).encode()).hexdigest()}"
    if chosen := os.environ.get("NUMBA_CACHE_DIR"):
        return [Path(chosen) / own]
    return [KERNEL.parent / "__pycache__", _user_cache() / "numba" / own]


def _user_cache() -> Path:
    home = Path.home() if _has_home() else Path("/nonexistent")
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", home / "AppData" / "Local"))
    if sys.platform == "darwin":
        return home / "Library" / "Caches"
    return Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache")


def _has_home() -> bool:
    try:
        Path.home()
    except RuntimeError:
        return False
    return True


def _writable(place: Path) -> bool:
    """Whether a file can be put there; the folder is made if it can be."""
    try:
        place.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=place).close()
    except OSError:
        return False
    return True


def _private_folder() -> Path:
    """A temporary folder that only this user can write, kept for the next run where possible."""
    name = f"opmodel-{os.getuid()}" if hasattr(os, "getuid") else "opmodel"
    place = Path(tempfile.gettempdir()) / name
    try:
        place.mkdir(mode=0o700, exist_ok=True)
        if not hasattr(os, "getuid"):
            return place
        about = place.lstat()
        if place.is_dir() and not place.is_symlink() and about.st_uid == os.getuid() and not about.st_mode & 0o077:
            return place
    except OSError:
        pass
    return Path(tempfile.mkdtemp(prefix="opmodel-"))
