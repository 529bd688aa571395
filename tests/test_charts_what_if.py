"""Charts of levers: what they show, in which order, and what their takeaways say."""

import math

import numpy as np
import pandas as pd
import pytest

from opmodel.charts import spec_of
from opmodel.charts.what_if import (
    at_rest,
    levers_forest,
    levers_table,
    levers_takeaway,
    ordered,
    what_if_dumbbell,
    what_if_table,
    what_if_takeaway,
)

NAN = math.nan


def effects(*, changed=True, metric="backlog", unit="requests", unreached=0):
    rows = []
    for name, mean, gap in (("today", 100.0, 30.0), ("hub-and-spoke", 80.0, -20.0)):
        rows.append((name, "as it is", mean, mean - 9, mean + 9, 0, NAN, NAN, NAN, ""))
        if changed:
            kind = "worse" if gap > 0 else "better"
            mean = NAN if unreached else mean + gap
            told = (NAN, NAN, NAN, "cannot tell yet") if unreached else (gap, gap - 5, gap + 5, kind)
            rows.append((name, "with the change", mean, mean - 9, mean + 9, unreached, *told))
    columns = ["structure", "state", "mean", "low", "high", "not_reached", "difference", "diff_low", "diff_high",
               "verdict"]
    return pd.DataFrame(rows, columns=columns).assign(metric=metric, unit=unit, n=8)


def options(metric="backlog", unit="requests"):
    rows = [
        ("One central team", True, True, -40.0, -50.0, -30.0, "better", "costs about nothing (-£100 to £200)"),
        ("2 hires (analyst)", False, False, -50.0, -60.0, -40.0, "better", "£80,000 more (£70,000 to £90,000)"),
        ("Self-service", False, False, -90.0, -99.0, -80.0, "not comparable", "cannot tell (-£9 to £70)"),
        ("AI assistant", False, False, NAN, NAN, NAN, "cannot tell yet", "£8,000 more (£7,000 to £9,000)"),
    ]
    columns = ["option", "structure", "best", "difference", "low", "high", "verdict", "cost_words"]
    return pd.DataFrame(rows, columns=columns).assign(
        metric=metric, unit=unit, per_thousand="x", name="n", n=8, sentence="s", meaning="m",
        effect_range=["", "from -20 to -90 over its assumed range", "", ""], cost_range=["", "£1 to £2", "", "£3 to £4"],
    )


def rows_of(spec):
    return [row for rows in spec["datasets"].values() for row in rows]


def test_each_structure_stands_there_with_and_without_the_change():
    spec = spec_of(what_if_dumbbell(effects()))
    points = [r for r in rows_of(spec) if "mark" in r and r["state"] == "with the change"]
    assert {r["structure"]: r["mean"] for r in points} == {"today": 130.0, "hub-and-spoke": 60.0}
    before = [r for r in rows_of(spec) if "mark" in r and r["state"] == "as it is"]
    assert all(a["mark"] != b["mark"] for a in before for b in points)  # not by colour alone: shape and place, too
    said = {r["said"] for r in rows_of(spec) if "said" in r}
    assert said == {"+30 (+25 to +35): worse", "-20 (-25 to -15): better"}
    shapes = [layer["encoding"]["shape"] for layer in spec["layer"] if "shape" in layer["encoding"]]
    assert shapes[0]["scale"]["range"] == ["circle", "diamond"]


def test_intervals_fit_into_the_picture():
    spec = spec_of(what_if_dumbbell(effects()))
    low, high = next(
        layer["encoding"]["x"]["scale"]["domain"] for layer in spec["layer"] if "scale" in layer["encoding"].get("x", {})
    )
    assert low < 51 < 139 < high


def test_without_a_change_there_is_one_mark_and_no_legend():
    spec = spec_of(what_if_dumbbell(effects(changed=False)))
    shape = next(layer["encoding"]["shape"] for layer in spec["layer"] if "shape" in layer["encoding"])
    assert shape["legend"] is None
    assert what_if_takeaway(effects(changed=False)) == (
        "Backlog of each structure as it is: today 100 (91 to 109); hub-and-spoke 80 (71 to 89)."
    )
    assert list(what_if_table(effects(changed=False)).columns) == ["as it is"]


