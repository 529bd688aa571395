"""Charts of the hiring planner: what they show, where their lines stand, and what their takeaways say."""

from dataclasses import replace

import numpy as np
import pytest
from networks import town
from planned import (
    ANALYST,
    ASKED,
    ENGINEER,
    bought,
    freezes,
    outcome,
    path,
    planned,
    structures,
    sweep,
    team,
    timing,
    whole,
)

from opmodel.charts import hiring as charts
from opmodel.charts import hiring_steps as steps
from opmodel.charts import hiring_tables as tables
from opmodel.charts import spec_of
from opmodel.hiring.asking.question import question
from opmodel.hiring.asking.steps import Plan
from opmodel.hiring.telling.establishment import establishment


def layers(spec):
    """Every layer of a chart, those inside others included."""
    for layer in spec.get("layer", []):
        yield from layers(layer) if "layer" in layer else [layer]


def rows_of(spec):
    """All rows of data, wherever in the specification they stand."""
    if isinstance(spec, list):
        return [row for one in spec for row in rows_of(one)]
    if not isinstance(spec, dict):
        return []
    named = [row for rows in spec.get("datasets", {}).values() for row in rows]
    inline = spec.get("data", {}).get("values", []) if isinstance(spec.get("data"), dict) else []
    return [*named, *inline, *(row for key, one in spec.items() if key not in ("datasets", "data") for row in rows_of(one))]


def drawn(chart):
    """A chart's specification, which must be right by Vega-Lite's own rules."""
    chart.to_dict(validate=True)
    return spec_of(chart)


def test_the_chance_of_each_number_stands_there_with_its_interval_and_the_line_asked_for():
    table = charts.chances([sweep(ENGINEER)])
    assert table["mean"].tolist() == [0.1, 0.5, 0.96]
    assert (table["low"] < table["mean"]).all()
    assert (table["mean"] < table["high"]).all()
    spec = drawn(charts.chance_chart([sweep(ENGINEER)]))
    assert any(row.get("value") == 0.9 and row.get("label") == "dashed: asked for, 90 %" for row in rows_of(spec))
    smallest = [row for row in rows_of(spec) if row.get("label") == "smallest: 2"]
    assert smallest[0]["mean"] == 190 / 200, "the diamond stands at the chance on fresh futures"
    said = charts.chance_takeaway([sweep(ENGINEER)])
    assert "0 hires 10 %" in said
    assert "2 is the smallest enough" in said


def test_one_number_is_named_once_however_many_structures_it_is_enough_for():
    found = [sweep(ENGINEER, name="today"), sweep(ENGINEER, name="federated"), sweep(ENGINEER, enough=1, name="hub_and_spoke")]
    spec = drawn(charts.chance_chart(found))
    assert sorted(words(spec, "smallest")) == ["smallest: 1", "smallest: 2"]
    diamonds = next(one for one in layers(spec) if one["mark"].get("shape") == "diamond")
    assert diamonds["encoding"]["color"]["field"] == "structure"


def words(spec, begin):
    """What is written on the picture, each once for each layer of ink (paper of its own is none)."""
    rows = spec["datasets"]
    return [
        row["label"] for one in layers(spec)
        if one["mark"]["type"] == "text" and "stroke" not in one["mark"] and "name" in one.get("data", {})
        for row in rows[one["data"]["name"]] if str(row.get("label")).startswith(begin)
    ]


@pytest.mark.parametrize("chart", [
    lambda: charts.chance_chart([sweep(ENGINEER)]), lambda: steps.way_chart(path()),
])
def test_no_line_strikes_a_label_and_the_dashed_line_is_named_above_the_picture(chart):
    texts = [one for one in layers(drawn(chart())) if one["mark"]["type"] == "text"]
    above = [one for one in texts if one["encoding"].get("y", {}).get("value") == -6]
    assert len(above) == 1
    papers = [one for one in texts if "stroke" in one["mark"]]
    assert papers, "names of points stand on paper of their own"
    for paper in papers:
        ink = texts[texts.index(paper) + 1]
        assert ink["encoding"] == paper["encoding"]
        assert ink["mark"]["dy" if "dy" in ink["mark"] else "dx"] == paper["mark"]["dy" if "dy" in ink["mark"] else "dx"]


