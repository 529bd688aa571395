"""The planner finds the numbers of people that queueing theory gives, by simulating, whatever formulas suggest first.

One pool, every human mechanism off, long steady states: the long-run figures are known exactly. Horizons are such that
a figure of one run scatters far less than the distance of the target from what the numbers beside it come to.
"""

from __future__ import annotations

from typing import Any

import pytest
from networks import COMPILED, exponential, plain
from remembered import Remembered

from opmodel.hiring.asking.question import question
from opmodel.hiring.asking.steps import Plan, Step
from opmodel.hiring.parts import BEYOND, SWEEPS
from opmodel.hiring.plan import HiringPlan
from opmodel.hiring.planning import plan_hiring
from opmodel.hiring.searching import bisection, sweep
from opmodel.hiring.searching.guess import guess
from opmodel.hiring.trying.confirming import confirmed
from opmodel.hiring.trying.trials import Trials
from opmodel.queueing import formulas
from opmodel.scenario import Scenario

pytestmark = pytest.mark.skipif(not COMPILED, reason="long runs need the compiler")
RATE, SERVICE, PATIENCE = 8.0, 1.0, 2.0


def pool(people: int, *others: dict[str, Any], patience: float | None = None, warm_up: int = 60) -> Scenario:
    """Eight requests a day, each a day of work on average (M/M/c), with requesters who give up if they may (Erlang A)."""
    query: dict[str, Any] = {"per_year": 260.0 * RATE, "effort": exponential(SERVICE)}
    if patience is not None:
        query["patience"] = exponential(patience)
    return plain(
        {
            "study": {"kind": "steady_state", "horizon_weeks": 220, "warm_up_weeks": warm_up, "milestones_weeks": []},
            "request_types": {"query": query},
            "posts": {"analyst": {"count": people}},
            "today": {"teams": {"pool": {"serves": ["housing"], "seats": {"analyst": people}}}},
            "targets": {"others": list(others)},
        },
        on=() if patience is None else ("abandonment",),
    )


REMEMBERED = Remembered()


def planned(scenario: Scenario, up_to: int = 5) -> HiringPlan:
    """A study of few futures, which are enough for long runs."""
    return plan_hiring(scenario, up_to=up_to, parts=("sweep",), replications=12, fresh=24, store=REMEMBERED)


def fewest_hires(found: sweep.Sweep) -> int | None:
    """The smallest number swept that is enough."""
    return None if found.confirmed is None else len(found.confirmed.plan)


def at_most(metric: str, value: float) -> dict[str, Any]:
    """A target."""
    return {"metric": metric, "at_most": value}


WAIT, WAITED = at_most("waiting", 0.5), at_most("waited", 0.2)


def fewest(holds: Any) -> int:
    """Smallest number of people for which a formula's figure is as wanted."""
    return next(people for people in range(1, 40) if holds(people))


@pytest.mark.parametrize(
    ("targets", "patience", "people"),
    [
        pytest.param([WAIT], None, 10, id="mean wait at most half a day"),
        pytest.param([WAITED], None, 12, id="at most one in five waits"),
        pytest.param([at_most("not_served", 0.05)], PATIENCE, 10, id="at most 5 % give up"),
        pytest.param([at_most("waiting", 0.3)], PATIENCE, 8, id="mean wait with patience"),
    ],
)
def test_smallest_pool(targets: list[dict[str, Any]], patience: float | None, people: int) -> None:
    """Formula, guess and simulation agree on the smallest number, and the simulation refuses one person fewer."""
    law: Any = {
        (None, "waiting"): lambda c: formulas.mean_wait(c, RATE, SERVICE),
        (None, "waited"): lambda c: formulas.erlang_c(c, RATE * SERVICE),
        (PATIENCE, "not_served"): lambda c: formulas.erlang_a(c, RATE, SERVICE, PATIENCE).abandoned,
        (PATIENCE, "waiting"): lambda c: formulas.erlang_a(c, RATE, SERVICE, PATIENCE).in_queue,
    }[patience, targets[0]["metric"]]
    assert fewest(lambda c: law(c) <= targets[0]["at_most"]) == people
    present = people - 2
    found = planned(pool(present, *targets, patience=patience), up_to=3).sweeps[0]
    assert fewest_hires(found) == found.guess == 2
    assert found.confirmed is not None
    assert found.confirmed.verdict in ("yes", "cannot tell yet")
    fewer = found.outcomes[1].met().mean()
    assert fewer < 0.5, f"{people - 1} people meet the target in {fewer:.0%} of runs: the study says too little"


