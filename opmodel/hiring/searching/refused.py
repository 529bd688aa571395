"""Plans that did not hold on fresh futures, and what a search learns from them about its own."""

from __future__ import annotations

from collections import Counter

from opmodel.hiring.asking.question import Question
from opmodel.hiring.asking.steps import Plan, Step
from opmodel.hiring.searching.distance import spoilt_by_people
from opmodel.hiring.searching.known import next_seats
from opmodel.hiring.searching.procedures import ChanceTest

#: What is asked of the search's futures beyond what a plan that they flattered fell short by on fresh ones.
SPARE = 0.01


class Refused:
    """The refused plans of one search.

    The leanest of many plans that do in the futures of the search owes it to them in part, and the next leanest would,
    too. So from a refusal on as much more is asked of them as they flattered that plan by.
    """

    def __init__(self, question: Question) -> None:
        """Nothing refused yet."""
        self._question = question
        self._plans: list[Counter[Step]] = []
        self.asked = ChanceTest(question.confidence)
        """The test that a plan has to pass in the futures of the search."""

    def add(self, plan: Plan, missing: float | None = None) -> None:
        """Take note of a plan.

        Args:
            plan: the plan.
            missing: what its chance on fresh futures lacked of the confidence; None if another search had found it,
                which says nothing about the futures of this one. No more is ever asked for than half of what is left
                to certainty.
        """
        self._plans.append(self._steps(plan))
        if missing is not None:
            most = 0.5 * (1.0 + self._question.confidence)
            self.asked = ChanceTest(min(self.asked.confidence + missing + SPARE, most))

    def has(self, plan: Plan) -> bool:
        """Whether it, or one with more of one kind of its hires, was refused.

        Of one role in one team more is taken to do no worse, unless there are targets that more people spoil. Of a move
        or of training that is not so: it may do harm, and the plan may do well without it.
        """
        counts = self._steps(plan)
        monotone = not any(map(spoilt_by_people, self._question.wanted))
        for refused in self._plans:
            more = refused - counts
            if counts <= refused and (not more or (monotone and [step.kind for step in more] == ["hire"])):
                return True
        return False

    def _steps(self, plan: Plan) -> Counter[Step]:
        return Counter(next_seats(self._question.scenario, plan).steps)
