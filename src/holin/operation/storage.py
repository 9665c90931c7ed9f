"""Storage: charge, discharge and content, the horizon's end meeting its start."""

from __future__ import annotations

import numpy as np

from holin.kernel.linear import ProblemBuilder
from holin.operation.block import Block, Hours, Injection, Quantity, in_service, previous
from holin.park import Park, by_id


def add_storages(builder: ProblemBuilder, hours: Hours, park: Park) -> Block:
    """Add every storage.

    soc[t] = (1 - standing_loss)^step soc[t-1] + step (efficiency_charge charge - discharge / efficiency_discharge)
    """
    injections: list[Injection] = []
    service = in_service(hours, [s.id for s in park.storages])
    costs = by_id(park.costs)
    for k, unit in enumerate(park.storages):
        other = costs[unit.cost].marginal_cost_per_mwh if unit.cost else 0.0
        power = unit.p_nom_mw * service[:, k]
        shape = (hours.count,)
        charge = builder.add_variables(f"charge.{unit.id}", shape, upper=power)
        discharge = builder.add_variables(
            f"discharge.{unit.id}", shape, upper=power, cost=(unit.cycle_cost_per_mwh + other) * hours.step_h
        )
        soc = builder.add_variables(
            f"soc.{unit.id}", shape, lower=unit.soc_min * unit.e_nom_mwh, upper=unit.soc_max * unit.e_nom_mwh
        )
        kept = (1.0 - unit.standing_loss_per_h) ** hours.step_h
        terms = [
            (soc, 1.0),
            (previous(soc), -kept),
            (charge, -hours.step_h * unit.efficiency_charge),
            (discharge, hours.step_h / unit.efficiency_discharge),
        ]
        builder.add_rows(f"soc.{unit.id}", terms, lower=0.0, upper=0.0)
        injections.append(Injection(bus=unit.bus, columns=charge, factor=-1.0, unit=unit.id))
        injections.append(Injection(bus=unit.bus, columns=discharge, factor=1.0, unit=unit.id))
    nominal = {
        "storage_mw": Quantity(constant=float(np.sum([s.p_nom_mw for s in park.storages]))),
        "storage_mwh": Quantity(constant=float(np.sum([s.e_nom_mwh for s in park.storages]))),
    }
    return Block(injections=tuple(injections), quantities=nominal)
