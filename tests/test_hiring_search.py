"""How a search goes on where luck, refusals or slow targets would make it give up too soon, and when it rightly stops."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from desks import AT_ONCE, asked, desks, trials
from networks import COMPILED, exponential, fixed, plain
from test_mechanisms_people import log_of_arrivals

from opmodel.hiring import parts
from opmodel.hiring.asking.costs import plan_cost
from opmodel.hiring.asking.question import question
from opmodel.hiring.asking.scope import Scope
from opmodel.hiring.asking.steps import Plan, Step
from opmodel.hiring.plan import HiringPlan
from opmodel.hiring.planning import plan_hiring
from opmodel.hiring.searching import path as paths
from opmodel.hiring.searching.bisection import beyond, smallest
from opmodel.hiring.searching.distance import Gap, met_by_people, spoilt_by_people
from opmodel.hiring.searching.known import Known
from opmodel.hiring.searching.path import cheapest
from opmodel.hiring.searching.procedures import select
from opmodel.hiring.searching.search import BRIEF, Effort, Search
from opmodel.hiring.searching.sweep import Sweep, sweeps
from opmodel.hiring.trying.confirming import Confirmed
from opmodel.hiring.trying.trials import BY_WEEK, Outcome, Trials
from opmodel.metrics.targets import Wanted
from opmodel.records import Floats
from opmodel.scenario.problems import ScenarioError

SMALL = Effort(told_on=20, first=8, cap=24, tested=0.3, shortlist=8, pairs=10, neighbours=16, exchanges=4)
ANALYST, ENGINEER = Step("hire", "analyst", "desk"), Step("hire", "engineer", "desk")
TRAINED = Step("train", "analyst", "desk", skill="engineering")


# -- which step next -------------------------------------------------------------------------------


class Made(Search):
    """A search whose gaps are made up: hires close a little for sure, training nothing but luck."""

    closed, luck = 0.05, 2.0

    def gaps(self, plans: Any, futures: int) -> Floats:
        """Every plan's gap: 1 less what its hires close, and the luck of each future."""
        columns = []
        for plan in plans:
            rng = np.random.default_rng(len(plan) + 1)
            lucky = rng.normal(0.0, self.luck, 400)
            lucky -= lucky.mean() + 0.3 * (np.arange(400) < 20)  # luckiest where candidates are looked at first
            trained = any(step.kind == "train" for step in plan.steps)
            hired = sum(step.kind == "hire" for step in plan.steps)
            columns.append(1.0 - self.closed * hired + trained * lucky)
        return np.column_stack(columns)[:futures]


def test_a_cheap_step_that_only_luck_makes_best_does_not_hide_one_that_helps() -> None:
    """With training allowed beside hires the search goes on as it does without."""
    asks = asked(desks({"request_types": {"query": {"per_year": 400.0}}}))
    narrow, wide = (Made(asks, Scope(training=more), trials(), BRIEF) for more in (False, True))
    assert {step.kind for step in wide.steps(Plan())} == {"hire", "train"}
    assert narrow.next(Plan()) is not None
    choice = wide.next(Plan())
    assert choice is not None
    assert choice.steps[0].kind == "hire"
    assert not choice.sure


def test_where_nothing_helps_the_search_says_so() -> None:
    """None of all options is taken for its luck."""
    course = Made(asked(desks()), Scope(training=True), trials(), BRIEF)
    course.closed = 0.0
    assert course.next(Plan()) is None


def test_after_a_refusal_a_step_that_is_likely_to_help_is_taken() -> None:
    """Where the futures of the search show next to nothing that is left to be gained."""
    course = Made(asked(desks()), Scope(), trials(), BRIEF)
    course.closed = 1e-4
    assert course.next(Plan()) is None
    choice = course.next(Plan(), anyhow=True)
    assert choice is not None
    course.refused.add(Plan().with_(*choice.steps))
    other = course.next(Plan(), anyhow=True)
    assert other is not None
    assert other.steps != choice.steps, "what was refused is not taken again"


