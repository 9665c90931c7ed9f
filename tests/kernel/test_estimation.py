"""State estimation on arrays: derivatives, hand calculations, optimality, lanes against one by one, observability."""

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from holin.errors import Mismatch
from holin.kernel.estimation import FEW, Question, damped, solve_estimation
from holin.kernel.estimation_gain import free_directions, gain_of
from holin.kernel.estimation_model import Meters, Sees, curvature, meters, predicted, residual, slopes
from holin.kernel.estimation_suspects import alarms, largest_allowed, normalised, suspects
from holin.kernel.powerflow import solve_power_flow
from holin.kernel.topology import Topology

SEEDS = st.integers(0, 2**32 - 1)


def grid(rng: np.random.Generator, nodes: int = 9, loops: int = 2) -> Topology:
    """A random network with ratios, charging, shunts and conductances; node 0 is the slack."""
    pairs = [(int(rng.integers(0, k)), k) for k in range(1, nodes)]
    pairs += [tuple(rng.choice(nodes, 2, replace=False)) for _ in range(loops)]
    f, t = np.array(pairs).T
    y = 1 / (rng.uniform(0.01, 0.03, len(f)) + 1j * rng.uniform(0.02, 0.06, len(f)))
    half = 1j * rng.uniform(0, 0.02, len(f)) + rng.uniform(0, 0.001, len(f))
    ratio = rng.uniform(0.95, 1.05, len(f)) * np.exp(1j * np.where(np.arange(len(f)) < nodes - 1, 0.1, 0.0))
    ratio = np.where(np.arange(len(f)) < nodes - 1, np.abs(ratio), 1.0)
    shunt = rng.uniform(0, 0.01, nodes) + 1j * rng.uniform(-0.02, 0.02, nodes)
    return Topology(
        nodes=nodes, node_from=f, node_to=t, y_ff=(y + half) / np.abs(ratio) ** 2, y_ft=-y / np.conj(ratio),
        y_tf=-y / ratio, y_tt=y + half, y_shunt=shunt, slack=np.array([0]), v_slack=np.array([1.02 + 0j]),
    )  # fmt: skip


def everything(topology: Topology) -> Meters:
    """One meter of every kind at every place, in random order of kinds."""
    n, ends = topology.nodes, 2 * len(topology.node_from)
    size = {k: ends if k in (Sees.P_END, Sees.Q_END, Sees.I_END) else n for k in Sees}
    kind = [int(k) for k in reversed(Sees) for _ in range(size[k])]
    return meters(kind, [a for k in reversed(Sees) for a in range(size[k])])


def state(rng: np.random.Generator, topology: Topology, states: int = 1) -> np.ndarray:
    s = -rng.uniform(0.05, 0.3, (states, topology.nodes)) * (1 + 0.3j)
    s[:, topology.slack] = 0
    flow = solve_power_flow(topology, s)
    assert flow.converged.all()
    return flow.v


def unknown_of(topology: Topology) -> np.ndarray:
    unknown = np.ones(2 * topology.nodes, dtype=bool)
    unknown[topology.slack] = False
    return unknown


NOTHING = meters([], [])


def turned(v: np.ndarray, x: np.ndarray) -> np.ndarray:
    n = len(v)
    return v * np.exp(x[n:] + 1j * x[:n])


@settings(max_examples=20, deadline=None)
@given(SEEDS)
def test_slopes_are_differences(seed: int) -> None:
    rng = np.random.default_rng(seed)
    topology = grid(rng)
    seen, v = everything(topology), state(rng, topology)[0]
    step = 1e-6 * np.eye(2 * topology.nodes)
    shown = [predicted(topology, seen, np.stack([turned(v, d), turned(v, -d)])) for d in step]
    differences = np.column_stack([(up - down) / 2e-6 for up, down in shown])
    found = slopes(topology, seen, v).toarray()
    assert found == pytest.approx(differences, abs=1e-6 * np.abs(found).max())


@settings(max_examples=10, deadline=None)
@given(SEEDS)
def test_curvature_is_the_difference_of_slopes(seed: int) -> None:
    rng = np.random.default_rng(seed)
    topology = grid(rng)
    seen, v = everything(topology), state(rng, topology)[0]
    force = rng.standard_normal(len(seen.kind))
    step = 1e-6 * np.eye(2 * topology.nodes)
    differences = np.column_stack(
        [(slopes(topology, seen, turned(v, d)).T @ force - slopes(topology, seen, turned(v, -d)).T @ force) / 2e-6
         for d in step]
    )  # fmt: skip
    found = curvature(topology, seen, force, v).toarray()
    assert found == pytest.approx(differences, abs=1e-6 * np.abs(found).max())


