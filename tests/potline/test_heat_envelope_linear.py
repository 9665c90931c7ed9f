"""The linear envelope against the full model where it must agree: small deviations, states, steps."""

import dataclasses

import numpy as np
import pytest
from heat_pots import CONVENTIONAL_LINE, LINES, SHELL_LINE

from holin.errors import Mismatch
from holin.park import Potline
from holin.potline.heat import (
    CONVENTIONAL,
    HeatState,
    heat_envelope,
    ledge_bounds_cm,
    modes_of,
    pot_of,
    shell_setpoints,
    simulate_heat,
)

STEPS_H = (0.25, 1.0)


@pytest.mark.parametrize("step_h", STEPS_H)
@pytest.mark.parametrize("line", LINES.values(), ids=LINES)
def test_small_deviations_follow_the_full_model(line: Potline, step_h: float):
    # Within 0.05 % of power and 0.5 % of cooling the two differ by less than 2 % of what moves.
    envelope = heat_envelope(line, step_h)
    random = np.random.default_rng(8)
    power = envelope.p_nom_mw * (1 + 0.0005 * np.repeat(random.choice([-1.0, 1.0], 12), round(4 / step_h)))
    cooling = 0.005 * envelope.cooling_max_mw * np.repeat(random.choice([-1.0, 1.0], 12), round(4 / step_h))
    full = simulate_heat(pot_of(line), power, step_h=step_h, shell_factor=envelope.shell_factor(cooling)).steps
    modes, superheat, ledge_cm = np.zeros(4), [], []
    for p, c in zip(power, cooling, strict=True):
        modes = envelope.after(modes, *envelope.parts(p), c)
        superheat.append(modes.sum())
        ledge_cm.append(envelope.ledge_cm @ modes)
    moved_c = np.abs(full.superheat_c.values - 10).max()
    moved_cm = np.abs(full.ledge_m.values - full.ledge_m.values[0]).max() * 100
    assert moved_c > 0.015 and moved_cm > 0.005
    assert np.abs(np.array(superheat) + 10 - full.superheat_c.values).max() < 0.02 * moved_c
    assert np.abs(np.array(ledge_cm) - 100 * (full.ledge_m.values - pot_of(line).ledge_nom_m)).max() < 0.02 * moved_cm


@pytest.mark.parametrize("line", LINES.values(), ids=LINES)
def test_an_hour_is_four_quarters(line: Potline):
    hour, quarter = heat_envelope(line, 1.0), heat_envelope(line, 0.25)
    modes = later = np.array([0.5, -0.3, 0.2, 0.1])
    push = (np.array(12.0), np.array(-3.0), np.array(2.0))
    rows = []
    for _ in range(4):
        later = quarter.after(later, *push)
        rows.append(later.sum())
    assert np.allclose(hour.after(modes, *push), later, rtol=1e-12)
    within = hour.check_kept * modes + hour.check_per_mw * push[0]
    within = (within + hour.check_per_cut_mw * push[1] + hour.check_per_cooling_mw * push[2]).sum(axis=1)
    assert np.allclose(within, rows, rtol=1e-12)
    assert np.array_equal(hour.checks_h, [0.25, 0.5, 0.75, 1.0])


def some_states() -> HeatState:
    random = np.random.default_rng(9)
    return HeatState(
        bath_temp_c=955 + 15 * random.random(5),
        lining_temp_c=945 + 20 * random.random(5),
        ledge_m=0.03 + 0.08 * random.random(5),
        shell_factor=0.5 + random.random(5),
    )


