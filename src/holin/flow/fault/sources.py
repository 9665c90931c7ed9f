"""What feeds a short circuit: network feeders, synchronous machines, asynchronous motors, converters.

Impedances are p.u. on 1 MVA and the nominal voltage of the source's bus, corrected as IEC 60909-0:2016, clause 6, says.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from holin.errors import BadInput, Fault
from holin.flow.fault import factors
from holin.flow.network import Network
from holin.park import Generator, Grid, Machine, Motor, Park, Side, ThermalUnit, Transformer, units_of

Complex = NDArray[np.complex128]
Real = NDArray[np.float64]
Index = NDArray[np.int64]

RATED_POWER_FACTOR = 0.85
"""Of a machine whose rated apparent power is not given (GB/T 7064, turbine generators)."""
PEAK_FREQUENCY = 0.4
"""Frequency of method C over nominal: 20 Hz at 50 Hz (IEC 60909-0:2016, clause 8)."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Sources:
    """All sources with an impedance, one row each; shape (source,).

    `y` is the admittance, `y_peak` that at the frequency of method C with the fictitious resistance of machines.
    `i_nom_pu` is the rated current (NaN for a feeder), `x_pu` the corrected reactance behind which a machine's voltage
    stands, `mw_per_pole_pair` NaN for what is no motor. `live` marks what keeps a voltage of its own before the fault.
    """

    id: tuple[str, ...]
    kind: tuple[str, ...]
    bus: tuple[str, ...]
    node: Index
    y: Complex
    y_peak: Complex
    i_nom_pu: Real
    x_pu: Real
    mw_per_pole_pair: Real
    live: NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class UnitTerminal:
    """The node between a power station unit's generator and its transformer: a fault there has other factors.

    `source` and `branch` are the rows of generator and transformer, `y`, `y_peak` the generator's there, `k` the
    factor on the transformer everywhere else, `v_pu` the rated voltage of the generator over the nominal one. `alone`
    says that nothing else stands there, so that a breaker sees one side of a fault, and never the other with it.
    """

    node: int
    source: int
    branch: int
    y: complex
    y_peak: complex
    x_pu: float
    k: float
    v_pu: float
    alone: bool = False


@dataclass(frozen=True, kw_only=True, eq=False)
class Converters:
    """Sources of a constant current, one row each; shape (converter,)."""

    id: tuple[str, ...]
    kind: tuple[str, ...]
    bus: tuple[str, ...]
    node: Index
    i_pu: Real


@dataclass(frozen=True, kw_only=True)
class _Row:
    id: str
    kind: str
    bus: str
    z: complex
    z_peak: complex
    i_nom: float = float("nan")
    mw_per_pole_pair: float = float("nan")
    live: bool = True


ASSUMED_XD_PU = 0.2
"""Subtransient reactance of a machine that gives none, on its rating: turbogenerators have 0.12 to 0.25 p.u."""


def sources_of(
    park: Park, network: Network, c: Real, c_max: Real, *, largest: bool
) -> tuple[Sources, tuple[UnitTerminal, ...], frozenset[str]]:
    """Return the sources, the power station units, and the ids of feeders and machines whose data had to be assumed.

    `c` (node,) is the voltage factor of the case, `c_max` the largest one. Motors are left out of the smallest
    currents. Raises BadInput when a generator does not stand at its unit transformer's second end, or two share one.
    """
    place = network.bus_index()
    v_nom = {bus: float(v) for bus, v in zip(network.buses, network.v_nom_kv, strict=True)}
    node = {bus: int(network.node[k]) for bus, k in place.items()}
    rows: list[_Row] = []
    terminals: list[UnitTerminal] = []
    assumed = set()
    for grid in _standing(park.grids, network):
        power = grid.sk_max_mva if largest or grid.sk_min_mva is None else grid.sk_min_mva
        if not largest and grid.sk_min_mva is None:
            assumed.add(grid.id)
        rows.append(_feeder(grid, float(c[node[grid.bus]]) / power))
    units = _unit_transformers(park, network)
    for kind, machine in _machines(park, network):
        row, terminal = _machine(kind, machine, units.get(machine.id), v_nom, c_max, len(rows), node)
        rows.append(row)
        if terminal is not None:
            terminals.append(replace(terminal, alone=_count_at(park, network, terminal.node) == 2))
        if machine.xd_subtransient_pu is None or machine.s_nom_mva is None:
            assumed.add(machine.id)
    if largest:
        rows += [_motor(motor, v_nom[motor.bus]) for motor in _standing(park.motors, network)]
    return _arrays(rows, node), tuple(terminals), frozenset(assumed)


