"""Read weather and measured power from files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from holin.calendar import Times, hours_of_year
from holin.errors import BadInput, Fault
from holin.park import Series
from holin.resource.measured import hourly, phase_of
from holin.resource.sites import MEASURING_HEIGHT_M
from holin.resource.station_files import read_station
from holin.resource.table_files import FAULTS_SHOWN, HourTable, read_table, unknown_columns
from holin.tables import WEATHER, checked

Floats = NDArray[np.float64]

STATION = "weather"
FORMATS = ("own", "epw", "tmy3", "pvgis")
COLUMNS = tuple(c.name for c in WEATHER.columns)

PLAUSIBLE: dict[str, tuple[float, float, str]] = {
    "wind_speed_m_per_s": (0, 80, "m/s"),
    "temp_air_c": (-90, 60, "degC, not kelvin"),
    "pressure_pa": (45_000, 110_000, "Pa, not hPa"),
    "ghi": (-20, 1800, "W/m2"),
    "dni": (-20, 1400, "W/m2"),
    "dhi": (-20, 1100, "W/m2"),
    "snow": (0, 1, "a share, 0..1"),
}
"""Bounds outside which a value is a slip of units or a broken sensor (records of WMO, rounded outwards).

Pyranometers read a few W/m2 below zero at night; that is set to zero."""


def read_weather(path: Path | str, *, time_zone: str, format: str | None = None) -> xr.Dataset:
    """Read a weather file as the table WEATHER with one site, "weather".

    `format` is own (CSV or Parquet), epw, tmy3 or pvgis; found from the file where None. Own files have a column
    `time`, columns of the table WEATHER and, where wind was not measured at 10 m, `height_m`; local times without an
    offset are in `time_zone`. Shorter intervals are averaged to hours; columns that the file lacks are NaN, and
    `at_sites` fills what can be derived. Typical years stand in the year 2001; `on_hours` puts them on a run's hours.
    Raises BadInput with file, row, field and value of every fault.
    """
    path = _existing(path)
    kind = format or _format_of(path)
    if kind not in FORMATS:
        raise BadInput([Fault(file=path.name, problem=f"no format '{kind}'", right=f"one of {', '.join(FORMATS)}")])
    phase = phase_of(hours_of_year(2025, time_zone))
    if kind == "own":
        table = read_table(path, time_zone=time_zone)
        height = _height(path, table)
        _check(path, {k: v for k, v in table.columns.items() if k in COLUMNS}, int(table.rows[0]))
        return _weather(path, table.time, table.columns, phase=phase, height_m=height, typical=False, place=None)
    station = read_station(path, kind)
    _check(path, station.columns, station.first_row)
    place = (station.latitude, station.longitude, station.altitude_m)
    return _weather(
        path,
        station.time,
        station.columns,
        phase=phase,
        height_m=MEASURING_HEIGHT_M,
        typical=station.typical,
        place=place,
    )


def read_power(path: Path | str, *, time_zone: str, column: str | None = None, p_nom_mw: float | None = None) -> Series:
    """Read a measured power series, own CSV or Parquet: `time` (interval starts) and one column, or the one named.

    Values are per unit of nominal power, or in MW where `p_nom_mw` is given. The series keeps the file's interval.
    Raises BadInput with file, row, field and value of every fault.
    """
    path = _existing(path)
    table = read_table(path, time_zone=time_zone)
    names = list(table.columns)
    if column is None and len(names) != 1:
        raise BadInput(
            [Fault(file=path.name, row=1, problem=f"has the columns {', '.join(names)}", right="name the one meant")]
        )
    wanted = column or names[0]
    if wanted not in table.columns:
        raise BadInput(unknown_columns(path, [wanted], names))
    values = table.columns[wanted] / (p_nom_mw or 1.0)
    wrong = np.flatnonzero((values > PER_UNIT_MAX) | (values < -PER_UNIT_MAX))
    if len(wrong):
        first = int(wrong[0])
        raise BadInput(
            [
                Fault(
                    file=path.name,
                    row=int(table.rows[first]),
                    field=wanted,
                    value=str(table.columns[wanted][first]),
                    problem=f"{values[first]:g} times nominal power ({len(wrong)} rows like it)",
                    right="give per-unit values, or the nominal power in MW with a file in MW",
                )
            ]
        )
    return Series(id=path.stem, file=path.name, header=wanted, time=table.time, values=values)


PER_UNIT_MAX = 1.5


def _existing(path: Path | str) -> Path:
    path = Path(path)
    if not path.is_file():
        raise BadInput([Fault(file=path.name, problem="no such file", right=f"looked for {path}; check the path")])
    return path


def _format_of(path: Path) -> str:
    if path.suffix.lower() == ".epw":
        return "epw"
    if path.suffix.lower() == ".parquet":
        return "own"
    with path.open(encoding="utf-8", errors="replace") as file:
        first, second = file.readline().lstrip("\ufeff"), file.readline()
    if first.startswith("LOCATION,"):
        return "epw"
    if first.startswith("Latitude (decimal degrees)"):
        return "pvgis"
    return "tmy3" if second.startswith("Date (MM/DD/YYYY)") else "own"


def _height(path: Path, table: HourTable) -> float:
    """Take `height_m` out of the columns; check that the others are known."""
    heights = np.unique(table.columns.pop("height_m", np.array([MEASURING_HEIGHT_M])))
    faults = unknown_columns(path, list(table.columns), [*COLUMNS, "height_m"])
    if not table.columns:
        faults.append(Fault(file=path.name, row=1, problem="only times", right=f"columns: {', '.join(COLUMNS)}"))
    if len(heights) != 1 or not heights[0] > 0:
        faults.append(
            Fault(file=path.name, field="height_m", problem="not one positive height", right="the same in each row")
        )
    if faults:
        raise BadInput(faults)
    return float(heights[0])


def _check(path: Path, columns: dict[str, Floats], first_row: int) -> None:
    faults = []
    for name, values in columns.items():
        low, high, unit = PLAUSIBLE[name]
        faults += [
            Fault(
                file=path.name,
                row=first_row + int(i),
                field=name,
                value=f"{values[i]:g}",
                problem="not plausible",
                right=f"between {low:g} and {high:g} ({unit})",
            )
            for i in np.flatnonzero((values < low) | (values > high))[:FAULTS_SHOWN]
        ]
    if faults:
        raise BadInput(faults[:FAULTS_SHOWN])


def _weather(
    path: Path,
    time: Times,
    columns: dict[str, Floats],
    *,
    phase: np.timedelta64,
    height_m: float,
    typical: bool,
    place: tuple[float, float, float] | None,
) -> xr.Dataset:
    means = {name: hourly(time, values, phase) for name, values in columns.items()}
    hours = np.unique(np.concatenate([h for h, _ in means.values()]))
    if not len(hours):
        raise BadInput(
            [Fault(file=path.name, problem="no hour is complete", right="give all intervals of an hour, without gaps")]
        )
    values = {name: np.full((len(hours), 1), np.nan) for name in COLUMNS}
    for name, (known, mean) in means.items():
        values[name][np.searchsorted(hours, known), 0] = (
            np.maximum(mean, 0.0) if name in ("ghi", "dni", "dhi") else mean
        )
    latitude, longitude, altitude = place or (np.nan, np.nan, np.nan)
    table = xr.Dataset(
        {name: (("time", "site"), v) for name, v in values.items()},
        coords={
            "time": hours,
            "site": np.array([STATION], dtype=object),
            "kind": ("site", np.array(["station"], dtype=object)),
            "latitude": ("site", [latitude]),
            "longitude": ("site", [longitude]),
            "height_m": ("site", [height_m]),
        },
        attrs={"origin": "file", "file": path.name, "typical": int(typical), "altitude_m": altitude},
    )
    return checked(WEATHER, table)
