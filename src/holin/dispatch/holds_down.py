"""Why nothing gives less power (or takes more): what must run, lowest loads, heat, ramps, full storages, export."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from holin.dispatch.hold import NEAR, Hold, Reader
from holin.dispatch.holds_up import Where, potline_up_holds
from holin.operation import on_bounds
from holin.park import Grid, Storage, ThermalUnit

Flags = NDArray[np.bool_]


def down_holds(read: Reader, where: Where, *, network: bool = True) -> Iterator[Hold]:
    """Yield what holds every source and user at the buses of `where` from giving less or taking more."""
    none = np.zeros(read.count, dtype=bool)
    for unit in read.park.thermal_units:
        for hold in _thermal_holds(read, unit):
            yield hold.only(where.get(unit.bus, none))
    for generator in read.park.generators:
        least = read.serves(generator.id) & (read.power_mw(generator.id) <= generator.p_min_mw + NEAR)
        hold = Hold(
            kind="lowest_load", element=generator.id, mask=least & (generator.p_min_mw > 0), limit=generator.p_min_mw
        )  # fmt: skip
        yield hold.only(where.get(generator.bus, none))
    for storage in read.park.storages:
        for hold in _storage_holds(read, storage):
            yield hold.only(where.get(storage.bus, none))
    for potline in read.park.potlines:
        for hold in potline_up_holds(read, potline, up=True):
            yield hold.only(where.get(potline.bus, none))
    for grid in read.park.grids:
        for hold in _export_holds(read, grid):
            yield hold.only(where.get(grid.bus, none))
    if network:
        yield from read.branch_limits()
        if read.made.window.case.must_run_mw > 0:
            total = sum((read.gross_mw(u.id) for u in read.park.thermal_units), start=np.zeros(read.count))
            asked = read.made.window.case.must_run_mw
            yield Hold(kind="must_run_together", element="", mask=total <= asked + NEAR, limit=asked)


def _thermal_holds(read: Reader, unit: ThermalUnit) -> Iterator[Hold]:
    """Yield why a thermal unit is on and gives no less: must run, minimum time on, heat, lowest load, ramp, start."""
    state, serves, on = read.made.window.state.thermal[unit.id], read.serves(unit.id), read.on(unit.id)
    gross, heat = read.gross_mw(unit.id), read.heat_mw(unit.id)
    led_mw = unit.power_per_heat * heat
    led = on & (heat > NEAR) & (gross <= led_mw + NEAR) & (led_mw > unit.p_min_mw - NEAR)
    yield Hold(kind="heat_led", element=unit.id, mask=led, limit=led_mw)
    least = on & ~led & (gross <= unit.p_min_mw + NEAR) & (unit.p_min_mw > 0)
    must = least & unit.must_run
    yield Hold(kind="must_run", element=unit.id, mask=must, limit=unit.p_min_mw)
    young = least & ~must & _young(read, unit)
    until = int(np.flatnonzero(young)[-1]) + 1 if young.any() else None
    yield Hold(kind="min_up", element=unit.id, mask=young, limit=unit.p_min_mw, until=until)
    yield Hold(kind="lowest_load", element=unit.id, mask=least & ~must & ~young, limit=unit.p_min_mw)
    was = np.concatenate([[state.was_mw if state.on else 0.0], gross[:-1]])
    fall = unit.ramp_down_mw_per_h * read.step_h
    slow = on & ~least & ~led & (was - gross >= fall - NEAR)
    yield Hold(kind="ramp_down", element=unit.id, mask=slow, limit=unit.ramp_down_mw_per_h)
    starts = serves & (read.value(f"starting.{unit.id}") > NEAR)
    yield Hold(kind="starting_power", element=unit.id, mask=starts, limit=gross)


def _young(read: Reader, unit: ThermalUnit) -> Flags:
    """Return where a unit has not been on for its minimum time."""
    state, on = read.made.window.state.thermal[unit.id], read.on(unit.id)
    bounds = on_bounds(unit, read.serves(unit.id).astype(float), state, read.step_h)
    young = (bounds.lower > 0.5) & (not unit.must_run)
    was_on = np.concatenate([[state.on], on[:-1]])
    position = np.arange(read.count)
    for start in np.flatnonzero(on & ~was_on).tolist():
        young |= (position >= start) & ((position - start) * read.step_h < unit.min_up_h - 1e-9)
    return np.asarray(young)


def _storage_holds(read: Reader, unit: Storage) -> Iterator[Hold]:
    yield from read.outages(unit.id, unit.bus)
    table, serves = read.made.schedule, read.serves(unit.id)
    taken, content = table.charge_mw.sel(storage=unit.id).values, table.soc_mwh.sel(storage=unit.id).values
    at_power = serves & (taken >= unit.p_nom_mw - NEAR)
    yield Hold(kind="charge_power", element=unit.id, mask=at_power, limit=unit.p_nom_mw)
    high = unit.soc_max * unit.e_nom_mwh
    ahead = np.flip(np.maximum.accumulate(np.flip(content >= high - NEAR)))
    yield Hold(kind="storage_full", element=unit.id, mask=serves & ~at_power & ahead, limit=high)


def _export_holds(read: Reader, grid: Grid) -> Iterator[Hold]:
    yield from read.outages(grid.id, grid.bus)
    given = read.value(f"export.{grid.id}")
    reached = read.serves(grid.id) & (given >= grid.export_max_mw - NEAR)
    yield Hold(kind="export_limit", element=grid.id, mask=reached, limit=grid.export_max_mw)
