"""The positive-sequence network of a short circuit: corrected impedances, nodal impedances, power station units.

Line capacitances, shunts, magnetising branches and loads are left out, ratios are the rated ones, and phase shifts do
not count (IEC 60909-0:2016, clauses 4 and 6). The negative sequence is taken as equal to the positive.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import breadth_first_order

from holin.flow.fault import factors
from holin.flow.fault.sources import PEAK_FREQUENCY, Sources, UnitTerminal, sources_of
from holin.flow.network import Network, network_of
from holin.kernel.impedance import Impedances, impedances, pattern_of
from holin.kernel.topology import Topology, islands_of
from holin.park import Park, Transformer, Transformer3

Complex = NDArray[np.complex128]
Real = NDArray[np.float64]
Index = NDArray[np.int64]
Flags = NDArray[np.bool_]
T = TypeVar("T", Transformer, Transformer3)

LEAST_Z_PU = 1e-12
"""In place of the impedance of a star's branch that vanishes."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Positive:
    """The positive-sequence network of one case, `largest` or smallest currents; all in p.u. on 1 MVA.

    `corrected` says whether transformers have K_T, `heat` by how much the lines' resistance is above that at 20 degC.
    `c` (node,) is the voltage factor, `c_max` (node,) the largest one. `z_branch` (branch,) stands at the second end,
    `ratio` (branch,) is the rated one, `joined` (branch,) says whether both ends are closed, `k` (branch,) which factor
    corrected the impedance. `z` and `z_peak` are the nodal impedances at nominal frequency and at that of method C, of
    the nodes that are `fed` (node,) by a source. `v_no_load` (node,) is how the rated ratios spread a
    voltage over each `island` (node,): a source's current counts at the fault by the quotient of both. `assumed` are
    feeders whose smallest short-circuit power is not given and taken as the largest one, and machines without rating or
    subtransient reactance.
    """

    network: Network
    largest: bool
    corrected: bool
    heat: float
    c: Real
    c_max: Real
    z_branch: Complex
    ratio: Real
    joined: Flags
    k: Real
    sources: Sources
    terminals: tuple[UnitTerminal, ...]
    z: Impedances
    z_peak: Impedances
    fed: Flags
    island: Index
    v_no_load: Real
    assumed: frozenset[str]


def rated_network(park: Park, *, out: frozenset[str] = frozenset()) -> Network:
    """Return the network with every tap at its main position, without the elements in `out`."""
    return network_of(
        replace(
            park,
            transformers=tuple(at_rated_ratio(t) for t in park.transformers),
            transformers3=tuple(at_rated_ratio(t) for t in park.transformers3),
        ),
        out=out,
    )


def at_rated_ratio(t: T) -> T:
    """Return the transformer with its tap at the position of the rated ratio."""
    return t if t.tap_pos == t.tap_neutral else replace(t, tap_pos=t.tap_neutral)


def positive(
    park: Park,
    network: Network,
    *,
    largest: bool,
    lv_tolerance: float = 0.10,
    line_temp_c: float = 80.0,
    k_t_in_min: bool = False,
) -> Positive:
    """Return the positive-sequence network of one case; `network` is that of `rated_network`.

    The smallest currents have lines at `line_temp_c`, no motors, and transformers without K_T unless `k_t_in_min`.
    """
    node_kv = np.zeros(network.topology.nodes)
    node_kv[network.node] = network.v_nom_kv
    c, c_max = (factors.voltage_factor(node_kv, largest=x, lv_tolerance=lv_tolerance) for x in (largest, True))
    sources, terminals, assumed = sources_of(park, network, c, c_max, largest=largest)
    heat = 1.0 if largest else factors.hot(line_temp_c)
    z, k = _branch_impedances(park, network, c_max, heat=heat, corrected=largest or k_t_in_min)
    for unit in terminals:
        z[unit.branch] *= unit.k / k[unit.branch]
        k[unit.branch] = unit.k
    joined = network.closed_from & network.closed_to
    ratio = np.abs(network.branches.ratio)
    graph = _topology(network, z, ratio, joined, sources.node, sources.y)
    island = islands_of(graph)
    fed = np.isin(island, island[sources.node[sources.live]])
    at_peak = _topology(network, z.real + 1j * PEAK_FREQUENCY * z.imag, ratio, joined, sources.node, sources.y_peak)
    pattern = pattern_of(graph, fed)
    return Positive(
        network=network,
        largest=largest,
        corrected=largest or k_t_in_min,
        heat=heat,
        c=c,
        c_max=c_max,
        z_branch=z,
        ratio=ratio,
        joined=joined,
        k=k,
        sources=sources,
        terminals=terminals,
        z=impedances(graph, pattern),
        z_peak=impedances(at_peak, pattern),
        fed=fed,
        island=island,
        v_no_load=_no_load(graph, ratio, joined, island),
        assumed=assumed,
    )


