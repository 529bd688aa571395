"""Levers: what each one changes, which way results move, quick answers that sharpen, structure weighed against levers."""

import concurrent.futures as cf
import dataclasses

import numpy as np
import pytest

import opmodel.levers.answers as answers
import opmodel.levers.weighing as weighing
from opmodel.comparison.structures import structures_of
from opmodel.levers import FIGURES, LEVERS, Choices, Futures, Recruits, alternatives, pulled, weigh, what_if
from opmodel.levers.catalogue import commonest_role, maturity_of, rework_changed
from opmodel.levers.figures import figures_table
from opmodel.levers.options import helped_of, reports_of, small_of
from opmodel.metrics.catalogue import METRICS
from opmodel.replication import run
from opmodel.scenario import load_scenario
from opmodel.scenario.changes import change_scenario, parameters
from opmodel.shipped import shipped

LEAD_TIME = answers.FIGURES.index("lead_time_p50_discretionary")


class Inline(cf.Executor):
    """Does at once what it is given."""

    def submit(self, fn, /, *arguments, **named):
        future = cf.Future()
        try:
            future.set_result(fn(*arguments, **named))
        except Exception as error:
            future.set_exception(error)
        return future


@pytest.fixture(scope="module")
def minimal():
    return load_scenario(shipped("minimal"))


@pytest.fixture(scope="module")
def council():
    return load_scenario(shipped("council"))


@pytest.fixture(scope="module")
def futures():
    return Futures()


def base(scenario, path):
    return float(parameters(scenario)[path])


# -- what levers change ----------------------------------------------------------------------------


def test_neutral_settings_change_nothing(minimal):
    neutral = {name: lever.neutral for name, lever in LEVERS.items()}
    found = pulled(minimal, neutral)
    assert found.scenario is minimal
    assert found.said == found.left_out == ()


@pytest.mark.parametrize(
    ("name", "value", "path", "factor"),
    [
        ("demand", 120, "demand.demand_scale", 1.2),
        ("absence", 50, "time_off.sickness", 0.5),
        ("turnover", 150, "people.turnover", 1.5),
        ("hand_off_time", 200, "flow.hand_offs.other_line.latency", 2.0),
        ("hand_off_time", 0, "flow.hand_offs.same_line.latency", 0.0),
        ("familiarity", 200, "people.unfamiliar_penalty", 2.0),
    ],
)
def test_levers_in_per_cent_scale_the_scenarios_own_value(council, name, value, path, factor):
    found = pulled(council, {name: value})
    assert base(found.scenario, path) == pytest.approx(factor * base(council, path))
    assert len(found.said) == 1
    unchanged = parameters(council).keys() - {path} - {p for p in parameters(council) if "latency" in p}
    assert all(base(found.scenario, p) == base(council, p) for p in unchanged)


def test_maturity_moves_the_scenario_and_leaves_what_efforts_were_observed_at(council):
    found = pulled(council, {"maturity": 1}).scenario
    assert maturity_of(found) == 4.0
    assert float(found.standards.maturity) == 3.0


@pytest.mark.parametrize("maturity", [1.0, 2.5, 4.0, 4.6, 5.0])
def test_a_rework_chance_times_one_changes_no_request(minimal, maturity):
    scenario = change_scenario(minimal, {"standards.maturity": maturity})
    same = change_scenario(scenario, rework_changed(scenario, 1.0))
    assert same.hash != scenario.hash
    one, other = run(scenario), run(same)
    np.testing.assert_allclose(other.requests["closed"], one.requests["closed"], rtol=1e-9)


def test_rework_and_maturity_act_together(minimal):
    both = pulled(minimal, {"maturity": 1, "rework": 50}).scenario
    from opmodel.flow.expected import preparation_ratio, rework_chance

    better = pulled(minimal, {"maturity": 1}).scenario
    assert rework_chance(both) == pytest.approx(rework_chance(better) / 2)
    assert preparation_ratio(both) == pytest.approx(preparation_ratio(better))
    assert rework_chance(both, float(both.standards.maturity)) == pytest.approx(rework_chance(minimal))


