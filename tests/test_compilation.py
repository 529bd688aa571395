"""Where the compiled kernel is kept, and whether a user is told to wait for it."""

import hashlib
import os
import stat
import sys

import pytest

from opmodel import compilation


@pytest.fixture(autouse=True)
def _compiler(monkeypatch):
    monkeypatch.delenv("NUMBA_DISABLE_JIT", raising=False)
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)


@pytest.fixture
def places(monkeypatch, tmp_path):
    monkeypatch.setattr(compilation, "_places", lambda: [tmp_path / "beside", tmp_path / "user"])
    return tmp_path


def index(folder, content):
    folder.mkdir(parents=True, exist_ok=True)
    version = f"py{sys.version_info[0]}{sys.version_info[1]}"
    (folder / f"kernel.advance-870.{version}.nbi").write_bytes(b"..." + content + b"...")


def test_an_empty_cache_is_announced(places):
    assert not compilation.is_compiled()
    assert compilation.announcement().startswith("Compiling the simulation once")


def test_only_the_kernel_as_it_stands_counts(places):
    index(places / "user", hashlib.sha256(b"an older kernel").digest())
    assert not compilation.is_compiled()
    index(places / "user", hashlib.sha256(compilation.KERNEL.read_bytes()).digest())
    assert compilation.is_compiled()
    assert compilation.announcement() == ""


def test_without_the_compiler_there_is_nothing_to_wait_for(places, monkeypatch):
    monkeypatch.setenv("NUMBA_DISABLE_JIT", "1")
    assert compilation.is_compiled()


def test_where_numba_can_write_it_is_left_alone(places):
    compilation.prepare_cache()
    assert "NUMBA_CACHE_DIR" not in os.environ


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="rights are otherwise there")
def test_where_nothing_can_be_written_a_private_folder_is_used(places, monkeypatch):
    monkeypatch.setattr(compilation, "_writable", lambda place: False)
    monkeypatch.setattr(compilation.tempfile, "gettempdir", lambda: str(places))
    monkeypatch.setenv("NUMBA_CACHE_DIR", "")  # so that it is put back afterwards
    monkeypatch.delenv("NUMBA_CACHE_DIR")
    compilation.prepare_cache()
    folder = places / f"opmodel-{os.getuid()}"
    assert os.environ["NUMBA_CACHE_DIR"] == str(folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    monkeypatch.delenv("NUMBA_CACHE_DIR")
    folder.chmod(0o777)  # somebody else could have put a file there
    compilation.prepare_cache()
    assert os.environ["NUMBA_CACHE_DIR"] != str(folder)


def test_the_places_are_numbas(tmp_path, monkeypatch):
    beside, user = compilation._places()
    assert beside == compilation.KERNEL.parent / "__pycache__"
    assert user.name.startswith("flow_")
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    (chosen,) = compilation._places()
    assert chosen.parent == tmp_path
    from numba.core.caching import _CacheLocator

    assert chosen.name == _CacheLocator.get_suitable_cache_subpath(str(compilation.KERNEL))