def test_ticks_are_written_as_people_write_them():
    (hires,) = {str(one["encoding"]["x"]["axis"].get("format")) for one in layers(drawn(steps.needed_chart(structures())))
                if one["encoding"].get("x", {}).get("axis")}
    assert hires == "d", "there is no hire and a half"
    money = next(one["encoding"]["x"]["axis"] for one in layers(drawn(steps.way_chart(path())))
                 if one["encoding"].get("x", {}).get("axis"))
    assert money["labelExpr"].endswith(": '0'"), "nought has no thousands"


def test_a_curve_that_ends_at_nought_stands_above_the_axis():
    nothing = [sweep(ENGINEER, met=(0, 0, 0), enough=None)]
    low, _ = next(one["encoding"]["y"]["scale"]["domain"] for one in layers(drawn(charts.chance_chart(nothing)))
                  if "scale" in one["encoding"].get("y", {}))
    assert low < 0.0


def test_where_no_number_is_enough_none_is_marked():
    found = [sweep(ANALYST, enough=None)]
    assert not any("smallest" in str(row.get("label")) for row in rows_of(drawn(charts.chance_chart(found))))
    assert "no number tried is enough" in charts.chance_takeaway(found)


def test_sweeps_are_named_by_what_tells_them_apart():
    assert charts.named([sweep(ENGINEER)]) == ["engineer"]
    assert charts.named([sweep(ENGINEER, name="today"), sweep(ENGINEER, name="hub_and_spoke")]) == [
        "today", "hub-and-spoke"
    ]
    both = charts.named([sweep(ENGINEER), sweep(ANALYST)])
    assert both == ["engineer, hub", "analyst, Homes _and_ co (x)"]
    agency = replace(ENGINEER, contract="agency")
    assert charts.named([sweep(ENGINEER), sweep(agency)]) == ["engineer", "engineer, agency"]
    dearer = replace(ENGINEER, supplement=3000.0)
    assert charts.named([sweep(ENGINEER), sweep(dearer)]) == ["engineer", "engineer, supplement of £3,000"]


def test_two_milestones_in_one_month_stand_beside_each_other():
    asked = at_weeks(24, 26, 52)
    found = sweep(replace(ENGINEER, team=None), met=(0, 45, 50), asked=asked)
    table = charts.months_table(found)
    assert table.columns.tolist() == ["week 24", "month 6", "month 12"]
    assert table.loc[1, "week 24"].startswith("90 % (")
    cells = [row["by"] for row in rows_of(drawn(charts.months_heat_map(found))) if "by" in row]
    assert sorted(set(cells)) == ["month 12", "month 6", "week 24"]
    assert "by week 24 2, though 1 may be enough; by month 6 2" in charts.months_takeaway(found)


def at_weeks(*weeks, **study):
    base = ASKED.scenario.document()
    return question(town({
        "study": {"horizon_weeks": 104, "milestones_weeks": list(weeks), **study}, "targets": base["targets"],
    }), week=52, confidence=0.9)


def test_one_hire_is_one_hire_and_a_steady_state_has_a_window():
    one = sweep(ENGINEER, met=(5, 48), enough=1)
    assert "1 hire 96 %" in charts.chance_takeaway([one])
    assert "with 1 hire." in charts.target_takeaway([one], "backlog_weeks")
    assert "1 hires" not in charts.chance_takeaway([one]) + charts.target_takeaway([one], "backlog_weeks")
    steady = at_weeks(kind="steady_state", warm_up_weeks=26)
    said = charts.months_takeaway(sweep(replace(ENGINEER, team=None), met=(0, 50), enough=1, asked=steady))
    assert "over its whole window 1 (" in said


def test_money_is_no_more_precise_than_a_budget():
    dear = path(cost=117_346.0)
    assert "£117,000 a year" in steps.way_takeaway(dear)
    assert "117,346" not in steps.way_takeaway(dear) + steps.needed_takeaway(structures())
    assert not any("," in cost and not cost.endswith("000") for cost in charts.sweep_table(sweep(ENGINEER))["costs a year"])


