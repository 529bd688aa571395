"""The commands and their options. Each reads options, asks one verb and shows the answer; nothing is worked out here.

Nothing heavy is imported before a command runs, so that help comes at once.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from opmodel.cli.exits import FINE, Guarded, code_of, note_interrupts
from opmodel.cli.workers import end_workers

app = typer.Typer(
    name="opmodel",
    cls=Guarded,
    help="Try out how to organise data people before reorganising them for real.",
    epilog="Exit codes: 0 fine, 1 the answer is no, 2 wrong usage or file, 130 interrupted.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

File = Annotated[Path, typer.Argument(metavar="FILE", help="Scenario file.", show_default=False)]
Files = Annotated[list[Path], typer.Argument(metavar="FILES", help="Scenario files.", show_default=False)]
Set = Annotated[
    list[str], typer.Option("--set", metavar="A.B=1", help="Lay a value over the file; repeatable.", show_default=False)
]
Replications = Annotated[
    int | None, typer.Option("--replications", "-n", min=1, help="Number of replications.", show_default=False)
]
Seed = Annotated[int, typer.Option("--seed", min=0, help="Root of all draws; the same seed, the same result.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document with schema_version.")]
AsCsv = Annotated[bool, typer.Option("--csv", help="Tidy rows as CSV.")]
Output = Annotated[
    Path | None, typer.Option("-o", "--output", metavar="FILE", help="Write the result to a file.", show_default=False)
]


def _version(wanted: bool) -> None:
    if wanted:
        from opmodel import __version__

        typer.echo(f"opmodel {__version__}")
        raise typer.Exit()


@app.callback()
def _opmodel(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and leave.")
    ] = False,
) -> None:
    """Read the options before the command."""


@app.command()
def compare(
    files: Files,
    set_: Set = [],  # noqa: B006 - Typer copies it
    replications: Replications = None,
    seed: Seed = 1,
    reference: Annotated[
        str | None,
        typer.Option("--reference", metavar="NAME", show_default=False,
                     help="What the others are compared with: a structure or a scenario's name. Default: the first."),
    ] = None,
    cap: Annotated[
        int, typer.Option("--cap", min=20, help="Most replications where their number is found automatically.")
    ] = 200,
    assumptions: Annotated[
        int | None,
        typer.Option("--assumptions", metavar="N", min=2, show_default=False,
                     help="Also draw N sets of assumptions from their ranges: who wins in how many of them."),
    ] = None,
    marginal: Annotated[
        bool, typer.Option("--marginal", help="Also the marginal skills gap: one more person of each skill.")
    ] = False,
    headroom: Annotated[
        bool, typer.Option("--headroom", help="Also how much more demand would leave no static skills gap.")
    ] = False,
    trace: Annotated[
        Path | None,
        typer.Option("--trace", metavar="LOG", show_default=False, help="Take arrivals from a CSV log."),
    ] = None,
    trace_arrival: Annotated[
        str | None,
        typer.Option("--trace-arrival", metavar="COLUMN", show_default=False,
                     help="Column with the arrival time. Default: queued."),
    ] = None,
    trace_directorate: Annotated[
        str | None,
        typer.Option("--trace-directorate", metavar="COLUMN", show_default=False,
                     help="Column with the directorate. Default: department."),
    ] = None,
    trace_type: Annotated[
        str | None,
        typer.Option("--trace-type", metavar="TYPE", show_default=False,
                     help="Request type of its rows. Default: the scenario's first."),
    ] = None,
    require_targets: Annotated[
        bool, typer.Option("--require-targets", help="Leave with exit code 1 if a target is not met.")
    ] = False,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    output: Output = None,
) -> None:
    """Compare structures on the same people and the same requests.

    With one file: its present structure, centralised, hub-and-spoke and federated. With several: each
    as it is. Without --replications as many are run as the verdicts need, from 20 up to --cap.
    Leaves with exit code 0 whatever the verdict, unless --require-targets says otherwise.
    """
    from opmodel.cli.comparing import Asked, answer
    from opmodel.cli.files import settings, trace_settings
    from opmodel.cli.results import Result

    result = Result.wanted(as_json=as_json, as_csv=as_csv, output=output)
    log = trace_settings(trace, arrival=trace_arrival, directorate=trace_directorate, kind=trace_type)
    asked = Asked(
        files=files, changes=settings(set_), trace=log, replications=replications, seed=seed, reference=reference,
        cap=cap, assumptions=assumptions, marginal=marginal, headroom=headroom, require_targets=require_targets,
    )
    raise typer.Exit(answer(asked, result))


@app.command()
def hire(
    file: Annotated[
        Path | None, typer.Argument(metavar="FILE", help="Scenario file; none with --resume.", show_default=False)
    ] = None,
    set_: Set = [],  # noqa: B006 - Typer copies it
    target: Annotated[
        list[str],
        typer.Option("--target", "-t", metavar="NAME=VALUE", show_default=False,
                     help="A target over the file's own, such as in_time_of.foi=90% or backlog_weeks=2; repeatable."),
    ] = [],  # noqa: B006
    by: Annotated[
        int | None,
        typer.Option("--by", metavar="MONTH", min=1, show_default=False, help="By which month. Default: 12."),
    ] = None,
    by_week: Annotated[
        int | None, typer.Option("--by-week", metavar="WEEK", min=1, show_default=False, help="By which week instead.")
    ] = None,
    confidence: Annotated[
        str, typer.Option("--confidence", metavar="SHARE", help="How surely all targets are to be met.")
    ] = "90%",
    role: Annotated[
        list[str],
        typer.Option("--role", metavar="ROLE", show_default=False,
                     help="Role to sweep; repeatable, each its own curve. Default: the commonest."),
    ] = [],  # noqa: B006
    up_to: Annotated[int, typer.Option("--up-to", metavar="N", min=1, max=50, help="Most hires of a sweep.")] = 10,
    mix_role: Annotated[
        list[str],
        typer.Option("--mix-role", metavar="ROLE", show_default=False,
                     help="Role that the best mix may hire; repeatable. Default: those of present posts."),
    ] = [],  # noqa: B006
    team: Annotated[
        list[str],
        typer.Option("--team", metavar="TEAM", show_default=False,
                     help="Team that may get people; repeatable. A single one gets the sweep's hires, too. "
                          "Default: all."),
    ] = [],  # noqa: B006
    contract: Annotated[
        list[str],
        typer.Option("--contract", metavar="KIND", show_default=False,
                     help="Contract that may be offered (permanent, career-grade, apprentice, secondment, agency, "
                          "contractor); repeatable, each its own curve. Default: permanent."),
    ] = [],  # noqa: B006
    supplement: Annotated[
        list[str],
        typer.Option("--supplement", metavar="POUNDS", show_default=False,
                     help="Market supplement a year that may be offered, too; repeatable, each its own curve."),
    ] = [],  # noqa: B006
    moves: Annotated[bool, typer.Option("--moves", help="It may also move people between teams.")] = False,
    training: Annotated[bool, typer.Option("--training", help="It may also train present people.")] = False,
    at_most: Annotated[
        int, typer.Option("--at-most", metavar="N", min=1, max=50, help="Most steps of the best mix.")
    ] = 20,
    budget: Annotated[
        str | None,
        typer.Option("--budget", metavar="POUNDS", show_default=False, help="Also the best within so much a year."),
    ] = None,
    parts: Annotated[
        str,
        typer.Option("--parts", metavar="LIST",
                     help="What to work out: sweep, mix, structures, shadow, timing, freeze; or all."),
    ] = "sweep,mix",
    freeze: Annotated[
        list[int],
        typer.Option("--freeze", metavar="MONTHS", min=0, show_default=False,
                     help="Length of a hiring freeze, for the part freeze; repeatable. Default: 0, 3, 6 and 12."),
    ] = [],  # noqa: B006
    each_structure: Annotated[
        bool, typer.Option("--each-structure", help="Sweep under each structure, not only the scenario's own.")
    ] = False,
    replications: Annotated[
        int, typer.Option("--replications", "-n", min=10,
                          help="Futures of each number of hires in a sweep, and of the shadow price.")
    ] = 50,
    fresh: Annotated[
        int, typer.Option("--fresh", metavar="N", min=10, help="Fresh futures on which a team is tried again.")
    ] = 200,
    seed: Seed = 1,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", show_default=False,
                     help="Keep finished pieces in a folder, so that the study can be taken up again."),
    ] = None,
    resume: Annotated[
        Path | None,
        typer.Option("--resume", metavar="DIR", show_default=False, help="Go on with the study in a folder."),
    ] = None,
    cluster: Annotated[
        str | None,
        typer.Option("--cluster", metavar="ADDRESS", show_default=False,
                     help="Simulate on a Dask cluster, such as tcp://host:8786."),
    ] = None,
    tables: Annotated[
        Path | None,
        typer.Option("--tables", metavar="DIR", show_default=False, help="Also write every table as CSV to a folder."),
    ] = None,
    scenario_file: Annotated[
        Path | None,
        typer.Option("--scenario-file", metavar="FILE", show_default=False,
                     help="Also write the team found as a scenario file for opmodel compare."),
    ] = None,
    require_targets: Annotated[
        bool, typer.Option("--require-targets", help="Leave with exit code 1 if no team meets the targets.")
    ] = False,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    output: Output = None,
) -> None:
    """How many people, of which role, where and by when, so that targets are met; and how sure.

    Every figure that is recommended rests on futures that no search has seen. Leaves with exit code 0
    whatever the answer, unless --require-targets says otherwise.
    """
    from opmodel.cli.files import settings
    from opmodel.cli.hiring import answer
    from opmodel.cli.hiring_options import Asked
    from opmodel.cli.results import Result

    result = Result.wanted(as_json=as_json, as_csv=as_csv, output=output)
    asked = Asked(
        file=file, changes=settings(set_), roles=tuple(role), up_to=up_to, month=by, week=by_week,
        confidence=confidence, targets=tuple(target), mix_roles=tuple(mix_role), teams=tuple(team),
        contracts=tuple(contract), supplements=tuple(supplement), moves=moves, training=training, at_most=at_most,
        budget=budget, parts=parts, freezes=tuple(freeze), each_structure=each_structure, replications=replications,
        fresh=fresh, seed=seed, out=out, resume=resume, cluster=cluster, tables=tables, scenario_file=scenario_file,
        require_targets=require_targets,
    )
    raise typer.Exit(answer(asked, result))


@app.command()
def run(
    file: File,
    set_: Set = [],  # noqa: B006 - Typer copies it
    replications: Replications = None,
    replication: Annotated[
        int, typer.Option("--replication", min=0, help="Which replication, if only one is run.")
    ] = 0,
    seed: Seed = 1,
    records: Annotated[
        Path | None,
        typer.Option("--records", metavar="DIR", show_default=False,
                     help="Write requests, tasks and weeks as Parquet and the event log as CSV to a folder."),
    ] = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    output: Output = None,
) -> None:
    """Run one scenario as it is: one replication, or several with --replications.

    One replication is one possible future and says nothing of chance; with several each figure has
    its 95 % interval.
    """
    from opmodel.cli.files import settings
    from opmodel.cli.results import Result
    from opmodel.cli.running import answer

    result = Result.wanted(as_json=as_json, as_csv=as_csv, output=output)
    answer(file, settings(set_), result, replications=replications, replication=replication, seed=seed, records=records)


@app.command()
def validate(files: Files, set_: Set = [], as_json: AsJson = False) -> None:  # noqa: B006 - Typer copies it
    """Check scenario files and name every problem as file:line:col: path: what is wrong.

    Leaves with exit code 2 if there are errors, 0 if there are only warnings.
    """
    from opmodel.cli.files import settings
    from opmodel.cli.validating import answer

    raise typer.Exit(answer(files, settings(set_), as_json=as_json))


@app.command()
def show(
    file: File,
    set_: Set = [],  # noqa: B006 - Typer copies it
    assumptions_only: Annotated[
        bool, typer.Option("--assumptions-only", help="Only values without a published source (tag A).")
    ] = False,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    output: Output = None,
) -> None:
    """Show the resolved scenario: each value with its unit, range, tag, source and who stated it."""
    from opmodel.cli.files import settings
    from opmodel.cli.results import Result
    from opmodel.cli.showing import answer

    result = Result.wanted(as_json=as_json, as_csv=as_csv, output=output)
    answer(file, settings(set_), result, assumptions_only=assumptions_only)


@app.command()
def schema(output: Output = None) -> None:
    """Print the JSON Schema of scenario files, for editors."""
    from opmodel.cli.results import Result
    from opmodel.scenario.schema import schema_text

    Result.wanted(as_json=False, as_csv=False, output=output).write(schema_text())


@app.command()
def new(
    name: Annotated[
        str, typer.Argument(metavar="NAME", show_default=False, help="Name of the scenario; its file is NAME.yaml.")
    ],
    template: Annotated[
        str, typer.Option("--from", metavar="TEMPLATE", help="A shipped scenario to start from, such as council.")
    ] = "minimal",
) -> None:
    """Start a scenario from one that comes with opmodel. Nothing is overwritten."""
    from opmodel.cli.starting import answer

    answer(name, template)


@app.command(name="app")
def browser_app(
    port: Annotated[
        int | None,
        typer.Option("--port", min=1, max=65535, show_default=False, help="Where the app listens. Default: 8501."),
    ] = None,
    address: Annotated[
        str | None,
        typer.Option("--address", metavar="ADDRESS", show_default=False,
                     help="On which of this machine's addresses. Default: 127.0.0.1, this machine alone."),
    ] = None,
) -> None:
    """Serve the pages for a browser: compare, explain, watch and tune structures.

    Settings for a server with a login are in docs/deployment.md.
    """
    from opmodel.cli.app import answer

    answer(port, address)


def leave() -> NoReturn:
    """Run the command line and leave with its exit code."""
    try:
        note_interrupts()
        if sys.stdout is None:  # closed by whoever started us
            sys.stdout = Path(os.devnull).open("w")  # noqa: SIM115
        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(errors="replace")
        app(prog_name="opmodel")
    except SystemExit as done:
        end_workers(done.code if isinstance(done.code, int) else FINE)
        raise
    except (Exception, KeyboardInterrupt) as error:  # outside any command
        sys.exit(code_of(error))
    sys.exit(FINE)
