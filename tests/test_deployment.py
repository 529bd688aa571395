"""The browser app as it is installed and run: command, settings, package, login, documents."""

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
import tomllib
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from streamlit import config
from streamlit.testing.v1 import AppTest
from typer.testing import CliRunner

from opmodel.cli import app as cli_app
from opmodel.cli.commands import app as commands

ROOT = Path(__file__).parent.parent
DEPLOYMENT = (ROOT / "docs" / "deployment.md").read_text("utf-8")
OURS = ("docs/deployment.md", "docs/accessibility.md", "docs/data-protection.md", "docs/equality.md")
SETTINGS = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))
pytestmark = pytest.mark.filterwarnings("default")


# -- the command ----------------------------------------------------------------------------------


def test_the_app_listens_on_this_machine_alone_unless_told_otherwise(monkeypatch):
    monkeypatch.delenv("STREAMLIT_SERVER_ADDRESS", raising=False)
    monkeypatch.delenv("STREAMLIT_SERVER_PORT", raising=False)
    line = cli_app.command(None, None)
    assert line[:4] == [sys.executable, "-m", "streamlit", "run"]
    assert Path(line[4]).is_file()
    assert line[5:] == ["--server.address=127.0.0.1", "--server.port=8501"]
    assert cli_app.command(9000, "0.0.0.0")[5:] == ["--server.address=0.0.0.0", "--server.port=9000"]


def test_what_the_environment_says_is_left_to_streamlit(monkeypatch):
    monkeypatch.setenv("STREAMLIT_SERVER_ADDRESS", "0.0.0.0")
    monkeypatch.setenv("STREAMLIT_SERVER_PORT", "8600")
    assert cli_app.command(None, None)[5:] == []
    assert cli_app.command(9000, None)[5:] == ["--server.port=9000"]


def test_an_incomplete_installation_is_said_in_a_sentence(monkeypatch):
    monkeypatch.setattr(cli_app, "_PLACES", (Path("/nowhere/app.py"),))
    result = CliRunner().invoke(commands, ["app"], prog_name="opmodel")
    assert result.exit_code == 2
    assert result.stderr.strip() == "Error: the browser app is missing; install opmodel again"


@pytest.mark.parametrize("port", ["0", "70000", "http"])
def test_a_port_that_is_none_is_refused(port):
    assert CliRunner().invoke(commands, ["app", "--port", port], prog_name="opmodel").exit_code == 2


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_the_command_serves_is_healthy_and_ends_when_told(tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    # Away from the repository, below a path of its own: environment variables reach the server.
    env = {**os.environ, "PYTHONPATH": str(ROOT), "STREAMLIT_SERVER_BASE_URL_PATH": "opmodel"}
    log = tmp_path / "log"
    with log.open("w") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "opmodel.cli", "app", "--port", str(port)], cwd=tmp_path, env=env,
            stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT,
        )
    try:
        said = b""
        for _ in range(300):
            assert process.poll() is None, log.read_text()
            with contextlib.suppress(urllib.error.URLError, ConnectionError, TimeoutError):
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/opmodel/_stcore/health", timeout=2) as answer:
                    said = answer.read()
                break
            time.sleep(0.2)
        assert said == b"ok", log.read_text()
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) in (0, -signal.SIGTERM)
    finally:
        process.kill()
        process.wait()


# -- what is in the package -----------------------------------------------------------------------


def test_the_package_takes_app_and_settings_along():
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]["build"]["targets"]["wheel"]
    taken = wheel["force-include"]
    inside = cli_app._PLACES[0].relative_to(ROOT)
    assert taken["app.py"] == str(inside)
    assert taken[".streamlit/config.toml"] == str(inside.parent / ".streamlit" / "config.toml")
    for source in taken:
        assert (ROOT / source).exists(), source


# -- settings -------------------------------------------------------------------------------------


def known_settings():
    return {key: option.env_var for key, option in config._config_options_template.items()}


