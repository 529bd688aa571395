"""How a command ends: exit codes, and one line instead of a traceback."""

from __future__ import annotations

import errno
import os
import signal
import sys
import threading
from types import FrameType
from typing import Any

import typer
from typer.core import TyperGroup

from opmodel.cli.workers import end_at_last, end_workers

#: All is well.
FINE = 0
#: The answer to what was asked is no.
NO = 1
#: Wrong usage, or a file that cannot be used.
WRONG = 2
#: A fault of opmodel itself.
FAULT = 70
#: Ctrl-C.
INTERRUPTED = 130
#: Whoever read the output has stopped reading.
UNREAD = 141
#: Faults of files and disks that their user can mend.
_THEIRS = {
    errno.ENAMETOOLONG, errno.ENOSPC, errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOENT, errno.ENOTDIR, errno.EIO,
}


_ctrl_c = threading.Event()


class WrongUsageError(Exception):
    """What was asked for cannot be done, for a reason the user can mend."""


def tell(text: str) -> None:
    """Say something to the user that is not the result."""
    from opmodel.scenario.problems import seen

    print(seen(text), file=sys.stderr, flush=True)


def note_interrupts() -> None:
    """Remember that Ctrl-C was pressed: compiled code and imports may turn it into another error, or lose it."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _noted)


def _noted(signum: int, frame: FrameType | None) -> None:
    _ctrl_c.set()
    end_at_last(INTERRUPTED)
    signal.default_int_handler(signum, frame)


def interrupted() -> bool:
    """Whether Ctrl-C was pressed."""
    return _ctrl_c.is_set()


class Guarded(TyperGroup):
    """The commands; whatever goes wrong in one becomes plain words and an exit code."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was asked for."""
        try:
            return super().invoke(ctx)
        except (typer.Exit, typer.Abort, typer.TyperException):
            raise
        except (Exception, KeyboardInterrupt) as error:
            raise typer.Exit(code_of(error)) from None


def code_of(error: BaseException) -> int:
    """Tell the user what went wrong, and return the exit code for it."""
    if isinstance(error, KeyboardInterrupt) or _ctrl_c.is_set():
        end_workers(INTERRUPTED)
        tell("Interrupted. There is no result; files already written stay.")
        return INTERRUPTED
    if isinstance(error, BrokenPipeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return UNREAD
    if isinstance(error, WrongUsageError):
        tell(f"Error: {error}")
        return WRONG
    from opmodel.scenario.problems import ScenarioError

    if isinstance(error, ScenarioError):
        tell(str(error))
        return WRONG
    if isinstance(error, OSError) and error.errno in _THEIRS:
        where = f"{error.filename}: " if error.filename else ""
        tell(f"Error: {where}{error.strerror}")
        return WRONG
    if os.environ.get("OPMODEL_DEBUG"):
        raise error
    from opmodel.replication import WorkersEndedError

    if isinstance(error, WorkersEndedError):
        end_workers(FAULT)
        tell("Error: a worker process ended early (stopped from outside, or short of memory). There is no result.")
        return FAULT
    end_workers(FAULT)
    said = " ".join(f"{type(error).__name__}: {error}".split())[:300]
    tell(f"internal error: {said.rstrip(': ')}, please report (OPMODEL_DEBUG=1 shows where)")
    return FAULT
