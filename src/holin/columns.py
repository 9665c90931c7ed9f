"""A column is declared once: name, unit, meaning and bounds. Checks, schemas and docs are made from it."""

from __future__ import annotations

import dataclasses
import re
import types
import typing
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar


class Required:
    """The default of a column whose value every row must give."""


REQUIRED: Any = Required()


class Basis(StrEnum):
    """Where a figure comes from."""

    PUBLISHED = "published"
    DERIVED = "derived"
    ASSUMED = "assumed"
    SYNTHETIC = "synthetic"
    MEASURED = "measured"


@dataclass(frozen=True, kw_only=True)
class Column:
    """The declaration of one column of a table.

    `unit` is "1" for a ratio and "" for what has no unit. `ge`, `gt`, `le`, `lt` bound the value.
    `usual` is the range in which a plausible value lies: outside it a kW/MW slip is likely and is warned of.
    `refers_to` names the tables whose ids the value must be one of.
    `late` columns, those that every thing has, stand at the end of a file.
    """

    name: str
    type: Any
    unit: str
    meaning: str
    default: Any = REQUIRED
    ge: float | None = None
    gt: float | None = None
    le: float | None = None
    lt: float | None = None
    usual: tuple[float, float] | None = None
    refers_to: tuple[str, ...] = ()
    late: bool = False

    @property
    def required(self) -> bool:
        """Whether a row must give a value."""
        return self.default is REQUIRED

    @property
    def is_figure(self) -> bool:
        """Whether the value is a quantity that needs a provenance: a number or a curve with a unit."""
        return bool(self.unit)

    @property
    def optional(self) -> bool:
        """Whether an empty cell means None."""
        return type(None) in typing.get_args(self.type)

    @property
    def core_type(self) -> Any:
        """The type without `None`."""
        if typing.get_origin(self.type) in (typing.Union, types.UnionType):
            return next(a for a in typing.get_args(self.type) if a is not type(None))
        return self.type


def column(
    unit: str = "",
    meaning: str = "",
    *,
    default: Any = REQUIRED,
    ge: float | None = None,
    gt: float | None = None,
    le: float | None = None,
    lt: float | None = None,
    usual: tuple[float, float] | None = None,
    refers_to: str | tuple[str, ...] = (),
    late: bool = False,
) -> Any:
    """Declare a dataclass field as a column; the arguments are those of `Column`."""
    metadata = dict(
        unit=unit,
        meaning=meaning,
        ge=ge,
        gt=gt,
        le=le,
        lt=lt,
        usual=usual,
        refers_to=(refers_to,) if isinstance(refers_to, str) else refers_to,
        late=late,
    )
    return dataclasses.field(default=dataclasses.MISSING if default is REQUIRED else default, metadata=metadata)


@cache
def columns_of(kind: type) -> tuple[Column, ...]:
    """Return the columns of a dataclass whose fields were declared with `column`, in file order."""
    hints = typing.get_type_hints(kind)
    columns = [
        Column(name=f.name, type=hints[f.name], default=_default_of(f), **f.metadata)
        for f in dataclasses.fields(kind)
        if f.metadata
    ]
    return tuple(sorted(columns, key=lambda c: c.late))


def _default_of(field: dataclasses.Field[Any]) -> Any:
    return REQUIRED if field.default is dataclasses.MISSING else field.default


def parsed(column_: Column, text: str) -> Any:
    """Read a cell's text as the column's type; an empty cell is the column's default.

    Numbers are plain ASCII ones: no thousands separators, no `1_000`, no `nan`. Raises ValueError with a sentence
    that says what would be right.
    """
    text = text.strip()
    if text == "":
        if column_.optional or not column_.required:
            return None if column_.optional and column_.required else column_.default
        raise ValueError("a value is required")
    return _parser_of(column_.core_type)(text)


