"""The recommended establishment: by team and role beside today's, and as a scenario file of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from opmodel.flow.seating import seating
from opmodel.hiring.confirming import Confirmed
from opmodel.hiring.costs import yearly_cost
from opmodel.hiring.question import Question
from opmodel.hiring.steps import Plan

if TYPE_CHECKING:
    import pandas as pd

    from opmodel.scenario.scenario import Scenario


def establishment(question: Question, plan: Plan) -> pd.DataFrame:
    """Seats by team and role, today and with the plan.

    These are posts, not people: no post is attached to a person, and a role with a single post is shown like any other.

    Returns:
        team, role, today, planned, change (seats), fte_today, fte_planned, cost (pounds in a full year of what is
        added), contract (of what is added, if not permanent).
    """
    import pandas as pd

    base, planned = question.scenario, plan.scenario(question.scenario)
    before, after = _seats(base), _seats(planned)
    added: dict[tuple[str, str], float] = {}
    contracts: dict[tuple[str, str], set[str]] = {}
    for step, count in plan.counts:
        if step.kind == "hire":
            key = (_team_of(planned, step.slug), step.who)
            added[key] = added.get(key, 0.0) + count * yearly_cost(base, step)
            contracts.setdefault(key, set()).add(step.contract)
    rows = []
    for key in dict.fromkeys((*before, *after)):
        now, then = before.get(key, (0, 0.0)), after.get(key, (0, 0.0))
        kinds = sorted(contracts.get(key, set()) - {"permanent"})
        rows.append((*key, now[0], then[0], then[0] - now[0], now[1], then[1], added.get(key, 0.0),
                     ", ".join(kind.replace("_", " ") for kind in kinds)))
    columns = ["team", "role", "today", "planned", "change", "fte_today", "fte_planned", "cost", "contract"]
    return pd.DataFrame(rows, columns=columns)


def _seats(scenario: Scenario) -> dict[tuple[str, str], tuple[int, float]]:
    """Number and full-time equivalents of seats by team and role."""
    found: dict[tuple[str, str], tuple[int, float]] = {}
    seated = seating(scenario)
    for team in seated.teams:
        for s in team.seats:
            seat = seated.seats[s]
            count, fte = found.get((team.name, seat.role), (0, 0.0))
            found[team.name, seat.role] = (count + 1, fte + seat.fte)
    return found


def _team_of(scenario: Scenario, hire: str) -> str:
    """The team in which a hire of the scenario sits."""
    seated = seating(scenario)
    for team in seated.teams:
        for s in team.seats:
            seat = seated.seats[s]
            if seat.hire is not None and seat.post == hire:
                return team.name
    return ""


def scenario_file(found: Confirmed, original: str, *, title: str = "") -> str:
    """The recommended team as a scenario file that extends the original one.

    ``opmodel compare FILE -n FUTURES --seed SEED`` gives the printed figures again; the file says so at its top.

    Args:
        found: the confirmed plan.
        original: path of the original file, as the new one is to state it.
        title: name of the new scenario; default the old one's with ``, with hires``.
    """
    raise NotImplementedError


def said_of(changes: Mapping[str, object]) -> dict[str, object]:
    """Changes by dotted path as the nested mappings of a file."""
    raise NotImplementedError
