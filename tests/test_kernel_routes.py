"""The flow kernel on cases worked by hand: hand-offs, escalation, patience, rework, requester, board, reuse."""

from __future__ import annotations

import numpy as np
import pytest
from networks import EXPEDITE, INF, Job, Office, Worker, work

GATE, CLARIFICATION = 1, 2
OPEN, DELIVERED, ABANDONED = 0, 1, 2


# -- hand-offs ---------------------------------------------------------------------------------------


def test_a_hand_off_takes_time_and_extra_effort() -> None:
    """Step 2 reaches the other team 1.5 days later and takes 8 % more."""
    workers = [Worker({0: 1.0}), Worker({1: 1.0}, team=1)]
    office = Office(workers, [Job(0.0, [(0, 1.0), (1, 2.0)])], routes={(0, 1): (1,)}, latency=1.5, extra=0.08).run()
    assert office.closed == [pytest.approx(1.0 + 1.5 + 2.16)]
    assert office.state.request["hand_offs"][0] == 1
    _, second = office.visits(0)
    assert (second["ready"], second["queued"], second["from_team"], second["team"]) == (1.0, 2.5, 0, 1)


def test_the_first_step_may_be_handed_off_at_intake() -> None:
    """The directorate's own team lacks the skill; the hub has it. The next step comes back."""
    workers = [Worker({0: 1.0}), Worker({1: 1.0}, team=1)]
    office = Office(
        workers, [Job(0.0, [(1, 1.0), (0, 1.0)])], routes={(0, 1): (0, 1), (0, 0): (0, 1)}, latency=1.0
    ).run()
    assert office.closed == [4.0]
    assert office.state.request["hand_offs"][0] == 2


def test_colleagues_of_a_sub_team_and_of_another() -> None:
    """Same sub-team: peer effort. Another sub-team, because one's own lacks the skill: latency and effort."""
    costs = {"group_latency": 0.5, "group_effort": 0.1, "peer_effort": 0.02}
    jobs = [Job(0.0, [(0, 1.0), (1, 1.0)])]
    office = Office([Worker({0: 1.0}), Worker({1: 1.0})], jobs, **costs).run()
    assert office.closed == [pytest.approx(2.02)]
    assert office.state.request["hand_offs"][0] == 0
    office = Office([Worker({0: 1.0}), Worker({1: 1.0}, group=1)], jobs, **costs).run()
    assert office.closed == [pytest.approx(2.6)]
    assert office.state.request["hand_offs"][0] == 1
    office = Office([Worker({0: 1.0, 1: 1.0})], jobs, **costs).run()
    assert office.closed == [2.0]


def test_the_second_directorate_routes_the_second_step() -> None:
    """Or the only one."""
    workers = [Worker({0: 1.0, 1: 1.0}), Worker({0: 1.0, 1: 1.0}, team=1)]
    jobs = [Job(0.0, [(0, 1.0), (1, 1.0), (0, 1.0)], second=1), Job(0.0, [(0, 1.0)], second=1)]
    office = Office(workers, jobs, own=(0, 1)).run()
    assert list(office.visits(0)["team"]) == [0, 1, 0]
    assert list(office.visits(1)["team"]) == [1]


# -- escalation --------------------------------------------------------------------------------------


def escalating(**rules: float) -> Office:
    """Team 0 is busy for long; team 1 is next on the route, busy until day 6 and with a queue of its own."""
    workers = [Worker(team=0), Worker(team=1)]
    jobs = [
        Job(0.0, work(50.0)),
        Job(0.0, work(6.0), directorate=1),
        Job(1.0, work(1.0)),
        Job(2.0, work(1.0), directorate=1),
        Job(5.0, work(1.0), directorate=1),
    ]
    return Office(workers, jobs, own=(0, 1), routes={(0, 0): (0, 1), (1, 0): (1,)}, **rules)


