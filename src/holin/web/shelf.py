"""A shelf of what was read or made, the latest used, up to so many bytes; what many ask for at once is made once."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Any, TypeVar

T = TypeVar("T")

BYTES_MAX = 512 * 1024 * 1024
"""Of tables and answers together: a year of a large park's trace is about 180 MB."""


class Shelf:
    """Keeps values by key. Threads may ask at once: one makes, the others wait for what it made."""

    def __init__(self, bytes_max: int = BYTES_MAX) -> None:
        self.bytes_max = bytes_max
        self.bytes_kept = 0
        self._kept: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._making: dict[Hashable, Future[Any]] = {}
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: Hashable, make: Callable[[], T], size: Callable[[T], int]) -> T:
        """Return the value of a key, made by `make` where it is not there; `size` says how many bytes it takes.

        A value larger than the whole shelf is given out and not kept. What `make` raises is raised in every thread that
        waited, and the next to ask tries again.
        """
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                found: T = self._kept[key][0]
                return found
            making = self._making.get(key)
            mine = Future[Any]() if making is None else None
            if mine is not None:
                self._making[key] = mine
        if making is not None:
            waited: T = making.result()
            return waited
        assert mine is not None
        try:
            value = make()
            taken = size(value)
        except BaseException as error:
            with self._lock:
                del self._making[key]
            mine.set_exception(error)
            raise
        with self._lock:
            del self._making[key]
            self._keep(key, value, taken)
        mine.set_result(value)
        return value

    def _keep(self, key: Hashable, value: Any, taken: int) -> None:
        if taken > self.bytes_max:
            return
        self._kept[key] = (value, taken)
        self.bytes_kept += taken
        while self.bytes_kept > self.bytes_max:
            _, (_, freed) = self._kept.popitem(last=False)
            self.bytes_kept -= freed
