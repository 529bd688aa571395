"""When vacancies must open, and what a freeze costs: against what can be worked out by hand."""

import numpy as np
import pytest
from desks import asked, desks, trials
from networks import town

from opmodel.careers import Careers
from opmodel.hiring.asking.costs import yearly_cost
from opmodel.hiring.asking.question import Question
from opmodel.hiring.asking.recruiting import DRAWN, ramp_weeks, recruiting_weeks
from opmodel.hiring.asking.steps import Plan, Step
from opmodel.hiring.trying.confirming import confirmed
from opmodel.hiring.trying.trials import Outcome, under
from opmodel.hiring.weighing import timing as weighed
from opmodel.hiring.weighing.timing import PUSHES, freezes, month_of, timing, week_of
from opmodel.replication import compiled
from opmodel.scenario.changes import change_scenario

ANALYST, ENGINEER = Step("hire", "analyst", "desk"), Step("hire", "engineer", "desk")


def test_months_become_weeks():
    assert [week_of(month) for month in (0, 1, 3, 6, 12, 24)] == [0, 4, 13, 26, 52, 104]


@pytest.mark.parametrize("contract", ["permanent", "apprentice", "secondment", "contractor"])
def test_recruiting_is_drawn_as_the_simulation_draws_it(contract):
    question = asked(town({"targets": {"backlog": 50.0}}), week=52)
    step = Step("hire", "engineer", "hub", contract)
    network = compiled(Plan.of([step]).scenario(question.scenario))
    seat = next(s for s, one in enumerate(network.seating.seats) if one.hire is not None)
    from opmodel.flow.demand import sample_demand
    from opmodel.model import OperatingModel

    state = OperatingModel(network, sample_demand(network.asks, 1, 0)).state
    starts = [int(Careers(network, state, question.seed, future).starts[seat]) for future in range(DRAWN)]
    middle, low, high = recruiting_weeks(question.scenario, step)
    assert (middle, low, high) == pytest.approx(tuple(np.quantile(starts, (0.5, 0.1, 0.9))))
    assert low <= middle <= high
    assert low < high


def test_recruiting_and_ramp_up_by_hand():
    # Agency staff: half the approval of 20 days and a search of 10, always; so four weeks.
    question = asked(town({"targets": {"backlog": 50.0}}), week=52)
    assert recruiting_weeks(question.scenario, Step("hire", "engineer", "hub", "agency")) == (4.0, 4.0, 4.0)
    assert ramp_weeks(question.scenario, Step("hire", "engineer", "hub")) == 28.0  # 140 days
    assert ramp_weeks(question.scenario, Step("hire", "engineer", "hub", "contractor")) == 8.0  # 40 days
    assert ramp_weeks(desks(), ANALYST) == 0.0  # no ramp-up in this world
    assert recruiting_weeks(desks(), ANALYST) == (0.0, 0.0, 0.0)
    # Adverts that seldom fill: one in ten, four weeks each, so a quarter of vacancies is open for more than a year.
    rare = desks({"people": {"fill_chance": 0.1, "time_to_hire": "20d"}})
    middle, low, high = recruiting_weeks(rare, ANALYST)
    assert 15.0 < middle < 45.0
    assert low <= 8.0
    assert high > 60.0


@pytest.fixture(scope="module")
def late():
    """How late two hires may open in half a year's study."""
    question = asked(desks(), backlog_weeks=3.5)
    plan = Plan.of([ANALYST, ANALYST, ENGINEER, ENGINEER])
    tried = trials()
    return question, plan, tried, timing(question, plan, tried, attempt=7, futures=40)


def test_vacancies_open_as_late_as_the_targets_allow(late):
    question, plan, tried, found = late
    assert found.confirmed.holds
    assert found.confirmed.plan == found.plan
    by = {one.step: one for one in found.openings}
    assert by.keys() == {ANALYST, ENGINEER}
    assert all(one.count == 2 for one in by.values())
    assert any(one.month > 0 for one in by.values())
    assert all(one.month <= 5 for one in by.values())
    # At least one of them is at its limit: a month later still the chance is below what is asked for.
    limits = [one for one in by.values() if one.too_late is not None and one.too_late[0] < 0.8]
    assert limits
    assert all(one.latest == (one.too_late[2] < 0.8) for one in limits)
    assert {step.opens_week for step in found.plan.steps} == {week_of(one.month) for one in by.values()}
    assert all(one.recruited == (0.0, 0.0, 0.0) and one.ramped == 0.0 for one in by.values())


