"""The flow of requests through teams, event by event. Plain Python that numba compiles.

Numpy and numba only: no names, no files, no random numbers. Every compiled function of the flow is
in this file (a compiled helper in another file would leave stale copies in numba's disk cache).

Order of events at one time: return to duty, finish, journey's end (hand-off or clarification),
board, escalation (and reassignment), patience, arrival, off duty; then by request or person number.
When a task ends, the request moves on first, then its person takes the next task.

Arguments come in one order throughout: tables of the network, the demand, rows (request, person,
visit), lines (queue, waiting, pool, node, words), calendars (work, timer, clock), then numbers.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from opmodel.flow.state import (
    AT_BOARD,
    BLOCKED,
    CLASS_COUNT,
    CLOSED,
    IN_HAND,
    QUEUED,
    ROUTE_LENGTH,
    TRAVELLING,
    WITH_REQUESTER,
    WORD_BITS,
)
from opmodel.flow.tables import EARLIEST_DEADLINE, FIRST_COME, LONGEST_IDLE, WSJF

# Kinds of event, in their order at one time.
# (As numpy's integers: of plain ones, each is a type of its own, for which all is compiled once more.)
RETURN, FINISH, JOURNEY, BOARD, ESCALATE, PATIENCE, ARRIVE, OFF_DUTY = map(np.int64, range(8))
CALL = 8  # a request or person to be looked at before the next event
_KIND = 1 << 40  # code of an event = kind * _KIND + number
_PERSON = 1 << 32  # reassignments carry the person's number above this
_POSITIVE = (1 << 63) - 1

#: Answers of :func:`advance` and :func:`begin_week`.
DONE, NEEDS_ROOM = 0, 1

OPEN, DELIVERED, ABANDONED, NOT_RAISED, NEVER = map(np.int64, (0, 1, 2, 3, -1))
TASK, GATE, CLARIFICATION = map(np.int64, (0, 1, 2))
DEMAND, UPKEEP, SHADOW = 0, 1, 2

# Position of a single bit: powers of two differ modulo 67.
_BIT = np.full(67, -1, np.int64)
for _b in range(WORD_BITS + 1):
    _BIT[(1 << _b) % 67] = _b

# Verbs are compiled into the entry points that use them: a call that passes thirty arrays costs more
# than most events, and no verb is called from Python.
_jit = njit(_nrt=False, nogil=True, forceinline=True, no_cpython_wrapper=True, no_cfunc_wrapper=True)
_entry = njit(_nrt=False, cache=True, nogil=True)


@_jit
def at(number):
    """A number that is not negative, said so that compiled code need not test it when it is an index."""
    return np.int64(number) & _POSITIVE


# -- calendars: binary heaps of (time, code) ---------------------------------------------------


@_jit
def sift_down(heap, size, time, code):
    """Put (time, code) at the top of a heap of ``size`` entries whose top is free."""
    k = 0
    while True:
        child = 2 * k + 1
        if child >= size:
            break
        t = heap[child].time
        if child + 1 < size:
            t2 = heap[child + 1].time
            if t2 < t or (t2 == t and heap[child + 1].code < heap[child].code):
                child += 1
                t = t2
        if time < t or (time == t and code < heap[child].code):
            break
        heap[k].time = t
        heap[k].code = heap[child].code
        k = child
    heap[k].time = time
    heap[k].code = code


@_jit
def push(heap, size, time, code):
    """Add (time, code) to a heap of ``size`` entries."""
    k = size
    while k > 0:
        parent = (k - 1) >> 1
        t = heap[parent].time
        if t < time or (t == time and heap[parent].code < code):
            break
        heap[k].time = t
        heap[k].code = heap[parent].code
        k = parent
    heap[k].time = time
    heap[k].code = code


@_jit
def pop(heap, size):
    """Drop the top of a heap of ``size`` entries; return the new size."""
    size -= 1
    if size > 0:
        sift_down(heap, size, heap[size].time, heap[size].code)
    return size


@_jit
def set_timer(timer, clock, time, kind, number):
    """Note an event that is no finish: in the heap, or with those beyond the present call."""
    code = kind * _KIND + np.int64(number)
    if time > clock[0].until:
        clock[0].later += 1
        timer[timer.size - clock[0].later].time = time
        timer[timer.size - clock[0].later].code = code
    else:
        push(timer, clock[0].timer_size, time, code)
        clock[0].timer_size += 1


@_jit
def keep_later(timer, clock):
    """Bring the events beyond the present call to the end of a table that has grown since."""
    if clock[0].room == timer.size:
        return
    for k in range(1, clock[0].later + 1):
        timer[timer.size - k].time = timer[clock[0].room - k].time
        timer[timer.size - k].code = timer[clock[0].room - k].code
    clock[0].room = timer.size


@_jit
def recall(request, timer, clock, until):
    """Put what happens up to ``until`` into the heap, unless it is certain that it no longer matters.

    Most patience and most escalations are forestalled by the start of the task: never sorted in, they cost little.
    """
    clock[0].until = until
    k = clock[0].later
    while k > 0:
        time = timer[timer.size - k].time
        if time <= until:
            code = timer[timer.size - k].code
            last = clock[0].later
            timer[timer.size - k].time = timer[timer.size - last].time
            timer[timer.size - k].code = timer[timer.size - last].code
            clock[0].later = last - 1
            kind = code // _KIND
            number = at(code % _KIND)
            over = False
            if kind == PATIENCE:
                over = not np.isnan(request[number].first_start) or request[number].place == CLOSED
            elif kind == JOURNEY or (kind == ESCALATE and number < _PERSON):
                over = request[number].timer != time
            if not over:
                push(timer, clock[0].timer_size, time, code)
                clock[0].timer_size += 1
        k -= 1


# -- lines of waiting requests -----------------------------------------------------------------


@_jit
def precedes(request, a, b):
    """Whether request a stands before request b in a line: by key, first queueing time, number."""
    if request[a].key != request[b].key:
        return request[a].key < request[b].key
    if request[a].first_queued != request[b].first_queued:
        return request[a].first_queued < request[b].first_queued
    return a < b


@_jit
def meld(request, a, b):
    """Join two pairing heaps; return the root."""
    if a < 0:
        return b
    if b < 0:
        return a
    if precedes(request, b, a):
        a, b = b, a
    first = request[a].child
    request[b].next = first
    if first >= 0:
        request[first].prev = b
    request[b].prev = a
    request[a].child = b
    return a


@_jit
def meld_children(request, r):
    """Join the children of a removed root, pair by pair, then from the right."""
    pairs = -1  # finished pairs, linked backwards through prev
    c = np.int64(request[r].child)
    while c >= 0:
        d = np.int64(request[c].next)
        rest = np.int64(-1)
        if d >= 0:
            rest = np.int64(request[d].next)
            request[d].next = -1
            request[d].prev = -1
        request[c].next = -1
        request[c].prev = -1
        m = meld(request, c, d)
        request[m].prev = pairs
        pairs = m
        c = rest
    root = np.int64(-1)
    while pairs >= 0:
        before = np.int64(request[pairs].prev)
        request[pairs].prev = -1
        root = np.int64(meld(request, root, pairs))
        pairs = before
    request[r].child = -1
    return root


@_jit
def stand_in(request, queue, q, r):
    """Put request r in line q: at the end if it comes in order, else in the heap beside."""
    tail = queue[q].tail
    request[r].queue = q
    request[r].next = -1
    request[r].prev = -1
    request[r].child = -1
    if tail < 0 or precedes(request, tail, r):
        request[r].in_heap = 0
        request[r].prev = tail
        if tail >= 0:
            request[tail].next = r
        else:
            queue[q].head = r
        queue[q].tail = r
    else:
        request[r].in_heap = 1
        queue[q].root = meld(request, queue[q].root, r)
    queue[q].length += 1


@_jit
def first_in(request, queue, q):
    """The request that comes first in line q, -1 if the line is empty."""
    head = queue[q].head
    root = queue[q].root
    if root < 0:
        return head
    if head < 0 or precedes(request, root, head):
        return root
    return head


@_jit
def step_out(request, queue, r):
    """Take request r out of the line it stands in, wherever it stands."""
    q = request[r].queue
    before = request[r].prev
    after = request[r].next
    if request[r].in_heap == 0:
        if before >= 0:
            request[before].next = after
        else:
            queue[q].head = after
        if after >= 0:
            request[after].prev = before
        else:
            queue[q].tail = before
    elif queue[q].root == r:
        queue[q].root = meld_children(request, r)
    else:
        if request[before].child == r:
            request[before].child = after
        else:
            request[before].next = after
        if after >= 0:
            request[after].prev = before
        queue[q].root = meld(request, queue[q].root, meld_children(request, r))
    queue[q].length -= 1
    request[r].queue = -1


@_jit
def leave_queue(request, queue, waiting, r, needs):
    """Take a waiting task out of its team's queue and keep the team's waiting mask true."""
    q = np.int64(request[r].queue)
    step_out(request, queue, r)
    if queue[q].length == 0:
        service = q % CLASS_COUNT
        at = q // CLASS_COUNT
        waiting[at // needs, service] &= ~(1 << (at % needs))


# -- idle people -------------------------------------------------------------------------------


@_jit
def become_idle(rules, person, pool, node, entry, words, p, now):
    """Person p waits for work in every pool it is in."""
    person[p].idle = 1
    person[p].idle_since = now
    for e in range(person[p].entry_from, person[p].entry_to):
        x = entry[e]
        o = node[x].pool
        pool[o].idle += 1
        if rules[0].dispatch == LONGEST_IDLE:
            before = np.int64(pool[o].tail)
            after = np.int64(-1)
            while before >= 0 and node[before].person > p and person[node[before].person].idle_since == now:
                after = before  # idle since the same moment: by number
                before = np.int64(node[before].prev)
            node[x].prev = before
            node[x].next = after
            if before >= 0:
                node[before].next = x
            else:
                pool[o].head = x
            if after >= 0:
                node[after].prev = x
            else:
                pool[o].tail = x
        else:
            k = np.int64(x - pool[o].first)
            words[pool[o].word + k // WORD_BITS] |= 1 << (k % WORD_BITS)


@_jit
def stop_idling(rules, person, pool, node, entry, words, p):
    """Take person p out of all pools."""
    person[p].idle = 0
    for e in range(person[p].entry_from, person[p].entry_to):
        x = entry[e]
        o = node[x].pool
        pool[o].idle -= 1
        if rules[0].dispatch == LONGEST_IDLE:
            before = node[x].prev
            after = node[x].next
            if before >= 0:
                node[before].next = after
            else:
                pool[o].head = after
            if after >= 0:
                node[after].prev = before
            else:
                pool[o].tail = before
        else:
            k = np.int64(x - pool[o].first)
            words[pool[o].word + k // WORD_BITS] &= ~(1 << (k % WORD_BITS))


@_jit
def pick_person(rules, pool, node, words, o):
    """The idle person of pool o who comes first, -1 if nobody is idle."""
    if pool[o].idle == 0:
        return np.int64(-1)
    if rules[0].dispatch == LONGEST_IDLE:
        return np.int64(node[pool[o].head].person)
    w = np.int64(pool[o].word)
    k = np.int64(0)
    while words[w + k] == 0:
        k += 1
    bit = words[w + k] & -words[w + k]
    return np.int64(node[pool[o].first + k * WORD_BITS + _BIT[bit % 67]].person)


# -- visits: the log ---------------------------------------------------------------------------


@_jit
def open_visit(request, visit, clock, r, kind, need, from_team, team, now):
    """Begin a row of the visits table for request r."""
    row = clock[0].visits
    clock[0].visits = row + 1
    request[r].visit = row
    visit[row].kind = kind
    visit[row].request = r
    visit[row].step = request[r].step
    visit[row].passes = request[r].passes
    visit[row].need = need
    visit[row].team = team
    visit[row].from_team = from_team
    visit[row].person = -1
    visit[row].ready = now
    visit[row].queued = np.nan
    visit[row].started = np.nan
    visit[row].finished = np.nan
    visit[row].worked = 0.0
    visit[row].effort = np.nan
    visit[row].blocked = 0.0


@_jit
def count_work(ask, request, person, practice, served, need, p, until):
    """Enter the work of person p until now in this week's account."""
    r = person[p].request
    spent = until - person[p].counted
    practice[p, need[ask[r].type, request[r].step]] += spent
    served[p, ask[r].directorate] += spent
    person[p].counted = until


