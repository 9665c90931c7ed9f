"""On-load tap changers: which transformers regulate, and how."""

from __future__ import annotations

import numpy as np

from holin.flow.network import Network
from holin.kernel.taps import TapChangers
from holin.park import Park, Side

DEAD_BAND_STEPS = 0.6
"""A changer moves when the voltage is off by more than this share of a step, or by its own dead band if that is wider;
below 0.5 it would hunt between two positions."""


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
