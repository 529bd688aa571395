"""The planner's answer in words: how many people, of which role, where, from when, at what cost, and how sure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from opmodel.comparison.verdicts import UNDER_ASSUMPTIONS
from opmodel.hiring.caveats import notes
from opmodel.hiring.costs import plan_cost
from opmodel.hiring.phrases import (
    asked_for,
    by_when,
    chance_interval,
    chance_words,
    cost_words,
    deed,
    lower,
    met_words,
    month_words,
    named,
    number,
    people,
    percent,
    plural,
    pounds,
    share,
    share_of,
    shown,
    steps_words,
)
from opmodel.wording import listed, with_interval

if TYPE_CHECKING:
    from opmodel.hiring.allocation import Needed
    from opmodel.hiring.confirming import Confirmed
    from opmodel.hiring.path import Path
    from opmodel.hiring.plan import HiringPlan
    from opmodel.hiring.steps import Plan
    from opmodel.hiring.sweep import Sweep
    from opmodel.scenario.scenario import Scenario

__all__ = [
    "answer", "asked_for", "by_when", "chance_interval", "chance_words", "cost_words", "deed", "met_words",
    "month_words", "named", "notes", "number", "people", "percent", "plural", "pounds", "share", "shown", "steps_words",
]

#: Why a search ended, as a sentence says it.
ENDED = {
    "nothing helps": "no further step that is allowed brings the targets nearer",
    "too slow": "what further steps bring would not add up to what is missing",
    "hopeless": "not even many more people of every role would do",
    "at most": "the greatest number of steps was reached",
    "budget": "nothing that helps can be paid for any more",
    "refused": "every team that looked enough failed in fresh futures",
}


def answer(plan: HiringPlan) -> list[str]:
    """The answer to the planner's question; its first sentence says yes or no, and how sure.

    Every figure rests on fresh futures. Where no team meets the targets the sentences say which constraint binds and
    what would have to change.
    """
    found = shown(plan)
    if found is not None and found.holds:
        said = [*_recommended(found), *_beside(plan, found)]
    elif not _tried(plan):
        said = ["Nothing can be said yet."]
    else:
        said = list(_none(plan))
    said += [sentence for sweep in plan.sweeps for sentence in _of_sweep(sweep, found)]
    if plan.binding is not None:
        said += plan.binding.sentences()
    said += _later(plan)
    said += _worth(plan.structures)
    said += _marginal(plan)
    if not plan.finished and _tried(plan):
        said.append("This is what was found so far: not all that was asked has been worked out.")
    return said


def _recommended(found: Confirmed) -> Iterator[str]:
    question, plan = found.question, found.plan
    if not len(plan):
        yield (
            f"The targets are met already without any hire: {by_when(question)} in {chance_words(found)}, "
            f"{UNDER_ASSUMPTIONS}"
        )
    else:
        told_plan = deed(plan)
        yield (
            f"{told_plan[:1].upper()}{told_plan[1:]}: {_people_and_cost(question.scenario, plan)}. "
            f"{met_words(question)} in {chance_words(found)}; without, in "
            f"{percent(share_of(found.base.met()[:, question.at]), question.confidence)}, {UNDER_ASSUMPTIONS}"
        )
    if found.verdict == "cannot tell yet":
        yield _cannot_tell(found)


def _cannot_tell(found: Confirmed) -> str:
    """Whether the true chance is high enough is open, and what would tell."""
    more = found.more_futures
    further = "no reasonable number of further ones would tell" if more is None else f"about {more:,} more would tell"
    side = f"begins at {percent(found.interval[0], found.question.confidence)}" if found.holds else (
        f"reaches up to {percent(found.interval[1])}")
    return (
        f"Whether the chance is really {share(found.question.confidence)} cannot be told yet from {found.outcome.n} "
        f"futures: its interval {side}; {further}."
    )


def _people_and_cost(scenario: Scenario, plan: Plan) -> str:
    hired = sum(count for step, count in plan.counts if step.kind == "hire")
    said = [f"{number(hired)} {'person' if hired == 1 else 'people'} more"] if hired else []
    return ", ".join([*said, f"{cost_words(scenario, plan)} in a full year"])


def _beside(plan: HiringPlan, found: Confirmed) -> Iterator[str]:
    """What the search within a budget found beside, and a cheaper answer of a sweep."""
    cost = plan_cost(found.question.scenario, found.plan)
    within = plan.within
    if within is not None and within.budget is not None and within.confirmed is not found:
        if cost <= within.budget:
            yield f"That is within the budget of {pounds(within.budget)}."
        elif within.confirmed is not None:
            yield _within(within)
    for sweep in plan.sweeps:
        other = sweep.enough
        own = sweep.question.scenario.hash == plan.question.scenario.hash
        if own and other is not None and other is not found and plan_cost(other.question.scenario, other.plan) < cost:
            yield (
                f"The sweep found a cheaper team: {deed(other.plan)} would be enough, too, at "
                f"{cost_words(other.question.scenario, other.plan)}, {UNDER_ASSUMPTIONS}"
            )


def _within(path: Path) -> str:
    found, question = path.confirmed, path.question
    assert found is not None
    assert path.budget is not None
    if not len(found.plan):
        return (
            f"Within {pounds(path.budget)} a year nothing that helps can be paid for: {lower(met_words(question))} in "
            f"{chance_words(found)}, {UNDER_ASSUMPTIONS}"
        )
    return (
        f"Within {pounds(path.budget)} a year the best found is: {deed(found.plan)}, "
        f"{cost_words(question.scenario, found.plan)}. {met_words(question)} in {chance_words(found)}, "
        f"{UNDER_ASSUMPTIONS}"
    )


def _tried(plan: HiringPlan) -> bool:
    return bool(plan.sweeps or plan.path or plan.within or plan.structures or plan.shadow)


def _none(plan: HiringPlan) -> Iterator[str]:
    """The honest no: nothing that was tried meets the targets."""
    question, path, within = plan.question, plan.path, plan.within
    which = "all targets" if len(question.wanted) > 1 else "the target"
    asked = f"{which} {by_when(question)} in at least {share(question.confidence)} of fresh futures"
    first = "Not yet" if not plan.finished else "Cannot tell yet" if _undecided(plan) else "No"
    if path is not None or within is not None:
        kind = "set of hires" if not (plan.scope.moves or plan.scope.training) else "set of steps"
        yield f"{first}: no {kind} was found that meets {asked}, {UNDER_ASSUMPTIONS}"
    elif plan.sweeps:
        yield f"{first}: no number of hires that was tried meets {asked}, {UNDER_ASSUMPTIONS}"
    elif plan.structures:
        meeting = [one for one in plan.structures if one.plain.meets or one.best.meets]
        yield f"{listed(_structure(one) for one in meeting)} can meet {asked}." if meeting else (
            f"{first}: under none of the structures a set of hires was found that meets {asked}, {UNDER_ASSUMPTIONS}"
        )
    if path is not None and path.confirmed is not None and len(path.plan):
        what = deed(path.plan)
        yield (
            f"The best found: {what}, {cost_words(question.scenario, path.plan)} in a full year. "
            f"{met_words(question)} in {chance_words(path.confirmed)}. "
            f"The search ended because {ENDED.get(path.ended, path.ended)}."
        )
        if path.confirmed.verdict == "cannot tell yet":
            yield _cannot_tell(path.confirmed)
    elif path is not None and not len(path.plan):
        yield "No single step that is allowed brings the targets nearer."
    if within is not None and within.confirmed is not None:
        yield _within(within)


def _undecided(plan: HiringPlan) -> bool:
    """Whether some team did not hold on fresh futures, but might be enough for all that is known."""
    own = plan.question.scenario.hash
    tried = [one for sweep in plan.sweeps if sweep.question.scenario.hash == own for one in sweep.cannot_tell]
    for path in (plan.path, plan.within):
        tried += [] if path is None else [*path.refused, *([path.confirmed] if path.confirmed is not None else [])]
    return any(one.verdict == "cannot tell yet" for one in tried)


def _marginal(plan: HiringPlan) -> Iterator[str]:
    """What one more practitioner of the skill that is scarcest removes."""
    if not plan.shadow:
        return
    skill, (days, low, high) = max(plan.shadow.items(), key=lambda entry: entry[1][0])
    yield (
        f"One more practitioner of {skill.replace('_', ' ')} removes most backlog by the end of the study: "
        f"{with_interval(days, low, high, 'working days')} days of effort, {UNDER_ASSUMPTIONS}"
    )


def _of_sweep(sweep: Sweep, found: Confirmed | None) -> Iterator[str]:
    """The smallest number of one role alone."""
    enough, question = sweep.enough, sweep.question
    where = f" ({named(sweep.name)})" if sweep.name else ""
    where = f" in {sweep.step.team}{where}" if sweep.step.team else where
    who = sweep.step.who.replace("_", " ")
    if enough is None:
        last, swept = sweep.outcomes[-1], len(sweep.outcomes) - 1
        chance = percent(share_of(last.met()[:, question.at]), question.confidence)
        yield (
            f"Of {plural(who)} alone{where}, no number up to {max(sweep.most, swept)} is enough; with {swept}, "
            f"{lower(met_words(question))} in {chance} of {last.n} futures, {UNDER_ASSUMPTIONS}"
        )
    elif enough is not found and len(enough.plan):
        count = len(enough.plan)
        yield (
            f"Of {plural(who)} alone{where}, {number(count)} more {'is' if count == 1 else 'are'} the "
            f"smallest number that is enough: {lower(met_words(question))} in {chance_words(enough)}, at "
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


def _later(plan: HiringPlan) -> Iterator[str]:
    """How late vacancies may open, and what a freeze costs."""
    if plan.timing is not None and plan.timing.openings:
        timing = plan.timing
        if not any(one.month for one in timing.openings):
            yield f"Every vacancy has to open at once: a month later is too late, {UNDER_ASSUMPTIONS}"
        elif timing.confirmed.holds:
            when = listed(
                f"{one.step.who.replace('_', ' ')}{f' in {one.step.team}' if one.step.team else ''} in "
                f"{'month ' + str(one.month) if one.month else 'the first week'}"
                for one in timing.openings
            )
            yield (
                f"Vacancies may open at the latest: {when}. {met_words(timing.confirmed.question)} then in "
                f"{chance_words(timing.confirmed)}, {UNDER_ASSUMPTIONS}"
            )
    frozen = [freeze for freeze in plan.freezes if freeze.months]
    if frozen:
        chances = listed(
            f"after {freeze.months} {'month' if freeze.months == 1 else 'months'} "
            f"{chance_interval(freeze.chance, plan.question.confidence)}" for freeze in frozen
        )
        free = chance_interval(plan.freezes[0].chance, plan.question.confidence)
        yield f"Without a hiring freeze the chance is {free}; with one it is {chances}, {UNDER_ASSUMPTIONS}"


def _worth(structures: Sequence[Needed]) -> Iterator[str]:
    """What each structure is worth in people, beside the first."""
    if len(structures) < 2:
        return
    first, *others = structures
    if not first.best.meets:
        meeting = [one for one in others if one.best.meets]
        if meeting:
            yield (
                f"Under {_structure(first)} no set of hires that was found meets the targets; under "
                f"{listed(_structure(one) for one in meeting)} one does, {UNDER_ASSUMPTIONS}"
            )
        return
    for one in others:
        if not one.best.meets:
            yield f"Under {_structure(one)} no set of hires that was found meets the targets, {UNDER_ASSUMPTIONS}"
            continue
        fewer = len(first.best.plan) - len(one.best.plan)
        saved = first.best.cost - one.best.cost
        many = f"{number(abs(fewer))} {'step' if abs(fewer) == 1 else 'steps'} {'fewer' if fewer > 0 else 'more'}"
        cheaper = f"{pounds(abs(saved))} a year {'less' if saved > 0 else 'more'}"
        parts = [many] * bool(fewer) + [cheaper] * (abs(saved) >= 50.0)
        yield (
            f"{_structure(one)[:1].upper()}{_structure(one)[1:]}, arranged as well as was found, needs "
            f"{' and '.join(parts) or 'as much as'} {'than' if parts else ''} {_structure(first)}".replace("  ", " ")
            + f" to meet the same targets, {UNDER_ASSUMPTIONS}"
        )


def _structure(needed: Needed) -> str:
    return named(needed.allocation.name)
