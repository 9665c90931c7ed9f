"""How green each busbar is, as the server tells it, held against what the run tells its users."""

from pathlib import Path

import numpy as np
import pyarrow as pa
from web_asked import Asked, about

from holin.store import read_run


def test_every_user_is_as_green_as_its_busbar(asked: Asked, first_run: Path) -> None:
    told: pa.Table = asked.arrow("/api/runs/two-days/buses/green_share")
    tables = read_run(first_run).tables
    assert told.column_names == tables["flows"]["bus"].values.tolist()
    assert about(told)["unit"] == "1" and about(told)["count"] == "physical" and about(told)["step_s"] == "3600"
    bus = dict(zip(tables["flows"]["unit"].values, tables["flows"]["unit_bus"].values, strict=True))
    carbon = tables["carbon"]["green_share"]
    users = [s for s, kind in zip(carbon["sink"].values, carbon["sink_kind"].values, strict=True) if kind == "load"]
    assert users
    for user in users:
        shares = told.column(str(bus[user])).to_numpy()
        np.testing.assert_allclose(shares, carbon.sel(sink=user).values, atol=1e-6)


def test_a_run_without_a_trace_says_so(asked: Asked) -> None:
    assert asked.get("/api/runs/nothing/buses/green_share").status_code == 404
