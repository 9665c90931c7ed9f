"""Potline physics: current, voltage, power and metal of pots in series."""

from holin.potline.chords import Chords, linear_metal, metal_chords
from holin.potline.hours import metal_t
from holin.potline.physics import (
    FARADAY_KG_PER_KAH,
    ac_power_mw,
    ac_specific_energy_kwh_per_kg,
    amperage_ka,
    dc_power_mw,
    line_voltage_v,
    metal_t_per_h,
    pot_voltage_v,
    power_slope_mw_per_ka,
    specific_energy_kwh_per_kg,
)

__all__ = [
    "FARADAY_KG_PER_KAH",
    "Chords",
    "ac_power_mw",
    "ac_specific_energy_kwh_per_kg",
    "amperage_ka",
    "dc_power_mw",
    "line_voltage_v",
    "linear_metal",
    "metal_chords",
    "metal_t",
    "metal_t_per_h",
    "pot_voltage_v",
    "power_slope_mw_per_ka",
    "specific_energy_kwh_per_kg",
]
