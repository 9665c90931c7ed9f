"""The heat of a pot: published cells and the open model's own numbers, the calibration targets, and conservation."""

import dataclasses

import numpy as np
import pytest
import xarray as xr
from heat_pots import CONVENTIONAL_LINE, LINES, OTHER_LINES, SHELL_LINE, other_line

from holin.errors import BadInput, Mismatch
from holin.park import Potline
from holin.potline import ac_power_mw, metal_t_per_h
from holin.potline.heat import (
    CONVENTIONAL,
    OPEN_MODEL,
    HeatParameters,
    current_efficiency_loss,
    heat_content_j,
    heat_flows,
    liquid_share,
    liquidus_temp_c,
    nominal_heat_w,
    pot_of,
    simulate_heat,
)

MINUTE_H = 1 / 60


def p_nom_mw(line: Potline) -> float:
    return float(ac_power_mw(line, line.amperage_ka))


def first_min(when: xr.DataArray) -> int | None:
    """The first minute at whose end something is true, of steps of a minute."""
    return int(np.argmax(when.values)) + 1 if bool(when.any()) else None


def open_model(share_of_current: float, hours: float) -> xr.Dataset:
    """The one-node model from 12.6 K of superheat at a share of 500 kA."""
    power = np.full(round(hours * 60), float(ac_power_mw(CONVENTIONAL_LINE, 500 * share_of_current)))
    return simulate_heat(pot_of(CONVENTIONAL_LINE, OPEN_MODEL), power, step_h=MINUTE_H).steps


# ---- the bath ----------------------------------------------------------------------------------------------------


def test_liquidus_of_the_open_model():
    # 11 % AlF3, 6 % CaF2, 3 % Al2O3, 1 % MgF2: 953.7 degC by hand from the formula as published.
    assert float(liquidus_temp_c(alf3=11.0, caf2=6.0, al2o3=3.0, mgf2=1.0)) == pytest.approx(953.7, abs=0.05)


def test_liquidus_falls_with_every_addition():
    at = {"alf3": 11.0, "caf2": 6.0, "al2o3": 3.0, "mgf2": 1.0}
    base = liquidus_temp_c(**at)
    for name, share in at.items():
        assert liquidus_temp_c(**(at | {name: share + 0.5})) < base, name


@pytest.mark.parametrize(("superheat_c", "efficiency"), [(5, 0.946), (8, 0.943), (10, 0.940), (12, 0.937), (15, 0.933)])
def test_current_efficiency_of_the_open_model(superheat_c: float, efficiency: float):
    # At 11 % AlF3 and 1.5 % LiF.
    loss = float(current_efficiency_loss(superheat_c=superheat_c, alf3=11.0, lif=1.5))
    assert 1 - loss == pytest.approx(efficiency, abs=6e-4)


# ---- the nominal point -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("line", LINES.values(), ids=LINES)
def test_nominal_is_steady_and_its_balance_closes(line: Potline):
    pot = pot_of(line)
    flows = heat_flows(pot, pot.nominal.stacked(), np.array(500.0))
    # 500 kA x 3.95 V = 1,975 kW; 157.72 kg/h (both published for the cell); 5.474 + 1.93 x 0.596 kWh/kg taken up.
    assert float(flows.power_w) == pytest.approx(1.975e6)
    assert float(flows.metal_kg_per_h) == pytest.approx(157.72, abs=5e-3)
    assert float(flows.reaction_w) == pytest.approx(157.72 * (5.474 + 1.93 * 0.596) * 1000, rel=1e-5)
    lost = flows.top_w + flows.side_to_air_w + flows.lining_to_air_w
    assert float(lost) == pytest.approx(nominal_heat_w(line, pot.figures), rel=1e-12)
    assert float(flows.superheat_c) == pytest.approx(10.0, abs=1e-9)
    assert 0.05 <= pot.ledge_nom_m <= 0.10
    steps = simulate_heat(pot, np.full(72, p_nom_mw(line)), step_h=1.0).steps
    assert np.allclose(steps.superheat_c, 10.0, atol=1e-6)
    assert np.allclose(steps.ledge_m, pot.ledge_nom_m, atol=1e-8)
    assert np.allclose(steps.metal_t, metal_t_per_h(line, 500.0), rtol=1e-9)


