"""What a step puts on the budget, from the file's own figures: no simulation, and no chance in it.

The sum for a full year, as an establishment is budgeted for; what is really spent (posts stand empty at first and
again when people leave) comes from the simulation, and stands beside it (``Confirmed.spent``).
"""

from __future__ import annotations

from opmodel.hiring.asking.steps import AGENCY_STAYS, COURSE, Plan, Step
from opmodel.scenario.people import Hire
from opmodel.scenario.quantity import DAYS_PER_WEEK, WEEKS_PER_YEAR
from opmodel.scenario.scenario import Scenario
from opmodel.scenario.terms import Terms, terms_of
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
        return _spread(scenario, step.levels * float(COURSE.fee))
    costs, terms = scenario.costs, terms_for(scenario, step)
    recruited = _spread(scenario, float(costs.hiring_cost))
    if terms.day_rate is not None:
        return terms.day_rate * _days_on_duty(scenario) * _share(scenario, terms.stays) + recruited
    full = terms.pay * (1.0 + float(costs.on_cost_rate) + float(costs.overhead_rate))
    kept = 1.0 - float(costs.vacancy_factor) if terms.stays is None else _share(scenario, terms.stays)
    return full * kept + recruited


def terms_for(scenario: Scenario, step: Step) -> Terms:
    """On what terms a hire is made: pay, how somebody is found, ramp-up, how long the holder stays."""
    entry = {"role": step.who, "contract": step.contract, "supplement": step.supplement}
    if step.contract == "agency":
        entry["stays"] = f"{AGENCY_STAYS:g}d"
    return terms_of(scenario, Hire.model_validate(entry))


def stay(scenario: Scenario, step: Step) -> float | None:
    """Working days that whoever is hired stays; None for good."""
    return terms_for(scenario, step).stays


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
    return WEEK_DAYS - (float(taken) if scenario.mechanisms.on("time_off") else 0.0)


def _weeks(scenario: Scenario) -> int:
    study = scenario.study
    return study.horizon_weeks - (study.warm_up_weeks if study.kind == "steady_state" else 0)


def _spread(scenario: Scenario, once: float) -> float:
    """What is paid once, a year over the study."""
    return once * WEEKS_PER_YEAR / _weeks(scenario)
