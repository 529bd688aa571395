"""Levers: what happens if demand, people, absence, hand-offs ... change, and what a new structure does beside them."""

from opmodel.levers.answers import Answer, Futures, what_if
from opmodel.levers.catalogue import LEVERS, Lever, Recruits
from opmodel.levers.figures import FIGURES, Choices
from opmodel.levers.options import Alternatives, Option, alternatives
from opmodel.levers.pulling import Pulled, pulled
from opmodel.levers.weighing import Weighed, weigh

__all__ = [
    "FIGURES", "LEVERS", "Alternatives", "Answer", "Choices", "Futures", "Lever", "Option", "Pulled", "Recruits",
    "Weighed", "alternatives", "pulled", "weigh", "what_if",
]
