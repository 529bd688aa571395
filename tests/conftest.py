"""Options of the test run, and what every test finds as it was."""

import sys

import pytest


def pytest_addoption(parser):
    parser.addoption("--update", action="store_true", help="keep the results of the shipped scenarios as expected")


@pytest.fixture(autouse=True)
def _main_module():
    """Streamlit's test frame leaves its script as the main module, which worker processes then cannot import."""
    before = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = before
