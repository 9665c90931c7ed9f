"""Tariffs: periods by local hour and month, parts that sum to the price, the same coefficients in optimum and bill."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from holin.calendar import Times, hours_between, hours_of_year, local
from holin.errors import BadInput
from holin.kernel.linear import ProblemBuilder
from holin.operation import add_grids, export_price, hours_of, import_parts, import_price
from holin.park import Grid, Park, ParkFacts, Series
from holin.tariff import Period, Tariff, TariffDemand, TariffPeriod, demand_bands, import_price_parts, period_of

ZONE = "Asia/Shanghai"
TARIFF = Tariff(
    id="T",
    energy_price_per_mwh=300.0,
    transmission_per_mwh=50.0,
    system_fee_per_mwh=20.0,
    levies_per_mwh=30.0,
)


def row(
    period: Period, hours: tuple[int, int], factor: float, months: tuple[int, int] = (1, 12), **other: str
) -> TariffPeriod:
    span = dict(zip(("hour_from", "hour_to", "month_from", "month_to"), (*hours, *months), strict=True))
    return TariffPeriod(
        id=f"{period.value}-{hours[0]}-{months[0]}",
        **{"tariff": "T", "period": period, "factor": factor, **span, **other},
    )


# 内发改价费字〔2023〕1631号, eastern Inner Mongolia, trial: hours of each period and their factors on the flat price;
# June to August 18-20 is 1.68 x 1.2 and 12-14 is 0.48 x 0.8.
EASTERN_INNER_MONGOLIA = (
    row(Period.VALLEY, (0, 5), 0.48),
    row(Period.PEAK, (6, 9), 1.68),
    row(Period.VALLEY, (11, 14), 0.48),
    row(Period.PEAK, (17, 22), 1.68),
    row(Period.CRITICAL_PEAK, (18, 20), 2.016, (6, 8)),
    row(Period.DEEP_VALLEY, (12, 14), 0.384, (6, 8)),
)


def day(month: int, number: int = 15) -> Times:
    return hours_between(date(2025, month, number), date(2025, month, number + 1), ZONE)


def factors(periods: tuple[TariffPeriod, ...], time: Times) -> np.ndarray:
    return period_of(TARIFF, periods, time, ZONE)[1]


# ---- a day by hand ----------------------------------------------------------------------------------------------


def test_a_winter_day_hour_by_hour() -> None:
    name, factor = period_of(TARIFF, EASTERN_INNER_MONGOLIA, day(1), ZONE)
    by_hand = (
        ["valley"] * 5
        + ["flat"]
        + ["peak"] * 3
        + ["flat"] * 2
        + ["valley"] * 3
        + ["flat"] * 3
        + ["peak"] * 5
        + ["flat"] * 2
    )
    assert list(name) == by_hand
    assert list(factor) == [{"valley": 0.48, "flat": 1.0, "peak": 1.68}[n] for n in by_hand]


# Means over the 24 hours: (8 x 1.68 + 8 x 1 + 8 x 0.48) / 24 = 25.28 / 24 = 1.0533; in June to August two peak hours
# are 2.016 and two valley hours 0.384: (25.28 + 2 x 0.336 - 2 x 0.096) / 24 = 25.76 / 24 = 1.0733.
@pytest.mark.parametrize("month", range(1, 13))
def test_mean_factor_of_eastern_inner_mongolia(month: int) -> None:
    mean = 25.76 / 24 if month in (6, 7, 8) else 25.28 / 24
    assert factors(EASTERN_INNER_MONGOLIA, day(month)).mean() == pytest.approx(mean, rel=1e-12)
    assert round(mean, 4) == (1.0733 if month in (6, 7, 8) else 1.0533)


def test_the_price_of_a_peak_hour() -> None:
    parts = import_price_parts(TARIFF, EASTERN_INNER_MONGOLIA, day(1)[[7]], ZONE)
    assert {k: v[0] for k, v in parts.items()} == pytest.approx(
        {"energy": 300 * 1.68, "transmission": 50.0, "system_fee": 20.0, "levies": 30.0}
    )
    assert sum(v[0] for v in parts.values()) == pytest.approx(604.0)


# ---- which row holds --------------------------------------------------------------------------------------------


def test_without_rows_all_is_flat() -> None:
    name, factor = period_of(TARIFF, (), day(1), ZONE)
    assert set(name) == {"flat"} and set(factor) == {1.0}


def test_the_last_row_that_fits_holds() -> None:
    first, second = row(Period.PEAK, (8, 12), 1.5), row(Period.VALLEY, (10, 14), 0.5)
    assert list(factors((first, second), day(1))[8:14]) == [1.5, 1.5, 0.5, 0.5, 0.5, 0.5]
    assert list(factors((second, first), day(1))[8:14]) == [1.5, 1.5, 1.5, 1.5, 0.5, 0.5]


def test_rows_of_another_tariff_do_not_count() -> None:
    assert set(factors((row(Period.PEAK, (0, 24), 2.0, tariff="other"),), day(1))) == {1.0}


def test_a_night_passes_midnight() -> None:
    night = (row(Period.VALLEY, (22, 6), 0.4),)
    assert list(np.flatnonzero(factors(night, day(1)) == 0.4)) == [0, 1, 2, 3, 4, 5, 22, 23]


def test_a_winter_passes_new_year() -> None:
    winter = (row(Period.PEAK, (0, 24), 1.2, (11, 3)),)
    assert [m for m in range(1, 13) if (factors(winter, day(m)) == 1.2).all()] == [1, 2, 3, 11, 12]
    assert [m for m in range(1, 13) if (factors(winter, day(m)) == 1.0).all()] == [4, 5, 6, 7, 8, 9, 10]


def test_a_winter_night_ends_with_its_last_month() -> None:
    """Each hour is judged by its own month: 1 April, 02:00 is no hour of a period that ends in March."""
    night = (row(Period.VALLEY, (22, 6), 0.4, (11, 3)),)
    turn = hours_between(date(2025, 3, 31), date(2025, 4, 2), ZONE)
    assert list(np.flatnonzero(factors(night, turn) == 0.4)) == [0, 1, 2, 3, 4, 5, 22, 23]


@given(st.integers(0, 23), st.integers(1, 24), st.integers(1, 12), st.integers(1, 12))
def test_hours_and_months_that_wrap_are_as_long_as_they_say(h_from: int, h_to: int, m_from: int, m_to: int) -> None:
    if h_from == h_to:
        return
    here = factors((row(Period.PEAK, (h_from, h_to), 3.0, (m_from, m_to)),), hours_of_year(2025, ZONE)) == 3.0
    clock = local(hours_of_year(2025, ZONE), ZONE)
    assert len(set(clock[here].hour)) == ((h_to - h_from) % 24 or 24)
    assert len(set(clock[here].month)) == (m_to - m_from) % 12 + 1


@given(st.integers(1, 23), st.integers(2, 11))
def test_a_period_that_wraps_is_two_rows(hour: int, month: int) -> None:
    year = hours_of_year(2025, ZONE)
    wraps = row(Period.PEAK, (hour, hour - 1 or 24), 3.0, (month, month - 1))
    pieces = tuple(
        row(Period.PEAK, hours, 3.0, months)
        for hours in ([(hour, 24), (0, hour - 1)] if hour > 1 else [(1, 24)])
        for months in ((month, 12), (1, month - 1))
    )
    assert np.array_equal(factors((wraps,), year), factors(pieces, year))


def test_hours_are_local_on_the_days_when_the_clocks_change() -> None:
    """Peak 2-4 in Berlin: one hour of it on 30 March 2025 (no 02:00), three on 26 October (02:00 comes twice)."""
    peak = (row(Period.PEAK, (2, 4), 2.0),)
    for day_, count in ((date(2025, 3, 30), 1), (date(2025, 10, 26), 3), (date(2025, 6, 1), 2)):
        hours = hours_between(day_, date.fromordinal(day_.toordinal() + 1), "Europe/Berlin")
        assert (period_of(TARIFF, peak, hours, "Europe/Berlin")[1] == 2.0).sum() == count


# ---- one object for optimum and bill ----------------------------------------------------------------------------

PRICES = st.floats(0, 2000)
PERIODS = st.lists(
    st.builds(
        lambda period, start, length, factor, months: row(period, (start, min(start + length, 24)), factor, months),
        st.sampled_from(Period),
        st.integers(0, 23),
        st.integers(1, 24),
        st.floats(0, 5),
        st.tuples(st.integers(1, 12), st.integers(1, 12)),
    ),
    max_size=6,
)


@given(PRICES, PRICES, PRICES, PRICES, PERIODS, st.integers(0, 8759 - 48), st.data())
def test_the_optimum_pays_what_the_bill_lists(
    energy: float, wires: float, fee: float, levies: float, periods: list[TariffPeriod], first: int, data: st.DataObject
) -> None:
    """Any import series costs the same by the optimum's price per MWh as by the sum over the bill's parts."""
    tariff = Tariff(
        id="T", energy_price_per_mwh=energy, transmission_per_mwh=wires, system_fee_per_mwh=fee, levies_per_mwh=levies
    )
    grid = Grid(id="G", bus="A", tariff="T", import_max_mw=1000.0, sk_max_mva=5000.0)
    park = Park(
        facts=ParkFacts(id="p", time_zone=ZONE), grids=(grid,), tariffs=(tariff,), tariff_periods=tuple(periods)
    )
    time = hours_of_year(2025, ZONE)[first : first + 48]
    taken = np.array(data.draw(st.lists(st.floats(0, 1000), min_size=48, max_size=48)))
    optimum = float(taken @ import_price(park, grid, hours_of(time, ZONE)))
    bill = sum(float(taken @ price) for price in import_price_parts(tariff, periods, time, ZONE).values())
    assert optimum == pytest.approx(bill, rel=1e-12, abs=1e-9)


@given(PERIODS)
def test_the_factor_acts_on_energy_only(periods: list[TariffPeriod]) -> None:
    parts = import_price_parts(TARIFF, periods, day(1), ZONE)
    assert np.allclose(parts.pop("energy"), 300.0 * factors(tuple(periods), day(1)), rtol=1e-12)
    assert {name: set(price) for name, price in parts.items()} == {
        "transmission": {50.0}, "system_fee": {20.0}, "levies": {30.0},
    }  # fmt: skip


# ---- prices by the hour, charges by the month -------------------------------------------------------------------


def spot(id_: str, *values: float) -> Series:
    return Series(id=id_, file="f", header=id_, time=day(1)[: len(values)], values=np.array(values))


def traded(buys: list[float], sells: list[float]) -> Park:
    """Return a park that buys and sells by the hour; transmission of 50 comes on what it buys."""
    tariff = Tariff(
        id="T", energy_price_per_mwh=0.0, transmission_per_mwh=50.0, export_price_per_mwh=999.0,
        energy_series="buys", export_series="sells",
    )  # fmt: skip
    grid = Grid(id="G", bus="A", tariff="T", import_max_mw=100.0, export_max_mw=50.0, sk_max_mva=5000.0)
    series = (spot("buys", *buys), spot("sells", *sells))
    return Park(facts=ParkFacts(id="p", time_zone=ZONE), grids=(grid,), tariffs=(tariff,), series=series)


def test_an_export_earns_the_price_of_its_hour() -> None:
    park = traded([300.0, 100.0], [340.0, 120.0])
    hours = hours_of(day(1)[:2], ZONE)
    assert export_price(park, park.grids[0], hours).tolist() == [340.0, 120.0]
    assert import_price(park, park.grids[0], hours).tolist() == [350.0, 150.0]
    assert import_parts(park, park.grids[0], hours)["energy"].tolist() == [300.0, 100.0]
    builder = ProblemBuilder()
    add_grids(builder, hours, park)
    assert builder.built().cost[builder.columns("export.G")].tolist() == [-340.0, -120.0]


def test_selling_above_the_price_of_the_same_hour_is_refused() -> None:
    """340 beside 350 is no gain in its hour, though another hour's import costs 150; 160 beside 150 is."""
    hours = hours_of(day(1)[:2], ZONE)
    with pytest.raises(BadInput, match="150: buying to sell at once would pay"):
        add_grids(ProblemBuilder(), hours, traded([300.0, 100.0], [340.0, 160.0]))


