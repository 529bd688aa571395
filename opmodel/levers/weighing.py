"""Structure against other levers: the paired effect of each option on today, and what it costs, on the same futures."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from opmodel.comparison.intervals import estimate, half_width, paired
from opmodel.comparison.study import Comparison, compare
from opmodel.comparison.verdicts import UNDER_ASSUMPTIONS
from opmodel.levers.options import Alternatives, alternatives, names_of
from opmodel.levers.ranges import OVER, Ends, ends_of, with_values
from opmodel.metrics.catalogue import METRICS
from opmodel.records import Floats
from opmodel.replication import replicate_figures
from opmodel.scenario.scenario import Scenario
from opmodel.wording import unit_words, with_interval

if TYPE_CHECKING:
    from concurrent.futures import Executor

    import pandas as pd

    from opmodel.levers.figures import Choices

#: Further replications on which the best structure is chosen, so that chance does not favour it where it is shown.
CHOSEN_ON = 20
#: A difference in cost that lies within this share of today's cost is called about nothing.
ABOUT_NOTHING = 0.01
#: Metrics that say nothing about an option that asks for fewer requests.
COUNTED = ("throughput", "cost_per_request")


@dataclass(frozen=True, repr=False)
class Weighed:
    """What each option does and costs, against today."""

    alternatives: Alternatives
    comparison: Comparison
    """Today and all options on the same futures."""
    chosen: dict[str, str]
    """Best structure for each headline metric, chosen on other futures."""
    chosen_on: int
    """Replications it was chosen on."""
    ends: Ends
    """The options at the ends of what is assumed about them, on the same futures as the comparison."""
    choose_on: int = CHOSEN_ON
    """Replications it was to be chosen on."""

    @property
    def metrics(self) -> tuple[str, ...]:
        """Headline metrics that have anything to measure."""
        return self.comparison.headline

    @property
    def replications(self) -> int:
        """Replications of each option."""
        return self.comparison.replications

    def table(self, metric: str) -> pd.DataFrame:
        """One row per option, the structures first.

        Columns: name, option, structure, best (the structure chosen on other futures), metric, unit, difference, low,
        high (to today, holding together over all options and headline metrics), verdict, sentence, cost, cost_low,
        cost_high (pounds a year more than today, together over all options), cost_words, per_thousand (the effect for
        each £1,000 a year, in words), effect_range and cost_range (in words, over what is assumed about the option;
        empty where nothing is), holds (whether it is better at the low end, too), worse (its effect at the low end, in
        words, where it is worse there), n, meaning.
        """
        import pandas as pd

        judged = {v.scenario: v for v in self.comparison.verdicts if v.metric == metric}
        costs, column = self._costs(), self.comparison.gathered.column
        today, spent = column("today", metric), column("today", "cost")
        rows = []
        for option in self.alternatives.options:
            found, (cost, low, high) = judged[option.name], costs[option.name]
            silent = option.asks_less and metric in COUNTED
            kind = "not comparable" if silent else found.kind
            sentence = found.sentence.replace(option.name.replace("_", "-"), option.label, 1)
            if silent:
                sentence = f"{option.label} asks for fewer requests, so {METRICS[metric].label} says nothing about it."
            effect = (found.difference, found.low, found.high)
            rows.append({
                "name": option.name, "option": option.label, "structure": option.structure,
                "best": option.name == self.chosen.get(metric), "metric": metric, "unit": METRICS[metric].unit,
                "difference": effect[0], "low": effect[1], "high": effect[2], "verdict": kind, "sentence": sentence,
                "cost": cost, "cost_low": low, "cost_high": high, "cost_words": self._cost_words(cost, low, high),
                "per_thousand": "" if silent else _per_thousand(kind, effect, (cost, low, high), METRICS[metric].unit),
                "effect_range": "" if silent else self.ends.effect_words(option.name, metric, today),
                "cost_range": _range_words(self.ends.cost_ends(option.name, cost, spent)),
                "holds": self.ends.holds(option.name, metric, today),
                "worse": self.ends.worse(option.name, metric, today), "n": found.n, "meaning": option.meaning,
            })
        return pd.DataFrame(rows)

    def sentences(self, metric: str) -> list[str]:
        """The answer: the best other structure, and the other levers that are better than today."""
        table = self.table(metric)
        label, sign = METRICS[metric].label, 1.0 if METRICS[metric].better == "higher" else -1.0
        structure = table[table["best"]]
        better = table[(table["verdict"] == "better") & ~table["structure"]]
        order = (sign * better["difference"]).sort_values(ascending=False).index
        levers = "; ".join(_with_amount(better.loc[k]) for k in order)
        if structure.empty:
            said = f"No other structure could be chosen as best in {label}"
        else:
            row = structure.iloc[0]
            kind = str(row["verdict"])
            against = (
                f"is {kind} than today" if kind in ("better", "worse") else
                "is practically the same as today" if kind == "practically the same" else
                "against today: cannot tell yet"
            )
            said = f"In {label} the best other structure, {_with_amount(row, alone=True)}, {against}"
        values = "values chosen for" if self.alternatives.choices.figures else "base values of"
        at = f"Without reorganising, at the {values} what is assumed about each lever,"
        beside = f"{at} {f'better than today are: {levers}' if levers else 'no lever is known to be better than today'}"
        names = {k: _with_amount(better.loc[k], amount=False) for k in order}
        worse = [f"{names[k]} {better.loc[k, 'worse']}" for k in order if better.loc[k, "worse"]]
        open_there = [names[k] for k in order if not better.loc[k, "holds"] and not better.loc[k, "worse"]]
        if worse:
            beside += f"; worse than today at the low end of what is assumed: {'; '.join(worse)}"
        if open_there:
            beside += f"; not shown to be better at the low end of what is assumed: {', '.join(open_there)}"
        return [f"{said}, {UNDER_ASSUMPTIONS}", f"{beside}, {UNDER_ASSUMPTIONS}"]

    def meanings(self) -> list[str]:
        """What each option does in the model, and what of its cost is counted."""
        levers = [f"{o.label}: {o.meaning}" for o in self.alternatives.options if not o.structure]
        others = [o for o in self.alternatives.options if o.structure]
        return [f"{', '.join(o.label for o in others)}: {others[0].meaning}", *levers]

    def about(self) -> str:
        """On how many futures it rests, how the best structure was chosen, and how to read the intervals."""
        chosen = (
            f"The best structure was chosen on {self.chosen_on} other replications, so that luck does not favour it "
            "where it is shown." if self.chosen_on else "It was stopped before a best structure was chosen."
        )
        ends = (
            "so its effect at both ends of its range is simulated on the same futures, and what it costs at the ends "
            "stands beside its cost." if self.ends.values or not self.ends.scenarios else
            "and its effect at the ends of its range was not simulated before it was stopped."
        )
        return (
            f"{self.replications} replications. {chosen} Intervals are 95 % and hold together over all options and "
            "headline figures; those of costs over all options. They are of chance only. What a lever does and costs "
            f"is itself assumed, {ends}"
        )

    def notes(self) -> list[str]:
        """What was left undone because it was stopped; empty if nothing was."""
        if not self.comparison.finished:
            return [
                f"It was stopped after {self.replications} replications, before its planned end. Its intervals and "
                "verdicts would hold only if that number had been fixed beforehand: treat them as a first look."
            ]
        if self.chosen_on < self.choose_on:
            return [
                f"It was stopped while the best structure was being chosen, after {self.chosen_on} of {self.choose_on} "
                "replications for that: treat which one is best as a first look. The other verdicts stand."
            ]
        if self.ends.scenarios and not self.ends.values:
            return [
                "It was stopped before the ends of what is assumed about the levers were simulated: whether they are "
                "better there, too, is not known. The verdicts stand."
            ]
        return []

    def _costs(self) -> dict[str, tuple[float, float, float]]:
        column = self.comparison.gathered.column
        out = {}
        for option in self.alternatives.options:
            gap = paired(column(option.name, "cost")[:, None], column("today", "cost")[:, None])
            means = estimate(gap)
            half = float(half_width(means, family=len(self.alternatives.options))[0])
            mean, half = float(means.mean[0]), half if np.isfinite(half) else np.nan
            out[option.name] = (mean, mean - half, mean + half)
        return out

    def _cost_words(self, cost: float, low: float, high: float) -> str:
        today = float(np.mean(self.comparison.gathered.column("today", "cost")))
        if not np.isfinite(low):
            return "cannot tell from one replication"
        if -ABOUT_NOTHING * today <= low and high <= ABOUT_NOTHING * today and low <= 0.0 <= high:
            return f"costs about nothing ({_pounds(low)} to {_pounds(high)})"
        if low <= 0.0 <= high:
            return f"cannot tell ({_pounds(low)} to {_pounds(high)})"
        near, far = sorted((abs(low), abs(high)))
        more = "more" if cost > 0 else "less"
        return f"{_pounds(abs(cost))} {more} ({_pounds(near)} to {_pounds(far)})"


def weigh(
    scenario: Scenario,
    choices: Choices | None = None,
    *,
    replications: int = 40,
    seed: int = 1,
    executor: Executor | None = None,
    on_progress: Callable[[int, int], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Weighed:
    """Compare today with every other structure and with every other lever, on the same futures.

    The best structure is chosen on further futures, other than those its effect is shown on.

    Args:
        scenario: its own structure does not matter.
        choices: what the visitor decides, see :class:`opmodel.levers.figures.Choices`.
        replications: possible futures for each option.
        seed: root of all draws.
        executor: any ``concurrent.futures.Executor``.
        on_progress: called with replications done and planned.
        should_stop: asked after every replication; True ends with what there is.

    Raises:
        ValueError: no replication, or stopped before the first was complete.
        ScenarioError: a structure does not fit the scenario.
    """
    found = alternatives(scenario, choices)
    ends = ends_of(scenario, found)
    first = replications + CHOSEN_ON
    planned = first + (replications if ends.scenarios else 0)
    asked = dict(names_of(found))
    compared = compare(
        asked, reference="today", replications=replications, seed=seed, executor=executor, should_stop=should_stop,
        on_progress=None if on_progress is None else lambda done, _: on_progress(done, planned),
        static_gap=_no_gap, replicate=replicate_figures,
    )
    presets = [option for option in found.options if option.structure]
    values: dict[str, list[Floats]] = {option.name: [] for option in presets}
    further = range(replications, first if compared.finished else replications)
    for number_done, runs in replicate_figures([option.scenario for option in presets], further, seed, executor):
        if should_stop is not None and should_stop():
            break
        for option, (measures, _) in zip(presets, runs, strict=True):
            values[option.name].append(np.array([measures.get(metric) for metric in compared.headline]))
        if on_progress is not None:
            on_progress(number_done + 1, planned)
    chosen_on = len(next(iter(values.values())))
    best = _best(values, compared.headline) if chosen_on else {}
    if chosen_on == CHOSEN_ON and ends.scenarios:
        both, rows = [one for pair in ends.scenarios.values() for one in pair], []
        metrics = (*compared.headline, "cost")
        for number_done, runs in replicate_figures(both, range(replications), seed, executor):
            if should_stop is not None and should_stop():
                break
            rows.append([[measures.get(metric) for metric in metrics] for measures, _ in runs])
            if on_progress is not None:
                on_progress(first + number_done + 1, planned)
        ends = with_values(ends, metrics, rows) if len(rows) == replications else ends
    return Weighed(found, compared, best, chosen_on, ends, CHOSEN_ON)


def _best(values: dict[str, list[Floats]], metrics: Sequence[str]) -> dict[str, str]:
    """The structure with the best mean of each metric; a figure that is not reached is worse than any that is."""
    best = {}
    for k, metric in enumerate(metrics):
        sign = -1.0 if METRICS[metric].better == "higher" else 1.0
        means = {}
        for name, rows in values.items():
            column = np.array([row[k] for row in rows])
            column = sign * column[~np.isnan(column)]
            if column.size:
                # Futures in which it is not reached come first, then the mean of the others.
                reached = column[np.isfinite(column)]
                means[name] = (int(column.size - reached.size), float(reached.mean()) if reached.size else np.inf)
        if means:
            best[metric] = min(means, key=lambda name: means[name])
    return best


def _no_gap(_: Scenario) -> dict[str, float]:
    """The static gap takes longer than it is worth here."""
    return {}


def _per_thousand(
    kind: str, effect: tuple[float, float, float], cost: tuple[float, float, float], unit: str
) -> str:
    """The effect for each £1,000 a year in words; bounds from the corners of both intervals: rather too wide."""
    if kind == "practically the same":
        return "no effect that matters"
    if kind not in ("better", "worse") or not np.isfinite(effect).all() or not np.isfinite(cost).all():
        return "cannot tell"
    if unit == "GBP":
        return "the cost is in the figure"
    if cost[1] <= 0.0:
        return "saves money" if cost[2] < 0.0 else "no cost known to set it against"
    corners = [1000.0 * e / c for e in effect[1:] for c in cost[1:]]
    low, high, mean = min(corners), max(corners), 1000.0 * effect[0] / cost[0]
    factor, words = (100.0, "points") if unit == "share" else (1.0, unit)
    digits = 1 - math.floor(math.log10(abs(factor * mean)))
    shown = [f"{factor * x:+.{max(0, digits)}f}" for x in (mean, low, high)]
    return f"{shown[0]} ({shown[1]} to {shown[2]}) {words}"


def _with_amount(row: pd.Series[Any], *, alone: bool = False, amount: bool = True) -> str:
    """An option within a sentence, with its mean effect and interval; alone with the unit, else one of a list."""
    label = str(row["option"])
    label = label if label.startswith("AI") else label[:1].lower() + label[1:]
    if not amount or not np.isfinite([row["difference"], row["low"], row["high"]]).all():
        return label
    shown = with_interval(row["difference"], row["low"], row["high"], row["unit"], signed=True)
    return f"{label}, {shown} {unit_words(row['unit'], signed=True)}".rstrip() if alone else f"{label} {shown}"


def _range_words(ends: tuple[float, float] | None) -> str:
    """What an option costs at the ends of what is assumed about it."""
    return f"{_pounds(ends[0])} to {_pounds(ends[1])} {OVER}" if ends is not None else ""


def _pounds(value: float) -> str:
    """Pounds to the nearest hundred."""
    shown = round(value, -2)
    return f"{'-' if shown < 0 else ''}£{abs(shown):,.0f}"