def test_a_search_never_ends_for_want_of_help_after_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Plans that fail on fresh futures are followed by larger ones though nothing seems to help any more."""
    seen: list[Plan] = []

    def tell(question: Any, plan: Plan, tried: Any, **_: Any) -> Any:
        seen.append(plan)
        holds = len(seen) > 3
        outcome = SimpleNamespace(n=20, met=lambda: np.full((20, 1), float(holds)))
        return SimpleNamespace(plan=plan, holds=holds, chance=0.9 if holds else 0.5, seed=99, outcome=outcome)

    best = Search._best
    monkeypatch.setattr(paths, "confirmed", tell)
    monkeypatch.setattr(Search, "_best", lambda self, plan, options: None if seen else best(self, plan, options))
    found = cheapest(asked(desks(), backlog_weeks=4.0), Scope(), trials(), futures=40, effort=SMALL)
    assert found.ended == "enough"
    assert len(found.refused) == 3
    assert len({frozenset(plan.counts) for plan in seen}) == 4


class Reached(Search):
    """A search in whose futures every plan meets its targets in the same share of them."""

    share = 0.92

    def outcomes(self, plans: Any, futures: int) -> list[Outcome]:
        """As many futures as asked for, those that fail spread evenly; the organisation as it is, as it is."""
        if plans == [Plan()]:
            return super().outcomes(plans, futures)
        steps = np.floor((1.0 - self.share) * np.arange(futures + 1) + 0.5)
        asked = np.array([wanted.value for wanted in self.question.wanted])
        short = np.array([-1.0 if wanted.higher else 1.0 for wanted in self.question.wanted])
        values = (asked + short * (np.diff(steps) > 0.5)[:, None])[:, :, None]
        return [replace(self.outcomes([Plan()], 2)[0], values=values) for _ in plans]


def test_after_a_refusal_more_is_asked_of_the_futures_that_had_flattered_the_plan() -> None:
    """By what was missing on fresh ones and a little; never more than half of what is left to certainty."""
    course, plan = Reached(asked(desks(), confidence=0.9, backlog=9.0), Scope(), trials()), Plan.of([ENGINEER])
    assert course.enough(plan)
    course.refused.add(Plan.of([ANALYST]))
    assert course.enough(plan), "what another search refused does not show how far these futures flatter"
    course.refused.add(Plan.of([ANALYST, ANALYST]), 0.02)
    assert not course.enough(plan)
    course.share = 0.94
    assert course.enough(plan)
    course.refused.add(Plan.of([ANALYST] * 3), 0.5)
    assert not course.enough(plan)
    course.share = 0.96
    assert course.enough(plan)


def test_more_of_one_kind_of_hire_refutes_fewer_but_a_move_that_failed_refutes_nothing_else() -> None:
    """Nor do more hires where targets are asked for that more people spoil."""
    course = Search(asked(desks()), Scope(), trials(), SMALL)
    course.refused.add(Plan.of([ANALYST, ANALYST, TRAINED]))
    assert course.refused.has(Plan.of([TRAINED, ANALYST, ANALYST]))
    assert course.refused.has(Plan.of([TRAINED, ANALYST]))
    assert course.refused.has(Plan.of([TRAINED]))
    assert not course.refused.has(Plan.of([ANALYST, ANALYST]))
    assert not course.refused.has(Plan.of([ANALYST]))
    dear = Search(asked(desks(), others=[{"metric": "cost", "at_most": 900_000.0}]), Scope(), trials(), SMALL)
    dear.refused.add(Plan.of([ANALYST, ANALYST]))
    assert dear.refused.has(Plan.of([ANALYST, ANALYST]))
    assert not dear.refused.has(Plan.of([ANALYST]))


def test_a_plan_that_does_not_fit_is_an_error_not_a_missing_column() -> None:
    """Otherwise figures of one plan would stand for another's."""
    course = Search(asked(desks()), Scope(), trials(), SMALL)
    with pytest.raises(ScenarioError):
        course.outcomes([Plan(), Plan.of([Step("hire", "analyst", "gone")])], 8)


