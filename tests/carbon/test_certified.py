"""What certificates cover of each enterprise's use, by hand: of the hour, and over all hours."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from holin.carbon import certified

HOURS = np.array(["2025-01-01T00", "2025-01-01T01", "2025-01-01T02"], dtype="datetime64[ns]")


def users(mill: tuple[float, float, float]) -> xr.Dataset:
    """A mill's use by hour in MWh, and a smelter that uses 10 in each."""
    energy = np.array([[[10.0, m]] for m in mill])
    return xr.Dataset(
        {"energy_mwh": (("time", "source", "sink"), energy)},
        coords={"time": HOURS, "source": ["wind"], "sink": ["pots", "mill"], "enterprise": ("sink", ["s", "m"])},
    )


def claims(*rows: tuple[str, int, float]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["enterprise", "hour", "retired_mwh"])
    table["time"] = HOURS[table.pop("hour")]
    return table.assign(device="w", source_kind="wind")


def test_an_annual_balance_hides_what_the_hours_tell() -> None:
    """The mill uses 4, 4, 4 MWh and has 12 retired, all of the first hour: 100 % of the year, a third by the hour."""
    found = certified(claims(("m", 0, 12.0)), users((4.0, 4.0, 4.0)), ["s", "m"], time_zone="UTC")
    assert (found["m"].used_mwh, found["m"].claimed_mwh, found["m"].hourly_mwh) == (12.0, 12.0, 4.0)
    assert found["m"].annual_share == 1.0 and found["m"].hourly_share == pytest.approx(1 / 3)
    assert (found["s"].claimed_mwh, found["s"].hourly_share) == (0.0, 0.0)


def test_who_uses_nothing_has_no_share_and_who_has_no_loads_is_not_told() -> None:
    found = certified(claims(("m", 0, 1.0)), users((0.0, 0.0, 0.0)), ["m", "x"], time_zone="UTC")
    assert set(found) == {"m"} and math.isnan(found["m"].hourly_share) and math.isnan(found["m"].annual_share)


@given(
    use=st.tuples(*[st.floats(0.0, 50.0)] * 3),
    rows=st.lists(st.tuples(st.sampled_from("sm"), st.integers(0, 2), st.floats(0.001, 40.0)), min_size=1, max_size=6),
)
def test_the_hours_never_cover_more_than_was_used_or_claimed(
    use: tuple[float, float, float], rows: list[tuple[str, int, float]]
) -> None:
    for one in certified(claims(*rows), users(use), ["s", "m"], time_zone="UTC").values():
        assert one.hourly_mwh <= min(one.used_mwh, one.claimed_mwh) + 1e-9
