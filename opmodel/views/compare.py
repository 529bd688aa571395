"""Compare structures: which one serves the organisation best, on the same people and the same requests?"""

from __future__ import annotations

from typing import Any

import streamlit as st

from opmodel import __version__, charts
from opmodel.compilation import announcement
from opmodel.scenario import Scenario, ScenarioError, load_scenario
from opmodel.shipped import shipped, shipped_names
from opmodel.wording import provenance_line

REPLICATIONS = 20
#: Studies kept for all visitors, by scenario hash, seed, replications and version.
KEPT = 16
#: Verdicts on these are shown first; the others unfold.
FIRST = ("throughput", "backlog")
LEAD_TIMES = {
    duty: {
        f"lead_time_p50_{duty}": "median", f"lead_time_p85_{duty}": "85th percentile",
        f"unfinished_{duty}": "unfinished", f"not_served_{duty}": "not served",
    }
    for duty in charts.DUTIES
}


def page() -> None:
    """Show the comparison of one scenario's structures."""
    st.title("Compare structures")
    name, seed, replications = _asked()
    try:
        scenario = load_scenario(shipped(name))
        waiting = announcement() or f"Simulating {replications} futures under each structure ..."
        with st.spinner(waiting):
            found = _study(scenario.hash, seed, replications, __version__, scenario)
    except ScenarioError as error:
        st.error("This scenario cannot be used:")
        st.code("\n".join(map(str, error.problems)), language=None)
    except Exception as error:
        st.error(f"The comparison could not be made ({type(error).__name__}). Please try again; report it if it stays.")
    else:
        _show(found, scenario)


def _asked() -> tuple[str, int, int]:
    """What the visitor asks for; the address keeps it."""
    names = shipped_names()
    with st.sidebar:
        name = st.selectbox(
            "Scenario", names, index=names.index("council"), key="scenario", bind="query-params",
            help="A shipped scenario; your own runs with `opmodel compare FILE`.",
        )
        replications = st.number_input(
            "Replications", min_value=2, max_value=200, value=REPLICATIONS, key="replications", bind="query-params",
            help="Possible futures simulated under each structure; more of them give narrower intervals.",
        )
        seed = st.number_input(
            "Seed", min_value=0, value=1, key="seed", bind="query-params",
            help="Root of all chance; the same seed gives the same result.",
        )
    return str(name), int(seed), int(replications)


@st.cache_resource(max_entries=KEPT, show_spinner=False)  # type: ignore[untyped-decorator]
def _study(scenario_hash: str, seed: int, replications: int, version: str, _scenario: Scenario) -> Any:
    """The study, simulated once for everybody who asks for the same."""
    from opmodel.comparison import compare

    return compare(_scenario, seed=seed, replications=replications)


def _show(found: Any, scenario: Scenario) -> None:
    summary, series = found.summary(), found.series()
    st.markdown(_about(found, scenario))
    st.subheader("Verdict")
    told = list(zip(found.verdicts, found.sentences(), strict=True))
    st.markdown(_bullets([text for verdict, text in told if verdict.metric in FIRST]))
    if notes := found.notes():
        st.warning(_bullets(notes))
    with st.expander("Every verdict"):
        st.markdown(_bullets([text for verdict, text in told if verdict.metric not in FIRST]))
    _section("Throughput")
    _figure(charts.throughput_bars(summary), charts.throughput_takeaway(summary))
    st.table(charts.figures_table(summary, ["throughput", "unfinished", "not_served"]))
    _section("Backlog over time", "Lines are means, bands their 95 % intervals week by week.")
    _figure(charts.backlog_over_time(series), charts.backlog_takeaway(series))
    st.table(charts.figures_table(summary, ["backlog", "backlog_days"]))
    study = scenario.study
    if study.kind == "transition" and any(week <= study.horizon_weeks for week in study.milestones_weeks):
        st.caption("Requests open at the milestones, by week")
        st.table(charts.figures_table(summary, ["backlog"], "milestone"))
    _section("Lead time", "From raising to delivery. What it leaves out stands beside it.")
    for duty in charts.duties(summary, "lead_time_p50"):
        _figure(charts.lead_time_intervals(summary, duty), charts.lead_time_takeaway(summary, duty))
        st.table(charts.figures_table(summary, LEAD_TIMES[duty]))
    if timed := charts.duties(summary, "in_time"):
        _section("Delivered in time", "Of the requests due, those delivered by then.")
        targets = found.targets()
        for duty in timed:
            _figure(charts.in_time_rate(summary, duty, targets), charts.in_time_takeaway(summary, duty))
        st.table(charts.figures_table(summary, [f"in_time_{duty}" for duty in timed]))
    _section("Skills gap", "Full-time posts short of each skill; the chart leaves out skills without any gap.")
    _figure(charts.skills_gap_heat_map(summary), charts.skills_gap_takeaway(summary))
    st.table(charts.figures_table(summary, ["skills_gap"], "skill"))
    st.subheader("What this rests on")
    st.markdown(_plain(provenance_line(found.provenance)))


def _about(found: Any, scenario: Scenario) -> str:
    """Which study the page shows."""
    study = scenario.study
    kind = (
        f"A transition from today's people, familiarity and backlog over {study.horizon_weeks} weeks"
        if study.kind == "transition"
        else f"A steady state over {study.horizon_weeks} weeks, the first {study.warm_up_weeks} cut off"
    )
    text = (
        f"{_plain(scenario.description or scenario.name)}\n\n**{kind}**, {found.replications} replications, "
        f"compared with {_plain(found.reference)}, on the same people and the same requests. Means with 95 % "
        "intervals; those of headline figures hold together over all structures and figures."
    )
    return text


def _section(title: str, about: str = "") -> None:
    st.subheader(title)
    if about:
        st.markdown(about)


def _figure(chart: Any, takeaway: str) -> None:
    """A chart; those who cannot see it are told what it says."""
    st.altair_chart(chart, theme=None, alt=takeaway)


def _bullets(sentences: list[str]) -> str:
    return "\n".join(f"- {_plain(sentence[:1].upper() + sentence[1:])}" for sentence in sentences)


def _plain(text: str) -> str:
    """Text in which nothing acts as Markdown."""
    return "".join(f"\\{letter}" if letter in "\\`*_{}[]()<>#+-.!|$~:" else letter for letter in text)
