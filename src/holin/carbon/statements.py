"""Statements by local month and year: scopes of each enterprise, metal of each potline, every count side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from holin.calendar import local
from holin.carbon.metal import footprint_t_per_t_al
from holin.carbon.scope_counts import Scopes
from holin.columns import Column
from holin.errors import CheckFailed
from holin.park import Park, direct_t_per_t

Array = NDArray[np.float64]

COUNTS = ("location", "market", "traced")
"""The counts of the power bought: GHG Protocol's two, and the physical one. Never added, never mixed."""

TOLERANCE = 1e-9


def _declared(**columns: tuple[str, str]) -> tuple[Column, ...]:
    return tuple(Column(name=n, type=float, unit=unit, meaning=text) for n, (unit, text) in columns.items())


ENTERPRISES = _declared(
    period=("", "local month (2025-03) or year (2025)"),
    enterprise=("", "whose statement it is"),
    kind=("", "demo: from a calculated run, no evidence for others; metered: from meters"),
    hours=("h", "how much of the period is in it"),
    energy_mwh=("MWh", "energy used, at the meters"),
    loss_mwh=("MWh", "network losses assigned by tracing; in the traced count only"),
    own_mwh=("MWh", "part of the energy that own units feed in within the hour"),
    claimed_mwh=("MWh", "certificates retired"),
    covered_mwh=("MWh", "energy that they cover"),
    excess_mwh=("MWh", "certificates beyond what they may cover; they count for nothing"),
    scope_1_power_t=("t", "CO2 of the fuel of own units, for whomever the power is"),
    scope_1_anode_t=("t", "CO2 of the anodes"),
    scope_1_pfc_t=("t", "CO2e of CF4 and C2F6"),
    scope_1_t=("t", "sum of the three"),
    scope_2_location_t=("t", "scope 2 by the public grid's average"),
    scope_2_market_t=("t", "scope 2 by retired certificates and the residual mix"),
    scope_2_traced_t=("t", "CO2 of the power bought, by physical tracing"),
    power_location_t_per_mwh=("t/MWh", "all power used, own included, location-based"),
    power_market_t_per_mwh=("t/MWh", "all power used, own included, market-based"),
    power_traced_t_per_mwh=("t/MWh", "all power used, own included, by tracing"),
)

POTLINES = _declared(
    period=("", "local month (2025-03) or year (2025)"),
    potline=("", "which potline"),
    enterprise=("", "whose it is"),
    kind=("", "demo: from a calculated run, no evidence for others; metered: from meters"),
    hours=("h", "how much of the period is in it"),
    metal_t=("t", "metal made"),
    energy_mwh=("MWh", "energy used, at the AC bus"),
    ac_mwh_per_t=("MWh/t", "energy / metal"),
    direct_t_per_t=("t/t", "anodes and PFC"),
    footprint_location_t_per_t=("t/t", "scopes 1 and 2 of the metal, power location-based"),
    footprint_market_t_per_t=("t/t", "scopes 1 and 2 of the metal, power market-based"),
    footprint_traced_t_per_t=("t/t", "scopes 1 and 2 of the metal, power by tracing"),
    covered_mwh=("MWh", "energy that retired certificates cover"),
    green_metal_t=("t", "green metal by mass balance: covered energy / energy per tonne within the boundary"),
)


@dataclass(frozen=True, kw_only=True, eq=False)
class Statement:
    """The tables ENTERPRISES and POTLINES, months first, then years; `park` has the sums of all enterprises."""

    enterprises: pd.DataFrame
    potlines: pd.DataFrame
    park: pd.DataFrame


def statement(made: Scopes, park: Park, *, cast_mwh_per_t: float = 0.0) -> Statement:
    """Return the statements of all enterprises and potlines.

    The footprint of metal counts all power, the owner's own included, with each count's own figure of it. Green metal
    (mass balance, after T/CNIA 0168-2022): t = energy covered by retired certificates / (AC energy per tonne +
    `cast_mwh_per_t`), whose boundary is liquid metal with 0 and ingot with what casting a tonne takes. Enterprises
    without use, units and claims are left out.
    Raises CheckFailed where the sums over enterprises are not those over the hours.
    """
    table = made.table
    periods, within = _periods(table, park.facts.time_zone)
    owners = table["owner"].values.tolist()
    sums = _by_owner(table, park, within, owners)
    _check(sums, table, within)
    hours, kind = within.sum(axis=1), str(table.attrs["kind"])
    told = [k for k in range(len(owners)) if any(v[:, k].any() for v in sums.values())]
    rows = [
        {
            "period": period,
            "enterprise": owners[k],
            "kind": kind,
            "hours": hours[n],
            **_figures({c: v[n, k] for c, v in sums.items()}),
        }
        for n, period in enumerate(periods)
        for k in told
    ]
    whole = [
        {"period": period, "kind": kind, "hours": hours[n], **_figures({c: float(v[n].sum()) for c, v in sums.items()})}
        for n, period in enumerate(periods)
    ]
    names = [c.name for c in ENTERPRISES]
    return Statement(
        enterprises=pd.DataFrame(rows, columns=names),
        potlines=_potlines(park, table, periods, within, cast_mwh_per_t),
        park=pd.DataFrame(whole, columns=[n for n in names if n != "enterprise"]),
    )


