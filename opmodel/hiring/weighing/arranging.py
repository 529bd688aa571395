"""How a structure may be arranged with the people it has: small teams shared, a larger hub, who takes what first."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from itertools import product
from typing import Any

from opmodel.flow.seating import seating
from opmodel.scenario.changes import change_scenario
from opmodel.scenario.scenario import Scenario
from opmodel.scenario.staffing import drawn_teams
from opmodel.scenario.structure import Team

#: Settings tried for each structure, its plain preset among them: equal effort.
SETTINGS = 12
#: Spokes with fewer seats than this share one team; 0 leaves them apart. Where teams are stated one by one.
SHARED = "teams.shared_below"
#: What may be arranged within any structure, and values tried.
COMMON: dict[str, tuple[Any, ...]] = {
    "flow.dispatch": ("speciality_first", "fastest", "longest_idle"),
    "flow.rule": ("first_come", "earliest_deadline", "wsjf"),
    "flow.speciality_first": (True, False),
}
#: What may be arranged where there are several teams.
SEVERAL: dict[str, tuple[Any, ...]] = {"flow.escalate_after": ("2d", "5d", "10d")}
#: What may be arranged within one structure alone.
OWN: dict[str, dict[str, tuple[Any, ...]]] = {
    "hub_and_spoke": {"structure.hub_share": (0.3, 0.4, 0.5, 0.6)},
    "federated": {"structure.team_size_min": (1, 2, 3, 4), "structure.policy_share": (0.0, 0.1)},
}
#: What comes first and who takes it, in plain words.
RULED = {
    "first_come": "the one that came first", "earliest_deadline": "the one with the earliest deadline",
    "wsjf": "the one with most value for least work", "local_value": "the one its own team values most",
}
DISPATCHED = {
    "speciality_first": "whoever it is the speciality of", "fastest": "whoever is fastest at it",
    "longest_idle": "whoever has been free longest",
}

Setting = Mapping[str, str | int | float]


def settings_of(scenario: Scenario) -> list[Setting]:
    """Settings to try for a structure, the plain one first; every structure gets as many.

    Evenly spread over all combinations of what may be arranged, so that every value is tried with several others.

    Returns:
        What each changes, by dotted path (of :data:`SHARED` the size below which teams are shared).
    """
    levers = _levers(scenario)
    every = [dict(zip(levers, values, strict=True)) for values in product(*levers.values())]
    plain = {path: _stated(scenario, path) for path in levers}
    others = [one for one in every if one != plain]
    # Every n-th combination, n having no factor in common with their number: no two levers keep the same step.
    stride = next(n for n in range(max(1, len(others) // (SETTINGS - 1)), 2 * len(others) + 2)
                  if math.gcd(n, len(others)) == 1)
    spread = [others[(stride * i) % len(others)] for i in range(min(SETTINGS - 1, len(others)))]
    return [{}, *({path: value for path, value in one.items() if plain[path] != value} for one in spread)]


def _levers(scenario: Scenario) -> dict[str, tuple[Any, ...]]:
    by_hand = drawn_teams(scenario)
    if by_hand is not None:
        sizes = tuple(size for size in (2, 3, 4) if len(_small(by_hand, size)) > 1)
        own: dict[str, tuple[Any, ...]] = {SHARED: (0, *_different(by_hand, sizes))} if sizes else {}
    else:
        own = OWN.get(scenario.structure.kind, {})
    several = SEVERAL if len(seating(scenario).teams) > 1 else {}
    return {**own, **COMMON, **several}


def _stated(scenario: Scenario, path: str) -> str | int | float:
    """The scenario's own value of a lever, as the levers write it."""
    if path == SHARED:
        return 0
    section, field = path.split(".")
    value = getattr(getattr(scenario, section), field)
    if path.endswith("_after"):
        return f"{float(value):g}d"
    return value if isinstance(value, str | int) else round(float(value), 6)


def arranged(scenario: Scenario, setting: Setting) -> Scenario:
    """The scenario with a setting.

    Raises:
        ScenarioError: the setting does not fit.
    """
    changes: dict[str, Any] = {path: value for path, value in setting.items() if path != SHARED}
    if setting.get(SHARED):
        changes |= _shared(scenario, int(setting[SHARED]))
    return change_scenario(scenario, changes) if changes else scenario


def told_setting(name: str, value: str | float) -> str:
    """One setting in words, such as ``small teams share one (fewer than 3 people)``."""
    text = str(value).replace("_", " ")
    number = f"{100 * value:.0f} %" if isinstance(value, float) else text
    days = text.removesuffix("d")
    return {
        SHARED: f"spokes of fewer than {text} people share one team",
        "flow.dispatch": f"who takes a task first: {DISPATCHED.get(str(value), text)}",
        "flow.rule": f"which task comes first: {RULED.get(str(value), text)}",
        "flow.speciality_first": "people take their speciality's tasks first" if value else
        "people take tasks of all their skills alike",
        "flow.escalate_after": f"tasks move on after {days} days of waiting",
        "structure.hub_share": f"up to {number} of the people in the hub",
        "structure.team_size_min": f"teams of at least {text}",
        "structure.policy_share": f"up to {number} of the people in the policy centre" if value else
        "no policy centre",
    }[name]


# -- teams that share ------------------------------------------------------------------------------


def _small(teams: Mapping[str, Team], below: int) -> list[str]:
    """Spokes with fewer seats."""
    return [name for name, team in teams.items() if team.kind == "spoke" and 0 < sum(team.seats.values()) < below]


def _different(teams: Mapping[str, Team], sizes: tuple[int, ...]) -> list[int]:
    """Sizes that share different teams."""
    return list({tuple(_small(teams, size)): size for size in reversed(sizes)}.values())[::-1]


def _shared(scenario: Scenario, below: int) -> dict[str, Any]:
    """Changes that put the small spokes into one team."""
    teams = drawn_teams(scenario) or {}
    small = _small(teams, below)
    name = "shared team" if "shared team" not in teams else "shared small teams"
    seats: Counter[str] = Counter()
    for one in small:
        seats.update(teams[one].seats)
    together: dict[str, Any] = {
        "kind": "spoke", "serves": [served for one in small for served in teams[one].serves], "seats": dict(seats),
    }
    stated = [teams[one].steward_hours for one in small]
    if any(hours is not None for hours in stated):
        together["steward_hours"] = sum(float(hours) for hours in stated if hours is not None)
    drawn: dict[str, Any] = {one: None if one in small else team for one, team in teams.items()}
    changes: dict[str, Any] = {"teams": {**drawn, name: together}}
    for hire, entry in scenario.hires.items():
        if entry.team in small:
            changes[f"hires.{hire}.team"] = name
    for course, training in scenario.training.items():
        if training.team in small:
            changes[f"training.{course}.team"] = name
    return changes
