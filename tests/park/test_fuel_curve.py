"""Fuel over power: one convex chain of lines, whatever points are given."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from holin.park import fuel_chain, fuel_gj_per_h


def test_two_points_make_one_willans_line():
    # 10.9 GJ/MWh at 40 MW is 436 GJ/h, 9.9 at 100 MW 990: slope 554 / 60, idle 990 - 923.3.
    curve = fuel_chain(((0.4, 10.9), (1.0, 9.9)), p_min_mw=40.0, p_nom_mw=100.0)
    np.testing.assert_allclose(curve.gj_per_mwh, [554 / 60])
    np.testing.assert_allclose(curve.idle_gj_per_h, [990 - 55400 / 60])
    np.testing.assert_allclose(fuel_gj_per_h(curve, np.array([40.0, 100.0]), np.ones(2)), [436, 990])


def test_the_line_goes_on_below_the_first_point():
    # At 30 MW: 436 - 10 x 9.2333; the heat rate alone would give 327.
    curve = fuel_chain(((0.4, 10.9), (1.0, 9.9)), p_min_mw=30.0, p_nom_mw=100.0)
    assert fuel_gj_per_h(curve, np.array([30.0]), np.ones(1))[0] == pytest.approx(436 - 554 / 6)


def test_a_rising_slope_makes_a_line_each():
    # 400 GJ/h at 40 MW, 664 at 70 (8.8 per MWh), 990 at 100 (10.87 per MWh).
    curve = fuel_chain(((0.4, 10.0), (0.7, 664 / 70), (1.0, 9.9)), p_min_mw=40.0, p_nom_mw=100.0)
    np.testing.assert_allclose(curve.gj_per_mwh, [8.8, 326 / 30])
    gross = np.array([40.0, 55.0, 70.0, 85.0, 100.0])
    np.testing.assert_allclose(fuel_gj_per_h(curve, gross, np.ones(5)), [400, 532, 664, 827, 990])
    assert not len(curve.bend)


def test_half_a_unit_burns_half_the_fuel():
    curve = fuel_chain(((0.4, 10.0), (0.7, 664 / 70), (1.0, 9.9)), p_min_mw=40.0, p_nom_mw=100.0)
    half = fuel_gj_per_h(curve, np.array([35.0, 42.5]), np.full(2, 0.5))
    np.testing.assert_allclose(half, [332, 413.5])


def test_fuel_that_bends_downwards_is_a_straight_line_and_told():
    # 436 at 40 MW, 735 at 70, 990 at 100; the straight line has 713 at 70: 22 of 735 below.
    curve = fuel_chain(((0.4, 10.9), (0.7, 10.5), (1.0, 9.9)), p_min_mw=40.0, p_nom_mw=100.0)
    np.testing.assert_allclose(curve.gj_per_mwh, [554 / 60])
    np.testing.assert_allclose(curve.bent_mw, [70.0])
    np.testing.assert_allclose(curve.bend, [22 / 735])


def test_rounded_heat_rates_of_a_straight_line_stay_one_line():
    # The park's 150 MW units: 8.7 GJ/MWh and 4.03 GJ/h per MW idle, given to two decimals.
    points = ((0.3, 10.55), (0.4, 10.08), (0.6, 9.62), (0.8, 9.39), (1.0, 9.25))
    curve = fuel_chain(points, p_min_mw=60.0, p_nom_mw=150.0)
    assert len(curve.gj_per_mwh) == 1
    assert not len(curve.bend)


@pytest.mark.parametrize("points", [((1.0, 10.0),), ((0.5, 12.0), (1.0, 10.0))])
def test_a_unit_that_may_run_at_no_power_burns_nothing_there(points):
    curve = fuel_chain(points, p_min_mw=0.0, p_nom_mw=100.0)
    assert fuel_gj_per_h(curve, np.zeros(1), np.ones(1))[0] == 0.0
    assert fuel_gj_per_h(curve, np.full(1, 100.0), np.ones(1))[0] == pytest.approx(1000.0)


RATES = st.lists(st.floats(7.0, 14.0), min_size=1, max_size=6)


@given(rates=RATES, low=st.floats(0.0, 1.0))
@example(rates=[7.0, 7.0, 7.0, 8.0, 8.0, 8.0], low=0.0)  # points on one line but for the last digit
def test_fuel_is_convex_and_never_above_the_points(rates, low):
    loads = np.linspace(0.3, 1.0, len(rates)) if len(rates) > 1 else np.ones(1)
    points = tuple(zip(loads.tolist(), rates, strict=True))
    curve = fuel_chain(points, p_min_mw=100 * low, p_nom_mw=100.0)
    assert (np.diff(curve.gj_per_mwh) > 0).all()
    inside = loads * 100 >= 100 * low
    fuel = fuel_gj_per_h(curve, 100 * loads[inside], np.ones(inside.sum()))
    given_gj = 100 * loads[inside] * np.array(rates)[inside]
    assert (fuel <= given_gj * (1 + 1.1e-3) + 1e-9).all()
    at_full = fuel_gj_per_h(curve, np.array([100.0]), np.ones(1))[0]
    assert at_full == pytest.approx(100 * rates[-1])
