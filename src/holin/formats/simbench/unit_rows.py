"""A park's sources, loads, storage and shunts as rows of SimBench's tables."""

from __future__ import annotations

import math
from typing import Any

from holin.formats.powers import Powers
from holin.formats.simbench.branch_rows import Row, Rows, said
from holin.park import Generator, Grid, Load, Park, Series, ShuntKind, Storage, ThermalUnit, WindFarm

HOURS_OF_DAY = 24
Profiled = dict[str, dict[str, Series]]
"""Table -> the column of a profile -> the series that it is."""


def add_units(park: Park, power: Powers, q: Powers, rows: Rows) -> Profiled:
    """Add all that stands at nodes; return the series that elements refer to."""
    series, profiled = {s.id: s for s in park.series}, dict[str, dict[str, Series]]()
    for g in park.grids:
        _grid(g, rows)
    users: tuple[Any, ...] = (*park.loads, *park.potlines)
    for x in users:
        profile = _profile_of_load(x, power[x.id], series, rows)
        row = {"id": said(x), "node": rows.node(x.bus), "pLoad": -power[x.id] + 0.0, "qLoad": -q[x.id] + 0.0}
        rows.add("Load", row | {"profile": profile and profile.id}, x.bus)
        if profile:
            profiled.setdefault("Load", {}).update({f"{profile.id}_{p}load": profile for p in "pq"})
    plants: tuple[Any, ...] = (*park.generators, *park.thermal_units)
    for s in plants:
        _plant(s, power[s.id], q[s.id], rows)
    renewables: tuple[Any, ...] = (*park.wind_farms, *park.pv_plants)
    for w in renewables:
        profile = series.get(w.series or "") if w.v_set_pu is None else None
        if w.series and profile is None:
            rows.left_out.name("series of sources that hold a voltage are left out", w.id)
        _renewable(w, power[w.id], q[w.id], profile, rows)
        if profile:
            profiled.setdefault("RES", {})[profile.id] = profile
    for storage in park.storages:
        _storage(storage, power[storage.id], q[storage.id], rows)
    _add_shunts(park, rows)
    return profiled


def _grid(g: Grid, rows: Rows) -> None:
    rows.hold(g.bus, g.v_set_pu, g.id)
    rows.add("ExternalNet", {"id": said(g), "node": rows.node(g.bus), "calc_type": "vavm", "dspf": 1}, g.bus)


def _profile_of_load(x: Any, p_mw: float, series: dict[str, Series], rows: Rows) -> Series | None:
    """A profile is a share of the power that the file holds: it stands where that is the load's peak."""
    own = series.get(x.series or "") if isinstance(x, Load) else None
    if own is None or not math.isclose(-p_mw, x.load_mw, rel_tol=1e-9):
        if own is not None:
            rows.left_out.name("series of loads that do not stand at their peak are left out", x.id)
        return None
    return own


def _calc_type(s: Any, rows: Rows) -> str:
    """Return pq, or pvm or vavm where it holds the voltage that is set at its node."""
    balances = isinstance(s, Generator) and s.balances
    if s.v_set_pu is None and not balances:
        return "pq"
    rows.hold(s.bus, s.v_set_pu or 1.0, s.id)
    return "vavm" if balances else "pvm"


def _plant(s: Generator | ThermalUnit, p: float, q: float, rows: Rows) -> None:
    kind = _calc_type(s, rows)
    row: Row = {"id": said(s), "node": rows.node(s.bus), "type": s.fuel if isinstance(s, ThermalUnit) else None}
    row |= {"calc_type": kind, "dspf": int(kind == "vavm"), "pPP": p, "qPP": q if kind == "pq" else None}
    row |= {"sR": s.s_nom_mva, "pMin": s.p_min_mw, "pMax": s.p_nom_mw, "qMin": s.q_min_mvar, "qMax": s.q_max_mvar}
    rows.add("PowerPlant", row, s.bus)


def _renewable(w: Any, p: float, q: float, profile: Series | None, rows: Rows) -> None:
    """With a profile at its nominal power, which is the profile's 1; else at the power of the state."""
    if profile is not None:
        sentence = "wind farms and PV plants with a series stand at their nominal power, the 1 of their profile"
        rows.left_out.name(sentence, w.id)
        tan = math.tan(math.acos(abs(w.power_factor))) if w.power_factor else 0.0
        p, q = w.p_nom_mw, math.copysign(tan, w.power_factor) * w.p_nom_mw
    row: Row = {"id": said(w), "node": rows.node(w.bus), "type": "Wind" if isinstance(w, WindFarm) else "PV"}
    row |= {"profile": profile and profile.id, "calc_type": _calc_type(w, rows), "pRES": p, "qRES": q}
    rows.add("RES", row | {"sR": w.p_nom_mw}, w.bus)


def _storage(s: Storage, p: float, q: float, rows: Rows) -> None:
    if s.efficiency_charge != s.efficiency_discharge:
        rows.left_out.name("storages have one efficiency for there and back", s.id)
    if s.v_set_pu is not None:
        rows.left_out.name("storages that hold a voltage give the reactive power of the state", s.id)
    row: Row = {"id": said(s), "node": rows.node(s.bus), "type": "Storage", "pStor": -p + 0.0, "qStor": -q + 0.0}
    row |= {"sR": s.p_nom_mw, "eStore": s.e_nom_mwh, "etaStore": s.efficiency_charge * s.efficiency_discharge}
    row |= {"sdStore": 100 * HOURS_OF_DAY * s.standing_loss_per_h, "pMin": -s.p_nom_mw, "pMax": s.p_nom_mw}
    rows.add("Storage", row, s.bus)


def _add_shunts(park: Park, rows: Rows) -> None:
    for s in park.shunts:
        row: Row = {"id": said(s), "node": rows.node(s.bus)}
        if s.v_set_pu is None:
            if s.kind is ShuntKind.FILTER:
                rows.left_out.name("filters are shunts like others", s.id)
            row |= {"p0": s.p_nom_mw, "q0": -s.q_nom_mvar, "vmR": rows.buses[s.bus].v_nom_kv, "step": 1}
            rows.add("Shunt", row, s.bus)
            continue
        rows.left_out.name("shunts that hold a voltage are plants of no power", s.id)
        rows.hold(s.bus, s.v_set_pu, s.id)
        low = -abs(s.q_nom_mvar) if s.kind is ShuntKind.SVC else min(s.q_nom_mvar, 0.0)
        high = abs(s.q_nom_mvar) if s.kind is ShuntKind.SVC else max(s.q_nom_mvar, 0.0)
        row |= {"calc_type": "pvm", "dspf": 0, "pPP": 0.0, "pMin": 0.0, "pMax": 0.0, "qMin": low, "qMax": high}
        rows.add("PowerPlant", row, s.bus)
