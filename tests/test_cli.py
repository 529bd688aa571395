"""The command line: what it answers, where, in which form and with which exit code."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from io import StringIO
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from opmodel.cli import exits
from opmodel.cli.commands import app
from opmodel.cli.tables import Table, plain
from opmodel.scenario import load_scenario
from opmodel.shipped import shipped, shipped_names

ROOT = Path(__file__).parent.parent
MINIMAL = str(ROOT / "scenarios" / "minimal.yaml")
SHORT = ["--set", "study.horizon_weeks=6"]
COMPARE = ["compare", MINIMAL, *SHORT, "-n", "3"]
TABLES = ("requests", "tasks", "weeks")


def ask(*arguments, code=0, **options):
    result = CliRunner().invoke(app, list(map(str, arguments)), prog_name="opmodel", **options)
    assert result.exit_code == code, result.output
    assert "Traceback" not in result.output
    return result


#: As a terminal starts it: whoever runs the tests in the background has Ctrl-C ignored, and children inherit that.
AT_A_TERMINAL = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)
from opmodel.cli import main
main()
"""


def process(*arguments, **options):
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **options.pop("env", {})}
    return subprocess.Popen(
        [sys.executable, "-c", AT_A_TERMINAL, *map(str, arguments)], stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8", env=environment, **options,
    )


@pytest.fixture
def wrong(tmp_path):
    path = tmp_path / "wrong.yaml"
    path.write_text("name: Wrong\nextends: base.yaml\nposst: {}\n", "utf-8")
    (tmp_path / "base.yaml").write_text(Path(MINIMAL).read_text("utf-8") + "people: {turnover: -1}\n", "utf-8")
    return path


# -- help and usage -------------------------------------------------------------------------------


def test_help_names_every_command_and_the_exit_codes():
    said = " ".join(ask("--help").stdout.split())
    for command in ("compare", "hire", "run", "validate", "show", "schema", "new"):
        assert command in said
        ask(command, "--help")
    assert "130 interrupted" in said


def test_help_comes_at_once_and_imports_nothing_heavy():
    run = subprocess.run([sys.executable, "-X", "importtime", "-m", "opmodel.cli", "--help"], capture_output=True,
                         text=True, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=True)
    for heavy in ("numpy", "pydantic", "rich", "pandas", "numba", "mesa"):
        assert not re.search(rf"\| +{heavy}\b", run.stderr), heavy
    taken = []
    for _ in range(5):
        start = time.perf_counter()
        process("--help").communicate(timeout=60)
        taken.append(time.perf_counter() - start)
    assert sorted(taken)[1] < 0.6  # 0.09 s on a quiet machine


def test_version():
    assert re.fullmatch(r"opmodel \d+\.\d+\.\d+\n", ask("--version").stdout)


@pytest.mark.parametrize("arguments", [
    ["compar"],
    ["compare"],
    ["compare", MINIMAL, "--replications", "0"],
    ["compare", MINIMAL, "--json", "--csv"],
    ["compare", MINIMAL, "--set", "people.turnover"],
    ["compare", MINIMAL, "-n", "3", "--reference", "nobody"],
    ["compare", MINIMAL, MINIMAL],
    ["compare", MINIMAL, "--trace", "nowhere.csv"],
    ["compare", MINIMAL, "--trace-type", "analysis"],
    ["compare", MINIMAL, "--require-targets"],
    ["compare", MINIMAL, "-o", "/nowhere/at/all"],
    ["run", MINIMAL, "-n", "5", "--records", "out"],
    ["new", "x", "--from", "nothing"],
])
def test_wrong_usage_leaves_with_2_and_says_why_on_standard_error(arguments):
    result = ask(*arguments, code=2)
    assert result.stdout == ""
    assert "Error" in result.stderr


def test_a_mistyped_command_is_suggested():
    assert "Did you mean 'compare'?" in ask("compar", code=2).stderr


# -- compare --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def compared():
    return ask(*COMPARE).stdout


def test_compare_shows_every_structure_with_intervals(compared):
    for structure in ("today", "centralised", "hub-and-spoke", "federated"):
        assert re.search(rf"(?m)^{structure} .*\d \(.*\d to .*\d\)", compared)
    assert "\x1b" not in compared


