"""``opmodel run``: one scenario as it is, one replication or several, and the records of a run."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from opmodel.cli.exits import WrongUsageError, tell
from opmodel.cli.files import loaded
from opmodel.cli.results import Result, replacing
from opmodel.cli.tables import Table
from opmodel.cli.watching import announce
from opmodel.wording import USE, figure, provenance_line, unit_words

if TYPE_CHECKING:
    from opmodel.metrics import Measures
    from opmodel.records import Run


def answer(
    file: Path, changes: Mapping[str, str], result: Result, *, replications: int | None, replication: int, seed: int,
    records: Path | None,
) -> None:
    """Run one scenario and show its figures."""
    several = replications is not None and replications > 1
    if several and (records is not None or replication):
        raise WrongUsageError("--records and --replication are of one replication, not of several")
    if records is not None and records.exists() and not records.is_dir():
        raise WrongUsageError(f"{records}: is a file, not a folder")
    result.spare([file])
    (scenario,) = loaded([file], changes)
    if several:
        from opmodel.cli.comparing import Asked, show, study

        announce()
        show(study({scenario.name: scenario}, Asked(replications=replications, seed=seed)), result)
        return
    announce()
    from opmodel.metrics import measure
    from opmodel.provenance import provenance
    from opmodel.replication import run as simulate

    one = simulate(scenario, seed=seed, replication=replication)
    figures = measure(one)
    rests_on = {**provenance({scenario.name: scenario}, seed, 1), "replication": replication}
    if records is not None:
        _write_records(one, records, {"use": USE, **rests_on})
    if result.form == "csv":
        result.write(figures.frame().assign(use=USE).to_csv(index=False, lineterminator="\n"))
    elif result.form == "json":
        result.write_json({"use": USE, "provenance": rests_on, "study": scenario.study.model_dump(mode="json"),
                           "figures": _figures(figures)})
    else:
        result.write_blocks([_table(figures, scenario.name, replication), f"Provenance: {provenance_line(rests_on)}"])


def _figures(figures: Measures) -> list[dict[str, object]]:
    from opmodel.metrics import METRICS

    return [
        {
            "group": group, "metric": metric, "label": METRICS[metric].label, "unit": METRICS[metric].unit,
            "value": value if math.isfinite(value) else None,
            "note": "not reached" if math.isinf(value) else "no cases" if math.isnan(value) else "",
        }
        for (group, metric), value in figures.values.items()
    ]


def _table(figures: Measures, name: str, replication: int) -> Table:
    from opmodel.metrics import METRICS

    rows = [
        (METRICS[metric].label, figure(value, METRICS[metric].unit), unit_words(METRICS[metric].unit))
        for (group, metric), value in figures.values.items()
        if group == "all"
    ]
    note = "One possible future: it says nothing of chance. More: --replications 20."
    return Table(f"{name}, replication {replication}", ("figure", "value", "unit"), rows, note=note)


def _write_records(run: Run, folder: Path, rests_on: Mapping[str, object]) -> None:
    """Write the three tables, the event log and what they rest on, each whole or not at all."""
    from opmodel.frames import event_log, frame

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WrongUsageError(f"{folder}: cannot be made ({error.strerror})") from None
    written = []
    for name in ("requests", "tasks", "weeks"):
        written.append(folder / f"{name}.parquet")
        with replacing(written[-1]) as part:
            frame(run, name).to_parquet(part, index=False)
    written.append(folder / "event_log.csv")
    with replacing(written[-1]) as part:
        event_log(run).to_csv(part, index=False, lineterminator="\n")
    written.append(folder / "provenance.json")
    with replacing(written[-1]) as part:
        part.write_text(json.dumps(rests_on, indent=2) + "\n", "utf-8")
    tell(f"Wrote {', '.join(path.name for path in written)} to {folder}")
