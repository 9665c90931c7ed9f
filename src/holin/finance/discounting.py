"""Money now and later: annuities, present values, internal rates, payback.

A sequence of flows is by year, the first of them today (t = 0), each later one a year after the one before; income is
positive. That is the convention of numpy-financial; the NPV of a spreadsheet discounts its first value by a year.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from holin.errors import Mismatch

Floats = NDArray[np.float64]
Flows = Sequence[float] | Floats

FACTOR_MAX = 1e4
"""Largest 1 / (1 + rate) that is looked at: a rate of -99.99 % a year. What loses more has no rate worth telling."""

TOUCHING = 1e-12
"""A net present value this small, relative to the sum of its terms, is 0: there it touches 0 without crossing it."""


def annuity(discount_rate: float, lifetime_years: float) -> float:
    """Return the capital recovery factor r / (1 - (1 + r)^-n); 6 % and 20 years give 0.0872."""
    if discount_rate == 0.0:
        return 1.0 / lifetime_years
    return discount_rate / -math.expm1(-lifetime_years * math.log1p(discount_rate))


def discount_factors(discount_rate: float, years: int) -> Floats:
    """Return (1 + r)^-t for t = 0 .. years - 1."""
    return np.asarray((1.0 + discount_rate) ** -np.arange(years, dtype=float))


def npv(discount_rate: float, flows: Flows) -> float:
    """Return the net present value, sum of flow_t (1 + r)^-t from t = 0."""
    return float(discount_factors(discount_rate, len(flows)) @ np.asarray(flows, dtype=float))


LEFTOVER = 1e-12
"""So much of the largest flow is what rounding left of a sum: no money, and no base of a rate."""


@dataclass(frozen=True, kw_only=True)
class InternalRates:
    """Every rate above -99.99 % at which flows are worth nothing, rising, and how often the flows change their sign.

    By Descartes' rule there are at most as many rates as changes of sign.
    """

    rates: tuple[float, ...]
    sign_changes: int

    @property
    def only(self) -> float | None:
        """The internal rate of return, None where there is none or more than one."""
        return self.rates[0] if len(self.rates) == 1 else None


def internal_rates(flows: Flows) -> InternalRates:
    """Return all internal rates of return: the positive roots x of sum of flow_t x^t, as 1 / x - 1."""
    values = np.asarray(flows, dtype=float)
    if not np.isfinite(values).all():
        raise Mismatch("a flow of money is missing or infinite; every year needs an amount, 0 where nothing flows")
    size = np.abs(values)
    values = np.trim_zeros(np.where(size > LEFTOVER * size.max(initial=0.0), values, 0.0))
    factors = _positive_roots(values) if len(values) else []
    return InternalRates(rates=tuple(sorted(1.0 / x - 1.0 for x in factors)), sign_changes=_sign_changes(values))


def _sign_changes(values: Floats) -> int:
    signs = np.sign(values[values != 0.0])
    return int((signs[1:] != signs[:-1]).sum())


def _positive_roots(coefficients: Floats) -> list[float]:
    """Return the roots in (0, FACTOR_MAX] of a polynomial, lowest power first: one at most between two extrema."""
    scaled = coefficients / np.abs(coefficients).max()
    changes = _sign_changes(scaled)
    if changes == 0:
        return []
    extrema = _positive_roots(scaled[1:] * np.arange(1, len(scaled))) if changes > 1 else []
    roots = list[float]()
    for low, high in itertools.pairwise([0.0, *extrema, FACTOR_MAX]):
        at_low, at_high = _value(scaled, low), _value(scaled, high)
        if low > 0.0 and abs(at_low) <= TOUCHING * _value(np.abs(scaled), low):
            roots.append(low)
        elif at_low * at_high < 0.0:
            roots.append(float(brentq(lambda x: _value(scaled, x), low, high, xtol=1e-15, rtol=1e-15)))
    return [r for k, r in enumerate(roots) if k == 0 or r - roots[k - 1] > 1e-9 * r]


def _value(coefficients: Floats, x: float) -> float:
    return float(np.polynomial.polynomial.polyval(x, coefficients))


def payback_years(flows: Flows, discount_rate: float = 0.0) -> float | None:
    """Return after how many years the (discounted) flows have paid back for good, None where they never do.

    From then on their sum is never negative again; within the year money flows evenly. With a discount rate of 0 it
    is the simple payback (静态投资回收期), else the discounted one (动态). It counts from the first flow.
    """
    sums = np.cumsum(np.asarray(flows, dtype=float) * discount_factors(discount_rate, len(flows)))
    owed = np.nonzero(sums < 0.0)[0]
    if not len(owed):
        return 0.0
    last = int(owed[-1])
    if last == len(sums) - 1:
        return None
    return float(last + sums[last] / (sums[last] - sums[last + 1]))
