"""The attributes of PyPSA's components that a park carries (True), and the defaults of others, which say nothing."""

from __future__ import annotations

Known = dict[str, object]
_BRANCH: Known = dict.fromkeys(
    (
        "name",
        "bus0",
        "bus1",
        "type",
        "r",
        "x",
        "g",
        "b",
        "s_nom",
        "s_nom_extendable",
        "s_nom_opt",
        "num_parallel",
        "active",
    ),
    True,
)
_SIZE: Known = {
    "s_max_pu": 1, "p_nom_max": float("inf"), "s_nom_max": float("inf"), "terrain_factor": 1, "weight": 1,
    "maintenance_pu": 1, "maintenance_events": 1, "up_time_before": 1, "cyclic_delay": "true",
}  # fmt: skip
_UNIT: Known = dict.fromkeys(
    ("name", "bus", "control", "p_nom", "p_nom_extendable", "p_nom_opt", "p_set", "q_set", "active"), True
)

KNOWN: dict[str, Known] = {
    "buses": dict.fromkeys(
        ("name", "v_nom", "x", "y", "carrier", "v_mag_pu_set", "v_mag_pu_min", "v_mag_pu_max", "control", "generator",
         "sub_network"), True,
    ),
    "lines": _SIZE | _BRANCH | {"length": True, "carrier": "AC", "sub_network": True},
    "transformers": _SIZE | _BRANCH | dict.fromkeys(
        ("model", "tap_ratio", "tap_side", "tap_position", "phase_shift", "sub_network"), True),
    "links": _SIZE | dict.fromkeys(("name", "bus0", "bus1", "p_set", "efficiency", "active"), True) | {"p_max_pu": 1},
    "generators": _SIZE | _UNIT | dict.fromkeys(
        ("p_min_pu", "p_max_pu", "marginal_cost", "marginal_cost_quadratic", "efficiency", "carrier", "sign"), True),
    "loads": dict.fromkeys(("name", "bus", "p_set", "q_set", "sign", "active"), True),
    "storage_units": _SIZE | _UNIT | dict.fromkeys(
        ("max_hours", "efficiency_store", "efficiency_dispatch", "standing_loss", "marginal_cost", "inflow"), True)
    | {"p_min_pu": -1, "p_max_pu": 1, "sign": 1},
    "shunt_impedances": dict.fromkeys(("name", "bus", "g", "b", "sign", "active"), True),
}  # fmt: skip
"""List -> attribute -> True, or its default."""

RESULTS = {
    "p", "q", "p0", "p1", "q0", "q1", "v_mag_pu", "v_ang", "marginal_price", "mu_upper", "mu_lower", "status",
    "state_of_charge", "p_dispatch", "p_store", "spill", "e", "r_pu", "x_pu", "g_pu", "b_pu", "x_pu_eff", "r_pu_eff",
    "start_up", "shut_down", "s_nom_set", "p_nom_set", "mu_ramp_limit_up", "mu_ramp_limit_down", "mu_p_set",
}  # fmt: skip
"""Attributes that a solver writes."""