def test_hires_start_in_their_week_and_go_to_a_team_of_today_only(council):
    who = Recruits(role="engineer", team="Children's data team", week=8)
    for name, scenario in structures_of(council).items():
        found = pulled(scenario, {"hires": 3}, who)
        assert not found.left_out
        hire = found.scenario.hires["what_if"]
        assert (hire.role, hire.count, float(hire.starts)) == ("engineer", 3, 40.0)
        assert hire.team == ("Children's data team" if name == "today" else None)
    assert pulled(council, {"hires": 1}).scenario.hires["what_if"].role == commonest_role(council) == "analyst"


def test_settings_that_cannot_be_are_refused(minimal):
    with pytest.raises(ValueError, match="there is no lever 'demnad'"):
        pulled(minimal, {"demnad": 110})
    with pytest.raises(ValueError, match="goes from 50 to 150"):
        pulled(minimal, {"demand": 200})


def test_the_commonest_role_is_one_to_recruit_for_not_a_hat():
    foi = load_scenario(shipped("foi-service"))
    assert commonest_role(foi) == "officer", "champions add up to more, but each for a third of somebody's week"


@pytest.mark.parametrize(
    ("changes", "name", "value", "reason"),
    [
        ({"mechanisms.turnover": False}, "turnover", 50, "turnover switched off"),
        ({"mechanisms.hand_offs": False}, "hand_off_time", 50, "hand offs switched off"),
        ({"time_off.sickness": 0.0}, "absence", 50, "sets it to nought"),
    ],
)
def test_a_lever_that_would_do_nothing_is_left_out_with_the_reason(minimal, changes, name, value, reason):
    scenario = change_scenario(minimal, changes)
    found = pulled(scenario, {name: value, "demand": 110})
    assert reason in found.left_out[0]
    assert [said.partition(":")[0] for said in found.said] == ["Demand"]


def test_bounds_follow_the_scenario(minimal):
    mature = change_scenario(minimal, {"standards.maturity": 4.5})
    assert LEVERS["maturity"].bounds(mature) == (-2, 0.5)
    fickle = change_scenario(minimal, {"people.turnover": 0.6})
    low, high = LEVERS["turnover"].bounds(fickle)
    assert (low, high) == (0, 160)
    assert base(pulled(fickle, {"turnover": high}).scenario, "people.turnover") < 1.0


def test_levers_say_what_they_come_to_and_what_that_rests_on(council):
    assert LEVERS["turnover"].words(council, 50) == "6.7 % resign in a year (today 13.4 %)"
    assert LEVERS["hand_off_time"].words(council, 200) == (
        "3 working days between reporting lines (today 1.5 working days)"
    )
    for lever in LEVERS.values():
        assert lever.meaning.endswith(".")
        assert lever.words(council, lever.high - lever.step)
        if lever.path:
            assert "Today" in lever.source(council)


# -- which way results move ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "eases", "burdens", "structure"),
    [
        ("demand", 70, 130, "today"), ("hires", 2, 0, "today"), ("absence", 0, 200, "today"),
        ("turnover", 0, 200, "today"), ("hand_off_time", 0, 200, "today"), ("maturity", 1, -1, "today"),
        ("rework", 0, 200, "today"), ("familiarity", 0, 200, "centralised"),
    ],
)
def test_each_lever_moves_lead_times_the_expected_way(minimal, futures, name, eases, burdens, structure):
    who, found = Recruits(week=1), {}
    for side, value in (("eases", eases), ("burdens", burdens)):
        answer = what_if(
            minimal, {name: value}, who, replications=6, executor=Inline(), futures=futures
        )
        found[side] = answer.changed[answer.names.index(structure)][:, LEAD_TIME]
    gap = found["burdens"] - found["eases"]
    assert gap.mean() > 2.0 * gap.std(ddof=1) / np.sqrt(len(gap))  # two standard errors, seeds fixed


