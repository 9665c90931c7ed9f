"""Short-circuit power, voltage step and short-circuit ratio by hand; the park's own against its short circuits."""

from math import inf, isnan, sqrt

import pytest

from holin.connection.strength import short_circuit_ratio, sk_mva, voltage_step


def test_short_circuit_power_by_hand() -> None:
    """10 kV and 20 kA: sqrt(3) 10 x 20 = 346.4 MVA."""
    assert sk_mva(10.0, 20.0) == pytest.approx(346.41, abs=0.01)


def test_a_reactive_load_on_a_reactance_drops_by_s_over_sk() -> None:
    """R = 0 and cos phi 0: dU / U = dS / S_k = 10 / 500 = 2 %."""
    assert voltage_step(10.0, 0.0, 500.0, 0.0, 1.0) == pytest.approx(0.02)


def test_an_active_load_on_a_reactance_drops_nothing_to_first_order() -> None:
    assert voltage_step(10.0, 1.0, 500.0, 0.0, 1.0) == pytest.approx(0.0, abs=1e-15)


def test_the_step_is_r_p_plus_x_q_over_u_squared() -> None:
    """10 kV, R = 0.1, X = 0.3 ohm: S_k = 100 / sqrt(0.1) = 316.2 MVA. 8 MW and 6 Mvar: (0.8 + 1.8) / 100 = 2.6 %."""
    assert voltage_step(10.0, 0.8, 100.0 / sqrt(0.1), 0.1, 0.3) == pytest.approx(0.026)


def test_a_dead_bus_has_no_step() -> None:
    assert isnan(voltage_step(10.0, 0.9, float("nan"), 0.1, 0.3))


def test_short_circuit_ratio_by_hand() -> None:
    """600 MVA for 200 MW of wind: 3; no converters, no limit."""
    assert short_circuit_ratio(600.0, 200.0) == 3.0
    assert short_circuit_ratio(600.0, 0.0) == inf
