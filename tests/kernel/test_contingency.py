"""Outages in lanes: each case is the power flow of the network without its branches, islands, controls and taps too."""

import dataclasses

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from holin.kernel.contingency import Extremes, Ratings, extremes_of_outages
from holin.kernel.flexible import Droop, VoltagePowers
from holin.kernel.powerflow import prepared, solve_power_flow
from holin.kernel.taps import Taps, tap_changes
from holin.kernel.topology import Control, Topology

BRANCHES = ("y_ff", "y_ft", "y_tf", "y_tt")


def random_network(rng: np.random.Generator, nodes: int, loops: int) -> Topology:
    """A tree with loops on 110 kV figures, slack at node 0, a shunt, some charging."""
    f = [int(rng.integers(0, i)) for i in range(1, nodes)] + rng.integers(0, nodes, loops).tolist()
    t = [*range(1, nodes), *((np.array(f[nodes - 1 :]) + 1 + rng.integers(0, nodes - 1, loops)) % nodes).tolist()]
    z = rng.uniform(0.2, 1.0, len(f)) * (0.0006 + 0.002j)
    y, half = 1 / z, 0.5j * rng.uniform(0, 2, len(f))
    shunt = np.zeros(nodes, complex)
    shunt[rng.integers(1, nodes)] = 3j
    return Topology(
        nodes=nodes, node_from=np.array(f), node_to=np.array(t), y_ff=y + half, y_ft=-y, y_tf=-y, y_tt=y + half,
        y_shunt=shunt, slack=np.array([0]), v_slack=np.array([1.02 + 0j]),
    )  # fmt: skip


def without(topology: Topology, branches: list[int]) -> Topology:
    stays = np.ones(len(topology.node_from))
    stays[branches] = 0
    return dataclasses.replace(topology, **{name: getattr(topology, name) * stays for name in BRANCHES})


def loadings(topology: Topology, v: np.ndarray, ratings: Ratings, taps: Taps | None) -> np.ndarray:
    v = np.nan_to_num(v)
    i_from = topology.y_ff * v[:, topology.node_from] + topology.y_ft * v[:, topology.node_to]
    i_to = topology.y_tf * v[:, topology.node_from] + topology.y_tt * v[:, topology.node_to]
    if taps is not None:
        k = taps.branch
        ff, ft, tf, tt = tap_changes(topology, taps)
        i_from[:, k] += ff * v[:, topology.node_from[k]] + ft * v[:, topology.node_to[k]]
        i_to[:, k] += tf * v[:, topology.node_from[k]] + tt * v[:, topology.node_to[k]]
    return np.maximum(np.abs(i_from) / ratings.i_from, np.abs(i_to) / ratings.i_to)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(4, 14), st.integers(0, 6), st.booleans(), st.booleans())
@example(324, 10, 3, True, True)  # a droop whose node hangs by more impedance once branch 0 is out
def test_every_case_is_the_power_flow_without_its_branches(
    seed: int, nodes: int, loops: int, rich: bool, by_state: bool
) -> None:
    rng = np.random.default_rng(seed)
    topology, states = random_network(rng, nodes, loops), 40
    branches = len(topology.node_from)
    s = -rng.uniform(0, 6, (states, nodes)) * (1 + 0.3j)
    s[:, 0] = 0
    width = states if by_state else 1
    ratings = Ratings(
        i_from=rng.uniform(20, 60, branches), i_to=rng.uniform(20, 60, branches),
        loading=rng.uniform(0.2, 0.6, (branches, width)), v_low=rng.uniform(0.9, 1.0, (nodes, width)),
        v_high=rng.uniform(1.0, 1.03, (nodes, width)),
    )  # fmt: skip
    more: dict[str, object] = {}
    if rich:
        at = rng.choice(np.arange(1, nodes), 3, replace=False)
        more = {
            "control": Control(
                node=at[:2], v_set_pu=rng.uniform(1.0, 1.02, 2), q_min_mvar=np.full(2, -2.0), q_max_mvar=np.full(2, 3.0)
            ),
            "taps": Taps(
                branch=np.array([branches - 1]), at_from=np.array([True]), turns=rng.uniform(0.98, 1.02, (states, 1))
            ),
            "droop": Droop(
                node=at[2:], v_pu=np.array([[0.95, 0.99, 1.01, 1.05]]), q=np.array([[1.0, 0.0, 0.0, -1.0]]),
                scale=rng.uniform(0, 4, (states, 1)),
            ),
            "flexible": VoltagePowers(
                node=at[2:], linear=-rng.uniform(0, 2, (states, 1)) * (1 + 0.2j),
                square=-rng.uniform(0, 2, (states, 1)) * (1 + 0.2j),
            ),
        }  # fmt: skip
    cases = [[k] for k in range(branches)] + [[0, branches - 1], []]
    found = extremes_of_outages(prepared(topology), s, ratings, cases, keep_v=True, threads=2, **more)
    for k, case in enumerate(cases):
        rest = without(topology, case)
        flow = solve_power_flow(prepared(rest), s, **more)
        assert flow.converged.all() and found.solved[k].all()
        dead = np.isnan(flow.v[0])
        assert (found.dead[k] == dead).all()
        np.testing.assert_allclose(found.v[k][:, ~dead], flow.v[:, ~dead], atol=2e-7)
        check_voltages(found, k, np.where(dead, np.nan, np.abs(flow.v)), ratings)
        loading = loadings(rest, flow.v, ratings, more.get("taps") if case != [branches - 1] and rich else None)
        check_loading(found, k, loading, case, np.asarray(ratings.loading).T)


