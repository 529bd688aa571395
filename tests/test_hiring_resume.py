"""A study that is stopped, however that is, goes on in its folder and ends with the same figures."""

import inspect
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from networks import plain, town

from opmodel.comparison.structures import structures_of
from opmodel.hiring.asking.scope import Scope
from opmodel.hiring.asking.steps import Plan, Step
from opmodel.hiring.asking.study import ARGUMENTS, StudyError, as_study, asked_in
from opmodel.hiring.planning import plan_hiring
from opmodel.hiring.trying import store
from opmodel.hiring.trying.fingerprint import versions
from opmodel.hiring.trying.store import PIECES, STUDY, create, open_
from opmodel.hiring.trying.trials import Trials
from opmodel.scenario import Scenario, change_scenario, load_scenario

ROOT = Path(__file__).resolve().parent.parent
SCENARIO = town({"study": {"horizon_weeks": 20, "milestones_weeks": [10, 20]}, "targets": {"in_time_rate": 0.9}})
ROWS = {"abc": {0: np.array([1.0, np.nan, np.inf, -0.0, 1 / 3]), 7: np.arange(5.0)}, "def": {2: np.zeros(5)}}


def same(one: dict, other: dict) -> bool:
    return one.keys() == other.keys() and all(one[k].tobytes() == other[k].tobytes() for k in one)


def pieces(folder: Path) -> list[Path]:
    return sorted((folder / PIECES).glob("*.parquet"))


# ---- what is kept --------------------------------------------------------------------------------


def test_rows_come_back_as_they_were_kept_to_the_bit(tmp_path) -> None:
    with create(tmp_path / "new" / "study", {}) as kept:
        kept.keep(5, ROWS)
        kept.keep(6, {"abc": {1: np.ones(5)}})
        assert same(kept.rows("abc", 5), ROWS["abc"])
    with open_(tmp_path / "new" / "study") as again:
        assert all(same(again.rows(name, 5), ROWS[name]) for name in ROWS)
        assert same(again.rows("abc", 6), {1: np.ones(5)})
        assert again.rows("ghi", 5) == {}
        assert not again.notes
        again.keep(5, {"ghi": {0: np.ones(5)}})
    assert [file.name[:6] for file in pieces(tmp_path / "new" / "study")] == ["000001", "000002", "000003"]


def test_a_piece_is_a_parquet_table_that_others_can_read(tmp_path) -> None:
    import pandas as pd

    with create(tmp_path / "study", {}) as kept:
        kept.keep(5, ROWS)
    table = pd.read_parquet(pieces(tmp_path / "study")[0])
    assert list(table.columns) == ["scenario", "seed", "future", "figures"]
    assert list(table.scenario) == ["abc", "abc", "def"]
    assert list(table.future) == [0, 7, 2]


def test_what_is_asked_is_read_as_it_was_written() -> None:
    arguments = {
        "roles": ("engineer",), "up_to": 3, "targets": {"in_time_of": {"foi": 0.95}, "lead_time": None},
        "scope": Scope(teams=("hub",), contracts=("permanent", "agency"), moves=True), "budget": 1e5, "freeze_months": (0, 3),
    }
    study = json.loads(json.dumps(as_study(SCENARIO, **arguments)))
    scenario, read = asked_in(study)
    assert scenario.hash == SCENARIO.hash
    assert read == arguments
    assert as_study(scenario, **read) == study


@pytest.mark.parametrize("name", ["council", "minimal"])
def test_candidates_of_a_study_taken_up_again_are_the_same(name) -> None:
    scenario = load_scenario(ROOT / "scenarios" / f"{name}.yaml")
    again, _ = asked_in(json.loads(json.dumps(as_study(scenario))))
    role = next(iter(scenario.roles))
    for one, other in zip(structures_of(scenario).values(), structures_of(again).values(), strict=True):
        assert one.hash == other.hash
        hired = [Plan.of([Step("hire", role)] * 2).scenario(s).hash for s in (one, other)]
        assert hired[0] == hired[1] != one.hash
    changes = {"targets.in_time_rate": 0.8, "flow.escalate_after": "3d", "people.turnover": 0.2}
    assert change_scenario(scenario, changes).hash == change_scenario(again, changes).hash


def test_everything_that_bears_on_results_is_written_down() -> None:
    asked = set(inspect.signature(plan_hiring).parameters)
    beside = {"scenario", "executor", "store", "on_progress", "on_partial", "should_stop"}
    assert asked - beside == set(ARGUMENTS)


def test_what_a_study_cannot_keep_is_refused() -> None:
    with pytest.raises(TypeError, match="executor"):
        as_study(SCENARIO, executor=1)
    with pytest.raises(TypeError):
        as_study(SCENARIO, seed=object())


def test_another_scenario_than_the_one_asked_about_is_noticed() -> None:
    study = as_study(SCENARIO)
    study["scenario"]["name"] = "Elsewhere"
    with pytest.raises(StudyError, match=f"about scenario {SCENARIO.hash}.*begin a new study"):
        asked_in(study)
    with pytest.raises(StudyError, match="cannot be read"):
        asked_in({"scenario": {}})


