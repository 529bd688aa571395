"""A first guess by formulas, which narrows a search and is never its answer.

Formulas that count a flexible person fully in every skill at once recommend teams that collapse. So load is first
shared out among people so that nobody is counted twice (the static assignment of :mod:`opmodel.gap`, a maximal flow of
days from people to work); only of a single pool of people with one skill do queueing formulas say how many are needed.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from opmodel.gap import assign
from opmodel.hiring.asking.question import Question
from opmodel.hiring.asking.steps import Step
from opmodel.metrics.targets import Wanted
from opmodel.queueing import formulas
from opmodel.queueing.plain import Boiled, boiled_down
from opmodel.scenario.scenario import Scenario

#: A team this busy is taken to be just about quick enough, where no formula says more.
BUSY = 0.9
#: So small a part of a post is no shortage.
NOTHING = 0.01
#: Mechanisms that a queueing formula allows for.
ALLOWED = ("abandonment",)


def guess(question: Question, step: Step, up_to: int) -> int | None:
    """How many hires of one kind formulas suggest.

    Args:
        question: what is asked.
        step: the hire.
        up_to: most hires.

    Returns:
        The number, ``up_to`` at most; None where no number of such hires helps by the formulas.
    """
    scenario = question.scenario
    if is_pool(scenario):
        pool = boiled_down(scenario)
        if all(wanted.metric in _figures(scenario, pool) for wanted in question.wanted):
            return _of_pool(question, pool, up_to)
    skills = scenario.roles[step.who].skills
    short = assign(scenario, 1.0 / BUSY).short
    # Every hour short is counted once, for the one skill it is short of, however many skills the hire brings.
    needed = sum(fte for skill, fte in short.items() if skill in skills and skills[skill] != "awareness")
    if needed <= NOTHING < sum(short.values()):
        return None
    return min(up_to, math.ceil(needed - NOTHING))


def is_pool(scenario: Scenario) -> bool:
    """Whether a scenario is one pool of equal people with one skill and nothing else going on."""
    skills = {step.skill for kind in scenario.request_types.values() for step in kind.steps}
    one_step = all(len(kind.steps) == 1 for kind in scenario.request_types.values())
    roles = {post.role for post in scenario.posts.values()}
    teams = scenario.teams or (scenario.today.teams if scenario.today is not None else {})
    mechanisms = type(scenario.mechanisms).model_fields.keys() - {"unless_stated", *ALLOWED}
    return (
        len(skills) == len(roles) == len(teams) == 1 and one_step and scenario.study.kind == "steady_state"
        and not any(scenario.mechanisms.on(name) for name in mechanisms)
    )


def _of_pool(question: Question, pool: Boiled, up_to: int) -> int | None:
    figures = _figures(question.scenario, pool)
    for hires in range(up_to + 1):
        if all(_met(wanted, figures[wanted.metric](pool.people + hires)) for wanted in question.wanted):
            return hires
    return None


def _met(wanted: Wanted, value: float) -> bool:
    return value >= wanted.value if wanted.higher else value <= wanted.value


def _figures(scenario: Scenario, pool: Boiled) -> dict[str, Callable[[int], float]]:
    """What formulas say of a pool of so many people: Erlang C, and Erlang A where requesters give up.

    Exact for exponential efforts and patience, and near enough for a guess otherwise.
    """
    rate, service = pool.rate, pool.service
    if scenario.mechanisms.on("abandonment"):
        return {
            "waiting": lambda people: formulas.erlang_a(people, rate, service, pool.patience).in_queue,
            "waited": lambda people: formulas.erlang_a(people, rate, service, pool.patience).waits,
            "not_served": lambda people: formulas.erlang_a(people, rate, service, pool.patience).abandoned,
        }
    return {
        "waiting": lambda people: formulas.approximate_mean_wait(people, rate, service, pool.cv),
        "waited": lambda people: formulas.erlang_c(people, rate * service),
    }
