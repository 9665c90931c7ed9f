"""A unit of size s is the unit with every limit times s: bounds and sides of rows become terms in the size."""

import numpy as np
import pytest

from holin.kernel.highs import solve_linear
from holin.kernel.linear import ProblemBuilder

STEPS = 3


def test_bounds_hold_per_unit_of_size() -> None:
    builder = ProblemBuilder()
    size = builder.add_variables("size", (1,), upper=8.0, cost=1.0)
    power = builder.add_variables("power", (STEPS,), lower=1.0, upper=[2.0, 4.0, 6.0], cost=-10.0)
    builder.scale_columns("power", power, int(size[0]), 2.0)
    builder.add_rows("limit", [(power, 1.0)], upper=12.0)
    solved = solve_linear(builder.built())
    assert solved.values[size] == pytest.approx([8.0])
    assert solved.values[power] == pytest.approx([8.0, 12.0, 12.0])


@pytest.mark.parametrize(("cost", "power_mw"), [(-1.0, 4.0), (1.0, -6.0)])
def test_two_unequal_sides_hold_per_unit_of_size(cost: float, power_mw: float) -> None:
    builder = ProblemBuilder()
    size = builder.add_variables("size", (1,), lower=2.0, upper=2.0)
    power = builder.add_variables("power", (STEPS,), lower=-100.0, upper=100.0, cost=cost)
    builder.add_rows("ramp", [(power, 0.5)], lower=-1.5, upper=1.0)
    builder.scale_rows("ramp", int(size[0]), 1.0)
    assert solve_linear(builder.built()).values[power] == pytest.approx(np.full(STEPS, power_mw))


def test_a_prefix_and_a_factor_tell_stages_apart() -> None:
    builder = ProblemBuilder()
    for prefix, factor in (("2025:", 1.0), ("2030:", 0.5)):
        builder.prefix, builder.cost_factor = prefix, factor
        power = builder.add_variables("power", (STEPS,), upper=1.0, cost=2.0)
        builder.add_cost(power, 4.0)
        builder.add_rows("row", [(builder.columns("power"), 1.0)], lower=0.5)
    problem = builder.built()
    assert list(problem.variables) == ["2025:power", "2030:power"]
    assert problem.cost.tolist() == [6.0] * STEPS + [3.0] * STEPS
    assert list(problem.rows) == ["2025:row", "2030:row"]
