"""AC power flow on arrays: closed form, published solution, reactive limits, islands, fall-back, speed and memory."""

import math
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holin.errors import Mismatch
from holin.kernel.newton import OneState, newton
from holin.kernel.powerflow import TOLERANCE_MVA, PowerFlow, solve_power_flow
from holin.kernel.taps import Taps
from holin.kernel.topology import Control, Topology, admittance, live_nodes

INF = math.inf


def topology(
    nodes: int,
    branches: list[tuple[int, int, complex]],
    slack: dict[int, complex] | None = None,
    *,
    charging: list[float] | None = None,
    ratio: list[complex] | None = None,
    shunt: dict[int, complex] | None = None,
) -> Topology:
    """Branches are (from, to, z in p.u. on 1 MVA); `ratio` is the complex one of an ideal transformer at `from`."""
    slack = slack or {0: 1.0}
    y = 1 / np.array([z for _, _, z in branches], dtype=complex)
    half = 0.5j * np.array(charging if charging else [0.0] * len(branches))
    n = np.array(ratio if ratio else [1.0] * len(branches), dtype=complex)
    y_shunt = np.zeros(nodes, dtype=complex)
    for node, value in (shunt or {}).items():
        y_shunt[node] = value
    return Topology(
        nodes=nodes,
        node_from=np.array([f for f, _, _ in branches]),
        node_to=np.array([t for _, t, _ in branches]),
        y_ff=(y + half) / np.abs(n) ** 2,
        y_ft=-y / n.conj(),
        y_tf=-y / n,
        y_tt=y + half,
        y_shunt=y_shunt,
        slack=np.array(list(slack)),
        v_slack=np.array(list(slack.values()), dtype=complex),
    )


def mismatch(t: Topology, s: np.ndarray, flow: PowerFlow, control: Control | None = None) -> float:
    """Largest mismatch over all states, straight from the definition."""
    live = live_nodes(t)
    asked = s.astype(complex).copy()
    if control is not None:
        asked[:, control.node] += 1j * flow.q_control_mvar
    v = np.where(live, flow.v, 0)
    asked[:, t.slack] = flow.s_slack_mva
    got = v * (v @ admittance(t).T).conj()
    return float(np.abs(got - asked)[:, live].max())


# ---- closed form ------------------------------------------------------------------------------------------------


def two_bus_voltage(r: float, x: float, p: float, q: float) -> float:
    """|V2|^2 is the larger root of u^2 + (2 (p r + q x) - 1) u + (p^2 + q^2)(r^2 + x^2) = 0 for |V1| = 1, load p + jq.

    From V1 = V2 + (r + jx) conj((p + jq) / V2); e.g. J. D. Glover et al., Power System Analysis and Design, ch. 5.
    """
    b = 2 * (p * r + q * x) - 1
    return math.sqrt((-b + math.sqrt(b * b - 4 * (p * p + q * q) * (r * r + x * x))) / 2)


@pytest.mark.parametrize(("p", "q"), [(0.0, 0.0), (10.0, 3.0), (-20.0, 5.0), (35.0, 10.0)])
def test_two_buses_have_the_closed_form_voltage(p: float, q: float) -> None:
    t = topology(2, [(0, 1, 0.002 + 0.008j)])
    flow = solve_power_flow(t, np.array([[0, -p - 1j * q]]), tolerance_mva=1e-9)
    assert flow.converged.all()
    assert abs(flow.v[0, 1]) == pytest.approx(two_bus_voltage(0.002, 0.008, p, q), abs=1e-9)
    loss = 0.002 * (p * p + q * q) / abs(flow.v[0, 1]) ** 2
    assert flow.s_slack_mva[0, 0].real == pytest.approx(p + loss, abs=1e-6)


def nose(r: float, x: float, power_factor: float) -> float:
    """Largest active load of the two-bus case: where the discriminant of the closed form is zero."""
    z, phi, theta = math.hypot(r, x), math.acos(power_factor), math.atan2(x, r)
    return power_factor / (2 * z * (1 + math.cos(theta - phi)))