def test_another_log_than_the_one_asked_about_is_noticed(tmp_path) -> None:
    log = tmp_path / "log.csv"
    log.write_text("when,who\n2026-04-07T10:00:00,housing\n")
    trace = {"file": str(log), "arrival": "when", "directorate": "who", "default": "fix"}
    study = as_study(town({"trace": trace}))
    asked_in(study)
    log.write_text("when,who\n2026-04-08T10:00:00,housing\n")
    with pytest.raises(StudyError, match="put it back"):
        asked_in(study)
    log.unlink()
    with pytest.raises(StudyError, match="is not there or is another one"):
        asked_in(study)


# ---- refused -------------------------------------------------------------------------------------


def test_a_study_is_begun_in_a_folder_of_its_own(tmp_path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(StudyError, match="is a file"):
        create(tmp_path / "file", {})
    with pytest.raises(StudyError, match="holds other files"):
        create(tmp_path, {})
    create(tmp_path / "study", {}).close()
    with pytest.raises(StudyError, match="holds a study already: go on with it"):
        create(tmp_path / "study", {})


def test_what_is_no_study_or_a_damaged_one_cannot_be_gone_on_with(tmp_path) -> None:
    with pytest.raises(StudyError, match="holds no study"):
        open_(tmp_path)
    assert not list(tmp_path.iterdir()), "nothing is left there"
    create(tmp_path / "study", {"a": 1}).close()
    whole = (tmp_path / "study" / STUDY).read_text()
    for text, said in (
        (whole[: len(whole) // 2], "is damaged"), ("[]", "is damaged"), (whole.replace('"a": 1', '"a": 2'), "was changed"),
        (whole.replace('"format": 1', '"format": 2'), "laid out in another way"),
    ):
        (tmp_path / "study" / STUDY).write_text(text)
        with pytest.raises(StudyError, match=said):
            open_(tmp_path / "study")
    (tmp_path / "study" / STUDY).write_text(whole)
    open_(tmp_path / "study").close()


def test_another_version_is_refused_with_both_named(tmp_path, monkeypatch) -> None:
    create(tmp_path / "study", {}).close()
    here = versions()
    monkeypatch.setattr(store, "versions", lambda: {**here, "opmodel": "9.9.9", "code": "0123456789ab"})
    with pytest.raises(StudyError) as refused:
        open_(tmp_path / "study")
    said = str(refused.value)
    assert f"begun with opmodel {here['opmodel']}, code {here['code']}" in said
    assert "here it is opmodel 9.9.9, code 0123456789ab" in said
    assert "go on where the study was begun, or begin a new one" in said
    monkeypatch.undo()
    open_(tmp_path / "study").close()


def test_another_question_is_refused_with_both_named(tmp_path) -> None:
    study = as_study(SCENARIO, up_to=3)
    create(tmp_path / "study", study).close()
    open_(tmp_path / "study", as_study(SCENARIO, up_to=3)).close()
    other = plain({"name": "Desk"})
    with pytest.raises(StudyError, match=f"'Town' \\({SCENARIO.hash}.*now scenario 'Desk' \\({other.hash}"):
        open_(tmp_path / "study", as_study(other, up_to=3))
    with pytest.raises(StudyError, match="asks something else"):
        open_(tmp_path / "study", as_study(SCENARIO, up_to=4))


HOLDS = """
import sys, time
from opmodel.hiring.trying.store import open_
kept = open_(sys.argv[1])
print("held", flush=True)
time.sleep(60)
"""


def test_two_processes_do_not_work_on_one_study_and_a_dead_one_does_not_hold_it(tmp_path) -> None:
    folder = tmp_path / "study"
    create(folder, {}).close()
    holder = _script(tmp_path, HOLDS, str(folder), stdout=subprocess.PIPE)
    try:
        assert holder.stdout.readline().strip() == b"held"
        with pytest.raises(StudyError, match=rf"another process \({holder.pid}\) is at work.*wait for its end or stop it"):
            open_(folder)
    finally:
        holder.kill()
        holder.communicate()
    with open_(folder), pytest.raises(StudyError, match=str(os.getpid())):
        open_(folder)
    open_(folder).close()


def test_a_closed_folder_takes_nothing_more(tmp_path) -> None:
    kept = create(tmp_path / "study", {})
    kept.close()
    with pytest.raises(ValueError, match="closed"):
        kept.keep(1, ROWS)


# ---- damage --------------------------------------------------------------------------------------


def _studied(folder: Path, stop_after: int | None = None) -> tuple[list[bytes], Trials, list[str]]:
    """A small study in a folder; its figures, and who simulated it."""
    with (open_ if (folder / STUDY).exists() else create)(folder, {}) as kept:
        trials = Trials(store=kept)
        for futures in (2, 5, 9):
            found = trials.of([SCENARIO], futures, seed=8)
        return [a.tobytes() for a in (found[0].values, found[0].beside, found[0].cost)], trials, kept.notes


@pytest.mark.parametrize("damage", ["half", "bit", "empty", "rubbish"])
def test_a_damaged_piece_is_simulated_again_with_a_note(tmp_path, damage) -> None:
    whole, _, _ = _studied(tmp_path / "study")
    file = pieces(tmp_path / "study")[1]
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(
        {"half": bytes(content[: len(content) // 2]), "bit": bytes(content), "empty": b"", "rubbish": b"x" * 999}[damage]
    )
    again, _, notes = _studied(tmp_path / "study")
    assert again == whole
    assert notes == ["Piece 000002 is damaged; it is put aside and simulated again."]
    last, trials, notes = _studied(tmp_path / "study")
    assert (last, notes, trials.done) == (whole, [], 9)


def test_a_piece_taken_away_or_half_written_is_simulated_again(tmp_path) -> None:
    whole, _, _ = _studied(tmp_path / "study")
    first, *_ = pieces(tmp_path / "study")
    first.rename(first.with_name(first.name + ".part"))
    again, trials, notes = _studied(tmp_path / "study")
    assert (again, trials.done) == (whole, 9)
    assert notes == ["A piece was being written when the study was stopped; it is simulated again."]
    assert not list((tmp_path / "study" / PIECES).glob("*.part"))


def test_a_full_disk_leaves_no_half_piece(tmp_path, monkeypatch) -> None:
    with create(tmp_path / "study", {}) as kept:
        kept.keep(5, ROWS)

        def full(number):
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(store.os, "fsync", full)
        with pytest.raises(OSError, match="No space left"):
            kept.keep(6, ROWS)
        monkeypatch.undo()
        kept.keep(7, ROWS)
    assert len(list((tmp_path / "study" / PIECES).iterdir())) == 2
    with open_(tmp_path / "study") as again:
        assert again.rows("abc", 6) == {}
        assert same(again.rows("abc", 7), ROWS["abc"])
        assert not again.notes


# ---- kill -9 -------------------------------------------------------------------------------------

STUDY_SCRIPT = """
import sys, time
from opmodel.hiring.asking.study import asked_in
from opmodel.hiring.planning import plan_hiring
from opmodel.hiring.trying.store import Folder, open_

def slowly(self, seed, rows, keep=Folder.keep):
    keep(self, seed, rows)
    time.sleep(0.3)

if __name__ == "__main__":
    Folder.keep = slowly
    with open_(sys.argv[1]) as kept:
        scenario, arguments = asked_in(kept.study)
        plan_hiring(scenario, **arguments, store=kept)
"""


def _script(place: Path, text: str, *arguments: str, stdout=subprocess.PIPE) -> subprocess.Popen:
    folder = place / "script"  # of its own: worker processes look for modules beside the script
    folder.mkdir(exist_ok=True)
    (folder / "study_script.py").write_text(text)
    return subprocess.Popen(
        [sys.executable, str(folder / "study_script.py"), *arguments], stdout=stdout, stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


def _study(folder: Path) -> tuple[int, list, list[float], int]:
    """Rows there were before, and what the study ends with."""
    with open_(folder) as kept:
        scenario, arguments = asked_in(kept.study)
        before = sum(len(rows) for rows in kept._rows.values())
        found = plan_hiring(scenario, **arguments, store=kept)
    assert found.finished
    sweep = found.sweeps[0]
    assert sweep.confirmed is not None
    outcomes = (*sweep.outcomes, sweep.confirmed.outcome, sweep.confirmed.base)
    figures = [array.tobytes() for o in outcomes for array in (o.values, o.beside, o.cost)]
    return before, figures, [sweep.confirmed.chance, len(sweep.confirmed.plan)], found.provenance["runs"]


def test_a_study_that_was_killed_ends_with_the_figures_of_one_that_was_not(tmp_path) -> None:
    asked = as_study(_understaffed(), up_to=3, week=60, parts=("sweep",), replications=30, fresh=60)
    for name in ("whole", "killed"):
        create(tmp_path / name, asked).close()
    victim = _script(tmp_path, STUDY_SCRIPT, str(tmp_path / "killed"))
    end = time.monotonic() + 60
    while len(pieces(tmp_path / "killed")) < 3 and victim.poll() is None and time.monotonic() < end:
        time.sleep(0.01)
    victim.send_signal(signal.SIGKILL)
    victim.communicate()
    assert victim.returncode == -signal.SIGKILL, "it was at work when it was killed"
    whole, resumed = _study(tmp_path / "whole"), _study(tmp_path / "killed")
    assert whole[0] == 0
    assert resumed[0] > 0, "not begun anew"
    assert resumed[1:] == whole[1:]
    assert len(set(whole[1])) > 5, "figures that differ"


def _understaffed() -> Scenario:
    return plain({
        "study": {"horizon_weeks": 60, "milestones_weeks": [60]}, "targets": {"backlog": 15},
        "request_types": {"query": {"per_year": 300.0}},
        "today": {"teams": {"desk": {"kind": "hub", "seats": {"analyst": 1}}}},
    })
