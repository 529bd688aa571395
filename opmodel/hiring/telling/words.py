"""The planner's answer in words: how many people, of which role, where, from when, at what cost, and how sure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from opmodel.comparison.verdicts import UNDER_ASSUMPTIONS
from opmodel.hiring.asking.costs import plan_cost, stay
from opmodel.hiring.telling.found import shown, undecided
from opmodel.hiring.telling.further import later, marginal, of_sweep
from opmodel.hiring.telling.phrases import (
    by_when,
    chance_words,
    cost_words,
    counted,
    deed,
    lower,
    met_words,
    month_words,
    number,
    percent,
    pounds,
    share,
)
from opmodel.hiring.telling.reasons import why_not
from opmodel.hiring.telling.structured import arranged_words, rearranged, structure, worth
from opmodel.hiring.telling.unmeasured import aside
from opmodel.wording import listed

if TYPE_CHECKING:
    from opmodel.hiring.plan import HiringPlan
    from opmodel.hiring.searching.path import Path
    from opmodel.hiring.trying.confirming import Confirmed

#: More futures than this nobody simulates to learn on which side of the confidence a chance lies.
PRACTICABLE = 2000
#: Why a search ended, as a sentence says it.
ENDED = {
    "nothing helps": "no further step that is allowed was seen to help",
    "too slow": (
        "even if every further step brought as much as the best of the last ones, more than half of the gap would "
        "be left"
    ),
    "hopeless": "not even many more people of the roles allowed, at work from the first day at full pace, would do",
    "at most": "the plan had as many steps as are allowed ({most})",
    "at most one": (
        "no further step was seen to help by itself, and two that may help together are more than are allowed ({most} "
        "steps in all)"
    ),
    "budget": "no further step was found that helps and can be paid for",
    "refused": "every team that looked enough fell short in fresh futures",
}


def answer(plan: HiringPlan) -> list[str]:
    """The answer to the planner's question; its first sentence says yes or no, and how sure.

    Every figure rests on fresh futures. Where no team meets the targets the sentences say which constraint binds and
    what would have to change.
    """
    found = shown(plan)
    if found is not None and found.holds:
        first, *open_ = _recommended(found)
        said = [first, *rearranged(plan), *open_, *_beside(plan, found)]
    elif not _tried(plan):
        said = ["Nothing can be said yet."]
    else:
        said = list(_none(plan))
    said += [sentence for sweep in plan.sweeps for sentence in of_sweep(sweep, found)]
    said += why_not(plan)
    said += later(plan)
    said += worth(plan.structures)
    said += marginal(plan)
    if not plan.finished and _tried(plan):
        said.append("This is what was found so far: not all that was asked has been worked out.")
    return said


def _recommended(found: Confirmed) -> Iterator[str]:
    question, plan = found.question, found.plan
    if not len(plan):
        yield (
            f"Nothing more has to be done: {lower(met_words(question))} in {chance_words(found)}{aside(found)}, "
            f"{UNDER_ASSUMPTIONS}"
        )
    else:
        told_plan, these = deed(plan), "this step" if len(plan) == 1 else "these steps"
        without = found.base.met()[:, question.at]
        yield (
            f"{told_plan[:1].upper()}{told_plan[1:]}: {_people_and_cost(found)}. "
            f"{met_words(question)} in {chance_words(found)}; without {these}, in "
            f"{counted(int(without.sum()), without.size, question.confidence)}{aside(found)}, "
            f"{UNDER_ASSUMPTIONS}"
        )
    if found.verdict == "cannot tell yet":
        yield _cannot_tell(found)
    yield from _leaving(found)


def _leaving(found: Confirmed) -> Iterator[str]:
    """What is left of the team at the next milestone, where somebody in it leaves again: others cost more, but stay."""
    scenario, outcome = found.question.scenario, found.outcome
    contracts = dict.fromkeys(
        step.contract.replace("_", " ") for step in found.plan.steps
        if step.kind == "hire" and stay(scenario, step) is not None
    )
    after = [k for k, week in enumerate(outcome.weeks) if week > found.question.week]
    if contracts and after:
        met = outcome.met()[:, after[0]]
        which = "all targets are" if len(found.question.wanted) > 1 else "the target is"
        yield (
            f"This is no team for good: people on {listed(contracts)} contracts leave again, and only their stay is in "
            f"the cost. By {month_words(outcome.weeks[after[0]])} {which} met in "
            f"{counted(int(met.sum()), met.size, found.question.confidence)}, {UNDER_ASSUMPTIONS}"
        )


def _cannot_tell(found: Confirmed) -> str:
    """Whether the true chance is high enough is open, and what would tell."""
    more = found.more_futures
    if more is not None and more <= PRACTICABLE:
        further = f"about {more:,} more futures would tell, if the share stays as it is"
    else:
        further = (
            "what was seen lies so close that no practicable number of futures would tell, if the share stays as it is"
        ) + (
            ". Ask for a little more margin, such as a slightly higher confidence" if found.holds else ""
        )
    side = f"begins at {percent(found.interval[0], found.question.confidence)}" if found.holds else (
        f"reaches up to {percent(found.interval[1])}")
    return (
        f"Whether the chance is really at least {share(found.question.confidence)} cannot be told yet from "
        f"{found.outcome.n} futures: its interval {side}; {further}."
    )


def _people_and_cost(found: Confirmed) -> str:
    """How many people, what they put on a full year's budget, and what is spent on them in the simulation."""
    scenario, plan = found.question.scenario, found.plan
    hired = sum(count for step, count in plan.counts if step.kind == "hire")
    said = [f"{number(hired)} {'person' if hired == 1 else 'people'} more"] if hired else []
    simulated = ""
    if found.outcome.n > 1:
        mean, low, high = found.spent
        simulated = (
            f" (spent in the simulation, over the whole study: {pounds(mean)} a year, 95 % interval {pounds(low)} to "
            f"{pounds(high)})"
        )
    return ", ".join([*said, f"{cost_words(scenario, plan)} in a full year{simulated}"])


