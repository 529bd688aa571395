"""The further parts of a hiring plan as tables for people: structures, shadow price, timing, freezes, constraints."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from opmodel.cli.tables import Table
from opmodel.wording import figure, with_interval

if TYPE_CHECKING:
    import pandas as pd

    from opmodel.hiring.plan import HiringPlan
    from opmodel.hiring.weighing.binding import Binding

WIDTH = 100
#: Longest words of a table's first column.
LONGEST = 44
#: Cell of a difference that no future showed.
NONE = "none seen"
Row = Mapping[str, Any]


def details(plan: HiringPlan) -> Iterator[Table]:
    """Every further part there is."""
    yield from _structures(plan)
    yield from _shadow(plan)
    yield from _openings(plan)
    yield from _freezes(plan)
    if plan.binding is not None:
        yield _constraints(plan.binding)


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a table."""
    from opmodel.comparison.document import records

    return records(table)


def wrapped(text: str, first: str = "", then: str = "") -> str:
    """A paragraph no wider than a page."""
    held = text.replace(" %", "\0%")  # a percentage stays on one line
    return textwrap.fill(
        held, WIDTH, initial_indent=first, subsequent_indent=then, break_long_words=False, break_on_hyphens=False
    ).replace("\0%", " %")


def as_list(title: str, said: Iterable[str]) -> str:
    """Sentences under a title."""
    return "\n".join([title, *(wrapped(sentence, "- ", "  ") for sentence in said)])


def short(text: str, longest: int = LONGEST) -> str:
    """Words of a table's cell, cut where they are too long."""
    return text if len(text) <= longest else text[: longest - 1] + "…"


def chance(row: Row, name: str = "chance", confidence: float | None = None) -> str:
    """A chance of a row and its interval."""
    from opmodel.hiring.telling.phrases import chance_interval

    found = (row[name], row[f"{name}_low"], row[f"{name}_high"])
    return chance_interval(found, confidence) if math.isfinite(found[0]) else "not tried"


def mean(row: Row, name: str, unit: str, *, signed: bool = False) -> str:
    """A mean of a row and its interval."""
    return with_interval(row[name], row[f"{name}_low"], row[f"{name}_high"], unit, signed=signed)


def gain(row: Row, name: str, unit: str, *, signed: bool = False) -> str:
    """A difference of a row and its interval, if all futures do not show the same; nothing where none shows any."""
    value, low, high = row[name], row[f"{name}_low"], row[f"{name}_high"]
    if low == high:  # every future shows the same
        return figure(value, unit, signed=signed) if value else ""
    return mean(row, name, unit, signed=signed)


def _structures(plan: HiringPlan) -> Iterator[Table]:
    from opmodel.hiring.telling.phrases import percent, pounds
    from opmodel.hiring.telling.tables import needed

    if not plan.structures:
        return
    rows, same, arranged = [], [], []
    for row in records(needed(plan)):
        if row["arrangement"] == "best" and not row["settings"]:
            same.append(row["structure"].replace("_", "-"))
            continue
        name = f"{row['structure'].replace('_', '-')}, {row['arrangement']}"
        rows.append((
            name, "yes" if row["meets"] else "no", str(row["steps"]), pounds(row["cost"]),
            chance(row, confidence=plan.question.confidence), percent(row["chance_without"]),
        ))
        if row["settings"]:
            arranged.append(f"{name}: {row['settings']}")
    said = [
        "plain: its preset; best: its own best arrangement found, with the same effort for each structure; each team "
        "on fresh futures.",
        *(f"{one}." for one in arranged),
        *([f"As good as any at its preset: {', '.join(same)}."] if same else []),
    ]
    yield Table(
        "What each structure needs to meet the targets",
        ("structure", "meets", "steps", "a year", "chance", "without\nany step"), rows, note=wrapped(" ".join(said)),
    )
    yield from _worth(plan)


def _worth(plan: HiringPlan) -> Iterator[Table]:
    from opmodel.hiring.telling.phrases import pounds
    from opmodel.hiring.telling.tables import worth

    rows = [
        (row["structure"].replace("_", "-"), row["verdict"], *(
            (f"{row['fewer_steps']:+.0f}" if row["fewer_steps"] else "0", pounds(row["saved"]))
            if math.isfinite(row["saved"]) else ("", "")
        ), pounds(row["money"]) if math.isfinite(row["money"]) else "each its own",
            gain(row, "ahead", "share", signed=True) or NONE, str(row["n"]))
        for row in records(worth(plan))
    ]
    if rows:
        first = plan.structures[0].allocation.name.replace("_", "-")
        yield Table(
            f"What a structure is worth beside {first}, each at its best",
            ("structure", "told", "steps\nfewer", "saved\na year", "the same money,\na year",
             "chance higher by,\npoints", "futures"),
            rows, left=2,
            note=wrapped(
                "steps fewer, saved: as the searches ended, which may be luck. told: as far as fresh futures tell, in "
                "which both spend the same money, or each what its own steps cost where only one meets the targets; "
                f"95 % intervals of the paired difference. {NONE}: in no future."
            ),
        )


