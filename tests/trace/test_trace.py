"""Traces of small parks worked out by hand, their identities, and what must be refused."""

import numpy as np
import pytest
from hand_tables import flows_of, grid, hours, park_of, schedule_of, series, tank
from hypothesis import given, settings
from hypothesis import strategies as st

from holin.errors import CheckFailed, Mismatch
from holin.trace import trace
from holin.trace import tracing as tracing_file


def energy(table, source, sink):
    return table["energy_mwh"].sel(source=source, sink=sink).values


def test_line_with_loss_and_local_wind():
    # The grid gives 105 MW, the line keeps 5, wind at the load's bus gives 40, the load takes 140.
    flows = flows_of(
        {"grid": ("a", [105]), "wind-1": ("b", [40]), "load-1": ("b", [-140])}, {"line": ("a", "b", [105], [-100])}
    )
    table = trace(park_of(grid()), schedule_of(1), flows)
    # Gross at b: 145; the load's mixture 105/145 and 40/145, its loss 5 in that mixture.
    assert energy(table, "grid", "load-1") == pytest.approx(140 * 105 / 145)
    assert energy(table, "wind-1", "load-1") == pytest.approx(140 * 40 / 145)
    assert table["loss_mwh"].sum() == pytest.approx(5)
    assert energy(table, "grid", "export:grid") == 0
    assert table["source_kind"].values.tolist() == ["grid", "wind_farm"]
    assert table["green"].values.tolist() == [False, True]
    assert table["sink_kind"].values.tolist() == ["load", "export"]
    assert table["enterprise"].values.tolist() == ["works", ""]
    assert table["energy_mwh"].attrs["units"] == "MWh"


def test_closed_switch_makes_one_node():
    # Two bus sections of one node: no branch between them, and the shunt's 1 MW is a loss of all that leave.
    flows = flows_of(
        {"grid": ("a", [60]), "wind-1": ("b", [41]), "load-1": ("a", [-20]), "load-2": ("b", [-80])},
        {},
        nodes={"a": 7, "b": 7},
        shunt_loss_mw={"b": [1]},
    )
    table = trace(park_of(grid()), schedule_of(1), flows)
    assert energy(table, "wind-1", "load-1") == pytest.approx(20 * 41 / 101)
    assert energy(table, "wind-1", "load-2") == pytest.approx(80 * 41 / 101)
    np.testing.assert_allclose(table["loss_mwh"].sum(("time", "source")), [0.2, 0.8, 0.0], atol=1e-12)


def test_export_and_a_plant_that_draws_are_sinks():
    # Wind 50 feeds the load 30, a standing thermal unit's own use 2, and exports 18.
    flows = flows_of({"wind-1": ("a", [50]), "coal-1": ("a", [-2]), "grid": ("a", [-18]), "load-1": ("a", [-30])}, {})
    table = trace(park_of(grid()), schedule_of(1), flows)
    assert table["sink"].values.tolist() == ["load-1", "coal-1", "export:grid"]
    np.testing.assert_allclose(table["energy_mwh"].sel(source="wind-1")[0], [30, 2, 18])


# Two hours, one tank with efficiency 0.8 either way. Hour 1: wind 60 and grid 40 feed a load of 75 and charge 25,
# of which 20 are stored. Hour 2: the tank gives 16 (20 taken out), the grid 44; the load takes 60.
TWO_HOURS = {
    "grid": ("a", [40, 44]),
    "wind-1": ("a", [60, 0]),
    "tank-1": ("a", [-25, 16]),
    "load-1": ("a", [-75, -60]),
}


def test_two_hours_of_storage_by_hand():
    schedule = schedule_of(2, {"tank-1": ([25, 0], [0, 16], [20, 0])})
    table = trace(park_of(grid(), tank("tank-1", efficiency=0.8)), schedule, flows_of(TWO_HOURS, {}))
    # Hour 1 is mixed 60 : 40, and so is the tank: 12 MWh of wind and 8 of the grid.
    np.testing.assert_allclose(energy(table, "wind-1", "tank-1"), [15, 0])
    np.testing.assert_allclose(table["content_mwh"].sel(source="wind-1", storage="tank-1"), [12, 0], atol=1e-12)
    # Hour 2: 16 MW of the tank are 9.6 of wind and 6.4 of the grid.
    np.testing.assert_allclose(energy(table, "wind-1", "load-1"), [45, 9.6])
    np.testing.assert_allclose(energy(table, "grid", "load-1"), [30, 50.4])
    np.testing.assert_allclose(table["discharge_mwh"].sel(source="wind-1", storage="tank-1"), [0, 9.6])
    np.testing.assert_allclose(table["from_storage_mwh"].sel(sink="load-1", storage="tank-1"), [0, 16])
    # Lost in charging 5, in discharging 4, each in the tank's mixture.
    np.testing.assert_allclose(table["storage_loss_mwh"].sel(source="wind-1", storage="tank-1"), [3, 2.4])
    assert table["cyclic"].values.tolist() == [True]
    assert table["source"].values.tolist() == ["grid", "wind-1"]


