"""Powers that depend on the voltage: loads of constant current or impedance, and reactive droops."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from holin.kernel.topology import Complex, Index, Real


def _no_index() -> Index:
    return np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, kw_only=True, eq=False)
class VoltagePowers:
    """Powers at nodes (flexible,) that go with the voltage and its square: `linear`, `square` (state, flexible) in MVA
    at 1 p.u., into the network."""

    node: Index = field(default_factory=_no_index)
    linear: Complex = field(default_factory=lambda: np.zeros((0, 0), dtype=np.complex128))
    square: Complex = field(default_factory=lambda: np.zeros((0, 0), dtype=np.complex128))

    def of(self, states: slice | Index) -> VoltagePowers:
        """Return those of some of the states."""
        return VoltagePowers(node=self.node, linear=self.linear[states], square=self.square[states])

    def power(self, v: Complex) -> Complex:
        """Return their sum by node (state, node) in MVA at voltages (state, node)."""
        size = np.abs(v[:, self.node])
        total = np.zeros(v.shape, dtype=np.complex128)
        np.add.at(total.T, self.node, ((self.linear + self.square * size) * size).T)
        return total


@dataclass(frozen=True, kw_only=True, eq=False)
class Droop:
    """Reactive power over the voltage of its node, for units (droop,): the points `v_pu`, `q` (droop, point) rise in
    voltage, and `scale` (state, droop) in Mvar multiplies q. Constant beyond the ends."""

    node: Index = field(default_factory=_no_index)
    v_pu: Real = field(default_factory=lambda: np.zeros((0, 1)))
    q: Real = field(default_factory=lambda: np.zeros((0, 1)))
    scale: Real = field(default_factory=lambda: np.zeros((0, 0)))

    def of(self, states: slice | Index) -> Droop:
        """Return those of some of the states."""
        return Droop(node=self.node, v_pu=self.v_pu, q=self.q, scale=self.scale[states])

    def q_mvar(self, v: Complex) -> Real:
        """Return the reactive power (state, droop) at voltages (state, node)."""
        size = np.abs(v[:, self.node])
        curves = [np.interp(size[:, d], self.v_pu[d], self.q[d]) for d in range(len(self.node))]
        return self.scale * np.stack(curves, axis=1) if curves else np.zeros(self.scale.shape)
