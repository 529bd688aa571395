"""What figures rest on, how one would measure them, and what an assumption study says to those who decide."""

import dataclasses
import re
import typing

import numpy as np
import pandas as pd
import pytest

from opmodel.charts import sure as charts
from opmodel.comparison.assumptions import Assumptions, assumption_study
from opmodel.comparison.measuring import WAYS, how_to_measure
from opmodel.comparison.resting import (
    GROWTHS,
    amount,
    counts,
    in_words,
    range_words,
    rest_sentence,
    resting_on,
    spread,
    without_codes,
)
from opmodel.comparison.sampling import uncertain_parameters
from opmodel.comparison.structures import structures_of
from opmodel.comparison.sureness import best_sentence, studied, switching, undecided
from opmodel.comparison.switching import Switch
from opmodel.metrics import HEADLINE, METRICS
from opmodel.scenario import load_scenario
from opmodel.scenario.changes import parameters
from opmodel.scenario.quantity import TAG_MEANING, Parameter, Quantity
from opmodel.scenario.scenario import Scenario
from opmodel.scenario.section import Section
from opmodel.shipped import shipped, shipped_names


@pytest.fixture(scope="module")
def minimal():
    return load_scenario(shipped("minimal"))


# -- how to measure ----------------------------------------------------------------------------------


def paths_of(part, path=""):
    """The path of every number that a scenario file may hold, ``Thing`` for any name."""
    origin, inside = typing.get_origin(part), typing.get_args(part)
    if isinstance(part, type) and issubclass(part, Section):
        for name, field in part.model_fields.items():
            if any(isinstance(about, Quantity) for about in field.metadata):
                yield f"{path}{name}"
            else:
                yield from paths_of(field.annotation, f"{path}{name}.")
    elif any(isinstance(about, Quantity) for about in inside[1:]):
        yield path.rstrip(".")
    elif origin is dict:
        yield from paths_of(inside[1], f"{path}Thing.")
    elif origin is list:
        yield from paths_of(inside[0], f"{path}0.")
    else:
        for option in inside:
            yield from paths_of(option, path)


@pytest.mark.parametrize("name", shipped_names())
def test_every_uncertain_figure_of_every_shipped_scenario_can_be_measured(name):
    paths = uncertain_parameters(list(structures_of(load_scenario(shipped(name))).values()))
    assert len(paths) > 80
    for path in paths:
        assert len(how_to_measure(path).split()) >= 7, path


def test_so_can_every_number_that_a_file_may_hold():
    paths = set(paths_of(Scenario))
    assert len(paths) > 100
    assert {"people.turnover", "request_types.Thing.steps.0.effort.mean", "hires.Thing.fte"} <= paths
    for path in paths:
        how_to_measure(path)


def test_no_way_is_a_stop_gap_for_many_figures():
    assert len(set(WAYS.values())) == len(WAYS)
    by_decision = {path for path in WAYS if path.startswith(("targets", "differences"))}
    for path in WAYS.keys() - by_decision:  # a pattern names its figure, unless the file does
        assert not path.endswith("*") or path in ("request_types.*.by_directorate.*", "standards.rework_by_level.*")


def test_a_way_says_where_to_look():
    assert how_to_measure("people.turnover") == (
        "leavers of the last three years from the HR system, divided by posts and by three"
    )
    assert "'foi'" in how_to_measure("request_types.foi.per_year")
    assert "'ad hoc'" in how_to_measure("request_types.ad_hoc.per_year")
    assert how_to_measure("request_types.foi.steps.0.effort.mean") != how_to_measure("request_types.foi.effort.mean")
    assert how_to_measure("standards.rework_by_level.practitioner").startswith("the reference level")


def test_an_unknown_figure_has_none():
    with pytest.raises(LookupError, match=r"people\.charm"):
        how_to_measure("people.charm")


def test_no_way_measures_one_person():
    for way in WAYS.values():
        assert not re.search(r"\b(his|her) |each (person|employee)'s", way)


# -- what figures rest on ----------------------------------------------------------------------------


