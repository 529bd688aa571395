"""Long work beside the page that asked for it: progress, cancelling, results so far, results kept for the next.

A job belongs to *what* is worked out (its key: scenario hashes, seed, replications, version), not to who asks:
two visitors who ask for the same share one job, and a page that is loaded again finds the one it started. Its id
cannot be guessed from outside, so nobody finds the job of a scenario they do not hold themselves.
"""

from __future__ import annotations

import concurrent.futures as cf
import hashlib
import hmac
import logging
import secrets
import threading
import time
import weakref
from collections import OrderedDict, deque
from collections.abc import Callable
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from typing import Any, Literal

State = Literal["waiting", "running", "done", "stopped", "failed"]
Work = Callable[["Job"], Any]
#: Results kept for all visitors; the least recently asked for goes first.
KEPT = 32
#: Jobs that run side by side; more wait for their turn.
SIDE_BY_SIDE = 12
#: Seconds after which a visitor who was looking is taken to have gone: where somebody else left the job, and where
#: nobody did (a browser slows down pages in the background, and a connection may come back).
STALE, ABANDONED = 5.0, 120.0
#: Pieces of work that the worker processes have before them at once: enough not to idle, few enough to be fair.
AT_ONCE = 4

_log = logging.getLogger(__name__)


class Job:
    """One piece of long work. Its fields are written by its own thread and read by anybody."""

    def __init__(self, key: str, name: str) -> None:
        """Not started yet."""
        self.key, self.id = key, name
        self.state: State = "waiting"
        self.done, self.total = 0, 0
        self.partial: Any = None
        """The result so far; None before there is one."""
        self.result: Any = None
        """The result; of a stopped job what it had, if anything."""
        self.error: Exception | None = None
        """Why it failed."""
        self.started = time.monotonic()
        self._watched: dict[str, float] = {}
        self._left: set[str] = set()
        self._stop = threading.Event()
        self._over = threading.Event()

    @property
    def live(self) -> bool:
        """Whether it may still change."""
        return not self._over.is_set()

    @property
    def best(self) -> Any:
        """The result, or else the result so far."""
        return self.result if self.result is not None else self.partial

    @property
    def share(self) -> float:
        """Share of the planned work that is done."""
        return min(1.0, self.done / self.total) if self.total else 0.0

    @property
    def left(self) -> float | None:
        """About how many seconds are left, None while nothing is known."""
        if not self.done or not self.total:
            return None
        return (time.monotonic() - self.started) * max(0, self.total - self.done) / self.done

    def report(self, done: int, total: int) -> None:
        """Say how far the work is (what verbs call ``on_progress``)."""
        self.done, self.total = done, total

    def offer(self, partial: Any) -> None:
        """Show a result so far (what verbs call ``on_partial``)."""
        self.partial = partial

    def watch(self, visitor: str) -> None:
        """Note that a visitor is looking; to be said at every look."""
        self._watched[visitor] = time.monotonic()
        self._left.discard(visitor)

    def leave(self, visitor: str) -> None:
        """A visitor no longer wants it. It stops when nobody else has been looking for a few seconds."""
        self._watched.pop(visitor, None)
        self._left.add(visitor)

    def left_by(self, visitor: str) -> bool:
        """Whether this visitor left it, while others may still be looking."""
        return visitor in self._left

    def should_stop(self) -> bool:
        """Whether the work is to end with what it has: it was stopped, left by all, or everybody has gone."""
        watched = list(self._watched.values())
        if (self._left or watched) and not self._stop.is_set():
            patience = STALE if self._left else ABANDONED
            if all(time.monotonic() - seen > patience for seen in watched):
                self._stop.set()
        return self._stop.is_set()

    @property
    def given_up(self) -> bool:
        """Whether it ended, or is about to end, otherwise than with its result."""
        return self.state in ("stopped", "failed") or self._stop.is_set()

    def stop(self) -> None:
        """End the work soon, with what it has."""
        self._stop.set()

    def wait(self, seconds: float) -> bool:
        """Wait for the end, but no longer; True if it came."""
        return self._over.wait(seconds)

    def run(self, work: Work) -> None:
        """Do the work; whatever happens, the job is over afterwards."""
        self.started, self.state = time.monotonic(), "running"
        try:
            if not self.should_stop():
                self.result = work(self)
            self.state = "stopped" if self._stop.is_set() else "done"
        except Exception as error:  # a job has nobody above it: the page shows what it says
            stopped = self._stop.is_set()
            self.state, self.error = ("stopped", None) if stopped else ("failed", error)
            if not stopped:
                _log.warning("a job failed: %s", type(error).__name__)
        finally:
            self._over.set()


