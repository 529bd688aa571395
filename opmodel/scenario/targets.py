"""Whether the targets a scenario states can be read off its runs."""

from __future__ import annotations

from collections.abc import Iterator

from opmodel.scenario.demand import RequestType
from opmodel.scenario.problems import Finding, suggestion
from opmodel.scenario.scenario import Scenario
from opmodel.scenario.study import SHARES

AT = "targets"


def targets(scenario: Scenario) -> Iterator[Finding]:
    """Targets are of requests that exist and fall due, and each says one thing."""
    yield from _of_types(scenario)
    yield from _others(scenario)
    yield from _nothing_to_read(scenario)
    stated, horizon = scenario.targets.over_weeks, scenario.study.horizon_weeks
    if stated > horizon and "over_weeks" in scenario.targets.model_fields_set:
        text = f"is longer than the horizon of {horizon} weeks: rates are read from the start; state at most {horizon}"
        yield Finding((AT, "over_weeks"), text, warning=True)


def _timed(kind: RequestType) -> bool:
    return kind.deadline is not None or kind.internal_deadline is not None


def _of_types(scenario: Scenario) -> Iterator[Finding]:
    kinds = scenario.request_types
    for name in scenario.targets.in_time_of:
        at = (AT, "in_time_of", name)
        if name not in kinds:
            yield Finding(at, f"unknown request type '{name}'{suggestion(name, kinds)}", of_key=True)
        elif not _timed(kinds[name]):
            text = f"'{name}' has no deadline, so none is ever due: give it one, or state a lead time instead"
            yield Finding(at, text, of_key=True)


def _others(scenario: Scenario) -> Iterator[Finding]:
    said: set[tuple[str, str]] = set()
    for i, other in enumerate(scenario.targets.others):
        at = (AT, "others", i)
        bounds = {name: getattr(other, name) for name in ("at_least", "at_most")}
        stated = {name: value for name, value in bounds.items() if value is not None}
        if len(stated) != 1:
            both = "both at_least and at_most; make two entries of it"
            yield Finding(at, f"'{other.metric}' states {both if stated else 'nothing; state at_least or at_most'}")
        for name, value in stated.items():
            if other.metric in SHARES and value > 1:
                text = f"is a share, so it should be between 0 and 1, such as 0.9 for 90 % (got {value:g})"
                yield Finding((*at, name), text)
            if (other.metric, name) in said:
                yield Finding(at, f"'{other.metric}' has {name} twice; leave one of them out")
            said.add((other.metric, name))


def _nothing_to_read(scenario: Scenario) -> Iterator[Finding]:
    """A target of what never happens counts as met."""
    kinds = scenario.request_types.values()
    if scenario.targets.in_time_rate is not None and not any(kind.statutory and _timed(kind) for kind in kinds):
        text = "counts as met, as no statutory request type has a deadline: name types under in_time_of instead"
        yield Finding((AT, "in_time_rate"), text, warning=True)
    if scenario.targets.lead_time is not None and all(kind.statutory for kind in kinds):
        text = "counts as met, as there are no discretionary requests: state lead_time_p50_statutory under others"
        yield Finding((AT, "lead_time"), text, warning=True)
