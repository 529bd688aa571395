"""The flow kernel on cases worked by hand: absence, joining and leaving, lending, slices, changing pace."""

from __future__ import annotations

import numpy as np
import pytest
from networks import EXPEDITE, INF, INTANGIBLE, Job, Office, Worker, work

from opmodel.flow.tables import LONGEST_IDLE

GONE = [(0.0, INF)]


# -- absence -----------------------------------------------------------------------------------------


def test_off_duty_the_task_waits_for_its_person() -> None:
    """3 days of work with days 1 to 3 off end at 5; touch time leaves the absence out."""
    office = Office([Worker(off=[(1.0, 3.0)])], [Job(0.0, work(3.0))]).run()
    assert office.closed == [5.0]
    assert office.state.request["touch"][0] == 3.0
    (row,) = office.visits(0)
    assert (row["started"], row["finished"], row["worked"]) == (0.0, 5.0, 3.0)


def test_nobody_takes_work_while_off_duty() -> None:
    """A task that comes during the absence starts at its end; several absences follow each other."""
    office = Office([Worker(off=[(0.0, 2.0), (3.0, 4.0)])], [Job(1.0, work(2.0))]).run()
    assert office.starts(0) == [2.0]
    assert office.closed == [5.0]


def test_a_long_absence_hands_the_task_back_to_the_head_of_its_queue() -> None:
    """After 2 days of a 10-day absence the remaining 2 days go, with 10 % on top, to the colleague before all others."""
    workers = [Worker(off=[(1.0, 11.0)]), Worker()]
    jobs = [Job(0.0, work(3.0)), Job(0.0, work(4.0)), Job(0.5, work(1.0))]
    office = Office(workers, jobs, reassign_after=2.0, reassign_effort=0.1).run()
    assert office.closed[1] == 4.0
    assert office.starts(0) == [0.0, 4.0]
    assert office.closed[0] == pytest.approx(6.2)
    assert office.closed[2] == pytest.approx(7.2)
    first, second = office.visits(0)
    assert (first["finished"], first["worked"], first["person"]) == (3.0, 1.0, 0)
    assert (second["ready"], second["queued"], second["person"]) == (3.0, 3.0, 1)
    assert office.state.request["touch"][0] == pytest.approx(3.2)


def test_an_absence_no_longer_than_the_limit_keeps_the_task() -> None:
    """An absence of exactly reassign_after hands nothing back."""
    office = Office([Worker(off=[(1.0, 3.0)]), Worker()], [Job(0.0, work(3.0))], reassign_after=2.0).run()
    assert office.closed == [5.0]
    assert office.people(0) == [0]


def test_who_returns_finds_the_task_gone() -> None:
    """The task was handed to the colleague; the returned person takes the next one."""
    workers = [Worker(off=[(1.0, 6.0)]), Worker()]
    office = Office(workers, [Job(0.0, work(3.0)), Job(5.5, work(1.0)), Job(6.0, work(1.0))], reassign_after=2.0).run()
    assert office.people(0) == [0, 1]
    assert office.closed == [5.0, 6.5, 7.0]
    assert office.people(2) == [0]


def test_days_on_duty_are_counted_each_week() -> None:
    """5 days less the absences, idle or not; worked days apart."""
    office = Office([Worker(off=[(1.0, 3.0), (6.0, 6.5)])], [Job(0.0, work(2.0))])
    for week, (duty, worked) in enumerate([(3.0, 2.0), (4.5, 0.0)]):
        office.begin(5.0 * week, changed=week == 0).advance(5.0 * (week + 1))
        assert office.state.person["duty_days"][0] == pytest.approx(duty)
        assert office.state.practice[0, 0] == pytest.approx(worked)
        assert office.state.served[0, 0] == pytest.approx(worked)


# -- joining and leaving -----------------------------------------------------------------------------


def employ(office: Office, person: int, yes: bool, now: float) -> None:
    """Hire or dismiss at a week's start."""
    office.state.person["employed"][person] = yes
    office.begin(now)


