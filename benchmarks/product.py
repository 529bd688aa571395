"""What users of opmodel wait for, each against its goal: commands as whole processes, a warm study, memory."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

from benchmarks.w2_scenario import w2_scenario
from opmodel import compare, load_scenario
from opmodel.flow.demand import sample_demand
from opmodel.flow.direct import Direct
from opmodel.model import OperatingModel
from opmodel.replication import compiled

_SCENARIOS = Path(__file__).parents[1] / "scenarios"
_COUNCIL = _SCENARIOS / "council.yaml"
#: `minimal.yaml` with 1,500 times the requests, each of a 1,500th of the work.
_MILLION = """
import resource
from opmodel import load_scenario, replicate
changes = {
    "request_types.analysis.per_year": "465000", "request_types.analysis.effort.mean": "0.00133d",
    "request_types.pipeline.per_year": "39000", "request_types.pipeline.effort.mean": "0.00667d",
}
(measures,) = replicate(load_scenario(%r, set=changes), 1)
print(measures.get("throughput") * 104, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6)
"""


def command_seconds(*arguments: str, **environment: str) -> float:
    """Wall time of one `opmodel` command as a whole process.

    Raises:
        subprocess.CalledProcessError: If it fails.
    """
    begin = perf_counter()
    subprocess.run(
        [sys.executable, "-m", "opmodel.cli", *arguments], check=True, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, env={**os.environ, **environment},
    )
    return perf_counter() - begin


def help_seconds(rounds: int) -> float:
    """`opmodel --help`."""
    return median(command_seconds("--help") for _ in range(rounds))


def compare_seconds(rounds: int) -> float:
    """A hundred replications of the council under four structures, everything compiled before."""
    asked = ("compare", str(_COUNCIL), "--replications", "100")
    command_seconds(*asked[:-1], "20")
    return median(command_seconds(*asked) for _ in range(rounds))


def first_seconds(rounds: int) -> float:
    """What the first command of all takes longer than the second: compilation."""
    found = []
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as empty:
            asked = ("run", str(_SCENARIOS / "minimal.yaml"))
            first = command_seconds(*asked, NUMBA_CACHE_DIR=empty)
            found.append(first - command_seconds(*asked, NUMBA_CACHE_DIR=empty))
    return median(found)


def study_seconds(rounds: int) -> float:
    """Four structures by twenty replications in a process whose workers are warm."""
    scenario = load_scenario(_COUNCIL)
    compare(scenario, replications=20)
    found = []
    for number in range(rounds):
        begin = perf_counter()
        compare(scenario, replications=20, seed=2 + number)
        found.append(perf_counter() - begin)
    return median(found)


def lever_seconds(rounds: int) -> tuple[float, float]:
    """A lever moved on the council's page, workers warm: until the first answer, and until all 40 replications."""
    from opmodel.levers import Futures, what_if
    from opmodel.replication import warm_pool

    scenario, futures, pool = load_scenario(_COUNCIL), Futures(), warm_pool()
    what_if(scenario, {}, executor=pool, futures=futures)
    first, last = [], []
    for number in range(rounds):
        seen: list[float] = []
        begin = perf_counter()
        what_if(
            scenario, {"demand": 101.0 + number}, executor=pool, futures=futures,
            on_partial=lambda _answer, seen=seen: seen.append(perf_counter()),  # type: ignore[misc]
        )
        first.append(seen[0] - begin)
        last.append(perf_counter() - begin)
    return median(first), median(last)


def weekly_seconds(rounds: int) -> float:
    """What 104 weeks of people, teams, directorates and boards take outside the kernel, all mechanisms on."""
    network = compiled(w2_scenario("hub", everything=True))
    demand = sample_demand(network.asks, 1, 0)
    found = []
    for _ in range(rounds + 1):
        model = OperatingModel(network, demand)
        kernel = [_Clocked(model._begin), _Clocked(model._advance)]
        model._begin, model._advance = kernel  # type: ignore[assignment]
        begin = perf_counter()
        while model.running:
            model.step()
        found.append(perf_counter() - begin - sum(entry.seconds for entry in kernel))
        model.dismiss()
    return median(found[1:])


class _Clocked:
    """A function and the time spent in it."""

    def __init__(self, function: Direct) -> None:
        self._function = function
        self.seconds = 0.0

    def __call__(self, *arguments: object) -> object:
        begin = perf_counter()
        answer = self._function(*arguments)
        self.seconds += perf_counter() - begin
        return answer


def million() -> tuple[float, float]:
    """Requests delivered, and the most memory taken in GB, of a scenario of a million requests."""
    script = _MILLION % str(_SCENARIOS / "minimal.yaml")
    answer = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True).stdout
    delivered, memory = map(float, answer.split())
    return delivered, memory
