"""Where every key and value of a scenario file stands in its text, to the character.

For editing a text in place; :mod:`opmodel.scenario.reading` is what refuses harmful texts, first.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml import events as ev

from opmodel.scenario.reading import scalar


@dataclass(slots=True)
class Piece:
    """A value in a text."""

    value: Any
    """The scalar, ``list[Piece]`` or ``dict[str, Piece]``."""
    start: int
    """Number of its first character; for nothing (``key:``) that after the colon."""
    end: int
    """Number of the character after its last, comments and line ends left out."""
    flow: bool
    """Whether it is written in one piece, with brackets if it is a mapping or a list."""
    key_start: int = -1
    """Where its key starts (-1 in a list)."""
    key_end: int = -1
    """Where its key ends."""
    column: int = 0
    """Of a mapping's keys, from 0."""
    plain: bool = False
    """Whether a scalar stands without quotes."""

    @property
    def bare(self) -> Any:
        """The plain Python value."""
        if isinstance(self.value, dict):
            return {key: child.bare for key, child in self.value.items()}
        return [child.bare for child in self.value] if isinstance(self.value, list) else self.value


def layout(text: str) -> Piece:
    """The pieces of a text that :func:`opmodel.scenario.reading.read_text` takes."""
    events = (event for event in YAML(typ="safe", pure=True).parse(text) if isinstance(event, ev.Event))
    for event in events:
        if isinstance(event, ev.NodeEvent):
            return _piece(event, events, text)
    return Piece(None, 0, 0, True)


def _piece(event: Any, events: Iterator[Any], text: str, after: int = 0) -> Piece:
    """The piece that begins with an event.

    Args:
        event: its first event.
        events: the events that follow.
        text: the whole text.
        after: where to put a piece that is nothing at all.
    """
    start, end = event.start_mark.index, event.end_mark.index
    if isinstance(event, ev.ScalarEvent):
        if event.implicit[0] and event.value == "":
            return Piece(None, after, after, True, plain=True)
        value = scalar(event.value) if event.implicit[0] else event.value
        end = start + len(text[start:end].rstrip()) if event.style in ("|", ">") else end
        return Piece(value, start, end, event.style not in ("|", ">"), plain=event.style is None)
    flow = bool(event.flow_style)
    last = start
    if isinstance(event, ev.SequenceStartEvent):
        items: list[Piece] = []
        for item in events:
            if isinstance(item, ev.SequenceEndEvent):
                return Piece(items, start, item.end_mark.index if flow else last, flow)
            items.append(_piece(item, events, text, item.start_mark.index))
            last = items[-1].end
    entries: dict[str, Piece] = {}
    column = 0
    for key in events:
        if isinstance(key, ev.MappingEndEvent):
            break
        if not entries:
            column = key.start_mark.column
        named = _piece(key, events, text, key.start_mark.index)
        colon = text.find(":", named.end)
        child = _piece(next(events), events, text, colon + 1)
        child.key_start, child.key_end = named.start, named.end
        entries[str(named.value)] = child
        last = child.end
    return Piece(entries, start, key.end_mark.index if flow else last, flow, column=column)