def test_first_content_has_the_origin_of_the_last():
    # Hour 1 gives out what hour 2 stores: the night's content comes from the end of the cyclic table.
    flows = flows_of({k: (b, p[::-1]) for k, (b, p) in TWO_HOURS.items()}, {})
    schedule = schedule_of(2, {"tank-1": ([0, 25], [16, 0], [0, 20])})
    table = trace(park_of(grid(), tank("tank-1", efficiency=0.8)), schedule, flows)
    np.testing.assert_allclose(energy(table, "wind-1", "load-1"), [9.6, 45])


def test_first_content_closes_the_circle_exactly():
    # The tank is never empty: 60 MWh, of which hour 1 adds 20 of wind and hour 2 gives 20 out, hour 3 adds 20 of grid
    # and hour 4 gives 20 out. With f the wind part at the start: after hour 1 (60 f + 20) / 80, unchanged by giving;
    # after hour 3 (60 (60 f + 20) / 80) / 80 = f, so 6400 f = 3600 f + 1200 and f = 3/7.
    flows = flows_of(
        {
            "wind-1": ("a", [50, 0, 0, 0]),
            "grid": ("a", [0, 10, 50, 10]),
            "tank-1": ("a", [-20, 20, -20, 20]),
            "load-1": ("a", [-30, -30, -30, -30]),
        },
        {},
    )
    schedule = schedule_of(4, {"tank-1": ([20, 0, 20, 0], [0, 20, 0, 20], [80, 60, 80, 60])})
    table = trace(park_of(grid(), tank("tank-1")), schedule, flows)
    assert table["content_mwh"].sel(source="wind-1")[-1] == pytest.approx(60 * 3 / 7, rel=1e-13)
    assert energy(table, "wind-1", "load-1") == pytest.approx([30, 20 * (60 * 3 / 7 + 20) / 80, 0, 20 * 3 / 7])


def test_unknown_first_content_is_not_green():
    # 40 MWh before the first hour, 20 at the end: not cyclic. The tank gives 20 of what nobody knows.
    flows = flows_of({"wind-1": ("a", [10]), "tank-1": ("a", [20]), "load-1": ("a", [-30])}, {})
    table = trace(park_of(tank("tank-1")), schedule_of(1, {"tank-1": ([0], [20], [20])}), flows)
    assert table["source"].values.tolist() == ["wind-1", "unknown"]
    assert table["green"].values.tolist() == [True, False]
    assert table["cyclic"].values.tolist() == [False]
    assert energy(table, "unknown", "load-1") == pytest.approx(20)


def test_a_tank_that_never_charges_holds_something_unknown():
    # 50 MWh lie in it for two hours: the table is cyclic, but where they came from is not in it.
    flows = flows_of({"wind-1": ("a", [10, 10]), "tank-1": ("a", [0, 0]), "load-1": ("a", [-10, -10])}, {})
    table = trace(park_of(tank("tank-1")), schedule_of(2, {"tank-1": ([0, 0], [0, 0], [50, 50])}), flows)
    assert table["content_mwh"].sel(source="unknown").values.tolist() == [[50], [50]]
    assert table["energy_mwh"].sel(source="unknown").sum() == 0


def test_standing_losses_and_running_in_circles_are_the_tanks_own():
    # 100 MWh of wind charged at once; then an hour at 10 % standing loss, in which the tank also charges and
    # discharges 8 MW at once (efficiency 0.8): net nothing at the bus, 8 / 0.8 - 8 x 0.8 = 3.6 lost; then 69.12 out.
    before_out = 80 * 0.9 - 3.6
    kept = before_out * 0.9
    flows = flows_of(
        {
            "wind-1": ("a", [110, 10, 10]),
            "tank-1": ("a", [-100, 0, kept * 0.8]),
            "load-1": ("a", [-10, -10, -10 - kept * 0.8]),
        },
        {},
    )
    schedule = schedule_of(3, {"tank-1": ([100, 8, 0], [0, 8, kept * 0.8], [80, before_out, 0])})
    table = trace(park_of(tank("tank-1", efficiency=0.8, standing_loss_per_h=0.1)), schedule, flows)
    lost = table["storage_loss_mwh"].sel(storage="tank-1", source="wind-1")
    np.testing.assert_allclose(lost, [20, 8 + 3.6, before_out * 0.1 + kept * 0.2])
    assert table["from_storage_mwh"].sel(storage="tank-1", sink="load-1")[2] == pytest.approx(kept * 0.8)


