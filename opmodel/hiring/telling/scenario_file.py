"""The recommended team as a scenario file of its own, which gives the printed figures again."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

from opmodel.comparison.structures import structures_of
from opmodel.comparison.verdicts import display_name
from opmodel.drafting.writing import flow_text, plain_text
from opmodel.hiring.telling.phrases import asked_for, chance_words, cost_words, deed, met_words
from opmodel.hiring.trying.confirming import Confirmed
from opmodel.scenario.problems import ScenarioError, seen
from opmodel.shipped import shipped, shipped_names

if TYPE_CHECKING:
    from opmodel.scenario.scenario import Scenario

#: Parts of a number that is written as a mapping.
PARTS = {"base", "low", "high", "tag", "source"}
#: Longest name of a scenario.
LONGEST = 80


def checked_file(
    found: Confirmed, file: str, *, original: str = "", base: Scenario | None = None, folder: Path | None = None
) -> str:
    """The recommended team as a scenario file, read again before it is handed over.

    Args:
        found: the confirmed plan.
        file: name of the new file, for the command at its top.
        original: path of the original file as the new one is to state it. Empty where there is none.
        base: what the original says when it is loaded; None where it cannot be read.
        folder: where both lie.

    Returns:
        A file that extends the original if that says the same as the plan; else one that holds everything.
    """
    from opmodel.scenario.loading import check_text

    if original and base is not None:
        text = scenario_file(found, original, base=base, file=file)
        again, _ = check_text(text, PurePath(file).name, folder=folder)
        if again is not None and same(again, found.scenario):
            return text
    return scenario_file(found, file=file)


def scenario_file(
    found: Confirmed, original: str = "", *, base: Scenario | None = None, title: str = "", file: str = "FILE"
) -> str:
    """The recommended team as a scenario file that extends the original one.

    ``opmodel compare FILE -n FUTURES --seed SEED`` gives the printed figures again; the file says so at its top.

    Args:
        found: the confirmed plan.
        original: path of the original file, as the new one is to state it: in the same folder or below, as no file
            may extend one outside its own. Empty where there is none (an uploaded or edited scenario): then the new
            file holds everything.
        base: what the original says when it is loaded; the new file holds all that differs from it.
        title: name of the new scenario; default the old one's with ``, with hires``.
        file: name of the new file, for the command at its top.

    Raises:
        ValueError: an original without what it says.
    """
    name = _fitting(title or f"{found.question.scenario.name}, with hires")
    document = found.scenario.document()
    if original:
        if base is None:
            raise ValueError("what differs from the original cannot be told without what it says")
        said = {"extends": PurePath(original).as_posix(), "name": name, **_said(found, base)}
    else:
        said = {**document, "name": name}
        if document.get("trace"):
            said["trace"] = {**document["trace"], "file": PurePath(document["trace"]["file"]).name}
    return "\n".join(_header(found, original, base, name, file)) + "\n" + written(said)


def reproducing(found: Confirmed, original: str = "", file: str = "FILE") -> tuple[str, str]:
    """The command that gives a confirmed plan's figures again from its scenario file, and the row that has them."""
    try:
        under = [name for name, one in structures_of(found.scenario).items() if one.hash == found.scenario.hash]
    except ScenarioError:  # hired into a team that only this structure has: compare the two files as they are
        under = []
    alone = under or not original
    files = shlex.quote(file) if alone else f"{shlex.quote(original)} {shlex.quote(file)}"
    row = display_name(under[0]) if under else f"of {file}"
    return f"opmodel compare {files} -n {found.outcome.n} --seed {found.seed}", row


def same(one: Scenario, other: Scenario) -> bool:
    """Whether two scenarios give the same results: everything but name and description."""
    first, second = ({**s.document(), "name": "", "description": ""} for s in (one, other))
    return first == second


def said_of(changes: Mapping[str, object]) -> dict[str, object]:
    """Changes by dotted path as the nested mappings of a file."""
    said: dict[str, Any] = {}
    for path, value in changes.items():
        *before, last = path.split(".")
        here = said
        for key in before:
            here = here.setdefault(key, {})
        here[last] = value
    return said


def written(said: Mapping[str, Any], indent: int = 0) -> str:
    """Nested mappings as YAML: a line for each key, a number with its range and what is short on one line."""
    lines = []
    for key, value in said.items():
        start = " " * indent + plain_text(str(key)) + ":"
        if isinstance(value, Mapping) and value and not _short(value, len(start)):
            lines.append(f"{start}\n{written(value, indent + 2).rstrip()}")
        elif isinstance(value, list) and any(isinstance(item, Mapping) for item in value):
            lines += [start, *(f"{' ' * (indent + 2)}- {flow_text(item)}" for item in value)]
        else:
            lines.append(f"{start} {flow_text(value)}")
    return "\n".join(lines) + "\n"


