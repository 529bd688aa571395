"""A store in memory for tests of the planner: what one test has simulated, the next one need not."""

from __future__ import annotations

from opmodel.records import Floats


class Remembered:
    """What was simulated stays known from test to test, as a study that is taken up again knows it."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, int], dict[int, Floats]] = {}

    def rows(self, scenario_hash: str, seed: int) -> dict[int, Floats]:
        """Rows by future."""
        return dict(self._rows.get((scenario_hash, seed), {}))

    def keep(self, seed: int, rows: dict[str, dict[int, Floats]]) -> None:
        """Keep rows by future, by scenario hash."""
        for scenario_hash, new in rows.items():
            self._rows.setdefault((scenario_hash, seed), {}).update(new)