def test_both_targets_at_once() -> None:
    """The harder of two targets decides, and the guess allows for both."""
    found = planned(pool(9, WAIT, WAITED), up_to=4).sweeps[0]
    assert fewest_hires(found) == found.guess == 3


@pytest.mark.parametrize("wrong", [0, 1, 3, None])
def test_wrong_guess_of_a_sweep(wrong: int | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Formulas that suggest too few or too many change nothing but what is shown as their guess."""
    monkeypatch.setattr(sweep, "guess", lambda *_: wrong)
    plan = planned(pool(8, WAIT), up_to=3)
    assert plan.sweeps[0].guess == wrong
    assert fewest_hires(plan.sweeps[0]) == 2
    assert plan.recommended is plan.sweeps[0].confirmed


@pytest.mark.parametrize("wrong", ["right", 0, 8, None])
def test_wrong_guess_of_a_bisection(wrong: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the sweep, bisection starts at the guess, right or wrong, and ends at the same number."""
    if wrong != "right":
        monkeypatch.setattr(bisection, "guess", lambda *_: wrong)
    scenario = pool(5, WAIT, warm_up=110)
    plan = planned(scenario, up_to=2)
    found = plan.sweeps[0]
    assert fewest_hires(found) is None
    assert found.beyond is not None
    assert len(found.beyond.plan) == 5
    assert found.most == 5, "no larger number was tried on fresh futures"
    assert all(len(one.plan) < 5 and not one.holds for one in found.refused)
    assert plan.recommended is found.beyond


def test_good_guess_saves_futures(monkeypatch: pytest.MonkeyPatch) -> None:
    """That is what it is for."""
    asked, step = question(pool(5, WAIT, warm_up=110)), Step("hire", "analyst")
    runs = {}
    for name in ("right", "wrong"):
        if name == "wrong":
            monkeypatch.setattr(bisection, "guess", lambda *_: 0)
        trials = Trials(store=REMEMBERED)
        held, _ = bisection.smallest(asked, step, -1, 8, trials, fresh=24, attempt=SWEEPS + BEYOND)
        assert held is not None
        assert len(held.plan) == 5
        runs[name] = trials.done
    assert runs["right"] < runs["wrong"]


def test_nobody_is_counted_twice() -> None:
    """Four all-rounders and three posts' work in each of two skills: a formula for each skill sees four for three.

    It would hire nobody. The share-out of load counts each of them once and suggests three more, and so does the
    simulation; the naive number is refused on fresh futures.
    """
    scenario = plain({
        "study": {"kind": "steady_state", "horizon_weeks": 300, "warm_up_weeks": 100, "milestones_weeks": []},
        "request_types": {
            "query": {"per_year": 780.0},
            "pipeline": {"per_year": 780.0, "effort": exponential(1.0), "steps": [{"skill": "engineering"}]},
        },
        "roles": {"analyst": {"skills": {"analysis": "practitioner", "engineering": "practitioner"}}},
        "posts": {"analyst": {"count": 4}},
        "today": {"teams": {"pool": {"serves": ["housing"], "seats": {"analyst": 4}}}},
        "targets": {"others": [at_most("waiting", 1.0)]},
    })
    naive = max(fewest(lambda c: formulas.mean_wait(c, 3.0, 1.0) <= 1.0) - 4, 0)
    assert naive == 0
    asked, step = question(scenario), Step("hire", "analyst")
    assert guess(asked, step, 6) == 3
    refused = confirmed(asked, Plan.of([step] * naive), Trials(), futures=20)
    assert not refused.holds
    assert refused.verdict == "no"
    assert fewest_hires(planned(scenario, up_to=3).sweeps[0]) == 3


def test_no_hire_of_this_role_helps() -> None:
    """Formulas that see a shortage which the role does not touch suggest no number, rather than none needed."""
    scenario = plain({
        "request_types": {"pipeline": {"per_year": 780.0, "effort": exponential(1.0), "steps": [{"skill": "engineering"}]}},
        "roles": {"engineer": {"skills": {"engineering": "practitioner"}, "salary": 45000.0}},
        "posts": {"analyst": {"count": 2}, "engineer": {"role": "engineer"}},
        "today": {"teams": {"pool": {"serves": ["housing"], "seats": {"analyst": 2, "engineer": 1}}}},
        "targets": {"backlog_weeks": 1.0},
    })
    asked = question(scenario)
    assert guess(asked, Step("hire", "analyst"), 9) is None
    assert guess(asked, Step("hire", "engineer"), 9) == 3  # 3 / 0.9 - 1, rounded up
    assert guess(asked, Step("hire", "engineer"), 2) == 2
