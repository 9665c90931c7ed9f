"""Short circuit after IEC 60909-0:2016: the currents at a park's buses, what they are made of, and the breakers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from holin.calendar import hours_between
from holin.errors import ARGUMENT, BadInput, Fault
from holin.flow.fault.contributions import Contribution, Ohm, contributions
from holin.flow.fault.currents import Currents, Faulted, FaultKind, currents, faulted
from holin.flow.fault.positive import Positive, positive, rated_network
from holin.flow.fault.sources import converters_of
from holin.flow.fault.zero import Zero, zero
from holin.park import Bus, Park, out_of_service, things_of

PEAK_PER_BREAKING = 2.5
"""Making over breaking current of a circuit-breaker at 50 Hz, where its making current is not given (IEC 62271-100)."""


class FaultCase(StrEnum):
    """Largest currents, for ratings, or smallest ones, for protection."""

    MAX = "max"
    MIN = "min"


EARTHED = (FaultKind.ONE_PHASE, FaultKind.TWO_PHASE_EARTH)
USUAL = (FaultKind.THREE_PHASE, FaultKind.TWO_PHASE, FaultKind.ONE_PHASE)


@dataclass(frozen=True, kw_only=True)
class ShortCircuit:
    """One short circuit at one bus.

    `ikss_ka`, `ip_ka`, `ib_ka` are initial symmetrical, peak (method C; `ip_b_ka` method B) and symmetrical breaking
    current of the largest phase; NaN where no source reaches, 0 where a fault to earth finds no earthed neutral.
    `ib_breaker_ka`, `ip_breaker_ka` are what one breaker at the bus carries of them at most: all of it, but between a
    generator and its unit transformer, where nothing else stands, the larger side. `c` is
    the voltage factor, `z_ohm` the positive-sequence impedance of the fault and `z0_ohm` the zero-sequence one.
    `within` says whether these are within the breakers' `ik_max_ka` and `ip_max_ka`, `margin` how much of
    the nearer one is left (1); None where the bus has no rating. `assumed` are the elements whose data were assumed:
    zero-sequence data in faults to earth, the smallest short-circuit power of a feeder in the smallest currents, rating
    and subtransient reactance of machines.
    """

    bus: str
    v_nom_kv: float
    fault: FaultKind
    case: FaultCase
    ikss_ka: float
    ip_ka: float
    ip_b_ka: float
    ib_ka: float
    ib_breaker_ka: float
    ip_breaker_ka: float
    kappa: float
    c: float
    z_ohm: Ohm | None
    z0_ohm: Ohm | None
    contributions: tuple[Contribution, ...]
    ik_max_ka: float | None
    ip_max_ka: float | None
    within: bool | None
    margin: float | None
    assumed: tuple[str, ...]


def fault(
    park: Park,
    *,
    faults: Sequence[FaultKind | str] = USUAL,
    cases: Sequence[FaultCase | str] = tuple(FaultCase),
    buses: Sequence[str] | None = None,
    out: frozenset[str] = frozenset(),
    with_contributions: bool = True,
    t_min_s: float = 0.1,
    lv_tolerance: float = 0.10,
    line_temp_c: float = 80.0,
    k_t_in_min: bool = False,
    on_progress: Callable[[float], None] | None = None,
) -> list[ShortCircuit]:
    """Return the short circuits at `buses` (all without), by kind, case and bus in the park's order.

    `park` is frozen at a stage; `out` are the ids of elements, units or buses that are out of service. All feeders,
    generators and motors that stand are taken to run, wind farms, PV plants and storages to feed in; the smallest
    currents are without motors and converters, with lines at `line_temp_c` and with K_T = 1, or with `k_t_in_min` as
    in the largest currents (the reading before the edition of 2016). `t_min_s` (s) is the minimum time delay of the
    breakers, `lv_tolerance` (1) the voltage tolerance of low-voltage networks. `on_progress` is called with the share
    done; raising in it cancels. Raises BadInput for an unknown bus, and for data that give no network.

    Source: IEC 60909-0:2016; equations in docs/math.md.
    """
    kinds, wanted = [FaultKind(kind) for kind in faults], [FaultCase(case) for case in cases]
    network = rated_network(park, out=out)
    chosen = _chosen(park, buses)
    node, column = np.unique(network.node[[k for k, _ in chosen]], return_inverse=True)
    converters = converters_of(park, network)
    rows: dict[tuple[FaultKind, FaultCase], list[ShortCircuit]] = {}
    for done, case in enumerate(wanted):
        p = positive(
            park, network, largest=case is FaultCase.MAX, lv_tolerance=lv_tolerance, line_temp_c=line_temp_c,
            k_t_in_min=k_t_in_min,
        )  # fmt: skip
        z = zero(park, p) if set(kinds) & set(EARTHED) else None
        f = faulted(p, converters, node)
        for kind in kinds:
            to_earth = z if kind in EARTHED else None
            c = currents(f, kind, to_earth, t_min_s=t_min_s)
            parts = contributions(f, c, to_earth) if with_contributions else [()] * len(node)
            z_0 = None if to_earth is None else to_earth.z.diagonal()[node]
            noted = _assumed(p, to_earth, node)
            rows[kind, case] = [
                _short_circuit(bus, case, f, c, z_0, int(at), parts[at], noted[at])
                for (_, bus), at in zip(chosen, column.ravel(), strict=True)
            ]
        if on_progress is not None:
            on_progress((done + 1) / len(wanted))
    return [row for kind in kinds for case in wanted for row in rows[kind, case]]


def out_at(park: Park, hour: datetime) -> frozenset[str]:
    """Return what a planned outage has out of service in the local hour that begins at `hour`, for `out`.

    Raises BadInput for the argument `hour` when it is not the start of a local hour.
    """
    try:
        times = hours_between(hour, hour + timedelta(hours=1), park.facts.time_zone)
    except ValueError as error:
        right = "write the start of a local hour, such as 2025-03-01 06:00"
        wrong = Fault(file=ARGUMENT, field="hour", value=str(hour), problem=str(error), right=right)
        raise BadInput([wrong]) from error
    return frozenset(element for element, hours in out_of_service(park, times).items() if hours.any())


def known(park: Park, elements: Sequence[str]) -> frozenset[str]:
    """Return the ids of things of the park, for `out`. Raises BadInput for the argument `elements` where one does not
    stand."""
    standing = {thing.id for _, thing in things_of(park)}
    faults = [
        Fault(file=ARGUMENT, field="elements", value=e, problem="no such element stands", right="give an id")
        for e in elements
        if e not in standing
    ]
    if faults:
        raise BadInput(faults)
    return frozenset(elements)


def _chosen(park: Park, buses: Sequence[str] | None) -> list[tuple[int, Bus]]:
    """Return the wanted buses with their places among the park's."""
    standing = {bus.id for bus in park.buses}
    if missing := [bus for bus in buses or () if bus not in standing]:
        some = ", ".join(sorted(standing)[:5])
        raise BadInput(
            [
                Fault(file="bus.csv", field="id", value=bus, problem="no such bus stands", right=f"such as {some}")
                for bus in missing
            ]
        )
    return [(k, bus) for k, bus in enumerate(park.buses) if buses is None or bus.id in buses]