def test_near_the_nose_newton_takes_over_and_beyond_it_nothing_is_kept() -> None:
    t = topology(2, [(0, 1, 0.002 + 0.008j)])
    largest = nose(0.002, 0.008, 0.95)
    share = np.array([0.5, 0.9, 0.999, 1.001, 2.0])
    p = share * largest
    s = np.zeros((5, 2), dtype=complex)
    s[:, 1] = -p - 1j * p * math.tan(math.acos(0.95))
    flow = solve_power_flow(t, s)
    assert flow.converged.tolist() == [True, True, True, False, False]
    assert flow.by_newton.tolist() == [False, False, True, True, True]
    assert np.isnan(flow.v[3:]).all() and np.isnan(flow.s_slack_mva[3:]).all()
    for k in range(3):
        q = -s[k, 1].imag
        assert abs(flow.v[k, 1]) == pytest.approx(two_bus_voltage(0.002, 0.008, p[k], q), abs=1e-6)
    assert (flow.mismatch_mva[:3] <= TOLERANCE_MVA).all()


# ---- IEEE 14 bus ------------------------------------------------------------------------------------------------

# Data: IEEE 14 bus test case as in MATPOWER's case14 (UW archive, 1962 W), p.u. on 100 MVA.
# fmt: off
BRANCHES_14 = [  # from, to, r, x, b, ratio
    (1, 2, 0.01938, 0.05917, 0.0528, 1), (1, 5, 0.05403, 0.22304, 0.0492, 1), (2, 3, 0.04699, 0.19797, 0.0438, 1),
    (2, 4, 0.05811, 0.17632, 0.034, 1), (2, 5, 0.05695, 0.17388, 0.0346, 1), (3, 4, 0.06701, 0.17103, 0.0128, 1),
    (4, 5, 0.01335, 0.04211, 0, 1), (4, 7, 0, 0.20912, 0, 0.978), (4, 9, 0, 0.55618, 0, 0.969),
    (5, 6, 0, 0.25202, 0, 0.932), (6, 11, 0.09498, 0.1989, 0, 1), (6, 12, 0.12291, 0.25581, 0, 1),
    (6, 13, 0.06615, 0.13027, 0, 1), (7, 8, 0, 0.17615, 0, 1), (7, 9, 0, 0.11001, 0, 1),
    (9, 10, 0.03181, 0.0845, 0, 1), (9, 14, 0.12711, 0.27038, 0, 1), (10, 11, 0.08205, 0.19207, 0, 1),
    (12, 13, 0.22092, 0.19988, 0, 1), (13, 14, 0.17093, 0.34802, 0, 1),
]
LOADS_14 = {
    2: 21.7 + 12.7j, 3: 94.2 + 19j, 4: 47.8 - 3.9j, 5: 7.6 + 1.6j, 6: 11.2 + 7.5j, 9: 29.5 + 16.6j, 10: 9 + 5.8j,
    11: 3.5 + 1.8j, 12: 6.1 + 1.6j, 13: 13.5 + 5.8j, 14: 14.9 + 5j,
}
# fmt: on
Q_LIMITS_14 = {2: (-40.0, 50.0), 3: (0.0, 40.0), 6: (-6.0, 24.0), 8: (-6.0, 24.0)}


def ieee14() -> tuple[Topology, np.ndarray, Control]:
    t = topology(
        14,
        [(f - 1, to - 1, complex(r, x) / 100) for f, to, r, x, _, _ in BRANCHES_14],
        {0: 1.06},
        charging=[100 * b for _, _, _, _, b, _ in BRANCHES_14],
        ratio=[n for *_, n in BRANCHES_14],
        shunt={8: 19j},
    )
    s = np.zeros((1, 14), dtype=complex)
    for bus, load in LOADS_14.items():
        s[0, bus - 1] -= load
    s[0, 1] += 40
    c = Control(
        node=np.array([1, 2, 5, 7]),
        v_set_pu=np.array([1.045, 1.01, 1.07, 1.09]),
        q_min_mvar=np.full(4, -INF),
        q_max_mvar=np.full(4, INF),
    )
    return t, s, c


