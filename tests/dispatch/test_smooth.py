"""Of schedules that cost the same, the one whose units move least: by hand, and held against the joint move."""

import dataclasses

import numpy as np
import pytest
from ahead_parks import costs, park_of, running, solved, state, unit

from holin.dispatch.smooth import moves_mw, smoothed
from holin.park import Reserve, ReserveKind

ALIKE = park_of(*(unit(f"C{k}", p_min_mw=10.0, must_run=True) for k in range(4)))
BEGUN = state(**{f"C{k}": running(40.0) for k in range(4)})
LOAD = np.array([200.0, 260.0, 240.0, 330.0, 150.0, 90.0, 250.0, 250.0, 310.0, 370.0, 120.0, 180.0])


def columns_of(made):
    return [made.problem.variables[f"above.{u.id}"] for u in made.window.case.park.thermal_units]


def with_powers(made, above):
    """The solved window with other powers above lowest load (time, unit)."""
    values = made.solution.linear.values.copy()
    for k, columns in enumerate(columns_of(made)):
        values[columns] = np.asarray(above)[:, k]
    objective = float(made.problem.cost @ values + made.problem.constant)
    linear = dataclasses.replace(made.solution.linear, values=values, objective=objective)
    return dataclasses.replace(made.solution, linear=linear, objective=objective)


def test_units_that_see_saw_come_to_rest():
    """120 MW of two alike units: what goes to and fro by 60 MW an hour stays where it is."""
    park = park_of(unit("C0"), unit("C1"))
    made = solved(park, [120.0] * 6, state(C0=running(60.0), C1=running(60.0)))
    given = with_powers(made, [[90.0, 30.0], [30.0, 90.0]] * 3)
    assert moves_mw(columns_of(made), given.linear.values) == pytest.approx(600.0)
    calm = smoothed(made.window, made.problem, given)
    assert moves_mw(columns_of(made), calm.linear.values) == pytest.approx(0.0, abs=1e-6)
    assert calm.objective == pytest.approx(given.objective, rel=1e-12)
    assert calm.linear.row_duals is given.linear.row_duals and calm.mip_gap == pytest.approx(given.mip_gap, abs=1e-9)


def test_a_schedule_moves_its_units_no_more_than_their_sum_moves():
    """Four alike units: whatever the load does, they need not move against each other; the cost is that of the fuel."""
    spin = Reserve(id="spin", kind=ReserveKind.UP, fixed_mw=25.0)
    made = solved(dataclasses.replace(ALIKE, reserves=(spin,)), LOAD, BEGUN)
    joint = float(np.abs(np.diff(LOAD)).sum())
    assert moves_mw(columns_of(made), made.solution.linear.values) == pytest.approx(joint, abs=1e-4)
    assert made.objective == pytest.approx(LOAD.sum()) == pytest.approx(made.objective_recomputed)
    assert made.ahead.reserve_held_mw.values.min() >= 25.0 - 1e-6


def test_a_cheaper_unit_still_goes_first():
    """That Q would have to move less is worth nothing beside its 20 a MWh more."""
    park = park_of(unit("C", cost="c10"), unit("Q", cost="c30"), costs=costs(10.0, 30.0))
    made = solved(park, [60.0, 150.0, 80.0, 150.0], state(C=running(60.0), Q=running(0.0)))
    assert made.schedule.gross_mw.values.tolist() == [
        pytest.approx([60.0, 0.0]), pytest.approx([100.0, 50.0]), pytest.approx([80.0, 0.0]),
        pytest.approx([100.0, 50.0]),
    ]  # fmt: skip


def test_nothing_changes_that_does_not_move():
    made = solved(ALIKE, [200.0] * 4, BEGUN)
    assert smoothed(made.window, made.problem, made.solution) is made.solution
