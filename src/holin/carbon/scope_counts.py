"""Scopes 1 and 2 of every enterprise, three counts of the power bought side by side: GHG Protocol's two, and traced.

Which tonne stands where. Fuel that an enterprise's units burn is its scope 1, whoever uses the power. Power that it
uses and makes itself is in none of its scope 2: by tracing, what its own units' power brings to it is left out; by
location and market, what its units feed in within the hour is taken off its use (net purchase). Power that it buys from
another enterprise's unit is scope 1 there and scope 2 here, as the GHG Protocol means it: scopes of two enterprises are
not to be added.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from holin.calendar import Times, local
from holin.carbon.claims import Matched, Matching, matched
from holin.carbon.factors import LOCATION, RESIDUAL, ChosenFactor, factor_of, grid_region
from holin.carbon.owned import MAKERS, Own, netted, own_traced_t
from holin.carbon.sources import emissions
from holin.errors import CheckFailed, Mismatch
from holin.park import Park, pfc_t_per_t
from holin.tables import SCOPES, checked, same_hours

Array = NDArray[np.float64]

USERS = ("load", "potline")
TOLERANCE = 1e-9


@dataclass(frozen=True, kw_only=True, eq=False)
class Scopes:
    """The table SCOPES, the factors that it was made with, and claims of hours that it does not have.

    `residual_below_average`: the residual mix of a wider region lies below the average of the park's own in some hour.
    What is left of a grid after its green is sold cannot be cleaner than the whole: the market count is too low then.
    """

    table: xr.Dataset
    factors: tuple[ChosenFactor, ...]
    matching: Matching
    outside_mwh: float
    residual_below_average: bool


def scopes(
    park: Park,
    schedule: xr.Dataset,
    flows: xr.Dataset,
    trace: xr.Dataset,
    carbon: xr.Dataset,
    metal_t: xr.DataArray,
    *,
    claims: pd.DataFrame | None = None,
    matching: Matching = Matching.HOUR,
    region: str | None = None,
    kind: str = "demo",
) -> Scopes:
    """Return the scopes of every user and enterprise, hour by hour.

    Location-based: the public grid's average of the park's region on all that is bought; what the park itself makes
    does not change it (that is the column `location_t` of CARBON, the park's own hourly average). Market-based: what
    retired certificates cover has no carbon, all else the residual mix; own wind and sun without certificates too, for
    nothing but a certificate proves that nobody else claims it. Traced: as in CARBON. Location and market count energy
    at the user's meter; what network and storages lose is in the traced count only. Both factors are chosen by
    `factor_of` for each local year. `metal_t` (time, potline) is the metal made; `claims` has the columns CLAIMS, None
    is no certificate retired; `region` overrides that of the grid connections. `kind` (demo: of a calculated run,
    metered: of meters) stands in the table's attributes and on every statement.

    Source: GHG Protocol Scope 2 Guidance (2015), ch. 6 and 7.
    Raises Mismatch when tables do not fit, BadInput when a factor is missing or claims are faulty, CheckFailed when
    the enterprises' tonnes are not the park's.
    """
    same_hours(schedule, flows, trace, carbon, metal_t.to_dataset(name="metal_t"))
    time = trace["time"].values
    users = trace.isel(sink=np.flatnonzero(np.isin(trace["sink_kind"].values, USERS)))
    user_owner = users["enterprise"].values
    owners = _owners(park, flows)
    emitted = emissions(park, schedule, flows)
    used = users["energy_mwh"].values.sum(axis=1)
    own = netted(used, user_owner, owners, flows, emitted)
    market = used - own.fired_mwh
    zone = park.facts.time_zone
    held = matched(claims, market, user_owner, owners, time, matching=matching, time_zone=zone)
    where = grid_region(park) if region is None else region
    location, chosen = factors_by_hour(park, where, LOCATION, time)
    residual, left = factors_by_hour(park, where, RESIDUAL, time)
    own_traced = own_traced_t(park, emitted, flows, trace, owners).sel(sink=users["sink"]).values
    by_user = {
        "used_mwh": used,
        "loss_mwh": np.maximum(users["loss_mwh"].values.sum(axis=1), 0.0),
        "own_mwh": own.all_mwh,
        "own_fired_mwh": own.fired_mwh,
        "own_t": own.t,
        "own_traced_t": own_traced,
        "covered_mwh": held.covered_mwh,
        "scope_2_location_t": (used - own.all_mwh) * location[:, None],
        "scope_2_market_t": (market - held.covered_mwh) * residual[:, None],
        "scope_2_traced_t": np.maximum(carbon["traced_t"].sel(sink=users["sink"]).values - own_traced, 0.0),
    }
    own_carbon = {"location": own.t, "market": own.t, "traced": own_traced}
    for count, mine in own_carbon.items():
        whole = by_user[f"scope_2_{count}_t"] + mine
        by_user[f"power_{count}_t_per_mwh"] = np.divide(whole, used, out=np.full_like(used, np.nan), where=used > 0)
    table = _table(park, time, users, owners, by_user, own, held, metal_t, location, residual)
    _check(table, carbon, emitted, flows)
    table.attrs["kind"] = kind
    return Scopes(
        table=table,
        factors=(*chosen, *left),
        matching=matching,
        outside_mwh=held.outside_mwh,
        residual_below_average=bool((residual < location).any()),
    )


def factors_by_hour(park: Park, region: str, method: str, time: Times) -> tuple[Array, tuple[ChosenFactor, ...]]:
    """Return the factor of each hour (hour,) in t/MWh by its local year, and what was chosen for each year."""
    year = local(time, park.facts.time_zone).year.to_numpy()
    years, which = np.unique(year, return_inverse=True)
    chosen = tuple(factor_of(park.emission_factors, region=region, method=method, year=int(y)) for y in years)
    return np.array([c.factor.t_per_mwh for c in chosen])[which], chosen


def _owners(park: Park, flows: xr.Dataset) -> list[str]:
    """Return the enterprises, those that only the flows name after the park's; "" stands for units without one."""
    return list(dict.fromkeys([*(e.id for e in park.enterprises), *flows["enterprise"].values.tolist()]))


def _table(
    park: Park,
    time: Times,
    users: xr.Dataset,
    owners: list[str],
    by_user: dict[str, Array],
    own: Own,
    held: Matched,
    metal_t: xr.DataArray,
    location: Array,
    residual: Array,
) -> xr.Dataset:
    lines = {p.id: p for p in park.potlines}
    unknown = sorted(set(metal_t["potline"].values.tolist()) ^ set(lines))
    if unknown:
        raise Mismatch(f"metal_t has other potlines than the park: {', '.join(unknown)}")
    metal = metal_t.sel(potline=list(lines)).transpose("time", "potline").values
    per_t = {
        "scope_1_anode_t": [p.carbon_t_per_t for p in lines.values()],
        "scope_1_pfc_t": [pfc_t_per_t(p) for p in lines.values()],
    }
    by_owner = {"scope_1_power_t": own.burnt_t, "claimed_mwh": held.claimed_mwh, "excess_mwh": held.excess_mwh}
    columns = {name: (("time", "user"), values) for name, values in by_user.items()}
    columns |= {"metal_t": (("time", "potline"), metal)}
    columns |= {name: (("time", "potline"), metal * np.array(each)) for name, each in per_t.items()}
    columns |= {name: (("time", "owner"), values) for name, values in by_owner.items()}
    coords = {
        "time": time,
        "user": users["sink"].values,
        "user_kind": ("user", users["sink_kind"].values),
        "enterprise": ("user", users["enterprise"].values),
        "potline": np.array(list(lines), dtype=object if not lines else None),
        "owner": np.array(owners, dtype=object if not owners else None),
    }
    hourly = {"location_t_per_mwh": ("time", location), "residual_t_per_mwh": ("time", residual)}
    return checked(SCOPES, xr.Dataset(columns | hourly, coords=coords))


def _check(table: xr.Dataset, carbon: xr.Dataset, emitted: xr.DataArray, flows: xr.Dataset) -> None:
    """Add up the enterprises and compare with the park in every hour: energy, each count of scope 2, and scope 1."""
    kinds = flows["kind"].values
    makes = flows["unit"].values[np.isin(kinds, MAKERS)]
    drawn = -flows["p_mw"].values[:, np.isin(kinds, USERS)].sum(axis=1)
    own, fired, covered = (table[c].sum("user").values for c in ("own_mwh", "own_fired_mwh", "covered_mwh"))
    location, residual = table["location_t_per_mwh"].values, table["residual_t_per_mwh"].values
    of_users = carbon["traced_t"].sel(sink=table["user"].values)
    pairs = {
        "traced carbon": (table["scope_2_traced_t"] + table["own_traced_t"], of_users.sum("sink").values),
        "location-based carbon": (table["scope_2_location_t"], (drawn - own) * location),
        "market-based carbon": (table["scope_2_market_t"], (drawn - fired - covered) * residual),
        "scope 1 of power": (table["scope_1_power_t"], emitted.sel(source=makes).sum("source").values),
    }
    for name, (enterprises, whole) in pairs.items():
        gap = np.abs(enterprises.sum([d for d in enterprises.dims if d != "time"]).values - whole)
        if not (gap <= 1e-6 + TOLERANCE * np.abs(whole)).all():
            raise CheckFailed(
                f"carbon: the enterprises' {name} misses the park's by {gap.max():.3g} t; do not use this"
            )
    unmet = float((table["claimed_mwh"] - table["excess_mwh"]).sum() - covered.sum())
    if abs(unmet) > 1e-6 + TOLERANCE * float(table["claimed_mwh"].sum()):
        raise CheckFailed(f"carbon: claims cover {unmet:.3g} MWh more or less than was claimed; do not use this")
    below = [str(c) for c in table.data_vars if table[c].size and float(table[c].min()) < -1e-6]
    if below:
        raise CheckFailed(f"carbon: {', '.join(below)} of the scopes are negative; do not use this")
