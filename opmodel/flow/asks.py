"""What a scenario's directorates ask for, as arrays: rates, keys of draws, distributions, deadlines.

A *stream* of demand is one request type in one directorate; upkeep adds a stream per directorate and
skill. Nothing here depends on the structure.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from opmodel.flow.calendar import deadline_days
from opmodel.flow.draws import name_key
from opmodel.scenario.demand import CLASSES, DEFAULT_PATIENCE, RequestType, Step
from opmodel.scenario.quantity import DAYS_PER_WEEK, WEEKS_PER_YEAR
from opmodel.scenario.scenario import Scenario

Array = npt.NDArray[Any]
#: A duration distribution: kind, mean, cv.
Duration = tuple[str, float, float]


def duration(distribution: Any) -> Duration:
    """A scenario's distribution as plain numbers."""
    return distribution.kind, float(distribution.mean), float(getattr(distribution, "cv", 1.0))


def step_durations(kind: RequestType) -> list[Duration]:
    """Effort distribution of each step: its own, or its share of the type's."""
    out = []
    for step in kind.steps:
        if step.effort is not None:
            out.append(duration(step.effort))
        else:
            name, mean, cv = duration(kind.effort)
            out.append((name, mean * float(step.share), cv))
    return out


@dataclass(frozen=True)
class Asks:
    """Streams of demand (S) of request types (T, pseudo types for upkeep last)."""

    keys: Array
    """u8 (S,), key of each stream's draws"""
    common_keys: Array
    """u8 (S,), key of the shocks it shares with the other directorates"""
    kind: Array
    """i4 (S,), request type"""
    directorate: Array
    """i4 (S,)"""
    origin: Array
    """i2 (S,), 0 demand, 1 upkeep"""
    mean: Array
    """f8 (S, weeks), requests a week at the stated rate"""
    level: Array
    """f8 (S,), mean of it over the horizon"""
    ceiling: Array
    """f8 (S,), raise_max where directorates react"""
    reacts: Array
    """bool (S,), whether candidates are thinned"""
    dispersion: Array
    """f8 (S,), variance / mean of weekly counts; 0 fixed, negative: fixed with a drawn phase"""
    common: float
    opening: Array
    """f8 (S,), mean requests open at the start"""
    opening_age: Array
    """f8 (S,), greatest age of those in days"""
    cross_share: float
    similar: float
    gated: bool
    deferral: float
    clarified: bool
    wait: Duration
    directorate_cdf: Array
    """f8 (D,), cumulated demand shares"""
    service: Array
    """i2 (T,), class of service"""
    value: Array
    """f8 (T,)"""
    statutory: Array
    """bool (T,)"""
    expedite: Array
    """f8 (T,), share expedited"""
    steps: Array
    """i8 (T,)"""
    effort: list[list[tuple[str, float, float, float]]]
    """Per type and step: kind, mean, cv and factor (observed effort to what the kernel takes)"""
    shares: list[list[float]]
    patience: dict[int, Duration]
    passes: int
    """Rework passes drawn"""
    due: Array
    """f8 (T, days), end of the due day by day of raising, from ``due_from``"""
    due_from: int
    due_offset: Array
    """f8 (T,), typical days from raising to the deadline (for shadow work)"""
    shadow_type: int
    shadow_share: float
    shadow_delay: float
    trace: tuple[Array, Array] | None = None
    """Stream and arrival of logged requests"""
    traced_effort: Array | None = None

    def due_times(self, kind: Array, raised: Array) -> Array:
        """End of the due day of requests of a type raised at a time."""
        day = np.clip(np.floor(raised).astype(np.int64) - self.due_from, 0, self.due.shape[1] - 1)
        return np.asarray(self.due[kind, day])


def upkeep_skills(scenario: Scenario) -> list[str]:
    """Skills that upkeep of delivered products needs, in file order."""
    if not scenario.mechanisms.on("upkeep"):
        return []
    return list(dict.fromkeys(t.upkeep.skill for t in scenario.request_types.values() if t.upkeep is not None))


