"""What an explanation says, in words."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from opmodel.comparison.verdicts import UNDER_ASSUMPTIONS
from opmodel.explanation.causes import CAUSES
from opmodel.explanation.traces import Gathered
from opmodel.wording import figure, listed

if TYPE_CHECKING:
    import pandas as pd

#: How the answer says each cause.
SAID = {
    "touch": "{} are work", "queue": "{} wait because no one is free", "skill": "{} wait for a skill nobody has",
    "hand_off": "{} pass in handing it over", "gate": "{} wait for the governance board",
    "requester": "{} wait for the requester", "away": "{} wait for a person who is away", "rework": "{} are rework",
    "before": "{} had passed before the study began",
}
#: Causes named in the answer.
NAMED = 4


def worded(row: Any, unit: str) -> str:
    """Mean and interval of a row of a table; what never happened needs none.

    Its upper half says how many decimals the mean bears: the lower may end at nought.
    """
    mean, low, high = float(row["mean"]), float(row["low"]), float(row["high"])
    if mean == 0.0 and not high > 0.0:
        return figure(0.0, unit).replace(".0", "")
    if not all(map(math.isfinite, (mean, low, high))):
        return figure(mean, unit)
    said, *ends = (figure(value, unit, high - mean) for value in (mean, low, high))
    return f"{said} ({ends[0].removesuffix(' %')} to {ends[1]})"


def answer(found: Gathered) -> list[str]:
    """Working days of an average delivered request by cause, a sentence for each duty; then what they leave out."""
    from opmodel.explanation.tables import left_out, times

    table, n, beyond = times(found), found.replications, left_out(found)
    futures = f"{n} simulated futures" if n > 1 else "one simulated future, which gives no interval"
    said = []
    for duty in ("discretionary", "statutory"):
        rows = table[table["duty"] == duty]
        if not rows.empty:
            said.append(_sentence(rows, duty))
    if not said:
        return [f"No request was delivered in {futures}, {UNDER_ASSUMPTIONS}"]
    beside = "; ".join(_beside(beyond, duty) for duty in dict.fromkeys(beyond["duty"]))
    return [*said, f"That leaves out what was not delivered: {beside}. Means of {futures}, {UNDER_ASSUMPTIONS}"]


def _beside(left_out: pd.DataFrame, duty: str) -> str:
    """Which requests the days leave out."""
    rows = left_out[left_out["duty"] == duty].to_dict("records")
    shares = (f"{worded(row, 'share')} {row['metric'].replace('_', ' ')}" for row in rows)
    return f"of {duty} requests " + " and ".join(shares)


def _sentence(rows: pd.DataFrame, duty: str) -> str:
    lead = rows[rows["cause"] == "lead"].iloc[0]
    parts = rows[rows["cause"].isin(list(CAUSES))]
    ordered = parts.sort_values("mean", ascending=False, kind="stable")
    first = parts[parts["cause"] == "touch"].to_dict("records")
    others = [row for row in ordered.to_dict("records") if row["cause"] != "touch" and row["mean"] >= 0.05]
    named = [*first, *others[: NAMED - 1]]
    words = [SAID[row["cause"]].format(worded(row, "working days")) for row in named]
    joined = listed(words)
    rest = "; the rest has other causes" * (len(others) >= NAMED)
    return f"Of an average delivered {duty} request's {worded(lead, 'working days')} working days, {joined}{rest}."

