"""How sure are we: does the choice of structure hold over all that is only assumed, and what would change it?"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from opmodel.charts import sure as charts
from opmodel.comparison.assumptions import Assumptions, assumption_study
from opmodel.comparison.resting import NOT_COUNTED, counts, rest_sentence, resting_on
from opmodel.comparison.sureness import best_sentence, studied, switching, undecided
from opmodel.glossary import meaning
from opmodel.jobs import Job
from opmodel.metrics.catalogue import HEADLINE, METRICS
from opmodel.provenance import provenance
from opmodel.scenario import Scenario
from opmodel.views import asked, frame, work
from opmodel.views.address import choice

if TYPE_CHECKING:
    import pandas as pd

#: Numbers of assumption sets that are offered; the first unless chosen otherwise.
SETS = (50, 100, 200)
#: Futures of each set, its own.
REPLICATIONS = 2
#: Figures with the widest ranges that are shown without being asked for.
WIDEST = 15
SLOT = "sets_job"
TWO_KINDS = (
    "Chance and assumptions are two uncertainties: more replications shrink chance, only measuring shrinks an "
    "assumption's range. Here every set draws each uncertain figure from its range and has futures of its own, both "
    "the same for all structures. So sets differ in assumptions and in chance: the shares hold both, and their "
    "intervals are of the number of sets. A structure is best in a set where it leads by at least the difference that "
    "matters, under these assumptions."
)


def page() -> None:
    """Show how far the choice rests on what is only assumed."""
    settled = asked.asked()
    scenario = settled.scenario
    frame.opening("How sure are we", scenario, "This page shows whether the best structure stays the best over all "
                  "that is only assumed.")
    rested = resting_on(scenario)
    structures = asked.structures(scenario)
    st.markdown(frame.plain(studied(structures, chosen=bool(st.query_params.get_all("with")))))
    left, right = st.columns(2)
    with left:
        metric = choice(
            "Judged by", HEADLINE, "judged_by", words=lambda name: METRICS[name].label,
            help="Which structure counts as best: the one that does best in this figure.",
        )
    sets = int(right.selectbox(
        "Assumption sets", SETS, key="sets", bind="query-params",
        help="More sets give narrower intervals and find more of what changes the winner. 50 take about half a minute.",
    ))
    key = work.key_of("assumptions", structures, settled.seed, sets, REPLICATIONS)
    if work.jobs().get(work.jobs().id_of(key)) is not None or st.session_state.get("sets_asked") == key:
        show = partial(_show, structures=structures, metric=metric, rested=rested)
        work.watch(
            key, f"Simulating {sets} sets of assumptions", partial(_work, structures, settled.seed, sets), show,
            show_partial=show, slot=SLOT,
        )
    else:
        _answer(
            f"{rest_sentence(rested)} Whether the best structure stays the best over these ranges has not been "
            "simulated yet: start it below."
        )
        st.button(f"Simulate {sets} sets of assumptions", type="primary", key="start", on_click=_start, args=(key,))
    _rests(rested)
    frame.resting_on(provenance(structures, settled.seed, REPLICATIONS) | {"assumption_sets_asked_for": sets})


def finished(structures: dict[str, Scenario], seed: int) -> Assumptions | None:
    """The study of these structures with most sets that somebody has had worked out, if there is one."""
    for sets in reversed(SETS):
        job = work.jobs().get(work.jobs().id_of(work.key_of("assumptions", structures, seed, sets, REPLICATIONS)))
        if job is not None and job.state == "done":
            found: Assumptions = job.result
            return found
    return None


def _answer(*sentences: str) -> None:
    """The page's answer; its assumptions are on this page, and changed on another."""
    frame.answer(sentences, "tune", "Change an assumption")


def _start(key: str) -> None:
    st.session_state["sets_asked"] = key


def _work(structures: dict[str, Scenario], seed: int, sets: int, job: Job) -> Assumptions:
    return assumption_study(
        structures, sets, replications=REPLICATIONS, seed=seed, executor=work.executor(), on_progress=job.report,
        should_stop=job.should_stop, on_partial=job.offer,
    )


def _show(found: Assumptions, structures: dict[str, Scenario], metric: str, rested: pd.DataFrame) -> None:
    if metric not in found.values:
        _answer(f"There is nothing to measure of {METRICS[metric].label} in this scenario: choose another figure.")
        return
    _answer(f"{best_sentence(found, metric)} {rest_sentence(rested)}", TWO_KINDS)
    table = found.table()
    frame.section(
        "How often each structure is best", meaning("assumption"),
        f"Over {found.sets} sets of assumptions, each with {found.own_futures}, judged by "
        f"{METRICS[metric].label}; 95 % intervals of each share by itself. {undecided(found, metric)}",
    )
    frame.figure(charts.best_in_sets(table, metric), charts.best_takeaway(table, metric))
    frame.table(charts.best_words(table, metric))
    with st.expander("The same, judged by every figure"):
        frame.table(charts.best_everywhere(table))
    _switches(switching(found, structures, metric))
    frame.download("Download the shares (CSV)", table, "best-over-assumptions.csv", "sets_csv")


def _switches(table: pd.DataFrame) -> None:
    frame.section(
        "What changes the winner",
        about="A switching value is an estimate, as chance and all other figures vary, too: the threshold that best "
        "tells sets with another winner apart. 'Not yet' beyond chance means that among so many figures one would look "
        "like this by chance alone; more sets would tell.",
    )
    if table.empty:
        st.markdown("Another structure wins in too few sets to say what makes it win.")
        return
    frame.figure(charts.switching_values(table), charts.switching_takeaway(table))
    frame.table(charts.switching_table(table), index=False)
    st.subheader("How to measure them")
    st.markdown(frame.bullets(charts.ways_to_measure(table)))


def _rests(rested: pd.DataFrame) -> None:
    frame.section(
        "What rests on sources, and what on assumption",
        about=f"{rest_sentence(rested)} {NOT_COUNTED} A figure without a range is taken as exact by the study above.",
    )
    summed = counts(rested)
    frame.figure(charts.rests_on_bars(summed), charts.rests_on_takeaway(summed))
    frame.table(charts.rests_words(summed))
    st.subheader("The widest ranges first")
    only = st.toggle("Assumptions only", value=True, key="assumptions_only", bind="query-params")
    shown = rested[rested["tag"] == "A"] if only else rested
    frame.table(charts.figures_resting(shown.head(WIDEST)), index=False)
    with st.expander(f"All {len(shown)}"):
        frame.table(charts.figures_resting(shown), index=False)
    frame.download("Download these figures (CSV)", shown, "figures-and-sources.csv", "rests_csv")