def test_ieee14_is_matpowers_solution() -> None:
    t, s, c = ieee14()
    flow = solve_power_flow(t, s, c)
    assert flow.converged.all() and not flow.by_newton.any()
    # Losses of MATPOWER's solution: 13.393272 MW; slack P = 13.393272 + load 259 - generation 40.
    loss = flow.s_slack_mva[0, 0].real + s[0].real.sum()
    assert loss == pytest.approx(13.393272, rel=1e-6)
    # Vm of the case file, three digits.
    published = [1.06, 1.045, 1.01, 1.019, 1.02, 1.07, 1.062, 1.09, 1.056, 1.051, 1.057, 1.055, 1.05, 1.036]
    assert np.abs(flow.v[0]) == pytest.approx(published, abs=1.5e-3)
    angle = [0, -4.98, -12.72, -10.33, -8.78, -14.22, -13.37, -13.36, -14.94, -15.1, -14.79, -15.07, -15.16, -16.04]
    assert np.degrees(np.angle(flow.v[0])) == pytest.approx(angle, abs=0.03)


def test_newton_finds_the_same_ieee14() -> None:
    t, s, c = ieee14()
    flow = solve_power_flow(t, s, c)
    alone = solve_power_flow(t, s, c, iterations_max=1)
    assert alone.by_newton.all() and alone.converged.all()
    assert alone.v == pytest.approx(flow.v, abs=1e-8)
    assert alone.q_control_mvar == pytest.approx(flow.q_control_mvar, abs=1e-5)


def test_newton_is_the_same_on_a_sparse_jacobian(monkeypatch: pytest.MonkeyPatch) -> None:
    t, s, c = ieee14()
    dense = solve_power_flow(t, s, c, iterations_max=1)
    monkeypatch.setattr("holin.kernel.newton.SPARSE_FROM", 0)
    sparse = solve_power_flow(t, s, c, iterations_max=1)
    assert sparse.by_newton.all() and sparse.v == pytest.approx(dense.v, abs=1e-10)
    assert sparse.iterations.tolist() == dense.iterations.tolist()
    beyond = solve_power_flow(topology(2, [(0, 1, 0.01j)]), np.array([[0, -100.0 + 0j]]))
    assert not beyond.converged.any()


# ---- reactive limits --------------------------------------------------------------------------------------------


def scaled14(loading: np.ndarray) -> tuple[Topology, np.ndarray, Control]:
    t, s, c = ieee14()
    limits = np.array(list(Q_LIMITS_14.values()))
    c = Control(node=c.node, v_set_pu=c.v_set_pu, q_min_mvar=limits[:, 0], q_max_mvar=limits[:, 1])
    return t, s * loading[:, None], c


def faults_of_limits(flow: PowerFlow, c: Control) -> list[str]:
    """A voltage held within limits is at its set value between them, below it at the upper, above it at the lower."""
    q, gap = flow.q_control_mvar, c.v_set_pu - np.abs(flow.v[:, c.node])
    lower, upper = np.broadcast_to(c.q_min_mvar, q.shape), np.broadcast_to(c.q_max_mvar, q.shape)
    return [
        f"{k}: q {q[k]} gap {gap[k]}"
        for k in np.ndindex(q.shape)
        if not lower[k] - 1e-9 <= q[k] <= upper[k] + 1e-9
        or (gap[k] > 1e-8 and q[k] < upper[k] - 1e-9)
        or (gap[k] < -1e-8 and q[k] > lower[k] + 1e-9)
    ]


def test_reactive_limits_are_kept_and_released() -> None:
    t, s, c = scaled14(np.linspace(-0.5, 1.6, 200))
    flow = solve_power_flow(t, s, c)
    assert flow.converged.all()
    assert faults_of_limits(flow, c) == []
    assert mismatch(t, s, flow, c) <= TOLERANCE_MVA
    at_upper = flow.q_control_mvar >= np.asarray(c.q_max_mvar) - 1e-9
    at_lower = flow.q_control_mvar <= np.asarray(c.q_min_mvar) + 1e-9
    assert at_upper.any(axis=0).sum() >= 2 and at_lower.any(axis=0).sum() >= 2 and (~at_upper & ~at_lower).any()
    assert flow.by_newton.mean() < 0.1


