"""``opmodel hire``: how many people, of which role, where and by when."""

from __future__ import annotations

import contextlib
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from opmodel.cli.exits import FINE, INTERRUPTED, NO, WrongUsageError, interrupted, tell
from opmodel.cli.files import loaded
from opmodel.cli.hiring_options import Asked, arguments_of, checked, not_itself
from opmodel.cli.results import Result, replacing
from opmodel.cli.watching import announce, progress
from opmodel.cli.workers import end_workers, start_workers
from opmodel.wording import USE

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from opmodel.hiring.plan import HiringPlan
    from opmodel.hiring.trying.confirming import Confirmed
    from opmodel.hiring.trying.trials import Store
    from opmodel.scenario import Scenario

    #: The scenario, the arguments of ``plan_hiring``, where pieces are kept, and the file the scenario was read from.
    Study = tuple[Scenario, dict[str, Any], Store | None, Path | None]


def answer(asked: Asked, result: Result) -> int:
    """Search and show.

    Returns:
        The exit code: 1 only if targets are required and no team meets them, 130 if interrupted.
    """
    checked(asked, result)
    if asked.resume is not None:
        study: contextlib.AbstractContextManager[Study] = _resumed(asked.resume)
    else:
        study = _begun(asked)
    with study as (scenario, arguments, store, original):
        if asked.scenario_file is not None and original is not None:
            not_itself(asked.scenario_file, original)
        announce()
        plan = _searched(scenario, arguments, store, asked)
    if plan is None:
        return _stopped(asked, nothing=True)
    show(plan, result)
    if asked.tables is not None:
        _write_tables(plan, asked.tables)
    if asked.scenario_file is not None:
        _write_scenario(plan, asked.scenario_file, original)
    if not plan.finished:
        return _stopped(asked, nothing=False)
    _tell_of_cap(plan)
    from opmodel.hiring.telling.found import shown

    team = shown(plan)
    return NO if asked.require_targets and (team is None or not team.holds) else FINE


def _tell_of_cap(plan: HiringPlan) -> None:
    """Which option allows the best mix more steps, where it came to the end of them."""
    from opmodel.hiring.parts import WIDEST

    ended = {path.ended for path in (plan.path, plan.within) if path is not None}
    if ended & {"at most", "at most one"} and plan.scope.at_most < WIDEST:
        steps = "1 step" if plan.scope.at_most == 1 else f"{plan.scope.at_most} steps"
        tell(f"The best mix was allowed {steps}; --at-most N in a new study allows up to {WIDEST}.")


def show(plan: HiringPlan, result: Result) -> None:
    """Show a plan in the form asked for."""
    if result.form == "json":
        from opmodel.hiring.telling.document import document

        result.write_json(document(plan))
    elif result.form == "csv":
        from opmodel.hiring.telling.teams import met

        result.write(_with_facts(met(plan), plan).to_csv(index=False, lineterminator="\n"))
    else:
        from opmodel.cli.hiring_text import blocks

        result.write_blocks(blocks(plan))
    if result.output is not None:
        tell(f"Wrote {result.output}")


@contextlib.contextmanager
def _begun(asked: Asked) -> Iterator[Study]:
    """A new study."""
    assert asked.file is not None
    (scenario,) = loaded([asked.file], asked.changes)
    arguments = arguments_of(asked, scenario)
    if asked.out is None:
        yield scenario, arguments, None, asked.file
        return
    from opmodel.hiring.asking.study import StudyError, as_study
    from opmodel.hiring.trying.store import create

    try:
        kept = create(asked.out, as_study(scenario, file=asked.file, **arguments))
    except StudyError as error:
        raise WrongUsageError(f"--out: {error}") from None
    with kept:
        yield scenario, arguments, kept, asked.file


@contextlib.contextmanager
def _resumed(folder: Path) -> Iterator[Study]:
    """A study that was begun before; everything asked comes from its folder."""
    from opmodel.hiring.asking.study import StudyError, asked_in, file_of
    from opmodel.hiring.trying.store import open_

    try:
        kept = open_(folder)
    except StudyError as error:
        raise WrongUsageError(f"--resume: {error}") from None
    with kept:
        try:
            scenario, arguments = asked_in(kept.study)
        except StudyError as error:
            raise WrongUsageError(f"--resume {folder}: {error}") from None
        for note in kept.notes:
            tell(note)
        yield scenario, arguments, kept, file_of(kept.study)


# -- the search -----------------------------------------------------------------------------------


