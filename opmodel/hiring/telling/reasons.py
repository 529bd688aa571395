"""Why no plan meets the targets, and what would have to change: for those who decide.

Every share stands with its interval and the futures it rests on. What is not shown is said not to be told.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from opmodel.comparison.verdicts import UNDER_ASSUMPTIONS
from opmodel.hiring.telling.phrases import chance_interval
from opmodel.wording import listed

if TYPE_CHECKING:
    from opmodel.hiring.weighing.binding import Binding, Lifted


def reasons(found: Binding, *, doubtful: bool | None = None) -> list[str]:
    """Why not, and what would have to change, in sentences.

    Args:
        found: what was lifted, and what that came to.
        doubtful: whether it cannot be told that the plan is not enough; causes then stand under that condition. None
            to judge by the futures of ``found`` alone.
    """
    if found.reached:
        assert found.unlifted is not None
        return [
            "What holds the targets back cannot be told: in further fresh futures the same plan meets them in "
            f"{_share(found, found.unlifted.chance, found.unlifted.futures)}, {UNDER_ASSUMPTIONS}"
        ]
    doubtful = found.doubtful if doubtful is None else doubtful or found.doubtful
    return [*_people(found), *_furthest(found), *_causes(found, doubtful)]


def _share(found: Binding, chance: tuple[float, float, float], futures: int | None) -> str:
    """A share with its interval and the futures it rests on."""
    return f"{chance_interval(chance, found.question.confidence)} of {f'{futures} ' if futures else ''}futures"


def _futures(found: Binding) -> int | None:
    """Futures of the plan with nothing lifted."""
    return None if found.unlifted is None else found.unlifted.futures


def _people(found: Binding) -> Iterator[str]:
    """Whether many more people would do."""
    many, hires = found.unlimited, any(step.kind == "hire" for step, _ in found.plan.counts)
    if found.only_spoilt:
        names = listed(f"'{one.words}'" for one in found.spoilt)
        yield f"More people make it harder, not easier, to meet {names}; the other targets are met."
        return
    aside = f" (leaving aside {listed(repr(one.words) for one in found.spoilt)})" if found.spoilt else ""
    everybody = f"with {many.times} times as many people of every role, at work from the first day at full pace"
    share = _share(found, many.chance, many.futures)
    if many.times == 1:
        yield "Whether many more people would do could not be tried: there are too many already."
    elif found.not_people:
        yield (
            f"The targets{aside} cannot be met by hiring: even {everybody}, they are met in only {share}, "
            f"{UNDER_ASSUMPTIONS}"
        )
    elif not found.about_people:
        yield (
            f"Whether the targets{aside} can be met by hiring at all cannot be told: {everybody}, they are met in "
            f"{share}."
        )
    elif hires:
        yield (
            "The targets were not met by any plan that was found, though "
            f"{everybody}, they{aside} would be met in {share}."
        )


def _furthest(found: Binding) -> Iterator[str]:
    worst, chance = found.targets[0]
    yield f"The target furthest from being met is '{worst.words}', met in {_share(found, chance, _futures(found))}."


def _causes(found: Binding, doubtful: bool) -> Iterator[str]:
    """What binds, whether more time would do, and whether everything together would."""
    known = "If the plan is not enough, what" if doubtful else "What"
    for one in found.binding:
        yield (
            f"{known} holds them back is {one.constraint}: without it the targets are met in "
            f"{_share(found, one.chance, one.futures)}. For that, {one.remedy}."
        )
    confidence = found.question.confidence
    shown = [one for one in found.later if one[1][1] >= confidence]
    likely = [one for one in found.later if one[1][0] >= confidence - 1e-9]
    if shown or likely:
        week, chance = (shown or likely)[0]
        yield (
            f"More time {'would' if shown else 'may'} do: by week {week} the same plan meets the targets in "
            f"{_share(found, chance, _futures(found))}."
        )
    if not found.binding and not likely:
        yield _several(found)


def _several(found: Binding) -> str:
    """Nothing by itself is shown to be enough: whether everything together is."""
    everything = next((one for one in found.lifted if one.name == "everything"), None)
    if everything is not None and everything.binds and not found.about_people:
        share = _share(found, everything.chance, everything.futures)
        return f"They could be met only by several changes together (in {share}): {everything.remedy}."
    last = everything or found.unlimited
    if found.not_people and not (last.binds or last.open):
        return (
            "Not even without anything that holds requests up are they met: the targets would have to be lower, or "
            "the work would have to take less time."
        )
    unclear = [one for one in found.lifted if one.open and one.name != "everything"]
    if unclear:
        best = max(unclear, key=_likely)
        return (
            "No single change that was tried is shown to be enough; nearest comes the one without "
            f"{best.constraint}, in {_share(found, best.chance, best.futures)}."
        )
    return "No single change that was tried is enough; several constraints hold the targets back together."


def _likely(one: Lifted) -> float:
    return one.chance[0]