def printed(value: Any) -> str:
    """Write a value as a cell's text, such that `parsed` gives it back exactly.

    A text must have no blanks at its ends, for those do not count in a cell.
    """
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case StrEnum():
            return value.value
        case float():
            return repr(float(value))
        case datetime():
            return value.isoformat(sep=" ", timespec="auto" if value.second or value.microsecond else "minutes")
        case date():
            return value.isoformat()
        case tuple():
            return ";".join(":".join(printed(p) for p in v) if isinstance(v, tuple) else printed(v) for v in value)
        case _:
            return str(value)


NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
WHOLE = re.compile(r"[+-]?[0-9]{1,18}")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
MOMENT = re.compile(rf"{DAY.pattern}([ T][0-9]{{2}}:[0-9]{{2}}(:[0-9]{{2}}(\.[0-9]{{1,6}})?)?)?")
Day = TypeVar("Day", date, datetime)
EXACT_MAX = 2**53
"""Below it every whole number is a float of its own."""


def _number(text: str) -> float:
    if re.fullmatch(r"[+-]?(nan|inf|infinity)", text, re.IGNORECASE):
        raise ValueError("not a finite number; leave the cell empty where nothing is known")
    if not NUMBER.fullmatch(text):
        raise ValueError("not a number; write it with a point and without thousands separators, such as 1250.5")
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise ValueError("not a finite number; it is larger than a computer can count")
    return value


def _integer(text: str) -> int:
    if WHOLE.fullmatch(text):
        return int(text)
    value = _number(text)
    if value != int(value):
        raise ValueError("not a whole number")
    if abs(value) >= EXACT_MAX:
        raise ValueError("too large for a whole number; write at most 18 digits")
    return int(value)


def _boolean(text: str) -> bool:
    answer = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}.get(text.lower())
    if answer is None:
        raise ValueError("neither true nor false")
    return answer


def _date(text: str) -> date:
    if re.fullmatch("[0-9]{4}", text):
        text += "-12-31"
    try:
        return _as_written(DAY, text, date.fromisoformat)
    except ValueError:
        raise ValueError("not a date; write 2025-12-31 (a year alone, 2025, means its 31 December)") from None


def _datetime(text: str) -> datetime:
    try:
        zoned = datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        zoned = False
    if zoned:
        raise ValueError("has a time zone, but the park's local time is meant; write 2025-03-03 18:00")
    try:
        return _as_written(MOMENT, text, datetime.fromisoformat)
    except ValueError:
        raise ValueError("not a local time; write 2025-03-03 18:00") from None


def _as_written(form: re.Pattern[str], text: str, read: Callable[[str], Day]) -> Day:
    """Read what has one form only: the standard's weeks, ordinals and dashless dates are more often slips."""
    if not form.fullmatch(text):
        raise ValueError
    return read(text)


def _choice(kind: type[StrEnum]) -> Callable[[str], StrEnum]:
    def read(text: str) -> StrEnum:
        try:
            return kind(text)
        except ValueError:
            raise ValueError(f"not one of {', '.join(k.value for k in kind)}") from None

    return read


def _sequence(item: Any) -> Callable[[str], tuple[Any, ...]]:
    if typing.get_origin(item) is tuple:
        readers = [_parser_of(i) for i in typing.get_args(item)]

        def read_point(text: str) -> tuple[Any, ...]:
            parts = text.split(":")
            if len(parts) != len(readers):
                raise ValueError(f"not a list of points of {len(readers)} numbers, such as 0.4:10.9;1.0:9.8")
            return tuple(r(p.strip()) for r, p in zip(readers, parts, strict=True))

        return lambda text: tuple(read_point(p) for p in text.split(";"))
    reader = _parser_of(item)
    return lambda text: tuple(reader(p.strip()) for p in text.split(";"))


def _parser_of(kind: Any) -> Callable[[str], Any]:
    if typing.get_origin(kind) is tuple:
        return _sequence(typing.get_args(kind)[0])
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return _choice(kind)
    table: dict[Any, Callable[[str], Any]] = {
        str: str,
        float: _number,
        int: _integer,
        bool: _boolean,
        date: _date,
        datetime: _datetime,
    }
    return table[kind]
