"""Branch and bound by sequences against HiGHS's own on small commitments: one optimum, a true bound, a real point."""

import dataclasses
from typing import NamedTuple

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from holin.errors import SolverFailed
from holin.kernel import relaxation, switching
from holin.kernel.highs import ProvenInfeasible
from holin.kernel.linear import LinearProblem, ProblemBuilder
from holin.kernel.mixed import solve_mixed
from holin.kernel.on_off import Switch
from holin.kernel.relaxation import OutOfTime, Relaxation
from holin.kernel.switching import solve_switching


class Unit(NamedTuple):
    cost: float
    idle: float
    start: float
    up: int
    down: int
    on_before: bool


def committed(load: list[float], units: list[Unit], *, storage_mwh: float = 0.0) -> tuple[LinearProblem, list[Switch]]:
    """Units of 4 to 10 MW with start costs and least times, a storage, and 100 for what is missing or too much."""
    builder, steps = ProblemBuilder(), len(load)
    short = builder.add_variables("short", (steps,), cost=100.0)
    spill = builder.add_variables("spill", (steps,), cost=100.0)
    level = builder.add_variables("level", (steps,), upper=storage_mwh)
    into = builder.add_variables("into", (steps,), lower=-3.0, upper=3.0)
    after = (np.arange(steps) > 0).astype(float)
    builder.add_rows("level", [(level, 1.0), (np.roll(level, 1), -after), (into, -1.0)], lower=0.0, upper=0.0)
    terms, switches = [(short, 1.0), (spill, -1.0), (into, -1.0)], []
    for k, unit in enumerate(units):
        on = builder.add_variables(f"on.{k}", (steps,), upper=1.0, cost=unit.idle, integer=True)
        start = builder.add_variables(f"start.{k}", (steps,), upper=1.0, cost=unit.start, integer=True)
        stop = builder.add_variables(f"stop.{k}", (steps,), upper=1.0, integer=True)
        power = builder.add_variables(f"power.{k}", (steps,), cost=unit.cost)
        builder.add_rows(f"low.{k}", [(power, 1.0), (on, -4.0)], lower=0.0)
        builder.add_rows(f"high.{k}", [(power, 1.0), (on, -10.0)], upper=0.0)
        before = (1.0 - after) * unit.on_before
        turn = [(on, 1.0), (np.roll(on, 1), -after), (start, -1.0), (stop, 1.0)]
        builder.add_rows(f"turn.{k}", turn, lower=before, upper=before)
        for name, turned, least, sign in (("up", start, unit.up, -1.0), ("down", stop, unit.down, 1.0)):
            recent = [(np.roll(turned, j), (np.arange(steps) >= j).astype(float)) for j in range(min(least, steps))]
            builder.add_rows(f"{name}.{k}", [*recent, (on, sign)], upper=max(sign, 0.0))
        terms.append((power, 1.0))
        switches.append(
            Switch(
                on=on,
                start=start,
                stop=stop,
                up_steps=unit.up,
                down_steps=unit.down,
                on_before=unit.on_before,
                steps_before=9,
            )
        )
    builder.add_rows("balance", terms, lower=load, upper=load)
    return builder.built(), switches


def check_point(problem: LinearProblem, solved: switching.MixedSolution) -> None:
    """The point is feasible, whole, and costs what it says; the gap is that of objective and bound."""
    x = solved.linear.values
    assert (x >= problem.lower - 1e-6).all() and (x <= problem.upper + 1e-6).all()
    activity = problem.matrix @ x
    assert (activity >= problem.row_lower - 1e-5).all() and (activity <= problem.row_upper + 1e-5).all()
    assert np.abs(x[problem.integer] - np.round(x[problem.integer])).max() < 1e-6
    assert problem.cost @ x + problem.constant == pytest.approx(solved.objective, rel=1e-9, abs=1e-6)
    assert solved.mip_gap == pytest.approx((solved.objective - solved.bound) / max(abs(solved.objective), 1e-12))


figures = st.integers(min_value=0, max_value=30).map(float)
one_unit = st.builds(
    Unit, cost=figures, idle=figures, start=figures.map(lambda c: 3 * c), up=st.integers(1, 4), down=st.integers(1, 4),
    on_before=st.booleans(),
)  # fmt: skip
loads = st.lists(figures, min_size=1, max_size=8)


