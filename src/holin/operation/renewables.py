"""Wind farms and PV plants: use what the weather allows, or curtail."""

from __future__ import annotations

import numpy as np

from holin.kernel.linear import Floats, ProblemBuilder
from holin.operation.block import Block, Hours, Injection, Quantity
from holin.park import Park, PvPlant, WindFarm, by_id


def renewables_of(park: Park) -> tuple[WindFarm | PvPlant, ...]:
    """Return wind farms, then PV plants, in park order."""
    return (*park.wind_farms, *park.pv_plants)


def add_renewables(builder: ProblemBuilder, hours: Hours, park: Park, available_mw: Floats) -> Block:
    """Add the power of every wind farm and PV plant: 0 <= p <= available.

    `available_mw` has shape (time, unit) in the order of `renewables_of`, outages deducted.
    """
    units, costs = renewables_of(park), by_id(park.costs)
    marginal = np.array([costs[u.cost].marginal_cost_per_mwh if u.cost else 0.0 for u in units])
    power = builder.add_variables("renewable", available_mw.shape, upper=available_mw, cost=marginal * hours.step_h)
    return Block(
        injections=tuple(Injection(bus=u.bus, columns=power[:, k], factor=1.0, unit=u.id) for k, u in enumerate(units)),
        quantities={
            "renewable_used_mwh": Quantity(terms=((power, hours.step_h),)),
            "renewable_available_mwh": Quantity(constant=float(available_mw.sum() * hours.step_h)),
            "renewable_mw": Quantity(constant=float(np.sum([u.p_nom_mw for u in units]))),
        },
    )
