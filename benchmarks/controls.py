"""The same states with nodes that keep a voltage within limits of reactive power, and with tap changers that move."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from holin.kernel.powerflow import PowerFlow, prepared, solve_power_flow
from holin.kernel.taps import TapChangers, Taps
from holin.kernel.topology import Control, Topology

KEEPERS = (1, 3, 5)
REACTIVE_SHARE = 0.33
"""Of a keeper's largest active power: a power factor of 0.95."""

STEP, BAND, OFF_PU = 0.015, 0.009, 0.025
"""A step of 1.5 %, a dead band of 0.6 of it, and what is to be kept above the states' mean voltage: two steps."""


def controlled(
    case: Any, topology: Topology, s: np.ndarray, plain: PowerFlow, plain_s: float, timed: Callable[[Any], Any],
    tolerance_mva: float,
) -> dict[str, Any]:  # fmt: skip
    """Return CPU seconds over those of the plain power flow, for each kind of control, with what they do."""
    found: dict[str, Any] = {}
    active = s.real.max(axis=0)
    active[topology.slack] = -np.inf
    for count in KEEPERS:
        node = np.sort(np.argsort(active)[::-1][:count])
        limit = REACTIVE_SHARE * np.abs(active[node])
        control = Control(
            node=node, v_set_pu=np.abs(plain.v[:, node]).mean(axis=0), q_min_mvar=-limit, q_max_mvar=limit
        )
        seconds, flow = timed(_solve(topology, s, control, None, tolerance_mva))
        at_limit = float((np.abs(flow.q_control_mvar) >= limit - 1e-9).mean())
        found[f"keepers_{count}"] = _figures(seconds, plain_s, flow) | {"at_limit": at_limit}
    for name, off in (("taps", 0.0), ("taps_off_by_two_steps", OFF_PU)):
        changers = _changers(case, topology, plain, off)
        taps = changers.taps(np.tile(changers.start, (len(s), 1)), moving=True)
        seconds, flow = timed(_solve(topology, s, None, taps, tolerance_mva))
        at_rest = np.array_equal(changers.moved(flow.tap_pos, np.abs(flow.v[:, changers.node])), flow.tap_pos)
        moved = float((flow.tap_pos != changers.start).any(axis=1).mean())
        found[name] = _figures(seconds, plain_s, flow) | {
            "changers": len(changers.branch), "states_moved": moved, "at_rest": at_rest,
        }  # fmt: skip
    return found


def _solve(topology: Topology, s: np.ndarray, control: Control | None, taps: Taps | None, tolerance_mva: float) -> Any:
    solve_power_flow(prepared(topology), s[:0], control, _none(taps), threads=1)  # compiled before
    return lambda: solve_power_flow(prepared(topology), s, control, taps, tolerance_mva=tolerance_mva, threads=1)


def _none(taps: Taps | None) -> Taps | None:
    return None if taps is None or taps.changers is None else taps.changers.taps(taps.position[:0], moving=True)


def _changers(case: Any, topology: Topology, plain: PowerFlow, off_pu: float) -> TapChangers:
    """Every transformer keeps the mean voltage of its second end, or more, by taps at its first."""
    branch = np.arange(int(case["nline"]), len(topology.node_from))
    node, none = topology.node_to[branch], np.zeros(len(branch), dtype=np.int64)
    return TapChangers(
        branch=branch, node=node, at_from=np.ones(len(branch), dtype=bool),
        v_set_pu=np.abs(plain.v[:, node]).mean(axis=0) + off_pu, start=none, neutral=none, lowest=none - 9,
        highest=none + 9, step=np.full(len(branch), STEP), band=np.full(len(branch), BAND),
    )  # fmt: skip


def _figures(seconds: float, plain_s: float, flow: PowerFlow) -> dict[str, Any]:
    return {
        "cpu_seconds": seconds,
        "times_plain": seconds / plain_s,
        "iterations": float(flow.iterations.mean()),
        "by_newton": int(flow.by_newton.sum()),
        "converged": int(flow.converged.sum()),
        "residual_mva": float(flow.mismatch_mva.max()),
    }