def test_one_tank_may_fill_another():
    # Hour 1: wind charges tank 1. Hour 2: tank 1 charges tank 2. Hour 3: tank 2 gives 20 to the load: all of it wind.
    flows = flows_of(
        {
            "wind-1": ("a", [30, 0, 0]),
            "grid": ("a", [0, 10, 0]),
            "tank-1": ("a", [-20, 20, 0]),
            "tank-2": ("b", [0, -20, 20]),
            "load-1": ("a", [-10, -10, -20]),
        },
        {"line": ("a", "b", [0, 20, -20], [0, -20, 20])},
    )
    schedule = schedule_of(
        3, {"tank-1": ([20, 0, 0], [0, 20, 0], [20, 0, 0]), "tank-2": ([0, 20, 0], [0, 0, 20], [0, 20, 0])}
    )
    table = trace(park_of(grid(), tank("tank-1"), tank("tank-2")), schedule, flows)
    # In hour 2 tank 1's 20 and the grid's 10 mix at the node: two thirds of tank 2 and of the load are wind.
    np.testing.assert_allclose(energy(table, "wind-1", "load-1"), [10, 10 * 2 / 3, 20 * 2 / 3])


def test_content_that_two_tanks_only_pass_to_each_other_has_no_origin():
    # 20 MWh go to and fro between two tanks without loss: the table is cyclic, and nothing ever came from outside.
    flows = flows_of({"tank-1": ("a", [20, -20]), "tank-2": ("a", [-20, 20]), "load-1": ("a", [0, 0])}, {})
    schedule = schedule_of(2, {"tank-1": ([0, 20], [20, 0], [0, 20]), "tank-2": ([20, 0], [0, 20], [20, 0])})
    with pytest.raises(CheckFailed, match="among themselves"):
        trace(park_of(tank("tank-1"), tank("tank-2")), schedule, flows)


def test_known_mix_of_the_import_is_a_source_of_its_own():
    flows = flows_of({"grid": ("a", [40, 40]), "load-1": ("a", [-40, -40])}, {})
    table = trace(park_of(grid(mix="mix"), series("mix", [0.25, 0.5])), schedule_of(2), flows)
    np.testing.assert_allclose(energy(table, "renewable:grid", "load-1"), [10, 20])
    np.testing.assert_allclose(energy(table, "grid", "load-1"), [30, 20])
    assert table["green"].values.tolist() == [False, True]


def year_like(random, days=20):
    """A park of two nodes with a line that loses, charged at night and discharged in the evening, cyclic."""
    count = 24 * days
    clock = np.arange(count) % 24
    charge = np.where(clock < 5, random.uniform(5, 30, count), 0.0)
    loss, soc, out = 0.001, np.zeros(count), np.zeros(count)
    content = start = 12.0
    for h in range(count):
        content *= 1 - loss
        stop = clock[h] == 23
        out[h] = 0.9 * (content - start) if stop else (0.9 * (content - start) * 0.3 if clock[h] > 15 else 0.0)
        content += 0.9 * charge[h] - out[h] / 0.9
        soc[h] = content
    wind, load = random.uniform(0, 80, count), random.uniform(20, 60, count)
    into_a = wind + out - charge
    into_b = -into_a + 1e-3 * into_a**2
    units = {
        "wind-1": ("a", wind),
        "tank-1": ("a", out - charge),
        "grid": ("b", load + into_b),
        "load-1": ("b", -load),
    }
    flows = flows_of(units, {"line": ("a", "b", into_a, into_b)})
    return schedule_of(count, {"tank-1": (charge, out, soc)}), flows


def test_books_close_over_a_long_table():
    schedule, flows = year_like(np.random.default_rng(3))
    table = trace(park_of(grid(), tank("tank-1", efficiency=0.9, standing_loss_per_h=0.001)), schedule, flows)
    users = table.sel(sink=table["sink_kind"] != "storage")
    wind = float(users["energy_mwh"].sel(source="wind-1").sum() + table["loss_mwh"].sel(source="wind-1").sum())
    wind += float(table["storage_loss_mwh"].sel(source="wind-1").sum())
    # Over a cyclic table every MWh of a source ends at a user, as network loss or as storage loss.
    assert wind == pytest.approx(float(flows["p_mw"].sel(unit="wind-1").sum()), rel=1e-9)
    assert table["cyclic"].values.tolist() == [True]


