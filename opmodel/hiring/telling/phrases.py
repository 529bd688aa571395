"""Single words of the planner's sentences: people, money, months, chances, and a plan as an instruction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opmodel.comparison.intervals import wilson
from opmodel.comparison.structures import PRESETS, told
from opmodel.hiring.asking.costs import plan_cost
from opmodel.scenario.problems import seen
from opmodel.scenario.quantity import months_in
from opmodel.wording import listed, provenance_line

if TYPE_CHECKING:
    from opmodel.hiring.asking.question import Question
    from opmodel.hiring.asking.steps import Plan, Step
    from opmodel.hiring.plan import HiringPlan
    from opmodel.hiring.trying.confirming import Confirmed
    from opmodel.scenario.scenario import Scenario

#: Small numbers as a sentence says them.
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def number(count: int) -> str:
    """A number of people in a sentence."""
    return NUMBERS[count] if 0 <= count < len(NUMBERS) else f"{count:,}"


def people(role: str, count: int) -> str:
    """So many holders of a role, such as ``two data engineers``."""
    return f"{number(count)} {plural(role.replace('_', ' ')) if count != 1 else role.replace('_', ' ')}"


def plural(noun: str) -> str:
    """Several of a kind: ``heads of data``, ``business analysts``."""
    first, of, rest = noun.partition(" of ")
    if of:
        return f"{plural(first)}{of}{rest}"
    if noun.endswith(("s", "x", "ch", "sh")):
        return f"{noun}es"
    return f"{noun[:-1]}ies" if noun.endswith("y") and noun[-2:-1] not in "aeiou" else f"{noun}s"


def pounds(value: float) -> str:
    """Money no more precisely than a budget knows it: £58,000, £1.24 million, £400."""
    size = abs(value)
    if size >= 999_500:
        return f"{'-' * (value < 0)}£{size / 1e6:,.2f} million"
    step = 1000 if size >= 10_000 else 100
    return f"{'-' * (value < 0)}£{step * round(size / step):,}"


def month_words(week: int) -> str:
    """A week as planners count: ``month 12``, or the week where it is no month's end."""
    month = months_in(week)
    return f"month {month:.0f}" if abs(month - round(month)) < 0.12 else f"week {week}"


def months(count: int) -> str:
    """So many months."""
    return f"{count} month{'s' * (count != 1)}"


def by_when(question: Question) -> str:
    """Until when the targets are to be met."""
    steady = question.scenario.study.kind == "steady_state"
    return "in the long run" if steady else f"by {month_words(question.week)}"


def asked_for(question: Question) -> str:
    """The targets, by when and how surely."""
    wanted = listed(one.words for one in question.wanted)
    return f"{wanted}, {by_when(question)}, in at least {share(question.confidence)} of possible futures"


def share(value: float) -> str:
    """A share that somebody stated."""
    return f"{100 * value:g} %"


def percent(value: float, confidence: float | None = None) -> str:
    """A chance in whole per cent; with a decimal where rounding would lift it over the confidence asked for."""
    whole = round(100 * value)
    lifted = confidence is not None and value < confidence <= whole / 100
    lifted = lifted or (whole == 100 and value < 1.0)
    text = f"{100 * value:.1f}" if lifted else f"{whole}"
    return f"{text.replace('100.0', '100')} %"


def chance_interval(chance: tuple[float, float, float], confidence: float | None = None) -> str:
    """A chance and its interval, such as ``66 % (58 to 74 %)``."""
    mean, low, high = chance
    return f"{percent(mean, confidence)} ({percent(low, confidence).removesuffix(' %')} to {percent(high, confidence)})"


def chance_words(found: Confirmed) -> str:
    """In how many fresh futures the targets are met: ``187 of 200 fresh futures (94 %, 95 % interval 89 to 96 %)``."""
    return counted(found.met_in, found.outcome.n, found.question.confidence, "fresh futures")


