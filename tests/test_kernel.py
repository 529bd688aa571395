"""The flow kernel on a few requests worked by hand: queues, classes, rules, ties, dispatch."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from networks import EXPEDITE, FIXED_DATE, INF, INTANGIBLE, STANDARD, Job, Office, Worker, work

from opmodel.flow.tables import EARLIEST_DEADLINE, FIRST_COME, LOCAL_VALUE, LONGEST_IDLE, WSJF

DELIVERED, ABANDONED = 1, 2


def test_one_person_serves_in_order_of_arrival() -> None:
    """0 to 2, 2 to 3.5, then a pause, 10 to 11."""
    office = Office([Worker()], [Job(0.0, work(2.0)), Job(1.0, work(1.5)), Job(10.0, work(1.0))]).run()
    assert office.closed == [2.0, 3.5, 11.0]
    assert [office.starts(k) for k in range(3)] == [[0.0], [2.0], [10.0]]
    assert list(office.state.request["touch"]) == [2.0, 1.5, 1.0]


def test_steps_are_done_in_their_order() -> None:
    """The second step joins the end of the queue."""
    office = Office([Worker()], [Job(0.0, work(1.0, 1.0)), Job(0.5, work(1.0))]).run()
    assert office.closed == [3.0, 2.0]
    assert office.starts(0) == [0.0, 2.0]


def test_the_horizon_leaves_work_in_hand() -> None:
    """What ends at the horizon of the last call is done, what ends later is open."""
    office = Office([Worker(), Worker()], [Job(0.0, work(5.0)), Job(0.0, work(5.1))]).begin()
    office.advance(5.0)
    assert office.fates == [0, 0]
    office.advance(5.0, last=True)
    assert office.fates == [DELIVERED, 0]
    assert np.isnan(office.closed[1])


def test_a_more_urgent_class_goes_first_and_interrupts_nobody() -> None:
    """Four classes queue behind one task in hand; they are served by class, whatever their arrival."""
    jobs = [Job(0.0, work(2.0))]
    jobs += [Job(1.0, work(1.0), service=s) for s in (INTANGIBLE, STANDARD, FIXED_DATE, EXPEDITE)]
    office = Office([Worker()], jobs).run()
    assert office.closed == [2.0, 6.0, 5.0, 4.0, 3.0]


@pytest.mark.parametrize(
    ("rule", "closed"),
    [
        (FIRST_COME, [1.0, 3.0, 4.0, 7.0]),
        (EARLIEST_DEADLINE, [1.0, 7.0, 2.0, 5.0]),
        (WSJF, [1.0, 6.0, 7.0, 4.0]),
        (LOCAL_VALUE, [1.0, 7.0, 5.0, 4.0]),
    ],
)
def test_rules_of_a_team(rule: int, closed: list[float]) -> None:
    """Due 30, 10, 20; value per day 2/2, 1/1... : each rule has an order of its own."""
    jobs = [
        Job(0.0, work(1.0)),
        Job(0.1, work(2.0), due=30.0, value=2.0, directorate=1),
        Job(0.2, work(1.0), due=10.0, value=0.5),
        Job(0.3, work(3.0), due=20.0, value=6.0),
    ]
    office = Office([Worker()], jobs, own=(0, 1), routes={(1, 0): (0,)}, team_rules=[rule, rule]).run()
    assert office.closed == closed


def test_wsjf_knows_the_mean_remaining_effort_only() -> None:
    """A request with a small drawn effort but a large mean waits behind one of the opposite kind."""
    jobs = [Job(0.0, work(1.0)), Job(0.1, work(0.1), mean_left=[5.0]), Job(0.2, work(5.0), mean_left=[0.1])]
    assert Office([Worker()], jobs, team_rules=[WSJF]).run().closed == [1.0, pytest.approx(6.1), 6.0]


def test_wsjf_counts_what_remains() -> None:
    """The second task of a nearly finished request goes before the first task of a fresh one."""
    jobs = [
        Job(0.0, work(1.0, 1.0), mean_left=[4.0, 1.0]),
        Job(0.1, work(1.0), mean_left=[2.0]),
        Job(0.2, work(1.0), mean_left=[3.0]),
    ]
    assert Office([Worker()], jobs, team_rules=[WSJF]).run().closed == [2.0, 3.0, 4.0]


def test_equal_keys_go_by_first_queueing_then_by_number() -> None:
    """Three tasks due at the same time, two of which arrive together."""
    jobs = [Job(0.0, work(1.0))] + [Job(t, work(1.0), due=9.0) for t in (0.5, 0.7, 0.7)]
    assert Office([Worker()], jobs, team_rules=[EARLIEST_DEADLINE]).run().closed == [1.0, 2.0, 3.0, 4.0]


def test_a_queue_keeps_any_order_of_keys() -> None:
    """Deadlines in an order that makes the heap beside the list meld, split and lose inner nodes."""
    rng = np.random.default_rng(5)
    due = rng.permutation(40).astype(float)
    patience = np.where(np.arange(40) % 3 == 0, rng.uniform(5.0, 40.0, 40), INF)
    jobs = [Job(0.0, work(1.0))]
    jobs += [Job(0.01 * (k + 1), work(1.0), due=100.0 + d, patience=p) for k, (d, p) in enumerate(zip(due, patience))]
    office = Office([Worker()], jobs, team_rules=[EARLIEST_DEADLINE]).run()
    waiting, now, order = set(range(1, 41)), 1.0, []
    gives_up = {k: jobs[k].at + jobs[k].patience for k in waiting}
    while waiting := {k for k in waiting if gives_up[k] >= now}:  # at one time the finish comes first
        first = min(waiting, key=lambda k: jobs[k].due)
        waiting.remove(first)
        now += 1.0
        order.append((first, now))
    assert {k: t for k, t in order} == {k: t for k, t in enumerate(office.closed) if k and office.fates[k] == DELIVERED}
    assert all(office.closed[k] == gives_up[k] for k in range(1, 41) if office.fates[k] == ABANDONED)


# -- events at one time ----------------------------------------------------------------------------


def test_a_finished_request_moves_on_before_its_person_chooses() -> None:
    """Its next step, of a more urgent class, is in the queue when the person looks."""
    jobs = [Job(0.0, work(1.0, 1.0), service=FIXED_DATE), Job(0.5, work(1.0))]
    assert Office([Worker()], jobs).run().closed == [2.0, 3.0]


def test_a_finished_request_may_go_to_somebody_idle() -> None:
    """The next step starts with the idle colleague; who finished takes what waited."""
    workers = [Worker({0: 1.0}), Worker({1: 1.0})]
    jobs = [Job(0.0, [(0, 1.0), (1, 1.0)]), Job(0.5, work(1.0))]
    office = Office(workers, jobs).run()
    assert office.closed == [2.0, 2.0]
    assert office.people(0) == [0, 1]


# Something that frees a person at day 4, and something that brings a request to the queue at day 4.
FREES = ("return", "finish")
BRINGS = ("journey", "board", "escalate", "arrive")


def office_at_4(free: str, bring: str, *, urgent: bool = True) -> Office:
    """Person 0 becomes free at 4, where a standard task waits since 3; an expedite one comes at 4.

    Team 0 holds person 0 for need 0. The coming request is number 0 (or last, if it arrives at 4).
    """
    mine = Worker({0: 1.0}, team=0, off=[(1.0, 4.0)] if free == "return" else ())
    other, service = Worker({0: 1.0, 1: 1.0}, team=1, off=[(0.0, 100.0)]), EXPEDITE if urgent else STANDARD
    jobs = []
    routes = {(0, 0): (0,), (1, 0): (1, 0), (1, 1): (1,)}
    if bring == "journey":
        jobs.append(Job(2.0, work(1.0), service=service, directorate=1))
        routes[1, 0] = (0,)
    if bring == "board":
        jobs.append(Job(0.5, work(1.0), service=service, gate=1.0))
    if bring == "escalate":
        jobs.append(Job(2.0, work(1.0), service=service, directorate=1))
    if free == "finish":
        jobs.append(Job(1.0, work(3.0)))
    jobs.append(Job(3.0, work(1.0)))
    if bring == "arrive":
        jobs.append(Job(4.0, work(1.0), service=service))
    jobs.sort(key=lambda j: j.at)
    office = Office(
        [mine, other], jobs, own=(0, 1), routes=routes, latency=2.0 if bring == "journey" else 0.0, escalate_after=2.0
    )
    office.begin(0.0)
    if bring == "board":
        office.advance(4.0)
        office.state.board_seats[0] = 5
        office.begin(4.0, changed=False)
    return office.advance(100.0, last=True)


@pytest.mark.parametrize("bring", BRINGS)
@pytest.mark.parametrize("free", FREES)
def test_returning_and_finishing_come_before_new_work(free: str, bring: str) -> None:
    """The person takes the standard task that waited, for the expedite one is not there yet."""
    office = office_at_4(free, bring)
    waited = next(k for k, job in enumerate(office.jobs) if job.at == 3.0)
    came = next(k for k, job in enumerate(office.jobs) if job.service == EXPEDITE)
    assert (office.closed[waited], office.closed[came]) == (5.0, 6.0)


@pytest.mark.parametrize("free", FREES)
def test_a_person_who_comes_free_saves_a_request_from_being_abandoned(free: str) -> None:
    """Return and finish come before patience."""
    mine = Worker(off=[(1.0, 4.0)] if free == "return" else ())
    jobs = [Job(1.0, work(3.0))] if free == "finish" else []
    office = Office([mine], [*jobs, Job(3.0, work(1.0), patience=1.0)]).run()
    assert office.fates[-1] == DELIVERED
    assert office.closed[-1] == 5.0


def test_who_returns_takes_the_task_before_who_finishes() -> None:
    """Person 1 returns at 4, person 0 finishes at 4: the waiting task is person 1's."""
    office = Office([Worker(), Worker(off=[(0.0, 4.0)])], [Job(0.0, work(4.0)), Job(1.0, work(1.0))]).run()
    assert office.people(1) == [1]


