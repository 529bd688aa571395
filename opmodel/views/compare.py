"""Compare structures: which one serves the organisation best, on the same people and the same requests?"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any

import streamlit as st

from opmodel import charts
from opmodel.comparison import compare
from opmodel.comparison.answers import assumption_sentence, open_verdicts
from opmodel.comparison.gains import offered_by
from opmodel.comparison.notes import compared
from opmodel.comparison.targets import how_read
from opmodel.comparison.verdicts import display_name
from opmodel.glossary import meaning
from opmodel.jobs import Job
from opmodel.metrics.catalogue import METRICS
from opmodel.provenance import provenance
from opmodel.scenario import Scenario
from opmodel.views import asked as visitors
from opmodel.views import frame, sure, work
from opmodel.views.address import choice
from opmodel.views.compare_choice import chosen_of
from opmodel.wording import provenance_line

#: Most replications of a study that goes on until its verdicts can be told.
CAP = 200
MARGINAL = 20
LEAD_TIMES = {
    duty: {
        f"lead_time_p50_{duty}": "median", f"lead_time_p85_{duty}": "85th percentile",
        f"unfinished_{duty}": "unfinished", f"not_served_{duty}": "not served",
    }
    for duty in charts.DUTIES
}
WAITS = {"directorate": "directorate that asks", "skill": "skill needed"}
ACROSS = {"team": "skill by team", "level": "skill by least level"}


def page() -> None:
    """Show the comparison of one scenario's structures, or of any scenarios."""
    asked = visitors.asked()
    st.title("Compare structures")
    head = st.container()  # what is compared is chosen below it
    scenarios, reference, chosen = chosen_of(asked)
    name = "; ".join(map(display_name, scenarios)) if chosen else asked.scenario.name
    head.markdown(f"**{frame.plain(name)}** · {frame.plain(compared(scenarios, reference))}")
    # Which one the others are compared with decides when verdicts can be told, but not a run of a number set before.
    key = work.key_of("compare", scenarios, asked.seed, asked.replications)
    mark = hashlib.sha256(f"{key} {reference}".encode()).hexdigest()[:12]
    until_told = st.query_params.get("until") == mark  # of this study and no other
    if not until_told and "until" in st.query_params:
        del st.query_params["until"]
    told = f"Simulating {asked.replications} futures under each of {len(scenarios)} structures"
    if until_told:
        first, key = key, f"{key} until told against {reference}"
        told = f"Simulating futures until the verdicts can be told, at most {CAP}"

    def study(job: Job) -> Any:
        before = work.jobs().get(work.jobs().id_of(first)) if until_told else None
        return compare(
            scenarios, reference=reference, replications=None if until_told else asked.replications, seed=asked.seed,
            cap=max(CAP, asked.replications), executor=work.executor(), on_progress=job.report, on_partial=job.offer,
            should_stop=job.should_stop, so_far=before.result if before is not None else None,
        )

    def show(found: Any) -> None:
        found = replace(found, reference=reference, assumptions=sure.finished(scenarios, asked.seed))
        _show(found, mark, until_told)

    work.watch(key, told, study, show, show_partial=_so_far)
    _marginal(scenarios, asked)


def _by_itself(draw: Callable[..., None]) -> Callable[..., None]:
    """A part of the page that its own widgets draw again without all the rest."""

    @wraps(draw)
    def part(*given: Any) -> None:
        try:
            draw(*given)
        except Exception as error:  # drawn again by itself it has no page around it
            st.error(frame.fault(error))

    alone: Callable[..., None] = st.fragment(part)
    return alone


def _so_far(found: Any) -> None:
    """Means without verdicts: who reads verdicts while they come in stops at the one they like."""
    st.markdown(f"**Means of {found.replications} futures so far.** Verdicts follow when all are in.")
    series = found.series()
    frame.figure(charts.backlog_over_time(series), charts.backlog_takeaway(series))


