"""A server, a browser and an eye on what the browser asks for. Needs Playwright and Chromium; see ``.ci/run``.

Where either is missing the tests are skipped and say so, unless ``CI`` is set: then they fail.
"""

import os

import pytest
import visiting


@pytest.hookimpl(tryfirst=True)  # before -m chooses
def pytest_collection_modifyitems(items):
    here = [item for item in items if "tests/browser/" in item.nodeid]
    missing = visiting.missing() if here else ""
    for item in here:
        item.add_marker(pytest.mark.browser)
        item.add_marker(pytest.mark.filterwarnings("default"))
        if missing and not os.environ.get("CI"):
            item.add_marker(pytest.mark.skip(reason=missing))


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """Address of a server of its own, with a folder of its own for saved scenarios."""
    with visiting.serving(tmp_path_factory.mktemp("served")) as address:
        yield address


@pytest.fixture(scope="session")
def browser():
    assert not visiting.missing(), visiting.missing()
    with visiting.browsing() as started:
        yield started


@pytest.fixture
def visit(server, browser, request):
    """Open pages as a visitor would; at the end, whatever they asked for must have come from the server itself.

    ``visit(path, width=..., dark=..., tour=..., still=...)`` returns a Playwright page that has come to rest; ``still``:
    whether the visitor's device asks for less motion.
    """
    opened = []

    def opening(path="/", *, width=1280, height=900, dark=False, tour=False, still=True, rest=True):
        visitor = visiting.Visitor(
            browser, server, width=width, height=height, dark=dark, tour=tour, still=still
        )
        opened.append(visitor)
        visitor.open(path, rest=rest)
        return visitor.page

    yield opening
    outside = [url for visitor in opened for url in visitor.outside]
    faults = [fault for visitor in opened for fault in visitor.faults]
    for visitor in opened:
        visitor.close()
    assert not outside, "a page asked another host"
    assert not faults, "a page's script failed"
