"""The factors of IEC 60909-0:2016: voltage, impedance correction, peak, decay of machines.

Each is a pure function of arrays or numbers; subclauses and tables are those of IEC 60909-0:2016.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Real = NDArray[np.float64]

LOW_VOLTAGE_KV = 1.0
LINE_ALPHA_PER_K = 0.004
"""Rise of a conductor's resistance per kelvin above 20 degC, for copper, aluminium and their alloys."""

T_MIN_S = (0.02, 0.05, 0.10, 0.25)
MU = ((0.84, 0.26, 0.26), (0.71, 0.51, 0.30), (0.62, 0.72, 0.32), (0.56, 0.94, 0.38))
"""mu = a + b exp(-c I''k / I_r) at each minimum time delay."""
Q = ((1.03, 0.12), (0.79, 0.12), (0.57, 0.12), (0.26, 0.10))
"""q = a + b ln m at each minimum time delay, m in MW per pair of poles."""


def voltage_factor(v_nom_kv: Real, *, largest: bool, lv_tolerance: float = 0.10) -> Real:
    """Return c for nominal voltages in kV (table 1): c_max where `largest`, else c_min.

    `lv_tolerance` (1) is the tolerance of low-voltage networks: up to 0.06 gives 1.05 and 0.95, more 1.10 and 0.90.
    """
    narrow = lv_tolerance <= 0.06
    low = (1.05 if narrow else 1.10) if largest else (0.95 if narrow else 0.90)
    return np.where(np.asarray(v_nom_kv) <= LOW_VOLTAGE_KV, low, 1.10 if largest else 1.00)


def k_transformer(c_max: Real, x_t: Real) -> Real:
    """Return K_T = 0.95 c_max / (1 + 0.6 x_T); x_T is the reactance on the transformer's rating (6.3.3)."""
    k: Real = 0.95 * c_max / (1 + 0.6 * x_t)
    return k


def k_generator(v_ratio: float, c_max: float, xd: float, sin_phi: float, voltage_range: float) -> float:
    """Return K_G = U_n / (U_rG (1 + p_G)) c_max / (1 + x''_d sin phi); `v_ratio` is U_n / U_rG (6.6.1)."""
    return v_ratio / (1 + voltage_range) * c_max / (1 + xd * sin_phi)


def k_unit_on_load(v_ratio: float, turns: float, c_max: float, xd: float, x_t: float, sin_phi: float) -> float:
    """Return K_S = (U_nQ / U_rG)^2 (U_rTLV / U_rTHV)^2 c_max / (1 + abs(x''_d - x_T) sin phi) (6.7.1).

    `v_ratio` is U_nQ / U_rG, `turns` U_rTLV / U_rTHV.
    """
    return (v_ratio * turns) ** 2 * c_max / (1 + abs(xd - x_t) * sin_phi)


def k_unit_off_load(
    v_ratio: float, turns: float, c_max: float, xd: float, sin_phi: float, *, voltage_range: float, tap: float
) -> float:
    """Return K_SO = U_nQ / (U_rG (1 + p_G)) U_rTLV / U_rTHV (1 + tap) c_max / (1 + x''_d sin phi) (6.7.2).

    `tap` is the off-load tap that is permanently used: the excess of the high-voltage winding's turns.
    """
    return v_ratio / (1 + voltage_range) * turns * (1 + tap) * c_max / (1 + xd * sin_phi)


def fictitious_rx(v_nom_kv: float, s_nom_mva: float) -> float:
    """Return R_Gf / X''_d of a synchronous machine, with which the peak current decays rightly (6.6.1)."""
    if v_nom_kv <= LOW_VOLTAGE_KV:
        return 0.15
    return 0.05 if s_nom_mva >= 100.0 else 0.07


def motor_rx(v_nom_kv: float, mw_per_pole_pair: float) -> float:
    """Return R_M / X_M of asynchronous motors (6.10)."""
    if v_nom_kv <= LOW_VOLTAGE_KV:
        return 0.42
    return 0.10 if mw_per_pole_pair >= 1.0 else 0.15


def peak_factor(rx: Real) -> Real:
    """Return kappa = 1.02 + 0.98 exp(-3 R/X) (clause 8)."""
    kappa: Real = 1.02 + 0.98 * np.exp(-3.0 * rx)
    return kappa


def mu(ratio: Real, t_min_s: float) -> Real:
    """Return the decay of a machine's current until contacts part after `t_min_s` (clause 9); `ratio` is I''k / I_r.

    1 where the ratio is at most 2. Linear between the delays of the standard, 0.25 s stands for all longer ones.
    """
    r = np.asarray(ratio, dtype=np.float64)
    values = np.array([np.minimum(a + b * np.exp(-c * r), 1.0) for a, b, c in MU])
    between: Real = _at(values, t_min_s)
    return np.where(r > 2.0, between, 1.0)


def q(mw_per_pole_pair: Real, t_min_s: float) -> Real:
    """Return the further decay of an asynchronous motor's current (clause 9), at most 1."""
    m = np.asarray(mw_per_pole_pair, dtype=np.float64)
    return _at(np.array([np.clip(a + b * np.log(m), 0.0, 1.0) for a, b in Q]), t_min_s)


def _at(values: Real, t_min_s: float) -> Real:
    """Interpolate values (delay, ...) at a delay."""
    t = min(max(t_min_s, T_MIN_S[0]), T_MIN_S[-1])
    k = min(int(np.searchsorted(T_MIN_S, t, side="right")), len(T_MIN_S) - 1)
    share = (t - T_MIN_S[k - 1]) / (T_MIN_S[k] - T_MIN_S[k - 1])
    between: Real = values[k - 1] + share * (values[k] - values[k - 1])
    return between


def hot(temp_c: float) -> float:
    """Return by how much a line's resistance at 20 degC rises at `temp_c`: 1 + 0.004 (temp_c - 20)."""
    return 1 + LINE_ALPHA_PER_K * (temp_c - 20.0)
