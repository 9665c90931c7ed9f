"""One representative pot of a potline: its heat scaled to its current and closed at its nominal point."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from holin.errors import BadInput, Fault
from holin.park import Potline
from holin.potline.heat.bath import current_efficiency_loss, liquidus_temp_c
from holin.potline.heat.parameters import HeatParameters, heat_parameters
from holin.potline.physics import FARADAY_KG_PER_KAH, pot_voltage_v

Floats = NDArray[np.float64]

W_PER_KW = 1000.0


@dataclass(frozen=True, kw_only=True)
class HeatState:
    """The heat in the pots at one moment; each an array of one shape, one entry per trajectory."""

    bath_temp_c: Floats
    lining_temp_c: Floats
    ledge_m: Floats
    shell_factor: Floats

    def stacked(self, shape: tuple[int, ...] = ()) -> Floats:
        """Return the four as one array of shape (4, *shape)."""
        parts = (self.bath_temp_c, self.lining_temp_c, self.ledge_m, self.shell_factor)
        return np.stack([np.broadcast_to(np.asarray(p, dtype=float), shape or np.shape(p)) for p in parts])


def state_of(stacked: Floats) -> HeatState:
    """Return the state that an array of shape (4, ...) holds."""
    return HeatState(
        bath_temp_c=stacked[0], lining_temp_c=stacked[1], ledge_m=stacked[2], shell_factor=stacked[3]
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Pot:
    """A pot at its own current. Capacities in J/K and kg, conductances in W/K, all of one pot; nominal state beside.

    `efficiency_loss_factor` brings the current efficiency of the formula to the potline's own at nominal.
    """

    potline: Potline
    figures: HeatParameters
    melt_j_per_k: float
    lining_j_per_k: float
    bath_kg: float
    ledge_kg_per_m: float
    melt_to_ledge_w_per_k: float
    ledge_wm_per_k: float
    steel_k_per_w: float
    side_w_per_k: float
    melt_to_lining_w_per_k: float
    lining_to_air_w_per_k: float
    top_w_per_k: float
    liquidus_nom_c: float
    ledge_nom_m: float
    lining_nom_c: float
    efficiency_loss_factor: float

    @property
    def nominal(self) -> HeatState:
        """The state at nominal current, natural heat transfer of the shell."""
        return state_of(
            np.array([self.liquidus_nom_c + self.figures.superheat_nom_c, self.lining_nom_c, self.ledge_nom_m, 1.0])
        )


def pot_of(potline: Potline, figures: HeatParameters | None = None) -> Pot:
    """Return the pot of a potline; `figures` of its heat control unless given.

    Masses, areas and conductances go with the nominal current over that of the figures (pots of one current density
    grow in area); the top carries away what is left of the pot's own voltage. Raises BadInput where nothing is left:
    such a pot would freeze at its nominal current.
    """
    f = heat_parameters(potline.heat_control) if figures is None else figures
    scale = potline.amperage_ka / f.amperage_ka
    liquidus = float(liquidus_temp_c(alf3=f.alf3, caf2=f.caf2, al2o3=f.al2o3, mgf2=f.mgf2))
    bath = liquidus + f.superheat_nom_c
    loss = float(current_efficiency_loss(superheat_c=f.superheat_nom_c, alf3=f.alf3, lif=f.lif))
    side = f.superheat_nom_c / f.melt_to_ledge_k_per_w * scale
    lining = (bath - f.air_temp_c) / f.lining_k_per_w * scale
    ledge_nom, top = f.ledge_nom_m, None if f.top_k_per_w is None else scale / f.top_k_per_w
    if ledge_nom is None:
        beyond = 1 / (f.side_w_per_m2k * f.ledge_m2) + f.steel_k_per_w
        ledge_nom = ((liquidus - f.air_temp_c) * scale / side - beyond) * f.ledge_w_per_mk * f.ledge_m2
    if top is None:
        left = nominal_heat_w(potline, f) - side - lining
        _check_closes(potline, left, side + lining)
        top = left / (bath - f.gas_temp_c)
    has_lining = f.lining_j_per_k > 0
    inner = f.melt_to_lining_w_per_k * scale
    return Pot(
        potline=potline,
        figures=f,
        melt_j_per_k=f.melt_j_per_k * scale,
        lining_j_per_k=f.lining_j_per_k * scale,
        bath_kg=f.bath_kg * scale,
        ledge_kg_per_m=f.ledge_kg_per_m3 * f.ledge_m2 * scale,
        melt_to_ledge_w_per_k=scale / f.melt_to_ledge_k_per_w,
        ledge_wm_per_k=f.ledge_w_per_mk * f.ledge_m2 * scale,
        steel_k_per_w=f.steel_k_per_w / scale,
        side_w_per_k=f.side_w_per_m2k * f.ledge_m2 * scale,
        melt_to_lining_w_per_k=inner if has_lining else 0.0,
        lining_to_air_w_per_k=1 / (f.lining_k_per_w / scale - (1 / inner if has_lining else 0.0)),
        top_w_per_k=top,
        liquidus_nom_c=liquidus,
        ledge_nom_m=ledge_nom,
        lining_nom_c=bath - (lining / inner if has_lining else 0.0),
        efficiency_loss_factor=(1 - potline.current_efficiency) / loss,
    )


def nominal_heat_w(potline: Potline, figures: HeatParameters) -> float:
    """Return what a pot must lose at nominal current in W: its power less what the reaction takes up."""
    power_w = pot_voltage_v(potline, potline.amperage_ka) * potline.amperage_ka * W_PER_KW
    metal_kg_per_h = FARADAY_KG_PER_KAH * potline.amperage_ka * potline.current_efficiency
    return power_w - metal_kg_per_h * reaction_kwh_per_kg(figures) * W_PER_KW


def reaction_kwh_per_kg(figures: HeatParameters) -> float:
    """Return what a kg of metal takes up in kWh: the reaction, and its alumina heated and dissolved."""
    return figures.reaction_kwh_per_kg + figures.alumina_per_metal * figures.alumina_kwh_per_kg


def liquid_share(pot: Pot, ledge_m: ArrayLike) -> Floats:
    """Return the liquid bath over that at nominal: what the ledge took from it is frozen."""
    share: Floats = 1 - (np.asarray(ledge_m) - pot.ledge_nom_m) * pot.ledge_kg_per_m / pot.bath_kg
    return share


def heat_content_j(pot: Pot, state: HeatState) -> Floats:
    """Return the heat of one pot in J over that at 0 degC with all bath liquid; the frozen bath lacks its fusion."""
    fusion = pot.figures.fusion_j_per_kg * pot.ledge_kg_per_m * state.ledge_m
    return pot.melt_j_per_k * state.bath_temp_c + pot.lining_j_per_k * state.lining_temp_c - fusion


def _check_closes(potline: Potline, left_w: float, shell_w: float) -> None:
    if left_w > 0:
        return
    fault = Fault(
        file="potline",
        field="back_emf_v, pot_resistance_uohm, current_efficiency",
        value=f"{pot_voltage_v(potline, potline.amperage_ka):.3f} V at {potline.current_efficiency:.3f}",
        problem=f"{potline.id}: its pots turn {(left_w + shell_w) / W_PER_KW:,.0f} kW into heat at nominal current, "
        f"less than the {shell_w / W_PER_KW:,.0f} kW that shell and lining lose: they would freeze",
        right="a higher pot voltage or a lower current efficiency",
    )
    raise BadInput([fault])
