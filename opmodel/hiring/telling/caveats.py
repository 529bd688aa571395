"""What a reader must know beside the planner's answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from opmodel.hiring.asking.costs import stay
from opmodel.hiring.asking.scope import limits
from opmodel.hiring.telling.found import shown, way_of
from opmodel.hiring.telling.phrases import (
    chance_words,
    holders,
    named,
    number,
    offered,
    pounds,
    put_words,
    share,
    steps_words,
)
from opmodel.hiring.telling.searches import search_words
from opmodel.hiring.telling.unmeasured import unmeasured
from opmodel.scenario.quantity import DAYS_PER_WEEK, Parameter
from opmodel.wording import listed

if TYPE_CHECKING:
    from opmodel.hiring.plan import HiringPlan

#: Fewer fresh futures, or futures of a sweep, than this leave wide intervals.
FEW, FEW_SWEPT = 100, 30
#: What a number of the file rests on, in words for those who do not know its tags.
RESTS = {
    "S": "from a published source", "D": "derived from published figures", "G": "general knowledge",
    "A": "assumed, no published source", "file": "as the file states",
}


def notes(plan: HiringPlan) -> list[str]:
    """What a reader must know beside the answer."""
    return [
        *limits(plan.question.scenario, plan.scope, [one.step.who for one in plan.sweeps]),
        *unmeasured(plan), *_of_futures(plan), *_of_guesses(plan),
        *_of_seats(plan), *_of_search(plan), *_of_costs(plan), *_of_recruiting(plan), *_of_freezes(plan),
        "Posts, not people: nothing here speaks of the holder of a post.",
    ]


def _of_futures(plan: HiringPlan) -> Iterator[str]:
    found, several = shown(plan), len(plan.question.wanted) > 1
    if found is not None:
        confidence, some = found.question.confidence, "some" if several else "the"
        yield (
            f"A confidence of {share(confidence)} accepts that {some} target is missed in up to "
            f"{share(round(1.0 - confidence, 6))} of possible futures."
        )
        if found.outcome.n < FEW:
            yield (
                f"The team was tried on only {found.outcome.n} fresh futures, so its interval is wide; more futures "
                "narrow it."
            )
    if any(sweep.outcomes[0].n < FEW_SWEPT for sweep in plan.sweeps):
        yield f"The sweep rests on only {plan.sweeps[0].outcomes[0].n} futures of each number of hires."
    every = (*(one for sweep in plan.sweeps for one in sweep.refused),
             *(one for path in (plan.path, plan.within) if path is not None for one in path.refused))
    for refused in {(one.scenario.hash, one.seed): one for one in every}.values():
        what = listed(steps_words(refused.plan)) or "no step at all"
        met = f"{'all targets' if several else 'the target'} in"
        if refused.verdict == "cannot tell yet":
            yield (
                f"Left open, as it met {met} {chance_words(refused)}, less often than asked for but perhaps by chance "
                f"alone: {what}."
            )
        else:
            yield f"Refused, as it might have been enough but met {met} only {chance_words(refused)}: {what}."
    if found is not None and (plan.sweeps or plan.structures or every):
        yield (
            "Each part, and each try on fresh futures, rests on futures of its own: the same team, or no hire, may "
            "show another share there by luck alone."
        )
    if every or found is not None:
        yield (
            "A team that clearly fails is given up early, so that refused ones may rest on fewer futures; one of which "
            "the first futures cannot tell whether it holds is tried on twice as many."
        )


def _of_guesses(plan: HiringPlan) -> Iterator[str]:
    for sweep in plan.sweeps:
        who = f"{holders(sweep.step)}{offered(sweep.step)}"
        where = f"{put_words(sweep.step)}{f', {named(sweep.name)}' if sweep.name else ''}"
        swept = len(sweep.outcomes) - 1
        guess = f"that no number up to {swept} would do" if sweep.guess is None else _more(sweep.guess)
        if sweep.guess == swept:  # they are asked about no more than were swept
            guess += ", or even more"
        if sweep.enough is not None:
            found = f"it is {_more(len(sweep.enough.plan))}"
        else:
            found = f"none of those tried {'was shown to be' if sweep.cannot_tell else 'is'} enough"
        yield (
            f"Of {who} alone{where}, queueing formulas guess {guess}; by the simulation {found}. The guess is never "
            "the answer."
        )


def _of_seats(plan: HiringPlan) -> Iterator[str]:
    """Why one role alone may take more people than the best mix."""
    if plan.path is not None and any(sweep.step.team is None for sweep in plan.sweeps):
        yield (
            "One role alone and the best mix are different questions: there each hire goes to the role's next seat, "
            "where most work waits for each holder, while the best mix chooses the team; so it may need fewer."
        )


def _more(count: int) -> str:
    """So many further people."""
    return f"{number(count)} more" if count else "nobody more"


def _of_search(plan: HiringPlan) -> Iterator[str]:
    searched = plan.path or plan.within or (plan.structures[0].best if plan.structures else None)
    if searched is not None:
        yield search_words(searched)
    if plan.path is not None:
        steps = way_of(plan.path)
        # Of what was taken over from another search, or was all there was, there is no next best to tell it from.
        unsure = sum(not step.sure and step.next_best is not None for step in steps)
        if unsure:
            some = f"{number(unsure).capitalize()} of {number(len(steps))} steps of the way could not"
            if unsure == len(steps):
                some = "No step of the way could" if unsure > 1 else "The only step of the way could not"
            yield f"{some} be told apart from the next best, which might do as well."
    if plan.structures:
        yield (
            "Every structure was searched for its own best arrangement with the same number of settings, in the same "
            "futures. What one is worth in people is the difference between what two of them need, and told only where "
            "the one that needs less also meets the targets more often with the same money; where only one of the two "
            "meets them, each is tried with its own plan."
        )


def _of_costs(plan: HiringPlan) -> Iterator[str]:
    found = shown(plan)
    if found is None or not len(found.plan):
        return
    scenario = found.question.scenario
    yield (
        "Costs are what the first full year puts on the budget: pay with on-costs and overheads, less "
        f"{share(float(scenario.costs.vacancy_factor))} for posts that stand empty (the vacancy factor). What is paid "
        "once counts whole; a contract that ends sooner counts for as long as it lasts."
    )
    if found.outcome.n > 1:
        mean, low, high = found.spent
        why = ": posts stand empty at first and when people leave" if mean >= 0.0 else ""
        yield (
            f"In the simulation the organisation spends {pounds(mean)} a year more with the team than without "
            f"(95 % interval {pounds(low)} to {pounds(high)}), over the whole study{why}."
        )


def _of_recruiting(plan: HiringPlan) -> Iterator[str]:
    """What the answer assumes about recruiting, with the tags that matter, and who leaves again."""
    found = shown(plan)
    if found is None:
        return
    scenario, hires = found.question.scenario, [step for step, _ in found.plan.counts if step.kind == "hire"]
    if hires:
        facts = [
            f"{what} {_stated(value, days=unit)}" for what, value, unit in (
                ("approval", scenario.people.approval, True), ("time to hire", scenario.people.time_to_hire, True),
                ("notice", scenario.people.notice, True),
                ("an advert's chance of filling the post", scenario.people.fill_chance, False),
            )
        ]
        yield (
            "Recruiting is taken to be as the file says, unless a role or contract has its own: "
            f"{listed(facts)}."
        )
        yield (
            "The ranges of these assumptions are not in the chance; a comparison of structures with sampled "
            "assumptions shows what they do (opmodel compare FILE --assumptions 200)."
        )
    temporary = [step for step in hires if stay(scenario, step) is not None]
    for contract in dict.fromkeys(step.contract for step in temporary):
        weeks = min(float(stay(scenario, s) or 0.0) / DAYS_PER_WEEK for s in temporary if s.contract == contract)
        yield (
            f"People on {contract.replace('_', ' ')} contracts leave again after about {weeks:.0f} weeks."
        )


def _of_freezes(plan: HiringPlan) -> Iterator[str]:
    if any(freeze.months for freeze in plan.freezes):
        yield (
            "In a hiring freeze here no further vacancy opens, but whoever leaves is replaced all the same; a freeze "
            "of replacements, too, would cost more."
        )


def _stated(value: Parameter, *, days: bool) -> str:
    if days:
        return f"{value:.0f} working {'day' if round(float(value)) == 1 else 'days'} ({RESTS[value.tag]})"
    return f"{share(round(float(value), 4))} ({RESTS[value.tag]})"
