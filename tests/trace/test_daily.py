"""Energy by local day, source and end: hand-worked, and closed against what was fed in."""

import numpy as np
import pytest
from hand_tables import flows_of, grid, park_of, schedule_of, tank
from test_trace import year_like

from holin.trace import account, ends_by_day, trace

PARK = park_of(grid(), tank("tank-1", efficiency=0.9, standing_loss_per_h=0.001))


def rows(found):
    return {
        (str(found.days[d]), found.sources[s], found.ends[e]): mwh
        for d, s, e, mwh in zip(found.day, found.source, found.end, found.mwh, strict=True)
    }


def test_days_are_local_and_losses_are_ends() -> None:
    # 15:00 and 16:00 UTC are two local days in Shanghai (UTC+8). Hour 1: wind sends 22 over a line that keeps 2.
    flows = flows_of(
        {"wind-1": ("a", [10] * 15 + [10, 22]), "load-1": ("b", [-10] * 16 + [-20])},
        {"line": ("a", "b", [10] * 16 + [22], [-10] * 16 + [-20])},
    )
    table = trace(park_of(grid()), schedule_of(17, {}), flows, losses="gross")
    found = rows(ends_by_day(table, "Asia/Shanghai", {"load-1": "works"}))
    assert found == pytest.approx(
        {("2025-01-01", "wind-1", "works"): 160.0, ("2025-01-02", "wind-1", "works"): 20.0,
         ("2025-01-02", "wind-1", "network_loss"): 2.0}
    )  # fmt: skip


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "UTC", "America/New_York"])
def test_every_day_of_a_source_adds_up_to_what_it_fed_in(zone: str) -> None:
    schedule, flows = year_like(np.random.default_rng(3), days=4)
    table = trace(PARK, schedule, flows)
    found = ends_by_day(table, zone, {})
    fed = np.maximum(flows["p_mw"].sel(unit=list(found.sources)).values, 0)
    day = (flows["time"].to_index().tz_localize("UTC").tz_convert(zone).strftime("%Y-%m-%d")).to_numpy()
    for k, name in enumerate(found.days.astype(str)):
        for s, _ in enumerate(found.sources):
            mine = (found.day == k) & (found.source == s)
            assert found.mwh[mine].sum() == pytest.approx(fed[day == name, s].sum(), abs=1e-9)
    whole = account(table, by="unit").query("end == 'stored'").mwh.sum()
    assert found.mwh[found.end == found.ends.index("stored")].sum() == pytest.approx(whole, abs=1e-9)


def test_sinks_under_one_label_are_one_user() -> None:
    schedule, flows = year_like(np.random.default_rng(4), days=2)
    table = trace(PARK, schedule, flows)
    apart, joined = ends_by_day(table, "UTC", {}), ends_by_day(table, "UTC", dict.fromkeys(table["sink"].values, "all"))
    assert joined.ends == ("all", "network_loss", "storage_loss", "stored")
    assert joined.mwh.sum() == pytest.approx(apart.mwh.sum())
