"""The smallest number of hires that is enough, far beyond a sweep: bisection within one role and one team.

Only there is it reasonable to take it that more hires do not lower the chance: the same people are added to the same
team. Across roles or teams nothing of the kind holds (somebody who helps one queue may burden another), and within a
team it is no law either (larger teams communicate more). So what bisection finds is tried on fresh futures, and so is
one hire fewer. After each refusal there the stride to the next number doubles, and once a number holds the search
halves what lies between: near the confidence the chance may rise so slowly with every hire that one more at a time
would never get anywhere.
"""

from __future__ import annotations

from dataclasses import replace

from opmodel.flow.seating import seating
from opmodel.hiring.asking.question import Question
from opmodel.hiring.asking.steps import Plan, Step
from opmodel.hiring.searching.guess import guess
from opmodel.hiring.searching.known import Known
from opmodel.hiring.searching.procedures import ChanceTest
from opmodel.hiring.searching.sweep import Sweep
from opmodel.hiring.trying.confirming import FUTURES, Confirmed
from opmodel.hiring.trying.trials import Outcome, Trials, under
from opmodel.records import Floats
from opmodel.scenario.scenario import Scenario

#: The search ends at this many times the most hires of the sweep.
TIMES = 4


def one_team(scenario: Scenario, step: Step) -> bool:
    """Whether all hires of a kind join the same team, so that bisection is safe."""
    return step.kind == "hire" and (step.team is not None or len(seating(scenario).teams) == 1)


def beyond(
    found: Sweep, trials: Trials, *, fresh: int = FUTURES, attempt: int = 0, known: Known | None = None
) -> Sweep:
    """A sweep in which no number is enough, with the smallest larger number that is.

    Nothing is looked for where hires may join different teams.

    Args:
        found: the sweep.
        trials: where numbers are tried.
        fresh: fresh futures for the confirmation.
        attempt: number of the first set of fresh futures.
        known: teams that were tried on fresh futures in the same study; these are added.
    """
    last = len(found.outcomes) - 1
    if found.enough is not None or last < 1 or not one_team(found.question.scenario, found.step):
        return found
    most = TIMES * last
    probed: dict[int, Outcome] = {}
    held, refused = smallest(
        found.question, found.step, last, most, trials, fresh=fresh, attempt=attempt, known=known, probed=probed
    )
    # Where none held, the search went on to the last number, in its own futures or in fresh ones.
    tried = most if held is None else max(len(one.plan) for one in (held, *refused))
    return replace(
        found, beyond=held, refused=(*found.refused, *refused), most=tried, probed=tuple(sorted(probed.items()))
    )


def smallest(
    question: Question, step: Step, too_few: int, most: int, trials: Trials, *, fresh: int = FUTURES, attempt: int = 0,
    known: Known | None = None, probed: dict[int, Outcome] | None = None,
) -> tuple[Confirmed | None, tuple[Confirmed, ...]]:
    """The smallest number of hires of one kind that is enough, without trying every number.

    Begins with what formulas suggest and goes on from there in growing strides, then halves what is left; so a good
    guess saves futures and a wrong one only costs some.

    Args:
        question: what is asked.
        step: the hire, into one team.
        too_few: a number that is known not to be enough; -1 for none.
        most: the largest number looked at.
        trials: where numbers are tried.
        fresh: fresh futures for the confirmation.
        attempt: number of the first set of fresh futures.
        known: teams that were tried on fresh futures in the same study; these are added.
        probed: what numbers come to in the futures of the search; those looked at are added.

    Returns:
        The smallest number that holds on fresh futures, None if there is none up to the largest; and what was refused
        there.
    """
    known = Known() if known is None else known
    probed = {} if probed is None else probed
    low, number, stride = too_few, _bisected(question, step, too_few, most, trials, probed), 1
    held: Confirmed | None = None
    refused: list[Confirmed] = []
    while low < number <= most:
        (one,) = known.tried([(question, Plan.of([step] * number))], trials, attempt=attempt, futures=fresh)
        attempt += 1
        if one.holds:
            first, held = held is None and not refused, one
            number = number - 1 if first else (low + number) // 2  # perhaps one fewer will do as well
        else:
            refused.append(one)
            low = number
            if held is not None:
                number = (low + len(held.plan)) // 2
            elif low < most:
                number, stride = min(low + stride, most), 2 * stride
    return held, tuple(refused)


def _bisected(
    question: Question, step: Step, too_few: int, most: int, trials: Trials, probed: dict[int, Outcome]
) -> int:
    """The smallest number that is enough in the futures of the search; ``most`` + 1 if none is."""
    test = ChanceTest(question.confidence)

    def enough(hires: int) -> bool:
        scenario = Plan.of([step] * hires).scenario(question.scenario)

        def met(futures: int) -> Floats:
            probed[hires] = under(question, trials, [scenario], futures)[0]
            return probed[hires].met()[:, question.at]

        return test.run(met)[0]

    low, high, stride = too_few, most + 1, 1
    first = guess(question, step, most)
    probe = most if first is None else min(max(first, low + 1), most)
    while high - low > 1:
        if enough(probe):
            high, probe = probe, probe - stride
        else:
            low, probe = probe, probe + stride
        stride *= 2
        if not low < probe < high:
            probe = (low + high) // 2
    return high
