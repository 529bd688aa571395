"""What the hiring planner found: the answer first, then each part with its chart, its table and its downloads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import PurePath
from typing import TYPE_CHECKING

import streamlit as st

from opmodel.charts import hiring as charts
from opmodel.charts import hiring_steps as steps
from opmodel.charts import hiring_tables as said
from opmodel.charts.reading import spoken
from opmodel.charts.skills import marginal_gap_table
from opmodel.glossary import meaning
from opmodel.hiring.telling import tables, words
from opmodel.hiring.telling.caveats import notes as notes_of
from opmodel.hiring.telling.establishment import establishment
from opmodel.hiring.telling.found import shown as team_of
from opmodel.hiring.telling.found import strayed, way_of
from opmodel.hiring.telling.further import openings_title
from opmodel.hiring.telling.phrases import rests_on
from opmodel.hiring.telling.reasons import why_not
from opmodel.hiring.telling.scenario_file import checked_file
from opmodel.hiring.telling.searches import beyond_words, search_words, way_title
from opmodel.hiring.telling.structured import rearranged
from opmodel.shipped import shipped_folder
from opmodel.views import frame
from opmodel.views.address import choice
from opmodel.wording import USE, listed

if TYPE_CHECKING:
    from opmodel.hiring.plan import HiringPlan
    from opmodel.hiring.searching.path import Path
    from opmodel.hiring.searching.sweep import Sweep
    from opmodel.hiring.trying.confirming import Confirmed
    from opmodel.hiring.weighing.binding import Binding
    from opmodel.scenario.scenario import Scenario

#: Sentences of the answer that stand in its box; the others follow as a list.
FIRST = 2
#: What the charts of single targets show, which single futures are not.
AVERAGES = (
    "The charts of single targets: the line is the average over futures, the band says how surely that average is "
    "known (95 %); single futures lie further out."
)
INTERVALS = "Intervals are 95 %, each by itself."


def show(
    plan: HiringPlan, file: str, *, coming: bool, base: Scenario | None = None, asked: Sequence[str] = ()
) -> None:
    """Draw a plan, or the parts of it that are there.

    Args:
        plan: what was found.
        file: name of the scenario file that was asked about.
        coming: whether more is being worked out.
        base: what that file says, if it comes with opmodel, so that a recommended scenario may extend it; None of a
            visitor's own: then the file of the recommended scenario holds everything.
        asked: parts that were asked for; those that came to nothing are named.
    """
    with st.container(key="hires_found"):
        _parts(plan, file, coming, base, asked)


def _parts(plan: HiringPlan, file: str, coming: bool, base: Scenario | None, asked: Sequence[str]) -> None:
    _answer(plan, coming)
    if plan.sweeps:
        _sweeps(plan)
    if plan.path is not None:
        _path(plan.path, way_title(plan), "way")
    if plan.within is not None:
        _path(plan.within, "The best within the budget", "within")
    team = team_of(plan)
    if team is not None and len(team.plan):
        _establishment(team, file, base)
    if plan.structures:
        _structures(plan)
    if plan.shadow:
        _shadow(plan)
    if plan.timing is not None:
        _timing(plan)
    if plan.freezes:
        _freezes(plan)
    if plan.binding is not None:
        _binding(plan, plan.binding)
    if not coming:
        if missing := said.missing_words(plan, asked):
            frame.section("Not worked out")
            st.markdown(frame.bullets(missing))
        _rests(plan)


def _answer(plan: HiringPlan, coming: bool) -> None:
    team = team_of(plan)
    if coming:
        st.markdown("**So far.** Further parts follow below as they are worked out.")
        if team is None or not team.holds:  # what is still looked for is not said to be impossible
            return
        plan = replace(plan, finished=True)  # it goes on: nobody stopped it
    said = words.answer(plan)
    first = FIRST + len(list(rearranged(plan)))
    frame.answer(said[:first])
    st.markdown(frame.bullets(said[first:]))


# -- numbers of hires --------------------------------------------------------------------------------


def _sweeps(plan: HiringPlan) -> None:
    found = plan.sweeps
    asked = found[0].question
    frame.section(
        "Chance by number of hires",
        "The chance is the share of possible futures in which all targets are met by the week asked for.",
        f"Every number is tried in the same {found[0].outcomes[0].n} futures and read by week {asked.week}. Bands are "
        "95 % intervals, each by itself; differences between numbers of hires are surer than the bands show, as all "
        f"live through the same futures. {said.seats_words(plan)}{_diamond(found)}",
    )
    shown = _chosen_role(found)
    frame.figure(charts.chance_chart(shown), charts.chance_takeaway(shown))
    if beyond := [f"{name}: {beyond_words(one)}" for name, one in zip(charts.named(shown), shown, strict=True)
                  if beyond_words(one)]:
        st.markdown(frame.bullets(beyond))
    drawn = {target: charts.target_chart(shown, target) for target in charts.targets_of(shown)}
    if any(drawn.values()):
        st.markdown(frame.plain(AVERAGES))
    for target, wanted in charts.targets_of(shown).items():
        st.subheader(frame.plain(wanted[:1].upper() + wanted[1:]))
        chart = drawn[target]
        if chart is None:
            st.markdown(charts.unseen(shown, target))
        else:
            frame.figure(chart, charts.target_takeaway(shown, target))
    names = charts.named(shown)
    for name, one in zip(names, shown, strict=True):
        frame.figures(charts.sweep_table(one), frame.plain(f"The same in figures: {name}"))
    st.subheader("How likely, by when")
    st.markdown(
        f"{_cells(asked.scenario)} ✓ where its whole interval is at least the confidence asked for, ? where so many "
        "futures cannot tell."
    )
    for name, one in zip(names, shown, strict=True):
        if len(shown) > 1:
            st.markdown(f"**{frame.plain(name)}**")
        frame.figure(charts.months_heat_map(one), charts.months_takeaway(one))
        frame.figures(charts.months_table(one), frame.plain(f"With intervals: {name}"))
    with st.container(horizontal=True):
        frame.download("Download the figures of each number (CSV)", tables.figures(plan), "hires-figures.csv",
                       "hire_csv_figures")
        frame.download("Download the chances (CSV)", tables.chances(plan), "hires-chances.csv", "hire_csv_chances")


def _diamond(found: Sequence[Sweep]) -> str:
    """What a diamond is, where there is one."""
    if all(one.confirmed is None for one in found):
        return ""
    return " A diamond marks the smallest number that is enough, at its chance on fresh futures."


def _cells(scenario: Scenario) -> str:
    """What a cell of the heat map counts: a target that was met once may be missed again."""
    if scenario.study.kind == "steady_state":
        return "Each cell: share of futures in which all targets are met over the whole window."
    return (
        "Each cell: share of futures in which all targets are met then: rates and lead times are those of the "
        f"{scenario.targets.over_weeks} weeks before it, backlogs those of the day. A target that was met may be "
        "missed later, so a chance can fall."
    )


def _chosen_role(found: tuple[Sweep, ...]) -> tuple[Sweep, ...]:
    """Curves of one role and contract where there are several of them under several structures."""
    kinds = [", ".join(filter(None, (one.step.who, charts.terms_words(one.step)))) for one in found]
    if len(set(kinds)) < 2 or len({one.name for one in found}) < 2:
        return found
    chosen = choice("Role shown", list(dict.fromkeys(kinds)), "hire_shown", words=spoken)
    return tuple(one for one, kind in zip(found, kinds, strict=True) if kind == chosen)


# -- the way and the team ----------------------------------------------------------------------------


def _path(path: Path, title: str, key: str) -> None:
    frame.section(
        title, "Each step is the one of all that are allowed that closes most of the gap to the targets for its money.",
        f"{search_words(path)} Figures of steps rest on {_futures_of(path)} "
        f"{'fresh futures' if path.way else 'futures of the search'}. {INTERVALS}",
    )
    if not way_of(path):
        st.markdown("No step was left in the end." if path.bought else "No step was taken.")
    else:
        frame.figure(steps.way_chart(path), steps.way_takeaway(path))
        st.subheader("What each step takes off the backlog")
        frame.figure(steps.buys_chart(path), steps.buys_takeaway(path))
        frame.table(said.way_words(path), index=False)
        frame.download("Download the steps (CSV)", tables.way(path), f"hires-{key}.csv", f"hire_csv_{key}")
    if strayed(path):
        with st.expander("How the search came there"):
            frame.table(said.course_words(path), index=False)
            st.markdown(frame.bullets(said.trimmed(path)))


def _futures_of(path: Path) -> str:
    return listed(sorted({str(one.futures) for one in way_of(path)})) or "first"


def _establishment(team: Confirmed, file: str, base: Scenario | None) -> None:
    frame.section(
        "The establishment", "Posts by team and role; no post is attached to a person.",
        f"{'Recommended' if team.holds else 'The best team that was tried'}, beside today's. Posts, not people.",
    )
    rows = establishment(team.question, team.plan)
    costs = said.costs_by_contract(team.question, team.plan)
    changed = rows[(rows["change"] != 0) | (rows["temporary"] > 0) | (rows["cost"] > 0)]
    if len(changed):
        frame.table(said.establishment_words(changed, costs), index=False)
    else:
        trained = any(step.kind == "train" for step in team.plan.steps)
        st.markdown(f"No post changes{'; people are trained' if trained else ''}.")
    with st.expander("The whole establishment"):
        frame.table(said.establishment_words(rows, costs), index=False)
    extends = "Holds everything." if base is None else f"Extends {file}: keep both in one folder."
    with st.container(horizontal=True):
        frame.download("Download the establishment (CSV)", rows, "establishment.csv", "hire_csv_posts")
        st.download_button(
            "Download as a scenario file", partial(_scenario, team, file, base), _file_name(file), "application/yaml",
            key="hire_yaml", on_click="ignore", help=frame.plain(f"{extends} {USE}"),
        )


def _file_name(file: str) -> str:
    """What the recommended scenario's file is called."""
    return f"{PurePath(file).stem}-with-hires.yaml"


