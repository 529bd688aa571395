"""What each structure needs, in words: what it is worth beside the first, and what sharing work otherwise saves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from opmodel.comparison.verdicts import UNDER_ASSUMPTIONS
from opmodel.hiring.asking.costs import plan_cost
from opmodel.hiring.telling.differences import points, positive
from opmodel.hiring.telling.phrases import chance_words, cost_words, deed, lower, met_words, named, number, pounds

if TYPE_CHECKING:
    from opmodel.hiring.plan import HiringPlan
    from opmodel.hiring.weighing.allocation import Needed
    from opmodel.hiring.weighing.worth import Worth

#: What is compared: the arrangements themselves are named beside the table.
AT_BEST = "each at the best arrangement found for it"
#: Settings of an arrangement that fit into the sentence of its answer; more stand in the table alone.
SHORT = 2


def worth(structures: Sequence[Needed]) -> Iterator[str]:
    """What each structure is worth in people beside the first, as far as fresh futures tell."""
    if len(structures) < 2:
        return
    first, *others = structures
    for one in others:
        if one.worth is not None and one.worth.verdict != "neither meets":
            yield _worth(one, first, one.worth)


def _worth(one: Needed, first: Needed, found: Worth) -> str:
    here, there = structure(one), structure(first)
    both = one.best.meets and first.best.meets
    costs = found.costs or (one.best.cost, first.best.cost)
    if not both or found.money is None:
        spent = f"with {pounds(costs[0])} a year there and {pounds(costs[1])} under {there}"
    elif found.money >= 50.0:
        spent = f"with up to {pounds(found.money)} a year each"
    else:
        spent = "with nothing spent under either"
    gap = "the chance of meeting all targets is " + (
        f"{'higher' if found.ahead[0] >= 0 else 'lower'} by {points(positive(found.ahead), found.futures)}"
        if any(found.ahead) else "the same"
    )
    seen = "fresh futures" if any(found.ahead) else "fresh futures, in which no difference was seen"
    ahead = f"{spent}, {gap} in {found.futures} {seen}"
    if not both or found.fewer is None or found.saved is None:
        meets, misses = (here, there) if one.best.meets else (there, here)
        said = f"Under {meets} a set of steps was found that meets the targets, under {misses} none was, {AT_BEST}"
        if found.verdict == "cannot tell":
            return (
                f"{said}; whether it is the structure that makes the difference cannot be told: under "
                f"{structure(one)}, {ahead}, {UNDER_ASSUMPTIONS}"
            )
        return f"{said}; under {structure(one)}, {ahead}, {UNDER_ASSUMPTIONS}"
    if found.verdict == "as much":
        return (
            f"Under {here} the targets take as many steps and as much money as under {there}, {AT_BEST}, "
            f"{UNDER_ASSUMPTIONS}"
        )
    if found.verdict == "cannot tell":
        return (
            f"Whether the targets take more or less under {here} than under {there}, {AT_BEST}, cannot be told: the "
            f"searches ended at {_found(one)} and at {_found(first)}, but {ahead}, {UNDER_ASSUMPTIONS}"
        )
    fewer, saved = found.fewer, found.saved
    many = f"{number(abs(fewer))} {'step' if abs(fewer) == 1 else 'steps'} {'fewer' if fewer > 0 else 'more'}"
    cheaper = f"{pounds(abs(saved))} a year {'less' if saved > 0 else 'more'}"
    return (
        f"Under {here} the same targets take {' and '.join([many] * bool(fewer) + [cheaper])} than under {there}, "
        f"{AT_BEST}; "
        f"{ahead}, {UNDER_ASSUMPTIONS}"
    )


def rearranged(plan: HiringPlan) -> Iterator[str]:
    """Where the own structure meets the targets for less if work is shared otherwise: an answer without that misleads.

    Where no team is recommended, whatever it costs.
    """
    own, found = plan.question.scenario, plan.recommended
    for one in plan.structures:
        best = one.best
        settings, there = one.allocation.words, best.confirmed
        if one.allocation.question.scenario.hash != own.hash or not best.meets or there is None:
            continue
        cost = plan_cost(there.question.scenario, best.plan)
        if found is not None and cost >= plan_cost(found.question.scenario, found.plan):
            continue
        open_ = " (whether that is as surely as asked for cannot be told yet)"
        met = f"{lower(met_words(there.question))} in {chance_words(there)}"
        which = "; ".join(settings) if len(settings) <= SHORT else "told with what each structure needs"
        how = f"With another way of sharing work ({which})" if settings else "In the search under each structure"
        what = (
            f"{'this' if found is None else 'less'} was enough: {deed(best.plan)}, "
            f"{cost_words(there.question.scenario, best.plan)} in a full year"
        )
        yield (
            f"{how} {what if len(best.plan) else 'no hire was needed'}; {met}"
            f"{open_ if there.verdict == 'cannot tell yet' else ''}, {UNDER_ASSUMPTIONS}"
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
