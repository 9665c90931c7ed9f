"""The pots that the heat tests share: the open model's cell as a line of 280, and pots of other lines."""

import dataclasses

from holin.park import HeatControl, Potline

# shen-y21/Data-Driven-Dimension-Reduction: 500 kA, E = 2.16 V, R = 3.58 uohm, CE 0.94, 280 cells.
CONVENTIONAL_LINE = Potline(
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

# -25 % and +25 % of power: 409 and 582 kA.
SHELL_LINE = dataclasses.replace(
    CONVENTIONAL_LINE,
    heat_control=HeatControl.SHELL_HEAT_EXCHANGER,
    amperage_min_ka=400.0,
    amperage_max_ka=590.0,
)

LINES = {"conventional": CONVENTIONAL_LINE, "shell_heat_exchanger": SHELL_LINE}

# huolinhe's lines: classical back EMF, 300 and 400 kA.
OTHER_LINES = {
    "300 kA": {"amperage_ka": 300.0, "back_emf_v": 1.7, "pot_resistance_uohm": 7.849},
    "400 kA": {"amperage_ka": 400.0, "back_emf_v": 1.7, "pot_resistance_uohm": 5.663, "pots": 131},
}


def other_line(line: Potline, name: str) -> Potline:
    """The same kind of line with pots of another current, its range of current in the same proportion."""
    changes = OTHER_LINES[name]
    scale = changes["amperage_ka"] / line.amperage_ka
    return dataclasses.replace(
        line, amperage_min_ka=line.amperage_min_ka * scale, amperage_max_ka=line.amperage_max_ka * scale, **changes
    )
