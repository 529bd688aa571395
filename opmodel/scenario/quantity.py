"""Numbers that remember their range, their tag and their source, and the units they are written in.

Inside opmodel the unit of time is the working day of 7.4 hours; money is pounds sterling, real.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, Literal, LiteralString, Self, cast

from pydantic import Field, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

HOURS_PER_DAY = 7.4
DAYS_PER_WEEK = 5.0
WEEKS_PER_YEAR = 52
DAYS_PER_YEAR = DAYS_PER_WEEK * WEEKS_PER_YEAR
MONTHS_PER_YEAR = 12

#: Working days in one unit of each duration suffix a file may use.
DURATION_UNITS: dict[str, float] = {
    "h": 1.0 / HOURS_PER_DAY,
    "d": 1.0,
    "w": DAYS_PER_WEEK,
    "cd": DAYS_PER_WEEK / 7.0,
    "mo": DAYS_PER_YEAR / 12.0,
    "y": DAYS_PER_YEAR,
}


def months_in(weeks: float) -> float:
    """So many weeks in months of a year of 52 weeks: 6 for 26."""
    return weeks * MONTHS_PER_YEAR / WEEKS_PER_YEAR


def week_of(month: int) -> int:
    """The week in which a month of the study begins, counted from 0: 26 for month 6."""
    return round(month * WEEKS_PER_YEAR / MONTHS_PER_YEAR)


Tag = Literal["S", "D", "G", "A", "file"]
TAG_MEANING: dict[str, str] = {
    "S": "sourced",
    "D": "derived from sourced numbers",
    "G": "general knowledge, to be verified",
    "A": "assumption",
    "file": "stated by the scenario file",
}
Unit = Literal["days", "share", "GBP", "number"]
UNIT_WORDS: dict[Unit, str] = {"days": "duration", "share": "share", "GBP": "pounds", "number": "number"}

_DURATION = re.compile(r"^\s*(-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)\s*(h|d|w|cd|mo|y)\s*$")
_PERCENT = re.compile(r"^\s*(-?\d+(?:\.\d+)?)\s*%\s*$")


class Parameter(float):
    """A number with the range it may plausibly take and where it comes from.

    It *is* a float (its base value), so formulas read it as one; ``low`` and ``high`` bound the
    draws of an assumption study, ``tag`` and ``source`` say what it rests on.
    """

    __slots__ = ("high", "low", "source", "tag", "unit")
    low: float
    high: float
    tag: Tag
    source: str
    unit: Unit

    def __new__(
        cls,
        base: float,
        low: float | None = None,
        high: float | None = None,
        *,
        tag: Tag = "file",
        source: str = "",
        unit: Unit = "number",
    ) -> Self:
        """Make a parameter; a missing bound is the base value itself."""
        self = super().__new__(cls, base)
        self.low = float(base if low is None else low)
        self.high = float(base if high is None else high)
        self.tag = tag
        self.source = source
        self.unit = unit
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle with all parts (worker processes receive scenarios)."""
        return _restore, (float(self), self.low, self.high, self.tag, self.source, self.unit)

    @property
    def uncertain(self) -> bool:
        """Whether an assumption study draws it: it has a range."""
        return self.low < self.high

    def written(self, value: float | None = None) -> float | str:
        """The base (or another value of the same unit) as a scenario file would write it."""
        x = float(self) if value is None else float(value)
        return f"{x!r}d" if self.unit == "days" else x

    def mapping(self) -> dict[str, float | str]:
        """Every part as a scenario file would write it."""
        return {
            "base": self.written(),
            "low": self.written(self.low),
            "high": self.written(self.high),
            "tag": self.tag,
            "source": self.source,
        }


def _restore(base: float, low: float, high: float, tag: Tag, source: str, unit: Unit) -> Parameter:
    return Parameter(base, low, high, tag=tag, source=source, unit=unit)


def _wrong(text: LiteralString, **words: object) -> PydanticCustomError:
    """The error of a number, with words put into its text."""
    printable = {key: str(word).encode(errors="replace").decode() for key, word in words.items()}
    return PydanticCustomError("quantity", text, printable)


