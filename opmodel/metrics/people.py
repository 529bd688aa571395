"""Metrics of people and skills. Each is one value per people column of a reading, or fewer where said."""

from __future__ import annotations

import numpy as np

from opmodel.metrics.layout import columns
from opmodel.metrics.reading import Reading
from opmodel.records import Floats

#: Weeks in which a gap is expressed: one FTE's yield of that time is the unit.
GAP_WEEKS = 26


def utilisation(r: Reading) -> Floats:
    """Share of time on duty with a task in hand: days worked / days on duty, both weighted by FTE.

    Of a skill: of the people whose role has it at working level or above, whatever they worked on.
    """
    return r.staffing.worked / r.staffing.on_duty


def skills_gap(r: Reading) -> Floats:
    """Practitioners (FTE) who could do, within 26 weeks, the work that on average stood waiting for the skill.

    The *dynamic* gap: integral of the reference effort waiting in queues over the window / its length /
    (26 weeks x days of work one FTE yields a week). It adds up over skills. The static gap of ``opmodel.gap``
    asks whether there are enough people at all; this one what the queues of this structure still lack.
    """
    where, waiting = columns(r.layout), r.waiting
    out = np.full(where["skill"].stop, np.nan)
    out[where["all"]] = waiting.effort_days.sum()
    out[where["milestone"]] = waiting.effort_days_to
    out[where["skill"]] = waiting.effort_days
    length = np.full(out.size, float(r.window.end - r.window.start))
    length[: r.heads] = r.stop[: r.heads] - r.window.start
    yield_a_week = r.staffing.capacity[0] / r.staffing.fte_weeks[0]
    gap: Floats = out / length / (GAP_WEEKS * yield_a_week)
    return gap


def _with_all(r: Reading, by_skill: Floats) -> Floats:
    where = columns(r.layout)
    out = np.full(where["skill"].stop, np.nan)
    out[where["all"]] = by_skill.sum()
    out[where["skill"]] = by_skill
    return out


def waiting(r: Reading) -> Floats:
    """Working days a task of the skill stands in queues or blocked: days in the window / visits that became ready."""
    return _with_all(r, r.waiting.days) / _with_all(r, r.waiting.tasks)


def waited(r: Reading) -> Floats:
    """Share of the tasks of the skill that had to wait at all, in queues or blocked, however shortly.

    Of the visits that became ready in the window. A task that somebody takes up the moment it comes has waited not at
    all; time in hand-offs and with the requester is no waiting.
    """
    return _with_all(r, r.waiting.waited) / _with_all(r, r.waiting.tasks)


def blocked(r: Reading) -> Floats:
    """Days a week that tasks stood blocked because nobody on their route has the skill at the level.

    Counts the visits that became ready in the window.
    """
    return _with_all(r, r.waiting.blocked) / r.window.weeks


def skill_days(r: Reading) -> Floats:
    """On-duty days a week worked on tasks of the skill."""
    return _with_all(r, r.waiting.worked) / r.window.weeks


def key_person_risk(r: Reading) -> Floats:
    """Share of days worked on tasks whose team employed at most one holder of the skill when they started."""
    return np.array([r.waiting.alone / r.waiting.worked.sum()])
