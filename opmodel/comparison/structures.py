"""The structures a scenario is compared under: today's teams and the three presets on the same seats."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from opmodel.scenario.scenario import Scenario

PRESETS = ("centralised", "hub_and_spoke", "federated")
#: Structures as a sentence tells them.
_TOLD = {
    "today": "today's teams", "centralised": "one central team", "hub_and_spoke": "hub and spokes",
    "federated": "federated teams", "drawn": "teams drawn by hand",
}


def told(structure: str) -> str:
    """A structure as a sentence tells it; one without words of its own by its name."""
    return _TOLD.get(structure, structure.replace("_", "-"))


def structures_of(scenario: Scenario) -> dict[str, Scenario]:
    """The scenario under ``today`` and each preset; nothing but the structure differs.

    Where the file draws teams by hand beside today's, they come as a fifth, ``drawn``. Where it does not state
    today's teams, its own structure is today's, for all: efforts are ratios to one and the same today.

    Raises:
        ScenarioError: a structure does not fit the scenario, such as a hire named for a team it lacks.
    """
    from opmodel.flow.seating import drawn_by_hand
    from opmodel.scenario.changes import change_scenario
    from opmodel.scenario.structure import TodayTeams

    plain: dict[str, Any] = {"teams": None}
    if scenario.today is None:
        plain["today"] = TodayTeams(teams=scenario.teams or drawn_by_hand(scenario))
        found = {"today": change_scenario(scenario, {"today": plain["today"]})}
    else:
        found = {"today": change_scenario(scenario, {**plain, "structure": {"kind": "today"}})}
    for kind in PRESETS:
        found[kind] = change_scenario(scenario, {**plain, "structure": {"kind": kind}})
    if scenario.today is not None and scenario.teams:
        found["drawn"] = scenario
    return found
