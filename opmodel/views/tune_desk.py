"""The text a visitor is tuning: kept over changes of page and reloads, seen by nobody else.

A desk holds one text and the file it came from. The session holds its desks; a bounded store of the server holds
them too, under a word that cannot be guessed and that the address shows, so that a reload finds the text again.
"""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import streamlit as st

from opmodel.drafting.drafts import Draft, draft
from opmodel.drafting.editing import EditError
from opmodel.flow.trace import read_trace
from opmodel.saved import saved
from opmodel.scenario import Scenario
from opmodel.scenario.problems import UNSEEN, Problem, ScenarioError
from opmodel.scenario.reading import MAX_BYTES
from opmodel.shipped import shipped, shipped_folder, shipped_names
from opmodel.views.asked import FIRST, source_of

#: Texts read and kept by content; desks of one session; characters kept for all visitors (a desk has up to three
#: texts).
READ, DESKS, CHARACTERS = 12, 6, 40_000_000
#: Parameter of the address that finds the desk after a reload.
SLOT = "draft"


@dataclass
class Desk:
    """One text being tuned."""

    chosen: str
    """The scenario chosen in the sidebar when it was started."""
    base: str
    """The file it came from."""
    text: str
    """The text as it is now."""
    file: str
    """Name of the file."""
    came_from: str
    """The shipped scenario or uploaded file it was started from."""
    runs: str = ""
    """The first text that could be run, where the file it came from cannot."""
    token: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    """The word by which a reload finds it."""
    edition: int = 0
    """Rises with every change that did not come from the table of assumptions."""
    refused: str = ""
    """Why the last change was not made."""
    told: str = ""
    """What to say about the last change."""
    replaced: list[Problem] = field(default_factory=list)
    """Names of posts that became codes with the last change."""

    @property
    def characters(self) -> int:
        """Length of its texts."""
        return len(self.base) + len(self.text) + len(self.runs)

    def change(self, text: str, *, from_table: bool = False) -> None:
        """Take over a text; names of posts that may be people's become codes."""
        if text != self.text:
            made = checked(text, self.file)
            self.text, self.replaced = made.text, made.replaced
            if not self.runs and made.scenario is not None and checked(self.base, self.file).scenario is None:
                self.runs = made.text
            self.edition += not from_table
        self.refused = self.told = ""

    def edit(self, changes: Mapping[str, str | None], *, from_table: bool = False) -> None:
        """Change values in the text, or say why they cannot be changed."""
        try:
            self.change(checked(self.text, self.file).changed(changes), from_table=from_table)
        except EditError as error:
            self.refused = str(error)


@st.cache_resource(max_entries=READ, show_spinner=False)  # type: ignore[untyped-decorator]
def checked(text: str, file: str) -> Draft:
    """A text and its problems: the same that ``opmodel validate`` finds."""
    made = draft(text, file, shipped_folder())
    if made.scenario is None or made.scenario.trace is None:
        return made
    try:
        read_trace(made.scenario)
    except ScenarioError as error:
        return replace(made, scenario=None, problems=[*made.problems, *error.problems])
    return made


class _Store:
    """Desks of all visitors, the least recently used dropped beyond a number of characters."""

    def __init__(self) -> None:
        self._desks: OrderedDict[str, Desk] = OrderedDict()
        self._lock = threading.Lock()

    def keep(self, desk: Desk) -> None:
        with self._lock:
            self._desks[desk.token] = desk
            self._desks.move_to_end(desk.token)
            while sum(d.characters for d in self._desks.values()) > CHARACTERS and len(self._desks) > 1:
                self._desks.popitem(last=False)

    def find(self, token: str) -> Desk | None:
        with self._lock:
            return self._desks.get(token)


@st.cache_resource(show_spinner=False)  # type: ignore[untyped-decorator]
def _store() -> _Store:
    return _Store()