@settings(max_examples=80, deadline=None)
@given(loads, st.lists(one_unit, min_size=1, max_size=3), st.sampled_from([0.0, 6.0]), st.booleans(), st.booleans())
def test_optimum_and_bound_are_those_of_highs(load, units, storage_mwh, lazy, named):
    problem, switches = committed(load, units, storage_mwh=storage_mwh)
    rows = np.concatenate([problem.rows[name] for name in ("high.0", "up.0")]) if lazy else None
    switches = switches if named else []
    best = solve_mixed(problem, mip_gap=0.0).objective
    exact = solve_switching(problem, switches, mip_gap=0.0, lazy=rows)
    loose = solve_switching(problem, switches, mip_gap=0.05, lazy=rows)
    assert exact.objective == pytest.approx(best, rel=1e-7, abs=1e-6)
    for solved in (exact, loose):
        assert solved.bound <= best + 1e-7 * abs(best) + 1e-6
        assert solved.objective >= best - 1e-7 * abs(best) - 1e-6
        check_point(problem, solved)
    assert exact.proven and loose.proven and loose.mip_gap <= 0.05 + 1e-9


@settings(max_examples=30, deadline=None)
@given(loads, st.lists(one_unit, min_size=1, max_size=2), st.integers(0, 3))
def test_highs_goes_on_where_the_nodes_run_out(load, units, nodes_max):
    problem, switches = committed(load, units)
    best = solve_mixed(problem, mip_gap=0.0).objective
    solved = solve_switching(problem, switches, mip_gap=0.0, nodes_max=nodes_max)
    assert solved.objective == pytest.approx(best, rel=1e-7, abs=1e-6) and solved.bound <= best + 1e-6
    check_point(problem, solved)


@settings(max_examples=30, deadline=None)
@given(loads, st.lists(one_unit, min_size=1, max_size=2))
def test_duals_are_prices_of_the_fixed_commitment(load, units):
    """Weak duality with all integer columns held closes: the duals prove the point optimal among its own commitment."""
    problem, switches = committed(load, units)
    linear = solve_switching(problem, switches, lazy=problem.rows["high.0"]).linear
    held = dataclasses.replace(problem, lower=problem.lower.copy(), upper=problem.upper.copy())
    held.lower[problem.integer] = held.upper[problem.integer] = linear.values[problem.integer]
    reduced = held.cost - held.matrix.T @ linear.row_duals
    assert reduced == pytest.approx(linear.column_duals, abs=1e-6)
    lower, upper = (np.where(np.isfinite(b), b, 0.0) for b in (held.lower, held.upper))
    row_lower, row_upper = (np.where(np.isfinite(b), b, 0.0) for b in (held.row_lower, held.row_upper))
    up, down = np.maximum(reduced, 0.0), np.minimum(reduced, 0.0)
    row_up, row_down = np.maximum(linear.row_duals, 0.0), np.minimum(linear.row_duals, 0.0)
    dual = up @ lower + down @ upper + row_up @ row_lower + row_down @ row_upper
    assert dual == pytest.approx(linear.objective, rel=1e-6, abs=1e-5)


LOAD = [3.0, 9.0, 25.0, 25.0, 14.0, 2.0, 2.0, 21.0, 26.0, 7.0]
UNITS = [Unit(3.0, 5.0, 40.0, 3, 3, True), Unit(4.0, 4.0, 25.0, 2, 2, False), Unit(6.0, 2.0, 10.0, 1, 1, False)]


def test_start_point_and_basis_change_no_answer():
    problem, switches = committed(LOAD, UNITS, storage_mwh=5.0)
    plain = solve_switching(problem, switches, mip_gap=0.0)
    warm = solve_switching(problem, switches, mip_gap=0.0, start=plain.linear.values, basis=plain.linear.basis)
    bad = solve_switching(problem, switches, mip_gap=0.0, start=np.zeros(len(problem.cost)))
    assert warm.objective == pytest.approx(plain.objective) == pytest.approx(bad.objective)
    assert warm.linear.iterations < plain.linear.iterations


def test_a_large_problem_begins_with_an_interior_point_and_ends_the_same(monkeypatch):
    problem, switches = committed([6.0, 14.0, 3.0, 18.0, 9.0], [UNITS[0], UNITS[1]], storage_mwh=4.0)
    plain = solve_switching(problem, switches, mip_gap=0.0)
    began = []
    monkeypatch.setattr(relaxation, "LARGE", 0)
    reach = Relaxation._reach_first_basis
    monkeypatch.setattr(Relaxation, "_reach_first_basis", lambda self: (began.append(1), reach(self)))
    large = solve_switching(problem, switches, mip_gap=0.0)
    assert large.objective == pytest.approx(plain.objective) and large.proven
    assert began == [1]  # once: the simplex goes on from there