def parse_number(raw: Any, unit: Unit) -> float:
    """Read one number as a file writes it, in working days, pounds, a share or a plain number.

    Raises:
        PydanticCustomError: not a number of that unit, or not finite.
    """
    if isinstance(raw, bool):
        raise _wrong("should be a number, not true or false")
    if isinstance(raw, str):
        if unit == "days" and (m := _DURATION.match(raw)):
            return _finite(float(m[1]) * DURATION_UNITS[m[2]])
        if unit == "share" and (m := _PERCENT.match(raw)):
            return _finite(float(m[1]) / 100.0)
        if unit == "days":
            raise _wrong("should be a duration such as 4h, 3d, 2w, 20cd, 6mo or 1y (got '{raw}')", raw=raw[:40])
        raise _wrong("should be a number (got '{raw}')", raw=raw[:40])
    if not isinstance(raw, (int, float)):
        raise _wrong("should be a number or a mapping with base, low, high, tag, source")
    value = _finite(raw)
    if unit == "days":
        raise _wrong("needs a unit, for example {raw}d (h, d, w, cd, mo or y)", raw=f"{value:g}")
    return value


def _finite(raw: float) -> float:
    """The number as a float; refuses NaN, infinities and integers too large for a float."""
    try:
        value = float(raw)
    except OverflowError:
        value = math.inf
    if not math.isfinite(value):
        raise _wrong("should be a finite number (got {raw})", raw=f"{value:g}")
    return value


_PARTS = ("base", "low", "high", "tag", "source")


