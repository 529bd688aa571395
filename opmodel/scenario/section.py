"""The base of every part of a scenario: frozen, closed to unknown keys, documented by its docstrings."""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any, get_args

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationInfo, field_validator

from opmodel.scenario.quantity import Parameter, Quantity, completed

#: A name the file gives to a team, role, post, type, directorate or skill.
Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9 _&'.,()/-]{0,59}$")]


class Section(BaseModel):
    """One mapping of a scenario file."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        strict=True,
        use_attribute_docstrings=True,
        allow_inf_nan=False,
        validate_default=False,
    )

    @field_validator("*", mode="after")
    @classmethod
    def _complete(cls, value: Any, info: ValidationInfo) -> Any:
        """Give plain numbers the range, tag and source of their default."""
        if isinstance(value, Parameter):
            return completed(value, *_expected(cls, str(info.field_name)))
        if isinstance(value, dict) and any(isinstance(v, Parameter) for v in value.values()):
            default, quantity = _expected(cls, str(info.field_name))
            return {key: completed(v, default, quantity) for key, v in value.items()}
        return value


@cache
def _expected(section: type[Section], field: str) -> tuple[Parameter | None, Quantity]:
    """The default of a field of numbers, and how they are written."""
    about = section.model_fields[field]
    default = about.default if isinstance(about.default, Parameter) else None
    return default, next(found for found in quantities(about.annotation, *about.metadata))


def quantities(*parts: Any) -> list[Quantity]:
    """The ways of writing a number in a field's type and its annotations."""
    own = [part for part in parts if isinstance(part, Quantity)]
    return own + [found for part in parts for found in quantities(*get_args(part))]