def _periods(table: xr.Dataset, time_zone: str) -> tuple[list[str], Array]:
    """Return the local months, then the years, and which hours lie in each, (period, hour) 1 or 0."""
    clock = local(table["time"].values, time_zone)
    month, year = clock.strftime("%Y-%m").to_numpy(), clock.strftime("%Y").to_numpy()
    periods = [*dict.fromkeys(month.tolist()), *dict.fromkeys(year.tolist())]
    return periods, np.array([(month == p) | (year == p) for p in periods], dtype=float)


BY_USER = {
    "energy_mwh": "used_mwh",
    "loss_mwh": "loss_mwh",
    "own_mwh": "own_mwh",
    "covered_mwh": "covered_mwh",
    "scope_2_location_t": "scope_2_location_t",
    "scope_2_market_t": "scope_2_market_t",
    "scope_2_traced_t": "scope_2_traced_t",
    "own_t": "own_t",
    "own_traced_t": "own_traced_t",
}
BY_OWNER = ("scope_1_power_t", "claimed_mwh", "excess_mwh")
BY_POTLINE = ("scope_1_anode_t", "scope_1_pfc_t")


def _by_owner(table: xr.Dataset, park: Park, within: Array, owners: list[str]) -> dict[str, Array]:
    """Return what adds up, each of shape (period, owner)."""
    of_user = _of(table["enterprise"].values.tolist(), owners)
    line_owner = {p.id: p.enterprise for p in park.potlines}
    of_line = _of([line_owner[p] for p in table["potline"].values.tolist()], owners)
    sums = {name: within @ table[column].values @ of_user for name, column in BY_USER.items()}
    sums |= {name: within @ table[name].values for name in BY_OWNER}
    return sums | {name: within @ table[name].values @ of_line for name in BY_POTLINE}


def _of(names: list[str], owners: list[str]) -> Array:
    return np.array([[float(n == o) for o in owners] for n in names], dtype=float).reshape(len(names), len(owners))


def _figures(sums: Mapping[str, float]) -> dict[str, float]:
    """Return the figures of one statement from what adds up."""
    own = {"location": sums["own_t"], "market": sums["own_t"], "traced": sums["own_traced_t"]}
    energy = sums["energy_mwh"]
    power = {
        f"power_{c}_t_per_mwh": (sums[f"scope_2_{c}_t"] + own[c]) / energy if energy > 0 else np.nan for c in COUNTS
    }
    return {**sums, "scope_1_t": sum(sums[n] for n in ("scope_1_power_t", *BY_POTLINE)), **power}


def _potlines(park: Park, table: xr.Dataset, periods: list[str], within: Array, cast_mwh_per_t: float) -> pd.DataFrame:
    rows = []
    for line in park.potlines:
        user = table.sel(user=line.id)
        metal, energy = within @ table["metal_t"].sel(potline=line.id).values, within @ user["used_mwh"].values
        covered = within @ user["covered_mwh"].values
        own = {"location": user["own_t"], "market": user["own_t"], "traced": user["own_traced_t"]}
        power = {c: within @ (user[f"scope_2_{c}_t"] + own[c]).values for c in COUNTS}
        for n, period in enumerate(periods):
            made = metal[n] > 0
            per_t, direct = energy[n] / metal[n] if made else np.nan, direct_t_per_t(line)
            rows.append(
                {
                    "period": period,
                    "potline": line.id,
                    "enterprise": line.enterprise,
                    "kind": table.attrs["kind"],
                    "hours": within[n].sum(),
                    "metal_t": metal[n],
                    "energy_mwh": energy[n],
                    "ac_mwh_per_t": per_t,
                    "direct_t_per_t": direct,
                    **{
                        f"footprint_{c}_t_per_t": footprint_t_per_t_al(per_t, power[c][n] / energy[n], direct)
                        if made
                        else np.nan
                        for c in COUNTS
                    },
                    "covered_mwh": covered[n],
                    "green_metal_t": covered[n] / (per_t + cast_mwh_per_t) if made else 0.0,
                }
            )
    return pd.DataFrame(rows, columns=[c.name for c in POTLINES])


def _check(sums: Mapping[str, Array], table: xr.Dataset, within: Array) -> None:
    """Compare the sum over enterprises with the sum over all hours, period by period."""
    for name, values in sums.items():
        columns = table[BY_USER.get(name, name)].values
        whole = within @ columns.sum(axis=1)
        gap = np.abs(values.sum(axis=1) - whole)
        if not (gap <= 1e-9 + TOLERANCE * np.abs(whole)).all():
            raise CheckFailed(f"carbon: the enterprises' {name} misses the park's by {gap.max():.3g}; do not use this")
