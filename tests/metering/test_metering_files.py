"""Files of readings: clocks that change, and every fault at once with its row, value and remedy."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from metering_parks import GOLDEN, in_zone, meter_park, write_rows

from holin.errors import BadInput
from holin.metering import Kind, judged_readings, metering_of, read_readings

BERLIN = in_zone(meter_park(), "Europe/Berlin")


def read(path: Path, text: str, park=None):
    path.write_text(text, encoding="utf-8")
    return read_readings([path], park or meter_park())


def faults(path: Path, text: str, park=None) -> list[tuple[int | None, str | None, str | None, str]]:
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput) as found:
        read_readings([path], park or meter_park())
    return [(f.row, f.field, f.value, f.problem) for f in found.value.faults]


def hours(readings) -> list[str]:
    return [str(t.astype("datetime64[m]")) for t in readings.rows["time"].to_numpy()]


# ---- times ------------------------------------------------------------------------------------------------------


def test_the_hour_that_comes_twice_is_told_by_its_offset(tmp_path: Path) -> None:
    found = read(
        tmp_path / "r.csv",
        "meter,time,e_out_kwh\nP,2025-10-26 02:00+02:00,1\nP,2025-10-26 02:00+01:00,2\nP,2025-10-26T03:00+01:00,3\n",
        BERLIN,
    )
    assert hours(found) == ["2025-10-26T00:00", "2025-10-26T01:00", "2025-10-26T02:00"]


def test_the_hour_that_comes_twice_is_told_by_order_and_that_is_said(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    quarters = "".join(f"m-w,2025-10-26 02:{m:02d},{k}\n" for k, m in enumerate((0, 15, 30, 45, 0, 15, 30, 45)))
    path.write_text("meter,time,e_out_kwh\nm-w,2025-10-26 01:45,9\n" + quarters + "m-w,2025-10-26 03:00,9\n")
    found, said = judged_readings([path], BERLIN)
    assert found is not None
    start = np.datetime64("2025-10-25T23:45")
    assert hours(found) == [str(start + 15 * k * np.timedelta64(1, "m")) for k in range(10)]
    assert [(f.row, f.severity) for f in said] == [(3, "warning")]
    assert "comes twice in Europe/Berlin; told apart by the order" in said[0].problem


def test_a_local_time_that_comes_twice_but_stands_once_is_refused(tmp_path: Path) -> None:
    [(row, field, value, problem)] = faults(
        tmp_path / "r.csv", "meter,time,e_out_kwh\nP,2025-10-26 02:00,1\nP,2025-10-26 03:00,2\n", BERLIN
    )
    assert (row, field, value) == (2, "time", "2025-10-26 02:00")
    assert "comes twice in Europe/Berlin, and which one is meant is not said" in problem


def test_the_hour_that_the_clocks_skip_is_refused(tmp_path: Path) -> None:
    [(row, field, value, problem)] = faults(
        tmp_path / "r.csv", "meter,time,e_out_kwh\nP,2025-03-30 01:00,1\nP,2025-03-30 02:30,2\n", BERLIN
    )
    assert (row, field, value) == (3, "time", "2025-03-30 02:30")
    assert problem == "this local time does not exist in Europe/Berlin"


def test_a_day_of_25_hours_keeps_all_its_energy(tmp_path: Path) -> None:
    local = [f"2025-10-26 {h:02d}:00" for h in (0, 1, 2, 2, *range(3, 24))]
    path = write_rows(tmp_path / "r.csv", [{"meter": "P", "time": t, "e_out_kwh": 10 + k} for k, t in enumerate(local)])
    table = metering_of(read_readings([path], BERLIN)).table
    assert table["energy_out_wh"].values[:, 0].tolist() == [1000.0 * (10 + k) for k in range(25)]
    assert str(table["time"].values[0].astype("datetime64[m]")) == "2025-10-25T22:00"
    assert table["certifiable"].values.all()


def test_a_leap_second_is_the_second_after_it(tmp_path: Path) -> None:
    found = read(tmp_path / "r.csv", "meter,time,e_out_kwh\nP,2016-12-31 23:59:60Z,1\n")
    assert hours(found) == ["2017-01-01T00:00"]


def test_hours_of_india_begin_at_half_past(tmp_path: Path) -> None:
    park = in_zone(meter_park(), "Asia/Kolkata")
    table = metering_of(read(tmp_path / "r.csv", "meter,time,e_out_kwh\nP,2025-03-03 06:00,7\n", park)).table
    assert str(table["time"].values[0].astype("datetime64[m]")) == "2025-03-03T00:30"
    assert table["certifiable"].values.tolist() == [[1.0]]


# ---- faults -----------------------------------------------------------------------------------------------------


def test_every_fault_at_once_with_row_value_and_remedy(tmp_path: Path) -> None:
    found = faults(
        tmp_path / "r.csv",
        "meter,time,e_out_kwh,soc_mwh,interval_min,quality,known_since,origin,kind\n"
        "m-x,2025-03-03 00:00Z,1,,,,,,\n"
        "P,yesterday,1,,,,,,\n"
        'P,2025-03-03 02:00Z,"1,5",,,,,,\n'
        "P,2025-03-03 03:00Z,1,4,,,,,\n"
        "P,2025-03-03 04:00Z,1,,90,,,,\n"
        "P,2025-03-03 05:00Z,1,,,god,,,\n"
        "P,2025-03-03 06:00Z,1,,,,2025-03-03 08:00,,\n"
        "P,2025-03-03 07:00Z,1,,,,,guess,\n"
        "P,2025-03-03 08:00Z,1,,,,,,true\n"
        "S,2025-03-03 08:00Z,1,-1,,,,,\n",
    )
    assert [(row, field, value) for row, field, value, _ in found] == [
        (2, "meter", "m-x"), (3, "time", "yesterday"), (4, "e_out_kwh", "1,5"), (5, "soc_mwh", "4"),
        (6, "interval_min", "90"), (7, "quality", "god"), (8, "known_since", "2025-03-03 08:00"),
        (9, "origin", "guess"), (10, "kind", "true"), (11, "soc_mwh", "-1"),
    ]  # fmt: skip
    assert found[6][3] == "the time has no offset, so it may be local or UTC"


def test_one_fault_in_many_rows_is_said_once(tmp_path: Path) -> None:
    [(row, _, value, problem)] = faults(tmp_path / "r.csv", "meter,time,e_out_kwh\n" + "W-1,2025-03-03 00:00Z,1\n" * 30)
    assert (row, value, problem) == (
        2, "W-1", "the park has no meter and no unit of this name (and so in 29 rows more)"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("header", "field", "problem"),
    [
        ("meter,time,e_out_kwh,qualty", "qualty", "an unknown column"),
        ("meter,time,e_out_kwh,time", "time", "the column stands twice"),
        ("meter,e_out_kwh", "time", "missing column"),
        ("meter,time,quality", None, "the file has no column of values"),
    ],
)
def test_wrong_columns_are_named(tmp_path: Path, header: str, field: str | None, problem: str) -> None:
    [(row, named, _, said)] = faults(tmp_path / "r.csv", header + "\n")
    assert (row, named, said) == (1, field, problem)


def test_registers_and_energies_of_one_meter_are_refused(tmp_path: Path) -> None:
    rows = ("P,2025-03-03 00:00Z,1,", "P,2025-03-03 01:00Z,,5", "W,2025-03-03 01:00Z,1,5")
    text = "\n".join(("meter,time,e_out_kwh,register_out_kwh", *rows))
    said = [(row, problem) for row, _, _, problem in faults(tmp_path / "r.csv", text)]
    assert said == [
        (2, "the meter has registers and energies (and so in 1 rows more)"),
        (4, "registers and energies in one row"),
    ]


def test_rows_of_other_lengths_bad_bytes_and_empty_files_are_named(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    assert faults(path, "meter,time,e_out_kwh\nP,2025-03-03 00:00Z\nP,2025-03-03 00:00Z,1,2\n") == [
        (2, None, None, "2 cells"), (3, None, None, "4 cells"),
    ]  # fmt: skip
    assert [f[3] for f in faults(path, "meter,time,e_out_kwh\n")] == ["the file has no readings"]
    path.write_bytes(b"meter,time,e_out_kwh\nP,2025-03-03 00:00Z,1\n\xff\n")
    with pytest.raises(BadInput) as found:
        read_readings([path], meter_park())
    assert [(f.row, f.problem) for f in found.value.faults] == [(3, "not UTF-8")]
    with pytest.raises(BadInput, match="no such file"):
        read_readings([tmp_path / "gone.csv", tmp_path / "gone.parquet"], meter_park())


def test_faults_of_all_files_come_together(tmp_path: Path) -> None:
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text("meter,time,e_out_kwh\nX9,2025-03-03 00:00Z,1\n")
    with pytest.raises(BadInput) as found:
        read_readings([tmp_path / "a.csv", tmp_path / "b.csv"], meter_park())
    assert [f.file for f in found.value.faults] == ["a.csv", "b.csv"]


def test_a_quoted_file_with_blank_lines_and_a_mark_is_read(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_bytes('\ufeffmeter,time,e_out_kwh\r\n\r\n"P",2025-03-03 00:00Z,1\r\n\r\n'.encode())
    assert hours(read_readings([path], meter_park())) == ["2025-03-03T00:00"]


def test_blank_lines_at_the_end_are_no_rows(tmp_path: Path) -> None:
    found = read(tmp_path / "r.csv", "meter,time,e_out_kwh\r\nP,2025-03-03 00:00Z,1\r\n\r\n\r\n")
    assert hours(found) == ["2025-03-03T00:00"]


# ---- kinds and forms --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("quote", ["", '"'])
def test_lines_that_end_as_on_old_macs_are_lines(tmp_path: Path, quote: str) -> None:
    lines = ["meter,time,e_out_kwh", f"{quote}P{quote},2025-03-03 00:00Z,1", "P,2025-03-03 01:00Z,2", ""]
    assert hours(read(tmp_path / "r.csv", "\r".join(lines))) == ["2025-03-03T00:00", "2025-03-03T01:00"]
    [(row, field, value, _)] = faults(tmp_path / "bad.csv", "\r".join([*lines[:2], "P,2025-03-03 01:00Z,x"]))
    assert (row, field, value) == (3, "e_out_kwh", "x")


@pytest.mark.parametrize(("text", "line"), [('meter,time,e_out_kwh\nP,2025-03-03 00:00Z,"{}\n', 2), ('"{}\n', 1)])
def test_a_quotation_mark_that_is_never_closed_is_named(tmp_path: Path, text: str, line: int) -> None:
    [(row, _, _, problem)] = faults(tmp_path / "r.csv", text.format("5" * 200_000))
    assert row == line and "a cell that cannot be read" in problem


def test_demo_and_metered_are_never_mixed(tmp_path: Path) -> None:
    row = {"meter": "P", "time": "2025-03-03 00:00Z", "e_out_kwh": 1}
    demo = write_rows(tmp_path / "demo.csv", [{**row, "kind": "demo"}])
    real = write_rows(tmp_path / "real.csv", [row])
    both = write_rows(tmp_path / "both.csv", [row, {**row, "kind": "demo"}])
    assert read_readings([demo], meter_park()).kind is Kind.DEMO
    assert metering_of(read_readings([demo], meter_park())).table.attrs["kind"] == "demo"
    for paths in ([demo, real], [both]):
        with pytest.raises(BadInput, match="made from a run stand beside readings of meters"):
            read_readings(paths, meter_park())


def test_parquet_says_the_same_as_csv(tmp_path: Path) -> None:
    source = GOLDEN / "quality_words" / "readings.csv"
    rows = [line.split(",") for line in source.read_text().splitlines()[1:]]
    table = pa.table(
        {
            "meter": [r[0] for r in rows],
            "time": pa.array(np.array([r[1].rstrip("Z") for r in rows], dtype="datetime64[ns]")).cast(
                pa.timestamp("ns", tz="UTC")
            ),
            "e_out_kwh": [float(r[2]) for r in rows],
            "quality": pa.array([r[3] or None for r in rows]).dictionary_encode(),
        }
    )  # fmt: skip
    pq.write_table(table, tmp_path / "r.parquet", write_page_checksum=True)
    one, two = (metering_of(read_readings([p], meter_park())).table for p in (source, tmp_path / "r.parquet"))
    assert one.drop_attrs().identical(two.drop_attrs())
    (tmp_path / "bad.parquet").write_bytes(b"PAR1 no")
    with pytest.raises(BadInput, match="not a readable Parquet file"):
        read_readings([tmp_path / "bad.parquet"], meter_park())


def test_the_table_names_its_files_by_their_hash(tmp_path: Path) -> None:
    import hashlib

    path = write_rows(tmp_path / "r.csv", [{"meter": "P", "time": "2025-03-03 00:00Z", "e_out_kwh": 1}])
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert metering_of(read_readings([path], meter_park())).table.attrs["sources"] == f"r.csv sha256:{digest}"
