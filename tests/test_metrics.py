"""Metrics on a small run worked out by hand."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import numpy as np
import pytest

from opmodel.metrics import METRICS, SERIES, breakdowns, measure, series, window_of
from opmodel.metrics import flow as flow_metrics
from opmodel.metrics.layout import layout_of
from opmodel.metrics.measures import keys_of
from opmodel.metrics.percentiles import Sample, percentiles
from opmodel.records import REQUEST_COLUMNS, TASK_COLUMNS, WEEK_FIELDS, Names, Run, Seats
from opmodel.scenario.scenario import Scenario

NAN = math.nan
WEEKS = 10
SKILLS = ["analysis", "engineering"]


def scenario(**study: Any) -> Scenario:
    return Scenario.model_validate({
        "name": "small",
        "study": {"horizon_weeks": WEEKS, "milestones_weeks": [4, 10, 26], **study},
        "directorates": {"Housing": {"share": 1}, "Roads": {"share": 1}},
        "skills": SKILLS,
        "request_types": {
            "foi": {
                "per_year": 100, "effort": {"kind": "fixed", "mean": "1d"}, "statutory": True,
                "steps": [{"skill": "analysis", "share": 0.8}, {"skill": "engineering", "share": 0.2}],
            },
            "ad_hoc": {
                "per_year": 100, "effort": {"kind": "fixed", "mean": "1d"}, "steps": [{"skill": "analysis"}],
            },
        },
        "roles": {
            "analyst": {"skills": {"analysis": "practitioner", "engineering": "awareness"}, "salary": 52000},
            "engineer": {"skills": {"engineering": "practitioner"}, "salary": 40000},
        },
        "posts": {"a": {"role": "analyst", "count": 2}, "e": {"role": "engineer"}},
        "costs": {"platform": 5200},
    })


# raised, first_start, closed, fate, due, type, directorate, origin, class, effort, touch, hand_offs, passes, value,
# cost_of_delay, duplicated, flagged
REQUESTS = [
    (0, 1, 5, 1, 20, 0, 0, 0, 2, 2, 2, 1, 0, 3, 0, 0, 0),
    (10, 20, 35, 1, 30, 0, 1, 0, 2, 4, 5, 2, 1, 3, 100, 0, 1),
    (12, 13, 16, 1, NAN, 1, 0, 0, 2, 1, 1, 0, 0, 1, 0, 0.5, 0),
    (15, NAN, 45, 2, 40, 1, 1, 0, 2, 1, 0, 0, 0, 1, 0, 0, 0),  # abandoned
    (40, 45, NAN, 0, NAN, 1, 0, 0, 0, 3, 1, 0, 0, 1, 50, 0, 0),  # open, expedited
    (20, NAN, 60, 3, NAN, 1, 1, 0, 2, 1, 0, 0, 0, 1, 0, 0, 0),  # never raised
    (-10, 2, 8, 1, 10, 1, 0, 0, 2, 2, 2, 0, 0, 1, 20, 0, 0),  # opening backlog
    (5, NAN, NAN, 0, NAN, -1, 0, 1, 3, 1.5, 0, 0, 0, 0, 0, 0, 0),  # upkeep, open
    (6, 6, 7, 1, NAN, -1, 0, 1, 3, 1, 1, 0, 0, 0, 0, 0, 0),  # upkeep, done
    (30, 43, 44, 1, 60, 1, 1, 2, 2, 2, 1, 1, 0, 1, 0, 0, 0),  # shadow work come back
    (49, NAN, NAN, 0, 69, 0, 0, 0, 2, 5, 0, 0, 0, 3, 0, 0, 0),  # open
]
REQUEST_FIELDS = [
    "raised", "first_start", "closed", "fate", "due", "type", "directorate", "origin", "class", "effort", "touch",
    "hand_offs", "passes", "value", "cost_of_delay", "duplicated", "flagged",
]
# kind, request, step, skill, team, ready, queued, started, finished, worked, blocked, pass
TASKS = [
    (0, 0, 0, 0, 0, 0, 0, 1, 5, 2, 0, 0),
    (0, 1, 0, 0, 0, 10, 10, 20, 25, 3, 0, 0),
    (0, 1, 1, 1, 1, 25, 26.5, 30, 35, 2, 0, 0),
    (0, 4, 0, 0, 0, 40, 40, 45, NAN, 1, 0, 0),
    (0, 10, 0, 0, 0, 49, 49, NAN, NAN, 0, 0, 0),
    (0, 3, 0, 0, 0, 15, 15, NAN, 45, 0, 0, 0),
    (1, 2, 0, -1, -1, 12, 12, 13, 13, 0, 0, 0),
    (0, 7, 0, 1, -1, 5, NAN, NAN, NAN, 0, 45, 0),
]
TASK_FIELDS = [
    "kind", "request", "step", "skill", "team", "ready", "queued", "started", "finished", "worked", "blocked", "pass",
]
WHOLE = {"fate", "type", "directorate", "origin", "class", "hand_offs", "passes", "kind", "request", "step", "skill",
         "team", "pass"}


def small_run(**study: Any) -> Run:
    def table(rows: list[Any], fields: list[str]) -> dict[str, Any]:
        return {f: np.array(c, np.int64 if f in WHOLE else float) for f, c in zip(fields, zip(*rows, strict=True),
                                                                                  strict=True)}

    requests = table(REQUESTS, REQUEST_FIELDS)
    requests |= {"number": np.arange(len(REQUESTS)), "second": np.full(len(REQUESTS), -1)}
    requests |= {"statutory": requests["type"] == 0, "flagged": requests["flagged"] > 0}
    tasks = table(TASKS, TASK_FIELDS)
    tasks |= {name: np.zeros(len(TASKS)) for name in ("level", "from_team", "person", "effort")}
    assert set(requests) == set(REQUEST_COLUMNS)
    assert set(tasks) == set(TASK_COLUMNS)
    first_half = (np.arange(WEEKS) < 5).astype(float)
    ones = np.ones(WEEKS)
    person = {name: np.zeros((WEEKS, 3)) for name in WEEK_FIELDS["person"]}
    person["on_duty"] = np.stack([5 * ones, 5 * ones, 4 * first_half], axis=1)
    person["worked"] = np.stack([4 * ones, 2.5 * ones, 4 * first_half], axis=1)
    person["employed"] = np.stack([ones, ones, first_half], axis=1)
    person["pace"] = np.stack([0.8 * ones, 0.4 * ones, 0.8 * ones], axis=1)
    weeks = {("person", name): values for name, values in person.items()}
    weeks["organisation", "recruitments"] = (np.arange(WEEKS) == 2).astype(float)[:, None]
    weeks["organisation", "fees"] = np.zeros((WEEKS, 1))
    return Run(
        scenario=scenario(**study),
        seed=1,
        replication=0,
        names=Names(
            ("Housing", "Roads"), ("foi", "ad_hoc"), tuple(SKILLS), ("hub", "spoke"), ("analyst", "engineer"),
            ("a1", "e1", "a2"),
        ),
        seats=Seats(
            team=np.array([0, 1, 0]), role=np.array([0, 1, 0]), fte=np.array([1.0, 0.5, 1.0]),
            salary=np.array([52000.0, 40000.0, 52000.0]), agency=np.array([False, False, True]),
            day_rate=np.array([0.0, 0.0, 500.0]),
        ),
        requests=requests,
        tasks=tasks,
        weeks=weeks,
    )


PAY = 52000 * 1.44 * 10 / 52 + 40000 * 1.44 * 0.5 * 10 / 52 + 20 * 500
SPENT = PAY + 5433 + 1000
PAY_4 = 52000 * 1.44 * 4 / 52 + 40000 * 1.44 * 0.5 * 4 / 52 + 16 * 500
SPENT_4 = PAY_4 + 5433 + 400
FTE_26_WEEKS = 76 / 20 * 26  # days on duty x pace / FTE-weeks, times 26 weeks

WHOLE_WINDOW = {
    "throughput": 5 / 10,
    "throughput_days": 11 / 10,
    "raised": 7 / 10,
    "backlog": 2,
    "backlog_days": 3 + 5 + 1.5,
    "backlog_weeks": (3 + 5 + 1.5) / (20.5 / 10),
    "backlog_age": (10 + 1) / 2,
    "lead_time_p50_statutory": 5,
    "lead_time_p85_statutory": 25,
    "lead_time_p95_statutory": 25,
    "lead_time_p50_discretionary": 14,
    "lead_time_p85_discretionary": 14,
    "lead_time_p95_discretionary": 14,
    "cycle_time_p50_statutory": 4,
    "cycle_time_p85_statutory": 15,
    "cycle_time_p50_discretionary": 3,
    "cycle_time_p85_discretionary": math.inf,
    "flow_efficiency": 11 / 66,
    "in_time_statutory": 1 / 2,
    "in_time_discretionary": 1 / 2,
    "unfinished": 2 / 7,
    "unfinished_statutory": 1 / 3,
    "unfinished_discretionary": 1 / 4,
    "not_served": 2 / 7,
    "not_served_statutory": 0,
    "not_served_discretionary": 2 / 4,
    "abandoned": 1 / 7,
    "not_raised": 1 / 7,
    "hand_offs": 4 / 5,
    "rework": 1 / 5,
    "flagged": 1 / 5,
    "duplicated": 0.5 / 10,
    "fairness_statutory": NAN,
    "fairness_discretionary": NAN,
    "utilisation": 72.5 / 95,
    "skills_gap": (82.6 + 70.3) / 50 / FTE_26_WEEKS,
    "waiting": (47 + 3.5 + 45) / 7,
    "waited": 1,
    "blocked": 4.5,
    "skill_days": 0.8,
    "key_person_risk": (6 * 0.5 + 2) / 8,
    "cost": SPENT * 5.2,
    "pay": PAY * 5.2,
    "cost_per_request": SPENT / 5,
    "cost_per_day": SPENT / 11,
    "value": 9 / 10,
    "cost_of_delay": (5 * 100 + 2 * 50 + 1.6 * 20) * 5.2,
}


@pytest.mark.parametrize("metric", METRICS)
def test_whole_window(metric: str) -> None:
    assert measure(small_run()).get(metric) == pytest.approx(WHOLE_WINDOW[metric], nan_ok=True)


@pytest.mark.parametrize(("metric", "expected"), [
    ("throughput", 3 / 4),
    ("backlog", 2),
    ("backlog_days", 4 + 1 + 1.5),
    ("backlog_weeks", (4 + 1 + 1.5) / (10.5 / 4)),
    ("backlog_age", (10 + 5) / 2),
    ("lead_time_p50_statutory", 5),
    ("lead_time_p85_statutory", math.inf),
    ("lead_time_p50_discretionary", 4),  # the one abandoned later was still open
    ("lead_time_p85_discretionary", math.inf),
    ("in_time_statutory", 1),
    ("in_time_discretionary", 1),
    ("unfinished", 2 / 4),
    ("not_served", 1 / 5),
    ("utilisation", (16 + 5 + 16) / (20 + 10 + 16)),
    ("skills_gap", (1.6 + 32 + 5 + 22.5) / 20 / FTE_26_WEEKS),
    ("cost", SPENT_4 * 13),
    ("cost_per_request", SPENT_4 / 3),
    ("cost_of_delay", (2 * 100 + 1.6 * 20) * 13),
])
def test_milestone_reads_what_was_known_by_then(metric: str, expected: float) -> None:
    assert measure(small_run()).get(metric, "milestone=4") == pytest.approx(expected)


def test_milestone_at_the_horizon_is_the_whole_window_and_later_ones_are_left_out() -> None:
    values = measure(small_run()).values
    assert all(
        value == pytest.approx(values["all", metric], nan_ok=True)
        for (group, metric), value in values.items() if group == "milestone=10"
    )
    assert not any(group == "milestone=26" for group, _ in values)


@pytest.mark.parametrize(("group", "metric", "expected"), [
    ("directorate=Housing", "throughput", 3 / 10),
    ("directorate=Roads", "throughput", 2 / 10),
    ("directorate=Housing", "backlog_days", 9.5),
    ("directorate=Housing", "backlog_weeks", 9.5 / (13.5 / 10)),
    ("type=foi", "backlog_weeks", 5 / (11 / 10)),  # upkeep is of no type
    ("directorate=Roads", "lead_time_p50_statutory", 25),
    ("directorate=Roads", "not_served", 2 / 3),
    ("type=foi", "raised", 3 / 10),
    ("type=foi", "lead_time_p50_statutory", 5),
    ("type=foi", "lead_time_p50_discretionary", NAN),
    ("type=ad_hoc", "flow_efficiency", (1 + 2 + 1) / (4 + 18 + 14)),
    ("class=expedite", "backlog", 1),
    ("class=expedite", "lead_time_p50_discretionary", math.inf),
    ("class=fixed_date", "in_time_statutory", NAN),
    ("team=hub", "utilisation", 60 / 70),
    ("team=spoke", "utilisation", 0.5),
    ("role=analyst", "pay", (14400 + 10000) * 5.2),
    ("skill=engineering", "utilisation", 0.5),  # awareness does not make a holder
    ("skill=engineering", "skills_gap", 70.3 / 50 / FTE_26_WEEKS),
    ("skill=analysis", "waiting", 47 / 5),
    ("skill=engineering", "waiting", (3.5 + 45) / 2),
    ("skill=engineering", "blocked", 4.5),
    ("skill=analysis", "skill_days", 0.6),
])
def test_groups(group: str, metric: str, expected: float) -> None:
    assert measure(small_run(), fewest=1).get(metric, group) == pytest.approx(expected, nan_ok=True)


def test_fairness_is_worst_minus_best_directorate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flow_metrics, "FAIRNESS_MIN_DUE", 1)
    found = measure(small_run())
    assert found.get("fairness_statutory") == -1.0
    assert found.get("fairness_discretionary") == -1.0


@pytest.mark.parametrize(("metric", "expected"), [
    ("throughput", 2 / 6),
    ("raised", 3 / 6),  # one raised at 30, 40 and 49 each
    ("backlog", 2),
    ("lead_time_p50_discretionary", 14),
    ("unfinished", 2 / 3),
    ("in_time_statutory", 1 / 2),  # due at 20, the first moment of the window, and at 30
    ("not_served", 1 / 3),  # raised or not in the window: 20 not raised, 40, 49; what was abandoned came before
    ("abandoned", 0),
    ("utilisation", (24 + 7.5 + 4) / (30 + 15 + 4)),
    ("skill_days", (3 + 2 + 1) / 6),  # the visit before the window does not count
    ("cost_of_delay", (3 * 100 + 2 * 50) / 6 * 52),
    ("cost", (SPENT - SPENT_4 + 0) / 6 * 52),
])
def test_steady_state_reads_after_the_warm_up(metric: str, expected: float) -> None:
    found = measure(small_run(kind="steady_state", warm_up_weeks=4))
    assert found.get(metric) == pytest.approx(expected)
    assert not any(group.startswith("milestone") for group, _ in found.keys)


def test_waiting_is_cut_at_the_window() -> None:
    found = measure(small_run(kind="steady_state", warm_up_weeks=4))
    days = 5 + 1 + 25  # 40-45, 49-50 and 20-45 of the abandoned one; the wait from 10 to 20 is before
    assert found.get("waiting", "skill=analysis") == pytest.approx(days / 2)
    assert window_of(found_scenario := scenario(kind="steady_state", warm_up_weeks=4)).start == 20.0
    assert found_scenario.study.milestones_weeks == [4, 10, 26]


def test_lead_times_are_never_without_what_they_leave_out() -> None:
    for name, metric in METRICS.items():
        if name.startswith(("lead_time", "cycle_time")):
            assert metric.beside == ("unfinished", "not_served")
        for other in metric.beside:
            assert set(metric.groups) <= set(METRICS[other].groups)
    keys = set(measure(small_run()).keys)
    assert all((group, "unfinished") in keys and (group, "not_served") in keys
               for group, metric in keys if metric.startswith("lead_time"))


@pytest.mark.parametrize("name", METRICS)
def test_every_metric_says_what_it_is(name: str) -> None:
    metric = METRICS[name]
    assert metric.label
    assert metric.unit
    assert len(metric.meaning) > 30
    if metric.headline:
        assert hasattr(scenario().differences, str(metric.matters))
        assert metric.better is not None


def test_extra_metrics_and_their_names() -> None:
    found = measure(small_run(), extra={"requests": lambda run: len(run.requests["raised"])})
    assert found.get("requests") == len(REQUESTS)
    with pytest.raises(ValueError, match="exists already"):
        measure(small_run(), extra={"backlog": lambda run: 0.0})
    with pytest.raises(KeyError):
        found.get("no such metric")


def test_without_groups_the_rest_is_the_same() -> None:
    few, all_of_them = measure(small_run(), groups=False).values, measure(small_run()).values
    assert {group for group, _ in few} == {"all", "milestone=4", "milestone=10"}
    assert all(value == pytest.approx(all_of_them[key], nan_ok=True) for key, value in few.items())


def test_frame_is_tidy_and_says_why_a_value_is_missing() -> None:
    frame = measure(small_run()).frame()
    assert list(frame.columns) == ["scenario", "replication", "group", "metric", "value", "note"]
    row = frame[(frame.metric == "cycle_time_p85_discretionary") & (frame.group == "all")].iloc[0]
    assert math.isnan(row.value)
    assert row.note == "not reached"
    assert (frame[frame.value.notna()].note == "").all()


def test_keys_match_numbers() -> None:
    run = small_run()
    for groups in (True, False):
        found = measure(run, groups=groups)
        assert len(found.keys) == len(found.numbers) == len(set(found.keys))
        assert found.keys == keys_of(layout_of(run.names, window_of(run.scenario), groups))


def test_order_of_rows_does_not_matter() -> None:
    run = small_run()
    order = np.random.default_rng(3).permutation(len(REQUESTS))
    back = np.argsort(order)
    requests = {name: values[order] for name, values in run.requests.items()}
    tasks = run.tasks | {"request": back[run.tasks["request"]]}
    shuffled = measure(dataclasses.replace(run, requests=requests, tasks=tasks))
    np.testing.assert_allclose(shuffled.numbers, measure(run).numbers)


def test_nothing_raised_at_all() -> None:
    run = small_run()
    none = dataclasses.replace(
        run, requests={k: v[:0] for k, v in run.requests.items()}, tasks={k: v[:0] for k, v in run.tasks.items()}
    )
    found = measure(none)
    assert found.get("throughput") == 0.0
    assert math.isnan(found.get("lead_time_p50_statutory"))
    assert math.isinf(found.get("cost_per_request"))
    assert found.get("skills_gap") == 0.0


def test_series_by_hand() -> None:
    found = series(small_run())
    assert set(found) == set(SERIES)
    assert all(len(values) == WEEKS for values in found.values())
    # ends of weeks 1 to 10: days 5, 10, ... 50
    np.testing.assert_array_equal(found["backlog"], [1, 1, 3, 2, 2, 3, 2, 3, 1, 2])
    np.testing.assert_array_equal(found["delivered"], [1, 1, 0, 1, 0, 0, 1, 0, 1, 0])
    np.testing.assert_array_equal(found["raised"], [1, 1, 2, 0, 0, 1, 0, 1, 0, 1])
    np.testing.assert_allclose(found["backlog_days"], [3.5, 5.5, 7.5, 6.5, 6.5, 8.5, 4.5, 7.5, 4.5, 9.5])
    np.testing.assert_allclose(found["in_time_statutory"], [NAN, NAN, NAN, 1, 1, 0.5, 0.5, 0, 0, NAN])
    assert found["utilisation"][0] == pytest.approx((4 + 1.25 + 4) / (5 + 2.5 + 4))


def by_definition(duration: list[float], over: list[bool], share: float) -> float:
    """Kaplan-Meier percentile, step by step."""
    if not duration:
        return NAN
    survival = 1.0
    for t in sorted({d for d, o in zip(duration, over, strict=True) if o}):
        at_risk = sum(d >= t for d in duration)
        ends = sum(d == t and o for d, o in zip(duration, over, strict=True))
        survival *= 1.0 - ends / at_risk
        if survival <= 1.0 - share + 1e-9:
            return t
    return math.inf


@pytest.mark.parametrize("seed", range(8))
def test_percentiles_are_kaplan_meier(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n, size = int(rng.integers(1, 400)), 7
    duration = np.round(rng.exponential(20, n), int(rng.integers(0, 4)))  # with ties
    over = rng.random(n) < rng.random()
    group = rng.integers(0, size + 1, n)  # the last number means left out
    two = rng.integers(0, 2, n)
    found = percentiles([Sample(duration, over, [(group, size), (two, 2)])], (0.5, 0.85, 0.95))
    for i, share in enumerate((0.5, 0.85, 0.95)):
        for codes, start, count in ((group, 0, size), (two, size, 2)):
            for g in range(count):
                mine = codes == g
                expected = by_definition(duration[mine].tolist(), over[mine].tolist(), share)
                assert found[i, start + g] == pytest.approx(expected, nan_ok=True), (share, g)


def test_percentiles_of_nothing() -> None:
    none = Sample(np.zeros(0), np.zeros(0, bool), [(np.zeros(0, np.intp), 3)])
    assert np.isnan(percentiles([none], (0.5,))).all()


def test_delivered_within_counts_only_who_was_seen_long_enough():
    run = small_run()
    table, end = run.requests, 5.0 * run.scenario.study.horizon_weeks
    found = breakdowns(run)["within_discretionary"]
    mine = (table["type"] >= 0) & (table["fate"] != 3) & (table["raised"] >= 0) & (table["statutory"] == 0)
    for day in (0, 1, 5, 20, 60):
        seen = mine & (end - table["raised"] >= day)
        done = seen & (table["fate"] == 1) & (table["closed"] - table["raised"] <= day)
        expected = done.sum() / seen.sum() if seen.any() else np.nan
        np.testing.assert_allclose(found[day], expected)


def test_waits_are_time_averages_of_queues():
    run = small_run()
    tasks, end = run.tasks, 5.0 * run.scenario.study.horizon_weeks
    found = breakdowns(run)
    teams = len(run.names.teams) + 1
    by_team = found["waits_directorate"].reshape(-1, teams)
    expected = np.zeros_like(by_team)
    for row in range(len(tasks["kind"])):
        if tasks["kind"][row] != 0:
            continue
        since = tasks["ready"][row] if np.isnan(tasks["queued"][row]) else tasks["queued"][row]
        until = tasks["finished"][row] if np.isnan(tasks["started"][row]) else tasks["started"][row]
        until = end if np.isnan(until) else min(until, end)
        asker = run.requests["directorate"][tasks["request"][row]]
        expected[asker, tasks["team"][row] + 1] += max(0.0, until - max(since, 0.0)) / end
    np.testing.assert_allclose(by_team, expected, atol=1e-9)
    np.testing.assert_allclose(found["waits_skill"].reshape(-1, teams).sum(0), by_team.sum(0), atol=1e-9)
    by_skill = found["waits_skill"].reshape(-1, teams).sum(1)
    np.testing.assert_allclose(found["waits_level"].reshape(len(by_skill), -1).sum(1), by_skill, atol=1e-9)


def test_teams_and_roles_of_fewer_than_three_are_not_reported() -> None:
    found, everything = measure(small_run()), measure(small_run(), fewest=1)
    hidden = {group for (group, _), value in found.values.items()
              if math.isnan(value) and not math.isnan(everything.values[group, _])}
    assert {"team=hub", "team=spoke", "role=analyst", "skill=engineering"} <= hidden
    assert all(group.startswith(("team=", "role=", "skill=")) for group in hidden)
    # What is said of a skill's tasks stays; what is said of the two who have it does not.
    assert math.isnan(found.get("utilisation", "skill=engineering"))
    assert not math.isnan(found.get("waiting", "skill=engineering"))
    assert not math.isnan(found.get("utilisation"))
