"""``opmodel compare``: structures or scenarios side by side."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from opmodel.cli.exits import FINE, NO, WrongUsageError, tell
from opmodel.cli.files import loaded
from opmodel.cli.results import Result
from opmodel.cli.watching import announce, progress
from opmodel.cli.workers import start_workers
from opmodel.wording import USE

if TYPE_CHECKING:
    from opmodel.comparison import Comparison
    from opmodel.scenario import Scenario

#: Replications of a marginal skills gap where their number is left to the study.
MARGINAL_REPLICATIONS = 20


@dataclass(frozen=True, slots=True)
class Asked:
    """What the options of ``opmodel compare`` ask for."""

    files: Sequence[Path] = ()
    changes: Mapping[str, str] = field(default_factory=dict)
    trace: Mapping[str, Any] | None = None
    replications: int | None = None
    seed: int = 1
    reference: str | None = None
    cap: int = 200
    assumptions: int | None = None
    marginal: bool = False
    headroom: bool = False
    require_targets: bool = False


def answer(asked: Asked, result: Result) -> int:
    """Compare and show.

    Returns:
        The exit code: 1 only if targets are required and one is not met.
    """
    result.spare(asked.files)
    scenarios = loaded(asked.files, asked.changes, asked.trace)
    if asked.require_targets and not any(_has_targets(scenario) for scenario in scenarios):
        raise WrongUsageError("--require-targets: no target is stated (targets: in_time_rate, backlog, ...)")
    announce()
    if len(scenarios) == 1:
        from opmodel.comparison import structures_of

        known = structures_of(scenarios[0])
    else:
        known = dict(zip(_names(asked.files, scenarios), scenarios, strict=True))
    found = study(known, asked)
    show(found, result)
    missed = asked.require_targets and (found.targets()["state"] == "not met").any()
    return NO if missed else FINE


def study(scenarios: Mapping[str, Scenario], asked: Asked) -> Comparison:
    """Run the study, watched by a progress bar."""
    from opmodel.replication import SERIAL_BELOW

    runs = len(scenarios) * (asked.replications or SERIAL_BELOW)
    small = runs < SERIAL_BELOW and not asked.assumptions
    executor = None if small else start_workers()
    import opmodel.comparison.tables  # noqa: F401  (takes a while, as the workers do to get ready)
    from opmodel.comparison import compare

    with progress("Simulating") as on_progress:
        found = compare(
            scenarios, reference=_reference(asked.reference, scenarios), replications=asked.replications,
            seed=asked.seed, executor=executor, cap=asked.cap, assumptions=asked.assumptions or 0,
            on_progress=on_progress,
        )
    if asked.headroom:
        from opmodel.gap import headroom

        factors = {name: headroom(scenario) for name, scenario in scenarios.items()}
        found = dataclasses.replace(found, extra={**found.extra, "headroom": factors})
    if not asked.marginal:
        return found
    from opmodel.gap import marginal_gap

    gaps = {}
    for name, scenario in scenarios.items():
        with progress(f"Marginal skills gap, {name}") as on_progress:
            gaps[name] = marginal_gap(
                scenario, replications=asked.replications or MARGINAL_REPLICATIONS, seed=asked.seed, executor=executor,
                on_progress=on_progress,
            )
    return dataclasses.replace(found, extra={**found.extra, "marginal_gap": gaps})


def show(found: Comparison, result: Result) -> None:
    """Show a comparison in the form asked for."""
    if result.form == "json":
        result.write_json(found.document())
    elif result.form == "csv":
        table = found.summary()
        hashes = {name: scenario.hash for name, scenario in found.scenarios.items()}
        table["scenario_hash"] = table["scenario"].map(hashes)
        table["seed"] = found.provenance["seed"]
        table["opmodel"] = found.provenance["versions"]["opmodel"]
        table["date"] = found.provenance["date"]
        table["use"] = USE
        result.write(table.to_csv(index=False, lineterminator="\n"))
    else:
        from opmodel.cli.comparison_text import blocks

        result.write_blocks(blocks(found))
    if result.output is not None:
        tell(f"Wrote {result.output}")


def _has_targets(scenario: Scenario) -> bool:
    from opmodel.metrics.targets import wanted_of

    return bool(wanted_of(scenario))


def _names(files: Sequence[Path], scenarios: Sequence[Scenario]) -> list[str]:
    """What each file's scenario is called in results: by its name, or by its file where names clash."""
    names = [scenario.name for scenario in scenarios]
    for others in ([file.stem for file in files], [str(file) for file in files]):
        if max(Counter(names).values()) > 1:
            names = others
    if max(Counter(names).values()) > 1:
        raise WrongUsageError("the same file is given twice")
    return names


def _reference(wanted: str | None, scenarios: Mapping[str, Scenario]) -> str | None:
    """The scenario meant by ``--reference``, hyphens allowed for underscores."""
    if wanted is None or wanted in scenarios:
        return wanted
    from opmodel.scenario.problems import suggestion

    plain = {name.replace("_", "-").casefold(): name for name in scenarios}
    found = plain.get(wanted.replace("_", "-").casefold())
    if found is None:
        raise WrongUsageError(f"--reference {wanted}: there is no such scenario{suggestion(wanted, scenarios)}")
    return found
