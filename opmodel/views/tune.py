"""Tune the scenario: change a scenario in forms or as text, see what that changes, keep it."""

from __future__ import annotations

import json
from functools import partial

import streamlit as st

from opmodel.drafting.drafts import Draft, in_one_file
from opmodel.drafting.editing import EditError, difference, lines_changed
from opmodel.saved import SavingError, save
from opmodel.views import frame
from opmodel.views.asked import REPLICATIONS, remember, source_of, title_of
from opmodel.views.tune_assumptions import assumptions
from opmodel.views.tune_desk import Desk, checked, desk, file_name, place, start_again, starting, uploaded
from opmodel.views.tune_forms import forms
from opmodel.views.tune_results import results
from opmodel.wording import USE

_TEXT, _UPLOAD, _NAME = "tune_yaml", "tune_upload", "tune_save_name"
#: Height of the forms and of the text beside them, in pixels.
_HEIGHT = 720
#: Differences kept for all visitors, by content.
_CACHED = 12
#: Lines shown beside problems, and how much of each.
_LINES, _WIDTH = 20, 200


def page() -> None:
    """Show the scenario that was chosen, to be changed."""
    mine = desk()
    made, before = checked(mine.text, mine.file), checked(mine.base, mine.file)
    readable = made.scenario or before.scenario
    if readable is None:
        st.title("Tune the scenario")
    else:
        frame.opening("Tune the scenario", readable)
    said = _difference(mine.base, mine.text, mine.file)
    _status(mine, made, said)
    _upload(mine.file)
    _problems(mine, made)
    frame.section("Edit", about="Every change in a form goes into the text, and every change of the text into the "
                  "forms. Comments, order and layout of the file stay.")
    left, right = st.columns(2, gap="medium")
    with left, st.container(height=_HEIGHT, key="tune_forms"):
        forms(mine, made)
    with right:
        st.session_state[_TEXT] = mine.text
        st.text_area(
            "Text of the scenario file (YAML)", key=_TEXT, height=_HEIGHT - 30, on_change=_retyped, args=(mine,),
            help="Checked when you leave it, or press Ctrl and Enter. Every field is in the reference, "
            "scenarios/README.md; a wrong one is told with its line and column.",
        )
    frame.section("What changed in the file")
    if said:
        st.code(said, language=None, wrap_lines=True)  # the colours of "diff" are too pale to read
    else:
        st.markdown("Nothing yet.")
    frame.section("What changed in the results")
    settings = st.session_state
    results(starting(mine), made, int(settings.get("seed", 1)), int(settings.get("replications", REPLICATIONS)))
    _keep(mine, made)
    frame.section(
        "What it rests on", about="Every number, its range, its source, and how far it can be relied on. Ranges bound "
        "what the page 'How sure are we' tries out; targets and the differences that matter are counted here, but not "
        "there.",
    )
    assumptions(mine, made)


@st.cache_data(max_entries=_CACHED, show_spinner=False)  # type: ignore[untyped-decorator]
def _difference(before: str, after: str, name: str) -> str:
    return difference(before, after, name)


def _status(mine: Desk, made: Draft, said: str) -> None:
    """Where the visitor stands, in a sentence."""
    name = made.readable.name if made.readable is not None else mine.file
    changed = lines_changed(said)
    lines = f"{changed} line{'s' * (changed != 1)} changed" if changed else "nothing changed yet"
    errors = len(made.errors)
    usable = "it can be used" if not errors else f"{errors} problem{'s' * (errors > 1)} to mend before it can be used"
    with st.container(border=True, key="tune_status"):
        st.markdown(f"**{frame.plain(name)}**, started from {frame.plain(mine.file)}: {lines}; {usable}.")
        if mine.text != source_of(mine.chosen).text:
            st.markdown(frame.plain(
                f"Only this page shows it so far: the others go on with '{title_of(mine.chosen)}' until it is saved "
                "under a name, at 'Keep it'."
            ))
        if mine.told:
            st.markdown(frame.plain(mine.told))
    if mine.refused:
        st.error(frame.plain(mine.refused))


