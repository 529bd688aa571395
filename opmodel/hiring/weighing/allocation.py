"""What each structure needs: at its plain preset, and at its own best allocation of the same budget.

A preset is one way among many of arranging a structure. To compare presets alone would favour the structure whose
preset happens to suit; so each structure is also searched for its own best arrangement, with the same effort: the same
number of settings, tried in the same futures, with the same rule for dropping the worse ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from opmodel.comparison.intervals import estimate, half_width
from opmodel.comparison.structures import structures_of
from opmodel.hiring.asking.question import Question
from opmodel.hiring.asking.scope import Scope
from opmodel.hiring.asking.steps import Plan
from opmodel.hiring.searching.distance import Gap
from opmodel.hiring.searching.known import Known
from opmodel.hiring.searching.path import Path, cheapest
from opmodel.hiring.searching.procedures import select
from opmodel.hiring.searching.search import BRIEF, INDIFFERENCE, Effort
from opmodel.hiring.trying.confirming import FUTURES, Confirmed
from opmodel.hiring.trying.trials import Trials, under
from opmodel.hiring.weighing.arranging import SETTINGS, arranged, settings_of, told_setting
from opmodel.hiring.weighing.worth import Worth, worth_of
from opmodel.records import Floats
from opmodel.scenario.problems import ScenarioError

__all__ = ["SETTINGS", "Allocation", "Needed", "allocate", "per_structure"]

#: Where the fresh futures of arrangements and of comparisons begin among those of this part.
ARRANGED, WORTH = 100, 200


@dataclass(frozen=True)
class Allocation:
    """One structure, searched for its own best arrangement."""

    name: str
    question: Question
    """The question under the structure's plain preset."""
    settings: Mapping[str, str | int | float]
    """What its best arrangement changes; nothing where the plain preset is as good as any."""
    best: Question
    """The question under the best arrangement."""
    tried: int
    """Settings tried."""
    futures: int
    """Futures simulated for the search, over all settings."""
    gained: Confirmed
    """The best arrangement beside the plain preset, in fresh futures and without hires."""

    @property
    def words(self) -> tuple[str, ...]:
        """What the best arrangement changes, in words."""
        return tuple(told_setting(name, value) for name, value in self.settings.items())

    @property
    def plain(self) -> Allocation:
        """The same search with the plain preset as its best arrangement."""
        gained = replace(self.gained, scenario=self.question.scenario, outcome=self.gained.base)
        return replace(self, settings={}, best=self.question, gained=gained)


@dataclass(frozen=True)
class Needed:
    """What one structure needs to meet the targets."""

    allocation: Allocation
    plain: Path
    """Cheapest plan at the plain preset."""
    best: Path
    """Cheapest plan at the best arrangement."""
    worth: Worth | None = None
    """What it is worth in people beside the first structure, each at its best; None for the first."""


def allocate(
    question: Question, name: str, trials: Trials, *, attempt: int = 0, futures: int = FUTURES, effort: Effort = BRIEF
) -> Allocation:
    """Search a structure for its own best arrangement of today's people.

    An arrangement is taken only if it brings the targets nearer beyond chance on fresh futures, too: if the 95 %
    interval of the paired difference lies below nought. Else the plain preset is the best there is.

    Args:
        question: what is asked, under the structure's plain preset.
        name: the structure.
        trials: where settings are tried.
        attempt: which fresh futures show what the arrangement gains.
        futures: how many.
        effort: how much may be simulated.
    """
    settings, scenarios = [], []
    for setting in settings_of(question.scenario):
        try:
            scenarios.append(arranged(question.scenario, setting))
            settings.append(setting)
        except ScenarioError:  # such as a hire named for a team that is no more
            continue
    gap = Gap(question, under(question, trials, scenarios[:1], effort.told_on)[0])

    def draw(those: Sequence[int], n: int) -> Floats:
        found = under(question, trials, [scenarios[i] for i in those], n)
        return np.column_stack([-gap.felt(outcome) for outcome in found])

    picked = select(
        draw, len(scenarios), indifference=INDIFFERENCE, first=effort.first, cap=effort.cap
    )
    best = picked.best if picked.means[picked.best] > picked.means[0] + INDIFFERENCE / 10.0 else 0
    seed = question.fresh(attempt)
    base, found = trials.of([question.scenario, scenarios[best]], futures, seed=seed)
    gained = estimate((gap.felt(found) - gap.felt(base))[:, None])
    if not float(gained.mean[0] + half_width(gained)[0]) < 0.0:
        best, found = 0, base
    return Allocation(
        name, question, settings[best], question.under(scenarios[best]), len(settings), sum(picked.futures),
        Confirmed(question, Plan(), scenarios[best], seed, base, found),
    )


def per_structure(
    question: Question, scope: Scope, trials: Trials, *, futures: int = FUTURES, attempt: int = 0,
    effort: Effort = BRIEF, known: Known | None = None,
) -> Iterator[Needed]:
    """What each structure of a scenario needs to meet the targets, one after the other.

    All are confirmed in the same fresh futures, unless a plan was refused there (the next one gets further ones) or
    another part of the study has tried it already. What an arrangement gains, and what a structure is worth, is asked
    of fresh futures of their own. The search at the best arrangement begins with what the plain preset needed, as far
    as it has the teams for it. Where it ends with a dearer plan, or with none that meets the targets though the plain
    preset has one, the plain preset is the best arrangement.

    Args:
        question: what is asked; its own structure does not matter.
        scope: what may be done. Teams are each structure's own, so a limit to single teams does not hold here; nor are
            people moved, which presets do not allow and the search for an arrangement stands for.
        trials: where everything is tried.
        futures: fresh futures for what is shown.
        attempt: number of the first set of fresh futures.
        effort: how much each search may simulate.
        known: teams that other parts of the study tried on fresh futures.
    """
    own, first = replace(scope, teams=None, moves=False), None
    for name, scenario in structures_of(question.scenario).items():
        asked = question.under(scenario)
        allocation = allocate(asked, name, trials, attempt=attempt + ARRANGED, futures=futures, effort=effort)
        plain = cheapest(asked, own, trials, attempt=attempt, futures=futures, effort=effort, known=known)
        best = plain if not allocation.settings else cheapest(
            allocation.best, own, trials, attempt=attempt, futures=futures, effort=effort, start=plain.plan,
            known=known,
        )
        if plain.meets and (not best.meets or best.cost > plain.cost):
            allocation, best = allocation.plain, plain
        found = Needed(allocation, plain, best)
        if first is None:
            first = found
        else:
            worth = worth_of(
                name, best, first.allocation.name, first.best, trials, attempt=attempt + WORTH, futures=futures,
                effort=effort,
            )
            found = replace(found, worth=worth)
        yield found