def test_the_plan_stands_beside_its_last_step_not_on_it():
    rows = [row for row in rows_of(drawn(steps.way_chart(path()))) if row.get("kind")]
    last, plan = (next(row for row in reversed(rows) if row["kind"] == kind) for kind in ("step", "plan"))
    assert plan["cost"] == last["cost"]
    assert plan["at"] > last["at"]


def test_the_line_of_what_is_wanted_ends_where_the_names_begin_and_says_its_unit():
    for chart in (charts.chance_chart([sweep(ENGINEER)]), charts.target_chart([sweep(ENGINEER)], "backlog_weeks")):
        spec = drawn(chart)
        (line,) = [row for row in rows_of(spec) if "dashed" in str(row.get("label"))]
        assert (line["from"], line["to"]) == (0, 2)
    assert line["label"] == "dashed: wanted, at most 10 weeks"


def test_a_long_name_stands_beside_its_curve_in_several_lines():
    spec = drawn(charts.chance_chart([sweep(ANALYST), sweep(ENGINEER)]))
    (label,) = [row["label"] for row in rows_of(spec) if "place" in row and row["structure"].startswith("analyst")]
    assert label.replace("\n", " ") == "analyst, Homes _and_ co (x)"
    assert max(map(len, label.split("\n"))) <= charts.LETTERS
    assert spec["config"]["lineBreak"] == "\n"


def test_what_never_happened_is_not_called_out_of_reach():
    found, none = sweep(ENGINEER), sweep(ENGINEER)
    for one in found.outcomes:
        one.values[:, 1] = np.inf
    for one in none.outcomes:
        one.values[:, 1] = np.nan
    assert charts.target_chart([none], "backlog_weeks") is None
    assert charts.unseen([found], "backlog_weeks").startswith("Not reached")
    assert charts.unseen([none], "backlog_weeks").startswith("No cases")


def test_whoever_leaves_again_stands_beside_the_establishment_with_the_cost_of_each_contract():
    agency = replace(ENGINEER, contract="agency")
    plan = Plan.of([ENGINEER, agency, agency])
    costs = tables.costs_by_contract(ASKED, plan)
    row = next(
        row for row in tables.establishment_words(establishment(ASKED, plan), costs).to_dict("records")
        if (row["team"], row["role"]) == ("hub", "engineer")
    )
    assert row["planned, FTE"] == "3.0"
    assert row[tables.FOR_A_TIME] == "2.0"
    assert "permanent and £" in row["costs a year"]
    assert row["costs a year"].endswith("agency")

@pytest.mark.parametrize(("target", "wanted", "words"), [
    ("in_time_rate", 0.8, "at least 80 %"), ("backlog_weeks", 10.0, "at most 10"),
])
def test_each_target_has_a_panel_with_the_line_of_what_is_wanted(target, wanted, words):
    found = [sweep(ENGINEER)]
    spec = drawn(charts.target_chart(found, target))
    line = [row for row in rows_of(spec) if row.get("value") == wanted]
    assert words in line[0]["label"]
    low, high = next(
        layer["encoding"]["y"]["scale"]["domain"] for layer in layers(spec)
        if "scale" in layer["encoding"].get("y", {})
    )
    assert low <= wanted <= high, "the line of what is wanted lies inside the picture"
    assert "0 hires" in charts.target_takeaway(found, target)


def test_a_target_never_reached_has_no_picture():
    found = sweep(ENGINEER)
    for one in found.outcomes:
        one.values[:, 1] = np.inf
    assert charts.target_chart([found], "backlog_weeks") is None
    assert "not reached in 50 of 50 futures" in charts.sweep_table(found).iloc[0].tolist()


def test_the_heat_map_says_every_chance_by_every_month_and_what_cannot_be_told():
    found = sweep(ENGINEER, met=(0, 45, 50))
    table = charts.by_month(found)
    assert table["by"].unique().tolist() == ["month 6", "month 12", "month 24"]
    cells = table[table["by"] == "month 12"]["label"].tolist()
    assert cells == ["0 %", "90 % ?", "100 % ✓"]
    assert {row.get("label") for row in rows_of(drawn(charts.months_heat_map(found)))} >= set(cells)
    said = charts.months_takeaway(found)
    assert "by month 6 2, though 1 may be enough" in said
    assert "by month 12 2 (in 95 % (" in said, "by the week asked for the number that held on fresh futures"
    assert "over 50 futures" in said
    assert charts.months_table(found).loc[1, "month 12"].startswith("90 % (")


