"""First in, first out, worked out by hand; vintages of both algorithms; losses with sources; merged enterprises."""

import numpy as np
import pytest
from hand_tables import flows_of, grid, hours, park_of, schedule_of, tank
from hypothesis import given, settings
from hypothesis import strategies as st
from test_trace import energy, year_like

from holin.errors import CheckFailed, Mismatch
from holin.trace import trace, vintages

# One tank without losses, empty at first. Hours: wind charges 20, the grid charges 30, then 10, 25 and 15 come out.
FIVE = flows_of(
    {
        "wind-1": ("a", [20, 0, 0, 0, 0]),
        "grid": ("a", [0, 30, 0, 0, 0]),
        "tank-1": ("a", [-20, -30, 10, 25, 15]),
        "load-1": ("a", [0, 0, -10, -25, -15]),
    },
    {},
)
FIVE_SCHEDULE = schedule_of(5, {"tank-1": ([20, 30, 0, 0, 0], [0, 0, 10, 25, 15], [20, 50, 40, 15, 0])})
FIVE_PARK = park_of(grid(), tank("tank-1"))


def parcels(table):
    """The rows of a vintage table as (hour out, hour in, source): MWh."""
    at = {t: k for k, t in enumerate(hours(9999))}
    rows = zip(table.time, table.charged_from, table.source, table.discharge_mwh, strict=True)
    return {(at[np.datetime64(t)], at[np.datetime64(c)], s): mwh for t, c, s, mwh in rows}


def test_the_oldest_goes_first():
    table = trace(FIVE_PARK, FIVE_SCHEDULE, FIVE, storage="fifo")
    np.testing.assert_allclose(energy(table, "wind-1", "load-1"), [0, 0, 10, 10, 0])
    np.testing.assert_allclose(energy(table, "grid", "load-1"), [0, 0, 0, 15, 15])
    np.testing.assert_allclose(table["content_mwh"].sel(source="wind-1")[:, 0], [20, 20, 10, 0, 0], atol=1e-12)
    assert table.attrs["storage"] == "fifo"
    found = parcels(vintages(FIVE_PARK, FIVE_SCHEDULE, table))
    assert found == pytest.approx({(2, 0, "wind-1"): 10, (3, 0, "wind-1"): 10, (3, 1, "grid"): 15, (4, 1, "grid"): 15})


def test_pro_rata_gives_of_both_at_once():
    # 20 of 50 MWh are wind: two fifths of each discharge, all charged in the same local month.
    table = trace(FIVE_PARK, FIVE_SCHEDULE, FIVE)
    np.testing.assert_allclose(energy(table, "wind-1", "load-1"), [0, 0, 4, 10, 6])
    found = vintages(FIVE_PARK, FIVE_SCHEDULE, table)
    np.testing.assert_allclose(found.discharge_mwh.sum(), 50)
    # The table begins on 1 January in UTC, and that is the first hour of its month in it.
    assert set(found.charged_from) == {hours(1)[0]}
    assert set(found.charged_until) == {hours(6)[5]}


def test_months_are_local():
    # 16:00 on 31 January in UTC is midnight of 1 February in China: what is charged then is of February.
    count, change = 31 * 24, 31 * 24 - 8
    power = {k: np.zeros(count) for k in ("wind-1", "grid", "tank-1", "load-1")}
    power["wind-1"][0], power["tank-1"][0] = 30, -30
    power["grid"][change], power["tank-1"][change] = 10, -10
    power["tank-1"][-1], power["load-1"][-1] = 40, -40
    soc = np.zeros(count)
    soc[:change], soc[change:-1] = 30, 40
    charge, discharge = np.maximum(-power["tank-1"], 0), np.maximum(power["tank-1"], 0)
    park, schedule = park_of(grid(), tank("tank-1")), schedule_of(count, {"tank-1": (charge, discharge, soc)})
    table = trace(park, schedule, flows_of({k: ("a", p) for k, p in power.items()}, {}))
    found = parcels(vintages(park, schedule, table))
    assert found == pytest.approx({(count - 1, 0, "wind-1"): 30, (count - 1, change, "grid"): 10})