@pytest.mark.parametrize("line", LINES.values(), ids=LINES)
def test_a_state_begins_with_its_own_superheat_and_its_pace(line: Potline):
    # Told from the simulation: at nominal power the sum of the modes fades as fast as the superheat moves at first.
    envelope, pot, state = heat_envelope(line, 1.0), pot_of(line), some_states()
    power = np.full((5, 1), envelope.p_nom_mw)
    rates = np.log(envelope.kept)
    modes = modes_of(envelope, state)
    came = []
    for minutes in (0.01, 0.02):
        run = simulate_heat(pot, power, step_h=minutes / 60, shell_factor=state.shell_factor[:, None], start=state)
        came.append(run.steps.superheat_c.values[:, 0] - pot.figures.superheat_nom_c)
    begun = 2 * came[0] - came[1]
    pace = (came[1] - came[0]) / (0.01 / 60)
    assert np.allclose(modes.sum(axis=0), begun, atol=1e-3)
    assert np.abs(pace).max() > 5.0
    assert np.allclose(rates @ modes, pace, atol=0.02 * np.abs(pace).max())


@pytest.mark.parametrize("line", LINES.values(), ids=LINES)
def test_near_nominal_a_state_and_its_modes_are_the_same(line: Potline):
    envelope, nominal = heat_envelope(line, 1.0), pot_of(line).nominal
    assert np.allclose(modes_of(envelope, nominal), 0.0, atol=1e-8)
    modes = 1e-3 * np.random.default_rng(9).standard_normal((4, 5))
    assert np.allclose(modes_of(envelope, envelope.state(modes)), modes, atol=2e-5)
    one = modes_of(envelope, state_at(some_states(), 2))
    assert np.allclose(one, modes_of(envelope, some_states())[:, 2])


def state_at(state: HeatState, k: int) -> HeatState:
    return HeatState(**{f.name: getattr(state, f.name)[k] for f in dataclasses.fields(HeatState)})


@pytest.mark.parametrize("line", LINES.values(), ids=LINES)
def test_modes_fade_as_the_lining_and_the_bath_do(line: Potline):
    hours = -1.0 / np.log(heat_envelope(line, 1.0).kept)
    assert 10 <= hours[0] <= 40  # lining, bath and ledge together
    assert hours[0] > hours[1] > hours[2] > 0
    assert hours[3] == pytest.approx(CONVENTIONAL.shell_lag_h)


def test_only_exchangers_can_be_steered():
    conventional, shell = heat_envelope(CONVENTIONAL_LINE, 1.0), heat_envelope(SHELL_LINE, 1.0)
    assert conventional.cooling_min_mw == conventional.cooling_max_mw == 0.0
    # Lining and half of the side: about 0.35 + 0.5 x 0.14 x (share of the shell in the side's resistance) MW a pot.
    assert 280 * 0.35 < shell.cooling_per_factor_mw < 280 * 0.42
    assert shell.cooling_min_mw < -0.6 * 280 * 0.35 and shell.cooling_max_mw > 0.9 * 280 * 0.35


def test_a_cut_cools_less_per_mw_than_the_range():
    # Below the lowest current each MW takes less heat from the pot: reaction falls with the current, power faster.
    envelope = heat_envelope(CONVENTIONAL_LINE, 1.0)
    assert 0.5 < float(envelope.per_cut_mw.sum() / envelope.per_mw.sum()) < 0.9


@pytest.mark.parametrize("share", [0.85, 1.12])
def test_setpoints_bring_the_plan_about(share: float):
    # Far from nominal the planned cooling alone drifts by kelvins in a day; with the set-points the ledge stays.
    envelope = heat_envelope(SHELL_LINE, 1.0)
    power = np.full(36, envelope.p_nom_mw * share)
    modes, cooling = np.zeros(4), []
    for p in power:  # the cooling that holds the superheat at the end of each step
        above, cut = envelope.parts(p)
        left = envelope.after(modes, above, cut, np.array(0.0)).sum()
        asked = -left / envelope.per_cooling_mw.sum()
        cooling.append(np.clip(asked, envelope.cooling_min_mw, envelope.cooling_max_mw))
        modes = envelope.after(modes, above, cut, cooling[-1])
    factors = shell_setpoints(SHELL_LINE, envelope, power, np.array(cooling))
    steered = simulate_heat(pot_of(SHELL_LINE), power, step_h=1.0, shell_factor=factors).steps
    plain = envelope.shell_factor(np.array(cooling))
    unsteered = simulate_heat(pot_of(SHELL_LINE), power, step_h=1.0, shell_factor=plain).steps
    planned_m = float(envelope.state(modes).ledge_m)
    assert abs(float(steered.ledge_m[-1]) - planned_m) < 0.5 * abs(float(unsteered.ledge_m[-1]) - planned_m)
    assert bool(steered.in_window.all())


