"""Proportional sharing against Bialek's published example, hand-worked networks and dense linear algebra."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holin.trace import Exchange, Groups, downstream, shared


def exchange_of(nodes, branches, sources, sinks):
    """One hour: branches as (from, to, sent, received), sources and sinks as (node, MW)."""

    def column(values):
        return np.array(values, dtype=float).reshape(-1, 1)

    return Exchange(
        nodes=nodes,
        node_from=np.array([b[0] for b in branches], dtype=np.intp),
        node_to=np.array([b[1] for b in branches], dtype=np.intp),
        from_mw=column([b[2] for b in branches]),
        to_mw=column([-b[3] for b in branches]),
        source_node=np.array([s[0] for s in sources], dtype=np.intp),
        source_mw=column([s[1] for s in sources]),
        sink_node=np.array([s[0] for s in sinks], dtype=np.intp),
        sink_mw=column([s[1] for s in sinks]),
    )


# Bialek 1996, IEE Proc. GTD 143(4) 313: the 4-bus example, sending / receiving MW.
BIALEK = exchange_of(
    4,
    [(0, 1, 60, 59), (0, 2, 225, 218), (0, 3, 115, 112), (1, 3, 173, 171), (3, 2, 83, 82)],
    [(0, 400), (1, 114)],
    [(2, 300), (3, 200)],
)


def test_bialek_gross():
    shares = shared(BIALEK)
    # Nodal gross flows 400, 174, 309.76, 289; gross demands 309.76 and 204.24, losses 9.76 + 4.24 = 514 - 500.
    np.testing.assert_allclose(shares.node_mw[:, 0], [400, 174, 309.76, 289], atol=5e-3)
    gross = (shares.energy_mw + shares.loss_mw)[0]
    np.testing.assert_allclose(gross.sum(axis=0), [309.76, 204.24], atol=5e-3)
    np.testing.assert_allclose(shares.loss_mw[0].sum(axis=0), [9.76, 4.24], atol=5e-3)
    # Load 3: G1 89.21 % (267.62 MW), G2 10.79 % (32.38). Load 4: G1 60.55 % (121.11), G2 39.45 % (78.89).
    np.testing.assert_allclose(shares.energy_mw[0], [[267.62, 121.11], [32.38, 78.89]], atol=5e-3)
    np.testing.assert_allclose(gross / gross.sum(axis=0), [[0.8921, 0.6055], [0.1079, 0.3945]], atol=5e-5)
    np.testing.assert_allclose(gross.sum(axis=1), [400, 114], rtol=1e-14)


def test_bialek_net():
    # Downstream-looking: net generation 387.72 and 112.28, losses 12.28 + 1.72.
    shares = downstream(BIALEK)
    net = (shares.energy_mw + shares.loss_mw)[0]
    np.testing.assert_allclose(net.sum(axis=0), [387.72, 112.28], atol=5e-3)
    np.testing.assert_allclose(shares.loss_mw[0].sum(axis=0), [-12.28, -1.72], atol=5e-3)
    np.testing.assert_allclose(net.sum(axis=1), [300, 200], rtol=1e-14)


def test_bialek_net_as_a_table_of_sources_and_sinks():
    # The same as what the sources bear: 12.28 and 1.72 of loss, and 300 and 200 of energy for the two loads.
    shares = shared(BIALEK, losses="net")
    # Net through node 4: 200 + 82 of 283 MW; node 2: 171 x 282/283 of 173 MW; node 1: 218 + 59 x 170.40/173 + 112 x
    # 282/283 = 387.72 of 400 MW.
    np.testing.assert_allclose(shares.node_mw[:, 0], [387.72, 170.40, 300, 282], atol=5e-3)
    np.testing.assert_allclose(shares.energy_mw[0].sum(axis=1), [387.72, 112.28], atol=5e-3)
    np.testing.assert_allclose(shares.energy_mw[0].sum(axis=0), [300, 200], rtol=1e-14)
    np.testing.assert_allclose(shares.loss_mw[0].sum(axis=1), [12.28, 1.72], atol=5e-3)


def test_line_by_hand():
    # 105 MW from node 0, 5 MW lost on the line, 40 MW of local power: 140 MW drawn at node 1.
    # Gross through node 1: 105 + 40 = 145; the sink's mixture 105/145 and 40/145, its loss 5 in that mixture.
    shares = shared(exchange_of(2, [(0, 1, 105, 100)], [(0, 105), (1, 40)], [(1, 140)]))
    np.testing.assert_allclose(shares.energy_mw[0, :, 0], [140 * 105 / 145, 140 * 40 / 145])
    np.testing.assert_allclose(shares.loss_mw[0, :, 0], [5 * 105 / 145, 5 * 40 / 145])


def test_circulating_flow_by_hand():
    # A loop 0 -> 1 -> 2 -> 0 in which 10 MW circulate beside the transit; source 30 MW at 0, source 6 MW at 2.
    # 0 sends 40 to 1; 1 draws 12 and sends 28 to 2; 2 has 28 + 6 = 34, draws 24 and sends 10 to 0. No losses.
    # With a = share of source A (at 0): node 0: 40 a0 = 30 + 10 a2; a1 = a0; 34 a2 = 28 a0.
    # a0 (40 - 280/34) = 30, a0 = 30 * 34 / 1080 = 17/18; a2 = 28/34 * 17/18 = 7/9.
    shares = shared(
        exchange_of(3, [(0, 1, 40, 40), (1, 2, 28, 28), (2, 0, 10, 10)], [(0, 30), (2, 6)], [(1, 12), (2, 24)])
    )
    np.testing.assert_allclose(shares.energy_mw[0, 0], [12 * 17 / 18, 24 * 7 / 9], rtol=1e-15)
    np.testing.assert_allclose(shares.energy_mw[0, 1], [12 / 18, 24 * 2 / 9], rtol=1e-14)
    np.testing.assert_allclose(shares.loss_mw, 0, atol=1e-14)


def test_strong_circulation_loses_no_digits():
    # A million MW circulate around a source and a sink of 1 MW each: the sink still gets its 1 MW.
    loop = 1e6
    shares = shared(
        exchange_of(3, [(0, 1, loop + 1, loop + 1), (1, 2, loop, loop), (2, 0, loop, loop)], [(0, 1)], [(1, 1)])
    )
    assert shares.energy_mw[0, 0, 0] == pytest.approx(1, rel=1e-14)
    assert shares.loss_mw[0, 0, 0] == pytest.approx(0, abs=1e-12)


def test_opposite_direction_and_parallel_branches():
    # The same transit on two parallel branches, one of them declared the other way round.
    one = shared(exchange_of(2, [(0, 1, 100, 96)], [(0, 100)], [(1, 96)]))
    two = shared(exchange_of(2, [(0, 1, 50, 48), (1, 0, -48, -50)], [(0, 100)], [(1, 96)]))
    np.testing.assert_allclose(two.energy_mw, one.energy_mw)
    np.testing.assert_allclose(two.loss_mw, one.loss_mw)


def test_idle_branch_is_a_loss_of_the_node_that_feeds_it():
    # Node 2 hangs open on a cable that takes 2 MW; the load at 1 stands downstream of node 0 and bears it.
    shares = shared(exchange_of(3, [(0, 1, 50, 49), (0, 2, 2, 0)], [(0, 52)], [(1, 49)]))
    assert shares.energy_mw[0, 0, 0] == pytest.approx(49)
    assert shares.loss_mw[0, 0, 0] == pytest.approx(3)


def test_chain_of_idle_branches():
    # 0 feeds node 2 through 1.5 MW, which only feeds node 3's losses: nobody is downstream of either.
    shares = shared(exchange_of(4, [(0, 1, 50, 49), (0, 2, 2, 1.5), (2, 3, 1.5, 1.0)], [(0, 52)], [(1, 49)]))
    assert shares.loss_mw[0, 0, 0] == pytest.approx(3)


def test_a_source_that_feeds_only_losses_ends_as_loss_of_all_sinks():
    # A wind farm's last 0.01 MW at night; its transformer takes 0.05 from both sides. Loads 60 and 40 share it.
    shares = shared(exchange_of(2, [(1, 0, 0.01, -0.04)], [(0, 100.04), (1, 0.01)], [(0, 60), (0, 40)]))
    np.testing.assert_allclose(shares.energy_mw[0], [[60, 40], [0, 0]])
    np.testing.assert_allclose(shares.loss_mw[0, 1], [0.006, 0.004])
    np.testing.assert_allclose((shares.energy_mw + shares.loss_mw)[0].sum(axis=1), [100.04, 0.01])


def test_in_an_hour_in_which_nobody_draws_losses_are_of_all_sinks_alike():
    # A park at rest: PV and grid hold its transformer under voltage, and loads that draw nothing stand behind it.
    shares = shared(exchange_of(2, [(1, 0, 0.01, -0.04)], [(0, 0.05), (1, 0.01)], [(0, 0), (0, 0)]))
    np.testing.assert_allclose(shares.energy_mw[0], 0.0)
    np.testing.assert_allclose(shares.loss_mw[0], [[0.025, 0.025], [0.005, 0.005]])


@st.composite
def networks(draw):
    """A random connected network with losses, flows in any direction and balanced nodes."""
    nodes = draw(st.integers(2, 8))
    ends = [(draw(st.integers(0, k - 1)), k) for k in range(1, nodes)]
    ends += draw(
        st.lists(
            st.tuples(st.integers(0, nodes - 1), st.integers(0, nodes - 1)).filter(lambda e: e[0] != e[1]), max_size=6
        )
    )
    branches = []
    for a, b in ends:
        if draw(st.booleans()):
            a, b = b, a
        sent = draw(st.floats(0.1, 100))
        branches.append((a, b, sent, sent * draw(st.floats(0.8, 1.0))))
    inflow, outflow = np.zeros(nodes), np.zeros(nodes)
    for a, b, sent, received in branches:
        outflow[a] += sent
        inflow[b] += received
    extra = np.array(draw(st.lists(st.floats(0.1, 50), min_size=nodes, max_size=nodes)))
    sinks = [(n, extra[n] + max(inflow[n] - outflow[n], 0)) for n in range(nodes)]
    sources = [(n, extra[n] + max(outflow[n] - inflow[n], 0)) for n in range(nodes)]
    return exchange_of(nodes, branches, sources, sinks)


@given(networks())
@settings(deadline=None)
def test_everything_arrives_and_nothing_is_invented(exchange):
    shares = shared(exchange)
    assert (shares.energy_mw >= 0).all()
    np.testing.assert_allclose(shares.energy_mw[0].sum(axis=0), exchange.sink_mw[:, 0], rtol=1e-12)
    gross = (shares.energy_mw + shares.loss_mw)[0]
    np.testing.assert_allclose(gross.sum(axis=1), exchange.source_mw[:, 0], rtol=1e-9)
    lost = (exchange.from_mw + exchange.to_mw).sum()
    assert shares.loss_mw.sum() == pytest.approx(lost, rel=1e-9, abs=1e-9)
    assert (shares.loss_mw >= -1e-9).all()


def dense(exchange):
    """The textbook's inverse, one hour: shares y (node, source) per MW that passes a node."""
    forward = np.where((exchange.from_mw > 0) & (exchange.to_mw < 0), exchange.from_mw, 0.0)[:, 0]
    backward = np.where((exchange.to_mw > 0) & (exchange.from_mw < 0), exchange.to_mw, 0.0)[:, 0]
    matrix = np.diag(np.bincount(exchange.sink_node, exchange.sink_mw[:, 0], minlength=exchange.nodes))
    for a, b, there, back in zip(exchange.node_from, exchange.node_to, forward, backward, strict=True):
        matrix[a, a] += there
        matrix[b, a] -= there
        matrix[b, b] += back
        matrix[a, b] -= back
    enters = np.zeros((exchange.nodes, len(exchange.source_node)))
    enters[exchange.source_node, np.arange(len(exchange.source_node))] = exchange.source_mw[:, 0]
    return np.linalg.inv(matrix) @ enters


