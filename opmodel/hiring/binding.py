"""When no team meets the targets: which constraint binds, and what would have to change.

The best plan found is tried again with one constraint lifted at a time. Where lifting it makes the chance high enough,
it binds. First of all everybody imaginable is hired at once and at full pace: if even that does not do, the targets are
not a question of people.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from opmodel.flow.seating import demanded_effort
from opmodel.hiring.confirming import chance_of
from opmodel.hiring.question import Question
from opmodel.hiring.steps import Plan
from opmodel.hiring.trials import Outcome, Trials
from opmodel.metrics.targets import Wanted
from opmodel.scenario.changes import change_scenario
from opmodel.scenario.problems import ScenarioError
from opmodel.scenario.scenario import Scenario

#: Fresh futures of each constraint lifted.
FUTURES = 100
#: Shares of demand tried.
DEMANDS = (0.9, 0.8, 0.7, 0.5)
#: Mechanisms that hold requests up whoever is there, and what it would take to lift each.
FLOW = {
    "gates": ("waiting for the governance board", "the board would have to meet more often or delegate more"),
    "clarification": ("waiting for requesters", "requests would have to be clear when they are raised"),
    "hand_offs": ("hand-offs between teams", "work would have to stay with one team"),
    "rework": ("rework", "requests would have to be right at the first attempt"),
    "time_off": ("people's time off", "no change of teams can lift this"),
}


@dataclass(frozen=True)
class Lifted:
    """The best plan found with one constraint lifted."""

    name: str
    constraint: str
    """What holds the targets back, if it binds."""
    remedy: str
    """What would have to change."""
    chance: tuple[float, float, float]
    """Chance of meeting all targets by the week asked for, with its 95 % interval."""
    futures: int
    binds: bool
    """Whether the targets are met once it is lifted."""


@dataclass(frozen=True)
class Binding:
    """Why no plan meets the targets."""

    question: Question
    plan: Plan
    """The best plan found."""
    targets: tuple[tuple[Wanted, tuple[float, float, float]], ...]
    """Chance of meeting each target alone, the least likely first."""
    later: tuple[tuple[int, tuple[float, float, float]], ...]
    """Chance of meeting all targets by each later week."""
    lifted: tuple[Lifted, ...]
    unlimited: Lifted
    """With many more people of every role in every team, at once and at full pace."""

    @property
    def about_people(self) -> bool:
        """Whether enough people, soon enough, would do."""
        return self.unlimited.binds

    def sentences(self) -> list[str]:
        """Why not, and what would have to change."""
        worst, (chance, _, _) = self.targets[0]
        said = [f"The target furthest from being met is '{worst.words}', met in {100 * chance:.0f} % of futures."]
        if not self.about_people:
            said.append(
                "Even with many more people of every role, at work from the first day at full pace, the targets are "
                f"met in only {100 * self.unlimited.chance[0]:.0f} % of futures: this is not a question of people."
            )
        binding = [one for one in self.lifted if one.binds]
        said += [
            f"{one.constraint[:1].upper()}{one.constraint[1:]} binds: without it the targets are met in "
            f"{100 * one.chance[0]:.0f} % of futures; {one.remedy}." for one in binding
        ]
        enough = [week for week, found in self.later if found[0] >= self.question.confidence]
        if enough:
            said.append(f"With the same plan the targets are met by week {enough[0]}: more time would do.")
        if not binding and not enough:
            said.append("No single constraint that was lifted is enough by itself; several hold the targets back.")
        return said


def binding(question: Question, plan: Plan, trials: Trials, *, attempt: int = 0, futures: int = FUTURES) -> Binding:
    """Lift one constraint after the other from the best plan there is, in fresh futures.

    Args:
        question: what is asked.
        plan: the best plan found, though it does not meet the targets.
        trials: where everything is tried.
        attempt: which fresh futures.
        futures: how many.
    """
    seed, planned = question.fresh(attempt), plan.scenario(question.scenario)
    cases = {"": ("", "", planned), "unlimited": ("", "", _unlimited(question.scenario))}
    for name, constraint, remedy, changes in _constraints(question, planned):
        try:
            cases[name] = (constraint, remedy, change_scenario(planned, changes))
        except ScenarioError:
            continue
    found = trials.of([scenario for _, _, scenario in cases.values()], futures, seed=seed)
    outcomes = dict(zip(cases, found, strict=True))

    def lifted(name: str) -> Lifted:
        chance = chance_of(outcomes[name], question.at)
        constraint, remedy, _ = cases[name]
        return Lifted(name, constraint, remedy, chance, futures, chance[0] >= question.confidence)

    planned_outcome = outcomes[""]
    return Binding(
        question, plan, _each(planned_outcome, question),
        tuple((week, chance_of(planned_outcome, k)) for k, week in enumerate(question.weeks) if week > question.week),
        _least_demand([lifted(name) for name in cases if name not in ("", "unlimited")]), lifted("unlimited"),
    )


def _each(outcome: Outcome, question: Question) -> tuple[tuple[Wanted, tuple[float, float, float]], ...]:
    from opmodel.comparison.intervals import wilson

    found = []
    for t, wanted in enumerate(outcome.wanted):
        met = int(wanted.met(outcome.values[:, t, question.at]).sum())
        found.append((wanted, (met / outcome.n, *wilson(met, outcome.n))))
    return tuple(sorted(found, key=lambda entry: entry[1][0]))


def _least_demand(found: list[Lifted]) -> tuple[Lifted, ...]:
    """Of several reductions of demand only the least that is enough, or else the greatest, is worth telling."""
    less = [one for one in found if one.name.startswith("demand")]
    kept = next((one for one in less if one.binds), less[-1] if less else None)
    return tuple(one for one in found if one not in less or one is kept)


def _constraints(question: Question, planned: Scenario) -> Iterator[tuple[str, str, str, Mapping[str, Any]]]:
    """Name, constraint, remedy and changes of everything that can be lifted."""
    at_once = {f"hires.{name}.starts": f"{float(hire.opens):g}d" for name, hire in planned.hires.items()}
    at_full = {"mechanisms.ramp_up": False, "mechanisms.familiarity": False}
    on = planned.mechanisms.on
    if at_once:
        yield ("recruiting", "the time that recruiting takes", "vacancies would have to open earlier", at_once)
        if on("ramp_up"):
            yield ("time", "the time until newcomers are recruited and at full pace",
                   "vacancies would have to open earlier, or agency staff would have to bridge", {**at_once, **at_full})
    if on("turnover"):
        yield ("turnover", "people leaving", "fewer would have to leave", {"mechanisms.turnover": False})
    for mechanism, (constraint, remedy) in FLOW.items():
        if on(mechanism):
            yield mechanism, constraint, remedy, {f"mechanisms.{mechanism}": False}
    for skill in _nobody_for(planned):
        name = f"one more {skill}"[:60]
        yield (f"skill {skill}", f"a lack of {skill.replace('_', ' ')} that no hire allowed here can fill",
               f"somebody with {skill.replace('_', ' ')} would have to be found or trained",
               {f"roles.{name}": {"skills": {skill: "practitioner"}, "salary": 0},
                f"hires.{name}": {"role": name, "starts": "0d", "count": 3}})
    if planned.trace is None:
        scale = float(planned.demand.demand_scale)
        for share in DEMANDS:
            yield (f"demand {share:g}", "the demand", f"demand would have to fall by {100 * (1 - share):.0f} %",
                   {"demand.demand_scale": scale * share})


def _nobody_for(planned: Scenario) -> list[str]:
    """Skills in demand that no planned hire brings."""
    brought = {skill for hire in planned.hires.values() for skill in planned.roles[hire.role].skills}
    return [skill for skill, days in demanded_effort(planned).items() if days.sum() > 0.0 and skill not in brought]


def _unlimited(scenario: Scenario) -> Scenario:
    """As many people again in every role, twice over, from the first day, with nothing to learn."""
    from opmodel.flow.seating import seating

    seated = seating(scenario)
    changes: dict[str, Any] = {"mechanisms.ramp_up": False, "mechanisms.communication": False}
    count: dict[tuple[str, str], int] = {}
    for team in seated.teams:
        for s in team.seats:
            key = (team.name, seated.seats[s].role)
            count[key] = count.get(key, 0) + 2
    for number, ((team_name, role), seats) in enumerate(count.items()):
        changes[f"hires.many_{number}"] = {"role": role, "team": team_name, "count": min(500, seats), "starts": "0d"}
    return change_scenario(scenario, changes)
