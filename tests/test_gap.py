"""The static skills gap and headroom, worked by hand."""

import numpy as np
import pytest

from opmodel.gap import headroom, least_gap, static_gap
from opmodel.scenario.scenario import Scenario


def test_one_person_short_of_two_equal_demands_shares_the_gap_evenly():
    short = least_gap(np.array([10.0]), np.array([10.0, 10.0]), np.array([0, 0]), np.array([0, 1]), np.ones(2))
    assert short == pytest.approx([5.0, 5.0])


def test_evenness_is_in_shares_of_demand():
    short = least_gap(np.array([15.0]), np.array([10.0, 20.0]), np.array([0, 0]), np.array([0, 1]), np.ones(2))
    assert short == pytest.approx([5.0, 10.0])


def test_a_specialist_cannot_cover_what_only_others_can_do():
    # Person 0 does only cell 0, person 1 both: all of person 1 goes to cell 1.
    short = least_gap(
        np.array([10.0, 4.0]), np.array([10.0, 10.0]), np.array([0, 1, 1]), np.array([0, 0, 1]), np.ones(3)
    )
    assert short == pytest.approx([0.0, 6.0], abs=1e-6)


def test_the_least_total_comes_before_evenness():
    # The faster person covers cell 0 twice as well: covering it leaves the least effort uncovered.
    short = least_gap(
        np.array([5.0]), np.array([10.0, 10.0]), np.array([0, 0]), np.array([0, 1]), np.array([2.0, 1.0])
    )
    assert short == pytest.approx([0.0, 10.0], abs=1e-6)


def test_levels_after_the_first_are_evened_out_too():
    # Nobody can do cell 0; cells 1 and 2 share one person, evenly, although cell 0 stays at 1.
    short = least_gap(
        np.array([10.0]), np.array([5.0, 10.0, 10.0]), np.array([0, 0]), np.array([1, 2]), np.ones(2)
    )
    assert short == pytest.approx([5.0, 5.0, 5.0])


def test_enough_people_leave_no_gap():
    short = least_gap(np.array([20.0]), np.array([10.0]), np.array([0]), np.array([0]), np.ones(1))
    assert short == pytest.approx([0.0], abs=1e-6)


# -- the whole way from a scenario ---------------------------------------------------------------------


def office(**changes):
    """Two analysts at half a week's work each and nobody for engineering but one part-timer; nothing else acts."""
    return Scenario.model_validate({
        "name": "office",
        "directorates": {"Housing": {"share": 1}, "Roads": {"share": 1}},
        "skills": ["analysis", "engineering"],
        "request_types": {
            "query": {"per_year": 260, "effort": {"kind": "fixed", "mean": "1d"}, "steps": [{"skill": "analysis"}]},
            "pipe": {"per_year": 26, "effort": {"kind": "fixed", "mean": "10d"}, "steps": [{"skill": "engineering"}]},
        },
        "roles": {"analyst": {"skills": {"analysis": "practitioner"}, "salary": 40000},
                  "engineer": {"skills": {"engineering": "practitioner"}, "salary": 50000}},
        "posts": {"a": {"role": "analyst", "count": 2}, "e": {"role": "engineer", "fte": 0.5}},
        "today": {"teams": {"hub": {"kind": "hub", "serves": ["Housing", "Roads"], "seats": {"a": 2, "e": 1}}}},
        "mechanisms": {"unless_stated": False},
        **changes,
    })


def test_half_an_engineer_is_half_an_engineer_short():
    """260 days of engineering a year against 130 on duty: 0.5 FTE short; analysis, 260 against 520, none."""
    assert static_gap(office()) == pytest.approx({"analysis": 0.0, "engineering": 0.5}, abs=1e-3)


def test_the_gap_is_that_of_the_first_26_weeks():
    """All of the year's engineering in its first half: twice as much to do in it, 1.5 FTE short."""
    kinds = {name: kind.model_dump(mode="json") for name, kind in office().request_types.items()}
    early = static_gap(office(request_types={**kinds, "pipe": {**kinds["pipe"], "weeks": list(range(26))}}))
    late = static_gap(office(request_types={**kinds, "pipe": {**kinds["pipe"], "weeks": list(range(26, 52))}}))
    assert early["engineering"] == pytest.approx(1.5, abs=1e-3)
    assert late["engineering"] == pytest.approx(0.0, abs=1e-3)


def test_absence_and_pace_count():
    """Days off leave less: 27 + 9 + 4 days and 8 bank holidays of 260 a year, and 0.86 of the rest."""
    some = office(mechanisms={"unless_stated": False, "time_off": True, "productive_share": True})
    there = (260 - 27 - 9 - 4 - 8) / 260 * 0.86
    assert static_gap(some)["engineering"] == pytest.approx(1.0 / there - 0.5, abs=0.01)


def test_headroom_is_where_the_gap_begins():
    """Analysts alone could take twice the demand; with the engineer short already, none is left."""
    kinds = {"query": office().request_types["query"].model_dump(mode="json")}
    assert headroom(office(request_types=kinds)) == pytest.approx(2.0, abs=0.01)
    assert headroom(office()) == pytest.approx(0.5, abs=0.01)
