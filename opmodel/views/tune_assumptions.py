"""Every number of a scenario with what it rests on, to be changed in place."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from opmodel.drafting.drafts import Draft
from opmodel.drafting.filling import number_changes
from opmodel.drafting.forms import ABOUT_CONFIDENCE, CONFIDENCE
from opmodel.scenario import Scenario, parameters
from opmodel.scenario.quantity import TAG_MEANING, Parameter
from opmodel.scenario.values import values
from opmodel.views import frame
from opmodel.views.tune_desk import Desk, checked

#: Columns of the table by what they hold; those that can be changed.
PARTS = {"value": "base", "low": "low", "high": "high", "rests on": "tag", "source": "source"}
_TAGS = {words: tag for tag, words in TAG_MEANING.items()}
_IN = {"days": " In working days.", "GBP": " In pounds.", "share": " A share, from 0 to 1."}
_UNITS = {"working days": "days", "share": "share", "GBP": "GBP", "number": "number"}


def assumptions_table(scenario: Scenario, *, only: bool = False, search: str = "") -> pd.DataFrame:
    """A row for every number of a scenario.

    Args:
        scenario: with the numbers.
        only: whether to leave out all but assumptions (tag A).
        search: words that path, meaning or source must hold.

    Returns:
        path, meaning, value, unit, low, high, rests on, confidence, source, given by.
    """
    rows = [
        {
            "path": value.path, "value": value.value, "unit": value.unit,
            "low": value.value if value.low is None else value.low,
            "high": value.value if value.high is None else value.high,
            "rests on": TAG_MEANING[value.tag], "confidence": CONFIDENCE[value.tag], "source": value.source,
            "given by": value.given, "meaning": value.meaning,
        }
        for value in values(scenario)
        if value.tag and (value.assumed or not only)
    ]
    table = pd.DataFrame(rows, columns=[
        "path", "value", "unit", "low", "high", "rests on", "confidence", "source", "given by", "meaning",
    ])
    for word in search.casefold().split():
        held = (table["path"] + " " + table["meaning"] + " " + table["source"]).str.casefold()
        table = table[held.str.contains(word, regex=False)]
    return table.reset_index(drop=True)


def assumptions(desk: Desk, made: Draft) -> None:
    """Draw the table and the form for one number."""
    if made.readable is None:
        st.info("The table comes back when the text can be read again; its problems stand above.")
        return
    left, right = st.columns([2, 1], vertical_alignment="bottom")
    search = left.text_input(
        "Search", key="tune_search", placeholder="such as rework, or pay", help="Words in the path, meaning or source.",
    )
    only = right.toggle(
        "Assumptions only", key="tune_only", help="Leaves out what rests on a published source or on the file alone.",
    )
    table = _fixed(desk, made.readable, search or "", only=only)
    number = len(table)
    st.markdown(f"{number} {'assumption' if only else 'number'}{'s' * (number != 1)}. Type into the table, or use the "
                f"form below it; the text follows. {ABOUT_CONFIDENCE}")
    key = f"tune_table_{desk.token}_{desk.edition}_{only}_{search}"
    st.data_editor(
        table, key=key, hide_index=True, height=420, on_change=_from_table, args=(desk, table, key),
        disabled=[column for column in table if column not in PARTS],
        column_config={
            "path": st.column_config.TextColumn(width=320),
            "rests on": st.column_config.SelectboxColumn(options=list(_TAGS), required=True),
            "source": st.column_config.TextColumn(width="medium"),
            "meaning": st.column_config.TextColumn(width="large"),
            **{name: st.column_config.NumberColumn(format="%.6g", required=True) for name in ("value", "low", "high")},
        },
        alt="Every number of the scenario with its range, what it rests on and how far it can be relied on.",
    )
    if number:
        _one(desk, made, table)


def _fixed(desk: Desk, scenario: Scenario, search: str, *, only: bool) -> pd.DataFrame:
    """The table as it was when the text last changed otherwise: fed its own changes, an editor loses every second."""
    of = (desk.token, desk.edition, search, only)
    if st.session_state.get("tune_table_of") != of:
        st.session_state["tune_table_of"] = of
        st.session_state["tune_table_rows"] = assumptions_table(scenario, only=only, search=search)
    table: pd.DataFrame = st.session_state["tune_table_rows"]
    return table


def _from_table(desk: Desk, table: pd.DataFrame, key: str) -> None:
    """Put the cells that were changed into the text."""
    changed: dict[int, dict[str, Any]] = st.session_state[key]["edited_rows"]
    for row, cells in changed.items():
        said = {PARTS[column]: value for column, value in cells.items() if column in PARTS and value is not None}
        if "tag" in said:
            said["tag"] = _TAGS[said["tag"]]
        number = table.iloc[int(row)]
        now = checked(desk.text, desk.file)
        desk.edit(number_changes(now, number["path"], said, _UNITS[number["unit"]]), from_table=True)


def _one(desk: Desk, made: Draft, table: pd.DataFrame) -> None:
    """A form for one number, for those to whom the table is no help."""
    assert made.readable is not None
    known = parameters(made.readable)
    with st.expander("Change one number in a form"):
        path = str(st.selectbox("Number", [path for path in table["path"] if path in known], key="tune_one"))
        number = known.get(path)
        if number is None:
            return
        about = table.loc[table["path"] == path, "meaning"].iloc[0]
        unit = _IN.get(number.unit, "")
        st.markdown(frame.plain(f"{about}{unit} Confidence: {CONFIDENCE[number.tag]}."))
        mark = f"{path}_{number.mapping()}"
        with st.form(f"tune_one_{mark}", border=False):
            columns = st.columns(3)
            said = {
                part: column.number_input(label, value=float(value), format="%g", key=f"tune_one_{part}_{mark}")
                for column, part, label, value in zip(
                    columns, ("low", "base", "high"), ("Lowest plausible", "Value", "Highest plausible"),
                    (number.low, float(number), number.high), strict=True,
                )
            }
            tag = st.selectbox(
                "Rests on", list(_TAGS), index=list(_TAGS.values()).index(number.tag), key=f"tune_one_tag_{mark}"
            )
            source = st.text_input("Source", value=number.source, key=f"tune_one_source_{mark}", max_chars=300)
            if st.form_submit_button("Change it"):
                _change(desk, made, path, number, {**said, "tag": _TAGS[str(tag)], "source": str(source).strip()})
                st.rerun()


def _change(desk: Desk, made: Draft, path: str, number: Parameter, said: dict[str, Any]) -> None:
    old = {"base": float(number), "low": number.low, "high": number.high, "tag": number.tag, "source": number.source}
    new = {part: value for part, value in said.items() if value != old[part] and value != ""}
    if new:
        desk.edit(number_changes(made, path, new, number.unit))
