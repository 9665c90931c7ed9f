"""Potline physics against published cells, lines and smelters, and against the constants themselves."""

import dataclasses

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from holin.park import Potline
from holin.potline import (
    FARADAY_KG_PER_KAH,
    ac_power_mw,
    ac_specific_energy_kwh_per_kg,
    amperage_ka,
    dc_power_mw,
    line_voltage_v,
    linear_metal,
    metal_chords,
    metal_t_per_h,
    pot_voltage_v,
    power_slope_mw_per_ka,
    specific_energy_kwh_per_kg,
)

# One cell of the open model shen-y21/Data-Driven-Dimension-Reduction: E = 2.16 V, R = 3.58 uohm, 500 kA, CE 0.94.
CELL = Potline(
    id="cell",
    bus="b",
    enterprise="e",
    pots=1,
    amperage_ka=500.0,
    back_emf_v=2.16,
    pot_resistance_uohm=3.58,
    current_efficiency=0.94,
    rectifier_efficiency=0.983,
    auxiliary=0.04,
    amperage_min_ka=400.0,
    amperage_max_ka=550.0,
    heat_window_h=4.0,
)


def line_of(pots: int, **changes: float) -> Potline:
    return dataclasses.replace(CELL, pots=pots, **changes)


def test_faraday_constant():
    # M / (3 F) with F = 96485.33212 C/mol (CODATA 2018, exact) and M = 26.9815384 g/mol; 8.054 kg per kA and day.
    assert pytest.approx(26.9815384 * 3600 / (3 * 96485.33212), rel=1e-9) == FARADAY_KG_PER_KAH
    assert pytest.approx(0.335573, abs=5e-7) == FARADAY_KG_PER_KAH
    assert pytest.approx(8.054, abs=5e-4) == FARADAY_KG_PER_KAH * 24


@pytest.mark.parametrize(
    ("current_ka", "voltage_v", "power_kw", "metal_kg_per_h", "kwh_per_kg"),
    [
        # The open model's cell at 500 kA, and at its limits by the same two equations, CE constant.
        (500.0, 3.950, 1975.0, 157.72, 12.522),
        (400.0, 3.592, 1436.8, 126.18, 11.387),
        (550.0, 4.129, 2270.9, 173.49, 13.090),
    ],
)
def test_one_cell(current_ka, voltage_v, power_kw, metal_kg_per_h, kwh_per_kg):
    assert pot_voltage_v(CELL, current_ka) == pytest.approx(voltage_v, abs=5e-4)
    assert dc_power_mw(CELL, current_ka) * 1000 == pytest.approx(power_kw, abs=0.06)
    assert metal_t_per_h(CELL, current_ka) * 1000 == pytest.approx(metal_kg_per_h, abs=6e-3)
    assert specific_energy_kwh_per_kg(CELL, current_ka) == pytest.approx(kwh_per_kg, abs=6e-4)


@pytest.mark.parametrize(
    ("pots", "dc_mw", "kt_per_year"),
    [
        (280, 553.0, 386.85),  # the open model's line
        (300, 592.5, 414.5),  # Baiyinhua: nameplate 400 kt/a with 300 cells of 500 kA
    ],
)
def test_lines_of_500_ka(pots, dc_mw, kt_per_year):
    line = line_of(pots)
    assert dc_power_mw(line, 500.0) == pytest.approx(dc_mw, rel=1e-9)
    assert metal_t_per_h(line, 500.0) * 8760 / 1000 == pytest.approx(kt_per_year, abs=0.05)


def test_300_ka_line_by_hand():
    # 300 kA x 264 pots x 4.20 V = 332.64 MW; 4.20 V and CE 0.94 give 13.31 kWh/kg.
    line = line_of(264, amperage_ka=300.0, back_emf_v=4.20 - 0.0045 * 300, pot_resistance_uohm=4.5)
    assert line_voltage_v(line, 300.0) == pytest.approx(264 * 4.20)
    assert dc_power_mw(line, 300.0) == pytest.approx(332.64)
    assert specific_energy_kwh_per_kg(line, 300.0) == pytest.approx(13.31, abs=6e-3)


