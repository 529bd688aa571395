"""From a run to its figures: one number per metric and group."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from opmodel.metrics.catalogue import METRICS
from opmodel.metrics.facts import facts_of
from opmodel.metrics.layout import Layout, columns, layout_of, members
from opmodel.metrics.reading import Reading
from opmodel.metrics.targets import attained
from opmodel.metrics.window import window_of
from opmodel.records import Floats, Run

if TYPE_CHECKING:
    import pandas as pd

#: Seats below which nothing is said of a team's or role's people, here and elsewhere: posts, not people.
FEWEST = 3
Key = tuple[str, str]
"""Group and metric, such as ("directorate=Housing", "throughput")."""


@lru_cache(maxsize=256)
def _plan(layout: Layout) -> tuple[tuple[str, Any], ...]:
    """For each metric, the positions of its groups among the columns of its reading (a slice where they adjoin)."""
    where = columns(layout)
    plan = []
    for name, metric in METRICS.items():
        families = [f for f in metric.groups if layout.groups or f in ("all", "milestone")]
        positions = [np.arange(where[family].start, where[family].stop) for family in families]
        at = np.concatenate(positions)
        adjoin = at.size > 0 and at[-1] - at[0] + 1 == at.size
        plan.append((name, slice(int(at[0]), int(at[-1]) + 1) if adjoin else at))
    return tuple(plan)


@lru_cache(maxsize=256)
def keys_of(layout: Layout) -> tuple[Key, ...]:
    """Group and metric of each number of measures with this layout."""
    keys: list[Key] = []
    for name, metric in METRICS.items():
        families = [f for f in metric.groups if layout.groups or f in ("all", "milestone")]
        keys += [(group, name) for family in families for group in members(layout, family)]
    return (*keys, *(("all", name) for name in layout.extra))


@lru_cache(maxsize=256)
def _places(layout: Layout) -> dict[str, list[int]]:
    """Positions of what is said of the people of each team, role and skill (what is said of a skill's tasks may be)."""
    found: dict[str, list[int]] = {}
    for at, (group, metric) in enumerate(keys_of(layout)):
        if group.startswith(("team=", "role=")) or (group.startswith("skill=") and metric == "utilisation"):
            found.setdefault(group, []).append(at)
    return found


@dataclass(frozen=True, slots=True)
class Measures:
    """All figures of one run; small enough to keep for every replication of a study.

    NaN means that there was nothing to measure (no request of the kind was due, say) or that it would speak of
    fewer than three people, inf that the figure was not reached (a percentile of lead time beyond what was
    delivered, a cost per request where none was).
    """

    scenario: str
    replication: int
    layout: Layout
    numbers: Floats
    """One value per entry of :attr:`keys`."""
    attained: Floats = field(default_factory=lambda: np.empty((0, 0)))
    """What each target that the scenario states comes to by each milestone, (targets, weeks); see ``targets.py``."""

    @property
    def keys(self) -> tuple[Key, ...]:
        """Group and metric of each number."""
        return keys_of(self.layout)

    @property
    def values(self) -> dict[Key, float]:
        """Every figure by (group, metric)."""
        return dict(zip(self.keys, self.numbers.tolist(), strict=True))

    def get(self, metric: str, group: str = "all") -> float:
        """One figure.

        Raises:
            KeyError: no such metric, or not measured in that group.
        """
        return self.values[group, metric]

    def frame(self) -> pd.DataFrame:
        """Tidy rows (scenario, replication, group, metric, value, note); note says where value is missing why."""
        import pandas as pd

        return pd.DataFrame(
            {
                "scenario": self.scenario,
                "replication": self.replication,
                "group": [group for group, _ in self.keys],
                "metric": [metric for _, metric in self.keys],
                "value": np.where(np.isfinite(self.numbers), self.numbers, np.nan),
                "note": np.select([np.isinf(self.numbers), np.isnan(self.numbers)], ["not reached", "no cases"], ""),
            }
        )


def measure(
    run: Run, extra: Mapping[str, Callable[[Run], float]] | None = None, groups: bool = True, fewest: int = FEWEST
) -> Measures:
    """Read every metric off a run, in the window its study states.

    Wherever lead times are reported, the unfinished and the not served requests are too.

    Args:
        run: one replication.
        extra: own metrics by name, each a function of the run; reported for the whole organisation.
        groups: whether to break down by directorate, type, class, team, role and skill.
        fewest: teams and roles of fewer seats, and the utilisation of those who have a skill where they are fewer,
            are left out (NaN): what is said of them is said of a person.

    Returns:
        The figures of :data:`METRICS`, then the extra ones.

    Raises:
        ValueError: an extra metric has the name of a built-in one.
    """
    extra = extra or {}
    if clash := sorted(set(extra) & set(METRICS)):
        raise ValueError(f"metric '{clash[0]}' exists already; give yours another name")
    window = window_of(run.scenario)
    layout = layout_of(run.names, window, groups, tuple(extra))
    reading = Reading(run, window, layout)
    with np.errstate(divide="ignore", invalid="ignore"):
        parts = [METRICS[name].function(reading)[positions] for name, positions in _plan(layout)]
        parts.append(np.array([float(function(run)) for function in extra.values()]))
    numbers = np.concatenate(parts)
    for group, count in _seats(run, layout) if groups else ():
        if count < fewest:
            numbers[_places(layout)[group]] = np.nan
    return Measures(run.scenario.name, run.replication, layout, numbers, attained(run))


def _seats(run: Run, layout: Layout) -> Iterator[tuple[str, int]]:
    """Seats of each team and role, and of the roles that have each skill."""
    team, role = run.seats.team, run.seats.role
    counts = {
        "team": (layout.teams, np.bincount(team, minlength=len(layout.teams))),
        "role": (layout.roles, np.bincount(role, minlength=len(layout.roles))),
        "skill": (layout.skills, (facts_of(run).holds[role] > 0.0).sum(axis=0)),
    }
    for family, (names, seats) in counts.items():
        yield from ((f"{family}={name}", int(n)) for name, n in zip(names, seats, strict=True))
