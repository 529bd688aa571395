"""Whether what the organisation wants is reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from opmodel.comparison.intervals import estimate, half_width
from opmodel.metrics.catalogue import METRICS

if TYPE_CHECKING:
    from opmodel.comparison.study import Comparison
    from opmodel.scenario.scenario import Scenario

#: Metric that each target is about.
TARGET_METRICS: dict[str, str] = {
    "in_time_rate": "in_time_statutory",
    "backlog": "backlog",
    "backlog_days": "backlog_days",
    "lead_time": "lead_time_p50_discretionary",
}


def targets(found: Comparison) -> pd.DataFrame:
    """One row per scenario and target it states: met, not met or uncertain.

    Judged by the mean's 95 % interval, all rows holding together: met if the whole of it is on the wanted side, not
    met if none of it, uncertain otherwise; ``met_in`` of ``n`` simulated futures reach the target. A figure that no
    future reaches misses its target; one that only some reach is uncertain.
    """
    stated = [target for s in found.scenarios.values() for target in TARGET_METRICS if _wanted(s, target) is not None]
    rows = []
    for name, scenario in found.scenarios.items():
        for target, metric in TARGET_METRICS.items():
            wanted = _wanted(scenario, target)
            if wanted is None:
                continue
            values = found.gathered.column(name, metric)
            means = estimate(values[:, None])
            half = float(half_width(means, family=len(stated), widened=found.widened)[0])
            mean, n = float(means.mean[0]), int(means.n[0])
            higher = METRICS[metric].better == "higher"
            margin = (mean - wanted) if higher else (wanted - mean)
            if means.unreached[0]:
                state = "not met" if means.unreached[0] == n else "uncertain"
            elif n > 1 and margin - half >= 0.0:
                state = "met"
            elif n > 1 and margin + half < 0.0:
                state = "not met"
            else:
                state = "uncertain"
            with np.errstate(invalid="ignore"):
                met = int(((values >= wanted) if higher else (values <= wanted)).sum())
            finite = np.isfinite(half)
            ends = METRICS[metric].bounded(mean - half, mean + half) if finite else (np.nan, np.nan)
            rows.append((name, target, metric, float(wanted), mean, *ends, met, n, state))
    columns = ["scenario", "target", "metric", "wanted", "mean", "low", "high", "met_in", "n", "state"]
    return pd.DataFrame(rows, columns=columns)


def _wanted(scenario: Scenario, target: str) -> float | None:
    wanted: float | None = getattr(scenario.targets, target)
    return wanted