def _searched(
    scenario: Scenario, arguments: Mapping[str, Any], store: Store | None, asked: Asked
) -> HiringPlan | None:
    """The plan, or what there is of it when interrupted; None if nothing."""
    so_far: list[HiringPlan] = []
    import opmodel.hiring.telling.tables  # noqa: F401  (what shows a plan is there when an interrupt leaves little time)
    from opmodel.hiring.asking.study import StudyError
    from opmodel.hiring.planning import plan_hiring
    from opmodel.hiring.trying.reaching import ClusterError

    try:
        with _executor(asked) as executor, progress("Simulating") as on_progress:
            return plan_hiring(
                scenario, **arguments, executor=executor, store=store, on_progress=on_progress,
                on_partial=lambda plan: so_far.__setitem__(slice(None), [plan]), should_stop=interrupted,
            )
    except (Exception, KeyboardInterrupt) as error:
        if not isinstance(error, KeyboardInterrupt) and not interrupted():
            if isinstance(error, ClusterError):
                raise WrongUsageError(f"--cluster: {_lost(str(error), asked)}") from None
            if isinstance(error, StudyError):  # such as a log that a worker does not have
                raise WrongUsageError(f"{error}.{_go_on(asked)}") from None
            raise
        end_workers(INTERRUPTED)
        return replace(so_far[0], finished=False) if so_far else None


@contextlib.contextmanager
def _executor(asked: Asked) -> Iterator[Executor]:
    """Who simulates: a cluster, or the worker processes of this machine."""
    if asked.cluster is None:
        yield start_workers()
        return
    from opmodel.hiring.trying.cluster import cluster_executor

    with cluster_executor(asked.cluster) as executor:
        yield executor


def _stopped(asked: Asked, *, nothing: bool) -> int:
    """Say what there is after an interrupt, and how to go on."""
    what = "There is no result yet." if nothing else "Shown is what was found until then."
    tell(f"Interrupted. {what}{_go_on(asked)}")
    return INTERRUPTED


def _go_on(asked: Asked) -> str:
    """How to go on with a study that has a folder."""
    folder = asked.out or asked.resume
    return f" Go on with: opmodel hire --resume {shlex.quote(str(folder))}" if folder is not None else ""


def _lost(said: str, asked: Asked) -> str:
    """Why a cluster is of no use, and how to go on, once."""
    folder = asked.out or asked.resume
    if "--resume" not in said:
        return f"{said}{_go_on(asked)}"
    return said if folder is None else said.replace("--resume", f"--resume {shlex.quote(str(folder))}")


# -- files ----------------------------------------------------------------------------------------


def _with_facts(table: Any, plan: HiringPlan) -> Any:
    """A table with what it rests on in further columns."""
    return table.assign(
        scenario=plan.question.scenario.name, scenario_hash=plan.question.scenario.hash, seed=plan.question.seed,
        confidence=plan.question.confidence, by_week=plan.question.week, finished=plan.finished,
        opmodel=plan.provenance["versions"]["opmodel"], date=plan.provenance["date"], use=USE,
    )


def _write_tables(plan: HiringPlan, folder: Path) -> None:
    """Every table as a CSV file of its own."""
    from opmodel.hiring.telling.tables import every

    folder.mkdir(parents=True, exist_ok=True)
    for name, table in every(plan).items():
        with replacing(folder / f"{name}.csv") as part:
            _with_facts(table, plan).to_csv(part, index=False, lineterminator="\n")
    tell(f"Wrote {', '.join(f'{name}.csv' for name in every(plan))} to {folder}")


def _write_scenario(plan: HiringPlan, target: Path, original: Path | None) -> None:
    """The team that was found, as a scenario file that gives its figures again."""
    from opmodel.hiring.telling.found import shown

    team = shown(plan)
    if team is None:
        tell(f"{target}: not written, as no team was tried on fresh futures")
        return
    text = scenario_text(team, target, original)
    with replacing(target) as part:
        part.write_text(text, "utf-8", newline="\n")
    misses = "" if team.holds else " (the best team found; it does not meet the targets)"
    tell(f"Wrote {target}{misses}")


def scenario_text(team: Confirmed, target: Path, original: Path | None) -> str:
    """A scenario file that extends the original where that can be, read again before it is handed over."""
    from opmodel.hiring.telling.scenario_file import checked_file
    from opmodel.scenario.loading import check_scenario

    folder = target.resolve().parent
    if original is None or not original.resolve().is_relative_to(folder):
        return checked_file(team, str(target))
    base, _ = check_scenario(original)
    relative = original.resolve().relative_to(folder)
    return checked_file(team, str(target), original=str(relative), base=base, folder=folder)
