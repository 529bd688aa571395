"""Is the simulation right? Formulas where there are any, and laws that every run must keep."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from opmodel.comparison.intervals import LEVEL, estimate, half_width
from opmodel.queueing.laws import LAWS, UNITS, Kept, laws_of
from opmodel.queueing.plain import Figure, Queue, boiled_down, measured_by, plain_queues
from opmodel.scenario.scenario import Scenario
from opmodel.wording import figure, with_interval

if TYPE_CHECKING:
    from concurrent.futures import Executor

    import pandas as pd

#: Replications of each plain queue, and of each structure of the scenario itself.
OF_QUEUES, OF_STRUCTURES = 40, 4
#: Level outside which a difference is no longer put down to chance.
BEYOND_CHANCE = 0.9999
#: A share (or a number of service times) per request below which a queue's runs cannot resolve a figure.
FINEST = 10.0
AGREES, DOUBTFUL, DISAGREES, APPROXIMATE = "agrees", "doubtful", "disagrees", "not judged"


@dataclass(frozen=True, slots=True)
class Agreement:
    """One figure of a plain queue: what the formula says beside what the simulation says."""

    queue: str
    law: str
    """Name of the formula."""
    figure: str
    unit: str
    formula: float
    mean: float
    low: float
    """Lower end of an interval that holds together with those of all figures checked."""
    high: float
    n: int
    """Replications."""
    outcome: str
    """agrees, doubtful (would happen by chance in fewer than one of 20 checks), disagrees, or not judged."""

    @property
    def simulated(self) -> str:
        """Mean and interval in words."""
        return with_interval(self.mean, self.low, self.high, self.unit)

    @property
    def expected(self) -> str:
        """The formula's answer, with as many digits as the simulation bears."""
        half = (self.high - self.low) / 2.0
        return figure(self.formula, self.unit, half if half > 0.0 else None)


@dataclass(frozen=True, repr=False)
class ModelCheck:
    """What a check of the simulation found. Tables are made when asked for."""

    scenario: Scenario
    queues: tuple[Queue, ...]
    """The plain queues, whether simulated yet or not."""
    agreements: tuple[Agreement, ...]
    """Formula beside simulation, for the queues simulated."""
    kept: dict[str, tuple[Kept, ...]]
    """How well each structure's runs kept each law."""
    load: float
    """Share of everybody's time that the scenario asks for."""
    replications: int
    """Replications of each structure."""
    provenance: dict[str, Any]
    """Scenario hashes, seed, versions, replications, date."""
    finished: bool = True
    """Whether the check ended as planned."""

    @property
    def checks(self) -> int:
        """Comparisons made of laws."""
        return sum(kept.checks for each in self.kept.values() for kept in each)

    @property
    def failed(self) -> int:
        """Comparisons that do not hold."""
        return sum(kept.failed for each in self.kept.values() for kept in each)

    @property
    def broken(self) -> tuple[str, ...]:
        """Names of laws with a comparison that does not hold."""
        return tuple(law for law in LAWS if any(k.failed for each in self.kept.values() for k in each if k.law == law))

    @property
    def sound(self) -> bool:
        """Whether every law holds and no formula is contradicted."""
        return not self.failed and all(found.outcome != DISAGREES for found in self.agreements)

    def formulas(self) -> pd.DataFrame:
        """One row per figure: queue, law, figure, unit, formula, mean, low, high, n, outcome, and both in words."""
        import pandas as pd

        columns = [*Agreement.__slots__, "simulated", "expected"]
        rows = [[getattr(found, column) for column in columns] for found in self.agreements]
        return pd.DataFrame(rows, columns=columns)

    def laws(self) -> pd.DataFrame:
        """One row per law and structure: law, about, scenario, checks, failed, worst, unit, holds."""
        import pandas as pd

        rows = [
            (k.law, LAWS[k.law], name, k.checks, k.failed, k.worst, UNITS[k.law], k.failed == 0)
            for law in LAWS for name, each in self.kept.items() for k in each if k.law == law
        ]
        return pd.DataFrame(
            rows, columns=["law", "about", "scenario", "checks", "failed", "worst", "unit", "holds"]
        )

    def about_queues(self) -> list[str]:
        """What the plain queues are, each in a sentence, and where the scenario's own load allows no formula."""
        said = [
            f"This scenario asks for {100 * self.load:.0f} % of all its people's time"
            + (", more than they have: without people giving up its queue would grow for ever, and no formula for a "
               "settled queue exists." if self.load >= 1.0 else ".")
        ]
        for queue in self.queues:
            people = f"{queue.people:,} people" if queue.people > 1 else "one person"
            note = f"; {queue.note}" * bool(queue.note)
            said.append(
                f"{queue.title} ({queue.law}): {queue.about}; {people}, {queue.rate:.3g} requests a working day, "
                f"{queue.service:.3g} days each{note}."
            )
        return said

    def sentence(self) -> str:
        """The answer in one sentence or two."""
        said = []
        if self.kept:
            if not self.failed:
                said.append(f"All {len(LAWS)} laws hold in {self.checks:,} checks of these runs")
            else:
                said.append(
                    f"{len(self.broken)} of {len(LAWS)} laws FAIL: {self.failed:,} of {self.checks:,} checks of these "
                    "runs do not hold, so do not rely on these results"
                )
        wait = next((found for found in self.agreements if found.outcome != APPROXIMATE), None)
        if wait is not None:
            queue = next(queue for queue in self.queues if queue.title == wait.queue)
            where = "at this load" if not queue.note else f"at {100 * queue.load:.0f} % of what people can do"
            said.append(
                f"the simulated mean wait of a plain queue {where} is {wait.simulated} {wait.unit}, "
                f"the formula says {wait.expected}"
            )
        exact = [found for found in self.agreements if found.outcome != APPROXIMATE]
        if exact:
            against = [found for found in exact if found.outcome == DISAGREES]
            doubt = [found for found in exact if found.outcome == DOUBTFUL]
            agree = len(exact) - len(against) - len(doubt)
            rest = f", {len(doubt)} doubtful" * bool(doubt) + f", {len(against)} DISAGREE" * bool(against)
            said.append(f"{agree} of {len(exact)} figures agree with their formulas{rest}")
        text = "; ".join(said) or "Nothing has been checked yet"
        return text[:1].upper() + text[1:] + "."


