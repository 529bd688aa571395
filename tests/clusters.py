"""A Dask cluster of real processes on this machine, for tests."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


class Cluster:
    """A scheduler, at a port of its own choice, and its workers, each a process."""

    def __init__(self, **environment: str) -> None:
        self.environment = {
            **os.environ, "PYTHONPATH": str(ROOT), "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1", **environment
        }
        self.workers: list[subprocess.Popen[bytes]] = []
        with tempfile.TemporaryDirectory() as folder:
            told = Path(folder) / "scheduler.json"
            self.scheduler = self.start(
                "dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--no-show",
                "--scheduler-file", str(told),
            )
            self.address = self._address(told)

    def _address(self, told: Path) -> str:
        for _ in range(600):
            with contextlib.suppress(OSError, ValueError):  # not there yet, or half written
                return str(json.loads(told.read_text())["address"])
            time.sleep(0.05)
        self.scheduler.kill()
        raise TimeoutError("the scheduler did not start")

    def start(self, program: str, *arguments: str, **environment: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", f"distributed.cli.{program}", *arguments], env={**self.environment, **environment},
            cwd=ROOT.parent, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )

    def worker(self, **environment: str) -> subprocess.Popen[bytes]:
        self.workers.append(self.start(
            "dask_worker", self.address, "--no-nanny", "--nthreads", "1", "--no-dashboard", "--host", "127.0.0.1",
            **environment,
        ))
        return self.workers[-1]

    def end(self) -> None:
        for process in (*self.workers, self.scheduler):
            process.kill()
        for process in (*self.workers, self.scheduler):
            process.wait()


@contextlib.contextmanager
def cluster(workers: int = 2, **environment: str) -> Iterator[Cluster]:
    """A cluster that is gone afterwards."""
    made = Cluster(**environment)
    try:
        for _ in range(workers):
            made.worker()
        yield made
    finally:
        made.end()