@pytest.mark.parametrize("name", OTHER_LINES)
@pytest.mark.parametrize("line", LINES.values(), ids=LINES)
def test_pots_of_other_lines_close_too(line: Potline, name: str):
    other = other_line(line, name)
    pot = pot_of(other)
    steps = simulate_heat(pot, np.full(48, p_nom_mw(other)), step_h=1.0).steps
    assert np.allclose(steps.superheat_c, 10.0, atol=1e-6)
    assert pot.bath_kg == pytest.approx(7056 * other.amperage_ka / 500)
    assert np.allclose(steps.current_efficiency, other.current_efficiency, rtol=1e-9)


def test_a_pot_that_would_freeze_at_nominal_is_refused():
    # 2.9 V leave 405 kW where shell and lining alone lose 389 kW; 2.8 V leave less.
    with pytest.raises(BadInput, match="would freeze"):
        pot_of(dataclasses.replace(CONVENTIONAL_LINE, back_emf_v=1.0))


def test_every_figure_has_its_provenance():
    for figure in dataclasses.fields(HeatParameters):
        assert set(figure.metadata) == {"unit", "meaning", "basis", "reference"}, figure.name
        assert all(figure.metadata.values()), figure.name


# ---- the open model: the same equations without a lining node ----------------------------------------------------


@pytest.mark.parametrize(("share", "minutes"), [(0.0, 6), (0.5, 8), (0.7, 13), (0.8, 22)])
def test_one_node_leaves_the_window_within_minutes(share: float, minutes: int):
    # Computed with the open model apart from this code: superheat below 5 K after so many minutes.
    assert first_min(open_model(share, 2).superheat_c < 5) == pytest.approx(minutes, abs=1)


def test_one_node_at_reduced_current():
    ninety, ninety_five = open_model(0.9, 6), open_model(0.95, 6)
    assert float(ninety.superheat_c.min()) > 5
    assert first_min(ninety.bath_temp_c < 950) == pytest.approx(90, abs=5)
    assert 180 <= (first_min(ninety_five.bath_temp_c < 950) or 0) <= 240


def test_one_node_at_raised_current():
    # The apart computation gave 23 min at +5 % and 65 min at +3 %. Its start is not quite steady, and the superheat
    # creeps past 15 K, so these two are loose: +5 % within a factor 1.5, +3 % within the same few hours.
    assert 15 <= (first_min(open_model(1.05, 2).superheat_c > 15) or 0) <= 35
    assert 33 <= (first_min(open_model(1.03, 4).superheat_c > 15) or 0) <= 180


def test_one_node_cools_by_87_k_per_h():
    steps = open_model(0.0, 0.1)
    first_k_per_h = (966.266 - float(steps.bath_temp_c[0])) * 60
    assert first_k_per_h == pytest.approx(87, rel=0.04)


# ---- calibration -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("share", [0.95, 1.05])
def test_conventional_bears_5_percent_sustained(share: float):
    steps = simulate_heat(pot_of(CONVENTIONAL_LINE), np.full(168, p_nom_mw(CONVENTIONAL_LINE) * share), step_h=1.0)
    assert bool(steps.steps.in_window.all())


@pytest.mark.parametrize(("share", "hours"), [(0.9, 36), (1.1, 12)])
def test_conventional_does_not_bear_10_percent_for_long(share: float, hours: int):
    steps = simulate_heat(pot_of(CONVENTIONAL_LINE), np.full(48, p_nom_mw(CONVENTIONAL_LINE) * share), step_h=1.0).steps
    left = int(np.argmin(steps.in_window.values))
    assert not bool(steps.in_window.all()) and 2 <= left <= hours


@pytest.mark.parametrize(("share", "shell_factor"), [(0.75, 0.25), (1.25, 1.9)])
def test_shell_heat_exchangers_bear_25_percent_for_48_h(share: float, shell_factor: float):
    # TRIMET Essen 2019: +-25 % for up to 48 h; here as a step, without notice.
    power = np.full(48, p_nom_mw(SHELL_LINE) * share)
    assert bool(simulate_heat(pot_of(SHELL_LINE), power, step_h=1.0, shell_factor=shell_factor).steps.in_window.all())
    alone = simulate_heat(pot_of(CONVENTIONAL_LINE), power, step_h=1.0, shell_factor=shell_factor).steps
    assert not bool(alone.in_window.all())