def test_a_leavers_task_goes_to_the_head_of_the_queue() -> None:
    """1 of 6 days is left at day 5; it comes back, with 20 % on top, before what waits."""
    office = Office(
        [Worker(), Worker()], [Job(0.0, work(6.0)), Job(0.0, work(7.0)), Job(1.0, work(1.0))], reassign_effort=0.2
    )
    office.begin().advance(5.0)
    employ(office, 0, False, 5.0)
    office.advance(100.0, last=True)
    assert office.starts(0) == [0.0, 7.0]
    assert office.closed == [pytest.approx(8.2), 7.0, pytest.approx(9.2)]


def test_an_absent_leavers_task_goes_back_too() -> None:
    """Off duty since day 4 with 2 days left; the leaver goes at 5 and the colleague starts at once."""
    office = Office([Worker(off=[(4.0, 9.0)]), Worker()], [Job(0.0, work(6.0))])
    office.begin().advance(5.0)
    employ(office, 0, False, 5.0)
    office.advance(100.0, last=True)
    assert office.closed == [7.0]
    assert office.people(0) == [0, 1]
    assert office.state.request["touch"][0] == 6.0


def test_a_task_is_blocked_until_a_holder_joins() -> None:
    """Nobody can do need 1 until day 10; four blocked days are counted from day 6."""
    workers = [Worker({0: 1.0}), Worker({1: 1.0}, employed=False)]
    office = Office(workers, [Job(6.0, [(1, 1.0)])])
    office.begin().advance(10.0)
    employ(office, 1, True, 10.0)
    office.advance(100.0, last=True)
    assert office.closed == [11.0]
    blocked, done = office.visits(0)
    assert (blocked["blocked"], blocked["team"], blocked["finished"]) == (4.0, -1, 10.0)
    assert np.isnan(blocked["queued"])
    assert (done["started"], done["person"], done["blocked"]) == (10.0, 1, 0.0)


def test_a_queue_whose_last_holder_leaves_moves_on() -> None:
    """To the hub, which has the skill; without one it is blocked. An absent holder counts as employed."""
    workers = [Worker({0: 1.0}, off=[(1.0, 20.0)]), Worker({0: 1.0}, team=1)]
    office = Office(
        workers,
        [Job(2.0, work(1.0)), Job(2.0, work(1.0), directorate=1)],
        own=(0, 0),
        routes={(0, 0): (0, 1), (1, 0): (0,)},
        latency=0.5,
    )
    office.begin().advance(5.0)
    assert [office.visits(k)["team"][0] for k in (0, 1)] == [0, 0]
    employ(office, 0, False, 5.0)
    office.advance(100.0, last=True)
    assert office.closed[0] == 6.5
    assert office.state.request["hand_offs"][0] == 1
    assert office.fates[1] == 0
    assert list(office.visits(1)["team"]) == [0, -1]


def test_blocked_tasks_are_released_in_their_order() -> None:
    """First blocked, first served when somebody joins."""
    workers = [Worker({0: 1.0}), Worker({1: 1.0}, employed=False)]
    office = Office(workers, [Job(1.0, [(0, 3.0), (1, 1.0)]), Job(2.0, [(1, 1.0)])])
    office.begin().advance(5.0)
    employ(office, 1, True, 5.0)
    office.advance(100.0, last=True)
    assert office.closed == [7.0, 6.0]


def test_a_joiner_in_the_middle_of_an_absence_starts_at_its_end() -> None:
    """The spells of a holder are drawn for the whole run; those over are left out."""
    office = Office([Worker(off=[(1.0, 2.0), (4.0, 7.0)], employed=False)], [Job(0.0, work(1.0))])
    office.begin().advance(5.0)
    employ(office, 0, True, 5.0)
    office.advance(100.0, last=True)
    assert office.starts(0)[-1] == 7.0


# -- lending -----------------------------------------------------------------------------------------


def test_a_lent_person_serves_the_own_queue_first() -> None:
    """Person 1 of team 1 helps team 0, but takes the own team's task first, though it came later."""
    workers = [Worker(team=0), Worker(team=1, lent=0)]
    jobs = [
        Job(0.0, work(9.0)),
        Job(0.0, work(1.0), directorate=1),
        Job(0.1, work(1.0)),
        Job(0.2, work(1.0), directorate=1),
    ]
    office = Office(workers, jobs, own=(0, 1)).run()
    assert office.closed == [9.0, 1.0, 3.0, 2.0]
    assert [office.people(k)[0] for k in range(4)] == [0, 1, 1, 1]


