"""Tariffs changed for a what-if: factors in proportion, prices added as decimals, others untouched."""

import dataclasses
from datetime import date

import pytest

from holin.tariff import Period, Tariff, TariffChange, TariffPeriod, Tariffs, changed, first_factors


def row(tariff: str, period: Period, factor: float) -> TariffPeriod:
    return TariffPeriod(id=f"{tariff}-{period}", tariff=tariff, period=period, hour_from=0, hour_to=1, factor=factor)


# Factors of 内发改价费字〔2023〕1631号: peak 1.68, critical peak 1.68 x 1.2, valley 0.48, deep valley 0.48 x 0.8.
FACTORS = (
    (Period.PEAK, 1.68), (Period.CRITICAL_PEAK, 2.016), (Period.VALLEY, 0.48), (Period.DEEP_VALLEY, 0.384),
    (Period.FLAT, 1.0),
)  # fmt: skip
BASE = Tariff(id="a", energy_price_per_mwh=265, transmission_per_mwh=60.1, green_price_per_mwh=250)
LATER = dataclasses.replace(BASE, id="a2", version_of="a", built=date(2025, 7, 1))
TARIFFS = Tariffs(
    tariffs=(BASE, LATER, dataclasses.replace(BASE, id="b")),
    periods=tuple(row(t, p, f) for t in ("a", "a2", "b") for p, f in FACTORS),
)  # fmt: skip


def factors(tariffs: Tariffs, name: str) -> dict[Period, float]:
    return {r.period: r.factor for r in tariffs.periods if r.tariff == name}


def test_nothing_asked_changes_nothing() -> None:
    assert changed(TARIFFS, ["a", "b"], TariffChange()) == TARIFFS


def test_critical_peak_and_deep_valley_keep_their_proportion() -> None:
    found = changed(TARIFFS, ["a"], TariffChange(peak_factor=1.5, valley_factor=0.6))
    # 1.5 x 1.2 = 1.8 and 0.6 x 0.8 = 0.48, exactly: no binary rest that a bill would multiply
    wanted = {
        Period.PEAK: 1.5, Period.CRITICAL_PEAK: 1.8, Period.VALLEY: 0.6, Period.DEEP_VALLEY: 0.48, Period.FLAT: 1.0
    }  # fmt: skip
    assert factors(found, "a") == factors(found, "a2") == wanted
    assert factors(found, "b") == dict(FACTORS)


def test_prices_change_as_decimals_and_not_below_nothing() -> None:
    found = changed(TARIFFS, ["a"], TariffChange(transmission_change_per_mwh=0.2, demand_charge_per_mw_month=3e4))
    assert [t.transmission_per_mwh for t in found.tariffs] == [60.3, 60.3, 60.1]  # 60.1 + 0.2 is not 60.300000000000004
    assert [t.demand_charge_per_mw_month for t in found.tariffs] == [3e4, 3e4, 0.0]
    assert changed(TARIFFS, ["a"], TariffChange(transmission_change_per_mwh=-99)).tariffs[0].transmission_per_mwh == 0


@pytest.mark.parametrize(("asked", "price", "premium"), [(200.0, 200.0, 0.0), (0.0, 0.0, 0.0), (None, 250.0, 7.5)])
def test_green_energy_gets_its_price_or_premium(asked: float | None, price: float, premium: float) -> None:
    change = TariffChange(green_price_per_mwh=asked, green_premium_per_mwh=premium or None)
    found = changed(TARIFFS, ["a"], change).tariffs[0]
    assert (found.green_price_per_mwh, found.green_premium_per_mwh) == (price, premium)


def test_a_change_starts_from_a_tariffs_first_row() -> None:
    rows = [row("a", Period.PEAK, 1.68), row("a", Period.PEAK, 1.9), row("b", Period.VALLEY, 0.5)]
    assert first_factors(rows, Period.PEAK) == {"a": 1.68}
