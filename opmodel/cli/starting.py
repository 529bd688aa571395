"""``opmodel new``: a scenario of one's own, started from a shipped one."""

from __future__ import annotations

import json
import re
from pathlib import Path

from opmodel.cli.exits import WrongUsageError, tell
from opmodel.cli.results import replacing
from opmodel.scenario.problems import suggestion
from opmodel.shipped import SCHEMA_FILE, shipped, shipped_folder, shipped_names


def answer(name: str, template: str) -> None:
    """Copy a shipped scenario, with the files it extends and the schema its first line names."""
    try:
        source = shipped(template)
    except KeyError:
        known = shipped_names()
        near = suggestion(template, known)
        raise WrongUsageError(
            f"--from {template}: there is no such template{near or ' (known: ' + ', '.join(known) + ')'}"
        ) from None
    target = Path(name) if name.endswith((".yaml", ".yml")) else Path(f"{name}.yaml")
    if target.exists():
        raise WrongUsageError(f"{target}: exists already; nothing was written")
    if not target.parent.is_dir():
        raise WrongUsageError(f"{target}: the folder does not exist")
    text = source.read_text("utf-8").replace(f"scenarios/{source.name}", str(target))
    text = re.sub(r"(?m)^name:.*$", lambda _: f"name: {json.dumps(target.stem, ensure_ascii=False)}", text, count=1)
    _write(target, text)
    for beside in [SCHEMA_FILE, *_parents(source)]:
        if not (target.parent / beside).exists():
            _write(target.parent / beside, (shipped_folder() / beside).read_text("utf-8"))
    tell(f"Now try: opmodel compare {target}")


def _parents(source: Path) -> list[str]:
    """Names of the shipped files that one extends, near ones first."""
    found: list[str] = []
    while (said := re.search(r"(?m)^extends:\s*(\S+)", source.read_text("utf-8"))) and said[1] not in found:
        found.append(said[1])
        source = shipped_folder() / said[1]
    return found


def _write(path: Path, text: str) -> None:
    with replacing(path) as part:
        part.write_text(text, "utf-8", newline="\n")
    print(path)