def test_an_unstarted_task_moves_to_the_next_team() -> None:
    """Queued at 1, moved at 4; in the other team it stands by its first queueing: before those of 2 and 5."""
    office = escalating(escalate_after=3.0).run()
    assert office.closed == [50.0, 6.0, 7.0, 8.0, 9.0]
    first, second = office.visits(2)
    assert (first["team"], first["queued"], first["finished"]) == (0, 1.0, 4.0)
    assert (second["team"], second["from_team"], second["queued"], second["started"]) == (1, 0, 4.0, 6.0)
    assert np.isnan(first["started"])
    assert office.state.request["hand_offs"][2] == 1


def test_without_escalation_it_waits() -> None:
    """The same office, no escalation."""
    assert escalating().run().closed == [50.0, 6.0, 51.0, 7.0, 8.0]


def test_escalation_passes_teams_that_lack_the_skill() -> None:
    """From team 0 directly to team 2, for team 1 employs nobody with need 0."""
    workers = [Worker(team=0), Worker({1: 1.0}, team=1), Worker(team=2)]
    jobs = [Job(0.0, work(50.0)), Job(1.0, work(1.0))]
    office = Office(workers, jobs, routes={(0, 0): (0, 1, 2)}, escalate_after=2.0, latency=0.5).run()
    assert office.closed == [50.0, 4.5]
    assert list(office.visits(1)["team"]) == [0, 2]


def test_at_the_end_of_its_route_a_task_stays() -> None:
    """Twice moved, it waits in the last team."""
    workers = [Worker(team=0), Worker(team=1), Worker(team=2)]
    jobs = [
        Job(0.0, work(50.0)),
        Job(0.0, work(50.0), directorate=1),
        Job(0.0, work(20.0), directorate=2),
        Job(1.0, work(1.0)),
    ]
    office = Office(workers, jobs, own=(0, 1, 2), routes={(0, 0): (0, 1, 2)}, escalate_after=2.0).run()
    assert office.closed[3] == 21.0
    assert list(office.visits(3)["team"]) == [0, 1, 2]
    assert list(office.visits(3)["queued"]) == [1.0, 3.0, 5.0]


def test_what_was_handed_back_does_not_escalate() -> None:
    """Only unstarted tasks move on."""
    workers = [Worker(team=0, off=[(1.0, 30.0)]), Worker(team=1)]
    office = Office(
        workers, [Job(0.0, work(3.0))], routes={(0, 0): (0, 1)}, escalate_after=2.0, reassign_after=3.0
    ).run()
    assert office.closed == [32.0]
    assert list(office.visits(0)["team"]) == [0, 0]


# -- patience ----------------------------------------------------------------------------------------


def test_who_is_not_served_in_time_is_gone() -> None:
    """Patience runs from raising, not from arrival; started work is never abandoned."""
    jobs = [
        Job(0.0, work(5.0), raised=-8.0, patience=10.0),
        Job(0.0, work(1.0), raised=-3.0, patience=5.0),
        Job(1.0, work(1.0), patience=10.0),
    ]
    office = Office([Worker()], jobs).run()
    assert office.fates == [DELIVERED, ABANDONED, DELIVERED]
    assert office.closed == [5.0, 2.0, 6.0]


def test_patience_ends_on_the_way_too() -> None:
    """While travelling, blocked, or before the board."""
    workers = [Worker({0: 1.0}), Worker({0: 1.0}, team=1), Worker({1: 1.0}, employed=False)]
    jobs = [
        Job(0.0, work(1.0), directorate=1, patience=1.0),
        Job(0.0, [(1, 1.0)], patience=2.0),
        Job(0.0, work(1.0), gate=1.0, patience=3.0),
    ]
    office = Office(workers, jobs, own=(0, 0), routes={(1, 0): (1,)}, latency=5.0).run()
    assert office.fates == [ABANDONED] * 3
    assert office.closed == [1.0, 2.0, 3.0]
    assert office.visits(1)["blocked"][0] == 2.0
    assert all(np.isfinite(v["finished"]) for k in range(3) for v in office.visits(k, None))


