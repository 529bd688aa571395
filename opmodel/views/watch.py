"""Watch it work: what does one possible future look like, day by day?"""

from __future__ import annotations

from functools import partial
from pathlib import Path

import streamlit as st

from opmodel.comparison.structures import told
from opmodel.comparison.verdicts import display_name
from opmodel.jobs import Job
from opmodel.provenance import provenance
from opmodel.replay import Replay, replay
from opmodel.scenario import Scenario
from opmodel.views import asked, frame, work
from opmodel.views.address import choice
from opmodel.wording import USE

_PARTS = Path(__file__).parent / "player"
#: The player: boxes with queues, shapes that move between them, play, pause and a slider. Registered once.
PLAYER = st.components.v2.component(
    "opmodel_player",
    **{part: (_PARTS / f"player.{part}").read_text(encoding="utf-8") for part in ("html", "css", "js")},
)
#: Replications that can be watched.
MOST = 200


def page() -> None:
    """Show one replication of the scenario under one structure."""
    settled = asked.asked()
    frame.opening("Watch it work: what does one possible future look like?", settled.scenario)
    structures = asked.structures(settled.scenario)
    left, right = st.columns(2)
    with left:
        structure = choice(
            "Structure", list(structures), "structure", words=display_name,
            help="The same people and the same requests, organised in another way.",
        )
    replication = right.number_input(
        "Which possible future", min_value=0, max_value=MOST - 1, value=0, key="replication", bind="query-params",
        help="Number of the replication. The same number is the same future under every structure: the same requests "
        "come in, the same people are away.",
    )
    scenario, number = structures[structure], int(replication)
    work.watch(
        work.key_of("replay", {structure: scenario}, settled.seed, number),
        "Simulating one future",
        partial(_work, scenario, settled.seed, number),
        partial(_show, scenario=scenario, structure=structure),
    )


def _work(scenario: Scenario, seed: int, number: int, job: Job) -> Replay:
    return replay(
        scenario, seed=seed, replication=number, executor=work.executor(), on_progress=job.report,
        should_stop=job.should_stop,
    )


def _show(found: Replay, scenario: Scenario, structure: str) -> None:
    frame.answer([
        f"In one possible future with {told(structure)}, {found.sentence()}",
        "It is one of many and no forecast: another number gives another future. How far they lie apart is on the "
        "page 'Compare structures'.",
    ])
    frame.section("The replay", about=_reading(found))
    PLAYER(key="player", data=found.columns())
    st.markdown(frame.plain(_shown(found)))
    frame.section("The same in figures", about="How it stands at the end of these weeks in this one "
                  "future: counts, so without intervals. Queues are of work, not of people.")
    frame.table(found.milestone_figures())
    frame.table(found.milestone_queues())
    weekly = found.weekly()
    with st.expander("Every week"):
        st.dataframe(weekly, hide_index=True)
        st.markdown(frame.plain(USE))  # the table's own download does not say it
    frame.download(
        "Download every week (CSV)", weekly,
        f"replay-{structure}-seed-{found.seed}-future-{found.replication}.csv", "replay_csv",
    )
    frame.resting_on(provenance({structure: scenario}, found.seed, 1) | {"replication": found.replication})


def _reading(found: Replay) -> str:
    """How to read the picture."""
    warm_up = (
        f" Weeks 1 to {found.warm_up_weeks} are the warm-up, which the study's results leave out."
        if found.warm_up_weeks else ""
    )
    return (
        "Directorates ask on the left, teams answer, results leave on the right. A bar is the number of tasks waiting "
        f"at a team at the end of the day, all bars on one scale. Nothing moves until you press Play.{warm_up}"
    )


def _shown(found: Replay) -> str:
    """What the picture leaves out."""
    shown = (
        f"Moving shapes are {found.requests_shown:,} of the {found.requests:,} requests and upkeep tasks, chosen at "
        "random; bars and figures count all of them."
        if found.requests_shown < found.requests
        else f"Moving shapes are all {found.requests:,} requests and upkeep tasks."
    )
    return (
        f"{shown} A shape moves for at least 0.7 seconds, so that it can be seen. Upkeep tasks keep running what was "
        "delivered; they wait in the same queues but are not counted as requests. Of a team of "
        "fewer than three posts only the queue is shown, which is work and says nothing of the person, and people at "
        "work of no team while fewer than three of its posts are filled: opmodel says nothing of single posts."
    )
