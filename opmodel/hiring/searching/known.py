"""What fresh futures said of a team is said once: the teams of a study that were tried there, and what came out.

Each part of a study looks for a team in its own way, and often comes to the same one. Were it tried again each time,
one team would get several verdicts on one page, and one that was refused would be tried until it is lucky.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from opmodel.flow.seating import seating
from opmodel.hiring.asking.question import Question
from opmodel.hiring.asking.steps import Plan
from opmodel.hiring.trying.confirming import Confirmed, tried
from opmodel.hiring.trying.trials import Trials
from opmodel.scenario.scenario import Scenario


class Known:
    """Teams that were tried on fresh futures, by organisation and plan: of one study, so of one week and confidence."""

    def __init__(self) -> None:
        """Nothing tried yet."""
        self._found: dict[tuple[str, str], Confirmed] = {}

    def of(self, question: Question, plan: Plan) -> Confirmed | None:
        """What came out of a plan; None if it was not tried yet."""
        one = self._found.get(_key(question, plan))
        return one if one is None or one.plan == plan else replace(one, plan=plan)

    def keep(self, question: Question, plan: Plan, one: Confirmed) -> None:
        """Take note of what came out of a plan."""
        self._found.setdefault(_key(question, plan), one)

    def tried(
        self, cases: Sequence[tuple[Question, Plan]], trials: Trials, *, attempt: int, futures: int
    ) -> list[Confirmed]:
        """The same as :func:`opmodel.hiring.trying.confirming.tried`; only what is not known yet is simulated."""
        new = [case for case in cases if self.of(*case) is None]
        if new:
            for case, one in zip(new, tried(new, trials, attempt=attempt, futures=futures), strict=True):
                self.keep(*case, one)
        return [found for case in cases if (found := self.of(*case)) is not None]

    def refused(self, question: Question) -> Iterator[Plan]:
        """Plans of one organisation that did not hold; hires of its only team are said to be the next seat's."""
        for (base, _), one in self._found.items():
            if base == question.scenario.hash and not one.holds:
                yield next_seats(question.scenario, one.plan)


def next_seats(scenario: Scenario, plan: Plan) -> Plan:
    """A plan with its hires into the next seat, where there is but one team that has any: the same by another name."""
    if len(seating(scenario).teams) > 1:
        return plan
    return Plan.of(replace(step, team=None) if step.kind == "hire" else step for step in plan.steps)


def _key(question: Question, plan: Plan) -> tuple[str, str]:
    return question.scenario.hash, next_seats(question.scenario, plan).scenario(question.scenario).hash
