"""What the page 'How many hires?' keeps of a question while the visitor is elsewhere, and what a link asks in vain."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import streamlit as st

from opmodel.charts.reading import spoken
from opmodel.views import frame
from opmodel.views.hiring_targets import NONE, begin_anew

#: Fields of the form and what the page calls them; targets (``goal_...``) come on top.
FIELDS = {
    "hire_by": "By month", "hire_sure": "How sure, %", "hire_up_to": "Try up to so many hires",
    "hire_role": "Roles to try", "hire_roles": "Roles that may be hired", "hire_teams": "Teams that may get people",
    "hire_contracts": "Kinds of contract", "hire_supplement": "Market supplement", "hire_budget": "Budget",
    "hire_moves": "People may be moved", "hire_training": "People may be trained", "hire_path": "The cheapest mix",
    "hire_structures": "Under each structure", "hire_shadow": "One more of each skill",
    "hire_timing": "When vacancies must open", "hire_freeze": "What a hiring freeze costs", "hire_team": "Team",
    "hire_futures": "Futures of each number of hires", "hire_fresh": "Fresh futures", "hire_shown": "Role shown",
}
GOAL = "goal_"
#: A field that is always drawn here, and that the session forgets on another page (unlike one that Streamlit binds).
DRAWN = "goal_backlog_weeks"
#: What is repeated of a link: anybody may write one.
ORDINARY = re.compile(r"[\w .,-]{1,40}")
#: Keys of the session: questions by scenario; one that is being put back; what a link asked in vain, and was read as.
KEPT, BACK, REFUSED = "_hire_kept", "_hire_back", "_hire_refused"


def opened(name: str) -> dict[str, list[str]]:
    """Before the form is drawn: put the visitor's last question back where the page is opened without one.

    Args:
        name: the scenario's word.

    Returns:
        What the address asks for where the page has just been opened by a link; else nothing.
    """
    state, address = st.session_state, st.query_params
    fresh = DRAWN not in state
    begin_anew(name)
    again = state.pop(BACK, False)
    if not fresh and not again:
        return {}
    state.pop(REFUSED, None)
    link = {key: address.get_all(key) for key in address if key in FIELDS or key.startswith(GOAL)}
    if link and not again:
        return link
    kept = state.get(KEPT, {}).get(name, {})
    for key, value in kept.items():
        state[key] = value
    if not again:
        state[BACK] = kept
    return {}


def settle(
    name: str, link: dict[str, list[str]], wish: Any, place: Any, empty: Mapping[str, str] | None = None
) -> None:
    """After the form is drawn: say what a link asked in vain, and keep the question.

    Args:
        name: the scenario's word.
        link: of :func:`opened`.
        wish: what the form was read as.
        place: container above the form, where that is said.
        empty: what an empty field stands for.
    """
    state = st.session_state
    kept = state.pop(BACK, {})
    if any(key in state and state[key] != value for key, value in kept.items()):
        # Come back to by the browser's own button, fields that Streamlit binds follow the address alone at first.
        state[BACK] = True
        st.rerun()
    if link and (said := _in_vain(link, empty or {})):
        state[REFUSED] = wish, said
    refused = state.get(REFUSED)
    if refused is not None and refused[0] == wish:
        place.warning(frame.plain(f"Not all that this link asks for could be taken. {' '.join(refused[1])}"))
    state.setdefault(KEPT, {})[name] = {
        key: state[key] for key in map(str, state) if key in FIELDS or key.startswith(GOAL)
    }


def _in_vain(link: dict[str, list[str]], empty: Mapping[str, str]) -> list[str]:
    """What was not taken of a link, and what is used instead."""
    state, said = st.session_state, []
    for key, words in link.items():
        name = FIELDS.get(key) or f"target {spoken(key.removeprefix(GOAL))}"
        asked = ", ".join(words)
        asked = f"'{asked}'" if ORDINARY.fullmatch(asked) else "what it asks for"
        if key not in state:
            if key != "hire_shown":  # that one stands among the results
                said.append(f"{name}: {asked} plays no part here.")
        elif not _taken(words, state[key]):
            said.append(f"{name}: {asked} cannot be had; used instead: {_shown(state[key]) or empty.get(key, 'none')}.")
    return said


def _taken(words: list[str], value: Any) -> bool:
    """Whether a field holds what the address says."""
    if isinstance(value, list):
        return list(dict.fromkeys(words)) == [str(one) for one in value]
    if isinstance(value, bool):
        return words[-1].lower() == str(value).lower()
    if value is None:
        return words[-1] in ("", NONE)
    if isinstance(value, int | float):
        try:
            return abs(float(words[-1]) - float(value)) < 1e-9 * max(1.0, abs(float(value)))
        except ValueError:
            return False
    return words[-1] == str(value)


def _shown(value: Any) -> str:
    """What a field holds, in words; nothing where several things could be chosen and none is."""
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "none" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
