"""What a schedule may ask of a line's heat: a linear envelope inside the window of the full model.

The full model is linearised at nominal and split into its modes, each of which fades by itself; a step of constant
power is integrated exactly. The full model bends away from the line, so each bound has its own margin, with which no
schedule at the envelope's edge left the window (`tests/operation/test_heat_envelope.py`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from holin.park import HeatControl, Potline
from holin.potline.heat.bath import current_efficiency_loss
from holin.potline.heat.flows import changes_per_h, heat_flows
from holin.potline.heat.parameters import HeatParameters
from holin.potline.heat.pot import HeatState, Pot, liquid_share, pot_of, state_of
from holin.potline.physics import ac_power_mw

Floats = NDArray[np.float64]

STATES = ("bath", "lining", "ledge", "shell")
"""Deviations from nominal: bath and lining in K, ledge in cm, shell factor in 1."""

UNITS_PER_SI = np.array([1.0, 1.0, 100.0, 1.0])
CHECK_H = 0.25
"""Within a step the superheat is held at these distances too: after a jump it has its extreme before the step ends."""

LOSS_MARGIN = 1.3
"""On the loss of current efficiency, which is counted at the ends of steps: the metal promised is made."""

NUDGE = np.array([0.2, 0.2, 5e-4, 0.005])
"""By how much each state (K, K, m, 1) is moved to find the slopes."""


@dataclass(frozen=True, kw_only=True)
class HeatMargins:
    """By how much the envelope's bounds lie inside the window: K of superheat, m of ledge, 1 of the shell factor.

    Negative: outside, where the linear equations err to the safe side. `slow_hot` and `slow_cold` say how much the
    slowest mode moves the superheat of the full model, hot and cold: a melting ledge ever more, a growing one less.
    """

    superheat_low_c: float
    superheat_high_c: float
    ledge_low_m: float
    ledge_high_m: float
    shell_factor: float
    slow_hot: float
    slow_cold: float


MARGINS = {
    HeatControl.CONVENTIONAL: HeatMargins(
        superheat_low_c=1.1,
        superheat_high_c=1.3,
        ledge_low_m=-0.005,
        ledge_high_m=-0.002,
        shell_factor=0.0,
        slow_hot=1.4,
        slow_cold=0.75,
    ),
    HeatControl.SHELL_HEAT_EXCHANGER: HeatMargins(
        superheat_low_c=1.1,
        superheat_high_c=1.7,
        ledge_low_m=0.012,
        ledge_high_m=0.001,
        shell_factor=0.15,
        slow_hot=1.0,
        slow_cold=1.0,
    ),
}


@dataclass(frozen=True, kw_only=True)
class HeatEnvelope:
    """Linear equations of a line's heat over steps of `step_h`; e are its modes (mode,) at the end of a step.

        e[t] = kept e[t-1] + per_mw (power - p_nom) + per_cut_mw cut + per_cooling_mw cooling
        superheat_low <= sum of weight e, one row of weights;  sum of weight e <= superheat_high, each row of weights
        ledge_low <= sum of ledge_cm e[t] <= ledge_high

    Modes in K of superheat, the slowest first, that of the shell's lag last; the superheat's deviation is their sum.
    It is held `checks_h` into a step, where the modes are `check_kept` and so on (check, mode). Its bounds weigh the
    slowest mode as the full model bends: `low_weights` (mode,), `high_weights` (row, mode). `states` (state, mode)
    gives the `STATES`.

    Power is AC power of the whole line in MW down to `p_min_mw`; `cut` (negative) is what lies below it. `cooling` is
    the heat in MW that the shell is asked to take above its natural loss, at nominal temperatures: the shell factor
    less 1, times `cooling_per_factor_mw`. Superheat deviations in K, ledge deviations in cm. The current efficiency
    falls by `loss_per_c` times the superheat's deviation less `loss_per_ledge_cm` times the ledge's.
    """

    step_h: float
    p_nom_mw: float
    p_min_mw: float
    p_max_mw: float
    kept: Floats
    states: Floats
    per_mw: Floats
    per_cut_mw: Floats
    per_cooling_mw: Floats
    checks_h: Floats
    check_kept: Floats
    check_per_mw: Floats
    check_per_cut_mw: Floats
    check_per_cooling_mw: Floats
    low_weights: Floats
    high_weights: Floats
    superheat_low_c: float
    superheat_high_c: float
    ledge_low_cm: float
    ledge_high_cm: float
    cooling_min_mw: float
    cooling_max_mw: float
    cooling_per_factor_mw: float
    loss_per_c: float
    loss_per_ledge_cm: float
    pot: Pot

    @property
    def nominal(self) -> HeatState:
        """The state in which all modes are 0."""
        return self.pot.nominal

    @property
    def ledge_cm(self) -> Floats:
        """How the ledge's deviation in cm depends on the modes, (mode,)."""
        row: Floats = self.states[STATES.index("ledge")]
        return row

    def state(self, modes: Floats) -> HeatState:
        """Return the state that the linear equations mean by modes of shape (mode, ...); `modes_of` is the way back."""
        deviation = np.tensordot(self.states, modes, 1)
        shape = (-1, *(1,) * (np.ndim(modes) - 1))
        return state_of(self.nominal.stacked().reshape(shape) + deviation / UNITS_PER_SI.reshape(shape))

    def parts(self, power_mw: Floats) -> tuple[Floats, Floats]:
        """Return a power in MW as its deviation from nominal within the range, and the cut below it (negative)."""
        power = np.asarray(power_mw, dtype=float)
        return np.maximum(power, self.p_min_mw) - self.p_nom_mw, np.minimum(power - self.p_min_mw, 0.0)

    def after(self, modes: Floats, above_mw: Floats, cut_mw: Floats, cooling_mw: Floats) -> Floats:
        """Return the modes a step later, of shape (mode, ...)."""
        outer = np.multiply.outer
        pushed = outer(self.per_mw, above_mw) + outer(self.per_cut_mw, cut_mw) + outer(self.per_cooling_mw, cooling_mw)
        later: Floats = (self.kept * modes.T).T + pushed
        return later

    def shell_factor(self, cooling_mw: Floats) -> Floats:
        """Return the shell factor that stands for a steered cooling in MW."""
        return 1 + np.asarray(cooling_mw) / self.cooling_per_factor_mw


