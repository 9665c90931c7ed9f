"""The bath: its liquidus and the current efficiency, by composition. Shares are in wt%."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def liquidus_temp_c(*, alf3: ArrayLike, caf2: ArrayLike, al2o3: ArrayLike, mgf2: ArrayLike) -> Floats:
    """Return the temperature at which cryolite begins to freeze out of the bath, in degC.

    Solheim et al., Metall. Mater. Trans. B 27 (1996) 739, without the terms of LiF and KF, as the open model
    shen-y21/Data-Driven-Dimension-Reduction has it: 953.7 degC at 11 / 6 / 3 / 1 wt%.
    """
    a, c, o = np.asarray(alf3, dtype=float), np.asarray(caf2, dtype=float), np.asarray(al2o3, dtype=float)
    ac = a * c
    lowered = 3.45 * c / (1 + 0.0173 * c) - 0.124 * ac + 0.00542 * ac * np.sqrt(ac)
    lowered += 7.93 * o / (1 + 0.0936 * o - 0.0017 * o**2 - 0.0023 * a * o) + 3.95 * np.asarray(mgf2, dtype=float)
    liquidus: Floats = 1011 + 0.5 * a - 0.13 * np.exp(2.2 * np.log(a)) - lowered
    return liquidus


def current_efficiency_loss(*, superheat_c: ArrayLike, alf3: ArrayLike, lif: ArrayLike) -> Floats:
    """Return 1 - current efficiency, at most 1: 10^(0.0095 SH - 0.019 AlF3 - 0.06 LiF - 1.017849), the open model's."""
    superheat = np.asarray(superheat_c, dtype=float)
    exponent = 0.0095 * superheat - 0.019 * np.asarray(alf3) - 0.06 * np.asarray(lif) - 1.017849
    loss: Floats = np.exp(np.log(10.0) * np.minimum(exponent, 0.0))
    return loss