def test_own_people_come_before_those_lent() -> None:
    """Both are idle: the team's own person takes the task, whatever the preference."""
    workers = [Worker(team=1, lent=0, preference={0: -5.0}), Worker(team=0)]
    assert Office(workers, [Job(0.0), Job(0.0)], own=(0, 1)).run().closed == [1.0, 1.0]
    assert Office(workers, [Job(0.0), Job(0.0)], own=(0, 1)).run().people(0) == [1]


def test_lending_ends_with_the_week() -> None:
    """What waits in the other team when the loan ends stays there."""
    office = Office([Worker(team=0), Worker(team=1, lent=0)], [Job(0.0, work(9.0)), Job(6.0, work(1.0))], own=(0, 1))
    office.begin().advance(5.0)
    office.state.person["lent"][1] = -1
    office.begin(5.0).advance(100.0, last=True)
    assert office.closed == [9.0, 10.0]


# -- slices ------------------------------------------------------------------------------------------


def test_a_slice_ends_for_a_more_urgent_class() -> None:
    """At day 1 the expedite task goes first; the standard one comes back with 17 % of a day on top."""
    jobs = [Job(0.0, work(3.0)), Job(0.5, work(0.5), service=EXPEDITE)]
    office = Office([Worker()], jobs, slice=1.0, switch_loss=0.17).run()
    assert office.closed == [pytest.approx(3.67), 1.5]
    first, second = office.visits(0)
    assert (first["worked"], first["finished"]) == (1.0, 1.0)
    assert (second["ready"], second["started"]) == (1.0, 1.5)
    assert second["effort"] == pytest.approx(2.17)


def test_the_loss_is_no_more_than_a_share_of_what_remains() -> None:
    """0.2 of a day remains: 10 % of it is lost."""
    jobs = [Job(0.0, work(1.2)), Job(0.5, work(1.0), service=EXPEDITE)]
    office = Office([Worker()], jobs, slice=1.0, switch_loss=0.1).run()
    assert office.closed == [pytest.approx(2.22), 2.0]


def test_a_slice_ends_only_for_a_more_urgent_class() -> None:
    """Equals and less urgent tasks wait, and nothing is lost, to the bit."""
    jobs = [Job(0.0, work(3.3)), Job(0.5, work(1.0)), Job(0.6, work(1.0), service=INTANGIBLE)]
    office = Office([Worker()], jobs, slice=1.0, switch_loss=0.17).run()
    assert office.closed == [3.3, 4.3, 5.3]
    assert len(office.visits(0)) == 1


def test_an_urgent_task_that_the_person_cannot_do_ends_no_slice() -> None:
    """Only eligible tasks count."""
    jobs = [Job(0.0, work(3.0)), Job(0.5, [(1, 1.0)], service=EXPEDITE)]
    office = Office([Worker({0: 1.0}), Worker({1: 1.0}, off=[(0.0, 9.0)])], jobs, slice=1.0, switch_loss=0.5).run()
    assert office.closed == [3.0, 10.0]


def test_an_interrupted_task_is_taken_up_before_its_equals() -> None:
    """It is at the head of its class, before a task that queued earlier than its interruption."""
    jobs = [Job(0.0, work(2.0)), Job(0.1, work(1.0)), Job(0.5, work(1.0), service=EXPEDITE)]
    office = Office([Worker()], jobs, slice=1.0, switch_loss=0.0).run()
    assert office.closed == [3.0, 4.0, 2.0]


def test_absence_within_a_slice_keeps_the_work_done() -> None:
    """Half a day, two days off, then the rest; the urgent task comes in at the end of a slice."""
    jobs = [Job(0.0, work(2.0)), Job(1.0, work(1.0), service=EXPEDITE)]
    office = Office([Worker(off=[(0.5, 2.5)])], jobs, slice=1.0, switch_loss=0.0).run()
    assert office.closed == [5.0, 4.5]


# -- changing pace -----------------------------------------------------------------------------------


def test_a_changed_pace_moves_the_end_by_the_remainder() -> None:
    """2 of 7 days remain at day 5; at half the pace they take 4."""
    office = Office([Worker()], [Job(0.0, work(7.0))]).begin().advance(5.0)
    office.state.person["pace"] = 0.5
    office.begin(5.0, changed=False).advance(100.0, last=True)
    assert office.closed == [9.0]
    assert office.state.request["touch"][0] == 9.0


