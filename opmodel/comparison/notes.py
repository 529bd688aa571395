"""What a reader must know beside the verdicts: what is not alike, open verdicts at the cap, a short warm-up, flags."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from opmodel.comparison.targets import unmeasured
from opmodel.comparison.verdicts import display_name
from opmodel.records import Floats
from opmodel.wording import listed, study_sentence

if TYPE_CHECKING:
    from opmodel.comparison.study import Comparison
    from opmodel.scenario.scenario import Scenario

#: Share of deliveries flagged after the last rework pass above which a study warns.
FLAGGED = 0.001
#: Weeks in a batch of MSER-5.
BATCH = 5
#: Parts of a scenario that say who works, and those that say what is asked.
PEOPLE = ("posts", "hires", "roles")
REQUESTS = ("directorates", "request_types", "demand", "trace")
#: Parts that may differ between structures of one organisation, that change no figure, or that are looked at apart.
APART = ("name", "description", "study", "structure", "teams", "targets", "differences")
#: Words for the other parts whose name does not say it.
SPOKEN = {
    "start": "first day", "level_speed": "speed by level", "people": "pace, learning and leaving",
    "flow": "how tasks find people", "today": "today's teams",
}
#: More other parts than this are not listed.
LISTED = 3
LENGTH = "length of time"
NOT_THE_STRUCTURE = "differences between them are then not the effect of the structure alone."


def notes(found: Comparison) -> list[str]:
    """Sentences of warning, none if there is nothing to warn of."""
    return [
        *_unlike(found), *_studies(found), *_stopped(found), *_open_at_cap(found), *_flagged(found), *_warm_up(found),
        *unmeasured(found),
    ]


def compared(scenarios: Mapping[str, Scenario], reference: str) -> str:
    """Which study each scenario shows, and whether they share people, requests and all else but their structure."""
    studies = _by_study(scenarios)
    shown = next(iter(studies)) if len(studies) == 1 else _listed(studies)
    unlike = dict.fromkeys(word for words in _differing(scenarios, reference).values() for word in words)
    if parts := [*_study_words(scenarios), *unlike]:
        return f"{shown} What is compared differs in {listed(parts)}: {NOT_THE_STRUCTURE}"
    return f"{shown} The same people and the same requests under each structure."


def _unlike(found: Comparison) -> list[str]:
    """Scenarios that differ from the reference in more than their structure."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for name, words in _differing(found.scenarios, found.reference).items():
        if words:
            groups.setdefault(words, []).append(name)
    return [
        f"{_named(names)} differ{'s' * (len(names) == 1)} from {_named([found.reference])} in {listed(words)}: "
        f"{NOT_THE_STRUCTURE}"
        for words, names in groups.items()
    ]


def _studies(found: Comparison) -> list[str]:
    studies = _by_study(found.scenarios)
    if len(studies) == 1:
        return []
    words = _study_words(found.scenarios)
    beside = "Figures of different lengths of time stand side by side, and " if LENGTH in words else ""
    after = f"{beside}{NOT_THE_STRUCTURE}"
    return [f"Not all show the same study. {_listed(studies)} {after[:1].upper()}{after[1:]}"]


def _study_words(scenarios: Mapping[str, Scenario]) -> list[str]:
    """In what the studies of some scenarios differ."""
    studies = [scenario.study for scenario in scenarios.values()]
    found = []
    if len({study.kind for study in studies}) > 1:
        found.append("kind of study")
    if len({study.horizon_weeks for study in studies}) > 1:
        found.append(LENGTH)
    return found or ["warm-up"] * (len(_by_study(scenarios)) > 1)


def _listed(studies: Mapping[str, Iterable[str]]) -> str:
    """Which scenarios show which study, in a sentence."""
    said = (f"{_named(names)}: {study[:1].lower()}{study[1:].removesuffix('.')}" for study, names in studies.items())
    return f"{'; '.join(said)}."


def _by_study(scenarios: Mapping[str, Scenario]) -> dict[str, list[str]]:
    """The scenarios that show each study, by its sentence."""
    studies: dict[str, list[str]] = {}
    for name, scenario in scenarios.items():
        studies.setdefault(study_sentence(scenario), []).append(name)
    return studies


