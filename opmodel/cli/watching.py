"""What a user sees while a study runs, all on standard error: the wait announced, a progress bar."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator

from opmodel.cli.exits import tell

OnProgress = Callable[[int, int], None]


def announce() -> None:
    """Say that the simulation is going to be compiled, if it is; nothing may have imported numba before."""
    from opmodel.compilation import announcement, prepare_cache

    prepare_cache()
    if said := announcement():
        tell(said)


@contextlib.contextmanager
def progress(what: str) -> Iterator[OnProgress | None]:
    """A bar that goes when the work is done; None (nothing to call) where standard error is no terminal.

    Args:
        what: what is being done, said before the bar.
    """
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)

        def on_progress(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        yield on_progress