def test_angles_differ_by_less_than_half_a_turn() -> None:
    seen = meters([Sees.ANGLE, Sees.V], [0, 0])
    assert residual(seen, np.array([3.1, 4.0]), np.array([-3.1, 0.0])) == pytest.approx([3.1 + 3.1 - 2 * np.pi, 4.0])


# ---- the optimum ------------------------------------------------------------------------------------------------


def two_nodes() -> Topology:
    y = np.array([1 / (0.01 + 0.03j)])
    return Topology(
        nodes=2, node_from=np.array([0]), node_to=np.array([1]), y_ff=y, y_ft=-y, y_tf=-y, y_tt=y,
        y_shunt=np.zeros(2, complex), slack=np.array([0]), v_slack=np.array([1 + 0j]),
    )  # fmt: skip


def test_without_load_voltages_are_averaged_by_their_weights() -> None:
    """No power at node 1, so both voltages are one: (1.00 / 0.01^2 + 1.03 / 0.02^2) / (1 / 0.01^2 + 1 / 0.02^2)."""
    question = Question(
        topology=two_nodes(), meters=meters([Sees.V, Sees.V], [0, 1]), sigma=np.array([0.01, 0.02]),
        constraints=meters([Sees.P_NODE, Sees.Q_NODE], [1, 1]), unknown=np.array([False, True, True, True]),
    )  # fmt: skip
    for states in (1, FEW + 1):
        answer = solve_estimation(question, np.tile([1.00, 1.03], (states, 1)), np.ones(2, dtype=complex))
        assert answer.converged.all() and answer.by_damping.all() == (states == 1)
        assert answer.v == pytest.approx(np.full((states, 2), 1.006), abs=1e-9)
        assert answer.left == pytest.approx(np.tile([-0.006, 0.024], (states, 1)), abs=1e-9)
        assert answer.gap_mva.max() < 1e-9


def questioned(rng: np.random.Generator, topology: Topology, states: int) -> tuple[Question, np.ndarray, np.ndarray]:
    """Redundant meters of every kind but angles, two nodes without power, values with noise, and the true states."""
    empty = rng.choice(np.arange(1, topology.nodes), 2, replace=False)
    s = -rng.uniform(0.05, 0.3, (states, topology.nodes)) * (1 + 0.3j)
    s[:, [0, *empty]] = 0
    v = solve_power_flow(topology, s).v
    seen = everything(topology)
    at_empty = np.isin(seen.kind, (Sees.P_NODE, Sees.Q_NODE)) & np.isin(seen.at, empty)
    seen = seen.of((seen.kind != Sees.ANGLE) & ~at_empty & (rng.random(len(seen.kind)) < 0.8))
    sigma = np.where(seen.kind == Sees.V, 0.003, rng.uniform(0.003, 0.01, len(seen.kind)))
    constraints = meters([Sees.P_NODE] * 2 + [Sees.Q_NODE] * 2, [*empty, *empty])
    question = Question(
        topology=topology, meters=seen, sigma=sigma, constraints=constraints, unknown=unknown_of(topology)
    )
    shown = predicted(topology, seen, v)
    return question, shown + sigma * rng.standard_normal(shown.shape), v


@settings(max_examples=10, deadline=None)
@given(SEEDS)
def test_at_the_answer_no_step_that_keeps_the_zeros_lowers_the_squares(seed: int) -> None:
    rng = np.random.default_rng(seed)
    topology = grid(rng)
    question, value, _ = questioned(rng, topology, 40)
    answer = solve_estimation(question, value, np.ones(topology.nodes, dtype=complex))
    assert answer.converged.all() and answer.gap_mva.max() < 1e-8
    moving = np.flatnonzero(question.unknown)
    for k in range(0, 40, 13):
        h = slopes(topology, question.meters, answer.v[k])[:, moving]
        gradient = h.T @ (answer.left[k] / question.sigma**2)
        free = free_directions(slopes(topology, question.constraints, answer.v[k])[:, moving].toarray())
        assert np.abs(free.T @ gradient).max() < 1e-6 * np.abs(h.T @ (1 / question.sigma**2)).max()
        assert answer.left[k] == pytest.approx(value[k] - predicted(topology, question.meters, answer.v[k][None])[0])


