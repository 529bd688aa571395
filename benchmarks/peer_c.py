"""W2 in C: `opmodel.flow.kernel` verb by verb (``kernel.c``), the lower bound for a compiled kernel.

It works on the very arrays of the kernel. The C structs, the argument list and the constants are written
from the numpy dtypes and the Python modules, so they cannot drift; sizes and offsets are checked by the
compiler. gcc builds it with -O3 -march=native, without contracting multiplications and additions into
one (numba does not either), so completion times agree to the last bit.

The tests of every mechanism on the way of a request are there; what is left out is the work of those
that W2 does not have: ends of slices, the board, absences, escalation and abandonment. Meeting one
raises an error. The week's start is the kernel's own: W2 has one of it.
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

#from benchmarks import peer_opmodel
from benchmarks.workload import FloatArray, Workload
from opmodel.flow import kernel, state, tables
from opmodel.flow.kernel import begin_week
from opmodel.flow.state import State
from opmodel.flow.tables import Demand, Tables

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
_SCALARS = {"f8": "double", "i8": "int64_t", "i4": "int32_t", "i2": "int16_t", "i1": "int8_t"}
_FLAGS = ["-O3", "-march=native", "-ffp-contract=off", "-fno-math-errno", "-shared", "-fPIC", "-std=gnu11"]
_SOURCE = Path(__file__).with_name("kernel.c")


def available() -> bool:
    """Whether there is a compiler."""
    return shutil.which("gcc") is not None


def _scalar(dtype: np.dtype[Any]) -> str:
    return _SCALARS[dtype.str[1:]]


def _struct(name: str, dtype: np.dtype[Any]) -> str:
    """A C struct with the fields of a record, and the compiler's word that it lies alike."""
    assert dtype.names is not None and dtype.fields is not None
    fields = [(field, *dtype.fields[field][:2]) for field in dtype.names]
    body = " ".join(f"{_scalar(own)} {field};" for field, own, _ in fields)
    checks = "".join(
        f'\n_Static_assert(offsetof({name}, {field}) == {offset}, "{name}.{field}");' for field, _, offset in fields
    )
    return (
        f"typedef struct {{ {body} }} {name};{checks}\n"
        f'_Static_assert(sizeof({name}) == {dtype.itemsize}, "{name}");'
    )


def _arguments(parts: tuple[NamedTuple, ...]) -> str:
    """A C struct of all arrays: for x, the pointer x and its shape x_rows, x_columns."""
    members = []
    for part in parts:
        for name, array in part._asdict().items():
            kind = next((own for own, dtype in _RECORDS.items() if dtype == array.dtype), None) or _scalar(array.dtype)
            members.append(f"{kind} *{name}; int64_t {name}_rows, {name}_columns;")
    return "typedef struct {\n" + "\n".join(members) + "\n} Args;"


def _constants() -> str:
    """Every whole number in capitals of the modules, as one enum."""
    named: dict[str, int] = {"KIND_STEP": kernel._KIND}
    for module in (state, tables, kernel):
        named |= {name: value for name, value in vars(module).items() if name.isupper() and type(value) is int}
    return "\n".join(f"#define {name} ({value}LL)" for name, value in named.items() if not name.startswith("_"))


def header(parts: tuple[NamedTuple, ...]) -> str:
    """What stands above ``kernel.c``, for arrays of these types."""
    structs = [_struct(name, dtype) for name, dtype in _RECORDS.items()]
    includes = "#include <math.h>\n#include <stddef.h>\n#include <stdint.h>"
    return "\n".join([includes, _constants(), *structs, _arguments(parts)])


@cache
def _library(source: str) -> ctypes.CDLL:
    with tempfile.TemporaryDirectory() as folder:
        file, library = Path(folder) / "kernel.c", Path(folder) / "kernel.so"
        file.write_text(source, encoding="utf-8")
        subprocess.run(["gcc", *_FLAGS, str(file), "-o", str(library), "-lm"], check=True)
        return ctypes.CDLL(str(library))


def pack(parts: tuple[NamedTuple, ...]) -> ctypes.Array[ctypes.c_int64]:
    """The arrays' addresses and shapes in the order of the C struct; the caller keeps the arrays alive."""
    words: list[int] = []
    for part in parts:
        for array in part:
            words += [array.ctypes.data, array.shape[0], array.shape[1] if array.ndim > 1 else 1]
    return (ctypes.c_int64 * len(words))(*words)


def advance(tables: Tables, demand: Demand, state: State, until: float, inclusive: bool) -> int:
    """`opmodel.flow.kernel.advance` in C."""
    parts = (tables, demand, state)
    run = _library(header(parts) + "\n" + _SOURCE.read_text(encoding="utf-8")).advance
    run.argtypes = [ctypes.c_void_p, ctypes.c_double, ctypes.c_int64]
    run.restype = ctypes.c_int64
    return int(run(pack(parts), until, int(inclusive)))