def _scenario(team: Confirmed, file: str, base: Scenario | None) -> bytes:
    """The team as a scenario file, read again before it is handed over."""
    name = _file_name(file)
    return checked_file(team, name, original=file, base=base, folder=shipped_folder()).encode()


def _structures(plan: HiringPlan) -> None:
    frame.section(
        "Under each structure", meaning("structure"),
        "The cheapest mix under each structure, at its plain preset and at its own best arrangement of the same "
        "people, each searched with the same effort and shown on fresh futures. Each structure has teams of its own, "
        "so a limit to single teams does not hold here, and nobody is moved between teams.",
    )
    frame.figure(steps.needed_chart(plan.structures), steps.needed_takeaway(plan.structures))
    frame.table(said.needed_words(plan), index=False)
    frame.download("Download what each structure needs (CSV)", tables.needed(plan), "hires-structures.csv",
                   "hire_csv_structures")


def _shadow(plan: HiringPlan) -> None:
    frame.section(
        "One more of each skill", meaning("skills gap"),
        "Backlog that one more practitioner of each skill, there from the first day, would remove by the week asked "
        f"for, over {plan.shadow_futures} futures. 95 % intervals; they hold together over the skills.",
    )
    table = marginal_gap_table(plan.shadow)
    frame.figure(steps.shadow_chart(plan.shadow), said.shadow_takeaway(plan))
    frame.figures(table)
    frame.download("Download the figures of each skill (CSV)", tables.shadow(plan), "hires-skills.csv",
                   "hire_csv_skills")