def upkeep_step(skill: str) -> Step:
    """The one task of an upkeep request."""
    return Step(skill=skill)


def directorate_weights(scenario: Scenario, kind: RequestType) -> Array:
    """Share of a type's requests that each directorate raises (sums to 1)."""
    names = list(scenario.directorates)
    if kind.by_directorate is not None:
        weights = np.array([float(kind.by_directorate.get(d, 0.0)) for d in names])
    else:
        weights = np.array([float(scenario.directorates[d].share) for d in names])
    total = weights.sum()
    return weights / total if total > 0 else weights


def weekly_profile(scenario: Scenario, kind: RequestType, weeks: int | None = None) -> Array:
    """Requests a week of a type over all directorates, by week of the run (or of so many weeks)."""
    weeks = scenario.study.horizon_weeks if weeks is None else weeks
    week = np.arange(weeks)
    rate = float(kind.per_year) * float(scenario.demand.demand_scale) / WEEKS_PER_YEAR
    growth = (1.0 + float(scenario.demand.growth)) ** (week / WEEKS_PER_YEAR)
    if kind.weeks is not None:
        profile = np.zeros(WEEKS_PER_YEAR)
        for w in kind.weeks:
            profile[w] += WEEKS_PER_YEAR / len(kind.weeks)
        return np.asarray(rate * profile[week % WEEKS_PER_YEAR] * growth)
    season = np.ones(weeks)
    if kind.season:
        values = np.array(kind.season, float)
        values = values / values.mean()
        # Seasons run by the financial year, April first; the start date says where the run enters it.
        months = (scenario.start.month - 4) % 12 + (scenario.start.day - 1) / 30.4
        position = (months / 12 + (week + 0.5) / WEEKS_PER_YEAR) % 1.0
        season = values[(position * values.size).astype(int)]
    return np.asarray(rate * season * growth)


