"""Values as a scenario file writes them, on one line and with quotes only where something could be misread."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from opmodel.scenario.reading import scalar

_PLAIN = re.compile(r"[A-Za-z0-9.+-][A-Za-z0-9 _.%+/()&'-]*")


def fitting(value: str) -> str:
    """A value's text as it may stand anywhere, inside braces too."""
    if value.startswith(("{", "[", '"', "'")):
        return " ".join(value.split("\n"))
    read = scalar(value)
    return plain_text(value) if isinstance(read, str) else value


def plain_text(value: str) -> str:
    """A text as YAML: without quotes where nothing could misread it."""
    safe = _PLAIN.fullmatch(value) and not value.endswith((" ", "-")) and isinstance(scalar(value), str)
    unclear = value.startswith(("-", ".", "+", "%")) or " -" in value or " &" in value
    return value if safe and not unclear else json.dumps(value, ensure_ascii=False)


def flow_text(value: Any) -> str:
    """A plain value as YAML on one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{plain_text(str(key))}: {flow_text(child)}" for key, child in value.items()) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(map(flow_text, value)) + "]"
    if isinstance(value, bool) or value is None:
        return "null" if value is None else str(value).lower()
    if isinstance(value, float):
        return repr(value)
    return plain_text(value) if isinstance(value, str) else str(value)