def test_no_hand_offs_no_effect_of_their_time(minimal, futures):
    answer = what_if(minimal, {"hand_off_time": 200}, replications=6, executor=Inline(), futures=futures)
    at = answer.names.index("centralised")  # one team of one sub-team hands nothing over
    np.testing.assert_array_equal(answer.changed[at], answer.base[at])
    assert not np.array_equal(answer.changed[0], answer.base[0])


# -- quick answers that sharpen --------------------------------------------------------------------


def test_the_first_answer_comes_early_and_says_so(minimal):
    seen, progress = [], []
    answer = what_if(
        minimal, {"demand": 110}, replications=12, executor=Inline(), on_partial=seen.append,
        on_progress=lambda done, planned: progress.append((done, planned)),
    )
    assert [(a.replications, a.final) for a in seen] == [(4, False), (10, False)]
    assert seen[0].progress == "First answer from 4 replications, sharpening to 12 ..."
    assert seen[1].progress == "10 replications so far, sharpening to 12 ..."
    assert (answer.replications, answer.final, answer.progress) == (12, True, "12 replications.")
    for early in seen:  # the later answers hold the earlier futures
        np.testing.assert_array_equal(answer.base[0][: early.replications], early.base[0])
    assert progress[-1] == (12, 12)
    assert progress == sorted(progress)


def test_what_is_known_is_not_simulated_again(minimal, monkeypatch):
    calls = []
    original = answers.replicate_all

    def counted(scenarios, replications, **named):
        calls.append((len(scenarios), len(replications)))
        return original(scenarios, replications, **named)

    monkeypatch.setattr(answers, "replicate_all", counted)
    futures = Futures()
    what_if(minimal, {}, replications=4, executor=Inline(), futures=futures)
    assert calls == [(4, 4)]
    calls.clear()
    changed = what_if(minimal, {"demand": 110}, replications=4, executor=Inline(), futures=futures)
    assert calls == [(4, 4)]  # the changed scenarios alone
    calls.clear()
    again = what_if(minimal, {"demand": 110}, replications=5, executor=Inline(), futures=futures)
    assert sum(scenarios * runs for scenarios, runs in calls) == 8
    afresh = what_if(minimal, {"demand": 110}, replications=5, executor=Inline())
    for one, other in zip(again.changed + again.base, afresh.changed + afresh.base):
        np.testing.assert_array_equal(one, other)
    np.testing.assert_array_equal(changed.changed[0], again.changed[0][:4])


def test_it_stops_with_what_it_has(minimal):
    done = []
    answer = what_if(
        minimal, {"demand": 110}, replications=20, executor=Inline(),
        on_progress=lambda n, _: done.append(n), should_stop=lambda: bool(done) and done[-1] >= 6,
    )
    assert answer.replications == 6
    assert not answer.final
    assert answer.rests_on == "6 of 20 replications."


def test_known_figures_are_bounded_and_in_order(minimal):
    futures = Futures(kept=2)
    row = np.zeros(len(answers.FIGURES))
    scenarios = [change_scenario(minimal, {"people.turnover": 0.1 + 0.01 * k}) for k in range(3)]
    futures.add(scenarios[0], 1, 1, row)  # does not follow on anything
    assert len(futures.of(scenarios[0], 1)) == 0
    for one in scenarios:
        futures.add(one, 1, 0, row)
    futures.add(scenarios[2], 1, 0, row + 1)
    assert len(futures) == 2
    assert len(futures.of(scenarios[0], 1)) == 0
    assert futures.of(scenarios[2], 1).tolist() == [row.tolist()]
    assert len(futures.of(scenarios[2], 2)) == 0  # another seed is another future


def test_effects_are_paired_differences_with_intervals(minimal, futures):
    answer = what_if(minimal, {"demand": 130}, replications=6, executor=Inline(), futures=futures)
    table = answer.effects("backlog")
    assert list(table["state"]) == ["as it is", "with the change"] * 4
    assert list(table["structure"].unique()) == ["today", "centralised", "hub-and-spoke", "federated"]
    row = table.iloc[1]
    k = answers.FIGURES.index("backlog")
    gap = answer.changed[0][:, k] - answer.base[0][:, k]
    assert row["difference"] == pytest.approx(gap.mean())
    assert row["diff_low"] < gap.mean() < row["diff_high"]
    assert row["n"] == 6
    assert answer.sentence("backlog").startswith("Today's structure with the change")
    assert answer.sentence("backlog").endswith("under these assumptions.")
    still = what_if(minimal, {}, replications=6, executor=Inline(), futures=futures)
    assert not still.moved
    assert set(still.effects("backlog")["state"]) == {"as it is"}
    assert still.sentence("backlog").startswith("No lever is moved")


