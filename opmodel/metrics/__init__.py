"""What a run's records say: metrics by group, and weekly series for charts."""

from opmodel.metrics.breakdowns import NOBODY, breakdowns
from opmodel.metrics.catalogue import HEADLINE, METRICS, Metric
from opmodel.metrics.measures import Measures, measure
from opmodel.metrics.weekly import SERIES, series
from opmodel.metrics.window import Window, window_of

__all__ = [
    "HEADLINE", "METRICS", "NOBODY", "SERIES", "Measures", "Metric", "Window", "breakdowns", "measure", "series",
    "window_of",
]