def test_sure_means_told_apart_from_the_second_best() -> None:
    """Two candidates that hardly differ are not told apart, though the procedure drops one of them at last."""
    rng = np.random.default_rng(5)
    common = rng.normal(size=(60, 1))
    near = common + np.array([0.0, -0.001, -2.0]) + 0.01 * rng.normal(size=(60, 3))
    far = common + np.array([0.0, -0.5, -2.0]) + 0.01 * rng.normal(size=(60, 3))
    for figures, sure in ((near, False), (far, True)):
        found = select(lambda those, n, f=figures: f[:n, list(those)], 3, indifference=0.02)  # type: ignore[misc]
        assert found.best in (0, 1)
        assert found.sure is sure


# -- how far it is ---------------------------------------------------------------------------------


def came_to(wanted: tuple[Wanted, ...], *values: tuple[float, ...]) -> Outcome:
    """An outcome with a figure for each target, future by future."""
    figures = np.array(values, float)[:, :, None]
    return Outcome(wanted, (26,), figures, np.full((len(values), len(BY_WEEK), 1), 100.0), np.zeros(len(values)))


def test_a_spoilt_cost_weighs_whatever_its_unit() -> None:
    """£60,000 above a target of £900,000 is more than what one other target has to gain; so are 800 requests."""
    asks = asked(desks(), backlog_weeks=None, in_time_rate=0.9, others=[{"metric": "cost", "at_most": 900_000.0}])
    gap = Gap(asks, came_to(asks.wanted, (0.5, 850_000.0), (0.7, 860_000.0)))
    spoilt, kept = gap.felt(came_to(asks.wanted, (0.9, 960_000.0), (0.6, 855_000.0)))
    assert spoilt > kept + 1.0
    half, whole = gap.of(came_to(asks.wanted, (0.9, 930_000.0), (0.9, 960_000.0)))
    assert whole == pytest.approx(2.0 * half)


def test_a_backlog_far_above_its_target_comes_down_step_by_step() -> None:
    """From 822 requests to 60: what a step takes off counts from the first request, not from the 130th."""
    asks = asked(desks(), backlog_weeks=None, backlog=60.0)
    gap = Gap(asks, came_to(asks.wanted, (822.0,), (822.0,)))
    assert gap.of(came_to(asks.wanted, (822.0,), (441.0,), (60.0,))) == pytest.approx([1.0, 0.5, 0.0])


@pytest.mark.parametrize(
    ("metric", "higher", "spoilt"),
    [
        ("cost", False, True), ("cost_per_request", False, True), ("utilisation", True, True), ("pay", False, True),
        ("throughput", False, True), ("utilisation", False, False), ("throughput", True, False),
        ("in_time_statutory", True, False), ("backlog_weeks", False, False), ("lead_time_p50_discretionary", False, False),
        ("cost_of_delay", False, False), ("hand_offs", False, True),
    ],
)
def test_targets_that_more_people_spoil(metric: str, higher: bool, spoilt: bool) -> None:
    """In one place, for the search and for what binds."""
    assert spoilt_by_people(Wanted("x", metric, "all", 1.0, higher)) is spoilt


def test_everybody_imaginable_is_asked_only_about_targets_that_people_cannot_spoil() -> None:
    """Nine times as many cost more than may be spent; that says nothing about five more."""
    wanted = (Wanted("backlog", "backlog", "all", 60.0, False), Wanted("cost", "cost", "all", 1e6, False))
    outcome = came_to(wanted, (10.0, 9e6), (70.0, 9e5))
    assert outcome.met()[:, 0].tolist() == [0.0, 0.0]
    assert met_by_people(outcome)[:, 0].tolist() == [1.0, 0.0]
    assert met_by_people(came_to(wanted[1:], (9e6,)))[:, 0].tolist() == [1.0]


