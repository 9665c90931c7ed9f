"""Forecasts: what was known when, baselines that need no weather service, reserves by quantile, and how good it was.

A forecast is quantiles of what comes, with the time of its issue. Everything here is a function of what was measured
until then; the floor below gives the clear sky, which is known for all time.
"""

from holin.forecast.baselines import Method, forecast_of
from holin.forecast.fit import Fit, error_correlation, fitted
from holin.forecast.history import History, history_of, known_until
from holin.forecast.known import known_at, stood_in
from holin.forecast.reserve import reserve_by_quantile, totals
from holin.forecast.service import ErrorLaw, weather_service
from holin.forecast.skill import issues_of, pinball, skill
from holin.forecast.window import QUANTILES, issue_of, joined, quantile_of, rearranged

__all__ = [
    "QUANTILES",
    "ErrorLaw",
    "Fit",
    "History",
    "Method",
    "error_correlation",
    "fitted",
    "forecast_of",
    "history_of",
    "issue_of",
    "issues_of",
    "joined",
    "known_at",
    "known_until",
    "pinball",
    "quantile_of",
    "rearranged",
    "reserve_by_quantile",
    "skill",
    "stood_in",
    "totals",
    "weather_service",
]