def _show(found: Any, mark: str, until_told: bool) -> None:
    first, *of_each = found.answer()
    frame.answer([first, assumption_sentence(found)])
    st.markdown(frame.bullets(of_each))
    _ask_for_more(found, mark, until_told)
    if notes := found.notes():
        st.warning(frame.bullets(notes))
    _cards(found)
    summary, series, targets = found.summary(), found.series(), found.targets()
    _targets(found, targets)
    frame.section("Backlog over time", meaning("backlog"), "Lines are means, bands their 95 % intervals week by week.")
    frame.figure(charts.backlog_over_time(series, targets), charts.backlog_takeaway(series))
    frame.figures(charts.figures_table(summary, ["backlog", "backlog_days"]))
    if (summary["group"].str.startswith("milestone=") & (summary["metric"] == "backlog")).any():
        milestones = charts.figures_table(summary, ["backlog"], "milestone")
        frame.figures(milestones, "Requests open at the milestones, by week")
    frame.section("Throughput", meaning("throughput"))
    frame.figure(charts.throughput_bars(summary), charts.throughput_takeaway(summary))
    frame.figures(charts.figures_table(summary, ["throughput", "unfinished", "not_served"]))
    _lead_times(found, summary)
    _gains(found)
    _waits(found)
    _gap(found, summary)
    with st.expander("Every verdict in words"):
        st.markdown(frame.bullets(found.sentences()))
    frame.download("Download all figures (CSV)", summary, "comparison.csv", "download_summary")
    frame.resting_on(found.provenance)


def _ask_for_more(found: Any, mark: str, until_told: bool) -> None:
    """The button for what cannot be told yet."""
    still = open_verdicts(found)
    if until_told:
        if still and found.finished:
            done = found.replications
            st.markdown(
                f"{still} verdict{'s' * (still > 1)} cannot be told after {done} replications, the most that this page "
                "runs."
            )
        if st.button("Back to the number of replications set at the side", key="run_as_set"):
            del st.query_params["until"]
            st.rerun()
    # Not a callback: the page has to be drawn again, not the panel alone.
    elif still and st.button(
        f"{still} verdict{'s' * (still > 1)} cannot be told yet: run more", key="run_more", type="primary",
        help=f"Adds replications to those there are until every verdict can be told, {CAP} at most.",
    ):
        st.query_params["until"] = mark
        st.rerun()


def _cards(found: Any) -> None:
    frame.section(
        "Each structure at a glance", meaning("95 % interval"),
        f"Mean over {found.replications} futures with 95 % intervals that hold together over all figures; below it the "
        f"paired difference to {display_name(found.reference)}.",
    )
    made = charts.cards(found)
    for column, card in zip(st.columns(len(made)), made, strict=True):
        with column, st.container(border=True, height="stretch"):
            st.subheader(frame.plain(card.title), anchor=False)
            if card.reference:
                st.markdown("The reference")
            for line in card.lines:
                words = [line.label, f"**{frame.plain(line.value)}**", frame.plain(line.against)]
                st.markdown("  \n".join(filter(None, words)), help=line.meaning)


def _targets(found: Any, targets: Any) -> None:
    if targets.empty:
        return
    frame.section("Targets", about="Whether what the scenario wants to reach is met over the whole study, backlogs at "
                  "its end: judged on average by whole intervals, which hold together over all rows.")
    frame.table(charts.targets_table(targets), index=False)
    chances = found.chances()
    if chances.empty:
        return
    st.subheader("How likely they are met, and by when", anchor=False)
    st.markdown(frame.plain(f"{how_read(found)} {found.replications} futures."))
    frame.figure(charts.chance_by_month(chances), charts.chance_takeaway(chances))
    st.markdown(frame.plain(charts.chance_takeaway(chances)))
    frame.figures(charts.chances_table(chances), index=False)


def _lead_times(found: Any, summary: Any) -> None:
    frame.section("Lead time", meaning("lead time"), "From raising to delivery. What it leaves out stands beside it.")
    within, targets = found.within(), found.targets()
    for duty in charts.duties(summary, "lead_time_p50"):
        frame.figure(charts.delivered_within(within, duty), charts.delivered_within_takeaway(within, duty))
        frame.figures(charts.within_table(within, duty))
        lead_times = charts.lead_time_intervals(summary, duty, targets)
        frame.figure(lead_times, charts.lead_time_takeaway(summary, duty))
        frame.figures(charts.figures_table(summary, LEAD_TIMES[duty]))
    if timed := charts.duties(summary, "in_time"):
        frame.section("Delivered in time", meaning("in-time rate"), "Of the requests due, those delivered by then.")
        for duty in timed:
            frame.figure(charts.in_time_rate(summary, duty, targets), charts.in_time_takeaway(summary, duty))
        frame.figures(charts.figures_table(summary, [f"in_time_{duty}" for duty in timed]))


