"""``opmodel new``: a scenario of one's own, started from a shipped one."""

from __future__ import annotations

import json
import re
import shlex
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
    if re.fullmatch(r"[^\W_][\w .,&'()-]*", target.stem) is None:
        raise WrongUsageError(f"{name!r}: a file's name begins with a letter or digit and holds no signs but .,&'()_-")
    if target.exists():
        raise WrongUsageError(f"{target}: exists already; nothing was written")
    if not target.parent.is_dir():
        raise WrongUsageError(f"{target}: the folder does not exist")
    beside = {target.parent / other: (shipped_folder() / other).read_text("utf-8") for other in _parents(source)}
    for path, shipped_text in beside.items():
        if path.exists() and path.read_text("utf-8") != shipped_text:
            raise WrongUsageError(f"{path}: exists already and is not the one {template} extends; use another folder")
    text = source.read_text("utf-8").replace(f"scenarios/{source.name}", str(target))
    text = re.sub(r"(?m)^name:.*$", lambda _: f"name: {json.dumps(target.stem, ensure_ascii=False)}", text, count=1)
    _write(target, text)
    beside[target.parent / SCHEMA_FILE] = (shipped_folder() / SCHEMA_FILE).read_text("utf-8")
    for path, shipped_text in beside.items():
        if not path.exists():
            _write(path, shipped_text)
    tell(f"Now try: opmodel compare {shlex.quote(str(target))}")


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
