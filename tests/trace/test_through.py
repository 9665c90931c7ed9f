"""How green what passes each bus is: worked out by hand, and the same as what its users are told."""

import numpy as np
import pytest
from hand_tables import flows_of, grid, park_of, schedule_of, tank
from hypothesis import given, settings
from hypothesis import strategies as st

from holin.errors import Mismatch
from holin.trace import green_through, trace


def test_a_line_with_loss_and_wind_at_its_end() -> None:
    # At a the grid alone; at b 105 MW of gross flow come from a, of which 5 are lost, and wind gives 40: 40 / 145.
    flows = flows_of(
        {"grid": ("a", [105]), "wind-1": ("b", [40]), "load-1": ("b", [-140])}, {"line": ("a", "b", [105], [-100])}
    )
    park = park_of(grid())
    share = green_through(park, flows, trace(park, schedule_of(1), flows))
    assert share.dims == ("time", "bus")
    assert share.sel(bus="a").values == pytest.approx([0.0])
    assert share.sel(bus="b").values == pytest.approx([40 / 145])


def test_a_storage_gives_out_what_it_holds() -> None:
    # Hour 1 charges 15 MWh of wind and 10 of the grid; hour 2 gives 16 MW out, 9.6 of them wind, beside 44 of the grid.
    flows = flows_of(
        {"grid": ("a", [40, 44]), "wind-1": ("a", [60, 0]), "tank-1": ("a", [-25, 16]), "load-1": ("a", [-75, -60])}, {}
    )
    park = park_of(grid(), tank("tank-1", efficiency=0.8))
    schedule = schedule_of(2, {"tank-1": ([25, 0], [0, 16], [20, 0])})
    share = green_through(park, flows, trace(park, schedule, flows))
    np.testing.assert_allclose(share.sel(bus="a"), [0.6, 9.6 / 60])


def test_where_nothing_passes_there_is_no_share() -> None:
    flows = flows_of({"grid": ("a", [10]), "load-1": ("a", [-10])}, {"line": ("a", "b", [0], [0])})
    park = park_of(grid())
    share = green_through(park, flows, trace(park, schedule_of(1), flows))
    assert share.sel(bus="a").values == [0.0] and np.isnan(share.sel(bus="b").values).all()
    dark = flows.assign(v_pu=flows["v_pu"].where(flows["bus"] != "b"))
    assert np.isnan(green_through(park, dark, trace(park, schedule_of(1), flows)).sel(bus="b").values).all()


def test_tables_of_other_hours_are_refused() -> None:
    flows = flows_of({"grid": ("a", [10]), "load-1": ("a", [-10])}, {})
    park = park_of(grid())
    table = trace(park, schedule_of(1), flows)
    with pytest.raises(Mismatch):
        green_through(park, flows.isel(time=slice(0, 0)), table)
    with pytest.raises(Mismatch, match="storages differ"):
        more = table.reindex(storage=["tank-9"], fill_value=0)
        green_through(park, flows, more)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(0, 100), min_size=4, max_size=4), st.floats(1, 80), st.floats(1, 80))
def test_every_user_is_as_green_as_its_bus(feeds: list[float], load_a: float, load_b: float) -> None:
    wind_a, wind_b, coal_b, across = feeds
    # The line carries `across` from a to b with 2 % lost; the grid at a and coal at b balance what is left over.
    at_a, at_b = load_a + across - wind_a, load_b - across * 0.98 - wind_b - coal_b
    units = {
        "grid": ("a", [at_a]), "grid-2": ("b", [at_b]), "wind-1": ("a", [wind_a]), "wind-2": ("b", [wind_b]),
        "coal-1": ("b", [coal_b]), "load-1": ("a", [-load_a]), "load-2": ("b", [-load_b]),
    }  # fmt: skip
    flows = flows_of(units, {"line": ("a", "b", [across], [-across * 0.98])})
    park = park_of(grid(), grid("grid-2"))
    table = trace(park, schedule_of(1), flows)
    share = green_through(park, flows, table)
    used = table["energy_mwh"].sum("source")
    green = table["energy_mwh"].isel(source=np.flatnonzero(table["green"].values)).sum("source")
    for load, bus in (("load-1", "a"), ("load-2", "b")):
        expected = green.sel(sink=load) / used.sel(sink=load)
        np.testing.assert_allclose(share.sel(bus=bus), expected, atol=1e-9)


def test_bialeks_network_is_as_green_as_his_matrix_says() -> None:
    # The 4-bus example of Bialek 1996 with wind for its first generator. Gross flows by his A_u, solved as a dense
    # matrix here: A_u[i, j] = -(power that j sends to i) / (all that leaves j), 1 on the diagonal.
    lines = {
        "1-2": ("b1", "b2", 60, 59), "1-3": ("b1", "b3", 225, 218), "1-4": ("b1", "b4", 115, 112),
        "2-4": ("b2", "b4", 173, 171), "4-3": ("b4", "b3", 83, 82),
    }  # fmt: skip
    units = {"wind-1": ("b1", [400]), "grid": ("b2", [114]), "load-1": ("b3", [-300]), "load-2": ("b4", [-200])}
    flows = flows_of(units, {name: (a, b, [sent], [-got]) for name, (a, b, sent, got) in lines.items()})
    buses = ["b1", "b2", "b3", "b4"]
    leaves = {"b1": 400.0, "b2": 173.0, "b3": 300.0, "b4": 283.0}
    matrix = np.eye(4)
    for a, b, sent, _ in lines.values():
        matrix[buses.index(b), buses.index(a)] -= sent / leaves[a]
    green, whole = np.linalg.solve(matrix, [400, 0, 0, 0]), np.linalg.solve(matrix, [400, 114, 0, 0])
    park = park_of(grid())
    share = green_through(park, flows, trace(park, schedule_of(1), flows))
    np.testing.assert_allclose([share.sel(bus=bus).item() for bus in buses], green / whole, atol=1e-12)
    assert share.sel(bus="b2").item() == pytest.approx(60 / 174)
