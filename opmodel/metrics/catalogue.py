"""Every metric there is: label, unit, which way is better, groups, function. A new metric is one entry here."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Literal

import numpy as np

from opmodel.metrics import flow, money, people
from opmodel.metrics.reading import Reading
from opmodel.metrics.totals import DISCRETIONARY, STATUTORY
from opmodel.records import Floats

Better = Literal["higher", "lower"]

#: Groups in which metrics of requests and of people come.
HEADS = ("all", "milestone")
BY_REQUEST = (*HEADS, "directorate", "type", "class")
BY_DEMAND = (*HEADS, "directorate", "type")
#: Shown beside every lead time, because it says nothing of the requests these leave out.
BESIDE_LEAD_TIMES = ("unfinished", "not_served")


@dataclass(frozen=True, slots=True)
class Metric:
    """One figure of a run."""

    label: str
    """What it is called in tables."""
    unit: str
    """Unit of its values."""
    better: Better | None
    """Which way is better; None where neither is."""
    groups: tuple[str, ...]
    """Families of groups it is reported for."""
    function: Callable[[Reading], Floats]
    """Its values in the columns of a reading; the docstring is its definition."""
    matters: str | None = None
    """Field of ``differences`` with its smallest difference that matters; headline metrics have one."""
    beside: tuple[str, ...] = ()
    """Metrics that must be shown wherever this one is."""
    says: tuple[str, str] | None = None
    """How a verdict says more and less of it, with {} for the amount: "delivers {} more requests a week than"."""
    span: tuple[float, float] | None = None
    """What its values lie between, where the unit does not say it."""

    @property
    def bounds(self) -> tuple[float, float]:
        """What its values lie between: a share from 0 to 1, all else from 0 up, unless stated."""
        return self.span or (0.0, 1.0 if self.unit.startswith("share") else math.inf)

    def bounded(self, *values: float) -> tuple[float, ...]:
        """Ends of an interval, none of them beyond what a value can be; NaN stays."""
        return tuple(float(end) for end in np.clip(values, *self.bounds))


    @property
    def headline(self) -> bool:
        """Whether verdicts are given on it."""
        return self.matters is not None

    @property
    def meaning(self) -> str:
        """Its definition in words."""
        function = self.function.func if isinstance(self.function, partial) else self.function
        return (function.__doc__ or "").strip()


_DUTIES = {"statutory": STATUTORY, "discretionary": DISCRETIONARY}


def _lead_times() -> dict[str, Metric]:
    names = {0.5: "median", 0.85: "85th percentile", 0.95: "95th percentile"}
    says = "takes {} working days %s to deliver %s of the %s requests than"
    return {
        f"lead_time_p{round(100 * share)}_{duty}": Metric(
            f"lead time, {duty}, {name}", "working days", "lower", HEADS if share > 0.9 else BY_REQUEST,
            partial(flow.lead_time, share=share, duty=code), None if share > 0.9 else "lead_time", BESIDE_LEAD_TIMES,
            (says % ("longer", f"{100 * share:.0f} %", duty), says % ("less", f"{100 * share:.0f} %", duty)),
        )
        for share, name in names.items() for duty, code in _DUTIES.items()
    } | {
        f"cycle_time_p{round(100 * share)}_{duty}": Metric(
            f"cycle time, {duty}, {names[share]}", "working days", "lower", ("all",),
            partial(flow.cycle_time, share=share, duty=code), None, BESIDE_LEAD_TIMES,
        )
        for share in (0.5, 0.85) for duty, code in _DUTIES.items()
    }


def _by_duty(name: str, label: str, better: Better, groups: tuple[str, ...],
             function: Callable[..., Floats], span: tuple[float, float] | None = None) -> dict[str, Metric]:
    return {
        f"{name}_{duty}": Metric(f"{label}, {duty}", "share", better, groups, partial(function, duty=code), span=span)
        for duty, code in _DUTIES.items()
    }


def _in_time() -> dict[str, Metric]:
    says = "delivers {} points %s of the %s requests in time than"
    return {
        f"in_time_{duty}": Metric(
            f"in-time rate, {duty}", "share", "higher", BY_REQUEST, partial(flow.in_time, duty=code), "in_time_rate",
            says=(says % ("more", duty), says % ("fewer", duty)),
        )
        for duty, code in _DUTIES.items()
    }


METRICS: dict[str, Metric] = {
    "throughput": Metric("throughput", "requests a week", "higher", BY_REQUEST, flow.throughput, "throughput",
                         says=("delivers {} more requests a week than", "delivers {} fewer requests a week than")),
    "throughput_days": Metric("effort delivered", "working days a week", "higher", BY_DEMAND, flow.throughput_days),
    "raised": Metric("requests raised", "requests a week", None, BY_REQUEST, flow.raised),
    "backlog": Metric("backlog", "requests", "lower", BY_REQUEST, flow.backlog, "backlog",
                      says=("ends with {} more requests open than", "ends with {} fewer requests open than")),
    "backlog_days": Metric("backlog of effort", "working days", "lower", BY_DEMAND, flow.backlog_days),
    "backlog_weeks": Metric("backlog in weeks of work", "weeks", "lower", BY_DEMAND, flow.backlog_weeks),
    "backlog_age": Metric("age of the backlog", "working days", "lower", BY_DEMAND, flow.backlog_age),
    **_lead_times(),
    "flow_efficiency": Metric("flow efficiency", "share", "higher", BY_DEMAND, flow.flow_efficiency),
    **_in_time(),
    "unfinished": Metric("unfinished", "share", "lower", BY_REQUEST, flow.unfinished),
    **_by_duty("unfinished", "unfinished", "lower", BY_REQUEST, flow.unfinished),
    "not_served": Metric("not served", "share", "lower", BY_REQUEST, flow.not_served),
    **_by_duty("not_served", "not served", "lower", BY_REQUEST, flow.not_served),
    "abandoned": Metric("abandoned", "share", "lower", BY_DEMAND, flow.abandoned),
    "not_raised": Metric("not raised", "share", "lower", BY_DEMAND, flow.not_raised),
    "hand_offs": Metric("hand-offs", "per request delivered", "lower", BY_DEMAND, flow.hand_offs),
    "rework": Metric("rework passes", "per request delivered", "lower", BY_DEMAND, flow.rework),
    "flagged": Metric("flagged after the last rework pass", "share", "lower", ("all",), flow.flagged),
    "duplicated": Metric("duplicated work", "working days a week", "lower", BY_DEMAND, flow.duplicated),
    **_by_duty("fairness", "worst minus best directorate's in-time rate", "higher", ("all",), flow.fairness,
               span=(-1.0, 0.0)),
    "utilisation": Metric("utilisation", "share", None, (*HEADS, "team", "role", "skill"), people.utilisation),
    "skills_gap": Metric("skills gap", "FTE", "lower", (*HEADS, "skill"), people.skills_gap, "skills_gap",
                         says=("lacks {} FTE more than", "lacks {} FTE less than")),
    "waiting": Metric("wait for a skill", "working days per task", "lower", ("all", "skill"), people.waiting),
    "waited": Metric("tasks that had to wait", "share", "lower", ("all", "skill"), people.waited),
    "blocked": Metric("blocked, nobody has the skill", "days a week", "lower", ("all", "skill"), people.blocked),
    "skill_days": Metric("days worked in the skill", "days a week", None, ("all", "skill"), people.skill_days),
    "key_person_risk": Metric("key-person risk", "share of days worked", "lower", ("all",), people.key_person_risk),
    "cost": Metric("cost", "GBP a year", "lower", HEADS, money.cost),
    "pay": Metric("pay", "GBP a year", None, (*HEADS, "team", "role"), money.pay),
    "cost_per_request": Metric("cost per request", "GBP", "lower", HEADS, money.cost_per_request, "cost",
                               says=("costs £{} more a request than", "costs £{} less a request than")),
    "cost_per_day": Metric("cost per day of effort", "GBP", "lower", HEADS, money.cost_per_day),
    "value": Metric("value delivered", "value a week", "higher", BY_DEMAND, flow.value),
    "cost_of_delay": Metric("cost of delay", "GBP a year", "lower", BY_DEMAND, money.cost_of_delay),
}

#: Metrics on which verdicts are given, in the order of the table.
HEADLINE: tuple[str, ...] = tuple(name for name, metric in METRICS.items() if metric.headline)
