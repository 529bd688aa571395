"""The compiled kernel against a plain statement of the rules, on random offices full of coincidences."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from networks import COMPILED, INF, Job, Office, Worker
from plain_office import PlainOffice

# All numbers are multiples of powers of one half, so that times are exact and many events coincide.
quarters = st.integers(0, 12).map(lambda k: k / 4)
speeds = st.sampled_from([0.5, 1.0, 2.0])
WEEKS = 4


@st.composite
def workers(draw: st.DrawFn, teams: int, needs: int) -> Worker:
    cuts = sorted(draw(st.lists(st.integers(0, 20 * 4), max_size=4, unique=True)))
    off = [(a / 4, b / 4) for a, b in zip(cuts[::2], cuts[1::2], strict=False)]
    skills = draw(st.dictionaries(st.integers(0, needs - 1), speeds, min_size=1, max_size=needs))
    return Worker(
        skills=skills,
        team=draw(st.integers(0, teams - 1)),
        off=off,
        speciality=draw(st.integers(-1, needs - 1)),
        preference={n: float(draw(st.integers(0, 2))) for n in skills},
        knows=draw(st.sampled_from([0.0, 0.5, 1.0])),
    )


@st.composite
def jobs(draw: st.DrawFn, needs: int, directorates: int) -> Job:
    steps = draw(
        st.lists(st.tuples(st.integers(0, needs - 1), st.integers(1, 16).map(lambda k: k / 4)), min_size=1, max_size=3)
    )
    passes = draw(st.integers(0, 2))
    return Job(
        at=draw(st.integers(0, 60)) / 4,
        steps=steps,
        service=draw(st.integers(0, 3)),
        directorate=draw(st.integers(0, directorates - 1)),
        due=draw(st.sampled_from([INF, 3.0, 7.0, 12.0])),
        patience=draw(st.sampled_from([INF, INF, 1.0, 4.0])),
        value=float(draw(st.integers(1, 3))),
        rework=0.5,
        redo=[draw(st.sampled_from([0.0, 1.0])) for _ in range(passes)],
        redo_step=[draw(st.integers(0, len(steps) - 1)) for _ in range(passes)],
        clarify=draw(st.sampled_from([0.0, 1.0])),
        clarify_draw=draw(st.sampled_from([0.25, 0.75])),
        wait=draw(quarters) + 0.25,
        stops_clock=draw(st.booleans()),
    )


@st.composite
def offices(draw: st.DrawFn) -> tuple[dict[str, Any], list[tuple[list[bool], list[int], list[float]]]]:
    """What an Office is made of, and for each week who is employed, lent where, at which pace."""
    teams, needs, directorates = draw(st.integers(1, 3)), draw(st.integers(1, 3)), draw(st.integers(1, 2))
    people = draw(st.lists(workers(teams, needs), min_size=1, max_size=5))
    work = sorted(draw(st.lists(jobs(needs, directorates), min_size=1, max_size=14)), key=lambda j: j.at)
    stops = st.lists(st.integers(0, teams - 1), min_size=1, max_size=3, unique=True)
    parts = {
        "workers": people,
        "jobs": work,
        "own": tuple(draw(st.integers(0, teams - 1)) for _ in range(directorates)),
        "routes": {(d, n): tuple(draw(stops)) for d in range(directorates) for n in range(needs)},
        "latency": draw(st.sampled_from([0.0, 0.5, 1.0])),
        "extra": draw(st.sampled_from([0.0, 0.25])),
        "teams": teams,
        "team_rules": [draw(st.integers(0, 3)) for _ in range(teams)],
        "dispatch": draw(st.integers(0, 1)),
        "speciality_first": draw(st.integers(0, 1)),
        "rework_max": draw(st.integers(0, 2)),
        "rework_effort": 0.5,
        "slice": draw(st.sampled_from([INF, 0.5, 1.0])),
        "switch_loss": 0.5,
        "reassign_after": draw(st.sampled_from([INF, 0.5, 2.0])),
        "reassign_effort": 0.25,
        "escalate_after": draw(st.sampled_from([INF, 0.5, 1.5])),
        "peer_effort": draw(st.sampled_from([0.0, 0.25])),
    }
    n = len(people)
    steady = draw(st.booleans())
    weeks = []
    for _ in range(WEEKS):
        employed = [True] * n if steady else [draw(st.integers(0, 4)) > 0 for _ in range(n)]
        lent = [draw(st.integers(-1, teams - 1)) for _ in range(n)] if draw(st.booleans()) else [-1] * n
        lent = [t if t != w.team else -1 for t, w in zip(lent, people, strict=True)]
        # A changed pace may lengthen the slice that a task was to end in, which the plain rules leave open.
        pace = [1.0] * n if steady or parts["slice"] < INF else [draw(st.sampled_from([0.5, 1.0])) for _ in range(n)]
        weeks.append((employed, lent, pace))
    return parts, weeks


def compare(parts: dict[str, Any], weeks: list[tuple[list[bool], list[int], list[float]]]) -> None:
    """Same closing times, fates, touch times, hand-offs and passes at the end."""
    office = Office(**parts)
    plain = PlainOffice(office)
    for week, (employed, lent, pace) in enumerate(weeks):
        person = office.state.person
        person["employed"], person["lent"], person["pace"] = employed, lent, pace
        office.begin(5.0 * week).advance(5.0 * (week + 1))
        plain.begin(5.0 * week, employed, lent, pace)
        plain.advance(5.0 * (week + 1))
    office.begin(5.0 * len(weeks)).advance(400.0)
    plain.begin(5.0 * len(weeks), *weeks[-1])
    plain.advance(400.0)
    request = office.state.request
    expected = [r.closed if r.closed is not None else np.nan for r in plain.requests]
    np.testing.assert_array_equal(request["closed"], expected)
    fates = [r.fate if r.place != "nowhere" else 0 for r in plain.requests]
    np.testing.assert_array_equal(request["fate"], fates)
    done = request["fate"] == 1
    np.testing.assert_array_equal(request["touch"][done], [r.touch for r in plain.requests if r.fate == 1])
    np.testing.assert_array_equal(request["hand_offs"][done], [r.hand_offs for r in plain.requests if r.fate == 1])
    np.testing.assert_array_equal(request["passes"][done], [r.passes for r in plain.requests if r.fate == 1])


quiet = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]


@settings(max_examples=300 if COMPILED else 20, deadline=None, derandomize=True, suppress_health_check=quiet)
@given(offices())
def test_the_kernel_does_what_the_rules_say(
    made: tuple[dict[str, Any], list[tuple[list[bool], list[int], list[float]]]],
) -> None:
    """Ties and all."""
    compare(*made)


@pytest.mark.slow
@settings(max_examples=10_000, deadline=None, derandomize=True, suppress_health_check=quiet)
@given(offices())
def test_the_kernel_does_what_the_rules_say_again(
    made: tuple[dict[str, Any], list[tuple[list[bool], list[int], list[float]]]],
) -> None:
    """The same, for longer."""
    compare(*made)