def test_lead_times_never_stand_without_what_they_leave_out(compared):
    headings = [line for line in compared.splitlines() if "lead time, median" in line]
    assert headings
    assert all("unfinished" in line and "not served" in line for line in headings)


def test_every_verdict_ends_under_these_assumptions(compared):
    verdicts = compared.partition("\nVerdicts\n")[2].partition("\n\n")[0].splitlines()
    assert len(verdicts) >= 12
    assert all(line.endswith("under these assumptions.") for line in verdicts)


def test_compare_says_what_it_rests_on(compared):
    last = compared.splitlines()[-1]
    for fact in ("scenario hashes today", "seed 1", "replications 3", "date 20", "mesa", "numba"):
        assert fact in last


def test_compare_as_json_is_one_document():
    found = json.loads(ask(*COMPARE, "--json", "--seed", "4").stdout)
    assert found["schema_version"] == 1
    assert found["scenarios"] == ["today", "centralised", "hub_and_spoke", "federated"]
    assert found["provenance"]["seed"] == 4
    assert all(verdict["sentence"].endswith("under these assumptions.") for verdict in found["verdicts"])


def test_compare_as_csv_is_tidy_and_says_what_it_rests_on():
    table = pd.read_csv(StringIO(ask(*COMPARE, "--csv").stdout))
    assert {"scenario", "group", "metric", "mean", "low", "high", "n", "scenario_hash", "seed"} <= set(table.columns)
    assert table["scenario_hash"].nunique() == 4


def test_a_result_written_to_a_file_leaves_standard_output_empty(tmp_path):
    file = tmp_path / "result.json"
    result = ask(*COMPARE, "--json", "-o", file)
    assert result.stdout == ""
    assert json.loads(file.read_text("utf-8"))["replications"] == 3
    assert [path.name for path in tmp_path.iterdir()] == ["result.json"]


def test_several_files_are_compared_as_they_are(tmp_path):
    other = tmp_path / "other.yaml"
    other.write_text(Path(MINIMAL).read_text("utf-8").replace("name: Minimal", "name: Busier")
                     + "demand: {demand_scale: 1.3}\n", "utf-8")
    found = json.loads(ask("compare", MINIMAL, other, *SHORT, "-n", "3", "--reference", "Busier", "--json").stdout)
    assert found["scenarios"] == ["Minimal", "Busier"]
    assert found["reference"] == "Busier"


def test_a_reference_may_be_written_with_hyphens():
    found = json.loads(ask(*COMPARE, "--reference", "hub-and-spoke", "--json").stdout)
    assert found["reference"] == "hub_and_spoke"


def test_marginal_gaps_are_added_on_request():
    arguments = ["compare", MINIMAL, "--set", "study.horizon_weeks=4", "-n", "2", "--marginal"]
    assert "Marginal skills gap" in ask(*arguments).stdout
    gaps = json.loads(ask(*arguments, "--json").stdout)["marginal_gap"]
    assert set(gaps) == {"today", "centralised", "hub_and_spoke", "federated"}


@pytest.mark.parametrize(("wanted", "code"), [("1000000", 0), ("0", 1)])
def test_the_answer_is_no_only_where_targets_are_required(wanted, code):
    stated = [*COMPARE[:-1], "4", "--set", f"targets.backlog={wanted}", "--set", "demand.demand_scale=3"]
    assert "Targets" in ask(*stated).stdout
    ask(*stated, "--require-targets", code=code)


# -- traces ---------------------------------------------------------------------------------------


@pytest.fixture
def log(tmp_path):
    file = tmp_path / "log.csv"
    rows = [f"2026-04-{day:02},{who},{day}\n" for day in range(7, 11) for who in ("Children", "Adults")]
    file.write_text("queued,department,version\n" + "".join(rows), "utf-8")
    return file


def test_arrivals_can_be_taken_from_a_log_anywhere(log):
    found = json.loads(ask(*COMPARE, "--trace", log, "--trace-type", "pipeline", "--json",
                           "--set", "mechanisms.unless_stated=false").stdout)
    raised = {row["scenario"]: row["mean"] for row in found["summary"]
              if row["metric"] == "raised" and row["group"] == "type=pipeline"}
    assert raised["today"] == pytest.approx(8 / 6)


