"""Explaining one structure: days by cause add up, and every figure agrees with the records it is read off."""

import concurrent.futures as cf
import re

import numpy as np
import pytest
from networks import exponential, lognormal, plain, town

import opmodel
from opmodel.comparison import structures_of
from opmodel.explanation import CAUSES, explain
from opmodel.explanation.busyness import BANDS, groups_of, spread, utilisation
from opmodel.explanation.causes import days_by_cause, mean_days
from opmodel.explanation.holders import holders_of, share_alone
from opmodel.explanation.progress import DRAWN, ages, cumulative_flow, cycle_percentiles, moments_of, scatter
from opmodel.explanation.queues import BOARD, NO_TEAM, periods_of, places_of, waiting_days
from opmodel.explanation.study import Explanation
from opmodel.explanation.tables import left_out
from opmodel.explanation.words import worded
from opmodel.metrics import measure, series, window_of
from opmodel.metrics.measures import FEWEST
from opmodel.records import DELIVERED, TASK
from opmodel.replication import compiled
from opmodel.shipped import shipped

COLUMN = {name: k for k, name in enumerate(CAUSES)}


@pytest.fixture(scope="module")
def council():
    return structures_of(opmodel.load_scenario(shipped("council")))


@pytest.fixture(scope="module")
def today(council):
    run = opmodel.run(council["today"])
    return run, window_of(run.scenario)


@pytest.fixture(scope="module")
def found():
    return explain(opmodel.load_scenario(shipped("minimal")), replications=4)


def adds_up(run):
    table = run.requests
    done = table["fate"] == DELIVERED
    assert done.sum() > 100
    days = days_by_cause(run)[done]
    lead = (table["closed"] - table["raised"])[done]
    assert np.abs(days.sum(axis=1) - lead).max() < 1e-9
    assert days.min() > -1e-9
    return days


# -- time by cause ---------------------------------------------------------------------------------


@pytest.mark.parametrize("structure", ["today", "centralised", "hub_and_spoke", "federated"])
def test_causes_add_up_to_the_lead_time_with_every_mechanism_on(council, structure):
    days = adds_up(opmodel.run(council[structure], replication=3))
    for cause in ("touch", "queue", "hand_off", "gate", "requester", "away", "rework", "before"):
        assert days[:, COLUMN[cause]].sum() > 0.0, cause


@pytest.mark.parametrize("name", ["minimal", "foi-service", "data-access"])
def test_causes_add_up_in_other_scenarios(name):
    adds_up(opmodel.run(opmodel.load_scenario(shipped(name))))


def test_causes_add_up_where_people_leave_and_tasks_are_handed_back():
    change = {"people": {"turnover": 0.6}, "flow": {"reassign_after": "1d", "escalate_after": "3d", "slice": "0.5d"}}
    run = opmodel.run(town(change))
    adds_up(run)
    assert run.weeks["person", "left"].sum() > 0


def test_touch_and_rework_hold_all_on_duty_days(today):
    run, _ = today
    days, done = days_by_cause(run), run.requests["fate"] == DELIVERED
    once = done & (run.requests["passes"] == 0)
    assert days[once, COLUMN["rework"]].max() == 0.0
    assert days[once, COLUMN["touch"]] == pytest.approx(run.requests["touch"][once], abs=1e-9)
    again = done & (run.requests["passes"] > 0)
    assert again.any()
    assert (days[again, COLUMN["rework"]] > 0.0).all()
    assert (days[again, COLUMN["touch"]] < run.requests["touch"][again]).all()


def test_a_plain_queue_knows_only_work_and_nobody_free():
    run = opmodel.run(plain({"request_types": {"query": {"per_year": 180.0}}}))
    days = adds_up(run).sum(axis=0)
    assert days[COLUMN["touch"]] > 0
    assert days[COLUMN["queue"]] > 0
    assert days[[k for name, k in COLUMN.items() if name not in ("touch", "queue")]] == pytest.approx(0.0, abs=1e-8)


def test_a_skill_that_nobody_has_is_told_from_people_who_are_busy():
    steps = [{"skill": "analysis", "share": 0.5}, {"skill": "data_science", "share": 0.5}]
    trick = {"per_year": 30.0, "effort": lognormal(0.1), "steps": steps}
    scenario = plain({"request_types": {"trick": trick}})
    run = opmodel.run(scenario)
    window = window_of(scenario)
    places, days = places_of(run), waiting_days(run, window).sum(axis=0)
    blocked = run.tasks["blocked"].sum()
    assert blocked > 100
    held = sum(d for place, d in zip(places, days, strict=True) if place.team == NO_TEAM)
    assert held == pytest.approx(blocked, rel=1e-9)


