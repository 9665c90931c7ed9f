"""Weather files of others, read through pvlib: EPW, TMY3 and PVGIS, in their units, with Holin's names and times."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pvlib
from numpy.typing import NDArray

from holin.calendar import Times
from holin.errors import BadInput, Fault

Floats = NDArray[np.float64]

TYPICAL_YEAR = 2001
"""Months of a typical year come from different years; they are put into one that is no leap year."""

PA_PER_MBAR = 100.0
SNOW_FULL_CM = 5.0


@dataclass(frozen=True, kw_only=True)
class StationFile:
    """What a station's file says: UTC hour starts, columns of the table WEATHER, its place, its first data row."""

    time: Times
    columns: dict[str, Floats]
    latitude: float
    longitude: float
    altitude_m: float
    typical: bool
    first_row: int


def read_station(path: Path, file_format: str) -> StationFile:
    """Read an `epw`, `tmy3` or `pvgis` file.

    Raises BadInput when pvlib cannot; its own words stand in `__cause__`.
    """
    readers = {"epw": _epw, "tmy3": _tmy3, "pvgis": _pvgis}
    try:
        return readers[file_format](path)
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, UnicodeDecodeError) as error:
        fault = Fault(
            file=path.name,
            problem=f"not a readable {file_format} file ({error})",
            right="download it again unchanged, or convert it to a CSV with the columns of the table 'weather'",
        )
        raise BadInput([fault]) from error


def _epw(path: Path) -> StationFile:
    """EnergyPlus Auxiliary Programs, chapter EPW: missing marks 99.9 degC, 999999 Pa, 9999 W/m2, 999 m/s, 999 cm."""
    data, meta = pvlib.iotools.read_epw(path)
    depth = _known(data, "snow_depth", below=999)
    columns = {
        "wind_speed_m_per_s": _known(data, "wind_speed", below=999),
        "temp_air_c": _known(data, "temp_air", below=99.9),
        "pressure_pa": _known(data, "atmospheric_pressure", below=999_999),
        "ghi": _known(data, "ghi", below=9999),
        "dni": _known(data, "dni", below=9999),
        "dhi": _known(data, "dhi", below=9999),
        "snow": np.minimum(depth / SNOW_FULL_CM, 1.0),
    }
    if np.isnan(columns["snow"]).any():
        del columns["snow"]
    time, order, typical = _one_year(data.index)
    return StationFile(
        time=time,
        columns={name: values[order] for name, values in columns.items()},
        latitude=meta["latitude"],
        longitude=meta["longitude"],
        altitude_m=meta["altitude"],
        typical=typical,
        first_row=9,
    )


def _tmy3(path: Path) -> StationFile:
    """Wilcox and Marion, NREL/TP-581-43156: hours are named by their end; pressure in mbar; missing is -9900."""
    data, meta = pvlib.iotools.read_tmy3(path)
    names = {"wind_speed_m_per_s": "wind_speed", "temp_air_c": "temp_air", "ghi": "ghi", "dni": "dni", "dhi": "dhi"}
    columns = {name: _known(data, theirs, above=-9900) for name, theirs in names.items()}
    columns["pressure_pa"] = PA_PER_MBAR * _known(data, "pressure", above=-9900)
    start = data.index - pd.Timedelta(hours=1)
    # pvlib moves the last hour of a leap year's 28 February to 1 March, 0:00, so that its start falls on the 29th.
    leap_day = (start.month == 2) & (start.day == 29)
    time, order, typical = _one_year(start.where(~leap_day, start - pd.Timedelta(days=1)))
    return StationFile(
        time=time,
        columns={name: values[order] for name, values in columns.items()},
        latitude=meta["latitude"],
        longitude=meta["longitude"],
        altitude_m=meta["altitude"],
        typical=typical,
        first_row=3,
    )


def _pvgis(path: Path) -> StationFile:
    """PVGIS typical year or hourly series as CSV; UTC, the minute is that of the satellite's picture."""
    lines = path.read_text(encoding="utf-8-sig", errors="replace").splitlines()
    headers = [i for i, line in enumerate(lines, start=1) if line.startswith("time")]
    if not headers:
        raise ValueError("it has no row that begins with 'time'")
    first_row = headers[0] + 1
    if lines[first_row - 2].startswith("time(UTC)"):
        data, meta = pvlib.iotools.read_pvgis_tmy(str(path), pvgis_format="csv")
        columns = {name: _known(data, name) for name in ("ghi", "dni", "dhi")}
        columns["pressure_pa"] = _known(data, "pressure")
    else:
        data, meta = pvlib.iotools.read_pvgis_hourly(str(path), pvgis_format="csv")
        columns = {"ghi": _horizontal(data, meta["inputs"])}
    columns["temp_air_c"] = _known(data, "temp_air")
    columns["wind_speed_m_per_s"] = _known(data, "wind_speed")
    time, order, typical = _one_year(data.index.floor("h"))
    return StationFile(
        time=time,
        columns={name: values[order] for name, values in columns.items()},
        latitude=meta["inputs"]["latitude"],
        longitude=meta["inputs"]["longitude"],
        altitude_m=meta["inputs"]["elevation"],
        typical=typical,
        first_row=first_row,
    )


def _horizontal(data: pd.DataFrame, inputs: dict[str, object]) -> Floats:
    slope = str(inputs.get("Slope", "")).split()
    if not slope or float(slope[0]) != 0:
        raise ValueError(
            f"its irradiance is that of a slope of {slope[0] if slope else '?'} deg, not of the horizontal"
        )
    parts = [c for c in data.columns if c.startswith("poa_") and c != "poa_global"]
    total = data[parts].sum(axis=1) if parts else data["poa_global"]
    return total.to_numpy(dtype=float)


def _known(data: pd.DataFrame, name: str, *, below: float = np.inf, above: float = -np.inf) -> Floats:
    values = pd.to_numeric(data[name]).to_numpy(dtype=float)
    return np.where((values < below) & (values > above), values, np.nan)


def _one_year(index: pd.DatetimeIndex) -> tuple[Times, NDArray[np.int_], bool]:
    """Return rising UTC times, the order of the rows that gives them, and whether years were mixed."""
    real = index.tz_convert("UTC").tz_localize(None)
    if (np.diff(real.to_numpy()) > np.timedelta64(0)).all() and real[-1] - real[0] < len(real) * pd.Timedelta(hours=2):
        return real.to_numpy(dtype="datetime64[ns]"), np.arange(len(real)), False
    kept = np.flatnonzero(~((index.month == 2) & (index.day == 29)))
    typical = [stamp.replace(year=TYPICAL_YEAR) for stamp in index[kept]]
    times = pd.DatetimeIndex(typical).tz_convert("UTC").tz_localize(None).to_numpy(dtype="datetime64[ns]")
    order = np.argsort(times, kind="stable")
    if len(np.unique(times)) != len(times):
        raise ValueError("a typical year holds an hour twice")
    return times[order], kept[order], True
