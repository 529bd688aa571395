"""Studies on a Dask cluster: its scheduler shares the pieces out, we only hand them over and listen.

For large studies. Start ``dask scheduler`` on one machine and ``dask worker tcp://HOST:8786`` on others, each with the
same opmodel installed with its extra ``cluster``; then pass ``cluster_executor("tcp://HOST:8786")`` as executor. Keep
the scheduler inside a network you trust: whoever reaches it can run programs on its workers.

Results are those of one machine, to the bit, or there are none: each piece says with which opmodel it wants to be
simulated, and a worker with another one refuses. Pieces of a worker that is lost are simulated by others.
"""

from __future__ import annotations

import concurrent.futures as cf
import contextlib
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from opmodel.hiring.trying.fingerprint import versions
from opmodel.hiring.trying.reaching import ClusterError, checked_workers, connected, quiet, same_here

#: Seconds to wait for an answer, for a lost scheduler to come back, and for a worker where there is none.
TIMEOUT = 15.0
#: Seconds between two looks at the cluster.
LOOK = 0.5
#: How often a piece is handed over again when the connection was lost.
AGAIN = 3


@contextlib.contextmanager
def cluster_executor(address: str, *, timeout: float = TIMEOUT) -> Iterator[ClusterExecutor]:
    """An executor whose pieces are simulated by the workers of a Dask cluster.

    Args:
        address: of its scheduler, such as ``tcp://host:8786``.
        timeout: seconds to wait for an answer now, and for scheduler or workers to come back if they are lost later.

    Raises:
        ClusterError: distributed is not installed, nobody answers, there are no workers, or versions differ. Later
            it comes from the futures, if scheduler or workers are lost for good.
    """
    try:
        import distributed
    except ImportError:
        raise ClusterError("a cluster needs the package distributed: pip install 'opmodel[cluster]'") from None
    with quiet():
        client = connected(distributed, address, timeout)
        try:
            executor = ClusterExecutor(client, address, checked_workers(client, address, timeout), timeout)
            try:
                yield executor
            finally:
                executor.shutdown(wait=False, cancel_futures=True)
        finally:
            with contextlib.suppress(Exception):  # what was to be said about a lost cluster has been said
                client.close(timeout=2)


