"""A bill in short: kinds add up to the total, prices per kWh by hand."""

from decimal import Decimal

import pytest
from bill_parts import context, month_hours, usage

from holin.settle import Contracted, bill, compared, difference_fen, in_short, peak_mw, price_per_kwh
from holin.settle.short import green_share
from holin.tariff import Tariff


# 133 782 157 fen over 3 680 485 875 Wh: 1 337 821.57 CNY / 3 680 485.875 kWh = 0.36349...
@pytest.mark.parametrize(
    ("fen", "wh", "price"),
    [(133_782_157, 3_680_485_875, "0.3635"), (5, 100_000_000, "0.0000"), (1, 20_000, "0.0005"), (-36, 1000, "-0.3600")],
)
def test_a_price_is_the_amount_over_the_energy(fen: int, wh: int, price: str) -> None:
    assert price_per_kwh(fen, wh) == Decimal(price)


def test_without_energy_there_is_no_price() -> None:
    assert price_per_kwh(100, 0) is None


def test_a_bill_in_short_adds_up_and_says_its_shares() -> None:
    hours = month_hours(2025, 6)  # 720 h
    used = usage([1_000_000] * 720, hours, green_wh=[250_000] * 720)
    tariff = Tariff(
        id="t", energy_price_per_mwh=300, transmission_per_mwh=50, levies_per_mwh=25, demand_charge_per_mw_month=36_000
    )
    made = bill(used, Contracted(customer="works", tariff="t"), context(tariff), "2025-06")
    short = in_short(made)
    # 720 MWh: 216 000 + 36 000 + 18 000 CNY, and 1 MW at 36 000
    assert short.by_kind_fen == {
        "energy": 21_600_000, "transmission": 3_600_000, "levies": 1_800_000, "demand": 3_600_000
    }  # fmt: skip
    assert sum(short.by_kind_fen.values()) == made.total_fen
    assert short.price_per_kwh == Decimal("0.4250") == sum(short.by_kind_per_kwh.values())
    both = in_short(made, made)
    assert (both.total_fen, both.taken_wh, both.price_per_kwh) == (
        2 * made.total_fen, 1_440_000_000, Decimal("0.4250")
    )  # fmt: skip
    assert (green_share(made), peak_mw(made)) == (0.25, 1.0)
    assert compared([made], [made, made], kind="levies").difference_fen == 1_800_000
    assert compared([made], [], less_fen=5).after_fen == -5
    assert (difference_fen(7, 10), difference_fen(7, None)) == (-3, None)