def _timing(plan: HiringPlan) -> None:
    assert plan.timing is not None
    if plan.timing.confirmed.holds:
        what = "The latest openings found with which the targets are met as surely as asked for."
    elif plan.timing.moved:
        what = "Openings that were enough in the futures in which they were chosen, but not in further ones."
    else:
        what = "Even with these openings the targets are not met as surely as asked for."
    frame.section(
        openings_title(plan.timing), meaning("vacancy"),
        f"{what} Bars: recruiting, then ramp-up; lines below: the first day in four of five possible futures.",
    )
    frame.figure(steps.openings_chart(plan.timing), steps.openings_takeaway(plan.timing))
    frame.table(said.openings_words(plan.timing), index=False)
    frame.download("Download the openings (CSV)", tables.openings(plan.timing), "hires-openings.csv",
                   "hire_csv_openings")


def _freezes(plan: HiringPlan) -> None:
    frame.section(
        "What a hiring freeze costs", "",
        f"{'The recommended team' if plan.recommended is not None else 'The best mix found'} where no vacancy may open "
        f"for so many months, but whoever leaves is replaced, in the same {plan.freezes[0].outcome.n} fresh futures. "
        f"{INTERVALS}",
    )
    frame.figure(steps.freeze_chart(plan.freezes, plan.question.confidence), steps.freeze_takeaway(plan.freezes))
    frame.table(said.freeze_words(plan), index=False)
    frame.download("Download the freezes (CSV)", tables.freezes(plan), "hires-freeze.csv", "hire_csv_freeze")


def _binding(plan: HiringPlan, found: Binding) -> None:
    frame.section(
        "Why not, and what would have to change", "",
        "The best plan found is tried again with one constraint lifted at a time, in fresh futures. " + INTERVALS,
    )
    with st.container(border=True, key="answer_binding"):
        for sentence in why_not(plan):
            st.markdown(frame.plain(sentence))
    frame.table(said.lifted_words(found), index=False)
    frame.table(said.targets_words(found), index=False)
    frame.download("Download the constraints (CSV)", tables.lifted(found), "hires-constraints.csv",
                   "hire_csv_constraints")


def _rests(plan: HiringPlan) -> None:
    if notes := notes_of(plan):
        frame.section("What to know beside")
        st.markdown(frame.bullets(notes))
    frame.section("What this rests on")
    st.markdown(frame.plain(rests_on(plan)))
    st.markdown(frame.plain(USE))

