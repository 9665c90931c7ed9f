"""Facts beside the things: planned outages, emission factors, cost data, the climate, the provenance of figures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from holin.columns import Basis, column
from holin.thing import Thing


@dataclass(frozen=True, kw_only=True)
class Outage(Thing):
    """A planned outage (检修): the element is out from `start` (included) to `end` (excluded), local time."""

    element: str = column(
        meaning="what is out",
        refers_to=(
            "line",
            "transformer",
            "transformer3",
            "equivalent_branch",
            "bus",
            "shunt",
            "grid",
            "wind_farm",
            "pv_plant",
            "thermal_unit",
            "storage",
            "generator",
            "potline",
            "load",
            "motor",
        ),
    )
    start: datetime = column(meaning="first moment out, local time")
    end: datetime = column(meaning="first moment back, local time")


@dataclass(frozen=True, kw_only=True)
class EmissionFactor(Thing):
    """CO2 of the public grid's energy. Several rows with one `region` and `method` are its dated table."""

    region: str = column(meaning="the grid it describes", default="")
    year: int | None = column("a", "year it describes", default=None, ge=1990, le=2100)
    t_per_mwh: float = column("t/MWh", "CO2 per MWh", ge=0, usual=(0, 1.6))
    method: str = column(meaning="location, residual, fossil or contract", default="location")


@dataclass(frozen=True, kw_only=True)
class Cost(Thing):
    """Cost data of a technology; a source names it in `cost`."""

    capital_cost_per_mw: float = column("currency/MW", "investment per MW", default=0.0, ge=0, usual=(0, 5e7))
    capital_cost_per_mwh: float = column(
        "currency/MWh", "investment per MWh of storage", default=0.0, ge=0, usual=(0, 1e7)
    )
    fixed_cost_per_mw_year: float = column(
        "currency/(MW a)", "operation and maintenance", default=0.0, ge=0, usual=(0, 2e6)
    )
    marginal_cost_per_mwh: float = column(
        "currency/MWh", "variable operation without fuel", default=0.0, ge=0, usual=(0, 500)
    )
    lifetime_years: float = column("a", "for the annuity", default=25.0, gt=0, usual=(5, 60))
    price_year: int | None = column(
        "a", "year whose prices these are (empty: of every year)", default=None, ge=1990, le=2100
    )
    change_per_year: float = column(
        "1/a", "how capital costs change from year to year after it; negative: they fall", default=0.0, gt=-0.5, lt=0.5
    )


@dataclass(frozen=True, kw_only=True)
class Climate(Thing):
    """The climate from which a synthetic weather year is drawn."""

    altitude_m: float = column("m", "above sea level", default=0.0, usual=(-400, 5500))
    wind_speed_mean_m_per_s: float = column("m/s", "yearly mean at reference_height_m", gt=0, usual=(3, 12))
    reference_height_m: float = column("m", "height of that mean", default=110.0, gt=0)
    weibull_k: float = column("1", "shape of the wind speed's distribution", default=2.1, gt=1, lt=4)
    monthly_wind_factor: tuple[float, ...] = column(
        "1", "twelve factors on the mean wind speed's power yield, January first, mean about 1", gt=0
    )
    diurnal_wind_amplitude: float = column(
        "1", "amplitude of the day shape of the wind speed", default=0.05, ge=0, lt=0.5
    )
    wind_lag1: float = column("1", "autocorrelation of one farm's hourly power at one hour", default=0.95, gt=0, lt=1)
    wind_correlation: float = column("1", "correlation of two farms at no distance", default=0.95, ge=0, le=1)
    correlation_length_km: float = column("km", "distance over which it falls to 1/e", default=450.0, gt=0)
    monthly_temp_c: tuple[float, ...] = column("degC", "twelve monthly means, January first", usual=(-60, 50))
    diurnal_temp_amplitude_c: float = column("K", "half of the day's swing", default=6.0, ge=0, le=20)
    monthly_clearness: tuple[float, ...] = column(
        "1", "twelve mean ratios of global irradiance to clear sky, January first", gt=0, le=1
    )
    seed: int = column("1", "of the random numbers", default=1, ge=0)


class ClaimedFigure(StrEnum):
    """What a claim can be about; each is a figure of a run, over the claim's months."""

    GREEN_MWH = "green_mwh"
    GREEN_SHARE = "green_share"
    GREEN_SHARE_PHYSICAL = "green_share_physical"
    LOAD_MWH = "load_mwh"
    CURTAILED_SHARE = "curtailed_share"
    METAL_T = "metal_t"
    GREEN_METAL_T = "green_metal_t"
    CARBON_T_PER_T = "carbon_t_per_t"
    ALL_IN_PRICE_PER_KWH = "all_in_price_per_kwh"


@dataclass(frozen=True, kw_only=True)
class Claim(Thing):
    """A published figure of the real park that a run at `stage` is held against; it is reported, never tuned to."""

    stage: str = column(meaning="the stage that it speaks of")
    figure: ClaimedFigure = column(meaning="which figure of a run it is")
    low: float | None = column("1", "least value that agrees with it, in the figure's unit (empty: none)", default=None)
    high: float | None = column(
        "1", "largest value that agrees with it, in the figure's unit (empty: none)", default=None
    )
    months: tuple[int, ...] = column(
        "1", "months it speaks of, such as 1;2 (empty: the whole year)", default=(), ge=1, le=12
    )
    reference_zh: str = column(meaning="the reference in Chinese (empty: as in English)", default="")


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """Where one figure comes from, where its row's own basis does not hold for it."""

    table: str = column(meaning="table of the figure")
    row_id: str = column(meaning="id of its row; * for all")
    field: str = column(meaning="column of the figure")
    basis: Basis = column(meaning="where it comes from")
    reference: str = column(meaning="outlet, document and date, or the reason for an assumption")
