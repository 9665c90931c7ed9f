"""The zero-sequence network: earthed neutrals, deltas, earth return of lines; and which data it had to assume.

Windings are read from the vector group: YN, yn (and a with YN) are earthed through their neutral impedance, D, d are a
short circuit behind the transformer's impedance, ZN, zn are earthed and pass nothing on, Y, y, Z, z are open. Between
two stars, or a star and a zigzag, without a delta the magnetising impedance is taken as infinite. Generators, motors
and converters are not earthed. Source: IEC 60909-0:2016, clause 6; IEC TR 60909-4.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from holin.flow.fault.positive import Positive, by_bus, pair_factors, series
from holin.kernel.impedance import Impedances, impedances, pattern_of
from holin.kernel.topology import Topology, islands_of
from holin.park import Line, Park, Transformer, Transformer3

Complex = NDArray[np.complex128]
Real = NDArray[np.float64]
Index = NDArray[np.int64]
Flags = NDArray[np.bool_]

EARTH_OHM_PER_KM = 3 * np.pi**2 * 50 * 1e-4
"""Resistance of the earth return in a line's zero sequence: 3 omega mu_0 / 8 at 50 Hz (IEC TR 60909-2)."""
OVERHEAD_X0_X1 = 3.0
"""Zero- over positive-sequence reactance of an overhead circuit, where it is not given (a usual value)."""
CABLE_R0_R1 = 4.0
CABLE_X0_X1 = 4.0
"""The same of a cable whose screen or fourth core carries the current back (IEC TR 60909-2 has about 4 for both)."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Zero:
    """The zero-sequence network of one case; p.u. on 1 MVA.

    `z` are the nodal impedances of the nodes that are `earthed` (node,): joined to an earthed neutral;
    elsewhere no zero-sequence current flows. `z_branch` (branch,) joins both ends where `joined`, `y_from`, `y_to`
    (branch,) lead to earth at an end, `y_source` (source,) are those of feeders. `assumed` (island,) are the elements
    of each `island` (node,) whose zero-sequence data are not given.
    """

    z: Impedances
    z_branch: Complex
    ratio: Real
    joined: Flags
    y_from: Complex
    y_to: Complex
    y_source: Complex
    earthed: Flags
    island: Index
    assumed: tuple[frozenset[str], ...]


def zero(park: Park, p: Positive) -> Zero:
    """Return the zero-sequence network that belongs to a positive-sequence one."""
    network = p.network
    count, nodes = len(network.branches.label), network.topology.nodes
    z, joined = np.ones(count, dtype=np.complex128), np.zeros(count, dtype=bool)
    y_from, y_to = (np.zeros(count, dtype=np.complex128) for _ in range(2))
    lacking: list[tuple[int, str]] = []
    row = 0
    at = network.topology.node_from
    kv = {bus: float(v) for bus, v in zip(network.buses, network.v_nom_kv, strict=True)}
    for line in park.lines:
        z[row] = _line(line, p.heat) / kv[line.bus_from] ** 2
        joined[row] = p.joined[row]
        lacking += [(int(at[row]), line.id)] if joined[row] and not _given(line) else []
        row += 1
    for t in park.transformers:
        z[row], joined[row], y_from[row], y_to[row] = _transformer(t, p, row, kv)
        lacking += [(n, t.id) for n in _ends(p, row, joined[row], y_from[row], y_to[row]) if t.uk0 is None]
        row += 1
    c_max = by_bus(network, p.c_max)
    for t3 in park.transformers3:
        rows = slice(row, row + 3)
        z[rows], joined[rows], y_to[rows] = _star(t3, p, row, c_max, kv)
        if None in (t3.uk0_12, t3.uk0_23, t3.uk0_31) and joined[rows].any():
            lacking += [(int(at[k]), t3.id) for k in range(row, row + 3) if joined[k]]
        row += 3
    for branch in park.equivalent_branches:
        plain = branch.ratio == 1 and branch.shift_deg == 0
        z[row] = complex(p.z_branch[row].real, OVERHEAD_X0_X1 * p.z_branch[row].imag)
        joined[row] = p.joined[row] and plain
        lacking += [(int(n), branch.id) for n in {at[row], network.topology.node_to[row]} if p.joined[row]]
        row += 1
    y_source, not_earthed = _feeders(park, p)
    lacking += not_earthed
    y_node = np.zeros(nodes, dtype=np.complex128)
    np.add.at(y_node, at, y_from)
    np.add.at(y_node, network.topology.node_to, y_to)
    np.add.at(y_node, p.sources.node, y_source)
    topology = series(network, z, p.ratio, joined, y_node)
    island = islands_of(topology)
    earthed = _earthed(topology, island) & p.fed
    by_island: list[set[str]] = [set() for _ in range(int(island.max(initial=-1)) + 1)]
    for node, element in lacking:
        by_island[int(island[node])].add(element)
    return Zero(
        z=impedances(topology, pattern_of(topology, earthed)),
        z_branch=z,
        ratio=p.ratio,
        joined=joined,
        y_from=y_from,
        y_to=y_to,
        y_source=y_source,
        earthed=earthed,
        island=island,
        assumed=tuple(frozenset(found) for found in by_island),
    )


def _earthed(topology: Topology, island: Index) -> Flags:
    earthed: Flags = np.isin(island, island[topology.y_shunt != 0])
    return earthed


def _ends(p: Positive, row: int, joined: bool, y_from: complex, y_to: complex) -> set[int]:
    """The nodes at which a transformer takes part in the zero sequence."""
    nodes = (int(p.network.topology.node_from[row]), int(p.network.topology.node_to[row]))
    return {n for n, y in zip(nodes, (y_from, y_to), strict=True) if joined or y != 0}


# ---- lines, feeders ---------------------------------------------------------------------------------------------


def _given(line: Line) -> bool:
    return line.r0_ohm_per_km is not None and line.x0_ohm_per_km is not None


def _line(line: Line, heat: float) -> complex:
    """Z_0 in ohm; what is not given: r1 + 0.148 and 3 x1 of an overhead line, 4 r1 and 4 x1 of a cable."""
    r1, x1 = line.r_ohm_per_km, line.x_ohm_per_km
    r0 = CABLE_R0_R1 * r1 if line.cable else r1 + EARTH_OHM_PER_KM
    x0 = x1 * (CABLE_X0_X1 if line.cable else OVERHEAD_X0_X1)
    r0 = r0 if line.r0_ohm_per_km is None else line.r0_ohm_per_km
    x0 = x0 if line.x0_ohm_per_km is None else line.x0_ohm_per_km
    return complex(r0 * heat, x0) * line.length_km


def _feeders(park: Park, p: Positive) -> tuple[Complex, list[tuple[int, str]]]:
    """X_0 = x0_x1_ratio X_Q, R_0 = r0_x0_ratio X_0; a feeder without x0_x1_ratio is not earthed."""
    y = np.zeros(len(p.sources.id), dtype=np.complex128)
    grids = {g.id: g for g in park.grids}
    lacking = []
    for k, (id_, kind) in enumerate(zip(p.sources.id, p.sources.kind, strict=True)):
        if kind != "grid":
            continue
        grid = grids[id_]
        if grid.x0_x1_ratio is None:
            lacking.append((int(p.sources.node[k]), id_))
        else:
            x0 = (1 / p.sources.y[k]).imag * grid.x0_x1_ratio
            y[k] = 1 / complex(grid.r0_x0_ratio * x0, x0)
    return y, lacking


# ---- transformers -----------------------------------------------------------------------------------------------


def windings_of(vector_group: str) -> tuple[str, ...]:
    """Return the connection of each winding: earthed, delta, zigzag (earthed) or open, such as for YNd11.

    An autotransformer's second winding (a, auto) is earthed where the first is.
    """
    match = re.match(r"(YN|Y|D|ZN|Z|I)", vector_group.strip())
    first = match[1] if match else "I"
    rest = re.findall(r"yn|y|d|zn|z|auto|a|i", vector_group.strip()[len(first) :])
    named = {"yn": "earthed", "d": "delta", "zn": "zigzag", "a": "earthed" if first == "YN" else "open"}
    named["auto"] = named["a"]
    return tuple(named.get(w, "open") for w in (first.lower(), *rest))


def _transformer(t: Transformer, p: Positive, row: int, kv: dict[str, float]) -> tuple[complex, bool, complex, complex]:
    """Return series impedance, whether it joins both ends, and admittances to earth at the first and second end."""
    network, ratio = p.network, p.ratio[row]
    closed_from, closed_to = bool(network.closed_from[row]), bool(network.closed_to[row])
    pk = t.pk_kw if t.pk0_kw is None else t.pk0_kw
    uk = t.uk if t.uk0 is None else t.uk0
    r = min(pk * 1e-3 / t.s_nom_mva, uk)
    z = complex(r, (uk**2 - r**2) ** 0.5) / t.s_nom_mva * (t.v_to_kv / kv[t.bus_to]) ** 2 * p.k[row]
    z_n_from = 3 * complex(t.rn_from_ohm, t.xn_from_ohm) / kv[t.bus_from] ** 2
    z_n_to = 3 * complex(t.rn_to_ohm, t.xn_to_ohm) / kv[t.bus_to] ** 2
    first, second = windings_of(t.vector_group)
    if (first, second) == ("earthed", "earthed"):
        return z + z_n_from / ratio**2 + z_n_to, closed_from and closed_to, 0j, 0j
    grounds_from = first == "zigzag" or (first == "earthed" and second == "delta")
    grounds_to = second == "zigzag" or (second == "earthed" and first == "delta")
    y_from = 1 / (z * ratio**2 + z_n_from) if grounds_from and closed_from else 0j
    y_to = 1 / (z + z_n_to) if grounds_to and closed_to else 0j
    return 1 + 0j, False, y_from, y_to


def _star(
    t: Transformer3, p: Positive, row: int, c_max: dict[str, float], kv: dict[str, float]
) -> tuple[Complex, Flags, Complex]:
    """Return the star's three impedances, which of them join their bus, and the admittance to earth of deltas.

    A delta earths the inner bus through its branch, whether its bus is connected or not.
    """
    network = p.network
    given = ((t.uk0_12, t.uk_12, t.pk_12_kw), (t.uk0_23, t.uk_23, t.pk_23_kw), (t.uk0_31, t.uk_31, t.pk_31_kw))
    s = (t.s_nom_1_mva, t.s_nom_2_mva, t.s_nom_3_mva)
    inner = (t.v_1_kv / kv[t.bus_1]) ** 2
    pairs = []
    for (uk0, uk1, pk), rating in zip(given, (min(s[0], s[1]), min(s[1], s[2]), min(s[2], s[0])), strict=True):
        uk, r = uk1 if uk0 is None else uk0, pk * 1e-3 / rating
        pairs.append(complex(min(r, uk), max(uk**2 - r**2, 0.0) ** 0.5) / rating * inner)
    z_12, z_23, z_31 = np.array(pairs) * (pair_factors(t, c_max) if p.corrected else 1.0)
    z = np.array([z_12 + z_31 - z_23, z_12 + z_23 - z_31, z_23 + z_31 - z_12]) / 2
    z = np.where(np.abs(z) < 1e-12, 1e-12j, z)
    windings = windings_of(t.vector_group)
    closed = network.closed_from[row : row + 3] & network.closed_to[row : row + 3]
    in_service = network.closed_to[row : row + 3]
    joined = np.array([w == "earthed" for w in windings]) & closed
    delta = np.array([w == "delta" for w in windings]) & in_service
    y_to = np.where(delta, 1 / z, 0)
    z_n = 3 * np.array(
        [complex(r, x) for r, x in ((t.rn_1_ohm, t.xn_1_ohm), (t.rn_2_ohm, t.xn_2_ohm), (t.rn_3_ohm, t.xn_3_ohm))]
    )
    own = np.array([kv[b] for b in (t.bus_1, t.bus_2, t.bus_3)])
    z = z + z_n / own**2 / p.ratio[row : row + 3] ** 2
    return z, joined, y_to
