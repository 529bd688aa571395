"""Why no plan meets the targets, and what would have to change: for those who decide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opmodel.comparison.verdicts import UNDER_ASSUMPTIONS
from opmodel.hiring.telling.phrases import percent

if TYPE_CHECKING:
    from opmodel.hiring.weighing.binding import Binding


def reasons(found: Binding) -> list[str]:
    """Why not, and what would have to change, in sentences."""

    def share(chance: tuple[float, float, float]) -> str:
        return percent(chance[0], found.question.confidence)

    many = found.unlimited
    said = []
    if many.times == 1:
        said.append("Whether many more people would do could not be tried: there are too many already.")
    elif not found.about_people:
        said.append(
            f"The targets cannot be met by hiring: even with {many.times} times as many people of every role, at work "
            f"from the first day at full pace, they are met in only {share(many.chance)} of futures, "
            f"{UNDER_ASSUMPTIONS}"
        )
    elif any(step.kind == "hire" for step, _ in found.plan.counts):
        said.append(
            "The targets cannot be met by what is allowed here, though many more people of every role, at work from "
            f"the first day at full pace, would meet them in {share(many.chance)} of futures."
        )
    worst, chance = found.targets[0]
    said.append(f"The target furthest from being met is '{worst.words}', met in {share(chance)} of futures.")
    said += [
        f"What holds them back is {one.constraint}: without it the targets are met in {share(one.chance)} of futures. "
        f"For that, {one.remedy}." for one in found.binding
    ]
    enough = [week for week, later in found.later if later[0] >= found.question.confidence]
    if enough:
        said.append(f"More time would do: by week {enough[0]} the same plan meets the targets.")
    if not found.binding and not enough:
        said.append(_several(found))
    return said


def _several(found: Binding) -> str:
    """Nothing by itself is enough: whether everything together is."""
    everything = next((one for one in found.lifted if one.name == "everything"), None)
    if not found.about_people and (everything is None or not everything.binds):
        return (
            "Not even without anything that holds requests up are they met: the targets would have to be lower, or "
            "the work would have to take less time."
        )
    if everything is not None and everything.binds and not found.about_people:
        return f"They could be met only by several changes together: {everything.remedy}."
    return "No single change that was tried is enough; several constraints hold the targets back together."