def _no_load(topology: Topology, ratio: Real, joined: Flags, island: Index) -> Real:
    """Return the voltage (node,) that the ratios alone give each node, 1 at the first of each island.

    Where the ratios of a loop do not agree, it is that of a shortest path.
    """
    f, t, n = topology.node_from[joined], topology.node_to[joined], topology.nodes
    edge, step = np.concatenate([f * n + t, t * n + f]), np.concatenate([1 / ratio[joined], ratio[joined]])
    sorted_edges = np.argsort(edge)
    edge, step = edge[sorted_edges], step[sorted_edges]
    graph = coo_array((np.ones(len(f)), (f, t)), shape=(n, n)).tocsr()
    v, before = np.ones(n), np.arange(n)
    for root in np.unique(island, return_index=True)[1]:
        order, reached_from = breadth_first_order(graph, root, directed=False)
        nodes = order[1:]
        before[nodes] = reached_from[nodes]
        v[nodes] = step[np.searchsorted(edge, reached_from[nodes].astype(np.int64) * n + nodes)]
    while (before != before[before]).any():  # each round doubles the way back to the root
        v, before = v * v[before], before[before]
    return v


def series(network: Network, z: Complex, ratio: Real, joined: Flags, y_shunt: Complex) -> Topology:
    """Return branches without shunts as a topology, with admittances to earth `y_shunt` (node,)."""
    y = np.asarray(np.where(joined, 1 / z, 0), dtype=np.complex128)
    return Topology(
        nodes=network.topology.nodes,
        node_from=network.topology.node_from,
        node_to=network.topology.node_to,
        y_ff=y / ratio**2,
        y_ft=-y / ratio,
        y_tf=-y / ratio,
        y_tt=y,
        y_shunt=y_shunt,
        slack=np.zeros(0, dtype=np.int64),
        v_slack=np.zeros(0, dtype=np.complex128),
    )


def _topology(network: Network, z: Complex, ratio: Real, joined: Flags, node: Index, y: Complex) -> Topology:
    y_shunt = np.zeros(network.topology.nodes, dtype=np.complex128)
    np.add.at(y_shunt, node, y)
    return series(network, z, ratio, joined, y_shunt)


def _branch_impedances(
    park: Park, network: Network, c_max: Real, *, heat: float, corrected: bool
) -> tuple[Complex, Real]:
    """Return impedance and correction factor of each branch (branch,)."""
    branches = network.branches
    z, k = np.asarray(1 / branches.y_series, dtype=np.complex128), np.ones(len(branches.label))
    lines, pairs = len(park.lines), len(park.transformers)
    z.real[:lines] *= heat
    if not corrected:
        return z, k
    c_of = by_bus(network, c_max)
    if pairs:
        c = np.array([c_of[t.bus_to] for t in park.transformers])
        k[lines : lines + pairs] = factors.k_transformer(c, np.array([reactance(t) for t in park.transformers]))
        z[lines : lines + pairs] *= k[lines : lines + pairs]
    for row, t in enumerate(park.transformers3):
        at = slice(lines + pairs + 3 * row, lines + pairs + 3 * row + 3)
        z[at], k[at] = star(t, c_of, z[at])
    return z, k