@_jit
def end_stretch(ask, request, person, visit, practice, served, need, p, now):
    """Close an on-duty stretch of person p with its task: touch time and accounts."""
    r = person[p].request
    spent = now - person[p].since
    visit[request[r].visit].worked += spent
    request[r].touch += spent
    count_work(ask, request, person, practice, served, need, p, now)


# -- starting work -----------------------------------------------------------------------------


@_jit
def schedule(rules, ask, person, work, clock, p, now, on_top):
    """Note when person p finishes the task in hand, or the end of a slice before it."""
    time = person[p].finish
    if rules[0].slice < np.inf and ask[person[p].request].service > 0:
        time = min(time, now + rules[0].slice)
    person[p].event = time
    if on_top:
        sift_down(work, clock[0].work_size, time, p)
    else:
        push(work, clock[0].work_size, time, p)
        clock[0].work_size += 1


@_jit
def task_effort(rules, gain, effort, ask, request, person, r, p):
    """Work of the present task of request r in person p's hands: effort, rework, reuse, hand-offs."""
    amount = effort[ask[r].effort + request[r].step]
    if request[r].passes > 0:
        amount = amount * rules[0].rework_effort
    amount = amount * request[r].scale * gain[request[r].team]
    extra = request[r].extra
    before = request[r].holder
    if before >= 0 and before != p and person[before].team == person[p].team:
        if person[before].group == person[p].group:
            extra += rules[0].peer_effort
        else:
            extra += rules[0].group_effort
    return amount * (1.0 + extra)


