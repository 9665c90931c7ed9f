"""Outages in lanes: each case is the power flow of the network without its branches, islands, controls and taps too."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
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
@given(st.integers(0, 2**32 - 1), st.integers(4, 14), st.integers(0, 6), st.booleans())
def test_every_case_is_the_power_flow_without_its_branches(seed: int, nodes: int, loops: int, rich: bool) -> None:
    rng = np.random.default_rng(seed)
    topology, states = random_network(rng, nodes, loops), 40
    branches = len(topology.node_from)
    s = -rng.uniform(0, 6, (states, nodes)) * (1 + 0.3j)
    s[:, 0] = 0
    ratings = Ratings(
        i_from=rng.uniform(20, 60, branches), i_to=rng.uniform(20, 60, branches), loading=0.5,
        v_low=np.full(nodes, 0.97), v_high=np.full(nodes, 1.01),
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
        np.testing.assert_allclose(found.v_min[k][~dead], np.abs(flow.v[:, ~dead]).min(axis=0), atol=2e-7)
        np.testing.assert_allclose(found.v_max[k][~dead], np.abs(flow.v[:, ~dead]).max(axis=0), atol=2e-7)
        v = np.abs(flow.v[:, ~dead][:, 1:])
        outside = ((v < 0.97) | (v > 1.01)).sum(axis=0)
        near = (np.abs(v - 0.97) < 1e-6).any() or (np.abs(v - 1.01) < 1e-6).any()
        assert near or (found.v_count[k][~dead][1:] == outside).all()
        loading = loadings(rest, flow.v, ratings, more.get("taps") if case != [branches - 1] and rich else None)
        check_loading(found, k, loading, case)


def check_loading(found: Extremes, k: int, loading: np.ndarray, case: list[int]) -> None:
    stays = np.setdiff1d(np.arange(loading.shape[1]), case)
    np.testing.assert_allclose(found.loading[k][stays], loading.max(axis=0)[stays], atol=2e-6)
    assert (found.loading[k][case] == 0).all()
    near = (np.abs(loading - 0.5) < 1e-5).any()
    assert near or (found.loading_count[k][stays] == (loading > 0.5).sum(axis=0)[stays]).all()
    busy = stays[found.loading[k][stays] > 1e-3]
    at = found.loading_state[k][busy]
    np.testing.assert_allclose(loading[at, busy], found.loading[k][busy], atol=2e-6)


def test_states_without_a_solution_are_in_no_extreme() -> None:
    topology = random_network(np.random.default_rng(1), 3, 0)
    s = np.array([[0, 0, -5.0], [0, 0, -1e6], [0, 0, -4.0]], dtype=complex)
    ratings = Ratings(i_from=np.full(2, 10.0), i_to=np.full(2, 10.0))
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
