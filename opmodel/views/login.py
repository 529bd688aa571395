"""Who may see the pages, where the organisation that runs them wants to know: log in here, or at a proxy before.

Without settings everybody who reaches the server sees the pages. Who somebody is decides about nothing else, and is
neither kept nor written to a log. Settings: docs/deployment.md.
"""

from __future__ import annotations

import os

import streamlit as st
from streamlit.errors import StreamlitSecretNotFoundError

#: Names the field of ``st.user`` that a proxy with a login must have filled.
REQUIRED = "OPMODEL_REQUIRE_USER"


def admitted() -> bool:
    """Whether this visitor may see the pages. If not, draws what they can do instead."""
    if _logs_in_here():
        if st.user.get("is_logged_in"):
            return True
        _page("Please log in to see the pages of your organisation.")
        if st.button("Log in"):
            st.login()
        return False
    wanted = os.environ.get(REQUIRED, "")
    if wanted and not st.user.get(wanted):
        _page("You are not logged in. Please open this page by the address that your organisation gave you.")
        return False
    return True


def _logs_in_here() -> bool:
    try:
        return "auth" in st.secrets
    except StreamlitSecretNotFoundError:
        return False


def _page(text: str) -> None:
    st.set_page_config(page_title="opmodel: log in", layout="centered")
    st.title("opmodel")
    st.markdown(text)
