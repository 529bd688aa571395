"""Sums over people's weeks and over tasks: time on duty, time worked, pay, and work that waited for a skill."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from opmodel.metrics.layout import Layout, columns
from opmodel.metrics.window import Window
from opmodel.records import TASK, Column, Floats, Run
from opmodel.scenario.demand import LEVELS
from opmodel.scenario.quantity import DAYS_PER_WEEK, WEEKS_PER_YEAR

_WORKING = LEVELS.index("working")


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
    """Pounds: salaries with on-costs and overheads, agency days."""
    hires: Floats
    """Recruitments completed, up to the stop of (all, milestones)."""


def holders(run: Run) -> Floats:
    """1 where the role of a seat has the skill at working level or above, (seats, skills)."""
    position = {skill: i for i, skill in enumerate(run.names.skills)}
    table = np.zeros((len(run.names.roles), len(position)))
    for row, role in enumerate(run.names.roles):
        for skill, level in run.scenario.roles[role].skills.items():
            table[row, position[skill]] = LEVELS.index(level) >= _WORKING
    return table[run.seats.role]


def _one_hot(codes: Column, size: int) -> Floats:
    table: Floats = (codes[:, None] == np.arange(size)).astype(float)
    return table


def staffing_of(run: Run, window: Window, layout: Layout) -> Staffing:
    """Add up people's weeks."""
    seats, costs, where = run.seats, run.scenario.costs, columns(layout)
    cuts = [window.start_week, *window.stops[:-1]]
    reached = [len(window.stops) - 1, *(window.stops.index(m) for m in window.milestones)]

    def up_to_stops(kind: str, field: str) -> Floats:
        weekly = run.weeks[kind, field][: window.end_week]
        sums: Floats = np.add.reduceat(weekly, cuts, axis=0).cumsum(axis=0)
        return sums

    groups = np.hstack(
        (_one_hot(seats.team, len(layout.teams)), _one_hot(seats.role, len(layout.roles)), holders(run))
    )

    def by_column(seat_sums: Floats) -> Floats:
        out = np.empty(where["skill"].stop)
        out[: where["team"].start] = seat_sums.sum(axis=1)[reached]
        out[where["team"].start :] = seat_sums[-1] @ groups
        return out

    on_duty = up_to_stops("person", "on_duty")
    employed = up_to_stops("person", "employed") * seats.fte
    on_cost = (1.0 + costs.on_cost_rate + costs.overhead_rate) / WEEKS_PER_YEAR
    pay = np.where(seats.agency, on_duty * seats.fte * costs.agency_day_rate, employed * seats.salary * on_cost)
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
    )


class Waiting(NamedTuple):
    """What tasks of each skill went through in the window; arrays per skill unless said otherwise."""

    tasks: Floats
    """Visits that joined a queue."""
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
    """Days worked in a team's skill that only one person there held when the task started."""


def step_shares(run: Run) -> Floats:
    """Share of a request's effort that each step takes, (types + 1, steps); the last row is upkeep."""
    kinds = [run.scenario.request_types[name] for name in run.names.types]
    table = np.ones((len(kinds) + 1, max((len(k.steps) for k in kinds), default=1)))
    for row, kind in enumerate(kinds):
        effort = [float(s.effort.mean) if s.effort else s.share * float(kind.effort.mean) for s in kind.steps]
        table[row, : len(effort)] = np.array(effort) / (sum(effort) or 1.0)
    return table


def waiting_of(run: Run, window: Window) -> Waiting:
    """Add up the tasks table by skill."""
    tasks, skills = run.tasks, len(run.names.skills)
    is_task = tasks["kind"] == TASK
    skill = np.where(is_task, tasks["skill"], skills).astype(np.intp)
    started, end = tasks["started"], window.end
    join = np.where(np.isnan(tasks["queued"]), tasks["ready"], tasks["queued"])
    leave = np.fmin(np.where(np.isnan(started), tasks["finished"], started), end)
    days = leave - np.maximum(join, window.start)
    waited = np.flatnonzero((days > 0.0) & is_task)
    days, join, leave, which = days[waited], join[waited], leave[waited], skill[waited]
    request = tasks["request"][waited]
    effort = run.requests["effort"][request] * step_shares(run)[run.requests["type"][request], tasks["step"][waited]]
    effort *= np.where(tasks["pass"][waited] > 0, run.scenario.standards.rework_effort, 1.0)
    to = [
        effort @ np.maximum(np.minimum(leave, DAYS_PER_WEEK * m) - np.maximum(join, window.start), 0.0)
        for m in window.milestones
    ]

    def by_skill(code: Column, weight: Column | None) -> Floats:
        return np.bincount(code, weight, skills + 1)[:skills].astype(float)

    inside = (tasks["ready"] >= window.start) & (tasks["ready"] <= end)
    inside_skill = skill if inside.all() else np.where(inside, skill, skills)
    joined = inside_skill if np.isfinite(tasks["queued"]).all() else np.where(
        np.isnan(tasks["queued"]), skills, inside_skill
    )
    worked = tasks["worked"] * _share_inside(tasks, window) if window.start > 0.0 else tasks["worked"]
    return Waiting(
        tasks=by_skill(joined, None),
        days=by_skill(which, days),
        effort_days=by_skill(which, effort * days),
        effort_days_to=np.array(to),
        worked=by_skill(skill, worked),
        blocked=by_skill(inside_skill, tasks["blocked"]),
        alone=_worked_alone(run, skill, worked),
    )


def _share_inside(tasks: dict[str, Column], window: Window) -> Floats:
    """Share of each visit's stretch from start to finish that lies in the window."""
    finish = np.fmin(tasks["finished"], window.end)
    inside = np.maximum(finish - np.maximum(tasks["started"], window.start), 0.0)
    length = finish - tasks["started"]
    return np.where(length > 0.0, inside / np.where(length > 0.0, length, 1.0), tasks["started"] >= window.start)


def _worked_alone(run: Run, skill: Column, worked: Column) -> float:
    """Days worked in a team's skill with at most one holder employed in the week the task started."""
    names, employed = run.names, run.weeks["person", "employed"]
    teams, skills = len(names.teams), len(names.skills)
    held = _one_hot(run.seats.team, teams)[:, :, None] * holders(run)[:, None, :]
    count = employed @ held.reshape(len(run.seats.team), teams * skills)
    begun = np.flatnonzero((worked > 0.0) & (run.tasks["team"] >= 0) & (skill < skills))
    week = np.clip(run.tasks["started"][begun] / DAYS_PER_WEEK, 0, len(employed) - 1).astype(np.intp)
    place = run.tasks["team"][begun].astype(np.intp) * skills + skill[begun]
    return float(worked[begun] @ (count[week, place] <= 1.0))
