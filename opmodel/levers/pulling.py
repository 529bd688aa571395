"""Pulling levers: a scenario with several of them set, checked like one that was loaded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from opmodel.levers.catalogue import LEVERS, Recruits
from opmodel.scenario.changes import change_scenario
from opmodel.scenario.problems import ScenarioError
from opmodel.scenario.scenario import Scenario


@dataclass(frozen=True)
class Pulled:
    """A scenario with levers set."""

    scenario: Scenario
    """The changed scenario; the one given where nothing was set."""
    said: tuple[str, ...]
    """What each lever that acts comes to, in words."""
    left_out: tuple[str, ...]
    """Levers that do not fit the scenario, with the reason."""


def pulled(scenario: Scenario, settings: Mapping[str, float], recruits: Recruits | None = None) -> Pulled:
    """Set levers one after the other, in the order of :data:`LEVERS`.

    Args:
        scenario: left as it is.
        settings: settings by lever; neutral ones and those not named change nothing.
        recruits: who is hired by ``hires``.

    Raises:
        ValueError: there is no such lever, or a setting is out of its bounds.
    """
    if unknown := sorted(set(settings) - set(LEVERS)):
        raise ValueError(f"there is no lever '{unknown[0]}' (there are {', '.join(LEVERS)})")
    now, said, left_out = scenario, [], []
    for name, lever in LEVERS.items():
        value = settings.get(name, lever.neutral)
        if value == lever.neutral:
            continue
        reason = lever.unfit(scenario)
        if reason is None:
            try:
                # Bounds and words are the given scenario's; another lever may have moved what this one changes.
                lever.changes(scenario, value, recruits)
                now = change_scenario(now, dict(lever.act(now, value, recruits or Recruits())))
            except ScenarioError as error:
                reason = error.problems[0].text
        if reason is None:
            said.append(f"{lever.label}: {lever.words(scenario, value, recruits)}")
        else:
            left_out.append(f"{lever.label} is left out: {reason}")
    return Pulled(now, tuple(said), tuple(left_out))
