"""Charts of one structure: where time goes, who is busy, what hangs on one post.

The tables are those of :class:`opmodel.explanation.Explanation`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from opmodel.charts.reading import DUTIES
from opmodel.charts.why_shapes import labelled_bars, shades, spoken
from opmodel.explanation.busyness import BAND_NAMES
from opmodel.explanation.causes import AGAIN, WAIT, WORK
from opmodel.explanation.words import worded
from opmodel.wording import listed

if TYPE_CHECKING:
    import altair as alt
    import pandas as pd

#: Families of groups, and what their chart is called.
FAMILIES = {"team": "By team", "role": "By role", "skill": "By skill"}
#: Skills that hang on one post drawn at most; the table has all.
DRAWN = 8
#: Days below which a cause is not drawn.
NOTHING = 0.005


def duties_of(table: pd.DataFrame) -> list[str]:
    """Duties of which requests were delivered, discretionary first."""
    return [duty for duty in reversed(DUTIES) if (table["duty"] == duty).any()]


def time_by_cause(times: pd.DataFrame, duty: str) -> alt.LayerChart:
    """Working days of an average delivered request by cause, with 95 % intervals; causes of no time are left out.

    Args:
        times: duty, cause, label, kind, mean, low, high.
        duty: ``statutory`` or ``discretionary``.
    """
    mine = times[times["duty"] == duty]
    table = mine[(mine["cause"] != "lead") & (mine["mean"] > NOTHING)].sort_values("mean", ascending=False)
    words = [worded(row, "working days") for row in table.to_dict("records")]
    table = table.assign(words=words, label=[f"{a} · {b}" for a, b in zip(table["label"], words, strict=True)])
    lead = mine[mine["cause"] == "lead"].iloc[0]
    return labelled_bars(
        table, "working days", 1.05 * _end(table), kinds=(WORK, WAIT, AGAIN),
        heading=f"{duty.capitalize()}: {worded(lead, 'working days')} working days",
    )


def time_takeaway(times: pd.DataFrame, duty: str) -> str:
    """Lead time of a delivered request and what it consists of."""
    mine = times[times["duty"] == duty]
    rows = mine[mine["mean"] > NOTHING].sort_values("mean", ascending=False).to_dict("records")
    said = "; ".join(f"{row['label']} {worded(row, 'days')}" for row in rows if row["cause"] != "lead")
    lead = next(row for row in rows if row["cause"] == "lead")
    return f"{DUTIES[duty]}, mean lead time {worded(lead, 'days')} working days: {said}."


def utilisation_bars(utilisation: pd.DataFrame, family: str) -> alt.LayerChart:
    """Share of time on duty with a task in hand, with 95 % intervals, for groups of three posts or more.

    Args:
        utilisation: family, name, posts, mean, low, high.
        family: ``team``, ``role`` or ``skill``.
    """
    return labelled_bars(
        _busy(utilisation, family), "share of time on duty with a task in hand", 1.0, percent=True,
        heading=FAMILIES[family],
    )


def utilisation_takeaway(utilisation: pd.DataFrame, family: str) -> str:
    """The busiest and the least busy group."""
    table = _busy(utilisation, family)
    if table.empty:
        return f"{FAMILIES[family]}: no group has three posts."
    most, least = table.iloc[0], table.iloc[-1]
    if len(table) == 1:
        return f"Utilisation {FAMILIES[family].lower()}: {most['name']} {most['words']}."
    return (
        f"Utilisation {FAMILIES[family].lower()}: busiest {most['name']}, {most['words']}; least busy "
        f"{least['name']}, {least['words']}."
    )


def families_of(utilisation: pd.DataFrame) -> list[str]:
    """Families that have a group of three posts or more."""
    return [family for family in FAMILIES if (utilisation["family"] == family).any()]


def spread_shades(spread: pd.DataFrame) -> alt.LayerChart:
    """How many posts of each team are how busy, teams of three posts or more.

    Args:
        spread: name, band, posts, mean, low, high.
    """
    table = _posts(spread)
    return shades(table, list(dict.fromkeys(table["row"])), _bands(), "utilisation, %")


def spread_takeaway(spread: pd.DataFrame) -> str:
    """Posts that hardly have a free moment, and those with much free time."""
    table = _posts(spread)
    if table.empty:
        return "Fewer than three posts: nothing is shown."
    first = table[table["row"] == table["row"].iloc[0]].to_dict("records")
    most, least = first[-1], first[0]
    return (
        f"Of {first[0]['posts']} posts, {most['words']} are busy for 90 % of their time on duty or more, "
        f"{least['words']} for less than 60 %."
    )


def drawn(single: pd.DataFrame) -> pd.DataFrame:
    """Skills of which three lone holders or more are told together; of fewer no share of the work is known."""
    return single[single["n"] > 0].sort_values("mean", ascending=False, kind="stable").head(DRAWN)


def single_point_bars(single: pd.DataFrame) -> alt.LayerChart:
    """What hangs on one post in three teams or more: the share of the work on each skill that these posts do together.

    Args:
        single: skill, level, teams, small, posts, mean, low, high, n.
    """
    table = drawn(single)
    rows = table.to_dict("records")
    table = table.assign(
        label=[skill_words(row) for row in rows],
        words=[f"{worded(row, 'share')} by {row['posts']} posts, each alone in its team" for row in rows],
    )
    return labelled_bars(
        table, "share of all days worked on the skill", 1.0, lines=("label", "words"), percent=True
    )


def single_point_takeaway(single: pd.DataFrame) -> str:
    """Which skills hang on one post, in the organisation or in teams."""
    if single.empty:
        return "No skill that requests need hangs on one post, neither in the organisation nor in any team."
    rows, said = single.to_dict("records"), []
    for holders, who in enumerate(("Nobody", "One post")):
        skills = [skill_words(row) for row in rows if row["organisation"] == holders]
        if skills:
            said.append(f"{who} in the whole organisation has {', '.join(skills)}.")
    teams = [f"{skill_words(row)} hangs on one post in {hanging_words(row)}" for row in rows if row["posts"]]
    if teams:
        said.append(f"In teams: {'; '.join(teams)}.")
    return " ".join(said)


def skill_words(row: Any) -> str:
    """A skill, with its level where a task needs more than working level."""
    level = "" if row["level"] in ("awareness", "working") else f" ({row['level']})"
    return f"{spoken(row['skill'])}{level}"


def hanging_words(row: Any) -> str:
    """Where a skill hangs on one post: teams by name, those of fewer than three posts by their number only."""
    if row["organisation"] <= 1:
        return "the whole organisation" if row["organisation"] else "the whole organisation: nobody has it"
    some: list[str] = list(row["teams"])
    if row["small"]:
        some.append(f"{row['small']} team{'s' * (row['small'] > 1)} of fewer than three posts")
    return listed(some)


def _end(table: pd.DataFrame) -> float:
    return max(1e-6, float(table["high"].fillna(table["mean"]).max())) if len(table) else 1.0


def _busy(utilisation: pd.DataFrame, family: str) -> pd.DataFrame:
    table = utilisation[utilisation["family"] == family].sort_values("mean", ascending=False, kind="stable")
    rows = table.to_dict("records")
    words = [worded(row, "share") for row in rows]
    names = [spoken(row["name"]) if family != "team" else row["name"] for row in rows]
    labels = [f"{n} · {w}, {row['posts']} posts" for n, w, row in zip(names, words, rows, strict=True)]
    return table.assign(name=names, words=words, label=labels)


def _bands() -> list[str]:
    """Bands of utilisation, as short as a narrow screen needs."""
    return [
        name.replace("below ", "< ").replace(" to ", "–").replace(" and over", "+").replace(" %", "")
        for name in BAND_NAMES
    ]


def _posts(spread: pd.DataFrame) -> pd.DataFrame:
    rows = spread.to_dict("records")
    short = dict(zip(BAND_NAMES, _bands(), strict=True))
    return spread.assign(
        row=spread["name"], column=[short[row["band"]] for row in rows],
        label=[f"{row['mean']:.1f}" for row in rows], words=[worded(row, "posts") for row in rows],
    )