@_jit
def start_task(rules, need, gain, ask, effort, request, person, visit, work, clock, speed, fit, p, r, now, on_top):
    """Person p starts the present task of request r (or goes on with what was handed back)."""
    if request[r].work < 0.0:
        request[r].work = task_effort(rules, gain, effort, ask, request, person, r, p)
    request[r].place = IN_HAND
    request[r].timer = np.nan
    request[r].holder = p
    if np.isnan(request[r].first_start):
        request[r].first_start = now
    row = request[r].visit
    visit[row].started = now
    visit[row].person = p
    visit[row].effort = request[r].work
    rate = speed[p, need[ask[r].type, request[r].step]] * fit[p, ask[r].directorate] * person[p].pace
    person[p].request = r
    person[p].rate = rate
    person[p].finish = now + request[r].work / rate
    person[p].since = now
    person[p].counted = now
    schedule(rules, ask, person, work, clock, p, now, on_top)


@_jit
def must_clarify(kind, ask, request, familiarity, r, p):
    """Whether person p, about to start request r, finds that the requester must answer first."""
    if request[r].clarified == 1 or kind[ask[r].type].clarify <= 0.0:
        return False
    request[r].clarified = 1
    if request[r].step > 0:
        return False
    return ask[r].clarify < kind[ask[r].type].clarify * (1.0 - familiarity[p, ask[r].directorate])


@_jit
def ask_requester(kind, ask, request, visit, timer, clock, r, now):
    """Send request r back to its requester; the same task waits again when the answer is there."""
    visit[request[r].visit].finished = now
    open_visit(request, visit, clock, r, CLARIFICATION, -1, request[r].team, -1, now)
    visit[request[r].visit].queued = now
    visit[request[r].visit].started = now
    request[r].place = WITH_REQUESTER
    request[r].timer = now + ask[r].wait
    set_timer(timer, clock, request[r].timer, JOURNEY, r)
    if kind[ask[r].type].stops_clock == 1:
        request[r].due += ask[r].wait


@_jit
def queue_key(rules, rule, local, left, ask, request, r, team):
    """Order of request r within its class in the team's queue; smaller comes first.

    Teams know the type's mean remaining effort, never the drawn one.
    """
    how = rule[team]
    if how == FIRST_COME:
        return request[r].first_queued
    if how == EARLIEST_DEADLINE:
        return request[r].due
    remaining = left[ask[r].type, request[r].step]
    if request[r].passes > 0:
        remaining *= rules[0].rework_effort
    if how == WSJF:
        return -ask[r].value / max(remaining, 1e-9)
    return -ask[r].value - (1e12 if local[team, ask[r].directorate] == 1 else 0.0)


@_jit
def join_queue(rules, kind, need, left, rule, gain, local, ask, effort, request, person, visit, queue, waiting, pool,
               node, entry, words, work, timer, clock, speed, fit, familiarity, r, now):
    """The present task of request r reaches its team: somebody idle starts it, or it waits."""
    team = at(request[r].team)
    n = at(need[ask[r].type, request[r].step])
    needs = speed.shape[1]
    visit[request[r].visit].team = team
    visit[request[r].visit].queued = now
    if np.isnan(request[r].first_queued):
        request[r].first_queued = now
    p = pick_person(rules, pool, node, words, team * needs + n)
    if p >= 0:
        if must_clarify(kind, ask, request, familiarity, r, p):
            ask_requester(kind, ask, request, visit, timer, clock, r, now)
            return
        stop_idling(rules, person, pool, node, entry, words, p)
        start_task(rules, need, gain, ask, effort, request, person, visit, work, clock, speed, fit, p, r, now, False)
        return
    fresh = request[r].work < 0.0
    request[r].key = queue_key(rules, rule, local, left, ask, request, r, team) if fresh else -np.inf
    request[r].place = QUEUED
    service = np.int64(ask[r].service)
    stand_in(request, queue, (team * needs + n) * CLASS_COUNT + service, r)
    waiting[team, service] |= 1 << n
    if fresh and rules[0].escalate_after < np.inf and request[r].route + 1 < ROUTE_LENGTH:
        request[r].timer = now + rules[0].escalate_after
        set_timer(timer, clock, request[r].timer, ESCALATE, r)
    else:
        request[r].timer = np.nan


