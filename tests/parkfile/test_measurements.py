"""Measurements from a CSV file: round trip, what is read how, and faults each named with its row and remedy."""

from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from holin.errors import BadInput, Fault
from holin.park import (
    Bus,
    Enterprise,
    Grid,
    Line,
    Load,
    Park,
    ParkFacts,
    Shunt,
    Switch,
    Transformer,
    Transformer3,
)
from holin.parkfile import read_measurements, write_measurements

HEADER = "time,element,end,quantity,value,sigma\n"
GOOD = "2025-01-01 08:00,bus-a,,v_pu,1.01,0.005\n2025-01-01 08:00,line-1,from,p_mw,12.5,0.2\n"

PARK = Park(
    facts=ParkFacts(id="test"),
    buses=(*(Bus(id=f"bus-{x}", v_nom_kv=110.0) for x in "abc"), Bus(id="low", v_nom_kv=10.0)),
    grids=(Grid(id="grid-1", bus="bus-a", sk_max_mva=5000, import_max_mw=100),),
    lines=(
        Line(id="line-1", bus_from="bus-a", bus_to="bus-b", length_km=5, r_ohm_per_km=0.1, x_ohm_per_km=0.4,
             i_nom_ka=0.6),
    ),
    transformers=(
        Transformer(id="tr-1", bus_from="bus-b", bus_to="low", s_nom_mva=40, v_from_kv=110, v_to_kv=10, uk=0.1,
                    pk_kw=100, tap_min=-4, tap_max=4, tap_step=0.0125),
    ),
    transformers3=(
        Transformer3(id="tr-3", bus_1="bus-a", bus_2="bus-b", bus_3="low", s_nom_1_mva=40, s_nom_2_mva=40,
                     s_nom_3_mva=40, v_1_kv=110, v_2_kv=110, v_3_kv=10, uk_12=0.1, uk_23=0.1, uk_31=0.1, pk_12_kw=1,
                     pk_23_kw=1, pk_31_kw=1),
    ),
    switches=(Switch(id="sw-1", bus="bus-a", element="bus-c"),),
    shunts=(Shunt(id="svg-1", bus="low", q_nom_mvar=5, v_set_pu=1.0), Shunt(id="cap-1", bus="low", q_nom_mvar=5)),
    enterprises=(Enterprise(id="firm"),),
    loads=(Load(id="load-1", bus="low", enterprise="firm", load_mw=20),),
)  # fmt: skip


def written(folder: Path, text: str | bytes) -> Path:
    file = folder / "meters.csv"
    file.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return file


def faults_of(folder: Path, text: str | bytes) -> list[Fault]:
    with pytest.raises(BadInput) as found:
        read_measurements(written(folder, text), PARK)
    return [f for f in found.value.faults if f.severity == "error"]


# ---- what is read -----------------------------------------------------------------------------------------------


def test_values_find_their_meters_and_moments(tmp_path: Path) -> None:
    """Local times (UTC+8) in any order; a meter without a row at a moment shows nothing."""
    rows = (
        "2025-01-01 09:00,bus-a,,v_pu,1.02,0.005\n"
        "2025-01-01 08:00,bus-a,,v_pu,1.01,0.005\n"
        "2025-01-01 08:00,line-1,from,p_mw,12.5,0.2\n"
        "2025-01-01 08:00,tr-1,,tap_pos,-2,\n"
        "2025-01-01 09:00,sw-1,,closed,0,\n"
        "2025-01-01 09:00,svg-1,,q_mvar,,0.1\n"
    )
    table = read_measurements(written(tmp_path, HEADER + rows), PARK)
    assert table["time"].values.tolist() == np.array(["2025-01-01T00", "2025-01-01T01"], "datetime64[ns]").tolist()
    assert table["measurement"].values.tolist() == [
        "bus-a.v_pu", "line-1.from.p_mw", "tr-1.tap_pos", "sw-1.closed", "svg-1.q_mvar"
    ]  # fmt: skip
    nan = np.nan
    assert table["value"].values == pytest.approx(
        np.array([[1.01, 12.5, -2, nan, nan], [1.02, nan, nan, 0, nan]]), nan_ok=True
    )
    assert table["sigma"].values[0] == pytest.approx([0.005, 0.2, nan, nan, nan], nan_ok=True)
    assert table["end"].values.tolist() == ["", "from", "", "", ""]


