"""Random numbers by name: more people, types or directorates change nobody else's draws; results need no order."""

from __future__ import annotations

import concurrent.futures as cf
import multiprocessing
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from networks import COMPILED, TOWN, fingerprint, model_of, plain, town
from scipy import stats

from opmodel.flow import draws
from opmodel.flow.demand import sample_demand
from opmodel.flow.draws import name_key, uniforms, world_key
from opmodel.flow.network import compile_network
from opmodel.flow.tables import Demand
from opmodel.replication import replicate, replicate_all, run
from opmodel.scenario import Scenario

#: Efforts of a practitioner, so that they do not depend on today's people.
IDEAL = {"standards": {"effort_basis": "ideal"}, "study": {"horizon_weeks": 26}}
STRUCTURES: list[dict[str, Any]] = [
    {"kind": "today"},
    {"kind": "centralised", "head": None},
    {"kind": "hub_and_spoke", "hub_manager": None},
    {"kind": "federated"},
]


def demand_of(scenario: Scenario, seed: int = 1, replication: int = 0) -> Demand:
    """One replication's candidates."""
    return sample_demand(compile_network(scenario).asks, seed, replication)


def by_name(scenario: Scenario, demand: Demand) -> dict[tuple[str, str, int], list[tuple[Any, ...]]]:
    """What was drawn for every candidate, by type, directorate and origin, in order of arrival.

    Shadow work stands with the type of the request that it comes from. Left out: who the second
    directorate is, and whose the similar product (there are more to choose among).
    """
    among = ("effort", "shadow", "type", "directorate", "second", "similar")
    names = [f for f in demand.ask.dtype.names or () if f not in among]
    parent = {int(row["shadow"]): row for row in demand.ask if row["shadow"] >= 0}
    types, places = [*scenario.request_types, "upkeep"], list(scenario.directorates)
    steps = [len(t.steps) for t in scenario.request_types.values()] + [1]
    out: dict[tuple[str, str, int], list[tuple[Any, ...]]] = {}
    for r, row in enumerate(demand.ask):
        kind = min(int(row["type"]), len(types) - 1)
        efforts = demand.effort[row["effort"] : row["effort"] + steps[kind]]
        drawn = (
            tuple(row[f] for f in names),
            row["second"] >= 0,
            efforts.tobytes(),
            demand.redo[r].tobytes(),
            demand.redo_step[r].tobytes(),
        )
        if row["origin"] == 2:
            kind = int(parent[r]["type"])
        out.setdefault((types[kind], places[row["directorate"]], int(row["origin"])), []).append(drawn)
    return out


def same(before: dict[Any, Any], after: dict[Any, Any]) -> None:
    """Everything before is there after, to the bit."""
    assert before
    for key, rows in before.items():
        assert repr(after[key]) == repr(rows), key


def test_one_more_type_changes_no_other_request() -> None:
    """Not even if it stands first in the file, or needs another skill."""
    first = town(IDEAL)
    more = {
        "model": {"per_year": 20.0, "effort": {"kind": "fixed", "mean": "9.0d"}, "steps": [{"skill": "data_science"}]}
    }
    second = town(IDEAL, {"request_types": None}, {"request_types": {**more, **TOWN["request_types"]}})
    same(by_name(first, demand_of(first)), by_name(second, demand_of(second)))


def test_one_more_directorate_changes_no_other_request() -> None:
    """Its share comes on top: rates double, shares halve, so that everybody else asks for as much as before."""
    first = town(IDEAL)
    double = {name: {"per_year": 2.0 * float(kind.per_year)} for name, kind in first.request_types.items()}
    second = town(IDEAL, {"directorates": {"roads": {"share": 4.0}}, "request_types": double})
    same(by_name(first, demand_of(first)), by_name(second, demand_of(second)))


def holders(scenario: Scenario) -> dict[str, tuple[bytes, ...]]:
    """Absences and resignation threshold of the first holder of every seat, by its key."""
    model = model_of(scenario)
    return {
        seat.key: (
            model.state.spell_start[s].tobytes(),
            model.state.spell_end[s].tobytes(),
            model.careers.threshold[s].tobytes(),
        )
        for s, seat in enumerate(model.network.seating.seats)
        if model.state.person[s].employed
    }


@pytest.mark.parametrize(
    "more",
    [
        {"posts": {"analyst": {"count": 4}}},
        {"posts": {"steward": {"count": 2}}, "today": {"teams": {"hub": {"seats": {"steward": 2}}}}},
        {"posts": {"trainee": {"role": "analyst"}}, "today": {"teams": {"homes": {"seats": {"trainee": 1}}}}},
        {"hires": {"help": {"role": "engineer", "count": 2}}},
    ],
)
def test_one_more_person_changes_nobody_elses_draws(more: dict[str, Any]) -> None:
    """A seat more of a post (whether it had one or many), a new post, a hire."""
    first, second = town(IDEAL), town(IDEAL, more)
    same(holders(first), holders(second))
    same(by_name(first, demand_of(first)), by_name(second, demand_of(second)))


