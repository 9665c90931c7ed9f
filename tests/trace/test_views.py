"""Flat tables of a trace, on hand-worked parks, and that they add up."""

import numpy as np
import pytest
from hand_tables import flows_of, grid, hours, park_of, schedule_of, tank
from test_trace import year_like

from holin.trace import account, balance, deliveries, followed, months_of, trace

PARK = park_of(grid(), tank("tank-1", efficiency=0.9, standing_loss_per_h=0.001))


@pytest.mark.parametrize("losses", ["gross", "net"])
@pytest.mark.parametrize("storage", ["pro_rata", "fifo"])
def test_every_source_ends_somewhere(losses, storage):
    schedule, flows = year_like(np.random.default_rng(11), days=3)
    table = trace(PARK, schedule, flows, losses=losses, storage=storage)
    fed = {s: np.maximum(flows["p_mw"].sel(unit=s).values, 0) for s in ("wind-1", "grid")}
    for hour in (None, 0, 17, 40):
        at = None if hour is None else table["time"].values[hour]
        ended = account(table, by="unit", hour=at).groupby("source").mwh.sum()
        for source, mw in fed.items():
            wanted = mw.sum() if hour is None else mw[hour]
            assert ended.get(source, 0.0) == pytest.approx(wanted, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("losses", ["gross", "net"])
@pytest.mark.parametrize("storage", ["pro_rata", "fifo"])
def test_what_is_followed_back_is_what_was_used(losses, storage):
    schedule, flows = year_like(np.random.default_rng(12), days=3)
    table = trace(PARK, schedule, flows, losses=losses, storage=storage)
    given = 0
    for hour in range(0, 72, 5):
        at = table["time"].values[hour]
        rows = followed(PARK, schedule, table, "works", at)
        used = table["energy_mwh"].sel(time=at, sink="load-1")
        by_source = rows.groupby("source").energy_mwh.sum()
        for source in ("wind-1", "grid"):
            assert by_source.get(source, 0.0) == pytest.approx(float(used.sel(source=source)), rel=1e-9, abs=1e-9)
        assert rows.share.sum() == pytest.approx(1)
        stored = rows[rows.storage == "tank-1"]
        given += len(stored)
        assert set(stored.charged_from) <= set(table["time"].values)
    assert given > 0


def test_storage_through_a_line_that_loses():
    # Hour 0 charges 20 of wind. Hour 1: the tank sends 20 over a line that keeps 2; the grid gives 12 at the load,
    # which takes 30: 18 out of the tank net of its loss (net), or 30 x 20/32 = 18.75 with a part of the loss (gross).
    flows = flows_of(
        {"wind-1": ("a", [20, 0]), "tank-1": ("a", [-20, 20]), "grid": ("b", [0, 12]), "load-1": ("b", [0, -30])},
        {"line": ("a", "b", [0, 20], [0, -18])},
    )
    schedule = schedule_of(2, {"tank-1": ([20, 0], [0, 20], [20, 0])})
    park = park_of(grid(), tank("tank-1"))
    for losses, mwh in (("net", 18.0), ("gross", 18.75)):
        table = trace(park, schedule, flows, losses=losses, storage="fifo")
        rows = followed(park, schedule, table, "works", hours(2)[1]).set_index("source")
        assert rows.energy_mwh.to_dict() == pytest.approx({"wind-1": mwh, "grid": 30 - mwh})
        assert rows.storage.to_dict() == {"wind-1": "tank-1", "grid": ""}
        assert rows.charged_from["wind-1"] == hours(1)[0]
        assert rows.green.to_dict() == {"wind-1": True, "grid": False}


def test_the_balance_names_users_exports_losses_and_the_sum():
    flows = flows_of(
        {"wind-1": ("a", [50]), "load-1": ("a", [-30]), "grid": ("a", [-18])}, {}, shunt_loss_mw={"a": [2]}
    )
    table = balance(account(trace(park_of(grid()), schedule_of(1), flows)))
    assert [i for i in table.index if i[0] == "use"] == [("use", "works"), ("use", "export:grid")]
    assert table["wind-1"].to_dict() == pytest.approx(
        {("use", "works"): 30, ("use", "export:grid"): 18, ("network_loss", ""): 2, ("fed_in", ""): 50}
    )
    assert table["green_share"].tolist() == [1, 1, 1, 1]


def test_deliveries_are_every_hour_that_is_not_nothing():
    flows = flows_of({"wind-1": ("a", [50, 0]), "load-1": ("a", [-50, 0])}, {})
    rows = deliveries(trace(park_of(), schedule_of(2), flows), by="kind")
    assert rows.drop(columns="time").to_dict("records") == [
        {
            "source": "wind_farm", "source_kind": "wind_farm", "sink": "works", "sink_kind": "enterprise",
            "energy_mwh": 50.0, "loss_mwh": 0.0,
        }
    ]  # fmt: skip


def test_months_are_local_and_leave_storage_out():
    # 15:00 UTC on 31 January is 23:00 in China, 16:00 the first hour of February.
    count = 31 * 24
    wind = np.zeros(count)
    wind[count - 9], wind[count - 8] = 7, 11
    flows = flows_of({"wind-1": ("a", wind), "load-1": ("a", -wind)}, {})
    months = months_of(trace(park_of(), schedule_of(count), flows), "works", "Asia/Shanghai")
    assert months[["month", "source", "energy_mwh"]].to_numpy().tolist() == [
        ["2025-01", "wind-1", 7.0], ["2025-02", "wind-1", 11.0],
    ]  # fmt: skip
