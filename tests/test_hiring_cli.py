"""``opmodel hire``: what it answers, in which form, what it refuses, and how a study is stopped and taken up again."""

import json
import re
from dataclasses import replace
from functools import lru_cache
from io import StringIO

import pandas as pd
import pytest
from typer.testing import CliRunner

from opmodel import load_scenario
from opmodel.cli import exits, hiring
from opmodel.cli.commands import app
from opmodel.cli.hiring_options import Asked, arguments_of
from opmodel.hiring import parts
from opmodel.hiring import planning as planner
from opmodel.hiring.asking.scope import Scope
from opmodel.hiring.asking.study import StudyError
from opmodel.hiring.trying import cluster
from opmodel.hiring.trying.reaching import ClusterError

OFFICE = """
name: Desk
study: {horizon_weeks: 26, milestones_weeks: [13, 26]}
mechanisms: {unless_stated: false}
directorates: {Housing: {share: 2}, Parks: {share: 1}}
request_types:
  query:
    per_year: 900
    effort: {kind: exponential, mean: 1d}
    steps: [{skill: analysis}]
    statutory: true
    deadline: {kind: working_days, days: 20, calendar: england_wales}
  map:
    per_year: 200
    effort: {kind: exponential, mean: 1d}
    steps: [{skill: engineering}]
demand: {dispersion: 1.0}
people: {approval: 1d, time_to_hire: 2d, notice: 5d, fill_chance: 1.0}
roles:
  data_analyst: {skills: {analysis: practitioner}, salary: 40000}
  engineer: {skills: {engineering: practitioner, analysis: working}, salary: 50000}
posts:
  analyst: {role: data_analyst, count: 2}
  engineer: {role: engineer, count: 2}
today:
  teams:
    Hub: {kind: hub, serves: [Parks], seats: {analyst: 1, engineer: 2}}
    Homes: {serves: [Housing], seats: {analyst: 1}}
"""
BY, TARGET = ["--by", "6"], ["--target", "backlog_days=40d"]
SMALL = ["-n", "10", "--fresh", "10", "--up-to", "2", *BY]


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    file = tmp_path_factory.mktemp("office") / "office.yaml"
    file.write_text(OFFICE, "utf-8")
    return file


def ask(*arguments, code=0):
    result = CliRunner().invoke(app, ["hire", *map(str, arguments)], prog_name="opmodel")
    assert result.exit_code == code, result.output
    assert "Traceback" not in result.output
    return result


@pytest.fixture(scope="module")
def swept(office):
    return ask(office, *TARGET, *SMALL, "--parts", "sweep").stdout


@pytest.fixture(scope="module")
def mixed(office, tmp_path_factory):
    """A best mix with everything beside it that is written to files."""
    folder = tmp_path_factory.mktemp("mixed")
    new = office.with_name("desk with hires.yaml")
    result = ask(office, *TARGET, *SMALL, "--parts", "mix", "--json", "--tables", folder / "tables", "--scenario-file", new)
    return json.loads(result.stdout), folder / "tables", new, result.stderr


# -- the answer -----------------------------------------------------------------------------------


def test_the_answer_comes_first_and_everything_fits_a_page(swept):
    first, second = swept.split("\n\n")[:2]
    assert first == "Desk: backlog of effort at most 40 working days, by month 6, in at least 90 % of possible futures."
    assert second.startswith("Answer\n- ")
    assert "under these assumptions." in " ".join(second.split())
    assert "\x1b" not in swept
    lines = [line for line in swept.splitlines() if not line.startswith("Provenance")]
    assert max(map(len, lines)) <= 100


def test_every_number_of_hires_has_its_chance_with_interval(swept):
    rows = re.findall(r"(?m)^(\d) +£[\d,]+ +(\d+) % \((\d+) to (\d+) %\)", swept)
    assert [row[0] for row in rows] == ["0", "1", "2"]
    assert all(int(low) <= int(chance) <= int(high) for _, chance, low, high in rows)


def test_the_result_says_what_it_rests_on(swept):
    last = swept.splitlines()[-1]
    for fact in ("scenario hashes Desk", "seed 1", "runs ", "mesa", "numba"):
        assert fact in last


