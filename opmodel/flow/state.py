"""The arrays the kernel works on: their layout, units and first values.

Structs of arrays with named fields: ``state.person[p].pace`` reads like the field's own language,
inside compiled code and in plain numpy alike. Times are working days (a workload may use any one
unit throughout). *Levers* are set by agents between weeks; everything else is *flow*, set by the kernel.

Numbers that are never negative are unsigned: compiled code then need not ask of each index whether it
counts from the end, which is a tenth of its time.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from opmodel.flow.memory import give_back, lend

Array = npt.NDArray[Any]

CLASS_COUNT = 4
#: Bits used of one word of an idle set or need mask (kept positive, so plain Python agrees).
WORD_BITS = 62
#: Teams on one route: own, hub or policy centre, the team with most holders.
ROUTE_LENGTH = 3


def _record(*fields: tuple[str, str]) -> np.dtype[Any]:
    return np.dtype((np.record, np.dtype(list(fields), align=True)))


#: What is known of a request before it flows; the same under every structure (see ``demand.py``).
ASK = _record(
    ("arrival", "f8"),  # when it reaches the data people; +inf: only if shadow work comes back
    ("raised", "f8"),  # when it was raised; negative in the opening backlog
    ("due", "f8"),  # end of the day it is due (shadow work: days after raising); +inf none
    ("patience", "f8"),  # days from raising until it is abandoned if not started; +inf never
    ("value", "f8"),
    ("accept", "f8"),  # uniform against the share raised; -1 always raised
    ("gate", "f8"),  # uniform against the gate chance
    ("delegated", "f8"),  # uniform against the delegated share
    ("found", "f8"),  # uniform against discoverability; 2 no similar product exists
    ("clarify", "f8"),  # uniform against the clarification chance
    ("wait", "f8"),  # days the requester takes to answer
    ("shadow_delay", "f8"),  # days until shadow work comes back
    ("effort", "u4"),  # position of its first step in the effort array
    ("shadow", "i4"),  # row of its shadow request, -1 none
    ("type", "u4"),
    ("directorate", "u4"),
    ("second", "i4"),  # second directorate, -1 none
    ("similar", "u4"),  # directorate whose team holds the similar product
    ("deferrals", "i4"),  # times the board defers its paper
    ("service", "u2"),  # class of service
    ("origin", "i2"),  # 0 demand, 1 upkeep, 2 shadow
)

#: Where a request is (field ``place``).
NOWHERE, QUEUED, IN_HAND, TRAVELLING, AT_BOARD, WITH_REQUESTER, BLOCKED, CLOSED = range(8)

REQUEST = _record(
    # -- read at every event
    ("key", "f8"),  # order in its queue, smaller first
    ("first_queued", "f8"),  # first queueing time of the present task
    ("work", "f8"),  # remaining work of the present task; -1 not begun
    ("scale", "f8"),  # factor on its effort: reuse, conformance
    ("extra", "f8"),  # hand-off effort the next starter adds, as a share
    ("timer", "f8"),  # time of its valid timer (journey's end or escalation); nan none
    ("visit", "i8"),  # its present row in the visits table
    ("step", "u4"),
    ("passes", "u4"),  # rework passes begun
    ("team", "i4"),  # where it is or is going; -1 with the directorate
    ("holder", "i4"),  # person who worked on it last; -1 nobody
    ("queue", "i4"),  # line it stands in; -1 none
    ("next", "i4"),  # links of that line or heap
    ("prev", "i4"),
    ("child", "i4"),
    ("in_heap", "i1"),
    ("place", "i1"),
    ("route", "i1"),  # position of its team on the route
    ("clarified", "i1"),
    ("gated", "i1"),  # 0 not asked yet, 1 passed or not needed
    ("fate", "i1"),  # 0 open, 1 delivered, 2 abandoned, 3 not raised, -1 never potential
    ("flagged", "i1"),
    ("deferrals", "i4"),
    ("hand_offs", "i4"),
    # -- read now and then
    ("raised", "f8"),
    ("due", "f8"),
    ("first_start", "f8"),
    ("closed", "f8"),
    ("touch", "f8"),
    ("duplicated", "f8"),  # share of its effort spent although a similar product existed
    ("slips", "f8"),  # work-weighted sum of rework factors in this pass
    ("slip_work", "f8"),
)

PERSON = _record(
    # -- levers
    ("can", "i8"),  # bit n: may do need n (level high enough)
    ("speciality", "i8"),  # bit n: need n is of the primary skill
    ("pace", "f8"),  # work days a day on duty yields, before level and familiarity
    ("team", "u4"),
    ("lent", "i4"),  # team lent to this week, -1 none
    ("group", "u4"),  # sub-team
    ("employed", "i1"),
    # -- flow
    ("present", "i1"),  # employed as the kernel last applied it
    ("on_duty", "i1"),
    ("idle", "i1"),
    ("request", "i4"),  # request in hand, -1 none
    ("spell", "i4"),  # next absence spell
    ("rate", "f8"),  # work a day of the task in hand yields
    ("finish", "f8"),  # end of the task in hand; while off duty: time still needed
    ("event", "f8"),  # time of the valid finish entry in the calendar; nan none
    ("reassign", "f8"),  # when an absent person's task goes back; nan never
    ("since", "f8"),  # start of the present on-duty stretch with the task
    ("counted", "f8"),  # work time until here is in this week's account
    ("duty", "f8"),  # time of the valid duty event; nan none
    ("idle_since", "f8"),
    ("on_since", "f8"),  # on duty since, or since the week's start
    ("duty_days", "f8"),  # days on duty this week
    ("entry_from", "u4"),  # its entries in the pools
    ("entry_to", "u4"),
)

#: A line of waiting requests: those who come in order stand in a list, others in a pairing heap.
QUEUE = _record(("head", "i4"), ("tail", "i4"), ("root", "i4"), ("length", "i4"))
#: The people who may do one need in one team.
POOL = _record(("head", "i4"), ("tail", "i4"), ("idle", "i4"), ("word", "u4"), ("first", "u4"), ("length", "u4"))
#: One person's entry in one pool; entries of a pool stand together, by preference.
NODE = _record(("pool", "u4"), ("person", "u4"), ("next", "i4"), ("prev", "i4"))

VISIT = _record(
    ("ready", "f8"),
    ("queued", "f8"),
    ("started", "f8"),
    ("finished", "f8"),
    ("worked", "f8"),
    ("effort", "f8"),
    ("blocked", "f8"),
    ("request", "i4"),
    ("person", "i4"),
    ("team", "i2"),
    ("from_team", "i2"),
    ("need", "i2"),
    ("step", "i1"),
    ("passes", "i1"),
    ("kind", "i1"),
)

EVENT = _record(("time", "f8"), ("code", "i8"))

CLOCK = _record(
    ("arrivals", "i8"),  # requests that have arrived
    ("work_size", "i8"),
    ("timer_size", "i8"),
    ("later", "i8"),  # events beyond the present call, unsorted at the end of the timer table
    ("room", "i8"),  # size of the timer table when they were put there
    ("until", "f8"),  # the present or last call's end
    ("visits", "i8"),
    ("events", "i8"),
    ("called", "i8"),  # requests and people that must be looked at now (see State.calls)
    ("answered", "i8"),  # how many of those have been
    ("now", "f8"),  # when they were called
)

#: This week's account per directorate, for the agents.
ACCOUNT = _record(
    ("open", "i8"),
    ("raised_sum", "f8"),  # sum of raising times of open requests
    ("delivered", "i8"),
    ("lead_sum", "f8"),
)


class State(NamedTuple):
    """Everything that changes in a run. Field comments of the records give meaning and unit."""

    request: Array
    """REQUEST (requests,)"""
    person: Array
    """PERSON (seats,)"""
    visit: Array
    """VISIT (rows,), grown between kernel calls"""
    queue: Array
    """QUEUE (teams * needs * classes + boards + needs,)"""
    pool: Array
    """POOL (teams * needs,)"""
    node: Array
    """NODE (seats * needs * 2,)"""
    entry: Array
    """u4, nodes of each person together"""
    words: Array
    """i8, idle sets of the pools, WORD_BITS people a word"""
    waiting: Array
    """i8 (teams, classes), bit n: a task of need n waits"""
    work: Array
    """EVENT heap of finishes"""
    timer: Array
    """EVENT heap of all else; what lies beyond the present call waits unsorted at the table's end"""
    clock: Array
    """CLOCK (1,)"""
    account: Array
    """ACCOUNT (directorates,)"""
    delivered: Array
    """i8 (directorates, types), requests delivered this week"""
    practice: Array
    """f8 (seats, needs), days worked this week"""
    served: Array
    """f8 (seats, directorates), days worked this week"""
    speed: Array
    """lever f8 (seats, needs), speed by level"""
    fit: Array
    """lever f8 (seats, directorates), speed by ramp and familiarity"""
    slip: Array
    """lever f8 (seats, needs), rework factor by level"""
    familiarity: Array
    """lever f8 (seats, directorates)"""
    preference: Array
    """lever f8 (seats, needs), idle people with the smallest come first"""
    employs: Array
    """i4 (teams, needs), employed people who may do the need"""
    groups: Array
    """i8 (teams, sub-teams), bit n: somebody of the sub-team may do need n"""
    spell_start: Array
    """lever f8 (seats, spells), absences of the present holder, +inf none"""
    spell_end: Array
    """lever f8 (seats, spells)"""
    conformance: Array
    """lever f8 (teams,)"""
    raised: Array
    """lever f8 (directorates,), share raised over raise_max"""
    upkeep: Array
    """lever f8 (directorates, needs), days of upkeep due this week"""
    board_seats: Array
    """lever i4 (boards,), papers the board can decide this week"""
    calls: Array
    """i8 (requests + 2 * seats,), who must be looked at before the next event: -1 - person, or
    2 * request + 1 if the request is at its team already"""