def _short(value: Mapping[str, Any], before: int) -> bool:
    """Whether a mapping reads well on one line."""
    plain = not any(isinstance(child, Mapping) and child for child in value.values())
    return plain and (value.keys() <= PARTS or before + len(flow_text(value)) < 100)


def _said(found: Confirmed, base: Scenario) -> dict[str, Any]:
    """What the new file says beside its parent: what was asked, and the plan in its own short words."""
    asked, before = found.question.scenario, base.document()
    said = _apart(before, found.scenario.document())
    own = _apart(before, asked.document())
    plan = said_of(found.plan.changes(asked))
    for section in ("hires", "training"):
        entries = {**own.get(section, {}), **plan.get(section, {})}  # type: ignore[dict-item]
        said = {key: value for key, value in said.items() if key != section} | ({section: entries} if entries else {})
    return {key: value for key, value in said.items() if key not in ("name", "description")}


def _apart(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """What a child file must say so that ``before`` becomes ``after``; null takes a key away."""
    said: dict[str, Any] = {key: None for key in before if key not in after}
    for key, new in after.items():
        old = before.get(key)
        if key in before and old == new:
            continue
        another = not isinstance(old, Mapping) or not isinstance(new, Mapping) or old.get("kind") != new.get("kind")
        if another or _number(new) or _number(old):
            said[key] = _stated(_brief(new)) if key == "teams" else _brief(new)
        else:
            said[key] = _apart(before[key], new)
    return said


def _stated(teams: Mapping[str, Any]) -> dict[str, Any]:
    """Teams drawn by hand without what they leave open."""
    return {name: {key: value for key, value in team.items() if value is not None} for name, team in teams.items()}


def _number(value: Any) -> bool:
    return isinstance(value, Mapping) and value.keys() == PARTS


def _brief(value: Any) -> Any:
    """A number that somebody stated without a range as that number alone."""
    if _number(value):
        exact = value["low"] == value["base"] == value["high"] and value["tag"] == "file"
        return value["base"] if exact and value["source"] in ("", "stated by the file") else dict(value)
    if isinstance(value, Mapping):
        return {key: _brief(child) for key, child in value.items()}
    if isinstance(value, list):  # a list replaces its parent's, so what is not stated need not be said
        return [{k: v for k, v in brief.items() if v is not None} if isinstance(brief, Mapping) else brief
                for brief in map(_brief, value)]
    return value


def _header(found: Confirmed, original: str, base: Scenario | None, name: str, file: str) -> list[str]:
    """The comment at the top of a file: what it is, what it rests on and how to see the figures again."""
    asked, outcome = found.question, found.outcome
    command, row = reproducing(found, original, file)
    what = "The team that the hiring planner recommends" if found.holds else "The best team the hiring planner found"
    said = [
        "yaml-language-server: $schema=scenario.schema.json",
        f"{name}",
        f"{what}{f', laid over {original}' if original else ''}: {deed(found.plan)}.",
        f"It puts {cost_words(asked.scenario, found.plan)} on the budget of a full year.",
        f"Asked for: {asked_for(asked)}.",
        f"{met_words(asked)} in {chance_words(found)}, under these assumptions.",
        f"The same chance again, under 'Chance of meeting the targets', in the row {row}:",
        f"  {command}",
    ]
    if original and base is not None and _comes_with(original, base):
        said.append(f"It needs {original} in the same folder: opmodel new {original} --from {PurePath(original).stem}")
    if outcome.n < 2:
        said.append("One future says nothing of chance.")
    if not original and asked.scenario.trace is not None:
        said.append("Its log of arrivals must lie beside this file.")
    return [f"# {_line(text)}" for text in said]


def _comes_with(original: str, base: Scenario) -> bool:
    """Whether the original is a scenario that comes with opmodel, whatever its name became."""
    from opmodel.scenario.loading import check_scenario

    stem = PurePath(original).stem
    if original != f"{stem}.yaml" or stem not in shipped_names():
        return False
    there, _ = check_scenario(shipped(stem))
    return there is not None and same(there, base)


def _line(text: str) -> str:
    """A text that stays on one line of comment, whatever a user wrote."""
    return re.sub(r"\s+", " ", seen(text)) if not text.startswith("  ") else seen(text).replace("\n", " ")


def _fitting(name: str) -> str:
    """A scenario's name on one line, no longer than it may be."""
    plain = " ".join(seen(name).split())
    return plain if len(plain) <= LONGEST else plain[: LONGEST - 1] + "…"
