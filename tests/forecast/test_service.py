"""The synthetic weather service: errors of the law's size, calibrated, alike nearby, the same for the same seed."""

from functools import cache

import numpy as np
import pytest
import xarray as xr
from forecast_parks import HOUR, SMALL, YEAR, small_year

from holin.errors import Mismatch
from holin.forecast import skill, weather_service
from holin.park import faults_of_forecast

ISSUES = YEAR[10 : len(YEAR) - 72 : 42]


@cache
def served() -> xr.Dataset:
    history, fit = small_year()
    return weather_service(SMALL, history, ISSUES, fit=fit, seed=7)


@cache
def figures() -> xr.Dataset:
    history, _ = small_year()
    columns = {"available_mw": ("unit", slice(0, 3)), "load_mw": ("load", slice(3, 4))}
    came = xr.Dataset(
        {c: (("time", dim), history.value[:, part]) for c, (dim, part) in columns.items()},
        coords={"time": history.time, "unit": ["W1", "W2", "P"], "load": ["L"]},
    )
    return skill(served(), came)


def test_it_is_a_good_table_that_says_it_is_synthetic() -> None:
    table = served()
    assert faults_of_forecast(SMALL, table) == []
    assert table.attrs["origin"] == "synthetic" and "no forecast" in table.attrs["note"]
    assert table.sizes["issued"] == len(ISSUES) and table.sizes["lead"] == 48


@pytest.mark.parametrize(
    ("element", "nominal", "law"),
    [
        # RMSE per unit of nominal that `LAW` asks for in the middle of the bucket. The load's climatology is off by
        # 1.4 % only: no forecast is worse.
        ("W1", 100.0, {12.0: 0.127, 24.0: 0.157}),
        ("W2", 50.0, {12.0: 0.127, 24.0: 0.157}),
        ("P", 80.0, {12.0: 0.113, 24.0: 0.126}),
        ("L", 40.0, {1.0: 0.0107, 3.0: 0.0117}),
    ],
)
def test_its_errors_have_the_size_of_the_law(element: str, nominal: float, law: dict[float, float]) -> None:
    for lead_h, asked in law.items():
        found = float(figures().rmse.sel(element=element, lead_h=lead_h)) / nominal
        assert found == pytest.approx(asked, rel=0.15), (element, lead_h, found)
    rmse = figures().rmse.sel(element=element).values
    assert rmse[0] < 0.75 * rmse[-1]


def test_its_quantiles_are_calibrated() -> None:
    """Within 6 points: 206 issues, of which neighbouring hours share their error."""
    for element in ("W1", "W2", "P", "L"):
        for chance in (0.1, 0.5, 0.9):
            row = figures().sel(element=element, quantile=chance)
            weight = row["count"] / row["count"].sum()
            below, not_above = (float((row[name] * weight).sum()) for name in ("below", "not_above"))
            assert below - 0.06 <= chance <= not_above + 0.06, (element, chance, below, not_above)


def test_neighbours_err_together_and_kinds_do_not() -> None:
    history, _ = small_year()
    places = np.searchsorted(history.time, served().issued.values)[:, None] + np.arange(48)
    off = served().available_mw.sel(quantile=0.5).values - history.value[places][:, :, :3]
    lit = history.scale[places][:, :, 2] > 8
    wind = np.corrcoef(off[..., 0].ravel(), off[..., 1].ravel())[0, 1]
    across = np.corrcoef(off[..., 0][lit], off[..., 2][lit])[0, 1]
    assert 0.4 < wind < 0.9 and abs(across) < 0.15
    one_hour = np.corrcoef(off[:, 20, 0], off[:, 21, 0])[0, 1]
    ten_hours = np.corrcoef(off[:, 20, 0], off[:, 30, 0])[0, 1]
    assert one_hour > 0.7 and ten_hours < one_hour - 0.2


def test_one_issue_is_the_same_whatever_else_is_asked_for() -> None:
    history, fit = small_year()
    alone = weather_service(SMALL, history, ISSUES[[5]], fit=fit, seed=7)
    xr.testing.assert_allclose(alone.drop_attrs(), served().isel(issued=[5]).drop_attrs(), atol=1e-9)
    other = weather_service(SMALL, history, ISSUES[[5]], fit=fit, seed=8)
    assert float(np.abs(other.available_mw - alone.available_mw).max()) > 5


def test_successive_issues_come_nearer_to_the_truth_and_resemble_each_other() -> None:
    history, fit = small_year()
    first, second = YEAR[4000], YEAR[4006]
    table = weather_service(SMALL, history, np.array([first, second]), fit=fit)
    hours = second + np.arange(12) * HOUR
    old = table.available_mw.sel(issued=first, unit="W1", quantile=0.5)
    new = table.available_mw.sel(issued=second, unit="W1", quantile=0.5)
    old_values = old.sel(lead=hours - first).values
    new_values = new.sel(lead=hours - second).values
    assert np.corrcoef(old_values, new_values)[0, 1] > 0.5


def test_what_the_truth_does_not_hold_is_refused() -> None:
    history, fit = small_year()
    with pytest.raises(Mismatch, match=r"does not hold the 48 h after 2025-12-31T1"):
        weather_service(SMALL, history, YEAR[[-3]], fit=fit)
    with pytest.raises(Mismatch, match="no issue times"):
        weather_service(SMALL, history, YEAR[:0], fit=fit)
