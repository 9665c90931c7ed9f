"""Tap changers that keep a voltage: the position is found from the flow and reported; an unreported one is named."""

import dataclasses
from datetime import datetime

import numpy as np
import pytest
import xarray as xr
from flow_parks import grid, line, load, park_of, schedule, transformer

from holin.flow import estimate, estimate_summary, flow, measured_flow, observability
from holin.park import Bus, Outage, Park, Side


def regulated(**more: object) -> Park:
    """A changer that has to step: 60 MW behind 12 % of 50 MVA."""
    unit = {"v_set_pu": 1.0, "tap_min": -8, "tap_max": 8, "tap_step": 0.0125, "vector_group": "YNd11"} | more
    return park_of(
        buses=(Bus(id="a", v_nom_kv=110.0), Bus(id="b", v_nom_kv=110.0), Bus(id="c", v_nom_kv=10.5)),
        lines=(line("l", "a", "b", length_km=30),),
        transformers=tuple(transformer(t, "b", "c", **unit) for t in "tu"),
        grids=(grid("a"),),
        loads=(load("x", "c", 90),),
    )


P = {"x": -np.array([1.0, 30.0, 60.0, 70.0])}


@pytest.mark.parametrize("side", [Side.FROM, Side.TO])
def test_the_position_that_the_flow_stands_on_is_reported(side: Side) -> None:
    park = regulated(tap_side=side)
    flows = flow(park, schedule(park, P, 4))
    table = measured_flow(park, flows, seed=1)
    positions = table["value"].values[:, table["quantity"].values == "tap_pos"]
    assert positions.shape == (4, 2) and len(set(positions[:, 0])) > 2
    for hour in range(4):
        stands = tuple(
            dataclasses.replace(t, v_set_pu=None, tap_pos=int(positions[hour, k]))
            for k, t in enumerate(park.transformers)
        )
        fixed = flow(dataclasses.replace(park, transformers=stands), schedule(park, P, 4))
        assert fixed["v_pu"].values[hour] == pytest.approx(flows["v_pu"].values[hour], abs=1e-8)
    answer = estimate(park, table)
    assert not answer["flagged"].values.any() and observability(park, table).assumed_taps == ()
    for column, sigma in (("v_pu", "v_sigma_pu"), ("v_angle_rad", "v_angle_sigma_rad")):
        error = np.abs(answer[column] - flows[column]).values[:, 1:] / answer[sigma].values[:, 1:]
        assert error.max() < 5


def test_a_position_that_nobody_reports_is_named() -> None:
    park = regulated()
    table = measured_flow(park, flow(park, schedule(park, P, 4)), seed=1)
    silent = table.isel(measurement=np.flatnonzero(table["quantity"].values != "tap_pos"))
    seen = observability(park, silent)
    assert seen.assumed_taps == ("t", "u")
    answer = estimate(park, silent)
    assert estimate_summary(answer, seen)["assumed_taps"] == ["t", "u"]
    assert answer["flagged"].values[3] > 0  # the park says position 0


def test_a_position_without_power_is_left_empty() -> None:
    """A transformer out of service shows nothing of its changer; the park's position is taken, and that is said."""
    outage = Outage(id="o", element="u", start=datetime(2025, 1, 1, 9), end=datetime(2025, 1, 1, 10))
    park = dataclasses.replace(regulated(), outages=(outage,))
    flows = flow(park, schedule(park, {"x": -np.array([30.0, 30.0])}, 2))  # 08:00, 09:00 local
    table = measured_flow(park, flows)
    position = table["value"].sel(measurement="u.tap_pos").values
    assert np.isnan(position).tolist() == [False, True]
    assert observability(park, table.isel(time=[1])).assumed_taps == ("u",)
    answer = estimate(park, table)
    assert answer["converged"].values.all() and not answer["flagged"].values.any()
    assert answer["v_pu"].values == pytest.approx(flows["v_pu"].values, abs=1e-8)


def test_positions_that_differ_are_not_believed_at_their_moment() -> None:
    """A second report of t, one step off at the second moment: both are bad there, and the park's position is taken."""
    park = regulated()
    table = measured_flow(park, flow(park, schedule(park, P, 4)))
    k = list(table["measurement"].values).index("t.tap_pos")
    other = table.isel(measurement=[k]).assign_coords(measurement=["t.second"])
    steps = other["value"].values.copy()
    steps[1] += 1
    both = xr.concat([table, other.assign(value=(("time", "measurement"), steps))], dim="measurement", join="exact")
    answer = estimate(park, both)
    flags = answer["flag"].sel(measurement=["t.tap_pos", "t.second"]).values
    assert flags.tolist() == [[0, 0], [1, 1], [0, 0], [0, 0]]
    shown = answer["estimate"] + answer["residual"].fillna(0.0)
    assert shown.sel(measurement="t.second").values == pytest.approx(steps[:, 0])
    assert answer["estimate"].sel(measurement="t.second").values[1] == 0  # as the park says
    assert answer["flagged"].values[[0, 2, 3]].tolist() == [0, 0, 0]
    assert observability(park, both.isel(time=[1])).assumed_taps == ("t",)
