"""The linear (DC) network for the optimum: reactances and the sensitivities of branch flows to injections."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from holin.errors import BadInput, Fault
from holin.flow.network import Network, network_of
from holin.kernel.topology import islands_of
from holin.park import Park

Real = NDArray[np.float64]
Index = NDArray[np.int64]


class DcModel(StrEnum):
    """The two published conventions of a branch's linear flow `p = b (angle_from - angle_to - shift)`.

    MATPOWER: b = 1 / (x ratio). PowerModels (PGLib's DC column): b = x / (r^2 + x^2), without ratio and shift.
    Source: MATPOWER 8.1 User's Manual, chapter 3; PowerModels.jl, DCPPowerModel.
    """

    MATPOWER = "matpower"
    POWERMODELS = "powermodels"


@dataclass(frozen=True, kw_only=True, eq=False)
class DcNetwork:
    """The linear network of one topology.

    `buses` are the park's buses, `branches` those of the flows. `ptdf` (branch, bus) is the flow into the first end
    of a branch, in MW, per MW injected at the bus and taken out at the slack bus of its island. `x_pu` (branch,) is
    the reactance on 1 MVA seen from the second end, with the tap; infinite where the branch is open. `rating_mva`
    (branch,) is the thermal rating. `island` (bus,) numbers the islands with a grid connection, whose first one's bus
    stands in `slack_buses`; each island balances for itself. It is -1 where no grid connection reaches: the columns
    are 0 there, and whatever stands there must not run. `out` are the elements left out.
    """

    buses: tuple[str, ...]
    branches: tuple[str, ...]
    elements: tuple[str, ...]
    kinds: tuple[str, ...]
    bus_from: tuple[str, ...]
    bus_to: tuple[str, ...]
    x_pu: Real
    rating_mva: Real
    ptdf: Real
    island: Index
    slack_buses: tuple[str, ...]
    out: frozenset[str]

    def flow_mw(self, injection_mw: Real) -> Real:
        """Return the flow (…, branch) in MW into the first ends for injections (…, bus) in MW."""
        flow: Real = injection_mw @ self.ptdf.T
        return flow


def dc_network(park: Park, *, out: frozenset[str] = frozenset()) -> DcNetwork:
    """Return the linear network of the park without the elements in `out`.

    p = diag(1 / (x |n|)) A B^-1 P with B = A' diag(1 / (x |n|)) A, the slack nodes' rows and columns left out; slack is
    the first grid connection of each island. Phase shifts of vector groups cancel in every loop and are left out, as
    are resistances and charging. With several grid connections each is an injection of its own. Raises BadInput when
    a closed branch has no reactance.
    Source: MATPOWER User's Manual, chapter 3 (DC modelling) and its section on linear shift factors.
    """
    network = network_of(park, out=out)
    buses = tuple(b.id for b in park.buses)
    susceptance = susceptances(network)
    island, reference = islands_and_slacks(network)
    ptdf = _ptdf(network, susceptance, island, reference)
    node = network.node[: len(buses)]
    b = network.branches
    with np.errstate(divide="ignore"):
        x = 1 / susceptance
    return DcNetwork(
        buses=buses,
        branches=b.label,
        elements=b.element,
        kinds=b.kind,
        bus_from=b.bus_from,
        bus_to=b.bus_to,
        x_pu=np.where(susceptance == 0, np.inf, x),
        rating_mva=b.s_nom_mva,
        ptdf=ptdf[:, node],
        island=island[node],
        slack_buses=tuple(network.buses[np.flatnonzero(network.node == n)[0]] for n in reference),
        out=out,
    )


def susceptances(network: Network, model: DcModel = DcModel.MATPOWER) -> Real:
    """Return b of each branch (branch,) in MW/rad, 0 where it is open or without voltage.

    Raises BadInput when a closed branch has no reactance.
    """
    b, t = network.branches, network.topology
    x = (1 / b.y_series).imag
    joined = network.closed_from & network.closed_to & network.energised[t.node_from]
    faults = [
        Fault(
            file=f"{kind}.csv",
            field="x_ohm_per_km",
            value="0",
            problem=f"{element} has no reactance, so no share of a flow can be worked out",
            right="give its reactance",
        )
        for element, kind, bad in zip(b.element, b.kind, joined & (x == 0), strict=True)
        if bad
    ]
    if faults:
        raise BadInput(faults)
    by_model = -b.y_series.imag if model is DcModel.POWERMODELS else 1 / np.where(x == 0, 1.0, x * np.abs(b.ratio))
    return np.where(joined, by_model, 0.0)


def _ptdf(network: Network, susceptance: Real, island: Index, reference: Index) -> Real:
    t = network.topology
    incidence = np.zeros((len(susceptance), t.nodes))
    branches = np.arange(len(susceptance))
    np.add.at(incidence, (branches, t.node_from), 1.0)
    np.add.at(incidence, (branches, t.node_to), -1.0)
    flow = susceptance[:, None] * incidence
    rest_flags = island >= 0
    rest_flags[reference] = False
    rest = np.flatnonzero(rest_flags)
    b = incidence.T @ flow
    ptdf = np.zeros((len(susceptance), t.nodes))
    if len(rest):
        ptdf[:, rest] = np.linalg.solve(b[np.ix_(rest, rest)], flow[:, rest].T).T
    return ptdf


def islands_and_slacks(network: Network) -> tuple[Index, Index]:
    """Return each node's island (node,), -1 without voltage, and each island's reference node, of its first grid."""
    t = network.topology
    component = islands_of(t)
    island = np.full(t.nodes, -1, dtype=np.int64)
    for k, slack in enumerate(t.slack):
        island[component == component[slack]] = k
    return island, t.slack