def test_the_takeaway_and_the_table_say_the_same():
    assert what_if_takeaway(effects()) == (
        "Backlog, with the change against without it: today +30 (+25 to +35): worse; "
        "hub-and-spoke -20 (-25 to -15): better."
    )
    table = what_if_table(effects())
    assert list(table.columns) == ["as it is", "with the change", "difference", "verdict"]
    assert list(table.loc["today"]) == ["100 (91 to 109)", "130 (121 to 139)", "+30 (+25 to +35)", "worse"]


def test_what_some_futures_do_not_reach_has_no_mark_and_no_mean():
    table = effects(unreached=2)
    spec = spec_of(what_if_dumbbell(table))
    assert "no mean, as some futures do not reach it" in what_if_takeaway(table)
    assert what_if_table(table).loc["today", "with the change"] == "not reached in 2 of 8"
    assert all(r["mean"] is None for r in rows_of(spec) if "mark" in r and r["state"] == "with the change")


def test_at_rest_the_answer_is_todays_figure_with_its_interval():
    assert at_rest(effects(changed=False)) == (
        "No lever is moved. In backlog today's structure as it is comes to 100 (91 to 109) requests (mean of 8 simulated "
        "futures, 95 % interval in brackets), under these assumptions."
    )
    missed = effects(changed=False, metric="lead_time_p85_discretionary", unit="working days").assign(not_reached=2)
    assert at_rest(missed).endswith("as it is does not reach it in 2 of 8 simulated futures, under these assumptions.")


def test_options_come_best_first_and_those_not_comparable_last():
    assert list(ordered(options())["option"]) == [
        "2 hires (analyst)", "One central team", "Self-service", "AI assistant"
    ]
    assert ordered(options("throughput", "requests a week"))["option"].iloc[0] == "One central team"


def test_the_forest_shows_effects_that_can_be_compared_and_words_for_all():
    spec = spec_of(levers_forest(options()))
    marks = [r for r in rows_of(spec) if "mark" in r and "name_at" not in r]
    assert {r["option"] for r in marks} == {"One central team", "2 hires (analyst)"}
    texts = {r["title"]: r["said"] for r in rows_of(spec) if "name_at" in r}
    assert texts == {
        "One central team (best structure)": "better; costs about nothing",
        "2 hires (analyst)": "better; costs £80,000 more a year",
        "Self-service": "not comparable; cost: cannot tell",
        "AI assistant": "cannot tell yet; costs £8,000 more a year",
    }
    titles = [layer["encoding"]["x"]["title"] for layer in spec["layer"] if "title" in layer["encoding"].get("x", {})]
    assert titles == ["difference to today, requests (left of the line is better)"]


@pytest.mark.parametrize(
    ("metric", "unit", "shown"),
    [("in_time_statutory", "share", "points (right of the line is better)"),
     ("cost_per_request", "GBP", "£ (left of the line is better)")],
)
def test_the_axis_says_which_way_is_better(metric, unit, shown):
    text = str(spec_of(levers_forest(options(metric, unit))))
    assert shown in text


def test_the_table_beside_the_forest_has_effect_verdict_and_cost():
    table = levers_table(options())
    assert list(table.columns) == [
        "effect on backlog, requests", "verdict", "cost a year against today", "effect for each £1,000 a year"
    ]
    assert table.loc["2 hires (analyst)", "effect on backlog, requests"] == (
        "-50 (-60 to -40); from -20 to -90 over its assumed range"
    )
    assert table.loc["AI assistant", "cost a year against today"] == "£8,000 more (£7,000 to £9,000); £3 to £4"
    assert table.loc["Self-service", "effect on backlog, requests"] == ""
    said = levers_takeaway(options())
    assert said.startswith("Backlog against today: 2 hires (analyst) -50 (-60 to -40), better, costs £80,000 more a year")
    assert "Self-service, not comparable" in said


def test_names_are_texts_not_expressions():
    table = effects()
    table["structure"] = table["structure"].replace("today", "datum.mean'<b>")
    spec = spec_of(what_if_dumbbell(table))
    fields = [layer["encoding"]["text"].get("field") for layer in spec["layer"] if "text" in layer["encoding"]]
    assert set(fields) == {"structure", "said"}
    assert np.isfinite([r["row"] for r in rows_of(spec) if "row" in r]).all()
