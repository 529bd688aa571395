"""Charts of one structure: what they draw, that they fit, and what they say in words."""

import json
from itertools import pairwise

import pandas as pd
import pytest

from opmodel.charts import PALETTE, spec_of, why, why_flow, why_tables
from opmodel.charts.theme import DARK
from opmodel.explanation.busyness import BAND_NAMES
from opmodel.explanation.causes import CAUSES
from opmodel.explanation.progress import AGE_NAMES
from opmodel.explanation.words import worded

ODD = "Team *A* <b>$x$</b>"


def marks(chart):
    return [layer["mark"]["type"] for layer in chart.to_dict()["layer"]]


def data(chart):
    return [row for values in chart.to_dict()["datasets"].values() for row in values]


def row(mean, half=0.3, **about):
    return {**about, "mean": mean, "low": max(0.0, mean - half), "high": mean + half, "n": 20}


@pytest.fixture
def times():
    days = {"touch": 2.0, "queue": 10.0, "hand_off": 1.0}
    found = []
    for duty in ("statutory", "discretionary"):
        for cause, about in CAUSES.items():
            mean = days.get(cause, 0.0)
            found.append(row(mean, 0.3 * (mean > 0), duty=duty, cause=cause, **about._asdict()))
        found.append(row(13.0, duty=duty, cause="lead", label="lead time", kind="all", meaning="all of it"))
    return pd.DataFrame(found)


@pytest.fixture
def left_out():
    return pd.DataFrame([row(0.034, 0.01, duty=duty, metric=metric) for duty in ("statutory", "discretionary")
                         for metric in ("unfinished", "not_served")])


@pytest.fixture
def busy():
    return pd.DataFrame([
        row(0.8, 0.03, family="all", name="all posts", posts=12),
        row(0.7, 0.03, family="team", name=ODD, posts=4),
        row(0.9, 0.03, family="team", name="Hub", posts=8),
        row(0.95, 0.03, family="role", name="bi_developer", posts=3),
    ])


@pytest.fixture
def spread():
    return pd.DataFrame([row(float(k), name=name, band=band, posts=12) for name in ("all posts", ODD)
                         for k, band in enumerate(BAND_NAMES)])


@pytest.fixture
def bottlenecks():
    found = []
    for period, most in (("1 to 13", "Hub"), ("14 to 26", ODD)):
        for team in ("Hub", ODD, "Idle"):
            mean = 0.0 if team == "Idle" else 650.0 if team == most else 65.0
            found.append(row(mean, 0.0, period=period, place=f"data_science, {team}", team=team, skill="data_science",
                             top=18 if team == most else 2) | {"queue": mean / 65, "queue_low": mean / 70,
                                                              "queue_high": mean / 60})
    return pd.DataFrame(found)


@pytest.fixture
def ages():
    return pd.DataFrame([row(3.0 * k, week=week, duty=duty, band=band) for week in (26, 52)
                         for duty in ("statutory", "discretionary") for k, band in enumerate(AGE_NAMES)])


@pytest.fixture
def flow():
    ends = {"raised": 40.0, "started": 38.0, "delivered": 36.0, "abandoned": 1.0, "waiting": 1.0, "begun": 2.0}
    return pd.DataFrame([row(end * week, week / 10, series=series, week=week) for series, end in ends.items()
                         for week in range(1, 53)])


@pytest.fixture
def lines():
    return pd.DataFrame([row(mean, duty="discretionary", percentile=name)
                         for name, mean in (("p50", 2.0), ("p85", 10.0), ("p95", 20.0))])


@pytest.fixture
def points():
    return pd.DataFrame({"week": [1.0, 2.0, 50.0], "days": [1.0, 31.0, 33.0], "duty": "discretionary"})


@pytest.fixture
def single():
    nan = float("nan")
    return pd.DataFrame([
        row(nan, skill="data_science", level="practitioner", organisation=1, teams=(), small=0, reach=1, posts=0)
        | {"n": 0},
        row(nan, skill="engineering", level="working", organisation=5, teams=(ODD,), small=1, reach=3, posts=2) | {"n": 0},
        row(0.5, 0.1, skill="analysis", level="working", organisation=9, teams=(), small=4, reach=3, posts=4),
    ])


def texts(chart):
    return {str(value) for values in data(chart) for value in values.values()}


def test_causes_are_drawn_longest_first_and_those_of_no_time_left_out(times):
    chart = why.time_by_cause(times, "discretionary")
    assert marks(chart) == ["bar", "rule", "text"]
    labels = [r["label"] for r in sorted(data(chart), key=lambda r: int(r["place"]))]
    assert labels == ["waiting: no one free · 10.0 (9.7 to 10.3)", "work, first pass · 2.0 (1.7 to 2.3)",
                      "waiting: on its way to another team · 1.0 (0.7 to 1.3)"]
    assert chart.to_dict()["title"] == "Discretionary: 13.0 (12.7 to 13.3) working days"
    assert why.time_takeaway(times, "discretionary").startswith(
        "Discretionary requests, mean lead time 13.0 (12.7 to 13.3) working days: waiting: no one free 10.0"
    )