def compile_asks(scenario: Scenario, factors: list[list[float]], trace: Any = None) -> Asks:
    """Turn demand into arrays.

    Args:
        scenario: the scenario; its structure does not matter here.
        factors: per type and step, observed effort to the standard effort the kernel takes
            (upkeep's pseudo types included).
        trace: logged requests (see ``opmodel.flow.trace``), or None.
    """
    on = scenario.mechanisms.on
    names = list(scenario.directorates)
    types = list(scenario.request_types.values())
    upkeep = upkeep_skills(scenario)
    weeks = scenario.study.horizon_weeks
    reacting = on("reacting_demand") and float(scenario.demand.elasticity) != 0.0
    keys, common_keys, kinds, directorates, origins, means, ceilings, reacts, dispersions = ([] for _ in range(9))
    openings, ages = [], []
    window = float(scenario.demand.opening_backlog) if on("opening_backlog") else 0.0
    patience: dict[int, Duration] = {}
    for t, (name, kind) in enumerate(scenario.request_types.items()):
        weights = directorate_weights(scenario, kind)
        profile = weekly_profile(scenario, kind)
        if on("abandonment") and not kind.statutory:
            patience[t] = duration(kind.patience or DEFAULT_PATIENCE)
        for d, directorate in enumerate(names):
            keys.append(name_key("request", name, directorate))
            common_keys.append(name_key("shock", name))
            kinds.append(t)
            directorates.append(d)
            origins.append(0)
            means.append(profile * weights[d])
            free = reacting and trace is None and not kind.statutory and kind.weeks is None
            reacts.append(free)
            ceilings.append(float(scenario.demand.raise_max) if free else 1.0)
            dispersion = float(scenario.demand.dispersion if kind.dispersion is None else kind.dispersion)
            dispersions.append(-1.0 if kind.weeks is not None else dispersion)
            age = min(window, patience[t][1]) if t in patience else window
            openings.append(0.0 if kind.weeks is not None else profile[0] * weights[d] * age / DAYS_PER_WEEK)
            ages.append(age)
    for u, skill in enumerate(upkeep):
        for d, directorate in enumerate(names):
            keys.append(name_key("upkeep", skill, directorate))
            common_keys.append(0)
            kinds.append(len(types) + u)
            directorates.append(d)
            origins.append(1)
            means.append(np.ones(weeks))
            reacts.append(False)
            ceilings.append(1.0)
            dispersions.append(0.0)
            openings.append(0.0)
            ages.append(0.0)
    first = -int(np.ceil(window)) - 1
    last = int(DAYS_PER_WEEK) * weeks + 1
    due = np.full((len(types) + len(upkeep), last - first + 1), np.inf)
    for t, kind in enumerate(types):
        if kind.internal_deadline is not None:
            due[t] = np.arange(first, last + 1) + 1.0 + float(kind.internal_deadline)
        elif kind.deadline is not None:
            due[t] = deadline_days(kind.deadline, scenario.start, first, last)
    offset = due[:, -first] if due.size else np.zeros(0)
    shares = np.array([float(x.share) for x in scenario.directorates.values()])
    efforts = []
    for t, kind in enumerate(types):
        efforts.append([(*step, factors[t][s]) for s, step in enumerate(step_durations(kind))])
    efforts += [[("fixed", 1.0, 1.0, factors[len(types) + u][0])] for u in range(len(upkeep))]
    shadow = scenario.demand.shadow_type
    returning = reacting or on("abandonment")
    mean = np.array(means)
    logged = trace.place(scenario) if trace is not None else None
    return Asks(
        keys=np.array(keys, np.uint64),
        common_keys=np.array(common_keys, np.uint64),
        kind=np.array(kinds, np.int32),
        directorate=np.array(directorates, np.int32),
        origin=np.array(origins, np.int16),
        mean=mean,
        level=mean.mean(1),
        ceiling=np.array(ceilings),
        reacts=np.array(reacts),
        dispersion=np.array(dispersions),
        common=float(scenario.demand.common_shock),
        opening=np.array(openings),
        opening_age=np.array(ages),
        cross_share=float(scenario.demand.cross_directorate_share) if on("cross_directorate") else 0.0,
        similar=float(scenario.standards.reuse_chance) if on("reuse") else 0.0,
        gated=on("gates") and any(float(k.gate_chance) > 0 for k in types),
        deferral=float(scenario.governance.deferral_chance),
        clarified=on("clarification") and any(float(k.clarification_chance) > 0 for k in types),
        wait=duration(scenario.demand.clarification_wait),
        directorate_cdf=np.cumsum(shares / shares.sum()),
        service=np.array([CLASSES.index(k.class_of_service) for k in types] + [2] * len(upkeep), np.int16),
        value=np.array([float(k.value) for k in types] + [1.0] * len(upkeep)),
        statutory=np.array([k.statutory for k in types] + [False] * len(upkeep)),
        expedite=np.array(
            [
                0.0 if k.statutory or not on("expedite") else
                float(scenario.demand.expedite_share if k.expedite_share is None else k.expedite_share)
                for k in types
            ]
            + [0.0] * len(upkeep)
        ),
        steps=np.array([len(k.steps) for k in types] + [1] * len(upkeep), np.int64),
        effort=efforts,
        shares=[[float(s.share) for s in k.steps] for k in types] + [[1.0]] * len(upkeep),
        patience=patience,
        passes=scenario.standards.rework_max + 1 if on("rework") else 0,
        due=due,
        due_from=first,
        due_offset=offset,
        shadow_type=list(scenario.request_types).index(shadow) if shadow is not None and returning else -1,
        shadow_share=float(scenario.demand.shadow_return),
        shadow_delay=float(scenario.demand.shadow_delay),
        trace=None if logged is None else logged[:2],
        traced_effort=None if logged is None else logged[2],
    )
