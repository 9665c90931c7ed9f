"""Skill by hand: errors, pinball loss, coverage, and what does not count."""

import numpy as np
import pytest
import xarray as xr
from forecast_parks import HOUR, START, forecast_table, wandering

from holin.errors import Mismatch
from holin.forecast import fitted, issues_of, pinball, skill


def came(values: dict[str, list[float]]) -> xr.Dataset:
    time = np.datetime64("2025-03-03T00:00", "ns") + np.arange(4) * HOUR
    return xr.Dataset(
        {"available_mw": (("time", "unit"), np.array(list(values.values())).T)},
        coords={"time": time, "unit": list(values)},
    )


def test_the_pinball_loss_by_hand() -> None:
    """Above the 0.9 quantile by 10: 9; below it by 10: 1; the median counts both as 5."""
    quantiles, chances = np.array([[40.0, 50.0, 60.0]] * 2), np.array([0.1, 0.5, 0.9])
    losses = pinball(quantiles, np.array([70.0, 50.0]), chances)
    np.testing.assert_allclose(losses, [[3.0, 10.0, 9.0], [1.0, 0.0, 1.0]])


def test_figures_by_hand() -> None:
    """W1 said 50 (45, 55) for 00 to 03 UTC; 52, 44, 60, 50 came: errors -2, +6, -10, 0."""
    table = forecast_table(["2025-03-03T00:00"], [0, 1, 2, 3], {"W1": np.full((1, 4), 50.0)})
    found = skill(table, came({"W1": [52.0, 44.0, 60.0, 50.0]}), lead_edges_h=(0, 2)).sel(element="W1")
    assert found.lead_h.values.tolist() == [0, 2] and found["count"].values.tolist() == [2, 2]
    np.testing.assert_allclose(found.rmse, [np.sqrt(20), np.sqrt(50)])
    np.testing.assert_allclose(found.mae, [4, 5])
    np.testing.assert_allclose(found.bias, [2, -5])
    # 52: 0.7, 1, 0.3; 44: 0.9, 3, 1.1 (quantiles 0.1, 0.5, 0.9 at 45, 50, 55)
    assert float(found.pinball[0]) == pytest.approx((0.7 + 1 + 0.3 + 0.9 + 3 + 1.1) / 6)
    assert found.below.values.tolist() == [[0.5, 0.5, 1.0], [0.0, 0.0, 0.5]]
    assert found.not_above.values.tolist() == [[0.5, 0.5, 1.0], [0.0, 0.5, 0.5]]


def test_nights_and_hours_to_come_do_not_count() -> None:
    table = forecast_table(["2025-03-03T00:00"], [0, 1, 2, 9], {"P": np.array([[0.0, 0.0, 8.0, 8.0]])})
    found = skill(table, came({"P": [0.0, 4.0, 8.0, 8.0]}), lead_edges_h=(0,))
    assert found["count"].values.tolist() == [[2]]
    assert found.mae.values.tolist() == [[2.0]]


def test_what_cannot_be_compared_is_refused() -> None:
    table = forecast_table(["2025-03-03T00:00"], [0, 1], {"W1": np.full((1, 2), 50.0)})
    with pytest.raises(Mismatch, match="same units and loads"):
        skill(table, came({"W2": [1.0] * 4}))
    late = forecast_table(["2025-03-04T00:00"], [0, 1], {"W1": np.full((1, 2), 50.0)})
    with pytest.raises(Mismatch, match="same hours"):
        skill(late, came({"W1": [1.0] * 4}))


def test_many_issues_of_a_baseline_in_one_table() -> None:
    history = wandering(60)
    issued = START + np.array([50, 51, 52]) * 24 * HOUR
    fit = fitted(history, issued[0])
    table = issues_of("blend", history, issued, horizon_h=24, fit=fit)
    assert table.sizes["issued"] == 3 and table.sizes["lead"] == 24
    truth = xr.Dataset(
        {"load_mw": (("time", "load"), history.value[:, 3:4])}, coords={"time": history.time, "load": ["L"]}
    )
    assert float(skill(table, truth).sel(element="L").rmse.max()) < 4
