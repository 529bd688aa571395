"""What a scenario's figures rest on: published sources, derivation, the file's author, or assumption."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from opmodel.comparison.measuring import how_to_measure
from opmodel.comparison.sampling import NOT_ASSUMPTIONS
from opmodel.scenario.quantity import TAG_MEANING, Parameter
from opmodel.wording import plain_figure

if TYPE_CHECKING:
    import pandas as pd

    from opmodel.scenario.scenario import Scenario

UNIT_WORDS = {"days": "working days", "share": "", "growth": "a year", "GBP": "", "number": ""}
#: Plain numbers of a file that are shares by which something grows in a year.
GROWTHS = ("demand.growth",)
#: What a field is, where its name alone would not tell those who decide.
GLOSS = {
    "common_shock": "busy weeks in common", "elasticity": "demand's answer to lead time",
    "shadow_return": "abandoned work that comes back", "shadow_delay": "time until it comes back",
    "slice": "time before something more urgent is taken up", "drift": "standards lost in a year",
    "cv": "spread as a share of the mean",
}
#: What :func:`resting_on` leaves out.
NOT_COUNTED = "Targets and the differences that matter are asked of a study and not counted here."
#: References to the list of sources in the documents, such as ``[S13] [S14]``.
_CODES = re.compile(r"(?P<before>^|\b(?:by|from|in|of)\s+|\s*)(?P<codes>(?:\[S\d+\]\s*)+)")


def resting_on(scenario: Scenario) -> pd.DataFrame:
    """Every figure of a scenario, the widest range first.

    What is asked of a study (its targets, the differences that matter) is no figure about the world and is left out.

    Returns:
        path, name (the path in words), tag, rests_on (the tag in words), figure, range, spread (width of the range
        as a share of its largest number; 0 where there is none), meaning, source, how (how to measure it).
    """
    import pandas as pd

    from opmodel.scenario.changes import parameters
    from opmodel.scenario.values import values

    meaning = {value.path: value.meaning for value in values(scenario)}
    rows = [
        (
            path, in_words(path), p.tag, TAG_MEANING[p.tag], amount(float(p), unit_at(path, p)),
            range_words(p, unit_at(path, p)), spread(p),
            meaning.get(path, ""), without_codes(p.source), how_to_measure(path),
        )
        for path, p in parameters(scenario).items() if not path.startswith(NOT_ASSUMPTIONS)
    ]
    columns = ["path", "name", "tag", "rests_on", "figure", "range", "spread", "meaning", "source", "how"]
    return pd.DataFrame(rows, columns=columns).sort_values(
        "spread", ascending=False, kind="stable", ignore_index=True
    )


def counts(rested: pd.DataFrame) -> pd.DataFrame:
    """How many figures rest on what: tag, rests_on, figures, with_range, in the order of the tags.

    Args:
        rested: from :func:`resting_on`.
    """
    import pandas as pd

    rows = []
    for tag, words in TAG_MEANING.items():
        mine = rested[rested["tag"] == tag]
        if len(mine):  # beside their number assumptions are many
            plural = words + "s" * (tag == "A" and len(mine) > 1)
            rows.append((tag, plural, len(mine), int((mine["spread"] > 0).sum())))
    return pd.DataFrame(rows, columns=["tag", "rests_on", "figures", "with_range"])


def rest_sentence(rested: pd.DataFrame) -> str:
    """How much of a scenario is assumption."""
    assumed = int((rested["tag"] == "A").sum())
    ranged = int((rested["spread"] > 0).sum())
    return f"{assumed} of {len(rested)} figures are assumptions, and {ranged} have a range."


def spread(parameter: Parameter) -> float:
    """Width of a range as a share of its largest number."""
    top = max(abs(parameter.low), abs(parameter.high))
    return (parameter.high - parameter.low) / top if parameter.uncertain and top > 0.0 else 0.0


def amount(value: float, unit: str, digits: int = 3) -> str:
    """A figure of a scenario in words, with so many digits if it is below a thousand."""
    said = _plain(value, unit, digits)
    return f"{said} {'working day' if (said, unit) == ('1', 'days') else UNIT_WORDS[unit]}".strip()


def _plain(value: float, unit: str, digits: int = 3) -> str:
    rounded = float(f"{value:.{digits}g}") if abs(value) < 1000 else round(value)
    return plain_figure(rounded, "share" if unit == "growth" else unit)


def unit_at(path: str, parameter: Parameter) -> str:
    """The unit in which people read a figure: growth as per cent a year, which a file holds as a plain number."""
    return "growth" if path in GROWTHS else parameter.unit


def range_words(parameter: Parameter, unit: str = "") -> str:
    """The range of a parameter, in its own unit or another that :func:`amount` knows."""
    if not parameter.uncertain:
        return "exact"
    unit = unit or parameter.unit
    low = _plain(parameter.low, unit).removesuffix(" %")
    return f"{low} to {amount(parameter.high, unit)}"


def in_words(path: str) -> str:
    """A dotted path as people say it, with what it is where the name alone does not tell."""
    name = path.rsplit(".", 1)[-1]
    gloss = f" ({GLOSS[name]})" if name in GLOSS else ""
    return path.replace("_", " ").replace(".", ": ") + gloss


def without_codes(text: str) -> str:
    """A text without bracketed references such as ``[S12]``, for readers who have no list of sources beside it.

    Where a sentence leans on one, a published study stands in its place.
    """
    return _CODES.sub(_in_their_place, text).strip()


def _in_their_place(found: re.Match[str]) -> str:
    codes, before = found["codes"], found["before"]
    after = " " if codes.endswith(" ") else ""
    leans = before.strip() or found.start() == 0
    study = "a published study" if codes.count("[") == 1 else "published studies"
    return f"{before}{study}{after}" if leans else after
