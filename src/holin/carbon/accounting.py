"""The carbon of every user and hour: two counts side by side, never mixed."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from holin.carbon.lots import LotAmounts, discharged_by_lots_t
from holin.carbon.sources import emissions, intensities
from holin.carbon.stored import CarbonTank, discharged_t
from holin.errors import CheckFailed
from holin.park import Park, by_id
from holin.tables import CARBON, checked, same_hours

Array = NDArray[np.float64]

TOLERANCE = 1e-9


def carbon(
    park: Park,
    schedule: xr.Dataset,
    flows: xr.Dataset,
    trace: xr.Dataset,
    *,
    heat_share: Mapping[str, float] | None = None,
) -> xr.Dataset:
    """Return CARBON: what each sink's power emitted, traced and by the park's hourly average.

    Traced: each source's MWh, assigned network losses included, at the source's intensity of that hour. Energy from
    storage carries the carbon with which it was charged, storage losses borne by those who use it (`discharged_t`, or
    `discharged_by_lots_t` where the trace gives the oldest first).
    Location-based: all carbon fed in during the hour (with storage's discharge at the carbon it was charged with)
    over all energy fed in, the same for every sink; `location_t` counts the sink's energy and its assigned losses.
    So both counts of all sinks add up to the same tonnes in every hour, and over a cyclic table the sinks other than
    storage bear exactly what the sources emitted. Shares and intensities are NaN where a sink used nothing.
    `heat_share`: see `emissions`.

    Source: GHG Protocol Scope 2 Guidance (2015) for the location-based method, here at the park's own boundary.
    Raises Mismatch when the tables do not fit, BadInput when a factor is missing, CheckFailed when the two sides of
    an hour's carbon differ.
    """
    same_hours(schedule, flows, trace)
    emitted = emissions(park, schedule, flows, heat_share=heat_share)
    per_mwh = intensities(emitted, flows, trace, park)
    used, taken = _used(trace)
    traced, out = followed_t(park, trace, per_mwh)
    fed_in_t = emitted.values.sum(axis=1) + out.sum(axis=1)
    _check(traced, fed_in_t, flows)
    average = _ratio(traced.sum(axis=1), taken.sum(axis=1))
    return checked(CARBON, _table(trace, used, taken, traced, average))


def followed_t(park: Park, trace: xr.Dataset, per_mwh: Array) -> tuple[Array, Array]:
    """Return the carbon that each sink bears (hour, sink) and each storage gives out (hour, storage), in t.

    `per_mwh` (hour, source) is linear in both: with the intensities of some sources only, the rest 0, it is their part.
    """
    released = trace["discharge_mwh"].values
    at_source = _weighted(trace, per_mwh)
    stored_at_source = np.einsum("tbs,ts->tb", released, per_mwh)
    discharge = released.sum(axis=2)
    to_sink = _parts(trace["from_storage_mwh"].values, discharge)
    fresh = at_source - np.einsum("tb,tbl->tl", stored_at_source, to_sink)
    tank = _tank(park, trace, fresh, to_sink, discharge, per_mwh)
    oldest_first = trace.attrs.get("storage") == "fifo"
    out = discharged_by_lots_t(tank, _lots(park, trace, discharge)) if oldest_first else discharged_t(tank)
    return fresh + np.einsum("tb,tbl->tl", out, to_sink), out


def _table(trace: xr.Dataset, used: Array, taken: Array, traced: Array, average: Array) -> xr.Dataset:
    green = trace["energy_mwh"].values[:, trace["green"].values].sum(axis=1)
    columns = {
        "intensity_traced_t_per_mwh": _ratio(traced, used),
        "intensity_location_t_per_mwh": np.broadcast_to(average[:, None], used.shape).copy(),
        "traced_t": traced,
        "location_t": np.where(taken > 0, taken * average[:, None], 0.0),
        "green_share": _ratio(green, used),
    }
    coords = {c: trace[c] for c in ("time", "sink", "sink_kind", "enterprise")}
    return xr.Dataset({name: (("time", "sink"), values) for name, values in columns.items()}, coords=coords)


def _used(trace: xr.Dataset) -> tuple[Array, Array]:
    """Return the sinks' energy, and energy with assigned losses, both (hour, sink)."""
    used = trace["energy_mwh"].values.sum(axis=1)
    return used, used + trace["loss_mwh"].values.sum(axis=1)


def _weighted(trace: xr.Dataset, per_mwh: Array) -> Array:
    """Return each sink's carbon if stored energy had the intensity its source has now, (hour, sink)."""
    columns = (trace[c].values for c in ("energy_mwh", "loss_mwh"))
    return np.asarray(sum(np.einsum("tsl,ts->tl", c, per_mwh) for c in columns))


def _parts(from_storage: Array, discharge: Array) -> Array:
    whole = discharge[:, :, None]
    return np.divide(from_storage, whole, out=np.zeros_like(from_storage), where=whole > 0)


def _tank(park: Park, trace: xr.Dataset, fresh: Array, to_sink: Array, discharge: Array, per_mwh: Array) -> CarbonTank:
    storages = trace["storage"].values.tolist()
    sinks = [trace["sink"].values.tolist().index(s) for s in storages]
    known = by_id(park.storages)
    taken_out = discharge / np.array([known[s].efficiency_discharge for s in storages])
    content = trace["content_mwh"].values.sum(axis=2)
    whole = taken_out + content
    charge = trace["energy_mwh"].values[0][:, sinks].T
    balance = trace["content_mwh"][0] + trace["discharge_mwh"][0] + trace["storage_loss_mwh"][0]
    unknown = trace["source_kind"].values == "unknown"
    first_mwh = (balance.values - charge)[:, unknown].sum(axis=1)
    return CarbonTank(
        direct_t=fresh[:, sinks],
        crossed=to_sink[:, :, sinks],
        given=np.divide(taken_out, whole, out=np.zeros_like(whole), where=(whole > 0) & (discharge > 0)),
        first_t=first_mwh * per_mwh[:, unknown].max(initial=0.0),
        cyclic=np.asarray(trace["cyclic"].values),
    )


def _lots(park: Park, trace: xr.Dataset, discharge: Array) -> LotAmounts:
    """Return the energies that a storage which gives the oldest first moves by lots."""
    ids, known = trace["storage"].values.tolist(), by_id(park.storages)
    charge = trace["energy_mwh"].sel(sink=ids).values.sum(axis=1)
    content = trace["content_mwh"].values.sum(axis=2)
    lost = trace["storage_loss_mwh"].values[0].sum(axis=1)
    return LotAmounts(
        stored=charge * np.array([known[s].efficiency_charge for s in ids]),
        taken=discharge / np.array([known[s].efficiency_discharge for s in ids]),
        content=content,
        first=np.maximum(content[0] + discharge[0] + lost - charge[0], 0.0),
    )


def _ratio(part: Array, whole: Array) -> Array:
    return np.divide(part, whole, out=np.full_like(part, np.nan), where=whole > 0)


def _check(traced: Array, fed_in_t: Array, flows: xr.Dataset) -> None:
    """Compare what the sinks bear with what sources emit and storages give out, in every hour."""
    gap = np.abs(traced.sum(axis=1) - fed_in_t)
    limit = 1e-6 + TOLERANCE * np.abs(fed_in_t)
    if not (gap <= limit).all():
        hour = int(np.argmax(np.where(np.isnan(gap), np.inf, gap)))
        raise CheckFailed(
            f"carbon: the sinks bear {gap[hour]:.3g} t more or less than was fed in, in the hour "
            f"{flows['time'].values[hour]}; do not use this result"
        )
