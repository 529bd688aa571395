"""Explaining one structure: where requests' time goes, who is busy, where work piles up, what hangs on one person."""

from opmodel.explanation.causes import CAUSES, Cause
from opmodel.explanation.study import Explanation, explain

__all__ = ["CAUSES", "Cause", "Explanation", "explain"]
