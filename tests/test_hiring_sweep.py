"""The sweep and the verb behind it: what it counts, what it refuses, and that it always says the same."""

from __future__ import annotations

import concurrent.futures as cf
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from networks import TOWN, plain, town
from remembered import Remembered

from opmodel.comparison.intervals import wilson
from opmodel.comparison.structures import structures_of
from opmodel.flow.seating import seating
from opmodel.gap import marginal_gap
from opmodel.hiring.asking.question import FRESH, question
from opmodel.hiring.asking.scope import Scope
from opmodel.hiring.asking.steps import Plan, Step
from opmodel.hiring.parts import structures_with_own
from opmodel.hiring.plan import HiringPlan
from opmodel.hiring.planning import plan_hiring
from opmodel.hiring.searching.bisection import beyond, one_team
from opmodel.hiring.searching.sweep import Sweep, sweeps, worth_trying
from opmodel.hiring.telling.words import answer
from opmodel.hiring.trying.confirming import Confirmed
from opmodel.hiring.trying.trials import Outcome, Trials
from opmodel.metrics.targets import attained
from opmodel.records import Floats
from opmodel.replication import run
from opmodel.scenario import Scenario

FUTURES, AGAIN = 10, 20
REMEMBERED = Remembered()


def small_town(**targets: Any) -> Scenario:
    """A town whose backlog grows for want of an engineer."""
    return town({
        "request_types": {"report": {"upkeep": None}},
        "study": {"milestones_weeks": [26, 52]},
        "targets": targets or {"backlog": 60.0},
    })


def planned(scenario: Scenario | None = None, **more: Any) -> HiringPlan:
    """A study of few futures."""
    said: dict[str, Any] = {
        "roles": ("engineer",), "up_to": 2, "parts": ("sweep",), "replications": FUTURES, "fresh": AGAIN,
        "store": REMEMBERED, **more,
    }
    return plan_hiring(small_town() if scenario is None else scenario, **said)


@pytest.fixture(scope="module")
def told() -> list[tuple[int, int]]:
    """Progress as it was told during the study of all structures."""
    return []


@pytest.fixture(scope="module")
def everywhere(told: list[tuple[int, int]]) -> HiringPlan:
    """Engineers under each structure."""
    return planned(each_structure=True, store=None, on_progress=lambda done, of: told.append((done, of)))


def fewest(found: Sweep) -> int | None:
    """The smallest number swept that is enough."""
    return None if found.confirmed is None else len(found.confirmed.plan)


def same(one: HiringPlan, other: HiringPlan) -> bool:
    """Whether two studies say the same, to the bit."""
    for mine, theirs in zip(one.sweeps, other.sweeps, strict=True):
        pd.testing.assert_frame_equal(mine.figures(), theirs.figures(), check_exact=True)
        pd.testing.assert_frame_equal(mine.chances(), theirs.chances(), check_exact=True)
        assert (fewest(mine), mine.guess) == (fewest(theirs), theirs.guess)
        tries = [(*s.refused, *((s.enough,) if s.enough else ())) for s in (mine, theirs)]
        for a, b in zip(*tries, strict=True):
            assert (a.plan, a.seed) == (b.plan, b.seed)
            assert np.array_equal(a.outcome.values, b.outcome.values, equal_nan=True)
            assert np.array_equal(a.base.values, b.base.values, equal_nan=True)
    return True


# -- what a sweep says -------------------------------------------------------------------------------


def test_figures_are_those_of_runs() -> None:
    """What a row of the table says is what simulating the scenario with so many hires says."""
    found = planned().sweeps[0]
    scenario = Plan.of([Step("hire", "engineer")] * 2).scenario(found.question.scenario)
    values = np.array([attained(run(scenario, seed=1, replication=k)) for k in range(FUTURES)])
    assert np.array_equal(values, found.outcomes[2].values)
    table = found.figures().query("hires == 2 and week == 52").iloc[0]
    assert table["mean"] == pytest.approx(values[:, 0, 1].mean())
    assert table["low"] < table["mean"] < table["high"]
    assert (table["n"], table["wanted"], table["met_in"]) == (FUTURES, 60.0, int((values[:, 0, 1] <= 60.0).sum()))
    assert table["cost"] == pytest.approx(2 * found.figures().query("hires == 1")["cost"].iloc[0])


def test_chances_by_week() -> None:
    """Shares of futures in which all targets are met, by each week, with intervals and whether they tell."""
    found = planned(small_town(backlog=60.0, in_time_rate=0.95)).sweeps[0]
    table = found.chances()
    assert list(table["week"].unique()) == [26, 52]
    assert len(table) == 3 * 2
    for row in table.itertuples():
        values = found.outcomes[row.hires].values[:, :, found.question.weeks.index(row.week)]
        in_time, backlog = values.T
        met = int(((in_time >= 0.95) & (backlog <= 60.0)).sum())
        assert (row.met_in, row.n, row.chance) == (met, FUTURES, met / FUTURES)
        assert (row.low, row.high) == wilson(met, FUTURES)
        assert row.reached == (met >= 9)
        assert row.told == ("cannot tell yet" if row.high >= 0.9 else "no"), "ten futures are never enough for a yes"