def _differing(scenarios: Mapping[str, Scenario], reference: str) -> dict[str, tuple[str, ...]]:
    """In what each scenario differs from the reference beside structure and study, in words."""
    contents = {name: _content(scenario) for name, scenario in scenarios.items()}
    found = {}
    for name, content in contents.items():
        parts = [part for part, value in content.items() if value != contents[reference][part]]
        words = [word for word, kind in (("people", PEOPLE), ("requests", REQUESTS)) if set(parts) & set(kind)]
        others = [SPOKEN.get(part, part.replace("_", " ")) for part in parts if part not in (*PEOPLE, *REQUESTS)]
        if others:
            listed = f" ({', '.join(others)})" if len(others) <= LISTED else ""
            words.append(f"other assumptions{listed}")
        found[name] = tuple(words)
    return found


def _content(scenario: Scenario) -> dict[str, Any]:
    """What structures of one organisation share, without ranges and sources; today's teams even if not stated."""
    from opmodel.flow.seating import drawn_by_hand
    from opmodel.scenario.structure import TodayTeams

    today = scenario.today or TodayTeams(teams=scenario.teams or drawn_by_hand(scenario))
    content = {part: value for part, value in scenario.document().items() if part not in APART}
    return {part: _values(value) for part, value in (content | {"today": today.model_dump(mode="json")}).items()}


def _values(content: Any) -> Any:
    """The same with the base value in the place of a figure with its range, tag and source."""
    if isinstance(content, dict):
        if {"base", "tag"} <= content.keys():
            return content["base"]
        return {key: _values(value) for key, value in content.items()}
    return [_values(value) for value in content] if isinstance(content, list) else content


def _named(names: Iterable[str]) -> str:
    """Scenarios as a sentence names them; a name that holds a comma stands in quotes."""
    shown = map(display_name, names)
    return listed([f"'{name}'" if "," in name else name for name in shown])


def _stopped(found: Comparison) -> list[str]:
    if found.finished:
        return []
    return [
        f"The study was stopped after {found.replications} replications, before its planned end. Its intervals and "
        "verdicts would hold only if that number had been fixed beforehand: treat them as a first look."
    ]


def _open_at_cap(found: Comparison) -> list[str]:
    still = sum(v.kind == "cannot tell yet" for v in found.verdicts)
    if not (found.automatic and still):
        return []
    return [f"After {found.replications} replications {still} verdict{'s' * (still > 1)} cannot be told yet."]


def _flagged(found: Comparison) -> list[str]:
    table = found.summary()
    rows = table[(table["metric"] == "flagged") & (table["group"] == "all") & (table["mean"] > FLAGGED)]
    return [
        f"{display_name(str(row['scenario']))}: {100 * float(row['mean']):.1f} % of the deliveries were flagged, "
        "because another rework pass was due after the last one allowed; raise standards.rework_max."
        for row in rows.to_dict("records")
    ]


def _warm_up(found: Comparison) -> list[str]:
    out = []
    for name, scenario in found.scenarios.items():
        if scenario.study.kind != "steady_state":
            continue
        table = found.series()
        backlog = table[(table["scenario"] == name) & (table["series"] == "backlog")].sort_values("week")
        weeks = mser5(backlog["mean"].to_numpy(float))
        if weeks > scenario.study.warm_up_weeks:
            out.append(
                f"{display_name(name)}: the backlog still drifts after the warm-up of "
                f"{scenario.study.warm_up_weeks} weeks; MSER-5 would cut {weeks}."
            )
    return out


def mser5(series: Floats) -> int:
    """Weeks to cut at the start by the marginal standard error rule in batches of five.

    The cut that makes the standard error of the mean of the rest smallest; cuts beyond half of the
    series are not considered (White, Cobb and Spratt, 2000, Proceedings of the Winter Simulation
    Conference).
    """
    batches = series[: series.size // BATCH * BATCH].reshape(-1, BATCH).mean(axis=1)
    if batches.size < 4:
        return 0
    errors = [batches[d:].var() / (batches.size - d) for d in range(batches.size // 2 + 1)]
    return BATCH * int(np.argmin(errors))
