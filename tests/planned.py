"""A hiring study made by hand, with every part there is: nothing is simulated, so that figures are known."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
from networks import exponential, plain, town

from opmodel.comparison.structures import structures_of
from opmodel.hiring.asking.question import question
from opmodel.hiring.asking.scope import Scope
from opmodel.hiring.asking.steps import Plan, Step
from opmodel.hiring.plan import HiringPlan
from opmodel.hiring.searching.path import Bought, Path
from opmodel.hiring.searching.sweep import Sweep
from opmodel.hiring.trying.confirming import Confirmed
from opmodel.hiring.trying.trials import BY_WEEK, Outcome
from opmodel.hiring.weighing.allocation import Allocation, Needed
from opmodel.hiring.weighing.binding import Binding, Lifted
from opmodel.hiring.weighing.timing import Freeze, Opening, Timing
from opmodel.hiring.weighing.worth import Worth
from opmodel.provenance import provenance

TEAMS = {"homes": None, "Homes _and_ co (x)": {"serves": ["housing"], "seats": {"analyst": 2, "senior": 1}}}
ASKED = question(
    town({
        "study": {"horizon_weeks": 104, "milestones_weeks": [26, 52, 104]}, "today": {"teams": TEAMS},
        "targets": {"in_time_rate": 0.8, "backlog_weeks": 10.0},
    }), week=52, confidence=0.9,
)
ANALYST, ENGINEER = Step("hire", "analyst", "Homes _and_ co (x)"), Step("hire", "engineer", "hub")


def outcome(met, of=50, asked=ASKED, cost=1000.0):
    """All targets are met in so many futures by every week; the last one, such as a backlog, in those, others in all."""
    weeks, held = asked.weeks, np.arange(of) < met
    last = len(asked.wanted) - 1
    values = np.stack([
        np.full(of, (1.0 + one.value) / 2.0) if one.higher else np.where(held | (t < last), one.value / 2, 2 * one.value)
        for t, one in enumerate(asked.wanted)
    ], axis=1)[:, :, None] * np.ones(len(weeks))
    return Outcome(asked.wanted, weeks, values, np.ones((of, len(BY_WEEK), len(weeks))), cost + np.arange(of))


def team(step, hires, met, of=200, asked=ASKED, spent=0.0):
    """A team on fresh futures, in each of which so many pounds a year more are spent."""
    plan = Plan.of([step] * hires)
    return Confirmed(
        asked, plan, plan.scenario(asked.scenario), 1, outcome(of // 10, of, asked),
        outcome(met, of, asked, 1000.0 + spent),
    )


def sweep(step, met=(5, 25, 48), enough=2, name="", asked=ASKED):
    """0, 1, 2, ... hires that meet all targets in so many of 50 futures."""
    found = None if enough is None else team(step, enough, 190, asked=asked)
    return Sweep(asked, name, step, tuple(outcome(n, asked=asked) for n in met), None, found, (), most=len(met) - 1)


def bought(step, cost, backlog, chance, sure=True):
    ends = (backlog, backlog - 5.0, backlog + 5.0)
    return Bought(step, cost, ends, (0.02, 0.01, 0.03), 0.5, (chance, chance - 0.1, min(1.0, chance + 0.1)), 4, ANALYST,
                  sure, 40)


def path(found=None, asked=ASKED, **changes):
    found = found or team(ENGINEER, 2, 190, asked=asked)
    steps = (bought(ENGINEER, 60_000.0, 40.0, 0.5), bought(ENGINEER, 60_000.0, 30.0, 0.8, sure=False),
             bought(ANALYST, 50_000.0, 20.0, 0.95))
    made = Path(asked, Scope(), steps, (ANALYST,), (), found.plan, 60_000.0 * len(found.plan), found, (), "enough",
                way=steps[:2])
    return replace(made, **changes)


def needed(number, name, scenario, settings, fewer, verdict="cheaper"):
    asked = ASKED.under(scenario)
    plain = path(team(Step("hire", "engineer"), 3, 190, asked=asked), asked)
    best = path(team(Step("hire", "engineer"), 3 - fewer, 190, asked=asked), asked) if fewer else plain
    allocation = Allocation(name, asked, settings, asked, 12, 300, team(ENGINEER, 0, 20))
    worth = Worth(name, "today", fewer, 60_000.0 * fewer, 120_000.0, (0.1, 0.02, 0.18), 200, verdict)
    return Needed(allocation, plain, best, worth if number else None)


def structures():
    """What each structure needs: as many at the plain preset, one fewer at the best arrangement of all but today."""
    known = structures_of(ASKED.scenario).items()
    return tuple(
        needed(number, name, scenario, {"flow.rule": "earliest_deadline"} if number else {}, min(1, number))
        for number, (name, scenario) in enumerate(known)
    )


def timing():
    return Timing(
        (Opening(ENGINEER, 2, 3, (20.0, 15.0, 30.0), 12.0, (0.7, 0.6, 0.8)),), Plan.of([ENGINEER] * 2),
        team(ENGINEER, 2, 185),
    )


def freezes():
    return tuple(
        Freeze(months, outcome(190 - 10 * months, 200), (0.95 - 0.05 * months, 0.8 - 0.05 * months, 0.98 - 0.05 * months),
               (10.0 * months, 8.0 * months, 12.0 * months), (0.01 * months, 0.0, 0.02 * months),
               (5000.0 * months, 4000.0 * months, 6000.0 * months), (0.05 * months, 0.04 * months, 0.06 * months))
        for months in (0, 3, 6)
    )


def binding():
    def lifted(name, constraint, chance, binds):
        return Lifted(name, constraint, "the board would have to meet more often", (chance, chance - 0.05, chance + 0.05), 100,
                      binds)

    return Binding(
        ASKED, Plan.of([ENGINEER] * 3), tuple((w, (0.1 + k / 10, 0.05, 0.5)) for k, w in enumerate(ASKED.wanted)),
        ((104, (0.6, 0.5, 0.7)),), (lifted("gates", "waiting for the governance board", 0.95, True),),
        lifted("unlimited", "", 0.4, False),
    )


def planned(asked=ASKED, **parts):
    """A study of some parts."""
    return HiringPlan(asked, Scope(), provenance=provenance({"": asked.scenario}, 1, 200), **parts)


def whole(**parts):
    """A study of every part."""
    return planned(
        sweeps=(sweep(ANALYST, (5, 6, 7), None), sweep(ENGINEER)), path=path(), within=path(budget=70_000.0),
        structures=structures(), shadow={"analysis": (5.0, -1.0, 11.0), "engineering": (30.0, 25.0, 35.0)},
        shadow_futures=20, timing=timing(), freezes=freezes(), **parts,
    )


# -- a desk of two analysts, and teams with further ones ---------------------------------------------

DESK = question(plain({
    "name": "Desk",
    "study": {"horizon_weeks": 104, "milestones_weeks": [26, 52, 104]},
    "request_types": {"query": {"effort": exponential(1.0)}},
    "roles": {"data_analyst": {"skills": {"analysis": "practitioner"}, "salary": 40_000.0}, "analyst": None},
    "posts": {"analyst": {"role": "data_analyst", "count": 2}},
    "today": {"teams": {"hub": {"serves": ["housing"], "seats": {"analyst": 2}}}},
}), week=52, confidence=0.9, targets={"backlog_days": "20d"})
ONE = Step("hire", "data_analyst", "hub")
END = "under these assumptions."
desk_planned = partial(planned, DESK)


def desk_team(hires, met, of=200, step=ONE):
    """So many analysts on fresh futures; each future spends 60,000 more."""
    return team(step, hires, met, of, DESK, spent=60_000.0)


def desk_bought(step=ONE, chance=0.66, **changes):
    return replace(bought(step, 58_000.0, 30.0, chance), **changes)


def desk_path(best, **changes):
    """A search that took the steps of its plan and no others."""
    steps = tuple(desk_bought(step) for step in best.plan.steps)
    return path(best, DESK, **{"bought": steps, "taken_away": (), "way": (), **changes})


def desk_sweep(enough, name="", refused=(), most=2):
    """0, 1, 2 hires, of which those refused and the one that is enough were tried on fresh futures."""
    swept = sweep(ONE, (0, 20, 48), None, name, DESK)
    return replace(swept, confirmed=enough, refused=tuple(refused), guess=7, most=most)
