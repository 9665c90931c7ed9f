"""What the park's own nameplates allow, held against an estimated state: meters that are wrong together agree too."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from holin.flow.estimate.fit import Fit
from holin.flow.estimate.hidden import Hidden
from holin.flow.estimate.layout import Layout
from holin.flow.estimate.readings import Readings, apparent_mva, nominal_mw, rated_ka
from holin.kernel.estimation_model import Meters, Sees, slopes
from holin.park import ATTRIBUTES, Generator, Grid, Load, Park, Potline, Quantity, Storage, units_of

Real = NDArray[np.float64]
Complex = NDArray[np.complex128]
Flags = NDArray[np.bool_]
Index = NDArray[np.int64]

V_BAND_PU = (0.8, 1.2)
"""No bus in operation stands outside. Above: the highest voltage for equipment is at most 1.2 times the nominal one
(IEC 60038:2009, tables 3 and 4: 12 kV on 10, 24 on 20). Below: under-voltage protection has tripped; assumed."""

OVERLOAD = 2.0
"""A branch does not carry so many times its rated current: the short-time emergency limit of distribution transformers,
lower for larger ones (IEC 60076-7:2018, limits of loading beyond nameplate)."""

OVERSIZE = 1.5
"""Nor does a unit give or take so many times its nominal power, its peak or its contract; assumed."""

SLIP = 0.1
"""A load that gives, or a source that takes, more than this share of its size has the wrong sign; assumed."""

SURE = 4.0
"""A limit is passed when the state is beyond it by so many of its own sigmas."""

MOST_FLAGGED = 1 / 3
"""Where more of the voltages, powers or currents are left out, what remains may be the wrong part; assumed."""

CONTRADICTS_PARK = -1.0
VOLTAGE, POWER = 1.0, 2.0

KINDS: tuple[tuple[Quantity, ...], ...] = (
    (Quantity.V_PU,),
    (Quantity.P_MW, Quantity.Q_MVAR),
    (Quantity.I_KA,),
)
"""Quantities that are wrong together, since they share a unit and a sign."""

FEW = 3
"""Fewer flagged meters say nothing of the rest. As many that show something of what is out say that it is not."""


def possible_mw(park: Park) -> dict[str, tuple[float, float]]:
    """Return the lowest and highest active power that each unit can have, + into the network; infinite where its size
    is not known. Of a grid connection both ways: an export that no contract covers is an event, not a slip."""
    size, found = nominal_mw(park), {}
    for kind in dict.fromkeys(u.kind for u in units_of(park)):
        for thing in getattr(park, ATTRIBUTES[kind]):
            s = size[thing.id]
            most = OVERSIZE * s if s > 0 else np.inf
            match thing:
                case Grid():
                    most = min(most, thing.sk_max_mva)
                    found[thing.id] = -most, most
                case _ if s <= 0:
                    found[thing.id] = -np.inf, np.inf
                case Load() | Potline():
                    found[thing.id] = -most, SLIP * s
                case Storage():
                    found[thing.id] = -most, most
                case Generator():
                    found[thing.id] = OVERSIZE * min(thing.p_min_mw, 0.0) - SLIP * s, most
                case _:
                    found[thing.id] = -SLIP * s, most
    return found


def v_band(park: Park) -> dict[str, tuple[float, float]]:
    """Return the lowest and highest voltage (p.u.) of each bus: V_BAND_PU, wider where the park admits more."""
    return {b.id: (min(V_BAND_PU[0], b.v_min_pu), max(V_BAND_PU[1], b.v_max_pu)) for b in park.buses}


def meter_band(park: Park, readings: Readings) -> tuple[Real, Real]:
    """Return the lowest and highest value (measurement,) that each meter can show by the nameplates."""
    volts, powers = v_band(park), possible_mw(park)
    at_bus: dict[str, list[tuple[float, float]]] = {}
    for unit in units_of(park):
        at_bus.setdefault(unit.bus, []).append(powers[unit.id])
    powers |= {bus: (sum(x for x, _ in of), sum(x for _, x in of)) for bus, of in at_bus.items()}
    apparent, current = apparent_mva(park), rated_ka(park)
    low, high = (np.full(len(readings.label), sign * np.inf) for sign in (-1, 1))
    for k, (element, end, quantity) in enumerate(zip(readings.element, readings.end, readings.quantity, strict=True)):
        match quantity:
            case Quantity.V_PU:
                low[k], high[k] = volts[element]
            case Quantity.I_KA:
                low[k], high[k] = 0.0, OVERLOAD * current.get((element, end), np.inf)
            case Quantity.P_MW | Quantity.Q_MVAR if end:
                high[k] = OVERLOAD * apparent.get(element, np.inf)
                low[k] = -high[k]
            case Quantity.P_MW:
                low[k], high[k] = powers.get(element, (-np.inf, np.inf))
            case _:
                pass
    return low, high


def write_beyond(
    values: dict[str, Real], layout: Layout, fit: Fit, at: Index, *,
    v: Complex, s_node: Complex, park: Park, hidden: Hidden,
) -> None:  # fmt: skip
    """Write where the states (state, node) at the moments `at` contradict the nameplates, and are sure of it."""
    network = layout.network
    band = v_band(park)
    limits = np.array([band.get(bus, (0.0, np.inf)) for bus in network.buses])
    size, sigma = np.abs(v)[:, network.node], (np.abs(v) * fit.size_sigma)[:, network.node]
    outside = np.maximum(limits[:, 0] - size, size - limits[:, 1]) > SURE * sigma
    known = network.energised & ~(hidden.node & hidden.blank)
    power = _power_beyond(layout, fit, s_node.real, park)[:, network.node] & _feeding(layout)
    found = np.where(outside, VOLTAGE, np.where(power, POWER, 0.0))
    values["bus_beyond"][at] = np.where(known[network.node], found, np.nan)
    values["branch_beyond"][at] = _current_beyond(values["loading"][at], layout, fit)


def _feeding(layout: Layout) -> Flags:
    """Return the buses (bus,) that have a unit in service."""
    feeding = {layout.injectors[k].bus for ks in layout.at_node().values() for k in ks}
    return np.array([bus in feeding for bus in layout.network.buses], dtype=bool)


def _power_beyond(layout: Layout, fit: Fit, p_mw: Real, park: Park) -> Flags:
    """Return where the active power into the network (state, node) is none that the units there can have."""
    possible = possible_mw(park)
    low, high = np.full(p_mw.shape[1], -np.inf), np.full(p_mw.shape[1], np.inf)
    for node, injectors in layout.at_node().items():
        of = [possible[layout.injectors[k].id] for k in injectors if not layout.injectors[k].p_is_zero]
        if of:
            low[node], high[node] = sum(x for x, _ in of), sum(x for _, x in of)
    over = np.maximum(low - p_mw, p_mw - high)
    return _surely(over, fit, Sees.P_NODE, 1.0)


def _current_beyond(loading: Real, layout: Layout, fit: Fit) -> Real:
    """Return where branches (state, branch) carry more than OVERLOAD, by the first end's sigma."""
    b = layout.network.branches
    over = np.where(np.isfinite(loading), loading - OVERLOAD, -np.inf)
    rated = np.where(b.rated, b.i_nom_from_pu, np.inf)
    return _surely(over, fit, Sees.I_END, rated).astype(np.float64)