@pytest.mark.parametrize(
    ("voltage_v", "efficiency", "mwh_per_t"),
    [(3.90, 0.94, 12.36), (3.95, 0.94, 12.52), (4.00, 0.94, 12.68), (4.10, 0.94, 13.00), (4.0, 0.93, 12.82)],
)
def test_direct_current_energy_is_2_980_volts_over_efficiency(voltage_v, efficiency, mwh_per_t):
    # e = U / (k CE) = 2.980 U / CE.
    cell = line_of(1, back_emf_v=voltage_v - 0.00358 * 500, current_efficiency=efficiency)
    assert specific_energy_kwh_per_kg(cell, 500.0) == pytest.approx(mwh_per_t, abs=6e-3)


def test_zhahanaoer_350_kt():
    # Published: 350 kt/a of 500 kA cells take 4.65 TWh/a (Inner Mongolia news, March 2025; SMM, November 2025):
    # 13.29 MWh/t. The model's cell with 5.8 % for rectifier and auxiliaries (1.04 / 0.983): 13.25, 253 cells.
    published = 4650 / 350
    model = ac_specific_energy_kwh_per_kg(CELL, 500.0)
    assert published == pytest.approx(13.29, abs=5e-3)
    assert model == pytest.approx(13.25, abs=5e-3)
    assert model == pytest.approx(published, rel=4e-3)
    assert 350_000 / (metal_t_per_h(CELL, 500.0) * 8760) == pytest.approx(253, abs=0.5)


def test_trimet_48_hours_of_a_quarter():
    # TRIMET Essen (2019): hall of 120 cells, 25 % for 48 h, said to be 1,120 MWh. At 93.3 MW that is 23.3 MW.
    line = line_of(120, amperage_ka=180.0, back_emf_v=4.32 - 0.0045 * 180, pot_resistance_uohm=4.5)
    assert dc_power_mw(line, 180.0) == pytest.approx(93.3, abs=0.05)
    less_ka = amperage_ka(line, 0.75 * ac_power_mw(line, 180.0))
    held_back_mw = dc_power_mw(line, 180.0) - dc_power_mw(line, less_ka)
    assert held_back_mw * 48 == pytest.approx(1120, rel=2e-3)
    # Less current lowers the voltage too, so a quarter of the power costs less than a quarter of the metal:
    # 3.51 x + 0.81 x^2 = 0.75 * 4.32 has the root x = (-3.51 + sqrt(22.8177)) / 1.62 = 0.7820.
    assert less_ka / 180 == pytest.approx(0.7820, abs=5e-5)


def test_power_slope_by_hand():
    # dP/dI of the cell at 500 kA: E + 2 R I = 2.16 + 3.58 = 5.74 kW/kA at the pot.
    line = line_of(1, rectifier_efficiency=1 - 1e-12, auxiliary=0.0)
    assert power_slope_mw_per_ka(line, 500.0) * 1000 == pytest.approx(5.74)
    difference = (ac_power_mw(CELL, 500.001) - ac_power_mw(CELL, 499.999)) / 0.002
    assert power_slope_mw_per_ka(CELL, 500.0) == pytest.approx(difference, rel=1e-7)


@given(
    current_ka=st.floats(1e-6, 700),
    pots=st.integers(1, 500),
    back_emf_v=st.floats(1.4, 2.5),
    pot_resistance_uohm=st.floats(2, 15),
)
def test_amperage_is_the_inverse_of_power(current_ka, pots, back_emf_v, pot_resistance_uohm):
    line = line_of(pots, back_emf_v=back_emf_v, pot_resistance_uohm=pot_resistance_uohm)
    assert amperage_ka(line, ac_power_mw(line, current_ka)) == pytest.approx(current_ka, rel=1e-12)


def test_no_power_no_current():
    assert amperage_ka(CELL, 0.0) == 0.0


