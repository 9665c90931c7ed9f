"""Fuel over power of a thermal unit: one chain of straight lines that optimum, money and carbon all read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from holin.park.sources import ThermalUnit

Array = NDArray[np.float64]

ROUNDING = 1e-3
"""Of the fuel at a point: heat rates are given to three or four digits, and rounding bends no line."""

SAME = 1e-12
"""A point this near (of its fuel) to the line between its neighbours stands on it."""


@dataclass(frozen=True, kw_only=True, eq=False)
class FuelCurve:
    """Fuel in GJ/h as the highest of some lines: `fuel = max over k of (idle_gj_per_h[k] on + gj_per_mwh[k] gross)`.

    Both of shape (line,), slopes rising. `on` is the commitment, 0..1, `gross` the gross power in MW. So fuel is convex
    in both, and a linear problem with one row per line makes exactly this fuel. `bent_mw` (point,) are the loads of
    points that lie above the chain by more than `ROUNDING`, `bend` (point,) by how much, as a share of their fuel.
    """

    idle_gj_per_h: Array
    gj_per_mwh: Array
    bent_mw: Array
    bend: Array


def fuel_curve(unit: ThermalUnit) -> FuelCurve:
    """Return the unit's fuel between its lowest stable and its nominal gross power (`fuel_chain`)."""
    return fuel_chain(unit.heat_rate_points, p_min_mw=unit.p_min_mw, p_nom_mw=unit.p_nom_mw)


def fuel_chain(heat_rate_points: Sequence[tuple[float, float]], *, p_min_mw: float, p_nom_mw: float) -> FuelCurve:
    """Return the fuel over gross power from points load / nominal : heat rate in GJ per gross MWh, loads rising.

    At the points fuel = heat rate x power; between them it is linear in power (a Willans line each). Beyond the first
    and last point the nearest line goes on, below the first at least with its heat rate; a unit that may run at no
    power burns nothing there. Where fuel would rise more slowly at higher power no linear problem can follow: the
    chain is then the straight line below (`bent_mw`, `bend` tell).
    """
    load, rate = np.array(heat_rate_points, dtype=np.float64).T
    given_mw, given_gj = load * p_nom_mw, rate * load * p_nom_mw
    ends_mw = np.unique([p_min_mw, p_nom_mw])
    inner = (given_mw > p_min_mw) & (given_mw < p_nom_mw)
    power_mw = np.unique(np.concatenate([ends_mw, given_mw[inner]]))
    fuel_gj = _fuel_at(power_mw, given_mw, given_gj)
    corners = _thinned(power_mw, fuel_gj, _lower_hull(power_mw, fuel_gj))
    chain_gj = np.interp(power_mw, power_mw[corners], fuel_gj[corners])
    above = (fuel_gj - chain_gj) / np.maximum(fuel_gj, 1e-12)
    slope = _slopes(power_mw[corners], fuel_gj[corners])
    bent = above > ROUNDING
    return FuelCurve(
        idle_gj_per_h=fuel_gj[corners][: len(slope)] - slope * power_mw[corners][: len(slope)],
        gj_per_mwh=slope,
        bent_mw=power_mw[bent],
        bend=above[bent],
    )


def fuel_gj_per_h(curve: FuelCurve, gross_mw: Array, on: Array) -> Array:
    """Return the fuel in GJ/h of gross power in MW and commitment 0..1, shapes alike; nothing where both are 0."""
    fuel: Array = np.max(
        [idle * on + slope * gross_mw for idle, slope in zip(curve.idle_gj_per_h, curve.gj_per_mwh, strict=True)],
        axis=0,
    )
    return np.asarray(np.maximum(fuel, 0.0))


def _fuel_at(power_mw: Array, given_mw: Array, given_gj: Array) -> Array:
    """Interpolate fuel over power; the end lines go on beyond the points."""
    fuel: Array = np.interp(power_mw, given_mw, given_gj)
    low, high = power_mw < given_mw[0], power_mw > given_mw[-1]
    if len(given_mw) == 1:
        return np.asarray(power_mw * (given_gj[0] / given_mw[0]))
    first, last = _slopes(given_mw, given_gj)[[0, -1]]
    least = power_mw * (given_gj[0] / given_mw[0])
    fuel[low] = np.maximum(given_gj[0] + first * (power_mw - given_mw[0]), least)[low]
    fuel[high] = (given_gj[-1] + last * (power_mw - given_mw[-1]))[high]
    fuel[power_mw == 0] = 0.0
    return fuel


def _lower_hull(x: Array, y: Array) -> NDArray[np.int64]:
    """Return the corners of the greatest convex chain below the points."""
    corners = [0]
    for k in range(1, len(x)):
        while len(corners) > 1 and y[corners[-1]] >= _chord(x, y, corners[-2], k, x[corners[-1]]) * (1.0 - SAME):
            corners.pop()
        corners.append(k)
    return np.array(corners, dtype=np.int64)


def _thinned(x: Array, y: Array, corners: NDArray[np.int64]) -> NDArray[np.int64]:
    """Drop the corners that stand off the line between those that remain by no more than `ROUNDING`."""
    if len(corners) < 3:
        return corners
    inner = corners[1:-1]
    off = np.abs(y[inner] / _chord(x, y, corners[0], corners[-1], x[inner]) - 1)
    if off.max() <= ROUNDING:
        return corners[[0, -1]]
    split = int(np.argmax(off)) + 1
    left, right = _thinned(x, y, corners[: split + 1]), _thinned(x, y, corners[split:])
    return np.concatenate([left, right[1:]])


def _chord(x: Array, y: Array, left: int, right: int, at: Array) -> Array:
    return np.asarray(y[left] + (y[right] - y[left]) * (at - x[left]) / (x[right] - x[left]))


def _slopes(x: Array, y: Array) -> Array:
    if len(x) == 1:
        return y / x if x[0] else np.zeros(1)
    slopes: Array = np.diff(y) / np.diff(x)
    return slopes