def desk() -> Desk:
    """The desk of this visitor for the scenario chosen."""
    chosen = str(st.session_state.get("scenario") or FIRST)
    desks: dict[str, Desk] = st.session_state.setdefault("tune_desks", {})
    if chosen not in desks:
        named = st.query_params.get(SLOT) or ""
        kept = _store().find(named)
        # A copy: whoever was given the address goes on alone, and nobody writes into another's text.
        desks[chosen] = (
            replace(kept, token=secrets.token_urlsafe(16)) if kept and kept.chosen == chosen else _started(chosen)
        )
        if named and kept is None and len(desks) == 1:  # a first look, by an address of before
            desks[chosen].told = (
                "What was being tuned at this address is not kept here any more; this is where it began."
            )
        while len(desks) > DESKS:
            del desks[next(iter(desks))]
    found = desks[chosen]
    _store().keep(found)
    if st.query_params.get(SLOT) != found.token:
        st.query_params[SLOT] = found.token
    return found


def place(text: str, file: str, came_from: str, *, chosen: str | None = None) -> Desk:
    """Put another file on the desk; the one that lay there goes."""
    chosen = chosen or str(st.session_state.get("scenario") or FIRST)
    made = checked(text, file)
    desks: dict[str, Desk] = st.session_state.setdefault("tune_desks", {})
    new = desks[chosen] = Desk(chosen, made.text, made.text, file, came_from, replaced=made.replaced)
    return new


def _started(chosen: str) -> Desk:
    """A desk with the scenario chosen, and the shipped file it came from if it is a saved one."""
    source = source_of(chosen)
    kept = None if chosen in shipped_names() else saved(chosen)
    if kept is not None and kept.came_from in shipped_names():
        path = shipped(kept.came_from)
        return Desk(chosen, path.read_text("utf-8"), source.text, path.name, kept.came_from)
    return Desk(chosen, source.text, source.text, file_name(source.file), kept.came_from if kept else chosen)


@dataclass(frozen=True)
class Start:
    """What the text is compared with."""

    scenario: Scenario
    words: str
    """Which it is, as a sentence."""


def starting(desk: Desk) -> Start | None:
    """What the results of a desk's text are compared with: the file it came from, or else what comes nearest and runs.

    That is the first text that could be run, unless that is the present one, and then the scenario chosen at the side.
    """
    base = checked(desk.base, desk.file).scenario
    if base is not None:
        return Start(base, "The starting scenario is the file this came from.")
    lost = "The file this came from cannot be run; the starting scenario is here"
    first = checked(desk.runs, desk.file).scenario if desk.runs else None
    now = checked(desk.text, desk.file).scenario
    if first is not None and (now is None or first.hash != now.hash):
        return Start(first, f"{lost} the first text after it that could be.")
    source = source_of(desk.chosen)
    chosen = checked(source.text, file_name(source.file)).scenario
    return Start(chosen, f"{lost} '{source.name}', which is chosen at the side.") if chosen is not None else None


def start_again() -> None:
    """Forget the changes and begin with the scenario chosen in the sidebar."""
    chosen = str(st.session_state.get("scenario") or FIRST)
    st.session_state["tune_desks"][chosen] = _started(chosen)


def uploaded(name: str, data: bytes) -> tuple[str, list[Problem]]:
    """The text of an uploaded file, or what is wrong with it before it can even be read as text."""
    file = file_name(name)
    if len(data) > MAX_BYTES:
        return "", [Problem(file, 1, 1, "", "is larger than 1 MB; a scenario is a few pages")]
    try:
        return data.decode("utf-8"), []
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line, column = before.count(b"\n") + 1, error.start - before.rfind(b"\n")
        return "", [Problem(file, line, column, "", "is not UTF-8 text; save it with the encoding UTF-8")]


def file_name(name: str) -> str:
    """A file's name without folders and without signs that something would obey."""
    last = UNSEEN.sub("", name.replace("\\", "/").split("/")[-1]).strip()
    return last[-80:] if last.endswith((".yaml", ".yml")) else f"{last[:70] or 'scenario'}.yaml"