@settings(max_examples=10, deadline=None)
@given(SEEDS)
@example(669)  # where second derivatives lead to a saddle from a flat start
def test_lanes_and_one_by_one_agree(seed: int) -> None:
    rng = np.random.default_rng(seed)
    topology = grid(rng)
    question, value, v = questioned(rng, topology, 70)
    answer = solve_estimation(question, value, np.ones(topology.nodes, dtype=complex))
    assert answer.by_damping.mean() < 0.1
    for k in (0, 33, 69):
        alone, solved, _ = damped(question, value[k], np.ones(topology.nodes, dtype=complex), tolerance=1e-11)
        assert solved and alone == pytest.approx(answer.v[k], abs=1e-8)
    exact = solve_estimation(question, predicted(topology, question.meters, v), np.ones(topology.nodes, dtype=complex))
    assert exact.v == pytest.approx(v, abs=1e-9)
    without = solve_estimation(question, value, np.ones(topology.nodes, dtype=complex), residuals=False)
    assert without.left.shape == (70, 0) and without.v == pytest.approx(answer.v, abs=1e-12)


def test_residuals_so_large_that_gauss_newton_swings_are_solved_by_newton() -> None:
    """One end of a line against the other, 60 sigmas apart: the squares bend, whole Gauss-Newton steps go too far."""
    rng = np.random.default_rng(5)
    topology = grid(rng, 4, 0)
    v = state(rng, topology, 1)
    seen = meters([Sees.V] * 2 + [Sees.P_END] * 6 + [Sees.Q_END] * 6, [0, 3, *range(6), *range(6)])
    sigma = np.where(seen.kind == Sees.V, 0.02, 0.001)
    question = Question(topology=topology, meters=seen, sigma=sigma, constraints=NOTHING, unknown=unknown_of(topology))
    value = predicted(topology, seen, v) + sigma * rng.choice([-60, 60], len(sigma))
    answer = solve_estimation(question, value, v[0])
    assert answer.converged.all()
    h = slopes(topology, seen, answer.v[0])[:, np.flatnonzero(question.unknown)]
    assert np.abs(h.T @ (answer.left[0] / sigma**2)).max() < 1e-5 * np.abs(h.T @ (60 / sigma)).max()


@pytest.mark.parametrize("seed", [9, 13, 20, 21])
def test_weak_currents_are_solved_by_their_second_derivatives(seed: int) -> None:
    """Voltages, reactive powers and currents with errors as large as these: without the curvature of the currents
    seeds 13 and 20 swing for ever."""
    rng = np.random.default_rng(seed)
    topology = grid(rng)
    empty = rng.choice(np.arange(1, 9), 2, replace=False)
    s = -rng.uniform(0.05, 0.3, (1, 9)) * (1 + 0.3j)
    s[:, [0, *empty]] = 0
    v = solve_power_flow(topology, s).v
    seen = everything(topology)
    some = (seen.kind == Sees.P_END) & (rng.random(len(seen.kind)) < 0.2)
    seen = seen.of(np.isin(seen.kind, (Sees.V, Sees.Q_END, Sees.I_END)) | some)
    sigma = np.where(seen.kind == Sees.V, 0.003, 0.05)
    question = Question(
        topology=topology, meters=seen, sigma=sigma, unknown=unknown_of(topology),
        constraints=meters([Sees.P_NODE] * 2 + [Sees.Q_NODE] * 2, [*empty, *empty]),
    )  # fmt: skip
    value = predicted(topology, seen, v)[0] + sigma * rng.standard_normal(len(sigma))
    value = np.where(seen.kind == Sees.I_END, np.abs(value), value)
    found, solved, used = damped(question, value, v[0], tolerance=1e-8)
    assert solved and used < 20
    moving = np.flatnonzero(question.unknown)
    h = slopes(topology, seen, found)[:, moving]
    gradient = h.T @ ((value - predicted(topology, seen, found[None])[0]) / sigma**2)
    free = free_directions(slopes(topology, question.constraints, found)[:, moving].toarray())
    assert np.abs(free.T @ gradient).max() < 1e-6 * np.abs(h.T @ (1 / sigma**2)).max()


