"""How much a search may simulate, in full and in brief."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Effort:
    """How much a search may simulate: bounds, not targets."""

    told_on: int = 40
    """Futures in which what a step buys is told, and from which the gap to the targets is scaled."""
    first: int = 10
    """Futures of every candidate that was not screened out."""
    cap: int = 40
    """Most futures of a candidate."""
    tested: float = 1.0
    """Most futures of the question whether a plan is enough, as a share of those that tell it at this confidence."""
    shortlist: int = 16
    """Most candidates after screening."""
    pairs: int = 36
    """Most pairs tried where no single step helps."""
    neighbours: int = 24
    """Most plans looked at that differ by one exchange from the one found."""
    exchanges: int = 4
    """Most of them of which it is asked whether they are enough."""
    way: int = 1500
    """About how many runs tell on fresh futures what each step of the plan found buys."""


#: For a search of its own, and for one of several beside each other.
FULL, BRIEF = Effort(), Effort(told_on=20, first=8, cap=32, tested=0.5, shortlist=12, pairs=15,
                              neighbours=16, exchanges=3, way=400)
