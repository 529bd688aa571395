"""Training by hand: who is sent, what it takes and costs, what is known at its end; and what a file is told about it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from networks import fixed, model_of, plain, town
from test_contracts import BUSY, QUIET, lines
from test_scenario_errors import TURNOVER, said
from test_scenario_errors import town as written

from opmodel.replication import run
from opmodel.scenario import Scenario

COURSE = {"post": "analyst", "skill": "engineering", "opens": "20.0d", "off_the_job": "20.0d", "over": "100.0d"}


def trained(*changes: dict[str, Any], **course: Any) -> Scenario:
    return plain({"study": {"horizon_weeks": 40}, "training": {"data": COURSE | course}}, *changes)


def test_a_course_takes_time_and_gives_a_level_at_its_end() -> None:
    """A fifth of the time in weeks 4 to 23; from no engineering to awareness in week 24."""
    scenario = trained(QUIET)
    model = model_of(scenario)
    k = list(scenario.skills).index("engineering")
    pace, level = [], []
    for _ in range(40):
        model.step()
        pace.append(float(model.state.person[0].pace))
        level.append(float(model.capability.level[0, k]))
    np.testing.assert_allclose(pace, [1.0] * 4 + [0.8] * 20 + [1.0] * 16)
    np.testing.assert_allclose(level, [-1.0] * 24 + [0.0] * 16)


def test_the_days_off_the_job_add_up_where_a_course_ends_within_a_week() -> None:
    """13 days over 52: ten weeks of a quarter, and two days of the eleventh."""
    pace = run(trained(QUIET, off_the_job="13.0d", over="52.0d")).weeks["person", "pace"][:, 0]
    np.testing.assert_allclose(pace[4:16], [0.75] * 10 + [0.9, 1.0])
    assert 5.0 * (1.0 - pace).sum() == pytest.approx(13.0)


def test_blocked_tasks_are_released_when_somebody_has_learnt_the_skill() -> None:
    """Nobody knows engineering until the course is over; then what waited is done, and nothing is blocked any more."""
    pipes = {"request_types": {"query": {"per_year": 26.0, "effort": fixed(0.5), "steps": [{"skill": "engineering",
                                                                                          "level": "awareness"}]}}}
    result = run(trained(pipes))
    start = result.requests["first_start"]
    early = result.requests["raised"] < 115.0
    assert early.sum() > 5
    assert np.nanmin(start) == 120.0
    assert (start[early] < 130.0).all()
    assert (result.requests["fate"][early] == 1).all()


def test_training_raises_the_ceiling_of_learning() -> None:
    """Working level, learning by work up to practitioner; with a course up to expert."""
    fast = {
        "study": {"horizon_weeks": 80}, "people": {"learning_time": "60.0d"},
        "roles": {"analyst": {"skills": {"analysis": "working"}}},
    }
    without = plain(BUSY, fast, on=["learning"])
    with_course = plain(BUSY, fast, {"training": {"more": COURSE | {"skill": "analysis"}}}, on=["learning"])
    assert run(without).weeks["person", "level"][-1, 0] == pytest.approx(2.0)
    assert run(with_course).weeks["person", "level"][-1, 0] == pytest.approx(3.0)


def test_who_leaves_before_the_end_has_learnt_nothing() -> None:
    """The fee is spent, the successor is back at the role's levels and works full time."""
    leaver = {"posts": {"analyst": {"leaves": "60.0d", "successor_starts": "70.0d"}}}
    model = model_of(trained(QUIET, leaver))
    while model.running:
        model.step()
    records = model.records()
    assert model.capability.level[0].max() == 2.0
    assert (model.capability.level[0] >= 0.0).sum() == 1
    assert records["organisation", "fees"][:, 0].tolist() == [0.0] * 4 + [3000.0] + [0.0] * 35
    np.testing.assert_allclose(records["person", "pace"][14:, 0], 1.0)


def test_a_trained_persons_successor_starts_at_the_roles_levels() -> None:
    """Who has learnt leaves after the course: the skill is gone with that person."""
    pipes = {"request_types": {"query": {"per_year": 52.0, "effort": fixed(0.5), "steps": [{"skill": "engineering",
                                                                                          "level": "awareness"}]}}}
    leaver = {"posts": {"analyst": {"leaves": "150.0d", "successor_starts": "155.0d"}}}
    result = run(trained(pipes, leaver))
    assert np.nanmin(result.requests["first_start"]) == 120.0
    assert np.nanmax(result.requests["first_start"]) < 150.0
    assert (result.requests["fate"][result.requests["raised"] > 150.0] == 0).all()


