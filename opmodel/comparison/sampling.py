"""Drawing assumption sets: a Latin hypercube over every uncertain parameter, keyed by the parameter's path.

Each parameter's range is cut into as many equally likely strata as there are sets, and every stratum is drawn
once (McKay, Beckman and Conover, 1979, Technometrics 21:239-245). The order of the strata of one parameter
depends on the seed and its path alone, so all structures get the same draws and adding a parameter leaves those
of the others as they were (which a sampler over all dimensions at once, such as scipy's, would not).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

import numpy as np

from opmodel.records import Floats
from opmodel.scenario.quantity import Parameter
from opmodel.scenario.scenario import Scenario

#: Parts of a scenario that state what is asked, not what the world is like.
NOT_ASSUMPTIONS = ("study.", "differences.", "targets.")


def uncertain_parameters(scenarios: Sequence[Scenario]) -> list[str]:
    """Paths of all parameters that have a range in some scenario, in order of appearance."""
    from opmodel.scenario.changes import parameters

    paths: dict[str, None] = {}
    for scenario in scenarios:
        idle = _idle(scenario)
        for path, parameter in parameters(scenario).items():
            if parameter.uncertain and not path.startswith((*NOT_ASSUMPTIONS, *idle)):
                paths.setdefault(path)
    return list(paths)


def _idle(scenario: Scenario) -> tuple[str, ...]:
    """Beginnings of paths that no run of a scenario reads, such as terms of contracts that nobody has."""
    used = {hire.contract for hire in scenario.hires.values()}
    unused = [f"contracts.{kind}." for kind in type(scenario.contracts).model_fields if kind not in used]
    no_market = all(role.market_pay is None for role in scenario.roles.values())
    return ("costs.vacancy_factor", "people.agency_stays", *unused, *(("people.pay_gap_effect",) if no_market else ()))


def latin_hypercube(paths: Sequence[str], sets: int, seed: int) -> Floats:
    """Shares between 0 and 1, (sets, paths): every column has one in each of ``sets`` equal strata."""
    shares = np.empty((sets, len(paths)))
    for column, path in enumerate(paths):
        key = int.from_bytes(hashlib.sha256(f"assumptions/{seed}/{path}".encode()).digest()[:16], "little")
        rng = np.random.Generator(np.random.Philox(key=key))
        shares[:, column] = (rng.permutation(sets) + rng.random(sets)) / sets
    return shares


def triangular(share: Floats | float, parameter: Parameter) -> Floats:
    """Value of a parameter below which a share of its triangular distribution lies (mode at the base value).

    Where the base lies at one end of the range the triangle is a right-angled one.
    """
    low, base, high = parameter.low, float(parameter), parameter.high
    width = high - low
    share = np.asarray(share, float)
    if width <= 0.0:
        return np.full(share.shape, base)
    turn = (base - low) / width
    rising = low + np.sqrt(share * width * (base - low))
    falling = high - np.sqrt((1.0 - share) * width * (high - base))
    return np.clip(np.where(share < turn, rising, falling), low, high)


def with_draws(scenario: Scenario, draws: Mapping[str, float]) -> tuple[Scenario, bool]:
    """The scenario with its own uncertain parameters set to the drawn shares of their ranges.

    Values that make no valid scenario together are drawn nearer to their base values, half the way at a
    time, until they do.

    Returns:
        The changed scenario, and whether its draws had to be clipped in that way.
    """
    from opmodel.scenario.changes import change_scenario, parameters
    from opmodel.scenario.problems import ScenarioError

    own = {path: p for path, p in parameters(scenario).items() if path in draws and p.uncertain}
    for nearness in (1.0, 0.5, 0.25, 0.0):
        values = {path: float(p) + nearness * (float(triangular(draws[path], p)) - float(p)) for path, p in own.items()}
        try:
            return change_scenario(scenario, values), nearness < 1.0
        except ScenarioError:
            continue
    return scenario, True