def test_the_mix_is_one_document_with_its_team_and_steps(mixed):
    found = mixed[0]
    assert found["kind"] == "hiring_plan"
    assert found["question"]["by_week"] == 26
    assert found["path"]["bought"]
    assert found["team"]["n"] >= 10
    assert found["meets"] is (found["team"]["chance"] >= 0.9)
    assert found["answer"][0].endswith("under these assumptions.")


def test_each_table_is_a_file_that_says_what_it_rests_on(mixed):
    found, folder, _, said = mixed
    steps = pd.read_csv(folder / "path.csv")
    assert len(steps) == len(found["path"]["bought"])
    assert {"step", "cost", "chance", "chance_low", "chance_high", "n", "seed", "scenario_hash"} <= set(steps.columns)
    posts = pd.read_csv(folder / "establishment.csv")
    assert posts["today"].sum() == 4
    assert "establishment.csv" in said


def test_the_scenario_file_extends_the_original_and_says_how_to_see_the_figures_again(mixed, office):
    found, _, new, _ = mixed
    text = new.read_text("utf-8")
    assert f"extends: {office.name}" in text
    assert f"-n {found['team']['n']} --seed {found['team']['seed']}" in text
    assert load_scenario(new).model_copy(update={"name": "Desk"}).hash == found["team"]["scenario_hash"]


def test_a_scenario_file_elsewhere_holds_everything(office, tmp_path):
    team = planner.plan_hiring(
        load_scenario(office), parts=("sweep",), up_to=1, week=26, targets={"backlog_days": "400d"}, replications=10, fresh=10
    ).recommended
    text = hiring.scenario_text(team, tmp_path / "new.yaml", office)
    assert "extends" not in text
    (tmp_path / "new.yaml").write_text(text, "utf-8")
    assert load_scenario(tmp_path / "new.yaml").model_copy(update={"name": "Desk"}).hash == team.scenario.hash


def test_csv_is_one_tidy_table(office):
    table = pd.read_csv(StringIO(ask(office, *TARGET, *SMALL, "--parts", "sweep", "--csv").stdout))
    swept = table[(table["part"] == "sweep") & (table["week"] == 26)]
    assert list(swept["people"]) == [0, 1, 2]
    assert {"chance", "chance_low", "chance_high", "n", "fresh", "seed", "scenario_hash", "use"} <= set(table.columns)


def test_the_answer_is_no_only_where_targets_are_required(office, monkeypatch):
    once = lru_cache(lambda plan=planner.plan_hiring: plan(
        load_scenario(office), targets={"backlog_days": "0d"}, week=26, up_to=1, replications=10, fresh=10, parts=("sweep",)
    ))
    monkeypatch.setattr(parts, "binding", lambda *_, **__: None)
    monkeypatch.setattr(planner, "plan_hiring", lambda *_, **__: once())
    never = [office, *TARGET, *BY]
    assert "Answer\n- No:" in ask(*never).stdout
    ask(*never, "--require-targets", code=1)


def test_every_part_is_shown(office):
    said = ask(office, *TARGET, *SMALL, "--parts", "mix,shadow,timing,freeze", "--mix-role", "data-analyst").stdout
    for title in ("step by step", "Backlog removed by one more practitioner", "When vacancies must open", "What a hiring freeze"):
        assert title in said
    assert " 1. one more data analyst" in said


# -- options --------------------------------------------------------------------------------------


def arguments(office, **options):
    return arguments_of(Asked(file=office, **{"targets": ("backlog_days=40d",), "month": 6, **options}), load_scenario(office))


def test_options_become_the_arguments_of_the_planner(office):
    found = arguments(
        office, roles=("data analyst",), contracts=("career-grade", "agency"), teams=("homes",), supplements=("£2,000",),
        budget="120k", confidence="80%", parts="mix,freeze", moves=True, mix_roles=("engineer",), at_most=30,
    )
    assert found["roles"] == ("data_analyst",)
    assert found["scope"] == Scope(roles=("engineer",), teams=("Homes",), contracts=("career_grade", "agency"),
                                   supplements=(0.0, 2000.0), moves=True, at_most=30)
    assert (found["budget"], found["confidence"], found["parts"], found["week"]) == (120_000.0, 0.8, ("path", "freeze"), 26)
    assert found["team"] == "Homes"
    assert arguments(office)["scope"] == Scope()