def test_accounts_of_a_directorate() -> None:
    """Open requests and the sum of their raising times; deliveries and their lead times."""
    jobs = [Job(0.0, work(1.0), raised=-2.0), Job(0.0, work(1.0)), Job(0.5, work(9.0)), Job(0.6, patience=0.1)]
    office = Office([Worker()], jobs).begin().advance(4.0)
    account = office.state.account[0]
    assert (account["open"], account["raised_sum"]) == (1, 0.5)
    assert (account["delivered"], account["lead_sum"]) == (2, 3.0 + 2.0)
    assert office.state.delivered[0].tolist() == [1, 1, 0, 0]


# -- rework ------------------------------------------------------------------------------------------


def test_rework_redoes_everything_from_the_drawn_step_and_does_not_compound() -> None:
    """Two passes at 30 %: from the second step, then from the first. Each takes 30 % of the *first* effort."""
    job = Job(0.0, work(2.0, 1.0), rework=0.5, redo=(0.1, 0.4, 0.6), redo_step=(1, 0, 0))
    office = Office([Worker()], [job], rework_effort=0.3, rework_max=4).run()
    assert office.closed == [pytest.approx(3.0 + 0.3 + 0.9)]
    assert office.state.request["passes"][0] == 2
    assert [(int(v["step"]), int(v["passes"])) for v in office.visits(0)] == [(0, 0), (1, 0), (1, 1), (0, 2), (1, 2)]
    assert office.visits(0)["effort"] == pytest.approx([2.0, 1.0, 0.3, 0.6, 0.3])


def test_after_the_last_pass_it_is_delivered_and_flagged() -> None:
    """A third pass would be due, but two are the most. One that passes at the end is not flagged."""
    jobs = [Job(0.0, rework=0.5, redo=(0.1, 0.1, 0.1)), Job(0.0, rework=0.5, redo=(0.1, 0.1, 0.9))]
    office = Office([Worker(), Worker()], jobs, rework_effort=1.0, rework_max=2).run()
    assert office.closed == [3.0, 3.0]
    assert office.state.request["flagged"].tolist() == [1, 0]


def test_the_rework_chance_follows_level_familiarity_and_cap() -> None:
    """0.2 x 2 (level) x 1.5 (does not know the directorate at all) = 0.6, capped at 0.5."""
    for draw, cap, passes in ((0.59, 1.0, 1), (0.61, 1.0, 0), (0.49, 0.5, 1), (0.51, 0.5, 0)):
        office = Office(
            [Worker(knows=0.0)],
            [Job(0.0, rework=0.2, redo=(draw, 1.0))],
            unfamiliar_rework=0.5,
            rework_cap=cap,
            rework_max=2,
        )
        office.state.slip[:] = 2.0
        assert office.run().state.request["passes"][0] == passes, draw


def test_the_rework_chance_is_weighted_by_effort() -> None:
    """A factor of 2 on a quarter of the effort and of 1 on the rest: 1.25."""
    workers = [Worker({0: 1.0}), Worker({1: 1.0})]
    for draw, passes in ((0.24, 1), (0.26, 0)):
        office = Office(workers, [Job(0.0, [(0, 1.0), (1, 3.0)], rework=0.2, redo=(draw, 1.0))], rework_max=1)
        office.state.slip[0] = 2.0
        assert office.run().state.request["passes"][0] == passes, draw


def test_rework_of_cross_directorate_requests_follows_the_lower_conformance() -> None:
    """0.2 x (1 + 0.5 x (1 - 0.4)) = 0.26; their effort grows by the same 30 %."""
    for draw, passes in ((0.25, 1), (0.27, 0)):
        office = Office(
            [Worker(), Worker(team=1)],
            [Job(0.0, rework=0.2, redo=(draw, 1.0), second=1)],
            own=(0, 1),
            nonconformance=0.5,
            rework_max=1,
        )
        office.state.conformance[:] = [0.9, 0.4]
        office.run()
        assert office.state.request["passes"][0] == passes, draw
        assert office.visits(0)["effort"][0] == pytest.approx(1.3)


