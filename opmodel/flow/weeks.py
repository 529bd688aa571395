"""What a week's work changes in people and teams, as compiled passes over the arrays.

Written like the kernel: plain loops that numba compiles, no names, no randomness. As numpy
expressions the same updates cost ten times as much, because the arrays are short.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from opmodel.flow.state import CLASS_COUNT, _record

#: Answers of :func:`move_week`, added up.
PASSED, RAMPING = 1, 2
#: Answers of :func:`close_week`, added up.
MOVES, OFFERS = 1, 2

_entry = njit(_nrt=False, cache=True, nogil=True)

#: A skill held from the start is lost for eligibility only when it has faded by this share of a level.
FADE = 0.25

#: Constants of :func:`move_week`, per week.
HABITS = _record(
    ("familiarity", "i1"),
    ("learning", "i1"),
    ("ramp", "i1"),
    ("conformance", "i1"),
    ("levels", "i1"),  # speed differs by level
    ("penalty", "f8"),  # extra effort where nothing is known
    ("tau", "f8"),  # days of work after which 63 % is known
    ("kept", "f8"),  # share of familiarity kept
    ("learnt", "f8"),  # levels a day of practice
    ("trained", "f8"),  # levels a week by training, in the primary skill
    ("mentored", "f8"),  # factor on a mentored newcomer's learning
    ("forget_after", "f8"),  # weeks without use
    ("forgotten", "f8"),  # levels a week thereafter
    ("ramp_start", "f8"),
    ("unmentored", "f8"),  # factor on its length without a mentor
    ("drift", "f8"),
    ("hazard", "f8"),  # resignations
    ("overload", "f8"),
    ("reference", "f8"),  # lead time where nothing is known yet
    ("lend_below", "f8"),  # utilisation of a team that lends; 0 never
    ("mentor_tax", "f8"),
    ("productive", "f8"),  # share of time
    ("communication", "f8"),  # share of time lost, per square of the sub-team's size
    ("communication_cap", "f8"),
    ("split_above", "f8"),  # size of sub-teams
    ("managed", "f8"),  # share of time for each who reports
    ("reacts", "i1"),  # directorates react to lead times
)


@_entry
def set_speeds(habits, level, need_skill, level_speed, level_slip, speed, slip):
    """Speed and rework factor of everybody for every need, interpolated between levels."""
    for p in range(level.shape[0]):
        for n in range(need_skill.size):
            x = level[p, need_skill[n]]
            if x < 0.0:
                speed[p, n] = 0.0
                slip[p, n] = level_slip[0]
                continue
            k = min(int(x), 2)
            part = x - k
            slip[p, n] = level_slip[k] + part * (level_slip[k + 1] - level_slip[k])
            speed[p, n] = 1.0
            if habits[0].levels == 1:
                speed[p, n] = level_speed[k] + part * (level_speed[k + 1] - level_speed[k])


@_entry
def set_fit(habits, progress, ramp_step, familiarity, ramp, fit):
    """Speed that familiarity and, while it lasts, the ramp-up leave: the slower, never both.

    ``ramp_step`` is the share of each person's ramp-up that a week with a mentor is worth; ``ramp`` receives the
    pace factor of newcomers at the middle of the coming week.
    """
    for p in range(fit.shape[0]):
        ramp[p] = 1.0
        if habits[0].ramp == 1 and progress[p] < 1.0:
            done = min(1.0, progress[p] + ramp_step[p] / 2.0)
            ramp[p] = habits[0].ramp_start + (1.0 - habits[0].ramp_start) * done
        for d in range(fit.shape[1]):
            known = 1.0
            if habits[0].familiarity == 1:
                known = 1.0 / (1.0 + habits[0].penalty * (1.0 - familiarity[p, d]))
            fit[p, d] = min(known, ramp[p])


@_entry
def set_levels(person, level, start_level, need_skill, need_level, primary, by_level, preference):
    """Who may do what, and at which preference: the needs of ``can`` and ``speciality`` as bits.

    ``by_level``: among the idle, those of the speciality come first, then the least over-qualified;
    otherwise the preference is left alone.
    """
    for p in range(person.size):
        can = 0
        speciality = 0
        for n in range(need_skill.size):
            k = need_skill[n]
            x = level[p, k]
            own = primary[p] == k
            if by_level:
                preference[p, n] = (0.0 if own else 10.0) + (np.floor(x + 1e-9) - need_level[n])
            if x >= start_level[p, k] - FADE:
                x = max(x, start_level[p, k])
            if np.floor(x + 1e-9) >= need_level[n]:
                can |= 1 << n
                if own:
                    speciality |= 1 << n
        person[p].can = can
        person[p].speciality = speciality


@_entry
def settle(habits, person, time, lead, chief, factor, filled, in_group, communication, settled):
    """Pace of everybody before mentoring: what communication and line management leave, times ``factor``.

    ``time`` is everybody's FTE less what training off the job takes. ``filled`` (teams) and ``in_group`` (teams,
    sub-teams) receive the number of people, ``communication`` the share of time that it takes in each team.
    """
    h = habits[0]
    filled[:] = 0
    in_group[:, :] = 0
    for p in range(person.size):
        if person[p].employed == 1:
            filled[person[p].team] += 1
            in_group[person[p].team, person[p].group] += 1
    for t in range(filled.size):
        size = filled[t] / max(np.ceil(filled[t] / h.split_above), 1.0)
        communication[t] = min(h.communication_cap, h.communication * (size * size))
    for p in range(person.size):
        t = person[p].team
        reports = 0
        if lead[p]:
            reports += in_group[t, person[p].group] - 1
        if chief[p]:
            groups = 0
            for g in range(in_group.shape[1]):
                groups += in_group[t, g] > 0
            reports += groups - 1
        pace = time[p] * h.productive * (1.0 - communication[t])
        settled[p] = max(pace * (1.0 - min(0.9, h.managed * max(reports, 0))) * factor, 0.02)


@_entry
def count_tasks(person, waiting, lender, tasks):
    """Enter in ``tasks`` (lending teams, teams) how many waiting tasks of each team the lender could do."""
    for t in range(lender.size):
        if lender[t] < 0:
            continue
        for to in range(waiting.shape[0]):
            tasks[t, to] = 0
            for n in range(waiting.shape[1]):
                if (person[lender[t]].can >> n) & 1 == 1:
                    tasks[t, to] += waiting[to, n]


@_entry
def move_week(habits, person, practice, served, primary, need_skill, held, start_level, most_level, schooling,
              level, unused, progress, ramp_step, mentor, familiarity, conformance, stewardship, ramp, fit, level_speed,
              level_slip, speed, slip):
    """Move familiarity, levels, ramp-up and conformance by the week just worked, and what follows for next week.

    ``most_level`` (people, skills) is where learning ends, ``schooling`` (people, skills) the levels that a day on
    duty brings by the contract's training off the job.

    Returns PASSED if somebody's level passed a whole number, so that eligibility must be seen anew,
    plus RAMPING while somebody is still ramping up.
    """
    h = habits[0]
    passed = False
    ramping = False
    if h.conformance == 1:
        for t in range(conformance.size):
            c = conformance[t]
            conformance[t] = c - h.drift * c + stewardship[t] * (1.0 - c)
    for p in range(person.size):
        mentored = progress[p] < 1.0 and mentor[p] >= 0
        if h.familiarity == 1:
            for d in range(familiarity.shape[1]):
                f = familiarity[p, d]
                learnt = 1.0 - np.exp(-served[p, d] / h.tau)
                familiarity[p, d] = (f + (1.0 - f) * learnt) * h.kept
        if h.learning == 1 and person[p].employed == 1:
            for k in range(level.shape[1]):
                if held[p, k] == 0:
                    continue
                worked = 0.0
                for n in range(need_skill.size):
                    if need_skill[n] == k:
                        worked += practice[p, n]
                gain = worked * h.learnt
                if primary[p] == k:
                    gain += h.trained
                gain += schooling[p, k] * person[p].duty_days
                if mentored:
                    gain *= h.mentored
                unused[p, k] = 0.0 if worked > 0.0 else unused[p, k] + 1.0
                if unused[p, k] > h.forget_after:
                    gain -= h.forgotten
                start = start_level[p, k]
                before = level[p, k]
                after = min(max(before + gain, 0.0), most_level[p, k])
                level[p, k] = after
                if np.floor(after + 1e-9) != np.floor(before + 1e-9):
                    passed = True
                if (before >= start - FADE) != (after >= start - FADE):
                    passed = True
        if progress[p] < 1.0 and person[p].employed == 1:
            step = ramp_step[p] if mentored else ramp_step[p] / h.unmentored
            progress[p] = min(1.0, progress[p] + step)
        ramping = ramping or progress[p] < 1.0
    set_fit(habits, progress, ramp_step, familiarity, ramp, fit)
    if h.learning == 1:
        set_speeds(habits, level, need_skill, level_speed, level_slip, speed, slip)
    return PASSED * passed + RAMPING * ramping


@_entry
def set_pace(habits, person, settled, progress, mentor):
    """Pace of everybody this week: mentors give time to newcomers, less as their ramp proceeds.

    The mentors' time is gathered in the pace itself before it is applied.
    """
    for p in range(person.size):
        person[p].pace = 0.0
    for p in range(person.size):
        if progress[p] < 1.0 and mentor[p] >= 0 and person[p].employed == 1:
            person[mentor[p]].pace += habits[0].mentor_tax * (1.0 - progress[p])
    for p in range(person.size):
        person[p].pace = max(settled[p] * (1.0 - min(0.9, person[p].pace)), 0.02)


@_entry
def move_estate(stock, kind, need, weekly, life, delivered, upkeep):
    """Deliveries add to the products in service, age takes from them; upkeep of next week follows."""
    upkeep[:, :] = 0.0
    for e in range(kind.size):
        for d in range(stock.shape[1]):
            stock[e, d] += delivered[d, kind[e]] - stock[e, d] / life[e]
            upkeep[d, need[e]] += stock[e, d] * weekly[e]


@_entry
def close_week(habits, week, state, primary, level, ramp, asking, team, communication, waiting, lender, worked, on_duty,
               lead_sum, lead_count, hazard, threshold, leaves, starts, share_raised, lead_time, people_log, team_log,
               directorate_log, organisation_log):
    """Enter the week in the records and in the 13-week memories behind resignations and demand.

    The logs (weeks, fields, entities) are filled in the order of ``opmodel.records``. For next week's
    decisions: ``waiting`` (teams, needs), ``lead_time`` (directorates), and ``lender`` (teams), the
    least busy person present of a team below the lending threshold, -1 elsewhere. Returns MOVES if
    anybody may leave or start next week, plus OFFERS if tasks wait and there is a lender.
    """
    h = habits[0]
    person, practice, account, queue = state.person, state.practice, state.account, state.queue
    familiarity, upkeep = state.familiarity, state.upkeep
    slot = week % worked.shape[0]
    someone = False
    offered = False
    queued = 0
    for t in range(lender.size):
        lender[t] = -1
        team_log[week, 0, t] = 0.0
    for p in range(person.size):
        total = 0.0
        for n in range(practice.shape[1]):
            total += practice[p, n]
        worked[slot, p] = total
        on_duty[slot, p] = person[p].duty_days
        a = 0.0
        b = 0.0
        for k in range(worked.shape[0]):
            a += worked[k, p]
            b += on_duty[k, p]
        busy = a / b if b > 0.0 else 0.0
        if person[p].employed == 1:
            hazard[p] += h.hazard * (1.0 + h.overload * max(0.0, busy - 0.9) / 0.1)
        if hazard[p] >= threshold[p] or leaves[p] <= week + 1 or starts[p] <= week + 1:
            someone = True
        known = 0.0
        for d in range(asking.size):
            known += familiarity[p, d] * asking[d]
        people_log[week, 0, p] = person[p].employed
        people_log[week, 1, p] = person[p].duty_days
        people_log[week, 2, p] = total
        people_log[week, 3, p] = person[p].pace
        people_log[week, 4, p] = ramp[p]
        people_log[week, 5, p] = level[p, primary[p]]
        people_log[week, 6, p] = known
        people_log[week, 10, p] = person[p].lent
        team_log[week, 0, team[p]] += person[p].employed
    needs = waiting.shape[1]
    for t in range(waiting.shape[0]):
        tasks = 0
        for n in range(needs):
            waiting[t, n] = 0
            for service in range(CLASS_COUNT):
                waiting[t, n] += queue[(t * needs + n) * CLASS_COUNT + service].length
            tasks += waiting[t, n]
        queued += tasks
        team_log[week, 1, t] = state.conformance[t]
        team_log[week, 2, t] = communication[t]
        team_log[week, 3, t] = tasks
        if h.lend_below > 0.0:
            done = 0.0
            days = 0.0
            least = np.inf
            for p in range(person.size):
                if team[p] != t:
                    continue
                done += worked[slot, p]
                days += on_duty[slot, p]
                mine = worked[slot, p] / max(on_duty[slot, p], 1e-9)
                if person[p].on_duty == 1 and mine < least:
                    least = mine
                    lender[t] = p
            if done / max(days, 1e-9) >= h.lend_below:
                lender[t] = -1
            offered = offered or lender[t] >= 0
    now = 5.0 * (week + 1)
    for d in range(account.size):
        directorate_log[week, 0, d] = share_raised[d]
        directorate_log[week, 1, d] = lead_time[d] if h.reacts == 1 else 0.0
        for n in range(needs):
            directorate_log[week, 2, d] += upkeep[d, n]
        lead_sum[slot, d] = account[d].lead_sum
        lead_count[slot, d] = account[d].delivered
        total = account[d].open * now - account[d].raised_sum
        count = float(account[d].open)
        for k in range(lead_sum.shape[0]):
            total += lead_sum[k, d]
            count += lead_count[k, d]
        lead_time[d] = total / count if count > 0.0 else h.reference
    boards = state.board_seats.size
    for b in range(boards):
        organisation_log[week, 1, 0] += queue[queue.size - needs - boards + b].length
    return MOVES * someone + OFFERS * (offered and queued > 0)