def test_there_is_no_verdict_before_all_replications_are_in(minimal):
    seen = []
    last = what_if(minimal, {"demand": 130}, replications=6, executor=Inline(), on_partial=seen.append)
    assert [found.replications for found in seen] == [4]
    assert set(seen[0].effects("backlog")["verdict"]) == {"", answers.NOT_JUDGED}
    assert "a verdict needs all 6 replications" in seen[0].sentence("backlog")
    assert answers.NOT_JUDGED not in set(last.effects("backlog")["verdict"])


def test_intervals_end_where_a_figure_can_be(minimal):
    few = what_if(minimal, {"demand": 60}, replications=2, executor=Inline())
    for metric in few.metrics:
        table = few.effects(metric)
        least, most = METRICS[metric].bounds
        assert (table["low"].dropna() >= least).all()
        assert (table["high"].dropna() <= most).all()


def test_an_answer_does_not_need_its_figures_to_be_kept(minimal):
    known = Futures(kept=2)
    small = what_if(minimal, {"demand": 130}, replications=5, executor=Inline(), futures=known)
    large = what_if(minimal, {"demand": 130}, replications=5, executor=Inline())
    assert len(known) == 2
    for one, other in zip(small.changed, large.changed, strict=True):
        np.testing.assert_array_equal(one, other)


def test_no_replication_is_no_answer(minimal):
    with pytest.raises(ValueError, match="at least one"):
        what_if(minimal, {}, replications=0)


# -- what else could be done -----------------------------------------------------------------------


def option(found, name):
    return next(o for o in found.options if o.name == name)


def test_request_types_and_skills_are_found_by_rule(council, minimal):
    assert reports_of(council) == ("performance",)
    assert small_of(council) == ("ad_hoc", "dashboard_change")
    assert helped_of(council) == ("analysis", "engineering", "visualisation", "data_science")
    assert reports_of(minimal) == ()
    assert helped_of(load_scenario(shipped("data-access"))) == ("review",)


def test_every_option_is_there_or_says_why_not(council, minimal):
    assert [o.name for o in alternatives(council).options] == [
        "centralised", "hub_and_spoke", "federated", "vacancies", "hires", "reports", "self_service", "assistant",
        "maturity", "board",
    ]
    assert alternatives(council).left_out == ()
    assert alternatives(minimal).left_out == (
        "50 % of reports stopped is left out: no discretionary request type comes by the calendar.",
        "Board twice as often is left out: no request must pass a board.",
    )
    steady = change_scenario(minimal, {"mechanisms.turnover": False, "standards.maturity": 4.5})
    left_out = " ".join(alternatives(steady).left_out)
    assert "nobody leaves in this scenario" in left_out
    assert "within a level of the highest" in left_out


def test_costs_go_where_the_cost_figure_finds_them(council):
    found = alternatives(council)
    before = float(council.costs.platform)
    added = {o.name: float(o.scenario.costs.platform) - before for o in found.options}
    assert added["self_service"] == pytest.approx(300 * 96 + 40_000 / 2)  # two years
    assert added["assistant"] == pytest.approx(23 * 285)  # everybody but the two governance managers
    assert added["maturity"] == pytest.approx(120_000)
    assert added["board"] == pytest.approx((52 / 3 - 52 / 6) * 1_000)
    assert all(added[name] == 0 for name in ("centralised", "vacancies", "hires", "reports"))


