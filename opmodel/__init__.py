"""opmodel: try out how to organise data people before reorganising them for real.

The public verbs, loaded when first used: ``load_scenario``, ``run``, ``replicate``, ``measure``,
``compare``, ``plan_hiring``.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from opmodel.comparison import Comparison, compare
    from opmodel.hiring.plan import HiringPlan
    from opmodel.hiring.planning import plan_hiring
    from opmodel.metrics import METRICS, measure
    from opmodel.records import Run
    from opmodel.replication import replicate, run
    from opmodel.scenario import Scenario, ScenarioError, load_scenario

__version__ = "0.1.0"
_HOME = {
    "load_scenario": "opmodel.scenario",
    "Scenario": "opmodel.scenario",
    "ScenarioError": "opmodel.scenario",
    "run": "opmodel.replication",
    "replicate": "opmodel.replication",
    "Run": "opmodel.records",
    "measure": "opmodel.metrics",
    "METRICS": "opmodel.metrics",
    "compare": "opmodel.comparison",
    "Comparison": "opmodel.comparison",
    "plan_hiring": "opmodel.hiring.planning",
    "HiringPlan": "opmodel.hiring.plan",
}
__all__ = [
    "METRICS", "Comparison", "HiringPlan", "Run", "Scenario", "ScenarioError", "compare", "load_scenario", "measure",
    "plan_hiring", "replicate", "run",
]


def __getattr__(name: str) -> Any:
    """Load a public name where it lives, so that importing opmodel costs nothing."""
    if name not in _HOME:
        raise AttributeError(f"module 'opmodel' has no attribute '{name}'")
    value = getattr(import_module(_HOME[name]), name)
    globals()[name] = value
    return value
