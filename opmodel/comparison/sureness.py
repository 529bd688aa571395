"""How sure a choice of structure is, in words and in tables: what an assumption study says to those who decide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opmodel.comparison.intervals import wilson
from opmodel.comparison.measuring import how_to_measure
from opmodel.comparison.resting import amount, in_words, unit_at
from opmodel.comparison.verdicts import display_name, threshold
from opmodel.metrics.catalogue import METRICS
from opmodel.wording import listed

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from opmodel.comparison.assumptions import Assumptions
    from opmodel.scenario.quantity import Parameter
    from opmodel.scenario.scenario import Scenario


def best_sentence(found: Assumptions, metric: str) -> str:
    """Which structure is best most often over the assumptions, and what changes that most.

    Args:
        found: the study.
        metric: a headline metric that the study has.
    """
    judged = f"judged by {METRICS[metric].label}"
    counts, sets = found.best_in(metric)
    if not sets or not any(counts.values()):
        return f"Over {found.sets} sets of assumptions no structure is clearly best, {judged}."
    usual = max(counts, key=lambda name: counts[name])
    low, high = wilson(counts[usual], sets)
    none = found.open_in(metric)
    said = (
        f"Over {sets} sets of assumptions, each with {found.own_futures}, {display_name(usual)} is best in "
        f"{100 * counts[usual] / sets:.0f} % ({100 * low:.0f} to {100 * high:.0f} %)"
        + (f" and no structure is clearly best in {100 * none / sets:.0f} %" if none else "") + f", {judged}"
    )
    others = sum(counts.values()) - counts[usual]
    beyond, maybe = ([c for c in some if c.metric == metric] for some in (found.changes, found.hints))
    if beyond:
        return f"{said}; what changes the winner most is '{in_words(beyond[0].parameter)}'."
    if not others:
        return f"{said}; in none of them does another structure win."
    if not maybe:
        return f"{said}; another structure wins in too few sets ({others}) to say what changes the winner."
    return (
        f"{said}; no single assumption changes the winner beyond chance in these sets, the strongest hint is "
        f"'{in_words(maybe[0].parameter)}'."
    )


def undecided(found: Assumptions, metric: str) -> str:
    """How many sets name no winner, and how many were moved to make sense; empty if neither."""
    _, sets = found.best_in(metric)
    said = []
    if none := found.open_in(metric):
        lead = threshold(found.matters.get(metric, 0.0), METRICS[metric])
        said.append(
            f"In {none} of {sets} sets no structure is clearly best: the best two are less than the {lead} that "
            "matters apart, or none gets there within the study."
        )
    if found.sets > sets:
        said.append(f"In {found.sets - sets} sets there was nothing to compare.")
    if found.clipped:
        said.append(f"The draws of {found.clipped} sets were moved towards the base values to make valid scenarios.")
    return " ".join(said)


def studied(found: Mapping[str, Scenario], chosen: bool) -> str:
    """Which structures an assumption study is of.

    Args:
        found: the structures by name.
        chosen: whether the visitor compares scenarios of their own choice elsewhere.
    """
    names = [display_name(name) for name in found]
    said = f"Studied here are the structures of this one scenario: {listed(names)}."
    return said + (
        " The scenarios chosen on 'Compare structures' are not: what is said here does not speak of them."
        if chosen else ""
    )


def switching(found: Assumptions, scenarios: dict[str, Scenario], metric: str) -> pd.DataFrame:
    """Assumptions that change the winner of a metric, and those that may, the most influential first.

    Returns:
        sure (whether the influence is beyond chance), path, name, meaning, base, switches ("above about 3 working
        days"), winner, correct (share of sets that the threshold classifies correctly; guessing: 0.5), how (how to
        measure it), base_value, value, low, high.
    """
    import pandas as pd

    from opmodel.scenario.changes import parameters
    from opmodel.scenario.values import values

    known: dict[str, Parameter] = {}
    meaning: dict[str, str] = {}
    for scenario in scenarios.values():
        known = parameters(scenario) | known
        meaning = {value.path: value.meaning for value in values(scenario)} | meaning
    rows = []
    for change in (*found.changes, *found.hints):
        if change.metric != metric:
            continue
        unit = unit_at(change.parameter, known[change.parameter])
        rows.append((
            change in found.changes, change.parameter, in_words(change.parameter), meaning.get(change.parameter, ""),
            amount(change.base, unit), f"{'above' if change.above else 'below'} about {amount(change.value, unit, 2)}",
            display_name(change.winner), change.correct, how_to_measure(change.parameter), change.base, change.value,
            known[change.parameter].low, known[change.parameter].high,
        ))
    columns = [
        "sure", "path", "name", "meaning", "base", "switches", "winner", "correct", "how", "base_value", "value", "low",
        "high",
    ]
    return pd.DataFrame(rows, columns=columns)
