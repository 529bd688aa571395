"""Demand: rates, spread, common shocks, seasons, calendars, opening backlog, reactions, shares."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from networks import COMPILED, exponential, fixed, lognormal, plain, town
from scipy import stats

from opmodel.flow.calendar import bank_holidays, date_of, day_of, deadline_days
from opmodel.flow.demand import quantiles, sample_demand
from opmodel.flow.draws import name_key, uniforms, world_key
from opmodel.flow.network import compile_network
from opmodel.flow.tables import Demand
from opmodel.replication import run
from opmodel.scenario import Scenario

long = pytest.mark.skipif(not COMPILED, reason="many draws")
WEEKS = 5200


def demand_of(scenario: Scenario, seed: int = 1, replication: int = 0) -> Demand:
    return sample_demand(compile_network(scenario).asks, seed, replication)


def weekly(demand: Demand, weeks: int, directorate: int | None = None) -> np.ndarray:
    """Candidates a week."""
    ask = demand.ask[demand.ask["origin"] == 0]
    mine = ask if directorate is None else ask[ask["directorate"] == directorate]
    return np.bincount((mine["raised"] // 5.0).astype(int), minlength=weeks)


def asking(per_year: float, *changes: dict[str, Any], weeks: int = WEEKS, on: tuple[str, ...] = ()) -> Scenario:
    """One type at a rate, efforts fixed."""
    return plain(
        {"study": {"horizon_weeks": weeks}, "request_types": {"query": {"per_year": per_year, "effort": fixed(0.1)}}},
        *changes,
        on=on,
    )


def check_mean(x: np.ndarray, mean: float, variance: float) -> None:
    assert abs(x.mean() - mean) < 4.0 * np.sqrt(variance / x.size), (x.mean(), mean)


def check_dispersion(x: np.ndarray, dispersion: float) -> None:
    """Variance over mean, within four standard errors taken over 40 batches."""
    batches = x[: x.size // 40 * 40].reshape(40, -1)
    d = batches.var(1, ddof=1) / batches.mean()
    assert abs(d.mean() - dispersion) < 4.0 * d.std(ddof=1) / np.sqrt(40), (d.mean(), dispersion)


@long
@pytest.mark.parametrize("dispersion", [1.0, 1.5, 4.0, 40.0])
@pytest.mark.parametrize("rate", [0.5, 8.0])
def test_weekly_counts_have_the_stated_mean_and_dispersion(dispersion: float, rate: float) -> None:
    """1 is Poisson; above, negative binomial: variance = dispersion x mean at the stated rate."""
    x = weekly(demand_of(asking(52.0 * rate, {"demand": {"dispersion": dispersion}})), WEEKS)
    check_mean(x, rate, rate * dispersion)
    check_dispersion(x, dispersion)
    if dispersion > 1.0:
        n = rate / (dispersion - 1.0)
        zero = stats.nbinom(n, n / (n + rate)).pmf(0)
        assert abs((x == 0).mean() - zero) < 4.0 * np.sqrt(zero * (1 - zero) / WEEKS)


@long
@pytest.mark.parametrize("common", [0.0, 0.5, 1.0])
def test_a_share_of_the_shocks_is_common(common: float) -> None:
    """Two directorates of different size: covariance = common x (D - 1) x sqrt(m1 m2) for equal shapes.

    The shapes of two gamma values of one key differ with the rates, and their correlation is then a
    little below 1; so equal rates are tested exactly, unequal ones for the sign.
    """
    dispersion, rate = 5.0, 4.0
    scenario = asking(
        104.0 * rate,
        {
            "directorates": {"housing": {"share": 1.0}, "parks": {"share": 1.0}},
            "demand": {"dispersion": dispersion, "common_shock": common},
        },
    )
    demand = demand_of(scenario)
    a, b = weekly(demand, WEEKS, 0), weekly(demand, WEEKS, 1)
    check_dispersion(a, dispersion)
    batches = np.array([np.corrcoef(x, y)[0, 1] for x, y in zip(a.reshape(40, -1), b.reshape(40, -1), strict=True)])
    truth = common * (dispersion - 1.0) / dispersion
    assert abs(batches.mean() - truth) < 4.0 * batches.std(ddof=1) / np.sqrt(40)


@long
def test_times_within_the_week_are_uniform() -> None:
    demand = demand_of(asking(2000.0, weeks=520))
    assert stats.kstest(demand.ask["raised"] % 5.0 / 5.0, "uniform").pvalue > 1e-4


def test_fixed_counts() -> None:
    """Dispersion 0: twelve a week, at even distances; 2.5 a week is two and three in turn."""
    demand = demand_of(asking(624.0, {"demand": {"dispersion": 0.0}}, weeks=10))
    np.testing.assert_allclose(demand.ask["raised"], (np.arange(120) + 0.5) * 5.0 / 12.0)
    counts = weekly(demand_of(asking(130.0, {"demand": {"dispersion": 0.0}}, weeks=10)), 10)
    assert counts.tolist() == [2, 3] * 5


def test_growth_and_scale() -> None:
    """10 % a year on top of a doubled rate."""
    asks = compile_network(asking(52.0, {"demand": {"growth": 0.1, "demand_scale": 2.0}}, weeks=105)).asks
    assert asks.mean[0, [0, 52, 104]] == pytest.approx([2.0, 2.2, 2.42])


def test_seasons_by_quarter_and_month() -> None:
    """April first, rescaled to mean 1; the start date says where the run enters the year."""
    quarters = asking(52.0, {"request_types": {"query": {"season": [2.0, 1.0, 0.0, 1.0]}}}, weeks=52)
    rate = compile_network(quarters).asks.mean[0]
    assert rate.mean() == pytest.approx(1.0)
    assert rate[[0, 14, 30, 45]].tolist() == [2.0, 1.0, 0.0, 1.0]
    october = asking(
        52.0, {"start": "2026-10-05", "request_types": {"query": {"season": [2.0, 1.0, 0.0, 1.0]}}}, weeks=52
    )
    assert compile_network(october).asks.mean[0, [0, 14, 30]].tolist() == [0.0, 1.0, 2.0]


@long
def test_calendar_driven_types_come_in_their_weeks() -> None:
    """24 a year in weeks 4 and 30; over two directorates, whole numbers that add up to the yearly rate."""
    scenario = asking(
        24.0,
        {
            "directorates": {"housing": {"share": 2.0}, "parks": {"share": 1.0}},
            "request_types": {"query": {"weeks": [4, 30]}},
        },
        weeks=520,
    )
    x = weekly(demand_of(scenario), 520)
    assert set(np.flatnonzero(x) % 52) == {4, 30}
    assert x.sum() == pytest.approx(240, abs=2)


def test_weights_of_directorates() -> None:
    """By share, or by the type's own weights."""
    places = {"directorates": {"housing": {"share": 3.0}, "parks": {"share": 1.0}}}
    asks = compile_network(asking(520.0, places, weeks=4)).asks
    assert asks.mean[:, 0] == pytest.approx([7.5, 2.5])
    own = {"request_types": {"query": {"by_directorate": {"parks": 1.0}}}}
    assert compile_network(asking(520.0, places, own, weeks=4)).asks.mean[:, 0] == pytest.approx([0.0, 10.0])