def test_choices_are_taken_and_bounded(council):
    found = alternatives(council, Choices({"reports_stopped": 0.25, "hired": 3}, "engineer", ("ad_hoc",)))
    reports = option(found, "reports").scenario
    assert float(reports.request_types["ad_hoc"].per_year) == pytest.approx(0.75 * 700)
    assert float(reports.request_types["performance"].per_year) == 250
    assert option(found, "hires").label == "3 hires (engineer)"
    with pytest.raises(ValueError, match=r"goes from 0\.25 to 0\.75"):
        alternatives(council, Choices({"reports_stopped": 0.9}))


def test_an_assistant_that_saves_what_its_checking_costs_changes_no_request(minimal):
    found = option(alternatives(minimal, Choices({"ai_saved": 0.04, "ai_checking": 0.04})), "assistant").scenario
    today = structures_of(minimal)["today"]
    one, other = run(today), run(found)
    np.testing.assert_allclose(other.requests["closed"], one.requests["closed"], rtol=1e-9)


def test_vacancies_filled_at_once_leave_no_seat_empty(minimal):
    found = option(alternatives(minimal), "vacancies").scenario
    today = structures_of(minimal)["today"]
    empty = [float((1.0 - run(s, replication=3).weeks["person", "employed"]).sum()) for s in (today, found)]
    assert empty[0] > 10
    assert empty[1] == 0


def test_a_known_gap_is_closed_and_stated_hires_start_when_opened():
    shock = load_scenario(shipped("foi-service-shock"))
    assert option(alternatives(shock), "vacancies").scenario.posts["hub_agency"].successor_starts is None
    hiring = change_scenario(shock, {"hires.more": {"role": "officer", "opens": "20d"}})
    assert float(option(alternatives(hiring), "vacancies").scenario.hires["more"].starts) == 20.0


def test_every_assumed_figure_has_a_range_and_says_what_it_rests_on():
    table = figures_table(Choices())
    assert len(table) == len(FIGURES)
    for _, base_value in FIGURES.values():
        assert base_value.low < float(base_value) < base_value.high
        assert base_value.source
        assert base_value.tag in ("S", "A")


# -- weighing --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def weighed(minimal):
    old, weighing.CHOSEN_ON = weighing.CHOSEN_ON, 3
    seen = []
    found = weigh(minimal, replications=5, executor=Inline(), on_progress=lambda *p: seen.append(p))
    weighing.CHOSEN_ON = old
    assert seen[-1] == (13, 13)  # effects, the choice of a structure, the ends of what is assumed
    return found


def test_every_option_is_weighed_against_today(weighed):
    table = weighed.table("lead_time_p50_discretionary")
    assert list(table["name"]) == [o.name for o in weighed.alternatives.options]
    assert (table["n"] == 5).all()
    column = weighed.comparison.gathered.column
    gap = column("hires", "lead_time_p50_discretionary") - column("today", "lead_time_p50_discretionary")
    row = table.set_index("name").loc["hires"]
    assert row["difference"] == pytest.approx(gap.mean())
    assert row["low"] < row["difference"] < row["high"]
    assert row["cost"] == pytest.approx((column("hires", "cost") - column("today", "cost")).mean())
    assert row["cost_words"].startswith("£")


def test_the_best_structure_is_chosen_on_other_futures(minimal, weighed):
    metric = "lead_time_p50_discretionary"
    structures = structures_of(minimal)
    means = {
        name: np.mean([answers.headline(run(structures[name], replication=k))[LEAD_TIME] for k in (5, 6, 7)])
        for name in ("centralised", "hub_and_spoke", "federated")
    }
    assert weighed.chosen[metric] == min(means, key=means.get)
    assert weighed.chosen_on == 3
    table = weighed.table(metric)
    assert list(table.loc[table["best"], "name"]) == [weighed.chosen[metric]]
    assert "chosen on 3 other replications" in weighed.about()


def test_asking_for_less_is_not_judged_by_what_is_delivered(weighed):
    table = weighed.table("throughput").set_index("name")
    assert table.loc["self_service", "verdict"] == "not comparable"
    assert table.loc["self_service", "per_thousand"] == ""
    assert "says nothing about it" in table.loc["self_service", "sentence"]
    assert table.loc["hires", "verdict"] != "not comparable"
    assert weighed.table("backlog").set_index("name").loc["self_service", "verdict"] != "not comparable"


