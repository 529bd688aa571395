"""Warnings beside the verdicts."""

import numpy as np
import pytest

import opmodel
from opmodel.comparison import structures_of
from opmodel.comparison.notes import compared, mser5


def test_mser5_cuts_a_drift_at_the_start():
    rng = np.random.default_rng(1)
    series = np.r_[np.linspace(100.0, 0.0, 40), np.zeros(160)] + rng.normal(0, 1, 200)
    assert 30 <= mser5(series) <= 45


def test_mser5_leaves_a_steady_series_nearly_whole():
    rng = np.random.default_rng(2)
    assert mser5(rng.normal(0, 1, 200)) <= 60


def test_a_series_too_short_is_left_alone():
    assert mser5(np.arange(12.0)) == 0


def load(name, **changes):
    return opmodel.load_scenario(f"scenarios/{name}.yaml", **changes)


ALONE = "not the effect of the structure alone."
SAME = "The same people and the same requests under each structure."


@pytest.mark.parametrize("name", ["council", "minimal", "foi-service"])
def test_structures_of_one_organisation_share_people_and_requests(name):
    structures = structures_of(load(name))
    said = compared(structures, "today")
    assert said.startswith("A transition from today's people")
    assert said.endswith(SAME)
    assert compared({"file": load(name), **structures}, "file").endswith(SAME)


def test_a_file_that_does_not_state_today_shares_it_with_its_own_structures():
    file = load("minimal").model_copy(update={"today": None, "teams": None})
    assert compared({"file": file, "federated": structures_of(file)["federated"]}, "file").endswith(SAME)


def test_a_range_makes_no_other_scenario():
    file = load("minimal")
    other = load("minimal", people__turnover={"base": float(file.people.turnover), "low": 0.01, "high": 0.9})
    assert file.demand_hash != other.demand_hash
    assert compared({"one": file, "other": other}, "one").endswith(SAME)


@pytest.mark.parametrize(("changes", "words"), [
    ({"people__turnover": 0.4}, "differs in other assumptions (pace, learning and leaving)"),
    ({"demand__demand_scale": 1.3}, "differs in requests"),
    ({"study__horizon_weeks": 30}, "differs in length of time"),
    ({"study__kind": "steady_state", "study__warm_up_weeks": 20}, "differs in kind of study"),
])
def test_what_differs_beside_the_structure_is_said(changes, words):
    said = compared({"one": load("minimal"), "other": load("minimal", **changes)}, "one")
    assert SAME not in said
    assert f"What is compared {words}: differences" in said
    assert said.endswith(ALONE)


def test_other_people_other_requests_and_another_length_of_time_are_warned_of():
    minimal = structures_of(load("minimal", study__horizon_weeks=6))
    known = {"Minimal, today": minimal["today"], "federated": minimal["federated"], "other": load("data-access")}
    people, study = (note for note in opmodel.compare(known, replications=2).notes() if note.endswith(ALONE))
    assert people.startswith("other differs from 'Minimal, today' in people, requests and other assumptions: ")
    assert "'Minimal, today' and federated: a transition from today's people, familiarity and backlog over 6 weeks; " in study
    assert "other: a transition from today's people, familiarity and backlog over 56 weeks. " in study
    assert "Figures of different lengths of time stand side by side" in study


def test_structures_of_one_organisation_are_not_warned_of():
    found = opmodel.compare(load("minimal", study__horizon_weeks=6), replications=2)
    assert not any(note.endswith(ALONE) for note in found.notes())
