"""Money of a run: every part of the all-in price, from the final AC schedule and the same tariff objects."""

from __future__ import annotations

import numpy as np
import xarray as xr

from holin.finance import SOURCES, standing_capital, standing_cost
from holin.operation import Hours, import_parts, operating_cost
from holin.park import Park


def money_by_part(
    park: Park, schedule: xr.Dataset, flows: xr.Dataset, hours: Hours, load_mwh: float
) -> dict[str, float]:
    """Return what the horizon costs by part (currency); income is negative.

    Annuities and fixed costs are those of what stands, for the horizon's part of a year; import and the demand charge
    are those of the final AC schedule; `distribution` is the park's own network at its price per MWh.
    """
    final = schedule.assign(p_mw=flows.p_mw.sel(unit=schedule.unit.values))
    running = operating_cost(park, final, hours)
    return {
        **capital_by_part(park, hours.years),
        "fuel": running["fuel"],
        "generator": running["generator"],
        "co2": running["co2"],
        "start": running["start"],
        "variable": running["variable"] + running["storage_wear"],
        **_import_parts(park, flows, hours),
        "demand_charge": running["demand_charge"],
        "distribution": park.facts.distribution_per_mwh * load_mwh,
        "export_income": running["export_income"],
    }


def price_per_kwh(money: dict[str, float], load_mwh: float) -> float:
    """Return the all-in price per kWh delivered: the sum of all parts over the energy delivered."""
    return sum(money.values()) / load_mwh / 1000.0 if load_mwh else float("nan")


def capital_by_part(park: Park, years: float) -> dict[str, float]:
    """Return annuities and fixed costs of what stands, by part, for so many years (currency): sources by their own cost
    data, all else by the park's table `capital`."""
    parts: dict[str, float] = {}
    for kind, table in SOURCES.items():
        cost = standing_cost(park, getattr(park, table))
        parts |= {f"annuity_{kind}": years * cost.annuity, f"fixed_{kind}": years * cost.fixed}
    for kind, cost in standing_capital(park).items():
        for name, amount in ((f"annuity_{kind}", cost.annuity), (f"fixed_{kind}", cost.fixed)):
            parts[name] = parts.get(name, 0.0) + years * amount
    return parts


def _import_parts(park: Park, flows: xr.Dataset, hours: Hours) -> dict[str, float]:
    parts: dict[str, float] = {}
    for grid in (g for g in park.grids if g.tariff):
        taken = np.maximum(flows.p_mw.sel(unit=grid.id).values, 0.0)
        for name, price in import_parts(park, grid, hours).items():
            parts[f"import_{name}"] = parts.get(f"import_{name}", 0.0) + float(taken @ price) * hours.step_h
    return parts