def test_the_next_holder_of_a_seat_is_drawn_by_name_too() -> None:
    """Time to hire, notice and absences of the second holder are the same whoever else there is."""
    first, second = model_of(town(IDEAL)), model_of(town(IDEAL, {"hires": {"help": {"role": "steward"}}}))
    for model in (first, second):
        model.careers.leave(0, 3)
        model.careers.open_vacancy(0, 15.0)
        model.careers.join(0, int(model.careers.starts[0]))
    assert first.careers.holder[0] == second.careers.holder[0] == 1
    np.testing.assert_array_equal(first.state.spell_start[0], second.state.spell_start[0])
    assert first.careers.threshold[0] == second.careers.threshold[0]


def test_every_structure_meets_the_same_world() -> None:
    """Candidates, efforts and absences, bit for bit, with efforts as they are observed today."""
    worlds = []
    for structure in STRUCTURES:
        scenario = town({"structure": structure, "study": {"horizon_weeks": 26}})
        worlds.append((demand_of(scenario), holders(scenario)))
    demand, absent = worlds[0]
    for other, also_absent in worlds[1:]:
        for mine, yours in zip(demand, other, strict=True):
            np.testing.assert_array_equal(mine, yours)
        assert also_absent == absent


def test_structures_share_one_sample_of_demand() -> None:
    """They have the same key; a scenario with other demand has another."""
    keys = {compile_network(town({"structure": s})).demand_key for s in STRUCTURES}
    assert len(keys) == 1
    assert compile_network(town({"demand": {"growth": 0.02}})).demand_key not in keys


def test_a_longer_horizon_begins_with_the_same_years() -> None:
    """Demand at steady rates and absences of the first 26 weeks do not depend on what comes after."""
    first, second = (town(IDEAL, {"study": {"horizon_weeks": w}, "demand": {"dispersion": 1.0}}) for w in (26, 60))
    a, b = by_name(first, demand_of(first)), by_name(second, demand_of(second))
    for key, rows in a.items():
        if key[2] == 0:
            assert repr(b[key][: len(rows)]) == repr(rows)


# -- seeds and streams -------------------------------------------------------------------------------


def test_streams_replications_and_seeds_share_no_number() -> None:
    """For one entity and ordinal, every stream has its own uniform; so have seeds and replications."""
    streams = [v for k, v in vars(draws).items() if k.isupper() and isinstance(v, int) and not k.startswith("_")]
    streams = [
        *range(28),
        *(draws.EFFORT + k for k in range(12)),
        *(draws.REDO + k for k in range(61)),
        *(draws.REDO_STEP + k for k in range(61)),
        *streams,
    ]
    keys = np.array([name_key("request", "foi", "housing"), name_key("request", "foi", "parks")], np.uint64)
    seen = [
        float(u)
        for seed in (1, 2)
        for replication in (0, 1)
        for stream in dict.fromkeys(streams)
        for u in uniforms(
            world_key(seed, replication), stream, np.repeat(keys, 5), np.tile(np.arange(5, dtype=np.uint64), 2)
        )
    ]
    assert len(set(seen)) == len(seen)


def test_names_do_not_run_together() -> None:
    """("ab", "c") is not ("a", "bc"), and no two names of a town collide."""
    assert name_key("ab", "c") != name_key("a", "bc")
    keys = [name_key("request", f"type {t}", f"directorate {d}") for t in range(50) for d in range(50)]
    assert len(set(keys)) == len(keys)