@given(seed=st.integers(0, 10_000))
@settings(max_examples=15, deadline=None)
def test_identities_hold_for_any_table(seed):
    schedule, flows = year_like(np.random.default_rng(seed), days=2)
    table = trace(park_of(grid(), tank("tank-1", efficiency=0.9, standing_loss_per_h=0.001)), schedule, flows)
    assert (table["energy_mwh"] >= 0).all()
    assert (table["content_mwh"] >= -1e-12).all()
    used = table["energy_mwh"].sum("source").sel(sink="load-1")
    np.testing.assert_allclose(used, -flows["p_mw"].sel(unit="load-1"), atol=1e-9)


def simple_flows(load=-30.0, **changes):
    units = {"wind-1": ("a", [10.0]), "grid": ("a", [20.0]), "load-1": ("a", [load]), **changes}
    return flows_of(units, {})


def test_progress_is_told_and_may_cancel():
    told = []
    trace(park_of(grid()), schedule_of(1), simple_flows(), on_progress=told.append)
    assert told == [1.0]

    class Cancelled(Exception):
        pass

    def cancel(_):
        raise Cancelled

    with pytest.raises(Cancelled):
        trace(park_of(grid()), schedule_of(1), simple_flows(), on_progress=cancel)


def refused(flows, words, park=None, schedule=None):
    with pytest.raises(Mismatch, match=words):
        trace(park or park_of(grid()), schedule if schedule is not None else schedule_of(1), flows)


def test_flows_that_do_not_balance_are_refused():
    refused(simple_flows(load=-29.0), "left over at bus a")


def test_unsolved_hours_are_refused():
    flows = simple_flows()
    flows["converged"][0] = 0
    refused(flows, "not solved")


def test_missing_values_are_refused_but_not_at_dark_buses():
    flows = simple_flows()
    flows["p_mw"][0, 0] = np.nan
    refused(flows, "wind-1 is missing")
    dark = flows_of({"grid": ("a", [5.0]), "load-1": ("a", [-5.0]), "load-2": ("c", [np.nan])}, {})
    dark["v_pu"][0, 1] = np.nan
    assert energy(trace(park_of(grid()), schedule_of(1), dark), "grid", "load-2") == 0


def test_a_load_that_feeds_in_is_refused():
    refused(simple_flows(**{"load-2": ("a", [1.0]), "load-3": ("a", [-1.0])}), "load-2 feeds 1 MW in")


def test_other_hours_are_refused():
    refused(simple_flows(), "hours differ", schedule=schedule_of(2))
    gap = schedule_of(2).assign_coords(time=hours(3)[[0, 2]])
    two = flows_of({"grid": ("a", [5.0, 5.0]), "load-1": ("a", [-5.0, -5.0])}, {}).assign_coords(time=gap["time"])
    refused(two, "do not follow each other", schedule=gap)


def test_other_storages_are_refused():
    refused(simple_flows(**{"tank-1": ("a", [0.0])}), "storages differ")


def test_a_content_from_nowhere_is_refused():
    flows = flows_of({"grid": ("a", [5.0, 5.0]), "load-1": ("a", [-5.0, -5.0]), "tank-1": ("a", [0.0, 0.0])}, {})
    schedule = schedule_of(2, {"tank-1": ([0, 0], [0, 0], [1, 5])})
    refused(flows, "gains 4 MWh from nowhere", park=park_of(grid(), tank("tank-1")), schedule=schedule)


def test_flows_of_another_schedule_are_refused():
    flows = flows_of({"grid": ("a", [5.0]), "load-1": ("a", [-5.0]), "tank-1": ("a", [0.0])}, {})
    schedule = schedule_of(1, {"tank-1": ([4], [0], [4])})
    refused(flows, "4 MW apart", park=park_of(grid(), tank("tank-1")), schedule=schedule)


def test_mix_outside_its_bounds_or_hours_is_refused():
    park = park_of(grid(mix="mix"), series("mix", [1.5]))
    refused(simple_flows(), "within 0..1", park=park)
    late = series("mix", [0.5]).__class__(
        id="mix", file="s.csv", header="mix", time=hours(9)[8:], values=np.array([0.5])
    )
    refused(simple_flows(), "no value in 1 of 1 hours", park=park_of(grid(mix="mix"), late))


def test_a_wrong_result_never_leaves(monkeypatch):
    # If the sharing lost energy, the identities would say so.
    right = tracing_file.shared

    def wrong(exchange, **how):
        found = right(exchange, **how)
        found.energy_mw[...] *= 0.999
        return found

    monkeypatch.setattr(tracing_file, "shared", wrong)
    with pytest.raises(CheckFailed, match=r"demand of sink load-1 is 0\.03 MWh apart"):
        trace(park_of(grid()), schedule_of(1), simple_flows())
