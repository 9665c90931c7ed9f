"""What a dispatch is solved for, as arrays in park order."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from holin.kernel.linear import Floats
from holin.operation import Hours, Islands, nominal_potline_mw
from holin.park import Park


@dataclass(frozen=True, kw_only=True)
class Case:
    """What a dispatch is solved for, as arrays in park order: available (time, wind and PV), load (time, load),
    heat (time, thermal unit), loss (time, bus); all in MW. `islands` tells which buses balance together,
    `unfed_mw` (time, load) what loads ask for while the network leaves their bus without voltage,
    `must_run_mw` what captive units must give together (gross). `in_place` are potlines that may take the place of
    another one, whose nominal power stands for theirs. In a `ring` the last step stands before the first one for
    thermal units, as it always does for storage and heat; without it they were on before, at any power."""

    park: Park
    hours: Hours
    available_mw: Floats
    load_mw: Floats
    heat_mw: Floats
    loss_mw: Floats
    islands: Islands
    unfed_mw: Floats
    must_run_mw: float = 0.0
    in_place: frozenset[str] = frozenset()
    ring: bool = True


def fixed_mw(case: Case) -> Floats:
    """Return what must be delivered at each bus (time, bus): firm load, nominal potlines, losses."""
    total = np.array(case.loss_mw, dtype=float)
    position = {bus: k for k, bus in enumerate(case.islands.buses)}
    for k, load in enumerate(case.park.loads):
        total[:, position[load.bus]] += case.load_mw[:, k]
    nominal = nominal_potline_mw(case.park, case.hours)
    for k, potline in enumerate(case.park.potlines):
        if potline.id not in case.in_place:
            total[:, position[potline.bus]] += nominal[:, k]
    return total
