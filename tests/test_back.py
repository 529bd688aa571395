"""Results of every shipped scenario against those kept: a change of results is an event.

``pytest tests/test_back.py --update`` keeps the new ones; a change of them needs a line
"changes results" in CHANGELOG.md.
"""

import csv
import math
from pathlib import Path

import pytest

import opmodel

ROOT = Path(__file__).parent.parent
EXPECTED = ROOT / "tests" / "expected"
SCENARIOS = sorted((ROOT / "scenarios").glob("*.yaml"))


def figures(path: Path) -> dict[str, float]:
    """Every metric of replication 0 for the whole organisation."""
    measures = opmodel.measure(opmodel.run(opmodel.load_scenario(path), seed=1))
    return {metric: value for (group, metric), value in measures.values.items() if group == "all"}


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda p: p.stem)
def test_results_are_those_kept(path, request):
    found = figures(path)
    kept = EXPECTED / f"{path.stem}.csv"
    if request.config.getoption("--update"):
        with kept.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(("metric", "value"))
            writer.writerows((metric, repr(value)) for metric, value in found.items())
        return
    with kept.open(newline="", encoding="utf-8") as file:
        expected = {row["metric"]: float(row["value"]) for row in csv.DictReader(file)}
    assert found.keys() == expected.keys()
    wrong = {
        m: (v, expected[m])
        for m, v in found.items()
        if not (v == expected[m] or (math.isnan(v) and math.isnan(expected[m])))
        and not math.isclose(v, expected[m], rel_tol=1e-9, abs_tol=1e-9)
    }
    assert not wrong
