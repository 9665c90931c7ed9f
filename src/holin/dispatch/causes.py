"""Which hard limits hold a schedule where something gives way: by asset, limit and steps, told from the schedule."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from holin.dispatch.ahead import Ahead
from holin.dispatch.breaches import Breach
from holin.dispatch.hold import NEAR, Hold, Reader, cause_of
from holin.dispatch.holds_down import down_holds
from holin.dispatch.holds_up import captive_holds, off_holds, potline_up_holds, up_holds
from holin.dispatch.window import duty_scale, security_price
from holin.park import by_id

Flags = NDArray[np.bool_]


SCARCE = ("fuel_out", "import_limit", "peak", "out", "no_grid")
"""Kinds of hold that make a whole window's power dear."""


def holds_of(made: Ahead, breach: Breach) -> tuple[Hold, ...]:
    """Return what holds the schedule in the steps of a breach, the deepest cause first: outages, then times and starts,
    then limits of what runs."""
    read = Reader(made)
    found = []
    for hold in FAMILIES[breach.kind](read, breach):
        steps = [t for t in breach.at if hold.mask[t]]
        if steps:
            found.append(hold.at(steps, breach.worst))
    return tuple(sorted(dict.fromkeys(found), key=lambda h: (ORDER.index(cause_of(h.kind)), -len(h.steps), h.element)))


ORDER = ("outage", "network", "state", "time", "limit", "weather", "price")
"""Sorts of causes, the deepest first (`hold.SORTS`)."""


def _short(read: Reader, breach: Breach) -> Iterator[Hold]:
    """Power is short: why nothing in the islands of the breach gives more; behind a full branch nothing there."""
    where = read.around(breach)
    for relief in read.tight(breach.element).values():
        full = relief.up[breach.element]
        where = {bus: here & ~full if bus not in relief.up else here for bus, here in where.items()}
    yield from up_holds(read, where, island=read.around(breach))


def _left_over(read: Reader, breach: Breach) -> Iterator[Hold]:
    yield from down_holds(read, read.around(breach))


def _branch(read: Reader, breach: Breach) -> Iterator[Hold]:
    """A branch carries too much: its limit, and what on its short side gives no more and on the other no less."""
    for limit in read.branch_limits(breach.element):
        yield replace(limit, kind="rating")  # what it is beyond: no cause, but its figure
    for direction, relief in read.sides(breach.element):
        yield from (h.only(direction) for h in up_holds(read, relief.up, network=False))
        yield from (h.only(direction) for h in down_holds(read, relief.down, network=False))


def _unfed(read: Reader, breach: Breach) -> Iterator[Hold]:
    yield from read.network_outages()
    yield Hold(kind="no_voltage", element=breach.element, mask=read.every)


def _heat(read: Reader, breach: Breach) -> Iterator[Hold]:
    unit = by_id(read.park.thermal_units)[breach.element]
    yield from off_holds(read, unit)
    heat, on = read.heat_mw(unit.id), read.on(unit.id)
    yield Hold(kind="heat_nom", element=unit.id, mask=on & (heat >= unit.heat_nom_mw - NEAR), limit=unit.heat_nom_mw)
    if unit.heat_store_mwh > 0:
        empty = read.value(f"heat_stored.{unit.id}") <= NEAR
        yield Hold(kind="heat_store_empty", element=unit.id, mask=empty, limit=0.0)
    gross = read.gross_mw(unit.id)
    led = on & (unit.power_per_heat > 0) & (gross - unit.power_per_heat * heat <= NEAR)
    full = on & (gross >= unit.p_nom_mw - unit.power_loss_per_heat * heat - NEAR)
    least = unit.p_nom_mw / max(unit.power_per_heat + unit.power_loss_per_heat, 1e-12)
    yield Hold(kind="heat_with_power", element=unit.id, mask=led & full, limit=least)
    if (led & ~full)[breach.worst]:  # more heat would make power that has nowhere to go
        yield from down_holds(read, read.around(breach, unit.bus))
        yield Hold(kind="heat_led", element=unit.id, mask=led & ~full, limit=unit.power_per_heat * heat)


def _fuel(read: Reader, breach: Breach) -> Iterator[Hold]:
    fuel = by_id(read.park.fuels)[breach.element]
    yield Hold(kind="yard", element=fuel.id, mask=read.every, limit=read.made.window.state.stock_gj[fuel.id])
    yield Hold(kind="delivery", element=fuel.id, mask=read.every, limit=fuel.delivery_gj_per_day)
    yield from (h for h in up_holds(read, read.everywhere) if h.element != fuel.id)


def _content_low(read: Reader, breach: Breach) -> Iterator[Hold]:
    unit = by_id(read.park.storages)[breach.element]
    start = read.made.window.state.soc_mwh[unit.id]
    low = start < unit.soc_min * unit.e_nom_mwh - NEAR
    yield Hold(kind="begins_at", element=unit.id, mask=read.every & low, limit=start)
    yield from read.outages(unit.id, unit.bus)
    charge = read.made.schedule.charge_mw.sel(storage=unit.id).values
    full = charge >= unit.p_nom_mw - NEAR
    yield Hold(kind="charge_power", element=unit.id, mask=full & read.serves(unit.id), limit=unit.p_nom_mw)
    if not full[breach.worst]:
        yield from up_holds(read, read.around(breach, unit.bus))


