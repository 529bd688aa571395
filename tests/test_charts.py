"""Charts: what they draw, that they can be read, and what they say in words."""

import json
import re
from itertools import pairwise

import pandas as pd
import pytest

import opmodel
from opmodel import charts
from opmodel.charts import skills
from opmodel.charts.cards import LINES, Card
from opmodel.charts.lines import spread
from opmodel.charts.theme import DARK, FAINT, FULL, INK, LINE, ON_FAINT, ON_FULL, PALETTE, PAPER, ticks
from opmodel.metrics import METRICS

NAMES = ("today", "centralised", "hub_and_spoke")


def rows(metric, means, group="all", half=1.0, **about):
    return [
        {"scenario": name, "group": group, "metric": metric, "unit": METRICS[metric].unit, "mean": mean,
         "low": mean - half, "high": mean + half, "joint_low": mean - 2 * half, "joint_high": mean + 2 * half,
         "n": 20, "not_reached": 0} | about
        for name, mean in zip(NAMES, means, strict=True)
    ]


@pytest.fixture
def summary():
    found = rows("throughput", (36, 38, 34), half=0.8)
    for duty in ("statutory", "discretionary"):
        for part, means in (("p50", (4, 2, 5)), ("p85", (9, 6, 12))):
            found += rows(f"lead_time_{part}_{duty}", means, half=0.5)
        for metric in ("unfinished", "not_served", "in_time"):
            found += rows(f"{metric}_{duty}", (0.93, 0.9, 0.8), half=0.01)
    found += rows("skills_gap", (0.4, 0.1, 0.6), "skill=analysis", 0.05)
    found += rows("skills_gap", (0.2, 0.3, 0.9), "skill=engineering", 0.05)
    found += rows("skills_gap", (0.0, 0.0, 0.0), "skill=stakeholder", 0.0)
    return pd.DataFrame(found)


@pytest.fixture
def series():
    return pd.DataFrame([
        {"scenario": name, "series": which, "week": week, "mean": 100.0 + week, "low": 90.0, "high": 110.0 + week}
        for name in NAMES for which in ("backlog", "raised") for week in range(1, 105)
    ])


def marks(chart):
    return [layer["mark"]["type"] for layer in chart.to_dict()["layer"]]


def data(chart):
    return [row for values in chart.to_dict()["datasets"].values() for row in values]


def luminance(colour):
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_every_chart_has_our_look(summary, series):
    for chart in (
        charts.backlog_over_time(series), charts.throughput_bars(summary), charts.skills_gap_heat_map(summary),
        charts.lead_time_intervals(summary, "statutory"), charts.in_time_rate(summary, "discretionary"),
    ):
        config = chart.to_dict()["config"]
        assert config["background"] == "#FFFFFF"
        assert config["axis"]["labelColor"] == INK


def test_texts_and_marks_can_be_seen():
    assert contrast(INK, "#FFFFFF") >= 7
    assert all(contrast(colour, "#FFFFFF") >= 3 for colour in PALETTE[:5])
    ends = [tuple(int(colour[k : k + 2], 16) for k in (1, 3, 5)) for colour in ("#EAF0F5", "#12436D")]
    mixed = [round(a + (b - a) * skills.SWITCH) for a, b in zip(*ends, strict=True)]
    shade = "#{:02X}{:02X}{:02X}".format(*mixed)
    assert min(contrast(shade, "#FFFFFF"), contrast(shade, "#000000")) >= 4.45


def test_backlog_has_bands_and_a_label_at_the_end_of_each_line(series):
    chart = charts.backlog_over_time(series)
    assert marks(chart) == ["area", "line", "rule", "text"]
    labels = {row["label"] for row in data(chart) if "label" in row}
    assert labels == {"today 204", "centralised 204", "hub-and-spoke 204"}
    dashes = chart.to_dict()["layer"][1]["encoding"]["strokeDash"]["scale"]["range"]
    assert len({tuple(dash) for dash in dashes}) == 3
    assert len(data(chart)) < 2000  # more are drawn on a canvas, which screen readers cannot read
    assert charts.backlog_takeaway(series).startswith("Open requests at the end of week 104: today 204 (90 to 214)")


