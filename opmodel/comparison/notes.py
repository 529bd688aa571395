"""What a reader must know beside the verdicts: open verdicts at the cap, a short warm-up, flagged deliveries."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from opmodel.comparison.verdicts import display_name
from opmodel.records import Floats

if TYPE_CHECKING:
    from opmodel.comparison.study import Comparison

#: Share of deliveries flagged after the last rework pass above which a study warns.
FLAGGED = 0.001
#: Weeks in a batch of MSER-5.
BATCH = 5


def notes(found: Comparison) -> list[str]:
    """Sentences of warning, none if there is nothing to warn of."""
    return [*_stopped(found), *_open_at_cap(found), *_flagged(found), *_warm_up(found)]


def _stopped(found: Comparison) -> list[str]:
    if found.finished:
        return []
    return [
        f"The study was stopped after {found.replications} replications, before its planned end. Its intervals and "
        "verdicts would hold only if that number had been fixed beforehand: treat them as a first look."
    ]


def _open_at_cap(found: Comparison) -> list[str]:
    still = sum(v.kind == "cannot tell yet" for v in found.verdicts)
    if not (found.automatic and still):
        return []
    return [f"After {found.replications} replications {still} verdicts cannot be told yet."]


def _flagged(found: Comparison) -> list[str]:
    table = found.summary()
    rows = table[(table["metric"] == "flagged") & (table["group"] == "all") & (table["mean"] > FLAGGED)]
    return [
        f"{display_name(str(row['scenario']))}: {100 * float(row['mean']):.1f} % of the deliveries were flagged, "
        "because another rework pass was due after the last one allowed; raise standards.rework_max."
        for row in rows.to_dict("records")
    ]


def _warm_up(found: Comparison) -> list[str]:
    out = []
    for name, scenario in found.scenarios.items():
        if scenario.study.kind != "steady_state":
            continue
        table = found.series()
        backlog = table[(table["scenario"] == name) & (table["series"] == "backlog")].sort_values("week")
        weeks = mser5(backlog["mean"].to_numpy(float))
        if weeks > scenario.study.warm_up_weeks:
            out.append(
                f"{display_name(name)}: the backlog still drifts after the warm-up of "
                f"{scenario.study.warm_up_weeks} weeks; MSER-5 would cut {weeks}."
            )
    return out


def mser5(series: Floats) -> int:
    """Weeks to cut at the start by the marginal standard error rule in batches of five.

    The cut that makes the standard error of the mean of the rest smallest; cuts beyond half of the
    series are not considered (White, Cobb and Spratt, 2000, Proceedings of the Winter Simulation
    Conference).
    """
    batches = series[: series.size // BATCH * BATCH].reshape(-1, BATCH).mean(axis=1)
    if batches.size < 4:
        return 0
    errors = [batches[d:].var() / (batches.size - d) for d in range(batches.size // 2 + 1)]
    return BATCH * int(np.argmin(errors))