def test_a_trace_section_keeps_what_the_options_leave_unsaid(log, tmp_path):
    own = tmp_path / "own.yaml"
    own.write_text(Path(MINIMAL).read_text("utf-8")
                   + "trace: {file: gone.csv, arrival: queued, directorate: department, default: analysis}\n", "utf-8")
    assert "gone.csv" in ask("compare", own, *SHORT, "-n", "2", code=2).stderr
    ask("compare", own, *SHORT, "-n", "2", "--trace", log)
    said = ask("compare", own, *SHORT, "-n", "2", "--trace", log, "--trace-arrival", "when", code=2).stderr
    assert "no column 'when'" in said


# -- run ------------------------------------------------------------------------------------------


def test_run_shows_one_replication_and_says_that_it_is_one():
    said = ask("run", MINIMAL, *SHORT, "--replication", "2").stdout
    assert "replication 2" in said
    assert "One possible future" in said
    assert "Provenance: scenario hashes Minimal" in said


def test_run_is_repeatable_and_seeds_differ():
    def figures(seed):
        return json.loads(ask("run", MINIMAL, *SHORT, "--seed", seed, "--json").stdout)["figures"]

    assert figures(1) == figures(1) != figures(2)


def test_run_of_several_replications_has_intervals():
    said = ask("run", MINIMAL, *SHORT, "-n", "3").stdout
    assert re.search(r"(?m)^Minimal .*\d \(.*\d to .*\d\)", said)
    assert "Verdicts" not in said


def test_records_are_readable_and_whole(tmp_path):
    folder = tmp_path / "a" / "records"
    result = ask("run", MINIMAL, *SHORT, "--records", folder, "--csv")
    assert "Wrote" in result.stderr
    assert pd.read_csv(StringIO(result.stdout))["metric"].str.len().gt(0).all()
    tables = {name: pd.read_parquet(folder / f"{name}.parquet") for name in TABLES}
    assert set(tables["requests"]["type"]) <= {"analysis", "pipeline", "upkeep"}
    assert tables["tasks"]["request"].max() < len(tables["requests"])
    assert tables["weeks"]["week"].max() == 5
    events = pd.read_csv(folder / "event_log.csv")
    assert {"case:concept:name", "concept:name", "time:timestamp"} <= set(events.columns)
    assert json.loads((folder / "provenance.json").read_text("utf-8"))["replication"] == 0
    names = {path.name for path in folder.iterdir()}
    assert names == {*(f"{t}.parquet" for t in TABLES), "event_log.csv", "provenance.json"}


# -- validate, show, schema, new ------------------------------------------------------------------


def test_validate_names_every_problem_with_file_line_and_column(wrong):
    result = ask("validate", MINIMAL, wrong, code=2)
    assert f"{MINIMAL}: fine" in result.stdout
    assert f"{wrong}: 2 errors" in result.stdout
    lines = result.stderr.splitlines()
    assert any(line.startswith(f"{wrong}:3:1: posst: ") and "did you mean 'posts'?" in line for line in lines)
    assert any(re.match(rf"{re.escape(str(wrong.parent / 'base.yaml'))}:\d+:\d+: people\.turnover: ", x) for x in lines)


def test_validate_as_json(wrong):
    found = json.loads(ask("validate", MINIMAL, wrong, "--json", code=2).stdout)
    assert [entry["usable"] for entry in found["files"]] == [True, False]
    assert {problem["path"] for problem in found["files"][1]["problems"]} == {"posst", "people.turnover"}


def test_warnings_leave_with_0():
    result = ask("validate", MINIMAL, "--set", "demand.demand_scale=9", "--set", "mechanisms.abandonment=false")
    assert "warning" in result.stderr
    assert "1 warning" in result.stdout or "warnings" in result.stdout


@pytest.mark.parametrize("command", ["compare", "run", "validate", "show"])
def test_no_command_takes_a_file_that_cannot_be_used(command, wrong, tmp_path):
    assert ":3:1: posst: " in ask(command, wrong, code=2).stderr
    assert "no such file" in ask(command, tmp_path / "absent.yaml", code=2).stderr
    assert "folder" in ask(command, tmp_path, code=2).stderr


