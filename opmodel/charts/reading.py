"""What charts, and the tables beside them, read off the tables of a comparison."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from opmodel.metrics.catalogue import METRICS
from opmodel.wording import figure, unit_words, with_interval

if TYPE_CHECKING:
    import pandas as pd

DUTIES = {"statutory": "Statutory requests", "discretionary": "Discretionary requests"}
#: Said beside lead times, because they say nothing of these requests.
LEFT_OUT = ("unfinished", "not_served")


def structures(table: pd.DataFrame) -> pd.DataFrame:
    """A table with a column of names as people write them."""
    return table.assign(structure=table["scenario"].str.replace("_", "-"))


def spoken(name: str) -> str:
    """A skill, type or structure as people say it."""
    return name.replace("_", " ")


def names_of(table: pd.DataFrame) -> list[str]:
    """The structures of a table, in its order."""
    return list(dict.fromkeys(table["structure"]))


def figures(summary: pd.DataFrame, metrics: Sequence[str], family: str = "all") -> pd.DataFrame:
    """Some metrics of a summary, a row for each structure and member of a family of groups.

    Intervals are those that hold together where there are any; ``end`` is their upper end, or the mean,
    and ``words`` says mean and interval.
    """
    group = summary["group"]
    inside = group == "all" if family == "all" else group.str.startswith(f"{family}=")
    table = structures(summary[inside & summary["metric"].isin(metrics)])
    table = table.assign(
        row=table["group"].str.partition("=")[2].map(spoken),
        low=table["joint_low"].fillna(table["low"]),
        high=table["joint_high"].fillna(table["high"]),
    )
    words = [words_of(row) for row in table.to_dict("records")]
    return table.assign(end=table["high"].fillna(table["mean"]), words=words).reset_index(drop=True)


def figures_table(
    summary: pd.DataFrame, metrics: Mapping[str, str] | Sequence[str], family: str = "all"
) -> pd.DataFrame:
    """The table to put beside a chart: a row for each structure, mean and interval of each metric in words.

    Args:
        summary: of a comparison.
        metrics: names of metrics, or their headings by name.
        family: of groups; anything but ``all`` gives a row for each member and a column for each structure.
    """
    table = figures(summary, list(metrics), family)
    if family != "all":
        wide = table.pivot(index="row", columns="structure", values="words")
        return wide.loc[list(dict.fromkeys(table["row"])), names_of(table)].rename_axis(index=family, columns=None)
    headings = metrics if isinstance(metrics, Mapping) else {name: METRICS[name].label for name in metrics}
    wide = table.pivot(index="structure", columns="metric", values="words").loc[names_of(table), list(headings)]
    units = {name: unit_words(METRICS[name].unit) for name in headings}
    shown = {name: f"{label}, {units[name]}" if units[name] else label for name, label in headings.items()}
    return wide.rename(columns=shown).rename_axis(index="structure", columns=None)


def words_of(row: Mapping[Any, Any], unit: str | None = None) -> str:
    """A mean and its interval, or why there is none."""
    if row.get("not_reached"):
        return f"not reached in {row['not_reached']} of {row['n']}"
    return with_interval(row["mean"], row["low"], row["high"], row["unit"] if unit is None else unit)


def listed(table: pd.DataFrame, unit: str | None = None) -> str:
    """Every structure with its mean and interval."""
    return "; ".join(f"{row['structure']} {words_of(row, unit)}" for row in table.to_dict("records"))


def duties(summary: pd.DataFrame, metric: str) -> list[str]:
    """Duties of which there is anything to measure: some scenarios have no statutory requests, some no deadlines.

    Args:
        summary: of a comparison.
        metric: name of a metric without its duty, such as ``in_time``.
    """
    return [duty for duty in DUTIES if (figures(summary, [f"{metric}_{duty}"])["n"] > 0).any()]


def left_out(summary: pd.DataFrame, duty: str) -> pd.DataFrame:
    """What lead times leave out, in words: a row for each structure."""
    import pandas as pd

    tables = {metric: figures(summary, [f"{metric}_{duty}"]) for metric in LEFT_OUT}
    rows = []
    for k, name in enumerate(names_of(tables[LEFT_OUT[0]])):
        said = [
            f"{METRICS[metric].label} {figure(table['mean'].iloc[k], 'share')}" for metric, table in tables.items()
        ]
        rows.append({"structure": name, "label": "\n".join(said)})
    return pd.DataFrame(rows)
