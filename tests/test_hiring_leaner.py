"""No step of a plan that is found can be left out: asked of fresh futures, not of those of the search."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from desks import asked, desks, trials

from opmodel.hiring.asking.scope import Scope
from opmodel.hiring.asking.steps import Plan, Step
from opmodel.hiring.searching import path as paths
from opmodel.hiring.searching.effort import BRIEF
from opmodel.hiring.searching.known import Known
from opmodel.hiring.searching.leaner import Lean, leanest
from opmodel.hiring.searching.neighbours import Slimmed
from opmodel.hiring.searching.path import cheapest
from opmodel.hiring.searching.search import Search

ANALYST, ENGINEER, GENERALIST = (Step("hire", who, "desk") for who in ("analyst", "engineer", "generalist"))


def said(plan: Plan, verdict: str) -> Any:
    """What fresh futures say of a plan."""
    holds = verdict == "yes"
    outcome = SimpleNamespace(n=20, met=lambda: np.full((20, 1), float(holds)))
    return SimpleNamespace(plan=plan, holds=holds, verdict=verdict, chance=0.95 if holds else 0.8, seed=9, outcome=outcome)


class Told(Known):
    """Fresh futures that say of each plan what was written down before; of all others that they do not hold."""

    def __init__(self, *verdicts: tuple[Plan, str]) -> None:
        super().__init__()
        self.verdicts, self.rounds = dict(verdicts), []

    def tried(self, cases: Any, trials: Any, *, attempt: int, futures: int) -> list[Any]:
        self.rounds.append((attempt, [plan for _, plan in cases]))
        return [said(plan, self.verdicts.get(plan, "no")) for _, plan in cases]


def lean(plan: Plan, fresh: Told, refused: Plan | None = None) -> Lean:
    search = Search(asked(desks()), Scope(), trials(), BRIEF)
    if refused is not None:
        search.refused.add(refused)
    return leanest(search, said(plan, "yes"), fresh, trials(), 70, 20)


def test_a_step_that_fresh_futures_do_not_need_is_left_out_though_the_search_thought_it_was_needed() -> None:
    whole, one = Plan.of([ANALYST, ENGINEER, GENERALIST]), Plan.of([ANALYST])
    fresh = Told((whole.without(GENERALIST), "yes"), (one, "yes"))
    found = lean(whole, fresh)
    assert found.found.plan == one
    assert sorted(step.who for step in found.taken) == ["engineer", "generalist"]
    assert [attempt for attempt, _ in fresh.rounds] == [70, 71, 72], "each round in futures of its own"
    assert fresh.rounds[-1][1] == [Plan()]


def test_what_fresh_futures_leave_open_is_kept_and_what_was_refused_is_not_tried_again() -> None:
    whole = Plan.of([ANALYST, ENGINEER])
    fresh = Told((Plan.of([ENGINEER]), "cannot tell yet"))
    found = lean(whole, fresh, refused=Plan.of([ANALYST]))
    assert found.found.plan == whole
    assert found.taken == ()
    assert [one.plan for one in found.open] == [Plan.of([ENGINEER])]
    assert fresh.rounds == [(70, [Plan.of([ENGINEER])])]


def test_where_a_cheaper_exchange_fails_on_fresh_futures_what_stood_there_before_is_tried(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It was enough in the search all along, and is not given up for a dearer plan."""
    before, after = Plan.of([ANALYST]), Plan.of([ENGINEER])
    slim = Slimmed(after, (GENERALIST,), ((before, after),), Slimmed(before))
    monkeypatch.setattr(paths, "slimmed", lambda *_: slim)
    monkeypatch.setattr(paths, "confirmed", lambda _q, plan, *_a, **_k: said(plan, "yes" if plan == before else "no"))
    monkeypatch.setattr(paths, "leanest", lambda _s, found, *_: Lean(found, (), ()))
    monkeypatch.setattr(paths, "way", lambda *_: ())
    monkeypatch.setattr(Search, "enough", lambda *_: True)
    found = cheapest(asked(desks()), Scope(), trials(), futures=20, effort=BRIEF)
    assert found.ended == "enough"
    assert found.plan == before
    assert [one.plan for one in found.refused] == [after]
    assert found.exchanged == ()
    assert found.taken_away == (), "nor is what was only not needed beside the exchange"
