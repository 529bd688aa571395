"""What can be done about a team: hires, moves between teams, training; and sets of such steps, called plans."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from opmodel.scenario.changes import change_scenario
from opmodel.scenario.contracts import ContractKind
from opmodel.scenario.people import Training
from opmodel.scenario.quantity import DAYS_PER_WEEK
from opmodel.scenario.scenario import Scenario
from opmodel.scenario.staffing import drawn_teams

#: What training one person by one level takes: the defaults of the ``training`` section.
COURSE = Training(post="post", skill="skill")


@dataclass(frozen=True, order=True, slots=True)
class Step:
    """One thing that can be done, for one person."""

    kind: Literal["hire", "move", "train"]
    who: str
    """The role hired, or the post whose holder moves or is trained."""
    team: str | None = None
    """The team that gets the person; None for the role's next seat. Of training: the team of the person."""
    contract: ContractKind = "permanent"
    """Kind of contract of a hire."""
    origin: str | None = None
    """The team that a move takes the person from."""
    skill: str | None = None
    """The skill that training raises."""
    opens_week: int = 0
    """Week in which the vacancy opens, the person moves or training begins."""
    supplement: float = 0.0
    """Market supplement offered with a vacancy, pounds a year."""
    levels: int = 1
    """Levels that training raises the skill by."""

    @property
    def slug(self) -> str:
        """Name of the entry that stands for the step in a scenario file: small letters without spaces, as codes are.

        The same step has the same name in every plan and whenever it is taken, as its draws hang on it: how long
        recruiting takes depends neither on what else is done nor on the week. Steps that differ in more than their
        week never share one, however alike the names of their teams are.
        """
        parts = [self.kind, self.who, self.contract if self.contract != "permanent" else "", self.skill or "",
                 self.origin or "", self.team or "", f"plus{self.supplement:.0f}" if self.supplement else ""]
        said = "_".join(re.sub(r"[^a-z0-9]+", "_", part.lower()).strip("_") for part in parts if part)
        exact = repr((*parts, self.team is None, self.origin is None, self.supplement, self.levels))
        mark = hashlib.sha256(exact.encode()).hexdigest()[:6]
        return f"{said[:47].strip('_')}_{mark}"

    @property
    def words(self) -> str:
        """The step in words, such as ``one more engineer in Children's data team``."""
        who = self.who.replace("_", " ")
        where = f" in {self.team}" if self.team else ""
        later = f", opened in week {self.opens_week}" if self.opens_week else ""
        if self.kind == "move":
            return f"one {who} moves from {self.origin} to {self.team}"
        if self.kind == "train":
            far = "" if self.levels == 1 else f", {self.levels} levels"
            return f"one {who}{where} is trained in {str(self.skill).replace('_', ' ')}{far}"
        kind = "" if self.contract == "permanent" else f" ({self.contract.replace('_', ' ')})"
        more = f", with {self.supplement_words}" if self.supplement else ""
        return f"one more {who}{kind}{where}{more}{later}"

    @property
    def supplement_words(self) -> str:
        """The market supplement in words; empty without one."""
        return f"a market supplement of £{self.supplement:,.0f} a year" if self.supplement else ""

    @property
    def terms_words(self) -> str:
        """What tells a hire from an ordinary one, in words: its contract, its supplement; empty where nothing does."""
        contract = "" if self.contract == "permanent" else self.contract.replace("_", " ")
        return ", ".join(filter(None, (contract, self.supplement_words)))


