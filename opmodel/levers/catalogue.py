"""The levers: what each one means in the field, how far it goes, and what it changes in a scenario.

Most levers are in per cent of the scenario's own value, so that one and the same setting means something in every
scenario; :meth:`Lever.words` says what it comes to. Nothing here simulates.

Efforts in a file are those observed today. A lever must therefore leave today as it was and change what comes
after it. Rework and maturity have a value of today and one of the scenario for that
(``standards.maturity`` and ``maturity_now``). Familiarity has only one, which holds for today as well: its lever is an
assumption about the world, and moves structures away from today rather than today itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from opmodel.comparison.resting import without_codes
from opmodel.flow.expected import table_value
from opmodel.scenario.quantity import DAYS_PER_WEEK, TAG_MEANING, Parameter
from opmodel.scenario.scenario import Scenario

#: Name of the hires that the lever opens.
HIRE = "what_if"
PERCENT = "% of today's"


@dataclass(frozen=True, slots=True)
class Recruits:
    """Who is hired by the lever ``hires``."""

    role: str | None = None
    """The role; None for the one with most full-time posts."""
    team: str | None = None
    """One of today's teams; None, and under any other structure, for where the role's next seat is."""
    week: int = 13
    """Week in which they start."""


@dataclass(frozen=True, slots=True)
class Lever:
    """One thing to change."""

    label: str
    """What it is called."""
    meaning: str
    """What it means in the field, and what it does not do."""
    unit: str
    """Unit of its settings."""
    low: float
    high: float
    step: float
    neutral: float
    """The setting that changes nothing."""
    act: Callable[[Scenario, float, Recruits], Mapping[str, Any]]
    """New values by dotted path."""
    says: Callable[[Scenario, float, Recruits], str]
    """A setting in the field's own words."""
    path: str = ""
    """The parameter with the range and source of what it changes."""
    mechanism: str = ""
    """The mechanism that it acts through."""
    assumed: bool = False
    """Whether it is an assumption about the world, not something that can be done."""

    def bounds(self, scenario: Scenario) -> tuple[float, float]:
        """Lowest and highest setting that the scenario can take."""
        low, high = self.low, self.high
        if self.path == "standards.maturity":
            now = maturity_of(scenario)
            low, high = max(low, 1.0 - now), min(high, 5.0 - now)
        elif self.unit == PERCENT and (base := parameter(scenario, self.path)) is not None and base.unit == "share":
            high = min(high, self.step * (99.0 / float(base) // self.step)) if base > 0 else high
        return low, high

    def unfit(self, scenario: Scenario) -> str | None:
        """Why the lever would do nothing in the scenario; None if it acts."""
        if self.mechanism and not scenario.mechanisms.on(self.mechanism):
            return f"the scenario has {self.mechanism.replace('_', ' ')} switched off"
        if self.path == "demand.demand_scale" and scenario.trace is not None:
            return "the requests are taken from a log"
        base = parameter(scenario, self.path)
        if self.unit == PERCENT and base is not None and float(base) == 0.0:
            return "the scenario sets it to nought"
        low, high = self.bounds(scenario)
        return None if low < high else "the scenario leaves no room for it"

    def changes(self, scenario: Scenario, value: float, recruits: Recruits | None = None) -> dict[str, Any]:
        """New values by dotted path for a setting.

        Raises:
            ValueError: the setting is out of bounds.
        """
        low, high = self.bounds(scenario)
        if not low <= value <= high:
            raise ValueError(f"{self.label} goes from {low:g} to {high:g} {self.unit} (got {value:g})")
        return dict(self.act(scenario, value, recruits or Recruits())) if value != self.neutral else {}

    def words(self, scenario: Scenario, value: float, recruits: Recruits | None = None) -> str:
        """What a setting comes to, such as ``6.7 % resign in a year (today 13.4 %)``."""
        return self.says(scenario, value, recruits or Recruits())

    def source(self, scenario: Scenario) -> str:
        """What today's value rests on, with the range it may plausibly take."""
        base = parameter(scenario, self.path)
        if base is None:
            return ""
        plausible = f", plausibly {_plain(base, base.low)} to {_plain(base, base.high)}" if base.uncertain else ""
        rests_on = f"{TAG_MEANING[base.tag]}: {without_codes(base.source) or 'no published figure found'}"
        return f"Today {_plain(base)}{plausible} ({rests_on})."


def parameter(scenario: Scenario, path: str) -> Parameter | None:
    """The parameter at a dotted path; None where there is none."""
    found: Any = scenario
    for key in path.split(".") if path else ():
        found = getattr(found, key, None)
    return found if isinstance(found, Parameter) else None


def maturity_of(scenario: Scenario) -> float:
    """Maturity of the data in the scenario, whether or not it is today's."""
    standards = scenario.standards
    return float(standards.maturity if standards.maturity_now is None else standards.maturity_now)


#: Full-time equivalent from which on a post is a job of its own.
HALF = 0.5


def commonest_role(scenario: Scenario) -> str:
    """The role with most full-time posts; the first of several.

    A hat worn for less than half of one's time is no post to recruit for: it counts only where there is no other.
    """
    held: dict[str, float] = {}
    posts = list(scenario.posts.values())
    for post in [post for post in posts if float(post.fte) >= HALF] or posts:
        held[post.role] = held.get(post.role, 0.0) + post.count * float(post.fte)
    return max(held, key=lambda role: held[role])


def _plain(base: Parameter, value: float | None = None) -> str:
    x = float(base) if value is None else value
    if base.unit == "share":
        return f"{100 * x:.3g} %"
    return f"{x:.3g} working days" if base.unit == "days" else f"{x:.3g}"


def _scaled(*paths: str) -> Callable[[Scenario, float, Recruits], Mapping[str, Any]]:
    """Parameters times the setting in per cent."""
    def act(scenario: Scenario, value: float, _: Recruits) -> dict[str, Any]:
        bases = {path: parameter(scenario, path) for path in paths}
        return {path: float(base) * value / 100.0 for path, base in bases.items() if base is not None}

    return act


def _from_today(path: str, text: str) -> Callable[[Scenario, float, Recruits], str]:
    """Words for a parameter in per cent of today's, with its own value."""
    def says(scenario: Scenario, value: float, _: Recruits) -> str:
        base = parameter(scenario, path)
        assert base is not None
        return f"{text.format(_plain(base, float(base) * value / 100.0))} (today {_plain(base)})"

    return says


def _hire(scenario: Scenario, value: float, recruits: Recruits) -> dict[str, Any]:
    details: dict[str, Any] = {
        "role": recruits.role or commonest_role(scenario), "count": round(value),
        "opens": "0d", "starts": f"{DAYS_PER_WEEK * recruits.week:g}d",
    }
    teams = scenario.teams
    if teams is None and scenario.structure.kind == "today" and scenario.today is not None:
        teams = scenario.today.teams
    if recruits.team is not None and teams is not None and recruits.team in teams:
        details["team"] = recruits.team
    return {f"hires.{HIRE}": details}


def _hired(scenario: Scenario, value: float, recruits: Recruits) -> str:
    role = (recruits.role or commonest_role(scenario)).replace("_", " ")
    return f"{value:g} more ({role}), at work from week {recruits.week}" if value else "nobody is hired"


def _mature(scenario: Scenario, value: float, _: Recruits) -> dict[str, Any]:
    return {"standards.maturity_now": maturity_of(scenario) + value}


def rework_changed(scenario: Scenario, factor: float) -> dict[str, Any]:
    """The rework chance times a factor from the start, with today's observed efforts as they were.

    Today's chance and preparation are read off the tables by maturity at ``standards.maturity``. A level that today
    does not touch takes the scenario's own preparation and the changed chance, and the scenario moves to it.
    """
    standards = scenario.standards
    now, spare = maturity_of(scenario), 5 if float(standards.maturity) <= 4.0 else 1
    rework, preparation = list(standards.rework), list(standards.preparation)
    rework[spare - 1] = min(1.0, table_value(standards.rework, now) * factor)
    preparation[spare - 1] = table_value(standards.preparation, now)
    return {"standards.rework": rework, "standards.preparation": preparation, "standards.maturity_now": float(spare)}


def _reworked(scenario: Scenario, value: float, _: Recruits) -> str:
    standards = scenario.standards
    chance, cap = table_value(standards.rework, maturity_of(scenario)), 100.0 * float(standards.rework_cap)
    changed, today = (min(cap, 100.0 * min(1.0, chance * factor) * float(standards.rework_scale))
                      for factor in (value / 100.0, 1.0))
    return f"{changed:.3g} % come back for rework once done (today {today:.3g} %)"


_LATENCIES = tuple(f"flow.hand_offs.{boundary}.latency" for boundary in ("same_team", "same_line", "other_line"))

LEVERS: dict[str, Lever] = {
    "demand": Lever(
        "Demand",
        "How much all directorates ask for, from the start on, upkeep and the opening backlog included.",
        PERCENT, 50, 150, 5, 100, _scaled("demand.demand_scale"),
        lambda scenario, value, _: f"{value:g} % of today's requests", "demand.demand_scale",
    ),
    "hires": Lever(
        "Hires",
        "More people of one role. They start slower, take a mentor's time, may leave again, and cost their pay and a "
        "recruitment.",
        "people", 0, 10, 1, 0, _hire, _hired,
    ),
    "absence": Lever(
        "Sickness absence",
        "Days of sickness a year. Leave, training and bank holidays stay.",
        PERCENT, 0, 200, 10, 100, _scaled("time_off.sickness"),
        lambda scenario, value, _: f"{float(scenario.time_off.sickness) * value / 100:.3g} days a person and year "
                                   f"(today {float(scenario.time_off.sickness):.3g})",
        "time_off.sickness", "time_off",
    ),
    "turnover": Lever(
        "Turnover",
        "Share of people who resign in a year, before overload adds to it. Every leaver leaves a vacancy until a "
        "successor starts.",
        PERCENT, 0, 200, 10, 100, _scaled("people.turnover"),
        _from_today("people.turnover", "{} resign in a year"), "people.turnover", "turnover",
    ),
    "hand_off_time": Lever(
        "Hand-off time",
        "Time until the receiving side has a request that was passed on. The extra effort of a hand-off stays.",
        PERCENT, 0, 200, 10, 100, _scaled(*_LATENCIES),
        _from_today("flow.hand_offs.other_line.latency", "{} between reporting lines"),
        "flow.hand_offs.other_line.latency", "hand_offs",
    ),
    "maturity": Lever(
        "Maturity of the data",
        "Levels above or below today's, from the first day on: better data need less preparation and less rework. "
        "How to get there, and how long it takes, is not modelled.",
        "levels", -2, 2, 0.5, 0, _mature,
        lambda scenario, value, _: f"level {maturity_of(scenario) + value:.3g} (today {maturity_of(scenario):.3g})",
        "standards.maturity",
    ),
    "rework": Lever(
        "Rework",
        "Chance that a finished request must be redone. Efforts in the file hold today's rework; this changes what "
        "comes after it.",
        PERCENT, 0, 200, 10, 100,
        lambda scenario, value, _: rework_changed(scenario, value / 100.0), _reworked,
        "standards.rework_scale", "rework",
    ),
    "familiarity": Lever(
        "What not knowing a directorate costs",
        "Extra effort of somebody who does not know the directorate at all. Efforts in the file hold today's "
        "familiarity, so this moves other structures and newcomers more than today's own teams.",
        PERCENT, 0, 200, 10, 100, _scaled("people.unfamiliar_penalty"),
        lambda scenario, value, _: f"{float(scenario.people.unfamiliar_penalty) * value:.3g} % more effort "
                                   f"(assumed now {100 * float(scenario.people.unfamiliar_penalty):.3g} %)",
        "people.unfamiliar_penalty", "familiarity", assumed=True,
    ),
}
