"""W2 in C: `opmodel.flow.kernel` verb by verb, the lower bound for what a compiled kernel costs.

It works on the very arrays of the kernel. The C structs, the list of arguments and the constants are written
from the numpy dtypes and the Python modules, and the compiler checks sizes and offsets, so they cannot drift.
gcc builds with -O3 -march=native, without contracting a multiplication and an addition into one rounding
(numba does not either): all that a run leaves behind agrees to the last bit.

Every test on a request's way is there. Left out is the work behind those tests that W2 never passes:
clarification, the board, slices, absences, escalation, abandonment, thinned demand, reuse, conformance,
blocked tasks and rules other than first come first served. Meeting one of them raises an error. The week's
start, of which W2 has one, is the kernel's own.
"""

from __future__ import annotations

import ctypes
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from benchmarks.peer_opmodel import KernelWorkload, prepare, state_of
from benchmarks.workload import FloatArray
from opmodel.flow import kernel, state, tables
from opmodel.flow.state import State, release
from opmodel.flow.tables import Demand, Tables

__all__ = ["advance", "available", "prepare", "simulate"]

_RECORDS = {
    "Ask": state.ASK,
    "Request": state.REQUEST,
    "Person": state.PERSON,
    "Queue": state.QUEUE,
    "Pool": state.POOL,
    "Node": state.NODE,
    "Visit": state.VISIT,
    "Event": state.EVENT,
    "Clock": state.CLOCK,
    "Account": state.ACCOUNT,
    "Kind": tables.KIND,
    "Rules": tables.RULES,
}
_FLAGS = ["-O3", "-march=native", "-ffp-contract=off", "-std=gnu11", "-shared", "-fPIC"]
_SOURCES = ("kernel_lines.c", "kernel_flow.c")


def available() -> bool:
    """Whether there is a compiler."""
    return shutil.which("gcc") is not None


def advance(tables: Tables, demand: Demand, state: State, until: float, inclusive: bool) -> int:
    """`opmodel.flow.kernel.advance` in C; also answers 2 where it met something that is left out."""
    parts = (tables, demand, state)
    run = _library(_header(parts)).advance
    run.argtypes = [ctypes.c_void_p, ctypes.c_double, ctypes.c_int64]
    run.restype = ctypes.c_int64
    return int(run(_pack(parts), until, int(inclusive)))


def simulate(prepared: KernelWorkload) -> tuple[FloatArray, int]:
    """Replay the workload.

    Args:
        prepared: What `prepare` returned; it is not changed.

    Returns:
        Completion time of each request in hours (NaN: not completed), and the number of events.

    Raises:
        RuntimeError: If the tables were too small, or something is left out in C.
    """
    own = state_of(prepared)
    answer = kernel.begin_week(prepared.tables, prepared.demand, own, 0.0, True)
    if answer == kernel.DONE:
        answer = advance(prepared.tables, prepared.demand, own, prepared.hours, False)
    if answer != kernel.DONE:
        raise RuntimeError(f"the kernel in C answers {answer}")
    closed, events = own.request["closed"].copy(), int(own.clock[0].events)
    release(own)
    return closed, events


@cache
def _library(header: str) -> ctypes.CDLL:
    """Compile in a folder that is gone afterwards; the loaded library stays."""
    own = Path(__file__).parent
    with tempfile.TemporaryDirectory() as folder:
        source, built = Path(folder) / "kernel.c", Path(folder) / "kernel.so"
        text = [header, *(own.joinpath(name).read_text(encoding="utf-8") for name in _SOURCES)]
        source.write_text("\n".join(text), encoding="utf-8")
        subprocess.run(["gcc", *_FLAGS, source, "-o", built, "-lm"], check=True)
        return ctypes.CDLL(str(built))


def _pack(parts: tuple[NamedTuple, ...]) -> ctypes.Array[ctypes.c_int64]:
    """Addresses and shapes in the order of the C struct; whoever called keeps the arrays alive."""
    words: list[int] = []
    for array in (array for part in parts for array in part):
        words += [array.ctypes.data, array.shape[0], array.shape[1] if array.ndim > 1 else 1]
    return (ctypes.c_int64 * len(words))(*words)


@cache
def _fixed_header() -> str:
    includes = "#include <math.h>\n#include <stddef.h>\n#include <stdint.h>"
    named = {"KIND_STEP": kernel._KIND}
    for module in (state, tables, kernel):
        named |= {
            name: int(value)
            for name, value in vars(module).items()
            if name.isupper() and not name.startswith("_") and isinstance(value, int | np.integer)
        }
    constants = [f"#define {name} ({value}LL)" for name, value in named.items()]
    structs = [_struct(name, dtype) for name, dtype in _RECORDS.items()]
    return "\n".join([includes, *constants, *structs])


def _header(parts: tuple[NamedTuple, ...]) -> str:
    """What stands above the C sources: constants, records, and a struct of all arrays.

    For an array x that struct has the pointer x and the lengths x_rows and x_columns.
    """
    members = []
    for part in parts:
        for name, array in part._asdict().items():
            kind = next((own for own, dtype in _RECORDS.items() if dtype == array.dtype), None) or _scalar(array.dtype)
            members.append(f"    {kind} *{name}; int64_t {name}_rows, {name}_columns;")
    return "\n".join([_fixed_header(), "typedef struct {", *members, "} Args;"])


def _scalar(dtype: np.dtype[Any]) -> str:
    if dtype.kind == "f":
        return "double"
    return f"{'u' * (dtype.kind == 'u')}int{8 * dtype.itemsize}_t"


def _struct(name: str, dtype: np.dtype[Any]) -> str:
    """A C struct with the fields of a record, and the compiler's check that it lies in memory alike."""
    fields = [(field, *dtype.fields[field][:2]) for field in dtype.names or () if dtype.fields is not None]
    body = " ".join(f"{_scalar(own)} {field};" for field, own, _ in fields)
    checks = [f'_Static_assert(offsetof({name}, {field}) == {at}, "{name}.{field}");' for field, _, at in fields]
    size = f'_Static_assert(sizeof({name}) == {dtype.itemsize}, "{name}");'
    return "\n".join([f"typedef struct {{ {body} }} {name};", *checks, size])
