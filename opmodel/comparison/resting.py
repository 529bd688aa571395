"""What a scenario's figures rest on: published sources, derivation, the file's author, or assumption."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opmodel.comparison.measuring import how_to_measure
from opmodel.comparison.sampling import NOT_ASSUMPTIONS
from opmodel.scenario.quantity import TAG_MEANING, Parameter
from opmodel.wording import plain_figure

if TYPE_CHECKING:
    import pandas as pd

    from opmodel.scenario.scenario import Scenario

RESTS_ON = {
    "S": "from a published source", "D": "derived from sourced numbers", "G": "general knowledge, to be verified",
    "A": "assumed", "file": "stated by the scenario file",
}
UNIT_WORDS = {"days": "working days", "share": "", "GBP": "", "number": ""}


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
            path, in_words(path), p.tag, TAG_MEANING[p.tag], amount(float(p), p.unit),
            range_words(p), spread(p),
            meaning.get(path, ""), p.source, how_to_measure(path),
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

    rows = [
        (tag, words, int((rested["tag"] == tag).sum()), int(((rested["tag"] == tag) & (rested["spread"] > 0)).sum()))
        for tag, words in RESTS_ON.items() if (rested["tag"] == tag).any()
    ]
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
    rounded = float(f"{value:.{digits}g}") if abs(value) < 1000 else round(value)
    return f"{plain_figure(rounded, unit)} {UNIT_WORDS[unit]}".strip()


def range_words(parameter: Parameter) -> str:
    """The range of a parameter."""
    if not parameter.uncertain:
        return "exact"
    low = amount(parameter.low, parameter.unit).removesuffix(UNIT_WORDS[parameter.unit]).removesuffix(" %").strip()
    return f"{low} to {amount(parameter.high, parameter.unit)}"


def in_words(path: str) -> str:
    """A dotted path as people say it."""
    return path.replace("_", " ").replace(".", ": ")