def test_the_way_goes_from_as_it_is_over_each_step_to_what_is_left():
    table = steps.way(path())
    assert table["label"].tolist() == ["0", "1", "2", "plan"], "of the plan alone, not of what was taken away again"
    assert table["cost"].tolist() == [0.0, 60_000.0, 120_000.0, 120_000.0]
    assert table["mean"].tolist() == [0.1, 0.5, 0.8, 0.95]
    drawn(steps.way_chart(path()))
    drawn(steps.buys_chart(path()))
    assert "1. one more engineer in hub, 40 (35 to 45)" in steps.buys_takeaway(path())


def test_each_step_says_what_it_buys_and_why_it_is_next():
    table = tables.way_words(path())
    assert len(table) == 2
    assert tables.course_words(path())["step"].tolist()[2].endswith("(not needed in the end)")
    assert "backlog smaller by 40 (35 to 45) working days" in table["what it buys"][0]
    assert "+2.0 (+1.0 to +3.0) points" in table["what it buys"][0]
    assert "for each £1,000 a year" in table["what it buys"][0]
    assert table["why it is next"].tolist() == [one.why for one in path().way]
    assert table["why it is next"][0].startswith("of 4 possible steps it brings the targets nearest for its money")
    assert table["why it is next"][0] != table["why it is next"][1], "one was told apart from the next best, one was not"
    assert tables.trimmed(path()) == [f"{ANALYST.words} was not needed any more and is taken away again"]


def test_a_step_that_costs_nothing_has_no_figure_for_each_pound():
    free = path(way=(bought(ENGINEER, 0.0, 40.0, 0.5),))
    assert "£1,000" not in tables.way_words(free)["what it buys"][0]
    drawn(steps.way_chart(free))


def test_structures_stand_there_plain_and_at_their_best_with_what_they_are_worth():
    found = structures()
    rows = steps.needed_rows(found)
    assert rows[rows["structure"] == "today"]["hires"].tolist() == [3, 3]
    assert rows[rows["structure"] == "federated"]["hires"].tolist() == [3, 2]
    drawn(steps.needed_chart(found))
    words = tables.needed_words(whole())
    assert "cheaper: 1 fewer, £60,000 a year less" in words.iloc[-1, -1]
    assert "n = 200" in words.iloc[-1, -1]


def test_a_difference_between_structures_that_may_be_luck_is_not_told_as_one():
    first, *rest = structures()
    found = [replace(one, worth=replace(one.worth, verdict="cannot tell")) for one in rest]
    said = tables.needed_words(planned(structures=(first, *found))).iloc[-1, -1]
    assert said.startswith("cannot tell: the searches ended with 1 fewer, £60,000 a year less, which may be luck")
    assert said.endswith("its chance is higher by 10 (2 to 18) points, n = 200")


@pytest.mark.parametrize(("ahead", "words"), [
    ((-0.1, -0.25, 0.06), "its chance is lower by 10 (-6 to 25) points"),
    ((0.0, -0.16, 0.16), "its chance differs by 0 (-16 to 16) points"),
    ((0.0, 0.0, 0.0), "no difference seen in 200 futures"),
])
def test_a_lower_chance_is_not_called_higher(ahead, words):
    first, *rest = structures()
    found = [replace(one, worth=replace(one.worth, ahead=ahead, money=0.0)) for one in rest]
    assert tables.needed_words(planned(structures=(first, *found))).iloc[-1, -1].endswith(
        f"with no money spent, {words}, n = 200"
    )


def test_where_no_structure_meets_the_targets_there_is_no_verdict():
    missed = path(team(ENGINEER, 3, 20), ended="nothing helps")
    found = tuple(replace(one, plain=missed, best=missed) for one in structures())
    assert tables.needed_words(planned(structures=found)).iloc[-1, -1].startswith("neither meets the targets; with £")