def _short_circuit(
    bus: Bus,
    case: FaultCase,
    f: Faulted,
    c: Currents,
    z_0: NDArray[np.complex128] | None,
    at: int,
    parts: tuple[Contribution, ...],
    assumed: tuple[str, ...],
) -> ShortCircuit:
    node, base_ka = int(f.node[at]), 1 / (3**0.5 * bus.v_nom_kv)
    fed = bool(f.positive.fed[node])
    ib, ip = float(c.ib_breaker[at] * base_ka), float(c.ip_breaker[at] * base_ka)
    ip_max = bus.ip_max_ka or (None if bus.ik_max_ka is None else PEAK_PER_BREAKING * bus.ik_max_ka)
    margin = margin_of(ib, ip, bus.ik_max_ka, ip_max) if fed else None
    return ShortCircuit(
        bus=bus.id,
        v_nom_kv=bus.v_nom_kv,
        fault=c.kind,
        case=case,
        ikss_ka=float(c.ikss[at] * base_ka),
        ip_ka=float(c.ip[at] * base_ka),
        ip_b_ka=float(c.ip_b[at] * base_ka),
        ib_ka=float(c.ib[at] * base_ka),
        ib_breaker_ka=ib,
        ip_breaker_ka=ip,
        kappa=float(f.kappa[at]),
        c=float(f.positive.c[node]),
        z_ohm=_ohm(f.z_own[at], bus.v_nom_kv) if fed else None,
        z0_ohm=_ohm(z_0[at], bus.v_nom_kv) if z_0 is not None and z_0[at] != 0 else None,
        contributions=parts,
        ik_max_ka=bus.ik_max_ka,
        ip_max_ka=ip_max,
        within=None if margin is None else margin >= 0,
        margin=margin,
        assumed=assumed,
    )


def margin_of(ib_ka: float, ip_ka: float, ik_max_ka: float | None, ip_max_ka: float | None) -> float | None:
    """Return what is left of the breaking or making current, the nearer one, over it (1); None without ratings."""
    used = [i / limit for i, limit in ((ib_ka, ik_max_ka), (ip_ka, ip_max_ka)) if limit is not None]
    return 1 - max(used) if used else None


def _ohm(z: complex, v_nom_kv: float) -> Ohm:
    return Ohm(r=float(z.real * v_nom_kv**2), x=float(z.imag * v_nom_kv**2))


def _assumed(p: Positive, z: Zero | None, nodes: NDArray[np.int64]) -> list[tuple[str, ...]]:
    """Return for each node the elements of its network whose data were assumed."""
    feeders = [(int(p.island[n]), id_) for id_, n in zip(p.sources.id, p.sources.node, strict=True) if id_ in p.assumed]
    known: dict[tuple[int, int], tuple[str, ...]] = {}
    islands = [(int(p.island[n]), -1 if z is None else int(z.island[n])) for n in nodes]
    for fed, earthed in set(islands):
        found = {id_ for island, id_ in feeders if island == fed}
        found |= z.assumed[earthed] if z is not None else set()
        known[fed, earthed] = tuple(sorted(found))
    return [known[both] for both in islands]


def worst(circuits: Sequence[ShortCircuit]) -> list[ShortCircuit]:
    """Return the short circuits beyond their breakers' ratings, the worst first; [] is good."""
    beyond = [c for c in circuits if c.within is False]
    return sorted(beyond, key=lambda c: (c.margin or 0.0, c.bus))
