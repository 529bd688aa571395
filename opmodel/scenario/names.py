"""Posts, not people: the key of a post, hire or training that looks like a person's name becomes a code on load.

The name is never stored, printed or drawn from; the seats and leads that use it follow.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from opmodel.scenario.inheritance import TAKEN
from opmodel.scenario.problems import Problem
from opmodel.scenario.reading import Node, Spot

_WARNING = (
    "a name with a capital letter or a space may be a person's; it is called '{code}' instead and "
    "the name is not kept"
)


def looks_like_a_person(name: str) -> bool:
    """Whether the key of a post, hire or training may be somebody's name."""
    return " " in name or name != name.lower()


def without_names(root: Node, known: dict[str, str] | None = None) -> tuple[Node, dict[str, str], list[Problem]]:
    """Replace personal names of posts by codes ``<role>_<number>``, wherever they are used.

    Args:
        root: the tree of a scenario.
        known: codes given before, by name.

    Returns:
        The tree with codes only, the code of each name, and one warning for each name replaced.
    """
    codes = dict(known or {})
    posts = {**_entries(root, "hires"), **_entries(root, "posts")}
    taken = {*posts, *_entries(root, "training"), *codes.values()}
    warnings: list[Problem] = []
    for path, name, spot in _uses(root):
        if looks_like_a_person(name) and name not in codes:
            codes[name] = _new_code(posts.get(name), taken, "training" if path == "training" else "post")
            taken.add(codes[name])
            warnings.append(spot.problem(path, _WARNING.format(code=codes[name]), warning=True))
    if not codes:
        return root, codes, []

    def renamed_keys(node: Node) -> Node:
        return _like(node, {codes.get(key, key): child for key, child in _entries(node).items()})

    def renamed_text(node: Node) -> Node:
        return _like(node, codes.get(node.value, node.value)) if isinstance(node.value, str) else node

    def renamed_teams(node: Node) -> Node:
        return _like(
            node,
            {
                name: _within(_within(team, "seats", renamed_keys), "lead", renamed_text)
                for name, team in _entries(node).items()
            },
        )

    def renamed_training(node: Node) -> Node:
        return _like(node, {
            codes.get(key, key): _within(entry, "post", renamed_text) for key, entry in _entries(node).items()
        })

    renames = {"posts": renamed_keys, "hires": renamed_keys, "training": renamed_training, "teams": renamed_teams}
    for key, rename in renames.items():
        root = _within(root, key, rename)
    return _within(root, "today", lambda today: _within(today, "teams", renamed_teams)), codes, warnings


def _uses(root: Node) -> Iterator[tuple[str, str, Spot]]:
    """Every place that names a post: the section, the name and where it stands."""
    for section in ("posts", "hires", "training"):
        for name, entry in _entries(root, section).items():
            if entry.value is not TAKEN:
                yield section, name, entry.key_at
    for name, entry in _entries(root, "training").items():
        post = _entries(entry).get("post")
        if post is not None and isinstance(post.value, str):
            yield f"training.{name}.post", post.value, post.at
    for path, teams in (("today.teams", _entries(root, "today", "teams")), ("teams", _entries(root, "teams"))):
        for team_name, team in teams.items():
            for name, seats in _entries(team, "seats").items():
                yield f"{path}.{team_name}.seats", name, seats.key_at
            lead = _entries(team).get("lead")
            if lead is not None and isinstance(lead.value, str):
                yield f"{path}.{team_name}.lead", lead.value, lead.at


def _entries(node: Node, *keys: str) -> dict[str, Node]:
    """The mapping at a path of the tree, empty if there is none."""
    for key in keys:
        child = _entries(node).get(key)
        if child is None:
            return {}
        node = child
    return node.value if isinstance(node.value, dict) else {}


def _new_code(post: Node | None, taken: set[str], otherwise: str) -> str:
    role = _entries(post).get("role") if post is not None else None
    text = role.value if role is not None and isinstance(role.value, str) else ""
    stem = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")[:50]
    stem = stem if stem[:1].isalpha() else otherwise
    number = 1
    while f"{stem}_{number}" in taken:
        number += 1
    return f"{stem}_{number}"


def _within(node: Node, key: str, rename: Callable[[Node], Node]) -> Node:
    entries = _entries(node)
    if key not in entries or not isinstance(entries[key].value, (dict, str)):
        return node
    return _like(node, {**entries, key: rename(entries[key])})


def _like(node: Node, value: object) -> Node:
    return Node(value, node.at, node.key_at)
