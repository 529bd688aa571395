"""What a step puts on the budget, from the file's own figures: no simulation, and no chance in it.

The sum for the first full year, as an establishment is budgeted for: the same whatever the horizon of a study. What is
really spent (posts stand empty at first and again when people leave) comes from the simulation, and stands beside it
(``Confirmed.spent``).
"""

from __future__ import annotations

from opmodel.hiring.asking.steps import COURSE, Plan, Step, agency_stays
from opmodel.scenario.people import Hire
from opmodel.scenario.quantity import DAYS_PER_WEEK, WEEKS_PER_YEAR
from opmodel.scenario.scenario import Scenario
from opmodel.scenario.terms import Terms, terms_of
from opmodel.scenario.workload import BANK_HOLIDAYS, WEEK_DAYS


def yearly_cost(scenario: Scenario, step: Step) -> float:
    """Pounds that one step costs in a full year, its first: in no year does it put more on the budget.

    A post: pay with on-costs and overheads, less the vacancy factor, and one recruitment. People who leave again cost
    their stay, at most a year of it, and one recruitment. A move costs nothing. Training costs its fee; the time it
    takes shows in the work that is not done. What is paid once is counted whole, in that year: later years cost that
    much less, and without those who have left.
    """
    if step.kind == "move":
        return 0.0
    if step.kind == "train":
        return step.levels * float(COURSE.fee)
    costs, terms = scenario.costs, terms_for(scenario, step)
    recruited = float(costs.hiring_cost)
    if terms.day_rate is not None:
        return terms.day_rate * _days_on_duty(scenario) * _share(terms.stays) + recruited
    full = terms.pay * (1.0 + float(costs.on_cost_rate) + float(costs.overhead_rate))
    kept = 1.0 - float(costs.vacancy_factor) if terms.stays is None else _share(terms.stays)
    return full * kept + recruited


def terms_for(scenario: Scenario, step: Step) -> Terms:
    """On what terms a hire is made: pay, how somebody is found, ramp-up, how long the holder stays."""
    entry = {"role": step.who, "contract": step.contract, "supplement": step.supplement}
    if step.contract == "agency":
        entry["stays"] = agency_stays(scenario)
    return terms_of(scenario, Hire.model_validate(entry))


def stay(scenario: Scenario, step: Step) -> float | None:
    """Working days that whoever is hired stays; None for good."""
    return terms_for(scenario, step).stays


def plan_cost(scenario: Scenario, plan: Plan) -> float:
    """Pounds that a plan costs in a full year."""
    return sum(count * yearly_cost(scenario, step) for step, count in plan.counts)


def _share(days: float | None) -> float:
    """Share of a year for which somebody is paid."""
    return 1.0 if days is None else min(1.0, days / (DAYS_PER_WEEK * WEEKS_PER_YEAR))


def _days_on_duty(scenario: Scenario) -> float:
    """Days on duty a year, which is what a day rate is paid for."""
    off = scenario.time_off
    taken = off.annual_leave + off.sickness + off.training + BANK_HOLIDAYS * (off.bank_holidays != "none")
    return WEEK_DAYS - (float(taken) if scenario.mechanisms.on("time_off") else 0.0)