def test_every_figure_is_there_once_the_widest_range_first(minimal):
    rested = resting_on(minimal)
    assert rested["path"].is_unique
    assert list(rested["spread"]) == sorted(rested["spread"], reverse=True)
    assert not rested["path"].str.startswith(("targets", "differences", "study")).any()
    turnover = rested.set_index("path").loc["people.turnover"]
    assert turnover["name"] == "people: turnover"
    assert turnover["meaning"]
    assert turnover["how"] == how_to_measure("people.turnover")


def test_counts_add_up_to_all_figures(minimal):
    rested = resting_on(minimal)
    summed = counts(rested)
    assert summed["figures"].sum() == len(rested)
    assert (summed["with_range"] <= summed["figures"]).all()
    assumed = int(summed.set_index("tag").loc["A", "figures"])
    assert rest_sentence(rested).startswith(f"{assumed} of {len(rested)} figures are assumptions")


def test_figures_in_words():
    wait = Parameter(3.0, 1.0, 8.0, unit="days")
    assert amount(3.0, "days") == "3 working days"
    assert range_words(wait) == "1 to 8 working days"
    assert range_words(Parameter(0.2, 0.0, 0.5, unit="share")) == "0 to 50 %"
    assert range_words(Parameter(38220.0, 30000.0, 40000.0, unit="GBP")) == "£30,000 to £40,000"
    assert range_words(Parameter(1.0)) == "exact"
    assert spread(wait) == pytest.approx(7 / 8)
    assert spread(Parameter(0.0, -0.03, 0.05)) == pytest.approx(1.6)
    assert spread(Parameter(5.0)) == 0.0
    assert amount(1.0, "days") == "1 working day"
    assert range_words(Parameter(0.5, 0.2, 1.0, unit="days")) == "0.2 to 1 working day"
    assert in_words("people.time_to_hire") == "people: time to hire"
    assert in_words("demand.common_shock") == "demand: common shock (busy weeks in common)"


def test_growth_is_told_in_per_cent_a_year(minimal):
    growth = resting_on(minimal).set_index("path").loc["demand.growth"]
    assert (growth["figure"], growth["range"]) == ("0 % a year", "-3 to 5 % a year")


def test_every_growth_of_a_scenario_is_known_as_such(minimal):
    known = {path for path in parameters(minimal) if _is_growth(path, minimal)}
    assert known == set(GROWTHS)


def _is_growth(path, scenario):
    """Whether a field is annotated as growth: a plain number above -1."""
    owner, value = None, scenario
    for name in path.split("."):
        owner = value
        value = value[name] if isinstance(value, dict) else (
            value[int(name)] if isinstance(value, list) else getattr(value, name)
        )
    field = getattr(type(owner), "model_fields", {}).get(path.rsplit(".", 1)[-1])
    return field is not None and any(getattr(mark, "gt", None) == -1 for mark in field.metadata)


@pytest.mark.parametrize(("text", "wanted"), [
    ("LGA 8.8 [S30]; CIPD public sector 13.3 [S31]", "LGA 8.8; CIPD public sector 13.3"),
    ("councils 55 calendar days [S32] [S33]", "councils 55 calendar days"),
    ("Brooks's-law model [S15], 0.06 %", "Brooks's-law model, 0.06 %"),
    ("spreadsheet errors [S61] bracket it", "spreadsheet errors bracket it"),
    ("sign from [S23] [S25]", "sign from published studies"),
    ("1.2 / 0.8 [S15]; sign from [S13]", "1.2 / 0.8; sign from a published study"),
    ("[S12] is net of pooling", "a published study is net of pooling"),
    ("our own [draft] of 2025", "our own [draft] of 2025"),
    ("", ""),
])
def test_reference_codes_are_left_out_of_what_people_read(text, wanted):
    assert without_codes(text) == wanted


def test_no_figure_shows_a_reference_code(minimal):
    shown = charts.figures_resting(resting_on(minimal)).to_csv()
    assert not re.search(r"\[S\d+\]", shown)
    assert any("[S" in number.source for number in parameters(minimal).values())


