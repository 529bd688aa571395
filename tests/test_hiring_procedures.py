"""Statistical procedures of the planner on made-up figures whose truth is known: how often they are right."""

from __future__ import annotations

from collections.abc import Sequence
from math import log, sqrt

import numpy as np
import pytest

from opmodel.comparison.intervals import wilson
from opmodel.hiring.searching.procedures import CAP, FIRST, ChanceTest, eta, select
from opmodel.hiring.trying.confirming import MOST, futures_to_tell
from opmodel.records import Floats


def rarely(times: int, of: int, share: float) -> None:
    """So many times is no more than a share of the cases, but for four standard errors."""
    assert times <= share * of + 4.0 * sqrt(share * (1.0 - share) * of), f"{times} of {of}, at most {share:.0%} expected"


# -- is the chance at least so much? -----------------------------------------------------------------


def test_sequential_test_by_hand() -> None:
    """At 90 %: 34 futures out of 34 are just enough, as 34 ln(0.94 / 0.86) = 3.02 > ln 19 = 2.94, but 33 are not."""
    test = ChanceTest(0.9)
    assert test.zone == pytest.approx((0.86, 0.94))
    assert 33 * log(0.94 / 0.86) < log(19) < 34 * log(0.94 / 0.86)
    assert [test.verdict(n, n) for n in (33, 34)] == ["open", "yes"]
    # One that is missed weighs as much as nine and a half that are met: 3 missed are not yet too many, 4 are.
    assert log(0.14 / 0.06) == pytest.approx(9.53 * log(0.94 / 0.86), rel=0.001)
    assert [test.verdict(0, n) for n in (3, 4)] == ["open", "no"]


@pytest.mark.parametrize("confidence", [0.8, 0.9, 0.95, 0.99])
def test_error_rates_of_the_sequential_test(confidence: float) -> None:
    """At the ends of the zone the wrong answer is as rare as said (5 %), a little less rare for looks and the cap."""
    test, studies = ChanceTest(confidence), 1500
    draws = np.random.default_rng(7).random((studies, test.cap))
    for chance, right in zip(test.zone, (False, True), strict=True):
        met = (draws < chance).astype(float)
        answers = [test.run(lambda n, row=row: row) for row in met]  # type: ignore[misc]
        rarely(sum(answer != right for answer, _ in answers), studies, 0.07)
        assert min(n for _, n in answers) >= FIRST
        assert max(n for _, n in answers) <= test.cap


def test_clear_cases_are_told_soon() -> None:
    """A team that always or never reaches its targets needs no 200 futures."""
    test = ChanceTest(0.9)
    assert test.run(lambda n: np.ones(n)) == (True, 40)
    assert test.run(lambda n: np.zeros(n)) == (False, 20)
    assert test.cap == CAP


def test_at_the_cap_the_share_decides() -> None:
    """And only as many futures are asked for as are needed."""
    asked: list[int] = []

    def every_tenth_missed(n: int) -> Floats:
        asked.append(n)
        return (np.arange(n) % 10 != 5).astype(float)

    assert ChanceTest(0.9).run(every_tenth_missed) == (True, 200)
    assert asked == list(range(20, 201, 20))
    assert ChanceTest(0.9).run(every_tenth_missed, 50) == (True, 50)


# -- which is best? ----------------------------------------------------------------------------------


def drawn(figures: Floats) -> object:
    """Figures (futures, candidates) that are asked for."""
    return lambda those, n: figures[:n, list(those)]


def by_the_paper(figures: Floats, indifference: float, first: int, error: float) -> tuple[int, int]:
    """KN as it stands in Kim and Nelson (2001), section 3, word for word: c = 1, one more future at a time.

    Returns:
        The candidate picked, and the futures after which one was left.
    """
    k = figures.shape[1]
    constant = ((2.0 * error / (k - 1)) ** (-2.0 / (first - 1)) - 1.0) / 2.0
    h2 = 2.0 * constant * (first - 1)
    spread = {(i, m): np.var(figures[:first, i] - figures[:first, m], ddof=1) for i in range(k) for m in range(k)}
    left, r = set(range(k)), first
    while True:
        total = figures[:r].sum(axis=0)

        def reach(i: int, m: int, r: int = r) -> float:
            return max(0.0, indifference / 2.0 * (h2 * spread[i, m] / indifference**2 - r))

        left = {i for i in left if all(total[i] >= total[m] - reach(i, m) for m in left - {i})}
        if len(left) == 1:
            return left.pop(), r
        r += 1


def test_constant_solves_its_equation() -> None:
    """Kim and Nelson's g(eta) = alpha / (k - 1), with c = 1."""
    for k, first, error in ((2, 10, 0.05), (12, 10, 0.05), (40, 20, 0.01)):
        found = eta(k, first, error)
        assert 0.5 * (1.0 + 2.0 * found) ** (-(first - 1) / 2.0) == pytest.approx(error / (k - 1))


@pytest.mark.parametrize("seed", range(12))
def test_same_as_the_paper(seed: int) -> None:
    """One future at a time, the same candidate is left after the same number of futures."""
    rng = np.random.default_rng(seed)
    common = rng.normal(size=(4000, 1))
    figures = common + rng.normal(size=(4000, 6)) * rng.uniform(0.3, 1.5, 6) + 0.2 * np.arange(6)
    best, futures = by_the_paper(figures, 0.2, 10, 0.05)
    found = select(drawn(figures), 6, indifference=0.2, first=10, batch=1, cap=4000)  # type: ignore[arg-type]
    assert (found.best, max(found.futures)) == (best, futures)


