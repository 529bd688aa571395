"""More people, less demand, fewer hand-offs: not worse on average under common random numbers.

For means only: single paths can cross. "More skills" and "a bigger team" are not always better and
are not tested.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from networks import COMPILED, model_of, plain, town

from opmodel.flow.network import compile_network
from opmodel.records import Run
from opmodel.replication import run
from opmodel.scenario import Scenario

pytestmark = pytest.mark.skipif(not COMPILED, reason="many runs")
N = 40


def age_and_lead(result: Run) -> float:
    """Mean days from raising to closing, open and abandoned requests with their age at the end."""
    table = result.requests
    real = (table["origin"] == 0) & (table["fate"] != 3)
    end = np.where(table["fate"] == 1, table["closed"], result.horizon)
    return float((end - table["raised"])[real].mean())


def delivered(result: Run) -> float:
    return float(((result.requests["fate"] == 1) & (result.requests["origin"] == 0)).sum())


def backlog(result: Run) -> float:
    return float((result.requests["fate"] == 0).sum())


def not_worse(
    better: Scenario, worse: Scenario, figure: Callable[[Run], float], sign: float, strictly: bool = True
) -> None:
    """The paired difference has the right sign, beyond four standard errors if ``strictly``."""
    difference = np.array(
        [sign * (figure(run(better, replication=k)) - figure(run(worse, replication=k))) for k in range(N)]
    )
    error = difference.std(ddof=1) / np.sqrt(N)
    assert difference.mean() > (4.0 if strictly else -4.0) * error, (difference.mean(), error)


BUSY: dict[str, Any] = {"demand": {"demand_scale": 1.15}, "mechanisms": {"reacting_demand": False}}
STRUCTURES = ["today", "federated", "hub_and_spoke"]


@pytest.mark.parametrize("structure", STRUCTURES)
def test_more_people(structure: str) -> None:
    """Two engineers more, from the first week: shorter times and more deliveries."""
    base = town(
        BUSY, {"structure": {"kind": structure} | ({"hub_manager": None} if structure == "hub_and_spoke" else {})}
    )
    hires = {"help": {"role": "engineer", "count": 2, "starts": "0.0d"}}
    more = Scenario.model_validate({**base.document(), "hires": hires})
    not_worse(more, base, age_and_lead, -1.0)
    not_worse(more, base, delivered, 1.0)
    not_worse(more, base, backlog, -1.0)


def test_less_demand() -> None:
    """Nine tenths of the requests are served sooner, and fewer are open at the end."""
    less = town(BUSY, {"demand": {"demand_scale": 1.0}})
    not_worse(less, town(BUSY), age_and_lead, -1.0)
    not_worse(less, town(BUSY), backlog, -1.0)


def test_cheaper_hand_offs() -> None:
    """The same teams, no latency between them."""
    near = {"latency": "0.0d", "effort": 0.0}
    none = town(
        BUSY, {"flow": {"hand_offs": {"other_line": near, "same_line": near}}, "standards": {"effort_basis": "ideal"}}
    )
    not_worse(none, town(BUSY, {"standards": {"effort_basis": "ideal"}}), age_and_lead, -1.0)


def test_fewer_absences_less_turnover_faster_hiring() -> None:
    """Each on its own is not worse."""
    base = town(BUSY)
    for change in (
        {"time_off": {"sickness": 0.0}},
        {"people": {"turnover": 0.01}},
        {"people": {"productive_share": 0.95}},
        {"people": {"unfamiliar_penalty": 0.0}},
    ):
        not_worse(town(BUSY, change), base, age_and_lead, -1.0, strictly=False)


def test_less_rework_and_no_gates() -> None:
    """Better quality at the same first effort; no waiting for a board."""
    base = town(BUSY, {"standards": {"effort_basis": "ideal"}})
    better = town(BUSY, {"standards": {"effort_basis": "ideal", "rework_scale": 0.2}})
    not_worse(better, base, age_and_lead, -1.0)
    open_door = town(BUSY, {"request_types": {"agreement": {"gate_chance": 0.0}}})
    not_worse(open_door, town(BUSY), age_and_lead, -1.0)


def test_pooling_alone() -> None:
    """With no mechanism on, one pool of equals waits less than two halves of it, on the same requests."""
    two = {
        "directorates": {"housing": {"share": 1.0}, "parks": {"share": 1.0}},
        "posts": {"analyst": {"count": 4}},
        "request_types": {"query": {"per_year": 900.0}},
        "study": {"horizon_weeks": 104},
    }
    apart = {
        "teams": {
            "homes": {"serves": ["housing"], "seats": {"analyst": 2}},
            "green": {"serves": ["parks"], "seats": {"analyst": 2}},
        }
    }
    not_worse(plain(two), plain(two, apart), age_and_lead, -1.0)


def test_urgent_requests_pass_others() -> None:
    """Expedited requests of a type have shorter lead times than its other ones."""

    def gap(result: Run) -> float:
        table = result.requests
        lead = table["closed"] - table["raised"]
        mine = (table["type"] == 1) & (table["fate"] == 1)
        return float(lead[mine & (table["class"] == 2)].mean() - lead[mine & (table["class"] == 0)].mean())

    gaps = np.array([gap(run(town(BUSY), replication=k)) for k in range(N)])
    assert gaps.mean() > 4.0 * gaps.std(ddof=1) / np.sqrt(N)


@pytest.mark.parametrize("structure", STRUCTURES)
def test_one_more_hire_moves_nobody_else(structure: str) -> None:
    """Seats are apportioned on the week-0 establishment; a hire goes to the team named, else to the role's next seat."""
    chosen = {"structure": {"kind": structure} | ({"hub_manager": None} if structure == "hub_and_spoke" else {})}

    def teams(*changes: dict[str, Any]) -> dict[str, str]:
        seating = compile_network(town(chosen, *changes)).seating
        return {seat.key: seating.teams[t].name for seat, t in zip(seating.seats, seating.team_of, strict=True)}

    before, after = teams(), teams({"hires": {"a": {"role": "analyst", "count": 3}, "s": {"role": "steward"}}})
    assert {k: after[k] for k in before} == before
    assert len(after) == len(before) + 4
    for role in ("analyst", "steward"):  # beside those who do the same
        seating = compile_network(town(chosen, {"hires": {"h": {"role": role, "count": 5}}})).seating
        seats = list(zip(seating.seats, seating.team_of, strict=True))
        has = {t for seat, t in seats if seat.role == role and seat.hire is None}
        assert {t for seat, t in seats if seat.hire is not None} <= has


def test_an_idle_office_delivers_at_once() -> None:
    """One request to people with nothing else to do, nothing on: lead time is its effort."""
    table = run(plain({"request_types": {"query": {"per_year": 5.0}}, "posts": {"analyst": {"count": 30}}})).requests
    np.testing.assert_allclose(
        (table["closed"] - table["raised"])[table["fate"] == 1], table["effort"][table["fate"] == 1]
    )
    assert model_of(plain()).weeks == 52
