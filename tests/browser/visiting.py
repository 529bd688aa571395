"""The server and the browser of the browser tests and of the screenshots, without pytest."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[2]
#: Pages and their paths, in the order of the site.
PATHS = ("compare", "why", "watch", "tune", "what-if", "how-many-hires", "how-sure", "check")
#: The study of most tests: quick, and the same every time.
QUICK = "scenario=minimal&replications=4&seed=1"
#: A quick question to the hiring planner of that study: one more analyst is enough.
HIRES = "goal_backlog_weeks=5&hire_sure=50&hire_up_to=2&hire_futures=10&hire_fresh=20&hire_path=false"
#: Seconds until a page has come to rest, on a busy machine.
PATIENCE = 90


def chromium() -> str:
    """Where Chromium is, as Debian and others name it; empty if it is nowhere."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return next((found for name in names if (found := shutil.which(name))), "")


def missing() -> str:
    """What these tests need and do not find; empty if all is there."""
    if not chromium():
        return "browser tests need Chromium: apt-get install chromium fonts-liberation"
    for module in ("playwright", "axe_playwright_python"):
        if importlib.util.find_spec(module) is None:
            return f"browser tests need {module}: pip install -e '.[dev]'"
    return ""


@contextlib.contextmanager
def serving(folder: Path, **environment: str):
    """Run ``opmodel app`` on a free port, away from the repository's folder; gives its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = folder / "server.log"
    # Not this process's own output setting of the tests: the server is as a user would start it.
    env = {**os.environ, "PYTHONPATH": str(ROOT), "OPMODEL_SAVED": str(folder / "saved"), **environment}
    with log.open("w") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "opmodel.cli", "app", "--port", str(port)], cwd=folder, env=env,
            stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, start_new_session=True,
        )
    address = f"http://127.0.0.1:{port}"
    try:
        _until_healthy(address, process, log)
        yield address
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _until_healthy(address, process, log):
    end = time.monotonic() + 60
    while time.monotonic() < end:
        assert process.poll() is None, log.read_text()
        with contextlib.suppress(urllib.error.URLError, ConnectionError, TimeoutError):
            if urllib.request.urlopen(f"{address}/_stcore/health", timeout=2).read() == b"ok":
                return
        time.sleep(0.2)
    raise AssertionError("the server did not start: " + log.read_text())


@contextlib.contextmanager
def browsing():
    """Chromium without a window; it cannot reach other hosts, and does not try on its own account."""
    from playwright.sync_api import sync_playwright

    flags = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking",
             "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]
    with sync_playwright() as play:
        started = play.chromium.launch(executable_path=chromium(), args=flags)
        yield started
        started.close()


class Visitor:
    """One visitor with a browser profile of their own: what they open, and what their browser asked for."""

    def __init__(self, browser, address, *, width=1280, height=900, dark=False, tour=False, still=True):
        self.address = address
        self.outside, self.faults = [], []
        self.context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light", locale="en-GB",
            reduced_motion="reduce" if still else "no-preference", accept_downloads=True,
        )
        self.context.on("request", self._asked)
        if not tour:
            self.context.add_init_script("try { localStorage.setItem('opmodel.tour', 'seen') } catch (error) {}")
        self.page = self.context.new_page()
        self.page.set_default_timeout(1000 * PATIENCE)
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("websocket", lambda socket: self._asked(socket))

    def _asked(self, request):
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.netloc != urlsplit(self.address).netloc:
            self.outside.append(request.url)

    def open(self, path, *, rest=True):
        self.page.goto(self.address + path)
        if rest:
            at_rest(self.page)

    def close(self):
        self.context.close()


#: Nothing runs, nothing is awaited, no script has written for a moment.
_RESTING = """() => {
  const app = document.querySelector("[data-testid=stApp]");
  const busy = !app || app.getAttribute("data-test-script-state") !== "notRunning"
    || app.getAttribute("data-test-connection-state") === "CONNECTING"
    || document.querySelector("[data-testid=stProgress], [data-testid=stSkeleton], [data-testid=stSpinner]")
    || !document.querySelector("h1")
    || document.querySelector("[data-stale=true]");
  const now = performance.now();
  if (busy) { window.__busy = now; return false; }
  if (window.__busy === undefined) window.__busy = now;
  return now - window.__busy > 900;
}"""


def at_rest(page, seconds=PATIENCE):
    """Wait until the page has drawn everything, long work included, and stays calm for a moment from now on."""
    page.evaluate("window.__busy = performance.now()")  # what was pressed just now may not have begun yet
    page.wait_for_function(_RESTING, timeout=1000 * seconds, polling=150)


def violations(page):
    """What axe finds on the page, one line for each kind, with the places."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']} ({one['impact']}): {one['help']}: "
        + "; ".join(f"{' '.join(map(str, node['target']))} {node['html'][:120]}" for node in one["nodes"][:4])
        for one in found
    ]


def overflow(page):
    """By how many pixels the page is wider than the screen."""
    return page.evaluate("""() => {
      const main = document.querySelector("[data-testid=stMain]");
      return Math.max(main.scrollWidth - main.clientWidth, document.documentElement.scrollWidth - innerWidth);
    }""")


def spilt(page):
    """Words of table cells that run over the next cell."""
    return page.evaluate("""() => [...document.querySelectorAll("[data-testid=stTable] td, [data-testid=stTable] th")]
      .filter(cell => cell.clientWidth && cell.scrollWidth > cell.clientWidth + 1).map(cell => cell.innerText)""")
