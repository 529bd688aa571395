"""Which groups a result is broken down by, and where each group stands in the arrays of totals.

There are two rows of columns. Both begin with the whole window (``all``) and the milestones; *request*
columns go on with directorates, types and classes of service, *people* columns with teams, roles and skills.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from opmodel.scenario.demand import CLASSES

if TYPE_CHECKING:
    from opmodel.metrics.window import Window
    from opmodel.records import Names

#: Families of groups, in the order of the columns.
REQUEST_FAMILIES = ("all", "milestone", "directorate", "type", "class")
PEOPLE_FAMILIES = ("all", "milestone", "team", "role", "skill")


class Layout(NamedTuple):
    """Names of all groups of a run; small, hashable, the same in every replication of a scenario."""

    directorates: tuple[str, ...]
    types: tuple[str, ...]
    teams: tuple[str, ...]
    roles: tuple[str, ...]
    skills: tuple[str, ...]
    milestones: tuple[int, ...]
    groups: bool = True
    """Whether anything beyond the whole window and its milestones is reported."""
    extra: tuple[str, ...] = ()
    """Names of metrics a caller added."""


def layout_of(names: Names, window: Window, groups: bool = True, extra: tuple[str, ...] = ()) -> Layout:
    """The layout of results for a run with these names, read through this window."""
    return Layout(
        names.directorates, names.types, names.teams, names.roles, names.skills, window.milestones, groups, extra
    )


def members(layout: Layout, family: str) -> tuple[str, ...]:
    """The groups of one family as results name them, such as ``directorate=Housing``."""
    if family == "all":
        return ("all",)
    values: dict[str, tuple[str | int, ...]] = {
        "milestone": layout.milestones,
        "directorate": layout.directorates,
        "type": layout.types,
        "class": CLASSES,
        "team": layout.teams,
        "role": layout.roles,
        "skill": layout.skills,
    }
    return tuple(f"{family}={value}" for value in values[family])


@lru_cache(maxsize=256)
def columns(layout: Layout) -> dict[str, slice]:
    """Where each family of groups stands in its row of columns."""
    found: dict[str, slice] = {}
    for families in (REQUEST_FAMILIES, PEOPLE_FAMILIES):
        at = 0
        for family in families:
            size = len(members(layout, family))
            found[family] = slice(at, at + size)
            at += size
    return found