def test_the_dearest_is_the_one_that_waits(late):
    question, _, _, found = late
    months = {one.step: one.month for one in found.openings}
    assert yearly_cost(question.scenario, ENGINEER) > yearly_cost(question.scenario, ANALYST)
    assert months[ENGINEER] >= months[ANALYST]


def test_what_cannot_wait_opens_at_once():
    # Eight weeks with twice the demand: a month without the hires is half of all there is.
    hurried = {"study": {"horizon_weeks": 8, "milestones_weeks": [8]},
               "request_types": {"query": {"per_year": 2000.0}, "build": {"per_year": 400.0}}}
    question = asked(desks(hurried), week=8, backlog_weeks=2.0)
    found = timing(question, Plan.of([ANALYST] * 6 + [ENGINEER] * 6), trials(), futures=20)
    assert found.confirmed.holds
    assert [one.month for one in found.openings] == [0, 0]
    assert all(one.latest and one.too_late[0] < 0.6 for one in found.openings)
    assert found.all_latest
    assert found.at_once
    assert not found.waits


def test_a_plan_that_does_not_hold_even_at_once_is_not_said_to_have_to_open_then():
    found = timing(asked(desks(), backlog_weeks=1.0), Plan.of([ANALYST, ENGINEER]), trials(), futures=10)
    assert [one.month for one in found.openings] == [0, 0]
    assert not found.confirmed.holds
    assert not found.all_latest
    assert not found.at_once
    assert not found.waits


class Monthly:
    """Stands in for trials: the share of futures that meet the targets hangs on the month of the opening alone."""

    def __init__(self, question, searched, fresh):
        self.question, self.searched, self.fresh, self.seeds = question, searched, fresh, set()

    def of(self, scenarios, futures, *, seed):
        self.seeds.add(seed)
        found = []
        for one in scenarios:
            opens = [float(hire.opens) / 5 for hire in one.hires.values()]
            month = month_of(round(max(opens))) if opens else 99
            shares = self.searched if seed == self.question.seed else self.fresh
            met = round((shares[month] if month < len(shares) else 0.0) * futures)
            values = np.where(np.arange(futures) < met, 0.0, 99.0)[:, None, None]
            found.append(Outcome(
                self.question.wanted, self.question.weeks, values, np.zeros((futures, 3, 1)), np.zeros(futures)
            ))
        return found


@pytest.mark.parametrize(("fresh", "month", "latest"), [
    ([0.9, 0.9, 0.9, 0.5], 2, True),  # pushed on to the last that holds
    ([0.9] * 6, PUSHES, False),  # so often and no oftener: then it is not shown that later is too late
    ([0.9, 0.5], 0, True),
    ([0.9, 0.75], 0, False),  # below what is asked for, but of so few futures that this shows nothing
])
def test_an_opening_is_pushed_on_while_a_month_later_still_holds(fresh, month, latest):
    question = asked(desks())
    found = timing(question, Plan.of([ANALYST]), Monthly(question, [0.99, 0.1, 0.1, 0.1, 0.1, 0.1], fresh), futures=100)
    (opening,) = found.openings
    assert (opening.month, opening.latest) == (month, latest)
    assert found.confirmed.holds
    assert (opening.too_late[2] < 0.8) == found.all_latest == latest
    assert found.at_once == (latest and month == 0)


def test_months_and_weeks_belong_together():
    assert [month_of(week_of(month)) for month in range(60)] == list(range(60))
    assert [month_of(week) for week in (0, 3, 4, 8, 9, 51, 52)] == [0, 0, 1, 1, 2, 11, 12]


