"""Logged arrivals, deadlines and bank holidays."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
from networks import fixed, plain

from opmodel.flow.calendar import bank_holidays, date_of, day_of, deadline_days
from opmodel.replication import run

REACTING = {"request_types": {"query": {"patience": fixed(9999.0)}}, "demand": {"elasticity": -0.2, "raise_max": 1.5}}


def test_logged_requests_are_all_raised(tmp_path: Path) -> None:
    """The same arrivals in every replication, even where directorates react; off-hours ones at the next working instant."""
    stamps = ["2026-04-06T08:00:00", "2026-04-06T13:00:00", "2026-04-07T18:30:00", "2026-04-11T12:00:00", ""]
    rows = [f"{s},{'housing' if k % 2 else 'parks'},{'b' if k == 1 else 'a'},{k + 1}" for k, s in enumerate(stamps)]
    (tmp_path / "log.csv").write_text("\n".join(["when,who,what,days", *rows]), encoding="utf-8")
    scenario = plain(
        {
            "directorates": {"parks": {"share": 1.0}},
            "study": {"horizon_weeks": 3},
            "request_types": {"other": {"per_year": 9.0, "effort": fixed(1.0), "steps": [{"skill": "analysis"}]}},
            "trace": {
                "file": str(tmp_path / "log.csv"),
                "arrival": "when",
                "directorate": "who",
                "type": "what",
                "effort": "days",
                "types": {"b": "other"},
                "default": "query",
            },
        },
        REACTING,
        on=("reacting_demand", "opening_backlog"),
    )
    for replication in range(3):
        table = run(scenario, replication=replication).requests
        assert table["raised"].tolist() == [0.0, 0.5, 2.0, 5.0]
        assert table["directorate"].tolist() == [1, 0, 1, 0]
        assert table["type"].tolist() == [0, 1, 0, 0]
        assert table["effort"].tolist() == [1.0, 2.0, 3.0, 4.0]


def due(rule: dict[str, Any], *raised: str) -> list[str]:
    """Last day on which requests raised on the given dates are in time."""
    start = dt.date(2026, 1, 5)
    kind = plain({"request_types": {"query": {"deadline": rule}}}).request_types["query"].deadline
    days = deadline_days(kind, start, 0, 600)
    ends = days[day_of(start, np.array(raised, "datetime64[D]"))]
    return [str(date_of(start, end - 1)) for end in ends]


def test_deadlines_in_working_days() -> None:
    """Day 1 is the first working day after receipt. FOI skips holidays of any part of the UK (12 July, 30 November)."""
    england = {"kind": "working_days", "days": 20, "calendar": "england_wales"}
    assert due(england, "2026-04-08", "2026-12-21", "2026-04-03") == ["2026-05-07", "2027-01-21", "2026-05-05"]
    foi = england | {"calendar": "uk_any"}
    assert due(foi, "2026-06-29", "2026-11-23") == ["2026-07-28", "2026-12-22"]
    assert due(england, "2026-06-29", "2026-11-23") == ["2026-07-27", "2026-12-21"]


def test_deadlines_by_month_and_date() -> None:
    """One calendar month, the last day where the next month is shorter; the next of the stated dates."""
    assert due({"kind": "calendar_month"}, "2026-01-30", "2026-03-10", "2026-06-30") == [
        "2026-02-27",
        "2026-04-10",
        "2026-07-30",
    ]
    yearly = {"kind": "date", "dates": ["05-29", "11-30"]}
    assert due(yearly, "2026-05-29", "2026-06-01", "2026-12-01") == ["2026-05-29", "2026-11-30", "2027-05-28"]


def test_bank_holidays_of_a_year() -> None:
    """Eight in England and Wales; Christmas and Boxing Day of 2026 are Friday and (made up for) Monday."""
    days = [str(d) for d in bank_holidays("england_wales", 2026, 2026)]
    assert days == [
        "2026-01-01",
        "2026-04-03",
        "2026-04-06",
        "2026-05-04",
        "2026-05-25",
        "2026-08-31",
        "2026-12-25",
        "2026-12-28",
    ]
