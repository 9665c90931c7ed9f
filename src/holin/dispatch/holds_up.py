"""Why nothing gives more power (or takes less): outages, times, ramps, full loads, contents, weather, potlines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from holin.dispatch.hold import NEAR, Hold, Reader
from holin.kernel.linear import Floats
from holin.operation import (
    on_bounds,
    potline_line,
    renewables_of,
    rested_mwh,
    start_powers_mw,
    steps_down,
    steps_off_at_first,
)
from holin.park import Generator, Potline, Storage, ThermalUnit
from holin.potline.heat import pot_of

Flags = NDArray[np.bool_]
Where = Mapping[str, Flags]
"""bus -> steps in which it counts."""


def up_holds(read: Reader, where: Where, *, network: bool = True, island: Where | None = None) -> Iterator[Hold]:
    """Yield what holds every source and user at the buses of `where` from giving more or taking less.

    Without `network` limits of branches and missing connections are left out; `island` are the buses that a connection
    has to reach, if others than those of `where`.
    """
    none = np.zeros(read.count, dtype=bool)
    for unit in read.park.thermal_units:
        for hold in (*off_holds(read, unit), *_running_holds(read, unit)):
            yield hold.only(where.get(unit.bus, none))
    for generator in read.park.generators:
        for hold in _generator_holds(read, generator):
            yield hold.only(where.get(generator.bus, none))
    for storage in read.park.storages:
        for hold in _storage_holds(read, storage):
            yield hold.only(where.get(storage.bus, none))
    for potline in read.park.potlines:
        for hold in potline_up_holds(read, potline):
            yield hold.only(where.get(potline.bus, none))
    for grid in read.park.grids:  # a lost connection may be the cause of the island: its outage counts everywhere
        for hold in read.import_holds(grid):
            lost = hold.kind == "out" and network
            yield hold if lost else hold.only(where.get(grid.bus, none))
    yield from _weather(read, where)
    if network:
        yield from read.branch_limits()
        yield from _no_grid(read, where if island is None else island)


def _no_grid(read: Reader, where: Where) -> Iterator[Hold]:
    """An island that no grid connection reaches, and what in the network is out then."""
    reached = np.zeros(read.count, dtype=bool)
    for grid in read.park.grids:
        reached |= where.get(grid.bus, np.zeros(read.count, dtype=bool)) & read.serves(grid.id)
    counts = np.any(list(where.values()), axis=0)
    alone = counts & ~reached
    if alone.any():
        buses = [bus for bus, mask in where.items() if (mask & alone).any()]
        yield Hold(kind="no_grid", element=buses[0], mask=alone)
        yield from (h.only(alone) for h in read.network_outages())


def off_holds(read: Reader, unit: ThermalUnit) -> Iterator[Hold]:
    """Yield why a thermal unit is off: out, without voltage, minimum time off, its start, or not worth it."""
    yield from read.outages(unit.id, unit.bus)
    state, step_h = read.made.window.state.thermal[unit.id], read.step_h
    serves, on = read.serves(unit.id), read.on(unit.id)
    off, position = serves & ~on, np.arange(read.count)
    explained = np.zeros(read.count, dtype=bool)

    def hold(kind: str, mask: Flags, limit: float) -> Iterator[Hold]:
        mask = mask & off & ~explained
        if mask.any():
            until = int(np.flatnonzero(mask)[-1]) + 1
            explained[mask] = True
            yield Hold(kind=kind, element=unit.id, mask=mask, limit=limit, until=until)

    trajectory_h = len(start_powers_mw(unit, step_h)) * step_h
    under_way = not state.on and state.synchronised_in_h is not None
    first = position < steps_off_at_first(unit, state, step_h)
    yield from hold("starting", first & under_way, trajectory_h)
    rest_h = 0.0 if state.on else unit.min_down_h - state.in_state_h
    yield from hold("min_down", first & (position * step_h < rest_h - 1e-9), unit.min_down_h)
    was_on = np.concatenate([[state.on], on[:-1]])
    for stop in np.flatnonzero(was_on & ~on).tolist():
        mask = (position >= stop) & (position < stop + steps_down(unit, step_h))
        yield from hold("min_down", mask, max(unit.min_down_h, trajectory_h))
    yield from hold("starting", read.value(f"starting.{unit.id}") > NEAR, trajectory_h)
    barred = on_bounds(unit, serves.astype(float), state, step_h).start_upper < 0.5
    yield from hold("start_time", first | barred, trajectory_h)
    yield from hold("off", serves, unit.p_min_mw)


def captive_holds(read: Reader, unit: ThermalUnit) -> Iterator[Hold]:
    """Yield what holds a thermal unit that is on from giving more."""
    yield from _running_holds(read, unit)


def _running_holds(read: Reader, unit: ThermalUnit) -> Iterator[Hold]:
    state, on, gross = read.made.window.state.thermal[unit.id], read.on(unit.id), read.gross_mw(unit.id)
    lost = unit.power_loss_per_heat * read.heat_mw(unit.id)
    highest = unit.p_nom_mw - lost
    full = on & (gross >= highest - NEAR)
    with_heat = full & (lost > NEAR)
    yield Hold(kind="heat_extraction", element=unit.id, mask=with_heat, limit=highest)
    yield Hold(kind="full_load", element=unit.id, mask=full & ~with_heat, limit=unit.p_nom_mw)
    was_on, was = np.concatenate([[state.on], on[:-1]]), np.concatenate([[state.was_mw], gross[:-1]])
    room = on & ~full
    rise = unit.ramp_up_mw_per_h * read.step_h
    slow = room & was_on & (gross - np.maximum(was, unit.p_min_mw) >= rise - NEAR)
    yield Hold(kind="ramp_up", element=unit.id, mask=slow, limit=unit.ramp_up_mw_per_h)
    if unit.start_max_mw is not None:
        most = max(unit.start_max_mw, unit.p_min_mw)
        yield Hold(
            kind="first_load", element=unit.id, mask=room & ~was_on & (gross >= most - NEAR), limit=most
        )  # fmt: skip
    if unit.stop_max_mw is not None:
        most, ends = max(unit.stop_max_mw, unit.p_min_mw), ~np.concatenate([on[1:], [True]])
        yield Hold(kind="last_load", element=unit.id, mask=room & ends & (gross >= most - NEAR), limit=most)
    stock = read.made.problem.variables.get(f"stock.{unit.fuel}")
    if stock is not None:
        left_gj = 1e3 * read.value(f"stock.{unit.fuel}")
        empty = left_gj <= 1.0
        ahead = np.flip(np.maximum.accumulate(np.flip(empty)))  # it will be empty: what is left is kept for then
        until = int(np.argmax(empty)) if empty.any() else None
        yield Hold(kind="fuel_out", element=unit.fuel, mask=(room | ~on) & ahead, until=until)


def _generator_holds(read: Reader, unit: Generator) -> Iterator[Hold]:
    yield from read.outages(unit.id, unit.bus)
    full = read.serves(unit.id) & (read.power_mw(unit.id) >= unit.p_nom_mw - NEAR)
    yield Hold(kind="full_load", element=unit.id, mask=full, limit=unit.p_nom_mw)


def _storage_holds(read: Reader, unit: Storage) -> Iterator[Hold]:
    yield from read.outages(unit.id, unit.bus)
    table, serves = read.made.schedule, read.serves(unit.id)
    given, content = table.discharge_mw.sel(storage=unit.id).values, table.soc_mwh.sel(storage=unit.id).values
    full = serves & (given >= unit.p_nom_mw - NEAR)
    yield Hold(kind="storage_power", element=unit.id, mask=full, limit=unit.p_nom_mw)
    low = rested_mwh(unit, read.made.window.case.hours)
    empty = content <= low + NEAR
    ahead = np.flip(np.maximum.accumulate(np.flip(empty)))  # what is left is spent by then
    until = int(np.argmax(empty)) + 1 if empty.any() else None
    yield Hold(kind="empty", element=unit.id, mask=serves & ~full & ahead, limit=low, until=until)
    if unit.discharge_power_points:
        by_content = serves & ~full & ~ahead & (given >= _by_content_mw(unit, content) - NEAR)
        yield Hold(kind="power_by_content", element=unit.id, mask=by_content, limit=given)


def _by_content_mw(unit: Storage, content_mwh: Floats) -> Floats:
    at, share = np.array(unit.discharge_power_points, dtype=np.float64).T
    return np.asarray(unit.p_nom_mw * np.interp(content_mwh / unit.e_nom_mwh, at, share))


def potline_up_holds(read: Reader, potline: Potline, *, up: bool = False) -> Iterator[Hold]:
    """Yield what holds a potline from taking less power (with `up`: more): its current, its heat, its rectifier."""
    line, serves = potline_line(potline), read.serves(potline.id)
    yield from read.outages(potline.id, potline.bus)
    taken = -read.power_mw(potline.id)
    sign = 1.0 if up else -1.0
    most = line.p_max_mw if up else line.p_min_mw
    bound = serves & (sign * (most - taken) <= NEAR)
    yield Hold(kind="potline_max" if up else "potline_min", element=potline.id, mask=bound, limit=most)
    figures = pot_of(potline).figures
    spent = np.flip(np.maximum.accumulate(np.flip(_at_end_of_heat(read, potline, up))))
    kind, edge = ("heat_window_up", figures.superheat_max_c) if up else ("heat_window", figures.superheat_min_c)
    yield Hold(kind=kind, element=potline.id, mask=serves & ~bound & spent, limit=edge)
    span = max(potline.amperage_max_ka - potline.amperage_min_ka, 1e-9)
    ramp = potline.ramp_ka_per_min * 60 * read.step_h * (line.p_max_mw - line.p_min_mw) / span
    was = read.made.window.state.potline[potline.id].power_mw
    change = sign * np.diff(taken, prepend=taken[0] if was is None else was)
    yield Hold(
        kind="potline_ramp", element=potline.id, mask=serves & ~bound & (change >= ramp - NEAR),
        limit=potline.ramp_ka_per_min,
    )  # fmt: skip


def _at_end_of_heat(read: Reader, potline: Potline, up: bool) -> NDArray[np.bool_]:
    """Return in which steps the envelope of the pots' heat lets the line cool (with `up`: heat) no further."""
    problem, values = read.made.problem, read.made.solution.linear.values
    ends = ("superheat_high", "ledge_low") if up else ("superheat_low", "ledge_high")
    spent = np.zeros(read.hours.count, dtype=bool)
    for name, rows in problem.rows.items():
        if name.startswith(ends) and name.endswith(f".{potline.id}"):
            used = problem.matrix[rows] @ values
            room = np.minimum(used - problem.row_lower[rows], problem.row_upper[rows] - used)
            spent |= room <= NEAR
    return spent


def _weather(read: Reader, where: Where) -> Iterator[Hold]:
    """All wind and PV together: what the weather leaves, where all of it is used."""
    units = renewables_of(read.park)
    if not units:
        return
    counts = np.column_stack([where.get(u.bus, np.zeros(read.count, dtype=bool)) for u in units])
    may, used = read.made.window.case.available_mw, read.renewable_mw()
    total = np.where(counts, may, 0.0).sum(axis=1)
    left = total - np.where(counts, used, 0.0).sum(axis=1)
    names = ", ".join(u.id for u in units) if len(units) <= 3 else ""
    yield Hold(kind="available", element=names, mask=counts.any(axis=1) & (left <= NEAR), limit=total)
