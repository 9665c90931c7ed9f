"""What to ask of the shell's heat exchangers so that a schedule's steered cooling comes true."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from holin.errors import Mismatch
from holin.park import Potline
from holin.potline.heat.envelope import UNITS_PER_SI, HeatEnvelope, slopes_of
from holin.potline.heat.flows import changes_per_h, heat_flows
from holin.potline.heat.known_state import modes_of
from holin.potline.heat.parameters import HeatParameters
from holin.potline.heat.pot import HeatState, Pot, pot_of
from holin.potline.physics import amperage_ka

Floats = NDArray[np.float64]

ROUNDS = 4
FACTOR_NUDGE = 0.01


def shell_setpoints(
    potline: Potline,
    envelope: HeatEnvelope,
    power_mw: ArrayLike,
    cooling_mw: ArrayLike,
    *,
    start: HeatState | None = None,
    figures: HeatParameters | None = None,
) -> Floats:
    """Return the shell factors to ask for, in the shape of `power_mw`: (time,) or (trajectory, time).

    The factor of the steered cooling, and on top what makes the full model's heat content change as fast as the
    envelope's at the planned state: it takes back where power, ledge and shell are not straight lines. It uses the
    plan alone, no measurement. `start` as in `simulate_heat`. Raises Mismatch for shapes that differ.
    """
    power = np.asarray(power_mw, dtype=float)
    try:
        cooling = np.broadcast_to(np.asarray(cooling_mw, dtype=float), power.shape)
        planned = modes_of(envelope, start or envelope.nominal)
        at = np.broadcast_to(planned.T, (*power.shape[:-1], len(planned))).T
    except ValueError as error:
        raise Mismatch(f"cooling_mw and start must fit power_mw of shape {power.shape}") from error
    pot = pot_of(potline, figures)
    asked = np.empty(power.shape)
    for t in range(power.shape[-1]):
        above, cut = envelope.parts(power[..., t])
        after = envelope.after(at, above, cut, cooling[..., t])
        extra = _extra_factor(pot, envelope, (at + after) / 2, power[..., t])
        asked[..., t] = envelope.shell_factor(cooling[..., t]) + extra
        at = after
    return np.clip(asked, pot.figures.shell_factor_min, pot.figures.shell_factor_max)


def _extra_factor(pot: Pot, envelope: HeatEnvelope, modes: Floats, power_mw: Floats) -> Floats:
    """Return by how much the factor must differ from the planned one for the full model to keep the planned pace."""
    if pot.figures.shell_factor_max <= pot.figures.shell_factor_min:
        return np.zeros_like(power_mw)
    slopes, per_mw, per_cut_mw = slopes_of(pot)
    above, cut = envelope.parts(power_mw)
    deviation = np.tensordot(envelope.states, modes, 1)
    planned = np.tensordot(slopes, deviation, 1) + np.multiply.outer(per_mw, above) + np.multiply.outer(per_cut_mw, cut)
    want = _heat_pace(pot, planned)
    state = envelope.state(modes).stacked()
    current = np.asarray(amperage_ka(pot.potline, power_mw))
    before = state[3].copy()
    for _ in range(ROUNDS):
        pace = []
        for nudge in (0.0, FACTOR_NUDGE):
            at = state.copy()
            at[3] += nudge
            change = changes_per_h(pot, at, heat_flows(pot, at, current), at[3])
            pace.append(_heat_pace(pot, (change.T * UNITS_PER_SI).T))
        step = (want - pace[0]) / ((pace[1] - pace[0]) / FACTOR_NUDGE)
        state[3] = np.clip(state[3] + step, pot.figures.shell_factor_min / 2, pot.figures.shell_factor_max * 2)
    extra: Floats = state[3] - before
    return extra


def _heat_pace(pot: Pot, changes: Floats) -> Floats:
    """Return how fast the heat content of a pot changes, in J/h, for changes of the `STATES` per hour."""
    fusion = pot.figures.fusion_j_per_kg * pot.ledge_kg_per_m / UNITS_PER_SI[2]
    pace: Floats = pot.melt_j_per_k * changes[0] + pot.lining_j_per_k * changes[1] - fusion * changes[2]
    return pace
