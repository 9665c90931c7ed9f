"""The heat of a potline: bath and metal, ledge, lining; its simulation, and what a schedule may ask of it."""

from holin.potline.heat.bath import current_efficiency_loss, liquidus_temp_c
from holin.potline.heat.envelope import MARGINS, STATES, HeatEnvelope, HeatMargins, heat_envelope
from holin.potline.heat.flows import HeatFlows, heat_flows
from holin.potline.heat.known_state import ledge_bounds_cm, modes_of, outside_window
from holin.potline.heat.parameters import (
    CONVENTIONAL,
    OPEN_MODEL,
    SHELL_HEAT_EXCHANGER,
    HeatParameters,
    heat_parameters,
)
from holin.potline.heat.pot import HeatState, Pot, heat_content_j, liquid_share, nominal_heat_w, pot_of
from holin.potline.heat.setpoints import shell_setpoints
from holin.potline.heat.simulation import OUTPUTS, HeatRun, simulate_heat

__all__ = [
    "CONVENTIONAL",
    "MARGINS",
    "OPEN_MODEL",
    "OUTPUTS",
    "SHELL_HEAT_EXCHANGER",
    "STATES",
    "HeatEnvelope",
    "HeatFlows",
    "HeatMargins",
    "HeatParameters",
    "HeatRun",
    "HeatState",
    "Pot",
    "current_efficiency_loss",
    "heat_content_j",
    "heat_envelope",
    "heat_flows",
    "heat_parameters",
    "ledge_bounds_cm",
    "liquid_share",
    "liquidus_temp_c",
    "modes_of",
    "nominal_heat_w",
    "outside_window",
    "pot_of",
    "shell_setpoints",
    "simulate_heat",
]