def heat_envelope(
    potline: Potline,
    step_h: float,
    *,
    figures: HeatParameters | None = None,
    margins: HeatMargins | None = None,
) -> HeatEnvelope:
    """Return the envelope of a potline for steps of `step_h` hours; `figures` and `margins` of its heat control.

    The slope over power is the chord between the lowest and the highest current, that of a cut the chord from the
    lowest current to none. Raises BadInput where the pot does not close (`pot_of`).
    """
    pot = pot_of(potline, figures)
    f, m = pot.figures, margins or MARGINS[potline.heat_control]
    slopes, per_mw, per_cut_mw = slopes_of(pot)
    rates, states = _modes(slopes, _superheat_slopes(pot), f.shell_lag_h)
    per_factor, cooling_mw = _slopes_over_factor(pot)
    inputs = np.linalg.solve(states, np.stack([per_mw, per_cut_mw, per_factor / cooling_mw], axis=1))
    count = max(1, round(step_h / CHECK_H))
    checks_h = np.arange(1, count + 1, dtype=np.float64) * (step_h / count)
    kept = np.exp(np.outer(checks_h, rates))
    gains = (kept - 1)[:, :, None] / rates[None, :, None] * inputs[None, :, :]
    loss = _efficiency_plane(pot)
    nominal_mw, low_mw, high_mw = (float(p) for p in ac_power_mw(potline, _currents_ka(potline)))
    return HeatEnvelope(
        step_h=step_h,
        p_nom_mw=nominal_mw,
        p_min_mw=low_mw,
        p_max_mw=high_mw,
        kept=kept[-1],
        states=states,
        per_mw=gains[-1, :, 0],
        per_cut_mw=gains[-1, :, 1],
        per_cooling_mw=gains[-1, :, 2],
        checks_h=checks_h,
        check_kept=kept,
        check_per_mw=gains[:, :, 0],
        check_per_cut_mw=gains[:, :, 1],
        check_per_cooling_mw=gains[:, :, 2],
        low_weights=np.array([m.slow_cold, 1.0, 1.0, 1.0]),
        high_weights=np.array([[m.slow_hot, 1.0, 1.0, 1.0], [m.slow_cold, 1.0, 1.0, 1.0]]),
        superheat_low_c=f.superheat_min_c + m.superheat_low_c - f.superheat_nom_c,
        superheat_high_c=f.superheat_max_c - m.superheat_high_c - f.superheat_nom_c,
        ledge_low_cm=(f.ledge_min_m + m.ledge_low_m - pot.ledge_nom_m) * 100,
        ledge_high_cm=(f.ledge_max_m - m.ledge_high_m - pot.ledge_nom_m) * 100,
        cooling_min_mw=min(f.shell_factor_min + m.shell_factor - 1, 0.0) * cooling_mw,
        cooling_max_mw=max(f.shell_factor_max - m.shell_factor - 1, 0.0) * cooling_mw,
        cooling_per_factor_mw=cooling_mw,
        loss_per_c=loss[0],
        loss_per_ledge_cm=loss[1],
        pot=pot,
    )


def _currents_ka(potline: Potline) -> Floats:
    return np.array([potline.amperage_ka, potline.amperage_min_ka, potline.amperage_max_ka])


def _changes(pot: Pot, stacked: Floats, current_ka: float, factor: float) -> Floats:
    """Return the full model's changes per hour in the units of `STATES`."""
    flows = heat_flows(pot, stacked, np.asarray(current_ka))
    changes: Floats = changes_per_h(pot, stacked, flows, np.asarray(factor)) * UNITS_PER_SI
    return changes


