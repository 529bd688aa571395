"""The forms beside the text: bounds, units and help come from the models, changes go into the text."""

from __future__ import annotations

import math
from typing import Any

import streamlit as st

from opmodel.comparison.resting import without_codes
from opmodel.drafting.drafts import Draft
from opmodel.drafting.filling import filled, new_entry, without_entry
from opmodel.drafting.forms import GROUPS, NONE, Field, Part, about, fields, parts
from opmodel.scenario.quantity import TAG_MEANING
from opmodel.views import frame
from opmodel.views.tune_desk import Desk


def forms(desk: Desk, made: Draft) -> None:
    """Draw the form of the part that the visitor chooses."""
    if made.readable is None:
        st.info("The forms come back when the text can be read again; its problems stand above.")
        return
    group = str(st.selectbox(
        "Part of the scenario", list(GROUPS), key="tune_group", persist_state="session",
        help="Every value of the scenario is in one of these forms, and in the text beside them.",
    ))
    for part in parts(made.readable, group):
        st.subheader(part.title)
        if said := about(made.readable, part.path):
            st.markdown(frame.plain(said))
        name = _entry(desk, made, part) if part.names is not None else None
        if part.names is None or name is not None:
            for field in fields(made, part.path, name):
                _widget(desk, made, field)


def _entry(desk: Desk, made: Draft, part: Part) -> str | None:
    """Which entry of a mapping to edit, with ways to add one and to take one out."""
    names = list(part.names or ())
    key = f"tune_entry_{part.path}"
    if st.session_state.get(key) not in names:
        st.session_state.pop(key, None)
    chosen = st.selectbox(f"{part.title}: which one", names, key=key) if names else None
    if not names:
        st.markdown("There are none yet.")
    with st.popover(f"Add to {part.title.lower()}", width="stretch"):
        word = f"tune_new_{part.path}"
        st.text_input("Name of the new entry", key=word, max_chars=60, help=_NAMING.get(part.path))
        if chosen is not None:
            st.markdown(f"It starts as a copy of {frame.plain(chosen)}.")
        st.button("Add it", key=f"tune_add_{part.path}", on_click=_add, args=(desk, made, part.path, chosen, word, key))
    if chosen is not None and len(names) > (part.path not in ("hires", "training")):
        st.button(
            f"Take out {frame.plain(chosen)}", key=f"tune_out_{part.path}",
            on_click=lambda: desk.edit(without_entry(made, part.path, chosen)),
        )
    return chosen


_NAMING = {
    path: "A code such as analyst_2. A name with a capital letter or a space may be a person's and becomes a code."
    for path in ("posts", "hires", "training")
}


def _add(desk: Desk, made: Draft, path: str, like: str | None, word: str, key: str) -> None:
    name = str(st.session_state.get(word) or "").strip()
    try:
        changes = new_entry(made, path, name, like)
    except ValueError as error:
        desk.refused = str(error)
        return
    desk.edit(changes)
    if not desk.refused:
        st.session_state[key], st.session_state[word] = name, ""


def _widget(desk: Desk, made: Draft, field: Field) -> None:
    """One value: what the text says is what its widget shows."""
    key = f"tune_field_{field.path}"
    label = frame.plain(field.label) + (f" ({field.unit})" if field.unit else "")
    said: dict[str, Any] = {
        "label": label, "key": key, "help": frame.plain(field.meaning) or None,
        "on_change": _take, "args": (desk, made, field, key),
    }
    shown: Any = field.value
    empty = None if field.optional else "min"  # what may not be left out gets no button that empties it
    hint = NONE if field.optional else None
    if field.kind == "choice":
        shown = NONE if field.value is None else field.value
        options = list(field.choices) if shown in field.choices else [shown, *field.choices]
        st.session_state[key] = shown
        st.selectbox(options=options, **said)
    elif field.kind == "switch":
        st.session_state[key] = shown
        st.toggle(**said)
    elif field.kind == "several":
        st.session_state[key] = [name for name in shown if name in field.choices]
        st.multiselect(options=list(field.choices), **said)
    elif field.kind == "whole":
        st.session_state[key] = shown
        least, most = (None if bound is None else int(bound) for bound in (field.least, field.most))
        st.number_input(value=empty, min_value=least, max_value=most, step=1, placeholder=hint, **said)
    elif field.kind == "number":
        st.session_state[key] = shown
        st.number_input(
            value=empty, min_value=field.least, max_value=field.most, step=_step(shown), format="%g",
            placeholder=hint, **said,
        )
    elif field.kind == "date":
        st.session_state[key] = shown
        st.date_input(format="YYYY-MM-DD", **said)
    elif field.path == "description":
        st.session_state[key] = shown
        st.text_area(height=120, **said)
    else:
        st.session_state[key] = shown
        st.text_input(placeholder=_EXAMPLES.get(field.kind), **said)
    if field.rests_on is not None:
        st.markdown(_rests_on(field))


_EXAMPLES = {"duration": "such as 4h, 3d, 2w, 20cd, 6mo or 1y", "list": "separated by commas"}


def _rests_on(field: Field) -> str:
    """Range, tag and source of a number, in a line."""
    number = field.rests_on
    assert number is not None
    low, high = (f"{float(f'{end:.6g}'):,.12g}" + "d" * (number.unit == "days") for end in (number.low, number.high))
    span = f"Range {low} to {high}" if number.uncertain else "No range"
    given = "" if field.stated else " Default."
    return frame.plain(f"{span}; {TAG_MEANING[number.tag]}: {without_codes(number.source)}.{given}".replace("..", "."))


def _take(desk: Desk, made: Draft, field: Field, key: str) -> None:
    """Put what the visitor gave into the text."""
    given = st.session_state.get(key)
    if given is None and not field.optional:
        return  # emptied: the widget takes up the text's value again
    try:
        desk.edit(filled(made, field, given))
    except (LookupError, ValueError):
        desk.refused = f"{field.label} can only be changed in the text."


def _step(value: float | None) -> float:
    """A handy step for a number: a tenth of its size, or a hundredth for shares."""
    if not value:
        return 0.01
    return float(10.0 ** (math.floor(math.log10(abs(value))) - 1))
