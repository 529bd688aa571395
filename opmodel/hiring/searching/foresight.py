"""How long a search will take, as far as it can be foreseen: told to whoever waits, and anew after every step."""

from __future__ import annotations

from collections.abc import Sequence

from opmodel.hiring.asking.question import Question
from opmodel.hiring.asking.scope import Scope, steps_of
from opmodel.hiring.searching.procedures import CAP
from opmodel.hiring.trying.trials import Trials

#: Steps that a search is taken to need before anything is known, and about how many runs pick one of so many.
STEPS, EACH = 3, 15
#: So little of the gap a step is taken to close at the least.
LEAST = 1e-3


def runs_of(question: Question, scope: Scope, futures: int) -> int:
    """About how many runs a search takes: a few steps, each picked from all candidates, and a look back.

    Args:
        question: what is asked.
        scope: what may be done.
        futures: fresh futures for the confirmation.
    """
    return STEPS * EACH * len(steps_of(question.scenario, scope, week=question.week)) + _back(futures)


def _back(futures: int) -> int:
    return STEPS * CAP + 2 * futures


class Foresight:
    """About how many runs one search still takes. Bears on what is said of the time left, and on no figure."""

    def __init__(self, question: Question, scope: Scope, trials: Trials, futures: int) -> None:
        """What its part announced before."""
        self._trials, self._futures = trials, futures
        self._begun = self._at = trials.done
        self._told = runs_of(question, scope, futures)

    def step(self, closed: Sequence[float], gap: float, most: int) -> None:
        """After a step.

        Args:
            closed: what each step so far closed of the gap.
            gap: what is left of it.
            most: further steps that may be taken.
        """
        pace = max(LEAST, sum(closed[-2:]) / len(closed[-2:]))
        each = (self._trials.done - self._begun) / len(closed)
        self._tell(round(min(most, gap / pace) * each) + _back(self._futures))

    def over(self) -> None:
        """At the end."""
        self._tell(0)

    def _tell(self, runs: int) -> None:
        left = max(0, self._told - (self._trials.done - self._at))
        self._trials.foresee(self._trials.ahead + runs - left)
        self._told, self._at = runs, self._trials.done