def test_those_who_are_there_and_have_learnt_least_go_first() -> None:
    """Three seats, the second empty: one course for the first, another for the third, then for the first again."""
    scenario = plain(
        QUIET,
        {
            "study": {"horizon_weeks": 12},
            "posts": {"analyst": {"count": 2}, "leaver": {"role": "analyst", "leaves": "0.0d", "refilled": False}},
            "training": {
                name: {"post": post, "skill": skill, "over": "50.0d", "off_the_job": "5.0d", "opens": opens}
                for name, post, skill, opens in (
                    ("a", "analyst", "engineering", "0.0d"), ("b", "analyst", "governance", "0.0d"),
                    ("c", "analyst", "architecture", "5.0d"), ("d", "leaver", "engineering", "0.0d"),
                )
            },
        },
    )
    result = run(scenario)
    np.testing.assert_allclose(result.weeks["person", "pace"][2, :2], [0.8, 0.9])
    assert result.weeks["organisation", "fees"].sum() == 3 * 3000.0


def test_a_team_named_sends_its_own_people() -> None:
    """The engineers of the hub and no others; under a preset without such a team, the post's first seats."""
    course = {"post": "analyst", "skill": "governance", "team": "green", "off_the_job": "10.0d", "over": "100.0d"}
    for change, seat in (({}, "analyst-3"), ({"structure": {"kind": "centralised", "head": None}}, "analyst-1")):
        model = model_of(town({"training": {"rules": course}}, change))
        model.step()
        away = [s.name for s, course in zip(model.network.seating.seats, model.courses.away(0), strict=True) if course]
        assert away == [seat]


# -- what a file is told ---------------------------------------------------------------------------------------

COURSES = {
    "post": ("{post: analist_a, skill: analysis}", "x:23:24: training.one.post: unknown post 'analist_a', did you mean "
                                                   "'analyst_a'?"),
    "skill": ("{post: analyst_a, skill: analyses}", "x:23:42: training.one.skill: unknown skill 'analyses', did you "
                                                    "mean 'analysis'?"),
    "team": ("{post: analyst_a, skill: analysis, team: hob}", "x:23:58: training.one.team: unknown team 'hob', did you "
                                                              "mean 'hub'?"),
    "count": ("{post: analyst_a, skill: analysis, count: 3}", "x:23:59: training.one.count: trains 3 in analysis in all, "
                                                              "but there are 2 of 'analyst_a'; train fewer, or name "
                                                              "another post or team"),
    "elsewhere": ("{post: analyst_a, skill: analysis, team: spoke}", "training.one.count: trains 1 in analysis in all, "
                                                                     "but there are 0 of 'analyst_a' in 'spoke'; train "
                                                                     "fewer, or name another post or team"),
    "levels": ("{post: analyst_a, skill: engineering, levels: 0.5}", "training.one.levels: should be at least 1, its low "
                                                                     "value too: 'analyst_a' lacks engineering, so "
                                                                     "awareness comes first"),
    "nothing": ("{post: analyst_a, skill: analysis, levels: 0}", "training.one.levels: should be above 0: nothing would "
                                                                 "be learnt"),
    "days": ("{post: analyst_a, skill: analysis, off_the_job: 30d, over: 4w}",
             "training.one.off_the_job: 30 days do not fit into the 20 that they are spread over; lengthen over, or "
             "shorten off_the_job"),
    "late": ("{post: analyst_a, skill: analysis, opens: 3y}", "warning: training.one.opens: lies after the end of the "
                                                              "study: nobody is trained"),
    "too late": ("{post: analyst_a, skill: analysis, opens: 2y, over: 1w, off_the_job: 1d}",
                 "warning: training.one.opens: lies after the end of the study: nobody is trained"),
    "unfinished": ("{post: analyst_a, skill: analysis, opens: 90w}", "warning: training.one.over: ends after the study: it "
                                                                    "costs time and money, and its worth is not seen; "
                                                                    "begin earlier"),
}


@pytest.mark.parametrize("case", COURSES)
def test_training_that_cannot_be(case: str) -> None:
    course, text = COURSES[case]
    found = lines(f"training: {{one: {course}}}")
    assert len(found) == 1
    assert found[0].endswith(text)
    assert found[0].startswith("x:23:")


def test_what_training_or_learning_adds_counts_as_known_to_the_checks() -> None:
    """A step that needs a level which nobody has yet is right where somebody is to reach it."""
    expert = ("share: 0.25}", "share: 0.25, level: practitioner}")
    needs = [line for line in said(written(expert)) if "which no post or hire has" in line]
    assert len(needs) == 1
    course = "training: {one: {post: analyst_a, skill: governance}}"
    assert said(written(expert, (TURNOVER, f"{TURNOVER}\n{course}"))) == []
