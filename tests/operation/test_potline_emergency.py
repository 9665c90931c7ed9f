"""The ladder's hours are survivable: from the coldest state that the window holds, in the full model."""

import numpy as np
import pytest
from heat_lines import CONVENTIONAL, SHELL, with_classical_pots

from holin.operation import DEEP_CUT_H_MAX, DEEP_CUT_PU, FULL_STOP_H_MAX, potline_line
from holin.park import Potline
from holin.potline.heat import HeatState, heat_envelope, pot_of, shell_setpoints, simulate_heat

LINES = {
    "conventional": CONVENTIONAL,
    "shell": SHELL,
    "conventional, 300 kA": with_classical_pots(CONVENTIONAL),
    "shell, 300 kA": with_classical_pots(SHELL),
}
STEP_H = 1 / 12


def coldest(line: Potline) -> HeatState:
    """Three days as low as the envelope allows, without help from the exchangers: ledge and lining at their coldest."""
    envelope = heat_envelope(line, 1.0)
    modes, powers = np.zeros(4), []
    for _ in range(72):
        low, high = envelope.p_min_mw - envelope.p_nom_mw, 0.0
        for _ in range(30):  # the lowest power after which superheat and ledge stay within the envelope
            middle = (low + high) / 2
            after = envelope.after(modes, np.array(middle), np.array(0.0), np.array(0.0))
            ahead = envelope.after(after, np.array(0.0), np.array(0.0), np.array(0.0))
            cold = after.sum() < envelope.superheat_low_c
            thick = max(envelope.ledge_cm @ after, envelope.ledge_cm @ ahead) > envelope.ledge_high_cm
            low, high = (middle, high) if cold or thick else (low, middle)
        powers.append(envelope.p_nom_mw + high)
        modes = envelope.after(modes, np.array(high), np.array(0.0), np.array(0.0))
    factors = shell_setpoints(line, envelope, np.array(powers), 0.0)
    run = simulate_heat(pot_of(line), np.array(powers), step_h=1.0, shell_factor=factors)
    assert bool(run.steps.in_window.all()) and float(run.steps.ledge_m[-1]) > 0.105
    return run.state


@pytest.mark.parametrize("name", LINES)
def test_stop_and_deep_cut_from_the_coldest_state_freeze_nothing(name: str):
    line = LINES[name]
    nominal, pot = potline_line(line).p_nom_mw, pot_of(line)
    assert FULL_STOP_H_MAX <= DEEP_CUT_H_MAX
    stop, deep = round(FULL_STOP_H_MAX / STEP_H), round((DEEP_CUT_H_MAX - FULL_STOP_H_MAX) / STEP_H)
    power = nominal * np.r_[np.zeros(stop), np.full(deep, DEEP_CUT_PU), np.ones(round(24 / STEP_H))]
    steps = simulate_heat(pot, power, step_h=STEP_H, start=coldest(line)).steps
    assert not bool(steps.frozen.any())
    assert float(steps.liquid_share.min()) > pot.figures.liquid_share_min + 0.03
    # Superheat is back within a quarter-hour of full power, the ledge within its bounds in a day.
    back = stop + deep + 3
    superheat = steps.superheat_c[back:]
    assert float(superheat.min()) > pot.figures.superheat_min_c
    assert float(superheat.max()) < pot.figures.superheat_max_c
    assert float(steps.ledge_m[-1]) < pot.figures.ledge_max_m


def test_twice_the_ladder_would_come_near_freezing():
    # Why a second hour is not allowed: of the half of the bath that may freeze, little is left.
    steps = simulate_heat(
        pot_of(CONVENTIONAL), np.zeros(24 * 2), step_h=STEP_H * 1.5, start=coldest(CONVENTIONAL)
    ).steps
    assert bool(steps.frozen[-1])
