"""Choices that the address keeps, so that a link restores what a visitor saw."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st


def in_address(key: str, options: Sequence[str], first: str | None = None) -> None:
    """Bind the choice of the widget that is drawn next to the address, by word, not by what it is called.

    Streamlit's own binding puts what the visitor reads into the address. That changes with every label, and a scenario
    of one's own is opened by a word that nobody reads.

    Args:
        key: of the widget, and name of the parameter.
        options: words that may be chosen.
        first: chosen unless the visitor or the address says otherwise (then the address need not say it); None for a
            widget that takes any number of them.
    """
    state, address = st.session_state, st.query_params
    if key not in state:
        named = list(dict.fromkeys(word for word in address.get_all(key) if word in options))
        state[key] = named if first is None else named[0] if named else first
    elif first is None:
        state[key] = [word for word in state[key] if word in options]
    elif state[key] not in options:
        state[key] = first
    if state[key] and state[key] != first:
        if address.get_all(key) != ([state[key]] if first is not None else state[key]):
            address[key] = state[key]
    elif key in address:
        del address[key]


def choice(
    label: str, options: Sequence[str], key: str, *, words: Callable[[str], Any] = str, help: str | None = None,
    first: str | None = None,
) -> str:
    """One of some options, kept in the address.

    Args:
        label: what is chosen.
        options: words; the first unless another is given as ``first``.
        key: of the widget, and name of the parameter.
        words: what each is called.
        help: shown on hover.
        first: the one chosen at first.
    """
    in_address(key, options, options[0] if first is None else first)
    return str(st.selectbox(label, options, format_func=words, key=key, help=help))
