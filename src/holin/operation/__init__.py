"""What each unit may do: one block per kind, shared by dispatch (the hours ahead) and plan (the years ahead)."""

from holin.operation.angles import (
    ANGLE_UNIT_RAD,
    add_angle_limits,
    add_angles,
    add_flow_limits,
    add_node_balances,
    limited,
)
from holin.operation.block import Block, Hours, Injection, Quantity, hours_of, in_service, quantities_of
from holin.operation.commitment import (
    StartKind,
    ThermalWishes,
    add_committed_units,
    start_kinds,
    switches_of,
)
from holin.operation.cost import operating_cost
from holin.operation.demand import add_shedding, load_buses
from holin.operation.generators import add_generators
from holin.operation.grid import (
    Peaks,
    add_grids,
    bands_of,
    export_price,
    import_limit_mw,
    import_parts,
    import_price,
)
from holin.operation.network import BranchLimit, Islands, add_balance, add_branch_limits, places_of
from holin.operation.on_bounds import OnBounds, on_bounds, start_powers_mw, steps_down, steps_off_at_first
from holin.operation.potline import PotlineLine, add_potlines, nominal_potline_mw, potline_line
from holin.operation.potline_changes import add_changes, add_ramp, add_rise_cost
from holin.operation.potline_heat import HeatSpare, PotlineWishes, add_heated_potlines
from holin.operation.potline_state import (
    DEEP_CUT_H_MAX,
    DEEP_CUT_PU,
    FULL_STOP_H_MAX,
    PotlineHeat,
    PotlineState,
    deep_cut_mw,
    first_potline_state,
    potline_heat,
    potline_state_after,
)
from holin.operation.renewables import add_renewables, renewables_of
from holin.operation.reserve import add_reserves, reserve_asked_mw, reserve_held_mw, stored_mw_s
from holin.operation.rules import add_rules
from holin.operation.state import State, ThermalState
from holin.operation.steered_storage import (
    add_steered_storages,
    rested_mwh,
    slice_costs_per_mwh,
    wear_of_depth,
    wished_end_mwh,
)
from holin.operation.storage import add_storages
from holin.operation.thermal import add_must_run, add_thermal_units, running_costs

__all__ = [
    "ANGLE_UNIT_RAD",
    "DEEP_CUT_H_MAX",
    "DEEP_CUT_PU",
    "FULL_STOP_H_MAX",
    "Block",
    "BranchLimit",
    "HeatSpare",
    "Hours",
    "Injection",
    "Islands",
    "OnBounds",
    "Peaks",
    "PotlineHeat",
    "PotlineLine",
    "PotlineState",
    "PotlineWishes",
    "Quantity",
    "StartKind",
    "State",
    "ThermalState",
    "ThermalWishes",
    "add_angle_limits",
    "add_angles",
    "add_balance",
    "add_branch_limits",
    "add_changes",
    "add_committed_units",
    "add_flow_limits",
    "add_generators",
    "add_grids",
    "add_heated_potlines",
    "add_must_run",
    "add_node_balances",
    "add_potlines",
    "add_ramp",
    "add_renewables",
    "add_reserves",
    "add_rise_cost",
    "add_rules",
    "add_shedding",
    "add_steered_storages",
    "add_storages",
    "add_thermal_units",
    "bands_of",
    "deep_cut_mw",
    "export_price",
    "first_potline_state",
    "hours_of",
    "import_limit_mw",
    "import_parts",
    "import_price",
    "in_service",
    "limited",
    "load_buses",
    "nominal_potline_mw",
    "on_bounds",
    "operating_cost",
    "places_of",
    "potline_heat",
    "potline_line",
    "potline_state_after",
    "quantities_of",
    "renewables_of",
    "reserve_asked_mw",
    "reserve_held_mw",
    "rested_mwh",
    "running_costs",
    "slice_costs_per_mwh",
    "start_kinds",
    "start_powers_mw",
    "steps_down",
    "steps_off_at_first",
    "stored_mw_s",
    "switches_of",
    "wear_of_depth",
    "wished_end_mwh",
]
