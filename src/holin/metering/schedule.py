"""From METERED to SCHEDULE: yesterday in the shape of tomorrow, so that flow, trace and carbon see no difference."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from holin.calendar import Times, stamp
from holin.errors import Mismatch
from holin.metering.contents import followed
from holin.park import Park, units_of
from holin.tables import SCHEDULE, checked

Floats = NDArray[np.float64]

WH_PER_MWH = 1_000_000


def schedule_of_meters(park: Park, metered: xr.Dataset, content_mwh: xr.DataArray | None = None) -> xr.Dataset:
    """Return the hourly SCHEDULE that METERED says; `content_mwh` (time, storage) are metered contents of storages.

    Every unit but a grid connection needs a meter; a connection without one is NaN and takes the balance in the flow.
    Intervals of a part of an hour are added up. Gross power of a thermal unit is net / (1 - auxiliary) (derived), it is
    on where it gives power. Contents of storages: `followed`. What no meter tells is NaN: available and shed power,
    heat, the balance of potlines, losses, prices. Raises Mismatch that names units without a meter, and hours of which
    nothing is known.
    """
    table = hourly(metered)
    time = table["time"].values
    units = units_of(park)
    net = _net_mw(table, [u.id for u in units])
    _complete(net, time, {u.id: u.kind for u in units})
    out, into = ({u: table[c].sel(device=u).values / WH_PER_MWH for u in table["device"].values} for c in
                 ("energy_out_wh", "energy_in_wh"))  # fmt: skip
    gross = [np.maximum(net[u.id], 0.0) / (1 - u.auxiliary) for u in park.thermal_units]
    on = [(g > 0).astype(float) for g in gross]
    metered_contents = (
        {} if content_mwh is None else {s: content_mwh.sel(storage=s).values for s in content_mwh["storage"].values}
    )
    unknown = np.full(len(time), np.nan)
    contents = [
        followed(s, time, into[s.id], out[s.id], metered_contents.get(s.id, unknown)) for s in park.storages
    ]  # fmt: skip
    columns = {
        "p_mw": [net[u.id] for u in units],
        "charge_mw": [into[s.id] for s in park.storages],
        "discharge_mw": [out[s.id] for s in park.storages],
        "soc_mwh": contents,
        "gross_mw": gross,
        "committed": on,
        "start_up": [np.maximum(np.diff(x, prepend=x[:1]), 0.0) for x in on],
    }
    sizes = _labels(park)
    filled = {
        name: (dims, _stacked(columns.get(name), len(time), [len(sizes[d]) for d in dims[1:]]))
        for name, dims in SCHEDULE.dims.items()
    }
    kinds = {
        "kind": ("unit", [u.kind for u in units]),
        "unit_bus": ("unit", [u.bus for u in units]),
        "enterprise": ("unit", [u.enterprise for u in units]),
    }
    coords: dict[str, Any] = {"time": time, **{d: np.array(v, dtype=object) for d, v in sizes.items()}, **kinds}
    attrs = {name: metered.attrs[name] for name in ("kind", "sources", "known_at") if name in metered.attrs}
    return checked(SCHEDULE, xr.Dataset(filled, coords=coords, attrs=attrs))


def hourly(metered: xr.Dataset) -> xr.Dataset:
    """Return the energies of METERED in whole hours: (time, device), NaN where a part of the hour is not known.

    Raises Mismatch where the intervals do not make whole hours.
    """
    energies = metered[["energy_out_wh", "energy_in_wh"]]
    parts = round(1 / float(metered.attrs.get("step_h", 1.0)))
    if parts == 1:
        return energies
    if metered.sizes["time"] % parts:
        raise Mismatch("the intervals of METERED do not make whole hours; give a start and an end at whole hours")
    added: xr.Dataset = energies.coarsen(time=parts).reduce(np.sum)
    return added.assign_coords(time=metered["time"].values[::parts])


def _net_mw(table: xr.Dataset, units: list[str]) -> dict[str, Floats]:
    """Return the power of each unit that has a meter, into the network, in MW (energy of one hour)."""
    net = (table["energy_out_wh"] - table["energy_in_wh"]) / WH_PER_MWH
    known = set(map(str, table["device"].values))
    missing = np.full(table.sizes["time"], np.nan)
    return {u: np.asarray(net.sel(device=u).values) if u in known else missing for u in units}


def _complete(net: dict[str, Floats], time: Times, kinds: dict[str, str]) -> None:
    without = [u for u, p in net.items() if kinds[u] != "grid" and np.isnan(p).all()]
    gaps = {
        u: time[np.isnan(p)] for u, p in net.items() if kinds[u] != "grid" and u not in without and np.isnan(p).any()
    }
    said = []
    if without:
        said.append(
            f"no readings of {len(without)} unit(s): {', '.join(without[:8])}; missing is not zero, give theirs"
        )
    said += [
        f"{u} is not known in {len(hours)} hour(s) before its first or after its last reading, the first "
        f"{stamp(hours[0])}; give readings, or run only the hours that all meters know"
        for u, hours in list(gaps.items())[:8]
    ]
    if said:
        raise Mismatch("the readings make no schedule: " + "; ".join(said))


def _labels(park: Park) -> dict[str, list[str]]:
    return {
        "unit": [u.id for u in units_of(park)],
        "storage": [s.id for s in park.storages],
        "thermal_unit": [u.id for u in park.thermal_units],
        "potline": [p.id for p in park.potlines],
        "load": [x.id for x in park.loads],
        "bus": [b.id for b in park.buses],
    }


def _stacked(columns: list[Floats] | None, hours: int, sizes: list[int]) -> Floats:
    """Return columns as (time, label); NaN where there are none."""
    if columns is None:
        return np.full((hours, *sizes), np.nan)
    return np.column_stack(columns) if columns else np.zeros((hours, 0))
