"""The recommended establishment, by team and role beside today's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opmodel.flow.seating import seating
from opmodel.hiring.asking.costs import stay, yearly_cost
from opmodel.hiring.asking.question import Question
from opmodel.hiring.asking.steps import Plan

if TYPE_CHECKING:
    import pandas as pd

    from opmodel.scenario.scenario import Scenario


def establishment(question: Question, plan: Plan) -> pd.DataFrame:
    """Seats by team and role, today and with the plan.

    These are posts, not people: no post is attached to a person, and a role with a single post is shown like any other.
    Whoever leaves again is not part of the establishment and stands beside it.

    Returns:
        team, role, today, planned, change (seats that stay), fte_today, fte_planned, temporary (seats of people who
        leave again, not in the figures before), cost (pounds in a full year of what is added), contract (of what is
        added, if not permanent).
    """
    import pandas as pd

    base, planned = question.scenario, plan.scenario(question.scenario)
    before, after = _seats(base), _seats(planned)
    added: dict[tuple[str, str], float] = {}
    contracts: dict[tuple[str, str], set[str]] = {}
    names = plan.names
    for step, count in plan.counts:
        if step.kind == "hire":
            for key, share in _shares_of(planned, names[step], step.who).items():
                added[key] = added.get(key, 0.0) + count * share * yearly_cost(base, step)
                contracts.setdefault(key, set()).add(step.contract)
    leaving = {names[step] for step, _ in plan.counts if step.kind == "hire" and stay(base, step) is not None}
    short = _seats(planned, only=leaving)
    rows = []
    for key in dict.fromkeys((*before, *after)):
        now, then, gone = before.get(key, (0, 0.0)), after.get(key, (0, 0.0)), short.get(key, (0, 0.0))
        kinds = sorted(contracts.get(key, set()) - {"permanent"})
        rows.append((
            *key, now[0], then[0] - gone[0], then[0] - gone[0] - now[0], now[1], then[1] - gone[1], gone[0],
            added.get(key, 0.0), ", ".join(kind.replace("_", " ") for kind in kinds),
        ))
    columns = [
        "team", "role", "today", "planned", "change", "fte_today", "fte_planned", "temporary", "cost", "contract",
    ]
    return pd.DataFrame(rows, columns=columns)


def _seats(scenario: Scenario, only: set[str] | None = None) -> dict[tuple[str, str], tuple[int, float]]:
    """Number and full-time equivalents of seats by team and role; of some entries under ``hires`` alone, if named."""
    found: dict[tuple[str, str], tuple[int, float]] = {}
    seated = seating(scenario)
    for team in seated.teams:
        for s in team.seats:
            seat = seated.seats[s]
            if only is None or (seat.hire is not None and seat.post in only):
                count, fte = found.get((team.name, seat.role), (0, 0.0))
                found[team.name, seat.role] = (count + 1, fte + seat.fte)
    return found


def _shares_of(scenario: Scenario, hire: str, role: str) -> dict[tuple[str, str], float]:
    """Where the people of one entry under ``hires`` sit: their share by team and role."""
    found = _seats(scenario, only={hire})
    total = sum(count for count, _ in found.values())
    return {key: count / total for key, (count, _) in found.items()} if total else {("", role): 1.0}
