"""The bath: its liquidus and the current efficiency, by composition. Shares are in wt%."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from holin.kernel.compiling import formula
from holin.potline.heat.formulas import liquidus_at, loss_at

Floats = NDArray[np.float64]


def liquidus_temp_c(*, alf3: ArrayLike, caf2: ArrayLike, al2o3: ArrayLike, mgf2: ArrayLike) -> Floats:
    """Return the temperature at which cryolite begins to freeze out of the bath, in degC.

    Solheim et al., Metall. Mater. Trans. B 27 (1996) 739, without the terms of LiF and KF, as the open model
    shen-y21/Data-Driven-Dimension-Reduction has it: 953.7 degC at 11 / 6 / 3 / 1 wt%.
    """
    return np.asarray(formula(liquidus_at)(*(_array(share) for share in (alf3, caf2, al2o3, mgf2))))


def current_efficiency_loss(*, superheat_c: ArrayLike, alf3: ArrayLike, lif: ArrayLike) -> Floats:
    """Return 1 - current efficiency, at most 1: 10^(0.0095 SH - 0.019 AlF3 - 0.06 LiF - 1.017849), the open model's."""
    return np.asarray(formula(loss_at)(*(_array(value) for value in (superheat_c, alf3, lif))))


def _array(value: ArrayLike) -> Floats:
    return np.asarray(value, dtype=float)
