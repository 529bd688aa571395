"""The recommended establishment: by team and role beside today's, and as a scenario file of its own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from opmodel.comparison.structures import structures_of
from opmodel.drafting.writing import flow_text, plain_text
from opmodel.flow.seating import seating
from opmodel.hiring.asking.costs import stay, yearly_cost
from opmodel.hiring.asking.question import Question
from opmodel.hiring.asking.steps import Plan
from opmodel.hiring.telling.words import asked_for, chance_words, cost_words, deed, met_words
from opmodel.hiring.trying.confirming import Confirmed
from opmodel.scenario.problems import ScenarioError, seen

if TYPE_CHECKING:
    import pandas as pd

    from opmodel.scenario.scenario import Scenario

#: Parts of a number that is written as a mapping.
PARTS = {"base", "low", "high", "tag", "source"}
#: Longest name of a scenario.
LONGEST = 80


def establishment(question: Question, plan: Plan) -> pd.DataFrame:
    """Seats by team and role, today and with the plan.

    These are posts, not people: no post is attached to a person, and a role with a single post is shown like any other.
    Whoever leaves again is not part of the establishment and stands beside it.

    Returns:
        team, role, today, planned, change (seats that stay), fte_today, fte_planned, temporary (seats of people who
        leave again, not in the figures before), cost (pounds in a full year of what is added), contract (of what is
        added, if not permanent).
    """
    import pandas as pd

    base, planned = question.scenario, plan.scenario(question.scenario)
    before, after = _seats(base), _seats(planned)
    added: dict[tuple[str, str], float] = {}
    contracts: dict[tuple[str, str], set[str]] = {}
    names = plan.names
    for step, count in plan.counts:
        if step.kind == "hire":
            for key, share in _shares_of(planned, names[step], step.who).items():
                added[key] = added.get(key, 0.0) + count * share * yearly_cost(base, step)
                contracts.setdefault(key, set()).add(step.contract)
    leaving = {names[step] for step, _ in plan.counts if step.kind == "hire" and stay(base, step) is not None}
    short = _seats(planned, only=leaving)
    rows = []
    for key in dict.fromkeys((*before, *after)):
        now, then, gone = before.get(key, (0, 0.0)), after.get(key, (0, 0.0)), short.get(key, (0, 0.0))
        kinds = sorted(contracts.get(key, set()) - {"permanent"})
        rows.append((
            *key, now[0], then[0] - gone[0], then[0] - gone[0] - now[0], now[1], then[1] - gone[1], gone[0],
            added.get(key, 0.0), ", ".join(kind.replace("_", " ") for kind in kinds),
        ))
    columns = [
        "team", "role", "today", "planned", "change", "fte_today", "fte_planned", "temporary", "cost", "contract",
    ]
    return pd.DataFrame(rows, columns=columns)


def _seats(scenario: Scenario, only: set[str] | None = None) -> dict[tuple[str, str], tuple[int, float]]:
    """Number and full-time equivalents of seats by team and role; of some entries under ``hires`` alone, if named."""
    found: dict[tuple[str, str], tuple[int, float]] = {}
    seated = seating(scenario)
    for team in seated.teams:
        for s in team.seats:
            seat = seated.seats[s]
            if only is None or (seat.hire is not None and seat.post in only):
                count, fte = found.get((team.name, seat.role), (0, 0.0))
                found[team.name, seat.role] = (count + 1, fte + seat.fte)
    return found


def _shares_of(scenario: Scenario, hire: str, role: str) -> dict[tuple[str, str], float]:
    """Where the people of one entry under ``hires`` sit: their share by team and role."""
    found = _seats(scenario, only={hire})
    total = sum(count for count, _ in found.values())
    return {key: count / total for key, (count, _) in found.items()} if total else {("", role): 1.0}


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
        base: what the original says when it is loaded; the new file holds all that differs from it. None where nothing
            but what the planner lays over a scenario (targets, milestones, the structure) may differ.
        title: name of the new scenario; default the old one's with ``, with hires``.
        file: name of the new file, for the command at its top.
    """
    name = _fitting(title or f"{found.question.scenario.name}, with hires")
    document = found.scenario.document()
    if original:
        changed = _laid_over(found) if base is None else _said(found, base)
        said = {"extends": PurePath(original).as_posix(), "name": name, **changed}
    else:
        said = {**document, "name": name}
        if document.get("trace"):
            said["trace"] = {**document["trace"], "file": PurePath(document["trace"]["file"]).name}
    return "\n".join(_header(found, original, name, file)) + "\n" + written(said)


def reproducing(found: Confirmed, original: str = "", file: str = "FILE") -> str:
    """The command that gives a confirmed plan's figures again from its scenario file."""
    try:
        alone = any(s.hash == found.scenario.hash for s in structures_of(found.scenario).values())
    except ScenarioError:  # hired into a team that only this structure has: compare the two files as they are
        alone = False
    files = _word(file) if alone or not original else f"{_word(original)} {_word(file)}"
    return f"opmodel compare {files} -n {found.outcome.n} --seed {found.seed}"


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


def _laid_over(found: Confirmed) -> dict[str, Any]:
    """What the planner lays over a scenario, in whole sections."""
    document, asked = found.scenario.document(), found.question.scenario
    said: dict[str, Any] = {
        "study": {"milestones_weeks": document["study"]["milestones_weeks"]},
        "targets": _brief(document["targets"]),
    }
    if found.scenario.teams is None:
        said |= {"teams": None, "structure": _brief(document["structure"])}
    elif found.scenario.teams != asked.teams:
        said |= {"structure": None, "teams": _stated(_brief(document["teams"]))}
    plan = said_of(found.plan.changes(asked))
    return said | {section: plan[section] for section in ("hires", "training") if section in plan}


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


def _header(found: Confirmed, original: str, name: str, file: str) -> list[str]:
    """The comment at the top of a file: what it is, what it rests on and how to see the figures again."""
    asked, outcome = found.question, found.outcome
    what = "The team that the hiring planner recommends" if found.holds else "The best team the hiring planner found"
    said = [
        "yaml-language-server: $schema=scenario.schema.json",
        f"{name}",
        f"{what}{f', laid over {original}' if original else ''}: {deed(found.plan)}.",
        f"It puts {cost_words(asked.scenario, found.plan)} on the budget of a full year.",
        f"Asked for: {asked_for(asked)}.",
        f"{met_words(asked)} in {chance_words(found)}, under these assumptions.",
        "The same figures again:",
        f"  {reproducing(found, original, file)}",
    ]
    if outcome.n < 2:
        said.append("One future says nothing of chance.")
    if not original and asked.scenario.trace is not None:
        said.append("Its log of arrivals must lie beside this file.")
    return [f"# {_line(text)}" for text in said]


def _line(text: str) -> str:
    """A text that stays on one line of comment, whatever a user wrote."""
    return re.sub(r"\s+", " ", seen(text)) if not text.startswith("  ") else seen(text).replace("\n", " ")


def _word(path: str) -> str:
    """A path as a word of a command line."""
    import shlex

    return shlex.quote(path)


def _fitting(name: str) -> str:
    """A scenario's name on one line, no longer than it may be."""
    plain = " ".join(seen(name).split())
    return plain if len(plain) <= LONGEST else plain[: LONGEST - 1] + "…"
