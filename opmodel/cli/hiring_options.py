"""What the options of ``opmodel hire`` ask for, checked before any work is done."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from opmodel.cli.exits import WrongUsageError, tell
from opmodel.cli.results import Result

if TYPE_CHECKING:
    from opmodel.scenario import Scenario

#: What may be worked out, as the option says it, and what it is called inside.
PARTS = {
    "sweep": "sweep", "mix": "path", "structures": "structures", "shadow": "shadow", "timing": "timing",
    "freeze": "freeze",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the options of ``opmodel hire`` ask for."""

    file: Path | None = None
    changes: Mapping[str, str] = field(default_factory=dict)
    roles: Sequence[str] = ()
    up_to: int = 10
    month: int | None = None
    week: int | None = None
    confidence: str = "90%"
    targets: Sequence[str] = ()
    mix_roles: Sequence[str] = ()
    teams: Sequence[str] = ()
    contracts: Sequence[str] = ()
    supplements: Sequence[str] = ()
    moves: bool = False
    training: bool = False
    at_most: int = 20
    budget: str | None = None
    parts: str = "sweep,mix"
    freezes: Sequence[int] = ()
    each_structure: bool = False
    replications: int = 50
    fresh: int = 200
    seed: int = 1

    out: Path | None = None
    resume: Path | None = None
    cluster: str | None = None
    tables: Path | None = None
    scenario_file: Path | None = None
    require_targets: bool = False


#: Options that do not change what is found; all others are kept in the folder of a study.
_BESIDE = {"out", "resume", "cluster", "tables", "scenario_file", "require_targets"}


def checked(asked: Asked, result: Result) -> None:
    """Refuse, before any work, what cannot be done."""
    if asked.resume is None and asked.file is None:
        raise WrongUsageError("name a scenario file, or a study to go on with (--resume DIR)")
    if asked.resume is not None:
        usual = Asked()
        own = [f.name for f in dataclasses.fields(Asked) if f.name not in _BESIDE and f.name != "file"
               and getattr(asked, f.name) != getattr(usual, f.name)]
        if asked.file is not None or own or asked.out is not None:
            which = "the scenario file" if asked.file is not None else f"--{_option(own[0] if own else 'out')}"
            raise WrongUsageError(f"--resume takes what was asked from the study's folder; leave out {which}")
    if asked.month is not None and asked.week is not None:
        raise WrongUsageError("--by and --by-week exclude each other")
    result.spare([] if asked.file is None else [asked.file])
    if asked.scenario_file is not None:
        if asked.file is not None:
            not_itself(asked.scenario_file, asked.file)
        Result.wanted(as_json=False, as_csv=False, output=asked.scenario_file)
    if asked.tables is not None and asked.tables.exists() and not asked.tables.is_dir():
        raise WrongUsageError(f"{asked.tables}: is a file, not a folder")


def not_itself(target: Path, original: Path) -> None:
    """Refuse to write a scenario over the one that was asked about."""
    if target.resolve() == original.resolve():
        raise WrongUsageError(f"{target}: is the scenario itself; name another file")


def _option(name: str) -> str:
    """The option that a field of :class:`Asked` comes from."""
    names = {"changes": "set", "month": "by", "week": "by-week", "roles": "role", "targets": "target", "teams": "team",
             "contracts": "contract", "supplements": "supplement", "mix_roles": "mix-role", "freezes": "freeze"}
    return names.get(name, name.replace("_", "-"))


