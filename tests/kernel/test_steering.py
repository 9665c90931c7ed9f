"""Voltages kept within limits (complementarity against all its cases) and by tap changers, in the same iteration."""

import itertools

import numba
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holin.kernel.lanes.steering import solved_within
from holin.kernel.powerflow import solve_power_flow
from holin.kernel.taps import TapChangers
from holin.kernel.topology import Control, Topology

COMPILED = numba.njit(error_model="numpy")(solved_within)


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
    COMPILED(a, gap, low, high, place, move, np.empty((n, n + 1)), np.empty(n, int), np.empty(n, int))
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


def two_levels() -> tuple[Topology, TapChangers]:
    """Slack - transformer - line - transformer - line, both transformers keep the voltage at their far end."""
    z = np.array([1 + 12j, 2 + 3j, 1 + 10j, 3 + 2j]) * 1e-4
    y, at = 1 / z, np.arange(4)
    chain = Topology(
        nodes=5, node_from=at, node_to=at + 1, y_ff=y, y_ft=-y, y_tf=-y, y_tt=y, y_shunt=np.zeros(5, dtype=complex),
        slack=np.array([0]), v_slack=np.array([1.02 + 0j]),
    )  # fmt: skip
    whole = np.array([0, 0])
    changers = TapChangers(
        branch=np.array([0, 2]), node=np.array([1, 3]), at_from=np.array([True, False]), v_set_pu=np.array([1.01, 1.0]),
        start=np.array([0, 2]), neutral=whole, lowest=whole - 9, highest=whole + 9, step=np.array([0.0125, 0.01]),
        band=np.array([0.008, 0.006]),
    )  # fmt: skip
    return chain, changers


def test_tap_changers_come_to_rest_within_their_bands_whatever_stands_beside() -> None:
    chain, changers = two_levels()
    rng = np.random.default_rng(5)
    s = rng.uniform(-25, 15, (500, 5)) + 1j * rng.uniform(-15, 5, (500, 5))
    s[:, 0] = 0
    start = np.tile(changers.start, (500, 1))
    flow = solve_power_flow(chain, s, None, changers.taps(start, moving=True), tolerance_mva=1e-8)
    assert flow.converged.all() and not flow.by_newton.any()
    v = np.abs(flow.v[:, changers.node])
    at_end = (flow.tap_pos == changers.lowest) | (flow.tap_pos == changers.highest)
    assert (np.abs(v - changers.v_set_pu)[~at_end] <= np.tile(changers.band, (500, 1))[~at_end]).all()
    assert np.array_equal(changers.moved(flow.tap_pos, v), flow.tap_pos) and at_end.mean() < 0.2
    assert len(np.unique(flow.tap_pos[:, 0])) > 3 and len(np.unique(flow.tap_pos[:, 1])) > 3
    held = solve_power_flow(chain, s, None, changers.taps(flow.tap_pos), tolerance_mva=1e-8)
    assert flow.v == pytest.approx(held.v, abs=1e-9)
    assert flow.s_slack_mva == pytest.approx(held.s_slack_mva, abs=1e-6)
    for k in range(0, 500, 50):
        alone = solve_power_flow(chain, s[[k]], None, changers.taps(start[[k]], moving=True), tolerance_mva=1e-8)
        assert np.array_equal(alone.tap_pos[0], flow.tap_pos[k])


def test_a_state_without_load_moves_its_taps_too() -> None:
    chain, changers = two_levels()
    flow = solve_power_flow(chain, np.zeros((1, 5), complex), None, changers.taps(changers.start[None], moving=True))
    assert (np.abs(np.abs(flow.v[:, changers.node]) - changers.v_set_pu) <= changers.band).all()
    # 1.02 / 1.0125 = 1.0074 at the first; 1.0074 at the second too, 0.0074 too high, and 1.0074 x 1.01 / 1.02 = 0.9975
    assert flow.tap_pos.tolist() == [[1, 1]]


def test_where_newton_must_help_taps_stay_for_the_caller_to_move() -> None:
    chain, changers = two_levels()
    s = np.full((1, 5), -20 - 5j)
    s[:, 0] = 0
    taps = changers.taps(changers.start[None], moving=True)
    flow = solve_power_flow(chain, s, None, taps, iterations_max=1)
    held = solve_power_flow(chain, s, None, changers.taps(changers.start[None]))
    assert flow.by_newton.all() and flow.tap_pos.tolist() == [changers.start.tolist()]
    assert flow.v == pytest.approx(held.v, abs=1e-7) and flow.s_slack_mva == pytest.approx(held.s_slack_mva, abs=1e-5)