def test_a_file_without_time_is_one_moment_and_names_tell_meters_apart(tmp_path: Path) -> None:
    rows = ("bus-a,v_pu,1.01,0.005,,", "bus-a,v_pu,1.02,0.005,second,", "tr-3,p_mw,3,0.1,,3")
    text = "\n".join(["element,quantity,value,sigma,meter,end", *rows])
    table = read_measurements(written(tmp_path, text), PARK)
    assert table.sizes == {"time": 1, "measurement": 3}
    assert table["measurement"].values.tolist() == ["bus-a.v_pu", "second", "tr-3.3.p_mw"]


def test_gbk_and_a_byte_order_mark_are_read(tmp_path: Path) -> None:
    named = HEADER.strip() + ",meter\n2025-01-01 08:00,bus-a,,v_pu,1.01,0.005,母线电压表\n"
    for data in (named.encode("gb18030"), b"\xef\xbb\xbf" + named.encode("utf-8")):
        assert read_measurements(written(tmp_path, data), PARK)["measurement"].values.tolist() == ["母线电压表"]


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    labels = [("bus-a", "", "v_pu"), ("line-1", "to", "q_mvar"), ("tr-1", "from", "i_ka"), ("tr-1", "", "tap_pos")]
    value = rng.uniform(0.5, 1.5, (3, 4)).round(12)
    value[:, 3], value[1, 1] = (1, -1, 0), np.nan
    sigma = np.tile([0.01, 0.2, 0.003, np.nan], (3, 1))
    sigma[1, 1] = np.nan
    table = xr.Dataset(
        {"value": (("time", "measurement"), value), "sigma": (("time", "measurement"), sigma)},
        coords={
            "time": np.datetime64("2025-03-30T00:07:05", "ns") + np.arange(3) * np.timedelta64(15, "m"),
            "measurement": ["bus-a.v_pu", "line-1.to.q_mvar", "third", "tr-1.tap_pos"],
            **{c: ("measurement", [row[k] for row in labels]) for k, c in enumerate(("element", "end", "quantity"))},
        },
    )
    write_measurements(table, tmp_path / "out.csv", time_zone="Europe/Berlin")
    xr.testing.assert_equal(read_measurements(tmp_path / "out.csv", PARK).drop_attrs(), table)


def test_a_file_of_many_moments_is_read_whole(tmp_path: Path) -> None:
    rows = "".join(
        f"2025-01-{1 + k // 1440:02d} {k // 60 % 24:02d}:{k % 60:02d},line-1,{end},{q},{k / 100},0.2\n"
        for k in range(10_000)
        for end in ("from", "to")
        for q in ("p_mw", "q_mvar")
    )
    file = written(tmp_path, HEADER + rows)
    table = read_measurements(file, PARK)
    assert table["value"].shape == (10_000, 4) and np.isfinite(table["value"].values).all()
    assert (table["value"].values[:, 3] == np.arange(10_000) / 100).all()


# ---- what is refused --------------------------------------------------------------------------------------------

