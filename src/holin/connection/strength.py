"""How strong the grid is at a bus: short-circuit power, voltage step, short-circuit ratio. Pure arithmetic.

Equations in docs/math.md.
"""

from __future__ import annotations

from math import acos, atan2, cos, isfinite, nan


def sk_mva(v_nom_kv: float, ikss_ka: float) -> float:
    """Return the short-circuit power, sqrt(3) U_n I''_k in MVA, without the voltage factor c taken out."""
    return 3**0.5 * v_nom_kv * ikss_ka


def voltage_step(s_mva: float, power_factor: float, sk: float, r_ohm: float, x_ohm: float) -> float:
    """Return the relative voltage drop when a load is switched on at a bus of short-circuit power `sk` (MVA).

        d = dU / U = dS / S_k cos(psi - phi),    psi = atan(X / R),    phi = acos(power_factor), lagging

    to first order: (R dP + X dQ) / U^2. `r_ohm` and `x_ohm` are the impedance of the short circuit.
    Source: GB/T 12326-2008, annex; IEC 61000-3-7.
    """
    if not (isfinite(sk) and sk > 0):
        return nan
    return s_mva / sk * cos(atan2(x_ohm, r_ohm) - acos(power_factor))


def short_circuit_ratio(sk: float, converters_mw: float) -> float:
    """Return the short-circuit power of the grid over the converters' rated power; inf without converters.

    With the converters of the whole bus it is the composite ratio. Source: NERC, Integrating Inverter-Based Resources
    into Low Short Circuit Strength Systems, 2017.
    """
    return sk / converters_mw if converters_mw > 0 else float("inf")
