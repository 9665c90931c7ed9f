"""How an uncertain factor may fall: distributions by their quantiles."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Uniform:
    """Anything between `low` and `high` alike."""

    low: float
    high: float

    def quantile(self, u: Floats) -> Floats:
        """Return the value below which the share `u` (0..1) of all draws lies."""
        return self.low + u * (self.high - self.low)

    def faults(self) -> list[tuple[str, str, str]]:
        """Return (field, problem, what would be right) of what cannot be, `[]` if nothing."""
        return _faults_of_order(low=self.low, high=self.high)


@dataclass(frozen=True, kw_only=True)
class Triangular:
    """Most likely `mode`, falling straight to nothing at `low` and `high`."""

    low: float
    mode: float
    high: float

    def quantile(self, u: Floats) -> Floats:
        """Return the value below which the share `u` (0..1) of all draws lies."""
        width, left = self.high - self.low, self.mode - self.low
        rising = self.low + np.sqrt(u * width * left)
        falling = self.high - np.sqrt((1.0 - u) * width * (width - left))
        return np.where(u * width < left, rising, falling)

    def faults(self) -> list[tuple[str, str, str]]:
        """Return (field, problem, what would be right) of what cannot be, `[]` if nothing."""
        faults = _faults_of_order(low=self.low, high=self.high)
        if not faults and not self.low <= self.mode <= self.high:
            faults.append(("mode", "outside low and high", f"give {self.low:g} to {self.high:g}"))
        return faults


@dataclass(frozen=True, kw_only=True)
class Normal:
    """The bell of `mean` and standard deviation `sd`, cut off at `low` and `high` where given."""

    mean: float
    sd: float
    low: float | None = None
    high: float | None = None

    def quantile(self, u: Floats) -> Floats:
        """Return the value below which the share `u` (0..1) of all draws lies."""
        return self.mean + self.sd * _cut_normal(u, self._standard(self.low), self._standard(self.high))

    def faults(self) -> list[tuple[str, str, str]]:
        """Return (field, problem, what would be right) of what cannot be, `[]` if nothing."""
        faults = [] if self.sd > 0 else [("sd", "not above 0", "give the standard deviation")]
        return faults + _faults_of_cut(self.low, self.high) or _faults_of_share(self._standard, self.low, self.high)

    def _standard(self, value: float | None) -> float | None:
        return None if value is None else (value - self.mean) / self.sd


@dataclass(frozen=True, kw_only=True)
class LogNormal:
    """Values above 0 whose logarithm is normal: half lie below `median`; `sigma` is the logarithm's deviation.

    With sigma 0.3 two thirds lie within median / 1.35 and median x 1.35. Cut off at `low` and `high` where given.
    """

    median: float
    sigma: float
    low: float | None = None
    high: float | None = None

    def quantile(self, u: Floats) -> Floats:
        """Return the value below which the share `u` (0..1) of all draws lies."""
        cut = _cut_normal(u, self._standard(self.low), self._standard(self.high))
        return np.asarray(self.median * np.exp(self.sigma * cut))

    def faults(self) -> list[tuple[str, str, str]]:
        """Return (field, problem, what would be right) of what cannot be, `[]` if nothing."""
        faults = [] if self.median > 0 else [("median", "not above 0", "give the value below which half lies")]
        faults += (
            [] if self.sigma > 0 else [("sigma", "not above 0", "give the deviation of the logarithm, such as 0.3")]
        )
        ends = {"low": self.low, "high": self.high}
        faults += [(n, "not above 0", "a lognormal value is") for n, v in ends.items() if v is not None and v <= 0]
        return faults + _faults_of_cut(self.low, self.high) or _faults_of_share(self._standard, self.low, self.high)

    def _standard(self, value: float | None) -> float | None:
        return None if value is None else math.log(value / self.median) / self.sigma


@dataclass(frozen=True, kw_only=True)
class Discrete:
    """One of `values`, such as weather seeds; all alike, or by `weights`."""

    values: tuple[float, ...]
    weights: tuple[float, ...] = ()

    def quantile(self, u: Floats) -> Floats:
        """Return the value at the share `u` (0..1) of all draws, in the order of `values`."""
        edges = np.cumsum(self.weights or np.ones(len(self.values)))
        return np.asarray(self.values, dtype=float)[np.searchsorted(edges[:-1] / edges[-1], u, side="right")]

    def faults(self) -> list[tuple[str, str, str]]:
        """Return (field, problem, what would be right) of what cannot be, `[]` if nothing."""
        faults = [] if self.values else [("values", "empty", "give one value or more, such as [1, 2, 3]")]
        if self.weights and len(self.weights) != len(self.values):
            faults.append(("weights", f"{len(self.weights)} weights for {len(self.values)} values", "one for each"))
        if any(w < 0 for w in self.weights) or (self.weights and sum(self.weights) <= 0):
            faults.append(("weights", "not all 0 or more, with one above", "give shares such as [0.2, 0.8]"))
        return faults


Distribution = Uniform | Triangular | Normal | LogNormal | Discrete

DISTRIBUTIONS: dict[str, type[Distribution]] = {
    "uniform": Uniform,
    "triangular": Triangular,
    "normal": Normal,
    "lognormal": LogNormal,
    "discrete": Discrete,
}
"""Name in a scenario file -> class."""


def _cut_normal(u: Floats, low: float | None, high: float | None) -> Floats:
    """The standard normal's quantile within low..high; a share of exactly 0 or 1 is moved to the next one inside."""
    below = ndtr(low) if low is not None else 0.0
    above = ndtr(high) if high is not None else 1.0
    share = np.clip(below + u * (above - below), np.finfo(float).tiny, 1.0 - np.finfo(float).epsneg)
    inside = ndtri(share)
    return np.asarray(np.clip(inside, -np.inf if low is None else low, np.inf if high is None else high))


def _faults_of_order(*, low: float, high: float) -> list[tuple[str, str, str]]:
    return [] if low < high else [("high", f"not above low ({low:g})", "give the higher end")]


def _faults_of_cut(low: float | None, high: float | None) -> list[tuple[str, str, str]]:
    return [] if low is None or high is None else _faults_of_order(low=low, high=high)


def _faults_of_share(
    standard: Callable[[float | None], float | None], low: float | None, high: float | None
) -> list[tuple[str, str, str]]:
    """What is cut off must leave enough to draw from."""
    left, right = standard(low), standard(high)
    share = (1.0 if right is None else ndtr(right)) - (0.0 if left is None else ndtr(left))
    return [] if share > 1e-3 else [("low", "low and high leave almost nothing", "widen them")]
