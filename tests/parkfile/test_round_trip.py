"""What is written reads back the same: folder and workbook, any park, to the last bit."""

# ruff: noqa: E501  (a case is a row of a table)

import dataclasses
import typing
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from parkfile_cases import full_park

from holin.columns import Column, columns_of
from holin.errors import BadInput
from holin.park import ATTRIBUTES, KINDS, Park, Series
from holin.parkfile import faults_of_park, read_park, write_park

GOOD = full_park()
LOCKED = {
    "id", "bus", "bus_from", "bus_to", "bus_1", "bus_2", "bus_3", "element", "built", "retired", "start", "end",
    "stage", "low", "high", "table", "row_id", "field", "file", "header", "vector_group", "v_nom_kv", "power_curve", "heat_rate_points",
    "v_from_kv", "v_to_kv", "v_1_kv", "v_2_kv", "v_3_kv", "closed", "time_zone", "currency", "default_stage", "v_set_pu",
    "choice", "template",
}  # fmt: skip
"""Columns whose values must fit those of other rows; the others may take any value that they allow."""

TEXTS = st.text(st.characters(exclude_categories=("C", "Z"), include_characters=" "), max_size=12).map(str.strip)


def values_of(column: Column) -> st.SearchStrategy[Any] | None:
    """Any value of a column, None where it is not free."""
    kind = column.core_type
    if column.refers_to or column.name in LOCKED or typing.get_origin(kind) is tuple:
        return None
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return st.sampled_from(list(kind))
    if kind is str:
        return TEXTS.filter(lambda text: text != "" or column.default == "")
    if kind is bool:
        return st.booleans()
    return None


def nudged(value: float, steps: int) -> float:
    """The float that lies some last bits above."""
    for _ in range(steps):
        value = float(np.nextafter(value, np.inf))
    return value


@st.composite
def parks(draw: st.DrawFn) -> Park:
    """Parks of the shape of the good one: other texts, choices, series, numbers other in their last bits."""
    changed: dict[str, Any] = {}
    for table, kind in KINDS.items():
        things = getattr(GOOD, ATTRIBUTES[table])
        if not things or not draw(st.booleans()):
            continue
        row = draw(st.integers(0, len(things) - 1))
        new = {c.name: draw(s) for c in columns_of(kind) if (s := values_of(c)) is not None and draw(st.booleans())}
        for column in columns_of(kind):
            old = getattr(things[row], column.name)
            if column.core_type is float and old and column.name not in LOCKED and old not in (column.le, column.lt):
                new[column.name] = nudged(old, draw(st.integers(0, 3)))
        changed[ATTRIBUTES[table]] = (*things[:row], dataclasses.replace(things[row], **new), *things[row + 1 :])
    if "rules" in changed:
        changed["rules"] = tuple(dataclasses.replace(r, value=min(r.value, 1.0)) for r in changed["rules"])
    values = draw(st.lists(st.floats(0, 1), min_size=2, max_size=30))
    start = draw(st.datetimes(datetime(1971, 1, 1), datetime(2100, 1, 1)))
    time = np.datetime64(start.replace(minute=0, second=0, microsecond=0), "ns") + np.arange(
        len(values)
    ) * np.timedelta64(3600, "s")
    heat = dataclasses.replace(GOOD.series[2], time=time, values=np.array(values))
    wind = [dataclasses.replace(s, time=time, values=np.array(values[::-1])) for s in GOOD.series[:2]]
    zone = draw(st.sampled_from(("Asia/Shanghai", "Europe/Berlin", "America/St_Johns", "UTC")))
    facts = dataclasses.replace(GOOD.facts, time_zone=zone, name=draw(TEXTS), synthetic_zh=draw(TEXTS))
    return dataclasses.replace(
        GOOD, facts=facts, series=(*wind, heat), **{k: v for k, v in changed.items() if k != "series"}
    )


@pytest.mark.parametrize("name", ["park", "park.xlsx"])
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(park=parks())
def test_any_park_reads_back_the_same(name: str, tmp_path: Path, park: Park) -> None:
    written = write_park(park, tmp_path / name, overwrite=True)
    assert read_park(written) == park


def test_folder_and_workbook_are_the_same_park(good: Path, tmp_path: Path) -> None:
    assert read_park(good) == GOOD
    workbook = write_park(read_park(good), tmp_path / "park.xlsx")
    assert faults_of_park(workbook) == []
    again = write_park(read_park(workbook), tmp_path / "again")
    for file in sorted(p.relative_to(good) for p in good.rglob("*.*")):
        if file.suffix != ".parquet":
            assert (again / file).read_bytes() == (good / file).read_bytes(), file


