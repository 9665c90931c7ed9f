"""Sharing in lanes against the dense inverse, state by state, and what it must refuse."""

import numpy as np
import pytest

from holin.errors import Mismatch
from holin.kernel.sharing import Network, prepared, share
from holin.kernel.sharing_lanes import AT_ONCE
from holin.kernel.vectors import LANES


def meshed(nodes, extra, states, seed):
    """A random network in which every branch loses and turns about at random: (network, p_from, p_to, source, sink)."""
    random = np.random.default_rng(seed)
    a = [int(random.integers(0, k)) for k in range(1, nodes)] + random.integers(0, nodes, extra).tolist()
    b = [*range(1, nodes), *random.integers(0, nodes, extra).tolist()]
    a, b = np.array(a, dtype=int), np.array(b, dtype=int)
    sent, kept = random.uniform(-10, 10, (states, len(a))), random.uniform(0.9, 1.0, (states, len(a)))
    p_from, p_to = np.where(sent > 0, sent, sent * kept), -np.where(sent > 0, sent * kept, sent)
    out = np.zeros((states, nodes))
    np.add.at(out.T, a, p_from.T)
    np.add.at(out.T, b, p_to.T)
    more = random.uniform(0, 2, (states, nodes))
    network = Network(nodes=nodes, node_from=a, node_to=b, source_node=np.arange(nodes), sink_node=np.arange(nodes))
    return network, p_from, p_to, more + np.maximum(out, 0), more + np.maximum(-out, 0)


def by_inverse(network, p_from, p_to, source, sink):
    """The gross demand (source, sink) of one state where every node is one of each."""
    matrix = np.diag(sink)
    for f, t, p, q in zip(network.node_from, network.node_to, p_from, p_to, strict=True):
        for i, j, out, back in ((f, t, p, q), (t, f, q, p)):
            if out > 0 > back and i != j:
                matrix[i, i] += out
                matrix[j, i] -= out
    return sink * (np.linalg.inv(matrix) @ np.diag(source)).T


@pytest.mark.parametrize(("nodes", "extra"), [(1, 0), (2, 3), (30, 12), (60, 90)])
def test_every_state_is_that_of_the_dense_inverse(nodes, extra):
    network, *flows = meshed(nodes, extra, 2 * LANES + 3, seed=nodes)
    found = share(network, *flows)
    for state in range(len(flows[0])):
        wanted = by_inverse(network, *(table[state] for table in flows))
        np.testing.assert_allclose((found.energy + found.loss)[state], wanted, rtol=1e-8, atol=1e-11)
    np.testing.assert_allclose(found.energy.sum(axis=1), flows[3], rtol=1e-12)
    np.testing.assert_allclose((found.energy + found.loss).sum(axis=2), flows[2], rtol=1e-12)


def test_threads_and_neighbours_change_nothing():
    # States come out bit by bit the same alone, in other lanes and on several threads.
    network, *flows = meshed(12, 6, 1500, seed=2)
    ready = prepared(network)
    together = share(ready, *flows, threads=3)
    np.testing.assert_array_equal(share(ready, *flows, threads=1).energy, together.energy)
    alone = share(ready, *(table[777:778] for table in flows))
    np.testing.assert_array_equal(alone.energy[0], together.energy[777])
    np.testing.assert_array_equal(alone.loss[0], together.loss[777])


def test_groups_beyond_one_block_of_right_hand_sides():
    nodes = 3 * AT_ONCE + 1
    network, *flows = meshed(nodes, 8, 5, seed=5)
    group = np.arange(nodes) % (AT_ONCE + 2)
    joined = share(Network(**{**vars(network), "source_group": group, "sink_group": np.arange(nodes) // 2}), *flows)
    single = share(network, *flows)
    wanted = np.zeros_like(joined.energy)
    for s in range(nodes):
        for k in range(nodes):
            wanted[:, group[s], k // 2] += single.energy[:, s, k]
    np.testing.assert_allclose(joined.energy, wanted, rtol=1e-12)


def test_what_goes_round_where_nobody_draws_is_a_loss_of_the_node_before():
    # 0 feeds its own sink of 5 and, with 2 MW, the ring 1 -> 2 -> 3 -> 1, from which nobody draws and 3 feeds back only
    # what 1 loses: three sweeps find no sink there. In the second state a sink at 3 opens the ring.
    network = Network(
        nodes=4,
        node_from=np.array([0, 1, 2, 3]),
        node_to=np.array([1, 2, 3, 1]),
        source_node=np.array([0, 2]),
        sink_node=np.array([0, 3]),
    )
    p_from, p_to = np.array([[2.0, 9, 9, 9], [2, 9, 9, 7]]), -np.array([[2.0, 9, 9, 7], [2, 9, 9, 7]])
    found = share(network, p_from, p_to, np.array([[7.0, 0.5], [7, 0]]), np.array([[5.0, 0], [5, 2]]))
    np.testing.assert_allclose(found.energy[0], [[5, 0], [0, 0]])
    np.testing.assert_allclose(found.loss[0], [[2, 0], [0, 0]])
    np.testing.assert_allclose(found.stranded, [[0, 0.5], [0, 0]])
    np.testing.assert_allclose(found.energy[1], [[5, 2], [0, 0]])
    np.testing.assert_allclose(found.loss[1], 0, atol=1e-14)


def test_a_sink_that_no_source_reaches_is_told():
    alone = Network(
        nodes=2, node_from=np.array([0]), node_to=np.array([1]), source_node=np.array([0]), sink_node=np.array([1])
    )
    found = share(alone, np.array([[0.0]]), np.array([[0.0]]), np.array([[1.0]]), np.array([[3.0]]))
    assert found.unfed.tolist() == [[3.0]]
    assert found.stranded.tolist() == [[1.0]]
    assert not found.energy.any()
    assert not found.loss.any()


def test_progress_tells_and_cancels():
    network, *flows = meshed(3, 0, 1200, seed=1)
    told = []
    share(network, *flows, threads=1, on_progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0

    def stop(_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        share(network, *flows, on_progress=stop)


def test_what_does_not_fit_is_refused():
    network, *flows = meshed(3, 1, 2, seed=1)
    for k, words in enumerate(("p_from", "p_to", "source", "sink")):
        broken = [table.copy() for table in flows]
        broken[k][1, 0] = np.nan
        with pytest.raises(Mismatch, match=f"{words} holds something that is no finite number"):
            share(network, *broken)
    flows[3][0, 0] = -1.0
    with pytest.raises(Mismatch, match="a sink has a negative power"):
        share(network, *flows)
    with pytest.raises(Mismatch, match="does not fit 2 states, 3 labels"):
        share(network, *flows[:3], flows[3][:, :2])


def test_a_grid_of_no_hours_or_no_ends_is_empty():
    network, *flows = meshed(3, 1, 0, seed=1)
    assert share(network, *flows).energy.shape == (0, 3, 3)
    nobody = Network(**{**vars(network), "source_node": np.zeros(0, dtype=int), "sink_node": np.zeros(0, dtype=int)})
    found = share(nobody, np.ones((2, 3)), -np.ones((2, 3)), np.zeros((2, 0)), np.zeros((2, 0)))
    assert found.energy.shape == (2, 0, 0)
