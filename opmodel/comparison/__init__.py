"""Comparing structures: paired differences, verdicts, how many replications, what the assumptions' ranges do."""

from opmodel.comparison.assumptions import Assumptions, assumption_study, with_assumptions
from opmodel.comparison.structures import structures_of
from opmodel.comparison.study import Comparison, compare
from opmodel.comparison.verdicts import Verdict, verdict

__all__ = [
    "Assumptions", "Comparison", "Verdict", "assumption_study", "compare", "structures_of", "verdict",
    "with_assumptions",
]