def test_all_parts_can_be_asked_for_at_once(office):
    assert arguments(office, parts="all")["parts"] == ("sweep", "path", "structures", "shadow", "timing", "freeze")


def test_targets_are_read_as_a_file_has_them(office):
    said = ("in_time_of.query=90%", "backlog_weeks=2", "not_served.at_most=5%", "in_time_rate=null")
    assert arguments(office, targets=said)["targets"] == {
        "in_time_of.query": "90%", "backlog_weeks": "2", "in_time_rate": "null",
        "others": [{"metric": "not_served", "at_most": 0.05}],
    }


def test_further_targets_are_added_to_those_of_the_file(office):
    scenario = load_scenario(office, targets={"others": [{"metric": "waiting", "at_most": 3.0}]})
    found = arguments_of(Asked(file=office, targets=("not_served.at_most=0.1",), month=6), scenario)
    again = planner.question(scenario, week=26, targets=found["targets"])
    assert [(one.name, one.value) for one in again.wanted] == [("waiting", 3.0), ("not_served", 0.1)]


def test_the_most_steps_of_the_best_mix_are_kept_with_the_study(office, tmp_path):
    folder = tmp_path / "study"
    few = ["--target", "backlog_days=6d", "-n", "10", "--fresh", "10", *BY, "--parts", "mix", "--at-most", "1"]
    told = ask(office, *few, "--out", folder)
    assert "the plan had as many steps as are allowed (1)" in " ".join(told.stdout.split())
    assert "allowed 1 step; --at-most N in a new study allows up to 50" in " ".join(told.stderr.split())
    assert json.loads((folder / "study.json").read_text("utf-8"))["study"]["arguments"]["scope"]["at_most"] == 1
    again = ask("--resume", folder)
    assert "the plan had as many steps as are allowed (1)" in " ".join(again.stdout.split())
    assert "leave out --at-most" in ask("--resume", folder, "--at-most", "3", code=2).stderr


@pytest.mark.parametrize(("wrong", "said"), [
    ([], "there is no target"),
    (["--target", "backlog_days"], "should be a target and a value"),
    (["--target", "backlog_day=3d"], "did you mean 'backlog_days'"),
    (["--target", "in_time_of.querry=90%"], "did you mean 'query'"),
    (["--target", "backlog_days=3"], "needs a unit"),
    (["--target", "backlog.homes=3"], "has no parts"),
    (["--target", "not_served=0.1"], "not_served.at_most=..."),
    ([*TARGET, "--role", "data_analist"], "did you mean 'data_analyst'"),
    ([*TARGET, "--mix-role", "nobody"], "--mix-role nobody"),
    ([*TARGET, "--team", "Home"], "did you mean 'Homes'"),
    ([*TARGET, "--contract", "agencies"], "did you mean 'agency'"),
    ([*TARGET, "--parts", "mixx"], "did you mean 'mix'"),
    ([*TARGET, "--parts", ","], "name at least one"),
    ([*TARGET, "--confidence", "high"], "should be a share"),
    ([*TARGET, "--confidence", "0.2"], "between 0.5 and 0.99"),
    ([*TARGET, "--budget", "much"], "should be pounds a year"),
    ([*TARGET, "--budget", "0"], "above 0"),
    ([*TARGET, "--budget", "1000", "--parts", "sweep"], "add mix to --parts"),
    ([*TARGET, "--at-most", "0"], "--at-most"),
    ([*TARGET, "--at-most", "51"], "--at-most"),
    ([*TARGET, "--at-most", "30", "--parts", "sweep"], "--at-most needs the best mix"),
    ([*TARGET, "--supplement", "-5"], "should be pounds a year"),
    ([*TARGET, "--by", "12"], "outside the horizon of 26 weeks"),
    ([*TARGET, "--by-week", "27"], "--by-week"),
    ([*TARGET, "--by", "3", "--by-week", "13"], "exclude each other"),
    ([*TARGET, "--json", "--csv"], "exclude each other"),
    ([*TARGET, "--resume", "somewhere"], "leave out the scenario file"),
    ([*TARGET, "-n", "3"], "-n"),
])
def test_wrong_usage_leaves_with_2_before_any_work_and_says_what_would_do(wrong, said, office, monkeypatch):
    monkeypatch.setattr(planner, "plan_hiring", lambda *_, **__: pytest.fail("began to work"))
    by = [] if any("--by" in word for word in wrong) or "--resume" in wrong else BY
    result = ask(office, *by, *wrong, code=2)
    assert result.stdout == ""
    assert said in " ".join(result.stderr.split())


