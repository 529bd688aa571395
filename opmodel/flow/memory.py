"""Large tables, lent by one run to the next.

Memory fresh from the operating system has to be cleared page by page, which takes about as long as
the events that fill it. So the tables of a run that is over are kept for the next one.
"""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
#: Of what is given back, so much is kept, the latest first.
KEPT_BYTES = 256 << 20

_free: list[npt.NDArray[np.uint8]] = []
_lock = threading.Lock()


def lend(dtype: Any, *shape: int) -> Array:
    """An array whose content is left from elsewhere: write every entry before reading it."""
    size = int(np.prod(shape)) * np.dtype(dtype).itemsize
    with _lock:
        fitting = [k for k, buffer in enumerate(_free) if size <= buffer.size <= 4 * size]
        buffer = _free.pop(min(fitting, key=lambda k: _free[k].size)) if fitting else np.empty(size, np.uint8)
    lent: Array = buffer[:size].view(dtype).reshape(shape)
    return lent


def give_back(*arrays: Array) -> None:
    """Make room for :func:`lend`: nothing may read these arrays any more. Arrays not lent are let go."""
    with _lock:
        for array in arrays:
            buffer = array.base
            if isinstance(buffer, np.ndarray) and buffer.dtype == np.uint8 and not any(buffer is b for b in _free):
                _free.append(buffer)
        while sum(buffer.size for buffer in _free) > KEPT_BYTES:
            del _free[0]