def test_labels_do_not_lie_on_each_other():
    places = spread([10.0, 10.5, 30.0, 9.0], 2.0)
    assert places == pytest.approx([29.5 / 3, 29.5 / 3 + 2.0, 30.0, 29.5 / 3 - 2.0])
    assert spread([1.0, 5.0], 2.0) == [1.0, 5.0]


@pytest.mark.parametrize("values", [[0.999, 0.999, 0.999, 0.998], [3.0, 1.0, 2.0, 2.0, 8.0], [4.0]])
def test_labels_keep_their_distance_and_their_order(values):
    places = spread(values, 0.7)
    ranked = [places[k] for k in sorted(range(len(values)), key=lambda k: values[k])]
    assert all(b - a >= 0.7 - 1e-9 for a, b in pairwise(ranked))
    assert sum(places) == pytest.approx(sum(values))


def test_throughput_starts_at_nought_and_says_its_intervals(summary):
    chart = charts.throughput_bars(summary)
    assert marks(chart) == ["bar", "rule", "text"]
    assert chart.to_dict()["layer"][0]["encoding"]["x"]["scale"]["domainMin"] == 0
    assert charts.throughput_takeaway(summary) == (
        "Requests delivered a week: today 36.0 (34.4 to 37.6); centralised 38.0 (36.4 to 39.6); "
        "hub-and-spoke 34.0 (32.4 to 35.6)."
    )


def test_lead_times_stand_beside_what_they_leave_out(summary):
    chart = charts.lead_time_intervals(summary, "discretionary")
    said = {row["label"] for row in data(chart) if "unfinished" in str(row.get("label"))}
    assert said == {"unfinished 93.0 %\nnot served 93.0 %", "unfinished 90.0 %\nnot served 90.0 %",
                    "unfinished 80.0 %\nnot served 80.0 %"}
    assert "unfinished 93.0 %" in charts.lead_time_takeaway(summary, "discretionary")


def test_a_percentile_that_was_not_reached_is_said_to_be(summary):
    missed = (summary["metric"] == "lead_time_p85_statutory") & (summary["scenario"] == "today")
    summary.loc[missed, ["mean", "low", "high", "joint_low", "joint_high"]] = float("nan")
    summary.loc[missed, "not_reached"] = 3
    labels = [str(row.get("label")) for row in data(charts.lead_time_intervals(summary, "statutory"))]
    assert any("85th percentile not reached in 3 of 20" in label for label in labels)
    assert "today not reached in 3 of 20" in charts.lead_time_takeaway(summary, "statutory")


def test_targets_are_lines(summary):
    targets = pd.DataFrame([{"metric": "in_time_statutory", "group": "all", "wanted": 0.9}] * 3)
    with_line = charts.in_time_rate(summary, "statutory", targets).to_dict()
    assert "target 90 %" in str(with_line)
    assert "target" not in str(charts.in_time_rate(summary, "discretionary", targets).to_dict())
    assert "today 93 % (91 to 95 %)" in charts.in_time_takeaway(summary, "statutory")


def test_the_heat_map_leaves_out_what_nobody_lacks(summary):
    chart = charts.skills_gap_heat_map(summary)
    assert marks(chart) == ["rect", "text"]
    assert chart.to_dict()["layer"][0]["encoding"]["y"]["sort"] == ["engineering", "analysis"]
    assert "hub-and-spoke: engineering, 0.90 (0.80 to 1.00) FTE" in charts.skills_gap_takeaway(summary)


def test_the_table_beside_a_chart_says_the_same(summary):
    table = charts.figures_table(summary, {"throughput": "delivered"})
    assert list(table.index) == ["today", "centralised", "hub-and-spoke"]
    assert table.loc["today", "delivered, requests a week"] == "36.0 (34.4 to 37.6)"
    by_skill = charts.figures_table(summary, ["skills_gap"], "skill")
    assert by_skill.loc["analysis", "centralised"] == "0.10 (0.00 to 0.20)"


def test_one_replication_has_no_interval(summary):
    summary[["low", "high", "joint_low", "joint_high"]] = float("nan")
    charts.throughput_bars(summary).to_dict()
    assert "today 36" in charts.throughput_takeaway(summary)


