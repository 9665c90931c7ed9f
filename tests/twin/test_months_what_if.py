"""A month under other tariffs: without a change it is the bill itself, with one what a hand works out."""

from datetime import date
from fractions import Fraction

import pytest
from settled_parks import hours_of

from holin.errors import BadInput
from holin.settle import in_fen
from holin.tariff import TariffChange
from holin.twin import month_used, settled_run, tariff_what_if
from holin.twin.bills import SettledRun


@pytest.fixture(scope="module", params=[3, 8])
def settled(request: pytest.FixtureRequest) -> SettledRun:
    return settled_run(hours_of(request.param))


def test_without_a_change_every_bill_is_what_it_was(settled: SettledRun) -> None:
    for month in settled.months:
        found = tariff_what_if(month_used(settled, month.month), TariffChange())
        assert found.after == found.before == month.bills
        assert found.purchased_fen == month.purchased_fen


def test_a_dearer_network_costs_what_was_bought_times_the_change(settled: SettledRun) -> None:
    month = settled.months[-1]
    found = tariff_what_if(month_used(settled, month.month), TariffChange(transmission_change_per_mwh=10.0))
    told = 0
    for before, after in zip(found.before, found.after, strict=True):
        [*lines] = [line for line in after.lines if line.kind == "transmission"]
        old = {line.tariff: line.price for line in before.lines if line.kind == "transmission"}
        for line in lines:  # each line is its quantity at the new price, in whole fen
            assert line.price == old.get(line.tariff, Fraction(0)) + 10
            assert line.amount_fen == in_fen(line.quantity * line.price / 1_000_000)
            told += 1
        others = [line for line in after.lines if line.kind not in ("transmission", "power_factor")]
        assert others == [line for line in before.lines if line.kind not in ("transmission", "power_factor")]
        assert after.total_fen == sum(line.amount_fen for line in after.lines)
    assert told > 0


def test_energy_and_its_hours_stay_whatever_the_price(settled: SettledRun) -> None:
    month = settled.months[0].month
    change = TariffChange(peak_factor=3.0, valley_factor=0.1, demand_charge_per_mw_month=4e4, green_price_per_mwh=1.0)
    found = tariff_what_if(month_used(settled, month), change)
    for before, after in zip(found.before, found.after, strict=True):
        assert (before.taken_wh, before.green_wh, before.peak_w, before.customer) == (
            after.taken_wh, after.green_wh, after.peak_w, after.customer,
        )  # fmt: skip


def test_a_month_that_the_run_has_not_is_said_with_those_it_has(settled: SettledRun) -> None:
    with pytest.raises(BadInput, match="the run has not this month") as caught:
        month_used(settled, f"{date.today().year + 50}-01")
    assert settled.months[0].month in caught.value.faults[0].right
