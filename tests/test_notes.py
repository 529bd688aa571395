"""Warnings beside the verdicts."""

import numpy as np

from opmodel.comparison.notes import mser5


def test_mser5_cuts_a_drift_at_the_start():
    rng = np.random.default_rng(1)
    series = np.r_[np.linspace(100.0, 0.0, 40), np.zeros(160)] + rng.normal(0, 1, 200)
    assert 30 <= mser5(series) <= 45


def test_mser5_leaves_a_steady_series_nearly_whole():
    rng = np.random.default_rng(2)
    assert mser5(rng.normal(0, 1, 200)) <= 60


def test_a_series_too_short_is_left_alone():
    assert mser5(np.arange(12.0)) == 0