@dataclass(frozen=True)
class Plan:
    """A set of steps, each so many times. The order is that in which they were taken."""

    counts: tuple[tuple[Step, int], ...] = ()

    @classmethod
    def of(cls, steps: Iterable[Step]) -> Plan:
        """The plan of so many steps, equal ones together."""
        return cls(tuple(Counter(steps).items()))

    @property
    def steps(self) -> tuple[Step, ...]:
        """Every step, as often as it is taken."""
        return tuple(step for step, count in self.counts for _ in range(count))

    @property
    def words(self) -> str:
        """Its steps in words, one after the other."""
        return " and ".join(step.words for step in self.steps) or "nothing"

    def __len__(self) -> int:
        """Number of steps."""
        return sum(count for _, count in self.counts)

    def with_(self, *steps: Step) -> Plan:
        """The plan and further steps."""
        return Plan.of((*self.steps, *steps))

    def without(self, step: Step) -> Plan:
        """The plan with one step fewer."""
        left = list(self.steps)
        left.reverse()
        left.remove(step)
        return Plan.of(reversed(left))

    def opened(self, weeks: Mapping[Step, int]) -> Plan:
        """The plan with some steps taken in other weeks."""
        return Plan.of(replace(step, opens_week=weeks.get(step, step.opens_week)) for step in self.steps)

    @property
    def names(self) -> dict[Step, str]:
        """Name of each step's entry in a scenario: its slug, with the week where the plan takes it in several."""
        found: dict[Step, str] = {}
        for step, _ in sorted(self.counts, key=lambda entry: (entry[0].slug, entry[0].opens_week)):
            taken = step.slug in found.values()
            found[step] = f"{step.slug}_w{step.opens_week}" if taken else step.slug
        return found

    def changes(self, scenario: Scenario) -> dict[str, Any]:
        """What the plan changes in a scenario, by dotted path (see :func:`opmodel.scenario.change_scenario`).

        Always in the same order, whatever the order in which steps were taken: seats are numbered by it.
        """
        found: dict[str, Any] = {}
        moved: dict[tuple[str, str], int] = {}
        counts = dict(self.counts)
        for step, name in self.names.items():
            count = counts[step]
            opens = f"{DAYS_PER_WEEK * step.opens_week:g}d"
            if step.kind == "hire":
                entry: dict[str, Any] = {"role": step.who, "count": count, "opens": opens}
                if step.team is not None:
                    entry["team"] = step.team
                if step.contract != "permanent":
                    entry["contract"] = step.contract
                if step.contract == "agency":
                    entry["stays"] = agency_stays(scenario)
                if step.supplement:
                    entry["supplement"] = step.supplement
                found[f"hires.{name}"] = entry
            elif step.kind == "train":
                entry = {"post": step.who, "skill": step.skill, "count": count, "opens": opens}
                if step.team is not None:
                    entry["team"] = step.team
                if step.levels != 1:  # as many courses
                    entry["levels"] = step.levels
                    entry["off_the_job"] = f"{step.levels * float(COURSE.off_the_job):g}d"
                    entry["fee"] = step.levels * float(COURSE.fee)
                found[f"training.{name}"] = entry
            else:
                moved[step.who, str(step.origin)] = moved.get((step.who, str(step.origin)), 0) - count
                moved[step.who, str(step.team)] = moved.get((step.who, str(step.team)), 0) + count
        if moved:
            found["teams"] = _moved(scenario, moved)
        return found

    def scenario(self, scenario: Scenario) -> Scenario:
        """The scenario with the plan carried out.

        Raises:
            ScenarioError: a step does not fit the scenario.
        """
        return change_scenario(scenario, self.changes(scenario)) if self.counts else scenario


def agency_stays(scenario: Scenario) -> str:
    """How long agency staff stay where a plan hires them, as a scenario file states it."""
    return f"{float(scenario.people.agency_stays):g}d"


def _moved(scenario: Scenario, moved: Mapping[tuple[str, str], int]) -> dict[str, Any]:
    """Today's teams, or those drawn by hand, with some seats elsewhere; today itself stays as it is.

    A lead who moves away leads no longer: the best-paid of those who stay does.
    """
    teams = drawn_teams(scenario) or {}
    drawn: dict[str, Any] = {}
    for name, team in teams.items():
        said = {field: getattr(team, field) for field in team.model_fields_set if field != "seats"}
        seats = dict(team.seats)
        for (post, where), change in moved.items():
            if where == name:
                seats[post] = seats.get(post, 0) + change
        if team.lead is not None and seats.get(team.lead, 0) <= 0:
            said["lead"] = None
        # None takes an entry away, so that no seat stays where teams are drawn by hand already.
        drawn[name] = {**said, "seats": {post: count or None for post, count in seats.items()}}
    return drawn
