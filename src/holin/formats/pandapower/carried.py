"""The columns of pandapower's tables that a park carries, and the values of others that say nothing."""

from __future__ import annotations

_ELEMENT = {"name", "in_service", "holin_id"}
_LIMITS = {"min_q_mvar", "max_q_mvar", "min_p_mw", "max_p_mw"}
_POWER = _ELEMENT | {"bus", "p_mw", "q_mvar", "scaling"}

_THREE_PHASES = _ELEMENT | {"bus", "scaling"} | {f"{x}_{p}_{u}" for p in "abc" for x, u in (("p", "mw"), ("q", "mvar"))}

KNOWN: dict[str, set[str]] = {
    "bus": _ELEMENT | {"vn_kv", "min_vm_pu", "max_vm_pu", "geo", "type"},
    "line": _ELEMENT | {
        "from_bus", "to_bus", "length_km", "r_ohm_per_km", "x_ohm_per_km", "c_nf_per_km", "g_us_per_km", "max_i_ka",
        "df", "parallel", "r0_ohm_per_km", "x0_ohm_per_km", "c0_nf_per_km", "type",
    },
    "trafo": _ELEMENT | {
        "hv_bus", "lv_bus", "sn_mva", "vn_hv_kv", "vn_lv_kv", "vk_percent", "vkr_percent", "pfe_kw", "i0_percent",
        "shift_degree", "tap_side", "tap_neutral", "tap_min", "tap_max", "tap_step_percent", "tap_step_degree",
        "tap_pos", "tap_changer_type", "tap_phase_shifter", "parallel", "vector_group", "vk0_percent", "vkr0_percent",
    },
    "trafo3w": _ELEMENT | {
        *(f"{side}_bus" for side in ("hv", "mv", "lv")),
        *(f"{name}_{side}_{unit}" for side in ("hv", "mv", "lv") for name, unit in (
            ("sn", "mva"), ("vn", "kv"), ("vk", "percent"), ("vkr", "percent"))),
        "pfe_kw", "i0_percent", "shift_mv_degree", "shift_lv_degree", "tap_side", "tap_neutral", "tap_min", "tap_max",
        "tap_step_percent", "tap_step_degree", "tap_pos", "tap_changer_type", "vector_group",
    },
    "impedance": _ELEMENT | {
        "from_bus", "to_bus", "rft_pu", "xft_pu", "rtf_pu", "xtf_pu", "gf_pu", "bf_pu", "gt_pu", "bt_pu", "sn_mva",
    },
    "switch": {"bus", "element", "et", "closed", "z_ohm", "name", "holin_id"},
    "ext_grid": _ELEMENT | {
        "bus", "vm_pu", "va_degree", "s_sc_max_mva", "s_sc_min_mva", "rx_max", "x0x_max", "r0x0_max", "max_p_mw",
        "min_p_mw",
    },
    "gen": _POWER | _LIMITS | {"vm_pu", "slack", "sn_mva", "xdss_pu"},
    "sgen": _POWER,
    "load": _POWER | {
        "const_z_p_percent", "const_i_p_percent", "const_z_q_percent", "const_i_q_percent", "const_z_percent",
        "const_i_percent",
    },
    "asymmetric_load": _THREE_PHASES,
    "asymmetric_sgen": _THREE_PHASES,
    "storage": _POWER,
    "motor": _ELEMENT | {
        "bus", "pn_mech_mw", "loading_percent", "cos_phi", "cos_phi_n", "efficiency_percent", "efficiency_n_percent",
        "lrc_pu", "vn_kv", "rx", "scaling",
    },
    "shunt": _ELEMENT | {"bus", "q_mvar", "p_mw", "vn_kv", "step"},
    "ward": _ELEMENT | {"bus", "ps_mw", "qs_mvar", "pz_mw", "qz_mvar"},
    "xward": _ELEMENT | {"bus", "ps_mw", "qs_mvar", "pz_mw", "qz_mvar", "r_ohm", "x_ohm", "vm_pu"},
    "dcline": _ELEMENT | {
        "from_bus", "to_bus", "p_mw", "loss_percent", "loss_mw", "vm_from_pu", "vm_to_pu", "max_p_mw",
        "min_q_from_mvar", "min_q_to_mvar", "max_q_from_mvar", "max_q_to_mvar",
    },
    "poly_cost": {"element", "et", "cp0_eur", "cp1_eur_per_mw", "cp2_eur_per_mw2"},
    "pwl_cost": {"power_type", "element", "et", "points"},
}  # fmt: skip

NEUTRAL: dict[str, tuple[object, ...]] = {
    "df": (1, False),
    "slack_weight": (0, 1, False),
    "type": ("wye",),
    "std_type": (),
    "controllable": (True, False),
    "curve_style": (),
    "current_source": (True, False),
    "max_loading_percent": (100,),
    "max_step": (1, 0, False),
    "rx_min": (0.1,),
    "oltc": (False,),
    "wye": (),
    "cq0_eur": (0, False),
    "cq1_eur_per_mvar": (0, False),
    "cq2_eur_per_mvar2": (0, False),
    "tap_at_star_point": (False,),
}
"""Column -> values that are the default and say nothing."""