def test_a_charge_holds_in_its_months_only() -> None:
    """Summer (6-8) 9000, winter over new year (11-2) 4000: the peak of every other month costs nothing."""
    rows = [
        TariffDemand(id=name, tariff="T", hour_from=0, hour_to=24, charge_per_mw_month=charge, month_from=a, month_to=b)
        for name, charge, a, b in (("summer", 9000.0, 6, 8), ("winter", 4000.0, 11, 2))
    ]
    time = hours_of_year(2025, ZONE)
    summer, winter = demand_bands(TARIFF, rows, time, ZONE)
    month = local(time, ZONE).month.to_numpy()
    assert np.array_equal(summer.counts, np.isin(month, [6, 7, 8]))
    assert np.array_equal(winter.counts, np.isin(month, [11, 12, 1, 2]))
    grid = Grid(id="G", bus="A", tariff="T", import_max_mw=100.0, sk_max_mva=5000.0)
    park = Park(facts=ParkFacts(id="p", time_zone=ZONE), grids=(grid,), tariffs=(TARIFF,), tariff_demands=tuple(rows))
    builder = ProblemBuilder()
    add_grids(builder, hours_of(time, ZONE), park)
    problem = builder.built()
    assert problem.upper[builder.columns("peak.G.summer")].tolist() == [0.0] * 5 + [100.0] * 3 + [0.0] * 4
    assert problem.cost[builder.columns("peak.G.summer")][5] == pytest.approx(9000.0)
