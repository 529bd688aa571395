"""The folder of a study: what it asks, and every piece that is finished, so that it can be taken up again.

::

    FOLDER/study.json            what is asked, and with which opmodel it was begun
    FOLDER/pieces/000001-<digest>.parquet   rows of some candidates in some futures, one file per finished piece
    FOLDER/lock                  held by the process at work

A piece is written beside its place and moved there when it is whole, and its name holds a digest of its content: after
a crash or a full disk there is a whole piece or none. A damaged one is put aside with a note and simulated again. As
each row depends on candidate, seed and future alone, a study that is taken up again ends with the same figures.

A command begins with ``with create(folder, as_study(scenario, up_to=5, ...)) as kept:`` and goes on with
``with open_(folder) as kept:``; either way ``scenario, arguments = asked_in(kept.study)`` and
``plan_hiring(scenario, **arguments, store=kept)`` (see :mod:`opmodel.hiring.asking.study`).
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import io
import json
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, Any

import numpy as np

from opmodel.hiring.asking.study import StudyError, called, digest
from opmodel.hiring.trying.fingerprint import unlike, versions
from opmodel.records import Floats

#: Files of a study.
STUDY, PIECES, LOCK = "study.json", "pieces", "lock"
#: Layout of the folder; another number cannot be read.
FORMAT = 1
_PIECE = re.compile(r"(\d{6,})-([0-9a-f]{32})\.parquet")


# -- the folder ------------------------------------------------------------------------------------


def create(folder: str | Path, study: Mapping[str, Any]) -> Folder:
    """Begin a study in a new or empty folder.

    Args:
        folder: made if it is not there.
        study: plain data, as :func:`opmodel.hiring.asking.study.as_study` makes it.

    Raises:
        StudyError: the folder holds a study or other files, or another process is at work in it.
        OSError: it cannot be written.
    """
    place = Path(folder)
    if place.exists() and not place.is_dir():
        raise StudyError(f"{place} is a file; name a folder for the study")
    _no_study_yet(place)
    if place.exists() and any(entry.name != LOCK for entry in place.iterdir()):
        raise StudyError(f"{place} holds other files; name a new or empty folder for the study")
    (place / PIECES).mkdir(parents=True, exist_ok=True)
    with _released_on_failure(_locked(place)) as lock:
        _no_study_yet(place)  # another process may have been faster
        content = {
            "format": FORMAT, "begun": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
            "versions": versions(), "digest": digest(study), "study": study,
        }
        _write(place / STUDY, json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False).encode())
        return Folder(place, study, lock)


def open_(folder: str | Path, study: Mapping[str, Any] | None = None) -> Folder:
    """Take up a study where it was stopped, however that was.

    Args:
        folder: in which it was begun.
        study: what is asked now, to be held against what was asked then; None takes what was asked then.

    Raises:
        StudyError: there is no study, another process is at work in it, it asks something else, or it was begun with
            another version, whose figures might differ.
        OSError: the folder cannot be read or written.
    """
    place = Path(folder)
    if not (place / STUDY).is_file():
        raise StudyError(f"{place} holds no study to go on with; begin one there")
    with _released_on_failure(_locked(place)) as lock:
        content = _read_study(place)
        kept = content["study"]
        if content["format"] != FORMAT:
            raise StudyError(
                f"{place} is laid out in another way ({content['format']}, here {FORMAT}): "
                "go on with the opmodel it was begun with, or begin a new study"
            )
        if content["digest"] != digest(kept):
            raise StudyError(f"{place / STUDY} was changed after the study was begun; begin a new study")
        _same_versions(place, content["versions"])
        if study is not None and digest(study) != content["digest"]:
            raise StudyError(
                f"{place} asks something else: it is about {called(kept)}, now {called(study)} is asked for; "
                "leave out what is asked to go on with the study, or name another folder"
            )
        return Folder(place, kept, lock)


def _no_study_yet(place: Path) -> None:
    if (place / STUDY).exists():
        raise StudyError(f"{place} holds a study already: go on with it (--resume {place}), or name another folder")


def _read_study(place: Path) -> dict[str, Any]:
    try:
        content: dict[str, Any] = json.loads((place / STUDY).read_text("utf-8"))
        if all(isinstance(content[part], dict) for part in ("study", "versions")) and content["format"]:
            content["digest"] = str(content["digest"])
            return content
    except (KeyError, TypeError, ValueError):
        pass
    raise StudyError(f"{place / STUDY} is damaged; begin a new study")


def _same_versions(place: Path, begun: Mapping[str, str]) -> None:
    if (words := unlike(begun, versions(), missing="unknown")) is not None:
        raise StudyError(
            f"{place} was begun with {words[0]}; here it is {words[1]}. Figures of both must not be mixed: "
            "go on where the study was begun, or begin a new one"
        )


class Folder:
    """A study's folder while this process works on it; a :class:`opmodel.hiring.trying.trials.Store`."""

    def __init__(self, place: Path, study: Mapping[str, Any], lock: IO[bytes]) -> None:
        """Take in what is there; made by :func:`create` and :func:`open_`."""
        self.place, self.study = place, study
        """Where it is, and what is asked."""
        self.notes: list[str] = []
        """What is to be known of pieces that were put aside."""
        self._lock = lock
        self._rows: dict[tuple[str, int], dict[int, Floats]] = {}
        self._last = 0
        (place / PIECES).mkdir(exist_ok=True)
        for file in sorted((place / PIECES).iterdir()):
            self._take(file)

    def __enter__(self) -> Folder:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Leave the folder to others."""
        self._lock.close()

    def rows(self, scenario_hash: str, seed: int) -> dict[int, Floats]:
        """Rows by future of one candidate, as far as they are kept."""
        return dict(self._rows.get((scenario_hash, seed), {}))

    def keep(self, seed: int, rows: dict[str, dict[int, Floats]]) -> None:
        """Keep a finished piece: rows by future, by scenario hash. It is on the disk when this returns.

        Raises:
            OSError: it cannot be written.
        """
        if self._lock.closed:
            raise ValueError("the folder of the study is closed")
        content = _packed(seed, rows)
        name = f"{self._last + 1:06d}-{_mark(content)}.parquet"
        _write(self.place / PIECES / name, content)
        self._last += 1
        self._add(seed, rows)

    def _add(self, seed: int, rows: Mapping[str, Mapping[int, Floats]]) -> None:
        for scenario_hash, kept in rows.items():
            self._rows.setdefault((scenario_hash, seed), {}).update(kept)

    def _take(self, file: Path) -> None:
        named = _PIECE.fullmatch(file.name)
        if named is None:
            if file.suffix == ".part":
                file.unlink()
                self.notes.append("A piece was being written when the study was stopped; it is simulated again.")
            return
        self._last = max(self._last, int(named[1]))
        content = file.read_bytes()
        if _mark(content) == named[2]:
            for seed, rows in _unpacked(content).items():
                self._add(seed, rows)
        else:
            file.replace(file.with_suffix(".damaged"))
            self.notes.append(f"Piece {named[1]} is damaged; it is put aside and simulated again.")


def _mark(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:32]


def _packed(seed: int, rows: Mapping[str, Mapping[int, Floats]]) -> bytes:
    """A piece as a Parquet file: one row per candidate and future."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    flat = [(name, future, row) for name, kept in rows.items() for future, row in kept.items()]
    table = pa.table({
        "scenario": pa.array([name for name, _, _ in flat], pa.string()),
        "seed": pa.array([seed] * len(flat), pa.int64()),
        "future": pa.array([future for _, future, _ in flat], pa.int64()),
        "figures": pa.array([row for _, _, row in flat], pa.list_(pa.float64())),
    })
    out = io.BytesIO()
    pq.write_table(table, out, compression="zstd")
    return out.getvalue()


