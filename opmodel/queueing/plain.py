"""A scenario boiled down to plain queues: same load, same people, every human mechanism off.

The plain queues are scenarios like any other and are simulated by the same engine; that is the point of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from math import inf, sqrt
from typing import Any

import numpy as np

from opmodel.queueing import formulas
from opmodel.records import ABANDONED, Run
from opmodel.scenario.demand import DEFAULT_PATIENCE, RequestType
from opmodel.scenario.quantity import DAYS_PER_WEEK, DAYS_PER_YEAR, HOURS_PER_DAY
from opmodel.scenario.scenario import Scenario
from opmodel.scenario.workload import WEEK_DAYS, days_on_duty

#: Times a pool must be able to forget its past: before it is read, while it is, and before the end.
WARM_UP, READ, COOL_DOWN = 10, 60, 5
#: Fewest and most requests of a run, and the most weeks.
FEWEST, MOST, WEEKS = 40_000, 100_000, 5200
#: Load of the single person of the third queue; less where efforts are very uneven.
ONE_PERSON = 0.75
#: A load from which a queue would take too long to settle is lowered in such steps.
STEP = 0.01


@dataclass(frozen=True, slots=True)
class Boiled:
    """What plain queues keep of a scenario."""

    people: int
    """Seats of the establishment, pooled."""
    rate: float
    """Requests a working day, over all directorates and types."""
    effort: float
    """Mean working days of effort of a request, upkeep of delivered products included."""
    service: float
    """Mean days that one person takes for it: effort / (full-time share x share of the year at work)."""
    cv: float
    """Standard deviation of the effort of a request divided by its mean, over all types."""
    patience: float
    """Mean days that requesters wait, of the types that give up (all statutory: the default)."""

    @property
    def load(self) -> float:
        """Share of everybody's time that is asked for; 1 and more can never be served."""
        return self.rate * self.service / self.people


def boiled_down(scenario: Scenario) -> Boiled:
    """Rate, effort, spread, people and patience of a scenario.

    Raises:
        ValueError: nothing is asked for, or nobody has any time.
    """
    from opmodel.flow.expected import upkeep_due

    kinds = list(scenario.request_types.values())
    yearly = _yearly(scenario)
    total = float(yearly.sum())
    mean = np.array([_moments(kind)[0] for kind in kinds])
    square = np.array([_moments(kind)[1] for kind in kinds])
    asked = float(yearly @ mean)
    people = sum(post.count for post in scenario.posts.values())
    fte = sum(post.count * float(post.fte) for post in scenario.posts.values()) / max(people, 1)
    at_work = days_on_duty(scenario) / WEEK_DAYS
    if not (total > 0.0 and asked > 0.0 and fte > 0.0 and at_work > 0.0):
        raise ValueError("no requests or nobody to work on them: there is no queue to check")
    upkeep = sum(float(days.sum()) for days in upkeep_due(scenario).values())
    effort = (asked + upkeep) / total
    spread = sqrt(max(float(yearly @ square) / total - (asked / total) ** 2, 0.0)) / (asked / total)
    weights = np.array([0.0 if kind.statutory else rate for kind, rate in zip(kinds, yearly, strict=True)])
    patience = np.array([float((kind.patience or DEFAULT_PATIENCE).mean) for kind in kinds])
    waits = float(weights @ patience) / float(weights.sum()) if weights.sum() > 0.0 else float(DEFAULT_PATIENCE.mean)
    return Boiled(people, total / DAYS_PER_YEAR, effort, effort / fte / at_work, spread, max(waits, 0.1))


