"""One enterprise hour by hour, worked out by hand."""

import sys
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

sys.path.insert(0, str(Path(__file__).parent.parent / "trace"))

from hand_tables import coal, flows_of, park_of, schedule_of

from holin.carbon import carbon
from holin.summary import enterprise_hours
from holin.trace import trace


@pytest.fixture(scope="module")
def tables() -> dict[str, xr.Dataset]:
    """Hour 0: 30 wind and 10 coal feed 40 at two buses; hour 1: coal alone, 20; hour 2: nothing is used."""
    flows = flows_of(
        {"wind-1": ("a", [30, 0, 0]), "coal-1": ("a", [10, 20, 0]), "load-1": ("a", [-10, -20, 0]),
         "load-2": ("b", [-30, 0, 0])},
        {"line": ("a", "b", [30, 0, 0], [-30, 0, 0])},
    )  # fmt: skip
    schedule = schedule_of(3, {}, gross_mw={"coal-1": [10, 20, 0]})
    schedule["shadow_price_per_mwh"] = (("time", "bus"), [[200.0, 400.0], [300.0, np.nan], [300.0, 300.0]])
    schedule = schedule.assign_coords(bus=["a", "b"])
    park = park_of(coal("coal-1", points="0.4:10;1:10"))
    traced = trace(park, schedule, flows)
    return {"schedule": schedule, "flows": flows, "trace": traced, "carbon": carbon(park, schedule, flows, traced)}


def test_power_share_and_price_of_every_hour(tables: dict[str, xr.Dataset]) -> None:
    found = enterprise_hours("works", **tables)
    assert found.power_mw == pytest.approx([40, 20, 0])
    assert {s: mw.tolist() for s, mw in found.source_mw.items()} == {
        "wind-1": pytest.approx([30, 0, 0]), "coal-1": pytest.approx([10, 20, 0])
    }  # fmt: skip
    assert found.green_share[:2] == pytest.approx([0.75, 0]) and np.isnan(found.green_share[2])
    # (10 x 200 + 30 x 400) / 40; in hour 1 one of the prices is not known, though nothing is taken there.
    assert found.price_per_mwh[0] == pytest.approx(350) and np.isnan(found.price_per_mwh[1:]).all()
    sinks = tables["carbon"]["traced_t"].sum("sink").values
    assert found.traced_t == pytest.approx(sinks) and sinks[1] > sinks[0] > 0


def test_nobody_elses_hours_are_counted(tables: dict[str, xr.Dataset]) -> None:
    found = enterprise_hours("nobody", **tables)
    assert found.power_mw.tolist() == [0, 0, 0] and found.source_mw == {} and np.isnan(found.price_per_mwh).all()
