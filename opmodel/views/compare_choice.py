"""What is compared: the structures of the chosen scenario, or any scenarios and structures that the visitor picks."""

from __future__ import annotations

import streamlit as st

from opmodel.comparison.structures import PRESETS
from opmodel.comparison.verdicts import display_name
from opmodel.scenario import Scenario
from opmodel.shipped import shipped_names
from opmodel.views import asked as visitors
from opmodel.views.address import choice, in_address


def chosen_of(asked: visitors.Asked) -> tuple[dict[str, Scenario], str, bool]:
    """What is compared with what, and whether the visitor chose it."""
    own = [*shipped_names(), *visitors.own()]
    options = [f"{name}{kind}" for name in own for kind in ("", *(f".{kind}" for kind in ("today", *PRESETS)))]
    _bring_back("with")
    _bring_back("reference")
    in_address("with", options)
    with st.expander("Choose what is compared"):
        chosen = st.multiselect(
            "Scenarios and structures", options, format_func=_label, key="with",
            placeholder="today and the three presets of the chosen scenario",
            help="Any two or more: a scenario as its file says, or under a structure. Your own files appear here once "
            "they are saved on the page 'Tune the scenario'.",
        )
        if len(chosen) == 1:
            st.markdown("Choose at least one more; until then the structures of the chosen scenario are compared.")
        several = len(chosen) > 1
        known = _distinct(chosen) if several else visitors.structures(asked.scenario)
        names = list(known)
        reference = choice(
            "Compared with", names, "reference", words=display_name,
            help="The structure or scenario that all others are set against.",
        )
    st.session_state["_with"], st.session_state["_reference"] = list(chosen), reference
    return known, reference, several


def _bring_back(key: str) -> None:
    """The choice of before: Streamlit forgets a widget, and its part of the address, while another page is drawn."""
    state = st.session_state
    if key not in state and key not in st.query_params and state.get(f"_{key}"):
        state[key] = state[f"_{key}"]


def _distinct(chosen: list[str]) -> dict[str, Scenario]:
    """What was chosen by its label; labels that are the same are numbered."""
    known: dict[str, Scenario] = {}
    for choice_made in chosen:
        label, number = _label(choice_made), 1
        while (name := label if number == 1 else f"{label} ({number})") in known:
            number += 1
        known[name] = _one(choice_made)
    return known


def _one(choice: str) -> Scenario:
    name, _, kind = choice.partition(".")
    scenario = visitors.loaded(name)
    return visitors.structures(scenario)[kind] if kind else scenario


def _label(choice: str) -> str:
    name, _, kind = choice.partition(".")
    return f"{visitors.title_of(name)}, {display_name(kind) if kind else 'as its file says'}"
