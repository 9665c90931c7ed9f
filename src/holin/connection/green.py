"""How green the new load is, and what changes for the others: physical shares and CO2, before and after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr

from holin.park import Park
from holin.summary.people import green_mwh, users_of

SHARE_BY, PRICE_BY, CURTAILED_BY = 0.005, 0.01, 0.01
VOLTAGE_BY = 0.005
"""From which change on somebody counts as affected: green share (points), price (of it), curtailment (of what is
available), lowest voltage (p.u.)."""


@dataclass(frozen=True, kw_only=True)
class NewGreen:
    """The new load's energy, its traced green share (physical, hour by hour) and CO2, and with own sources their
    energy over the load (annual) and hour by hour; None without."""

    load_mwh: float
    green_share_physical: float
    carbon_t: float
    carbon_location_t: float
    own_annual: float | None
    own_hourly: float | None


def new_green(
    trace: xr.Dataset, carbon: xr.Dataset, load: str, own_mw: np.ndarray | None, load_mw: np.ndarray
) -> NewGreen:
    """Return the green figures of the new load, of which `own_mw` (time,) is what its own sources gave."""
    mine = trace.sel(sink=[load])
    energy = float(mine.energy_mwh.sum())
    total = float(load_mw.sum())
    has = own_mw is not None and bool(own_mw.any())
    return NewGreen(
        load_mwh=energy,
        green_share_physical=float(green_mwh(mine).sum()) / energy if energy else float("nan"),
        carbon_t=float(carbon.traced_t.sel(sink=load).sum()),
        carbon_location_t=float(carbon.location_t.sel(sink=load).sum()),
        own_annual=float(own_mw.sum()) / total if has and total else None,  # type: ignore[union-attr]
        own_hourly=float(np.minimum(own_mw, load_mw).sum()) / total if has and total else None,  # type: ignore[arg-type]
    )


def others_share(trace: xr.Dataset, new: Sequence[str]) -> float:
    """Return the physical green share of all users but the new ones."""
    users = users_of(trace)
    old = users.isel(sink=np.flatnonzero(~np.isin(users.sink.values, list(new))))
    energy = float(old.energy_mwh.sum())
    return float(green_mwh(old).sum()) / energy if energy else float("nan")


def affected(before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]], new: str) -> list[dict[str, Any]]:
    """Return the enterprises whose green share changes by SHARE_BY or more, most first; rows of `summary.enterprises`.

    The newcomer is not among them.
    """
    was = {row["id"]: row for row in before}
    rows = []
    for row in after:
        if row["id"] == new or row["id"] not in was:
            continue
        then, now = was[row["id"]]["green_share_physical"], row["green_share_physical"]
        if abs(now - then) >= SHARE_BY:
            rows.append({**_named(row), "green_share_before": then, "green_share_after": now})
    return sorted(rows, key=lambda r: r["green_share_after"] - r["green_share_before"])


def _named(row: Mapping[str, Any]) -> dict[str, Any]:
    return {key: row[key] for key in ("id", "name", "name_zh", "load_mwh")}


def curtailment(
    park: Park, before: tuple[xr.Dataset, xr.Dataset], after: tuple[xr.Dataset, xr.Dataset]
) -> list[dict[str, Any]]:
    """Return the wind farms and PV plants that stood before whose curtailed share changes by CURTAILED_BY or more.

    `before` and `after` are (schedule, flows).
    """
    rows = []
    for unit in (*park.wind_farms, *park.pv_plants):
        then, now = (_curtailed(schedule, flows, unit.id) for schedule, flows in (before, after))
        if abs(now - then) >= CURTAILED_BY:
            rows.append(
                {"id": unit.id, "name": unit.name, "name_zh": unit.name_zh, "curtailed_before": then,
                 "curtailed_after": now}
            )  # fmt: skip
    return sorted(rows, key=lambda r: r["curtailed_before"] - r["curtailed_after"])


def _curtailed(schedule: xr.Dataset, flows: xr.Dataset, unit: str) -> float:
    may = float(np.nansum(schedule.available_mw.sel(unit=unit).values))
    used = float(np.nansum(flows.p_mw.sel(unit=unit).values))
    return 1 - used / may if may else 0.0


def voltages(park: Park, before: xr.Dataset, after: xr.Dataset) -> list[dict[str, Any]]:
    """Return the buses that stood before whose lowest or highest voltage moves by VOLTAGE_BY or more, most first."""
    rows = []
    for bus in park.buses:
        then, now = (_range(table, bus.id) for table in (before, after))
        moved = max(abs(now[k] - then[k]) for k in (0, 1))
        if moved >= VOLTAGE_BY:
            row = {"v_min_before": then[0], "v_min_after": now[0], "v_max_before": then[1], "v_max_after": now[1]}
            rows.append({"bus": bus.id, **row, "v_min_pu": bus.v_min_pu, "v_max_pu": bus.v_max_pu, "moved": moved})
    return sorted(rows, key=lambda r: -r["moved"])


def _range(flows: xr.Dataset, bus: str) -> tuple[float, float]:
    v = flows.v_pu.sel(bus=bus).values
    return float(np.nanmin(v)), float(np.nanmax(v))


def loadings(before: xr.Dataset, after: xr.Dataset, *, moved_by: float = 0.02) -> list[dict[str, Any]]:
    """Return the branches whose highest loading moves by `moved_by` or more, or that are new, most first."""
    was = dict(zip(map(str, before.branch.values), before.loading.max("time").values, strict=True))
    rows = []
    for branch, now in zip(map(str, after.branch.values), after.loading.max("time").values, strict=True):
        then = float(was.get(branch, np.nan))
        if not np.isfinite(then) or abs(float(now) - then) >= moved_by:
            rows.append({"branch": branch, "loading_before": then, "loading_after": float(now)})
    return sorted(
        rows,
        key=lambda r: -abs(r["loading_after"] - (r["loading_before"] if np.isfinite(r["loading_before"]) else 0.0)),
    )