@_jit
def best_waiting(rules, request, person, queue, waiting, needs, p, team):
    """The waiting task of a team that person p takes first, -1 if there is none."""
    for service in range(CLASS_COUNT):
        mask = waiting[team, service] & person[p].can
        if mask == 0:
            continue
        if rules[0].speciality_first == 1 and (mask & person[p].speciality) != 0:
            mask &= person[p].speciality
        best = np.int64(-1)
        while mask != 0:
            bit = mask & -mask
            mask ^= bit
            r = np.int64(first_in(request, queue, (team * needs + _BIT[bit % 67]) * CLASS_COUNT + service))
            if best < 0 or precedes(request, r, best):
                best = r
        return best
    return np.int64(-1)


@_jit
def take_next(rules, kind, need, gain, ask, effort, request, person, visit, queue, waiting, pool, node, entry, words,
              work, timer, clock, calls, speed, fit, familiarity, p, now, on_top):
    """Person p takes the best waiting task, own team's first, or becomes idle.

    ``on_top``: the person's ended entry still stands on top of the calendar of finishes. A task that
    must go back to its requester takes a row, so the person looks for another one after the next
    check of room.
    """
    needs = speed.shape[1]
    r = best_waiting(rules, request, person, queue, waiting, needs, p, np.int64(person[p].team))
    if r < 0 and person[p].lent >= 0:
        r = best_waiting(rules, request, person, queue, waiting, needs, p, np.int64(person[p].lent))
    if r >= 0:
        leave_queue(request, queue, waiting, r, needs)
        if must_clarify(kind, ask, request, familiarity, r, p):
            ask_requester(kind, ask, request, visit, timer, clock, r, now)
            call_again(clock, calls, -1 - p, now)
        else:
            if person[p].idle == 1:
                stop_idling(rules, person, pool, node, entry, words, p)
            start_task(rules, need, gain, ask, effort, request, person, visit, work, clock, speed, fit, p, r, now,
                       on_top)
            return
    if on_top:
        clock[0].work_size = pop(work, clock[0].work_size)
    if person[p].idle == 0:
        become_idle(rules, person, pool, node, entry, words, p, now)


# -- moving on ---------------------------------------------------------------------------------


@_jit
def next_team(route, employs, d, n, position):
    """Position on the route, from the given one, of the first team that employs the need; 3 none."""
    while position < ROUTE_LENGTH:
        t = route[d, n, position]
        if t >= 0 and employs[t, n] > 0:
            break
        position += 1
    return position


@_jit
def route_of(need, ask, request, r):
    """The directorate whose route the present task follows: the second one for the second step."""
    if ask[r].second >= 0 and (request[r].step == 1 or (request[r].step == 0 and need[ask[r].type, 1] < 0)):
        return np.int64(ask[r].second)
    return np.int64(ask[r].directorate)


@_jit
def send(rules, need, route, latency, extra, ask, request, person, visit, queue, timer, clock, employs, groups, r,
         position, now):
    """Send the present task of request r to the next team on its route, from a position on.

    Returns 1 if it is there at once (no hand-off takes time), 0 if it travels or nobody on its
    route is employed with skill and level (blocked).
    """
    n = at(need[ask[r].type, request[r].step])
    d = route_of(need, ask, request, r)
    here = at(request[r].team)
    position = next_team(route, employs, d, n, position)
    if position == ROUTE_LENGTH:
        open_visit(request, visit, clock, r, TASK, n, here, -1, now)
        request[r].place = BLOCKED
        request[r].timer = np.nan
        request[r].key = now
        if np.isnan(request[r].first_queued):
            request[r].first_queued = now
        stand_in(request, queue, queue.size - route.shape[1] + n, r)
        return 0
    team = at(route[d, n, position])
    request[r].route = position
    delay = latency[here, team]
    before = request[r].holder
    if here != team:
        request[r].hand_offs += 1
        request[r].extra += extra[here, team]
    elif before >= 0 and person[before].team == team and (groups[team, person[before].group] >> n) & 1 == 0:
        request[r].hand_offs += 1
        delay = rules[0].group_latency
    came_from = here
    if request[r].visit < 0 and here == team:
        came_from = np.int64(-1)  # the directorate itself
    open_visit(request, visit, clock, r, TASK, n, came_from, team, now)
    request[r].team = team
    if delay > 0.0:
        request[r].place = TRAVELLING
        request[r].timer = now + delay
        set_timer(timer, clock, request[r].timer, JOURNEY, r)
        return 0
    return 1


@_jit
def faces_gate(rules, kind, own, other_line, ask, request, r):
    """Whether request r must now wait for the board: gated, not delegated, not passed yet."""
    if request[r].gated == 1 or request[r].step != kind[ask[r].type].gate_before:
        return False
    request[r].gated = 1
    chance = kind[ask[r].type].gate
    if ask[r].second >= 0 and other_line[own[ask[r].directorate], own[ask[r].second]] == 1:
        chance = chance * rules[0].cross_gate
    return ask[r].gate < chance and ask[r].delegated >= rules[0].delegated


@_jit
def submit_paper(ask, request, visit, queue, clock, line, r, now):
    """Request r joins the line of papers waiting for its directorate's board."""
    open_visit(request, visit, clock, r, GATE, -1, request[r].team, -1, now)
    visit[request[r].visit].queued = now
    request[r].place = AT_BOARD
    request[r].timer = np.nan
    request[r].key = now
    request[r].first_queued = now
    request[r].deferrals = ask[r].deferrals
    stand_in(request, queue, line, r)


@_jit
def fails_quality(rules, kind, own, conformance, ask, redo, request, r):
    """Whether the finished pass of request r must be redone.

    Chance: maturity x level x familiarity x conformance factors, capped; the uniform is drawn.
    """
    k = request[r].passes
    chance = kind[ask[r].type].rework
    if chance <= 0.0 or k >= redo.shape[1]:
        return False
    if request[r].slip_work > 0.0:
        chance *= request[r].slips / request[r].slip_work
    if ask[r].second >= 0:
        lower = min(conformance[own[ask[r].directorate]], conformance[own[ask[r].second]])
        chance *= 1.0 + rules[0].nonconformance * (1.0 - lower)
    return redo[r, k] < min(chance, rules[0].rework_cap)