@_by_itself
def _gains(found: Any) -> None:
    frame.section(
        "Who gains and who loses", meaning("paired difference"),
        f"Each directorate against {display_name(found.reference)}; the intervals hold together over all directorates.",
    )
    offered = offered_by(found)
    if not offered:
        st.markdown("What is compared has no directorate in common, so nobody can be said to gain or lose.")
        return
    metric = choice("Measured by", offered, "gains_by", words=lambda name: METRICS[name].label)
    gains = found.gains(metric)
    name = _pick("Under", [n for n in found.others if n in set(gains["scenario"])], "gains_under")
    frame.figure(charts.gains_by_directorate(gains, name), charts.gains_takeaway(gains, name))
    st.markdown(frame.plain(charts.gains_takeaway(gains, name)))
    frame.figures(charts.gains_table(gains))


@_by_itself
def _waits(found: Any) -> None:
    frame.section(
        "Who waits for whom", "", "Tasks that on average stand waiting in each team's queues. A few long queues may "
        "matter more than many short ones. Queues are work, not people, so those of every team stand by name.",
    )
    name = _pick("Under", list(found.scenarios), "waits_under")
    by = st.segmented_control(
        "By", list(WAITS), format_func=lambda word: WAITS[word], key="waits_by", default="directorate", required=True
    )
    waits = found.waits(by)
    frame.figure(charts.waiting_heat_map(waits, name), charts.waiting_takeaway(waits, name))
    st.markdown(frame.plain(charts.waiting_takeaway(waits, name)))
    frame.figures(charts.waiting_table(waits, name), index=False)


@_by_itself
def _gap(found: Any, summary: Any) -> None:
    frame.section("Skills gap", meaning("skills gap"), "Full-time posts short of each skill, in two of its readings; "
                  "the third, what one more practitioner would change, is worked out on request below.")
    st.subheader("Dynamic: what the queues lack", anchor=False)
    st.markdown("People who would clear, within 26 weeks, the work that on average stands waiting for the skill.")
    frame.figure(charts.skills_gap_heat_map(summary), charts.skills_gap_takeaway(summary))
    frame.figures(charts.figures_table(summary, ["skills_gap"], "skill"))
    blocked = charts.figures_table(summary, ["blocked"], "skill")
    frame.figures(blocked, "Days a week blocked because nobody has the skill")
    st.subheader("Where it is short", anchor=False)
    name = _pick("Under", list(found.scenarios), "gap_under")
    across = st.segmented_control(
        "Shown by", list(ACROSS), format_func=lambda word: ACROSS[word], key="gap_by", default="team", required=True
    )
    short = found.shortages(across)
    for reading in charts.READINGS:
        takeaway = charts.shortage_takeaway(short, name, reading)
        if charts.any_shortage(short, name, reading):
            frame.figure(charts.shortage_heat_map(short, name, reading), takeaway)
            frame.figures(charts.shortage_table(short, name, reading), index=False)
        else:
            st.markdown(frame.plain(takeaway))
    if found.static_gap:
        st.subheader("Static: whether there are people enough at all", anchor=False)
        st.markdown(frame.plain(charts.static_gap_takeaway(found.static_gap)))
        frame.table(charts.static_gap_table(found.static_gap))


def _marginal(scenarios: dict[str, Scenario], asked: visitors.Asked) -> None:
    """The third reading of the skills gap, on request: it takes as many runs as there are skills."""
    from opmodel.gap import marginal_gap

    st.header("One more practitioner", help=meaning("skills gap"))
    st.markdown("The marginal skills gap: days of backlog that one more full-time person with only that skill removes.")
    name = _pick("Under", list(scenarios), "marginal_under")
    scenario = scenarios[name]
    key = work.key_of("marginal", {name: scenario}, asked.seed, MARGINAL)
    if st.button("Work it out", key="marginal_start") or work.was_started(key):

        def study(job: Job) -> Any:
            gaps = marginal_gap(
                scenario, replications=MARGINAL, seed=asked.seed, executor=work.executor(), on_progress=job.report,
                should_stop=job.should_stop,
            )
            return gaps, provenance({name: scenario}, asked.seed, job.done)

        def show(found: Any) -> None:
            gaps, rests_on = found
            st.markdown(frame.plain(charts.marginal_gap_takeaway(gaps, rests_on["replications"])))
            frame.table(charts.marginal_gap_table(gaps))
            st.markdown(frame.plain(provenance_line(rests_on)))

        work.watch(key, "Simulating one more practitioner of each skill", study, show, slot="marginal")


def _pick(label: str, names: list[str], key: str) -> str:
    """One of the structures."""
    return choice(label, names, key, words=display_name)
