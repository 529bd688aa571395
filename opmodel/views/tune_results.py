"""What the changes do to the results: the starting scenario beside the changed one, future by future."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import streamlit as st

from opmodel import charts
from opmodel.comparison import compare
from opmodel.comparison.gains import offered_by
from opmodel.drafting.drafts import Draft
from opmodel.scenario import Scenario
from opmodel.views import frame, work
from opmodel.views.tune_desk import Start
from opmodel.wording import provenance_line

if TYPE_CHECKING:
    from opmodel.jobs import Job

START, CHANGED = "starting scenario", "changed scenario"
_SLOT = "tune_job"


def results(before: Start | None, after: Draft, seed: int, replications: int) -> None:
    """Offer the comparison, and show it."""
    if after.scenario is None:
        st.markdown("The results can be compared when the problems above are mended.")
        return
    if before is None:
        st.markdown("Neither the file this came from nor the scenario chosen at the side can be run, so there is "
                    "nothing to compare with. Other pages show the results of the scenario once it is saved.")
        return
    if before.scenario.hash == after.scenario.hash:
        st.markdown(frame.plain(f"{before.words} Nothing has changed that could change a result."))
        return
    known = {START: before.scenario, CHANGED: after.scenario}
    key = work.key_of("tune", known, seed, replications)
    st.markdown(frame.plain(
        f"{before.words} Both are simulated over the same {replications} futures, each under the structure its file "
        "names; differences are taken future by future. Intervals are 95 %: those of the verdicts and of headline "
        "figures hold together, those of other figures and of each week in the chart hold one by one."
    ))
    if st.button("Compare the results", type="primary", key="tune_compare"):
        st.session_state["tune_asked"] = key
    if st.session_state.get("tune_asked") == key or work.was_started(key):
        work.watch(
            key, f"Simulating {replications} futures of both scenarios",
            partial(_work, scenarios=known, seed=seed, replications=replications), _show, slot=_SLOT,
        )


def _work(job: Job, scenarios: dict[str, Scenario], seed: int, replications: int) -> Any:
    return compare(
        scenarios, reference=START, replications=replications, seed=seed, executor=work.executor(),
        on_progress=job.report, should_stop=job.should_stop,
    )


def _show(found: Any) -> None:
    summary = found.summary()
    frame.answer(found.answer())
    st.markdown(frame.bullets(found.sentences()))
    if notes := found.notes():
        st.warning(frame.bullets(notes))
    st.subheader("Side by side")
    present = [metric for metric in found.headline if metric in set(summary["metric"])]
    table = charts.figures_table(summary, [*present, "unfinished", "not_served"]).T
    frame.table(table)
    if offered := offered_by(found):
        st.subheader("Who gains and who loses")
        st.markdown("By each figure of service; what is said holds together over its directorates.")
        st.markdown(frame.bullets(charts.gains_takeaway(found.gains(metric), CHANGED) for metric in offered))
    st.subheader("Backlog over time")
    series = found.series()
    frame.figure(charts.backlog_over_time(series), charts.backlog_takeaway(series))
    st.subheader("Which runs these are")
    st.markdown(frame.plain(provenance_line(found.provenance)))
