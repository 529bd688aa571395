"""Sharing candidates and futures out among workers, whoever they are, in pieces of about a second.

A piece is a block of a few candidates in some futures. Candidates of one block live through one sample of demand, and
a worker that gets the next futures of the same block need not compile its candidates again. Where the cuts are, and in
which order pieces come back, bears on nothing: each run depends on its candidate, the seed and its future alone.
"""

from __future__ import annotations

import concurrent.futures as cf
import math
import pickle
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures.process import BrokenProcessPool
from typing import NamedTuple

from opmodel.hiring.asking.study import StudyError, log_digest
from opmodel.records import Floats, Run
from opmodel.replication import TOGETHER, WORKERS, WorkersEndedError, new_pool_for, reduced
from opmodel.scenario.scenario import Scenario

#: Seconds of work in a piece, and runs in one while it is not known how long a run takes.
SECONDS, AT_FIRST = 1.0, 8
#: Pieces that each worker has before it: one at work, one next, one in case that is soon done.
AHEAD = 3
#: Seconds between two looks at whether anybody still wants the result.
LOOK = 0.25

Missing = Mapping[str, tuple[int, ...]]
"""Futures not yet simulated, by hash of the candidate."""


class Piece(NamedTuple):
    """Some candidates in some futures."""

    candidates: tuple[str, ...]
    """Their hashes."""
    futures: tuple[int, ...]

    @property
    def runs(self) -> int:
        """Runs in it."""
        return len(self.candidates) * len(self.futures)


class Pace:
    """How many runs make a piece, from how long runs have taken."""

    def __init__(self) -> None:
        """Nothing known yet."""
        self._least = math.inf

    @property
    def runs(self) -> int:
        """Runs that take about :data:`SECONDS`."""
        return AT_FIRST if math.isinf(self._least) else max(1, min(1000, round(SECONDS / max(self._least, 1e-6))))

    def note(self, seconds: float, runs: int) -> None:
        """A piece took so long. The first ones take longer, as workers wake up; so the least time counts."""
        self._least = min(self._least, seconds / runs)


def workers_of(executor: cf.Executor) -> int:
    """Workers of an executor, as far as it tells."""
    told = getattr(executor, "workers", None) or getattr(executor, "_max_workers", None)
    return told if isinstance(told, int) else WORKERS


def cut(missing: Missing, pace: Pace, workers: int) -> Iterator[Piece]:
    """Pieces that cover everything missing once; each is cut when it is needed, by the pace known then.

    All futures of a block come before the next block, so that workers keep its compiled candidates.
    """
    alike: dict[tuple[int, ...], list[str]] = {}
    for candidate, futures in missing.items():
        alike.setdefault(futures, []).append(candidate)
    total = sum(len(futures) for futures in missing.values())
    fair = max(1, total // (2 * workers))  # nobody idles while another has it all
    for futures, candidates in alike.items():
        most = min(TOGETHER, max(1, pace.runs), fair)
        blocks = math.ceil(len(candidates) / most)
        for b in range(blocks):
            block = tuple(candidates[b * len(candidates) // blocks : (b + 1) * len(candidates) // blocks])
            first = 0
            while first < len(futures):
                size = max(1, min(pace.runs, fair) // len(block))
                yield Piece(block, futures[first : first + size])
                first += size


def simulate(
    missing: Missing,
    scenarios: Mapping[str, Scenario],
    *,
    seed: int,
    executor: cf.Executor | None,
    reduce: Callable[[Run], Floats],
    pace: Pace,
    look: Callable[[], None],
) -> Iterator[tuple[Piece, list[list[Floats]]]]:
    """Simulate everything missing, piece by piece, in the order in which pieces are done.

    Args:
        missing: what to simulate.
        scenarios: candidates by hash.
        seed: root of their draws.
        executor: any ``concurrent.futures.Executor``; None for this process.
        reduce: what to keep of a run, a module-level function.
        pace: how long runs take; learns.
        look: called before each wait and at least every :data:`LOOK` seconds meanwhile; may raise to end the work.

    Yields:
        Each piece with its rows, one list per future with one row per candidate.

    Raises:
        WorkersEndedError: worker processes ended early, and new ones too.
    """
    if executor is None:
        for piece in cut(missing, pace, 1):
            look()
            block = [scenarios[candidate] for candidate in piece.candidates]
            yield piece, [rows for _, rows in reduced(block, piece.futures, seed, reduce)]
        return
    packed = {candidate: pickle.dumps(scenarios[candidate]) for candidate in missing}
    named = {trace.file for candidate in missing if (trace := scenarios[candidate].trace) is not None}
    logs = {file: log_digest(file) for file in named}
    workers = workers_of(executor)
    pieces, again = cut(missing, pace, workers), deque[Piece]()
    pending: dict[cf.Future[tuple[float, list[list[Floats]]]], Piece] = {}
    renewed = False
    try:
        while True:
            look()
            broken = False
            while len(pending) < AHEAD * workers and not broken:
                following = again.popleft() if again else next(pieces, None)
                if following is None:
                    break
                try:
                    packs = [packed[candidate] for candidate in following.candidates]
                    pending[executor.submit(work, packs, following.futures, seed, reduce, logs)] = following
                except BrokenProcessPool:
                    again.append(following)
                    broken = True
            if not pending and not broken:
                return
            done, _ = cf.wait(pending, LOOK, cf.FIRST_COMPLETED)
            for future in done:
                piece = pending.pop(future)
                try:
                    seconds, rows = future.result()
                except BrokenProcessPool:
                    again.append(piece)
                    broken = True
                    continue
                pace.note(seconds, piece.runs)
                yield piece, rows
            if broken:  # a worker died, perhaps for want of memory: once more, with new ones
                again.extend(pending.values())
                pending.clear()
                other = None if renewed else new_pool_for(executor)
                if other is None:
                    raise WorkersEndedError(
                        "the worker processes of the study ended early (stopped from outside, or short of memory); "
                        "a script that runs studies needs its own work under 'if __name__ == \"__main__\":', "
                        "because workers import it too"
                    ) from None
                executor, renewed = other, True
    finally:
        for future in pending:
            future.cancel()


def work(
    packed: list[bytes], futures: tuple[int, ...], seed: int, reduce: Callable[[Run], Floats],
    logs: Mapping[str, str],
) -> tuple[float, list[list[Floats]]]:
    """Do a piece, in whatever process: seconds it took, and its rows.

    Args:
        packed: candidates, pickled.
        futures: which.
        seed: root of their draws.
        reduce: what to keep of a run.
        logs: digests of the logs that arrivals are taken from, by file.

    Raises:
        StudyError: a log is another one where the work is done.
    """
    for file, digest in logs.items():
        if log_digest(file) != digest:
            raise StudyError(f"a worker does not have the log {file} as it is here: put it at the same place there")
    began = time.perf_counter()
    rows = [found for _, found in reduced(packed, futures, seed, reduce)]
    return time.perf_counter() - began, rows
