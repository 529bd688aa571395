"""Replay: its counts against a plain reading of the records, its trips, and that nothing gets lost."""

import json
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from opmodel import load_scenario, run
from opmodel.comparison.structures import structures_of
from opmodel.metrics import series
from opmodel.records import ABANDONED, CLARIFICATION, DELIVERED, GATE, NOT_RAISED, TASK
from opmodel.replay import replay
from opmodel.replay.places import places_of
from opmodel.replay.tables import ELSEWHERE
from opmodel.replay.trips import thinned, trips_of
from opmodel.shipped import shipped

#: A world in which everything that can happen to a request does: boards, questions, upkeep, nobody with the skill.
BUSY = {
    "request_types__pipeline__gate_chance": 0.8, "request_types__pipeline__gate_before": 2,
    "request_types__analysis__clarification_chance": 0.9, "people__turnover": 0.6,
    "request_types__pipeline__per_year": 60, "study__horizon_weeks": 78,
    "request_types__pipeline__upkeep": {"skill": "engineering", "per_month": "3h", "life": "3y"},
}


@pytest.fixture(scope="module")
def structures():
    return structures_of(load_scenario(shipped("minimal"), **BUSY))


@pytest.fixture(scope="module", params=["today", "hub_and_spoke", "federated"])
def world(request, structures):
    scenario = structures[request.param]
    return run(scenario, seed=3, replication=1), replay(scenario, seed=3, replication=1)


def test_everything_that_can_happen_happens_in_this_world(structures):
    runs = [run(structures[name], seed=3, replication=1) for name in ("today", "hub_and_spoke")]
    kinds = [r.tasks["kind"] for r in runs]
    assert all((kind == GATE).any() and (kind == CLARIFICATION).any() for kind in kinds)
    assert any(((r.tasks["team"] < 0) & (r.tasks["kind"] == TASK)).any() for r in runs)
    assert any(np.bincount(r.seats.team).min() < 3 <= np.bincount(r.seats.team).max() for r in runs)
    assert all((r.requests["type"] < 0).any() and (r.requests["fate"] == ABANDONED).any() for r in runs)


def standing(r, day):
    """Where every visit is at a moment, read row by row: what has happened by then has happened."""
    found = {"waiting": {}, "busy": {}, **dict.fromkeys(ELSEWHERE, 0)}
    table = r.tasks
    for k in range(table["kind"].size):
        ready, queued, started, ended = (float(table[c][k]) for c in ("ready", "queued", "started", "finished"))
        if not ready <= day or ended <= day:
            continue
        kind, team = table["kind"][k], int(table["team"][k])
        if kind == GATE:
            found["board"] += 1
        elif kind == CLARIFICATION:
            found["requester"] += 1
        elif team < 0:
            found["blocked"] += 1
        elif started <= day:
            found["in_hand"] += 1
            home = int(r.seats.team[table["person"][k]])
            found["busy"][home] = found["busy"].get(home, 0) + 1
        elif queued <= day:
            found["waiting"][team] = found["waiting"].get(team, 0) + 1
        else:
            found["handing_over"] += 1
    return found


def test_counts_are_those_of_the_tasks_table(world):
    r, found = world
    teams = range(len(found.teams))
    for day in (0, 1, 5, 17, 63, 130, 249, 250, 389, 390):
        wanted = standing(r, float(day))
        places = found.places
        assert places.waiting[day].tolist() == [wanted["waiting"].get(t, 0) for t in teams]
        assert places.busy[day].tolist() == [wanted["busy"].get(t, 0) for t in teams]
        assert {name: int(getattr(places, name)[day]) for name in ELSEWHERE} == {n: wanted[n] for n in ELSEWHERE}


def test_moments_between_days_are_counted_too(world):
    r, _ = world
    times = np.array([0.3, 77.77, 200.5])
    counted = places_of(r, times)
    for k, time in enumerate(times):
        assert counted.in_hand[k] == standing(r, time)["in_hand"]


def test_nothing_gets_lost(world):
    _, found = world
    table = found.weekly()
    elsewhere = sum(table[heading] for heading in ELSEWHERE.values())
    by_team = sum(table[f"waiting: {team.name}"] for team in found.teams)
    assert (table["waiting"] == by_team).all()
    assert (table["open"] + table["upkeep tasks open"] == table["waiting"] + elsewhere).all()
    flow = (table["raised"] - table["delivered"] - table["given up"]).cumsum()
    assert (flow == table["open"]).all()
    assert table["open"].iloc[-1] > 0
    assert list(table["week"]) == list(range(79))


def test_people_at_work_are_no_more_than_there_are(world):
    _, found = world
    assert (found.places.busy <= found.places.filled).all()
    assert found.places.busy.sum(axis=1).tolist() == found.places.in_hand.tolist()


def test_open_requests_are_the_backlog_of_the_comparison(world):
    r, found = world
    assert found.weekly()["open"].iloc[1:].tolist() == series(r)["backlog"].tolist()
    fate, asked = r.requests["fate"], r.requests["type"] >= 0
    assert found.places.delivered[-1] == ((fate == DELIVERED) & asked).sum()
    assert found.places.abandoned[-1] == ((fate == ABANDONED) & asked).sum()


