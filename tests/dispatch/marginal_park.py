"""A park whose units have round emissions: 0.6 t/MWh of import, 1 t per gross MWh of coal at 200."""

import dataclasses

from dispatch_parks import PARK, with_

from holin.park import EmissionFactor, Fuel, ThermalUnit

FACTOR = EmissionFactor(id="F", t_per_mwh=0.6)
GRID = dataclasses.replace(PARK.grids[0], emission_factor="F")
# 10 GJ/MWh of 0.1 t/GJ at 20 per GJ: 1 t and 200 per gross MWh.
COAL = ThermalUnit(
    id="C",
    bus="A",
    p_nom_mw=20.0,
    p_min_mw=0.0,
    ramp_up_mw_per_h=20.0,
    ramp_down_mw_per_h=20.0,
    heat_rate_points=((1.0, 10.0),),
    fuel="lignite",
)
FUEL = Fuel(id="lignite", price_per_gj=20.0, emission_factor_t_per_gj=0.1)
PLAIN = with_(PARK, grids=(GRID,), emission_factors=(FACTOR,), fuels=(FUEL,))
