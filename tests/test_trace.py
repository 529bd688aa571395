"""Logs of arrivals that are not as they should be: every kind of problem at the row where it comes first."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from opmodel.flow.trace import read_trace
from opmodel.scenario import Scenario, ScenarioError, load_scenario

MINIMAL = Path(__file__).parents[1] / "scenarios" / "minimal.yaml"
GOOD = "queued,department,days\n2026-04-07 10:00,Housing,2\n2026-04-08T13:00:00+01:00,Adults,0.5\n,Adults,1\n"


def scenario(tmp_path: Path, log: str, encoding: str = "utf-8", **columns: str) -> Scenario:
    (tmp_path / "log.csv").write_text(log, encoding)
    trace = {"file": str(tmp_path / "log.csv"), "arrival": "queued", "directorate": "department",
             "default": "analysis", **columns}
    return load_scenario(MINIMAL, trace=trace)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_good_log(tmp_path: Path, encoding: str) -> None:
    """Times as written, whatever their zone; rows without one are left out."""
    logged = read_trace(scenario(tmp_path, GOOD, encoding, effort="days"))
    assert logged is not None
    np.testing.assert_allclose(logged.time, [1.0 + 1 / 8, 2.0 + 4 / 8])
    assert logged.effort is not None
    np.testing.assert_array_equal(logged.effort, [2.0, 0.5])


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("2026-04-07,Housing\n", "log.csv:2:1: trace.effort: should be working days, not negative (got nothing)"),
        ("2026-04-07,Housing,1\nNaT,Housing,1\n", "log.csv:3:1: trace.arrival: should be a time"),
        ("2026-04-07,Hosing,1\n2026-04-07,Hosing,1\n", "log.csv:2:1: trace.directorate: unknown directorate (got 'Hosing')"),
        ("2026-04-07,Housing,-5\n", "log.csv:2:1: trace.effort: should be working days"),
        ("2026-04-07,Housing,nan\n", "log.csv:2:1: trace.effort: should be working days"),
        ("2026-04-07,Housing,1e300\n", "log.csv:2:1: trace.effort: should be working days"),
        ("2019-04-07,Housing,1\n", "log.csv:1:1: trace.file: no request of the log lies in the 104 weeks"),
        ("", "log.csv:1:1: trace.file: no request of the log lies in the 104 weeks"),
    ],
)
def test_a_wrong_row(tmp_path: Path, rows: str, said: str) -> None:
    given = scenario(tmp_path, "queued,department,days\n" + rows, effort="days")
    with pytest.raises(ScenarioError) as raised:
        read_trace(given)
    (problem,) = raised.value.problems
    assert said in str(problem)


def test_missing_columns_are_named(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"trace.arrival: the log has no column 'when'"):
        read_trace(scenario(tmp_path, GOOD, arrival="when"))