def _unpacked(content: bytes) -> dict[int, dict[str, dict[int, Floats]]]:
    import pyarrow.parquet as pq

    found: dict[int, dict[str, dict[int, Floats]]] = {}
    table = pq.read_table(io.BytesIO(content), use_threads=False)
    columns = [table.column(name).to_pylist() for name in ("scenario", "seed", "future", "figures")]
    for name, seed, future, figures in zip(*columns, strict=True):
        found.setdefault(seed, {}).setdefault(name, {})[future] = np.array(figures, float)
    return found


# -- files -----------------------------------------------------------------------------------------


def _write(file: Path, content: bytes) -> None:
    """Write a file whole or not at all, so that it outlasts a crash of the machine."""
    part = file.with_name(file.name + ".part")
    try:
        with part.open("wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        part.replace(file)
    except OSError:
        with contextlib.suppress(OSError):
            part.unlink()
        raise
    if os.name == "posix":
        folder = os.open(file.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _locked(place: Path) -> IO[bytes]:
    """Hold the folder. The operating system lets go of a lock when its holder ends, however that is."""
    lock = (place / LOCK).open("a+b")
    try:
        _take_lock(lock)
    except OSError:
        lock.seek(0)
        with contextlib.suppress(OSError):
            number = lock.read(20).decode(errors="replace").strip()
        lock.close()
        raise StudyError(
            f"another process ({number or 'unknown'}) is at work on the study in {place}: wait for its end or stop it"
        ) from None
    lock.truncate(0)
    lock.write(str(os.getpid()).encode())
    lock.flush()
    return lock


def _take_lock(lock: IO[bytes]) -> None:
    if os.name == "posix":
        import fcntl

        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    else:
        import msvcrt

        lock.seek(1 << 20)  # beyond the number of the process, which others read
        msvcrt.locking(lock.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]


@contextlib.contextmanager
def _released_on_failure(lock: IO[bytes]) -> Iterator[IO[bytes]]:
    try:
        yield lock
    except BaseException:
        lock.close()
        raise
