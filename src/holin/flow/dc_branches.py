"""The linear network branch by branch, with angles: for an optimum that limits them and prices every bus."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from holin.flow.linear import DcModel, islands_and_slacks, susceptances
from holin.flow.network import network_of
from holin.park import Park

Real = NDArray[np.float64]
Index = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, eq=False)
class DcBranches:
    """The linear network of one topology in angles: `p = b (angle_from - angle_to - shift)` into the first end.

    `node` (bus,) is the node of each of the park's buses, `island` (bus,) and `island_of_node` (node,) number the
    islands with a voltage, -1 where there is none; `slack` (island,) are their nodes of angle 0. All else is (branch,):
    `susceptance` b in MW/rad, 0 where the branch is open or without voltage; `rating_mva`, infinite where none is
    known; `angle_min_rad` and `angle_max_rad` of angle_from - angle_to, infinite where there is no limit.
    """

    model: DcModel
    buses: tuple[str, ...]
    node: Index
    island: Index
    island_of_node: Index
    slack: Index
    branches: tuple[str, ...]
    elements: tuple[str, ...]
    kinds: tuple[str, ...]
    bus_from: tuple[str, ...]
    bus_to: tuple[str, ...]
    node_from: Index
    node_to: Index
    susceptance: Real
    shift_rad: Real
    rating_mva: Real
    angle_min_rad: Real
    angle_max_rad: Real

    @property
    def nodes(self) -> int:
        """Number of nodes, those of inner buses of transformers among them."""
        return len(self.island_of_node)

    def flow_mw(self, angle_rad: Real) -> Real:
        """Return the flow (…, branch) in MW into the first ends at angles (…, node)."""
        across = angle_rad[..., self.node_from] - angle_rad[..., self.node_to]
        flow: Real = self.susceptance * (across - self.shift_rad)
        return flow


def dc_branches(park: Park, *, model: DcModel = DcModel.MATPOWER, out: frozenset[str] = frozenset()) -> DcBranches:
    """Return the linear network of the park without the elements in `out`, by one of the two conventions.

    Limits of angles are those of equivalent branches; they hold for the angles of the buses, shift included. Raises
    BadInput when a closed branch has no reactance.
    """
    network = network_of(park, out=out)
    b, t = network.branches, network.topology
    island, slack = islands_and_slacks(network)
    limits = {x.id: (x.angle_min_deg, x.angle_max_deg) for x in park.equivalent_branches}
    low, high = np.array([limits.get(e, (None, None)) for e in b.element], dtype=float).reshape(-1, 2).T
    buses = tuple(bus.id for bus in park.buses)
    node = network.node[: len(buses)]
    shift = np.zeros(len(b.label)) if model is DcModel.POWERMODELS else np.angle(b.ratio)
    return DcBranches(
        model=model,
        buses=buses,
        node=node,
        island=island[node],
        island_of_node=island,
        slack=slack,
        branches=b.label,
        elements=b.element,
        kinds=b.kind,
        bus_from=b.bus_from,
        bus_to=b.bus_to,
        node_from=t.node_from,
        node_to=t.node_to,
        susceptance=susceptances(network, model),
        shift_rad=shift,
        rating_mva=b.s_nom_mva,
        angle_min_rad=np.radians(np.where(np.isnan(low), -np.inf, low)),
        angle_max_rad=np.radians(np.where(np.isnan(high), np.inf, high)),
    )
