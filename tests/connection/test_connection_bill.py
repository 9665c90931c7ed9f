"""The bill, the others' price and the annuity, by hand."""

from datetime import date

import numpy as np
import pytest
from connection_parks import small_park

from holin.calendar import hours_between
from holin.connection.assumed import works_per_year
from holin.connection.bill import bill, net_draw, others_price_per_mwh
from holin.operation import hours_of
from holin.park import Park
from holin.tariff import Period, Tariff, TariffPeriod

ZONE = "Asia/Shanghai"
PEAK = TariffPeriod(id="peak", tariff="T", period=Period.PEAK, hour_from=8, hour_to=12, factor=1.5)
TARIFF = Tariff(id="T", energy_price_per_mwh=200.0, transmission_per_mwh=50.0, demand_charge_per_mw_month=31_000.0)


def priced() -> Park:
    return small_park(tariffs=(TARIFF,), tariff_periods=(PEAK,), tariff_demands=())


def test_a_day_by_hand() -> None:
    """2 MW all day, 4 of 24 hours at 1.5 x 200; a day of January is 1/31 of the month's charge on 2 MW."""
    hours = hours_of(hours_between(date(2025, 1, 1), date(2025, 1, 2), ZONE), ZONE)
    found = bill(priced(), "T", np.full(24, 2.0), hours)
    assert found.taken_mwh == 48.0
    assert found.parts["energy"] == pytest.approx(2 * (20 * 200 + 4 * 300))
    assert found.parts["transmission"] == pytest.approx(48 * 50)
    assert found.parts["demand_charge"] == pytest.approx(2 * 31_000 / 31)
    assert found.periods["peak"] == (pytest.approx(8.0), pytest.approx(8 * 300))
    assert found.total == pytest.approx(10_400 + 2_400 + 2_000)


def test_the_others_pay_what_the_newcomer_leaves() -> None:
    """1000 for 10 MWh before; 1300 with the newcomer, who pays 250: 1050 for 10, from 100 to 105 per MWh."""
    was, now = others_price_per_mwh({"a": 600.0, "b": 400.0}, {"a": 900.0, "b": 400.0}, 250.0, 10.0, 10.0)
    assert (was, now) == (100.0, 105.0)


def test_works_by_hand() -> None:
    """6 % over 30 years: 0.06 / (1 - 1.06^-30) = 0.072649 of the cost a year."""
    assert works_per_year(1e6, 0.06) == pytest.approx(72_649, abs=1)


def test_net_draw_is_hour_by_hour() -> None:
    drawn, given = net_draw(np.array([10.0, 10.0]), np.array([4.0, 15.0]))
    assert drawn.tolist() == [6.0, 0.0] and given.tolist() == [0.0, 5.0]
