"""Options of the test run."""


def pytest_addoption(parser):
    parser.addoption("--update", action="store_true", help="keep the results of the shipped scenarios as expected")
