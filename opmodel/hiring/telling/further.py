"""The further parts of the planner's answer in words: one role alone, openings, freezes, skills."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from opmodel.comparison.verdicts import UNDER_ASSUMPTIONS
from opmodel.hiring.telling.differences import difference, points, positive
from opmodel.hiring.telling.phrases import (
    by_when,
    chance_interval,
    chance_words,
    cost_words,
    holders,
    lower,
    met_words,
    months,
    named,
    number,
    offered,
    put_words,
)
from opmodel.scenario.quantity import week_of
from opmodel.wording import listed

if TYPE_CHECKING:
    from opmodel.hiring.plan import HiringPlan
    from opmodel.hiring.searching.sweep import Sweep
    from opmodel.hiring.trying.confirming import Confirmed
    from opmodel.hiring.weighing.timing import Freeze, Opening, Timing


def of_sweep(sweep: Sweep, found: Confirmed | None) -> Iterator[str]:
    """The smallest number of one role alone, beside the team that is recommended."""
    enough, question = sweep.enough, sweep.question
    where = f" ({named(sweep.name)})" if sweep.name else ""
    where = f"{f' in {sweep.step.team}' if sweep.step.team else ''}{offered(sweep.step)}{where}"
    put = put_words(sweep.step)
    many = holders(sweep.step)
    swept = len(sweep.outcomes) - 1
    if enough is None:
        yield f"Of {many} alone{where}{put}, {_none_enough(sweep)}, {UNDER_ASSUMPTIONS}"
    elif enough is not found and found is not None and enough.scenario.hash == found.scenario.hash:
        yield f"Of {many} alone{where}{put}, the smallest number found to be enough comes to the same team."
    elif enough is not found and len(enough.plan):
        count = len(enough.plan)
        looked = f" (looked for beyond the {number(swept)} swept)" if enough is sweep.beyond else ""
        yield (
            f"Of {many} alone{where}{put}, {number(count)} more {'is' if count == 1 else 'are'} the "
            f"smallest number found to be enough{looked}: {lower(met_words(question))} in {chance_words(enough)}, at "
            f"{cost_words(question.scenario, enough.plan)} a year, {UNDER_ASSUMPTIONS}"
        )
    elif enough is not found:
        yield f"Without any hire{where}, {lower(met_words(question))} in {chance_words(enough)}, {UNDER_ASSUMPTIONS}"
    if sweep.cannot_tell:
        counts = [len(one.plan) for one in sweep.cannot_tell]
        more = [number(count) for count in counts if count]
        who = holders(sweep.step, counts[-1])
        *before, last = [*(["nobody"] * (0 in counts)), *more]
        which = f"{', '.join(before)} or {last}" if before else last
        best = max(sweep.cannot_tell, key=lambda one: one.chance)
        told = f": {lower(met_words(question))} in {chance_words(best)}" if enough is not None else ""
        also = " at best" if told and len(counts) > 1 else ""
        who = f"{f' more {who}' if more else ''}{where}{put and f'{put},'}"
        yield f"Whether {which}{who} would do cannot be told yet{told}{also}."


def _none_enough(sweep: Sweep) -> str:
    """That no number of one role was enough, as far as was looked; with the best one's chance on fresh futures."""
    swept = len(sweep.outcomes) - 1
    shown = "was shown to be enough" if sweep.cannot_tell else "is enough"
    said = f"no number up to {swept} {shown}"
    short = f"in the {sweep.outcomes[0].n} futures of the search each clearly falls short"
    if sweep.most > swept:  # of those beyond not every single one was tried, nor in the same futures
        aside = "" if sweep.refused else f" ({short})"
        said, short = f"{said}{aside}, and of more, up to {sweep.most}, none was found among those tried", ""
    if sweep.refused:
        best = max(sweep.refused, key=lambda one: one.chance)
        count = len(best.plan)
        hires = "nobody more" if not count else f"{number(count)} more"
        return f"{said}; with {hires} {lower(met_words(best.question))} in {chance_words(best)}"
    return f"{said}{short and f': {short}'}"


def marginal(plan: HiringPlan) -> Iterator[str]:
    """What one more practitioner of a skill removes, as far as the figures tell it from nothing and from the others."""
    if not plan.shadow:
        return
    futures, when = plan.shadow_futures, f"backlog {by_when(plan.question)}"
    sure = {skill: found for skill, found in plan.shadow.items() if found[1] > 0.0}
    if not sure:
        which = "Of no skill can it be told" if len(plan.shadow) > 1 else "It cannot be told"
        yield f"{which} from {futures} futures whether one more practitioner removes {when}, {UNDER_ASSUMPTIONS}"
        return
    skill, found = max(sure.items(), key=lambda entry: entry[1][0])
    others = [other for name, other in plan.shadow.items() if name != skill]
    most = "most " if others and all(found[1] > other[2] for other in others) else ""
    open_ = "" if most or not others else "; whether any other skill removes more cannot be told"
    said = difference(found, "working days", futures, after=" days of effort")
    seen = "" if found[1] == found[2] else f" in {futures} futures"  # else it says so itself
    yield (
        f"One more practitioner of {skill.replace('_', ' ')}, there from the first day, removes {most}{when}: "
        f"{said}{seen}{open_}, {UNDER_ASSUMPTIONS}"
    )