def test_duties_without_requests_are_left_out(summary):
    summary.loc[summary["metric"] == "in_time_statutory", "n"] = 0
    assert charts.duties(summary, "in_time") == ["discretionary"]


@pytest.mark.parametrize(("top", "wanted"), [(38.0, [0, 10, 20, 30]), (0.0, [0]), (1.1, [0, 0.2, 0.4, 0.6, 0.8, 1])])
def test_axes_have_round_numbers(top, wanted):
    assert ticks(top) == pytest.approx(wanted)


def colours_in(spec):
    return set(re.findall(r"#[0-9A-Fa-f]{6}", json.dumps(spec)))


def drawn(summary, series):
    return [charts.throughput_bars(summary), charts.backlog_over_time(series), charts.skills_gap_heat_map(summary),
            charts.lead_time_intervals(summary, "statutory"), charts.in_time_rate(summary, "statutory")]


def test_on_dark_paper_every_colour_has_its_partner(summary, series):
    for chart in drawn(summary, series):
        light, dark = charts.spec_of(chart), charts.spec_of(chart, dark=True)
        assert colours_in(light) <= set(DARK), "a chart draws in a colour that dark paper does not know"
        assert colours_in(dark) <= set(DARK.values())
        assert light["config"]["background"] == PAPER
        assert dark["config"]["background"] == DARK[PAPER]
        assert light["datasets"] == dark["datasets"]


def test_dark_paper_is_as_easy_to_read():
    paper = DARK[PAPER]
    assert contrast(DARK[INK], paper) >= 7
    assert all(contrast(DARK[colour], paper) >= 3 for colour in (*PALETTE, LINE))
    for side in (lambda colour: colour, DARK.get):
        assert contrast(side(ON_FAINT), side(FAINT)) >= 4.5
        assert contrast(side(ON_FULL), side(FULL)) >= 4.5


@pytest.fixture(scope="module")
def study():
    return opmodel.compare(opmodel.load_scenario("scenarios/minimal.yaml", study__horizon_weeks=30), replications=3)


def test_cards_say_value_difference_and_verdict(study):
    made = charts.cards(study)
    assert [card.structure for card in made] == ["today", "centralised", "hub-and-spoke", "federated"]
    assert made[0].reference
    assert not any(line.against for line in made[0].lines)
    verdicts = {(v.scenario.replace("_", "-"), v.metric): v for v in study.verdicts}
    for card in made[1:]:
        judged = [line for line in card.lines if line.against]
        for line, metric in zip(judged, [m for m in LINES if ("centralised", m) in verdicts], strict=True):
            assert verdicts[card.structure, metric].kind in line.against
            assert line.meaning
        assert "Not served" in [line.label for line in card.lines]
    assert [card.title for card in made[1:3]] == ["Centralised", "Hub-and-spoke"]


def test_a_card_leaves_the_capitals_of_a_users_name():
    assert Card("our FOI service, Hub A", False, ()).title == "Our FOI service, Hub A"


def test_delivered_within_is_a_share_that_grows_and_is_told_in_words(study):
    within = study.within()
    chart = charts.delivered_within(within, "discretionary")
    assert len({row["structure"] for row in data(chart)}) == 4
    for _, curve in within.groupby(["scenario", "duty"]):
        known = curve["mean"].dropna()
        assert known.between(0, 1).all()
    assert "within 20 working days: today" in charts.delivered_within_takeaway(within, "discretionary")
    assert list(charts.within_table(within, "discretionary").columns)[:2] == ["within 5 days", "within 10 days"]


def test_gains_are_drawn_with_state_in_words_and_shape(study):
    gains = study.gains("lead_time_p50_discretionary")
    spec = charts.gains_by_directorate(gains, "centralised").to_dict()
    point = next(layer for layer in spec["layer"] if layer["mark"]["type"] == "point")
    assert point["encoding"]["shape"]["field"] == point["encoding"]["color"]["field"] == "state"
    assert "under centralised:" in charts.gains_takeaway(gains, "centralised")
    assert charts.gains_table(gains).shape == (3, 3)


