"""Where a result goes and in which form: standard output or a file; text, JSON or CSV."""

from __future__ import annotations

import contextlib
import json
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from opmodel.cli.exits import WrongUsageError
from opmodel.cli.tables import Block, plain, show

#: Version of the shape of every JSON document, raised when a reader would have to change.
SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True)
class Result:
    """How the user wants the result of a command."""

    form: Literal["text", "json", "csv"]
    output: Path | None
    """File to write; None for standard output."""

    @classmethod
    def wanted(cls, *, as_json: bool, as_csv: bool, output: Path | None) -> Result:
        """What the options ask for, checked before any work is done.

        Raises:
            WrongUsageError: both forms at once, or a file that cannot be written.
        """
        if as_json and as_csv:
            raise WrongUsageError("--json and --csv exclude each other")
        if output is not None and output.is_dir():
            raise WrongUsageError(f"{output}: is a folder, not a file")
        if output is not None and not _takes(output):
            raise WrongUsageError(f"{output}: the folder does not exist or cannot be written")
        return cls("json" if as_json else "csv" if as_csv else "text", output)

    def spare(self, inputs: Iterable[Path]) -> None:
        """Refuse to write over a file that is read.

        Raises:
            WrongUsageError: the output is one of them.
        """
        if self.output is not None and self.output.resolve() in {path.resolve() for path in inputs}:
            raise WrongUsageError(f"{self.output}: is the scenario itself; write the result to another file")

    def write(self, text: str) -> None:
        """Write a result that is text already."""
        if self.output is None:
            sys.stdout.write(text)
            sys.stdout.flush()
        else:
            with replacing(self.output) as path:
                path.write_text(text, "utf-8", newline="\n")

    def write_json(self, document: Mapping[str, Any]) -> None:
        """Write one JSON document; its first key is ``schema_version``."""
        if "schema_version" not in document:
            document = {"schema_version": SCHEMA_VERSION, **document}
        self.write(json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False, default=str) + "\n")

    def write_blocks(self, blocks: Sequence[Block]) -> None:
        """Write paragraphs and tables for people."""
        if self.output is None:
            show(blocks)
        else:
            self.write(plain(blocks))


def _takes(output: Path) -> bool:
    """Whether a file can be written there: tried, because a superuser seems to be allowed anything."""
    if output.exists() and not output.is_file():
        return os.access(output, os.W_OK)  # a device or a pipe
    try:
        tempfile.TemporaryFile(dir=output.resolve().parent).close()
    except OSError:
        return False
    return True


@contextlib.contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """A temporary path beside ``target`` that takes its place at the end, whole or not at all.

    A link is followed to its file; what is no file, such as a device, is written straight to.

    Raises:
        WrongUsageError: the file cannot be written.
    """
    place = target.resolve()
    beside = place if place.exists() and not place.is_file() else place.with_name(f".{place.name}.{os.getpid()}.part")
    try:
        yield beside
        if beside != place:
            beside.replace(place)
    except OSError as error:
        raise WrongUsageError(f"{target}: cannot be written ({error.strerror or error})") from None
    finally:
        if beside != place:
            with contextlib.suppress(OSError):
                beside.unlink(missing_ok=True)
