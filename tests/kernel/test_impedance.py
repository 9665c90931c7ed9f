"""Nodal impedances against the dense inverse: on the pattern, in whole columns, with a pivot that vanishes."""

import numpy as np
import pytest

from holin.kernel.impedance import impedances, pattern_of
from holin.kernel.topology import Topology, admittance, islands_of


def topology(n: int, f: np.ndarray, t: np.ndarray, y: np.ndarray, r: np.ndarray, y_shunt: np.ndarray) -> Topology:
    return Topology(
        nodes=n, node_from=f, node_to=t, y_ff=y / r**2, y_ft=-y / r, y_tf=-y / r, y_tt=y, y_shunt=y_shunt,
        slack=np.zeros(0, dtype=np.int64), v_slack=np.zeros(0, dtype=np.complex128),
    )  # fmt: skip


def random_topology(seed: int) -> Topology:
    """A tree with loops, parallel branches, branches that end where they begin, open ones, and a second island."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(4, 60))
    cut = n - 2
    f = np.array([*(rng.integers(0, k) for k in range(1, cut)), cut, *rng.integers(0, cut, n // 3)], dtype=np.int64)
    t = np.array([*range(1, cut), cut + 1, *rng.integers(0, cut, n // 3)], dtype=np.int64)
    y = 1 / (rng.uniform(0.001, 0.1, len(f)) + 1j * rng.uniform(0.05, 0.3, len(f)))
    y[rng.integers(n - 1, len(f), 2) if len(f) > n - 1 else []] = 0
    shunt = np.zeros(n, dtype=np.complex128)
    shunt[rng.integers(0, cut, 3)] = 1 / (0.01 + 0.1j)
    shunt[cut] = 2 - 5j
    return topology(n, f, t, y, rng.uniform(0.9, 1.1, len(f)), shunt)


@pytest.mark.parametrize("seed", range(12))
def test_all_entries_are_those_of_the_dense_inverse(seed: int) -> None:
    network = random_topology(seed)
    z = impedances(network, pattern_of(network, np.ones(network.nodes, dtype=bool)))
    dense = np.linalg.inv(admittance(network))
    assert z.dense is None
    assert z.diagonal() == pytest.approx(np.diag(dense), rel=1e-10)
    joined = network.y_ft != 0
    f, t = network.node_from[joined], network.node_to[joined]
    assert z.between(f, t) == pytest.approx(dense[f, t], rel=1e-10, abs=1e-12)
    assert z.between(t, f) == pytest.approx(dense[f, t], rel=1e-10, abs=1e-12)
    nodes = np.array([0, network.nodes - 1, 0])
    assert z.columns(nodes) == pytest.approx(dense[:, nodes], rel=1e-10, abs=1e-12)


def test_what_is_not_wanted_is_nothing() -> None:
    network = random_topology(3)
    island = islands_of(network)
    wanted = island == island[0]
    z = impedances(network, pattern_of(network, wanted))
    whole = impedances(network, pattern_of(network, np.ones(network.nodes, dtype=bool)))
    assert z.diagonal() == pytest.approx(np.where(wanted, whole.diagonal(), 0))
    away = int(np.flatnonzero(~wanted)[0])
    assert (z.columns(np.array([away])) == 0).all()
    assert z.between(np.array([0]), np.array([away])).tolist() == [0]
    none = impedances(network, pattern_of(network, np.zeros(network.nodes, dtype=bool)))
    assert (none.diagonal() == 0).all() and (none.columns(np.array([0])) == 0).all()


def test_a_pair_that_no_branch_joins_is_refused() -> None:
    chain = topology(
        4, np.array([0, 1, 2]), np.array([1, 2, 3]), np.full(3, 1 - 5j), np.ones(3), np.array([1 - 9j, 0, 0, 0])
    )
    z = impedances(chain, pattern_of(chain, np.ones(4, dtype=bool)))
    with pytest.raises(KeyError):
        z.between(np.array([0]), np.array([3]))


def test_a_pivot_that_vanishes_is_seen_and_avoided() -> None:
    # The star of a transformer may have a branch of negative reactance: at node 0, eliminated first, y = 1j - 1j = 0.
    star = topology(
        3, np.array([0, 0, 1]), np.array([1, 2, 2]), np.array([1j, -1j, 1.0]), np.ones(3), np.array([0, 1.0, 2.0 + 0j])
    )
    z = impedances(star, pattern_of(star, np.ones(3, dtype=bool)))
    dense = np.linalg.inv(admittance(star))
    assert z.dense is not None
    assert z.diagonal() == pytest.approx(np.diag(dense))
    assert z.columns(np.array([2, 0])) == pytest.approx(dense[:, [2, 0]])
    assert z.between(np.array([0]), np.array([2])) == pytest.approx(dense[[0], [2]])