@pytest.mark.skipif(not COMPILED, reason="a million draws")
def test_draws_are_uniform_and_independent() -> None:
    """Along ordinals, across entities, streams and replications: chi-square by 50 bins, correlation of neighbours."""
    n = 40_000
    world, key = world_key(7, 0), name_key("request", "foi", "housing")
    many = np.arange(n, dtype=np.uint64)
    keys = np.array([name_key("seat", str(k)) for k in range(n)], np.uint64)
    rows = [
        uniforms(world, 3, np.full(n, key, np.uint64), many),
        uniforms(world, 4, np.full(n, key, np.uint64), many),
        uniforms(world_key(7, 1), 3, np.full(n, key, np.uint64), many),
        uniforms(world, 3, np.full(n, key + 1, np.uint64), many),
        uniforms(world, 3, keys, np.zeros(n, np.uint64)),
        np.concatenate([uniforms(world_key(7, k), 3, keys[:40], np.zeros(40, np.uint64)) for k in range(n // 40)]),
    ]
    for row in rows:
        assert row.min() > 0.0
        assert row.max() < 1.0
        assert stats.chisquare(np.histogram(row, 50, (0.0, 1.0))[0]).pvalue > 1e-4
        assert abs(np.corrcoef(row[:-1], row[1:])[0, 1]) < 4.0 / np.sqrt(n)
        pairs = np.histogram2d(row[:-1], row[1:], 8, ((0, 1), (0, 1)))[0]
        assert stats.chisquare(pairs.ravel()).pvalue > 1e-4
    for a, b in combinations(rows, 2):
        assert abs(np.corrcoef(a, b)[0, 1]) < 4.0 / np.sqrt(n)


@pytest.mark.skipif(not COMPILED, reason="many draws")
@pytest.mark.parametrize("mean", [0.05, 0.7, 4.0, 9.9, 10.1, 60.0, 1500.0])
def test_poisson_counts(mean: float) -> None:
    """Mean and variance within four standard errors, on both sides of the change of method; shape by chi-square."""
    n = 20_000
    world = world_key(3, 0)
    x = np.array([draws.poisson(world, np.uint64(0), np.uint64(11), np.uint64(k), mean) for k in range(n)])
    assert abs(x.mean() - mean) < 4.0 * np.sqrt(mean / n)
    assert abs(x.var() - mean) < 4.0 * np.sqrt((mean + 2.0 * mean**2) / n)
    edges = np.unique(stats.poisson.ppf(np.linspace(0.02, 0.98, 25), mean))
    cdf = np.r_[0.0, stats.poisson.cdf(edges, mean), 1.0]
    counts = np.histogram(x, np.r_[-np.inf, edges + 0.5, np.inf])[0]
    assert stats.chisquare(counts, np.diff(cdf) * n).pvalue > 1e-4


@pytest.mark.skipif(not COMPILED, reason="many draws")
@pytest.mark.parametrize("shape", [0.05, 0.4, 1.0, 3.0, 50.0])
def test_gamma_values(shape: float) -> None:
    """Distribution by Kolmogorov and Smirnov; those who share a key rise and fall together."""
    n, world = 20_000, world_key(3, 0)
    x = np.array([draws._gamma(world, np.uint64(1), np.uint64(5), np.uint64(k), shape) for k in range(n)])
    assert stats.kstest(x, stats.gamma(shape).cdf).pvalue > 1e-4
    y = np.array([draws._gamma(world, np.uint64(1), np.uint64(5), np.uint64(k), 2.0 * shape) for k in range(2000)])
    assert stats.spearmanr(x[:2000], y).statistic > 0.9


# -- order and workers -------------------------------------------------------------------------------

SMALL = {"study": {"horizon_weeks": 8}}


def prints(result: Any) -> str:
    """Fingerprint of a run (a module-level function, so that other processes find it)."""
    return fingerprint(result)


def test_results_do_not_depend_on_the_workers() -> None:
    """Serial, threads, processes: the same bits in the same order, and the same measures."""
    scenario = town(SMALL)
    alone = [prints(run(scenario, seed=5, replication=k)) for k in range(6)]
    assert list(replicate(scenario, 6, seed=5, reduce=prints)) == alone
    with cf.ThreadPoolExecutor(3) as threads:
        assert list(replicate(scenario, 6, seed=5, executor=threads, reduce=prints)) == alone
        measured = list(replicate(scenario, 6, seed=5, executor=threads))
    for a, b in zip(measured, replicate(scenario, 6, seed=5), strict=True):
        assert a.keys == b.keys
        np.testing.assert_array_equal(a.numbers, b.numbers)


@pytest.mark.skipif(not COMPILED, reason="processes start slowly without the compiler")
def test_results_do_not_depend_on_processes() -> None:
    """Two spawned processes give the measures of this one."""
    scenario = plain({"study": {"horizon_weeks": 20}})
    context = multiprocessing.get_context("spawn")
    with cf.ProcessPoolExecutor(2, mp_context=context) as processes:
        there = list(replicate(scenario, 5, seed=2, executor=processes))
    for a, b in zip(there, replicate(scenario, 5, seed=2), strict=True):
        np.testing.assert_array_equal(a.numbers, b.numbers)


def test_results_do_not_depend_on_the_order_of_runs() -> None:
    """Backwards, alone, or beside another structure that shares the sample of demand."""
    scenarios = [town(SMALL, {"structure": s}) for s in STRUCTURES[:2]]
    together = [kept for _, kept in replicate_all(scenarios, range(3), seed=4, executor=None, reduce=prints)]
    for k in reversed(range(3)):
        for j in (1, 0):
            assert prints(run(scenarios[j], seed=4, replication=k)) == together[k][j]
    assert len({p for kept in together for p in kept}) == 6


def test_seeds_and_replications_are_different_futures() -> None:
    """The same seed gives the same run again."""
    scenario = town(SMALL)
    futures = {(s, k): prints(run(scenario, seed=s, replication=k)) for s in (1, 2) for k in (0, 1)}
    assert len(set(futures.values())) == 4
    assert prints(run(scenario, seed=2, replication=1)) == futures[2, 1]