def test_means_are_of_what_was_delivered_in_the_window(today):
    run, window = today
    table = run.requests
    legal = (table["fate"] == DELIVERED) & table["statutory"] & (table["type"] >= 0)
    lead = (table["closed"] - table["raised"])[legal].mean()
    assert mean_days(run, window)[0].sum() == pytest.approx(lead)


def test_only_what_was_delivered_after_the_warm_up_counts():
    steady = plain({"study": {"kind": "steady_state", "horizon_weeks": 52, "warm_up_weeks": 40}})
    run, table = (found := opmodel.run(steady)), found.requests
    late = (table["fate"] == DELIVERED) & (table["closed"] >= 200.0)
    lead = (table["closed"] - table["raised"])[late].mean()
    assert np.nansum(mean_days(run, window_of(steady))) == pytest.approx(lead)
    assert periods_of(window_of(steady)) == [(41, 52)]


# -- people ----------------------------------------------------------------------------------------


def test_no_group_has_fewer_than_three_posts(council):
    for scenario in council.values():
        run = opmodel.run(scenario)
        groups = groups_of(run)
        assert min(len(group.seats) for group in groups) >= FEWEST
        for family, codes in (("team", run.seats.team), ("role", run.seats.role)):
            seats = sorted(seat for group in groups if group.family == family for seat in group.seats)
            assert seats == list(range(codes.size)), (scenario.name, family)
    lone = {name for k, name in enumerate(run.names.roles) if (run.seats.role == k).sum() < FEWEST}
    assert lone
    assert not lone & {group.name for group in groups}


def test_a_single_small_group_takes_the_smallest_other_with_it():
    run = opmodel.run(opmodel.load_scenario(shipped("minimal")))
    groups = {(group.family, group.name): len(group.seats) for group in groups_of(run)}
    assert groups["team", "all teams together"] == 6
    assert groups["role", "all roles together"] == 6


def test_utilisation_is_that_of_the_metrics(today):
    run, window = today
    groups = groups_of(run)
    found, known = utilisation(run, window, groups), measure(run)
    shared = 0
    for group, share in zip(groups, found, strict=True):
        name = "all" if group.family == "all" else f"{group.family}={group.name}"
        if (name, "utilisation") in known.values:
            assert share == pytest.approx(known.get("utilisation", name))
            shared += 1
    assert shared >= 10


def test_every_post_on_duty_is_in_one_band(today):
    run, window = today
    groups = groups_of(run)
    found = spread(run, window, groups)
    assert found.shape == (len(groups), len(BANDS))
    assert found.sum(axis=1) == pytest.approx([len(group.seats) for group in groups])
    share = run.weeks["person", "worked"].sum(axis=0) / run.weeks["person", "on_duty"].sum(axis=0)
    assert found[0, -1] == (share >= 0.9).sum()


def test_one_team_of_all_is_shown_once(found):
    assert list(dict.fromkeys(found.spread()["name"])) == ["all teams together"]


# -- queues, backlog, flow -------------------------------------------------------------------------


def test_waiting_days_of_all_quarters_are_those_of_the_records(today):
    run, window = today
    tasks, places = run.tasks, places_of(run)
    days = waiting_days(run, window)
    assert days.shape == (8, len(places))
    leave = np.fmin(np.fmin(tasks["started"], tasks["finished"]), run.horizon)
    leave = np.where(np.isnan(leave), run.horizon, leave)
    for k, skill in enumerate(run.names.skills):
        for t, team in enumerate(run.names.teams):
            mine = (tasks["kind"] == TASK) & (tasks["skill"] == k) & (tasks["team"] == t) & ~np.isnan(tasks["queued"])
            wanted = (leave - tasks["queued"])[mine].sum()
            at = next(i for i, place in enumerate(places) if place == (team, skill))
            assert days[:, at].sum() == pytest.approx(wanted, abs=1e-6)
    gate = tasks["kind"] == 1
    assert places[-1].team == BOARD
    assert days[:, -1].sum() == pytest.approx((leave - tasks["ready"])[gate].sum())


