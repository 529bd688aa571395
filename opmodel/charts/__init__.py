"""Charts of a comparison: tidy tables in, Altair charts out, each with its takeaway in words for alt text.

The tables are those of :class:`opmodel.comparison.Comparison`: ``summary()``, ``series()`` and ``targets()``.
"""

from opmodel.charts.flow import backlog_over_time, backlog_takeaway, throughput_bars, throughput_takeaway
from opmodel.charts.reading import DUTIES, duties, figures_table
from opmodel.charts.skills import skills_gap_heat_map, skills_gap_takeaway
from opmodel.charts.theme import PALETTE, theme
from opmodel.charts.times import in_time_rate, in_time_takeaway, lead_time_intervals, lead_time_takeaway

__all__ = [
    "DUTIES", "PALETTE", "backlog_over_time", "backlog_takeaway", "duties", "figures_table", "in_time_rate",
    "in_time_takeaway", "lead_time_intervals", "lead_time_takeaway", "skills_gap_heat_map", "skills_gap_takeaway",
    "theme", "throughput_bars", "throughput_takeaway",
]
