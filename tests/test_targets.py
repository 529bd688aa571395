"""Targets: what each comes to by hand, read fast and slowly alike, and how likely they are met."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from networks import exponential, plain, town
from test_metrics import small_run

import opmodel
from opmodel import charts
from opmodel.charts.theme import spec_of
from opmodel.comparison import compare
from opmodel.comparison.intervals import wilson
from opmodel.comparison.targets import how_read
from opmodel.metrics import METRICS, measure
from opmodel.metrics.targets import (
    QUICK,
    Wanted,
    attained,
    by_reading,
    month_of,
    wanted_of,
    weeks_of,
    windows_of,
)
from opmodel.queueing import formulas
from opmodel.records import Run
from opmodel.scenario import ScenarioError, load_scenario
from opmodel.scenario.changes import change_scenario
from opmodel.scenario.scenario import Scenario

NAN, INF = math.nan, math.inf
SHIPPED = sorted((Path(__file__).parent.parent / "scenarios").glob("*.yaml"))
#: Every target there is; in_time_of is added for the types of a scenario.
EVERYTHING = {
    "targets.in_time_rate": 0.9, "targets.backlog": 40, "targets.backlog_days": "60d", "targets.backlog_weeks": 2,
    "targets.lead_time": "10d",
    "targets.others": [
        {"metric": "throughput", "at_least": 1}, {"metric": "backlog_age", "at_most": 20},
        {"metric": "lead_time_p85_discretionary", "at_most": 40}, {"metric": "waited", "at_most": 0.5},
        {"metric": "utilisation", "at_most": 0.95}, {"metric": "utilisation", "at_least": 0.5},
        {"metric": "not_served", "at_most": 0.1}, {"metric": "cost", "at_most": 1e8},
    ],
}


def wanting(run: Run, **targets: Any) -> Run:
    """The same run of a scenario with these targets, read over three weeks before weeks 4 and 10."""
    content = run.scenario.document() | {"targets": {"over_weeks": 3, **targets}}
    return replace(run, scenario=Scenario.model_validate(content))


@pytest.mark.parametrize(("targets", "expected", "met"), [
    # Due from day 5 to 20: the FOI of day 20, delivered on day 5. Due from day 35 to 50: none.
    ({"in_time_rate": 0.9}, (1.0, NAN), (True, True)),
    # Due on day 10, delivered on day 8; due on day 40, abandoned on day 45.
    ({"in_time_of": {"ad_hoc": 0.9}}, (1.0, 0.0), (True, False)),
    ({"in_time_of": {"foi": 0.9}}, (1.0, NAN), (True, True)),
    ({"backlog": 2}, (2, 2), (True, True)),
    ({"backlog": 1.5}, (2, 2), (False, False)),
    ({"backlog_days": "7d"}, (4 + 1 + 1.5, 3 + 5 + 1.5), (True, False)),
    # 10.5 days were raised in the first four weeks (upkeep too, what was open before not), 20.5 in all ten.
    ({"backlog_weeks": 4}, (6.5 / (10.5 / 4), 9.5 / (20.5 / 10)), (True, False)),
    # Raised from day 5 to 20: one took four days, one was still open after five (abandoned later).
    # Raised from day 35 to 50: one, open: no median.
    ({"lead_time": "4d"}, (4.0, INF), (True, False)),
    # Delivered from day 5 to 20, upkeep apart: days 5, 16 and 8; from day 35 to 50: days 35 and 44.
    ({"others": [{"metric": "throughput", "at_least": 1}]}, (3 / 3, 2 / 3), (True, False)),
    ({"others": [{"metric": "throughput", "at_most": 0.9}]}, (3 / 3, 2 / 3), (False, True)),
    ({"others": [{"metric": "backlog_age", "at_most": 7}]}, ((10 + 5) / 2, (10 + 1) / 2), (False, True)),
    ({"others": [{"metric": "utilisation", "at_most": 0.7}]}, ((12 + 3.75 + 12) / (15 + 7.5 + 12), (12 + 3.75) / 22.5),
     (False, True)),
])
def test_targets_by_hand(targets: dict[str, Any], expected: tuple[float, float], met: tuple[bool, bool]) -> None:
    run = wanting(small_run(), **targets)
    (wanted,), (found,) = wanted_of(run.scenario), attained(run)
    assert weeks_of(run.scenario) == (4, 10)
    np.testing.assert_allclose(found, expected)
    assert wanted.met(found).tolist() == list(met)
    assert ((wanted.short(found) == 0.0) == np.array(met)).all()


def test_how_far_a_target_is_missed() -> None:
    least, most = Wanted("a", "throughput", "all", 4.0, True), Wanted("b", "backlog", "all", 4.0, False)
    values = np.array([1.0, 4.0, 9.0, NAN, INF])
    np.testing.assert_array_equal(least.short(values), [3.0, 0.0, 0.0, 0.0, 0.0])
    np.testing.assert_array_equal(most.short(values), [0.0, 0.0, 5.0, 0.0, INF])
    assert most.met(values).tolist() == [True, True, False, True, False]


def test_a_steady_state_is_read_once_over_all_its_weeks() -> None:
    run = wanting(small_run(kind="steady_state", warm_up_weeks=4), in_time_rate=0.9, backlog=1)
    assert weeks_of(run.scenario) == (10,)
    (window,) = windows_of(run.scenario)
    assert (window.start_week, window.end_week) == (4, 10)
    np.testing.assert_allclose(attained(run)[:, 0], [measure(run).get("in_time_statutory"), 2])
    assert attained(run)[0, 0] == 0.5  # due from day 20 on, not in the last three weeks alone


def test_an_empty_list_of_milestones_is_read_at_the_end() -> None:
    run = wanting(small_run(milestones_weeks=[]), in_time_of={"ad_hoc": 0.9})
    assert [(w.start_week, w.end_week) for w in windows_of(run.scenario)] == [(7, 10)]
    np.testing.assert_array_equal(attained(run), [[0.0]])


def test_no_target_no_figures() -> None:
    run = small_run()
    assert wanted_of(run.scenario) == ()
    assert measure(run).attained.shape == (0, 2)


def test_a_task_taken_up_at_once_has_not_waited() -> None:
    run = small_run()
    tasks = {name: column.copy() for name, column in run.tasks.items()}
    assert measure(run).get("waited") == 1.0
    tasks["started"][0] = tasks["queued"][0]  # somebody was free
    changed = replace(run, tasks=tasks)
    assert measure(changed).get("waited") == pytest.approx(6 / 7)
    assert measure(changed).get("waited", "skill=analysis") == pytest.approx(4 / 5)
    tasks["team"][7] = 1  # on its way to a team until after the end, not blocked
    tasks["blocked"][7] = 0.0
    assert measure(changed).get("waited", "skill=engineering") == pytest.approx(1 / 2)
    tasks["started"][2], tasks["blocked"][2] = tasks["queued"][2], 1.0  # nobody had the skill, then somebody came
    assert measure(changed).get("waited", "skill=engineering") == pytest.approx(1 / 2)
    tasks["blocked"][2] = 0.0
    assert measure(changed).get("waited", "skill=engineering") == 0.0


def test_the_share_that_waits_is_erlang_c() -> None:
    people, load = 3, 2.1
    scenario = plain({
        "study": {"kind": "steady_state", "horizon_weeks": 1200, "warm_up_weeks": 100},
        "request_types": {"query": {"per_year": 260 * load, "effort": exponential(1.0)}},
        "posts": {"analyst": {"count": people}},
    })
    found = np.array([measure(opmodel.run(scenario, seed=5, replication=k)).get("waited") for k in range(8)])
    assert abs(found.mean() - formulas.erlang_c(people, load)) < 4 * found.std(ddof=1) / math.sqrt(found.size)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda p: p.stem)
def test_fast_and_general_reading_agree(path: Path) -> None:
    scenario = load_scenario(path)
    timed = {name: 0.9 for name, kind in scenario.request_types.items() if kind.deadline or kind.internal_deadline}
    scenario = change_scenario(scenario, {**EVERYTHING, "targets.in_time_of": timed})
    run, wanted = opmodel.run(scenario, seed=3), wanted_of(scenario)
    fast, slow = attained(run), by_reading(run, wanted, windows_of(scenario))
    for one, mine, its in zip(wanted, fast, slow, strict=True):
        if METRICS[one.metric].unit in ("share", "requests"):
            np.testing.assert_array_equal(mine, its, err_msg=one.name)  # counts and their ratios, to the bit
        else:
            np.testing.assert_allclose(mine, its, rtol=1e-9, atol=1e-9, err_msg=one.name)  # sums in another order
    assert {one.metric for one in wanted} >= set(QUICK) - {"lead_time", "in_time_discretionary"}


def test_every_target_has_a_metric_that_every_organisation_has() -> None:
    scenario = town(*[{"targets": {"others": [{"metric": name, "at_most": 1}]}} for name in ("waited",)])
    assert [one.name for one in wanted_of(scenario)] == ["waited"]
    from opmodel.scenario.study import SHARES, OtherTarget, Targets

    names = OtherTarget.model_fields["metric"].annotation.__args__
    assert all("all" in METRICS[name].groups for name in names)
    assert {name for name in names if METRICS[name].unit.startswith("share")} == set(SHARES)
    from opmodel.metrics.targets import FIELDS

    assert set(Targets.model_fields) - {"in_time_of", "others", "over_weeks"} == set(FIELDS)


def test_targets_in_words() -> None:
    scenario = change_scenario(load_scenario(SHIPPED[0].with_name("council.yaml")), {
        "targets.in_time_of": {"foi": 0.95},
        "targets.others": [{"metric": "utilisation", "at_most": 0.9}, {"metric": "utilisation", "at_least": 0.7}],
    })
    assert [one.words for one in wanted_of(scenario)] == [
        "in-time rate, statutory, at least 90 %", "in-time rate, statutory (foi), at least 95 %",
        "lead time, discretionary, median, at most 15 working days", "utilisation at most 90 %",
        "utilisation at least 70 %",
    ]
    assert [one.name for one in wanted_of(scenario)][-2:] == ["utilisation", "utilisation at least"]
    assert [month_of(week) for week in (26, 52, 78, 104, 13)] == [6, 12, 18, 24, 3]


# -- what a file may state ----------------------------------------------------------------------------


@pytest.mark.parametrize(("changes", "message"), [
    ({"targets.in_time_of": {"foy": 0.9}},
     "targets.in_time_of.foy: unknown request type 'foy', did you mean 'foi'?"),
    ({"targets.others": [{"metric": "waited"}]},
     "targets.others.0: 'waited' states nothing; state at_least or at_most"),
    ({"targets.others": [{"metric": "cost", "at_least": 1, "at_most": 2}]},
     "targets.others.0: 'cost' states both at_least and at_most; make two entries of it"),
    ({"targets.others": [{"metric": "waited", "at_most": 20}]},
     "targets.others.0.at_most: is a share, so it should be between 0 and 1, such as 0.9 for 90 % (got 20)"),
    ({"targets.others": [{"metric": "cost", "at_most": 1}, {"metric": "cost", "at_most": 2}]},
     "targets.others.1: 'cost' has at_most twice; leave one of them out"),
    ({"targets.in_time_of": {"foi": 0.9}, "request_types.foi.deadline": None,
      "request_types.foi.internal_deadline": None},
     "targets.in_time_of.foi: 'foi' has no deadline, so none is ever due: give it one, or state a lead time instead"),
])
def test_a_wrong_target_is_told_with_its_remedy(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ScenarioError) as error:
        change_scenario(load_scenario(SHIPPED[0].with_name("council.yaml")), changes)
    assert [str(problem) for problem in error.value.problems] == [f"--set: {message}"]


def test_a_target_that_cannot_be_missed_is_warned_of() -> None:
    from opmodel.scenario.checks import found_in

    stated = {"targets": {"in_time_rate": 0.9, "lead_time": "9d", "over_weeks": 60}}
    foi = {"deadline": None, "statutory": True}
    found = {finding.path: finding for finding in found_in(town(stated)) if finding.path.startswith("targets")}
    assert list(found) == ["targets.over_weeks"]
    assert "is longer than the horizon of 52 weeks" in found["targets.over_weeks"].text
    all_legal = {"request_types": {name: foi for name in ("foi", "report", "agreement", "fix")}}
    found = {finding.path: finding for finding in found_in(town(stated, all_legal))}
    assert "counts as met, as no statutory request type has a deadline" in found["targets.in_time_rate"].text
    assert "counts as met, as there are no discretionary requests" in found["targets.lead_time"].text
    assert all(finding.warning for path, finding in found.items() if path.startswith("targets"))


# -- in a comparison ----------------------------------------------------------------------------------


ASKED = {
    "study": {"milestones_weeks": [26, 52]},
    "targets": {"in_time_of": {"foi": 0.6}, "backlog_weeks": 2.0, "lead_time": "12d",
                "others": [{"metric": "waited", "at_most": 0.6}]},
}


@pytest.fixture(scope="module")
def found() -> opmodel.Comparison:
    return compare({"today": town(ASKED), "busier": town(ASKED, {"demand": {"demand_scale": 1.1}}),
                    "another": town(ASKED, {"targets": {"lead_time": None, "backlog": 30}})}, replications=6, seed=4)


def test_chances_are_shares_of_futures(found: opmodel.Comparison) -> None:
    table = found.chances()
    assert set(table["target"][table["scenario"] == "today"]) == {
        "all", "in_time_of foi", "backlog_weeks", "lead_time", "waited"
    }
    assert set(table["target"][table["scenario"] == "another"]) == {
        "all", "in_time_of foi", "backlog_weeks", "backlog", "waited"
    }
    assert len(table) == 3 * 5 * 2
    np.testing.assert_array_equal(table["chance"], table["met_in"] / table["n"])
    ends = np.array([wilson(met, n) for met, n in zip(table["met_in"], table["n"], strict=True)])
    np.testing.assert_array_equal(table[["chance_low", "chance_high"]], ends)
    assert dict(zip(table["week"], table["month"], strict=True)) == {26: 6.0, 52: 12.0}
    for (name, week), rows in table.groupby(["scenario", "week"], sort=False):
        each = rows[rows["target"] != "all"]
        together = rows[rows["target"] == "all"].iloc[0]
        assert together["chance"] <= each["chance"].min()
        values = found.gathered.attained(str(name))
        k = weeks_of(found.scenarios[str(name)]).index(int(week))
        met = [one.met(values[:, t, k]) for t, one in enumerate(wanted_of(found.scenarios[str(name)]))]
        assert together["met_in"] == np.all(met, axis=0).sum()
        worst = "not met" if "not met" in set(each["state"]) else "uncertain" if "uncertain" in set(each["state"]) else "met"
        assert together["state"] == worst
    assert 0.0 < table["chance"].mean() < 1.0  # targets that distinguish


def test_chances_are_those_of_the_hiring_planner(found: opmodel.Comparison) -> None:
    from opmodel.hiring.trying.trials import outcome, row_of

    scenario, table = found.scenarios["today"], found.chances().query("scenario == 'today' and target == 'all'")
    rows = np.array([row_of(opmodel.run(scenario, seed=4, replication=k)) for k in range(6)])
    np.testing.assert_array_equal(table["chance"], outcome(scenario, rows).met().mean(axis=0))
    assert tuple(table["week"]) == outcome(scenario, rows).weeks


def test_each_replication_leaves_its_own_values(found: opmodel.Comparison) -> None:
    run = opmodel.run(found.scenarios["busier"], seed=4, replication=5)
    np.testing.assert_array_equal(found.gathered.attained("busier")[5], attained(run))
    copy = found.gathered.copy()
    copy._attained["busier"].pop()
    assert len(found.gathered.attained("busier")) == 6  # what is streamed does not change what goes on


def test_targets_over_the_whole_study_have_a_row_each(found: opmodel.Comparison) -> None:
    table = found.targets().query("scenario == 'today'").set_index("target")
    assert list(table.index) == ["in_time_of foi", "backlog_weeks", "lead_time", "waited"]
    summary = found.summary().set_index(["scenario", "group", "metric"])["mean"]
    assert table.loc["in_time_of foi", "mean"] == summary["today", "type=foi", "in_time_statutory"]
    assert table.loc["waited", "mean"] == summary["today", "all", "waited"]
    assert table.loc["waited", "amount"] == "at most 60 %"
    assert table.loc["waited", "label"] == "tasks that had to wait"


def test_an_earlier_comparison_keeps_its_chances(found: opmodel.Comparison) -> None:
    few = compare(found.scenarios, replications=3, seed=4)
    more = compare(found.scenarios, replications=6, seed=4, so_far=few)
    pd.testing.assert_frame_equal(more.chances(), found.chances())
    assert (few.chances()["n"] == 3).all()


def test_chances_in_document_text_and_chart(found: opmodel.Comparison) -> None:
    from opmodel.cli.comparison_text import blocks
    from opmodel.cli.tables import Table

    document = json.loads(json.dumps(found.document(), allow_nan=False))
    assert len(document["chances"]) == len(found.chances())
    assert document["chances"][0]["target"] == "all"
    assert document["chances"][0]["mean"] is None
    (table,) = [b for b in blocks(found) if isinstance(b, Table) and b.title == "Chance of meeting the targets"]
    assert table.headings == ("structure", "target", "by month 6", "by month 12")
    assert len(table.rows) == 15
    assert "13 weeks before it" in table.note
    assert "6 futures" in table.note
    chart = spec_of(charts.chance_by_month(found.chances()))
    cells = next(iter(chart["datasets"].values()))
    assert len(cells) == 3 * 2
    assert {cell["target"] for cell in cells} == {"all"}
    assert all(" to " in cell["short"] for cell in cells)  # no share without its interval
    assert "under these assumptions" in charts.chance_takeaway(found.chances())
    shown = charts.chances_table(found.chances())
    assert list(shown.columns) == ["structure", "target", "by month 6", "by month 12"]
    assert len(shown) == 15


def test_a_steady_state_has_no_month() -> None:
    scenario = plain({"study": {"kind": "steady_state", "horizon_weeks": 40, "warm_up_weeks": 10},
                      "targets": {"others": [{"metric": "waited", "at_most": 0.5}]}})
    found = compare({"desk": scenario}, replications=3)
    table = found.chances()
    assert table["month"].isna().all()
    assert charts.chances_table(table).columns[-1] == "in the long run"
    assert len(charts.chances_table(table)) == 1  # one target and all targets are the same
    assert "after its warm-up" in how_read(found)
    whole = found.targets().iloc[0]
    assert (whole["mean"], whole["met_in"]) == tuple(table.query("target == 'waited'").iloc[0][["mean", "met_in"]])


def test_a_target_of_what_never_falls_due_is_warned_of() -> None:
    wished = {"targets": {"in_time_rate": 0.9, "backlog": 100}, "study": {"horizon_weeks": 8, "milestones_weeks": [4, 8]}}
    found = compare({"desk": plain(wished)}, replications=2)
    (note,) = [said for said in found.notes() if "nothing to measure" in said]
    assert note.startswith("desk: 'in-time rate, statutory, at least 90 %' had nothing to measure by week 4 and 8")
    assert set(found.chances().query("target == 'in_time_rate'")["chance"]) == {1.0}
    found = compare({"desk": plain(wished, {"targets": {"in_time_rate": None}})}, replications=2)
    assert not [said for said in found.notes() if "nothing to measure" in said]


def test_without_targets_there_is_nothing_to_say() -> None:
    found = compare({"desk": plain({"study": {"horizon_weeks": 8}})}, replications=2)
    assert found.chances().empty
    assert found.targets().empty
    assert found.document()["chances"] == []


@pytest.mark.parametrize(("metric", "value", "said"), [
    ("backlog_weeks", 1.0, "at most 1 week"), ("backlog_weeks", 1.5, "at most 1.5 weeks"),
    ("lead_time_p50_discretionary", 1.0, "at most 1 working day"), ("in_time_statutory", 0.9, "at least 90 %"),
])
def test_one_week_is_one_week_in_words(metric: str, value: float, said: str) -> None:
    assert Wanted("x", metric, "all", value, METRICS[metric].better == "higher").amount == said
