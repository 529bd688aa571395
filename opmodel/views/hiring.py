"""How many hires: of which role, where and by when, so that targets are met; at what cost, and how sure?"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import streamlit as st

from opmodel.hiring.plan import plan_hiring
from opmodel.shipped import shipped_names
from opmodel.views import frame, hiring_results, work
from opmodel.views.asked import asked, source_of
from opmodel.views.hiring_form import Wish, asked_of, form, read_back

if TYPE_CHECKING:
    from opmodel.jobs import Job
    from opmodel.scenario import Scenario

#: Name of the job in the address.
SLOT = "hire_job"


def page() -> None:
    """Ask for hires, and show what the planner found."""
    asking = asked()
    frame.opening(
        "How many hires?", asking.scenario,
        "How many people, of which role, in which team and from when, so that targets are met by a date; what they "
        "cost, and how sure that is.",
    )
    wish = form(asking.scenario, asking.id)
    question = asked_of(asking.scenario, wish, asking.seed)
    if question is None:
        return
    st.markdown(frame.plain(read_back(question, wish)))
    key = work.key_of("hires", {"": question.scenario}, question.wanted, wish, asking.seed)
    pressed = st.button("Work out how many hires", type="primary", key="hire_start")
    if pressed:
        st.session_state["_hires"] = key
    if st.session_state.get("_hires") != key and not work.was_started(key):
        if st.session_state.get("_hires") is not None:
            st.markdown("The question has changed since it was last worked out.")
        return
    base = asking.scenario if asking.id in shipped_names() else None
    show = partial(_show, key=key, file=_file_of(asking.id), base=base)
    work.watch(
        key, "Trying teams in possible futures", partial(_work, scenario=asking.scenario, wish=wish, seed=asking.seed),
        show, show_partial=show, slot=SLOT,
    )


def _work(job: Job, scenario: Scenario, wish: Wish, seed: int) -> Any:
    return plan_hiring(
        scenario, roles=wish.roles, up_to=wish.up_to, week=wish.week, confidence=wish.confidence,
        targets=dict(wish.targets), scope=wish.scope, budget=wish.budget, parts=wish.parts,
        each_structure="structures" in wish.parts, team=wish.team, replications=wish.replications, fresh=wish.fresh,
        seed=seed, executor=work.executor(), on_progress=job.report, on_partial=job.offer, should_stop=job.should_stop,
    )


def _show(found: Any, key: str, file: str, base: Scenario | None) -> None:
    job = work.jobs().get(work.jobs().id_of(key))
    coming = job is not None and job.live and not job.left_by(work.visitor())
    hiring_results.show(found, file, coming=coming, base=base)


def _file_of(name: str) -> str:
    """The file that a recommended scenario extends."""
    return source_of(name).file