def test_show_says_who_stated_each_value():
    found = json.loads(ask("show", MINIMAL, "--set", "people.turnover=0.2", "--json").stdout)
    values = {value["path"]: value for value in found["values"]}
    assert values["people.turnover"]["given"] == "--set"
    assert values["roles.analyst.salary"]["given"] == "file"
    share = values["people.productive_share"]
    assert share["given"] == "default"
    assert share["low"] < share["value"] < share["high"]
    assert share["unit"] == "share"
    assert share["tag"] in "SDGA"
    assert share["source"]
    assert found["hash"] == load_scenario(MINIMAL, people__turnover=0.2).hash


def test_show_as_text_and_assumptions_only():
    everything = ask("show", MINIMAL).stdout
    assert re.search(r"(?m)^people\.productive_share +0\.86 +share +0\.75 to 0\.9 ", everything)
    found = json.loads(ask("show", MINIMAL, "--assumptions-only", "--json").stdout)
    assert {value["tag"] for value in found["values"]} == {"A"}
    table = pd.read_csv(StringIO(ask("show", MINIMAL, "--assumptions-only", "--csv").stdout))
    assert len(table) == len(found["values"])


def test_schema_is_the_schema():
    assert json.loads(ask("schema").stdout)["title"] == "opmodel scenario"


