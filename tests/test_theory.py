"""With every human mechanism off the model is a queueing network: known formulas, through scenarios.

Each test compares the mean over independent replications with a formula. It passes if the two differ
by less than four standard errors of that mean (a sound model fails once in 16,000 times, and the
seeds are fixed), and if the standard error is small enough for the test to mean something.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import exp, factorial, log
from typing import Any

import numpy as np
import pytest
from networks import COMPILED, exponential, fixed, lognormal, plain

from opmodel.records import Run
from opmodel.replication import run
from opmodel.scenario import Scenario

pytestmark = pytest.mark.skipif(not COMPILED, reason="long runs need the compiler")
WEEKS, WARM_UP, COOL_DOWN = 1500, 500.0, 200.0
REPLICATIONS = 24


def erlang_c(servers: int, load: float) -> float:
    """Chance to wait in M/M/c with ``load`` = arrival rate x mean service time."""
    last = load**servers / factorial(servers) * servers / (servers - load)
    return last / (sum(load**k / factorial(k) for k in range(servers)) + last)


def wait_mmc(servers: int, utilisation: float) -> float:
    """Mean wait in units of the mean service time."""
    return erlang_c(servers, servers * utilisation) / (servers * (1.0 - utilisation))


def agrees(samples: Sequence[float], truth: float, errors: float = 4.0, precision: float = 0.03) -> None:
    """The mean of independent samples agrees with the truth, and is precise enough to disagree."""
    mean, error = float(np.mean(samples)), float(np.std(samples, ddof=1) / np.sqrt(len(samples)))
    assert abs(mean - truth) <= errors * error, f"{mean:.4f} +- {error:.4f}, expected {truth:.4f}"
    assert error <= precision * abs(truth), f"{mean:.4f} +- {error:.4f} says too little about {truth:.4f}"


def replicated(scenario: Scenario, value: Callable[[Run], Any], n: int = REPLICATIONS, seed: int = 1) -> np.ndarray:
    """A figure of each replication."""
    return np.array([value(run(scenario, seed=seed, replication=k)) for k in range(n)])


def settled(result: Run) -> np.ndarray:
    """Requests raised after the warm-up and well before the end."""
    raised = result.requests["raised"]
    return (raised >= WARM_UP) & (raised < result.horizon - COOL_DOWN)


def wait(result: Run) -> float:
    """Mean days from raising to first start."""
    table, mine = result.requests, settled(result)
    return float((table["first_start"] - table["raised"])[mine].mean())


def lead(result: Run) -> float:
    """Mean days from raising to delivery."""
    table, mine = result.requests, settled(result)
    return float((table["closed"] - table["raised"])[mine].mean())


def desk(people: int, utilisation: float, effort: dict[str, Any] | None = None, *changes: Any, **more: Any) -> Scenario:
    """One pool at a utilisation; a mean effort of a day."""
    query = {"per_year": 260.0 * people * utilisation, "effort": effort or exponential(1.0)}
    return plain(
        {"study": {"horizon_weeks": WEEKS}, "request_types": {"query": query}, "posts": {"analyst": {"count": people}}},
        *changes,
        **more,
    )


@pytest.mark.parametrize(("people", "utilisation"), [(1, 0.8), (3, 0.85), (10, 0.9)])
def test_erlang_c(people: int, utilisation: float) -> None:
    """M/M/c: mean wait."""
    agrees(replicated(desk(people, utilisation), wait), wait_mmc(people, utilisation), precision=0.04)


def test_chance_to_wait_and_its_distribution() -> None:
    """M/M/3 first come first served: who waits does so exponentially, with mean 1 / (c mu - lambda)."""
    people, utilisation = 3, 0.8

    def shares(result: Run) -> tuple[float, float]:
        waited = (result.requests["first_start"] - result.requests["raised"])[settled(result)]
        return float((waited > 0.0).mean()), float((waited > 2.0).mean())

    waits, long = replicated(desk(people, utilisation), shares).T
    chance = erlang_c(people, people * utilisation)
    agrees(waits, chance)
    agrees(long, chance * exp(-2.0 * people * (1.0 - utilisation)), precision=0.05)


@pytest.mark.parametrize(("effort", "cv"), [(lognormal(1.0, 1.2), 1.2), (fixed(1.0), 0.0)])
def test_pollaczek_and_khinchine(effort: dict[str, Any], cv: float) -> None:
    """M/G/1: mean wait = lambda E[S^2] / (2 (1 - rho))."""
    utilisation = 0.75
    truth = utilisation * (1.0 + cv**2) / (2.0 * (1.0 - utilisation))
    agrees(replicated(desk(1, utilisation, effort), wait, 40), truth, precision=0.05)


def test_classes_of_service() -> None:
    """Cobham: non-preemptive priorities, mean wait of class k = W0 / ((1 - s_(k-1)) (1 - s_k))."""
    people, loads = 4, {"fixed_date": 0.10, "standard": 0.30, "intangible": 0.45}
    types = {
        name: {
            "per_year": 260.0 * people * load,
            "effort": exponential(1.0),
            "class_of_service": name,
            "steps": [{"skill": "analysis"}],
        }
        for name, load in loads.items()
    }
    scenario = desk(people, 0.5, None, {"request_types": {"query": None, **types}})

    def by_class(result: Run) -> list[float]:
        table, mine = result.requests, settled(result)
        waited = table["first_start"] - table["raised"]
        return [float(waited[mine & (table["type"] == k)].mean()) for k in range(3)]

    samples = replicated(scenario, by_class)
    residual = erlang_c(people, people * sum(loads.values())) / people
    below = 0.0
    for k, load in enumerate(loads.values()):
        agrees(samples[:, k], residual / ((1.0 - below) * (1.0 - below - load)), precision=0.06)
        below += load


def test_rework_feedback() -> None:
    """One step, redone at full effort with chance p, at the end of the queue: M/G/1 with a geometric number of turns.

    The number present does not depend on whose turn it is, so Pollaczek and Khinchine hold for it with
    S = all turns of a request: E[S] = d / (1 - p), E[S^2] = d^2 (1 + p) / (1 - p)^2.
    """
    chance, days, rate = 0.3, 0.5, 1.0
    standards = {
        "effort_basis": "ideal",
        "rework": [chance] * 5,
        "rework_effort": 1.0,
        "rework_max": 60,
        "rework_cap": 1.0,
    }
    scenario = plain(
        {
            "study": {"horizon_weeks": WEEKS},
            "request_types": {"query": {"per_year": 260.0 * rate, "effort": fixed(days)}},
            "standards": standards,
        },
        on=["rework"],
    )
    load, square = rate * days / (1 - chance), days**2 * (1 + chance) / (1 - chance) ** 2
    agrees(replicated(scenario, lead, 40), days / (1 - chance) + rate * square / (2 * (1 - load)))
    passes = replicated(scenario, lambda r: r.requests["passes"][settled(r)].mean(), 10)
    agrees(passes, chance / (1 - chance))


TWO_TEAMS = {
    "request_types": {
        "query": {
            "steps": [
                {"skill": "analysis", "effort": exponential(1.0)},
                {"skill": "governance", "effort": exponential(0.5)},
            ]
        }
    },
    "roles": {"steward": {"skills": {"governance": "practitioner"}, "salary": 40000.0}},
    "posts": {"steward": {"role": "steward"}},
    "teams": {
        "desk": {"serves": ["housing"], "seats": {"analyst": 1}},
        "hub": {"kind": "hub", "seats": {"steward": 1}},
    },
    "flow": {"hand_offs": {"other_line": {"latency": "1.5d", "effort": 0.0}, "same_line": {"effort": 0.0}}},
}


def test_tandem_with_a_hand_off() -> None:
    """Two M/M/1 in a row with a fixed latency between (Burke: what leaves the first is Poisson)."""
    rate = 0.8
    scenario = desk(1, rate, None, TWO_TEAMS, on=["hand_offs"])
    truth = 1.0 / (1.0 - rate) + 1.5 + 1.0 / (2.0 - rate)
    agrees(replicated(scenario, lead, 40), truth, precision=0.04)


def erlang_a(people: int, rate: float, patience: float) -> tuple[float, float]:
    """M/M/c+M with mean service 1: share abandoned and mean queue, from the birth and death chain."""
    weights = [1.0]
    for k in range(1, 400):
        weights.append(weights[-1] * rate / (min(k, people) + max(0, k - people) / patience))
    p = np.array(weights) / sum(weights)
    queue = float((np.maximum(np.arange(400) - people, 0) * p).sum())
    return queue / patience / rate, queue


@pytest.mark.parametrize("utilisation", [0.9, 1.2])
def test_erlang_a(utilisation: float) -> None:
    """Exponential patience, with spare time and in overload: the share that gives up."""
    people, patience = 3, 4.0
    scenario = desk(
        people, utilisation, None, {"request_types": {"query": {"patience": exponential(patience)}}}, on=["abandonment"]
    )
    gone, queue = erlang_a(people, people * utilisation, patience)
    agrees(replicated(scenario, lambda r: (r.requests["fate"][settled(r)] == 2).mean()), gone)

    def in_queue(result: Run) -> float:  # mean time in the queue of all, whether served or not
        table, mine = result.requests, settled(result)
        left = np.where(table["fate"] == 2, table["closed"], table["first_start"])
        return float((left - table["raised"])[mine].mean())

    agrees(replicated(scenario, in_queue), queue / (people * utilisation))


# Mean wait in units of the mean service time: one pool of so many servers, at a utilisation (two decimals).
POOLING = {
    0.70: {1: 2.33, 2: 0.96, 3: 0.55, 4: 0.36, 6: 0.19, 12: 0.05, 18: 0.02},
    0.80: {1: 4.00, 2: 1.78, 3: 1.08, 4: 0.75, 6: 0.43, 12: 0.15, 18: 0.08},
    0.85: {1: 5.67, 2: 2.60, 3: 1.62, 4: 1.15, 6: 0.69, 12: 0.27, 18: 0.15},
    0.90: {1: 9.00, 2: 4.26, 3: 2.72, 4: 1.97, 6: 1.23, 12: 0.53, 18: 0.32},
    0.95: {1: 19.0, 2: 9.26, 3: 6.05, 4: 4.46, 6: 2.89, 12: 1.35, 18: 0.85},
}


def split(people: int, teams: int, utilisation: float) -> Scenario:
    """The same people and the same requests, in one or more equal pools."""
    names = [f"d{k}" for k in range(teams)]
    return desk(
        people,
        utilisation,
        None,
        {
            "directorates": {"housing": None, **{d: {"share": 1.0} for d in names}},
            "teams": {f"team {d}": {"serves": [d], "seats": {"analyst": people // teams}} for d in names},
        },
    )


@pytest.mark.parametrize("utilisation", POOLING)
def test_the_pooling_table_is_erlang_c(utilisation: float) -> None:
    """To the two decimals printed (the last rounding may go either way)."""
    for people, printed in POOLING[utilisation].items():
        assert wait_mmc(people, utilisation) == pytest.approx(printed, abs=0.0051 if printed < 10 else 0.051)


@pytest.mark.parametrize("teams", [1, 3, 6])
def test_splitting_a_pool(teams: int) -> None:
    """Six people at 0.8 in teams of 6, 2 and 1: the waits of the pooling table."""
    agrees(replicated(split(6, teams, 0.8), wait), wait_mmc(6 // teams, 0.8), precision=0.05)


@pytest.mark.slow
@pytest.mark.parametrize("utilisation", POOLING)
@pytest.mark.parametrize("size", [1, 2, 3, 4, 6, 12])
def test_the_whole_pooling_table(utilisation: float, size: int) -> None:
    """Twelve people in teams of every size, at every utilisation."""
    scenario = split(12, 12 // size, utilisation)
    long = scenario.model_copy(update={"study": scenario.study.model_copy(update={"horizon_weeks": 5200})})
    samples = replicated(long, wait, 30)
    agrees(samples, wait_mmc(size, utilisation), precision=0.08)


@pytest.mark.slow
@pytest.mark.parametrize(("people", "utilisation"), [(1, 0.7), (1, 0.9), (3, 0.95), (10, 0.8), (10, 0.95)])
def test_erlang_c_in_long_runs(people: int, utilisation: float) -> None:
    """M/M/c again, over 100 years each."""
    scenario = desk(people, utilisation, None, {"study": {"horizon_weeks": 5200}})
    agrees(replicated(scenario, wait, 60), wait_mmc(people, utilisation), precision=0.05)


def test_interarrival_times_are_exponential() -> None:
    """Dispersion 1 is a Poisson process: gaps have mean 1 / rate and coefficient of variation 1."""

    def gaps(result: Run) -> tuple[float, float, float]:
        x = np.diff(np.sort(result.requests["raised"]))
        return float(x.mean()), float(x.std() / x.mean()), float((x > log(2.0)).mean())

    mean, cv, half = replicated(desk(1, 1.0 - 1e-9), gaps).T
    agrees(mean, 1.0, precision=0.01)
    agrees(cv, 1.0, precision=0.01)
    agrees(half, 0.5, precision=0.01)


def test_utilisation_and_throughput() -> None:
    """Busy for a share rho of the time; what comes in goes out."""

    def figures(result: Run) -> tuple[float, float]:
        table = result.requests
        days = result.horizon
        return float(result.weeks["person", "worked"].sum() / (3 * days)), float((table["fate"] == 1).sum() / days)

    worked, done = replicated(desk(3, 0.8), figures).T
    agrees(worked, 0.8, precision=0.01)
    agrees(done, 2.4, precision=0.01)


def test_a_year_of_one_full_time_post() -> None:
    """With nothing on but time off and corporate time, one FTE yields 213 x productive_share days of work a year.

    A year has 261 week days of which 8 + 27 + 9 + 4 are off; 52 weeks are 260 of them.
    """
    scenario = plain(
        {
            "study": {"horizon_weeks": 520},
            "request_types": {"query": {"per_year": 400.0, "effort": exponential(1.0)}},
            "people": {"productive_share": 0.86},
            "time_off": {"annual_leave": 27.0, "sickness": 9.0, "training": 4.0},
        },
        on=["time_off", "productive_share", "opening_backlog"],
    )

    def figures(result: Run) -> tuple[float, float]:
        years, table = result.horizon / 260.0, result.requests
        on_duty = result.weeks["person", "on_duty"].sum()
        return float(on_duty / years), float(table["effort"][table["fate"] == 1].sum() / years)

    on_duty, yielded = replicated(scenario, figures).T
    agrees(on_duty, 213.0 * 260.0 / 261.0, precision=0.005)
    agrees(yielded, 213.0 * 260.0 / 261.0 * 0.86, precision=0.005)