class ClusterExecutor(cf.Executor):
    """Hands pieces over to a Dask scheduler; an executor like any other. Made by :func:`cluster_executor`."""

    def __init__(self, client: Any, address: str, workers: int, timeout: float) -> None:
        """Begin to look after the connection."""
        self.workers = workers
        """Pieces that can be simulated side by side, as far as is known; workers may come and go."""
        self._client, self._address, self._timeout = client, address, timeout
        self._waiting: dict[cf.Future[Any], tuple[Piece, int]] = {}
        self._lost: list[cf.Future[Any]] = []
        self._lock = threading.Lock()
        self._closed = threading.Event()
        threading.Thread(target=self._watch, name="cluster", daemon=True).start()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> cf.Future[Any]:
        """Have something done by a worker of the cluster that has the same opmodel."""
        if self._closed.is_set():
            raise RuntimeError("the connection to the cluster is closed")
        outer: cf.Future[Any] = cf.Future()
        with self._lock:
            self._waiting[outer] = (fn, args, kwargs), 0
        self._hand_over(outer)
        return outer

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take no more; wait for what was handed over, or cancel it."""
        with self._lock:
            waiting = list(self._waiting)
        if cancel_futures:
            for future in waiting:
                future.cancel()
        elif wait:
            cf.wait(waiting)
        self._closed.set()

    def _hand_over(self, outer: cf.Future[Any]) -> None:
        with self._lock:
            if outer not in self._waiting:
                return
            (fn, args, kwargs), _ = self._waiting[outer]
        try:
            inner = self._client.submit(same_here, versions(), fn, args, kwargs, pure=False)
        except Exception:  # the connection is just being lost
            self._note_lost(outer)
            return
        outer.add_done_callback(partial(_cancel, inner))
        inner.add_done_callback(partial(self._take_back, outer))

    def _take_back(self, outer: cf.Future[Any], inner: Any) -> None:
        """What has become of a piece; called by Dask from a thread of its own."""
        if outer.cancelled():
            self._forget(outer)
        elif inner.status == "finished":
            try:
                result = inner.result()
            except Exception:  # the worker that held it, or the scheduler, was lost meanwhile
                self._note_lost(outer)
            else:
                self._end(outer, result=result)
        elif inner.status == "error":
            self._end(outer, error=_plainly(inner.exception()))
        else:
            self._note_lost(outer)

    def _note_lost(self, outer: cf.Future[Any]) -> None:
        with self._lock:
            if outer in self._waiting:
                self._lost.append(outer)

    def _forget(self, outer: cf.Future[Any]) -> None:
        with self._lock:
            self._waiting.pop(outer, None)

    def _end(self, outer: cf.Future[Any], result: Any = None, error: Exception | None = None) -> None:
        self._forget(outer)
        if outer.set_running_or_notify_cancel():
            if error is not None:
                outer.set_exception(error)
            else:
                outer.set_result(result)

    def _watch(self) -> None:
        """See that scheduler and workers are there; hand over again what was lost, or say that they are not."""
        away = {"scheduler": 0.0, "workers": 0.0}
        while not self._closed.wait(LOOK):
            with self._lock:
                self._waiting = {k: v for k, v in self._waiting.items() if not k.done()}
                lost, self._lost = self._lost, []
                busy = bool(self._waiting)
            there = self._client.status == "running"
            manned = not there or not busy or self._any_worker()
            for who, present in (("scheduler", there), ("workers", manned)):
                away[who] = 0.0 if present else away[who] or time.monotonic()
            if there:
                self._hand_over_again(lost)
            else:
                with self._lock:
                    self._lost += lost
            for who, since in away.items():
                if since and (time.monotonic() - since > self._timeout or self._client.status == "closed"):
                    self._give_up(
                        f"the connection to the scheduler at {self._address} was lost" if who == "scheduler"
                        else f"the cluster at {self._address} has had no workers for {self._timeout:.0f} s"
                    )

    def _any_worker(self) -> bool:
        try:
            threads = int(sum(self._client.nthreads().values()))
        except Exception:  # the scheduler is going; its status will tell
            return True
        self.workers = threads or self.workers
        return threads > 0

    def _hand_over_again(self, lost: list[cf.Future[Any]]) -> None:
        for outer in lost:
            with self._lock:
                piece, times = self._waiting.get(outer, (None, 0))
                if piece is not None:
                    self._waiting[outer] = piece, times + 1
            if piece is not None and times < AGAIN:
                self._hand_over(outer)
            elif piece is not None:
                self._end(outer, error=_gone(f"the connection to the scheduler at {self._address} was lost repeatedly"))

    def _give_up(self, why: str) -> None:
        with self._lock:
            waiting, self._lost = list(self._waiting), []
        for outer in waiting:
            self._end(outer, error=_gone(why))


Piece = tuple[Callable[..., Any], tuple[Any, ...], Mapping[str, Any]]


def _cancel(inner: Any, outer: cf.Future[Any]) -> None:
    if outer.cancelled():
        with contextlib.suppress(Exception):
            inner.cancel()


def _plainly(error: Any) -> Exception:
    """An error of the cluster in words that help; others as they are."""
    if type(error).__name__ == "KilledWorker":
        return _gone(
            "several workers of the cluster ended one after the other while they had the same piece of work (stopped "
            "from outside, or short of memory; their own messages say more)"
        )
    return error if isinstance(error, Exception) else ClusterError(f"a worker of the cluster ended: {error}")


def _gone(why: str) -> ClusterError:
    return ClusterError(
        f"{why}; there is no result. A study with a folder keeps what was finished: go on with --resume when the "
        "cluster is back, or without it"
    )