@pytest.mark.parametrize(("first", "second"), list(combinations(range(4), 2)))
def test_what_comes_first_to_an_idle_person(first: int, second: int) -> None:
    """Journey's end, board, escalation, arrival: the earlier kind is served, though it has the higher number."""
    # Directorate 1 is served by team 1, whose person is away for ever; team 0 has an idle one from day 4 on.
    workers = [Worker(team=0), Worker({0: 1.0, 1: 1.0}, team=1, off=[(0.0, INF)])]
    made = {
        "journey": Job(2.0, work(1.0), directorate=2),
        "board": Job(0.0, work(1.0), gate=1.0),
        "escalate": Job(2.0, work(1.0), directorate=1),
        "arrive": Job(4.0, work(1.0)),
    }
    names = list(made)
    jobs = sorted((made[names[k]] for k in (second, first)), key=lambda j: j.at)
    routes = {(0, 0): (0,), (1, 0): (1, 0), (2, 0): (0,)}
    office = Office(workers, jobs, own=(0, 1, 2), routes=routes, escalate_after=2.0)
    office.tables.latency[2, 0] = 2.0
    office.begin(0.0).advance(4.0)
    office.state.board_seats[0] = 5
    office.begin(4.0, changed=False).advance(100.0, last=True)
    a, b = (jobs.index(made[names[k]]) for k in (first, second))
    assert (office.closed[a], office.closed[b]) == (5.0, 6.0)


