"""Where a pot's heat goes at one moment, and how its state changes by it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from holin.potline.heat.bath import current_efficiency_loss, liquidus_temp_c
from holin.potline.heat.pot import LIQUID_SHARE_FLOOR, S_PER_H, W_PER_KW, Pot, liquid_share, reaction_kwh_per_kg
from holin.potline.physics import FARADAY_KG_PER_KAH, pot_voltage_v

Floats = NDArray[np.float64]

LEDGE_LEFT_M = 0.005
BATH_LEFT = 0.05
"""The last 5 mm of ledge melt ever slower, the last 5 % of bath freeze ever slower: nothing falls below zero."""


@dataclass(frozen=True, kw_only=True)
class HeatFlows:
    """A pot at one moment, arrays of one shape: temperatures in degC and K, flows of heat in W, metal in kg/h."""

    liquidus_c: Floats
    superheat_c: Floats
    current_efficiency: Floats
    metal_kg_per_h: Floats
    power_w: Floats
    reaction_w: Floats
    top_w: Floats
    melt_to_side_w: Floats
    side_to_air_w: Floats
    melt_to_lining_w: Floats
    lining_to_air_w: Floats


def heat_flows(pot: Pot, stacked: Floats, amperage_ka: Floats) -> HeatFlows:
    """Return all flows of a pot in a state of shape (4, ...) at a current in kA.

    Bath -> top, bath -> ledge's face at the liquidus -> side shell -> air, bath -> lining -> air. The ledge takes up
    or gives back what its face receives more or less than the side loses. The shell factor multiplies the lining's
    heat transfer to the air, and that of the side by its steered share.
    """
    f = pot.figures
    bath_c, lining_c, ledge_m, factor = stacked
    share = liquid_share(pot, ledge_m)
    thick = 1 / np.maximum(share, LIQUID_SHARE_FLOOR)
    alf3, lif = f.alf3 * thick, f.lif * thick
    liquidus = liquidus_temp_c(alf3=alf3, caf2=f.caf2 * thick, al2o3=f.al2o3, mgf2=f.mgf2)
    superheat = bath_c - liquidus
    loss = pot.efficiency_loss_factor * current_efficiency_loss(superheat_c=superheat, alf3=alf3, lif=lif)
    loss = np.minimum(loss, 1.0)
    metal = FARADAY_KG_PER_KAH * amperage_ka * (1 - loss)
    side_shell = pot.side_w_per_k * (1 + f.side_share * (factor - 1))
    side = (liquidus - f.air_temp_c) / (
        np.maximum(ledge_m, 0) / pot.ledge_wm_per_k + pot.steel_k_per_w + 1 / side_shell
    )
    melting = superheat * pot.melt_to_ledge_w_per_k - side
    slowed = np.where(melting > 0, np.clip(ledge_m / LEDGE_LEFT_M, 0, 1), np.clip(share / BATH_LEFT, 0, 1))
    has_lining = pot.lining_j_per_k > 0
    to_air = ((lining_c if has_lining else bath_c) - f.air_temp_c) * pot.lining_to_air_w_per_k * factor
    return HeatFlows(
        liquidus_c=liquidus,
        superheat_c=superheat,
        current_efficiency=1 - loss,
        metal_kg_per_h=metal,
        power_w=pot_voltage_v(pot.potline, amperage_ka) * amperage_ka * W_PER_KW,
        reaction_w=metal * (reaction_kwh_per_kg(f) * W_PER_KW),
        top_w=(bath_c - f.gas_temp_c) * pot.top_w_per_k,
        melt_to_side_w=side + melting * slowed,
        side_to_air_w=side,
        melt_to_lining_w=(bath_c - lining_c) * pot.melt_to_lining_w_per_k if has_lining else to_air,
        lining_to_air_w=to_air,
    )


def changes_per_h(pot: Pot, stacked: Floats, flows: HeatFlows, command: Floats) -> Floats:
    """Return how the state of shape (4, ...) changes per hour: heat balances, and the exchangers' lag.

    `command` is the shell factor asked for. Without a lining node that row keeps step with the bath.
    """
    f = pot.figures
    out = np.empty_like(stacked)
    taken = flows.reaction_w + flows.top_w + flows.melt_to_side_w + flows.melt_to_lining_w
    out[0] = (flows.power_w - taken) * (S_PER_H / pot.melt_j_per_k)
    if pot.lining_j_per_k > 0:
        out[1] = (flows.melt_to_lining_w - flows.lining_to_air_w) * (S_PER_H / pot.lining_j_per_k)
    else:
        out[1] = out[0]
    freezing_w = flows.side_to_air_w - flows.melt_to_side_w
    out[2] = freezing_w * (S_PER_H / (f.fusion_j_per_kg * pot.ledge_kg_per_m))
    out[3] = (command - stacked[3]) / f.shell_lag_h
    return out
