"""What each structure needs: at its plain preset, and at its own best allocation of the same budget.

A preset is one way among many of arranging a structure. To compare presets alone would favour the structure whose
preset happens to suit; so each structure is also searched for its own best arrangement, with the same effort: the same
number of settings, tried in the same futures, with the same rule for dropping the worse ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import numpy as np

from opmodel.comparison.structures import structures_of
from opmodel.hiring.confirming import FUTURES, Confirmed
from opmodel.hiring.path import INDIFFERENCE, Gap, Path, cheapest
from opmodel.hiring.procedures import select
from opmodel.hiring.question import Question
from opmodel.hiring.scope import Scope
from opmodel.hiring.steps import Plan
from opmodel.hiring.trials import Trials, under
from opmodel.records import Floats
from opmodel.scenario.changes import change_scenario
from opmodel.scenario.problems import ScenarioError
from opmodel.scenario.scenario import Scenario

#: Settings tried for each structure, its plain preset among them: equal effort.
SETTINGS = 12
#: What may be arranged within any structure, and values tried.
COMMON: dict[str, tuple[Any, ...]] = {
    "flow.dispatch": ("speciality_first", "fastest", "longest_idle"),
    "flow.rule": ("first_come", "earliest_deadline"),
    "flow.escalate_after": ("2d", "5d", "10d"),
}
#: What may be arranged within one structure alone.
OWN: dict[str, dict[str, tuple[Any, ...]]] = {
    "hub_and_spoke": {"structure.hub_share": (0.3, 0.4, 0.5, 0.6)},
    "federated": {"structure.team_size_min": (1, 2, 3, 4), "structure.policy_share": (0.0, 0.1)},
}


@dataclass(frozen=True)
class Allocation:
    """One structure, searched for its own best arrangement."""

    name: str
    question: Question
    """The question under the structure's plain preset."""
    settings: Mapping[str, Any]
    """What its best arrangement changes; nothing where the plain preset is as good as any."""
    best: Question
    """The question under the best arrangement."""
    tried: int
    """Settings tried."""
    futures: int
    """Futures simulated for the search, over all settings."""
    gained: Confirmed
    """The best arrangement beside the plain preset, in fresh futures and without hires."""


@dataclass(frozen=True)
class Needed:
    """What one structure needs to meet the targets."""

    allocation: Allocation
    plain: Path
    """Cheapest plan at the plain preset."""
    best: Path
    """Cheapest plan at the best arrangement."""


def settings_of(scenario: Scenario) -> list[dict[str, Any]]:
    """Settings to try for a structure, the plain one first; every structure gets as many.

    Evenly spread over all combinations of what may be arranged, so that every value is tried with several others.
    """
    kind = scenario.structure.kind
    levers = {**OWN.get(kind, {}), **COMMON}
    every = [dict(zip(levers, values, strict=True)) for values in product(*levers.values())]
    plain = _stated(scenario, levers)
    others = [one for one in every if one != plain]
    spread = np.unique(np.linspace(0, len(others) - 1, SETTINGS - 1).round().astype(int))
    return [{}, *({k: v for k, v in others[i].items() if plain.get(k) != v} for i in spread)]


def _stated(scenario: Scenario, levers: Mapping[str, tuple[Any, ...]]) -> dict[str, Any]:
    """The scenario's own value of each lever, as the levers write it."""
    found = {}
    for path in levers:
        section, field = path.split(".")
        value = getattr(getattr(scenario, section), field)
        found[path] = f"{float(value):g}d" if path.endswith("_after") else (
            value if isinstance(value, str | int) else round(float(value), 6)
        )
    return found


def allocate(question: Question, name: str, trials: Trials, *, attempt: int = 0, futures: int = FUTURES) -> Allocation:
    """Search a structure for its own best arrangement of today's people.

    Args:
        question: what is asked, under the structure's plain preset.
        name: the structure.
        trials: where settings are tried.
        attempt: which fresh futures show what the arrangement gains.
        futures: how many.
    """
    settings, scenarios = [], []
    for changes in settings_of(question.scenario):
        try:
            scenarios.append(change_scenario(question.scenario, changes) if changes else question.scenario)
            settings.append(changes)
        except ScenarioError:  # such as teams too small for the seats there are
            continue
    gap = Gap(question, under(question, trials, scenarios[:1], 20)[0])

    def draw(those: Any, n: int) -> Floats:
        found = under(question, trials, [scenarios[i] for i in those], n)
        return np.column_stack([-gap.of(outcome) for outcome in found])

    picked = select(draw, len(scenarios), indifference=INDIFFERENCE)
    best = picked.best if picked.means[picked.best] > picked.means[0] else 0
    arranged = question.under(scenarios[best])
    seed = question.fresh(attempt)
    base, found = trials.of([question.scenario, arranged.scenario], futures, seed=seed)
    return Allocation(
        name, question, settings[best], arranged, len(settings), sum(picked.futures),
        Confirmed(question, Plan(), arranged.scenario, seed, base, found),
    )


def per_structure(
    question: Question, scope: Scope, trials: Trials, *, futures: int = FUTURES, attempt: int = 0
) -> Iterator[Needed]:
    """What each structure of a scenario needs to meet the targets, one after the other.

    Args:
        question: what is asked; its own structure does not matter.
        scope: what may be done. Teams are each structure's own, so a limit to single teams does not hold here.
        trials: where everything is tried.
        futures: fresh futures for what is shown.
        attempt: number of the first set of fresh futures.
    """
    for number, (name, scenario) in enumerate(structures_of(question.scenario).items()):
        asked = question.under(scenario)
        own = replace(scope, teams=None)
        first = attempt + 100 * number
        allocation = allocate(asked, name, trials, attempt=first, futures=futures)
        plain = cheapest(asked, own, trials, attempt=first + 10, futures=futures)
        best = plain if not allocation.settings else cheapest(
            allocation.best, own, trials, attempt=first + 30, futures=futures
        )
        yield Needed(allocation, plain, best)
