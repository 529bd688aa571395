"""The command line: ``opmodel compare | run | validate | show | schema | new | app``."""

from __future__ import annotations


def main() -> None:
    """Run the command line and leave with its exit code."""
    import sys

    try:
        from opmodel.cli.commands import leave
    except KeyboardInterrupt:
        sys.exit(130)
    leave()