def test_the_answer_ends_under_these_assumptions(weighed):
    for metric in weighed.metrics:
        said = weighed.sentences(metric)
        assert len(said) == 2
        assert all(sentence.endswith("under these assumptions.") for sentence in said)


def test_the_levers_are_said_to_be_at_the_base_of_what_is_assumed(minimal, weighed):
    assert "Without reorganising, at the base values of what is assumed about each lever, " in weighed.sentences("backlog")[1]
    chosen = dataclasses.replace(
        weighed, alternatives=dataclasses.replace(weighed.alternatives, choices=Choices({"self_service": 0.3}))
    )
    assert "at the values chosen for what is assumed" in chosen.sentences("backlog")[1]
    assert "They are of chance only" in weighed.about()


def test_effects_at_the_ends_of_what_is_assumed_are_paired_with_today(minimal, weighed):
    k = weighed.ends.metrics.index("backlog")
    today = weighed.comparison.gathered.column("today", "backlog")
    least, most = weighed.ends.values["self_service"]
    share = option(alternatives(minimal, Choices({"self_service": 0.4})), "self_service").scenario
    alone = [answers.headline(run(share, replication=n))[answers.FIGURES.index("backlog")] for n in range(5)]
    np.testing.assert_array_equal(most[:, k], alone)
    assert (most[:, k] - today).mean() < (least[:, k] - today).mean()  # more self-service, less backlog
    said = weighed.table("backlog").set_index("name")["effect_range"]
    low, high = (f"{(v[:, k] - today).mean():+.0f}" for v in (least, most))
    assert said["self_service"].startswith(f"from {low} (")
    assert f" to {high} (" in said["self_service"]
    assert said["maturity"] == said["centralised"] == ""
    assert weighed.table("throughput").set_index("name").loc["self_service", "effect_range"] == ""


def test_costs_at_the_ends_of_what_is_assumed(minimal, weighed):
    row = weighed.table("backlog").set_index("name")
    low, high = weighed.ends.cost_ends("maturity", row.loc["maturity", "cost"], np.zeros(5))
    assert high - low == pytest.approx(250_000 - 60_000)
    dear = option(alternatives(minimal, Choices({"maturity_cost": 250_000})), "maturity").scenario
    today = structures_of(minimal)["today"]
    cost = answers.FIGURES.index("cost")
    gaps = [answers.headline(run(dear, replication=n))[cost] - answers.headline(run(today, replication=n))[cost]
            for n in range(5)]
    assert high == pytest.approx(np.mean(gaps))
    assert row.loc["maturity", "cost_range"].endswith(" over its assumed range")
    assert row.loc["hires", "cost_range"].startswith("£")
    assert row.loc["centralised", "cost_range"] == row.loc["vacancies", "cost_range"] == ""


def test_a_lever_that_is_no_better_at_its_low_end_is_named(weighed):
    k = weighed.ends.metrics.index("backlog")
    today = weighed.comparison.gathered.column("today", "backlog")
    rows = {"hires": 9.0, "self_service": -9.0}
    made = {}
    for name, gap in rows.items():
        both = tuple(np.array(v) for v in weighed.ends.values[name])
        both[0][:, k] = today + gap + np.arange(5) / 100
        made[name] = both
    ends = dataclasses.replace(weighed.ends, values=made)
    assert not ends.holds("hires", "backlog", today)
    assert ends.holds("self_service", "backlog", today)
    assert ends.holds("maturity", "backlog", today)
    found = dataclasses.replace(weighed, ends=ends)
    table = found.table("backlog").set_index("name")
    if table.loc["hires", "verdict"] == "better":
        assert "at the low end of what is assumed: 2 hires" in found.sentences("backlog")[1]