ROW = "2025-01-01 08:00,bus-a,,v_pu,1.01,0.005\n"
GBK_ROW = "2025-01-01 08:00,母线,,v_pu,1,1\n".encode("gb18030")
NAMED = HEADER.strip() + ",meter\n" + ROW.strip() + ",m\n" + ROW.replace("v_pu", "p_mw").strip() + ",m\n"
SHUNT_ROW = ROW.replace("bus-a", "cap-1").replace("v_pu", "q_mvar")
BAD: dict[str, tuple[str | bytes, int | None, str | None, str]] = {
    "empty": ("", None, None, "empty"),
    "only a header": (HEADER, 1, None, "no measurements"),
    "utf-16": ("\ufeff".encode("utf-16-le") + HEADER.encode("utf-16-le"), 1, None, "UTF-16"),
    "binary": (b"PK\x03\x04\x00\x00", 1, None, "binary"),
    "two encodings": (HEADER.encode() + GBK_ROW + "母\n".encode(), 2, None, "UTF-8"),
    "semicolons": (HEADER.replace(",", ";") + ROW.replace(",", ";"), 1, None, "separated"),
    "open quotation": (HEADER + '2025-01-01 08:00,"bus-a,,v_pu,1,0.1\n', 2, None, "quotation"),
    "a cell too many": (HEADER + ROW.strip() + ",9\n", 2, None, "cells"),
    "a cell too few": (HEADER + "2025-01-01 08:00,bus-a,v_pu,1,0.1\n", 2, None, "cells"),
    "unknown column": (HEADER.replace("sigma", "sigma,power") + ROW.strip() + ",1\n", 1, "power", "unknown column"),
    "column twice": (HEADER.replace("sigma", "sigma,value") + ROW.strip() + ",1\n", 1, "value", "twice"),
    "no value column": ("element,quantity,sigma\nbus-a,v_pu,0.1\n", 1, "value", "missing column"),
    "no sigma column": ("element,quantity,value\nbus-a,v_pu,1\n", 1, "sigma", "missing column"),
    "no element column": ("end,quantity,value,sigma\n,v_pu,1,0.1\n", 1, "element", "missing column"),
    "no quantity column": ("element,end,value,sigma\nbus-a,,1,0.1\n", 1, "quantity", "missing column"),
    "unknown element": (HEADER + GOOD + ROW.replace("bus-a", "bus-z"), 4, "element", "did you mean"),
    "nothing like it": (HEADER + ROW.replace("bus-a", "qqqqqqqq"), 2, "element", "of the park at this stage"),
    "no element": (HEADER + ROW.replace("bus-a", ""), 2, "element", "required"),
    "an enterprise": (HEADER + ROW.replace("bus-a", "firm"), 2, "element", "nothing to measure"),
    "a fixed shunt": (HEADER + SHUNT_ROW, 2, "element", "nothing to measure"),
    "end of a bus": (HEADER + ROW.replace("bus-a,,", "bus-a,from,"), 2, "end", "an empty cell"),
    "no end of a line": (HEADER + "2025-01-01 08:00,line-1,,p_mw,1,0.1\n", 2, "end", "write from, to"),
    "a bus as end": (HEADER + "2025-01-01 08:00,line-1,bus-a,p_mw,1,0.1\n", 2, "end", "write from, to"),
    "winding 4": (HEADER + "2025-01-01 08:00,tr-3,4,p_mw,1,0.1\n", 2, "end", "write 1, 2, 3"),
    "unknown quantity": (HEADER + ROW.replace("v_pu", "voltage"), 2, "quantity", "not one of"),
    "no quantity": (HEADER + ROW.replace("v_pu", ""), 2, "quantity", "required"),
    "voltage of a line": (HEADER + "2025-01-01 08:00,line-1,from,v_pu,1,0.1\n", 2, "quantity", "can be measured: i_ka"),
    "voltage of a load": (HEADER + "2025-01-01 08:00,load-1,,v_pu,1,0.1\n", 2, "quantity", "p_mw, q_mvar"),
    "kV for p.u.": (HEADER + ROW.replace("1.01", "111.3"), 2, "value", "v_nom_kv"),
    "negative voltage": (HEADER + ROW.replace("1.01", "-1"), 2, "value", "not a voltage"),
    "degrees": (HEADER + "2025-01-01 08:00,bus-a,,v_angle_rad,30,0.1\n", 2, "value", "write 0.523599"),
    "negative current": (HEADER + "2025-01-01 08:00,line-1,to,i_ka,-0.2,0.01\n", 2, "value", "no sign"),
    "half a tap": (HEADER + "2025-01-01 08:00,tr-1,,tap_pos,1.5,\n", 2, "value", "whole position"),
    "no such tap": (HEADER + "2025-01-01 08:00,tr-1,,tap_pos,9,\n", 2, "value", "-4 to 4"),
    "half closed": (HEADER + "2025-01-01 08:00,sw-1,,closed,0.5,\n", 2, "value", "1 for closed"),
    "text for a number": (HEADER + ROW.replace("1.01", "high"), 2, "value", "not a number"),
    "decimal comma": (HEADER + ROW.replace("1.01", '"1,01"'), 2, "value", "with a point"),
    "nan": (HEADER + ROW.replace("1.01", "nan"), 2, "value", "leave the cell empty"),
    "infinity": (HEADER + ROW.replace("1.01", "1e999"), 2, "value", "not a finite number"),
    "no sigma": (HEADER + ROW.replace("0.005", ""), 2, "sigma", "how far the meter may be off"),
    "sigma 0": (HEADER + ROW.replace("0.005", "0"), 2, "sigma", "above 0"),
    "negative sigma": (HEADER + ROW.replace("0.005", "-0.1"), 2, "sigma", "above 0"),
    "no time": (HEADER + GOOD + ROW.replace("2025-01-01 08:00", ""), 4, "time", "no time"),
    "month 13": (HEADER + ROW.replace("2025-01-01", "2025-13-01"), 2, "time", "not a time"),
    "year 25": (HEADER + ROW.replace("2025-01-01", "0025-01-01"), 2, "time", "1900"),
    "mixed offsets": (HEADER + ROW + ROW.replace("08:00", "09:00+08:00"), 3, "time", "mixed"),
    "twice": (HEADER + GOOD + ROW, 4, "quantity", "first in row 2"),
    "one name for two": (NAMED, 3, "meter", "two different"),
    "control character": (HEADER + ROW.replace("bus-a", "bus\x01a"), 2, "element", "U+0001"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_every_fault_names_its_row_and_what_would_be_right(tmp_path: Path, case: str) -> None:
    text, row, field, words = BAD[case]
    faults = faults_of(tmp_path, text)
    found = [f for f in faults if (row is None or f.row == row) and f.field == field and words in str(f)]
    assert found, [str(f) for f in faults]
    assert all(f.right and f.problem for f in faults)


def test_all_faults_come_at_once_and_many_are_counted(tmp_path: Path) -> None:
    wrong = HEADER + ROW.replace("v_pu", "voltage") + ROW.replace("bus-a", "bus-z") + ROW.replace("1.01", "111")
    assert {f.row for f in faults_of(tmp_path, wrong)} == {2, 3, 4}
    many = HEADER + "".join(f"2025-01-01 {k // 60:02d}:{k % 60:02d},bus-z,,v_pu,1,0.1\n" for k in range(250))
    faults = faults_of(tmp_path, many)
    assert len(faults) == 101 and "150 more" in faults[-1].problem


def test_a_file_that_is_none_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "none.csv", tmp_path, Path("x" * 5000), tmp_path / "meters.csv" / "below"):
        written(tmp_path, HEADER)
        with pytest.raises(BadInput):
            read_measurements(path, PARK)


@pytest.mark.parametrize("seed", range(200))
def test_mutations_are_read_or_refused(tmp_path: Path, seed: int) -> None:
    """Bytes changed, cut, doubled, rows shuffled: a table or BadInput, nothing else."""
    rng = np.random.default_rng(seed)
    data = bytearray((HEADER + GOOD * 3 + "2025-01-01 09:00,tr-1,,tap_pos,1,\n").encode())
    for _ in range(int(rng.integers(1, 8))):
        k = int(rng.integers(0, max(1, len(data))))
        match int(rng.integers(0, 5)):
            case 0:
                data[k : k + 1] = bytes([int(rng.integers(0, 256))])
            case 1:
                del data[k : k + int(rng.integers(1, 30))]
            case 2:
                data[k:k] = data[k : k + int(rng.integers(1, 60))]
            case 3:
                data[k:k] = rng.choice([b",", b'"', b"\n", b"\x00", b"1e400", b"\xff\xfe", b"nan", b";"])
            case _:
                lines = bytes(data).split(b"\n")
                rng.shuffle(lines)
                data = bytearray(b"\n".join(lines))
    file = written(tmp_path, bytes(data))
    try:
        table = read_measurements(file, PARK)
    except BadInput as error:
        assert error.faults and all(f.right for f in error.faults)
    else:
        assert table["value"].dims == ("time", "measurement")
