"""Files of weather and measured power, on the hours of a run and the sites of a park."""

from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st
from resource_parks import CLIMATE, YEAR, ZONE, farm, park, plant

from holin.calendar import hours_between, hours_of_year, local
from holin.errors import BadInput, Fault, Mismatch
from holin.resource import at_sites, available, on_hours, read_power, read_weather, weather_year
from holin.tables import WEATHER, checked

BERLIN = "Europe/Berlin"


def written(tmp_path: Path, text: str, name: str = "weather.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(text.encode())
    return path


def faults(path: Path, zone: str = ZONE, **more: object) -> tuple[Fault, ...]:
    with pytest.raises(BadInput) as refusal:
        read_weather(path, time_zone=zone, **more)
    return refusal.value.faults


def rows(*lines: str, header: str = "time,temp_air_c") -> str:
    return "\n".join((header, *lines)) + "\n"


# Own files: times


def test_local_times_become_utc(tmp_path: Path) -> None:
    found = read_weather(written(tmp_path, rows("2025-01-01 00:00,-20", "2025-01-01 01:00,-21")), time_zone=ZONE)
    checked(WEATHER, found)
    assert found["time"].values[0] == np.datetime64("2024-12-31T16:00")
    assert found["temp_air_c"].values[:, 0].tolist() == [-20, -21]
    assert np.isnan(found["ghi"].values).all()


@pytest.mark.parametrize("stamp", ["2024-12-31T16:00Z", "2025-01-01T00:00+08:00", "2024-12-31T17:00:00+01:00"])
def test_offsets_are_kept(tmp_path: Path, stamp: str) -> None:
    found = read_weather(written(tmp_path, rows(f"{stamp},1")), time_zone=BERLIN)
    assert found["time"].values[0] == np.datetime64("2024-12-31T16:00")


def test_bom_and_windows_line_ends_are_read(tmp_path: Path) -> None:
    text = "\ufefftime,temp_air_c\r\n2025-01-01 00:00,-20\r\n\r\n"
    assert read_weather(written(tmp_path, text), time_zone=ZONE).sizes["time"] == 1


def test_the_doubled_hour_needs_an_offset(tmp_path: Path) -> None:
    # Berlin, 26 October 2025: 02:00 to 03:00 stands twice.
    lines = [f"2025-10-26 {h}:00,5" for h in ("01", "02", "02", "03")]
    doubled = faults(written(tmp_path, rows(*lines)), BERLIN)
    assert [(f.row, f.field, f.value) for f in doubled] == [
        (3, "time", "2025-10-26 02:00"),
        (4, "time", "2025-10-26 02:00"),
    ]
    assert "doubles this local hour" in doubled[0].problem and "+02:00" in doubled[0].right
    lines[1:3] = ["2025-10-26 02:00+02:00,5", "2025-10-26 02:00+01:00,6"]
    found = read_weather(written(tmp_path, rows(*lines)), time_zone=BERLIN)
    assert (np.diff(found["time"].values) == np.timedelta64(1, "h")).all()


def test_the_skipped_hour_is_named(tmp_path: Path) -> None:
    # Berlin, 30 March 2025: no 02:30.
    (fault,) = faults(written(tmp_path, rows("2025-03-30 01:00,5", "2025-03-30 02:00,5", "2025-03-30 03:00,5")), BERLIN)
    assert fault.row == 3 and "skips this local hour" in fault.problem


def test_a_whole_local_year_of_berlin_is_complete(tmp_path: Path) -> None:
    hours = hours_of_year(2025, BERLIN)
    stamps = [t.isoformat() for t in local(hours, BERLIN)]
    found = read_weather(written(tmp_path, rows(*(f"{s},5" for s in stamps))), time_zone=BERLIN)
    assert np.array_equal(found["time"].values, hours)


def test_times_that_stand_still_or_go_back_are_named(tmp_path: Path) -> None:
    lines = [f"2025-01-01 {h}:00,1" for h in ("00", "01", "01", "00")]
    still, back = faults(written(tmp_path, rows(*lines)))
    assert (still.row, still.problem) == (4, "the time is doubled")
    assert (back.row, back.problem) == (5, "the time is before that of the row above")


# Own files: cells


def test_all_faults_at_once(tmp_path: Path) -> None:
    text = rows("2025-01-01 00:00,abc", "noon,1", "2025-01-01 02:00,nan", "2025-01-01 03:00,1")
    found = faults(written(tmp_path, text))
    assert {(f.row, f.field, f.value) for f in found} == {
        (2, "temp_air_c", "abc"),
        (3, "time", "noon"),
        (4, "temp_air_c", "nan"),
    }
    assert all(f.file == "weather.csv" and f.right for f in found)


@pytest.mark.parametrize(
    ("text", "problem", "right"),
    [
        ("", "the column is missing", "time"),
        ("zeit,temp_air_c\n2025-01-01 00:00,1\n", "the column is missing", "it has zeit, temp_air_c"),
        ("time,temp_air\n2025-01-01 00:00,1\n", "an unknown column", "did you mean 'temp_air_c'?"),
        ("time,ghi,ghi\n2025-01-01 00:00,1,2\n", "the column stands twice", "keep one"),
        ("time,ghi\n2025-01-01 00:00,1,2\n", "3 cells", "as many as the header has: 2"),
        ("time,ghi\n2025-01-01 00:00,1\n\n2025-01-01 01:00,2\n", "blank lines", "leave them out"),
        ("time,ghi\n", "no rows", "one row per interval"),
        ("time\n2025-01-01 00:00\n", "only times", "columns: wind_speed_m_per_s"),
        ("time,temp_air_c\n2025-01-01 00:00,253\n", "not plausible", "degC, not kelvin"),
        ("time,pressure_pa\n2025-01-01 00:00,912\n", "not plausible", "Pa, not hPa"),
        ("time,ghi,height_m\n2025-01-01 00:00,1,0\n", "not one positive height", "the same in each row"),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, text: str, problem: str, right: str) -> None:
    fault = faults(written(tmp_path, text))[0]
    assert problem in fault.problem
    assert right in fault.right


def test_other_encodings_are_named_with_their_row(tmp_path: Path) -> None:
    path = tmp_path / "weather.csv"
    path.write_bytes("time,temp_air_c\n2025-01-01 00:00,1\n2025-01-01 01:00,零\n".encode("gb18030"))
    (fault,) = faults(path)
    assert fault.row == 3 and "UTF-8" in fault.right


def test_a_missing_file_and_a_wrong_format_are_named(tmp_path: Path) -> None:
    assert faults(tmp_path / "none.csv")[0].problem == "no such file"
    path = written(tmp_path, rows("2025-01-01 00:00,1"))
    assert "own, epw, tmy3, pvgis" in faults(path, format="grib")[0].right
    assert "not a readable epw file" in faults(path, format="epw")[0].problem


def test_faults_do_not_flood(tmp_path: Path) -> None:
    found = faults(written(tmp_path, rows(*(f"2025-01-01 00:{m:02},x" for m in range(60)))))
    assert len(found) == 21 and "40 further faults" in found[-1].problem


def test_empty_cells_are_missing_not_zero(tmp_path: Path) -> None:
    text = rows("2025-01-01 00:00,,5", "2025-01-01 01:00,3,6", header="time,temp_air_c,ghi")
    found = read_weather(written(tmp_path, text), time_zone=ZONE)
    assert np.isnan(found["temp_air_c"].values[0, 0]) and found["temp_air_c"].values[1, 0] == 3
    assert found["ghi"].values[:, 0].tolist() == [5, 6]


def test_quarter_hours_are_averaged_whole_hours_only(tmp_path: Path) -> None:
    stamps = pd.date_range("2025-01-01", periods=7, freq="15min")
    text = rows(*(f"{s},{i},{i}" for i, s in enumerate(stamps)), header="time,ghi,temp_air_c")
    found = read_weather(written(tmp_path, text), time_zone=ZONE)
    assert found["ghi"].values[:, 0].tolist() == [1.5]


def test_a_file_without_a_whole_hour_is_refused(tmp_path: Path) -> None:
    text = rows("2025-01-01 00:00,1", "2025-01-01 00:15,1")
    assert "no hour is complete" in faults(written(tmp_path, text))[0].problem


def test_zones_of_half_hours_keep_their_hours(tmp_path: Path) -> None:
    # India is UTC+5:30, so its hours begin half past in UTC.
    india = "Asia/Kolkata"
    hours = hours_between(date(2025, 3, 3), date(2025, 3, 4), india)
    lines = [f"{t:%Y-%m-%d %H:%M},{t.hour}" for t in local(hours, india)]
    path = written(tmp_path, rows(*lines))
    assert np.array_equal(read_weather(path, time_zone=india)["time"].values, hours)
    series = read_power(
        written(tmp_path, rows(*(f"{x.split(',')[0]},0.5" for x in lines), header="time,p"), "p.csv"), time_zone=india
    )
    metered = park(wind_farms=(farm("w", series="p", turbine=None),), series=(series,))
    metered = replace(metered, facts=replace(metered.facts, time_zone=india))
    assert available(metered, weather_year(metered, hours))["available_mw"].values == pytest.approx(50)


def test_parquet_is_read_as_csv_is(tmp_path: Path) -> None:
    stamps = pd.date_range("2025-01-01", periods=48, freq="h")
    frame = pd.DataFrame({"time": stamps, "temp_air_c": np.arange(48.0) - 20, "height_m": 90.0})
    frame.to_parquet(tmp_path / "w.parquet", index=False)
    frame.to_csv(tmp_path / "w.csv", index=False)
    parquet, csv = (read_weather(tmp_path / f"w.{end}", time_zone=ZONE) for end in ("parquet", "csv"))
    xr.testing.assert_equal(parquet, csv)
    assert parquet["height_m"].item() == 90
    (tmp_path / "bad.parquet").write_bytes(b"not parquet")
    assert "no Parquet file" in faults(tmp_path / "bad.parquet")[0].problem


def test_pyranometers_below_zero_at_night_read_zero(tmp_path: Path) -> None:
    found = read_weather(written(tmp_path, rows("2025-01-01 00:00,-3", header="time,ghi")), time_zone=ZONE)
    assert found["ghi"].item() == 0


# Files of others


def epw(years: dict[int, int] | None = None, **cells: str) -> str:
    """A made EPW year for 45.5 N, 119.6 E, UTC+8; `years` gives months another year."""
    head = ["LOCATION,Steppe,-,CHN,made,0,45.5,119.6,8.0,880.0", *(f"LINE {i}" for i in range(2, 9))]
    lines = []
    for stamp in pd.date_range("2019-01-01", "2020-01-01", freq="h", inclusive="left"):
        values = {
            "temp": f"{stamp.month}.0",
            "pressure": "91200",
            "ghi": f"{10 * stamp.hour}",
            "wind": "6.0",
            "snow": "999",
        }
        values |= cells
        year = (years or {}).get(stamp.month, 2019)
        before = [year, stamp.month, stamp.day, stamp.hour + 1, 0, "-", values["temp"], -5, 50, values["pressure"]]
        middle = [0, 0, 0, values["ghi"], 0, values["ghi"], 0, 0, 0, 0, 180, values["wind"]]
        after = [5, 5, 9999, 99999, 9, 999999999, 0, 0, values["snow"], 88, 0, 0, 0]
        lines.append(",".join(map(str, before + middle + after)))
    return "\n".join([*head, *lines]) + "\n"


def test_epw(tmp_path: Path) -> None:
    found = read_weather(written(tmp_path, epw(), "steppe.epw"), time_zone=BERLIN)
    # Hour 1 of an EPW file is 00:00 to 01:00 of the file's own zone, here UTC+8.
    assert found["time"].values[0] == np.datetime64("2018-12-31T16:00")
    assert found.sizes["time"] == 8760
    assert found["ghi"].values[:3, 0].tolist() == [0, 10, 20]
    assert found["pressure_pa"].values[0, 0] == 91_200
    assert np.isnan(found["snow"].values).all()
    assert found["latitude"].item() == 45.5 and found.attrs["altitude_m"] == 880
    assert found.attrs["typical"] == 0


def test_epw_of_mixed_years_is_a_typical_year(tmp_path: Path) -> None:
    text = epw({1: 2012, 2: 2008, 3: 2015})
    found = read_weather(written(tmp_path, text, "typical.csv"), time_zone=ZONE)
    assert found.attrs["typical"] == 1
    assert found["time"].values[0] == np.datetime64("2000-12-31T16:00")
    assert (np.diff(found["time"].values) == np.timedelta64(1, "h")).all()
    run = on_hours(found, YEAR, ZONE)
    assert np.array_equal(run["temp_air_c"].values[:, 0], local(YEAR, ZONE).month)


def test_epw_marks_of_missing_values_are_missing(tmp_path: Path) -> None:
    text = epw(wind="999", pressure="999999", snow="4")
    found = read_weather(written(tmp_path, text, "gaps.epw"), time_zone=ZONE)
    assert np.isnan(found["wind_speed_m_per_s"].values).all()
    assert np.isnan(found["pressure_pa"].values).all()
    assert found["snow"].values[0, 0] == pytest.approx(0.8)


def pvgis_typical() -> str:
    head = "Latitude (decimal degrees): 45.500\nLongitude (decimal degrees): 119.600\nElevation (m): 880\n"
    months = "month,year\n" + "".join(f"{m},{2005 + m % 5}\n" for m in range(1, 13))
    columns = "time(UTC),T2m,RH,G(h),Gb(n),Gd(h),IR(h),WS10m,WD10m,SP\n"
    lines = [
        f"{s.replace(year=2005 + s.month % 5):%Y%m%d:%H%M},{s.month}.5,60,{s.hour},{s.hour},1,250,4.2,180,91000"
        for s in pd.date_range("2019-01-01", periods=8760, freq="h")
    ]
    return head + months + columns + "\n".join(lines) + "\n\nT2m: 2-m air temperature\n"


def test_pvgis_typical_year(tmp_path: Path) -> None:
    found = read_weather(written(tmp_path, pvgis_typical(), "tmy.csv"), time_zone=ZONE)
    assert found.attrs["typical"] == 1
    assert found["time"].values[0] == np.datetime64("2001-01-01T00:00")
    assert found["ghi"].values[:3, 0].tolist() == [0, 1, 2]
    assert found["pressure_pa"].values[0, 0] == 91_000
    assert found["wind_speed_m_per_s"].values[0, 0] == 4.2


def pvgis_series(slope: int) -> str:
    head = "Latitude (decimal degrees):\t45.500\nLongitude (decimal degrees):\t119.600\nElevation (m):\t880\n"
    more = f"Radiation database:\tPVGIS-ERA5\n\n\nSlope: {slope} deg.\nAzimuth: 0 deg.\n\n"
    lines = [f"20200101:{h:02}30,{10 * h}.0,5.0,1.0,20.0,-15.0,3.5,0.0" for h in range(24)]
    return head + more + "time,Gb(i),Gd(i),Gr(i),H_sun,T2m,WS10m,Int\n" + "\n".join(lines) + "\n\nPVGIS (c)\n"


def test_pvgis_series(tmp_path: Path) -> None:
    found = read_weather(written(tmp_path, pvgis_series(0), "series.csv"), time_zone=ZONE)
    assert found["time"].values[1] == np.datetime64("2020-01-01T01:00")
    assert found["ghi"].values[1, 0] == pytest.approx(16)
    assert np.isnan(found["dni"].values).all()


def test_pvgis_on_a_slope_is_not_global_horizontal(tmp_path: Path) -> None:
    (fault,) = faults(written(tmp_path, pvgis_series(35), "series.csv"))
    assert "slope of 35 deg" in fault.problem


def test_broken_files_of_others_are_refused(tmp_path: Path) -> None:
    cut = "\n".join(pvgis_typical().splitlines()[:15]) + "\n"
    assert "not a readable pvgis file" in faults(written(tmp_path, cut, "cut.csv"))[0].problem
    torn = epw().replace("91200", "high", 1)
    assert "not a readable epw file" in faults(written(tmp_path, torn, "torn.epw"))[0].problem


# On the hours of a run


@pytest.fixture(scope="module")
def typical() -> xr.Dataset:
    """A year of a station, in the year in which typical years stand."""
    station = weather_year(park(), hours_of_year(2001, ZONE))
    return station.assign_attrs(origin="file", typical=1)


def test_hours_that_are_there_are_taken(typical: xr.Dataset) -> None:
    some = typical["time"].values[100:200]
    assert np.array_equal(on_hours(typical, some, ZONE)["ghi"].values, typical["ghi"].values[100:200])


def test_a_typical_year_gives_any_year(typical: xr.Dataset) -> None:
    run = on_hours(typical, YEAR, ZONE)
    assert np.array_equal(run["time"].values, YEAR)
    assert np.array_equal(run["ghi"].values, typical["ghi"].values)
    assert run.attrs["hours"].startswith("by calendar from 2000-12-31T16")


def test_the_leap_day_is_that_before(typical: xr.Dataset) -> None:
    run = on_hours(typical, hours_of_year(2024, ZONE), ZONE)
    leap = run.sel(time=hours_between(date(2024, 2, 29), date(2024, 3, 1), ZONE))
    before = run.sel(time=hours_between(date(2024, 2, 28), date(2024, 2, 29), ZONE))
    assert run.sizes["time"] == 8784
    assert np.array_equal(leap["ghi"].values, before["ghi"].values)


def test_summer_time_moves_no_sun() -> None:
    berlin = replace(park(climates=(replace(CLIMATE, latitude=52.5, longitude=13.4),)), facts=park().facts)
    berlin = replace(berlin, facts=replace(berlin.facts, time_zone=BERLIN))
    of_2021 = weather_year(berlin, hours_of_year(2021, BERLIN))
    run = on_hours(of_2021, hours_of_year(2025, BERLIN), BERLIN)
    ours = weather_year(berlin, hours_of_year(2025, BERLIN))
    # One seed, one weather: the hours agree also in the days when one year has summer time and the other not yet.
    assert np.corrcoef(run["ghi"].values[:, 0], ours["ghi"].values[:, 0])[0, 1] > 0.999


def test_missing_hours_are_counted_and_named(typical: xr.Dataset) -> None:
    with pytest.raises(Mismatch, match=r"lacks 24 of 8760 hours, first 2025-01-01T16:00"):
        on_hours(typical.drop_isel(time=range(24, 48)), YEAR, ZONE)


def test_several_years_that_miss_the_run_are_refused() -> None:
    years = hours_between(date(2021, 1, 1), date(2023, 1, 1), ZONE)
    with pytest.raises(Mismatch, match="more than a year"):
        on_hours(weather_year(park(), years), YEAR, ZONE)


@settings(max_examples=20, deadline=None)
@given(year=st.integers(1990, 2060))
def test_every_year_has_all_its_hours(typical: xr.Dataset, year: int) -> None:
    hours = hours_of_year(year, ZONE)
    run = on_hours(typical, hours, ZONE)
    assert np.array_equal(run["time"].values, hours)
    assert not np.isnan(run["temp_air_c"].values).any()


# At the sites of a park


@cache
def drawn() -> xr.Dataset:
    return weather_year(park(), YEAR)


def station(**columns: float) -> xr.Dataset:
    made = drawn().assign_attrs(origin="file", altitude_m=np.nan)
    for name, value in columns.items():
        made[name] = xr.full_like(made[name], value)
    return made


def test_all_sites_have_the_station_s_weather() -> None:
    full = park(wind_farms=(farm("a"),), pv_plants=(plant(),))
    spread = at_sites(station(), full)
    checked(WEATHER, spread)
    assert list(spread["site"].values) == ["a", "pv", "steppe"]
    assert list(spread["height_m"].values) == [110.0] * 3
    assert np.array_equal(spread["wind_speed_m_per_s"].sel(site="a"), station()["wind_speed_m_per_s"][:, 0])
    assert spread.attrs["derived"] == ""
    assert available(full, spread)["available_mw"].sum().item() > 0


def test_what_is_lacking_is_derived_and_said() -> None:
    lacking = station(dni=np.nan, dhi=np.nan, pressure_pa=np.nan, snow=np.nan)
    spread = at_sites(lacking, park(pv_plants=(plant(),)))
    assert spread.attrs["derived"] == "dni, dhi, pressure_pa, snow"
    # The synthetic sky was split by the same method, so the parts come back.
    assert spread["dni"].sel(site="steppe").values == pytest.approx(station()["dni"].values[:, 0], abs=1e-9)
    assert spread["pressure_pa"].values == pytest.approx(91_183, abs=15)
    assert spread["snow"].values[LOCAL_JANUARY].mean() > 0.9


LOCAL_JANUARY = np.asarray(local(YEAR, ZONE).month == 1)


def test_missing_wind_is_not_made_up() -> None:
    spread = at_sites(station(wind_speed_m_per_s=np.nan), park(wind_farms=(farm("a"),)))
    with pytest.raises(Mismatch, match="wind_speed_m_per_s at 8760 of 8760 hours"):
        available(park(wind_farms=(farm("a"),)), spread)


def test_weather_of_many_sites_is_not_spread() -> None:
    with pytest.raises(Mismatch, match="has 2 sites"):
        at_sites(weather_year(park(wind_farms=(farm("a"),)), YEAR[:5]), park())


# Measured power


def test_power_in_mw_or_per_unit(tmp_path: Path) -> None:
    path = written(tmp_path, "time,p_mw,other\n2025-01-01 00:00,50,1\n2025-01-01 00:15,100,1\n", "farm.csv")
    series = read_power(path, time_zone=ZONE, column="p_mw", p_nom_mw=100)
    assert series.values.tolist() == [0.5, 1.0]
    assert series.id == "farm" and series.header == "p_mw"
    assert series.time[1] - series.time[0] == np.timedelta64(15, "m")
    with pytest.raises(BadInput, match=r"farm.csv:2 p_mw = '50.0': 50 times nominal power \(2 rows like it\)"):
        read_power(path, time_zone=ZONE, column="p_mw")
    with pytest.raises(BadInput, match="has the columns p_mw, other; name the one meant"):
        read_power(path, time_zone=ZONE)
    with pytest.raises(BadInput, match="did you mean 'p_mw'"):
        read_power(path, time_zone=ZONE, column="p_mv")


def test_measured_power_goes_into_the_park(tmp_path: Path) -> None:
    hours = hours_between(date(2025, 3, 3), date(2025, 3, 4), ZONE)
    text = "time,p\n" + "".join(f"{t:%Y-%m-%d %H:%M},0.25\n" for t in local(hours, ZONE))
    series = read_power(written(tmp_path, text, "w.csv"), time_zone=ZONE)
    metered = park(wind_farms=(farm("w", series="w", turbine=None),), series=(series,))
    assert available(metered, weather_year(metered, hours))["available_mw"].values == pytest.approx(25)