def test_the_backlog_by_age_is_the_backlog(today):
    run, window = today
    found, known = ages(run, window), measure(run)
    for week, open_then in zip(moments_of(window), found, strict=True):
        assert open_then.sum() == known.get("backlog", f"milestone={week}")
    age = known.get("backlog_age")
    low, high = np.array([0, 10, 20, 40, 80]), np.array([10, 20, 40, 80, 520])
    last = found[-1].sum(axis=0)
    assert (last * low).sum() / last.sum() <= age <= (last * high).sum() / last.sum()


def test_cumulative_flow_never_falls_and_leaves_the_backlog_between_its_lines(today):
    run, _ = today
    raised, started, delivered, abandoned = cumulative_flow(run)
    for line in (raised, started, delivered, abandoned):
        assert (np.diff(line) >= 0).all()
    assert (raised >= started + abandoned).all()
    assert (started >= delivered).all()
    assert raised - delivered - abandoned == pytest.approx(series(run)["backlog"])


def test_cycle_times_and_their_percentiles(today):
    run, window = today
    points, found = scatter(run, window), cycle_percentiles(run, window)
    assert points.shape == (3, DRAWN)
    assert (points == scatter(run, window)).all()
    table = run.requests
    mine = (table["fate"] == DELIVERED) & (table["type"] >= 0) & ~table["statutory"]
    cycle = np.sort((table["closed"] - table["first_start"])[mine])
    for share, value in zip((0.5, 0.85, 0.95), found[1], strict=True):
        assert (cycle <= value).mean() >= share
        assert (cycle < value).mean() < share


# -- single points of failure ----------------------------------------------------------------------


def test_holders_are_counted_in_teams_and_along_routes():
    scenario = town()
    network = compiled(scenario)
    found = holders_of(network)
    teams = [team.name for team in network.seating.teams]
    skills = list(scenario.skills)
    index = {(skills[s], int(level)): n for n, (s, level) in enumerate(zip(found.skill, found.level, strict=True))}
    governance = index["governance", 1]
    assert found.here[teams.index("homes"), governance] == 1  # its senior
    assert found.here[teams.index("hub"), governance] == 2  # senior and steward
    assert found.here[teams.index("green"), governance] == 0
    assert found.reach[teams.index("homes"), governance] == 3
    assert found.reach[teams.index("hub"), governance] == 2  # from parks, whose own team has nobody


def test_a_lone_holder_of_the_organisation_is_told_without_what_it_does():
    scenario = town({"posts": {"senior": {"count": 1, "role": "senior"}, "steward": None},
                     "today": {"teams": {"hub": {"seats": {"engineer": 2, "senior": 1, "steward": None}},
                                         "homes": {"seats": {"analyst": 2, "senior": None}}}},
                     "people": {"turnover": 0.0}})
    table = explain(scenario, replications=2).single_points()
    whole = table[table["organisation"] <= 1]
    assert set(whole["skill"]) == {"governance"}
    assert whole["organisation"].tolist() == [1]
    assert whole["mean"].isna().all()
    assert whole["n"].tolist() == [0]


@pytest.fixture(scope="module")
def hanging(council):
    return {name: explain(scenario, replications=2) for name, scenario in council.items()}


def test_teams_of_fewer_than_three_posts_are_counted_and_never_named(hanging):
    counted = 0
    for found in hanging.values():
        table, posts = found.single_points(), dict(zip(found.about.teams, found.about.posts, strict=True))
        assert sum(posts.values()) == sum(len(group.seats) for group in found.about.groups if group.family == "team")
        assert all(posts[name] >= FEWEST for names in table["teams"] for name in names)
        assert (table["posts"] == table["teams"].map(len) + table["small"]).all()
        counted += int(table["small"].sum())
    assert counted > 0


def test_what_lone_holders_do_is_told_for_three_or_more_together_only(hanging):
    told = 0
    for found in hanging.values():
        table, shares = found.single_points(), found.stacked("alone")
        few = table[table["posts"] < FEWEST]
        assert few[["mean", "low", "high"]].isna().all(axis=None)
        many = table[table["posts"] >= FEWEST]
        assert ((many["mean"] > 0.0) & (many["mean"] <= 1.0)).all()
        assert (many["n"] == 2).all()
        told += len(many)
        here = found.about.holders.here
        for row in many.to_dict("records"):
            sums = [np.nanmean(shares[:, here[:, n] == 1, n].sum(axis=1)) for n in range(here.shape[1])]
            assert min(abs(row["mean"] - each) for each in sums) < 1e-12
    assert told > 0