def arguments_of(asked: Asked, scenario: Scenario) -> dict[str, Any]:
    """The arguments of ``plan_hiring`` that the options mean.

    Raises:
        WrongUsageError: an option that makes no sense for the scenario, with what would.
    """
    from typing import get_args

    from opmodel.flow.seating import seating
    from opmodel.hiring.asking.question import question
    from opmodel.hiring.asking.scope import Scope, can_be_named
    from opmodel.hiring.parts import check
    from opmodel.scenario.contracts import ContractKind
    from opmodel.scenario.quantity import week_of

    parts = tuple(filter(None, map(str.strip, asked.parts.split(","))))
    if parts == ("all",):
        parts = _all(scenario, asked)
    if not parts:
        raise WrongUsageError(f"--parts: name at least one of {', '.join(PARTS)}")
    contracts = _known("--contract", asked.contracts, get_args(ContractKind))
    teams = _known("--team", asked.teams, (team.name for team in seating(scenario).teams)) if asked.teams else ()
    mix = _known("--mix-role", asked.mix_roles, scenario.roles)
    usual = Scope()
    arguments: dict[str, Any] = {
        "roles": _known("--role", asked.roles, scenario.roles),
        "up_to": asked.up_to,
        "week": asked.week if asked.week is not None else week_of(12 if asked.month is None else asked.month),
        "confidence": _share("--confidence", asked.confidence),
        "targets": _targets(asked.targets, scenario),
        "scope": Scope(
            roles=mix or None, teams=teams or None, contracts=contracts or usual.contracts,  # type: ignore[arg-type]
            supplements=tuple(sorted({0.0, *(_pounds("--supplement", text) for text in asked.supplements)})),
            moves=asked.moves, training=asked.training, at_most=asked.at_most,
        ),
        "budget": None if asked.budget is None else _pounds("--budget", asked.budget),
        "parts": tuple(PARTS[part] for part in _known("--parts", parts, PARTS)),
        "each_structure": asked.each_structure, "replications": asked.replications, "fresh": asked.fresh,
        "seed": asked.seed,
    }
    if teams and not any(map(can_be_named, teams)):
        raise WrongUsageError(
            f"--team {teams[0]}: this structure merged the team, and no hire can be sent to it by name; leave it out"
        )
    if len(teams) == 1 and not asked.each_structure:
        arguments["team"] = teams[0]
    if asked.freezes:
        if "freeze" not in arguments["parts"]:
            raise WrongUsageError("--freeze needs the part that works it out: add freeze to --parts")
        arguments["freeze_months"] = tuple(sorted(set(asked.freezes)))
    if asked.at_most != usual.at_most and not {"path", "structures", "timing", "freeze"} & set(arguments["parts"]):
        raise WrongUsageError("--at-most needs the best mix: add mix to --parts")
    if arguments["budget"] is not None and not {"path", "timing", "freeze"} & set(arguments["parts"]):
        raise WrongUsageError("--budget needs the best mix: add mix to --parts")
    if asked.budget is not None and not arguments["budget"]:
        raise WrongUsageError("--budget: should be above 0")
    try:
        question(scenario, **{key: arguments[key] for key in ("week", "confidence", "seed", "targets")})
        check(
            scenario, roles=(), teams=(), parts=arguments["parts"], up_to=asked.up_to,
            futures=min(asked.replications, asked.fresh), budget=arguments["budget"], freeze_months=(),
            at_most=asked.at_most,
        )
    except ValueError as error:
        raise WrongUsageError(_said(error, asked)) from None
    return arguments


def _all(scenario: Scenario, asked: Asked) -> tuple[str, ...]:
    """Every part that makes sense for a scenario; what is left out is said."""
    from opmodel.hiring.parts import TIMED

    if scenario.study.kind != "steady_state":
        return tuple(PARTS)
    left_out = [part for part, inside in PARTS.items() if inside in TIMED]
    tell(
        f"Left out: {' and '.join(left_out)}. When vacancies open is a question for a transition, not for a steady "
        "state (see study.kind)."
    )
    if asked.freezes:
        raise WrongUsageError("--freeze: a hiring freeze is a question for a transition, not for a steady state")
    return tuple(part for part in PARTS if part not in left_out)


def _said(error: ValueError, asked: Asked) -> str:
    """What is wrong with a question, with the option that mends it."""
    text = str(error)
    if "no target" in text:
        return "there is no target: state one, such as --target in_time_rate=90% or --target backlog_weeks=2"
    if "horizon" in text:
        option = "--by" if asked.week is None else "--by-week"
        return f"{option}: {text}; name an earlier time, or --set study.horizon_weeks=..."
    return f"--confidence: {text}" if "confidence" in text else text


