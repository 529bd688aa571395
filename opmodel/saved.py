"""Scenarios that visitors saved: found again by a word that cannot be guessed, and by nothing else.

There is no list of them to be asked for, so no session sees another's. One file each in a folder of the server's
user (``OPMODEL_SAVED`` names another); the number of files is bounded, the least recently opened goes first.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import re
import secrets
import tempfile
import time
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path

from opmodel.drafting.coding import coded_text
from opmodel.scenario.problems import UNSEEN
from opmodel.scenario.reading import MAX_BYTES
from opmodel.shipped import shipped_names

#: Scenarios kept; characters of a scenario's name.
KEPT, LONGEST = 500, 80
#: Scenarios that are not read anew at every look.
READ = 32
#: What a scenario came from that was not a shipped one.
OWN_FILE = "a file of their own"
#: Environment variable that names the folder.
FOLDER = "OPMODEL_SAVED"
_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")


class SavingError(Exception):
    """A scenario cannot be saved, for a reason in plain words."""


@dataclass(frozen=True, slots=True)
class Saved:
    """A scenario that somebody saved."""

    name: str
    """What its author calls it."""
    text: str
    """The scenario file, with codes for posts."""
    came_from: str
    """The shipped scenario it was started from, or the name of the uploaded file."""
    on: str
    """Date of saving, such as 2026-04-06."""


def save(name: str, text: str, came_from: str) -> str:
    """Keep a scenario.

    Names of posts that may be people's are replaced by codes before anything is written.

    Args:
        name: what its author calls it.
        text: the scenario file.
        came_from: what it was started from.

    Returns:
        The word by which it is found again.

    Raises:
        SavingError: the text is no scenario file that can be read, is too large, or cannot be written.
    """
    name = " ".join(UNSEEN.sub(" ", name).split())[:LONGEST]
    if not name:
        raise SavingError("Give the scenario a name first.")
    coded = coded_text(text)
    if coded is None:
        raise SavingError("The text is not a scenario file that can be read; mend its problems first.")
    for person, code in coded.codes.items():
        name, came_from = (said.replace(person, code) for said in (name, came_from))
    if len(coded.text.encode(errors="surrogatepass")) > MAX_BYTES:
        raise SavingError("The text is larger than 1 MB; a scenario is a few pages.")
    token = secrets.token_urlsafe(16)
    started = came_from if came_from in shipped_names() else OWN_FILE  # a file's name may be a person's
    about = Saved(name, coded.text, started, dt.date.today().isoformat())
    try:
        folder = _folder()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write(folder / f"{token}.json", json.dumps(asdict(about), ensure_ascii=False).encode())
        _forget(folder)
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        raise SavingError(
            f"The scenario could not be saved on the server ({reason}). Download it, so that nothing is lost."
        ) from None
    return token


def saved(token: str) -> Saved | None:
    """The scenario of a word; None if there is none (any more)."""
    if not isinstance(token, str) or _TOKEN.fullmatch(token) is None:
        return None
    path = _folder() / f"{token}.json"
    try:
        found = _read(path) if path.exists() else None
    except (OSError, ValueError, KeyError, TypeError):
        return None
    if found is not None:
        with contextlib.suppress(OSError):  # a folder that may only be read still serves
            os.utime(path)
    return found


@lru_cache(maxsize=READ)
def _read(path: Path) -> Saved:
    """The scenario in a file, which never changes once it is written."""
    with path.open("rb") as stream:
        about = json.loads(stream.read(4 * MAX_BYTES))
    return Saved(*(str(about[part]) for part in ("name", "text", "came_from", "on")))


def _folder() -> Path:
    """The folder of saved scenarios."""
    named = os.environ.get(FOLDER)
    if named:
        return Path(named).expanduser()
    data = os.environ.get("XDG_DATA_HOME") or "~/.local/share"
    return Path(data).expanduser() / "opmodel" / "saved"


def _write(path: Path, data: bytes) -> None:
    """Write a file wholly or not at all; only the server's user may read it."""
    handle, part = tempfile.mkstemp(dir=path.parent, prefix=".part-")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        Path(part).replace(path)
    except BaseException:
        Path(part).unlink(missing_ok=True)
        raise


def _forget(folder: Path) -> None:
    """Drop the scenarios opened longest ago beyond the number kept, and what an interrupted writer left behind."""
    aged: list[tuple[int, Path]] = []
    for path in folder.iterdir():
        with contextlib.suppress(OSError):  # another process may drop it at the same moment
            if path.suffix == ".json":
                aged.append((path.stat().st_mtime_ns, path))
            elif path.name.startswith(".part-") and path.stat().st_mtime < time.time() - 3600:
                path.unlink()
    for _, path in sorted(aged)[: max(0, len(aged) - KEPT)]:
        path.unlink(missing_ok=True)