# -- the requester -----------------------------------------------------------------------------------


def test_a_clarification_sends_the_request_back_and_may_stop_the_clock() -> None:
    """Two days with the requester; the person does other work; once answered it is not asked again."""
    jobs = [Job(0.0, work(1.0, 1.0), clarify=1.0, wait=2.0, due=9.0, stops_clock=True), Job(0.5, work(4.0))]
    office = Office([Worker(knows=0.0)], jobs).run()
    assert office.starts(1) == [0.5]
    assert office.closed == [6.5, 4.5]
    (asked,) = office.visits(0, CLARIFICATION)
    assert (asked["ready"], asked["started"], asked["finished"]) == (0.0, 0.0, 2.0)
    assert office.state.request["due"].tolist() == [11.0, INF]
    never, first, second = office.visits(0)
    assert (never["queued"], never["finished"], first["queued"], first["started"]) == (0.0, 0.0, 2.0, 4.5)
    assert np.isnan(never["started"])
    assert second["started"] == 5.5


def test_after_the_answer_it_stands_by_its_first_queueing() -> None:
    """Back at 2, before a task that queued at 0.5."""
    jobs = [Job(0.0, work(1.0), clarify=1.0, wait=2.0), Job(0.1, work(3.0)), Job(0.5, work(1.0))]
    assert Office([Worker(knows=0.0)], jobs).run().closed == [pytest.approx(4.1), 3.1, pytest.approx(5.1)]


def test_who_knows_the_directorate_asks_less() -> None:
    """Chance 0.5 x (1 - 0.6) = 0.2; without it the statutory clock runs on."""
    for draw, asked in ((0.19, 1), (0.21, 0)):
        job = Job(0.0, clarify=0.5, clarify_draw=draw, wait=1.0, due=5.0)
        office = Office([Worker(knows=0.6)], [job]).run()
        assert len(office.visits(0, CLARIFICATION)) == asked
        assert office.state.request["due"][0] == 5.0


@pytest.mark.parametrize("tight", [False, True])
def test_a_whole_queue_may_go_back_to_the_requesters(tight: bool) -> None:
    """Who returns finds 200 unclear requests at once; the tables have room for all of their rows."""
    jobs = [Job(0.01 * k, clarify=1.0, wait=3.0) for k in range(200)]
    office = Office([Worker(knows=0.0, off=[(0.0, 5.0)])], jobs, tight=tight).run()
    assert [len(office.visits(k, CLARIFICATION)) for k in range(200)] == [1] * 200
    assert office.closed == [9.0 + k for k in range(200)]


# -- the board ---------------------------------------------------------------------------------------


def meeting(office: Office, *days: float, seats: int = 5, end: float = 200.0) -> Office:
    """Run with the board meeting on the given days (week's starts)."""
    for k, day in enumerate(days):
        office.state.board_seats[:] = 0
        if k == 0 and day > 0.0:
            office.begin(0.0).advance(day)
        office.state.board_seats[0] = seats
        office.begin(day, changed=day == 0.0)
        office.advance(days[k + 1] if k + 1 < len(days) else end, last=k + 1 == len(days))
    return office


def test_the_board_takes_the_papers_that_waited_longest() -> None:
    """Two seats on day 5, two on day 10."""
    jobs = [Job(t, gate=1.0) for t in (1.0, 2.0, 3.0)]
    office = meeting(Office([Worker() for _ in range(3)], jobs), 5.0, 10.0, seats=2)
    assert office.closed == [6.0, 6.0, 11.0]
    (paper,) = office.visits(2, GATE)
    assert (paper["ready"], paper["queued"], paper["started"], paper["finished"]) == (3.0, 3.0, 10.0, 10.0)
    assert office.visits(2)["ready"][0] == 10.0


