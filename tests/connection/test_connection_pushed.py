"""The state that the grid must carry: the new load unshed, a locked-in source at all it could give."""

import numpy as np
import xarray as xr

from holin.connection import pushed, silent


def schedule() -> xr.Dataset:
    """Two hours: a load of which half is shed, a source held back in both; its bus is locked in the first only."""
    return xr.Dataset(
        {
            "p_mw": (("time", "unit"), [[-5.0, 3.0, 2.0], [-10.0, 3.0, 7.0]]),
            "shadow_price_per_mwh": (("time", "bus"), [[300.0, 0.0], [0.0, 0.0]]),
        },
        coords={"time": [0, 1], "unit": ["new-load", "new-wind", "g"], "bus": ["grid", "b"]},
    )


def test_load_and_locked_source_are_pushed_and_a_surplus_is_not() -> None:
    demand = xr.Dataset({"load_mw": (("time", "load"), [[10.0], [10.0]])}, coords={"load": ["new-load"]})
    available = xr.Dataset({"available_mw": (("time", "unit"), [[8.0], [8.0]])}, coords={"unit": ["new-wind"]})
    before = schedule()
    found = pushed(
        before, demand, available, load="new-load", sources=("new-wind",), bus="b", grid_bus="grid"
    )["p_mw"].values  # fmt: skip
    assert found.tolist() == [[-10.0, 8.0, 2.0], [-10.0, 3.0, 7.0]]
    assert np.array_equal(before["p_mw"].values, schedule()["p_mw"].values), "the schedule itself is as it was"


def test_silent_units_give_and_take_nothing() -> None:
    assert silent(schedule(), ("new-load",))["p_mw"].values[:, 0].tolist() == [0.0, 0.0]