def _upload(file: str) -> None:
    with st.expander("Start from a file of your own, or start again"):
        st.file_uploader(
            "Scenario file", type=["yaml", "yml"], key=_UPLOAD, max_upload_size=1, on_change=_uploaded,
            help="YAML, UTF-8, at most 1 MB. It takes the place of the text below; nobody else sees it.",
        )
        st.markdown("A file that extends a shipped scenario, such as council.yaml, is laid over the one that comes "
                    "with opmodel.")
        st.button("Start again from the scenario chosen at the side", on_click=start_again)
    for problem in st.session_state.pop("tune_unreadable", []):
        frame.problems([problem])
        st.markdown(frame.plain(f"It was not taken: below is still {file}."))


def _uploaded() -> None:
    """Put an uploaded file on the desk."""
    given = st.session_state.get(_UPLOAD)
    if given is None:
        return
    text, wrong = uploaded(given.name, given.getvalue())
    if wrong:
        st.session_state["tune_unreadable"] = wrong
        return
    file = file_name(given.name)
    place(text, file, file).told = "Your file is below."


def _problems(mine: Desk, made: Draft) -> None:
    """What is wrong, as the command line says it; and which names became codes."""
    if mine.replaced:
        st.warning("Posts, not people: names became codes, in comments too, and are not kept.")
        st.code("\n".join(map(str, mine.replaced)), language=None, wrap_lines=True)
    frame.problems(made.problems)
    if lines := lines_of(made):
        st.markdown("The lines they stand on:")
        st.code(lines, language=None, wrap_lines=True)


def lines_of(made: Draft) -> str:
    """The lines of the text that problems stand on, with their numbers."""
    text = made.text.splitlines()
    found = sorted({p.line for p in made.problems if p.file == made.file and 0 < p.line <= len(text)})
    return "\n".join(f"{line:>4}  {text[line - 1][:_WIDTH]}" for line in found[:_LINES])


def _retyped(mine: Desk) -> None:
    mine.change(str(st.session_state[_TEXT]))


def _keep(mine: Desk, made: Draft) -> None:
    """Download and save."""
    frame.section("Keep it", about=USE)
    left, right = st.columns(2, gap="medium")
    with left:
        st.download_button(
            "Download the file", exported(mine.text), mine.file, "application/yaml", key="tune_download",
            on_click="ignore", help="With its comments, in its order.",
        )
        if made.extends and made.scenario is not None:
            _download_whole(mine)
    with right:
        usable = made.scenario is not None
        st.text_input("Name", key=_NAME, max_chars=80, placeholder="such as Council with two more engineers")
        st.button(
            "Save and get a link", key="tune_save", disabled=not usable, on_click=_save, args=(mine,),
            help=None if usable else "The problems above come first.",
        )
        if said := st.session_state.get("tune_link_refused"):
            st.error(frame.plain(said))
        elif token := st.session_state.get("tune_link"):
            st.markdown("Saved; it is among the scenarios at the side of every page now. This address brings it back; "
                        "whoever has it can open a copy, nobody else.")
            st.code(f"{(st.context.url or '').split('?')[0]}?scenario={token}", language=None, wrap_lines=True)


def _download_whole(mine: Desk) -> None:
    """The scenario with what it extends in one file, made when it is asked for."""
    st.download_button(
        "Download with what it extends, in one file", partial(whole_file, mine.text, mine.file), f"whole-{mine.file}",
        "application/yaml", key="tune_download_whole", on_click="ignore", help="Needs no other file beside it.",
    )


def whole_file(text: str, file: str) -> bytes:
    """A scenario that needs no other file; where its parent's layout cannot be kept, every value in plain form."""
    made = checked(text, file)
    try:
        return exported(in_one_file(made))
    except (EditError, OSError):
        document = made.scenario.document() if made.scenario is not None else {}
        return exported(json.dumps(document, indent=2, ensure_ascii=False))


def exported(text: str) -> bytes:
    """The file to download: the text, and at its end what its results may be used for."""
    note = f"# {USE}"
    if note in text:
        return text.encode()
    return f"{text}{'' if text.endswith(chr(10)) else chr(10)}{note}\n".encode()


def _save(mine: Desk) -> None:
    """Save, and choose the saved scenario at the side of every page."""
    st.session_state.pop("tune_link", None)
    st.session_state.pop("tune_link_refused", None)
    try:
        token = save(str(st.session_state.get(_NAME) or ""), mine.text, mine.came_from)
    except SavingError as error:
        st.session_state["tune_link_refused"] = str(error)
        return
    remember(token)
    kept = place(mine.text, mine.file, mine.came_from, chosen=token)
    kept.base, kept.runs = mine.base, mine.runs
    st.session_state["scenario"] = st.session_state["tune_link"] = token