def test_papers_must_be_in_before_the_deadline() -> None:
    """Two days before the meeting: what comes at 3 is in time, at 3.5 not."""
    office = meeting(
        Office([Worker(), Worker()], [Job(3.0, gate=1.0), Job(3.5, gate=1.0)], papers_deadline=2.0), 5.0, 10.0
    )
    assert office.closed == [6.0, 11.0]


def test_a_deferred_paper_takes_a_seat_and_comes_again() -> None:
    """Number 0 is deferred twice and keeps its place at the head; there is one seat."""
    jobs = [Job(0.0, gate=1.0, deferrals=2), Job(1.0, gate=1.0)]
    office = meeting(Office([Worker()], jobs), 5.0, 10.0, 15.0, 20.0, seats=1)
    assert office.closed == [16.0, 21.0]


def test_gate_chance_delegation_and_boundaries() -> None:
    """Below the chance a request is gated, below the delegated share a steward decides at once."""
    jobs = [
        Job(0.0, gate=0.5, gate_draw=0.4, delegated=0.9),
        Job(0.0, gate=0.5, gate_draw=0.6, delegated=0.9),
        Job(0.0, gate=0.5, gate_draw=0.4, delegated=0.2),
        Job(0.0, gate=0.5, gate_draw=0.6, delegated=0.9, second=1),
    ]
    office = Office([Worker(team=t) for t in (0, 0, 0, 0, 1)], jobs, own=(0, 1), delegated=0.3, cross_gate=1.5)
    assert meeting(office, 5.0).closed == [6.0, 1.0, 1.0, 6.0]


def test_the_gate_stands_before_its_step_and_opens_once() -> None:
    """After the first step; rework from the start does not meet it again."""
    job = Job(0.0, work(1.0, 1.0), gate=1.0, gate_before=1, rework=0.5, redo=(0.1, 0.9), redo_step=(0,))
    office = meeting(Office([Worker()], [job], rework_max=4), 5.0)
    assert office.closed == [8.0]
    assert len(office.visits(0, GATE)) == 1


def test_one_board_for_each_directorate() -> None:
    """Board 1 does not meet."""
    jobs = [Job(0.0, gate=1.0), Job(0.0, gate=1.0, directorate=1)]
    office = Office([Worker(), Worker()], jobs, own=(0, 0), boards=2)
    assert meeting(office, 5.0).fates == [DELIVERED, OPEN]


def test_a_board_may_pass_many_unclear_papers() -> None:
    """Each leaves a row for the task and one for the requester; the tables grow in time."""
    jobs = [Job(0.0, gate=1.0, clarify=1.0, wait=1.0) for _ in range(150)]
    office = Office([Worker(knows=0.0)], jobs, tight=True)
    meeting(office, 5.0, seats=1000)
    assert office.fates == [DELIVERED] * 150


# -- reuse and ownership -----------------------------------------------------------------------------


def test_a_similar_product_is_found_or_made_again() -> None:
    """Found with chance 0.5 x conformance 0.8 of the team that keeps it; it saves 60 %."""
    jobs = [Job(0.0, found=0.39), Job(0.0, found=0.41), Job(0.0)]
    office = Office([Worker() for _ in jobs], jobs, discover=0.5, reuse_saving=0.6)
    office.state.conformance[:] = 0.8
    office.run()
    assert office.closed == [pytest.approx(0.4), 1.0, 1.0]
    assert office.state.request["duplicated"].tolist() == [0.0, 0.6, 0.0]


def test_a_team_that_owns_its_queue_gains() -> None:
    """8 % of the effort."""
    assert Office([Worker()], [Job(0.0)], gain=[0.92]).run().closed == [0.92]


def test_one_class_of_a_blocked_request_is_kept() -> None:
    """Whatever the way, an expedite request stays one."""
    jobs = [Job(0.0, work(3.0)), Job(0.5, [(0, 1.0)]), Job(1.0, [(0, 1.0)], service=EXPEDITE, directorate=1)]
    assert Office([Worker()], jobs, own=(0, 1), routes={(1, 0): (0,)}, latency=1.0).run().closed == [3.0, 5.0, 4.0]