def test_every_structure_in_the_same_futures(everywhere: HiringPlan) -> None:
    """One curve for each structure, as if it had been swept alone."""
    names = list(structures_of(small_town()))
    assert [one.name for one in everywhere.sweeps] == names
    alone = planned()
    own = everywhere.sweeps[names.index("today")]
    pairs = zip(own.outcomes, alone.sweeps[0].outcomes, strict=True)
    assert all(np.array_equal(a.values, b.values) for a, b in pairs)
    assert fewest(own) == fewest(alone.sweeps[0])
    assert len({one.outcomes[1].values.tobytes() for one in everywhere.sweeps}) == len(names)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({}, id="today"),
        pytest.param({"structure": {"kind": "hub_and_spoke", "hub_share": 0.31}}, id="a preset of its own"),
        pytest.param({"today": None, "teams": TOWN["today"]["teams"]}, id="teams drawn by hand"),
    ],
)
def test_own_structure_is_among_all(changes: dict[str, Any]) -> None:
    """Whatever the file's structure is, it is swept as it stands, and so can be recommended."""
    scenario = town(changes)
    found = structures_with_own(scenario)
    assert sum(one.hash == scenario.hash for one in found.values()) == 1
    assert set(found) == set(structures_of(scenario))


def test_recommended_is_fresh(everywhere: HiringPlan) -> None:
    """What is recommended was simulated on seeds that no search used, and is the own structure's smallest number."""
    found = everywhere.recommended
    assert found is not None
    own = next(one for one in everywhere.sweeps if one.name == "today")
    assert found is own.confirmed
    assert found.seed != everywhere.question.seed
    assert (found.seed - everywhere.question.seed) % FRESH == 0
    assert found.holds
    again = np.array([attained(run(found.scenario, seed=found.seed, replication=k)) for k in range(3)])
    assert np.array_equal(again, found.outcome.values[:3])
    for swept in everywhere.sweeps:
        seeds = [one.seed for one in (*swept.refused, *((swept.confirmed,) if swept.confirmed else ()))]
        assert len(set(seeds)) == len(seeds), "every number is tried on futures of its own"
        assert all(len(one.plan) in worth_trying(swept) for one in swept.refused)
        if fewest(swept) is not None:
            below = [hires for hires in worth_trying(swept) if hires < fewest(swept)]
            assert [len(one.plan) for one in swept.refused] == below, "smaller numbers were refused, not skipped"


def test_search_and_fresh_futures_agree() -> None:
    """On several seeds, the chance in the search and the one shown differ no more than chance makes them."""
    apart, wide = [], []
    for seed in range(3):
        found = planned(seed=seed + 1, fresh=30).sweeps[0]
        assert found.confirmed is not None
        searched = found.outcomes[len(found.confirmed.plan)].met()[:, found.question.at]
        shown = found.confirmed
        apart.append(float(searched.mean()) - shown.chance)
        wide.append(0.95 * 0.05 * (1 / searched.size + 1 / shown.outcome.n))
    assert abs(np.mean(apart)) < 4.0 * np.sqrt(np.mean(wide) / len(wide))


def test_cheapest_of_several_roles() -> None:
    """Where several roles alone would do, the cheapest answer is recommended."""
    plan = planned(small_town(backlog=200.0), roles=("engineer", "analyst"), up_to=1)
    assert [fewest(one) for one in plan.sweeps] == [0, 0]
    plan = planned(roles=("analyst", "engineer"), up_to=2)
    analyst, engineer = plan.sweeps
    assert fewest(engineer) == 1
    assert analyst.enough is None
    assert plan.recommended is engineer.confirmed


# -- verdicts ----------------------------------------------------------------------------------------


def shown(met: int, futures: int) -> Confirmed:
    """A team that met its target in so many of its fresh futures."""
    asked = question(small_town(), week=52)
    values = np.where(np.arange(futures) < met, 0.0, 999.0)[:, None, None] * np.ones((1, 1, 2))
    outcome = Outcome(asked.wanted, asked.weeks, values, np.zeros((futures, 3, 2)), np.zeros(futures))
    return Confirmed(asked, Plan(), asked.scenario, 2, outcome, outcome)


