"""A conventional line and one with shell heat exchangers: the open model's cell of 500 kA, 280 of them."""

import dataclasses

from holin.park import HeatControl, Potline

CONVENTIONAL = Potline(
    id="line",
    bus="b",
    enterprise="e",
    pots=280,
    amperage_ka=500.0,
    back_emf_v=2.16,
    pot_resistance_uohm=3.58,
    current_efficiency=0.94,
    rectifier_efficiency=0.985,
    auxiliary=0.04,
    amperage_min_ka=475.0,
    amperage_max_ka=525.0,
    heat_window_h=0.15,
)

SHELL = dataclasses.replace(
    CONVENTIONAL,
    heat_control=HeatControl.SHELL_HEAT_EXCHANGER,
    amperage_min_ka=400.0,
    amperage_max_ka=590.0,
)

# Conventional pots that may go far for a short time: the heat alone holds them.
WIDE = dataclasses.replace(CONVENTIONAL, amperage_min_ka=400.0, amperage_max_ka=560.0)


def with_classical_pots(line: Potline) -> Potline:
    """The same kind of line with pots of 300 kA and a classical back EMF, as in huolinhe."""
    return dataclasses.replace(
        line,
        amperage_ka=300.0,
        back_emf_v=1.7,
        pot_resistance_uohm=7.849,
        amperage_min_ka=line.amperage_min_ka * 0.6,
        amperage_max_ka=line.amperage_max_ka * 0.6,
    )
