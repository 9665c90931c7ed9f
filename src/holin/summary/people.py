"""Who used what: energy, green share and carbon of each enterprise, and of each month."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr

from holin.calendar import local
from holin.flow import network_loss_mw
from holin.kernel.linear import Floats
from holin.park import Park
from holin.summary.energy import curtailment_untold, power_of

USERS = ("load", "potline")


def green_mwh(trace: xr.Dataset) -> xr.DataArray:
    """Return the renewable energy used by each sink and hour, by physical tracing, of shape (time, sink)."""
    green: xr.DataArray = trace.energy_mwh.isel(source=np.flatnonzero(trace.green.values)).sum("source")
    return green


def users_of(trace: xr.Dataset) -> xr.Dataset:
    """Return the trace of loads and potlines only: without storage charging and export."""
    return trace.isel(sink=np.flatnonzero(np.isin(trace.sink_kind.values, USERS)))


def shares_by_enterprise(users: xr.Dataset) -> dict[str, float]:
    """Return the green share of each enterprise that used energy, by physical tracing; `users` as `users_of` gives."""
    used, green = users.energy_mwh.sum(("time", "source")).values, green_mwh(users).sum("time").values
    owner = users.enterprise.values
    loads = {str(name): float(used[owner == name].sum()) for name in dict.fromkeys(owner.tolist())}
    return {name: float(green[owner == name].sum()) / mwh for name, mwh in loads.items() if mwh > 0.0}


def enterprises(park: Park, trace: xr.Dataset, carbon: xr.Dataset) -> list[dict[str, Any]]:
    """Return energy, green share (physical) and traced and location-based CO2 of each enterprise, in park order."""
    users = users_of(trace)
    used, green = users.energy_mwh.sum(("time", "source")), green_mwh(users).sum("time")
    traced, location = (carbon[name].sel(sink=users.sink.values).sum("time") for name in ("traced_t", "location_t"))
    rows = []
    for enterprise in park.enterprises:
        mine = users.enterprise.values == enterprise.id
        if not mine.any():
            continue
        load = float(used.values[mine].sum())
        rows.append(
            {
                "id": enterprise.id,
                "name": enterprise.name,
                "name_zh": enterprise.name_zh,
                "sector": enterprise.sector.value,
                "load_mwh": load,
                "green_share_physical": float(green.values[mine].sum()) / load if load else float("nan"),
                "carbon_t": float(traced.values[mine].sum()),
                "carbon_location_t": float(location.values[mine].sum()),
            }
        )
    return rows


def monthly(
    park: Park, schedule: xr.Dataset, flows: xr.Dataset, trace: xr.Dataset, month_share: Floats
) -> list[dict[str, Any]]:
    """Return the energy of each local month by kind (MWh) and its physical green share.

    `month_share` (month,) is how much of each month the run has; `whole` is said of a month that it has all of.
    """
    clock = local(flows.time.values, park.facts.time_zone)
    label = np.array([f"{d.year:04d}-{d.month:02d}" for d in clock])
    users = users_of(trace)
    columns = {
        "load": -power_of(flows, *USERS).sum("unit"),
        "wind": power_of(flows, "wind_farm").sum("unit"),
        "solar": power_of(flows, "pv_plant").sum("unit"),
        "coal": power_of(flows, "thermal_unit").sum("unit"),
        "other": power_of(flows, "generator").sum("unit"),
        "import": power_of(flows, "grid").clip(min=0).sum("unit"),
        "export": -power_of(flows, "grid").clip(max=0).sum("unit"),
        "curtailed": (schedule.available_mw - flows.p_mw.sel(unit=schedule.unit.values)).sum("unit", skipna=True),
        "network_loss": network_loss_mw(flows),
        "green": green_mwh(users).sum("sink"),
    }
    untold = {"curtailed": np.nan} if curtailment_untold(schedule, flows) else {}
    months = []
    for k, month in enumerate(dict.fromkeys(label)):
        here = label == month
        sums = {name: float(np.nansum(values.values[here])) for name, values in columns.items()} | untold
        share = sums["green"] / sums["load"] if sums["load"] else float("nan")
        whole = bool(month_share[k] > 1 - 1e-9)
        months.append({"month": month, "whole": whole, "energy_mwh": sums, "green_share_physical": share})
    return months