def test_standing_losses_leave_the_lots_in_proportion():
    # 100 MWh of wind and 10 % lost an hour: 90; then 30 of the grid come in before the next 9 are lost (of 120, 7.5 %).
    # Wind 90 x 111/120 = 83.25, grid 30 x 111/120 = 27.75; then all that is left comes out.
    flows = flows_of(
        {
            "wind-1": ("a", [100, 0, 0, 0]),
            "grid": ("a", [0, 0, 30, 0]),
            "tank-1": ("a", [-100, 0, -30, 88.8]),
            "load-1": ("a", [0, 0, 0, -88.8]),
        },
        {},
    )
    # The last hour: 111 x 0.9 = 99.9 at its start; all of it comes out with 88.8 at the bus (eta_d 0.8 / 0.9).
    schedule = schedule_of(4, {"tank-1": ([100, 0, 30, 0], [0, 0, 0, 88.8], [100, 90, 111, 0])})
    one = tank("tank-1", standing_loss_per_h=0.1)
    park = park_of(grid(), one.__class__(**{**vars(one), "efficiency_discharge": 88.8 / 99.9}))
    table = trace(park, schedule, flows, storage="fifo")
    content = table["content_mwh"].sel(storage="tank-1")
    np.testing.assert_allclose(content.sel(source="wind-1"), [100, 90, 83.25, 0], atol=1e-9)
    np.testing.assert_allclose(content.sel(source="grid"), [0, 0, 27.75, 0], atol=1e-9)
    np.testing.assert_allclose(table["storage_loss_mwh"].sel(source="wind-1")[:3, 0], [0, 10, 6.75], atol=1e-9)
    np.testing.assert_allclose(energy(table, "wind-1", "load-1")[3], 88.8 * 83.25 / 111)


def test_a_cyclic_table_begins_with_the_lots_with_which_it_ends():
    # Hour 0 gives 30 of what hours 2 and 3 charged: all 20 of wind, then 10 of the grid; hour 1 the other 10.
    flows = flows_of(
        {
            "wind-1": ("a", [0, 0, 20, 0]),
            "grid": ("a", [0, 0, 0, 20]),
            "tank-1": ("a", [30, 10, -20, -20]),
            "load-1": ("a", [-30, -10, 0, 0]),
        },
        {},
    )
    schedule = schedule_of(4, {"tank-1": ([0, 0, 20, 20], [30, 10, 0, 0], [10, 0, 20, 40])})
    table = trace(FIVE_PARK, schedule, flows, storage="fifo")
    assert "unknown" not in table["source"].values
    np.testing.assert_allclose(energy(table, "wind-1", "load-1"), [20, 0, 0, 0])
    np.testing.assert_allclose(energy(table, "grid", "load-1"), [10, 10, 0, 0])
    found = parcels(vintages(FIVE_PARK, schedule, table))
    assert found == pytest.approx({(0, 2, "wind-1"): 20, (0, 3, "grid"): 10, (1, 3, "grid"): 10})


def test_a_first_content_older_than_one_round_is_found_too():
    # 50 MWh are held, 20 turn over: what comes out was charged two or three rounds ago, always in hour 0, from wind.
    flows = flows_of({"wind-1": ("a", [20, 0]), "tank-1": ("a", [-20, 20]), "load-1": ("a", [0, -20])}, {})
    schedule = schedule_of(2, {"tank-1": ([20, 0], [0, 20], [70, 50])})
    table = trace(park_of(tank("tank-1")), schedule, flows, storage="fifo")
    assert table["source"].values.tolist() == ["wind-1"]
    np.testing.assert_allclose(table["content_mwh"][:, 0, 0], [70, 50])


def test_an_unknown_first_content_is_given_first():
    flows = flows_of({"wind-1": ("a", [10, 0]), "tank-1": ("a", [-10, 25]), "load-1": ("a", [0, -25])}, {})
    schedule = schedule_of(2, {"tank-1": ([10, 0], [0, 25], [30, 5])})
    park = park_of(tank("tank-1"))
    table = trace(park, schedule, flows, storage="fifo")
    np.testing.assert_allclose(energy(table, "unknown", "load-1"), [0, 20])
    np.testing.assert_allclose(energy(table, "wind-1", "load-1"), [0, 5])
    found = vintages(park, schedule, table).set_index("source")
    assert found.charged_from.isna().to_dict() == {"unknown": True, "wind-1": False}
    assert found.discharge_mwh.to_dict() == pytest.approx({"unknown": 20, "wind-1": 5})


def test_a_tank_that_fills_another_hands_its_sources_on():
    # As in test_trace, now by lots: tank 2 is charged by tank 1's wind and the grid, two to one.
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
    park = park_of(grid(), tank("tank-1"), tank("tank-2"))
    table = trace(park, schedule, flows, storage="fifo")
    np.testing.assert_allclose(energy(table, "wind-1", "load-1"), [10, 10 * 2 / 3, 20 * 2 / 3])
    found = vintages(park, schedule, table)
    assert parcels(found[found.storage == "tank-2"]) == pytest.approx(
        {(2, 1, "wind-1"): 40 / 3, (2, 1, "grid"): 20 / 3}
    )


def test_content_that_two_tanks_only_pass_to_each_other_has_no_origin():
    flows = flows_of({"tank-1": ("a", [20, -20]), "tank-2": ("a", [-20, 20]), "load-1": ("a", [0, 0])}, {})
    schedule = schedule_of(2, {"tank-1": ([0, 20], [20, 0], [0, 20]), "tank-2": ([20, 0], [0, 20], [20, 0])})
    with pytest.raises(CheckFailed, match="among themselves"):
        trace(park_of(tank("tank-1"), tank("tank-2")), schedule, flows, storage="fifo")