@pytest.mark.skipif(not COMPILED, reason="needs the compiler")
def test_a_target_that_people_spoil_does_not_make_a_search_hopeless() -> None:
    """Enough hires meet a backlog and a cost that nine times as many would burst."""
    asks = asked(drowned(4.4), backlog=60.0, in_time_rate=None, others=[{"metric": "cost", "at_most": 450_000.0}])
    found = cheapest(asks, Scope(), trials(), futures=40, effort=SMALL)
    assert found.ended == "enough"
    assert len(found.plan) > paths.HOPELESS_AFTER


# -- slow targets ----------------------------------------------------------------------------------


def drowned(load: float) -> Any:
    """One analyst, eight requests a day and so many people's work: statutory, in ten days."""
    return plain({
        "study": {"horizon_weeks": 26, "milestones_weeks": [26]},
        "request_types": {"query": {
            "per_year": 8.0 * 260.0, "effort": exponential(load / 8.0), "statutory": True,
            "deadline": {"kind": "working_days", "days": 10, "calendar": "uk_any"},
        }},
        "posts": {"analyst": {"count": 1}},
        "today": {"teams": {"pool": {"serves": ["housing"], "seats": {"analyst": 1}}}},
        "people": AT_ONCE,
        "targets": {"in_time_rate": 0.9},
    })


@pytest.mark.skipif(not COMPILED, reason="needs the compiler")
@pytest.mark.parametrize("targets", [{}, {"in_time_rate": None, "backlog": 60.0}], ids=["in time", "backlog"])
def test_a_target_that_moves_only_at_last_is_not_given_up_as_too_slow(targets: dict[str, Any]) -> None:
    """The first hires do not move an in-time rate at all; the work waiting shows that further ones will."""
    asks = asked(drowned(6.4), **targets)
    found = cheapest(asks, Scope(), trials(), futures=40, effort=SMALL)
    assert found.ended == "enough"
    (swept,) = sweeps({"": asks}, Step("hire", "analyst", "pool"), 8, trials(), futures=20, fresh=40)
    assert swept.confirmed is not None
    assert len(found.plan) == pytest.approx(len(swept.confirmed.plan), abs=1)
    # What is told of the plan ends at the chance that is shown.
    assert found.confirmed is not None
    assert found.way[-1].chance[0] == found.confirmed.chance
    assert [one.step for one in found.way] == list(found.plan.steps)


# -- one verdict on each team ----------------------------------------------------------------------


def verdicts(plan: HiringPlan) -> list[Confirmed]:
    """All that fresh futures said of teams in the sweeps and in the search for the best mix."""
    found = [one for swept in plan.sweeps for one in (*swept.refused, swept.confirmed, swept.beyond)]
    for path in (plan.path, plan.within):
        found += [] if path is None else [*path.refused, path.confirmed]
    return [one for one in found if one is not None]


@pytest.mark.skipif(not COMPILED, reason="needs the compiler")
@pytest.mark.parametrize("weeks", [pytest.param(3.2, marks=pytest.mark.slow), 5.0])
def test_each_team_has_one_verdict_in_a_study(weeks: float) -> None:
    """Whichever parts come to it; and the best mix is no dearer than the cheapest sweep."""
    plan = plan_hiring(
        desks(), roles=("generalist", "analyst"), up_to=3, week=26, confidence=0.8, scope=Scope(("generalist", "analyst")),
        targets={"backlog_weeks": weeks}, replications=20, fresh=20, executor=trials()._executor,
    )
    seeds: dict[frozenset[tuple[str, int]], set[tuple[int, int]]] = {}
    for one in verdicts(plan):
        team = frozenset((step.who, count) for step, count in one.plan.counts)
        seeds.setdefault(team, set()).add((one.seed, one.met_in))
    assert len(seeds) > 2
    assert all(len(those) == 1 for those in seeds.values())
    assert plan.path is not None
    assert plan.path.meets
    assert plan.recommended is not None
    assert plan.path.cost <= plan_cost(plan.question.scenario, plan.recommended.plan) + 0.5


