"""Who gains and who loses: the paired difference to the reference, directorate by directorate."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from opmodel.comparison.verdicts import verdict
from opmodel.metrics.catalogue import METRICS

if TYPE_CHECKING:
    from opmodel.comparison.study import Comparison

#: Metrics that say how a directorate is served, in the order in which pages offer them.
SERVICE = (
    "lead_time_p50_discretionary", "lead_time_p85_discretionary", "lead_time_p50_statutory",
    "lead_time_p85_statutory", "in_time_statutory", "in_time_discretionary", "not_served", "throughput",
)
#: What a verdict means for a directorate.
WORDS = {"better": "gains", "worse": "loses"}


def offered_by(found: Comparison) -> list[str]:
    """Metrics by which some directorate can be said to gain or lose: both sides report it."""
    reference = set(found.gathered.keys(found.reference))
    shared = {key for name in found.others for key in reference.intersection(found.gathered.keys(name))}
    measured = {metric for group, metric in shared if group.startswith("directorate=")}
    return [metric for metric in SERVICE if metric in measured]


def gains(found: Comparison, metric: str) -> pd.DataFrame:
    """One row per scenario other than the reference and directorate.

    The intervals hold together over all rows: with nine directorates and three structures one of them would
    otherwise seem to gain or lose by chance alone in most studies.

    Args:
        found: the comparison.
        metric: one that is reported by directorate and has a smallest difference that matters, or a share.

    Returns:
        scenario, directorate, metric, unit, mean, low, high (scenario minus reference), n, state (``gains``,
        ``loses``, ``practically the same`` or ``cannot tell yet``) and the sentence that says so.
    """
    reference = found.reference
    groups = [f"directorate={name}" for name in found.gathered.layouts[reference].directorates]
    shared = {name: set(found.gathered.keys(name)) for name in found.scenarios}
    family = len(found.others) * len(groups)
    rows = []
    for name in found.others:
        for group in groups:
            if (group, metric) not in shared[name]:
                continue
            judged = verdict(
                name, reference, metric, found.gathered.column(name, metric, group),
                found.gathered.column(reference, metric, group), _matters(found, metric),
                family=family, widened=found.widened,
            )
            directorate = group.partition("=")[2]
            rows.append((
                name, directorate, metric, METRICS[metric].unit, judged.difference, judged.low, judged.high, judged.n,
                WORDS.get(judged.kind, judged.kind), f"{directorate}: {judged.sentence}",
            ))
    columns = ["scenario", "directorate", "metric", "unit", "mean", "low", "high", "n", "state", "sentence"]
    return pd.DataFrame(rows, columns=columns)


def _matters(found: Comparison, metric: str) -> float:
    """The smallest difference that matters to one directorate."""
    scenario = found.scenarios[found.reference]
    if METRICS[metric].unit == "share":
        return float(scenario.differences.in_time_rate)
    if metric == "throughput":  # stated for the whole organisation
        return float(scenario.differences.throughput) / max(1, len(scenario.directorates))
    from opmodel.comparison.study import matters

    return matters(scenario, metric)
