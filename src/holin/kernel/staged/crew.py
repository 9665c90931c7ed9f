"""Threads that do one thing together, each a part of it: compiled sweeps and passes let go of Python's lock."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Result = TypeVar("Result")


class Crew:
    """So many threads; the one that calls is one of them."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._others = ThreadPoolExecutor(size - 1) if size > 1 else None

    def each(self, work: Callable[[int], Result]) -> list[Result]:
        """Do the work of every part at once; return what each gives."""
        if self._others is None:
            return [work(0)]
        others = [self._others.submit(work, part) for part in range(1, self.size)]
        return [work(0), *(other.result() for other in others)]

    def slices(self, count: int) -> list[slice]:
        """Return the part of so many things that each has."""
        ends = [count * part // self.size for part in range(self.size + 1)]
        return [slice(ends[k], ends[k + 1]) for k in range(self.size)]
