"""What the breakers of a park leave for the short-circuit current of converters that are added to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from holin.flow.fault import ShortCircuit, fault
from holin.park import Park, WindFarm

Real = NDArray[np.float64]

PROBE = "~"
"""What the ids of converters begin with that no park has: there an id begins with a letter or a digit."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Breakers:
    """Buses with a rated breaking current, what is left of it, and what a MW at other buses adds to their current.

    `room_ka` (bus,) is 0 where the rating is passed already; `ka_per_mw` (bus, added) is for a converter at each of
    `added`. Initial symmetrical currents Ik'' stand for breaking currents: converters do not decay.
    """

    buses: tuple[str, ...]
    room_ka: Real
    added: tuple[str, ...]
    ka_per_mw: Real

    def room_mw(self, shares: Mapping[str, float]) -> tuple[float, str]:
        """Return the total power in the given shares that the breakers leave room for, and the bus that binds."""
        per_mw = self.ka_per_mw @ np.array([shares.get(bus, 0.0) for bus in self.added])
        room = np.full(len(self.buses), np.inf)
        np.divide(self.room_ka, per_mw, out=room, where=per_mw > 0)
        if not np.isfinite(room).any():
            return np.inf, ""
        k = int(room.argmin())
        return float(room[k]), self.buses[k]


def breakers_of(park: Park, added: Sequence[str], ik_ratio: float) -> Breakers:
    """Return the park's breakers against converters at the buses `added`, of `ik_ratio` (1) times their rated current.

    The current of a converter adds to that of a fault by the quotient of transfer and own impedance (IEC 60909-0:2016,
    6.9 and 7.2): one of 1 MW at each bus, all in one study, tells how much. Everything that stands is taken to run.
    """
    rated = [b for b in park.buses if b.ik_max_ka is not None]
    place = {f"{PROBE}{k}": k for k in range(len(added))}
    probes = [WindFarm(id=p, bus=added[k], p_nom_mw=1.0, ik_ratio=ik_ratio) for p, k in place.items()]
    with_all = replace(park, wind_farms=(*park.wind_farms, *probes))
    room, per_mw = np.zeros(len(rated)), np.zeros((len(rated), len(added)))
    for k, circuit in enumerate(_circuits(with_all, [b.id for b in rated])):
        for part in circuit.contributions:
            if part.role == "source" and part.element in place:
                per_mw[k, place[part.element]] = part.i_ka
        room[k] = (circuit.ik_max_ka or np.inf) - np.nan_to_num(circuit.ikss_ka - per_mw[k].sum())
    return Breakers(
        buses=tuple(b.id for b in rated), room_ka=np.maximum(room, 0.0), added=tuple(added), ka_per_mw=per_mw
    )


def _circuits(park: Park, buses: Sequence[str]) -> list[ShortCircuit]:
    return fault(park, faults=("3ph",), cases=("max",), buses=buses) if buses else []