def _count_at(park: Park, network: Network, node: int) -> int:
    """Return how many ends of branches, units, motors and shunts stand at a node."""
    t, place = network.topology, network.bus_index()
    ends = network.closed_from & (t.node_from[: len(network.closed_from)] == node)
    others = network.closed_to & (t.node_to[: len(network.closed_to)] == node)
    things = (x for table in (units_of(park), park.motors, park.shunts) for x in table)
    return int(ends.sum() + others.sum()) + sum(int(network.node[place[x.bus]] == node) for x in things)


def converters_of(park: Park, network: Network) -> Converters:
    """Return the wind farms, PV plants and storages: `ik_ratio` times the current of their nominal power (6.9)."""
    place = network.bus_index()
    found = [
        (kind, thing)
        for kind, things in (
            ("wind_farm", park.wind_farms),
            ("pv_plant", park.pv_plants),
            ("storage", park.storages),
        )
        for thing in _standing(things, network)
        if thing.ik_ratio > 0
    ]
    return Converters(
        id=tuple(t.id for _, t in found),
        kind=tuple(kind for kind, _ in found),
        bus=tuple(t.bus for _, t in found),
        node=np.array([network.node[place[t.bus]] for _, t in found], dtype=np.int64),
        i_pu=np.array([t.ik_ratio * t.p_nom_mw for _, t in found], dtype=np.float64),
    )


def _standing(things: Any, network: Network) -> Iterator[Any]:
    return (t for t in things if not network.out & {t.id, t.bus})


def _machines(park: Park, network: Network) -> Iterator[tuple[str, Machine]]:
    for kind, things in (("thermal_unit", park.thermal_units), ("generator", park.generators)):
        for machine in _standing(things, network):
            if rated_mva(machine) > 0:
                yield kind, machine


def rated_mva(machine: Machine) -> float:
    """Return the rated apparent power; 0 for a generator that is none, such as a load that a market case dispatches.

    Without `s_nom_mva` it is p_nom_mw / 0.85, and for a generator without active power its largest reactive one.
    """
    if machine.s_nom_mva is not None:
        return machine.s_nom_mva
    if machine.p_nom_mw > 0:
        return machine.p_nom_mw / RATED_POWER_FACTOR
    if isinstance(machine, Generator) and machine.p_min_mw >= 0:
        return max(abs(machine.q_min_mvar or 0.0), abs(machine.q_max_mvar or 0.0))
    return 0.0


def _feeder(grid: Grid, z: float) -> _Row:
    """Z_Q = c U_n^2 / S''_kQ (6.2)."""
    x = z / (1 + grid.rx_ratio**2) ** 0.5
    r = grid.rx_ratio * x
    return _Row(id=grid.id, kind="grid", bus=grid.bus, z=complex(r, x), z_peak=complex(r, x * PEAK_FREQUENCY))


def _motor(motor: Motor, v_nom_kv: float) -> _Row:
    """Z_M = U_rM^2 / (I_LR / I_rM S_rM), `count` in parallel (6.10)."""
    v = motor.v_nom_kv or v_nom_kv
    s = motor.count * motor.p_nom_mw / (motor.efficiency * motor.power_factor)
    per_pair = motor.p_nom_mw / motor.pole_pairs
    rx = factors.motor_rx(v, per_pair) if motor.rx_ratio is None else motor.rx_ratio
    x = (v / v_nom_kv) ** 2 / (motor.start_ratio * s) / (1 + rx**2) ** 0.5
    return _Row(
        id=motor.id,
        kind="motor",
        bus=motor.bus,
        z=complex(rx * x, x),
        z_peak=complex(rx * x, x * PEAK_FREQUENCY),
        i_nom=s * v_nom_kv / v,
        mw_per_pole_pair=per_pair,
        live=False,
    )


