"""Cells: what `printed` writes `parsed` reads back, for every column of the park; what is no value is refused."""

import dataclasses
import typing
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from holin.columns import REQUIRED, Basis, Column, column, columns_of, parsed, printed
from holin.park import KINDS, ParkFacts, Stage

COLUMNS = {
    f"{table}.{c.name}": c
    for table, kind in {**KINDS, "park": ParkFacts, "stage": Stage}.items()
    for c in columns_of(kind)
}

PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    float: st.floats(allow_nan=False, allow_infinity=False),
    int: st.integers(-(10**18) + 1, 10**18 - 1),
    bool: st.booleans(),
    date: st.dates(),
    datetime: st.datetimes().map(lambda t: t.replace(fold=0)),
    str: st.text(min_size=1).map(str.strip).filter(bool),
}


def values_of(kind: Any) -> st.SearchStrategy[Any]:
    """Values that a column of this type can hold; an empty list is the default of its column or no value."""
    if typing.get_origin(kind) is tuple:
        items = typing.get_args(kind)
        if items[-1] is Ellipsis:
            return st.lists(values_of(items[0]), min_size=1, max_size=12).map(tuple)
        return st.tuples(*map(values_of, items))
    return st.sampled_from(kind) if issubclass(kind, StrEnum) else PLAIN[kind]


def of_type(kind: Any, default: Any = REQUIRED) -> Column:
    return Column(name="x", type=kind, unit="1", meaning="a test", default=default)


# ---- round trip -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", sorted({c.core_type for c in COLUMNS.values()}, key=str), ids=str)
@given(data=st.data())
def test_every_type_of_the_park_reads_back_what_was_printed(kind: Any, data: st.DataObject) -> None:
    value = data.draw(values_of(kind))
    again = parsed(of_type(kind), printed(value))
    assert again == value
    assert type(again) is type(value)
    assert repr(again) == repr(value)  # tells -0.0 from 0.0, and a number from a truth value inside a list


def test_an_empty_cell_is_the_default() -> None:
    wrong = []
    for name, column_ in COLUMNS.items():
        if column_.required and not column_.optional:
            with pytest.raises(ValueError, match="required"):
                parsed(column_, "  ")
        elif parsed(column_, "") != (None if column_.required else column_.default):
            wrong.append(name)
    assert wrong == []


def test_every_default_reads_back() -> None:
    given = {name: c for name, c in COLUMNS.items() if not c.required}
    assert len(given) > 100
    assert [name for name, c in given.items() if parsed(c, printed(c.default)) != c.default] == []


def test_where_an_empty_cell_may_be_none_it_means_nothing_else() -> None:
    optional = {name: c for name, c in COLUMNS.items() if c.optional and not c.required}
    assert len(optional) > 100
    assert [name for name, c in optional.items() if c.default is not None] == []


@pytest.mark.parametrize("value", [np.float64(0.1), np.float64(-1e-300), np.int64(12), np.bool_(True)])
def test_figures_of_arrays_are_printed_as_plain_ones(value: Any) -> None:
    assert parsed(of_type(type(value.item())), printed(value)) == value


# ---- numbers ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"),
    [("0", 0.0), ("-3", -3.0), ("+4.5", 4.5), (".5", 0.5), ("5.", 5.0), ("1e3", 1000.0), ("2.5E-3", 0.0025),
     ("\u00a07 ", 7.0), ("007", 7.0)],
)  # fmt: skip
def test_plain_numbers_are_read(text: str, value: float) -> None:
    assert parsed(of_type(float), text) == value


NO_NUMBERS = [
    "1_000", "1,000", "1 000", "1\u2009000", "1'000", "1.000.000", "1,5", "0x10", "0b1", "1e", "e5", "--1", "1-", ".",
    "１２", "1２", "٣", "½", "²", "12 MW", "5%", "1e5.5", "=1+1", "true", "1;2", "−1",
]  # fmt: skip


@pytest.mark.parametrize("kind", [float, int], ids=["float", "int"])
@pytest.mark.parametrize("text", NO_NUMBERS)
def test_what_is_no_plain_number_is_refused_with_what_would_be_right(kind: type, text: str) -> None:
    with pytest.raises(ValueError, match=r"^not a number; write it with a point and without thousands separators"):
        parsed(of_type(kind), text)


@pytest.mark.parametrize("kind", [float, int], ids=["float", "int"])
@pytest.mark.parametrize("text", ["nan", "NaN", "-nan", "inf", "-Inf", "Infinity", "1e999", "-1e400"])
def test_what_is_not_finite_is_refused(kind: type, text: str) -> None:
    with pytest.raises(ValueError, match=r"^not a finite number; "):
        parsed(of_type(kind), text)


@pytest.mark.parametrize(
    ("text", "value"), [("12", 12), ("12.0", 12), ("1.2e1", 12), ("123456789012345678", 123456789012345678)]
)
def test_whole_numbers_are_exact(text: str, value: int) -> None:
    assert parsed(of_type(int), text) == value
    assert type(parsed(of_type(int), text)) is int


@pytest.mark.parametrize("text", ["12.5", "1e-3"])
def test_a_fraction_is_not_a_whole_number(text: str) -> None:
    with pytest.raises(ValueError, match="not a whole number"):
        parsed(of_type(int), text)


