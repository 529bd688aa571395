"""The answer of a comparison in a sentence or two: what a reader should know before any figure."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from opmodel.comparison.gains import offered_by
from opmodel.comparison.verdicts import UNDER_ASSUMPTIONS, Verdict, display_name, verdict
from opmodel.metrics.catalogue import METRICS
from opmodel.wording import listed, unit_words, with_interval

if TYPE_CHECKING:
    from opmodel.comparison.study import Comparison

#: Kinds of verdict in the order in which they are told, with their words.
TOLD = {
    "better": "better in {}", "worse": "worse in {}", "practically the same": "practically the same in {}",
    "cannot tell yet": "not to be told yet in {}",
}
#: More figures than this are counted, not listed.
LISTED = 2


def answer(found: Comparison) -> list[str]:
    """Which structures gain without losing anything, then each in how many headline figures it is better or worse."""
    losing = _losing(found)
    return [_without_loss(found, losing), *(_sentence(found, name, losing) for name in found.others)]


def _losing(found: Comparison) -> dict[str, str]:
    """Structures under which directorates lose in a service metric, with how many do: no headline figure shows it."""
    import pandas as pd

    offered = offered_by(found)
    if not offered:
        return {}
    table, said = pd.concat([found.gains(metric) for metric in offered]), {}
    for name, rows in table.groupby("scenario", sort=False):
        lose = rows.loc[rows["state"] == "loses", "directorate"].nunique()
        if lose:
            of = rows["directorate"].nunique()
            said[str(name)] = f"{lose} of {of} directorates {'loses' if lose == 1 else 'lose'} in something"
    return said


def _without_loss(found: Comparison, losing: dict[str, str]) -> str:
    """The structures that are better in some and worse in no headline figure, as far as this study can tell."""
    kinds = {name: [v.kind for v in found.verdicts if v.scenario == name] for name in found.others}
    for name, of in kinds.items():
        of.append("worse" if _unserved(found, name).kind == "worse" else "practically the same")
    clear = [name for name, of in kinds.items() if "better" in of and "worse" not in of]
    reference = display_name(found.reference)
    if clear:
        shown = [
            _with_figure(found, name) + (f", though {losing[name]}" if name in losing else "") for name in clear
        ]
        see = " (see Who gains and who loses)" if losing.keys() & set(clear) else ""
        said = (
            f"Better than {reference} in something and worse in none of the {len(found.headline)} headline figures, as "
            f"far as can be told: {listed(shown, '; ')}{see}"
        )
    elif any("better" in of for of in kinds.values()):
        said = f"No structure is better than {reference} without being worse in something else"
    elif any("worse" in of for of in kinds.values()):
        said = f"No structure is shown to be better than {reference}"
    else:
        said = f"No structure can be told from {reference} yet"
    return f"{said}, {UNDER_ASSUMPTIONS}"


def _with_figure(found: Comparison, name: str) -> str:
    """A structure, and by how much it is better in the first figure in which it is."""
    first = next(v for v in found.verdicts if v.scenario == name and v.kind == "better")
    if math.isnan(first.difference):
        return display_name(name)
    unit = METRICS[first.metric].unit
    words = with_interval(first.difference, first.low, first.high, unit, signed=True)
    said = f"{METRICS[first.metric].label} {words} {unit_words(unit, signed=True)}".rstrip()
    return f"{display_name(name)} ({said})"


def _sentence(found: Comparison, name: str, losing: dict[str, str]) -> str:
    mine = [v for v in found.verdicts if v.scenario == name]
    parts = []
    for kind, words in TOLD.items():
        labels = [METRICS[v.metric].label for v in mine if v.kind == kind]
        if labels:
            which = f" ({'; '.join(labels)})" if len(labels) <= LISTED else ""
            parts.append(words.format(len(labels)) + which)
    unserved = _unserved(found, name)
    beside = ""
    if unserved.kind == "worse":
        more = with_interval(unserved.difference, unserved.low, unserved.high, "share", signed=True).replace("+", "")
        beside = f"; it leaves {more} points more of the requests unserved"
    if name in losing:
        beside += f"; {losing[name]}"
    return (
        f"Against {display_name(found.reference)}, {display_name(name)} is {listed(parts)} of {len(mine)} headline "
        f"figures{beside}, {UNDER_ASSUMPTIONS}"
    )


def _unserved(found: Comparison, name: str) -> Verdict:
    """Whether more requests are abandoned or never raised: shedding work shortens lead times, which leave these out."""
    column, scenario = found.gathered.column, found.scenarios[found.reference]
    return verdict(
        name, found.reference, "not_served", column(name, "not_served"), column(found.reference, "not_served"),
        float(scenario.differences.in_time_rate), family=max(1, len(found.others)), widened=found.widened,
    )


def assumption_sentence(found: Comparison) -> str:
    """What the ranges of the assumptions do to the first headline figure, or that nobody has asked yet."""
    if found.assumptions is None:
        return (
            "So far this speaks of chance only: how far the ranges of the assumptions would change which structure of "
            "a scenario is best is worked out on the page 'How sure are we'."
        )
    said = found.assumptions.sentences()
    metric = found.headline[0]
    counts, _ = found.assumptions.best_in(metric)
    best = max(counts, key=lambda name: counts[name])
    return f"{METRICS[metric].label.capitalize()}: {said[best, metric]}"


def open_verdicts(found: Comparison) -> int:
    """How many verdicts more replications might tell."""
    return sum(v.kind == "cannot tell yet" and v.more is not None for v in found.verdicts)