def test_a_skill_is_told_once_at_each_level(hanging):
    for found in hanging.values():
        assert not found.single_points().duplicated(["skill", "level"]).any()


def test_shares_of_lone_holders_are_shares(today):
    run, window = today
    share = share_alone(run, window, compiled(run.scenario))
    known = share[~np.isnan(share)]
    assert known.min() >= 0.0
    assert known.max() <= 1.0 + 1e-12


# -- the verb --------------------------------------------------------------------------------------


def test_an_explanation_has_means_intervals_and_replications(found):
    times = found.times()
    assert set(times["n"]) == {4}
    for _, rows in times.groupby("duty"):
        parts, lead = rows[rows["cause"] != "lead"], rows[rows["cause"] == "lead"]
        assert parts["mean"].sum() == pytest.approx(lead["mean"].iloc[0])
    for table in (times, found.utilisation(), found.bottlenecks(), found.ages(), found.flow(),
                  found.cycle_percentiles(), found.left_out()):
        assert (table["low"] <= table["mean"]).all()
        assert (table["high"] >= table["mean"]).all()
        assert (table["low"] >= 0.0).all()
    assert found.finished
    assert found.provenance["replications"] == 4


def test_the_first_bottleneck_is_counted_in_futures(found):
    table = found.bottlenecks()
    assert (table.groupby("period")["top"].sum() <= 4).all()
    assert table["top"].max() >= 1
    assert (table["queue"] * 65).to_numpy() == pytest.approx(table["mean"].to_numpy())


def test_the_answer_names_work_and_waiting_and_what_is_left_out(found):
    said = found.answer()
    assert said[0].startswith("Of an average delivered discretionary request's ")
    assert " are work, " in said[0]
    assert " wait because no one is free" in said[0]
    assert "of discretionary requests " in said[-1]
    assert " unfinished and " in said[-1]
    assert said[-1].endswith(" not served. Means of 4 simulated futures, under these assumptions.")


def test_no_figure_of_the_answer_is_without_its_interval(found):
    for row in left_out(found).to_dict("records"):
        words = worded(row, "share")
        assert f"{words} {row['metric'].replace('_', ' ')}" in found.answer()[-1]
        assert ("(" in words) == (row["high"] > 0.0)
    for sentence in found.answer()[:-1]:
        figures = re.findall(r"[\d.,]*\d(?: \([\d.,]+ to [\d.,]+\))?", sentence)
        assert len(figures) >= 3
        assert all("(" in figure for figure in figures), sentence


def test_one_replication_has_no_interval(found):
    alone = explain(found.scenario, replications=1)
    assert alone.times()["low"].isna().all()
    assert "one simulated future, which gives no interval" in alone.answer()[-1]


def test_results_do_not_depend_on_the_executor(found):
    with cf.ThreadPoolExecutor(2) as pool:
        again = explain(found.scenario, replications=4, executor=pool)
    for field in ("days", "utilisation", "waits", "ages", "flow", "cycles", "alone"):
        assert np.array_equal(again.stacked(field), found.stacked(field), equal_nan=True), field


def test_progress_is_told_partial_results_are_shown_and_stopping_keeps_what_there_is(found):
    told, shown = [], []
    asked = iter([False] * 6 + [True] * 9)
    stopped = explain(
        found.scenario, replications=12, on_progress=lambda *at: told.append(at), should_stop=lambda: next(asked),
        on_partial=shown.append,
    )
    assert told == [(k, 12) for k in range(1, 8)]
    assert [type(part) for part in shown] == [Explanation]
    assert shown[0].replications == 5
    assert not shown[0].finished
    assert stopped.replications == 7
    assert not stopped.finished


def test_no_replications_are_refused(found):
    with pytest.raises(ValueError, match="at least one"):
        explain(found.scenario, replications=0)


def test_without_deliveries_it_says_so():
    busy = plain({"request_types": {"query": {"effort": exponential(4000.0)}}, "study": {"horizon_weeks": 13}})
    assert explain(busy, replications=1).answer()[0].startswith("No request was delivered in one simulated future")