def _beside(plan: HiringPlan, found: Confirmed) -> Iterator[str]:
    """How the recommended team stands to the budget, and to what the search for the best mix found."""
    within, path = plan.within, plan.path
    if within is not None and within.budget is not None:
        if plan_cost(found.question.scenario, found.plan) <= within.budget:
            yield f"That is within the budget of {pounds(within.budget)} a year."
        elif within.confirmed is not None:
            yield _within(within)
    if path is None or (path.confirmed is not None and path.confirmed.scenario.hash == found.scenario.hash):
        return
    came = "the search within the budget" if within is not None and within.confirmed is found else "the sweep"
    if path.meets:
        yield (
            f"This team came out of {came}. The search for the best mix ended at a dearer one, which is therefore not "
            f"recommended: {deed(path.plan)}, {cost_words(path.question.scenario, path.plan)} in a full year."
        )
    else:
        yield f"This team came out of {came}; the search for the best mix found none that holds."


def _within(path: Path) -> str:
    found, question = path.confirmed, path.question
    assert found is not None
    assert path.budget is not None
    if not len(found.plan):
        return (
            f"Within {pounds(path.budget)} a year no step was found that helps: {lower(met_words(question))} without "
            f"any in {chance_words(found)}, {UNDER_ASSUMPTIONS}"
        )
    return (
        f"Within {pounds(path.budget)} a year the best found is: {deed(found.plan)}, "
        f"{cost_words(question.scenario, found.plan)} in a full year. {met_words(question)} in {chance_words(found)}, "
        f"{UNDER_ASSUMPTIONS}"
    )


def _tried(plan: HiringPlan) -> bool:
    return bool(plan.sweeps or plan.path or plan.within or plan.structures or plan.shadow)


def _none(plan: HiringPlan) -> Iterator[str]:
    """The honest no: nothing that was tried meets the targets."""
    question, path, within = plan.question, plan.path, plan.within
    which = "all targets" if len(question.wanted) > 1 else "the target"
    asked = f"{which} {by_when(question)} in at least {share(question.confidence)} of fresh futures"
    first = "Not yet" if not plan.finished else "Cannot tell yet" if undecided(plan) else "No"
    kind = "set of hires" if not (plan.scope.moves or plan.scope.training) else "set of steps"
    # Others may meet the targets, of which further sentences tell: no no to them.
    here = "under the structure that the file states, " if _others(plan) else ""
    if path is not None or within is not None:
        yield f"{first}: {here}no {kind} was found that meets {asked}, {UNDER_ASSUMPTIONS}"
    elif plan.sweeps:
        verb = "was shown to meet" if undecided(plan) else "meets"
        yield f"{first}: {here}no number of hires that was tried {verb} {asked}, {UNDER_ASSUMPTIONS}"
    elif plan.structures:
        meeting = [one for one in plan.structures if one.plain.meets or one.best.meets]
        own = question.scenario.hash
        plain = any(one.plain.meets and one.allocation.question.scenario.hash == own for one in meeting)
        under = listed(structure(one) if one.plain.meets else arranged_words(one) for one in meeting)
        yield (
            f"Yes{'' if plain else ', by another structure or arrangement'}: {asked} can be met under {under}, "
            f"{UNDER_ASSUMPTIONS}"
        ) if meeting else (
            f"{first}: under none of the structures a {kind} was found that meets {asked}, {UNDER_ASSUMPTIONS}"
        )
    if path is not None or within is not None or plan.sweeps:  # else the first sentence names them
        yield from rearranged(plan)
    if path is not None and path.confirmed is not None and len(path.plan):
        what = deed(path.plan)
        yield (
            f"The best found: {what}, {cost_words(question.scenario, path.plan)} in a full year. "
            f"{met_words(question)} in {chance_words(path.confirmed)}. "
            f"The search ended because {_ended(path)}."
        )
        if path.confirmed.verdict == "cannot tell yet":
            yield _cannot_tell(path.confirmed)
    elif path is not None and not len(path.plan):
        why = _ended(path).replace("no further step", "no step")
        yield f"No step is left: the search ended because {why}."
    if within is not None and within.confirmed is not None:
        yield _within(within)


def _ended(path: Path) -> str:
    """Why a search ended."""
    return ENDED.get(path.ended, path.ended).format(most=path.scope.at_most)


def _others(plan: HiringPlan) -> bool:
    """Whether the study asks about other structures, too."""
    own = plan.question.scenario.hash
    return bool(plan.structures) or any(sweep.question.scenario.hash != own for sweep in plan.sweeps)