def test_a_tag_has_one_name_everywhere(minimal):
    rested = resting_on(minimal)
    named = dict(zip(rested["tag"], rested["rests_on"], strict=True))
    for row in counts(rested).to_dict("records"):
        assert row["rests_on"].removesuffix("s" * (row["tag"] == "A")) == named[row["tag"]] == TAG_MEANING[row["tag"]]


# -- what a study says -------------------------------------------------------------------------------


def study(throughput, changes=(), hints=(), clipped=0):
    values = {"throughput": np.array(throughput, float)}
    sets = len(throughput)
    return Assumptions(
        ("today", "hub_and_spoke"), ("people.turnover",), np.zeros((sets, 1)), values, 2, clipped, tuple(changes),
        tuple(hints),
    )


TURNOVER = Switch("throughput", "people.turnover", 0.1, 0.8, 0.01, 0.15, True, "hub_and_spoke", 0.9)
BETTER, WORSE, SAME = [10, 8], [8, 10], [9, 9]


def test_the_answer_names_the_usual_winner_its_interval_and_what_changes_it():
    said = best_sentence(study([BETTER] * 6 + [WORSE] * 4, [TURNOVER]), "throughput")
    assert said == (
        "Over 10 sets of assumptions, each with its own 2 futures, today is best in 60 % (31 to 83 %), judged by "
        "throughput; what changes the winner most is 'people: turnover'."
    )


def test_a_hint_is_said_to_be_one():
    said = best_sentence(study([BETTER] * 6 + [WORSE] * 4, (), [TURNOVER]), "throughput")
    assert "no single assumption changes the winner beyond chance" in said
    assert said.endswith("the strongest hint is 'people: turnover'.")


def test_where_nothing_else_ever_wins_it_says_so():
    assert best_sentence(study([BETTER] * 10), "throughput").endswith("in none of them does another structure win.")
    few = best_sentence(study([BETTER] * 9 + [WORSE]), "throughput")
    assert "another structure wins in too few sets (1)" in few
    assert "no structure is clearly best" in best_sentence(study([SAME] * 4), "throughput")


def test_sets_without_a_winner_are_not_hidden():
    assert undecided(study([BETTER] * 9 + [SAME], clipped=2), "throughput") == (
        "In 1 of 10 sets no structure is clearly best: the best two are less than the 0 requests a week that matters "
        "apart, or none gets there within the study. The draws of 2 sets were moved towards the base values to make "
        "valid scenarios."
    )


def test_a_lead_smaller_than_what_matters_wins_no_set():
    sets = [BETTER] * 6 + [[10, 9.5]] * 4
    found = dataclasses.replace(study(sets), matters={"throughput": 1.0})
    assert found.best_in("throughput") == ({"today": 6, "hub_and_spoke": 0}, 10)
    assert found.open_in("throughput") == 4
    assert study(sets).best_in("throughput")[0]["today"] == 10
    assert "is best in 60 % (31 to 83 %) and no structure is clearly best in 40 %, " in best_sentence(found, "throughput")
    assert "less than the 1 request a week that matters apart" in undecided(found, "throughput")
    assert found.sentences()["today", "throughput"] == (
        "Over the ranges of the assumptions today is best in 60 % of 10 assumption sets, each with its own 2 futures "
        "(95 % interval 31 to 83 %); in 40 % of the sets no structure is clearly best, under these assumptions."
    )
    assert charts.best_words(found.table(), "throughput").loc["none is clearly best"].tolist() == [
        "4 of 10", "40 % (17 to 69 %)"
    ]
    assert charts.best_takeaway(found.table(), "throughput").endswith("; no structure clearly best in 4 sets.")
    assert found.document()["no_clear_winner"] == {"throughput": 4}


def test_which_structures_are_studied_is_said(minimal):
    structures = structures_of(minimal)
    said = studied(structures, chosen=False)
    assert said.endswith("one scenario: today, centralised, hub-and-spoke and federated.")
    assert "does not speak of them" in studied(structures, chosen=True)


