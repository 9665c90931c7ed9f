"""Depreciation in a straight line, and what a thing is still worth."""

from __future__ import annotations

import numpy as np

from holin.finance.discounting import Floats


def straight_line(cost: float, years: int, residual_share: float) -> Floats:
    """Return the depreciation of each of its years: cost x (1 - residual share) / years.

    Source: 企业所得税法实施条例, article 59: the straight-line method, after an expected residual value; article 60: no
    less than 10 years for machines, 20 for buildings. In wind and PV studies 20 years and 5 % are usual (recalled).
    """
    return np.full(years, cost * (1.0 - residual_share) / years)


def remaining_value(cost: float, lifetime_years: int, residual_share: float, age_years: int) -> float:
    """Return what a thing is worth at an age: in a straight line over its life down to its residual share."""
    age = min(max(age_years, 0), lifetime_years)
    return cost * (1.0 - (1.0 - residual_share) * age / lifetime_years)
