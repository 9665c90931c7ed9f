"""Nodes that keep a voltage within limits: complementarity against all its cases; neighbours do not swing."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holin.kernel.lanes.steering import solved_within
from holin.kernel.powerflow import solve_power_flow
from holin.kernel.topology import Control, Topology


def by_trying_all(a: np.ndarray, gap: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """The move of the one case of places, of all 3^n, that meets its signs and limits."""
    found = []
    for places in itertools.product((-1, 0, 1), repeat=len(gap)):
        place = np.array(places)
        move = np.where(place > 0, high, low)
        free = place == 0
        if free.any():
            move[free] = np.linalg.solve(a[np.ix_(free, free)], (gap - a[:, ~free] @ move[~free])[free])
        short = gap - a @ move
        inside = (move >= low - 1e-9).all() and (move <= high + 1e-9).all()
        if inside and (short[place > 0] >= -1e-9).all() and (short[place < 0] <= 1e-9).all():
            found.append(move)
    assert found and all(m == pytest.approx(found[0], abs=1e-6) for m in found)
    return found[0]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_limits_and_voltages_are_met_as_by_trying_all_cases(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 6))
    root = rng.normal(size=(n, n))
    a = root @ root.T + rng.uniform(0.02, 1) * np.eye(n) + rng.uniform(0, 3)
    low, high = -rng.uniform(0, 1, n), rng.uniform(0, 1, n)
    if rng.random() < 0.3:
        low[0] = high[0] = 0.0  # one that cannot move
    gap, move = rng.normal(size=n) * rng.choice([0.1, 1, 10]), np.zeros(n)
    place = rng.integers(-1, 2, n)
    solved_within(a, gap, low, high, place, move, np.empty((n, n + 1)))
    assert move == pytest.approx(by_trying_all(a, gap, low, high), abs=1e-6)


def test_neighbours_at_their_limits_do_not_swing() -> None:
    """Five on one feeder, two of them a span apart: from state to state others are at their limits, all in lanes."""
    z = np.array([2 + 2.4j, 0.3 + 0.4j, 4 + 4j, 0.2 + 0.3j, 0.2 + 0.2j, 1 + 1j]) * 1e-3
    y, n = 1 / z, len(z)
    feeder = Topology(
        nodes=n + 1, node_from=np.array([0, 1, 1, 3, 4, 5]), node_to=np.arange(1, n + 1), y_ff=y, y_ft=-y, y_tf=-y,
        y_tt=y, y_shunt=np.zeros(n + 1, dtype=complex), slack=np.array([0]), v_slack=np.array([1 + 0j]),
    )  # fmt: skip
    rng = np.random.default_rng(1)
    s = rng.uniform(-1.5, 3, (2000, n + 1)) + 0.5j * rng.uniform(-1, 1, (2000, n + 1))
    s[:, 0] = 0
    limit = np.array([0.6, 0.7, 0.6, 0.6, 0.5])
    control = Control(node=np.array([1, 2, 3, 4, 5]), v_set_pu=np.full(5, 1.004), q_min_mvar=-limit, q_max_mvar=limit)
    flow = solve_power_flow(feeder, s, control, tolerance_mva=1e-8)
    assert flow.converged.all() and not flow.by_newton.any()
    gap, q = control.v_set_pu - np.abs(flow.v[:, control.node]), flow.q_control_mvar
    upper, lower = q >= limit - 1e-9, q <= -limit + 1e-9
    assert (np.abs(gap[~upper & ~lower]) <= 2e-9).all()
    assert (gap[upper] >= -2e-9).all() and (gap[lower] <= 2e-9).all()
    mixed = upper.any(axis=1) & lower.any(axis=1) & (~upper & ~lower).any(axis=1)
    assert mixed.mean() > 0.05 and flow.iterations.max() < 30