def blank(dtype: np.dtype[Any], size: int) -> Array:
    """Zeroed records."""
    return np.zeros(size, dtype)


def filled(dtype: np.dtype[Any], size: int, **values: Any) -> Array:
    """Records that are all alike, on lent memory: the stated values, zero elsewhere."""
    one = blank(dtype, 1)
    for name, value in values.items():
        one[name] = value
    records = lend(dtype, size)
    words = records.view(np.int64).reshape(size, dtype.itemsize // 8)  # copied as words: ten times as fast as by field
    words[:] = one.view(np.int64)
    return records


def new_state(
    *,
    requests: int,
    seats: int,
    teams: int,
    needs: int,
    directorates: int,
    types: int,
    boards: int = 1,
    spells: int = 0,
    visits: int = 0,
    groups: int = 1,
    due: Array | float = np.inf,
) -> State:
    """Empty state: nobody employed, nothing arrived. Give it to :func:`release` when the run is over."""
    nowhere = dict.fromkeys(("visit", "queue", "next", "prev", "child", "holder", "team"), -1)
    never = dict.fromkeys(("first_start", "closed", "timer", "first_queued", "raised"), np.nan)
    request = filled(REQUEST, requests, work=-1.0, scale=1.0, **nowhere, **never)
    request["due"] = due
    person = blank(PERSON, seats)
    person["request"] = -1
    person["lent"] = -1
    person["pace"] = 1.0
    for name in ("event", "duty", "reassign"):
        person[name] = np.nan
    queue = blank(QUEUE, teams * needs * CLASS_COUNT + boards + needs)
    for name in ("head", "tail", "root"):
        queue[name] = -1
    pool = blank(POOL, teams * needs)
    pool["head"] = pool["tail"] = -1
    return State(
        request=request,
        person=person,
        visit=lend(VISIT, visits + 64),
        queue=queue,
        pool=pool,
        node=blank(NODE, max(1, seats * needs * 2)),
        entry=np.zeros(max(1, seats * needs * 2), np.uint32),
        words=np.zeros(teams * needs + seats * needs * 2 // WORD_BITS + 1, np.int64),
        waiting=np.zeros((teams, CLASS_COUNT), np.int64),
        work=blank(EVENT, seats * (spells + 2) + 1),
        timer=lend(EVENT, requests // 4 + seats * 4 + boards + 64),
        clock=blank(CLOCK, 1),
        account=blank(ACCOUNT, directorates),
        delivered=np.zeros((directorates, types), np.int64),
        practice=np.zeros((seats, needs)),
        served=np.zeros((seats, directorates)),
        speed=np.ones((seats, needs)),
        fit=np.ones((seats, directorates)),
        slip=np.ones((seats, needs)),
        familiarity=np.ones((seats, directorates)),
        preference=np.zeros((seats, needs)),
        employs=np.zeros((teams, needs), np.int32),
        groups=np.zeros((teams, max(1, groups)), np.int64),
        spell_start=np.full((seats, spells + 1), np.inf),
        spell_end=np.full((seats, spells + 1), np.inf),
        conformance=np.ones(teams),
        raised=np.ones(directorates),
        upkeep=np.zeros((directorates, needs)),
        board_seats=np.zeros(boards, np.int32),
        calls=lend(np.int64, requests + 2 * seats + 1),
    )


def release(state: State) -> None:
    """Keep the large tables of a finished run for the next one."""
    give_back(state.request, state.visit, state.timer, state.calls)
