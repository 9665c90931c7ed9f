"""On-load tap changers: which step each stands on, state by state."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from holin.flow.network import Network
from holin.kernel.taps import Taps
from holin.park import Park, Side

Real = NDArray[np.float64]
Index = NDArray[np.int64]

DEAD_BAND_STEPS = 0.6
"""A changer moves when the voltage is off by more than this share of a step, or by its own dead band if that is wider;
below 0.5 it would hunt between two positions."""

ROUNDS_MAX = 12
ROUNDS_OF_LEAPS = 5
"""After so many rounds a changer moves one step at a time, so that changers in a row do not swing."""


@dataclass(frozen=True, kw_only=True, eq=False)
class TapChangers:
    """The regulating transformers of one topology, (changer,) throughout; `branch` is the place in the branches."""

    branch: Index
    node: Index
    at_from: NDArray[np.bool_]
    v_set_pu: Real
    start: Index
    neutral: Index
    lowest: Index
    highest: Index
    step: Real
    band: Real

    def taps(self, position: Index) -> Taps:
        """Return the positions (state, changer) as the kernel's turns against the park's own positions."""
        turns = (1 + (position - self.neutral) * self.step) / (1 + (self.start - self.neutral) * self.step)
        return Taps(branch=self.branch, at_from=self.at_from, turns=turns)

    def moved(self, position: Index, v_pu: Real, leap: bool) -> Index:
        """Return the next positions (state, changer) for voltages (state, changer) at the regulated ends."""
        steps = (self.v_set_pu - v_pu) / self.step
        wanted = np.where(
            np.abs(self.v_set_pu - v_pu) > self.band, np.sign(steps) * np.maximum(np.abs(np.rint(steps)), 1), 0
        )
        wanted = wanted if leap else np.clip(wanted, -1, 1)
        wanted = np.where(np.isfinite(wanted), wanted, 0).astype(np.int64)
        return np.clip(position + np.where(self.at_from, -wanted, wanted), self.lowest, self.highest)


def tap_changers(park: Park, network: Network) -> TapChangers:
    """Return the transformers in service that keep a voltage at their second end by `v_set_pu` and have taps for it."""
    place = {label: k for k, label in enumerate(network.branches.label)}
    topology, bus = network.topology, network.bus_index()
    at_grid = {network.node[bus[a.bus]] for a in network.anchors}
    regulating = [
        (t, k)
        for t in park.transformers
        if t.v_set_pu is not None and t.tap_step > 0
        for k in (place[t.id],)
        if topology.y_ft[k] != 0 and network.energised[topology.node_to[k]] and topology.node_to[k] not in at_grid
    ]
    branch = np.array([k for _, k in regulating], dtype=np.int64)

    return TapChangers(
        branch=branch,
        node=topology.node_to[branch],
        at_from=np.array([t.tap_side is Side.FROM for t, _ in regulating], dtype=bool),
        v_set_pu=np.array([t.v_set_pu for t, _ in regulating], dtype=np.float64),
        start=np.array([t.tap_pos for t, _ in regulating], dtype=np.int64),
        neutral=np.array([t.tap_neutral for t, _ in regulating], dtype=np.int64),
        lowest=np.array([t.tap_min for t, _ in regulating], dtype=np.int64),
        highest=np.array([t.tap_max for t, _ in regulating], dtype=np.int64),
        step=np.array([t.tap_step for t, _ in regulating], dtype=np.float64),
        band=np.array(
            [max(t.dead_band_pu or 0.0, DEAD_BAND_STEPS * t.tap_step) for t, _ in regulating], dtype=np.float64
        ),
    )