@_jit
def close(ask, request, account, r, fate, now):
    """Request r is delivered or abandoned."""
    request[r].fate = fate
    request[r].closed = now
    request[r].place = CLOSED
    request[r].timer = np.nan
    if ask[r].origin != UPKEEP:
        account[ask[r].directorate].open -= 1
        account[ask[r].directorate].raised_sum -= request[r].raised


@_jit
def finish_task(rules, kind, need, own, ask, redo, redo_step, request, person, visit, account, delivered, practice,
                served, slip, familiarity, conformance, p, now):
    """Person p ends the task in hand; returns 1 if its request goes on, 0 if it is delivered."""
    r = at(person[p].request)
    row = request[r].visit
    end_stretch(ask, request, person, visit, practice, served, need, p, now)
    visit[row].finished = now
    n = need[ask[r].type, request[r].step]
    unknown = 1.0 - familiarity[p, ask[r].directorate]
    request[r].slips += slip[p, n] * (1.0 + rules[0].unfamiliar_rework * unknown) * visit[row].effort
    request[r].slip_work += visit[row].effort
    person[p].request = -1
    person[p].event = np.nan
    request[r].work = -1.0
    request[r].extra = 0.0
    request[r].first_queued = np.nan
    request[r].step += 1
    if request[r].step < kind[ask[r].type].steps:
        return 1
    if fails_quality(rules, kind, own, conformance, ask, redo, request, r):
        done = request[r].passes
        if done < rules[0].rework_max:
            request[r].step = redo_step[r, done]
            request[r].passes = done + 1
            request[r].slips = 0.0
            request[r].slip_work = 0.0
            return 1
        request[r].flagged = 1
    close(ask, request, account, r, DELIVERED, now)
    if ask[r].origin != UPKEEP:
        delivered[ask[r].directorate, ask[r].type] += 1
        account[ask[r].directorate].delivered += 1
        account[ask[r].directorate].lead_sum += now - request[r].raised
    return 0


@_jit
def go_underground(ask, timer, clock, r, now):
    """Unserved request r becomes shadow work, which may come back as a request of its own."""
    if ask[r].shadow >= 0:
        set_timer(timer, clock, now + ask[r].shadow_delay, ARRIVE, ask[r].shadow)


@_jit
def abandon(ask, request, visit, queue, waiting, account, timer, clock, needs, r, now):
    """Nobody started request r in time: it is given up."""
    place = request[r].place
    if place == QUEUED:
        leave_queue(request, queue, waiting, r, needs)
    elif place == BLOCKED:
        visit[request[r].visit].blocked += now - request[r].key
        step_out(request, queue, r)
    elif place == AT_BOARD:
        step_out(request, queue, r)
    visit[request[r].visit].finished = now
    close(ask, request, account, r, ABANDONED, now)
    go_underground(ask, timer, clock, r, now)


@_jit
def is_raised(rules, need, ask, request, timer, clock, raised, upkeep, r, now):
    """Whether candidate request r is raised; if not, it may become shadow work."""
    d = ask[r].directorate
    if ask[r].origin == UPKEEP:
        due = upkeep[d, need[ask[r].type, 0]]
        request[r].scale = due
        if due > 0.0:
            return True
        request[r].fate = NEVER
    elif ask[r].accept < raised[d]:
        return True
    elif ask[r].accept < rules[0].potential:
        request[r].fate = NOT_RAISED
        request[r].closed = now
        go_underground(ask, timer, clock, r, now)
    else:
        request[r].fate = NEVER
    request[r].place = CLOSED
    return False


@_jit
def arrive(rules, need, route, own, discover, ask, request, account, timer, clock, employs, conformance, r, now):
    """Request r, raised, comes to the team that serves its directorate first (or its first task, if ``direct``)."""
    d = ask[r].directorate
    request[r].raised = now if ask[r].origin == SHADOW else ask[r].raised
    request[r].due = ask[r].due + now if ask[r].origin == SHADOW else ask[r].due
    request[r].fate = OPEN
    request[r].team = own[d]
    if rules[0].direct == 1:
        n = np.int64(need[ask[r].type, 0])
        along = route_of(need, ask, request, r)
        position = next_team(route, employs, along, n, 0)
        if position < ROUTE_LENGTH:
            request[r].team = route[along, n, position]
    if ask[r].origin != UPKEEP:
        account[d].open += 1
        account[d].raised_sum += request[r].raised
    if ask[r].found < 1.0:
        there = own[ask[r].similar]
        if ask[r].found < discover[own[d], there] * conformance[there]:
            request[r].scale *= 1.0 - rules[0].reuse_saving
        else:
            request[r].duplicated = rules[0].reuse_saving
    if ask[r].second >= 0:
        lower = min(conformance[own[d]], conformance[own[ask[r].second]])
        request[r].scale *= 1.0 + rules[0].nonconformance * (1.0 - lower)
    if ask[r].patience < np.inf:
        set_timer(timer, clock, max(now, request[r].raised + ask[r].patience), PATIENCE, r)


# -- duty --------------------------------------------------------------------------------------


@_jit
def await_absence(person, spell_start, timer, clock, p, now):
    """Note the next absence of person p, who is on duty."""
    person[p].duty = np.nan
    start = spell_start[p, person[p].spell]
    if start < np.inf:
        person[p].duty = max(start, now)
        set_timer(timer, clock, person[p].duty, OFF_DUTY, p)


@_jit
def go_off_duty(rules, need, ask, request, person, visit, pool, node, entry, words, timer, clock, practice, served,
                spell_end, p, now):
    """Person p goes off duty; the task in hand waits."""
    back = spell_end[p, person[p].spell]
    person[p].on_duty = 0
    person[p].duty_days += now - person[p].on_since
    person[p].spell += 1
    person[p].duty = back
    set_timer(timer, clock, back, RETURN, p)
    if person[p].request >= 0:
        end_stretch(ask, request, person, visit, practice, served, need, p, now)
        person[p].finish -= now
        person[p].event = np.nan
        if back - now > rules[0].reassign_after:
            person[p].reassign = now + rules[0].reassign_after
            set_timer(timer, clock, person[p].reassign, ESCALATE, _PERSON + p)
    elif person[p].idle == 1:
        stop_idling(rules, person, pool, node, entry, words, p)