@pytest.mark.parametrize("bring", BRINGS[:3])
def test_a_request_that_comes_to_somebody_idle_is_not_abandoned(bring: str) -> None:
    """Journey's end, board and escalation come before patience: it is started at the last moment."""
    workers = [Worker(team=0), Worker({0: 1.0}, team=1, off=[(0.0, INF)])]
    job = {
        "journey": Job(2.0, work(1.0), directorate=2, patience=2.0),
        "board": Job(0.0, work(1.0), gate=1.0, patience=4.0),
        "escalate": Job(2.0, work(1.0), directorate=1, patience=2.0),
    }[bring]
    office = Office(workers, [job], own=(0, 1, 2), routes={(1, 0): (1, 0), (2, 0): (0,)}, escalate_after=2.0)
    office.tables.latency[2, 0] = 2.0
    office.begin(0.0).advance(4.0)
    office.state.board_seats[0] = 5
    office.begin(4.0, changed=False).advance(100.0, last=True)
    assert office.fates == [DELIVERED]
    assert office.closed == [5.0]


@pytest.mark.parametrize("bring", (*BRINGS, "finish"))
def test_going_off_duty_comes_last(bring: str) -> None:
    """Whoever leaves at 4 still finishes at 4, and still takes what comes at 4; it then waits for the return at 6."""
    away = Worker({0: 1.0}, team=1, off=[(0.0, INF)])
    routes = {(1, 0): (1, 0), (2, 0): (0,)}
    job = {
        "journey": Job(2.0, work(1.0), directorate=2),
        "board": Job(0.0, work(1.0), gate=1.0),
        "escalate": Job(2.0, work(1.0), directorate=1),
        "arrive": Job(4.0, work(1.0)),
        "finish": Job(1.0, work(3.0)),
    }[bring]
    office = Office([Worker(off=[(4.0, 6.0)]), away], [job], own=(0, 1, 2), routes=routes, escalate_after=2.0)
    office.tables.latency[2, 0] = 2.0
    office.begin(0.0).advance(4.0)
    office.state.board_seats[0] = 5
    office.begin(4.0, changed=False).advance(100.0, last=True)
    assert office.closed == [4.0 if bring == "finish" else 7.0]
    assert office.starts(0)[-1] == (1.0 if bring == "finish" else 4.0)