def by_bus(network: Network, values: Real) -> dict[str, float]:
    """Return the value (node,) of each bus's node."""
    return {bus: float(values[n]) for bus, n in zip(network.buses, network.node, strict=True)}


def reactance(t: Transformer) -> float:
    """Return x_T, the short-circuit reactance on the transformer's rating."""
    return float((t.uk**2 - (t.pk_kw * 1e-3 / t.s_nom_mva) ** 2) ** 0.5)


def star(t: Transformer3, c_max: dict[str, float], uncorrected: Complex) -> tuple[Complex, Real]:
    """Return the star's corrected impedances (3,) and, for show, corrected over uncorrected (3,).

    K_T is that of each pair of windings on its rating S_rT: z_12, z_23, z_31 are corrected before the star is made
    (6.3.3). c_max is that of the lower voltage of the pair.
    """
    z_1, z_2, z_3 = uncorrected
    z_12, z_23, z_31 = np.array([z_1 + z_2, z_2 + z_3, z_3 + z_1]) * pair_factors(t, c_max)
    z = np.array([z_12 + z_31 - z_23, z_12 + z_23 - z_31, z_23 + z_31 - z_12]) / 2
    z = np.where(np.abs(z) < LEAST_Z_PU, LEAST_Z_PU * 1j, z)
    return np.asarray(z, dtype=np.complex128), np.abs(z) / np.abs(uncorrected)


def pair_factors(t: Transformer3, c_max: dict[str, float]) -> Real:
    """Return K_T of the pairs of windings 1-2, 2-3 and 3-1 (3,)."""
    windings = (
        (t.bus_1, t.v_1_kv, t.s_nom_1_mva),
        (t.bus_2, t.v_2_kv, t.s_nom_2_mva),
        (t.bus_3, t.v_3_kv, t.s_nom_3_mva),
    )
    data = ((0, 1, t.uk_12, t.pk_12_kw), (1, 2, t.uk_23, t.pk_23_kw), (2, 0, t.uk_31, t.pk_31_kw))
    rating = [min(windings[a][2], windings[b][2]) for a, b, _, _ in data]
    x = [(uk**2 - (pk * 1e-3 / s) ** 2) ** 0.5 for (_, _, uk, pk), s in zip(data, rating, strict=True)]
    c = [c_max[min(windings[a], windings[b], key=lambda w: w[1])[0]] for a, b, _, _ in data]
    return factors.k_transformer(np.array(c), np.array(x))


# ---- power station units ----------------------------------------------------------------------------------------


def terminal_impedances(p: Positive, unit: UnitTerminal, rows: Index, columns: Index, *, peak: bool = False) -> Complex:
    """Return nodal impedances (len(rows), len(columns)) with the factors that hold for a fault at the unit's terminal.

    The generator has K_G alone and the unit transformer none (6.7): Z - Z U (1 + C U' Z U)^-1 C U' Z (Woodbury), with
    the unit transformer's incidence and the terminal as the two columns of U and the changes of admittance as C.
    """
    z = p.z_peak if peak else p.z
    scale = PEAK_FREQUENCY if peak else 1.0
    high, low, n = int(p.network.topology.node_from[unit.branch]), unit.node, p.ratio[unit.branch]
    z_t = complex(p.z_branch[unit.branch].real, scale * p.z_branch[unit.branch].imag)
    y_new, y_old = (unit.y_peak, p.sources.y_peak) if peak else (unit.y, p.sources.y)
    change = np.array([(unit.k - 1) / z_t, y_new - y_old[unit.source]])[:, None]
    at_high, at_low = z.columns(np.array([high, low])).T
    against = np.stack([at_high / n - at_low, at_low], axis=1)
    own = np.stack([against[high] / n - against[low], against[low]])
    weight = np.linalg.solve(np.eye(2) + change * own, change * against[columns].T)
    return np.asarray(z.columns(columns)[rows] - against[rows] @ weight)
