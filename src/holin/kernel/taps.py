"""Ratios that differ from state to state, as departures from the admittances that all states share; tap changers."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from holin.errors import Mismatch
from holin.kernel.topology import Complex, Flags, Index, Real, Topology


@dataclass(frozen=True, kw_only=True, eq=False)
class Taps:
    """Branches (tap,) whose ratio differs from state to state.

    `turns` (state, tap) is the voltage of the tapped winding over that of the topology's own admittances; `at_from`
    (tap,) says whether the first end is tapped. The impedance stays as seen from the end that is not tapped when that
    is the second one, and follows the turns squared otherwise (the nameplate's convention). With `changers`, one for
    each of the branches, ratios move from these (at `position`, of the same shape) until voltages are kept.
    """

    branch: Index = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    at_from: Flags = field(default_factory=lambda: np.zeros(0, dtype=bool))
    turns: Real = field(default_factory=lambda: np.zeros((0, 0)))
    position: Index = field(default_factory=lambda: np.zeros((0, 0), dtype=np.int64))
    changers: TapChangers | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class TapChangers:
    """Branches with steps that keep a voltage, (changer,) throughout: that of `node` at `v_set_pu` within `band`.

    `start` is the position of the topology's own admittances; one position is `step` of the rated ratio at `neutral`.
    """

    branch: Index
    node: Index
    at_from: Flags
    v_set_pu: Real
    start: Index
    neutral: Index
    lowest: Index
    highest: Index
    step: Real
    band: Real

    def taps(self, position: Index, *, moving: bool = False) -> Taps:
        """Return the positions (state, changer) as turns against those of `start`, which stay there unless `moving`."""
        turns = (1 + (position - self.neutral) * self.step) / (1 + (self.start - self.neutral) * self.step)
        changers = self if moving else None
        return Taps(branch=self.branch, at_from=self.at_from, turns=turns, position=position, changers=changers)

    def moved(self, position: Index, v_pu: Real) -> Index:
        """Return positions (state, changer) one nearer to where voltages (state, changer) are within the band."""
        gap = self.v_set_pu - v_pu
        wanted = np.where(np.abs(gap) > self.band, np.sign(gap), 0).astype(np.int64)
        return np.clip(position + np.where(self.at_from, -wanted, wanted), self.lowest, self.highest)


def tap_changes(topology: Topology, taps: Taps) -> tuple[Complex, Complex, Complex, Complex]:
    """Return what the taps add to y_ff, y_ft, y_tf, y_tt of their branches, each (state, tap).

    With e = 1 / turns the tapped end's own admittance goes with e^2, the mutual ones with e.
    """
    k, e = taps.branch, 1 / taps.turns
    square = e * e - 1
    return (
        topology.y_ff[k] * np.where(taps.at_from, square, 0),
        topology.y_ft[k] * (e - 1),
        topology.y_tf[k] * (e - 1),
        topology.y_tt[k] * np.where(taps.at_from, 0, square),
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class Departures:
    """The states' departures from Y: `node_from`, `node_to` (tap,), admittances (state, tap)."""

    node_from: Index
    node_to: Index
    d_ff: Complex
    d_ft: Complex
    d_tf: Complex
    d_tt: Complex

    def on(self, y: Complex, state: int) -> Complex:
        """Return Y (node, node) with one state's departures."""
        changed = y.copy()
        f, t = self.node_from, self.node_to
        for at, d in (((f, f), self.d_ff), ((f, t), self.d_ft), ((t, f), self.d_tf), ((t, t), self.d_tt)):
            np.add.at(changed, at, d[state])
        return changed


def departures(topology: Topology, taps: Taps, states: int) -> Departures:
    """Return the states' departures; raises Mismatch when the shapes do not fit."""
    if taps.turns.shape != (states, len(taps.branch)):
        raise Mismatch(f"turns of shape {taps.turns.shape} do not fit {states} states and {len(taps.branch)} taps")
    d_ff, d_ft, d_tf, d_tt = tap_changes(topology, taps)
    ends = topology.node_from[taps.branch], topology.node_to[taps.branch]
    return Departures(node_from=ends[0], node_to=ends[1], d_ff=d_ff, d_ft=d_ft, d_tf=d_tf, d_tt=d_tt)