def test_a_structure_that_does_not_meet_the_targets_has_no_number():
    first, *rest = structures()
    missed = replace(first, plain=path(team(ENGINEER, 3, 20), ended="nothing helps"))
    assert steps.needed_rows([missed])["meets"].tolist() == [False, True]
    labels = [row.get("label") for row in rows_of(drawn(steps.needed_chart([missed, *rest])))]
    assert "today (not met: plain preset)" in labels


def test_openings_run_over_recruiting_and_ramp_up_to_the_date():
    row = steps.openings_rows(timing()).iloc[0]
    assert row["name"] == "two more engineers in hub"
    month = 52 / 12
    assert row["starts"] == pytest.approx(3 + 20 / month, abs=0.02)
    assert row["full"] == pytest.approx(3 + 32 / month, abs=0.02)
    assert row["early"] < row["starts"] < row["late"]
    spec = drawn(steps.openings_chart(timing()))
    assert any(row.get("label") == "targets by month 12" for row in rows_of(spec))
    assert tables.openings_words(timing()).iloc[0].tolist()[1] == "3 months after the start"


def test_a_freeze_lowers_the_chance_and_saves_money():
    spec = drawn(steps.freeze_chart(freezes(), ASKED.confidence))
    assert any(row.get("at") == 0.9 for row in rows_of(spec))
    assert "no freeze 95 %" in steps.freeze_takeaway(freezes())
    table = tables.freeze_words(whole())
    assert table["freeze"].tolist() == ["none", "3 months", "6 months"]
    assert table["lower by, points"].tolist()[1:] == ["15 (12 to 18)", "30 (24 to 36)"]
    assert table["not spent a year"].tolist()[1] == "£15,000 (£12,000 to £18,000)"
    assert "in-time rate lower by, points" in table.columns


def test_where_the_chance_is_nothing_a_freeze_takes_none_of_it():
    none = [replace(one, chance=(0.0, 0.0, 0.16), lost=(0.0, -0.16, 0.16)) for one in freezes()]
    assert tables.freeze_words(planned(freezes=tuple(none)))["lower by, points"].tolist() == ["", "0 % anyway", "0 % anyway"]


def test_an_in_time_rate_that_no_freeze_has_is_no_column():
    nothing = (float("nan"),) * 3
    none, three, _ = (replace(one, in_time=nothing) for one in freezes())
    table = tables.freeze_words(planned(freezes=(none, replace(three, months=1))))
    assert table["freeze"].tolist() == ["none", "1 month"]
    assert not any("in-time" in column for column in table.columns)


def test_one_more_of_each_skill_the_most_first():
    plan = whole()
    spec = drawn(steps.shadow_chart(plan.shadow))
    labels = [row["label"] for row in rows_of(spec) if "label" in row]
    assert labels == ["engineering: 30 (25 to 35)", "analysis: 5 (-1 to 11)"]
    assert tables.shadow_takeaway(plan).index("engineering") < tables.shadow_takeaway(plan).index("analysis")


def test_the_establishment_stands_beside_today_s():
    table = tables.establishment_words(establishment(ASKED, team(ENGINEER, 2, 190).plan))
    row = table[(table["team"] == "hub") & (table["role"] == "engineer")].iloc[0]
    assert (row["today, FTE"], row["planned, FTE"], row["change"]) == ("2.0", "4.0", "+2.0")
    assert (table["change"] == "none").sum() == len(table) - 1


def test_every_chart_is_drawn_in_dark_without_a_colour_for_light_paper():
    from opmodel.charts.theme import INK, PALETTE, PAPER

    plan = whole()
    every = [
        charts.chance_chart(plan.sweeps), charts.target_chart(plan.sweeps, "backlog_weeks"),
        charts.months_heat_map(plan.sweeps[1]), steps.way_chart(path()), steps.buys_chart(path()),
        steps.needed_chart(plan.structures), steps.shadow_chart(plan.shadow), steps.openings_chart(timing()),
        steps.freeze_chart(freezes(), 0.9),
    ]
    for chart in every:
        text = str(spec_of(chart, dark=True))
        assert not [colour for colour in (INK, PAPER, PALETTE[0], PALETTE[2]) if colour in text]


def test_an_outcome_by_hand_meets_what_it_says():
    assert outcome(7).met().sum(axis=0).tolist() == [7, 7, 7]
