"""Figures of the hourly wind and PV availability of Inner Mongolia in 2020, province average, 8,784 h, UTC+8.

Source of the data: ERA5 (Copernicus Climate Change Service) through atlite, as published with the PyPSA-China model
(R. Lyu). PV without tracking. Derived from it here: autocorrelations, shapes and quantiles, rounded to 3 digits.
"""

WIND_MEAN = 0.299
WIND_STD = 0.181
WIND_QUANTILES = {0.05: 0.064, 0.25: 0.156, 0.50: 0.264, 0.75: 0.414, 0.95: 0.645, 0.99: 0.806}
WIND_AUTOCORRELATION = {1: 0.987, 3: 0.920, 6: 0.802, 12: 0.638, 24: 0.482, 48: 0.246}
# The same after the mean of each month and hour of the day was taken away.
WIND_AUTOCORRELATION_ANOMALY = {1: 0.989, 3: 0.927, 6: 0.805, 12: 0.608, 24: 0.359, 48: 0.035}
# Month / year, January first. One year: January 2020 was a still month, so single months do not bind.
WIND_MONTHS = (0.647, 1.017, 1.342, 1.080, 1.221, 0.932, 0.594, 0.734, 0.839, 1.187, 1.080, 1.327)
# Hour of the day (UTC+8) / day, over the year, and over June to August, and over March to May.
WIND_DAY = (
    *(1.113, 1.114, 1.105, 1.092, 1.083, 1.069, 1.014, 0.965, 0.890, 0.846, 0.842, 0.875),
    *(0.924, 0.974, 1.006, 1.016, 0.997, 0.968, 0.922, 0.948, 0.998, 1.048, 1.086, 1.107),
)
WIND_DAY_SUMMER = (
    *(1.258, 1.243, 1.210, 1.171, 1.139, 1.105, 0.969, 0.846, 0.722, 0.731, 0.778, 0.820),
    *(0.860, 0.905, 0.939, 0.960, 0.968, 0.962, 0.889, 0.926, 1.021, 1.128, 1.207, 1.244),
)
WIND_DAY_SPRING = (
    *(1.036, 1.046, 1.050, 1.050, 1.049, 1.041, 0.987, 0.931, 0.838, 0.817, 0.874, 0.941),
    *(0.998, 1.051, 1.091, 1.120, 1.125, 1.089, 0.966, 0.936, 0.951, 0.980, 1.006, 1.026),
)
PV_MEAN = 0.169
PV_MONTHS = (0.885, 1.032, 1.138, 1.161, 1.078, 1.124, 1.093, 0.959, 0.911, 0.983, 0.784, 0.855)
# Daily sum / largest daily sum of the 31 days around: mean, standard deviation, autocorrelation at one day.
PV_DAY_RATIO = (0.823, 0.133, 0.433)
# Correlation of that ratio with the daily mean of wind.
PV_DAY_RATIO_WITH_WIND = 0.055
# Correlation length with which the mean of 25 synthetic farms over the province has its standard deviation / mean
# (0.61) and its quantiles; 150 km gives 0.40, 800 km gives 0.71.
CORRELATION_LENGTH_KM = 450.0