def counted(met: int, futures: int, confidence: float, what: str = "") -> str:
    """So many of all futures, with their share and its interval.

    Args:
        met: in which something holds.
        futures: all of them.
        confidence: no rounding lifts the share over it.
        what: the futures are called; nothing where a sentence has said it.
    """
    low, high = wilson(met, futures)
    ends = f"{percent(low, confidence).removesuffix(' %')} to {percent(high, confidence)}"
    called = f"{futures} {what}".strip()
    return f"{met} of {called} ({percent(met / futures, confidence)}, 95 % interval {ends})"


def met_words(question: Question) -> str:
    """The beginning of a sentence about a chance."""
    which = "All targets are" if len(question.wanted) > 1 else "The target is"
    return f"{which} met {by_when(question)}"


def cost_words(scenario: Scenario, plan: Plan) -> str:
    """What a plan costs in a full year."""
    cost = plan_cost(scenario, plan)
    return f"about {pounds(cost)}" if cost >= 50.0 else "nothing"


def steps_words(plan: Plan) -> list[str]:
    """Each kind of step as an instruction: ``hire two more engineers in hub``."""
    return [_step(step, count) for step, count in plan.counts]


def deed(plan: Plan) -> str:
    """The whole plan as an instruction: what to do, where and from when."""
    if not len(plan):
        return "no step at all"
    hires = [step for step in plan.steps if step.kind == "hire"]
    first, *rest = steps_words(plan)
    if first.startswith("hire "):
        rest = [text.removeprefix("hire ") for text in rest]
    said = listed([first, *rest])
    at_start = [step for step in hires if not step.opens_week]
    if not at_start:
        return said
    other = "" if len(at_start) == len(hires) else "other "
    return f"{said}, the {other}{'vacancy' if len(at_start) == 1 else 'vacancies'} to open at the start"


def _step(step: Step, count: int) -> str:
    later = f" from {month_words(step.opens_week)} on" if step.opens_week else ""
    if step.kind == "move":
        return f"move {people(step.who, count)} from {step.origin} to {step.team}{later}"
    where = f" in {step.team}" if step.team else ""
    if step.kind == "train":
        return f"train {people(step.who, count)}{where} in {str(step.skill).replace('_', ' ')}{later}"
    vacancies = "vacancy" if count == 1 else "vacancies"
    opens = f" ({vacancies} to open in {month_words(step.opens_week)})" if step.opens_week else ""
    return f"hire {number(count)} more {holders(step, count)}{where}{offered(step)}{opens}"


def holders(step: Step, count: int = 2) -> str:
    """Those whom a kind of hire brings, with their contract where it is not the usual one."""
    who = step.who.replace("_", " ")
    kind = "" if step.contract == "permanent" else f" ({step.contract.replace('_', ' ')})"
    return f"{who if count == 1 else plural(who)}{kind}"


def offered(step: Step) -> str:
    """The market supplement that a vacancy offers, if it does."""
    return f" with a market supplement of {pounds(step.supplement)} a year" if step.supplement else ""


def put_words(step: Step) -> str:
    """Where a hire goes that names no team; nothing where it names one."""
    return "" if step.team else ", put into the role's next seats"


def named(structure: str) -> str:
    """A structure or scenario in a sentence."""
    return told(structure) if structure in ("today", "drawn", *PRESETS) else structure


def lower(text: str) -> str:
    """A sentence to stand inside another."""
    return text[:1].lower() + text[1:]


def rests_on(plan: HiringPlan) -> str:
    """What a study rests on, in one line; without a number of fresh futures where no team is recommended.

    These are the futures of the team alone: other parts have others, which stand beside their figures.
    """
    facts = {
        "fresh futures of the team" if key == "replications" else key: value
        for key, value in plan.provenance.items() if key != "replications" or value
    }
    scenarios = {name or seen(about["name"]): about for name, about in facts.get("scenarios", {}).items()}
    return provenance_line({**facts, "scenarios": scenarios})
