"""From a file to a plain tree that remembers where each key and value stands.

Only the harmless part of YAML is read: mappings with text keys, lists, and scalars of the YAML 1.2
core schema (null, true and false, decimal numbers, text). Aliases, anchors, tags, directives and
second documents are refused while the file is being parsed, before anything can grow out of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml import events as ev
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.reader import ReaderError

from opmodel.scenario.problems import UNSEEN, Problem

MAX_BYTES = 1_000_000
MAX_NODES = 20_000
MAX_DEPTH = 30
MAX_LINE = 100_000


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a file; line 0 where there is none (a change given beside the file)."""

    file: str
    line: int = 0
    col: int = 0

    def problem(self, path: str, text: str, *, warning: bool = False) -> Problem:
        """A problem at this place."""
        return Problem(self.file, self.line, self.col, path, text, warning)


@dataclass(frozen=True, slots=True)
class Node:
    """A value of a file: a scalar, a list of nodes or a mapping of nodes."""

    value: Any
    """The scalar, ``list[Node]`` or ``dict[str, Node]``."""
    at: Spot
    """Where the value starts."""
    key_at: Spot
    """Where its key stands (for a list's entry, the entry)."""

    @property
    def spot(self) -> Spot:
        """Where to point an author: at the value itself, or at the key of a mapping, a list or nothing."""
        return self.key_at if self.value is None or isinstance(self.value, (dict, list)) else self.at


class _RefusedError(Exception):
    """Reading stops here."""

    def __init__(self, spot: Spot, text: str) -> None:
        self.problem = spot.problem("", text)


def read_file(path: Path, file: str) -> tuple[Node | None, list[Problem]]:
    """Read a scenario file.

    Args:
        path: where it is.
        file: what it is called in problems.

    Returns:
        Its tree (None if it cannot be read at all), and the problems found.
    """
    try:
        if path.is_dir():
            text = "is a folder, not a scenario file"
        elif not path.exists():
            text = "no such file"
        elif not path.is_file():
            text = "is not an ordinary file"
        else:
            with path.open("rb") as stream:
                return _read_bytes(stream.read(MAX_BYTES + 1), file)
    except (OSError, ValueError) as error:
        text = f"cannot be read ({getattr(error, 'strerror', None) or error})"
    return None, [Spot(file).problem("", text)]


def read_text(text: str, file: str) -> tuple[Node | None, list[Problem]]:
    """Read a scenario given as text (pasted, uploaded); see :func:`read_file`."""
    return _read_bytes(text.encode(errors="surrogatepass"), file)


def _read_bytes(data: bytes, file: str) -> tuple[Node | None, list[Problem]]:
    start = Spot(file, 1, 1)
    if len(data) > MAX_BYTES:
        return None, [start.problem("", "is larger than 1 MB; a scenario is a few pages (a log goes in a trace file)")]
    try:
        text = data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        spot = Spot(file, before.count(b"\n") + 1, error.start - (before.rfind(b"\n") + 1) + 1)
        beside = ", and perhaps no text file at all (a scenario is one)" if b"\0" in data else ""
        return None, [spot.problem("", f"is not UTF-8 text{beside}; save it with the encoding UTF-8")]
    for number, line in enumerate(text.split("\n"), start=1):
        if len(line) > MAX_LINE:  # the parser takes quadratic time over some of them
            return None, [Spot(file, number, 1).problem("", f"has a line of more than {MAX_LINE:,} characters")]
    building = _Building(text, file)
    try:
        root = building.root()
    except _RefusedError as refused:
        return None, [*building.problems, refused.problem]
    if root.value is None:
        return None, [start.problem("", "is empty; 'opmodel new NAME' makes a scenario to start from")]
    if not isinstance(root.value, dict):
        kind = "a list" if isinstance(root.value, list) else "a single value"
        return None, [root.at.problem("", f"should be a mapping of fields (name: ...), not {kind}")]
    return root, building.problems


