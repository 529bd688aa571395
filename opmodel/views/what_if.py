"""What if: levers beside a live chart; a new structure beside the other things that could be done."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import streamlit as st

from opmodel.charts import what_if as charts
from opmodel.comparison.resting import without_codes
from opmodel.levers import FIGURES, LEVERS, Choices, Futures, Lever, Recruits, weigh, what_if
from opmodel.levers.catalogue import commonest_role
from opmodel.levers.figures import figures_table
from opmodel.levers.options import helped_of, reports_of, small_of
from opmodel.metrics.catalogue import HEADLINE, METRICS
from opmodel.views import frame, work
from opmodel.views.address import choice
from opmodel.views.asked import Asked, asked
from opmodel.wording import provenance_line

if TYPE_CHECKING:
    from opmodel.jobs import Job
    from opmodel.levers import Answer, Weighed
    from opmodel.scenario import Scenario

#: Names of the two jobs in the address.
LIVE, WEIGHED = "live", "weighed"
ANYWHERE = "the role's next seat"
#: Figure shown at first.
FIRST = "backlog"
#: Said of an answer with fewer replications than were asked for, when no more are to come.
STOPPED = (
    "This ended before its planned number of replications. Its intervals would hold only if the number reached had "
    "been fixed beforehand: treat them as a first look."
)


def page() -> None:
    """Set levers, see what they do, and weigh structure against them."""
    asking = asked()
    frame.opening(
        "What if?", asking.scenario,
        "The same people, requests and chance with and without the change, so that differences are the change's own.",
    )
    metric = choice(
        "Figure shown", HEADLINE, "figure", words=lambda name: METRICS[name].label, first=FIRST,
        help="Which figure the charts on this page show.",
    )
    # The answer comes first in the page, so that on a narrow screen it stands above the levers.
    answer, levers = st.columns([2, 1], gap="large")
    with levers:
        settings, recruits = _levers(asking.scenario)
    with answer:
        _live(asking, settings, recruits, metric)
    _against(asking, metric)


# -- levers and their live chart -------------------------------------------------------------------


def _levers(scenario: Scenario) -> tuple[dict[str, float], Recruits]:
    """The sliders, and who is hired."""
    st.header("Levers", help="Each changes one thing in the scenario, under every structure alike.")
    settings = {name: _slider(name, lever, scenario) for name, lever in LEVERS.items() if not lever.assumed}
    recruits = _recruits(scenario)
    st.markdown("**An assumption, not a lever**")
    settings |= {name: _slider(name, lever, scenario) for name, lever in LEVERS.items() if lever.assumed}
    st.button("Put all levers back", on_click=_put_back, width="stretch")
    return settings, recruits


def _slider(name: str, lever: Lever, scenario: Scenario) -> float:
    unfit, (low, high) = lever.unfit(scenario), lever.bounds(scenario)
    kind = int if float(lever.step).is_integer() else float
    about = f"Cannot be moved: {unfit}." if unfit else f"{lever.meaning} {lever.source(scenario)}"
    return float(st.slider(
        f"{lever.label}, {lever.unit}", kind(low), kind(max(high, low + lever.step)), kind(lever.neutral),
        kind(lever.step), format="%d" if kind is int else "%+.1f", key=f"lever_{name}", bind="query-params",
        disabled=unfit is not None, help=frame.plain(about),
    ))


def _put_back() -> None:
    for name, lever in LEVERS.items():
        kind = int if float(lever.step).is_integer() else float
        st.session_state[f"lever_{name}"] = kind(lever.neutral)


def _recruits(scenario: Scenario) -> Recruits:
    """Who is hired by the lever."""
    teams = scenario.today.teams if scenario.today is not None else {}
    with st.expander("Who is hired, and when"):
        role = _role("lever_role", scenario)
        team = st.selectbox(
            "Team", [ANYWHERE, *teams], key="lever_team", bind="query-params",
            help="One of today's teams. Under another structure hires go where the role's next seat is.",
        )
        week = st.number_input(
            "At work from week", 0, max(1, scenario.study.horizon_weeks - 1), 13, key="lever_week",
            bind="query-params", help="Recruitment before it is not modelled here.",
        )
    return Recruits(role, None if team == ANYWHERE else str(team), int(week))


def _role(key: str, scenario: Scenario) -> str:
    roles = list(scenario.roles)
    chosen = st.selectbox(
        "Role", roles, index=roles.index(commonest_role(scenario)), format_func=lambda r: str(r).replace("_", " "),
        key=key, bind="query-params", help="The role with most full-time posts unless you choose another.",
    )
    return str(chosen)


def _live(asking: Asked, settings: dict[str, float], recruits: Recruits, metric: str) -> None:
    # Who would be hired must not start a new study while nobody is.
    moved = {name: value for name, value in settings.items() if value != LEVERS[name].neutral}
    recruits = recruits if "hires" in moved else Recruits()
    key = work.key_of("what if", {"": asking.scenario}, moved, recruits, asking.seed, asking.replications)
    show = partial(_show, metric=metric, key=key)
    work.watch(
        key, "Simulating futures with and without the change",
        partial(_work, scenario=asking.scenario, settings=moved, recruits=recruits, seed=asking.seed,
                replications=asking.replications, futures=_futures()),
        show, show_partial=show, slot=LIVE, restart=True,
    )


def _coming(key: str) -> bool:
    """Whether more futures are to come; not so once this visitor cancelled, though others may still be waiting."""
    job = work.jobs().get(work.jobs().id_of(key))
    return job is not None and job.live and not job.left_by(work.visitor())


@st.cache_resource(show_spinner=False)  # type: ignore[untyped-decorator]
def _futures() -> Futures:
    """Figures of futures known already: moving a lever simulates only what it changes."""
    return Futures()


def _work(
    job: Job, scenario: Scenario, settings: dict[str, float], recruits: Recruits, seed: int, replications: int,
    futures: Futures,
) -> Any:
    return what_if(
        scenario, settings, recruits, replications=replications, seed=seed, executor=work.executor(), futures=futures,
        on_progress=job.report, on_partial=job.offer, should_stop=job.should_stop,
    )


def _show(found: Answer, metric: str, key: str) -> None:
    if metric not in found.metrics:
        st.info(f"This scenario has nothing to measure for {METRICS[metric].label}. Choose another figure.")
        return
    effects = found.effects(metric)
    frame.answer(found.sentence(metric) if found.moved else charts.at_rest(effects))
    coming = _coming(key)
    rests_on = frame.plain(found.progress if coming else found.rests_on)
    open_end = "" if found.final or not coming else "; until all replications are in, they are a first look"
    st.markdown(f"**{rests_on}** Intervals are 95 % and hold together over the structures{open_end}.")
    if not found.final and not coming:
        st.warning(STOPPED)
    if found.pulled.said or found.pulled.left_out:
        st.markdown(frame.bullets([*found.pulled.said, *found.pulled.left_out]))
    else:
        st.markdown("Move a lever to see what it changes.")
    frame.figure(charts.what_if_dumbbell(effects), charts.what_if_takeaway(effects))
    frame.table(charts.what_if_table(effects))
    frame.download("Download these figures", effects, "what-if.csv", "what_if_csv")
    with st.expander("What this rests on"):
        st.markdown(frame.plain(provenance_line(found.provenance())))


# -- structure against other levers ----------------------------------------------------------------


def _against(asking: Asked, metric: str) -> None:
    frame.section(
        "Structure against other levers",
        "Each option alone, against today's structure as it is, on the same futures.",
        "Would the same be reached without a reorganisation? Every other structure beside other things that could be "
        "done under today's, with what each costs a year; what a reorganisation itself costs is not counted. The "
        "levers set above play no part here.",
    )
    choices = _choices(asking.scenario)
    key = work.key_of("weigh", {"": asking.scenario}, choices, asking.seed, asking.replications)
    if st.button("Weigh structure against the other levers", type="primary"):
        st.session_state["_weigh"] = key
    if st.session_state.get("_weigh") != key and not work.was_started(key):
        return
    work.watch(
        key, f"Simulating {asking.replications} futures of every option",
        partial(_weigh, scenario=asking.scenario, choices=choices, seed=asking.seed,
                replications=asking.replications),
        partial(_show_weighed, metric=metric), slot=WEIGHED,
    )


def _choices(scenario: Scenario) -> Choices:
    """What the visitor decides; every figure has a range and says what it rests on."""
    discretionary = [name for name, kind in scenario.request_types.items() if not kind.statutory]
    skills = list(dict.fromkeys(step.skill for kind in scenario.request_types.values() for step in kind.steps))
    with st.expander("What is assumed about the other levers: who, which requests, how much, at what cost"):
        one, two = st.columns(2)
        with one:
            role = _role("weigh_role", scenario)
            reports = _several("Reports of which a share is stopped", discretionary, reports_of(scenario), "reports")
        with two:
            small = _several("Small requests, for self-service", discretionary, small_of(scenario), "small")
            helped = _several("Skills that an AI assistant helps with", skills, helped_of(scenario), "helped")
        figures: dict[str, float] = {}
        for name, column in zip(FIGURES, st.columns(2) * len(FIGURES), strict=False):
            with column:
                figures |= _figure(name)
        return Choices(figures, role, reports, small, helped)


def _several(label: str, options: list[str], default: tuple[str, ...], key: str) -> tuple[str, ...]:
    if not options:
        return ()
    chosen = st.multiselect(
        label, options, list(default), format_func=lambda name: str(name).replace("_", " "), key=f"weigh_{key}",
        bind="query-params",
    )
    return tuple(map(str, chosen))


def _figure(name: str) -> dict[str, float]:
    """One assumed figure; nothing while it is the base."""
    label, base = FIGURES[name]
    scale = 100.0 if base.unit == "share" else 1.0
    shown = [round(scale * value, 6) for value in (base.low, base.high, base)]
    value = st.number_input(
        f"{label}, %" if base.unit == "share" else label, *shown, step=1.0 if shown[1] <= 100 else 10.0,
        key=f"assumed_{name}", bind="query-params", format="%g",
        help=frame.plain(f"Plausibly {shown[0]:g} to {shown[1]:g}. {without_codes(base.source)}"),
    )
    return {} if value == shown[2] else {name: float(value) / scale}


def _weigh(job: Job, scenario: Scenario, choices: Choices, seed: int, replications: int) -> Any:
    return weigh(
        scenario, choices, replications=replications, seed=seed, executor=work.executor(),
        on_progress=job.report, should_stop=job.should_stop,
    )


def _show_weighed(found: Weighed, metric: str) -> None:
    if metric not in found.metrics:
        st.info(f"This scenario has nothing to measure for {METRICS[metric].label}. Choose another figure.")
        return
    table = found.table(metric)
    frame.answer(found.sentences(metric), key="answer_weighed")
    if notes := found.notes():
        st.warning(frame.bullets(notes))
    st.markdown(frame.plain(found.about()))
    frame.figure(charts.levers_forest(table), charts.levers_takeaway(table))
    frame.table(charts.levers_table(table))
    frame.download("Download these figures", table, "structure-against-levers.csv", "levers_csv")
    if found.alternatives.left_out:
        st.markdown(frame.bullets(found.alternatives.left_out))
    st.subheader("What each option means")
    st.markdown(frame.bullets(found.meanings()))
    with st.expander("Every verdict in a sentence"):
        st.markdown(frame.bullets(table["sentence"].tolist()))
    st.subheader("Assumed figures")
    frame.table(figures_table(found.alternatives.choices), index=False)
    frame.resting_on(found.comparison.provenance)
