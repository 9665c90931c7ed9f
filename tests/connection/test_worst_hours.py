"""The hours that matter most: each branch, bus and unit at its extreme, also in a park that is one bus."""

import numpy as np
import xarray as xr

from holin.connection import worst_hours

HOURS = np.datetime64("2025-01-01", "ns") + np.arange(6) * np.timedelta64(1, "h")


def flows(loading: list[list[float]], v_pu: list[float]) -> xr.Dataset:
    """A table FLOWS of one bus, one unit, and a branch for each row of loadings."""
    return xr.Dataset(
        {
            "loading": (("time", "branch"), np.array(loading).reshape(len(loading), 6).T),
            "v_pu": (("time", "bus"), np.array(v_pu)[:, None]),
            "p_mw": (("time", "unit"), np.array([[0.0], [0.0], [0.0], [0.0], [5.0], [0.0]])),
        },
        coords={"time": HOURS, "unit": ["W"]},
    )


def test_each_extreme_is_an_hour() -> None:
    table = flows([[0.1, 0.9, 0.2, 0.2, 0.2, 0.2]], [1.0, 1.0, 0.9, 1.1, 1.0, 1.0])
    assert worst_hours([table], ["W"], most_loaded=1).tolist() == HOURS[[0, 1, 2, 3, 4]].tolist()


def test_a_park_of_one_bus_has_hours_without_a_branch() -> None:
    table = flows([], [1.0, 1.0, 0.9, 1.1, 1.0, 1.0])
    assert worst_hours([table], (), most_loaded=0).tolist() == HOURS[[2, 3]].tolist()
    assert set(HOURS[[2, 3, 4]]) <= set(worst_hours([table], ["W"]))
