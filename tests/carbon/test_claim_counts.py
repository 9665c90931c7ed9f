"""Claims counted for rules: two enterprises, three hours, by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from holin.carbon import claim_counts, sold_and_used_mwh

HOURS = np.array(["2025-01-01T00", "2025-01-01T01", "2025-01-01T02"], dtype="datetime64[ns]")


def users() -> xr.Dataset:
    """A smelter's potline uses 10 MWh an hour, 6 of them green, and a mill uses 4, of which 1 is green."""
    energy = np.zeros((3, 2, 2))
    energy[:, 0, 0], energy[:, 1, 0] = 6.0, 4.0
    energy[:, 0, 1], energy[:, 1, 1] = 1.0, 3.0
    return xr.Dataset(
        {"energy_mwh": (("time", "source", "sink"), energy), "green": ("source", np.array([True, False]))},
        coords={
            "time": HOURS, "source": ["wind", "coal"], "sink": ["potline", "mill"],
            "enterprise": ("sink", ["smelter", "mill-co"]),
        },
    )  # fmt: skip


def claims(*rows: tuple[str, int, str, float]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["enterprise", "hour", "device", "retired_mwh"])
    table["time"] = HOURS[table.pop("hour")]
    table["source_kind"] = "wind_farm"
    return table


def test_counts_by_hand() -> None:
    found = claim_counts(
        claims(("smelter", 0, "own", 6.0), ("smelter", 1, "own", 14.0), ("mill-co", 2, "far", 9.0)),
        users(), ["smelter", "mill-co"], connected={"own"}, smelters={"potline": "smelter"}, time_zone="UTC",
    )  # fmt: skip
    assert found == {
        "certificate_mwh": 29.0,
        "aluminium_certificate_mwh": 20.0,  # of 30 that the potline used
        "claimed_hourly_mwh": 6.0 + 10.0 + 4.0,  # 14 in an hour of 10, 9 in an hour of 4
        "claimed_deliverable_mwh": 20.0,
        "clean_mwh": max(18.0, 20.0) + max(3.0, 9.0),  # smelter and mill: traced or certified, the greater
    }


def test_no_enterprise_is_cleaner_than_its_load() -> None:
    found = claim_counts(
        claims(("mill-co", 0, "own", 99.0)), users(), ["smelter", "mill-co"], connected={"own"},
        smelters={"potline": "smelter"}, time_zone="UTC",
    )  # fmt: skip
    assert found["clean_mwh"] == 18.0 + 12.0 and found["aluminium_certificate_mwh"] == 0.0


def test_what_is_sold_cannot_be_used() -> None:
    """10 MWh are made, 7 used in the park: 3 can be sold. 5 are sold in the first hour, 2 in the second."""
    sold = pd.DataFrame({"time": HOURS[:2], "device": ["wind", "wind"], "sold_mwh": [5.0, 2.0]})
    starts = HOURS.astype("datetime64[s]").astype(np.int64).tolist()
    made = {("wind", start): 10_000_000 for start in starts}
    used = {("wind", start): 7_000_000 for start in starts}
    assert sold_and_used_mwh(sold, made, used) == pytest.approx(2.0)
    assert sold_and_used_mwh(sold, made, {}) == 0.0  # nothing used, nothing claimed
