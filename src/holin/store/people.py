"""Tables for people: what a spreadsheet or a notebook elsewhere wants of a run, as Parquet with units."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import xarray as xr
from numpy.typing import NDArray

from holin.calendar import local
from holin.columns import Column
from holin.errors import ARGUMENT, BadInput, Fault
from holin.store.reading import Run

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class PeopleTable:
    """A flat table with the declaration of each column."""

    meaning: str
    frame: pd.DataFrame
    columns: tuple[Column, ...]


def people_tables(tables: Mapping[str, xr.Dataset], *, time_zone: str) -> dict[str, PeopleTable]:
    """Return the tables that the run's tables allow, months by local time: `hours`, `sources` and `enterprises`.

    `hours` needs flows, `sources` flows (and the schedule for what was curtailed), `enterprises` trace and carbon.
    """
    found = {}
    if "flows" in tables:
        found["hours"] = _hours(tables["flows"])
        found["sources"] = _sources(tables["flows"], tables.get("schedule"), time_zone)
    if "trace" in tables and "carbon" in tables:
        found["enterprises"] = _enterprises(tables["trace"], tables["carbon"], time_zone)
    return found


def write_parquet(path: Path, table: PeopleTable) -> None:
    """Write a table as Parquet with page checksums; each column's unit and meaning stand in its field's metadata."""
    arrow = pa.Table.from_pandas(table.frame, preserve_index=False)
    declared = {c.name: {"unit": c.unit, "meaning": c.meaning} for c in table.columns}
    fields = [field.with_metadata(declared[field.name]) for field in arrow.schema]
    schema = pa.schema(fields, metadata={"meaning": table.meaning})
    pq.write_table(arrow.cast(schema), path, compression="zstd", write_page_checksum=True)


def read_people(run: Run, name: str) -> list[dict[str, Any]]:
    """Return the rows of one of a run's tables for people, its page checksums verified; [] where the run has none.

    What is missing in a row is None.
    """
    file = run.folder / "people" / f"{name}.parquet"
    if not file.is_file():
        return []
    rows: list[dict[str, Any]] = pq.read_table(file, page_checksum_verification=True).to_pylist()
    return rows


def write_people(path: Path, table: PeopleTable) -> Path:
    """Write a table as Parquet or CSV, by the name's end, whole or not at all, and return the path.

    Raises BadInput where the name ends otherwise.
    """
    writers = {".parquet": write_parquet, ".csv": write_csv}
    if path.suffix.lower() not in writers:
        right = f"give a name that ends in {' or '.join(writers)}"
        raise BadInput(
            [Fault(file=ARGUMENT, field="out", value=str(path), problem="no such kind of file", right=right)]
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.partial")
    try:
        writers[path.suffix.lower()](partial, table)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    return path


def write_csv(path: Path, table: PeopleTable) -> None:
    """Write a table as CSV in UTF-8; times in UTC with their zone."""
    table.frame.to_csv(path, index=False, encoding="utf-8")


def _declared(**columns: tuple[str, str]) -> tuple[Column, ...]:
    return tuple(Column(name=n, type=float, unit=unit, meaning=text) for n, (unit, text) in columns.items())


HOURS = _declared(
    time=("", "start of the hour, UTC"),
    wind_mwh=("MWh", "fed in by wind farms"),
    solar_mwh=("MWh", "fed in by PV plants"),
    coal_mwh=("MWh", "fed in by thermal units, net"),
    other_mwh=("MWh", "fed in by generators without fuel data"),
    import_mwh=("MWh", "taken from the public grid"),
    export_mwh=("MWh", "given to the public grid"),
    discharge_mwh=("MWh", "out of storage, at the bus"),
    charge_mwh=("MWh", "into storage, at the bus"),
    load_mwh=("MWh", "loads and potlines, at their buses"),
    network_loss_mwh=("MWh", "lost in branches and shunts"),
)

SOURCES = _declared(
    month=("", "local month"),
    source=("", "id of the unit"),
    kind=("", "table of the unit"),
    energy_mwh=("MWh", "fed in, net"),
    available_mwh=("MWh", "what the weather would have allowed (wind, PV)"),
    curtailed_mwh=("MWh", "available but not used"),
)

ENTERPRISES = _declared(
    month=("", "local month"),
    enterprise=("", "id of the enterprise"),
    used_mwh=("MWh", "loads and potlines, at their buses"),
    loss_mwh=("MWh", "network losses assigned to that use"),
    green_mwh=("MWh", "of the use, traced to wind and sun; count: physical"),
    green_share=("1", "green / used; count: physical"),
    traced_t=("t", "CO2 by tracing, losses included"),
    location_t=("t", "CO2 by the park's hourly average, losses included"),
)


TRACED = _declared(
    time=("", "start of the hour, UTC"),
    month=("", "local month"),
    source=("", "id of the unit, or kind of units"),
    source_kind=("", "table of the unit"),
    green=("", "whether the source is renewable"),
    end=("", "use, network_loss, storage_loss or stored"),
    sink=("", "id of the user, of its enterprise, or of the storage"),
    sink_kind=("", "table of the user, `enterprise`, or export"),
    storage=("", "storage through which it came; empty where directly"),
    charged_from=("", "begin of the time in which the storage was charged with it, UTC"),
    charged_until=("", "end of that time, UTC"),
    energy_mwh=("MWh", "energy of the source used by the sink, at the sink's bus"),
    loss_mwh=("MWh", "network losses assigned to that"),
    mwh=("MWh", "energy of the source that ended so"),
    share=("1", "part of all that the enterprise used in the hour"),
)


def traced_table(frame: pd.DataFrame, meaning: str) -> PeopleTable:
    """Return a table of traced energy with what its columns mean; raises KeyError at a column that is not declared."""
    declared = {c.name: c for c in TRACED}
    return PeopleTable(meaning=meaning, frame=frame, columns=tuple(declared[c] for c in frame.columns))


def _hours(flows: xr.Dataset) -> PeopleTable:
    power = np.nan_to_num(flows["p_mw"].values)
    kind = flows["kind"].values

    def total(*kinds: str, sign: int = 1) -> Array:
        return np.asarray(np.maximum(sign * power[:, np.isin(kind, kinds)], 0.0).sum(axis=1))

    losses = [np.nan_to_num(flows[c].values).sum(axis=1) for c in ("p_from_mw", "p_to_mw", "shunt_loss_mw")]
    frame = pd.DataFrame(
        {
            "time": pd.DatetimeIndex(flows["time"].values).tz_localize("UTC"),
            "wind_mwh": total("wind_farm"),
            "solar_mwh": total("pv_plant"),
            "coal_mwh": total("thermal_unit"),
            "other_mwh": total("generator"),
            "import_mwh": total("grid"),
            "export_mwh": total("grid", sign=-1),
            "discharge_mwh": total("storage"),
            "charge_mwh": total("storage", sign=-1),
            "load_mwh": total("load", "potline", sign=-1),
            "network_loss_mwh": np.sum(losses, axis=0),
        }
    )
    return PeopleTable(meaning="the park's energy, hour by hour", frame=frame, columns=HOURS)


def _sources(flows: xr.Dataset, schedule: xr.Dataset | None, time_zone: str) -> PeopleTable:
    kinds = flows["kind"].values.tolist()
    months = _months(flows, time_zone)
    rows = [k for k, kind in enumerate(kinds) if kind in ("wind_farm", "pv_plant", "thermal_unit", "generator", "grid")]
    frames = []
    for row in rows:
        unit = str(flows["unit"].values[row])
        energy = np.maximum(np.nan_to_num(flows["p_mw"].values[:, row]), 0.0)
        may = np.full_like(energy, np.nan)
        if schedule is not None and "available_mw" in schedule:
            may = schedule["available_mw"].sel(unit=unit).values
        hourly = pd.DataFrame({"energy_mwh": energy, "available_mwh": may, "curtailed_mwh": may - energy})
        frame = hourly.groupby(months, sort=True).sum(min_count=1).rename_axis("month").reset_index()
        frame.insert(1, "source", unit)
        frame.insert(2, "kind", kinds[row])
        frames.append(frame)
    empty = pd.DataFrame({c.name: pd.Series(dtype=float) for c in SOURCES})
    frame = pd.concat(frames, ignore_index=True) if frames else empty
    return PeopleTable(meaning="each source by local month", frame=frame, columns=SOURCES)


def _enterprises(trace: xr.Dataset, carbon: xr.Dataset, time_zone: str) -> PeopleTable:
    users = np.flatnonzero(np.isin(trace["sink_kind"].values, ("load", "potline")))
    owner = trace["enterprise"].values[users]
    energy = trace["energy_mwh"].values
    hourly = {
        "used_mwh": energy.sum(axis=1)[:, users],
        "loss_mwh": trace["loss_mwh"].values.sum(axis=1)[:, users],
        "green_mwh": energy[:, trace["green"].values.astype(bool)].sum(axis=1)[:, users],
        "traced_t": carbon["traced_t"].values[:, users],
        "location_t": carbon["location_t"].values[:, users],
    }
    months = _months(trace, time_zone)
    frames = []
    for enterprise in sorted(set(owner.tolist())):
        mine = owner == enterprise
        frame = pd.DataFrame({name: values[:, mine].sum(axis=1) for name, values in hourly.items()})
        frame = frame.groupby(months, sort=True).sum().rename_axis("month").reset_index()
        frame.insert(1, "enterprise", enterprise)
        frames.append(frame)
    empty = pd.DataFrame({c.name: pd.Series(dtype=float) for c in ENTERPRISES})
    frame = pd.concat(frames, ignore_index=True) if frames else empty
    frame["green_share"] = frame["green_mwh"] / frame["used_mwh"].where(frame["used_mwh"] > 0)
    frame = frame[[c.name for c in ENTERPRISES]]
    return PeopleTable(meaning="each enterprise by local month; count: physical", frame=frame, columns=ENTERPRISES)


def _months(table: xr.Dataset, time_zone: str) -> NDArray[np.str_]:
    return np.asarray(local(table["time"].values, time_zone).strftime("%Y-%m"), dtype=str)