@pytest.mark.parametrize("text", ["1234567890123456789", "1e18", "9" * 5000, "9007199254740993.0"])
def test_a_whole_number_that_would_be_rounded_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"at most 18 digits|not a finite number"):
        parsed(of_type(int), text)


@given(st.text())
def test_any_text_is_read_as_a_finite_number_or_refused_with_a_remedy(text: str) -> None:
    try:
        value = parsed(of_type(float), text)
    except ValueError as error:
        assert str(error).startswith(("not a number; ", "not a finite number; ", "a value is required"))
    else:
        assert np.isfinite(value) and text.strip().isascii()


# ---- dates and times --------------------------------------------------------------------------------------------


def test_a_year_alone_is_its_last_day() -> None:
    assert parsed(of_type(date), "2025") == date(2025, 12, 31)


@pytest.mark.parametrize(
    "text",
    ["20251231", "2025-W01-1", "2025-13-01", "2025-02-29", "31.12.2025", "2025/12/31", "2025-1-1", "0000", "２０２５",
     "²²²²", "2025-12-31 00:00", "12-31", "tomorrow", "45000"],
)  # fmt: skip
def test_a_date_has_one_form(text: str) -> None:
    with pytest.raises(ValueError, match=r"^not a date; write 2025-12-31 "):
        parsed(of_type(date), text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2025-03-03", datetime(2025, 3, 3)),
        ("2025-03-03 18:05", datetime(2025, 3, 3, 18, 5)),
        ("2025-03-03T18:05:30", datetime(2025, 3, 3, 18, 5, 30)),
        ("2025-03-03 18:05:30.25", datetime(2025, 3, 3, 18, 5, 30, 250_000)),
    ],
)
def test_local_times(text: str, value: datetime) -> None:
    assert parsed(of_type(datetime), text) == value


@pytest.mark.parametrize(
    "text", ["20250303T1800", "2025-W10-1", "2025-03-03 18", "2025-03-03 24:01", "2025-03-03 6:00", "18:00", "2025"]
)
def test_a_time_has_one_form(text: str) -> None:
    with pytest.raises(ValueError, match=r"^not a local time; write 2025-03-03 18:00"):
        parsed(of_type(datetime), text)


@pytest.mark.parametrize("text", ["2025-03-03 18:00Z", "2025-03-03T18:00+08:00"])
def test_a_time_with_a_zone_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="has a time zone, but the park's local time is meant"):
        parsed(of_type(datetime), text)


def test_seconds_are_printed_where_there_are_any() -> None:
    assert printed(datetime(2025, 3, 3, 18)) == "2025-03-03 18:00"
    assert printed(datetime(2025, 3, 3, 18, 0, 30)) == "2025-03-03 18:00:30"


# ---- choices, truth, lists --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"), [("true", True), ("YES", True), ("1", True), ("False", False), ("0", False)]
)
def test_truth(text: str, value: bool) -> None:
    assert parsed(of_type(bool), text) is value


@pytest.mark.parametrize("text", ["2", "y", "wahr", "是"])
def test_what_is_neither_true_nor_false(text: str) -> None:
    with pytest.raises(ValueError, match="neither true nor false"):
        parsed(of_type(bool), text)


def test_a_choice_names_all_choices() -> None:
    with pytest.raises(ValueError, match="not one of published, derived, assumed, synthetic, measured"):
        parsed(of_type(Basis), "guessed")


def test_points_are_pairs() -> None:
    curve = of_type(tuple[tuple[float, float], ...])
    assert parsed(curve, " 3:0; 12:1 ;25:1") == ((3.0, 0.0), (12.0, 1.0), (25.0, 1.0))
    for text in ("3;12", "3:0:1", "3:0;12"):
        with pytest.raises(ValueError, match="not a list of points of 2 numbers"):
            parsed(curve, text)


@pytest.mark.parametrize("text", ["1;2;", ";1", "1;;2", "1,2", "1；2"])
def test_a_list_has_no_gaps(text: str) -> None:
    with pytest.raises(ValueError, match="not a number"):
        parsed(of_type(tuple[float, ...]), text)


# ---- declarations -----------------------------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True, kw_only=True)
class Early:
    last: str = column(meaning="stands at the end", default="", late=True)
    first_mw: float = column("MW", "a figure", ge=0)
    hidden: int = 0


def test_columns_stand_in_file_order() -> None:
    assert [c.name for c in columns_of(Early)] == ["first_mw", "last"]
    first, last = columns_of(Early)
    assert (first.required, first.is_figure, first.ge) == (True, True, 0)
    assert (last.required, last.is_figure, last.default) == (False, False, "")


UNITS = {
    "_mw": "MW", "_mwh": "MWh", "_kv": "kV", "_ka": "kA", "_km": "km", "_mvar": "Mvar", "_mva": "MVA", "_pu": "p.u.",
}  # fmt: skip


@pytest.mark.parametrize("suffix", UNITS)
def test_a_name_carries_its_unit(suffix: str) -> None:
    named = {name: c.unit for name, c in COLUMNS.items() if c.name.endswith(suffix) and "_per_" not in c.name}
    assert named and set(named.values()) == {UNITS[suffix]}, named


def test_every_column_has_a_meaning_and_refers_to_tables_that_exist() -> None:
    assert [name for name, c in COLUMNS.items() if not c.meaning or c.name != c.name.lower()] == []
    assert [name for name, c in COLUMNS.items() if not set(c.refers_to) <= set(KINDS)] == []
