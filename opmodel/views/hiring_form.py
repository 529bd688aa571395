"""The question of the page 'How many hires?': by when, how sure, who may be hired, what else to work out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, get_args

import streamlit as st

from opmodel.charts.reading import spoken
from opmodel.hiring.asking.question import Question, question
from opmodel.hiring.asking.scope import Scope, can_be_named, lasting, limits
from opmodel.hiring.parts import Part
from opmodel.hiring.searching.sweep import SWEPT
from opmodel.hiring.telling.phrases import month_words, plural
from opmodel.levers.catalogue import commonest_role
from opmodel.scenario import ScenarioError
from opmodel.scenario.contracts import ContractKind
from opmodel.scenario.quantity import months_in, week_of
from opmodel.scenario.staffing import drawn_teams
from opmodel.views import frame
from opmodel.views.address import choice, in_address
from opmodel.views.hiring_targets import begin_anew, targets_of
from opmodel.wording import listed, plain_figure

if TYPE_CHECKING:
    from opmodel.scenario import Scenario

#: Months by which targets can be asked for, as far as the study reaches.
MONTHS = (6, 12, 18, 24)
#: Most roles that are swept at once.
ROLES = 4
#: Most hires of a sweep, and most futures of each number and of what is shown in the end.
UP_TO, FUTURES, FRESH = 30, 200, 500
#: What else can be worked out: label and meaning of each part.
PARTS: dict[Part, tuple[str, str]] = {
    "path": ("The cheapest mix", "Step by step over all roles and teams, each step the one that buys most for its "
             "money; then trimmed. Takes some minutes on a large scenario."),
    "structures": ("Under each structure", "Sweeps and the cheapest mix under every structure, at its plain preset and "
                   "at its own best arrangement: what a structure is worth in people. The longest part of all."),
    "shadow": ("One more of each skill", "Backlog that one more practitioner of each skill would remove."),
    "timing": ("When vacancies must open", "The latest opening found of each vacancy of the cheapest mix."),
    "freeze": ("What a hiring freeze costs", "The cheapest mix with every vacancy opened 3, 6 and 12 months later."),
}
#: Parts that are worked out unless the visitor says otherwise.
FIRST = ("path",)
#: Parts that ask when vacancies open.
OF_TRANSITIONS = ("timing", "freeze")
#: What a field with nothing chosen stands for.
EMPTY = {"hire_roles": "those of present posts", "hire_teams": "all teams", "hire_contracts": "permanent only"}
#: The choice of no single team.
NEXT_SEAT = "the role's next seat"


@dataclass(frozen=True)
class Wish:
    """Everything the visitor asks for beside the scenario and its seed."""

    targets: tuple[tuple[str, Any], ...]
    """Fields of targets that differ from the scenario's."""
    week: int
    confidence: float
    roles: tuple[str, ...]
    up_to: int
    scope: Scope
    budget: float | None
    parts: tuple[Part, ...]
    team: str | None
    """The team that gets the hires of the sweep; None for the role's next seat."""
    replications: int
    fresh: int


def form(scenario: Scenario, name: str) -> Wish:
    """Draw the question and read it.

    Args:
        scenario: the one asked about; its targets are what the fields begin with.
        name: its word; another scenario's targets do not stay in the fields.
    """
    begin_anew(name)
    with st.container(border=True, key="hire_form"):
        st.header("What is to be reached", help="Empty fields are no targets. All that are stated must be met.")
        targets = targets_of(scenario)
        when, sure, most, whose = st.columns(4)
        with when:
            week = _week(scenario)
        confidence = sure.number_input(
            "How sure, %", 50, 99, 90, key="hire_sure", bind="query-params",
            help="Least share of possible futures in which all targets are met by then.",
        ) / 100.0
        up_to = int(most.number_input(
            "Try up to so many hires", 1, UP_TO, 10, key="hire_up_to", bind="query-params",
        ))
        with whose:
            swept = _several("Roles to try", scenario.roles, "hire_role", spoken(commonest_role(scenario)), most=ROLES,
                             help="Empty: the commonest role of present posts.")
        scope, budget = _scope(scenario)
        parts = _parts(scenario)
        team = _team(scenario, parts)
        replications, fresh = _futures()
    return Wish(
        targets, week, confidence, swept or (commonest_role(scenario),), up_to, scope, budget, ("sweep", *parts), team,
        replications, fresh,
    )


def asked_of(scenario: Scenario, wish: Wish, seed: int) -> Question | None:
    """The question; where it cannot be asked, says why."""
    if scenario.study.kind == "steady_state" and not lasting(scenario, wish.scope):
        st.info("Contracts that end change nothing in the long run: allow one that does not.")
        return None
    try:
        return question(
            scenario, week=wish.week, confidence=wish.confidence, seed=seed, targets=dict(wish.targets)
        )
    except ScenarioError as error:
        frame.problems(error.problems)
    except ValueError as error:
        nothing = str(error).startswith("there is no target")
        st.info("State at least one target in the fields above." if nothing else frame.plain(str(error)))
    return None


def empty_words(scenario: Scenario) -> dict[str, str]:
    """What a field stands for in which nothing is chosen, by its key."""
    return {**EMPTY, "hire_role": f"{spoken(commonest_role(scenario))}, the commonest"}


