"""Long work on a page: started once for all who ask for the same, shown as it goes, cancelled on request.

Everything that depends on a job is drawn inside one polling fragment, the final result too: drawn after it, a late
poll could wipe the result from the page.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from typing import Any

import streamlit as st

from opmodel import __version__
from opmodel.compilation import announcement
from opmodel.jobs import Job, Jobs, Turns, Work
from opmodel.scenario import Scenario, ScenarioError
from opmodel.views import frame
from opmodel.wording import about_seconds

#: Seconds between two looks at a job, and how long a page waits for a quick one before it shows progress.
POLL, PATIENCE = 0.5, 0.6
#: Parameter of the address that names the job this visitor cancelled last: loading the page again revives nothing.
CANCELLED = "cancelled"

#: Key of the session: the button that was just pressed is gone, and with it the focus of whoever works by keyboard.
FOCUS = "_focus_again"
#: Puts the focus on the button of a key, once it is drawn.
FOCUSING = """<script>
(function look(left) {
  const button = document.querySelector(".st-key-%s button");
  if (button) button.focus(); else if (left) setTimeout(look, 100, left - 1);
})(20);
</script>"""


@st.cache_resource(show_spinner=False)  # type: ignore[untyped-decorator]
def jobs() -> Jobs:
    """The jobs of this server."""
    return Jobs()


@st.cache_resource(show_spinner=False)  # type: ignore[untyped-decorator]
def _turns() -> Turns:
    from opmodel.replication import warm_pool

    return Turns(warm_pool)


def executor() -> Executor:
    """Worker processes for one job, shared fairly with the others."""
    seat: Executor = _turns().seat()
    return seat


def warm_up() -> None:
    """Start the worker processes while the visitor still reads; they need seconds to load the simulation."""
    jobs().ask("warm up", _warm_up)


def _warm_up(_job: Job) -> None:
    from opmodel.compilation import start_engine
    from opmodel.replication import WORKERS

    seats = executor()
    for piece in [seats.submit(start_engine) for _ in range(2 * WORKERS)]:
        piece.result()


def key_of(what: str, scenarios: Mapping[str, Scenario], *settings: object) -> str:
    """What a job's result depends on: kind of study, scenarios, settings (seed, replications, ...) and version."""
    hashes = [f"{name}={scenario.hash}" for name, scenario in scenarios.items()]
    return repr((what, __version__, hashes, *settings))


def was_started(key: str) -> bool:
    """Whether work that only begins on request has begun, whoever asked."""
    return jobs().get(jobs().id_of(key)) is not None


def visitor() -> str:
    """A word for this visitor's session."""
    name: str = st.session_state.setdefault("visitor", secrets.token_hex(8))
    return name


def watch(
    key: str,
    name: str,
    work: Work,
    show: Callable[[Any], None],
    *,
    show_partial: Callable[[Any], None] | None = None,
    slot: str = "job",
    restart: bool = False,
) -> None:
    """Have something worked out and show it: progress with a way to cancel, results so far, the result.

    Args:
        key: everything the result depends on (see :func:`key_of`).
        name: what is being worked out, such as ``Simulating 20 futures under each structure``.
        work: works it out, given the :class:`opmodel.jobs.Job` to report to; runs outside Streamlit's thread.
        show: draws the result (that of a cancelled job too, if it has one).
        show_partial: draws the result so far under the progress bar.
        slot: name of the parameter of the address that holds the job's id; one for each job on a page.
        restart: whether work that the visitor cancelled begins anew when asked for again, as a slider that is moved
            back needs; otherwise the visitor is asked.
    """
    name_of, me, state, address = jobs().id_of(key), visitor(), st.session_state, st.query_params
    mine = f"_{slot} {key.partition(',')[0]}"  # a page's own: going to another page leaves nothing
    cancelled: set[str] = state.setdefault("_cancelled", set(address.get_all(CANCELLED)))
    new = state.get(mine) != name_of
    if new and restart:
        cancelled.discard(name_of)
    # What somebody else cancelled, what was left for another setting, or what failed before, begins anew when it is
    # first asked for; not so what this visitor cancelled, before the page was loaded again, too, or has just seen fail.
    job = jobs().ask(key, work, again=new and name_of not in cancelled)
    before = jobs().get(state.get(mine))
    if before is not None and before is not job:
        before.leave(me)
    if job.id in cancelled:
        job.leave(me)
    elif new:
        job.watch(me)
    state[mine] = job.id
    job.wait(PATIENCE)
    live = job.live and not job.left_by(me)
    if live and address.get(slot) != job.id:  # work that is over is found by its question; an entry less in the history
        address[slot] = job.id

    @st.fragment(run_every=POLL if live else None)  # type: ignore[untyped-decorator]
    def panel() -> None:
        try:
            _panel(job, key, name, work, me, slot, show, show_partial)
        except Exception as error:  # a panel that is drawn again by itself has no page around it
            st.error(frame.fault(error))
        if live and not (job.live and not job.left_by(me)):
            st.rerun()  # stops the polling, nothing else

    panel()
    if not live:
        state.pop(FOCUS, None)  # once is enough: from now on the focus is where the visitor puts it


def _panel(
    job: Job, key: str, name: str, work: Work, me: str, slot: str, show: Callable[[Any], None],
    show_partial: Callable[[Any], None] | None,
) -> None:
    if job.live and not job.left_by(me):
        job.watch(me)
        _progress(job, name, me, slot)
        if show_partial is not None and job.partial is not None:
            show_partial(job.partial)
        return
    _ended(job, key, work, me, slot)
    if job.result is not None and job.state != "failed":
        show(job.result)
    elif job.partial is not None and show_partial is not None:
        show_partial(job.partial)


def _progress(job: Job, name: str, me: str, slot: str) -> None:
    if job.state == "waiting":
        text = "Waiting for a turn: other studies are running."
    elif not job.total:
        text = announcement() or f"{name}: starting"
    else:
        left = f", about {about_seconds(job.left)} left" if job.left is not None else ""
        text = f"{name}: {job.done} of {job.total}{left}"
    with st.container(horizontal=True, vertical_alignment="center"):
        st.progress(job.share, text=frame.plain(text))
        st.button("Cancel", key=f"cancel_{slot}_{job.id}", on_click=_cancel, args=(job, me))


def _cancel(job: Job, me: str) -> None:
    job.leave(me)
    st.session_state[FOCUS] = True
    st.session_state["_cancelled"].add(job.id)
    st.query_params[CANCELLED] = job.id


def _ended(job: Job, key: str, work: Work, me: str, slot: str) -> None:
    """What to say of a job that ended otherwise than planned."""
    if job.state == "failed":
        if isinstance(job.error, ScenarioError):
            frame.problems(job.error.problems)
        else:
            st.error(frame.fault(job.error))
    elif job.state == "stopped" or job.live:
        so_far = f" after {job.done} of {job.total}; what is shown rests on these" if job.best is not None else ""
        st.warning(f"Cancelled{so_far}.")
    else:
        return

    # Not a callback: that would draw the panel again, which holds the ended job, and not the page, which asks anew.
    again = f"again_{slot}_{job.id}"
    pressed = st.button("Run it again", key=again)
    if FOCUS in st.session_state:
        st.html(FOCUSING % again, unsafe_allow_javascript=True)
    if pressed:
        st.session_state["_cancelled"].discard(job.id)
        if CANCELLED in st.query_params:
            del st.query_params[CANCELLED]
        jobs().ask(key, work, again=True).watch(me)
        st.rerun()