# 0.1 + 0.2 needs 17 digits; 5e-324 is the least double; Excel itself shows 15 digits.
@pytest.mark.parametrize("number", [0.1 + 0.2, 1 / 3, 5e-324, 1.7976931348623157e308, -0.0, 1e16, 123456789.12345679])
def test_numbers_keep_their_last_bit_in_a_workbook(number: float, tmp_path: Path) -> None:
    first = dataclasses.replace(GOOD.buses[0], diagram_x=number)
    park = dataclasses.replace(GOOD, buses=(first, *GOOD.buses[1:]))
    read = read_park(write_park(park, tmp_path / "park.xlsx")).buses[0].diagram_x
    assert read is not None and np.float64(read).tobytes() == np.float64(number).tobytes()


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "007", "2025-01-01", "TRUE", "_x0041_", "#N/A", "北风", "a,b", 'say "x"', "'"]
)
@pytest.mark.parametrize("name", ["park", "park.xlsx"])
def test_texts_stay_texts(text: str, name: str, tmp_path: Path) -> None:
    park = dataclasses.replace(GOOD, buses=(dataclasses.replace(GOOD.buses[0], name=text), *GOOD.buses[1:]))
    assert read_park(write_park(park, tmp_path / name)).buses[0].name == text


def test_a_workbook_edited_by_hand_reads_as_meant(tmp_path: Path) -> None:
    path = write_park(GOOD, tmp_path / "park.xlsx")
    book = openpyxl.load_workbook(path)
    book["park"].cell(2, 7).value = 0.07
    book["stage"].cell(2, 1).value, book["stage"].cell(2, 2).value = 2024, 2024
    built = next(c.column for c in book["wind_farm"][1] if c.value == "built")
    book["wind_farm"].cell(2, built).value = datetime(2023, 7, 1)
    book["outage"].cell(2, 5).value = datetime(2025, 6, 10, 9, 30)
    book.create_sheet("Notiz")
    book.save(path)
    park = read_park(path)
    assert park.facts.discount_rate == 0.07
    assert (park.stages[0].name, park.stages[0].as_of) == ("2024", date(2024, 12, 31))
    assert park.wind_farms[0].built == date(2023, 7, 1)
    assert park.outages[0].start == datetime(2025, 6, 10, 9, 30)
    assert [(f.file, f.severity) for f in faults_of_park(path)] == [("park.xlsx[Notiz]", "warning")]


@pytest.mark.parametrize(
    ("spoil", "file", "words"),
    [
        (lambda b: b["bus"].cell(3, 1, "b-grid"), "park.xlsx[bus]", "stands already"),
        (lambda b: b["bus"].cell(3, 5, "=1/0"), "park.xlsx[bus]", "never computed"),
        (lambda b: b["load"].cell(1, 6, "load_mW"), "park.xlsx[load]", "did you mean 'load_mw'"),
        (lambda b: b.remove(b["park"]), "park.xlsx[park]", "is missing"),
        (lambda b: b.remove(b["series_wind.csv"]), "park.xlsx[series]", "sheet is missing"),
        (lambda b: setattr(b["bus"], "title", "busses"), "park.xlsx[busses]", "did you mean 'bus'?"),
        (lambda b: b["series_wind.csv"].delete_rows(9), "park.xlsx[series_wind.csv]", "missing before it"),
        (lambda b: b["series_wind.csv"].delete_cols(2), "park.xlsx[series]", "no such column"),
    ],
)
def test_faults_of_a_workbook_name_the_sheet(spoil: Any, file: str, words: str, tmp_path: Path) -> None:
    path = write_park(GOOD, tmp_path / "park.xlsx")
    book = openpyxl.load_workbook(path)
    spoil(book)
    book.save(path)
    assert any(f.file == file and words in str(f) and f.severity == "error" for f in faults_of_park(path))


def test_a_byte_order_mark_and_dos_line_ends_change_nothing(good: Path, tmp_path: Path) -> None:
    for file in (p for p in good.rglob("*.*") if p.suffix in (".csv", ".toml")):
        copy = tmp_path / "park" / file.relative_to(good)
        copy.parent.mkdir(exist_ok=True, parents=True)
        copy.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n"))
    (tmp_path / "park/series/heat.parquet").write_bytes((good / "series/heat.parquet").read_bytes())
    assert read_park(tmp_path / "park") == GOOD