def _yearly(scenario: Scenario) -> Any:
    """Requests a year of each type: as stated, or as logged."""
    kinds = scenario.request_types.values()
    if scenario.trace is None:
        return np.array([float(kind.per_year) for kind in kinds]) * float(scenario.demand.demand_scale)
    from opmodel.flow.trace import read_trace

    log = read_trace(scenario)
    assert log is not None
    stream, _, _ = log.place(scenario)
    each = np.bincount(stream // len(scenario.directorates), minlength=len(kinds))
    return each * (DAYS_PER_YEAR / DAYS_PER_WEEK) / scenario.study.horizon_weeks


def _moments(kind: RequestType) -> tuple[float, float]:
    """Mean and mean square of the effort of a whole request; its steps are drawn one by one."""
    mean = variance = 0.0
    for step in kind.steps:
        drawn, part = (kind.effort, float(step.share)) if step.effort is None else (step.effort, 1.0)
        spread = {"fixed": 0.0, "exponential": 1.0}.get(drawn.kind, float(getattr(drawn, "cv", 1.0)))
        mean += part * float(drawn.mean)
        variance += (spread * part * float(drawn.mean)) ** 2
    return mean, variance + mean**2


@dataclass(frozen=True)
class Figure:
    """One figure of a plain queue that a formula also gives."""

    name: str
    """Key of what :func:`figures_of` measures."""
    label: str
    unit: str
    formula: float
    scale: float = 1.0
    """What a run's figure is multiplied by to be in the unit."""


@dataclass(frozen=True)
class Queue:
    """A plain queue: the scenario that is simulated, and what the formula says of it."""

    title: str
    about: str
    """Which queue it is, in words."""
    law: str
    """Name of the formula."""
    exact: bool
    """Whether the formula is exact, or an approximation."""
    people: int
    rate: float
    service: float
    scenario: Scenario
    cool_down: float
    """Days before the end in which requests raised are not read any more."""
    figures: tuple[Figure, ...]
    note: str = ""
    """Why it is at another load than the scenario's, if it is."""

    @property
    def load(self) -> float:
        """Share of everybody's time that is asked for."""
        return self.rate * self.service / self.people


def plain_queues(found: Boiled) -> tuple[Queue, ...]:
    """The queues that a formula exists for, at the load of the scenario or as near to it as they settle."""
    pool, one = _settling(found, 1.0), _settling(_alone(found), found.cv)
    rough = _settling(found, found.cv)
    c, lam, s = pool.people, pool.rate, pool.service
    exponential, gamma = {"kind": "exponential"}, {"kind": "gamma", "cv": max(found.cv, 0.05)}
    impatient = formulas.erlang_a(found.people, found.rate, found.service, found.patience)
    return (
        _queue(
            "One pool", "everybody in one pool, first come, first served, exponential efforts",
            "Erlang C (M/M/c)", pool, found, exponential,
            (
                _time("wait", "mean wait until work starts", formulas.mean_wait(c, lam, s)),
                Figure("waits", "share of requests that wait", "share", formulas.erlang_c(c, lam * s)),
                _time("wait_p95", "wait that 95 of 100 stay below", formulas.wait_percentile(c, lam, s, 0.95)),
                Figure("busy", "share of people's time that is busy", "share", lam * s / c),
            ),
        ),
        _queue(
            "One pool, requesters give up", f"the same pool, requesters wait {found.patience:.3g} days on average",
            "Erlang A (M/M/c+M)", found, found, {"kind": "exponential", "patience": found.patience},
            (
                Figure("abandoned", "share of requests given up", "share", impatient.abandoned),
                _time("wait", "mean time in the queue", impatient.in_queue),
                Figure("waits", "share of requests that wait", "share", impatient.waits),
                Figure("busy", "share of people's time that is busy", "share", impatient.utilisation),
            ),
        ),
        _queue(
            "One person",
            f"a single person busy {100 * one.load:.0f} % of the time, efforts as uneven as the scenario's (spread "
            f"{found.cv:.2f} of the mean)",
            "Pollaczek and Khinchine (M/G/1)", one, one, gamma,
            (
                _time("wait", "mean wait until work starts", formulas.mean_wait_one(one.rate, one.service, found.cv)),
                Figure("waits", "share of requests that wait", "share", one.load),
                Figure("busy", "share of the person's time that is busy", "share", one.load),
            ),
        ),
        _queue(
            "One pool, uneven efforts", f"the pool with efforts as uneven as the scenario's (spread {found.cv:.2f})",
            "Allen and Cunneen (M/G/c), an approximation", rough, found, gamma,
            (_time("wait", "mean wait until work starts", formulas.approximate_mean_wait(c, rough.rate, s, found.cv)),),
            exact=False,
        ),
    )


def _time(name: str, label: str, days: float) -> Figure:
    """A time in the largest unit in which it is not next to nothing."""
    hours = HOURS_PER_DAY * days
    unit, scale = ("working days", 1.0) if days >= 0.5 else ("hours", HOURS_PER_DAY)
    if hours < 0.5:
        unit, scale = "minutes", 60.0 * HOURS_PER_DAY
    return Figure(name, label, unit, scale * days, scale)


def _alone(found: Boiled) -> Boiled:
    """One of the people, with a share of the requests."""
    return replace(found, people=1, rate=ONE_PERSON / found.service)


def _settling(found: Boiled, cv: float) -> Boiled:
    """The same at the highest load, up to its own, at which a run of allowed length settles often enough."""
    load = min(found.load, 1.0)
    while load > STEP:
        at = replace(found, rate=load * found.people / found.service)
        if _days(at, cv) <= _longest(at):
            return at
        load -= STEP
    raise ValueError("the plain queue of this scenario would take longer than a century to settle")


def _days(found: Boiled, cv: float) -> float:
    """Length of run that such a queue needs."""
    settling = formulas.settling_days(found.people, found.rate, found.service, cv)
    return inf if settling == inf else (WARM_UP + READ + COOL_DOWN) * settling


def _longest(found: Boiled) -> float:
    return min(DAYS_PER_WEEK * WEEKS, MOST / found.rate)


def _queue(
    title: str, about: str, law: str, at: Boiled, wanted: Boiled, effort: dict[str, Any],
    figures: tuple[Figure, ...], *, exact: bool = True,
) -> Queue:
    """The scenario of a plain queue, as a file would state it."""
    effort = dict(effort)
    patience, cv = effort.pop("patience", None), effort.get("cv", 1.0)
    settling = formulas.settling_days(at.people, at.rate, at.service, cv)
    if patience is not None:  # whoever gives up forgets the past, too
        settling = min(settling, max(at.service, patience))
    days = min(max((WARM_UP + READ + COOL_DOWN) * settling, FEWEST / at.rate), _longest(at))
    weeks = max(int(days / DAYS_PER_WEEK), 10)
    warm_up = int(min(WARM_UP * settling, days / 5.0) / DAYS_PER_WEEK)
    kind: dict[str, Any] = {
        "per_year": at.rate * DAYS_PER_YEAR,
        "effort": {**effort, "mean": f"{at.service!r}d"},
        "steps": [{"skill": "analysis"}],
    }
    if patience is not None:
        kind["patience"] = {"kind": "exponential", "mean": f"{patience!r}d"}
    scenario = Scenario.model_validate({
        "name": title,
        "study": {"kind": "steady_state", "horizon_weeks": weeks, "warm_up_weeks": warm_up, "milestones_weeks": []},
        "mechanisms": {"unless_stated": False, "abandonment": patience is not None},
        "directorates": {"Everybody": {"share": 1.0}},
        "request_types": {title: kind},  # draws hang on names: each queue has its own
        "demand": {"dispersion": 1.0, "growth": {"base": 0.0, "low": 0.0, "high": 0.0}},
        "roles": {"practitioner": {"skills": {"analysis": "practitioner"}, "salary": 0.0}},
        "posts": {"post": {"role": "practitioner", "count": at.people}},
        "teams": {"Pool": {"serves": ["Everybody"], "seats": {"post": at.people}}},
    })
    note = ""
    if at.load < wanted.load - 1e-9:
        why = (
            "no formula exists where as much is asked as people can do, or more" if wanted.load >= 1.0
            else "nearer to all that people can do a queue takes longer to settle than a run may last"
        )
        note = f"at {100 * at.load:.0f} % of what people can do instead of {100 * wanted.load:.0f} %: {why}"
    cool_down = min(COOL_DOWN * settling, days / 10.0)
    return Queue(title, about, law, exact, at.people, at.rate, at.service, scenario, cool_down, figures, note)


def measured_by(queue: Queue) -> Callable[[Run], dict[str, float]]:
    """What to keep of a run of a plain queue."""
    return partial(figures_of, cool_down=queue.cool_down)


def figures_of(run: Run, cool_down: float) -> dict[str, float]:
    """Figures of one run of a plain queue, from the requests raised after the warm-up and well before the end."""
    from opmodel.recording import forget

    table, study = run.requests, run.scenario.study
    raised = table["raised"]
    mine = (raised >= DAYS_PER_WEEK * study.warm_up_weeks) & (raised < run.horizon - cool_down)
    given_up = table["fate"] == ABANDONED
    left = np.where(given_up, table["closed"], table["first_start"])
    waited = np.where(np.isnan(left), run.horizon, left)[mine] - raised[mine]
    worked = run.weeks["person", "worked"][study.warm_up_weeks :]
    none = waited.size == 0
    found = {
        "requests": float(waited.size),
        "wait": float("nan") if none else float(waited.mean()),
        "waits": float("nan") if none else float((waited > 0.0).mean()),
        "wait_p95": float("nan") if none else float(np.percentile(waited, 95)),
        "abandoned": float("nan") if none else float(given_up[mine].mean()),
        "busy": float(worked.mean() / DAYS_PER_WEEK),
    }
    forget(run)
    return found