def _content_high(read: Reader, breach: Breach) -> Iterator[Hold]:
    unit = by_id(read.park.storages)[breach.element]
    yield Hold(kind="begins_at", element=unit.id, mask=read.every, limit=read.made.window.state.soc_mwh[unit.id])
    yield from read.outages(unit.id, unit.bus)
    discharge = read.made.schedule.discharge_mw.sel(storage=unit.id).values
    full = discharge >= unit.p_nom_mw - NEAR
    yield Hold(kind="storage_power", element=unit.id, mask=full & read.serves(unit.id), limit=unit.p_nom_mw)
    if not full[breach.worst]:
        yield from down_holds(read, read.around(breach, unit.bus))


def _content_end(read: Reader, breach: Breach) -> Iterator[Hold]:
    unit = by_id(read.park.storages)[breach.element]
    yield from read.outages(unit.id, unit.bus)
    price = read.made.window.end_per_mwh[unit.id]
    yield Hold(kind="price", element=unit.id, mask=read.every, limit=price, detail="MWh")


def _cut(read: Reader, breach: Breach) -> Iterator[Hold]:
    """A potline is cut below its lowest current: why nothing else gives more power at its bus."""
    potline = by_id(read.park.potlines)[breach.element]
    yield from up_holds(read, read.around(breach, potline.bus))


def _pots(read: Reader, breach: Breach) -> Iterator[Hold]:
    """The pots leave their window: what keeps the line from taking more power, or less."""
    potline = by_id(read.park.potlines)[breach.element]
    warmer = breach.kind in ("cold", "thick")
    yield from (h for h in potline_up_holds(read, potline, up=warmer) if not h.kind.startswith("heat_window"))
    if warmer:
        yield from up_holds(read, read.around(breach, potline.bus))


def _metal(read: Reader, breach: Breach) -> Iterator[Hold]:
    """A potline owes more than its highest current makes, or its heat takes, in the window as a whole."""
    potline = by_id(read.park.potlines)[breach.element]
    held = [h for h in potline_up_holds(read, potline, up=True) if h.kind != "out"]
    yield from (h.whenever() for h in (*read.outages(potline.id, potline.bus), *held) if h.mask.any())
    if not held or not (np.any([h.mask for h in held], axis=0) | ~read.serves(potline.id)).all():
        price = read.made.window.wishes.potline.shortfall_per_t
        yield Hold(kind="price", element=potline.id, mask=read.every, limit=price, detail="t")
        dear = (h for h in up_holds(read, read.around(breach, potline.bus)) if h.kind in SCARCE)
        yield from (h.whenever() for h in dear if h.mask.any())


def _rule(read: Reader, breach: Breach) -> Iterator[Hold]:
    used = read.renewable_mw()
    if used.size and (read.made.window.case.available_mw.sum() - used.sum()) <= NEAR * used.size:
        total = float(read.made.window.case.available_mw.sum() * read.step_h)
        yield Hold(kind="all_used", element="", mask=read.every, limit=total)
        return
    price = read.made.window.wishes.budget_per_mwh
    yield Hold(kind="price", element=breach.element, mask=read.every, limit=price, detail="MWh (t)")


def _reserve(read: Reader, breach: Breach) -> Iterator[Hold]:
    table, k = read.made.ahead, [r.id for r in read.park.reserves].index(breach.element)
    held = table.reserve_held_mw.values[:, k]
    yield Hold(kind="reserve_held", element=breach.element, mask=read.every, limit=held)
    for unit in read.park.thermal_units:
        yield from off_holds(read, unit)
    for grid in read.park.grids:
        yield from read.import_holds(grid)


def _captive(read: Reader, breach: Breach) -> Iterator[Hold]:
    for unit in read.park.thermal_units:
        yield from off_holds(read, unit)
        yield from captive_holds(read, unit)
    yield from down_holds(read, read.everywhere)


def _security(read: Reader, breach: Breach) -> Iterator[Hold]:
    limits = [limit for limit in read.made.limits if limit.is_security]
    price = security_price(read.made.window, limits)[breach.worst] * duty_scale(read.made.window)
    yield Hold(kind="price", element=breach.element, mask=read.every, limit=price, detail="MWh")


FAMILIES: dict[str, Callable[[Reader, Breach], Iterator[Hold]]] = {
    "load": _short, "balance": _short, "surplus": _left_over, "branch": _branch, "unfed": _unfed, "heat": _heat,
    "fuel": _fuel, "content": _content_low, "content_high": _content_high, "content_end": _content_end,
    "deep_cut": _cut, "full_stop": _cut, "cold": _pots, "thick": _pots, "hot": _pots, "thin": _pots,
    "metal": _metal, "rule": _rule, "reserve": _reserve, "must_run": _captive,
    "n_minus_1": _security, "voltage": _security,
}  # fmt: skip


def spans_of(at: Sequence[int]) -> tuple[tuple[int, int], ...]:
    """Return runs of steps as (first, last), last included."""
    spans: list[tuple[int, int]] = []
    for t in at:
        if spans and spans[-1][1] == t - 1:
            spans[-1] = (spans[-1][0], t)
        else:
            spans.append((t, t))
    return tuple(spans)
