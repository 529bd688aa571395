"""What an explanation says, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opmodel.comparison.verdicts import UNDER_ASSUMPTIONS
from opmodel.explanation.causes import CAUSES
from opmodel.wording import figure, with_interval

if TYPE_CHECKING:
    import pandas as pd

    from opmodel.explanation.study import Explanation

#: How the answer says each cause.
SAID = {
    "touch": "{} are work", "queue": "{} wait because no one is free", "skill": "{} wait for a skill nobody has",
    "hand_off": "{} pass in handing it over", "gate": "{} wait for the governance board",
    "requester": "{} wait for the requester", "away": "{} wait for a person who is away", "rework": "{} are rework",
    "before": "{} had passed before the study began",
}
#: Causes named in the answer; the rest are summed.
NAMED = 4


def answer(found: Explanation) -> list[str]:
    """Working days of an average delivered request by cause, a sentence for each duty; then what they leave out."""
    table, n = found.times(), found.replications
    futures = f"{n} simulated futures" if n > 1 else "one simulated future, which gives no interval"
    said = []
    for duty in ("discretionary", "statutory"):
        rows = table[table["duty"] == duty]
        if not rows.empty:
            said.append(_sentence(rows, duty))
    if not said:
        return [f"No request was delivered in {futures}, {UNDER_ASSUMPTIONS}"]
    beside = "; ".join(_beside(found, duty) for duty in dict.fromkeys(found.left_out()["duty"]))
    return [*said, f"That leaves out what was not delivered: {beside}. Means of {futures}, {UNDER_ASSUMPTIONS}"]


def _beside(found: Explanation, duty: str) -> str:
    """Which requests the days leave out."""
    table = found.left_out()
    rows = table[table["duty"] == duty].to_dict("records")
    shares = (f"{figure(row['mean'], 'share')} {row['metric'].replace('_', ' ')}" for row in rows)
    return f"of {duty} requests " + " and ".join(shares)


def _sentence(rows: pd.DataFrame, duty: str) -> str:
    lead = rows[rows["cause"] == "lead"].iloc[0]
    parts = rows[rows["cause"].isin(list(CAUSES))]
    ordered = parts.sort_values("mean", ascending=False, kind="stable")
    first = parts[parts["cause"] == "touch"].to_dict("records")
    others = [row for row in ordered.to_dict("records") if row["cause"] != "touch" and row["mean"] >= 0.05]
    named = [*first, *others[: NAMED - 1]]
    words = [SAID[row["cause"]].format(f"{row['mean']:.1f}") for row in named]
    rest = sum(row["mean"] for row in others[NAMED - 1 :])
    if rest > 0.05:
        words.append(f"{rest:.1f} have other causes")
    total = with_interval(lead["mean"], lead["low"], lead["high"], "working days")
    joined = words[0] if len(words) == 1 else ", ".join(words[:-1]) + " and " + words[-1]
    return f"Of an average delivered {duty} request's {total} working days, {joined}."

