"""What the visitor asks about: a scenario, how many futures, which seed. All pages share it; the address keeps it.

A visitor sees the scenarios that come with opmodel and those of their own: uploaded or saved in this session, or
opened by a link, which names a scenario by a word that cannot be guessed.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from opmodel.saved import saved
from opmodel.scenario import Scenario, ScenarioError, load_text
from opmodel.scenario.checks import size_of_future
from opmodel.shipped import shipped, shipped_folder, shipped_names
from opmodel.views import frame
from opmodel.views.address import choice

FIRST = "council"
REPLICATIONS, MOST = 20, 200
#: Environment variable: the largest scenario that pages simulate, in requests and weeks of seats of one future.
LARGEST = "OPMODEL_LARGEST"
#: Scenarios of a visitor's own that a session remembers, and read scenarios that a server keeps.
OWN, READ = 20, 64


@dataclass(frozen=True)
class Asked:
    """What the common part of every page settles."""

    id: str
    """Name of a shipped scenario, or the word of a saved one."""
    name: str
    """What the visitor calls it."""
    text: str
    """The scenario file."""
    scenario: Scenario
    """The scenario."""
    seed: int
    """Root of all chance."""
    replications: int
    """Futures simulated under each structure."""


@dataclass(frozen=True)
class Source:
    """A scenario file that can be chosen."""

    name: str
    text: str
    file: str
    """What problems call it."""
    folder: Path
    """Where what it extends may be found."""


def sidebar() -> None:
    """Draw the common settings."""
    options = [*shipped_names(), *own()]
    wanted = st.session_state.get("scenario", st.query_params.get("scenario", FIRST))
    if wanted not in options:
        st.session_state["scenario_lost"] = True
    elif wanted != FIRST:  # something was chosen since
        st.session_state.pop("scenario_lost", None)
    choice(
        "Scenario", options, "scenario", words=title_of, first=FIRST,
        help="An organisation, its people and its requests: one that comes with opmodel, or your own from the page "
        "'Tune the scenario'.",
    )
    st.number_input(
        "Replications", min_value=2, max_value=MOST, value=REPLICATIONS, key="replications", bind="query-params",
        help="Possible futures simulated under each structure; more of them give narrower intervals.",
    )
    st.number_input(
        "Seed", min_value=0, max_value=2**31, value=1, key="seed", bind="query-params",
        help="Root of all chance; the same seed gives the same result.",
    )


def asked() -> Asked:
    """What is asked about. Where its scenario cannot be used, says so and ends the page."""
    chosen = str(st.session_state.get("scenario") or FIRST)
    if st.session_state.get("scenario_lost") and chosen == FIRST:
        st.warning(
            "The scenario that this link names is not kept here, or not any more. What follows is the council that "
            "comes with opmodel. Choose another scenario, or upload the file again on the page 'Tune the scenario'."
        )
    source, scenario = source_of(chosen), loaded(chosen)
    seed, replications = st.session_state.get("seed", 1), st.session_state.get("replications", REPLICATIONS)
    return Asked(chosen, source.name, source.text, scenario, int(seed), int(replications))


def loaded(name: str) -> Scenario:
    """A scenario that can be chosen; ends the page with its problems if it cannot be used."""
    source = source_of(name)
    try:
        scenario: Scenario = _read(source.text, source.file, str(source.folder))
        _refuse_giants(scenario)
        return scenario
    except ScenarioError as error:
        frame.problems(error.problems)
        frame.link("tune", "Mend it on the page 'Tune the scenario'")
        raise _stop() from None


def structures(scenario: Scenario) -> dict[str, Scenario]:
    """A scenario under today's structure and each preset; ends the page if a structure does not fit it."""
    try:
        found: dict[str, Scenario] = _structures(scenario.hash, scenario)
    except ScenarioError as error:
        frame.problems(error.problems)
        frame.link("tune", "Mend it on the page 'Tune the scenario'")
        raise _stop() from None
    return found


@st.cache_resource(max_entries=READ, show_spinner=False)  # type: ignore[untyped-decorator]
def _structures(scenario_hash: str, _scenario: Scenario) -> dict[str, Scenario]:
    from opmodel.comparison import structures_of

    return structures_of(_scenario)


def _refuse_giants(scenario: Scenario) -> None:
    """End the page for a scenario of which one future would keep a worker from everybody else for long."""
    size = size_of_future(scenario)
    largest = int(os.environ.get(LARGEST, "") or 200_000)
    if size > largest:
        st.error(
            f"This scenario is too large for a server that others use, too: {size:,.0f} requests and weeks of seats in "
            f"one future, {largest:,} at most. Run it on a machine of your own: opmodel compare FILE."
        )
        raise _stop()


@st.cache_resource(max_entries=READ, show_spinner=False)  # type: ignore[untyped-decorator]
def _read(text: str, file: str, folder: str) -> Scenario:
    return load_text(text, file, folder=folder)


def own() -> list[str]:
    """Words of the visitor's own scenarios, the one that the address names included."""
    known: dict[str, None] = st.session_state.setdefault("own_scenarios", {})
    for name in (st.query_params.get("scenario"), st.session_state.get("scenario")):
        if name and name not in shipped_names() and name not in known and saved(str(name)) is not None:
            remember(str(name))
    for name in [name for name in known if saved(name) is None]:  # dropped since, for newer ones
        del known[name]
    return list(known)


def remember(token: str) -> None:
    """Add a saved scenario to those that this visitor can choose."""
    known: dict[str, None] = st.session_state.setdefault("own_scenarios", {})
    known[token] = None
    while len(known) > OWN:
        del known[next(iter(known))]


def title_of(name: str) -> str:
    """What a scenario that can be chosen is called."""
    found = None if name in shipped_names() else saved(name)
    return found.name if found is not None else _words(name)


def source_of(name: str) -> Source:
    """The file of a scenario that can be chosen."""
    if name in shipped_names():
        path = shipped(name)
        return Source(_words(name), path.read_text(encoding="utf-8"), path.name, path.parent)
    found = saved(name)
    if found is None:
        st.error("This scenario is not kept here any more. Choose another, or upload your file again.")
        raise _stop()
    return Source(found.name, found.text, f"{found.name.replace('/', '-')}.yaml", shipped_folder())


def _words(name: str) -> str:
    return name.replace("-", " ").capitalize().replace("Foi", "FOI")


def _stop() -> BaseException:
    """Ends the page; for the reader of the code and of types, what comes after cannot be reached."""
    st.stop()
    return AssertionError("the page has ended")
