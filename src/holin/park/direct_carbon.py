"""What a potline itself emits per tonne of metal: its anodes burn, and its anode effects make PFC gases."""

from __future__ import annotations

from holin.park.users import Potline

GWP = {"AR4": (7390.0, 12200.0), "AR5": (6630.0, 11100.0), "AR6": (7380.0, 12400.0)}
"""t CO2e per t of CF4 and of C2F6 over 100 years, by the assessment report of the IPCC.

AR4 (2007): what the International Aluminium Institute reports by. AR5 (2013): CBAM, Implementing Regulation (EU)
2025/2547, Annex II, table 6. AR6 (2021, table 7.SM.7; the same in Annex I of COM(2022) 150): what PACT asks for.
"""


def direct_t_per_t(potline: Potline) -> float:
    """Return the direct emissions in t CO2e per tonne of metal: anode consumption and the PFC of anode effects.

    Defaults: 1.424 and 0.1454, the guideline values of China's emission trading (draft for primary aluminium, 2024).
    """
    return potline.carbon_t_per_t + pfc_t_per_t(potline)


def pfc_t_per_t(potline: Potline, report: str = "AR4") -> float:
    """Return the PFC in t CO2e per tonne of metal: by the slope method where anode effects are known, else as given.

    CF4 [kg/t] = slope * anode effects per pot and day * minutes each;  C2F6 = CF4 * (C2F6/CF4 by mass);
    t CO2e/t = (CF4 * 7390 + C2F6 * 12200) / 1000. What is given is by AR4, and is turned into another `report`'s (AR5,
    AR6) by that ratio.

    Source: IPCC Guidelines 2006, vol. 3, ch. 4.4, tier 2 (equation 4.26), the same in 40 CFR 98.63 (equations F-2 and
    F-4). It does not count low-voltage PFC, which IPCC 2019 adds.
    """
    effects, minutes = potline.anode_effects_per_pot_day, potline.anode_effect_min
    per_cf4 = {name: cf4 + potline.c2f6_per_cf4 * c2f6 for name, (cf4, c2f6) in GWP.items()}
    if effects is None or minutes is None:
        return potline.pfc_t_per_t * (per_cf4[report] / per_cf4["AR4"])
    return potline.pfc_slope_kg_per_t_min * effects * minutes * per_cf4[report] / 1000.0