def _surely(over: Real, fit: Fit, sees: Sees, unit: float | Real) -> Flags:
    """Return where (state, place) something is beyond its limit by SURE sigmas; `unit` is what `over` counts in."""
    found = np.zeros(over.shape, dtype=bool)
    places = np.flatnonzero((over > 0).any(axis=0))
    if not len(places):
        return found
    moving = np.flatnonzero(fit.question.unknown)
    rows = Meters(kind=np.full(len(places), sees, dtype=np.int64), at=places)
    h = slopes(fit.question.topology, rows, fit.middle)[:, moving]
    sigma = np.linalg.norm(np.asarray(h @ fit.factor), axis=1) / np.broadcast_to(unit, over.shape[1:])[places]
    found[:, places] = over[:, places] > SURE * sigma
    return found


def flagged_share(quantity: Sequence[Quantity], flag: Real) -> Real:
    """Return which share of the voltages, powers and currents (time, kind) is bad or beyond reason, 0 where few are."""
    share = np.zeros((len(flag), len(KINDS)))
    for k, kind in enumerate(KINDS):
        mine = flag[:, [q in kind for q in quantity]]
        gone, there = ((mine == 1) | (mine == 3)).sum(axis=1), np.isfinite(mine).sum(axis=1)
        share[:, k] = np.where(gone >= FEW, gone / np.maximum(there, 1), 0.0)
    return share
