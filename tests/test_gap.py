"""The static skills gap, worked by hand."""

import numpy as np
import pytest

from opmodel.gap import least_gap


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
