"""Charts of a plan: what each step buys, what structures need, one more of each skill, openings, a freeze."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import altair as alt
import pandas as pd

from opmodel.charts.hiring import PERCENT, asked_words, hires_words, on_paper, overhead
from opmodel.charts.reading import spoken
from opmodel.charts.theme import AROUND, INK, LINE, NARROW, PALETTE, interval, tips
from opmodel.comparison.verdicts import display_name
from opmodel.hiring.asking.steps import Plan, Step
from opmodel.hiring.telling.found import way_of
from opmodel.hiring.telling.further import openings_title
from opmodel.hiring.telling.phrases import months, pounds, steps_words
from opmodel.hiring.trying.confirming import chance_of
from opmodel.scenario.quantity import months_in
from opmodel.wording import plain_figure, with_interval

if TYPE_CHECKING:
    from opmodel.hiring.searching.path import Path
    from opmodel.hiring.weighing.allocation import Needed
    from opmodel.hiring.weighing.timing import Freeze, Timing

#: Height of a row with its words above it.
ROW = 52


#: Ticks of money; nought has no thousands.
MONEY = "datum.value ? format(datum.value, '~s') : '0'"


# -- the way, step by step ---------------------------------------------------------------------------


def way(path: Path) -> pd.DataFrame:
    """Chance of meeting all targets after each step of the plan against what has been spent.

    Step 0 is the organisation as it is; the last row, ``kind`` plan, is the whole plan again. All rest on fresh
    futures; where no plan was left in the end, the steps between rest on those of the search.

    Returns:
        kind, label, step, cost, mean, low, high, words.
    """
    rows: list[tuple[Any, ...]] = []
    at, spent = path.question.at, 0.0
    if path.confirmed is not None:
        rows.append(("step", "0", "as it is", 0.0, *chance_of(path.confirmed.base, at)))
    for number, one in enumerate(way_of(path), 1):
        spent += one.cost
        rows.append(("step", str(number), one.step.words, spent, *one.chance))
    if path.confirmed is not None:
        sure = path.confirmed
        rows.append(("plan", "plan", "the whole plan, on fresh futures", path.cost, sure.chance, *sure.interval))
    table = pd.DataFrame(rows, columns=["kind", "label", "step", "cost", "mean", "low", "high"])
    return table.assign(words=[
        f"{pounds(r['cost'])} a year: {with_interval(r['mean'], r['low'], r['high'], 'share')}"
        for r in table.to_dict("records")
    ])


def way_chart(path: Path) -> alt.LayerChart:
    """What so much money a year buys: the chance of meeting all targets after each step."""
    table, wanted = way(path), path.question.confidence
    most = float(table["cost"].max()) or 1.0
    # The plan costs what its last step comes to: its diamond stands a little to the right, its name beyond it.
    table = table.assign(at=table["cost"] + 0.03 * most * (table["kind"] == "plan"))
    room = alt.ExprRef(f"width < {NARROW} ? {1.3 * most} : {1.12 * most}")
    begin = alt.ExprRef(f"width < {NARROW} ? {-0.12 * most} : {-0.04 * most}")  # the first point's name stands there
    x = alt.X("at:Q", title="cost in a full year, £", axis=alt.Axis(labelExpr=MONEY, tickCount=5),
              scale=alt.Scale(domainMin=begin, domainMax=room, nice=False))
    y = alt.Y("low:Q", title="chance of meeting all targets", axis=PERCENT,
              scale=alt.Scale(domain=[-0.12, 1.1], nice=False))
    steps = alt.Chart(table[table["kind"] == "step"])
    plan = alt.Chart(table[table["kind"] == "plan"])
    rule = alt.Chart(alt.Data(values=[{"value": wanted, "label": asked_words(wanted)}]))
    return alt.layer(
        rule.mark_rule(strokeDash=[5, 4], color=INK).encode(y="value:Q"),
        overhead(rule),
        steps.mark_line(interpolate="step-after", color=PALETTE[0], strokeWidth=2).encode(x=x, y="mean:Q"),
        alt.Chart(table).mark_rule(strokeWidth=2, color=LINE).encode(x=x, y=y, y2="high:Q"),
        steps.mark_point(size=110, filled=True, opacity=1, color=PALETTE[0]).encode(
            x=x, y="mean:Q", tooltip=tips("step")
        ),
        plan.mark_point(size=200, filled=True, opacity=1, shape="diamond", color=PALETTE[2]).encode(
            x=x, y="mean:Q", tooltip=tips("step")
        ),
        *on_paper(steps.encode(x=x, y="mean:Q"), "label", dx=-9, dy=-11, align="right"),
        *on_paper(plan.encode(x=x, y="mean:Q"), "label", dx=12, align="left"),
    ).properties(height=300, width="container")


def way_takeaway(path: Path) -> str:
    """The chance after each step, and of the plan."""
    said = "; ".join(f"{r['label']}: {r['words']}" for r in way(path).to_dict("records"))
    return f"Chance of meeting all targets, with 95 % interval, after each step against its cost: {said}."


def buys_chart(path: Path) -> alt.LayerChart:
    """Days of effort by which each step makes the backlog smaller."""
    return _forest(_bought(path), "working days by which the backlog is smaller")


def buys_takeaway(path: Path) -> str:
    """What each step takes off the backlog."""
    said = "; ".join(f"{r['name']}, {r['words']}" for r in _bought(path).to_dict("records"))
    return f"Working days by which each step makes the backlog smaller, with 95 % interval: {said}."


def _bought(path: Path) -> pd.DataFrame:
    return _rows([(f"{k}. {one.step.words}", *one.backlog_days) for k, one in enumerate(way_of(path), 1)], "days")


# -- structures --------------------------------------------------------------------------------------


def needed_rows(structures: Sequence[Needed]) -> pd.DataFrame:
    """What each structure needs: structure, arrangement, hires, cost, meets; no hires where no plan meets the targets.

    The arrangement is the ``plain preset`` or the ``best arrangement``.
    """
    rows = []
    for one in structures:
        for arrangement, path in (("plain preset", one.plain), ("best arrangement", one.best)):
            hires = sum(count for step, count in path.plan.counts if step.kind == "hire")
            rows.append((display_name(one.allocation.name), arrangement, hires if path.meets else None, path.cost,
                         path.meets, f"{hires_words(hires)}, {pounds(path.cost)} a year" if path.meets else "not met"))
    return pd.DataFrame(rows, columns=["structure", "arrangement", "hires", "cost", "meets", "words"])


def needed_chart(structures: Sequence[Needed]) -> alt.LayerChart:
    """Hires that each structure needs, at its plain preset and at its best arrangement."""
    table = needed_rows(structures)
    names = list(dict.fromkeys(table["structure"]))
    missed = {name: table[(table["structure"] == name) & ~table["meets"]]["arrangement"] for name in names}
    heads = pd.DataFrame({"structure": names, "label": [
        f"{name} (not met: {' and '.join(missed[name])})" if len(missed[name]) else name for name in names
    ]})
    most = int(table["hires"].max()) if table["hires"].notna().any() else 1
    whole = list(range(0, most + 1, max(1, -(-most // 10))))
    x = alt.X("hires:Q", title="hires needed", axis=alt.Axis(values=whole, format="d"),
              scale=alt.Scale(domain=[-0.05 * max(1, most), 1.05 * max(1, most)], nice=False))
    y = alt.Y("structure:N", title=None, sort=names, axis=None)
    ways = ["plain preset", "best arrangement"]
    base = alt.Chart(table[table["meets"]]).encode(y=y, x=x)
    point = base.mark_point(size=150, opacity=1, strokeWidth=2.5).encode(
        shape=alt.Shape("arrangement:N", title=None, scale=alt.Scale(domain=ways, range=["circle", "diamond"])),
        color=alt.Color("arrangement:N", title=None, scale=alt.Scale(domain=ways, range=[PALETTE[0], PALETTE[2]])),
        tooltip=tips("structure", "arrangement"),
    )
    label = _above(alt.Chart(heads).encode(y=y), "label", dy=-11)
    return alt.layer(point, *label).properties(height=ROW * len(names) + AROUND, width="container")


def needed_takeaway(structures: Sequence[Needed]) -> str:
    """Hires and cost of each structure."""
    said = "; ".join(
        f"{r['structure']}, {r['arrangement']}: {r['words']}" for r in needed_rows(structures).to_dict("records")
    )
    return f"What each structure needs to meet all targets: {said}."


# -- one more of each skill --------------------------------------------------------------------------


def shadow_chart(shadow: Mapping[str, tuple[float, float, float]]) -> alt.LayerChart:
    """Backlog days removed by one more practitioner of each skill, the most first."""
    ranked = sorted(shadow.items(), key=lambda item: -item[1][0])
    rows = _rows([(spoken(skill), *found) for skill, found in ranked], "days")
    return _forest(rows, "working days of backlog removed by one more practitioner")


# -- openings ----------------------------------------------------------------------------------------


def vacancy(step: Step, count: int) -> str:
    """Vacancies of one kind in words, such as ``three more engineers in hub``."""
    return steps_words(Plan(((step, count),)))[0].removeprefix("hire ")


def openings_rows(timing: Timing) -> pd.DataFrame:
    """When each vacancy opens, is filled and is at full pace, in months: name, opens, starts, early, late, full."""
    rows = []
    for one in timing.openings:
        middle, early, late = (one.month + months_in(weeks) for weeks in one.recruited)
        full = middle + months_in(one.ramped)
        rows.append((vacancy(one.step, one.count), one.month, middle, early, late, full))
    table = pd.DataFrame(rows, columns=["name", "opens", "starts", "early", "late", "full"])
    return table.assign(words=[
        f"opens by month {r['opens']}, first day about month {r['starts']:.0f} ({r['early']:.0f} to {r['late']:.0f}), "
        f"at full pace about month {r['full']:.0f}" for r in table.to_dict("records")
    ])


def openings_chart(timing: Timing) -> alt.LayerChart:
    """From the opening of each vacancy over recruiting and ramp-up to the milestone."""
    table = openings_rows(timing)
    milestone = months_in(timing.confirmed.question.week)
    names = table["name"].tolist()
    stages = {"recruiting": ("opens", "starts"), "ramp-up": ("starts", "full")}
    bars = pd.concat([
        pd.DataFrame({"name": table["name"], "stage": stage, "from": table[first], "to": table[last],
                      "words": table["words"]})
        for stage, (first, last) in stages.items()
    ], ignore_index=True)
    end = max(milestone, float(table[["late", "full"]].max().max()))
    x = alt.X("from:Q", title="months after the start", axis=alt.Axis(tickMinStep=1, tickCount=8),
              scale=alt.Scale(domain=[0, 1.04 * end], nice=False))
    y = alt.Y("name:N", title=None, sort=names, axis=None)
    bar = alt.Chart(bars).mark_bar(height=14, stroke=INK, strokeWidth=0.6).encode(
        y=y, x=x, x2="to:Q", tooltip=tips("name", "stage"),
        color=alt.Color("stage:N", title=None, scale=alt.Scale(domain=list(stages), range=[PALETTE[0], PALETTE[5]])),
    )
    spread = alt.Chart(table).mark_rule(strokeWidth=2, color=LINE, yOffset=13).encode(y=y, x="early:Q", x2="late:Q")
    rule = alt.Chart(alt.Data(values=[{"at": milestone, "label": f"targets by month {milestone:.0f}"}]))
    label = _above(alt.Chart(table).encode(y=y), "name", dy=-10)
    return alt.layer(
        bar, spread, *label, rule.mark_rule(strokeDash=[5, 4], color=INK).encode(x="at:Q"),
        rule.mark_text(align="right", dx=-5, baseline="bottom").encode(x="at:Q", y=alt.value(-4), text="label:N"),
    ).properties(height=(ROW + 8) * len(names) + AROUND, width="container")


def openings_takeaway(timing: Timing) -> str:
    """When each vacancy must open, as far as that was shown."""
    said = "; ".join(f"{r['name']}: {r['words']}" for r in openings_rows(timing).to_dict("records"))
    return f"{openings_title(timing)}: {said}."


# -- a freeze ----------------------------------------------------------------------------------------


def freeze_rows(freezes: Sequence[Freeze]) -> pd.DataFrame:
    """Chance of meeting all targets by length of a hiring freeze."""
    names = ["no freeze" if not one.months else months(one.months) for one in freezes]
    return _rows([(name, *one.chance) for name, one in zip(names, freezes, strict=True)], "share")


def freeze_chart(freezes: Sequence[Freeze], confidence: float) -> alt.LayerChart:
    """What is left of the chance after a hiring freeze of so many months."""
    title = f"chance of meeting all targets; dashed: asked for, {plain_figure(confidence, 'share')}"
    return _forest(freeze_rows(freezes), title, confidence)


def freeze_takeaway(freezes: Sequence[Freeze]) -> str:
    """The chance after each freeze."""
    said = "; ".join(f"{r['name']} {r['words']}" for r in freeze_rows(freezes).to_dict("records"))
    return f"Chance of meeting all targets, with 95 % interval, by length of a hiring freeze: {said}."


# -- parts of the charts -----------------------------------------------------------------------------


def _rows(found: Sequence[tuple[str, float, float, float]], unit: str) -> pd.DataFrame:
    table = pd.DataFrame(found, columns=["name", "mean", "low", "high"])
    return table.assign(words=[with_interval(mean, low, high, unit) for _, mean, low, high in found])


def _forest(table: pd.DataFrame, title: str, wanted: float | None = None) -> alt.LayerChart:
    """A row for each of some things: name and figure in words above its mean and 95 % interval.

    Args:
        table: name, mean, low, high, words.
        title: of the axis.
        wanted: of chances the one asked for, where a line is drawn; of other figures it is drawn at nought.
    """
    ends = [float(end) for end in (*table["low"].dropna(), *table["high"].dropna(), *table["mean"], 0.0)]
    room = 0.05 * ((max(ends) - min(ends)) or 1.0)
    table = table.assign(label=[f"{r['name']}: {r['words']}" for r in table.to_dict("records")])
    y = alt.Y("name:N", title=None, sort=table["name"].tolist(), axis=None)
    chances = wanted is not None
    x = alt.X(
        "mean:Q", title=title, axis=PERCENT if chances else alt.Axis(tickCount=6),
        scale=alt.Scale(domain=[-0.02, 1.02] if chances else [min(ends) - room, max(ends) + room], nice=False),
    )
    base = alt.Chart(table).encode(y=y)
    point = base.mark_point(size=120, filled=True, opacity=1, color=PALETTE[0]).encode(x=x, tooltip=tips("name"))
    rule = alt.Chart(alt.Data(values=[{"at": wanted or 0.0}])).mark_rule(
        color=INK, strokeDash=[5, 4] if chances else [1, 0], aria=False
    ).encode(x="at:Q")
    return alt.layer(rule, interval(base), point, *_above(base, "label")).properties(
        height=ROW * max(1, len(table)) + AROUND - 30, width="container"
    )


def _above(base: alt.Chart, field: str, dy: float = -9) -> list[alt.Chart]:
    """Words above a row, on paper of their own where a line crosses them."""
    return on_paper(base.encode(x=alt.value(0)), field, align="left", baseline="bottom", dy=dy, limit=900)
