"""Short circuits at and around the bus before and after: breakers, voltage step, strength for converters."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from holin.connection.assumed import SCR_LIMIT, step_limit
from holin.connection.measures import Measure, bays_at, breakers
from holin.connection.request import Request
from holin.connection.strength import short_circuit_ratio, sk_mva, voltage_step
from holin.flow import FaultCase, FaultKind, ShortCircuit, fault
from holin.park import Bus, Park

KINDS = (FaultKind.THREE_PHASE, FaultKind.TWO_PHASE_EARTH, FaultKind.ONE_PHASE)
"""A fault to earth near a transformer with an earthed neutral is larger than a three-phase one."""

CHANGED = 0.005
"""A bus is named when its largest current changes by so much (1)."""


@dataclass(frozen=True, kw_only=True)
class BusCurrent:
    """The largest short-circuit currents at a bus before and after, to earth or not, held against its breakers.

    `before_ka` is NaN for a bus that is new; `margin` is what the nearer rating leaves (1), None without a rating.
    """

    bus: str
    before_ka: float
    after_ka: float
    ik_max_ka: float | None
    margin: float | None
    beyond: bool


@dataclass(frozen=True, kw_only=True)
class Strength:
    """The grid at the bus as it is: smallest and largest short-circuit power, and what the new units make of it.

    `step` is the relative voltage change when the whole new load (the largest source without one) is switched, to
    first order; `block_mva` what may be switched at once within `step_limit`. `scr` is the short-circuit ratio with the
    new converters, `composite_scr` with all of the bus; inf without any. `assumed` are elements whose data for the
    smallest currents were assumed.
    """

    sk_min_mva: float
    sk_max_mva: float
    step: float
    step_limit: float
    block_mva: float
    scr: float
    composite_scr: float
    scr_limit: float
    assumed: tuple[str, ...]


def largest(park: Park) -> list[ShortCircuit]:
    """Return the largest currents at all buses: of the fault that leaves the breakers least, with the most that they
    break and bear in any."""
    found = fault(park, faults=KINDS, cases=(FaultCase.MAX,), with_contributions=False)
    by_bus: dict[str, list[ShortCircuit]] = {}
    for circuit in found:
        by_bus.setdefault(circuit.bus, []).append(circuit)
    return [_worst(circuits) for circuits in by_bus.values()]


def _worst(circuits: Sequence[ShortCircuit]) -> ShortCircuit:
    """Return the worst of one bus, three-phase where others are no worse."""
    worst = max(circuits, key=_need)
    return dataclasses.replace(
        worst,
        ib_breaker_ka=float(np.fmax.reduce([c.ib_breaker_ka for c in circuits])),
        ip_breaker_ka=float(np.fmax.reduce([c.ip_breaker_ka for c in circuits])),
    )


def _need(circuit: ShortCircuit) -> float:
    """Return how much of the breakers' rating a short circuit takes; without one, its current."""
    need = circuit.ib_breaker_ka if circuit.margin is None else 1.0 - circuit.margin
    return need if math.isfinite(need) else -1.0


def bus_currents(before: Sequence[ShortCircuit], after: Sequence[ShortCircuit], bus: str) -> tuple[BusCurrent, ...]:
    """Return the currents of the bus, and of every bus where they change or go beyond the breakers, most changed
    first."""
    was = {c.bus: c for c in before}
    rows = []
    for now in after:
        then = was.get(now.bus)
        beyond = now.within is False and (then is None or then.within is not False)
        change = float("inf") if then is None else abs(now.ikss_ka / then.ikss_ka - 1) if then.ikss_ka else 0.0
        if now.bus == bus or beyond or change > CHANGED:
            row = BusCurrent(
                bus=now.bus, before_ka=float("nan") if then is None else then.ikss_ka, after_ka=now.ikss_ka,
                ik_max_ka=now.ik_max_ka, margin=now.margin, beyond=beyond,
            )  # fmt: skip
            rows.append((now.bus != bus, not beyond, -change, row))
    return tuple(row for *_, row in sorted(rows, key=lambda r: r[:3]))


def beyond_breakers(before: Sequence[ShortCircuit], after: Sequence[ShortCircuit]) -> list[ShortCircuit]:
    """Return the short circuits that go beyond their bus's breakers only after the connection; `[]` is good."""
    was = {c.bus: c for c in before}
    return [c for c in after if c.within is False and (c.bus not in was or was[c.bus].within is not False)]


def stronger_breakers(park: Park, over: Sequence[ShortCircuit]) -> tuple[Measure, ...] | None:
    """Return the breakers that hold some short circuits; None where one is beyond the series of ratings."""
    made = [breakers(park, c.bus, c.ib_breaker_ka, c.ip_breaker_ka, bays_at(park, c.bus)) for c in over]
    return None if None in made else tuple(m for m in made if m is not None)


def strength(park: Park, bus: Bus, request: Request) -> Strength:
    """Return how strong the park as it stands is at a bus for what the request asks."""
    [small] = [c for c in _three_phase(park, FaultCase.MIN, (bus.id,))]
    [large] = [c for c in _three_phase(park, FaultCase.MAX, (bus.id,))]
    sk = sk_mva(bus.v_nom_kv, small.ikss_ka)
    z = small.z_ohm
    load = bool(request.load_mw)
    factor = request.power_factor if load else 1.0
    mva = request.load_mw / factor if load else max(request.wind_mw, request.solar_mw, request.storage_mw)
    step = voltage_step(mva, factor, sk, z.r, z.x) if z is not None else float("nan")
    limit = step_limit(bus.v_nom_kv)
    standing = (*park.wind_farms, *park.pv_plants, *park.storages)
    there = sum(u.p_nom_mw for u in standing if u.bus == bus.id)
    return Strength(
        sk_min_mva=sk, sk_max_mva=sk_mva(bus.v_nom_kv, large.ikss_ka), step=step, step_limit=limit,
        block_mva=mva * limit / abs(step) if step else float("nan"),
        scr=short_circuit_ratio(sk, request.converter_mw),
        composite_scr=short_circuit_ratio(sk, there + request.converter_mw if request.converter_mw else 0.0),
        scr_limit=SCR_LIMIT, assumed=small.assumed,
    )  # fmt: skip


def _three_phase(park: Park, case: FaultCase, buses: Sequence[str] | None = None) -> list[ShortCircuit]:
    return fault(park, faults=(FaultKind.THREE_PHASE,), cases=(case,), buses=buses, with_contributions=False)
