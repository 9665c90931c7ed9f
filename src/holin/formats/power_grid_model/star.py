"""Three windings as power-grid-model makes a star of them: it adds short-circuit voltages, not impedances.

    U_1 = (u_12 + u_13 - u_23) / 2 and cyclically, the same for the resistances; x_k = sign(U_k) sqrt(U_k^2 - r_k^2)

with all values on one base. A park's star adds complex impedances (IEC 60909-0:2016, 6.3.2), so that the pairs' values
differ a little where the flow is to be the same. Source: power-grid-model 1.12, three_winding_transformer.hpp.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

PAIRS = (("12", 0, 1), ("13", 0, 2), ("23", 1, 2))
OPPOSITE = ("23", "13", "12")


def _star(values: Mapping[str, float]) -> list[float]:
    """Return the star of three pairs; each winding is in the two pairs that are not the opposite one."""
    total = sum(values.values())
    return [total / 2 - values[pair] for pair in OPPOSITE]


def _per_mva(s_nom_mva: Sequence[float], pk_kw: Mapping[str, float]) -> dict[str, float]:
    """Return the pairs' resistances in p.u. on 1 MVA."""
    return {p: pk_kw[p] * 1e-3 / min(s_nom_mva[i], s_nom_mva[j]) ** 2 for p, i, j in PAIRS}


def voltages_of_impedances(
    uk: Mapping[str, float], pk_kw: Mapping[str, float], s_nom_mva: Sequence[float]
) -> dict[str, float]:
    """Return the short-circuit voltages of the pairs with which a park's star is power-grid-model's star of `uk`."""
    u = _star({p: uk[p] / min(s_nom_mva[i], s_nom_mva[j]) for p, i, j in PAIRS})
    r = _star(_per_mva(s_nom_mva, pk_kw))
    z = [complex(b, math.copysign(math.sqrt(max(a * a - b * b, 0.0)), a)) for a, b in zip(u, r, strict=True)]
    return {p: abs(z[i] + z[j]) * min(s_nom_mva[i], s_nom_mva[j]) for p, i, j in PAIRS}


def impedances_of_voltages(
    uk: Mapping[str, float], pk_kw: Mapping[str, float], s_nom_mva: Sequence[float]
) -> dict[str, float]:
    """Return the short-circuit voltages of the pairs with which power-grid-model's star is a park's star of `uk`."""
    resistance = _per_mva(s_nom_mva, pk_kw)
    absolute = {p: uk[p] / min(s_nom_mva[i], s_nom_mva[j]) for p, i, j in PAIRS}
    x = _star({p: math.sqrt(max(absolute[p] ** 2 - resistance[p] ** 2, 0.0)) for p in absolute})
    u = [math.copysign(math.hypot(a, b), b) for a, b in zip(_star(resistance), x, strict=True)]
    return {p: (u[i] + u[j]) * min(s_nom_mva[i], s_nom_mva[j]) for p, i, j in PAIRS}