def test_nothing_asked_is_wrong_usage():
    assert "name a scenario file" in ask(code=2).stderr
    assert "leave out --role" in ask("--resume", "x", "--role", "a", code=2).stderr


def test_the_scenario_itself_is_never_written_over(office):
    ask(office, *TARGET, *BY, "--scenario-file", office, code=2)
    ask(office, *TARGET, *BY, "-o", office, code=2)


# -- folders, interrupts --------------------------------------------------------------------------


def without_date(text):
    found = json.loads(text)
    del found["provenance"]["date"]
    return found


def test_a_study_is_taken_up_again_with_the_same_result(office, tmp_path):
    folder = tmp_path / "study"
    once = ask(office, *TARGET, *SMALL, "--parts", "sweep", "--out", folder, "--json").stdout
    pieces = sorted((folder / "pieces").iterdir())
    assert pieces
    for lost in pieces[::2]:
        lost.unlink()
    assert without_date(ask("--resume", folder, "--json").stdout) == without_date(once)
    assert "already" in ask(office, *TARGET, *SMALL, "--out", folder, code=2).stderr
    assert "no study" in ask("--resume", tmp_path / "nowhere", code=2).stderr


def test_a_study_taken_up_again_knows_the_file_it_began_with(office, tmp_path, monkeypatch):
    import shutil

    file = tmp_path / "office.yaml"
    shutil.copy(office, file)
    monkeypatch.chdir(tmp_path)
    ask("office.yaml", *TARGET, *SMALL, "--parts", "sweep", "--set", "people.notice=6d", "--out", "study")
    ask("--resume", "study", "--scenario-file", "new.yaml")
    assert "extends: office.yaml" in (tmp_path / "new.yaml").read_text("utf-8")
    new = load_scenario(tmp_path / "new.yaml")
    assert (float(new.people.notice), len(new.hires) >= 1) == (6.0, True)
    assert "is the scenario itself" in ask("--resume", "study", "--scenario-file", "office.yaml", code=2).stderr
    # Changed since: what the team was found for is written whole.
    file.write_text(OFFICE.replace("per_year: 900", "per_year: 901"), "utf-8")
    ask("--resume", "study", "--scenario-file", "new.yaml")
    assert "extends:" not in (tmp_path / "new.yaml").read_text("utf-8")
    assert load_scenario(tmp_path / "new.yaml").hash == new.hash


def test_a_log_that_a_worker_does_not_have_is_no_fault_of_the_program(office, tmp_path, monkeypatch):
    def missing(*given, **further):
        raise StudyError("a worker does not have the log x.csv as it is here: put it at the same place there")

    monkeypatch.setattr(planner, "plan_hiring", missing)
    said = ask(office, *TARGET, *SMALL, "--out", tmp_path / "study", code=2).stderr
    assert "put it at the same place there. Go on with: opmodel hire --resume" in " ".join(said.split())


def test_an_interrupt_shows_what_was_found_and_how_to_go_on(office, tmp_path, monkeypatch):
    whole = planner.plan_hiring

    def interrupted(*given, on_partial, **further):
        whole(*given, **{**further, "parts": ("sweep",)}, on_partial=on_partial)
        raise KeyboardInterrupt

    monkeypatch.setattr(planner, "plan_hiring", interrupted)
    monkeypatch.setattr(hiring, "end_workers", lambda code: None)
    result = ask(office, *TARGET, *SMALL, "--out", tmp_path / "study", code=exits.INTERRUPTED)
    assert "Answer\n- " in result.stdout
    assert re.search(r"Interrupted\. .*opmodel hire --resume .*study", result.stderr)


