"""Charts of a comparison: tidy tables in, Altair charts out, each with its takeaway in words for alt text.

The tables are those of :class:`opmodel.comparison.Comparison`: ``summary()``, ``series()`` and ``targets()``.
"""

from opmodel.charts.cards import cards
from opmodel.charts.flow import backlog_over_time, backlog_takeaway, throughput_bars, throughput_takeaway
from opmodel.charts.reading import DUTIES, duties, figures_table
from opmodel.charts.service import (
    READINGS,
    any_shortage,
    delivered_within,
    delivered_within_takeaway,
    gains_by_directorate,
    gains_table,
    gains_takeaway,
    shortage_heat_map,
    shortage_table,
    shortage_takeaway,
    waiting_heat_map,
    waiting_table,
    waiting_takeaway,
    within_table,
)
from opmodel.charts.skills import (
    marginal_gap_table,
    marginal_gap_takeaway,
    skills_gap_heat_map,
    skills_gap_takeaway,
    static_gap_table,
    static_gap_takeaway,
)
from opmodel.charts.theme import PALETTE, spec_of, theme
from opmodel.charts.times import (
    chance_by_month,
    chance_takeaway,
    chances_table,
    in_time_rate,
    in_time_takeaway,
    lead_time_intervals,
    lead_time_takeaway,
    targets_table,
)

__all__ = [
    "DUTIES", "PALETTE", "READINGS", "any_shortage", "backlog_over_time", "backlog_takeaway", "cards",
    "chance_by_month", "chance_takeaway", "chances_table", "delivered_within", "delivered_within_takeaway",
    "duties", "figures_table", "gains_by_directorate", "gains_table", "gains_takeaway", "in_time_rate",
    "in_time_takeaway", "lead_time_intervals", "lead_time_takeaway", "marginal_gap_table",
    "marginal_gap_takeaway", "shortage_heat_map", "shortage_table", "shortage_takeaway", "skills_gap_heat_map",
    "skills_gap_takeaway", "spec_of", "static_gap_table", "static_gap_takeaway", "targets_table", "theme",
    "throughput_bars", "throughput_takeaway", "waiting_heat_map", "waiting_table", "waiting_takeaway",
    "within_table",
]