def test_a_changed_pace_holds_for_a_task_that_waits_for_its_person() -> None:
    """1 day of work is left when the absence from 4 to 6 begins; at double pace it takes half a day."""
    office = Office([Worker(off=[(4.0, 6.0)])], [Job(0.0, work(5.0))]).begin().advance(5.0)
    office.state.speed[:] = 2.0
    office.begin(5.0, changed=False).advance(100.0, last=True)
    assert office.closed == [6.5]


def test_a_changed_pace_within_a_slice() -> None:
    """The slice goes on; the end follows the new pace."""
    jobs = [Job(0.0, work(7.0)), Job(5.2, work(1.0), service=EXPEDITE)]
    office = Office([Worker()], jobs, slice=1.0, switch_loss=0.0).begin().advance(5.0)
    office.state.person["pace"] = 0.5
    office.begin(5.0, changed=False).advance(100.0, last=True)
    assert office.closed == [11.0, 8.0]


def awkward(changed_pace: bool = False) -> Office:
    """Numbers that do not fit into binary fractions; with absences, lists of the longest idle, slices."""
    rng = np.random.default_rng(7)
    at = np.cumsum(rng.exponential(0.11, 300))
    jobs = [
        Job(
            float(t),
            [(int(rng.integers(2)), float(rng.exponential(0.31))) for _ in range(int(rng.integers(1, 4)))],
            service=int(rng.integers(4)),
            patience=float(rng.exponential(9.0)),
            redo=(float(rng.random()),),
            redo_step=(0,),
            rework=0.2,
        )
        for t in at
    ]
    workers = [
        Worker({0: 0.7 + 0.1 * p, 1: 1.3}, pace=0.83, off=[(3.3 + p, 4.7 + 2 * p), (20.1, 21.7 + p)]) for p in range(3)
    ]
    return Office(workers, jobs, dispatch=LONGEST_IDLE, slice=0.7, switch_loss=0.17, rework_max=1, reassign_after=2.0)


def test_cutting_time_changes_nothing_to_the_bit() -> None:
    """One call, weekly calls and calls of a third of a day, with the week's start each time: the same bytes."""
    whole = awkward().run(60.0)
    weekly = awkward()
    for week in range(12):
        weekly.begin(5.0 * week, changed=week % 3 == 0).advance(5.0 * (week + 1), last=week == 11)
    fine = awkward().begin()
    for step in range(1, 181):
        fine.advance(step / 3.0, last=step == 180)
    for other in (weekly, fine):
        for name in ("closed", "first_start", "fate", "passes", "holder"):
            assert other.state.request[name].tobytes() == whole.state.request[name].tobytes(), name
        assert other.state.clock[0].events == whole.state.clock[0].events
        # Touch is summed stretch by stretch, so only its last bits may differ from call to call.
        np.testing.assert_allclose(other.state.request["touch"], whole.state.request["touch"], rtol=1e-12)


def test_work_of_all_weeks_adds_up_to_touch_time() -> None:
    """The accounts of practice and service see every minute once."""
    office = awkward()
    practice = served = 0.0
    for week in range(12):
        office.begin(5.0 * week, changed=week == 0).advance(5.0 * (week + 1), last=week == 11)
        practice += office.state.practice.sum()
        served += office.state.served.sum()
    assert np.isnan(office.state.request["closed"]).sum() == 0
    assert practice == pytest.approx(office.state.request["touch"].sum())
    assert served == pytest.approx(practice)


@pytest.mark.parametrize("slice_", [INF, 0.7])
def test_tables_that_grow_change_nothing(slice_: float) -> None:
    """With room for one more event only, the answer is NEEDS_ROOM again and again, and the same bytes come out."""

    def office(tight: bool) -> Office:
        made = awkward()
        return Office(
            made.workers, made.jobs, tight=tight, dispatch=LONGEST_IDLE, slice=slice_, reassign_after=2.0, rework_max=1
        ).run(60.0)

    roomy, tight = office(False), office(True)
    assert tight.state.request.tobytes() == roomy.state.request.tobytes()
    rows = roomy.state.clock[0].visits
    for name in tight.state.visit.dtype.names:  # bytes between the fields are nobody's
        assert tight.state.visit[name][:rows].tobytes() == roomy.state.visit[name][:rows].tobytes()
