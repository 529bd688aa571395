"""What the levers beside structure do and cost at the ends of what is assumed about them."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from opmodel.comparison.intervals import estimate, half_width, paired
from opmodel.levers.figures import FIGURES
from opmodel.levers.options import Alternatives, alternatives
from opmodel.metrics.catalogue import METRICS
from opmodel.records import Floats
from opmodel.scenario.scenario import Scenario
from opmodel.wording import with_interval

if TYPE_CHECKING:
    from opmodel.levers.figures import Choices

#: Assumed figures that an option's effect rests on, and whether more of it does more.
EFFECTS: dict[str, dict[str, bool]] = {
    "hires": {"hired": True}, "reports": {"reports_stopped": True}, "self_service": {"self_service": True},
    "assistant": {"ai_saved": True, "ai_checking": False},
}
#: Assumed figures that an option's cost rests on.
COSTS: dict[str, tuple[str, ...]] = {
    "self_service": ("self_service_users", "self_service_licence", "self_service_set_up"),
    "assistant": ("ai_licence",), "maturity": ("maturity_cost",), "board": ("meeting_cost",),
}
OVER = "over its assumed range"


@dataclass(frozen=True)
class Ends:
    """Options at the low and the high end of what is assumed about them."""

    scenarios: dict[str, tuple[Scenario, Scenario]]
    """Options whose effect is assumed, with the least and the most of it; what they cost besides stays."""
    dearer: dict[str, tuple[float, float]]
    """By how many pounds a year an option's cost lies lower and higher at the ends of what its cost rests on."""
    metrics: tuple[str, ...] = ()
    """Figures simulated."""
    values: dict[str, tuple[Floats, Floats]] = field(default_factory=dict)
    """Figures at both ends, (replications, metrics) each; none where they were not simulated to the end."""

    def effect_words(self, name: str, metric: str, today: Floats) -> str:
        """An option's effect at both ends, with 95 % intervals that hold together over all of them; else nothing.

        Args:
            name: of the option.
            metric: a headline metric.
            today: the metric under today in the same replications.
        """
        if name not in self.values:
            return ""
        effects = self._effects(name, metric, today)
        if not np.isfinite(effects).all():
            return f"cannot tell {OVER}"
        said = [with_interval(*effect, METRICS[metric].unit, signed=True) for effect in effects]
        return f"from {said[0]} to {said[1]} {OVER}"

    def holds(self, name: str, metric: str, today: Floats) -> bool:
        """Whether an option is better than today at the low end, too; so it is where nothing of it was varied."""
        if name not in self.values:
            return True
        _, low, high = self._effects(name, metric, today)[0]
        return low > 0.0 if METRICS[metric].better == "higher" else high < 0.0

    def worse(self, name: str, metric: str, today: Floats) -> str:
        """An option's effect at the low end, with its interval, where it is worse than today there; else nothing."""
        if name not in self.values:
            return ""
        effect = self._effects(name, metric, today)[0]
        _, low, high = effect
        if not (high < 0.0 if METRICS[metric].better == "higher" else low > 0.0):
            return ""
        return with_interval(*effect, METRICS[metric].unit, signed=True)

    def _effects(self, name: str, metric: str, today: Floats) -> list[tuple[float, float, float]]:
        """Mean difference to today with its interval, at the low and at the high end."""
        column, found = self.metrics.index(metric), []
        for figures in self.values[name]:
            means = estimate(paired(figures[:, [column]], today[:, None]))
            mean = float(means.mean[0])
            half = float(half_width(means, family=2 * len(self.values) * len(self.metrics))[0])
            found.append((mean, mean - half, mean + half))
        return found

    def cost_ends(self, name: str, cost: float, today: Floats) -> tuple[float, float] | None:
        """What an option costs a year more than today at both ends, the lower first; None where nothing is assumed.

        Args:
            name: of the option.
            cost: what it costs at the values taken.
            today: cost under today in the same replications.
        """
        if name in self.dearer:
            return cost + self.dearer[name][0], cost + self.dearer[name][1]
        if name == "hires" and name in self.values:
            column = self.metrics.index("cost")
            low, high = sorted(float((figures[:, column] - today).mean()) for figures in self.values[name])
            return low, high
        return None


def ends_of(scenario: Scenario, found: Alternatives) -> Ends:
    """The options of a scenario at both ends of what is assumed about them."""
    base = {option.name: option.scenario for option in found.options}
    least, most = (
        _options(scenario, found.choices, {
            figure: more == high for name, of in EFFECTS.items() if name in base for figure, more in of.items()
        }) for high in (False, True)
    )
    cheap, dear = (
        _options(scenario, found.choices, {f: high for name, of in COSTS.items() if name in base for f in of})
        for high in (False, True)
    )
    scenarios = {name: (least[name], most[name]) for name in EFFECTS if name in least and name in most}
    dearer = {
        name: (_platform(cheap[name]) - _platform(base[name]), _platform(dear[name]) - _platform(base[name]))
        for name in COSTS if name in cheap and name in dear
    }
    return Ends(scenarios, dearer)


def with_values(ends: Ends, metrics: Sequence[str], rows: Sequence[Sequence[Sequence[float]]]) -> Ends:
    """The same with figures of every replication: (replications, options with both ends in turn, metrics)."""
    table = np.array(rows, dtype=float)
    values = {name: (table[:, 2 * k], table[:, 2 * k + 1]) for k, name in enumerate(ends.scenarios)}
    return dataclasses.replace(ends, metrics=tuple(metrics), values=values)


def _options(scenario: Scenario, choices: Choices, high: dict[str, bool]) -> dict[str, Scenario]:
    """Every option with some figures at an end of their range."""
    at = {name: FIGURES[name][1].high if up else FIGURES[name][1].low for name, up in high.items()}
    changed = dataclasses.replace(choices, figures={**choices.figures, **at})
    return {option.name: option.scenario for option in alternatives(scenario, changed).options}


def _platform(scenario: Scenario) -> float:
    return float(scenario.costs.platform)
