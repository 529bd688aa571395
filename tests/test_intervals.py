"""Intervals cover the truth as often as they say, through the stopping rule too."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from opmodel.comparison.intervals import (
    WIDENED,
    Estimate,
    estimate,
    half_width,
    more_replications,
    paired,
    paired_shares,
    relative_half_width,
    sign_test,
    t_quantile,
    wilson,
)
from opmodel.comparison.stopping import FIRST, Stopping, precise_enough, told

Draw = Callable[[np.random.Generator, tuple[int, ...]], np.ndarray]


def normal(rng: np.random.Generator, size: tuple[int, ...]) -> np.ndarray:
    return rng.normal(size=size)


def mildly_skewed(rng: np.random.Generator, size: tuple[int, ...]) -> np.ndarray:
    """Skewness 0.5, which a paired difference of queue figures seldom exceeds."""
    return (rng.gamma(16.0, size=size) - 16.0) / 4.0


def skewed_down(rng: np.random.Generator, size: tuple[int, ...]) -> np.ndarray:
    return -mildly_skewed(rng, size)


def test_t_interval_by_hand() -> None:
    found = estimate(np.array([[1.0], [2.0], [3.0], [4.0]]))
    assert found.mean[0] == 2.5
    assert found.error[0] == pytest.approx(math.sqrt(5 / 3 / 4))
    assert half_width(found)[0] == pytest.approx(3.182446 * math.sqrt(5 / 12), rel=1e-6)  # t(3, 0.975), tables
    assert relative_half_width(found)[0] == pytest.approx(half_width(found)[0] / 2.5)


def test_intervals_that_hold_together_are_those_of_a_smaller_error() -> None:
    found = estimate(np.random.default_rng(1).normal(size=(20, 1)))
    assert half_width(found, family=10)[0] == pytest.approx(half_width(found, level=0.995)[0])
    assert float(t_quantile(20, family=10)) == pytest.approx(3.1737, abs=1e-3)  # t(19, 0.9975)


def test_missing_and_unreached_values() -> None:
    nan, inf = math.nan, math.inf
    found = estimate(np.array([[1.0, nan, 1.0, nan, 5.0], [3.0, 2.0, inf, nan, 5.0], [5.0, 4.0, inf, nan, 5.0]]))
    np.testing.assert_array_equal(found.n, [3, 2, 3, 0, 3])
    np.testing.assert_array_equal(found.unreached, [0, 0, 2, 0, 0])
    np.testing.assert_array_equal(found.mean, [3.0, 3.0, nan, nan, 5.0])
    assert found.error[4] == 0.0
    np.testing.assert_array_equal(
        paired(np.array([1.0, inf, inf, nan, 2.0]), np.array([3.0, inf, 1.0, inf, nan])), [-2.0, inf, inf, nan, nan]
    )


def test_one_replication_has_no_interval() -> None:
    found = estimate(np.array([[1.0, 2.0]]))
    assert np.isinf(half_width(found)).all()


def cells(both: int, first: int, second: int, neither: int) -> tuple[float, float, float]:
    """The interval of so many futures: met on both sides, on one alone, on neither."""
    here = np.array([1.0] * (both + first) + [0.0] * (second + neither))
    there = np.array([1.0] * both + [0.0] * first + [1.0] * second + [0.0] * neither)
    return paired_shares(here, there)


def test_paired_shares_by_hand() -> None:
    # 48 and 38 of 50, 36 of them the same. Wilson: 0.8654 to 0.9890, and 0.6259 to 0.8570.
    # Correlation (36 x 0 - 12 x 2) / sqrt(48 x 2 x 38 x 12) = -0.1147.
    # Below: sqrt(0.0946^2 + 2 x 0.1147 x 0.0946 x 0.0970 + 0.0970^2) = 0.1431; above, likewise, 0.1404.
    assert cells(36, 12, 2, 0) == pytest.approx((0.2, 0.0569, 0.3404), abs=2e-4)
    # Turned round it is the same the other way.
    assert cells(36, 2, 12, 0) == pytest.approx((-0.2, -0.3404, -0.0569), abs=2e-4)


@pytest.mark.parametrize("same", [(100, 0, 0, 0), (0, 0, 0, 100), (60, 0, 0, 40)])
def test_shares_that_never_differed_have_an_interval_all_the_same(same: tuple[int, int, int, int]) -> None:
    gap, low, high = cells(*same)
    assert gap == 0.0
    assert -0.04 < low < -0.01
    assert high == pytest.approx(-low)


def test_shares_that_always_differed_stay_within_what_shares_can() -> None:
    gap, low, high = cells(0, 100, 0, 0)
    assert (gap, high) == (1.0, 1.0)
    assert 0.9 < low < 0.99
    assert paired_shares(np.zeros(0), np.zeros(0))[1:] == (-1.0, 1.0)


def test_paired_shares_cover_the_truth() -> None:
    rng = np.random.default_rng(5)
    truth, covered = 0.9 * 0.08 - 0.1 * 0.3, 0
    for _ in range(400):
        there = rng.random(100) < 0.9
        here = np.where(there, rng.random(100) < 0.92, rng.random(100) < 0.3)
        _, low, high = paired_shares(here.astype(float), there.astype(float))
        covered += low <= -truth <= high
    assert covered >= 400 * 0.95 - 3 * math.sqrt(400 * 0.95 * 0.05)


def test_wilson_interval() -> None:
    low, high = wilson(10, 20)  # published example values, to four places
    assert (low, high) == (pytest.approx(0.2993, abs=1e-4), pytest.approx(0.7007, abs=1e-4))
    assert wilson(0, 20)[0] == 0.0
    assert wilson(20, 20)[1] == 1.0
    assert wilson(0, 0) == (0.0, 1.0)


def test_sign_test() -> None:
    assert sign_test(10, 0) == pytest.approx(2 / 1024)
    assert sign_test(5, 5) == 1.0
    assert sign_test(0, 0) == 1.0


def test_more_replications_follow_the_square_root() -> None:
    # 50 replications with standard error 1: half width about 2.0; half of it takes about 200 in all
    assert more_replications(50, 1.0, float(t_quantile(50)) / 2) == pytest.approx(150, abs=10)
    assert more_replications(20, 1.0, 100.0) == 10
    assert more_replications(20, 1.0, 0.0) is None
    assert more_replications(1, math.inf, 1.0) is None


@pytest.mark.parametrize("n", [20, 50, 200])
def test_coverage_with_a_fixed_number(n: int) -> None:
    values = np.random.default_rng(n).normal(3.0, 2.0, (n, 20000))
    found = estimate(values)
    covered = (np.abs(found.mean - 3.0) <= half_width(found)).mean()
    assert 0.945 <= covered <= 0.955


def test_joint_coverage_of_many_intervals() -> None:
    """Thirty figures from the same runs, correlated by half: all are covered in at least 95 % of studies."""
    rng, n, k = np.random.default_rng(7), 20, 30
    together = 0
    for _ in range(2000):
        found = estimate(np.sqrt(0.5) * rng.normal(size=(n, k)) + np.sqrt(0.5) * rng.normal(size=(n, 1)))
        together += bool((np.abs(found.mean) <= half_width(found, family=k)).all())
    assert together / 2000 >= 0.95


def stopped_study(values: np.ndarray, effects: np.ndarray, matters: np.ndarray, cap: int = 200) -> tuple[int, Estimate]:
    """A study of some comparisons that ends by the rule."""
    rule, n = Stopping(matters), FIRST
    while True:
        found = estimate(values[:n] + effects)
        if n >= cap or rule.enough(found):
            return n, found
        n += 10


def coverage(draw: Draw, effect: float, matters: float, studies: int, seed: int) -> tuple[float, float]:
    """Share of studies whose final interval covers the true effect, and the mean number of replications."""
    rng = np.random.default_rng(seed)
    covered = replications = 0
    for _ in range(studies):
        n, found = stopped_study(draw(rng, (200, 1)), np.array([effect]), np.array([matters]))
        half = half_width(found, widened=WIDENED)
        covered += bool(abs(found.mean[0] - effect) <= half[0])
        replications += n
    return covered / studies, replications / studies


@pytest.mark.parametrize(("effect", "matters"), [(0.0, 0.3), (0.25, 0.3), (1.0, 0.5)])
def test_coverage_through_the_stopping_rule(effect: float, matters: float) -> None:
    covered, _ = coverage(normal, effect, matters, 1500, 11)
    assert 0.93 - 0.012 <= covered <= 0.97 + 0.012  # two standard errors of 1500 studies beside


@pytest.mark.slow
@pytest.mark.parametrize("draw", [normal, mildly_skewed, skewed_down])
@pytest.mark.parametrize("matters", [0.0, 0.3, 0.6])
@pytest.mark.parametrize("effect", [0.0, 0.1, 0.25, 0.5])
def test_coverage_over_effects_and_differences_that_matter(draw: Draw, effect: float, matters: float) -> None:
    covered, _ = coverage(draw, effect, matters, 4000, 5)
    assert 0.93 - 0.008 <= covered <= 0.97 + 0.008


@pytest.mark.slow
def test_joint_coverage_through_the_stopping_rule() -> None:
    """Three structures, ten headline metrics, correlated: all intervals hold together in 95 % of studies."""
    rng, k = np.random.default_rng(3), 30
    effects = rng.choice([0.0, 0.1, 0.3, 1.0], k)
    matters = rng.choice([0.3, 0.6], k)
    together = 0
    for _ in range(2000):
        values = np.sqrt(0.5) * rng.normal(size=(200, k)) + np.sqrt(0.5) * rng.normal(size=(200, 1))
        _, found = stopped_study(values, effects, matters)
        together += bool((np.abs(found.mean - effects) <= half_width(found, family=k, widened=WIDENED)).all())
    assert together / 2000 >= 0.94


def test_when_the_rule_stops_early_every_verdict_is_told() -> None:
    rng = np.random.default_rng(9)
    for _ in range(200):
        effects, matters = rng.choice([0.0, 0.2, 0.5, 2.0], 4), np.full(4, 0.4)
        n, found = stopped_study(rng.normal(size=(200, 4)), effects, matters)
        if n < 200:
            assert told(found.mean, half_width(found, family=4, widened=WIDENED), matters).all()


def test_clear_differences_stop_at_once_and_hopeless_ones_at_the_cap() -> None:
    rng = np.random.default_rng(2)
    values = rng.normal(size=(200, 1))
    assert stopped_study(values, np.array([5.0]), np.array([0.1]))[0] == FIRST
    assert stopped_study(values - values.mean(), np.array([0.0]), np.array([1e-6]))[0] == 200


def test_comparisons_without_a_mean_do_not_hold_a_study_up() -> None:
    values = np.full((20, 2), math.inf)
    assert Stopping(np.ones(2)).enough(estimate(values))


def test_single_scenario_is_precise_enough() -> None:
    found = estimate(np.random.default_rng(4).normal(size=(20, 1)))
    assert precise_enough(found, np.array([1.0]))
    assert not precise_enough(found, np.array([0.1]))
