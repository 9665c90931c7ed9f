"""Cost over power of a generator, as the highest of some straight lines."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from holin.park.sources import Generator

Array = NDArray[np.float64]

CHORDS = 64
"""A quadratic cost is followed by so many chords: off by at most c2 (range / 64)^2 / 4."""


@dataclass(frozen=True, kw_only=True, eq=False)
class CostCurve:
    """`cost = max over k of (cost_per_h[k] + cost_per_mwh[k] p)` in currency/h, of shape (line,), slopes rising."""

    cost_per_h: Array
    cost_per_mwh: Array


def cost_curve(generator: Generator) -> CostCurve:
    """Return the generator's cost between its lowest and highest power: its points, else c2 p^2 + c1 p + c0."""
    if generator.cost_points:
        power_mw, cost = np.array(generator.cost_points, dtype=np.float64).T
    elif generator.cost_c2 == 0 or generator.p_nom_mw <= generator.p_min_mw:
        p = generator.p_nom_mw
        slope = 2 * generator.cost_c2 * p + generator.cost_c1
        return CostCurve(
            cost_per_h=np.array([generator.cost_c0 - generator.cost_c2 * p**2]), cost_per_mwh=np.array([slope])
        )
    else:
        power_mw = np.linspace(generator.p_min_mw, generator.p_nom_mw, CHORDS + 1)
        cost = (generator.cost_c2 * power_mw + generator.cost_c1) * power_mw + generator.cost_c0
    slope = np.diff(cost) / np.diff(power_mw)
    return CostCurve(cost_per_h=cost[:-1] - slope * power_mw[:-1], cost_per_mwh=slope)


def exact_cost_per_h(generator: Generator, p_mw: float) -> float:
    """Return the cost in currency/h of a power in MW without chords: c2 p^2 + c1 p + c0, or its points."""
    if generator.cost_points:
        return float(cost_per_h(cost_curve(generator), np.array(p_mw)))
    return (generator.cost_c2 * p_mw + generator.cost_c1) * p_mw + generator.cost_c0


def marginal_cost_per_mwh(generator: Generator, p_mw: float) -> float:
    """Return what the next MWh costs, of a piecewise cost the slope above the power."""
    if not generator.cost_points:
        return 2 * generator.cost_c2 * p_mw + generator.cost_c1
    curve = cost_curve(generator)
    corners = np.array(generator.cost_points)[1:-1, 0]
    return float(curve.cost_per_mwh[np.searchsorted(corners, p_mw + 1e-6, side="right")])


def cost_per_h(curve: CostCurve, p_mw: Array) -> Array:
    """Return the cost in currency/h of a power in MW."""
    lines = zip(curve.cost_per_h, curve.cost_per_mwh, strict=True)
    return np.asarray(np.max([start + slope * p_mw for start, slope in lines], axis=0))