@_jit
def hand_back(rules, need, ask, request, person, visit, clock, p, remaining, now):
    """Person p's task goes back to the head of its queue: a new visit, hand-off effort added."""
    r = at(person[p].request)
    visit[request[r].visit].finished = now
    person[p].request = -1
    person[p].event = np.nan
    request[r].work = remaining * (1.0 + rules[0].reassign_effort)
    team = request[r].team
    open_visit(request, visit, clock, r, TASK, need[ask[r].type, request[r].step], team, team, now)
    return r


@_jit
def more_urgent(person, waiting, ask, p):
    """Whether a task of a more urgent class than the one in hand waits for person p."""
    for service in range(ask[person[p].request].service):
        if waiting[person[p].team, service] & person[p].can != 0:
            return True
    return False


# -- the run -----------------------------------------------------------------------------------


@_jit
def call(clock, calls, what, now):
    """Have a request or person looked at before the next event."""
    if clock[0].answered == clock[0].called:
        clock[0].answered = 0
        clock[0].called = 0
        clock[0].now = now
    calls[clock[0].called] = what
    clock[0].called += 1


@_jit
def call_again(clock, calls, what, now):
    """Have the one just looked at looked at once more, before all others that are called."""
    if clock[0].answered < clock[0].called:
        clock[0].answered -= 1
        calls[clock[0].answered] = what
    else:
        call(clock, calls, what, now)


@_jit
def has_room(visit, work, timer, clock, more):
    """Whether the tables can take what one more event may add."""
    return (
        clock[0].visits + more + 4 < visit.size
        and clock[0].timer_size + clock[0].later + more + 4 < timer.size
        and clock[0].work_size + 4 < work.size
    )


@_jit
def next_event(ask, person, work, timer, clock):
    """Kind, number and time of the next event; stale calendar entries are dropped on the way."""
    while True:
        kind = -1
        number = clock[0].arrivals
        time = np.inf
        if number < ask.size:
            time = ask[number].arrival
            if time < np.inf:
                kind = ARRIVE
        if clock[0].work_size > 0 and work[0].time <= time:
            kind = FINISH
            number = work[0].code
            time = work[0].time
            if person[number].event != time:
                clock[0].work_size = pop(work, clock[0].work_size)
                continue
        if clock[0].timer_size > 0 and timer[0].time <= time:
            code = timer[0].code
            other = code // _KIND
            if timer[0].time < time or other < kind or (other == kind and code % _KIND < number):
                return other, code % _KIND, timer[0].time
        return kind, number, time


