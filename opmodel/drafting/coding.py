"""Codes for posts in the text of a scenario file, as loading gives them: posts, not people.

Wherever the text names the post it gets the code, comments included, so that nothing that is kept, compared or
downloaded holds the name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from opmodel.drafting.layout import Piece, layout
from opmodel.scenario.names import without_names
from opmodel.scenario.problems import Problem
from opmodel.scenario.reading import Node, read_text

#: Fields that hold prose, in which a name is replaced even where it is all they say.
_PROSE = {"name", "description", "source"}


@dataclass(frozen=True, slots=True)
class Coded:
    """A text in which posts have codes."""

    text: str
    """The scenario file."""
    codes: dict[str, str]
    """The code of each name that was replaced."""
    warnings: list[Problem]
    """One for each name; its line is that of the text as it was given."""
    root: Node | None
    """The tree of the text; None where names were replaced, as it would still hold them."""


def coded_text(text: str, file: str = "scenario") -> Coded | None:
    """The text with a code for every post whose name may be a person's.

    A word that also names a role, a team, a directorate or a type stays there, as it does on load.

    Returns:
        The text and what was replaced; None if it cannot be read as a scenario file.
    """
    root, problems = read_text(text, file)
    if root is None or problems:
        return None
    _, codes, warnings = without_names(root)
    if not codes:
        return Coded(text, {}, [], root)
    text = text.removeprefix("\ufeff")
    return Coded(_replaced(text, codes), codes, warnings, None)


def _replaced(text: str, codes: Mapping[str, str]) -> str:
    done: list[str] = []
    here = 0
    pattern = re.compile(
        r"(?<!\w)(?:" + "|".join(_spread(name) for name in sorted(codes, key=len, reverse=True)) + r")(?!\w)"
    )
    folded = {_squeezed(name): code for name, code in codes.items()}

    def in_words(said: str) -> str:
        return pattern.sub(lambda found: folded[_squeezed(found[0])], said)

    for start, end, value, names_a_post, prose in sorted(_scalars(layout(text), ())):
        done.append(in_words(text[here:start]))
        said = text[start:end]
        if names_a_post and value in codes:
            done.append(codes[value])
        elif value in codes and not prose:
            done.append(said)
        else:
            done.append(in_words(said))
        here = end
    return "".join([*done, in_words(text[here:])])


def _spread(name: str) -> str:
    """A pattern for a name, which may be broken across lines of a comment or a long text."""
    return r"[\s#]+".join(map(re.escape, name.split()))


def _squeezed(name: str) -> str:
    return " ".join(name.replace("#", " ").split())


def _scalars(piece: Piece, path: tuple[str, ...]) -> Iterator[tuple[int, int, str, bool, bool]]:
    """Every key and text: start, end, value, whether it names a post, whether it is prose."""
    if isinstance(piece.value, dict):
        for key, child in piece.value.items():
            yield child.key_start, child.key_end, key, _posts_below(path), False
            yield from _scalars(child, (*path, key))
    elif isinstance(piece.value, list):
        for child in piece.value:
            yield from _scalars(child, (*path, "*"))
    elif isinstance(piece.value, str):
        lead = len(path) > 2 and path[-1] == "lead" and path[-3] == "teams"
        trained = len(path) == 3 and path[0] == "training" and path[-1] == "post"
        yield piece.start, piece.end, piece.value, lead or trained, path[-1] in _PROSE


def _posts_below(path: tuple[str, ...]) -> bool:
    """Whether the keys of the mapping at a path name posts."""
    seats = len(path) > 2 and path[-1] == "seats" and path[-3] == "teams"
    return seats or path in (("posts",), ("hires",), ("training",))
