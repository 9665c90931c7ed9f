"""One row of a foreign file, read value by value: each of its kind and within its bounds, or a fault with its place."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from holin.formats.imported import Faults

REQUIRED: Any = object()
LARGEST, SMALLEST = 1e30, 1e-30
"""Beyond them a number is a slip, and its square no number that a computer can count; below them it is 0."""

Place = Callable[[str], tuple[int | None, str]]
"""Column -> the line and the field that a fault of it names."""


class Record:
    """A row. A value that is missing (absent, null, NaN, an empty text) is its default, or a fault where it has none.

    After a fault the reader gets a value of the right kind and goes on, so that all faults are found at once.
    """

    def __init__(self, values: Mapping[str, Any], faults: Faults, place: Place) -> None:
        self.values, self.faults, self.place = values, faults, place

    def has(self, name: str) -> bool:
        """Whether a value is there."""
        return not is_missing(self.values.get(name))

    def fault(self, name: str, problem: str, right: str) -> None:
        """Name what is wrong with a value."""
        row, field = self.place(name)
        value = self.values.get(name)
        self.faults.add(problem, right, row=row, field=field, value=None if is_missing(value) else value)

    def number(
        self,
        name: str,
        default: Any = REQUIRED,
        *,
        at_least: float | None = None,
        above: float | None = None,
        at_most: float | None = None,
        infinite: bool = False,
    ) -> Any:
        """Return a number within its bounds; finite, unless it may be `infinite`."""
        value = self._given(name, default)
        if value is default and default is not REQUIRED:
            return default
        number = as_number(value)
        if number is None or (math.isinf(number) and not infinite):
            if value is not REQUIRED:
                self.fault(name, "not a finite number" if number is not None else "not a number", "write a number")
            return self._stand_in(at_least, above)
        if 0 < abs(number) < SMALLEST:
            number = 0.0
        if LARGEST < abs(number) < math.inf:
            self.fault(name, "larger than anything in a network", "check the value and its unit")
            return self._stand_in(at_least, above)
        limits = ((">=", at_least, number < (at_least or 0)), (">", above, number <= (above or 0)))
        for sign, limit, broken in (*limits, ("<=", at_most, number > (at_most or 0))):
            if limit is not None and broken:
                self.fault(name, "outside its bounds", f"write a number {sign} {limit:g}")
                return self._stand_in(at_least, above)
        return number

    def integer(self, name: str, default: Any = REQUIRED) -> Any:
        """Return a whole number."""
        value = self._given(name, default)
        if value is default and default is not REQUIRED:
            return default
        number = as_number(value)
        if number is None or number != np.rint(number) or abs(number) > 2**53:
            if value is not REQUIRED:
                self.fault(name, "not a whole number", "write a whole number")
            return 0
        return int(number)

    def flag(self, name: str, default: Any = REQUIRED) -> Any:
        """Return whether a value is 1 or true; 0 and false are the only others."""
        value = self._given(name, default)
        if value is default and default is not REQUIRED:
            return default
        truth = {"true": True, "1": True, "1.0": True, "false": False, "0": False, "0.0": False}
        found = truth.get(str(value).strip().lower())
        if found is None:
            if value is not REQUIRED:
                self.fault(name, "neither 0 nor 1", "write 0 or 1")
            return False
        return found

    def text(self, name: str, default: Any = REQUIRED) -> Any:
        """Return a text; a number is its digits."""
        value = self._given(name, default)
        if value is default and default is not REQUIRED:
            return default
        if value is REQUIRED:
            return ""
        if isinstance(value, bool) or not isinstance(value, str | int | float | np.generic):
            self.fault(name, "not a text", "write a text")
            return ""
        return str(int(value)) if isinstance(value, float) and value.is_integer() and abs(value) < 1e15 else str(value)

    def one_of(self, name: str, known: Mapping[Any, Any], what: str, default: Any = REQUIRED) -> Any:
        """Return what a key of `known` stands for; `what` says what it names."""
        value = self._given(name, default)
        if value is default and default is not REQUIRED:
            return default
        key = int(value) if isinstance(value, float | np.floating) and float(value).is_integer() else value
        try:
            if key in known:
                return known[key]
        except TypeError:
            pass
        if value is not REQUIRED:
            self.fault(name, f"there is no such {what}", _example(known, what))
        return next(iter(known.values()), None)

    def _given(self, name: str, default: Any) -> Any:
        value = self.values.get(name)
        if not is_missing(value):
            return value
        if default is REQUIRED:
            self.fault(name, "a value is missing", f"give {name}")
        return default

    @staticmethod
    def _stand_in(at_least: float | None, above: float | None) -> float:
        return at_least if at_least is not None else 1.0 + (above or 0.0)


def _example(known: Mapping[Any, Any], what: str) -> str:
    if not known:
        return f"the file has no {what}"
    keys = [str(k) for _, k in zip(range(6), known, strict=False)]
    return f"one of {', '.join(keys)}" + (f" and {len(known) - len(keys)} more" if len(known) > len(keys) else "")


def is_missing(value: Any) -> bool:
    """Whether a value is none: null, NaN (also in letters, as tables of pandas may have it) or an empty text."""
    if value is None:
        return True
    if isinstance(value, str):
        return value.strip().lower() in ("", "nan", "-nan", "+nan")
    return isinstance(value, float | np.floating) and math.isnan(float(value))


def as_number(value: Any) -> float | None:
    """Return a value as a number, None where it is none; texts may say inf, booleans are no numbers."""
    if isinstance(value, bool | np.bool_):
        return None
    if isinstance(value, int | float | np.integer | np.floating):
        try:
            return float(value)
        except OverflowError:
            return math.inf if value > 0 else -math.inf
    if isinstance(value, str) and "_" not in value and value.isascii():
        try:
            return float(value)
        except ValueError:
            return None
    return None
