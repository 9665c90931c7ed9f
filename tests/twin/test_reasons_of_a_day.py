"""A day of the reference park: every step has its reason, parts add up to prices, breaches have their causes."""

from datetime import date

import pytest

from holin.dispatch import explanations_of, in_full
from holin.dispatch.reason_words import reason_in_words
from holin.dispatch.reasons import own_cost_per_mwh, reasons_of
from holin.parkfile import reference_park
from holin.twin import planned


@pytest.fixture(scope="module")
def made():
    day = planned(
        reference_park("huolinguole"), stage="2025", day=date(2025, 3, 3), step_h=1.0, lookahead_h=0.0, mip_gap=1e-2
    )
    return day.made


def test_every_hour_of_a_day_has_a_reason_whose_parts_are_its_price(made):
    reasons = reasons_of(made)
    assert [r.step for r in reasons] == list(range(24))
    prices = made.ahead.price_per_mwh.values
    for reason in reasons:
        assert sum(p.per_mwh for p in reason.parts) == pytest.approx(reason.price_per_mwh, rel=1e-6, abs=1e-6)
        assert reason.unit and reason.marginal
        for language in ("en", "zh"):
            assert f"{reason.price_per_mwh:.2f}" in reason_in_words(made.window, reason, language)
    # without a branch that binds every bus has the price of the balance
    if not made.limits:
        assert [r.price_per_mwh for r in reasons] == pytest.approx(prices.tolist())


def test_an_import_or_unit_that_is_marginal_costs_what_its_tariff_or_fuel_says(made):
    """Where the next MW is bought or burnt and nothing else weighs on it, the price is its own cost."""
    plain = [r for r in reasons_of(made) if all(p.kind == "own" or abs(p.per_mwh) < 1e-6 for p in r.parts)]
    for reason in plain:
        assert own_cost_per_mwh(reason) == pytest.approx(reason.price_per_mwh, rel=1e-6, abs=1e-6)


def test_what_a_day_breaks_is_explained(made):
    told = explanations_of(made)
    assert len(told) == len({(b.kind, b.element if b.kind != "load" else "") for b in made.breaches})
    for explained in told:
        assert explained.holds, explained.breach
        assert in_full(made.window, explained, "zh") and in_full(made.window, explained)
