"""Model check: does the simulation do what theory says, and do its runs keep the laws that every run must keep?"""

from __future__ import annotations

from functools import partial

import streamlit as st

from opmodel.charts import check as charts
from opmodel.jobs import Job
from opmodel.queueing import ModelCheck, check_model
from opmodel.scenario import Scenario
from opmodel.views import asked, frame, work
from opmodel.wording import USE

SLOT = "check_job"
#: What the check is, and what it is not.
MEANS = (
    "This checks the program, not the assumptions: that a scenario's figures are right is another question, under "
    "these assumptions as under any."
)
ABOUT_QUEUES = (
    "Theory has formulas for plain queues only. So the scenario is boiled down to its rate of requests, their mean "
    "effort, the time people have and their number; learning, leave, hand-offs and everything else human is switched "
    "off, and the same engine simulates what is left. These figures say nothing of the scenario itself; they show that "
    "the engine at this load does what theory says."
)
ABOUT_RESULTS = (
    "Agrees: the formula lies within the interval; the intervals hold together, so that in 95 of 100 checks of a sound "
    "program all do. Doubtful: outside it, which another seed would settle. Disagrees: too far for chance. "
    "Not judged: theory has no exact formula here, only an approximation; the gap may be the approximation's or the "
    "engine's."
)
ABOUT_LAWS = (
    "These hold on every path, whatever is assumed. They are checked on runs of this scenario under each of its "
    "structures, with the seed and the number of replications set at the side, not on scenarios chosen for comparison; "
    "each sets one table of a run beside another that is filled at a different place of the simulation. One that fails "
    "is an error of the program."
)


def page() -> None:
    """Show formulas beside simulated figures, laws, and what the results rest on."""
    settled = asked.asked()
    frame.opening("Model check", settled.scenario, "This page shows whether the simulation can be trusted to compute "
                  "what it says it computes.")
    show = partial(_show, scenario=settled.scenario)
    work.watch(
        work.key_of("check", {settled.id: settled.scenario}, settled.seed, settled.replications),
        "Checking runs of every structure and of plain queues",
        partial(_work, settled.scenario, settled.seed, settled.replications),
        show, show_partial=show, slot=SLOT,
    )


def _work(scenario: Scenario, seed: int, replications: int, job: Job) -> ModelCheck:
    return check_model(
        scenario, seed=seed, replications=replications, executor=work.executor(), on_progress=job.report,
        should_stop=job.should_stop, on_partial=job.offer,
    )


def _show(found: ModelCheck, scenario: Scenario) -> None:
    frame.answer([found.sentence(), MEANS])
    if not found.sound:
        st.error("At least one check fails. Do not rely on results until it is settled; please report it.")
    if found.agreements:
        _formulas(found)
    if found.kept:
        laws = found.laws()
        frame.section("Laws that every run must keep", about=ABOUT_LAWS)
        frame.table(charts.laws_table(laws), index=False)
        with st.expander("By structure"):
            frame.table(charts.laws_table(laws, by_structure=True), index=False)
        frame.download("Download the laws (CSV)", laws, "model-check-laws.csv", "laws_csv")
    frame.section("What this rests on", about="The same hashes, seed, versions and replications give the same result.")
    frame.table(charts.provenance_table(found.provenance), index=False)
    st.markdown(frame.plain(USE))


def _formulas(found: ModelCheck) -> None:
    table = found.formulas()
    frame.section("Formulas beside the simulation", about=ABOUT_QUEUES)
    st.markdown(frame.bullets(found.about_queues()))
    frame.figure(charts.formula_and_simulation(table), charts.check_takeaway(table))
    st.markdown(frame.plain(f"{ABOUT_RESULTS} {found.agreements[0].n} replications of each queue."))
    frame.table(charts.formulas_table(table), index=False)
    frame.download("Download formulas and figures (CSV)", table, "model-check-formulas.csv", "formulas_csv")
