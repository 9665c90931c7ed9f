"""One enterprise hour by hour: what it used, from which sources, how green that was, what it emitted and cost."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from holin.kernel.linear import Floats
from holin.summary.usage import step_h_of


@dataclass(frozen=True, kw_only=True)
class EnterpriseHours:
    """The hours of an enterprise, each array of shape (time,); NaN where nothing is known, or nothing was used.

    `power_mw` is what it used at its buses, `loss_mw` the network losses that tracing assigns to that,
    `from_storage_mw` the part of the power that came out of storages, `source_mw` (source -> MW) the whole of it by
    where it was made; `green_share` the part made by sources that are renewable (count: physical); `traced_t` and
    `location_t` the CO2 of each interval by tracing and by the park's average; `price_per_mwh` the marginal price at
    its buses, weighted by power.
    """

    power_mw: Floats
    loss_mw: Floats
    from_storage_mw: Floats
    source_mw: dict[str, Floats]
    green_share: Floats
    traced_t: Floats
    location_t: Floats
    price_per_mwh: Floats


def enterprise_hours(
    enterprise: str, *, trace: xr.Dataset, carbon: xr.Dataset, flows: xr.Dataset, schedule: xr.Dataset
) -> EnterpriseHours:
    """Return the hours of an enterprise: of all its loads and potlines together; own use of its sources is no use."""
    mine = (trace["enterprise"].values == enterprise) & np.isin(trace["sink_kind"].values, ("load", "potline"))
    step_h = step_h_of(flows)
    by_source = trace["energy_mwh"].transpose("time", "source", "sink").values[:, :, mine].sum(axis=2)
    used = by_source.sum(axis=1)
    stored = (trace["from_storage_mwh"] - trace["from_storage_loss_mwh"]).sum("storage")
    green = by_source[:, trace["green"].values.astype(bool)].sum(axis=1)
    sinks = trace["sink"].values[mine]
    emitted = {name: carbon[name].sel(sink=sinks).transpose("time", "sink").values.sum(axis=1) for name in CARBON}
    return EnterpriseHours(
        power_mw=used / step_h,
        loss_mw=trace["loss_mwh"].transpose("time", "source", "sink").values[:, :, mine].sum(axis=(1, 2)) / step_h,
        from_storage_mw=stored.transpose("time", "sink").values[:, mine].sum(axis=1) / step_h,
        source_mw={
            str(name): by_source[:, k] / step_h
            for k, name in enumerate(trace["source"].values)
            if by_source[:, k].any()
        },
        green_share=_ratio(green, used),
        traced_t=emitted["traced_t"],
        location_t=emitted["location_t"],
        price_per_mwh=_price(sinks, flows, schedule),
    )


CARBON = ("traced_t", "location_t")


def _ratio(part: Floats, whole: Floats) -> Floats:
    return np.asarray(np.divide(part, whole, out=np.full(len(whole), np.nan), where=whole > 0), dtype=float)


def _price(sinks: NDArray[np.str_], flows: xr.Dataset, schedule: xr.Dataset) -> Floats:
    """Return the marginal price of what the sinks took: sum(p price) / sum(p) over their buses; NaN where untold."""
    if not len(sinks) or "shadow_price_per_mwh" not in schedule:
        return np.full(flows.sizes["time"], np.nan)
    taken = -flows["p_mw"].sel(unit=sinks).transpose("time", "unit").values
    buses = flows["unit_bus"].sel(unit=sinks).values
    price = schedule["shadow_price_per_mwh"].sel(bus=buses).transpose("time", "bus").values
    return _ratio((taken * price).sum(axis=1), taken.sum(axis=1))