def test_every_month_is_tried_for_people_who_leave_again():
    # Later is better until it is too late: month 8 does, months 3 to 5 do not, so that halving would end before them.
    year = desks({"study": {"horizon_weeks": 52, "milestones_weeks": [52]}})
    question = asked(year, week=52)
    early = Step("hire", "analyst", "desk", "contractor", opens_week=week_of(2))
    shares = [0.1, 0.4, 0.9, 0.5, 0.5, 0.5, 0.5, 0.9, 0.95, 0.3, 0.1, 0.0]
    found = timing(question, Plan.of([early]), Monthly(question, shares, shares), futures=100)
    (opening,) = found.openings
    assert (opening.month, opening.latest) == (8, True)
    assert found.plan.steps[0].opens_week == week_of(8)
    # Where no later month does, the week for which the plan calls them stays, whole months or not.
    odd = Step("hire", "analyst", "desk", "contractor", opens_week=10)
    kept = timing(question, Plan.of([odd]), Monthly(question, [0.1, 0.1, 0.9, 0.1], [0.1, 0.1, 0.9, 0.1]), futures=100)
    assert kept.plan.steps[0].opens_week == 10
    assert kept.openings[0].week == 10
    assert kept.confirmed.holds
    assert opening.week == week_of(8)


def test_no_freeze_and_no_delay_are_the_figure_shown_for_the_plan():
    question, tried = asked(desks()), trials()
    plan = Plan.of([ANALYST, ENGINEER, ENGINEER])
    shown = confirmed(question, plan, tried, attempt=77, futures=25)
    none, late = freezes(question, plan, tried, months=(3,), known=shown)
    assert none.chance == (shown.chance, *shown.interval)
    assert none.outcome.n == late.outcome.n == shown.outcome.n
    assert none.outcome.values == pytest.approx(shown.outcome.values)
    elsewhere = freezes(question, plan, tried, months=(3,), futures=25)[0]
    assert not np.array_equal(elsewhere.outcome.values, none.outcome.values[:25])
    held = Monthly(question, [0.99, 0.1], [0.85, 0.1])
    fixed = confirmed(question, Plan.of([ANALYST]), held, attempt=5, futures=40)
    found = timing(question, Plan.of([ANALYST]), held, known=fixed)
    assert found.confirmed.chance == fixed.chance
    assert found.confirmed is fixed
    assert not found.moved
    assert held.seeds == {question.seed, fixed.seed, question.fresh(1)}  # a month later is tried where nothing was chosen


class Lucky:
    """Stands in for trials: the chance of meeting the targets is known for each month, each future draws its luck."""

    def __init__(self, question, truth):
        self.question, self.truth, self.chosen = question, truth, {}

    def of(self, weeks, futures, *, seed):
        luck, found = np.random.default_rng(seed).random(futures), []
        for one in weeks:
            week = one if isinstance(one, int) else None  # the organisation as it is
            self.chosen.setdefault(seed, set()).add(week)
            chance = 0.0 if week is None else self.truth[month_of(week)]
            values = np.where(luck < chance, 0.0, 99.0)[:, None, None]
            values = np.repeat(values, len(self.question.weeks), axis=2)
            beside = np.zeros((futures, 3, len(self.question.weeks)))
            found.append(Outcome(self.question.wanted, self.question.weeks, values, beside, np.zeros(futures)))
        return found


@pytest.mark.parametrize("by_month", [0.01, 0.03])
def test_the_chance_shown_is_no_better_than_the_openings_are(monkeypatch, by_month):
    # A scenario is no more than the week of its opening here, so that hundreds of studies take a second.
    monkeypatch.setattr(Plan, "scenario", lambda plan, _: max((step.opens_week for step in plan.steps), default=None))
    monkeypatch.setattr(weighed, "recruiting_weeks", lambda *_, **__: (0.0, 0.0, 0.0))
    monkeypatch.setattr(weighed, "ramp_weeks", lambda *_: 0.0)
    year = asked(desks({"study": {"horizon_weeks": 60, "milestones_weeks": [52]}}), week=52, confidence=0.9).scenario
    truth, plan = 0.96 - by_month * np.arange(13), Plan.of([ANALYST])
    better, covered, later, holds = [], [], [], []
    for study in range(150):
        question = Question(year, 52, 0.9, seed=17 * study + 3)
        made = Lucky(question, truth)
        known = confirmed(question, plan, made, attempt=0)
        found = timing(question, plan, made, attempt=3000, known=known)
        if not found.moved:
            continue
        (opening,), last = found.openings, question.fresh(3001)
        true = truth[opening.month]
        assert found.confirmed.seed == last
        assert made.chosen[last] == {None, opening.week, week_of(opening.month + 1)}, "nothing is chosen there"
        better.append(found.confirmed.chance - true)
        covered.append(found.confirmed.interval[0] <= true <= found.confirmed.interval[1])
        later.append(opening.too_late[0] - truth[opening.month + 1])
        holds.append(found.confirmed.holds)
        assert not found.waits or found.confirmed.holds
    assert len(better) > 120
    assert abs(np.mean(better)) < 0.003  # in the futures they are chosen in it is more than 0.007
    assert abs(np.mean(later)) < 0.003
    assert np.mean(covered) > 0.9
    assert 0.6 < np.mean(holds) < 0.95  # some fall short, and are shown to


