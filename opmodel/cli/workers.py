"""The worker processes of a study, and their end."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import concurrent.futures as cf

#: Seconds after which an interrupted process that has not come to its end is ended.
PATIENCE = 5.0
_pools: list[Any] = []


def start_workers() -> cf.Executor:
    """The worker processes, started now so that they get ready while this process does.

    They inherit that Ctrl-C is blocked, so that an interrupt ends the study without a word from them.
    """
    from opmodel.compilation import start_engine
    from opmodel.replication import WORKERS, warm_pool

    pool = warm_pool()
    if pool in _pools:
        return pool
    _pools.append(pool)
    with _interrupts_later():
        for _ in range(WORKERS):
            pool.submit(start_engine)
    return pool


@contextlib.contextmanager
def _interrupts_later() -> Iterator[None]:
    """Keep Ctrl-C waiting; processes started meanwhile never get it."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def end_at_last(code: int) -> None:
    """End this process in a while, if it has not come to its end by then; its workers end with it."""
    last = threading.Timer(PATIENCE, os._exit, (code,))
    last.daemon = True
    last.start()


def end_workers(code: int) -> None:
    """End the worker processes at once (they would finish their share first), and this one soon.

    Python waits at its exit for a pool to hand over work that nobody is there to take any more; so the
    end of the queue is closed, and if all else fails the process is ended with the exit code.
    """
    if not _pools:
        return
    import multiprocessing

    end_at_last(code)
    managers = [getattr(pool, "_executor_manager_thread", None) for pool in _pools]
    for worker in multiprocessing.active_children():
        worker.terminate()
    for pool in _pools:
        pool.shutdown(wait=False, cancel_futures=True)
        with contextlib.suppress(AttributeError, OSError):
            pool._call_queue._reader.close()
    for manager in managers:  # else Python, at its exit, may wake it just as it goes, and say so
        if manager is not None:
            manager.join(PATIENCE / 2)
