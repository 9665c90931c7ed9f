"""Where a pot's heat goes at one moment, and how its state changes by it."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from holin.kernel.compiling import formula
from holin.potline.heat.formulas import FLOWS, PotNumbers, changes_at, flows_of_lanes
from holin.potline.heat.pot import W_PER_KW, Pot, reaction_kwh_per_kg
from holin.potline.physics import FARADAY_KG_PER_KAH

Floats = NDArray[np.float64]


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


FLOW_NAMES = tuple(field.name for field in fields(HeatFlows))


def heat_flows(pot: Pot, stacked: Floats, amperage_ka: Floats) -> HeatFlows:
    """Return all flows of a pot in a state of shape (4, ...) at a current in kA.

    Bath -> top, bath -> ledge's face at the liquidus -> side shell -> air, bath -> lining -> air. The ledge takes up
    or gives back what its face receives more or less than the side loses. The shell factor multiplies the lining's
    heat transfer to the air, and that of the side by its steered share.
    """
    shape = np.broadcast_shapes(stacked.shape[1:], np.shape(amperage_ka))
    lanes = np.broadcast_to(
        stacked.reshape(4, *(1,) * (len(shape) - stacked.ndim + 1), *stacked.shape[1:]), (4, *shape)
    )
    current = np.broadcast_to(np.asarray(amperage_ka, dtype=float), shape)
    found = flows_of_lanes(numbers_of(pot), np.ascontiguousarray(lanes.reshape(4, -1)), current.ravel())
    return HeatFlows(**dict(zip(FLOW_NAMES, found.reshape(FLOWS, *shape), strict=True)))


def changes_per_h(pot: Pot, stacked: Floats, flows: HeatFlows, command: Floats) -> Floats:
    """Return how the state of shape (4, ...) changes per hour: heat balances, and the exchangers' lag.

    `command` is the shell factor asked for. Without a lining node that row keeps step with the bath.
    """
    parts = tuple(getattr(flows, name) for name in FLOW_NAMES)
    out = np.empty_like(stacked)
    for k, change in enumerate(formula(changes_at)(numbers_of(pot), stacked[3], parts, command)):
        out[k] = change
    return out


def numbers_of(pot: Pot) -> PotNumbers:
    """Return what the compiled formulas need of a pot."""
    f, names = pot.figures, set(PotNumbers._fields)
    own = {name: value for part in (pot.potline, f, pot) for name, value in vars(part).items() if name in names}
    return PotNumbers(
        **{name: float(value) for name, value in own.items()},
        metal_kg_per_kah=FARADAY_KG_PER_KAH,
        fusion_j_per_m=f.fusion_j_per_kg * pot.ledge_kg_per_m,
        reaction_w_per_kg_h=reaction_kwh_per_kg(f) * W_PER_KW,
    )
