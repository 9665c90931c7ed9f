"""The cash flow of a plan: three years worked by hand, and what must hold of any."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from holin.errors import Mismatch
from holin.finance import (
    CashFlow,
    Investment,
    cash_flow,
    from_stages,
    losses_used,
    npv,
    purchases_of,
    running_of,
    vat_course,
    whole_years,
)
from holin.park import FinanceTerms, Repayment, TaxLaws

WIND = Investment(id="wind-1", kind="wind", first_year=2026, cost=1130.0, lifetime_years=4)
TERMS = FinanceTerms(
    id="terms", loan_share=0.5, loan_rate=0.06, loan_years=3, residual_share=0.05, vat_rate_investment=0.13,
    vat_rate_costs=0.06,
)  # fmt: skip
NO_TAX = FinanceTerms(id="none", tax_laws=TaxLaws.NONE, residual_share=0.0)


def golden(**changes: object) -> CashFlow:
    running = running_of((2026, 2027, 2028), income=[565.0] * 3, fixed_cost=[106.0] * 3)
    return cash_flow([WIND], running, replace(TERMS, **changes), discount_rate=0.08)


# Three years by hand. 1,130 with 13 % VAT is 1,000 without; it lives for four years, the horizon is three.
#   depreciation   1,000 x 0.95 / 4 = 237.5 a year; left after three: 287.5, which is also its residual value
#   VAT            out 565 / 1.13 x 0.13 = 65, in 106 / 1.06 x 0.06 = 6 a year, and 130 at the start:
#                  65 - 6 - 130 = -71, 65 - 6 - 71 = -12, 65 - 6 - 12 = 47 paid; surcharges 12 % of it = 5.64
#   profit         500 - 100 - 237.5 = 162.5, 162.5, 156.86; at 25 %: 40.625, 40.625, 39.215
#   loan           565 in three parts of 188.3333; interest 6 % of 565, 376.6667, 188.3333 = 33.9, 22.6, 11.3
#   own profit     128.6, 139.9, 145.56; at 25 %: 32.15, 34.975, 36.39
#   before tax     -1,130, 565 - 106 = 459, 459, 459 - 47 - 5.64 + 287.5 = 693.86
#   equity         -565, 459 - 32.15 - 33.9 - 188.3333 = 204.6167, 213.0917, 693.86 - 36.39 - 199.6333 = 457.8367


def test_three_years_by_hand() -> None:
    table = golden().table
    expected = {
        "capex": [1130, 0, 0, 0],
        "depreciation": [0, 237.5, 237.5, 237.5],
        "book_value_left": [0, 0, 0, 287.5],
        "residual": [0, 0, 0, 287.5],
        "vat_output": [0, 65, 65, 65],
        "vat_input": [130, 6, 6, 6],
        "vat_credit": [130, 71, 12, 0],
        "vat_paid": [0, 0, 0, 47],
        "vat_refund": [0, 0, 0, 0],
        "surcharge": [0, 0, 0, 5.64],
        "interest": [0, 33.9, 22.6, 11.3],
        "principal": [0, 188.33333, 188.33333, 188.33333],
        "loan_balance": [565, 376.66667, 188.33333, 0],
        "project_profit": [0, 162.5, 162.5, 156.86],
        "project_income_tax": [0, 40.625, 40.625, 39.215],
        "equity_income_tax": [0, 32.15, 34.975, 36.39],
        "project_before_tax": [-1130, 459, 459, 693.86],
        "project": [-1130, 418.375, 418.375, 654.645],
        "equity": [-565, 204.61667, 213.09167, 457.83667],
        "project_sum": [-1130, -711.625, -293.25, 361.395],
    }
    assert list(table.year.values) == [2025, 2026, 2027, 2028]
    for name, values in expected.items():
        assert table[name].values == pytest.approx(values, abs=1e-4), name


def test_figures_by_hand() -> None:
    """NPV at 8 %: -1,130 + 418.375 / 1.08 + 418.375 / 1.1664 + 654.645 / 1.259712 = 135.7517 (after tax); payback
    2 + 293.25 / 654.645; least cover in 2028: (459 - 47 - 5.64 - 36.39) / 199.6333 = 1.85325."""
    found = golden().figures
    assert found.invested == 1130.0 and found.residual_at_end == pytest.approx(287.5)
    assert found.project_npv == pytest.approx(-1130 + 418.375 / 1.08 + 418.375 / 1.1664 + 654.645 / 1.259712)
    assert found.project_npv == pytest.approx(135.7517, abs=1e-3)
    assert found.payback_years == pytest.approx(2 + 293.25 / 654.645)
    assert found.dscr_min == pytest.approx(1.85325, abs=1e-5)
    for rates, flows in (
        (found.project_rates, [-1130, 418.375, 418.375, 654.645]),
        (found.project_rates_before_tax, [-1130, 459, 459, 693.86]),
        (found.equity_rates, [-565, 204.616667, 213.091667, 457.836667]),
    ):
        assert rates.only is not None and npv(rates.only, flows) == pytest.approx(0.0, abs=1e-4)
    assert found.project_rates.only == pytest.approx(0.14038, abs=1e-5)  # 366.87 + 321.71 + 441.42 = 1,130


def test_the_holiday_takes_the_tax_of_wind_away() -> None:
    table = golden(tax_holiday=True).table
    assert list(table.tax_relief.values) == [0, 1, 1, 1] and not table.project_income_tax.any()
    coal = cash_flow(
        [WIND, Investment(id="coal-1", kind="coal", first_year=2026, cost=3390.0, lifetime_years=4)],
        running_of((2026, 2027), income=[5650.0] * 2), replace(TERMS, tax_holiday=True), discount_rate=0.08,
    )  # fmt: skip
    assert coal.table.tax_relief.values[1:] == pytest.approx([0.25, 0.25])


def test_wind_power_of_2024_has_half_of_its_vat_back() -> None:
    """VAT of 65 - 6 a year, 130 to offset: paid from the third year on, 47 in 2024; 1/2 of the part that wind has."""
    old = replace(WIND, first_year=2022)
    running = running_of((2022, 2023, 2024), income=[565.0] * 3, wind_income=[282.5] * 3, fixed_cost=[106.0] * 3)
    table = cash_flow([old], running, TERMS, discount_rate=0.08).table
    assert table.vat_paid.values == pytest.approx([0, 0, 0, 47])
    assert table.vat_refund.values == pytest.approx([0, 0, 0, 47 * 0.5 * 0.5])


def test_prices_without_vat_give_the_same_flows_as_with_it() -> None:
    bare = cash_flow(
        [replace(WIND, cost=1000.0)], running_of((2026, 2027, 2028), income=[500.0] * 3, fixed_cost=[100.0] * 3),
        replace(TERMS, prices_include_vat=False), discount_rate=0.08,
    )  # fmt: skip
    np.testing.assert_allclose(bare.table.equity.values, golden().table.equity.values)


def test_what_has_lived_its_life_is_bought_again() -> None:
    """A storage of two years over five: bought for 2026, 2028, 2030 (80 each time again), worth half at the end."""
    store = Investment(id="s", kind="storage", first_year=2026, cost=100.0, lifetime_years=2, replacement_cost=80.0)
    found = purchases_of([store], NO_TAX, 2030)
    assert [(p.paid_year, p.last_year, p.cost_with_vat) for p in found] == [
        (2025, 2027, 100),
        (2027, 2029, 80),
        (2029, 2030, 80),
    ]
    assert [p.residual for p in found] == pytest.approx([0, 0, 40]) and [p.at_horizon for p in found] == [
        False,
        False,
        True,
    ]
    once = purchases_of([replace(store, replaced=False)], NO_TAX, 2030)
    assert len(once) == 1 and not once[0].at_horizon


def test_what_is_given_up_early_leaves_its_residual_share_and_a_loss_in_the_books() -> None:
    """100 over ten years to 5: 9.5 a year; given up after three, 71.5 still in the books, 5 come in."""
    unit = Investment(id="c", kind="coal", first_year=2026, cost=100.0, lifetime_years=10, end_year=2029)
    [gone] = purchases_of([unit], replace(NO_TAX, residual_share=0.05), 2035)
    assert (gone.last_year, gone.at_horizon) == (2028, False)
    assert gone.book == pytest.approx(71.5) and gone.residual == pytest.approx(5.0)


def test_losses_lower_profits_for_five_years_the_oldest_first() -> None:
    """-100 in year 0 and -30 in year 2: 20 of year 1 and 40 of year 5 use the first, whose last 40 then lapse."""
    used = losses_used(np.array([-100.0, 20, -30, 0, 0, 40, 50, 50]), 5)
    assert used == pytest.approx([0, 20, 0, 0, 0, 40, 30, 0])
    assert losses_used(np.array([-100.0, 20]), 0) == pytest.approx([0, 0])


def test_vat_left_over_is_offset_later() -> None:
    course = vat_course(np.array([0.0, 50, 80]), np.array([100.0, 10, 10]))
    assert course.paid == pytest.approx([0, 0, 10]) and course.credit == pytest.approx([100, 60, 0])


def test_a_loan_that_outlives_the_horizon_is_repaid_at_its_end() -> None:
    table = golden(loan_years=15, repayment=Repayment.ANNUITY).table
    assert table.repaid_early.values[-1] > 400.0 and table.loan_balance.values[-1] == 0.0
    assert table.principal.sum() + table.repaid_early.sum() == pytest.approx(565.0)


@settings(deadline=None)
@given(
    cost=st.floats(100, 1e9), margin=st.floats(0.02, 1.0), life=st.integers(1, 12), years=st.integers(1, 30),
    share=st.one_of(st.just(0.0), st.floats(0.01, 1)), rate=st.floats(0, 0.15),
)  # fmt: skip
@example(cost=100.0, margin=1.0, life=1, years=2, share=1.0 - 2.0**-53, rate=0.0)  # an owner who pays 1e-14
def test_what_holds_of_any_cash_flow(
    cost: float, margin: float, life: int, years: int, share: float, rate: float
) -> None:
    """Depreciation and what is left in the books are all that was invested; a loan at the discount rate is worth
    nothing to its owner; twice the money is twice the flow."""
    span = tuple(range(2026, 2026 + years))
    terms = replace(NO_TAX, loan_share=share, loan_rate=rate, loan_years=4, residual_share=0.05)

    def made(scale: float) -> CashFlow:
        plant = Investment(id="w", kind="wind", first_year=2026, cost=scale * cost, lifetime_years=life)
        income = np.full(years, scale * cost * margin)
        return cash_flow([plant], running_of(span, income=income), terms, discount_rate=rate)

    one, two = made(1.0), made(2.0)
    table = one.table
    assert float(table.depreciation.sum() + table.book_value_left.sum()) == pytest.approx(float(table.capex.sum()))
    assert one.figures.equity_npv == pytest.approx(one.figures.project_npv, abs=1e-7 * float(table.capex.sum()))
    np.testing.assert_allclose(two.table.equity.values, 2.0 * table.equity.values, rtol=1e-9, atol=1e-9 * cost)
    assert two.figures.project_rates.rates == pytest.approx(one.figures.project_rates.rates, abs=1e-9)
    assert float(table.loan_drawn.sum()) == pytest.approx(float((table.principal + table.repaid_early).sum()))


def test_what_does_not_fit_is_told_all_at_once() -> None:
    running = running_of((2026, 2027), income=[1.0, 1.0])
    early = replace(WIND, first_year=2020)
    with pytest.raises(Mismatch, match=r"wind-1 runs from 2020.*x ends in 2026"):
        cash_flow([early, replace(WIND, id="x", end_year=2026)], running, TERMS, discount_rate=0.08)
    with pytest.raises(Mismatch, match=r"sun is not an amount.*do not follow.*income has the shape"):
        running_of((2026, 2028), income=[1.0], sun=[1.0, 1.0])
    with pytest.raises(Mismatch, match="negative"):
        running_of((2026,), fuel_cost=[-1.0])
    with pytest.raises(Mismatch, match=r"12\.5 years"):
        whole_years(12.5)
    assert whole_years(25.0) == 25


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_guides_example_runs(language: str, capsys: pytest.CaptureFixture[str]) -> None:
    """220 MW of wind at 300 CNY/MWh: (4.6 million x 220 = 1,012 million) with a yearly 173 million less VAT and tax."""
    guide = (Path(__file__).parents[2] / "docs" / "guide" / language / "money.md").read_text(encoding="utf-8")
    [code] = re.findall(r"^```python\n(.*?)^```", guide, re.MULTILINE | re.DOTALL)
    exec(compile(code, "money.md", "exec"), {})
    rate, worth, years = map(float, capsys.readouterr().out.split())
    assert 0.12 < rate < 0.16 and worth > 5e8 and 5.5 < years < 7.0


def test_figures_of_stages_hold_until_the_next() -> None:
    assert list(from_stages(range(2025, 2032), {2025: 1.0, 2030: 3.0})) == [1, 1, 1, 1, 1, 3, 3]
    with pytest.raises(Mismatch):
        from_stages([2025], {})