LOSSY = park_of(grid(), tank("tank-1", efficiency=0.9, standing_loss_per_h=0.001))


@given(
    seed=st.integers(0, 10_000), losses=st.sampled_from(("gross", "net")), storage=st.sampled_from(("pro_rata", "fifo"))
)
@settings(max_examples=20, deadline=None)
def test_books_close_by_every_algorithm(seed, losses, storage):
    schedule, flows = year_like(np.random.default_rng(seed), days=3)
    table = trace(LOSSY, schedule, flows, losses=losses, storage=storage)
    users = table.sel(sink=table["sink_kind"] != "storage")
    for source in ("wind-1", "grid"):
        ends = users["energy_mwh"].sel(source=source).sum() + table["loss_mwh"].sel(source=source).sum()
        ends += table["storage_loss_mwh"].sel(source=source).sum()
        fed = np.maximum(flows["p_mw"].sel(unit=source), 0).sum()
        assert float(ends) == pytest.approx(float(fed), rel=1e-9)
    assert (table["energy_mwh"] >= -1e-12).all()
    assert (table["content_mwh"] >= 0).all()
    assert table.attrs["closure_mwh"] < 1e-8
    given = vintages(LOSSY, schedule, table).groupby("source").discharge_mwh.sum()
    for source in ("wind-1", "grid"):
        wanted = float(table["discharge_mwh"].sel(source=source).sum())
        assert given.get(source, 0.0) == pytest.approx(wanted, rel=1e-9, abs=1e-9)


def test_year_long_standing_losses_do_not_exhaust_the_numbers():
    # 20 % an hour over 5,000 hours: the common factor of the lots would fall below the smallest number there is.
    count = 5000
    content, soc, out = 0.0, np.zeros(count), np.zeros(count)
    for hour in range(count):
        content = content * 0.8 + 10
        soc[hour] = content
    last = soc[-2] * 0.8
    soc[-1], out[-1] = 0.0, last
    charge = np.full(count, 10.0)
    charge[-1] = 0.0
    flows = flows_of({"wind-1": ("a", charge), "tank-1": ("a", out - charge), "load-1": ("a", -out)}, {})
    schedule = schedule_of(count, {"tank-1": (charge, out, soc)})
    table = trace(park_of(tank("tank-1", standing_loss_per_h=0.2)), schedule, flows, storage="fifo")
    assert energy(table, "wind-1", "load-1")[-1] == pytest.approx(last)


def test_losses_may_be_borne_by_sources():
    # The grid gives 105 MW, the line keeps 5, wind at the load's bus gives 40. Net of its loss the grid brings 100 of
    # the load's 140, the wind its 40: 5 MW of loss are the grid's alone. (By gross flows the load bears them of both.)
    flows = flows_of(
        {"grid": ("a", [105]), "wind-1": ("b", [40]), "load-1": ("b", [-140])}, {"line": ("a", "b", [105], [-100])}
    )
    table = trace(park_of(grid()), schedule_of(1), flows, losses="net")
    np.testing.assert_allclose(table["energy_mwh"].sel(sink="load-1")[0], [100, 40])
    np.testing.assert_allclose(table["loss_mwh"].sel(sink="load-1")[0], [5, 0], atol=1e-12)
    assert table.attrs["losses"] == "net"


def test_sinks_of_one_enterprise_are_one():
    flows = flows_of(
        {"grid": ("a", [60]), "wind-1": ("b", [41]), "load-1": ("a", [-20]), "pots-2": ("b", [-80])},
        {"line": ("a", "b", [40], [-39])},
    )
    for losses in ("gross", "net"):
        single = trace(park_of(grid()), schedule_of(1), flows, losses=losses)
        table = trace(park_of(grid()), schedule_of(1), flows, losses=losses, sinks="enterprise")
        assert table["sink"].values.tolist() == ["works", "export:grid"]
        assert table["sink_kind"].values.tolist() == ["enterprise", "export"]
        for column in ("energy_mwh", "loss_mwh"):
            wanted = single[column].sel(sink=["load-1", "pots-2"]).sum("sink")
            np.testing.assert_allclose(table[column].sel(sink="works"), wanted, rtol=1e-12)


@pytest.mark.parametrize("asked", [{"losses": "bialek"}, {"storage": "lifo"}, {"sinks": "kind"}])
def test_an_algorithm_that_does_not_exist_is_refused(asked):
    with pytest.raises(Mismatch, match="it is one of"):
        trace(FIVE_PARK, FIVE_SCHEDULE, FIVE, **asked)


def test_vintages_of_another_run_are_refused():
    table = trace(FIVE_PARK, FIVE_SCHEDULE, FIVE)
    other = schedule_of(5, {"tank-1": ([20, 31, 0, 0, 0], [0, 0, 10, 25, 16], [20, 51, 41, 16, 0])})
    with pytest.raises(Mismatch, match="charges its storages otherwise"):
        vintages(FIVE_PARK, other, table)