def check_voltages(found: Extremes, k: int, v: np.ndarray, ratings: Ratings) -> None:
    """Of the states beyond their bounds the worst and their number; the slack node has no bounds here."""
    low, high = np.broadcast_to(ratings.v_low.T, v.shape), np.broadcast_to(ratings.v_high.T, v.shape)
    if (np.abs(v - low) < 1e-6).any() or (np.abs(v - high) < 1e-6).any():
        return
    below, above = np.where(v < low, v, np.inf), np.where(v > high, v, -np.inf)
    assert (found.low_count[k][1:] == (v < low).sum(axis=0)[1:]).all()
    assert (found.high_count[k][1:] == (v > high).sum(axis=0)[1:]).all()
    for worst, state, extreme, beyond in (
        (found.v_min[k], found.v_min_state[k], below.min(axis=0), below),
        (found.v_max[k], found.v_max_state[k], above.max(axis=0), above),
    ):
        some = np.isfinite(extreme) & (np.arange(len(extreme)) > 0)
        np.testing.assert_allclose(worst[some], extreme[some], atol=2e-7)
        assert np.isnan(worst[~some]).all() and (state[~some] == -1).all()
        np.testing.assert_allclose(beyond[state[some], np.flatnonzero(some)], extreme[some], atol=2e-7)


def check_loading(found: Extremes, k: int, loading: np.ndarray, case: list[int], bound: np.ndarray) -> None:
    stays = np.setdiff1d(np.arange(loading.shape[1]), case)
    assert (found.loading[k][case] == 0).all() and (found.loading_count[k][case] == 0).all()
    if (np.abs(loading - bound)[:, stays] < 1e-5).any():
        return
    over = np.where(loading > bound, loading, 0.0)
    np.testing.assert_allclose(found.loading[k][stays], over.max(axis=0)[stays], atol=2e-6)
    assert (found.loading_count[k][stays] == (over > 0).sum(axis=0)[stays]).all()
    assert ((found.loading_state[k] < 0) == (found.loading_count[k] == 0)).all()
    busy = stays[found.loading_count[k][stays] > 0]
    at = found.loading_state[k][busy]
    np.testing.assert_allclose(over[at, busy], found.loading[k][busy], atol=2e-6)


def test_states_without_a_solution_are_in_no_extreme() -> None:
    topology = random_network(np.random.default_rng(1), 3, 0)
    s = np.array([[0, 0, -5.0], [0, 0, -1e6], [0, 0, -4.0]], dtype=complex)
    ratings = Ratings(i_from=np.full(2, 10.0), i_to=np.full(2, 10.0), loading=0.0)
    found = extremes_of_outages(prepared(topology), s, ratings, [[]])
    assert found.solved.tolist() == [[True, False, True]]
    assert found.loading_state[0, 1] == 0 and found.loading[0, 1] < 1.0


def test_it_can_be_cancelled() -> None:
    topology = random_network(np.random.default_rng(2), 6, 2)
    ratings = Ratings(i_from=np.full(7, 10.0), i_to=np.full(7, 10.0))

    def stop(done: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        extremes_of_outages(prepared(topology), np.zeros((2, 6), complex), ratings, [[0], [1]], on_case=stop)
