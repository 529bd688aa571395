"""How many hires: of which role, where and by when, so that targets are met; at what cost, and how sure?"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import streamlit as st

from opmodel.hiring.planning import plan_hiring
from opmodel.shipped import shipped_names
from opmodel.views import frame, hiring_kept, hiring_results, work
from opmodel.views.asked import asked, source_of
from opmodel.views.hiring_form import Wish, asked_of, empty_words, form, read_back

if TYPE_CHECKING:
    from opmodel.jobs import Job, Work
    from opmodel.scenario import Scenario

#: Name of the job in the address.
SLOT = "hire_job"
NAME = "Trying teams in possible futures"


def page() -> None:
    """Ask for hires, and show what the planner found."""
    asking = asked()
    frame.opening(
        "How many hires?", asking.scenario,
        "How many people, of which role, in which team and from when, so that targets are met by a date; what they "
        "cost, and how sure that is.",
    )
    link, place = hiring_kept.opened(asking.id), st.container()
    wish = form(asking.scenario, asking.id)
    hiring_kept.settle(asking.id, link, wish, place, empty_words(asking.scenario))
    question = asked_of(asking.scenario, wish, asking.seed)
    if question is None:
        return
    said = read_back(question, wish)
    st.markdown(frame.plain(said))
    st.markdown("This is what is worked out. A number in a red frame was refused and plays no part in it.")
    pressed = st.button("Work out how many hires", type="primary", key="hire_start")
    key = work.key_of("hires", {"": question.scenario}, question.wanted, wish, asking.seed)
    do = partial(_work, scenario=asking.scenario, wish=wish, seed=asking.seed)
    if pressed:
        st.session_state["_hires"], st.session_state["_hires_said"] = key, said
        _begin(key, do)
    if st.session_state.get("_hires") != key and not work.was_started(key):
        _before()
        return
    base = asking.scenario if asking.id in shipped_names() else None
    show = partial(_show, key=key, file=_file_of(asking.id), base=base, wish=wish)
    work.watch(key, NAME, do, show, show_partial=show, slot=SLOT)


def _begin(key: str, do: Work) -> None:
    """Start what was asked for, anew if it was cancelled or failed before: the visitor says so again."""
    state, address = st.session_state, st.query_params
    job = work.jobs().ask(key, do, again=True)
    state.setdefault("_cancelled", set(address.get_all(work.CANCELLED))).discard(job.id)
    if address.get(work.CANCELLED) == job.id:
        del address[work.CANCELLED]
    job.watch(work.visitor())


def _before() -> None:
    """What there is to say where another question was asked last: it may still be worked on."""
    key = st.session_state.get("_hires")
    job = None if key is None else work.jobs().get(work.jobs().id_of(key))
    if key is None:
        return
    if job is None or not job.live or job.left_by(work.visitor()):
        st.markdown("The question has changed since it was last worked out.")
        return
    before = str(st.session_state.get("_hires_said", ""))
    st.markdown(frame.plain(f"Still working on the question before: {before} Ask the changed one to stop this."))
    work.watch(key, NAME, _never, _silent, slot=SLOT)


def _never(_job: Job) -> Any:
    """The job of a question before runs already, so nothing begins it."""
    raise RuntimeError("a question before is not asked anew")


def _silent(_found: Any) -> None:
    """The answer to a question that is no longer asked is not shown beside another."""


def _work(job: Job, scenario: Scenario, wish: Wish, seed: int) -> Any:
    return plan_hiring(
        scenario, roles=wish.roles, up_to=wish.up_to, week=wish.week, confidence=wish.confidence,
        targets=dict(wish.targets), scope=wish.scope, budget=wish.budget, parts=wish.parts,
        each_structure="structures" in wish.parts, team=wish.team, replications=wish.replications, fresh=wish.fresh,
        seed=seed, executor=work.executor(), on_progress=job.report, on_partial=job.offer, should_stop=job.should_stop,
    )


def _show(found: Any, key: str, file: str, base: Scenario | None, wish: Wish) -> None:
    job = work.jobs().get(work.jobs().id_of(key))
    coming = job is not None and job.live and not job.left_by(work.visitor())
    hiring_results.show(found, file, coming=coming, base=base, asked=wish.parts)


def _file_of(name: str) -> str:
    """The file that a recommended scenario extends."""
    return source_of(name).file
