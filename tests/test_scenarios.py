"""The shipped scenarios: they load, run, and do what their files say."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from opmodel.metrics import measure
from opmodel.records import DELIVERED, Run
from opmodel.replication import run
from opmodel.scenario import Scenario, check_scenario, load_scenario

FOLDER = Path(__file__).parent.parent / "scenarios"
FILES = sorted(FOLDER.glob("*.yaml"))
LOG = Path(__file__).parent.parent.parent / "shared" / "data" / "dbgap_data_access_requests_last12m.csv"
TRACE = {"file": str(LOG), "arrival": "queued", "directorate": "department", "default": "access_large"}
FIRST_LINE = "# yaml-language-server: $schema=scenario.schema.json"
SHIPPED = {
    "minimal", "council", "council-centralised", "council-hub-and-spoke", "council-federated", "foi-service",
    "foi-service-shock", "data-access",
}


def named(name: str, **changes: object) -> Scenario:
    return load_scenario(FOLDER / f"{name}.yaml", set=changes)


def test_every_scenario_the_documents_name_is_there():
    assert {path.stem for path in FILES} >= SHIPPED


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
class TestEach:
    def test_loads_without_errors_or_warnings(self, path: Path):
        scenario, problems = check_scenario(path)
        assert scenario is not None
        assert problems == []

    def test_tells_editors_its_schema(self, path: Path):
        assert path.read_text("utf-8").splitlines()[0] == FIRST_LINE

    def test_runs(self, path: Path):
        scenario = load_scenario(path, set={"study.horizon_weeks": 2, "study.milestones_weeks": [1, 2]})
        result = run(scenario)
        assert result.requests["raised"].size > 0
        assert (result.requests["fate"] == DELIVERED).any()

    def test_runs_under_every_preset(self, path: Path):
        for kind in ("centralised", "hub_and_spoke", "federated"):
            changes = {"study.horizon_weeks": 2, "study.milestones_weeks": [1, 2], "structure": {"kind": kind}}
            assert run(load_scenario(path, set=changes)).events > 0


def test_the_tutorial_is_short():
    assert len((FOLDER / "minimal.yaml").read_text("utf-8").splitlines()) < 40


def test_variants_of_the_council_change_only_the_structure():
    base = named("council").document()
    for name in ("council-centralised", "council-hub-and-spoke", "council-federated"):
        variant = named(name).document()
        changed = {key for key in base | variant if base.get(key) != variant.get(key)}
        assert changed == {"name", "description", "structure"}
        assert named(name).demand_hash == named("council").demand_hash


def test_the_council_has_the_establishment_and_the_demand_it_should_have():
    council = named("council")
    seats = {name: post.count for name, post in council.posts.items()}
    analysts = seats["analyst"] + seats["senior_analyst"] + seats["bi_developer"]
    assert analysts == 15
    assert analysts - seats["analyst"] == 5
    assert (seats["engineer"], seats["governance_manager"], seats["architect"], seats["data_scientist"]) == (6, 2, 1, 1)
    assert sum(seats.values()) == 25
    days = sum(float(kind.per_year) * float(kind.effort.mean) for kind in council.request_types.values())
    assert days == pytest.approx(3865)
    assert {name for name, kind in council.request_types.items() if kind.statutory} == {"foi", "sar", "return"}


def runs(scenario: Scenario, number: int) -> list[Run]:
    return [run(scenario, replication=k) for k in range(number)]


def test_people_of_the_council_are_as_busy_as_its_file_says():
    measured = [measure(result).values for result in runs(named("council"), 20)]

    def mean(metric: str, group: str = "all") -> float:
        return float(np.mean([values[group, metric] for values in measured]))

    assert 0.85 <= mean("utilisation") <= 0.90
    assert 0.80 <= mean("in_time_statutory", "type=foi") <= 0.98
    for skill in ("analysis", "visualisation", "engineering", "governance", "architecture"):
        assert mean("utilisation", f"skill={skill}") < 0.95, skill


def in_time_by_week(name: str, replications: int) -> np.ndarray:
    """Share in time of the requests due in each week, over all replications."""
    scenario = named(name)
    due_in, in_time = np.zeros((2, scenario.study.horizon_weeks))
    for result in runs(scenario, replications):
        table = result.requests
        due = table["due"]
        week = np.ceil(due / 5.0).astype(int) - 1  # due at the end of a day
        known = (week >= 0) & (week < due_in.size)
        met = known & (table["fate"] == DELIVERED) & (table["closed"] <= due)
        due_in += np.bincount(week[known], minlength=due_in.size)
        in_time += np.bincount(week[met], minlength=due_in.size)
    return in_time / np.maximum(due_in, 1)


def test_an_agency_gap_breaks_in_time_rates_for_one_to_two_months_and_mends_within_thirteen_weeks():
    calm, shaken = in_time_by_week("foi-service", 30), in_time_by_week("foi-service-shock", 30)
    leaves, starts = 14, 18
    assert calm[2:leaves].mean() >= 0.90  # nothing is due in the first two weeks
    np.testing.assert_array_equal(shaken[:leaves], calm[:leaves])
    broken = np.flatnonzero(shaken[leaves:40] < calm[leaves:40] - 0.15) + leaves
    assert 4 <= broken.size <= 11
    assert broken.max() < starts + 13
    mended = slice(starts + 13, starts + 21)
    assert shaken[mended].mean() >= 0.90
    assert shaken[mended].mean() >= calm[mended].mean() - 0.03


@pytest.mark.skipif(not LOG.exists(), reason=f"no log at {LOG}")
class TestDataAccessOnTheLog:
    def test_every_logged_request_arrives_once(self):
        result = run(named("data-access", trace=TRACE))
        with LOG.open(encoding="utf-8") as file:
            rows = sum(1 for _ in file) - 1
        assert rows - 50 <= result.requests["raised"].size <= rows
        assert (result.requests["fate"] == DELIVERED).mean() > 0.9

    def test_types_may_follow_the_committee(self):
        large, small = ("NCI DAC", "NHLBI", "NHGRI", "JAAMH"), ("NCATS", "NIDCD DAC", "NINR DAC")
        types = dict.fromkeys(large, "access_large") | dict.fromkeys(small, "access_small")
        mapped = TRACE | {"type": "department", "default": "access_medium", "types": types}
        result = run(named("data-access", trace=mapped))
        by_type = np.bincount(result.requests["type"], minlength=3)
        scenario = named("data-access")
        for name, number in zip(result.names.types, by_type, strict=True):
            assert number == pytest.approx(float(scenario.request_types[name].per_year), rel=0.01)
