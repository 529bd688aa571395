"""What is wrong with a scenario file, said so that its author can mend it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

#: What a terminal obeys instead of showing: control characters (line ends and tabs apart), changes of direction.
UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def seen(text: str) -> str:
    """The text with a question mark for what a terminal would obey."""
    return UNSEEN.sub("?", text)


@dataclass(frozen=True, order=True, slots=True)
class Problem:
    """One thing wrong with a scenario file, or (a warning) worth a second look."""

    file: str
    """File in which it stands; ``--set`` for a change given beside the file."""
    line: int
    """Line, from 1; 0 where no line can be named."""
    col: int
    """Column, from 1."""
    path: str
    """Dotted path of the field, such as ``request_types.foi.steps.0.share``."""
    text: str
    """What is wrong and how to mend it, in plain words."""
    warning: bool = False
    """Whether the scenario can be run all the same."""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.col}" if self.line else self.file
        parts = (place, "warning" * self.warning, self.path, self.text)
        return seen(": ".join(part for part in parts if part)).replace("\n", "?")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong, or (a warning) worth a second look, in a Scenario that no longer knows its file."""

    keys: tuple[str | int, ...]
    """The path of the field."""
    text: str
    """What is wrong and how to mend it."""
    warning: bool = False
    """Whether the scenario can be run all the same."""
    of_key: bool = False
    """Whether it is about the last key itself, not about its value."""

    @property
    def path(self) -> str:
        """The dotted path."""
        return ".".join(map(str, self.keys))


class ScenarioError(Exception):
    """A scenario cannot be used: every problem of its file and of the files it extends, at once."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Keep the problems, in the order of file and line."""
        self.problems: list[Problem] = sorted(problems)
        super().__init__("\n".join(map(str, self.problems)))

    def __reduce__(self) -> tuple[type[ScenarioError], tuple[list[Problem]]]:
        """Pickle with the problems (worker processes may raise it)."""
        return ScenarioError, (self.problems,)


def not_among(what: str, names: Mapping[Any, str], known: Collection[str]) -> Iterator[Finding]:
    """One finding for each name, by its keys, that is not known."""
    for keys, name in names.items():
        if name not in known:
            yield Finding(keys, f"unknown {what} '{name}'{suggestion(name, known)}", of_key=keys[-1] == name)


def suggestion(word: object, known: Iterable[str]) -> str:
    """The end of a sentence about an unknown word: the nearest known one, or all of them if few."""
    names = list(known)
    folded = {name.casefold(): name for name in names}
    near = difflib.get_close_matches(str(word).casefold(), folded, n=1)
    if near:
        return f", did you mean '{folded[near[0]]}'?"
    return f" (known: {', '.join(names)})" if 0 < len(names) <= 12 else ""