def test_an_interrupt_before_anything_was_found_says_so(office, monkeypatch):
    def interrupted(*given, **further):
        raise KeyboardInterrupt

    monkeypatch.setattr(planner, "plan_hiring", interrupted)
    monkeypatch.setattr(hiring, "end_workers", lambda code: None)
    result = ask(office, *TARGET, *BY, code=exits.INTERRUPTED)
    assert result.stdout == ""
    assert "There is no result yet" in result.stderr
    assert "--resume" not in result.stderr


def test_a_cluster_that_is_lost_is_said_plainly_with_how_to_go_on(office, tmp_path, monkeypatch):
    def lost(address):
        raise ClusterError(f"nobody answers at {address}")

    monkeypatch.setattr(cluster, "cluster_executor", lost)
    result = ask(office, *TARGET, *SMALL, "--cluster", "tcp://host:1", "--out", tmp_path / "study", code=2)
    assert "--cluster: nobody answers at tcp://host:1" in result.stderr
    assert "opmodel hire --resume" in result.stderr


def test_how_to_go_on_without_a_cluster_is_said_once(office, tmp_path, monkeypatch):
    def lost(address):
        raise cluster._gone("the scheduler is lost")

    monkeypatch.setattr(cluster, "cluster_executor", lost)
    folder = tmp_path / "my study"
    said = " ".join(ask(office, *TARGET, *SMALL, "--cluster", "tcp://host:1", "--out", folder, code=2).stderr.split())
    assert said.count("--resume") == 1
    assert f"--resume '{folder}'" in said
    assert ask(office, *TARGET, *SMALL, "--cluster", "tcp://host:1", code=2).stderr.count("--resume") == 1


def test_every_table_of_every_part_fits_a_page():
    from planned import whole

    from opmodel.cli.hiring_text import blocks
    from opmodel.cli.tables import plain

    plan = whole()
    lines = plain(blocks(replace(plan, path=replace(plan.path, way=plan.path.bought[:2])))).splitlines()
    assert max(len(line) for line in lines if not line.startswith("Provenance")) <= 100


# -- freezes, contracts, long runs -----------------------------------------------------------------


def test_freezes_of_any_length_can_be_asked_for(office):
    asked = Asked(office, month=6, targets=("backlog_days=40d",), parts="freeze", freezes=(4, 0, 4))
    found = arguments_of(asked, load_scenario(office))
    assert found["freeze_months"] == (0, 4)
    said = json.loads(ask(office, *TARGET, *SMALL, "--parts", "freeze", "--freeze", 2, "--json").stdout)
    assert [one["months"] for one in said["freezes"]] == [0, 2]
    assert "add freeze to --parts" in ask(office, *TARGET, *SMALL, "--freeze", 2, code=2).stderr


def test_all_parts_of_a_steady_state_leave_out_when_vacancies_open(office, capsys):
    scenario = load_scenario(office, set={"study.kind": "steady_state", "study.milestones_weeks": []})
    found = arguments_of(Asked(office, targets=("backlog_days=40d",), parts="all"), scenario)
    assert found["parts"] == ("sweep", "path", "structures", "shadow")
    assert "Left out: timing and freeze" in capsys.readouterr().err
    with pytest.raises(exits.WrongUsageError, match="question for a transition"):
        arguments_of(Asked(office, targets=("backlog_days=40d",), parts="timing"), scenario)


def test_each_contract_is_a_curve_of_its_own(office, tmp_path):
    ask(office, *TARGET, *SMALL, "--role", "engineer", "--contract", "permanent", "--contract", "agency",
        "--parts", "sweep", "--tables", tmp_path)
    assert set(pd.read_csv(tmp_path / "sweep.csv")["contract"]) == {"permanent", "agency"}


def test_a_team_that_the_structure_merged_is_refused_with_what_to_do(office):
    merged = ["--set", "structure.kind=federated", "--set", "structure.team_size_min=20"]
    said = ask(office, *merged, *TARGET, *SMALL, "--team", "Housing + Parks", code=2).stderr
    assert "merged the team" in said