def test_every_setting_of_the_app_exists_and_the_careful_ones_are_set():
    known = known_settings()
    for section, values in SETTINGS.items():
        for name, value in values.items():
            for inner in value if isinstance(value, dict) else [None]:
                key = ".".join(filter(None, (section, name, inner)))
                assert key in known, key
    assert SETTINGS["server"]["maxUploadSize"] <= 1
    assert SETTINGS["browser"]["gatherUsageStats"] is False
    assert SETTINGS["client"]["showErrorDetails"] not in ("full", True)
    for guard in ("enableXsrfProtection", "enableCORS"):
        assert SETTINGS["server"].get(guard, True) is True
    assert SETTINGS["server"].get("enableAgentApi", False) is False


def test_every_setting_of_the_document_exists():
    known = known_settings()
    variables = set(re.findall(r"\bSTREAMLIT_[A-Z_]+", DEPLOYMENT))
    assert len(variables) > 8
    assert variables <= set(known.values())
    options = set(re.findall(r"`((?:server|browser|client|runner|secrets)\.\w+)`", DEPLOYMENT))
    assert options
    assert options <= set(known)


def test_every_variable_of_ours_in_the_document_is_read_somewhere():
    source = "".join(path.read_text("utf-8") for path in (ROOT / "opmodel").rglob("*.py"))
    for name in set(re.findall(r"\bOPMODEL_[A-Z_]+", DEPLOYMENT)):
        assert f'"{name}"' in source, name


def test_figures_of_the_document_are_those_of_the_code():
    from opmodel import jobs, replication, saved
    from opmodel.views import asked

    assert f"| the {saved.KEPT} opened most recently |" in DEPLOYMENT
    assert f"{jobs.KEPT} results, {asked.READ} scenarios that were read, {asked.OWN} scenarios" in DEPLOYMENT
    assert f"{replication.KEPT_NETWORKS} compiled scenarios" in DEPLOYMENT
    assert replication.WORKERS == 2  # the sizes speak of two


@pytest.mark.parametrize("name", OURS)
def test_links_of_the_documents_lead_somewhere(name):
    text = (ROOT / name).read_text("utf-8")
    for target, anchor in re.findall(r"\]\(([^)#\s]*)(?:#([^)\s]*))?\)", text):
        if target.startswith(("http:", "https:")):
            continue
        path = (ROOT / name).parent / target if target else ROOT / name
        assert path.exists(), target
        if anchor:
            other = path.read_text("utf-8")
            headings = {re.sub(r"[^\w\- ]", "", line.lstrip("# ").lower()).replace(" ", "-")
                        for line in other.splitlines() if line.startswith("#")}
            assert anchor in headings or f'id="{anchor}"' in other, anchor
    for path in re.findall(r"`((?:opmodel|tests|docs)/[\w./-]+\.(?:py|md))`", text):
        assert (ROOT / path).exists(), path


def test_an_organisation_is_told_what_to_fill_in():
    for name in OURS[1:]:
        text = (ROOT / name).read_text("utf-8")
        assert "square brackets" in text
        assert re.findall(r"\[[^\]]*\](?!\()", text)


# -- who may see the pages ------------------------------------------------------------------------


def gate():
    import streamlit as st

    from opmodel.views import login

    if login.admitted():
        st.title("Pages")


def test_without_settings_everybody_sees_the_pages(monkeypatch):
    monkeypatch.delenv("OPMODEL_REQUIRE_USER", raising=False)
    at = AppTest.from_function(gate, default_timeout=60).run()
    assert not at.exception
    assert [title.value for title in at.title] == ["Pages"]


def test_whom_the_proxy_did_not_name_sees_none(monkeypatch):
    monkeypatch.setenv("OPMODEL_REQUIRE_USER", "staff_number")
    at = AppTest.from_function(gate, default_timeout=60).run()
    assert not at.exception
    assert [title.value for title in at.title] == ["opmodel"]
    assert "not logged in" in at.markdown[0].value


def test_with_openid_connect_there_is_a_log_in_and_no_page():
    at = AppTest.from_function(gate, default_timeout=60)
    at.secrets["auth"] = {"client_id": "x"}
    at.run()
    assert not at.exception
    assert [title.value for title in at.title] == ["opmodel"]
    assert [button.label for button in at.button] == ["Log in"]
