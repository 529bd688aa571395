"""A comparison as one JSON-able document."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING, Any

import pandas as pd

from opmodel.metrics.catalogue import METRICS
from opmodel.wording import USE

if TYPE_CHECKING:
    from opmodel.comparison.study import Comparison

SCHEMA_VERSION = 1


def document(found: Comparison) -> dict[str, Any]:
    """Everything but single replications; numbers that do not exist are null."""
    from opmodel.comparison.tables import best_sentences

    first = found.scenarios[found.reference]
    content = {
        "schema_version": SCHEMA_VERSION,
        "kind": "comparison",
        "use": USE,
        "study": first.study.kind,
        "horizon_weeks": first.study.horizon_weeks,
        "warm_up_weeks": first.study.warm_up_weeks if first.study.kind == "steady_state" else 0,
        "scenarios": list(found.scenarios),
        "reference": found.reference,
        "replications": found.replications,
        "replications_chosen_by": "the data" if found.automatic else "the user",
        "finished": found.finished,
        "verdicts": [dataclasses.asdict(v) for v in found.verdicts],
        "sentences": [*found.sentences(), *best_sentences(found)],
        "notes": found.notes(),
        "metrics": {
            name: {"label": m.label, "unit": m.unit, "better": m.better, "headline": m.headline, "beside": m.beside}
            for name, m in METRICS.items()
        },
        "summary": records(found.summary()),
        "differences": records(found.differences()),
        "best": records(found.best()),
        "targets": records(found.targets()),
        "chances": records(found.chances()),
        "series": records(found.series()),
        "static_gap": found.static_gap,
        "assumptions": None if found.assumptions is None else found.assumptions.document(),
        "provenance": found.provenance,
        **found.extra,
    }
    plain: dict[str, Any] = jsonable(content)
    return plain


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a table as mappings."""
    return [{str(key): value for key, value in row.items()} for row in table.to_dict("records")]


def jsonable(content: Any) -> Any:
    """The same content with plain Python values, and null for NaN and infinity."""
    if isinstance(content, dict):
        return {str(key): jsonable(value) for key, value in content.items()}
    if isinstance(content, (list, tuple)):
        return [jsonable(value) for value in content]
    if hasattr(content, "item"):
        content = content.item()
    if isinstance(content, float):
        return float(content) if math.isfinite(content) else None
    return content
