"""What all pages are made of: title and answer, sections, charts with their words, tables, problems."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st

from opmodel import charts
from opmodel.glossary import WORDS
from opmodel.shipped import shipped_folder
from opmodel.wording import USE, provenance_line, study_sentence

if TYPE_CHECKING:
    import pandas as pd

    from opmodel.scenario import Problem, Scenario

#: What a spreadsheet would take a text for a formula by.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
#: A number is not parted from its per cent sign at the end of a line.
PER_CENT = re.compile(r"(?<=\d) %")
#: Session key under which the site keeps its pages, by path.
PAGES = "_pages"


def opening(title: str, scenario: Scenario, *about: str) -> None:
    """A page's title, and which scenario and kind of study it shows.

    Args:
        title: the question the page answers.
        scenario: the one asked about.
        about: more sentences of plain text.
    """
    st.title(title)
    said = " ".join([f"{study_sentence(scenario)}", *about])
    st.markdown(f"**{plain(scenario.name)}** · {plain(said)}")


def answer(
    sentences: Sequence[str] | str, to: str = "how-sure", way: str = "What these assumptions are, and how sure we are",
    key: str = "answer",
) -> None:
    """The page's answer, first of all and in a box, with the way to the assumptions it rests on.

    Args:
        sentences: plain text; the last should end with "under these assumptions."
        to: path of the page that tells of the assumptions.
        way: what the link to it says.
        key: of the box; a page's second answer needs its own.
    """
    with st.container(border=True, key=key):
        for sentence in [sentences] if isinstance(sentences, str) else sentences:
            st.markdown(plain(sentence))
        link(to, way)


def link(path: str, label: str) -> None:
    """A link to another page of the site, with the same scenario and settings."""
    if page := st.session_state.get(PAGES, {}).get(path):
        keep = {name: value for name, value in st.query_params.to_dict().items() if name in KEPT_SETTINGS}
        st.page_link(page, label=label, query_params=keep)


#: Parameters of the address that all pages share.
KEPT_SETTINGS = ("scenario", "seed", "replications")


def section(title: str, meaning: str = "", about: str = "") -> None:
    """A section's heading.

    Args:
        title: what is shown.
        meaning: definition of its term, shown on hover.
        about: how to read it, in plain text.
    """
    st.header(title, help=meaning or None)
    if about:
        st.markdown(plain(about))


def figure(chart: Any, takeaway: str) -> None:
    """A chart; those who cannot see it are told what it says."""
    dark = st.context.theme.type == "dark"
    st.vega_lite_chart(charts.spec_of(chart, dark=dark), theme=None, alt=takeaway)


def figures(rows: pd.DataFrame, name: str = "The same in figures", *, index: bool = True) -> None:
    """The table beside a chart, to be unfolded."""
    with st.expander(name):
        table(rows, index=index)


def table(rows: pd.DataFrame, *, index: bool = True) -> None:
    """A table in which nothing acts as markup.

    Args:
        rows: texts and numbers as they are to be read.
        index: whether the index is a column, too.
    """
    words = rows.map(lambda value: plain(value) if isinstance(value, str) else value)
    if index:
        words.index = words.index.map(lambda value: plain(str(value))).rename(plain(str(rows.index.name or "of")))
    words.columns = words.columns.map(lambda value: plain(str(value)))
    st.table(words, hide_index=not index)


def download(label: str, rows: pd.DataFrame, file: str, key: str) -> None:
    """A table as a CSV file, with what it may be used for; made when it is asked for, as that takes a while."""
    st.download_button(label, partial(csv_of, rows), file, "text/csv", key=key, on_click="ignore", help=USE)


def csv_of(rows: pd.DataFrame) -> bytes:
    """A table as a CSV file in which a spreadsheet finds no formula."""
    safe = rows.map(lambda value: f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value)
    return bytes(safe.assign(use=USE).to_csv(index=False, lineterminator="\n").encode())


def resting_on(provenance: Mapping[str, Any]) -> None:
    """What a result rests on, at a page's end."""
    section("What this rests on")
    st.markdown(plain(provenance_line(provenance)))
    st.markdown(plain(USE))


def problems(found: Iterable[Problem]) -> None:
    """What is wrong with a scenario file, as the command line says it: file, line, column, field and remedy."""
    found = [_without_folders(problem) for problem in found]
    errors, warnings = ([p for p in found if p.warning is kind] for kind in (False, True))
    if errors:
        st.error(f"This scenario cannot be used: {len(errors)} problem{'s' * (len(errors) > 1)}.")
    elif warnings:
        st.warning("This scenario can be used, but look at this:")
    if found:
        st.code("\n".join(map(str, found)), language=None, wrap_lines=True)


def _without_folders(problem: Problem) -> Problem:
    """A problem that does not tell where the server keeps its files."""
    here = str(shipped_folder())
    text = problem.text.replace(f"{here}/", "").replace(here, "the folder of shipped scenarios")
    return replace(problem, file=Path(problem.file).name, text=text)


def fault(error: Exception | None) -> str:
    """A fault of the program in plain words, without its inside."""
    return (
        f"This could not be worked out ({type(error).__name__}). Nothing of yours is lost; please try again, "
        "and report it if it stays."
    )


def bullets(sentences: Iterable[str]) -> str:
    """Sentences as a list."""
    return "\n".join(f"- {plain(sentence[:1].upper() + sentence[1:])}" for sentence in sentences)


def plain(text: str) -> str:
    """Text in which nothing acts as Markdown; a percentage stands on one line."""
    safe = "".join(f"\\{letter}" if letter in "\\`*_{}[]()<>#+-.!|$~:&" else letter for letter in text)
    return PER_CENT.sub("\N{NO-BREAK SPACE}%", safe)


def words() -> None:
    """Every word of the field with its definition, to be opened anywhere."""
    with st.popover("What the words mean", width="stretch"):
        for word, meaning in WORDS.items():
            st.markdown(f"**{plain(word)}**: {plain(meaning)}")