def _machine(
    kind: str,
    machine: Machine,
    unit: tuple[int, Transformer] | None,
    v_nom: dict[str, float],
    c_max: Real,
    source: int,
    node: dict[str, int],
) -> tuple[_Row, UnitTerminal | None]:
    """Z_GK = K_G (R_G + j X''_d), or K_S, K_SO of a power station unit; R_Gf instead of R_G for the peak (6.6, 6.7)."""
    s, v_bus = rated_mva(machine), v_nom[machine.bus]
    v = machine.v_nom_kv or v_bus
    cos_phi = RATED_POWER_FACTOR if machine.s_nom_mva is None else min(machine.p_nom_mw / s, 1.0)
    sin_phi = (1 - cos_phi**2) ** 0.5
    xd, rx = machine.xd_subtransient_pu or ASSUMED_XD_PU, factors.fictitious_rx(v, s)
    base, c_bus = (v / v_bus) ** 2 / s, float(c_max[node[machine.bus]])
    r_peak = rx * xd
    r = r_peak if machine.r_stator_pu is None else machine.r_stator_pu
    z, z_peak = complex(r, xd) * base, complex(r_peak, xd * PEAK_FREQUENCY) * base
    terminal = None
    if unit is None:
        k = factors.k_generator(v_bus / v, c_bus, xd, sin_phi, machine.voltage_range)
    else:
        branch, t = unit
        v_q, turns = v_nom[t.bus_from], t.v_to_kv / t.v_from_kv
        c_q = float(c_max[node[t.bus_from]])
        x_t = (t.uk**2 - (t.pk_kw * 1e-3 / t.s_nom_mva) ** 2) ** 0.5
        if moves_under_load(t):
            k = factors.k_unit_on_load(v_q / v, turns, c_q, xd, x_t, sin_phi)
        else:
            k = factors.k_unit_off_load(
                v_q / v, turns, c_q, xd, sin_phi, voltage_range=machine.voltage_range, tap=_permanent_tap(t)
            )
        held = 0.0 if moves_under_load(t) else machine.voltage_range
        k_g = factors.k_generator(1.0, c_bus, xd, sin_phi, held)
        terminal = UnitTerminal(
            node=node[machine.bus],
            source=source,
            branch=branch,
            y=1 / (k_g * z),
            y_peak=1 / (k_g * z_peak),
            x_pu=k_g * z.imag,
            k=k,
            v_pu=v / v_bus,
        )
    row = _Row(id=machine.id, kind=kind, bus=machine.bus, z=k * z, z_peak=k * z_peak, i_nom=s * v_bus / v)
    return row, terminal


def moves_under_load(transformer: Transformer) -> bool:
    """Return whether the transformer has an on-load tap changer."""
    return transformer.on_load_taps or transformer.v_set_pu is not None


def _permanent_tap(t: Transformer) -> float:
    """By how much the tap in service raises the turns of the high-voltage winding over those of the other."""
    step = (t.tap_pos - t.tap_neutral) * t.tap_step
    return step if t.tap_side is Side.FROM else 1 / (1 + step) - 1


def _unit_transformers(park: Park, network: Network) -> dict[str, tuple[int, Transformer]]:
    """Return for each machine of a power station unit in service its transformer and the row of its branch."""
    row = {label: k for k, label in enumerate(network.branches.label)}
    by_id = {t.id: t for t in park.transformers}
    place = network.bus_index()
    units: dict[str, tuple[int, Transformer]] = {}
    faults, taken = [], dict[str, str]()
    machines: tuple[Machine, ...] = (*park.thermal_units, *park.generators)
    for machine in machines:
        name = machine.unit_transformer
        if name is None:
            continue
        transformer = by_id.get(name)
        if transformer is None or network.node[place[machine.bus]] != network.node[place[transformer.bus_to]]:
            faults.append(_wrong_unit(machine, name, "does not end with bus_to at its bus", "name its own transformer"))
        elif name in taken:
            problem = f"is the unit transformer of {taken[name]} already"
            faults.append(_wrong_unit(machine, name, problem, "name it at one of both machines"))
        else:
            taken[name] = machine.id
            k = row[name]
            if network.closed_from[k] and network.closed_to[k]:
                units[machine.id] = (k, transformer)
    if faults:
        raise BadInput(faults)
    return units


def _wrong_unit(machine: Machine, transformer: str, problem: str, right: str) -> Fault:
    return Fault(
        file="thermal_unit.csv" if isinstance(machine, ThermalUnit) else "generator.csv",
        field="unit_transformer",
        value=transformer,
        problem=f"unit transformer of {machine.id}: {transformer} {problem}",
        right=right,
    )


def _arrays(rows: list[_Row], node: dict[str, int]) -> Sources:
    z = np.array([r.z for r in rows], dtype=np.complex128)
    return Sources(
        id=tuple(r.id for r in rows),
        kind=tuple(r.kind for r in rows),
        bus=tuple(r.bus for r in rows),
        node=np.array([node[r.bus] for r in rows], dtype=np.int64),
        y=np.asarray(1 / z, dtype=np.complex128),
        y_peak=np.asarray(1 / np.array([r.z_peak for r in rows], dtype=np.complex128), dtype=np.complex128),
        i_nom_pu=np.array([r.i_nom for r in rows]),
        x_pu=z.imag.copy(),
        mw_per_pole_pair=np.array([r.mw_per_pole_pair for r in rows]),
        live=np.array([r.live for r in rows], dtype=bool),
    )