@dataclass(frozen=True)
class Tried:
    """A plan that did not hold."""

    plan: Plan
    holds: bool = False


def test_what_was_tried_is_not_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """By the same name or another: hires into the only team there is are hires into the next seat."""
    asks, calls = asked(desks()), []

    def tell(cases: Any, tried: Any, **_: Any) -> list[Any]:
        calls.append([plan for _, plan in cases])
        return [Tried(plan) for _, plan in cases]

    monkeypatch.setattr("opmodel.hiring.searching.known.tried", tell)
    known, one, two = Known(), Plan.of([Step("hire", "analyst")]), Plan.of([ANALYST, ANALYST])
    for cases in ([one, two], [two, Plan.of([ANALYST])]):
        found = known.tried([(asks, plan) for plan in cases], trials(), attempt=0, futures=20)
        assert [found_one.plan for found_one in found] == cases
    assert calls == [[one, two]]
    course = Search(asks, Scope(), trials(), SMALL)
    for plan in known.refused(asks):
        course.refused.add(plan)
    assert course.refused.has(two)
    assert course.refused.has(Plan.of([ANALYST]))


def test_what_binds_is_asked_of_the_best_plan_of_any_part(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a sweep of the likeliest number, not the largest; with a budget or structures alone of what they came to."""
    looked: list[tuple[Plan, Scope]] = []

    def look(asks: Any, plan: Plan, tried: Any, *, attempt: int, scope: Scope) -> None:
        looked.append((plan, scope))

    monkeypatch.setattr(parts, "binding", look)
    asks, outcomes = asked(desks()), []
    for met in (0.0, 0.6, 0.4):
        values = np.where(np.arange(10) < 10 * met, 0.0, 9.0).reshape(-1, 1, 1)
        outcomes.append(Outcome(asks.wanted, (26,), values, np.zeros((10, len(BY_WEEK), 1)), np.zeros(10)))
    swept = Sweep(asks, "", ANALYST, tuple(outcomes), None, None, (), most=2)
    within = paths.Path(asks, Scope(), (), (), (), Plan.of([ENGINEER]), 1.0, None, (), "budget", 1.0)
    needed: Any = SimpleNamespace(allocation=SimpleNamespace(question=asks), best=within)
    for found, plan, most in (
        (HiringPlan(asks, Scope(), sweeps=(swept,)), Plan.of([ANALYST]), 2),
        (HiringPlan(asks, Scope(), within=within), within.plan, 20),
        (HiringPlan(asks, Scope(), structures=(needed,)), within.plan, 20),
    ):
        parts.Work(found, trials(), 20, None).carry_out([])
        assert looked[-1][0] == plan
        assert looked[-1][1].at_most == most
    parts.Work(HiringPlan(asks, Scope()), trials(), 20, None).carry_out([])
    assert len(looked) == 3
    # Of numbers beyond the sweep, too, though they did not come near enough to be tried on fresh futures.
    better = replace(outcomes[1], values=np.where(np.arange(10) < 8, 0.0, 9.0).reshape(-1, 1, 1))
    further = replace(swept, probed=((5, better), (8, outcomes[2])), most=8)
    parts.Work(HiringPlan(asks, Scope(), sweeps=(further,)), trials(), 20, None).carry_out([])
    assert looked[-1][0] == Plan.of([ANALYST] * 5)
    assert looked[-1][1].at_most == 8


# -- far beyond a sweep ----------------------------------------------------------------------------


class Chances(Trials):
    """Futures in which n hires meet the target with a known chance: the luck of a future is the same for all n."""

    def __init__(self, asks: Any, chances: Floats) -> None:
        super().__init__()
        self._asks, self._chances = asks, chances

    def of(self, scenarios: Any, futures: int, *, seed: int) -> list[Outcome]:
        """A backlog of 0 where the target is met, else of 9."""
        luck = np.random.default_rng(seed).random(futures)
        found = []
        for scenario in scenarios:
            chance = self._chances[sum(hire.count for hire in scenario.hires.values())]
            values = np.where(luck < chance, 0.0, 9.0).reshape(-1, 1, 1)
            found.append(Outcome(self._asks.wanted, (26,), values, np.zeros((futures, len(BY_WEEK), 1)), np.zeros(futures)))
        return found


def test_a_chance_that_rises_slowly_is_followed_to_the_last_number() -> None:
    """0.87 and a thousandth more for each hire: 30 are enough, and refusals one hire apart would never get there."""
    chances, missed = 0.87 + 0.001 * np.arange(61.0), 0
    for seed in range(12):
        asks = question(desks(), week=26, seed=seed + 1)
        held, refused = smallest(asks, ANALYST, 10, 60, Chances(asks, chances), fresh=200)
        numbers = [len(one.plan) for one in refused]
        assert len(set(numbers)) == len(numbers) <= 12
        missed += held is None
        if held is None:
            assert not numbers or max(numbers) == 60, "no number is denied that was not asked of"
        else:
            assert held.holds
            assert chances[len(held.plan)] > 0.875
    assert missed <= 1


def test_what_bisection_looked_at_is_kept() -> None:
    """Nothing is enough, and nothing comes near enough to be tried on fresh futures: what was seen is there."""
    chances = np.minimum(0.02 * np.arange(50.0), 0.6)
    asks = question(desks(), week=26)
    tried = Chances(asks, chances)
    outcomes = tuple(tried.of([Plan.of([ANALYST] * n).scenario(desks()) for n in range(11)], 50, seed=1))
    found = beyond(Sweep(asks, "", ANALYST, outcomes, None, None, (), most=10), tried, fresh=50)
    assert found.enough is None
    assert found.refused == ()
    assert len(found.probed) > 1
    assert max(number for number, _ in found.probed) == found.most == 40
    assert all(outcome.n >= 1 for _, outcome in found.probed)


# -- the ramp of a hire ------------------------------------------------------------------------------


def test_hires_that_ramp_up_in_time(tmp_path: Path) -> None:
    """Five people, 20 requests waiting, 12 a week: two hires from week 10, at full pace in week 18, clear it in week 38.

    By hand: 40 wait in week 10 and again in week 18; then they fall by 2 a week. With one hire nothing falls at all,
    and in week 36 two have not done it yet.
    """
    parts, weeks = 40, 44
    scenario = plain(
        {
            "study": {"horizon_weeks": weeks, "milestones_weeks": [36, 38]},
            "posts": {"analyst": {"count": 5}},
            "request_types": {"query": {"effort": fixed(2.5 / parts)}},
            "today": {"teams": {"pool": {"serves": ["housing"], "seats": {"analyst": 5}}}},
            "people": {**AT_ONCE, "approval": "50d", "ramp_up": "40d", "ramp_start": 0.0, "mentor_tax": 0.0},
            "trace": {"file": str(tmp_path / "log.csv"), "arrival": "when", "directorate": "who", "default": "query"},
            "targets": {"backlog": 0.5 * parts},
        },
        on=["ramp_up"],
    )
    assert isinstance(scenario.start, dt.date)
    log_of_arrivals(tmp_path / "log.csv", scenario.start, parts, weeks)
    plan = plan_hiring(
        scenario, roles=("analyst",), up_to=3, week=38, replications=10, fresh=10, executor=trials()._executor,
        parts=("sweep", "path"),
    )
    swept = plan.sweeps[0]
    assert swept.confirmed is not None
    assert len(swept.confirmed.plan) == 2
    assert [outcome.met()[:, swept.question.weeks.index(38)].mean() for outcome in swept.outcomes] == [0.0, 0.0, 1.0, 1.0]
    assert swept.outcomes[2].met()[:, swept.question.weeks.index(36)].mean() == 0.0
    assert plan.path is not None
    assert len(plan.path.plan) == 2
