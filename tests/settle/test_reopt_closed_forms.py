"""Demand charges against the closed forms of REopt.jl's own tests (NREL, test/test_with_xpress.jl, "Rate Structures").

Inputs and expected figures are REopt's: kW and USD there, MW and any currency here, so that 1 kW is 1 MW of the test.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from bill_parts import context, usage, year_hours
from numpy.typing import NDArray

from holin.calendar import local
from holin.settle import Contracted, Settlement, settlement
from holin.settle.demand import tiered
from holin.tariff import Tariff, TariffDemand, TariffTier, TierOf

MW_WH = 1_000_000


def settled(
    mw: NDArray[np.float64], *tariffs: Tariff, before: dict[str, dict[str, Fraction]] | None = None, **rows: Any
) -> tuple[Settlement, ...]:
    known = context(*tariffs, **rows)
    taken = (mw * MW_WH).astype(np.int64)
    return settlement(
        [usage(taken, year_hours())], {"works": Contracted(customer="works", tariff="T")}, [], {}, known,
        peaks_before_w=before,
    )  # fmt: skip


def demand_fen(months: tuple[Settlement, ...]) -> int:
    return sum(m.bills[0].of_kind("demand") for m in months)


# "Lookback Demand Charges" 1: 1 kW all year and 100 kW in one hour of January; 35 % of the highest of all months; 10.5
# in six cold months and 11.5 in six warm ones: 100 (10.5 + 0.35 10.5 5 + 0.35 11.5 6) = 5 302.5.
def test_a_lookback_over_all_months() -> None:
    mw = np.ones(8760)
    mw[8] = 100.0
    seasons = [
        Tariff(id="T", energy_price_per_mwh=0.0, demand_charge_per_mw_month=10.5, demand_ratchet_share=0.35),
        *(
            Tariff(id=f"T-{month}", energy_price_per_mwh=0.0, demand_charge_per_mw_month=price,
                   demand_ratchet_share=0.35, version_of="T", built=date(2025, month, 1))
            for month, price in ((5, 11.5), (11, 10.5))
        ),
    ]  # fmt: skip
    assert demand_fen(settled(mw, *seasons)) == 530_250


# "Lookback Demand Charges" 3: range of 6 months, 75 %; 100 kW all year, 200 in January, 400 in April, 500 in June, 300
# in December; the year before was the same, so that January looks back on its December.
def test_a_lookback_of_six_months() -> None:
    peaks = dict(zip(range(1, 13), [200, 100, 100, 400, 100, 500, 100, 100, 100, 100, 100, 300], strict=True))
    rates = [10, 10, 20, 50, 20, 10, 20, 20, 20, 20, 20, 5]
    expected = [225, 225, 225, 400, 300, 500, 375, 375, 375, 375, 375, 375]
    hours = year_hours()
    month = local(hours, "Asia/Shanghai").month.to_numpy()
    mw = np.full(8760, 100.0)
    for k, peak in peaks.items():
        mw[np.flatnonzero(month == k)[30]] = peak
    tariff = Tariff(
        id="T", energy_price_per_mwh=0.0, demand_charge_per_mw_month=1.0, demand_ratchet_share=0.75,
        demand_ratchet_months=6,
    )  # fmt: skip
    year_before = {f"2024-{k:02d}": Fraction(p * MW_WH) for k, p in peaks.items()}
    months = settled(mw, tariff, before={"works": year_before})
    assert [m.bills[0].billed_w / MW_WH for m in months] == expected
    by_rate = sum(m.bills[0].of_kind("demand") * rate for m, rate in zip(months, rates, strict=True))
    assert by_rate == 100 * sum(p * r for p, r in zip(expected, rates, strict=True))


# "Coincident Peak Charges": a flat load of 1 kW; 10 per kW at some hours and 5 at others: 15.0.
def test_coincident_peaks() -> None:
    rows = [
        TariffDemand(id=f"C{k}", tariff="T", hour_from=hour, hour_to=hour + 1, charge_per_mw_month=price,
                     month_from=month, month_to=month, coincident=True)
        for k, (hour, month, price) in enumerate([(1, 1, 10.0), (9, 9, 5.0)])
    ]  # fmt: skip
    months = settled(np.ones(8760), Tariff(id="T", energy_price_per_mwh=0.0), demands=rows)
    assert demand_fen(months) == 1_500


def test_a_coincident_peak_is_the_parks_own() -> None:
    """Two customers: the park's highest hour is that in which both draw much, not the highest of either."""
    hours = year_hours()[:744]
    one, two = (np.full(744, 1 * MW_WH) for _ in range(2))
    one[10], one[20], two[20] = 9 * MW_WH, 5 * MW_WH, 6 * MW_WH
    known = context(
        Tariff(id="T", energy_price_per_mwh=0.0),
        demands=[TariffDemand(id="C", tariff="T", hour_from=0, hour_to=24, charge_per_mw_month=10.0, coincident=True)],
    )
    contracts = {name: Contracted(customer=name, tariff="T") for name in ("one", "two")}
    (month,) = settlement(
        [usage(one, hours, customer="one"), usage(two, hours, customer="two")], contracts, [], {}, known
    )
    assert [b.total_fen for b in month.bills] == [5_000, 6_000]


# "Tiered monthly demand": 12 (tier1 r1 + (P - tier1) r2).
@pytest.mark.parametrize("peak", [5.0, 20.0, 21.5, 300.0])
def test_tiers_of_demand(peak: float) -> None:
    tier1, r1, r2 = 20.0, 8.0, 5.5
    tiers = [
        TariffTier(id="low", tariff="T", tier_of=TierOf.DEMAND, above=0.0, price=r1),
        TariffTier(id="high", tariff="T", tier_of=TierOf.DEMAND, above=tier1, price=r2),
    ]
    mw = np.ones(8760)
    mw[::100] = peak
    months = settled(mw, Tariff(id="T", energy_price_per_mwh=0.0, demand_charge_per_mw_month=99.0), tiers=tiers)
    expected = 12 * (min(peak, tier1) * r1 + max(0.0, peak - tier1) * r2)
    assert demand_fen(months) == pytest.approx(100 * expected, abs=12)


def test_tiers_of_energy_are_added() -> None:
    tiers = [
        TariffTier(id="a", tariff="T", tier_of=TierOf.ENERGY, above=0.0, price=0.0),
        TariffTier(id="b", tariff="T", tier_of=TierOf.ENERGY, above=700.0, price=50.0),
    ]
    months = settled(np.ones(8760), Tariff(id="T", energy_price_per_mwh=100.0), tiers=tiers)
    january = months[0].bills[0]  # 744 MWh: 74,400 and 44 beyond 700 at 50
    assert (january.of_kind("energy"), january.of_kind("tier")) == (7_440_000, 220_000)
    assert [str(mwh) for _, mwh in tiered(Fraction(744), tiers)] == ["700", "44"]
