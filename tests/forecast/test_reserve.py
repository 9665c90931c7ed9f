"""Reserves by quantile: by hand, and against the quantile of sums that are drawn."""

import numpy as np
import pytest
import xarray as xr
from forecast_parks import HOUR, SMALL, START
from scipy.special import ndtri

from holin.errors import Mismatch
from holin.forecast import reserve_by_quantile
from holin.forecast.window import window_of
from holin.park import forecastable

CHANCES = np.array([0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95])
SIGMA = np.array([10.0, 6.0, 4.0, 2.0])  # W1, W2, P, L in MW


def normal_window(sigma: np.ndarray = SIGMA) -> xr.Dataset:
    """Normal errors about 40 MW in two hours, the second of double spread."""
    spread = np.stack([sigma, 2 * sigma])
    values = 40 + spread[..., None] * ndtri(CHANCES)
    return window_of(forecastable(SMALL), START + np.arange(2) * HOUR, CHANCES, values, by="hand", issued=START)


def correlation(matrix: np.ndarray) -> xr.DataArray:
    names = ["W1", "W2", "P", "L"]
    return xr.DataArray(matrix, dims=("element", "element_other"), coords={"element": names, "element_other": names})


def test_all_at_once_the_deviations_add_up() -> None:
    """1.2816 x (10 + 6 + 4 + 2) MW: the 10 % quantile of a normal error, a load counts when it is high."""
    asked = reserve_by_quantile(normal_window(), 0.1)
    np.testing.assert_allclose(asked.reserve_up_mw, [1.28155 * 22, 1.28155 * 44], rtol=1e-5)
    np.testing.assert_allclose(asked.reserve_down_mw, asked.reserve_up_mw)


def test_skewed_quantiles_ask_for_different_reserves() -> None:
    window = normal_window(np.array([10.0, 0.0, 0.0, 0.0]))
    values = window.available_mw.values.copy()
    values[:, 0, :] = [0.0, 10.0, 30.0, 50.0, 55.0, 60.0, 62.0]
    asked = reserve_by_quantile(window.assign(available_mw=(window.available_mw.dims, values)), 0.1)
    assert asked.reserve_up_mw.values.tolist() == [40.0, 40.0]
    assert asked.reserve_down_mw.values.tolist() == [10.0, 10.0]


def test_loads_turn_the_sign() -> None:
    """Wind that is low while the load is high: correlation -1 between them is the worst case, +1 cancels."""
    worst = np.eye(4)
    worst[0, 3] = worst[3, 0] = -1.0
    apart = np.eye(4)
    apart[0, 3] = apart[3, 0] = 1.0
    window = normal_window(np.array([10.0, 0.0, 0.0, 2.0]))
    up = [float(reserve_by_quantile(window, 0.1, correlation=correlation(m)).reserve_up_mw[0]) for m in (worst, apart)]
    assert up == pytest.approx([1.28155 * 12, 1.28155 * 8], rel=1e-5)


def test_by_correlation_it_is_the_quantile_of_the_drawn_sum() -> None:
    matrix = np.array([[1, 0.8, 0, 0.1], [0.8, 1, 0, 0.1], [0, 0, 1, 0], [0.1, 0.1, 0, 1.0]])
    rng = np.random.default_rng(1)
    drawn = rng.multivariate_normal(np.zeros(4), np.outer(SIGMA, SIGMA) * matrix, size=400_000)
    total = drawn[:, :3].sum(axis=1) - drawn[:, 3]
    asked = reserve_by_quantile(normal_window(), 0.1, correlation=correlation(matrix))
    assert float(asked.reserve_up_mw[0]) == pytest.approx(-np.quantile(total, 0.1), rel=0.01)
    safe = reserve_by_quantile(normal_window(), 0.1)
    assert (asked.reserve_up_mw <= safe.reserve_up_mw).all()


def test_what_cannot_be_asked_is_refused() -> None:
    with pytest.raises(Mismatch, match=r"quantiles from 0.05 to 0.95, not 0.01"):
        reserve_by_quantile(normal_window(), 0.01)
    with pytest.raises(Mismatch, match=r"between 0 and 0.5"):
        reserve_by_quantile(normal_window(), 0.5)
    partial = correlation(np.eye(4)).isel(element=slice(0, 3), element_other=slice(0, 3))
    with pytest.raises(Mismatch, match="no correlation is known of L"):
        reserve_by_quantile(normal_window(), 0.1, correlation=partial)
