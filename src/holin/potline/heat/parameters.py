"""The figures of a pot's heat, of the reference pot of 500 kA, each with its unit, basis and reference.

`OPEN_MODEL` is the published one-node model as it stands. It cools too quickly: cathode blocks, anodes and lining have
no heat in it, and a full stop of six minutes would already leave its window, while potlines stand still for an hour
(TRIMET 2019). `CONVENTIONAL` and `SHELL_HEAT_EXCHANGER` add one node for that heat and are calibrated to what plants
do: see `docs/guide/en/potline.md` for the targets and what each figure was chosen by.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import Any

from holin.columns import Basis
from holin.park import HeatControl

OPEN = "open model shen-y21/Data-Driven-Dimension-Reduction, data_set/EAL_Implementation"
CALIBRATED = "calibrated to the targets in docs/guide/en/potline.md"


def figure(default: Any, unit: str, meaning: str, basis: Basis, reference: str) -> Any:
    """Declare one figure of the model with its provenance."""
    return field(default=default, metadata={"unit": unit, "meaning": meaning, "basis": basis, "reference": reference})


@dataclass(frozen=True, kw_only=True)
class HeatParameters:
    """A pot's heat at `amperage_ka`; the defaults are those of the conventional pot.

    `ledge_nom_m` and `top_k_per_w` that are None close the balance at nominal current: the ledge is as thick as
    the side's heat asks for, and the top (anode cover, fume) carries away what is left, as a plant sets its cover.
    """

    amperage_ka: float = figure(500.0, "kA", "current that the figures belong to", Basis.PUBLISHED, OPEN)
    superheat_nom_c: float = figure(
        10.0, "K", "superheat at nominal current", Basis.ASSUMED, "middle of the window 5-15 K"
    )
    superheat_min_c: float = figure(5.0, "K", "lowest superheat of the window", Basis.PUBLISHED, OPEN)
    superheat_max_c: float = figure(15.0, "K", "highest superheat of the window", Basis.PUBLISHED, OPEN)
    ledge_min_m: float = figure(
        0.02, "m", "thinnest ledge that protects the side wall", Basis.ASSUMED, "open model has 0.05"
    )
    ledge_max_m: float = figure(0.12, "m", "thickest ledge beside the anodes", Basis.ASSUMED, "open model has 0.10")
    liquid_share_min: float = figure(
        0.5, "1", "liquid bath / nominal below which the pot is frozen", Basis.ASSUMED, CALIBRATED
    )
    melt_j_per_k: float = figure(
        37.0e6, "J/K", "heat capacity of bath and metal", Basis.DERIVED, OPEN + ": 7,056 kg x 1,200 + 32,384 kg x 880"
    )
    bath_kg: float = figure(7056.0, "kg", "liquid bath at nominal", Basis.DERIVED, OPEN)
    alf3: float = figure(11.0, "wt%", "excess AlF3 at nominal; its mass stays in the liquid", Basis.PUBLISHED, OPEN)
    caf2: float = figure(6.0, "wt%", "CaF2 at nominal; its mass stays in the liquid", Basis.PUBLISHED, OPEN)
    lif: float = figure(1.5, "wt%", "LiF at nominal; its mass stays in the liquid", Basis.PUBLISHED, OPEN)
    al2o3: float = figure(3.0, "wt%", "alumina, held by the feeder", Basis.PUBLISHED, OPEN)
    mgf2: float = figure(1.0, "wt%", "MgF2, constant", Basis.PUBLISHED, OPEN)
    fusion_j_per_kg: float = figure(310.0e3, "J/kg", "heat of fusion of the ledge", Basis.PUBLISHED, OPEN)
    ledge_kg_per_m3: float = figure(3000.0, "kg/m3", "density of the ledge", Basis.PUBLISHED, OPEN)
    ledge_m2: float = figure(16.0, "m2", "side wall at bath and metal, 40 m x 0.4 m", Basis.PUBLISHED, OPEN)
    ledge_w_per_mk: float = figure(
        1.2, "W/(m K)", "conductivity of the ledge", Basis.ASSUMED, CALIBRATED + "; the open model has 1.5"
    )
    melt_to_ledge_k_per_w: float = figure(
        1 / 14_000, "K/W", "bath and metal to the ledge's face", Basis.DERIVED, OPEN + ": 1 / (600 x 7.2 + 1,100 x 8.8)"
    )
    steel_k_per_w: float = figure(0.25 / (47 * 16), "K/W", "side wall's steel", Basis.PUBLISHED, OPEN)
    side_w_per_m2k: float = figure(22.0, "W/(m2 K)", "side shell to the air, shell factor 1", Basis.PUBLISHED, OPEN)
    top_k_per_w: float | None = figure(
        None, "K/W", "bath to the gas above the cover; None: closes the balance", Basis.DERIVED, "open model: 0.001769"
    )
    lining_k_per_w: float = figure(0.003749, "K/W", "bath through the lining to the air", Basis.PUBLISHED, OPEN)
    lining_j_per_k: float = figure(
        111.0e6, "J/K", "cathode blocks, anodes, lining (0: no such node)", Basis.ASSUMED, "3 x 37 MJ/K; " + CALIBRATED
    )
    melt_to_lining_w_per_k: float = figure(
        50.0e3, "W/K", "bath and metal to the lining node", Basis.ASSUMED, CALIBRATED
    )
    gas_temp_c: float = figure(50.0, "degC", "gas above the cover", Basis.PUBLISHED, OPEN)
    air_temp_c: float = figure(30.0, "degC", "air around the shell", Basis.PUBLISHED, OPEN)
    ledge_nom_m: float | None = figure(
        None, "m", "ledge at nominal; None: closes the side's balance", Basis.DERIVED, "open model: 0.065"
    )
    shell_factor_min: float = figure(1.0, "1", "least heat transfer of the shell / natural", Basis.ASSUMED, CALIBRATED)
    shell_factor_max: float = figure(1.0, "1", "most heat transfer of the shell / natural", Basis.ASSUMED, CALIBRATED)
    side_share: float = figure(
        0.5, "1", "part of the side shell's heat transfer that the exchangers steer", Basis.ASSUMED, CALIBRATED
    )
    shell_lag_h: float = figure(0.5, "h", "time constant of the exchangers", Basis.ASSUMED, "air ducts and shell plate")
    alumina_per_metal: float = figure(1.93, "t/t", "alumina used per metal", Basis.PUBLISHED, "MacroEnergy.jl docs")
    reaction_kwh_per_kg: float = figure(5.474, "kWh/kg", "reaction enthalpy per metal", Basis.PUBLISHED, OPEN)
    alumina_kwh_per_kg: float = figure(0.596, "kWh/kg", "heating and dissolving alumina", Basis.PUBLISHED, OPEN)


CONVENTIONAL = HeatParameters()

SHELL_HEAT_EXCHANGER = dataclasses.replace(
    CONVENTIONAL,
    # Thicker cover, more heat through the shell, where it can be steered: 353 of 930 kW through lining and shell.
    lining_k_per_w=0.002645,
    shell_factor_min=0.15,
    shell_factor_max=2.1,
)

OPEN_MODEL = dataclasses.replace(
    CONVENTIONAL,
    superheat_nom_c=12.6,
    ledge_w_per_mk=1.5,
    melt_to_ledge_k_per_w=0.000076,
    top_k_per_w=0.001769,
    lining_j_per_k=0.0,
    ledge_nom_m=0.065,
)


def heat_parameters(control: HeatControl) -> HeatParameters:
    """Return the calibrated figures of a kind of pot."""
    return SHELL_HEAT_EXCHANGER if control is HeatControl.SHELL_HEAT_EXCHANGER else CONVENTIONAL
