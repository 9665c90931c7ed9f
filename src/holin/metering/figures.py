"""METERED in figures: what each device made and took, how well it is known, and what may be certified."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr

from holin.metering.flags import Flag, flags_in

WH_PER_MWH = 1e6


def devices_metered(metered: xr.Dataset) -> list[dict[str, Any]]:
    """Return of each device its energies in MWh, coverage (0..1), and how many intervals carry which flag.

    `estimated_mwh` and `flagged_mwh` are the energy both ways of intervals that carry ESTIMATED or any flag at all,
    `certifiable_mwh` the net generation of those that are certifiable; `unknown` counts intervals of which nothing is
    known.
    """
    return [_device(metered.isel(device=k)) for k in range(metered.sizes["device"])]


def sources_of(metered: xr.Dataset) -> dict[str, str]:
    """Return the files that METERED was made from, with their SHA-256."""
    pairs = (part.rpartition(" sha256:") for part in str(metered.attrs["sources"]).split("; "))
    return {name: digest for name, _, digest in pairs}


def _device(one: xr.Dataset) -> dict[str, Any]:
    out, into = one["energy_out_wh"].values, one["energy_in_wh"].values
    flags = one["flags"].values.astype(np.int64)

    def mwh(energy: Any, which: Any) -> float:
        return float(np.nansum(np.where(which, energy, 0.0))) / WH_PER_MWH

    bits = int(np.bitwise_or.reduce(flags)) if len(flags) else 0
    return {
        "device": str(one["device"].values),
        "device_kind": str(one["device_kind"].values),
        "enterprise": str(one["enterprise"].values),
        "intervals": len(flags),
        "unknown": int(np.isnan(out).sum()),
        "energy_out_mwh": float(np.nansum(out)) / WH_PER_MWH,
        "energy_in_mwh": float(np.nansum(into)) / WH_PER_MWH,
        "coverage": float(one["coverage"].values.mean()) if len(flags) else 0.0,
        "estimated_mwh": mwh(out + into, (flags & int(Flag.ESTIMATED)) > 0),
        "flagged_mwh": mwh(out + into, flags > 0),
        "certifiable_mwh": mwh(np.maximum(out - into, 0.0), one["certifiable"].values == 1),
        "certifiable_intervals": int(one["certifiable"].values.sum()),
        "flags": {str(f.name).lower(): int(((flags & int(f)) > 0).sum()) for f in flags_in(bits)},
    }
