"""The further parts of the planner's answer in words: one role alone, openings, freezes, skills, structures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from opmodel.comparison.verdicts import UNDER_ASSUMPTIONS
from opmodel.hiring.telling.phrases import (
    chance_interval,
    chance_words,
    cost_words,
    lower,
    met_words,
    named,
    number,
    percent,
    plural,
    pounds,
    share_of,
)
from opmodel.wording import listed, with_interval

if TYPE_CHECKING:
    from opmodel.hiring.plan import HiringPlan
    from opmodel.hiring.searching.sweep import Sweep
    from opmodel.hiring.trying.confirming import Confirmed
    from opmodel.hiring.weighing.allocation import Needed
    from opmodel.hiring.weighing.timing import Opening, Timing
    from opmodel.hiring.weighing.worth import Worth


def of_sweep(sweep: Sweep, found: Confirmed | None) -> Iterator[str]:
    """The smallest number of one role alone, beside the team that is recommended."""
    enough, question = sweep.enough, sweep.question
    where = f" ({named(sweep.name)})" if sweep.name else ""
    where = f" in {sweep.step.team}{where}" if sweep.step.team else where
    who = sweep.step.who.replace("_", " ")
    swept = len(sweep.outcomes) - 1
    if enough is None:
        last, most = sweep.outcomes[-1], max(sweep.most, swept)
        chance = percent(share_of(last.met()[:, question.at]), question.confidence)
        further = f" (above {swept} looked for by halving what is left)" if most > swept else ""
        yield (
            f"Of {plural(who)} alone{where}, no number up to {most} is enough{further}; with {swept}, "
            f"{lower(met_words(question))} in {chance} of {last.n} futures, {UNDER_ASSUMPTIONS}"
        )
    elif enough is not found and found is not None and enough.scenario.hash == found.scenario.hash:
        yield f"Of {plural(who)} alone{where}, the smallest number comes to the same team."
    elif enough is not found and len(enough.plan):
        count = len(enough.plan)
        looked = f" (looked for beyond the {number(swept)} swept)" if enough is sweep.beyond else ""
        yield (
            f"Of {plural(who)} alone{where}, {number(count)} more {'is' if count == 1 else 'are'} the "
            f"smallest number that is enough{looked}: {lower(met_words(question))} in {chance_words(enough)}, at "
            f"{cost_words(question.scenario, enough.plan)} a year, {UNDER_ASSUMPTIONS}"
        )
    elif enough is not found:
        yield f"Without any hire{where}, {lower(met_words(question))} in {chance_words(enough)}, {UNDER_ASSUMPTIONS}"
    fewer = sweep.cannot_tell
    if fewer:
        counts = " or ".join(number(len(one.plan)) for one in fewer)
        holders = who if len(fewer[-1].plan) == 1 else plural(who)
        yield (
            f"Whether {counts} more {holders}{where} would do cannot be told yet: {lower(met_words(question))} in "
            f"{chance_words(fewer[-1])}."
        )


def marginal(plan: HiringPlan) -> Iterator[str]:
    """What one more practitioner of the skill that is scarcest removes."""
    if not plan.shadow:
        return
    skill, (days, low, high) = max(plan.shadow.items(), key=lambda entry: entry[1][0])
    yield (
        f"One more practitioner of {skill.replace('_', ' ')} removes most backlog by the end of the study: "
        f"{with_interval(days, low, high, 'working days')} days of effort, {UNDER_ASSUMPTIONS}"
    )


# -- openings and freezes -------------------------------------------------------------------------


def later(plan: HiringPlan) -> Iterator[str]:
    """How late vacancies may open, and what a freeze costs."""
    if plan.timing is not None and plan.timing.openings:
        yield from _openings(plan.timing)
    frozen = [freeze for freeze in plan.freezes if freeze.months]
    if frozen:
        confidence = plan.question.confidence
        chances = listed((
            f"after {freeze.months} {'month' if freeze.months == 1 else 'months'} "
            f"{chance_interval(freeze.chance, confidence)}, lower by {_points(freeze.lost)}" for freeze in frozen
        ), between="; ")
        free = chance_interval(plan.freezes[0].chance, confidence)
        yield f"Without a hiring freeze the chance is {free}; with one it is {chances}, {UNDER_ASSUMPTIONS}"


def _openings(timing: Timing) -> Iterator[str]:
    confidence = timing.confirmed.question.confidence
    if not any(one.month for one in timing.openings):
        less = listed(
            f"{chance_interval(one.too_late, confidence)} if {_vacancy(one)} alone opens a month later"
            for one in timing.openings if one.too_late is not None
        )
        yield f"Every vacancy has to open at once{less and f': the chance is {less}'}, {UNDER_ASSUMPTIONS}"
    elif timing.confirmed.holds:
        when = listed((
            f"{_vacancy(one)} in {'month ' + str(one.month) if one.month else 'the first week'}"
            f"{_one_later(one, confidence)}" for one in timing.openings
        ), between="; ")
        yield (
            f"Vacancies may open at the latest: {when}. {met_words(timing.confirmed.question)} then in "
            f"{chance_words(timing.confirmed)}, {UNDER_ASSUMPTIONS}"
        )


def _vacancy(one: Opening) -> str:
    return f"{one.step.who.replace('_', ' ')}{f' in {one.step.team}' if one.step.team else ''}"


def _one_later(one: Opening, confidence: float) -> str:
    """What a month later comes to."""
    if one.too_late is not None:
        return f", a month later still {chance_interval(one.too_late, confidence)}"
    return "" if one.latest else ", the last month before the date asked for"


# -- structures -----------------------------------------------------------------------------------


def worth(structures: Sequence[Needed]) -> Iterator[str]:
    """What each structure is worth in people beside the first, as far as fresh futures tell."""
    if len(structures) < 2:
        return
    first, *others = structures
    for one in others:
        if one.worth is not None and (one.best.meets or first.best.meets):
            yield _worth(one, first, one.worth)


def _worth(one: Needed, first: Needed, found: Worth) -> str:
    here, there = arranged_words(one), arranged_words(first)
    ahead = (
        f"with {pounds(found.money)} a year each, the chance of meeting all targets is "
        f"{'higher' if found.ahead[0] >= 0 else 'lower'} by {_points(_positive(found.ahead))} in {found.futures} fresh "
        "futures"
    )
    if found.fewer is None or found.saved is None:
        meets, misses = (here, there) if one.best.meets else (there, here)
        said = f"Under {meets} a set of steps was found that meets the targets, under {misses} none was"
        if found.verdict == "cannot tell":
            return (
                f"{said}; whether it is the structure that makes the difference cannot be told: under "
                f"{structure(one)}, {ahead}, {UNDER_ASSUMPTIONS}"
            )
        return f"{said}; under {structure(one)}, {ahead}, {UNDER_ASSUMPTIONS}"
    if found.verdict == "as much":
        return (
            f"Under {here} the targets take as many steps and as much money as under {there}, {UNDER_ASSUMPTIONS}"
        )
    if found.verdict == "cannot tell":
        return (
            f"Whether the targets take more or less under {here} than under {there} cannot be told: the searches ended "
            f"at {_found(one)} and at {_found(first)}, but {ahead}, {UNDER_ASSUMPTIONS}"
        )
    fewer, saved = found.fewer, found.saved
    many = f"{number(abs(fewer))} {'step' if abs(fewer) == 1 else 'steps'} {'fewer' if fewer > 0 else 'more'}"
    cheaper = f"{pounds(abs(saved))} a year {'less' if saved > 0 else 'more'}"
    return (
        f"Under {here} the same targets take {' and '.join([many] * bool(fewer) + [cheaper])} than under {there}; "
        f"{ahead}, {UNDER_ASSUMPTIONS}"
    )


def _found(one: Needed) -> str:
    count = len(one.best.plan)
    return f"{number(count)} {'step' if count == 1 else 'steps'} ({pounds(one.best.cost)} a year)"


def structure(needed: Needed) -> str:
    """A structure in a sentence."""
    return named(needed.allocation.name)


def arranged_words(needed: Needed) -> str:
    """A structure with what its best arrangement changes."""
    changed = needed.allocation.words
    return f"{structure(needed)} ({'; '.join(changed)})" if changed else structure(needed)


def _positive(found: tuple[float, float, float]) -> tuple[float, float, float]:
    """A difference so that its mean is not below nought."""
    mean, low, high = found
    return found if mean >= 0 else (-mean, -high, -low)


def _points(found: tuple[float, float, float]) -> str:
    """A difference of chances in points."""
    return f"{with_interval(*found, 'share', signed=True).replace('+', '')} points"