def test_limits_may_differ_from_state_to_state() -> None:
    t, s, c = ieee14()
    upper = np.array([[INF] * 4, [0.0] * 4])
    lower = np.array([[-INF] * 4, [0.0] * 4])
    flow = solve_power_flow(
        t, np.vstack([s, s]), Control(node=c.node, v_set_pu=c.v_set_pu, q_min_mvar=lower, q_max_mvar=upper)
    )
    free = solve_power_flow(t, s)
    assert flow.v[1] == pytest.approx(free.v[0], abs=1e-8)
    assert np.abs(flow.v[0, c.node]) == pytest.approx(c.v_set_pu, abs=1e-8)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_random_grids_close_their_balance_and_keep_their_limits(seed: int) -> None:
    rng = np.random.default_rng(seed)
    t, s, c = random_grid(rng, nodes=int(rng.integers(3, 15)), states=5)
    flow = solve_power_flow(t, s, c)
    assert flow.converged.all()
    assert mismatch(t, s, flow, c) <= TOLERANCE_MVA
    assert faults_of_limits(flow, c) == []


def random_grid(rng: np.random.Generator, nodes: int, states: int) -> tuple[Topology, np.ndarray, Control]:
    """A tree with a few chords, complex ratios of 30 degrees, two controls; drops of a few percent."""
    branches, ratio = [], []
    clock = np.zeros(nodes)
    for k in range(1, nodes):
        f = int(rng.integers(0, k))
        step = 30.0 * rng.integers(0, 12) * (rng.random() < 0.3)
        clock[k] = clock[f] - step
        branches.append((f, k, complex(rng.uniform(0.2, 2), rng.uniform(1, 4)) * 1e-3))
        ratio.append(rng.uniform(0.97, 1.03) * np.exp(1j * np.radians(step)))
    for _ in range(nodes // 4):
        f, k = rng.choice(nodes, 2, replace=False)
        branches.append((int(f), int(k), complex(1, 3) * 1e-3))
        ratio.append(np.exp(1j * np.radians(clock[f] - clock[k])))
    t = topology(nodes, branches, {0: 1.02}, ratio=ratio, charging=list(rng.uniform(0, 1, len(branches))))
    s = rng.uniform(-1, 0.6, (states, nodes)) * 20 / nodes + 1j * rng.uniform(-0.4, 0.2, (states, nodes)) * 20 / nodes
    node = np.sort(rng.choice(np.arange(1, nodes), 2, replace=False))
    c = Control(
        node=node,
        v_set_pu=rng.uniform(0.99, 1.03, 2),
        q_min_mvar=-rng.uniform(0, 5, (states, 2)),
        q_max_mvar=rng.uniform(0, 5, (states, 2)),
    )
    return t, s, c


# ---- islands and wrong input ------------------------------------------------------------------------------------


def test_a_node_that_no_slack_reaches_is_dead_and_its_power_not_served() -> None:
    t = topology(4, [(0, 1, 0.01j), (2, 3, 0.01j)])
    flow = solve_power_flow(t, np.array([[0, -5, -7, 3.0]], dtype=complex))
    assert flow.converged.all()
    assert np.isnan(flow.v[0, 2:]).all() and np.isfinite(flow.v[0, :2]).all()
    assert flow.s_slack_mva[0, 0].real == pytest.approx(5, abs=1e-6)


def test_a_control_on_a_dead_node_gives_nothing() -> None:
    t = topology(3, [(0, 1, 0.01j)])
    c = Control(node=np.array([1, 2]), v_set_pu=np.ones(2), q_min_mvar=-np.full(2, 9.0), q_max_mvar=np.full(2, 9.0))
    flow = solve_power_flow(t, np.array([[0, -3 - 1j, -1]]), c)
    assert flow.q_control_mvar[0, 1] == 0 and flow.q_control_mvar[0, 0] > 0
    assert abs(flow.v[0, 1]) == pytest.approx(1, abs=1e-8)


def test_two_slacks_share_a_load_by_their_impedances() -> None:
    # Equal voltages and lossless reactances 1 : 3: by the current divider the nearer slack gives 3/4.
    t = topology(3, [(0, 2, 0.001j), (1, 2, 0.003j)], {0: 1.0, 1: 1.0})
    flow = solve_power_flow(t, np.array([[0, 0, -8.0]], dtype=complex))
    assert flow.s_slack_mva[0].real == pytest.approx([6, 2], abs=1e-6)


def test_no_states_is_an_empty_answer() -> None:
    t = topology(2, [(0, 1, 0.01j)])
    flow = solve_power_flow(t, np.zeros((0, 2), dtype=complex))
    assert flow.v.shape == (0, 2) and flow.converged.shape == (0,)


@pytest.mark.parametrize(
    ("s", "control", "text"),
    [
        (np.zeros((1, 3)), Control(), "do not fit 2 nodes"),
        (np.array([[0, np.nan]]), Control(), "not a finite number"),
        (
            np.zeros((1, 2)),
            Control(node=np.array([0]), v_set_pu=np.ones(1), q_min_mvar=np.zeros(1), q_max_mvar=np.ones(1)),
            "slack",
        ),
        (
            np.zeros((1, 2)),
            Control(node=np.array([1]), v_set_pu=np.ones(1), q_min_mvar=np.ones(1), q_max_mvar=np.zeros(1)),
            "above its highest",
        ),
    ],
)
def test_what_does_not_fit_is_refused(s: np.ndarray, control: Control, text: str) -> None:
    with pytest.raises(Mismatch, match=text):
        solve_power_flow(topology(2, [(0, 1, 0.01j)]), s.astype(complex), control)


def test_turns_that_do_not_fit_are_refused() -> None:
    taps = Taps(branch=np.array([0]), at_from=np.array([True]), turns=np.ones((2, 1)))
    with pytest.raises(Mismatch, match="do not fit 1 states"):
        solve_power_flow(topology(2, [(0, 1, 0.01j)]), np.zeros((1, 2), dtype=complex), None, taps)


def test_turns_at_either_end_move_the_voltage_by_their_ratio() -> None:
    # No load: v_2 = v_1 / turns when the first end is tapped, v_1 * turns when the second is.
    for at_from, v in ((True, 1 / 1.1), (False, 1.1)):
        taps = Taps(branch=np.array([0]), at_from=np.array([at_from]), turns=np.array([[1.1], [1.0]]))
        flow = solve_power_flow(topology(2, [(0, 1, 0.01j)]), np.zeros((2, 2), dtype=complex), None, taps)
        assert np.abs(flow.v[:, 1]) == pytest.approx([v, 1], abs=1e-8)


def test_newton_gives_up_beyond_the_nose() -> None:
    t = topology(2, [(0, 1, 0.01j)])
    none = np.zeros(0)
    one = OneState(
        y=admittance(t),
        s=np.array([0, -100.0 + 0j]),
        fixed=np.array([True, False]),
        node=np.zeros(0, dtype=int),
        v_set=none,
        q_min=none,
        q_max=none,
    )
    assert newton(one, np.ones(2, dtype=complex), 1e-7) is None


# ---- memory -------------------------------------------------------------------------------------------


def test_a_year_is_small() -> None:
    """8,760 states of 100 nodes in bounded memory."""
    rng = np.random.default_rng(7)
    t, _, _ = random_grid(rng, nodes=100, states=1)
    s = rng.uniform(-0.2, 0.1, (8760, 100)) + 1j * rng.uniform(-0.1, 0.05, (8760, 100))
    tracemalloc.start()
    flow = solve_power_flow(t, s)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert flow.converged.all() and not flow.by_newton.any()
    assert peak < 100e6


def test_turns_at_the_slack_count_in_every_state_however_it_was_solved() -> None:
    """Beside a state that needs Newton and one without a solution, what the slack gives is still load and losses."""
    t = topology(2, [(0, 1, 0.002 + 0.008j)])
    turns = np.array([[1.02], [0.99], [1.0], [1.01]])
    taps = Taps(branch=np.array([0]), at_from=np.array([True]), turns=turns)
    s = np.array([[0, -20], [0, -45], [0, -5000], [0, -10]], dtype=complex)
    flow = solve_power_flow(t, s, None, taps)
    assert flow.converged.tolist() == [True, True, False, True] and flow.by_newton[2]
    for k in (0, 1, 3):
        y = 1 / (0.002 + 0.008j)
        i = y * (1 / turns[k, 0] ** 2 - flow.v[k, 1] / turns[k, 0])
        assert flow.s_slack_mva[k, 0] == pytest.approx(i.conjugate(), abs=1e-6)
