"""How far a team is from its targets, and everybody imaginable at once: the measure of a search and its limit."""

from __future__ import annotations

import math
from collections.abc import Collection
from typing import Any

import numpy as np

from opmodel.flow.seating import seating
from opmodel.hiring.asking.question import Question
from opmodel.hiring.asking.scope import can_be_named
from opmodel.hiring.trying.trials import Outcome
from opmodel.metrics.targets import Wanted
from opmodel.records import Floats
from opmodel.scenario.changes import change_scenario
from opmodel.scenario.problems import Problem, ScenarioError
from opmodel.scenario.quantity import DAYS_PER_WEEK
from opmodel.scenario.scenario import Scenario

#: Weight of work waiting, beside one whole target, where targets are missed: steps count that do not show in the
#: targets yet, such as the first of several that a rate needs before it moves.
WAITING = 0.1
#: Times as many people as there are, in each case of everybody imaginable.
MANY = (3, 9)
#: A figure that could not be read at all counts as so many times the target, or the distance that there is to it.
BEYOND = 10.0
#: Beginnings of the names of figures that fall, and that rise, or at least do not go the other way, with every further
#: person who is at full pace at once. All other targets more people may spoil: cost at most, utilisation at least, ...
FALL = (
    "backlog", "lead_time_", "cycle_time_", "unfinished", "not_served", "abandoned", "not_raised", "skills_gap",
    "waiting", "waited", "blocked", "key_person_risk", "cost_of_delay", "utilisation",
)
RISE = ("in_time_", "throughput", "flow_efficiency", "fairness_", "value", "raised", "skill_days")
#: Percentiles of times, which are not reached where too few requests are delivered.
_TIMES = ("lead_time_", "cycle_time_")
#: Most further seats of one entry (a file's limit), and of all together.
_MOST, _ALL = 500, 5000


def spoilt_by_people(wanted: Wanted) -> bool:
    """Whether more people may take a target further away, however good they are: what they cost, or leave idle."""
    return not wanted.metric.startswith(RISE if wanted.higher else FALL)


def met_by_people(outcome: Outcome) -> Floats:
    """1 where all targets are met that more people cannot spoil, else 0, (futures, weeks)."""
    each = [w.met(outcome.values[:, t]) for t, w in enumerate(outcome.wanted) if not spoilt_by_people(w)]
    return np.asarray(np.all(each, axis=0) if each else np.ones((outcome.n, len(outcome.weeks))), float)


