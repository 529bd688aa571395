"""Why: where does a request's time go under one structure, who is busy, and what hangs on one post?"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import streamlit as st

from opmodel.charts import why as charts
from opmodel.charts import why_flow as flow
from opmodel.charts import why_tables as tables
from opmodel.charts.reading import DUTIES
from opmodel.comparison.verdicts import display_name
from opmodel.explanation import CAUSES, explain
from opmodel.views import frame, work
from opmodel.views.address import choice
from opmodel.views.asked import asked, structures

if TYPE_CHECKING:
    from opmodel.explanation import Explanation
    from opmodel.jobs import Job
    from opmodel.scenario import Scenario

POSTS = "Teams, roles and skills of fewer than three posts are put together: nothing here speaks of one person."


def page() -> None:
    """Explain one structure of the scenario that was chosen."""
    asking = asked()
    known = structures(asking.scenario)
    frame.opening(
        "Why: where does a request's time go?", asking.scenario,
        f"{asking.replications} replications, each one possible future; means with 95 % intervals.",
    )
    name = choice(
        "Structure", list(known), "structure", words=display_name,
        help="The arrangement of teams to look into; the same people and requests in each.",
    )
    scenario, replications, seed = known[name], asking.replications, asking.seed
    work.watch(
        work.key_of("explain", {name: scenario}, seed, replications),
        f"Simulating {replications} futures under {display_name(name)}",
        partial(_work, scenario=scenario, seed=seed, replications=replications),
        _show, show_partial=_show_partial,
    )


def _work(job: Job, scenario: Scenario, seed: int, replications: int) -> Any:
    return explain(
        scenario, seed=seed, replications=replications, executor=work.executor(),
        on_progress=job.report, should_stop=job.should_stop, on_partial=job.offer,
    )


def _show_partial(found: Explanation) -> None:
    frame.answer(found.answer())
    _time(found)


def _show(found: Explanation) -> None:
    frame.answer(found.answer())
    _time(found)
    _busy(found)
    _bottlenecks(found)
    _ages(found)
    _flow(found)
    _cycles(found)
    _single(found)
    frame.resting_on(found.provenance)


def _time(found: Explanation) -> None:
    frame.section(
        "Where the time goes",
        "Every working day between raising and delivery is counted for exactly one cause. "
        + " ".join(f"{cause.label.capitalize()}: {cause.meaning}." for cause in CAUSES.values()),
        "Working days of an average delivered request, by cause; they add up to its lead time. Causes that took no "
        "time are not drawn.",
    )
    times = found.times()
    for duty in charts.duties_of(times):
        frame.figure(charts.time_by_cause(times, duty), charts.time_takeaway(times, duty))
    frame.table(tables.time_table(times, found.left_out()))


def _busy(found: Explanation) -> None:
    busy, spread = found.utilisation(), found.spread()
    frame.section(
        "Who is busy",
        "Utilisation: days with a task in hand, of days on duty. What is left are gaps between tasks; time for "
        "meetings and other corporate work is taken off beforehand, by a slower pace. A skill's people are those "
        "whose role has it at working level or above, whatever they work on.",
        POSTS,
    )
    for family in charts.families_of(busy):
        frame.figure(charts.utilisation_bars(busy, family), charts.utilisation_takeaway(busy, family))
    if not busy.empty:
        frame.table(tables.utilisation_table(busy), index=False)
    if not spread.empty:
        st.subheader("How evenly the work lies on people")
        st.markdown(frame.plain("Number of posts in each band of utilisation, in teams of three posts or more."))
        frame.figure(charts.spread_shades(spread), charts.spread_takeaway(spread))
        frame.table(tables.spread_table(spread))


def _bottlenecks(found: Explanation) -> None:
    table = found.bottlenecks()
    frame.section(
        "The bottleneck of each quarter",
        "The skill and team, or the board, at which tasks waited most days within 13 weeks; upkeep and requests "
        "never delivered count, too.",
        "Where most work stood waiting, on average over the quarter, and in how many futures it was the first.",
    )
    frame.figure(flow.bottleneck_bars(table), flow.bottleneck_takeaway(table))
    frame.table(tables.bottleneck_table(table), index=False)


def _ages(found: Explanation) -> None:
    ages = found.ages()
    frame.section(
        "How old the backlog is", "Backlog: requests raised and neither delivered nor abandoned. Age: working days "
        "since raising.", "Requests still open, by working days since they were raised.",
    )
    for column, duty in zip(st.columns(2), charts.duties_of(ages), strict=False):
        with column:
            st.subheader(DUTIES[duty])
            frame.figure(flow.age_shades(ages, duty), flow.age_takeaway(ages, duty))
            frame.table(tables.age_table(ages, duty))


def _flow(found: Explanation) -> None:
    table = found.flow()
    frame.section(
        "How requests flow",
        "Cumulative flow: the top edge is all requests raised, the backlog of the first day included; each area what "
        "has become of them. An area that widens is where work piles up.",
        "Requests since the start by what has become of them, means of all futures; below it only those open.",
    )
    st.markdown(frame.plain(flow.flow_takeaway(table)))
    frame.figure(flow.flow_areas(table), flow.flow_takeaway(table))
    st.subheader("Of these, open")
    frame.figure(flow.flow_areas(table, only_open=True), flow.flow_takeaway(table))
    frame.table(tables.flow_table(table, sorted(set(found.ages()["week"]))))


def _cycles(found: Explanation) -> None:
    points, lines = found.cycle_times(), found.cycle_percentiles()
    frame.section(
        "How long requests take once begun",
        "Cycle time: working days from the first start to delivery. Of delivered requests only; what is unfinished "
        "stands in the first table.",
        "Each point is a request of one possible future (at most 1,500 are drawn, picked by chance); lines say within "
        "how many days half, 85 % and 95 % of them were delivered, over all futures.",
    )
    for duty in charts.duties_of(lines):
        frame.figure(flow.cycle_scatter(points, lines, duty), flow.cycle_takeaway(points, lines, duty))
        st.markdown(frame.plain(flow.cycle_takeaway(points, lines, duty)))
    frame.table(tables.cycle_table(lines))


def _single(found: Explanation) -> None:
    single = found.single_points()
    frame.section(
        "What hangs on one person",
        "A skill at the level a task needs, which at the start one post in the organisation, or one post of a team, "
        "can do. Within reach: posts along the route of the requests that come to these teams, at least.",
        "By skill. Teams of fewer than three posts are counted, not named. How much of the work such posts do is shown "
        "for three of them or more together, never for one.",
    )
    st.markdown(frame.plain(charts.single_point_takeaway(single)))
    if not charts.drawn(single).empty:
        frame.figure(charts.single_point_bars(single), charts.single_point_takeaway(single))
    if not single.empty:
        frame.table(tables.single_point_table(single), index=False)
