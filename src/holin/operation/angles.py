"""The network in the optimum by its angles: one balance per node, limits of flows and of angles across branches."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from holin.flow import DcBranches
from holin.kernel.linear import Columns, Floats, ProblemBuilder, Term
from holin.operation.block import Block, Hours, Injection

ANGLE_UNIT_RAD = 0.01
"""Angles are counted in this unit, so that the coefficients of a grid's branches stay near 1."""


def add_angles(builder: ProblemBuilder, hours: Hours, network: DcBranches) -> Columns:
    """Add the angle of every node, of shape (time, node) in ANGLE_UNIT_RAD: 0 at each island's slack node.

    Nodes without voltage have none: 0, and no branch in service.
    """
    free = network.island_of_node >= 0
    free[network.slack] = False
    bound = np.where(free, np.inf, 0.0)
    return builder.add_variables("angle", (hours.count, network.nodes), lower=-bound, upper=bound)


def add_node_balances(
    builder: ProblemBuilder,
    blocks: Sequence[Block],
    network: DcBranches,
    fixed_mw: Floats,
    *,
    mismatch_per_mwh: float | None = None,
) -> dict[int, Columns]:
    """Add one row per step and node with a voltage: injections less what branches take equals firm load and losses.

    `fixed_mw` (time, bus) is what must be delivered at each bus. With `mismatch_per_mwh` power may be missing or left
    over at that price. Returns the rows (time,) of each node.
    """
    angle, steps = builder.columns("angle"), fixed_mw.shape[0]
    position = {bus: k for k, bus in enumerate(network.buses)}
    at: dict[int, list[Injection]] = defaultdict(list)
    for injection in (i for block in blocks for i in block.injections):
        at[int(network.node[position[injection.bus]])].append(injection)
    needed = np.zeros((steps, network.nodes))
    np.add.at(needed.T, network.node, fixed_mw.T)
    shifted = network.susceptance * network.shift_rad
    np.subtract.at(needed.T, network.node_from, shifted[:, None])
    np.add.at(needed.T, network.node_to, shifted[:, None])
    ends = _ends_of_nodes(network)
    rows = {}
    for node in np.flatnonzero(network.island_of_node >= 0).tolist():
        terms: list[Term] = [(i.columns, i.factor) for i in at[node]]
        terms.append((angle[:, node], -sum(ends[node].values())))
        terms += [(angle[:, other], susceptance) for other, susceptance in ends[node].items()]
        if mismatch_per_mwh is not None:
            terms.append((builder.add_variables(f"missing.{node}", (steps,), cost=mismatch_per_mwh), 1.0))
            terms.append((builder.add_variables(f"surplus.{node}", (steps,), cost=mismatch_per_mwh), -1.0))
        rows[node] = builder.add_rows(f"balance.{node}", terms, lower=needed[:, node], upper=needed[:, node])
    return rows


def _ends_of_nodes(network: DcBranches) -> dict[int, dict[int, float]]:
    """Return for each node the nodes beside it with the susceptance of all branches to them, per ANGLE_UNIT_RAD."""
    ends: dict[int, dict[int, float]] = defaultdict(lambda: defaultdict(float))
    per_unit = network.susceptance * ANGLE_UNIT_RAD
    for f, t, b in zip(network.node_from.tolist(), network.node_to.tolist(), per_unit.tolist(), strict=True):
        if f != t and b != 0:
            ends[f][t] += b
            ends[t][f] += b
    return ends


def limited(network: DcBranches) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the branches whose flow is limited by a rating, and those whose angle is."""
    joins = (network.susceptance != 0) & (network.node_from != network.node_to)
    angle = np.isfinite(network.angle_min_rad) | np.isfinite(network.angle_max_rad)
    return np.flatnonzero(joins & np.isfinite(network.rating_mva)), np.flatnonzero(joins & angle)


def add_flow_limits(builder: ProblemBuilder, network: DcBranches, *, overload_per_mwh: float | None = None) -> Columns:
    """Add -rating <= b (angle_from - angle_to - shift) <= rating, rows (time, branch) of the first of `limited`."""
    k, angle = limited(network)[0], builder.columns("angle")
    b, rating = network.susceptance[k], network.rating_mva[k]
    terms: list[Term] = [(angle[:, network.node_from[k]], b * ANGLE_UNIT_RAD)]
    terms.append((angle[:, network.node_to[k]], -b * ANGLE_UNIT_RAD))
    terms += _breach(builder, "overload", (len(angle), len(k)), overload_per_mwh)
    shifted = b * network.shift_rad[k]
    return builder.add_rows("flow", terms, lower=shifted - rating, upper=shifted + rating)


def add_angle_limits(builder: ProblemBuilder, network: DcBranches, *, breach_per_rad: float | None = None) -> Columns:
    """Add angle_min <= angle_from - angle_to <= angle_max, rows (time, branch) of the second of `limited`."""
    k, angle = limited(network)[1], builder.columns("angle")
    terms: list[Term] = [(angle[:, network.node_from[k]], 1.0), (angle[:, network.node_to[k]], -1.0)]
    price = None if breach_per_rad is None else breach_per_rad * ANGLE_UNIT_RAD
    terms += _breach(builder, "angle_breach", (len(angle), len(k)), price)
    low, high = network.angle_min_rad[k] / ANGLE_UNIT_RAD, network.angle_max_rad[k] / ANGLE_UNIT_RAD
    return builder.add_rows("angle_across", terms, lower=low, upper=high)


def _breach(builder: ProblemBuilder, name: str, shape: tuple[int, ...], price: float | None) -> list[Term]:
    """Columns by which a limit may be passed either way at a price; none where it may not."""
    if price is None:
        return []
    over = builder.add_variables(f"{name}_above", shape, cost=price)
    under = builder.add_variables(f"{name}_below", shape, cost=price)
    return [(over, -1.0), (under, 1.0)]