class _Building:
    """Builds the tree of one text from the parser's events."""

    def __init__(self, text: str, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self._events = self._checked(text)
        self._nodes = 0

    def root(self) -> Node:
        """The tree of the only document; a scalar None if there is none.

        Raises:
            _RefusedError: what was read may not stand in a scenario file.
        """
        root: Node | None = None
        for event in self._events:
            if isinstance(event, (ev.ScalarEvent, ev.CollectionStartEvent)):
                root = self._node(event, None, ())
        start = Spot(self.file, 1, 1)
        return root or Node(None, start, start)

    def _checked(self, text: str) -> Iterator[Any]:
        """The parser's events, as long as they are harmless."""
        documents = 0
        try:
            for event in YAML(typ="safe", pure=True).parse(text):
                if isinstance(event, ev.DocumentStartEvent):
                    documents += 1
                    if documents > 1:
                        raise _RefusedError(self._spot(event.start_mark), "a second document (---) is not allowed")
                    if event.version or event.tags:
                        raise _RefusedError(Spot(self.file, 1, 1), "directives (%YAML, %TAG) are not allowed")
                elif isinstance(event, ev.AliasEvent):
                    raise _RefusedError(self._spot(event.start_mark), "aliases (*name) are not allowed")
                elif isinstance(event, ev.NodeEvent):
                    self._check_node(event)
                yield event
        except MarkedYAMLError as error:
            unclosed = error.context_mark and "unexpected end of stream" in str(error.problem)
            mark = error.context_mark if unclosed else error.problem_mark or error.context_mark
            what = f"{error.context}, {error.problem}" if error.context else str(error.problem)
            raise _RefusedError(self._spot(mark), f"is not valid YAML: {_plain_words(what)}") from None
        except ReaderError as error:
            before = text[: error.position]
            spot = Spot(self.file, before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1)
            raise _RefusedError(spot, "holds a control character, which scenario files may not") from None
        except (YAMLError, ValueError, OverflowError):  # such as "\UFFFFFFFF"
            raise _RefusedError(Spot(self.file, 1, 1), "holds an escape that stands for no character") from None

    def _check_node(self, event: Any) -> None:
        spot = self._spot(event.start_mark)
        self._nodes += 1
        if event.anchor is not None:
            raise _RefusedError(spot, "anchors (&name) are not allowed")
        if getattr(event, "tag", None) is not None:
            raise _RefusedError(spot, "tags (!name) are not allowed")
        if self._nodes > MAX_NODES:
            raise _RefusedError(spot, f"holds more than {MAX_NODES:,} keys and values")

    def _node(self, event: Any, key_at: Spot | None, path: tuple[str, ...]) -> Node:
        at = self._spot(event.start_mark)
        if len(path) >= MAX_DEPTH:
            raise _RefusedError(at, f"is nested deeper than {MAX_DEPTH} levels")
        value: Any
        if isinstance(event, ev.ScalarEvent):
            value = self._scalar(event, at)
        elif isinstance(event, ev.SequenceStartEvent):
            value = [
                self._node(item, None, (*path, str(index)))
                for index, item in enumerate(self._until(ev.SequenceEndEvent))
            ]
        else:
            value = self._mapping(path)
        return Node(value, at, key_at or at)

    def _mapping(self, path: tuple[str, ...]) -> dict[str, Node]:
        entries: dict[str, Node] = {}
        for event in self._until(ev.MappingEndEvent):
            key = self._node(event, None, (*path, "?"))
            below = (*path, str(key.value)) if isinstance(key.value, str) else (*path, "?")
            child = self._node(next(self._events), key.at, below)
            if not isinstance(key.value, str):
                shown = "" if isinstance(key.value, (dict, list)) else f" (put quotes around {event.value or 'it'})"
                self.problems.append(key.at.problem(".".join(path), f"a key should be text{shown}"))
            elif "\n" in key.value:
                self.problems.append(key.at.problem(".".join(path), "a key should stand on one line"))
            elif key.value in entries:
                first = entries[key.value].key_at.line
                self.problems.append(key.at.problem(".".join(below), f"duplicate key, first given on line {first}"))
            else:
                entries[key.value] = child
        return entries

    def _until(self, end: type[Any]) -> Iterator[Any]:
        for event in self._events:
            if isinstance(event, end):
                return
            yield event

    def _scalar(self, event: Any, at: Spot) -> Any:
        if any("\ud800" <= character <= "\udfff" for character in event.value):
            raise _RefusedError(at, "holds half of a character (a lone surrogate)")
        if UNSEEN.search(event.value):
            raise _RefusedError(at, "holds a control character, which scenario files may not")
        return scalar(event.value) if event.implicit[0] else event.value

    def _spot(self, mark: Any) -> Spot:
        return Spot(self.file, mark.line + 1, mark.column + 1)


_WORDS = {
    word: value
    for text, value in (("null", None), ("true", True), ("false", False))
    for word in (text, text.title(), text.upper())
} | {"~": None, "": None}
_INTEGER = re.compile(r"[-+]?[0-9]{1,400}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_SPECIAL = re.compile(r"([-+]?)\.(inf|Inf|INF)|\.(nan|NaN|NAN)")


def scalar(text: str) -> Any:
    """The value of an unquoted scalar by the YAML 1.2 core schema (decimal numbers only)."""
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text):
        return float(text)
    if _SPECIAL.fullmatch(text):
        return float(text.replace(".", "", 1))
    return text


def read_value(text: str, spot: Spot) -> tuple[Node | None, list[Problem]]:
    """Read one value given beside the file: a scalar, or YAML if it starts with a bracket or a quote."""
    if not text.lstrip().startswith(("{", "[", '"', "'")):
        return node_of(scalar(text.strip()), spot), []
    building = _Building(text, spot.file)
    try:
        return node_of(bare(building.root()), spot), building.problems
    except _RefusedError as refused:
        return None, [spot.problem("", refused.problem.text)]


def bare(node: Node) -> Any:
    """The plain Python value of a tree."""
    if isinstance(node.value, dict):
        return {key: bare(child) for key, child in node.value.items()}
    return [bare(item) for item in node.value] if isinstance(node.value, list) else node.value


def node_of(value: Any, spot: Spot) -> Node:
    """The tree of a plain Python value, all of it at one place."""
    if isinstance(value, Mapping):
        value = {str(key): node_of(child, spot) for key, child in value.items()}
    elif isinstance(value, (list, tuple)):
        value = [node_of(child, spot) for child in value]
    return Node(value, spot, spot)


def _plain_words(text: str) -> str:
    """The parser's message in one line, without its jargon."""
    for jargon, plain in (
        ("while scanning for the next token, ", ""),
        ("while scanning a simple key, could not find expected ':'", "a ':' is missing after a key"),
        ("mapping values are not allowed here", "a ':' where none is expected (indent alike, or quote the text)"),
        ("<stream end>", "the end of the file"),
        ("<block end>", "the end of the indented block"),
        ("<block mapping start>", "a deeper or shallower indent (indent the keys of one mapping alike)"),
        ("while scanning a quoted scalar, found unexpected end of stream", "a quotation mark that is never closed"),
        ("'\\t'", "tab (indent with spaces)"),
        ("block mapping", "mapping"),
        ("block collection", "list"),
        ("flow mapping", "{ } mapping"),
        ("flow sequence", "[ ] list"),
        ("stream", "file"),
    ):
        text = text.replace(jargon, plain)
    return " ".join(text.split())
