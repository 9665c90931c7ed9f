"""The pot's voltage, power and metal as functions of the line current.

All functions take and give plain numbers, NumPy arrays or DataArrays of one shape alike.
"""

from __future__ import annotations

from typing import TypeVar

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from holin.park import Potline

Quantity = TypeVar("Quantity", float, NDArray[np.float64], xr.DataArray)

AVOGADRO_PER_MOL = 6.022_140_76e23
ELEMENTARY_CHARGE_C = 1.602_176_634e-19
MOLAR_MASS_AL_KG_PER_MOL = 26.981_538_4e-3
ELECTRONS_PER_ATOM = 3

FARADAY_KG_PER_KAH = (
    MOLAR_MASS_AL_KG_PER_MOL * 3600 * 1000 / (ELECTRONS_PER_ATOM * AVOGADRO_PER_MOL * ELEMENTARY_CHARGE_C)
)
"""Metal per pot, kiloampere and hour at full current efficiency: M / (3 F), 0.335573 kg/(kA h).

F = N_A e from the exact constants of the SI (2019); M(Al) = 26.9815384 g/mol (IUPAC 2017).
"""

V_PER_KA_UOHM = 1e-3
"""One microohm times one kiloampere, in volts."""


def pot_voltage_v(potline: Potline, amperage_ka: Quantity) -> Quantity:
    """Return the voltage of one pot in V: U = E + R I, E the intercept (overvoltages included), R the slope."""
    return potline.back_emf_v + V_PER_KA_UOHM * potline.pot_resistance_uohm * amperage_ka


def line_voltage_v(potline: Potline, amperage_ka: Quantity) -> Quantity:
    """Return the voltage of all pots in series in V; busbars count as part of each pot's resistance."""
    return potline.pots * pot_voltage_v(potline, amperage_ka)


def dc_power_mw(potline: Potline, amperage_ka: Quantity) -> Quantity:
    """Return the direct-current power of the line in MW: P = n U I (kA times V is kW)."""
    return line_voltage_v(potline, amperage_ka) * amperage_ka / 1000


def ac_power_mw(potline: Potline, amperage_ka: Quantity) -> Quantity:
    """Return the power at the AC bus in MW: P_ac = P_dc / eta_rectifier (1 + a), auxiliaries a per rectifier input."""
    return dc_power_mw(potline, amperage_ka) * _ac_per_dc(potline)


def amperage_ka(potline: Potline, ac_power_mw: Quantity) -> Quantity:
    """Return the line current in kA that draws a power in MW at the AC bus: the inverse of `ac_power_mw`.

    The positive root of R I^2 + E I - p = 0 with p the power of one pot, in the form 2 p / (E + sqrt(E^2 + 4 R p)),
    which loses no digits for small p. The power must not be negative.
    """
    pot_power_kw = ac_power_mw / _ac_per_dc(potline) * (1000 / potline.pots)
    resistance = V_PER_KA_UOHM * potline.pot_resistance_uohm
    root: Quantity = (potline.back_emf_v**2 + 4 * resistance * pot_power_kw) ** 0.5
    return 2 * pot_power_kw / (potline.back_emf_v + root)


def metal_t_per_h(potline: Potline, amperage_ka: Quantity) -> Quantity:
    """Return the metal made in t/h: Faraday's law m = k I n eta, eta the (constant) current efficiency."""
    return FARADAY_KG_PER_KAH * potline.pots * potline.current_efficiency / 1000 * amperage_ka


def specific_energy_kwh_per_kg(potline: Potline, amperage_ka: Quantity) -> Quantity:
    """Return the direct-current energy per metal in kWh/kg (= MWh/t), at the pots: e = U / (k eta)."""
    return pot_voltage_v(potline, amperage_ka) / (FARADAY_KG_PER_KAH * potline.current_efficiency)


def ac_specific_energy_kwh_per_kg(potline: Potline, amperage_ka: Quantity) -> Quantity:
    """Return the energy per metal in kWh/kg (= MWh/t) at the AC bus: rectifier and auxiliaries included."""
    return specific_energy_kwh_per_kg(potline, amperage_ka) * _ac_per_dc(potline)


def power_slope_mw_per_ka(potline: Potline, amperage_ka: Quantity) -> Quantity:
    """Return how the AC power rises with the current in MW/kA: dP_ac/dI = n (E + 2 R I) / eta_rectifier (1 + a)."""
    pot_slope_v = potline.back_emf_v + 2 * V_PER_KA_UOHM * potline.pot_resistance_uohm * amperage_ka
    return pot_slope_v * (potline.pots / 1000 * _ac_per_dc(potline))


def _ac_per_dc(potline: Potline) -> float:
    return (1 + potline.auxiliary) / potline.rectifier_efficiency
