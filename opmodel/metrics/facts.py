"""What metrics need to know of a scenario, as arrays: made once per scenario, not once per run."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from opmodel.records import Floats, Names, Run
from opmodel.scenario.demand import LEVELS

if TYPE_CHECKING:
    from opmodel.scenario.scenario import Scenario


class Facts(NamedTuple):
    """Tables in the order of a run's names."""

    statutory: tuple[bool, ...]
    """Whether each request type is a legal duty."""
    steps: Floats
    """Share of a request's effort that each step takes, (types + 1, steps); the last row is upkeep."""
    holds: Floats
    """1 where a role has a skill at working level or above, (roles, skills)."""


_kept: dict[int, tuple[Scenario, Names, Facts]] = {}
_KEPT_MAX = 32


def facts_of(run: Run) -> Facts:
    """The tables of a run's scenario, remembered for the scenarios used last."""
    known = _kept.get(id(run.scenario))
    if known is not None and known[0] is run.scenario and known[1] == run.names:
        return known[2]
    facts = Facts(
        tuple(run.scenario.request_types[name].statutory for name in run.names.types),
        _step_shares(run.scenario, run.names),
        _holders(run.scenario, run.names),
    )
    if len(_kept) >= _KEPT_MAX:
        _kept.pop(next(iter(_kept)), None)
    _kept[id(run.scenario)] = (run.scenario, run.names, facts)
    return facts


def _step_shares(scenario: Scenario, names: Names) -> Floats:
    kinds = [scenario.request_types[name] for name in names.types]
    table = np.ones((len(kinds) + 1, max((len(kind.steps) for kind in kinds), default=1)))
    for row, kind in enumerate(kinds):
        effort = [float(s.effort.mean if s.effort else s.share * kind.effort.mean) for s in kind.steps]
        table[row, : len(effort)] = np.array(effort) / (sum(effort) or 1.0)
    return table


def _holders(scenario: Scenario, names: Names) -> Floats:
    position = {skill: i for i, skill in enumerate(names.skills)}
    table = np.zeros((len(names.roles), len(position)))
    for row, role in enumerate(names.roles):
        for skill, level in scenario.roles[role].skills.items():
            table[row, position[skill]] = LEVELS.index(level) >= LEVELS.index("working")
    return table
