"""Verdicts: the rule and the words."""

from __future__ import annotations

import math

import numpy as np
import pytest

from opmodel.comparison.verdicts import Verdict, number, verdict


def around(mean: float, spread: float, n: int = 40) -> np.ndarray:
    """Values with exactly this mean and standard deviation."""
    z = np.linspace(-1.0, 1.0, n)
    return mean + spread * z / z.std(ddof=1)


def judge(
    mean: float, spread: float, matters: float, metric: str = "throughput", n: int = 40, **options: int
) -> Verdict:
    base = np.full(n, 50.0)
    return verdict("hub_and_spoke", "today", metric, base + around(mean, spread, n), base, matters, **options)


@pytest.mark.parametrize(("mean", "spread", "matters", "kind"), [
    (3.0, 1.0, 1.0, "better"),
    (-3.0, 1.0, 1.0, "worse"),
    (0.2, 0.5, 1.0, "practically the same"),
    (0.3, 0.3, 1.0, "practically the same"),  # though the interval excludes nought
    (0.0, 5.0, 1.0, "cannot tell yet"),
    (0.9, 5.0, 1.0, "cannot tell yet"),
    (0.9, 1.0, 1.0, "better"),  # 0.58 to 1.22: not nought, perhaps less than matters
    (0.0, 0.0, 0.0, "practically the same"),
])
def test_rule(mean: float, spread: float, matters: float, kind: str) -> None:
    assert judge(mean, spread, matters).kind == kind


def test_lower_is_better_for_a_backlog() -> None:
    assert judge(-30.0, 20.0, 10.0, "backlog").kind == "better"
    assert judge(30.0, 20.0, 10.0, "backlog").kind == "worse"


def test_sentence_better() -> None:
    found = judge(3.1, 2.81, 1.0)
    assert found.sentence == (
        "hub-and-spoke delivers 3.1 more requests a week than today, 95 % interval 2.2 to 4.0, under these assumptions."
    )
    assert (found.low, found.high) == (pytest.approx(2.2, abs=0.01), pytest.approx(4.0, abs=0.01))


def test_sentence_worse_says_the_amount_without_a_sign() -> None:
    assert judge(-3.1, 2.81, 1.0).sentence == (
        "hub-and-spoke delivers 3.1 fewer requests a week than today, 95 % interval 2.2 to 4.0, "
        "under these assumptions."
    )


def test_sentence_that_may_be_too_small_to_matter() -> None:
    assert "(perhaps by less than the 1 request a week that matters)" in judge(0.9, 1.0, 1.0).sentence


def test_sentence_practically_the_same() -> None:
    assert judge(0.2, 0.5, 1.0).sentence == (
        "hub-and-spoke is practically the same as today in throughput: the difference, 0.0 to 0.4, is within the "
        "1 request a week that matters, under these assumptions."
    )


def test_sentence_cannot_tell_yet() -> None:
    found = judge(0.0, 3.0, 0.7)
    assert found.more == 40  # half width 0.96 at 40; 0.7 takes about 80
    assert found.sentence.endswith(
        "cannot tell yet (difference -1.0 to 1.0); about 40 more replications would tell, under these assumptions."
    )


@pytest.mark.parametrize(("metric", "mean", "words"), [
    ("backlog", -30.0, "ends with 30 fewer requests open than today"),
    ("lead_time_p50_discretionary", 4.0, "takes 4.0 working days longer to deliver 50 % of the discretionary requests"),
    ("in_time_statutory", 0.031, "delivers 3.1 points more of the statutory requests in time than today"),
    ("skills_gap", -0.8, "lacks 0.80 FTE less than today"),
    ("cost_per_request", 25.0, "costs £25 more a request than today"),
])
def test_every_headline_metric_speaks(metric: str, mean: float, words: str) -> None:
    assert words in judge(mean, abs(mean) / 3, abs(mean) / 10, metric).sentence


def test_money_and_points_in_ranges() -> None:
    assert "-£10 to £10" in judge(0.0, 31.0, 5.0, "cost_per_request").sentence
    assert "-1.0 to 1.0 points" in judge(0.0, 0.031, 0.005, "in_time_statutory").sentence


def test_more_verdicts_together_are_more_careful() -> None:
    alone, among_many = judge(1.0, 2.8, 0.5), judge(1.0, 2.8, 0.5, family=30)
    assert alone.kind == "better"
    assert among_many.kind == "cannot tell yet"
    assert among_many.high > alone.high


def test_one_replication_cannot_tell() -> None:
    found = verdict("a", "b", "throughput", np.array([3.0]), np.array([1.0]), 1.0)
    assert found.kind == "cannot tell yet"
    assert found.more is None
    assert found.sentence.endswith("under these assumptions.")


def test_identical_runs_are_the_same() -> None:
    values = np.random.default_rng(1).normal(size=30)
    assert verdict("a", "b", "throughput", values, values, 1.0).kind == "practically the same"


def test_percentile_not_reached_is_judged_by_counting() -> None:
    reached, missed = np.full(40, 12.0), np.where(np.arange(40) < 35, math.inf, 14.0)
    metric = "lead_time_p85_discretionary"
    found = verdict("federated", "today", metric, missed, reached, 1.0, family=30)
    assert found.kind == "worse"
    assert math.isnan(found.difference)
    assert "not reached in 35 of 40 simulated futures (today: 0)" in found.sentence
    both = verdict("federated", "today", metric, missed, missed, 1.0)
    assert both.kind == "cannot tell yet"
    assert both.more is None
    assert "a longer horizon is needed" in both.sentence
    assert verdict("federated", "today", metric, reached, missed, 1.0, family=30).kind == "better"


def test_every_verdict_ends_under_these_assumptions() -> None:
    rng = np.random.default_rng(5)
    for _ in range(50):
        found = judge(rng.normal() * 3, rng.exponential(3), rng.exponential(1))
        assert found.sentence.endswith(", under these assumptions.")


@pytest.mark.parametrize(("value", "half", "unit", "text"), [
    (3.14159, 0.9, "requests", "3.1"),
    (3.14159, 9.0, "requests", "3"),
    (12345.6, 400.0, "GBP", "12,346"),
    (0.5, 0.0, "FTE", "0.50"),
    (-0.01, 0.9, "FTE", "0.0"),
    (0.5, math.inf, "FTE", "0.50"),
    (0.1234, 0.02, "share", "12"),
])
def test_numbers_show_no_more_than_they_know(value: float, half: float, unit: str, text: str) -> None:
    assert number(value, half, unit) == text