@long
def test_opening_backlog() -> None:
    """Four weeks of demand, aged 0 to 20 days, there at time 0; never older than their patience."""
    scenario = asking(5200.0, {"demand": {"opening_backlog": "20.0d"}}, weeks=1, on=("opening_backlog",))
    early = demand_of(scenario).ask
    early = early[early["raised"] < 0.0]
    assert abs(early.size - 400) < 4.0 * 20.0
    assert (early["arrival"] == 0.0).all()
    assert stats.kstest(-early["raised"] / 20.0, "uniform").pvalue > 1e-4
    impatient = asking(
        5200.0, {"request_types": {"query": {"patience": fixed(8.0)}}}, weeks=1, on=("opening_backlog", "abandonment")
    )
    ages = -demand_of(impatient).ask["raised"]
    assert 7.5 < ages.max() <= 8.0


# -- directorates that react -------------------------------------------------------------------------

REACTING = {"request_types": {"query": {"patience": fixed(9999.0)}}, "demand": {"elasticity": -0.2, "raise_max": 1.5}}


@long
@pytest.mark.parametrize("dispersion", [1.0, 4.0])
@pytest.mark.parametrize("share", [1.0, 0.6, 1.5])
def test_thinning_keeps_mean_and_dispersion(dispersion: float, share: float) -> None:
    """Candidates come at 1.5 times the rate; those raised at the share have mean m x share, D - 1 in proportion."""
    rate = 6.0
    scenario = asking(52.0 * rate, REACTING, {"demand": {"dispersion": dispersion}}, on=("reacting_demand",))
    ask = demand_of(scenario).ask
    raised = ask[ask["accept"] < share / 1.5]
    x = np.bincount((raised["raised"] // 5.0).astype(int), minlength=WEEKS)
    wanted = 1.0 + (dispersion - 1.0) * share
    check_mean(x, rate * share, rate * share * wanted)
    check_dispersion(x, wanted)


@long
@pytest.mark.parametrize("dispersion", [0.0, 1.0, 3.0])
def test_at_the_reference_lead_time_the_stated_rate_is_raised(dispersion: float) -> None:
    """Whatever the spread of counts, fixed ones included."""
    ask = demand_of(asking(520.0, REACTING, {"demand": {"dispersion": dispersion}}, on=("reacting_demand",))).ask
    potential = (ask["accept"] < 1.0 / 1.5).sum()
    assert abs(potential - 10.0 * WEEKS) < 4.0 * np.sqrt(10.0 * WEEKS * max(dispersion, 1.0))


def test_statutory_and_calendar_driven_types_do_not_react() -> None:
    """They are always raised; without elasticity everything is."""
    scenario = town({"request_types": {"agreement": {"weeks": [3]}}, "study": {"horizon_weeks": 52}})
    ask = demand_of(scenario).ask
    always = ask[(ask["origin"] == 0) & np.isin(ask["type"], (0, 2))]
    assert always.size
    assert (always["accept"] == -1.0).all()
    reacting = ask[(ask["origin"] == 0) & (ask["raised"] >= 0.0) & (ask["type"] == 1)]
    assert (reacting["accept"] > 0.0).all()
    still = demand_of(town({"demand": {"elasticity": 0.0}, "study": {"horizon_weeks": 13}})).ask
    assert (still["accept"] == -1.0).all()


def test_the_share_raised_follows_the_lead_time() -> None:
    """min(raise_max, (L / L_ref)^elasticity): from 1 in the first week to a fall as requests age."""
    scenario = asking(
        2080.0,
        REACTING,
        {
            "request_types": {"query": {"effort": fixed(5.0)}},
            "demand": {"elasticity": -0.5, "reference_lead_time": "10.0d"},
        },
        weeks=52,
        on=("reacting_demand",),
    )
    weeks = run(scenario).weeks
    share, lead = weeks["directorate", "share_raised"][:, 0], weeks["directorate", "lead_time"][:, 0]
    assert share[0] == 1.0
    np.testing.assert_allclose(share, np.minimum(1.5, (np.maximum(lead, 0.1) / 10.0) ** -0.5))
    assert share[1] == 1.5
    assert share[-1] < 0.5
    counts = run(scenario).requests["fate"]
    assert (counts == 3).sum() > 100


def test_lead_time_that_directorates_react_to() -> None:
    """13-week mean over deliveries and over the ages of open requests, by hand from the requests table."""
    scenario = asking(
        520.0, REACTING, {"request_types": {"query": {"effort": exponential(0.6)}}}, weeks=30, on=("reacting_demand",)
    )
    result = run(scenario)
    table, lead = result.requests, result.weeks["directorate", "lead_time"][:, 0]
    raised, closed = table["raised"], np.where(table["fate"] == 1, table["closed"], np.inf)
    known = table["fate"] != 3
    for week in range(1, 30):
        now = 5.0 * week
        done = known & (closed < now) & (closed >= now - 65.0)
        open_ = known & (raised < now) & (closed >= now)
        total = (closed - raised)[done].sum() + (now - raised)[open_].sum()
        assert lead[week] == pytest.approx(total / (done.sum() + open_.sum())), week


# -- logs and calendars --------------------------------------------------------------------------------


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


# -- distributions and shares ------------------------------------------------------------------------


@long
@pytest.mark.parametrize(
    ("kind", "cv"), [("fixed", 0.0), ("exponential", 1.0), ("lognormal", 1.2), ("gamma", 0.7), ("gamma", 2.0)]
)
def test_duration_distributions(kind: str, cv: float) -> None:
    """Mean and coefficient of variation; the shape by Kolmogorov and Smirnov."""
    n = 40_000
    u = uniforms(world_key(1, 0), 100, np.full(n, name_key("x"), np.uint64), np.arange(n, dtype=np.uint64))
    x = quantiles(kind, 3.0, cv, u)
    assert x.mean() == pytest.approx(3.0, rel=4.0 * max(cv, 1e-12) / np.sqrt(n))
    assert x.std() / 3.0 == pytest.approx(cv, rel=0.1, abs=1e-12)
    s = np.sqrt(np.log1p(cv**2))
    shapes = {
        "exponential": stats.expon(scale=3.0),
        "gamma": stats.gamma(cv**-2 if cv else 1, scale=3.0 * cv**2),
        "lognormal": stats.lognorm(s if cv else 1, scale=3.0 * np.exp(-s * s / 2)),
    }
    if kind in shapes:
        assert stats.kstest(x, shapes[kind].cdf).pvalue > 1e-4


@long
def test_drawn_shares() -> None:
    """Expedited 8 %, two directorates 20 % (never the own one, by share), gated, deferred, similar, shadow."""
    scenario = town({"study": {"horizon_weeks": 1040}, "request_types": {"agreement": {"per_year": 300.0}}})
    ask = demand_of(scenario).ask
    demand = ask[ask["origin"] == 0]
    n = demand.size

    def share(part: np.ndarray, truth: float) -> None:
        assert abs(part.mean() - truth) < 4.0 * np.sqrt(truth * (1 - truth) / part.size)

    share(demand["service"][demand["type"] != 0] == 0, 0.08)
    assert (demand["service"][demand["type"] == 0] == 1).all()
    share(demand["second"] >= 0, 0.20)
    crossed = demand[demand["second"] >= 0]
    assert (crossed["second"] != crossed["directorate"]).all()
    share(crossed["second"][crossed["directorate"] == 1] == 0, 2.0 / 3.0)
    share(crossed["second"][crossed["directorate"] == 0] == 1, 0.5)
    share(demand["found"] < 1.0, 0.15)
    share(demand["similar"] == 0, 0.5)
    share(demand["deferrals"] >= 1, 0.15)
    share(demand["deferrals"] >= 2, 0.15**2)
    share(demand["shadow"][demand["type"] != 0] >= 0, 0.2)
    assert (demand["shadow"][demand["type"] == 0] == -1).all()
    wait = demand["wait"]
    assert abs(wait.mean() - 3.0) < 4.0 * 3.0 / np.sqrt(n)


@long
def test_efforts_have_the_stated_mean() -> None:
    """A step's own distribution, or its share of the type's; steps are drawn independently."""
    scenario = plain(
        {
            "study": {"horizon_weeks": 1040},
            "request_types": {
                "query": {
                    "per_year": 1000.0,
                    "effort": lognormal(2.0, 1.0),
                    "steps": [
                        {"skill": "analysis", "share": 0.25},
                        {"skill": "analysis", "share": 0.75},
                        {"skill": "analysis", "effort": exponential(0.4)},
                    ],
                }
            },
        }
    )
    x = demand_of(scenario).effort.reshape(-1, 3)
    for k, (mean, cv) in enumerate([(0.5, 1.0), (1.5, 1.0), (0.4, 1.0)]):
        assert abs(x[:, k].mean() - mean) < 4.0 * mean * cv / np.sqrt(len(x))
    assert np.abs(np.corrcoef(x.T) - np.eye(3)).max() < 4.0 / np.sqrt(len(x))
