"""Cost over power of a generator: exact, by chords, by points; what the next MWh costs."""

import numpy as np
import pytest

from holin.park import Generator, cost_curve, cost_per_h, exact_cost_per_h, marginal_cost_per_mwh

SQUARED = Generator(id="s", bus="b", p_nom_mw=100.0, p_min_mw=20.0, cost_c2=0.05, cost_c1=12.0, cost_c0=30.0)
POINTS = Generator(id="p", bus="b", p_nom_mw=60.0, cost_points=((0, 0), (20, 100), (60, 700)))


@pytest.mark.parametrize("p_mw", [20.0, 47.3, 100.0])
def test_a_square_is_exact_and_its_chords_lie_above_by_little(p_mw: float) -> None:
    exact = 0.05 * p_mw**2 + 12 * p_mw + 30
    assert exact_cost_per_h(SQUARED, p_mw) == pytest.approx(exact, rel=1e-15)
    chord = float(cost_per_h(cost_curve(SQUARED), np.array(p_mw)))
    assert -1e-9 <= chord - exact <= 0.05 * (80 / 64) ** 2 / 4 + 1e-9
    assert marginal_cost_per_mwh(SQUARED, p_mw) == pytest.approx(12 + 0.1 * p_mw)


@pytest.mark.parametrize(
    ("p_mw", "cost", "slope"), [(0, 0, 5), (10, 50, 5), (20, 100, 15), (40, 400, 15), (60, 700, 15)]
)
def test_points_are_lines_and_a_corner_costs_what_lies_above_it(p_mw: float, cost: float, slope: float) -> None:
    assert exact_cost_per_h(POINTS, p_mw) == pytest.approx(cost, abs=1e-9)
    assert marginal_cost_per_mwh(POINTS, p_mw) == slope