def read_back(asked: Question, wish: Wish) -> str:
    """The question in sentences, with every number that a field may have refused."""
    goals = listed([wanted.words for wanted in asked.wanted], "; ")
    steady = asked.scenario.study.kind == "steady_state"
    end = month_words(asked.week)
    when = end if end.startswith("week") else f"{end} (week {asked.week})"
    by = "over the whole window of the study" if steady else f"by {when}"
    return (
        f"How many people does it take so that, {by} and in at least {plain_figure(wish.confidence, 'share')} of "
        f"possible futures, all of this holds: {goals}? Tried: 0 to {wish.up_to} more "
        f"{listed([plural(spoken(role)) for role in wish.roles])}{', each role alone' if len(wish.roles) > 1 else ''}"
        f"{f', in {wish.team}' if wish.team else ''}, each number in {wish.replications} futures; then "
        f"{wish.fresh} fresh futures. {' and '.join(_money(wish))}."
    )


def _money(wish: Wish) -> tuple[str, str]:
    """What may be spent and offered."""
    supplement = max(wish.scope.supplements)
    return (
        "No budget is set" if wish.budget is None else f"The budget is £{wish.budget:,.0f} in a full year",
        f"a market supplement of £{supplement:,.0f} a year may be offered" if supplement
        else "no market supplement is offered",
    )


# -- parts of the form -------------------------------------------------------------------------------


def _week(scenario: Scenario) -> int:
    """The week by which targets are to be met."""
    study = scenario.study
    if study.kind == "steady_state":
        st.markdown("A steady state: targets are read over its whole window.")
        return study.horizon_weeks
    fitting = [month for month in MONTHS if week_of(month) <= study.horizon_weeks]
    options = [str(month) for month in fitting or [max(1, round(months_in(study.horizon_weeks)))]]
    month = choice(
        "By month", options, "hire_by", first="12" if "12" in options else options[-1],
        help="Months after the start of the study.",
    )
    return min(study.horizon_weeks, week_of(int(month)))


def _scope(scenario: Scenario) -> tuple[Scope, float | None]:
    """What may be done, and for how much."""
    with st.expander("What may be done: who, where, on which contract, for how much"):
        one, two = st.columns(2)
        teams = _teams(scenario)
        with one:
            roles = _several("Roles that may be hired in the cheapest mix", scenario.roles, "hire_roles",
                             EMPTY["hire_roles"])
            within = _several("Teams that may get people", teams, "hire_teams", EMPTY["hire_teams"])
            contracts = _several("Kinds of contract", get_args(ContractKind), "hire_contracts",
                                 EMPTY["hire_contracts"])
        with two:
            supplement = float(st.number_input(
                "Market supplement that may be offered, £ a year", 0, 20_000, 0, 500, key="hire_supplement",
                bind="query-params", help="Each vacancy is tried with and without it; 0 for none.",
            ))
            budget = st.number_input(
                "Budget, £ in a full year", 1_000, 10_000_000, None, 1_000, key="hire_budget", bind="query-params",
                placeholder="no budget set", help="Adds the best that can be done within it.",
            )
            moves = st.checkbox("People may be moved between teams", key="hire_moves", bind="query-params")
            training = st.checkbox("Present people may be trained", key="hire_training", bind="query-params")
        chosen: tuple[Any, ...] = contracts or ("permanent",)
        supplements = (0.0, supplement) if supplement else (0.0,)
        scope = Scope(roles or None, within or None, chosen, supplements, bool(moves), bool(training))
        if said := limits(scenario, scope):
            st.markdown(frame.bullets(said))
    return scope, None if budget is None else float(budget)


def _teams(scenario: Scenario) -> list[str]:
    """Teams of the scenario's own structure, as far as a file can name them."""
    return list(filter(can_be_named, drawn_teams(scenario) or ()))


def _parts(scenario: Scenario) -> tuple[Part, ...]:
    st.markdown("**What else to work out**")
    steady = scenario.study.kind == "steady_state"
    chosen: list[Part] = []
    boxes = st.container(horizontal=True)
    for part, (label, meaning) in PARTS.items():
        unfit = steady and part in OF_TRANSITIONS
        about = "A question for a transition, not for a steady state." if unfit else meaning
        ticked = boxes.checkbox(
            label, part in FIRST, key=f"hire_{part}", bind="query-params", help=frame.plain(about), disabled=unfit
        )
        if ticked and not unfit:
            chosen.append(part)
    return tuple(chosen)


def _team(scenario: Scenario, parts: Sequence[Part]) -> str | None:
    """The team that gets the hires that are tried one role at a time."""
    teams = [name for name in _teams(scenario) if name != NEXT_SEAT]
    with st.expander("Where the hires go that are tried role by role"):
        if "structures" in parts:
            st.markdown("Each structure has teams of its own: hires go to the role's next seat.")
            return None
        team = choice("Team", [NEXT_SEAT, *teams], "hire_team", help="The cheapest mix chooses teams by itself.")
    return None if team == NEXT_SEAT else team


def _futures() -> tuple[int, int]:
    with st.expander("How many futures"):
        st.markdown(
            "More futures give narrower intervals and take longer. The replications set at the side play no part here."
        )
        one, two = st.columns(2)
        tried = one.number_input(
            "Futures of each number of hires", 10, FUTURES, SWEPT, 10, key="hire_futures", bind="query-params",
        )
        fresh = two.number_input(
            "Fresh futures of what is recommended", 20, FRESH, 200, 20, key="hire_fresh", bind="query-params",
            help="Futures that no search has seen; the figures of what is recommended are those. Where so many cannot "
            "tell, more are taken.",
        )
    return int(tried), int(fresh)


def _several(
    label: str, options: Sequence[str] | Any, key: str, empty: str, most: int | None = None, help: str | None = None,
) -> tuple[str, ...]:
    """Any number of some options, kept in the address; none for what ``empty`` says."""
    known = list(options)
    in_address(key, known)
    if most is not None:
        st.session_state[key] = st.session_state[key][:most]
    chosen = st.multiselect(
        label, known, format_func=spoken, key=key, placeholder=empty, max_selections=most, help=help
    )
    return tuple(map(str, chosen))