@pytest.mark.parametrize(
    ("met", "holds", "verdict"),
    [(196, True, "yes"), (180, True, "cannot tell yet"), (179, False, "cannot tell yet"), (160, False, "no")],
)
def test_verdicts(met: int, holds: bool, verdict: str) -> None:
    """A team holds if its share is high enough; whether the true chance is, only the interval can tell."""
    found = shown(met, 200)
    assert (found.holds, found.verdict, found.beyond_doubt) == (holds, verdict, verdict == "yes")
    assert (found.more_futures == 0) == (verdict != "cannot tell yet")


# -- bisection ---------------------------------------------------------------------------------------


def test_bisection_only_within_one_team() -> None:
    """Beyond the sweep nothing is looked for where hires join different teams."""
    engineer = Step("hire", "engineer")
    assert not one_team(small_town(), engineer)
    assert one_team(small_town(), Step("hire", "engineer", "hub"))
    assert one_team(structures_of(small_town())["centralised"], engineer)
    assert not one_team(small_town(), Step("train", "engineer", "hub", skill="analysis"))
    asked, trials = question(small_town(backlog=20.0)), Trials(store=REMEMBERED)
    for team, most in ((None, 1), ("hub", 4)):
        (swept,) = sweeps({"": asked}, Step("hire", "engineer", team), 1, trials, futures=FUTURES, fresh=AGAIN)
        assert (swept.enough, swept.most) == (None, 1)
        found = beyond(swept, trials, fresh=AGAIN)
        assert (fewest(found), found.most) == (None, most)


# -- the verb ----------------------------------------------------------------------------------------