# -- openings and freezes -------------------------------------------------------------------------


def later(plan: HiringPlan) -> Iterator[str]:
    """How late vacancies may open, and what a freeze costs."""
    if plan.timing is not None and plan.timing.openings:
        yield from _openings(plan.timing)
    frozen = [freeze for freeze in plan.freezes if freeze.months]
    if frozen:
        question, n = plan.question, plan.freezes[0].outcome.n
        if any(freeze.chance[0] > 0.0 for freeze in plan.freezes):
            chances = "a freeze " + "; ".join(
                f"of {months(freeze.months)} it is {chance_interval(freeze.chance, question.confidence)}, "
                f"{_lost(freeze)}"
                for freeze in frozen
            )
        else:  # it can be no lower
            longest = f"up to {months(max(freeze.months for freeze in frozen))}"
            chances = f"one of {longest if len(frozen) > 1 else months(frozen[0].months)} it is the same"
        free = chance_interval(plan.freezes[0].chance, question.confidence)
        team = "the recommended team" if plan.recommended is not None else "the best plan found"
        which = "all targets" if len(question.wanted) > 1 else "the target"
        yield (
            f"With {team} and no hiring freeze the chance of meeting {which} {by_when(question)} is {free} in {n} "
            f"fresh futures; with {chances}, {UNDER_ASSUMPTIONS}"
        )


def _lost(freeze: Freeze) -> str:
    """By how much a freeze lowers the chance."""
    if not any(freeze.lost):
        return difference(freeze.lost, "share", freeze.outcome.n)
    way = "lower" if freeze.lost[0] >= 0.0 else "higher"
    return f"{way} by {points(positive(freeze.lost), freeze.outcome.n)}"


def _openings(timing: Timing) -> Iterator[str]:
    found = timing.confirmed
    confidence = found.question.confidence
    met = lower(met_words(found.question))
    if not found.holds and timing.moved:
        when = "; ".join(f"{_vacancy(one)} {_opens(one)}" for one in timing.openings)
        yield (
            f"Openings this late cannot be relied on: {when}. {met_words(found.question)} then in only "
            f"{chance_words(found)}, fewer than asked for, though in the futures in which they were chosen they were "
            f"enough, {UNDER_ASSUMPTIONS}"
        )
        return
    if not found.holds:
        yield (
            f"With the vacancies open as early as can be, {met} in only {chance_words(found)}, fewer than asked for: "
            f"no latest opening can be named, {UNDER_ASSUMPTIONS}"
        )
        return
    if timing.waits:
        when = "; ".join(f"{_vacancy(one)} {_opens(one)}{_one_later(one, confidence)}" for one in timing.openings)
        how = "The latest that vacancies may open" if timing.all_latest else (
            "Opening as late as this was still enough, as far as seen"
        )
        yield f"{how}: {when}. {met_words(found.question)} then in {chance_words(found)}, {UNDER_ASSUMPTIONS}"
    else:
        later = "; ".join(
            f"{_vacancy(one)}{_one_later(one, confidence)}" for one in timing.openings if one.too_late is not None
        )
        several = sum(one.count for one in timing.openings) > 1
        every = f"{'Every' if several else 'The'} vacancy has to open in the first month" if timing.at_once else (
            f"Of no later opening was it shown that {met} as surely as asked for"
        )
        yield f"{every}{later and f': {later}'}, {UNDER_ASSUMPTIONS}"
    if sum(one.too_late is not None for one in timing.openings) > 1:
        yield "Of each vacancy a month later was tried by itself, the others opening as told."
    slow = [one for one in timing.openings if _full_pace(one) > found.question.week]
    if slow:
        who = listed(f"{_vacancy(one)} (about week {_full_pace(one):.0f})" for one in slow)
        which = "all targets" if len(found.question.wanted) > 1 else "the target"
        yield (
            f"In the futures that meet {which} {by_when(found.question)}, that is before everybody hired is at full "
            f"pace: {who} would reach it after week {found.question.week}."
        )


def openings_title(timing: Timing) -> str:
    """What the part about openings is called: they are the latest only where a month later is shown to be too late."""
    if not timing.confirmed.holds:
        return "Openings that may be too late" if timing.moved else "With vacancies open as early as can be"
    return "When vacancies must open at the latest" if timing.all_latest else "When vacancies may open"


def _vacancy(one: Opening) -> str:
    """Those hired, such as ``two engineers in hub``."""
    where = f" in {one.step.team}" if one.step.team else ""
    return f"{number(one.count)} {holders(one.step, one.count)}{where}{offered(one.step)}"


def _opens(one: Opening) -> str:
    """When a vacancy opens: whole months after the start, or the week."""
    if not one.week:
        return "at the start"
    if one.week != week_of(one.month):
        return f"in week {one.week}"
    return f"{months(one.month)} after the start"


def _full_pace(one: Opening) -> float:
    """The week in which those hired are at full pace: opening, recruiting and ramp-up together."""
    return one.week + one.recruited[0] + one.ramped


def _one_later(one: Opening, confidence: float) -> str:
    """What a month later comes to, and whether that was shown to be too late."""
    if one.too_late is not None:
        shown = "" if one.latest else ", so that a later opening cannot be excluded"
        return f", where a month later the chance is {chance_interval(one.too_late, confidence)}{shown}"
    return ", the last month before the date asked for"