@dataclass(frozen=True)
class Quantity:
    """How one kind of number is written, read and bounded (an annotation of a field's type)."""

    unit: Unit
    ge: float | None = None
    le: float | None = None
    gt: float | None = None

    @property
    def title(self) -> str:
        """What the JSON Schema calls it, the same for equal bounds."""
        bounds = (("above", self.gt), ("from", self.ge), ("to", self.le))
        return " ".join([UNIT_WORDS[self.unit], *(f"{word} {bound:g}" for word, bound in bounds if bound is not None)])

    def check(self, value: float) -> float:
        """Refuse a value outside the bounds of its kind."""
        if self.ge is not None and value < self.ge:
            raise _wrong("should be at least {bound} (got {got})", bound=f"{self.ge:g}", got=f"{value:g}")
        if self.gt is not None and value <= self.gt:
            raise _wrong("should be above {bound} (got {got})", bound=f"{self.gt:g}", got=f"{value:g}")
        if self.le is not None and value > self.le:
            raise _wrong("should be at most {bound} (got {got})", bound=f"{self.le:g}", got=f"{value:g}")
        return value

    def nearest(self, value: float) -> float:
        """The value itself, or the bound it goes beyond."""
        value = value if self.le is None else min(value, self.le)
        return value if self.ge is None else max(value, self.ge)

    def read(self, raw: Any) -> Parameter:
        """Read a plain number or a mapping of base, low, high, tag and source.

        A part that is not stated is NaN here; :func:`completed` fills it in from the field's default.
        """
        if isinstance(raw, Parameter):
            if raw.unit != self.unit:
                raise _wrong("is in {given} where {unit} is needed", given=raw.unit, unit=self.unit)
            self.check(_finite(raw))
            return raw
        if not isinstance(raw, dict):
            return Parameter(self.check(parse_number(raw, self.unit)), math.nan, math.nan, unit=self.unit)
        unknown = [key for key in raw if key not in _PARTS]
        if unknown:
            raise _wrong("unknown field '{key}' (use base, low, high, tag, source)", key=unknown[0])
        base, low, high = (
            math.nan if raw.get(part) is None else self.check(parse_number(raw[part], self.unit))
            for part in ("base", "low", "high")
        )
        tag = "file" if raw.get("tag") is None else raw["tag"]
        if not isinstance(tag, str) or tag not in TAG_MEANING:
            raise _wrong("tag should be one of S, D, G, A, file (got '{tag}')", tag=str(tag)[:20])
        source = "" if raw.get("source") is None else raw["source"]
        if not isinstance(source, str):
            raise _wrong("source should be text")
        return Parameter(base, low, high, tag=cast(Tag, tag), source=source, unit=self.unit)

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> CoreSchema:
        """Validate by :meth:`read`; write back the mapping form."""
        return core_schema.no_info_plain_validator_function(
            self.read, serialization=core_schema.plain_serializer_function_ser_schema(Parameter.mapping)
        )

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Editors see a number (or a duration text) or the mapping form, with its bounds."""
        one: dict[str, Any]
        if self.unit == "days":
            one = {"type": "string", "pattern": r"^\s*-?\d+(\.\d+)?([eE][-+]?\d+)?\s*(h|d|w|cd|mo|y)\s*$"}
        else:
            one = {"type": "number"}
            for key, bound in (("minimum", self.ge), ("maximum", self.le), ("exclusiveMinimum", self.gt)):
                if bound is not None:
                    one[key] = bound
            if self.unit == "share":
                one = {"anyOf": [one, {"type": "string", "pattern": r"^\s*\d+(\.\d+)?\s*%\s*$"}]}
        mapping = {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                **dict.fromkeys(("base", "low", "high"), one),
                "tag": {"enum": sorted(TAG_MEANING)},
                "source": {"type": "string"},
            },
        }
        return {"title": self.title, "anyOf": [one, mapping]}


Days = Annotated[Parameter, Quantity("days", ge=0)]
PositiveDays = Annotated[Parameter, Quantity("days", gt=0)]
Share = Annotated[Parameter, Quantity("share", ge=0, le=1)]
Chance = Annotated[Parameter, Quantity("share", ge=0, le=0.95)]
PositiveShare = Annotated[Parameter, Quantity("share", gt=0, le=1)]
Pounds = Annotated[Parameter, Quantity("GBP", ge=0, le=1e9)]
Number = Annotated[Parameter, Quantity("number", ge=0)]
PositiveNumber = Annotated[Parameter, Quantity("number", gt=0)]
Growth = Annotated[Parameter, Quantity("number", gt=-1)]
Elasticity = Annotated[Parameter, Quantity("number", le=0)]
Weeks = Annotated[Parameter, Quantity("number", ge=1, le=52)]
AtLeastOne = Annotated[Parameter, Quantity("number", ge=1)]
MaturityLevel = Annotated[Parameter, Quantity("number", ge=1, le=5)]


def param(
    base: float,
    low: float | None = None,
    high: float | None = None,
    *,
    tag: Tag = "A",
    source: str = "no published figure found",
    unit: Unit = "number",
) -> Any:
    """A field whose default carries its range, tag and source (durations in working days)."""
    return Field(default=Parameter(base, low, high, tag=tag, source=source, unit=unit))


#: :func:`param` for a duration in working days, a share between 0 and 1, and real pounds.
days = partial(param, unit="days")
share = partial(param, unit="share")
pounds = partial(param, unit="GBP")


def completed(value: Parameter, default: Parameter | None, quantity: Quantity) -> Parameter:
    """Complete what the file left unsaid about a number: its base, range, tag and source.

    The default's range scales with the base the file states (and so collapses at 0: a cost set to
    nothing stays nothing in every assumption set); without a default range the value is exact.

    Raises:
        PydanticCustomError: neither the file nor a default gives a base, or the range excludes it.
    """
    base, low, high = float(value), value.low, value.high
    if not (math.isnan(base) or math.isnan(low) or math.isnan(high)):
        return _ordered(value)
    tag, source = value.tag, value.source
    if math.isnan(base):
        if default is None:
            raise _wrong("needs a base value")
        base = float(default)
    if default is not None and float(default) != 0.0 and default.uncertain:
        factor = base / float(default)
        ends = sorted(quantity.nearest(end * factor) for end in (default.low, default.high))
        low = min(ends[0], base) if math.isnan(low) else low
        high = max(ends[1], base) if math.isnan(high) else high
        if tag == "file":
            tag = default.tag
            source = source or f"stated by the file; range scaled from the default ({default.source})"
    low = base if math.isnan(low) else low
    high = base if math.isnan(high) else high
    return _ordered(Parameter(base, low, high, tag=tag, source=source or "stated by the file", unit=value.unit))


def _ordered(value: Parameter) -> Parameter:
    if not value.low <= float(value) <= value.high:
        raise _wrong("low, base and high should be in that order")
    return value