def _shadow(plan: HiringPlan) -> Iterator[Table]:
    from opmodel.hiring.telling.phrases import by_when
    from opmodel.hiring.telling.tables import shadow

    when = by_when(plan.question)

    rows = [
        (row["skill"].replace("_", " "), gain(row, "days", "working days") or NONE) for row in records(shadow(plan))
    ]
    if rows:
        yield Table(
            "Backlog removed by one more practitioner of each skill", ("skill", "days of effort"), rows,
            note=f"{when[:1].upper()}{when[1:]}, there from the first day on, in {plan.shadow_futures} futures; 95 % "
            "intervals that hold together.",
        )


def _openings(plan: HiringPlan) -> Iterator[Table]:
    from opmodel.hiring.telling.further import openings_title
    from opmodel.hiring.telling.tables import openings

    if plan.timing is None:
        return
    confidence = plan.question.confidence
    rows = [
        (str(row["count"]), short(row["step"].removeprefix("one more "), 32), str(row["month"]),
         f"{row['recruited']:.0f} ({row['recruited_low']:.0f} to {row['recruited_high']:.0f})", f"{row['ramped']:.0f}",
         f"{row['full_pace_week']:.0f}", chance(row, "too_late", confidence)
         if math.isfinite(row["too_late"]) else "no later month")
        for row in records(openings(plan.timing))
    ]
    yield Table(
        openings_title(plan.timing),
        ("posts", "", "opens after\nmonths", "weeks to\nfirst day", "weeks to\nfull pace", "full pace\nin week",
         "chance a\nmonth later"),
        rows, left=2,
        note=wrapped(
            "Months count from the start. Weeks to the first day: the middle of possible futures, and the ends of four "
            "in five. Chance a month later: of meeting all targets if these alone open a month later still, in "
            "futures that no choice of openings saw."
        ),
    )


def _freezes(plan: HiringPlan) -> Iterator[Table]:
    from opmodel.hiring.telling.phrases import by_when, months, pounds
    from opmodel.hiring.telling.tables import freezes

    rows, saved = [], []
    found = records(freezes(plan))
    due = any(math.isfinite(row["in_time"]) for row in found)  # some statutory request
    for row in found:
        held = chance(row, confidence=plan.question.confidence)
        if not row["months"]:
            rows.append(("none", held, "", "", ""))
            continue
        name = months(row["months"])
        lower = gain(row, "lost", "share", signed=True).replace("+", "")
        rows.append((name, held, lower or NONE, gain(row, "backlog_days", "working days", signed=True) or NONE,
                     gain(row, "in_time", "share", signed=True) or NONE))
        saved.append((name, f"{pounds(row['saved'])} ({pounds(row['saved_low'])} to {pounds(row['saved_high'])})"))
    if rows:
        when = by_when(plan.question)
        columns = ("freeze", "chance", "lower by,\npoints", "days of\nbacklog", *(("points late",) if due else ()))
        late = " points late: by how much fewer statutory requests are in time." if due else ""
        yield Table(
            "What a hiring freeze costs", columns, [row[: len(columns)] for row in rows],
            note=wrapped(
                f"{when[:1].upper()}{when[1:]}, beside no freeze in the same {plan.freezes[0].outcome.n} fresh "
                f"futures, 95 % intervals.{late}"
            ),
        )
    if saved:
        yield Table("What a hiring freeze saves", ("freeze", "pounds a year"), saved, note="95 % intervals.")


def _constraints(binding: Binding) -> Table:
    from opmodel.hiring.telling.tables import lifted

    found = records(lifted(binding))
    rows = [
        ("all of this together" if row["name"] == "everything" else short(row["constraint"], 56),
         chance(row, confidence=binding.question.confidence),
         "yes" if row["binds"] else "cannot tell" if row["open"] else "no")
        for row in found
    ]
    together = [f"All of this {row['constraint']}." for row in found if row["name"] == "everything"]
    least, most = min(row["n"] for row in found), max(row["n"] for row in found)
    return Table(
        "The best team found with one constraint lifted at a time", ("constraint lifted", "chance", "enough"), rows,
        note=wrapped(" ".join([f"{least if least == most else f'{least} to {most}'} fresh futures.", *together])),
    )
