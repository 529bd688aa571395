"""The planner's tables in words, as they stand beside its charts; the raw numbers are those of ``hiring.tables``."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from opmodel.charts.hiring_steps import vacancy
from opmodel.charts.reading import spoken
from opmodel.comparison.verdicts import display_name
from opmodel.hiring.asking.steps import Plan
from opmodel.hiring.telling import tables
from opmodel.hiring.telling.differences import difference, for_each_thousand
from opmodel.hiring.telling.establishment import establishment
from opmodel.hiring.telling.phrases import chance_interval, month_words, months, pounds
from opmodel.wording import listed, with_interval

if TYPE_CHECKING:
    from opmodel.hiring.asking.question import Question
    from opmodel.hiring.plan import HiringPlan
    from opmodel.hiring.searching.path import Path
    from opmodel.hiring.weighing.allocation import Needed
    from opmodel.hiring.weighing.binding import Binding
    from opmodel.hiring.weighing.timing import Opening, Timing

#: Heading: chance of all targets if these vacancies alone open a month later still.
LATER = "chance if a month later still"
#: Heading: people who leave again, beside the establishment.
FOR_A_TIME = "for a time, FTE"
#: What each part is called.
PARTS = {
    "sweep": "chance by number of hires", "path": "the cheapest mix", "structures": "under each structure",
    "shadow": "one more of each skill", "timing": "when vacancies must open", "freeze": "what a hiring freeze costs",
}
#: Parts that need a team that meets the targets, or at least a plan.
NEED_A_TEAM = {
    "timing": "no team that takes a step meets the targets, so there is no vacancy to time",
    "freeze": "there is no plan whose vacancies could be frozen",
}


def way_words(path: Path) -> pd.DataFrame:
    """Each step of the plan: what it costs, what it buys, how likely the targets are after it and why it is next."""
    return _steps(path, tables.way(path))


def course_words(path: Path) -> pd.DataFrame:
    """Each step that the search took, those that are not in the plan in the end among them; likewise."""
    return _steps(path, tables.bought(path))


def _steps(path: Path, steps: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for row in steps.to_dict("records"):
        rows.append({
            "step": f"{row['number']}. {row['step']}{'' if row['kept'] else ' (not needed in the end)'}",
            "costs a year": pounds(row["cost"]),
            "what it buys": _buys(row),
            "chance after it": chance_interval(_ends(row, "chance"), path.question.confidence),
            "why it is next": row["why"],
        })
    return pd.DataFrame(rows, columns=["step", "costs a year", "what it buys", "chance after it", "why it is next"])


def _buys(row: dict[Any, Any]) -> str:
    said = [f"backlog smaller by {with_interval(*_ends(row, 'backlog_days'), 'days')} working days"]
    if math.isfinite(row["in_time"]):
        said.append(f"in-time rate {with_interval(*_ends(row, 'in_time'), 'share', signed=True)} points")
    return "; ".join([*said, *filter(None, [for_each_thousand(row)])])


def trimmed(path: Path) -> list[str]:
    """What was taken away again, or exchanged for something cheaper."""
    said = [f"{step.words} was not needed any more and is taken away again" for step in path.taken_away]
    instead = "the cheaper" if path.budget is None else "what does more within the budget:"
    return said + [f"{old.words} gave way to {instead} {new.words}" for old, new in path.exchanged]


def costs_by_contract(question: Question, plan: Plan) -> dict[tuple[str, str], dict[str, float]]:
    """What is added costs in a full year, by team and role and then by contract."""
    costs: dict[tuple[str, str], dict[str, float]] = {}
    kinds = dict.fromkeys(step.contract for step in plan.steps if step.kind == "hire")
    for kind in kinds:
        alone = Plan(tuple((step, n) for step, n in plan.counts if step.kind == "hire" and step.contract == kind))
        for row in establishment(question, alone).to_dict("records"):
            if row["cost"]:
                costs.setdefault((row["team"], row["role"]), {})[kind] = row["cost"]
    return costs


def establishment_words(
    rows: pd.DataFrame, costs: Mapping[tuple[str, str], Mapping[str, float]] | None = None
) -> pd.DataFrame:
    """Posts by team and role beside today's; whoever leaves again stands in a column of their own, where anybody does.

    Args:
        rows: of :func:`opmodel.hiring.telling.establishment.establishment`.
        costs: of :func:`costs_by_contract`, to tell what is paid for which contract.
    """
    shown = []
    for row in rows.to_dict("records"):
        change = row["fte_planned"] - row["fte_today"]
        contract = f" ({row['contract']})" if row["contract"] else ""
        shown.append({
            "team": row["team"], "role": spoken(row["role"]), "today, FTE": f"{row['fte_today']:.1f}",
            "planned, FTE": f"{row['fte_planned']:.1f}",
            "change": f"{change:+.1f}{contract}" if abs(change) > 0.005 else f"none{contract}",
            FOR_A_TIME: f"{row['temporary']:.1f}" if row["temporary"] else "",  # everybody hired is full time
            "costs a year": _cost(row["cost"], (costs or {}).get((row["team"], row["role"]), {})),
        })
    for_a_time = [FOR_A_TIME] if (rows["temporary"] > 0).any() else []
    return pd.DataFrame(
        shown, columns=["team", "role", "today, FTE", "planned, FTE", "change", *for_a_time, "costs a year"]
    )


def _cost(cost: float, parts: Mapping[str, float]) -> str:
    """What is added costs, split by contract where there are several."""
    if not cost:
        return ""
    if len(parts) < 2 or abs(sum(parts.values()) - cost) > 1.0:  # the role's next seat depends on who else is hired
        return pounds(cost)
    return f"{pounds(cost)}: {listed(f'{pounds(part)} {spoken(kind)}' for kind, part in parts.items())}"


def needed_words(plan: HiringPlan) -> pd.DataFrame:
    """What each structure needs at its plain preset and at its best, and what it is worth in people."""
    settled = {one.allocation.name: one for one in plan.structures}
    first = display_name(plan.structures[0].allocation.name)
    worth = f"worth in people beside {first}, each at its best"
    shown = []
    for row in tables.needed(plan).to_dict("records"):
        one, best = settled[row["structure"]], row["arrangement"] == "best"
        settings = "; ".join(one.allocation.words) if best else ""
        settings = settings or ("the plain preset is as good as any tried" if best else "")
        chance = chance_interval(_ends(row, "chance"), plan.question.confidence) if row["n"] else "no plan was tried"
        shown.append({
            "structure": f"{display_name(row['structure'])}, {row['arrangement']}{settings and f' ({settings})'}",
            "what it needs": (row["what"] or "nothing") if row["meets"] else f"not met ({spoken(row['ended'])})",
            "costs a year": pounds(row["cost"]) if row["meets"] else "",
            "chance, fresh futures": f"{chance}, n = {row['n']}" if row["n"] else chance,
            worth: _worth(one, plan.structures[0]) if best else "",
        })
    return pd.DataFrame(shown, columns=["structure", "what it needs", "costs a year", "chance, fresh futures", worth])


def _worth(one: Needed, first: Needed) -> str:
    """How many fewer it needs, and whether the same money says so, too."""
    if one.worth is None:
        return "what the others are set beside"
    found = one.worth
    spent = "each as its search ended" if found.money is None else (
        f"with {pounds(found.money)} a year each" if found.money >= 50.0 else "with no money spent"
    )
    ahead = f"{spent}, {_ahead(found.ahead, found.futures)}, n = {found.futures}"
    if not one.best.meets and not first.best.meets:
        return f"neither meets the targets; {ahead}"
    if found.fewer is None or found.saved is None:
        return f"{found.verdict}: one of them does not meet the targets; {ahead}"
    people = f"{abs(found.fewer)} {'fewer' if found.fewer > 0 else 'more'}" if found.fewer else "as many"
    saved = f"{pounds(abs(found.saved))} a year {'less' if found.saved > 0 else 'more'}"
    said = f"{people}{f', {saved}' if abs(found.saved) >= 50 else ''}"
    if found.verdict == "cannot tell":
        return f"cannot tell: the searches ended with {said}, which may be luck; {ahead}"
    return f"{found.verdict}: {said}; {ahead}"


def _ahead(found: tuple[float, float, float], futures: int) -> str:
    """By how much a chance is higher or lower than the other."""
    mean, low, high = found
    which, ends = ("is lower", (-mean, -high, -low)) if mean < 0.0 else ("is higher" if mean else "differs", found)
    said = difference(ends, "share", futures, signed=True, after=" points").replace("+", "")
    return f"its chance {which} by {said}" if any(found) else said


def openings_words(timing: Timing) -> pd.DataFrame:
    """The latest opening of each vacancy in words."""
    return pd.DataFrame([
        {
            "vacancy": vacancy(one.step, one.count),
            "opens": f"{months(row['month'])} after the start" if row["month"] else "at the start",
            "recruiting, weeks": f"{row['recruited']:.0f} ({row['recruited_low']:.0f} to {row['recruited_high']:.0f})",
            "then to full pace, weeks": f"{row['ramped']:.0f}",
            "at full pace": f"about week {row['full_pace_week']:.0f}",
            LATER: _later(one, timing),
        }
        for one, row in zip(timing.openings, tables.openings(timing).to_dict("records"), strict=True)
    ], columns=["vacancy", "opens", "recruiting, weeks", "then to full pace, weeks", "at full pace", LATER])


def _later(one: Opening, timing: Timing) -> str:
    if one.too_late is not None:
        return chance_interval(one.too_late, timing.confirmed.question.confidence)
    return "no later month before the date"


def freeze_words(plan: HiringPlan) -> pd.DataFrame:
    """What a freeze of so many months costs, in words; without the in-time rate where nothing statutory falls due."""
    confidence = plan.question.confidence
    shown = []
    table = tables.freezes(plan)
    due = bool(table["in_time"].notna().any())
    never = not table["chance"].any()  # where nothing is left to lose, no loss is told
    for row in table.to_dict("records"):
        first = not row["months"]
        in_time = {"in-time rate lower by, points": "" if first else _lost(row, "in_time", "share")}
        shown.append({
            "freeze": "none" if first else months(row["months"]),
            "chance of all targets": chance_interval(_ends(row, "chance"), confidence),
            "lower by, points": "" if first else "0 % anyway" if never else _lost(row, "lost", "share"),
            "backlog larger by, working days": "" if first else _lost(row, "backlog_days", "days"),
            **(in_time if due else {}),
            "not spent a year": "" if first else _money(*_ends(row, "saved")),
        })
    return pd.DataFrame(shown)


def _lost(row: dict[Any, Any], name: str, unit: str) -> str:
    """By how much a freeze makes something worse."""
    return difference(_ends(row, name), unit, row["n"], signed=unit == "share").replace("+", "")


def lifted_words(binding: Binding) -> pd.DataFrame:
    """The best plan with one constraint lifted at a time, in words."""
    confidence = binding.question.confidence
    return pd.DataFrame([
        {
            "lifted": row["constraint"],
            "chance of all targets": f"{chance_interval(_ends(row, 'chance'), confidence)}, n = {row['n']}",
            "binds": "yes" if row["binds"] else "cannot tell" if row["open"] else "no",
            "what would have to change": row["remedy"],
        }
        for row in tables.lifted(binding).to_dict("records")
    ], columns=["lifted", "chance of all targets", "binds", "what would have to change"])


def targets_words(binding: Binding) -> pd.DataFrame:
    """Chance of meeting each target alone with the best plan, the least likely first; then all of them later on."""
    confidence = binding.question.confidence
    rows = [(wanted.words, chance) for wanted, chance in binding.targets]
    rows += [(f"all targets by {month_words(week)}", chance) for week, chance in binding.later]
    return pd.DataFrame(
        [(name, chance_interval(chance, confidence)) for name, chance in rows], columns=["target", "chance"]
    )


def missing_words(plan: HiringPlan, asked: Sequence[str]) -> list[str]:
    """Parts that were asked for and came to nothing, with the reason."""
    there = {
        "sweep": plan.sweeps, "path": plan.path is not None, "structures": plan.structures, "shadow": plan.shadow,
        "timing": plan.timing is not None, "freeze": plan.freezes,
    }
    why = NEED_A_TEAM if plan.finished else {}
    return [
        f"{PARTS[part]}, as {why.get(part, 'the study ended before')}"
        for part in asked if not there[part]
    ]


def seats_words(plan: HiringPlan) -> str:
    """Where the hires of one role alone go, which is not where those of the best mix go."""
    teams = list(dict.fromkeys(one.step.team for one in plan.sweeps))
    where = listed("the role's next seats" if team is None else team for team in teams)
    chosen = ", while the best mix chooses the team" if plan.path is not None else ""
    return f"Hires of one role alone are put into {where}{chosen}."


def shadow_takeaway(plan: HiringPlan) -> str:
    """Which skill one more person would help most."""
    rows = tables.shadow(plan).to_dict("records")
    said = "; ".join(f"{spoken(row['skill'])} {with_interval(*_ends(row, 'days'), 'days')}" for row in rows)
    return f"Working days of backlog removed by one more practitioner, with joint 95 % intervals: {said}."


def _money(value: float, low: float, high: float) -> str:
    return f"{pounds(value)} ({pounds(low)} to {pounds(high)})"


def _ends(row: dict[Any, Any], name: str) -> tuple[float, float, float]:
    return float(row[name]), float(row[f"{name}_low"]), float(row[f"{name}_high"])

