"""Islands of a park's hours, what balances them, and the load without voltage; outages in a park's own state."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import numpy as np
import pytest
from flow_parks import grid, line, load, park_of, schedule

from holin.flow import balancing_mva, flow, islands, lost_load_mw, snapshot
from holin.park import Bus, Generator, Outage, Park, Stage, Switch


def outage(element: str, first: int, last: int) -> Outage:
    """Out in hours first..last of 2025-01-01 UTC, which are eight hours later in Shanghai."""
    return Outage(
        id=f"o-{element}", element=element, start=datetime(2025, 1, 1, 8 + first), end=datetime(2025, 1, 1, 9 + last)
    )


def park(**more: Any) -> Park:
    """a - b - c, with c - d; loads of 10 MW at b, 5 at c, 2 at d; a generator at d that can balance."""
    tables: dict[str, Any] = {
        "buses": tuple(Bus(id=n, v_nom_kv=110.0) for n in "abcd"),
        "lines": tuple(line(n, n[0], n[1]) for n in ("ab", "bc", "cd")),
        "grids": (grid("a"),),
        "generators": (Generator(id="g", bus="d", p_nom_mw=20.0, p_mw=4.0, balances=True),),
        "loads": (load("b1", "b", 10.0), load("c1", "c", 5.0), load("d1", "d", 2.0)),
    }
    return park_of(**(tables | more))


POWERS = {"b1": -10.0, "c1": -5.0, "d1": -2.0, "g": 4.0}


def test_islands_and_their_hours() -> None:
    whole = park(outages=(outage("bc", 1, 2), outage("g", 2, 2)))
    table = schedule(whole, POWERS, 4)
    found = {(i.buses, i.balanced_by): i.hours for i in islands(whole, table.time.values)}
    assert found == {
        (("c", "d"), None): 1, (("a", "b", "c", "d"), "grid"): 2, (("a", "b"), "grid"): 2, (("c", "d"), "g"): 1,
    }  # fmt: skip
    assert islands(whole, table.time.values)[0].balanced_by is None
    flows = flow(whole, table)
    assert lost_load_mw(table, flows).values == pytest.approx([0, 0, 7, 0])
    slack = balancing_mva(whole, flows).real
    loss = (flows.p_from_mw + flows.p_to_mw).sum("branch").values
    assert slack.values == pytest.approx(np.array([13, 17, 10, 13]) + loss, abs=1e-6)


def test_joined_buses_are_of_one_island_and_open_ends_part_them() -> None:
    switches = (Switch(id="s", bus="a", element="d"), Switch(id="t", bus="b", element="bc", closed=False))
    whole = park(switches=switches)
    (one,) = islands(whole, schedule(whole, POWERS, 1).time.values)
    assert (one.buses, one.balanced_by) == (("a", "b", "c", "d"), "grid")


def test_an_hour_unsolved_has_no_lost_load() -> None:
    whole = park()
    table = schedule(whole, POWERS | {"c1": -1e5}, 1)
    assert np.isnan(lost_load_mw(table, flow(whole, table)).values).all()


def test_a_park_s_own_state_respects_planned_outages() -> None:
    stages = (Stage(name="s", as_of=datetime(2025, 1, 1).date()),)
    dark = {"b1", "c"}
    out = tuple(
        Outage(id=f"o-{e}", element=e, start=datetime(2024, 12, 31), end=datetime(2025, 1, 2)) for e in sorted(dark)
    )
    whole = park(outages=out, stages=stages)
    powers = snapshot(whole).p_mw.isel(time=0).to_series()
    assert powers[["b1", "c1", "d1", "g"]].tolist() == [0, 0, -2, 4] and powers["grid"] == -2
    without_grid = park(outages=(replace(out[0], element="grid"),), stages=stages)
    assert snapshot(without_grid).p_mw.sel(unit="grid").values == [0]
