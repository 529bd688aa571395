"""Calling compiled functions week after week without having their arguments looked at each time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

_OWNED = 4  # numpy's flag of arrays that own their memory, which makes no difference

_code: dict[Any, Callable[..., Any]] = {}


class Direct:
    """A compiled function that one run calls with arguments of the same types throughout.

    numba looks at the type of every array at every call, which for fifty arrays takes longer than a quiet
    week's events. Here only the first call's arguments are looked at: later arrays may be other ones, and
    longer, but of the same dtypes, dimensions and layout.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        """Take a function compiled by numba, or a plain one while compilation is switched off."""
        self._function = function
        self._found: Callable[..., Any] | None = None

    def __call__(self, *arguments: Any) -> Any:
        """Call the function."""
        if self._found is None:
            self._found = _machine_code(self._function, arguments)
        return self._found(*arguments)


def _machine_code(function: Any, arguments: tuple[Any, ...]) -> Callable[..., Any]:
    if not hasattr(function, "compile"):
        return function  # type: ignore[no-any-return]
    key = (function, *(_likeness(argument) for argument in arguments))
    if key not in _code:
        from numba import typeof

        _code[key] = function.compile(tuple(typeof(argument) for argument in arguments))
    return _code[key]


def _likeness(argument: Any) -> Any:
    """What numba would look at: equal for arguments of equal type."""
    if isinstance(argument, tuple):
        return type(argument), *(_likeness(part) for part in argument)
    if isinstance(argument, np.ndarray):
        return argument.dtype, argument.ndim, argument.flags.num & ~_OWNED
    return type(argument)
