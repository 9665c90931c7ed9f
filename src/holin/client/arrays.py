"""Arrow streams as pandas and xarray, with their hours, units and meanings."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import xarray as xr


def told(metadata: dict[bytes, bytes] | None) -> dict[str, str]:
    """Return what a schema or a field says of itself."""
    return {k.decode(): v.decode() for k, v in (metadata or {}).items()}


def table_of(content: bytes) -> pa.Table:
    """Return an Arrow stream as a table."""
    return pa.ipc.open_stream(content).read_all()


def data_array(content: bytes) -> xr.DataArray:
    """Return a column of a run: its dimensions and labels, `time` as starts of intervals in UTC without a zone.

    Single precision; NaN where the server says null. `attrs` has `units`, `long_name` and what else the server said.
    """
    table = table_of(content)
    about = told(table.schema.metadata)
    rows, *others = json.loads(about.pop("dims"))
    fields = [told(f.metadata) for f in table.schema]
    labels = {dim: list(dict.fromkeys(f[dim] for f in fields)) for dim in others}
    shape = (table.num_rows, *(len(labels[dim]) for dim in others))
    laid = [column.to_numpy(zero_copy_only=False) for column in table.columns]
    values = np.stack(laid, axis=1).astype(np.float32) if laid else np.empty((table.num_rows, 0), np.float32)
    attrs = {"units": about.pop("unit", ""), "long_name": about.pop("meaning", ""), **about}
    coords: dict[str, Any] = {rows: hours(about, table.num_rows).tz_localize(None).to_numpy(), **labels}
    return xr.DataArray(
        values.reshape(shape), coords=coords, dims=(rows, *others), name=about.get("column"), attrs=attrs
    )


def hourly_frame(content: bytes) -> pd.DataFrame:
    """Return series by the local time of the park; `attrs` has `unit`, `en` and `zh` of each, and `about` of all."""
    table = table_of(content)
    about = told(table.schema.metadata)
    frame: pd.DataFrame = table.to_pandas()
    frame.index = hours(about, table.num_rows).tz_convert(about["time_zone"]).rename("time")
    said = {f.name: told(f.metadata) for f in table.schema}
    frame.attrs.update({key: {n: s.get(key, "") for n, s in said.items()} for key in ("unit", "en", "zh")}, about=about)
    return frame


def daily_frame(content: bytes) -> pd.DataFrame:
    """Return rows of local day, source, user and MWh; `attrs` has `sources` and `users` with their names."""
    table = table_of(content)
    about = told(table.schema.metadata)
    frame: pd.DataFrame = table.to_pandas()
    frame["day"] = pd.to_datetime(frame["day"])
    frame.attrs.update(sources=json.loads(about["sources"]), users=json.loads(about["users"]), unit=about["unit"])
    return frame


def hours(about: dict[str, str], count: int) -> pd.DatetimeIndex:
    """Return the starts of a run's intervals in UTC."""
    step = pd.Timedelta(seconds=int(about["step_s"]))
    return pd.date_range(pd.Timestamp(about["first"]), periods=count, freq=step)