def test_columns_may_stand_in_any_order(good: Path, tmp_path: Path) -> None:
    folder = write_park(GOOD, tmp_path / "park")
    lines = [line.split(",")[::-1] for line in (good / "fuel.csv").read_text().split()]
    (folder / "fuel.csv").write_text("\n".join(",".join(line) for line in lines))
    assert read_park(folder) == GOOD


# ---- writing is all or nothing ------------------------------------------------------------------------------------


def test_an_existing_path_is_not_overwritten(tmp_path: Path) -> None:
    for name in ("park", "park.xlsx"):
        write_park(GOOD, tmp_path / name)
        with pytest.raises(BadInput, match="exists already; choose another name"):
            write_park(GOOD, tmp_path / name)


def test_overwriting_keeps_foreign_files_and_drops_old_tables(tmp_path: Path) -> None:
    folder = write_park(GOOD, tmp_path / "park")
    (folder / "my notes.md").write_text("keep me")
    write_park(dataclasses.replace(GOOD, provenance=()), folder, overwrite=True)
    assert (folder / "my notes.md").read_text() == "keep me"
    assert not (folder / "provenance.csv").exists()
    assert [p.name for p in tmp_path.iterdir()] == ["park"]


def test_what_is_no_park_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "a.jpg").write_bytes(b"x")
    with pytest.raises(BadInput, match="not a park folder"):
        write_park(GOOD, tmp_path / "photos", overwrite=True)
    assert (tmp_path / "photos" / "a.jpg").read_bytes() == b"x"


HOURS = GOOD.series[0].time


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"facts": dataclasses.replace(GOOD.facts, name="two\nlines")}, "park.csv:2 name"),
        ({"fuels": (dataclasses.replace(GOOD.fuels[0], name=" x"),)}, "fuel.csv:2 name = ' x'"),
        ({"fuels": (dataclasses.replace(GOOD.fuels[0], price_per_gj=float("nan")),)}, "fuel.csv:2 price_per_gj"),
        ({"transformers": (dataclasses.replace(GOOD.transformers[0], vector_group=""),)}, "vector_group"),
        ({"series": (dataclasses.replace(GOOD.series[0], file="../wind.csv"),)}, "leaves the park folder"),
        ({"series": (dataclasses.replace(GOOD.series[0], file="bus.csv"),)}, "the name of a table"),
        ({"series": (dataclasses.replace(GOOD.series[0], header="time"),)}, "header of the times"),
        ({"series": (dataclasses.replace(GOOD.series[0], values=np.full(len(HOURS), np.nan)),)}, "hours without a value"),
        ({"series": (GOOD.series[0], dataclasses.replace(GOOD.series[1], time=HOURS + np.timedelta64(1, "h")))}, "other hours"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["park", "park.xlsx"])
def test_what_would_not_read_back_is_not_written(name: str, change: dict[str, Any], words: str, tmp_path: Path) -> None:
    with pytest.raises(BadInput) as raised:
        write_park(dataclasses.replace(GOOD, **change), tmp_path / name)
    assert words in str(raised.value)
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_left_when_writing_fails_midway(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("holin.parkfile.write.pq.write_table", fail)
    with pytest.raises(OSError, match="disk full"):
        write_park(GOOD, tmp_path / "park")
    assert list(tmp_path.iterdir()) == []


# The clocks of Berlin stood twice at 02:00 on 26 October 2025 (Directive 2000/84/EC): written with offset, it is kept.
def test_the_doubled_hour_of_summer_time_survives(tmp_path: Path) -> None:
    time = np.datetime64("2025-10-25T22:00", "ns") + np.arange(6) * np.timedelta64(3_600_000_000_000, "ns")
    series = Series(id="s", file="s.csv", header="v", time=time, values=np.arange(6) / 10)
    park = dataclasses.replace(
        GOOD, facts=dataclasses.replace(GOOD.facts, time_zone="Europe/Berlin"), series=(*GOOD.series, series)
    )
    folder = write_park(park, tmp_path / "park")
    text = (folder / "s.csv").read_text()
    assert "2025-10-26 02:00:00+02:00" in text and "2025-10-26 02:00:00+01:00" in text
    assert read_park(folder) == park
    lines = [line.partition("+")[0] + line[line.find(",") :] for line in text.splitlines()[1:] if ":00+01" in line]
    (folder / "s.csv").write_text("time,v\n" + "\n".join(lines[1:]) + "\n")
    assert read_park(folder).series[-1].time[0] == np.datetime64("2025-10-26T02:00", "ns")
    assert np.diff(read_park(folder).series[-1].time).max() == np.timedelta64(1, "h")
