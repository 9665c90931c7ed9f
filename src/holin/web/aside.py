"""Costly answers are made aside: by one process of its own, so that a year's sums hold no other reader up."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import Any

from holin.web.library import KnownRun

SHORT_H = 1000
"""A run of no more intervals is worked through at once: the process would take longer to start."""

_held: list[ProcessPoolExecutor] = []
_lock = threading.Lock()


def aside(known: KnownRun, make: Callable[..., Any], *arguments: Any) -> Any:
    """Return what `make` returns for some arguments: a function of a module, by name, of plain values."""
    assert known.span is not None
    if known.span.intervals <= SHORT_H:
        return make(*arguments)
    try:
        return _process().submit(make, *arguments).result()
    except BrokenProcessPool:
        _forget()  # it was killed, for memory perhaps; the next to ask gets a new one
        return make(*arguments)


def _process() -> ProcessPoolExecutor:
    with _lock:
        if not _held:
            _held.append(ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")))
        return _held[0]


def _forget() -> None:
    with _lock:
        _held.clear()
