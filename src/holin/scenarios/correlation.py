"""What mattered in a small sample: standardised regression and rank correlation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from holin.errors import Mismatch
from holin.scenarios.distributions import Floats
from holin.scenarios.drawing import Scenario
from holin.scenarios.quantities import kind_of


@dataclass(frozen=True, kw_only=True, eq=False)
class Regression:
    """Standardised regression coefficients (factor,): by how many of its deviations a result moves with one of theirs.

    `r_squared` is the share of the variance that the straight line explains: where it is well below 1, the
    coefficients do not tell the story.
    """

    coefficient: Floats
    r_squared: float


def factor_values(scenarios: Sequence[Scenario]) -> xr.DataArray:
    """Return the drawn values (scenario, quantity), labels such as a weather seed left out: they are no measure.

    Raises Mismatch where the scenarios change different quantities.
    """
    names = [c.quantity for c in scenarios[0].changes] if scenarios else []
    if any([c.quantity for c in s.changes] != names for s in scenarios):
        raise Mismatch("the scenarios change different quantities; take those of one draw")
    values = np.array([[c.value for c in s.changes] for s in scenarios]).reshape(len(scenarios), len(names))
    table = xr.DataArray(
        values, dims=("scenario", "quantity"), coords={"scenario": [s.id for s in scenarios], "quantity": names}
    )
    kinds = {name: kind_of(name) for name in names}
    return table.sel(quantity=[n for n, found in kinds.items() if not (found and found[0].label)])


def regression(values: NDArray[np.float64], results: NDArray[np.float64]) -> Regression:
    """Return the standardised regression of `results` (scenario,) on `values` (scenario, factor), by least squares.

    Raises Mismatch where lengths differ, a value is missing, a column does not vary, or the sample is too small
    (factors + 2) or its columns depend on each other.
    """
    x, y = _sound(values, results)
    if len(y) < x.shape[1] + 2:
        raise Mismatch(f"{len(y)} scenarios are too few for {x.shape[1]} factors; it takes {x.shape[1] + 2} or more")
    x, y = (x - x.mean(axis=0)) / x.std(axis=0), (y - y.mean()) / y.std()
    coefficient, _, rank, _ = np.linalg.lstsq(x, y, rcond=None)
    if rank < x.shape[1]:
        raise Mismatch("the factors' values depend on each other; no regression can tell them apart")
    return Regression(coefficient=coefficient, r_squared=float(1.0 - np.mean(np.square(y - x @ coefficient))))


def rank_correlation(values: NDArray[np.float64], results: NDArray[np.float64]) -> Floats:
    """Return Spearman's rank correlation of `results` (scenario,) with each column of `values` (scenario, factor).

    It sees any rising or falling dependence, straight or not. Raises Mismatch as `regression` does.
    """
    from scipy.stats import rankdata

    x, y = _sound(values, results)
    ranks, of_results = rankdata(x, axis=0), rankdata(y)
    ranks, of_results = ranks - ranks.mean(axis=0), of_results - of_results.mean()
    scale = np.sqrt(np.sum(np.square(ranks), axis=0) * np.sum(np.square(of_results)))
    return np.asarray(ranks.T @ of_results / scale)


def _sound(values: NDArray[np.float64], results: NDArray[np.float64]) -> tuple[Floats, Floats]:
    x, y = np.asarray(values, dtype=float), np.asarray(results, dtype=float)
    if x.ndim != 2 or y.shape != x.shape[:1]:
        raise Mismatch(f"values of shape {x.shape} do not fit results of shape {y.shape}")
    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        raise Mismatch("some values are missing; leave out the scenarios without a result")
    if len(y) < 3 or (np.ptp(x, axis=0) == 0).any() or np.ptp(y) == 0:
        raise Mismatch("it takes three scenarios or more in which every factor and the result vary")
    return x, y