class Here(cf.Executor):
    """Works in this process, one piece after the other."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> cf.Future[Any]:
        """Done before it is asked for."""
        future: cf.Future[Any] = cf.Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except BaseException as error:  # as an executor does
            future.set_exception(error)
        return future


def test_same_for_any_workers_and_again() -> None:
    """One worker here, two processes, and two processes once more."""
    here, two, again = planned(executor=Here(), store=None), planned(store=None), planned(store=None)
    assert same(here, two)
    assert same(two, again)
    assert here.provenance["runs"] == two.provenance["runs"]
    other = planned(seed=2)
    assert not np.array_equal(other.sweeps[0].outcomes[0].values, two.sweeps[0].outcomes[0].values)


def test_progress(told: list[tuple[int, int]], everywhere: HiringPlan) -> None:
    """Runs done only grow and never pass those expected; what is expected is about right from the start."""
    done, expected = (np.array(column) for column in zip(*told, strict=True))
    assert (np.diff(done) > 0).all()
    assert (done <= expected).all()
    assert done[-1] == everywhere.provenance["runs"]
    assert 0.3 * done[-1] < expected[0] < 3.0 * done[-1]


def test_stopped_study_keeps_what_is_there() -> None:
    """Stopped during the second role, the first one's sweep is there, and the plan says that it is not finished.

    Stopped before a number was tried on fresh futures, the sweep is there and recommends nobody.
    """
    seen: list[HiringPlan] = []
    plan = planned(roles=("engineer", "analyst"), on_partial=seen.append, should_stop=lambda: len(seen) > 1, seed=3)
    assert not plan.finished
    assert [one.step.who for one in plan.sweeps] == ["engineer"]
    assert plan.recommended is not None
    assert same(plan, seen[1])
    assert [one.step.who for one in seen[0].sweeps] == ["engineer"]
    assert seen[0].recommended is None
    assert answer(seen[0])[0].startswith("Not yet")
    assert planned(should_stop=lambda: True, store=None).sweeps == ()


def test_partial_plans_grow() -> None:
    """Each sweep is there before and after it is tried on fresh futures; the last plan is finished."""
    seen: list[HiringPlan] = []
    plan = planned(roles=("engineer", "analyst"), up_to=1, on_partial=seen.append)
    assert [len(one.sweeps) for one in seen] == [1, 1, 2, 2, 2]
    assert [one.finished for one in seen] == [False, False, False, False, True]
    assert seen[-1] == plan


def test_shadow_prices() -> None:
    """One more engineer takes most away where engineers are short; the price says how many futures it rests on."""
    told: list[tuple[int, int]] = []
    plan = planned(parts=("shadow",), on_progress=lambda done, of: told.append((done, of)), store=None)
    assert plan.finished
    assert plan.shadow_futures == FUTURES
    assert plan.provenance["runs"] == told[-1][0] == FUTURES * (1 + len(plan.shadow))
    assert "replications" not in plan.provenance
    assert max(plan.shadow, key=lambda skill: plan.shadow[skill][0]) == "engineering"
    assert all(low < mean < high for mean, low, high in plan.shadow.values())
    # Week 52 is the end of this study, where the marginal gap reads the backlog.
    at_end = marginal_gap(small_town(), replications=FUTURES, seed=1)
    assert {s: pytest.approx(three) for s, three in at_end.items()} == dict(plan.shadow)
    early = planned(parts=("shadow",), week=26)  # read by the week asked for
    assert abs(early.shadow["engineering"][0] - plan.shadow["engineering"][0]) > 5.0
    stopped = planned(parts=("shadow",), should_stop=lambda: True, store=None)
    assert (stopped.finished, stopped.shadow_futures, dict(stopped.shadow)) == (False, 0, {})


def test_what_is_worked_out_for_the_shadow_price_is_kept_and_not_simulated_again() -> None:
    """A study that is taken up again has its pieces already, and the same prices."""
    kept = Remembered()
    first = planned(parts=("shadow",), store=kept)

    def never(*_: Any) -> Any:
        raise AssertionError("simulated again")

    class Never(Here):
        submit = never

    assert planned(parts=("shadow",), store=kept, executor=Never()).shadow == first.shadow


def test_a_sweep_is_not_sent_to_a_team_that_a_preset_merged() -> None:
    """A file cannot name such a team: hires would sit elsewhere."""
    merged = town({"structure": {"kind": "federated", "team_size_min": 20}, "targets": {"backlog": 60.0}})
    name = next(team.name for team in seating(merged).teams if "+" in team.name)
    with pytest.raises(ValueError, match="merged the team"):
        planned(merged, team=name)


def test_each_contract_and_supplement_is_swept() -> None:
    """What may be offered has a curve of its own; temporary staff are called for the week asked for."""
    scenario = town({
        "request_types": {"report": {"upkeep": None}}, "study": {"milestones_weeks": [26, 52]},
        "targets": {"backlog": 60.0}, "roles": {"engineer": {"market_pay": 70000.0}},
    })
    scope = Scope(contracts=("permanent", "contractor"), supplements=(0.0, 5000.0))
    plan = planned(scenario, scope=scope, up_to=1)
    assert [(one.step.contract, one.step.supplement) for one in plan.sweeps] == [
        ("permanent", 0.0), ("permanent", 5000.0), ("contractor", 0.0)
    ]
    weeks = [one.step.opens_week for one in plan.sweeps]
    assert weeks[:2] == [0, 0]
    assert weeks[2] > 10
    assert set(pd.concat([one.chances() for one in plan.sweeps])["contract"]) == {"permanent", "contractor"}
    seeds = [c.seed for one in plan.sweeps for c in (*one.refused, one.confirmed) if c is not None and len(c.plan)]
    assert len(set(seeds)) == len(seeds)
    with pytest.raises(ValueError, match="change nothing in the long run"):
        planned(town({"study": {"kind": "steady_state"}, "targets": {"backlog": 60.0}}),
                scope=Scope(contracts=("agency",)))


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"targets": {"backlog": None}}, "there is no target"),
        ({"roles": ("wizard",)}, r"no role 'wizard' \(there are: analyst, senior, engineer, steward\)"),
        ({"team": "moon"}, r"no team 'moon' \(there are: hub"),
        ({"parts": ("weather",)}, "no part 'weather'"),
        ({"parts": ()}, "nothing to work out"),
        ({"week": 53}, "week 53 lies outside the horizon of 52 weeks"),
        ({"confidence": 0.4}, "between 0.5 and 0.99"),
        ({"up_to": 0}, "between 1 and 50 hires"),
        ({"fresh": 5}, "fewer than 10 futures"),
        ({"replications": 1}, "fewer than 10 futures"),
        ({"budget": -1.0}, "above 0"),
        ({"freeze_months": (-3,)}, "0 months or more"),
        ({"team": "hub", "each_structure": True}, "teams of its own"),
    ],
)
def test_refused_arguments(said: dict[str, Any], words: str) -> None:
    """Nonsense is refused before anything is simulated, in words that say what would make sense."""
    with pytest.raises(ValueError, match=words):
        planned(**said, on_progress=lambda *_: pytest.fail("simulated"), store=None)


def test_steady_state_is_read_over_its_window() -> None:
    """Of a steady state there is one reading, at the end of its window; openings are no question then."""
    scenario = plain({
        "study": {"kind": "steady_state", "horizon_weeks": 60, "warm_up_weeks": 20, "milestones_weeks": []},
        "posts": {"analyst": {"count": 2}},
        "today": {"teams": {"pool": {"serves": ["housing"], "seats": {"analyst": 2}}}},
        "targets": {"others": [{"metric": "waiting", "at_most": 2.0}]},
    })
    plan = planned(scenario, roles=(), up_to=1, week=26)
    assert (plan.question.week, plan.question.weeks, plan.question.at) == (60, (60,), 0)
    table = plan.sweeps[0].figures()
    values: Floats = plan.sweeps[0].outcomes[0].values[:, 0, 0]
    assert set(table["week"]) == {60}
    assert values[0] == pytest.approx(attained(run(plan.question.scenario, seed=1))[0, 0])
    with pytest.raises(ValueError, match="not for a steady state"):
        planned(scenario, roles=(), parts=("timing",))
