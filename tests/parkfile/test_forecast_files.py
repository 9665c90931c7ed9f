"""Forecast files: the same table back from CSV and Parquet, every fault at its row, units and slips of units."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xarray as xr

from holin.errors import BadInput
from holin.park import Grid, Load, Park, ParkFacts, PvPlant, WindFarm
from holin.parkfile import judged_forecast, read_forecast, write_forecast
from holin.tables import FORECAST, checked

PARK = Park(
    facts=ParkFacts(id="p", time_zone="Asia/Shanghai", currency="CNY"),
    wind_farms=(WindFarm(id="wind-1", bus="b", p_nom_mw=100.0),),
    pv_plants=(PvPlant(id="pv-1", bus="b", p_nom_mw=50.0, p_dc_mw=60.0),),
    loads=(Load(id="load-1", bus="b", enterprise="e", load_mw=20.0),),
    grids=(Grid(id="grid", bus="b", sk_max_mva=1000.0, import_max_mw=100.0),),
)
HEAD = "issued,time,element,quantile,value,value_unit\n"
ISSUED = "2025-03-03T08:00+08:00"


def row(hour: int, element: str = "wind-1", quantile: object = 0.5, value: object = 40.0, unit: str = "") -> str:
    return f"{ISSUED},2025-03-03T{hour:02d}:00+08:00,{element},{quantile},{value},{unit}\n"


Wrote = Callable[..., Path]


@pytest.fixture
def wrote(tmp_path: Path) -> Wrote:
    def write(*rows: str, head: str = HEAD) -> Path:
        file = tmp_path / "f.csv"
        file.write_text(head + "".join(rows), encoding="utf-8")
        return file

    return write


def faults(file: Path, **more: bool) -> list[str]:
    with pytest.raises(BadInput) as found:
        read_forecast(file, PARK, **more)
    return [str(f) for f in found.value.faults if f.severity == "error"]


def table() -> xr.Dataset:
    rng = np.random.default_rng(1)
    wind = np.sort(rng.uniform(0, 100, (2, 5, 1, 3)), axis=-1)
    wind[1, 4] = np.nan
    load = np.sort(rng.uniform(0, 20, (2, 5, 1, 3)), axis=-1)
    price = np.sort(rng.uniform(-50, 400, (2, 5, 1, 3)), axis=-1)
    dims = ("issued", "lead")
    return checked(
        FORECAST,
        xr.Dataset(
            {
                "available_mw": ((*dims, "unit", "quantile"), wind),
                "load_mw": ((*dims, "load", "quantile"), load),
                "price_per_mwh": ((*dims, "grid", "quantile"), price),
            },
            coords={
                "issued": np.array(["2025-03-03T00:00", "2025-03-03T06:00"], dtype="datetime64[ns]"),
                "lead": np.arange(5) * np.timedelta64(15, "m").astype("timedelta64[ns]"),
                "unit": np.array(["wind-1"], dtype=object),
                "load": np.array(["load-1"], dtype=object),
                "grid": np.array(["grid"], dtype=object),
                "quantile": [0.1, 0.5, 0.9],
            },
        ),
    )


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_a_table_comes_back_as_it_was(tmp_path: Path, ending: str) -> None:
    file = tmp_path / f"f.{ending}"
    assert write_forecast(table(), file, time_zone="Asia/Shanghai") == 2 * 5 * 3 * 3 - 3
    xr.testing.assert_equal(read_forecast(file, PARK), table())


def test_csv_reads_in_a_text_editor(tmp_path: Path) -> None:
    write_forecast(table(), tmp_path / "f.csv", time_zone="Asia/Shanghai")
    head, first, *_ = (tmp_path / "f.csv").read_text().splitlines()
    assert head + "\n" == HEAD
    assert first.startswith("2025-03-03 08:00:00+08:00,2025-03-03 08:00:00+08:00,wind-1,0.1,") and first.endswith(",MW")


def test_a_point_forecast_needs_neither_quantile_nor_unit(wrote: Wrote) -> None:
    head = "issued,time,element,value\n"
    file = wrote(*(f"{ISSUED},2025-03-03T{h:02d}:00+08:00,wind-1,{h}\n" for h in range(8, 12)), head=head)
    found = read_forecast(file, PARK)
    assert found["quantile"].values.tolist() == [0.5]
    assert found.available_mw.values.ravel().tolist() == [8, 9, 10, 11]
    assert found["lead"].values.tolist() == [int(h * 3600e9) for h in range(4)]
    [warning] = judged_forecast(file, PARK)[1]
    assert warning.severity == "warning" and "of wind-1 only one quantile is given: no spread" in warning.problem


def test_a_point_beside_quantiles_is_spread_and_said(wrote: Wrote) -> None:
    file = wrote(row(8, quantile=0.1, value=30), row(8), row(8, quantile=0.9, value=50), row(8, "load-1", value=9))
    found, said = judged_forecast(file, PARK)
    assert found is not None and found.load_mw.values.ravel().tolist() == [9, 9, 9]
    assert ["load-1" in s.problem for s in said] == [True]


def test_units_of_power_and_price(wrote: Wrote) -> None:
    file = wrote(
        row(8, value=40_000, unit="kW"),
        row(8, "load-1", value=0.015, unit="GW"),
        row(8, "grid", value=0.35, unit="CNY/kWh"),
    )
    found = read_forecast(file, PARK)
    assert float(found.available_mw.item()) == 40.0
    assert float(found.load_mw.item()) == 15.0
    assert float(found.price_per_mwh.item()) == pytest.approx(350.0)
    [said] = faults(wrote(row(8, unit="MWh"), row(9, unit="MWh")))
    assert "value_unit = 'MWh': not a unit of wind-1 (and so in 1 rows more); write one of MW, kW, W, GW" in said
    [said] = faults(wrote(row(8, "grid", unit="MW")))
    assert "CNY/MWh, CNY/kWh" in said


def test_kilowatts_without_a_unit_are_found(wrote: Wrote) -> None:
    [said] = faults(wrote(row(8), row(9, value=41_000)))
    assert said == "f.csv:3 value = '41000': wind-1: more than its nominal power of 100 MW; kW for MW? Then it is 41 MW"
    hours = [
        f"{ISSUED},2025-03-{3 + (8 + h) // 24:02d}T{(8 + h) % 24:02d}:00+08:00,wind-1,0.5,0.05,\n" for h in range(30)
    ]
    warnings = judged_forecast(wrote(*hours), PARK)[1]
    assert any("never above 0.05 MW in a day and more, of 100 MW nominal" in w.problem for w in warnings)


def test_times_without_an_offset_are_refused_or_declared(wrote: Wrote) -> None:
    file = wrote(
        "2025-03-03 08:00,2025-03-03 09:00,wind-1,0.5,40,\n", "2025-03-03 08:00,2025-03-03 10:00,wind-1,0.5,41,\n"
    )
    said = faults(file)
    assert len(said) == 2 and "the time has no offset, so it may be local or UTC (and so in 1 rows more)" in said[0]
    assert "write the offset, such as issued 2025-03-03T18:00+08:00, or Z" in said[0]
    found = read_forecast(file, PARK, local_times=True)
    assert str(found.issued.values[0])[:16] == "2025-03-03T00:00"


def test_every_fault_is_named_at_once_with_its_row(wrote: Wrote) -> None:
    said = faults(
        wrote(
            row(7),
            row(9, "wind-9"),
            row(10, value="many"),
            row(11, quantile=1.5),
            f"{ISSUED},2025-13-03T09:00+08:00,wind-1,0.5,1,\n",
        )
    )
    assert len(said) == 5
    for place, words in (
        ("f.csv:2 time", "the interval begins before its issue, 2025-03-03T00:00Z"),
        ("f.csv:3 element = 'wind-9'", "did you mean 'wind-1'?"),
        ("f.csv:4 value = 'many'", "not a number"),
        ("f.csv:5 quantile = '1.5'", "< 1"),
        ("f.csv:6 time = '2025-13-03T09:00+08:00'", "not a time"),
    ):
        assert any(s.startswith(place) and words in s for s in said), (place, said)


def test_doubled_falling_and_missing_quantiles(wrote: Wrote) -> None:
    [said] = faults(wrote(row(8), row(9), row(8)))
    assert said.startswith("f.csv:4 element = 'wind-1': wind-1 at quantile 0.5 stands twice") and "row 2" in said
    [said] = faults(wrote(row(8, quantile=0.1, value=50), row(8, value=40)))
    assert said.startswith("f.csv:3 value = '40': wind-1: below the quantile before it, 50")
    [said] = faults(wrote(row(8, quantile=0.1, value=30), row(8), row(9, quantile=0.1, value=30)))
    assert "f.csv:4 value: wind-1: the quantile is missing where others of the interval are given" in said


def test_hours_left_out_within_an_issue_are_a_warning(wrote: Wrote) -> None:
    found, said = judged_forecast(wrote(row(8), row(9), row(12)), PARK)
    assert found is not None
    assert any("leaves out intervals after 2025-03-03T01:00Z" in s.problem for s in said)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the file is empty"),
        (HEAD, "the file has no forecasts"),
        ("issued,time,unit,value\n1,2,3,4\n", "missing column"),
        ("issued;time;element;value\n", "separated by ';'"),
        (HEAD + "1,2\n", "the row has 2 cells"),
    ],
)
def test_a_file_of_another_shape_is_refused(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "f.csv").write_text(text)
    assert any(said in s for s in faults(tmp_path / "f.csv"))


def test_no_file_and_no_parquet(tmp_path: Path) -> None:
    assert "there is no such file" in faults(tmp_path / "gone.csv")[0]
    (tmp_path / "f.parquet").write_bytes(b"PAR1 not so PAR1")
    assert "not a readable Parquet file" in faults(tmp_path / "f.parquet")[0]


def test_parquet_of_another_writer(tmp_path: Path) -> None:
    """Zoned timestamps of any unit, without the optional columns."""
    zoned = pa.timestamp("ms", tz="Asia/Shanghai")
    times = pa.array([1_740_960_000_000, 1_740_963_600_000], type=zoned)
    columns = {"issued": pa.array([1_740_960_000_000] * 2, type=zoned), "time": times}
    pq.write_table(pa.table(columns | {"element": ["pv-1"] * 2, "value": [1.5, 2.0]}), tmp_path / "f.parquet")
    found = read_forecast(tmp_path / "f.parquet", PARK)
    assert str(found.issued.values[0])[:16] == "2025-03-03T00:00"
    assert found.available_mw.sel(unit="pv-1").values.ravel().tolist() == [1.5, 2.0]