def test_what_does_not_fit_is_refused() -> None:
    question = Question(
        topology=two_nodes(), meters=meters([Sees.V, Sees.V], [0, 1]), sigma=np.array([0.01, 0.02]),
        constraints=NOTHING, unknown=np.array([False, True, True, True]),
    )  # fmt: skip
    start = np.ones(2, dtype=complex)
    for value in (np.ones((1, 3)), np.ones(2), np.array([[1.0, np.nan]]), np.array([[1.0, np.inf]])):
        with pytest.raises(Mismatch):
            solve_estimation(question, value, start)
    worthless = Question(**{**vars(question), "sigma": np.array([0.01, 0.0])})
    with pytest.raises(Mismatch):
        solve_estimation(worthless, np.ones((1, 2)), start)


def test_no_states_and_nothing_unknown_are_answered() -> None:
    question = Question(
        topology=two_nodes(), meters=meters([Sees.V], [0]), sigma=np.array([0.01]), constraints=NOTHING,
        unknown=np.zeros(4, dtype=bool),
    )  # fmt: skip
    assert solve_estimation(question, np.ones((0, 1)), np.ones(2, dtype=complex)).v.shape == (0, 2)
    answer = solve_estimation(question, np.full((3, 1), 1.01), np.ones(2, dtype=complex))
    assert answer.converged.all() and answer.left == pytest.approx(np.full((3, 1), 0.01))


# ---- what is determined -----------------------------------------------------------------------------------------


def test_directions_without_a_meter_are_hidden() -> None:
    """Of four unknowns two are known to 0.01 and 0.02, one to 0.1 (too faintly), one to 2 (not at all).

    None is checked. The one that is seen faintly is hidden, and keeps its sigma.
    """
    rows = np.diag([1 / 0.01, 1 / 0.02, 1 / 0.1, 1 / 2.0])
    gain = gain_of(rows, np.eye(4))
    assert np.abs(gain.hidden) == pytest.approx(np.eye(4)[:, 2:])
    assert gain.sigma == pytest.approx([0.1, 2.0])
    assert np.diag(gain.covariance()) == pytest.approx([1e-4, 4e-4, 1e-2, 0.0])
    assert gain.redundancy() == pytest.approx([0.0, 0.0, 0.0, 1.0], abs=1e-12)
    assert gain_of(rows, np.eye(4), observed=0.2).hidden.shape[1] == 1
    assert gain_of(rows[:3, :3], np.eye(3), observed=0.11).hidden.shape[1] == 0


@pytest.mark.parametrize(("sigma", "hidden"), [(0.04, 0), (0.06, 1)])
def test_what_all_unknowns_share_counts_as_in_each_of_them(sigma: float, hidden: int) -> None:
    """100 unknowns whose differences are known: one meter of the first tells the level of all to its own sigma."""
    rows = np.vstack([1e4 * (np.eye(100)[1:] - np.eye(100)[:-1]), np.eye(100)[:1] / sigma])
    gain = gain_of(rows, np.eye(100))
    assert gain.hidden.shape[1] == hidden
    assert np.sqrt(np.diag(gain.covariance())) == pytest.approx(np.full(100, sigma), rel=1e-3)
    if hidden:
        assert np.abs(gain.hidden[:, 0] * gain.sigma[0]) == pytest.approx(np.full(100, sigma), rel=1e-3)


def test_constraints_take_directions_away() -> None:
    """x = y and twice the same: one direction of two is free, and one meter determines both."""
    free = free_directions(np.array([[1.0, -1.0], [2.0, -2.0], [0.0, 0.0]]))
    assert free.shape == (2, 1) and np.abs(free) == pytest.approx(np.full((2, 1), 0.5**0.5))
    gain = gain_of(np.array([[10.0, 0.0]]), free)
    assert gain.covariance() == pytest.approx(np.full((2, 2), 0.01))