class Gap:
    """How far a team is from its targets, as one number for each future: what steps are measured by.

    For each target the distance still to go by the week asked for, as a share of the mean distance of the organisation
    as it is; summed over targets. 0 where all are met. A target that is met as things are counts in hundredths of
    itself, so that a step which spoils it loses more than it gains elsewhere.
    """

    def __init__(self, question: Question, base: Outcome) -> None:
        """Scale distances by those of the organisation as it is."""
        self._at = question.at
        waiting = float(np.nan_to_num(base.figure("backlog_days")[:, self._at]).mean())
        self._waiting = max(waiting, 1e-6)
        small = np.array([max(0.01 * abs(w.value), 1e-6) for w in question.wanted])
        self._percentile = np.array([w.metric.startswith(_TIMES) for w in question.wanted])
        short = base.short()[:, :, self._at]
        further = np.where(np.isinf(short), 0.0, short).max(axis=0, initial=0.0)
        self._unread = np.where(
            self._percentile, DAYS_PER_WEEK * question.scenario.study.horizon_weeks,
            BEYOND * np.maximum(100.0 * small, further),
        )
        self._scale = np.maximum(self._distance(base).mean(axis=0), small)
        self._spare = np.maximum(BEYOND * self._scale, 100.0 * small)
        self._soft = np.maximum(self._signed(base).std(axis=0) / self._scale, 1e-6)

    def _distance(self, outcome: Outcome) -> Floats:
        """Distances, each in the unit of its target, (futures, targets).

        A percentile that was not reached counts as the whole study, and up to as much again for the work waiting, so
        that a step towards reaching it counts; no percentile counts as more. Other figures count for what they are.
        """
        short = outcome.short()[:, :, self._at]
        further = (1.0 + np.minimum(self._backlog(outcome), 1.0))[:, None] * self._unread
        reached = np.where(self._percentile, np.minimum(short, self._unread), short)
        return np.where(np.isinf(short), further, reached)

    def _signed(self, outcome: Outcome) -> Floats:
        """The same, and below 0 by how far a target is outdone, (futures, targets)."""
        spare = np.stack(
            [w.value - outcome.values[:, t, self._at] for t, w in enumerate(outcome.wanted)], axis=1
        ) * np.array([1.0 if w.higher else -1.0 for w in outcome.wanted])
        outdone = np.clip(np.nan_to_num(spare, nan=-np.inf), -self._spare, 0.0)
        return np.asarray(self._distance(outcome) + outdone)

    def _backlog(self, outcome: Outcome) -> Floats:
        """Work waiting as a share of what waits in the organisation as it is, (futures,)."""
        return np.nan_to_num(outcome.figure("backlog_days")[:, self._at]) / self._waiting

    def of(self, outcome: Outcome) -> Floats:
        """The gap in each future, (futures,)."""
        return np.asarray((self._distance(outcome) / self._scale).sum(axis=1))

    def felt(self, outcome: Outcome) -> Floats:
        """What steps are picked by: the gap without its kink, and work waiting where a target is missed, (futures,).

        The kink at the target is rounded off by as much as chance makes futures differ. So a future in which a target
        is just met counts, too: where most are, the few others alone would tell steps apart by luck.
        """
        away = self._signed(outcome) / self._scale / self._soft
        gap = (self._soft * np.logaddexp(0.0, away)).sum(axis=1)
        return np.asarray(gap + np.where(self.of(outcome) > 0.0, WAITING * self._backlog(outcome), 0.0))


def imaginable(
    scenario: Scenario, times: int = MANY[0], *, roles: Collection[str] | None = None,
    teams: Collection[str] | None = None,
) -> Scenario:
    """An organisation with several times as many people from the first day, and with nothing to learn.

    Kinder than any hiring can be: whoever comes is at full pace at once, needs no mentor, knows every directorate, and
    neither talking nor being managed takes time. If even that does not meet the targets, it is no question of people.

    Args:
        scenario: the organisation as it is, or with a plan.
        times: so many times as many people.
        roles: roles that may grow, present in a team or not; None for those of each team.
        teams: teams that may grow; None for all.

    Raises:
        ScenarioError: more people than can be tried at once.
    """
    seated = seating(scenario)
    changes: dict[str, Any] = {
        f"mechanisms.{name}": False for name in ("ramp_up", "communication", "familiarity", "line_management")
    }
    count: dict[tuple[str | None, str], int] = {}
    for team in seated.teams:
        if teams is not None and team.name not in teams:
            continue
        held = [seated.seats[s].role for s in team.seats]
        for role in held:
            if roles is None or role in roles:
                count[team.name, role] = count.get((team.name, role), 0) + times - 1
    for role in roles or ():
        if not any(known == role for _, known in count):
            count[None, role] = max(1, len(seated.seats) * (times - 1) // max(1, len(roles or ())))
    if sum(count.values()) > _ALL:
        text = f"{times} times as many people are more than can be tried at once"
        raise ScenarioError([Problem(scenario.name, 0, 0, "hires", text)])
    for number, ((team_name, role), seats) in enumerate(count.items()):
        for part in range(math.ceil(seats / _MOST)):
            entry: dict[str, Any] = {"role": role, "count": min(_MOST, seats - part * _MOST), "starts": "0d"}
            if team_name is not None and can_be_named(team_name):
                entry["team"] = team_name
            changes[f"hires.many_more_{number}_{part}"] = entry
    return change_scenario(scenario, changes)