def test_a_lever_that_is_worse_at_its_low_end_is_told_apart(weighed):
    k = weighed.ends.metrics.index("backlog")
    today = weighed.comparison.gathered.column("today", "backlog")
    better = [v for v in weighed.comparison.verdicts if v.metric == "backlog" and v.scenario in weighed.ends.values]
    judged = [dataclasses.replace(v, kind="better") for v in better]
    made = {name: tuple(np.array(v) for v in both) for name, both in weighed.ends.values.items()}
    rows = {"hires": 25.0, "self_service": -9.0, "assistant": 0.0}
    for name, gap in rows.items():
        made[name][0][:, k] = today + gap + np.arange(-2, 3) / 10
    ends = dataclasses.replace(weighed.ends, values=made)
    assert ends.worse("hires", "backlog", today).startswith("+25.0 (")
    assert ends.worse("self_service", "backlog", today) == ends.worse("maturity", "backlog", today) == ""
    comparison = dataclasses.replace(weighed.comparison)
    others = [v for v in weighed.comparison.verdicts if v not in better]
    comparison.__dict__["verdicts"] = (*judged, *others)  # a kept property
    said = dataclasses.replace(weighed, ends=ends, comparison=comparison).sentences("backlog")[1]
    apart = said.partition("; worse than today at the low end of what is assumed: ")[2]
    assert apart.startswith("2 hires (analyst) +25.0 (")
    assert "; not shown to be better at the low end of what is assumed: AI assistant" in apart
    assert "elf-service" not in apart


def test_what_a_stopped_weighing_left_undone_is_said(weighed):
    assert weighed.notes() == []
    early = dataclasses.replace(weighed, comparison=dataclasses.replace(weighed.comparison, finished=False))
    assert "only if that number had been fixed beforehand" in early.notes()[0]
    choosing = dataclasses.replace(weighed, chosen_on=1)
    assert "after 1 of 3 replications" in choosing.notes()[0]
    half = dataclasses.replace(weighed, ends=dataclasses.replace(weighed.ends, values={}))
    assert "before the ends of what is assumed" in half.notes()[0]
    assert "was not simulated before it was stopped" in half.about()


def test_effect_for_a_thousand_pounds_by_hand():
    words = weighing._per_thousand("better", (-40.0, -60.0, -20.0), (100_000.0, 80_000.0, 120_000.0), "requests")
    assert words == "-0.40 (-0.75 to -0.17) requests"
    share = weighing._per_thousand("better", (0.04, 0.02, 0.06), (1_000.0, 1_000.0, 1_000.0), "share")
    assert share == "+4.0 (+2.0 to +6.0) points"
    assert weighing._per_thousand("cannot tell yet", (1, -1, 3), (5, 4, 6), "FTE") == "cannot tell"
    assert weighing._per_thousand("practically the same", (1, 0, 2), (5, 4, 6), "FTE") == "no effect that matters"
    assert weighing._per_thousand("better", (1, 0.5, 2), (-5, -6, -4), "FTE") == "saves money"
    assert weighing._per_thousand("better", (1, 0.5, 2), (1, -6, 8), "FTE") == "no cost known to set it against"


def test_what_is_not_reached_is_worse_than_any_figure():
    rows = {
        "a": [np.array([np.inf]), np.array([1.0])], "b": [np.array([9.0]), np.array([9.0])],
        "c": [np.array([np.nan]), np.array([10.0])],
    }
    assert weighing._best(rows, ["lead_time_p50_discretionary"]) == {"lead_time_p50_discretionary": "b"}
    assert weighing._best({"a": [np.array([2.0])], "b": [np.array([3.0])]}, ["throughput"]) == {"throughput": "b"}


def test_it_can_be_stopped_before_a_structure_is_chosen(minimal):
    done = []
    found = weigh(
        minimal, replications=8, executor=Inline(), on_progress=lambda n, _: done.append(n),
        should_stop=lambda: bool(done) and done[-1] >= 2,
    )
    assert found.replications == 2
    assert found.chosen == {}
    assert found.ends.values == {}
    assert set(found.table("backlog")["effect_range"]) == {""}
    assert "stopped before" in found.about()
    assert found.sentences("backlog")[0].startswith("No other structure could be chosen")