@settings(max_examples=30, deadline=None)
@given(SEEDS)
def test_the_sum_of_redundancies_is_the_degrees_of_freedom(seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows = 100 * rng.standard_normal((int(rng.integers(3, 20)), 6))
    if rng.random() < 0.5:
        rows[:, 5] = 2 * rows[:, 4]
    gain = gain_of(rows, np.eye(6))
    sizes = np.linalg.svd(rows, compute_uv=False)
    assume(not ((sizes > 1e-9) & (sizes < 20)).any())  # a direction that is hardly seen may count either way
    rank = np.linalg.matrix_rank(rows)
    assert gain.seen.shape[1] == rank and gain.hidden.shape[1] == 6 - rank
    assert gain.redundancy().sum() == pytest.approx(len(rows) - rank, abs=1e-9)
    assert rows @ gain.hidden == pytest.approx(0, abs=1e-9)
    if rank == 6:
        assert gain.covariance() == pytest.approx(np.linalg.inv(rows.T @ rows), abs=1e-9)
    error = rng.standard_normal((2, len(rows)))
    fit = np.linalg.lstsq(rows, error.T, rcond=None)[0]
    assert gain.left_over(error) == pytest.approx(error - (rows @ fit).T, abs=1e-9)


# ---- suspects ---------------------------------------------------------------------------------------------------


def of_one_quantity(values: list[float]) -> tuple[np.ndarray, object]:
    """Meters of one quantity, sigma 1: residuals over sigma of their mean, and the gain."""
    gain = gain_of(np.ones((len(values), 1)) * 5.0, np.eye(1))
    return gain.left_over(np.array([values])), gain


def test_the_odd_one_of_four_is_bad() -> None:
    white, gain = of_one_quantity([10.0, 10.4, 9.7, 30.0])
    total, chance, alarm = alarms(white, gain)  # type: ignore[arg-type]
    mean = (10.0 + 10.4 + 9.7 + 30.0) / 4
    assert total == pytest.approx([sum((x - mean) ** 2 for x in (10.0, 10.4, 9.7, 30.0))])
    assert alarm.all() and chance < 1e-30
    assert normalised(white, gain)[0, 3] == pytest.approx((30.0 - mean) / 0.75**0.5)  # type: ignore[arg-type]
    found = suspects(white[0], gain)  # type: ignore[arg-type]
    assert found.bad.tolist() == [3] and found.doubtful.tolist() == []


def test_of_two_that_differ_either_may_be_wrong() -> None:
    white, gain = of_one_quantity([10.0, 30.0])
    found = suspects(white[0], gain)  # type: ignore[arg-type]
    assert sorted([*found.bad, *found.doubtful]) == [0, 1] and len(found.bad) == 1


def test_of_three_that_all_differ_none_is_trusted() -> None:
    white, gain = of_one_quantity([10.0, 30.0, 60.0])
    found = suspects(white[0], gain)  # type: ignore[arg-type]
    assert sorted([*found.bad, *found.doubtful]) == [0, 1, 2]


def test_two_that_agree_against_two_that_agree_are_doubtful() -> None:
    """Both explanations leave out two: the better one is taken, the other is not hidden."""
    white, gain = of_one_quantity([10.0, 10.1, 30.0, 30.3])
    found = suspects(white[0], gain)  # type: ignore[arg-type]
    assert len(found.bad) == 2 and sorted([*found.bad, *found.doubtful]) == [0, 1, 2, 3]


def test_good_rows_are_left_alone() -> None:
    """Of 2,000 states without bad rows about one in fifty alarms (1 % each of two tests)."""
    rng = np.random.default_rng(0)
    gain = gain_of(10 * rng.standard_normal((60, 12)), np.eye(12))
    _, _, alarm = alarms(gain.left_over(rng.standard_normal((2000, 60))), gain)
    assert 0.004 < alarm.mean() < 0.03


def test_the_largest_allowed_residual_grows_with_the_rows() -> None:
    """Two-sided 1 % of the normal distribution: 2.5758; of 100 rows together 3.8906 (0.01 % two-sided)."""
    assert largest_allowed(1) == pytest.approx(2.5758, abs=1e-4)
    assert largest_allowed(100) == pytest.approx(3.8906, abs=1e-4)


def test_a_critical_row_is_never_bad_and_has_no_normalised_residual() -> None:
    gain = gain_of(np.array([[5.0, 0.0], [5.0, 0.0], [5.0, 0.0], [0.0, 5.0]]), np.eye(2))
    white = gain.left_over(np.array([[0.0, 0.5, 40.0, 70.0]]))
    assert np.isnan(normalised(white, gain)[0, 3]) and white[0, 3] == pytest.approx(0, abs=1e-12)
    found = suspects(white[0], gain)
    assert found.bad.tolist() == [2]
