"""Energy of a run by kind, from the final AC schedule, and what the rules read."""

from __future__ import annotations

import math

import numpy as np
import xarray as xr

from holin.flow import network_loss_mw
from holin.park import Park
from holin.rules import OF_LEDGER

RENEWABLE = ("wind_farm", "pv_plant")
CLOSING_TOLERANCE = 1e-4


def power_of(flows: xr.Dataset, *kinds: str) -> xr.DataArray:
    """Return the power of all units of the given kinds, of shape (time, unit)."""
    power: xr.DataArray = flows.p_mw.isel(unit=np.flatnonzero(np.isin(flows.kind.values, kinds)))
    return power


def energy_mwh(schedule: xr.Dataset, flows: xr.Dataset) -> dict[str, float]:
    """Return the energy of the horizon by kind (MWh, each positive); hours that did not converge are left out.

    load = wind + solar + coal + other + import - export - storage_loss - network_loss; coal is net of auxiliaries, load
    includes potlines at their buses, storage_loss is what storage took and did not give back. shed is load
    that was not served and is in none of the others; curtailed is NaN where nobody tells what the weather allowed.
    """

    def total(table: xr.DataArray) -> float:
        return float(np.nansum(table.values))

    grid = power_of(flows, "grid")
    used = power_of(flows, *RENEWABLE)
    available = schedule.available_mw.sel(unit=used.unit.values)
    return {
        "load": -total(power_of(flows, "load", "potline")),
        "wind": total(power_of(flows, "wind_farm")),
        "solar": total(power_of(flows, "pv_plant")),
        "coal": total(power_of(flows, "thermal_unit")),
        "other": total(power_of(flows, "generator")),
        "import": total(grid.clip(min=0)),
        "export": -total(grid.clip(max=0)),
        "curtailed": math.nan if curtailment_untold(schedule, flows) else total(available - used),
        "storage_loss": -total(power_of(flows, "storage")),
        "network_loss": total(network_loss_mw(flows)),
        "shed": total(schedule.shed_mw),
    }


def curtailment_untold(schedule: xr.Dataset, flows: xr.Dataset) -> bool:
    """Return whether the schedule does not say what any wind farm or PV plant could have given: no meter tells it."""
    units = power_of(flows, *RENEWABLE).unit.values
    return len(units) > 0 and bool(np.isnan(schedule.available_mw.sel(unit=units).values).all())


def matched_mwh(flows: xr.Dataset) -> float:
    """Return the sum over the hours of the lesser of load and clean energy; hours that did not converge are left out.

    Clean is wind and PV less export, with what storage gives less what it takes. It is below zero where storage takes
    more than there is: what was stored of other power counts against the hours in which it comes back.
    """
    load = -power_of(flows, "load", "potline").sum("unit", skipna=False)
    exported = -power_of(flows, "grid").clip(max=0).sum("unit", skipna=False)
    clean = power_of(flows, *RENEWABLE, "storage").sum("unit", skipna=False) - exported
    return float(np.nansum(np.minimum(load.values, clean.values)))


def potline_mwh(park: Park, flows: xr.Dataset) -> float:
    """Return what the potlines used at their buses (MWh); hours that did not converge are left out."""
    return -float(np.nansum(flows["p_mw"].sel(unit=[p.id for p in park.potlines]).values)) + 0.0


def closing_error(energy: dict[str, float]) -> float:
    """Return by how much the energies do not close, as a share of the load, or of what was made where that is more."""
    made = energy["wind"] + energy["solar"] + energy["coal"] + energy["other"] + energy["import"]
    lost = energy["export"] + energy["storage_loss"] + energy["network_loss"]
    return abs(made - lost - energy["load"]) / max(energy["load"], made, 1e-9)


def quantities(
    park: Park,
    energy: dict[str, float],
    *,
    co2_t: float,
    aluminium_load_mwh: float,
    green_traced_mwh: float,
    matched_mwh: float,
    land_ha: float = math.nan,
) -> dict[str, float]:
    """Return what `holin.rules` reads (its QUANTITIES), over the horizon.

    NaN is not known: certificates without a ledger, and the land of what was built where its plan does not tell.
    `load_mwh` is what was asked for: served or not.
    """
    used = energy["wind"] + energy["solar"]
    return {
        "renewable_available_mwh": used + energy["curtailed"],
        "renewable_used_mwh": used,
        "load_mwh": energy["load"] + energy["shed"],
        "import_mwh": energy["import"],
        "export_mwh": energy["export"],
        "co2_t": co2_t,
        "renewable_mw": sum(u.p_nom_mw for u in (*park.wind_farms, *park.pv_plants)),
        "storage_mw": sum(s.p_nom_mw for s in park.storages),
        "storage_mwh": sum(s.e_nom_mwh for s in park.storages),
        **dict.fromkeys(sorted(OF_LEDGER), math.nan),
        "green_traced_mwh": green_traced_mwh,
        "matched_mwh": matched_mwh,
        "land_ha": land_ha,
        "aluminium_load_mwh": aluminium_load_mwh,
    }
