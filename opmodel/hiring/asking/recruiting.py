"""How long it takes until whoever is hired is there and at full pace, and so when temporary staff are best called."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import lru_cache

import numpy as np

from opmodel.hiring.asking.costs import terms_for
from opmodel.hiring.asking.steps import Step
from opmodel.scenario.quantity import DAYS_PER_WEEK
from opmodel.scenario.scenario import Scenario
from opmodel.scenario.terms import Terms

#: Futures in which recruiting is drawn.
DRAWN = 400


def recruiting_weeks(scenario: Scenario, step: Step, *, seed: int = 1) -> tuple[float, float, float]:
    """Weeks from opening a vacancy to the first day: median, and the ends of the middle four fifths of futures.

    Drawn as the simulation draws them, adverts that do not fill and all.

    Args:
        scenario: the organisation.
        step: the hire.
        seed: root of the draws; that of a search gives the futures of the search.
    """
    return _drawn(terms_for(scenario, step), step.slug, seed)


@lru_cache(maxsize=4096)
def _drawn(terms: Terms, slug: str, seed: int) -> tuple[float, float, float]:
    from opmodel.careers import recruitment_days
    from opmodel.flow.draws import ADVERTS, HIRING, NOTICE, name_key, uniform, world_key

    key = np.uint64(name_key("seat", f"hire {slug}-1"))
    weeks = []
    for future in range(DRAWN):
        world = world_key(seed, future)
        drawn = (uniform(world, stream, key, 0) for stream in (ADVERTS, HIRING, NOTICE))
        weeks.append(math.ceil(recruitment_days(terms, *drawn) / DAYS_PER_WEEK - 1e-9))
    middle, low, high = np.quantile(weeks, (0.5, 0.1, 0.9))
    return float(middle), float(low), float(high)


def ramp_weeks(scenario: Scenario, step: Step) -> float:
    """Weeks that a newcomer with a mentor needs to full pace, on the terms of the contract."""
    if not scenario.mechanisms.on("ramp_up"):
        return 0.0
    return terms_for(scenario, step).ramp_up / DAYS_PER_WEEK


def well_timed(scenario: Scenario, step: Step, week: int) -> Step:
    """A hire opened so that temporary staff are there when it counts; others open at the start.

    By the week asked for they have worked off their ramp-up and half their stay, but have not left yet, in nine of ten
    futures: whoever is called at the start is often gone by then, and the work that waits is back.

    Args:
        scenario: the organisation.
        step: a hire.
        week: the week asked for.
    """
    stays = terms_for(scenario, step).stays
    if stays is None:
        return step
    middle, low, _ = recruiting_weeks(scenario, step)
    weeks = stays / DAYS_PER_WEEK
    there = min(weeks / 2.0 + ramp_weeks(scenario, step), weeks - 1.0 - (middle - low))
    return replace(step, opens_week=max(0, math.floor(week - middle - max(there, weeks / 2.0))))