@pytest.mark.parametrize("common", [0.0, 2.0], ids=["independent", "common futures"])
def test_correct_selection_in_the_hardest_case(common: float) -> None:
    """All others just the indifference behind (slippage): the best is picked in at least 95 % of studies."""
    studies, k, indifference = 400, 5, 0.5
    rng = np.random.default_rng(11)
    behind = np.full(k, -indifference)
    behind[2] = 0.0
    wrong = futures = sure = surely_wrong = 0
    for _ in range(studies):
        figures = common * rng.normal(size=(600, 1)) + rng.normal(size=(600, k)) + behind
        found = select(drawn(figures), k, indifference=indifference, cap=600)  # type: ignore[arg-type]
        wrong += found.best != 2
        futures += sum(found.futures)
        sure += found.sure
        surely_wrong += found.sure and found.best != 2
    rarely(wrong, studies, 0.05)
    assert sure > 0.2 * studies
    rarely(surely_wrong, studies, 0.01)
    assert futures / studies < 0.8 * k * 105  # h2 S2 / delta2 = 11.4 x 2 / 0.25 = 91 futures of each without dropping


def test_common_futures_save_work() -> None:
    """What all candidates share does not count: the same answer in as many futures, however much they share."""
    rng = np.random.default_rng(3)
    own, shared = rng.normal((0.0, 0.3, 0.6, 1.2), size=(400, 4)), rng.normal(size=(400, 1))
    few = select(drawn(own + 50.0 * shared), 4, indifference=0.3, cap=400)  # type: ignore[arg-type]
    same = select(drawn(own), 4, indifference=0.3, cap=400)  # type: ignore[arg-type]
    apart = own + 5.0 * rng.normal(size=(400, 4))
    many = select(drawn(apart), 4, indifference=0.3, cap=400)  # type: ignore[arg-type]
    assert few.futures == same.futures
    assert few.best == 3
    assert sum(few.futures) < 0.5 * sum(many.futures)


def test_spreads_are_those_of_the_first_futures() -> None:
    """A later burst of noise does not widen the reach: what was dropped is dropped by the first futures' spread."""
    rng = np.random.default_rng(5)
    figures = 0.01 * rng.normal(size=(100, 2)) + np.array([0.0, 1.0])
    figures[10:] += 100.0 * rng.normal(size=(90, 2))
    found = select(drawn(figures), 2, indifference=0.1)  # type: ignore[arg-type]
    assert found.best == 1
    assert found.futures == (10, 10)


def test_losers_are_asked_for_no_more() -> None:
    """Only those still in the race are simulated further; at the cap the best mean wins, and that is said."""
    rng = np.random.default_rng(9)
    figures = rng.normal((0.0, 0.02, 0.01, -300.0), size=(60, 4))
    asked: list[tuple[int, ...]] = []

    def draw(those: Sequence[int], n: int) -> Floats:
        asked.append(tuple(those))
        return np.asarray(figures[:n, list(those)])

    found = select(draw, 4, indifference=0.01)
    assert asked[0] == (0, 1, 2, 3)
    assert set(asked[1:]) == {(0, 1, 2)}
    assert found.futures == (60, 60, 60, 10)
    assert not found.sure
    assert found.best == int(figures[:, :3].mean(axis=0).argmax())


def test_single_candidate_and_nonsense() -> None:
    """One candidate needs no procedure; no candidate, indifference or spread cannot have one."""
    found = select(drawn(np.arange(20.0)[:, None]), 1, indifference=0.1)  # type: ignore[arg-type]
    assert (found.best, found.futures, found.sure) == (0, (10,), True)
    for candidates, indifference, first in ((0, 0.1, 10), (2, 0.0, 10), (2, 0.1, 1)):
        with pytest.raises(ValueError, match="needs a candidate"):
            select(drawn(np.ones((20, 2))), candidates, indifference=indifference, first=first)  # type: ignore[arg-type]


# -- how many futures more? --------------------------------------------------------------------------


def test_futures_that_would_tell() -> None:
    """With so many more, and the same share, the interval leaves the confidence out; with half as many it does not."""
    for met, futures in ((186, 200), (185, 200), (172, 200)):
        more = futures_to_tell(met, futures, 0.9)
        assert more
        for n, told in ((futures + 1.1 * more, True), (futures + 0.5 * more, False)):
            low, high = wilson(round(met / futures * n), round(n))
            assert (low >= 0.9 or high < 0.9) == told
    assert futures_to_tell(200, 200, 0.9) == 0
    assert futures_to_tell(100, 200, 0.9) == 0
    assert futures_to_tell(180, 200, 0.9) is None, f"exactly at the confidence no number up to {MOST} tells"
    assert futures_to_tell(20, 20, 0.9) == 20  # 35 in all: n / (n + 3.84) >= 0.9


def test_wilson_covers_the_chance() -> None:
    """The interval shown with a chance covers the true one in about 95 % of studies (futures are whole: 93 to 98 %)."""
    studies = 4000
    rng = np.random.default_rng(2)
    for chance in (0.5, 0.85, 0.9, 0.95):
        met = rng.binomial(200, chance, studies)
        ends = {m: wilson(int(m), 200) for m in np.unique(met)}
        covered = np.mean([ends[m][0] <= chance <= ends[m][1] for m in met])
        assert 0.93 <= covered <= 0.98, f"{chance}: {covered}"