@given(networks())
@settings(deadline=None)
def test_shares_agree_with_the_dense_inverse(exchange):
    gross = exchange.sink_mw[:, 0] * dense(exchange)[exchange.sink_node].T
    shares = shared(exchange)
    np.testing.assert_allclose((shares.energy_mw + shares.loss_mw)[0], gross, rtol=1e-8, atol=1e-12)


@given(networks())
@settings(deadline=None)
def test_net_losses_are_borne_by_sources(exchange):
    shares = shared(exchange, losses="net")
    np.testing.assert_allclose(shares.energy_mw[0].sum(axis=0), exchange.sink_mw[:, 0], rtol=1e-12)
    np.testing.assert_allclose((shares.energy_mw + shares.loss_mw)[0].sum(axis=1), exchange.source_mw[:, 0], rtol=1e-12)
    reverse = downstream(exchange)
    np.testing.assert_allclose(shares.energy_mw[0].T, (reverse.energy_mw + reverse.loss_mw)[0], rtol=1e-12, atol=1e-15)
    assert (shares.energy_mw >= 0).all()
    assert (shares.loss_mw >= -1e-9).all()


@given(networks(), st.sampled_from(("gross", "net")), st.integers(0, 100))
@settings(deadline=None)
def test_groups_are_sums_of_their_members(exchange, losses, seed):
    random = np.random.default_rng(seed)
    groups = [np.unique(random.integers(0, 3, exchange.nodes), return_inverse=True)[1] for _ in range(2)]
    single, joined = (
        shared(exchange, losses=losses),
        shared(exchange, losses=losses, groups=Groups(source=groups[0], sink=groups[1])),
    )
    for one, many in ((joined.energy_mw, single.energy_mw), (joined.loss_mw, single.loss_mw)):
        wanted = np.zeros_like(one[0])
        np.add.at(wanted, np.ix_(*groups), many[0])
        np.testing.assert_allclose(one[0], wanted, rtol=1e-9, atol=1e-12)


def test_many_hours_are_the_same_as_one_by_one():
    random = np.random.default_rng(7)
    hours = 1061  # several tasks of threads, the last with lanes to spare
    factor = random.uniform(0.1, 2.0, hours)
    many = Exchange(
        nodes=4,
        node_from=BIALEK.node_from,
        node_to=BIALEK.node_to,
        from_mw=BIALEK.from_mw * factor,
        to_mw=BIALEK.to_mw * factor,
        source_node=BIALEK.source_node,
        source_mw=BIALEK.source_mw * factor,
        sink_node=BIALEK.sink_node,
        sink_mw=BIALEK.sink_mw * factor,
    )
    np.testing.assert_allclose(shared(many).energy_mw, shared(BIALEK).energy_mw * factor[:, None, None], rtol=1e-13)
