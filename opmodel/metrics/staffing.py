"""Sums over people's weeks and over tasks: time on duty, time worked, pay, and work that waited for a skill."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from opmodel.metrics.facts import facts_of
from opmodel.metrics.layout import Layout, columns
from opmodel.metrics.window import Window
from opmodel.records import Column, Floats, Run
from opmodel.scenario.quantity import DAYS_PER_WEEK, WEEKS_PER_YEAR


class Staffing(NamedTuple):
    """Sums over people's weeks in the window; each array has the people columns of the layout.

    Teams are those of the seats, whoever borrowed the person; a skill's columns add everybody whose role
    has it at working level or above, so people with several skills count in several.
    """

    on_duty: Floats
    """Full-time days on duty."""
    worked: Floats
    """Full-time days with a task in hand."""
    capacity: Floats
    """Days of work that the days on duty yield, before level and familiarity."""
    fte_weeks: Floats
    """Full-time equivalents in post, summed over weeks."""
    pay: Floats
    """Pounds: salaries with on-costs and overheads, days of agency staff and contractors."""
    hires: Floats
    """Recruitments completed, up to the stop of (all, milestones)."""
    fees: Floats
    """Pounds paid for training, likewise."""


def _one_hot(codes: Column, size: int) -> Floats:
    table: Floats = (codes[:, None] == np.arange(size)).astype(float)
    return table


def staffing_of(run: Run, window: Window, layout: Layout) -> Staffing:
    """Add up people's weeks."""
    seats, costs, where = run.seats, run.scenario.costs, columns(layout)
    cuts = [window.start_week, *window.stops[:-1]]
    reached = list(window.reached)

    def up_to_stops(kind: str, field: str) -> Floats:
        weekly = run.weeks[kind, field][: window.end_week]
        sums: Floats = np.add.reduceat(weekly, cuts, axis=0).cumsum(axis=0)
        return sums

    team, role = _one_hot(seats.team, len(layout.teams)), _one_hot(seats.role, len(layout.roles))
    groups = np.hstack((team, role, facts_of(run).holds[seats.role]))

    def by_column(seat_sums: Floats) -> Floats:
        out = np.empty(where["skill"].stop)
        out[: where["team"].start] = seat_sums.sum(axis=1)[reached]
        out[where["team"].start :] = seat_sums[-1] @ groups
        return out

    on_duty = up_to_stops("person", "on_duty")
    employed = up_to_stops("person", "employed") * seats.fte
    on_cost = (1.0 + costs.on_cost_rate + costs.overhead_rate) / WEEKS_PER_YEAR
    pay = np.where(seats.agency, on_duty * seats.fte * seats.day_rate, employed * seats.salary * on_cost)
    return Staffing(
        on_duty=by_column(on_duty * seats.fte),
        worked=by_column(up_to_stops("person", "worked") * seats.fte),
        capacity=by_column(
            np.add.reduceat(
                (run.weeks["person", "on_duty"] * run.weeks["person", "pace"])[: window.end_week], cuts, axis=0
            ).cumsum(axis=0)
        ),
        fte_weeks=by_column(employed),
        pay=by_column(pay),
        hires=up_to_stops("organisation", "recruitments").sum(axis=1)[reached],
        fees=up_to_stops("organisation", "fees").sum(axis=1)[reached],
    )


class Waiting(NamedTuple):
    """What tasks of each skill went through in the window; arrays per skill unless said otherwise."""

    tasks: Floats
    """Visits that became ready."""
    waited: Floats
    """Those of them that had to wait."""
    days: Floats
    """Days spent in queues."""
    effort_days: Floats
    """Days in queues times days of reference effort waiting."""
    effort_days_to: Floats
    """The same over all skills, up to each milestone, (milestones,)."""
    worked: Floats
    """On-duty days in somebody's hands."""
    blocked: Floats
    """Days blocked because nobody on the route has the skill."""
    alone: float
    """Days worked in a team's skill, times the share of weeks in which it employed at most one holder."""


def waiting_of(run: Run, window: Window) -> Waiting:
    """Add up the tasks table by skill. Gates and clarifications need no skill and do not count."""
    tasks, facts, start, end = run.tasks, facts_of(run), window.start, window.end
    teams, skills = len(run.names.teams), len(run.names.skills)
    skill = tasks["skill"].astype(np.intp)
    skill += 1
    queued, started = tasks["queued"], tasks["started"]
    unqueued = np.isnan(queued)
    join = np.where(unqueued, tasks["ready"], queued) if unqueued.any() else queued
    leave = np.where(np.isnan(started), tasks["finished"], started)
    np.fmin(leave, end, out=leave)
    days = leave - (np.maximum(join, start) if start > 0.0 else join)
    had_to = (days > 0.0) & ~(unqueued & (tasks["team"] >= 0)) | (tasks["blocked"] > 0.0)  # not on its way to a team
    waited = np.flatnonzero((days > 0.0) & (skill > 0))
    days, join, leave, which = days[waited], join[waited], leave[waited], skill[waited]
    request = tasks["request"][waited]
    part = run.requests["type"][request].astype(np.intp)
    part *= facts.steps.shape[1]
    part += tasks["step"][waited]
    effort = run.requests["effort"][request] * facts.steps.ravel()[part]
    effort *= np.where(tasks["pass"][waited] > 0, float(run.scenario.standards.rework_effort), 1.0)
    to = [  # summed here, not by the linear-algebra library, whose threads cost more than the sum
        (effort * np.maximum(np.minimum(leave, DAYS_PER_WEEK * m) - np.maximum(join, start), 0.0)).sum()
        for m in window.milestones
    ]
    worked, within = tasks["worked"], skill
    if start > 0.0 or end < run.horizon:
        worked = worked * _share_inside(tasks, window)
        within = np.where((tasks["ready"] >= start) & (tasks["ready"] <= end), skill, 0)

    def by_skill(code: Column, weight: Column | None) -> Floats:
        return np.bincount(code, weight, skills + 1)[1:].astype(float)

    place = tasks["team"].astype(np.intp)
    place += 1
    place *= skills + 1
    place += skill
    by_team = np.bincount(place, worked, (teams + 1) * (skills + 1)).reshape(teams + 1, skills + 1)[:, 1:]
    return Waiting(
        tasks=by_skill(within, None),
        waited=by_skill(within[had_to], None),
        days=by_skill(which, days),
        effort_days=by_skill(which, effort * days),
        effort_days_to=np.array(to),
        worked=by_team.sum(axis=0),
        blocked=by_skill(within, tasks["blocked"]),
        alone=float((by_team[1:] * _weeks_with_one(run, window)).sum()),
    )


def _share_inside(tasks: dict[str, Column], window: Window) -> Floats:
    """Share of each visit's stretch from start to finish that lies in the window."""
    finish = np.fmin(tasks["finished"], window.end)
    inside = np.maximum(finish - np.maximum(tasks["started"], window.start), 0.0)
    length = finish - tasks["started"]
    return np.where(length > 0.0, inside / np.where(length > 0.0, length, 1.0), tasks["started"] >= window.start)


def _weeks_with_one(run: Run, window: Window) -> Floats:
    """Share of weeks in which a team employs at most one holder of a skill, (teams, skills)."""
    seats, employed = run.seats, run.weeks["person", "employed"][window.start_week : window.end_week]
    holds = facts_of(run).holds[seats.role]
    held = _one_hot(seats.team, len(run.names.teams)).T[:, :, None] * holds
    count = employed @ held  # one small product per team: see totals.py
    share: Floats = (count <= 1.0).mean(axis=1)
    return share