def test_arrays_and_data_arrays_pass_through():
    currents = np.array([400.0, 500.0])
    power = xr.DataArray(ac_power_mw(CELL, currents), dims="time")
    back = amperage_ka(CELL, power)
    assert back.dims == ("time",)
    np.testing.assert_allclose(back, currents, rtol=1e-13)


def test_tangent_promises_too_much():
    nominal_t, slope = linear_metal(CELL)
    nominal_mw = ac_power_mw(CELL, 500.0)
    assert nominal_t == metal_t_per_h(CELL, 500.0)
    # dm/dP at 500 kA: k CE / 5.74 V = 0.054955 t per DC MWh, over 1.04 / 0.983 at the AC bus.
    assert slope == pytest.approx(0.335573 * 0.94 / 5.74 / (1.04 / 0.983), rel=1e-6)
    for current in (400.0, 450.0, 525.0, 550.0):
        tangent = nominal_t + slope * (ac_power_mw(CELL, current) - nominal_mw)
        assert tangent > metal_t_per_h(CELL, current)


@given(
    low=st.floats(0.6, 0.999),
    high=st.floats(1.001, 1.2),
    chords=st.integers(1, 6),
    at=st.floats(0, 1),
)
def test_chords_never_promise_metal_that_is_not_made(low, high, chords, at):
    line = line_of(280, amperage_min_ka=500 * low, amperage_max_ka=500 * high)
    lines = metal_chords(line, chords=chords)
    assert len(lines.slope_t_per_mwh) == chords
    power = lines.power_mw[0] + at * (lines.power_mw[-1] - lines.power_mw[0])
    promised = float(np.min(lines.intercept_t_per_h + lines.slope_t_per_mwh * power))
    made = metal_t_per_h(line, amperage_ka(line, power))
    assert promised <= made * (1 + 1e-12)
    assert made - promised <= lines.gap_t_per_h * (1 + 1e-6) + 1e-9
    # Concave: slopes fall, so that the least chord is the one that spans the power.
    assert (np.diff(lines.slope_t_per_mwh) <= 0).all()


def test_chords_are_exact_at_nominal_and_at_the_ends():
    lines = metal_chords(line_of(280), chords=3)
    at_ends = lines.intercept_t_per_h[:, None] + lines.slope_t_per_mwh[:, None] * lines.power_mw
    made = metal_t_per_h(line_of(280), np.array([400.0, 450.0, 500.0, 550.0]))
    np.testing.assert_allclose(at_ends.min(axis=0), made, rtol=1e-12)


def test_gap_of_the_chords_is_small_and_found():
    # +-5 % of a conventional line: one chord leaves out 0.08 % of the metal, two 0.02 %.
    line = line_of(280, amperage_min_ka=475.0, amperage_max_ka=525.0)
    nominal = metal_t_per_h(line, 500.0)
    one, two = metal_chords(line, chords=1), metal_chords(line, chords=2)
    assert one.gap_t_per_h / nominal == pytest.approx(7.8e-4, abs=2e-5)
    assert two.gap_t_per_h / nominal == pytest.approx(2.0e-4, abs=2e-5)
    power = np.linspace(one.power_mw[0], one.power_mw[-1], 10_001)
    made = metal_t_per_h(line, amperage_ka(line, power))
    searched = np.max(made - (one.intercept_t_per_h + one.slope_t_per_mwh * power))
    assert one.gap_t_per_h == pytest.approx(searched, rel=1e-6)


def test_a_line_that_cannot_move_has_one_flat_chord():
    lines = metal_chords(line_of(280, amperage_min_ka=500.0, amperage_max_ka=500.0))
    assert lines.slope_t_per_mwh.tolist() == [0.0]
    assert lines.intercept_t_per_h[0] == metal_t_per_h(line_of(280), 500.0)


def test_no_chords_is_refused():
    with pytest.raises(ValueError, match="at least one"):
        metal_chords(CELL, chords=0)