def test_switching_values_carry_units_a_way_to_measure_and_whether_they_are_sure(minimal):
    table = switching(study([BETTER] * 6 + [WORSE] * 4, [TURNOVER], [TURNOVER]), {"today": minimal}, "throughput")
    assert list(table["sure"]) == [True, True]  # the same switch in both lists
    first = table.iloc[0]
    assert first["switches"] == "above about 15 %"
    assert first["winner"] == "hub-and-spoke"
    assert first["how"] == how_to_measure("people.turnover")
    assert switching(study([BETTER]), {"today": minimal}, "throughput").empty


def planted(scenarios, replications, seed, executor):
    """Futures in which the structure at hand matters only where people leave often."""
    from types import SimpleNamespace

    for number in replications:
        runs = []
        for k, scenario in enumerate(scenarios):
            often = float(scenario.people.turnover) > 0.12
            runs.append((SimpleNamespace(values={("all", "throughput"): float((k % 2) == often)}), {}))
        yield number, runs


def test_a_study_tells_what_it_has_as_it_goes_and_finds_the_planted_switch(minimal):
    structures = dict(list(structures_of(minimal).items())[:2])
    seen = []
    found = assumption_study(structures, 40, replications=1, replicate=planted, on_partial=seen.append)
    assert [partial.sets for partial in seen] == [10, 20, 30]
    assert all(partial.values["throughput"].shape == (partial.sets, 2) for partial in seen)
    assert found.changes[0].parameter == "people.turnover"
    assert all(hint.chance > 0.05 for hint in found.hints)
    assert len([hint for hint in found.hints if hint.metric == "throughput"]) <= 3
    assert found.document()["changes"][0]["parameter"] == "people.turnover"


# -- charts ------------------------------------------------------------------------------------------


@pytest.fixture
def table():
    return study([BETTER] * 6 + [WORSE] * 4).table()


def test_shares_stand_beside_their_intervals(table):
    assert charts.best_takeaway(table, "throughput") == (
        "Best by throughput, share of 10 assumption sets with 95 % interval: today 60 % (31 to 83 %); hub-and-spoke "
        "40 % (17 to 69 %)."
    )
    assert charts.best_words(table, "throughput").loc["today", "best in sets"] == "6 of 10"
    assert charts.best_everywhere(table).loc["throughput", "hub-and-spoke"] == "40 % (17 to 69 %)"
    chart = charts.best_in_sets(table, "throughput").to_dict()
    assert [layer["mark"]["type"] for layer in chart["layer"]] == ["rule", "point", "text", "text", "text"]


def test_switching_values_are_drawn_within_their_range(minimal):
    rows = switching(study([BETTER] * 6 + [WORSE] * 4, [TURNOVER]), {"today": minimal}, "throughput")
    chart = charts.switching_values(rows).to_dict()
    at = [row["at"] for data in chart["datasets"].values() for row in data if "at" in row]
    assert len(at) == 2
    assert all(0 <= place <= 1 for place in at)
    shapes = chart["layer"][1]["encoding"]["shape"]["scale"]["range"]
    assert len(set(shapes)) == 2  # not by colour alone
    assert "above about 15 %" in charts.switching_takeaway(rows)
    assert charts.ways_to_measure(rows) == [
        "people: turnover (Share of people who resign in a year): " + how_to_measure("people.turnover") + "."
    ]
    assert charts.switching_table(rows)["beyond chance"].tolist() == ["yes"]


def test_bars_of_what_figures_rest_on_say_their_numbers(minimal):
    summed = counts(resting_on(minimal))
    assert re.search(r"\d+ assumptions, \d+ with a range", charts.rests_on_takeaway(summed))
    labels = charts.rests_on_bars(summed).to_dict()
    assert isinstance(labels, dict)
    assert charts.rests_words(summed)["figures"].sum() == summed["figures"].sum()
    assert isinstance(charts.figures_resting(resting_on(minimal)), pd.DataFrame)


def test_every_headline_figure_has_a_label_to_choose_by():
    assert all(METRICS[name].label for name in HEADLINE)