@pytest.mark.parametrize("line", LINES.values(), ids=LINES)
def test_an_hour_without_power_is_survived(line: Potline):
    # TRIMET: zero for up to an hour. The window is left, nothing freezes, and it is back within a quarter-hour.
    power = np.r_[np.zeros(12), np.full(48 * 12, p_nom_mw(line))]
    steps = simulate_heat(pot_of(line), power, step_h=1 / 12).steps
    assert not bool(steps.frozen.any())
    assert float(liquid_share(pot_of(line), steps.ledge_m.max())) > 0.7
    assert not bool(steps.in_window[:12].all())
    assert bool(steps.in_window[15:].all())


@pytest.mark.parametrize("line", LINES.values(), ids=LINES)
@pytest.mark.parametrize(("hours", "frozen"), [(4.0, False), (5.5, True)])
def test_hours_without_power_freeze(line: Potline, hours: float, frozen: bool):
    # 5.5 h without power froze a potline at Portland (Reuters, December 2016); restarts after 5 h are documented.
    power = np.r_[np.zeros(round(hours * 12)), np.full(24 * 12, p_nom_mw(line))]
    steps = simulate_heat(pot_of(line), power, step_h=1 / 12).steps
    assert bool(steps.frozen[-1]) is frozen


def test_the_lining_makes_it_slower():
    # The slowest time constant is asked to be 10-40 h: the way back to 1/e of the ledge's deviation at nominal power.
    pot = pot_of(CONVENTIONAL_LINE)
    pushed = dataclasses.replace(pot.nominal, ledge_m=np.array(pot.ledge_nom_m + 0.002))
    steps = simulate_heat(pot, np.full(80, p_nom_mw(CONVENTIONAL_LINE)), step_h=1.0, start=pushed).steps
    away = (steps.ledge_m - pot.ledge_nom_m).values
    slow_h = 20 / np.log(away[20] / away[40])
    assert 10 <= slow_h <= 40
    stop = simulate_heat(pot, np.zeros(60), step_h=MINUTE_H).steps
    one_node = open_model(0.0, 1)
    cooled = float(pot.nominal.bath_temp_c - stop.bath_temp_c[-1])
    assert cooled < 0.5 * (966.27 - float(one_node.bath_temp_c[-1]))


# ---- conservation, convergence, and what a caller may ask --------------------------------------------------------


@pytest.mark.parametrize("figures", [None, OPEN_MODEL], ids=["lining", "one node"])
@pytest.mark.parametrize("line", LINES.values(), ids=LINES)
def test_energy_is_conserved(line: Potline, figures: HeatParameters | None):
    pot = pot_of(line, figures)
    random = np.random.default_rng(4)
    power = p_nom_mw(line) * random.uniform(0.0, 1.3, (40, 60))
    run = simulate_heat(pot, power, step_h=0.25, shell_factor=random.uniform(0.1, 2.5, (40, 60)))
    s = run.steps.sum("time")
    into = s.dc_energy_mwh - s.reaction_mwh - s.top_mwh - s.side_mwh - s.lining_mwh
    kept = (heat_content_j(pot, run.state) - heat_content_j(pot, pot.nominal)) * (line.pots / 3.6e9)
    assert np.abs(kept - into.values).max() < 1e-9 * float(s.dc_energy_mwh.max())
    dc_mwh = power.sum(axis=1) * 0.25 * line.rectifier_efficiency / (1 + line.auxiliary)
    assert np.allclose(s.dc_energy_mwh, dc_mwh, rtol=1e-12)


