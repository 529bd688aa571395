"""Tiny organisations for tests of searches over hires: two skills, hires that are there at once, runs of milliseconds."""

from __future__ import annotations

import concurrent.futures as cf
from collections.abc import Callable
from typing import Any

from networks import exponential, plain

from opmodel.hiring.asking.question import Question, question
from opmodel.hiring.trying.trials import Trials
from opmodel.scenario.scenario import Scenario

#: Whoever is hired is there at once.
AT_ONCE: dict[str, Any] = {"approval": "0d", "time_to_hire": "0d", "notice": "0d", "fill_chance": 1.0}

ROLES: dict[str, Any] = {
    "analyst": {"skills": {"analysis": "practitioner"}, "salary": 40000.0},
    "engineer": {"skills": {"engineering": "practitioner"}, "salary": 50000.0},
    "generalist": {"skills": {"engineering": "practitioner", "analysis": "practitioner"}, "salary": 56000.0},
}


class Inline(cf.Executor):
    """Runs everything here and now: no worker processes, whatever the number of runs."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> cf.Future[Any]:
        """Do it, and hand over what came out."""
        done: cf.Future[Any] = cf.Future()
        try:
            done.set_result(fn(*args, **kwargs))
        except BaseException as error:
            done.set_exception(error)
        return done


def trials() -> Trials:
    """Trials in this process."""
    return Trials(executor=Inline())


def desks(*changes: dict[str, Any], on: tuple[str, ...] = ()) -> Scenario:
    """One team that answers queries (analysis) and builds things (engineering), too small for both."""
    return plain(
        {
            "study": {"horizon_weeks": 26, "milestones_weeks": [26]},
            "request_types": {
                "query": {"per_year": 900.0, "effort": exponential(1.0), "steps": [{"skill": "analysis"}]},
                "build": {"per_year": 120.0, "effort": exponential(5.0), "steps": [{"skill": "engineering"}]},
            },
            "roles": ROLES,
            "posts": {
                "analyst": {"role": "analyst", "count": 2},
                "engineer": {"role": "engineer"},
                "generalist": {"role": "generalist"},
            },
            "today": {
                "teams": {
                    "desk": {
                        "kind": "hub", "serves": ["housing"],
                        "seats": {"analyst": 2, "engineer": 1, "generalist": 1},
                    }
                }
            },
            "people": AT_ONCE,
            "targets": {"backlog_weeks": 2.5},
        },
        *changes,
        on=on,
    )


def two_teams(*changes: dict[str, Any], on: tuple[str, ...] = ()) -> Scenario:
    """Two teams of analysts who never help each other: one drowns, the other has next to nothing to do."""
    return plain(
        {
            "study": {"horizon_weeks": 26, "milestones_weeks": [26]},
            "directorates": {"housing": {"share": 8.0}, "parks": {"share": 1.0}},
            "request_types": {
                "query": {"per_year": 900.0, "effort": exponential(1.0), "steps": [{"skill": "analysis"}]}
            },
            "roles": {"analyst": ROLES["analyst"]},
            "posts": {"analyst": {"role": "analyst", "count": 6}},
            "today": {
                "teams": {
                    "homes": {"serves": ["housing"], "seats": {"analyst": 2}},
                    "green": {"serves": ["parks"], "seats": {"analyst": 4}},
                }
            },
            "people": AT_ONCE,
            "targets": {"backlog_weeks": 2.0},
        },
        *changes,
        on=on,
    )


def asked(scenario: Scenario, *, week: int = 26, confidence: float = 0.8, **targets: Any) -> Question:
    """A question with other targets."""
    return question(scenario, week=week, confidence=confidence, targets=targets or None)
