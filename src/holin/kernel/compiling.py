"""Compiling: one decorator for functions that loop, and what fast arithmetic may not do to them.

Numba is imported whole before a part of it: Python locks a part before its whole, so that two threads of which one
imports the part would wait for each other, and Numba be left half imported for good. So parts are taken from here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numba
from numba.extending import register_jitable

__all__ = ["FASTMATH", "compiled", "cores", "formula", "register_jitable"]

FASTMATH = {"contract", "reassoc", "nsz", "arcp"}
"""What keeps NaN a NaN and infinity infinite."""

Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(*, by_python: bool = True, fastmath: bool | set[str] = False) -> Callable[[Function], Function]:
    """Compile a function that Python calls, or one that compiled ones call only: Python must not, there is no way in.

    Without the wrappers that nobody calls, which take as long to compile as what they wrap.
    """
    options: dict[str, Any] = {"no_cfunc_wrapper": True, "no_cpython_wrapper": not by_python, "fastmath": fastmath}
    compile_it: Callable[[Function], Function] = numba.njit(cache=True, nogil=True, error_model="numpy", **options)
    return compile_it


def cores() -> int:
    """Return how many threads compiled code may use at once: `NUMBA_NUM_THREADS`, else the cores that are here."""
    return int(numba.config.NUMBA_NUM_THREADS)  # type: ignore[attr-defined]


def formula(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return the function that was compiled, as written: where it only reckons, it takes whole arrays as well."""
    written: Callable[..., Any] = function.py_func  # type: ignore[attr-defined]
    return written
