"""A hiring plan as one JSON-able document."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from opmodel.comparison.document import jsonable, records
from opmodel.hiring.asking.costs import plan_cost, yearly_cost
from opmodel.hiring.telling import tables
from opmodel.hiring.telling.caveats import notes
from opmodel.hiring.telling.establishment import establishment
from opmodel.hiring.telling.found import shown
from opmodel.hiring.telling.reasons import why_not
from opmodel.hiring.telling.teams import targets
from opmodel.hiring.telling.words import answer
from opmodel.wording import USE

if TYPE_CHECKING:
    from opmodel.hiring.asking.question import Question
    from opmodel.hiring.asking.steps import Plan, Step
    from opmodel.hiring.plan import HiringPlan
    from opmodel.hiring.searching.path import Path
    from opmodel.hiring.trying.confirming import Confirmed
    from opmodel.scenario.scenario import Scenario

SCHEMA_VERSION = 1


def document(plan: HiringPlan) -> dict[str, Any]:
    """Everything but single futures; numbers that do not exist are null, parts that were not asked for too."""
    team = shown(plan)
    content = {
        "schema_version": SCHEMA_VERSION,
        "kind": "hiring_plan",
        "use": USE,
        "question": _question(plan.question),
        "scope": dataclasses.asdict(plan.scope),
        "finished": plan.finished,
        "answer": answer(plan),
        "notes": notes(plan),
        "meets": team is not None and team.holds,
        "team": None if team is None else _confirmed(team),
        "sweeps": [
            {
                "structure": sweep.name, "step": _step(sweep.step, sweep.question.scenario),
                "smallest": None if sweep.enough is None else len(sweep.enough.plan), "most_tried": sweep.most,
                "beyond_sweep": sweep.beyond is not None, "guess": sweep.guess,
                "cannot_tell": [len(one.plan) for one in sweep.cannot_tell],
                "confirmed": None if sweep.enough is None else _confirmed(sweep.enough),
                "refused": [_confirmed(one) for one in sweep.refused], "figures": records(sweep.figures()),
                "chances": records(tables.chances_of(sweep)),
            }
            for sweep in plan.sweeps
        ],
        "path": _path(plan.path),
        "within_budget": _path(plan.within),
        "structures": records(tables.needed(plan)),
        "structures_worth": records(tables.worth(plan)),
        "shadow_price": records(tables.shadow(plan)),
        "timing": None if plan.timing is None else {
            "openings": records(tables.openings(plan.timing)), "confirmed": _confirmed(plan.timing.confirmed),
        },
        "freezes": records(tables.freezes(plan)),
        "binding": None if plan.binding is None else {
            "sentences": why_not(plan), "about_people": plan.binding.about_people,
            "lifted": records(tables.lifted(plan.binding)),
        },
        "provenance": plan.provenance,
    }
    plain: dict[str, Any] = jsonable(content)
    return plain


def _question(question: Question) -> dict[str, Any]:
    return {
        "scenario": question.scenario.name, "study": question.scenario.study.kind, "by_week": question.week,
        "confidence": question.confidence, "seed": question.seed, "weeks": question.weeks,
        "targets": [{**one._asdict(), "words": one.words} for one in question.wanted],
    }


def _confirmed(found: Confirmed) -> dict[str, Any]:
    low, high = found.interval
    return {
        "steps": _steps(found.plan, found.question.scenario), "cost": plan_cost(found.question.scenario, found.plan),
        "spent": dict(zip(("mean", "low", "high"), found.spent, strict=True)) if found.outcome.n > 1 else None,
        "chance": found.chance, "low": low, "high": high, "n": found.outcome.n, "seed": found.seed,
        "holds": found.holds, "verdict": found.verdict, "scenario_hash": found.scenario.hash,
        "chance_without": float(found.base.met()[:, found.question.at].mean()),
        "targets": records(targets(found)),
        "establishment": records(establishment(found.question, found.plan)),
    }


def _steps(plan: Plan, scenario: Scenario) -> list[dict[str, Any]]:
    return [{**_step(step, scenario), "count": count} for step, count in plan.counts]


def _step(step: Step, scenario: Scenario) -> dict[str, Any]:
    return {**dataclasses.asdict(step), "words": step.words, "cost": yearly_cost(scenario, step)}


def _path(path: Path | None) -> dict[str, Any] | None:
    if path is None:
        return None
    return {
        "meets": path.meets, "ended": path.ended, "budget": path.budget, "cost": path.cost,
        "steps": _steps(path.plan, path.question.scenario), "way": records(tables.way(path)),
        "bought": records(tables.bought(path)),
        "taken_away": [step.words for step in path.taken_away],
        "exchanged": [[one.words, other.words] for one, other in path.exchanged],
        "confirmed": None if path.confirmed is None else _confirmed(path.confirmed),
        "refused": [_confirmed(one) for one in path.refused], "trail": list(path.trail),
    }