def test_waits_add_up_and_leave_empty_teams_out(study):
    waits = study.waits("directorate")
    said = charts.waiting_takeaway(waits, "today")
    assert "stand waiting" in said
    shown = charts.waiting_table(waits, "today")
    assert set(shown["where"]) <= {*study.gathered.layouts["today"].teams, "nobody has the skill"}
    assert list(shown.columns) == ["what", "where", "tasks waiting"]
    by_skill = study.waits("skill").groupby("scenario")["mean"].sum()
    assert by_skill["today"] == pytest.approx(waits.groupby("scenario")["mean"].sum()["today"])


@pytest.mark.parametrize(("means", "part"), [((14.0, 13.0, 12.0), "the largest part, 14.0"), ((9.0, 2.0, 1.0), "most of them, 9.0")])
def test_most_of_what_waits_is_said_only_where_it_is_most(means, part):
    # Small rows, and a team that is left out of the chart, belong to the total.
    cells = [("Planning", "hub", means[0]), ("Roads", "hub", means[1]), ("Housing", "hub", means[2]), ("Parks", "hub", 0.04),
             *[(f"Part {k}", "spoke", 0.002) for k in range(20)]]
    waits = pd.DataFrame([
        {"scenario": name, "row": row, "team": team, "mean": mean, "low": mean - 1.0, "high": mean + 1.0, "n": 20}
        for name in NAMES for row, team, mean in cells
    ])
    said = charts.waiting_takeaway(waits, "today")
    total = f"{sum(means) + 0.08:.1f}".removesuffix(".0")
    assert said == (
        f"On average {total} tasks stand waiting; {part} ({means[0] - 1:.1f} to {means[0] + 1:.1f}), are of Planning "
        "waiting for hub, under these assumptions."
    )


def test_the_gap_is_shown_by_team_and_by_level(study):
    for across in ("team", "level"):
        short = study.shortages(across)
        assert set(short["reading"]) == {"dynamic", "static"}
        static = short[short["reading"] == "static"].groupby("scenario")["mean"].sum()
        for name, gap in study.static_gap.items():
            assert static[name] == pytest.approx(sum(gap.values()), abs=1e-9)
        for reading in charts.READINGS:
            assert charts.shortage_heat_map(short, "today", reading).to_dict()
            assert reading in charts.shortage_takeaway(short, "today", reading).lower()
    by_level = study.shortages("level")
    dynamic = by_level[(by_level["reading"] == "dynamic") & (by_level["scenario"] == "today")]["mean"].sum()
    assert dynamic == pytest.approx(study.waits("skill").query("scenario == 'today'")["mean"].sum())


def test_the_gap_tables_say_none_where_there_is_none():
    gaps = {"today": {"analysis": 0.0, "engineering": 0.5}, "hub_and_spoke": {"analysis": 0.25, "engineering": 0.0}}
    table = charts.static_gap_table(gaps)
    assert table.loc["analysis", "today"] == "none"
    assert table.loc["analysis", "hub-and-spoke"] == "0.25"
    assert "today 0.50; hub-and-spoke 0.25" in charts.static_gap_takeaway(gaps)
    marginal = {"analysis": (4.0, 1.0, 7.0), "engineering": (9.0, 6.0, 12.0)}
    assert list(charts.marginal_gap_table(marginal).index) == ["engineering", "analysis"]
    assert "engineering removes 9 (6 to 12) days" in charts.marginal_gap_takeaway(marginal, 20)


def test_targets_are_said_with_what_is_wanted_and_reached(study):
    targets = pd.DataFrame([{
        "scenario": "today", "target": "in_time_rate", "metric": "in_time_statutory", "group": "all",
        "label": "in-time rate, statutory", "wanted": 0.9, "amount": "at least 90 %", "mean": 0.8, "low": 0.75,
        "high": 0.85, "met_in": 2, "n": 20, "state": "not met",
    }])
    row = charts.targets_table(targets).iloc[0]
    assert row["target"] == "in-time rate, statutory"
    assert row["wanted"] == "at least 90 %"
    assert row["on average"] == "not met"
    assert row["met in"] == "2 of 20 futures"
