"""The figures of a run that `holin run --json` prints."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import xarray as xr

from holin.errors import CheckFailed
from holin.operation import hours_of
from holin.park import Park, Stage, direct_t_per_t
from holin.potline import amperage_ka, metal_t_per_h
from holin.rules import verdict
from holin.summary.claims import claims_held
from holin.summary.energy import (
    CLOSING_TOLERANCE,
    RENEWABLE,
    closing_error,
    energy_mwh,
    matched_mwh,
    power_of,
    quantities,
)
from holin.summary.money import money_by_part, price_per_kwh
from holin.summary.people import enterprises, green_mwh, monthly, users_of

COUNTS = {
    "green_share.physical": "physical",
    "green_share.annual": "annual balance (not hourly, not traced)",
    "green_metal_t": "physical",
    "enterprises.green_share_physical": "physical",
    "carbon.t_per_t_al": "physical",
    "rules.aluminium_certificate_min": "certificate",
    "rules.aluminium_green_share_min": "physical (traced to all users, all of it allotted to the potlines)",
    "rules.hourly_matched_share_min": "hourly balance of the park (not traced)",
}
"""Which of the three green counts a figure belongs to; nothing here is a mass balance of retired certificates."""


SCHEDULED = {"green": RENEWABLE, "load": ("load", "potline"), "grid": ("grid",)}


def summary(
    park: Park,
    stage: Stage,
    *,
    schedule: xr.Dataset,
    flows: xr.Dataset,
    trace: xr.Dataset,
    carbon: xr.Dataset,
    emitted_t: float,
    land_ha: float = math.nan,
) -> dict[str, Any]:
    """Return the figures of a run: energy, shares, carbon, metal, money, rules, grid, enterprises and months.

    All come from the final AC schedule; `emitted_t` is the CO2 of captive units and import over the horizon, `land_ha`
    what the plan of the park takes (NaN: not known). Raises CheckFailed when the energies do not close within 1e-4 of
    the load.
    """
    hours = hours_of(flows.time.values, park.facts.time_zone)
    energy = energy_mwh(schedule, flows)
    if closing_error(energy) > CLOSING_TOLERANCE:
        raise CheckFailed(f"the energies of the run do not close: {closing_error(energy):.2e} of the load")
    money = money_by_part(park, schedule, flows, hours, energy["load"])
    metal = metal_of(park, flows, trace, carbon)
    traced = float(green_mwh(users_of(trace)).sum())
    judged = quantities(
        park,
        energy,
        co2_t=emitted_t,
        aluminium_load_mwh=metal["potline_mwh"],
        green_traced_mwh=traced,
        matched_mwh=matched_mwh(flows),
        land_ha=land_ha,
    )
    figures = {
        "park": park.facts.id,
        "stage": stage.name,
        "hours": int(flows.sizes["time"]),
        "currency": park.facts.currency,
        "energy_mwh": energy,
        "green_share": green_shares(energy, trace),
        "carbon": {"total_t": emitted_t + metal["direct_t"], "energy_t": emitted_t, **_per_tonne(metal)},
        "metal_t": metal["metal_t"],
        "green_metal_t": metal["green_metal_t"],
        "flow": grid_figures(flows),
        "all_in_price_per_kwh": price_per_kwh(money, energy["load"]),
        "price_parts": money,
        "rules": [
            {
                **dataclasses.asdict(verdict(rule, judged, years=hours.years)),
                "name": rule.name,
                "name_zh": rule.name_zh,
            }
            for rule in park.rules
        ],
        "enterprises": enterprises(park, trace, carbon),
        "monthly": monthly(park, schedule, flows, trace, hours.month_share),
        "counts": COUNTS,
    }
    return figures | {"claims": claims_held(park.claims, figures)}


def scheduled_share(schedule: xr.Dataset) -> dict[str, float]:
    """Return the green energy and its annual share of a schedule that no power flow has touched, for what-ifs."""
    power = {kind: power_of(schedule, *kinds) for kind, kinds in SCHEDULED.items()}
    used, load = float(power["green"].sum()), -float(power["load"].sum())
    export = -float(power["grid"].clip(max=0).sum())
    return {"green_mwh": used, "green_share_annual": (used - export) / load if load else math.nan}


def green_shares(energy: Mapping[str, float], trace: xr.Dataset) -> dict[str, float]:
    """Return the physical hourly share (traced) beside the plain annual one, (wind + solar used - export) / load."""
    users = users_of(trace)
    used = float(users.energy_mwh.sum())
    return {
        "physical": float(green_mwh(users).sum()) / used if used else math.nan,
        "annual": (energy["wind"] + energy["solar"] - energy["export"]) / energy["load"]
        if energy["load"]
        else math.nan,
    }


def metal_of(park: Park, flows: xr.Dataset, trace: xr.Dataset, carbon: xr.Dataset) -> dict[str, float]:
    """Return the potlines' metal, green metal and carbon over the horizon.

    green_metal_t = green energy traced to the potline / its AC specific energy (energy / metal) over the horizon.
    """
    totals = {"metal_t": 0.0, "green_metal_t": 0.0, "potline_mwh": 0.0, "direct_t": 0.0, "energy_t": 0.0}
    green = green_mwh(trace)
    for potline in park.potlines:
        power = -flows.p_mw.sel(unit=potline.id).values
        metal = float(np.nansum(metal_t_per_h(potline, amperage_ka(potline, np.maximum(power, 0.0)))))
        energy = float(np.nansum(power))
        totals["metal_t"] += metal
        totals["potline_mwh"] += energy
        totals["green_metal_t"] += metal * float(green.sel(sink=potline.id).sum()) / energy if energy else 0.0
        totals["direct_t"] += metal * direct_t_per_t(potline)
        totals["energy_t"] += float(carbon.traced_t.sel(sink=potline.id).sum())
    return totals


def _per_tonne(metal: Mapping[str, float]) -> dict[str, float | None]:
    if not metal["metal_t"]:
        return {"t_per_t_al": None, "direct_t_per_t_al": None}
    direct = metal["direct_t"] / metal["metal_t"]
    return {"t_per_t_al": direct + metal["energy_t"] / metal["metal_t"], "direct_t_per_t_al": direct}


def grid_figures(flows: xr.Dataset) -> dict[str, Any]:
    """Return the extremes of the AC flows."""
    return {
        "hours_converged": int((flows.converged > 0).sum()),
        "v_min_pu": float(flows.v_pu.min()),
        "v_max_pu": float(flows.v_pu.max()),
        "loading_max": float(flows.loading.max()) if bool(flows.loading.notnull().any()) else None,
        "hours_overloaded": int((flows.loading > 1.0).any("branch").sum()),
    }
