"""Saved scenarios: found by their word alone, bounded, without names of people."""

import os
import stat

import pytest

from opmodel import saved as store
from opmodel.saved import Saved, SavingError, save, saved
from opmodel.shipped import shipped

TEXT = shipped("minimal").read_text("utf-8")


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    place = tmp_path / "kept" / "here"
    monkeypatch.setenv("OPMODEL_SAVED", str(place))
    return place


def test_what_is_saved_is_found_again(folder):
    token = save("  Two more\nengineers ", TEXT, "minimal")
    found = saved(token)
    assert isinstance(found, Saved)
    assert (found.name, found.text, found.came_from) == ("Two more engineers", TEXT, "minimal")
    assert len(token) == 22
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    (file,) = folder.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize("token", [
    "", "council", "../" * 5 + "etc/passwd", "a" * 21, "a" * 23, "a" * 22, "../../../../etc/passwd", "a/" * 11, "\0" * 22,
    "a" * 21 + "\n", None, 7,
])
def test_a_word_that_was_never_given_finds_nothing(token, folder):
    folder.mkdir(parents=True)
    assert saved(token) is None


def test_words_cannot_be_guessed_from_one_another():
    tokens = {save("x", TEXT, "minimal") for _ in range(20)}
    assert len(tokens) == 20
    assert len({token[:4] for token in tokens}) == 20


def test_the_scenario_opened_longest_ago_goes_first(folder, monkeypatch):
    monkeypatch.setattr(store, "KEPT", 3)
    tokens = [save(str(i), TEXT, "minimal") for i in range(3)]
    for i, token in enumerate(tokens):
        os.utime(folder / f"{token}.json", (1000 + i, 1000 + i))
    assert saved(tokens[0]) is not None  # opened: now the youngest
    newest = save("newest", TEXT, "minimal")
    assert saved(tokens[1]) is None
    assert all(saved(token) is not None for token in (tokens[0], tokens[2], newest))
    assert len(list(folder.iterdir())) == 3


def test_names_of_posts_are_never_written(folder):
    text = TEXT.replace("  analyst: {role: analyst, count: 4}", "  Jane Smith: {role: analyst, count: 4} # Jane Smith")
    text = text.replace("analyst: 2}", "Jane Smith: 2}")
    token = save("For Jane Smith", text, "minimal")
    for path in folder.iterdir():
        assert "Smith" not in path.read_text("utf-8")
    assert "analyst_1" in saved(token).text


@pytest.mark.parametrize(("name", "text", "said"), [
    ("", TEXT, "a name first"),
    ("x", "name: [", "mend its problems first"),
    ("x", "a: &b 1\n", "mend its problems first"),
    ("x", TEXT + "#" + "\u00e9" * 600_000, "mend its problems first"),
])
def test_what_cannot_be_saved_is_said(name, text, said, folder):
    with pytest.raises(SavingError, match=said):
        save(name, text, "minimal")
    assert not folder.exists() or not list(folder.iterdir())


def test_a_folder_that_cannot_be_written_is_said_in_plain_words(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("in the way", "utf-8")
    monkeypatch.setenv("OPMODEL_SAVED", str(tmp_path / "file" / "below"))
    with pytest.raises(SavingError, match="could not be saved on the server"):
        save("x", TEXT, "minimal")


def test_a_full_disk_leaves_nothing_behind(folder, monkeypatch):
    def full(_self, _target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.replace", full)
    with pytest.raises(SavingError, match="No space left"):
        save("x", TEXT, "minimal")
    assert not list(folder.iterdir())


def test_a_damaged_file_is_as_good_as_none(folder):
    token = save("x", TEXT, "minimal")
    (folder / f"{token}.json").write_text("{", "utf-8")
    assert saved(token) is None


def test_long_names_are_cut():
    assert len(saved(save("x" * 500, TEXT, "y" * 500)).name) == 80
