"""``opmodel app``: the browser app, from the repository or from an installed package."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
from pathlib import Path

from opmodel.cli.exits import WrongUsageError, tell

_PLACES = (
    Path(__file__).resolve().parents[1] / "shipped_app" / "app.py",
    Path(__file__).resolve().parents[2] / "app.py",
)
#: Where the app listens unless told otherwise: this machine alone.
ADDRESS = "127.0.0.1"
PORT = 8501


def answer(port: int | None, address: str | None) -> None:
    """Start the browser app and stay with it until it ends.

    Args:
        port: where it listens; None for what the environment says, else 8501.
        address: on which of the machine's addresses; None for what the environment says, else this machine alone.

    Raises:
        WrongUsageError: the installation is incomplete, or another program listens there.
    """
    from opmodel.compilation import announcement

    line = command(port, address)
    _free(port, address)
    if waiting := announcement():
        tell(f"{waiting} The first page takes that much longer.")
    tell("Starting the browser app; Ctrl-C ends it.")
    if os.name == "posix":
        # The same process goes on, so that whoever started it (a terminal, systemd, a container) can also end it.
        os.execv(line[0], line)
    raise SystemExit(subprocess.call(line))


def command(port: int | None, address: str | None) -> list[str]:
    """The command line that starts the app; settings beside the app file are found by Streamlit itself."""
    line = [sys.executable, "-m", "streamlit", "run", str(app_file())]
    if address is None and "STREAMLIT_SERVER_ADDRESS" not in os.environ:
        address = ADDRESS
    if port is None and "STREAMLIT_SERVER_PORT" not in os.environ:
        port = PORT
    if address is not None:
        line.append(f"--server.address={address}")
    if port is not None:
        line.append(f"--server.port={port}")
    return line


def _free(port: int | None, address: str | None) -> None:
    """Refuse to start where somebody else listens already, with a way out."""
    where = address or os.environ.get("STREAMLIT_SERVER_ADDRESS", ADDRESS)
    number = port or int(os.environ.get("STREAMLIT_SERVER_PORT", PORT))
    with contextlib.suppress(OSError), socket.create_connection((where, number), timeout=0.5):
        raise WrongUsageError(f"port {number} is taken already: end what runs there, or choose another with --port")


def app_file() -> Path:
    """The app's entry file: inside an installed package, or beside it in the repository.

    Raises:
        WrongUsageError: there is none.
    """
    for place in _PLACES:
        if place.is_file():
            return place
    raise WrongUsageError("the browser app is missing; install opmodel again")
