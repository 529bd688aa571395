"""Tables that one run lends to the next: never two owners, never a trace of the run before."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import opmodel
from opmodel.flow import memory
from opmodel.flow.direct import Direct
from opmodel.flow.kernel import advance
from opmodel.replication import replicate

SCENARIOS = Path(__file__).parents[1] / "scenarios"


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "_free", [])


def test_what_is_given_back_is_lent_again_once() -> None:
    first = memory.lend(float, 1000)
    memory.give_back(first, first[:10], first)
    again, other = memory.lend(np.int64, 10, 100), memory.lend(np.int64, 1000)
    assert np.shares_memory(first, again)
    assert not np.shares_memory(again, other)


def test_a_table_much_too_large_is_not_lent() -> None:
    large = memory.lend(float, 100_000)
    memory.give_back(large)
    assert not np.shares_memory(large, memory.lend(float, 100))


def test_arrays_that_were_not_lent_are_let_go() -> None:
    own = np.zeros(1000)
    memory.give_back(own, own[:10])
    assert memory._free == []


def test_what_is_kept_has_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "KEPT_BYTES", 20_000)
    tables = [memory.lend(float, 1000) for _ in range(5)]
    memory.give_back(*tables)
    assert [buffer.size for buffer in memory._free] == [8000, 8000]
    assert np.shares_memory(memory.lend(float, 1000), tables[3])  # the latest ones


def poisoned() -> None:
    """Fill every kept table with rubbish: NaN as a number, -1 as a code."""
    for buffer in memory._free:
        buffer[:] = 255


@pytest.mark.parametrize("name", ["council", "foi-service-shock", "data-access"])
def test_a_run_does_not_see_what_lies_in_lent_tables(name: str) -> None:
    scenario = opmodel.load_scenario(SCENARIOS / f"{name}.yaml")
    (fresh,) = replicate(scenario, 1)
    assert memory._free  # the run gave its tables back
    poisoned()
    (again,) = replicate(scenario, 1)
    np.testing.assert_array_equal(again.numbers, fresh.numbers)


def test_a_run_kept_by_its_user_keeps_its_tables() -> None:
    scenario = opmodel.load_scenario(SCENARIOS / "minimal.yaml")
    kept = opmodel.run(scenario)
    columns = [column for table in (kept.requests, kept.tasks) for column in table.values()]
    before = [column.copy() for column in columns]
    list(replicate(scenario, 3))
    poisoned()
    for column, was in zip(columns, before, strict=True):
        np.testing.assert_array_equal(column, was)


def test_direct_calls_answer_like_others() -> None:
    calls = []

    def plain(*arguments: int) -> int:
        calls.append(arguments)
        return len(arguments)

    direct = Direct(plain)  # without the compiler
    assert [direct(1, 2), direct(3)] == [2, 1]
    assert calls == [(1, 2), (3,)]


@pytest.mark.skipif(not hasattr(advance, "signatures"), reason="nothing is compiled")
def test_types_of_arguments_tell_machine_code_apart() -> None:
    from numba import njit

    @njit
    def add(a, b):  # type: ignore[no-untyped-def]
        return a[0] + b

    whole, real = Direct(add), Direct(add)
    assert whole(np.array([2]), 3) == 5
    assert whole(np.array([3, 9]), 3) == 6  # longer, of the same type
    assert real(np.array([0.5]), 3) == 3.5
    assert Direct(add)(np.array([[1, 2]])[0], 3) == 4  # a view's memory is not its own