def test_setpoints_of_conventional_pots_are_one():
    envelope = heat_envelope(CONVENTIONAL_LINE, 1.0)
    power = np.linspace(0.95, 1.05, 10) * envelope.p_nom_mw
    assert np.array_equal(shell_setpoints(CONVENTIONAL_LINE, envelope, power, 0.0), np.ones(10))


def test_setpoints_refuse_shapes_that_differ():
    envelope = heat_envelope(SHELL_LINE, 1.0)
    with pytest.raises(Mismatch):
        shell_setpoints(SHELL_LINE, envelope, np.full((2, 5), envelope.p_nom_mw), np.zeros(4))


def test_a_line_of_one_current_has_an_envelope():
    fixed = dataclasses.replace(CONVENTIONAL_LINE, amperage_min_ka=500.0, amperage_max_ka=500.0)
    envelope = heat_envelope(fixed, 1.0)
    assert envelope.p_min_mw == envelope.p_nom_mw == envelope.p_max_mw
    assert np.all(np.isfinite(envelope.per_mw)) and np.all(np.isfinite(envelope.per_cut_mw))


def test_heat_that_does_not_fade_is_refused():
    strange = dataclasses.replace(CONVENTIONAL, shell_lag_h=-1.0)
    with pytest.raises(ValueError, match="does not fade"):
        heat_envelope(CONVENTIONAL_LINE, 1.0, figures=strange)


def held_cold(line: Potline, hours: int) -> HeatState:
    """The full model after hours at a twentieth less power: the modes say more ledge than there is."""
    power = np.full(hours, 0.95 * heat_envelope(line, 1.0).p_nom_mw)
    return simulate_heat(pot_of(line), power, step_h=1.0).state


@pytest.mark.parametrize("line", LINES.values(), ids=LINES)
def test_the_bounds_of_the_ledge_begin_at_the_ledge_that_is_there(line: Potline):
    envelope, pot = heat_envelope(line, 1.0), pot_of(line)
    low, high = ledge_bounds_cm(envelope, pot.nominal, 48)
    assert np.allclose(low, envelope.ledge_low_cm, atol=1e-9) and np.allclose(high, envelope.ledge_high_cm, atol=1e-9)
    state = held_cold(line, 48)
    low, high = ledge_bounds_cm(envelope, state, 48)
    begun = envelope.ledge_cm @ (modes_of(envelope, state) * envelope.kept)
    fades = 100 * (float(state.ledge_m) - pot.ledge_nom_m) * envelope.kept[0]
    assert begun > fades + 0.3  # the modes overrate what has grown
    # What is left until the bound after an hour at nominal is what is left from the ledge that is there.
    most = 100 * (pot.figures.ledge_max_m - pot.ledge_nom_m)
    if envelope.ledge_high_cm > most:  # a margin outside the window does not come on top of it
        assert high[0] - begun == pytest.approx(most - fades, abs=1e-6)
        assert high[0] > high[-1] >= envelope.ledge_high_cm
    else:  # a margin inside is there for what the modes come to be wrong by: it is whole again within hours
        assert envelope.ledge_high_cm < high[0] < envelope.ledge_high_cm + begun - fades
        assert high[24:] == pytest.approx(envelope.ledge_high_cm, abs=1e-3)
    assert (low >= envelope.ledge_low_cm - 1e-9).all()