def test_each_request_moves_from_its_directorate_to_its_end_without_a_jump(world):
    r, found = world
    trips = trips_of(r)
    directorates, teams = len(found.directorates), len(found.teams)
    board, delivered, abandoned = (directorates + teams + k for k in range(3))
    assert set(trips.request) == set(np.flatnonzero(r.requests["fate"] != NOT_RAISED))
    same = trips.request[1:] == trips.request[:-1]
    assert (trips.origin[1:] == trips.target[:-1])[same].all()
    assert (np.diff(trips.start)[same] >= 0).all()
    first = np.concatenate(([True], ~same))
    assert (trips.origin[first] == r.requests["directorate"][trips.request[first]]).all()
    from_team, to_team = ((side >= directorates) & (side < board) for side in (trips.origin, trips.target))
    assert to_team[first].all()
    last = np.concatenate((~same, [True]))
    for fate, end in ((DELIVERED, delivered), (ABANDONED, abandoned)):
        assert sorted(trips.request[trips.target == end]) == np.flatnonzero(r.requests["fate"] == fate).tolist()
        assert last[trips.target == end].all()
    assert trips.origin.max() <= board  # what has ended moves no more
    assert (trips.target == board).sum() == (r.tasks["kind"] == GATE).sum()
    asks, answers = trips.target < directorates, (trips.origin < directorates) & ~first
    assert asks.sum() == (r.tasks["kind"] == CLARIFICATION).sum()
    asker = r.requests["directorate"][trips.request]
    assert (trips.target[asks] == asker[asks]).all()
    assert (trips.origin[answers] == asker[answers]).all()
    between = from_team & to_team
    # As many as the requests count, but for those that came straight from the board or the requester.
    hand_offs = np.bincount(trips.request[between], minlength=r.requests["fate"].size)
    assert (hand_offs <= r.requests["hand_offs"]).all()
    plain = ~np.isin(np.arange(hand_offs.size), r.tasks["request"][r.tasks["kind"] != TASK])
    assert hand_offs[plain].tolist() == r.requests["hand_offs"][plain].tolist()


def test_trips_are_thinned_by_whole_requests_and_always_alike(world):
    r, _ = world
    every = trips_of(r)
    some = thinned(every, r.horizon, 300)
    assert 250 < some.start.size <= 300
    for request in np.unique(some.request):
        assert (some.request == request).sum() == (every.request == request).sum()
    assert all((a == b).all() for a, b in zip(some, thinned(every, r.horizon, 300)))
    assert not np.isnan(some.end).any()
    assert some.end.max() <= r.horizon
    assert thinned(every, r.horizon, 10**6).start.size == every.start.size


def test_the_same_future_in_another_process_or_thread(structures):
    done = []
    with ThreadPoolExecutor(1) as executor:
        there = replay(structures["today"], seed=5, executor=executor, on_progress=lambda *n: done.append(n))
    here = replay(structures["today"], seed=5)
    assert there.columns() == here.columns()
    assert here.columns() != replay(structures["today"], seed=6).columns()
    assert done == [(1, 1)]


def test_columns_are_small_plain_and_silent_about_small_teams(world):
    _, found = world
    columns = found.columns()
    text = json.dumps(columns, allow_nan=False)
    assert len(text) < 1_500_000
    assert columns["open"][-1] == found.weekly()["open"].iloc[-1]
    assert len(columns["dates"]) == 79
    assert columns["dates"][1] == "13 April 2026"
    trips = columns["trips"]
    assert len({len(column) for column in trips.values()}) == 1
    for team, box in zip(columns["teams"], found.teams):
        assert (team["busy"] is None) == (team["filled"] is None) == (team["seats"] is None) == (box.seats < 3)
        assert len(team["waiting"]) > 0
        assert len(team["waiting"]) == 5 * 78 + 1


def test_people_of_a_team_are_not_shown_while_fewer_than_three_are_there(structures):
    found = replay(structures["today"], seed=3, replication=1)
    large = [k for k, team in enumerate(found.teams) if team.shows_people]
    assert any((found.places.filled[:, k] < 3).any() for k in large)
    for k in large:
        shown, filled = found.columns()["teams"][k]["busy"], found.places.filled[:, k]
        assert [n is None for n in shown] == (filled < 3).tolist()
        assert [n for n in shown if n is not None] == found.places.busy[filled >= 3, k].tolist()


def test_it_is_read_at_the_milestones_and_at_the_end(world):
    _, found = world
    assert found.milestones == (26, 52, 78)
    figures, queues, table = found.milestone_figures(), found.milestone_queues(), found.weekly()
    assert list(figures.columns) == list(queues.columns) == ["week 26", "week 52", "week 78"]
    assert figures.loc["requests open", "week 52"] == f"{table['open'][52]:,}"
    assert figures.loc["delivered so far", "week 52"] == f"{table['delivered'][:53].sum():,}"
    assert list(queues.index) == [*(team.name for team in found.teams), "all teams"]
    assert queues.iloc[-1, 0] == f"{table['waiting'][26]:,}"
    assert queues.iloc[0, -1] == f"{table[f'waiting: {found.teams[0].name}'][78]:,}"
    assert found.sentence().startswith(f"after 78 weeks {table['open'][78]:,} requests are open, ")
    assert found.sentence().endswith("under these assumptions.")


def test_a_steady_state_is_read_at_half_years():
    scenario = load_scenario(
        shipped("minimal"), study__kind="steady_state", study__horizon_weeks=60, study__warm_up_weeks=13
    )
    found = replay(scenario)
    assert (found.milestones, found.warm_up_weeks) == ((26, 52, 60), 13)


def test_it_can_be_stopped_and_refuses_what_is_no_replication(structures):
    with pytest.raises(ValueError, match="stopped"):
        replay(structures["today"], should_stop=lambda: True)
    with pytest.raises(ValueError, match="numbered from 0"):
        replay(structures["today"], replication=-1)
