"""The model check: formulas against textbooks, plain queues against formulas, laws against spoilt runs."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
from networks import COMPILED, plain, town

from opmodel.charts import check as charts
from opmodel.queueing import check_model, formulas
from opmodel.queueing.checking import AGREES, DISAGREES, DOUBTFUL, agreement
from opmodel.queueing.laws import LAWS, Kept, laws_kept, laws_of
from opmodel.queueing.plain import Boiled, boiled_down, figures_of, measured_by, plain_queues
from opmodel.replication import run
from opmodel.scenario import change_scenario, load_scenario
from opmodel.scenario.checks import found_in
from opmodel.shipped import shipped

needs_compiler = pytest.mark.skipif(not COMPILED, reason="long runs need the compiler")

# -- formulas ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("people", "load", "chance"),
    [(1, 0.5, 1 / 3), (2, 1.0, 0.2), (5, 3.0, 0.1101), (10, 5.0, 0.0184), (100, 100.0, 0.0757)],
)
def test_erlang_b_as_in_its_tables(people, load, chance):
    assert formulas.erlang_b(people, load) == pytest.approx(chance, abs=6e-5)


def test_erlang_c_by_hand():
    assert formulas.erlang_c(1, 0.7) == pytest.approx(0.7)  # one person: busy is waiting
    assert formulas.erlang_c(2, 1.0) == pytest.approx(1 / 3)
    assert formulas.erlang_c(3, 2.0) == pytest.approx(4 / 9)
    assert formulas.erlang_c(4, 4.0) == 1.0


def test_the_recursion_stays_exact_where_factorials_overflow():
    assert 0.0 < formulas.erlang_c(2000, 1950.0) < 1.0
    assert formulas.erlang_b(5000, 4000.0) < 1e-40


def test_people_for_a_promise():
    """Eight requests a day, a day each: the smallest pools that keep a mean wait of half a day, a fifth waiting."""

    def least(kept):
        return next(people for people in range(9, 100) if kept(people))

    assert least(lambda people: formulas.mean_wait(people, 8.0, 1.0) <= 0.5) == 10
    assert least(lambda people: formulas.erlang_c(people, 8.0) <= 0.2) == 12
    assert formulas.mean_wait(10, 8.0, 1.0) == pytest.approx(0.2046, abs=1e-4)


def test_waits_of_one_person_by_hand():
    assert formulas.mean_wait(1, 0.8, 1.0) == pytest.approx(4.0)
    assert formulas.mean_wait_one(0.8, 1.0, 1.0) == pytest.approx(4.0)
    assert formulas.mean_wait_one(0.8, 1.0, 0.0) == pytest.approx(2.0)  # regular work halves the wait
    assert formulas.approximate_mean_wait(1, 0.8, 1.0, 0.0) == pytest.approx(2.0)
    assert math.isinf(formulas.mean_wait(3, 3.0, 1.0))
    assert math.isinf(formulas.mean_wait_one(1.0, 1.0, 1.0))


def test_percentiles_of_the_wait_belong_to_its_mean():
    """Who waits does so exponentially: the mean is the area over the percentiles."""
    shares = (np.arange(20_000) + 0.5) / 20_000
    area = np.mean([formulas.wait_percentile(3, 2.4, 1.0, share) for share in shares])
    assert area == pytest.approx(formulas.mean_wait(3, 2.4, 1.0), rel=2e-3)
    assert formulas.wait_percentile(30, 2.4, 1.0, 0.95) == 0.0
    assert math.isinf(formulas.wait_percentile(2, 2.4, 1.0, 0.95))


def test_patience_that_never_ends_is_erlang_c_and_none_at_all_is_erlang_b():
    endless = formulas.erlang_a(5, 4.0, 1.0, 1e7)
    assert endless.waits == pytest.approx(formulas.erlang_c(5, 4.0), rel=1e-5)
    assert endless.in_queue == pytest.approx(formulas.mean_wait(5, 4.0, 1.0), rel=1e-5)
    assert formulas.erlang_a(5, 4.0, 1.0, 1e-9).abandoned == pytest.approx(formulas.erlang_b(5, 4.0), rel=1e-6)


def test_patience_equal_to_the_work_is_a_pool_without_end():
    """Then each request leaves at the same rate, waiting or served: a Poisson number is present."""
    load = 6.0
    found = formulas.erlang_a(4, load, 1.0, 1.0)
    present = [math.exp(-load) * load**k / math.factorial(k) for k in range(80)]
    assert found.waits == pytest.approx(sum(present[4:]))
    assert found.in_queue * load == pytest.approx(sum((k - 4) * p for k, p in enumerate(present) if k > 4))


@pytest.mark.parametrize("load", [2.0, 5.0, 9.0])
def test_what_comes_in_is_served_or_gives_up(load):
    found = formulas.erlang_a(5, load, 2.0, 7.0)
    assert found.utilisation * 5 == pytest.approx(load * 2.0 * (1.0 - found.abandoned))
    assert 0.0 <= found.abandoned < 1.0


def test_settling_takes_longer_near_the_limit():
    assert formulas.settling_days(5, 4.9, 1.0) > 20 * formulas.settling_days(5, 3.5, 1.0)
    assert math.isinf(formulas.settling_days(5, 5.0, 1.0))


# -- a scenario boiled down --------------------------------------------------------------------------


def test_boiling_down_by_hand():
    """208 requests a year, a day each, one person always at work."""
    found = boiled_down(plain())
    assert (found.people, found.rate, found.effort, found.service) == pytest.approx((1, 0.8, 1.0, 1.0))
    assert (found.cv, found.patience, found.load) == pytest.approx((1.0, 40.0, 0.8))


def test_time_away_and_part_time_make_work_take_longer():
    away = plain({"posts": {"analyst": {"count": 2, "fte": 0.5}}}, on=["time_off", "productive_share"])
    found = boiled_down(away)
    assert found.people == 2
    assert found.service == pytest.approx(1.0 / 0.5 / (213.0 / 261.0 * 0.86))


def test_spread_is_that_of_all_requests_together():
    """Half take one day, half three: mean 2, standard deviation 1."""
    kinds = {
        name: {"per_year": 26.0, "effort": {"kind": "fixed", "mean": f"{days}d"}, "steps": [{"skill": "analysis"}]}
        for name, days in {"short": 1.0, "long": 3.0}.items()
    }
    found = boiled_down(plain({"request_types": {"query": None, **kinds}}))
    assert (found.effort, found.cv) == pytest.approx((2.0, 0.5))


def test_a_scenario_without_requests_has_no_queue():
    with pytest.raises(ValueError, match="no queue to check"):
        boiled_down(plain({"request_types": {"query": {"per_year": 0.0}}}))


def test_plain_queues_keep_the_load_and_nothing_human():
    found = boiled_down(load_scenario(shipped("minimal")))
    for queue in plain_queues(found):
        again = boiled_down(queue.scenario)
        assert (again.people, again.rate, again.service) == pytest.approx((queue.people, queue.rate, queue.service))
        on = {name for name in type(queue.scenario.mechanisms).model_fields
              if name != "unless_stated" and queue.scenario.mechanisms.on(name)}
        assert on <= {"abandonment"}
        assert not [finding for finding in found_in(queue.scenario) if not finding.warning]
        assert queue.scenario.study.kind == "steady_state"
        assert queue.scenario.study.warm_up_weeks * 5 < queue.scenario.study.horizon_weeks * 5 / 4
    assert plain_queues(found)[0].load == pytest.approx(found.load)


@pytest.mark.parametrize("load", [1.0, 1.3])
def test_an_overloaded_pool_has_no_formula_and_says_so(load):
    found = Boiled(people=10, rate=10 * load, effort=1.0, service=1.0, cv=1.0, patience=5.0)
    pool, impatient, *_ = plain_queues(found)
    assert pool.load < 1.0
    assert "no formula exists" in pool.note
    assert f"instead of {100 * load:.0f} %" in pool.note
    assert impatient.load == pytest.approx(load)  # those who give up settle any queue
    assert not impatient.note


# -- formula beside simulation -----------------------------------------------------------------------


@needs_compiler
def test_the_engine_agrees_with_every_formula():
    scenario = load_scenario(shipped("minimal"))
    found = check_model(scenario, replications=1, queue_replications=24, scenarios={"today": scenario})
    assert {row.outcome for row in found.agreements} <= {AGREES, "not judged"}
    assert len(found.agreements) == 12
    assert found.sound
    for row in found.agreements:
        if row.unit == "share":
            assert row.high - row.low < 0.05, row.figure
    assert found.sentence().startswith("All 5 laws hold in ")
    assert "the formula says 1.67" in found.sentence()
    assert "11 of 11 figures agree with their formulas" in found.sentence()


@needs_compiler
def test_a_wrong_engine_is_found_out():
    """Half as much work again where the formula knows of once: every figure of the queue must disagree."""
    queue = plain_queues(Boiled(3, 1.5, 1.0, 1.0, 1.0, 40.0))[0]
    slow = change_scenario(queue.scenario, {f"request_types.{queue.title}.effort.mean": 1.5})
    measured = measured_by(queue)
    right = [measured(run(queue.scenario, replication=k)) for k in range(6)]
    wrong = [measured(run(slow, replication=k)) for k in range(6)]
    assert {agreement(queue, wanted, right, 11).outcome for wanted in queue.figures} == {AGREES}
    assert {agreement(queue, wanted, wrong, 11).outcome for wanted in queue.figures} == {DISAGREES}


def test_outcomes_follow_the_distance():
    queue = plain_queues(Boiled(3, 1.5, 1.0, 1.0, 1.0, 40.0))[0]
    busy = next(figure for figure in queue.figures if figure.name == "busy")

    def outcome(by):
        noise = 0.001 * np.array([-1.0, 1.0] * 10)
        return agreement(queue, busy, [{"busy": 0.5 + by + x, "requests": 1e6} for x in noise], 11).outcome

    assert outcome(0.0) == AGREES
    assert outcome(0.0009) == DOUBTFUL
    assert outcome(0.01) == DISAGREES


def test_a_share_too_small_to_be_seen_is_no_contradiction():
    queue = plain_queues(Boiled(40, 10.0, 1.0, 1.0, 1.0, 40.0))[1]
    gone = next(figure for figure in queue.figures if figure.name == "abandoned")
    assert 0.0 < gone.formula < 1e-6
    never = [{"abandoned": 0.0, "requests": 50_000.0}] * 10
    assert agreement(queue, gone, never, 11).outcome == AGREES


@needs_compiler
def test_figures_come_from_the_settled_part_only():
    queue = plain_queues(Boiled(2, 1.2, 1.0, 1.0, 1.0, 40.0))[0]
    result = run(queue.scenario)
    table, study = result.requests, queue.scenario.study
    begin, end = 5.0 * study.warm_up_weeks, result.horizon - queue.cool_down
    mine = (table["raised"] >= begin) & (table["raised"] < end)
    wait = float((table["first_start"] - table["raised"])[mine].mean())
    found = figures_of(result, queue.cool_down)
    assert found["requests"] == mine.sum()
    assert found["wait"] == pytest.approx(wait)
    assert found["abandoned"] == 0.0


# -- laws --------------------------------------------------------------------------------------------


@pytest.fixture
def result():
    return run(town({"study": {"horizon_weeks": 26}}))


def broken(result):
    return {kept.law for kept in laws_kept(result) if kept.failed}


def spoilt(result, table, **columns):
    """A copy of a run with columns of one table changed."""
    return dataclasses.replace(result, **{table: {**getattr(result, table), **columns}})


def test_laws_hold_under_every_mechanism(result):
    kept = laws_kept(result)
    assert [found.law for found in kept] == list(LAWS)
    assert broken(result) == set()
    assert all(found.checks > 10 for found in kept)
    cells = len(result.names.directorates) * (len(result.names.types) + 1)
    assert kept[0].checks == cells * 26 + 1
    assert kept[1].checks == cells


def test_a_lost_request_breaks_conservation_and_little(result):
    closed = result.requests["closed"].copy()
    row = int(np.flatnonzero(result.requests["fate"] == 1)[5])
    closed[row] = max(closed[row] - 20.0, 0.0)
    assert {"conservation", "little"} <= broken(spoilt(result, "requests", closed=closed))


def test_a_request_that_vanishes_breaks_conservation(result):
    fate = result.requests["fate"].copy()
    fate[np.flatnonzero(fate == 0)[0]] = 1
    assert "conservation" in broken(spoilt(result, "requests", fate=fate))


def test_two_tasks_at_once_are_seen(result):
    tasks = result.tasks
    rows = np.flatnonzero((tasks["person"] == 0) & ~np.isnan(tasks["finished"]))
    finished = tasks["finished"].copy()
    first = rows[np.argsort(tasks["started"][rows])[0]]
    finished[first] = result.horizon
    assert "one_task" in broken(spoilt(result, "tasks", finished=finished))


def test_more_work_than_time_on_duty_is_seen(result):
    weeks = dict(result.weeks)
    weeks["person", "worked"] = weeks["person", "worked"] + 5.1
    assert broken(dataclasses.replace(result, weeks=weeks)) == {"one_task"}


def test_steps_backwards_in_time_are_seen(result):
    started = result.tasks["started"].copy()
    row = int(np.flatnonzero(~np.isnan(started) & (started > 1.0))[0])
    started[row] = -1.0
    assert "order" in broken(spoilt(result, "tasks", started=started))


def test_a_miscounted_queue_is_seen(result):
    weeks = dict(result.weeks)
    weeks["team", "queued"] = weeks["team", "queued"].copy()
    weeks["team", "queued"][10, 1] += 1
    found = next(kept for kept in laws_kept(dataclasses.replace(result, weeks=weeks)) if kept.law == "queues")
    assert (found.failed, found.worst) == (1, 1.0)


def test_not_a_number_is_no_agreement(result):
    touch = result.requests["touch"].copy()
    touch[3] = np.nan
    assert "order" in broken(spoilt(result, "requests", touch=touch))


def test_runs_add_up():
    assert Kept("little", 10, 0, 0.1) + Kept("little", 5, 2, 0.3) == Kept("little", 15, 2, 0.3)


# -- the verb and what it shows ----------------------------------------------------------------------


def quick(scenario=None, **options):
    scenario = scenario or town({"study": {"horizon_weeks": 10}})
    return check_model(scenario, scenarios={"today": scenario, "again": scenario}, replications=2,
                       queue_replications=2, **options)


@needs_compiler
def test_progress_partial_results_and_provenance():
    steps, partial = [], []
    found = quick(on_progress=lambda done, total: steps.append((done, total)), on_partial=partial.append)
    assert steps[-1] == (12, 12)
    assert [len(part.agreements) for part in partial] == [0, 4, 8, 11, 12]
    assert not any(part.finished for part in partial)
    assert found.finished
    assert found.provenance["seed"] == 1
    assert found.provenance["replications"] == 2
    assert set(found.provenance["scenarios"]) >= {"today", "again", "One pool"}


@needs_compiler
def test_a_stopped_check_says_what_it_has():
    found = quick(should_stop=lambda: True)
    assert not found.finished
    assert found.replications == 1
    assert not found.agreements
    assert found.sentence().startswith("All 5 laws hold in ")


@needs_compiler
def test_a_failing_law_is_shown_as_failing():
    found = quick()
    spoiled = Kept("little", 40, 3, 0.25)
    bad = dataclasses.replace(found, kept={**found.kept, "again": (found.kept["again"][0], spoiled)})
    assert not bad.sound
    assert bad.broken == ("little",)
    assert "1 of 5 laws FAIL: 3 of " in bad.sentence()
    shown = charts.laws_table(bad.laws())
    assert list(shown["result"]).count("FAILS") == 1
    assert "0.25 share" in list(shown["worst error"])
    assert charts.laws_table(bad.laws(), by_structure=True)["failed"].str.startswith("FAILS: ").sum() == 1
    checks = bad.laws().groupby("about", sort=False)["checks"].sum()
    assert list(shown["failed"].str.split(" of ").str[1]) == [f"{number:,}" for number in checks]


@needs_compiler
def test_the_chart_says_which_figures_agree():
    found = quick()
    table = found.formulas()
    chart = charts.formula_and_simulation(table).to_dict()
    assert [layer["mark"]["type"] for layer in chart["layer"]] == ["tick", "rule", "point", "text"]
    points = chart["layer"][2]["encoding"]
    low, high = points["x"]["scale"]["domain"]
    assert 0.0 <= low < 1.0 < high
    shapes = points["shape"]["scale"]["range"]
    assert len(set(shapes)) == len(shapes)
    assert " of 11 simulated figures agree with their formulas" in charts.check_takeaway(table)
    worse = table.assign(outcome=["disagrees", *table["outcome"][1:]])
    assert "One pool: mean wait until work starts: simulated" in charts.check_takeaway(worse)
    assert list(charts.formulas_table(table)["result"]) == list(table["outcome"])


@needs_compiler
def test_a_check_rests_on_what_it_says():
    shown = charts.provenance_table(quick().provenance)
    facts = dict(zip(shown["fact"], shown["value"], strict=True))
    assert facts["seed"] == "1"
    assert facts["replications of plain queues"] == "2"
    assert len(facts["scenario hash, today"]) == 12
    assert "version of numba" in facts


def test_too_few_replications_are_refused():
    with pytest.raises(ValueError, match="at least one replication"):
        check_model(plain(), queue_replications=1)


def test_laws_can_be_checked_where_a_run_ends(result):
    assert {kept.law for kept in laws_of(run(plain({"study": {"horizon_weeks": 5}})))} == set(LAWS)