def check_model(
    scenario: Scenario,
    *,
    scenarios: Mapping[str, Scenario] | None = None,
    seed: int = 1,
    replications: int = OF_STRUCTURES,
    queue_replications: int = OF_QUEUES,
    executor: Executor | None = None,
    on_progress: Callable[[int, int], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    on_partial: Callable[[ModelCheck], None] | None = None,
) -> ModelCheck:
    """Check the simulation on a scenario: laws on its own runs, formulas on plain queues at its load.

    The formulas say nothing of the scenario itself, whose people learn, leave and hand over; they show that
    the engine moves requests as it should where theory knows the answer, at the load at hand.

    Args:
        scenario: the one at hand.
        scenarios: what its laws are checked under; default its structures.
        seed: root of all draws; with the same seed the runs are those of a comparison.
        replications: runs of each structure.
        queue_replications: runs of each plain queue.
        executor: any ``concurrent.futures.Executor``.
        on_progress: called with runs done and planned.
        should_stop: asked after every replication; True ends the check with what it has.
        on_partial: called with what has been found so far.

    Raises:
        ValueError: nothing is asked for, or a replication number below its least (1 for laws, 2 for queues).
    """
    from opmodel.comparison.structures import structures_of
    from opmodel.provenance import provenance
    from opmodel.replication import replicate_all

    if replications < 1 or queue_replications < 2:
        raise ValueError("a check needs at least one replication of each structure and two of each queue")
    structures = dict(scenarios) if scenarios is not None else structures_of(scenario)
    boiled = boiled_down(scenario)
    queues = plain_queues(boiled)
    family = sum(len(queue.figures) for queue in queues if queue.exact)
    planned = len(structures) * replications + len(queues) * queue_replications
    kept: dict[str, tuple[Kept, ...]] = {}
    agreements: list[Agreement] = []
    done = looked_at = 0

    def so_far(*, finished: bool) -> ModelCheck:
        about = provenance(structures | {q.title: q.scenario for q in queues}, seed, looked_at)
        about["replications_of_plain_queues"] = queue_replications
        return ModelCheck(scenario, queues, tuple(agreements), dict(kept), boiled.load, looked_at, about, finished)

    def stopped(runs: int) -> bool:
        nonlocal done
        done += runs
        if on_progress is not None:
            on_progress(done, planned)
        return should_stop is not None and should_stop()

    for number, found in replicate_all(
        list(structures.values()), range(replications), seed=seed, executor=executor, reduce=laws_of
    ):
        for name, laws in zip(structures, found, strict=True):
            kept[name] = tuple(a + b for a, b in zip(kept[name], laws, strict=True)) if name in kept else laws
        looked_at = number + 1
        if stopped(len(structures)):
            return so_far(finished=False)
    if on_partial is not None:
        on_partial(so_far(finished=False))
    for queue in queues:
        runs: list[dict[str, float]] = []
        for _, (figures,) in replicate_all(
            [queue.scenario], range(queue_replications), seed=seed, executor=executor, reduce=measured_by(queue)
        ):
            runs.append(figures)
            if stopped(1):
                return so_far(finished=False)
        agreements += [agreement(queue, wanted, runs, family) for wanted in queue.figures]
        if on_partial is not None:
            on_partial(so_far(finished=False))
    return so_far(finished=True)


def agreement(queue: Queue, wanted: Figure, runs: list[dict[str, float]], family: int) -> Agreement:
    """Set what the runs of a queue say of a figure beside its formula.

    Args:
        queue: the plain queue.
        wanted: the figure.
        runs: figures of each replication.
        family: number of figures whose intervals hold together.
    """
    values = wanted.scale * np.array([[run[wanted.name]] for run in runs])
    found = estimate(values)
    mean, half = float(found.mean[0]), float(half_width(found, level=LEVEL, family=family)[0])
    apart = abs(mean - wanted.formula)
    seen = sum(run["requests"] for run in runs)
    finest = FINEST / max(seen, 1.0) * (1.0 if wanted.unit == "share" else wanted.scale * queue.service)
    if not queue.exact:
        outcome = APPROXIMATE
    elif apart <= half + finest:
        outcome = AGREES
    elif apart <= float(half_width(found, level=BEYOND_CHANCE, family=family)[0]) + finest:
        outcome = DOUBTFUL
    else:
        outcome = DISAGREES
    return Agreement(
        queue.title, queue.law, wanted.label, wanted.unit, wanted.formula, mean, mean - half, mean + half, len(runs),
        outcome,
    )
