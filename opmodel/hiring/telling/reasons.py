"""Why no plan meets the targets, and what would have to change: for those who decide.

Every share stands with its interval and the futures it rests on. What is not shown is said not to be told.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from opmodel.comparison.verdicts import UNDER_ASSUMPTIONS
from opmodel.hiring.telling.found import undecided
from opmodel.hiring.telling.phrases import by_when, chance_interval, month_words
from opmodel.wording import listed

if TYPE_CHECKING:
    from opmodel.hiring.plan import HiringPlan
    from opmodel.hiring.weighing.binding import Binding, Lifted


def why_not(plan: HiringPlan) -> list[str]:
    """The same for a whole study: causes stand under a condition where its own futures leave open whether a team does.

    Nothing where no constraint was lifted.
    """
    return [] if plan.binding is None else reasons(plan.binding, doubtful=undecided(plan))


def reasons(found: Binding, *, doubtful: bool | None = None) -> list[str]:
    """Why not, and what would have to change, in sentences.

    Args:
        found: what was lifted, and what that came to.
        doubtful: whether it cannot be told that the plan is not enough; causes then stand under that condition. None
            to judge by the futures of ``found`` alone.
    """
    if found.reached:
        assert found.unlifted is not None
        one = _Targets(found)
        return [
            f"What holds {one.all} back cannot be told: in further fresh futures the same plan meets {one.them} in "
            f"{_share(found, found.unlifted.chance, found.unlifted.futures)}, {UNDER_ASSUMPTIONS}"
        ]
    doubtful = found.doubtful if doubtful is None else doubtful or found.doubtful
    return [*_people(found, doubtful), *_furthest(found), *_causes(found, doubtful)]


class _Targets:
    """What is asked for, as the subject or object of a sentence: one target or several."""

    def __init__(self, found: Binding) -> None:
        several = len(found.question.wanted) > 1
        self.all, self.are = ("the targets", "are") if several else ("the target", "is")
        self.they, self.them = ("they", "them") if several else ("it", "it")


def _share(found: Binding, chance: tuple[float, float, float], futures: int | None) -> str:
    """A share with its interval and the futures it rests on."""
    return f"{chance_interval(chance, found.question.confidence)} of {f'{futures} ' if futures else ''}futures"


def _quoted(found: Binding) -> str:
    """The targets that more people spoil."""
    return listed(f"'{one.words}'" for one in found.spoilt)


def _aside(found: Binding) -> str:
    """That of everybody imaginable these targets are not asked."""
    return f" (leaving aside {_quoted(found)})" if found.spoilt else ""


def _futures(found: Binding) -> int | None:
    """Futures of the plan with nothing lifted."""
    return None if found.unlifted is None else found.unlifted.futures


def _people(found: Binding, doubtful: bool) -> Iterator[str]:
    """Whether many more people would do."""
    many, hires = found.unlimited, any(step.kind == "hire" for step, _ in found.plan.counts)
    if found.only_spoilt:
        others = len(found.question.wanted) > len(found.spoilt)
        met = "; the others are met as surely as asked for" if others else ""
        yield f"More people may make it harder, not easier, to meet {_quoted(found)}{met}."
        return
    one = _Targets(found)
    aside = _aside(found)
    everybody = f"with {many.times} times as many people of every role, at work from the first day at full pace"
    share = _share(found, many.chance, many.futures)
    if many.times == 1:
        yield "Whether many more people would do could not be tried: there are too many already."
    elif found.not_people:
        yield (
            f"{one.all.capitalize()}{aside} cannot be met by hiring alone: even {everybody}, {one.they} {one.are} met "
            f"in only {share}, {UNDER_ASSUMPTIONS}"
        )
    elif not found.about_people:
        yield (
            f"Whether {one.all}{aside} can be met by hiring alone cannot be told: {everybody}, {one.they} {one.are} "
            f"met in {share}."
        )
    elif hires:
        yield (
            f"No plan that was found {'was shown to meet' if doubtful else 'meets'} {one.all}, though {everybody}, "
            f"{one.they}{aside} would be met in {share}."
        )


def _furthest(found: Binding) -> Iterator[str]:
    """The target that is met least often as things stand."""
    worst, chance = found.targets[0]
    share = _share(found, chance, _futures(found))
    if len(found.targets) > 1:
        yield f"The target met least often is '{worst.words}': with the best plan found in {share}."
    else:
        yield f"With the best plan found '{worst.words}' is met {by_when(found.question)} in {share}."


def _causes(found: Binding, doubtful: bool) -> Iterator[str]:
    """What binds, whether more time would do, and whether everything together would."""
    one = _Targets(found)
    known = "If the plan is not enough, what" if doubtful else "What"
    for lifted in found.binding:
        too = "" if lifted is found.binding[0] else ", too,"
        yield (
            f"{known} holds {one.them} back{too} is {lifted.constraint}: without this {one.all} {one.are} met in "
            f"{_share(found, lifted.chance, lifted.futures)}. For that, {lifted.remedy}."
        )
    confidence = found.question.confidence
    shown = [entry for entry in found.later if entry[1][1] >= confidence]
    likely = [entry for entry in found.later if entry[1][0] >= confidence - 1e-9]
    if shown or likely:
        week, chance = (shown or likely)[0]
        yield (
            f"More time {'would' if shown else 'may'} do: by {month_words(week)} the same plan meets {one.all} in "
            f"{_share(found, chance, _futures(found))}."
        )
    if not found.binding and not likely:
        said = _several(found)
        yield f"If the plan is not enough: {said[:1].lower()}{said[1:]}" if doubtful else said


def _several(found: Binding) -> str:
    """Nothing by itself is shown to be enough: whether everything together is."""
    one = _Targets(found)
    everything = next((lifted for lifted in found.lifted if lifted.name == "everything"), None)
    if everything is not None and everything.binds and not found.about_people:
        share = _share(found, everything.chance, everything.futures)
        return (
            f"Only several changes together were shown to be enough: {one.all}{_aside(found)} {one.are} met in {share} "
            f"with all of this: {everything.remedy}."
        )
    last = everything or found.unlimited
    if found.not_people and not (last.binds or last.open):
        return (
            f"Not even with so many people, and with nothing that holds requests up, {one.are} {one.they} met as "
            "surely as asked for: less would have to be asked for, or the work would have to take less time."
        )
    unclear = [lifted for lifted in found.lifted if lifted.open and lifted.name != "everything"]
    if unclear:
        best = max(unclear, key=_likely)
        return (
            "No single change that was tried is shown to be enough; nearest comes the one without "
            f"{best.constraint}, in {_share(found, best.chance, best.futures)}."
        )
    if found.about_people:
        return f"No single change that was tried is enough; several constraints hold {one.all} back together."
    return "No single change that was tried is enough; whether several together would be was not shown."


def _likely(one: Lifted) -> float:
    return one.chance[0]