def test_seconds_that_run_out_leave_the_point_and_its_true_gap():
    problem, switches = committed(LOAD, UNITS, storage_mwh=5.0)
    best = solve_mixed(problem, mip_gap=0.0).objective
    solved = solve_switching(problem, switches, mip_gap=0.0, seconds_max=0.0)
    assert solved.bound <= best + 1e-6 <= solved.objective + 2e-6
    check_point(problem, solved)


@pytest.mark.parametrize("fails_at", [0, 1, 2, 5, 9])
def test_a_simplex_that_fails_or_is_late_loses_nothing_of_the_proof(fails_at, monkeypatch):
    problem, switches = committed(LOAD, UNITS, storage_mwh=5.0)
    best = solve_mixed(problem, mip_gap=0.0).objective
    solve = Relaxation.solve
    for failure in (SolverFailed("numbers"), OutOfTime()):
        calls = iter(range(1000))

        def failing(self, *given, failure=failure, calls=calls, **named):
            if next(calls) >= fails_at:
                raise failure
            return solve(self, *given, **named)

        monkeypatch.setattr(Relaxation, "solve", failing)
        solved = solve_switching(problem, switches, mip_gap=0.0)
        check_point(problem, solved)
        assert solved.bound <= best + 1e-6 <= solved.objective + 2e-6
        assert solved.objective == pytest.approx(best) or isinstance(failure, OutOfTime)


def test_a_problem_without_integer_columns_is_its_relaxation():
    builder = ProblemBuilder()
    x = builder.add_variables("x", (2,), upper=3.0, cost=np.array([1.0, 2.0]))
    builder.add_sum("need", [(x, 1.0)], lower=4.0)
    solved = solve_switching(builder.built(), [])
    assert (solved.objective, solved.bound, solved.nodes) == (5.0, 5.0, 0) and solved.proven


def test_integer_columns_beyond_0_and_1_are_branched_on():
    builder = ProblemBuilder()
    x = builder.add_variables("x", (2,), upper=9.0, cost=np.array([-5.0, -4.0]), integer=True)
    builder.add_sum("weight", [(x, np.array([6.0, 5.0]))], upper=29.5)
    assert solve_switching(builder.built(), [], mip_gap=0.0).objective == pytest.approx(-24.0)  # x = (4, 1)


def test_integer_columns_of_no_switch_are_rounded_with_the_sequences():
    """A storage that may not fill and empty at once beside a unit: its binary column belongs to no switch."""
    problem, switches = committed(LOAD, UNITS[:1])
    builder_rows, width = problem.matrix.toarray(), len(problem.cost)
    extra = np.zeros((1, width + 1))
    extra[0, problem.variables["short"][2]], extra[0, width] = 1.0, -40.0
    more = dataclasses.replace(
        problem,
        cost=np.append(problem.cost, 7.0), quadratic=np.append(problem.quadratic, 0.0),
        lower=np.append(problem.lower, 0.0), upper=np.append(problem.upper, 1.0),
        integer=np.append(problem.integer, True),
        matrix=sp.csr_matrix(np.vstack([np.hstack([builder_rows, np.zeros((len(builder_rows), 1))]), extra])),
        row_lower=np.append(problem.row_lower, -np.inf), row_upper=np.append(problem.row_upper, 0.0),
    )  # fmt: skip
    solved = solve_switching(more, switches, mip_gap=0.0)
    assert solved.objective == pytest.approx(solve_mixed(more, mip_gap=0.0).objective)
    assert solved.linear.values[-1] == 1.0 and solved.objective > solve_switching(problem, switches).objective


def test_no_point_is_said_to_be_proven_infeasible():
    for low, high in ((0.4, 0.6), (1.2, 1.4)):  # the relaxation has points, or has none
        builder = ProblemBuilder()
        x = builder.add_variables("x", (1,), upper=1.0, integer=True)
        builder.add_rows("window", [(x, 1.0)], lower=low, upper=high)
        with pytest.raises(ProvenInfeasible):
            solve_switching(builder.built(), [Switch(on=x)])


def test_a_switch_of_columns_that_are_not_whole_is_refused():
    builder = ProblemBuilder()
    x = builder.add_variables("x", (2,), upper=1.0)
    with pytest.raises(ValueError, match="integer=True"):
        solve_switching(builder.built(), [Switch(on=x)])


def test_progress_names_nodes_point_and_bound():
    problem, switches = committed(LOAD, UNITS)
    said: list[str] = []
    solve_switching(problem, switches, mip_gap=0.0, on_progress=said.append)
    assert said and "best point none" in said[0]
