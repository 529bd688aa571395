"""Tables to put beside the charts of one structure: the same figures, in words."""

from __future__ import annotations

import pandas as pd

from opmodel.charts.why import FAMILIES, duties_of, hanging_words, skill_words
from opmodel.charts.why_flow import AREAS, place_words
from opmodel.charts.why_shapes import spoken
from opmodel.explanation.words import worded
from opmodel.wording import with_interval

#: Places shown for each quarter.
FIRST = 2


def _words(table: pd.DataFrame, unit: str) -> pd.DataFrame:
    return table.assign(words=[worded(row, unit) for row in table.to_dict("records")])


def time_table(times: pd.DataFrame, left_out: pd.DataFrame) -> pd.DataFrame:
    """Working days by cause and what they mean, lead time last, then what they leave out."""
    table = _words(times, "working days")
    order = list(dict.fromkeys(table["label"]))
    wide = table.pivot(index="label", columns="duty", values="words").loc[order, duties_of(table)]
    wide["meaning"] = table.drop_duplicates("label").set_index("label")["meaning"]
    beside = _words(left_out, "share")
    named = {"unfinished": "unfinished (share of those raised)", "not_served": "not served (share of the potential)"}
    meant = {"unfinished": "still open at the end", "not_served": "abandoned, or never raised"}
    for metric in named:
        rows = beside[beside["metric"] == metric].set_index("duty")["words"]
        if len(rows):
            said = {duty: rows.get(duty, "") for duty in duties_of(table)}
            wide.loc[named[metric]] = {**said, "meaning": meant[metric]}
    return wide.rename_axis(index="working days by cause", columns=None)


def utilisation_table(utilisation: pd.DataFrame) -> pd.DataFrame:
    """Utilisation by group of three posts or more."""
    table = _words(utilisation, "share")
    names = [row["name"] if row["family"] == "team" else spoken(row["name"]) for row in table.to_dict("records")]
    kinds = {"all": "all", **{family: title.removeprefix("By ") for family, title in FAMILIES.items()}}
    return table.assign(group=names, by=table["family"].map(kinds), utilisation=table["words"])[
        ["by", "group", "posts", "utilisation"]
    ]


def spread_table(spread: pd.DataFrame) -> pd.DataFrame:
    """Posts by band of utilisation."""
    table = _words(spread, "posts")
    rows, columns = list(dict.fromkeys(table["name"])), list(dict.fromkeys(table["band"]))
    return table.pivot(index="name", columns="band", values="words").loc[rows, columns].rename_axis(
        index="team", columns=None
    )


def bottleneck_table(bottlenecks: pd.DataFrame) -> pd.DataFrame:
    """The places where most work waited in each quarter."""
    ordered = bottlenecks[bottlenecks["mean"] > 0.0].sort_values("mean", ascending=False, kind="stable")
    table = ordered.groupby("period", sort=False).head(FIRST)
    periods = list(dict.fromkeys(bottlenecks["period"]))
    table = table.assign(at=table["period"].map(periods.index)).sort_values(["at", "mean"], ascending=[True, False])
    rows = table.to_dict("records")
    return table.assign(
        weeks=table["period"], where=[place_words(row, " · ") for row in rows],
        **{
            "tasks waiting on average": [
                with_interval(row["queue"], row["queue_low"], row["queue_high"], "tasks") for row in rows
            ],
            "first in": [f"{row['top']} of {row['n']} futures" for row in rows],
        },
    )[["weeks", "where", "tasks waiting on average", "first in"]]


def age_table(ages: pd.DataFrame, duty: str) -> pd.DataFrame:
    """Open requests of one duty by age at each moment."""
    table = _words(ages[ages["duty"] == duty], "requests")
    table = table.assign(row=table["band"], column="week " + table["week"].astype(str))
    rows, columns = list(dict.fromkeys(table["row"])), list(dict.fromkeys(table["column"]))
    return table.pivot(index="row", columns="column", values="words").loc[rows, columns].rename_axis(
        index="age, working days", columns=None
    )


def flow_table(flow: pd.DataFrame, weeks: list[int]) -> pd.DataFrame:
    """Requests raised and what has become of them by the end of some weeks."""
    named = {"raised": "raised", **AREAS}
    table = _words(flow[flow["week"].isin(weeks) & flow["series"].isin(named)], "requests")
    table = table.assign(row=table["series"].map(named), column="week " + table["week"].astype(str))
    columns = [f"week {week}" for week in sorted(set(table["week"]))]
    return table.pivot(index="row", columns="column", values="words").loc[list(named.values()), columns].rename_axis(
        index="requests", columns=None
    )


def cycle_table(percentiles: pd.DataFrame) -> pd.DataFrame:
    """Percentiles of cycle times."""
    table = _words(percentiles, "working days")
    table = table.assign(column=[f"{p[1:]} % within, working days" for p in table["percentile"]])
    columns = list(dict.fromkeys(table["column"]))
    return table.pivot(index="duty", columns="column", values="words").loc[duties_of(table), columns].rename_axis(
        index="requests", columns=None
    )


def single_point_table(single: pd.DataFrame) -> pd.DataFrame:
    """Every skill that hangs on one post, most exposed first."""
    rows = single.to_dict("records")
    return pd.DataFrame({
        "skill": [skill_words(row) for row in rows],
        "hangs on one post in": [hanging_words(row) for row in rows],
        "posts that can do it": [f"{row['reach']} within reach, {row['organisation']} anywhere" for row in rows],
        "their work together": [worded(row, "share") if row["n"] else "not shown" for row in rows],
    })
