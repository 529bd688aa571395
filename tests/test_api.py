"""A short example of each public verb, as a reader of the README would write it."""

import concurrent.futures as cf
from pathlib import Path

import numpy as np
import pytest

import opmodel

MINIMAL = Path(__file__).parent.parent / "scenarios" / "minimal.yaml"


@pytest.fixture(scope="module")
def scenario():
    return opmodel.load_scenario(MINIMAL, study__horizon_weeks=12)


def test_load_scenario_reads_a_file_and_changes_it(scenario):
    busier = opmodel.load_scenario(MINIMAL, study__horizon_weeks=12, demand__demand_scale=1.2)
    assert float(busier.demand.demand_scale) == 1.2
    assert busier.hash != scenario.hash


def test_a_wrong_file_raises_with_all_problems(tmp_path):
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("name: x\nstudy: {horizon_weeks: many}\nposst: {}\n", encoding="utf-8")
    with pytest.raises(opmodel.ScenarioError) as error:
        opmodel.load_scenario(wrong)
    assert len(error.value.problems) >= 2


def test_run_gives_three_tables(scenario):
    run = opmodel.run(scenario, seed=7)
    assert {len(run.frame(t)) > 0 for t in ("requests", "tasks", "weeks")} == {True}
    again = opmodel.run(scenario, seed=7)
    for name, column in run.requests.items():
        np.testing.assert_array_equal(column, again.requests[name])


def test_replicate_yields_measures_in_order(scenario):
    found = list(opmodel.replicate(scenario, 3, seed=7))
    assert [m.replication for m in found] == [0, 1, 2]
    assert found[0].get("throughput") == opmodel.measure(opmodel.run(scenario, seed=7)).get("throughput")


def test_replicate_takes_any_executor_and_gives_the_same(scenario):
    serial = [m.numbers for m in opmodel.replicate(scenario, 4, seed=3)]
    with cf.ThreadPoolExecutor(2) as pool:
        threaded = [m.numbers for m in opmodel.replicate(scenario, 4, seed=3, executor=pool)]
    np.testing.assert_array_equal(serial, threaded)


def test_compare_gives_verdicts_that_end_under_these_assumptions(scenario):
    comparison = opmodel.compare(scenario, replications=3)
    assert comparison.verdicts
    assert all(v.sentence.endswith("under these assumptions.") for v in comparison.verdicts)
