"""The targets of the page 'How many hires?': a field for each, empty for none, kept in the address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from opmodel.charts.reading import spoken
from opmodel.metrics.targets import wanted_of
from opmodel.views import frame

if TYPE_CHECKING:
    from opmodel.scenario import Scenario

#: Prefilled where a scenario states no target, in weeks of work.
SUGGESTED = 2.0
#: Most request types with a field for their own in-time rate.
TYPES = 12
#: Most that a target can ask for beside a share, and its decimals: no figure is written in powers of ten.
MOST, DECIMALS = 100_000.0, 2
#: What the address says of an emptied field.
NONE = "none"


def begin_anew(name: str) -> None:
    """Another scenario has other targets, and fields of other request types: forget those of the one before.

    Args:
        name: the scenario's word.
    """
    state = st.session_state
    if state.setdefault("_hire_scenario", name) != name:
        for key in [key for key in state if str(key).startswith("goal_")]:
            del state[key]
        for key in [key for key in st.query_params if key.startswith("goal_")]:
            del st.query_params[key]
        state["_hire_scenario"] = name


def targets_of(scenario: Scenario) -> tuple[tuple[str, Any], ...]:
    """Draw a field for each target, filled with the scenario's own, and read them.

    Returns:
        Fields of ``targets`` that differ from the scenario's, with their values; None takes one away.
    """
    stated, found = scenario.targets, {}
    suggested = SUGGESTED if not wanted_of(scenario) else None
    kinds = scenario.request_types
    statutory = [name for name, kind in kinds.items() if kind.statutory]
    columns = iter(st.columns(3))
    if statutory:
        found["in_time_rate"] = _goal(
            next(columns), "Statutory requests in time, % at least", "in_time_rate", stated.in_time_rate, 100.0, 100.0
        )
    found["backlog_weeks"] = _goal(
        next(columns), "Backlog, weeks of work at most", "backlog_weeks", stated.backlog_weeks, first=suggested,
        help="Effort waiting, in weeks of the effort that falls due.", step=0.5,
    )
    if len(statutory) < len(kinds):
        found["lead_time"] = _goal(
            next(columns), "Lead time, working days at most", "lead_time", stated.lead_time,
            help="From raising to delivery, of half of the discretionary requests.",
        )
    if suggested is not None:
        st.markdown(f"This scenario states no target; a backlog of {SUGGESTED:g} weeks of work is a suggestion.")
    with st.expander("More targets"):
        one, two = st.columns(2)
        found["backlog"] = _goal(one, "Open requests at most", "backlog", stated.backlog)
        found["backlog_days"] = _goal(two, "Backlog, working days of effort at most", "backlog_days",
                                      stated.backlog_days)
        own = [
            name for name, kind in kinds.items() if kind.deadline is not None or kind.internal_deadline is not None
        ]
        own = [name for name in own if name in stated.in_time_of] + [n for n in own if n not in stated.in_time_of]
        for name, column in zip(own[:TYPES], st.columns(3) * TYPES if own else (), strict=False):
            found[f"in_time_of.{name}"] = _goal(
                column, frame.plain(f"{spoken(name)} in time, % at least"), f"in_time_of_{name}",
                stated.in_time_of.get(name), 100.0, 100.0,
            )
        if stated.others:
            st.markdown("The scenario's further targets hold, too.")
    changed = []
    for field, value in found.items():
        head, _, name = field.partition(".")
        before = stated.in_time_of.get(name) if name else getattr(stated, head)
        if value != (None if before is None else round(float(before), 6)):
            days = head in ("lead_time", "backlog_days") and value is not None
            changed.append((field, f"{value:.8g}d" if days else value))
    return tuple(changed)


def _goal(
    column: Any, label: str, name: str, stated: float | None, scale: float = 1.0, most: float = MOST,
    first: float | None = None, help: str | None = None, step: float = 1.0,
) -> float | None:
    """One target, empty for none. Unlike Streamlit's own binding, the address keeps a field that was emptied."""
    key, state, address = f"goal_{name}", st.session_state, st.query_params
    begin = first if stated is None else round(scale * float(stated), 6)
    most = max(most, begin or 0.0)  # what the scenario asks for is taken, whatever it is
    if key not in state:
        state[key] = _read(address.get(key), begin, most)
    if state[key] is not None and state[key] != begin:
        state[key] = round(float(state[key]), DECIMALS)  # the field shows what is used, not what was typed
    value = column.number_input(
        label, min_value=0.0, max_value=most, value=None, key=key, format="%g", placeholder="no target", help=help,
        step=step,
    )
    said = NONE if value is None else f"{value:.8g}"
    if value == begin:
        if key in address:
            del address[key]
    elif address.get(key) != said:
        address[key] = said
    return None if value is None else round(float(value) / scale, 6)


def _read(said: str | None, begin: float | None, most: float) -> float | None:
    """What the address says of a target, or what it begins with where that makes no sense."""
    if said == NONE:
        return None
    try:
        value = float(said or "")
    except ValueError:
        return begin
    return value if 0.0 <= value <= most else begin