def _known(option: str, said: Iterable[str], known: Iterable[str]) -> tuple[str, ...]:
    """Names as the scenario has them, hyphens and blanks allowed for underscores, each once."""
    from opmodel.scenario.problems import suggestion

    names = list(known)
    plain = {_plain(name): name for name in names}
    found = []
    for word in said:
        name = word if word in names else plain.get(_plain(word))
        if name is None:
            raise WrongUsageError(f"{option} {word}: there is no such thing here{suggestion(word, names)}")
        found.append(name)
    return tuple(dict.fromkeys(found))


def _plain(name: str) -> str:
    return name.replace("_", " ").replace("-", " ").casefold().strip()


def _targets(said: Sequence[str], scenario: Scenario) -> dict[str, Any]:
    """``--target in_time_of.foi=90%`` and its like as fields of ``targets``; a value as a scenario file has it."""
    from typing import get_args

    from opmodel.scenario.problems import suggestion
    from opmodel.scenario.study import OtherTarget, Targets

    others = get_args(OtherTarget.model_fields["metric"].annotation)
    fields = [name for name in Targets.model_fields if name != "others"]
    found: dict[str, Any] = {}
    more: list[dict[str, Any]] = []
    for text in said:
        name, equals, value = (part.strip() for part in text.partition("="))
        if not equals or not value:
            raise WrongUsageError(f"--target {text}: should be a target and a value, such as in_time_of.foi=90%")
        first, _, rest = name.partition(".")
        if first in others:
            if rest not in ("at_least", "at_most"):
                raise WrongUsageError(f"--target {text}: say {first}.at_least=... or {first}.at_most=...")
            more.append({"metric": first, rest: _quantity(f"--target {text}", value)})
        elif first not in fields:
            raise WrongUsageError(f"--target {name}: there is no such target{suggestion(first, [*fields, *others])}")
        elif first == "in_time_of":
            kind = _known("--target in_time_of", [rest], scenario.request_types)[0]
            found[f"in_time_of.{kind}"] = value
        elif rest:
            raise WrongUsageError(f"--target {name}: {first} has no parts; say {first}={value}")
        else:
            found[first] = value
    if more:
        found["others"] = [*(one.model_dump(exclude_none=True) for one in scenario.targets.others), *more]
    return found


def _share(option: str, text: str) -> float:
    """A share, as ``0.9``, ``90%`` or ``90 %``."""
    plain = text.strip().removesuffix("%").strip()
    try:
        return float(plain) / (100.0 if "%" in text else 1.0)
    except ValueError:
        raise WrongUsageError(f"{option} {text}: should be a share such as 0.9 or 90%") from None


def _quantity(option: str, text: str) -> float:
    """A number, a percentage or a duration in working days."""
    from opmodel.scenario.quantity import DURATION_UNITS

    if "%" in text:
        return _share(option, text)
    for unit in sorted(DURATION_UNITS, key=len, reverse=True):
        with contextlib.suppress(ValueError):
            if text.endswith(unit):
                return float(text.removesuffix(unit)) * DURATION_UNITS[unit]
    try:
        return float(text)
    except ValueError:
        raise WrongUsageError(f"{option}: should be a number, a share such as 90% or a duration such as 10d") from None


def _pounds(option: str, text: str) -> float:
    """Pounds, as ``120000``, ``£120,000`` or ``120k``."""
    plain = text.strip().lower().removeprefix("£").replace(",", "")
    factor = {"k": 1e3, "m": 1e6}.get(plain[-1:], 1.0)
    try:
        value = float(plain[:-1] if factor > 1.0 else plain) * factor
    except ValueError:
        value = -1.0
    if not 0.0 <= value <= 1e9:
        raise WrongUsageError(f"{option} {text}: should be pounds a year, such as 120000 or 120k")
    return value
