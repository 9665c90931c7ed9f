"""Forecasts in a file, CSV or Parquet: one row per issue, interval, element and quantile."""

from holin.parkfile.forecasts.reading import judged_forecast, read_forecast
from holin.parkfile.forecasts.row import ForecastRow
from holin.parkfile.forecasts.writing import write_forecast

__all__ = ["ForecastRow", "judged_forecast", "read_forecast", "write_forecast"]