@_entry
def advance(tables, demand, state, until, inclusive):
    """Handle all events before ``until`` (and at it, if ``inclusive``: the horizon's last call).

    Returns DONE, or NEEDS_ROOM with everything consistent: enlarge ``visit``, ``timer`` and
    ``work``, then call again. Cost: a heap operation or two per event, whatever the queues' length.
    """
    # Unpacked once: reading an array out of a tuple in the loop would cost a reference count each time.
    (kind, need, left, route, own, latency, extra, discover, other_line, local, rule, gain, board, rules) = tables
    (ask, effort, redo, redo_step) = demand
    (request, person, visit, queue, pool, node, entry, words, waiting, work, timer, clock, account, delivered,
     practice, served, speed, fit, slip, familiarity, _, employs, groups, spell_start, spell_end,
     conformance, raised, upkeep, board_seats, calls) = state
    needs = speed.shape[1]
    boards = queue.size - needs - board_seats.size
    keep_later(timer, clock)
    recall(request, timer, clock, until)
    while True:
        called = clock[0].answered < clock[0].called
        what, number, now = next_event(ask, person, work, timer, clock)
        if called:
            what, number, now = CALL, calls[clock[0].answered], clock[0].now
        if what < 0 or now > until or (now == until and not inclusive):
            break
        if not has_room(visit, work, timer, clock, 0):
            return NEEDS_ROOM
        r = np.int64(-1)  # the request that moves on or is to be sent
        worker = np.int64(-1)  # the person who then takes the next task
        at_queue = False  # whether request r is at its team already
        position = np.int64(0)  # where on its route it looks for one
        if what == CALL:
            clock[0].answered += 1
            if number < 0:
                worker = np.int64(-1 - number)
                if person[worker].idle == 0:
                    continue
            else:
                r = np.int64(number // 2)
                at_queue = number % 2 == 1
        elif what == FINISH:
            p = at(number)
            work[0].code = -1  # stays on top, before whatever starts now
            if now < person[p].finish:  # the end of a slice
                if not more_urgent(person, waiting, ask, p):
                    schedule(rules, ask, person, work, clock, p, now, True)
                    continue
                end_stretch(ask, request, person, visit, practice, served, need, p, now)
                remaining = (person[p].finish - now) * person[p].rate
                loss = rules[0].switch_loss * min(rules[0].slice * person[p].rate, remaining)
                r = hand_back(rules, need, ask, request, person, visit, clock, p, remaining, now)
                request[r].work = remaining + loss
                at_queue = True
            else:
                r = at(person[p].request)
                if finish_task(rules, kind, need, own, ask, redo, redo_step, request, person, visit, account,
                               delivered, practice, served, slip, familiarity, conformance, p, now) == 0:
                    r = np.int64(-1)
            worker = p
        elif what == ARRIVE:
            r = at(number)
            if r == clock[0].arrivals and ask[r].origin != SHADOW:
                clock[0].arrivals += 1
            else:
                clock[0].timer_size = pop(timer, clock[0].timer_size)
            if is_raised(rules, need, ask, request, timer, clock, raised, upkeep, r, now):
                arrive(rules, need, route, own, discover, ask, request, account, timer, clock, employs, conformance,
                       r, now)
            else:
                r = np.int64(-1)
        else:
            clock[0].timer_size = pop(timer, clock[0].timer_size)
            if what == RETURN:
                p = at(number)
                if person[p].duty != now or person[p].on_duty == 1:
                    continue
                person[p].on_duty = 1
                person[p].on_since = now
                person[p].reassign = np.nan
                await_absence(person, spell_start, timer, clock, p, now)
                if person[p].request >= 0:
                    person[p].since = now
                    person[p].counted = now
                    person[p].finish += now
                    schedule(rules, ask, person, work, clock, p, now, False)
                else:
                    worker = p
            elif what == JOURNEY:
                r = at(number)
                if request[r].timer != now:
                    continue
                if request[r].place == WITH_REQUESTER:
                    visit[request[r].visit].finished = now
                    n = need[ask[r].type, request[r].step]
                    open_visit(request, visit, clock, r, TASK, n, request[r].team, request[r].team, now)
                at_queue = True
            elif what == BOARD:
                decide_papers(rules, request, visit, queue, clock, calls, boards + number, board_seats[number], now)
            elif what == ESCALATE and number >= _PERSON:
                p = np.int64(number - _PERSON)
                if person[p].reassign != now or person[p].request < 0:
                    continue
                remaining = person[p].finish * person[p].rate
                r = hand_back(rules, need, ask, request, person, visit, clock, p, remaining, now)
                at_queue = True
            elif what == ESCALATE:
                q = np.int64(number)
                if request[q].timer != now or request[q].place != QUEUED:
                    continue
                n = np.int64(need[ask[q].type, request[q].step])
                position = next_team(route, employs, route_of(need, ask, request, q), n, request[q].route + 1)
                if position == ROUTE_LENGTH:
                    continue
                leave_queue(request, queue, waiting, q, needs)
                visit[request[q].visit].finished = now
                r = q
            elif what == PATIENCE:
                q = np.int64(number)
                if not np.isnan(request[q].first_start) or request[q].place in (CLOSED, WITH_REQUESTER):
                    continue
                abandon(ask, request, visit, queue, waiting, account, timer, clock, needs, q, now)
            elif what == OFF_DUTY:
                p = at(number)
                if person[p].duty != now or person[p].on_duty == 0:
                    continue
                go_off_duty(rules, need, ask, request, person, visit, pool, node, entry, words, timer, clock,
                            practice, served, spell_end, p, now)
        if what != CALL:
            clock[0].events += 1
        if r >= 0:
            if at_queue and employs[request[r].team, need[ask[r].type, request[r].step]] == 0:
                visit[request[r].visit].finished = now  # the team lost the skill meanwhile
                at_queue = False
            elif not at_queue and faces_gate(rules, kind, own, other_line, ask, request, r):
                submit_paper(ask, request, visit, queue, clock, boards + board[ask[r].directorate], r, now)
                r = np.int64(-1)
        if r >= 0:
            if at_queue or send(rules, need, route, latency, extra, ask, request, person, visit, queue, timer,
                                clock, employs, groups, r, position, now) == 1:
                join_queue(rules, kind, need, left, rule, gain, local, ask, effort, request, person, visit, queue,
                           waiting, pool, node, entry, words, work, timer, clock, speed, fit, familiarity, r, now)
        if worker >= 0:
            take_next(rules, kind, need, gain, ask, effort, request, person, visit, queue, waiting, pool, node, entry,
                      words, work, timer, clock, calls, speed, fit, familiarity, worker, now, what == FINISH)
    for p in range(person.size):
        if person[p].on_duty == 1:
            person[p].duty_days += until - person[p].on_since
            person[p].on_since = until
            if person[p].request >= 0:
                count_work(ask, request, person, practice, served, need, p, until)
    return DONE


@_jit
def decide_papers(rules, request, visit, queue, clock, calls, line, seats, now):
    """The board meets: it takes the papers that waited longest and defers each by its own draw."""
    r = np.int64(queue[line].head)  # papers come in order, so they all stand in the list
    while r >= 0 and seats > 0:
        after = np.int64(request[r].next)
        if request[r].key > now - rules[0].papers_deadline:
            break
        seats -= 1
        if request[r].deferrals > 0:
            request[r].deferrals -= 1
        else:
            step_out(request, queue, r)
            visit[request[r].visit].started = now
            visit[request[r].visit].finished = now
            request[r].first_queued = np.nan
            call(clock, calls, 2 * r, now)
        r = after


# -- the week's start: what agents decided takes effect ------------------------------------------


@_jit
def form_pools(person, pool, node, entry, words, employs, groups, preference):
    """Rebuild who may do what in which team: own people by preference, then those lent to it."""
    teams, needs = employs.shape
    employs[:, :] = 0
    groups[:, :] = 0
    people = person.size
    for p in range(people):
        person[p].entry_from = 0
        person[p].entry_to = 0
    x = 0
    word = 0
    for team in range(teams):
        for n in range(needs):
            o = team * needs + n
            pool[o].first = x
            pool[o].word = word
            pool[o].idle = 0
            pool[o].head = -1
            pool[o].tail = -1
            for lent in range(2):
                begin = x
                for p in range(people):
                    if person[p].employed == 0 or (person[p].can >> n) & 1 == 0:
                        continue
                    if (person[p].lent if lent == 1 else person[p].team) != team:
                        continue
                    if lent == 0:
                        employs[team, n] += 1
                        groups[team, person[p].group] |= 1 << n
                    y = x
                    while y > begin and preference[node[y - 1].person, n] > preference[p, n]:
                        node[y].person = node[y - 1].person
                        y -= 1
                    node[y].person = p
                    person[p].entry_to += 1
                    x += 1
            pool[o].length = x - pool[o].first
            for y in range(pool[o].first, x):
                node[y].pool = o
            for _ in range((pool[o].length + WORD_BITS - 1) // WORD_BITS):
                words[word] = 0
                word += 1
    begin = 0
    for p in range(people):
        size = person[p].entry_to
        person[p].entry_from = begin
        person[p].entry_to = begin
        begin += size
    for y in range(x):
        p = node[y].person
        entry[person[p].entry_to] = y
        person[p].entry_to += 1


@_jit
def redate(rules, need, ask, request, person, speed, fit, p, now):
    """A changed pace moves the end of the task in hand by the remainder; an unchanged one, nothing."""
    r = person[p].request
    rate = speed[p, need[ask[r].type, request[r].step]] * fit[p, ask[r].directorate] * person[p].pace
    if rate == person[p].rate:
        return
    if person[p].on_duty == 0:
        person[p].finish = person[p].finish * person[p].rate / rate
    else:
        to_finish = person[p].event == person[p].finish
        person[p].finish = now + (person[p].finish - now) * person[p].rate / rate
        limit = now + rules[0].slice if ask[r].service > 0 else np.inf
        person[p].event = min(person[p].finish, limit if to_finish else person[p].event)
    person[p].rate = rate


@_jit
def come_and_go(rules, need, ask, request, person, visit, pool, node, entry, words, timer, clock, practice, served,
                spell_start, spell_end, calls, now):
    """Leavers hand back their tasks; joiners come on duty."""
    for p in range(person.size):
        if person[p].present == person[p].employed:
            continue
        if person[p].present == 1:
            if person[p].request >= 0:
                remaining = person[p].finish * person[p].rate
                if person[p].on_duty == 1:
                    end_stretch(ask, request, person, visit, practice, served, need, p, now)
                    remaining = (person[p].finish - now) * person[p].rate
                r = hand_back(rules, need, ask, request, person, visit, clock, p, remaining, now)
                call(clock, calls, 2 * r + 1, now)
            if person[p].idle == 1:
                stop_idling(rules, person, pool, node, entry, words, p)
            person[p].present = 0
            person[p].on_duty = 0
            person[p].duty = np.nan
            person[p].reassign = np.nan
        else:
            person[p].present = 1
            person[p].spell = 0
            while spell_end[p, person[p].spell] <= now:
                person[p].spell += 1
            if spell_start[p, person[p].spell] <= now:
                person[p].duty = spell_end[p, person[p].spell]
                person[p].spell += 1
                set_timer(timer, clock, person[p].duty, RETURN, p)
            else:
                person[p].on_duty = 1
                person[p].idle = 1
                person[p].idle_since = now
                person[p].on_since = now
                await_absence(person, spell_start, timer, clock, p, now)


@_jit
def regroup(rules, person, pool, node, entry, words, work, employs, groups, preference):
    """Form the pools anew and let the idle wait in them in the order in which they became idle.

    The calendar of finishes, which the week's start rebuilds anyway, sorts them.
    """
    form_pools(person, pool, node, entry, words, employs, groups, preference)
    size = 0
    for p in range(person.size):
        if person[p].idle == 1:
            push(work, size, person[p].idle_since, p)
            size += 1
    while size > 0:
        become_idle(rules, person, pool, node, entry, words, np.int64(work[0].code), work[0].time)
        size = pop(work, size)


@_jit
def call_stranded(need, route, ask, request, visit, queue, waiting, clock, employs, calls, now):
    """Requests whose queue lost its last holder, and blocked ones whose skill is employed again, move on."""
    teams, needs = employs.shape
    if clock[0].answered == clock[0].called:  # positions among the calls are kept below
        clock[0].answered = 0
        clock[0].called = 0
    for team in range(teams):
        for n in range(needs):
            if employs[team, n] > 0:
                continue
            for service in range(CLASS_COUNT):
                q = (team * needs + n) * CLASS_COUNT + service
                while queue[q].length > 0:
                    r = np.int64(first_in(request, queue, q))
                    leave_queue(request, queue, waiting, r, needs)
                    visit[request[r].visit].finished = now
                    call(clock, calls, 2 * r, now)
    for n in range(needs):
        line = queue.size - needs + n
        begin = clock[0].called
        while queue[line].length > 0:
            r = np.int64(first_in(request, queue, line))
            step_out(request, queue, r)
            call(clock, calls, 2 * r, now)
        end = clock[0].called
        clock[0].called = begin
        for k in range(begin, end):
            r = calls[k] // 2
            if next_team(route, employs, route_of(need, ask, request, r), n, 0) == ROUTE_LENGTH:
                stand_in(request, queue, line, r)
                continue
            visit[request[r].visit].blocked += now - request[r].key
            visit[request[r].visit].finished = now
            call(clock, calls, 2 * r, now)


@_entry
def begin_week(tables, demand, state, now, changed):
    """Make what agents decided take effect: people who come, go or are lent, paces, boards.

    ``changed``: whether eligibility, teams, loans or preferences differ from last week. The week's
    accounts start at zero. Returns DONE, or NEEDS_ROOM with nothing done.
    """
    need, route, rules = tables.need, tables.route, tables.rules
    ask, request, person, visit = demand.ask, state.request, state.person, state.visit
    queue, waiting, pool, node, entry, words = (
        state.queue, state.waiting, state.pool, state.node, state.entry, state.words
    )
    work, timer, clock, calls, account = state.work, state.timer, state.clock, state.calls, state.account
    practice, served, speed, fit = state.practice, state.served, state.speed, state.fit
    employs, groups, spell_start, spell_end = state.employs, state.groups, state.spell_start, state.spell_end
    board_seats = state.board_seats
    keep_later(timer, clock)
    if not has_room(visit, work, timer, clock, 2 * person.size + board_seats.size):
        return NEEDS_ROOM
    if changed:
        come_and_go(rules, need, ask, request, person, visit, pool, node, entry, words, timer, clock, practice,
                    served, spell_start, spell_end, calls, now)
        regroup(rules, person, pool, node, entry, words, work, employs, groups, state.preference)
        call_stranded(need, route, ask, request, visit, queue, waiting, clock, employs, calls, now)
        for p in range(person.size):
            if person[p].idle == 1:
                call(clock, calls, -1 - p, now)
    practice[:, :] = 0.0
    served[:, :] = 0.0
    state.delivered[:, :] = 0
    for d in range(account.size):
        account[d].delivered = 0
        account[d].lead_sum = 0.0
    clock[0].work_size = 0
    for p in range(person.size):
        person[p].duty_days = 0.0
        if person[p].request >= 0:
            redate(rules, need, ask, request, person, speed, fit, p, now)
            if person[p].on_duty == 1:
                push(work, clock[0].work_size, person[p].event, p)
                clock[0].work_size += 1
    for b in range(board_seats.size):
        if board_seats[b] > 0:
            set_timer(timer, clock, now, BOARD, b)
    return DONE