def test_the_words_of_each_bar_tell_what_its_colour_does(times):
    for cause in CAUSES.values():
        assert cause.label.startswith(("work", "waiting: ", "rework"))
    scale = why.time_by_cause(times, "statutory").to_dict()["layer"][0]["encoding"]["color"]
    assert scale["scale"]["range"] == list(PALETTE[:3])
    assert scale["legend"] is None


def test_the_table_of_causes_ends_with_lead_time_and_what_it_leaves_out(times, left_out):
    table = why_tables.time_table(times, left_out)
    assert list(table.index)[-3:] == ["lead time", "unfinished (share of those raised)",
                                      "not served (share of the potential)"]
    assert list(table.columns) == ["discretionary", "statutory", "meaning"]
    assert table.loc["waiting: governance board", "statutory"] == "0"
    assert table.iloc[-1, 0] == "3.4 % (2.4 to 4.4 %)"


def test_a_duty_without_deliveries_is_left_out(times):
    assert why.duties_of(times) == ["discretionary", "statutory"]
    assert why.duties_of(times[times["duty"] == "discretionary"]) == ["discretionary"]


def test_utilisation_is_drawn_busiest_first_with_names_as_text(busy):
    chart = why.utilisation_bars(busy, "team")
    labels = [r["label"] for r in sorted(data(chart), key=lambda r: int(r["place"]))]
    assert labels == ["Hub · 90 % (87 to 93 %), 8 posts", f"{ODD} · 70 % (67 to 73 %), 4 posts"]
    assert why.families_of(busy) == ["team", "role"]
    assert why.utilisation_takeaway(busy, "role") == "Utilisation by role: bi developer 95 % (92 to 98 %)."
    assert "busiest Hub, 90 % (87 to 93 %)" in why.utilisation_takeaway(busy, "team")
    assert chart.to_dict()["layer"][0]["encoding"]["x"]["scale"]["domain"] == [0, 1.0]


def test_posts_by_band_of_utilisation(spread):
    chart = why.spread_shades(spread)
    assert marks(chart) == ["rect", "text"]
    assert chart.to_dict()["layer"][0]["encoding"]["x"]["sort"] == ["< 60", "60–70", "70–80", "80–90", "90+"]
    assert why.spread_takeaway(spread) == (
        "Of 12 posts, 4.0 (3.7 to 4.3) are busy for 90 % of their time on duty or more, 0.0 (0.0 to 0.3) for less "
        "than 60 %."
    )
    assert list(why_tables.spread_table(spread).columns) == list(BAND_NAMES)


def test_bottlenecks_say_how_sure_the_first_place_is(bottlenecks):
    chart = why_flow.bottleneck_bars(bottlenecks)
    said = [(r["label"], r["words"]) for r in sorted(data(chart), key=lambda r: int(r["place"]))]
    assert said == [
        ("Weeks 1 to 13: data science, Hub", "10.0 (9.3 to 10.8) waiting, first in 18 of 20 futures"),
        (f"Weeks 14 to 26: data science, {ODD}", "10.0 (9.3 to 10.8) waiting, first in 18 of 20 futures"),
    ]
    assert "weeks 14 to 26 data science, Team" in why_flow.bottleneck_takeaway(bottlenecks)
    table = why_tables.bottleneck_table(bottlenecks)
    assert table.shape[1] <= 4  # as many as a narrow screen shows without breaking words
    assert "data science · Hub" in set(table["where"])
    assert list(table["weeks"]) == ["1 to 13", "1 to 13", "14 to 26", "14 to 26"]
    assert "data science · Idle" not in set(table["where"])


def test_one_bottleneck_throughout_is_said_once(bottlenecks):
    said = why_flow.bottleneck_takeaway(bottlenecks[bottlenecks["team"] == "Hub"])
    assert said.startswith("In every quarter most work waited for data science, Hub: weeks 1 to 13 ")
    assert why_flow.bottleneck_takeaway(bottlenecks[bottlenecks["mean"] == 0.0]) == "Nothing waited."


def test_the_backlog_is_shown_by_age(ages):
    chart = why_flow.age_shades(ages, "statutory")
    encoding = chart.to_dict()["layer"][0]["encoding"]
    assert encoding["y"]["sort"] == list(reversed(AGE_NAMES))
    assert encoding["x"]["sort"] == ["26", "52"]
    assert why_flow.age_takeaway(ages, "statutory").startswith(
        "Statutory requests open at the end of week 52, by age in working days: up to 10 days 0.0 (0.0 to 0.3); 10 to"
    )
    table = why_tables.age_table(ages, "statutory")
    assert list(table.columns) == ["week 26", "week 52"]
    assert list(table.index) == list(AGE_NAMES)