@pytest.mark.parametrize(("shares", "within_c"), [((0.75, 1.0, 1.25), 0.02), ((0.0, 0.75, 1.25), 0.3)])
def test_it_converges_with_the_substep(shares: tuple[float, ...], within_c: float):
    # Jumps of half and of the whole power in every quarter-hour; a method of fourth order gains 16 by each halving.
    random = np.random.default_rng(5)
    power = p_nom_mw(SHELL_LINE) * random.choice(shares, (30, 48))
    factor = random.uniform(0.2, 2.1, (30, 48))
    runs = [
        simulate_heat(pot_of(SHELL_LINE), power, step_h=0.25, shell_factor=factor, substep_h=h).steps
        for h in (1 / 12, 1 / 24, 1 / 48)
    ]
    errors_c = [float(np.abs(run.superheat_c - runs[-1].superheat_c).max()) for run in runs[:2]]
    assert errors_c[0] < within_c
    assert errors_c[0] > 8 * errors_c[1]


def test_quarter_hours_and_hours_agree():
    pot = pot_of(CONVENTIONAL_LINE)
    power = p_nom_mw(CONVENTIONAL_LINE) * np.random.default_rng(6).uniform(0.95, 1.05, 48)
    hours = simulate_heat(pot, power, step_h=1.0).steps
    quarters = simulate_heat(pot, np.repeat(power, 4), step_h=0.25).steps
    assert np.allclose(hours.superheat_c, quarters.superheat_c[3::4], atol=1e-9)
    assert np.allclose(hours.metal_t.sum(), quarters.metal_t.sum(), rtol=1e-12)


def test_a_run_goes_on_from_a_state():
    pot = pot_of(SHELL_LINE)
    power = p_nom_mw(SHELL_LINE) * np.random.default_rng(7).uniform(0.7, 1.3, (3, 30))
    whole = simulate_heat(pot, power, step_h=1.0, shell_factor=1.4)
    first = simulate_heat(pot, power[:, :11], step_h=1.0, shell_factor=1.4)
    second = simulate_heat(pot, power[:, 11:], step_h=1.0, shell_factor=1.4, start=first.state)
    joined = xr.concat([first.steps, second.steps], "time")
    for name in ("superheat_c", "ledge_m", "metal_t", "lining_temp_c"):
        assert np.allclose(joined[name], whole.steps[name], atol=1e-12), name


def test_runaway_and_cold_pots_stay_numbers():
    # Beyond any operation: the ledge gone, or days without power. Nothing may overflow or fall below zero.
    power = np.stack([np.full(72, 2.0), np.zeros(72)]) * p_nom_mw(CONVENTIONAL_LINE)
    steps = simulate_heat(pot_of(CONVENTIONAL_LINE), power, step_h=1.0).steps
    for name in ("bath_temp_c", "superheat_c", "ledge_m", "metal_t"):
        assert bool(np.isfinite(steps[name]).all()), name
    assert float(steps.ledge_m.min()) > -1e-3
    assert float(liquid_share(pot_of(CONVENTIONAL_LINE), steps.ledge_m.max())) > -0.01
    assert float(steps.metal_t.min()) >= 0
    assert bool(steps.frozen[1, -1]) and not bool(steps.frozen[0, -1])


def test_no_current_has_no_efficiency():
    steps = simulate_heat(pot_of(CONVENTIONAL_LINE), np.zeros(1), step_h=0.25).steps
    assert np.isnan(steps.current_efficiency).all() and float(steps.metal_t[0]) == 0


@pytest.mark.parametrize(
    ("power", "step_h", "factor"),
    [(-1.0, 1.0, 1.0), (np.nan, 1.0, 1.0), (600.0, 0.0, 1.0), (600.0, 1.0, np.ones(3))],
)
def test_powers_that_cannot_be_are_refused(power: float, step_h: float, factor: float):
    with pytest.raises(Mismatch):
        simulate_heat(pot_of(CONVENTIONAL_LINE), np.full(4, power), step_h=step_h, shell_factor=factor)


def test_conventional_pots_have_nothing_to_steer():
    pot = pot_of(CONVENTIONAL_LINE)
    power = np.full(24, p_nom_mw(CONVENTIONAL_LINE) * 0.97)
    left, steered = (simulate_heat(pot, power, step_h=1.0, shell_factor=f).steps for f in (1.0, 0.2))
    assert np.array_equal(left.superheat_c, steered.superheat_c)
    assert CONVENTIONAL.shell_factor_min == CONVENTIONAL.shell_factor_max == 1.0
