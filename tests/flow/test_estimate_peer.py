"""The same noisy measurements in power-grid-model (MPL-2.0, a test dependency): the same estimate.

Its Newton-Raphson state estimation minimises the same weighted squares, buses without units exact, as its documentation
("Algorithms, Newton-Raphson state estimation") says.
"""

from typing import Any

import numpy as np
import pytest
import xarray as xr
from flow_parks import random_park, random_schedule
from power_grid_model import CalculationMethod, ComponentType, MeasuredTerminalType, PowerGridModel
from test_peer import peer_input, table

from holin.flow import estimate, flow
from holin.flow.estimate.synthetic import measured_flow
from holin.park import Park, units_of


def measured(park: Park, flows: xr.Dataset, seed: int) -> xr.Dataset:
    """Voltages of all buses, powers of all branches' first ends and of all buses with units but the grid's.

    The line that is open at one end has no meter: power-grid-model leaves it out of the estimate.
    """
    everywhere = measured_flow(park, flows)
    at_units = {u.bus for u in units_of(park)} - {"H0", "H0b"}  # both are the grid's node
    element, end, quantity = (everywhere[c].values for c in ("element", "end", "quantity"))
    keep = (quantity == "v_pu") | ((end == "from") & (element != "stub"))
    shown = everywhere.isel(measurement=np.flatnonzero(keep))
    injected = {"p_mw": [], "q_mvar": []}
    for name, rows in injected.items():
        for bus in sorted(at_units):
            at = [k for k, u in enumerate(units_of(park)) if u.bus == bus]
            rows.append(flows[name].values[:, at].sum(axis=1))
    sigma = np.where(shown["quantity"].values == "v_pu", 0.002, 0.05)
    rng = np.random.default_rng(seed)
    values = np.hstack([shown["value"].values, *(np.column_stack(rows) for rows in injected.values())])
    sigmas = np.concatenate([sigma, np.full(2 * len(at_units), 0.08)])
    names = [(b, "", q) for q in injected for b in sorted(at_units)]
    places = [*zip(*(shown[c].values for c in ("element", "end", "quantity")), strict=True), *names]
    element, end, quantity = (list(map(str, part)) for part in zip(*places, strict=True))
    return xr.Dataset(
        {
            "value": (("time", "measurement"), values + sigmas * rng.standard_normal(values.shape)),
            "sigma": (("time", "measurement"), np.tile(sigmas, (len(values), 1))),
        },
        coords={
            "time": flows["time"].values,
            "measurement": [f"{e}.{f}.{q}" for e, f, q in places],
            "element": ("measurement", element),
            "end": ("measurement", end),
            "quantity": ("measurement", quantity),
        },
    )


def peer_estimate(park: Park, shown: xr.Dataset) -> np.ndarray:
    """Complex voltages (bus,) of power-grid-model for one moment, against the grid's angle."""
    powers = np.zeros(len(units_of(park)))
    data, number = peer_input(park, powers, powers)
    v_nom = {b.id: b.v_nom_kv * 1e3 for b in park.buses}
    volts: list[dict[str, Any]] = []
    watts: dict[tuple[str, str], dict[str, Any]] = {}
    first = max(number.values()) + 1
    places = zip(*(map(str, shown[c].values) for c in ("element", "end", "quantity")), strict=True)
    for (element, end, quantity), value, sigma in zip(
        places, shown["value"].values[0], shown["sigma"].values[0], strict=True
    ):
        if quantity == "v_pu":
            v = v_nom[element]
            volts.append({"measured_object": number[element], "u_measured": value * v, "u_sigma": sigma * v})
        else:
            terminal = MeasuredTerminalType.branch_from if end else MeasuredTerminalType.node
            row = watts.setdefault(
                (element, end), {"measured_object": number[element], "measured_terminal_type": terminal}
            )
            row[{"p_mw": "p_measured", "q_mvar": "q_measured"}[quantity]] = value * 1e6
            row[{"p_mw": "p_sigma", "q_mvar": "q_sigma"}[quantity]] = sigma * 1e6
    rows = [*volts, *watts.values()]
    for k, row in enumerate(rows):
        row["id"] = first + k
    data[ComponentType.sym_voltage_sensor] = table(ComponentType.sym_voltage_sensor, volts)
    data[ComponentType.sym_power_sensor] = table(ComponentType.sym_power_sensor, list(watts.values()))
    out = PowerGridModel(data).calculate_state_estimation(
        error_tolerance=1e-10, max_iterations=100, calculation_method=CalculationMethod.newton_raphson
    )
    node = out[ComponentType.node]
    at = np.searchsorted(node["id"], [number[b.id] for b in park.buses])
    v = (node["u_pu"] * np.exp(1j * node["u_angle"]))[at]
    return v * np.exp(-1j * np.angle(v[0]))


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("meshed", [False, True])
def test_noisy_measurements_give_the_same_estimate(seed: int, meshed: bool) -> None:
    rng = np.random.default_rng(seed)
    park = random_park(rng, meshed=meshed, buses=int(rng.integers(6, 14)))
    flows = flow(park, random_schedule(rng, park, 1))
    shown = measured(park, flows, seed)
    ours = estimate(park, shown)
    assert ours["converged"].values.all() and (ours["quality"].values == 2).all() and not ours["flagged"].values.any()
    v = (ours["v_pu"] * np.exp(1j * ours["v_angle_rad"])).values[0]
    assert park.buses[0].id == "H0"
    assert v == pytest.approx(peer_estimate(park, shown), abs=1e-6)
