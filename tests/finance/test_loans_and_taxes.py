"""Loans, depreciation and dated tax rates: by hand, and as sums that must come out."""

import itertools
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holin.columns import Basis
from holin.finance import (
    HOLIDAY,
    TAX_LAWS,
    Tax,
    holiday_relief,
    income_tax_rate,
    loan_course,
    npv,
    rate_of_year,
    remaining_value,
    straight_line,
    surcharge_rate,
    vat_rate,
    wind_refund_share,
)
from holin.park import FinanceTerms, Repayment, TaxLaws

CHINA = FinanceTerms(id="china")


def test_equal_principal_by_hand() -> None:
    """900 over three years at 10 %: 300 each year, interest on 900, 600, 300."""
    course = loan_course(900.0, 0.1, 3, Repayment.EQUAL_PRINCIPAL)
    assert course.principal == pytest.approx([300, 300, 300])
    assert course.interest == pytest.approx([90, 60, 30])
    assert course.balance == pytest.approx([600, 300, 0])


def test_annuity_by_hand() -> None:
    """1,000 over three years at 10 %: 1,000 / (1/1.1 + 1/1.21 + 1/1.331) = 402.1148 a year; interest 100.00, 69.79,
    36.56; repaid 302.11, 332.33, 365.56."""
    course = loan_course(1000.0, 0.1, 3, Repayment.ANNUITY)
    assert course.interest + course.principal == pytest.approx([402.1148] * 3, abs=1e-4)
    assert course.principal == pytest.approx([302.1148, 332.3263, 365.5589], abs=1e-4)
    assert course.balance[-1] == 0.0


@settings(deadline=None)
@given(
    amount=st.floats(1, 1e10), rate=st.floats(0, 0.3), years=st.integers(1, 40), repayment=st.sampled_from(Repayment)
)
def test_a_loan_is_worth_what_it_gives(amount: float, rate: float, years: int, repayment: Repayment) -> None:
    course = loan_course(amount, rate, years, repayment)
    assert course.principal.sum() == pytest.approx(amount, rel=1e-9)
    assert npv(rate, [-amount, *(course.interest + course.principal)]) == pytest.approx(0.0, abs=1e-8 * amount)


@settings(deadline=None)
@given(cost=st.floats(1, 1e10), years=st.integers(1, 60), share=st.floats(0, 0.99))
def test_depreciation_leaves_the_residual_value(cost: float, years: int, share: float) -> None:
    depreciation = straight_line(cost, years, share)
    assert len(depreciation) == years
    assert cost - depreciation.sum() == pytest.approx(cost * share, rel=1e-9, abs=1e-6 * cost)
    assert remaining_value(cost, years, share, years) == pytest.approx(cost * share, rel=1e-9, abs=1e-9 * cost)
    assert remaining_value(cost, years, share, 0) == cost


def test_a_tenth_of_its_life_takes_a_tenth_of_what_is_lost() -> None:
    """100 over 20 years down to 5: 4.75 a year; after 2 years 90.5."""
    assert straight_line(100.0, 20, 0.05) == pytest.approx([4.75] * 20)
    assert remaining_value(100.0, 20, 0.05, 2) == pytest.approx(90.5)


def test_the_income_tax_of_the_west_ends_with_2030() -> None:
    western = FinanceTerms(id="west", western=True)
    assert [income_tax_rate(CHINA, y) for y in (2025, 2035)] == [0.25, 0.25]
    assert [income_tax_rate(western, y) for y in (2015, 2025, 2030, 2031)] == pytest.approx([0.15, 0.15, 0.15, 0.25])


def test_rates_change_within_a_year() -> None:
    """2019: 16 % for January to March (90 days), 13 % for 275; the refund of wind in 2025 for 304 of 365 days."""
    assert vat_rate(CHINA, 2019) == pytest.approx((90 * 0.16 + 275 * 0.13) / 365)
    assert vat_rate(CHINA, 2026) == pytest.approx(0.13)
    assert wind_refund_share(CHINA, 2024) == pytest.approx(0.5)
    assert wind_refund_share(CHINA, 2025) == pytest.approx(0.5 * 304 / 365)
    assert wind_refund_share(CHINA, 2026) == 0.0
    assert surcharge_rate(CHINA, 2026) == pytest.approx(0.12)


def test_own_rates_come_before_the_law_and_no_law_is_no_tax() -> None:
    own = FinanceTerms(id="own", vat_rate=0.2, surcharge_rate=0.0, income_tax_rate=0.3, western=True)
    assert (vat_rate(own, 2026), surcharge_rate(own, 2026), income_tax_rate(own, 2026)) == (0.2, 0.0, 0.3)
    none = FinanceTerms(id="none", tax_laws=TaxLaws.NONE)
    assert [f(none, 2024) for f in (vat_rate, surcharge_rate, income_tax_rate, wind_refund_share)] == [0.0] * 4


def test_three_years_free_and_three_at_half() -> None:
    assert [holiday_relief(y) for y in range(1, 9)] == [1, 1, 1, 0.5, 0.5, 0.5, 0, 0]
    assert HOLIDAY.basis is Basis.PUBLISHED and "87" in HOLIDAY.reference


@pytest.mark.parametrize("tax", Tax)
def test_the_laws_of_a_tax_do_not_overlap_and_say_where_they_stand(tax: Tax) -> None:
    laws = sorted((law for law in TAX_LAWS if law.tax is tax), key=lambda law: law.since)
    assert laws and all(law.reference and law.meaning and law.meaning_zh and 0 < law.rate < 1 for law in laws)
    for before, after in itertools.pairwise(laws):
        assert before.until is not None and before.until <= after.since
    assert all(
        ("recalled" in law.reference) == (law.basis is Basis.ASSUMED) or law.basis is Basis.PUBLISHED for law in laws
    )
    assert rate_of_year(tax, 1900) == 0.0 and laws[0].since > date(1980, 1, 1)
