"""What a step puts on the budget, from the file's own figures: no simulation, and no chance in it.

The sum for a full year, as an establishment is budgeted for; what is really spent (posts stand empty at first and
again when people leave) comes from the simulation, and stands beside it.
"""

from __future__ import annotations

from opmodel.hiring.steps import AGENCY_STAYS, Plan, Step
from opmodel.scenario.people import Training
from opmodel.scenario.quantity import DAYS_PER_WEEK, WEEKS_PER_YEAR
from opmodel.scenario.scenario import Scenario
from opmodel.scenario.workload import BANK_HOLIDAYS, WEEK_DAYS


def yearly_cost(scenario: Scenario, step: Step) -> float:
    """Pounds that one step costs in a full year.

    A post: pay with on-costs and overheads, less the vacancy factor, and its recruitment spread over the study. People
    who leave again cost their stay, spread over the study. A move costs nothing. Training costs its fee, spread
    likewise; the time it takes shows in the work that is not done.
    """
    if step.kind == "move":
        return 0.0
    if step.kind == "train":
        return _spread(scenario, float(Training.model_fields["fee"].default))
    costs, role = scenario.costs, scenario.roles[step.who]
    terms = scenario.contracts.of(step.contract)
    temporary = stay(scenario, step)
    if step.contract == "agency" or (terms is not None and terms.day_rate is not None):
        rate = float(costs.agency_day_rate if terms is None else terms.day_rate or 0.0)
        return rate * _days_on_duty(scenario) * _share(scenario, temporary) + _spread(scenario, costs.hiring_cost)
    salary = float(role.salary) * (1.0 if terms is None else float(terms.pay)) + step.supplement
    full = salary * (1.0 + costs.on_cost_rate + costs.overhead_rate)
    kept = 1.0 - costs.vacancy_factor if temporary is None else _share(scenario, temporary)
    return full * kept + _spread(scenario, costs.hiring_cost)


def stay(scenario: Scenario, step: Step) -> float | None:
    """Working days that whoever is hired stays; None for good."""
    if step.contract == "agency":
        return AGENCY_STAYS
    terms = scenario.contracts.of(step.contract)
    return None if terms is None or terms.stays is None else float(terms.stays)


def plan_cost(scenario: Scenario, plan: Plan) -> float:
    """Pounds that a plan costs in a full year."""
    return sum(count * yearly_cost(scenario, step) for step, count in plan.counts)


def _share(scenario: Scenario, days: float | None) -> float:
    """Share of the study for which somebody is paid."""
    return 1.0 if days is None else min(1.0, days / (DAYS_PER_WEEK * _weeks(scenario)))


def _days_on_duty(scenario: Scenario) -> float:
    """Days on duty a year, which is what a day rate is paid for."""
    off = scenario.time_off
    taken = off.annual_leave + off.sickness + off.training + BANK_HOLIDAYS * (off.bank_holidays != "none")
    return WEEK_DAYS - (taken if scenario.mechanisms.on("time_off") else 0.0)


def _weeks(scenario: Scenario) -> int:
    study = scenario.study
    return study.horizon_weeks - (study.warm_up_weeks if study.kind == "steady_state" else 0)


def _spread(scenario: Scenario, once: float) -> float:
    """What is paid once, a year over the study."""
    return once * WEEKS_PER_YEAR / _weeks(scenario)
