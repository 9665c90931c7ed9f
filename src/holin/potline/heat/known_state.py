"""Where the envelope begins in a known state of the full model: its modes, and the ledge that is there."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from holin.potline.heat.envelope import NUDGE, STATES, UNITS_PER_SI, HeatEnvelope
from holin.potline.heat.flows import HeatFlows, changes_per_h, heat_flows
from holin.potline.heat.pot import HeatState, Pot

Floats = NDArray[np.float64]

LEDGE = STATES.index("ledge")

EARLY_H = 2.0
"""In so many hours what is known of a ledge that has room fades to 1/e: the margin is whole again."""


def modes_of(envelope: HeatEnvelope, state: HeatState) -> Floats:
    """Return the modes, of shape (mode, ...), that a known state of the full model begins with.

    Their sum is its superheat and moves as fast as it does at nominal power; the slowest mode and the shell's are those
    of the state's deviations. The deviations alone would not do: full model and lines bend apart as the ledge grows,
    and pots that stand 2 K inside their window would seem to begin 7 K outside it, for an hour.
    """
    pot, at, nominal = envelope.pot, state.stacked(), envelope.nominal.stacked()
    deviation = ((at.T - nominal) * UNITS_PER_SI).T
    warmer = _flows(pot, at).superheat_c - _flows(pot, nominal).superheat_c
    slopes = np.linalg.solve(envelope.states.T, np.ones(len(STATES)))  # of the superheat over the states
    deviation[0] = (warmer - np.tensordot(slopes[1:], deviation[1:], 1)) / slopes[0]
    modes: Floats = np.tensordot(np.linalg.inv(envelope.states), deviation, 1)
    rates = np.log(envelope.kept) / envelope.step_h
    pace = _superheat_pace(pot, at) - _superheat_pace(pot, nominal)
    moved = (pace - np.tensordot(rates, modes, 1)) / (rates[1] - rates[2])
    modes[1] += moved
    modes[2] -= moved
    return modes


def ledge_bounds_cm(envelope: HeatEnvelope, state: HeatState, steps: int) -> tuple[Floats, Floats]:
    """Return what `sum of ledge_cm e` must lie between at the end of steps after a known state, (time,) each.

    The known ledge counts, not what the modes make of it. A margin inside the window is for what the modes come to be
    wrong by: a known state that has room lessens it for the first hours only. A margin that reaches outside stands for
    how far the modes go astray by themselves: it does not come on top of what is known.
    """
    beyond, f = _ledge_beyond_cm(envelope, state, steps), envelope.pot.figures
    early = np.exp(-np.arange(1, steps + 1, dtype=np.float64) * envelope.step_h / EARLY_H)
    least, most = ((m - envelope.pot.ledge_nom_m) * UNITS_PER_SI[LEDGE] for m in (f.ledge_min_m, f.ledge_max_m))
    low = -_upper_cm(-envelope.ledge_low_cm, -least, -beyond, early)
    return low, _upper_cm(envelope.ledge_high_cm, most, beyond, early)


def _upper_cm(bound: float, most: float, beyond: Floats, early: Floats) -> Floats:
    """Return the upper bound of the modes' ledge where the known one is thicker by `beyond`."""
    tightened: Floats = bound - np.maximum(beyond, 0.0)
    if bound > most:
        return np.maximum(tightened, most - beyond)
    return tightened + np.maximum(-beyond, 0.0) * early


def outside_window(pot: Pot, state: HeatState) -> tuple[float, float]:
    """Return by how many K of superheat and cm of ledge a state lies outside the window of its pot; 0 inside."""
    f, at = pot.figures, state.stacked()
    superheat, ledge = float(_flows(pot, at).superheat_c), float(at[LEDGE])
    return (
        max(f.superheat_min_c - superheat, superheat - f.superheat_max_c, 0.0),
        max(f.ledge_min_m - ledge, ledge - f.ledge_max_m, 0.0) * float(UNITS_PER_SI[LEDGE]),
    )


def _ledge_beyond_cm(envelope: HeatEnvelope, state: HeatState, steps: int) -> Floats:
    """Return by how much a known ledge is thicker in cm than the modes say, at the end of steps (time,).

    A ledge is slow: it leaves what it is with the slowest mode, though the quicker ones that its superheat begins with
    fade sooner. What the shell's cooling holds of them does not fade.
    """
    modes, row = modes_of(envelope, state), envelope.ledge_cm
    held = np.array(modes)
    cooling_mw = (state.shell_factor - 1.0) * envelope.cooling_per_factor_mw
    held[1:3] = (envelope.per_cooling_mw / (1 - envelope.kept))[1:3] * cooling_mw
    deviation = (state.ledge_m - envelope.nominal.ledge_m) * UNITS_PER_SI[LEDGE]
    left = envelope.kept ** np.arange(1, steps + 1)[:, None]
    beyond: Floats = (deviation - row @ held) * left[:, 0] - left @ (row * (modes - held))
    return beyond


def _flows(pot: Pot, stacked: Floats) -> HeatFlows:
    return heat_flows(pot, stacked, np.asarray(pot.potline.amperage_ka))


def _superheat_pace(pot: Pot, stacked: Floats) -> Floats:
    """Return how fast the superheat changes at nominal power, in K/h."""
    changes = changes_per_h(pot, stacked, _flows(pot, stacked), stacked[3])
    moved = np.array([0.0, 0.0, NUDGE[LEDGE], 0.0])
    more, less = (_flows(pot, (stacked.T + way * moved).T).liquidus_c for way in (1.0, -1.0))
    pace: Floats = changes[0] - (more - less) / (2 * moved[LEDGE]) * changes[LEDGE]
    return pace
