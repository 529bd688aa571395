"""A first visitor's tour of two minutes; what was seen is remembered in the visitor's own browser."""

from __future__ import annotations

from typing import Any

import streamlit as st

from opmodel.views import frame

STEPS = (
    ("What opmodel is for", "compare", "Before an organisation moves people, it can try out on a model of itself what "
     "would follow. opmodel sends the same requests to the same people under different structures and compares."),
    ("Read the answer first", "compare", "Every page answers its question in the box at its top. A verdict may be "
     "'cannot tell yet': then more futures, or better figures, are needed, and the page says which."),
    ("Intervals, not points", "compare", "Almost every figure carries a 95 % interval; the skills gap on expected "
     "demand and the one future of 'Watch it work' have none. Chance shrinks with more replications; assumptions do "
     "not, and are shown apart on 'How sure are we'."),
    ("See why", "why", "'Why' takes a request's time apart: work, waiting, hand-offs, boards. 'Watch it work' "
     "replays one possible future."),
    ("Make it yours", "tune", "The shipped council is an example. 'Tune the scenario' changes it in forms or as a "
     "file, or takes a file of your own; a link brings you back."),
    ("Try before you hire", "what-if", "'What if' moves demand, hires, absence and more, and weighs a new structure "
     "against other uses of the same money."),
    ("Ask how many", "how-many-hires", "State targets, a date and how sure you want to be: 'How many hires?' says "
     "how many people of which role it takes, what they cost and when vacancies must open, or why no number would do."),
)

_MEMORY = st.components.v2.component(
    "opmodel_tour_memory",
    js="""
export default function ({ data, setStateValue }) {
  let seen = false;
  try {
    if (data.done) localStorage.setItem("opmodel.tour", "seen");
    seen = localStorage.getItem("opmodel.tour") === "seen";
  } catch (error) { seen = true; }
  if (seen !== data.known) setStateValue("seen", seen);
}
""",
)


def offer() -> None:
    """The way to take the tour (again)."""
    st.button("Take the two-minute tour", key="take_tour", on_click=_go_to, args=(0,), width="stretch")


@st.fragment  # type: ignore[untyped-decorator]
def show() -> None:
    """The step the visitor is at, if any; a first visitor is at the first."""
    state = st.session_state
    known = state.get("tour_seen")
    found: Any = _MEMORY(
        key="tour_memory", data={"done": state.get("tour_done", False), "known": known}, on_seen_change=lambda: None,
        height=0,
    )
    seen = found.get("seen") if hasattr(found, "get") else None
    if seen is not None:
        state["tour_seen"] = seen
    if "tour_step" not in state and seen is False:
        state["tour_step"] = 0
    step = state.get("tour_step")
    if step is None:
        return
    title, path, text = STEPS[step]
    with st.container(border=True, key="tour"):
        st.markdown(f"**Tour, {step + 1} of {len(STEPS)}: {frame.plain(title)}**")
        st.markdown(frame.plain(text))
        with st.container(horizontal=True, vertical_alignment="center"):
            if step:
                st.button("Back", key="tour_back", on_click=_go_to, args=(step - 1,))
            if step + 1 < len(STEPS):
                st.button("Next", key="tour_next", type="primary", on_click=_go_to, args=(step + 1,))
            st.button("Close the tour", key="tour_close", on_click=_close)
            frame.link(path, "Open the page it is about")


def _go_to(step: int) -> None:
    st.session_state["tour_step"] = step


def _close() -> None:
    st.session_state["tour_step"] = None
    st.session_state["tour_done"] = True
