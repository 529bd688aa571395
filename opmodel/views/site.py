"""The site: its pages, and what stands around each of them."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import streamlit as st

from opmodel.views import asked, frame, tour, work

#: Module, title and path of each page, in the order of the questions.
PAGES = (
    ("compare", "Compare structures", "compare"),
    ("why", "Why", "why"),
    ("watch", "Watch it work", "watch"),
    ("tune", "Tune the scenario", "tune"),
    ("what_if", "What if", "what-if"),
    ("hiring", "How many hires?", "how-many-hires"),
    ("sure", "How sure are we", "how-sure"),
    ("check", "Model check", "check"),
)
ICON = Path(__file__).parent / "icon.svg"
STYLE = Path(__file__).parent / "site.css"


def main() -> None:
    """Draw the page that was asked for."""
    st.set_page_config(page_icon=str(ICON), layout="wide")
    st.html(STYLE)
    pages = {
        path: st.Page(_page(module), title=title, url_path=path if k else "start", default=not k)
        for k, (module, title, path) in enumerate(PAGES)
    }
    # Streamlit gives the first page no path of its own; this lets its path lead to it, too.
    module, title, path = PAGES[0]
    first = st.Page(_page(module), title=title, url_path=path, visibility="hidden")
    st.session_state[frame.PAGES] = pages
    page = st.navigation([*pages.values(), first])
    st.set_page_config(page_title=f"{page.title}, opmodel")
    work.warm_up()
    with st.sidebar:
        asked.sidebar()
        tour.offer()
        frame.words()
    tour.show()
    page.run()


def _page(module: str) -> Callable[[], None]:
    """A page that says in plain words when something goes wrong in it."""

    def page() -> None:
        try:
            import_module(f"opmodel.views.{module}").page()
        except Exception as error:  # st.stop and st.rerun are no exceptions of this kind
            st.error(frame.fault(error))

    page.__name__ = module
    return page
