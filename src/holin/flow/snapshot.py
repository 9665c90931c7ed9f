"""The one state that a park holds by itself, as a schedule: for network cases, which have no weather and no market."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import numpy as np
import xarray as xr

from holin.calendar import Times, hours_between
from holin.park import Park, Potline, out_of_service, units_of
from holin.tables import SCHEDULE, checked


def snapshot(park: Park) -> xr.Dataset:
    """Return the table `schedule` of one hour, the first of the last stage's day, by the park's own figures.

    Generators give their `p_mw`, loads take their `load_mw`, potlines their power at nominal current; wind farms, PV
    plants and storage give nothing, and nor does what a planned outage, of itself or its bus, has out in this hour. The
    grid connections share what is missing by their import limits; beyond these the thermal units share it by their net
    nominal power, and what they cannot give is the grid connections' again. In the flow the connection or generator
    that balances its island takes the true rest. Prices, losses, heat and contents
    of storage are NaN: nobody decided them.
    """
    units, time = units_of(park), _hour(park)
    out = set(out_of_service(park, time))
    running = {u.id for u in units if not out & {u.id, u.bus}}
    power = {x.id: x.p_mw for x in park.generators}
    power |= {x.id: -x.load_mw for x in park.loads} | {x.id: -nominal_ac_mw(x) for x in park.potlines}
    power = {unit: p for unit, p in power.items() if unit in running}
    missing = -sum(power.values())
    limits = {g.id: g.import_max_mw for g in park.grids if g.id in running}
    net = {t.id: t.p_nom_mw * (1 - t.auxiliary) for t in park.thermal_units if t.id in running}
    by_units = min(max(missing - sum(limits.values()), 0.0), sum(net.values()))
    power |= _shared(by_units, net) | _shared(missing - by_units, limits)
    p_mw = np.array([power.get(u.id, 0.0) for u in units])
    gross = np.array([power.get(t.id, 0.0) / (1 - t.auxiliary) for t in park.thermal_units])
    on = (gross > 0).astype(float)
    known = {"p_mw": p_mw, "gross_mw": gross, "committed": on, "start_up": 0 * on}
    known |= {"charge_mw": np.zeros(len(park.storages)), "discharge_mw": np.zeros(len(park.storages))}
    known |= {"shed_mw": np.zeros(len(park.loads))}
    labels = {
        "unit": [u.id for u in units],
        "storage": [s.id for s in park.storages],
        "thermal_unit": [t.id for t in park.thermal_units],
        "potline": [x.id for x in park.potlines],
        "load": [x.id for x in park.loads],
        "bus": [b.id for b in park.buses],
    }
    columns = {
        name: (dims, known.get(name, np.full(len(labels[dims[1]]), np.nan)).reshape(1, -1))
        for name, dims in SCHEDULE.dims.items()
    }
    of_units = {
        "kind": ("unit", [u.kind for u in units]),
        "unit_bus": ("unit", [u.bus for u in units]),
        "enterprise": ("unit", [u.enterprise for u in units]),
    }
    return checked(SCHEDULE, xr.Dataset(columns, coords={"time": time, **labels, **of_units}))


def _hour(park: Park) -> Times:
    day = park.stages[-1].as_of if park.stages else date(2025, 1, 1)
    return hours_between(day, day + timedelta(days=1), park.facts.time_zone)[:1]


def _shared(power_mw: float, weights: Mapping[str, float]) -> dict[str, float]:
    total = sum(weights.values())
    return {id_: power_mw * weight / total for id_, weight in weights.items()} if total else {}


def nominal_ac_mw(potline: Potline) -> float:
    """Return the AC power at nominal current: pots (E + R I) I / rectifier_efficiency (1 + auxiliary), in MW."""
    volt = potline.back_emf_v + potline.pot_resistance_uohm * 1e-3 * potline.amperage_ka
    dc_mw = potline.pots * volt * potline.amperage_ka * 1e-3
    return dc_mw / potline.rectifier_efficiency * (1 + potline.auxiliary)