@pytest.mark.parametrize("template", shipped_names())
def test_new_scenarios_can_be_used(template, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = ask("new", "mine & ours", "--from", template)
    assert "mine & ours.yaml" in result.stdout
    mine = load_scenario("mine & ours.yaml")
    assert mine.name == "mine & ours"
    assert len(mine.posts) == len(load_scenario(shipped(template)).posts)
    assert "nothing was written" in ask("new", "mine & ours", code=2).stderr


def test_no_template_is_a_suggestion():
    assert "did you mean 'council'?" in ask("new", "x", "--from", "counsil", code=2).stderr


# -- ends -----------------------------------------------------------------------------------------


def test_a_fault_of_ours_is_one_line(monkeypatch):
    def broken(*_arguments, **_options):
        raise ZeroDivisionError("division\nby zero")

    monkeypatch.delenv("OPMODEL_DEBUG", raising=False)
    monkeypatch.setattr("opmodel.cli.comparing.study", broken)
    result = ask(*COMPARE, code=exits.FAULT)
    assert result.stderr.startswith("internal error: ZeroDivisionError: division by zero, please report")
    assert len(result.stderr.splitlines()) == 1


def test_interrupts_in_a_command_leave_with_130(monkeypatch):
    def interrupted(*_arguments, **_options):
        raise KeyboardInterrupt

    monkeypatch.setattr("opmodel.cli.comparing.study", interrupted)
    assert "Interrupted" in ask(*COMPARE, code=130).stderr


def test_an_interrupt_that_compiled_code_turned_into_another_error_is_still_an_interrupt(monkeypatch, capsys):
    pressed = threading.Event()
    pressed.set()
    monkeypatch.setattr(exits, "_ctrl_c", pressed)
    monkeypatch.setattr(exits, "end_workers", lambda _code: None)
    assert exits.code_of(ImportError("cannot load module")) == 130
    assert "Interrupted" in capsys.readouterr().err


def test_results_and_messages_are_kept_apart():
    command = process("validate", MINIMAL, "--set", "demand.demand_scale=9", "--set", "mechanisms.abandonment=false")
    result, messages = command.communicate(timeout=60)
    assert command.returncode == 0
    assert "warning" in messages
    assert all(line.startswith(MINIMAL) for line in result.splitlines())


@pytest.mark.skipif(os.name == "nt", reason="signals to a group of processes")
@pytest.mark.parametrize("seconds", [3.0, pytest.param(8.0, marks=pytest.mark.slow)])
def test_ctrl_c_ends_a_study_at_once_and_quietly(seconds, tmp_path):
    kept = tmp_path / "kept.txt"
    kept.write_text("earlier", "utf-8")
    study = process("compare", MINIMAL, "-n", "100000", "-o", kept, start_new_session=True)
    time.sleep(seconds)
    assert study.poll() is None
    os.killpg(study.pid, signal.SIGINT)
    try:
        result, messages = study.communicate(timeout=15)
    finally:
        study.kill()
    assert study.returncode == 130, messages
    assert result == ""
    assert "Traceback" not in messages
    assert "Interrupted" in messages
    assert kept.read_text("utf-8") == "earlier"
    for _ in range(50):
        time.sleep(0.1)
        try:
            os.killpg(study.pid, 0)
        except ProcessLookupError:
            return
    pytest.fail("a worker process is left")


@pytest.mark.skipif(os.name == "nt", reason="pipes end otherwise there")
def test_a_reader_who_stops_reading_is_no_fault():
    command = process("show", MINIMAL)
    command.stdout.read(10)
    command.stdout.close()
    assert command.stderr.read() == ""
    command.stderr.close()
    assert command.wait(timeout=60) in (0, exits.UNREAD)


def test_plain_tables_are_aligned():
    table = Table("Title", ("who", "how\nmuch"), [("a", "1.0"), ("longer", "10.25")], note="Note.")
    assert plain([table]).splitlines() == [
        "Title", "who       how", "         much", "------  -----", "a         1.0", "longer  10.25", "Note.",
    ]


# -- where results go ----------------------------------------------------------------------------------


def test_a_link_is_followed_and_a_pipe_is_written_to(tmp_path):
    target, link = tmp_path / "real.json", tmp_path / "link.json"
    target.write_text("old")
    link.symlink_to(target)
    ask("run", MINIMAL, *SHORT, "--json", "-o", link)
    assert link.is_symlink()
    assert json.loads(target.read_text())["schema_version"] == 1
    if hasattr(os, "mkfifo"):
        pipe = tmp_path / "pipe"
        os.mkfifo(pipe)
        with subprocess.Popen(["cat", str(pipe)], stdout=subprocess.PIPE, text=True) as reader:
            ask("run", MINIMAL, *SHORT, "--json", "-o", pipe)
            assert json.loads(reader.communicate(timeout=20)[0])["schema_version"] == 1
        assert pipe.is_fifo()


def test_no_result_replaces_its_scenario(tmp_path):
    own = tmp_path / "own.yaml"
    own.write_text(Path(MINIMAL).read_text())
    for command in ("run", "compare"):
        assert "is the scenario itself" in ask(command, own, "-o", own, code=2).stderr
    assert own.read_text() == Path(MINIMAL).read_text()


def test_names_too_long_are_no_fault_of_opmodel(tmp_path):
    result = ask("run", MINIMAL, *SHORT, "-o", tmp_path / ("x" * 300), code=2)
    assert "internal error" not in result.output


@pytest.mark.parametrize("name", ["", ".", "nl\nname: z", "-x", "a/../.."])
def test_new_refuses_names_that_are_none(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    ask("new", "--", name, code=2)
    assert list(tmp_path.iterdir()) == []


def test_new_does_not_build_on_another_file_of_the_parents_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("council.yaml").write_text("name: mine\n")
    assert "council.yaml: exists already" in ask("new", "two", "--from", "council-federated", code=2).stderr
    assert [path.name for path in tmp_path.iterdir()] == ["council.yaml"]


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="needs POSIX signals")
def test_workers_end_with_a_process_that_is_killed(tmp_path):
    """Even if it could not say goodbye."""
    started = process("compare", MINIMAL, "-n", "190")
    deadline = time.monotonic() + 60
    children: list[str] = []
    while time.monotonic() < deadline and len(children) < 2:
        listed = Path(f"/proc/{started.pid}/task/{started.pid}/children")
        if not listed.exists():
            started.kill()
            pytest.skip("needs /proc")
        commands = {pid: Path(f"/proc/{pid}/cmdline").read_bytes() for pid in listed.read_text().split()}
        children = [pid for pid, command in commands.items() if b"spawn_main" in command]
        time.sleep(0.1)
    time.sleep(2.0)
    started.kill()
    started.communicate(timeout=30)

    def runs(pid):  # one that has ended may wait there for somebody to take notice
        try:
            return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
        except OSError:
            return False

    while time.monotonic() < deadline and any(map(runs, children)):
        time.sleep(0.1)
    assert not [pid for pid in children if runs(pid)]