def test_a_freeze_of_which_no_future_shows_a_loss_has_an_interval_all_the_same():
    question = asked(desks(), backlog_weeks=30.0)
    none, short = freezes(question, Plan.of([ANALYST]), trials(), months=(3,), futures=20)
    assert none.chance[0] == short.chance[0] == 1.0
    assert none.lost == (0.0, 0.0, 0.0)  # the same simulation twice
    assert short.lost[0] == 0.0
    assert short.lost[1] < -0.05
    assert short.lost[2] > 0.05
    assert set(none.unseen) == {"backlog_days", "saved"}
    assert "backlog_days" not in short.unseen
    assert "saved" in short.unseen  # pay is the same in every future


def test_a_vacancy_that_changes_nothing_may_open_any_time():
    question = asked(desks(), backlog_weeks=20.0)
    found = timing(question, Plan.of([ANALYST]), trials(), futures=10)
    (opening,) = found.openings
    assert opening.month == 5
    assert not opening.latest
    assert opening.too_late is None
    assert found.confirmed.holds


def test_a_freeze_costs_chance_and_saves_pay_by_hand():
    question = asked(desks())
    plan = Plan.of([ANALYST, ANALYST, ENGINEER, Step("train", "analyst", "desk", skill="engineering", levels=2)])
    found = freezes(question, plan, trials(), months=(3, 0, 1, 12, 3), futures=12)
    assert [one.months for one in found] == [0, 1, 3]  # the study is over before a freeze of twelve months is
    none, one, three = found
    assert none.saved == none.lost == none.backlog_days == (0.0, 0.0, 0.0)
    yearly = (40000 + 40000 + 50000) * (1.34 + 0.10)
    assert one.saved == pytest.approx((yearly * 4 / 26,) * 3)  # four of 26 weeks
    assert three.saved == pytest.approx((yearly * 13 / 26,) * 3)
    assert three.backlog_days[1] > 0.0
    assert one.backlog_days[0] < three.backlog_days[0]
    assert three.chance[0] <= one.chance[0] <= none.chance[0]
    assert three.lost[0] == pytest.approx(none.chance[0] - three.chance[0])
    assert three.lost[0] > 0.3
    assert np.isnan(three.in_time[0])  # nothing statutory falls due in this world


def test_a_freeze_holds_the_files_own_vacancies_too_but_not_those_that_open_later():
    own = {"hires": {"planned": {"role": "engineer", "team": "desk"},
                     "known": {"role": "engineer", "team": "desk", "starts": "10d"}}}
    question = asked(desks(own))
    late = Step("hire", "analyst", "desk", opens_week=20)
    _, frozen = freezes(question, Plan.of([ANALYST, late]), trials(), months=(3,), futures=2)
    from opmodel.hiring.weighing.timing import _frozen

    hires = _frozen(question, Plan.of([ANALYST, late]), 13).hires
    assert sorted((name.split("_")[0], float(hire.opens)) for name, hire in hires.items()) == [
        ("hire", 65.0), ("hire", 100.0), ("known", 0.0), ("planned", 65.0),
    ]
    assert frozen.months == 3


def test_opening_later_keeps_the_draws_of_recruiting():
    question = asked(change_scenario(desks(), {"people.time_to_hire": "40d", "people.notice": "30d"}))
    now = compiled(Plan.of([ANALYST]).scenario(question.scenario))
    later = compiled(Plan.of([ANALYST]).opened({ANALYST: 9}).scenario(question.scenario))
    found = under(question, trials(), [Plan.of([ANALYST]).scenario(question.scenario)], 1)
    assert found[0].n == 1
    from opmodel.flow.demand import sample_demand
    from opmodel.model import OperatingModel

    def starts(network, future):
        return int(OperatingModel(network, sample_demand(network.asks, 1, future), 1, future).careers.starts[-1])

    assert [starts(later, f) - starts(now, f) for f in range(5)] == [9] * 5
