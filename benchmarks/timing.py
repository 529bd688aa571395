"""Timing several jobs in turn, so that a busy machine is busy for all of them alike.

Seconds of different runs of a shared computer do not compare; ratios within a round do.
Hence every round runs each job once (A B C, A B C, ...) and a ratio is the median of the
ratios of the rounds, rather than the ratio of two medians.
"""

import gc
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import NamedTuple, TextIO


class Job(NamedTuple):
    """Something to time.

    Attributes:
        name: For the table.
        run: What to time; what it returns is kept for checking.
        repeats: Calls in a row per round, of which the median counts. More than one suits jobs of
            milliseconds, which otherwise pay for the caches that a longer job left cold.
    """

    name: str
    run: Callable[[], object]
    repeats: int = 1


@dataclass(frozen=True)
class Timing:
    """Wall times of one job.

    Attributes:
        name: Of the job.
        seconds: One per round.
        result: What the last call returned.
    """

    name: str
    seconds: tuple[float, ...]
    result: object = None

    @property
    def median(self) -> float:
        """Median over the rounds, in seconds."""
        return median(self.seconds)

    @property
    def fastest(self) -> float:
        """Shortest round, in seconds."""
        return min(self.seconds)

    @property
    def slowest(self) -> float:
        """Longest round, in seconds."""
        return max(self.seconds)

    def ratio_to(self, other: "Timing") -> float:
        """How many times as long as `other` this took: median over the rounds they shared."""
        return median(own / base for own, base in zip(self.seconds, other.seconds, strict=True))


def run_alternately(jobs: Sequence[Job], rounds: int = 5, warm_ups: int = 1) -> list[Timing]:
    """Time the jobs round by round.

    Args:
        jobs: In the order in which they take turns; names must differ.
        rounds: How often each job has its turn.
        warm_ups: Further rounds beforehand that do not count (imports, compilation, caches).

    Returns:
        One timing per job, in the same order.

    Raises:
        ValueError: If there is no round to run or a name occurs twice.
    """
    if rounds < 1:
        raise ValueError(f"rounds must be at least 1, got {rounds}")
    if len({job.name for job in jobs}) < len(jobs):
        raise ValueError(f"names must differ, got {', '.join(job.name for job in jobs)}")
    for _ in range(warm_ups):
        for job in jobs:
            job.run()
    seconds: list[list[float]] = [[] for _ in jobs]
    results: list[object] = [None for _ in jobs]
    for _ in range(rounds):
        for place, job in enumerate(jobs):
            taken, results[place] = _time(job)
            seconds[place].append(taken)
    return [
        Timing(job.name, tuple(own), result) for job, own, result in zip(jobs, seconds, results, strict=True)
    ]


def markdown_table(
    timings: Sequence[Timing], baseline: str | None = None, counts: Mapping[str, int] | None = None
) -> str:
    """The timings as a Markdown table, fastest first.

    Args:
        timings: From one call of `run_alternately`.
        baseline: Job that the others are compared with; the fastest unless given.
        counts: Units of work per call by job, such as events; adds a column of nanoseconds for each.

    Returns:
        The table, without a line end after the last row.

    Raises:
        ValueError: If there are no timings or none of them has the baseline's name.
    """
    ranked = sorted(timings, key=lambda timing: timing.median)
    base = next((timing for timing in ranked if baseline in (None, timing.name)), None)
    if base is None:
        raise ValueError(f"no timing named {baseline!r} among {[timing.name for timing in timings]}")
    header = ["job", "median, ms", "min to max, ms", f"times {base.name}"]
    rows = [
        [
            timing.name,
            _ms(timing.median),
            f"{_ms(timing.fastest)} to {_ms(timing.slowest)}",
            f"{timing.ratio_to(base):.2f}",
        ]
        for timing in ranked
    ]
    if counts is not None:
        header.append("ns per event")
        for row, timing in zip(rows, ranked, strict=True):
            count = counts.get(timing.name)
            row.append(f"{1e9 * timing.median / count:,.0f}" if count else "")
    rule = ["---", *("---:" for _ in header[1:])]
    return "\n".join(f"| {' | '.join(row)} |" for row in [header, rule, *rows])


def print_table(
    timings: Sequence[Timing],
    baseline: str | None = None,
    counts: Mapping[str, int] | None = None,
    file: TextIO | None = None,
) -> None:
    """Print `markdown_table` to `file`, by default to standard output."""
    print(markdown_table(timings, baseline, counts), file=file or sys.stdout)


def _time(job: Job) -> tuple[float, object]:
    """Median seconds of the job's calls, and what the last one returned; others' rubbish is cleared first."""
    gc.collect()
    seconds = []
    result: object = None
    for _ in range(job.repeats):
        start = perf_counter()
        result = job.run()
        seconds.append(perf_counter() - start)
    return median(seconds), result


def _ms(seconds: float) -> str:
    return f"{1e3 * seconds:,.2f}"