def slopes_of(pot: Pot) -> tuple[Floats, Floats, Floats]:
    """Return how the changes of `STATES` per hour depend on them (4, 4), on the power and on a cut in MW (4,) each."""
    current = pot.potline.amperage_ka
    columns = [
        (_changes(pot, up, current, 1.0) - _changes(pot, down, current, 1.0)) / per for up, down, per in _nudged(pot)
    ]
    return np.stack(columns, axis=1), *_slopes_over_power(pot)


def _superheat_slopes(pot: Pot) -> Floats:
    """Return how the superheat in K depends on the `STATES`, (4,)."""
    current = np.asarray(pot.potline.amperage_ka)
    superheat = [[heat_flows(pot, s, current).superheat_c for s in (up, down)] for up, down, _ in _nudged(pot)]
    per = [p for _, _, p in _nudged(pot)]
    return np.array([float(up - down) / p for (up, down), p in zip(superheat, per, strict=True)])


def _nudged(pot: Pot) -> list[tuple[Floats, Floats, float]]:
    """Return for each of the `STATES` the nominal state moved up and down, and the distance between, in its unit."""
    nominal = pot.nominal.stacked()
    moves = np.diag(NUDGE)
    return [(nominal + m, nominal - m, 2 * float(NUDGE[k] * UNITS_PER_SI[k])) for k, m in enumerate(moves)]


def _slopes_over_power(pot: Pot) -> tuple[Floats, Floats]:
    """Return the changes per hour over the power in MW: within the range of current, and from there to none."""
    potline, nominal = pot.potline, pot.nominal.stacked()
    low, high = potline.amperage_min_ka, potline.amperage_max_ka
    if high - low < 1e-6 * potline.amperage_ka:
        low, high = low * 0.99, high * 1.01
    ends = [_changes(pot, nominal, i, 1.0) for i in (0.0, low, high)]
    mw = [float(ac_power_mw(potline, i)) for i in (0.0, low, high)]
    return (ends[2] - ends[1]) / (mw[2] - mw[1]), (ends[1] - ends[0]) / (mw[1] - mw[0])


def _slopes_over_factor(pot: Pot) -> tuple[Floats, float]:
    """Return the changes per hour over the factor asked for, and how the shell's heat in MW goes with the factor."""
    nominal, current = pot.nominal.stacked(), pot.potline.amperage_ka
    slope = (_changes(pot, nominal, current, 1.01) - _changes(pot, nominal, current, 0.99)) / 0.02
    lost = []
    for factor in (0.99, 1.01):
        at = nominal.copy()
        at[3] = factor
        flows = heat_flows(pot, at, np.asarray(current))
        lost.append(float(flows.side_to_air_w + flows.lining_to_air_w))
    return slope, (lost[1] - lost[0]) / 0.02 * pot.potline.pots / 1e6


def _efficiency_plane(pot: Pot) -> tuple[float, float]:
    """Return how the current efficiency falls per K of superheat and per cm of thinner ledge: a plane through nominal.

    Chords to the hottest superheat and the thinnest ledge of the window, raised to reach their common corner.
    """
    f = pot.figures
    superheat, ledge = np.array([0.0, 1.0, 0.0, 1.0]), np.array([0.0, 0.0, 1.0, 1.0])
    share = liquid_share(pot, pot.ledge_nom_m + ledge * (f.ledge_min_m - pot.ledge_nom_m))
    hot = f.superheat_nom_c + superheat * (f.superheat_max_c - f.superheat_nom_c)
    loss = pot.efficiency_loss_factor * current_efficiency_loss(superheat_c=hot, alf3=f.alf3 / share, lif=f.lif / share)
    alone = loss[1:3] - loss[0]
    alone *= (loss[3] - loss[0]) / alone.sum() * LOSS_MARGIN
    per_cm = alone[1] / ((pot.ledge_nom_m - f.ledge_min_m) * UNITS_PER_SI[2])
    return float(alone[0] / (f.superheat_max_c - f.superheat_nom_c)), float(per_cm)


def _modes(slopes: Floats, superheat: Floats, lag_h: float) -> tuple[Floats, Floats]:
    """Return the modes' rates per hour and their `STATES` per K of superheat (state, mode): slowest first, shell last.

    Raises ValueError where the heat would swing by itself: figures that no pot has.
    """
    rates, vectors = np.linalg.eig(slopes)
    if np.any(np.abs(np.imag(rates)) > 0) or np.any(np.real(rates) >= 0):
        raise ValueError(f"the heat of these figures does not fade by itself: rates {rates} per hour")
    shell = np.arange(len(rates)) == np.argmin(np.abs(rates + 1 / lag_h))
    order = np.lexsort((-np.real(rates), shell))
    ordered = np.real(vectors[:, order])
    return np.real(rates[order]), ordered / (superheat @ ordered)