def test_areas_of_the_flow_add_up_and_are_labelled(flow):
    chart = why_flow.flow_areas(flow)
    assert marks(chart) == ["area", "rule", "text"]
    last = [r for r in data(chart) if r["week"] == 52 and "place" in r]
    assert [r["area"] for r in last] == ["delivered", "abandoned", "begun", "not begun"]
    assert sum(r["mean"] for r in last) == 40 * 52
    places = [r["place"] for r in last]
    assert all(b - a >= 0.07 * 40 * 52 for a, b in pairwise(places))
    few = why_flow.flow_areas(flow, only_open=True)
    assert {r["area"] for r in data(few)} == {"begun", "not begun"}
    full, part = (c.to_dict()["layer"][0]["encoding"]["color"]["scale"] for c in (chart, few))
    colours = dict(zip(full["domain"], full["range"]))
    assert all(colours[name] == colour for name, colour in zip(part["domain"], part["range"]))
    assert why_flow.flow_takeaway(flow).startswith("Of 2,080 (2,075 to 2,085) requests raised by the end of week 52: ")
    assert why_tables.flow_table(flow, [26, 52]).loc["begun", "week 26"].startswith("52 ")


def test_a_scatter_counts_what_lies_above_its_axis(points, lines):
    chart = why_flow.cycle_scatter(points, lines, "discretionary")
    assert marks(chart) == ["point", "rule", "text", "text"]
    assert chart.to_dict()["layer"][0]["encoding"]["y"]["scale"]["domain"] == [0, 32.0]
    assert sum("days" in r for r in data(chart)) == 2
    said = why_flow.cycle_takeaway(points, lines, "discretionary")
    assert "85 % within 10.0 (9.7 to 10.3) working days" in said
    assert "3 requests delivered in one future, 1 of them above the axis and not drawn" in said
    assert "85 % within 10.0 days" in texts(chart)


def test_duties_differ_in_shape_and_colour(points, lines):
    both = [why_flow.cycle_scatter(points.assign(duty=duty), lines.assign(duty=duty), duty).to_dict()["layer"][0]["mark"]
            for duty in ("discretionary", "statutory")]
    assert both[0]["shape"] != both[1]["shape"]
    assert both[0]["color"] != both[1]["color"]


def test_what_hangs_on_one_post_is_told_by_skill(single):
    said = why.single_point_takeaway(single)
    assert said == (
        "One post in the whole organisation has data science (practitioner). In teams: engineering hangs on one post "
        f"in {ODD} and 1 team of fewer than three posts; analysis hangs on one post in 4 teams of fewer than three "
        "posts."
    )
    chart = why.single_point_bars(single)
    assert marks(chart) == ["bar", "rule", "text", "text"]
    assert texts(chart) >= {"analysis", "50 % (40 to 60 %) by 4 posts, each alone in its team"}
    table = why_tables.single_point_table(single)
    assert list(table["skill"]) == ["data science (practitioner)", "engineering", "analysis"]
    assert list(table["hangs on one post in"]) == [
        "the whole organisation", f"{ODD} and 1 team of fewer than three posts", "4 teams of fewer than three posts",
    ]
    assert "No skill" in why.single_point_takeaway(single.iloc[:0])


def test_no_share_of_the_work_of_fewer_than_three_posts_is_drawn_or_written(single):
    assert list(why.drawn(single)["skill"]) == ["analysis"]
    assert not any("data science" in text or "engineering" in text for text in texts(why.single_point_bars(single)))
    assert list(why_tables.single_point_table(single).iloc[:, -1]) == ["not shown", "not shown", "50 % (40 to 60 %)"]


def test_without_intervals_charts_and_words_still_stand(times, busy, bottlenecks, ages, spread, flow):
    for table in (times, busy, bottlenecks, ages, spread, flow):
        table[["low", "high"]] = float("nan")
    bottlenecks[["queue_low", "queue_high"]] = float("nan")
    for chart in (why.time_by_cause(times, "statutory"), why.utilisation_bars(busy, "team"),
                  why_flow.bottleneck_bars(bottlenecks), why_flow.age_shades(ages, "statutory"),
                  why.spread_shades(spread), why_flow.flow_areas(flow)):
        assert "NaN" not in json.dumps(spec_of(chart))
    assert "no one free 10.0;" in why.time_takeaway(times, "statutory")


def test_on_dark_paper_every_colour_has_its_partner(times, spread, flow, points, lines, single):
    light = set(DARK)
    for chart in (why.time_by_cause(times, "statutory"), why.spread_shades(spread), why_flow.flow_areas(flow),
                  why_flow.cycle_scatter(points, lines, "discretionary"), why.single_point_bars(single)):
        text = json.dumps(spec_of(chart, dark=True)).upper()
        assert not [colour for colour in light if f'"{colour}"' in text and DARK[colour] != colour]


@pytest.mark.parametrize(("mean", "high", "wanted"), [(0.0, 0.0, "0"), (0.0, float("nan"), "0"), (1.0, 1.5, "1.0")])
def test_what_never_happened_has_no_interval(mean, high, wanted):
    assert worded({"mean": mean, "low": 0.0 if high == high else high, "high": high}, "days").startswith(wanted)