def test_people_and_requests_at_one_time_go_by_number() -> None:
    """Two people finish together: number 0 takes what waits. Two requests arrive together: number 0 is served."""
    office = Office([Worker(), Worker()], [Job(0.0, work(2.0)), Job(0.0, work(2.0)), Job(1.0, work(1.0))]).run()
    assert office.people(2) == [0]
    office = Office([Worker()], [Job(3.0, work(1.0)), Job(3.0, work(1.0))]).run()
    assert office.closed == [4.0, 5.0]
    office = Office([Worker(off=[(1.0, 4.0)]), Worker(off=[(1.0, 4.0)])], [Job(2.0, work(1.0))]).run()
    assert office.people(0) == [0]


def test_requests_whose_journeys_end_together_go_by_number() -> None:
    """The second team's only person serves number 0 first."""
    workers = [Worker({0: 1.0}), Worker({0: 1.0}), Worker({1: 1.0}, team=1)]
    jobs = [Job(0.0, [(0, 2.0), (1, 1.0)]), Job(0.0, [(0, 2.0), (1, 1.0)])]
    office = Office(workers, jobs, routes={(0, 1): (1,)}, latency=0.5).run()
    assert office.closed == [3.5, 4.5]


# -- which idle person -------------------------------------------------------------------------------


def test_the_preferred_idle_person_takes_the_task() -> None:
    """Smaller preference first, ties by number."""
    workers = [Worker(preference={0: 2.0}), Worker(preference={0: 1.0}), Worker(preference={0: 1.0})]
    office = Office(workers, [Job(0.0), Job(0.0), Job(0.0)]).run()
    assert [office.people(k) for k in range(3)] == [[1], [2], [0]]


def test_the_longest_idle_person_takes_the_task() -> None:
    """Person 0 worked last, so person 1 and then 2 come before; at the start they stand by number."""
    workers = [Worker() for _ in range(3)]
    jobs = [Job(0.0, work(1.0)), Job(2.0, work(0.5)), Job(3.0, work(1.0)), Job(3.1, work(1.0)), Job(3.2, work(1.0))]
    office = Office(workers, jobs, dispatch=LONGEST_IDLE).run()
    assert [office.people(k) for k in range(5)] == [[0], [1], [2], [0], [1]]


def test_a_person_takes_tasks_of_the_speciality_first() -> None:
    """Within the class: the speciality's task came later, but goes first; a more urgent class still wins."""
    jobs = [Job(0.0, [(0, 1.0)]), Job(0.1, [(1, 1.0)]), Job(0.2, [(0, 1.0)]), Job(0.3, [(1, 1.0)], service=FIXED_DATE)]
    worker = [Worker({0: 1.0, 1: 1.0}, speciality=0)]
    assert Office(worker, jobs, speciality_first=1).run().closed == [1.0, 4.0, 3.0, 2.0]
    assert Office(worker, jobs, speciality_first=0).run().closed == [1.0, 3.0, 4.0, 2.0]


def test_speed_and_pace_divide_the_effort() -> None:
    """2 days of effort at speed 0.8 and pace 0.5 take 5."""
    assert Office([Worker({0: 0.8}, pace=0.5)], [Job(0.0, work(2.0))]).run().closed == [5.0]


def test_more_people_than_bits_in_a_word() -> None:
    """130 people take 130 tasks in the order of their numbers, whichever word of the idle set they are in."""
    office = Office([Worker() for _ in range(130)], [Job(0.0, work(1.0)) for _ in range(130)]).run()
    assert [office.people(k) for k in range(130)] == [[k] for k in range(130)]


def test_sixty_needs() -> None:
    """Needs 33 and 59 are waited for and found, and only by those who can do them."""
    workers = [Worker({33: 1.0}, off=[(0.0, 2.0)]), Worker({59: 1.0, 33: 1.0}, off=[(0.0, 3.0)])]
    office = Office(workers, [Job(0.0, [(59, 1.0)]), Job(0.0, [(33, 1.0)]), Job(0.0, [(33, 1.5)])]).run()
    assert office.closed == [4.0, 3.0, 4.5]