class Jobs:
    """The jobs of one server process. Safe to use from any thread."""

    def __init__(self, kept: int = KEPT, side_by_side: int = SIDE_BY_SIDE) -> None:
        """No jobs yet."""
        self._kept = kept
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._secret = secrets.token_bytes(32)
        self._lock = threading.Lock()
        self._threads = cf.ThreadPoolExecutor(side_by_side, thread_name_prefix="job")

    def ask(self, key: str, work: Work, *, again: bool = False) -> Job:
        """The job that works something out: the kept or running one, else a new one.

        Args:
            key: everything the result depends on.
            work: does it, given the job to report to.
            again: start one anew that was stopped or failed, or is just being stopped.
        """
        name = self.id_of(key)
        with self._lock:
            job = self._jobs.get(name)
            if job is not None and not (again and job.given_up):
                self._jobs.move_to_end(name)
                return job
            job = self._jobs[name] = Job(key, name)
            self._jobs.move_to_end(name)
            self._forget()
            self._threads.submit(job.run, work)
            return job

    def get(self, name: str | None) -> Job | None:
        """The job with an id; None if there is none (any more)."""
        with self._lock:
            return self._jobs.get(name or "")

    def id_of(self, key: str) -> str:
        """The id of the job with a key: the same in this process, and not to be guessed from outside."""
        return hmac.new(self._secret, key.encode(), hashlib.sha256).hexdigest()[:24]

    def close(self) -> None:
        """Stop everything."""
        with self._lock:
            for job in self._jobs.values():
                job.stop()
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _forget(self) -> None:
        """Drop the results asked for longest ago; what still runs is kept, as its own page polls it."""
        over = [name for name, job in self._jobs.items() if not job.live]
        for name in over[: max(0, len(self._jobs) - self._kept)]:
            del self._jobs[name]


class Turns:
    """Shares worker processes out among jobs: each gets a turn, whoever has more pieces waiting.

    Without it a long study that hands over its pieces first would keep a visitor who moves a slider waiting.
    """

    def __init__(self, pool: Callable[[], cf.Executor], at_once: int = AT_ONCE) -> None:
        """Take turns at what ``pool`` gives."""
        self._pool, self._at_once = pool, at_once
        self._seats: deque[Seat] = deque()
        self._busy = 0
        self._tried: weakref.WeakSet[cf.Future[Any]] = weakref.WeakSet()
        self._lock = threading.Lock()

    def seat(self) -> Seat:
        """An executor for one job."""
        return Seat(self)

    def add(self, seat: Seat, piece: Piece) -> None:
        """Queue a piece of a seat's work."""
        with self._lock:
            seat.pieces.append(piece)
            if seat not in self._seats:
                self._seats.append(seat)
        self._fill()

    def _fill(self) -> None:
        while (piece := self._next()) is not None:
            outer, function, arguments, named = piece
            if not outer.running() and not outer.set_running_or_notify_cancel():
                self._done()
                continue
            try:
                inner = self._pool().submit(function, *arguments, **named)
            except Exception as error:
                outer.set_exception(error)
                self._done()
                continue
            inner.add_done_callback(partial(self._hand_over, piece))

    def _next(self) -> Piece | None:
        with self._lock:
            if self._busy >= self._at_once or not self._seats:
                return None
            seat = self._seats.popleft()
            piece = seat.pieces.popleft()
            if seat.pieces:
                self._seats.append(seat)
            self._busy += 1
            return piece

    def _hand_over(self, piece: Piece, ended: cf.Future[Any]) -> None:
        outer = piece[0]
        error = cf.CancelledError() if ended.cancelled() else ended.exception()
        if isinstance(error, BrokenProcessPool) and outer not in self._tried:
            # A worker died, perhaps for want of memory under somebody else's piece: once more, with new ones.
            self._tried.add(outer)
            lost = Seat(self)
            with self._lock:
                lost.pieces.append(piece)
                self._seats.appendleft(lost)
        elif error is not None:
            outer.set_exception(error)
        else:
            outer.set_result(ended.result())
        self._done()
        self._fill()

    def _done(self) -> None:
        with self._lock:
            self._busy -= 1


Piece = tuple[cf.Future[Any], Callable[..., Any], tuple[Any, ...], dict[str, Any]]


class Seat(cf.Executor):
    """One job's place in the turns; an executor like any other."""

    def __init__(self, turns: Turns) -> None:
        """Nothing to do yet."""
        self.pieces: deque[Piece] = deque()
        self._turns = turns

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> cf.Future[Any]:
        """Have a piece of work done when it is this job's turn."""
        future: cf.Future[Any] = cf.Future()
        self._turns.add(self, (future, fn, args, kwargs))
        return future
